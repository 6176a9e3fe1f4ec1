// What flows decide on their way: which flow follows a result, what a return is worth. Pure,
// thread-safe.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/enums/enum_names.h"
#include "services/aftersales/domain/policy_ref.h"
#include "services/aftersales/domain/processes/flows.h"
#include "services/aftersales/domain/returns/simulate.h"
#include "services/aftersales/domain/types.h"

namespace kefu::aftersales::domain {

// The flow that a decision leads to; nothing for one that ends with words.
std::optional<ProcessKind> FlowOf(CaseKind kind, ReviewResult result);

enum class GoodsFaultAction : uint8_t { kUnspecified, kHold, kReduce, kIgnore };
KEFU_ENUM_NAMES(GoodsFaultAction, "UNSPECIFIED", "HOLD", "REDUCE", "IGNORE")

// One version of the numbers that flows follow. What ships stands in migrations/.
struct FlowPolicy {
  PolicyRef ref;
  std::string shop_id;  // empty: every shop
  absl::Time effective = absl::InfinitePast();
  int32_t max_attempts = 0;
  absl::Duration backoff_min, backoff_max;
  absl::Duration reservation_ttl;
  std::string return_node_id;
  GoodsFaultAction missing_goods = GoodsFaultAction::kHold;
  GoodsFaultAction damaged_goods = GoodsFaultAction::kHold;
  std::string complaint_conduct_kind_id, breach_conduct_kind_id;  // empty: nothing is recorded
  int return_wait_days = 0;                                       // 0: without end
  std::string actor;                                              // empty: shipped
  absl::Time create_time;
};
// The id of the organization's own policy for a shop, or for every one.
std::string FlowPolicyIdOf(std::string_view shop_id);
// Until when goods of what was approved at that time are waited for.
absl::Time ReturnDeadline(const FlowPolicy& policy, absl::Time approved);

// What makes it the merchant's fault that goods come back (DOMAIN 4.4). Values are the contract's.
enum class MerchantFault : uint8_t { kUnspecified, kReason, kPlatformVerdict, kSentWrongly };

// What is known of who pays which freight and of whose fault it is, of one process. Unspecified:
// nobody has said.
struct ReturnTerms {
  returns::Payer outbound_freight = returns::Payer::kUnspecified;  // of the first shipment
  returns::Payer return_freight = returns::Payer::kUnspecified;
  std::vector<MerchantFault> faults;  // none twice
  friend bool operator==(const ReturnTerms&, const ReturnTerms&) = default;
};
// The terms of what the flow gives by an evaluation for this reason: of a refund without return
// those of a return where only that is given. Nothing where the rules give neither.
ReturnTerms TermsOf(ProcessKind kind, returns::Reason reason,
                    const std::map<returns::Remedy, returns::Offer>& offers);
// The merchant pays the freights of what is its own fault.
void AddFault(ProcessKind kind, MerchantFault fault, ReturnTerms& terms);
// Whether the other case is one in which the platform stepped in for the same goods of the same
// order and the buyer was found right. The case itself may be that.
bool UpheldByPlatform(const Case& other, const Case& record);

struct ReturnedLine {
  std::string sku;
  int64_t expected = 0;
  int64_t received = 0;
  int64_t intact = 0;
  bool sent_wrongly = false;  // the house's own mistake
};

// The pieces that are refunded of a return that was inspected. Where the fault is the merchant's,
// or the house sent what was not ordered, pieces that came back count in whatever state; what did
// not come back goes by the policy all the same. FAILED_PRECONDITION GOODS_MISSING or
// GOODS_NOT_INTACT where the policy holds the refund back; NOTHING_INTACT when nothing is left of
// it.
absl::StatusOr<std::vector<CaseLine>> JudgeGoods(const FlowPolicy& policy,
                                                 const std::vector<ReturnedLine>& lines,
                                                 bool merchants_fault);

// What bounds a refund, in minor units of the order's currency.
struct RefundBounds {
  std::optional<int64_t> goods;  // what was paid for the pieces; nothing: no pieces are named
  std::optional<int64_t> limit;  // what the reviewer said
  int64_t left = 0;              // of what was paid, after earlier refunds
  int64_t freight_left = 0;      // of the first freight, likewise
};
struct Refund {
  int64_t amount = 0;
  int64_t freight = 0;  // of it
  std::string explanation;
};
// What the buyer gets: for pieces what they are worth, with the first freight where the merchant
// pays it; else all that is left, without that freight where the buyer pays it. Never more than the
// reviewer said; where nobody said anything, never more than is left, and the explanation says that
// it was cut. What was said is not cut: the caller compares. The freight only fills up to what is
// left.
Refund RefundOf(const RefundBounds& bounds, returns::Payer outbound_freight);

}  // namespace kefu::aftersales::domain
