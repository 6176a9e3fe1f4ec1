// Which definitions a shop's days are computed by, and figures by another one than "default".
#include <fmt/format.h>

#include "common/status/status_macros.h"
#include "kefu/performance/v1/pay_period.pb.h"
#include "services/performance/recompute/definition_book.h"
#include "services/performance/store/definitions.h"
#include "services/performance/store/rollups.h"
#include "services/performance/tests/facts/facts_fixture.h"

namespace kefu::performance {
namespace {

using ::testing::ElementsAre;

class DefinitionsTest : public FactsTest {
 protected:
  // How many of the rows of a table are by a definition.
  int64_t Rows(const std::string& table, const std::string& key) {
    return Db().Count(
        fmt::format("SELECT COUNT(*) FROM {} WHERE definition_id = '{}'", table, key));
  }
};

TEST_F(DefinitionsTest, ADayIsComputedByDefaultAndByThePlatformsDefinition) {
  ASSERT_OK(Call(&Stub::ConfigureShop, R"(settings {
    shop_id: "s" time_zone: "Asia/Shanghai" currency_code: "CNY" platform: "PLATFORM_JD" })")
                .status());
  EXPECT_EQ(Rows("shop_definition", "jd@1"), 1);
  ASSERT_OK(Conversations({Talk("night", "u", 3600, "a"), Talk("day", "v", 36000, "a")}).status());
  EXPECT_EQ(Rows("day_rollup", "jd@1"), Rows("day_rollup", "default@1"));
  EXPECT_GT(Rows("day_rollup", "jd@1"), 0);
  EXPECT_EQ(Figure("shop_id: 's'", "consulted"), 2);
  EXPECT_EQ(Figure("shop_id: 's' definition_id: 'jd'", "consulted"), 2);
  ASSERT_OK_AND_ASSIGN(const auto jd, Call(&Stub::GetMetrics, R"(shop_id: "s" definition_id: "jd"
                                                 metric_ids: "response_seconds_mean")"));
  EXPECT_EQ(jd.definition().version(), 1);
  EXPECT_EQ(jd.rows(0).values(0).denominator(), 1);  // the one begun at night does not count
}

TEST_F(DefinitionsTest, AskingForAnotherOneComputesAllDaysByItFromThenOn) {
  ASSERT_OK(Conversations({Talk("c", "u", 36000, "a")}).status());
  EXPECT_EQ(Rows("day_rollup", "zendesk@1"), 0);
  const std::string ask = fmt::format("shop_id: 's' definition_id: 'zendesk' {}", kDayPeriod);
  EXPECT_EQ(Figure(ask, "consulted"), 1);
  EXPECT_GT(Rows("day_rollup", "zendesk@1"), 0);
  ASSERT_OK(Conversations({Talk("d", "v", 36000, "a")}).status());
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM dirty_day"), 0);
  EXPECT_EQ(Figure(ask, "consulted"), 2);
  EXPECT_THAT(Call(&Stub::GetMetrics, R"(shop_id: "s" definition_id: "zendesk@2")").status(),
              HasReason("UNKNOWN_DEFINITION"));
}

TEST_F(DefinitionsTest, AShopThatComesToAPlatformIsScoredByItsDefinition) {
  ASSERT_OK(Conversations({Talk("c", "u", 36000, "a")}).status());
  ASSERT_OK(Call(&Stub::ConfigureShop, R"(settings {
    shop_id: "s" time_zone: "Asia/Shanghai" currency_code: "CNY" platform: "PLATFORM_TMALL" })")
                .status());
  EXPECT_GT(Rows("dirty_day", "taobao@1"), 0);
  EXPECT_EQ(Figure("shop_id: 's' definition_id: 'taobao@1'", "consulted"), 1);
}

constexpr char kNight[] = R"(definition {
  definition_id: "night" attribution_days: 3 positive_score: 5 answer_seconds: 20 round_seconds: 60
  quiet_start_minute: 600 quiet_end_minute: 1200 service_hours { end_minute: 1440 } } # ~
)";

