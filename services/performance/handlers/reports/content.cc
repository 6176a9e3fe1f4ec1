#include "services/performance/handlers/reports/content.h"

#include <algorithm>
#include <map>

#include "common/status/status_macros.h"
#include "services/performance/convert/figures.h"
#include "services/performance/errors_reports.h"
#include "services/performance/store/facts.h"

namespace kefu::performance {
namespace {

using domain::ReportPeriod;
using domain::ReportRows;

constexpr int kAttempts = 3;  // at figures of one state while facts arrive

// Asks for the figures of a section over some days.
class Asker {
 public:
  Asker(const ReportDependencies& deps, const RequestContext& ctx,
        const convert::AskedReport& asked, const std::string& definition_id)
      : deps_(deps), ctx_(ctx), asked_(asked), definition_id_(definition_id) {}

  absl::StatusOr<v1::GetMetricsResponse> Ask(const domain::ReportSectionSpec& section,
                                             const ReportPeriod& period) const {
    v1::GetMetricsRequest request;
    request.set_shop_id(asked_.shop_id);
    request.set_definition_id(definition_id_);
    *request.mutable_period() = convert::ToProto(period.first, period.last);
    for (const auto* metric : section.metrics) request.add_metric_ids(std::string(metric->id));
    if (asked_.subject.kind == domain::SubjectKind::kTeam) request.set_team_id(asked_.subject.id);
    if (asked_.subject.kind == domain::SubjectKind::kBase) request.set_base_id(asked_.subject.id);
    if (asked_.subject.kind == domain::SubjectKind::kAgent) request.set_agent_id(asked_.subject.id);
    request.set_by_day(section.rows == ReportRows::kDays);
    request.set_by_team(section.rows == ReportRows::kTeams);
    request.set_by_agent(section.rows == ReportRows::kAgents);
    return deps_.figures.GetMetrics(ctx_, request);
  }

 private:
  const ReportDependencies& deps_;
  const RequestContext& ctx_;
  const convert::AskedReport& asked_;
  const std::string& definition_id_;
};

std::string RowId(const v1::MetricRow& row, ReportRows rows) {
  switch (rows) {
    case ReportRows::kTotal:
      return "total";
    case ReportRows::kDays:
      return absl::FormatCivilTime(kefu::convert::FromProto(row.period().start_date()));
    case ReportRows::kTeams:
      return row.subject().team_id();
    case ReportRows::kAgents:
      return row.subject().agent_id();
  }
  return "";
}

int64_t SalesOf(const v1::ReportRow& row) {
  for (const v1::MetricValue& value : row.values()) {
    if (value.metric_id() == "sales") return value.numerator();
  }
  return 0;
}

// Describes a section's columns and its chart.
void Describe(const domain::ReportSectionSpec& spec, v1::ReportSection& section) {
  section.set_section_id(std::string(spec.id));
  section.set_title_zh(std::string(spec.title_zh));
  section.set_title_en(std::string(spec.title_en));
  for (const auto* metric : spec.metrics) *section.add_metrics() = convert::ToProto(*metric);
  if (spec.chart_metric.empty()) return;
  section.set_chart(spec.rows == ReportRows::kDays ? v1::REPORT_CHART_LINE : v1::REPORT_CHART_BAR);
  section.add_chart_metric_ids(std::string(spec.chart_metric));
}

// Adds a section with its rows, and the definition, which all sections share.
absl::Status AddSection(const Asker& asker, const domain::ReportSectionSpec& spec,
                        const ReportPeriod& period, const ReportPeriod& before,
                        v1::Report& report) {
  v1::ReportSection& section = *report.add_sections();
  Describe(spec, section);
  ASSIGN_OR_RETURN(const auto answer, asker.Ask(spec, period));
  *report.mutable_definition() = answer.definition();
  std::map<std::string, v1::MetricRow> compared;
  if (spec.compared) {
    ASSIGN_OR_RETURN(const auto old, asker.Ask(spec, before));
    for (const v1::MetricRow& row : old.rows()) compared[RowId(row, spec.rows)] = row;
  }
  for (const v1::MetricRow& row : answer.rows()) {
    v1::ReportRow* out = section.add_rows();
    out->set_row_id(RowId(row, spec.rows));
    *out->mutable_values() = row.values();
    const auto old = compared.find(out->row_id());
    if (old != compared.end()) *out->mutable_compared() = old->second.values();
  }
  if (spec.rows == ReportRows::kTotal || spec.rows == ReportRows::kDays) return absl::OkStatus();
  std::sort(section.mutable_rows()->begin(), section.mutable_rows()->end(),
            [](const v1::ReportRow& a, const v1::ReportRow& b) {
              return SalesOf(a) != SalesOf(b) ? SalesOf(a) > SalesOf(b) : a.row_id() < b.row_id();
            });
  return absl::OkStatus();
}

absl::StatusOr<int64_t> VersionOf(const ReportDependencies& deps, const RequestContext& ctx,
                                  const ShopScope& shop) {
  return deps.database.RunInTransaction(
      ctx.deadline, [&](db::Transaction& t) { return store::FactsVersion(t, shop.scope); });
}

}  // namespace

absl::StatusOr<v1::Report> ReportContent(const ReportDependencies& deps, const RequestContext& ctx,
                                         const ShopScope& shop, const convert::AskedReport& asked,
                                         const std::string& definition_id) {
  const ReportPeriod period = domain::ReportPeriodOf(asked.kind, asked.day);
  const ReportPeriod before = domain::PeriodBefore(asked.kind, period);
  if (!domain::IsOver(period, ctx.now, shop.zone)) return error::PeriodNotOver(period.last);
  v1::Report head;
  head.set_kind(convert::ToProto(asked.kind));
  *head.mutable_subject() = convert::ToProto(asked.shop_id, asked.subject);
  *head.mutable_period() = convert::ToProto(period.first, period.last);
  *head.mutable_compared_period() = convert::ToProto(before.first, before.last);
  head.set_currency_code(shop.settings.currency_code);
  head.set_shop_name(shop.settings.display_name);
  const Asker asker(deps, ctx, asked, definition_id);
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    v1::Report report = head;
    ASSIGN_OR_RETURN(const int64_t version, VersionOf(deps, ctx, shop));
    for (const auto& spec : domain::ReportSections(asked.kind, asked.subject.kind)) {
      RETURN_IF_ERROR(AddSection(asker, spec, period, before, report));
    }
    ASSIGN_OR_RETURN(const int64_t now_version, VersionOf(deps, ctx, shop));
    if (version == now_version) return report;
  }
  return error::FactsChanging();
}

}  // namespace kefu::performance
