// Whose conduct is told to staffing's ledger.
#include "kefu/aftersales/v1/assignment.grpc.pb.h"
#include "services/aftersales/processes/start.h"
#include "services/aftersales/tests/processes/flows_fixture.h"

namespace kefu::aftersales {
namespace {

// The ledger is the employer's: nothing waits for good for somebody whom staffing does not know
// here.
TEST_F(FlowsTest, ASeatOfABaseStandsInNoLedgerOfTheMerchant) {
  using ::kefu::staffing::v1::AgentChanged;
  const std::string hired = R"(hire_date { year: 2025 month: 1 day: 1 } })";
  Tell<AgentChanged>("base-1", R"(agent { agent_id: "seat-1" )" + hired);
  Tell<AgentChanged>("org-a", R"(agent { agent_id: "lent" base_id: "base-1" )" + hired);
  Hear<::kefu::staffing::v1::ContractChanged>("org-a",
                                              R"pb(contract {
                                                     contract_id: "k"
                                                     base_id: "base-1"
                                                     shop_ids: "shop-1"
                                                     period {
                                                       start_date { year: 2026 month: 1 day: 1 }
                                                       end_date { year: 2026 month: 12 day: 31 }
                                                     }
                                                   })pb");
  // The merchant keeps the turn of whoever claims a case, and nothing else.
  Open("$FREE");
  GiveAll("");
  const auto assignment = v1::AssignmentService::NewStub(host_.channel());
  ASSERT_OK_AND_ASSIGN(
      const auto claimed,
      rpc::Call(*assignment, &v1::AssignmentService::Stub::ClaimNextCase,
                v1::ClaimNextCaseRequest(), AsBase("shop-1", {auth::Role::kAgent})));
  ASSERT_EQ(claimed.case_().case_id(), names_["$FREE"]);
  ASSERT_EQ(Db().Count("SELECT COUNT(*) FROM agent WHERE org_id = 'org-a'"
                       " AND agent_id = 'seat-1' AND hire_date IS NULL"),
            1);
  for (const char* agent : {"seat-1", "lent"}) {
    names_.erase("$C");
    Open("$C", "kind: CASE_KIND_SERVICE_COMPLAINT");
    ASSERT_OK(Call(&ProcessStub::SetCasePlan,
                   fmt::format(R"(plan {{ case_id: "$C" conduct_agent_id: "{}" }})", agent)));
    ASSERT_OK(Call(&Stub::ReviewCase, R"pb(case_id: "$C" result: REVIEW_RESULT_APPROVED)pb"));
    const auto breach =
        Parse<v1::DeadlineBreached>(Fill(fmt::format(R"(case_id: "$C" shop_id: "shop-1"
                            clock {{ kind: CLOCK_KIND_NEXT_RESPONSE breach_owner: "{}"
                                     start_time {{ seconds: 1768400000 }}
                                     breach_time {{ seconds: 1768500000 }} }})",
                                                     agent)));
    ::kefu::common::v1::Event event;
    event.set_org_id("org-a");
    event.mutable_payload()->PackFrom(breach);
    ASSERT_OK(database_->RunInTransaction(absl::InfiniteFuture(), [&](db::Transaction& t) {
      return ApplyOwnEvent(t, event, clock_.Now(), ids_);
    }));
    Run();
    const bool lent = std::string_view(agent) == "lent";
    EXPECT_EQ(ProcessesOf("$C").size(), lent ? 2 : 0) << agent;
    EXPECT_EQ(world_.conduct.size(), lent ? 2 : 0) << agent;
    EXPECT_EQ(CaseOf("$C").state(), lent ? v1::CASE_STATE_CLOSED : v1::CASE_STATE_DECIDED);
  }
}

}  // namespace
}  // namespace kefu::aftersales
