#include "services/staffing/domain/workload/forecast.h"

#include <cmath>
#include <random>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace kefu::staffing::domain::workload {
namespace {

using ::testing::Each;
using ::testing::Gt;

const absl::CivilDay kFirst(2025, 3, 3);  // a Monday

double ShapeAt(int slot) {  // open from 9 to 21, busiest at noon
  return slot < 18 || slot >= 42 ? 0 : 1 + std::sin((slot - 18) * M_PI / 24);
}

// Poisson arrivals of a shop: weekdays differ, weekends have half, a trend by day.
std::vector<DayHistory> Make(int days, double level, double trend = 0, uint32_t seed = 1) {
  std::mt19937 random(seed);
  double sum = 0;
  for (int s = 0; s < kSlots; ++s) sum += ShapeAt(s);
  std::vector<DayHistory> history;
  for (int d = 0; d < days; ++d) {
    DayHistory day{.plan = {.day = kFirst + d, .profile = ProfileOf(kFirst + d)}};
    const double weekend = day.plan.profile >= 5 ? 0.5 : 1.0;
    for (int s = 0; s < kSlots; ++s) {
      const double mean = level * weekend * std::exp(trend * d) * ShapeAt(s) / sum;
      day.arrivals[s] = mean > 0 ? std::poisson_distribution<int>(mean)(random) : 0;
    }
    history.push_back(day);
  }
  return history;
}
std::vector<DayPlan> Next(const std::vector<DayHistory>& history, int days) {
  std::vector<DayPlan> plans;
  for (int d = 1; d <= days; ++d) {
    const absl::CivilDay day = history.back().plan.day + d;
    plans.push_back({.day = day, .profile = ProfileOf(day)});
  }
  return plans;
}

TEST(ForecastTest, FindsWeekdaysLevelAndShape) {
  const auto history = Make(28, 1'000);
  const Forecast forecast = MakeForecast(history, Next(history, 7), {});
  ASSERT_EQ(forecast.days.size(), 7u);
  for (const DayForecast& day : forecast.days) {
    const bool weekend = ProfileOf(day.day) >= 5;
    EXPECT_NEAR(day.total, weekend ? 500 : 1'000, weekend ? 40 : 60);
    double sum = 0, shares = 0;
    for (const SlotForecast& slot : day.slots) {
      sum += slot.arrivals;
      shares += slot.share;
      EXPECT_LE(slot.lower, slot.arrivals);
      EXPECT_GE(slot.upper, slot.arrivals);
    }
    EXPECT_NEAR(sum, day.total, 1e-6);
    EXPECT_NEAR(shares, 1, 1e-9);
    EXPECT_NEAR(day.total,
                day.level * day.weekday_factor * day.trend_factor * day.calendar_factor *
                    day.campaign_factor,
                1e-9);
    EXPECT_LT(day.slots[10].arrivals, 0.5) << "closed at five in the morning";
    EXPECT_GT(day.slots[30].arrivals, day.slots[18].arrivals * 1.4);
  }
}

TEST(ForecastTest, BeatsLastWeekAndCoversAsPromised) {
  for (const uint32_t seed : {1u, 2u, 3u, 4u}) {
    const auto history = Make(42, 800, 0.002, seed);
    const Backtest test = BacktestForecast(history, {});
    EXPECT_EQ(test.days, 28);
    EXPECT_LT(test.wape, 0.85 * test.last_week_wape);
    EXPECT_LT(test.day_wape, test.wape);
    EXPECT_LT(test.last_week_day_wape, test.last_week_wape);
    EXPECT_GT(test.last_week_day_wape, 0);
    EXPECT_GT(test.covered, 0.75);
    EXPECT_LT(test.covered, 0.97);
  }
  EXPECT_EQ(BacktestForecast(Make(7, 100), {}).days, 0) << "nothing to compare with";
  EXPECT_EQ(BacktestForecast({}, {}).days, 0);
}

TEST(ForecastTest, AFrenziedDayAndHalfHourChangeLittle) {
  auto history = Make(28, 1'000);
  const Forecast calm = MakeForecast(history, Next(history, 7), {});
  for (double& slot : history[24].arrivals) slot *= 5;  // a Thursday
  history[22].arrivals[20] += 400;                      // a Tuesday half hour
  const Forecast after = MakeForecast(history, Next(history, 7), {});
  EXPECT_GE(after.outlying_days, 1);
  EXPECT_GE(after.outlying_slots, 1);
  for (size_t d = 0; d < 7; ++d) {
    EXPECT_NEAR(after.days[d].total / calm.days[d].total, 1, 0.08) << d;
    EXPECT_NEAR(after.days[d].slots[20].share / calm.days[d].slots[20].share, 1, 0.15) << d;
  }
}

TEST(ForecastTest, FollowsATrendHalfWayAndNotForEver) {
  const auto history = Make(56, 500, 0.01);
  const Forecast forecast = MakeForecast(history, Next(history, 28), {});
  EXPECT_NEAR(std::log(forecast.days[6].trend_factor), 7 * 0.005, 0.007);
  EXPECT_EQ(forecast.days[27].trend_factor, forecast.days[6].trend_factor);
  const Forecast without = MakeForecast(history, Next(history, 7), {.trend_share = 0});
  EXPECT_EQ(without.days[6].trend_factor, 1);
}

TEST(ForecastTest, ThinDataBorrowTheShapeOfOtherWeekdays) {
  const auto history = Make(14, 24);  // two of each weekday, 24 contacts a day
  const Forecast forecast = MakeForecast(history, Next(history, 7), {});
  for (const DayForecast& day : forecast.days) {
    for (int s = 19; s < 41; ++s) EXPECT_GT(day.slots[s].arrivals, 0) << s;
    EXPECT_NEAR(day.total, ProfileOf(day.day) >= 5 ? 12 : 24, 9);
  }
  // A weekday with a shape of its own keeps it: Sundays open at 18:00 only.
  auto own = Make(28, 600);
  for (DayHistory& day : own) {
    for (int s = 0; day.plan.profile == 6 && s < 36; ++s) day.arrivals[s] = 0;
  }
  const Forecast sunday = MakeForecast(own, Next(own, 7), {});
  EXPECT_LT(sunday.days[6].slots[24].arrivals, 0.05 * sunday.days[5].slots[24].arrivals);
}

TEST(ForecastTest, CampaignsCountByPriorUntilTheyAreSeen) {
  auto history = Make(28, 1'000);
  auto plans = Next(history, 2);
  plans[0].campaign = Effect{"618", 1.5};
  const Forecast unseen = MakeForecast(history, plans, {});
  EXPECT_EQ(unseen.days[0].campaign_factor, 1.5);
  EXPECT_EQ(unseen.effects[0].days, 0);
  for (const size_t d : {15u, 16u, 17u, 18u}) {  // the last one tripled
    history[d].plan.campaign = Effect{"618", 1.5};
    for (double& slot : history[d].arrivals) slot *= 3;
  }
  const Forecast seen = MakeForecast(history, plans, {});
  EXPECT_EQ(seen.effects[0].days, 4);
  EXPECT_NEAR(seen.days[0].campaign_factor, std::exp((2 * std::log(1.5) + 4 * std::log(3)) / 6),
              0.1);
  EXPECT_NEAR(seen.days[1].total / unseen.days[1].total, 1, 0.03) << "ordinary days stay ordinary";
}

TEST(ForecastTest, MakeUpWorkdaysAreLikeWorkdaysAndHolidaysLearn) {
  auto history = Make(28, 1'000);
  auto plans = Next(history, 7);
  plans[5].profile = kWorkday;  // a Saturday that is worked
  plans[2].calendar = Effect{"HOLIDAY", 1};
  history[16].plan.calendar = Effect{"HOLIDAY", 1};
  for (double& slot : history[16].arrivals) slot *= 0.4;
  const Forecast forecast = MakeForecast(history, plans, {});
  EXPECT_NEAR(forecast.days[5].total, 1'000, 70);
  EXPECT_NEAR(forecast.days[2].calendar_factor, std::exp(std::log(0.4) / 3), 0.05);
}

TEST(ForecastTest, CampaignsOfEarlierYearsTellToo) {
  auto earlier = Make(28, 300);  // a smaller shop then
  for (const size_t d : {8u, 9u, 10u, 11u}) {
    earlier[d].plan.campaign = Effect{"618", 1.5};
    for (double& slot : earlier[d].arrivals) slot *= 4;
  }
  auto history = Make(28, 1'000);
  for (DayHistory& day : history) day.plan.day += 364;
  auto plans = Next(history, 1);
  plans[0].campaign = Effect{"618", 1.5};
  const Forecast forecast = MakeForecast(history, plans, {}, earlier);
  EXPECT_EQ(forecast.effects[0].days, 4);
  EXPECT_NEAR(forecast.days[0].campaign_factor, std::exp((2 * std::log(1.5) + 4 * std::log(4)) / 6),
              0.15);
  EXPECT_NEAR(forecast.days[0].level, MakeForecast(history, plans, {}).days[0].level, 1e-9)
      << "of effects only";
  // Without ordinary days beside them nobody can say what they were times.
  const std::vector<DayHistory> alone(earlier.begin() + 8, earlier.begin() + 12);
  EXPECT_EQ(MakeForecast(history, plans, {}, alone).effects[0].days, 0);
}

TEST(ForecastTest, AWeekdayThatNeverWasIsClosed) {
  auto history = Make(28, 1'000);
  std::erase_if(history, [](const DayHistory& day) { return day.plan.profile == 6; });
  auto plans = Next(history, 8);  // from Sunday to Sunday
  plans[7].profile = kWorkday;    // one that is worked
  const Forecast forecast = MakeForecast(history, plans, {});
  EXPECT_TRUE(forecast.days[0].closed);
  EXPECT_EQ(forecast.days[0].total, 0);
  EXPECT_EQ(forecast.days[0].weekday_factor, 0);
  EXPECT_EQ(forecast.days[0].slots[24].upper, 0);
  EXPECT_FALSE(forecast.days[1].closed);
  EXPECT_FALSE(forecast.days[7].closed);
  EXPECT_GT(forecast.days[7].total, 500);
  // Two weeks tell too little.
  std::erase_if(history, [](const DayHistory& day) { return day.plan.day < kFirst + 14; });
  EXPECT_FALSE(MakeForecast(history, plans, {}).days[0].closed);
}

TEST(ForecastTest, NothingButZerosForecastsNothing) {
  std::vector<DayHistory> history(14);
  for (int d = 0; d < 14; ++d) {
    history[d].plan = {.day = kFirst + d, .profile = ProfileOf(kFirst + d)};
  }
  const Forecast forecast = MakeForecast(history, Next(history, 3), {});
  for (const DayForecast& day : forecast.days) {
    EXPECT_EQ(day.total, 0);
    EXPECT_EQ(day.slots[20].upper, 0);
  }
  EXPECT_EQ(BacktestForecast(history, {}).days, 0);
}

TEST(ForecastTest, HandleTimesOfThinHalfHoursAreNearTheMean) {
  std::array<Handled, kSlots> slots{};
  slots[20] = {1'000, 300'000};  // 300 s
  slots[21] = {1'000, 100'000};
  slots[22] = {1, 1'000};
  const auto profile = HandleProfile(slots);
  EXPECT_NEAR(profile[20], 300, 6);
  EXPECT_NEAR(profile[22], 200, 20);
  EXPECT_NEAR(profile[0], 200, 1);
  EXPECT_THAT(profile, Each(Gt(0)));
  EXPECT_THAT(HandleProfile(std::array<Handled, kSlots>{}), Each(0));
}

}  // namespace
}  // namespace kefu::staffing::domain::workload
