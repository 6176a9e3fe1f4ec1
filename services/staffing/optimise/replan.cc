#include <algorithm>
#include <set>

#include "absl/time/clock.h"
#include "services/staffing/optimise/day_program.h"
#include "services/staffing/optimise/planner.h"

namespace kefu::staffing::optimise {
namespace {

// More than any pay that a change could save: fewer changes come before less cost.
constexpr int64_t kChangeMinor = 10'000'000;
constexpr double kTolerance = 0.01;  // of penalties, in minor units

// Penalties of the half hours that a shift of the day can reach.
double UncoveredFrom(const roster::Outcome& outcome, int day) {
  int64_t penalties = 0;
  const int first = day * roster::kSlotsPerDay;
  for (const roster::Uncovered& gap : outcome.uncovered) {
    if (gap.slot >= first && gap.slot < first + 2 * roster::kSlotsPerDay) {
      penalties += gap.penalty_minor;
    }
  }
  return static_cast<double>(penalties);
}

std::vector<Line> LinesOf(const Instance& instance, const std::vector<roster::Shift>& shifts) {
  std::vector<Line> lines(instance.agents(), Line(instance.days(), kOff));
  for (const roster::Shift& shift : shifts) {
    if (shift.day >= 0) lines[shift.agent][shift.day] = static_cast<int8_t>(shift.shift);
  }
  return lines;
}

class Replanner {
 public:
  Replanner(const roster::Problem& problem, const std::vector<roster::Shift>& shifts,
            int most_changes, absl::Duration time)
      : instance_(problem),
        before_(LinesOf(instance_, shifts)),
        left_changes_(most_changes),
        start_(absl::Now()),
        time_(time) {
    result_.before = roster::Evaluate(problem, instance_.Shifts(before_));
  }

  Replan Run() {
    lines_ = before_;
    const std::set<int> days = RemoveAbsent();
    int left = static_cast<int>(days.size());
    for (const int day : days) {
      const int most = left_changes_ / left;
      const absl::Duration share = (time_ - (absl::Now() - start_)) / left--;
      if (most > 0 && share > absl::ZeroDuration()) RestoreDay(day, most, share / 2);
    }
    for (int day = 0; day < instance_.days(); ++day) {
      for (int a = 0; a < instance_.agents(); ++a) {
        if (before_[a][day] == lines_[a][day]) continue;
        result_.changes.push_back({a, day, before_[a][day], lines_[a][day]});
      }
    }
    result_.shifts = instance_.Shifts(lines_);
    result_.after = roster::Evaluate(instance_.problem(), result_.shifts);
    result_.elapsed = absl::Now() - start_;
    return std::move(result_);
  }

 private:
  // Takes out the shifts that leave forbids; the days on which that was.
  std::set<int> RemoveAbsent() {
    std::set<int> days;
    for (int a = 0; a < instance_.agents(); ++a) {
      for (int day = 0; day < instance_.days(); ++day) {
        const DayOptions& options = instance_.options(a, day);
        const int8_t shift = lines_[a][day];
        if (shift == kOff || !options.may_be_off) continue;
        if (!OnLeave(a, day, shift)) continue;
        lines_[a][day] = kOff;
        days.insert(day);
        --left_changes_;
      }
    }
    left_changes_ = std::max(0, left_changes_);
    return days;
  }
  bool OnLeave(int agent, int day, int shift) const {
    const roster::Problem& problem = instance_.problem();
    const roster::ShiftTemplate& t = problem.templates[shift];
    return std::ranges::any_of(problem.agents[agent].leave, [&](const roster::DayRange& leave) {
      return day * roster::kMinutesPerDay + t.start_minute <
                 (leave.last + 1) * roster::kMinutesPerDay &&
             day * roster::kMinutesPerDay + t.end_minute() > leave.first * roster::kMinutesPerDay;
    });
  }

  void RestoreDay(int day, int most_changes, absl::Duration time) {
    ChangeRules rules{.most_changes = most_changes, .only_uncovered = true};
    const auto best = PlanDay(instance_, lines_, day, rules, {.time = time, .nodes = kMostNodes});
    if (!best) return;
    // As good as before will do; what was uncovered before is not the absence's doing.
    const double enough = std::max(best->uncovered, UncoveredFrom(result_.before, day));
    rules = {.change_minor = kChangeMinor,
             .most_changes = most_changes,
             .most_uncovered = enough + kTolerance};
    const auto plan = PlanDay(instance_, lines_, day, rules, {.time = time, .nodes = kMostNodes});
    const DayPlan& taken = plan ? *plan : *best;
    for (int a = 0; a < instance_.agents(); ++a) {
      if (lines_[a][day] == taken.shifts[a]) continue;
      lines_[a][day] = taken.shifts[a];
      --left_changes_;
    }
  }

  const Instance instance_;
  const std::vector<Line> before_;
  std::vector<Line> lines_;
  int left_changes_;
  const absl::Time start_;
  const absl::Duration time_;
  Replan result_;
};

}  // namespace

Replan ReplanRoster(const roster::Problem& problem, const std::vector<roster::Shift>& shifts,
                    int most_changes, absl::Duration time) {
  return Replanner(problem, shifts, most_changes, time).Run();
}

}  // namespace kefu::staffing::optimise
