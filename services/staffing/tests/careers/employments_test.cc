// Hiring, leaving, hiring again, leaves, sideways moves, and leads that would lead each other.
#include "google/rpc/error_details.pb.h"
#include "services/staffing/tests/careers/careers_fixture.h"

namespace kefu::staffing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class EmploymentsTest : public CareersServiceTest {
 protected:
  void SetUp() override { ASSERT_NO_FATAL_FAILURE(MakeWorld()); }

  absl::StatusOr<v1::Agent> Hire(const std::string& text) {
    return Call(&Staffing::HireAgent, text);
  }
  absl::StatusOr<v1::Agent> Leave(const std::string& day) {
    return Ask(&Career::EndEmployment,
               fmt::format(R"(agent_id: "$AGENT" reason: "辞职" leave_date {{ {} }})", day));
  }
};

TEST_F(EmploymentsTest, HiringGoesByTheLaddersCriteria) {
  const std::string agent = R"(agent { display_name: "新人" employment: EMPLOYMENT_OWN
      team_id: "$TEAM1" hire_date { year: 2026 month: 1 day: 10 } education: "{}" } )";
  const auto hire = [&](const std::string& education, int born) {
    std::string text = agent;
    text.replace(text.find("{}"), 2, education);
    return Hire(text + fmt::format("birth_date {{ year: {} month: 1 day: 11 }}", born));
  };
  ASSERT_OK_AND_ASSIGN(const v1::Agent hired, hire("high_school", 2000));
  EXPECT_EQ(hired.tier_id(), "trainee");
  EXPECT_EQ(hired.team_id(), world_["$TEAM1"]);
  // 16 the day after being hired.
  const absl::Status refused = hire("middle_school", 2010).status();
  EXPECT_THAT(refused, HasReason("INVALID_FIELDS"));
  std::vector<std::string> fields;
  const auto detail = GetDetail<google::rpc::BadRequest>(refused);
  ASSERT_TRUE(detail);
  for (const auto& violation : detail->field_violations()) {
    fields.push_back(violation.field());
  }
  EXPECT_THAT(fields, ElementsAre("agent.education", "birth_date"));
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM agent"), 2);
}

