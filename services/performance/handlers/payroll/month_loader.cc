#include "services/performance/handlers/payroll/month_loader.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <utility>

#include "common/status/status_macros.h"
#include "services/performance/convert/bodies.h"
#include "services/performance/convert/people.h"
#include "services/performance/domain/judgement/score.h"
#include "services/performance/domain/payroll/awards.h"
#include "services/performance/handlers/judgement/month.h"
#include "services/performance/store/payroll.h"
#include "services/performance/store/people.h"

namespace kefu::performance {
namespace {

namespace pay = domain::payroll;
using domain::Measure;
using domain::SubjectKind;

pay::Buyer BuyerOf(const domain::Order& order) {
  return order.new_buyer ? pay::kNew : pay::kReturning;
}

// A paid-back row with what its bodies say.
struct Refunded {
  store::PaidBackRow row;
  int64_t amount_minor = 0;
  pay::Buyer buyer = pay::kReturning;
};
absl::StatusOr<std::vector<Refunded>> RefundsOf(db::Transaction& t, const ShopScope& shop,
                                                const std::string& definition, absl::CivilDay month,
                                                std::string_view agent_id) {
  ASSIGN_OR_RETURN(
      auto rows, store::LoadPaidBack(t, shop.scope, definition, month, LastDayOf(month), agent_id));
  std::vector<Refunded> refunds;
  refunds.reserve(rows.size());
  for (store::PaidBackRow& row : rows) {
    ASSIGN_OR_RETURN(const domain::Refund refund, convert::RefundFromBody(row.body));
    ASSIGN_OR_RETURN(const domain::Order order, convert::OrderFromBody(row.order_body));
    refunds.push_back({std::move(row), refund.amount_minor, BuyerOf(order)});
  }
  return refunds;
}

// The month in which a refund's order was sold, but never after the refund's: what is paid back
// before it is paid counts in the month of the refund.
absl::CivilDay SaleMonth(const Refunded& refund) {
  return absl::CivilDay(absl::CivilMonth(std::min(refund.row.pay_day, refund.row.day)));
}

int64_t UnpaidMinutes(const domain::AttendanceSummary& sum) {
  return sum.absence_minutes + sum.unpaid_leave_minutes;
}

}  // namespace

struct MonthLoader::Month {
  absl::CivilDay first, last;
  pay::MonthInput input;
  std::map<std::string, pay::AgentInput> agents;
  // Sales and refunds of the month by agent and day of the sale.
  std::map<std::string, std::map<absl::CivilDay, pay::GradeDays>> days;
  // Refunds of earlier months' orders by agent, month and buyer.
  std::map<std::tuple<std::string, absl::CivilDay, pay::Buyer>, int64_t> earlier;
};

absl::Status MonthLoader::LoadPeople() {
  if (people_loaded_) return absl::OkStatus();
  ASSIGN_OR_RETURN(employments_, store::LoadEmployments(t_, scope_.scope.org_id, {}));
  ASSIGN_OR_RETURN(of_bases_, store::LoadBaseAgents(t_, scope_.scope.org_id));
  people_loaded_ = true;
  return absl::OkStatus();
}

absl::Status MonthLoader::AddFigures(Month& month, const ShopScope& shop,
                                     const pay::PayPlan& plan) {
  absl::CivilDay begin = month.first;
  for (const pay::Award& award : plan.awards) {
    if (!pay::PaidIn(award.period, month.first)) continue;
    begin = std::min(begin, MonthBefore(month.first, pay::MonthsOf(award.period) - 1));
  }
  const absl::CivilDay quarter = MonthBefore(month.first, (month.first.month() - 1) % 3);
  const std::string definition = scope_.definition->Key();
  // Month by month, so that a year's days are never in memory together.
  for (absl::CivilDay at = begin; at <= month.first; at = LastDayOf(at) + 1) {
    ASSIGN_OR_RETURN(const auto rows, store::LoadRollups(t_, shop.scope, definition, at,
                                                         LastDayOf(at), SubjectKind::kAgent, ""));
    for (const store::RollupRow& row : rows) {
      pay::AgentInput& agent = month.agents[row.subject.id];
      const pay::Figures figures = pay::FiguresOf(row.measures);
      agent.year += figures;
      if (at >= quarter) agent.quarter += figures;
      if (at != month.first) continue;
      agent.month += figures;
      agent.has_figures = true;
      pay::GradeDays& day = month.days[row.subject.id][row.day];
      const int64_t to_new = row.measures[Measure::kNewBuyerSalesMinor];
      day.sales_minor[pay::kNew] += to_new;
      day.sales_minor[pay::kReturning] += row.measures[Measure::kSalesMinor] - to_new;
    }
  }
  ASSIGN_OR_RETURN(const auto rows, store::LoadRollups(t_, shop.scope, definition, month.first,
                                                       month.last, SubjectKind::kShop, ""));
  for (const store::RollupRow& row : rows) {
    month.input.shop_net_sales_minor +=
        row.measures[Measure::kSalesMinor] - row.measures[Measure::kRefundMinor];
  }
  return absl::OkStatus();
}

absl::Status MonthLoader::AddRefunds(Month& month, const ShopScope& shop) {
  ASSIGN_OR_RETURN(const auto refunds,
                   RefundsOf(t_, shop, scope_.definition->Key(), month.first, ""));
  for (const Refunded& refund : refunds) {
    const std::string& agent_id = refund.row.agent_id;
    month.agents[agent_id];
    if (SaleMonth(refund) < month.first) {
      month.earlier[{agent_id, SaleMonth(refund), refund.buyer}] += refund.amount_minor;
    } else {
      month.days[agent_id][std::min(refund.row.pay_day, month.last)].refunds_minor[refund.buyer] +=
          refund.amount_minor;
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<std::map<std::string, std::vector<domain::Attendance>>> MonthLoader::Attendance(
    absl::CivilDay month) {
  std::map<std::string, std::vector<domain::Attendance>> by_agent;
  for (const ShopScope& shop : scope_.shops) {
    ASSIGN_OR_RETURN(const auto bodies,
                     store::LoadPeopleFacts(t_, store::PeopleFact::kAttendance, shop.scope, month,
                                            LastDayOf(month)));
    ASSIGN_OR_RETURN(auto records, convert::AttendanceFromBodies(bodies));
    for (domain::Attendance& record : records) {
      std::vector<domain::Attendance>& of_agent = by_agent[record.agent_id];
      of_agent.push_back(std::move(record));
    }
  }
  return by_agent;
}

absl::Status MonthLoader::AddAttendance(Month& month) {
  ASSIGN_OR_RETURN(const auto by_agent, Attendance(month.first));
  for (const auto& [agent_id, records] : by_agent) {
    const domain::AttendanceSummary sum = domain::SumAttendance(records);
    pay::AgentInput& agent = month.agents[agent_id];
    agent.scheduled_minutes = sum.scheduled_minutes;
    agent.unpaid_minutes = UnpaidMinutes(sum);
    agent.late_count = sum.late_count;
    agent.early_count = sum.early_count;
    agent.absence_count = sum.absence_count;
  }
  return absl::OkStatus();
}

// A group answers together: each of its members of the day.
absl::Status MonthLoader::AddConduct(Month& month, const ShopScope& shop) {
  ASSIGN_OR_RETURN(const auto bodies, store::LoadPeopleFacts(t_, store::PeopleFact::kConduct,
                                                             shop.scope, month.first, month.last));
  ASSIGN_OR_RETURN(const auto events, convert::ConductFromBodies(bodies));
  for (const domain::ConductEvent& event : events) {
    if (!domain::Counts(event) || event.money_minor == 0) continue;
    std::set<std::string> agents;
    if (!event.agent_id.empty()) agents.insert(event.agent_id);
    if (!event.team_id.empty()) {
      ASSIGN_OR_RETURN(const auto teams, store::TeamsOnDay(t_, scope_.scope.org_id, event.day));
      for (const auto& [agent_id, of_agent] : teams) {
        if (std::ranges::find(of_agent, event.team_id) != of_agent.end()) agents.insert(agent_id);
      }
    }
    for (const std::string& agent_id : agents) {
      month.agents[agent_id].conduct.push_back(
          {event.id, event.kind, event.day, event.money_minor});
    }
  }
  return absl::OkStatus();
}

// By the shop where most of the agent's customers were, the first by id of several: a score is of
// one shop's month and cannot be added to another's.
absl::Status MonthLoader::AddScores(Month& month, const std::string& scorecard_id) {
  if (scorecard_id.empty()) return absl::OkStatus();
  std::map<std::string, double> customers;  // at the shop whose score counts so far
  for (const ShopScope& shop : scope_.shops) {
    const absl::CivilMonth of(month.first);
    ASSIGN_OR_RETURN(const domain::Scorecard card, ScorecardFor(t_, shop.scope, scorecard_id, of));
    ASSIGN_OR_RETURN(const domain::MonthFacts facts,
                     LoadMonth(t_, shop, scope_.definition->Key(), card, of));
    for (const std::string& agent_id : AgentsOf(facts)) {
      const auto found = month.agents.find(agent_id);
      if (found == month.agents.end()) continue;
      const auto figures = facts.figures.find(agent_id);
      const double here = figures == facts.figures.end()
                              ? 0
                              : domain::ValueOf(figures->second, "consulted").value_or(0);
      const auto [most, first] = customers.try_emplace(agent_id, here);
      if (!first && here <= most->second) continue;
      most->second = here;
      const domain::Score score = domain::ScoreAgent(card, facts, agent_id);
      pay::AgentInput& agent = found->second;
      agent.scorecard = fmt::format("{}@{}", score.scorecard_id, score.version);
      agent.score =
          score.complete ? std::optional(domain::WholePoints(score.points)) : std::nullopt;
      agent.score_effect_bps = std::min(score.bonus_effect_bps, pay::kMaxFactorBps);
    }
  }
  return absl::OkStatus();
}

void MonthLoader::AddEmployment(absl::CivilDay month, pay::AgentInput& agent) const {
  const absl::CivilDay last = LastDayOf(month);
  const auto found = employments_.find(agent.agent_id);
  agent.employment_known = found != employments_.end() && !found->second.spans.empty();
  if (!agent.employment_known) {
    // Whoever sold was there; of others nothing is known.
    agent.employed_days = agent.has_figures ? static_cast<int32_t>(last - month + 1) : 0;
    return;
  }
  for (absl::CivilDay day = month; day <= last; ++day) {
    const domain::EmploymentSpan* const span = domain::EmployedOn(found->second, day);
    if (span == nullptr) continue;
    ++agent.employed_days;
    agent.hire_day = span->hire_day;
    agent.leave_day = span->leave_day;
  }
}

absl::StatusOr<pay::AgentInput> MonthLoader::Person(absl::CivilDay month,
                                                    const std::string& agent_id) {
  RETURN_IF_ERROR(LoadPeople());
  pay::AgentInput agent{.agent_id = agent_id};
  AddEmployment(month, agent);
  return agent;
}

namespace {

// The days one after another, those with the same grade as one.
std::vector<pay::GradeDays> ByGrade(const std::map<absl::CivilDay, pay::GradeDays>& days,
                                    const domain::Employment* employment, absl::CivilDay first,
                                    absl::CivilDay last) {
  std::vector<pay::GradeDays> parts;
  for (absl::CivilDay day = first; day <= last; ++day) {
    const domain::TierSpan* const tier =
        employment == nullptr ? nullptr : domain::TierOn(*employment, day);
    const std::string grade = tier == nullptr ? "" : tier->grade_id;
    if (parts.empty() || parts.back().grade_id != grade) {
      parts.push_back({.first = day, .last = day, .grade_id = grade});
    }
    pay::GradeDays& part = parts.back();
    part.last = day;
    const auto sold = days.find(day);
    if (sold == days.end()) continue;
    for (size_t b = 0; b < pay::kBuyers; ++b) {
      part.sales_minor[b] += sold->second.sales_minor[b];
      part.refunds_minor[b] += sold->second.refunds_minor[b];
    }
  }
  return parts;
}

}  // namespace

absl::StatusOr<pay::MonthInput> MonthLoader::Load(absl::CivilDay first, const pay::PayPlan& plan) {
  RETURN_IF_ERROR(LoadPeople());
  Month month{.first = first, .last = LastDayOf(first)};
  month.input.month = first;
  for (const ShopScope& shop : scope_.shops) {
    RETURN_IF_ERROR(AddFigures(month, shop, plan));
    RETURN_IF_ERROR(AddRefunds(month, shop));
    RETURN_IF_ERROR(AddConduct(month, shop));
  }
  RETURN_IF_ERROR(AddAttendance(month));
  RETURN_IF_ERROR(AddScores(month, plan.scorecard_id));
  if (scope_.scope.shop_id.empty()) {
    for (const auto& [agent_id, employment] : employments_) {
      for (absl::CivilDay day = month.first; day <= month.last; ++day) {
        if (domain::EmployedOn(employment, day) != nullptr) month.agents[agent_id];
      }
    }
  }
  for (const auto& [key, minor] : month.earlier) {
    const auto& [agent_id, sale_month, buyer] = key;
    month.agents[agent_id].earlier_sales.push_back(
        {.month = sale_month, .buyer = buyer, .refunds_minor = minor});
  }
  for (auto& [agent_id, agent] : month.agents) {
    if (of_bases_.contains(agent_id)) continue;
    agent.agent_id = agent_id;
    AddEmployment(first, agent);
    const auto employment = employments_.find(agent_id);
    agent.days = ByGrade(month.days[agent_id],
                         employment == employments_.end() ? nullptr : &employment->second,
                         month.first, month.last);
    month.input.agents.push_back(std::move(agent));
  }
  return std::move(month.input);
}

absl::StatusOr<std::map<std::string, pay::Sources>> MonthLoader::LoadSources(
    absl::CivilDay month, const std::string& agent_id) {
  std::map<std::string, pay::Sources> sources;
  const std::string definition = scope_.definition->Key();
  for (const ShopScope& shop : scope_.shops) {
    ASSIGN_OR_RETURN(const auto refunds, RefundsOf(t_, shop, definition, month, agent_id));
    std::map<std::string, int64_t> refunded;  // of the month's own orders
    for (const Refunded& refund : refunds) {
      if (SaleMonth(refund) >= month) {
        refunded[refund.row.order_id] += refund.amount_minor;
      } else {
        sources[refund.row.agent_id].refunds.push_back({refund.row.refund_id, refund.row.order_id,
                                                        refund.row.day, refund.row.pay_day,
                                                        refund.amount_minor, refund.buyer});
      }
    }
    ASSIGN_OR_RETURN(const auto sold, store::LoadSold(t_, shop.scope, definition, month,
                                                      LastDayOf(month), agent_id));
    for (const store::SoldRow& row : sold) {
      ASSIGN_OR_RETURN(const domain::Order order, convert::OrderFromBody(row.body));
      sources[row.agent_id].orders.push_back({row.order_id, row.pay_day,
                                              order.paid_minor.value_or(0), refunded[row.order_id],
                                              BuyerOf(order)});
    }
  }
  ASSIGN_OR_RETURN(const auto attendance, Attendance(month));
  for (const auto& [id, records] : attendance) {
    if (!agent_id.empty() && id != agent_id) continue;
    const auto counted = domain::SumAttendance(records).record_ids;
    for (const domain::Attendance& record : records) {
      const std::string record_id = domain::AttendanceId(record);
      if (std::ranges::find(counted, record_id) == counted.end()) continue;
      const auto sum = domain::SumAttendance(std::span(&record, 1));
      sources[id].attendance.push_back({record_id, record.day, UnpaidMinutes(sum), sum.late_count,
                                        sum.early_count, sum.absence_count});
    }
  }
  return sources;
}

}  // namespace kefu::performance
