#include "services/aftersales/domain/processes/decisions.h"

#include <algorithm>

#include "absl/status/statusor.h"
#include "fmt/format.h"
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

std::string FlowPolicyIdOf(std::string_view shop_id) {
  return shop_id.empty() ? "own" : fmt::format("shop:{}", shop_id);
}

absl::Time ReturnDeadline(const FlowPolicy& policy, absl::Time approved) {
  if (policy.return_wait_days == 0) return absl::InfiniteFuture();
  return approved + policy.return_wait_days * absl::Hours(24);
}

ReturnTerms TermsOf(ProcessKind kind, returns::Reason reason,
                    const std::map<returns::Remedy, returns::Offer>& offers) {
  std::vector<returns::Remedy> remedies;
  switch (kind) {
    case ProcessKind::kReturn:
      remedies = {returns::Remedy::kReturn};
      break;
    case ProcessKind::kExchange:
      remedies = {returns::Remedy::kExchange};
      break;
    case ProcessKind::kRefund:
      remedies = {returns::Remedy::kRefundOnly, returns::Remedy::kReturn};
      break;
    default:
      break;
  }
  for (const returns::Remedy remedy : remedies) {
    const auto found = offers.find(remedy);
    if (found == offers.end() || found->second.decision == returns::Decision::kNotAllowed) continue;
    ReturnTerms terms{.outbound_freight = found->second.outbound_freight};
    if (kind != ProcessKind::kRefund) terms.return_freight = found->second.return_freight;
    const bool reasonless =
        reason == returns::Reason::kNoReason || reason == returns::Reason::kUnspecified;
    if (!reasonless) AddFault(kind, MerchantFault::kReason, terms);
    return terms;
  }
  return {};
}

void AddFault(ProcessKind kind, MerchantFault fault, ReturnTerms& terms) {
  if (std::ranges::find(terms.faults, fault) == terms.faults.end()) terms.faults.push_back(fault);
  terms.outbound_freight = returns::Payer::kMerchant;
  if (kind != ProcessKind::kRefund) terms.return_freight = returns::Payer::kMerchant;
}

bool UpheldByPlatform(const Case& other, const Case& record) {
  const bool platforms =
      other.kind == CaseKind::kDispute || other.kind == CaseKind::kPlatformWorkOrder;
  const bool decided = other.state == CaseState::kDecided || other.state == CaseState::kClosed;
  const bool for_buyer = other.result == ReviewResult::kApproved ||
                         other.result == ReviewResult::kRefundWithoutReturn ||
                         other.result == ReviewResult::kReissueWithoutReturn ||
                         other.result == ReviewResult::kOfflineReissue;
  if (!platforms || !decided || !for_buyer) return false;
  if (other.org_id != record.org_id || other.shop_id != record.shop_id) return false;
  if (record.order_id.empty() || other.order_id != record.order_id) return false;
  // A case without lines is about the whole order.
  return other.lines.empty() || record.lines.empty() ||
         std::ranges::any_of(other.lines, [&](const CaseLine& line) {
           return std::ranges::find(record.lines, line.sku, &CaseLine::sku) != record.lines.end();
         });
}

absl::StatusOr<std::vector<CaseLine>> JudgeGoods(const FlowPolicy& policy,
                                                 const std::vector<ReturnedLine>& lines,
                                                 bool merchants_fault) {
  std::vector<CaseLine> refunded;
  for (const ReturnedLine& line : lines) {
    if (line.expected == 0) continue;  // nobody asked for it back
    int64_t pieces = line.expected;
    const int64_t came = std::min(line.received, line.expected);
    const int64_t intact = std::min(line.intact, came);
    if (came < line.expected && policy.missing_goods == GoodsFaultAction::kHold) {
      return error::GoodsMissing(line.sku, line.expected, came);
    }
    // Damage proves what the buyer said of goods that are the merchant's fault.
    const GoodsFaultAction damaged =
        merchants_fault || line.sent_wrongly ? GoodsFaultAction::kIgnore : policy.damaged_goods;
    if (intact < came && damaged == GoodsFaultAction::kHold) {
      return error::GoodsNotIntact(line.sku, came, intact);
    }
    if (policy.missing_goods != GoodsFaultAction::kIgnore) pieces = came;
    if (damaged != GoodsFaultAction::kIgnore) pieces -= came - intact;
    if (pieces > 0) refunded.push_back({.sku = line.sku, .category = "", .quantity = pieces});
  }
  if (refunded.empty()) return error::NothingIntact();
  return refunded;
}

Refund RefundOf(const RefundBounds& bounds, returns::Payer outbound_freight) {
  Refund refund;
  const bool merchant_pays = outbound_freight == returns::Payer::kMerchant;
  if (bounds.goods) {
    refund.amount = *bounds.goods;
    refund.explanation = "what was paid for the pieces";
    if (merchant_pays) {
      refund.freight = std::clamp<int64_t>(bounds.left - *bounds.goods, 0,
                                           std::max<int64_t>(bounds.freight_left, 0));
      refund.amount += refund.freight;
      if (refund.freight > 0) refund.explanation += " and for sending them";
    }
    if (!bounds.limit && refund.amount > bounds.left) {
      refund.amount = bounds.left;
      refund.explanation += ", cut to what was left of the order";
    }
  } else {
    refund.freight = std::clamp<int64_t>(bounds.freight_left, 0, std::max<int64_t>(bounds.left, 0));
    refund.amount = bounds.left;
    refund.explanation = "what was left of the order";
    if (outbound_freight == returns::Payer::kBuyer && refund.freight > 0) {
      refund.amount -= refund.freight;
      refund.freight = 0;
      refund.explanation += " without its freight, which the buyer pays";
    }
  }
  if (bounds.limit && *bounds.limit < refund.amount) {
    refund.freight = std::max<int64_t>(refund.freight - (refund.amount - *bounds.limit), 0);
    refund.amount = *bounds.limit;
    refund.explanation += ", at most as reviewed";
  }
  return refund;
}

}  // namespace kefu::aftersales::domain
