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
#include "services/performance/store/months.h"
#include "services/performance/store/payroll.h"
#include "services/performance/store/people.h"

namespace kefu::performance {
namespace {

namespace pay = domain::payroll;
using domain::Measure;
using domain::SubjectKind;

// How many months back the last shop is looked for of whoever works nowhere: longer leave needs
// attendance to say where.
constexpr int kPlacedBack = 12;

int64_t UnpaidMinutes(const domain::AttendanceSummary& sum) {
  return sum.absence_minutes + sum.unpaid_leave_minutes;
}

// Refunds and reviews of earlier sales alone are no work.
bool HasWorked(const domain::Measures& m) {
  return m[Measure::kConsulted] > 0 || m[Measure::kAgentMessages] > 0 ||
         m[Measure::kPaidOrders] > 0;
}

int64_t CustomersOf(const domain::Measures& m) {
  return std::max<int64_t>(m[Measure::kConsulted], HasWorked(m) ? 1 : 0);
}

}  // namespace

struct MonthLoader::Month {
  absl::CivilDay first, last;
  std::string definition;
  pay::MonthInput input;
  std::map<std::string, pay::AgentInput> agents;
  // Sales and refunds of the month by agent and day of the sale.
  std::map<std::string, std::map<absl::CivilDay, pay::GradeDays>> days;
  struct Earlier {
    int64_t refunds_minor = 0, before_minor = 0;
  };
  // Refunds of earlier months' orders by agent, month of the sale and buyer.
  std::map<std::tuple<std::string, absl::CivilDay, pay::Buyer>, Earlier> earlier;
};

absl::Status MonthLoader::LoadPeople() {
  if (people_loaded_) return absl::OkStatus();
  ASSIGN_OR_RETURN(employments_, store::LoadEmployments(t_, scope_.scope.org_id, {}));
  ASSIGN_OR_RETURN(bases_, store::LoadBases(t_, scope_.scope.org_id));
  ASSIGN_OR_RETURN(shops_, store::LoadShops(t_, scope_.scope.org_id));
  people_loaded_ = true;
  return absl::OkStatus();
}

bool MonthLoader::OfBase(const std::string& agent_id, absl::CivilDay day) const {
  const auto found = bases_.find(agent_id);
  return found != bases_.end() && !domain::BaseOn(found->second, day).empty();
}

bool MonthLoader::ChangesWithin(const std::string& agent_id, absl::CivilDay first,
                                absl::CivilDay last, bool grades) const {
  const auto within = [&](const auto& spans) {
    return std::ranges::any_of(
        spans, [&](const auto& span) { return span.start_day > first && span.start_day <= last; });
  };
  if (const auto bases = bases_.find(agent_id); bases != bases_.end() && within(bases->second)) {
    return true;
  }
  const auto employment = employments_.find(agent_id);
  return grades && employment != employments_.end() && within(employment->second.tiers);
}

absl::StatusOr<std::vector<store::RollupRow>> MonthLoader::OwnRows(const ShopScope& shop,
                                                                   const std::string& definition,
                                                                   absl::CivilDay first,
                                                                   absl::CivilDay last,
                                                                   bool grades) {
  ASSIGN_OR_RETURN(auto sums, store::SumPeriod(t_, shop.scope, definition, first, last,
                                               SubjectKind::kAgent, ""));
  std::vector<store::RollupRow> rows;
  for (store::SubjectSums& sum : sums) {
    const std::string& agent_id = sum.subject.id;
    if (!ChangesWithin(agent_id, first, last, grades)) {
      if (OfBase(agent_id, first)) continue;
      rows.push_back({first, std::move(sum.subject), std::move(sum.measures)});
      continue;
    }
    ASSIGN_OR_RETURN(auto days, store::LoadRollups(t_, shop.scope, definition, first, last,
                                                   SubjectKind::kAgent, agent_id));
    for (store::RollupRow& day : days) {
      if (!OfBase(agent_id, day.day)) rows.push_back(std::move(day));
    }
  }
  return rows;
}

void MonthLoader::Count(const std::set<std::string>& shop_ids) {
  counted_.clear();
  for (const ShopScope& shop : scope_.shops) {
    if (shop_ids.empty() || shop_ids.contains(shop.scope.shop_id)) counted_.push_back(&shop);
  }
}

absl::StatusOr<MonthLoader::Sales> MonthLoader::SalesIn(absl::CivilDay month,
                                                        const std::string& definition) {
  RETURN_IF_ERROR(LoadPeople());
  Count({});
  Sales sales;
  std::set<std::string> agents;
  for (const ShopScope* const counted : counted_) {
    const ShopScope& shop = *counted;
    ASSIGN_OR_RETURN(const auto rows,
                     OwnRows(shop, definition, month, LastDayOf(month), /*grades=*/false));
    for (const store::RollupRow& row : rows) {
      agents.insert(row.subject.id);
      sales.net_minor += row.measures[Measure::kSalesMinor] - row.measures[Measure::kRefundMinor];
    }
  }
  sales.agents = static_cast<int>(agents.size());
  return sales;
}

absl::Status MonthLoader::AddFigures(Month& month, const ShopScope& shop,
                                     const pay::PayPlan& plan) {
  ASSIGN_OR_RETURN(const auto rows,
                   OwnRows(shop, month.definition, month.first, month.last, /*grades=*/true));
  for (const store::RollupRow& row : rows) {
    pay::AgentInput& agent = month.agents[row.subject.id];
    agent.month += pay::FiguresOf(row.measures);
    agent.has_figures = agent.has_figures || HasWorked(row.measures);
    pay::GradeDays& day = month.days[row.subject.id][row.day];
    const int64_t to_new = row.measures[Measure::kNewBuyerSalesMinor];
    day.sales_minor[pay::kNew] += to_new;
    day.sales_minor[pay::kReturning] += row.measures[Measure::kSalesMinor] - to_new;
  }
  RETURN_IF_ERROR(AddAwardFigures(month, shop, plan));
  ASSIGN_OR_RETURN(const auto shop_sums,
                   store::SumPeriod(t_, shop.scope, month.definition, month.first, month.last,
                                    SubjectKind::kShop, ""));
  for (const store::SubjectSums& sum : shop_sums) {
    month.input.shop_net_sales_minor +=
        sum.measures[Measure::kSalesMinor] - sum.measures[Measure::kRefundMinor];
  }
  return absl::OkStatus();
}

// Of the quarter and the year, where an award of theirs is paid with this month.
absl::Status MonthLoader::AddAwardFigures(Month& month, const ShopScope& shop,
                                          const pay::PayPlan& plan) {
  for (const auto& [period, figures] :
       {std::pair{pay::AwardPeriod::kQuarter, &pay::AgentInput::quarter},
        std::pair{pay::AwardPeriod::kYear, &pay::AgentInput::year}}) {
    if (std::ranges::find(plan.awards, period, &pay::Award::period) == plan.awards.end() ||
        !pay::PaidIn(period, month.first)) {
      continue;
    }
    const absl::CivilDay begin = MonthBefore(month.first, pay::MonthsOf(period) - 1);
    ASSIGN_OR_RETURN(const auto rows,
                     OwnRows(shop, month.definition, begin, month.last, /*grades=*/false));
    for (const store::RollupRow& row : rows) {
      month.agents[row.subject.id].*figures += pay::FiguresOf(row.measures);
    }
  }
  return absl::OkStatus();
}

absl::Status MonthLoader::AddRefunds(Month& month, const ShopScope& shop) {
  ASSIGN_OR_RETURN(const auto refunds,
                   refunds_.CountedIn(shop.scope, month.definition, month.first));
  for (const CountedRefund& refund : refunds) {
    if (OfBase(refund.agent_id, refund.sale_day)) continue;
    month.agents[refund.agent_id];
    if (refund.sale_day < month.first) {
      const absl::CivilDay sale_month(absl::CivilMonth(refund.sale_day));
      month.earlier[{refund.agent_id, sale_month, refund.buyer}].refunds_minor +=
          refund.amount_minor;
    } else {
      month.days[refund.agent_id][refund.sale_day].refunds_minor[refund.buyer] +=
          refund.amount_minor;
    }
  }
  return absl::OkStatus();
}

// What the months between have taken back of the same sales.
absl::Status MonthLoader::AddRefundedBefore(Month& month) {
  std::set<absl::CivilDay> sale_months;
  for (const auto& [key, earlier] : month.earlier) sale_months.insert(std::get<1>(key));
  for (const absl::CivilDay sale_month : sale_months) {
    for (const ShopScope* const counted : counted_) {
      const ShopScope& shop = *counted;
      ASSIGN_OR_RETURN(const auto* const refunds,
                       refunds_.OfSales(shop.scope, month.definition, sale_month));
      for (const CountedRefund& refund : *refunds) {
        if (refund.day <= LastDayOf(sale_month) || refund.day >= month.first ||
            OfBase(refund.agent_id, refund.sale_day)) {
          continue;
        }
        const auto found = month.earlier.find({refund.agent_id, sale_month, refund.buyer});
        if (found != month.earlier.end()) found->second.before_minor += refund.amount_minor;
      }
    }
  }
  return absl::OkStatus();
}

namespace {

std::map<std::string, std::vector<domain::Attendance>> ByAgent(
    std::vector<domain::Attendance> records) {
  std::map<std::string, std::vector<domain::Attendance>> by_agent;
  for (domain::Attendance& record : records) {
    std::vector<domain::Attendance>& of_agent = by_agent[record.agent_id];
    of_agent.push_back(std::move(record));
  }
  return by_agent;
}

}  // namespace

// Each shop's records for themselves: a month's record in one says nothing of the days in another.
absl::Status MonthLoader::AddAttendance(Month& month) {
  ASSIGN_OR_RETURN(auto counted, CountedAttendance(month.first));
  for (std::vector<domain::Attendance>& of_shop : counted) {
    for (const auto& [agent_id, records] : ByAgent(std::move(of_shop))) {
      const domain::AttendanceSummary sum = domain::SumAttendance(records);
      pay::AgentInput& agent = month.agents[agent_id];
      agent.scheduled_minutes += sum.scheduled_minutes;
      agent.unpaid_minutes += UnpaidMinutes(sum);
      for (size_t i = 0; i < domain::kOvertimeDays; ++i) agent.overtime[i] += sum.overtime[i];
      agent.late_count += sum.late_count;
      agent.early_count += sum.early_count;
      agent.absence_count += sum.absence_count;
    }
  }
  return absl::OkStatus();
}

// A group answers together: each of its members of the day. What nobody has decided is no reward,
// and a fine that is shown.
absl::Status MonthLoader::AddConduct(Month& month, const ShopScope& shop,
                                     const pay::PayPlan& plan) {
  ASSIGN_OR_RETURN(const auto bodies, store::LoadPeopleFacts(t_, store::PeopleFact::kConduct,
                                                             shop.scope, month.first, month.last));
  ASSIGN_OR_RETURN(const auto events, convert::ConductFromBodies(bodies));
  for (const domain::ConductEvent& event : events) {
    if (!domain::Counts(event) || event.money_minor == 0) continue;
    if (event.money_minor > 0 && !domain::IsDecided(event)) continue;
    std::set<std::string> agents;
    if (!event.agent_id.empty()) agents.insert(event.agent_id);
    if (!event.team_id.empty()) {
      ASSIGN_OR_RETURN(const auto teams, store::TeamsOnDay(t_, scope_.scope.org_id, event.day));
      for (const auto& [agent_id, of_agent] : teams) {
        if (std::ranges::find(of_agent, event.team_id) != of_agent.end()) agents.insert(agent_id);
      }
    }
    for (const std::string& agent_id : agents) {
      if (OfBase(agent_id, event.day)) continue;
      month.agents[agent_id].conduct.push_back(
          {event.id, event.kind, event.day, event.money_minor,
           event.money_minor > 0 || (plan.conduct_fines && domain::IsDecided(event))});
    }
  }
  return absl::OkStatus();
}

// The fines of a scheme that takes them. An event that carries money of its own costs that, once.
void MonthLoader::AddFines(Month& month, const domain::Scorecard& card,
                           const domain::MonthFacts& facts, const std::string& agent_id,
                           const domain::Score& score) const {
  if (!card.fines_on) return;
  for (const domain::ProposedFine& fine : score.fines) {
    const auto event = std::ranges::find(facts.conduct, fine.conduct_id, &domain::ConductEvent::id);
    if (event == facts.conduct.end() || OfBase(agent_id, event->day)) continue;
    std::vector<pay::ConductMoney>& conduct = month.agents[agent_id].conduct;
    const auto own = std::ranges::find_if(conduct, [&](const pay::ConductMoney& each) {
      return each.conduct_id == fine.conduct_id && each.amount_minor < 0;
    });
    if (own == conduct.end()) {
      conduct.push_back(
          {event->id, event->kind, event->day, -fine.minor, domain::IsDecided(*event)});
    } else {
      own->taken = own->taken || domain::IsDecided(*event);
    }
  }
}

// By the shop where most of the agent's customers were, the first by id of several: a score is of
// one shop's month and cannot be added to another's. Fines are of events, and so each shop's.
absl::Status MonthLoader::AddScores(Month& month, const std::string& scorecard_id,
                                    MonthBasis& basis) {
  if (scorecard_id.empty()) return absl::OkStatus();
  std::map<std::string, double> customers;  // at the shop whose score counts so far
  for (const ShopScope* const counted : counted_) {
    const ShopScope& shop = *counted;
    const absl::CivilMonth of(month.first);
    const auto frozen = basis.cards.find(shop.scope.shop_id);
    ASSIGN_OR_RETURN(const domain::Scorecard card,
                     frozen == basis.cards.end()
                         ? ScorecardFor(t_, shop.scope, scorecard_id, of)
                         : ScorecardVersionOf(t_, shop.scope.org_id, scorecard_id, frozen->second));
    basis.cards[shop.scope.shop_id] = {card.shop_id, card.version};
    ASSIGN_OR_RETURN(const domain::MonthFacts facts,
                     LoadMonth(t_, shop, month.definition, card, of));
    for (const std::string& agent_id : AgentsOf(facts)) {
      const domain::Score score = domain::ScoreAgent(card, facts, agent_id);
      AddFines(month, card, facts, agent_id, score);
      const auto found = month.agents.find(agent_id);
      if (found == month.agents.end()) continue;
      const auto figures = facts.figures.find(agent_id);
      const double here = figures == facts.figures.end()
                              ? 0
                              : domain::ValueOf(figures->second, "consulted").value_or(0);
      const auto [most, first] = customers.try_emplace(agent_id, here);
      if (!first && here <= most->second) continue;
      most->second = here;
      pay::AgentInput& agent = found->second;
      agent.scorecard = fmt::format("{}@{}", score.scorecard_id, score.version);
      agent.score =
          score.complete ? std::optional(domain::WholePoints(score.points)) : std::nullopt;
      agent.score_effect_bps = std::min(score.bonus_effect_bps, pay::kMaxFactorBps);
    }
  }
  return absl::OkStatus();
}

bool MonthLoader::IsEmployedIn(const std::string& agent_id, absl::CivilDay first,
                               absl::CivilDay last) const {
  const auto found = employments_.find(agent_id);
  if (found == employments_.end()) return false;
  for (absl::CivilDay day = first; day <= last; ++day) {
    if (domain::EmployedOn(found->second, day) != nullptr && !OfBase(agent_id, day)) return true;
  }
  return false;
}

// The customers of the month at each shop, of whoever worked at any.
absl::StatusOr<std::map<std::string, std::vector<int64_t>>> MonthLoader::CustomersByShop(
    const Month& month) {
  std::map<std::string, std::vector<int64_t>> customers;
  for (size_t i = 0; i < shops_.size(); ++i) {
    const store::Scope shop{scope_.scope.org_id, shops_[i].shop_id};
    ASSIGN_OR_RETURN(const auto sums, store::SumPeriod(t_, shop, month.definition, month.first,
                                                       month.last, SubjectKind::kAgent, ""));
    for (const store::SubjectSums& sum : sums) {
      const int64_t count = CustomersOf(sum.measures);
      if (count == 0) continue;
      std::vector<int64_t>& of_agent = customers[sum.subject.id];
      of_agent.resize(shops_.size());
      of_agent[i] = count;
    }
  }
  return customers;
}

// Whoever is employed and worked nowhere in the month (leave, training) belongs to the shops that
// have attendance of them, else to those of the last month in which they worked.
absl::Status MonthLoader::PlaceIdle(const Month& month,
                                    std::map<std::string, std::vector<int64_t>>& customers) {
  std::set<std::string> idle;
  for (const auto& [agent_id, employment] : employments_) {
    if (!customers.contains(agent_id) && IsEmployedIn(agent_id, month.first, month.last)) {
      idle.insert(agent_id);
    }
  }
  if (idle.empty()) return absl::OkStatus();
  for (size_t i = 0; i < shops_.size(); ++i) {
    ASSIGN_OR_RETURN(const auto records,
                     Attendance({scope_.scope.org_id, shops_[i].shop_id}, month.first));
    for (const domain::Attendance& record : records) {
      if (!idle.contains(record.agent_id)) continue;
      std::vector<int64_t>& of_agent = customers[record.agent_id];
      of_agent.resize(shops_.size());
      of_agent[i] = 1;
    }
  }
  std::erase_if(idle, [&](const std::string& agent_id) { return customers.contains(agent_id); });
  for (int back = 1; back <= kPlacedBack && !idle.empty(); ++back) {
    Month before{.first = MonthBefore(month.first, back), .definition = month.definition};
    before.last = LastDayOf(before.first);
    ASSIGN_OR_RETURN(const auto earlier, CustomersByShop(before));
    std::erase_if(idle, [&](const std::string& agent_id) {
      const auto found = earlier.find(agent_id);
      if (found == earlier.end()) return false;
      customers[agent_id] = found->second;
      return true;
    });
  }
  return absl::OkStatus();
}

// All who are employed; where shops pay, whom this one pays, and which part of it.
absl::Status MonthLoader::AddEmployed(Month& month) {
  if (scope_.scope.shop_id.empty() || shops_.size() <= 1) {
    for (const auto& [agent_id, employment] : employments_) {
      if (IsEmployedIn(agent_id, month.first, month.last)) month.agents[agent_id];
    }
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(auto customers, CustomersByShop(month));
  RETURN_IF_ERROR(PlaceIdle(month, customers));
  const size_t here = static_cast<size_t>(
      std::ranges::find(shops_, scope_.scope.shop_id, &domain::Settings::shop_id) - shops_.begin());
  for (const auto& [agent_id, of_agent] : customers) {
    if (of_agent[here] > 0 && IsEmployedIn(agent_id, month.first, month.last)) {
      month.agents[agent_id];
    }
  }
  for (auto& [agent_id, agent] : month.agents) {
    const auto found = customers.find(agent_id);
    agent.parts.here = here;
    agent.parts.customers =
        found == customers.end() ? std::vector<int64_t>(shops_.size(), 0) : found->second;
  }
  return absl::OkStatus();
}

void MonthLoader::AddEmployment(absl::CivilDay month, pay::AgentInput& agent) const {
  const absl::CivilDay last = LastDayOf(month);
  const auto found = employments_.find(agent.agent_id);
  agent.employment_known = found != employments_.end() && !found->second.spans.empty();
  for (absl::CivilDay day = month; day <= last; ++day) {
    if (OfBase(agent.agent_id, day)) continue;
    if (!agent.employment_known) {
      // Whoever worked was there; of others nothing is known.
      agent.employed_days += agent.has_figures ? 1 : 0;
      continue;
    }
    if (domain::EmployedOn(found->second, day) == nullptr) continue;
    ++agent.employed_days;
    agent.service_months = domain::ServiceMonths(found->second, month);
  }
}

absl::StatusOr<pay::AgentInput> MonthLoader::Person(absl::CivilDay month,
                                                    const std::string& agent_id) {
  RETURN_IF_ERROR(LoadPeople());
  pay::AgentInput agent{.agent_id = agent_id};
  AddEmployment(month, agent);
  agent.parts.customers = {0};
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

absl::StatusOr<pay::MonthInput> MonthLoader::Load(absl::CivilDay first, const pay::PayPlan& plan,
                                                  MonthBasis& basis) {
  RETURN_IF_ERROR(LoadPeople());
  Count(basis.shop_ids);
  Month month{.first = first, .last = LastDayOf(first), .definition = basis.definition};
  month.input.month = first;
  for (const ShopScope* const counted : counted_) {
    const ShopScope& shop = *counted;
    RETURN_IF_ERROR(AddFigures(month, shop, plan));
    RETURN_IF_ERROR(AddRefunds(month, shop));
    RETURN_IF_ERROR(AddConduct(month, shop, plan));
  }
  RETURN_IF_ERROR(AddRefundedBefore(month));
  RETURN_IF_ERROR(AddAttendance(month));
  RETURN_IF_ERROR(AddScores(month, plan.scorecard_id, basis));
  RETURN_IF_ERROR(AddEmployed(month));
  for (const auto& [key, earlier] : month.earlier) {
    const auto& [agent_id, sale_month, buyer] = key;
    month.agents[agent_id].earlier_sales.push_back({.month = sale_month,
                                                    .buyer = buyer,
                                                    .refunds_minor = earlier.refunds_minor,
                                                    .refunded_before_minor = earlier.before_minor});
  }
  for (auto& [agent_id, agent] : month.agents) {
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

namespace {

// The records that count: those of days are left out where the month has one of its own.
void AddAttendanceRows(const std::vector<domain::Attendance>& records, pay::Sources& sources) {
  const auto counted = domain::SumAttendance(records).record_ids;
  for (const domain::Attendance& record : records) {
    const std::string record_id = domain::AttendanceId(record);
    if (std::ranges::find(counted, record_id) == counted.end()) continue;
    const auto sum = domain::SumAttendance(std::span(&record, 1));
    sources.attendance.push_back({record_id, record.day, UnpaidMinutes(sum), sum.late_count,
                                  sum.early_count, sum.absence_count, sum.overtime});
  }
}

}  // namespace

absl::StatusOr<std::map<std::string, pay::Sources>> MonthLoader::LoadSources(
    absl::CivilDay month, const std::string& agent_id, const std::string& definition) {
  RETURN_IF_ERROR(LoadPeople());
  Count({});
  std::map<std::string, pay::Sources> sources;
  const auto concerns = [&](const std::string& id) { return agent_id.empty() || id == agent_id; };
  for (const ShopScope* const counted : counted_) {
    const ShopScope& shop = *counted;
    ASSIGN_OR_RETURN(const auto refunds, refunds_.CountedIn(shop.scope, definition, month));
    std::map<std::string, int64_t> refunded;  // of the month's own orders
    for (const CountedRefund& refund : refunds) {
      if (!concerns(refund.agent_id) || OfBase(refund.agent_id, refund.sale_day)) continue;
      if (refund.sale_day >= month) {
        refunded[refund.order_id] += refund.amount_minor;
      } else {
        sources[refund.agent_id].refunds.push_back({refund.refund_id, refund.order_id, refund.day,
                                                    refund.sale_day, refund.amount_minor,
                                                    refund.buyer});
      }
    }
    ASSIGN_OR_RETURN(const auto sold, store::LoadSold(t_, shop.scope, definition, month,
                                                      LastDayOf(month), agent_id));
    for (const store::SoldRow& row : sold) {
      if (OfBase(row.agent_id, row.pay_day)) continue;
      ASSIGN_OR_RETURN(const domain::Order order, convert::OrderFromBody(row.body));
      sources[row.agent_id].orders.push_back({row.order_id, row.pay_day,
                                              order.paid_minor.value_or(0), refunded[row.order_id],
                                              order.new_buyer ? pay::kNew : pay::kReturning});
    }
  }
  ASSIGN_OR_RETURN(auto attendance, CountedAttendance(month));
  for (std::vector<domain::Attendance>& of_shop : attendance) {
    for (const auto& [id, records] : ByAgent(std::move(of_shop))) {
      if (concerns(id)) AddAttendanceRows(records, sources[id]);
    }
  }
  return sources;
}

}  // namespace kefu::performance
