// The handover book beside StaffingService.
#pragma once

#include <string>

#include "services/staffing/jobs/handover_job.h"
#include "services/staffing/tests/fixture.h"

namespace kefu::staffing {

// $AGENT and $MATE are in $TEAM1 and $OTHER in $TEAM2.
class HandoverTest : public StaffingTest {
 protected:
  using Book = v1::HandoverService::Stub;
  using Staffing = v1::StaffingService::Stub;

  explicit HandoverTest(int pool_size = 8)
      : StaffingTest(pool_size), book_(v1::HandoverService::NewStub(host_.channel())) {}

  void SetUp() override { ASSERT_NO_FATAL_FAILURE(MakePeople()); }

  void MakePeople() {
    ASSERT_NO_FATAL_FAILURE(MakeWorld());
    for (const auto& [name, team] : {std::pair("$MATE", "$TEAM1"), {"$OTHER", "$TEAM2"}}) {
      ASSERT_OK_AND_ASSIGN(
          const v1::Agent agent,
          Call(&Staffing::CreateAgent,
               fmt::format(R"(agent {{ display_name: "小王" employment: EMPLOYMENT_OWN team_id: "{}"
                                       hire_date {{ year: 2025 month: 6 day: 1 }} }})",
                           team)));
      world_[name] = agent.agent_id();
    }
  }

  template <class Request, class Response>
  absl::StatusOr<Response> Do(grpc::Status (Book::*method)(grpc::ClientContext*, const Request&,
                                                           Response*),
                              const std::string& text) {
    return Do(method, text, As("org-a"));
  }
  template <class Request, class Response>
  absl::StatusOr<Response> Do(grpc::Status (Book::*method)(grpc::ClientContext*, const Request&,
                                                           Response*),
                              const std::string& text, const rpc::CallOptions& options) {
    return rpc::Call(*book_, method, Parse<Request>(Fill(text)), options);
  }

  // A shift of that agent from so many hours after now on.
  std::string ShiftText(std::string_view agent, int from_hour, int hours,
                        std::string_view team = "$TEAM1") {
    const int64_t start = absl::ToUnixSeconds(clock_.Now()) + from_hour * 3600;
    return fmt::format(R"(team_id: "{}" agent_id: "{}" scheduled_start_time {{ seconds: {} }}
                          scheduled_end_time {{ seconds: {} }})",
                       team, agent, start, start + hours * 3600);
  }
  absl::StatusOr<v1::DutyShift> Start(std::string_view agent, int from_hour = 0, int hours = 8,
                                      std::string_view team = "$TEAM1") {
    return Do(&Book::StartShift, ShiftText(agent, from_hour, hours, team));
  }
  absl::StatusOr<v1::DutyShift> End(std::string_view agent) {
    return Do(&Book::EndShift, fmt::format(R"(agent_id: "{}")", agent));
  }
  absl::StatusOr<v1::Handover> Write(std::string_view agent, std::string_view more = "") {
    return Call(&Staffing::WriteHandover, fmt::format(R"(agent_id: "{}" {})", agent, more));
  }
  absl::StatusOr<v1::HandoverItem> Take(std::string_view agent, std::string_view item) {
    return Call(&Staffing::AcknowledgeHandover,
                fmt::format(R"(agent_id: "{}" item_id: "{}")", agent, item));
  }
  v1::GetHandoverItemResponse Read(std::string_view item) {
    auto read = Do(&Book::GetHandoverItem, fmt::format(R"(item_id: "{}")", item));
    EXPECT_OK(read);
    return *read;
  }

  const std::unique_ptr<Book> book_;
};

}  // namespace kefu::staffing
