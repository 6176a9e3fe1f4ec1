// Goods on their way out: shipments, waves, pick tasks, and the rules by which they move. Pure.
#pragma once

#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/warehouse/domain/outbound_policy.h"
#include "services/warehouse/domain/picking.h"
#include "services/warehouse/domain/types.h"

namespace kefu::warehouse::domain {

enum class ShipmentState : uint8_t {
  kUnspecified,
  kOpen,
  kPlanned,
  kPicking,
  kPicked,
  kPacked,
  kShipped,
  kHandedOver,
  kCancelled
};
KEFU_ENUM_NAMES(ShipmentState, "UNSPECIFIED", "OPEN", "PLANNED", "PICKING", "PICKED", "PACKED",
                "SHIPPED", "HANDED_OVER", "CANCELLED")

enum class WaveState : uint8_t { kUnspecified, kPlanned, kReleased, kCompleted, kCancelled };
KEFU_ENUM_NAMES(WaveState, "UNSPECIFIED", "PLANNED", "RELEASED", "COMPLETED", "CANCELLED")

enum class WaveGrouping : uint8_t { kUnspecified, kAny, kSingleSku };
KEFU_ENUM_NAMES(WaveGrouping, "UNSPECIFIED", "ANY", "SINGLE_SKU")

enum class PickTaskKind : uint8_t { kUnspecified, kPick, kPutBack };
KEFU_ENUM_NAMES(PickTaskKind, "UNSPECIFIED", "PICK", "PUT_BACK")

enum class PickTaskState : uint8_t { kUnspecified, kOpen, kDone, kShort, kCancelled };
KEFU_ENUM_NAMES(PickTaskState, "UNSPECIFIED", "OPEN", "DONE", "SHORT", "CANCELLED")

enum class ShortReason : uint8_t { kUnspecified, kNotFound, kDamaged, kWrongItem, kLotBlocked };
KEFU_ENUM_NAMES(ShortReason, "UNSPECIFIED", "NOT_FOUND", "DAMAGED", "WRONG_ITEM", "LOT_BLOCKED")

// What moves a shipment from state to state.
enum class ShipmentMove : uint8_t {
  kUnspecified,
  kPlan,         // into a wave
  kUnplan,       // out of it, before it is released
  kRelease,      // its pick tasks are out
  kFinishPicks,  // none of them is open any more, and something was found
  kFindNothing,  // … and nothing was found: back to the queue
  kPack,         // into cartons
  kUnpack,       // out of them
  kShip,         // out of the books
  kHandOver,     // to the carrier
  kCancel        // given up
};
KEFU_ENUM_NAMES(ShipmentMove, "UNSPECIFIED", "plan", "unplan", "release", "finish the picks of",
                "find nothing of", "pack", "unpack", "ship", "hand over", "cancel")

struct ShipmentLine {
  std::string sku_id;
  std::string owner_id;
  int64_t quantity = 0;  // promised when the shipment was made
  int64_t planned = 0;   // in open pick tasks
  int64_t picked = 0;    // at the staging place, in cartons, or shipped from there
  int64_t shipped = 0;

  int64_t missing() const { return quantity - planned - picked; }  // back-ordered
};

struct CartonContent {
  std::string sku_id;
  std::string owner_id;
  std::string lot;
  int64_t quantity = 0;
};

struct Carton {
  std::string code;
  int64_t weight_grams = 0;  // by the scale; 0: not weighed
  int64_t tare_grams = 0;
  int64_t expected_grams = 0;  // by the SKUs; 0: not known
  std::vector<CartonContent> contents;
};

// What one node sends of one reservation.
struct Shipment {
  std::string id;
  std::string reservation_id;
  std::string node_id;
  std::string order_id;
  std::string channel;
  std::string wave_id;
  ShipmentState state = ShipmentState::kOpen;
  std::string carrier;
  absl::Time cutoff_time = absl::InfiniteFuture();
  std::string waybill;
  std::string manifest_id;
  std::vector<ShipmentLine> lines;  // by (SKU, owner), each once
  std::vector<Carton> cartons;
  int64_t policy_version = 0;
  RecordInfo info;

  int64_t pieces() const;
};

struct Wave {
  std::string id;
  std::string node_id;
  WaveState state = WaveState::kPlanned;
  std::string carrier;  // empty: any
  absl::Time cutoff_before = absl::InfiniteFuture();
  int max_orders = 0;
  int64_t max_pieces = 0;
  WaveGrouping grouping = WaveGrouping::kAny;
  std::vector<std::string> zones;  // none: all
  int shipment_count = 0;
  int64_t piece_count = 0;
  RecordInfo info;
};

struct PickTask {
  std::string id;
  std::string shipment_id;
  std::string wave_id;
  std::string node_id;
  PickTaskKind kind = PickTaskKind::kPick;
  PickTaskState state = PickTaskState::kOpen;
  std::string sku_id;
  std::string owner_id;
  std::string lot;
  std::string location;  // the bin, also of a put-back
  int64_t quantity = 0;
  int64_t done = 0;
  ShortReason short_reason = ShortReason::kUnspecified;
  std::string actor;
  RecordInfo info;

