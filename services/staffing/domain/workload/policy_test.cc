#include "services/staffing/domain/workload/policy.h"

#include <gmock/gmock.h>

#include <set>

#include "common/time/holiday_calendar.h"

namespace kefu::staffing::domain::workload {
namespace {

using ::testing::ElementsAre;

CalendarDay Shipped(int year, int month, int day) {
  const absl::CivilDay that(year, month, day);
  const auto days = CalendarInForce({}, "CN", that, that);
  return days.contains(that) ? days.at(that) : CalendarDay();
}

TEST(HolidaysTest, EachIsOneOfItsOwn) {
  struct Case {
    int year, month, day;
    std::string effect, name;
  };
  for (const auto& [year, month, day, effect, name] : std::vector<Case>{
           {2026, 1, 1, "HOLIDAY/new_year", "元旦"},
           {2018, 12, 30, "HOLIDAY/new_year", "元旦"},
           {2022, 12, 31, "HOLIDAY/new_year", "元旦"},
           {2020, 2, 2, "HOLIDAY/spring_festival", "春节"},
           {2012, 4, 2, "HOLIDAY/qingming", "清明节"},
           {2019, 5, 4, "HOLIDAY/labour_day", "劳动节"},
           {2012, 4, 29, "HOLIDAY/labour_day", "劳动节"},
           {2009, 5, 28, "HOLIDAY/dragon_boat", "端午节"},
           {2011, 6, 6, "HOLIDAY/dragon_boat", "端午节"},
           {2014, 9, 8, "HOLIDAY/mid_autumn", "中秋节"},
           {2012, 9, 30, "HOLIDAY/national_day", "国庆节"},
           {2023, 9, 29, "HOLIDAY/national_day", "国庆节"},
           {2015, 9, 3, "HOLIDAY", "节假日"},  // seventy years after the war, once
       }) {
    const CalendarDay found = Shipped(year, month, day);
    EXPECT_EQ(found.effect, effect) << year << '-' << month << '-' << day;
    EXPECT_EQ(found.name, name);
    EXPECT_EQ(found.kind, CalendarDayKind::kHoliday);
  }
  EXPECT_EQ(Shipped(2025, 1, 26).kind, CalendarDayKind::kMakeupWorkday);
  EXPECT_EQ(Shipped(2025, 1, 26).effect, "");
}

// Every year has each of them, from 2008 on, when the traditional ones became days off.
TEST(HolidaysTest, NoYearMissesOne) {
  for (int year = 2008; year <= KnownUntil("CN")->year(); ++year) {
    std::set<std::string> effects;
    for (const auto& [day, special] :
         CalendarInForce({}, "CN", absl::CivilDay(year), absl::CivilDay(year, 12, 31))) {
      if (special.kind == CalendarDayKind::kHoliday && special.effect != kHolidayEffect)
        effects.insert(special.effect);
    }
    effects.insert("HOLIDAY/mid_autumn");  // may be one with National Day
    EXPECT_EQ(effects.size(), 7) << year;
  }
}

TEST(CampaignsTest, NewYearGoodsAreSoldBeforeSpringFestival) {
  for (int year = 2004; year <= KnownUntil("CN")->year(); ++year) {
    const absl::CivilDay first(year, 1, 1), last(year, 3, 1);
    std::vector<Campaign> goods = ShippedCampaigns(first, last);
    ASSERT_EQ(goods.size(), 1) << year;
    EXPECT_EQ(goods[0].code, "new_year_goods");
    EXPECT_EQ(goods[0].first.year(), year);
    const auto days = CalendarInForce({}, "CN", goods[0].last, goods[0].last + 10);
    ASSERT_TRUE(days.contains(goods[0].last + 10)) << year;
    EXPECT_EQ(days.at(goods[0].last + 10).effect, "HOLIDAY/spring_festival");
    EXPECT_EQ(goods[0].last - goods[0].first, 10);
  }
  EXPECT_EQ(ShippedCampaigns(absl::CivilDay(2100, 1, 1), absl::CivilDay(2100, 3, 1)).size(), 0);
}

TEST(CampaignsTest, WhereNoCalendarIsNoneAreShipped) {
  const absl::CivilDay first(2026, 1, 1), last(2026, 12, 31);
  EXPECT_EQ(CampaignsInForce({}, "CN", first, last).size(), 6);
  EXPECT_EQ(CampaignsInForce({}, "", first, last).size(), 0);
  const Campaign own{.id = "c", .code = "618", .first = first, .last = first};
  std::vector<std::string> codes;
  for (const Campaign& campaign : CampaignsInForce({own}, "CN", first, last))
    codes.push_back(campaign.code);
  EXPECT_THAT(codes, ElementsAre("618", "new_year_goods", "618_peak", "double11", "double11_peak",
                                 "double12"));
  EXPECT_EQ(KnownUntil(""), std::nullopt);
}

}  // namespace
}  // namespace kefu::staffing::domain::workload
