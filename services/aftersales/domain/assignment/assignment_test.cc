#include "services/aftersales/domain/assignment/assignment.h"

#include <algorithm>
#include <random>
#include <set>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace kefu::aftersales::domain {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

AssignmentCandidate Agent(std::string id) {
  return {.agent_id = std::move(id),
          .employed = true,
          .serves_shop = true,
          .duty = OnDuty::kYes,
          .skills = {"complaints", "size"},
          .languages = {"zh-CN"}};
}

AssignmentPolicy Rules() {
  return {.version = 3, .automatic = true, .default_language = "zh", .max_open_cases = 10};
}

const AssignmentSubject kCase{.shop_id = "shop-1",
                              .platform = "JD",
                              .kind = CaseKind::kServiceComplaint,
                              .categories = {"shoes"}};

std::vector<std::pair<std::string, Verdict>> VerdictsOf(const AssignmentDecision& decision) {
  std::vector<std::pair<std::string, Verdict>> verdicts;
  for (const JudgedCandidate& one : decision.candidates) {
    verdicts.emplace_back(one.candidate.agent_id, one.judged.verdict);
  }
  return verdicts;
}

TEST(DecideTest, EachReasonKeepsACandidateAwayAndTheFirstIsNamed) {
  AssignmentPolicy policy = Rules();
  policy.requirements = {{.kind = CaseKind::kServiceComplaint, .skills = {"complaints"}},
                         {.platform = "JD", .category = "shoes", .skills = {"size"}},
                         {.shop_id = "shop-1", .language = "zh"},
                         {.platform = "TMALL", .skills = {"never"}}};
  struct Case {
    Verdict verdict;
    std::string detail;
    std::function<void(AssignmentCandidate&)> spoil;
  };
  // Each is spoilt by what all after it are, too: the first in the contract's order is told.
  const std::vector<Case> cases = {
      {Verdict::kHandsOver, "", [](auto& c) { c.hands_over = true; }},
      {Verdict::kNotEmployed, "", [](auto& c) { c.employed = false; }},
      {Verdict::kNotServing, "", [](auto& c) { c.serves_shop = false; }},
      {Verdict::kNoContract, "base-1", [](auto& c) { c.base_id = "base-1"; }},
      {Verdict::kOnLeave, "", [](auto& c) { c.on_leave = true; }},
      {Verdict::kOffDuty, "", [](auto& c) { c.duty = OnDuty::kNo; }},
      {Verdict::kSkillMissing, "complaints", [](auto& c) { c.skills = {"size"}; }},
      {Verdict::kLanguageMissing, "zh",
       [](auto& c) {
         c.languages = {"en", "pt-BR"};
       }},
      {Verdict::kCapReached, "10 of 10", [](auto& c) { c.open_cases = 10; }},
  };
  for (size_t i = 0; i < cases.size(); ++i) {
    AssignmentCandidate candidate = Agent("a");
    for (size_t k = i; k < cases.size(); ++k) cases[k].spoil(candidate);
    const auto decision = Decide(policy, kCase, {candidate}, {});
    EXPECT_EQ(decision.agent_id, "");
    ASSERT_EQ(decision.candidates.size(), 1u);
    EXPECT_EQ(NameOf(decision.candidates[0].judged.verdict), NameOf(cases[i].verdict));
    EXPECT_EQ(decision.candidates[0].judged.detail, cases[i].detail);
    // Without the spoiling ones the same candidate is chosen.
    AssignmentCandidate good = Agent("a");
    good.open_cases = 9;
    EXPECT_EQ(Decide(policy, kCase, {good, candidate}, {}).agent_id, "a");
  }
  EXPECT_THAT(Decide(policy, kCase, {}, {}).requirements.skills, ElementsAre("complaints", "size"));
}

