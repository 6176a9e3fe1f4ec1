#include "services/performance/errors_reports.h"

#include <fmt/format.h>

#include "common/status/error.h"

namespace kefu::performance::error {

absl::Status PeriodNotOver(absl::CivilDay last) {
  return FailedPrecondition("PERIOD_NOT_OVER", "day",
                            fmt::format("the period runs until the end of {} in the shop's zone; "
                                        "ask once it is over",
                                        absl::FormatCivilTime(last)));
}

absl::Status FactsChanging() {
  return Aborted("FACTS_CHANGING",
                 "facts of the shop keep arriving; ask again once the import is through");
}

absl::Status ReportNotFound(std::string_view what) {
  return NotFound("kefu.performance.v1.Report", what);
}

absl::Status ReportNotMade() {
  google::rpc::ResourceInfo info;
  info.set_resource_type("kefu.performance.v1.Report");
  return AddDetail(MakeError(absl::StatusCode::kNotFound, "NOT_FOUND",
                             "nobody has made the report of this period yet, and your roles may "
                             "read reports only"),
                   info);
}

absl::Status ReportSubjectNotFound(std::string_view id) {
  return NotFound("kefu.performance.v1.Subject", id);
}

absl::Status ReportCurrency(std::string_view currencies) {
  return FailedPrecondition("REPORT_CURRENCY", "currency_code",
                            fmt::format("the organization's shops have {}: name one of these",
                                        currencies.empty() ? "no currency" : currencies));
}

absl::Status NotComparable(std::string_view why) {
  return FailedPrecondition("REPORTS_NOT_COMPARABLE", "other_report_id", std::string(why));
}

absl::Status ReportBeyondContract(absl::CivilDay first, absl::CivilDay last) {
  return PermissionDenied(
      "REPORT_BEYOND_CONTRACT",
      fmt::format("your contract for the shop does not cover all days from {} to {}; GetMetrics "
                  "shows those that it covers",
                  absl::FormatCivilTime(first), absl::FormatCivilTime(last)));
}

absl::Status ReportTooLarge(std::string_view field, std::string_view instead) {
  return FailedPrecondition(
      "REPORT_TOO_LARGE", field,
      fmt::format("the answer would have more than 12 MiB: ask for {}", instead));
}

absl::Status FontMissing(std::string_view family) {
  return FailedPrecondition(
      "FONT_MISSING", "format",
      fmt::format("the font '{}' is not installed where the service runs; install it, or export "
                  "as XLSX or CSV",
                  family));
}

}  // namespace kefu::performance::error
