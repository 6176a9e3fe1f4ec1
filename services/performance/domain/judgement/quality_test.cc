// Agreement against published tables, samples, forms.
#include "services/performance/domain/judgement/quality.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

namespace kefu::performance::domain {
namespace {

// Pairs of a contingency table, rows of the first inspector.
std::vector<Pair> PairsOf(const std::vector<std::vector<int>>& table) {
  std::vector<Pair> pairs;
  for (int r = 0; r < static_cast<int>(table.size()); ++r) {
    for (int c = 0; c < static_cast<int>(table[r].size()); ++c) {
      for (int i = 0; i < table[r][c]; ++i) pairs.push_back({r, c});
    }
  }
  return pairs;
}

std::string Digits(double value) { return fmt::format("{:.4f}", value); }

// Tables and values: Wikipedia, "Cohen's kappa", the grant proposals (0.4) and "same percentages
// but different numbers" (0.1304, 0.2593); D. G. Altman, Practical Statistics for Medical Research,
// 1991, table 14.10, 85 xeromammograms (0.47).
TEST(KappaTest, AgreesWithPublishedTables) {
  EXPECT_EQ(Digits(*CohensKappa(PairsOf({{20, 5}, {10, 15}}), 0.95).kappa), "0.4000");
  EXPECT_EQ(Digits(*CohensKappa(PairsOf({{45, 15}, {25, 15}}), 0.95).kappa), "0.1304");
  EXPECT_EQ(Digits(*CohensKappa(PairsOf({{25, 35}, {5, 35}}), 0.95).kappa), "0.2593");
  const KappaResult altman =
      CohensKappa(PairsOf({{21, 12, 0, 0}, {4, 17, 1, 0}, {3, 9, 15, 2}, {0, 0, 0, 1}}), 0.95);
  EXPECT_EQ(altman.pairs, 85);
  EXPECT_EQ(Digits(altman.observed), "0.6353");
  EXPECT_EQ(Digits(*altman.kappa), "0.4728");
  // √(0.6353 × 0.3647 ÷ (85 × 0.6918²)) = 0.0755 on either side, times 1.96 and 2.576.
  EXPECT_EQ(Digits(*altman.low), "0.3249");
  EXPECT_EQ(Digits(*altman.high), "0.6207");
  const KappaResult surer =
      CohensKappa(PairsOf({{21, 12, 0, 0}, {4, 17, 1, 0}, {3, 9, 15, 2}, {0, 0, 0, 1}}), 0.99);
  EXPECT_EQ(surer.kappa, altman.kappa);
  EXPECT_LT(*surer.low, *altman.low);
  EXPECT_GT(*surer.high, *altman.high);
}

TEST(KappaTest, HasNoValueWhereChanceAgreesOnEverything) {
  EXPECT_FALSE(CohensKappa({}, 0.95).kappa);
  const KappaResult same = CohensKappa(PairsOf({{7}}), 0.95);
  EXPECT_FALSE(same.kappa);
  EXPECT_EQ(same.observed, 1);
  EXPECT_EQ(*CohensKappa(PairsOf({{5, 0}, {0, 5}}), 0.95).kappa, 1);
}

std::vector<Candidate> Candidates(int agents, int each) {
  std::vector<Candidate> candidates;
  for (int a = 0; a < agents; ++a) {
    for (int c = 0; c < each; ++c) {
      Candidate candidate;
      candidate.conversation_id = fmt::format("c{}-{}", a, c);
      candidate.agent_id = fmt::format("a{}", a);
      candidate.teams = {a % 2 == 0 ? "even" : "odd"};
      candidate.newcomer = a == 0;
      candidates.push_back(candidate);
    }
  }
  return candidates;
}

std::set<std::string> Names(const std::vector<Drawn>& drawn) {
  std::set<std::string> names;
  for (const Drawn& each : drawn) names.insert(each.candidate->conversation_id);
  return names;
}

TEST(SampleTest, TheSameSeedDrawsTheSameInAnyOrder) {
  std::vector<Candidate> candidates = Candidates(4, 50);
  const SamplingPlan plan{Sampling::kRandom, 20, 7};
  const auto first = Names(DrawSample(candidates, plan));
  EXPECT_EQ(first.size(), 20u);
  std::ranges::reverse(candidates);
  EXPECT_EQ(Names(DrawSample(candidates, plan)), first);
  EXPECT_NE(Names(DrawSample(candidates, {Sampling::kRandom, 20, 8})), first);
  EXPECT_EQ(DrawSample(candidates, {Sampling::kRandom, 900, 7}).size(), 200u);
}

TEST(SampleTest, StrataGetTheirSizeAndNewcomersAll) {
  const std::vector<Candidate> candidates = Candidates(4, 50);
  std::map<std::string, int> by_agent, by_team;
  for (const Drawn& each : DrawSample(candidates, {Sampling::kByAgent, 3, 1}))
    ++by_agent[each.candidate->agent_id];
  EXPECT_THAT(by_agent, ::testing::Each(::testing::Pair(::testing::_, 3)));
  for (const Drawn& each : DrawSample(candidates, {Sampling::kByTeam, 5, 1}))
    ++by_team[each.candidate->teams[0]];
  EXPECT_THAT(by_team,
              ::testing::ElementsAre(::testing::Pair("even", 5), ::testing::Pair("odd", 5)));
  EXPECT_EQ(DrawSample(candidates, {Sampling::kNewcomers, 1, 1}).size(), 50u);
}

// Each seed is an independent draw of one of 10; the weights are 1 (nine times) and 10.
TEST(SampleTest, RiskIsDrawnByItsWeight) {
  std::vector<Candidate> candidates = Candidates(1, 10);
  candidates[4].words = 1;
  candidates[4].low_rating = true;
  candidates[4].slow = true;
  int hits = 0;
  constexpr int kDraws = 4000;
  for (int seed = 0; seed < kDraws; ++seed) {
    const auto drawn = DrawSample(candidates, {Sampling::kRisk, 1, seed});
    hits += drawn[0].candidate == &candidates[4];
  }
  EXPECT_NEAR(static_cast<double>(hits) / kDraws, 10.0 / 19, 0.03);
  const auto all = DrawSample(candidates, {Sampling::kRisk, 10, 1});
  EXPECT_EQ(all[4].weight, 10);
  SamplingPlan other{Sampling::kRisk, 10, 1};
  other.rules.word_weight = 7;
  other.rules.low_rating_weight = other.rules.slow_weight = 0;
  EXPECT_EQ(DrawSample(candidates, other)[4].weight, 8);
  EXPECT_THAT(all[4].risks,
              ::testing::ElementsAre("forbidden words in 1 messages", "low rating", "slow answer"));
}

TEST(FormTest, DeductingBeginsAtAHundred) {
  const InspectionForm& form = *FindShippedForm("deducting");
  EXPECT_EQ(Judge(form, {}), (Judged{10'000, true, true}));
  EXPECT_EQ(Judge(form, std::vector<ItemResult>{{"wrong_answer", 20}, {"no_closing", 5}}),
            (Judged{7'500, false, true}));
  std::vector<ItemResult> all;
  for (const FormItem& item : form.items) all.push_back({item.id, item.points});
  EXPECT_EQ(Judge(form, all), (Judged{0, false, false}));
}

TEST(FormTest, ScoringIsAShareAndCategoriesPassAtTheirLine) {
  const InspectionForm& form = *FindShippedForm("scoring");
  EXPECT_EQ(Judge(form, {}), (Judged{0, false, false}));
  EXPECT_EQ(Judge(form, std::vector<ItemResult>{{"accuracy", 18}, {"attitude", 17}}),
            (Judged{3'500, true, false}));
}

TEST(FormTest, GradesChangeWhereThePolicySays) {
  QualityPolicy policy;  // as shipped: 60, 75, 90
  EXPECT_EQ(GradeOf(5'999, policy), 0);
  EXPECT_EQ(GradeOf(6'000, policy), 1);
  EXPECT_EQ(GradeOf(7'500, policy), 2);
  EXPECT_EQ(GradeOf(8'999, policy), 2);
  EXPECT_EQ(GradeOf(9'000, policy), 3);
  policy.grades = {8'000};
  EXPECT_EQ(GradeOf(7'999, policy), 0);
  EXPECT_EQ(GradeOf(10'000, policy), 1);
}

}  // namespace
}  // namespace kefu::performance::domain