TEST(DecideTest, TheLeastLoadThenTheLongestWithoutATurnThenTheIdDecides) {
  AssignmentCandidate a = Agent("a"), b = Agent("b"), c = Agent("c"), d = Agent("d");
  a.load = 5;
  b.load = c.load = d.load = 4;
  b.last_turn = 7;
  c.last_turn = d.last_turn = 6;
  AssignmentPolicy policy = Rules();
  EXPECT_THAT(VerdictsOf(Decide(policy, kCase, {d, a, c, b}, {})),
              ElementsAre(Pair("a", Verdict::kMoreLoad), Pair("b", Verdict::kLaterTurn),
                          Pair("c", Verdict::kChosen), Pair("d", Verdict::kLaterTurn)));
  policy.order = AssignmentOrder::kRoundRobin;
  EXPECT_EQ(Decide(policy, kCase, {d, c, b, a}, {}).agent_id, "a") << "never had a turn";
}

TEST(DecideTest, DutyCountsAsThePolicySays) {
  AssignmentCandidate never = Agent("a");
  never.duty = OnDuty::kNeverTold;
  AssignmentCandidate off = Agent("a");
  off.duty = OnDuty::kNo;
  const auto takes = [&](DutyRule rule, const AssignmentCandidate& candidate) {
    AssignmentPolicy policy = Rules();
    policy.duty_rule = rule;
    return Decide(policy, kCase, {candidate}, {}).agent_id == "a";
  };
  EXPECT_TRUE(takes(DutyRule::kWhenRecorded, never));
  EXPECT_FALSE(takes(DutyRule::kRequired, never));
  EXPECT_TRUE(takes(DutyRule::kIgnored, never));
  EXPECT_FALSE(takes(DutyRule::kWhenRecorded, off));
  EXPECT_FALSE(takes(DutyRule::kRequired, off));
  EXPECT_TRUE(takes(DutyRule::kIgnored, off));
}

TEST(DecideTest, WhoHasNoLanguageSpeaksTheDefaultOne) {
  AssignmentCandidate agent = Agent("a");
  agent.languages.clear();
  AssignmentSubject chinese = kCase, portuguese = kCase;
  chinese.language = "zh-TW";
  portuguese.language = "pt";
  EXPECT_EQ(Decide(Rules(), chinese, {agent}, {}).agent_id, "a");
  EXPECT_EQ(Decide(Rules(), portuguese, {agent}, {}).agent_id, "");
  agent.languages = {"en", "pt-BR"};
  EXPECT_EQ(Decide(Rules(), portuguese, {agent}, {}).agent_id, "a");
  EXPECT_EQ(Decide(Rules(), chinese, {agent}, {}).agent_id, "");
}

TEST(DecideTest, ACapOfOnesOwnGoesBeforeThatOfAllAndZeroMeansNone) {
  AssignmentCandidate agent = Agent("a");
  AssignmentPolicy policy = Rules();
  policy.max_open_cases = 0;
  agent.open_cases = 5000;
  EXPECT_EQ(Decide(policy, kCase, {agent}, {}).agent_id, "a");
  policy.agent_caps["a"] = 0;
  agent.open_cases = 0;
  EXPECT_EQ(Decide(policy, kCase, {agent}, {}).agent_id, "");
  policy.agent_caps["a"] = 1;
  EXPECT_EQ(Decide(policy, kCase, {agent}, {}).agent_id, "a");
}

