#include "common/time/business_calendar.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "common/testing/status_matchers.h"

namespace kefu {
namespace {

using Day = absl::CivilDay;
using ::kefu::testing::HasReason;
using ::kefu::testing::IsOkAndHolds;
using ::kefu::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

absl::TimeZone Zone(std::string_view name) { return LoadZone(name).value(); }

absl::Time Local(std::string_view text, absl::TimeZone zone = Zone("Asia/Shanghai")) {
  absl::Time time;
  std::string error;
  EXPECT_TRUE(absl::ParseTime("%Y-%m-%d %H:%M", std::string(text), zone, &time, &error)) << error;
  return time;
}

OpenInterval Hours(int from, int to) { return {{from * 3600}, {to * 3600}}; }

// Monday to Friday 9–12 and 13–18, with the Chinese holidays.
BusinessCalendarOptions OfficeOptions() {
  BusinessCalendarOptions options;
  options.zone = Zone("Asia/Shanghai");
  for (int weekday = 0; weekday < 5; ++weekday) {
    options.weekly[weekday] = {Hours(9, 12), Hours(13, 18)};
  }
  options.holidays = std::make_shared<const HolidayCalendar>(ChinaHolidays());
  return options;
}

BusinessCalendar Office() { return BusinessCalendar::Create(OfficeOptions()).value(); }

TEST(BusinessCalendarTest, CreateListsAllBadIntervals) {
  BusinessCalendarOptions options;
  options.weekly[0] = {Hours(9, 12), Hours(11, 14)};
  options.weekly[2] = {Hours(12, 12)};
  options.makeup = {Hours(20, 25)};
  options.special[Day(2026, 5, 1)] = {Hours(5, 4)};
  options.makeup_like = 7;
  const auto calendar = BusinessCalendar::Create(options);
  EXPECT_THAT(calendar, HasReason("INVALID_FIELDS"));
  for (const std::string field :
       {"weekly[0][1]", "weekly[2][0]", "makeup[0]", "special[2026-05-01][0]", "makeup_like"}) {
    EXPECT_THAT(calendar, StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(field)));
  }
}

TEST(BusinessCalendarTest, KnowsWorkdays) {
  const BusinessCalendar office = Office();
  EXPECT_TRUE(office.IsWorkday(Day(2026, 3, 10)));
  EXPECT_FALSE(office.IsWorkday(Day(2026, 3, 14)));  // Saturday
  EXPECT_FALSE(office.IsWorkday(Day(2026, 2, 17)));  // Spring Festival, a Tuesday
  EXPECT_TRUE(office.IsWorkday(Day(2026, 2, 14)));   // make-up Saturday
  EXPECT_THAT(office.AddWorkdays(Day(2026, 3, 14), 0), IsOkAndHolds(Day(2026, 3, 16)));
  EXPECT_THAT(office.AddWorkdays(Day(2026, 3, 13), 0), IsOkAndHolds(Day(2026, 3, 13)));
  EXPECT_THAT(office.AddWorkdays(Day(2026, 2, 13), 2), IsOkAndHolds(Day(2026, 2, 24)));
  EXPECT_TRUE(office.IsOpen(Local("2026-03-10 09:00")));
  EXPECT_FALSE(office.IsOpen(Local("2026-03-10 12:00")));
  EXPECT_FALSE(office.IsOpen(Local("2026-03-14 10:00")));
}

TEST(BusinessCalendarTest, MeasuresBusinessTime) {
  struct Case {
    std::string_view from, to;
    double hours;
  };
  const BusinessCalendar office = Office();
  for (const Case& c : std::vector<Case>{{"2026-03-10 10:00", "2026-03-10 11:30", 1.5},
                                         {"2026-03-10 11:00", "2026-03-10 14:00", 2},
                                         {"2026-03-10 00:00", "2026-03-11 00:00", 8},
                                         {"2026-03-13 17:00", "2026-03-16 10:00", 2},
                                         {"2026-02-14 17:00", "2026-02-24 10:00", 2},
                                         {"2026-03-14 00:00", "2026-03-16 09:00", 0},
                                         {"2026-03-10 14:00", "2026-03-10 11:00", -2}}) {
    EXPECT_EQ(office.BusinessTimeBetween(Local(c.from), Local(c.to)), absl::Hours(c.hours))
        << c.from;
  }
}

TEST(BusinessCalendarTest, AddsBusinessTimeBothWays) {
  struct Case {
    std::string_view start;
    double hours;
    std::string_view want;
  };
  const BusinessCalendar office = Office();
  for (const Case& c : std::vector<Case>{
           {"2026-03-10 10:00", 1, "2026-03-10 11:00"},
           {"2026-03-10 10:00", 2, "2026-03-10 12:00"},  // closing time, not the reopening
           {"2026-03-10 10:00", 2.5, "2026-03-10 13:30"},
           {"2026-03-10 20:00", 1, "2026-03-11 10:00"},
           {"2026-03-13 17:00", 3, "2026-03-16 11:00"},
           {"2026-03-14 03:00", 0, "2026-03-14 03:00"},
           {"2026-03-16 11:00", -3, "2026-03-13 17:00"},
           {"2026-03-10 13:30", -0.5, "2026-03-10 13:00"},
           {"2026-03-10 13:30", -1, "2026-03-10 11:30"}}) {
    EXPECT_EQ(office.AddBusinessTime(Local(c.start), absl::Hours(c.hours)), Local(c.want))
        << c.start << " + " << c.hours;
  }
  EXPECT_EQ(office.AddBusinessTime(absl::InfiniteFuture(), absl::Hours(1)), absl::InfiniteFuture());
}

TEST(BusinessCalendarTest, SuspensionsStopTheClock) {
  const BusinessCalendar office = Office();
  const std::vector<Suspension> waiting = {
      {Local("2026-03-10 15:00"), Local("2026-03-10 16:00")},
      {Local("2026-03-10 10:00"), Local("2026-03-10 11:00")},
      {Local("2026-03-10 10:30"), Local("2026-03-10 11:30")},  // overlaps: counts once
      {Local("2026-03-10 17:00"), Local("2026-03-10 17:00")}};
  const absl::Time nine = Local("2026-03-10 09:00"), six = Local("2026-03-10 18:00");
  EXPECT_EQ(office.BusinessTimeBetween(nine, six, waiting), absl::Hours(5.5));
  EXPECT_EQ(office.AddBusinessTime(nine, absl::Hours(2), waiting), Local("2026-03-10 13:30"));
  EXPECT_EQ(office.AddBusinessTime(six, absl::Hours(-2.5), waiting), Local("2026-03-10 14:30"));

  const std::vector<Suspension> open = {{Local("2026-03-10 10:00"), absl::InfiniteFuture()}};
  EXPECT_EQ(office.AddBusinessTime(nine, absl::Hours(1), open), Local("2026-03-10 10:00"));
  EXPECT_EQ(office.AddBusinessTime(nine, absl::Hours(2), open), absl::InfiniteFuture());
  EXPECT_EQ(office.BusinessTimeBetween(nine, Local("2027-03-10 09:00"), open), absl::Hours(1));

  const std::vector<Suspension> years = {{Local("2020-01-02 10:00"), Local("2026-03-10 10:00")}};
  EXPECT_EQ(office.AddBusinessTime(Local("2020-01-02 09:00"), absl::Hours(2), years),
            Local("2026-03-10 11:00"));
  EXPECT_EQ(office.AddBusinessTime(Local("2026-03-10 11:00"), absl::Hours(-2), years),
            Local("2020-01-02 09:00"));
}

TEST(BusinessCalendarTest, WithoutHoursTimeNeverComes) {
  const BusinessCalendar never = BusinessCalendar::Create({}).value();
  EXPECT_EQ(never.AddBusinessTime(absl::UnixEpoch(), absl::Seconds(1)), absl::InfiniteFuture());
  EXPECT_EQ(never.AddBusinessTime(absl::UnixEpoch(), -absl::Seconds(1)), absl::InfinitePast());
  EXPECT_THAT(never.AddWorkdays(Day(2026, 1, 1), 1), HasReason("NO_BUSINESS_TIME"));
}

TEST(BusinessCalendarTest, ExplainsEveryStretch) {
  const auto at = [](std::string_view text) { return Local(text); };
  BusinessCalendarOptions options = OfficeOptions();
  options.special[Day(2026, 2, 25)] = {};               // the shop's own day off
  options.special[Day(2026, 2, 22)] = {Hours(10, 11)};  // opens in the holiday
  const BusinessCalendar shop = BusinessCalendar::Create(options).value();
  const std::vector<Suspension> waiting = {{at("2026-02-24 10:00"), at("2026-02-24 11:00")}};
  EXPECT_THAT(
      shop.Explain(at("2026-02-21 12:00"), at("2026-02-26 10:00"), waiting),
      ElementsAre(
          Segment{at("2026-02-21 12:00"), at("2026-02-22 00:00"), SegmentKind::kHoliday},
          Segment{at("2026-02-22 00:00"), at("2026-02-22 10:00"), SegmentKind::kOutsideHours},
          Segment{at("2026-02-22 10:00"), at("2026-02-22 11:00"), SegmentKind::kBusiness},
          Segment{at("2026-02-22 11:00"), at("2026-02-23 00:00"), SegmentKind::kOutsideHours},
          Segment{at("2026-02-23 00:00"), at("2026-02-24 00:00"), SegmentKind::kHoliday},
          Segment{at("2026-02-24 00:00"), at("2026-02-24 09:00"), SegmentKind::kOutsideHours},
          Segment{at("2026-02-24 09:00"), at("2026-02-24 10:00"), SegmentKind::kBusiness},
          Segment{at("2026-02-24 10:00"), at("2026-02-24 11:00"), SegmentKind::kSuspended},
          Segment{at("2026-02-24 11:00"), at("2026-02-24 12:00"), SegmentKind::kBusiness},
          Segment{at("2026-02-24 12:00"), at("2026-02-24 13:00"), SegmentKind::kOutsideHours},
          Segment{at("2026-02-24 13:00"), at("2026-02-24 18:00"), SegmentKind::kBusiness},
          Segment{at("2026-02-24 18:00"), at("2026-02-25 00:00"), SegmentKind::kOutsideHours},
          Segment{at("2026-02-25 00:00"), at("2026-02-26 00:00"), SegmentKind::kHoliday},
          Segment{at("2026-02-26 00:00"), at("2026-02-26 09:00"), SegmentKind::kOutsideHours},
          Segment{at("2026-02-26 09:00"), at("2026-02-26 10:00"), SegmentKind::kBusiness}));
  EXPECT_THAT(shop.Explain(at("2026-03-10 10:00"), at("2026-03-10 10:00")), IsEmpty());
  EXPECT_EQ(SegmentKindName(SegmentKind::kDayOff), "DAY_OFF");
}

TEST(BusinessCalendarTest, AroundTheClockIsRealTimeAcrossDaylightSaving) {
  for (const std::string_view name : {"America/New_York", "America/Sao_Paulo", "Pacific/Apia"}) {
    const BusinessCalendar always = BusinessCalendar::AlwaysOpen(Zone(name));
    const absl::Time from = absl::FromUnixSeconds(1293840000), to = from + absl::Hours(24 * 1000);
    EXPECT_EQ(always.BusinessTimeBetween(from, to), to - from) << name;
    EXPECT_EQ(always.AddBusinessTime(from, to - from), to) << name;
    EXPECT_EQ(always.Explain(from, to).size(), 1u) << name;
  }
}

TEST(BusinessCalendarTest, NightHoursLoseOrGainTheHourThatTheClocksDo) {
  BusinessCalendarOptions options;
  options.zone = Zone("America/New_York");
  options.weekly.fill({Hours(0, 6)});
  const BusinessCalendar night = BusinessCalendar::Create(options).value();
  const auto of_day = [&](absl::CivilDay day) {
    return night.BusinessTimeBetween(StartOfDay(day, options.zone),
                                     StartOfDay(day + 1, options.zone));
  };
  EXPECT_EQ(of_day(Day(2026, 3, 7)), absl::Hours(6));
  EXPECT_EQ(of_day(Day(2026, 3, 8)), absl::Hours(5));
  EXPECT_EQ(of_day(Day(2026, 11, 1)), absl::Hours(7));
}

// Random calendars against a count of open minutes. Hours begin after 5 o'clock, where no zone of
// the list changes its clocks, so that the wall clock alone decides the oracle.
class RandomCalendar {
 public:
  explicit RandomCalendar(uint64_t seed) : random_(seed) {
    static constexpr std::string_view kZones[] = {"Asia/Shanghai", "America/New_York",
                                                  "Asia/Jerusalem", "Asia/Kolkata"};
    options.zone = Zone(kZones[seed % 4]);
    for (auto& hours : options.weekly) hours = SomeHours();
    if (seed % 3 != 0) options.holidays = std::make_shared<const HolidayCalendar>(ChinaHolidays());
    options.makeup_like = static_cast<int>(random_() % 7);
    if (seed % 2 == 0) options.makeup = SomeHours();
    options.special[DayOf(SomeTime(), options.zone)] = SomeHours();
    for (int i = static_cast<int>(random_() % 4); i > 0; --i) {
      const absl::Time from = SomeTime();
      suspensions.push_back({from, from + absl::Minutes(static_cast<int>(random_() % 6000))});
    }
  }

