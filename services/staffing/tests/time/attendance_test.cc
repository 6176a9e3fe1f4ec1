#include "common/hash/sha256.h"
#include "kefu/staffing/v1/careers.grpc.pb.h"
#include "kefu/staffing/v1/handovers.grpc.pb.h"
#include "services/staffing/tests/time/time_fixture.h"

namespace kefu::staffing {
namespace {

using ::testing::Contains;
using ::testing::UnorderedElementsAre;

class AttendanceTest : public TimeTest {
 protected:
  absl::StatusOr<v1::AttendanceMonth> Close(std::string_view more = "") {
    return Do(&Clocks::CloseAttendanceMonth,
              fmt::format("month {{ year: 2026 month: 1 day: 1 }} {}", more));
  }
};

TEST_F(AttendanceTest, AgentsClockInAndOut) {
  const rpc::CallOptions agent = AsAgent("org-a", world_["$AGENT"]);
  EXPECT_THAT(Call(&Staffing::ClockOut, "", agent), HasReason("NOT_CLOCKED_IN"));
  ASSERT_OK_AND_ASSIGN(const v1::ClockEvent in, Call(&Staffing::ClockIn, "", agent));
  EXPECT_EQ(in.agent_id(), world_["$AGENT"]);
  EXPECT_EQ(in.event_time().seconds(), absl::ToUnixSeconds(clock_.Now()));
  EXPECT_THAT(Call(&Staffing::ClockIn, "", agent), HasReason("CLOCKED_IN_ALREADY"));
  EXPECT_THAT(Call(&Staffing::ClockIn, R"(agent_id: "$MATE")", agent), HasReason("TIME_OF_OTHERS"));
  // On duty nobody leaves: first the handover, then the shift's end.
  const auto book = v1::HandoverService::NewStub(host_.channel());
  const int64_t now = absl::ToUnixSeconds(clock_.Now());
  ASSERT_OK(On(*book, &v1::HandoverService::Stub::StartShift,
               fmt::format(R"(team_id: "$TEAM1" scheduled_start_time {{ seconds: {} }}
                              scheduled_end_time {{ seconds: {} }})",
                           now, now + 3600),
               agent));
  EXPECT_THAT(Call(&Staffing::ClockOut, "", agent), HasReason("SHIFT_RUNNING"));
  ASSERT_OK(Call(&Staffing::WriteHandover, "", agent));
  ASSERT_OK(On(*book, &v1::HandoverService::Stub::EndShift, "", agent));
  ASSERT_OK(Call(&Staffing::ClockOut, "", agent));
  // Who forgot to clock out may come again on the next day.
  clock_.Advance(absl::Hours(1));
  ASSERT_OK(Call(&Staffing::ClockIn, "", agent));
  clock_.Advance(absl::Hours(15));
  ASSERT_OK(Call(&Staffing::ClockIn, "", agent));
  EXPECT_EQ(Attendance("$AGENT", 15, 16).total().unpaired_clock_count(), 2);
}

TEST_F(AttendanceTest, AnIntegrationTellsWhatTheClockHasAndCorrectsNothing) {
  const auto as = [&](auth::Role role, const std::string& agent = "") {
    return AsAgent("org-a", agent, {role});
  };
  const std::string in = fmt::format(R"(agent_id: "$AGENT" kind: CLOCK_KIND_IN reason: "门禁"
                                        event_time {{ seconds: {} }})",
                                     Seconds(14, 540));
  ASSERT_OK_AND_ASSIGN(const v1::ClockEvent told,
                       On(*clocks_, &Clocks::AddClockEvent, in, as(auth::Role::kIntegration)));
  EXPECT_EQ(told.agent_id(), world_["$AGENT"]);
  const std::string out =
      fmt::format(R"(clock_event_id: "{}" reason: "错")", told.clock_event_id());
  EXPECT_THAT(On(*clocks_, &Clocks::VoidClockEvent, out, as(auth::Role::kIntegration)),
              HasReason("PERMISSION_DENIED"));
  EXPECT_THAT(Call(&Staffing::ClockIn, R"(agent_id: "$AGENT")", as(auth::Role::kIntegration)),
              HasReason("TIME_OF_OTHERS"));
  for (const char* name : {"$AGENT", "$MATE"}) {
    EXPECT_THAT(On(*clocks_, &Clocks::AddClockEvent, in, as(auth::Role::kAgent, world_[name])),
                HasReason("TIME_OF_OTHERS"));
  }
}

