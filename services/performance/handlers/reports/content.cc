#include "services/performance/handlers/reports/content.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>

#include "common/status/status_macros.h"
#include "services/performance/convert/figures.h"
#include "services/performance/errors_payroll.h"
#include "services/performance/errors_reports.h"
#include "services/performance/store/facts.h"
#include "services/performance/store/names.h"
#include "services/performance/store/people.h"
#include "services/performance/store/rollups.h"

namespace kefu::performance {
namespace {

using domain::ReportPeriod;
using domain::ReportRows;

constexpr int kAttempts = 3;  // at figures of one state while facts arrive

// Asks for the figures of a section over some days.
class Asker {
 public:
  Asker(const ReportDependencies& deps, const RequestContext& ctx, const ReportScope& scope,
        const convert::AskedReport& asked, const std::string& definition_id)
      : deps_(deps), ctx_(ctx), scope_(scope), asked_(asked), definition_id_(definition_id) {}

  absl::StatusOr<v1::GetMetricsResponse> Ask(const domain::ReportSectionSpec& section,
                                             const ReportPeriod& period) const {
    v1::GetMetricsRequest request;
    request.set_definition_id(definition_id_);
    *request.mutable_period() = convert::ToProto(period.first, period.last);
    for (const auto* metric : section.metrics) request.add_metric_ids(std::string(metric->id));
    if (section.rows == ReportRows::kShops) return AskEachShop(std::move(request));
    request.set_shop_id(asked_.shop_id);
    request.set_all_shops(asked_.shop_id.empty());
    if (asked_.subject.kind == domain::SubjectKind::kTeam) request.set_team_id(asked_.subject.id);
    if (asked_.subject.kind == domain::SubjectKind::kBase) request.set_base_id(asked_.subject.id);
    if (asked_.subject.kind == domain::SubjectKind::kAgent) request.set_agent_id(asked_.subject.id);
    request.set_by_day(section.rows == ReportRows::kDays);
    request.set_by_team(section.rows == ReportRows::kTeams);
    request.set_by_agent(section.rows == ReportRows::kAgents);
    ASSIGN_OR_RETURN(v1::GetMetricsResponse response, deps_.figures.GetMetrics(ctx_, request));
    auto* rows = response.mutable_rows();
    for (int i = rows->size() - 1; i >= 0; --i) {
      if (rows->Get(i).currency_code() != scope_.currency) rows->erase(rows->begin() + i);
    }
    return response;
  }

 private:
  absl::StatusOr<v1::GetMetricsResponse> AskEachShop(v1::GetMetricsRequest request) const {
    v1::GetMetricsResponse all;
    for (const ShopScope& shop : scope_.shops) {
      request.set_shop_id(shop.scope.shop_id);
      ASSIGN_OR_RETURN(const auto response, deps_.figures.GetMetrics(ctx_, request));
      *all.mutable_definition() = response.definition();
      all.mutable_rows()->MergeFrom(response.rows());
    }
    return all;
  }