TEST_F(EmploymentsTest, LeavingAndHiringAgainKeepWhatWas) {
  ASSERT_OK(Call(&Staffing::ChangeTier,
                 R"(change { agent_id: "$AGENT" tier_id: "regular" grade_id: "P1" reason: "r"
                             kind: TIER_CHANGE_KIND_PROMOTION
                             effective_date { year: 2025 month: 8 day: 1 } })"));
  EXPECT_THAT(
      Hire(R"(rehire_agent_id: "$AGENT" agent { hire_date { year: 2026 month: 1 day: 1 } })"),
      HasReason("STILL_EMPLOYED"));
  ASSERT_OK_AND_ASSIGN(const v1::Agent left, Leave(Day(2025, 9, 30)));
  EXPECT_EQ(left.state(), v1::AGENT_STATE_LEFT);
  EXPECT_EQ(left.tier_id(), "");
  EXPECT_THAT(Leave(Day(2025, 10, 30)), HasReason("AGENT_NOT_EMPLOYED"));
  ASSERT_OK_AND_ASSIGN(const auto memberships,
                       Call(&Staffing::ListTeamMemberships, R"(agent_id: "$AGENT")"));
  EXPECT_EQ(memberships.memberships(0).end_date().day(), 30);
  ASSERT_OK_AND_ASSIGN(const v1::Assignment assignment,
                       Call(&Staffing::GetAssignment, R"(assignment_id: "$ASSIGNMENT")"));
  EXPECT_EQ(assignment.end_date().month(), 9);

  EXPECT_THAT(
      Hire(R"(rehire_agent_id: "$AGENT" agent { hire_date { year: 2025 month: 9 day: 30 } })"),
      HasReason("STILL_EMPLOYED"));
  ASSERT_OK_AND_ASSIGN(const v1::Agent again, Hire(R"(rehire_agent_id: "$AGENT"
      agent { hire_date { year: 2025 month: 12 day: 1 } team_id: "$TEAM2" })"));
  EXPECT_EQ(again.state(), v1::AGENT_STATE_ACTIVE);
  EXPECT_EQ(again.tier_id(), "regular");
  EXPECT_EQ(again.team_id(), world_["$TEAM2"]);
  EXPECT_EQ(again.hire_date().month(), 12);
  EXPECT_FALSE(again.has_leave_date());
  // Every day keeps its tier.
  EXPECT_EQ(TierOn("$AGENT", Day(2025, 7, 31)), "trainee");
  EXPECT_EQ(TierOn("$AGENT", Day(2025, 9, 30)), "regular");
  EXPECT_EQ(TierOn("$AGENT", Day(2025, 10, 1)), "");
  EXPECT_EQ(TierOn("$AGENT", Day(2025, 12, 1)), "regular");
  ASSERT_OK_AND_ASSIGN(const auto list, Ask(&Career::ListEmployments, R"(agent_id: "$AGENT")"));
  EXPECT_THAT(list, EqualsProto(Parse<v1::ListEmploymentsResponse>(R"pb(
                employments {
                  start_date { year: 2025 month: 6 day: 1 }
                  end_date { year: 2025 month: 9 day: 30 }
                  end_reason: "辞职"
                }
                employments { start_date { year: 2025 month: 12 day: 1 } })pb")));
  // Two months as regular before, and 61 days' gap: three are full on 1 January.
  ASSERT_OK_AND_ASSIGN(const auto evaluation,
                       Call(&Staffing::EvaluatePromotion,
                            R"(agent_id: "$AGENT" date { year: 2025 month: 12 day: 31 })"));
  const v1::PromotionOption& senior = evaluation.evaluations(0).options(0);
  EXPECT_THAT(senior.tenure_date(),
              EqualsProto(Parse<common::v1::Date>("year: 2026 month: 1 day: 1")));
  EXPECT_EQ(senior.rules(0).evidence(2), "gap/2025-10-01..2025-11-30");
}

TEST_F(EmploymentsTest, LeavesOverlapNotAndLieWithinEmployment) {
  const auto record = [&](const std::string& from, const std::string& to) {
    return Ask(
        &Career::RecordLeave,
        fmt::format(R"(leave {{ agent_id: "$AGENT" kind: "maternity" start_date {{ {} }} {} }})",
                    from, to.empty() ? "" : fmt::format("end_date {{ {} }}", to)));
  };
  ASSERT_OK_AND_ASSIGN(const v1::Leave open, record(Day(2026, 1, 10), ""));
  ASSERT_OK_AND_ASSIGN(const v1::Agent away, Call(&Staffing::GetAgent, R"(agent_id: "$AGENT")"));
  EXPECT_EQ(away.state(), v1::AGENT_STATE_ON_LEAVE);
  EXPECT_THAT(record(Day(2026, 3, 1), Day(2026, 3, 2)), HasReason("LEAVE_OVERLAP"));
  EXPECT_THAT(record(Day(2025, 5, 31), Day(2025, 6, 2)), HasReason("AGENT_NOT_EMPLOYED"));
  EXPECT_THAT(record(Day(2025, 7, 2), Day(2025, 7, 1)), HasReason("INVALID_FIELDS"));
  world_["$LEAVE"] = open.leave_id();
  EXPECT_THAT(Ask(&Career::EndLeave,
                  fmt::format(R"(leave_id: "$LEAVE" end_date {{ {} }})", Day(2026, 1, 9))),
              HasReason("INVALID_FIELDS"));
  ASSERT_OK(Ask(&Career::EndLeave,
                fmt::format(R"(leave_id: "$LEAVE" end_date {{ {} }})", Day(2026, 1, 14))));
  ASSERT_OK_AND_ASSIGN(const v1::Agent back, Call(&Staffing::GetAgent, R"(agent_id: "$AGENT")"));
  EXPECT_EQ(back.state(), v1::AGENT_STATE_ACTIVE);
  EXPECT_OK(record(Day(2026, 1, 15), Day(2026, 1, 20)));
}

TEST_F(EmploymentsTest, SidewaysAndBack) {
  ASSERT_NO_FATAL_FAILURE(Add("$R", "regular", Day(2025, 1, 1)));
  const auto move = [&](const std::string& role, const std::string& day) {
    return Call(&Staffing::ChangeTier,
                fmt::format(R"(change {{ agent_id: "$R" tier_id: "regular" grade_id: "P1"
                               kind: TIER_CHANGE_KIND_LATERAL reason: "转岗" role_id: "{}"
                               effective_date {{ {} }} }})",
                            role, day));
  };
  ASSERT_OK_AND_ASSIGN(const v1::TierChange out, move("operations", Day(2025, 2, 1)));
  EXPECT_EQ(out.role_id(), "operations");
  EXPECT_THAT(move("operations", Day(2025, 3, 1)), HasReason("TIER_DIRECTION"));
  EXPECT_THAT(move("shop_manager", Day(2025, 3, 1)), HasReason("TIER_DIRECTION")) << "for seniors";
  EXPECT_THAT(move("boss", Day(2025, 3, 1)), HasReason("ROLE_UNKNOWN"));
  EXPECT_THAT(Call(&Staffing::PromoteAgent,
                   R"(agent_id: "$R" tier_id: "senior" reason: "r"
                      effective_date { year: 2025 month: 12 day: 1 })"),
              HasReason("PROMOTION_RULES"));
  ASSERT_OK(move("", Day(2025, 6, 1)));
  EXPECT_EQ(TierOn("$R", Day(2025, 4, 1)), "regular");
}

