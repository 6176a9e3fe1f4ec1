#include <algorithm>
#include <random>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/staffing/domain/roster/checker.h"
#include "services/staffing/optimise/planner.h"

namespace kefu::staffing::optimise {
namespace {

using roster::Agent;
using roster::Problem;
using roster::Shift;
using ::testing::IsEmpty;

// Draws problems with shifts of all kinds, leave, history, fixed shifts, protected agents, seats.
class Draw {
 public:
  explicit Draw(uint64_t seed) : random_(seed) {}

  int Int(int least, int most) {
    return least + static_cast<int>(random_() % static_cast<uint64_t>(most - least + 1));
  }
  bool Chance(int percent) { return Int(1, 100) <= percent; }

  Problem Make(int agents, int weeks) {
    Problem problem{.first_day = absl::CivilDay(2026, 1, 5), .weeks = weeks};
    const int skills = Int(1, 3);
    for (int k = 0; k < skills; ++k) {
      problem.skills.push_back({"skill" + std::to_string(k), Int(1000, 9000)});
    }
    for (int t = Int(2, 6); t > 0; --t) problem.templates.push_back(Template());
    for (int a = 0; a < agents; ++a) problem.agents.push_back(MakeAgent(problem));
    problem.need.resize(static_cast<size_t>(problem.slots()) * skills);
    for (int& need : problem.need) need = Chance(40) ? Int(0, 2) : 0;
    if (Chance(50)) {
      problem.seats.push_back({.id = "base",
                               .skills = 1,
                               .price_minor = Int(500, 5000),
                               .seats = 1,
                               .from_minute = 480,
                               .to_minute = 1200,
                               .last_day = problem.days() - 1});
    }
    problem.rules.max_nights_in_row = Int(1, 4);
    problem.rules.max_consecutive_days = Int(2, 6);
    problem.rules.min_days_off_per_week = Int(1, 2);
    problem.rules.max_week_minutes = Int(30, 50) * 60;
    problem.rules.max_overtime_minutes = Int(0, 10) * 60;
    AddFixed(problem);
    return problem;
  }

 private:
  roster::ShiftTemplate Template() {
    roster::ShiftTemplate shift{.id = "shift" + std::to_string(Int(0, 1 << 20)),
                                .start_minute = Int(0, 47) * 30,
                                .length_minutes = Int(4, 11) * 60};
    if (Chance(60)) shift.breaks = {{120, 30, Chance(30)}};
    if (Chance(10)) shift.weekdays = 0x1f;
    return shift;
  }
  Agent MakeAgent(const Problem& problem) {
    Agent agent{.id = "agent" + std::to_string(problem.agents.size()),
                .skills = static_cast<uint32_t>(Int(1, (1 << problem.skills.size()) - 1)),
                .cost_minor_per_hour = Int(1000, 4000),
                .contract_minutes = Int(20, 40) * 60};
    if (Chance(20)) agent.guaranteed_minutes = agent.contract_minutes / 2;
    if (Chance(15)) agent.no_nights = agent.no_overtime = true;
    if (Chance(15)) agent.earliest_minute = 480;
    if (Chance(15)) agent.latest_minute = 1500;
    if (Chance(25)) {
      const int day = Int(0, problem.days() - 1);
      agent.leave = {{day, day + Int(0, 3)}};
    }
    if (Chance(25)) {
      agent.preferences = {{0, problem.days() - 1, 0x60, -1, Int(-500, 3000)}};
    }
    return agent;
  }
  // Those that break no rule by themselves.
  void AddFixed(Problem& problem) {
    for (int tries = Int(0, 3 * static_cast<int>(problem.agents.size())); tries > 0; --tries) {
      problem.fixed.push_back({Int(0, static_cast<int>(problem.agents.size()) - 1),
                               Int(-6, problem.days() - 1),
                               Int(0, static_cast<int>(problem.templates.size()) - 1)});
      if (!roster::CheckRoster(problem, problem.fixed).empty() ||
          std::ranges::count(problem.fixed, problem.fixed.back()) > 1) {
        problem.fixed.pop_back();
      }
    }
  }