  const ReportDependencies& deps_;
  const RequestContext& ctx_;
  const ReportScope& scope_;
  const convert::AskedReport& asked_;
  const std::string& definition_id_;
};

std::string RowId(const v1::MetricRow& row, ReportRows rows) {
  switch (rows) {
    case ReportRows::kTotal:
      return "total";
    case ReportRows::kDays:
      return absl::FormatCivilTime(kefu::convert::FromProto(row.period().start_date()));
    case ReportRows::kShops:
      return row.subject().shop_id();
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
  section.set_metrics_in_all(static_cast<int>(spec.metrics_in_all));
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

// Of each shop's facts.
absl::StatusOr<std::vector<int64_t>> VersionsOf(const ReportDependencies& deps,
                                                const RequestContext& ctx,
                                                const ReportScope& scope) {
  return deps.database.RunInTransaction(
      ctx.deadline, [&](db::Transaction& t) -> absl::StatusOr<std::vector<int64_t>> {
        std::vector<int64_t> versions;
        for (const ShopScope& shop : scope.shops) {
          ASSIGN_OR_RETURN(versions.emplace_back(), store::FactsVersion(t, shop.scope));
        }
        return versions;
      });
}

// Whether staffing has ever told of the team, agent or base.
absl::StatusOr<bool> IsToldOf(db::Transaction& t, const store::Scope& scope,
                              const domain::SubjectId& subject) {
  if (subject.kind == domain::SubjectKind::kBase) {
    ASSIGN_OR_RETURN(const auto bases, store::BasesOfAgents(t, scope.org_id));
    return std::ranges::any_of(bases, [&](const auto& agent) {
      return std::ranges::any_of(agent.second,
                                 [&](const domain::Membership& m) { return m.id == subject.id; });
    });
  }
  const bool team = subject.kind == domain::SubjectKind::kTeam;
  ASSIGN_OR_RETURN(const auto names,
                   store::NamesOf(t, scope.org_id,
                                  team ? store::Named::kTeam : store::Named::kAgent, {subject.id}));
  if (team || !names.empty()) return !names.empty();
  ASSIGN_OR_RETURN(const auto employments, store::LoadEmployments(t, scope.org_id, {subject.id}));
  return !employments.empty();
}

// A mistyped id makes no report of nothing: whoever has no figures must be known to staffing.
absl::Status RequireSubject(const ReportDependencies& deps, const RequestContext& ctx,
                            const ReportScope& scope, const convert::AskedReport& asked,
                            const v1::Report& report) {
  if (asked.subject.kind == domain::SubjectKind::kShop) return absl::OkStatus();
  const auto figures = [](const auto& values) {
    return std::ranges::any_of(values, [](const v1::MetricValue& value) {
      return value.numerator() != 0 || value.denominator() != 0;
    });
  };
  const bool has_figures =
      std::ranges::any_of(report.sections(), [&](const v1::ReportSection& section) {
        return std::ranges::any_of(section.rows(), [&](const v1::ReportRow& row) {
          return figures(row.values()) || figures(row.compared());
        });
      });
  if (has_figures) return absl::OkStatus();
  ASSIGN_OR_RETURN(const bool known,
                   deps.database.RunInTransaction(ctx.deadline, [&](db::Transaction& t) {
                     return IsToldOf(t, scope.scope, asked.subject);
                   }));
  return known ? absl::OkStatus() : error::ReportSubjectNotFound(asked.subject.id);
}

}  // namespace

absl::StatusOr<ReportScope> RequireReportScope(const ReportDependencies& deps,
                                               const RequestContext& ctx,
                                               const convert::AskedReport& asked) {
  if (!asked.shop_id.empty()) {
    ASSIGN_OR_RETURN(const ShopScope shop,
                     RequireShopScope(deps.database, ctx, asked.shop_id, ctx.deadline));
    return ReportScope{shop.scope, {shop}, shop.settings.currency_code, shop.settings.display_name};
  }
  RETURN_IF_ERROR(RequireWholeOrganization(ctx));
  ASSIGN_OR_RETURN(const auto shops, ShopsInSight(deps.database, ctx, ctx.deadline));
  if (shops.empty()) return error::NoShops();
  std::set<std::string> currencies;
  for (const ShopScope& shop : shops) currencies.insert(shop.settings.currency_code);
  ReportScope scope{{ctx.principal.org_id, ""}, {}, asked.currency_code, ""};
  if (scope.currency.empty() && currencies.size() == 1) scope.currency = *currencies.begin();
  if (!currencies.contains(scope.currency))
    return error::ReportCurrency(fmt::format("{}", fmt::join(currencies, ", ")));
  for (const ShopScope& shop : shops) {
    if (shop.settings.currency_code == scope.currency) scope.shops.push_back(shop);
  }
  return scope;
}

absl::StatusOr<v1::Report> ReportContent(const ReportDependencies& deps, const RequestContext& ctx,
                                         const ReportScope& scope,
                                         const convert::AskedReport& asked,
                                         const std::string& definition_id) {
  const ReportPeriod period = domain::ReportPeriodOf(asked.kind, asked.day);
  const ReportPeriod before = domain::PeriodBefore(asked.kind, period);
  for (const ShopScope& shop : scope.shops) {
    if (!domain::IsOver(period, ctx.now, shop.zone)) return error::PeriodNotOver(period.last);
  }
  const bool organization = scope.scope.shop_id.empty();
  v1::Report head;
  head.set_kind(convert::ToProto(asked.kind));
  *head.mutable_subject() = convert::ToProto(asked.shop_id, asked.subject);
  head.mutable_subject()->set_all_shops(organization);
  *head.mutable_period() = convert::ToProto(period.first, period.last);
  *head.mutable_compared_period() = convert::ToProto(before.first, before.last);
  head.set_currency_code(scope.currency);
  head.set_shop_name(scope.name);
  const Asker asker(deps, ctx, scope, asked, definition_id);
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    v1::Report report = head;
    ASSIGN_OR_RETURN(const auto versions, VersionsOf(deps, ctx, scope));
    for (const auto& spec : domain::ReportSections(asked.kind, asked.subject.kind, organization)) {
      RETURN_IF_ERROR(AddSection(asker, spec, period, before, report));
    }
    ASSIGN_OR_RETURN(const auto versions_now, VersionsOf(deps, ctx, scope));
    if (versions != versions_now) continue;
    RETURN_IF_ERROR(RequireSubject(deps, ctx, scope, asked, report));
    return report;
  }
  return error::FactsChanging();
}

}  // namespace kefu::performance
