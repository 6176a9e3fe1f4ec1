#include "services/aftersales/domain/orders/order.h"

#include <algorithm>
#include <limits>
#include <random>

#include "common/status/error.h"
#include "common/testing/status_matchers.h"
#include "fmt/format.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace kefu::aftersales::domain {
namespace {

using ::kefu::testing::HasReason;
using ::testing::ElementsAre;

// CNY 100.00 with 10.00 of freight: 90.00 for goods priced 70.00 and 50.00.
Order Sold() {
  Order order;
  order.order_id = "order-1";
  order.customer_id = "buyer-1";
  order.currency = "CNY";
  order.paid_minor = 10000;
  order.freight_minor = 1000;
  order.waybill = "SF-1";
  order.create_time = absl::FromUnixSeconds(1768492800);  // 2026-01-16 00:00 in Shanghai
  order.lines = {{"shirt", "clothing", 3, 7000}, {"mug", "home", 1, 5000}};
  return order;
}

absl::TimeZone Shanghai() {
  absl::TimeZone zone;
  EXPECT_TRUE(absl::LoadTimeZone("Asia/Shanghai", &zone));
  return zone;
}

TEST(OrderTest, ACaseTakesWhatItDoesNotSay) {
  Case record;
  record.lines = {{"shirt", "", 2}, {"mug", "glass", 1}};
  ASSERT_OK(TakeFromOrder(Sold(), Shanghai(), record));
  EXPECT_EQ(record.customer_id, "buyer-1");
  EXPECT_EQ(record.waybill, "SF-1");
  EXPECT_EQ(record.purchase_date, absl::CivilDay(2026, 1, 16));
  EXPECT_EQ(record.lines[0].category, "clothing");
  EXPECT_EQ(record.lines[1].category, "glass");
  // What it says stays.
  record.waybill = "YT-2";
  record.purchase_date = absl::CivilDay(2026, 1, 15);
  ASSERT_OK(TakeFromOrder(Sold(), Shanghai(), record));
  EXPECT_EQ(record.waybill, "YT-2");
  EXPECT_EQ(record.purchase_date, absl::CivilDay(2026, 1, 15));
}

TEST(OrderTest, EveryMismatchIsNamedAndNothingTaken) {
  Case record;
  record.customer_id = "buyer-2";
  record.lines = {{"shirt", "", 2}, {"shirt", "", 2}, {"sock", "", 1}};
  const absl::Status status = TakeFromOrder(Sold(), Shanghai(), record);
  EXPECT_THAT(status, HasReason("ORDER_MISMATCH"));
  const auto failure = GetDetail<google::rpc::PreconditionFailure>(status);
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->violations_size(), 3) << failure->DebugString();
  EXPECT_EQ(record.waybill, "");
}

TEST(OrderTest, WhatWasPaidIsSpreadByPriceAndAddsUp) {
  Order order = Sold();
  EXPECT_THAT(PaidByLine(order), ::kefu::testing::IsOkAndHolds(ElementsAre(5250, 3750)));
  order.paid_minor = 1001;
  EXPECT_THAT(PaidByLine(order), ::kefu::testing::IsOkAndHolds(ElementsAre(1, 0)));
  order.lines = {{"gift", "", 3, 0}, {"sample", "", 1, 0}};
  order.paid_minor = 1400;
  EXPECT_THAT(PaidByLine(order), ::kefu::testing::IsOkAndHolds(ElementsAre(300, 100)));
}

TEST(OrderTest, PiecesAreWorthTheirShareAndTheLastOnesTheRest) {
  const Order order = Sold();  // three shirts for 52.50
  const std::vector<CaseLine> one = {{"shirt", "", 1}}, two = {{"shirt", "", 2}};
  EXPECT_EQ(PaidFor(order, one, {}).value(), 1750);
  EXPECT_EQ(PaidFor(order, two, one).value(), 3500);
  EXPECT_THAT(PaidFor(order, two, two), HasReason("PIECES_PAID_BACK"));
  EXPECT_THAT(PaidFor(order, {{{"shirt", "", 4}}}, {}), HasReason("ORDER_MISMATCH"));
  EXPECT_THAT(PaidFor(order, {{{"sock", "", 1}}}, {}), HasReason("ORDER_MISMATCH"));
}

