#include "services/aftersales/domain/compensation.h"

#include <random>
#include <string>
#include <vector>

#include "common/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace kefu::aftersales::domain {
namespace {

using ::kefu::testing::HasReason;
using ::kefu::testing::StatusIs;

CompensationPolicy Policy() {
  return {.ref = {"", "default/compensation", 1},
          .late_shipment_bps = 3000,
          .late_shipment_min_minor = 500,
          .late_shipment_max_minor = 50'000,
          .freight_multiple_bps = 30'000};
}

CompensationQuestion Late(Money paid) {
  return {.kind = CompensationKind::kLateShipment, .paid = std::move(paid)};
}
CompensationQuestion Freight(Money freight) {
  return {.kind = CompensationKind::kFreight, .freight = std::move(freight)};
}

TEST(CompensationTest, LateShipmentAtItsBorders) {
  struct Row {
    Money paid;
    int64_t amount;
    const char* explanation;
  };
  for (const Row& row : std::vector<Row>{
           {{"CNY", 1666}, 500, "30% of 16.66 = 5.00, at least 5.00, at most 500.00"},
           {{"CNY", 1667}, 500, "30% of 16.67 = 5.00, at least 5.00, at most 500.00"},
           {{"CNY", 1668}, 500, "30% of 16.68 = 5.00, at least 5.00, at most 500.00"},
           {{"CNY", 1669}, 501, "30% of 16.69 = 5.01, at least 5.00, at most 500.00"},
           {{"CNY", 166'666}, 50'000, "30% of 1666.66 = 500.00, at least 5.00, at most 500.00"},
           {{"CNY", 166'667}, 50'000, "30% of 1666.67 = 500.00, at least 5.00, at most 500.00"},
           {{"CNY", 166'669}, 50'000, "30% of 1666.69 = 500.01, at least 5.00, at most 500.00"},
           {{"CNY", 166'663}, 49'999, "30% of 1666.63 = 499.99, at least 5.00, at most 500.00"},
           // The letter of the rule: more than was paid.
           {{"CNY", 400}, 500, "30% of 4.00 = 1.20, at least 5.00, at most 500.00"},
           {{"CNY", 0}, 0, "nothing was paid: nothing is compensated"},
           // Half up: 30 % of 50.05 is 15.015.
           {{"CNY", 5005}, 1502, "30% of 50.05 = 15.02, at least 5.00, at most 500.00"},
           // The numbers hold in the order's currency, in its own minor unit.
           {{"BRL", 10'000}, 3000, "30% of 100.00 = 30.00, at least 5.00, at most 500.00"},
           {{"JPY", 1001}, 500, "30% of 1001 = 300, at least 500, at most 50000"},
           {{"JPY", 5005}, 1502, "30% of 5005 = 1502, at least 500, at most 50000"},
           {{"KWD", 9000}, 2700, "30% of 9.000 = 2.700, at least 0.500, at most 50.000"}}) {
    ASSERT_OK_AND_ASSIGN(const CompensationQuote quote, Compute(Policy(), Late(row.paid)));
    EXPECT_EQ(quote.amount, (Money{row.paid.currency, row.amount}));
    EXPECT_EQ(quote.explanation, row.explanation);
  }
}

TEST(CompensationTest, FreightIsPaidThreefold) {
  ASSERT_OK_AND_ASSIGN(const CompensationQuote quote, Compute(Policy(), Freight({"CNY", 1250})));
  EXPECT_EQ(quote.amount, (Money{"CNY", 3750}));
  EXPECT_EQ(quote.explanation, "3 times the freight of 12.50 = 37.50");
  CompensationPolicy policy = Policy();
  policy.freight_multiple_bps = 15'050;
  ASSERT_OK_AND_ASSIGN(const CompensationQuote odd, Compute(policy, Freight({"CNY", 100})));
  EXPECT_EQ(odd.amount.minor, 151);  // 150.5, half up
  EXPECT_EQ(odd.explanation, "1.505 times the freight of 1.00 = 1.51");
}

TEST(CompensationTest, WhatIsPaidInAdvanceIsClaimedAndBounded) {
  const auto advance = [](int64_t claimed, int64_t paid) {
    return CompensationQuestion{.kind = CompensationKind::kAdvance,
                                .paid = Money{"CNY", paid},
                                .claimed = Money{"CNY", claimed}};
  };
  ASSERT_OK_AND_ASSIGN(const CompensationQuote whole, Compute(Policy(), advance(2000, 5000)));
  EXPECT_EQ(whole.amount, (Money{"CNY", 2000}));
  EXPECT_EQ(whole.explanation, "20.00 claimed, at most 100% of 50.00 = 50.00");
  ASSERT_OK_AND_ASSIGN(const CompensationQuote most, Compute(Policy(), advance(5001, 5000)));
  EXPECT_EQ(most.amount.minor, 5000);
  CompensationPolicy policy = Policy();
  policy.advance_max_bps = 15'000;
  ASSERT_OK_AND_ASSIGN(const CompensationQuote more, Compute(policy, advance(9000, 5001)));
  EXPECT_EQ(more.amount.minor, 7502);  // 75.015, half up
  policy.cap_at_paid = true;
  ASSERT_OK_AND_ASSIGN(const CompensationQuote capped, Compute(policy, advance(9000, 5001)));
  EXPECT_EQ(capped.amount.minor, 5001);
  CompensationQuestion mixed = advance(1, 1);
  mixed.claimed->currency = "USD";
  EXPECT_THAT(Compute(Policy(), mixed), HasReason("CURRENCY_MISMATCH"));
}

TEST(CompensationTest, TheSwitchCapsAtWhatWasPaid) {
  CompensationPolicy policy = Policy();
  policy.cap_at_paid = true;
  ASSERT_OK_AND_ASSIGN(const CompensationQuote capped, Compute(policy, Late({"CNY", 400})));
  EXPECT_EQ(capped.amount.minor, 400);
  EXPECT_EQ(capped.explanation,
            "30% of 4.00 = 1.20, at least 5.00, at most 500.00; capped at what was paid = 4.00");
  ASSERT_OK_AND_ASSIGN(const CompensationQuote free, Compute(policy, Late({"CNY", 10'000})));
  EXPECT_EQ(free.amount.minor, 3000);
  EXPECT_THAT(Compute(policy, Freight({"CNY", 100})), HasReason("PAID_REQUIRED"));
  CompensationQuestion both = Freight({"CNY", 1000});
  both.paid = Money{"CNY", 2000};
  ASSERT_OK_AND_ASSIGN(const CompensationQuote freight, Compute(policy, both));
  EXPECT_EQ(freight.amount.minor, 2000);
}

TEST(CompensationTest, RefusesWhatDoesNotGoTogetherOrDoesNotFit) {
  CompensationQuestion question = Late({"CNY", 1000});
  question.freight = Money{"USD", 100};
  EXPECT_THAT(Compute(Policy(), question), HasReason("CURRENCY_MISMATCH"));
  EXPECT_THAT(Compute(Policy(), Freight({"CNY", INT64_MAX})),
              StatusIs(absl::StatusCode::kOutOfRange));
}

TEST(CompensationProperty, NeverOutsideTheBoundsAndNeverLessForMore) {
  std::mt19937_64 random(7);
  for (int i = 0; i < 5000; ++i) {
    const auto paid = static_cast<int64_t>(random() % 300'000);
    ASSERT_OK_AND_ASSIGN(const auto less, Compute(Policy(), Late({"CNY", paid})));
    ASSERT_OK_AND_ASSIGN(const auto more, Compute(Policy(), Late({"CNY", paid + 1})));
    ASSERT_GE(less.amount.minor, 500);
    ASSERT_LE(less.amount.minor, 50'000);
    ASSERT_LE(less.amount.minor, more.amount.minor);
    // Half up by hand.
    ASSERT_EQ(less.amount.minor, std::clamp<int64_t>((paid * 3 + 5) / 10, 500, 50'000));
  }
}

}  // namespace
}  // namespace kefu::aftersales::domain
