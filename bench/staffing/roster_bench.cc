#include <algorithm>
#include <random>
#include <set>

#include "absl/time/clock.h"
#include "bench/harness/compare.h"
#include "bench/staffing/benches.h"
#include "common/status/status_macros.h"
#include "fmt/format.h"
#include "services/staffing/domain/roster/checker.h"
#include "services/staffing/optimise/planner.h"

namespace kefu::bench {
namespace {

namespace roster = staffing::roster;
namespace optimise = staffing::optimise;

constexpr int kAgents = 200, kSkills = 8, kWeeks = 4;
constexpr absl::Duration kPlanTime = absl::Seconds(55);  // a minute is what planning may take
constexpr absl::Duration kReplanTime = absl::Seconds(5);
constexpr int kSickCalls = 5, kMostChanges = 5;

int Draw(std::mt19937_64& random, int least, int most) {
  return least + static_cast<int>(random() % static_cast<uint64_t>(most - least + 1));
}

void AddShifts(roster::Problem& problem) {
  const auto add = [&](int start, int length, roster::Break pause) {
    problem.templates.push_back({.id = fmt::format("{:02}:00 {} min", start, length),
                                 .start_minute = start * 60,
                                 .length_minutes = length,
                                 .breaks = {pause}});
  };
  for (int start = 7; start <= 15; ++start) add(start, 540, {240, 60});
  for (const int start : {16, 22, 0}) add(start, 510, {240, 30});
  for (const int start : {9, 13, 18}) add(start, 300, {120, 30, true});
}

// One to three skills each; some work half time, some neither nights nor overtime, some are away.
void AddAgents(std::mt19937_64& random, roster::Problem& problem) {
  for (int a = 0; a < kAgents; ++a) {
    const int main = a % kSkills;
    roster::Agent agent{.id = fmt::format("agent {}", a),
                        .skills = 1u << main,
                        .cost_minor_per_hour = 2'800 + 200 * Draw(random, 0, 4)};
    const int breadth = Draw(random, 0, 9);
    if (breadth < 6) agent.skills |= 1u << (main + 1) % kSkills;
    if (breadth < 2) agent.skills |= 1u << (main + 3) % kSkills;
    if (Draw(random, 0, 9) == 0) agent.contract_minutes = 1'200;
    if (Draw(random, 0, 19) == 0) agent.no_nights = agent.no_overtime = true;
    if (Draw(random, 0, 4) == 0) {
      const int day = Draw(random, 0, 25);
      agent.leave = {{day, day + Draw(random, 0, 2)}};
    }
    if (Draw(random, 0, 3) == 0) {
      agent.preferences = {
          {0, problem.days() - 1, static_cast<uint8_t>(1 << Draw(random, 0, 6)), -1, 2'000}};
    }
    problem.agents.push_back(std::move(agent));
  }
}

// Share of the busiest hour's need, by hour; a quiet night and a busy evening as shops have them.
constexpr double kShape[24] = {0.15, .06, .06, .06, .06, .06, .06,  .40, .60, 1.0, 1.0, 1.0,
                               .85,  .85, .95, .95, .95, .95, 1.05, 1.0, 1.0, .95, .50, .35};

roster::Problem MakeProblem() {
  std::mt19937_64 random(618);
  roster::Problem problem{.first_day = absl::CivilDay(2026, 1, 5), .weeks = kWeeks};
  for (int k = 0; k < kSkills; ++k) problem.skills.push_back({fmt::format("skill {}", k), 6'000});
  AddShifts(problem);
  AddAgents(random, problem);
  for (int slot = 0; slot < problem.slots(); ++slot) {
    const int day = slot / roster::kSlotsPerDay, hour = slot % roster::kSlotsPerDay / 2;
    for (int k = 0; k < kSkills; ++k) {
      const double agents = (6.0 + 0.7 * k) * kShape[hour] * (roster::IsWeekend(day) ? 1.1 : 1.0);
      const double noise = 0.9 + Draw(random, 0, 200) / 1'000.0;
      problem.need.push_back(static_cast<int>(agents * noise + 0.5));
    }
  }
  problem.seats = {{.id = "base",
                    .skills = 0x0f,
                    .price_minor = 2'600,
                    .seats = 6,
                    .from_minute = 540,
                    .to_minute = 1'320,
                    .last_day = problem.days() - 1}};
  return problem;
}

absl::Status CheckRules(const roster::Problem& problem, const std::vector<roster::Shift>& shifts) {
  const auto broken = roster::CheckRoster(problem, shifts);
  if (broken.empty()) return absl::OkStatus();
  return absl::InternalError(
      fmt::format("the roster breaks {}", roster::NameOf(broken.front().rule)));
}

// Planned once, whichever cases run.
const optimise::Plan& PlanOnce(const roster::Problem& problem) {
  static const auto& plan = *[&] {
    absl::Duration told;
    auto* made = new optimise::Plan(optimise::PlanRoster(
        problem, {.time = kPlanTime, .on_progress = [&](const optimise::Progress& progress) {
                    if (progress.elapsed - told < absl::Seconds(5)) return true;
                    told = progress.elapsed;
                    fmt::print(stderr, "{:.0f} s: cost {}, bound {}\n", absl::ToDoubleSeconds(told),
                               progress.cost_minor, progress.bound_minor);
                    return true;
                  }}));
    return made;
  }();
  return plan;
}

}  // namespace

absl::StatusOr<double> RosterVsBound(const std::string&) {
  const roster::Problem problem = MakeProblem();
  const optimise::Plan& plan = PlanOnce(problem);
  RETURN_IF_ERROR(CheckRules(problem, plan.shifts));
  fmt::print(stderr,
             "{} agents, {} weeks, {} skills: {} shifts in {:.1f} s, gap {:.2f} %, {} of {} half "
             "hours uncovered, {} days' programmes\n",
             kAgents, kWeeks, kSkills, plan.shifts.size(), absl::ToDoubleSeconds(plan.elapsed),
             plan.gap_bps / 100.0, plan.outcome.uncovered_half_hours,
             plan.outcome.needed_half_hours, plan.programmes);
  const auto cost = static_cast<double>(plan.outcome.cost.total());
  const auto bound = static_cast<double>(plan.bound_minor);
  RETURN_IF_ERROR(PrintLess({.bench = "staffing",
                             .name = "roster_vs_bound",
                             .callers = 1,
                             .unit = "minor units",
                             .baseline = "proven bound of any roster"},
                            cost, bound));
  return bound / cost;
}

absl::StatusOr<double> RosterSickCall(const std::string&) {
  const roster::Problem problem = MakeProblem();
  const optimise::Plan& plan = PlanOnce(problem);
  std::mt19937_64 random(12);
  double changes = 0, seconds = 0;
  for (int call = 0; call < kSickCalls; ++call) {
    const roster::Shift& sick = plan.shifts[random() % plan.shifts.size()];
    roster::Problem after = problem;
    after.agents[sick.agent].leave.push_back({sick.day, sick.day});
    const auto replan = optimise::ReplanRoster(after, plan.shifts, kMostChanges, kReplanTime);
    RETURN_IF_ERROR(CheckRules(after, replan.shifts));
    fmt::print(stderr, "{} sick on day {}: {} shifts changed in {:.1f} s, uncovered {} → {}\n",
               problem.agents[sick.agent].id, sick.day, replan.changes.size(),
               absl::ToDoubleSeconds(replan.elapsed), replan.before.uncovered_half_hours,
               replan.after.uncovered_half_hours);
    changes = std::max(changes, static_cast<double>(replan.changes.size()));
    seconds = std::max(seconds, absl::ToDoubleSeconds(replan.elapsed));
  }
  const double allowed = absl::ToDoubleSeconds(kReplanTime);
  RETURN_IF_ERROR(PrintLess({.bench = "staffing",
                             .name = "roster_sick_call",
                             .unit = "changed shifts, the most",
                             .baseline = "allowed"},
                            changes, kMostChanges));
  RETURN_IF_ERROR(PrintLess({.bench = "staffing",
                             .name = "roster_sick_call_time",
                             .unit = "s, the longest",
                             .baseline = "allowed"},
                            seconds, allowed));
  return std::min(kMostChanges / changes, allowed / seconds);
}

}  // namespace kefu::bench