TEST_F(EmploymentsTest, NobodyLeadsOneself) {
  ASSERT_NO_FATAL_FAILURE(Add("$B", "senior", Day(2025, 1, 1), R"(team_id: "$TEAM2")"));
  const auto lead = [&](const std::string& team, const std::string& agent) {
    return Call(&Staffing::UpdateTeam, fmt::format(R"(team {{ team_id: "{}" lead_agent_id: "{}" }}
                               update_mask {{ paths: "lead_agent_id" }})",
                                                   team, agent));
  };
  ASSERT_OK(lead("$TEAM1", "$AGENT"));  // a member of the own team
  ASSERT_OK(lead("$TEAM2", "$AGENT"));
  EXPECT_THAT(lead("$TEAM1", "$B"), HasReason("TEAM_LEAD_CYCLE")) << "$B is led by $AGENT";
  ASSERT_OK(lead("$TEAM2", "$B"));
  // Each leads the own team; moving one into the other's is no cycle, the other one too is.
  const auto transfer = [&](const std::string& agent, const std::string& team) {
    return Call(&Staffing::TransferAgent, fmt::format(R"(agent_id: "{}" team_id: "{}"
                               effective_date {{ year: 2026 month: 1 day: 10 }})",
                                                      agent, team));
  };
  ASSERT_OK(transfer("$AGENT", "$TEAM2"));
  const int64_t events = Db().Count("SELECT COUNT(*) FROM outbox");
  EXPECT_THAT(transfer("$B", "$TEAM1"), HasReason("TEAM_LEAD_CYCLE"));
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM outbox"), events);
  ASSERT_OK_AND_ASSIGN(const auto memberships,
                       Call(&Staffing::ListTeamMemberships, R"(agent_id: "$B")"));
  EXPECT_EQ(memberships.memberships_size(), 1);
}

// A leave without an end would keep somebody away who is hired again, and no call would end it.
TEST_F(EmploymentsTest, LeavesEndWithTheEmployment) {
  const auto record = [&](const std::string& from, const std::string& to) {
    return Ask(&Career::RecordLeave,
               fmt::format(R"(leave {{ agent_id: "$AGENT" kind: "sick" start_date {{ {} }} {} }})",
                           from, to.empty() ? "" : fmt::format("end_date {{ {} }}", to)));
  };
  ASSERT_OK(record(Day(2026, 1, 2), Day(2026, 1, 3)));
  ASSERT_OK(record(Day(2026, 1, 20), Day(2026, 1, 22)));
  ASSERT_OK(record(Day(2026, 2, 10), ""));
  ASSERT_OK(Leave(Day(2026, 1, 21)));
  ASSERT_OK_AND_ASSIGN(const auto left, Ask(&Career::ListEmployments, R"(agent_id: "$AGENT")"));
  ASSERT_EQ(left.leaves_size(), 2);
  EXPECT_THAT(left.leaves(0).end_date(), EqualsProto(Parse<common::v1::Date>(Day(2026, 1, 3))));
  EXPECT_THAT(left.leaves(1).end_date(), EqualsProto(Parse<common::v1::Date>(Day(2026, 1, 21))));
  EXPECT_THAT(EventTypes(), ::testing::Contains("LeaveChanged").Times(5));

  ASSERT_OK(
      Hire(R"(rehire_agent_id: "$AGENT" agent { hire_date { year: 2026 month: 2 day: 1 } })"));
  ASSERT_OK(record(Day(2026, 2, 20), Day(2026, 2, 20)));
  ASSERT_OK_AND_ASSIGN(const auto evaluation,
                       Call(&Staffing::EvaluatePromotion,
                            R"(agent_id: "$AGENT" date { year: 2026 month: 2 day: 15 })"));
  for (const v1::RuleCheck& rule : evaluation.evaluations(0).options(0).rules()) {
    EXPECT_TRUE(rule.met() || rule.rule() != v1::PROMOTION_RULE_AT_WORK);
  }
}

