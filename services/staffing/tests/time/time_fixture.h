// Leave, attendance and swaps beside StaffingService, and a published roster.
#pragma once

#include <string>
#include <vector>

#include "google/rpc/error_details.pb.h"
#include "kefu/staffing/v1/attendance.grpc.pb.h"
#include "kefu/staffing/v1/leave.grpc.pb.h"
#include "kefu/staffing/v1/rosters.grpc.pb.h"
#include "kefu/staffing/v1/shifts.grpc.pb.h"
#include "kefu/staffing/v1/workload.grpc.pb.h"
#include "services/staffing/jobs/roster_job.h"
#include "services/staffing/tests/fixture.h"

namespace kefu::staffing {

// It is Thursday, 2026-01-15, noon in Shanghai. $ROSTER of the week from Monday, 12 January, has
// shift "day", 9:00 to 17:00, of $AGENT from 12 to 16 January and of $MATE from 16 to 18.
class TimeTest : public StaffingTest {
 protected:
  using Staffing = v1::StaffingService::Stub;
  using Leaves = v1::LeaveService::Stub;
  using Clocks = v1::AttendanceService::Stub;
  using Shifts = v1::ShiftService::Stub;

  explicit TimeTest(int pool_size = 8)
      : StaffingTest(pool_size),
        leaves_(v1::LeaveService::NewStub(host_.channel())),
        clocks_(v1::AttendanceService::NewStub(host_.channel())),
        shifts_(v1::ShiftService::NewStub(host_.channel())),
        rosters_(v1::RosterService::NewStub(host_.channel())),
        workload_(v1::WorkloadService::NewStub(host_.channel())) {}

  void SetUp() override { ASSERT_NO_FATAL_FAILURE(MakePeople()); }

  void MakePeople() {
    ASSERT_NO_FATAL_FAILURE(MakeWorld());
    for (const char* name : {"$MATE", "$LEAD"}) {
      ASSERT_OK_AND_ASSIGN(
          const v1::Agent agent,
          Call(&Staffing::CreateAgent, R"pb(agent {
                                              display_name: "小王"
                                              employment: EMPLOYMENT_OWN
                                              team_id: "$TEAM1"
                                              hire_date { year: 2025 month: 6 day: 1 }
                                            })pb"));
      world_[name] = agent.agent_id();
    }
  }

