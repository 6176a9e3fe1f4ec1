// Imports: what is kept, what is refused, what happens when it comes twice or ends early.
#include <fmt/format.h>

#include <thread>

#include "common/status/status_macros.h"
#include "services/performance/convert/bodies.h"
#include "services/performance/tests/fixture.h"

namespace kefu::performance {
namespace {

using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::Property;
using ::testing::UnorderedElementsAre;

constexpr char kShop[] = R"(shop_id: "s")";

TEST_F(PerformanceTest, SendingTheSameAgainChangesNothing) {
  const std::vector<std::string> talks{Talk("c1", "u", 3600, "a"), Talk("c2", "v", 7200, "")};
  ASSERT_OK_AND_ASSIGN(const auto first, Conversations(talks));
  EXPECT_EQ(first.inserted(), 2);
  EXPECT_GE(first.days_recomputed(), 1);
  const double rate = Figure(kShop, "reply_rate");
  ASSERT_OK_AND_ASSIGN(const auto second, Conversations(talks));
  EXPECT_EQ(second.unchanged(), 2);
  EXPECT_EQ(second.inserted() + second.replaced(), 0);
  EXPECT_EQ(second.days_recomputed(), 0);
  EXPECT_EQ(Figure(kShop, "reply_rate"), rate);
  EXPECT_EQ(rate, 0.5);
}

TEST_F(PerformanceTest, ALateCorrectionReplacesAndCorrectsBothDays) {
  ASSERT_OK(Conversations({Talk("c", "u", 3600, "a")}).status());
  EXPECT_EQ(Figure(fmt::format("shop_id: 's' {}", kDayPeriod), "consulted"), 1);
  ASSERT_OK_AND_ASSIGN(const auto moved, Conversations({Talk("c", "u", 3600 + 86400, "a")}));
  EXPECT_EQ(moved.replaced(), 1);
  EXPECT_EQ(Figure(fmt::format("shop_id: 's' {}", kDayPeriod), "consulted"), 0);
  EXPECT_EQ(Figure(kShop, "consulted"), 1);
}

TEST_F(PerformanceTest, WrongRowsAreNamedAndGoodOnesKept) {
  ASSERT_OK_AND_ASSIGN(
      const auto answer,
      Conversations({Talk("good", "u", 3600, "a"), R"(conversation_id: "no customer"
                                                        messages {
                                                          side: SIDE_CUSTOMER
                                                          send_time { seconds: 1731254400 }
                                                        })",
                     R"(conversation_id: "order"
                          customer_id: "u"
                          messages {
                            side: SIDE_CUSTOMER
                            send_time { seconds: 1731254400 }
                          }
                          messages {
                            side: SIDE_AGENT
                            agent_id: "a"
                            send_time { seconds: 1731254399 }
                          })",
                     R"(conversation_id: "empty" customer_id: "u")"}));
  EXPECT_EQ(answer.received(), 4);
  EXPECT_EQ(answer.inserted(), 1);
  EXPECT_EQ(answer.rejected(), 3);
  std::vector<std::string> told;
  for (const auto& error : answer.errors())
    told.push_back(fmt::format("{} {} {}", error.line(), error.field(), error.reason()));
  EXPECT_THAT(
      told, UnorderedElementsAre("3 conversation_id BAD_ID", "3 customer_id MISSING_FIELD",
                                 "4 messages[1].send_time TIME_ORDER", "5 messages MISSING_FIELD"));
  EXPECT_EQ(Figure(kShop, "consulted"), 1);
}

