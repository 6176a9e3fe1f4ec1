// Figures of bases and of all shops, by calendar parts, compared with earlier periods.
#include <fmt/format.h>

#include "kefu/performance/v1/facts.grpc.pb.h"
#include "kefu/staffing/v1/events.pb.h"
#include "services/performance/handlers/staffing_events.h"
#include "services/performance/tests/fixture.h"

namespace kefu::performance {
namespace {

using ::testing::ElementsAre;

constexpr int64_t kDaySeconds = 86'400;

class MetricsTest : public PerformanceTest {
 protected:
  void Configure(const std::string& shop, const std::string& zone, const std::string& currency) {
    ASSERT_OK(Call(&Stub::ConfigureShop,
                   fmt::format("settings {{ shop_id: '{}' time_zone: '{}' currency_code: '{}' }}",
                               shop, zone, currency))
                  .status());
  }
  void OrdersOf(const std::string& shop, const std::vector<std::string>& texts,
                const std::string& currency = "CNY") {
    v1::ImportOrdersRequest request;
    request.mutable_header()->set_shop_id(shop);
    for (const std::string& text : texts) {
      auto* order = request.add_rows()->mutable_order();
      *order = Parse<v1::Order>(text);
      order->mutable_paid()->set_currency_code(currency);
    }
    const auto answer = Stream(&Stub::ImportOrders, {request}, As("org-a"), false);
    ASSERT_OK(answer.status());
    EXPECT_EQ(answer->rejected(), 0) << answer->ShortDebugString();
  }
  void SetBase(const std::string& agent_id, const std::string& base_id,
               absl::Time told = absl::FromUnixSeconds(1'700'000'000)) {
    kefu::staffing::v1::AgentChanged changed;
    changed.mutable_agent()->set_agent_id(agent_id);
    changed.mutable_agent()->set_base_id(base_id);
    Apply(changed, told);
  }
  absl::StatusOr<v1::GetMetricsResponse> Ask(const std::string& text,
                                             const rpc::CallOptions& options) {
    return rpc::Call(*stub_, &Stub::GetMetrics, Parse<v1::GetMetricsRequest>(text), options);
  }
  static const v1::MetricValue& Of(const v1::MetricRow& row, const std::string& metric) {
    for (const auto& value : row.values()) {
      if (value.metric_id() == metric) return value;
    }
    ADD_FAILURE() << "no metric " << metric;
    return v1::MetricValue::default_instance();
  }
};

TEST_F(MetricsTest, ABaseCountsACustomerOnce) {
  ASSERT_OK(Conversations({Talk("c1", "u1", 36000, "a"), Talk("c2", "u1", 36100, "b"),
                           Talk("c3", "u2", 36200, "b"), Talk("c4", "u3", 36300, "own")})
                .status());
  ASSERT_OK(Orders({Sale("o1", "u1", 40000, 10000), Sale("o2", "u3", 40000, 500)}).status());
  SetBase("a", "base-1");
  SetBase("b", "base-1");
  ASSERT_OK_AND_ASSIGN(const auto bases, Call(&Stub::GetMetrics, "shop_id: 's' by_base: true"));
  ASSERT_EQ(bases.rows_size(), 1);
  EXPECT_EQ(bases.rows(0).subject().base_id(), "base-1");
  EXPECT_EQ(Value(bases.rows(0), "consulted"), 2);
  EXPECT_EQ(Value(bases.rows(0), "assisted_followups"), 0);  // a's colleague b sold
  EXPECT_EQ(Value(bases.rows(0), "sales"), 10000);
  ASSERT_OK_AND_ASSIGN(const auto members,
                       Call(&Stub::GetMetrics, "shop_id: 's' base_id: 'base-1' by_agent: true"));
  EXPECT_EQ(members.rows_size(), 2);
}

TEST_F(MetricsTest, FiguresStayWithTheBaseThatAnAgentWorkedForThen) {
  SetBase("b", "base-1");
  SetBase("own", "");
  ASSERT_OK(Conversations({Talk("c1", "u1", 36000, "b"), Talk("c2", "u2", 36000 + kDaySeconds, "b"),
                           Talk("c3", "u3", 36000, "own")})
                .status());
  ASSERT_OK(Orders({Sale("o1", "u1", 40000, 10000), Sale("o2", "u2", 40000 + kDaySeconds, 500)})
                .status());
  const absl::Time next_day = absl::FromUnixSeconds(kMidnight + kDaySeconds + 7 * 3600);
  for (int told = 0; told < 2; ++told) {  // the second time changes nothing
    SetBase("b", "base-2", next_day);
    SetBase("own", "base-2", next_day);
  }
  EXPECT_EQ(Figure("shop_id: 's' base_id: 'base-1'", "sales"), 10000);
  EXPECT_EQ(Figure("shop_id: 's' base_id: 'base-2'", "sales"), 500);
  EXPECT_EQ(Figure("shop_id: 's' base_id: 'base-2'", "consulted"), 1) << "u3 came to own staff";
  ASSERT_OK_AND_ASSIGN(const auto members,
                       Call(&Stub::GetMetrics, "shop_id: 's' base_id: 'base-2' by_agent: true"));
  ASSERT_EQ(members.rows_size(), 1);
  EXPECT_EQ(Value(members.rows(0), "sales"), 500);
  // The new base reads nothing of the days before, the old one nothing of those after.
  const auto as = [&](const std::string& base, absl::CivilDay from) {
    return host_.AsBase(base, {auth::Role::kBaseManager}, {{"org-a", "s", "k", from, kDay + 10}});
  };
  for (const auto& [base, sales] :
       {std::pair("base-1", 10000), std::pair("base-2", 500), std::pair("base-3", 0)}) {
    ASSERT_OK_AND_ASSIGN(const auto seen, Ask("shop_id: 's' by_agent: true", as(base, kDay - 9)));
    int64_t sum = 0;
    for (const auto& row : seen.rows()) sum += static_cast<int64_t>(Value(row, "sales"));
    EXPECT_EQ(sum, sales) << base;
    EXPECT_EQ(seen.rows_size(), sales > 0 ? 1 : 0) << base;
    const auto named = Ask("shop_id: 's' agent_id: 'b'", as(base, kDay - 9));
    EXPECT_EQ(named.ok(), sales > 0) << base << " " << named.status();
    const auto why = rpc::Call(*stub_, &Stub::ExplainMetric,
                               Parse<v1::ExplainMetricRequest>(
                                   "subject { shop_id: 's' agent_id: 'b' } metric_id: 'sales'"),
                               as(base, kDay - 9));
    if (sales == 0) {
      EXPECT_THAT(why.status(), HasReason("ONLY_OWN_AGENTS")) << base;
      continue;
    }
    ASSERT_OK(why.status());
    EXPECT_EQ(why->value().value(), sales) << base;
    EXPECT_EQ(why->rows_size(), 1) << base;
  }
  EXPECT_THAT(Ask("shop_id: 's' agent_id: 'own'", as("base-1", kDay - 9)).status(),
              HasReason("ONLY_OWN_AGENTS"));
}

TEST_F(MetricsTest, ABaseReadsTheDaysOfItsContractByTheShopsZone) {
  SetBase("a", "base-1");
  ASSERT_OK(
      Conversations({Talk("c1", "u1", 36000, "a"), Talk("c2", "u2", 36000 - kDaySeconds, "a")})
          .status());
  const auto from = [&](absl::CivilDay first, absl::CivilDay last) {
    return host_.AsBase("base-1", {auth::Role::kBaseManager}, {{"org-a", "s", "k", first, last}});
  };
  for (const char* question : {"shop_id: 's' by_base: true", "shop_id: 's' by_agent: true"}) {
    ASSERT_OK_AND_ASSIGN(const auto all, Ask(question, from(kDay - 5, kDay + 5)));
    EXPECT_EQ(Value(all.rows(0), "consulted"), 2);
    ASSERT_OK_AND_ASSIGN(const auto some, Ask(question, from(kDay, kDay + 5)));
    EXPECT_EQ(Value(some.rows(0), "consulted"), 1) << "the contract began on the second day";
  }
  // 2024-11-12 00:30 in Shanghai is still the 11th by UTC.
  clock_.Set(absl::FromUnixSeconds(kMidnight + kDaySeconds + 1800));
  EXPECT_THAT(Ask("shop_id: 's' by_base: true", from(kDay - 5, kDay)).status(),
              HasReason("SHOP_NOT_ALLOWED"));
  EXPECT_OK(Ask("shop_id: 's' by_base: true", from(kDay + 1, kDay + 5)).status());
  ASSERT_OK_AND_ASSIGN(const auto over, Ask("all_shops: true by_base: true", from(kDay - 5, kDay)));
  EXPECT_EQ(over.rows_size(), 0);
}

TEST_F(MetricsTest, ABasesCallerSeesItselfInTheShopsGrantedToIt) {
  Configure("t", "Asia/Shanghai", "CNY");
  Configure("u", "Asia/Shanghai", "CNY");
  ASSERT_OK(Conversations({Talk("c1", "u1", 36000, "a"), Talk("c2", "u2", 36100, "b")}).status());
  for (const char* shop : {"t", "u"}) {
    v1::ImportConversationsRequest request;
    request.mutable_header()->set_shop_id(shop);
    *request.add_rows()->mutable_conversation() =
        Parse<v1::Conversation>(Talk("c1", "u1", 36000, "a"));
    ASSERT_OK(Stream(&Stub::ImportConversations, {request}, As("org-a"), false).status());
  }
  SetBase("a", "base-1");
  SetBase("b", "base-2");
  const auto base = host_.AsBase(
      "base-1", {auth::Role::kBaseManager},
      {{"org-a", "s", "k", kDay - 10, kDay + 10}, {"org-a", "t", "k", kDay - 10, kDay + 10}});
  ASSERT_OK_AND_ASSIGN(const auto own, Ask("all_shops: true by_base: true", base));
  ASSERT_EQ(own.rows_size(), 1);
  EXPECT_EQ(own.rows(0).subject().base_id(), "base-1");
  EXPECT_TRUE(own.rows(0).subject().all_shops());
  EXPECT_EQ(Value(own.rows(0), "consulted"), 2);  // not shop u
  ASSERT_OK_AND_ASSIGN(const auto agents, Ask("all_shops: true by_agent: true", base));
  ASSERT_EQ(agents.rows_size(), 1);
  EXPECT_EQ(agents.rows(0).subject().agent_id(), "a");
  for (const char* other : {"all_shops: true", "shop_id: 's' base_id: 'base-2'",
                            "all_shops: true by_team: true", "all_shops: true agent_id: 'b'"}) {
    EXPECT_THAT(Ask(other, base).status(), HasReason("ONLY_OWN_AGENTS")) << other;
  }
}

// Two merchants of base-1's, of whom one has published a definition of its own.
class MerchantsTest : public MetricsTest {
 protected:
  void SetUp() override {
    ASSERT_OK(rpc::Call(*stub_, &Stub::ConfigureShop,
                        Parse<v1::ConfigureShopRequest>(
                            "settings { shop_id: 's' time_zone: 'Asia/Shanghai' currency_code: "
                            "'CNY' }"),
                        As("org-b"))
                  .status());
    const auto facts = v1::FactService::NewStub(host_.channel());
    ASSERT_OK(
        rpc::Call(*facts, &v1::FactService::Stub::PublishMetricDefinition,
                  Parse<v1::PublishMetricDefinitionRequest>(
                      "definition { definition_id: 'default' attribution_days: 1 "
                      "positive_score: 4 answer_seconds: 5 round_seconds: 180 service_hours { "
                      "end_minute: 1440 } }"),
                  As("org-b"))
            .status());
    for (const char* org : {"org-a", "org-b"}) {
      Db().Exec(
          fmt::format("INSERT INTO base_agent (org_id, agent_id, start_day, base_id) VALUES "
                      "('{}', 'a', '2024-01-01', 'base-1')",
                      org));
      v1::ImportConversationsRequest request;
      request.mutable_header()->set_shop_id("s");
      *request.add_rows()->mutable_conversation() =
          Parse<v1::Conversation>(Talk("c1", "u1", 36000, "a"));
      ASSERT_OK(Stream(&Stub::ImportConversations, {request}, As(org), false).status());
    }
  }
  rpc::CallOptions Base() {
    return host_.AsBase(
        "base-1", {auth::Role::kBaseManager},
        {{"org-a", "s", "k", kDay - 10, kDay + 10}, {"org-b", "s", "k", kDay - 10, kDay + 10}});
  }
};

TEST_F(MerchantsTest, FiguresByDefinitionsOfTheirOwnAreNotAddedUp) {
  for (const std::string size : {"", " page_size: 1"}) {
    std::vector<std::string> rows;
    std::string token;
    do {
      ASSERT_OK_AND_ASSIGN(
          const auto answer,
          Ask(fmt::format("all_shops: true by_base: true metric_ids: 'answered_in_time_rate' {} "
                          "page_token: '{}'",
                          size, token),
              Base()));
      EXPECT_EQ(answer.definition().version(), 1);
      for (const auto& row : answer.rows())
        rows.push_back(
            fmt::format("{} {}", row.definition().version(), Value(row, "answered_in_time_rate")));
      token = answer.next_page_token();
    } while (!token.empty());
    EXPECT_THAT(rows, ElementsAre("0 1", "2 0"));
  }
}

// Each by its own, in the same order, by rows that add up to it.
TEST_F(MerchantsTest, FiguresAreExplainedByEachDefinition) {
  for (const int size : {50, 1}) {
    v1::ExplainMetricResponse first;
    std::vector<std::string> rows;
    std::string token;
    std::map<int, std::vector<int64_t>> sums;
    do {
      ASSERT_OK_AND_ASSIGN(
          const auto page,
          rpc::Call(*stub_, &Stub::ExplainMetric,
                    Parse<v1::ExplainMetricRequest>(
                        fmt::format("subject {{ all_shops: true base_id: 'base-1' }} metric_id: "
                                    "'answered_in_time_rate' page_size: {} page_token: '{}'",
                                    size, token)),
                    Base()));
      if (token.empty()) first = page;
      for (const v1::ExplainRow& row : page.rows()) {
        rows.push_back(fmt::format("{} {}", row.part(), row.conversation_id()));
        auto& of_part = sums[row.part()];
        of_part.resize(row.amounts_size());
        for (int i = 0; i < row.amounts_size(); ++i) of_part[i] += row.amounts(i);
      }
      token = page.next_page_token();
    } while (!token.empty());
    EXPECT_THAT(rows, ElementsAre("0 c1", "1 c1"));
    EXPECT_FALSE(first.value().has_value() || first.has_definition());
    EXPECT_EQ(first.inputs_size(), 0);
    ASSERT_EQ(first.parts_size(), 2);
    for (const int part : {0, 1}) {
      const v1::ExplainedPart& told = first.parts(part);
      EXPECT_EQ(told.definition().version(), part + 1);
      EXPECT_EQ(told.value().value(), 1 - part);
      for (int i = 0; i < told.inputs_size(); ++i)
        EXPECT_EQ(told.inputs(i).sum(), sums[part][i]) << part;
    }
  }
}

TEST_F(MetricsTest, AllShopsAddUpByCurrencyEachInItsOwnZone) {
  Configure("ny", "America/New_York", "USD");
  Configure("cn", "Asia/Shanghai", "CNY");
  ASSERT_OK(Orders({Sale("o1", "u", 3600, 1000)}).status());
  OrdersOf("cn", {Sale("o1", "u", 7200, 500), Sale("o2", "v", 7200, 700)});
  // 01:00 in Shanghai is 12:00 of the day before in New York.
  OrdersOf("ny", {Sale("o1", "u", 3600, 9000)}, "USD");
  ASSERT_OK_AND_ASSIGN(const auto all, Call(&Stub::GetMetrics, "all_shops: true by_day: true"));
  ASSERT_EQ(all.rows_size(), 4);
  std::vector<std::string> told;
  for (const auto& row : all.rows()) {
    told.push_back(fmt::format("{}.{} {} {} of {}", row.period().start_date().month(),
                               row.period().start_date().day(), row.currency_code(),
                               Value(row, "sales"), Value(row, "paid_customers")));
  }
  EXPECT_THAT(told, ElementsAre("11.10 CNY 0 of 0", "11.10 USD 9000 of 1", "11.11 CNY 2200 of 3",
                                "11.11 USD 0 of 0"));
  EXPECT_THAT(Call(&Stub::GetMetrics, "all_shops: true shop_id: 's'").status(),
              HasReason("INVALID_FIELDS"));
  // Confined to some shops: the sum of those; another organization: nothing.
  ASSERT_OK_AND_ASSIGN(const auto some, Ask("all_shops: true", As("org-a", {"cn"})));
  ASSERT_EQ(some.rows_size(), 1);
  EXPECT_EQ(Value(some.rows(0), "sales"), 1200);
  ASSERT_OK_AND_ASSIGN(const auto none, Ask("all_shops: true", As("org-b")));
  EXPECT_EQ(none.rows_size(), 0);
}

TEST_F(MetricsTest, WeeksMonthsAndQuartersAreSumsOfTheirDays) {
  std::vector<std::string> sales;
  for (int day = -80; day <= 10; ++day)
    sales.push_back(Sale(fmt::format("o{}", day + 80), fmt::format("u{}", day + 80),
                         day * kDaySeconds + 3600, 100));
  ASSERT_OK(Orders(sales).status());
  for (const auto& [granularity, rows] :
       {std::pair{"PERIOD", 1}, {"DAY", 91}, {"WEEK", 14}, {"MONTH", 4}, {"QUARTER", 2}}) {
    ASSERT_OK_AND_ASSIGN(
        const auto answer,
        Call(&Stub::GetMetrics, fmt::format("shop_id: 's' granularity: GRANULARITY_{} "
                                            "metric_ids: 'sales'",
                                            granularity)));
    EXPECT_EQ(answer.rows_size(), rows) << granularity;
    double sum = 0;
    for (const auto& row : answer.rows()) sum += Value(row, "sales");
    EXPECT_EQ(sum, 9100) << granularity;
  }
  EXPECT_THAT(
      Call(&Stub::GetMetrics, "shop_id: 's' by_day: true granularity: GRANULARITY_WEEK").status(),
      HasReason("INVALID_FIELDS"));
}

TEST_F(MetricsTest, FiguresAreComparedWithTheDayBeforeAndTheSameWeekday) {
  ASSERT_OK(Orders({Sale("o1", "u", 3600, 1500), Sale("o2", "u", 3600 - kDaySeconds, 1000),
                    Sale("o3", "u", 3600 - 7 * kDaySeconds, 2000)})
                .status());
  ASSERT_OK_AND_ASSIGN(
      const auto answer,
      Call(&Stub::GetMetrics, fmt::format("shop_id: 's' compare: true {}", kDayPeriod)));
  ASSERT_EQ(answer.rows_size(), 1);
  const v1::MetricValue& sales = Of(answer.rows(0), "sales");
  EXPECT_EQ(sales.previous().value(), 1000);
  EXPECT_EQ(sales.previous().difference(), 500);
  EXPECT_EQ(sales.previous().relative_change(), 0.5);
  EXPECT_EQ(sales.same_weekdays().difference(), -500);
  EXPECT_EQ(sales.same_weekdays().relative_change(), -0.25);
  EXPECT_EQ(answer.rows(0).previous_period().end_date().day(), 10);
  EXPECT_EQ(answer.rows(0).same_weekdays_period().start_date().day(), 4);
  const v1::MetricValue& rate = Of(answer.rows(0), "reply_rate");
  EXPECT_FALSE(rate.previous().has_value() || rate.previous().has_difference());
  ASSERT_OK_AND_ASSIGN(const auto alone,
                       Call(&Stub::GetMetrics, fmt::format("shop_id: 's' {}", kDayPeriod)));
  EXPECT_FALSE(Of(alone.rows(0), "sales").has_previous());
}

TEST_F(MetricsTest, ALateOrderMakesTheLaterOneARepurchase) {
  const auto rate = [&](int day) {
    return Figure(fmt::format("shop_id: 's' period {{ start_date {{ year: 2024 month: 11 day: {0} "
                              "}} end_date {{ year: 2024 month: 11 day: {0} }} }}",
                              day),
                  "repurchase_rate");
  };
  ASSERT_OK(Orders({Sale("o1", "u", 3600, 100), Sale("o2", "v", 3600, 100)}).status());
  EXPECT_EQ(rate(11), 0);
  ASSERT_OK(Orders({Sale("late", "u", 3600 - 30 * kDaySeconds, 100)}).status());
  EXPECT_EQ(rate(11), 0.5);
  ASSERT_OK(Orders({Sale("late", "v", 3600 - 31 * kDaySeconds, 100)}).status());
  EXPECT_EQ(rate(11), 0);  // another buyer, and a day too early
  ASSERT_OK(Orders({Sale("late", "v", 3600 - 3 * kDaySeconds, 100)}).status());
  EXPECT_EQ(rate(11), 0.5);
  ASSERT_OK(Orders({Sale("late", "v", 3600 - 3 * kDaySeconds, 100) + " exclusion: EXCLUSION_FRAUD"})
                .status());
  EXPECT_EQ(rate(11), 0);
  EXPECT_EQ(rate(8), -1);  // nobody paid: not defined
}

TEST_F(MetricsTest, ExplanationsGoOverAllShopsOfACurrency) {
  Configure("t", "Asia/Shanghai", "CNY");
  ASSERT_OK(Orders({Sale("o1", "u", 3600, 1000), Sale("o2", "v", 3600, 500)}).status());
  OrdersOf("t", {Sale("o1", "u", 3600, 70), Sale("o2", "v", 3600 + kDaySeconds, 8)});
  std::vector<std::string> rows;
  std::string token;
  do {
    ASSERT_OK_AND_ASSIGN(
        const auto page,
        Call(&Stub::ExplainMetric,
             fmt::format("subject {{ all_shops: true }} metric_id: 'sales' page_size: 1 "
                         "page_token: '{}'",
                         token)));
    EXPECT_EQ(page.inputs(0).sum(), 1578);
    for (const auto& row : page.rows())
      rows.push_back(fmt::format("{} {} {}", row.shop_id(), row.order_id(), row.numerator()));
    token = page.next_page_token();
  } while (!token.empty());
  EXPECT_THAT(rows, ElementsAre("s o1 1000", "s o2 500", "t o1 70", "t o2 8"));
  Configure("us", "America/New_York", "USD");
  constexpr char kAll[] = "subject { all_shops: true } metric_id: 'sales'";
  EXPECT_THAT(Call(&Stub::ExplainMetric, kAll).status(), HasReason("INVALID_FIELDS"));
  ASSERT_OK_AND_ASSIGN(const auto yuan,
                       Call(&Stub::ExplainMetric, std::string(kAll) + " currency_code: 'CNY'"));
  EXPECT_EQ(yuan.rows_size(), 4);
}

TEST_F(MetricsTest, AFigureThatSubjectsDoNotHaveIsRefusedByName) {
  for (const auto& [who, metrics] : std::map<std::string, std::string>{
           {"shop_id: 's' by_agent: true", "'sales' metric_ids: 'visits' metric_ids: 'orders'"},
           {"shop_id: 's' team_id: 't'", "'late_shipments'"},
           {"all_shops: true by_base: true", "'silent_sales'"},
           {"shop_id: 's'", "'assisted_followups'"}}) {
    const auto answer =
        Call(&Stub::GetMetrics, fmt::format("{} metric_ids: {}", who, metrics)).status();
    EXPECT_THAT(answer, HasReason("METRIC_NOT_FOR_SUBJECT")) << who;
    EXPECT_EQ(answer.message().find("'visits', 'orders'") != std::string_view::npos,
              who == "shop_id: 's' by_agent: true")
        << answer;
  }
}

TEST_F(MetricsTest, LostValueIsLossTimesAverageOrderValue) {
  ASSERT_OK(Conversations({Talk("c1", "u1", 36000, "a"), Talk("c2", "u2", 36100, "a"),
                           Talk("c3", "u3", 36200, "")})
                .status());
  ASSERT_OK(Orders({Sale("o1", "u1", 40000, 1001), Sale("o2", "u8", 40000, 500)}).status());
  // 2 lost × 1501 ÷ 2 buyers.
  EXPECT_EQ(Figure("shop_id: 's'", "lost_value"), 1501);
  EXPECT_EQ(Figure("shop_id: 's'", "missed_inquiries"), 1);
  ASSERT_OK_AND_ASSIGN(const auto why, Call(&Stub::ExplainMetric,
                                            "subject { shop_id: 's' } metric_id: 'lost_value'"));
  std::vector<std::string> inputs;
  for (const auto& input : why.inputs())
    inputs.push_back(fmt::format("{} {}", input.role(), input.sum()));
  EXPECT_THAT(inputs, ElementsAre("numerator 2", "factor 1501", "denominator 2"));
}

TEST_F(MetricsTest, WhoLeavesCustomersUnansweredRepliesToFewer) {
  auto twice = Parse<v1::Conversation>(Talk("c1", "u1", 36000, "a"));
  *twice.add_messages() = twice.messages(0);
  twice.mutable_messages(2)->mutable_send_time()->set_seconds(kMidnight + kDaySeconds + 3600);
  ASSERT_OK(Conversations({twice.ShortDebugString(), Talk("c2", "u2", 36100, "a"),
                           Talk("c3", "u3", 36200, "")})
                .status());
  SetBase("a", "base-1");
  for (const char* subject : {"agent_id: 'a'", "base_id: 'base-1'"}) {
    const std::string ask = fmt::format("shop_id: 's' {}", subject);
    EXPECT_EQ(Figure(ask, "consulted"), 2);
    EXPECT_EQ(Figure(ask, "replied"), 2);
    EXPECT_EQ(Figure(ask, "missed_inquiries"), 1);
    EXPECT_EQ(Figure(ask, "reply_rate"), 0.666667);
    EXPECT_EQ(Figure(ask, "conversion"), 0);
  }
  EXPECT_EQ(Figure("shop_id: 's'", "missed_inquiries"), 2);
  EXPECT_EQ(Figure("shop_id: 's'", "reply_rate"), 0.5);
  ASSERT_OK_AND_ASSIGN(const auto why, Call(&Stub::ExplainMetric,
                                            "subject { shop_id: 's' agent_id: 'a' } "
                                            "metric_id: 'missed_inquiries'"));
  std::vector<std::string> rows;
  for (const auto& row : why.rows())
    if (row.numerator() != 0)
      rows.push_back(
          fmt::format("{} {} {}", row.day().day(), row.conversation_id(), row.numerator()));
  EXPECT_THAT(rows, ElementsAre("12 c1 1"));
}

TEST_F(MetricsTest, WhoAnswersAfterThePaymentHasNotAssisted) {
  ASSERT_OK(Conversations({Talk("c1", "u", 32400, "b"), Talk("c2", "u", 54000, "a"),
                           Talk("c3", "v", 32400, "b"), Talk("c4", "v", 32000, "a")})
                .status());
  ASSERT_OK(Orders({Sale("o1", "u", 36000, 100), Sale("o2", "v", 36000, 100)}).status());
  constexpr char kOfA[] = "shop_id: 's' agent_id: 'a'";
  EXPECT_EQ(Figure(kOfA, "consulted"), 2);
  EXPECT_EQ(Figure(kOfA, "assisted_followups"), 1);
  EXPECT_EQ(Figure(kOfA, "conversion"), 0);  // of u, whom a answered and did not help to buy
  EXPECT_EQ(Figure(kOfA, "asked_after_paying"), 1);
  EXPECT_EQ(Figure(kOfA, "lost"), 0);
  EXPECT_EQ(Figure(kOfA, "loss_rate"), 0);
  EXPECT_EQ(Figure("shop_id: 's' agent_id: 'b'", "conversion"), 1);
  EXPECT_EQ(Figure("shop_id: 's' agent_id: 'b'", "lost_value"), 0);
  // The figure, its explanation and those of the orders say the same.
  ASSERT_OK_AND_ASSIGN(const auto why, Call(&Stub::ExplainMetric,
                                            "subject { shop_id: 's' agent_id: 'a' } "
                                            "metric_id: 'assisted_followups'"));
  ASSERT_EQ(why.rows_size(), 1);
  EXPECT_EQ(why.rows(0).order_id(), "o2");
  for (const auto& [order, assists] : {std::pair{"o1", 0}, {"o2", 1}}) {
    ASSERT_OK_AND_ASSIGN(
        const auto credit,
        Call(&Stub::ExplainAttribution, fmt::format("shop_id: 's' order_id: '{}'", order)));
    EXPECT_EQ(credit.attribution().credited_agent_id(), "b");
    EXPECT_EQ(credit.attribution().assist_agent_ids_size(), assists) << order;
  }
}

TEST_F(MetricsTest, AMonthIsComparedWithTheMonthBefore) {
  // ¥1 on every day from August on: a month's sales are its days.
  std::vector<std::string> sales;
  for (int day = -102; day <= 19; ++day)  // 1 August to 30 November
    sales.push_back(Sale(fmt::format("o{}", day + 102), fmt::format("u{}", day + 102),
                         day * kDaySeconds + 3600, 1));
  ASSERT_OK(Orders(sales).status());
  const auto ask = [&](const char* granularity, int month, int from, int to_month, int to) {
    return Call(&Stub::GetMetrics,
                fmt::format("shop_id: 's' metric_ids: 'sales' compare: true granularity: "
                            "GRANULARITY_{} period {{ start_date {{ year: 2024 month: {} day: {} "
                            "}} end_date {{ year: 2024 month: {} day: {} }} }}",
                            granularity, month, from, to_month, to));
  };
  ASSERT_OK_AND_ASSIGN(const auto months, ask("MONTH", 9, 1, 11, 10));
  ASSERT_EQ(months.rows_size(), 3);
  EXPECT_EQ(Of(months.rows(0), "sales").previous().value(), 31);
  EXPECT_EQ(Of(months.rows(1), "sales").previous().value(), 30);
  EXPECT_EQ(Of(months.rows(2), "sales").previous().value(), 10);
  EXPECT_EQ(months.rows(2).previous_period().start_date().month(), 10);
  EXPECT_EQ(months.rows(2).previous_period().start_date().day(), 1);
  EXPECT_EQ(months.rows(2).previous_period().end_date().day(), 10);
  ASSERT_OK_AND_ASSIGN(const auto quarter, ask("QUARTER", 11, 5, 11, 30));
  EXPECT_EQ(Of(quarter.rows(0), "sales").previous().value(), 26);
  EXPECT_EQ(quarter.rows(0).previous_period().start_date().month(), 8);
  EXPECT_EQ(quarter.rows(0).previous_period().end_date().day(), 30);
  ASSERT_OK_AND_ASSIGN(const auto free, ask("PERIOD", 11, 1, 11, 10));
  EXPECT_EQ(free.rows(0).previous_period().start_date().day(), 22);
}

TEST_F(MetricsTest, APercentileIsExplainedByEachOfItsTimes) {
  auto talk = Parse<v1::Conversation>(Talk("c", "u", 36000, "a", 5));
  for (const auto& [asked, answered] : {std::pair{36100, 36160}, {36200, 36500}}) {
    for (int i : {0, 1}) {
      *talk.add_messages() = talk.messages(i);
      talk.mutable_messages(talk.messages_size() - 1)
          ->mutable_send_time()
          ->set_seconds(kMidnight + (i == 0 ? asked : answered));
    }
  }
  ASSERT_OK(Conversations({talk.ShortDebugString()}).status());
  std::vector<int64_t> times;
  std::string token;
  do {
    ASSERT_OK_AND_ASSIGN(const auto page,
                         Call(&Stub::ExplainMetric,
                              fmt::format("subject {{ shop_id: 's' agent_id: 'a' }} metric_id: "
                                          "'response_seconds_p50' page_size: 1 page_token: '{}'",
                                          token)));
    for (const auto& row : page.rows()) {
      EXPECT_EQ(row.denominator(), 1);
      times.push_back(row.numerator() / 1'000'000);
    }
    EXPECT_EQ(page.value().value(), 60);
    token = page.next_page_token();
  } while (!token.empty());
  EXPECT_THAT(times, ElementsAre(5, 60, 300));
}

TEST_F(MetricsTest, EveryOrderSaysWhatBecameOfItsCredit) {
  ASSERT_OK(Conversations({Talk("c1", "u1", 36000, "a"), Talk("c2", "u2", 36100, "")}).status());
  const std::string unpaid =
      "order_id: 'unpaid' customer_id: 'u1' create_time { seconds: 1731290000 }";
  ASSERT_OK(Orders({Sale("credited", "u1", 40000, 100), Sale("nobody", "u9", 40000, 100),
                    Sale("unnamed", "u2", 40000, 100),
                    Sale("fraud", "u1", 40000, 100) + " exclusion: EXCLUSION_FRAUD", unpaid,
                    unpaid.substr(0, 11) + "nothing" + unpaid.substr(17) +
                        " pay_time { seconds: 1731290000 }"})
                .status());
  for (const auto& [order, outcome, reason] :
       {std::tuple{"credited", v1::CREDIT_OUTCOME_CREDITED, "last named agent"},
        {"nobody", v1::CREDIT_OUTCOME_SILENT, "nobody answered"},
        {"unnamed", v1::CREDIT_OUTCOME_SILENT, "nobody answered"},
        {"fraud", v1::CREDIT_OUTCOME_EXCLUDED, "fraudulent"},
        {"unpaid", v1::CREDIT_OUTCOME_UNPAID, "no payment"},
        {"nothing", v1::CREDIT_OUTCOME_UNPAID, "nothing was paid"}}) {
    ASSERT_OK_AND_ASSIGN(
        const auto answer,
        Call(&Stub::ExplainAttribution, fmt::format("shop_id: 's' order_id: '{}'", order)));
    EXPECT_EQ(answer.outcome(), outcome) << order;
    EXPECT_THAT(answer.reason(), ::testing::HasSubstr(reason)) << order;
  }
}

TEST_F(MetricsTest, ThinFiguresSayHowSureTheyAre) {
  ASSERT_OK(
      Conversations({Talk("c1", "u1", 36000, "a", 20), Talk("c2", "u2", 36100, "a", 40)}).status());
  ASSERT_OK_AND_ASSIGN(const auto answer, Call(&Stub::GetMetrics, "shop_id: 's'"));
  const v1::MetricValue& reply = Of(answer.rows(0), "reply_rate");
  EXPECT_TRUE(reply.thin());
  EXPECT_NEAR(reply.interval().low(), 0.342380, 1e-6);
  EXPECT_EQ(reply.interval().high(), 1);
  const v1::MetricValue& response = Of(answer.rows(0), "response_seconds_mean");
  EXPECT_EQ(response.grade(), "excellent");
  EXPECT_NEAR(response.interval().high(), 30 + 12.706205 * 10, 1e-3);
  EXPECT_FALSE(Of(answer.rows(0), "sales").thin());
  EXPECT_EQ(answer.definition().thin_below(), 30);
}

}  // namespace
}  // namespace kefu::performance