TEST(OrderTest, AnAmountPaysPiecesBackWhereItReachesWhatIsLeftOfThemIsWorth) {
  using Lines = std::vector<CaseLine>;
  const Order order = Sold();
  const Lines one = {{"shirt", "", 1}}, two = {{"shirt", "", 2}}, all = {{"shirt", "", 3}};
  const auto pieces = [&](const Lines& named, const Lines& before, int64_t amount) {
    const auto paid = PaidBackBy(order, named, before, amount);
    if (!paid.ok()) return std::string(ReasonOf(paid.status()));
    return paid->empty() ? "none" : fmt::format("{}", paid->front().quantity);
  };
  EXPECT_EQ(pieces(two, {}, 3499), "none");
  EXPECT_EQ(pieces(two, {}, 3500), "2");
  EXPECT_EQ(pieces(two, {}, 9999), "2");
  EXPECT_EQ(pieces(two, one, 3500), "2");
  // One of the two is left: what is beyond its worth would pay the other one again.
  EXPECT_EQ(pieces(two, two, 1749), "none");
  EXPECT_EQ(pieces(two, two, 1750), "1");
  EXPECT_EQ(pieces(two, two, 1751), "PIECES_PAID_BACK");
  EXPECT_EQ(pieces(one, all, 1), "PIECES_PAID_BACK");
  // What the order does not have is nobody's to pay back; the reviewer may grant it all the same.
  EXPECT_EQ(pieces({{"sock", "", 1}}, {}, 1), "none");
  EXPECT_EQ(pieces({{"shirt", "", 4}}, {}, 5250), "3");
  // Nothing was paid for a gift: no amount pays it back.
  Order gift = Sold();
  gift.lines.push_back({"gift", "", 1, 0});
  const auto none = PaidBackBy(gift, {{{"gift", "", 1}}}, {}, 500);
  ASSERT_OK(none);
  EXPECT_TRUE(none->empty());
}

TEST(OrderTest, WhatIsSentIsWorthWhatWasPaidForIt) {
  Order order = Sold();  // three shirts for 52.50, a mug for 37.50
  order.lines.push_back({"gift", "", 2, 0});
  const auto worth = [&](const std::vector<CaseLine>& sent) {
    const auto known = WorthOfSent(order, sent);
    return known.ok() ? fmt::format("{}{}", known->minor, known->known ? "" : "+") : "error";
  };
  EXPECT_EQ(worth({}), "0");
  EXPECT_EQ(worth({{"shirt", "", 1}}), "1750");
  EXPECT_EQ(worth({{"shirt", "", 1}, {"mug", "", 1}, {"shirt", "", 2}}), "9000");
  // More than the order has, of what it does not have, and of gifts.
  EXPECT_EQ(worth({{"shirt", "", 30}}), "52500");
  EXPECT_EQ(worth({{"phone", "", 1}, {"mug", "", 1}}), "3750+");
  EXPECT_EQ(worth({{"gift", "", 2}}), "0");
  EXPECT_EQ(worth({{"gift", "", 3}}), "0+");
  EXPECT_EQ(worth({{"shirt", "", std::numeric_limits<int64_t>::max()}}),
            fmt::format("{}", std::numeric_limits<int64_t>::max()));
  // Of an order of which nothing was paid nothing has a known price, but for its gifts.
  order.paid_minor = order.freight_minor = 0;
  EXPECT_EQ(worth({{"mug", "", 1}}), "0+");
  EXPECT_EQ(worth({{"gift", "", 1}}), "0");
  order.lines.clear();
  EXPECT_EQ(worth({{"mug", "", 1}}), "0+");
}

