// What the warehouse is about, as plain values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "common/money/money.h"
#include "services/warehouse/domain/enums.h"

namespace kefu::warehouse::domain {

// Grows with each change of a row.
struct RecordInfo {
  int64_t version = 0;
  absl::Time create_time;
  absl::Time update_time;
};

struct GeoPoint {
  int32_t latitude_micro_degrees = 0;
  int32_t longitude_micro_degrees = 0;
};

struct Node {
  std::string id;
  std::string external_id;
  std::string display_name;
  NodeKind kind = NodeKind::kUnspecified;
  std::string parent_node_id;
  std::string region_code;
  std::optional<GeoPoint> location;
  std::string time_zone;
  int64_t capacity_units = 0;
  int64_t daily_throughput_units = 0;
  std::optional<Money> daily_rent;
  std::string operator_name;
  RecordState state = RecordState::kActive;
  RecordInfo info;
};

struct Sku {
  std::string id;
  std::string code;
  std::string display_name;
  std::string category;
  std::string barcode;
  SizeClass size_class = SizeClass::kUnspecified;
  int64_t weight_grams = 0;
  int32_t length_mm = 0;
  int32_t width_mm = 0;
  int32_t height_mm = 0;
  bool lot_tracked = false;
  int32_t shelf_life_days = 0;
  std::optional<Money> list_price;
  RecordState state = RecordState::kActive;
  RecordInfo info;
};

// Where availability is decided. Ordered as the rows' primary key, in which they are locked.
struct TotalKey {
  std::string sku_id;
  std::string owner_id;
  std::string node_id;
  StockCondition condition = StockCondition::kSellable;

  // Conditions compare by their stored names, as the database does.
  friend bool operator<(const TotalKey& a, const TotalKey& b) {
    return std::make_tuple(std::string_view(a.sku_id), std::string_view(a.owner_id),
                           std::string_view(a.node_id), NameOf(a.condition)) <
           std::make_tuple(std::string_view(b.sku_id), std::string_view(b.owner_id),
                           std::string_view(b.node_id), NameOf(b.condition));
  }
  friend bool operator==(const TotalKey&, const TotalKey&) = default;
};

// The stock of one (node, SKU, owner, condition) over all lots and bins: the one counter that
// reservations touch. 0 ≤ reserved ≤ on_hand; reserved is 0 unless sellable. What is on the way to
// the node is counted apart, in the condition in which it will arrive.
struct StockTotal {
  TotalKey key;
  int64_t on_hand = 0;
  int64_t reserved = 0;
  int64_t in_transit = 0;
  int64_t version = 0;

  int64_t available() const {
    return key.condition == StockCondition::kSellable ? on_hand - reserved : 0;
  }
};

// The dimensions by which stock is kept apart. A movement between FREE and RESERVED has neither lot
// nor bin: which pieces go is decided when they are picked.
struct StockKey {
  TotalKey total;
  std::string lot;
  std::string location;
};

// The zone of a bin: its code up to the first "-".
inline std::string_view ZoneOf(std::string_view location) {
  return location.substr(0, location.find('-'));
}

// Quantity that leaves one account and enters another, not yet written.
struct Movement {
  StockKey key;
  LedgerAccount from = LedgerAccount::kUnspecified;
  LedgerAccount to = LedgerAccount::kUnspecified;
  int64_t quantity = 0;
  std::string reason;
  std::string reference;
  std::string note;
  absl::CivilDay business_date;
  std::string actor = {};  // who moves it, when many share a posting; empty: whoever posts
};

// A movement with its place in the chain of its node.
struct LedgerEntry {
  Movement movement;
  int64_t entry_number = 0;
  absl::Time record_time;
  std::string actor;
  std::string hash;  // 32 raw bytes
};

struct ReservationLine {
  std::string node_id;
  std::string sku_id;
  std::string owner_id;
  int64_t quantity = 0;
  int64_t shipped = 0;  // of quantity; the rest is still promised while the reservation is open
  // The counts of sales guards that the pieces are part of: SalesGuard::count_number of the guard
  // of all channels together, and of that of the reservation's channel; 0 where none counts them.
  int64_t counted_of_all = 0;
  int64_t counted_of_channel = 0;

  int64_t open() const { return quantity - shipped; }
  TotalKey key() const { return {sku_id, owner_id, node_id, StockCondition::kSellable}; }
};

struct Reservation {
  std::string id;
  std::string order_id;
  std::string channel;
  std::string shop_id;  // empty: of no shop in particular
  std::vector<ReservationLine> lines;
  ReservationState state = ReservationState::kHeld;
  absl::Time expire_time;
  RecordInfo info;
  // Shipments at work on it; while there are any, it is neither released nor moved nor shipped past
  // them. Written by what makes and closes shipments only.
  int open_shipments = 0;
};

struct ReceiptLine {
  std::string sku_id;
  int64_t quantity = 0;
  std::string owner_id;
  StockCondition condition = StockCondition::kSellable;
  std::string lot;
  std::string location;
  std::optional<absl::CivilDay> expiry_date = {};  // the last day on which it may be sold
  std::optional<absl::CivilDay> made_date = {};
};

}  // namespace kefu::warehouse::domain
