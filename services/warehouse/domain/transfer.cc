#include "services/warehouse/domain/transfer.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "common/status/status_macros.h"
#include "fmt/format.h"
#include "services/warehouse/errors.h"
#include "services/warehouse/errors_core.h"
#include "services/warehouse/errors_inbound.h"

namespace kefu::warehouse::domain {
namespace {

// The one table of moves. What does not stand here is refused.
struct MoveRow {
  TransferVerb verb;
  TransferState from;
};
constexpr std::array kMoves = std::to_array<MoveRow>({
    {TransferVerb::kDispatch, TransferState::kPlanned},
    {TransferVerb::kReceive, TransferState::kInTransit},
    {TransferVerb::kReceive, TransferState::kReceiving},
    {TransferVerb::kCancel, TransferState::kPlanned},
    {TransferVerb::kCancel, TransferState::kInTransit},
});

std::string_view WhyNot(TransferState from) {
  switch (from) {
    case TransferState::kPlanned:
      return "it has not left: dispatch it first";
    case TransferState::kInTransit:
      return "it has left already";
    case TransferState::kReceiving:
      return "part of it has arrived";
    case TransferState::kReceived:
      return "it has arrived";
    case TransferState::kCancelled:
      return "it was cancelled";
    default:
      return "its state does not allow it";
  }
}

void Move(StockTransfer& transfer, TransferState state, absl::Time now) {
  transfer.state = state;
  ++transfer.info.version;
  transfer.info.update_time = now;
}

// Writes movements in the name of one transfer.
class Writer {
 public:
  Writer(const StockTransfer& transfer, const TransferTimes& times, std::string_view reason,
         std::string_view note)
      : transfer_(transfer), times_(times), reason_(reason), note_(note) {}

  void Name(std::string_view reason, std::string_view note) {
    reason_ = reason;
    note_ = note;
  }

  void Source(const TransferLine& line, const TransferPick& pick, LedgerAccount from,
              LedgerAccount to, int64_t quantity) {
    Add({line.KeyAt(transfer_.from_node_id), pick.lot, pick.location}, from, to, quantity,
        times_.source);
  }
  void Destination(const TransferLine& line, StockCondition condition, std::string_view lot,
                   std::string_view location, LedgerAccount from, LedgerAccount to,
                   int64_t quantity) {
    TotalKey key = line.KeyAt(transfer_.to_node_id);
    key.condition = condition;
    Add({std::move(key), std::string(lot), std::string(location)}, from, to, quantity,
        times_.destination);
  }
  std::vector<Movement> Take() { return std::move(movements_); }

 private:
  void Add(StockKey key, LedgerAccount from, LedgerAccount to, int64_t quantity,
           absl::CivilDay day) {
    if (quantity == 0) return;
    movements_.push_back({.key = std::move(key),
                          .from = from,
                          .to = to,
                          .quantity = quantity,
                          .reason = std::string(reason_),
                          .reference = transfer_.id,
                          .note = std::string(note_),
                          .business_date = day});
  }

