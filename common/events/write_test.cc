#include "common/events/write.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "common/events/events_test_util.h"
#include "common/testing/status_matchers.h"
#include "common/testing/test_db.h"
#include "google/rpc/error_details.pb.h"
#include "kefu/common/v1/audit.pb.h"

namespace kefu::events {
namespace {

using common::v1::WriteRecorded;
using ::kefu::testing::HasReason;
using ::kefu::testing::IsOk;
using ::kefu::testing::StatusIs;
using ::kefu::testing::TestDb;

constexpr db::Sql kEffect{"INSERT INTO effect (org_id, text) VALUES (?, ?)"};

// Any message with a request_id serves as a request; the answer is a text.
WriteRecorded Request(std::string_view request_id, std::string_view body) {
  WriteRecorded request;
  request.set_request_id(std::string(request_id));
  request.set_actor(std::string(body));
  return request;
}

class WriteTest : public ::testing::Test {
 protected:
  WriteTest() {
    db_.Exec(
        "CREATE TABLE effect (org_id VARCHAR(64) NOT NULL, id BIGINT NOT NULL AUTO_INCREMENT,"
        " text VARCHAR(64) NOT NULL, PRIMARY KEY (org_id, id), KEY (id))");
  }

  absl::StatusOr<std::string> Write(const RequestContext& context, const WriteRecorded& request,
                                    std::string_view answer, bool* replayed = nullptr) {
    WriteInfo info;
    const auto response = RunWrite<google::protobuf::StringValue>(
        db_.db(), context, request,
        [&](db::Transaction& t) -> absl::StatusOr<google::protobuf::StringValue> {
          RETURN_IF_ERROR(t.Execute(kEffect, {context.org_id(), answer}));
          return Text(answer);
        },
        &info);
    if (replayed != nullptr) *replayed = info.replayed;
    RETURN_IF_ERROR(response.status());
    return response->value();
  }
  int64_t Effects() { return db_.Count("SELECT COUNT(*) FROM effect"); }
  int64_t Records() { return db_.Count("SELECT COUNT(*) FROM outbox"); }
  int64_t Claims() { return db_.Count("SELECT COUNT(*) FROM request_log"); }