TEST_F(DefinitionsTest, APublishedDefinitionIsVersionedAndListed) {
  ASSERT_OK_AND_ASSIGN(const auto first, Ask(&Facts::PublishMetricDefinition, kNight));
  EXPECT_EQ(first.version(), 1);
  ASSERT_OK_AND_ASSIGN(const auto same, Ask(&Facts::PublishMetricDefinition, kNight));
  EXPECT_EQ(same.version(), 1);
  ASSERT_OK_AND_ASSIGN(const auto jd, Ask(&Facts::PublishMetricDefinition, R"(definition {
    definition_id: "jd" attribution_days: 1 positive_score: 4 answer_seconds: 30
    round_seconds: 180 service_hours { end_minute: 1440 } } request_id: "r")"));
  EXPECT_EQ(jd.version(), 2);
  ASSERT_OK_AND_ASSIGN(const auto all, Ask(&Facts::ListMetricDefinitions, R"(shop_id: "s")"));
  std::vector<std::string> names;
  for (const auto& d : all.definitions())
    names.push_back(fmt::format("{}@{}", d.definition_id(), d.version()));
  EXPECT_THAT(names, ElementsAre("default@1", "jd@1", "taobao@1", "zendesk@1", "jd@2", "night@1"));
  EXPECT_THAT(all.active(), ElementsAre("default@1"));
  const auto other = rpc::Call(*facts_, &Facts::ListMetricDefinitions,
                               v1::ListMetricDefinitionsRequest(), AsOwner("org-b"));
  ASSERT_OK(other.status());
  EXPECT_EQ(other->definitions_size(), 4);
}

TEST_F(DefinitionsTest, ANewVersionTakesTheOldOnesPlaceAndTheOldOneCanBeAskedFor) {
  ASSERT_OK(Conversations({Talk("c", "u", 36000, "a", 40)}).status());
  ASSERT_OK(Ask(&Facts::PublishMetricDefinition, R"(definition {
    definition_id: "default" attribution_days: 1 positive_score: 4 answer_seconds: 40
    round_seconds: 180 service_hours { end_minute: 1440 } })")
                .status());
  EXPECT_EQ(Rows("shop_definition", "default@1"), 0);
  EXPECT_EQ(Figure("shop_id: 's'", "answered_in_time_rate"), 1);
  ASSERT_OK(Conversations({Talk("d", "v", 36000, "a", 60)}).status());
  EXPECT_EQ(Figure("shop_id: 's'", "answered_in_time_rate"), 0.5);
  EXPECT_EQ(Figure("shop_id: 's' definition_id: 'default@1'", "answered_in_time_rate"), 0);
  EXPECT_EQ(Figure("shop_id: 's' definition_id: 'default@1'", "rounds"), 2);
}

TEST_F(DefinitionsTest, AnOrganizationSaysByWhichDefinitionAPlatformsShopsAreScored) {
  const auto configure = [&](const std::string& shop, const std::string& org = "org-a") {
    return rpc::Call(*stub_, &Stub::ConfigureShop,
                     Parse<v1::ConfigureShopRequest>(fmt::format(
                         "settings {{ shop_id: '{}' time_zone: 'Asia/Shanghai' currency_code: "
                         "'CNY' platform: 'PLATFORM_PINDUODUO' }}",
                         shop)),
                     AsOwner(org))
        .status();
  };
  const auto publish = [&](const std::string& more) {
    return Ask(&Facts::PublishMetricDefinition,
               fmt::format("definition {{ definition_id: 'pdd' attribution_days: 1 positive_score: "
                           "4 answer_seconds: 30 service_hours {{ end_minute: 1440 }} {} }}",
                           more));
  };
  ASSERT_OK(configure("s"));
  ASSERT_OK(configure("b", "org-b"));
  ASSERT_OK(Conversations({Talk("c", "u", 36000, "a")}).status());
  ASSERT_OK_AND_ASSIGN(const auto first,
                       publish("round_seconds: 60 platforms: 'PLATFORM_PINDUODUO' platforms: "
                               "'PLATFORM_DOUYIN'"));
  EXPECT_THAT(first.platforms(), ElementsAre("PLATFORM_DOUYIN", "PLATFORM_PINDUODUO"));
  EXPECT_EQ(Rows("shop_definition", "pdd@1"), 1) << "of this organization's shop only";
  EXPECT_EQ(Figure("shop_id: 's' definition_id: 'pdd'", "consulted"), 1);
  ASSERT_OK(configure("t"));
  EXPECT_EQ(Rows("shop_definition", "pdd@1"), 2);
  EXPECT_THAT(Ask(&Facts::DeactivateMetricDefinition, "shop_id: 's' definition_id: 'pdd'").status(),
              HasReason("DEFINITION_NEEDED"));
  // A further version keeps the platforms unless it names others.
  ASSERT_OK_AND_ASSIGN(const auto second, publish("round_seconds: 90"));
  EXPECT_THAT(second.platforms(), ElementsAre("PLATFORM_DOUYIN", "PLATFORM_PINDUODUO"));
  EXPECT_EQ(Rows("shop_definition", "pdd@2"), 2);
  ASSERT_OK(publish("round_seconds: 90 platforms: 'PLATFORM_DOUYIN'").status());
  EXPECT_OK(Ask(&Facts::DeactivateMetricDefinition, "shop_id: 's' definition_id: 'pdd'").status());
  for (const char* wrong : {"'jd'", "'PLATFORM_UNSPECIFIED'",
                            "'PLATFORM_JD' platforms: "
                            "'PLATFORM_JD'"}) {
    EXPECT_THAT(FieldsOf(publish(fmt::format("round_seconds: 60 platforms: {}", wrong)).status()),
                ElementsAre("definition.platforms"))
        << wrong;
  }
}

