// Tables of SLA clocks at their borders: cut-offs, the end of the year, make-up
// workdays, suspensions, several intervals a day, pauses, changes midway, the next response.
#include <string>
#include <vector>

#include "common/testing/status_matchers.h"
#include "common/time/civil.h"
#include "fmt/format.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/aftersales/domain/clocks.h"
#include "services/aftersales/domain/moves.h"
#include "services/aftersales/domain/sla/sla_test_util.h"
#include "services/aftersales/domain/sla/unanswered.h"

namespace kefu::aftersales::domain {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

struct Row {
  const char* at;
  const char* due;
};

void ExpectDue(const SlaPolicy& policy, const ClockRule& rule, const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    EXPECT_EQ(Text(Started(policy, rule, row.at).due), row.due) << row.at;
  }
}

TEST(SlaTableTest, AnEmailInCalendarTime) {
  ExpectDue(OfficePolicy(), Email(false),
            {{"2026-03-05 15:59:59.999", "2026-03-05 18:00:00"},
             {"2026-03-05 15:59:59.999999", "2026-03-05 18:00:00"},
             {"2026-03-05 16:00:00", "2026-03-06 18:00:00"},
             {"2026-03-05 00:00:00", "2026-03-05 18:00:00"},
             {"2025-12-31 15:59:59.999", "2025-12-31 18:00:00"},
             {"2025-12-31 16:00:00", "2026-01-01 18:00:00"},
             {"2025-12-31 23:59:59.999", "2026-01-01 18:00:00"},
             // Holidays and weekends are days like others.
             {"2026-02-17 16:00:00", "2026-02-18 18:00:00"},
             {"2024-02-28 16:00:00", "2024-02-29 18:00:00"}});
}

TEST(SlaTableTest, AnEmailInWorkdays) {
  ExpectDue(OfficePolicy(), Email(true),
            {{"2026-03-05 15:59:59.999", "2026-03-05 18:00:00"},
             {"2026-03-06 16:00:00", "2026-03-09 18:00:00"},  // Friday to Monday
             // New Year: 1 to 3 January off, Sunday the 4th is worked.
             {"2025-12-31 15:59:59.999", "2025-12-31 18:00:00"},
             {"2025-12-31 16:00:00", "2026-01-04 18:00:00"},
             {"2026-01-01 10:00:00", "2026-01-04 18:00:00"},
             // Spring Festival: Saturday 14 February is worked, 15 to 23 are off.
             {"2026-02-13 16:00:00", "2026-02-14 18:00:00"},
             {"2026-02-14 15:59:59.999", "2026-02-14 18:00:00"},
             {"2026-02-14 16:00:00", "2026-02-24 18:00:00"},
             {"2026-02-20 03:00:00", "2026-02-24 18:00:00"},
             {"2026-02-27 16:00:00", "2026-02-28 18:00:00"}});  // the second make-up Saturday
}

TEST(SlaTableTest, ThreeBusinessHoursWithALunchBreak) {
  ExpectDue(OfficePolicy(), Within(ClockKind::kWorkOrderDecision, absl::Hours(3)),
            {{"2026-03-05 09:00:00", "2026-03-05 12:00:00"},  // at noon, not after lunch
             {"2026-03-05 09:00:00.001", "2026-03-05 13:30:00.001"},
             {"2026-03-05 12:00:00", "2026-03-05 16:30:00"},
             {"2026-03-05 12:45:00", "2026-03-05 16:30:00"},
             {"2026-03-05 15:00:00", "2026-03-05 18:00:00"},
             {"2026-03-05 15:59:59.999", "2026-03-06 09:59:59.999"},
             {"2026-03-05 16:00:00", "2026-03-06 10:00:00"},
             {"2026-03-06 17:30:00", "2026-03-09 11:30:00"},
             {"2025-12-31 17:00:00", "2026-01-04 11:00:00"},  // make-up Sunday
             {"2026-02-14 17:00:00", "2026-02-24 11:00:00"},  // over the whole festival
             {"2026-02-18 12:00:00", "2026-02-24 12:00:00"},
             {"2025-10-11 17:00:00", "2025-10-13 11:00:00"}});  // make-up Saturday to Monday
}