  TotalKey total() const { return {sku_id, owner_id, node_id, StockCondition::kSellable}; }
  StockKey bin() const { return {total(), lot, location}; }
};

// Moves a shipment by the one table of moves; its version grows by one. FAILED_PRECONDITION
// SHIPMENT_STATE when the table does not have the move: one that has shipped is not cancelled.
absl::Status Move(Shipment& shipment, ShipmentMove move, absl::Time now);
// Whether the table has a way from the state by the move.
bool CanMove(ShipmentState state, ShipmentMove move);

// A shipment at work: it holds the reservation.
bool IsOpen(ShipmentState state);

// What the node still owes to a confirmed reservation, as the lines of a new shipment.
// FAILED_PRECONDITION RESERVATION_NOT_CONFIRMED, NOTHING_TO_SHIP.
absl::StatusOr<Shipment> MakeShipment(const Reservation& reservation, std::string_view node_id);

// Pieces that can be served, by (SKU, owner).
using Servable = std::map<std::pair<std::string, std::string>, int64_t>;

// The places of the candidates that make up the wave, in the order in which they are served:
// deterministic, by cut-off time, then age, then id. Each is taken whole or not at all, within
// max_orders and max_pieces; one that does not fit lets a smaller one behind it pass. With zones,
// only what `servable` covers in all. SINGLE_SKU takes only candidates of one line, those of one
// (SKU, owner) together, the SKU with most candidates first.
std::vector<size_t> ChooseForWave(std::span<const Shipment> candidates, const Wave& wave,
                                  const Servable& servable);

// The line of the task. INTERNAL when there is none.
absl::StatusOr<ShipmentLine*> LineOf(Shipment& shipment, std::string_view sku_id,
                                     std::string_view owner_id);

// Whether the cartons hold exactly the picked pieces, by (SKU, owner, lot), each carton's code
// once. FAILED_PRECONDITION PACK_MISMATCH names every difference.
absl::Status CheckContents(const Shipment& shipment, std::span<const Carton> cartons,
                           std::span<const PickTask> tasks);
// Sets the cartons' expected weights (tare + Σ pieces × SKU's grams, nothing when one is not known)
// and compares those that were weighed: a difference up to the larger of tolerance_bps of the
// expected weight (half up) and tolerance_grams passes. FAILED_PRECONDITION WEIGHT_MISMATCH names
// every carton that does not.
absl::Status CheckWeights(std::string_view shipment_id, std::span<Carton> cartons,
                          const std::map<std::string, Sku>& skus, const OutboundPolicy& policy);

// Pieces of the shipment's done picks, by (SKU, owner, lot).
struct PickedKey {
  std::string sku_id, owner_id, lot;
  friend auto operator<=>(const PickedKey&, const PickedKey&) = default;
};
std::map<PickedKey, int64_t> PickedBy(std::span<const PickTask> tasks);

// Pieces of one total from one (lot, bin) to another: by way of CLEARING, the promised ones as
// RESERVED and the others as FREE, so that neither falls short in between. `reference`: the task.
std::vector<Movement> PlanBinMove(const StockTotal& total, const StockKey& from, const StockKey& to,
                                  int64_t quantity, std::string_view reason,
                                  std::string_view reference, absl::CivilDay day);

// Takes up to `quantity` pieces for a line of the shipment from the rows, first expired first out,
// and lowers them: one open task a row, without an id. The line's planned pieces grow by theirs.
// `min_days` as TakeFefo has it.
std::vector<PickTask> PlanPicks(const Shipment& shipment, ShipmentLine& line, int64_t quantity,
                                std::vector<LotStock>& rows, absl::CivilDay day, int min_days);

// What was picked leaves: RESERVED → CUSTOMER from the staging place, by lot; the lines of shipment
// and reservation say so. The reservation is SHIPPED when nothing of it is left open. INTERNAL when
// the reservation does not hold what was picked.
absl::StatusOr<std::vector<Movement>> PlanShipping(Shipment& shipment, Reservation& reservation,
                                                   std::span<const PickTask> tasks,
                                                   std::string_view staging_location,
                                                   absl::CivilDay day, absl::Time now);

// The shipment's lines leave the reservation without having shipped: RESERVED → FREE, the lines cut
// to what has shipped. When nothing is left open, the reservation is RELEASED, or SHIPPED if some
// of it was. `note` as the caller gave it.
std::vector<Movement> PlanCut(Reservation& reservation, const Shipment& shipment,
                              std::string_view note, absl::CivilDay day, absl::Time now);

}  // namespace kefu::warehouse::domain
