// Properties of SLA clocks on random policies, and the same deadlines counted minute by minute.
#include <random>
#include <utility>
#include <vector>

#include "common/time/holiday_calendar.h"
#include "gtest/gtest.h"
#include "services/aftersales/domain/clocks.h"
#include "services/aftersales/domain/sla/sla_test_util.h"

namespace kefu::aftersales::domain {
namespace {

// Counts minutes one by one, without the calendar under test.
class MinuteCounter {
 public:
  MinuteCounter(const SlaPolicy& policy, bool business, std::vector<Pause> pauses)
      : policy_(policy), business_(business), pauses_(std::move(pauses)) {}

  bool Counts(absl::Time at) const {
    for (const Pause& pause : pauses_) {
      if (pause.from <= at && at < *pause.to) return false;
    }
    for (const NamedSuspension& each : policy_.suspensions) {
      if (each.from <= at && at < each.to) return false;
    }
    if (!business_) return true;
    const absl::CivilSecond civil = absl::ToCivilSecond(at, kShanghai);
    const absl::CivilDay day(civil);
    auto hours = policy_.weekly[static_cast<int>(absl::GetWeekday(day))];
    if (policy_.china_holidays) {
      const DayKind kind = ChinaHolidays().KindOf(day);
      if (kind == DayKind::kHoliday) hours.clear();
      if (kind == DayKind::kMakeupWorkday) hours = policy_.weekly[0];
    }
    if (const auto own = policy_.days.find(day); own != policy_.days.end()) {
      hours = own->second.hours;
    }
    const int second = civil.hour() * 3600 + civil.minute() * 60;
    for (const OpenInterval& open : hours) {
      if (open.open.seconds <= second && second < open.close.seconds) return true;
    }
    return false;
  }

  absl::Time Due(absl::Time at, int minutes) const {
    for (; minutes > 0; at += absl::Minutes(1)) minutes -= Counts(at) ? 1 : 0;
    return at;
  }

 private:
  const SlaPolicy& policy_;
  const bool business_;
  const std::vector<Pause> pauses_;
};

TEST(SlaProperty, DeadlinesAreThoseCountedMinuteByMinute) {
  std::mt19937 random(20260217);
  const auto below = [&](int n) { return static_cast<int>(random() % n); };
  for (int i = 0; i < 400; ++i) {
    SlaPolicy policy = OfficePolicy();
    policy.china_holidays = below(2) == 0;
    if (below(2) == 0) policy.suspensions = {SpringFestival()};
    if (below(3) == 0) policy.days[absl::CivilDay(2026, 2, 12) + below(20)] = {};
    if (below(3) == 0) {
      policy.days[absl::CivilDay(2026, 2, 12) + below(20)] = {{{Clock(0), Clock(24)}}, ""};
    }
    const bool business = below(3) != 0;
    const int minutes = 1 + below(40 * 60);
    const absl::Time start = At("2026-02-06 00:00:00") + absl::Minutes(below(25 * 1440));
    const SlaClock clock = *StartClock(
        policy, Within(ClockKind::kFirstAnswer, absl::Minutes(minutes), business), start, kZone);
    std::vector<Pause> pauses;
    absl::Time at = start;
    for (int n = below(4); n > 0; --n) {
      at += absl::Minutes(below(600));
      const absl::Time from = at;
      at += absl::Minutes(1 + below(3000));
      pauses.push_back({from, at});
    }
    const SlaCalendar calendar = CalendarOf(policy, clock);
    const absl::Time due = DueWithPauses(clock, calendar, pauses);
    absl::Time expected = MinuteCounter(policy, business, pauses).Due(start, minutes);
    for (const Pause& pause : pauses) {
      if (pause.from == expected) expected = *pause.to;  // one that begins as it runs out
    }
    ASSERT_EQ(Text(due), Text(expected)) << Text(start) << " " << minutes << " run " << i;
    // Additive, suspensions included.
    const absl::Time middle = start + (due - start) * 0.37;
    std::vector<Suspension> waits;
    for (const Pause& pause : pauses) waits.push_back({pause.from, *pause.to});
    ASSERT_EQ(calendar.Between(start, due, waits),
              calendar.Between(start, middle, waits) + calendar.Between(middle, due, waits));
    ASSERT_EQ(calendar.Between(start, due, waits), absl::Minutes(minutes));
  }
}

TEST(SlaProperty, NeitherAPauseNorASuspensionMakesADeadlineEarlier) {
  std::mt19937 random(7);
  const auto below = [&](int n) { return static_cast<int>(random() % n); };
  for (int i = 0; i < 600; ++i) {
    SlaPolicy policy = OfficePolicy();
    ClockRule rule = below(2) == 0 ? Email(below(2) == 0)
                                   : Within(ClockKind::kFirstAnswer, absl::Minutes(1 + below(3000)),
                                            below(2) == 0);
    if (rule.cutoff) rule.cutoff->due_before = Clock(16 + below(8));
    const absl::Time start = At("2026-02-01 00:00:00") + absl::Seconds(below(30 * 86'400));
    const absl::Time free = StartClock(policy, rule, start, kZone)->due;
    policy.suspensions = {{start + absl::Seconds(below(100'000) - 50'000), {}, "s"}};
    policy.suspensions[0].to = policy.suspensions[0].from + absl::Seconds(below(500'000));
    const SlaClock clock = *StartClock(policy, rule, start, kZone);
    ASSERT_GE(clock.due, free) << Text(start);
    ASSERT_GE(clock.due, start);
    const SlaCalendar calendar = CalendarOf(policy, clock);
    std::vector<Pause> pauses;
    absl::Time due = clock.due, at = start;
    for (int n = 0; n < 4; ++n) {
      at += absl::Seconds(below(90'000));
      const absl::Time from = at;
      at += absl::Seconds(below(90'000));
      pauses.push_back({from, at});
      const absl::Time later = DueWithPauses(clock, calendar, pauses);
      ASSERT_GE(later, due) << Text(start) << " pause " << n << " run " << i;
      due = later;
      // Nothing runs out while it stands still.
      ASSERT_FALSE(from <= due && due < at) << Text(start);
    }
    ASSERT_EQ(calendar.Explain(start, due, {}).back().to, due);
  }
}

}  // namespace
}  // namespace kefu::aftersales::domain
