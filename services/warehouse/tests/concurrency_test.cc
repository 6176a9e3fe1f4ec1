// Many callers at once, several replicas, lost connections: never oversold, nothing half done.
#include <atomic>
#include <random>

#include "common/testing/tcp_gate.h"
#include "services/warehouse/tests/fixture.h"

namespace kefu::warehouse {
namespace {

using ::testing::AnyOf;
using ::testing::Eq;

class ConcurrencyTest : public WarehouseTest {
 protected:
  void SetUp() override { ASSERT_NO_FATAL_FAILURE(MakeWorld()); }
  void TearDown() override { CheckBooks(); }

  template <class F>
  static void InParallel(int threads, F body) {
    std::vector<std::thread> running;
    for (int i = 0; i < threads; ++i) running.emplace_back([&body, i] { body(i); });
    for (std::thread& thread : running) thread.join();
  }

  static RequestContext Context(const std::string& method = "/kefu.warehouse.v1/Test") {
    RequestContext ctx;
    ctx.now = absl::FromUnixSeconds(1768449600);
    ctx.deadline = absl::Now() + absl::Minutes(2);
    ctx.principal.org_id = "org-a";
    ctx.principal.subject = "tester";
    ctx.method = method;
    return ctx;
  }
};

TEST_F(ConcurrencyTest, TheLastUnitsOfOneSkuAreSoldOnce) {
  // 90 are free; 32 callers want 5 each time, 160 times in all.
  const rpc::CallOptions as = As("org-a");
  std::atomic<int> won = 0, short_of = 0;
  InParallel(32, [&](int) {
    for (int i = 0; i < 5; ++i) {
      const auto reserved = Call(&Stub::Reserve, ReserveText({{"$NODE1", "$SKU1", 5}}), as);
      if (reserved.ok()) {
        ++won;
      } else {
        EXPECT_THAT(reserved, HasReason("INSUFFICIENT_STOCK"));
        ++short_of;
      }
    }
  });
  EXPECT_EQ(won, 18);
  EXPECT_EQ(short_of, 142);
  EXPECT_EQ(StockOf("$NODE1", "$SKU1"), "100/100");
}

TEST_F(ConcurrencyTest, LinesInOppositeOrderDoNotBlockEachOther) {
  ASSERT_OK(Receive("$NODE2", "$SKU1", 1000));
  ASSERT_OK(Receive("$NODE2", "$SKU2", 1000));
  ASSERT_OK(Receive("$NODE1", "$SKU1", 1000));
  ASSERT_OK(Receive("$NODE1", "$SKU2", 1000));
  const rpc::CallOptions as = As("org-a");
  std::vector<Line> lines = {{"$NODE1", "$SKU1", 1},
                             {"$NODE1", "$SKU2", 1},
                             {"$NODE2", "$SKU1", 1},
                             {"$NODE2", "$SKU2", 1}};
  InParallel(16, [&](int thread) {
    std::vector<Line> mine = lines;
    std::mt19937 random(thread);
    for (int i = 0; i < 6; ++i) {
      std::shuffle(mine.begin(), mine.end(), random);
      const auto reserved = Call(&Stub::Reserve, ReserveText(mine), as);
      ASSERT_OK(reserved);
      const std::string id = fmt::format("reservation_id: '{}'", reserved->reservation_id());
      if (i % 2 != 0) continue;
      EXPECT_OK(Call(&Stub::ReleaseReservation, id, as));
    }
  });
  EXPECT_EQ(StockOf("$NODE2", "$SKU2"), "1000/48");
}

TEST_F(ConcurrencyTest, TwinsOfOneRequestReserveOnce) {
  const rpc::CallOptions as = As("org-a");
  std::mutex mutex;
  std::set<std::string> ids;
  InParallel(16, [&](int) {
    const auto reserved =
        Call(&Stub::Reserve, ReserveText({{"$NODE1", "$SKU2", 7}}, "request_id: 'the-same'"), as);
    ASSERT_OK(reserved);
    const std::lock_guard lock(mutex);
    ids.insert(reserved->reservation_id());
  });
  EXPECT_EQ(ids.size(), 1u);
  EXPECT_EQ(StockOf("$NODE1", "$SKU2"), "100/7");
}

TEST_F(ConcurrencyTest, NewStockReceivedByManyIsCountedOnceEach) {
  const rpc::CallOptions as = As("org-a");
  InParallel(16, [&](int) {
    EXPECT_OK(Call(&Stub::Receive,
                   "node_id: '$NODE2' lines { sku_id: '$LOTSKU' quantity: 2 lot: 'L' }"
                   " lines { sku_id: '$SKU2' quantity: 3 }",
                   as));
  });
  EXPECT_EQ(StockOf("$NODE2", "$LOTSKU"), "32/0");
  EXPECT_EQ(StockOf("$NODE2", "$SKU2"), "48/0");
}

TEST_F(ConcurrencyTest, SweepersOfTwoReplicasExpireEachReservationOnce) {
  for (int i = 0; i < 60; ++i) {
    ASSERT_OK(Reserve({{"$NODE1", i % 2 == 0 ? "$SKU1" : "$SKU2", 1}}, "ttl_seconds: 10"));
  }
  ASSERT_OK(Reserve({{"$NODE1", "$SKU2", 1}}, "ttl_seconds: 1000"));
  clock_.Advance(absl::Seconds(10));
  Replica other(OptionsOf(2), ids_);
  ReservationSweeper first(replica_.deps, clock_, {.batch = 7}),
      second(other.deps, clock_, {.batch = 5});
  std::atomic<int> expired = 0;
  InParallel(4, [&](int thread) {
    for (int i = 0; i < 5; ++i) {
      const auto count = (thread % 2 == 0 ? first : second).RunOnce();
      ASSERT_OK(count);
      expired += *count;
    }
  });
  EXPECT_EQ(expired, 60);
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM reservation WHERE state = 'EXPIRED'"), 60);
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM ledger_entry WHERE reason = 'Expire'"), 60);
  EXPECT_EQ(StockOf("$NODE1", "$SKU1"), "100/10");
  EXPECT_EQ(StockOf("$NODE1", "$SKU2"), "100/1");
}

TEST_F(ConcurrencyTest, ConfirmOrExpireButNotBoth) {
  std::vector<std::string> ids;
  for (int i = 0; i < 40; ++i) {
    ASSERT_OK_AND_ASSIGN(const auto made, Reserve({{"$NODE1", "$SKU2", 1}}, "ttl_seconds: 10"));
    ids.push_back(made.reservation_id());
  }
  const rpc::CallOptions as = As("org-a");
  testing::FakeClock later(clock_.Now() + absl::Seconds(10));  // a replica whose clock is ahead
  ReservationSweeper sweeper(replica_.deps, later, {.batch = 3});
  std::atomic<int> expired = 0, confirmed = 0;
  InParallel(3, [&](int thread) {
    if (thread == 0) {
      expired += sweeper.RunOnce().value_or(-1000);
      return;
    }
    for (size_t i = thread - 1; i < ids.size(); i += 2) {
      const auto result = Call(&Stub::ConfirmReservation,
                               fmt::format("reservation_id: '{}'", ids[ids.size() - 1 - i]), as);
      if (result.ok()) {
        ++confirmed;
      } else {
        EXPECT_THAT(result, HasReason("RESERVATION_NOT_HELD"));
      }
    }
  });
  expired += sweeper.RunOnce().value_or(-1000);  // those that were locked when it looked
  EXPECT_EQ(expired + confirmed, 40);
  EXPECT_EQ(StockOf("$NODE1", "$SKU2"), fmt::format("100/{}", confirmed.load()));
}

TEST_F(ConcurrencyTest, TheCacheEndsAsTheDatabase) {
  Replica other(OptionsOf(4), ids_);
  events::Sequencer sequencer(*other.database, clock_, "test");
  ASSERT_OK(sequencer.RunPass());
  ASSERT_OK(replica_.follower.RunOnce());
  ASSERT_OK(other.follower.RunOnce());
  const auto ask = Parse<v1::GetAvailabilityRequest>(Fill("sku_ids: '$SKU1' sku_ids: '$SKU2'"));
  const auto reserve = Parse<v1::ReserveRequest>(
      Fill(ReserveText({{"$NODE1", "$SKU1", 1}, {"$NODE1", "$SKU2", 1}})));
  const auto receive =
      Parse<v1::ReceiveRequest>(Fill("node_id: '$NODE2' lines { sku_id: '$SKU1' quantity: 1 }"));
  Replica* const replicas[] = {&replica_, &other};
  const auto read = [&](Replica& replica) -> v1::GetAvailabilityResponse {
    auto answer = replica.handlers.AvailabilityInline(Context(), ask);
    if (!answer.has_value()) answer = replica.handlers.GetAvailability(Context(), ask);
    EXPECT_OK(*answer);
    return answer->ok() ? **answer : v1::GetAvailabilityResponse();
  };
  std::atomic<bool> done = false;
  std::thread follower([&] {
    while (!done) {
      EXPECT_OK(sequencer.RunPass());
      for (Replica* replica : replicas) EXPECT_OK(replica->follower.RunOnce());
    }
  });
  InParallel(8, [&](int thread) {
    Replica& replica = *replicas[thread % 2];
    for (int i = 0; i < 12; ++i) {
      const auto made = replica.Reserve(Context(), reserve);
      if (made.ok() && i % 3 == 0) {
        v1::ReleaseReservationRequest release;
        release.set_reservation_id(made->reservation_id());
        EXPECT_OK(replica.Await(&ReservationHandlers::ReleaseReservation, Context(), release));
      }
      EXPECT_OK(replica.handlers.Receive(Context(), receive));
      // What is shown may be a moment old, never wrong in itself.
      const v1::GetAvailabilityResponse seen = read(replica);
      for (const v1::StockLevel& level : seen.levels()) {
        EXPECT_GE(level.available(), 0);
        EXPECT_EQ(level.available(), level.on_hand() - level.reserved());
      }
    }
  });
  done = true;
  follower.join();
  while (sequencer.RunPass().value_or(0) > 0) continue;
  auto exact = ask;
  exact.set_exact(true);
  ASSERT_OK_AND_ASSIGN(const auto truth, replica_.handlers.GetAvailability(Context(), exact));
  for (Replica* replica : replicas) {
    while (replica->follower.RunOnce().value_or(0) > 0) continue;
    const auto cached = replica->handlers.AvailabilityInline(Context(), ask);
    ASSERT_TRUE(cached.has_value());
    ASSERT_EQ((*cached)->levels_size(), truth.levels_size());
    for (int i = 0; i < truth.levels_size(); ++i) {
      EXPECT_THAT((*cached)->levels(i), EqualsProto(truth.levels(i)));
    }
    EXPECT_EQ((*cached)->as_of_position(), truth.as_of_position());
  }
}

// The command's code and text on the wire ("READ COMMITTED" of a new session must not match).
constexpr std::string_view kCommit =
    "\x03"
    "COMMIT";

// The connection between service and database breaks at the worst moments.
class LostConnectionTest : public ConcurrencyTest {
 protected:
  LostConnectionTest()
      : gate_("127.0.0.1", static_cast<int>(Db().Count("SELECT @@port"))),
        remote_(Remote(), ids_) {}

