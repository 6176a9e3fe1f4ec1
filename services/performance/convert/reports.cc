#include "services/performance/convert/reports.h"

#include "common/hash/sha256.h"
#include "common/status/error.h"
#include "services/performance/convert/figures.h"

namespace kefu::performance::convert {

AskedReport AskedReportFrom(v1::ReportKind kind, const v1::Subject& subject, bool has_day,
                            const kefu::common::v1::Date& day, FieldViolations& violations) {
  AskedReport asked;
  violations.Check(kind == v1::REPORT_KIND_WEEKLY || kind == v1::REPORT_KIND_MONTHLY, "kind",
                   "must be REPORT_KIND_WEEKLY or REPORT_KIND_MONTHLY");
  if (kind == v1::REPORT_KIND_MONTHLY) asked.kind = domain::ReportKind::kMonthly;
  asked.shop_id = kefu::convert::Id(subject.shop_id(), "subject.shop_id", violations);
  asked.subject = SubjectFrom(subject, violations);
  asked.day = kefu::convert::RequiredDay(has_day, day, "day", violations);
  return asked;
}

v1::ReportKind ToProto(domain::ReportKind kind) {
  return kind == domain::ReportKind::kMonthly ? v1::REPORT_KIND_MONTHLY : v1::REPORT_KIND_WEEKLY;
}

std::string_view KindName(domain::ReportKind kind) {
  return kind == domain::ReportKind::kMonthly ? "MONTHLY" : "WEEKLY";
}

std::string_view KindFilter(v1::ReportKind kind) {
  if (kind == v1::REPORT_KIND_WEEKLY) return KindName(domain::ReportKind::kWeekly);
  if (kind == v1::REPORT_KIND_MONTHLY) return KindName(domain::ReportKind::kMonthly);
  return "";
}

std::string SubjectKey(const domain::SubjectId& subject) {
  switch (subject.kind) {
    case domain::SubjectKind::kTeam:
      return "team:" + subject.id;
    case domain::SubjectKind::kAgent:
      return "agent:" + subject.id;
    case domain::SubjectKind::kBase:
      return "base:" + subject.id;
    default:
      return "shop";
  }
}

std::string ContentHash(const v1::Report& report) {
  v1::Report content = report;
  content.clear_report_id();
  content.clear_version();
  content.clear_create_time();
  content.clear_content_hash();
  return Hex(Sha256({SerializeDeterministically(content)}));
}

absl::StatusOr<v1::Report> ReportFromBytes(std::string_view head, std::string_view body) {
  v1::Report report;
  if (!report.ParseFromArray(head.data(), static_cast<int>(head.size())) ||
      !report.MergeFromString(std::string(body)))
    return Internal("a stored report cannot be read");
  return report;
}

}  // namespace kefu::performance::convert