TEST(SlaTableTest, NothingCountsInASuspension) {
  SlaPolicy policy = OfficePolicy();
  policy.suspensions = {SpringFestival()};
  ExpectDue(policy, Within(ClockKind::kFirstAnswer, absl::Hours(24), false),
            {{"2026-02-12 23:59:59", "2026-02-13 23:59:59"},
             {"2026-02-13 00:00:00", "2026-02-14 00:00:00"},  // runs out as it begins
             {"2026-02-13 00:00:01", "2026-02-24 00:00:01"},
             {"2026-02-13 18:00:00", "2026-02-24 18:00:00"},
             {"2026-02-14 00:00:00", "2026-02-25 00:00:00"},
             {"2026-02-20 12:00:00", "2026-02-25 00:00:00"},
             {"2026-02-24 00:00:00", "2026-02-25 00:00:00"}});
  ExpectDue(policy, Email(false),
            {{"2026-02-13 15:59:59.999", "2026-02-13 18:00:00"},
             {"2026-02-13 16:00:00", "2026-02-24 18:00:00"},
             {"2026-02-14 10:00:00", "2026-02-24 18:00:00"},  // as if received when it ends
             {"2026-02-23 23:59:59.999", "2026-02-24 18:00:00"},
             {"2026-02-24 16:00:00", "2026-02-25 18:00:00"}});
  // The make-up Saturday lies in the suspension.
  ExpectDue(policy, Email(true),
            {{"2026-02-13 16:00:00", "2026-02-24 18:00:00"},
             {"2026-02-14 10:00:00", "2026-02-24 18:00:00"}});
  ExpectDue(policy, Within(ClockKind::kWorkOrderDecision, absl::Hours(3)),
            {{"2026-02-13 17:00:00", "2026-02-24 11:00:00"}});
  // Warned in the clock's own time.
  EXPECT_EQ(Text(Started(policy, Email(false), "2026-02-20 12:00:00").warn), "2026-02-24 17:00:00");
  EXPECT_EQ(Text(Started(policy, Within(ClockKind::kWorkOrderDecision, absl::Hours(1)),
                         "2026-02-13 17:15:00")
                     .warn),
            "2026-02-13 17:45:00");
}

TEST(SlaTableTest, OwnDaysStandBeforeHolidaysAndWeekdays) {
  SlaPolicy policy = OfficePolicy();
  policy.days[absl::CivilDay(2026, 3, 7)] = {{{Clock(10), Clock(11)}}, "盘点周六"};
  policy.days[absl::CivilDay(2026, 3, 9)] = {{}, "店庆"};
  policy.days[absl::CivilDay(2026, 2, 17)] = {{{Clock(10), Clock(14)}}, "值班"};
  ExpectDue(policy, Within(ClockKind::kWorkOrderDecision, absl::Hours(2)),
            {{"2026-03-06 17:00:00", "2026-03-07 11:00:00"},
             {"2026-03-06 17:00:01", "2026-03-10 09:00:01"},
             {"2026-02-16 12:00:00", "2026-02-17 12:00:00"}});
  ExpectDue(policy, Email(true),
            {{"2026-03-06 16:00:00", "2026-03-07 18:00:00"},
             {"2026-03-07 16:00:00", "2026-03-10 18:00:00"}});
}

TEST(SlaTableTest, AMakeupWorkdayHasItsOwnHoursOrThoseOfTheFirstOpenDay) {
  SlaPolicy policy = OfficePolicy();
  policy.weekly[0].clear();  // closed on Mondays
  const ClockRule rule = Within(ClockKind::kWorkOrderDecision, absl::Hours(1));
  ExpectDue(policy, rule, {{"2026-02-13 18:00:00", "2026-02-14 10:00:00"}});
  policy.makeup = {{Clock(10), Clock(15)}};
  ExpectDue(policy, rule, {{"2026-02-13 18:00:00", "2026-02-14 11:00:00"}});
}

TEST(SlaTableTest, ADeadlineIsNoGoodWithoutHours) {
  SlaPolicy policy;
  EXPECT_FALSE(StartClock(policy, Email(true), At("2026-03-05 10:00:00"), kZone).ok());
  EXPECT_EQ(
      Text(Started(policy, Within(ClockKind::kFirstAnswer, absl::Hours(1)), "2026-03-05 10:00:00")
               .due),
      "never");
}

// --- Pauses. ---