TEST(OrderTest, WhatAnExchangeSendsIsHeldAgainstWhatComesBack) {
  Order order = Sold();  // three shirts for 52.50, a mug for 37.50
  order.lines.push_back({"gift", "", 2, 0});
  using Lines = std::vector<CaseLine>;
  const auto text = [](const SentWorth& worth) {
    return fmt::format("{}{}", worth.minor, worth.known ? "" : "+");
  };
  // All that is sent, and what of it is beyond what comes back.
  const auto worth = [&](const Lines& sent, const Lines& back, bool vouched = false) {
    const auto known = WorthOfExchange(order, sent, back, vouched);
    return known.ok() ? text(known->sent) + " " + text(known->beyond) : "error";
  };
  const Lines shirt = {{"shirt", "", 1}}, mug = {{"mug", "", 1}};
  EXPECT_EQ(worth(shirt, shirt), "1750 0");
  EXPECT_EQ(worth(mug, mug), "3750 0");
  // As many pieces, and dearer or cheaper ones.
  EXPECT_EQ(worth(mug, shirt), "3750 2000");
  EXPECT_EQ(worth(shirt, mug), "1750 0");
  EXPECT_EQ(worth(mug, {{"shirt", "", 2}}), "3750 250");
  // More than come back.
  EXPECT_EQ(worth({{"shirt", "", 2}}, shirt), "3500 1750");
  EXPECT_EQ(worth({{"shirt", "", 2}}, mug), "3500 0") << "two for one that was dearer";
  EXPECT_EQ(worth({{"shirt", "", 1}, {"mug", "", 1}}, shirt), "5500 3750");
  EXPECT_EQ(worth({{"mug", "", 1}, {"shirt", "", 2}}, {{"sock", "", 1}}), "7250 7250");

  // Another size, of which the order knows nothing: nobody knows, unless somebody vouches for it.
  const Lines large = {{"shirt-l", "", 1}};
  EXPECT_EQ(worth(large, shirt), "0+ 0+");
  EXPECT_EQ(worth(large, shirt, true), "1750 0");
  EXPECT_EQ(worth({{"shirt-l", "", 2}}, {{"shirt", "", 3}}, true), "3500 0");
  // It stands for what does not come back for its like, the dearest first.
  EXPECT_EQ(worth({{"mug", "", 1}, {"shirt-l", "", 1}}, {{"mug", "", 1}, {"shirt", "", 1}}, true),
            "5500 0");
  EXPECT_EQ(worth(large, {{"mug", "", 1}, {"shirt", "", 1}}, true), "3750 0");
  EXPECT_EQ(worth({{"mug", "", 1}, {"shirt-l", "", 1}}, {{"shirt", "", 2}}, true), "5500 2000");
  // Nobody vouches for more pieces than come back, nor for what replaces what nobody knows.
  EXPECT_EQ(worth({{"shirt-l", "", 2}}, shirt, true), "0+ 0+");
  EXPECT_EQ(worth({{"shirt-l", "", 1}, {"mug", "", 1}}, shirt, true), "3750+ 2000+");
  EXPECT_EQ(worth({{"phone", "", 10}}, shirt, true), "0+ 0+");
  EXPECT_EQ(worth(large, {{"sock", "", 1}}, true), "0+ 0+");
  // Gifts are free as far as the order has them.
  EXPECT_EQ(worth({{"gift", "", 1}}, {{"gift", "", 1}}), "0 0");
  EXPECT_EQ(worth({{"gift", "", 3}}, {{"shirt", "", 3}}), "0+ 0+");

  // Where nothing was paid, a piece still stands for its like.
  order.paid_minor = order.freight_minor = 0;
  EXPECT_EQ(worth(shirt, shirt), "0+ 0");
  EXPECT_EQ(worth(large, shirt, true), "0+ 0+");
}

// However pieces come back, together they are worth what was paid for goods, never more.
TEST(OrderProperty, AllPiecesTogetherAreWorthWhatWasPaid) {
  std::mt19937 random(20260115);
  const auto upto = [&](int64_t most) {
    return std::uniform_int_distribution<int64_t>(0, most)(random);
  };
  for (int round = 0; round < 2000; ++round) {
    Order order;
    order.currency = "CNY";
    order.freight_minor = upto(2000);
    order.paid_minor = order.freight_minor + upto(100'000);
    const int64_t lines = 1 + upto(4);
    for (int64_t i = 0; i < lines; ++i) {
      order.lines.push_back(
          {std::string(1, static_cast<char>('a' + i)), "", 1 + upto(6), upto(1) * upto(50'000)});
    }
    std::vector<CaseLine> before, left;
    for (const OrderLine& line : order.lines) left.push_back({line.sku, "", line.quantity});
    int64_t sum = 0;
    while (!left.empty()) {
      const size_t at = upto(static_cast<int64_t>(left.size()) - 1);
      const int64_t pieces = 1 + upto(left[at].quantity - 1);
      const std::vector<CaseLine> now = {{left[at].sku, "", pieces}};
      const auto worth = PaidFor(order, now, before);
      ASSERT_OK(worth);
      ASSERT_GE(*worth, 0);
      sum += *worth;
      before.push_back(now.front());
      if ((left[at].quantity -= pieces) == 0) left.erase(left.begin() + at);
    }
    ASSERT_EQ(sum, order.paid_minor - order.freight_minor) << round;
  }
}

TEST(OrderTest, TwoStatesDifferInTheFieldsThatSayOtherwise) {
  Order order;
  order.currency = "CNY";
  order.paid_minor = 100;
  order.create_time = absl::FromUnixSeconds(1);
  order.lines = {{"a", "food", 1, 60}, {"b", "", 2, 40}};
  Order other = order;
  std::ranges::reverse(other.lines);
  EXPECT_TRUE(DifferentFields(order, other).empty()) << "lines in another order";
  other.currency = "USD";
  other.sign_time = absl::FromUnixSeconds(2);
  other.lines[0].category = "fresh_food";
  EXPECT_THAT(DifferentFields(order, other), ::testing::ElementsAre("paid", "sign_time", "lines"));
  Order all = order;
  all.customer_id = all.waybill = all.carrier = all.reservation_id = all.agent_id = "x";
  all.paid_minor = all.freight_minor = 1;
  all.create_time = absl::FromUnixSeconds(9);
  all.pay_time = all.promised_ship_time = all.ship_time = all.sign_time = all.create_time;
  all.lines.pop_back();
  EXPECT_EQ(DifferentFields(order, all).size(), 13u);
}

}  // namespace
}  // namespace kefu::aftersales::domain
