#include "services/staffing/optimise/lines.h"

#include <algorithm>
#include <set>

#include "services/staffing/domain/roster/cost.h"

namespace kefu::staffing::optimise {
namespace {

using roster::kDaysPerWeek;

// What a line has been up to the end of a day, in 32 bits.
struct Key {
  uint32_t rest = 0;     // rest class, 7 bits
  uint32_t row = 0;      // days in a row, 4 bits
  uint32_t nights = 0;   // in a row, 4 bits
  uint32_t worked = 0;   // days of the week, 3 bits
  uint32_t minutes = 0;  // of the week, 14 bits

  uint32_t pack() const { return rest << 25 | row << 21 | nights << 17 | worked << 14 | minutes; }
  static Key Unpack(uint32_t key) {
    return {key >> 25, key >> 21 & 15, key >> 17 & 15, key >> 14 & 7, key & 0x3fff};
  }
};

}  // namespace

LinePlanner::LinePlanner(const Instance& instance)
    : instance_(instance), layers_(instance.days() + 1) {
  // Two templates whose rest lets the same ones follow are one class; class 0 excludes none.
  std::set<int> starts;
  for (int t = 0; t < instance.templates(); ++t) starts.insert(instance.facts(t).start);
  releases_.push_back(0);
  for (int t = 0; t < instance.templates(); ++t) {
    const auto next = starts.lower_bound(instance.facts(t).release);
    const int release = next == starts.end()     ? roster::kMinutesPerDay
                        : next == starts.begin() ? 0
                                                 : *next;
    auto found = std::ranges::find(releases_, release);
    if (found == releases_.end()) found = releases_.insert(found, release);
    rest_class_.push_back(static_cast<int>(found - releases_.begin()));
  }
  moves_.resize(releases_.size());
  ClearTable(256);
}

void LinePlanner::CollectMoves(int agent, int day, int release, const ShiftValues& values,
                               Surcharge surcharge, std::vector<Move>& moves) const {
  moves.clear();
  for (const Option& option : instance_.options(agent, day).shifts) {
    const TemplateFacts& facts = instance_.facts(option.shift);
    if (facts.start < release) continue;
    const Move move{static_cast<uint32_t>(rest_class_[option.shift]),
                    static_cast<uint32_t>(facts.minutes), facts.night, option.shift,
                    option.cost -
                        values[static_cast<size_t>(day) * instance_.templates() + option.shift] +
                        (facts.night ? surcharge.night : 0) +
                        (roster::IsWeekend(day) ? surcharge.weekend_day : 0)};
    const auto same = std::ranges::find_if(moves, [&](const Move& other) {
      return other.rest == move.rest && other.minutes == move.minutes && other.night == move.night;
    });
    if (same == moves.end()) {
      moves.push_back(move);
    } else if (move.net < same->net) {
      *same = move;
    }
  }
}

void LinePlanner::ClearTable(size_t expected) {
  size_t size = 256;
  while (size < expected * 4) size *= 2;
  if (table_.size() < size) {
    table_.assign(size, 0);
  } else {
    std::ranges::fill(table_, 0);
  }
  table_mask_ = static_cast<uint32_t>(table_.size() - 1);
}

void LinePlanner::Put(std::vector<State>& layer, const State& state) {
  uint32_t at = state.key * 2654435761u >> 7 & table_mask_;
  for (; table_[at] != 0; at = (at + 1) & table_mask_) {
    State& other = layer[table_[at] - 1];
    if (other.key != state.key) continue;
    if (state.net < other.net) other = state;
    return;
  }
  layer.push_back(state);
  table_[at] = static_cast<uint32_t>(layer.size());
  if (layer.size() * 2 < table_.size()) return;
  table_.assign(table_.size() * 2, 0);
  table_mask_ = static_cast<uint32_t>(table_.size() - 1);
  for (size_t i = 0; i < layer.size(); ++i) {
    uint32_t place = layer[i].key * 2654435761u >> 7 & table_mask_;
    while (table_[place] != 0) place = (place + 1) & table_mask_;
    table_[place] = static_cast<uint32_t>(i + 1);
  }
}

void LinePlanner::Expand(int agent, int day, const ShiftValues& values, Surcharge surcharge,
                         bool relaxed) {
  const roster::Rules& rules = instance_.problem().rules;
  const DayOptions& options = instance_.options(agent, day);
  const uint32_t limit = relaxed ? std::max(instance_.WeekLimit(agent, day / kDaysPerWeek),
                                            instance_.StrictWeekLimit(agent, day / kDaysPerWeek))
                                 : instance_.StrictWeekLimit(agent, day / kDaysPerWeek);
  const uint32_t most_days = kDaysPerWeek - rules.min_days_off_per_week;
  const std::vector<State>& before = layers_[day];
  std::vector<State>& after = layers_[day + 1];
  after.clear();
  ClearTable(before.size());
  for (size_t rest = 0; rest < releases_.size(); ++rest) {
    const bool first = day == 0 && !relaxed;
    const int release = first ? instance_.history(agent).release_minute : releases_[rest];
    CollectMoves(agent, day, release, values, surcharge, moves_[rest]);
  }
  for (int32_t i = 0; i < static_cast<int32_t>(before.size()); ++i) {
    const Key key = Key::Unpack(before[i].key);
    if (options.may_be_off) {
      Put(after, {Key{0, 0, 0, key.worked, key.minutes}.pack(), before[i].net, i, kOff});
    }
    if (!relaxed && static_cast<int>(key.row) >= rules.max_consecutive_days) continue;
    if (key.worked >= most_days) continue;
    for (const Move& move : moves_[key.rest]) {
      if (key.minutes + move.minutes > limit) continue;
      Key next{move.rest, 0, 0, key.worked + 1, key.minutes + move.minutes};
      if (!relaxed) {
        if (move.night && static_cast<int>(key.nights) >= rules.max_nights_in_row) continue;
        next.row = key.row + 1;
        next.nights = move.night ? key.nights + 1 : 0;
      }
      Put(after, {next.pack(), before[i].net + move.net, i, move.shift});
    }
  }
}

void LinePlanner::EndWeek(int agent, bool relaxed, std::vector<State>& layer) {
  ClearTable(layer.size());
  std::vector<State> merged;
  for (State& state : layer) {
    Key key = Key::Unpack(state.key);
    const int minutes = static_cast<int>(key.minutes);
    state.net += roster::OvertimePay(instance_.problem(), agent, minutes) +
                 roster::GuaranteedPay(instance_.problem(), agent, minutes);
    key.worked = key.minutes = 0;
    if (relaxed) key.rest = 0;
    state.key = key.pack();
    Put(merged, state);
  }
  layer = std::move(merged);
}

Line LinePlanner::Search(int agent, const ShiftValues& values, Surcharge surcharge, bool relaxed) {
  const History& history = instance_.history(agent);
  const int days = instance_.days();
  Key start;
  if (!relaxed) {
    start.row = static_cast<uint32_t>(std::min(history.days_in_row, 15));
    start.nights = static_cast<uint32_t>(std::min(history.nights_in_row, 15));
  }
  layers_[0].assign(1, {start.pack(), 0, 0, kOff});
  for (int day = 0; day < days; ++day) {
    Expand(agent, day, values, surcharge, relaxed);
    // What is fixed leaves no way on that keeps the rules: then nothing is added to it.
    if (layers_[day + 1].empty()) return instance_.FixedLine(agent);
    if (roster::WeekdayOf(day) == kDaysPerWeek - 1) EndWeek(agent, relaxed, layers_[day + 1]);
  }
  const auto& last = layers_[days];
  auto at = static_cast<int32_t>(std::ranges::min_element(last, {}, &State::net) - last.begin());
  Line line(days, kOff);
  for (int day = days; day > 0; --day) {
    const State& state = layers_[day][at];
    line[day - 1] = state.shift;
    at = state.parent;
  }
  return line;
}

PlannedLine LinePlanner::Price(int agent, Line line, const ShiftValues& values) const {
  PlannedLine planned{.cost = instance_.LineCost(agent, line)};
  for (int day = 0; day < instance_.days(); ++day) {
    if (line[day] == kOff) continue;
    planned.value += values[static_cast<size_t>(day) * instance_.templates() + line[day]];
  }
  planned.line = std::move(line);
  return planned;
}

PlannedLine LinePlanner::Best(int agent, const ShiftValues& values) {
  PlannedLine best = Price(agent, Search(agent, values, {}, false), values);
  const int64_t unfair = instance_.problem().rules.unfair_minor;
  int nights = 0, weekend_days = 0;
  for (int day = 0; day < instance_.days(); ++day) {
    if (best.line[day] == kOff) continue;
    nights += instance_.facts(best.line[day]).night ? 1 : 0;
    weekend_days += roster::IsWeekend(day) ? 1 : 0;
  }
  const bool many_nights = roster::UnfairCost(instance_.problem(), nights, 0) > 0;
  const bool many_weekends = roster::UnfairCost(instance_.problem(), 0, weekend_days) > 0;
  if (unfair == 0 || (!many_nights && !many_weekends)) return best;
  for (const int64_t part : {unfair / 2, unfair}) {
    const Surcharge surcharge{many_nights ? part : 0, many_weekends ? part : 0};
    PlannedLine other = Price(agent, Search(agent, values, surcharge, false), values);
    if (other.net() < best.net()) best = std::move(other);
  }
  return best;
}

PlannedLine LinePlanner::Relaxed(int agent, const ShiftValues& values) {
  PlannedLine planned = Price(agent, Search(agent, values, {}, true), values);
  int nights = 0, weekend_days = 0;
  for (int day = 0; day < instance_.days(); ++day) {
    if (planned.line[day] == kOff) continue;
    nights += instance_.facts(planned.line[day]).night ? 1 : 0;
    weekend_days += roster::IsWeekend(day) ? 1 : 0;
  }
  planned.cost -= roster::UnfairCost(instance_.problem(), nights, weekend_days);
  return planned;
}

}  // namespace kefu::staffing::optimise
