// From facts to the measures of one day: the one place where what counts, for whom and why is
// decided. The explanation of a figure runs the same code with a sink, so that what it lists adds
// up to the figure by construction.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "services/performance/domain/attribution.h"
#include "services/performance/domain/definition.h"
#include "services/performance/domain/facts.h"
#include "services/performance/domain/measures.h"

namespace kefu::performance::domain {

enum class SubjectKind { kShop, kTeam, kAgent, kBase };

struct SubjectId {
  SubjectKind kind = SubjectKind::kShop;
  std::string id;  // empty for the shop
  auto operator<=>(const SubjectId&) const = default;
};

// A review or refund with its order's credit.
template <class Fact>
struct Credited {
  Fact fact;
  std::string agent_id;   // empty: silent or unknown order
  bool excluded = false;  // its order is left out of every figure
};

// Everything that can matter to one day.
struct DayFacts {
  absl::CivilDay day;
  // Conversations with a message on any day in [day − W, day + W], W = attribution_days. Pointers
  // let neighbouring days share them.
  std::vector<const Conversation*> conversations;
  // Orders placed on the day, and orders paid on any day in [day, day + W].
  std::vector<const Order*> orders;
  std::vector<Credited<Refund>> refunds;  // paid back on the day
  std::vector<Credited<Review>> reviews;  // written on the day
  std::optional<DailyVisits> visits;
  std::vector<Inspected> inspections;  // of the day
  // The teams that an agent belongs to on the day.
  std::unordered_map<std::string, std::vector<std::string>> teams_of_agent;
  // The outsourced base of an agent that is not the organization's own on the day.
  std::unordered_map<std::string, std::string> base_of_agent;
  // Of the customers who paid on the day, those who had paid another counted order on one of the
  // definition's repurchase_days days before.
  std::unordered_set<std::string> earlier_buyers;
};

// One amount that went into a measure.
struct Contribution {
  Measure measure;
  int64_t amount = 0;
  std::string_view customer_id, conversation_id, order_id;
  std::string_view note;
  int run = 0;  // of what a run of customer messages adds: which one of its conversation, from 1
  std::string_view inspection_id;
};
using ContributionSink = std::function<void(const SubjectId&, const Contribution&)>;

struct DayResult {
  std::map<SubjectId, Measures> measures;
  // Credit of every paid, counted order that was paid on the day.
  std::map<std::string, Attribution> credits;
};

// Pure: equal facts give equal results in any order.
DayResult ComputeDay(const DayFacts& facts, const MetricDefinition& definition,
                     const absl::TimeZone& zone, const ContributionSink& sink = nullptr);

// kBusyMicros of some agents, "" among them, alone: what they add for each subject. `facts` needs
// only the conversations that they began handling on the day, and their teams and bases.
std::map<SubjectId, Measures> BusyTime(const DayFacts& facts, const std::set<std::string>& agents,
                                       const MetricDefinition& definition,
                                       const absl::TimeZone& zone);

// Days whose figures may change when the messages of a conversation change: [first − W, last + W].
// Days whose figures may change when an order changes: its day placed and [day paid − W, day paid
// + W].
struct DayRange {
  absl::CivilDay first, last;
};
DayRange DaysTouchedBy(const Conversation& conversation, const MetricDefinition& definition,
                       const absl::TimeZone& zone);
std::vector<absl::CivilDay> DaysTouchedBy(const Order& order, const MetricDefinition& definition,
                                          const absl::TimeZone& zone);

}  // namespace kefu::performance::domain
