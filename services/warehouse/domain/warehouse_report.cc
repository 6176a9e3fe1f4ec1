#include "services/warehouse/domain/warehouse_report.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <map>

#include "common/status/status_macros.h"
#include "common/time/civil.h"
#include "services/warehouse/domain/inbound_types.h"
#include "services/warehouse/domain/settlement.h"

namespace kefu::warehouse::domain {
namespace {

constexpr int64_t kAllBps = 10'000;

bool Names(const std::vector<std::string>& reasons, const std::string& reason) {
  return std::ranges::find(reasons, reason) != reasons.end();
}

bool IsDifference(const WarehouseContract* contract, const std::string& reason) {
  if (contract == nullptr || contract->difference_reasons.empty()) {
    return reason != "TransferLoss" && reason != "ReceiveTransfer";  // not of the house
  }
  return Names(contract->difference_reasons, reason);
}

bool IsWrongShipment(const WarehouseContract& contract, const std::string& reason) {
  return contract.wrong_shipment_reasons.empty() ? reason == kWrongShipmentReason
                                                 : Names(contract.wrong_shipment_reasons, reason);
}

// What lies in the house itself, not on the way to it.
bool IsHere(LedgerAccount account) {
  return account == LedgerAccount::kFree || account == LedgerAccount::kReserved;
}

// Arrivals in another condition go by CLEARING; so does what is called back on its way.
bool Arrives(const NodeFlow& flow) {
  return flow.from == LedgerAccount::kInTransit && flow.reason != "CancelTransfer" &&
         (flow.to == LedgerAccount::kFree || flow.to == LedgerAccount::kClearing);
}

// part / whole in basis points, half up.
absl::StatusOr<int32_t> Share(int64_t part, int64_t whole) {
  ASSIGN_OR_RETURN(const int64_t bps, MulDivHalfUp(part, kAllBps, whole));
  return static_cast<int32_t>(bps);
}

// Adds up items over the versions of the contract.
class Bill {
 public:
  explicit Bill(std::string_view currency) : currency_(currency) {}

  absl::Status Add(BillItem item, int64_t quantity, const std::optional<ContractRate>& rate) {
    if (!rate) return absl::OkStatus();
    ASSIGN_OR_RETURN(const Money amount, MulRatio(rate->price, quantity, rate->per));
    return AddAmount(item, quantity, amount);
  }
  absl::Status AddAmount(BillItem item, int64_t quantity, const Money& amount) {
    BillLine& line = lines_.try_emplace(item, BillLine{item, 0, {currency_, 0}}).first->second;
    line.quantity += quantity;
    ASSIGN_OR_RETURN(line.amount, kefu::Add(line.amount, amount));
    return absl::OkStatus();
  }

  std::vector<BillLine> lines() const {
    std::vector<BillLine> lines;
    for (const auto& [item, line] : lines_) lines.push_back(line);
    return lines;
  }

