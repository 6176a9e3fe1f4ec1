#include "common/time/repeater.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>

namespace kefu {
namespace {

TEST(RepeaterTest, RoundsThatLeaveMoreToDoFollowAtOnce) {
  Repeater repeater(absl::Hours(1));
  std::promise<void> third;
  int rounds = 0;
  repeater.Start([&] {
    if (++rounds < 3) return true;
    third.set_value();
    return false;
  });
  third.get_future().wait();
  repeater.Stop();  // does not wait for the hour to pass
  EXPECT_EQ(rounds, 3);
  EXPECT_TRUE(repeater.stopping());
}

TEST(RepeaterTest, OthersComeAfterThePause) {
  Repeater repeater(absl::Microseconds(1));
  std::promise<void> fourth;
  int rounds = 0;
  repeater.Start([&] {
    if (++rounds == 4) fourth.set_value();
    return false;
  });
  fourth.get_future().wait();
  repeater.Stop();
  EXPECT_GE(rounds, 4);
}

TEST(RepeaterTest, ARoundSeesThatItIsToStopAndIsWaitedFor) {
  Repeater repeater(absl::Hours(1));
  std::promise<void> begun;
  std::atomic<bool> ended = false;
  repeater.Start([&] {
    begun.set_value();
    while (!repeater.stopping()) std::this_thread::yield();
    ended = true;
    return true;
  });
  begun.get_future().wait();
  repeater.Stop();
  EXPECT_TRUE(ended);
  repeater.Stop();
}

TEST(RepeaterTest, OneThatNeverStartedStops) {
  Repeater repeater(absl::Hours(1));
  repeater.Stop();
  EXPECT_TRUE(repeater.stopping());
}

}  // namespace
}  // namespace kefu
