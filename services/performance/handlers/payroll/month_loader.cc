#include "services/performance/handlers/payroll/month_loader.h"

#include <algorithm>
#include <span>
#include <tuple>
#include <utility>

#include "common/status/status_macros.h"
#include "services/performance/convert/bodies.h"
#include "services/performance/domain/payroll/awards.h"
#include "services/performance/handlers/payroll/gathered_month.h"
#include "services/performance/store/months.h"
#include "services/performance/store/payroll.h"
#include "services/performance/store/people.h"

namespace kefu::performance {
namespace {

namespace pay = domain::payroll;
using domain::Measure;
using domain::SubjectKind;

}  // namespace

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

std::set<std::string> MonthLoader::Sharing(const std::set<std::string>& shop_ids) const {
  std::set<std::string> sharing = shop_ids;
  if (sharing.empty()) {
    for (const domain::Settings& shop : shops_) sharing.insert(shop.shop_id);
  }
  return sharing;
}

void MonthLoader::Count(const std::set<std::string>& shop_ids) {
  counted_.clear();
  for (const ShopScope& shop : scope_.shops) {
    if (shop_ids.empty() || shop_ids.contains(shop.scope.shop_id)) counted_.push_back(&shop);
  }
}

absl::StatusOr<MonthLoader::Sales> MonthLoader::SalesIn(absl::CivilDay month,
                                                        const std::string& definition,
                                                        const std::set<std::string>& shop_ids) {
  RETURN_IF_ERROR(LoadPeople());
  Count(shop_ids);
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

void MonthLoader::AddAt(const ShopScope& shop, const pay::Figures& figures,
                        std::vector<pay::Figures>& by_shop) const {
  if (counted_.size() <= 1) return;
  by_shop.resize(counted_.size());
  by_shop[std::ranges::find(counted_, &shop) - counted_.begin()] += figures;
}

absl::Status MonthLoader::AddFigures(Month& month, const ShopScope& shop,
                                     const pay::PayPlan& plan) {
  ASSIGN_OR_RETURN(const auto rows,
                   OwnRows(shop, month.definition, month.first, month.last, /*grades=*/true));
  for (const store::RollupRow& row : rows) {
    pay::AgentInput& agent = month.agents[row.subject.id];
    const pay::Figures figures = pay::FiguresOf(row.measures);
    agent.month += figures;
    AddAt(shop, figures, agent.month_by_shop);
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
  for (const auto& [period, figures, by_shop] :
       {std::tuple{pay::AwardPeriod::kQuarter, &pay::AgentInput::quarter,
                   &pay::AgentInput::quarter_by_shop},
        std::tuple{pay::AwardPeriod::kYear, &pay::AgentInput::year,
                   &pay::AgentInput::year_by_shop}}) {
    if (std::ranges::find(plan.awards, period, &pay::Award::period) == plan.awards.end() ||
        !pay::PaidIn(period, month.first)) {
      continue;
    }
    const absl::CivilDay begin = MonthBefore(month.first, pay::MonthsOf(period) - 1);
    ASSIGN_OR_RETURN(const auto rows,
                     OwnRows(shop, month.definition, begin, month.last, /*grades=*/false));
    for (const store::RollupRow& row : rows) {
      pay::AgentInput& agent = month.agents[row.subject.id];
      agent.*figures += pay::FiguresOf(row.measures);
      AddAt(shop, pay::FiguresOf(row.measures), agent.*by_shop);
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

void MonthLoader::Keep(Month& month) {
  if (month.first < latest_month_) return;
  latest_month_ = month.first;
  counted_attendance_ = std::move(month.attendance);
}

absl::StatusOr<pay::MonthInput> MonthLoader::Load(absl::CivilDay first, const pay::PayPlan& plan,
                                                  MonthBasis& basis) {
  RETURN_IF_ERROR(LoadPeople());
  Count(basis.shop_ids);
  Month month{.first = first, .last = LastDayOf(first), .definition = basis.definition};
  month.input.month = first;
  month.placed_back_months = plan.placed_back_months;
  month.sharing = Sharing(basis.sharing_shop_ids);
  ASSIGN_OR_RETURN(month.attendance, Attendance(first));
  for (const ShopScope* const counted : counted_) {
    const ShopScope& shop = *counted;
    RETURN_IF_ERROR(AddFigures(month, shop, plan));
    RETURN_IF_ERROR(AddRefunds(month, shop));
    RETURN_IF_ERROR(AddConduct(month, shop, plan));
  }
  RETURN_IF_ERROR(AddRefundedBefore(month));
  RETURN_IF_ERROR(AddEmployed(month));
  AddAttendance(month);
  RETURN_IF_ERROR(AddScores(month, plan.scorecard_id, basis));
  for (const auto& [key, earlier] : month.earlier) {
    const auto& [agent_id, sale_month, buyer] = key;
    month.agents[agent_id].earlier_sales.push_back({.month = sale_month,
                                                    .buyer = buyer,
                                                    .refunds_minor = earlier.refunds_minor,
                                                    .refunded_before_minor = earlier.before_minor});
  }
  for (auto& [agent_id, agent] : month.agents) {
    agent.agent_id = agent_id;
    agent.parts = PartsOf(month, agent_id);
    AddEmployment(first, agent);
    const auto employment = employments_.find(agent_id);
    agent.days = ByGrade(month.days[agent_id],
                         employment == employments_.end() ? nullptr : &employment->second,
                         month.first, month.last);
    month.input.agents.push_back(std::move(agent));
  }
  month.input.pending_conduct.assign(month.pending.begin(), month.pending.end());
  Keep(month);
  return std::move(month.input);
}

namespace {

void AddAttendanceRows(const std::vector<domain::Attendance>& records, pay::Sources& sources) {
  for (const domain::Attendance& record : records) {
    const auto sum = domain::SumAttendance(std::span(&record, 1));
    sources.attendance.push_back({domain::AttendanceId(record), record.day, UnpaidMinutes(sum),
                                  sum.late_count, sum.early_count, sum.absence_count,
                                  sum.overtime});
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
  for (const auto& [id, person] : counted_attendance_) {
    if (concerns(id)) AddAttendanceRows(person.records, sources[id]);
  }
  return sources;
}

}  // namespace kefu::performance
