// How many customers reached agents, by half hour: what demand is forecast from. Pure, thread-safe.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "services/performance/domain/facts.h"

namespace kefu::performance::domain {

// The half hours of UTC that begin on a day of a zone: [begin_us, end_us). Where the zone is a
// quarter off, customers of the day's first minutes belong to the half hour begun the day before.
struct HalfHours {
  int64_t begin_us = 0, end_us = 0;
};
HalfHours HalfHoursOf(absl::CivilDay day, absl::TimeZone zone);
// Whether the day begins within a half hour.
bool BeginsWithin(absl::CivilDay day, absl::TimeZone zone);

// When a conversation reached agents and what became of it.
struct Arrival {
  int64_t time_us = 0;
  bool answered = false;
};
// A customer reaches the agents with the first message that no robot has answered, and is answered
// by an agent's next message. Nothing for those whom the robot alone served, to whom only agents
// wrote, and for what is excluded.
std::optional<Arrival> ArrivalOf(const Conversation& conversation);

// One half hour of one channel; those without arrivals are left out.
struct ArrivalCount {
  Channel channel = Channel::kChat;
  int64_t start_us = 0;
  int64_t arrivals = 0, answered = 0;  // the others left without an answer
  // Of the answered ones, summed, half up; 0 where the times spent on one of them are not known.
  int64_t handle_seconds = 0;
  bool operator==(const ArrivalCount&) const = default;
};
// Counts those of `within` among any number of conversations.
class ArrivalCounter {
 public:
  explicit ArrivalCounter(HalfHours within) : within_(within) {}
  void Add(std::span<const Conversation> conversations);
  // By channel and time.
  std::vector<ArrivalCount> Counts() const;

 private:
  struct Count {
    int64_t arrivals = 0, answered = 0, timed = 0, handle_us = 0;
  };
  const HalfHours within_;
  std::map<std::pair<Channel, int64_t>, Count> counts_;
};

}  // namespace kefu::performance::domain
