#include <gmock/gmock.h>

#include <random>

#include "common/testing/status_matchers.h"
#include "services/staffing/domain/outsourcing/breaches.h"
#include "services/staffing/domain/outsourcing/invoice.h"
#include "services/staffing/domain/outsourcing/make_or_buy.h"

namespace kefu::staffing::outsourcing {
namespace {

using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::IsEmpty;

constexpr absl::CivilDay kMarch(2026, 3, 1);

Terms SomeTerms(Price price = DefaultPrice(10)) {
  return {.currency_code = "CNY",
          .first_day = absl::CivilDay(2026, 1, 1),
          .last_day = absl::CivilDay(2026, 12, 31),
          .shop_ids = {"s1", "s2"},
          .price = price,
          .consequences = DefaultConsequences()};
}

std::vector<std::string> FieldsOf(const Terms& terms) {
  std::vector<std::string> fields;
  for (const Fault& fault : CheckTerms(terms)) fields.push_back(fault.field);
  return fields;
}

Invoice InvoiceOf(const Terms& terms, absl::CivilDay month, std::vector<AgentSales> sales = {},
                  const std::vector<ChargedBreach>& breaches = {}) {
  const auto invoice = ComputeInvoice(terms, month, std::move(sales), breaches);
  EXPECT_OK(invoice);
  return *invoice;
}

TEST(TermsTest, WhatShipsIsGood) { EXPECT_THAT(FieldsOf(SomeTerms()), IsEmpty()); }

TEST(TermsTest, EveryFaultAtOnce) {
  Terms terms = SomeTerms({.model = PriceModel::kFeeThenCommission, .seat_minor = 1});
  terms.last_day = terms.first_day - 1;
  terms.shop_ids = {};
  terms.penalty_cap_bps = 10'001;
  terms.trial_days = -1;
  terms.notice_days = 4'000;
  terms.levels = {{.bound = Bound::kAtLeast},
                  {.metric_id = "reply_rate", .bound = Bound::kAtLeast, .limit_millionths = -1},
                  {.metric_id = "reply_rate", .bound = Bound::kAtLeast, .penalty = {-1, 10'001}}};
  terms.milestones = {{.id = "m", .due_day = terms.first_day - 1}, {.due_day = terms.first_day}};
  terms.consequences = {{}};
  EXPECT_THAT(
      FieldsOf(terms),
      ElementsAre("period.end_date", "shop_ids", "penalty_cap_bps", "trial_days", "notice_days",
                  "price.seat_fee", "price.fee", "price.fee_months", "price.commission_bps",
                  "levels[0].metric_id", "levels[1].limit", "levels[2].metric_id",
                  "levels[2].penalty.amount", "levels[2].penalty.bps", "milestones[0].due_date",
                  "milestones[1].milestone_id", "milestones[1].due_date",
                  "consequences[0].breaches", "consequences[0].months", "consequences[0].demand"));
}

TEST(TermsTest, EachModelHasItsOwnNumbers) {
  EXPECT_THAT(FieldsOf(SomeTerms({})), ElementsAre("price.model"));
  EXPECT_THAT(FieldsOf(SomeTerms({.model = PriceModel::kSeatsAndCommission})),
              ElementsAre("price.seats", "price.seat_fee", "price.commission_bps"));
  EXPECT_THAT(FieldsOf(SomeTerms({.model = PriceModel::kCommission, .fee_minor = 1})),
              ElementsAre("price.fee", "price.commission_bps"));
  EXPECT_THAT(FieldsOf(SomeTerms({.model = PriceModel::kFee, .commission_bps = 1})),
              ElementsAre("price.fee", "price.commission_bps"));
  EXPECT_THAT(FieldsOf(SomeTerms({.model = PriceModel::kFeeAndCommission, .fee_months = 1})),
              ElementsAre("price.fee", "price.fee_months", "price.commission_bps"));
}

TEST(InvoiceTest, SeatsAndCommissionOfTheDefaults) {
  const Invoice invoice =
      InvoiceOf(SomeTerms(), kMarch,
                {{"s2", "b", 100'000'00, 0}, {"s1", "c", 1'00, 0}, {"s1", "a", 50'000'49, 1'00}});
  ASSERT_EQ(invoice.lines.size(), 3);
  EXPECT_EQ(invoice.lines[0].kind, LineKind::kSeats);
  EXPECT_EQ(invoice.lines[0].amount_minor, 10 * 150'000);
  EXPECT_EQ(invoice.lines[1].shop_id, "s1");
  EXPECT_EQ(invoice.lines[1].basis_minor, 50'000'49);
  EXPECT_EQ(invoice.lines[1].amount_minor, 1'000'01);  // 2 % of ¥50,000.49 is ¥1,000.0098
  EXPECT_THAT(invoice.lines[1].sales,
              ElementsAre(Field(&AgentSales::agent_id, "a"), Field(&AgentSales::agent_id, "c")));
  EXPECT_EQ(invoice.lines[2].amount_minor, 2'000'00);
  EXPECT_EQ(invoice.total_minor(), 1'500'000 + 1'000'01 + 2'000'00);
  Terms gross = SomeTerms();
  gross.price.of_net_sales = false;
  EXPECT_EQ(InvoiceOf(gross, kMarch, {{"s1", "a", 100'00, 60'00}}).lines[1].amount_minor, 2'00);
}

TEST(InvoiceTest, RefundsAboveSalesComeBack) {
  const Invoice invoice =
      InvoiceOf(SomeTerms({.model = PriceModel::kCommission, .commission_bps = 200}), kMarch,
                {{"s1", "a", 100'00, 350'50}});
  ASSERT_EQ(invoice.lines.size(), 1);
  EXPECT_EQ(invoice.lines[0].basis_minor, -250'50);
  EXPECT_EQ(invoice.lines[0].amount_minor, -5'01);
  EXPECT_EQ(invoice.total_minor(), -5'01);
}

TEST(InvoiceTest, PartsOfMonthsGoByTheirDays) {
  Terms terms = SomeTerms({.model = PriceModel::kFee, .fee_minor = 10'000'00});
  terms.first_day = absl::CivilDay(2028, 2, 15);
  terms.last_day = absl::CivilDay(2028, 3, 1);
  EXPECT_EQ(terms.DaysInForce(absl::CivilDay(2028, 2, 1)), 15);  // of 29
  EXPECT_EQ(InvoiceOf(terms, absl::CivilDay(2028, 2, 1)).total_minor(), 5'172'41);
  EXPECT_EQ(InvoiceOf(terms, absl::CivilDay(2028, 3, 1)).total_minor(), 322'58);  // 1 of 31
  EXPECT_THAT(InvoiceOf(terms, absl::CivilDay(2028, 1, 1)).lines, IsEmpty());
  EXPECT_THAT(InvoiceOf(terms, absl::CivilDay(2028, 4, 1)).lines, IsEmpty());
}

TEST(InvoiceTest, TheFeeFirstThenTheCommission) {
  const Terms terms = SomeTerms({.model = PriceModel::kFeeThenCommission,
                                 .fee_minor = 5'000'00,
                                 .fee_months = 2,
                                 .commission_bps = 300});
  const std::vector<AgentSales> sales = {{"s1", "a", 1'000'00, 0}};
  for (const auto& [month, total] : {std::pair(1, 5'000'00), {2, 5'000'00}, {3, 30'00}}) {
    const Invoice invoice = InvoiceOf(terms, absl::CivilDay(2026, month, 1), sales);
    EXPECT_EQ(invoice.total_minor(), total) << month;
    EXPECT_EQ(invoice.lines.size(), 1) << month;
  }
  Terms both = terms;
  both.price = {
      .model = PriceModel::kFeeAndCommission, .fee_minor = 5'000'00, .commission_bps = 300};
  EXPECT_EQ(InvoiceOf(both, kMarch, sales).total_minor(), 5'030'00);
}

TEST(InvoiceTest, PenaltiesAreCappedAndTrialsAreFree) {
  Terms terms = SomeTerms({.model = PriceModel::kFee, .fee_minor = 1'000'00});
  terms.penalty_cap_bps = 3'000;
  const Invoice invoice = InvoiceOf(terms, kMarch, {},
                                    {{"trial", {.minor = 900'00}, true},
                                     {"one", {.minor = 50'00, .bps = 1'000}, false},
                                     {"two", {.minor = 200'00}, false},
                                     {"three", {.bps = 100}, false}});
  ASSERT_EQ(invoice.lines.size(), 5);
  const auto line = [&](int i) {
    return std::tuple(invoice.lines[i].breach_id, invoice.lines[i].amount_minor,
                      invoice.lines[i].not_charged_minor);
  };
  EXPECT_EQ(line(1), std::tuple("trial", 0, 900'00));
  EXPECT_EQ(line(2), std::tuple("one", -150'00, 0));
  EXPECT_EQ(line(3), std::tuple("two", -150'00, 50'00));
  EXPECT_EQ(line(4), std::tuple("three", 0, 10'00));
  EXPECT_EQ(invoice.penalties_minor, 300'00);
  EXPECT_EQ(invoice.total_minor(), 700'00);
}

TEST(InvoiceTest, LinesAddUpWhateverTheNumbers) {
  std::mt19937 random(7);
  for (int i = 0; i < 1'000; ++i) {
    Terms terms = SomeTerms(DefaultPrice(static_cast<int32_t>(1 + random() % 50)));
    terms.penalty_cap_bps = static_cast<int32_t>(random() % 10'001);
    std::vector<AgentSales> sales;
    for (unsigned j = random() % 20; j > 0; --j) {
      sales.push_back({random() % 2 == 0 ? "s1" : "s2", std::to_string(j),
                       static_cast<int64_t>(random() % 10'000'000),
                       static_cast<int64_t>(random() % 1'000'000)});
    }
    std::vector<ChargedBreach> breaches;
    for (unsigned j = random() % 5; j > 0; --j) {
      breaches.push_back(
          {std::to_string(j),
           {static_cast<int64_t>(random() % 1'000'000), static_cast<int32_t>(random() % 3'000)},
           random() % 3 == 0});
    }
    const Invoice invoice = InvoiceOf(terms, kMarch, sales, breaches);
    int64_t sum = 0, basis = 0, rows = 0;
    for (const InvoiceLine& line : invoice.lines) {
      sum += line.amount_minor;
      if (line.kind != LineKind::kCommission) continue;
      basis += line.basis_minor;
      for (const AgentSales& row : line.sales) rows += row.sales_minor - row.refunded_minor;
    }
    ASSERT_EQ(sum, invoice.total_minor());
    ASSERT_EQ(basis, rows);
    ASSERT_GE(invoice.penalties_minor, 0);
    ASSERT_GE(invoice.total_minor(), 0);
  }
}

TEST(BreachTest, LimitsAreComparedExactly) {
  Terms terms = SomeTerms();
  terms.levels = {{.metric_id = "reply_rate",
                   .bound = Bound::kAtLeast,
                   .limit_millionths = 900'000,
                   .least_cases = 30},
                  {.metric_id = "response_seconds_mean",
                   .bound = Bound::kAtMost,
                   .limit_millionths = 30'000'000}};
  const auto judge = [&](const std::map<std::string, Figure>& figures) {
    std::vector<Judgement> judgements;
    for (const LevelResult& result : JudgeLevels(terms, LevelPeriod::kMonth, figures)) {
      judgements.push_back(result.judgement);
    }
    return judgements;
  };
  EXPECT_THAT(judge({{"reply_rate", {27, 30}}, {"response_seconds_mean", {90'000'000, 3, true}}}),
              ElementsAre(Judgement::kKept, Judgement::kKept));
  EXPECT_THAT(judge({{"reply_rate", {899'999, 1'000'000}},
                     {"response_seconds_mean", {90'000'001, 3, true}}}),
              ElementsAre(Judgement::kMissed, Judgement::kMissed));
  EXPECT_THAT(judge({{"reply_rate", {0, 29}}}), ElementsAre(Judgement::kThin, Judgement::kUnknown));
  EXPECT_THAT(judge({{"reply_rate", {0, 0}}, {"response_seconds_mean", {INT64_MAX, 1, true}}}),
              ElementsAre(Judgement::kUnknown, Judgement::kMissed));
}

TEST(BreachTest, WeeksAndMonthsAreJudgedByTheirOwnLevels) {
  Terms terms = SomeTerms();
  terms.levels = {{.metric_id = "reply_rate", .bound = Bound::kAtLeast, .limit_millionths = 1},
                  {.metric_id = "satisfaction",
                   .bound = Bound::kAtLeast,
                   .limit_millionths = 1,
                   .period = LevelPeriod::kWeek},
                  {.metric_id = "conversion",
                   .bound = Bound::kAtLeast,
                   .limit_millionths = 1,
                   .period = LevelPeriod::kUnspecified}};
  const auto judged = [&](LevelPeriod period) {
    std::vector<size_t> levels;
    for (const LevelResult& result : JudgeLevels(terms, period, {})) levels.push_back(result.level);
    return levels;
  };
  EXPECT_THAT(judged(LevelPeriod::kMonth), ElementsAre(0, 2));
  EXPECT_THAT(judged(LevelPeriod::kWeek), ElementsAre(1));
}

TEST(BreachTest, AWeekBelongsToTheMonthOfItsSundayAndToTheContractAsAWhole) {
  Terms terms = SomeTerms();
  terms.first_day = absl::CivilDay(2026, 1, 1);
  terms.last_day = absl::CivilDay(2026, 12, 31);
  const auto day = [](int month, int d) { return absl::CivilDay(2026, month, d); };
  // 1 March is a Sunday, and 29 March the last one.
  EXPECT_THAT(WeeksOf(terms, day(3, 1)),
              ElementsAre(day(2, 23), day(3, 2), day(3, 9), day(3, 16), day(3, 23)));
  terms.first_day = day(2, 24);
  terms.last_day = day(3, 28);
  EXPECT_THAT(WeeksOf(terms, day(3, 1)), ElementsAre(day(3, 2), day(3, 9), day(3, 16)));
  terms.first_day = day(2, 23);
  terms.last_day = day(3, 29);
  EXPECT_THAT(WeeksOf(terms, day(3, 1)),
              ElementsAre(day(2, 23), day(3, 2), day(3, 9), day(3, 16), day(3, 23)));
  EXPECT_THAT(WeeksOf(terms, day(5, 1)), IsEmpty());
}

TEST(BreachTest, MilestonesAreOverdueTheDayAfter) {
  Terms terms = SomeTerms();
  terms.milestones = {{.id = "hired", .due_day = kMarch}, {.id = "trained", .due_day = kMarch + 9}};
  EXPECT_THAT(OverdueMilestones(terms, {}, kMarch), IsEmpty());
  EXPECT_THAT(OverdueMilestones(terms, {}, kMarch + 1), ElementsAre(0));
  EXPECT_THAT(OverdueMilestones(terms, {"hired"}, kMarch + 10), ElementsAre(1));
  terms.last_day = kMarch + 8;  // ended before the second one was due
  EXPECT_THAT(OverdueMilestones(terms, {}, kMarch + 10), ElementsAre(0));
}

TEST(TermsTest, MonthsAreCoveredAsAWholeInPartOrNotAtAll) {
  Terms terms = SomeTerms();
  terms.last_day = kMarch + 30;
  EXPECT_FALSE(terms.CoversInPart(kMarch));
  EXPECT_FALSE(terms.CoversInPart(absl::CivilDay(2026, 4, 1)));
  terms.last_day = kMarch + 29;
  EXPECT_TRUE(terms.CoversInPart(kMarch));
  terms.first_day = kMarch + 29;
  EXPECT_TRUE(terms.CoversInPart(kMarch)) << "one day";
  EXPECT_TRUE(terms.Covers(kMarch + 29));
  EXPECT_FALSE(terms.Covers(kMarch + 30));
  EXPECT_FALSE(terms.Covers(kMarch + 28));
}

TEST(BreachTest, RepeatedBreachesLeadToMore) {
  const Terms terms = SomeTerms();
  const auto month = [](int m) { return absl::CivilDay(2026, m, 1); };
  const auto demand = [&](std::vector<absl::CivilDay> months) {
    return DemandOf(terms, months, kMarch);
  };
  EXPECT_EQ(demand({}), std::nullopt);
  EXPECT_EQ(demand({month(2)}), std::nullopt);  // asked for in February already
  EXPECT_EQ(demand({month(3)}), Demand::kCorrection);
  EXPECT_EQ(demand({month(3), month(1)}), Demand::kReplaceAgent);
  EXPECT_EQ(demand({month(3), absl::CivilDay(2025, 12, 1)}), Demand::kCorrection);
  EXPECT_EQ(demand({month(3), absl::CivilDay(2025, 12, 1), absl::CivilDay(2025, 10, 1)}),
            Demand::kReplaceBase);
  EXPECT_EQ(demand({month(4)}), std::nullopt) << "later than the month";
}

TEST(MakeOrBuyTest, TheNumbersOfTheDomain) {
  // ¥1,500 + 2 % against max(¥4,000 + 1 %, ¥7,000): they meet where 2 % of sales is ¥5,500.
  ASSERT_OK_AND_ASSIGN(
      const Comparison comparison,
      CompareMakeOrBuy("CNY", DefaultPrice(1), {}, {{2, 200'000'00}, {3, 900'000'00}}));
  EXPECT_EQ(comparison.months[0].own_minor, 2 * 7'000'00);
  EXPECT_EQ(comparison.months[0].base_minor, 2 * 1'500'00 + 4'000'00);
  EXPECT_EQ(comparison.months[1].own_minor, 3 * 7'000'00);  // 4,000 + 3,000
  EXPECT_EQ(comparison.months[1].base_minor, 3 * 1'500'00 + 18'000'00);
  EXPECT_EQ(comparison.own_minor, 35'000'00);
  EXPECT_EQ(comparison.base_minor, 29'500'00);
  ASSERT_TRUE(comparison.break_even_minor.has_value());
  // Half a fen is rounded up in 2 % of ¥274,999.75.
  EXPECT_EQ(*comparison.break_even_minor, 274'999'75);
}

TEST(MakeOrBuyTest, NoBreakEvenWhereTheBaseIsAlwaysCheaperOrAFeeIsPaid) {
  ASSERT_OK_AND_ASSIGN(const Comparison cheap,
                       CompareMakeOrBuy("CNY",
                                        {.model = PriceModel::kSeatsAndCommission,
                                         .seats = 1,
                                         .seat_minor = 100'00,
                                         .commission_bps = 100},
                                        {}, {{1, 0}}));
  EXPECT_EQ(cheap.break_even_minor, std::nullopt);
  ASSERT_OK_AND_ASSIGN(const Comparison fee,
                       CompareMakeOrBuy("CNY",
                                        {.model = PriceModel::kFeeThenCommission,
                                         .fee_minor = 20'000'00,
                                         .fee_months = 1,
                                         .commission_bps = 500},
                                        {}, {{4, 100'000'00}, {4, 100'000'00}}));
  EXPECT_EQ(fee.break_even_minor, std::nullopt);
  EXPECT_EQ(fee.months[0].base_minor, 20'000'00);
  EXPECT_EQ(fee.months[1].base_minor, 5'000'00);
}

TEST(MakeOrBuyTest, EqualPartsByLargestRemainder) {
  // ¥0.05 among three: 2, 2 and 1 fen; 50 % of each, half up.
  ASSERT_OK_AND_ASSIGN(const Comparison comparison,
                       CompareMakeOrBuy("CNY", DefaultPrice(3), {0, 5'000, 0}, {{3, 5}}));
  EXPECT_EQ(comparison.own_minor, 1 + 1 + 1);
}

}  // namespace
}  // namespace kefu::staffing::outsourcing
