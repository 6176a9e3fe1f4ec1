#include "services/staffing/domain/attendance/attendance.h"

#include <random>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace kefu::staffing::attendance {
namespace {

using ::testing::ElementsAre;

// Times are minutes after midnight of Tuesday, 2026-03-03, in UTC.
const absl::CivilDay kDay(2026, 3, 3);
absl::Time At(int minute) {
  return absl::FromCivil(absl::CivilMinute(kDay) + minute, absl::UTCTimeZone());
}

// 9:00 to 18:00 with an hour's unpaid break at 12:00: 480 minutes.
ScheduledShift DayShift() {
  return {.day = kDay,
          .template_id = "day",
          .begin = At(540),
          .length_minutes = 540,
          .unpaid = {{180, 60}},
          .late_grace_minutes = 5,
          .early_grace_minutes = 0};
}

class AttendanceTest : public ::testing::Test {
 protected:
  void Present(int from, int to) {
    agent_.clock.push_back({"", ClockKind::kIn, At(from)});
    agent_.clock.push_back({"", ClockKind::kOut, At(to)});
  }
  DayFigures Of(DayClass calendar = DayClass::kWorkday, bool rostered = true, int day = 0) {
    const DayInfo info{.day = kDay + day,
                       .bounds = {At(day * 1440), At((day + 1) * 1440)},
                       .calendar_class = calendar,
                       .rostered = rostered};
    std::vector<Interval> holidays = holidays_;
    if (calendar == DayClass::kStatutoryHoliday) holidays.push_back(info.bounds);
    return Evaluate(agent_, std::span(&info, 1), holidays, Policy{}, now_).front();
  }

