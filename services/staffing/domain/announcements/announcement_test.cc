#include "services/staffing/domain/announcements/announcement.h"

#include "common/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace kefu::staffing::announcements {
namespace {

using ::kefu::testing::HasReason;

const absl::Time kNow = absl::FromUnixSeconds(1768449600);

TEST(AnnouncementDomainTest, IsFirstRemindedOfBeforeItsTimeOrAtIt) {
  struct Row {
    int due_minutes;  // from now; 0: none
    int remind_minutes;
    absl::Duration first;
  };
  for (const Row& row : {Row{0, 0, absl::InfiniteDuration()}, Row{60, 0, absl::Minutes(60)},
                         Row{60, 15, absl::Minutes(45)}, Row{60, 59, absl::Minutes(1)},
                         // Too late to remind before: at its time.
                         Row{60, 60, absl::Minutes(60)}, Row{60, 600, absl::Minutes(60)}}) {
    Announcement announcement{.remind_minutes = row.remind_minutes};
    if (row.due_minutes > 0) announcement.acknowledge_by = kNow + absl::Minutes(row.due_minutes);
    EXPECT_EQ(FirstReminder(announcement, kNow), kNow + row.first)
        << row.due_minutes << " " << row.remind_minutes;
  }
}

TEST(AnnouncementDomainTest, IsRemindedOfAtItsTimeForTheLastTime) {
  Announcement announcement{.acknowledge_by = kNow + absl::Minutes(15), .remind_minutes = 15};
  const Announcement before = Reminded(announcement, kNow);
  EXPECT_EQ(before.next, kNow + absl::Minutes(15));
  EXPECT_FALSE(Overdue(before, before.next - absl::Nanoseconds(1)));
  EXPECT_TRUE(Overdue(before, before.next));
  EXPECT_EQ(Reminded(before, before.next).next, absl::InfiniteFuture());
}

TEST(AnnouncementDomainTest, AWithdrawnOneAsksNobody) {
  const Announcement published{.id = "n", .next = kNow, .info = {1, kNow, kNow}};
  const auto withdrawn = Withdraw(published, "x", "boss", kNow);
  ASSERT_OK(withdrawn);
  EXPECT_EQ(withdrawn->next, absl::InfiniteFuture());
  EXPECT_EQ(withdrawn->info.version, 2);
  EXPECT_THAT(Withdraw(*withdrawn, "x", "boss", kNow), HasReason("ANNOUNCEMENT_WITHDRAWN"));
}

}  // namespace
}  // namespace kefu::staffing::announcements