TEST_F(PerformanceTest, OrdersRefundsAndReviewsAreCheckedToo) {
  ASSERT_OK_AND_ASSIGN(
      const auto orders,
      Orders({Sale("o1", "u", 0, -1), R"(order_id: "o2"
                                           customer_id: "u"
                                           create_time { seconds: 1731254400 }
                                           pay_time { seconds: 1731254399 })",
              R"(order_id: "o3"
                   customer_id: "u"
                   create_time { seconds: 1731254400 }
                   paid { currency_code: "USD" minor_units: 1 })",
              R"(order_id: "o4"
                   customer_id: "u"
                   create_time { seconds: 1731254400 }
                   items { sku: "k" quantity: 0 })",
              R"(order_id: "o5" customer_id: "u")",
              // A carrier's scan before the order: kept, since scans are unreliable.
              R"(order_id: "o6"
                   customer_id: "u"
                   create_time { seconds: 1731254400 }
                   ship_time { seconds: 1731254000 })"}));
  std::vector<std::string> told;
  for (const auto& error : orders.errors())
    told.push_back(error.source_id() + " " + error.reason());
  EXPECT_THAT(told, ElementsAre("o1 NEGATIVE_MONEY", "o2 TIME_ORDER", "o3 CURRENCY_MISMATCH",
                                "o4 OUT_OF_RANGE", "o5 MISSING_FIELD"));
  EXPECT_EQ(orders.inserted(), 1);
  ASSERT_OK_AND_ASSIGN(const auto reviews, Reviews({R"(review_id: "r"
                                     order_id: "o6"
                                     score: 6
                                     create_time { seconds: 1731254400 })"}));
  EXPECT_EQ(reviews.errors(0).reason(), "OUT_OF_RANGE");
  ASSERT_OK_AND_ASSIGN(const auto refunds, Refunds({R"(refund_id: "r"
                                                         order_id: "o6"
                                                         refund_time { seconds: 1731254400 }
                                                         amount { currency_code: "CNY" })"}));
  EXPECT_EQ(refunds.errors(0).field(), "amount.minor_units");
}

TEST_F(PerformanceTest, TheSameIdTwiceInAStreamMustSayTheSame) {
  ASSERT_OK_AND_ASSIGN(
      const auto answer,
      Conversations({Talk("c", "u", 0, "a"), Talk("c", "u", 0, "a"), Talk("c", "u", 0, "b")}));
  EXPECT_EQ(answer.inserted(), 1);
  EXPECT_EQ(answer.unchanged(), 1);
  EXPECT_EQ(answer.rejected(), 1);
  EXPECT_EQ(answer.errors(0).reason(), "DUPLICATE_ID");
  EXPECT_THAT(answer.errors(0).description(), ::testing::HasSubstr("line 2"));
}

TEST_F(PerformanceTest, ValidateOnlyKeepsNothing) {
  v1::ImportConversationsRequest request;
  *request.add_rows()->mutable_conversation() = Parse<v1::Conversation>(Talk("c", "u", 0, "a"));
  request.mutable_header()->set_validate_only(true);
  ASSERT_OK(Stream(&Stub::ImportConversations, {request}, As("org-a")).status());
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM conversation"), 0);
}

TEST_F(PerformanceTest, TheStreamsShapeIsChecked) {
  v1::ImportOrdersRequest plain;
  EXPECT_THAT(Stream(&Stub::ImportOrders, {plain}, As("org-a"), false).status(),
              HasReason("HEADER_MISSING"));
  v1::ImportOrdersRequest again = plain;
  again.mutable_header()->set_shop_id("s");
  EXPECT_THAT(Stream(&Stub::ImportOrders, {plain, again}, As("org-a")).status(),
              HasReason("HEADER_REPEATED"));
  EXPECT_THAT(Stream(&Stub::ImportOrders, {}, As("org-a"), false).status(),
              HasReason("HEADER_MISSING"));
  v1::ImportOrdersRequest many;
  for (int i = 0; i < 10'001; ++i) many.add_rows();
  EXPECT_THAT(Stream(&Stub::ImportOrders, {many}, As("org-a")).status(),
              HasReason("TOO_MANY_ROWS"));
}

TEST_F(PerformanceTest, AnotherTenantsShopIsNotThere) {
  v1::ImportConversationsRequest request;
  *request.add_rows()->mutable_conversation() = Parse<v1::Conversation>(Talk("c", "u", 0, "a"));
  EXPECT_THAT(Stream(&Stub::ImportConversations, {request}, As("org-b")).status(),
              StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(Stream(&Stub::ImportConversations, {request}, As("org-a", {"other"})).status(),
              HasReason("SHOP_NOT_ALLOWED"));
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM conversation"), 0);
}

TEST_F(PerformanceTest, ManyChunksAreOneResult) {
  std::vector<v1::ImportConversationsRequest> messages;
  for (int m = 0; m < 10; ++m) {
    v1::ImportConversationsRequest& request = messages.emplace_back();
    for (int i = 0; i < 700; ++i) {
      const int n = m * 700 + i;
      *request.add_rows()->mutable_conversation() = Parse<v1::Conversation>(
          Talk(fmt::format("c{}", n), fmt::format("u{}", n % 5000), n * 30, n % 3 == 0 ? "" : "a"));
    }
  }
  ASSERT_OK_AND_ASSIGN(const auto answer,
                       Stream(&Stub::ImportConversations, messages, As("org-a")));
  EXPECT_EQ(answer.inserted(), 7000);
  EXPECT_EQ(Figure(kShop, "conversations"), 7000);
}

TEST_F(PerformanceTest, MarksLeftBehindByACrashAreWorkedOffByTheNextQuestion) {
  ASSERT_OK(Conversations({Talk("c", "u", 3600, "a")}).status());
  // As if the process had died after the facts' commit and before the figures'.
  Db().Exec(
      "DELETE FROM day_rollup; INSERT INTO dirty_day VALUES ('org-a', 's', '2024-11-11', "
      "'default@1', 1)");
  EXPECT_EQ(Figure(kShop, "consulted"), 1);
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM dirty_day"), 0);
}

TEST_F(PerformanceTest, MarksLeftBehindAreWorkedOffByTheBackgroundJob) {
  ASSERT_OK(Conversations({Talk("c", "u", 3600, "a")}).status());
  Db().Exec(
      "DELETE FROM day_rollup; INSERT INTO dirty_day VALUES ('org-a', 's', '2024-11-11', "
      "'default@1', 1)");
  auto look = [this, seen = Recomputer::Look()]() mutable {
    return recomputer_.RunQuiet(seen, absl::Now() + absl::Seconds(60));
  };
  ASSERT_OK(look());  // perhaps an import is at work on it
  Db().Exec("UPDATE dirty_day SET marks = 2");
  ASSERT_OK(look());  // it was
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM day_rollup"), 0);
  ASSERT_OK(look());
  EXPECT_GT(Db().Count("SELECT COUNT(*) FROM day_rollup"), 0);
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM dirty_day"), 0);
}

TEST_F(PerformanceTest, TwoImportsOfTheSameFactsAtOnceGiveOne) {
  std::vector<std::string> talks;
  for (int i = 0; i < 500; ++i)
    talks.push_back(Talk(fmt::format("c{}", i), fmt::format("u{}", i), i, "a"));
  absl::StatusOr<v1::ImportResponse> one, two;
  std::thread first([&] { one = Conversations(talks); });
  std::thread second([&] { two = Conversations(talks); });
  first.join();
  second.join();
  ASSERT_OK(one.status());
  ASSERT_OK(two.status());
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM conversation"), 500);
  EXPECT_EQ(Figure(kShop, "consulted"), 500);
  EXPECT_EQ(Figure(kShop, "conversations"), 500);
}

TEST_F(PerformanceTest, AnImportReplacesWhatAnotherHasJustStored) {
  const auto fact = Parse<v1::Conversation>(Talk("c", "u", 3600, "a"));
  const convert::Body body = convert::ToBody(fact);
  absl::StatusOr<v1::ImportResponse> answer;
  Between(
      [&](db::Transaction& t) -> absl::Status {
        RETURN_IF_ERROR(store::LoadSettings(t, kScope, /*lock=*/true).status());
        const std::vector<store::ConversationRow> rows{
            {"c", "u", kDay, kDay, body.hash, body.bytes}};
        return store::SaveConversations(t, kScope, rows, {});
      },
      {"SELECT shop_id, time_zone%FOR UPDATE", "REPLACE INTO conversation%"},
      [&] { answer = Conversations({Talk("c", "u", 3600 + 86400, "a")}); });
  ASSERT_OK(answer.status());
  EXPECT_EQ(answer->replaced(), 1);  // so that the days of the other content are computed again
}

TEST_F(PerformanceTest, AnImportEndsWhenTheZoneChangesUnderIt) {
  absl::StatusOr<v1::ImportResponse> answer;
  Between(
      [&](db::Transaction& t) -> absl::Status {
        ASSIGN_OR_RETURN(auto settings, store::LoadSettings(t, kScope, /*lock=*/true));
        settings->time_zone = "America/Lima";
        return store::SaveSettings(t, kScope, *settings);
      },
      {"SELECT shop_id, time_zone%FOR UPDATE"},
      [&] { answer = Conversations({Talk("c", "u", 3600, "a")}); });
  EXPECT_THAT(answer.status(), HasReason("SETTINGS_CHANGED"));
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM conversation"), 0);
}

TEST_F(PerformanceTest, ADayThatCannotBeComputedKeepsNoOtherWaiting) {
  ASSERT_OK(Conversations({Talk("c", "u", 3600, "a")}).status());
  Db().Exec(
      "UPDATE conversation SET body = x'ff';"
      "INSERT INTO shop_settings SELECT org_id, 't', time_zone, currency_code, platform, "
      "display_name, 1, 1 FROM shop_settings WHERE shop_id = 's';"
      "INSERT INTO dirty_day VALUES ('org-a', 's', '2024-11-11', 'default@1', 1), "
      "('org-a', 't', '2024-11-11', 'default@1', 1)");
  Recomputer::Look seen;
  const absl::Time deadline = absl::Now() + absl::Seconds(60);
  ASSERT_OK(recomputer_.RunQuiet(seen, deadline));
  ASSERT_OK(recomputer_.RunQuiet(seen, deadline, [] { return true; }));  // stopped before the first
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM dirty_day"), 2);
  EXPECT_THAT(recomputer_.RunQuiet(seen, deadline), StatusIs(absl::StatusCode::kInternal));
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM dirty_day WHERE shop_id = 's'"), 1);
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM dirty_day WHERE shop_id = 't'"), 0);
}

TEST_F(PerformanceTest, MarksThatCannotBeWorkedOffDoNotStarveThoseBehind) {
  ASSERT_OK(Conversations({Talk("c", "u", 3600, "a")}).status());
  Db().Exec(
      "UPDATE conversation SET body = x'ff';"
      "INSERT INTO shop_settings (org_id, shop_id, time_zone, currency_code, platform, "
      "display_name, facts_version) SELECT 'org-b', 't', time_zone, currency_code, platform, "
      "display_name, 1 FROM shop_settings WHERE shop_id = 's';"
      "INSERT INTO dirty_day VALUES ('org-a', 's', '2024-11-10', 'default@1', 1), ('org-a', 's', "
      "'2024-11-11', 'default@1', 1), ('org-b', 't', '2024-11-11', 'default@1', 1)");
  Recomputer::Look look;
  for (int i = 0; i < 6; ++i) {
    const absl::Status status =
        recomputer_.RunQuiet(look, absl::Now() + absl::Seconds(60), nullptr, /*most=*/2);
    EXPECT_EQ(status.code(), i == 1 || i == 5 ? absl::StatusCode::kInternal : absl::StatusCode::kOk)
        << i << status;
  }
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM dirty_day WHERE org_id = 'org-a'"), 2);
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM dirty_day WHERE org_id = 'org-b'"), 0);
}

TEST_F(PerformanceTest, AmountsAndTimesThatCouldOverflowASumAreRefused) {
  ASSERT_OK_AND_ASSIGN(const auto orders, Orders({Sale("most", "u", 0, 1'000'000'000'000),
                                                  Sale("more", "u", 0, 1'000'000'000'001)}));
  EXPECT_EQ(orders.inserted(), 1);
  EXPECT_EQ(orders.errors(0).reason(), "OUT_OF_RANGE");
  ASSERT_OK_AND_ASSIGN(const auto talks, Conversations({Talk("c", "u", 0, "a") + R"(
                                             handlings {
                                               agent_id: "a"
                                               start_time { seconds: 1731254400 }
                                               end_time { seconds: 4000000000 }
                                             })"}));
  EXPECT_EQ(talks.errors(0).field(), "handlings[0].end_time");
}

TEST_F(PerformanceTest, AReviewIsOneForEachOfItsOrders) {
  ASSERT_OK(Reviews({R"(review_id: "r"
                          order_id: "o1"
                          score: 5
                          create_time { seconds: 1731254400 })",
                     R"(review_id: "r"
                          order_id: "o2"
                          score: 1
                          create_time { seconds: 1731254400 })"})
                .status());
  ASSERT_OK(Orders({Sale("o1", "u", 3600, 100), Sale("o2", "u", 3600, 100)}).status());
  EXPECT_EQ(Figure(kShop, "reviews"), 2);
  EXPECT_EQ(Figure(kShop, "positive_review_rate"), 0.5);
}

TEST_F(PerformanceTest, SettingsAreFixedOnceThereAreFacts) {
  const char kOther[] = R"(settings { shop_id: "s" time_zone: "Asia/Tokyo" currency_code: "CNY" })";
  ASSERT_OK(Call(&Stub::ConfigureShop, kOther).status());
  ASSERT_OK(Conversations({Talk("c", "u", 3600, "a")}).status());
  ASSERT_OK(Call(&Stub::ConfigureShop, kOther).status());
  EXPECT_THAT(Call(&Stub::ConfigureShop,
                   R"(settings { shop_id: "s" time_zone: "Asia/Shanghai" currency_code: "CNY" })")
                  .status(),
              HasReason("SETTINGS_FIXED"));
  EXPECT_THAT(
      Call(&Stub::ConfigureShop, R"(settings { shop_id: "" time_zone: "Mars" currency_code: "?" })")
          .status(),
      HasReason("INVALID_FIELDS"));
  EXPECT_THAT(Call(&Stub::ConfigureShop,
                   R"(settings {
                        shop_id: "z" time_zone: "UTC" currency_code: "CNY" platform: "京东"
                      })")
                  .status(),
              HasReason("INVALID_FIELDS"));
}

TEST_F(PerformanceTest, ConfigureIsReplayedUnderItsRequestId) {
  const char kFirst[] = R"(settings { shop_id: "x" time_zone: "Asia/Tokyo" currency_code: "JPY" }
                             request_id: "r1")";
  ASSERT_OK_AND_ASSIGN(const auto one, Call(&Stub::ConfigureShop, kFirst));
  ASSERT_OK_AND_ASSIGN(const auto two, Call(&Stub::ConfigureShop, kFirst));
  EXPECT_THAT(two, ::kefu::testing::EqualsProto(one));
  EXPECT_THAT(Call(&Stub::ConfigureShop,
                   R"(settings { shop_id: "y" time_zone: "Asia/Tokyo" currency_code: "JPY" }
                        request_id: "r1")")
                  .status(),
              HasReason("REQUEST_ID_REUSED"));
}

}  // namespace
}  // namespace kefu::performance