// Over many cases each base has its share exactly, to one case; without takers the others step in.
TEST(DecideTest, BasesGetTheirSharesToTheCase) {
  AssignmentPolicy policy = Rules();
  policy.shares = {{.base_id = "", .share_bps = 5000},
                   {.base_id = "base-1", .share_bps = 3000},
                   {.base_id = "base-2", .share_bps = 2000},
                   {.shop_id = "other", .base_id = "base-3", .share_bps = 10'000}};
  std::vector<AssignmentCandidate> agents = {Agent("own"), Agent("seat-1"), Agent("seat-2"),
                                             Agent("seat-3")};
  for (int i = 1; i <= 3; ++i) {
    agents[i].base_id = "base-" + std::to_string(i);
    agents[i].has_contract = true;
  }
  ShareTally tally;
  for (int n = 1; n <= 1000; ++n) {
    const auto decision = Decide(policy, kCase, agents, tally);
    ASSERT_NE(decision.agent_id, "");
    ++tally[decision.base_id];
    for (const BaseShare& share : policy.shares) {
      if (!share.shop_id.empty()) continue;
      EXPECT_NEAR(tally[share.base_id], n * share.share_bps / 10'000.0, 1.0) << n;
    }
  }
  EXPECT_EQ(tally["base-3"], 0) << "no share here";
  for (int i = 0; i < 3; ++i) agents[i].on_leave = true;
  EXPECT_EQ(Decide(policy, kCase, agents, tally).agent_id, "seat-3");
}

TEST(DecideTest, AnExclusiveShopIsNobodyElsesEvenWhenNobodyIsThere) {
  AssignmentPolicy policy = Rules();
  policy.shares = {{.shop_id = "shop-1", .base_id = "base-1", .share_bps = 1, .exclusive = true}};
  AssignmentCandidate own = Agent("own"), seat = Agent("seat");
  seat.base_id = "base-1";
  seat.has_contract = true;
  EXPECT_EQ(Decide(policy, kCase, {own, seat}, {}).agent_id, "seat");
  seat.duty = OnDuty::kNo;
  EXPECT_THAT(VerdictsOf(Decide(policy, kCase, {own, seat}, {})),
              ElementsAre(Pair("own", Verdict::kOthersAlone), Pair("seat", Verdict::kOffDuty)));
  AssignmentSubject elsewhere = kCase;
  elsewhere.shop_id = "shop-2";
  EXPECT_EQ(Decide(policy, elsewhere, {own}, {}).agent_id, "own");
}

TEST(DecideTest, TheFirstWeightThatACaseMeetsCounts) {
  AssignmentPolicy policy = Rules();
  policy.weights = {{CaseState::kWaitingCustomer, CasePriority::kUnspecified, 1},
                    {CaseState::kUnspecified, CasePriority::kUrgent, 8}};
  EXPECT_EQ(WeightOf(policy, CaseState::kWaitingCustomer, CasePriority::kUrgent), 1);
  EXPECT_EQ(WeightOf(policy, CaseState::kOpen, CasePriority::kUrgent), 8);
  EXPECT_EQ(WeightOf(policy, CaseState::kOpen, CasePriority::kNormal), 1);
}

// Whatever the candidates: the chosen one can take the case and none that can has less load; the
// order in which they come does not matter; nobody goes without a verdict.
TEST(DecideTest, PropertyOfRandomCandidates) {
  std::mt19937 random(20261123);
  const auto draw = [&](int below) { return static_cast<int>(random() % below); };
  for (int round = 0; round < 2000; ++round) {
    AssignmentPolicy policy = Rules();
    policy.requirements = {{.skills = {"complaints"}}};
    std::vector<AssignmentCandidate> agents;
    for (int i = 0; i < 1 + draw(8); ++i) {
      AssignmentCandidate agent = Agent("agent-" + std::to_string(i));
      agent.employed = draw(8) > 0;
      agent.on_leave = draw(6) == 0;
      agent.duty = static_cast<OnDuty>(draw(3));
      if (draw(4) == 0) agent.skills = {"size"};
      agent.open_cases = draw(12);
      agent.load = agent.open_cases * 2;
      agent.last_turn = draw(5);
      agents.push_back(agent);
    }
    const AssignmentDecision decision = Decide(policy, kCase, agents, {});
    std::ranges::shuffle(agents, random);
    EXPECT_EQ(Decide(policy, kCase, agents, {}).agent_id, decision.agent_id);
    const auto chosen =
        std::ranges::find(agents, decision.agent_id, &AssignmentCandidate::agent_id);
    for (const AssignmentCandidate& agent : agents) {
      const bool can = JudgeTaking(policy, "shop-1", decision.requirements, agent).verdict ==
                       Verdict::kUnspecified;
      if (!can) {
        EXPECT_NE(agent.agent_id, decision.agent_id);
        continue;
      }
      ASSERT_NE(chosen, agents.end());
      EXPECT_LE(chosen->load, agent.load);
    }
    for (const JudgedCandidate& one : decision.candidates) {
      EXPECT_NE(one.judged.verdict, Verdict::kUnspecified);
    }
  }
}

}  // namespace
}  // namespace kefu::aftersales::domain
