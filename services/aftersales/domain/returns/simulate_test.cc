#include "services/aftersales/domain/returns/simulate.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace kefu::aftersales::domain::returns {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;
using Day = absl::CivilDay;

// CNY 90 for the goods, CNY 10 for their shipment.
constexpr int64_t kGoods = 9'000, kFreight = 1'000;
Paid APaid() { return {"CNY", kGoods, kFreight}; }

Offer Gives(Payer back, Payer out, Day last = Day(2026, 1, 8)) {
  return {Decision::kAllowed, last, back, out, {{"", "p", 1}, "r", Source::kPlatform}};
}

// The outcome that is reduced to the offer.
Outcome Of(Remedy remedy, const Offer& offer) {
  Outcome outcome{.remedy = remedy, .decision = offer.decision};
  if (offer.decision == Decision::kNotAllowed) return outcome;
  auto& periods =
      offer.decision == Decision::kAllowed ? outcome.periods : outcome.periods_when_shown;
  periods.push_back({.first = Day(2026, 1, 2),
                     .last = offer.last,
                     .rule = offer.rule,
                     .return_freight = {offer.return_freight, offer.rule},
                     .outbound_freight = {offer.outbound_freight, offer.rule}});
  return outcome;
}

TEST(WorthTest, IsTheMoneyThatTheBuyerEndsUpWith) {
  using enum Payer;
  struct Row {
    Remedy remedy;
    Payer back, out;
    int64_t worth;
  };
  for (const Row& row :
       std::vector<Row>{{Remedy::kReturn, kMerchant, kMerchant, kGoods + kFreight},
                        {Remedy::kReturn, kMerchant, kBuyer, kGoods},
                        {Remedy::kReturn, kBuyer, kMerchant, kGoods},
                        {Remedy::kReturn, kBuyer, kBuyer, kGoods - kFreight},
                        {Remedy::kRefundOnly, kUnspecified, kMerchant, kGoods + kFreight},
                        {Remedy::kRefundOnly, kUnspecified, kBuyer, kGoods},
                        {Remedy::kExchange, kMerchant, kMerchant, 0},
                        {Remedy::kExchange, kBuyer, kMerchant, -kFreight},
                        {Remedy::kRepair, kBuyer, kBuyer, -2 * kFreight}}) {
    EXPECT_EQ(Worth(row.remedy, Gives(row.back, row.out), APaid()), row.worth)
        << NameOf(row.remedy) << NameOf(row.back) << NameOf(row.out);
  }
  EXPECT_EQ(Worth(Remedy::kReturn, {}, APaid()), 0);
  Offer more = Gives(kMerchant, kMerchant);
  more.decision = Decision::kNeedsMore;
  EXPECT_EQ(Worth(Remedy::kReturn, more, APaid()), 0);
  // Nobody sends back for less than the freight.
  EXPECT_EQ(Worth(Remedy::kReturn, Gives(kBuyer, kBuyer), {"CNY", 500, 1'000}), 0);
}

TEST(CompareTest, OfReturnAndRefundTheBuyerTakesTheBest) {
  using enum Payer;
  const Offer dear = Gives(kBuyer, kBuyer), free = Gives(kMerchant, kMerchant);
  const std::vector<Outcome> before = {Of(Remedy::kReturn, dear), Of(Remedy::kRefundOnly, {})};
  const std::vector<Outcome> after = {Of(Remedy::kReturn, free), Of(Remedy::kRefundOnly, free)};
  const EvaluationChange got = Compare(before, after, APaid());
  ASSERT_THAT(got.remedies, SizeIs(2));
  EXPECT_EQ(got.remedies[0].more_minor, 2 * kFreight);
  EXPECT_EQ(got.remedies[1].more_minor, kGoods + kFreight);
  EXPECT_EQ(got.more_minor, 2 * kFreight);  // one of them, not both
  const EvaluationChange back = Compare(after, before, APaid());
  EXPECT_EQ(back.more_minor, -2 * kFreight);
  EXPECT_THAT(Compare(before, before, APaid()).remedies, IsEmpty());
  // Without an order the cases are told and no money.
  const EvaluationChange unknown = Compare(before, after, std::nullopt);
  EXPECT_THAT(unknown.remedies, SizeIs(2));
  EXPECT_EQ(unknown.more_minor, 0);
}

TEST(CompareTest, WhatIsTheSameToTheBuyerIsNoChange) {
  const Offer by_one = Gives(Payer::kBuyer, Payer::kMerchant);
  Offer by_another = by_one;
  by_another.rule.rule_id = "another";
  EXPECT_THAT(Compare(std::vector{Of(Remedy::kExchange, by_one)},
                      std::vector{Of(Remedy::kExchange, by_another)}, APaid())
                  .remedies,
              IsEmpty());
  by_another.last = Day(2026, 1, 9);
  const auto longer = Compare(std::vector{Of(Remedy::kExchange, by_one)},
                              std::vector{Of(Remedy::kExchange, by_another)}, APaid());
  ASSERT_THAT(longer.remedies, SizeIs(1));
  EXPECT_EQ(longer.remedies[0].more_minor, 0);
  // An exchange that was not allowed has no price; a freight less has one.
  const auto gained = Compare(std::vector{Of(Remedy::kExchange, {})},
                              std::vector{Of(Remedy::kExchange, by_one)}, APaid());
  EXPECT_EQ(gained.remedies[0].more_minor, 0);
  const auto cheaper = Compare(
      std::vector{Of(Remedy::kExchange, by_one)},
      std::vector{Of(Remedy::kExchange, Gives(Payer::kMerchant, Payer::kMerchant))}, APaid());
  EXPECT_EQ(cheaper.remedies[0].more_minor, kFreight);
}

TEST(ScopeTest, TheMoreParticularIsGreater) {
  Policy policy{.ref = {"", "default/returns", 1}};
  EXPECT_EQ(ScopeOf(policy), Scope::kNone);
  policy.ref.org_id = "org";
  EXPECT_EQ(ScopeOf(policy), Scope::kOrganization);
  EXPECT_TRUE(IsFor(policy, "shop", "JD"));
  policy.platform = "JD";
  EXPECT_EQ(ScopeOf(policy), Scope::kPlatform);
  EXPECT_FALSE(IsFor(policy, "shop", "TMALL"));
  EXPECT_TRUE(IsFor(policy, "shop", "JD"));
  policy.platform.clear();
  policy.shop_id = "shop";
  EXPECT_EQ(ScopeOf(policy), Scope::kShop);
  EXPECT_FALSE(IsFor(policy, "other", "JD"));
}

}  // namespace
}  // namespace kefu::aftersales::domain::returns