  db::DatabaseOptions Remote() {
    db::DatabaseOptions options = Db().options();
    options.unix_socket.clear();
    options.hosts = {{"127.0.0.1", gate_.port()}};
    options.pool_size = 2;
    return options;
  }

  testing::TcpGate gate_;
  Replica remote_;
};

TEST_F(LostConnectionTest, BeforeTheCommitNothingIsDone) {
  const auto request =
      Parse<v1::ReserveRequest>(Fill(ReserveText({{"$NODE1", "$SKU2", 4}}, "request_id: 'r1'")));
  gate_.CutOn(kCommit, testing::TcpGate::When::kBeforeForwarding);
  const auto lost = remote_.Reserve(Context(), request);
  EXPECT_TRUE(gate_.triggered());
  EXPECT_THAT(lost, HasReason("COMMIT_OUTCOME_UNKNOWN"));  // the service cannot know
  EXPECT_EQ(StockOf("$NODE1", "$SKU2"), "100/0");
  CheckBooks();
  ASSERT_OK(remote_.Reserve(Context(), request));
  EXPECT_EQ(StockOf("$NODE1", "$SKU2"), "100/4");
}

TEST_F(LostConnectionTest, AfterTheCommitTheRetryGetsItsAnswer) {
  const auto request =
      Parse<v1::ReserveRequest>(Fill(ReserveText({{"$NODE1", "$SKU2", 4}}, "request_id: 'r1'")));
  gate_.CutOn(kCommit, testing::TcpGate::When::kAfterForwarding);
  const auto lost = remote_.Reserve(Context(), request);
  EXPECT_TRUE(gate_.triggered());
  EXPECT_THAT(lost, HasReason("COMMIT_OUTCOME_UNKNOWN"));
  ASSERT_OK_AND_ASSIGN(const auto again, remote_.Reserve(Context(), request));
  EXPECT_EQ(StockOf("$NODE1", "$SKU2"), "100/4");
  EXPECT_EQ(Db().Count(fmt::format("SELECT COUNT(*) FROM reservation WHERE reservation_id = '{}'",
                                   again.reservation_id())),
            1);
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM reservation"), 2);  // with the world's own
}

TEST_F(LostConnectionTest, InTheMiddleOfALoadOfCallsNothingIsHalfDone) {
  std::atomic<bool> done = false;
  std::atomic<int> acknowledged = 0;
  // Each answer breaks whatever the other callers are at.
  std::thread breaker([&] {
    for (int seen = 0; !done;) {
      if (acknowledged == seen) {
        std::this_thread::yield();
        continue;
      }
      seen = acknowledged;
      gate_.CutOnce();
    }
  });
  InParallel(4, [&](int thread) {
    for (int i = 0; i < 8; ++i) {
      const auto request = Parse<v1::ReserveRequest>(Fill(ReserveText(
          {{"$NODE1", "$SKU2", 1}}, fmt::format("request_id: 'load-{}-{}'", thread, i))));
      for (int attempt = 0; attempt < 200; ++attempt) {
        const auto made = remote_.Reserve(Context(), request);
        if (made.ok()) {
          ++acknowledged;
          break;
        }
        EXPECT_THAT(made.status().code(),
                    AnyOf(Eq(absl::StatusCode::kUnavailable), Eq(absl::StatusCode::kAborted)));
      }
    }
  });
  done = true;
  breaker.join();
  EXPECT_EQ(acknowledged, 32);
  EXPECT_EQ(StockOf("$NODE1", "$SKU2"), "100/32");
}

}  // namespace
}  // namespace kefu::warehouse