  std::mt19937_64 random_;
};

std::string Describe(const std::vector<roster::Broken>& broken) {
  std::string text;
  for (const auto& b : broken) {
    text += std::string(roster::NameOf(b.rule)) + " agent " + std::to_string(b.agent) + " day " +
            std::to_string(b.day) + ": " + b.text + "\n";
  }
  return text;
}

TEST(PlanRosterTest, BreaksNoRuleInAThousandRosters) {
  int shifts = 0;
  for (int seed = 0; seed < 1000; ++seed) {
    Draw draw(static_cast<uint64_t>(seed));
    const Problem problem = draw.Make(draw.Int(1, 6), draw.Int(1, 2));
    // A day's programme now and then; most rosters by lines alone, which is quick.
    const Plan plan = PlanRoster(problem, {.days = seed % 20 == 0 ? 3 : 0, .seed = 3});
    const auto broken = roster::CheckRoster(problem, plan.shifts);
    ASSERT_THAT(broken, IsEmpty()) << "seed " << seed << "\n" << Describe(broken);
    ASSERT_LE(plan.bound_minor, plan.outcome.cost.total());
    shifts += static_cast<int>(plan.shifts.size());
  }
  EXPECT_GT(shifts, 5000);
}

// Every roster of one agent for one week, and the least cost among them.
int64_t LeastByForce(const Problem& problem, std::vector<Shift>& shifts, int agent, int day) {
  if (agent == static_cast<int>(problem.agents.size())) {
    return roster::CheckRoster(problem, shifts).empty()
               ? roster::Evaluate(problem, shifts).cost.total()
               : INT64_MAX;
  }
  const bool last = day + 1 == problem.days();
  const auto next = [&] {
    return LeastByForce(problem, shifts, last ? agent + 1 : agent, last ? 0 : day + 1);
  };
  int64_t best = next();
  for (int t = 0; t < static_cast<int>(problem.templates.size()); ++t) {
    shifts.push_back({agent, day, t});
    best = std::min(best, next());
    shifts.pop_back();
  }
  return best;
}

TEST(PlanRosterTest, BoundsAndFindsTheBestOfSmallRosters) {
  for (int seed = 1; seed <= 6; ++seed) {
    Draw draw(static_cast<uint64_t>(seed));
    Problem problem = draw.Make(1, 1);
    problem.fixed.clear();
    problem.templates.resize(2);
    problem.agents[0].preferences.clear();
    std::vector<Shift> none;
    const int64_t least = LeastByForce(problem, none, 0, 0);
    const Plan plan = PlanRoster(problem, {.days = 20});
    EXPECT_EQ(plan.outcome.cost.total(), least) << seed;
    EXPECT_LE(plan.bound_minor, least) << seed;
  }
}

TEST(PlanRosterTest, IsRepeatableForASeed) {
  Draw draw(11);
  const Problem problem = draw.Make(8, 2);
  const Plan first = PlanRoster(problem, {.days = 6, .seed = 5});
  const Plan second = PlanRoster(problem, {.days = 6, .seed = 5});
  EXPECT_EQ(first.shifts, second.shifts);
  EXPECT_EQ(first.bound_minor, second.bound_minor);
  EXPECT_EQ(first.programmes, 6);
}

TEST(PlanRosterTest, TellsItsProgressAndStopsWhenAsked) {
  Draw draw(12);
  const Problem problem = draw.Make(10, 2);
  std::vector<Progress> seen;
  const Plan plan = PlanRoster(problem, {.days = 50, .on_progress = [&](const Progress& progress) {
                                           seen.push_back(progress);
                                           return seen.size() < 4;
                                         }});
  EXPECT_TRUE(plan.stopped);
  EXPECT_EQ(seen.size(), 4u);
  for (const Progress& progress : seen) EXPECT_LE(progress.bound_minor, progress.cost_minor);
  EXPECT_GE(seen.front().cost_minor, seen.back().cost_minor);
  EXPECT_THAT(roster::CheckRoster(problem, plan.shifts), IsEmpty());
}

TEST(PlanRosterTest, PlansNothingForNobody) {
  Problem problem{.first_day = absl::CivilDay(2026, 1, 5), .weeks = 1, .skills = {{"chat", 10}}};
  problem.need.resize(problem.slots(), 1);
  const Plan plan = PlanRoster(problem, {.days = 2});
  EXPECT_THAT(plan.shifts, IsEmpty());
  EXPECT_EQ(plan.outcome.uncovered_half_hours, 336);
  EXPECT_EQ(plan.outcome.cost.total(), 3360);
}

// Twelve agents, one shift by day; each day needs one agent less than could come.
Problem Replannable() {
  Problem problem{.first_day = absl::CivilDay(2026, 1, 5),
                  .weeks = 2,
                  .skills = {{"chat", 9000}},
                  .templates = {{.id = "day", .start_minute = 540, .length_minutes = 480}}};
  for (int a = 0; a < 12; ++a) {
    problem.agents.push_back(
        {.id = "a" + std::to_string(a), .skills = 1, .cost_minor_per_hour = 3000 + a});
  }
  problem.need.resize(problem.slots());
  for (int slot = 0; slot < problem.slots(); ++slot) {
    const int of_day = slot % roster::kSlotsPerDay;
    if (of_day >= 18 && of_day < 34) problem.need[slot] = 7;
  }
  return problem;
}

TEST(ReplanTest, ReplacesASickAgentWithOneMoreChange) {
  Problem problem = Replannable();
  const Plan plan = PlanRoster(problem, {.days = 14});
  ASSERT_EQ(plan.outcome.uncovered_half_hours, 0);
  const auto sick = std::ranges::find(plan.shifts, 8, &Shift::day);
  ASSERT_NE(sick, plan.shifts.end());
  problem.agents[sick->agent].leave = {{8, 8}};
  const Replan replan = ReplanRoster(problem, plan.shifts, 5, absl::Minutes(1));
  EXPECT_THAT(roster::CheckRoster(problem, replan.shifts), IsEmpty());
  EXPECT_EQ(replan.after.uncovered_half_hours, 0);
  ASSERT_EQ(replan.changes.size(), 2u);  // the sick one's, and the one who comes
  for (const Change& change : replan.changes) {
    EXPECT_EQ(change.day, 8);
    EXPECT_EQ(change.before == -1, change.agent != sick->agent);
  }
  // Without another change allowed the gap stays, and is told.
  const Replan forced = ReplanRoster(problem, plan.shifts, 1, absl::Minutes(1));
  EXPECT_EQ(forced.changes.size(), 1u);
  EXPECT_EQ(forced.after.uncovered_half_hours, 16);
}

TEST(ReplanTest, BreaksNoRuleAndKeepsTheLimit) {
  for (int seed = 0; seed < 25; ++seed) {
    Draw draw(static_cast<uint64_t>(1000 + seed));
    Problem problem = draw.Make(7, 1);
    const Plan plan = PlanRoster(problem, {.days = 0});
    std::vector<Shift> mine;
    std::ranges::copy_if(plan.shifts, std::back_inserter(mine), [&](const Shift& shift) {
      return shift.day >= 0 && std::ranges::find(problem.fixed, shift) == problem.fixed.end();
    });
    if (mine.empty()) continue;
    const Shift sick = mine[static_cast<size_t>(seed) % mine.size()];
    problem.agents[sick.agent].leave.push_back({sick.day, sick.day});
    if (!roster::CheckProblem(problem).empty()) continue;  // the leave meets a fixed night
    const Replan replan = ReplanRoster(problem, plan.shifts, 5, absl::Minutes(1));
    EXPECT_THAT(roster::CheckRoster(problem, replan.shifts), IsEmpty()) << seed;
    EXPECT_LE(replan.changes.size(), 5u) << seed;
    EXPECT_GE(replan.changes.size(), 1u) << seed;
  }
}

}  // namespace
}  // namespace kefu::staffing::optimise
