// The customer's messages and the case's priority move its clocks.
#include "services/aftersales/tests/sla/sla_fixture.h"

namespace kefu::aftersales {
namespace {

using ::testing::HasSubstr;

class MessagesTest : public SlaTest {
 protected:
  MessagesTest() {
    Set(Rule("FIRST_ANSWER", 24) + Rule("NEXT_RESPONSE", 4) + Rule("RESOLUTION", 72) +
        Rule("RESOLUTION", 8, "priority: CASE_PRIORITY_URGENT"));
  }
  // "RUNNING 16:00" of UTC.
  static std::string Of(const v1::Case& record, v1::ClockKind kind) {
    const v1::Clock& clock = ClockOf(record, kind);
    const std::string due = clock.has_due_time() ? Text(clock.due_time()).substr(5, 11) : "never";
    return v1::ClockState_Name(clock.state()).substr(12) + " " + due;
  }
};

// It is 04:00 UTC.
TEST_F(MessagesTest, TheOldestMessageWithoutAnAnswerCountsAndTheFirstAnswerIsNotRestarted) {
  const v1::Case opened = Open("$C");
  EXPECT_EQ(opened.clocks_size(), 2);
  clock_.Advance(absl::Hours(1));
  ASSERT_OK_AND_ASSIGN(const v1::Case early, Say("case_id: '$C' message: '在吗'"));
  EXPECT_EQ(early.clocks_size(), 2);
  EXPECT_EQ(Of(early, v1::CLOCK_KIND_FIRST_ANSWER), "RUNNING 01-16T04:00");
  ASSERT_OK(Call(&Stub::RespondToCase, "case_id: '$C' message: '您好'"));
  clock_.Advance(absl::Hours(1));
  ASSERT_OK_AND_ASSIGN(const v1::Case said, Say("case_id: '$C' message: '尺码?'"));
  EXPECT_EQ(Of(said, v1::CLOCK_KIND_FIRST_ANSWER), "MET 01-16T04:00");
  EXPECT_EQ(Of(said, v1::CLOCK_KIND_NEXT_RESPONSE), "RUNNING 01-15T10:00");
  EXPECT_EQ(Text(said.due_time()), "2026-01-15T10:00:00Z");
  clock_.Advance(absl::Hours(3));
  ASSERT_OK_AND_ASSIGN(const v1::Case again, Say("case_id: '$C' message: '还在吗'"));
  EXPECT_EQ(Of(again, v1::CLOCK_KIND_NEXT_RESPONSE), "RUNNING 01-15T10:00");
  clock_.Advance(absl::Hours(2));  // 11:00: too late
  ASSERT_OK_AND_ASSIGN(const v1::Case late,
                       Call(&Stub::RespondToCase, "case_id: '$C' message: '抱歉'"));
  EXPECT_EQ(Of(late, v1::CLOCK_KIND_NEXT_RESPONSE), "BREACHED 01-15T10:00");
  EXPECT_EQ(EventTypes().back(), "DeadlineBreached");
  clock_.Advance(absl::Hours(1));
  ASSERT_OK_AND_ASSIGN(const v1::Case next, Say("case_id: '$C' message: '谢谢'"));
  EXPECT_EQ(Of(next, v1::CLOCK_KIND_NEXT_RESPONSE), "RUNNING 01-15T16:00");
  ASSERT_OK_AND_ASSIGN(const v1::Case read, Call(&Stub::GetCase, "case_id: '$C'"));
  EXPECT_THAT(read, EqualsProto(next));
  // The breach of the round before stays in the explanation.
  const auto why = Why("$C");
  ASSERT_EQ(why.clocks_size(), 3);
  EXPECT_THAT(why.clocks(1).rule(), HasSubstr("answer to the customer's message: within 4h"));
  ASSERT_EQ(why.clocks(1).past_clocks_size(), 1);
  const v1::PastClock& past = why.clocks(1).past_clocks(0);
  EXPECT_EQ(past.clock().state(), v1::CLOCK_STATE_BREACHED);
  EXPECT_EQ(past.clock().breach_owner(), "agent-1");
  EXPECT_EQ(past.reason(), v1::CLOCK_REPLACEMENT_NEW_MESSAGE);
  EXPECT_EQ(Text(past.until_time()), "2026-01-15T12:00:00Z");
}

TEST_F(MessagesTest, AMessageTakesUpAWaitingCaseAsOfTheMomentItWasSent) {
  Open("$C");
  ASSERT_OK(Call(&Stub::RespondToCase, "case_id: '$C' message: 'm'"));
  ASSERT_OK(Call(&Stub::ReviewCase, "case_id: '$C' result: REVIEW_RESULT_WAITING_FOR_CUSTOMER"));
  clock_.Advance(absl::Hours(10));
  const int64_t sent = absl::ToUnixSeconds(clock_.Now()) - 3600;
  EXPECT_THAT(
      Say(fmt::format("case_id: '$C' message: 'm' message_time {{ seconds: {} }}", sent + 3601)),
      HasReason("INVALID_FIELDS"));
  EXPECT_THAT(Say("case_id: '$C' message: 'm' message_time { seconds: 1 }"),
              HasReason("INVALID_FIELDS"));
  ASSERT_OK_AND_ASSIGN(
      const v1::Case back,
      Say(fmt::format("case_id: '$C' message: 'm' message_time {{ seconds: {} }}", sent)));
  EXPECT_EQ(back.state(), v1::CASE_STATE_OPEN);
  EXPECT_EQ(Of(back, v1::CLOCK_KIND_RESOLUTION), "RUNNING 01-18T13:00");  // 72 h and 9
  EXPECT_EQ(Of(back, v1::CLOCK_KIND_NEXT_RESPONSE), "RUNNING 01-15T17:00");
  ASSERT_OK_AND_ASSIGN(
      const v1::Case decided,
      Call(&Stub::ReviewCase, "case_id: '$C' result: REVIEW_RESULT_CUSTOMER_GAVE_UP"));
  EXPECT_EQ(Of(decided, v1::CLOCK_KIND_RESOLUTION), "MET 01-18T13:00");
  ASSERT_OK(Call(&Stub::CloseCase, "case_id: '$C'"));
  EXPECT_THAT(Say("case_id: '$C' message: 'm'"), HasReason("ILLEGAL_MOVE"));
  EXPECT_THAT(Prioritize("$C", v1::CASE_PRIORITY_LOW), HasReason("ILLEGAL_MOVE"));
}

// It was sent before the shop asked back, and is known only now: no answer to the question, but
// somebody has to read it, and the time until now was spent waiting.
TEST_F(MessagesTest, AMessageFromBeforeTheQuestionEndsTheWaitingWhenItIsKnown) {
  Open("$C");
  clock_.Advance(absl::Hours(2));  // 06:00
  ASSERT_OK(Call(&Stub::ReviewCase, "case_id: '$C' result: REVIEW_RESULT_WAITING_FOR_CUSTOMER"));
  clock_.Advance(absl::Hours(3));
  const auto say = [&](absl::Duration ago) {
    return Say(fmt::format("case_id: '$C' message: 'm' message_time {{ seconds: {} }}",
                           absl::ToUnixSeconds(clock_.Now() - ago)));
  };
  ASSERT_OK_AND_ASSIGN(const v1::Case early, say(absl::Hours(3) + absl::Seconds(1)));
  EXPECT_EQ(early.state(), v1::CASE_STATE_OPEN);
  EXPECT_EQ(Of(early, v1::CLOCK_KIND_FIRST_ANSWER), "RUNNING 01-16T07:00");
  ASSERT_OK(Call(&Stub::ReviewCase, "case_id: '$C' result: REVIEW_RESULT_WAITING_FOR_CUSTOMER"));
  clock_.Advance(absl::Hours(1));
  ASSERT_OK_AND_ASSIGN(const v1::Case answer, say(absl::Minutes(30)));
  EXPECT_EQ(answer.state(), v1::CASE_STATE_OPEN);
  EXPECT_EQ(Of(answer, v1::CLOCK_KIND_FIRST_ANSWER), "RUNNING 01-16T07:30");
}

// The customer wrote anew, and the new case turns out to be an old one.
TEST_F(MessagesTest, WhatNobodyAnsweredInADuplicateIsOwedInTheSurvivor) {
  const auto merge = [&](const std::string& survivor, const std::string& duplicate) {
    return Call(&WorkStub::MergeCases,
                "case_id: '" + survivor + "' duplicate_case_id: '" + duplicate + "'");
  };
  Open("$A");
  ASSERT_OK(Call(&Stub::RespondToCase, "case_id: '$A' message: '您好'"));
  clock_.Advance(absl::Hours(1));  // 05:00
  Open("$B");
  clock_.Advance(absl::Hours(1));
  Open("$D");
  clock_.Advance(absl::Hours(1));
  ASSERT_OK(Call(&Stub::RespondToCase, "case_id: '$D' message: '您好'"));
  ASSERT_OK_AND_ASSIGN(const v1::Case nothing, merge("$A", "$D"));
  EXPECT_EQ(nothing.clocks_size(), 2) << "all of it is answered";
  ASSERT_OK_AND_ASSIGN(const v1::Case owed, merge("$A", "$B"));
  EXPECT_EQ(Of(owed, v1::CLOCK_KIND_NEXT_RESPONSE), "RUNNING 01-15T09:00");
  EXPECT_EQ(owed.merged_case_ids_size(), 2);
  ASSERT_OK_AND_ASSIGN(const auto history, Call(&Stub::ListCaseActivities, "case_id: '$A'"));
  EXPECT_EQ(history.activities(3).verb(), "RecordCustomerMessage");
  EXPECT_EQ(history.activities(3).note(), "尺码不对");

  // Whoever was waited for has written.
  ASSERT_OK(Call(&Stub::ReviewCase, "case_id: '$A' result: REVIEW_RESULT_WAITING_FOR_CUSTOMER"));
  clock_.Advance(absl::Hours(1));
  Open("$C");
  ASSERT_OK_AND_ASSIGN(const v1::Case taken_up, merge("$A", "$C"));
  EXPECT_EQ(taken_up.state(), v1::CASE_STATE_OPEN);
}

TEST_F(MessagesTest, APriorityHasItsOwnDeadlineAndTheOldOneStaysInTheHistory) {
  Open("$C");
  clock_.Advance(absl::Hours(2));
  ASSERT_OK_AND_ASSIGN(const v1::Case urgent, Prioritize("$C", v1::CASE_PRIORITY_URGENT, "差评"));
  EXPECT_EQ(urgent.priority(), v1::CASE_PRIORITY_URGENT);
  EXPECT_EQ(Of(urgent, v1::CLOCK_KIND_RESOLUTION), "RUNNING 01-15T12:00");
  EXPECT_EQ(Of(urgent, v1::CLOCK_KIND_FIRST_ANSWER), "RUNNING 01-16T04:00");
  EXPECT_EQ(Text(urgent.due_time()), "2026-01-15T12:00:00Z");
  clock_.Advance(absl::Hours(7));  // 13:00: run out
  ASSERT_OK_AND_ASSIGN(const v1::Case normal, Prioritize("$C", v1::CASE_PRIORITY_NORMAL));
  EXPECT_EQ(Of(normal, v1::CLOCK_KIND_RESOLUTION), "BREACHED 01-15T12:00");  // a breach stays
  EXPECT_EQ(EventTypes().back(), "DeadlineBreached");
  const auto why = Why("$C");
  EXPECT_EQ(why.clocks(0).past_clocks_size(), 0);
  EXPECT_THAT(why.clocks(1).rule(), HasSubstr("within 8h of receipt"));
  EXPECT_THAT(why.clocks(1).rule(), HasSubstr("for priority URGENT"));
  EXPECT_EQ(Text(why.clocks(1).since_time()), "2026-01-15T06:00:00Z");
  ASSERT_EQ(why.clocks(1).past_clocks_size(), 1);
  EXPECT_EQ(Text(why.clocks(1).past_clocks(0).clock().due_time()), "2026-01-18T04:00:00Z");
  EXPECT_EQ(why.clocks(1).past_clocks(0).reason(), v1::CLOCK_REPLACEMENT_PRIORITY_CHANGED);
  ASSERT_EQ(why.clocks(1).segments_size(), 2);
  EXPECT_TRUE(why.clocks(1).segments(0).before_change());
  EXPECT_FALSE(why.clocks(1).segments(1).before_change());
  ASSERT_OK_AND_ASSIGN(const auto history, Call(&Stub::ListCaseActivities, "case_id: '$C'"));
  EXPECT_EQ(history.activities(1).note(), "差评");
}

}  // namespace
}  // namespace kefu::aftersales
