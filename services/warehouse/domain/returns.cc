#include "services/warehouse/domain/returns.h"

#include <algorithm>
#include <array>
#include <utility>

#include "common/status/status_macros.h"
#include "fmt/format.h"
#include "services/warehouse/errors.h"
#include "services/warehouse/errors_inbound.h"

namespace kefu::warehouse::domain {
namespace {

// The one table of moves. What does not stand here is refused.
struct MoveRow {
  ReturnVerb verb;
  ReturnState from;
};
constexpr std::array kMoves = std::to_array<MoveRow>({
    {ReturnVerb::kReceive, ReturnState::kExpected},
    {ReturnVerb::kReceive, ReturnState::kReceiving},
    {ReturnVerb::kReceive, ReturnState::kReceived},
    {ReturnVerb::kInspect, ReturnState::kReceiving},
    {ReturnVerb::kInspect, ReturnState::kReceived},
    {ReturnVerb::kClose, ReturnState::kReceiving},
    {ReturnVerb::kCancel, ReturnState::kExpected},
});

std::string_view WhyNot(ReturnVerb verb, ReturnState from) {
  switch (from) {
    case ReturnState::kExpected:
      return verb == ReturnVerb::kClose ? "nothing came: cancel it instead" : "nothing came yet";
    case ReturnState::kReceiving:
      return "part of it came: close it instead";
    case ReturnState::kReceived:
      return verb == ReturnVerb::kCancel ? "it came" : "nothing is waited for any more";
    case ReturnState::kInspected:
      return "it came and was inspected";
    case ReturnState::kCancelled:
      return "it was cancelled";
    default:
      return "its state does not allow it";
  }
}

void Move(CustomerReturn& returned, ReturnState state, absl::Time now) {
  returned.state = state;
  ++returned.info.version;
  returned.info.update_time = now;
}

bool AllCame(const CustomerReturn& returned) {
  return std::ranges::all_of(returned.lines,
                             [](const ReturnLine& l) { return l.received >= l.quantity; });
}

bool AllInspected(std::span<const Receipt> receipts) {
  return std::ranges::all_of(receipts, [](const Receipt& r) { return r.uninspected == 0; });
}

// How many pieces of a line count against what was shipped.
int64_t ClaimOf(ReturnState state, const ReturnLine& line) {
  switch (state) {
    case ReturnState::kCancelled:
      return 0;
    case ReturnState::kExpected:
    case ReturnState::kReceiving:
      return std::max(line.quantity, line.received);
    default:
      return line.received;
  }
}

using Item = std::pair<std::string, std::string>;  // SKU, owner

size_t LineOf(CustomerReturn& returned, const Arrival& arrival) {
  for (size_t i = 0; i < returned.lines.size(); ++i) {
    const ReturnLine& line = returned.lines[i];
    if (line.sku_id == arrival.sku_id && line.owner_id == arrival.owner_id) return i;
  }
  returned.lines.push_back(
      {.sku_id = arrival.sku_id, .owner_id = arrival.owner_id, .unannounced = true});
  return returned.lines.size() - 1;
}

}  // namespace

absl::Status CheckMove(const CustomerReturn& returned, ReturnVerb verb) {
  const bool known = std::ranges::any_of(
      kMoves, [&](const MoveRow& row) { return row.verb == verb && row.from == returned.state; });
  return known ? absl::OkStatus() : error::ReturnState(returned.id, WhyNot(verb, returned.state));
}

absl::Status CheckShipped(const Reservation& reservation, std::span<const CustomerReturn> all,
                          const CustomerReturn& mine) {
  std::map<Item, int64_t> shipped, claimed;
  for (const ReservationLine& line : reservation.lines) {
    shipped[{line.sku_id, line.owner_id}] += line.shipped;
  }
  for (const CustomerReturn& other : all) {
    if (other.id == mine.id) continue;
    for (const ReturnLine& line : other.lines) {
      claimed[{line.sku_id, line.owner_id}] += ClaimOf(other.state, line);
    }
  }
  std::vector<error::LineFault> faults;
  for (size_t i = 0; i < mine.lines.size(); ++i) {
    const ReturnLine& line = mine.lines[i];
    const Item item{line.sku_id, line.owner_id};
    const int64_t before = claimed[item];
    claimed[item] += ClaimOf(mine.state, line);
    if (claimed[item] <= shipped[item]) continue;
    faults.push_back({i, line.sku_id,
                      fmt::format("{} with this one, {} by other returns, {} shipped",
                                  claimed[item], before, shipped[item])});
  }
  return faults.empty() ? absl::OkStatus() : error::ReturnExceedsShipped(faults);
}

absl::StatusOr<std::vector<Receipt>> ReceiveReturn(CustomerReturn& returned,
                                                   std::span<const Arrival> arrivals,
                                                   const std::map<std::string, Sku>& skus,
                                                   int first_number, absl::Time now) {
  RETURN_IF_ERROR(CheckMove(returned, ReturnVerb::kReceive));
  std::vector<Receipt> receipts;
  std::vector<error::LotFault> faults;
  for (size_t i = 0; i < arrivals.size(); ++i) {
    const Arrival& arrival = arrivals[i];
    const Sku& sku = skus.at(arrival.sku_id);
    if (sku.lot_tracked == arrival.lot.empty()) {
      faults.push_back({i, sku.id, sku.lot_tracked ? "LOT_REQUIRED" : "LOT_NOT_ALLOWED", ""});
    }
    const size_t line = LineOf(returned, arrival);
    returned.lines[line].received += arrival.quantity;
    receipts.push_back({.number = first_number + static_cast<int>(i),
                        .line_number = static_cast<int>(line) + 1,
                        .sku_id = arrival.sku_id,
                        .owner_id = arrival.owner_id,
                        .lot = arrival.lot,
                        .expire_date = arrival.expire_date,
                        .location = arrival.location,
                        .quantity = arrival.quantity,
                        .uninspected = arrival.quantity,
                        .time = now});
  }
  if (!faults.empty()) return error::LotRules(faults);
  Move(returned, AllCame(returned) ? ReturnState::kReceived : ReturnState::kReceiving, now);
  return receipts;
}

std::vector<Movement> MovementsOf(const CustomerReturn& returned, std::span<const Receipt> receipts,
                                  std::string_view note, absl::CivilDay today) {
  std::vector<Movement> movements;
  for (const Receipt& receipt : receipts) {
    movements.push_back(
        {.key = {{receipt.sku_id, receipt.owner_id, returned.node_id, receipt.condition},
                 receipt.lot,
                 receipt.location},
         .from = LedgerAccount::kCustomer,
         .to = LedgerAccount::kFree,
         .quantity = receipt.quantity,
         .reason = returned.lines[receipt.line_number - 1].sent_wrongly
                       ? std::string(kWrongShipmentReason)
                       : "ReceiveReturn",
         .reference = returned.id,
         .note = std::string(note),
         .business_date = today});
  }
  return movements;
}

absl::Status InspectReturn(CustomerReturn& returned, std::span<const Receipt> receipts,
                           std::span<const InspectionLine> lines, absl::Time now) {
  RETURN_IF_ERROR(CheckMove(returned, ReturnVerb::kInspect));
  for (const InspectionLine& line : lines) {
    ReturnLine& counted = returned.lines[receipts[line.receipt_number - 1].line_number - 1];
    for (const InspectionResult& result : line.results) {
      const bool intact = result.outcome == InspectionOutcome::kSellable;
      (intact ? counted.intact : counted.damaged) += result.quantity;
    }
  }
  const bool done = returned.state == ReturnState::kReceived && AllInspected(receipts);
  Move(returned, done ? ReturnState::kInspected : returned.state, now);
  return absl::OkStatus();
}

absl::Status CloseReturn(CustomerReturn& returned, std::span<const Receipt> receipts,
                         absl::Time now) {
  RETURN_IF_ERROR(CheckMove(returned, ReturnVerb::kClose));
  Move(returned, AllInspected(receipts) ? ReturnState::kInspected : ReturnState::kReceived, now);
  return absl::OkStatus();
}

absl::Status CancelReturn(CustomerReturn& returned, absl::Time now) {
  RETURN_IF_ERROR(CheckMove(returned, ReturnVerb::kCancel));
  Move(returned, ReturnState::kCancelled, now);
  return absl::OkStatus();
}

}  // namespace kefu::warehouse::domain