TEST_F(AttendanceTest, AFileOfAClockMayBeSentAgain) {
  ASSERT_OK_AND_ASSIGN(const v1::ClockEvent first, AddClock("$AGENT", "IN", 14, 540));
  EXPECT_THAT(AddClock("$AGENT", "IN", 14, 540), HasReason("CLOCK_EXISTS"));
  ASSERT_OK(AddClock("$AGENT", "OUT", 14, 540));
  ASSERT_OK(AddClock("$MATE", "IN", 14, 540));
  // What was voided counts no more, and may be told again.
  ASSERT_OK(Do(&Clocks::VoidClockEvent,
               fmt::format(R"(clock_event_id: "{}" reason: "错")", first.clock_event_id())));
  ASSERT_OK(AddClock("$AGENT", "IN", 14, 540));
}

TEST_F(AttendanceTest, MeasuresTheClockAgainstTheRosterAndLeave) {
  ASSERT_NO_FATAL_FAILURE(MakeRoster());
  ASSERT_NO_FATAL_FAILURE(Present("$AGENT", 12, 550, 1015));  // late 10, early 5
  ASSERT_NO_FATAL_FAILURE(Present("$AGENT", 13, 535, 1090));  // 70 after: 60
  ASSERT_OK_AND_ASSIGN(
      const v1::Leave leave,
      Do(&Leaves::RequestLeave, R"(agent_id: "$AGENT" leave_kind: "sick" )" + Dates(14, 14)));
  const auto on = [&](int day) { return Attendance("$AGENT", day, day).days(0); };
  EXPECT_EQ(on(14).figures().absence_minutes(), 480);
  ASSERT_OK(
      Do(&Leaves::DecideLeave, fmt::format(R"(leave_id: "{}" approve: true)", leave.leave_id())));
  EXPECT_EQ(on(14).figures().absence_minutes(), 0);
  ASSERT_EQ(on(14).figures().leaves_size(), 1);
  EXPECT_EQ(on(14).figures().leaves(0).minutes(), 480);
  EXPECT_EQ(on(12).figures().late_minutes(), 10);
  EXPECT_EQ(on(12).figures().early_minutes(), 5);
  EXPECT_EQ(on(12).figures().worked_minutes(), 465);
  EXPECT_EQ(on(13).figures().overtime_minutes(), 60);
  EXPECT_EQ(on(13).day_class(), v1::ATTENDANCE_DAY_CLASS_WORKDAY);
  // The roster gives the Saturday off, and Mate the Wednesday.
  EXPECT_EQ(on(17).day_class(), v1::ATTENDANCE_DAY_CLASS_REST_DAY);
  ASSERT_NO_FATAL_FAILURE(Present("$MATE", 14, 540, 720));
  const auto mates = Attendance("$MATE", 14, 14).total();
  EXPECT_EQ(mates.rest_day_overtime_minutes(), 180);
  EXPECT_EQ(mates.overtime_minutes(), 180);
  const auto week = Attendance("$AGENT", 12, 14).total();
  EXPECT_EQ(week.scheduled_minutes(), 1440);
  EXPECT_EQ(week.worked_minutes(), 465 + 540);
}

