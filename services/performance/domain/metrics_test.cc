// Periods, confidence intervals, comparisons, and the worked examples of the figures.
#include "services/performance/domain/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/performance/domain/definitions.h"
#include "services/performance/domain/intervals.h"
#include "services/performance/domain/periods.h"

namespace kefu::performance::domain {
namespace {

using absl::CivilDay;

const MetricDefinition& Default() { return *FindDefinition("default"); }

MetricValue FigureOf(std::string_view id, std::initializer_list<std::pair<Measure, int64_t>> sums) {
  Measures measures;
  for (const auto& [measure, amount] : sums) measures.Add(measure, amount);
  return Evaluate(*FindMetric(id), measures, Default());
}

TEST(Periods, AreCutAtMondaysMonthsAndQuarters) {
  const Span period{CivilDay(2023, 12, 30), CivilDay(2024, 4, 2)};  // a Saturday, a leap year
  const auto first_days = [&](Granularity granularity) {
    std::vector<CivilDay> days;
    CivilDay expected = period.first;
    for (const Span& part : Split(period, granularity)) {
      EXPECT_EQ(part.first, expected);
      expected = part.last + 1;
      days.push_back(part.first);
    }
    EXPECT_EQ(expected, period.last + 1);
    return days;
  };
  EXPECT_EQ(first_days(Granularity::kPeriod).size(), 1u);
  EXPECT_EQ(first_days(Granularity::kDay).size(), 95u);
  const auto weeks = first_days(Granularity::kWeek);
  EXPECT_EQ(weeks.size(), 15u);
  for (size_t i = 1; i < weeks.size(); ++i)
    EXPECT_EQ(absl::GetWeekday(weeks[i]), absl::Weekday::monday);
  EXPECT_THAT(first_days(Granularity::kMonth),
              testing::ElementsAre(period.first, CivilDay(2024, 1, 1), CivilDay(2024, 2, 1),
                                   CivilDay(2024, 3, 1), CivilDay(2024, 4, 1)));
  EXPECT_THAT(first_days(Granularity::kQuarter),
              testing::ElementsAre(period.first, CivilDay(2024, 1, 1), CivilDay(2024, 4, 1)));
}

TEST(Periods, CalendarPartsAreComparedWithTheSamePartOfTheUnitBefore) {
  using enum Granularity;
  using Days = std::pair<std::pair<int, int>, std::pair<int, int>>;  // month and day, both ends
  const auto span = [](int year, const Days& days) {
    return Span{CivilDay(year, days.first.first, days.first.second),
                CivilDay(year, days.second.first, days.second.second)};
  };
  for (const auto& [granularity, year, asked, before] :
       {std::tuple{kDay, 2024, Days{{3, 1}, {3, 1}}, Days{{2, 29}, {2, 29}}},
        {kWeek, 2024, {{3, 4}, {3, 10}}, {{2, 26}, {3, 3}}},
        {kWeek, 2024, {{3, 6}, {3, 7}}, {{2, 28}, {2, 29}}},
        {kMonth, 2024, {{3, 1}, {3, 31}}, {{2, 1}, {2, 29}}},
        {kMonth, 2023, {{2, 1}, {2, 28}}, {{1, 1}, {1, 31}}},
        {kMonth, 2024, {{3, 1}, {3, 10}}, {{2, 1}, {2, 10}}},
        {kMonth, 2024, {{3, 1}, {3, 30}}, {{2, 1}, {2, 29}}},
        {kMonth, 2024, {{3, 11}, {3, 31}}, {{2, 11}, {2, 29}}},
        {kMonth, 2024, {{3, 31}, {3, 31}}, {{2, 29}, {2, 29}}},
        {kMonth, 2024, {{4, 1}, {4, 29}}, {{3, 1}, {3, 29}}},
        {kQuarter, 2024, {{4, 1}, {6, 30}}, {{1, 1}, {3, 31}}},
        {kQuarter, 2024, {{4, 1}, {5, 31}}, {{1, 1}, {2, 29}}},
        {kQuarter, 2024, {{5, 30}, {6, 10}}, {{2, 29}, {3, 10}}}}) {
    EXPECT_EQ(PreviousOf(span(year, asked), granularity), span(year, before))
        << absl::FormatCivilTime(span(year, asked).first);
  }
  EXPECT_EQ(PreviousOf({CivilDay(2024, 1, 1), CivilDay(2024, 3, 31)}, kQuarter),
            (Span{CivilDay(2023, 10, 1), CivilDay(2023, 12, 31)}));
  EXPECT_EQ(PreviousOf({CivilDay(2024, 1, 5), CivilDay(2024, 1, 31)}, kMonth),
            (Span{CivilDay(2023, 12, 5), CivilDay(2023, 12, 31)}));
  // Rows of one answer chain: what a whole part is compared with is the part before it.
  for (const Granularity granularity : {kDay, kWeek, kMonth, kQuarter}) {
    const auto parts = Split({CivilDay(2023, 1, 1), CivilDay(2024, 12, 31)}, granularity);
    for (size_t i = 2; i + 1 < parts.size(); ++i)
      EXPECT_EQ(PreviousOf(parts[i], granularity), parts[i - 1]);
  }
}

TEST(Periods, FreeOnesAreComparedWithAsManyDaysBeforeAndAllWithTheSameWeekdays) {
  const Span free{CivilDay(2024, 3, 1), CivilDay(2024, 3, 31)};
  EXPECT_EQ(PreviousOf(free, Granularity::kPeriod),
            (Span{CivilDay(2024, 1, 30), CivilDay(2024, 2, 29)}));
  EXPECT_EQ(SameWeekdaysBefore(free), (Span{CivilDay(2024, 1, 26), CivilDay(2024, 2, 25)}));
  const Span day{CivilDay(2024, 3, 1), CivilDay(2024, 3, 1)};
  EXPECT_EQ(SameWeekdaysBefore(day), (Span{CivilDay(2024, 2, 23), CivilDay(2024, 2, 23)}));
  const Span week{CivilDay(2024, 3, 4), CivilDay(2024, 3, 10)};
  EXPECT_EQ(SameWeekdaysBefore(week), PreviousOf(week, Granularity::kWeek));
  EXPECT_EQ(FirstCompared({CivilDay(2024, 3, 31), CivilDay(2024, 4, 30)}, Granularity::kMonth),
            CivilDay(2024, 2, 26));
  EXPECT_EQ(FirstCompared({CivilDay(2024, 3, 1), CivilDay(2024, 3, 10)}, Granularity::kQuarter),
            CivilDay(2023, 12, 1));
}

TEST(Intervals, WilsonMatchesPublishedValues) {
  // R. G. Newcombe, Statistics in Medicine 17 (1998), table I, method 3.
  for (const auto& [x, n, low, high] : {std::tuple{81, 263, 0.2553, 0.3662},
                                        {15, 148, 0.0624, 0.1605},
                                        {0, 20, 0.0, 0.1611},
                                        {1, 29, 0.0061, 0.1718}}) {
    const auto interval = Wilson(x, n, 0.95);
    ASSERT_TRUE(interval);
    EXPECT_NEAR(interval->low, low, 5e-5) << x << "/" << n;
    EXPECT_NEAR(interval->high, high, 5e-5) << x << "/" << n;
  }
  EXPECT_EQ(Wilson(10, 10, 0.95)->high, 1);
  EXPECT_FALSE(Wilson(0, 0, 0.95));
  EXPECT_FALSE(Wilson(3, 2, 0.95));
}

TEST(Intervals, StudentMatchesTheTable) {
  // 4, 5, 3, 5, 1: mean 3.6, s² = 2.8, t(0.975; 4) = 2.776445 -> 3.6 ± 2.776445 × √(2.8 ÷ 5).
  const auto interval = StudentT(5, 18, 76, 0.95);
  ASSERT_TRUE(interval);
  EXPECT_NEAR(interval->low, 1.522299, 1e-6);
  EXPECT_NEAR(interval->high, 5.677701, 1e-6);
  EXPECT_FALSE(StudentT(3, 15, 75, 0.95));  // three equal cases
  EXPECT_FALSE(StudentT(1, 5, 25, 0.95));
}

TEST(Figures, ThinSamplesCarryAnInterval) {
  const auto thin = FigureOf("reply_rate", {{Measure::kConsulted, 29}, {Measure::kReplied, 20}});
  EXPECT_TRUE(thin.thin);
  ASSERT_TRUE(thin.interval);
  EXPECT_LT(thin.interval->low, *thin.value);
  EXPECT_GT(thin.interval->high, *thin.value);
  const auto enough = FigureOf("reply_rate", {{Measure::kConsulted, 30}, {Measure::kReplied, 20}});
  EXPECT_FALSE(enough.thin || enough.interval);
  // Two ratings, 1 and 5: mean 3, s = 2.828, t(0.975; 1) = 12.706 -> 3 ± 25.41, of 1 to 5 stars.
  const auto mean = FigureOf(
      "satisfaction",
      {{Measure::kRatings, 2}, {Measure::kRatingPoints, 6}, {Measure::kRatingSquares, 26}});
  ASSERT_TRUE(mean.interval);
  EXPECT_EQ(mean.interval, (Interval{1, 5}));
  // 4, 5, 3, 5, 4: mean 4.2, s² = 0.7, t(0.975; 4) = 2.776445 -> 4.2 ± 1.038850.
  const auto close = FigureOf(
      "satisfaction",
      {{Measure::kRatings, 5}, {Measure::kRatingPoints, 21}, {Measure::kRatingSquares, 91}});
  ASSERT_TRUE(close.interval);
  EXPECT_NEAR(close.interval->low, 3.161150, 1e-5);
  EXPECT_EQ(close.interval->high, 5);
  // Two inspections, 80 and 90 points: 85 ± 12.706 × 5.
  const auto quality = FigureOf("quality", {{Measure::kInspections, 2},
                                            {Measure::kCentipoints, 17'000},
                                            {Measure::kCentipointSquares, 145'000'000}});
  EXPECT_EQ(quality.value, 85);
  ASSERT_TRUE(quality.interval);
  EXPECT_NEAR(quality.interval->low, 85 - 12.706205 * 5, 1e-5);
  EXPECT_EQ(quality.interval->high, 100);
  const auto one = FigureOf("satisfaction", {{Measure::kRatings, 1}, {Measure::kRatingPoints, 5}});
  EXPECT_TRUE(one.thin);
  EXPECT_FALSE(one.interval);
  // Two buyers, ¥100 and ¥300, the squares in two limbs.
  const __int128 squares = __int128{10'000} * 10'000 + __int128{30'000} * 30'000;
  const auto money =
      FigureOf("average_order_value",
               {{Measure::kPaidCustomers, 2},
                {Measure::kSalesMinor, 40'000},
                {Measure::kSalesSquaresHigh, static_cast<int64_t>(squares >> kSquareLimbBits)},
                {Measure::kSalesSquaresLow,
                 static_cast<int64_t>(squares & ((__int128{1} << kSquareLimbBits) - 1))}});
  ASSERT_TRUE(money.interval);
  EXPECT_NEAR(money.interval->high, 20'000 + 12.706205 * 10'000, 1);
}

TEST(Figures, AreComparedExactly) {
  const auto now = FigureOf("reply_rate", {{Measure::kConsulted, 10}, {Measure::kReplied, 9}});
  const auto then = FigureOf("reply_rate", {{Measure::kConsulted, 3}, {Measure::kReplied, 2}});
  const Comparison better = Compare(now, then);
  EXPECT_EQ(better.value, 0.666667);
  EXPECT_EQ(better.difference, 0.233333);
  EXPECT_EQ(better.relative_change, 0.349999);
  const Comparison undefined = Compare(now, FigureOf("reply_rate", {}));
  EXPECT_FALSE(undefined.value || undefined.difference || undefined.relative_change);
  const Comparison from_nothing =
      Compare(FigureOf("sales", {{Measure::kSalesMinor, 500}}), FigureOf("sales", {}));
  EXPECT_EQ(from_nothing.difference, 500);
  EXPECT_FALSE(from_nothing.relative_change);
  const Comparison worse =
      Compare(FigureOf("sales", {}), FigureOf("sales", {{Measure::kSalesMinor, 500}}));
  EXPECT_EQ(worse.relative_change, -1);
}

TEST(Figures, WorkedExamplesOfTheDomain) {
  // 80 buyers, ¥40,000 → ¥500.
  EXPECT_EQ(FigureOf("average_order_value",
                     {{Measure::kPaidCustomers, 80}, {Measure::kSalesMinor, 4'000'000}})
                .value,
            50'000);
  // PPC ¥1, 30 %, 1.28 % → ¥23.4375, half up ¥23.44; ten missed inquiries × that → ¥234.40.
  const auto inquiries = [](std::string_view id) {
    return FigureOf(id, {{Measure::kAdSpendMinor, 1'000'000},
                         {Measure::kClicks, 10'000},
                         {Measure::kAdOrders, 128},
                         {Measure::kConsulted, 1'000},
                         {Measure::kReplied, 990},
                         {Measure::kConverted, 300}})
        .value;
  };
  EXPECT_EQ(inquiries("cost_per_click"), 100);
  EXPECT_EQ(inquiries("cost_of_inquiry"), 2'344);
  EXPECT_EQ(inquiries("missed_inquiries"), 10);
  EXPECT_EQ(inquiries("missed_value"), 23'440);
  EXPECT_FALSE(FigureOf("cost_of_inquiry", {{Measure::kAdSpendMinor, 100}}).value);
  // 30 customers in 4 hours, handled 6 hours long altogether.
  constexpr int64_t kHour = 3'600'000'000;
  EXPECT_EQ(FigureOf("customers_per_hour",
                     {{Measure::kHandledCustomers, 30}, {Measure::kBusyMicros, 4 * kHour}})
                .value,
            7.5);
  EXPECT_EQ(FigureOf("concurrent_chats",
                     {{Measure::kHandleMicros, 6 * kHour}, {Measure::kBusyMicros, 4 * kHour}})
                .value,
            1.5);
}

// 1 is 100 % of a ratio: whatever may be more, or is no part of what it is divided by, is none.
TEST(Figures, OnlySharesAreRatios) {
  for (const MetricSpec& spec : Catalogue()) {
    EXPECT_EQ(spec.unit == Unit::kRatio, spec.spread == Spread::kShare) << spec.id;
    if (spec.unit == Unit::kMean) {
      EXPECT_FALSE(spec.denominator.empty()) << spec.id;
    }
  }
  for (const char* id : {"concurrent_chats", "satisfaction", "review_score_mean"})
    EXPECT_EQ(FindMetric(id)->unit, Unit::kMean) << id;
}

TEST(Figures, ResponseTimesAreGradedByTheDefinitionsBands) {
  for (const auto& [micros, grade] : {std::pair<int64_t, std::string>{30'000'000, "excellent"},
                                      {30'000'001, ""},
                                      {49'999'999, ""},
                                      {50'000'000, "normal"},
                                      {60'000'000, "normal"},
                                      {60'000'001, ""},
                                      {100'000'000, ""},
                                      {100'000'001, "needs a talk"}}) {
    EXPECT_EQ(FigureOf("response_seconds_mean",
                       {{Measure::kResponseCount, 1}, {Measure::kResponseMicros, micros}})
                  .grade,
              grade)
        << micros;
  }
}

TEST(Figures, SumsOfSquaresOfAHistogramAreThoseOfItsDurations) {
  Histogram histogram;
  long double exact = 0;
  for (int64_t seconds = 1; seconds <= 268; ++seconds) {
    histogram.Add(seconds * 1'000'000);
    exact += static_cast<long double>(seconds) * 1e6L * static_cast<long double>(seconds) * 1e6L;
  }
  EXPECT_NEAR(static_cast<double>(histogram.SquareSum() / exact), 1, 1e-9);
}

}  // namespace
}  // namespace kefu::performance::domain
