// Flow policies: what ships, what is refused, and who writes over what.
#include "services/aftersales/tests/processes/flows_fixture.h"

namespace kefu::aftersales {
namespace {

using ::testing::ElementsAre;

TEST_F(FlowsTest, WrongPoliciesAreNamedWhole) {
  const auto refused = Call(&ProcessStub::SetFlowPolicy, R"pb(
    policy { shop_id: "a b" max_attempts: 1 backoff_min_seconds: 10 backoff_max_seconds: 5 })pb");
  const auto detail = GetDetail<google::rpc::BadRequest>(refused.status());
  ASSERT_TRUE(detail);
  std::vector<std::string> fields;
  for (const auto& violation : detail->field_violations()) fields.push_back(violation.field());
  EXPECT_THAT(fields, ElementsAre("policy.shop_id", "policy.max_attempts",
                                  "policy.backoff_max_seconds", "policy.reservation_ttl_seconds",
                                  "policy.missing_goods", "policy.damaged_goods"));
  ASSERT_OK_AND_ASSIGN(const auto shipped, Call(&ProcessStub::GetFlowPolicy, ""));
  EXPECT_EQ(shipped.policy_id(), "default/flow");
  EXPECT_EQ(shipped.version(), 1);
  EXPECT_EQ(shipped.max_attempts(), 10);
  EXPECT_EQ(shipped.return_wait_days(), 0);
  EXPECT_EQ(shipped.breach_conduct_kind_id(), "own_shop_problem_ignored");
  EXPECT_FALSE(shipped.has_effective_time());
  // A version that would never rule is refused.
  const auto set = [&](absl::Duration later) {
    v1::SetFlowPolicyRequest request;
    *request.mutable_policy() = shipped;
    request.mutable_policy()->clear_etag();
    request.mutable_policy()->mutable_effective_time()->set_seconds(
        absl::ToUnixSeconds(clock_.Now() + later));
    return rpc::Call(*processes_, &ProcessStub::SetFlowPolicy, request, As("org-a"));
  };
  EXPECT_THAT(set(-absl::Seconds(2)), HasReason("INVALID_FIELDS"));
  ASSERT_OK(set(absl::Hours(2)));
  EXPECT_THAT(set(absl::Hours(1)), HasReason("INVALID_FIELDS"));
  ASSERT_OK(set(absl::Hours(2)));
  EXPECT_EQ(Call(&ProcessStub::GetFlowPolicy, "")->policy_id(), "default/flow");
  clock_.Advance(absl::Hours(2));
  ASSERT_OK_AND_ASSIGN(const auto own, Call(&ProcessStub::GetFlowPolicy, ""));
  EXPECT_EQ(own.policy_id(), "own");
  EXPECT_EQ(own.version(), 2);
  EXPECT_EQ(own.actor(), "tester");
  EXPECT_TRUE(own.has_create_time());
}

// Of two who read the same policy one writes.
TEST_F(FlowsTest, APolicyIsWrittenOverWhatWasRead) {
  const auto read = [&](const std::string& text) {
    auto policy = Call(&ProcessStub::GetFlowPolicy, text);
    EXPECT_OK(policy);
    return *policy;
  };
  const auto write = [&](v1::FlowPolicy policy, const std::string& shop) {
    policy.set_shop_id(shop);
    policy.clear_effective_time();
    v1::SetFlowPolicyRequest request;
    *request.mutable_policy() = policy;
    return rpc::Call(*processes_, &ProcessStub::SetFlowPolicy, request, As("org-a"));
  };
  const v1::FlowPolicy shipped = read("");
  ASSERT_OK(write(shipped, ""));
  EXPECT_THAT(write(shipped, ""), HasReason("ETAG_MISMATCH"));  // the other one was first
  const v1::FlowPolicy own = read("");
  ASSERT_OK(write(own, ""));
  EXPECT_THAT(write(own, ""), HasReason("ETAG_MISMATCH"));
  // A shop that has none of its own replaces the organization's by one, once.
  const v1::FlowPolicy inherited = read("shop_id: 'shop-1'");
  EXPECT_EQ(inherited.policy_id(), "own");
  ASSERT_OK(write(inherited, "shop-1"));
  EXPECT_THAT(write(inherited, "shop-1"), HasReason("ETAG_MISMATCH"));
  EXPECT_EQ(read("shop_id: 'shop-1'").policy_id(), "shop:shop-1");
  EXPECT_EQ(read("shop_id: 'shop-2'").policy_id(), "own");
  // What is to come is read by its time.
  v1::FlowPolicy later = read("");
  later.clear_etag();
  v1::SetFlowPolicyRequest request;
  *request.mutable_policy() = later;
  request.mutable_policy()->mutable_effective_time()->set_seconds(
      absl::ToUnixSeconds(clock_.Now() + absl::Hours(48)));
  ASSERT_OK(rpc::Call(*processes_, &ProcessStub::SetFlowPolicy, request, As("org-a")));
  const std::string future =
      fmt::format("time {{ seconds: {} }}", absl::ToUnixSeconds(clock_.Now() + absl::Hours(72)));
  EXPECT_EQ(read("").version() + 1, read(future).version());
  EXPECT_THAT(write(read(""), ""), HasReason("ETAG_MISMATCH"));
  request.mutable_policy()->set_etag(read(future).etag());
  EXPECT_OK(rpc::Call(*processes_, &ProcessStub::SetFlowPolicy, request, As("org-a")));
}

}  // namespace
}  // namespace kefu::aftersales
