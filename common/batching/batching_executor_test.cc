#include "common/batching/batching_executor.h"

#include <algorithm>
#include <atomic>
#include <future>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "common/status/error.h"
#include "common/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace kefu::batching {
namespace {

using ::kefu::testing::HasReason;
using ::kefu::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::SizeIs;

constexpr absl::Duration kSoon = absl::Seconds(20);  // on a busy machine

// A write that answers what became of it.
class Write final : public Job {
 public:
  struct Wish {
    std::vector<std::string> keys = {};  // none: it collides with nobody
    size_t size = 1;
    absl::Time deadline = absl::InfiniteFuture();
    std::function<bool()> cancelled = nullptr;
  };
  Write(std::string name, Wish wish)
      : Job(wish.deadline, wish.cancelled), name(std::move(name)), wish_(std::move(wish)) {}

  size_t size() const override { return wish_.size; }
  void AddKeys(std::vector<Key>& keys) const override {
    for (const std::string& key : wish_.keys) keys.emplace_back("org", key);
  }
  void Fail(const absl::Status& status) override { result = status; }
  void Answer() override { answer.set_value(*result); }

  const std::string name;
  std::optional<absl::Status> result;
  std::promise<absl::Status> answer;  // throws when it is answered twice

 private:
  const Wish wish_;
};

// An executor over no database: what it ran, and what it is to make of it.
class BatchingTest : public ::testing::Test {
 protected:
  using Names = std::vector<std::string>;

  void Start(Options options) {
    executor_.emplace(
        BatchingExecutor::Work{.batch = [this](auto jobs) { return Run(jobs); },
                               .alone = [this](Job& job) { RunAlone(static_cast<Write&>(job)); }},
        options);
  }

  std::future<absl::Status> Submit(std::string name, Write::Wish wish = {}) {
    auto job = std::make_unique<Write>(std::move(name), std::move(wish));
    auto answer = job->answer.get_future();
    executor_->Submit(std::move(job));
    return answer;
  }

  static absl::Status Get(std::future<absl::Status>& answer) {
    if (answer.wait_for(absl::ToChronoSeconds(kSoon)) != std::future_status::ready) {
      return absl::UnknownError("never answered");
    }
    return answer.get();
  }

  std::vector<Names> batches() {
    const std::lock_guard lock(mutex_);
    return batches_;
  }

  // What a batch does, by the name of one of its jobs; set before the job comes.
  std::map<std::string, std::function<absl::Status()>> on_;
  std::set<std::string> sunk_;  // those that fail even alone
  std::optional<BatchingExecutor> executor_;

 private:
  absl::Status Run(std::span<Job* const> jobs) {
    Names names;
    for (Job* job : jobs) names.push_back(static_cast<Write&>(*job).name);
    {
      const std::lock_guard lock(mutex_);
      batches_.push_back(names);
    }
    for (const std::string& name : names) {
      const auto found = on_.find(name);
      if (found == on_.end()) continue;
      const absl::Status status = found->second();
      if (!status.ok()) return status;
    }
    for (Job* job : jobs) static_cast<Write&>(*job).result = absl::OkStatus();
    return absl::OkStatus();
  }
  void RunAlone(Write& write) {
    {
      const std::lock_guard lock(mutex_);
      batches_.push_back({"alone", write.name});
    }
    write.result =
        sunk_.contains(write.name) ? absl::FailedPreconditionError("sunk") : absl::OkStatus();
  }

