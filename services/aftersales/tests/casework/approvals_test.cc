// Results beyond an agent's authority and levels of escalation, as stories.
#include <thread>

#include "fmt/format.h"
#include "services/aftersales/tests/fixture.h"

namespace kefu::aftersales {
namespace {

namespace staffing = ::kefu::staffing::v1;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class ApprovalsTest : public AftersalesTest {
 protected:
  ApprovalsTest() {
    Sell("org-a", "shop-1", "order-1", 1'000'000);  // no cost is more than was paid
    Tell<staffing::OrganizationChanged>(
        "org-a", R"pb(organization { organization_id: "org-a" currency_code: "CNY" })pb");
    for (const std::string tier : {"trainee", "regular", "senior", "team_lead", "supervisor"}) {
      Employ("org-a", tier, tier);
    }
  }

  // A refund without return of so many fen, proposed by an agent; $P is the proposal.
  absl::StatusOr<v1::Case> Propose(const std::string& agent, int fen,
                                   const std::string& result = "REFUND_WITHOUT_RETURN") {
    auto proposed = Call(&WorkStub::ProposeReview,
                         fmt::format(R"(case_id: "$C" result: REVIEW_RESULT_{} note: "破损"
                                        cost {{ currency_code: "CNY" minor_units: {} }})",
                                     result, fen),
                         AsAgent(agent));
    if (proposed.ok()) names_["$P"] = proposed->proposal().proposal_id();
    return proposed;
  }
  absl::StatusOr<v1::Case> Approve(const rpc::CallOptions& options) {
    return Call(&WorkStub::ApproveReview, R"pb(case_id: "$C" proposal_id: "$P")pb", options);
  }
  absl::StatusOr<v1::Case> Reject(const rpc::CallOptions& options) {
    return Call(&WorkStub::RejectProposal,
                R"pb(case_id: "$C" proposal_id: "$P" note: "先补证据")pb", options);
  }
  v1::Case Read() {
    auto read = Call(&Stub::GetCase, R"pb(case_id: "$C")pb");
    EXPECT_OK(read);
    return read.ok() ? *read : v1::Case();
  }
};

TEST_F(ApprovalsTest, WhatAnAgentMayNotDecideAloneIsProposedRejectedAndApprovedByOthers) {
  Open("$C", "kind: CASE_KIND_PLATFORM_WORK_ORDER");
  // ¥150 is beyond a regular agent (¥20) and a senior one (¥100), within a lead's ¥300.
  const auto refused = Call(&Stub::ReviewCase, R"pb(
                              case_id: "$C"
                              result: REVIEW_RESULT_REFUND_WITHOUT_RETURN
                              cost { currency_code: "CNY" minor_units: 15000 })pb",
                            AsAgent("regular"));
  EXPECT_THAT(refused, HasReason("REVIEW_BEYOND_AUTHORITY"));
  EXPECT_THAT(refused.status().message(), HasSubstr("ProposeReview"));
  EXPECT_EQ(Read().state(), v1::CASE_STATE_OPEN);

  ASSERT_OK_AND_ASSIGN(const v1::Case proposed, Propose("regular", 15000));
  EXPECT_EQ(proposed.state(), v1::CASE_STATE_AWAITING_APPROVAL);
  EXPECT_EQ(proposed.result(), v1::REVIEW_RESULT_UNSPECIFIED);
  EXPECT_EQ(ClockOf(proposed, v1::CLOCK_KIND_WORK_ORDER_DECISION).state(), v1::CLOCK_STATE_RUNNING);
  // The customer may be answered meanwhile; nobody reviews past the proposal.
  ASSERT_OK(Call(&Stub::RespondToCase, R"pb(case_id: "$C" message: "正在审批")pb"));
  EXPECT_THAT(
      Call(&Stub::ReviewCase, R"pb(case_id: "$C" result: REVIEW_RESULT_REJECTED note: "n")pb"),
      HasReason("ILLEGAL_MOVE"));

