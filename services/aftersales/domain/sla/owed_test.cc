// Deadlines of several policies that add to each other, and what is owed anew.
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/testing/status_matchers.h"
#include "common/time/civil.h"
#include "fmt/format.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/aftersales/domain/clocks.h"
#include "services/aftersales/domain/moves.h"
#include "services/aftersales/domain/sla/sla_test_util.h"

namespace kefu::aftersales::domain {
namespace {

// --- Policies that add to others. ---

SlaPolicy PlatformPolicy() {
  SlaPolicy policy{.ref = {"", "shipped", 1}};
  policy.rules = {Within(ClockKind::kFirstAnswer, absl::Hours(24), false), Email(false),
                  Within(ClockKind::kWorkOrderDecision, absl::Hours(3), false),
                  Within(ClockKind::kNextResponse, absl::Hours(24), false)};
  policy.rules[2].only = CaseKind::kPlatformWorkOrder;
  policy.rules.push_back(Email(false));
  policy.rules.back().clock = ClockKind::kNextResponse;
  policy.rules[1].only = policy.rules[4].only = CaseKind::kPlatformEmail;
  return policy;
}

// "RUNNING 2026-03-05 18:00:00 shipped", or "" without such a clock.
std::string ClockText(const Case& record, ClockKind kind) {
  for (const SlaClock& clock : record.clocks) {
    if (clock.kind != kind) continue;
    return fmt::format("{} {} {}", NameOf(clock.state), Text(clock.due), clock.policy.policy_id);
  }
  return "";
}

Case OpenedAt(const SlaPolicies& policies, CaseKind kind, const char* at) {
  Case record{.kind = kind, .priority = CasePriority::kNormal, .receive_time = At(at)};
  record.state = CaseState::kOpen;
  auto clocks = StartClocks(policies, kind, record.priority, record.receive_time, kZone);
  EXPECT_OK(clocks);
  record.clocks = *std::move(clocks);
  return record;
}

TEST(SlaInheritTest, APolicyWithOneRuleTakesNoOtherDeadlineAway) {
  SlaPolicy own = OfficePolicy();
  own.rules = {Within(ClockKind::kResolution, absl::Hours(48)),
               Within(ClockKind::kFirstAnswer, absl::Hours(1), false)};
  own.rules[1].priority = CasePriority::kUrgent;
  own.suspensions = {{At("2026-03-05 09:00:00"), At("2026-03-05 11:00:00"), "盘点"}};
  own.steps = {{.offset = absl::Hours(1), .recipient = Recipient::kMerchant}};
  const SlaPolicies policies{own, PlatformPolicy()};
  Case mail = OpenedAt(policies, CaseKind::kPlatformEmail, "2026-03-05 10:00:00");
  // Its hours and suspensions count for its own rules only, and so do its steps.
  EXPECT_EQ(ClockText(mail, ClockKind::kFirstAnswer), "RUNNING 2026-03-06 10:00:00 shipped");
  EXPECT_EQ(ClockText(mail, ClockKind::kPlatformEmail), "RUNNING 2026-03-05 18:00:00 shipped");
  EXPECT_EQ(ClockText(mail, ClockKind::kResolution), "RUNNING 2026-03-13 15:30:00 p");
  EXPECT_EQ(ClockText(mail, ClockKind::kWorkOrderDecision), "");
  for (const SlaClock& clock : mail.clocks) {
    EXPECT_EQ(clock.step_offset.has_value(), clock.kind == ClockKind::kResolution);
  }
  const Case order = OpenedAt(policies, CaseKind::kPlatformWorkOrder, "2026-03-05 10:00:00");
  EXPECT_EQ(ClockText(order, ClockKind::kWorkOrderDecision), "RUNNING 2026-03-05 13:00:00 shipped");
  // The own rule that fits the case now stands above the inherited one.
  mail.priority = CasePriority::kUrgent;
  const auto changed =
      Recompute(mail, policies, At("2026-03-05 10:30:00"), Replacement::kPriorityChanged);
  ASSERT_OK(changed);
  EXPECT_TRUE(*changed);
  EXPECT_EQ(ClockText(mail, ClockKind::kFirstAnswer), "RUNNING 2026-03-05 12:00:00 p");
  EXPECT_EQ(ClockText(mail, ClockKind::kPlatformEmail), "RUNNING 2026-03-05 18:00:00 shipped");
  EXPECT_EQ(mail.replaced.size(), 1u);
}

// Whoever gets a case, or a contract for it, has not missed what nobody had set.
TEST(SlaInheritTest, ADeadlineThatNobodyHadSetIsNotMissedByWhoeverGetsTheCase) {
  SlaPolicy own{.ref = {"org-a", "p", 1}};
  own.rules = {Within(ClockKind::kResolution, absl::Hours(48), false)};
  const auto clock_after = [&](Replacement why, const char* at, std::vector<Pause> pauses = {}) {
    Case order = OpenedAt({own}, CaseKind::kPlatformWorkOrder, "2026-03-05 09:00:00");
    order.pauses = std::move(pauses);
    EXPECT_OK(Recompute(order, {own, PlatformPolicy()}, At(at), why));
    return ClockText(order, ClockKind::kWorkOrderDecision);
  };
  for (const Replacement why : {Replacement::kAssigneeChanged, Replacement::kContractChanged,
                                Replacement::kPriorityChanged}) {
    EXPECT_EQ(clock_after(why, "2026-03-05 11:00:00"), "RUNNING 2026-03-05 12:00:00 shipped");
    EXPECT_EQ(clock_after(why, "2026-03-05 12:00:00"), "");
    EXPECT_EQ(clock_after(why, "2026-03-05 13:30:00"), "");
    // The time in which the shop waited for the customer did not count.
    EXPECT_EQ(clock_after(why, "2026-03-05 13:30:00",
                          {{At("2026-03-05 10:00:00"), At("2026-03-05 12:00:00")}}),
              "RUNNING 2026-03-05 14:00:00 shipped");
    EXPECT_EQ(clock_after(why, "2026-03-05 13:30:00", {{At("2026-03-05 10:00:00"), std::nullopt}}),
              "PAUSED never shipped");
    EXPECT_EQ(clock_after(why, "2026-03-05 13:30:00", {{At("2026-03-05 12:30:00"), std::nullopt}}),
              "");
  }
  // A policy that comes into force may be stricter: what is over then is due then.
  EXPECT_EQ(clock_after(Replacement::kPolicyChanged, "2026-03-05 13:30:00"),
            "RUNNING 2026-03-05 13:30:00 shipped");
}

// --- What is owed anew. ---

void Do(Case& record, const SlaPolicy& policy, Verb verb, const char* at,
        ReviewResult result = ReviewResult::kUnspecified) {
  Calendars calendars;
  for (const SlaClock& clock : record.clocks) {
    calendars.emplace(clock.kind, CalendarOf(policy, clock));
  }
  if (verb == Verb::kReopen || verb == Verb::kAppeal) {
    ASSERT_OK(RestartOwed(record, {policy}, kZone, At(at)));
  }
  // A buyer's appeal is a message as well.
  if (verb == Verb::kCustomerMessage || verb == Verb::kAppeal) {
    ASSERT_OK(StartNextResponse(record, {policy}, kZone, At(at)));
  }
  ASSERT_OK(Apply(record,
                  {.verb = verb,
                   .at = At(at),
                   .result = result,
                   .assured = FindMove(record.kind, record.state, verb)->guard},
                  At(at), calendars));
}

// DOMAIN 4.2 of each letter: before 16:00 by 18:00, from 16:00 on by 18:00 of the next day.
TEST(SlaOwedTest, EachLetterOfAPlatformHasItsCutOff) {
  const SlaPolicy policy = PlatformPolicy();
  Case mail = OpenedAt({policy}, CaseKind::kPlatformEmail, "2026-03-05 10:00:00");
  const auto do_at = [&](Verb verb, const char* at, ReviewResult result = {}) {
    Do(mail, policy, verb, at, result);
  };
  const auto next = [&] { return ClockText(mail, ClockKind::kNextResponse); };
  const auto first = [&] { return ClockText(mail, ClockKind::kPlatformEmail); };
  do_at(Verb::kRespond, "2026-03-05 11:00:00");
  do_at(Verb::kCustomerMessage, "2026-03-05 15:00:00");
  EXPECT_EQ(next(), "RUNNING 2026-03-05 18:00:00 shipped");
  do_at(Verb::kRespond, "2026-03-05 15:30:00");
  do_at(Verb::kCustomerMessage, "2026-03-05 16:00:00");
  EXPECT_EQ(next(), "RUNNING 2026-03-06 18:00:00 shipped");
  do_at(Verb::kRespond, "2026-03-05 17:00:00");
  do_at(Verb::kDecide, "2026-03-05 17:00:00", ReviewResult::kApproved);
  do_at(Verb::kClose, "2026-03-05 17:00:00");
  // Reopened since the platform has written again: that letter is owed an answer, and whoever
  // records it besides starts no second clock.
  do_at(Verb::kReopen, "2026-03-09 12:00:00");
  EXPECT_EQ(first(), "RUNNING 2026-03-09 18:00:00 shipped");
  EXPECT_EQ(mail.replaced.back().why, Replacement::kReopened);
  do_at(Verb::kCustomerMessage, "2026-03-09 12:01:00");
  EXPECT_EQ(next().substr(0, 3), "MET");
  do_at(Verb::kRespond, "2026-03-09 13:00:00");
  EXPECT_EQ(first(), "MET 2026-03-09 18:00:00 shipped");
  do_at(Verb::kCustomerMessage, "2026-03-09 14:00:00");
  EXPECT_EQ(next(), "RUNNING 2026-03-09 18:00:00 shipped");
  // What nobody has answered is not put off by taking the case up.
  Case late = OpenedAt({policy}, CaseKind::kPlatformEmail, "2026-03-05 10:00:00");
  Tick(late, At("2026-03-05 18:00:01"));
  Do(late, policy, Verb::kDecide, "2026-03-05 19:00:00", ReviewResult::kApproved);
  Do(late, policy, Verb::kReopen, "2026-03-05 20:00:00");
  EXPECT_EQ(ClockText(late, ClockKind::kPlatformEmail), "BREACHED 2026-03-05 18:00:00 shipped");
}

// One letter has one deadline, whichever comes first: that it is recorded, or that the case is
// taken up for it.
TEST(SlaOwedTest, ALetterThatWaitsIsNotOwedOnceMoreByTakingTheCaseUp) {
  const SlaPolicy policy = PlatformPolicy();
  const auto answered = [&] {
    Case mail = OpenedAt({policy}, CaseKind::kPlatformEmail, "2026-03-05 10:00:00");
    Do(mail, policy, Verb::kRespond, "2026-03-05 11:00:00");
    Do(mail, policy, Verb::kDecide, "2026-03-05 11:00:00", ReviewResult::kApproved);
    return mail;
  };
  for (const auto& [reopened, state] :
       std::vector<std::pair<const char*, std::string>>{{"2026-03-05 15:10:00", "RUNNING"},
                                                        {"2026-03-05 16:10:00", "RUNNING"},
                                                        {"2026-03-05 18:30:00", "BREACHED"}}) {
    Case mail = answered();
    Do(mail, policy, Verb::kCustomerMessage, "2026-03-05 15:00:00");
    Do(mail, policy, Verb::kReopen, reopened);
    EXPECT_EQ(ClockText(mail, ClockKind::kNextResponse), state + " 2026-03-05 18:00:00 shipped");
    EXPECT_EQ(ClockText(mail, ClockKind::kPlatformEmail), "MET 2026-03-05 18:00:00 shipped");
    EXPECT_TRUE(mail.replaced.empty());
  }
  Case mail = answered();
  const auto first = [&] { return ClockText(mail, ClockKind::kPlatformEmail); };
  Do(mail, policy, Verb::kReopen, "2026-03-05 16:10:00");
  EXPECT_EQ(first(), "RUNNING 2026-03-06 18:00:00 shipped");
  // One that was answered long ago is no reason to hurry, nor is a further one.
  Do(mail, policy, Verb::kCustomerMessage, "2026-03-05 10:30:00");
  Do(mail, policy, Verb::kCustomerMessage, "2026-03-05 16:20:00");
  EXPECT_EQ(first(), "RUNNING 2026-03-06 18:00:00 shipped");
  // The letter itself came in before 16:00.
  Do(mail, policy, Verb::kCustomerMessage, "2026-03-05 15:59:59");
  EXPECT_EQ(first(), "RUNNING 2026-03-05 18:00:00 shipped");
  EXPECT_EQ(ClockText(mail, ClockKind::kNextResponse), "");
  Do(mail, policy, Verb::kRespond, "2026-03-05 17:00:00");
  EXPECT_EQ(first(), "MET 2026-03-05 18:00:00 shipped");
}

// DOMAIN 4.2: any case is answered. That it was closed takes nothing away from whom nobody has
// answered, and puts nothing off.
TEST(SlaOwedTest, WhoWasNeverAnsweredIsOwedAnAnswerWhenTheCaseIsTakenUpAgain) {
  const SlaPolicy policy = PlatformPolicy();
  const auto closed = [&] {
    Case claim = OpenedAt({policy}, CaseKind::kReturn, "2026-03-05 10:00:00");
    Do(claim, policy, Verb::kDecide, "2026-03-05 10:30:00", ReviewResult::kRejected);
    Do(claim, policy, Verb::kClose, "2026-03-05 10:31:00");
    EXPECT_EQ(ClockText(claim, ClockKind::kFirstAnswer), "CANCELLED 2026-03-06 10:00:00 shipped");
    return claim;
  };
  for (const Verb verb : {Verb::kReopen, Verb::kAppeal}) {
    Case claim = closed();
    Do(claim, policy, verb, "2026-03-05 11:00:00");
    EXPECT_EQ(ClockText(claim, ClockKind::kFirstAnswer), "RUNNING 2026-03-06 10:00:00 shipped");
    EXPECT_EQ(ClockText(claim, ClockKind::kNextResponse), "") << "one answer is owed";
    EXPECT_EQ(Text(CaseDue(claim)), "2026-03-06 10:00:00");
    EXPECT_TRUE(claim.replaced.empty()) << "it is the same deadline";
    Do(claim, policy, Verb::kRespond, "2026-03-06 10:00:00");
    EXPECT_EQ(ClockText(claim, ClockKind::kFirstAnswer), "MET 2026-03-06 10:00:00 shipped");
    EXPECT_FALSE(claim.clocks[0].cancel);
  }
  // Nobody is late by a deadline that passed while nobody owed it.
  for (const char* at : {"2026-03-06 10:00:00", "2026-03-08 09:00:00"}) {
    Case claim = closed();
    Do(claim, policy, Verb::kReopen, at);
    EXPECT_EQ(claim.clocks[0].state, ClockState::kRunning);
    EXPECT_EQ(claim.clocks[0].due, At(at) + absl::Hours(24));
    ASSERT_EQ(claim.replaced.size(), 1u);
    EXPECT_EQ(claim.replaced[0].clock.state, ClockState::kCancelled);
    EXPECT_EQ(claim.replaced[0].why, Replacement::kReopened);
    EXPECT_EQ(Tick(claim, At(at) + absl::Hours(24) + absl::Seconds(1)).size(), 1u);
  }
  // What was late is late, and begins no second time.
  Case late = OpenedAt({policy}, CaseKind::kReturn, "2026-03-05 10:00:00");
  Do(late, policy, Verb::kDecide, "2026-03-06 10:00:01", ReviewResult::kRejected);
  Do(late, policy, Verb::kClose, "2026-03-06 10:01:00");
  Do(late, policy, Verb::kReopen, "2026-03-06 11:00:00");
  EXPECT_EQ(ClockText(late, ClockKind::kFirstAnswer), "BREACHED 2026-03-06 10:00:00 shipped");
  EXPECT_TRUE(late.replaced.empty());
}

TEST(SlaOwedTest, AMessageOrLetterThatNobodyAnsweredBeforeTheClosingIsOwedAnAnswerAgain) {
  const SlaPolicy policy = PlatformPolicy();
  const auto close = [&](Case& record, const char* at) {
    Do(record, policy, Verb::kDecide, at, ReviewResult::kRejected);
    Do(record, policy, Verb::kClose, at);
  };
  Case claim = OpenedAt({policy}, CaseKind::kReturn, "2026-03-05 10:00:00");
  const auto next = [&] { return ClockText(claim, ClockKind::kNextResponse); };
  Do(claim, policy, Verb::kRespond, "2026-03-05 11:00:00");
  Do(claim, policy, Verb::kCustomerMessage, "2026-03-05 12:00:00");
  close(claim, "2026-03-05 13:00:00");
  EXPECT_EQ(next(), "CANCELLED 2026-03-06 12:00:00 shipped");
  Do(claim, policy, Verb::kReopen, "2026-03-05 14:00:00");
  EXPECT_EQ(next(), "RUNNING 2026-03-06 12:00:00 shipped");
  close(claim, "2026-03-05 15:00:00");
  Do(claim, policy, Verb::kReopen, "2026-03-07 09:00:00");
  EXPECT_EQ(next(), "RUNNING 2026-03-08 09:00:00 shipped");
  EXPECT_EQ(ClockText(claim, ClockKind::kFirstAnswer), "MET 2026-03-06 10:00:00 shipped");
  // Where all is answered, taking it up asks for no answer; a buyer's appeal does.
  Do(claim, policy, Verb::kRespond, "2026-03-07 10:00:00");
  close(claim, "2026-03-07 11:00:00");
  Do(claim, policy, Verb::kReopen, "2026-03-07 12:00:00");
  EXPECT_EQ(next(), "MET 2026-03-08 09:00:00 shipped");
  close(claim, "2026-03-07 13:00:00");
  Do(claim, policy, Verb::kAppeal, "2026-03-07 14:00:00");
  EXPECT_EQ(next(), "RUNNING 2026-03-08 14:00:00 shipped");

  // A letter keeps its cut-off too. Once that has passed, it has that of the taking up.
  Case mail = OpenedAt({policy}, CaseKind::kPlatformEmail, "2026-03-05 10:00:00");
  const auto letter = [&] { return ClockText(mail, ClockKind::kPlatformEmail); };
  close(mail, "2026-03-05 15:00:00");
  Do(mail, policy, Verb::kReopen, "2026-03-05 17:00:00");
  EXPECT_EQ(letter(), "RUNNING 2026-03-05 18:00:00 shipped");
  close(mail, "2026-03-05 17:30:00");
  Do(mail, policy, Verb::kReopen, "2026-03-06 09:00:00");
  EXPECT_EQ(letter(), "RUNNING 2026-03-06 18:00:00 shipped");
  EXPECT_EQ(ClockText(mail, ClockKind::kFirstAnswer), "RUNNING 2026-03-06 10:00:00 shipped");
  Do(mail, policy, Verb::kRespond, "2026-03-06 09:30:00");
  // Of a further one that nobody answered there is one deadline, not one of each clock.
  Do(mail, policy, Verb::kCustomerMessage, "2026-03-06 10:00:00");
  close(mail, "2026-03-06 11:00:00");
  Do(mail, policy, Verb::kReopen, "2026-03-06 12:00:00");
  EXPECT_EQ(letter(), "MET 2026-03-06 18:00:00 shipped");
  EXPECT_EQ(ClockText(mail, ClockKind::kNextResponse), "RUNNING 2026-03-06 18:00:00 shipped");
  close(mail, "2026-03-06 13:00:00");
  Do(mail, policy, Verb::kReopen, "2026-03-07 12:00:00");
  EXPECT_EQ(letter(), "RUNNING 2026-03-07 18:00:00 shipped");
  EXPECT_EQ(ClockText(mail, ClockKind::kNextResponse), "CANCELLED 2026-03-06 18:00:00 shipped");
}

TEST(SlaOwedTest, WhatWasSaidBeforeTheTakingUpAnswersNothingThatItBegan) {
  const SlaPolicy policy = PlatformPolicy();
  Case mail = OpenedAt({policy}, CaseKind::kPlatformEmail, "2026-03-05 10:00:00");
  Do(mail, policy, Verb::kRespond, "2026-03-05 11:00:00");
  Do(mail, policy, Verb::kDecide, "2026-03-05 11:00:00", ReviewResult::kApproved);
  Do(mail, policy, Verb::kClose, "2026-03-05 11:00:00");
  Do(mail, policy, Verb::kReopen, "2026-03-05 15:00:00");
  const auto respond = [&](const char* at, const char* recorded) {
    ASSERT_OK(Apply(mail, {.verb = Verb::kRespond, .at = At(at)}, At(recorded), {}));
  };
  respond("2026-03-05 10:45:00", "2026-03-05 15:30:00");
  respond("2026-03-05 14:59:59", "2026-03-05 15:30:00");
  EXPECT_EQ(ClockText(mail, ClockKind::kPlatformEmail), "RUNNING 2026-03-05 18:00:00 shipped");
  EXPECT_EQ(Text(CaseDue(mail)), "2026-03-05 18:00:00");
  respond("2026-03-05 15:00:00", "2026-03-05 19:00:00");
  EXPECT_EQ(ClockText(mail, ClockKind::kPlatformEmail), "MET 2026-03-05 18:00:00 shipped");
}

TEST(SlaOwedTest, AnAppealOwesADecisionAnewWhichDecidingItMeets) {
  SlaPolicy policy = PlatformPolicy();
  policy.rules.push_back(Within(ClockKind::kResolution, absl::Hours(24), false));
  Case order = OpenedAt({policy}, CaseKind::kPlatformWorkOrder, "2026-03-05 10:00:00");
  const auto of = [&](ClockKind kind) { return ClockText(order, kind); };
  Do(order, policy, Verb::kDecide, "2026-03-05 11:00:00", ReviewResult::kRejected);
  EXPECT_EQ(of(ClockKind::kWorkOrderDecision), "MET 2026-03-05 13:00:00 shipped");
  Do(order, policy, Verb::kAppeal, "2026-03-06 09:00:00");
  EXPECT_EQ(of(ClockKind::kWorkOrderDecision), "RUNNING 2026-03-06 12:00:00 shipped");
  EXPECT_EQ(of(ClockKind::kResolution), "RUNNING 2026-03-07 09:00:00 shipped");
  EXPECT_EQ(Text(CaseDue(order)), "2026-03-06 10:00:00") << "the first answer is owed as before";
  Do(order, policy, Verb::kDecideAppeal, "2026-03-06 11:30:00");
  EXPECT_EQ(of(ClockKind::kWorkOrderDecision), "MET 2026-03-06 12:00:00 shipped");
  EXPECT_EQ(of(ClockKind::kResolution), "MET 2026-03-07 09:00:00 shipped");
  Do(order, policy, Verb::kReopen, "2026-03-06 15:00:00");
  EXPECT_EQ(of(ClockKind::kWorkOrderDecision), "RUNNING 2026-03-06 18:00:00 shipped");
  // Whoever is late this time is late.
  Do(order, policy, Verb::kDecide, "2026-03-06 18:00:01", ReviewResult::kRejected);
  EXPECT_EQ(of(ClockKind::kWorkOrderDecision), "BREACHED 2026-03-06 18:00:00 shipped");
  EXPECT_EQ(order.replaced.size(), 4u);
}

}  // namespace
}  // namespace kefu::aftersales::domain