TEST_F(AttendanceTest, TemplatesGrantGraceAndCalendarsMakeHolidays) {
  ASSERT_NO_FATAL_FAILURE(MakeRoster());
  ASSERT_NO_FATAL_FAILURE(Present("$AGENT", 12, 550, 1020));
  EXPECT_EQ(Attendance("$AGENT", 12, 12).total().late_count(), 1);
  ASSERT_OK(Do(&Shifts::SetShiftTemplate,
               R"pb(shift_template {
                      shift { shift_template_id: "day" start_minute: 540 length_minutes: 480 }
                      display_name: "白班"
                      late_grace_minutes: 15
                    })pb"));
  EXPECT_EQ(Attendance("$AGENT", 12, 12).total().late_count(), 0);
  ASSERT_OK(Do(&Clocks::SetAttendancePolicy,
               "policy { late_grace_minutes: 1 overtime_unit_minutes: 60 }"));
  EXPECT_EQ(Attendance("$AGENT", 12, 12).total().late_count(), 0);
  EXPECT_EQ(Attendance("$AGENT", 12, 12).policy_version(), 1);
  ASSERT_OK(On(*workload_, &v1::WorkloadService::Stub::SetCalendarDay,
               R"pb(calendar_day {
                      day { year: 2026 month: 1 day: 12 }
                      kind: CALENDAR_DAY_KIND_HOLIDAY
                      statutory: true
                    })pb",
               As("org-a")));
  const auto holiday = Attendance("$AGENT", 12, 12).days(0);
  EXPECT_EQ(holiday.day_class(), v1::ATTENDANCE_DAY_CLASS_STATUTORY_HOLIDAY);
  EXPECT_EQ(holiday.figures().holiday_overtime_minutes(), 470);
  EXPECT_THAT(On(*workload_, &v1::WorkloadService::Stub::SetCalendarDay,
                 R"pb(calendar_day {
                        day { year: 2026 month: 1 day: 12 }
                        kind: CALENDAR_DAY_KIND_REGULAR
                        statutory: true
                      })pb",
                 As("org-a")),
              HasReason("INVALID_FIELDS"));
  // Shipped: New Year's Day is statutory, the day after only off.
  const auto year = Attendance("$AGENT", 1, 2);
  EXPECT_EQ(year.days(0).day_class(), v1::ATTENDANCE_DAY_CLASS_STATUTORY_HOLIDAY);
  EXPECT_EQ(year.days(1).day_class(), v1::ATTENDANCE_DAY_CLASS_REST_DAY);
}

TEST_F(AttendanceTest, CorrectionsKeepTheOld) {
  ASSERT_NO_FATAL_FAILURE(MakeRoster());
  ASSERT_OK_AND_ASSIGN(const v1::ClockEvent wrong, AddClock("$AGENT", "IN", 12, 600));
  ASSERT_OK(AddClock("$AGENT", "OUT", 12, 1020));
  EXPECT_EQ(Attendance("$AGENT", 12, 12).total().late_minutes(), 60);
  const std::string voided =
      fmt::format(R"(clock_event_id: "{}" reason: "机器故障")", wrong.clock_event_id());
  EXPECT_THAT(On(*clocks_, &Clocks::VoidClockEvent, voided, AsLead("$AGENT")),
              HasReason("OWN_DECISION"));
  EXPECT_THAT(On(*clocks_, &Clocks::VoidClockEvent, voided, AsAgent("org-a", world_["$MATE"])),
              StatusIs(absl::StatusCode::kPermissionDenied));
  ASSERT_OK(On(*clocks_, &Clocks::VoidClockEvent, voided, AsLead("$LEAD")));
  EXPECT_THAT(Do(&Clocks::VoidClockEvent, voided), HasReason("CLOCK_VOIDED"));
  ASSERT_OK(AddClock("$AGENT", "IN", 12, 540));
  EXPECT_EQ(Attendance("$AGENT", 12, 12).total().late_minutes(), 0);
  std::vector<std::string> times;
  std::string token;
  do {
    ASSERT_OK_AND_ASSIGN(const auto page,
                         Do(&Clocks::ListClockEvents,
                            fmt::format(R"(agent_id: "$AGENT" page_size: 1 page_token: "{}" {})",
                                        token, Dates(12, 12))));
    for (const auto& event : page.clock_events()) {
      times.push_back(fmt::format("{}{}", (event.event_time().seconds() - Seconds(12, 0)) / 60,
                                  event.has_void_time() ? " void" : ""));
    }
    token = page.next_page_token();
  } while (!token.empty());
  EXPECT_THAT(times, ::testing::ElementsAre("540", "600 void", "1020"));
  EXPECT_THAT(AddClock("$AGENT", "IN", 16, 540), HasReason("INVALID_FIELDS"));  // tomorrow
}