TEST_F(EmploymentsTest, WhatWasToComeIsForgottenWithTheEmployment) {
  ASSERT_NO_FATAL_FAILURE(Add("$N", "trainee", Day(2025, 12, 1)));
  ASSERT_OK(Call(&Staffing::PromoteAgent, R"(agent_id: "$N" tier_id: "regular" reason: "r"
                      effective_date { year: 2026 month: 2 day: 1 })"));
  ASSERT_OK(Ask(&Career::EndEmployment,
                R"(agent_id: "$N" reason: "r" leave_date { year: 2026 month: 1 day: 20 })"));
  ASSERT_OK_AND_ASSIGN(const v1::Agent again, Hire(R"(rehire_agent_id: "$N"
      agent { hire_date { year: 2026 month: 1 day: 25 } })"));
  EXPECT_EQ(TierOn("$N", Day(2026, 1, 25)), "trainee") << "never was anything else";
  EXPECT_EQ(TierOn("$N", Day(2026, 2, 10)), "trainee");
  ASSERT_OK_AND_ASSIGN(
      const auto evaluation,
      Call(&Staffing::EvaluatePromotion, R"(agent_id: "$N" date { year: 2026 month: 2 day: 10 })"));
  EXPECT_EQ(evaluation.evaluations(0).held().tier_id(), "trainee");
  // It may be promoted from that day on all the same, and nobody else has approved by that record.
  ASSERT_OK(Call(&Staffing::PromoteAgent, R"(agent_id: "$N" tier_id: "regular" reason: "r"
                      effective_date { year: 2026 month: 2 day: 6 })"));
  EXPECT_EQ(TierOn("$N", Day(2026, 2, 10)), "regular");
}

TEST_F(EmploymentsTest, NobodyChangesTheOwnTier) {
  ASSERT_NO_FATAL_FAILURE(Add("$R", "regular", Day(2025, 1, 1)));
  const auto change = [&](const std::string& kind, const std::string& more) {
    return Call(&Staffing::ChangeTier,
                fmt::format(R"(change {{ agent_id: "$R" tier_id: "senior" grade_id: "P1" reason: "r"
                               kind: TIER_CHANGE_KIND_{} {}
                               effective_date {{ year: 2025 month: 6 day: 1 }} }})",
                            kind, more),
                Person("boss", "$R"));
  };
  EXPECT_THAT(change("PROMOTION", ""), HasReason("SECOND_PERSON_REQUIRED"));
  ASSERT_OK_AND_ASSIGN(const auto changes, Call(&Staffing::ListTierChanges, R"(agent_id: "$R")"));
  EXPECT_THAT(change("CORRECTION", fmt::format(R"(corrects_tier_change_id: "{}")",
                                               changes.changes(0).tier_change_id())),
              HasReason("SECOND_PERSON_REQUIRED"));
  EXPECT_EQ(TierOn("$R", Day(2026, 1, 1)), "regular");
}

