// Tables and properties of SLA clocks and of the state machine.
#include "services/aftersales/domain/clocks.h"

#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "common/testing/status_matchers.h"
#include "common/time/civil.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/aftersales/domain/moves.h"

namespace kefu::aftersales::domain {
namespace {

using ::kefu::testing::HasReason;
using ::testing::HasSubstr;

constexpr TimeOfDay Hour(int hour) { return {hour * 3600}; }

// The shipped numbers.
SlaPolicy ShippedPolicy() {
  SlaPolicy policy{.ref = {"", "default/sla", 1}};
  policy.rules = {
      {.clock = ClockKind::kFirstAnswer,
       .duration = absl::Hours(24),
       .pausable = true,
       .warn_before = absl::Hours(4)},
      {.clock = ClockKind::kPlatformEmail,
       .only = CaseKind::kPlatformEmail,
       .cutoff = CutoffRule{Hour(16), Hour(18), 0, Hour(18), 1},
       .pausable = true,
       .warn_before = absl::Hours(1)},
      {.clock = ClockKind::kWorkOrderDecision,
       .only = CaseKind::kPlatformWorkOrder,
       .duration = absl::Hours(3),
       .pausable = true,
       .warn_before = absl::Minutes(30)},
  };
  policy.china_holidays = true;
  // Nine to six with a lunch break, Monday to Friday.
  for (int day = 0; day < 5; ++day) {
    policy.weekly[day] = {{Hour(9), Hour(12)}, {Hour(13), Hour(18)}};
  }
  return policy;
}

SlaPolicy BusinessPolicy() {
  SlaPolicy policy = ShippedPolicy();
  for (ClockRule& rule : policy.rules) rule.business_hours = true;
  return policy;
}

absl::TimeZone Zone(const std::string& name) { return *LoadZone(name); }

// "2026-01-15 16:00:00.000" on the wall clock of the zone.
absl::Time At(const std::string& text, const std::string& zone = "Asia/Shanghai") {
  absl::Time time;
  std::string error;
  EXPECT_TRUE(absl::ParseTime("%Y-%m-%d %H:%M:%E*S", text, Zone(zone), &time, &error)) << text;
  return time;
}

std::string Text(absl::Time time, const std::string& zone = "Asia/Shanghai") {
  return absl::FormatTime("%Y-%m-%d %H:%M:%E*S", time, Zone(zone));
}

Case OpenCase(const SlaPolicy& policy, CaseKind kind, absl::Time received,
              const std::string& zone = "Asia/Shanghai") {
  Case record{.kind = kind,
              .priority = CasePriority::kNormal,
              .assignee_agent_id = "agent-1",
              .receive_time = received};
  record.state = CaseState::kOpen;
  record.version = 1;
  auto clocks = StartClocks({policy}, kind, record.priority, received, {zone, false});
  EXPECT_OK(clocks);
  record.clocks = *std::move(clocks);
  return record;
}

const SlaClock& ClockOf(const Case& record, ClockKind kind) {
  for (const SlaClock& clock : record.clocks) {
    if (clock.kind == kind) return clock;
  }
  ADD_FAILURE() << "no such clock";
  return record.clocks.front();
}

Calendars CalendarsOf(const SlaPolicy& policy, const Case& record) {
  Calendars calendars;
  for (const SlaClock& clock : record.clocks) {
    calendars.emplace(clock.kind,
                      *SlaCalendar::Create(policy, clock.business_hours, Zone(clock.zone.name)));
  }
  return calendars;
}

struct DueRow {
  const char* received;
  const char* due;
  const char* zone = "Asia/Shanghai";
};

TEST(ClockTest, PlatformEmailIsDueByTheCutOff) {
  for (const DueRow& row : std::vector<DueRow>{
           {"2026-01-15 00:00:00", "2026-01-15 18:00:00"},
           {"2026-01-15 15:59:59.999", "2026-01-15 18:00:00"},
           {"2026-01-15 16:00:00.000", "2026-01-16 18:00:00"},
           {"2026-01-15 23:59:59.999", "2026-01-16 18:00:00"},
           // Calendar days: a Saturday and a holiday are days like others.
           {"2026-01-17 10:00:00", "2026-01-17 18:00:00"},
           {"2025-12-31 15:59:59.999", "2025-12-31 18:00:00"},
           {"2025-12-31 16:00:00", "2026-01-01 18:00:00"},
           {"2024-02-28 17:00:00", "2024-02-29 18:00:00"},
           // The shop's own zone counts, also across daylight saving.
           {"2026-03-28 16:00:00", "2026-03-29 18:00:00", "Europe/Berlin"},
           {"2026-01-15 15:59:59.999", "2026-01-15 18:00:00", "America/Sao_Paulo"}}) {
    const Case record =
        OpenCase(ShippedPolicy(), CaseKind::kPlatformEmail, At(row.received, row.zone), row.zone);
    EXPECT_EQ(Text(ClockOf(record, ClockKind::kPlatformEmail).due, row.zone), row.due)
        << row.received;
  }
}

// A breach is of whoever had the case when it fell due, however late it is found, and by whomever.
TEST(ClockTest, ABreachHasAnOwner) {
  const absl::Time late = At("2026-01-16 10:00:01");
  for (const Verb verb : {Verb::kRespond, Verb::kMerge, Verb::kUpdate}) {
    for (const auto& [assignee, known] :
         std::vector<std::pair<std::string, std::optional<std::string>>>{{"agent-1", std::nullopt},
                                                                         {"agent-1", "old"},
                                                                         {"agent-1", ""},
                                                                         {"", "old"},
                                                                         {"", std::nullopt}}) {
      Case record = OpenCase(ShippedPolicy(), CaseKind::kReturn, At("2026-01-15 10:00:00"));
      record.assignee_agent_id = assignee;
      if (known) record.late_owners[ClockKind::kFirstAnswer] = *known;
      const Guard guard = FindMove(record.kind, record.state, verb)->guard;
      ASSERT_OK(Apply(record, {.verb = verb, .at = late, .assured = guard}, late, {}));
      EXPECT_EQ(record.clocks[0].state, ClockState::kBreached);
      EXPECT_EQ(record.clocks[0].breach_owner, known.value_or(assignee));
    }
  }
}

TEST(ClockTest, EveryCaseIsToBeAnsweredWithinADayAndAWorkOrderDecidedWithinThreeHours) {
  const absl::Time received = At("2025-12-31 22:30:00");
  for (size_t kind = 1; kind < kEnumNames<CaseKind>.size(); ++kind) {
    const Case record = OpenCase(ShippedPolicy(), static_cast<CaseKind>(kind), received);
    EXPECT_EQ(ClockOf(record, ClockKind::kFirstAnswer).due, received + absl::Hours(24));
    const bool special =
        record.kind == CaseKind::kPlatformEmail || record.kind == CaseKind::kPlatformWorkOrder;
    EXPECT_EQ(record.clocks.size(), special ? 2u : 1u);
  }
  const Case order = OpenCase(ShippedPolicy(), CaseKind::kPlatformWorkOrder, received);
  EXPECT_EQ(Text(ClockOf(order, ClockKind::kWorkOrderDecision).due), "2026-01-01 01:30:00");
  EXPECT_EQ(CaseDue(order), ClockOf(order, ClockKind::kWorkOrderDecision).due);
  EXPECT_EQ(NextTick(order), CaseDue(order) - absl::Minutes(30));
}

TEST(ClockTest, BusinessHoursLeaveOutNightsLunchWeekendsAndHolidays) {
  for (const DueRow& row : std::vector<DueRow>{
           {"2026-01-15 09:00:00", "2026-01-15 12:00:00"},     // exactly until lunch
           {"2026-01-15 10:00:00", "2026-01-15 14:00:00"},     // across it
           {"2026-01-15 17:00:00", "2026-01-16 11:00:00"},     // over night
           {"2026-01-16 17:00:00", "2026-01-19 11:00:00"},     // Friday to Monday
           {"2025-09-30 17:00:00", "2025-10-09 11:00:00"},     // National Day and Mid-Autumn
           {"2025-09-27 17:00:00", "2025-09-28 12:00:00"}}) {  // a make-up Sunday is worked
    const Case record = OpenCase(BusinessPolicy(), CaseKind::kPlatformWorkOrder, At(row.received));
    EXPECT_EQ(Text(ClockOf(record, ClockKind::kWorkOrderDecision).due), row.due) << row.received;
  }
}

TEST(ClockTest, UpToTheDueInstantIsInTime) {
  const absl::Time received = At("2026-01-15 10:00:00");
  const absl::Time due = At("2026-01-15 18:00:00");
  for (const bool late : {false, true}) {
    Case record = OpenCase(ShippedPolicy(), CaseKind::kPlatformEmail, received);
    const absl::Time at = due + (late ? absl::Microseconds(1) : absl::ZeroDuration());
    const auto change = Apply(record, {.verb = Verb::kRespond, .at = at}, at, {});
    ASSERT_OK(change);
    const SlaClock& clock = ClockOf(record, ClockKind::kPlatformEmail);
    EXPECT_EQ(clock.state, late ? ClockState::kBreached : ClockState::kMet);
    EXPECT_EQ(clock.met, at);
    EXPECT_EQ(change->firings.size(), late ? 1u : 0u);
    EXPECT_EQ(clock.breach_owner, "agent-1");
  }
}

TEST(ClockTest, WarnsOnceBreachesOnceAndKeepsTheBreach) {
  Case record = OpenCase(ShippedPolicy(), CaseKind::kReturn, At("2026-01-15 10:00:00"));
  const absl::Time due = CaseDue(record);
  EXPECT_TRUE(Tick(record, due - absl::Hours(4) - absl::Microseconds(1)).empty());
  const auto near = Tick(record, due - absl::Hours(4));
  ASSERT_EQ(near.size(), 1u);
  EXPECT_EQ(near[0].kind, Firing::Kind::kNear);
  EXPECT_TRUE(Tick(record, due).empty());
  EXPECT_EQ(NextTick(record), due + absl::Microseconds(1));
  const auto breached = Tick(record, NextTick(record));
  ASSERT_EQ(breached.size(), 1u);
  EXPECT_EQ(breached[0].kind, Firing::Kind::kBreached);
  EXPECT_TRUE(Tick(record, due + absl::Hours(99)).empty());
  EXPECT_EQ(CaseDue(record), due) << "overdue, and still owed";
  // A late answer adds when, and changes nothing else.
  const absl::Time late = due + absl::Hours(2);
  ASSERT_OK(Apply(record, {.verb = Verb::kRespond, .at = late}, late, {}));
  EXPECT_EQ(record.clocks[0].state, ClockState::kBreached);
  EXPECT_EQ(record.clocks[0].met, late);
  EXPECT_EQ(record.clocks[0].breach, due + absl::Microseconds(1));
  EXPECT_EQ(CaseDue(record), absl::InfiniteFuture());
}

TEST(ClockTest, AWarningThatTheBreachOvertakesIsNotSent) {
  Case record = OpenCase(ShippedPolicy(), CaseKind::kReturn, At("2026-01-15 10:00:00"));
  const auto fired = Tick(record, CaseDue(record) + absl::Hours(1));
  ASSERT_EQ(fired.size(), 1u);
  EXPECT_EQ(fired[0].kind, Firing::Kind::kBreached);
}

TEST(ClockTest, WaitingForTheCustomerStopsTheClocks) {
  const SlaPolicy policy = ShippedPolicy();
  const absl::Time received = At("2026-01-15 10:00:00");
  Case record = OpenCase(policy, CaseKind::kPlatformWorkOrder, received);
  const Calendars calendars = CalendarsOf(policy, record);
  const Command wait{.verb = Verb::kWait,
                     .result = ReviewResult::kWaitingForCustomer,
                     .assured = Guard::kAuthority};
  ASSERT_OK(Apply(record, wait, received + absl::Hours(1), calendars));
  EXPECT_EQ(record.state, CaseState::kWaitingCustomer);
  for (const SlaClock& clock : record.clocks) EXPECT_EQ(clock.state, ClockState::kPaused);
  EXPECT_EQ(ClockOf(record, ClockKind::kWorkOrderDecision).remaining, absl::Hours(2));
  EXPECT_EQ(CaseDue(record), absl::InfiniteFuture());
  EXPECT_EQ(NextTick(record), absl::InfiniteFuture());
  EXPECT_TRUE(Tick(record, received + absl::Hours(500)).empty());
  ASSERT_OK(Apply(record, {.verb = Verb::kResume}, received + absl::Hours(48), calendars));
  const SlaClock& clock = ClockOf(record, ClockKind::kWorkOrderDecision);
  EXPECT_EQ(clock.state, ClockState::kRunning);
  EXPECT_EQ(clock.due, received + absl::Hours(50));
  EXPECT_EQ(clock.base_due, received + absl::Hours(3));
  // Once more.
  ASSERT_OK(Apply(record, wait, received + absl::Hours(49), calendars));
  ASSERT_OK(Apply(record, {.verb = Verb::kResume}, received + absl::Hours(59), calendars));
  EXPECT_EQ(ClockOf(record, ClockKind::kWorkOrderDecision).due, received + absl::Hours(60));
  const auto segments = ExplainClock(ClockOf(record, ClockKind::kWorkOrderDecision),
                                     calendars.at(ClockKind::kWorkOrderDecision), record.pauses,
                                     received + absl::Hours(59));
  ASSERT_EQ(segments.size(), 5u);
  absl::Duration counted;
  for (const CountedSegment& segment : segments) {
    if (segment.counted) counted += segment.to - segment.from;
    EXPECT_EQ(segment.note, segment.counted ? "running" : "waiting for the customer");
  }
  EXPECT_EQ(counted, absl::Hours(3));
}

TEST(ClockTest, WhatHasRunOutBeforeThePauseIsBreached) {
  const SlaPolicy policy = ShippedPolicy();
  Case record = OpenCase(policy, CaseKind::kPlatformWorkOrder, At("2026-01-15 10:00:00"));
  const auto change = Apply(record,
                            {.verb = Verb::kWait,
                             .result = ReviewResult::kWaitingForCustomer,
                             .assured = Guard::kAuthority},
                            At("2026-01-15 13:00:01"), CalendarsOf(policy, record));
  ASSERT_OK(change);
  ASSERT_EQ(change->firings.size(), 1u);
  EXPECT_EQ(ClockOf(record, ClockKind::kWorkOrderDecision).state, ClockState::kBreached);
  EXPECT_EQ(ClockOf(record, ClockKind::kFirstAnswer).state, ClockState::kPaused);
}

TEST(ClockTest, APolicyMayLetAClockRunOnWhileWaiting) {
  SlaPolicy policy = ShippedPolicy();
  for (ClockRule& rule : policy.rules) rule.pausable = false;
  const absl::Time received = At("2026-01-15 10:00:00");
  Case record = OpenCase(policy, CaseKind::kReturn, received);
  ASSERT_OK(Apply(record,
                  {.verb = Verb::kWait,
                   .result = ReviewResult::kWaitingForCustomer,
                   .assured = Guard::kAuthority},
                  received + absl::Hours(1), {}));
  EXPECT_EQ(CaseDue(record), received + absl::Hours(24));
}

TEST(ClockTest, TheRuleIsSaidInWords) {
  const SlaPolicy policy = ShippedPolicy();
  Case record = OpenCase(policy, CaseKind::kPlatformEmail, At("2026-01-15 10:00:00"));
  SlaClock clock = ClockOf(record, ClockKind::kPlatformEmail);
  const SlaCalendar calendar = *SlaCalendar::Create(policy, false, Zone("Asia/Shanghai"));
  EXPECT_EQ(RuleText(policy.rules[1], clock, calendar),
            "answer to a platform e-mail: received before 16:00 it is due by 18:00 the same day,"
            " from 16:00 on by 18:00 the next day; counted in calendar time; stands still while"
            " waiting for the customer; warned 1h before; time zone Asia/Shanghai; policy"
            " default/sla version 1");
  clock.zone.assumed = true;
  EXPECT_THAT(RuleText(policy.rules[1], clock, calendar),
              HasSubstr("(assumed: the shop was not known"));
}

// --- Properties, on random cases of every shape. ---

class RandomCases {
 public:
  int Below(int n) { return static_cast<int>(random_() % n); }
  SlaPolicy Policy() { return Below(2) == 0 ? ShippedPolicy() : BusinessPolicy(); }
  CaseKind Kind() {
    return Below(2) == 0 ? CaseKind::kPlatformEmail : CaseKind::kPlatformWorkOrder;
  }
  absl::Time Time() { return At("2025-01-01 00:00:00") + absl::Seconds(Below(500 * 86'400)); }
  std::vector<Pause> Pauses(absl::Time from) {
    std::vector<Pause> pauses;
    for (int n = Below(4); n > 0; --n) {
      from += absl::Seconds(Below(2 * 86'400));
      const absl::Time begin = from;
      from += absl::Seconds(Below(3 * 86'400));
      pauses.push_back({begin, from});
    }
    return pauses;
  }

 private:
  std::mt19937 random_{20260115};
};

TEST(ClockProperty, AddingAPauseNeverMakesADeadlineEarlier) {
  RandomCases random;
  for (int i = 0; i < 2000; ++i) {
    const SlaPolicy policy = random.Policy();
    const absl::Time received = random.Time();
    const Case record = OpenCase(policy, random.Kind(), received);
    const Calendars calendars = CalendarsOf(policy, record);
    const std::vector<Pause> pauses = random.Pauses(received);
    for (const SlaClock& clock : record.clocks) {
      absl::Time due = clock.base_due;
      EXPECT_GE(due, received);
      for (size_t n = 0; n <= pauses.size(); ++n) {
        const absl::Time next =
            DueWithPauses(clock, calendars.at(clock.kind), std::span(pauses).first(n));
        ASSERT_GE(next, due) << Text(received) << " pause " << n;
        due = next;
      }
    }
  }
}

TEST(ClockProperty, BusinessTimeIsAdditiveAndSegmentsAddUp) {
  RandomCases random;
  for (int i = 0; i < 1000; ++i) {
    const SlaPolicy policy = random.Policy();
    const absl::Time received = random.Time();
    const Case record = OpenCase(policy, CaseKind::kPlatformWorkOrder, received);
    SlaClock clock = ClockOf(record, ClockKind::kWorkOrderDecision);
    const SlaCalendar calendar =
        *SlaCalendar::Create(policy, clock.business_hours, absl::UTCTimeZone());
    const absl::Time a = random.Time(), b = random.Time(), c = random.Time();
    ASSERT_EQ(calendar.Between(a, c), calendar.Between(a, b) + calendar.Between(b, c));
    // Whatever the pauses, exactly three hours are counted.
    const Calendars calendars = CalendarsOf(policy, record);
    const std::vector<Pause> pauses = random.Pauses(received);
    clock.due = DueWithPauses(clock, calendars.at(clock.kind), pauses);
    absl::Duration counted;
    absl::Time end = clock.start;
    for (const CountedSegment& segment :
         ExplainClock(clock, calendars.at(clock.kind), pauses, clock.due)) {
      ASSERT_EQ(segment.from, end);
      end = segment.to;
      if (segment.counted) counted += segment.to - segment.from;
    }
    ASSERT_EQ(end, clock.due);
    ASSERT_EQ(counted, absl::Hours(3)) << Text(received);
  }
}

// --- State machine. ---

TEST(MovesTest, ADecisionMeetsTheWorkOrderAndClosingAnswersNobody) {
  const absl::Time received = At("2026-01-15 10:00:00");
  Case record = OpenCase(ShippedPolicy(), CaseKind::kPlatformWorkOrder, received);
  const absl::Time decided = received + absl::Hours(1);
  ASSERT_OK(Apply(record,
                  {.verb = Verb::kDecide,
                   .at = decided,
                   .result = ReviewResult::kApproved,
                   .assured = Guard::kAuthority},
                  decided, {}));
  EXPECT_EQ(record.result, ReviewResult::kApproved);
  EXPECT_EQ(ClockOf(record, ClockKind::kWorkOrderDecision).state, ClockState::kMet);
  EXPECT_EQ(ClockOf(record, ClockKind::kFirstAnswer).state, ClockState::kRunning);
  ASSERT_OK(Apply(record, {.verb = Verb::kClose, .at = decided, .assured = Guard::kNothingRuns},
                  decided, {}));
  const SlaClock& answer = ClockOf(record, ClockKind::kFirstAnswer);
  EXPECT_EQ(answer.state, ClockState::kCancelled);
  EXPECT_EQ(answer.cancel, decided);
  EXPECT_FALSE(answer.met);
  EXPECT_EQ(answer.breach_owner, "agent-1");
  EXPECT_EQ(CaseDue(record), absl::InfiniteFuture());
  EXPECT_EQ(record.version, 3);
}

TEST(MovesTest, WhatHasRunOutWhenACaseIsClosedOrMergedIsBreached) {
  const absl::Time received = At("2026-01-15 10:00:00");
  for (const absl::Duration after : {absl::Hours(24), absl::Hours(24) + absl::Microseconds(1)}) {
    const bool late = after > absl::Hours(24);
    Case record = OpenCase(ShippedPolicy(), CaseKind::kReturn, received);
    const auto merged =
        Apply(record, {.verb = Verb::kMerge, .at = received + after, .assured = Guard::kDuplicate},
              received + after, {});
    ASSERT_OK(merged);
    EXPECT_EQ(merged->firings.size(), late ? 1u : 0u);
    EXPECT_EQ(record.clocks[0].state, late ? ClockState::kBreached : ClockState::kCancelled);
    EXPECT_FALSE(record.clocks[0].met);
  }
}

TEST(MovesTest, AnAnswerToACaseThatIsTakenUpAgainMeetsWhatClosingHadCancelled) {
  const absl::Time received = At("2026-01-15 10:00:00");
  Case record = OpenCase(ShippedPolicy(), CaseKind::kReturn, received);
  absl::Time at = received;
  const auto apply = [&](Command command) {
    at += absl::Minutes(1);
    command.at = at;
    ASSERT_OK(Apply(record, command, at, {}));
  };
  apply({.verb = Verb::kDecide, .result = ReviewResult::kRejected, .assured = Guard::kAuthority});
  apply({.verb = Verb::kClose, .assured = Guard::kNothingRuns});
  EXPECT_EQ(record.clocks[0].state, ClockState::kCancelled);
  EXPECT_EQ(record.clocks[0].cancel, at);
  ASSERT_OK(RestartOwed(record, {ShippedPolicy()}, {"Asia/Shanghai", false}, at));
  apply({.verb = Verb::kReopen, .assured = Guard::kNothingFollows});
  EXPECT_EQ(CaseDue(record), received + absl::Hours(24));
  apply({.verb = Verb::kRespond});
  EXPECT_EQ(record.clocks[0].state, ClockState::kMet);
  EXPECT_EQ(record.clocks[0].met, at);
  EXPECT_FALSE(record.clocks[0].cancel);
  EXPECT_TRUE(Tick(record, received + absl::Hours(99)).empty());
  EXPECT_EQ(CaseDue(record), absl::InfiniteFuture());
}

TEST(MovesTest, AnIllegalMoveChangesNothing) {
  Case record = OpenCase(ShippedPolicy(), CaseKind::kReturn, At("2026-01-15 10:00:00"));
  EXPECT_FALSE(Apply(record, {.verb = Verb::kClose}, absl::InfiniteFuture(), {}).ok());
  EXPECT_EQ(record.version, 1);
  EXPECT_EQ(record.state, CaseState::kOpen);
  EXPECT_EQ(record.clocks[0].state, ClockState::kRunning);
}

}  // namespace
}  // namespace kefu::aftersales::domain
