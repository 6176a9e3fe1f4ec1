// What agents may decide alone, by tier, agent, base and contract.
#include "common/testing/every_call.h"
#include "google/rpc/error_details.pb.h"
#include "kefu/staffing/v1/authority.grpc.pb.h"
#include "services/staffing/tests/careers/careers_fixture.h"

namespace kefu::staffing {
namespace {

using ::kefu::testing::CallRow;
using ::kefu::testing::EveryCall;
using ::kefu::testing::Other;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class AuthorityTest : public CareersServiceTest {
 protected:
  using Authority = v1::AuthorityService::Stub;
  explicit AuthorityTest(int pool_size = 8)
      : CareersServiceTest(pool_size), authority_(v1::AuthorityService::NewStub(host_.channel())) {}

  void SetUp() override { ASSERT_NO_FATAL_FAILURE(MakeWorld()); }

  v1::CheckAuthorityResponse Check(const std::string& agent, const std::string& action, int fen,
                                   const std::string& more = "") {
    const auto response =
        Call(&Staffing::CheckAuthority, fmt::format(R"(agent_id: "{}" action: AUTHORITY_ACTION_{}
                       amount {{ currency_code: "CNY" minor_units: {} }} {})",
                                                    agent, action, fen, more));
    EXPECT_OK(response);
    return response.value_or(v1::CheckAuthorityResponse());
  }
  absl::StatusOr<v1::AuthorityPolicy> Set(const std::string& rules) {
    return rpc::Call(*authority_, &Authority::SetAuthorityPolicy,
                     Parse<v1::SetAuthorityPolicyRequest>(Fill(
                         "policy { effective_date { year: 2026 month: 1 day: 1 } " + rules + "}")),
                     As("org-a"));
  }
  static std::string Rule(const std::string& scope, const std::string& id,
                          const std::string& action, int limit, const std::string& more = "") {
    return fmt::format(R"(rules {{ scope: AUTHORITY_SCOPE_{} scope_id: "{}"
                          action: AUTHORITY_ACTION_{} limit_minor_units: {} {} }} )",
                       scope, id, action, limit, more);
  }

  std::unique_ptr<Authority> authority_;
};

