#include "services/warehouse/convert/billing.h"
#include "services/warehouse/domain/default_zone.h"

#include <set>
#include <utility>

#include "common/hash/sha256.h"
#include "common/money/money.h"
#include "fmt/format.h"

namespace kefu::warehouse::convert {
namespace {

constexpr int kMaxPrices = 10'000;
constexpr int kMaxRates = 8;  // more than there are size classes
constexpr int64_t kMaxPer = 1'000'000;
constexpr int kMaxBps = 10'000;
constexpr int kMaxPaymentDays = 3650;  // ten years
constexpr int kMaxFreeDays = 365;
constexpr int kMaxReasons = 50;
constexpr int kMaxReasonLength = 32;              // width of ledger_entry.reason
constexpr int64_t kMaxSpace = 1'000'000'000'000;  // pieces or square decimetres
constexpr int64_t kMaxPieces = 1'000'000;
constexpr int kFirstYear = 1970, kLastYear = 2999;     // due dates stay far from the end of dates
constexpr int64_t kMaxBilled = 1'000'000'000'000'000;  // as many pieces as can be counted

// An amount in `currency`, or in any known one when that is empty.
Money Price(bool present, const ::kefu::common::v1::Money& money, std::string_view currency,
            const std::string& field, FieldViolations& violations) {
  violations.Check(present, field, "must be set");
  if (present) {
    violations.Check(currency.empty() ? IsKnownCurrency(money.currency_code())
                                      : money.currency_code() == currency,
                     field + ".currency_code",
                     currency.empty() ? "must be an ISO 4217 code such as CNY"
                                      : fmt::format("must be {}, as currency_code", currency));
    violations.Check(money.minor_units() >= 0, field + ".minor_units", "must not be negative");
  }
  return {money.currency_code(), money.minor_units()};
}

int64_t Amount(int64_t value, int64_t min, int64_t max, const std::string& field,
               FieldViolations& violations) {
  violations.Check(value >= min && value <= max, field, fmt::format("must be {} to {}", min, max));
  return value;
}

// 0 takes 1.
int64_t Per(int64_t per, const std::string& field, FieldViolations& violations) {
  return per == 0 ? 1 : Amount(per, 1, kMaxPer, field + ".per", violations);
}

domain::FeeRate RateFrom(const v1::FeeRate& rate, std::string_view currency,
                         const std::string& field, FieldViolations& violations) {
  return {.size_class = static_cast<domain::SizeClass>(
              OptionalEnum<v1::SizeClass>(rate.size_class(), field + ".size_class", violations)),
          .price = Price(rate.has_price(), rate.price(), currency, field + ".price", violations),
          .per = Per(rate.per(), field, violations),
          .by_volume = rate.by_volume()};
}

std::vector<domain::FeeRate> RatesFrom(const google::protobuf::RepeatedPtrField<v1::FeeRate>& rates,
                                       bool storage, std::string_view currency,
                                       const std::string& field, FieldViolations& violations) {
  violations.Check(rates.size() <= kMaxRates, field,
                   fmt::format("must have at most {} items", kMaxRates));
  std::vector<domain::FeeRate> out;
  std::set<domain::SizeClass> seen;
  for (int i = 0; i < std::min(rates.size(), kMaxRates); ++i) {
    const std::string path = fmt::format("{}[{}]", field, i);
    out.push_back(RateFrom(rates[i], currency, path, violations));
    violations.Check(seen.insert(out.back().size_class).second, path + ".size_class",
                     "has a rate before");
    violations.Check(storage || !rates[i].by_volume(), path + ".by_volume", "is for storage only");
  }
  return out;
}

std::optional<domain::ContractRate> ContractRateFrom(bool present, const v1::ContractRate& rate,
                                                     std::string_view currency,
                                                     const std::string& field,
                                                     FieldViolations& violations) {
  if (!present) return std::nullopt;
  return domain::ContractRate{
      Price(rate.has_price(), rate.price(), currency, field + ".price", violations),
      Per(rate.per(), field, violations)};
}

std::string RequiredCurrency(const std::string& code, FieldViolations& violations) {
  violations.Check(IsKnownCurrency(code), "currency_code", "must be an ISO 4217 code such as CNY");
  return code;
}

void PricesFrom(const v1::OwnerTerms& proto, domain::OwnerTerms& terms,
                FieldViolations& violations) {
  violations.Check(proto.prices_size() <= kMaxPrices, "prices",
                   fmt::format("must have at most {} items", kMaxPrices));
  for (int i = 0; i < std::min(proto.prices_size(), kMaxPrices); ++i) {
    const v1::SkuPrice& price = proto.prices(i);
    const std::string path = fmt::format("prices[{}]", i);
    const std::string sku_id = Id(price.sku_id(), path + ".sku_id", violations);
    const bool fresh =
        terms.prices
            .try_emplace(
                sku_id,
                domain::SkuPrice{OptionalId(price.vendor_id(), path + ".vendor_id", violations),
                                 Price(price.has_price(), price.price(), terms.currency,
                                       path + ".price", violations),
                                 Number(price.payment_days(), 0, kMaxPaymentDays,
                                        path + ".payment_days", violations)})
            .second;
    violations.Check(fresh, path + ".sku_id", "has a price before");
  }
}

}  // namespace

domain::StockOwner FromProto(const v1::StockOwner& proto, FieldViolations& violations) {
  const auto state = OptionalEnum<v1::RecordState>(proto.state(), "state", violations);
  domain::StockOwner owner{
      .id = OptionalId(proto.owner_id(), "owner_id", violations),
      .display_name = Text(proto.display_name(), kMaxName, "display_name", violations),
      .kind = static_cast<domain::StockOwnerKind>(
          RequiredEnum<v1::StockOwnerKind>(proto.kind(), "kind", violations)),
      .time_zone = OptionalZone(proto.time_zone(), "time_zone", violations),
      .state = state == v1::RECORD_STATE_UNSPECIFIED ? domain::RecordState::kActive
                                                     : static_cast<domain::RecordState>(state)};
  violations.Check(owner.kind != domain::StockOwnerKind::kOwnBoughtIn, "kind",
                   "is the organization's own stock, which has the empty owner_id and no record");
  if (owner.time_zone.empty()) owner.time_zone = domain::kDefaultZone;
  return owner;
}

domain::OwnerTerms FromProto(const v1::OwnerTerms& proto, FieldViolations& violations) {
  domain::OwnerTerms terms;
  terms.owner_id = OptionalId(proto.owner_id(), "owner_id", violations);
  terms.version = proto.version();
  terms.effective_from =
      RequiredDay(proto.has_effective_from(), proto.effective_from(), "effective_from", violations);
  terms.currency = RequiredCurrency(proto.currency_code(), violations);
  PricesFrom(proto, terms, violations);
  terms.commission_bps = Number(proto.commission_bps(), 0, kMaxBps, "commission_bps", violations);
  const auto cycle =
      OptionalEnum<v1::SettleCycle>(proto.settle_cycle(), "settle_cycle", violations);
  terms.settle_cycle = cycle == v1::SETTLE_CYCLE_UNSPECIFIED
                           ? domain::SettleCycle::kMonthly
                           : static_cast<domain::SettleCycle>(cycle);
  terms.payment_days = Number(proto.payment_days(), 0, kMaxPaymentDays, "payment_days", violations);
  terms.fee_payment_days =
      Number(proto.fee_payment_days(), 0, kMaxPaymentDays, "fee_payment_days", violations);
  terms.entry_rates =
      RatesFrom(proto.entry_rates(), false, terms.currency, "entry_rates", violations);
  terms.storage_rates =
      RatesFrom(proto.storage_rates(), true, terms.currency, "storage_rates", violations);
  terms.free_days = Number(proto.free_days(), 0, kMaxFreeDays, "free_days", violations);
  if (proto.has_order_rate()) {
    terms.order_rate = RateFrom(proto.order_rate(), terms.currency, "order_rate", violations);
    violations.Check(!proto.order_rate().by_volume(), "order_rate.by_volume",
                     "is for storage only");
    violations.Check(proto.order_rate().size_class() == v1::SIZE_CLASS_UNSPECIFIED,
                     "order_rate.size_class", "orders have no size class");
  }
  terms.outbound_rates =
      RatesFrom(proto.outbound_rates(), false, terms.currency, "outbound_rates", violations);
  if (proto.has_monthly_minimum()) {
    terms.monthly_minimum =
        Price(true, proto.monthly_minimum(), terms.currency, "monthly_minimum", violations);
  }
  return terms;
}

domain::Lease FromProto(const v1::Lease& proto, FieldViolations& violations) {
  domain::Lease lease;
  lease.node_id = Id(proto.node_id(), "node_id", violations);
  lease.tenant_id = Id(proto.tenant_id(), "tenant_id", violations);
  lease.display_name = Text(proto.display_name(), kMaxName, "display_name", violations);
  lease.area_dm2 = Amount(proto.area_dm2(), 0, kMaxSpace, "area_dm2", violations);
  lease.capacity_units = Amount(proto.capacity_units(), 0, kMaxSpace, "capacity_units", violations);
  violations.Check(proto.area_dm2() != 0 || proto.capacity_units() != 0, "area_dm2",
                   "must be set, or capacity_units");
  lease.price_period = static_cast<domain::LeasePeriod>(
      RequiredEnum<v1::LeasePeriod>(proto.price_period(), "price_period", violations));
  lease.price = Price(proto.has_price(), proto.price(), "", "price", violations);
  lease.start_date =
      RequiredDay(proto.has_start_date(), proto.start_date(), "start_date", violations);
  lease.end_date = OptionalDay(proto.has_end_date(), proto.end_date(), "end_date", violations);
  violations.Check(!lease.end_date || *lease.end_date >= lease.start_date, "end_date",
                   "must not lie before start_date");
  if (proto.has_deposit()) {
    lease.deposit = Price(true, proto.deposit(), "", "deposit", violations);
  }
  return lease;
}

domain::WarehouseContract FromProto(const v1::WarehouseContract& proto,
                                    FieldViolations& violations) {
  domain::WarehouseContract contract;
  contract.node_id = Id(proto.node_id(), "node_id", violations);
  contract.version = proto.version();
  contract.effective_from =
      RequiredDay(proto.has_effective_from(), proto.effective_from(), "effective_from", violations);
  contract.currency = RequiredCurrency(proto.currency_code(), violations);
  const auto rate = [&](bool present, const v1::ContractRate& from, const char* field) {
    return ContractRateFrom(present, from, contract.currency, field, violations);
  };
  contract.inbound_piece = rate(proto.has_inbound_piece(), proto.inbound_piece(), "inbound_piece");
  contract.outbound_order =
      rate(proto.has_outbound_order(), proto.outbound_order(), "outbound_order");
  contract.outbound_extra_piece =
      rate(proto.has_outbound_extra_piece(), proto.outbound_extra_piece(), "outbound_extra_piece");
  contract.storage_piece_day =
      rate(proto.has_storage_piece_day(), proto.storage_piece_day(), "storage_piece_day");
  contract.penalty_piece = rate(proto.has_penalty_piece(), proto.penalty_piece(), "penalty_piece");
  contract.transfer_piece =
      rate(proto.has_transfer_piece(), proto.transfer_piece(), "transfer_piece");
  contract.return_piece = rate(proto.has_return_piece(), proto.return_piece(), "return_piece");
  contract.pieces_included = std::max<int32_t>(
      1, Number(proto.pieces_included(), 0, kMaxPieces, "pieces_included", violations));
  if (proto.has_fixed_month()) {
    contract.fixed_month =
        Price(true, proto.fixed_month(), contract.currency, "fixed_month", violations);
  }
  contract.tolerance_bps = Number(proto.tolerance_bps(), 0, kMaxBps, "tolerance_bps", violations);
  if (proto.has_tolerance_amount()) {
    contract.tolerance_minor =
        Price(true, proto.tolerance_amount(), contract.currency, "tolerance_amount", violations)
            .minor;
  }
  contract.cutoff_second =
      Number(proto.cutoff_second(), 0, domain::kNoCutoff, "cutoff_second", violations);
  violations.Check(proto.cutoff_second() % domain::kTimingSeconds == 0, "cutoff_second",
                   fmt::format("must be a multiple of {}", domain::kTimingSeconds));
  if (contract.cutoff_second == 0) contract.cutoff_second = domain::kNoCutoff;
  contract.ship_within_days =
      Number(proto.ship_within_days(), 0, kMaxFreeDays, "ship_within_days", violations);
  contract.difference_reasons = Words(proto.difference_reasons(), kMaxReasons, kMaxReasonLength,
                                      "difference_reasons", violations);
  contract.wrong_shipment_reasons = Words(proto.wrong_shipment_reasons(), kMaxReasons,
                                          kMaxReasonLength, "wrong_shipment_reasons", violations);
  return contract;
}

domain::Period PeriodFrom(bool present, const ::kefu::common::v1::DateRange& range,
                          FieldViolations& violations) {
  violations.Check(present, "period", "must be set");
  const auto days = OptionalDays(present, range, "period", violations);
  if (!days) return {};
  const domain::Period period{days->first, days->last};
  violations.Check(kFirstYear <= period.first.year() && period.last.year() <= kLastYear, "period",
                   fmt::format("must lie in the years {} to {}", kFirstYear, kLastYear));
  violations.Check(period.days() <= kMaxPeriodDays, "period",
                   fmt::format("must have at most {} days", kMaxPeriodDays));
  return period;
}

domain::Period MonthFrom(int32_t year, int32_t month, FieldViolations& violations) {
  const int64_t of_year = Number(year, kFirstYear, kLastYear, "year", violations);
  const absl::CivilMonth first(of_year, Number(month, 1, 12, "month", violations));
  return {absl::CivilDay(first), absl::CivilDay(first + 1) - 1};
}

std::vector<domain::BillLine> BillFrom(const v1::CheckWarehouseBillRequest& request,
                                       FieldViolations& violations) {
  std::vector<domain::BillLine> lines;
  std::set<domain::BillItem> seen;
  violations.Check(!request.lines().empty(), "lines", "must not be empty");
  for (int i = 0; i < request.lines_size(); ++i) {
    const v1::BillLine& line = request.lines(i);
    const std::string path = fmt::format("lines[{}]", i);
    const auto item = static_cast<domain::BillItem>(
        RequiredEnum<v1::BillItem>(line.item(), path + ".item", violations));
    violations.Check(seen.insert(item).second, path + ".item", "stands in a line before");
    violations.Check(line.has_amount(), path + ".amount", "must be set");
    violations.Check(!line.has_amount() || IsKnownCurrency(line.amount().currency_code()),
                     path + ".amount.currency_code", "must be an ISO 4217 code such as CNY");
    lines.push_back({item,
                     Amount(line.quantity(), 0, kMaxBilled, path + ".quantity", violations),
                     {line.amount().currency_code(), line.amount().minor_units()}});
  }
  return lines;
}

}  // namespace kefu::warehouse::convert
