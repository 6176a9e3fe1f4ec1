// Orders of customers whose traffic is bought or fraudulent, and what people decide about them.
#include <fmt/format.h>

#include "services/performance/tests/facts/facts_fixture.h"

namespace kefu::performance {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr char kShop[] = "shop_id: 's'";
constexpr int64_t kDaySeconds = 86'400;

class OrderExclusionsTest : public FactsTest {
 protected:
  // More than one conversation of a customer on a day is fraud.
  void Strict() {
    ASSERT_OK(Ask(&Facts::PublishScreeningPolicy, R"(policy { rules {
      rule_id: "v" exclusion: EXCLUSION_FRAUD volume { conversations: 1 } } })")
                  .status());
  }
  void Brush(const std::string& customer, int64_t second = 3600) {
    ASSERT_OK(Conversations({Talk(customer + "1", customer, second, "a"),
                             Talk(customer + "2", customer, second + 60, "a")})
                  .status());
  }
  std::vector<std::string> Listed(const std::string& more = "") {
    const auto page = Ask(&Facts::ListOrderExclusions, kShop + more);
    EXPECT_TRUE(page.ok()) << page.status();
    std::vector<std::string> told;
    for (const auto& e : page->exclusions()) {
      told.push_back(fmt::format("{} {} {} {} {}", e.order_id(), static_cast<int>(e.exclusion()),
                                 static_cast<int>(e.source()), e.conversation_id(), e.rule_id()));
    }
    return told;
  }
  absl::StatusOr<v1::OrderExclusion> Review(const std::string& order, const std::string& decision,
                                            const std::string& more = "") {
    return Ask(&Facts::ReviewOrderExclusion,
               fmt::format("shop_id: 's' order_id: '{}' decision: EXCLUSION_DECISION_{} reason: "
                           "'looked at it' {}",
                           order, decision, more));
  }
  // Whatever is counted of orders.
  void ExpectSales(int64_t minor, int64_t customers, std::optional<int64_t> orders = {}) {
    EXPECT_EQ(Figure(kShop, "sales"), minor);
    EXPECT_EQ(Figure(kShop, "paid_customers"), customers);
    EXPECT_EQ(Figure(kShop, "orders"), orders.value_or(customers));
    EXPECT_EQ(Figure(kShop, "silent_sales") + Figure("shop_id: 's' agent_id: 'a'", "sales"), minor);
  }
};

TEST_F(OrderExclusionsTest, AFraudulentCustomersOrdersOfTheDayCountNowhere) {
  Strict();
  ASSERT_OK(Conversations({Talk("ok", "v", 3600, "a")}).status());
  ASSERT_OK(Orders({Sale("o1", "u", 7200, 500), Sale("o2", "v", 7200, 70)}).status());
  ExpectSales(570, 2);
  Brush("u");
  ExpectSales(70, 1);
  EXPECT_THAT(Listed(), ElementsAre("o1 2 4 u1 v"));
  ASSERT_OK_AND_ASSIGN(const auto why,
                       Call(&Stub::ExplainAttribution, "shop_id: 's' order_id: 'o1'"));
  EXPECT_EQ(why.outcome(), v1::CREDIT_OUTCOME_EXCLUDED);
  EXPECT_THAT(why.reason(), HasSubstr("u1"));
  // An order that comes later, or is paid on the next day, of which it would be the result; on no
  // further one.
  ASSERT_OK(Orders({Sale("o3", "u", 7300, 1000), Sale("o4", "u", 300 + kDaySeconds, 30),
                    Sale("o5", "u", 300 + 2 * kDaySeconds, 8)})
                .status());
  ExpectSales(78, 2);
  EXPECT_THAT(Listed(), ElementsAre("o1 2 4 u1 v", "o3 2 4 u1 v", "o4 2 4 u1 v"));
  // One conversation less, and nothing is fraud any more.
  ASSERT_OK(Conversations({Talk("u2", "somebody", 3660, "a")}).status());
  ExpectSales(1608, 4, 5);  // u pays on three days
  EXPECT_THAT(Listed(), IsEmpty());
}

