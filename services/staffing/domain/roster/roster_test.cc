#include <algorithm>
#include <random>
#include <set>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/staffing/domain/roster/checker.h"
#include "services/staffing/domain/roster/cost.h"
#include "services/staffing/domain/roster/cover.h"
#include "services/staffing/domain/roster/rules.h"

namespace kefu::staffing::roster {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr int kDay = 0, kNight = 1, kLong = 2, kEarly = 3;

ShiftTemplate Shift8(std::string id, int start) {
  return {.id = std::move(id), .start_minute = start, .length_minutes = 510, .breaks = {{240, 30}}};
}

// One agent, one skill, nothing needed.
Problem Small() {
  Problem problem{.first_day = absl::CivilDay(2026, 1, 5),
                  .weeks = 4,
                  .skills = {{"chat", 6000}},
                  .templates = {Shift8("day", 9 * 60),
                                Shift8("night", 22 * 60),
                                {.id = "long", .start_minute = 8 * 60, .length_minutes = 720},
                                Shift8("early", 6 * 60)},
                  .agents = {{.id = "a", .skills = 1, .cost_minor_per_hour = 3000}}};
  problem.need.resize(problem.slots());
  return problem;
}

std::set<std::string_view> RulesOf(const Problem& problem, const std::vector<Shift>& shifts) {
  std::set<std::string_view> names;
  for (const Broken& broken : CheckRoster(problem, shifts)) names.insert(NameOf(broken.rule));
  return names;
}

std::vector<Shift> Row(int shift, int first, int last) {
  std::vector<Shift> shifts;
  for (int day = first; day <= last; ++day) shifts.push_back({0, day, shift});
  return shifts;
}

TEST(ShiftTest, CountsHoursBreaksAndHalfHours) {
  const ShiftTemplate day{.start_minute = 550,  // 9:10
                          .length_minutes = 480,
                          .breaks = {{60, 15, true}, {230, 60, false}}};
  EXPECT_EQ(WorkedMinutes(day), 420);
  // From 9:30 to 17:00, without those touched by 10:10-10:25 and 13:00-14:00.
  EXPECT_THAT(ServedSlots(day), ElementsAre(19, 21, 22, 23, 24, 25, 28, 29, 30, 31, 32, 33));
  const ShiftTemplate night = Shift8("n", 22 * 60);
  EXPECT_EQ(WorkedMinutes(night, 1320, 1800), 450);
  EXPECT_TRUE(IsNight(Rules{}, night));
  EXPECT_FALSE(IsNight(Rules{}, Shift8("l", 15 * 60)));  // to 23:30: 90 minutes
  EXPECT_TRUE(TouchesNight(Rules{}, Shift8("l", 15 * 60)));
  EXPECT_TRUE(IsNight(Rules{}, Shift8("m", 2 * 60)));  // the night before
}

TEST(CheckerTest, NamesEachRuleAtItsBorder) {
  struct Case {
    std::string_view rule;  // empty: none
    std::vector<Shift> shifts;
  };
  const std::vector<Case> cases = {
      {"", Row(kDay, 0, 4)},
      {"overlap", {{0, 0, kNight}, {0, 1, kEarly}}},  // night ends 6:30
      {"overlap", {{0, 0, kDay}, {0, 0, kNight}}},
      {"", {{0, 0, kNight}, {0, 1, kNight}}},
      {"rest", {{0, 0, kNight}, {0, 1, kDay}}},
      {"shift hours", {{0, 0, kLong}}},  // 12 hours
      {"week hours", Row(kDay, 0, 5)},   // 48 hours
      {"", {{0, 7, kDay}}},
      {"unknown", {{0, 28, kDay}}},
      {"unknown", {{1, 0, kDay}}},
      {"unknown", {{0, 0, 9}}},
      {"", Row(kNight, 0, 3)},
      {"nights in a row", Row(kNight, 0, 4)},
  };
  for (const Case& c : cases) {
    const auto names = RulesOf(Small(), c.shifts);
    if (c.rule.empty()) {
      EXPECT_THAT(names, IsEmpty());
    } else {
      EXPECT_THAT(names, Contains(c.rule));
    }
  }
}

TEST(CheckerTest, LooksBackIntoTheHistory) {
  Problem problem = Small();
  problem.rules.max_week_minutes = 7 * 480;
  std::vector<Shift> shifts = Row(kDay, -3, 2);
  EXPECT_THAT(RulesOf(problem, shifts), IsEmpty());
  shifts = Row(kDay, -3, 3);
  EXPECT_THAT(RulesOf(problem, shifts), ElementsAre("days in a row"));
  EXPECT_THAT(RulesOf(problem, {{0, -1, kNight}, {0, 0, kDay}}), ElementsAre("rest"));
  // What was broken before the roster began is over.
  EXPECT_THAT(RulesOf(problem, {{0, -2, kNight}, {0, -1, kDay}}), IsEmpty());
}

TEST(CheckerTest, NamesWhatTheAgentMayNot) {
  Problem problem = Small();
  problem.agents[0].no_nights = problem.agents[0].no_overtime = true;
  problem.agents[0].contract_minutes = 960;
  EXPECT_THAT(RulesOf(problem, {{0, 0, kNight}}), ElementsAre("protected night"));
  EXPECT_THAT(RulesOf(problem, Row(kDay, 0, 1)), IsEmpty());
  EXPECT_THAT(RulesOf(problem, Row(kDay, 0, 2)), ElementsAre("protected overtime"));
  problem = Small();
  problem.agents[0].leave = {{1, 1}};
  EXPECT_THAT(RulesOf(problem, {{0, 1, kDay}}), ElementsAre("leave"));
  EXPECT_THAT(RulesOf(problem, {{0, 0, kNight}}), ElementsAre("leave"));  // until 6:30
  EXPECT_THAT(RulesOf(problem, {{0, 0, kDay}}), IsEmpty());
  problem = Small();
  problem.agents[0].earliest_minute = 9 * 60;
  problem.agents[0].latest_minute = 18 * 60;
  EXPECT_THAT(RulesOf(problem, {{0, 0, kDay}}), IsEmpty());
  EXPECT_THAT(RulesOf(problem, {{0, 0, kEarly}}), ElementsAre("availability"));
  problem = Small();
  problem.templates[kDay].weekdays = 0x1f;
  EXPECT_THAT(RulesOf(problem, {{0, 5, kDay}}), ElementsAre("template"));
  problem.fixed = {{0, 5, kDay}};
  EXPECT_THAT(RulesOf(problem, {{0, 5, kDay}}), IsEmpty());
  const auto broken = CheckRoster(problem, {});
  ASSERT_THAT(broken, SizeIs(1));
  EXPECT_EQ(broken[0].rule, Rule::kFixed);
}

TEST(CheckerTest, LimitsOvertimeOfFourWeeksAndDaysOff) {
  Problem problem = Small();
  problem.rules.max_week_minutes = 3000;
  problem.rules.max_overtime_minutes = 1440;
  problem.rules.min_days_off_per_week = 1;
  std::vector<Shift> shifts;
  for (int week = 0; week < 3; ++week) {
    for (const Shift& shift : Row(kDay, week * 7, week * 7 + 5)) shifts.push_back(shift);
  }
  EXPECT_THAT(RulesOf(problem, shifts), IsEmpty());  // 3 × 480 minutes
  for (const Shift& shift : Row(kDay, 21, 26)) shifts.push_back(shift);
  EXPECT_THAT(RulesOf(problem, shifts), ElementsAre("overtime"));
  problem.rules.min_days_off_per_week = 2;
  EXPECT_THAT(RulesOf(problem, Row(kDay, 0, 5)), ElementsAre("days off"));
}

TEST(CostTest, PaysHoursSupplementsAndGuarantees) {
  Problem problem = Small();
  EXPECT_EQ(ShiftPay(problem, 0, 0, kDay), 24'000);            // 8 h at ¥30
  EXPECT_EQ(ShiftPay(problem, 0, 0, kNight), 24'000 + 4'500);  // 7.5 h of them at night: + 20 %
  problem.holidays = {true};
  EXPECT_EQ(ShiftPay(problem, 0, 0, kDay), 72'000);  // 300 %
  EXPECT_EQ(OvertimePay(problem, 0, 2400), 0);
  EXPECT_EQ(OvertimePay(problem, 0, 2460), 1'500);
  problem.agents[0].cost_minor_per_hour = 1;
  EXPECT_EQ(OvertimePay(problem, 0, 2460), 1);  // half up
  EXPECT_EQ(OvertimePay(problem, 0, 2459), 0);
  problem = Small();
  problem.agents[0].guaranteed_minutes = 1200;
  const Outcome outcome = Evaluate(problem, {{0, 0, kDay}, {0, -1, kNight}});
  EXPECT_EQ(outcome.cost.pay_minor, 24'000);  // the history is paid already
  EXPECT_EQ(outcome.cost.guaranteed_minor, (3 * 1200 + 720) * 50);
  EXPECT_EQ(outcome.cost.total(), 24'000 + outcome.cost.guaranteed_minor);
}

TEST(CostTest, ChargesWishesAndUnfairness) {
  Problem problem = Small();
  problem.agents[0].preferences = {{0, 6, 0x20, -1, 500}, {0, 27, 0x7f, kNight, 70}};
  EXPECT_EQ(PreferenceCost(problem, 0, 5, kDay), 500);
  EXPECT_EQ(PreferenceCost(problem, 0, 5, kNight), 570);
  EXPECT_EQ(PreferenceCost(problem, 0, 12, kDay), 0);
  EXPECT_EQ(UnfairCost(problem, 6, 5), 0);
  EXPECT_EQ(UnfairCost(problem, 8, 6), 3 * 3000);
  problem.weeks = 1;
  EXPECT_EQ(FairShare(problem, 6), 2);
}

TEST(CostTest, ListsWhatIsUncoveredExactly) {
  Problem problem = Small();
  problem.skills = {{"chat", 6000}, {"phone", 8000}};
  problem.need.assign(static_cast<size_t>(problem.slots()) * 2, 0);
  problem.need[20 * 2] = 2;      // chat at 10:00
  problem.need[20 * 2 + 1] = 1;  // phone at 10:00
  problem.need[26 * 2] = 1;      // chat at 13:00, in the break
  problem.agents[0].skills = 3;
  problem.seats = {{.id = "base",
                    .skills = 1,
                    .price_minor = 2000,
                    .seats = 1,
                    .from_minute = 0,
                    .to_minute = 720,
                    .last_day = 27}};
  const Outcome outcome = Evaluate(problem, {{0, 0, kDay}});
  // The agent serves the dearer skill, a seat one of the chats.
  EXPECT_THAT(outcome.uncovered, ElementsAre(Uncovered{20, 0, 1, 6000}, Uncovered{26, 0, 1, 6000}));
  EXPECT_THAT(outcome.bookings, ElementsAre(SeatBooking{20, 0, 0, 1}));
  EXPECT_EQ(outcome.cost.uncovered_minor, 12'000);
  EXPECT_EQ(outcome.cost.seats_minor, 2'000);
  EXPECT_EQ(outcome.needed_half_hours, 4);
  EXPECT_EQ(outcome.uncovered_half_hours, 2);
}

// The least cost of a half hour by trying everything.
int64_t ByForce(const std::vector<SupplyClass>& units, size_t next, std::vector<int> need,
                const std::vector<int64_t>& penalties) {
  if (next == units.size()) {
    int64_t cost = 0;
    for (size_t k = 0; k < need.size(); ++k) cost += need[k] * penalties[k];
    return cost;
  }
  int64_t best = ByForce(units, next + 1, need, penalties);
  for (size_t k = 0; k < need.size(); ++k) {
    if ((units[next].skills >> k & 1) == 0 || need[k] == 0) continue;
    --need[k];
    best = std::min(best, units[next].price_minor + ByForce(units, next + 1, need, penalties));
    ++need[k];
  }
  return best;
}

TEST(CoverTest, IsOptimalWhateverComesAndGoes) {
  std::mt19937 random(7);
  const auto draw = [&](int least, int most) {
    return least + static_cast<int>(random() % static_cast<uint32_t>(most - least + 1));
  };
  for (int round = 0; round < 300; ++round) {
    const int skills = draw(1, 4);
    std::vector<SupplyClass> classes;
    for (int c = draw(1, 4); c > 0; --c) {
      classes.push_back(
          {static_cast<uint32_t>(draw(1, (1 << skills) - 1)), draw(0, 1) == 0 ? 0 : draw(1, 9)});
    }
    std::vector<int64_t> penalties;
    std::vector<int> need;
    for (int k = 0; k < skills; ++k) {
      penalties.push_back(draw(1, 12));
      need.push_back(draw(0, 3));
    }
    SlotCover cover(classes, penalties, need.data());
    std::vector<int> there;
    for (int step = 0; step < 12; ++step) {
      if (there.size() < 6 && (there.empty() || draw(0, 2) > 0)) {
        there.push_back(draw(0, static_cast<int>(classes.size()) - 1));
        const SupplyClass& added = classes[there.back()];
        const int64_t before = cover.cost();
        const int64_t gain = std::max<int64_t>(0, cover.GainOf(added.skills) - added.price_minor);
        cover.Add(there.back());
        ASSERT_EQ(before - cover.cost(), gain);
      } else {
        const int at = draw(0, static_cast<int>(there.size()) - 1);
        cover.Remove(there[at]);
        there.erase(there.begin() + at);
      }
      std::vector<SupplyClass> units;
      for (const int c : there) units.push_back(classes[c]);
      ASSERT_EQ(cover.cost(), ByForce(units, 0, need, penalties)) << round << " " << step;
    }
  }
}

TEST(ProblemTest, NamesEveryFaultAtOnce) {
  Problem problem = Small();
  problem.templates[kDay].length_minutes = 25 * 60;
  problem.templates[kNight].breaks = {{0, 30}, {15, 30}};
  problem.agents[0].skills = 2;
  problem.agents[0].guaranteed_minutes = 9999;
  problem.skills[0].uncovered_minor = 0;
  problem.rules.max_nights_in_row = 0;
  std::set<std::string> fields;
  for (const Fault& fault : CheckProblem(problem)) fields.insert(fault.field);
  EXPECT_THAT(fields, ElementsAre("agents[0].guaranteed_minutes", "agents[0].skill_ids",
                                  "rules.max_nights_in_row", "shift_templates[0].length_minutes",
                                  "shift_templates[1].breaks[1].offset_minutes",
                                  "skills[0].uncovered_minor_units"));
  problem = Small();
  EXPECT_THAT(CheckProblem(problem), IsEmpty());
  problem.first_day += 1;
  EXPECT_THAT(CheckProblem(problem), SizeIs(1));
}

TEST(ProblemTest, RefusesFixedShiftsThatBreakRulesThemselves) {
  Problem problem = Small();
  problem.fixed = {{0, 0, kNight}, {0, 1, kDay}, {0, 1, kNight}, {0, 3, kLong}};
  std::string text;
  for (const Fault& fault : CheckProblem(problem)) text += fault.text + "\n";
  EXPECT_THAT(text, ::testing::HasSubstr("rest: agent a on 2026-01-06"));
  EXPECT_THAT(text, ::testing::HasSubstr("overlap: agent a on 2026-01-06"));
  EXPECT_THAT(text, ::testing::HasSubstr("shift hours: agent a on 2026-01-08"));
}

TEST(RulesTest, EachNumberHasItsSource) {
  for (const RuleSource& source : ShippedRuleSources()) {
    EXPECT_FALSE(source.rule.empty());
    EXPECT_FALSE(source.source.empty());
    EXPECT_FALSE(source.source_zh.empty());
  }
  EXPECT_THAT(CheckRules(Rules{}), IsEmpty());
}

}  // namespace
}  // namespace kefu::staffing::roster
