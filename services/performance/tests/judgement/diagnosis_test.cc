// The diagnosis from facts: months, warnings, the day, and its policy.
#include <fmt/format.h>

#include "services/performance/tests/judgement/judgement_fixture.h"

namespace kefu::performance {
namespace {

using Cards = v1::ScorecardService::Stub;
using Performance = v1::PerformanceService::Stub;
using ::testing::HasSubstr;

constexpr int64_t kDaySeconds = 86400;

constexpr char kMonths[] =
    "shop_id: 's' first_month { year: 2024 month: 11 day: 1 } "
    "last_month { year: 2024 month: 11 day: 1 }";

// Agents a and b answer ten customers a day each; `sold` of a's and one of b's pay.
void Day(int day, int sold, int64_t gap, std::vector<std::string>& talks,
         std::vector<std::string>& sales) {
  for (int i = 0; i < 20; ++i) {
    const std::string id = fmt::format("{}x{}", day + 100, i), agent = i < 10 ? "a" : "b";
    const int64_t second = day * kDaySeconds + 3600 + i * 600;
    talks.push_back(Talk("c" + id, "u" + id, second, agent, gap));
    const bool pays = agent == "a" ? i < sold : i == 10;
    if (pays) sales.push_back(Sale("o" + id, "u" + id, second + 300, agent == "a" ? 1000 : 3000));
  }
}

TEST_F(JudgementTest, MonthsAreDiagnosedInBothLanguages) {
  std::vector<std::string> talks, sales;
  for (int day = -10; day < 0; ++day) Day(day, 3, 10, talks, sales);
  ASSERT_OK(Conversations(talks).status());
  ASSERT_OK(Orders(sales).status());
  ASSERT_OK_AND_ASSIGN(const auto d, Ask(*performance_, &Performance::Diagnose, kMonths));
  ASSERT_EQ(d.agents_size(), 2);
  EXPECT_EQ(d.agents(0).quadrant(), v1::QUADRANT_HIGH_LOW);
  EXPECT_EQ(d.agents(1).quadrant(), v1::QUADRANT_LOW_HIGH);
  EXPECT_THAT(d.agents(0).advice().zh(), HasSubstr("关联销售"));
  EXPECT_EQ(d.agents(0).lost(), 70);
  ASSERT_EQ(d.equal_sales_size(), 1);
  EXPECT_EQ(d.equal_sales(0).better_agent_id(), "a");
  EXPECT_FALSE(d.operation_is_the_cause());
  EXPECT_EQ(d.lost(), 160);
  EXPECT_EQ(d.rankings(0).ranks(1).rank(), 1);  // the same sales: both are first
  EXPECT_FALSE(d.has_inquiry_cost());
}

TEST_F(JudgementTest, AFallRaisesAWarningAndYesterdayIsCompared) {
  std::vector<std::string> talks, sales;
  // The days before swing between 10 and 14 s, so that 15 s the day before yesterday is usual.
  for (int day = -30; day < -2; ++day) {
    Day(day, 3 + (day & 1), 10 + 4 * (day & 1), talks, sales);
  }
  Day(-2, 3, 15, talks, sales);
  Day(-1, 0, 500, talks, sales);
  ASSERT_OK(Conversations(talks).status());
  ASSERT_OK(Orders(sales).status());
  ASSERT_OK_AND_ASSIGN(const auto d, Ask(*performance_, &Performance::Diagnose, kMonths));
  std::vector<std::string> warned;
  for (const auto& warning : d.warnings())
    warned.push_back(fmt::format("{} {} {} {}", warning.agent_id(), warning.metric_id(),
                                 warning.day().day(), warning.chart()));
  EXPECT_THAT(warned, ::testing::Contains(" response_seconds_mean 10 individuals"));
  EXPECT_THAT(warned, ::testing::Contains("a response_seconds_mean 10 individuals"));
  for (const std::string& warning : warned) {
    EXPECT_THAT(warning, ::testing::Not(HasSubstr("response_seconds_mean 9 ")));
  }
  for (const auto& warning : d.warnings()) {
    EXPECT_EQ(warning.direction(), v1::WARNING_DIRECTION_BAD);
    EXPECT_THAT(warning.text().en(), HasSubstr("worse than usual"));
    if (warning.metric_id() != "response_seconds_mean") continue;
    EXPECT_THAT(warning.text().en(), HasSubstr("is 500.0 s"));
    EXPECT_THAT(warning.text().zh(), HasSubstr("为500.0秒"));
  }
  EXPECT_EQ(d.day().day(), 10);
  bool seen = false;
  for (const auto& figure : d.daily()) {
    if (figure.metric_id() != "response_seconds_mean") continue;
    seen = true;
    EXPECT_EQ(figure.value(), 500);
    EXPECT_EQ(figure.day_before(), 15);
    EXPECT_EQ(figure.week_before(), 10);
    EXPECT_TRUE(figure.outlier());
    EXPECT_THAT(figure.text().en(), HasSubstr("+3233.3% against the day before"));
    EXPECT_THAT(figure.text().zh(), HasSubstr("异常"));
  }
  EXPECT_TRUE(seen);
}

// A day on which ten times as much is sold, and nobody waits any more.
TEST_F(JudgementTest, GoodNewsIsNoWarningAndAmountsAreMoney) {
  std::vector<std::string> talks, sales;
  for (int day = -30; day < -1; ++day) {
    Day(day, 3 + (day & 1), 100 + 4 * (day & 1), talks, sales);
  }
  Day(-1, 10, 5, talks, sales);
  sales.push_back(Sale("big", "u99x0", -kDaySeconds + 7200, 9'000'000));
  for (int i = 11; i < 16; ++i) {
    sales.push_back(Sale(fmt::format("more{}", i), fmt::format("u99x{}", i),
                         -kDaySeconds + 3600 + i * 600 + 300, 3000));
  }
  ASSERT_OK(Conversations(talks).status());
  ASSERT_OK(Orders(sales).status());
  ASSERT_OK_AND_ASSIGN(const auto d, Ask(*performance_, &Performance::Diagnose, kMonths));
  EXPECT_EQ(d.warnings_size(), 0);
  std::map<std::string, std::string> texts;
  for (const auto& good : d.improvements()) {
    EXPECT_EQ(good.direction(), v1::WARNING_DIRECTION_GOOD);
    if (good.agent_id().empty()) texts[good.metric_id()] = good.text().en();
  }
  EXPECT_THAT(texts["response_seconds_mean"], HasSubstr("is 5.0 s"));
  EXPECT_THAT(texts["sales"], HasSubstr("sales is CNY 90"));
  EXPECT_THAT(texts["conversion"], HasSubstr("is 80.00%"));
}

TEST_F(JudgementTest, AnOrganizationsClickCostIsOfItsCurrencyOnly) {
  v1::SetDiagnosisPolicyRequest request;
  ASSERT_OK_AND_ASSIGN(*request.mutable_policy(),
                       Ask(*scorecards_, &Cards::GetDiagnosisPolicy, "shop_id: 's'"));
  *request.mutable_policy()->mutable_click_cost() =
      Parse<kefu::common::v1::Money>("currency_code: 'EUR' minor_units: 100");
  request.mutable_policy()->set_click_conversion_ppm(12800);
  ASSERT_OK(rpc::Call(*scorecards_, &Cards::SetDiagnosisPolicy, request, Owner()).status());
  ASSERT_OK_AND_ASSIGN(const auto policy,
                       Ask(*scorecards_, &Cards::GetDiagnosisPolicy, "shop_id: 's'"));
  EXPECT_EQ(policy.click_cost().currency_code(), "EUR");
  std::vector<std::string> talks, sales;
  for (int day = -10; day < 0; ++day) Day(day, 5, 10, talks, sales);
  ASSERT_OK(Conversations(talks).status());
  ASSERT_OK(Orders(sales).status());
  ASSERT_OK_AND_ASSIGN(const auto d, Ask(*performance_, &Performance::Diagnose, kMonths));
  EXPECT_FALSE(d.has_inquiry_cost());
  EXPECT_FALSE(d.has_missed_cost());
  EXPECT_THAT(d.inquiry_cost_basis().en(), HasSubstr("in EUR, the shop's currency is CNY"));
  // Without a currency it is refused.
  request.mutable_policy()->mutable_click_cost()->clear_currency_code();
  EXPECT_THAT(rpc::Call(*scorecards_, &Cards::SetDiagnosisPolicy, request, Owner()).status(),
              HasReason("INVALID_FIELDS"));
}

// 14 months in a row, of which one is asked for.
TEST_F(JudgementTest, AsManyMonthsBeforeAreReadAsThePolicyAsksFor) {
  v1::SetDiagnosisPolicyRequest request;
  request.set_shop_id("s");
  ASSERT_OK_AND_ASSIGN(*request.mutable_policy(),
                       Ask(*scorecards_, &Cards::GetDiagnosisPolicy, "shop_id: 's'"));
  request.mutable_policy()->set_months_in_a_row(14);
  request.mutable_policy()->set_least_consulted(1);
  request.mutable_policy()->set_usual_months(24);
  ASSERT_OK(rpc::Call(*scorecards_, &Cards::SetDiagnosisPolicy, request, Owner()).status());
  std::vector<std::string> talks, sales;
  for (int month = 0; month < 14; ++month) {
    const int64_t second = -(5 + 30 * month) * kDaySeconds;
    for (int i = 0; i < 4; ++i)
      talks.push_back(
          Talk(fmt::format("c{}x{}", month, i), fmt::format("u{}x{}", month, i), second, "a"));
  }
  // Long before, when somebody else sold to everybody.
  const int64_t before = -500 * kDaySeconds;
  for (int i = 0; i < 40; ++i) {
    talks.push_back(Talk(fmt::format("d{}", i), fmt::format("v{}", i), before, "old"));
    sales.push_back(Sale(fmt::format("o{}", i), fmt::format("v{}", i), before + 3600, 1000));
  }
  ASSERT_OK(Conversations(talks).status());
  ASSERT_OK(Orders(sales).status());
  ASSERT_OK_AND_ASSIGN(const auto d, Ask(*performance_, &Performance::Diagnose, kMonths));
  EXPECT_TRUE(d.operation_is_the_cause()) << d.operation().en();
}

TEST_F(JudgementTest, ThresholdsArePolicy) {
  ASSERT_OK_AND_ASSIGN(auto policy, Ask(*scorecards_, &Cards::GetDiagnosisPolicy, "shop_id: 's'"));
  EXPECT_EQ(policy.version(), 0);
  v1::SetDiagnosisPolicyRequest request;
  request.set_shop_id("s");
  *request.mutable_policy() = policy;
  request.mutable_policy()->set_least_consulted(500);
  *request.mutable_policy()->mutable_click_cost() =
      Parse<kefu::common::v1::Money>("currency_code: 'CNY' minor_units: 100");
  request.mutable_policy()->set_click_conversion_ppm(12800);
  ASSERT_OK_AND_ASSIGN(policy,
                       rpc::Call(*scorecards_, &Cards::SetDiagnosisPolicy, request, Owner()));
  EXPECT_EQ(policy.version(), 1);
  std::vector<std::string> talks, sales;
  for (int day = -10; day < 0; ++day) Day(day, 5, 10, talks, sales);
  ASSERT_OK(Conversations(talks).status());
  ASSERT_OK(Orders(sales).status());
  ASSERT_OK_AND_ASSIGN(const auto d, Ask(*performance_, &Performance::Diagnose, kMonths));
  EXPECT_EQ(d.policy().version(), 1);
  EXPECT_EQ(d.agents(0).quadrant(), v1::QUADRANT_UNSPECIFIED);
  EXPECT_EQ(d.inquiry_cost().minor_units(), 2344);  // ¥1 × 30 % ÷ 1.28 %
  EXPECT_EQ(d.missed_cost().minor_units(), 0);
  // How little a baseline may be taken to move: said by the policy, nothing too.
  EXPECT_EQ(policy.least_range_bps(), 50);
  EXPECT_EQ(policy.least_count_range_milli(), 1000);
  request.mutable_policy()->set_least_range_bps(0);
  request.mutable_policy()->set_least_count_range_milli(0);
  ASSERT_OK_AND_ASSIGN(policy,
                       rpc::Call(*scorecards_, &Cards::SetDiagnosisPolicy, request, Owner()));
  EXPECT_TRUE(policy.has_least_range_bps() && policy.has_least_count_range_milli());
  ASSERT_OK_AND_ASSIGN(policy, Ask(*scorecards_, &Cards::GetDiagnosisPolicy, "shop_id: 's'"));
  EXPECT_EQ(policy.least_range_bps() + policy.least_count_range_milli(), 0);
  request.mutable_policy()->set_least_points(1);
  request.mutable_policy()->set_twice_bps(9999);
  request.mutable_policy()->set_least_range_bps(-1);
  request.mutable_policy()->set_least_count_range_milli(1'000'001);
  request.mutable_policy()->mutable_courses(0)->set_metric_id("nonsense");
  const absl::Status refused =
      rpc::Call(*scorecards_, &Cards::SetDiagnosisPolicy, request, Owner()).status();
  EXPECT_EQ(GetDetail<google::rpc::BadRequest>(refused)->field_violations_size(), 5);
}

// The metrics and the diagnosis have one price of an inquiry, whether ad spend or the policy tells
// it.
TEST_F(JudgementTest, MissedInquiriesCostTheSameWhereverTheyAreAsked) {
  std::vector<std::string> talks, sales;
  for (int day = -10; day < 0; ++day) Day(day, 5, 10, talks, sales);
  for (int i = 0; i < 7; ++i)
    talks.push_back(Talk(fmt::format("m{}", i), fmt::format("um{}", i), -kDaySeconds + i, ""));
  ASSERT_OK(Conversations(talks).status());
  ASSERT_OK(Orders(sales).status());
  const std::string period =
      "period { start_date { year: 2024 month: 11 day: 1 } end_date { year: 2024 month: 11 day: 30 "
      "} }";
  const std::string november = "shop_id: 's' " + period;
  EXPECT_EQ(Figure(november, "cost_of_inquiry"), -1);  // nothing tells it
  v1::SetDiagnosisPolicyRequest request;
  ASSERT_OK_AND_ASSIGN(*request.mutable_policy(),
                       Ask(*scorecards_, &Cards::GetDiagnosisPolicy, "shop_id: 's'"));
  *request.mutable_policy()->mutable_click_cost() =
      Parse<kefu::common::v1::Money>("currency_code: 'CNY' minor_units: 12345");
  request.mutable_policy()->set_click_conversion_ppm(12800);
  ASSERT_OK(rpc::Call(*scorecards_, &Cards::SetDiagnosisPolicy, request, Owner()).status());
  ASSERT_OK_AND_ASSIGN(auto d, Ask(*performance_, &Performance::Diagnose, kMonths));
  // ¥123.45 × 60 ÷ 207 ÷ 1.28 %, seven times.
  EXPECT_EQ(d.inquiry_cost().minor_units(), 279'552);
  EXPECT_EQ(d.missed_cost().minor_units(), 7 * 279'552);
  EXPECT_EQ(Figure(november, "cost_of_inquiry"), 279'552);
  EXPECT_EQ(Figure(november, "missed_value"), 7 * 279'552);
  ASSERT_OK_AND_ASSIGN(const auto why,
                       Call(&Performance::ExplainMetric,
                            "subject { shop_id: 's' } metric_id: 'missed_value' " + period));
  EXPECT_EQ(why.value().value(), 7 * 279'552);
  EXPECT_EQ(why.click_price().click_cost().minor_units(), 12345);
  EXPECT_EQ(why.click_price().click_conversion_ppm(), 12800);
  EXPECT_EQ(why.click_price().policy_version(), 1);
  // A day is compared with the day before by the same price.
  ASSERT_OK_AND_ASSIGN(const auto compared,
                       Call(&Performance::GetMetrics,
                            "shop_id: 's' compare: true granularity: GRANULARITY_DAY period { "
                            "start_date { year: 2024 month: 11 day: 10 } end_date { year: 2024 "
                            "month: 11 day: 10 } } metric_ids: 'cost_of_inquiry'"));
  EXPECT_EQ(Value(compared.rows(0), "cost_of_inquiry"), 214'323);     // 6 of 27 bought
  EXPECT_EQ(compared.rows(0).values(0).previous().value(), 289'336);  // 6 of 20
  // Agents have no such figure, and ad spend goes before the policy.
  auto visits = Parse<v1::ImportVisitsRequest>(R"(rows { visits {
      day { year: 2024 month: 11 day: 10 } visits: 5000 clicks: 1000 ad_orders: 10
      ad_spend { currency_code: "CNY" minor_units: 100000 } } })");
  ASSERT_OK(Send(*facts_, &v1::FactService::Stub::ImportVisits, visits, Owner()));
  ASSERT_OK_AND_ASSIGN(d, Ask(*performance_, &Performance::Diagnose, kMonths));
  EXPECT_EQ(d.inquiry_cost().minor_units(), 2'899);  // 100 000 × 60 ÷ (207 × 10)
  EXPECT_EQ(Figure(november, "cost_of_inquiry"), 2'899);
  EXPECT_EQ(Figure(november, "missed_value"), d.missed_cost().minor_units());
}

// Nothing at all came in yesterday: neither customers nor orders.
TEST_F(JudgementTest, ADayWithoutFactsIsOneWithoutSales) {
  std::vector<std::string> talks, sales;
  for (int day = -30; day < -1; ++day) Day(day, 3 + (day & 1), 10, talks, sales);
  ASSERT_OK(Conversations(talks).status());
  ASSERT_OK(Orders(sales).status());
  ASSERT_OK_AND_ASSIGN(const auto d, Ask(*performance_, &Performance::Diagnose, kMonths));
  std::map<std::string, const v1::DailyFigure*> daily;
  for (const auto& figure : d.daily()) daily[figure.metric_id()] = &figure;
  ASSERT_TRUE(daily["sales"]->has_value());
  EXPECT_EQ(daily["sales"]->value(), 0);
  EXPECT_TRUE(daily["sales"]->outlier());
  EXPECT_THAT(daily["sales"]->text().en(), HasSubstr("-100.0% against the day before"));
  EXPECT_FALSE(daily["conversion"]->has_value());  // nothing over nothing
  std::vector<std::string> warned;
  for (const auto& warning : d.warnings())
    warned.push_back(
        fmt::format("{} {} {}", warning.agent_id(), warning.metric_id(), warning.day().day()));
  EXPECT_THAT(warned, ::testing::Contains(" sales 10"));
  // Before its first day there was no shop, and tomorrow has not come.
  ASSERT_OK_AND_ASSIGN(
      const auto early,
      Ask(*performance_, &Performance::Diagnose,
          std::string(kMonths) + " day { year: 2024 month: 10 day: 12 }"));  // the first
  for (const auto& figure : early.daily()) EXPECT_FALSE(figure.has_day_before());
  ASSERT_OK_AND_ASSIGN(const auto late,
                       Ask(*performance_, &Performance::Diagnose,
                           std::string(kMonths) + " day { year: 2024 month: 11 day: 12 }"));
  for (const auto& figure : late.daily()) EXPECT_FALSE(figure.has_value() || figure.outlier());
}

TEST_F(JudgementTest, WhatTheDayIsComparedByIsPolicy) {
  std::vector<std::string> talks, sales;
  Day(-1, 3, 10, talks, sales);
  ASSERT_OK(Conversations(talks).status());
  ASSERT_OK(Orders(sales).status());
  const auto compared = [&] {
    const auto d = Ask(*performance_, &Performance::Diagnose, kMonths);
    EXPECT_OK(d.status());
    std::vector<std::string> ids;
    for (const auto& figure : d->daily()) ids.push_back(figure.metric_id());
    return ids;
  };
  EXPECT_THAT(compared(),
              ::testing::ElementsAre("visits", "consulted", "reply_rate", "response_seconds_mean",
                                     "conversion", "paid_orders", "sales", "average_order_value"));
  v1::SetDiagnosisPolicyRequest request;
  request.set_shop_id("s");
  ASSERT_OK_AND_ASSIGN(*request.mutable_policy(),
                       Ask(*scorecards_, &Cards::GetDiagnosisPolicy, "shop_id: 's'"));
  v1::DiagnosisPolicy& policy = *request.mutable_policy();
  EXPECT_EQ(policy.daily_metric_ids_size(), 8);
  policy.clear_daily_metric_ids();
  for (const char* id : {"refunds", "visits"}) policy.add_daily_metric_ids(id);
  // A shop's own figures may be watched, as it has no agents for them.
  auto* visits = policy.add_watched();
  visits->set_metric_id("visits");
  visits->set_shop_only(true);
  ASSERT_OK_AND_ASSIGN(const auto set,
                       rpc::Call(*scorecards_, &Cards::SetDiagnosisPolicy, request, Owner()));
  EXPECT_THAT(set, ::kefu::testing::EqualsProto([&] {
                v1::DiagnosisPolicy expected = policy;
                expected.set_version(1);
                return expected;
              }()));
  EXPECT_THAT(compared(), ::testing::ElementsAre("refunds", "visits"));
  policy.add_daily_metric_ids("visits");
  policy.add_daily_metric_ids("nonsense");
  visits->set_shop_only(false);
  policy.set_click_conversion_ppm(100);
  policy.mutable_ranked(0)->set_least_cases(1);  // sales are a sum
  policy.mutable_courses(0)->set_least_cases(-1);
  const absl::Status refused =
      rpc::Call(*scorecards_, &Cards::SetDiagnosisPolicy, request, Owner()).status();
  std::vector<std::string> fields;
  const auto detail = GetDetail<google::rpc::BadRequest>(refused);
  ASSERT_TRUE(detail);
  for (const auto& violation : detail->field_violations()) fields.push_back(violation.field());
  EXPECT_THAT(fields, ::testing::UnorderedElementsAre(
                          "policy.daily_metric_ids[2]", "policy.daily_metric_ids[3]",
                          fmt::format("policy.watched[{}].metric_id", policy.watched_size() - 1),
                          "policy.click_conversion_ppm", "policy.ranked[0].least_cases",
                          "policy.courses[0].least_cases"));
}

TEST_F(JudgementTest, TheAskedMonthsAreChecked) {
  EXPECT_THAT(Ask(*performance_, &Performance::Diagnose,
                  "shop_id: 's' first_month { year: 2024 month: 11 day: 1 } "
                  "last_month { year: 2024 month: 10 day: 1 }")
                  .status(),
              HasReason("INVALID_FIELDS"));
  EXPECT_THAT(Ask(*performance_, &Performance::Diagnose, "shop_id: 's'").status(),
              HasReason("INVALID_FIELDS"));
  ASSERT_OK_AND_ASSIGN(const auto empty, Ask(*performance_, &Performance::Diagnose, kMonths));
  EXPECT_EQ(empty.agents_size(), 0);
}

}  // namespace
}  // namespace kefu::performance