  std::mutex mutex_;
  std::vector<Names> batches_;  // guarded by mutex_
};

// Holds whoever runs it until it is let go.
struct Gate {
  absl::Status operator()() {
    reached.Notify();
    open.WaitForNotification();
    return absl::OkStatus();
  }
  absl::Notification reached, open;
};

TEST_F(BatchingTest, WhatComesWhileOthersAreWrittenIsWrittenTogether) {
  Gate gate;
  on_["first"] = [&] { return gate(); };
  Start({.writers = 1});
  auto first = Submit("first");
  gate.reached.WaitForNotification();
  auto a = Submit("a"), b = Submit("b"), c = Submit("c");
  gate.open.Notify();
  for (auto* answer : {&first, &a, &b, &c}) EXPECT_OK(Get(*answer));
  EXPECT_THAT(batches(), ElementsAre(Names{"first"}, Names{"a", "b", "c"}));
}

TEST_F(BatchingTest, NobodyWaitsForCallersWhoAreAlone) {
  Gate gate;
  on_["first"] = [&] { return gate(); };
  Start({.gather = absl::Minutes(10), .beside = 1});
  for (int i = 0; i < 3; ++i) {
    auto answer = Submit("one");
    EXPECT_OK(Get(answer)) << "it would wait for minutes";
  }
  auto first = Submit("first");
  gate.reached.WaitForNotification();
  auto beside = Submit("beside");
  EXPECT_OK(Get(beside)) << "the only other caller is being answered";
  gate.open.Notify();
  EXPECT_OK(Get(first));
}

TEST_F(BatchingTest, OneThatCannotSucceedFailsAlone) {
  Gate gate;
  on_["first"] = [&] { return gate(); };
  on_["bad"] = [] { return absl::FailedPreconditionError("spoils the batch"); };
  sunk_ = {"bad"};
  Start({.writers = 1});
  auto first = Submit("first");
  gate.reached.WaitForNotification();
  auto a = Submit("a"), bad = Submit("bad"), c = Submit("c");
  gate.open.Notify();
  EXPECT_OK(Get(first));
  EXPECT_OK(Get(a));
  EXPECT_THAT(Get(bad), StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_OK(Get(c));
  EXPECT_THAT(batches(), ElementsAre(Names{"first"}, Names{"a", "bad", "c"}, Names{"alone", "a"},
                                     Names{"alone", "bad"}, Names{"alone", "c"}));
}

TEST_F(BatchingTest, AnAbsentDatabaseAndALostCommitAreToldToAll) {
  for (const absl::Status& away :
       {absl::UnavailableError("gone"), absl::DeadlineExceededError("silent"),
        absl::ResourceExhaustedError("no connection"), absl::CancelledError("gone away")}) {
    on_["a"] = [&] { return away; };
    Start({.writers = 1});
    auto a = Submit("a"), b = Submit("a");
    EXPECT_THAT(Get(a), StatusIs(away.code()));
    EXPECT_THAT(Get(b), StatusIs(away.code()));
    for (const Names& batch : batches()) EXPECT_NE(batch.front(), "alone");
  }
}

TEST_F(BatchingTest, WhatCollidesComesOneAfterTheOtherInOrder) {
  Gate gate;
  on_["first"] = [&] { return gate(); };
  Start({.writers = 1});
  auto first = Submit("first");
  gate.reached.WaitForNotification();
  std::vector<std::future<absl::Status>> answers;
  answers.push_back(Submit("x1", {.keys = {"x"}}));
  answers.push_back(Submit("both", {.keys = {"x", "y"}}));
  answers.push_back(Submit("y2", {.keys = {"y"}}));
  answers.push_back(Submit("z", {.keys = {"z"}}));
  answers.push_back(Submit("x3", {.keys = {"x"}}));
  gate.open.Notify();
  for (auto& answer : answers) EXPECT_OK(Get(answer));
  EXPECT_THAT(batches(),
              ElementsAre(Names{"first"}, Names{"x1", "z"}, Names{"both"}, Names{"y2", "x3"}));
}

TEST_F(BatchingTest, WhoseTimeIsOverOrWhoHasGoneIsNotBegun) {
  Gate gate;
  on_["first"] = [&] { return gate(); };
  Start({.writers = 1});
  auto first = Submit("first");
  gate.reached.WaitForNotification();
  auto late = Submit("late", {.deadline = absl::Now()});
  auto gone = Submit("gone", {.cancelled = [] { return true; }});
  auto a = Submit("a");
  gate.open.Notify();
  EXPECT_THAT(Get(late), StatusIs(absl::StatusCode::kDeadlineExceeded));
  EXPECT_THAT(Get(gone), StatusIs(absl::StatusCode::kCancelled));
  EXPECT_OK(Get(a));
  EXPECT_THAT(batches(), ElementsAre(Names{"first"}, Names{"a"}));
}

TEST_F(BatchingTest, ABatchHasItsMostAndALargerJobIsOneOfItsOwn) {
  Gate gate;
  on_["first"] = [&] { return gate(); };
  Start({.writers = 1, .most = 4});
  auto first = Submit("first");
  gate.reached.WaitForNotification();
  auto a = Submit("a", {.size = 3}), b = Submit("b", {.size = 2}), c = Submit("c", {.size = 9});
  gate.open.Notify();
  for (auto* answer : {&a, &b, &c}) EXPECT_OK(Get(*answer));
  EXPECT_THAT(batches(), ElementsAre(Names{"first"}, Names{"a"}, Names{"b"}, Names{"c"}));
}

TEST_F(BatchingTest, RefusesWhatFindsNoRoomAndAnswersWhatWaitsWhenItStops) {
  Gate gate;
  on_["first"] = [&] { return gate(); };
  Start({.writers = 1, .capacity = 2});
  auto first = Submit("first");
  gate.reached.WaitForNotification();
  auto a = Submit("a"), b = Submit("b"), c = Submit("c");
  EXPECT_THAT(Get(c), HasReason("QUEUE_FULL"));
  std::future<absl::Status> patient;
  std::thread waits([&] {
    auto job = std::make_unique<Write>("patient", Write::Wish{});
    patient = job->answer.get_future();
    executor_->SubmitWhenRoom(std::move(job));
  });
  gate.open.Notify();
  waits.join();
  EXPECT_OK(Get(patient));
  executor_->Stop();
  for (auto* answer : {&first, &a, &b}) {
    ASSERT_EQ(answer->wait_for(std::chrono::seconds(0)), std::future_status::ready);
    EXPECT_OK(answer->get());
  }
  auto after = Submit("after");
  EXPECT_THAT(Get(after), HasReason("SERVER_DRAINING"));
}

TEST_F(BatchingTest, WhatIsStuckHoldsUpNobodyWhileThreadsAreLeft) {
  Gate one, two;
  on_["one"] = [&] { return one(); };
  on_["two"] = [&] { return two(); };
  Start({.writers = 2, .spare = 1, .gather = absl::Milliseconds(1), .beside = 1});
  auto a = Submit("one");
  one.reached.WaitForNotification();
  auto b = Submit("two");
  two.reached.WaitForNotification();
  auto c = Submit("c");
  EXPECT_OK(Get(c));
  one.open.Notify();
  two.open.Notify();
  EXPECT_OK(Get(a));
  EXPECT_OK(Get(b));
}

// A batch waits for the callers that were there a moment ago, or for its share of them.
TEST_F(BatchingTest, ABatchWaitsForThoseWhoComeBack) {
  for (const int shares : {1, 2}) {
    Gate gate;
    on_["first"] = [&] { return gate(); };
    // Minutes: whoever does not come back is never answered here.
    Start({.writers = 1, .gather = absl::Minutes(10), .beside = 2, .shares = shares});
    auto first = Submit("first");
    gate.reached.WaitForNotification();
    std::vector<std::future<absl::Status>> four;
    for (int i = 0; i < 4; ++i) four.push_back(Submit("before"));
    gate.open.Notify();
    EXPECT_OK(Get(first));
    for (auto& answer : four) EXPECT_OK(Get(answer));
    std::vector<std::future<absl::Status>> back;
    for (int i = 0; i < 4 / shares; ++i) back.push_back(Submit("back"));
    for (auto& answer : back) EXPECT_OK(Get(answer));
    EXPECT_THAT(batches().back(), SizeIs(4 / shares));
    executor_->Stop();
  }
}

TEST_F(BatchingTest, EachJobIsAnsweredOnceWhateverHappens) {
  constexpr int kCallers = 8, kRounds = 200;
  on_["bad"] = [] { return absl::AbortedError("a race"); };
  on_["away"] = [] { return absl::UnavailableError("gone"); };
  Start({.writers = 2, .spare = 2, .most = 16, .gather = absl::Microseconds(100), .beside = 2});
  std::atomic<int> answered = 0;
  std::vector<std::thread> callers;
  for (int i = 0; i < kCallers; ++i) {
    callers.emplace_back([&, i] {
      for (int round = 0; round < kRounds; ++round) {
        const int n = (i + round) % 7;
        auto answer = Submit(n == 0                      ? "bad"
                             : n == 1 && round % 10 == 0 ? "away"
                                                         : "good",
                             n < 3 ? Write::Wish{.keys = {"shared"}} : Write::Wish{});
        answered += Get(answer).code() != absl::StatusCode::kUnknown;
      }
    });
  }
  for (std::thread& caller : callers) caller.join();
  executor_->Stop();
  EXPECT_EQ(answered, kCallers * kRounds);
}

}  // namespace
}  // namespace kefu::batching