TEST_F(OrderExclusionsTest, WhatIsBrushedBeforeMidnightAndPaidAfterCountsNowhere) {
  Strict();
  ASSERT_OK(Orders({Sale("o1", "u", kDaySeconds + 300, 500), Sale("o2", "u", kDaySeconds * 3, 70)})
                .status());
  Brush("u", kDaySeconds - 300);
  ExpectSales(70, 1);
  // A definition by which more days are the result: so many more count nowhere, until there is
  // another.
  const auto attribute = [&](int days) {
    return Ask(&Facts::PublishMetricDefinition,
               fmt::format("definition {{ definition_id: 'default' attribution_days: {} "
                           "positive_score: 4 answer_seconds: 30 round_seconds: 180 service_hours "
                           "{{ end_minute: 1440 }} }}",
                           days))
        .status();
  };
  ASSERT_OK(attribute(4));
  ExpectSales(0, 0);
  ASSERT_OK(attribute(1));
  ExpectSales(70, 1);
}

TEST_F(OrderExclusionsTest, AFraudulentConversationFoundToBeAnotherCustomersTakesItsOrders) {
  ASSERT_OK(Conversations({Talk("c", "u", 3600, "a")}).status());
  ASSERT_OK(Orders({Sale("o1", "u", 7200, 500), Sale("o2", "v", 7200, 70)}).status());
  ASSERT_OK(Ask(&Facts::ReviewExclusion,
                "shop_id: 's' conversation_id: 'c' decision: "
                "EXCLUSION_DECISION_FRAUD reason: 'bought'")
                .status());
  ExpectSales(70, 1);
  ASSERT_OK(Conversations({Talk("c", "v", 3600, "a")}).status());
  ExpectSales(500, 1);
  EXPECT_THAT(Listed(), ElementsAre("o2 2 4 c "));
}

TEST_F(OrderExclusionsTest, AFlagOfAConversationSaysAsMuchAsARule) {
  Strict();
  ASSERT_OK(Orders({Sale("o1", "u", 7200, 500)}).status());
  Brush("u");
  ExpectSales(0, 0, 0);
  ASSERT_OK(Conversations({Talk("u1", "u", 3600, "a") + " exclusion: EXCLUSION_FRAUD",
                           Talk("u2", "u", 3660, "a") + " exclusion: EXCLUSION_FRAUD"})
                .status());
  ExpectSales(0, 0, 0);
  EXPECT_THAT(Listed(), ElementsAre("o1 2 4 u1 v"));
  ASSERT_OK(Ask(&Facts::PublishScreeningPolicy, R"(policy { rules {
    rule_id: "v" exclusion: EXCLUSION_FRAUD volume { conversations: 9 } } })")
                .status());
  ExpectSales(0, 0, 0);
  EXPECT_THAT(Listed(), ElementsAre("o1 2 4 u1 "));
}

