#include "services/staffing/domain/leave/leave.h"

#include "common/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace kefu::staffing::leave {
namespace {

using ::kefu::testing::HasReason;

Leave Days(int first, int last, State state = State::kApproved) {
  return {.id = "x",
          .agent_id = "ann",
          .kind = "annual",
          .first = absl::CivilDay(2026, 3, first),
          .last = absl::CivilDay(2026, 3, last),
          .minutes = 480,
          .state = state};
}
Leave Part(int day, int from, int to) {
  Leave leave = Days(day, day);
  leave.from_minute = from;
  leave.to_minute = to;
  return leave;
}

TEST(LeaveTest, OverlapsByDaysAndByMinutes) {
  EXPECT_TRUE(Overlap(Days(2, 4), Days(4, 6)));
  EXPECT_FALSE(Overlap(Days(2, 3), Days(4, 6)));
  EXPECT_TRUE(Overlap(Days(2, 4), Part(3, 540, 600)));
  EXPECT_FALSE(Overlap(Part(3, 540, 600), Part(3, 600, 660)));
  EXPECT_TRUE(Overlap(Part(3, 540, 601), Part(3, 600, 660)));
}

TEST(LeaveTest, ARequestStandsBesideWhatCountsOnly) {
  Leave asked = Days(2, 4, State::kRequested);
  asked.id = "y";
  EXPECT_THAT(CheckRequest(asked, {{Days(4, 5)}}, {}), HasReason("LEAVE_OVERLAP"));
  EXPECT_THAT(CheckRequest(asked, {{Days(4, 5, State::kRequested)}}, {}),
              HasReason("LEAVE_OVERLAP"));
  EXPECT_OK(CheckRequest(asked, {{Days(4, 5, State::kRejected)}}, {}));
  EXPECT_OK(CheckRequest(asked, {{Days(4, 5, State::kCancelled)}}, {}));
  EXPECT_OK(CheckRequest(asked, {}, Balance{.granted = 960, .requested = 480}));
  EXPECT_THAT(CheckRequest(asked, {}, Balance{.granted = 960, .requested = 480, .approved = 1}),
              HasReason("LEAVE_BALANCE_SHORT"));
}

TEST(LeaveTest, IsDecidedOnceAndByAnother) {
  const absl::Time now = absl::UnixEpoch();
  const Leave asked = Days(2, 4, State::kRequested);
  EXPECT_THAT(Decide(asked, true, "", "me", "ann", now), HasReason("OWN_DECISION"));
  ASSERT_OK_AND_ASSIGN(const Leave approved, Decide(asked, true, "", "lead", "bob", now));
  EXPECT_EQ(approved.state, State::kApproved);
  EXPECT_THAT(Decide(approved, false, "no", "lead", "bob", now), HasReason("LEAVE_STATE"));
  const absl::CivilDay first(2026, 3, 2);
  EXPECT_OK(Cancel(approved, "", "ann", true, first - 1, now));
  EXPECT_THAT(Cancel(approved, "", "ann", true, first, now), HasReason("LEAVE_BEGUN"));
  EXPECT_OK(Cancel(approved, "", "lead", false, first + 9, now));
  EXPECT_THAT(Cancel(Days(2, 4, State::kRejected), "", "lead", false, first, now),
              HasReason("LEAVE_STATE"));
}

TEST(LeaveTest, AnOrganizationReplacesShippedKinds) {
  const auto shipped = KindsInForce({});
  EXPECT_EQ(shipped.size(), ShippedKinds().size());
  EXPECT_TRUE(std::ranges::is_sorted(shipped, {}, &Kind::id));
  const std::vector<Kind> own = {{.id = "sick", .display_name = "病假", .paid = false},
                                 {.id = "volunteer", .display_name = "志愿", .paid = true}};
  const auto kinds = KindsInForce(own);
  EXPECT_EQ(kinds.size(), shipped.size() + 1);
  const auto sick = std::ranges::find(kinds, "sick", &Kind::id);
  EXPECT_FALSE(sick->paid);
  EXPECT_FALSE(sick->shipped);
}

}  // namespace
}  // namespace kefu::staffing::leave
