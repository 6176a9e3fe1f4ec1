#include "services/performance/domain/arrivals.h"

#include "common/time/civil.h"

namespace kefu::performance::domain {
namespace {

constexpr int64_t kSecond = 1'000'000, kHalfHour = 1'800 * kSecond;

int64_t CeilHalfHour(int64_t us) {
  const int64_t over = ((us % kHalfHour) + kHalfHour) % kHalfHour;
  return over == 0 ? us : us - over + kHalfHour;
}

int64_t FloorHalfHour(int64_t us) { return CeilHalfHour(us - kHalfHour + 1); }

}  // namespace

HalfHours HalfHoursOf(absl::CivilDay day, absl::TimeZone zone) {
  return {CeilHalfHour(ToMicros(StartOfDay(day, zone))),
          CeilHalfHour(ToMicros(StartOfDay(day + 1, zone)))};
}

bool BeginsWithin(absl::CivilDay day, absl::TimeZone zone) {
  return ToMicros(StartOfDay(day, zone)) % kHalfHour != 0;
}

std::optional<Arrival> ArrivalOf(const Conversation& conversation) {
  if (conversation.exclusion != Exclusion::kNone) return std::nullopt;
  std::optional<int64_t> waiting_since;
  for (const Message& message : conversation.messages) {
    switch (message.side) {
      case Side::kCustomer:
        if (!waiting_since) waiting_since = message.time_us;
        break;
      case Side::kRobot:
        waiting_since.reset();
        break;
      case Side::kAgent:
        if (waiting_since) return Arrival{*waiting_since, true};
        break;
    }
  }
  if (!waiting_since) return std::nullopt;
  return Arrival{*waiting_since, false};
}

void ArrivalCounter::Add(std::span<const Conversation> conversations) {
  for (const Conversation& conversation : conversations) {
    const std::optional<Arrival> arrival = ArrivalOf(conversation);
    if (!arrival || arrival->time_us < within_.begin_us || arrival->time_us >= within_.end_us)
      continue;
    Count& count = counts_[{conversation.channel, FloorHalfHour(arrival->time_us)}];
    ++count.arrivals;
    if (!arrival->answered) continue;
    ++count.answered;
    if (conversation.handlings.empty()) continue;
    ++count.timed;
    for (const Handling& handling : conversation.handlings)
      count.handle_us += handling.end_us - handling.start_us;
  }
}

std::vector<ArrivalCount> ArrivalCounter::Counts() const {
  std::vector<ArrivalCount> result;
  for (const auto& [key, count] : counts_) {
    const bool known = count.timed == count.answered;
    result.push_back({key.first, key.second, count.arrivals, count.answered,
                      known ? (count.handle_us + kSecond / 2) / kSecond : 0});
  }
  return result;
}

}  // namespace kefu::performance::domain
