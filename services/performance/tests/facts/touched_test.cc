// What a change of facts or settings makes the service compute, and what it leaves alone.
#include <fmt/format.h>

#include "kefu/staffing/v1/events.pb.h"
#include "services/performance/tests/facts/facts_fixture.h"

namespace kefu::performance {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr char kShop[] = "shop_id: 's'";
constexpr char kDamaged[] = "UPDATE conversation SET body = 'x' WHERE conversation_id = ";

class TouchedTest : public FactsTest {
 protected:
  void OnPlatform(const std::string& platform) {
    ASSERT_OK(Call(&Stub::ConfigureShop,
                   fmt::format("settings {{ shop_id: 's' time_zone: 'Asia/Shanghai' "
                               "currency_code: 'CNY' platform: '{}' }}",
                               platform))
                  .status());
  }
  static std::string Says(const std::string& id, const std::string& text, int64_t second = 36000) {
    auto talk = Parse<v1::Conversation>(Talk(id, "u-" + id, second, "a"));
    talk.mutable_messages(0)->set_text(text);
    talk.mutable_messages(1)->set_text(text);
    return talk.ShortDebugString();
  }
  int64_t Marks(const std::string& where) {
    return Db().Count("SELECT COUNT(*) FROM dirty_day WHERE " + where);
  }
};

TEST_F(TouchedTest, AStreamComputesItsOwnDaysAndIsNotFailedByOthers) {
  ASSERT_OK(Conversations({Talk("old", "u", 36000 - 30 * 86400, "a"), Talk("new", "u", 36000, "a")})
                .status());
  Db().Exec(kDamaged + std::string("'old'"));
  Db().Exec(
      "INSERT INTO dirty_day VALUES ('org-a', 's', '2024-10-12', '!screen', 1), "
      "('org-a', 's', '2024-10-12', 'default@1', 1), ('org-a', 's', '2024-11-11', 'default@1', 1)");
  ASSERT_OK_AND_ASSIGN(const auto answer, Conversations({Talk("new", "u", 36000, "b")}));
  EXPECT_EQ(answer.replaced(), 1);
  EXPECT_EQ(answer.days_recomputed(), 3);
  EXPECT_EQ(Marks("day = '2024-10-12'"), 2) << "left to the background job";
  EXPECT_EQ(Marks("day <> '2024-10-12'"), 0);
}

TEST_F(TouchedTest, WhatAChangedCreditMarksInTurnIsComputedToo) {
  ASSERT_OK(Conversations({Talk("c", "u", 36000, "a")}).status());
  ASSERT_OK(Orders({Sale("o", "u", 40000, 500)}).status());
  ASSERT_OK(Reviews({fmt::format("review_id: 'e' order_id: 'o' score: 5 create_time {{ seconds: "
                                 "{} }}",
                                 kMidnight + 20 * 86400)})
                .status());
  // The day is marked, so that the credit comes by a computation of the whole day.
  Db().Exec("INSERT INTO dirty_day VALUES ('org-a', 's', '2024-11-11', 'default@1', 1)");
  ASSERT_OK(Conversations({Talk("c", "u", 36000, "b")}).status());
  EXPECT_EQ(Marks("1"), 0);
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM day_rollup WHERE day = '2024-12-01' AND subject_id = "
                       "'b'"),
            1);
}

// Whose the refunds and reviews of a single day are, while all other days wait.
class CreditsOfBeforeTest : public TouchedTest {
 protected:
  static constexpr char kFraudRule[] =
      "policy { rules { rule_id: 'mine' exclusion: EXCLUSION_FRAUD text { patterns: '大促' } } }";

  // An agent's order and, so many days later, what became of it.
  void Sell(int later) {
    ASSERT_OK(Conversations({Says("c", "大促")}).status());
    ASSERT_OK(Orders({Sale("o", "u-c", 40000, 500)}).status());
    ASSERT_OK(Refunds({fmt::format("refund_id: 'r' order_id: 'o' refund_time {{ seconds: {} }} "
                                   "amount {{ currency_code: 'CNY' minor_units: 30 }}",
                                   kMidnight + 40000 + later * 86400)})
                  .status());
    ASSERT_OK(Reviews({fmt::format("review_id: 'e' order_id: 'o' score: 5 create_time {{ seconds: "
                                   "{} }}",
                                   kMidnight + 40000 + later * 86400)})
                  .status());
  }
  std::string On(int later, const std::string& definition = "") {
    const absl::CivilDay day = kDay + later;
    const auto answer =
        Call(&Stub::GetMetrics,
             fmt::format("shop_id: 's' by_agent: true metric_ids: 'refunds' metric_ids: 'reviews' "
                         "definition_id: '{}' period {{ start_date {{ {} }} end_date {{ {} }} }}",
                         definition, kefu::convert::ToProto(day).ShortDebugString(),
                         kefu::convert::ToProto(day).ShortDebugString()));
    EXPECT_OK(answer.status());
    std::string told;
    for (const v1::MetricRow& row : answer->rows()) {
      told += fmt::format("{} {} {};", row.subject().agent_id(), Value(row, "refunds"),
                          Value(row, "reviews"));
    }
    return told;
  }
};