  // The shift begins so many minutes after midnight.
  void MakeRoster(int begin = 540) {
    std::string need, fixed;
    for (int slot = 0; slot < 336; ++slot) need += slot == 0 ? "0" : ",0";
    for (const auto& [agent, day] : std::vector<std::pair<std::string, int>>{{"$AGENT", 12},
                                                                             {"$AGENT", 13},
                                                                             {"$AGENT", 14},
                                                                             {"$AGENT", 15},
                                                                             {"$AGENT", 16},
                                                                             {"$MATE", 16},
                                                                             {"$MATE", 17},
                                                                             {"$MATE", 18}}) {
      fixed += fmt::format(R"(fixed_shifts {{ agent_id: "{}" shift_template_id: "day"
                                              date {{ year: 2026 month: 1 day: {} }} }} )",
                           agent, day);
    }
    ASSERT_OK_AND_ASSIGN(const v1::Roster roster,
                         Call(&Staffing::PlanRoster, fmt::format(R"(order {{
               display_name: "w" first_date {{ year: 2026 month: 1 day: 12 }} weeks: 1
               skills {{ skill_id: "chat" uncovered_minor_units: 1 agents_needed: [{}] }}
               shift_templates {{ shift_template_id: "day" start_minute: {} length_minutes: 480 }}
               shift_templates {{ shift_template_id: "night" start_minute: 1320
                                  length_minutes: 480 }}
               agents {{ agent_id: "$AGENT" skill_ids: "chat" contract_minutes: 2400
                        cost_minor_units_per_hour: 3000 }}
               agents {{ agent_id: "$MATE" skill_ids: "chat" contract_minutes: 2400
                        cost_minor_units_per_hour: 3000 }}
               {} max_day_programmes: 1 }})",
                                                                 need, begin, fixed)));
    world_["$ROSTER"] = roster.roster_id();
    RosterJob job({*database_, ids_, [] {}}, clock_, {.owner = "test"});
    ASSERT_OK_AND_ASSIGN(const bool planned, job.RunOnce());
    ASSERT_TRUE(planned);
    ASSERT_OK(rpc::Call(*rosters_, &v1::RosterService::Stub::PublishRoster,
                        Parse<v1::PublishRosterRequest>(Fill(R"(roster_id: "$ROSTER")")),
                        As("org-a")));
  }
  // The agents and days of the roster's shifts, by day.
  std::vector<std::string> RosterShifts() {
    auto listed =
        rpc::Call(*rosters_, &v1::RosterService::Stub::ListRosterShifts,
                  Parse<v1::ListRosterShiftsRequest>(Fill(R"(roster_id: "$ROSTER")")), As("org-a"));
    EXPECT_OK(listed);
    std::vector<std::string> shifts;
    for (const v1::RosterShift& shift : listed->shifts()) {
      shifts.push_back(fmt::format("{} {}", shift.date().day(),
                                   shift.agent_id() == world_["$AGENT"] ? "agent" : "mate"));
    }
    return shifts;
  }

  template <class Stub, class Request, class Response>
  absl::StatusOr<Response> On(Stub& stub,
                              grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                                           Response*),
                              const std::string& text, const rpc::CallOptions& options) {
    return rpc::Call(stub, method, Parse<Request>(Fill(text)), options);
  }
  template <class Request, class Response>
  absl::StatusOr<Response> Do(grpc::Status (Leaves::*method)(grpc::ClientContext*, const Request&,
                                                             Response*),
                              const std::string& text) {
    return On(*leaves_, method, text, As("org-a"));
  }
  template <class Request, class Response>
  absl::StatusOr<Response> Do(grpc::Status (Clocks::*method)(grpc::ClientContext*, const Request&,
                                                             Response*),
                              const std::string& text) {
    return On(*clocks_, method, text, As("org-a"));
  }
  template <class Request, class Response>
  absl::StatusOr<Response> Do(grpc::Status (Shifts::*method)(grpc::ClientContext*, const Request&,
                                                             Response*),
                              const std::string& text) {
    return On(*shifts_, method, text, As("org-a"));
  }

  rpc::CallOptions AsLead(const std::string& agent) {
    return AsAgent("org-a", world_[agent], {auth::Role::kTeamLead});
  }

  // So many minutes after midnight of a day of January 2026 in Shanghai.
  static int64_t Seconds(int day, int minute) {
    return absl::ToUnixSeconds(
        absl::FromCivil(absl::CivilMinute(2026, 1, day) + minute, absl::FixedTimeZone(8 * 3600)));
  }
  absl::StatusOr<v1::ClockEvent> AddClock(std::string_view agent, std::string_view kind, int day,
                                          int minute) {
    return Do(&Clocks::AddClockEvent,
              fmt::format(R"(agent_id: "{}" kind: CLOCK_KIND_{} event_time {{ seconds: {} }}
                             reason: "忘记打卡")",
                          agent, kind, Seconds(day, minute)));
  }
  void Present(std::string_view agent, int day, int from, int to) {
    ASSERT_OK(AddClock(agent, "IN", day, from));
    ASSERT_OK(AddClock(agent, "OUT", day, to));
  }
  static std::string Dates(int first, int last, std::string_view field = "dates", int month = 1) {
    return fmt::format(R"({} {{ start_date {{ year: 2026 month: {} day: {} }}
                                end_date {{ year: 2026 month: {} day: {} }} }})",
                       field, month, first, month, last);
  }
  v1::GetAttendanceResponse Attendance(std::string_view agent, int first, int last) {
    auto read =
        Do(&Clocks::GetAttendance, fmt::format(R"(agent_id: "{}" {})", agent, Dates(first, last)));
    EXPECT_OK(read);
    return *read;
  }

  static std::vector<std::string> FieldsOf(const absl::Status& status) {
    std::vector<std::string> fields;
    const auto details = GetDetail<google::rpc::BadRequest>(status);
    if (!details) return fields;
    for (const auto& violation : details->field_violations()) fields.push_back(violation.field());
    return fields;
  }

  const std::unique_ptr<Leaves> leaves_;
  const std::unique_ptr<Clocks> clocks_;
  const std::unique_ptr<Shifts> shifts_;
  const std::unique_ptr<v1::RosterService::Stub> rosters_;
  const std::unique_ptr<v1::WorkloadService::Stub> workload_;
};

}  // namespace kefu::staffing
