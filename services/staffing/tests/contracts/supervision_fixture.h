// A base under supervision: its manager, the merchant's supervisor, and the job that looks after
// contracts.
#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>

#include "kefu/staffing/v1/supervision.grpc.pb.h"
#include "services/staffing/jobs/supervision_job.h"
#include "services/staffing/tests/contracts/contract_fixture.h"

namespace kefu::staffing {

class SupervisionTest : public ContractTest {
 protected:
  explicit SupervisionTest(int pool_size = 8)
      : ContractTest(pool_size), supervision_(v1::SupervisionService::NewStub(host_.channel())) {}

  template <class Request, class Response>
  absl::StatusOr<Response> See(grpc::Status (v1::SupervisionService::Stub::*method)(
                                   grpc::ClientContext*, const Request&, Response*),
                               const std::string& text, const rpc::CallOptions& options) {
    return rpc::Call(*supervision_, method, Parse<Request>(Fill(text)), options);
  }
  template <class Request, class Response>
  absl::StatusOr<Response> See(grpc::Status (v1::SupervisionService::Stub::*method)(
                                   grpc::ClientContext*, const Request&, Response*),
                               const std::string& text) {
    return See(method, text, Owner());
  }
  // The manager of a base with a grant of $CONTRACT.
  rpc::CallOptions Manager(std::string_view base = "base-1", std::string_view contract = "") {
    return host_.AsBase(
        base, {auth::Role::kBaseManager},
        {{"org-a", world_["$SHOP1"], contract.empty() ? world_["$CONTRACT"] : std::string(contract),
          absl::CivilDay(2026, 1, 1), absl::CivilDay(2026, 12, 31)}});
  }
  rpc::CallOptions Supervisor() {
    return {.token = host_.tokens().Token("org-a", {auth::Role::kSupervisor}, {}, "supervisor",
                                          absl::Hours(24) * 400)};
  }

  // On 20 February with a critical finding, due on the 22nd, and a minor one, due on 6 March.
  absl::StatusOr<v1::BaseInspection> Inspect(const std::string& more = "") {
    auto made = See(&v1::SupervisionService::Stub::RecordBaseInspection,
                    R"(inspection { base_id: "base-1" site_id: "$SITE" contract_id: "$CONTRACT"
                         phase: INSPECTION_PHASE_DURING manner: INSPECTION_MANNER_ON_SITE
                         date { year: 2026 month: 2 day: 20 } summary: "整体良好"
                         findings { severity: FINDING_SEVERITY_CRITICAL text: "私下加微信"
                                    agent_id: "$B1" }
                         findings { severity: FINDING_SEVERITY_MINOR text: "工位杂乱" } )" +
                        more + "}");
    if (made.ok()) {
      world_["$INSPECTION"] = made->inspection_id();
      world_["$FINDING1"] = made->findings(0).finding_id();
      world_["$FINDING2"] = made->findings(1).finding_id();
    }
    return made;
  }
  absl::StatusOr<v1::BaseComplaint> Complain(const std::string& text,
                                             const rpc::CallOptions& options) {
    auto filed = See(&v1::SupervisionService::Stub::FileBaseComplaint,
                     R"(contract_id: "$CONTRACT" text: "投诉" )" + text, options);
    if (filed.ok()) world_["$COMPLAINT"] = filed->complaint_id();
    return filed;
  }
  absl::StatusOr<v1::BaseComplaint> Decide(const std::string& text,
                                           const rpc::CallOptions& options) {
    return See(&v1::SupervisionService::Stub::DecideBaseComplaint,
               R"(contract_id: "$CONTRACT" complaint_id: "$COMPLAINT" decision: "决定" )" + text,
               options);
  }
  int RunJob() {
    SupervisionJob job({*database_, ids_, [] {}}, clock_);
    const auto told = job.RunOnce();
    EXPECT_OK(told);
    return told.value_or(-1);
  }
  // How many events of a type were told so far.
  int Told(std::string_view type) {
    return static_cast<int>(std::ranges::count(EventTypes(), type));
  }
  // How many of a type a round of the job tells.
  int TellsOf(std::string_view type) {
    const int before = Told(type);
    RunJob();
    return Told(type) - before;
  }
  int Escalations() {
    const auto told = [&] { return Told("FindingsEscalated") + Told("BaseComplaintEscalated"); };
    const int before = told();
    RunJob();
    return told() - before;
  }

  std::unique_ptr<v1::SupervisionService::Stub> supervision_;
};

inline constexpr char kInspection[] = R"(inspection_id: "$INSPECTION")";
inline constexpr char kAgentGoes[] = R"(demand: BREACH_DEMAND_REPLACE_AGENT agent_id: "$B1")";
inline constexpr char kCorrection[] = "demand: BREACH_DEMAND_CORRECTION";

}  // namespace kefu::staffing