TEST_F(AuthorityTest, TheShippedPolicyGoesByTier) {
  ASSERT_NO_FATAL_FAILURE(Add("$R", "regular", Day(2025, 1, 1), R"(team_id: "$TEAM1")"));
  ASSERT_NO_FATAL_FAILURE(Add("$S1", "senior", Day(2025, 1, 1)));
  ASSERT_NO_FATAL_FAILURE(Add("$S2", "senior", Day(2025, 1, 1), R"(team_id: "$TEAM1")"));
  const auto may = Check("$R", "REFUND", 5000);
  EXPECT_EQ(may.decision(), v1::AUTHORITY_DECISION_ALLOWED);
  EXPECT_EQ(may.limit().minor_units(), 5000);
  EXPECT_EQ(may.tier_id(), "regular");
  EXPECT_EQ(may.policy_id(), "default");
  EXPECT_THAT(may.approver_agent_ids(), IsEmpty());
  const auto asks = Check("$R", "REFUND", 5001);
  EXPECT_EQ(asks.decision(), v1::AUTHORITY_DECISION_NEEDS_APPROVAL);
  EXPECT_EQ(asks.approver_tier_id(), "senior");
  EXPECT_THAT(asks.approver_agent_ids(), ElementsAre(world_["$S1"], world_["$S2"]));
  EXPECT_FALSE(asks.owner_approves());
  // The lead of the team comes first.
  ASSERT_OK(Call(&Staffing::UpdateTeam, R"(team { team_id: "$TEAM1" lead_agent_id: "$S2" }
                                           update_mask { paths: "lead_agent_id" })"));
  EXPECT_THAT(Check("$R", "REFUND", 5001).approver_agent_ids(),
              ElementsAre(world_["$S2"], world_["$S1"]));
  // Whoever is away approves nothing.
  ASSERT_OK(Ask(&Career::RecordLeave, R"(leave { agent_id: "$S2" kind: "sick"
      start_date { year: 2026 month: 1 day: 15 } end_date { year: 2026 month: 1 day: 15 } })"));
  EXPECT_THAT(Check("$R", "REFUND", 5001).approver_agent_ids(), ElementsAre(world_["$S1"]));
  EXPECT_EQ(Check("$R", "REFUND", 20001).approver_tier_id(), "team_lead");
  EXPECT_TRUE(Check("$R", "REFUND", 1'000'001).owner_approves());
  // A trainee decides nothing that costs, and only one result.
  EXPECT_EQ(Check("$AGENT", "COUPON", 1).approver_tier_id(), "regular");
  EXPECT_FALSE(Check("$AGENT", "COUPON", 1).has_limit());
  EXPECT_EQ(Check("$AGENT", "REVIEW_RESULT", 0, R"(subject: "WAITING_FOR_CUSTOMER")").decision(),
            v1::AUTHORITY_DECISION_ALLOWED);
  EXPECT_EQ(Check("$AGENT", "REVIEW_RESULT", 0, R"(subject: "APPROVED")").decision(),
            v1::AUTHORITY_DECISION_NEEDS_APPROVAL);
  EXPECT_EQ(Check("$R", "REVIEW_RESULT", 3000, R"(subject: "APPROVED")").decision(),
            v1::AUTHORITY_DECISION_ALLOWED);
  EXPECT_EQ(
      Check("$R", "REVIEW_RESULT", 3000, R"(subject: "REFUND_WITHOUT_RETURN")").approver_tier_id(),
      "senior");
  // The tier of the day in question.
  EXPECT_THAT(Call(&Staffing::CheckAuthority,
                   R"(agent_id: "$R" action: AUTHORITY_ACTION_REFUND
                      date { year: 2024 month: 12 day: 31 })"),
              HasReason("AGENT_NOT_EMPLOYED"));
  EXPECT_THAT(Call(&Staffing::CheckAuthority,
                   R"(agent_id: "$R" action: AUTHORITY_ACTION_REFUND
                      amount { currency_code: "USD" minor_units: 1 })"),
              HasReason("CURRENCY_MISMATCH"));
}

TEST_F(AuthorityTest, BasesAndContractsBoundWhatTierOrAgentAllow) {
  ASSERT_NO_FATAL_FAILURE(Add("$R", "regular", Day(2025, 1, 1)));
  ASSERT_OK_AND_ASSIGN(const v1::Agent of_base,
                       Call(&Staffing::CreateAgent, R"(agent { display_name: "b"
                           employment: EMPLOYMENT_BASE base_id: "base-1"
                           hire_date { year: 2025 month: 1 day: 1 } } initial_tier_id: "senior")"));
  world_["$B"] = of_base.agent_id();
  EXPECT_EQ(Check("$B", "PRICE_CHANGE", 1).decision(), v1::AUTHORITY_DECISION_NEEDS_APPROVAL);
  EXPECT_FALSE(Check("$B", "PRICE_CHANGE", 1).has_limit());
  EXPECT_EQ(Check("$B", "REFUND", 20000).decision(), v1::AUTHORITY_DECISION_ALLOWED);

  ASSERT_OK_AND_ASSIGN(
      const v1::AuthorityPolicy policy,
      Set(Rule("TIER", "regular", "REFUND", 5000) + Rule("TIER", "senior", "REFUND", 20000) +
          Rule("AGENT", "$R", "REFUND", 8000) + Rule("BASE", "base-1", "REFUND", 9000) +
          Rule("BASE", "", "REFUND", 100) + Rule("CONTRACT", "c-7", "REFUND", 3000) +
          Rule("EVERYBODY", "", "COUPON", 0, "forbidden: true") +
          Rule("EVERYBODY", "", "REFUND", 50000)));
  EXPECT_EQ(policy.version(), 1);
  EXPECT_EQ(policy.actor(), "tester");
  EXPECT_EQ(Check("$R", "REFUND", 8000).limit().minor_units(), 8000);
  EXPECT_EQ(Check("$B", "REFUND", 9001).limit().minor_units(), 9000) << "not that of every base";
  const auto bound = Check("$B", "REFUND", 3001, R"(contract_id: "c-7")");
  EXPECT_EQ(bound.decision(), v1::AUTHORITY_DECISION_NEEDS_APPROVAL);
  EXPECT_EQ(bound.limit().minor_units(), 3000);
  EXPECT_EQ(bound.rules_size(), 3);
  EXPECT_TRUE(bound.owner_approves());
  EXPECT_EQ(Check("$B", "REFUND", 3000, R"(contract_id: "c-7")").decision(),
            v1::AUTHORITY_DECISION_ALLOWED);
  EXPECT_EQ(Check("$R", "COUPON", 0).decision(), v1::AUTHORITY_DECISION_NEVER);
  EXPECT_EQ(Check("$R", "REFUND", 50001).decision(), v1::AUTHORITY_DECISION_NEVER);
  EXPECT_EQ(Check("$R", "REFUND", 50000).decision(), v1::AUTHORITY_DECISION_NEEDS_APPROVAL);
  // Before its day the shipped one counts.
  EXPECT_EQ(Check("$R", "COUPON", 1000, "date { year: 2025 month: 12 day: 31 }").decision(),
            v1::AUTHORITY_DECISION_ALLOWED);

  const absl::Status faults =
      Set(Rule("TIER", "", "REFUND", -1) + Rule("EVERYBODY", "x", "REFUND", 5, "forbidden: true") +
          Rule("BASE", "", "COUPON", 1) + Rule("BASE", "", "COUPON", 2))
          .status();
  EXPECT_THAT(faults, HasReason("INVALID_FIELDS"));
  EXPECT_EQ(GetDetail<google::rpc::BadRequest>(faults)->field_violations_size(), 5);
}

// Approvers decide by their own authority: a base's bound binds them too, and no base's business is
// another's.
TEST_F(AuthorityTest, ApproversMayDecideItThemselves) {
  const auto of_base = [&](const std::string& name, const std::string& base,
                           const std::string& tier) {
    ASSERT_OK_AND_ASSIGN(
        const v1::Agent agent,
        Call(&Staffing::CreateAgent,
             fmt::format(R"(agent {{ display_name: "b" employment: EMPLOYMENT_BASE base_id: "{}"
                                     hire_date {{ year: 2025 month: 1 day: 1 }} }}
                            initial_tier_id: "{}")",
                         base, tier)));
    world_[name] = agent.agent_id();
  };
  ASSERT_NO_FATAL_FAILURE(of_base("$ASK", "base-1", "regular"));
  ASSERT_NO_FATAL_FAILURE(of_base("$MATE", "base-1", "senior"));
  ASSERT_NO_FATAL_FAILURE(of_base("$RIVAL", "base-2", "senior"));
  ASSERT_NO_FATAL_FAILURE(Add("$R", "regular", Day(2025, 1, 1)));
  ASSERT_NO_FATAL_FAILURE(Add("$OWN", "senior", Day(2025, 1, 1)));
  EXPECT_THAT(Check("$R", "REFUND", 6000).approver_agent_ids(), ElementsAre(world_["$OWN"]));
  EXPECT_THAT(Check("$ASK", "REFUND", 6000).approver_agent_ids(),
              ElementsAre(world_["$MATE"], world_["$OWN"]));
  ASSERT_OK(Set(Rule("TIER", "regular", "REFUND", 5000) + Rule("TIER", "senior", "REFUND", 20000) +
                Rule("BASE", "base-1", "REFUND", 5500)));
  EXPECT_THAT(Check("$ASK", "REFUND", 6000).approver_agent_ids(), ElementsAre(world_["$OWN"]));
  EXPECT_THAT(Check("$ASK", "REFUND", 5200).approver_agent_ids(),
              ElementsAre(world_["$MATE"], world_["$OWN"]));
}

