// Advertisement and fraud left out everywhere alike, what people decide about it, and words.
#include <fmt/format.h>

#include "services/performance/store/screening.h"
#include "services/performance/tests/facts/facts_fixture.h"

namespace kefu::performance {
namespace {

using ::testing::ElementsAre;

constexpr char kShop[] = "shop_id: 's'";

// A conversation answered by "a" in which the customer says `text` at 10:00 and something.
std::string Says(const std::string& id, const std::string& customer, const std::string& text,
                 const std::string& answer = "您好") {
  auto talk = Parse<v1::Conversation>(Talk(id, customer, 36000, answer.empty() ? "" : "a"));
  talk.mutable_messages(0)->set_text(text);
  if (!answer.empty()) talk.mutable_messages(1)->set_text(answer);
  return talk.DebugString();
}

class ScreeningTest : public FactsTest {
 protected:
  std::vector<std::string> Exclusions(const std::string& more = "") {
    const auto page = Ask(&Facts::ListExclusions, kShop + more);
    EXPECT_TRUE(page.ok()) << page.status();
    std::vector<std::string> told;
    for (const auto& e : page->exclusions()) {
      told.push_back(fmt::format("{} {} {} {}", e.conversation_id(),
                                 static_cast<int>(e.exclusion()), static_cast<int>(e.source()),
                                 e.rule_id()));
    }
    return told;
  }
  void Review(const std::string& id, const std::string& decision) {
    ASSERT_OK(
        Ask(&Facts::ReviewExclusion, fmt::format("shop_id: 's' conversation_id: '{}' decision: "
                                                 "EXCLUSION_DECISION_{} reason: 'looked at it'",
                                                 id, decision))
            .status());
  }
};

TEST_F(ScreeningTest, ARuleLeavesAConversationOutOfEveryFigureAndAttribution) {
  ASSERT_OK(
      Conversations({Says("ad", "u", "专业代运营，加微信"), Says("ok", "v", "有货吗")}).status());
  ASSERT_OK(Orders({Sale("o", "u", 40000, 500), Sale("p", "v", 40000, 700)}).status());
  EXPECT_EQ(Figure(kShop, "consulted"), 1);
  EXPECT_EQ(Figure(kShop, "conversations"), 1);
  EXPECT_EQ(Figure(kShop, "silent_sales"), 500);
  EXPECT_EQ(Figure("shop_id: 's' agent_id: 'a'", "sales"), 700);
  EXPECT_THAT(Exclusions(), ElementsAre("ad 1 2 advertisement-words"));
  ASSERT_OK_AND_ASSIGN(const auto why,
                       Call(&Stub::ExplainAttribution, R"(shop_id: "s" order_id: "o")"));
  EXPECT_EQ(why.steps(0).verdict(), "excluded conversation");
}

TEST_F(ScreeningTest, AReviewOverrulesEitherWayAndOutlivesImports) {
  ASSERT_OK(Conversations({Says("ad", "u", "专业代运营"), Says("ok", "v", "有货吗")}).status());
  Review("ad", "COUNT");
  EXPECT_EQ(Figure(kShop, "consulted"), 2);
  Review("ok", "FRAUD");
  EXPECT_EQ(Figure(kShop, "consulted"), 1);
  ASSERT_OK(Conversations({Says("ad", "u", "专业代运营！"), Says("ok", "v", "有货吗？")}).status());
  EXPECT_EQ(Figure(kShop, "consulted"), 1);
  EXPECT_THAT(Exclusions(), ElementsAre("ad 0 3 advertisement-words", "ok 2 3 "));
  EXPECT_THAT(Exclusions(" reviewed_only: true page_size: 1"),
              ElementsAre("ad 0 3 advertisement-words"));
  Review("ok", "BY_RULES");
  Review("ad", "BY_RULES");
  EXPECT_THAT(Exclusions(), ElementsAre("ad 1 2 advertisement-words"));
  EXPECT_EQ(Figure(kShop, "consulted"), 1);
}

TEST_F(ScreeningTest, AFlagIsListedAndCanBeOverruledToo) {
  ASSERT_OK(Conversations({Talk("c", "u", 36000, "a") + " exclusion: EXCLUSION_FRAUD"}).status());
  EXPECT_THAT(Exclusions(), ElementsAre("c 2 1 "));
  EXPECT_EQ(Figure(kShop, "consulted"), 0);
  Review("c", "COUNT");
  EXPECT_EQ(Figure(kShop, "consulted"), 1);
}

TEST_F(ScreeningTest, NewRulesScreenEverythingAgain) {
  ASSERT_OK(Conversations({Says("ad", "u", "专业代运营"), Says("ok", "v", "优惠大促")}).status());
  EXPECT_EQ(Figure(kShop, "consulted"), 1);
  const char kRules[] = R"(policy { rules {
    rule_id: "mine" exclusion: EXCLUSION_ADVERTISEMENT text { patterns: "大促$" } } } request_id: "r")";
  ASSERT_OK_AND_ASSIGN(const auto policy, Ask(&Facts::PublishScreeningPolicy, kRules));
  EXPECT_EQ(policy.version(), 1);
  EXPECT_THAT(Exclusions(), ElementsAre("ad 1 2 advertisement-words", "ok 1 2 mine"));
  EXPECT_EQ(Figure(kShop, "consulted"), 0);
  ASSERT_OK_AND_ASSIGN(const auto again, Ask(&Facts::PublishScreeningPolicy, kRules));
  EXPECT_EQ(again.version(), 1);
  ASSERT_OK_AND_ASSIGN(const auto in_force, Ask(&Facts::GetScreeningPolicy, kShop));
  EXPECT_EQ(in_force.rules(in_force.rules_size() - 1).rule_id(), "mine");
}