TEST_F(CreditsOfBeforeTest, ADefinitionNobodyHasAskedByCreditsThem) {
  Sell(/*later=*/20);
  EXPECT_EQ(On(20, "zendesk"), "a 30 1;");
}

TEST_F(CreditsOfBeforeTest, AReviewOfTheConversationTakesThem) {
  Sell(/*later=*/20);
  EXPECT_EQ(On(20), "a 30 1;");
  ASSERT_OK(Ask(&Facts::ReviewExclusion,
                "shop_id: 's' conversation_id: 'c' reason: 'spam' decision: "
                "EXCLUSION_DECISION_ADVERTISEMENT")
                .status());
  EXPECT_EQ(On(20), "");
}

TEST_F(CreditsOfBeforeTest, ANewRuleTakesThemHoweverLongAgoTheSaleIs) {
  Sell(/*later=*/200);
  EXPECT_EQ(On(200), "a 30 1;");
  ASSERT_OK(Ask(&Facts::PublishScreeningPolicy, kFraudRule).status());
  EXPECT_EQ(On(200), "");
}

TEST_F(CreditsOfBeforeTest, WhatIsFraudNowMakesNobodyComeBack) {
  ASSERT_OK(Ask(&Facts::PublishMetricDefinition,
                "definition { definition_id: 'long' attribution_days: 1 positive_score: 4 "
                "answer_seconds: 30 round_seconds: 180 repurchase_days: 300 service_hours { "
                "end_minute: 1440 } }")
                .status());
  ASSERT_OK(Conversations({Says("c", "大促")}).status());
  ASSERT_OK(Orders({Sale("o", "u-c", 40000, 500), Sale("later", "u-c", 40000 + 200 * 86400, 7)})
                .status());
  const std::string day = kefu::convert::ToProto(kDay + 200).ShortDebugString(),
                    question = fmt::format(
                        "shop_id: 's' definition_id: 'long' period {{ "
                        "start_date {{ {} }} end_date {{ {} }} }}",
                        day, day);
  EXPECT_EQ(Figure(question, "repurchasers"), 1);
  ASSERT_OK(Ask(&Facts::PublishScreeningPolicy, kFraudRule).status());
  EXPECT_EQ(Figure(question, "repurchasers"), 0);
}

TEST_F(TouchedTest, AnotherPlatformScreensAllDaysByItsRules) {
  ASSERT_OK(Conversations({Says("c", "亲"), Says("d", "亲", 36000 + 86400)}).status());
  EXPECT_THAT(Ask(&Facts::ListWordHits, kShop)->hits(), IsEmpty());
  OnPlatform("PLATFORM_JD");
  EXPECT_THAT(Ask(&Facts::ListWordHits, kShop)->hits(), SizeIs(2));
}

TEST_F(TouchedTest, APolicyWaitsForConversationsThatAreBeingStored) {
  std::string body = Parse<v1::Conversation>(Says("c", "大促")).SerializeAsString();
  const std::string hash(16, 'h');
  Between(
      [&](db::Transaction& t) -> absl::Status {
        const auto settings = store::LoadSettings(t, kScope, /*lock=*/true);  // as an import does
        if (!settings.ok()) return settings.status();
        const store::ConversationRow row{"c", "u-c", kDay, kDay, hash, body};
        return store::SaveConversations(t, kScope, {{row}}, {});
      },
      {"SELECT shop_id FROM shop_settings%FOR UPDATE"},
      [&] {
        EXPECT_OK(Ask(&Facts::PublishScreeningPolicy, R"(policy { rules { rule_id: "mine"
          exclusion: EXCLUSION_ADVERTISEMENT text { patterns: "大促" } } })")
                      .status());
      });
  EXPECT_EQ(Marks("definition_id = '!screen' AND day = '2024-11-11'"), 1);
}

TEST_F(TouchedTest, AnAttributionIsExplainedByThePolicyInForce) {
  ASSERT_OK(Conversations({Says("c", "大促")}).status());
  ASSERT_OK(Orders({Sale("o", "u-c", 40000, 500)}).status());
  const char kOrder[] = "shop_id: 's' order_id: 'o'";
  EXPECT_EQ(Call(&Stub::ExplainAttribution, kOrder)->outcome(), v1::CREDIT_OUTCOME_CREDITED);
  ASSERT_OK(Ask(&Facts::PublishScreeningPolicy, R"(policy { rules { rule_id: "mine"
    exclusion: EXCLUSION_ADVERTISEMENT text { patterns: "大促" } } })")
                .status());
  EXPECT_EQ(Call(&Stub::ExplainAttribution, kOrder)->outcome(), v1::CREDIT_OUTCOME_SILENT);
}