  TestDb db_;
  const RequestContext context_ = MakeContext("ORG");
};

TEST_F(WriteTest, RepeatedCallGetsTheStoredAnswerAndChangesNothing) {
  bool replayed = true;
  EXPECT_THAT(Write(context_, Request("r1", "body"), "first", &replayed),
              testing::IsOkAndHolds("first"));
  EXPECT_FALSE(replayed);
  EXPECT_THAT(Write(context_, Request("r1", "body"), "second", &replayed),
              testing::IsOkAndHolds("first"));
  EXPECT_TRUE(replayed);
  EXPECT_EQ(Effects(), 1);
  EXPECT_EQ(Records(), 1);
}

TEST_F(WriteTest, RecordsWhoDidWhat) {
  const WriteRecorded request = Request("r1", "body");
  ASSERT_OK(Write(context_, request, "answer"));
  const auto rows = db_.db().Read(Soon(), {"SELECT org_id, type, payload FROM outbox"});
  ASSERT_OK(rows);
  ASSERT_EQ(rows->size(), 1);
  EXPECT_EQ(rows->front().Text(0), "ORG");
  EXPECT_EQ(rows->front().Text(1), "kefu.common.v1.WriteRecorded");
  WriteRecorded record;
  ASSERT_TRUE(record.ParseFromString(rows->front().Str(2)));
  EXPECT_EQ(record.actor(), "tester");
  EXPECT_EQ(record.method(), "/test.Service/Write");
  EXPECT_EQ(record.request_id(), "r1");
  EXPECT_EQ(record.request_sha256().size(), 64);
  EXPECT_EQ(record.trace_id(), context_.trace_id);
}

TEST_F(WriteTest, IdIsBoundToBodyMethodAndOrganization) {
  ASSERT_OK(Write(context_, Request("r1", "body"), "first"));
  const auto other_body = Write(context_, Request("r1", "other"), "second");
  EXPECT_THAT(other_body, StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(other_body, HasReason("REQUEST_ID_REUSED"));
  const auto bad = GetDetail<google::rpc::BadRequest>(other_body.status());
  ASSERT_TRUE(bad.has_value());
  EXPECT_EQ(bad->field_violations(0).field(), "request_id");
  EXPECT_THAT(Write(MakeContext("ORG", {}, "/test.Service/Other"), Request("r1", "body"), "x"),
              HasReason("REQUEST_ID_REUSED"));
  EXPECT_THAT(Write(MakeContext("ORG2"), Request("r1", "other"), "own"),
              testing::IsOkAndHolds("own"));
  EXPECT_EQ(Effects(), 2);
}

TEST_F(WriteTest, FailedBodyLeavesNothing) {
  bool told = false;
  const auto failed = RunWrite<google::protobuf::StringValue>(
      db_.db(), context_, Request("r1", "body"),
      [&](db::Transaction& t) -> absl::StatusOr<google::protobuf::StringValue> {
        RETURN_IF_ERROR(t.Execute(kEffect, {"ORG", "lost"}));
        t.AfterCommit([&] { told = true; });
        return FailedPrecondition("RULE", "subject", "forbidden");
      });
  EXPECT_THAT(failed, HasReason("RULE"));
  EXPECT_FALSE(told);
  EXPECT_EQ(Effects() + Records() + Claims(), 0);
  EXPECT_EQ(db_.Count("SELECT SUM(count) FROM flush_mark"), 1) << "its reason is kept";
  EXPECT_THAT(Write(context_, Request("r1", "corrected"), "done"), testing::IsOkAndHolds("done"));
}

TEST_F(WriteTest, WithoutRequestIdEveryCallCounts) {
  ASSERT_OK(Write(context_, Request("", "body"), "a"));
  ASSERT_OK(Write(context_, Request("", "body"), "b"));
  EXPECT_EQ(Effects(), 2);
  EXPECT_EQ(Records(), 2);
  EXPECT_EQ(Claims(), 0);
}

TEST_F(WriteTest, RefusesMalformedIds) {
  for (const std::string& id : {std::string(65, 'a'), std::string("a b"), std::string("单"),
                                std::string("a\nb"), std::string("a\0b", 3)}) {
    EXPECT_THAT(Write(context_, Request(id, "body"), "x"), HasReason("INVALID_FIELDS"));
  }
  EXPECT_OK(Write(context_, Request(std::string(64, 'a'), "body"), "x"));
}

TEST_F(WriteTest, TwinWaitsAndReplays) {
  std::promise<void> inside, go;
  absl::StatusOr<std::string> first, second;
  std::thread first_thread([&] {
    auto response = RunWrite<google::protobuf::StringValue>(
        db_.db(), context_, Request("r1", "body"),
        [&](db::Transaction& t) -> absl::StatusOr<google::protobuf::StringValue> {
          RETURN_IF_ERROR(t.Execute(kEffect, {"ORG", "first"}));
          inside.set_value();
          go.get_future().wait();
          return Text("first");
        });
    first = response.ok() ? absl::StatusOr<std::string>(response->value()) : response.status();
  });
  inside.get_future().wait();
  bool replayed = false;
  std::thread second_thread(
      [&] { second = Write(context_, Request("r1", "body"), "second", &replayed); });
  WaitForClaims(db_.db(), 1);
  go.set_value();
  first_thread.join();
  second_thread.join();
  EXPECT_THAT(first, testing::IsOkAndHolds("first"));
  EXPECT_THAT(second, testing::IsOkAndHolds("first"));
  EXPECT_TRUE(replayed);
  EXPECT_EQ(Effects(), 1);
}

TEST_F(WriteTest, TwinsRunOnceWhenTheFirstFails) {
  std::promise<void> inside, go;
  absl::Status first;
  std::thread first_thread([&] {
    first = RunWrite<google::protobuf::StringValue>(
                db_.db(), context_, Request("r1", "body"),
                [&](db::Transaction&) -> absl::StatusOr<google::protobuf::StringValue> {
                  inside.set_value();
                  go.get_future().wait();
                  return FailedPrecondition("RULE", "subject", "forbidden");
                })
                .status();
  });
  inside.get_future().wait();
  absl::StatusOr<std::string> second, third;
  std::thread second_thread([&] { second = Write(context_, Request("r1", "body"), "done"); });
  std::thread third_thread([&] { third = Write(context_, Request("r1", "body"), "done"); });
  WaitForClaims(db_.db(), 2);
  go.set_value();
  first_thread.join();
  second_thread.join();
  third_thread.join();
  EXPECT_THAT(first, HasReason("RULE"));
  EXPECT_THAT(second, testing::IsOkAndHolds("done"));
  EXPECT_THAT(third, testing::IsOkAndHolds("done"));
  EXPECT_EQ(Effects(), 1);
}

TEST_F(WriteTest, HousekeepingKeepsThePromise) {
  ASSERT_OK(Write(context_, Request("r1", "body"), "a"));
  ASSERT_OK(Write(context_, Request("r2", "body"), "b"));
  const absl::Time now = context_.now + absl::Hours(100);
  EXPECT_THAT(DeleteOldRequests(db_.db(), now, now - absl::Hours(71), 10),
              HasReason("KEEP_TOO_SHORT"));
  EXPECT_THAT(DeleteOldRequests(db_.db(), now, context_.now, 10), testing::IsOkAndHolds(0));
  EXPECT_THAT(DeleteOldRequests(db_.db(), now, now - kRequestLogKeep, 1), testing::IsOkAndHolds(1));
  EXPECT_THAT(DeleteOldRequests(db_.db(), now, now - kRequestLogKeep, 10),
              testing::IsOkAndHolds(1));
}

TEST_F(WriteTest, FoldedWritesAreFoundAndStored) {
  std::vector<WriteKey> keys;
  for (int i = 0; i < 150; ++i) {
    keys.push_back(
        {fmt::format("ORG{}", i % 3), fmt::format("id{}", i), "/m", BodyHash(Text("x"))});
  }
  std::vector<StoredWrite> writes;
  for (int i = 0; i < 150; i += 2) writes.push_back({keys[i], fmt::format("answer {}", i)});
  ASSERT_OK(db_.db().RunInTransaction(Soon(), [&](db::Transaction& t) -> absl::Status {
    return StoreWrites(t, writes, context_.now);
  }));
  keys[4].method = "/other";
  const auto found =
      db_.db().RunInTransaction(Soon(), [&](db::Transaction& t) { return FindWrites(t, keys); });
  ASSERT_OK(found);
  for (int i = 0; i < 150; ++i) {
    const FoundWrite& write = (*found)[i];
    if (i == 4) {
      EXPECT_THAT(write.reused, HasReason("REQUEST_ID_REUSED"));
    } else {
      EXPECT_EQ(write.response.value_or("none"), i % 2 == 0 ? fmt::format("answer {}", i) : "none");
    }
  }
  const absl::Status again = db_.db().RunInTransaction(
      Soon(), [&](db::Transaction& t) { return StoreWrites(t, writes, context_.now); });
  EXPECT_TRUE(db::IsDuplicate(again)) << again;
}

}  // namespace
}  // namespace kefu::events
