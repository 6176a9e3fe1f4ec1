#include "common/time/civil.h"

#include <gtest/gtest.h>

#include <limits>

#include "common/testing/fake_clock.h"
#include "common/testing/status_matchers.h"

namespace kefu {
namespace {

using Day = absl::CivilDay;
using ::kefu::testing::HasReason;
using ::kefu::testing::IsOkAndHolds;

absl::TimeZone Zone(std::string_view name) { return LoadZone(name).value(); }

TEST(ZoneTest, LoadsIanaNamesOnly) {
  EXPECT_OK(LoadZone("Asia/Shanghai"));
  EXPECT_OK(LoadZone("UTC"));
  for (const std::string_view name : {"", "Asia/Atlantis", "/etc/localtime", "../etc/localtime",
                                      ":Asia/Shanghai", "Asia/../UTC"}) {
    EXPECT_THAT(LoadZone(name), HasReason("ZONE_UNKNOWN")) << name;
  }
}

TEST(MicrosTest, RoundTripsAndKeepsInfinities) {
  for (const int64_t micros :
       {int64_t{0}, int64_t{1}, int64_t{-1}, int64_t{1768449600123456},
        std::numeric_limits<int64_t>::max(), std::numeric_limits<int64_t>::min()}) {
    EXPECT_EQ(ToMicros(FromMicros(micros)), micros);
  }
  EXPECT_EQ(FromMicros(std::numeric_limits<int64_t>::max()), absl::InfiniteFuture());
  EXPECT_EQ(ToMicros(absl::FromUnixNanos(1999)), 1);
  EXPECT_EQ(ToMicros(absl::FromUnixNanos(-1)), -1);
  EXPECT_EQ(FormatInstant(FromMicros(1500000)), "1970-01-01T00:00:01.5Z");
}

TEST(DayTest, ParsesRealDatesOnly) {
  EXPECT_THAT(ParseDay("2026-02-17"), IsOkAndHolds(Day(2026, 2, 17)));
  EXPECT_THAT(ParseDay("2024-02-29"), IsOkAndHolds(Day(2024, 2, 29)));
  for (const std::string_view text :
       {"", "2026-02-30", "2025-02-29", "2026-13-01", "2026-00-10", "0000-01-01", "26-02-17",
        "2026/02/17", "2026-2-17", "2026-02-17 ", "+026-02-17", "2026-02-1a"}) {
    EXPECT_THAT(ParseDay(text), HasReason("DATE_MALFORMED")) << text;
  }
  for (absl::CivilDay day(1999, 1, 1); day < Day(2005, 1, 1); ++day) {
    ASSERT_THAT(ParseDay(FormatDay(day)), IsOkAndHolds(day));
  }
}

TEST(TimeOfDayTest, ParsesAndFormats) {
  EXPECT_THAT(ParseTimeOfDay("16:00"), IsOkAndHolds(TimeOfDay{57600}));
  EXPECT_THAT(ParseTimeOfDay("00:00:01"), IsOkAndHolds(TimeOfDay{1}));
  EXPECT_THAT(ParseTimeOfDay("24:00"), IsOkAndHolds(kEndOfDay));
  for (const std::string_view text :
       {"", "4:00", "24:01", "25:00", "12:60", "12:00:60", "12-00", "12:00:0", "ab:cd", "12:00 "}) {
    EXPECT_THAT(ParseTimeOfDay(text), HasReason("TIME_OF_DAY_MALFORMED")) << text;
  }
  for (int seconds = 0; seconds <= 86400; seconds += 7) {
    ASSERT_THAT(ParseTimeOfDay(FormatTimeOfDay({seconds})), IsOkAndHolds(TimeOfDay{seconds}));
  }
}

TEST(InstantAtTest, HandlesSkippedAndRepeatedTimes) {
  const absl::TimeZone new_york = Zone("America/New_York");
  // 2026-03-08 02:00 → 03:00: the skipped half past two is the instant of the change.
  EXPECT_EQ(FormatInstant(InstantAt(Day(2026, 3, 8), {9000}, new_york)), "2026-03-08T07:00:00Z");
  // 2026-11-01 02:00 → 01:00: the first half past one is still summer time.
  EXPECT_EQ(FormatInstant(InstantAt(Day(2026, 11, 1), {5400}, new_york)), "2026-11-01T05:30:00Z");
  // Seconds are the clock's face, not time since midnight.
  EXPECT_EQ(FormatInstant(InstantAt(Day(2026, 11, 1), {64800}, new_york)), "2026-11-01T23:00:00Z");
  EXPECT_EQ(InstantAt(Day(2026, 5, 4), kEndOfDay, new_york), StartOfDay(Day(2026, 5, 5), new_york));
}

TEST(StartOfDayTest, DaysTileTimeInEveryZone) {
  for (const std::string_view name :
       {"Asia/Shanghai", "America/New_York", "America/Sao_Paulo", "America/Havana", "Asia/Beirut",
        "Pacific/Apia", "Australia/Lord_Howe", "Asia/Jerusalem", "Africa/Cairo"}) {
    const absl::TimeZone zone = Zone(name);
    for (absl::CivilDay day(2009, 1, 1); day < Day(2020, 1, 1); ++day) {
      const absl::Time start = StartOfDay(day, zone), end = StartOfDay(day + 1, zone);
      ASSERT_LE(start, end) << name << " " << FormatDay(day);
      if (start == end) continue;  // a date that the zone left out
      ASSERT_EQ(DayOf(start, zone), day) << name;
      ASSERT_EQ(DayOf(end - absl::Nanoseconds(1), zone), day) << name;
    }
  }
  const absl::TimeZone apia = Zone("Pacific/Apia");  // crossed the date line
  EXPECT_EQ(StartOfDay(Day(2011, 12, 30), apia), StartOfDay(Day(2011, 12, 31), apia));
}

TEST(FakeClockTest, MovesOnlyWhenTold) {
  testing::FakeClock clock;
  const absl::Time start = clock.Now();
  EXPECT_EQ(clock.Now(), start);
  clock.Advance(absl::Hours(2));
  EXPECT_EQ(clock.Now() - start, absl::Hours(2));
  clock.Set(absl::UnixEpoch());
  EXPECT_EQ(clock.Now(), absl::UnixEpoch());
  EXPECT_GT(SystemClock().Now(), start - absl::Hours(24 * 3650));
}

}  // namespace
}  // namespace kefu
