#include "services/staffing/domain/shifts/shifts.h"

#include "common/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace kefu::staffing::shifts {
namespace {

using ::kefu::testing::HasReason;
using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

const absl::CivilDay kMonday(2026, 3, 2);
const absl::CivilMinute kMorning(2026, 3, 2, 8, 59);

// Two agents, day and night shifts.
roster::Problem Week() {
  roster::Problem problem{.first_day = kMonday, .weeks = 1};
  problem.templates = {{.id = "day", .start_minute = 540, .length_minutes = 480},
                       {.id = "night", .start_minute = 1320, .length_minutes = 480}};
  problem.agents = {{.id = "ann"}, {.id = "bob"}};
  return problem;
}
Swap Give(int day, std::optional<int> back = {}) {
  Swap swap{.id = "s", .agent_id = "ann", .day = kMonday + day, .other_agent_id = "bob"};
  if (back) swap.other_day = kMonday + *back;
  return swap;
}

TEST(SwapTest, MovesOneShiftOrTwo) {
  const std::vector<roster::Shift> shifts = {{0, 0, 0}, {1, 2, 1}};
  ASSERT_OK_AND_ASSIGN(auto given, Apply(Give(0), Week(), shifts, kMorning));
  EXPECT_THAT(given, UnorderedElementsAre(roster::Shift{1, 0, 0}, roster::Shift{1, 2, 1}));
  ASSERT_OK_AND_ASSIGN(auto swapped, Apply(Give(0, 2), Week(), shifts, kMorning));
  EXPECT_THAT(swapped, UnorderedElementsAre(roster::Shift{1, 0, 0}, roster::Shift{0, 2, 1}));
  EXPECT_THAT(Apply(Give(1), Week(), shifts, kMorning), HasReason("SWAP_SHIFT_MISSING"));
  EXPECT_THAT(Apply(Give(0, 3), Week(), shifts, kMorning), HasReason("SWAP_SHIFT_MISSING"));
  EXPECT_THAT(Apply(Give(0), Week(), shifts, kMorning + 1), HasReason("SWAP_PAST"))
      << "it begins at that minute";
  EXPECT_OK(Apply(Give(2), Week(), {{0, 2, 1}}, kMorning + 1440 * 2));
  EXPECT_THAT(Apply(Give(2), Week(), {{0, 2, 1}}, kMorning + 1440 * 3), HasReason("SWAP_PAST"));
  Swap stranger = Give(0);
  stranger.other_agent_id = "cat";
  EXPECT_THAT(Apply(stranger, Week(), shifts, kMorning), HasReason("SWAP_SHIFT_MISSING"));
}

TEST(SwapTest, NamesTheLabourRulesThatItBreaks) {
  // Bob's night ends at 6:00 and Ann's day begins at 9:00.
  const std::vector<roster::Shift> shifts = {{0, 1, 0}, {1, 0, 1}};
  const auto refused = Apply(Give(1), Week(), shifts, kMorning);
  EXPECT_THAT(refused, HasReason("SWAP_BREAKS_RULES"));
  EXPECT_THAT(std::string(refused.status().message()), HasSubstr("rest"));
  // Leave, and two shifts on a day.
  roster::Problem away = Week();
  away.agents[1].leave = {{1, 1}};
  EXPECT_THAT(Apply(Give(1), away, {{0, 1, 0}}, kMorning), HasReason("SWAP_BREAKS_RULES"));
  EXPECT_THAT(Apply(Give(1), Week(), {{0, 1, 0}, {1, 1, 0}}, kMorning),
              HasReason("SWAP_BREAKS_RULES"));
  // What was broken before is not the swap's.
  const std::vector<roster::Shift> broken = {{0, 0, 1}, {0, 1, 0}, {1, 4, 0}};
  EXPECT_OK(Apply(Give(1, 4), Week(), broken, kMorning));
}

TEST(SwapTest, MovesFromStateToState) {
  const absl::Time now = absl::UnixEpoch();
  ASSERT_OK_AND_ASSIGN(const Swap agreed,
                       Move(Give(0), {SwapState::kProposed}, SwapState::kAgreed, "bob", "", now));
  EXPECT_EQ(agreed.state, SwapState::kAgreed);
  EXPECT_EQ(agreed.info.version, 2);
  EXPECT_THAT(Move(agreed, {SwapState::kProposed}, SwapState::kAgreed, "bob", "", now),
              HasReason("SWAP_STATE"));
}

TEST(ShiftTemplateTest, AShiftOf25HoursIsNone) {
  EXPECT_OK(CheckLength({.length_minutes = 1440}));
  EXPECT_THAT(CheckLength({.length_minutes = 1500}), HasReason("SHIFT_TOO_LONG"));
}

}  // namespace
}  // namespace kefu::staffing::shifts