TEST_F(ScreeningTest, ForbiddenWordsAloneComputeNoFigureAnew) {
  ASSERT_OK(Conversations({Says("c", "v", "有货吗", "小可爱，有货")}).status());
  ASSERT_OK(Orders({Sale("o", "v", 40000, 500)}).status());
  const std::string ask = fmt::format("{} {}", kShop, kDayPeriod);
  EXPECT_EQ(Figure(ask, "sales"), 500);
  ASSERT_OK(Ask(&Facts::PublishScreeningPolicy, R"(policy { words { word: "小可爱" } })").status());
  EXPECT_EQ(RowsRead("sales_order", [&] { EXPECT_EQ(Figure(ask, "sales"), 500); }), 0);
  ASSERT_OK_AND_ASSIGN(const auto hits, Ask(&Facts::ListWordHits, kShop));
  EXPECT_EQ(hits.hits_size(), 1);
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM dirty_day"), 0);
}

TEST_F(ScreeningTest, APolicyAddsToWhatShipsAndTakesBackOnlyWhatItNames) {
  ASSERT_OK(Call(&Stub::ConfigureShop, R"(settings {
    shop_id: "s" time_zone: "Asia/Shanghai" currency_code: "CNY" platform: "PLATFORM_JD" })")
                .status());
  ASSERT_OK(Conversations({Says("ad", "u", "专业代运营", "亲，宝贝有货"),
                           Says("ok", "v", "优惠大促", "小可爱，有货")})
                .status());
  const auto words = [&] {
    std::vector<std::string> said;
    const auto page = Ask(&Facts::ListWordHits, kShop);
    EXPECT_OK(page.status());
    for (const auto& hit : page->hits()) said.push_back(hit.word());
    return said;
  };
  ASSERT_OK(Ask(&Facts::PublishScreeningPolicy, R"(policy { words { word: "小可爱" } })").status());
  EXPECT_THAT(Exclusions(), ElementsAre("ad 1 2 advertisement-words"));
  EXPECT_THAT(words(), ElementsAre("亲", "宝贝", "小可爱"));
  ASSERT_OK(Ask(&Facts::PublishScreeningPolicy, R"(policy { platform: "PLATFORM_JD"
    rules { rule_id: "volume" exclusion: EXCLUSION_FRAUD volume { conversations: 1 } }
    disabled_rule_ids: "advertisement-words" disabled_words: "宝贝" disabled_words: "小可爱" })")
                .status());
  EXPECT_THAT(Exclusions(), ElementsAre());
  EXPECT_THAT(words(), ElementsAre("亲"));
  ASSERT_OK_AND_ASSIGN(const auto in_force, Ask(&Facts::GetScreeningPolicy, kShop));
  std::vector<std::string> rules;
  for (const auto& rule : in_force.rules()) rules.push_back(rule.rule_id());
  EXPECT_THAT(rules, ElementsAre("one-sided-links", "volume"));
  EXPECT_EQ(in_force.rules(1).volume().conversations(), 1);
  EXPECT_THAT(FieldsOf(Ask(&Facts::PublishScreeningPolicy, R"(policy {
                words { word: "a" } disabled_words: "a" disabled_words: ""
                disabled_rule_ids: "" })")
                           .status()),
              ElementsAre("policy.disabled_rule_ids[0]", "policy.disabled_words[0]",
                          "policy.disabled_words[1]"));
}

TEST_F(ScreeningTest, OneCustomerTooManyTakesAllOutAndALateOneCorrectsTheRest) {
  ASSERT_OK(Ask(&Facts::PublishScreeningPolicy, R"(policy { rules {
    rule_id: "v" exclusion: EXCLUSION_FRAUD volume { conversations: 2 } } })")
                .status());
  ASSERT_OK(Conversations({Talk("1", "u", 100, "a"), Talk("2", "u", 200, "a")}).status());
  EXPECT_EQ(Figure(kShop, "conversations"), 2);
  ASSERT_OK(Conversations({Talk("3", "u", 300, "a")}).status());
  EXPECT_EQ(Figure(kShop, "conversations"), 0);
  ASSERT_OK(Conversations({Talk("3", "u", 300 + 86400, "a")}).status());
  EXPECT_EQ(Figure(kShop, "conversations"), 3);
}

