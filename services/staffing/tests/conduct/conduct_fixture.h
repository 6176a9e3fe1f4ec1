// The conduct ledger beside StaffingService.
#pragma once

#include <string>

#include "kefu/staffing/v1/conduct.grpc.pb.h"
#include "services/staffing/tests/fixture.h"

namespace kefu::staffing {

// It is Thursday, 2026-01-15. $AGENT, $MATE and $LEAD are in $TEAM1, which serves $SHOP1.
class ConductTest : public StaffingTest {
 protected:
  using Ledger = v1::ConductService::Stub;
  using Staffing = v1::StaffingService::Stub;

  explicit ConductTest(int pool_size = 8)
      : StaffingTest(pool_size), ledger_(v1::ConductService::NewStub(host_.channel())) {}

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

  template <class Request, class Response>
  absl::StatusOr<Response> Do(grpc::Status (Ledger::*method)(grpc::ClientContext*, const Request&,
                                                             Response*),
                              const std::string& text, const rpc::CallOptions& options) {
    return rpc::Call(*ledger_, method, Parse<Request>(Fill(text)), options);
  }
  template <class Request, class Response>
  absl::StatusOr<Response> Do(grpc::Status (Ledger::*method)(grpc::ClientContext*, const Request&,
                                                             Response*),
                              const std::string& text) {
    return Do(method, text, As("org-a"));
  }

  rpc::CallOptions Agent(const std::string& name) { return AsAgent("org-a", world_[name]); }
  // Who records.
  rpc::CallOptions Lead() { return AsAgent("org-a", world_["$LEAD"], {auth::Role::kTeamLead}); }
  // Who decides: a supervisor who is no agent.
  rpc::CallOptions Boss(const std::string& name = "boss", std::vector<std::string> shops = {}) {
    return {.token = host_.tokens().Token("org-a", {auth::Role::kSupervisor}, std::move(shops),
                                          name, absl::Hours(24 * 40))};
  }

  // Of 14 January in $SHOP1, by $LEAD.
  absl::StatusOr<v1::Conduct> Record(const std::string& kind, const std::string& more = "") {
    return Call(&Staffing::RecordConduct,
                fmt::format(R"(shop_id: "$SHOP1" agent_id: "$AGENT" kind_id: "{}" evidence: "case-1"
                               day {{ year: 2026 month: 1 day: 14 }} {})",
                            kind, more),
                Lead());
  }
  absl::StatusOr<v1::Conduct> Decide(const v1::Conduct& conduct, const std::string& more = "") {
    return Do(&Ledger::DecideConduct,
              fmt::format(R"(conduct_id: "{}" {})", conduct.conduct_id(), more), Boss());
  }
  absl::StatusOr<v1::Conduct> Appeal(const v1::Conduct& conduct, const rpc::CallOptions& as,
                                     const std::string& more = "") {
    return Do(&Ledger::AppealConduct,
              fmt::format(R"(conduct_id: "{}" reason: "并非如此" {})", conduct.conduct_id(), more),
              as);
  }
  absl::StatusOr<v1::Conduct> DecideAppeal(const v1::Conduct& conduct, const rpc::CallOptions& as,
                                           const std::string& more = "") {
    return Do(&Ledger::DecideConductAppeal,
              fmt::format(R"(conduct_id: "{}" reason: "已复核" {})", conduct.conduct_id(), more),
              as);
  }
  v1::ExplainConductResponse Explain(const v1::Conduct& conduct) {
    auto explained =
        Do(&Ledger::ExplainConduct, fmt::format(R"(conduct_id: "{}")", conduct.conduct_id()));
    EXPECT_OK(explained);
    return *explained;
  }

  const std::unique_ptr<Ledger> ledger_;
};

}  // namespace kefu::staffing
