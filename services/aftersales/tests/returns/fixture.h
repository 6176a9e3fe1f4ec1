// After-sales with ReturnPolicyService beside it.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "kefu/aftersales/v1/return_policy_service.grpc.pb.h"
#include "services/aftersales/return_policy_service.h"
#include "services/aftersales/tests/fixture.h"

namespace kefu::aftersales {

using PolicyStub = v1::ReturnPolicyService::Stub;

// 2026-01-15, noon in Shanghai, is 1768449600.
inline constexpr std::string_view kTwoDaysAgo = "sign_time { seconds: 1768276800 }";
inline constexpr std::string_view kTwentyDaysAgo = "sign_time { seconds: 1766721600 }";

class ReturnsTest : public AftersalesTest {
 protected:
  explicit ReturnsTest(int pool_size = 8)
      : AftersalesTest(pool_size),
        verifier_(host_.tokens().Verifier()),
        policy_host_({.dispatcher = {.clock = &clock_, .verifier = verifier_.get(), .workers = 8}}),
        policy_service_(policy_host_.dispatcher(), {*database_, ids_, [] {}}) {
    policy_host_.Start({&policy_service_});
    policies_ = v1::ReturnPolicyService::NewStub(policy_host_.channel());
  }
  ~ReturnsTest() override { policy_host_.Stop(); }

  // As AftersalesTest::Call.
  using AftersalesTest::Call;
  template <class Request, class Response>
  absl::StatusOr<Response> Call(grpc::Status (PolicyStub::*method)(grpc::ClientContext*,
                                                                   const Request&, Response*),
                                const std::string& text) {
    return Call(method, text, As("org-a"));
  }
  template <class Request, class Response>
  absl::StatusOr<Response> Call(grpc::Status (PolicyStub::*method)(grpc::ClientContext*,
                                                                   const Request&, Response*),
                                const std::string& text, const rpc::CallOptions& options) {
    return rpc::Call(*policies_, method, Parse<Request>(Fill(text)), options);
  }

  absl::StatusOr<v1::ReturnEvaluation> Evaluate(const std::string& text) {
    return Call(&Stub::EvaluateReturn, text);
  }
  // Of intact clothing, for no reason, signed at that time.
  static std::string OfShop(std::string_view when, const std::string& shop = "shop-1") {
    return fmt::format(R"(shop_id: "{}" question {{ category: "clothing" {}
                          reason: RETURN_REASON_NO_REASON
                          answers {{ condition: RETURN_CONDITION_LABEL_REMOVED }}
                          answers {{ condition: RETURN_CONDITION_SOILED_OR_DAMAGED }} }})",
                       shop, when);
  }
  // A promise of so many days, whatever the reason, the merchant paying.
  static std::string Promise(const std::string& scope, int days) {
    return fmt::format(R"(policy {{ {} rules {{
        rule_id: "promise" source: RETURN_RULE_SOURCE_SHOP_PROMISE
        remedy: RETURN_REMEDY_RETURN window_days: {} basis: "店铺承诺"
        return_freight: FREIGHT_PAYER_MERCHANT outbound_freight: FREIGHT_PAYER_MERCHANT }} }})",
                       scope, days);
  }
  // A base's team lead, granted one shop of org-a.
  rpc::CallOptions AsBase(std::string_view shop) {
    return {.token = host_.tokens().BaseToken(
                "base-1", {auth::Role::kTeamLead},
                {{"org-a", std::string(shop), "contract-1", absl::CivilDay(2026, 1, 1),
                  absl::CivilDay(2026, 12, 31)}})};
  }
  static const v1::RemedyOutcome& Return(const v1::ReturnEvaluation& evaluation) {
    return evaluation.outcomes(0);
  }
  void ExpectReplays(const std::string& evaluation_id) {
    const auto again =
        Call(&PolicyStub::ReplayReturnEvaluation, "evaluation_id: '" + evaluation_id + "'");
    ASSERT_OK(again);
    EXPECT_TRUE(again->identical()) << again->DebugString();
    EXPECT_EQ(again->outcomes_size(), 4);
  }

  const std::shared_ptr<auth::Verifier> verifier_;
  testing::ServiceHost policy_host_;
  ReturnPolicyServiceImpl policy_service_;
  std::unique_ptr<PolicyStub> policies_;
};

}  // namespace kefu::aftersales
