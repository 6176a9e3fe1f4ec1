// Quadrants, the operation's share, stability, equal sales, losses; control charts.
#include "services/performance/domain/judgement/diagnosis.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "services/performance/domain/judgement/control_chart.h"

namespace kefu::performance::domain {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Figures Agent(double consulted, double converted, double sales) {
  return {{"consulted", {consulted}},
          {"converted", {converted}},
          {"lost", {consulted - converted}},
          {"paid_customers", {converted}},
          {"sales", {sales}},
          {"conversion", {converted / consulted, static_cast<int64_t>(consulted)}},
          {"average_order_value",
           {converted > 0 ? std::optional(sales / converted) : std::nullopt,
            static_cast<int64_t>(converted)}}};
}

const Figures kUsual = {{"conversion", {0.30}}, {"average_order_value", {100.0}}};

DiagnosedMonth Month(int month, std::map<std::string, Figures> agents) {
  DiagnosedMonth result{absl::CivilMonth(2024, month), std::move(agents), {}};
  double sales = 0;
  for (const auto& [id, figures] : result.agents) sales += *ValueOf(figures, "sales");
  result.shop = {{"sales", {sales}}};
  return result;
}

const AgentDiagnosis& Of(const Diagnosis& diagnosis, std::string_view id) {
  return *std::ranges::find(diagnosis.agents, id, &AgentDiagnosis::agent_id);
}

TEST(DiagnoseTest, QuadrantsAreByConversionAndOrderValue) {
  const auto months = std::vector{Month(11, {{"hh", Agent(100, 40, 4400)},
                                             {"hl", Agent(100, 40, 3600)},
                                             {"lh", Agent(100, 20, 2200)},
                                             {"ll", Agent(100, 20, 1800)},
                                             {"mean", Agent(100, 30, 3000)},
                                             {"few", Agent(10, 9, 9000)}})};
  const Diagnosis d = Diagnose(months, 1, kUsual, {}, ShippedDiagnosisPolicy());
  EXPECT_EQ(Of(d, "hh").quadrant, Quadrant::kHighHigh);
  EXPECT_EQ(Of(d, "hl").quadrant, Quadrant::kHighLow);
  EXPECT_EQ(Of(d, "lh").quadrant, Quadrant::kLowHigh);
  EXPECT_EQ(Of(d, "ll").quadrant, Quadrant::kLowLow);
  EXPECT_EQ(Of(d, "mean").quadrant, Quadrant::kHighHigh);  // at the mean is not below it
  EXPECT_EQ(Of(d, "few").quadrant, Quadrant::kUnplaced);
  EXPECT_THAT(Of(d, "hl").advice.en, HasSubstr("cross-selling"));
  EXPECT_THAT(Of(d, "lh").advice.zh, HasSubstr("打字速度"));
  EXPECT_THAT(Of(d, "ll").advice.en, HasSubstr("train and watch"));
  EXPECT_FALSE(d.operation_is_the_cause);
  EXPECT_THAT(d.rankings[0].ranks[0], (std::pair<std::string, int>("few", 1)));
}

TEST(DiagnoseTest, NearlyAllLowForThreeMonthsIsTheOperation) {
  std::vector<DiagnosedMonth> months;
  const auto weak = Agent(100, 10, 900), good = Agent(100, 40, 4400);
  for (int m = 8; m <= 10; ++m)
    months.push_back(Month(m, {{"a", weak}, {"b", weak}, {"c", weak}, {"d", weak}, {"e", good}}));
  const Diagnosis d = Diagnose(months, 3, kUsual, {}, ShippedDiagnosisPolicy());
  EXPECT_TRUE(d.operation_is_the_cause);  // 4 of 5 are 80 %
  EXPECT_THAT(d.operation.en, HasSubstr("the cause is the operation"));
  EXPECT_THAT(d.operation.zh, HasSubstr("问题在运营"));
  EXPECT_THAT(Of(d, "a").advice.en, HasSubstr("not the agent"));
  // It is so too when only the last month is asked for: the earlier ones count in the row.
  const Diagnosis last = Diagnose(months, 1, kUsual, {}, ShippedDiagnosisPolicy());
  EXPECT_TRUE(last.operation_is_the_cause);
  EXPECT_EQ(Of(last, "a").by_month.size(), 1u);
  EXPECT_EQ(Of(last, "a").low_low_months, 3);
  // Two months are not yet enough, nor three of four agents.
  EXPECT_FALSE(Diagnose({months[1], months[2]}, 2, kUsual, {}, ShippedDiagnosisPolicy())
                   .operation_is_the_cause);
  for (DiagnosedMonth& month : months) month.agents.erase("d");
  const Diagnosis fewer = Diagnose(months, 3, kUsual, {}, ShippedDiagnosisPolicy());
  EXPECT_FALSE(fewer.operation_is_the_cause);
  EXPECT_THAT(Of(fewer, "a").advice.en, HasSubstr("3 months in a row: replace"));
}

// One steady seller and four who serve after the sale: nothing is wrong in this shop.
TEST(DiagnoseTest, WhoServesAfterTheSaleIsNoSeller) {
  std::vector<DiagnosedMonth> months;
  Figures after = Agent(100, 5, 300);
  after["reply_rate"] = {0.5, 100};
  for (int m = 7; m <= 9; ++m) {
    months.push_back(Month(m, {{"seller", Agent(100, 40, 4400)},
                               {"s1", after},
                               {"s2", after},
                               {"s3", after},
                               {"s4", Agent(100, 20, 4400)}}));
  }
  Figures usual = kUsual;
  usual["reply_rate"] = {0.95};
  const auto diagnose = [&] { return Diagnose(months, 3, usual, {}, ShippedDiagnosisPolicy()); };
  EXPECT_TRUE(diagnose().operation_is_the_cause);
  EXPECT_EQ(diagnose().equal_sales.size(), 1u);
  for (DiagnosedMonth& month : months) month.after_sales = {"s1", "s2", "s3", "s4"};
  const Diagnosis d = diagnose();
  EXPECT_FALSE(d.operation_is_the_cause);
  EXPECT_THAT(d.operation.en, HasSubstr("lately 0 of 1 agents"));
  EXPECT_TRUE(d.equal_sales.empty());
  EXPECT_FALSE(Of(d, "seller").after_sales);
  const AgentDiagnosis& s1 = Of(d, "s1");
  EXPECT_TRUE(s1.after_sales);
  EXPECT_EQ(s1.quadrant, Quadrant::kUnplaced);
  EXPECT_EQ(s1.low_low_months, 0);
  EXPECT_THAT(s1.advice.en, HasSubstr("after the sale"));
  EXPECT_FALSE(s1.lost);
  ASSERT_EQ(s1.courses.size(), 1u);  // not guiding purchase, nor cross-selling
  EXPECT_EQ(s1.courses[0].course_id, "service_details");
  EXPECT_EQ(d.rankings[0].ranks.size(), 1u);
  EXPECT_EQ(d.rankings[3].metric_id, "reply_rate");
  EXPECT_EQ(d.rankings[3].ranks.size(), 3u);  // of service all who have it
}

TEST(DiagnoseTest, StabilityIsAgainstTheShopsOwnSwing) {
  std::vector<DiagnosedMonth> months;
  const double swing[] = {1000, 5000, 1000, 5000}, steady[] = {3000, 3100, 2900, 3000};
  for (int m = 0; m < 4; ++m)
    months.push_back(Month(m + 1, {{"swing", Agent(100, 30, swing[m])},
                                   {"steady", Agent(100, 30, steady[m])},
                                   {"third", Agent(100, 30, 6000 - swing[m])}}));
  const Diagnosis d = Diagnose(months, 4, kUsual, {}, ShippedDiagnosisPolicy());
  EXPECT_NEAR(*Of(d, "swing").variation, std::sqrt(4 * 4e6 / 3) / 3000, 1e-12);
  EXPECT_THAT(Of(d, "swing").stability.en, HasSubstr("swinging"));
  EXPECT_THAT(Of(d, "swing").stability.zh, HasSubstr("起伏大"));
  EXPECT_LT(*Of(d, "steady").variation, 0.03);
  EXPECT_FALSE(Of(Diagnose(months, 2, kUsual, {}, ShippedDiagnosisPolicy()), "swing").variation);
}

// What one gains the other loses: the shop stands still.
TEST(DiagnoseTest, WhoSwingsInAShopThatDoesNotSwings) {
  std::vector<DiagnosedMonth> months;
  for (int m = 1; m <= 3; ++m) {
    const double up = m == 2 ? 5000 : 1000;
    months.push_back(Month(m, {{"one", Agent(100, 30, up)},
                               {"other", Agent(100, 30, 6000 - up)},
                               {"steady", Agent(100, 30, 3000)}}));
  }
  const Diagnosis d = Diagnose(months, 3, kUsual, {}, ShippedDiagnosisPolicy());
  EXPECT_EQ(d.shop_variation, 0);
  EXPECT_FALSE(Of(d, "one").against_shop);
  EXPECT_THAT(Of(d, "one").stability.en, HasSubstr("the shop's own do not swing: swinging"));
  EXPECT_THAT(Of(d, "steady").stability.en, HasSubstr("steady"));
}

TEST(DiagnoseTest, EqualSalesWithTwiceTheConversionMeansMoreInquiries) {
  const auto months =
      std::vector{Month(11, {{"keen", Agent(100, 40, 4000)}, {"slack", Agent(200, 40, 4000)}})};
  const Diagnosis d = Diagnose(months, 1, kUsual, {}, ShippedDiagnosisPolicy());
  ASSERT_EQ(d.equal_sales.size(), 1u);
  EXPECT_EQ(d.equal_sales[0].better, "keen");
  EXPECT_EQ(d.equal_sales[0].better_lead_minor, 40);
  EXPECT_EQ(d.equal_sales[0].other_lead_minor, 20);
  EXPECT_THAT(d.equal_sales[0].text.en, HasSubstr("2.0 times"));
  EXPECT_EQ(Of(d, "slack").lost, 160);
  EXPECT_EQ(Of(d, "slack").lost_minor, 160 * 100);
}

// 1,000 agents of like sales, of whom half convert twice as well: a quarter of a million pairs.
TEST(DiagnoseTest, PairsAreLimitedToTheLargestGains) {
  std::map<std::string, Figures> agents;
  for (int i = 0; i < 500; ++i) {
    agents[fmt::format("keen-{:03}", i)] = Agent(100, 40, 4000);
    agents[fmt::format("slack-{:03}", i)] = Agent(i == 7 ? 400 : 200, 40, 4000);
  }
  const Diagnosis d = Diagnose({Month(11, agents)}, 1, kUsual, {}, ShippedDiagnosisPolicy());
  EXPECT_EQ(d.equal_sales_count, 500 * 500 + 499);  // the slackest against the others, too
  ASSERT_EQ(d.equal_sales.size(), 100u);
  EXPECT_EQ(d.equal_sales[0].better, "keen-000");
  EXPECT_EQ(d.equal_sales[0].other, "slack-007");
}

TEST(DiagnoseTest, LostValueIsExactToTheMinorUnit) {
  // 27 lost at 13 ÷ 6 each are 58.5, half up 59.
  const auto months = std::vector{Month(11, {{"a", Agent(33, 6, 13)}})};
  EXPECT_EQ(Of(Diagnose(months, 1, kUsual, {}, ShippedDiagnosisPolicy()), "a").lost_minor, 59);
}

TEST(DiagnoseTest, MonthsWithTooFewInquiriesNeitherCountNorEndARow) {
  const auto weak = Agent(100, 10, 900), few = Agent(3, 0, 0);
  const std::vector<DiagnosedMonth> months = {Month(8, {{"a", weak}}), Month(9, {{"a", weak}}),
                                              Month(10, {{"a", few}})};
  const Diagnosis d = Diagnose(months, 2, kUsual, {}, ShippedDiagnosisPolicy());
  EXPECT_EQ(Of(d, "a").quadrant, Quadrant::kLowLow);
  EXPECT_EQ(Of(d, "a").low_low_months, 2);
}

// The running month on its second day: nobody has been asked often enough yet.
TEST(DiagnoseTest, AMonthWithTooFewInquiriesDoesNotEndTheOperationsRow) {
  std::vector<DiagnosedMonth> months;
  const auto weak = Agent(100, 10, 900);
  for (int m = 8; m <= 10; ++m) months.push_back(Month(m, {{"a", weak}, {"b", weak}}));
  months.push_back(Month(11, {{"a", Agent(3, 0, 0)}, {"b", Agent(2, 0, 0)}}));
  const Diagnosis d = Diagnose(months, 4, kUsual, {}, ShippedDiagnosisPolicy());
  EXPECT_TRUE(d.operation_is_the_cause);
  EXPECT_THAT(d.operation.en, HasSubstr("for 3 months in a row nearly all agents (lately 2 of 2)"));
  EXPECT_THAT(Of(d, "a").advice.en, HasSubstr("not the agent"));
  months.back() = Month(11, {{"a", Agent(100, 40, 4400)}, {"b", weak}});
  EXPECT_FALSE(Diagnose(months, 4, kUsual, {}, ShippedDiagnosisPolicy()).operation_is_the_cause);
}

TEST(DiagnoseTest, MissedInquiriesCostWhatAnInquiryCosts) {
  EXPECT_EQ(InquiryCost({100, 12'800}, 300, 1'000), 2344);  // ¥1 × 30 % ÷ 1.28 % = ¥23.4375
  EXPECT_EQ(InquiryCost({100, 0}, 300, 1'000), std::nullopt);
  EXPECT_EQ(InquiryCost({100, 12'800}, 0, 0), std::nullopt);
  // A third of them at ¥10,000 a click, of which a tenth buy: not of 33.3333 %.
  EXPECT_EQ(InquiryCost({1'000'000, 100'000}, 1, 3), 3'333'333);
  DiagnosisPolicy policy = ShippedDiagnosisPolicy();
  policy.click_cost_minor = 100;
  policy.click_cost_currency = "CNY";
  policy.click_conversion_ppm = 12'800;
  const Figures total = {{"consulted", {1000.0}},  {"replied", {990.0}},
                         {"lost", {700.0}},        {"converted", {300.0}},
                         {"sales", {1'500'000.0}}, {"paid_customers", {300.0}}};
  const Diagnosis d = Diagnose({}, 0, kUsual, total, policy, {}, "CNY");
  EXPECT_EQ(d.missed, 10);
  EXPECT_EQ(d.missed_minor, 23440);
  EXPECT_EQ(d.lost, 700);
  EXPECT_EQ(d.lost_minor, 3'500'000);
  // Without a click cost in the policy: what ad spend, clicks and their orders came to.
  Figures measured = total;
  measured["cost_of_inquiry"] = {1'234.0};
  const Diagnosis by_ads = Diagnose({}, 0, kUsual, measured, ShippedDiagnosisPolicy());
  EXPECT_EQ(by_ads.inquiry_cost_minor, 1'234);
  EXPECT_EQ(by_ads.missed_minor, 12'340);
  // The policy's cost is of periods in which none was measured: the metric says the same.
  EXPECT_EQ(Diagnose({}, 0, kUsual, measured, policy, {}, "CNY").missed_minor, 12'340);
  // And of shops in its currency.
  const Diagnosis euros = Diagnose({}, 0, kUsual, total, policy, {}, "EUR");
  EXPECT_FALSE(euros.inquiry_cost_minor);
  EXPECT_FALSE(euros.missed_minor);
  EXPECT_THAT(euros.inquiry_cost_basis.en, HasSubstr("click cost is in CNY"));
  EXPECT_THAT(euros.inquiry_cost_basis.zh, HasSubstr("不采用"));
}

TEST(DiagnoseTest, WeakMetricsLeadToCourses) {
  Figures usual = kUsual;
  usual["reply_rate"] = {0.98};
  usual["response_seconds_mean"] = {30.0};
  Figures agent = Agent(100, 30, 3000);
  agent["reply_rate"] = {0.90, 100};
  agent["response_seconds_mean"] = {46.0, 100};
  const auto courses = [&] {
    const Diagnosis d =
        Diagnose({Month(11, {{"a", agent}})}, 1, usual, {}, ShippedDiagnosisPolicy());
    std::vector<std::string> ids;
    for (const CourseRule& rule : Of(d, "a").courses) ids.push_back(rule.course_id);
    return ids;
  };
  EXPECT_THAT(courses(), ElementsAre("service_details", "typing_and_quick_answers"));
  // Who was asked once and did not answer needs no training for that.
  agent["reply_rate"] = {0.0, 29};
  agent["response_seconds_mean"] = {46.0, 30};
  EXPECT_THAT(courses(), ElementsAre("typing_and_quick_answers"));
}

TEST(DiagnoseTest, WhoHasTooFewCasesHasNoRank) {
  const auto months = std::vector{Month(11, {{"keen", Agent(100, 40, 4000)},
                                             {"as_keen", Agent(50, 20, 100)},
                                             {"lucky", Agent(1, 1, 9000)},
                                             {"slack", Agent(30, 3, 4000)}})};
  const Diagnosis d = Diagnose(months, 1, kUsual, {}, ShippedDiagnosisPolicy());
  using Ranks = std::vector<std::pair<std::string, int>>;
  EXPECT_EQ(d.rankings[0].ranks, (Ranks{{"lucky", 1}, {"keen", 2}, {"slack", 2}, {"as_keen", 4}}));
  EXPECT_EQ(d.rankings[1].metric_id, "conversion");
  EXPECT_EQ(d.rankings[1].ranks, (Ranks{{"as_keen", 1}, {"keen", 1}, {"slack", 3}}));
  EXPECT_EQ(d.rankings[2].metric_id, "average_order_value");  // slack has three buyers
  EXPECT_EQ(d.rankings[2].ranks, (Ranks{{"keen", 1}, {"as_keen", 2}}));
}

constexpr LeastRange kLeast{0.005, 0};

// D. C. Montgomery, Introduction to Statistical Quality Control, 6th edition, table 6.6: viscosity
// of 15 batches, x̄ = 33.52, mean moving range 0.48, limits 34.80 and 32.24.
TEST(ControlChartTest, IndividualsAgreeWithMontgomery) {
  const std::vector<double> viscosity = {33.75, 33.05, 34.00, 33.81, 33.46, 34.02, 33.68, 33.27,
                                         33.49, 33.20, 33.62, 33.00, 33.54, 33.12, 33.84};
  const auto chart = IndividualsChart(viscosity, viscosity.size(), kLeast);
  ASSERT_TRUE(chart);
  EXPECT_NEAR((*chart)[0].center, 33.52, 0.005);
  EXPECT_NEAR((*chart)[0].high, 34.80, 0.006);
  EXPECT_NEAR((*chart)[0].low, 32.24, 0.006);
  for (const ChartPoint& point : *chart) EXPECT_FALSE(point.outside || point.run);
  std::vector<double> later = viscosity;
  later.push_back(35.0);
  EXPECT_TRUE(IndividualsChart(later, viscosity.size(), kLeast)->back().outside);
  later.pop_back();
  for (int i = 0; i < 8; ++i) later.push_back(33.6);
  const auto run = *IndividualsChart(later, viscosity.size(), kLeast);
  EXPECT_TRUE(run.back().run);
  EXPECT_FALSE(IndividualsChart(viscosity, 1, kLeast));
}

TEST(ControlChartTest, AFlatBaselineHasLimitsAllTheSame) {
  std::vector<double> flat(14, 10);
  flat.insert(flat.end(), {10.1, 9.9, 10.2});
  const auto chart = *IndividualsChart(flat, 14, kLeast);
  EXPECT_NEAR(chart[0].high, 10 + 3 / 1.128 * 0.05, 1e-9);
  EXPECT_FALSE(chart[14].outside);
  EXPECT_FALSE(chart[15].outside);
  EXPECT_TRUE(chart[16].outside);
}

TEST(ControlChartTest, WhatHasBeenZeroAllAlongHasLimits) {
  std::vector<double> none(28, 0);
  none.insert(none.end(), {1, 2, 3});
  const auto counts = *IndividualsChart(none, 28, {0.005, 1});  // bad reviews a day, for one
  EXPECT_NEAR(counts[0].high, 3 / 1.128, 1e-9);
  EXPECT_FALSE(counts[28].outside);
  EXPECT_FALSE(counts[29].outside);
  EXPECT_TRUE(counts[30].outside);
  EXPECT_FALSE(IndividualsChart(none, 28, kLeast)) << "no unit: nothing tells how much is much";
  // Shares, both ways: after 28 days of 10 cases that are all alike, one of ten is odd with P =
  // 0.017, and two or more are with 0.0004.
  for (const bool all : {false, true}) {
    const auto share = [&](int64_t odd, int64_t cases) {
      return ShareOfCases{all ? cases - odd : odd, cases};
    };
    std::vector<ShareOfCases> days(28, share(0, 10));
    days.insert(days.end(), {share(0, 10), share(1, 10), share(2, 10), share(1, 1'000)});
    const auto chart = *ShareChart(days, 28);
    EXPECT_FALSE(chart[28].outside);
    EXPECT_FALSE(chart[29].outside);
    EXPECT_TRUE(chart[30].outside);
    EXPECT_EQ(all ? chart[30].low : chart[30].high, all ? 0.9 : 0.1);
    EXPECT_FALSE(chart[31].outside);
  }
}

TEST(ControlChartTest, SharesHaveLimitsByTheirOwnCases) {
  std::vector<ShareOfCases> shares(10, {30, 100});
  shares.push_back({3, 10});
  shares.push_back({15, 100});
  shares.push_back({0, 0});
  const auto chart = *ShareChart(shares, 10);
  EXPECT_NEAR(chart[0].center, 0.3, 1e-12);
  // The p-chart's, or the exact ones, which lie a case or two further out.
  EXPECT_GE(chart[0].high, 0.3 + 3 * std::sqrt(0.21 / 100));
  EXPECT_LT(chart[0].high, 0.46);
  EXPECT_LE(chart[0].low, 0.3 - 3 * std::sqrt(0.21 / 100));
  EXPECT_GT(chart[0].low, 0.15);
  EXPECT_EQ(chart[10].low, 0);
  EXPECT_FALSE(chart[10].outside);
  EXPECT_TRUE(chart[11].outside);
  EXPECT_FALSE(chart[12].outside);
  EXPECT_FALSE(ShareChart({}, 10));
  // Days of ten thousand cases that differ by a point and a half: that is usual here.
  std::vector<ShareOfCases> days;
  for (int i = 0; i < 14; ++i) days.push_back({i % 2 == 0 ? 3'000 : 3'150, 10'000});
  days.push_back({3'260, 10'000});  // beyond 3 √(p (1 − p) ÷ n) = 1.4 points of 30.75 %
  days.push_back({3'800, 10'000});
  const auto wide = *ShareChart(days, 14);
  EXPECT_FALSE(wide[14].outside);
  EXPECT_TRUE(wide[15].outside);
}

// 1.5 % of 15 cases a day: four days of five have no hit, so eight in a row say nothing.
TEST(ControlChartTest, RunsOfRareEventsTakeLonger) {
  std::vector<ShareOfCases> days;
  for (int i = 0; i < 200; ++i) days.push_back({i % 9 == 0 ? 2 : 0, 15});  // 46 of 3000
  const size_t baseline = days.size();
  for (int i = 0; i < 40; ++i) days.push_back({0, 15});
  const auto chart = *ShareChart(days, baseline);
  int first = 0;
  for (size_t i = baseline; i < days.size(); ++i) {
    EXPECT_FALSE(chart[i].outside);
    if (chart[i].run > 0 && first == 0) first = static_cast<int>(i - baseline) + 1;
  }
  // 0.9845¹⁵ = 0.79 a day: 0.79²³ is still above 1 ÷ 256. The last day before has no hit either.
  EXPECT_GE(first, 23);
  EXPECT_LE(first, 26);
  EXPECT_EQ(chart.back().run, 40 + 1);
  // Two hits of 15 come by chance once in 50 days: no signal either. Five are one.
  days.push_back({2, 15});
  days.push_back({5, 15});
  const auto later = *ShareChart(days, baseline);
  EXPECT_FALSE(later[days.size() - 2].outside);
  EXPECT_TRUE(later.back().outside);
  EXPECT_EQ(later.back().run, 0);
  // Half of the cases: eight in a row are a signal, seven are not.
  std::vector<ShareOfCases> even(28, {50, 100});
  for (int i = 0; i < 8; ++i) even.push_back({52, 100});
  const auto half = *ShareChart(even, 28);
  EXPECT_EQ(half[34].run, 0);
  EXPECT_EQ(half[35].run, 8);
  EXPECT_EQ((*ShareChart(even, 28, {3, 7}))[34].run, 7);
}

TEST(ControlChartTest, OneMissAfterThousandsWithoutIsNoSignalButTenAre) {
  std::vector<ShareOfCases> days(28, {200, 200});
  days.insert(days.end(), {{199, 200}, {190, 200}, {200, 200}});
  const auto chart = *ShareChart(days, 28);
  EXPECT_EQ(chart[28].center, 1);
  EXPECT_FALSE(chart[28].outside);
  EXPECT_EQ(chart[28].low, 0.995);
  EXPECT_EQ(chart[28].high, 1);
  EXPECT_TRUE(chart[29].outside);
  EXPECT_FALSE(chart[30].outside);
  for (ShareOfCases& day : days) day.hits = day.cases - day.hits;
  const auto none = *ShareChart(days, 28);
  EXPECT_FALSE(none[28].outside);
  EXPECT_TRUE(none[29].outside);
  EXPECT_EQ(none[29].run, 0);
}

}  // namespace
}  // namespace kefu::performance::domain
