// What is written together: batches, streams, several organizations in one fold, and commands that
// cannot succeed among others that can.
#include <atomic>
#include <chrono>

#include "kefu/common/v1/audit.pb.h"
#include "services/warehouse/tests/fixture.h"

namespace kefu::warehouse {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

class FoldTest : public WarehouseTest {
 protected:
  using WarehouseTest::WarehouseTest;
  void SetUp() override { ASSERT_NO_FATAL_FAILURE(MakeWorld()); }

  std::string ReserveCommand(std::string_view sku, int quantity, std::string_view more = "") {
    return fmt::format(
        " commands {{ reserve {{ reservation {{ lines {{ node_id: '$NODE1' sku_id: '{}'"
        " quantity: {} }} }} {} }} }}",
        sku, quantity, more);
  }
  absl::StatusOr<v1::BatchReserveResponse> Batch(const std::string& text) {
    return Call(&Stub::BatchReserve, text);
  }
  // The reason of each result; "" of a reservation.
  static std::vector<std::string> Reasons(const v1::BatchReserveResponse& response) {
    std::vector<std::string> reasons;
    for (const v1::ReservationResult& result : response.results()) {
      EXPECT_NE(result.result_case(), v1::ReservationResult::RESULT_NOT_SET);
      reasons.push_back(ReasonOf(FromProto(result.error())));
    }
    return reasons;
  }
  // How often a stored answer has waited until it outlives a crash.
  static int64_t Flushes() { return Db().Count("SELECT COALESCE(SUM(count), 0) FROM flush_mark"); }
  // Makes the books contradict $RES: it can neither be released nor expire.
  void Corrupt(bool corrupt) {
    Db().Exec(
        Fill(fmt::format("UPDATE stock_total SET reserved = {0}, available = 100 - {0}"
                         " WHERE sku_id = '$SKU1'",
                         corrupt ? 0 : 10)));
  }
};

TEST_F(FoldTest, ABatchGivesEachCommandItsOwnResult) {
  ASSERT_OK_AND_ASSIGN(
      const auto response,
      Batch("commands { confirm { reservation_id: '$RES' } }" + ReserveCommand("$SKU1", 95) +
            ReserveCommand("$SKU1", 90) + ReserveCommand("$SKU1", 1) + "commands { }" +
            "commands { release { reservation_id: 'nobody' } }" + ReserveCommand("$SKU2", 0) +
            "commands { extend { reservation_id: '$RES' ttl_seconds: 60 } }" +
            "commands { release { reservation_id: '$RES' reason: 'x' } }" +
            ReserveCommand("$SKU1", 10)));
  EXPECT_THAT(Reasons(response),
              ElementsAre("", "INSUFFICIENT_STOCK", "", "INSUFFICIENT_STOCK", "INVALID_FIELDS",
                          "NOT_FOUND", "INVALID_FIELDS", "RESERVATION_NOT_HELD", "", ""));
  EXPECT_EQ(StockOf("$NODE1", "$SKU1"), "100/100");
  // One event of each kind, and one audit record.
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM ledger_entry WHERE reason = 'Release'"), 1);
  CheckBooks();
}

TEST_F(FoldTest, ABatchIsCheckedAsAWhole) {
  EXPECT_THAT(Batch(""), HasReason("INVALID_FIELDS"));
  std::string many;
  for (int i = 0; i < 1001; ++i) many += ReserveCommand("$SKU1", 1);
  EXPECT_THAT(Batch(many), HasReason("INVALID_FIELDS"));
  EXPECT_THAT(Batch(ReserveCommand("$SKU1", 1) + " request_id: 'with spaces in it'"),
              HasReason("INVALID_FIELDS"));
  EXPECT_EQ(StockOf("$NODE1", "$SKU1"), "100/10");
}

TEST_F(FoldTest, AThousandCommandsAreOneCommit) {
  std::string many;
  for (int i = 0; i < 1000; ++i) many += ReserveCommand(i % 2 == 0 ? "$SKU1" : "$SKU2", 1);
  const int64_t before = Db().Count("SELECT COUNT(*) FROM outbox");
  ASSERT_OK_AND_ASSIGN(const auto response, Batch(many));
  const auto reasons = Reasons(response);
  EXPECT_EQ(std::ranges::count(reasons, ""), 190);
  EXPECT_EQ(std::ranges::count(reasons, "INSUFFICIENT_STOCK"), 810);
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM outbox") - before, 3);
  EXPECT_EQ(StockOf("$NODE1", "$SKU2"), "100/100");
  CheckBooks();
}

// A large fold decides before it locks the totals. Here stock goes after that.
TEST_F(FoldTest, StockThatGoesWhileALargeFoldWaitsIsNotGivenAway) {
  ASSERT_OK(Receive("$NODE1", "$SKU1", 100));
  std::string many = "commands { release { reservation_id: '$RES' } } request_id: 'b1'";
  for (int i = 0; i < 80; ++i) many += ReserveCommand("$SKU1", 1);
  const std::string set = Fill(
      "UPDATE stock_total SET on_hand = {0}, available = {0} - reserved WHERE sku_id = '$SKU1'");
  const std::string less = fmt::format(fmt::runtime(set), 50);
  std::future<absl::StatusOr<v1::BatchReserveResponse>> batch;
  ASSERT_OK(
      Db().db().RunInTransaction(absl::InfiniteFuture(), [&](db::Transaction& t) -> absl::Status {
        RETURN_IF_ERROR(t.Execute(db::Sql{less.c_str()}).status());
        batch = std::async(std::launch::async, [&] { return Batch(many); });
        const absl::Time limit = absl::Now() + absl::Seconds(10);
        int64_t waiting = 0;
        while (waiting == 0 && absl::Now() < limit) {
          waiting = Db().Count(
              "SELECT COUNT(*) FROM information_schema.processlist WHERE db = DATABASE()"
              " AND id <> CONNECTION_ID() AND info LIKE '%stock_total%FOR UPDATE'");
        }
        EXPECT_GT(waiting, 0);
        return absl::OkStatus();
      }));
  ASSERT_OK_AND_ASSIGN(const auto response, batch.get());
  const auto reasons = Reasons(response);
  EXPECT_EQ(std::ranges::count(reasons, ""), 51);
  EXPECT_EQ(std::ranges::count(reasons, "INSUFFICIENT_STOCK"), 30);
  EXPECT_EQ(StockOf("$NODE1", "$SKU1"), "50/50");
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM reservation"), 51);
  EXPECT_THAT(Batch(many), IsOkAndHolds(EqualsProto(response)));  // replayed
  Db().Exec(fmt::format(fmt::runtime(set), 200));
  CheckBooks();
}

TEST_F(FoldTest, ABatchIsReplayedAsAWholeAndByItsCommands) {
  const std::string text = ReserveCommand("$SKU1", 1, "request_id: 'c1'") +
                           ReserveCommand("$SKU1", 1) + ReserveCommand("$SKU1", 1000);
  ASSERT_OK_AND_ASSIGN(const auto first, Batch(text + " request_id: 'b1'"));
  ASSERT_OK(Receive("$NODE1", "$SKU1", 5000));
  EXPECT_EQ(Flushes(), 0);
  ASSERT_OK_AND_ASSIGN(const auto again, Batch(text + " request_id: 'b1'"));
  EXPECT_THAT(again, EqualsProto(first));
  EXPECT_EQ(Flushes(), 1);
  EXPECT_EQ(StockOf("$NODE1", "$SKU1"), "5100/12");
  EXPECT_THAT(Batch(ReserveCommand("$SKU1", 2) + " request_id: 'b1'"),
              HasReason("REQUEST_ID_REUSED"));
  // The same command alone, in another batch, and with another body.
  ASSERT_OK_AND_ASSIGN(
      const auto alone,
      Call(&Stub::Reserve,
           "reservation { lines { node_id: '$NODE1' sku_id: '$SKU1' quantity: 1 } }"
           " request_id: 'c1'"));
  EXPECT_THAT(alone, EqualsProto(first.results(0).reservation()));
  EXPECT_EQ(Flushes(), 2);
  ASSERT_OK_AND_ASSIGN(const auto other, Batch(ReserveCommand("$SKU1", 1, "request_id: 'c1'") +
                                               ReserveCommand("$SKU1", 2, "request_id: 'c1'") +
                                               ReserveCommand("$SKU1", 2, "request_id: 'c2'")));
  EXPECT_THAT(Reasons(other), ElementsAre("", "INVALID_FIELDS", ""));
  EXPECT_THAT(other.results(0).reservation(), EqualsProto(alone));
  ASSERT_OK_AND_ASSIGN(const auto reused, Batch(ReserveCommand("$SKU1", 3, "request_id: 'c2'")));
  EXPECT_THAT(Reasons(reused), ElementsAre("REQUEST_ID_REUSED"));
  EXPECT_EQ(StockOf("$NODE1", "$SKU1"), "5100/14");
  CheckBooks();
}

TEST_F(FoldTest, AStoredAnswerIsGivenOnlyWhenItIsKept) {
  const std::string text = ReserveCommand("$SKU1", 1, "request_id: 'c1'");
  ASSERT_OK_AND_ASSIGN(const auto first, Batch(text + " request_id: 'b1'"));
  const auto confirm = [&] {
    return Call(&Stub::ConfirmReservation, "reservation_id: '$RES' request_id: 'r1'");
  };
  ASSERT_OK(Call(&Stub::ReleaseReservation, "reservation_id: '$RES' reason: 'x'"));
  Db().Exec("RENAME TABLE flush_mark TO flush_mark_away");
  EXPECT_FALSE(Batch(text + " request_id: 'b1'").ok());
  const auto again = [&] {
    return Call(&Stub::Reserve,
                "reservation { lines { node_id: '$NODE1' sku_id: '$SKU1' quantity: 1 } }"
                " request_id: 'c1'");
  };
  EXPECT_THAT(again(), HasReason("INTERNAL"));
  EXPECT_THAT(confirm(), HasReason("INTERNAL")) << "a refusal tells of a state, too";
  // What is written is kept with what was found.
  ASSERT_OK_AND_ASSIGN(const auto mixed, Batch(text + ReserveCommand("$SKU1", 2)));
  EXPECT_THAT(Reasons(mixed), ElementsAre("", ""));
  ASSERT_OK_AND_ASSIGN(const auto out, Batch(ReserveCommand("$SKU1", 5000)));
  EXPECT_THAT(Reasons(out), ElementsAre("INSUFFICIENT_STOCK"));
  Db().Exec("RENAME TABLE flush_mark_away TO flush_mark");
  EXPECT_THAT(Batch(text + " request_id: 'b1'"), IsOkAndHolds(EqualsProto(first)));
  EXPECT_THAT(again(), IsOkAndHolds(EqualsProto(first.results(0).reservation())));
  EXPECT_THAT(confirm(), HasReason("RESERVATION_NOT_HELD"));
  CheckBooks();
}

TEST_F(FoldTest, ACommandThatCannotSucceedSinksNoOther) {
  Corrupt(true);
  const std::string text = "commands { release { reservation_id: '$RES' } }" +
                           ReserveCommand("$SKU2", 7) + " request_id: 'b1'";
  ASSERT_OK_AND_ASSIGN(const auto first, Batch(text));
  EXPECT_THAT(Reasons(first), ElementsAre("INTERNAL", ""));
  EXPECT_EQ(StockOf("$NODE1", "$SKU2"), "100/7");
  Corrupt(false);
  // What was done is found again, what was not is done now.
  ASSERT_OK_AND_ASSIGN(const auto again, Batch(text));
  EXPECT_THAT(Reasons(again), ElementsAre("", ""));
  EXPECT_THAT(again.results(1), EqualsProto(first.results(1)));
  EXPECT_EQ(StockOf("$NODE1", "$SKU2"), "100/7");
  EXPECT_EQ(StockOf("$NODE1", "$SKU1"), "100/0");
  CheckBooks();
}

TEST_F(FoldTest, EveryWriteStandsInTheAuditRecord) {
  Db().Exec("DELETE FROM outbox");
  ASSERT_OK(Reserve({{"$NODE1", "$SKU1", 1}}, "request_id: 'r1'"));
  static constexpr db::Sql kAudit{
      "SELECT payload FROM outbox WHERE type = 'kefu.common.v1.WritesRecorded'"};
  ASSERT_OK_AND_ASSIGN(const db::Rows rows, Db().db().Read(absl::InfiniteFuture(), kAudit));
  ASSERT_EQ(rows.size(), 1u);
  common::v1::WritesRecorded record;
  ASSERT_TRUE(record.ParseFromString(rows.front().Str(0)));
  ASSERT_EQ(record.writes_size(), 1);
  EXPECT_EQ(record.writes(0).actor(), "tester");
  EXPECT_EQ(record.writes(0).method(), "/kefu.warehouse.v1.WarehouseService/Reserve");
  EXPECT_EQ(record.writes(0).request_id(), "r1");
  EXPECT_THAT(record.writes(0).request_sha256(), SizeIs(64));
}

TEST_F(FoldTest, OrganizationsThatShareAFoldStayApart) {
  const auto other = As("org-b");
  ASSERT_OK_AND_ASSIGN(
      const auto node,
      Call(&Stub::CreateNode, "node { display_name: 'b' kind: NODE_KIND_CITY_WAREHOUSE }", other));
  ASSERT_OK_AND_ASSIGN(const auto sku,
                       Call(&Stub::CreateSku, "sku { code: 'b' display_name: 'b' }", other));
  world_["$NODEB"] = node.node_id();
  world_["$SKUB"] = sku.sku_id();
  ASSERT_OK(
      Call(&Stub::Receive, "node_id: '$NODEB' lines { sku_id: '$SKUB' quantity: 50 }", other));
  std::atomic<int> won = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 16; ++i) {
    threads.emplace_back([&, i] {
      const bool b = i % 2 == 0;
      const std::string request_id = fmt::format("request_id: 'same-{}'", i / 2);
      for (int j = 0; j < 10; ++j) {
        const auto made =
            b ? Call(&Stub::Reserve, ReserveText({{"$NODEB", "$SKUB", 1}}, request_id), other)
              : Reserve({{"$NODE1", "$SKU1", 1}}, request_id);
        if (made.ok()) ++won;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(won, 160);
  EXPECT_EQ(StockOf("$NODEB", "$SKUB"), "50/8");
  EXPECT_EQ(StockOf("$NODE1", "$SKU1"), "100/18");
  EXPECT_THAT(Call(&Stub::ExtendReservation, "reservation_id: '$RES'", other),
              StatusIs(absl::StatusCode::kNotFound));
  CheckBooks();
}

TEST_F(FoldTest, ExtendHoldsLongerUntilItIsOver) {
  ASSERT_OK_AND_ASSIGN(const auto made, Reserve({{"$NODE1", "$SKU2", 1}}, "ttl_seconds: 100"));
  world_["$SHORT"] = made.reservation_id();
  clock_.Advance(absl::Seconds(90));
  ASSERT_OK_AND_ASSIGN(const auto extended,
                       Call(&Stub::ExtendReservation, "reservation_id: '$SHORT' ttl_seconds: 50"));
  EXPECT_EQ(extended.expire_time().seconds(), made.expire_time().seconds() + 40);
  EXPECT_NE(extended.etag(), made.etag());
  ReservationSweeper sweeper(replica_.deps, clock_);
  clock_.Advance(absl::Seconds(49));
  EXPECT_THAT(sweeper.RunOnce(), ::kefu::testing::IsOkAndHolds(0));
  clock_.Advance(absl::Seconds(1));
  EXPECT_THAT(Call(&Stub::ExtendReservation, "reservation_id: '$SHORT'"),
              HasReason("RESERVATION_NOT_HELD"));
  EXPECT_THAT(sweeper.RunOnce(), ::kefu::testing::IsOkAndHolds(1));
  EXPECT_THAT(Call(&Stub::ExtendReservation, "reservation_id: '' ttl_seconds: -1"),
              HasReason("INVALID_FIELDS"));
  CheckBooks();
}

class ReserveStreamTest : public FoldTest {
 protected:
  void SetUp() override {
    FoldTest::SetUp();
    rpc::Prepare(As("org-a"), context_);
    stream_ = stub_->ReserveStream(&context_);
  }
  bool Send(const std::string& commands) {
    return stream_->Write(Parse<v1::ReserveStreamRequest>(Fill(commands)));
  }
  static std::string Numbered(int64_t number, std::string_view sku, std::string_view more = "") {
    return fmt::format(
        " commands {{ sequence_number: {} command {{ reserve {{ reservation {{ lines {{"
        " node_id: '$NODE1' sku_id: '{}' quantity: 1 }} }} {} }} }} }}",
        number, sku, more);
  }
  // Reads until the end.
  std::map<int64_t, v1::ReservationResult> Results() {
    std::map<int64_t, v1::ReservationResult> results;
    v1::ReserveStreamResponse response;
    while (stream_->Read(&response)) {
      for (const v1::NumberedResult& numbered : response.results()) {
        EXPECT_TRUE(results.emplace(numbered.sequence_number(), numbered.result()).second);
      }
    }
    return results;
  }

  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReaderWriter<v1::ReserveStreamRequest, v1::ReserveStreamResponse>>
      stream_;
};

TEST_F(ReserveStreamTest, EveryCommandGetsItsResultBeforeTheEnd) {
  std::thread sender([&] {
    for (int i = 0; i < 300; ++i) EXPECT_TRUE(Send(Numbered(1000 - i, "$SKU2")));
    std::string many;
    for (int i = 0; i < 700; ++i) many += Numbered(5000 + i, "$SKU2");
    EXPECT_TRUE(Send(many));
    stream_->WritesDone();
  });
  const auto results = Results();
  sender.join();
  EXPECT_TRUE(stream_->Finish().ok());
  EXPECT_EQ(results.size(), 1000u);
  int won = 0;
  for (const auto& [number, result] : results) won += result.has_reservation();
  EXPECT_EQ(won, 100);
  EXPECT_EQ(StockOf("$NODE1", "$SKU2"), "100/100");
  CheckBooks();
}

TEST_F(ReserveStreamTest, RequestIdsAreKnownFromAndToSingleCalls) {
  ASSERT_TRUE(Send(Numbered(1, "$SKU2", "request_id: 's1'")));
  ASSERT_TRUE(Send(Numbered(2, "$SKU2", "request_id: 's1'")));
  stream_->WritesDone();
  const auto results = Results();
  EXPECT_TRUE(stream_->Finish().ok());
  ASSERT_EQ(results.size(), 2u);
  EXPECT_THAT(results.at(2), EqualsProto(results.at(1)));
  ASSERT_OK_AND_ASSIGN(
      const auto alone,
      Call(&Stub::Reserve,
           "reservation { lines { node_id: '$NODE1' sku_id: '$SKU2' quantity: 1 } }"
           " request_id: 's1'"));
  EXPECT_THAT(alone, EqualsProto(results.at(1).reservation()));
  EXPECT_EQ(StockOf("$NODE1", "$SKU2"), "100/1");
}

TEST_F(ReserveStreamTest, AMalformedMessageEndsItAfterTheResultsBefore) {
  ASSERT_TRUE(Send(Numbered(1, "$SKU2")));
  ASSERT_TRUE(Send(""));
  const auto results = Results();
  EXPECT_EQ(results.size(), 1u);
  EXPECT_THAT(rpc::FromGrpc(stream_->Finish()), HasReason("INVALID_FIELDS"));
}

// The only connection is held by the test, so that what comes waits in the queue.
class FullQueueTest : public FoldTest {
 protected:
  FullQueueTest() : FoldTest(/*pool_size=*/1) {}
};

TEST_F(FullQueueTest, RefusesWhatFindsNoRoomAndDropsWhatCameTooLate) {
  fold::Folder folder(replica_.deps,
                      {.batching = {.writers = 1, .capacity = 2, .gather = absl::ZeroDuration()}});
  const ReservationHandlers handlers(replica_.deps, folder);
  RequestContext ctx;
  ctx.now = clock_.Now();
  ctx.principal.org_id = "org-a";
  const auto request = Parse<v1::ReserveRequest>(Fill(ReserveText({{"$NODE1", "$SKU2", 1}})));
  std::promise<void> held, release;
  std::thread holder([&] {
    EXPECT_OK(replica_.database->RunInTransaction(absl::InfiniteFuture(), [&](db::Transaction&) {
      held.set_value();
      release.get_future().wait();
      return absl::OkStatus();
    }));
  });
  held.get_future().wait();
  std::vector<std::future<absl::StatusOr<v1::Reservation>>> answers;
  // Until one is refused, which is answered at once. The writer takes some out whenever it starts.
  bool refused = false;
  for (int i = 0; i < 100 && !refused; ++i) {
    auto answer = std::make_shared<std::promise<absl::StatusOr<v1::Reservation>>>();
    answers.push_back(answer->get_future());
    // Only the first has time left when its turn comes.
    ctx.deadline = absl::Now() + (i == 0 ? absl::Minutes(1) : absl::ZeroDuration());
    handlers.Reserve(ctx, request, [answer](auto result) { answer->set_value(std::move(result)); });
    refused = answers.back().wait_for(std::chrono::seconds(0)) == std::future_status::ready;
  }
  ASSERT_TRUE(refused);
  EXPECT_THAT(answers.back().get(), HasReason("QUEUE_FULL"));
  answers.pop_back();
  release.set_value();
  holder.join();
  int won = 0, late = 0;
  for (auto& answer : answers) {
    const auto result = answer.get();
    won += result.ok();
    late += absl::IsDeadlineExceeded(result.status());
  }
  EXPECT_EQ(won, 1);
  EXPECT_GE(late, 1);
  EXPECT_EQ(won + late, static_cast<int>(answers.size()));
  EXPECT_EQ(StockOf("$NODE1", "$SKU2"), fmt::format("100/{}", won));
}

}  // namespace
}  // namespace kefu::warehouse
