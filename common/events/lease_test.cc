#include "common/events/lease.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "common/events/events_test_util.h"
#include "common/testing/fake_clock.h"
#include "common/testing/test_db.h"

namespace kefu::events {
namespace {

using ::kefu::testing::FakeClock;
using ::kefu::testing::HasReason;
using ::kefu::testing::IsOkAndHolds;
using ::kefu::testing::TestDb;

class LeaseTest : public ::testing::Test {
 protected:
  absl::Status CheckHeld(Lease& lease) {
    return db_.db().RunInTransaction(Soon(),
                                     [&](db::Transaction& t) { return lease.CheckHeld(t); });
  }

  TestDb db_;
  FakeClock clock_;
  Lease a_{db_.db(), clock_, "duty", "a", absl::Seconds(10)};
  Lease b_{db_.db(), clock_, "duty", "b", absl::Seconds(10)};
};

TEST_F(LeaseTest, OneHolderUntilItExpires) {
  EXPECT_THAT(a_.TryAcquire(), IsOkAndHolds(true));
  EXPECT_THAT(a_.TryAcquire(), IsOkAndHolds(true));
  EXPECT_THAT(b_.TryAcquire(), IsOkAndHolds(false));
  EXPECT_EQ(a_.epoch(), 1);
  clock_.Advance(absl::Seconds(9));
  EXPECT_OK(a_.Renew());
  clock_.Advance(absl::Seconds(9));
  EXPECT_THAT(b_.TryAcquire(), IsOkAndHolds(false));
  clock_.Advance(absl::Seconds(1));
  EXPECT_THAT(b_.TryAcquire(), IsOkAndHolds(true));
  EXPECT_EQ(b_.epoch(), 2);
  EXPECT_THAT(a_.Renew(), HasReason("LEASE_LOST"));
  EXPECT_THAT(CheckHeld(a_), HasReason("LEASE_LOST"));
  EXPECT_OK(CheckHeld(b_));
  EXPECT_OK(a_.Release());
  EXPECT_OK(CheckHeld(b_));
}

TEST_F(LeaseTest, ReleasePassesItOnAndFencesThePast) {
  ASSERT_THAT(a_.TryAcquire(), IsOkAndHolds(true));
  EXPECT_OK(a_.Release());
  EXPECT_THAT(CheckHeld(a_), HasReason("LEASE_LOST"));
  EXPECT_THAT(b_.TryAcquire(), IsOkAndHolds(true));
  EXPECT_OK(b_.Release());
  EXPECT_THAT(a_.TryAcquire(), IsOkAndHolds(true));
  EXPECT_EQ(a_.epoch(), 3);
}

TEST_F(LeaseTest, ExpiredButUntakenStillPassesTheFence) {
  ASSERT_THAT(a_.TryAcquire(), IsOkAndHolds(true));
  clock_.Advance(absl::Hours(1));
  EXPECT_OK(CheckHeld(a_));
  EXPECT_THAT(a_.TryAcquire(), IsOkAndHolds(true));
  EXPECT_EQ(a_.epoch(), 1);
}

TEST_F(LeaseTest, ManyAtOnceOneWins) {
  std::vector<std::thread> threads;
  std::atomic<int> winners = 0;
  for (int i = 0; i < 6; ++i) {
    threads.emplace_back([&, i] {
      Lease lease(db_.db(), clock_, "contended", fmt::format("owner{}", i), absl::Seconds(10));
      const auto got = lease.TryAcquire();
      EXPECT_OK(got);
      if (got.ok() && *got) ++winners;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(winners, 1);
}

}  // namespace
}  // namespace kefu::events
