// Owners of stock, what was agreed with them, and what follows from it for a period, as plain
// values.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "common/money/money.h"
#include "services/warehouse/domain/types.h"

namespace kefu::warehouse::domain {

enum class StockOwnerKind : uint8_t {
  kUnspecified,
  kOwnBoughtIn,
  kConsignment,
  kCloud,
  kMakerHeld
};
KEFU_ENUM_NAMES(StockOwnerKind, "UNSPECIFIED", "OWN_BOUGHT_IN", "CONSIGNMENT", "CLOUD",
                "MAKER_HELD")

enum class SettleCycle : uint8_t { kUnspecified, kWeekly, kHalfMonthly, kMonthly };
KEFU_ENUM_NAMES(SettleCycle, "UNSPECIFIED", "WEEKLY", "HALF_MONTHLY", "MONTHLY")

enum class SettlementLineKind : uint8_t {
  kUnspecified,
  kSale,
  kPurchase,
  kEntry,
  kStorage,
  kHandlingOrder,
  kHandlingPiece,
  kMinimum
};
KEFU_ENUM_NAMES(SettlementLineKind, "UNSPECIFIED", "SALE", "PURCHASE", "ENTRY", "STORAGE",
                "HANDLING_ORDER", "HANDLING_PIECE", "MINIMUM")

enum class SettlementProblem : uint8_t { kUnspecified, kNoPrice, kNoRate, kNoDimensions };
KEFU_ENUM_NAMES(SettlementProblem, "UNSPECIFIED", "NO_PRICE", "NO_RATE", "NO_DIMENSIONS")

enum class SettlementState : uint8_t { kUnspecified, kOpen, kClosed };
KEFU_ENUM_NAMES(SettlementState, "UNSPECIFIED", "OPEN", "CLOSED")

enum class LeasePeriod : uint8_t { kUnspecified, kDay, kMonth };
KEFU_ENUM_NAMES(LeasePeriod, "UNSPECIFIED", "DAY", "MONTH")

// Days, both ends included.
struct Period {
  absl::CivilDay first, last;

  int64_t days() const { return last - first + 1; }
  bool contains(absl::CivilDay day) const { return first <= day && day <= last; }
  friend bool operator==(const Period&, const Period&) = default;
};

struct StockOwner {
  std::string id;  // empty: the organization itself, which has no row
  std::string display_name;
  StockOwnerKind kind = StockOwnerKind::kUnspecified;
  std::string time_zone;
  RecordState state = RecordState::kActive;
  RecordInfo info;
};

struct SkuPrice {
  std::string vendor_id;
  Money price;
  int32_t payment_days = 0;
};

// `price` for `per` units.
struct FeeRate {
  SizeClass size_class = SizeClass::kUnspecified;
  Money price;
  int64_t per = 1;
  bool by_volume = false;
};

struct OwnerTerms {
  std::string owner_id;
  int64_t version = 0;
  absl::CivilDay effective_from;
  std::string currency;
  std::map<std::string, SkuPrice, std::less<>> prices;
  int32_t commission_bps = 0;
  SettleCycle settle_cycle = SettleCycle::kMonthly;
  int32_t payment_days = 0;
  int32_t fee_payment_days = 0;
  std::vector<FeeRate> entry_rates;
  std::vector<FeeRate> storage_rates;
  int32_t free_days = 0;
  std::optional<FeeRate> order_rate;
  std::vector<FeeRate> outbound_rates;
  std::optional<Money> monthly_minimum;
  absl::Time create_time;
};

struct SettlementLine {
  SettlementLineKind kind = SettlementLineKind::kUnspecified;
  std::string sku_id;
  std::string vendor_id;
  Period days;
  absl::CivilDay due_date;
  int64_t terms_version = 0;
  int64_t quantity = 0;
  int64_t volume_mm3 = 0;
  SizeClass size_class = SizeClass::kUnspecified;
  Money price;
  int64_t price_per = 1;
  int32_t commission_bps = 0;
  Money amount;
  bool correction = false;
  SettlementProblem problem = SettlementProblem::kUnspecified;

  friend bool operator==(const SettlementLine&, const SettlementLine&) = default;
};

struct SettlementTotal {
  SettlementLineKind kind = SettlementLineKind::kUnspecified;
  int64_t quantity = 0;
  Money amount;
  int32_t line_count = 0;
};

// Without its lines.
struct Settlement {
  std::string id;
  std::string owner_id;
  Period period;
  SettlementState state = SettlementState::kOpen;
  std::vector<SettlementTotal> totals;  // by kind
  Money payable, receivable, net;
  int32_t line_count = 0;
  int32_t problem_count = 0;
  std::string hash;  // 32 raw bytes
  absl::Time close_time;
  std::string closed_by;
};

struct Lease {
  std::string id;
  std::string node_id;
  std::string tenant_id;
  std::string display_name;
  int64_t area_dm2 = 0;
  int64_t capacity_units = 0;
  LeasePeriod price_period = LeasePeriod::kUnspecified;
  Money price;
  absl::CivilDay start_date;
  std::optional<absl::CivilDay> end_date;
  std::optional<Money> deposit;
  RecordInfo info;

  bool covers(absl::CivilDay day) const {
    return start_date <= day && (!end_date || day <= *end_date);
  }
};

}  // namespace kefu::warehouse::domain