TEST_F(DefinitionsTest, OtherWordsForTheSameSumsComputeNothingAnew) {
  ASSERT_OK(Conversations({Talk("c", "u", 36000, "a", 40)}).status());
  ASSERT_OK(Orders({Sale("o", "u", 40000, 500)}).status());
  constexpr char kMean[] = "response_seconds_mean";
  EXPECT_EQ(Figure("shop_id: 's'", kMean), 40);
  const auto rows = [&] {
    return Db().Count("SELECT COUNT(*) FROM day_rollup") +
           Db().Count("SELECT COUNT(*) FROM order_credit");
  };
  const int64_t before = rows();
  const auto publish = [&](const std::string& words, int round_seconds = 180) {
    return Ask(&Facts::PublishMetricDefinition,
               fmt::format("definition {{ definition_id: 'default' attribution_days: 1 "
                           "positive_score: 4 answer_seconds: 30 round_seconds: {} service_hours "
                           "{{ start_minute: 540 end_minute: 1440 }} {} }}",
                           round_seconds, words));
  };
  ASSERT_OK(publish("response_grades { name: 'slow' from_seconds: 40 } thin_below: 2").status());
  ASSERT_OK_AND_ASSIGN(const auto third, publish("response_grades { name: 'slower' "
                                                 "from_seconds: 40 } thin_below: 2"));
  EXPECT_EQ(third.version(), 3);
  EXPECT_EQ(third.sums_version(), 1);
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM dirty_day"), 0);
  EXPECT_EQ(rows(), before) << "nothing is copied";
  ASSERT_OK_AND_ASSIGN(const auto listed, Ask(&Facts::ListMetricDefinitions, "shop_id: 's'"));
  EXPECT_THAT(listed.active(), ElementsAre("default@3"));
  const auto read = [&](const std::string& version, const std::string& grade) {
    const auto figures =
        Call(&Stub::GetMetrics,
             fmt::format("shop_id: 's' metric_ids: '{}' definition_id: 'default{}' {}", kMean,
                         version, kDayPeriod));
    ASSERT_OK(figures.status());
    EXPECT_EQ(figures->definition().version(), version.empty() ? 3 : 2);
    EXPECT_EQ(figures->rows(0).values(0).value(), 40);
    EXPECT_EQ(figures->rows(0).values(0).grade(), grade);
  };
  EXPECT_EQ(RowsRead("conversation",
                     [&] {
                       read("", "slower");
                       read("@2", "slow");
                     }),
            0);
  ASSERT_OK(Conversations({Talk("d", "v", 36000, "a", 60)}).status());
  EXPECT_EQ(Figure("shop_id: 's'", kMean), 50);
  EXPECT_EQ(Figure("shop_id: 's' agent_id: 'a'", "sales"), 500);
  // What months were closed by stays active: pay computes nothing anew.
  ASSERT_OK(Call(&Stub::ComputePayroll, "shop_id: 's' year: 2024 month: 11").status());
  EXPECT_EQ(Rows("shop_definition", "default@1"), 1);
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM shop_definition"), 1);
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM dirty_day"), 0);
  // Other sums are computed under a name of their own, and words for these are theirs.
  ASSERT_OK_AND_ASSIGN(const auto fourth, publish("thin_below: 2", 60));
  EXPECT_EQ(fourth.sums_version(), 4);
  ASSERT_OK_AND_ASSIGN(const auto fifth, publish("thin_below: 3", 60));
  EXPECT_EQ(fifth.sums_version(), 4);
  EXPECT_EQ(Rows("shop_definition", "default@1"), 0);
  EXPECT_EQ(Rows("shop_definition", "default@4"), 1);
}

