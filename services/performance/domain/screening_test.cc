// Rules and words: what hits, what does not, and what cannot be published.
#include "services/performance/domain/screening.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kefu::performance::domain {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

// "c:" the customer's words, "a:" an agent's.
std::vector<Utterance> Said(const std::vector<std::string_view>& lines) {
  std::vector<Utterance> said;
  for (const std::string_view line : lines) {
    said.push_back({line[0] == 'a' ? Side::kAgent : Side::kCustomer, line[0] == 'a' ? "x" : "",
                    line.substr(2), 0});
  }
  return said;
}

std::string RuleOf(const ScreeningPolicy& policy, const std::vector<std::string_view>& lines) {
  DayScreen day(MakeScreen(policy));
  day.Add("k", "u", Said(lines));
  const auto hits = day.Hits();
  return hits.empty() ? "" : hits.at("k").rule_id;
}

TEST(Screening, ShippedRulesTellAdvertisersFromCustomers) {
  const ScreeningPolicy policy = ShippedPolicy("");
  struct Case {
    std::vector<std::string_view> lines;
    std::string_view rule;
  };
  for (const Case& c : std::vector<Case>{
           {{"c:你好，我们专业代运营，全网最低价"}, "advertisement-words"},
           {{"c:需要刷单吗？加我微信 abc123", "a:不需要"}, "advertisement-words"},
           {{"c:你们是不是刷单的？", "a:不是的"}, ""},
           {{"c:这个什么时候发货"}, ""},
           {{"c:看看 http://evil.example.com/x"}, "one-sided-links"},
           {{"c:看看 HTTP://EVIL.example.com", "a:您好"}, ""},
           {{"c:https://item.jd.com/100.html 这个有货吗"}, ""},
           {{"c:【淘宝】https://m.tb.cn/h.5Kx1 这个还有吗"}, ""},
           {{"c:https://detail.tmall.hk/hk/item.htm?id=1"}, ""},
           {{"c:https://notjd.com/100.html"}, "one-sided-links"},
           {{"c:www.evil.cn"}, "one-sided-links"},
           {{"a:https://evil.example.com"}, ""},
       })
    EXPECT_EQ(RuleOf(policy, c.lines), c.rule) << c.lines[0];
}

TEST(Screening, TheFirstRuleIsNamedWhateverFindsItFirst) {
  ScreeningPolicy policy;
  policy.rules = {{.id = "volume", .volume = VolumeRule{.messages = 1}},
                  {.id = "words", .text = TextRule{{"buy"}}}};
  EXPECT_EQ(RuleOf(policy, {"c:BUY", "c:now"}), "volume");
  EXPECT_EQ(RuleOf(policy, {"c:BUY"}), "words");
}

TEST(Screening, VolumeHitsAllThatACustomerBeganOnTheDay) {
  ScreeningPolicy policy;
  policy.rules = {
      {.id = "v", .exclusion = Exclusion::kFraud, .volume = VolumeRule{.conversations = 2}}};
  DayScreen day(MakeScreen(policy));
  for (const std::string id : {"1", "2", "3"}) day.Add(id, "many", Said({"c:hi"}));
  for (const std::string id : {"4", "5"}) day.Add(id, "two", Said({"c:hi"}));
  std::vector<std::string> hit;
  for (const auto& [id, rule] : day.Hits()) {
    hit.push_back(id);
    EXPECT_EQ(rule.exclusion, Exclusion::kFraud);
    EXPECT_EQ(rule.evidence, "3 conversations on the day");
  }
  EXPECT_THAT(hit, UnorderedElementsAre("1", "2", "3"));
}

