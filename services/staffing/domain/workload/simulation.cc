#include "services/staffing/domain/workload/simulation.h"

#include <algorithm>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <deque>
#include <limits>
#include <queue>
#include <set>

namespace kefu::staffing::domain::workload {
namespace {

constexpr double kNever = std::numeric_limits<double>::infinity();

// SplitMix64 (G. Steele, D. Lea & C. Flood, Fast splittable pseudorandom number generators, 2014):
// the same numbers everywhere.
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}

  double Exponential(double mean) { return -mean * std::log(Uniform()); }
  double Draw(const Duration& duration) {
    switch (duration.shape) {
      case DurationShape::kFixed:
        return duration.mean_seconds;
      case DurationShape::kLogNormal: {
        const double variance = std::log1p(duration.variation * duration.variation);
        return duration.mean_seconds * std::exp(std::sqrt(variance) * Normal() - variance / 2);
      }
      default:
        return Exponential(duration.mean_seconds);
    }
  }

 private:
  // In (0, 1].
  double Uniform() {
    uint64_t mixed = state_ += 0x9e3779b97f4a7c15;
    mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
    mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
    mixed ^= mixed >> 31;
    return (static_cast<double>(mixed >> 11) + 1) * 0x1p-53;
  }
  double Normal() {  // Box & Muller (1958)
    return std::sqrt(-2 * std::log(Uniform())) * std::cos(2 * M_PI * Uniform());
  }
  uint64_t state_;
};

// Sums over the contacts of an interval in one replication.
struct Tally {
  double arrivals = 0, within = 0, abandoned = 0, waited = 0, busy_seconds = 0;
};

class Replication {
 public:
  Replication(const Scenario& scenario, uint64_t seed)
      : scenario_(scenario), random_(seed), tallies_(scenario.intervals.size()) {
    for (const Interval& interval : scenario.intervals) {
      most_seats_ = std::max(most_seats_, interval.seats);
    }
    agents_.resize(most_seats_);
    free_.resize(scenario.chats);
  }

  std::vector<Tally> Run() {
    double begin = 0;
    for (size_t i = 0; i < scenario_.intervals.size(); ++i) {
      const Interval& interval = scenario_.intervals[i];
      interval_ = i;
      SetSeats(begin, interval.seats);
      const double end = begin + interval.seconds;
      const double gap = interval.arrivals > 0 ? interval.seconds / interval.arrivals : kNever;
      for (double at = begin + (gap < kNever ? random_.Exponential(gap) : kNever); at < end;
           at += random_.Exponential(gap)) {
        FinishUntil(at);
        Arrive(at);
      }
      FinishUntil(end);
      Elapse(end);
      begin = end;
    }
    closed_ = true;
    while (!queue_.empty() && !finishes_.empty()) FinishUntil(finishes_.top().at);
    for (const Waiting& waiting : queue_) Leave(waiting);
    return std::move(tallies_);
  }

 private:
  struct Waiting {
    double arrived, leaves;
    size_t interval;
    double work;
  };
  struct Agent {
    std::vector<double> left;  // work of each contact in hand
    double since = 0;          // when that was so
    uint64_t version = 0;      // of the entry in finishes_ that counts
  };
  struct Finish {
    double at;
    int32_t agent;
    uint64_t version;
    bool operator>(const Finish& other) const {
      return at != other.at ? at > other.at : agent > other.agent;
    }
  };

  double Slowness(size_t contacts) const {
    return 1 + scenario_.slow_down * (static_cast<double>(contacts) - 1);
  }

  void Elapse(double now) {
    if (!closed_) {
      tallies_[interval_].busy_seconds += static_cast<double>(in_hand_) * (now - elapsed_);
    }
    elapsed_ = now;
  }

  void SetSeats(double now, int32_t seats) {
    for (auto& free : free_) free.clear();
    seats_ = seats;
    for (int32_t agent = 0; agent < seats; ++agent) {
      const size_t contacts = agents_[agent].left.size();
      if (contacts < free_.size()) free_[contacts].insert(agent);
    }
    while (ServeNext(now)) {
    }
  }

  void Arrive(double now) {
    ++tallies_[interval_].arrivals;
    const Interval& interval = scenario_.intervals[interval_];
    const double patience = interval.patience ? random_.Draw(*interval.patience) : kNever;
    const double work = random_.Draw(interval.handle);
    queue_.push_back({now, now + patience, interval_, work});
    ServeNext(now);
  }

  void Leave(const Waiting& waiting) {
    Tally& tally = tallies_[waiting.interval];
    ++tally.abandoned;
    tally.waited += (waiting.leaves < kNever ? waiting.leaves : elapsed_) - waiting.arrived;
  }

  // Gives the next who still waits to the agent with the fewest contacts; false: nobody or no
  // place.
  bool ServeNext(double now) {
    while (!queue_.empty() && queue_.front().leaves <= now) {
      Leave(queue_.front());
      queue_.pop_front();
    }
    if (queue_.empty()) return false;
    for (auto& free : free_) {
      if (free.empty()) continue;
      const int32_t agent = *free.begin();
      const Waiting next = queue_.front();
      queue_.pop_front();
      Tally& tally = tallies_[next.interval];
      tally.waited += now - next.arrived;
      if (now - next.arrived <= scenario_.answer_seconds) ++tally.within;
      Elapse(now);
      ++in_hand_;
      Work(agent, now);
      agents_[agent].left.push_back(next.work);
      Schedule(agent);
      Refile(agent);
      return true;
    }
    return false;
  }