TEST_F(DefinitionsTest, AShopOfAnotherPlatformIsScoredByThatOnesDefinitions) {
  const auto configure = [&](const std::string& platform) {
    return Call(&Stub::ConfigureShop,
                fmt::format("settings {{ shop_id: 's' time_zone: 'Asia/Shanghai' currency_code: "
                            "'CNY' platform: 'PLATFORM_{}' }}",
                            platform))
        .status();
  };
  const auto active = [&] {
    const auto listed = Ask(&Facts::ListMetricDefinitions, "shop_id: 's'");
    EXPECT_OK(listed.status());
    return std::vector<std::string>(listed->active().begin(), listed->active().end());
  };
  ASSERT_OK(configure("JD"));
  EXPECT_THAT(active(), ElementsAre("default@1", "jd@1"));
  const auto publish = [&](const std::string& id, const std::string& more = "") {
    return Ask(&Facts::PublishMetricDefinition,
               fmt::format("definition {{ definition_id: '{}' attribution_days: 1 positive_score: "
                           "4 answer_seconds: 30 round_seconds: 180 service_hours {{ end_minute: "
                           "1440 }} {} }}",
                           id, more))
        .status();
  };
  for (int i = 1; i < 7; ++i) {
    const std::string id = fmt::format("x{}", i);
    ASSERT_OK(publish(id));
    EXPECT_OK(
        Call(&Stub::GetMetrics, fmt::format("shop_id: 's' definition_id: '{}'", id)).status());
  }
  ASSERT_OK(configure("TAOBAO"));
  EXPECT_THAT(active(),
              ElementsAre("default@1", "taobao@1", "x1@1", "x2@1", "x3@1", "x4@1", "x5@1", "x6@1"));
  // Of a platform with more than there is room for, the others make room.
  for (const char* id : {"d1", "d2"}) ASSERT_OK(publish(id, "platforms: 'PLATFORM_DOUYIN'"));
  ASSERT_OK(configure("DOUYIN"));
  EXPECT_THAT(active(),
              ElementsAre("d1@1", "d2@1", "default@1", "x2@1", "x3@1", "x4@1", "x5@1", "x6@1"));
}

TEST_F(DefinitionsTest, ADefinitionMayLeaveItsPlatforms) {
  const auto publish = [&](const std::string& more) {
    return Ask(&Facts::PublishMetricDefinition,
               fmt::format("definition {{ definition_id: 'jd' attribution_days: 1 positive_score: "
                           "4 answer_seconds: 30 round_seconds: 180 service_hours {{ end_minute: "
                           "1440 }} {} }}",
                           more));
  };
  EXPECT_THAT(FieldsOf(publish("no_platforms: true platforms: 'PLATFORM_JD'").status()),
              ElementsAre("definition.no_platforms"));
  ASSERT_OK_AND_ASSIGN(const auto kept, publish("thin_below: 7"));
  EXPECT_THAT(kept.platforms(), ElementsAre("PLATFORM_JD"));
  ASSERT_OK_AND_ASSIGN(const auto none, publish("no_platforms: true"));
  EXPECT_THAT(none.platforms(), ElementsAre());
  ASSERT_OK_AND_ASSIGN(const auto as_before, publish("thin_below: 8"));
  EXPECT_TRUE(as_before.no_platforms());
  ASSERT_OK(Call(&Stub::ConfigureShop,
                 "settings { shop_id: 'j' time_zone: 'Asia/Shanghai' currency_code: 'CNY' "
                 "platform: 'PLATFORM_JD' }")
                .status());
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM shop_definition WHERE shop_id = 'j'"), 1);
}

