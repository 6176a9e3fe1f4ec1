#include "services/warehouse/domain/outbound.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "fmt/format.h"
#include "services/warehouse/domain/shipping.h"
#include "services/warehouse/errors_core.h"
#include "services/warehouse/errors_outbound.h"

namespace kefu::warehouse::domain {
namespace {

struct Rule {
  ShipmentState from;
  ShipmentMove move;
  ShipmentState to;
};

// Every way that a shipment may go; what does not stand here is refused.
constexpr Rule kRules[] = {
    {ShipmentState::kOpen, ShipmentMove::kPlan, ShipmentState::kPlanned},
    {ShipmentState::kPlanned, ShipmentMove::kUnplan, ShipmentState::kOpen},
    {ShipmentState::kPlanned, ShipmentMove::kRelease, ShipmentState::kPicking},
    {ShipmentState::kPicking, ShipmentMove::kFinishPicks, ShipmentState::kPicked},
    {ShipmentState::kPicking, ShipmentMove::kFindNothing, ShipmentState::kOpen},
    {ShipmentState::kPicked, ShipmentMove::kPack, ShipmentState::kPacked},
    {ShipmentState::kPacked, ShipmentMove::kUnpack, ShipmentState::kPicked},
    {ShipmentState::kPacked, ShipmentMove::kShip, ShipmentState::kShipped},
    {ShipmentState::kShipped, ShipmentMove::kHandOver, ShipmentState::kHandedOver},
    {ShipmentState::kOpen, ShipmentMove::kCancel, ShipmentState::kCancelled},
    {ShipmentState::kPlanned, ShipmentMove::kCancel, ShipmentState::kCancelled},
    {ShipmentState::kPicking, ShipmentMove::kCancel, ShipmentState::kCancelled},
    {ShipmentState::kPicked, ShipmentMove::kCancel, ShipmentState::kCancelled},
    {ShipmentState::kPacked, ShipmentMove::kCancel, ShipmentState::kCancelled},
};

constexpr int64_t kMaxGrams = 1'000'000'000'000'000;  // no carton weighs 10^9 tonnes

const Rule* Find(ShipmentState from, ShipmentMove move) {
  const auto* rule =
      std::ranges::find_if(kRules, [&](const Rule& r) { return r.from == from && r.move == move; });
  return rule == std::end(kRules) ? nullptr : rule;
}

using SkuOwner = std::pair<std::string, std::string>;

bool Covers(const Servable& servable, const Shipment& shipment) {
  return std::ranges::all_of(shipment.lines, [&](const ShipmentLine& line) {
    const auto there = servable.find({line.sku_id, line.owner_id});
    return there != servable.end() && there->second >= line.quantity;
  });
}

// Candidates of one line, those of the same SKU and owner together: most candidates first, then as
// they came. `order` is sorted already.
std::vector<size_t> BySku(std::span<const Shipment> candidates, const std::vector<size_t>& order) {
  std::map<SkuOwner, std::vector<size_t>> groups;
  std::vector<SkuOwner> first_seen;
  for (const size_t i : order) {
    if (candidates[i].lines.size() != 1) continue;
    const ShipmentLine& line = candidates[i].lines.front();
    SkuOwner key{line.sku_id, line.owner_id};
    std::vector<size_t>& group = groups[key];
    if (group.empty()) first_seen.push_back(std::move(key));
    group.push_back(i);
  }
  std::ranges::stable_sort(first_seen, [&](const SkuOwner& a, const SkuOwner& b) {
    return groups[a].size() > groups[b].size();
  });
  std::vector<size_t> result;
  for (const SkuOwner& key : first_seen) {
    result.insert(result.end(), groups[key].begin(), groups[key].end());
  }
  return result;
}

}  // namespace

int64_t Shipment::pieces() const {
  int64_t sum = 0;
  for (const ShipmentLine& line : lines) sum += line.quantity;
  return sum;
}

bool CanMove(ShipmentState state, ShipmentMove move) { return Find(state, move) != nullptr; }

absl::Status Move(Shipment& shipment, ShipmentMove move, absl::Time now) {
  const Rule* const rule = Find(shipment.state, move);
  if (rule == nullptr) {
    return error::ShipmentState(shipment.id, NameOf(shipment.state), NameOf(move));
  }
  shipment.state = rule->to;
  ++shipment.info.version;
  shipment.info.update_time = now;
  return absl::OkStatus();
}

bool IsOpen(ShipmentState state) {
  return state >= ShipmentState::kOpen && state <= ShipmentState::kPacked;
}

absl::StatusOr<Shipment> MakeShipment(const Reservation& reservation, std::string_view node_id) {
  if (reservation.state != ReservationState::kConfirmed) {
    return error::ReservationNotConfirmed(reservation.id, NameOf(reservation.state));
  }
  Shipment shipment{.reservation_id = reservation.id,
                    .node_id = std::string(node_id),
                    .order_id = reservation.order_id,
                    .channel = reservation.channel};
  for (const ReservationLine& line : reservation.lines) {
    if (line.node_id != node_id || line.open() == 0) continue;
    shipment.lines.push_back({line.sku_id, line.owner_id, line.open()});
  }
  if (shipment.lines.empty()) return error::NothingToShip(reservation.id, node_id);
  std::ranges::sort(shipment.lines, {}, [](const ShipmentLine& line) {
    return std::make_pair(std::string_view(line.sku_id), std::string_view(line.owner_id));
  });
  return shipment;
}

std::vector<size_t> ChooseForWave(std::span<const Shipment> candidates, const Wave& wave,
                                  const Servable& servable) {
  std::vector<size_t> order(candidates.size());
  for (size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::ranges::sort(order, [&](size_t a, size_t b) {
    const auto key = [&](size_t i) {
      return std::make_tuple(candidates[i].cutoff_time, candidates[i].info.create_time,
                             std::string_view(candidates[i].id));
    };
    return key(a) < key(b);
  });
  if (wave.grouping == WaveGrouping::kSingleSku) order = BySku(candidates, order);
  Servable left = servable;
  std::vector<size_t> chosen;
  int64_t pieces = 0;
  for (const size_t i : order) {
    const Shipment& shipment = candidates[i];
    if (chosen.size() == static_cast<size_t>(wave.max_orders)) break;
    if (!wave.carrier.empty() && shipment.carrier != wave.carrier) continue;
    if (wave.cutoff_before != absl::InfiniteFuture() &&
        shipment.cutoff_time >= wave.cutoff_before) {
      continue;
    }
    if (pieces + shipment.pieces() > wave.max_pieces) continue;
    if (!wave.zones.empty()) {
      if (!Covers(left, shipment)) continue;
      for (const ShipmentLine& line : shipment.lines) {
        left[{line.sku_id, line.owner_id}] -= line.quantity;
      }
    }
    pieces += shipment.pieces();
    chosen.push_back(i);
  }
  return chosen;
}

absl::StatusOr<ShipmentLine*> LineOf(Shipment& shipment, std::string_view sku_id,
                                     std::string_view owner_id) {
  for (ShipmentLine& line : shipment.lines) {
    if (line.sku_id == sku_id && line.owner_id == owner_id) return &line;
  }
  return Internal("a pick task without its line");
}

std::map<PickedKey, int64_t> PickedBy(std::span<const PickTask> tasks) {
  std::map<PickedKey, int64_t> picked;
  for (const PickTask& task : tasks) {
    if (task.kind != PickTaskKind::kPick || task.done == 0) continue;
    picked[{task.sku_id, task.owner_id, task.lot}] += task.done;
  }
  return picked;
}

absl::Status CheckContents(const Shipment& shipment, std::span<const Carton> cartons,
                           std::span<const PickTask> tasks) {
  std::map<PickedKey, int64_t> left = PickedBy(tasks);
  for (const Carton& carton : cartons) {
    for (const CartonContent& content : carton.contents) {
      left[{content.sku_id, content.owner_id, content.lot}] -= content.quantity;
    }
  }
  std::vector<error::Fault> faults;
  for (const auto& [key, quantity] : left) {
    if (quantity == 0) continue;
    faults.push_back({fmt::format("{}/{}/{}", key.sku_id, key.owner_id, key.lot),
                      quantity > 0
                          ? fmt::format("{} picked pieces are in no carton", quantity)
                          : fmt::format("{} pieces in cartons were not picked", -quantity)});
  }
  return faults.empty() ? absl::OkStatus() : error::PackMismatch(shipment.id, faults);
}

absl::Status CheckWeights(std::string_view shipment_id, std::span<Carton> cartons,
                          const std::map<std::string, Sku>& skus, const OutboundPolicy& policy) {
  std::vector<error::Fault> faults;
  for (Carton& carton : cartons) {
    __int128 sum = carton.tare_grams;
    bool known = true;
    for (const CartonContent& content : carton.contents) {
      const auto sku = skus.find(content.sku_id);
      const int64_t grams = sku == skus.end() ? 0 : sku->second.weight_grams;
      known &= grams > 0;
      sum += static_cast<__int128>(grams) * content.quantity;
    }
    const int64_t expected = known && sum <= kMaxGrams ? static_cast<int64_t>(sum) : 0;
    carton.expected_grams = expected;
    if (expected == 0 || carton.weight_grams == 0) continue;
    const auto part = static_cast<int64_t>(
        (static_cast<__int128>(expected) * policy.weight_tolerance_bps + 5000) / 10'000);
    const int64_t tolerance = std::max(part, policy.weight_tolerance_grams);
    const int64_t difference = carton.weight_grams - expected;
    if (difference <= tolerance && -difference <= tolerance) continue;
    faults.push_back({fmt::format("carton {}", carton.code),
                      fmt::format("weighs {} g, expected {} g within {} g", carton.weight_grams,
                                  expected, tolerance)});
  }
  return faults.empty() ? absl::OkStatus() : error::WeightMismatch(shipment_id, faults);
}

std::vector<Movement> PlanBinMove(const StockTotal& total, const StockKey& from, const StockKey& to,
                                  int64_t quantity, std::string_view reason,
                                  std::string_view reference, absl::CivilDay day) {
  std::vector<Movement> movements;
  const auto add = [&](const StockKey& key, LedgerAccount out, LedgerAccount in, int64_t pieces) {
    movements.push_back({.key = key,
                         .from = out,
                         .to = in,
                         .quantity = pieces,
                         .reason = std::string(reason),
                         .reference = std::string(reference),
                         .note = "",
                         .business_date = day});
  };
  const int64_t promised = std::min(quantity, total.reserved);
  for (const auto& [account, pieces] : {std::pair(LedgerAccount::kReserved, promised),
                                        std::pair(LedgerAccount::kFree, quantity - promised)}) {
    if (pieces == 0) continue;
    add(from, account, LedgerAccount::kClearing, pieces);
    add(to, LedgerAccount::kClearing, account, pieces);
  }
  return movements;
}

std::vector<PickTask> PlanPicks(const Shipment& shipment, ShipmentLine& line, int64_t quantity,
                                std::vector<LotStock>& rows, absl::CivilDay day, int min_days) {
  std::vector<PickTask> tasks;
  for (const Pick& pick : TakeFefo(rows, quantity, day, min_days)) {
    line.planned += pick.quantity;
    tasks.push_back({.shipment_id = shipment.id,
                     .wave_id = shipment.wave_id,
                     .node_id = shipment.node_id,
                     .sku_id = line.sku_id,
                     .owner_id = line.owner_id,
                     .lot = pick.lot,
                     .location = pick.location,
                     .quantity = pick.quantity});
  }
  return tasks;
}

absl::StatusOr<std::vector<Movement>> PlanShipping(Shipment& shipment, Reservation& reservation,
                                                   std::span<const PickTask> tasks,
                                                   std::string_view staging_location,
                                                   absl::CivilDay day, absl::Time now) {
  std::vector<Departure> departures;
  for (const auto& [picked, quantity] : PickedBy(tasks)) {
    ASSIGN_OR_RETURN(ShipmentLine* const line, LineOf(shipment, picked.sku_id, picked.owner_id));
    line->shipped += quantity;
    departures.push_back({{picked.sku_id, picked.owner_id, shipment.node_id},
                          {picked.lot, std::string(staging_location), quantity},
                          day});
  }
  return ShipPieces(reservation, departures, shipment.id, now);
}

std::vector<Movement> PlanCut(Reservation& reservation, const Shipment& shipment,
                              std::string_view note, absl::CivilDay day, absl::Time now) {
  std::set<SkuOwner> cut;
  for (const ShipmentLine& line : shipment.lines) cut.insert({line.sku_id, line.owner_id});
  const auto is_cut = [&](const ReservationLine& line) {
    return line.node_id == shipment.node_id && cut.contains({line.sku_id, line.owner_id});
  };
  std::vector<Movement> movements;
  int64_t left = 0, shipped = 0;
  for (const ReservationLine& line : reservation.lines) {
    shipped += line.shipped;
    if (!is_cut(line)) {
      left += line.open();
    } else if (line.open() > 0) {
      movements.push_back({.key = {line.key(), "", ""},
                           .from = LedgerAccount::kReserved,
                           .to = LedgerAccount::kFree,
                           .quantity = line.open(),
                           .reason = "Release",
                           .reference = reservation.id,
                           .note = std::string(note),
                           .business_date = day});
    }
  }
  if (left == 0 && shipped == 0) {
    reservation.state = ReservationState::kReleased;  // the lines say what it was
  } else {
    for (ReservationLine& line : reservation.lines) {
      if (is_cut(line)) line.quantity = line.shipped;
    }
    std::erase_if(reservation.lines,
                  [](const ReservationLine& line) { return line.quantity == 0; });
    if (left == 0) reservation.state = ReservationState::kShipped;
  }
  ++reservation.info.version;
  reservation.info.update_time = now;
  return movements;
}

}  // namespace kefu::warehouse::domain