TEST(Screening, TheSameFirstWordsOfManyCustomersAreHit) {
  ScreeningPolicy policy;
  policy.rules = {
      {.id = "v", .volume = VolumeRule{.same_text_customers = 2, .same_text_bytes = 4}}};
  DayScreen day(MakeScreen(policy));
  for (const std::string id : {"1", "2", "3"}) day.Add(id, "u" + id, Said({"c:spam!", "c:x"}));
  for (const std::string id : {"4", "5", "6"}) day.Add(id, "u" + id, Said({"c:hi"}));
  for (const std::string id : {"7", "8", "9"}) day.Add(id, "one", Said({"c:again and again"}));
  EXPECT_EQ(day.Hits().size(), 3u);
}

TEST(Screening, WordsCountForAgentsAndOutsideOfTheirExceptions) {
  DayScreen day(MakeScreen(ShippedPolicy("PLATFORM_JD")));
  day.Add(
      "k", "u",
      Said({"c:亲，在吗", "a:亲，这款宝贝有货", "a:这是送给母亲的", "a:母亲节快乐，亲", "a:好的"}));
  std::vector<std::string> told;
  for (const WordHit& hit : day.words()) told.push_back(std::to_string(hit.message) + hit.word);
  EXPECT_THAT(told, ElementsAre("1亲", "1宝贝", "3亲"));
  DayScreen other(MakeScreen(ShippedPolicy("PLATFORM_TAOBAO")));
  other.Add("k", "u", Said({"a:亲"}));
  EXPECT_THAT(other.words(), IsEmpty());
}

TEST(Screening, EveryFaultOfAPolicyIsTold) {
  ScreeningPolicy policy;
  policy.rules = {{.id = "", .exclusion = Exclusion::kNone},
                  {.id = "a", .text = TextRule{{"(", "x*", ""}}},
                  {.id = "a", .volume = VolumeRule{.conversations = -1}},
                  {.id = "b", .links = LinkRule{0, {"Not A Host"}}}};
  policy.words = {{"", {}}, {"亲", {"亲", "爱"}}, {"亲", {}}};
  FieldViolations faults;
  Check(policy, faults);
  EXPECT_EQ(faults.size(), 3 + 3 + 3 + 2 + 1 + 2 + 1u) << faults.ToStatus();
  for (const char* platform : {"", "PLATFORM_JD"}) {
    FieldViolations none;
    Check(ShippedPolicy(platform), none);
    EXPECT_TRUE(none.empty()) << none.ToStatus();
  }
}

TEST(Screening, PatternsThatDoNotFitTogetherStillMatch) {
  ScreeningPolicy policy;
  for (int rule = 0; rule < 2; ++rule) {
    TextRule text;
    for (int i = 0; i < 50; ++i)
      text.patterns.push_back(fmt::format("[一-龥]{{1,200}}{:03}号", 50 * rule + i));
    policy.rules.push_back({.id = fmt::format("r{}", rule), .text = std::move(text)});
  }
  FieldViolations violations;
  Check(policy, violations);
  EXPECT_TRUE(violations.ToStatus().ok()) << violations.ToStatus();
  DayScreen day(MakeScreen(policy));
  day.Add("hit", "u", {{.text = "联系我057号"}});
  day.Add("none", "v", {{.text = "联系我999号"}});
  const auto hits = day.Hits();
  ASSERT_EQ(hits.size(), 1);
  EXPECT_EQ(hits.at("hit").rule_id, "r1");
}

TEST(Screening, OfAnOrderAReviewDecidesThenTheFlagThenTheCustomer) {
  using enum Exclusion;
  using Source = OrderVerdict::Source;
  for (const auto& [flag, customer, review, verdict] :
       {std::tuple{kNone, false, std::optional<Exclusion>(), OrderVerdict{}},
        {kNone, true, {}, {kFraud, Source::kCustomer}},
        {kAdvertisement, true, {}, {kAdvertisement, Source::kFlag}},
        {kFraud, true, kNone, {kNone, Source::kReview}},
        {kNone, false, kFraud, {kFraud, Source::kReview}}})
    EXPECT_EQ(JudgeOrder(flag, customer, review), verdict);
}

}  // namespace
}  // namespace kefu::performance::domain
