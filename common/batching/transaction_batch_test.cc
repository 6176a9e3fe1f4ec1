#include "common/batching/transaction_batch.h"

#include <stdexcept>
#include <thread>

#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "common/status/error.h"
#include "common/testing/status_matchers.h"
#include "common/testing/test_db.h"
#include "gtest/gtest.h"

namespace kefu::batching {
namespace {

using ::kefu::testing::HasReason;
using ::kefu::testing::StatusIs;
using ::kefu::testing::TestDb;

constexpr db::Sql kAdd{"INSERT INTO written (id) VALUES (?)"};

class TransactionBatchTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    db_ = new TestDb();
    db_->Exec("CREATE TABLE written (id INT NOT NULL PRIMARY KEY) ENGINE=InnoDB");
  }
  static void TearDownTestSuite() { delete db_; }
  void SetUp() override { db_->Exec("DELETE FROM written"); }

  static absl::Status Run(bool shared, absl::FunctionRef<absl::Status(db::Transaction&)> body) {
    return RunBatch(db_->db(), absl::Now() + absl::Seconds(30), shared, body);
  }
  static int64_t Written() { return db_->Count("SELECT COUNT(*) FROM written"); }

  static inline TestDb* db_;
};

TEST_F(TransactionBatchTest, IsWrittenAsAWholeOrNotAtAll) {
  const auto add = [](db::Transaction& t, int id) { return t.Execute(kAdd, {id}).status(); };
  EXPECT_OK(Run(true, [&](db::Transaction& t) -> absl::Status {
    const absl::Status first = add(t, 1);
    return first.ok() ? add(t, 2) : first;
  }));
  EXPECT_EQ(Written(), 2);
  EXPECT_THAT(Run(true,
                  [&](db::Transaction& t) -> absl::Status {
                    EXPECT_OK(add(t, 3));
                    return add(t, 2);
                  }),
              HasReason("DUPLICATE_KEY"));
  EXPECT_THAT(Run(true,
                  [&](db::Transaction& t) -> absl::Status {
                    EXPECT_OK(add(t, 4));
                    throw std::runtime_error("a bug");
                  }),
              StatusIs(absl::StatusCode::kInternal));
  EXPECT_EQ(Written(), 2);
}

TEST_F(TransactionBatchTest, GivesUpSoonWhereOthersAreConcerned) {
  for (const bool shared : {true, false}) {
    int times = 0;
    EXPECT_THAT(Run(shared,
                    [&](db::Transaction&) -> absl::Status {
                      ++times;
                      return Aborted("TRANSACTION_CONFLICT", "a lost race");
                    }),
                StatusIs(absl::StatusCode::kAborted));
    EXPECT_EQ(times, shared ? 2 : db_->db().options().max_attempts);
  }
}

TEST(BatchDeadlineTest, IsTheLatestButNotEndless) {
  BatchDeadline deadline;
  const absl::Time now = absl::Now();
  EXPECT_LE(deadline.time(), now) << "nobody has time";
  deadline.Add(now + absl::Seconds(5));
  deadline.Add(now + absl::Seconds(3));
  EXPECT_EQ(deadline.time(), now + absl::Seconds(5));
  deadline.Add(absl::InfiniteFuture());
  EXPECT_LE(deadline.time(), absl::Now() + absl::Seconds(30));
}

TEST(RunAmongTwinsTest, LooksAgainForWhatATwinHasWritten) {
  int times = 0;
  EXPECT_OK(RunAmongTwins([&] {
    return ++times == 1 ? absl::AlreadyExistsError("a twin was first") : absl::OkStatus();
  }));
  EXPECT_EQ(times, 2);
  times = 0;
  EXPECT_THAT(RunAmongTwins([&] {
                ++times;
                return absl::AlreadyExistsError("taken");
              }),
              StatusIs(absl::StatusCode::kAlreadyExists));
  EXPECT_EQ(times, 3);
  times = 0;
  EXPECT_THAT(RunAmongTwins([&] {
                ++times;
                return absl::NotFoundError("nothing");
              }),
              StatusIs(absl::StatusCode::kNotFound));
  EXPECT_EQ(times, 1);
}

}  // namespace
}  // namespace kefu::batching