TEST_F(TouchedTest, AnAttributionReadsItsBuyersConversationsOnly) {
  ASSERT_OK(Conversations({Talk("c", "u", 36000, "a"), Talk("d", "v", 36000, "a")}).status());
  ASSERT_OK(Orders({Sale("o", "u", 40000, 500)}).status());
  Db().Exec(kDamaged + std::string("'d'"));
  const auto answer = Call(&Stub::ExplainAttribution, "shop_id: 's' order_id: 'o'");
  ASSERT_OK(answer.status());
  EXPECT_EQ(answer->attribution().credited_agent_id(), "a");
}

TEST_F(TouchedTest, ACorrectionReadsTheRatingsOfItsCustomersOnly) {
  std::vector<std::string> talks;
  v1::ImportRatingsRequest ratings;
  for (int i = 0; i < 120; ++i) {
    const std::string id = fmt::format("c{}", i);
    talks.push_back(Talk(id, fmt::format("u{}", i), 36000, "a"));
    auto* rating = ratings.add_rows()->mutable_rating();
    rating->set_conversation_id(id);
    rating->set_score(5);
  }
  ASSERT_OK(Conversations(talks).status());
  ASSERT_OK(Send(&Facts::ImportRatings, ratings).status());
  const int64_t read = RowsRead(
      "rating", [&] { ASSERT_OK(Conversations({Talk("c7", "u7", 36000, "b")}).status()); });
  EXPECT_GT(read, 0);
  EXPECT_LT(read, 30);
  EXPECT_EQ(Figure("shop_id: 's' agent_id: 'b'", "satisfaction"), 5);
}

TEST_F(TouchedTest, SeveralDefinitionsReadADaysOrdersOnce) {
  OnPlatform("PLATFORM_JD");
  std::vector<std::string> sales;
  for (int i = 0; i < 100; ++i)
    sales.push_back(Sale(fmt::format("o{}", i), fmt::format("u{}", i), 40000, 500));
  ASSERT_OK(Orders(sales).status());
  const auto read_by = [&](const std::string& definitions) {
    Db().Exec("INSERT INTO dirty_day VALUES " + definitions);
    return RowsRead("sales_order", [&] {
      ASSERT_OK(recomputer_.Run(kScope, "", kDay, kDay, absl::Now() + absl::Seconds(60)).status());
    });
  };
  const int64_t one = read_by("('org-a', 's', '2024-11-11', 'default@1', 1)");
  const int64_t two = read_by(
      "('org-a', 's', '2024-11-11', 'default@1', 1), ('org-a', 's', '2024-11-11', 'jd@1', 1)");
  EXPECT_GE(one, 100);
  EXPECT_LT(two, one + 100) << "whose earlier purchases matter is asked by definition";
}

TEST_F(TouchedTest, AScreenedDayReadsItsOwnReviewsOnly) {
  std::vector<std::string> talks;
  for (int i = 0; i < 60; ++i)
    talks.push_back(Talk(fmt::format("c{}", i), fmt::format("u{}", i), 36000, "a"));
  talks.push_back(Talk("later", "w", 36000 + 10 * 86400, "a"));
  ASSERT_OK(Conversations(talks).status());
  for (int i = 0; i < 60; ++i)
    Db().Exec(fmt::format(
        "INSERT INTO exclusion_review VALUES ('org-a', 's', 'c{}', 'COUNT', 'p', 'why')", i));
  Db().Exec("ANALYZE TABLE conversation, exclusion_review");
  Db().Exec("INSERT INTO dirty_day VALUES ('org-a', 's', '2024-11-21', '!screen', 1)");
  const int64_t read = RowsRead("exclusion_review", [&] {
    ASSERT_OK(recomputer_.Screen(kScope, kDay + 10, kDay + 10, absl::Now() + absl::Seconds(60)));
  });
  EXPECT_LT(read, 10);
}

