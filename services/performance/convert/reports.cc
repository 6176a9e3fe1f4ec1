#include "services/performance/convert/reports.h"

#include "common/convert/fields.h"
#include "common/hash/sha256.h"
#include "common/money/money.h"
#include "common/status/error.h"
#include "services/performance/convert/figures.h"
#include "services/performance/domain/metrics.h"

namespace kefu::performance::convert {

namespace {

template <class Request>
AskedReport AskedFrom(const Request& request, FieldViolations& violations) {
  AskedReport asked;
  violations.Check(
      request.kind() == v1::REPORT_KIND_WEEKLY || request.kind() == v1::REPORT_KIND_MONTHLY, "kind",
      "must be REPORT_KIND_WEEKLY or REPORT_KIND_MONTHLY");
  if (request.kind() == v1::REPORT_KIND_MONTHLY) asked.kind = domain::ReportKind::kMonthly;
  const v1::Subject& subject = request.subject();
  asked.subject = SubjectFrom(subject, violations);
  if (subject.all_shops()) {
    violations.Check(subject.shop_id().empty() && asked.subject == domain::SubjectId{},
                     "subject.all_shops",
                     "cannot be set together with shop_id, team_id, agent_id or base_id");
    asked.currency_code = request.currency_code();
    violations.Check(asked.currency_code.empty() || IsKnownCurrency(asked.currency_code),
                     "currency_code", "must be an ISO 4217 code such as CNY");
  } else {
    asked.shop_id = kefu::convert::Id(subject.shop_id(), "subject.shop_id", violations);
    violations.Check(request.currency_code().empty(), "currency_code",
                     "belongs to subject.all_shops only");
  }
  asked.day = kefu::convert::RequiredDay(request.has_day(), request.day(), "day", violations);
  return asked;
}

// Reports of before METRIC_UNIT_MEAN say METRIC_UNIT_RATIO of such means. What a figure's value is
// has not changed, and so they are read as all others.
void UseTodaysUnits(v1::ReportSection& section) {
  for (v1::MetricInfo& metric : *section.mutable_metrics()) {
    const domain::MetricSpec* const spec = domain::FindMetric(metric.metric_id());
    if (spec == nullptr || spec->unit != domain::Unit::kMean) continue;
    metric.set_unit(v1::METRIC_UNIT_MEAN);
    for (v1::ReportRow& row : *section.mutable_rows()) {
      for (auto* values : {row.mutable_values(), row.mutable_compared()}) {
        for (v1::MetricValue& value : *values) {
          if (value.metric_id() == spec->id) value.set_unit(v1::METRIC_UNIT_MEAN);
        }
      }
    }
  }
}

}  // namespace

AskedReport AskedReportFrom(const v1::CreateReportRequest& request, FieldViolations& violations) {
  return AskedFrom(request, violations);
}
AskedReport AskedReportFrom(const v1::GetReportRequest& request, FieldViolations& violations) {
  return AskedFrom(request, violations);
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

std::string OrganizationKey(std::string_view currency_code) {
  return "all:" + std::string(currency_code);
}

std::string ContentHash(const v1::Report& report) {
  v1::Report content = report;
  content.clear_report_id();
  content.clear_version();
  content.clear_create_time();
  content.clear_content_hash();
  // How many figures there would be is none of them.
  for (v1::ReportSection& section : *content.mutable_sections()) section.clear_metrics_in_all();
  return Hex(Sha256({SerializeDeterministically(content)}));
}

absl::StatusOr<v1::Report> ReportFromBytes(std::string_view head, std::string_view body) {
  v1::Report report;
  if (!report.ParseFromArray(head.data(), static_cast<int>(head.size())) ||
      !report.MergeFromString(std::string(body)))
    return Internal("a stored report cannot be read");
  for (v1::ReportSection& section : *report.mutable_sections()) UseTodaysUnits(section);
  return report;
}

}  // namespace kefu::performance::convert
