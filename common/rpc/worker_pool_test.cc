#include "common/rpc/worker_pool.h"

#include <atomic>
#include <functional>
#include <latch>

#include <gtest/gtest.h>

namespace kefu::rpc {
namespace {

class TestTask final : public Task {
 public:
  TestTask(std::function<void()> run, std::function<void()> abandon)
      : run_(std::move(run)), abandon_(std::move(abandon)) {}
  void Run() override { run_(); }
  void Abandon() override { abandon_(); }

 private:
  std::function<void()> run_, abandon_;
};

std::unique_ptr<Task> Make(
    std::function<void()> run, std::function<void()> abandon = [] {}) {
  return std::make_unique<TestTask>(std::move(run), std::move(abandon));
}

TEST(WorkerPoolTest, RefusesWhenTheQueueIsFullAndKeepsTheTaskWithTheCaller) {
  std::latch started(1), release(1);
  std::atomic<int> ran{0};
  std::atomic<int64_t> depth{0};
  WorkerPool pool(1, 2, [&](int64_t now) { depth = now; });
  auto blocker = Make([&] {
    started.count_down();
    release.wait();
  });
  ASSERT_TRUE(pool.Submit(blocker));
  started.wait();
  std::latch both(2);
  for (int i = 0; i < 2; ++i) {
    auto waiting = Make([&] {
      ++ran;
      both.count_down();
    });
    ASSERT_TRUE(pool.Submit(waiting));
  }
  EXPECT_EQ(depth, 2);
  auto refused = Make([&] { ++ran; });
  EXPECT_FALSE(pool.Submit(refused));
  EXPECT_NE(refused, nullptr);
  release.count_down();
  both.wait();
  pool.Stop();
  EXPECT_EQ(ran, 2);
  EXPECT_EQ(depth, 0);
}

TEST(WorkerPoolTest, StopAbandonsWhatWaits) {
  std::latch started(1), release(1);
  std::atomic<int> ran{0}, abandoned{0};
  WorkerPool pool(1, 10, [](int64_t) {});
  auto blocker = Make([&] {
    started.count_down();
    release.wait();
  });
  ASSERT_TRUE(pool.Submit(blocker));
  started.wait();
  for (int i = 0; i < 5; ++i) {
    auto waiting = Make([&] { ++ran; },
                        [&] {
                          if (++abandoned == 5) release.count_down();
                        });
    ASSERT_TRUE(pool.Submit(waiting));
  }
  pool.Stop();
  EXPECT_EQ(ran, 0);
  EXPECT_EQ(abandoned, 5);
  auto late = Make([&] { ++ran; });
  EXPECT_FALSE(pool.Submit(late));
}

TEST(StreamPoolTest, RunsUpToItsLimitAtOnceAndRefusesMore) {
  constexpr int kLimit = 4;
  std::atomic<int64_t> open{0};
  StreamPool pool(kLimit, [&](int64_t now) { open = now; });
  for (int round = 0; round < 3; ++round) {
    std::latch all_run(kLimit), release(1), done(kLimit);
    for (int i = 0; i < kLimit; ++i) {
      // A slot is free again just after its task ended, so the next round may have to ask twice.
      auto task = Make([&] {
        all_run.count_down();
        release.wait();
        done.count_down();
      });
      while (!pool.Submit(task)) std::this_thread::yield();
    }
    all_run.wait();  // only when all of them run at once
    auto refused = Make([] {});
    EXPECT_FALSE(pool.Submit(refused));
    EXPECT_EQ(open, kLimit);
    release.count_down();
    done.wait();
  }
  pool.Stop();
  EXPECT_EQ(open, 0);
}

}  // namespace
}  // namespace kefu::rpc
