#include "common/events/sequencer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <optional>
#include <set>
#include <thread>

#include "common/events/chain.h"
#include "common/events/events_test_util.h"
#include "common/testing/fake_clock.h"
#include "common/testing/test_db.h"

namespace kefu::events {
namespace {

using ::kefu::testing::FakeClock;
using ::kefu::testing::HasReason;
using ::kefu::testing::IsOkAndHolds;
using ::kefu::testing::TestDb;
using ::testing::ElementsAre;

class SequencerTest : public ::testing::Test {
 protected:
  // "position:payload text" of every event, checked to be dense from 1.
  std::vector<std::string> Feed() {
    std::vector<std::string> texts;
    const auto rows =
        db_.db().Read(Soon(), {"SELECT position, payload FROM event ORDER BY position"});
    EXPECT_OK(rows);
    int64_t position = 0;
    for (const db::Row row : *rows) {
      EXPECT_EQ(row.Int(0), ++position);
      google::protobuf::StringValue value;
      EXPECT_TRUE(value.ParseFromString(row.Str(1)));
      texts.push_back(value.value());
    }
    EXPECT_THAT(VerifyChain(db_.db()), IsOkAndHolds(position));
    return texts;
  }

  TestDb db_;
  FakeClock clock_;
  Sequencer sequencer_{db_.db(), clock_, "a"};
};

TEST_F(SequencerTest, GivesDensePositionsInOrder) {
  EXPECT_THAT(sequencer_.RunPass(), IsOkAndHolds(0));
  Emit(db_.db(), "ORG", "one");
  Emit(db_.db(), "OTHER", "two");
  Emit(db_.db(), "ORG", "three");
  EXPECT_THAT(sequencer_.RunPass(), IsOkAndHolds(3));
  EXPECT_THAT(Feed(), ElementsAre("one", "two", "three"));
  EXPECT_EQ(db_.Count("SELECT COUNT(*) FROM outbox"), 0);
  EXPECT_THAT(sequencer_.RunPass(), IsOkAndHolds(0));
}

TEST_F(SequencerTest, LateCommitIsDelivered) {
  OpenWrite slow(db_.db(), "ORG", "slow");
  Emit(db_.db(), "ORG", "fast");
  EXPECT_THAT(sequencer_.RunPass(), IsOkAndHolds(1));  // waits for nobody
  Emit(db_.db(), "ORG", "faster");
  EXPECT_THAT(sequencer_.RunPass(), IsOkAndHolds(1));
  ASSERT_OK(slow.Commit());
  EXPECT_THAT(sequencer_.RunPass(), IsOkAndHolds(1));
  EXPECT_THAT(Feed(), ElementsAre("fast", "faster", "slow"));
}

TEST_F(SequencerTest, BoundsItsTransactions) {
  Sequencer small(db_.db(), clock_, "a", {.rows_per_pass = 4});
  for (int i = 0; i < 10; ++i) Emit(db_.db(), "ORG", fmt::format("{}", i));
  EXPECT_THAT(small.RunPass(), IsOkAndHolds(4));
  EXPECT_THAT(small.RunPass(), IsOkAndHolds(4));
  EXPECT_THAT(small.RunPass(), IsOkAndHolds(2));
  EXPECT_THAT(Feed(), ElementsAre("0", "1", "2", "3", "4", "5", "6", "7", "8", "9"));
}

TEST_F(SequencerTest, FoldsAThousandRowsInOnePass) {
  std::vector<OutboxRow> rows;
  for (int i = 0; i < 1500; ++i)
    rows.push_back(MakeOutboxRow("ORG", "key", Text("x"), clock_.Now()));
  ASSERT_OK(
      db_.db().RunInTransaction(Soon(), [&](db::Transaction& t) { return AppendMany(t, rows); }));
  EXPECT_THAT(sequencer_.RunPass(), IsOkAndHolds(1000));
  EXPECT_THAT(sequencer_.RunPass(), IsOkAndHolds(500));
  EXPECT_EQ(Feed().size(), 1500);
}

TEST_F(SequencerTest, OneHolderAndAHeir) {
  Sequencer heir(db_.db(), clock_, "b", {.lease_ttl = absl::Seconds(5)});
  Emit(db_.db(), "ORG", "one");
  EXPECT_THAT(sequencer_.RunPass(), IsOkAndHolds(1));
  Emit(db_.db(), "ORG", "two");
  EXPECT_THAT(heir.RunPass(), IsOkAndHolds(0));
  clock_.Advance(absl::Seconds(6));  // the holder is silent
  EXPECT_THAT(heir.RunPass(), IsOkAndHolds(1));
  Emit(db_.db(), "ORG", "three");
  EXPECT_THAT(sequencer_.RunPass(), IsOkAndHolds(0));
  heir.Stop();  // gives the lease back
  EXPECT_THAT(sequencer_.RunPass(), IsOkAndHolds(1));
  EXPECT_THAT(Feed(), ElementsAre("one", "two", "three"));
}

// With a lease that protects nothing, the position lock alone must keep the feed right.
TEST_F(SequencerTest, ManyAtOnceStayDenseAndSingle) {
  constexpr int kWriters = 3, kEach = 60;
  std::atomic<int> published = 0;
  std::atomic<bool> done = false;
  std::vector<std::thread> sequencers, writers;
  for (const char* owner : {"a", "b", "c"}) {
    sequencers.emplace_back([&, owner] {
      Sequencer sequencer(db_.db(), clock_, owner,
                          {.rows_per_pass = 7, .lease_ttl = absl::ZeroDuration()});
      while (!done || published < kWriters * kEach) {
        const auto count = sequencer.RunPass();
        if (count.ok()) published += *count;
        if (!count.ok() && count.status().code() != absl::StatusCode::kAborted) {
          ADD_FAILURE() << count.status();
          return;
        }
      }
    });
  }
  for (int w = 0; w < kWriters; ++w) {
    writers.emplace_back([&, w] {
      for (int i = 0; i < kEach; ++i) Emit(db_.db(), "ORG", fmt::format("{}.{}", w, i));
    });
  }
  for (std::thread& writer : writers) writer.join();
  done = true;
  for (std::thread& sequencer : sequencers) sequencer.join();
  const std::vector<std::string> texts = Feed();
  EXPECT_EQ(texts.size(), kWriters * kEach);
  EXPECT_EQ(std::set<std::string>(texts.begin(), texts.end()).size(), kWriters * kEach);
  std::vector<int> next(kWriters, 0);  // each writer's events in its order
  for (const std::string& text : texts) {
    EXPECT_EQ(text.substr(2), fmt::format("{}", next[text[0] - '0']++));
  }
}

TEST_F(SequencerTest, ThreadPublishesOnNotifyAndOnPoll) {
  Watched<int64_t> head;
  Watched<std::optional<absl::Duration>> lag;
  clock_.Set(absl::FromUnixSeconds(1768449600) + absl::Seconds(3));
  Sequencer running(db_.db(), clock_, "running",
                    {.poll = absl::Milliseconds(5),
                     .on_lag = [&](absl::Duration age) { lag.Set(age); },
                     .on_published = [&](int64_t position) { head.Set(position); }});
  running.Start();
  Emit(db_.db(), "ORG", "one");
  head.Await([](int64_t position) { return position == 1; });
  Sequencer lazy(db_.db(), clock_, "lazy",
                 {.poll = absl::Hours(1),
                  .on_lag = [&](absl::Duration age) { lag.Set(age); },
                  .on_published = [&](int64_t position) { head.Set(position); }});
  running.Stop();
  lazy.Start();
  lag.Await([](const auto& age) { return age == absl::ZeroDuration(); });
  Emit(db_.db(), "ORG", "two");
  lazy.Notify();
  head.Await([](int64_t position) { return position == 2; });
  lazy.Stop();
}

TEST_F(SequencerTest, ReportsTheAgeOfTheOldestRow) {
  absl::Duration lag;
  Sequencer measured(db_.db(), clock_, "a", {.on_lag = [&](absl::Duration age) { lag = age; }});
  Emit(db_.db(), "ORG", "one", clock_.Now() - absl::Seconds(7));
  ASSERT_OK(measured.RunPass());
  EXPECT_EQ(lag, absl::Seconds(7));
  ASSERT_OK(measured.RunPass());
  EXPECT_EQ(lag, absl::ZeroDuration());
}

TEST_F(SequencerTest, ChainShowsTampering) {
  for (int i = 0; i < 5; ++i) Emit(db_.db(), "ORG", fmt::format("{}", i));
  ASSERT_THAT(sequencer_.RunPass(), IsOkAndHolds(5));
  EXPECT_THAT(VerifyChain(db_.db()), IsOkAndHolds(5));
  EXPECT_THAT(VerifyChain(db_.db(), 2, 4), IsOkAndHolds(2));
  db_.Exec("UPDATE event SET event_key = 'forged' WHERE position = 3");
  const auto forged = VerifyChain(db_.db());
  EXPECT_THAT(forged, HasReason("EVENT_CHAIN_BROKEN"));
  EXPECT_EQ(MetadataOf(forged.status(), "position"), "3");
  EXPECT_THAT(VerifyChain(db_.db(), 3), IsOkAndHolds(2));
  db_.Exec("DELETE FROM event WHERE position = 5");
  EXPECT_THAT(VerifyChain(db_.db(), 3), HasReason("EVENT_CHAIN_BROKEN"));
}

TEST_F(SequencerTest, RefusesAnOversizedEvent) {
  const std::string big(kMaxPayloadBytes + 1, 'x');
  EXPECT_THAT(db_.db().RunInTransaction(Soon(),
                                        [&](db::Transaction& t) {
                                          return Append(t, "ORG", "key", Text(big), clock_.Now());
                                        }),
              HasReason("INTERNAL"));
}

}  // namespace
}  // namespace kefu::events
