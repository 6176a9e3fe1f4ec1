// Who undoes what follows a decision, and whose claims to compensation are paid what.
#include "services/aftersales/processes/start.h"
#include "services/aftersales/tests/processes/flows_fixture.h"

namespace kefu::aftersales {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string Cost(int64_t minor) {
  return fmt::format(R"(cost {{ currency_code: "CNY" minor_units: {} }})", minor);
}

class CancellingTest : public FlowsTest {
 protected:
  CancellingTest() {
    for (const std::string tier : {"trainee", "regular", "senior", "team_lead"}) {
      Employ("org-a", tier, tier);
    }
    Employ("base-1", "seat-1", "regular");
  }
  rpc::CallOptions AsSupervisor(const std::string& agent_id) {
    return {.token = host_.tokens().Sign({.subject = "person-of-" + agent_id,
                                          .org_id = "org-a",
                                          .agent_id = agent_id,
                                          .roles = {auth::Role::kSupervisor}},
                                         absl::Hours(24 * 30))};
  }
  // An order of its own for a case, which is opened and approved.
  void DecideAs(const rpc::CallOptions& options, const std::string& name, const std::string& more,
                const std::string& review = "") {
    const std::string order = ids_.Next();
    Sell("org-a", "shop-1", order);
    Open(name, fmt::format(R"(order_id: "{}" {})", order, more));
    ASSERT_OK(Call(&Stub::ReviewCase,
                   fmt::format(R"(case_id: "{}" result: REVIEW_RESULT_APPROVED {})", name, review),
                   options));
  }
  absl::Status Cancel(const rpc::CallOptions& options, const std::string& process_id) {
    return rpc::Call(*processes_, &ProcessStub::CancelProcess,
                     Parse<v1::CancelProcessRequest>(
                         fmt::format(R"(process_id: "{}" reason: "kept")", process_id)),
                     options)
        .status();
  }
};

TEST_F(CancellingTest, WhatWasApprovedIsUndoneByWhoCouldHaveApprovedIt) {
  DecideAs(As("org-a"), "$C", R"(kind: CASE_KIND_REFUND_ONLY lines { sku: "S-1" quantity: 9 })",
           Cost(4000));
  const std::string refund = ProcessOf("$C").process_id();
  EXPECT_THAT(
      Cancel(AsAgent("trainee"), refund),
      AllOf(StatusIs(absl::StatusCode::kPermissionDenied), HasReason("REVIEW_BEYOND_AUTHORITY")));
  EXPECT_THAT(Cancel(AsAgent("regular"), refund), HasReason("REVIEW_BEYOND_AUTHORITY"));
  GiveAll("");  // a base reaches what nobody has
  EXPECT_THAT(Cancel(AsBase("shop-1", {auth::Role::kAgent}), refund),
              HasReason("REVIEW_BEYOND_AUTHORITY"));
  EXPECT_THAT(Cancel(AsAgent(""), refund), HasReason("AGENT_REQUIRED"));
  EXPECT_THAT(Cancel(AsAgent("stranger"), refund), HasReason("AGENT_UNKNOWN"));
  EXPECT_EQ(ProcessOf("$C").state(), v1::PROCESS_STATE_RUNNING);
  EXPECT_EQ(CaseOf("$C").state(), v1::CASE_STATE_DECIDED);
  EXPECT_OK(Cancel(AsAgent("senior"), refund)) << "up to ¥100";
  Run();
  EXPECT_EQ(CaseOf("$C").state(), v1::CASE_STATE_OPEN);
  EXPECT_THAT(PaymentsOf("$C"), IsEmpty());
  EXPECT_THAT(Cancel(AsAgent("trainee"), refund), HasReason("PROCESS_STATE"));

  // Where the owner kept silent about the cost, no limit reaches it.
  DecideAs(As("org-a"), "$SILENT", "kind: CASE_KIND_REFUND_ONLY");
  const std::string silent = ProcessOf("$SILENT").process_id();
  EXPECT_THAT(Cancel(AsAgent("team_lead"), silent), HasReason("REVIEW_BEYOND_AUTHORITY"));
  EXPECT_OK(Cancel(As("org-a"), silent));

  // A return that the rules grant is undone by whoever grants such; whoever gave it, undoes it.
  DecideAs(As("org-a"), "$R", "");
  EXPECT_THAT(Cancel(AsAgent("trainee"), ProcessOf("$R").process_id()),
              HasReason("REVIEW_BEYOND_AUTHORITY"));
  EXPECT_OK(Cancel(AsAgent("regular"), ProcessOf("$R").process_id()));
  DecideAs(AsAgent("regular"), "$OWN", "", Cost(5000));
  Record("org-a", "regular", "regular-2", "trainee", "year: 2026 month: 1 day: 15");
  EXPECT_OK(Cancel(AsAgent("regular"), ProcessOf("$OWN").process_id()));
}

TEST_F(CancellingTest, CompensationBesideTheDecisionIsUndoneByWhoCouldHavePaidIt) {
  DecideAs(AsAgent("regular"), "$C", R"(lines { sku: "S-1" quantity: 1 })");
  ASSERT_OK_AND_ASSIGN(const v1::Process freight, Call(&Stub::PayCompensation, R"pb(
                         case_id: "$C"
                         kind: COMPENSATION_KIND_FREIGHT)pb"));
  EXPECT_EQ(freight.facts().limit().minor_units(), 3000);
  // The regular agent decided the case, and pays up to ¥20.
  EXPECT_THAT(Cancel(AsAgent("regular"), freight.process_id()),
              HasReason("REVIEW_BEYOND_AUTHORITY"));
  EXPECT_OK(Cancel(AsAgent("senior"), freight.process_id()));
}

TEST_F(CancellingTest, WhatTellsOfConductIsNotUndoneByWhomItConcerns) {
  const auto plan = [&](const std::string& agent) {
    Open("$C", "kind: CASE_KIND_SERVICE_COMPLAINT");
    EXPECT_OK(Call(&ProcessStub::SetCasePlan,
                   fmt::format(R"(plan {{ case_id: "$C" conduct_agent_id: "{}" }})", agent)));
    EXPECT_OK(Call(&Stub::ReviewCase, R"pb(case_id: "$C" result: REVIEW_RESULT_APPROVED)pb",
                   AsAgent("team_lead")));
    return ProcessOf("$C").process_id();
  };
  std::string complaint = plan("regular");
  for (const char* agent : {"regular", "senior"}) {
    EXPECT_THAT(
        Cancel(AsAgent(agent), complaint),
        AllOf(StatusIs(absl::StatusCode::kPermissionDenied), HasReason("CANCEL_NOT_ALLOWED")))
        << agent;
  }
  EXPECT_THAT(Cancel(AsSupervisor("regular"), complaint), HasReason("CANCEL_NOT_ALLOWED"));
  GiveAll("");  // a base reaches what nobody has
  EXPECT_THAT(Cancel(AsBase("shop-1", {auth::Role::kSupervisor}), complaint),
              HasReason("CANCEL_NOT_ALLOWED"));
  EXPECT_OK(Cancel(AsAgent("team_lead"), complaint)) << "who upheld it";
  complaint = plan("team_lead");
  EXPECT_THAT(Cancel(AsAgent("team_lead"), complaint), HasReason("CANCEL_NOT_ALLOWED"));
  EXPECT_OK(Cancel(AsSupervisor("senior"), complaint));

  // A missed deadline is beside every decision.
  ASSERT_OK(Call(&ProcessStub::SetFlowPolicy, R"pb(policy {
                                                     max_attempts: 3
                                                     backoff_min_seconds: 1
                                                     backoff_max_seconds: 2
                                                     reservation_ttl_seconds: 3600
                                                     missing_goods: GOODS_FAULT_ACTION_HOLD
                                                     damaged_goods: GOODS_FAULT_ACTION_HOLD
                                                     breach_conduct_kind_id: "missed_deadline"
                                                   })pb"));
  Open("$B", R"(assignee_agent_id: "agent-1")");
  const auto breach = Parse<v1::DeadlineBreached>(Fill(R"(case_id: "$B" shop_id: "shop-1"
      clock { kind: CLOCK_KIND_NEXT_RESPONSE breach_owner: "regular"
              start_time { seconds: 1768400000 } breach_time { seconds: 1768449000 } })"));
  ASSERT_OK(database_->RunInTransaction(absl::InfiniteFuture(), [&](db::Transaction& t) {
    return StartBreach(t, "org-a", breach, clock_.Now(), ids_);
  }));
  const std::string missed = ProcessOf("$B").process_id();
  EXPECT_THAT(Cancel(AsAgent("team_lead"), missed), HasReason("CANCEL_NOT_ALLOWED"));
  EXPECT_THAT(Cancel(AsSupervisor("regular"), missed), HasReason("CANCEL_NOT_ALLOWED"));
  EXPECT_OK(Cancel(AsSupervisor("senior"), missed));
}

// DOMAIN 4.4: of faulty goods the merchant pays both freights, also what the buyer laid out.
TEST_F(CancellingTest, AFreightClaimPaysWhatTheReviewerSaysThatWasLaidOut) {
  DecideAs(AsAgent("regular"), "$C", "kind: CASE_KIND_FREIGHT_CLAIM", Cost(1200));
  Run();
  EXPECT_EQ(CaseOf("$C").state(), v1::CASE_STATE_CLOSED);
  ASSERT_EQ(PaymentsOf("$C").size(), 1);
  EXPECT_EQ(PaymentsOf("$C")[0].amount().minor_units(), 1200);
  EXPECT_EQ(PaymentsOf("$C")[0].explanation(), "as reviewed");
  EXPECT_EQ(PaymentsOf("$C")[0].policy_id(), "default/compensation");

  DecideAs(As("org-a"), "$QUOTED", "kind: CASE_KIND_FREIGHT_CLAIM");
  Run();
  EXPECT_EQ(PaymentsOf("$QUOTED")[0].amount().minor_units(), 3000);
  EXPECT_THAT(PaymentsOf("$QUOTED")[0].explanation(), HasSubstr("3 times the freight"));

  // Sent free of charge: the policy gives nothing, and nobody is told that all is done.
  Sell("org-a", "shop-1", "free");
  Db().Exec("UPDATE sales_order SET freight_minor = 0 WHERE order_id = 'free'");
  Open("$FREE", R"(order_id: "free" kind: CASE_KIND_FREIGHT_CLAIM)");
  const auto approve = [&](const std::string& more) {
    return Call(&Stub::ReviewCase, R"(case_id: "$FREE" result: REVIEW_RESULT_APPROVED )" + more)
        .status();
  };
  const absl::Status nothing = approve("");
  EXPECT_THAT(nothing, AllOf(StatusIs(absl::StatusCode::kFailedPrecondition),
                             HasReason("NOTHING_TO_COMPENSATE")));
  EXPECT_THAT(nothing.message(), HasSubstr("say it"));
  EXPECT_EQ(CaseOf("$FREE").state(), v1::CASE_STATE_OPEN);
  ASSERT_OK(approve(Cost(1200)));
  Run();
  ASSERT_EQ(PaymentsOf("$FREE").size(), 1);
  EXPECT_EQ(PaymentsOf("$FREE")[0].amount().minor_units(), 1200);
  Open("$BESIDE", R"(order_id: "free" lines { sku: "S-1" quantity: 1 })");
  ASSERT_OK(Call(&Stub::ReviewCase, R"pb(case_id: "$BESIDE" result: REVIEW_RESULT_APPROVED)pb"));
  EXPECT_THAT(
      Call(&Stub::PayCompensation, R"pb(case_id: "$BESIDE" kind: COMPENSATION_KIND_FREIGHT)pb"),
      HasReason("NOTHING_TO_COMPENSATE"));
}

// What is paid is what was authorised, whatever the order or the policy says by then.
TEST_F(CancellingTest, CompensationPaysWhatWasAuthorised) {
  Db().Exec(
      "UPDATE sales_order SET promised_ship_us = 1767300000000000,"
      " ship_us = 1767400000000000 WHERE order_id = 'order-1'");
  Decide("$C", "kind: CASE_KIND_LATE_SHIPMENT");
  EXPECT_EQ(ProcessOf("$C").facts().limit().minor_units(), 3000);
  Db().Exec("UPDATE sales_order SET paid_minor = 500000 WHERE order_id = 'order-1'");
  Run();
  ASSERT_EQ(PaymentsOf("$C").size(), 1);
  EXPECT_EQ(PaymentsOf("$C")[0].amount().minor_units(), 3000);
  // The decision that stands pays nothing anew: its history tells what is paid.
  ASSERT_OK(Call(&Stub::AppealCase, R"pb(case_id: "$C"
                                         party: APPEAL_PARTY_MERCHANT
                                         reason: "too much")pb"));
  ASSERT_OK(Call(&WorkStub::DecideAppeal, R"pb(case_id: "$C"
                                               outcome: APPEAL_OUTCOME_DECISION_STANDS
                                               note: "n")pb"));
  const auto history = Call(&Stub::ListCaseActivities, R"pb(case_id: "$C")pb");
  ASSERT_OK(history);
  EXPECT_EQ(history->activities().rbegin()->authority().cost().minor_units(), 3000);
  Run();
  EXPECT_EQ(ProcessesOf("$C").size(), 1);
  EXPECT_EQ(PaymentsOf("$C").size(), 1);
}

}  // namespace
}  // namespace kefu::aftersales