TEST_F(EmploymentsTest, WhoMovesSidewaysLeavesThePost) {
  ASSERT_OK(SetPosts("team_lead", 1));
  ASSERT_NO_FATAL_FAILURE(Add("$L", "team_lead", Day(2025, 1, 1)));
  const auto move = [&](const std::string& role, const std::string& day) {
    return Call(&Staffing::ChangeTier,
                fmt::format(R"(change {{ agent_id: "$L" tier_id: "team_lead" role_id: "{}"
                               track: TRACK_MANAGEMENT kind: TIER_CHANGE_KIND_LATERAL reason: "转岗"
                               effective_date {{ {} }} }})",
                            role, day));
  };
  ASSERT_OK(move("operations", Day(2026, 1, 10)));
  ASSERT_OK_AND_ASSIGN(const auto posts, Ask(&Career::ListHeadcounts, ""));
  EXPECT_EQ(posts.headcounts(0).open(), 1);
  ASSERT_NO_FATAL_FAILURE(Add("$S", "senior", Day(2025, 1, 1)));
  ASSERT_OK(Call(&Staffing::PromoteAgent, R"(agent_id: "$S" tier_id: "team_lead" reason: "r")"));
  EXPECT_THAT(move("", Day(2026, 1, 20)), HasReason("NO_OPEN_POST")) << "it is taken now";
}

TEST_F(EmploymentsTest, ATokenOfAShopChangesNobodyOfAnother) {
  ASSERT_NO_FATAL_FAILURE(Add("$R", "regular", Day(2025, 1, 1)));  // of no team
  const rpc::CallOptions own = As("org-a", {world_["$SHOP1"]});
  const rpc::CallOptions other = As("org-a", {world_["$SHOP2"]});
  const std::string leave = R"(leave { agent_id: "$AGENT" kind: "sick"
      start_date { year: 2026 month: 1 day: 20 } end_date { year: 2026 month: 1 day: 21 } })";
  const std::string end =
      R"(agent_id: "$AGENT" reason: "r" leave_date { year: 2026 month: 2 day: 1 })";
  const std::string promote = R"(agent_id: "$AGENT" tier_id: "regular" reason: "r")";
  const std::string transfer = R"(agent_id: "$AGENT" team_id: "$TEAM2"
      effective_date { year: 2026 month: 1 day: 20 })";
  const std::string rename = R"(agent { agent_id: "$AGENT" display_name: "x" }
                                update_mask { paths: "display_name" })";
  const std::string change = R"(change { agent_id: "$AGENT" tier_id: "regular" grade_id: "P1"
      kind: TIER_CHANGE_KIND_PROMOTION reason: "r"
      effective_date { year: 2026 month: 1 day: 10 } })";
  const std::string hire = R"(agent { display_name: "新人" employment: EMPLOYMENT_OWN {}
      hire_date { year: 2026 month: 1 day: 10 } education: "high_school" }
      birth_date { year: 2000 month: 1 day: 1 })";
  const std::string nowhere = std::string(hire).replace(hire.find("{}"), 2, "");
  const std::string joins = std::string(hire).replace(hire.find("{}"), 2, R"(team_id: "$TEAM1")");
  const int64_t events = Db().Count("SELECT COUNT(*) FROM outbox");
  for (const absl::Status& denied : {
           Ask(&Career::RecordLeave, leave, other).status(),
           Ask(&Career::EndEmployment, end, other).status(),
           Call(&Staffing::PromoteAgent, promote, other).status(),
           Call(&Staffing::TransferAgent, transfer, other).status(),
           Call(&Staffing::UpdateAgent, rename, other).status(),
           Call(&Staffing::ChangeTier, change, other).status(),
           Call(&Staffing::HireAgent, nowhere, other).status(),
           Call(&Staffing::HireAgent, joins, other).status(),
           Ask(&Career::EndEmployment,
               R"(agent_id: "$R" reason: "r" leave_date { year: 2026 month: 2 day: 1 })", own)
               .status(),
       }) {
    EXPECT_THAT(denied, HasReason("SHOP_NOT_ALLOWED"));
  }
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM outbox"), events);
  EXPECT_OK(Call(&Staffing::HireAgent, joins, own));
  EXPECT_OK(Call(&Staffing::UpdateAgent, rename, own));
  EXPECT_OK(Call(&Staffing::PromoteAgent, promote, own));
  EXPECT_OK(Ask(&Career::RecordLeave, leave, own));
}

}  // namespace
}  // namespace kefu::staffing
