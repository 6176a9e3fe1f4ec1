#include "services/warehouse/domain/counts.h"

#include "common/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/warehouse/domain/recalls.h"

namespace kefu::warehouse::domain {
namespace {

using ::kefu::testing::HasReason;
using ::testing::ElementsAre;
using ::testing::Pair;

const absl::CivilDay kDay(2026, 1, 15);

CountAttempt By(std::string who, int64_t counted, int64_t expected) {
  return {.counter = std::move(who), .counted = counted, .expected = expected};
}

TEST(Counts, ADifferenceWithinTheToleranceIsSettled) {
  const OutboundPolicy policy{.recount_tolerance_pieces = 2,
                              .recount_tolerance_bps = 50,
                              .recount_tolerance_value_minor = 1000};
  const Sku cheap{.list_price = Money{"CNY", 100}}, dear{.list_price = Money{"CNY", 501}}, none;
  EXPECT_TRUE(WithinTolerance(By("a", 10, 10), dear, policy));
  EXPECT_TRUE(WithinTolerance(By("a", 8, 10), cheap, policy));
  EXPECT_FALSE(WithinTolerance(By("a", 7, 10), cheap, policy));
  EXPECT_FALSE(WithinTolerance(By("a", 8, 10), dear, policy));     // 10.02 yuan
  EXPECT_TRUE(WithinTolerance(By("a", 995, 1000), none, policy));  // 0.5 %
  EXPECT_FALSE(WithinTolerance(By("a", 994, 1000), none, policy));
  EXPECT_FALSE(WithinTolerance(By("a", 1000000000, 0), none, policy));
}

TEST(Counts, OthersCountAgainUntilTwoAgreeOrItIsEnough) {
  const OutboundPolicy policy{.max_counts = 3};
  const Sku sku;
  CountLine line{.number = 4};
  EXPECT_TRUE(AddAttempt(line, By("ann", 7, 10), sku, policy).ok());
  EXPECT_EQ(line.state, CountLineState::kRecount);
  EXPECT_THAT(AddAttempt(line, By("ann", 10, 10), sku, policy), HasReason("COUNT_SAME_PERSON"));
  // Two pieces left meanwhile: the same difference.
  CountLine agreed = line;
  EXPECT_TRUE(AddAttempt(agreed, By("bob", 5, 8), sku, policy).ok());
  EXPECT_EQ(agreed.state, CountLineState::kSettled);
  EXPECT_EQ(agreed.difference(), -3);
  EXPECT_THAT(AddAttempt(agreed, By("cid", 5, 8), sku, policy), HasReason("COUNT_STATE"));
  EXPECT_TRUE(AddAttempt(line, By("bob", 9, 10), sku, policy).ok());
  EXPECT_EQ(line.state, CountLineState::kRecount);
  EXPECT_TRUE(AddAttempt(line, By("cid", 8, 10), sku, policy).ok());
  EXPECT_EQ(line.state, CountLineState::kSettled);
  EXPECT_EQ(line.difference(), -2);
  Count count{.id = "c", .lines = {line}};
  EXPECT_THAT(CheckApprover(count, "bob"), HasReason("COUNT_SELF_APPROVAL"));
  EXPECT_TRUE(CheckApprover(count, "dan").ok());
}

TEST(Counts, NeverBelowWhatIsPromised) {
  const TotalKey key{"s", "", "n"}, other{"t", "", "n"};
  const Totals totals = {{key, {.key = key, .on_hand = 10, .reserved = 8}},
                         {other, {.key = other, .on_hand = 10, .reserved = 0}}};
  const std::vector<Difference> fits = {
      {{key, "", "A"}, -5}, {{key, "", "B"}, 3}, {{other, "", "A"}, -10}, {{other, "", "B"}, 0}};
  auto planned = PlanCount(fits, totals, {}, "c", kDay);
  ASSERT_TRUE(planned.ok());
  ASSERT_EQ(planned->size(), 3u);
  EXPECT_EQ((*planned)[0].from, LedgerAccount::kAdjustment);  // what comes in goes first
  Totals after = totals;
  EXPECT_TRUE(Apply(*planned, after).ok());
  EXPECT_EQ(after.at(key).on_hand, 8);
  const std::vector<Difference> too_much = {{{key, "", "A"}, -5}, {{key, "", "B"}, 2}};
  EXPECT_THAT(BelowReserved(too_much, totals), ElementsAre(key));
  const auto refused = PlanCount(too_much, totals, {{key, {"r1", "r2"}}}, "c", kDay);
  EXPECT_THAT(refused, HasReason("COUNT_BELOW_RESERVED"));
  const auto failure = GetDetail<google::rpc::PreconditionFailure>(refused.status());
  ASSERT_EQ(failure->violations_size(), 1);
  EXPECT_EQ(failure->violations(0).description(),
            "7 would be left and 8 are promised: release 1 of r1, r2");
}

TEST(Counts, AccuracyByLinesPiecesAndValue) {
  std::map<std::string, Sku> skus;
  skus["s"].list_price = Money{"CNY", 250};
  const TotalKey s{"s", "", "n"}, t{"t", "", "n"};
  const auto line = [](const TotalKey& key, int64_t counted, int64_t expected) {
    return CountLine{.key = {key, "", ""},
                     .state = CountLineState::kSettled,
                     .attempts = {By("a", counted, expected)}};
  };
  const Count count{.lines = {line(s, 8, 10), line(s, 11, 10), line(t, 0, 1), line(t, 9, 9),
                              CountLine{.key = {t, "", ""}}}};
  const Accuracy accuracy = AccuracyOf(count, skus);
  EXPECT_EQ(accuracy.lines, 4);
  EXPECT_EQ(accuracy.exact_lines, 1);
  EXPECT_EQ(accuracy.line_bps, 2500);
  EXPECT_EQ(accuracy.expected, 30);
  EXPECT_EQ(accuracy.different, 4);
  EXPECT_EQ(accuracy.piece_bps, 8667);  // 26 / 30
  EXPECT_THAT(accuracy.loss_minor, ElementsAre(Pair("CNY", 500)));
  EXPECT_THAT(accuracy.surplus_minor, ElementsAre(Pair("CNY", 250)));
  EXPECT_EQ(AccuracyOf({}, skus).line_bps, 10'000);
}

TEST(Counts, ClassesByPareto) {
  const auto classes = ClassifyByPicks({{"a", 70}, {"b", 15}, {"c", 10}, {"d", 4}, {"e", 1}}, {});
  EXPECT_THAT(classes,
              ElementsAre(Pair("a", AbcClass::kA), Pair("b", AbcClass::kA), Pair("c", AbcClass::kB),
                          Pair("d", AbcClass::kC), Pair("e", AbcClass::kC)));
  EXPECT_TRUE(ClassifyByPicks({}, {}).empty());
}

TEST(Quarantine, MovesOnlyWhatIsFreeAndCoversEveryPromise) {
  const TotalKey key{"s", "", "n"};
  Totals totals = {{key, {.key = key, .on_hand = 20, .reserved = 12}}};
  const std::vector<LotRow> rows = {{{key, "L", "A"}, 5, 2}, {{key, "L", "B"}, 9, 0}};
  const Quarantine done = PlanQuarantine(rows, totals, "Recall", "rec", {{"n", kDay}});
  ASSERT_EQ(done.moved.size(), 2u);
  EXPECT_EQ(done.moved[0].quantity, 3);  // 2 are in hand
  EXPECT_EQ(done.moved[1].quantity, 5);  // 8 are available in all
  ASSERT_EQ(done.promised.size(), 1u);
  EXPECT_EQ(done.promised[0].quantity, 6);
  EXPECT_TRUE(Apply(done.movements, totals).ok());
  EXPECT_EQ(totals.at(key).available(), 0);
  EXPECT_EQ(totals.at(InCondition(key, StockCondition::kQuarantined)).on_hand, 8);
  // Back again, as far as it is still there.
  const TotalKey held = InCondition(key, StockCondition::kQuarantined);
  const std::vector<LotRow> left = {{{held, "L", "A"}, 3, 0}, {{held, "L", "B"}, 1, 0}};
  const auto back = PlanUnquarantine(done.moved, left, "rec", {{"n", kDay}});
  EXPECT_TRUE(Apply(back, totals).ok());
  EXPECT_EQ(totals.at(key).on_hand, 16);
  const auto sum = Sum(done.moved, {{{{key, "L", "A"}, 1}}});
  ASSERT_EQ(sum.size(), 2u);
  EXPECT_EQ(sum[0].quantity, 4);
}

}  // namespace
}  // namespace kefu::warehouse::domain
