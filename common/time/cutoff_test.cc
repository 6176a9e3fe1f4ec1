#include "common/time/cutoff.h"

#include <gtest/gtest.h>

#include <random>

#include "common/testing/status_matchers.h"

namespace kefu {
namespace {

using ::kefu::testing::HasReason;
using ::kefu::testing::StatusIs;
using ::testing::HasSubstr;

// DOMAIN 4.2: before 16:00 → 18:00 the same day; from 16:00 on → 18:00 the next day.
const CutoffRule kEmail{.cutoff = {16 * 3600}, .due_before = {18 * 3600}, .due_after = {18 * 3600}};

absl::TimeZone Zone(std::string_view name) { return LoadZone(name).value(); }

absl::Time Local(std::string_view text, absl::TimeZone zone) {
  absl::Time time;
  std::string error;
  EXPECT_TRUE(absl::ParseTime("%Y-%m-%d%ET%H:%M:%E*S", std::string(text), zone, &time, &error))
      << error;
  return time;
}

TEST(CutoffDueTest, FollowsTheHandbook) {
  struct Case {
    std::string_view received, due;
  };
  const absl::TimeZone shanghai = Zone("Asia/Shanghai");
  for (const Case& c : std::vector<Case>{
           {"2026-03-10T00:00:00", "2026-03-10T18:00:00"},
           {"2026-03-10T15:59:59.999", "2026-03-10T18:00:00"},
           {"2026-03-10T15:59:59.999999999", "2026-03-10T18:00:00"},
           {"2026-03-10T16:00:00.000", "2026-03-11T18:00:00"},
           {"2026-03-10T23:59:59.999", "2026-03-11T18:00:00"},
           {"2026-12-31T16:00:00", "2027-01-01T18:00:00"},  // calendar days, holidays too
           {"2024-02-28T17:00:00", "2024-02-29T18:00:00"}}) {
    EXPECT_EQ(CutoffDue(kEmail, shanghai, Local(c.received, shanghai)), Local(c.due, shanghai))
        << c.received;
  }
}

TEST(CutoffDueTest, TheZoneDecidesTheDay) {
  // 08:30 UTC is 16:30 in Shanghai, but 10:30 in Jerusalem in winter.
  const absl::Time received = absl::FromUnixSeconds(1768465800);
  EXPECT_EQ(FormatInstant(received), "2026-01-15T08:30:00Z");
  EXPECT_EQ(FormatInstant(CutoffDue(kEmail, Zone("Asia/Shanghai"), received)),
            "2026-01-16T10:00:00Z");
  EXPECT_EQ(FormatInstant(CutoffDue(kEmail, Zone("Asia/Jerusalem"), received)),
            "2026-01-15T16:00:00Z");
}

TEST(CutoffDueTest, DaylightSavingMovesInstantsNotClockTimes) {
  const absl::TimeZone new_york = Zone("America/New_York");
  // The night between has 23 hours in March and 25 in November.
  const absl::Time march = Local("2026-03-07T16:00:00", new_york);
  EXPECT_EQ(CutoffDue(kEmail, new_york, march) - march, absl::Hours(25));
  const absl::Time november = Local("2026-10-31T16:00:00", new_york);
  EXPECT_EQ(CutoffDue(kEmail, new_york, november) - november, absl::Hours(27));
  // A cut-off inside the hour that comes twice: the second pass is after it.
  const CutoffRule night{.cutoff = {5400}, .due_before = {7200}, .due_after = {7200}};
  const absl::Time first = absl::FromUnixSeconds(1793510100);  // 05:15Z, 01:15 summer time
  EXPECT_EQ(FormatInstant(first), "2026-11-01T05:15:00Z");
  EXPECT_EQ(FormatInstant(CutoffDue(night, new_york, first)), "2026-11-01T07:00:00Z");
  EXPECT_EQ(FormatInstant(CutoffDue(night, new_york, first + absl::Hours(1))),
            "2026-11-02T07:00:00Z");
}

TEST(CutoffPropertyTest, DueIsLaterMonotonicAndAtTheDueClockTime) {
  std::mt19937_64 random(17);
  for (const std::string_view name : {"Asia/Shanghai", "America/New_York", "America/Sao_Paulo",
                                      "Asia/Jerusalem", "Australia/Lord_Howe", "Asia/Kathmandu"}) {
    const absl::TimeZone zone = Zone(name);
    absl::Time received = absl::FromUnixSeconds(1262304000);  // 2010
    absl::Time last_due = absl::InfinitePast();
    for (int i = 0; i < 5000; ++i) {
      received += absl::Milliseconds(static_cast<int64_t>(random() % 100000000));
      const absl::Time due = CutoffDue(kEmail, zone, received);
      ASSERT_GT(due, received);
      ASSERT_LE(due, received + absl::Hours(27));
      ASSERT_GE(due, last_due);
      const auto civil = absl::ToCivilSecond(due, zone);
      ASSERT_EQ(civil, absl::CivilSecond(absl::CivilDay(civil)) + 18 * 3600);
      const bool before = absl::ToCivilHour(received, zone).hour() < 16;
      ASSERT_EQ(DayOf(due, zone) - DayOf(received, zone), before ? 0 : 1);
      last_due = due;
    }
  }
}

TEST(CutoffDueTest, InWorkdaysSkipsHolidaysAndUsesMakeupDays) {
  BusinessCalendarOptions options;
  options.zone = Zone("Asia/Shanghai");
  for (int weekday = 0; weekday < 5; ++weekday) options.weekly[weekday] = {{{9 * 3600}, {64800}}};
  options.holidays = std::make_shared<const HolidayCalendar>(ChinaHolidays());
  ASSERT_OK_AND_ASSIGN(const auto calendar, BusinessCalendar::Create(options));
  struct Case {
    std::string_view received, due;
  };
  for (const Case& c : std::vector<Case>{
           {"2026-03-10T15:59:59.999", "2026-03-10T18:00:00"},
           {"2026-03-13T16:00:00", "2026-03-16T18:00:00"},     // Friday → Monday
           {"2026-03-14T20:00:00", "2026-03-16T18:00:00"},     // Saturday counts as Monday morning
           {"2026-02-13T16:00:00", "2026-02-14T18:00:00"},     // make-up Saturday is worked
           {"2026-02-14T16:00:00", "2026-02-24T18:00:00"}}) {  // Spring Festival
    EXPECT_EQ(CutoffDue(kEmail, calendar, Local(c.received, options.zone)).value(),
              Local(c.due, options.zone))
        << c.received;
  }
  ASSERT_OK_AND_ASSIGN(const auto never, BusinessCalendar::Create({}));
  EXPECT_THAT(CutoffDue(kEmail, never, absl::UnixEpoch()), HasReason("NO_BUSINESS_TIME"));
}

TEST(ValidateCutoffRuleTest, ListsAllProblems) {
  EXPECT_OK(ValidateCutoffRule(kEmail));
  EXPECT_OK(ValidateCutoffRule(
      {.cutoff = {57600}, .due_before = {57600}, .due_after = kEndOfDay, .due_after_days = 0}));
  const absl::Status status = ValidateCutoffRule({.cutoff = {90000},
                                                  .due_before = {-1},
                                                  .due_before_days = 0,
                                                  .due_after = {64800},
                                                  .due_after_days = 0});
  EXPECT_THAT(status, HasReason("INVALID_FIELDS"));
  for (const std::string_view field : {"cutoff:", "due_before:", "due_after:"}) {
    EXPECT_THAT(status,
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(std::string(field))));
  }
  EXPECT_THAT(ValidateCutoffRule({.due_before_days = 400, .due_after_days = -1}),
              HasReason("INVALID_FIELDS"));
}

}  // namespace
}  // namespace kefu
