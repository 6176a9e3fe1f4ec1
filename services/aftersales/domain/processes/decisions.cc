#include "services/aftersales/domain/processes/decisions.h"

#include <algorithm>

#include "absl/status/statusor.h"
#include "services/aftersales/errors_processes.h"

namespace kefu::aftersales::domain {

std::optional<ProcessKind> FlowOf(CaseKind kind, ReviewResult result) {
  switch (result) {
    case ReviewResult::kRefundWithoutReturn:
      return ProcessKind::kRefund;
    case ReviewResult::kReissueWithoutReturn:
      return ProcessKind::kReissue;
    case ReviewResult::kApproved:
      break;
    default:
      return std::nullopt;
  }
  switch (kind) {
    case CaseKind::kReturn:
      return ProcessKind::kReturn;
    case CaseKind::kExchange:
      return ProcessKind::kExchange;
    case CaseKind::kRefundOnly:
      return ProcessKind::kRefund;
    case CaseKind::kReissue:
      return ProcessKind::kReissue;
    case CaseKind::kLateShipment:
    case CaseKind::kFreightClaim:
      return ProcessKind::kCompensation;
    case CaseKind::kDispute:
      return ProcessKind::kAdvancePayment;
    case CaseKind::kServiceComplaint:
      return ProcessKind::kComplaint;
    default:
      return std::nullopt;
  }
}

absl::StatusOr<std::vector<CaseLine>> JudgeGoods(const FlowPolicy& policy,
                                                 const std::vector<ReturnedLine>& lines) {
  std::vector<CaseLine> refunded;
  for (const ReturnedLine& line : lines) {
    if (line.expected == 0) continue;  // nobody asked for it back
    int64_t pieces = line.expected;
    if (!line.sent_wrongly) {
      const int64_t came = std::min(line.received, line.expected);
      const int64_t intact = std::min(line.intact, came);
      if (came < line.expected && policy.missing_goods == GoodsFaultAction::kHold) {
        return error::GoodsMissing(line.sku, line.expected, came);
      }
      if (intact < came && policy.damaged_goods == GoodsFaultAction::kHold) {
        return error::GoodsNotIntact(line.sku, came, intact);
      }
      if (policy.missing_goods != GoodsFaultAction::kIgnore) pieces = came;
      if (policy.damaged_goods != GoodsFaultAction::kIgnore) pieces -= came - intact;
    }
    if (pieces > 0) refunded.push_back({.sku = line.sku, .category = "", .quantity = pieces});
  }
  if (refunded.empty()) return error::NothingIntact();
  return refunded;
}

}  // namespace kefu::aftersales::domain
