// What an owner of stock and the organization owe each other for a period, from the ledger's
// entries grouped by day. Pure and deterministic: the same input gives the same lines.
//
// Rules, ours where no source is named (DOMAIN 5.3):
// - Business days decide, not when an entry was written.
// - In the house is what is free, reserved or on the way between nodes, at nodes of any kind but
//   VENDOR_WAREHOUSE. What moves between nodes, bins or conditions does not leave it: what the legs
//   through CLEARING of one day leave over for an SKU counts as coming or going.
// - A piece-day is a piece in the house at the end of a day. Pieces leave first in, first out over
//   all nodes; a piece that came on day d is free until d + free_days − 1. So with L pieces at the
//   end of a day and A come within the last free_days days, max(0, L − A) are charged.
// - What the terms in force have no price or rate for takes it from the first version made that
//   holds later: so a price that was forgotten can be agreed after a period was closed.
// - Lines are cut where the terms in force change and at the ends of months; sales also at the ends
//   of the settle cycle; purchases are by day. So what is owed is the same, cut finer or coarser,
//   but for the rounding of a line, half up, once, and for a minimum: it is one of the days of a
//   month that are computed together, so that periods which cut a month owe their parts each by
//   itself.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "services/warehouse/domain/billing.h"

namespace kefu::warehouse::domain {

// Pieces that crossed the border of stock on a day: one of from and to is FREE, RESERVED or
// IN_TRANSIT, the other is not.
struct Flow {
  absl::CivilDay day;
  std::string sku_id;
  LedgerAccount from = LedgerAccount::kUnspecified;
  LedgerAccount to = LedgerAccount::kUnspecified;
  bool in_house = true;  // the node is not a vendor's warehouse
  int64_t quantity = 0;

  int64_t delta() const;  // what it adds to the pieces in the house
};

// Orders that left the house on a day.
struct OrderCount {
  absl::CivilDay day;
  int64_t orders = 0;
};

struct SkuFacts {
  SizeClass size_class = SizeClass::kUnspecified;
  int64_t volume_mm3 = 0;  // 0: not known
};
using SkuFactsById = std::map<std::string, SkuFacts, std::less<>>;

struct SettlementInput {
  StockOwnerKind kind = StockOwnerKind::kUnspecified;  // OWN_BOUGHT_IN for the empty owner
  Period period;
  std::span<const OwnerTerms> terms;  // by (effective_from, version), at least one
  std::span<const Flow> flows;        // of HistoryFrom(period, terms) to period.last, in any order
  std::span<const OrderCount> orders;
  std::map<std::string, int64_t, std::less<>>
      opening;        // pieces in the house when period.first begins
  SkuFactsById skus;  // of every SKU in flows and opening
};

// The first day whose flows matter to the period: arrivals during the free days before it.
absl::CivilDay HistoryFrom(const Period& period, std::span<const OwnerTerms> terms);

// The terms in force on a day; nullptr before the first.
const OwnerTerms* TermsOn(std::span<const OwnerTerms> terms, absl::CivilDay day);

// Every line with a quantity, in order of (kind, SKU, first day). Lines that cannot be priced have
// a problem and the amount 0. OUT_OF_RANGE MONEY_OVERFLOW.
absl::StatusOr<std::vector<SettlementLine>> ComputeLines(const SettlementInput& input);

// What has to be booked on top of what is: lines of `computed` less those of `booked` that mean the
// same, as corrections, in the order of ComputeLines; nothing where both agree.
absl::StatusOr<std::vector<SettlementLine>> Corrections(std::span<const SettlementLine> computed,
                                                        std::span<const SettlementLine> booked);

// Totals, balance and counts of a settlement from its lines. MONEY_OVERFLOW.
absl::Status SumUp(std::span<const SettlementLine> lines, std::string_view currency,
                   Settlement& settlement);

// payable, receivable, net and line_count from the totals. MONEY_OVERFLOW.
absl::Status SetBalance(std::string_view currency, Settlement& settlement);

// The bytes whose SHA-256 is the settlement's hash: the owner's hash before, the organization, and
// every field that was computed, each preceded by its length.
std::string SettlementBytes(std::string_view previous_hash, std::string_view org_id,
                            const Settlement& settlement, std::span<const SettlementLine> lines);

// The part of a calendar month's price that falls on the days, which lie in one month: by days with
// the largest remainder, so that the parts of a month add up to its price.
absl::StatusOr<Money> MonthPart(const Money& monthly, const Period& days);

// The period cut at the ends of calendar months.
std::vector<Period> ByMonths(const Period& period);

// The last day of the cycle in which the day lies.
absl::CivilDay CycleEnd(SettleCycle cycle, absl::CivilDay day);

}  // namespace kefu::warehouse::domain
