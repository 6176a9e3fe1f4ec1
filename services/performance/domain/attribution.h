// Who sold an order (DOMAIN 3.2): the last agent who answered the buyer in a counted conversation
// before payment, on the day of payment or at most `attribution_days` before it in the shop's zone.
// Everyone else who answered in the window assists. An agent's message is an answer when the
// customer has written before it in the same conversation.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "services/performance/domain/definition.h"
#include "services/performance/domain/facts.h"

namespace kefu::performance::domain {

// The day of an instant, and the first instant of a day, in microseconds since the epoch.
absl::CivilDay DayOf(int64_t time_us, const absl::TimeZone& zone);
int64_t DayStart(absl::CivilDay day, const absl::TimeZone& zone);

// Conversations by customer, for looking up a buyer's. Holds pointers: the conversations must
// outlive it.
using CustomerIndex = std::unordered_map<std::string_view, std::vector<const Conversation*>>;
CustomerIndex IndexByCustomer(const std::vector<const Conversation*>& conversations);

// When the answers to an order count: [from, to), from the start of the day `attribution_days`
// before the payment up to it. Paid orders only.
struct CreditWindow {
  int64_t from_us = 0, to_us = 0;
  bool Holds(int64_t time_us) const { return time_us >= from_us && time_us < to_us; }
};
CreditWindow WindowOf(const Order& order, const MetricDefinition& definition,
                      const absl::TimeZone& zone);

// What was looked at for one (conversation, agent).
struct AttributionStep {
  const Conversation* conversation = nullptr;
  std::string agent_id;
  int64_t answer_us = 0;  // the agent's last answer that counted, else the first that did not
  enum class Verdict {
    kCredited,
    kAssist,
    kEarlierAnswer,
    kAfterPayment,
    kOutsideWindow,
    kExcluded,
    kUnnamed,
    kUnasked
  } verdict;
};

struct Attribution {
  std::string agent_id;  // empty: a silent order
  std::string conversation_id;
  std::vector<std::string> assists;    // sorted, without the credited agent
  std::vector<AttributionStep> steps;  // by time of answer
};

// Credits one paid order. An answer at the very instant of payment does not count as before it. Of
// two last answers at the same instant the greater (conversation id, agent id) wins, so that the
// outcome does not depend on the order of arrival.
Attribution Attribute(const Order& order, const CustomerIndex& index,
                      const MetricDefinition& definition, const absl::TimeZone& zone);

// The rule in words, with the definition's numbers.
std::string AttributionRule(const MetricDefinition& definition);

}  // namespace kefu::performance::domain