TEST_F(DefinitionsTest, EveryFaultIsToldAndNothingPublished) {
  const auto wrong = Ask(&Facts::PublishMetricDefinition, R"(definition {
    definition_id: "A b" attribution_days: 99 quiet_start_minute: -1 })");
  EXPECT_THAT(wrong.status(), HasReason("INVALID_FIELDS"));
  for (const char* field : {"definition_id", "attribution_days", "quiet_start_minute",
                            "positive_score", "answer_seconds", "service_hours.end_minute"})
    EXPECT_THAT(FieldsOf(wrong.status()), ::testing::Contains(std::string("definition.") + field));
  // Of two grades that hold the same mean nobody could say which it has.
  const auto grades = Ask(&Facts::PublishMetricDefinition, R"(definition {
    definition_id: "jd" attribution_days: 1 positive_score: 4 answer_seconds: 30 round_seconds: 180
    service_hours { end_minute: 1440 }
    response_grades { name: "slow" from_seconds: 40 above: true }
    response_grades { name: "fast" to_seconds: 41 }
    response_grades { name: "slow" from_seconds: 90 } })");
  // The second begins within the first, the third within the second, which has no end.
  EXPECT_THAT(FieldsOf(grades.status()), ElementsAre("definition.response_grades.name",
                                                     "definition.response_grades.from_seconds",
                                                     "definition.response_grades.from_seconds"));
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM metric_definition"), 0);
  EXPECT_THAT(rpc::Call(*facts_, &Facts::PublishMetricDefinition,
                        Parse<v1::PublishMetricDefinitionRequest>(kNight), AsOwner("org-a", {"s"}))
                  .status(),
              HasReason("SHOP_NOT_ALLOWED"));
}

TEST_F(DefinitionsTest, OnlyThoseWhoConfigureMakeADefinitionActiveAndTakeItBack) {
  ASSERT_OK(Conversations({Talk("c", "u", 36000, "a")}).status());
  const auto ask = [&](auth::Role role, const std::string& definition) {
    return rpc::Call(*stub_, &Stub::GetMetrics,
                     Parse<v1::GetMetricsRequest>(
                         fmt::format("shop_id: 's' definition_id: '{}'", definition)),
                     host_.As("org-a", {role}))
        .status();
  };
  EXPECT_THAT(ask(auth::Role::kAuditor, "jd"), HasReason("DEFINITION_NOT_ACTIVE"));
  EXPECT_OK(ask(auth::Role::kAuditor, "default"));
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM shop_definition"), 1);
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM dirty_day"), 0);
  EXPECT_OK(ask(auth::Role::kOwner, "jd"));
  EXPECT_OK(ask(auth::Role::kAuditor, "jd"));
  const char kTakeBack[] = "shop_id: 's' definition_id: 'jd' request_id: 'r'";
  for (int sent = 0; sent < 2; ++sent) {
    ASSERT_OK_AND_ASSIGN(const auto left, Ask(&Facts::DeactivateMetricDefinition, kTakeBack));
    EXPECT_THAT(left.active(), ElementsAre("default@1"));
  }
  EXPECT_THAT(ask(auth::Role::kAuditor, "jd"), HasReason("DEFINITION_NOT_ACTIVE"));
  const auto refused = [&](const std::string& text) {
    return Ask(&Facts::DeactivateMetricDefinition, text).status();
  };
  EXPECT_THAT(refused("shop_id: 's' definition_id: 'default'"), HasReason("DEFINITION_NEEDED"));
  EXPECT_THAT(refused("shop_id: 's' definition_id: 'no'"), HasReason("UNKNOWN_DEFINITION"));
  EXPECT_THAT(FieldsOf(refused("")), ElementsAre("shop_id", "definition_id"));
  EXPECT_THAT(rpc::Call(*facts_, &Facts::DeactivateMetricDefinition,
                        Parse<v1::DeactivateMetricDefinitionRequest>(kTakeBack), AsOwner("org-b"))
                  .status(),
              HasReason("SHOP_NOT_CONFIGURED"));
  for (int i = 1; i < 8; ++i)
    Db().Exec(fmt::format("INSERT INTO shop_definition VALUES ('org-a', 's', 'x{}@1')", i));
  EXPECT_THAT(ask(auth::Role::kOwner, "taobao"), HasReason("TOO_MANY_DEFINITIONS"));
}