Case WithClock(SlaClock clock) {
  Case record{.kind = CaseKind::kReturn,
              .priority = CasePriority::kNormal,
              .assignee_agent_id = "agent-1",
              .receive_time = clock.start,
              .state = CaseState::kOpen};
  clock.priority = CasePriority::kNormal;
  record.clocks = {std::move(clock)};
  record.version = 1;
  return record;
}

TEST(SlaPauseTest, PausesInBusinessHoursTakeOnlyWhatWouldHaveCounted) {
  const SlaPolicy policy = OfficePolicy();
  const ClockRule rule = Within(ClockKind::kWorkOrderDecision, absl::Hours(3));
  struct PauseRow {
    const char *from, *to, *due;
  };
  for (const PauseRow& row : std::vector<PauseRow>{
           {"2026-03-05 12:00:00", "2026-03-05 13:30:00", "2026-03-05 14:30:00"},  // lunch anyway
           {"2026-03-05 11:00:00", "2026-03-05 12:30:00", "2026-03-05 15:30:00"},
           {"2026-03-05 13:30:00", "2026-03-06 09:00:00", "2026-03-06 10:00:00"},
           {"2026-03-05 14:00:00", "2026-03-09 08:00:00", "2026-03-09 09:30:00"},
           // At the very instant it is due it is still in time, and what stands still stays so.
           {"2026-03-05 14:30:00", "2026-03-06 20:00:00", "2026-03-06 20:00:00"}}) {
    const SlaClock started = Started(policy, rule, "2026-03-05 10:00:00");
    ASSERT_EQ(Text(started.due), "2026-03-05 14:30:00");
    Case record = WithClock(started);
    const Calendars calendars{{started.kind, CalendarOf(policy, started)}};
    EXPECT_TRUE(Tick(record, At(row.from)).size() <= 1);  // at most warned
    BeginPause(record, At(row.from), calendars);
    EXPECT_EQ(record.clocks[0].state, ClockState::kPaused);
    EXPECT_TRUE(Tick(record, At("2027-01-01 00:00:00")).empty());
    EndPause(record, At(row.to), calendars);
    EXPECT_EQ(Text(record.clocks[0].due), row.due) << row.from;
    for (const Firing& firing : Tick(record, At(row.to))) {
      EXPECT_EQ(firing.kind, Firing::Kind::kNear) << row.from;
    }
  }
}

// A cut-off may lie after the shop has closed.
TEST(SlaPauseTest, WhatIsDueAfterHoursDoesNotRunOutWhileItStandsStill) {
  SlaPolicy policy = OfficePolicy();
  ClockRule rule = Email(true);
  rule.cutoff->due_before = Clock(20);
  const SlaClock started = Started(policy, rule, "2026-03-05 10:00:00");
  ASSERT_EQ(Text(started.due), "2026-03-05 20:00:00");
  Case record = WithClock(started);
  const Calendars calendars{{started.kind, CalendarOf(policy, started)}};
  BeginPause(record, At("2026-03-05 18:30:00"), calendars);
  EndPause(record, At("2026-03-05 21:00:00"), calendars);
  EXPECT_EQ(Text(record.clocks[0].due), "2026-03-05 21:00:00");
  EXPECT_TRUE(Tick(record, At("2026-03-05 21:00:00")).size() <= 1);
  EXPECT_EQ(record.clocks[0].state, ClockState::kRunning);
}

// --- Changes midway. ---