  EXPECT_THAT(Approve(AsAgent("regular")),
              AllOf(StatusIs(absl::StatusCode::kPermissionDenied), HasReason("OWN_PROPOSAL")));
  EXPECT_THAT(Approve(AsAgent("senior")), HasReason("REVIEW_BEYOND_AUTHORITY"));
  EXPECT_THAT(Reject(AsAgent("senior")), HasReason("REVIEW_BEYOND_AUTHORITY"));
  ASSERT_OK_AND_ASSIGN(const v1::Case rejected, Reject(AsAgent("team_lead")));
  EXPECT_EQ(rejected.state(), v1::CASE_STATE_OPEN);
  EXPECT_EQ(rejected.proposal().state(), v1::PROPOSAL_STATE_REJECTED);
  EXPECT_EQ(rejected.proposal().decider(), "person-of-team_lead");

  const std::string old = names_["$P"];
  ASSERT_OK(Propose("regular", 16000));
  const auto stale =
      Call(&WorkStub::ApproveReview, fmt::format(R"(case_id: "$C" proposal_id: "{}")", old),
           AsAgent("team_lead"));
  EXPECT_THAT(stale, HasReason("PROPOSAL_CHANGED"));
  EXPECT_EQ(MetadataOf(stale.status(), "proposal_id"), names_["$P"]);
  clock_.Advance(absl::Hours(1));
  ASSERT_OK_AND_ASSIGN(const v1::Case decided, Approve(AsAgent("team_lead")));
  EXPECT_EQ(decided.state(), v1::CASE_STATE_DECIDED);
  EXPECT_EQ(decided.result(), v1::REVIEW_RESULT_REFUND_WITHOUT_RETURN);
  EXPECT_EQ(decided.decision_number(), 1);
  EXPECT_EQ(Text(decided.decide_time()), "2026-01-15T05:00:00Z");
  EXPECT_EQ(ClockOf(decided, v1::CLOCK_KIND_WORK_ORDER_DECISION).state(), v1::CLOCK_STATE_MET);
  EXPECT_EQ(decided.proposal().proposer(), "person-of-regular");
  EXPECT_EQ(decided.proposal().proposer_agent_id(), "regular");
  EXPECT_EQ(decided.proposal().cost().minor_units(), 16000);
  EXPECT_THAT(Read(), EqualsProto(decided));
}

TEST_F(ApprovalsTest, TheHistoryKeepsProposerApproverAndTheirAuthority) {
  Open("$C");
  ASSERT_OK(Propose("regular", 15000));
  ASSERT_OK(Approve(AsAgent("team_lead")));
  ASSERT_OK_AND_ASSIGN(const auto history, Call(&Stub::ListCaseActivities, R"pb(case_id: "$C")pb"));
  std::vector<std::string> lines;
  for (const auto& line : history.activities()) {
    lines.push_back(fmt::format(
        "{} {}>{} {} {} {} {}", line.verb(), static_cast<int>(line.from_state()),
        static_cast<int>(line.to_state()), line.actor(), v1::ReviewResult_Name(line.result()),
        line.authority().tier_id(), line.authority().cost().minor_units()));
  }
  EXPECT_THAT(
      lines,
      ElementsAre("OpenCase 0>1 tester REVIEW_RESULT_UNSPECIFIED  0",
                  "ProposeReview 1>5 person-of-regular REVIEW_RESULT_REFUND_WITHOUT_RETURN regular "
                  "15000",
                  "ApproveReview 5>3 person-of-team_lead REVIEW_RESULT_REFUND_WITHOUT_RETURN "
                  "team_lead 15000"));
  EXPECT_EQ(history.activities(2).authority().policy_id(), "default");
  EXPECT_EQ(history.activities(2).authority().policy_version(), 1);
}

TEST_F(ApprovalsTest, AWaitingCaseThatIsProposedRunsOn) {
  Open("$C", "kind: CASE_KIND_PLATFORM_WORK_ORDER");
  ASSERT_OK(
      Call(&Stub::ReviewCase, R"pb(case_id: "$C" result: REVIEW_RESULT_WAITING_FOR_CUSTOMER)pb"));
  clock_.Advance(absl::Hours(10));
  ASSERT_OK_AND_ASSIGN(const v1::Case proposed, Propose("regular", 15000));
  EXPECT_EQ(Text(ClockOf(proposed, v1::CLOCK_KIND_WORK_ORDER_DECISION).due_time()),
            "2026-01-15T17:00:00Z");
}