TEST_F(ScreeningTest, ForbiddenWordsAreListedWithTheirMessage) {
  ASSERT_OK(Call(&Stub::ConfigureShop, R"(settings {
    shop_id: "s" time_zone: "Asia/Shanghai" currency_code: "CNY" platform: "PLATFORM_JD" })")
                .status());
  ASSERT_OK(Conversations({Says("c", "u", "在吗", "亲，宝贝有货"), Says("d", "v", "在吗", "您好")})
                .status());
  ASSERT_OK_AND_ASSIGN(const auto first, Ask(&Facts::ListWordHits, "shop_id: 's' page_size: 1"));
  EXPECT_EQ(first.hits(0).word(), "亲");
  EXPECT_EQ(first.hits(0).text(), "亲，宝贝有货");
  EXPECT_EQ(first.hits(0).message_index(), 1);
  EXPECT_EQ(first.hits(0).agent_id(), "a");
  ASSERT_OK_AND_ASSIGN(
      const auto second,
      Ask(&Facts::ListWordHits,
          fmt::format("shop_id: 's' page_size: 1 page_token: '{}'", first.next_page_token())));
  EXPECT_EQ(second.hits(0).word(), "宝贝");
  EXPECT_EQ(second.next_page_token(), "");
  ASSERT_OK(Conversations({Says("c", "u", "在吗", "您好，有货")}).status());
  ASSERT_OK_AND_ASSIGN(const auto none, Ask(&Facts::ListWordHits, kShop));
  EXPECT_EQ(none.hits_size(), 0);
}

TEST_F(ScreeningTest, WhatIsWrongOrAnotherTenantsIsRefused) {
  const auto wrong = Ask(&Facts::PublishScreeningPolicy, R"(policy {
    platform: "京东" rules { rule_id: "a" text { patterns: "(" } } words { word: "" } })");
  EXPECT_THAT(FieldsOf(wrong.status()),
              ElementsAre("policy.platform", "policy.rules[0].exclusion",
                          "policy.rules[0].text.patterns[0]", "policy.words[0].word"));
  EXPECT_THAT(FieldsOf(Ask(&Facts::PublishScreeningPolicy, "policy { platform: 'JD' }").status()),
              ElementsAre("policy.platform"));
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM screening_policy"), 0);
  const auto review = Ask(&Facts::ReviewExclusion, kShop);
  EXPECT_THAT(FieldsOf(review.status()), ElementsAre("conversation_id", "decision", "reason"));
  const char kReview[] = R"(shop_id: "s" conversation_id: "c" decision: EXCLUSION_DECISION_COUNT
                            reason: "why")";
  EXPECT_THAT(Ask(&Facts::ReviewExclusion, kReview).status(), HasReason("NOT_FOUND"));
  EXPECT_THAT(rpc::Call(*facts_, &Facts::ReviewExclusion,
                        Parse<v1::ReviewExclusionRequest>(kReview), AsOwner("org-b"))
                  .status(),
              HasReason("SHOP_NOT_CONFIGURED"));
  EXPECT_THAT(rpc::Call(*facts_, &Facts::ListWordHits, Parse<v1::ListWordHitsRequest>(kShop),
                        AsOwner("org-b"))
                  .status(),
              HasReason("SHOP_NOT_CONFIGURED"));
}

TEST_F(ScreeningTest, AReviewIsReplayedUnderItsRequestId) {
  ASSERT_OK(Conversations({Says("ad", "u", "专业代运营")}).status());
  const char kReview[] = R"(shop_id: "s" conversation_id: "ad" decision: EXCLUSION_DECISION_COUNT
                            reason: "why" request_id: "r")";
  ASSERT_OK_AND_ASSIGN(const auto one, Ask(&Facts::ReviewExclusion, kReview));
  EXPECT_EQ(one.rule_id(), "advertisement-words");
  Review("ad", "BY_RULES");
  ASSERT_OK_AND_ASSIGN(const auto two, Ask(&Facts::ReviewExclusion, kReview));
  EXPECT_THAT(two, ::kefu::testing::EqualsProto(one));
  EXPECT_EQ(Figure(kShop, "consulted"), 0);
}

// Whoever published the same version first has not committed yet.
TEST_F(ScreeningTest, TwoWhoPublishAtOnceBothDo) {
  Between(
      [](db::Transaction& t) {
        return store::InsertPolicy(
            t, "org-a", "", 1,
            Parse<v1::ScreeningPolicy>("version: 1 disabled_words: 'first'").SerializeAsString());
      },
      {"INSERT INTO screening_policy%"},
      [&] {
        const auto published = Ask(&Facts::PublishScreeningPolicy,
                                   "policy { disabled_words: 'second' } request_id: 'r'");
        ASSERT_OK(published.status());
        EXPECT_EQ(published->version(), 2);
      });
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM screening_policy"), 2);
}

}  // namespace
}  // namespace kefu::performance
