#include "services/warehouse/domain/inbound.h"

#include <algorithm>
#include <array>

#include "common/status/status_macros.h"
#include "common/time/civil.h"
#include "fmt/format.h"
#include "services/warehouse/errors.h"
#include "services/warehouse/errors_inbound.h"

namespace kefu::warehouse::domain {
namespace {

// The one table of moves. What does not stand here is refused.
struct MoveRow {
  NoticeVerb verb;
  InboundState from;
};
constexpr std::array kMoves = std::to_array<MoveRow>({
    {NoticeVerb::kStartReceiving, InboundState::kExpected},
    {NoticeVerb::kStartReceiving, InboundState::kReceiving},
    {NoticeVerb::kRecordReceipt, InboundState::kReceiving},
    {NoticeVerb::kRecordReceipt, InboundState::kReceived},
    {NoticeVerb::kInspect, InboundState::kReceiving},
    {NoticeVerb::kInspect, InboundState::kReceived},
    {NoticeVerb::kInspect, InboundState::kClosed},
    {NoticeVerb::kClose, InboundState::kReceiving},
    {NoticeVerb::kClose, InboundState::kReceived},
    {NoticeVerb::kCancel, InboundState::kExpected},
    {NoticeVerb::kCancel, InboundState::kReceiving},
});

std::string_view WhyNot(NoticeVerb verb, InboundState from) {
  switch (from) {
    case InboundState::kExpected:
      return verb == NoticeVerb::kClose ? "nothing came: cancel it instead"
                                        : "it is not at a dock: start receiving first";
    case InboundState::kReceived:
      return verb == NoticeVerb::kCancel ? "all of it came: close it instead"
                                         : "all of it came already";
    case InboundState::kClosed:
      return "it is closed: nothing is received by it any more";
    case InboundState::kCancelled:
      return "it was cancelled";
    default:
      return "its state does not allow it";
  }
}

bool AnythingReceived(const InboundNotice& notice) {
  return std::ranges::any_of(notice.lines, [](const InboundLine& l) { return l.received > 0; });
}

void Move(InboundNotice& notice, InboundState state, absl::Time now) {
  notice.state = state;
  ++notice.info.version;
  notice.info.update_time = now;
}

std::string NameOfLine(size_t line, const InboundLine& l) {
  return fmt::format("line {} {}", line + 1, l.sku_id);
}

// The line that the arrival is of, added when it was not announced.
absl::StatusOr<size_t> LineOf(InboundNotice& notice, const Arrival& arrival) {
  if (arrival.line_number > 0) {
    if (arrival.line_number > static_cast<int>(notice.lines.size())) {
      return error::LineNotFound(notice.id, fmt::format("{}", arrival.line_number));
    }
    return arrival.line_number - 1;
  }
  std::optional<size_t> found;
  for (size_t i = 0; i < notice.lines.size(); ++i) {
    const InboundLine& line = notice.lines[i];
    if (line.sku_id != arrival.sku_id || line.owner_id != arrival.owner_id) continue;
    if (line.received < line.quantity) return i;  // the first that misses pieces
    if (!found) found = i;
  }
  if (found) return *found;
  if (notice.kind == InboundKind::kTransfer) {
    return error::LineNotFound(notice.id, arrival.sku_id);  // only what was sent can arrive
  }
  notice.lines.push_back(
      {.sku_id = arrival.sku_id, .owner_id = arrival.owner_id, .unannounced = true});
  return notice.lines.size() - 1;
}

struct Faults {
  std::vector<error::LotFault> lots;
  std::vector<error::LineFault> over, inspection;