TEST_F(AttendanceTest, AClosedMonthIsFrozenHashedAndPublished) {
  ASSERT_NO_FATAL_FAILURE(MakeRoster());
  ASSERT_NO_FATAL_FAILURE(Present("$AGENT", 12, 550, 1020));
  ASSERT_OK_AND_ASSIGN(const v1::ClockEvent alone, AddClock("$MATE", "IN", 14, 540));
  ASSERT_OK_AND_ASSIGN(
      const v1::Leave leave,
      Do(&Leaves::RequestLeave, R"(agent_id: "$AGENT" leave_kind: "sick" )" + Dates(14, 14)));
  EXPECT_THAT(Close(), HasReason("MONTH_NOT_OVER"));
  clock_.Set(absl::FromUnixSeconds(Seconds(31, 1440 + 60)));  // 1 February
  EXPECT_THAT(Close(), HasReason("MONTH_NOT_OVER"));
  clock_.Advance(absl::Hours(24));
  const auto unpaired = Close();
  EXPECT_THAT(unpaired, HasReason("CLOCK_UNPAIRED"));
  EXPECT_EQ(MetadataOf(unpaired.status(), "agent_ids"), world_["$MATE"]);
  ASSERT_OK(Do(&Clocks::VoidClockEvent,
               fmt::format(R"(clock_event_id: "{}" reason: "x")", alone.clock_event_id())));
  EXPECT_THAT(Do(&Clocks::GetAttendanceMonth, "month { year: 2026 month: 1 day: 1 }"),
              HasReason("NOT_FOUND"));
  ASSERT_OK_AND_ASSIGN(const v1::AttendanceMonth closed, Close(R"(request_id: "c1")"));
  EXPECT_EQ(closed.agent_count(), 3);
  EXPECT_THAT(EventTypes(), Contains("AttendanceSummarized").Times(3));
  EXPECT_THAT(EventTypes(), Contains("AttendanceMonthClosed").Times(1));
  ASSERT_OK_AND_ASSIGN(const v1::AttendanceMonth again, Close(R"(request_id: "c1")"));
  EXPECT_THAT(again, EqualsProto(closed));
  EXPECT_THAT(Close(), HasReason("MONTH_CLOSED"));

  constexpr char kMonth[] = "month { year: 2026 month: 1 day: 1 }";
  ASSERT_OK_AND_ASSIGN(const auto summaries, Do(&Clocks::ListAttendanceSummaries, kMonth));
  EXPECT_EQ(Hex(Sha256({SerializeDeterministically(summaries)})), closed.sha256());
  for (const v1::AttendanceSummary& summary : summaries.summaries()) {
    if (summary.agent_id() != world_["$AGENT"]) continue;
    EXPECT_EQ(summary.figures().late_minutes(), 10);
    EXPECT_EQ(summary.figures().absence_minutes(), 4 * 480);
    EXPECT_EQ(summary.figures().scheduled_minutes(), 5 * 480);
  }
  // Nothing moves it any more.
  EXPECT_THAT(AddClock("$AGENT", "IN", 31, 540), HasReason("MONTH_CLOSED"));
  EXPECT_THAT(
      Do(&Leaves::DecideLeave, fmt::format(R"(leave_id: "{}" approve: true)", leave.leave_id())),
      HasReason("MONTH_CLOSED"));
  EXPECT_THAT(
      Do(&Leaves::RequestLeave, R"(agent_id: "$AGENT" leave_kind: "sick" )" + Dates(30, 30)),
      HasReason("MONTH_CLOSED"));
  ASSERT_OK(On(*workload_, &v1::WorkloadService::Stub::SetCalendarDay,
               R"pb(calendar_day {
                      day { year: 2026 month: 1 day: 12 }
                      kind: CALENDAR_DAY_KIND_HOLIDAY
                      statutory: true
                    })pb",
               As("org-a")));
  ASSERT_OK_AND_ASSIGN(const auto frozen, Do(&Clocks::ListAttendanceSummaries, kMonth));
  EXPECT_THAT(frozen, EqualsProto(summaries));
  // An agent sees the own one.
  ASSERT_OK_AND_ASSIGN(const auto own, On(*clocks_, &Clocks::ListAttendanceSummaries, kMonth,
                                          AsAgent("org-a", world_["$MATE"])));
  ASSERT_EQ(own.summaries_size(), 1);
  EXPECT_EQ(own.summaries(0).agent_id(), world_["$MATE"]);
}

TEST_F(AttendanceTest, NamesEveryFault) {
  EXPECT_THAT(FieldsOf(Do(&Clocks::AddClockEvent, "event_time { seconds: 4000000000 }").status()),
              UnorderedElementsAre("agent_id", "kind", "reason", "event_time"));
  EXPECT_THAT(FieldsOf(Do(&Clocks::GetAttendance,
                          R"(dates { start_date { year: 2026 month: 1 day: 1 }
                                     end_date { year: 2026 month: 6 day: 1 } })")
                           .status()),
              UnorderedElementsAre("agent_id", "dates"));
  EXPECT_THAT(
      FieldsOf(Do(&Clocks::CloseAttendanceMonth, "month { year: 2026 month: 1 day: 2 }").status()),
      UnorderedElementsAre("month"));
  EXPECT_THAT(On(*clocks_, &Clocks::GetAttendance, R"(agent_id: "$AGENT" )" + Dates(1, 2),
                 AsAgent("org-a", world_["$MATE"])),
              HasReason("TIME_OF_OTHERS"));
}

