#include "services/staffing/optimise/bound.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <map>
#include <tuple>

#include "services/staffing/optimise/cover_state.h"

namespace kefu::staffing::optimise {
namespace {

constexpr double kDeflection = 0.7;  // of the direction before; damps the zigzag of subgradients
constexpr int kPatience = 5;         // steps without a better bound before steps get shorter
constexpr double kShorter = 0.7;

}  // namespace

Bound::Bound(const Instance& instance)
    : instance_(instance), lines_(instance), direction_(instance.problem().need.size()) {
  MakeGroups();
  SetFirstPrices();
  const roster::Problem& problem = instance.problem();
  history_presence_.resize(static_cast<size_t>(problem.slots()) * instance.classes().size());
  for (const roster::Shift& shift : problem.fixed) {
    if (shift.day >= 0) continue;
    for (const int offset : instance.facts(shift.shift).served) {
      const int slot = shift.day * roster::kSlotsPerDay + offset;
      if (slot < 0) continue;
      ++history_presence_[slot * instance.classes().size() + instance.class_of(shift.agent)];
    }
  }
  std::vector<double> slack;
  best_ = Evaluate(prices_, slack);
  best_prices_ = prices_;
}

void Bound::MakeGroups() {
  const roster::Problem& problem = instance_.problem();
  using Options = std::vector<std::tuple<int, int, int64_t>>;
  std::map<std::tuple<int, int64_t, int, int, std::vector<int>, Options>, size_t> known;
  for (int a = 0; a < instance_.agents(); ++a) {
    const roster::Agent& agent = problem.agents[a];
    Options options;
    std::vector<int> limits;
    for (int day = 0; day < instance_.days(); ++day) {
      const DayOptions& own = instance_.options(a, day);
      if (!own.may_be_off) options.emplace_back(day, -1, 0);
      for (const Option& option : own.shifts) options.emplace_back(day, option.shift, option.cost);
    }
    for (int week = 0; week < problem.weeks; ++week) {
      limits.push_back(std::max(instance_.WeekLimit(a, week), instance_.StrictWeekLimit(a, week)));
    }
    const auto [found, added] =
        known.try_emplace({instance_.class_of(a), agent.cost_minor_per_hour, agent.contract_minutes,
                           agent.guaranteed_minutes, std::move(limits), std::move(options)},
                          groups_.size());
    if (added) {
      groups_.push_back({a, 1});
    } else {
      ++groups_[found->second].size;
    }
  }
}

// What a half hour of the cheapest agent costs, where there is need.
void Bound::SetFirstPrices() {
  const roster::Problem& problem = instance_.problem();
  int64_t rate = 0;
  for (const roster::Agent& agent : problem.agents) rate += agent.cost_minor_per_hour;
  if (!problem.agents.empty()) rate /= 2 * static_cast<int64_t>(problem.agents.size());
  for (size_t i = 0; i < problem.need.size(); ++i) {
    const int64_t penalty = instance_.penalties()[i % problem.skills.size()];
    prices_.push_back(problem.need[i] > 0 ? std::min(rate, penalty) : 0);
  }
}

int64_t Bound::Evaluate(const Prices& prices, std::vector<double>& slack) {
  const roster::Problem& problem = instance_.problem();
  const int skills = instance_.skills();
  const size_t classes = instance_.classes().size();
  slack.assign(problem.need.begin(), problem.need.end());
  // The dearest skill of each class in each half hour is the one that it serves.
  std::vector<int> serves(static_cast<size_t>(problem.slots()) * classes, -1);
  for (int slot = 0; slot < problem.slots(); ++slot) {
    for (size_t c = 0; c < classes; ++c) {
      int& best = serves[slot * classes + c];
      for (uint32_t mask = instance_.classes()[c].skills; mask != 0; mask &= mask - 1) {
        const int k = std::countr_zero(mask);
        if (best < 0 || prices[slot * skills + k] > prices[slot * skills + best]) best = k;
      }
    }
  }
  const auto price = [&](int slot, size_t c) {
    const int skill = serves[slot * classes + c];
    return skill < 0 ? 0 : prices[slot * skills + skill];
  };
  int64_t bound = 0;
  for (size_t i = 0; i < prices.size(); ++i) bound += prices[i] * problem.need[i];
  const auto supply = [&](int slot, size_t c, int units) {
    const int skill = serves[slot * classes + c];
    if (skill >= 0) slack[slot * skills + skill] -= units;
  };
  for (int slot = 0; slot < problem.slots(); ++slot) {
    for (size_t c = 0; c < classes; ++c) {
      if (const int there = history_presence_[slot * classes + c]; there > 0) {
        bound -= there * price(slot, c);
        supply(slot, c, there);
      }
    }
    for (size_t o = 0; o < problem.seats.size(); ++o) {
      const size_t c = instance_.first_offer() + o;
      const int64_t gain = price(slot, c) - problem.seats[o].price_minor;
      if (gain <= 0 ||
          !problem.seats[o].Serves(slot / roster::kSlotsPerDay, slot % roster::kSlotsPerDay)) {
        continue;
      }
      bound -= gain * problem.seats[o].seats;
      supply(slot, c, problem.seats[o].seats);
    }
  }
  std::vector<ShiftValues> values(instance_.first_offer());
  for (size_t c = 0; c < values.size(); ++c) {
    SumShiftValues(
        instance_, [&](int slot) { return price(slot, c); }, values[c]);
  }
  for (const Group& group : groups_) {
    const size_t c = instance_.class_of(group.agent);
    const PlannedLine line = lines_.Relaxed(group.agent, values[c]);
    bound += line.net() * group.size;
    for (int day = 0; day < instance_.days(); ++day) {
      if (line.line[day] == kOff) continue;
      for (const int offset : instance_.facts(line.line[day]).served) {
        const int slot = day * roster::kSlotsPerDay + offset;
        if (slot < problem.slots()) supply(slot, c, group.size);
      }
    }
  }
  return bound;
}

void Bound::Improve(int steps, int64_t target, const std::function<bool()>& more) {
  std::vector<double> slack;
  int64_t now = Evaluate(prices_, slack);
  for (int step = 0; step < steps && more(); ++step) {
    double length = 0;
    for (size_t i = 0; i < slack.size(); ++i) {
      // Steps out of the box lead nowhere.
      const int64_t penalty = instance_.penalties()[i % instance_.skills()];
      const bool blocked =
          (prices_[i] <= 0 && slack[i] < 0) || (prices_[i] >= penalty && slack[i] > 0);
      direction_[i] = kDeflection * direction_[i] + (blocked ? 0 : slack[i]);
      length += direction_[i] * direction_[i];
    }
    if (length == 0) return;
    const double gap = std::max(1.0, static_cast<double>(target - now));
    const double size = scale_ * gap / length;
    for (size_t i = 0; i < prices_.size(); ++i) {
      const auto penalty = static_cast<double>(instance_.penalties()[i % instance_.skills()]);
      const double moved = static_cast<double>(prices_[i]) + size * direction_[i];
      prices_[i] = std::llround(std::clamp(moved, 0.0, penalty));
    }
    now = Evaluate(prices_, slack);
    if (now > best_) {
      best_ = now;
      best_prices_ = prices_;
      since_better_ = 0;
    } else if (++since_better_ >= kPatience) {
      scale_ *= kShorter;
      since_better_ = 0;
    }
  }
}

}  // namespace kefu::staffing::optimise
