// Sales guards hold back whoever reserves, in every way in which it is done.
#include <atomic>
#include <thread>

#include "services/warehouse/tests/core/fixture.h"

namespace kefu::warehouse {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class GuardsTest : public StockControlTest {
 protected:
  void SetUp() override { ASSERT_NO_FATAL_FAILURE(MakeWorld()); }
  void TearDown() override {
    CheckBooks();
    EXPECT_THAT(Verify(), IsEmpty());
  }

  void SetGuard(std::string_view more, std::string_view sku = "$SKU2") {
    ASSERT_OK(Call(&Control::SetSalesGuard, fmt::format("guard {{ sku_id: '{}' {} }}", sku, more)));
  }
  int64_t Used(std::string_view channel = "live", std::string_view sku = "$SKU2") {
    const auto guard =
        Call(&Control::GetSalesGuard, fmt::format("sku_id: '{}' channel: '{}'", sku, channel));
    EXPECT_OK(guard.status());
    return guard.ok() ? guard->used() : -1;
  }
  static std::string Text(int64_t quantity, std::string_view channel = "live",
                          std::string_view more = "", std::string_view node = "$NODE1") {
    return fmt::format(
        "reservation {{ order_id: 'o' channel: '{}' lines {{ node_id: '{}' sku_id: '$SKU2'"
        " quantity: {} }} }} {}",
        channel, node, quantity, more);
  }
  absl::StatusOr<v1::Reservation> Sell(int64_t quantity, std::string_view channel = "live",
                                       std::string_view more = "") {
    return Call(&Stub::Reserve, Text(quantity, channel, more));
  }
};

TEST_F(GuardsTest, ACapHoldsAndComesBack) {
  SetGuard("channel: 'live' cap: 10");
  ASSERT_OK_AND_ASSIGN(const auto first, Sell(6, "live", "request_id: 'one'"));
  EXPECT_EQ(Used(), 6);
  ASSERT_OK_AND_ASSIGN(const auto replayed, Sell(6, "live", "request_id: 'one'"));
  EXPECT_EQ(replayed.reservation_id(), first.reservation_id());
  EXPECT_EQ(Used(), 6);  // counted once
  const auto refused = Sell(5);
  EXPECT_THAT(refused, HasReason("CHANNEL_CAP"));
  const auto detail = GetDetail<google::rpc::PreconditionFailure>(refused.status());
  ASSERT_TRUE(detail);
  EXPECT_EQ(detail->violations_size(), 1);
  EXPECT_OK(Sell(50, "shop"));
  EXPECT_OK(Sell(4));
  EXPECT_THAT(Sell(1), HasReason("CHANNEL_CAP"));
  const std::string named = "reservation_id: '" + first.reservation_id() + "'";
  ASSERT_OK(Call(&Stub::ReleaseReservation, named));
  EXPECT_EQ(Used(), 4);
  ASSERT_OK(Call(&Stub::ReleaseReservation, named));  // once more gives nothing back
  EXPECT_EQ(Used(), 4);
  EXPECT_OK(Sell(6));
}

TEST_F(GuardsTest, WhatIsShippedStaysUsed) {
  SetGuard("channel: 'live' cap: 10");
  ASSERT_OK_AND_ASSIGN(const auto made, Sell(10));
  const std::string named = "reservation_id: '" + made.reservation_id() + "'";
  ASSERT_OK(Call(&Stub::ConfirmReservation, named));
  ASSERT_OK(
      Call(&Stub::ShipOrder, named + " lines { node_id: '$NODE1' sku_id: '$SKU2' quantity: 7 }"));
  ASSERT_OK(Call(&Stub::ReleaseReservation, named));
  EXPECT_EQ(Used(), 7);
  EXPECT_THAT(Sell(4), HasReason("CHANNEL_CAP"));
  EXPECT_OK(Sell(3));
}

TEST_F(GuardsTest, SafetyStockIsLeftToWhoMayTakeIt) {
  SetGuard("safety_quantity: 80");
  SetGuard("channel: 'vip' ignores_safety: true");
  EXPECT_THAT(Sell(21), HasReason("SAFETY_STOCK"));
  EXPECT_OK(Sell(20));
  EXPECT_THAT(Sell(1, ""), HasReason("SAFETY_STOCK"));
  EXPECT_OK(Sell(80, "vip"));
  EXPECT_THAT(Sell(1, "vip"), HasReason("INSUFFICIENT_STOCK"));
}

TEST_F(GuardsTest, BatchesAndStreamsAskThemToo) {
  SetGuard("channel: 'live' cap: 10");
  std::string commands;
  for (const int quantity : {6, 5, 4, 1}) {
    commands += " commands { reserve { " + Text(quantity) + " } }";
  }
  ASSERT_OK_AND_ASSIGN(const auto batch, Call(&Stub::BatchReserve, commands));
  std::vector<std::string> reasons;
  for (const auto& result : batch.results()) reasons.push_back(ReasonOf(FromProto(result.error())));
  EXPECT_THAT(reasons, ElementsAre("", "CHANNEL_CAP", "", "CHANNEL_CAP"));
  grpc::ClientContext context;
  rpc::Prepare(As("org-a"), context);
  const auto stream = stub_->ReserveStream(&context);
  v1::ReserveStreamRequest request;
  *request.add_commands()->mutable_command()->mutable_reserve() =
      Parse<v1::ReserveRequest>(Fill(Text(1)));
  EXPECT_TRUE(stream->Write(request));
  stream->WritesDone();
  v1::ReserveStreamResponse response;
  ASSERT_TRUE(stream->Read(&response));
  EXPECT_EQ(ReasonOf(FromProto(response.results(0).result().error())), "CHANNEL_CAP");
  EXPECT_FALSE(stream->Read(&response));
  EXPECT_TRUE(stream->Finish().ok());
  EXPECT_EQ(Used(), 10);
}

TEST_F(GuardsTest, WhatExpiresComesBack) {
  SetGuard("channel: 'live' cap: 10");
  SetGuard("cap: 60");
  ASSERT_OK(Sell(7, "live", "ttl_seconds: 10"));
  ASSERT_OK(Sell(3, "live", "ttl_seconds: 1000"));
  EXPECT_EQ(Used(""), 10);
  clock_.Advance(absl::Seconds(10));
  ReservationSweeper sweeper(replica_.deps, clock_, {});
  ASSERT_OK_AND_ASSIGN(const int expired, sweeper.RunOnce());
  EXPECT_EQ(expired, 1);
  EXPECT_EQ(Used(), 3);
  EXPECT_EQ(Used(""), 3);
}

TEST_F(GuardsTest, MovingToAGuardedNodeTakesFromIt) {
  ASSERT_OK(Receive("$NODE2", "$SKU2", 50));
  SetGuard("channel: 'live' cap: 5 node_ids: '$NODE2'");
  ASSERT_OK_AND_ASSIGN(const auto four, Sell(4));
  ASSERT_OK_AND_ASSIGN(const auto two, Sell(2));
  EXPECT_EQ(Used(), 0);
  const auto move = [&](const v1::Reservation& reservation, std::string_view node) {
    return Call(&Stub::MoveReservation, fmt::format("reservation_id: '{}' to_node_id: '{}'",
                                                    reservation.reservation_id(), node));
  };
  ASSERT_OK(move(four, "$NODE2"));
  EXPECT_EQ(Used(), 4);
  EXPECT_THAT(move(two, "$NODE2"), HasReason("CHANNEL_CAP"));
  EXPECT_EQ(StockOf("$NODE2", "$SKU2"), "50/4");
  ASSERT_OK(move(four, "$NODE1"));
  EXPECT_EQ(Used(), 0);
  EXPECT_OK(move(two, "$NODE2"));
  ASSERT_OK(Call(&Stub::ReleaseReservation, "reservation_id: '" + two.reservation_id() + "'"));
  EXPECT_EQ(Used(), 0);
}

TEST_F(GuardsTest, ANewWindowCountsAnew) {
  SetGuard("channel: 'live' cap: 10");
  ASSERT_OK_AND_ASSIGN(const auto before, Sell(8));
  SetGuard("channel: 'live' cap: 9");  // the count goes on
  EXPECT_EQ(Used(), 8);
  EXPECT_THAT(Sell(2), HasReason("CHANNEL_CAP"));
  clock_.Advance(absl::Seconds(1));
  SetGuard("channel: 'live' cap: 9 start_time { seconds: 1 }");
  EXPECT_EQ(Used(), 0);
  EXPECT_OK(Sell(5));
  ASSERT_OK(Call(&Stub::ReleaseReservation, "reservation_id: '" + before.reservation_id() + "'"));
  EXPECT_EQ(Used(), 5);
}

TEST_F(GuardsTest, AProlongedWindowCountsOn) {
  const int64_t now = absl::ToUnixSeconds(clock_.Now());
  const auto set = [&](int64_t start, int64_t end) {
    SetGuard(
        fmt::format("channel: 'live' cap: 10 start_time {{ seconds: {} }}"
                    " end_time {{ seconds: {} }}",
                    now + start, now + end));
  };
  set(-10, 20);
  ASSERT_OK_AND_ASSIGN(const auto made, Sell(8));
  set(-10, 40);  // while it runs
  EXPECT_EQ(Used(), 8);
  EXPECT_THAT(Sell(3), HasReason("CHANNEL_CAP"));
  clock_.Advance(absl::Seconds(30));
  set(-10, 35);  // shorter
  EXPECT_EQ(Used(), 8);
  EXPECT_OK(Sell(2));
  ASSERT_OK(Call(&Stub::ReleaseReservation, "reservation_id: '" + made.reservation_id() + "'"));
  EXPECT_EQ(Used(), 2);
  clock_.Advance(absl::Seconds(5));
  set(-10, 60);  // it is over: this is another campaign
  EXPECT_EQ(Used(), 0);
  EXPECT_OK(Sell(10));
}

TEST_F(GuardsTest, WhatAChannelMayTakeDependsOnTheNodesAsked) {
  ASSERT_OK(Receive("$NODE2", "$SKU2", 500));
  const auto may_take = [&](std::string_view nodes) {
    const auto answer =
        Call(&Stub::GetAvailability, fmt::format("sku_ids: '$SKU2' channel: 'live' {}", nodes));
    EXPECT_OK(answer.status());
    return answer.ok() ? answer->channel_totals(0).available() : -1;
  };
  SetGuard("channel: 'live' cap: 20 node_ids: '$NODE1'");
  EXPECT_EQ(may_take("node_ids: '$NODE1'"), 20);
  EXPECT_EQ(may_take("node_ids: '$NODE2'"), 500);
  EXPECT_EQ(may_take(""), 520);
  EXPECT_OK(Call(&Stub::Reserve, Text(400, "live", "", "$NODE2")));
  EXPECT_EQ(may_take(""), 120);
  SetGuard("channel: 'live' ignores_safety: true node_ids: '$NODE1'");  // holds nothing back
  EXPECT_EQ(may_take("node_ids: '$NODE2'"), 100);
  EXPECT_EQ(may_take(""), 200);
}

TEST_F(GuardsTest, AllocationKeepsBackWhatTheyDoNotLeave) {
  ASSERT_OK(Receive("$NODE2", "$SKU2", 100));
  SetGuard("channel: 'live' cap: 30");
  const auto order = [](std::string_view id, int quantity, std::string_view channel = "live") {
    return fmt::format(
        " orders {{ order_id: '{}' channel: '{}' destination {{ region_code: '310115' }}"
        " lines {{ sku_id: '$SKU2' quantity: {} }} }}",
        id, channel, quantity);
  };
  ASSERT_OK_AND_ASSIGN(const auto planned, Call(&Stub::Allocate, "dry_run: true" + order("o", 31)));
  EXPECT_EQ(planned.results(0).nodes(0).verdict(), v1::NODE_VERDICT_KEPT_BACK);
  EXPECT_EQ(Used(), 0);
  ASSERT_OK_AND_ASSIGN(const auto made,
                       Call(&Stub::Allocate, order("a", 20) + order("b", 11) + order("c", 10) +
                                                 order("d", 90, "shop")));
  EXPECT_EQ(made.results(0).outcome(), v1::ALLOCATION_OUTCOME_ALLOCATED);
  EXPECT_EQ(made.results(1).outcome(), v1::ALLOCATION_OUTCOME_BACKORDERED);
  EXPECT_EQ(made.results(1).nodes(0).verdict(), v1::NODE_VERDICT_KEPT_BACK);
  EXPECT_EQ(made.results(2).outcome(), v1::ALLOCATION_OUTCOME_ALLOCATED);
  EXPECT_EQ(made.results(3).outcome(), v1::ALLOCATION_OUTCOME_ALLOCATED);
  EXPECT_EQ(Used(), 30);
  ASSERT_OK(Call(&Stub::ReleaseReservation,
                 "reservation_id: '" + made.results(0).reservation_id() + "'"));
  EXPECT_EQ(Used(), 10);
}

TEST_F(GuardsTest, AWrongUseIsFound) {
  SetGuard("channel: 'live' cap: 10");
  ASSERT_OK(Sell(4));
  ASSERT_OK(Sell(4, "shop"));
  const std::string used = "UPDATE sales_guard SET used = ";
  Db().Exec(used + "3");
  ASSERT_THAT(Verify(), ElementsAre("GUARD_USE 4/3"));
  EXPECT_EQ(findings_[0].key.total.sku_id, world_["$SKU2"]);
  EXPECT_EQ(findings_[0].reference, "live");
  EXPECT_THAT(Verify(nullptr, "$NODE1"), IsEmpty());  // of no node
  Db().Exec(used + "4");
}

TEST_F(GuardsTest, ManyCallersOfTwoProcessesKeepTheCap) {
  // 64 callers try 8 times to take 1 of 100, with a cap of 40 of which some are given back; twice
  // under each request id.
  SetGuard("channel: 'live' cap: 40");
  SetGuard("safety_quantity: 50");
  Replica other(OptionsOf(8), ids_, &clock_);
  Replica* const replicas[] = {&replica_, &other};
  std::atomic<int> won = 0, held_back = 0, given_back = 0;
  std::vector<std::thread> threads;
  const auto request = Parse<v1::ReserveRequest>(Fill(Text(1)));
  for (int thread = 0; thread < 64; ++thread) {
    threads.emplace_back([&, thread] {
      for (int i = 0; i < 8; ++i) {
        RequestContext ctx;
        ctx.now = clock_.Now();
        ctx.deadline = absl::Now() + absl::Minutes(2);
        ctx.principal.org_id = "org-a";
        ctx.principal.subject = "tester";
        ctx.method = "/kefu.warehouse.v1.WarehouseService/Reserve";
        v1::ReserveRequest mine = request;
        mine.set_request_id(fmt::format("{}-{}", thread, i));
        const auto reserved = replicas[thread % 2]->Reserve(ctx, mine);
        if (!reserved.ok()) {
          EXPECT_THAT(reserved, HasReason("CHANNEL_CAP"));
          ++held_back;
          continue;
        }
        ++won;
        const auto replayed = replicas[(thread + 1) % 2]->Reserve(ctx, mine);
        EXPECT_OK(replayed.status());
        EXPECT_EQ(replayed->reservation_id(), reserved->reservation_id());
        if (i != 0 || thread % 4 != 0) continue;
        v1::ReleaseReservationRequest release;
        release.set_reservation_id(reserved->reservation_id());
        EXPECT_OK(
            replicas[thread % 2]->Await(&ReservationHandlers::ReleaseReservation, ctx, release));
        ++given_back;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(won + held_back, 64 * 8);
  EXPECT_LE(won - given_back, 40);
  EXPECT_EQ(Used(), won - given_back);
  while (Sell(1).ok()) ++won;  // what was given back when all the others had tried
  EXPECT_EQ(won - given_back, 40);
  EXPECT_EQ(Used(), 40);
  EXPECT_EQ(StockOf("$NODE1", "$SKU2"), "100/40");
}

}  // namespace
}  // namespace kefu::warehouse