  // A whole minute in the twelve weeks around the change of the clocks in spring 2026.
  absl::Time SomeTime() {
    return absl::FromUnixSeconds(1769904000) + absl::Minutes(static_cast<int>(random_() % 120960));
  }

  bool OpenByWallClock(absl::Time at) const {
    for (const Suspension& each : suspensions) {
      if (each.from <= at && at < each.to) return false;
    }
    const absl::CivilSecond civil = absl::ToCivilSecond(at, options.zone);
    const absl::CivilDay day(civil);
    const int second = static_cast<int>(civil - absl::CivilSecond(day));
    const auto& hours = WallHours(day);
    return std::any_of(hours.begin(), hours.end(), [&](const OpenInterval& each) {
      return each.open.seconds <= second && second < each.close.seconds;
    });
  }

  BusinessCalendarOptions options;
  std::vector<Suspension> suspensions;

 private:
  std::vector<OpenInterval> SomeHours() {
    std::vector<OpenInterval> hours;
    int minute = 300;
    for (int i = static_cast<int>(random_() % 4); i > 0; --i) {
      const int open = minute + static_cast<int>(random_() % 300);
      const int close = std::min(1440, open + 1 + static_cast<int>(random_() % 300));
      if (open >= close) break;
      hours.push_back({{open * 60}, {close * 60}});
      minute = close;
    }
    return hours;
  }