// A definition that computes other sums for each round_seconds.
std::string Rounds(const std::string& id, int round_seconds, const std::string& more = "") {
  return fmt::format(
      "definition {{ definition_id: '{}' attribution_days: 1 positive_score: 4 answer_seconds: 30 "
      "round_seconds: {} service_hours {{ end_minute: 1440 }} {} }}",
      id, round_seconds, more);
}

TEST_F(DefinitionsTest, HowManyScoreAShopIsPolicy) {
  const auto policy = [&](std::string_view org) {
    return rpc::Call(*facts_, &Facts::GetDefinitionPolicy, v1::GetDefinitionPolicyRequest(),
                     AsOwner(org));
  };
  const auto set = [&](const std::string& text, std::vector<std::string> shops = {}) {
    return rpc::Call(*facts_, &Facts::SetDefinitionPolicy,
                     Parse<v1::SetDefinitionPolicyRequest>(text), AsOwner("org-a", shops));
  };
  ASSERT_OK_AND_ASSIGN(const auto shipped, policy("org-a"));
  EXPECT_EQ(shipped.version(), 0);
  EXPECT_EQ(shipped.most_active(), 8);
  for (const int wrong : {0, 1, 33}) {
    EXPECT_THAT(FieldsOf(set(fmt::format("policy {{ most_active: {} }}", wrong)).status()),
                ElementsAre("policy.most_active"));
  }
  EXPECT_THAT(set("policy { most_active: 3 }", {"s"}).status(), HasReason("SHOP_NOT_ALLOWED"));
  for (int sent = 0; sent < 2; ++sent) {
    ASSERT_OK_AND_ASSIGN(const auto first, set("policy { most_active: 2 } request_id: 'r'"));
    EXPECT_EQ(first.version(), 1);
  }
  EXPECT_OK(Call(&Stub::GetMetrics, "shop_id: 's' definition_id: 'jd'").status());
  EXPECT_THAT(Call(&Stub::GetMetrics, "shop_id: 's' definition_id: 'taobao'").status(),
              HasReason("TOO_MANY_DEFINITIONS"));
  ASSERT_OK_AND_ASSIGN(const auto second, set("policy { most_active: 3 version: 7 }"));
  EXPECT_EQ(second.version(), 2);
  EXPECT_OK(Call(&Stub::GetMetrics, "shop_id: 's' definition_id: 'taobao'").status());
  ASSERT_OK_AND_ASSIGN(const auto now, policy("org-a"));
  EXPECT_EQ(now.version(), 2);
  EXPECT_EQ(now.most_active(), 3);
  ASSERT_OK_AND_ASSIGN(const auto other, policy("org-b"));
  EXPECT_EQ(other.most_active(), 8);
}