TEST_F(ApprovalsTest, WhatCannotBeApprovedIsNotProposed) {
  Open("$C");
  // Waiting needs no approval; the cost of a refund must be said; so must the reason.
  EXPECT_THAT(Propose("regular", 0, "WAITING_FOR_CUSTOMER"), HasReason("INVALID_FIELDS"));
  const auto silent = Call(&WorkStub::ProposeReview, R"pb(
    case_id: "$C"
    result: REVIEW_RESULT_REFUND_WITHOUT_RETURN
    note: "n")pb");
  EXPECT_THAT(silent, HasReason("INVALID_FIELDS"));
  EXPECT_THAT(silent.status().message(), HasSubstr("cost"));
  Tell<staffing::AuthorityPolicyChanged>("org-a",
                                         R"pb(policy {
                                                policy_id: "own"
                                                version: 1
                                                effective_date { year: 2026 month: 1 day: 1 }
                                                rules {
                                                  scope: AUTHORITY_SCOPE_EVERYBODY
                                                  action: AUTHORITY_ACTION_REVIEW_RESULT
                                                  limit_minor_units: 100000
                                                }
                                              })pb");
  EXPECT_THAT(Propose("regular", 100001), HasReason("REVIEW_FORBIDDEN"));
  Open("$C", "kind: CASE_KIND_LATE_SHIPMENT");
  EXPECT_THAT(Propose("regular", 1, "REISSUE_WITHOUT_RETURN"), HasReason("RESULT_NOT_OF_KIND"));
  EXPECT_EQ(Read().state(), v1::CASE_STATE_OPEN);
}

TEST_F(ApprovalsTest, AResultThatAKindDoesNotKnowIsRefusedBeforeAuthority) {
  Open("$C", "kind: CASE_KIND_LATE_SHIPMENT");
  const auto refused =
      Call(&Stub::ReviewCase, R"pb(case_id: "$C" result: REVIEW_RESULT_REISSUE_WITHOUT_RETURN)pb",
           AsAgent("trainee"));
  EXPECT_THAT(refused, AllOf(StatusIs(absl::StatusCode::kFailedPrecondition),
                             HasReason("RESULT_NOT_OF_KIND")));
  EXPECT_EQ(MetadataOf(refused.status(), "possible"),
            "APPROVED, REJECTED, WAITING_FOR_CUSTOMER, CUSTOMER_GAVE_UP");
  EXPECT_THAT(refused.status().message(), HasSubstr("send them twice"));
}

TEST_F(ApprovalsTest, AnApprovedRefundIsBoundedAsTheRefundThatItIs) {
  const auto approve = [&](const std::string& more) {
    return Call(&Stub::ReviewCase,
                fmt::format(R"(case_id: "$C" result: REVIEW_RESULT_APPROVED {})", more),
                AsAgent("regular"));
  };
  Open("$C", "kind: CASE_KIND_REFUND_ONLY");
  EXPECT_THAT(approve(""), HasReason("INVALID_FIELDS"));
  EXPECT_THAT(approve(R"(cost { currency_code: "CNY" minor_units: 2001 })"),
              HasReason("REVIEW_BEYOND_AUTHORITY"));
  ASSERT_OK_AND_ASSIGN(const v1::Case decided,
                       approve(R"(cost { currency_code: "CNY" minor_units: 2000 })"));
  EXPECT_EQ(decided.result(), v1::REVIEW_RESULT_APPROVED);
}

TEST_F(ApprovalsTest, OfTwoWhoApproveAtOnceOneDoes) {
  for (int round = 0; round < 5; ++round) {
    Open("$C");
    ASSERT_OK(Propose("regular", 15000));
    absl::Status results[4];
    {
      const rpc::CallOptions callers[] = {AsAgent("team_lead"), AsAgent("supervisor"), As("org-a"),
                                          AsAgent("team_lead")};
      std::vector<std::jthread> threads;
      for (int i = 0; i < 4; ++i) {
        threads.emplace_back(
            [&, i] { results[i] = (i == 3 ? Reject(callers[i]) : Approve(callers[i])).status(); });
      }
    }
    int done = 0;
    for (const absl::Status& result : results) {
      done += result.ok() ? 1 : 0;
      if (!result.ok()) {
        EXPECT_THAT(result, HasReason("ILLEGAL_MOVE"));
      }
    }
    EXPECT_EQ(done, 1);
    ASSERT_OK_AND_ASSIGN(const auto history,
                         Call(&Stub::ListCaseActivities, R"pb(case_id: "$C")pb"));
    EXPECT_EQ(history.activities_size(), 3);
  }
}