TEST_F(AttendanceTest, WhoHasLeftMissesNothing) {
  ASSERT_NO_FATAL_FAILURE(MakeRoster());
  const auto careers = v1::CareerService::NewStub(host_.channel());
  ASSERT_OK(On(*careers, &v1::CareerService::Stub::EndEmployment,
               R"(agent_id: "$AGENT" reason: "辞职" leave_date { year: 2026 month: 1 day: 13 })",
               As("org-a")));
  clock_.Advance(absl::Hours(24 * 19));
  const auto all = Attendance("$AGENT", 12, 16);
  EXPECT_EQ(all.total().absence_minutes(), 2 * 480) << "of the 12th and 13th";
  EXPECT_EQ(all.total().scheduled_minutes(), 2 * 480);
  ASSERT_OK(Close());
  ASSERT_OK_AND_ASSIGN(const auto summaries, Do(&Clocks::ListAttendanceSummaries,
                                                "month { year: 2026 month: 1 day: 1 }"));
  for (const v1::AttendanceSummary& summary : summaries.summaries()) {
    if (summary.agent_id() != world_["$AGENT"]) continue;
    EXPECT_EQ(summary.figures().absence_minutes(), 2 * 480);
  }
}

TEST_F(AttendanceTest, WhoWasHiredAgainStandsInTheMonthsBefore) {
  ASSERT_NO_FATAL_FAILURE(MakeRoster());
  const auto careers = v1::CareerService::NewStub(host_.channel());
  ASSERT_OK(On(*careers, &v1::CareerService::Stub::EndEmployment,
               R"(agent_id: "$AGENT" reason: "辞职" leave_date { year: 2026 month: 1 day: 31 })",
               As("org-a")));
  ASSERT_OK(Call(&Staffing::HireAgent, R"(rehire_agent_id: "$AGENT"
      agent { hire_date { year: 2026 month: 2 day: 2 } })"));
  clock_.Advance(absl::Hours(24 * 19));
  ASSERT_OK_AND_ASSIGN(const v1::AttendanceMonth closed, Close());
  EXPECT_EQ(closed.agent_count(), 3);
  ASSERT_OK_AND_ASSIGN(const auto own, On(*clocks_, &Clocks::ListAttendanceSummaries,
                                          "month { year: 2026 month: 1 day: 1 }",
                                          AsAgent("org-a", world_["$AGENT"])));
  ASSERT_EQ(own.summaries_size(), 1);
  EXPECT_EQ(own.summaries(0).figures().absence_minutes(), 5 * 480);
}

TEST_F(AttendanceTest, RecordedLeaveLeavesClosedMonthsAlone) {
  const auto careers = v1::CareerService::NewStub(host_.channel());
  const auto record = [&](int month) {
    return On(*careers, &v1::CareerService::Stub::RecordLeave,
              fmt::format(R"(leave {{ agent_id: "$AGENT" kind: "sick"
                               start_date {{ year: 2026 month: {0} day: 20 }}
                               end_date {{ year: 2026 month: {0} day: 21 }} }})",
                          month),
              As("org-a"));
  };
  ASSERT_OK_AND_ASSIGN(const v1::Leave leave, record(1));
  clock_.Advance(absl::Hours(24 * 19));
  ASSERT_OK(Close());
  EXPECT_THAT(On(*careers, &v1::CareerService::Stub::EndLeave,
                 fmt::format(R"(leave_id: "{}" end_date {{ year: 2026 month: 1 day: 22 }})",
                             leave.leave_id()),
                 As("org-a")),
              HasReason("MONTH_CLOSED"));
  EXPECT_OK(record(2));
  EXPECT_THAT(On(*careers, &v1::CareerService::Stub::RecordLeave,
                 R"(leave { agent_id: "$MATE" kind: "sick"
                      start_date { year: 2026 month: 1 day: 30 }
                      end_date { year: 2026 month: 2 day: 2 } })",
                 As("org-a")),
              HasReason("MONTH_CLOSED"));
}

}  // namespace
}  // namespace kefu::staffing