TEST_F(OrderExclusionsTest, RefundsReviewsAndLaterPurchasesFollow) {
  Strict();
  ASSERT_OK(
      Orders({Sale("o1", "u", 7200, 500), Sale("o2", "u", 7200 + 2 * kDaySeconds, 70)}).status());
  ASSERT_OK(Refunds({R"(refund_id: "r" order_id: "o1" refund_time { seconds: 1731500000 }
                        amount { currency_code: "CNY" minor_units: 100 })"})
                .status());
  EXPECT_EQ(Figure(kShop, "repurchasers"), 1);
  EXPECT_EQ(Figure(kShop, "refunds"), 100);
  Brush("u");
  EXPECT_EQ(Figure(kShop, "repurchasers"), 0);
  EXPECT_EQ(Figure(kShop, "refunds"), 0);
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM order_credit WHERE order_id = 'o1'"), 0);
}

TEST_F(OrderExclusionsTest, AReviewOfTheCustomersConversationDecidesToo) {
  ASSERT_OK(Conversations({Talk("c", "u", 3600, "a")}).status());
  ASSERT_OK(Orders({Sale("o", "u", 7200, 500)}).status());
  ASSERT_OK(Ask(&Facts::ReviewExclusion,
                "shop_id: 's' conversation_id: 'c' decision: "
                "EXCLUSION_DECISION_FRAUD reason: 'bought'")
                .status());
  ExpectSales(0, 0);
  ASSERT_OK_AND_ASSIGN(const auto page, Ask(&Facts::ListOrderExclusions, kShop));
  EXPECT_EQ(page.exclusions(0).evidence(), "bought");
  ASSERT_OK(Ask(&Facts::ReviewExclusion,
                "shop_id: 's' conversation_id: 'c' decision: "
                "EXCLUSION_DECISION_ADVERTISEMENT reason: 'no'")
                .status());
  ExpectSales(500, 1);
}

TEST_F(OrderExclusionsTest, AReviewOverrulesEitherWayAndOutlivesImports) {
  Strict();
  Brush("u");
  ASSERT_OK(Orders({Sale("o1", "u", 7200, 500), Sale("o2", "v", 7200, 70),
                    Sale("o3", "w", 7200, 8) + " exclusion: EXCLUSION_ADVERTISEMENT"})
                .status());
  ExpectSales(70, 1);
  ASSERT_OK_AND_ASSIGN(const auto back, Review("o1", "COUNT"));
  EXPECT_EQ(back.exclusion(), v1::EXCLUSION_UNSPECIFIED);
  EXPECT_EQ(back.conversation_id(), "u1");
  EXPECT_EQ(back.reason(), "looked at it");
  ASSERT_OK(Review("o2", "FRAUD").status());
  ASSERT_OK(Review("o3", "COUNT").status());
  ExpectSales(508, 2);
  ASSERT_OK(Orders({Sale("o1", "u", 7300, 600), Sale("o2", "v", 7300, 80)}).status());
  ExpectSales(608, 2);
  EXPECT_THAT(Listed(), ElementsAre("o1 0 3 u1 v", "o2 2 3  ", "o3 0 3  "));
  ASSERT_OK_AND_ASSIGN(const auto why,
                       Call(&Stub::ExplainAttribution, "shop_id: 's' order_id: 'o2'"));
  EXPECT_THAT(why.reason(), HasSubstr("by review"));
  for (const char* order : {"o1", "o2", "o3"}) ASSERT_OK(Review(order, "BY_RULES").status());
  ExpectSales(80, 1);
  EXPECT_THAT(Listed(), ElementsAre("o1 2 4 u1 v", "o3 1 1  "));
}

TEST_F(OrderExclusionsTest, ListsPageAndWhatIsWrongOrAnotherTenantsIsRefused) {
  Strict();
  Brush("u");
  ASSERT_OK(Orders({Sale("o1", "u", 7200, 5), Sale("o2", "u", 7200, 5), Sale("o3", "u", 7200, 5)})
                .status());
  std::vector<std::string> seen;
  std::string token;
  do {
    ASSERT_OK_AND_ASSIGN(const auto page,
                         Ask(&Facts::ListOrderExclusions,
                             fmt::format("shop_id: 's' page_size: 1 page_token: '{}'", token)));
    for (const auto& e : page.exclusions()) seen.push_back(e.order_id());
    token = page.next_page_token();
  } while (!token.empty());
  EXPECT_THAT(seen, ElementsAre("o1", "o2", "o3"));
  EXPECT_THAT(FieldsOf(Ask(&Facts::ReviewOrderExclusion, kShop).status()),
              ElementsAre("order_id", "decision", "reason"));
  EXPECT_THAT(Review("nope", "COUNT").status(), HasReason("NOT_FOUND"));
  const auto of_b = [&](auto method, auto request) {
    return rpc::Call(*facts_, method, request, AsOwner("org-b")).status();
  };
  EXPECT_THAT(of_b(&Facts::ListOrderExclusions, Parse<v1::ListOrderExclusionsRequest>(kShop)),
              HasReason("SHOP_NOT_CONFIGURED"));
  EXPECT_THAT(of_b(&Facts::ReviewOrderExclusion,
                   Parse<v1::ReviewOrderExclusionRequest>(
                       "shop_id: 's' order_id: 'o1' decision: EXCLUSION_DECISION_COUNT reason: "
                       "'r'")),
              HasReason("SHOP_NOT_CONFIGURED"));
  // The same request answers the same, whatever was decided since.
  ASSERT_OK_AND_ASSIGN(const auto one, Review("o1", "COUNT", "request_id: 'r'"));
  ASSERT_OK(Review("o1", "BY_RULES").status());
  ASSERT_OK_AND_ASSIGN(const auto two, Review("o1", "COUNT", "request_id: 'r'"));
  EXPECT_THAT(two, ::kefu::testing::EqualsProto(one));
  EXPECT_EQ(Figure(kShop, "sales"), 0);
}

}  // namespace
}  // namespace kefu::performance