 private:
  std::string currency_;
  std::map<BillItem, BillLine> lines_;
};

// What the flows of some days come to.
struct Pieces {
  int64_t in = 0, out = 0, returned = 0, missing = 0, surplus = 0, wrong = 0, piece_days = 0,
          arrived = 0, dispatched = 0;
};

Pieces PiecesOf(const ReportInput& input, const ContractDays& part, int64_t& level) {
  Pieces sum;
  std::map<absl::CivilDay, int64_t> deltas;
  for (const NodeFlow& flow : input.flows) {
    if (!part.days.contains(flow.day)) continue;
    deltas[flow.day] +=
        (IsHere(flow.to) ? flow.quantity : 0) - (IsHere(flow.from) ? flow.quantity : 0);
    if (Arrives(flow)) sum.arrived += flow.quantity;
    if (flow.to == LedgerAccount::kClearing && flow.reason == "DispatchTransfer") {
      sum.dispatched += flow.quantity;
    }
    if (flow.from == LedgerAccount::kSupplier) sum.in += flow.quantity;
    if (flow.to == LedgerAccount::kCustomer) sum.out += flow.quantity;
    if (flow.from == LedgerAccount::kCustomer) sum.returned += flow.quantity;
    if (flow.from == LedgerAccount::kCustomer && part.contract != nullptr &&
        IsWrongShipment(*part.contract, flow.reason)) {
      sum.wrong += flow.quantity;
    }
    if (!IsDifference(part.contract, flow.reason)) continue;
    if (flow.to == LedgerAccount::kAdjustment) sum.missing += flow.quantity;
    if (flow.from == LedgerAccount::kAdjustment) sum.surplus += flow.quantity;
  }
  for (absl::CivilDay day = part.days.first; day <= part.days.last; ++day) {
    if (const auto delta = deltas.find(day); delta != deltas.end()) level += delta->second;
    sum.piece_days += std::max<int64_t>(0, level);
  }
  return sum;
}

absl::Status BillPart(const ContractDays& part, const Pieces& pieces, Bill& bill) {
  if (part.contract == nullptr) return absl::OkStatus();
  const WarehouseContract& contract = *part.contract;
  RETURN_IF_ERROR(
      bill.Add(BillItem::kInboundPiece, pieces.in + pieces.arrived, contract.inbound_piece));
  RETURN_IF_ERROR(bill.Add(BillItem::kTransferPiece, pieces.dispatched, contract.transfer_piece));
  RETURN_IF_ERROR(bill.Add(BillItem::kReturnPiece, pieces.returned, contract.return_piece));
  RETURN_IF_ERROR(bill.Add(BillItem::kOutboundOrder, part.orders, contract.outbound_order));
  RETURN_IF_ERROR(
      bill.Add(BillItem::kOutboundExtraPiece, part.extra_pieces, contract.outbound_extra_piece));
  RETURN_IF_ERROR(
      bill.Add(BillItem::kStoragePieceDay, pieces.piece_days, contract.storage_piece_day));
  if (contract.fixed_month) {
    ASSIGN_OR_RETURN(const Money fixed, MonthPart(*contract.fixed_month, part.days));
    RETURN_IF_ERROR(bill.AddAmount(BillItem::kFixedMonth, part.days.days(), fixed));
  }
  if (contract.penalty_piece) {
    const int64_t faults = pieces.missing + pieces.surplus + pieces.wrong;
    ASSIGN_OR_RETURN(const Money amount,
                     MulRatio(contract.penalty_piece->price, -faults, contract.penalty_piece->per));
    RETURN_IF_ERROR(bill.AddAmount(BillItem::kPenaltyPiece, faults, amount));
  }
  return absl::OkStatus();
}

absl::Status AddValues(const ContractDays& part, WarehouseReport& report) {
  for (const NodeDifference& difference : part.differences) {
    if (!IsDifference(part.contract, difference.reason)) continue;
    Money& value = difference.missing ? report.missing_value : report.surplus_value;
    if (!difference.list_price || difference.list_price->currency != value.currency) {
      report.unvalued_pieces += difference.quantity;
      continue;
    }
    ASSIGN_OR_RETURN(const Money add, Multiply(*difference.list_price, difference.quantity));
    ASSIGN_OR_RETURN(value, Add(value, add));
  }
  return absl::OkStatus();
}

absl::Status AddShares(const Period& period, WarehouseReport& report) {
  if (report.storage_piece_days > 0) {
    // 1 − differences / (piece-days / days)
    ASSIGN_OR_RETURN(const int32_t wrong,
                     Share((report.missing_pieces + report.surplus_pieces) * period.days(),
                           report.storage_piece_days));
    report.stock_accuracy_bps = std::max<int32_t>(0, kAllBps - wrong);
  }
  if (report.outbound_pieces > 0) {
    ASSIGN_OR_RETURN(const int32_t wrong, Share(report.wrong_pieces, report.outbound_pieces));
    report.shipment_accuracy_bps = std::max<int32_t>(0, kAllBps - wrong);
  }
  if (report.timed_orders > 0) {
    ASSIGN_OR_RETURN(report.on_time_bps, Share(report.on_time_orders, report.timed_orders));
  }
  for (const BillLine& line : report.items) {
    ASSIGN_OR_RETURN(report.cost, Add(report.cost, line.amount));
  }
  if (report.outbound_orders > 0) {
    ASSIGN_OR_RETURN(report.cost_per_order, MulRatio(report.cost, 1, report.outbound_orders));
  }
  return absl::OkStatus();
}

BillVerdict VerdictOf(const Money& billed, const Money& computed, bool priced, int64_t tolerance) {
  if (!priced && billed.minor != 0) return BillVerdict::kNotInContract;
  const int64_t difference = billed.minor - computed.minor;
  if (difference == 0) return BillVerdict::kExact;
  if (std::abs(difference) <= tolerance) return BillVerdict::kWithinTolerance;
  return difference > 0 ? BillVerdict::kOverbilled : BillVerdict::kUnderbilled;
}

int Gravity(BillVerdict verdict) {
  constexpr std::array kByGravity = {BillVerdict::kUnspecified,     BillVerdict::kExact,
                                     BillVerdict::kWithinTolerance, BillVerdict::kUnderbilled,
                                     BillVerdict::kNotInContract,   BillVerdict::kOverbilled};
  return static_cast<int>(std::ranges::find(kByGravity, verdict) - kByGravity.begin());
}

}  // namespace

std::vector<ContractDays> ByContract(const Period& period,
                                     std::span<const WarehouseContract> contracts) {
  std::vector<ContractDays> parts;
  for (absl::CivilDay day = period.first; day <= period.last; ++day) {
    const auto after =
        std::ranges::upper_bound(contracts, day, {}, &WarehouseContract::effective_from);
    const WarehouseContract* const contract =
        after == contracts.begin() ? nullptr : &*std::prev(after);
    if (parts.empty() || parts.back().contract != contract) {
      parts.emplace_back();
      parts.back().days = {day, day};
      parts.back().contract = contract;
    }
    parts.back().days.last = day;
  }
  return parts;
}

bool OnTime(const WarehouseContract& contract, const OrderTiming& timing, absl::TimeZone zone) {
  const absl::CivilSecond ordered = absl::ToCivilSecond(timing.ordered, zone);
  absl::CivilDay due(ordered);
  if (contract.cutoff_second < kNoCutoff &&
      ordered - absl::CivilSecond(due) >= contract.cutoff_second) {
    ++due;
  }
  return timing.shipped <= due + contract.ship_within_days;
}

absl::StatusOr<WarehouseReport> Report(const ReportInput& input) {
  WarehouseReport report;
  report.node_id = input.node_id;
  report.period = input.period;
  report.missing_value = report.surplus_value = report.cost = {input.currency, 0};
  Bill bill(input.currency);
  int64_t level = input.opening_pieces;
  for (const ContractDays& part : input.contract) {
    const Pieces pieces = PiecesOf(input, part, level);
    report.inbound_pieces += pieces.in;
    report.outbound_pieces += pieces.out;
    report.returned_pieces += pieces.returned;
    report.missing_pieces += pieces.missing;
    report.surplus_pieces += pieces.surplus;
    report.wrong_pieces += pieces.wrong;
    report.storage_piece_days += pieces.piece_days;
    report.transferred_in_pieces += pieces.arrived;
    report.transferred_out_pieces += pieces.dispatched;
    report.inbound_documents += part.documents;
    report.outbound_orders += part.orders;
    RETURN_IF_ERROR(BillPart(part, pieces, bill));
    RETURN_IF_ERROR(AddValues(part, report));
    if (part.contract == nullptr) continue;
    report.contract_versions.push_back(part.contract->version);
    for (const OrderTiming& timing : part.timings) {
      report.timed_orders += timing.orders;
      if (OnTime(*part.contract, timing, input.zone)) report.on_time_orders += timing.orders;
    }
  }
  report.closing_pieces = level;
  report.items = bill.lines();
  RETURN_IF_ERROR(AddShares(input.period, report));
  return report;
}

absl::StatusOr<BillCheck> CheckBill(const WarehouseReport& report,
                                    const WarehouseContract& contract,
                                    std::span<const BillLine> bill) {
  const Money zero{contract.currency, 0};
  std::map<BillItem, std::pair<const BillLine*, const BillLine*>> items;
  for (const BillLine& line : bill) items[line.item].first = &line;
  for (const BillLine& line : report.items) items[line.item].second = &line;
  BillCheck check{.comparisons = {}, .billed = zero, .computed = zero, .difference = zero};
  for (const auto& [item, lines] : items) {
    BillComparison comparison{
        .item = item, .billed = {item, 0, zero}, .computed = {item, 0, zero}, .difference = {}};
    if (lines.first != nullptr) comparison.billed = *lines.first;
    if (lines.second != nullptr) comparison.computed = *lines.second;
    ASSIGN_OR_RETURN(comparison.difference,
                     Sub(comparison.billed.amount, comparison.computed.amount));
    ASSIGN_OR_RETURN(const Money share, MulBps(comparison.computed.amount, contract.tolerance_bps));
    comparison.verdict =
        VerdictOf(comparison.billed.amount, comparison.computed.amount, lines.second != nullptr,
                  std::max(std::abs(share.minor), contract.tolerance_minor));
    ASSIGN_OR_RETURN(check.billed, Add(check.billed, comparison.billed.amount));
    ASSIGN_OR_RETURN(check.computed, Add(check.computed, comparison.computed.amount));
    if (Gravity(comparison.verdict) > Gravity(check.verdict)) check.verdict = comparison.verdict;
    check.comparisons.push_back(std::move(comparison));
  }
  if (check.verdict == BillVerdict::kUnspecified) check.verdict = BillVerdict::kExact;
  ASSIGN_OR_RETURN(check.difference, Sub(check.billed, check.computed));
  return check;
}

}  // namespace kefu::warehouse::domain