  absl::Status ToStatus() const {
    if (!lots.empty()) return error::LotRules(lots);
    if (!inspection.empty()) return error::InspectionRequired(inspection);
    if (!over.empty()) return error::OverReceipt(over);
    return absl::OkStatus();
  }
};

// The condition in which the goods are kept.
StockCondition ConditionOf(const Arrival& arrival, bool inspected_later) {
  if (arrival.condition != StockCondition::kUnspecified) return arrival.condition;
  return inspected_later ? StockCondition::kAwaitingInspection : StockCondition::kSellable;
}

void CheckReceipt(size_t index, const Receipt& receipt, const Sku& sku, bool inspected_later,
                  Faults& faults) {
  if (sku.lot_tracked == receipt.lot.empty()) {
    faults.lots.push_back(
        {index, sku.id, sku.lot_tracked ? "LOT_REQUIRED" : "LOT_NOT_ALLOWED", ""});
  }
  if (receipt.condition == StockCondition::kSellable && inspected_later) {
    faults.inspection.push_back({index, sku.id, "the policy wants it inspected"});
  }
}

Receipt MakeReceipt(const Arrival& arrival, const InboundNotice& notice, size_t line_index,
                    bool inspected_later) {
  const InboundLine& line = notice.lines[line_index];
  Receipt receipt{.line_number = static_cast<int>(line_index) + 1,
                  .sku_id = line.sku_id,
                  .owner_id = line.owner_id,
                  .lot = arrival.lot.empty() ? line.lot : arrival.lot,
                  .expire_date = arrival.expire_date,
                  .location = arrival.location.empty() ? notice.dock : arrival.location,
                  .condition = ConditionOf(arrival, inspected_later),
                  .quantity = arrival.quantity};
  if (!receipt.expire_date && receipt.lot == line.lot) receipt.expire_date = line.expire_date;
  if (receipt.condition == StockCondition::kAwaitingInspection) {
    receipt.uninspected = receipt.quantity;
  }
  return receipt;
}

// Counts it on its line; nothing when that is tolerated.
void CountOn(size_t index, InboundLine& line, size_t line_index, const Receipt& receipt,
             const InboundPolicy& policy, Faults& faults) {
  line.received += receipt.quantity;
  if (receipt.condition == StockCondition::kDamaged) line.damaged += receipt.quantity;
  const int64_t most = TolerableQuantity(policy, line.quantity);
  if (line.received <= most) return;
  if (policy.over_receipt_action == OverReceiptAction::kAcceptFlagged) {
    line.over_tolerance = true;
    return;
  }
  faults.over.push_back({index, NameOfLine(line_index, line),
                         fmt::format("{} announced, {} with this one, at most {}", line.quantity,
                                     line.received, most)});
}

StockCondition ConditionOf(InspectionOutcome outcome) {
  switch (outcome) {
    case InspectionOutcome::kSellable:
      return StockCondition::kSellable;
    case InspectionOutcome::kDamaged:
      return StockCondition::kDamaged;
    default:
      return StockCondition::kQuarantined;
  }
}

void CountOn(Receipt& receipt, const InspectionResult& result) {
  receipt.uninspected -= result.quantity;
  switch (result.outcome) {
    case InspectionOutcome::kSellable:
      receipt.sellable += result.quantity;
      break;
    case InspectionOutcome::kDamaged:
      receipt.damaged += result.quantity;
      break;
    case InspectionOutcome::kToVendor:
      receipt.to_vendor += result.quantity;
      break;
    case InspectionOutcome::kScrap:
      receipt.scrapped += result.quantity;
      break;
    default:
      receipt.quarantined += result.quantity;
  }
}

// What one result moves out of the stock that awaits inspection.
void AppendResult(const Receipt& receipt, const InspectionLine& line,
                  const InspectionResult& result, const InspectionContext& context,
                  std::vector<Movement>& movements) {
  const StockKey from{{receipt.sku_id, receipt.owner_id, std::string(context.node_id),
                       StockCondition::kAwaitingInspection},
                      receipt.lot,
                      line.location.empty() ? receipt.location : line.location};
  if (result.outcome == InspectionOutcome::kToVendor ||
      result.outcome == InspectionOutcome::kScrap) {
    movements.push_back({.key = from,
                         .from = LedgerAccount::kFree,
                         .to = result.outcome == InspectionOutcome::kScrap ? LedgerAccount::kScrap
                                                                           : LedgerAccount::kVendor,
                         .quantity = result.quantity,
                         .reason = std::string(context.reason),
                         .reference = std::string(context.reference),
                         .note = result.reason,
                         .business_date = context.today});
    return;
  }
  StockKey to = from;
  to.total.condition = ConditionOf(result.outcome);
  AppendRekey(from, to, result.quantity, context.reason, context.reference, result.reason,
              context.today, movements);
}

void CheckSellable(size_t index, const Receipt& receipt, const InspectionContext& context,
                   std::vector<error::LotFault>& faults) {
  const auto lot = context.lots.find({receipt.sku_id, receipt.lot});
  if (lot == context.lots.end()) return;
  if (lot->second.state == LotState::kRecalled) {
    faults.push_back({index, receipt.sku_id, "LOT_RECALLED", "the lot is called back"});
  } else if (lot->second.ExpiredOn(context.today)) {
    faults.push_back({index, receipt.sku_id, "LOT_EXPIRED",
                      fmt::format("it expired on {}", FormatDay(*lot->second.expiry_date))});
  }
}

}  // namespace

absl::Status CheckMove(const InboundNotice& notice, NoticeVerb verb) {
  const bool known = std::ranges::any_of(
      kMoves, [&](const MoveRow& row) { return row.verb == verb && row.from == notice.state; });
  if (!known) return error::NoticeState(notice.id, WhyNot(verb, notice.state));
  if (verb == NoticeVerb::kCancel && AnythingReceived(notice)) {
    return error::NoticeState(notice.id, "part of it came: close it instead");
  }
  return absl::OkStatus();
}

absl::Status StartReceiving(InboundNotice& notice, std::string_view dock, absl::Time now) {
  RETURN_IF_ERROR(CheckMove(notice, NoticeVerb::kStartReceiving));
  notice.dock = std::string(dock);
  Move(notice, InboundState::kReceiving, now);
  return absl::OkStatus();
}

absl::Status Close(InboundNotice& notice, absl::Time now) {
  RETURN_IF_ERROR(CheckMove(notice, NoticeVerb::kClose));
  Move(notice, InboundState::kClosed, now);
  return absl::OkStatus();
}

absl::Status Cancel(InboundNotice& notice, absl::Time now) {
  RETURN_IF_ERROR(CheckMove(notice, NoticeVerb::kCancel));
  Move(notice, InboundState::kCancelled, now);
  return absl::OkStatus();
}

int64_t TolerableQuantity(const InboundPolicy& policy, int64_t expected) {
  constexpr int64_t kWhole = 10'000;  // basis points
  return expected +
         std::max(expected * policy.over_receipt_bps / kWhole, policy.over_receipt_pieces);
}

bool NeedsInspection(const InboundPolicy& policy, InboundKind kind, const Sku& sku) {
  for (const InspectionRule& rule : policy.inspection_rules) {
    const bool fits = (rule.kind == InboundKind::kUnspecified || rule.kind == kind) &&
                      (rule.category.empty() || rule.category == sku.category);
    if (fits) return rule.required;
  }
  return true;
}

absl::StatusOr<std::vector<Receipt>> RecordReceipt(InboundNotice& notice,
                                                   std::span<const Arrival> arrivals,
                                                   const ReceiptContext& context) {
  RETURN_IF_ERROR(CheckMove(notice, NoticeVerb::kRecordReceipt));
  std::vector<Receipt> receipts;
  Faults faults;
  for (size_t i = 0; i < arrivals.size(); ++i) {
    ASSIGN_OR_RETURN(const size_t line, LineOf(notice, arrivals[i]));
    const Sku& sku = context.skus.at(notice.lines[line].sku_id);
    const bool inspected_later = NeedsInspection(context.policy, notice.kind, sku);
    Receipt receipt = MakeReceipt(arrivals[i], notice, line, inspected_later);
    receipt.number = context.first_number + static_cast<int>(i);
    receipt.time = context.now;
    CheckReceipt(i, receipt, sku, inspected_later, faults);
    CountOn(i, notice.lines[line], line, receipt, context.policy, faults);
    receipts.push_back(std::move(receipt));
  }
  RETURN_IF_ERROR(faults.ToStatus());
  const bool whole = std::ranges::all_of(
      notice.lines, [](const InboundLine& l) { return l.received >= l.quantity; });
  Move(notice, whole ? InboundState::kReceived : InboundState::kReceiving, context.now);
  return receipts;
}

std::vector<Movement> MovementsOf(const InboundNotice& notice, std::span<const Receipt> receipts,
                                  std::string_view note, absl::CivilDay business_date) {
  std::vector<Movement> movements;
  for (const Receipt& receipt : receipts) {
    movements.push_back(
        {.key = {{receipt.sku_id, receipt.owner_id, notice.node_id, receipt.condition},
                 receipt.lot,
                 receipt.location},
         .from = notice.kind == InboundKind::kReturn ? LedgerAccount::kCustomer
                                                     : LedgerAccount::kSupplier,
         .to = LedgerAccount::kFree,
         .quantity = receipt.quantity,
         .reason = "RecordReceipt",
         .reference = notice.id,
         .note = std::string(note),
         .business_date = business_date});
  }
  return movements;
}

std::vector<Discrepancy> DiscrepanciesOf(const InboundNotice& notice) {
  std::vector<Discrepancy> found;
  for (size_t i = 0; i < notice.lines.size(); ++i) {
    const InboundLine& line = notice.lines[i];
    const int number = static_cast<int>(i) + 1;
    const auto add = [&](DiscrepancyKind kind, int64_t quantity) {
      if (quantity > 0) found.push_back({number, kind, quantity});
    };
    if (notice.state == InboundState::kClosed) {
      add(DiscrepancyKind::kShort, line.quantity - line.received);
    }
    add(line.unannounced ? DiscrepancyKind::kUnannounced : DiscrepancyKind::kOver,
        line.received - line.quantity);
    add(DiscrepancyKind::kDamaged, line.damaged);
  }
  return found;
}

absl::StatusOr<std::vector<Movement>> Inspect(std::span<Receipt> receipts,
                                              std::span<const InspectionLine> lines,
                                              const InspectionContext& context) {
  std::vector<Movement> movements;
  std::vector<error::LineFault> exceeds;
  std::vector<error::LotFault> unsellable;
  for (size_t i = 0; i < lines.size(); ++i) {
    const InspectionLine& line = lines[i];
    if (line.receipt_number < 1 || line.receipt_number > static_cast<int>(receipts.size())) {
      return error::ReceiptNotFound(context.reference, line.receipt_number);
    }
    Receipt& receipt = receipts[line.receipt_number - 1];
    const int64_t awaits = receipt.uninspected;
    int64_t decided = 0;
    for (const InspectionResult& result : line.results) {
      decided += result.quantity;
      if (result.outcome == InspectionOutcome::kSellable) {
        CheckSellable(i, receipt, context, unsellable);
      }
      CountOn(receipt, result);
      AppendResult(receipt, line, result, context, movements);
    }
    if (decided > awaits) {
      exceeds.push_back({i, fmt::format("receipt {}", receipt.number),
                         fmt::format("decides about {}, {} await it", decided, awaits)});
    }
    receipt.sample += line.sample == 0 ? decided : line.sample;
    receipt.sample_failed += line.sample_failed;
  }
  if (!exceeds.empty()) return error::InspectionExceedsReceipt(exceeds);
  if (!unsellable.empty()) return error::LotRules(unsellable);
  return movements;
}

void CountInspection(InboundNotice& notice, std::span<const Receipt> receipts,
                     std::span<const InspectionLine> lines, absl::Time now) {
  for (const InspectionLine& line : lines) {
    const Receipt& receipt = receipts[line.receipt_number - 1];
    for (const InspectionResult& result : line.results) {
      if (result.outcome == InspectionOutcome::kDamaged ||
          result.outcome == InspectionOutcome::kScrap) {
        notice.lines[receipt.line_number - 1].damaged += result.quantity;
      }
    }
  }
  Move(notice, notice.state, now);
}

void AppendRekey(const StockKey& from, const StockKey& to, int64_t quantity,
                 std::string_view reason, std::string_view reference, std::string_view note,
                 absl::CivilDay day, std::vector<Movement>& movements) {
  Movement in{.key = to,
              .from = LedgerAccount::kClearing,
              .to = LedgerAccount::kFree,
              .quantity = quantity,
              .reason = std::string(reason),
              .reference = std::string(reference),
              .note = std::string(note),
              .business_date = day};
  Movement out = in;
  out.key = from;
  std::swap(out.from, out.to);
  movements.push_back(std::move(in));
  movements.push_back(std::move(out));
}

}  // namespace kefu::warehouse::domain
