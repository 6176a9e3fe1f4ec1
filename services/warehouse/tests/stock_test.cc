// Goods in, reservations, availability, the ledger: one caller at a time.
#include "google/rpc/error_details.pb.h"
#include "services/warehouse/tests/fixture.h"

namespace kefu::warehouse {
namespace {

using ::kefu::testing::EqualsProtoIgnoring;
using ::testing::ElementsAre;

class StockTest : public WarehouseTest {
 protected:
  void SetUp() override { ASSERT_NO_FATAL_FAILURE(MakeWorld()); }
  void TearDown() override { CheckBooks(); }

  std::vector<std::string> Subjects(const absl::Status& status) {
    std::vector<std::string> subjects;
    const auto failure = GetDetail<google::rpc::PreconditionFailure>(status);
    if (failure) {
      for (const auto& violation : failure->violations()) subjects.push_back(violation.subject());
    }
    return subjects;
  }

  // "sku@node on hand/reserved/available" of each row, ids by their names in the world.
  std::vector<std::string> Show(
      const google::protobuf::RepeatedPtrField<v1::StockLevel>& levels) const {
    std::map<std::string, std::string> names = {{"", ""}};
    for (const auto& [name, id] : world_) names[id] = name.substr(1);
    std::vector<std::string> shown;
    for (const v1::StockLevel& level : levels) {
      shown.push_back(fmt::format(
          "{}@{}{} {}/{}/{}", names.at(level.key().sku_id()), names.at(level.key().node_id()),
          level.key().condition() == v1::STOCK_CONDITION_SELLABLE ? "" : "!", level.on_hand(),
          level.reserved(), level.available()));
    }
    return shown;
  }
};

TEST_F(StockTest, ReceiveWritesEntriesAndLevels) {
  ASSERT_OK_AND_ASSIGN(const auto received, Call(&Stub::Receive, R"pb(
                         node_id: "$NODE2"
                         document: "PO-7"
                         business_date { year: 2026 month: 1 day: 10 }
                         lines { sku_id: "$LOTSKU" quantity: 5 lot: "L1" location: "A-01" }
                         lines { sku_id: "$LOTSKU" quantity: 6 lot: "L2" }
                         lines {
                           sku_id: "$SKU1"
                           quantity: 7
                           owner_id: "brand"
                           condition: STOCK_CONDITION_AWAITING_INSPECTION
                         })pb"));
  ASSERT_EQ(received.entries_size(), 3);
  EXPECT_THAT(received.entries(0),
              EqualsProtoIgnoring(Fill(R"pb(
                                    entry_number: 1
                                    node_id: "$NODE2"
                                    key {
                                      node_id: "$NODE2"
                                      sku_id: "$LOTSKU"
                                      condition: STOCK_CONDITION_SELLABLE
                                      lot: "L1"
                                      location: "A-01"
                                    }
                                    from_account: LEDGER_ACCOUNT_SUPPLIER
                                    to_account: LEDGER_ACCOUNT_FREE
                                    quantity: 5
                                    reason: "Receive"
                                    reference: "PO-7"
                                    business_date { year: 2026 month: 1 day: 10 }
                                    record_time { seconds: 1768449600 }
                                    actor: "tester")pb"),
                                  {"entry_hash"}));
  EXPECT_EQ(received.entries(2).entry_number(), 3);
  std::vector<std::string> levels = Show(received.levels());
  EXPECT_THAT(levels, ::testing::UnorderedElementsAre("LOTSKU@NODE2 11/0/11", "SKU1@NODE2! 7/0/0"));
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM stock WHERE lot <> ''"), 2);
  // Goods that await inspection cannot be promised.
  EXPECT_THAT(Call(&Stub::Reserve,
                   R"pb(reservation {
                          lines { node_id: "$NODE2" sku_id: "$SKU1" owner_id: "brand" quantity: 1 }
                        })pb"),
              HasReason("INSUFFICIENT_STOCK"));
}

TEST_F(StockTest, ReceiveTakesAllLinesOrNone) {
  const int64_t before = Db().Count("SELECT COUNT(*) FROM ledger_entry");
  const auto receive = [&](const std::string& rest) {
    return Call(&Stub::Receive, "node_id: '$NODE1' lines { sku_id: '$SKU1' quantity: 1 } " + rest);
  };
  EXPECT_THAT(receive("lines { sku_id: '$LOTSKU' quantity: 1 }"), HasReason("LOT_REQUIRED"));
  EXPECT_THAT(receive("lines { sku_id: '$SKU2' quantity: 1 lot: 'L' }"),
              HasReason("LOT_NOT_ALLOWED"));
  EXPECT_THAT(receive("lines { sku_id: 'nothing' quantity: 1 }"),
              StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(receive("lines { sku_id: '$SKU2' quantity: 0 }"), HasReason("INVALID_FIELDS"));
  EXPECT_THAT(receive("business_date { year: 2026 month: 1 day: 16 }"),
              HasReason("BUSINESS_DATE_IN_FUTURE"));
  EXPECT_THAT(receive("business_date { year: 2026 month: 2 day: 30 }"),
              HasReason("INVALID_FIELDS"));
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM ledger_entry"), before);
  EXPECT_EQ(StockOf("$NODE1", "$SKU1"), "100/10");
  // 2026-01-15 16:30 UTC is the 16th in Shanghai.
  clock_.Set(absl::FromUnixSeconds(1768494600));
  ASSERT_OK_AND_ASSIGN(const auto next_day,
                       receive("business_date { year: 2026 month: 1 day: 16 }"));
  EXPECT_EQ(next_day.entries(0).business_date().day(), 16);
}

TEST_F(StockTest, CountsNoFurtherThanTheLimit) {
  Db().Exec(
      Fill("UPDATE stock_total SET on_hand = 999999999999995, available = 999999999999985"
           " WHERE sku_id = '$SKU1'"));
  EXPECT_THAT(Receive("$NODE1", "$SKU1", 6), HasReason("STOCK_LIMIT"));
  EXPECT_EQ(StockOf("$NODE1", "$SKU1"), "999999999999995/10");
  Db().Exec(Fill("UPDATE stock_total SET on_hand = 100, available = 90 WHERE sku_id = '$SKU1'"));
}

TEST_F(StockTest, ReserveTakesAllLinesOrNoneAndNamesEveryShortfall) {
  const auto reserved =
      Reserve({{"$NODE1", "$SKU1", 91}, {"$NODE1", "$SKU2", 100}, {"$NODE2", "$SKU1", 1}});
  ASSERT_THAT(reserved, HasReason("INSUFFICIENT_STOCK"));
  EXPECT_THAT(reserved, StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(Subjects(reserved.status()),
              ElementsAre(Fill("lines[0] $NODE1/$SKU1/"), Fill("lines[2] $NODE2/$SKU1/")));
  EXPECT_EQ(StockOf("$NODE1", "$SKU2"), "100/0");
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM reservation"), 1);

  ASSERT_OK(Receive("$NODE2", "$SKU1", 1));
  ASSERT_OK_AND_ASSIGN(
      const v1::Reservation made,
      Reserve({{"$NODE1", "$SKU2", 100}, {"$NODE2", "$SKU1", 1}}, "ttl_seconds: 60"));
  EXPECT_EQ(made.state(), v1::RESERVATION_STATE_HELD);
  EXPECT_EQ(made.expire_time().seconds(), made.create_time().seconds() + 60);
  EXPECT_EQ(made.order_id(), "O 1");
  EXPECT_EQ(StockOf("$NODE1", "$SKU2"), "100/100");
  EXPECT_EQ(StockOf("$NODE2", "$SKU1"), "1/1");
  EXPECT_THAT(
      Call(&Stub::GetReservation, fmt::format("reservation_id: '{}'", made.reservation_id()))
          .value(),
      EqualsProto(made));
  EXPECT_THAT(Reserve({{"$NODE1", "$SKU2", 1}}), HasReason("INSUFFICIENT_STOCK"));
}

TEST_F(StockTest, ReserveRefusesNonsense) {
  EXPECT_THAT(Reserve({{"$NODE1", "$SKU1", 0}}), HasReason("INVALID_FIELDS"));
  EXPECT_THAT(Reserve({{"$NODE1", "$SKU1", -5}}), HasReason("INVALID_FIELDS"));
  EXPECT_THAT(Reserve({{"$NODE1", "$SKU1", INT64_MAX}}), HasReason("INVALID_FIELDS"));
  EXPECT_THAT(Reserve({{"$NODE1", "$SKU1", 1}, {"$NODE1", "$SKU1", 1}}),
              HasReason("INVALID_FIELDS"));
  EXPECT_THAT(Reserve({{"$NODE1", "$SKU1", 1}}, "ttl_seconds: 604801"),
              HasReason("INVALID_FIELDS"));
  EXPECT_THAT(Reserve({{"$NODE1", "$SKU1", 1}}, "ttl_seconds: -1"), HasReason("INVALID_FIELDS"));
  EXPECT_THAT(Reserve({{"nowhere", "$SKU1", 1}}), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(Reserve({{"$NODE1", "nothing", 1}}), StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(StockTest, OwnersAreKeptApart) {
  ASSERT_OK(Call(&Stub::Receive,
                 "node_id: '$NODE1' lines { sku_id: '$SKU1' quantity: 3 owner_id: 'brand' }"));
  const std::string reserve =
      "reservation { lines { node_id: '$NODE1' sku_id: '$SKU1' owner_id: 'brand' quantity: ";
  EXPECT_THAT(Call(&Stub::Reserve, reserve + "4 } }"), HasReason("INSUFFICIENT_STOCK"));
  EXPECT_OK(Call(&Stub::Reserve, reserve + "3 } }"));
  ASSERT_OK_AND_ASSIGN(const auto brand,
                       Call(&Stub::GetAvailability, "sku_ids: '$SKU1' owner_id: 'brand'"));
  EXPECT_THAT(Show(brand.levels()), ElementsAre("SKU1@NODE1 3/3/0"));
  ASSERT_OK_AND_ASSIGN(const auto own, Call(&Stub::GetAvailability, "sku_ids: '$SKU1'"));
  EXPECT_THAT(Show(own.levels()), ElementsAre("SKU1@NODE1 100/10/90"));
}

TEST_F(StockTest, ConfirmAndRelease) {
  ASSERT_OK_AND_ASSIGN(const v1::Reservation confirmed,
                       Call(&Stub::ConfirmReservation, "reservation_id: '$RES'"));
  EXPECT_EQ(confirmed.state(), v1::RESERVATION_STATE_CONFIRMED);
  EXPECT_FALSE(confirmed.has_expire_time());
  EXPECT_EQ(StockOf("$NODE1", "$SKU1"), "100/10");
  EXPECT_THAT(Call(&Stub::ConfirmReservation, "reservation_id: '$RES'").value(),
              EqualsProto(confirmed));

  ASSERT_OK_AND_ASSIGN(const v1::Reservation released,
                       Call(&Stub::ReleaseReservation, "reservation_id: '$RES' reason: '不要了'"));
  EXPECT_EQ(released.state(), v1::RESERVATION_STATE_RELEASED);
  EXPECT_EQ(StockOf("$NODE1", "$SKU1"), "100/0");
  EXPECT_THAT(Call(&Stub::ReleaseReservation, "reservation_id: '$RES'").value(),
              EqualsProto(released));
  EXPECT_THAT(Call(&Stub::ConfirmReservation, "reservation_id: '$RES'"),
              HasReason("RESERVATION_NOT_HELD"));
  ASSERT_OK_AND_ASSIGN(const auto ledger,
                       Call(&Stub::GetLedger, "node_id: '$NODE1' sku_id: '$SKU1'"));
  ASSERT_EQ(ledger.entries_size(), 3);
  const v1::LedgerEntry& last = ledger.entries(2);
  EXPECT_EQ(last.reason(), "Release");
  EXPECT_EQ(last.note(), "不要了");
  EXPECT_EQ(last.reference(), world_["$RES"]);
  EXPECT_EQ(last.from_account(), v1::LEDGER_ACCOUNT_RESERVED);
  EXPECT_EQ(last.to_account(), v1::LEDGER_ACCOUNT_FREE);
}

TEST_F(StockTest, AReservationEndsWithItsTime) {
  ReservationSweeper sweeper(replica_.deps, clock_);
  clock_.Advance(absl::Minutes(30) - absl::Microseconds(1));
  EXPECT_EQ(sweeper.RunOnce().value(), 0);
  clock_.Advance(absl::Microseconds(1));
  // Over, though nobody has swept yet.
  EXPECT_THAT(Call(&Stub::ConfirmReservation, "reservation_id: '$RES'"),
              HasReason("RESERVATION_NOT_HELD"));
  EXPECT_EQ(StockOf("$NODE1", "$SKU1"), "100/10");
  EXPECT_EQ(sweeper.RunOnce().value(), 1);
  EXPECT_EQ(sweeper.RunOnce().value(), 0);
  EXPECT_EQ(StockOf("$NODE1", "$SKU1"), "100/0");
  ASSERT_OK_AND_ASSIGN(const auto expired, Call(&Stub::GetReservation, "reservation_id: '$RES'"));
  EXPECT_EQ(expired.state(), v1::RESERVATION_STATE_EXPIRED);
  EXPECT_THAT(Call(&Stub::ConfirmReservation, "reservation_id: '$RES'"),
              HasReason("RESERVATION_NOT_HELD"));
  EXPECT_THAT(Call(&Stub::ReleaseReservation, "reservation_id: '$RES'"),
              HasReason("RESERVATION_CLOSED"));
}

TEST_F(StockTest, AConfirmedReservationDoesNotExpire) {
  ASSERT_OK(Call(&Stub::ConfirmReservation, "reservation_id: '$RES'"));
  clock_.Advance(absl::Hours(1));
  EXPECT_EQ(ReservationSweeper(replica_.deps, clock_).RunOnce().value(), 0);
  EXPECT_EQ(StockOf("$NODE1", "$SKU1"), "100/10");
}

TEST_F(StockTest, AReservationThatCannotBeGivenBackHoldsUpNoOther) {
  ASSERT_OK(Reserve({{"$NODE1", "$SKU2", 3}}));
  ASSERT_OK(Reserve({{"$NODE1", "$SKU2", 4}}));
  Db().Exec(Fill("UPDATE stock_total SET reserved = 0, available = 100 WHERE sku_id = '$SKU1'"));
  clock_.Advance(absl::Hours(1));
  ReservationSweeper sweeper(replica_.deps, clock_);
  EXPECT_THAT(sweeper.RunOnce(), StatusIs(absl::StatusCode::kInternal));
  EXPECT_EQ(StockOf("$NODE1", "$SKU2"), "100/0");
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM reservation WHERE state = 'HELD'"), 1);
  // It is tried again, and goes back once the books are right.
  Db().Exec(Fill("UPDATE stock_total SET reserved = 10, available = 90 WHERE sku_id = '$SKU1'"));
  EXPECT_EQ(sweeper.RunOnce().value(), 1);
}

TEST_F(StockTest, AvailabilityComesFromTheCacheAndIsUpToDate) {
  ASSERT_OK(replica_.follower.RunOnce());
  const std::string ask = "sku_ids: '$SKU2' sku_ids: '$SKU1'";
  ASSERT_OK_AND_ASSIGN(auto first, Call(&Stub::GetAvailability, ask));
  EXPECT_FALSE(first.cached());
  ASSERT_OK_AND_ASSIGN(auto second, Call(&Stub::GetAvailability, ask));
  EXPECT_TRUE(second.cached());
  EXPECT_THAT(Show(second.levels()), ElementsAre("SKU2@NODE1 100/0/100", "SKU1@NODE1 100/10/90"));
  EXPECT_THAT(Show(second.totals()), ElementsAre("SKU2@ 100/0/100", "SKU1@ 100/10/90"));
  // Own writes are seen at once: a new node, a reservation, a release.
  ASSERT_OK(Receive("$NODE2", "$SKU1", 5));
  ASSERT_OK(Reserve({{"$NODE1", "$SKU2", 40}, {"$NODE2", "$SKU1", 2}}));
  ASSERT_OK(Call(&Stub::ReleaseReservation, "reservation_id: '$RES'"));
  ASSERT_OK_AND_ASSIGN(auto third, Call(&Stub::GetAvailability, ask));
  EXPECT_TRUE(third.cached());
  EXPECT_THAT(Show(third.levels()),
              ElementsAre("SKU2@NODE1 100/40/60", "SKU1@NODE1 100/0/100", "SKU1@NODE2 5/2/3"));
  ASSERT_OK_AND_ASSIGN(auto exact, Call(&Stub::GetAvailability, ask + " exact: true"));
  EXPECT_FALSE(exact.cached());
  EXPECT_EQ(Show(exact.levels()), Show(third.levels()));
  // Of a node without stock there is no row; the second question is answered from memory.
  for (const bool cached : {false, true}) {
    ASSERT_OK_AND_ASSIGN(const auto narrow,
                         Call(&Stub::GetAvailability, ask + " node_ids: '$NODE2'"));
    EXPECT_EQ(narrow.cached(), cached);
    EXPECT_THAT(Show(narrow.levels()), ElementsAre("SKU1@NODE2 5/2/3"));
    EXPECT_THAT(Show(narrow.totals()), ElementsAre("SKU2@ 0/0/0", "SKU1@ 5/2/3"));
  }
  EXPECT_THAT(Call(&Stub::GetAvailability, "sku_ids: 'nothing'"),
              StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(Call(&Stub::GetAvailability, ask + " node_ids: 'nowhere'"),
              StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(Call(&Stub::GetAvailability, "sku_ids: '$SKU1' sku_ids: '$SKU1'"),
              HasReason("INVALID_FIELDS"));
}

TEST_F(StockTest, AvailabilityOfANetworkAndOfARegion) {
  // NODE1 > MIDDLE > LOW; NODE2 apart. Region codes: a prefix is a region, a similar one is not.
  const auto node = [&](const std::string& name, const std::string& parent,
                        const std::string& region) {
    ASSERT_OK_AND_ASSIGN(
        const auto made,
        Call(&Stub::CreateNode, fmt::format("node {{ display_name: '{}' parent_node_id: '{}'"
                                            " region_code: '{}' kind: NODE_KIND_CITY_WAREHOUSE }}",
                                            name, parent, region)));
    world_[name] = made.node_id();
    ASSERT_OK(Receive(name, "$SKU1", 5));
  };
  ASSERT_NO_FATAL_FAILURE(node("$MIDDLE", "$NODE1", "310115"));
  ASSERT_NO_FATAL_FAILURE(node("$LOW", "$MIDDLE", "310101"));
  ASSERT_NO_FATAL_FAILURE(node("$APART", "", "320101"));
  const std::string ask = "sku_ids: '$SKU1' ";
  const auto total = [&](const std::string& scope) {
    const auto answer = Call(&Stub::GetAvailability, ask + scope);
    EXPECT_OK(answer);
    return answer.ok() ? fmt::format("{} of {}", answer->totals(0).on_hand(), answer->levels_size())
                       : "";
  };
  EXPECT_EQ(total("network_node_id: '$NODE1'"), "110 of 3");
  EXPECT_EQ(total("network_node_id: '$MIDDLE'"), "10 of 2");
  EXPECT_EQ(total("network_node_id: '$LOW'"), "5 of 1");
  EXPECT_EQ(total("region_code: '31'"), "10 of 2");
  EXPECT_EQ(total("region_code: '3101'"), "10 of 2");
  EXPECT_EQ(total("region_code: '310115'"), "5 of 1");
  EXPECT_EQ(total("region_code: '3'"), "15 of 3");
  EXPECT_EQ(total("region_code: '33'"), "0 of 0");
  EXPECT_THAT(Call(&Stub::GetAvailability, ask + "network_node_id: 'nowhere'"),
              StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(Call(&Stub::GetAvailability, ask + "network_node_id: '$NODE1' region_code: '31'"),
              HasReason("INVALID_FIELDS"));
  // A cycle that got into the table ends.
  Db().Exec(Fill("UPDATE node SET parent_node_id = '$LOW' WHERE node_id = '$NODE1'"));
  EXPECT_EQ(total("network_node_id: '$MIDDLE'"), "110 of 3");
}

TEST_F(StockTest, AnotherReplicaLearnsByTheFeedAndNamesItsPosition) {
  Replica other(OptionsOf(2), ids_);
  events::Sequencer sequencer(*other.database, clock_, "test");
  ASSERT_OK(sequencer.RunPass());
  ASSERT_OK(other.follower.RunOnce());
  RequestContext ctx;
  ctx.principal.org_id = "org-a";
  ctx.deadline = absl::Now() + absl::Minutes(1);
  const auto request = Parse<v1::GetAvailabilityRequest>(Fill("sku_ids: '$SKU1'"));
  ASSERT_OK_AND_ASSIGN(const auto loaded, other.handlers.GetAvailability(ctx, request));
  const auto before = other.handlers.AvailabilityInline(ctx, request);
  ASSERT_TRUE(before.has_value());
  EXPECT_GT((*before)->as_of_position(), 0);

  ASSERT_OK(Reserve({{"$NODE1", "$SKU1", 5}}));  // by this replica
  EXPECT_EQ(other.handlers.AvailabilityInline(ctx, request)->value().levels(0).reserved(), 10);
  ASSERT_OK(sequencer.RunPass());
  ASSERT_OK(other.follower.RunOnce());
  const auto after = other.handlers.AvailabilityInline(ctx, request);
  EXPECT_EQ(after->value().levels(0).reserved(), 15);
  EXPECT_GT(after->value().as_of_position(), (*before)->as_of_position());
  ASSERT_OK_AND_ASSIGN(const auto ends, other.feed.Ends());
  EXPECT_EQ(after->value().as_of_position(), ends.head);
}

TEST_F(StockTest, LevelsFilterSortAndPage) {
  ASSERT_OK(Receive("$NODE2", "$SKU1", 5));
  ASSERT_OK(Receive("$NODE2", "$SKU2", 500));
  ASSERT_OK(Call(&Stub::Receive,
                 "node_id: '$NODE2' lines { sku_id: '$SKU1' quantity: 7"
                 " condition: STOCK_CONDITION_DAMAGED }"
                 " lines { sku_id: '$SKU1' quantity: 1 owner_id: 'brand' }"));
  const auto walk = [&](const std::string& filter) {
    std::vector<std::string> all;
    std::string token;
    do {
      const auto page = Call(&Stub::ListStockLevels,
                             fmt::format("page_size: 1 page_token: '{}' {}", token, filter));
      EXPECT_OK(page);
      if (!page.ok()) break;
      for (const std::string& row : Show(page->levels())) all.push_back(row);
      token = page->next_page_token();
    } while (!token.empty());
    return all;
  };
  EXPECT_THAT(walk(""),
              ElementsAre("SKU1@NODE1 100/10/90", "SKU2@NODE1 100/0/100", "SKU1@NODE2! 7/0/0",
                          "SKU1@NODE2 5/0/5", "SKU1@NODE2 1/0/1", "SKU2@NODE2 500/0/500"));
  EXPECT_THAT(walk("node_id: '$NODE1'"),
              ElementsAre("SKU1@NODE1 100/10/90", "SKU2@NODE1 100/0/100"));
  EXPECT_THAT(walk("sku_id: '$SKU1'"), ElementsAre("SKU1@NODE1 100/10/90", "SKU1@NODE2! 7/0/0",
                                                   "SKU1@NODE2 5/0/5", "SKU1@NODE2 1/0/1"));
  EXPECT_THAT(walk("node_id: '$NODE2' sku_id: '$SKU2'"), ElementsAre("SKU2@NODE2 500/0/500"));
  EXPECT_THAT(walk("available_below: 100"),
              ElementsAre("SKU1@NODE2 1/0/1", "SKU1@NODE2 5/0/5", "SKU1@NODE1 100/10/90"));
  EXPECT_THAT(walk("available_below: 100 node_id: '$NODE1'"), ElementsAre("SKU1@NODE1 100/10/90"));
  EXPECT_THAT(Call(&Stub::ListStockLevels, "available_below: -1"), HasReason("INVALID_FIELDS"));
}

TEST_F(StockTest, TheLedgerPagesInItsOrder) {
  for (int i = 0; i < 5; ++i) ASSERT_OK(Reserve({{"$NODE1", "$SKU2", 1}}));
  std::vector<int64_t> numbers;
  std::string token;
  do {
    ASSERT_OK_AND_ASSIGN(const auto page,
                         Call(&Stub::GetLedger, fmt::format("node_id: '$NODE1' page_size: 3"
                                                            " after_entry_number: 1"
                                                            " page_token: '{}'",
                                                            token)));
    for (const auto& entry : page.entries()) numbers.push_back(entry.entry_number());
    token = page.next_page_token();
  } while (!token.empty());
  EXPECT_THAT(numbers, ElementsAre(2, 3, 4, 5, 6, 7, 8));
}

}  // namespace
}  // namespace kefu::warehouse
