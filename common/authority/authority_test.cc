#include "common/authority/authority.h"

#include "common/convert/authority.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace kefu::authority {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

Question Refund(std::string tier, int64_t fen) {
  return {.agent_id = "a-1",
          .tier_id = std::move(tier),
          .action = Action::kRefund,
          .amount_minor = fen};
}

Policy With(std::vector<Rule> rules) { return {"own", 1, absl::CivilDay(2026, 1, 1), rules}; }

TEST(DecideTest, ATiersLimitHoldsToTheFen) {
  const Policy& policy = PolicyOn({}, absl::CivilDay(2026, 1, 1));
  EXPECT_EQ(Decide(policy, Refund("regular", 5000)).decision, Decision::kAllowed);
  EXPECT_EQ(Decide(policy, Refund("regular", 5001)).decision, Decision::kNeedsApproval);
  EXPECT_EQ(Decide(policy, Refund("regular", 5001)).limit_minor, 5000);
  EXPECT_EQ(Decide(policy, Refund("trainee", 0)).decision, Decision::kNeedsApproval);
  EXPECT_EQ(Decide(policy, Refund("trainee", 0)).limit_minor, std::nullopt);
}

TEST(DecideTest, TheVerySubjectStandsAboveAnyAndTheAgentAboveTheTier) {
  const Policy policy = With({
      {Scope::kTier, "regular", Action::kReviewResult, "", 100},
      {Scope::kTier, "regular", Action::kReviewResult, "REJECTED", 0, /*forbidden=*/true},
      {Scope::kAgent, "a-2", Action::kReviewResult, "", 900},
  });
  const auto ask = [&](std::string agent, std::string subject, int64_t fen) {
    return Decide(policy, {.agent_id = std::move(agent),
                           .tier_id = "regular",
                           .action = Action::kReviewResult,
                           .subject = std::move(subject),
                           .amount_minor = fen})
        .decision;
  };
  EXPECT_EQ(ask("a-1", "APPROVED", 100), Decision::kAllowed);
  EXPECT_EQ(ask("a-1", "APPROVED", 101), Decision::kNeedsApproval);
  EXPECT_EQ(ask("a-1", "REJECTED", 0), Decision::kNeedsApproval);
  EXPECT_EQ(ask("a-2", "REJECTED", 900), Decision::kAllowed);
  EXPECT_EQ(ask("a-2", "REJECTED", 901), Decision::kNeedsApproval);
}

TEST(DecideTest, BaseAndContractBoundWhatTheTierAllows) {
  const Policy policy = With({
      {Scope::kTier, "regular", Action::kRefund, "", 5000},
      {Scope::kBase, "", Action::kRefund, "", 4000},
      {Scope::kBase, "base-2", Action::kRefund, "", 3000},
      {Scope::kContract, "c-1", Action::kRefund, "", 2000},
  });
  Question question = Refund("regular", 2001);
  EXPECT_EQ(Decide(policy, question).limit_minor, 5000);
  question.base_id = "base-1";
  EXPECT_EQ(Decide(policy, question).limit_minor, 4000);
  question.base_id = "base-2";
  EXPECT_EQ(Decide(policy, question).limit_minor, 3000);
  EXPECT_EQ(Decide(policy, question).decision, Decision::kAllowed);
  question.contract_id = "c-1";
  EXPECT_EQ(Decide(policy, question).limit_minor, 2000);
  EXPECT_EQ(Decide(policy, question).decision, Decision::kNeedsApproval);
  EXPECT_THAT(Decide(policy, question).rules, SizeIs(3));
}

TEST(DecideTest, WhatEverybodysRuleForbidsTheMerchantDoesNotDecideEither) {
  const Policy policy = With({{Scope::kTier, "manager", Action::kRefund, "", 1'000'000},
                              {Scope::kEverybody, "", Action::kRefund, "", 800'000}});
  EXPECT_EQ(Decide(policy, Refund("manager", 800'000)).decision, Decision::kAllowed);
  EXPECT_EQ(Decide(policy, Refund("manager", 800'001)).decision, Decision::kNever);
  EXPECT_EQ(DecideForMerchant(policy, Refund("", 800'000)).decision, Decision::kAllowed);
  EXPECT_EQ(DecideForMerchant(policy, Refund("", 800'001)).decision, Decision::kNever);
}

TEST(PolicyTest, TheLatestInForceCounts) {
  Policy first = With({});
  Policy second = With({});
  second.version = 2;
  Policy later{"own", 3, absl::CivilDay(2026, 3, 1), {}};
  const std::vector<Policy> own = {first, second, later};
  EXPECT_EQ(PolicyOn(own, absl::CivilDay(2025, 12, 31)).id, "default");
  EXPECT_EQ(PolicyOn(own, absl::CivilDay(2026, 1, 1)).version, 2);
  EXPECT_EQ(PolicyOn(own, absl::CivilDay(2026, 3, 1)).version, 3);
}

TEST(PolicyTest, ABasesAgentDecidesNoMoreThanARegularOneUnlessTheMerchantSaysSo) {
  Question question = Refund("manager", 5001);
  const absl::CivilDay last(2026, 11, 30);
  for (const std::string base : {"", "base-1"}) {
    question.base_id = base;
    EXPECT_EQ(Decide(PolicyOn({}, last), question).limit_minor, 1'000'000) << base;
  }
  EXPECT_EQ(Decide(PolicyOn({}, last + 1), question).limit_minor, 5000);
  question.amount_minor = 5000;
  EXPECT_EQ(Decide(PolicyOn({}, last + 1), question).decision, Decision::kAllowed);
  question.base_id.clear();
  EXPECT_EQ(Decide(PolicyOn({}, last + 1), question).limit_minor, 1'000'000);
  EXPECT_EQ(PolicyOn({}, last).version, 1);
  EXPECT_EQ(PolicyOn({}, last + 1).version, 2);
  FieldViolations violations;
  for (const Policy& policy : ShippedPolicies()) CheckPolicy(policy, violations);
  EXPECT_TRUE(violations.empty());
}

TEST(PolicyTest, AStoredPolicyIsReadBackWhole) {
  const Policy& shipped = PolicyOn({}, absl::CivilDay(2026, 1, 1));
  const auto read = PolicyFromBody(ToProto(shipped).SerializeAsString());
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->rules, shipped.rules);
  EXPECT_EQ(read->id, "default");
  EXPECT_FALSE(PolicyFromBody("\xff").ok());
}

TEST(PolicyTest, EveryFaultIsTold) {
  FieldViolations violations;
  CheckPolicy(With({{Scope::kTier, "", Action::kRefund, "", -1},
                    {Scope::kEverybody, "x", Action::kRefund, "", 1, /*forbidden=*/true}}),
              violations);
  EXPECT_EQ(violations.size(), 4u);
}

}  // namespace
}  // namespace kefu::authority