TEST(SlaChangeTest, ANewVersionCountsFromTheStartButNobodyIsLateByARuleThatIsNotYet) {
  struct ChangeRow {
    absl::Duration before, after;
    const char *at, *due;
  };
  for (const ChangeRow& row : std::vector<ChangeRow>{
           {absl::Hours(24), absl::Hours(48), "2026-03-05 20:00:00", "2026-03-07 10:00:00"},
           {absl::Hours(24), absl::Hours(12), "2026-03-05 20:00:00", "2026-03-05 22:00:00"},
           {absl::Hours(24), absl::Hours(2), "2026-03-05 20:00:00", "2026-03-05 20:00:00"},
           {absl::Hours(24), absl::Hours(48), "2026-03-06 10:00:00", "2026-03-07 10:00:00"},
           // It had run out before.
           {absl::Hours(24), absl::Hours(48), "2026-03-06 10:00:00.000001",
            "2026-03-06 10:00:00"}}) {
    SlaPolicy policy = OfficePolicy();
    policy.rules = {Within(ClockKind::kFirstAnswer, row.before, false)};
    Case record = WithClock(Started(policy, policy.rules[0], "2026-03-05 10:00:00"));
    policy.ref.version = 2;
    policy.rules[0].duration = row.after;
    const bool late = record.clocks[0].due < At(row.at);
    for (const bool again : {false, true}) {
      const auto changed = Recompute(record, {policy}, At(row.at), Replacement::kPolicyChanged);
      ASSERT_OK(changed);
      EXPECT_EQ(*changed, !again && !late);
      EXPECT_EQ(Text(record.clocks[0].due), row.due);
    }
    ASSERT_EQ(record.replaced.size(), late ? 0u : 1u);
    if (late) continue;
    EXPECT_EQ(Text(record.replaced[0].clock.due), "2026-03-06 10:00:00");
    EXPECT_EQ(record.replaced[0].clock.policy.version, 1);
    EXPECT_EQ(record.replaced[0].until, At(row.at));
    EXPECT_EQ(record.clocks[0].since, At(row.at));
    // The explanation is cut where the rule changed.
    const auto segments = ExplainClock(record.clocks[0], CalendarOf(policy, record.clocks[0]), {},
                                       At("2026-03-09 00:00:00"));
    EXPECT_TRUE(segments.front().before_change);
    EXPECT_EQ(segments.front().to, At(row.at));
    EXPECT_EQ(segments.size(), row.due == std::string_view(row.at) ? 1u : 2u);
  }
}

TEST(SlaChangeTest, PausesBeforeTheChangeAndDuringItCount) {
  SlaPolicy policy = OfficePolicy();
  policy.rules = {Within(ClockKind::kFirstAnswer, absl::Hours(24), false)};
  const SlaClock started = Started(policy, policy.rules[0], "2026-03-05 10:00:00");
  Case record = WithClock(started);
  const Calendars old{{started.kind, CalendarOf(policy, started)}};
  BeginPause(record, At("2026-03-05 11:00:00"), old);
  EndPause(record, At("2026-03-05 13:00:00"), old);
  BeginPause(record, At("2026-03-05 14:00:00"), old);
  policy.ref.version = 2;
  policy.rules[0] = Within(ClockKind::kFirstAnswer, absl::Hours(4), true);
  ASSERT_OK(Recompute(record, {policy}, At("2026-03-05 15:00:00"), Replacement::kPolicyChanged));
  // In business hours 10 to 11 and 13:30 to 14 have passed.
  EXPECT_EQ(record.clocks[0].state, ClockState::kPaused);
  EXPECT_EQ(record.clocks[0].remaining, absl::Hours(2.5));
  EndPause(record, At("2026-03-05 17:00:00"),
           {{started.kind, CalendarOf(policy, record.clocks[0])}});
  EXPECT_EQ(Text(record.clocks[0].due), "2026-03-06 10:30:00");
}

