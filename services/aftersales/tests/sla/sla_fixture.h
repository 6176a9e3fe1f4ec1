// Policies of deadlines and the customer's messages, beside the cases of the fixture.
#pragma once

#include <memory>
#include <string>

#include "kefu/aftersales/v1/sla.grpc.pb.h"
#include "services/aftersales/tests/fixture.h"

namespace kefu::aftersales {

using PolicyStub = v1::SlaPolicyService::Stub;
using ClockStub = v1::CaseClockService::Stub;

class SlaTest : public AftersalesTest {
 protected:
  explicit SlaTest(int pool_size = 8)
      : AftersalesTest(pool_size),
        policies_(v1::SlaPolicyService::NewStub(host_.channel())),
        clocks_(v1::CaseClockService::NewStub(host_.channel())) {}

  absl::StatusOr<v1::SlaPolicy> TrySet(const std::string& policy, const rpc::CallOptions& options) {
    return rpc::Call(*policies_, &PolicyStub::SetSlaPolicy,
                     Parse<v1::SetSlaPolicyRequest>(Fill(fmt::format("policy {{ {} }}", policy))),
                     options);
  }
  v1::SlaPolicy Set(const std::string& policy) {
    auto set = TrySet(policy, As("org-a"));
    EXPECT_OK(set);
    return set.ok() ? *std::move(set) : v1::SlaPolicy();
  }
  absl::StatusOr<v1::Case> Say(const std::string& request) {
    return rpc::Call(*clocks_, &ClockStub::RecordCustomerMessage,
                     Parse<v1::RecordCustomerMessageRequest>(Fill(request)), As("org-a"));
  }
  absl::StatusOr<v1::Case> Prioritize(const std::string& name, v1::CasePriority priority,
                                      const std::string& note = "") {
    v1::UpdateCaseRequest request;
    request.mutable_case_()->set_case_id(Fill(name));
    request.mutable_case_()->set_priority(priority);
    request.mutable_update_mask()->add_paths("priority");
    request.set_note(note);
    return rpc::Call(*work_stub_, &v1::CaseWorkService::Stub::UpdateCase, request, As("org-a"));
  }
  v1::ExplainDeadlineResponse Why(const std::string& name) {
    const auto why = Call(&Stub::ExplainDeadline, "case_id: '" + name + "'");
    EXPECT_OK(why);
    return why.value_or(v1::ExplainDeadlineResponse());
  }

  // A rule in calendar time.
  static std::string Rule(const std::string& clock, int hours, const std::string& more = "") {
    return fmt::format("rules {{ clock: CLOCK_KIND_{} duration_seconds: {} pausable: true {} }} ",
                       clock, hours * 3600, more);
  }

  std::unique_ptr<PolicyStub> policies_;
  std::unique_ptr<ClockStub> clocks_;
};

}  // namespace kefu::aftersales