  AgentTime agent_{.shifts = {DayShift()}};
  std::vector<Interval> holidays_;  // beside the day itself
  absl::Time now_ = At(10'000);
};

TEST_F(AttendanceTest, ADayAsPlanned) {
  Present(530, 1085);
  const Figures figures = Of().figures;
  EXPECT_EQ(figures.scheduled_minutes, 480);
  EXPECT_EQ(figures.worked_minutes, 480);
  EXPECT_EQ(figures, (Figures{.scheduled_minutes = 480, .worked_minutes = 480}));
}

TEST_F(AttendanceTest, LateAndEarlyBeyondTheGraceOnly) {
  Present(545, 1080);
  EXPECT_EQ(Of().figures.late_count, 0);
  agent_.clock.clear();
  Present(546, 1079);
  const Figures figures = Of().figures;
  EXPECT_EQ(figures.late_count, 1);
  EXPECT_EQ(figures.late_minutes, 6);
  EXPECT_EQ(figures.early_count, 1);
  EXPECT_EQ(figures.early_minutes, 1);
  EXPECT_EQ(figures.worked_minutes, 473);
  EXPECT_EQ(figures.absence_count, 0);
}

TEST_F(AttendanceTest, WhoDoesNotComeIsAbsentOnceTheShiftHasEnded) {
  EXPECT_EQ(Of().figures.absence_count, 1);
  EXPECT_EQ(Of().figures.absence_minutes, 480);
  now_ = At(1000);
  EXPECT_EQ(Of().figures.absence_count, 0);
  Present(540, 990);
  EXPECT_EQ(Of().figures.early_count, 0);
}

TEST_F(AttendanceTest, AGapIsAbsenceAndABreakIsNot) {
  Present(540, 720);
  Present(780, 900);
  Present(930, 1080);
  const Figures figures = Of().figures;
  EXPECT_EQ(figures.absence_count, 1);
  EXPECT_EQ(figures.absence_minutes, 30);
  EXPECT_EQ(figures.worked_minutes, 450);
}

TEST_F(AttendanceTest, LeaveTakesItsPartOfTheShift) {
  agent_.leaves = {{.kind = "sick",
                    .paid = true,
                    .first = kDay,
                    .last = kDay,
                    .whole_days = false,
                    .part = {At(540), At(720)}}};
  Present(780, 1080);
  const Figures half = Of().figures;
  EXPECT_EQ(half.late_count, 0);
  EXPECT_EQ(half.absence_count, 0);
  EXPECT_THAT(half.leaves, ElementsAre(LeaveFigure{"sick", true, 1, 180}));
  EXPECT_EQ(half.worked_minutes, 300);
  // A whole day, also of a shift that passes midnight.
  agent_.leaves[0].whole_days = true;
  agent_.shifts[0].begin = At(1320);
  agent_.shifts[0].unpaid.clear();
  agent_.clock.clear();
  const Figures whole = Of().figures;
  EXPECT_EQ(whole.absence_count, 0);
  EXPECT_THAT(whole.leaves, ElementsAre(LeaveFigure{"sick", true, 1, 540}));
}

TEST_F(AttendanceTest, AShiftPastMidnightBelongsToTheDayOnWhichItBegins) {
  agent_.shifts[0].begin = At(1320);  // 22:00 to 7:00
  agent_.shifts[0].unpaid.clear();
  Present(1330, 1320 + 540 + 65);
  const Figures figures = Of().figures;
  EXPECT_EQ(figures.scheduled_minutes, 540);
  EXPECT_EQ(figures.late_minutes, 10);
  EXPECT_EQ(figures.overtime_minutes, 60);
  EXPECT_EQ(figures.worked_minutes, 590);
  EXPECT_EQ(Of(DayClass::kWorkday, true, 1).figures, Figures{});
}

TEST_F(AttendanceTest, OvertimeByLegalClass) {
  Present(480, 1150);  // an hour before, 70 minutes after: 60 + 60 in units of 30
  DayFigures workday = Of();
  EXPECT_EQ(workday.day_class, DayClass::kWorkday);
  EXPECT_EQ(workday.figures.overtime_minutes, 120);
  EXPECT_EQ(workday.figures.rest_day_overtime_minutes, 0);
  EXPECT_EQ(workday.figures.worked_minutes, 600);
  // On a statutory holiday the shift counts too.
  DayFigures holiday = Of(DayClass::kStatutoryHoliday);
  EXPECT_EQ(holiday.figures.overtime_minutes, 600);
  EXPECT_EQ(holiday.figures.holiday_overtime_minutes, 600);
  EXPECT_EQ(holiday.figures.rest_day_overtime_minutes, 0);
  // Without a shift: the roster's rest day, else the calendar's.
  agent_.shifts.clear();
  DayFigures rest = Of();
  EXPECT_EQ(rest.day_class, DayClass::kRestDay);
  EXPECT_EQ(rest.figures.rest_day_overtime_minutes, 660);
  EXPECT_EQ(Of(DayClass::kRestDay, false).day_class, DayClass::kRestDay);
  EXPECT_EQ(Of(DayClass::kWorkday, false).figures.rest_day_overtime_minutes, 0);
  // Scheduled on a weekend is a workday of the roster.
  agent_.shifts = {DayShift()};
  EXPECT_EQ(Of(DayClass::kRestDay).day_class, DayClass::kWorkday);
}

// Labour Law art. 44 (3) pays the hours of the holiday, whichever day's shift they belong to.
TEST_F(AttendanceTest, StatutoryHolidaysCountFromMidnightToMidnight) {
  ScheduledShift night = DayShift();
  night.begin = At(1320);  // 22:00 to 6:00 with half an hour's unpaid break at 2:00
  night.length_minutes = 480;
  night.unpaid = {{240, 30}};
  agent_.shifts = {night};
  Present(1320, 1800);
  holidays_ = {{At(1440), At(2880)}};
  DayFigures eve = Of();
  EXPECT_EQ(eve.day_class, DayClass::kWorkday);
  EXPECT_EQ(eve.figures.worked_minutes, 450);
  EXPECT_EQ(eve.figures.holiday_overtime_minutes, 330);
  EXPECT_EQ(eve.figures.overtime_minutes, 330);
  EXPECT_EQ(Of(DayClass::kStatutoryHoliday, true, 1).figures.holiday_overtime_minutes, 0)
      << "it is the eve's";
  holidays_.clear();
  EXPECT_EQ(Of(DayClass::kStatutoryHoliday).figures.holiday_overtime_minutes, 120);
  // Called in at 23:00 of a day off until 2:00 of the holiday.
  agent_.shifts.clear();
  agent_.clock.clear();
  Present(1380, 1560);
  holidays_ = {{At(1440), At(2880)}};
  const Figures called = Of().figures;
  EXPECT_EQ(called.overtime_minutes, 180);
  EXPECT_EQ(called.holiday_overtime_minutes, 120);
  EXPECT_EQ(called.rest_day_overtime_minutes, 60);
}

TEST_F(AttendanceTest, EventsWithoutTheirCounterpartAreTold) {
  agent_.clock = {{"", ClockKind::kOut, At(500)},
                  {"", ClockKind::kIn, At(540)},
                  {"", ClockKind::kIn, At(600)},
                  {"", ClockKind::kOut, At(1080)},
                  {"", ClockKind::kIn, At(1439)}};
  EXPECT_EQ(Of().figures.unpaired_clock_count, 3);
  EXPECT_EQ(Of().figures.late_minutes, 60);
  // Who is still here counts until now.
  agent_.clock = {{"", ClockKind::kIn, At(540)}};
  now_ = At(700);
  EXPECT_EQ(Of().figures.worked_minutes, 160);
  EXPECT_EQ(Of().figures.unpaired_clock_count, 1);
}

// Every scheduled minute of a day that is over is worked, on leave, or missing for one reason, when
// grace forgives nothing; and no minute outside the shift is lost but by the unit.
TEST_F(AttendanceTest, EachMinuteIsCountedOnce) {
  std::mt19937 random(7);
  for (int round = 0; round < 2000; ++round) {
    agent_ = {.shifts = {DayShift()}};
    agent_.shifts[0].late_grace_minutes = 0;
    agent_.shifts[0].begin = At(std::uniform_int_distribution<int>(0, 1439)(random));
    int at = 0, outside = 0;
    const int begin = static_cast<int>((agent_.shifts[0].begin - At(0)) / absl::Minutes(1));
    while ((at += std::uniform_int_distribution<int>(1, 600)(random)) < 2500) {
      const int from = at;
      at += std::uniform_int_distribution<int>(1, 600)(random);
      Present(from, at);
      for (int m = from; m < at; ++m) outside += m < begin || m >= begin + 540;
    }
    const bool leave = round % 3 == 0;
    if (leave) {
      agent_.leaves = {{.kind = "sick", .whole_days = false, .part = {At(begin), At(begin + 100)}}};
    }
    Figures figures;
    for (int day = 0; day < 3; ++day) {
      const DayInfo info{.day = kDay + day,
                         .bounds = {At(day * 1440), At((day + 1) * 1440)},
                         .calendar_class = DayClass::kWorkday,
                         .rostered = true};
      Policy policy;
      policy.overtime_unit_minutes = 1;
      figures.Add(Evaluate(agent_, std::span(&info, 1), {}, policy, now_).front().figures);
    }
    EXPECT_EQ(figures.overtime_minutes, outside);
    int missing = figures.late_minutes + figures.early_minutes + figures.absence_minutes;
    const int shift_worked = figures.worked_minutes - outside;
    if (leave) {
      EXPECT_EQ(figures.leaves.front().minutes, 100);
      // Who works while on leave counts in both.
      EXPECT_LE(shift_worked + missing, 480);
      EXPECT_GE(shift_worked + missing, 380);
    } else {
      EXPECT_EQ(shift_worked + missing, 480) << round;
    }
  }
}

TEST(PresenceTest, AtOneTimeWhatFitsComesFirst) {
  const absl::Time nine = absl::FromUnixSeconds(1768438800), noon = nine + absl::Hours(3);
  for (const bool turned : {false, true}) {
    std::vector<ClockEvent> clock{{"1", ClockKind::kIn, nine}};
    // Out for lunch and back in the same minute, then in and at once out again.
    clock.push_back({"2", turned ? ClockKind::kIn : ClockKind::kOut, noon});
    clock.push_back({"3", turned ? ClockKind::kOut : ClockKind::kIn, noon});
    clock.push_back({"4", ClockKind::kOut, noon + absl::Hours(2)});
    clock.push_back({"5", turned ? ClockKind::kOut : ClockKind::kIn, noon + absl::Hours(5)});
    clock.push_back({"6", turned ? ClockKind::kIn : ClockKind::kOut, noon + absl::Hours(5)});
    const Presence presence = PresenceOf(clock, noon + absl::Hours(9));
    EXPECT_TRUE(presence.unpaired.empty()) << turned;
    ASSERT_EQ(presence.intervals.size(), 3u);
    EXPECT_EQ(presence.intervals[0].end, noon);
    EXPECT_EQ(presence.intervals[1].begin, noon);
  }
}

}  // namespace
}  // namespace kefu::staffing::attendance
