#include "services/warehouse/domain/inbound.h"

#include "common/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/warehouse/domain/returns.h"
#include "services/warehouse/domain/stock.h"
#include "services/warehouse/domain/transfer.h"

namespace kefu::warehouse::domain {
namespace {

using ::kefu::testing::HasReason;
using ::testing::ElementsAre;

// For each verb the states from which it may be made, over all states.
template <class Verb, class State, class Check>
std::vector<State> From(Verb verb, Check check) {
  std::vector<State> states;
  for (size_t i = 0; i < kEnumNames<State>.size(); ++i) {
    const auto state = static_cast<State>(i);
    const absl::Status status = check(state, verb);
    if (status.ok()) {
      states.push_back(state);
    } else {
      EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
    }
  }
  return states;
}

TEST(Moves, OfNotices) {
  const auto from = [](NoticeVerb verb) {
    return From<NoticeVerb, InboundState>(verb, [](InboundState state, NoticeVerb v) {
      return CheckMove(InboundNotice{.state = state}, v);
    });
  };
  using enum InboundState;
  EXPECT_THAT(from(NoticeVerb::kStartReceiving), ElementsAre(kExpected, kReceiving));
  EXPECT_THAT(from(NoticeVerb::kRecordReceipt), ElementsAre(kReceiving, kReceived));
  EXPECT_THAT(from(NoticeVerb::kInspect), ElementsAre(kReceiving, kReceived, kClosed));
  EXPECT_THAT(from(NoticeVerb::kClose), ElementsAre(kReceiving, kReceived));
  EXPECT_THAT(from(NoticeVerb::kCancel), ElementsAre(kExpected, kReceiving));
  EXPECT_THAT(
      CheckMove(InboundNotice{.lines = {{.quantity = 2, .received = 1}}, .state = kReceiving},
                NoticeVerb::kCancel),
      HasReason("NOTICE_STATE"));
}

TEST(Moves, OfReturns) {
  const auto from = [](ReturnVerb verb) {
    return From<ReturnVerb, ReturnState>(verb, [](ReturnState state, ReturnVerb v) {
      return CheckMove(CustomerReturn{.state = state}, v);
    });
  };
  using enum ReturnState;
  EXPECT_THAT(from(ReturnVerb::kReceive), ElementsAre(kExpected, kReceiving, kReceived));
  EXPECT_THAT(from(ReturnVerb::kInspect), ElementsAre(kReceiving, kReceived));
  EXPECT_THAT(from(ReturnVerb::kClose), ElementsAre(kReceiving));
  EXPECT_THAT(from(ReturnVerb::kCancel), ElementsAre(kExpected));
}

TEST(Moves, OfTransfers) {
  const auto from = [](TransferVerb verb) {
    return From<TransferVerb, TransferState>(verb, [](TransferState state, TransferVerb v) {
      return CheckMove(StockTransfer{.state = state}, v);
    });
  };
  using enum TransferState;
  EXPECT_THAT(from(TransferVerb::kDispatch), ElementsAre(kPlanned));
  EXPECT_THAT(from(TransferVerb::kReceive), ElementsAre(kInTransit, kReceiving));
  EXPECT_THAT(from(TransferVerb::kCancel), ElementsAre(kPlanned, kInTransit));
}

TEST(Tolerance, IsTheLargerOfShareAndPiecesRoundedDown) {
  const InboundPolicy policy{.over_receipt_bps = 500, .over_receipt_pieces = 3};
  EXPECT_EQ(TolerableQuantity(policy, 0), 3);
  EXPECT_EQ(TolerableQuantity(policy, 60), 63);
  EXPECT_EQ(TolerableQuantity(policy, 79), 82);  // 3.95 counts as 3
  EXPECT_EQ(TolerableQuantity(policy, 80), 84);
  EXPECT_EQ(TolerableQuantity(policy, 10'000'000), 10'500'000);
}

TEST(InspectionRules, TheFirstThatFitsDecides) {
  const Sku shirt{.id = "s", .category = "shirts"};
  EXPECT_TRUE(NeedsInspection({}, InboundKind::kPurchase, shirt));
  const InboundPolicy policy{
      .inspection_rules = {{.kind = InboundKind::kReturn, .required = true},
                           {.category = "shirts", .required = false},
                           {.kind = InboundKind::kPurchase, .required = true}}};
  EXPECT_TRUE(NeedsInspection(policy, InboundKind::kReturn, shirt));
  EXPECT_FALSE(NeedsInspection(policy, InboundKind::kPurchase, shirt));
  EXPECT_TRUE(NeedsInspection(policy, InboundKind::kPurchase, {.category = "shoes"}));
}

TEST(Rekey, InComesBeforeOutSoThatReservedStockStaysCovered) {
  const TotalKey key{"sku", "", "node", StockCondition::kSellable};
  Totals totals;
  totals[key] = {.key = key, .on_hand = 10, .reserved = 10};
  std::vector<Movement> movements;
  AppendRekey({key, "", "A"}, {key, "", "B"}, 10, "PutAway", "doc", "", {}, movements);
  EXPECT_TRUE(Apply(movements, totals).ok());
  EXPECT_EQ(totals[key].on_hand, 10);
}

TEST(Shipped, IsOverAllLinesAndOwners) {
  const Reservation reservation{
      .id = "r",
      .lines = {{"n1", "a", "", 5, 3}, {"n2", "a", "", 5, 2}, {"n1", "a", "brand", 5, 1}}};
  const CustomerReturn other{.id = "1", .lines = {{.sku_id = "a", .quantity = 2, .received = 1}}};
  const auto check = [&](const CustomerReturn& o, int64_t quantity, const std::string& owner) {
    const CustomerReturn mine{.id = "2",
                              .lines = {{.sku_id = "a", .owner_id = owner, .quantity = quantity}}};
    return CheckShipped(reservation, std::vector{o}, mine).ok();
  };
  EXPECT_TRUE(check(other, 3, ""));
  EXPECT_FALSE(check(other, 4, ""));
  EXPECT_TRUE(check(other, 1, "brand"));
  EXPECT_FALSE(check(other, 2, "brand"));
  CustomerReturn closed = other;
  closed.state = ReturnState::kReceived;  // the second piece will not come
  EXPECT_TRUE(check(closed, 4, ""));
  closed.state = ReturnState::kCancelled;
  EXPECT_TRUE(check(closed, 5, ""));
  EXPECT_FALSE(check(closed, 6, ""));
}

}  // namespace
}  // namespace kefu::warehouse::domain