  // What the agent did since it was last looked at.
  void Work(int32_t index, double now) {
    Agent& agent = agents_[index];
    const double done = (now - agent.since) / Slowness(agent.left.size());
    for (double& left : agent.left) left -= done;
    agent.since = now;
  }
  void Schedule(int32_t index) {
    Agent& agent = agents_[index];
    ++agent.version;
    if (agent.left.empty()) return;
    const double least = std::max(0.0, *std::ranges::min_element(agent.left));
    finishes_.push({agent.since + least * Slowness(agent.left.size()), index, agent.version});
  }
  // Moves the agent to the list of its number of contacts.
  void Refile(int32_t index) {
    const size_t contacts = agents_[index].left.size();
    for (const size_t before : {contacts - 1, contacts + 1}) {
      if (before < free_.size()) free_[before].erase(index);
    }
    if (index < seats_ && contacts < free_.size()) free_[contacts].insert(index);
  }

  void FinishUntil(double now) {
    while (!finishes_.empty() && finishes_.top().at <= now) {
      const Finish finish = finishes_.top();
      finishes_.pop();
      Agent& agent = agents_[finish.agent];
      if (finish.version != agent.version) continue;
      Elapse(finish.at);
      --in_hand_;
      Work(finish.agent, finish.at);
      agent.left.erase(std::ranges::min_element(agent.left));
      Schedule(finish.agent);
      Refile(finish.agent);
      ServeNext(finish.at);
    }
  }

  const Scenario& scenario_;
  Random random_;
  std::vector<Tally> tallies_;
  int32_t most_seats_ = 0, seats_ = 0;
  std::vector<Agent> agents_;
  std::vector<std::set<int32_t>> free_;  // agents who take contacts, by how many they have
  std::deque<Waiting> queue_;
  std::priority_queue<Finish, std::vector<Finish>, std::greater<>> finishes_;
  size_t interval_ = 0;
  int64_t in_hand_ = 0;
  double elapsed_ = 0;
  bool closed_ = false;  // the last interval is over: what is still done counts for no occupancy
};

// Σx ÷ Σn over replications; the interval by the delta method (W. G. Cochran, Sampling Techniques,
// ch. 6: ratio estimators).
Estimate Ratio(std::span<const Tally> tallies, double Tally::*part) {
  double sum = 0, arrivals = 0;
  for (const Tally& tally : tallies) {
    sum += tally.*part;
    arrivals += tally.arrivals;
  }
  if (arrivals == 0) return {};
  const auto count = static_cast<double>(tallies.size());
  const double ratio = sum / arrivals;
  double squares = 0;
  for (const Tally& tally : tallies) {
    const double off = tally.*part - ratio * tally.arrivals;
    squares += off * off;
  }
  const double error = std::sqrt(squares * count / (count - 1)) / arrivals;
  const double t = boost::math::quantile(boost::math::students_t(count - 1), 0.975);
  return {ratio, t * error};
}

SimulatedInterval Summarize(std::span<const Tally> tallies, double place_seconds) {
  SimulatedInterval result;
  double busy = 0;
  for (const Tally& tally : tallies) {
    result.arrivals += tally.arrivals / static_cast<double>(tallies.size());
    busy += tally.busy_seconds / static_cast<double>(tallies.size());
  }
  result.answered_within = Ratio(tallies, &Tally::within);
  if (result.arrivals == 0) result.answered_within.mean = 1;
  result.abandoned = Ratio(tallies, &Tally::abandoned);
  result.mean_wait_seconds = Ratio(tallies, &Tally::waited);
  if (place_seconds > 0) result.occupancy = busy / place_seconds;
  return result;
}

}  // namespace

Simulation Simulate(const Scenario& scenario) {
  const size_t count = scenario.intervals.size();
  std::vector<std::vector<Tally>> by_interval(count);
  std::vector<Tally> all;
  for (int32_t r = 0; r < scenario.replications; ++r) {
    // Far apart, so that no replication runs into the numbers of another.
    const std::vector<Tally> tallies =
        Replication(scenario, (scenario.seed << 16 | static_cast<uint64_t>(r)) * 0xd1342543de82ef95)
            .Run();
    Tally& sum = all.emplace_back();
    for (size_t i = 0; i < count; ++i) {
      by_interval[i].push_back(tallies[i]);
      for (double Tally::*part : {&Tally::arrivals, &Tally::within, &Tally::abandoned,
                                  &Tally::waited, &Tally::busy_seconds}) {
        sum.*part += tallies[i].*part;
      }
    }
  }
  Simulation result;
  double places = 0;
  for (size_t i = 0; i < count; ++i) {
    const Interval& interval = scenario.intervals[i];
    const double mine = interval.seconds * interval.seats * scenario.chats;
    result.intervals.push_back(Summarize(by_interval[i], mine));
    places += mine;
  }
  result.all = Summarize(all, places);
  return result;
}

bool RaiseSeats(Scenario& scenario, const Targets& targets, int rounds, Simulation& last) {
  const double level = static_cast<double>(targets.service_level_bps) / kAll;
  const double most = static_cast<double>(targets.max_abandoned_bps) / kAll;
  for (int round = 0;; ++round) {
    last = Simulate(scenario);
    bool holds = true;
    for (size_t i = 0; i < scenario.intervals.size(); ++i) {
      const SimulatedInterval& seen = last.intervals[i];
      const double missing =
          std::max(level - seen.answered_within.mean, seen.abandoned.mean - most);
      if (scenario.intervals[i].fixed || seen.arrivals == 0 || missing <= 0) continue;
      holds = false;
      if (round == rounds) continue;
      // A seat at least; more where much is missing, but never more than a twentieth at once.
      int32_t& seats = scenario.intervals[i].seats;
      seats += std::max(1, static_cast<int32_t>(std::lround(missing * 0.05 * seats / level)));
    }
    if (holds || round == rounds) return holds;
  }
}

}  // namespace kefu::staffing::domain::workload
