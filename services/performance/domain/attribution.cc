#include "services/performance/domain/attribution.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

namespace kefu::performance::domain {
namespace {

using Verdict = AttributionStep::Verdict;

// The best answer of one (conversation, agent): the latest that counts or, without one, the first
// that does not.
struct Answer {
  int64_t time_us = 0;
  Verdict verdict = Verdict::kAfterPayment;
  bool counts = false;
};

Verdict Judge(const Conversation& conversation, const Message& message, bool asked,
              const CreditWindow& window) {
  if (conversation.exclusion != Exclusion::kNone) return Verdict::kExcluded;
  if (message.agent_id.empty()) return Verdict::kUnnamed;
  if (!asked) return Verdict::kUnasked;
  if (message.time_us >= window.to_us) return Verdict::kAfterPayment;
  if (message.time_us < window.from_us) return Verdict::kOutsideWindow;
  return Verdict::kAssist;
}

}  // namespace

absl::CivilDay DayOf(int64_t time_us, const absl::TimeZone& zone) {
  return absl::ToCivilDay(absl::FromUnixMicros(time_us), zone);
}

int64_t DayStart(absl::CivilDay day, const absl::TimeZone& zone) {
  return absl::ToUnixMicros(absl::FromCivil(day, zone));
}

CreditWindow WindowOf(const Order& order, const MetricDefinition& definition,
                      const absl::TimeZone& zone) {
  return {DayStart(DayOf(*order.pay_us, zone) - definition.attribution_days, zone), *order.pay_us};
}

CustomerIndex IndexByCustomer(const std::vector<const Conversation*>& conversations) {
  CustomerIndex index;
  for (const Conversation* conversation : conversations) {
    index[conversation->customer_id].push_back(conversation);
  }
  return index;
}

Attribution Attribute(const Order& order, const CustomerIndex& index,
                      const MetricDefinition& definition, const absl::TimeZone& zone) {
  Attribution result;
  const auto found = index.find(order.customer_id);
  if (found == index.end() || !order.pay_us) return result;
  const CreditWindow window = WindowOf(order, definition, zone);

  std::map<std::pair<std::string_view, std::string_view>, std::pair<const Conversation*, Answer>>
      answers;
  for (const Conversation* conversation : found->second) {
    bool asked = false;  // the customer has written
    for (const Message& message : conversation->messages) {
      asked = asked || message.side == Side::kCustomer;
      if (message.side != Side::kAgent) continue;
      const Verdict verdict = Judge(*conversation, message, asked, window);
      const bool counts = verdict == Verdict::kAssist;
      auto [it, fresh] =
          answers.try_emplace({conversation->id, message.agent_id}, conversation, Answer{});
      Answer& answer = it->second.second;
      if (fresh || counts) answer = {message.time_us, verdict, counts};
    }
  }

  const Answer* best = nullptr;
  std::tuple<int64_t, std::string_view, std::string_view> best_key;
  for (const auto& [key, value] : answers) {
    const std::tuple candidate{value.second.time_us, key.first, key.second};
    if (value.second.counts && (best == nullptr || candidate > best_key)) {
      best = &value.second;
      best_key = candidate;
    }
  }
  std::set<std::string> assists;
  for (const auto& [key, value] : answers) {
    Verdict verdict = value.second.verdict;
    if (&value.second == best) {
      verdict = Verdict::kCredited;
      result.agent_id = key.second;
      result.conversation_id = key.first;
    } else if (value.second.counts && key.second == std::get<2>(best_key)) {
      verdict = Verdict::kEarlierAnswer;
    } else if (value.second.counts) {
      assists.emplace(key.second);
    }
    result.steps.push_back({value.first, std::string(key.second), value.second.time_us, verdict});
  }
  result.assists.assign(assists.begin(), assists.end());
  std::stable_sort(result.steps.begin(), result.steps.end(),
                   [](const auto& a, const auto& b) { return a.answer_us < b.answer_us; });
  return result;
}

std::string AttributionRule(const MetricDefinition& definition) {
  return fmt::format(
      "Credited to the last named agent who answered the buyer before payment, in a conversation "
      "that is not excluded, on the day of payment or at most {} day(s) before it in the shop's "
      "time zone; others who answered in that window assist; a message before the buyer has "
      "written is no answer; without an answer the order is silent.",
      definition.attribution_days);
}

}  // namespace kefu::performance::domain