const std::vector<CallRow>& Rows() {
  static const auto& rows = *new std::vector<CallRow>{
      {"SetAuthorityPolicy",
       R"(policy {
            effective_date { year: 2026 month: 1 day: 1 }
            rules { scope: AUTHORITY_SCOPE_TIER scope_id: "n~" action: AUTHORITY_ACTION_REFUND }
          })",
       Other::kUnrelated},
      {"GetAuthorityPolicy", "", Other::kUnrelated},
      {"ListAuthorityPolicies", "", Other::kUnrelated},
  };
  return rows;
}

TEST_F(AuthorityTest, EveryCallOfTheService) {
  const EveryCall calls{"kefu.staffing.v1.AuthorityService", host_.channel(),
                        [this](std::string text) { return Fill(std::move(text)); }};
  calls.CheckTable(Rows());
  for (const CallRow& row : Rows()) {
    EXPECT_OK(calls.Do(row, As("org-a"))) << row.method;
    if (!row.request.empty()) calls.CheckEmptyRequest(row, As("org-a"));
    calls.CheckRights(row, host_.AsService(), host_.As("org-a", {auth::Role::kAuditor}));
  }
  const size_t before = EventTypes().size();
  calls.CheckReplay(Rows()[0], "id-1", As("org-a"), Db(), clock_);
  EXPECT_EQ(EventTypes().size(), before + 1);
  EXPECT_THAT(calls.Do(Rows()[0], *calls.Request(Rows()[0], "2", "id-1"), As("org-a")).status(),
              HasReason("REQUEST_ID_REUSED"));
  EXPECT_THAT(calls.Do(Rows()[0], As("org-new")).status(),
              HasReason("ORGANIZATION_NOT_REGISTERED"));
  const auto list = rpc::Call(*authority_, &Authority::ListAuthorityPolicies, {}, As("org-a"));
  ASSERT_OK(list);
  EXPECT_EQ(list->policies_size(), 4) << "two that ship, two of its own";
  const auto now = rpc::Call(*authority_, &Authority::GetAuthorityPolicy, {}, As("org-a"));
  ASSERT_OK(now);
  EXPECT_THAT(*now, EqualsProto(list->policies(3)));
  const auto other = rpc::Call(*authority_, &Authority::GetAuthorityPolicy, {}, As("org-b"));
  ASSERT_OK(other);
  EXPECT_EQ(other->policy_id(), "default");
}

class AuthorityDeadlineTest : public AuthorityTest {
 protected:
  AuthorityDeadlineTest() : AuthorityTest(/*pool_size=*/1) {}
};

TEST_F(AuthorityDeadlineTest, EveryCallEndsByItsDeadline) {
  const EveryCall calls{"kefu.staffing.v1.AuthorityService", host_.channel(),
                        [this](std::string text) { return Fill(std::move(text)); }};
  ASSERT_OK(database_->RunInTransaction(absl::InfiniteFuture(), [&](db::Transaction&) {
    for (const CallRow& row : Rows()) calls.CheckDeadline(row, As("org-a"));
    return absl::OkStatus();
  }));
}

}  // namespace
}  // namespace kefu::staffing
