// One day of a roster as a mixed-integer programme, with all other days as they are: who works
// which shift on it. CBC solves it.
//
//   minimize    Σ c_at x_at + Σ price·s + Σ penalty·u
//   subject to  Σ_t x_at ≤ 1                                       (= 1 when the shift is fixed)
//               Σ_k y_smk ≤ present_sm + Σ x_at of class m at s    for half hours s, classes m
//               Σ_m y_smk + Σ_o s_sok + u_sk ≥ need_sk             for half hours s, skills k
//               x_at ∈ {0, 1};  y, s, u ≥ 0
// where x_at exists only if the agent's line keeps every rule with it. An agent whose line keeps
// them neither now nor with any other shift of the day stays as planned.
#pragma once

#include <optional>
#include <vector>

#include "common/solver/cbc.h"
#include "services/staffing/optimise/cover_state.h"
#include "services/staffing/optimise/instance.h"

namespace kefu::staffing::optimise {

// Whether the line keeps every labour rule (with the strict week limit) and all that is fixed.
bool KeepsRules(const Instance& instance, int agent, const Line& line);

// What changing people's plans may do.
struct ChangeRules {
  int64_t change_minor = 0;              // the cost of each agent whose shift of the day changes
  std::optional<int> most_changes;       // of them
  std::optional<double> most_uncovered;  // penalties from the day's midnight for two days, at most
  bool only_uncovered = false;           // nothing but these penalties counts
};

struct DayPlan {
  std::vector<int8_t> shifts;  // by agent
  double uncovered = 0;        // penalties from the day's midnight for two days
  bool optimal = false;
};

inline constexpr int kMostNodes = 1'000'000;  // of the search tree, where the time is the limit

// Nothing when no solution was found, which can only be when a change rule cannot be met or time is
// short.
std::optional<DayPlan> PlanDay(const Instance& instance, const std::vector<Line>& lines, int day,
                               const ChangeRules& rules, const solver::Limits& limits);

}  // namespace kefu::staffing::optimise
