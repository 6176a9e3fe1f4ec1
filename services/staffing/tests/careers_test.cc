// Agents: registration, teams, tiers with two times, assignments.
#include "services/staffing/tests/fixture.h"

#include <thread>

namespace kefu::staffing {
namespace {

using Stub = v1::StaffingService::Stub;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class CareersTest : public StaffingTest {
 protected:
  void SetUp() override { ASSERT_NO_FATAL_FAILURE(MakeWorld()); }

  absl::StatusOr<v1::TierChange> Change(const std::string& text) {
    return Call(
        &Stub::ChangeTier,
        R"(change { agent_id: "$AGENT" reason: "考核" track: TRACK_PROFESSIONAL )" + text + " }");
  }
  std::string TierOn(const std::string& text) {
    const auto response = Call(&Stub::GetTierOn, R"(agent_id: "$AGENT" )" + text);
    EXPECT_OK(response);
    return response->tier_id();
  }
};

TEST_F(CareersTest, RegistrationStartsTeamAndTier) {
  Db().Clear();
  ASSERT_NO_FATAL_FAILURE(MakeWorld());
  EXPECT_THAT(
      EventTypes(),
      ElementsAre("OrganizationChanged", "OrganizationChanged", "OrganizationChanged",
                  "ShopChanged", "ShopChanged", "SiteChanged", "TeamChanged", "TeamChanged",
                  "TeamMembershipsChanged", "TierChanged", "AgentChanged", "AssignmentChanged"));
  ASSERT_OK_AND_ASSIGN(const v1::Agent agent, Call(&Stub::GetAgent, R"pb(agent_id: "$AGENT")pb"));
  EXPECT_EQ(agent.team_id(), world_["$TEAM1"]);
  EXPECT_EQ(agent.tier_id(), "trainee");
  EXPECT_EQ(agent.grade_id(), "P1");
  EXPECT_EQ(agent.track(), v1::TRACK_PROFESSIONAL);
  EXPECT_EQ(agent.state(), v1::AGENT_STATE_ACTIVE);
  EXPECT_EQ(agent.chat_concurrency(), 1);
  EXPECT_EQ(agent.accounts(0).account(), "咚咚1");
  EXPECT_EQ(agent.etag(), "1");
}

TEST_F(CareersTest, RegistrationWithATierHeldSoFar) {
  const std::string agent = R"(agent { display_name: "a" employment: EMPLOYMENT_BASE
      base_id: "base-1" hire_date { year: 2024 month: 1 day: 31 } } )";
  ASSERT_OK_AND_ASSIGN(
      const v1::Agent made,
      Call(&Stub::CreateAgent, agent + R"(initial_tier_id: "senior" initial_grade_id: "P3"
                      initial_tier_date { year: 2025 month: 2 day: 1 })"));
  EXPECT_EQ(made.tier_id(), "senior");
  EXPECT_EQ(made.grade_id(), "P3");
  EXPECT_EQ(made.team_id(), "");
  world_["$AGENT"] = made.agent_id();
  EXPECT_EQ(TierOn("date { year: 2025 month: 1 day: 31 }"), "");
  EXPECT_EQ(TierOn("date { year: 2025 month: 2 day: 1 }"), "senior");
  EXPECT_THAT(Change(R"(tier_id: "senior" grade_id: "P4" kind: TIER_CHANGE_KIND_PROMOTION
                        effective_date { year: 2025 month: 1 day: 31 })"),
              HasReason("NO_TIER_YET"));

  EXPECT_THAT(Call(&Stub::CreateAgent, agent + "initial_tier_date { year: 2024 month: 1 day: 30 }"),
              HasReason("AGENT_NOT_EMPLOYED"));
  EXPECT_THAT(Call(&Stub::CreateAgent, agent + R"(initial_tier_id: "boss")"),
              HasReason("TIER_UNKNOWN"));
  EXPECT_THAT(Call(&Stub::CreateAgent, agent + R"(initial_grade_id: "P99")"),
              HasReason("GRADE_UNKNOWN"));
  EXPECT_THAT(Call(&Stub::CreateAgent, agent + R"(initial_tier_id: "manager")"),
              HasReason("TRACK_MISMATCH"));

  ASSERT_OK_AND_ASSIGN(const auto of_base, Call(&Stub::ListAgents, R"pb(base_id: "base-1")pb"));
  ASSERT_EQ(of_base.agents_size(), 1);
  EXPECT_THAT(of_base.agents(0), EqualsProto(made));
}

TEST_F(CareersTest, NumbersAndAccountsAreUnique) {
  const std::string agent = R"(agent { display_name: "a" employment: EMPLOYMENT_OWN
      hire_date { year: 2024 month: 1 day: 31 } )";
  EXPECT_THAT(Call(&Stub::CreateAgent, agent + R"(employee_number: "E1" })"),
              HasReason("EMPLOYEE_NUMBER_TAKEN"));
  const std::string account = R"(accounts { platform: PLATFORM_JD account: "咚咚1" })";
  EXPECT_THAT(Call(&Stub::CreateAgent, agent + account + "}"), HasReason("CHAT_ACCOUNT_TAKEN"));
  ASSERT_OK_AND_ASSIGN(const v1::Agent second,
                       Call(&Stub::CreateAgent,
                            agent + R"(accounts { platform: PLATFORM_TMALL account: "咚咚1" } })"));
  world_["$SECOND"] = second.agent_id();
  EXPECT_THAT(Call(&Stub::UpdateAgent, R"(agent { agent_id: "$SECOND" )" + account +
                                           R"(} update_mask { paths: "accounts" })"),
              HasReason("CHAT_ACCOUNT_TAKEN"));
  EXPECT_THAT(Call(&Stub::UpdateAgent,
                   R"pb(agent { agent_id: "$SECOND" employee_number: "E1" }
                        update_mask { paths: "employee_number" })pb"),
              HasReason("EMPLOYEE_NUMBER_TAKEN"));
  // Given up by one, it is free for the other.
  ASSERT_OK_AND_ASSIGN(const v1::Agent first,
                       Call(&Stub::UpdateAgent,
                            R"pb(agent { agent_id: "$AGENT" skills: "refunds" skills: "vip" }
                                 update_mask { paths: "accounts" paths: "skills" })pb"));
  EXPECT_THAT(first.accounts(), IsEmpty());
  EXPECT_THAT(first.skills(), ElementsAre("refunds", "vip"));
  EXPECT_EQ(first.team_id(), world_["$TEAM1"]);
  EXPECT_OK(Call(&Stub::UpdateAgent, R"(agent { agent_id: "$SECOND" )" + account +
                                         R"(} update_mask { paths: "accounts" })"));
}

TEST_F(CareersTest, TransfersKeepEarlierDays) {
  ASSERT_OK_AND_ASSIGN(const v1::Agent moved, Call(&Stub::TransferAgent, R"pb(
                         agent_id: "$AGENT"
                         team_id: "$TEAM2"
                         effective_date { year: 2026 month: 1 day: 16 }
                       )pb"));
  EXPECT_EQ(moved.team_id(), world_["$TEAM1"]);  // until tomorrow
  EXPECT_EQ(moved.etag(), "2");
  ASSERT_OK_AND_ASSIGN(const auto list,
                       Call(&Stub::ListTeamMemberships, R"pb(agent_id: "$AGENT")pb"));
  EXPECT_THAT(list, EqualsProto(Fill(R"pb(
                memberships {
                  agent_id: "$AGENT"
                  team_id: "$TEAM1"
                  start_date { year: 2025 month: 6 day: 1 }
                  end_date { year: 2026 month: 1 day: 15 }
                }
                memberships {
                  agent_id: "$AGENT"
                  team_id: "$TEAM2"
                  start_date { year: 2026 month: 1 day: 16 }
                })pb")));

  const auto members = [&](const std::string& team) {
    const auto agents = Call(&Stub::ListAgents, fmt::format(R"(team_id: "{}")", team));
    EXPECT_OK(agents);
    return agents->agents_size();
  };
  // "Today" is the organization's: the move happens at midnight in Shanghai.
  clock_.Set(absl::FromUnixSeconds(1768492799));  // 2026-01-15 23:59:59
  EXPECT_EQ(members("$TEAM1"), 1);
  EXPECT_EQ(members("$TEAM2"), 0);
  clock_.Advance(absl::Seconds(1));
  EXPECT_EQ(members("$TEAM1"), 0);
  EXPECT_EQ(members("$TEAM2"), 1);
  ASSERT_OK_AND_ASSIGN(const v1::Agent agent, Call(&Stub::GetAgent, R"pb(agent_id: "$AGENT")pb"));
  EXPECT_EQ(agent.team_id(), world_["$TEAM2"]);

  const auto transfer = [&](const std::string& team, const std::string& day) {
    return Call(&Stub::TransferAgent, fmt::format(R"(agent_id: "$AGENT" team_id: "{}"
        effective_date {{ {} }})",
                                                  team, day));
  };
  EXPECT_THAT(transfer("$TEAM1", "year: 2026 month: 1 day: 15"), HasReason("TRANSFER_TOO_EARLY"));
  EXPECT_THAT(transfer("$TEAM2", "year: 2026 month: 2 day: 1"), HasReason("ALREADY_IN_TEAM"));
  EXPECT_THAT(transfer("$TEAM1", "year: 2025 month: 5 day: 31"), HasReason("AGENT_NOT_EMPLOYED"));
  EXPECT_THAT(transfer("no-team", "year: 2026 month: 2 day: 1"),
              StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(CareersTest, TierHistoryHasTwoTimes) {
  ASSERT_OK_AND_ASSIGN(const v1::TierChange promoted,
                       Change(R"(tier_id: "regular" grade_id: "P1" evidence: "report-7"
                                 kind: TIER_CHANGE_KIND_PROMOTION
                                 effective_date { year: 2025 month: 8 day: 1 })"));
  EXPECT_EQ(promoted.actor(), "tester");
  EXPECT_EQ(promoted.ladder_version(), 1);
  EXPECT_THAT(promoted.evidence(), ElementsAre("report-7"));
  clock_.Advance(absl::Hours(24));
  world_["$WRONG"] = promoted.tier_change_id();
  ASSERT_OK(Change(R"(tier_id: "regular" grade_id: "P1" kind: TIER_CHANGE_KIND_CORRECTION
                      corrects_tier_change_id: "$WRONG"
                      effective_date { year: 2025 month: 9 day: 1 })"));

  const std::string day = "date { year: 2025 month: 8 day: 15 }";
  EXPECT_EQ(TierOn(day), "trainee");
  EXPECT_EQ(TierOn(day + fmt::format(" as_of_time {{ seconds: {} }}",
                                     absl::ToUnixSeconds(clock_.Now()) - 1)),
            "regular");
  EXPECT_EQ(TierOn(day + " as_of_time { seconds: 0 }"), "");
  EXPECT_EQ(TierOn("date { year: 2025 month: 9 day: 1 }"), "regular");
  EXPECT_EQ(TierOn("date { year: 2025 month: 5 day: 31 }"), "");

  ASSERT_OK_AND_ASSIGN(const v1::Agent agent, Call(&Stub::GetAgent, R"pb(agent_id: "$AGENT")pb"));
  EXPECT_EQ(agent.tier_id(), "regular");
  EXPECT_EQ(agent.etag(), "3");

  // Oldest first, page by page, the corrected record included.
  std::vector<std::string> kinds;
  std::string token;
  do {
    ASSERT_OK_AND_ASSIGN(
        const auto page,
        Call(&Stub::ListTierChanges,
             fmt::format(R"(agent_id: "$AGENT" page_size: 1 page_token: "{}")", token)));
    ASSERT_EQ(page.changes_size(), 1);
    kinds.push_back(v1::TierChangeKind_Name(page.changes(0).kind()));
    token = page.next_page_token();
  } while (!token.empty());
  EXPECT_THAT(kinds, ElementsAre("TIER_CHANGE_KIND_HIRE", "TIER_CHANGE_KIND_PROMOTION",
                                 "TIER_CHANGE_KIND_CORRECTION"));
}

TEST_F(CareersTest, TierRefusals) {
  const auto promote = [&](const std::string& tier, const std::string& day,
                           const std::string& kind = "PROMOTION") {
    return Change(
        fmt::format(R"({} kind: TIER_CHANGE_KIND_{} effective_date {{ {} }})", tier, kind, day));
  };
  const std::string day = "year: 2025 month: 8 day: 1";
  const std::string regular = R"(tier_id: "regular" grade_id: "P1")";
  EXPECT_THAT(promote(regular, "year: 2025 month: 5 day: 1"), HasReason("AGENT_NOT_EMPLOYED"));
  EXPECT_THAT(promote(R"(tier_id: "boss" grade_id: "P1")", day), HasReason("TIER_UNKNOWN"));
  EXPECT_THAT(promote(R"(tier_id: "regular" grade_id: "P9")", day), HasReason("GRADE_UNKNOWN"));
  EXPECT_THAT(promote(R"(tier_id: "team_lead" grade_id: "P1")", day), HasReason("TRACK_MISMATCH"));
  EXPECT_THAT(promote(regular, day, "DEMOTION"), HasReason("TIER_DIRECTION"));
  EXPECT_THAT(promote(regular, "year: 2025 month: 6 day: 1"), HasReason("TIER_CHANGE_SAME_DAY"));
  EXPECT_THAT(promote(R"(corrects_tier_change_id: "none" )" + regular, day, "CORRECTION"),
              StatusIs(absl::StatusCode::kNotFound));
  ASSERT_OK_AND_ASSIGN(const v1::TierChange made, promote(regular, day));
  world_["$MADE"] = made.tier_change_id();
  const std::string correction = R"(corrects_tier_change_id: "$MADE" )" + regular;
  ASSERT_OK(promote(correction, "year: 2025 month: 8 day: 2", "CORRECTION"));
  EXPECT_THAT(promote(correction, "year: 2025 month: 8 day: 3", "CORRECTION"),
              HasReason("ALREADY_CORRECTED"));
}

TEST_F(CareersTest, LadderByDay) {
  ASSERT_OK_AND_ASSIGN(const v1::TierLadder today, Call(&Stub::GetTierLadder, ""));
  ASSERT_OK_AND_ASSIGN(const v1::TierLadder then,
                       Call(&Stub::GetTierLadder, "on_date { year: 1999 month: 2 day: 1 }"));
  EXPECT_THAT(today, EqualsProto(then));
  EXPECT_EQ(today.ladder_id(), "default");
  ASSERT_EQ(today.tiers_size(), 6);
  EXPECT_EQ(today.tiers(0).name_zh(), "见习客服");
  EXPECT_EQ(today.tiers(3).min_months_in_previous(), 6);
  EXPECT_THAT(Call(&Stub::GetTierLadder, "on_date { year: 1999 month: 2 day: 29 }"),
              HasReason("INVALID_FIELDS"));
}

TEST_F(CareersTest, AssignmentsOverlapNotAndFallWithinEmployment) {
  const auto assign = [&](const std::string& duty, const std::string& days) {
    return Call(&Stub::AssignAgent, fmt::format(R"(assignment {{ agent_id: "$AGENT"
        shop_id: "$SHOP1" duty: {} {} }})",
                                                duty, days));
  };
  const std::string january = R"(start_date { year: 2026 month: 1 day: 1 }
                                 end_date { year: 2026 month: 1 day: 31 })";
  EXPECT_THAT(assign("DUTY_PRE_SALES", january), HasReason("ASSIGNMENT_OVERLAP"));
  EXPECT_THAT(assign("DUTY_BOTH", january), HasReason("ASSIGNMENT_OVERLAP"));
  ASSERT_OK_AND_ASSIGN(const v1::Assignment after, assign("DUTY_AFTER_SALES", january));
  EXPECT_THAT(assign("DUTY_AFTER_SALES", "start_date { year: 2025 month: 5 day: 31 }"),
              HasReason("AGENT_NOT_EMPLOYED"));

  // Ended, the first makes room.
  ASSERT_OK(Call(&Stub::UpdateAssignment,
                 R"pb(assignment {
                        assignment_id: "$ASSIGNMENT"
                        end_date { year: 2025 month: 12 day: 31 }
                      }
                      update_mask { paths: "end_date" })pb"));
  ASSERT_OK(assign("DUTY_PRE_SALES", january));
  EXPECT_THAT(Call(&Stub::UpdateAssignment,
                   R"pb(assignment { assignment_id: "$ASSIGNMENT" }
                        update_mask { paths: "end_date" })pb"),
              HasReason("ASSIGNMENT_OVERLAP"));

  const auto count = [&](const std::string& filter) {
    const auto list = Call(&Stub::ListAssignments, filter);
    EXPECT_OK(list);
    return list->assignments_size();
  };
  EXPECT_EQ(count(""), 3);
  EXPECT_EQ(count(R"(agent_id: "$AGENT" shop_id: "$SHOP1")"), 3);
  EXPECT_EQ(count(R"(shop_id: "$SHOP2")"), 0);
  EXPECT_EQ(count("on_date { year: 2025 month: 12 day: 31 }"), 1);
  EXPECT_EQ(count("on_date { year: 2026 month: 1 day: 31 }"), 2);
  EXPECT_EQ(count("on_date { year: 2026 month: 2 day: 1 }"), 0);
}

// Two callers at once: the agent's row decides who is second.
TEST_F(CareersTest, ConcurrentAssignmentsNeverOverlap) {
  const std::string request = R"pb(assignment {
                                     agent_id: "$AGENT"
                                     shop_id: "$SHOP2"
                                     duty: DUTY_BOTH
                                     start_date { year: 2026 month: 1 day: 1 }
                                   })pb";
  std::vector<absl::Status> results(8);
  std::vector<std::thread> callers;
  const rpc::CallOptions options = As("org-a");
  for (absl::Status& result : results) {
    callers.emplace_back([&] { result = Call(&Stub::AssignAgent, request, options).status(); });
  }
  for (std::thread& caller : callers) caller.join();
  int made = 0;
  for (const absl::Status& result : results) {
    if (result.ok()) {
      ++made;
    } else {
      EXPECT_THAT(result, HasReason("ASSIGNMENT_OVERLAP"));
    }
  }
  EXPECT_EQ(made, 1);
}

TEST_F(CareersTest, AgentsThatHaveLeft) {
  Db().Exec("UPDATE agent SET state = 'LEFT', leave_date = '2025-12-31'");
  ASSERT_OK_AND_ASSIGN(const auto shown, Call(&Stub::ListAgents, ""));
  EXPECT_THAT(shown.agents(), IsEmpty());
  ASSERT_OK_AND_ASSIGN(const auto left, Call(&Stub::ListAgents, "state: AGENT_STATE_LEFT"));
  ASSERT_EQ(left.agents_size(), 1);
  EXPECT_EQ(left.agents(0).tier_id(), "");
  EXPECT_EQ(left.agents(0).leave_date().month(), 12);
  EXPECT_EQ(TierOn("date { year: 2025 month: 12 day: 31 }"), "trainee");
  EXPECT_EQ(TierOn("date { year: 2026 month: 1 day: 1 }"), "");
  // An update of what is no longer in force keeps it.
  ASSERT_OK_AND_ASSIGN(const v1::Agent updated,
                       Call(&Stub::UpdateAgent,
                            R"pb(agent { agent_id: "$AGENT" education: "college" }
                                 update_mask { paths: "education" })pb"));
  EXPECT_EQ(updated.state(), v1::AGENT_STATE_LEFT);
  EXPECT_EQ(updated.leave_date().day(), 31);
}

}  // namespace
}  // namespace kefu::staffing