TEST(SlaChangeTest, PriorityChoosesTheRuleAndWhatIsOverStays) {
  SlaPolicy policy = OfficePolicy();
  ClockRule urgent = Within(ClockKind::kFirstAnswer, absl::Hours(1), false);
  urgent.priority = CasePriority::kUrgent;
  ClockRule returns = Within(ClockKind::kFirstAnswer, absl::Hours(8), false);
  returns.only = CaseKind::kReturn;
  ClockRule both = returns;
  both.priority = CasePriority::kUrgent;
  both.duration = absl::Minutes(30);
  policy.rules = {Within(ClockKind::kFirstAnswer, absl::Hours(24), false),
                  urgent,
                  returns,
                  both,
                  Within(ClockKind::kResolution, absl::Hours(72), false),
                  Within(ClockKind::kResolution, absl::Hours(12), false),
                  Within(ClockKind::kWorkOrderDecision, absl::Hours(99), false)};
  policy.rules[5].priority = CasePriority::kUrgent;
  const auto hours = [&](CaseKind kind, CasePriority priority) {
    return absl::ToDoubleHours(RuleOf(policy, ClockKind::kFirstAnswer, kind, priority)->duration);
  };
  EXPECT_EQ(hours(CaseKind::kRepair, CasePriority::kNormal), 24);
  EXPECT_EQ(hours(CaseKind::kRepair, CasePriority::kUrgent), 1);
  EXPECT_EQ(hours(CaseKind::kReturn, CasePriority::kHigh), 8);
  EXPECT_EQ(hours(CaseKind::kReturn, CasePriority::kUrgent), 0.5);
  EXPECT_EQ(RuleOf(policy, ClockKind::kNextResponse, CaseKind::kReturn, CasePriority::kLow),
            nullptr);

  Case record = WithClock(Started(policy, returns, "2026-03-05 10:00:00"));
  record.clocks.push_back(Started(policy, policy.rules[4], "2026-03-05 10:00:00"));
  record.clocks[1].priority = CasePriority::kNormal;
  record.clocks.push_back(Started(policy, policy.rules[6], "2026-03-05 10:00:00"));
  ASSERT_EQ(Tick(record, At("2026-03-05 18:00:01")).size(), 1u);  // breached
  record.priority = CasePriority::kUrgent;
  const auto changed =
      Recompute(record, {policy}, At("2026-03-05 19:00:00"), Replacement::kPriorityChanged);
  ASSERT_OK(changed);
  EXPECT_TRUE(*changed);
  EXPECT_EQ(record.clocks[0].state, ClockState::kBreached);
  EXPECT_EQ(Text(record.clocks[0].due), "2026-03-05 18:00:00");
  EXPECT_EQ(record.clocks[1].priority, CasePriority::kUrgent);
  EXPECT_EQ(Text(record.clocks[1].due), "2026-03-05 22:00:00");
  // One that the same rule sets is not replaced.
  ASSERT_EQ(record.replaced.size(), 1u);
  EXPECT_EQ(record.replaced[0].clock.kind, ClockKind::kResolution);
}

// --- The customer's messages. ---

class NextResponseTest : public ::testing::Test {
 protected:
  NextResponseTest() {
    policy_.rules = {Within(ClockKind::kFirstAnswer, absl::Hours(24), false),
                     Within(ClockKind::kNextResponse, absl::Hours(4), false),
                     Within(ClockKind::kResolution, absl::Hours(72), false)};
    record_.kind = CaseKind::kReturn;
    record_.priority = CasePriority::kNormal;
    record_.state = CaseState::kOpen;
    record_.receive_time = At("2026-03-05 08:00:00");
    record_.clocks =
        *StartClocks({policy_}, record_.kind, record_.priority, record_.receive_time, kZone);
  }
  void Do(Verb verb, const char* at, ReviewResult result = ReviewResult::kUnspecified) {
    Calendars calendars;
    for (const SlaClock& clock : record_.clocks) {
      calendars.emplace(clock.kind, CalendarOf(policy_, clock));
    }
    const absl::Time now = std::max(At(at), now_);
    now_ = now;
    if (verb == Verb::kReopen) {
      ASSERT_OK(RestartOwed(record_, {policy_}, kZone, now));
    }
    ASSERT_OK(Apply(record_,
                    {.verb = verb,
                     .at = At(at),
                     .result = result,
                     .assured = FindMove(record_.kind, record_.state, verb)->guard},
                    now, calendars));
    if (verb != Verb::kCustomerMessage) return;
    ASSERT_OK(StartNextResponse(record_, {policy_}, kZone, At(at)));
  }
  // "RUNNING 2026-03-05 12:00:00", or "" without such a clock.
  std::string Of(ClockKind kind) const {
    for (const SlaClock& clock : record_.clocks) {
      if (clock.kind == kind) return fmt::format("{} {}", NameOf(clock.state), Text(clock.due));
    }
    return "";
  }

  SlaPolicy policy_ = OfficePolicy();
  Case record_;
  absl::Time now_ = absl::InfinitePast();
};

