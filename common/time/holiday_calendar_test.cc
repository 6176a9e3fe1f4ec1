#include "common/time/holiday_calendar.h"

#include <gtest/gtest.h>

#include <map>

#include "common/testing/status_matchers.h"
#include "common/time/civil.h"

namespace kefu {
namespace {

using Day = absl::CivilDay;
using ::kefu::testing::HasReason;
using ::kefu::testing::StatusIs;
using ::testing::HasSubstr;

TEST(ParseHolidaysTest, ReadsSpansCommentsAndBlankLines) {
  ASSERT_OK_AND_ASSIGN(const auto calendar,
                       ParseHolidays("# comment\n\noff 2026-02-15/2026-02-17  # 春节\r\n"
                                     "  work 2026-02-14\t\noff   2027-01-01"));
  EXPECT_EQ(calendar.size(), 5u);
  EXPECT_EQ(calendar.KindOf(Day(2026, 2, 14)), DayKind::kMakeupWorkday);
  EXPECT_EQ(calendar.KindOf(Day(2026, 2, 15)), DayKind::kHoliday);
  EXPECT_EQ(calendar.KindOf(Day(2026, 2, 17)), DayKind::kHoliday);
  EXPECT_EQ(calendar.KindOf(Day(2026, 2, 18)), DayKind::kRegular);
  EXPECT_TRUE(calendar.CoversYear(2026));
  EXPECT_TRUE(calendar.CoversYear(2027));
  EXPECT_FALSE(calendar.CoversYear(2025));
  EXPECT_FALSE(calendar.CoversYear(2028));
  EXPECT_EQ(ParseHolidays("")->size(), 0u);
}

TEST(ParseHolidaysTest, NamesTheFirstWrongLine) {
  for (const std::string_view bad :
       {"closed 2026-01-01", "off", "off 2026-02-30", "off 2026-01-02/2026-01-01",
        "off 2026-01-01/", "off 2026-01-01/2026-02-10", "off 2026-01-05", "off 2026-01-02 x",
        "statutory 2026-01-05", "statutory 2026-01-06"}) {
    const auto parsed = ParseHolidays("work 2026-01-05\n" + std::string(bad) + "\nnonsense\n");
    EXPECT_THAT(parsed, HasReason("HOLIDAYS_MALFORMED")) << bad;
    EXPECT_THAT(parsed, StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("line 2"))) << bad;
  }
}

TEST(ChinaHolidaysTest, HoldsTheFacts) {
  const HolidayCalendar& china = ChinaHolidays();
  EXPECT_EQ(china.KindOf(Day(2026, 2, 17)), DayKind::kHoliday);        // Spring Festival
  EXPECT_EQ(china.KindOf(Day(2026, 2, 14)), DayKind::kMakeupWorkday);  // a Saturday
  EXPECT_EQ(china.KindOf(Day(2025, 10, 8)), DayKind::kHoliday);        // National Day
  EXPECT_EQ(china.KindOf(Day(2025, 10, 11)), DayKind::kMakeupWorkday);
  EXPECT_EQ(china.KindOf(Day(2020, 1, 31)), DayKind::kHoliday);  // extended that year
  EXPECT_EQ(china.KindOf(Day(2015, 9, 3)), DayKind::kHoliday);   // 70 years after the war
  EXPECT_EQ(china.KindOf(Day(2026, 3, 10)), DayKind::kRegular);
}

TEST(ChinaHolidaysTest, KnowsWhichDaysArePaidThreeTimes) {
  const HolidayCalendar& china = ChinaHolidays();
  for (const auto& [year, count] :
       std::map<int, int>{{2023, 0}, {2024, 11}, {2025, 13}, {2026, 13}}) {
    int found = 0;
    for (Day day(year, 1, 1); day.year() == year; ++day) found += china.IsStatutory(day) ? 1 : 0;
    EXPECT_EQ(found, count) << year;
  }
  EXPECT_FALSE(china.IsStatutory(Day(2024, 5, 2)));
  EXPECT_TRUE(china.IsStatutory(Day(2025, 5, 2)));
  EXPECT_TRUE(china.IsStatutory(Day(2026, 2, 16)));   // New Year's Eve
  EXPECT_FALSE(china.IsStatutory(Day(2026, 2, 15)));  // off in lieu
  EXPECT_TRUE(china.IsStatutory(Day(2026, 4, 5)));
}

TEST(ChinaHolidaysTest, IsCompleteAndPlausible) {
  const HolidayCalendar& china = ChinaHolidays();
  EXPECT_FALSE(china.CoversYear(2003));
  EXPECT_FALSE(china.CoversYear(2027));
  for (int year = 2004; year <= 2026; ++year) {
    EXPECT_TRUE(china.CoversYear(year));
    EXPECT_EQ(china.KindOf(absl::CivilDay(year, 10, 1)), DayKind::kHoliday) << year;
    EXPECT_EQ(china.KindOf(absl::CivilDay(year, 5, 1)), DayKind::kHoliday) << year;
    EXPECT_EQ(china.KindOf(absl::CivilDay(year, 1, 1)), DayKind::kHoliday) << year;
  }
  for (const auto& [day, kind] : china.days()) {
    if (kind != DayKind::kMakeupWorkday) continue;
    const absl::Weekday weekday = absl::GetWeekday(day);
    EXPECT_TRUE(weekday == absl::Weekday::saturday || weekday == absl::Weekday::sunday)
        << FormatDay(day);
  }
}

}  // namespace
}  // namespace kefu
