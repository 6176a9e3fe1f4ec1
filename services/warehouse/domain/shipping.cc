#include "services/warehouse/domain/shipping.h"

#include <algorithm>
#include <numeric>
#include <set>

#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/warehouse/domain/reservation.h"
#include "services/warehouse/errors.h"
#include "services/warehouse/errors_core.h"

namespace kefu::warehouse::domain {
namespace {

ReservationLine* LineOf(Reservation& reservation, const TotalKey& key) {
  const auto line = std::ranges::find(reservation.lines, key, &ReservationLine::key);
  return line == reservation.lines.end() ? nullptr : &*line;
}

void Touch(Reservation& reservation, absl::Time now) {
  ++reservation.info.version;
  reservation.info.update_time = now;
}

// The picks that the caller named, taken from the rows.
struct PickFaults {
  std::vector<error::BinShortfall> bins;
  std::vector<error::LotFault> lots;
  std::vector<error::Shortfall> short_lines;
};
void TakeNamed(size_t i, const ShipLine& line, std::vector<LotStock>& rows, absl::CivilDay today,
               PickFaults& faults) {
  for (const Pick& pick : line.picks) {
    const auto row = std::ranges::find_if(
        rows, [&](const LotStock& r) { return r.lot == pick.lot && r.location == pick.location; });
    const int64_t free = row == rows.end() ? 0 : row->free;
    if (pick.quantity > free) {
      faults.bins.push_back({i, {line.key(), pick.lot, pick.location}, pick.quantity, free});
    } else if (row->recalled) {
      faults.lots.push_back({i, line.sku_id, "LOT_RECALLED", "the lot was called back"});
    } else if (row->ExpiredOn(today)) {
      faults.lots.push_back({i, line.sku_id, "LOT_EXPIRED", "the lot has expired"});
    } else {
      row->free -= pick.quantity;
    }
  }
}

absl::Status StatusOf(const PickFaults& faults) {
  if (!faults.bins.empty()) return error::BinShort(faults.bins);
  if (!faults.lots.empty()) return error::LotRules(faults.lots);
  if (!faults.short_lines.empty()) return error::NotPickable(faults.short_lines);
  return absl::OkStatus();
}

// The lines asked for with their quantities; none asked for: every open one.
absl::StatusOr<std::vector<ShipLine>> Wanted(Reservation& reservation,
                                             std::span<const ShipLine> asked) {
  std::vector<ShipLine> wanted(asked.begin(), asked.end());
  if (wanted.empty()) {
    for (const ReservationLine& line : reservation.lines) {
      if (line.open() > 0) {
        wanted.push_back({line.node_id, line.sku_id, line.owner_id, line.open(), {}});
      }
    }
  }
  std::vector<error::Shortfall> over;
  for (size_t i = 0; i < wanted.size(); ++i) {
    ShipLine& line = wanted[i];
    const ReservationLine* const promised = LineOf(reservation, line.key());
    if (promised == nullptr) {
      return error::ReservationLineNotFound(reservation.id, line.node_id, line.sku_id,
                                            line.owner_id);
    }
    if (line.quantity == 0) {
      line.quantity =
          line.picks.empty()
              ? promised->open()
              : std::accumulate(line.picks.begin(), line.picks.end(), int64_t{0},
                                [](int64_t sum, const Pick& pick) { return sum + pick.quantity; });
    }
    if (line.quantity > promised->open() || line.quantity == 0) {
      over.push_back(
          {i, {line.node_id, line.sku_id, line.owner_id, line.quantity}, promised->open()});
    }
  }
  if (!over.empty()) return error::ShipsMoreThanOpen(over);
  return wanted;
}

absl::Status CheckDays(std::span<const ShipLine> lines, const NodeDays& today,
                       const std::optional<absl::CivilDay>& day) {
  for (const ShipLine& line : lines) {
    if (day && *day > today.at(line.node_id)) {
      return error::BusinessDateInFuture(*day, today.at(line.node_id));
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<Movement>> PlanShip(Reservation& reservation,
                                               std::span<const ShipLine> lines,
                                               std::map<TotalKey, std::vector<LotStock>>& bins,
                                               const NodeDays& today, const Shipping& shipping) {
  if (reservation.state != ReservationState::kConfirmed) {
    return error::ReservationNotConfirmed(reservation.id, NameOf(reservation.state));
  }
  RETURN_IF_ERROR(CheckNotInShipment(reservation));
  ASSIGN_OR_RETURN(std::vector<ShipLine> wanted, Wanted(reservation, lines));
  RETURN_IF_ERROR(CheckDays(wanted, today, shipping.business_date));
  PickFaults faults;
  std::vector<Departure> departures;
  for (size_t i = 0; i < wanted.size(); ++i) {
    ShipLine& line = wanted[i];
    std::vector<LotStock>& rows = bins[line.key()];
    const absl::CivilDay day = today.at(line.node_id);
    if (line.picks.empty()) {
      line.picks = TakeFefo(rows, line.quantity, day);
      int64_t found = 0;
      for (const Pick& pick : line.picks) found += pick.quantity;
      if (found < line.quantity) {
        faults.short_lines.push_back(
            {i, {line.node_id, line.sku_id, line.owner_id, line.quantity}, found});
      }
    } else {
      TakeNamed(i, line, rows, day, faults);
    }
    for (const Pick& pick : line.picks) {
      departures.push_back({line.key(), pick, shipping.business_date.value_or(day)});
    }
  }
  RETURN_IF_ERROR(StatusOf(faults));
  return ShipPieces(reservation, departures, shipping.document, shipping.now);
}

absl::StatusOr<std::vector<Movement>> ShipPieces(Reservation& reservation,
                                                 std::span<const Departure> departures,
                                                 std::string_view document, absl::Time now) {
  std::vector<Movement> movements;
  for (const auto& [key, pick, day] : departures) {
    ReservationLine* const promised = LineOf(reservation, key);
    if (promised == nullptr || promised->open() < pick.quantity) {
      return Internal("a shipment of more than is promised");
    }
    promised->shipped += pick.quantity;
    movements.push_back({.key = {key, pick.lot, pick.location},
                         .from = LedgerAccount::kReserved,
                         .to = LedgerAccount::kCustomer,
                         .quantity = pick.quantity,
                         .reason = "Ship",
                         .reference = reservation.id,
                         .note = std::string(document),
                         .business_date = day});
  }
  if (std::ranges::all_of(reservation.lines, [](const auto& line) { return line.open() == 0; })) {
    reservation.state = ReservationState::kShipped;
  }
  Touch(reservation, now);
  return movements;
}

namespace {

// The lines to move: indices of open lines that are not at the target.
absl::StatusOr<std::set<size_t>> LinesToMove(Reservation& reservation, std::string_view to_node_id,
                                             std::span<const LineRef> refs) {
  std::set<size_t> chosen;
  for (const LineRef& ref : refs) {
    const ReservationLine* const line =
        LineOf(reservation, {ref.sku_id, ref.owner_id, ref.node_id, StockCondition::kSellable});
    if (line == nullptr) {
      return error::ReservationLineNotFound(reservation.id, ref.node_id, ref.sku_id, ref.owner_id);
    }
    chosen.insert(static_cast<size_t>(line - reservation.lines.data()));
  }
  std::set<size_t> moved;
  for (size_t i = 0; i < reservation.lines.size(); ++i) {
    const ReservationLine& line = reservation.lines[i];
    if (line.open() == 0 || line.node_id == to_node_id) continue;
    if (refs.empty() || chosen.contains(i)) moved.insert(i);
  }
  return moved;
}

// The lines after the move: what was shipped stays, what is open joins its key at the target.
std::vector<ReservationLine> Rewritten(const Reservation& reservation,
                                       const std::set<size_t>& moved, std::string_view to_node_id) {
  std::vector<ReservationLine> lines;
  const auto join = [&lines](ReservationLine line) {
    const auto same = std::ranges::find(lines, line.key(), &ReservationLine::key);
    if (same == lines.end()) {
      lines.push_back(std::move(line));
    } else {
      same->quantity += line.quantity;
      same->shipped += line.shipped;
      same->counted_of_all = std::max(same->counted_of_all, line.counted_of_all);
      same->counted_of_channel = std::max(same->counted_of_channel, line.counted_of_channel);
    }
  };
  for (size_t i = 0; i < reservation.lines.size(); ++i) {
    ReservationLine line = reservation.lines[i];
    if (!moved.contains(i)) {
      join(std::move(line));
      continue;
    }
    ReservationLine there = line;
    there.node_id = to_node_id;
    there.quantity = line.open();
    there.shipped = 0;
    line.quantity = line.shipped;
    if (line.quantity > 0) join(std::move(line));
    join(std::move(there));
  }
  return lines;
}

}  // namespace

std::vector<TotalKey> KeysOfMove(const Reservation& reservation, std::string_view to_node_id) {
  std::set<TotalKey> keys;
  for (const ReservationLine& line : reservation.lines) {
    TotalKey key = line.key();
    keys.insert(key);
    key.node_id = to_node_id;
    keys.insert(std::move(key));
  }
  return {keys.begin(), keys.end()};
}

absl::StatusOr<std::vector<Movement>> PlanMove(Reservation& reservation,
                                               std::string_view to_node_id,
                                               std::span<const LineRef> refs, const Totals& totals,
                                               const NodeDays& today, std::string_view note,
                                               absl::Time now) {
  if (reservation.state == ReservationState::kHeld
          ? now >= reservation.expire_time
          : reservation.state != ReservationState::kConfirmed) {
    return error::ReservationNotHeld(reservation.id, reservation.state == ReservationState::kHeld
                                                         ? "its time ran out"
                                                         : NameOf(reservation.state));
  }
  RETURN_IF_ERROR(CheckNotInShipment(reservation));
  ASSIGN_OR_RETURN(const std::set<size_t> moved, LinesToMove(reservation, to_node_id, refs));
  std::map<TotalKey, int64_t> left;
  for (const auto& [key, total] : totals) left[key] = total.available();
  std::vector<error::Shortfall> shortfalls;
  std::vector<Movement> movements;
  for (const size_t i : moved) {
    const ReservationLine& line = reservation.lines[i];
    TotalKey there = line.key();
    there.node_id = to_node_id;
    if (line.open() > left[there]) shortfalls.push_back({i, line, left[there]});
    left[there] -= line.open();
    for (const bool back : {true, false}) {
      const TotalKey key = back ? line.key() : there;
      movements.push_back({.key = {key, "", ""},
                           .from = back ? LedgerAccount::kReserved : LedgerAccount::kFree,
                           .to = back ? LedgerAccount::kFree : LedgerAccount::kReserved,
                           .quantity = line.open(),
                           .reason = "Move",
                           .reference = reservation.id,
                           .note = std::string(note),
                           .business_date = today.at(key.node_id)});
    }
  }
  for (error::Shortfall& s : shortfalls) {
    s.wanted.node_id = to_node_id;
    s.wanted.quantity = s.wanted.open();
  }
  if (!shortfalls.empty()) return error::InsufficientStock(shortfalls);
  if (moved.empty()) return movements;
  reservation.lines = Rewritten(reservation, moved, to_node_id);
  Touch(reservation, now);
  return movements;
}

}  // namespace kefu::warehouse::domain