TEST_F(NextResponseTest, TheOldestMessageWithoutAnAnswerCounts) {
  EXPECT_EQ(record_.clocks.size(), 2u);
  // While the first answer is owed it answers the message as well, and is not restarted.
  Do(Verb::kCustomerMessage, "2026-03-05 09:00:00");
  EXPECT_EQ(Of(ClockKind::kNextResponse), "");
  EXPECT_EQ(Of(ClockKind::kFirstAnswer), "RUNNING 2026-03-06 08:00:00");
  Do(Verb::kRespond, "2026-03-05 10:00:00");
  Do(Verb::kCustomerMessage, "2026-03-05 11:00:00");
  EXPECT_EQ(Of(ClockKind::kNextResponse), "RUNNING 2026-03-05 15:00:00");
  // A further message does not push the deadline out.
  Do(Verb::kCustomerMessage, "2026-03-05 13:00:00");
  EXPECT_EQ(Of(ClockKind::kNextResponse), "RUNNING 2026-03-05 15:00:00");
  // One that turns out older brings it forward.
  Do(Verb::kCustomerMessage, "2026-03-05 10:30:00");
  EXPECT_EQ(Of(ClockKind::kNextResponse), "RUNNING 2026-03-05 14:30:00");
  // One that the answer has overtaken starts nothing.
  Do(Verb::kRespond, "2026-03-05 14:00:00");
  EXPECT_EQ(Of(ClockKind::kNextResponse), "MET 2026-03-05 14:30:00");
  Do(Verb::kCustomerMessage, "2026-03-05 13:59:00");
  EXPECT_EQ(Of(ClockKind::kNextResponse), "MET 2026-03-05 14:30:00");
  // After an answer a new message begins again; the first response stays what it was.
  Do(Verb::kCustomerMessage, "2026-03-05 16:00:00");
  EXPECT_EQ(Of(ClockKind::kNextResponse), "RUNNING 2026-03-05 20:00:00");
  EXPECT_EQ(Of(ClockKind::kFirstAnswer), "MET 2026-03-06 08:00:00");
  // An answer before the message does not answer it.
  Do(Verb::kRespond, "2026-03-05 15:59:00");
  EXPECT_EQ(Of(ClockKind::kNextResponse), "RUNNING 2026-03-05 20:00:00");
  // A breach stays, and the message still waits; the next round has a clock of its own.
  Do(Verb::kRespond, "2026-03-05 20:00:00.000001");
  EXPECT_EQ(Of(ClockKind::kNextResponse), "BREACHED 2026-03-05 20:00:00");
  Do(Verb::kCustomerMessage, "2026-03-05 21:00:00");
  EXPECT_EQ(Of(ClockKind::kNextResponse), "RUNNING 2026-03-06 01:00:00");
  ASSERT_EQ(record_.replaced.size(), 3u);
  EXPECT_EQ(record_.replaced.back().clock.state, ClockState::kBreached);
  EXPECT_EQ(record_.replaced.back().why, Replacement::kNewMessage);
}

TEST_F(NextResponseTest, TheMessageEndsTheWaitingAndADecisionMeetsTheResolution) {
  Do(Verb::kRespond, "2026-03-05 09:00:00");
  Do(Verb::kWait, "2026-03-05 10:00:00", ReviewResult::kWaitingForCustomer);
  EXPECT_EQ(Of(ClockKind::kResolution), "PAUSED never");
  Do(Verb::kCustomerMessage, "2026-03-06 10:00:00");
  EXPECT_EQ(record_.state, CaseState::kOpen);
  EXPECT_EQ(Of(ClockKind::kResolution), "RUNNING 2026-03-09 08:00:00");
  EXPECT_EQ(Of(ClockKind::kNextResponse), "RUNNING 2026-03-06 14:00:00");
  Do(Verb::kWait, "2026-03-06 11:00:00", ReviewResult::kWaitingForCustomer);
  EXPECT_EQ(Of(ClockKind::kNextResponse), "PAUSED never");
  // A message during the pause keeps the clock, which runs on.
  Do(Verb::kCustomerMessage, "2026-03-07 11:00:00");
  EXPECT_EQ(Of(ClockKind::kNextResponse), "RUNNING 2026-03-07 14:00:00");
  Do(Verb::kDecide, "2026-03-07 12:00:00", ReviewResult::kApproved);
  EXPECT_EQ(Of(ClockKind::kResolution), "MET 2026-03-10 08:00:00");
  EXPECT_EQ(Of(ClockKind::kNextResponse), "RUNNING 2026-03-07 14:00:00");
  Do(Verb::kCustomerMessage, "2026-03-07 12:30:00");
  EXPECT_EQ(record_.state, CaseState::kDecided);
  Do(Verb::kClose, "2026-03-07 13:00:00");
  EXPECT_EQ(Of(ClockKind::kNextResponse), "CANCELLED 2026-03-07 14:00:00");
  EXPECT_EQ(CaseDue(record_), absl::InfiniteFuture());
}

