// What flows decide on their way: which flow follows a result, what a return is worth. Pure,
// thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/enums/enum_names.h"
#include "services/aftersales/domain/processes/flows.h"
#include "services/aftersales/domain/types.h"

namespace kefu::aftersales::domain {

// The flow that a decision leads to; nothing for one that ends with words.
std::optional<ProcessKind> FlowOf(CaseKind kind, ReviewResult result);

enum class GoodsFaultAction : uint8_t { kUnspecified, kHold, kReduce, kIgnore };
KEFU_ENUM_NAMES(GoodsFaultAction, "UNSPECIFIED", "HOLD", "REDUCE", "IGNORE")

// The numbers that flows follow. As it is here it ships with the product, as version 0.
struct FlowPolicy {
  std::string shop_id;
  int32_t version = 0;
  absl::Time effective = absl::InfinitePast();
  // Ten attempts, doubled from 5 s up to 10 min, last about 40 minutes: longer than a deployment,
  // shorter than a shift.
  int32_t max_attempts = 10;
  absl::Duration backoff_min = absl::Seconds(5);
  absl::Duration backoff_max = absl::Minutes(10);
  // As long as request ids are remembered: what a lost answer held has run out when a later attempt
  // might hold it anew.
  absl::Duration reservation_ttl = absl::Hours(72);
  std::string return_node_id;
  GoodsFaultAction missing_goods = GoodsFaultAction::kHold;
  GoodsFaultAction damaged_goods = GoodsFaultAction::kHold;
  std::string complaint_conduct_kind_id = "upheld_complaint";
  // The team answers together, counted to three by staffing (DOMAIN 2.6).
  std::string breach_conduct_kind_id = "own_shop_problem_ignored";
};

struct ReturnedLine {
  std::string sku;
  int64_t expected = 0;
  int64_t received = 0;
  int64_t intact = 0;
  bool sent_wrongly = false;  // the house's own mistake
};

// The pieces that are refunded of a return that was inspected. Goods that the house sent wrongly
// are refunded whole, whatever their state. FAILED_PRECONDITION GOODS_MISSING or GOODS_NOT_INTACT
// where the policy holds the refund back; NOTHING_INTACT when nothing is left of it.
absl::StatusOr<std::vector<CaseLine>> JudgeGoods(const FlowPolicy& policy,
                                                 const std::vector<ReturnedLine>& lines);

}  // namespace kefu::aftersales::domain
