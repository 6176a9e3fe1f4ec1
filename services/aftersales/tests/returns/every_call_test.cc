// What holds for every call of ReturnPolicyService alike, walked by its descriptor: a new RPC that
// is not in the table fails the test.
#include "common/testing/every_call.h"
#include "services/aftersales/tests/returns/fixture.h"

namespace kefu::aftersales {
namespace {

using ::kefu::testing::CallRow;
using ::kefu::testing::EveryCall;
using ::kefu::testing::Other;

const std::vector<CallRow>& Rows() {
  static const auto& rows = *new std::vector<CallRow>{
      {"SetReturnPolicy",
       R"(policy { shop_id: "shop-1" rules {
            rule_id: "r~" source: RETURN_RULE_SOURCE_SHOP_PROMISE remedy: RETURN_REMEDY_REPAIR
            window_days: 30 return_freight: FREIGHT_PAYER_BUYER
            outbound_freight: FREIGHT_PAYER_MERCHANT } })",
       Other::kUnrelated},
      // Who may read which policies is in policies_test.cc.
      {"GetReturnPolicy", R"(policy_id: "default/returns" shop_id: "shop-1")", Other::kUnrelated},
      {"ListReturnPolicies", "", Other::kUnrelated},
      {"ListReturnQuestions", R"(shop_id: "shop-1" category: "food")", Other::kUnrelated},
      {"GetReturnEvaluation", R"(evaluation_id: "$EVALUATION")", Other::kNotFound},
      {"ListReturnEvaluations", R"(case_id: "$CASE")", Other::kNotFound},
      {"ReplayReturnEvaluation", R"(evaluation_id: "$EVALUATION")", Other::kNotFound},
      {"SimulateReturnPolicy",
       R"(policy { shop_id: "shop-1" } start_time { seconds: 1 } end_time { seconds: 2 })",
       Other::kUnrelated},
  };
  return rows;
}

class ReturnCallsTest : public ReturnsTest {
 protected:
  using ReturnsTest::ReturnsTest;
  // One case of shop-1, evaluated once.
  void FreshWorld() {
    Fresh();
    names_.clear();
    Open("$CASE");
    GiveAll("");
    ASSERT_OK_AND_ASSIGN(const auto evaluation, Evaluate(R"pb(case_id: "$CASE"
                                                              question {
                                                                category: "food"
                                                                reason: RETURN_REASON_DAMAGED
                                                                sign_time { seconds: 1768300000 }
                                                              })pb"));
    names_["$EVALUATION"] = evaluation.evaluation_id();
  }

  const EveryCall calls_{"kefu.aftersales.v1.ReturnPolicyService", policy_host_.channel(),
                         [this](std::string text) { return Fill(std::move(text)); }};
};

TEST_F(ReturnCallsTest, TheTableNamesEveryMethod) { calls_.CheckTable(Rows()); }

TEST_F(ReturnCallsTest, EveryCallKeepsToItsOrganizationAndRights) {
  FreshWorld();
  const rpc::CallOptions auditor{
      .token = host_.tokens().Token("org-a", {auth::Role::kAuditor}, {}, "auditor")};
  for (const CallRow& row : Rows()) {
    EXPECT_OK(calls_.Do(row, As("org-a"))) << row.method;
    calls_.CheckStranger(row, As("org-b"));
    calls_.CheckRights(row, {.token = host_.tokens().ServiceToken()}, auditor);
    calls_.CheckPages(row, As("org-a"));
    if (!row.request.empty()) calls_.CheckEmptyRequest(row, As("org-a"));
  }
}

TEST_F(ReturnCallsTest, WhoIsConfinedToShopsReachesOnlyThese) {
  for (const CallRow& row : Rows()) {
    FreshWorld();
    EXPECT_OK(calls_.Do(row, As("org-a", {"shop-1"}))) << row.method;
    if (row.method == "ListReturnPolicies") continue;  // lists what is left
    EXPECT_THAT(calls_.Do(row, As("org-a", {"shop-2"})).status(), HasReason("SHOP_NOT_ALLOWED"))
        << row.method;
    if (row.is_write()) {
      // A base judges by the merchant's policies; it does not write them.
      EXPECT_THAT(calls_.Do(row, AsBase("shop-1")).status(), HasReason("PERMISSION_DENIED"));
      continue;
    }
    EXPECT_OK(calls_.Do(row, AsBase("shop-1"))) << row.method;
    EXPECT_FALSE(calls_.Do(row, AsBase("shop-2")).ok()) << row.method;
  }
}

TEST_F(ReturnCallsTest, AWriteHappensOnce) {
  for (const CallRow& row : Rows()) {
    if (!row.is_write()) continue;
    FreshWorld();
    calls_.CheckWrite(row, "id-1", As("org-a"), Db(), clock_);
    EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM return_policy WHERE org_id <> ''"), 1);
  }
}

// The only connection is held by the test, so that no call can be answered in time.
class ReturnDeadlineTest : public ReturnCallsTest {
 protected:
  ReturnDeadlineTest() : ReturnCallsTest(/*pool_size=*/1) {}
};

TEST_F(ReturnDeadlineTest, EveryCallEndsByItsDeadline) {
  FreshWorld();
  calls_.CheckDeadlines(Rows(), As("org-a"), *database_, Db());
}

}  // namespace
}  // namespace kefu::aftersales