// What nobody answered is owed no more while the case is closed, and from then on again; what is
// said besides is answered with it.
TEST_F(NextResponseTest, AMessageToACaseThatWasTakenUpAgainIsAnsweredWithWhatWaits) {
  Do(Verb::kDecide, "2026-03-05 08:30:00", ReviewResult::kRejected);
  Do(Verb::kClose, "2026-03-05 09:00:00");
  EXPECT_EQ(Of(ClockKind::kFirstAnswer).substr(0, 9), "CANCELLED");
  EXPECT_EQ(UnansweredSince(record_), std::nullopt);
  Do(Verb::kReopen, "2026-03-05 10:00:00");
  EXPECT_EQ(Of(ClockKind::kFirstAnswer), "RUNNING 2026-03-06 08:00:00");
  EXPECT_EQ(UnansweredSince(record_), record_.receive_time);
  Do(Verb::kCustomerMessage, "2026-03-05 11:00:00");
  EXPECT_EQ(Of(ClockKind::kNextResponse), "");
  Do(Verb::kRespond, "2026-03-05 11:05:00");
  Do(Verb::kCustomerMessage, "2026-03-05 11:10:00");
  EXPECT_EQ(Of(ClockKind::kNextResponse), "RUNNING 2026-03-05 15:10:00");
  Do(Verb::kDecide, "2026-03-05 11:20:00", ReviewResult::kRejected);
  Do(Verb::kClose, "2026-03-05 12:00:00");
  Do(Verb::kReopen, "2026-03-05 13:00:00");
  Do(Verb::kCustomerMessage, "2026-03-05 14:00:00");
  EXPECT_EQ(Of(ClockKind::kNextResponse), "RUNNING 2026-03-05 15:10:00");
}

// --- Explained. ---

TEST(SlaExplainTest, EverySegmentSaysWhy) {
  SlaPolicy policy = OfficePolicy();
  policy.suspensions = {{At("2026-02-24 00:00:00"), At("2026-02-25 00:00:00"), "平台停摆"}};
  policy.days[absl::CivilDay(2026, 2, 25)] = {{}, "店休"};
  SlaClock clock =
      Started(policy, Within(ClockKind::kWorkOrderDecision, absl::Hours(9)), "2026-02-13 17:00:00");
  const SlaCalendar calendar = CalendarOf(policy, clock);
  const std::vector<Pause> pauses{{At("2026-02-14 10:00:00"), At("2026-02-14 11:00:00")}};
  clock.due = DueWithPauses(clock, calendar, pauses);
  std::vector<std::string> said;
  absl::Duration counted;
  for (const CountedSegment& segment : ExplainClock(clock, calendar, pauses, clock.due)) {
    said.push_back(fmt::format("{} {}", Text(segment.from).substr(5, 11), segment.note));
    if (segment.counted) counted += segment.to - segment.from;
  }
  EXPECT_EQ(counted, absl::Hours(9));
  EXPECT_THAT(
      said,
      ElementsAre("02-13 17:00 running", "02-13 18:00 outside business hours",
                  "02-14 09:00 running, make-up workday", "02-14 10:00 waiting for the customer",
                  "02-14 11:00 running, make-up workday", "02-14 12:00 outside business hours",
                  "02-14 13:30 running, make-up workday", "02-14 18:00 outside business hours",
                  "02-15 00:00 public holiday", "02-24 00:00 suspended: 平台停摆",
                  "02-25 00:00 closed: 店休", "02-26 00:00 outside business hours",
                  "02-26 09:00 running"));
  EXPECT_EQ(Text(clock.due), "2026-02-26 10:30:00");
}

TEST(SlaExplainTest, AYearWithoutHolidaysIsSaidToBeAGuess) {
  const SlaPolicy policy = OfficePolicy();
  const ClockRule rule = Within(ClockKind::kFirstAnswer, absl::Hours(3));
  for (const char* year : {"2026", "2043"}) {
    const SlaClock clock = Started(policy, rule, std::string(year) + "-03-05 10:00:00");
    const bool guessed =
        RuleText(rule, clock, CalendarOf(policy, clock)).find("not known") != std::string::npos;
    EXPECT_EQ(guessed, std::string_view(year) == "2043") << year;
  }
}

}  // namespace
}  // namespace kefu::aftersales::domain
