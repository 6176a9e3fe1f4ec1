#include <random>

#include "common/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/staffing/domain/problems/problem.h"
#include "services/staffing/domain/problems/search.h"

namespace kefu::staffing::problems {
namespace {

using ::kefu::testing::HasReason;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

TEST(SearchTest, ChineseIsIndexedByCharactersAndPairs) {
  EXPECT_THAT(IndexTokens("会掉色"), UnorderedElementsAre("会", "掉", "色", "会掉", "掉色"));
  EXPECT_THAT(QueryTokens("会掉色"), UnorderedElementsAre("会掉", "掉色"));
  EXPECT_THAT(QueryTokens("色"), ElementsAre("色"));
  EXPECT_THAT(QueryTokens("掉，色"), UnorderedElementsAre("掉", "色")) << "a comma parts runs";
}

TEST(SearchTest, WordsAreWholeWhateverTheirCaseAndWidth) {
  EXPECT_THAT(IndexTokens("ＸＬ码 iPhone-15"), UnorderedElementsAre("xl", "码", "iphone", "15"));
  EXPECT_THAT(QueryTokens("xl码"), UnorderedElementsAre("xl", "码"));
  EXPECT_THAT(QueryTokens("Größe"), ElementsAre("größe"));
  EXPECT_THAT(QueryTokens("カタカナ"), UnorderedElementsAre("カタ", "タカ", "カナ"));
  EXPECT_THAT(QueryTokens("𠮷野家"), UnorderedElementsAre("𠮷野", "野家"));
  EXPECT_THAT(QueryTokens("？！…。 😀 ～"), IsEmpty());
  EXPECT_THAT(QueryTokens(std::string(500, 'a')), ElementsAre(std::string(kMostTokenBytes, 'a')));
}

// Every part of a text of two characters or more finds it, and so does each character.
TEST(SearchProperty, APartOfATextFindsIt) {
  const std::vector<std::string> alphabet{"衣", "服", "会", "掉", "色", "吗", "？", " ", "a", "9"};
  std::mt19937 random(7);
  for (int round = 0; round < 500; ++round) {
    std::vector<std::string> text(std::uniform_int_distribution<size_t>(1, 20)(random));
    for (std::string& c : text) c = alphabet[random() % 6];
    std::string all;
    for (const std::string& c : text) all += c;
    const auto indexed = IndexTokens(all);
    const size_t first = random() % text.size();
    const size_t count = 1 + random() % (text.size() - first);
    std::string part;
    for (size_t i = 0; i < count; ++i) part += text[first + i];
    for (const std::string& token : QueryTokens(part)) {
      EXPECT_TRUE(indexed.contains(token)) << all << " by " << part;
    }
  }
}

TEST(SearchTest, HalfOfAQueryIsTheLeast) {
  for (const auto& [tokens, least] : {std::pair(1, 1), {2, 1}, {3, 2}, {4, 2}, {7, 4}}) {
    EXPECT_EQ(LeastHits(tokens), least) << tokens;
  }
}

TEST(ProblemTest, AnAnswerIsReplacedByWhoMay) {
  const absl::Time now = absl::FromUnixSeconds(1768449600);
  const Problem open{.id = "p", .question = "会掉色吗", .info = {1, now, now}};
  const auto answered = WithAnswer(open, "不会", "ann", false, now);
  ASSERT_OK(answered);
  EXPECT_EQ(answered->state, State::kAnswered);
  EXPECT_EQ(answered->answers, 1);
  EXPECT_THAT(WithAnswer(*answered, "会", "bob", false, now), HasReason("PROBLEM_ANSWERED"));
  const auto replaced = WithAnswer(*answered, "首次会", "lead", true, now);
  ASSERT_OK(replaced);
  EXPECT_EQ(replaced->answers, 2);
  EXPECT_EQ(replaced->info.version, 3);
  const Tokens tokens = TokensOf(*replaced);
  EXPECT_TRUE(tokens.all.contains("首次"));
  EXPECT_FALSE(tokens.question.contains("首次"));
  EXPECT_FALSE(tokens.all.contains("不会")) << "of an answer no more in force";
}

}  // namespace
}  // namespace kefu::staffing::problems