TEST_F(TouchedTest, ATeamsNewMemberMarksTheDaysOnWhichItBelongsElsewhere) {
  std::vector<std::string> talks;
  for (int day = -3; day < 3; ++day)
    talks.push_back(Talk(fmt::format("c{}", day + 3), "u", 36000 + day * 86400, "a"));
  ASSERT_OK(Conversations(talks).status());
  kefu::staffing::v1::TeamMembershipsChanged changed;
  changed.set_agent_id("a");
  const auto member = [&](const std::string& team, absl::CivilDay first,
                          std::optional<absl::CivilDay> last) {
    auto* m = changed.add_memberships();
    m->set_team_id(team);
    *m->mutable_start_date() = kefu::convert::ToProto(first);
    if (last) *m->mutable_end_date() = kefu::convert::ToProto(*last);
  };
  member("t", kDay - 100, std::nullopt);
  Apply(changed);
  EXPECT_EQ(Marks("1"), 6);
  Db().Exec("DELETE FROM dirty_day");
  Apply(changed);
  EXPECT_EQ(Marks("1"), 0) << "told again";
  changed.clear_memberships();
  member("t", kDay - 100, kDay - 1);
  member("u", kDay, std::nullopt);
  Apply(changed);
  EXPECT_EQ(Marks("day >= '2024-11-11'"), 3);
  EXPECT_EQ(Marks("1"), 3);
  Db().Exec("DELETE FROM dirty_day");
  member("v", kDay + 30, std::nullopt);
  Apply(changed);
  EXPECT_EQ(Marks("1"), 0) << "it begins after all figures";
}

TEST_F(TouchedTest, AShopWhoseZoneCannotChangeStillTakesNameAndPlatform) {
  ASSERT_OK(Conversations({Talk("c", "u", 36000, "a")}).status());
  kefu::staffing::v1::ShopChanged changed;
  changed.mutable_shop()->set_shop_id("s");
  changed.mutable_shop()->set_display_name("新名字");
  changed.mutable_shop()->set_time_zone("America/New_York");
  changed.mutable_shop()->set_currency_code("CNY");
  changed.mutable_shop()->set_platform(kefu::staffing::v1::PLATFORM_JD);
  Apply(changed);
  ASSERT_OK_AND_ASSIGN(const auto settings, Call(&Stub::GetShopSettings, kShop));
  EXPECT_EQ(settings.display_name(), "新名字");
  EXPECT_EQ(settings.platform(), "PLATFORM_JD");
  EXPECT_EQ(settings.time_zone(), "Asia/Shanghai");
}

// By rows read: who has few conversations makes no call read them all.
TEST_F(TouchedTest, APageOfAnAgentsConversationsReadsOnlySoMany) {
  ASSERT_OK(Conversations({Talk("c", "u", 36000, "a"), Talk("z", "v", 36000, "b")}).status());
  Db().Exec(
      "INSERT INTO conversation (org_id, shop_id, first_day, conversation_id, last_day, "
      "customer_id, body_hash, body) SELECT org_id, shop_id, first_day, CONCAT('c', seq), "
      "last_day, "
      "customer_id, body_hash, body FROM conversation JOIN seq_1_to_6000 WHERE conversation_id = "
      "'c'");
  const std::string question = "shop_id: 's' agent_id: 'b'";
  ASSERT_OK_AND_ASSIGN(const auto first, Call(&Stub::ListConversations, question));
  EXPECT_EQ(first.conversations_size(), 0);
  ASSERT_NE(first.next_page_token(), "");
  ASSERT_OK_AND_ASSIGN(const auto second,
                       Call(&Stub::ListConversations,
                            fmt::format("{} page_token: '{}'", question, first.next_page_token())));
  EXPECT_EQ(second.conversations_size(), 1);
  EXPECT_EQ(second.next_page_token(), "");
}

TEST_F(TouchedTest, LateShipmentsAreFoundWithoutReadingTheOthers) {
  std::vector<std::string> sales;
  for (int i = 0; i < 90; ++i)
    sales.push_back(Sale(fmt::format("o{}", i), fmt::format("u{}", i), 40000, 500));
  auto late = Parse<v1::Order>(Sale("late", "w", 40000, 500));
  late.add_items()->set_sku("k");
  late.mutable_items(0)->set_quantity(1);
  late.mutable_items(0)->mutable_ship_limit_time()->set_seconds(kMidnight + 41000);
  late.mutable_ship_time()->set_seconds(kMidnight + 42000);
  sales.push_back(late.ShortDebugString());
  ASSERT_OK(Orders(sales).status());
  const int64_t read = RowsRead("sales_order", [&] {
    const auto page = Call(&Stub::ListOrders, "shop_id: 's' late_shipments_only: true");
    ASSERT_OK(page.status());
    EXPECT_EQ(page->orders_size(), 1);
  });
  EXPECT_LT(read, 10);
}

TEST_F(TouchedTest, AnExplanationComputesTheDaysOnWhichTheSubjectHasFigures) {
  ASSERT_OK(
      Conversations({Talk("c", "u", 36000, "a"), Talk("d", "v", 36000 + 5 * 86400, "b")}).status());
  Db().Exec(kDamaged + std::string("'d'"));
  ASSERT_OK_AND_ASSIGN(const auto answer,
                       Call(&Stub::ExplainMetric,
                            "subject { shop_id: 's' agent_id: 'a' } metric_id: 'agent_messages'"));
  EXPECT_EQ(answer.rows_size(), 1);
}

}  // namespace
}  // namespace kefu::performance