TEST_F(ApprovalsTest, ABaseProposesAndTheMerchantApproves) {
  Employ("base-1", "seat-1", "regular");
  const rpc::CallOptions seat = AsBase("shop-1", {auth::Role::kAgent});
  Open("$C", R"pb(customer_id: "customer-99")pb");
  Contract("base-1", "shop-1");
  GiveAll("seat-1");
  ASSERT_OK_AND_ASSIGN(const v1::Case proposed,
                       Call(&WorkStub::ProposeReview, R"pb(
                              case_id: "$C"
                              result: REVIEW_RESULT_REFUND_WITHOUT_RETURN
                              note: "n"
                              cost { currency_code: "CNY" minor_units: 5000 })pb",
                            seat));
  EXPECT_EQ(proposed.customer_id(), "***99");
  names_["$P"] = proposed.proposal().proposal_id();
  EXPECT_THAT(Approve(seat), HasReason("OWN_PROPOSAL"));
  ASSERT_OK(Approve(As("org-a")));
}

// --- Escalation. ---

TEST_F(ApprovalsTest, ACaseClimbsTheLevelsAndGoesDownOnlyByItsVerb) {
  const v1::Case open = Open("$C");
  EXPECT_EQ(open.escalation_level(), v1::ESCALATION_LEVEL_AGENT);
  const auto escalate = [&](const std::string& level = "") {
    return Call(&Stub::EscalateCase,
                fmt::format(R"(case_id: "$C" reason: "客户要求" {})",
                            level.empty() ? "" : "level: ESCALATION_LEVEL_" + level),
                AsAgent("regular"));
  };
  ASSERT_OK_AND_ASSIGN(const v1::Case lead, escalate());
  EXPECT_EQ(lead.escalation_level(), v1::ESCALATION_LEVEL_TEAM_LEAD);
  EXPECT_EQ(lead.state(), v1::CASE_STATE_OPEN);
  EXPECT_THAT(escalate("AGENT"), HasReason("LEVEL_NOT_HIGHER"));
  EXPECT_THAT(escalate("TEAM_LEAD"), HasReason("LEVEL_NOT_HIGHER"));
  ASSERT_OK_AND_ASSIGN(const v1::Case merchant, escalate("MERCHANT"));
  EXPECT_EQ(merchant.escalation_level(), v1::ESCALATION_LEVEL_MERCHANT);
  const auto top = escalate();
  EXPECT_THAT(top, HasReason("LEVEL_NOT_HIGHER"));
  EXPECT_EQ(MetadataOf(top.status(), "level"), "MERCHANT");
  EXPECT_THAT(Call(&WorkStub::LowerEscalation, R"pb(case_id: "$C"
                                                    level: ESCALATION_LEVEL_MERCHANT
                                                    reason: "r")pb"),
              HasReason("LEVEL_NOT_LOWER"));
  ASSERT_OK_AND_ASSIGN(const v1::Case down,
                       Call(&WorkStub::LowerEscalation, R"pb(case_id: "$C"
                                                             level: ESCALATION_LEVEL_SUPERVISOR
                                                             reason: "主管可处理")pb"));
  EXPECT_EQ(down.escalation_level(), v1::ESCALATION_LEVEL_SUPERVISOR);
  EXPECT_THAT(Read(), EqualsProto(down));
  ASSERT_OK_AND_ASSIGN(const auto history, Call(&Stub::ListCaseActivities, R"pb(case_id: "$C")pb"));
  EXPECT_THAT(history.activities(3).changes(0), EqualsProto(R"pb(field: "escalation_level"
                                                                 old_value: "MERCHANT"
                                                                 new_value: "SUPERVISOR")pb"));
  EXPECT_EQ(history.activities(1).actor(), "person-of-regular");
  EXPECT_EQ(history.activities(1).changes(0).new_value(), "TEAM_LEAD");
  // Nobody takes a case back from those who stand above.
  const auto lower = [&](const std::string& level, const rpc::CallOptions& options) {
    return Call(&WorkStub::LowerEscalation,
                fmt::format(R"(case_id: "$C" level: ESCALATION_LEVEL_{} reason: "r")", level),
                options);
  };
  const auto supervisor = host_.As("org-a", {auth::Role::kSupervisor});
  const auto leader = host_.As("org-a", {auth::Role::kTeamLead});
  for (const auto& below : {AsAgent("regular"), leader}) {
    const auto refused = lower("AGENT", below);
    EXPECT_THAT(refused, HasReason("LEVEL_ABOVE_CALLER"));
    EXPECT_EQ(MetadataOf(refused.status(), "level"), "SUPERVISOR");
  }
  EXPECT_THAT(Read(), EqualsProto(down));
  ASSERT_OK(lower("TEAM_LEAD", supervisor));
  EXPECT_THAT(lower("AGENT", AsAgent("regular")), HasReason("LEVEL_ABOVE_CALLER"));
  ASSERT_OK(lower("AGENT", leader));
  ASSERT_OK(escalate("MERCHANT"));
  EXPECT_THAT(lower("AGENT", supervisor), HasReason("LEVEL_ABOVE_CALLER"));
  ASSERT_OK(Call(&Stub::ReviewCase, R"pb(case_id: "$C" result: REVIEW_RESULT_CUSTOMER_GAVE_UP)pb"));
  ASSERT_OK(Call(&Stub::CloseCase, R"pb(case_id: "$C")pb"));
  EXPECT_THAT(escalate(), HasReason("ILLEGAL_MOVE"));
}

TEST_F(ApprovalsTest, EveryVersionOfACasePolicyIsListedToWhomItIsFor) {
  const std::string numbers = R"(max_appeals: 1 max_evidence_bytes: 1 max_evidence_items: 1
                                 evidence_types: "image/png"
                                 escalation_levels: ESCALATION_LEVEL_AGENT
                                 escalation_levels: ESCALATION_LEVEL_MERCHANT)";
  for (const std::string shop : {"", "shop-1", "shop-2", "shop-1"}) {
    ASSERT_OK(Call(&WorkStub::SetCasePolicy,
                   fmt::format(R"(policy {{ shop_id: "{}" {} }})", shop, numbers)));
  }
  const auto list = [this](const std::string& shop, const rpc::CallOptions& who) {
    std::vector<std::string> seen;
    std::string token;
    do {
      const auto page =
          Call(&WorkStub::ListCasePolicies,
               fmt::format(R"(shop_id: "{}" page_size: 2 page_token: "{}")", shop, token), who);
      if (!page.ok()) return std::vector{std::string(kefu::ReasonOf(page.status()))};
      for (const v1::CasePolicy& policy : page->policies()) {
        seen.push_back(
            fmt::format("{} {} {}", policy.policy_id(), policy.version(), policy.shop_id()));
      }
      token = page->next_page_token();
    } while (!token.empty());
    return seen;
  };
  const std::string shipped = "default/case 1 ";
  EXPECT_THAT(list("", As("org-a")), ElementsAre(shipped, "own/case 1 ", "own/case 2 shop-1",
                                                 "own/case 3 shop-2", "own/case 4 shop-1"));
  const auto of_shop =
      ElementsAre(shipped, "own/case 1 ", "own/case 2 shop-1", "own/case 4 shop-1");
  EXPECT_THAT(list("shop-1", As("org-a")), of_shop);
  EXPECT_THAT(list("shop-1", As("org-a", {"shop-1"})), of_shop);
  EXPECT_THAT(list("shop-1", AsBase("shop-1")), of_shop);
  EXPECT_THAT(list("", As("org-b")), ElementsAre(shipped));
  for (const auto& who : {As("org-a", {"shop-1"}), AsBase("shop-1")}) {
    EXPECT_THAT(list("", who), ElementsAre("SHOP_NOT_ALLOWED"));
    EXPECT_THAT(list("shop-2", who), ElementsAre("SHOP_NOT_ALLOWED"));
  }
}

TEST_F(ApprovalsTest, WhoProposedTakesItBackAndNobodyElse) {
  Open("$C");
  ASSERT_OK(Propose("regular", 15000));
  const auto withdraw = [this](const std::string& agent, const std::string& proposal = "$P") {
    return Call(&WorkStub::WithdrawProposal,
                fmt::format(R"(case_id: "$C" proposal_id: "{}" note: "客户改主意")", proposal),
                AsAgent(agent));
  };
  EXPECT_THAT(withdraw("team_lead"),
              AllOf(StatusIs(absl::StatusCode::kPermissionDenied), HasReason("NOT_OWN_PROPOSAL")));
  EXPECT_THAT(withdraw("regular", "another"), HasReason("PROPOSAL_CHANGED"));
  EXPECT_EQ(Read().state(), v1::CASE_STATE_AWAITING_APPROVAL);
  ASSERT_OK_AND_ASSIGN(const v1::Case open, withdraw("regular"));
  EXPECT_EQ(open.state(), v1::CASE_STATE_OPEN);
  EXPECT_EQ(open.result(), v1::REVIEW_RESULT_UNSPECIFIED);
  EXPECT_EQ(open.proposal().state(), v1::PROPOSAL_STATE_WITHDRAWN);
  EXPECT_EQ(open.proposal().decider(), "person-of-regular");
  EXPECT_THAT(Read(), EqualsProto(open));
  EXPECT_THAT(withdraw("regular"), HasReason("ILLEGAL_MOVE"));
  EXPECT_THAT(Approve(AsAgent("team_lead")), HasReason("ILLEGAL_MOVE"));
  ASSERT_OK(Propose("regular", 12000));
  EXPECT_OK(Approve(AsAgent("team_lead")));
}

TEST_F(ApprovalsTest, TheLevelsAreTheOrganizationsOwn) {
  ASSERT_OK_AND_ASSIGN(const v1::CasePolicy shipped, Call(&WorkStub::GetCasePolicy, ""));
  EXPECT_THAT(shipped, EqualsProto(R"pb(policy_id: "default/case"
                                        version: 1
                                        escalation_levels: ESCALATION_LEVEL_AGENT
                                        escalation_levels: ESCALATION_LEVEL_TEAM_LEAD
                                        escalation_levels: ESCALATION_LEVEL_SUPERVISOR
                                        escalation_levels: ESCALATION_LEVEL_MERCHANT
                                        appeal_term_days: 7
                                        max_appeals: 2
                                        max_evidence_bytes: 104857600
                                        max_evidence_items: 50
                                        evidence_types: "image/jpeg"
                                        evidence_types: "image/png"
                                        evidence_types: "image/webp"
                                        evidence_types: "image/gif"
                                        evidence_types: "image/heic"
                                        evidence_types: "video/mp4"
                                        evidence_types: "video/quicktime"
                                        evidence_types: "video/webm"
                                        evidence_types: "audio/mpeg"
                                        evidence_types: "audio/mp4"
                                        evidence_types: "audio/aac"
                                        evidence_types: "audio/wav"
                                        evidence_types: "application/pdf"
                                        evidence_types: "text/plain")pb"));
  const std::string small = R"(escalation_levels: ESCALATION_LEVEL_AGENT
                               escalation_levels: ESCALATION_LEVEL_MERCHANT
                               appeal_term_days: 3 max_appeals: 1 max_evidence_bytes: 1
                               max_evidence_items: 1 evidence_types: "image/png")";
  ASSERT_OK_AND_ASSIGN(
      const v1::CasePolicy own,
      Call(&WorkStub::SetCasePolicy, fmt::format(R"(policy {{ shop_id: "shop-1" {} }})", small)));
  EXPECT_EQ(own.policy_id(), "own/case");
  EXPECT_EQ(own.version(), 1);
  ASSERT_OK_AND_ASSIGN(const v1::CasePolicy later,
                       Call(&WorkStub::SetCasePolicy,
                            fmt::format(R"(policy {{ {} effective_time {{ seconds: {} }} }})",
                                        small, absl::ToUnixSeconds(clock_.Now()) + 3600)));
  EXPECT_EQ(later.version(), 2);
  Open("$C");
  ASSERT_OK_AND_ASSIGN(const v1::Case raised, Call(&Stub::EscalateCase, R"pb(case_id: "$C"
                                                                             reason: "r")pb"));
  EXPECT_EQ(raised.escalation_level(), v1::ESCALATION_LEVEL_MERCHANT);
  EXPECT_THAT(Call(&Stub::EscalateCase, R"pb(case_id: "$C"
                                             reason: "r"
                                             level: ESCALATION_LEVEL_SUPERVISOR)pb"),
              HasReason("LEVEL_UNKNOWN"));
  Open("$D", R"pb(shop_id: "shop-2")pb");
  ASSERT_OK_AND_ASSIGN(const v1::Case other, Call(&Stub::EscalateCase, R"pb(case_id: "$D"
                                                                            reason: "r")pb"));
  EXPECT_EQ(other.escalation_level(), v1::ESCALATION_LEVEL_TEAM_LEAD);
  clock_.Advance(absl::Hours(1));
  ASSERT_OK_AND_ASSIGN(const v1::Case now,
                       Call(&Stub::EscalateCase, R"pb(case_id: "$D" reason: "r")pb"));
  EXPECT_EQ(now.escalation_level(), v1::ESCALATION_LEVEL_MERCHANT);
  ASSERT_OK_AND_ASSIGN(const v1::CasePolicy of_b, Call(&WorkStub::GetCasePolicy, "", As("org-b")));
  EXPECT_EQ(of_b.policy_id(), "default/case");
}

TEST_F(ApprovalsTest, APolicyIsTheMerchantsToWriteAndWhole) {
  const auto wrong = Call(&WorkStub::SetCasePolicy, R"pb(
    policy {
      escalation_levels: ESCALATION_LEVEL_MERCHANT
      escalation_levels: ESCALATION_LEVEL_AGENT
      appeal_term_days: 366
      max_appeals: -1
      max_evidence_items: 201
      evidence_types: "image/jpeg"
      evidence_types: "image/jpeg"
      effective_time { seconds: 1 }
    })pb");
  const auto detail = GetDetail<google::rpc::BadRequest>(wrong.status());
  ASSERT_TRUE(detail);
  std::vector<std::string> fields;
  for (const auto& violation : detail->field_violations()) fields.push_back(violation.field());
  EXPECT_THAT(fields, ElementsAre("policy.effective_time", "policy.escalation_levels",
                                  "policy.appeal_term_days", "policy.max_appeals",
                                  "policy.max_evidence_bytes", "policy.max_evidence_items",
                                  "policy.evidence_types"));
  const std::string good = R"(policy { shop_id: "shop-1" max_appeals: 1 max_evidence_bytes: 1
                                       max_evidence_items: 1 evidence_types: "image/png"
                                       escalation_levels: ESCALATION_LEVEL_AGENT
                                       escalation_levels: ESCALATION_LEVEL_MERCHANT })";
  const rpc::CallOptions base = AsBase("shop-1", {auth::Role::kOwner});
  EXPECT_THAT(Call(&WorkStub::SetCasePolicy, good, base),
              StatusIs(absl::StatusCode::kPermissionDenied));
  EXPECT_THAT(Call(&WorkStub::SetCasePolicy, good, AsAgent("team_lead")),
              StatusIs(absl::StatusCode::kPermissionDenied));
  const std::string of_all = R"(policy { max_appeals: 1 max_evidence_bytes: 1
                                         max_evidence_items: 1 evidence_types: "image/png"
                                         escalation_levels: ESCALATION_LEVEL_AGENT
                                         escalation_levels: ESCALATION_LEVEL_MERCHANT })";
  EXPECT_THAT(Call(&WorkStub::SetCasePolicy, of_all, As("org-a", {"shop-1"})),
              StatusIs(absl::StatusCode::kPermissionDenied));
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM case_policy"), 1);
  EXPECT_OK(Call(&WorkStub::SetCasePolicy, of_all));
  // Versions are given one after the other, whoever writes at once.
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 6; ++i) {
      threads.emplace_back([&] { EXPECT_OK(Call(&WorkStub::SetCasePolicy, good)); });
    }
  }
  EXPECT_EQ(Db().Count("SELECT MAX(version) FROM case_policy WHERE org_id = 'org-a'"), 7);
  clock_.Advance(-absl::Seconds(1));
  EXPECT_THAT(Call(&WorkStub::SetCasePolicy, good), HasReason("INVALID_FIELDS"))
      << "it would count before the one before it";
}

}  // namespace
}  // namespace kefu::aftersales
