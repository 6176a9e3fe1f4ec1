#include "services/staffing/optimise/day_program.h"

#include <algorithm>
#include <bit>

namespace kefu::staffing::optimise {
namespace {

using roster::kDaysPerWeek;
using roster::kSlotsPerDay;

constexpr int kOffsets = 2 * kSlotsPerDay;  // half hours that a shift of the day can reach

class Builder {
 public:
  Builder(const Instance& instance, const std::vector<Line>& lines, int day,
          const ChangeRules& rules)
      : instance_(instance), lines_(lines), day_(day), rules_(rules) {}

  solver::LinearProgram Build() {
    AddAgents();
    CountOthers();
    const int slots = std::min(kOffsets, instance_.problem().slots() - day_ * kSlotsPerDay);
    on_duty_.resize(kOffsets);
    int last = slots;
    if (!changes()) {
      last = kSlotsPerDay;
      for (const Choice& choice : choices_) {
        // A fixed shift may serve no whole half hour.
        const std::vector<int>& served = instance_.facts(choice.shift).served;
        if (!served.empty()) last = std::max(last, served.back() + 1);
      }
    }
    for (int c = 0; c < static_cast<int>(choices_.size()); ++c) {
      for (const int offset : instance_.facts(choices_[c].shift).served) {
        on_duty_[offset].push_back(c);
      }
    }
    for (int offset = 0; offset < std::min(last, slots); ++offset) AddSlot(offset);
    LimitChanges();
    return std::move(program_);
  }

  DayPlan Read(const solver::Solution& solution) const {
    DayPlan plan{.optimal = solution.status == solver::Solution::Status::kOptimal};
    for (int a = 0; a < instance_.agents(); ++a) {
      plan.shifts.push_back(movable_[a] ? kOff : lines_[a][day_]);
    }
    for (size_t c = 0; c < choices_.size(); ++c) {
      if (solution.values[c] > 0.5) plan.shifts[choices_[c].agent] = choices_[c].shift;
    }
    for (const auto& [column, penalty] : uncovered_) {
      plan.uncovered += solution.values[column] * penalty;
    }
    return plan;
  }

 private:
  struct Choice {  // x_at, column by column from 0
    int agent = 0;
    int8_t shift = kOff;
  };

  int Column(double cost, double upper) {
    program_.columns.push_back({.cost = cost, .upper = upper});
    return static_cast<int>(program_.columns.size()) - 1;
  }
  int Row(double lower, double upper) {
    program_.rows.push_back({lower, upper});
    return static_cast<int>(program_.rows.size()) - 1;
  }
  void Put(int row, int column, double value) { program_.entries.push_back({row, column, value}); }

  bool changes() const {
    return rules_.only_uncovered || rules_.most_uncovered || rules_.most_changes;
  }

  // Who is there from other days' shifts, and those of the day who stay as they are.
  void CountOthers() {
    const size_t classes = instance_.classes().size();
    present_.resize(kOffsets * classes);
    const auto count = [&](int agent, int day, int shift) {
      for (const int offset : instance_.facts(shift).served) {
        const int at = (day - day_) * kSlotsPerDay + offset;
        if (at >= 0 && at < kOffsets) ++present_[at * classes + instance_.class_of(agent)];
      }
    };
    for (int a = 0; a < instance_.agents(); ++a) {
      if (!movable_[a] && lines_[a][day_] != kOff) count(a, day_, lines_[a][day_]);
      if (day_ > 0 && lines_[a][day_ - 1] != kOff) count(a, day_ - 1, lines_[a][day_ - 1]);
      if (day_ + 1 < instance_.days() && lines_[a][day_ + 1] != kOff) {
        count(a, day_ + 1, lines_[a][day_ + 1]);
      }
    }
    if (day_ == 0) {
      for (const roster::Shift& shift : instance_.problem().fixed) {
        if (shift.day < 0) count(shift.agent, shift.day, shift.shift);
      }
    }
  }

  void AddAgents() {
    movable_.resize(instance_.agents());
    for (int a = 0; a < instance_.agents(); ++a) {
      if (!KeepsRules(instance_, a, lines_[a])) continue;
      Line line = lines_[a];
      line[day_] = kOff;
      const int64_t off = instance_.LineCost(a, line);
      const bool may_be_off = KeepsRules(instance_, a, line);
      const size_t first = choices_.size();
      for (const Option& option : instance_.options(a, day_).shifts) {
        line[day_] = option.shift;
        if (!KeepsRules(instance_, a, line)) continue;
        const int column = Column(Cost(a, option.shift, instance_.LineCost(a, line) - off), 1);
        program_.columns[column].integer = true;
        choices_.push_back({a, option.shift});
      }
      if (choices_.size() == first) continue;
      movable_[a] = true;
      const int row = Row(may_be_off ? 0 : 1, 1);
      for (size_t c = first; c < choices_.size(); ++c) Put(row, static_cast<int>(c), 1);
    }
  }
  // A change costs those who were off when they come; those who worked save its cost by staying.
  double Cost(int agent, int8_t shift, int64_t pay) const {
    if (rules_.only_uncovered) return 0;
    const int8_t now = lines_[agent][day_];
    int64_t cost = pay;
    if (now == kOff) cost += rules_.change_minor;
    if (now == shift) cost -= rules_.change_minor;
    return static_cast<double>(cost);
  }

