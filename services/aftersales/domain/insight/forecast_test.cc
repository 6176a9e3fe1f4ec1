// The chance of a breach, and what it adds up to.
#include "services/aftersales/domain/insight/forecast.h"

#include <cmath>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/aftersales/domain/insight/figures.h"

namespace kefu::aftersales::domain::insight {
namespace {

// Of a hundred clocks ten were broken, half of the others met in the first tenth of their time and
// half at its end.
ClockHistory History() {
  ClockHistory history;
  history.breached = 10;
  history.met[9] = 45;
  history.met[99] = 45;
  return history;
}

TEST(ForecastTest, TheLongerAClockRunsTheLikelierItIsBroken) {
  const ClockHistory history = History();
  EXPECT_DOUBLE_EQ(BreachChance(history, 0), 10.5 / 101);
  EXPECT_DOUBLE_EQ(BreachChance(history, 9), 10.5 / 101);
  EXPECT_DOUBLE_EQ(BreachChance(history, 10), 10.5 / 56);
  EXPECT_DOUBLE_EQ(BreachChance(history, 99), 10.5 / 56);
  EXPECT_DOUBLE_EQ(BreachChance(history, kRunOut), 1);
  EXPECT_DOUBLE_EQ(BreachChance({}, 50), 0.5);
  double before = 0;
  for (int used = 0; used <= kRunOut; ++used) {
    EXPECT_GE(BreachChance(history, used), before);
    before = BreachChance(history, used);
  }
}

TEST(ForecastTest, ExpectationsAddUpAndWhatHasRunOutIsCertain) {
  const ClockHistories histories = {{ClockKind::kFirstAnswer, History()}};
  const std::vector<RunningClocks> running = {{ClockKind::kFirstAnswer, 0, kRunOut, 3},
                                              {ClockKind::kFirstAnswer, 1, 10, 56}};
  const std::vector<PastBreaches> past = {{ClockKind::kFirstAnswer, 1, 6}};
  const Forecast forecast = ForecastBreaches(histories, running, past, 3, 3);
  ASSERT_EQ(forecast.rows.size(), 3u);
  EXPECT_DOUBLE_EQ(forecast.rows[0].expected.mean, 3);
  EXPECT_DOUBLE_EQ(forecast.rows[0].expected.low, 3);
  EXPECT_DOUBLE_EQ(forecast.rows[0].expected.high, 3);
  EXPECT_DOUBLE_EQ(forecast.rows[1].of_running, 10.5);
  EXPECT_DOUBLE_EQ(forecast.rows[1].of_new, 2);
  // 56 p (1 − p) (56 + 56) ÷ 57 of the beta-binomial, 2 of Poisson and 2 ÷ 3 for the three weeks.
  const double p = 10.5 / 56;
  const double half = 1.959964 * std::sqrt(56 * p * (1 - p) * 112 / 57 + 2 + 2.0 / 3);
  EXPECT_NEAR(forecast.rows[1].expected.high, 12.5 + half, 1e-9);
  EXPECT_NEAR(forecast.all.high, 15.5 + half, 1e-9);
  EXPECT_DOUBLE_EQ(forecast.rows[2].expected.mean, 0);
  EXPECT_TRUE(ForecastBreaches({}, {}, {}, 0, 6).rows.empty());
}

TEST(TrendTest, StepsCoverTheDaysWithoutAGap) {
  const absl::CivilDay first(2025, 12, 27), last(2026, 3, 1);
  for (const TrendStep step :
       {TrendStep::kUnspecified, TrendStep::kDay, TrendStep::kWeek, TrendStep::kMonth}) {
    absl::CivilDay next = first;
    for (const TrendPoint& point : StepsOf(first, last, step)) {
      EXPECT_EQ(point.first, next);
      EXPECT_LE(point.first, point.last);
      next = point.last + 1;
    }
    EXPECT_EQ(next, last + 1);
  }
  const auto weeks = StepsOf(first, last, TrendStep::kWeek);
  EXPECT_EQ(weeks[0].last, absl::CivilDay(2025, 12, 28));  // Sunday
  EXPECT_EQ(weeks.back().last, last);
  const auto months = StepsOf(first, last, TrendStep::kMonth);
  ASSERT_EQ(months.size(), 4u);
  EXPECT_EQ(months[2].last, absl::CivilDay(2026, 2, 28));
  EXPECT_EQ(months[3].first, last);
}

}  // namespace
}  // namespace kefu::aftersales::domain::insight