TEST_F(DefinitionsTest, WhatMonthsWereClosedByTakesRoomAndIsRefusedBeforeItOverflows) {
  ASSERT_OK(Ask(&Facts::SetDefinitionPolicy, "policy { most_active: 4 }").status());
  // Months closed by the shop itself, and by its organization as a whole.
  const auto close = [&](const std::string& shop, int month, int version) {
    v1::PayPeriod period;
    period.set_definition_id("default");
    period.set_definition_version(version);
    ASSERT_OK(Db().db().RunInTransaction(absl::InfiniteFuture(), [&](db::Transaction& t) {
      constexpr db::Sql kInsert{
          "INSERT INTO pay_period (org_id, shop_id, month, body, plan_body) VALUES ('org-a', ?, ?, "
          "?, '')"};
      const std::string body = period.SerializeAsString();
      return t.Execute(kInsert, {shop, absl::CivilDay(2024, month, 1), db::Param::Bytes(body)})
          .status();
    }));
  };
  close("s", 7, 1);
  ASSERT_OK(Ask(&Facts::PublishMetricDefinition, Rounds("default", 60)).status());
  close("", 8, 2);
  close("", 9, 2);
  ASSERT_OK(Ask(&Facts::PublishMetricDefinition, Rounds("default", 61)).status());
  close("s", 10, 3);
  ASSERT_OK(Ask(&Facts::PublishMetricDefinition, Rounds("default", 62)).status());
  close("s", 11, 4);
  const auto refused = Ask(&Facts::PublishMetricDefinition, Rounds("default", 63)).status();
  EXPECT_THAT(refused, HasReason("TOO_MANY_DEFINITIONS"));
  EXPECT_THAT(refused.message(),
              ::testing::HasSubstr("default@1, default@2, default@3, default@4"));
  EXPECT_EQ(Db().Count("SELECT MAX(version) FROM metric_definition"), 4);
  EXPECT_EQ(Rows("shop_definition", "default@4"), 1) << "nothing has changed";
  // Other words need no room, nor does another shop's limit matter.
  EXPECT_OK(Ask(&Facts::PublishMetricDefinition, Rounds("default", 62, "thin_below: 3")).status());
  ASSERT_OK(Ask(&Facts::SetDefinitionPolicy, "policy { most_active: 5 }").status());
  EXPECT_OK(Ask(&Facts::PublishMetricDefinition, Rounds("default", 63)).status());
  // Pay brings back what it needs; what somebody only asked by makes room for it.
  Db().Exec("DELETE FROM shop_definition WHERE definition_id <> 'default@6'");
  for (const char* asked : {"jd", "taobao", "zendesk"}) {
    ASSERT_OK(
        Call(&Stub::GetMetrics, fmt::format("shop_id: 's' definition_id: '{}'", asked)).status());
  }
  ASSERT_OK(Db().db().RunInTransaction(absl::InfiniteFuture(), [](db::Transaction& t) {
    RETURN_IF_ERROR(store::LoadSettings(t, kScope, /*lock=*/true).status());
    for (const char* key : {"default@1", "default@2", "default@3", "default@4"})
      RETURN_IF_ERROR(ActivateForPay(t, kScope, "", key));
    return absl::OkStatus();
  }));
  ASSERT_OK_AND_ASSIGN(const auto listed, Ask(&Facts::ListMetricDefinitions, "shop_id: 's'"));
  EXPECT_THAT(listed.active(),
              ElementsAre("default@1", "default@2", "default@3", "default@5", "default@6"));
}

// Whoever published the same version first has not committed yet.
TEST_F(DefinitionsTest, TwoWhoPublishAtOnceBothDo) {
  Between(
      [](db::Transaction& t) {
        return store::InsertDefinition(t, "org-a", "night", 1,
                                       Parse<v1::MetricDefinition>("definition_id: 'night' "
                                                                   "version: 1 round_seconds: 5")
                                           .SerializeAsString());
      },
      {"INSERT INTO metric_definition%"},
      [&] {
        const auto published = Ask(&Facts::PublishMetricDefinition, Rounds("night", 60));
        ASSERT_OK(published.status());
        EXPECT_EQ(published->version(), 2);
      });
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM metric_definition"), 2);
}

TEST_F(DefinitionsTest, AnUnknownDefinitionIsToldWhereTheKnownOnesAre) {
  for (const auto& status : {Call(&Stub::GetMetrics, "shop_id: 's' definition_id: 'no'").status(),
                             Call(&Stub::ExplainMetric,
                                  "subject { shop_id: 's' } metric_id: "
                                  "'sales' definition_id: 'no'")
                                 .status()}) {
    EXPECT_THAT(status, HasReason("UNKNOWN_DEFINITION"));
    EXPECT_THAT(status.message(), ::testing::HasSubstr("ListMetricDefinitions"));
  }
}

}  // namespace
}  // namespace kefu::performance
