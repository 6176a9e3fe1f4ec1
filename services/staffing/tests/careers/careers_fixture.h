// CareerService beside StaffingService, with two people who may decide.
#pragma once

#include <string>

#include "kefu/staffing/v1/careers.grpc.pb.h"
#include "services/staffing/tests/fixture.h"

namespace kefu::staffing {

class CareersServiceTest : public StaffingTest {
 protected:
  using Staffing = v1::StaffingService::Stub;
  using Career = v1::CareerService::Stub;

  explicit CareersServiceTest(int pool_size = 8) : StaffingTest(pool_size) {
    careers_ = v1::CareerService::NewStub(host_.channel());
  }

  // Somebody of an organization, by name; the agent that the person is, if any.
  rpc::CallOptions Person(const std::string& subject, const std::string& agent = "",
                          const std::string& org = "org-a") {
    auth::Principal principal;
    principal.org_id = org;
    principal.subject = subject;
    principal.roles = {auth::Role::kOwner};
    principal.agent_id = Fill(agent);
    return {.token = host_.tokens().Sign(principal, absl::Hours(24 * 900))};
  }

  template <class Request, class Response>
  absl::StatusOr<Response> Ask(grpc::Status (Career::*method)(grpc::ClientContext*, const Request&,
                                                              Response*),
                               const std::string& text) {
    return Ask(method, text, Person("tester"));
  }
  template <class Request, class Response>
  absl::StatusOr<Response> Ask(grpc::Status (Career::*method)(grpc::ClientContext*, const Request&,
                                                              Response*),
                               const std::string& text, const rpc::CallOptions& options) {
    return rpc::Call(*careers_, method, Parse<Request>(Fill(text)), options);
  }

  static std::string Day(int year, int month, int day) {
    return fmt::format("year: {} month: {} day: {}", year, month, day);
  }

  // A new agent with a tier held since a day; the name stands for the id.
  void Add(const std::string& name, const std::string& tier, const std::string& since,
           const std::string& more = "") {
    const bool lead = tier == "team_lead" || tier == "supervisor" || tier == "manager";
    ASSERT_OK_AND_ASSIGN(
        const v1::Agent agent,
        Call(&Staffing::CreateAgent,
             fmt::format(R"(agent {{ display_name: "小王" employment: EMPLOYMENT_OWN
                                     track: {} hire_date {{ {} }} {} }} initial_tier_id: "{}")",
                         lead ? "TRACK_MANAGEMENT" : "TRACK_PROFESSIONAL", since, more, tier)));
    world_[name] = agent.agent_id();
  }
  absl::StatusOr<v1::Headcount> SetPosts(const std::string& tier, int posts) {
    return Ask(&Career::SetHeadcount,
               fmt::format(R"(headcount {{ tier_id: "{}" posts: {} }})", tier, posts));
  }
  std::string TierOn(const std::string& name, const std::string& day) {
    const auto response =
        Call(&Staffing::GetTierOn, fmt::format(R"(agent_id: "{}" date {{ {} }})", name, day));
    EXPECT_OK(response);
    return response->tier_id();
  }

  std::unique_ptr<Career> careers_;
};

}  // namespace kefu::staffing
