#include "services/staffing/handlers/training/from_figures.h"

#include <algorithm>
#include <span>
#include <utility>

#include "common/convert/fields.h"
#include "services/staffing/handlers/training/support.h"
#include "services/staffing/store/careers.h"
#include "services/staffing/store/days.h"
#include "services/staffing/store/weeks.h"

namespace kefu::staffing {
namespace {

using performance::v1::AgentMonth;
using performance::v1::MetricValue;
using performance::v1::MonthReported;
using performance::v1::ReportRow;
using performance::v1::WeekReported;

// What a part of a report tells of a period.
struct Figures {
  training::Period period = training::Period::kUnspecified;
  std::string shop_id, definition, report_id;
  int32_t version = 0;
  absl::CivilDay first, last;
  const ReportRow* shop = nullptr;
  std::vector<const ReportRow*> agents;
};

template <class Reported>
Figures FiguresIn(const Reported& reported, training::Period period) {
  return {.period = period,
          .shop_id = reported.shop_id(),
          .definition = reported.definition(),
          .report_id = reported.report_id(),
          .version = reported.version(),
          .first = kefu::convert::FromProto(reported.period().start_date()),
          .last = kefu::convert::FromProto(reported.period().end_date()),
          .shop = &reported.shop()};
}

// Whether a later report of the period is stored.
absl::StatusOr<bool> Outdated(db::Transaction& t, const std::string& org_id,
                              const Figures& figures) {
  const auto is_later = [&](const auto& row) {
    return row.shop_id == figures.shop_id && row.report_version > figures.version;
  };
  if (figures.period == training::Period::kWeek) {
    ASSIGN_OR_RETURN(const auto rows, store::WeekOfShop(t, org_id, figures.shop_id, figures.first));
    return std::ranges::any_of(rows, is_later);
  }
  const absl::CivilMonth month(figures.first);
  const std::vector<std::string> shops = {""};
  ASSIGN_OR_RETURN(const auto rows, store::MonthsOf(t, org_id, shops, month));
  return std::ranges::any_of(
      rows, [&](const store::MonthRow& row) { return row.month == month && is_later(row); });
}

// Served the shop in the period, and only after the sale.
absl::StatusOr<bool> AfterSalesOnly(db::Transaction& t, const std::string& org_id,
                                    const std::string& agent_id, const Figures& figures) {
  ASSIGN_OR_RETURN(const auto assignments, store::AssignmentsOf(t, org_id, agent_id));
  const domain::Period period{figures.first, figures.last};
  bool served = false;
  for (const domain::Assignment& assignment : assignments) {
    if (assignment.shop_id != figures.shop_id || !assignment.period.Overlaps(period)) continue;
    if (assignment.duty != domain::Duty::kAfterSales) return false;
    served = true;
  }
  return served;
}

Wanted WantedFor(const Figures& figures, const std::string& agent_id, const training::Figure& own,
                 const training::Weakness& weakness, int32_t catalogue_version) {
  Wanted wanted{.figures_from = figures.first};
  wanted.assignment.set_agent_id(agent_id);
  wanted.assignment.set_course_id(weakness.rule->course_id);
  v1::WeakFigure& figure = *wanted.assignment.mutable_figure();
  figure.set_rule_id(weakness.rule->id);
  figure.set_catalogue_version(catalogue_version);
  figure.set_shop_id(figures.shop_id);
  figure.set_metric_id(weakness.rule->metric_id);
  *figure.mutable_period()->mutable_start_date() = kefu::convert::ToProto(figures.first);
  *figure.mutable_period()->mutable_end_date() = kefu::convert::ToProto(figures.last);
  figure.set_value_millionths(weakness.value_millionths);
  figure.set_numerator(own.numerator);
  figure.set_denominator(own.denominator);
  figure.set_shop_value_millionths(weakness.shop_value_millionths);
  figure.set_bound_millionths(weakness.bound_millionths);
  figure.set_higher_is_weak(weakness.rule->higher_is_weak);
  figure.set_definition(figures.definition);
  figure.set_report_id(figures.report_id);
  figure.set_report_version(figures.version);
  return wanted;
}

absl::Status Assign(const Dependencies& deps, db::Transaction& t, const std::string& org_id,
                    const Figures& figures, absl::Time now) {
  ASSIGN_OR_RETURN(const training::Catalogue catalogue, TrainingCatalogueOf(t, org_id));
  ASSIGN_OR_RETURN(const absl::TimeZone zone, store::ZoneOf(t, org_id));
  const absl::CivilDay today = absl::ToCivilDay(now, zone);
  if (today - figures.last >= catalogue.figure_days) return absl::OkStatus();
  const training::Figures of_shop = convert::FiguresOf(*figures.shop);
  std::vector<Wanted> wanted;
  for (const ReportRow* row : figures.agents) {
    const training::Figures own = convert::FiguresOf(*row);
    const auto weak = training::Weaknesses(catalogue, figures.period, own, of_shop, false);
    if (weak.empty()) continue;
    ASSIGN_OR_RETURN(const bool after_sales, AfterSalesOnly(t, org_id, row->row_id(), figures));
    for (const training::Weakness& weakness :
         after_sales ? training::Weaknesses(catalogue, figures.period, own, of_shop, true) : weak) {
      wanted.push_back(WantedFor(figures, row->row_id(), own.at(weakness.rule->metric_id), weakness,
                                 catalogue.version));
    }
  }
  if (wanted.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const bool outdated, Outdated(t, org_id, figures));
  if (outdated) return absl::OkStatus();
  return AssignWanted(deps, t, {org_id, "", now}, std::move(wanted), today, catalogue.due_days)
      .status();
}

}  // namespace

absl::Status KeepDays(db::Transaction& t, const std::string& org_id,
                      const MonthReported& reported) {
  const Figures figures = FiguresIn(reported, training::Period::kMonth);
  ASSIGN_OR_RETURN(const bool outdated, Outdated(t, org_id, figures));
  if (outdated) return absl::OkStatus();
  const absl::CivilMonth month(figures.first);
  MonthReported head;
  head.set_report_id(reported.report_id());
  head.set_version(reported.version());
  head.set_definition(reported.definition());
  std::vector<store::DaysRow> rows;
  const auto add = [&](const std::string& agent_id, const MonthReported& body) {
    rows.push_back(
        {reported.shop_id(), month, agent_id, reported.version(), body.SerializeAsString()});
  };
  *head.mutable_day_metric_ids() = reported.day_metric_ids();
  if (reported.last()) add("", head);
  for (const AgentMonth& agent : reported.agents()) {
    MonthReported body = head;
    AgentMonth& kept = *body.add_agents();
    *kept.mutable_days() = agent.days();
    // The month's own figures say in what unit the days are.
    for (const MetricValue& value : agent.month().values()) {
      if (std::ranges::find(head.day_metric_ids(), value.metric_id()) !=
          head.day_metric_ids().end()) {
        *kept.mutable_month()->add_values() = value;
      }
    }
    add(agent.month().row_id(), body);
  }
  RETURN_IF_ERROR(store::SaveDays(t, org_id, rows));
  // Until all of it is here, what an earlier report said of others stays.
  if (!reported.last()) return absl::OkStatus();
  return store::DeleteDaysBefore(t, org_id, reported.shop_id(), month, reported.version());
}

absl::Status AssignFromMonth(const Dependencies& deps, db::Transaction& t,
                             const std::string& org_id, const MonthReported& reported,
                             absl::Time now) {
  Figures figures = FiguresIn(reported, training::Period::kMonth);
  for (const AgentMonth& agent : reported.agents()) figures.agents.push_back(&agent.month());
  return Assign(deps, t, org_id, figures, now);
}

absl::Status AssignFromWeek(const Dependencies& deps, db::Transaction& t, const std::string& org_id,
                            const WeekReported& reported, absl::Time now) {
  Figures figures = FiguresIn(reported, training::Period::kWeek);
  for (const ReportRow& agent : reported.agents()) figures.agents.push_back(&agent);
  return Assign(deps, t, org_id, figures, now);
}

}  // namespace kefu::staffing
