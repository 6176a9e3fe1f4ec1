// A problem made ready for planning: what each agent may work on each day, and at which cost.
#pragma once

#include <cstdint>
#include <vector>

#include "services/staffing/domain/roster/cover.h"
#include "services/staffing/domain/roster/model.h"

namespace kefu::staffing::optimise {

inline constexpr int8_t kOff = -1;

// An agent's shift of each day of the roster: a template or kOff.
using Line = std::vector<int8_t>;

struct Option {
  int8_t shift = kOff;
  int64_t cost = 0;  // pay and preferences
};

// Of one agent on one day.
struct DayOptions {
  std::vector<Option> shifts;
  bool may_be_off = true;  // false: the one shift is fixed
};

// What the days before the roster leave behind.
struct History {
  int release_minute = 0;  // on day 0: no shift may begin before
  int days_in_row = 0;
  int nights_in_row = 0;
};

struct TemplateFacts {
  std::vector<int> served;  // half hours after midnight of its day
  int minutes = 0;          // worked
  bool night = false;
  int start = 0;
  int release = 0;  // minute of the next day before which rest forbids to begin
};

// The problem is one that CheckProblem has no fault with, and outlives this. Shifts that would
// break a rule together with a fixed one, or by themselves, are no options.
class Instance {
 public:
  explicit Instance(const roster::Problem& problem);

  const roster::Problem& problem() const { return problem_; }
  int agents() const { return static_cast<int>(problem_.agents.size()); }
  int days() const { return problem_.days(); }
  int templates() const { return static_cast<int>(problem_.templates.size()); }
  int skills() const { return static_cast<int>(problem_.skills.size()); }

  const TemplateFacts& facts(int shift) const { return facts_[shift]; }
  const DayOptions& options(int agent, int day) const { return options_[agent * days() + day]; }
  const History& history(int agent) const { return history_[agent]; }
  // The most minutes that an agent may work in the week; what is fixed is always allowed. The
  // strict limit keeps the overtime of four weeks within the rule whatever the other weeks are.
  int StrictWeekLimit(int agent, int week) const { return strict_limit_[agent * weeks() + week]; }
  int WeekLimit(int agent, int week) const { return limit_[agent * weeks() + week]; }

  // Supply: staff by skills first, then the bases' offers.
  const std::vector<roster::SupplyClass>& classes() const { return classes_; }
  int class_of(int agent) const { return class_of_[agent]; }
  int first_offer() const { return static_cast<int>(classes_.size() - problem_.seats.size()); }
  const std::vector<int64_t>& penalties() const { return penalties_; }

  // The line with fixed shifts only.
  Line FixedLine(int agent) const;
  // Pay, preferences, overtime, guaranteed hours and unfairness.
  int64_t LineCost(int agent, const Line& line) const;
  // With the history.
  std::vector<roster::Shift> Shifts(const std::vector<Line>& lines) const;

 private:
  int weeks() const { return problem_.weeks; }
  bool Allowed(int agent, int day, int shift) const;
  bool FitsFixed(int agent, int day, int shift) const;
  bool OnLeave(int agent, int day, int shift) const;
  void SetLimits();
  void SetHistory();

  const roster::Problem& problem_;
  std::vector<TemplateFacts> facts_;
  std::vector<std::vector<roster::Shift>> fixed_;  // by agent, sorted
  std::vector<DayOptions> options_;
  std::vector<History> history_;
  std::vector<int> strict_limit_, limit_;
  std::vector<roster::SupplyClass> classes_;
  std::vector<int> class_of_;
  std::vector<int64_t> penalties_;
};

}  // namespace kefu::staffing::optimise