  const StockTransfer& transfer_;
  const TransferTimes& times_;
  std::string_view reason_;
  std::string_view note_;
  std::vector<Movement> movements_;
};

int64_t FreeOf(const StockTotal& total) {
  return total.key.condition == StockCondition::kSellable ? total.available() : total.on_hand;
}

absl::Status CheckFree(const StockTransfer& transfer, const Totals& totals) {
  std::map<TotalKey, int64_t> wanted;
  std::vector<error::Shortfall> shortfalls;
  for (size_t i = 0; i < transfer.lines.size(); ++i) {
    const TransferLine& line = transfer.lines[i];
    const TotalKey key = line.KeyAt(transfer.from_node_id);
    const auto total = totals.find(key);
    const int64_t free = total == totals.end() ? 0 : FreeOf(total->second);
    int64_t& before = wanted[key];
    if (before + line.quantity > free) {
      shortfalls.push_back({i,
                            {transfer.from_node_id, line.sku_id, line.owner_id, line.quantity},
                            std::max<int64_t>(free - before, 0)});
    }
    before += line.quantity;
  }
  return shortfalls.empty() ? absl::OkStatus() : error::InsufficientStock(shortfalls);
}

// From the named lot or bin, whatever its dates say; otherwise by FEFO. Only goods for sale have to
// be in date.
std::vector<Pick> PicksOf(const TransferLine& line, std::vector<LotStock>& rows,
                          absl::CivilDay today) {
  const bool named = !line.lot.empty() || !line.location.empty();
  if (!named && line.condition == StockCondition::kSellable) {
    return TakeFefo(rows, line.quantity, today);
  }
  std::vector<Pick> picks;
  int64_t left = line.quantity;
  for (LotStock& row : rows) {
    if (!line.lot.empty() && row.lot != line.lot) continue;
    if (!line.location.empty() && row.location != line.location) continue;
    const int64_t taken = std::min(left, row.free);
    if (taken == 0) continue;
    picks.push_back({row.lot, row.location, taken});
    row.free -= taken;
    left -= taken;
  }
  return picks;
}

absl::Status ChoosePicks(StockTransfer& transfer, RowsByKey& rows, absl::CivilDay today) {
  std::vector<error::BinShortfall> shortfalls;
  for (size_t i = 0; i < transfer.lines.size(); ++i) {
    TransferLine& line = transfer.lines[i];
    const TotalKey key = line.KeyAt(transfer.from_node_id);
    int64_t found = 0;
    for (const Pick& pick : PicksOf(line, rows[key], today)) {
      line.picks.push_back({pick.lot, pick.location, pick.quantity, pick.quantity});
      found += pick.quantity;
    }
    if (found < line.quantity) {
      shortfalls.push_back({i, {key, line.lot, line.location}, line.quantity, found});
    }
  }
  return shortfalls.empty() ? absl::OkStatus() : error::BinShort(shortfalls);
}

int64_t InTransit(const TransferLine& line) {
  int64_t sum = 0;
  for (const TransferPick& pick : line.picks) sum += pick.in_transit;
  return sum;
}

// The lots of which the arrival brings pieces: the named one, or those on the way where the
// arrival leaves no choice; none when it is ambiguous, or names a lot that was not sent.
std::vector<std::string> LotsOf(const TransferLine& line, const Arrival& arrival) {
  std::set<std::string> sent, on_the_way;
  for (const TransferPick& pick : line.picks) {
    sent.insert(pick.lot);
    if (pick.in_transit > 0) on_the_way.insert(pick.lot);
  }
  if (!arrival.lot.empty()) {
    return sent.contains(arrival.lot) ? std::vector{arrival.lot} : std::vector<std::string>();
  }
  if (on_the_way.empty()) return {*sent.begin()};  // all of it is over
  if (on_the_way.size() > 1 && arrival.quantity != InTransit(line)) return {};
  return {on_the_way.begin(), on_the_way.end()};
}

void ArriveOn(TransferLine& line, const Arrival& arrival, const std::vector<std::string>& lots,
              Writer& writer) {
  using enum LedgerAccount;
  const StockCondition condition =
      arrival.condition == StockCondition::kUnspecified ? line.condition : arrival.condition;
  int64_t left = arrival.quantity;
  for (const std::string& lot : lots) {
    int64_t arrived = 0;
    for (TransferPick& pick : line.picks) {
      if (pick.lot != lot) continue;
      const int64_t pieces = std::min(left, pick.in_transit);
      pick.in_transit -= pieces;
      left -= pieces;
      arrived += pieces;
    }
    if (condition == line.condition) {
      writer.Destination(line, condition, lot, arrival.location, kInTransit, kFree, arrived);
    } else {
      writer.Destination(line, line.condition, lot, "", kInTransit, kClearing, arrived);
      writer.Destination(line, condition, lot, arrival.location, kClearing, kFree, arrived);
    }
  }
  writer.Destination(line, condition, lots.front(), arrival.location, kAdjustment, kFree, left);
  line.received += arrival.quantity;
  line.over += left;
  if (condition == StockCondition::kDamaged && line.condition != condition) {
    line.damaged += arrival.quantity;
  }
}

}  // namespace

absl::Status CheckMove(const StockTransfer& transfer, TransferVerb verb) {
  const bool known = std::ranges::any_of(
      kMoves, [&](const MoveRow& row) { return row.verb == verb && row.from == transfer.state; });
  return known ? absl::OkStatus() : error::TransferState(transfer.id, WhyNot(transfer.state));
}

absl::StatusOr<std::vector<Movement>> Dispatch(StockTransfer& transfer, const Totals& totals,
                                               RowsByKey rows, const TransferTimes& times) {
  RETURN_IF_ERROR(CheckMove(transfer, TransferVerb::kDispatch));
  RETURN_IF_ERROR(CheckFree(transfer, totals));
  RETURN_IF_ERROR(ChoosePicks(transfer, rows, times.source));
  Writer writer(transfer, times, "DispatchTransfer", transfer.reason);
  for (const TransferLine& line : transfer.lines) {
    for (const TransferPick& pick : line.picks) {
      writer.Source(line, pick, LedgerAccount::kFree, LedgerAccount::kClearing, pick.quantity);
      writer.Destination(line, line.condition, pick.lot, "", LedgerAccount::kClearing,
                         LedgerAccount::kInTransit, pick.quantity);
    }
  }
  transfer.dispatch_time = times.now;
  Move(transfer, TransferState::kInTransit, times.now);
  return writer.Take();
}

absl::StatusOr<std::vector<Movement>> Receive(StockTransfer& transfer,
                                              std::span<const Arrival> arrivals, bool final,
                                              const InboundPolicy& policy, std::string_view note,
                                              const TransferTimes& times) {
  RETURN_IF_ERROR(CheckMove(transfer, TransferVerb::kReceive));
  Writer writer(transfer, times, "ReceiveTransfer", note);
  std::vector<error::LineFault> over, ambiguous;
  for (size_t i = 0; i < arrivals.size(); ++i) {
    const Arrival& arrival = arrivals[i];
    if (arrival.line_number < 1 || arrival.line_number > static_cast<int>(transfer.lines.size())) {
      return error::LineNotFound(transfer.id, fmt::format("{}", arrival.line_number));
    }
    TransferLine& line = transfer.lines[arrival.line_number - 1];
    const std::string name = fmt::format("line {} {}", arrival.line_number, line.sku_id);
    const std::vector<std::string> lots = LotsOf(line, arrival);
    if (lots.empty()) {
      ambiguous.push_back({i, name, "say which of the lots that were sent came"});
      continue;
    }
    writer.Name("ReceiveTransfer", arrival.reason.empty() ? note : arrival.reason);
    ArriveOn(line, arrival, lots, writer);
    const int64_t most = TolerableQuantity(policy, line.quantity);
    if (line.received > most && policy.over_receipt_action == OverReceiptAction::kRefuse) {
      over.push_back({i, name,
                      fmt::format("{} sent, {} with this one, at most {}", line.quantity,
                                  line.received, most)});
    }
  }
  if (!ambiguous.empty()) return error::LotAmbiguous(ambiguous);
  if (!over.empty()) return error::OverReceipt(over);
  writer.Name("TransferLoss", note);
  int64_t on_the_way = 0;
  for (TransferLine& line : transfer.lines) {
    for (TransferPick& pick : line.picks) {
      if (final) {
        writer.Destination(line, line.condition, pick.lot, "", LedgerAccount::kInTransit,
                           LedgerAccount::kAdjustment, pick.in_transit);
        line.short_quantity += std::exchange(pick.in_transit, 0);
      }
      on_the_way += pick.in_transit;
    }
  }
  if (on_the_way == 0) transfer.receive_time = times.now;
  Move(transfer, on_the_way == 0 ? TransferState::kReceived : TransferState::kReceiving, times.now);
  return writer.Take();
}

absl::StatusOr<std::vector<Movement>> CancelTransfer(StockTransfer& transfer, std::string_view note,
                                                     const TransferTimes& times) {
  RETURN_IF_ERROR(CheckMove(transfer, TransferVerb::kCancel));
  Writer writer(transfer, times, "CancelTransfer", note);
  for (TransferLine& line : transfer.lines) {
    for (TransferPick& pick : line.picks) {
      writer.Destination(line, line.condition, pick.lot, "", LedgerAccount::kInTransit,
                         LedgerAccount::kClearing, pick.in_transit);
      writer.Source(line, pick, LedgerAccount::kClearing, LedgerAccount::kFree, pick.in_transit);
      pick.in_transit = 0;
    }
  }
  Move(transfer, TransferState::kCancelled, times.now);
  return writer.Take();
}

}  // namespace kefu::warehouse::domain