  const std::vector<OpenInterval>& WallHours(absl::CivilDay day) const {
    static const std::vector<OpenInterval> none;
    if (options.special.contains(day)) return options.special.at(day);
    const DayKind kind = options.holidays ? options.holidays->KindOf(day) : DayKind::kRegular;
    if (kind == DayKind::kHoliday) return none;
    if (kind == DayKind::kRegular) return options.weekly[static_cast<int>(absl::GetWeekday(day))];
    return options.makeup.empty() ? options.weekly[options.makeup_like] : options.makeup;
  }

  std::mt19937_64 random_;
};

TEST(BusinessCalendarPropertyTest, AgreesWithCountingMinutes) {
  for (uint64_t seed = 0; seed < 60; ++seed) {
    RandomCalendar random(seed);
    const BusinessCalendar calendar = BusinessCalendar::Create(random.options).value();
    const absl::Time from = random.SomeTime();
    const absl::Time to = from + absl::Hours(24 * 9);
    int open_minutes = 0;
    for (absl::Time at = from; at < to; at += absl::Minutes(1)) {
      if (random.OpenByWallClock(at)) ++open_minutes;
    }
    ASSERT_EQ(calendar.BusinessTimeBetween(from, to, random.suspensions),
              absl::Minutes(open_minutes))
        << "seed " << seed;
  }
}

TEST(BusinessCalendarPropertyTest, IsAdditiveAndInvertsAdding) {
  for (uint64_t seed = 0; seed < 400; ++seed) {
    RandomCalendar random(seed);
    const BusinessCalendar calendar = BusinessCalendar::Create(random.options).value();
    const absl::Time a = random.SomeTime(), b = random.SomeTime(), c = random.SomeTime();
    const auto between = [&](absl::Time from, absl::Time to) {
      return calendar.BusinessTimeBetween(from, to, random.suspensions);
    };
    ASSERT_EQ(between(a, c), between(a, b) + between(b, c)) << "seed " << seed;
    ASSERT_EQ(between(a, b), -between(b, a)) << "seed " << seed;

    const absl::Duration amount = between(a, b);
    const absl::Time due = calendar.AddBusinessTime(a, amount, random.suspensions);
    ASSERT_EQ(between(a, due), amount) << "seed " << seed;
    if (amount > absl::ZeroDuration()) {  // the earliest such instant
      ASSERT_LE(due, b);
      ASSERT_LT(between(a, due - absl::Milliseconds(1)), amount) << "seed " << seed;
    } else if (amount < absl::ZeroDuration()) {  // the latest
      ASSERT_GE(due, b);
      ASSERT_GT(between(a, due + absl::Milliseconds(1)), amount) << "seed " << seed;
    }
  }
}

TEST(BusinessCalendarPropertyTest, SegmentsTileThePeriodAndAddUp) {
  for (uint64_t seed = 0; seed < 200; ++seed) {
    RandomCalendar random(seed);
    const BusinessCalendar calendar = BusinessCalendar::Create(random.options).value();
    const absl::Time from = random.SomeTime(), to = from + absl::Hours(24 * 20);
    const auto segments = calendar.Explain(from, to, random.suspensions);
    ASSERT_EQ(segments.front().from, from);
    ASSERT_EQ(segments.back().to, to);
    absl::Duration business;
    for (size_t i = 0; i < segments.size(); ++i) {
      ASSERT_LT(segments[i].from, segments[i].to);
      if (i > 0) {
        ASSERT_EQ(segments[i].from, segments[i - 1].to);
        ASSERT_NE(segments[i].kind, segments[i - 1].kind);
      }
      if (segments[i].kind == SegmentKind::kBusiness) business += segments[i].to - segments[i].from;
    }
    ASSERT_EQ(business, calendar.BusinessTimeBetween(from, to, random.suspensions));
  }
}

}  // namespace
}  // namespace kefu