  void AddSlot(int offset) {
    const roster::Problem& problem = instance_.problem();
    const int slot = day_ * kSlotsPerDay + offset;
    const size_t classes = instance_.classes().size();
    std::vector<int> demand(instance_.skills(), -1);
    for (int k = 0; k < instance_.skills(); ++k) {
      if (problem.Need(slot, k) == 0) continue;
      demand[k] = Row(problem.Need(slot, k), solver::kUnbounded);
      const auto penalty = static_cast<double>(instance_.penalties()[k]);
      const int column = Column(penalty, problem.Need(slot, k));
      uncovered_.emplace_back(column, penalty);
      Put(demand[k], column, 1);
    }
    for (size_t m = 0; m < classes; ++m) {
      const bool offer = static_cast<int>(m) >= instance_.first_offer();
      double there = present_[offset * classes + m];
      if (offer) {
        const auto& seats = problem.seats[m - instance_.first_offer()];
        const bool open = seats.Serves(slot / kSlotsPerDay, slot % kSlotsPerDay);
        there = open ? seats.seats : 0;
      }
      std::vector<int> coming;
      for (const int c : on_duty_[offset]) {
        if (instance_.class_of(choices_[c].agent) == static_cast<int>(m)) coming.push_back(c);
      }
      if (coming.empty() && there == 0) continue;
      const int balance = Row(-solver::kUnbounded, there);
      for (const int c : coming) Put(balance, c, -1);
      const auto price =
          static_cast<double>(rules_.only_uncovered ? 0 : instance_.classes()[m].price_minor);
      for (uint32_t mask = instance_.classes()[m].skills; mask != 0; mask &= mask - 1) {
        const int k = std::countr_zero(mask);
        if (demand[k] < 0) continue;
        const int column = Column(price, solver::kUnbounded);
        Put(balance, column, 1);
        Put(demand[k], column, 1);
      }
    }
  }

  void LimitChanges() {
    if (rules_.most_changes) {
      // Who was off changes by coming, Σ x; who worked changes unless staying, 1 − x.
      const int row = Row(-solver::kUnbounded, *rules_.most_changes);
      std::vector<bool> counted(instance_.agents());
      for (size_t c = 0; c < choices_.size(); ++c) {
        const auto [agent, shift] = choices_[c];
        const int8_t now = lines_[agent][day_];
        if (now == kOff) Put(row, static_cast<int>(c), 1);
        if (now == shift) Put(row, static_cast<int>(c), -1);
        if (now != kOff && !counted[agent]) program_.rows[row].upper -= 1;
        counted[agent] = true;
      }
    }
    if (rules_.most_uncovered) {
      const int row = Row(-solver::kUnbounded, *rules_.most_uncovered);
      for (const auto& [column, penalty] : uncovered_) Put(row, column, penalty);
    }
  }

  const Instance& instance_;
  const std::vector<Line>& lines_;
  const int day_;
  const ChangeRules& rules_;
  solver::LinearProgram program_;
  std::vector<Choice> choices_;
  std::vector<bool> movable_;
  std::vector<int> present_;               // offset × class
  std::vector<std::vector<int>> on_duty_;  // choices by offset
  std::vector<std::pair<int, double>> uncovered_;
};

}  // namespace

bool KeepsRules(const Instance& instance, int agent, const Line& line) {
  const roster::Rules& rules = instance.problem().rules;
  const History& history = instance.history(agent);
  int release = history.release_minute, row = history.days_in_row, nights = history.nights_in_row;
  int worked = 0, minutes = 0;
  for (int day = 0; day < instance.days(); ++day) {
    const DayOptions& options = instance.options(agent, day);
    if (roster::WeekdayOf(day) == 0) worked = minutes = 0;
    if (line[day] == kOff) {
      if (!options.may_be_off) return false;
      release = row = nights = 0;
      continue;
    }
    const TemplateFacts& facts = instance.facts(line[day]);
    if (std::ranges::find(options.shifts, line[day], &Option::shift) == options.shifts.end()) {
      return false;
    }
    if (facts.start < release) return false;
    release = facts.release;
    minutes += facts.minutes;
    nights = facts.night ? nights + 1 : 0;
    if (++row > rules.max_consecutive_days || nights > rules.max_nights_in_row) return false;
    if (++worked > kDaysPerWeek - rules.min_days_off_per_week) return false;
    if (minutes > instance.StrictWeekLimit(agent, day / kDaysPerWeek)) return false;
  }
  return true;
}

std::optional<DayPlan> PlanDay(const Instance& instance, const std::vector<Line>& lines, int day,
                               const ChangeRules& rules, const solver::Limits& limits) {
  Builder builder(instance, lines, day, rules);
  const solver::LinearProgram program = builder.Build();
  const solver::Solution solution = solver::Solve(program, limits);
  if (solution.values.empty()) return std::nullopt;
  return builder.Read(solution);
}

}  // namespace kefu::staffing::optimise
