#include "services/staffing/convert/contracts.h"

#include <algorithm>

#include "fmt/format.h"
#include "services/staffing/convert/enums.h"

namespace kefu::staffing::convert {
namespace {

using outsourcing::PriceModel;

constexpr int kMostDuties = 100, kMostShops = 1'000;
constexpr int kMostText = 2'000;
constexpr int32_t kWhole = 10'000;
constexpr std::string_view kYuan = "CNY";

// Minor units of an amount that must be in the currency; `otherwise` where it is not set.
int64_t Minor(bool present, const kefu::common::v1::Money& money, const std::string& currency,
              int64_t otherwise, const std::string& field, FieldViolations& violations) {
  if (!present) return otherwise;
  violations.Check(money.currency_code() == currency, field + ".currency_code",
                   fmt::format("must be {}", currency));
  return money.minor_units();
}

outsourcing::Penalty PenaltyFrom(const v1::ContractPenalty& proto, const std::string& currency,
                                 const std::string& field, FieldViolations& violations) {
  return {
      Minor(proto.has_amount(), proto.amount(), currency, 0, field + ".penalty.amount", violations),
      proto.bps()};
}

// What domain/outsourcing finds wrong goes by the names of the contract.
void CheckParts(const v1::Contract& contract, FieldViolations& violations) {
  const std::string& currency = contract.currency_code();
  PriceFrom(contract.price(), currency, "price", violations);
  for (int i = 0; i < contract.levels_size(); ++i) {
    const v1::ServiceLevel& level = contract.levels(i);
    const std::string at = fmt::format("levels[{}]", i);
    Id(level.metric_id(), at + ".metric_id", violations);
    OptionalEnum<outsourcing::Bound>(level.bound(), at + ".bound", violations);
    OptionalEnum<outsourcing::LevelPeriod>(level.period(), at + ".period", violations);
    PenaltyFrom(level.penalty(), currency, at, violations);
  }
  for (int i = 0; i < contract.milestones_size(); ++i) {
    const v1::Milestone& milestone = contract.milestones(i);
    const std::string at = fmt::format("milestones[{}]", i);
    Id(milestone.milestone_id(), at + ".milestone_id", violations);
    Text(milestone.text(), kMostText, at + ".text", violations);
    RequiredDay(milestone.has_due_date(), milestone.due_date(), at + ".due_date", violations);
    PenaltyFrom(milestone.penalty(), currency, at, violations);
  }
  for (int i = 0; i < contract.consequences_size(); ++i) {
    OptionalEnum<outsourcing::Demand>(contract.consequences(i).demand(),
                                      fmt::format("consequences[{}].demand", i), violations);
  }
}

void CheckParties(const v1::Contract& contract, FieldViolations& violations) {
  RequiredEnum<outsourcing::ContractKind>(contract.kind(), "kind", violations);
  if (contract.kind() == v1::CONTRACT_KIND_BASE) {
    Id(contract.base_id(), "base_id", violations);
  } else {
    violations.Check(contract.base_id().empty(), "base_id", "belongs to a base only");
  }
  Text(contract.display_name(), kMaxName, "display_name", violations);
  Ids(contract.shop_ids(), kMostShops, "shop_ids", violations);
  violations.Check(contract.duties_size() <= kMostDuties, "duties",
                   fmt::format("must be at most {}", kMostDuties));
  for (int i = 0; i < std::min(contract.duties_size(), kMostDuties); ++i) {
    Text(contract.duties(i), kMostText, fmt::format("duties[{}]", i), violations, /*lines=*/true);
  }
}

void FillDefaults(v1::Contract& contract) {
  v1::ContractPrice& price = *contract.mutable_price();
  const bool yuan = contract.currency_code() == kYuan;
  if (price.model() == v1::PRICE_MODEL_SEATS_AND_COMMISSION) {
    const outsourcing::Price shipped = outsourcing::DefaultPrice(price.seats());
    if (!price.has_seat_fee() && yuan) {
      *price.mutable_seat_fee() = MoneyOf(shipped.seat_minor, kYuan);
    }
    if (price.commission_bps() == 0) price.set_commission_bps(shipped.commission_bps);
  }
  if (contract.consequences().empty()) {
    for (const outsourcing::Consequence& each : outsourcing::DefaultConsequences()) {
      v1::BreachConsequence* out = contract.add_consequences();
      out->set_breaches(each.breaches);
      out->set_months(each.months);
      out->set_demand(static_cast<v1::BreachDemand>(each.demand));
    }
  }
  for (v1::ServiceLevel& level : *contract.mutable_levels()) {
    if (level.period() == v1::LEVEL_PERIOD_UNSPECIFIED) level.set_period(v1::LEVEL_PERIOD_MONTH);
  }
  if (contract.penalty_cap_bps() == 0) contract.set_penalty_cap_bps(kWhole);
}

// The shop's sales of a month cannot be told apart by days.
void CheckMonths(const v1::Contract& contract, const Days& period, FieldViolations& violations) {
  if (contract.kind() != v1::CONTRACT_KIND_AGENCY) return;
  violations.Check(period.first.day() == 1, "period.start_date",
                   "must be the first day of a month: an agency answers for whole months");
  violations.Check((period.last + 1).day() == 1, "period.end_date",
                   "must be the last day of a month: an agency answers for whole months");
}

}  // namespace

kefu::common::v1::Money MoneyOf(int64_t minor, std::string_view currency) {
  kefu::common::v1::Money money;
  money.set_currency_code(std::string(currency));
  money.set_minor_units(minor);
  return money;
}

v1::Contract Normalised(const v1::Contract& proto, std::string_view currency,
                        FieldViolations& violations) {
  v1::Contract contract = proto;
  contract.clear_contract_id();
  contract.clear_ended_date();
  contract.clear_end_reason();
  contract.clear_create_time();
  contract.clear_update_time();
  contract.clear_etag();
  for (v1::Milestone& milestone : *contract.mutable_milestones()) milestone.clear_done_date();
  OptionalCurrency(contract.currency_code(), "currency_code", violations);
  if (contract.currency_code().empty()) contract.set_currency_code(std::string(currency));
  FillDefaults(contract);
  CheckParties(contract, violations);
  violations.Check(contract.has_period(), "period", "must be set");
  const auto period = OptionalDays(contract.has_period(), contract.period(), "period", violations);
  if (period) CheckMonths(contract, *period, violations);
  CheckParts(contract, violations);
  if (violations.size() > 0) return contract;
  for (const outsourcing::Fault& fault : outsourcing::CheckTerms(TermsOf(contract))) {
    violations.Add(fault.field, fault.text);
  }
  return contract;
}

outsourcing::Price PriceFrom(const v1::ContractPrice& proto, const std::string& currency,
                             std::string_view field, FieldViolations& violations) {
  const std::string at(field);
  return {.model = OptionalEnum<PriceModel>(proto.model(), at + ".model", violations),
          .seats = proto.seats(),
          .seat_minor = Minor(proto.has_seat_fee(), proto.seat_fee(), currency, 0, at + ".seat_fee",
                              violations),
          .fee_minor = Minor(proto.has_fee(), proto.fee(), currency, 0, at + ".fee", violations),
          .fee_months = proto.fee_months(),
          .commission_bps = proto.commission_bps(),
          .of_net_sales = !proto.of_gross_sales()};
}

outsourcing::OwnStaff OwnStaffFrom(const v1::OwnStaffCost& proto, const std::string& currency,
                                   std::string_view field, FieldViolations& violations) {
  const std::string at(field);
  outsourcing::OwnStaff own;
  if (currency != kYuan) {
    violations.Check(proto.has_base_pay(), at + ".base_pay", "must be set: the default is yuan");
    violations.Check(proto.has_all_in(), at + ".all_in", "must be set: the default is yuan");
  }
  own.base_minor = Minor(proto.has_base_pay(), proto.base_pay(), currency, own.base_minor,
                         at + ".base_pay", violations);
  own.all_in_minor = Minor(proto.has_all_in(), proto.all_in(), currency, own.all_in_minor,
                           at + ".all_in", violations);
  if (proto.has_commission_bps()) own.commission_bps = proto.commission_bps();
  violations.Check(own.base_minor >= 0, at + ".base_pay", "must not be negative");
  violations.Check(own.all_in_minor >= 0, at + ".all_in", "must not be negative");
  Number(own.commission_bps, 0, kWhole, at + ".commission_bps", violations);
  return own;
}

outsourcing::Terms TermsOf(const v1::Contract& contract) {
  FieldViolations none;  // a normalised contract has no faults of shape
  const std::string& currency = contract.currency_code();
  outsourcing::Terms terms{.currency_code = currency,
                           .first_day = kefu::convert::FromProto(contract.period().start_date()),
                           .last_day = kefu::convert::FromProto(contract.period().end_date()),
                           .shop_ids = {contract.shop_ids().begin(), contract.shop_ids().end()},
                           .price = PriceFrom(contract.price(), currency, "price", none),
                           .penalty_cap_bps = contract.penalty_cap_bps(),
                           .trial_days = contract.trial_days(),
                           .notice_days = contract.notice_days()};
  if (contract.has_ended_date()) {
    terms.last_day = kefu::convert::FromProto(contract.ended_date());
  }
  for (const v1::ServiceLevel& level : contract.levels()) {
    terms.levels.push_back({level.metric_id(), static_cast<outsourcing::Bound>(level.bound()),
                            level.limit_millionths(), level.least_cases(),
                            PenaltyFrom(level.penalty(), currency, "", none),
                            static_cast<outsourcing::LevelPeriod>(level.period())});
  }
  for (const v1::Milestone& milestone : contract.milestones()) {
    terms.milestones.push_back({milestone.milestone_id(), milestone.text(),
                                kefu::convert::FromProto(milestone.due_date()),
                                PenaltyFrom(milestone.penalty(), currency, "", none)});
  }
  for (const v1::BreachConsequence& each : contract.consequences()) {
    terms.consequences.push_back(
        {each.breaches(), each.months(), static_cast<outsourcing::Demand>(each.demand())});
  }
  return terms;
}

v1::LevelResult ToProto(const v1::Contract& contract, const outsourcing::LevelResult& result) {
  v1::LevelResult proto;
  *proto.mutable_level() = contract.levels(static_cast<int>(result.level));
  proto.set_judgement(static_cast<v1::LevelJudgement>(result.judgement));
  proto.set_numerator(result.figure.numerator);
  proto.set_denominator(result.figure.denominator);
  return proto;
}

v1::Invoice ToProto(const outsourcing::Invoice& invoice, std::string_view currency) {
  v1::Invoice proto;
  for (const outsourcing::InvoiceLine& line : invoice.lines) {
    v1::InvoiceLine* out = proto.add_lines();
    out->set_kind(static_cast<v1::InvoiceLineKind>(line.kind));
    out->set_shop_id(line.shop_id);
    out->set_breach_id(line.breach_id);
    out->set_quantity(line.quantity);
    out->set_days(line.days);
    out->set_month_days(line.month_days);
    out->set_rate_bps(line.rate_bps);
    *out->mutable_amount() = MoneyOf(line.amount_minor, currency);
    if (line.days > 0) *out->mutable_unit_price() = MoneyOf(line.unit_minor, currency);
    if (line.days == 0) *out->mutable_basis() = MoneyOf(line.basis_minor, currency);
    if (line.kind == outsourcing::LineKind::kPenalty) {
      *out->mutable_not_charged() = MoneyOf(line.not_charged_minor, currency);
    }
    for (const outsourcing::AgentSales& row : line.sales) {
      v1::InvoiceSales* sales = out->add_sales();
      sales->set_agent_id(row.agent_id);
      *sales->mutable_sales() = MoneyOf(row.sales_minor, currency);
      *sales->mutable_refunds() = MoneyOf(row.refunded_minor, currency);
    }
  }
  *proto.mutable_charges() = MoneyOf(invoice.charges_minor, currency);
  *proto.mutable_penalties() = MoneyOf(invoice.penalties_minor, currency);
  *proto.mutable_total() = MoneyOf(invoice.total_minor(), currency);
  return proto;
}

v1::CompareMakeOrBuyResponse ToProto(const outsourcing::Comparison& comparison,
                                     std::string_view currency) {
  v1::CompareMakeOrBuyResponse proto;
  for (const outsourcing::MonthCost& month : comparison.months) {
    v1::MakeOrBuyMonth* out = proto.add_months();
    *out->mutable_own() = MoneyOf(month.own_minor, currency);
    *out->mutable_base() = MoneyOf(month.base_minor, currency);
  }
  *proto.mutable_own() = MoneyOf(comparison.own_minor, currency);
  *proto.mutable_base() = MoneyOf(comparison.base_minor, currency);
  if (comparison.break_even_minor) {
    *proto.mutable_break_even_sales() = MoneyOf(*comparison.break_even_minor, currency);
  }
  return proto;
}

}  // namespace kefu::staffing::convert
