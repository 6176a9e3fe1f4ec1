// Figures, their explanation, pages, and what staffing tells.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "google/rpc/error_details.pb.h"
#include "kefu/staffing/v1/events.pb.h"
#include "services/performance/domain/metrics.h"
#include "services/performance/handlers/staffing_events.h"
#include "services/performance/tests/fixture.h"

namespace kefu::performance {
namespace {

using ::testing::ElementsAre;

class FiguresTest : public PerformanceTest {
 protected:
  // Two agents, five customers; u1 and u2 buy after a talk, u9 buys without one, u5's talk is
  // advertising.
  void Load() {
    ASSERT_OK(Conversations({Talk("c1", "u1", 36000, "a", 20), Talk("c2", "u2", 36100, "b", 40),
                             Talk("c3", "u3", 36200, "a", 60), Talk("c4", "u4", 36300, ""),
                             Talk("c5", "u5", 36400, "b") + " exclusion: EXCLUSION_ADVERTISEMENT",
                             Talk("c6", "u1", 36500, "b", 30)})
                  .status());
    ASSERT_OK(Orders({Sale("o1", "u1", 40000, 10000), Sale("o2", "u2", 86400 + 3600, 5000),
                      Sale("o3", "u9", 40000, 700)})
                  .status());
    ASSERT_OK(Refunds({R"(refund_id: "f1"
                            order_id: "o1"
                            refund_time { seconds: 1731340800 }
                            amount { currency_code: "CNY" minor_units: 2500 })"})
                  .status());
    ASSERT_OK(Reviews({R"(review_id: "r1"
                            order_id: "o1"
                            score: 5
                            create_time { seconds: 1731340800 })",
                       R"(review_id: "r2"
                            order_id: "o3"
                            score: 2
                            create_time { seconds: 1731340800 })"})
                  .status());
  }
  void Apply(const google::protobuf::Message& payload) {
    kefu::common::v1::Event event;
    event.set_org_id("org-a");
    event.mutable_payload()->PackFrom(payload);
    ASSERT_OK(Db().db().RunInTransaction(absl::Now() + absl::Seconds(30), [&](db::Transaction& t) {
      return ApplyStaffingEvent(t, event);
    }));
  }
};

TEST_F(FiguresTest, ShopFigures) {
  Load();
  ASSERT_OK_AND_ASSIGN(const auto answer, Call(&Stub::GetMetrics, R"(shop_id: "s")"));
  ASSERT_EQ(answer.rows_size(), 1);
  const v1::MetricRow& row = answer.rows(0);
  EXPECT_EQ(Value(row, "consulted"), 4);
  EXPECT_EQ(Value(row, "replied"), 3);
  EXPECT_EQ(Value(row, "reply_rate"), 0.75);
  EXPECT_EQ(Value(row, "converted"), 2);
  EXPECT_EQ(Value(row, "conversion"), 0.5);
  EXPECT_EQ(Value(row, "lost"), 2);
  EXPECT_EQ(Value(row, "sales"), 15700);
  EXPECT_EQ(Value(row, "silent_sales"), 700);
  EXPECT_EQ(Value(row, "net_sales"), 13200);
  EXPECT_EQ(Value(row, "average_order_value"), 5233);
  EXPECT_EQ(Value(row, "response_seconds_mean"), 37.5);
  EXPECT_EQ(Value(row, "response_seconds_p90"), 60);
  EXPECT_EQ(Value(row, "positive_review_rate"), 0.5);
}

TEST_F(FiguresTest, AgentFiguresFollowTheCredit) {
  Load();
  ASSERT_OK_AND_ASSIGN(const auto answer,
                       Call(&Stub::GetMetrics, R"(shop_id: "s" by_agent: true)"));
  ASSERT_EQ(answer.rows_size(), 2);
  const v1::MetricRow &a = answer.rows(0), &b = answer.rows(1);
  EXPECT_EQ(a.subject().agent_id(), "a");
  EXPECT_EQ(Value(a, "consulted"), 2);
  EXPECT_EQ(Value(a, "assisted_followups"), 1);  // u1 was sold to by b
  EXPECT_EQ(Value(a, "conversion"), 0);          // 0 of the 1 that was not assisted
  EXPECT_EQ(Value(a, "sales"), 0);
  EXPECT_EQ(Value(b, "sales"), 15000);
  EXPECT_EQ(Value(b, "net_sales"), 12500);
  EXPECT_EQ(Value(b, "converted"), 2);
  EXPECT_EQ(Value(b, "positive_reviews"), 1);
  EXPECT_EQ(Figure(R"(shop_id: "s" agent_id: "b" metric_ids: "sales")", "sales"), 15000);
}

TEST_F(FiguresTest, DaysAddUpToThePeriod) {
  Load();
  ASSERT_OK_AND_ASSIGN(const auto days, Call(&Stub::GetMetrics, R"(shop_id: "s" by_day: true)"));
  ASSERT_EQ(days.rows_size(), 2);
  EXPECT_EQ(Value(days.rows(0), "sales") + Value(days.rows(1), "sales"), 15700);
  EXPECT_EQ(Value(days.rows(0), "refunds"), 0);
  EXPECT_EQ(Value(days.rows(1), "refunds"), 2500);
}

TEST_F(FiguresTest, ALateOrderCorrectsTheDayOfItsConversationAndItsReview) {
  ASSERT_OK(Reviews({R"(review_id: "r"
                          order_id: "late"
                          score: 5
                          create_time { seconds: 1731600000 })"})
                .status());
  ASSERT_OK(Conversations({Talk("c", "u", 36000, "a")}).status());
  EXPECT_EQ(Figure(R"(shop_id: "s")", "converted"), 0);
  ASSERT_OK(Orders({Sale("late", "u", 90000, 100)}).status());
  EXPECT_EQ(Figure(fmt::format("shop_id: 's' {}", kDayPeriod), "converted"), 1);
  EXPECT_EQ(Figure(R"(shop_id: "s" agent_id: "a")", "positive_reviews"), 1);
  // The buyer turns out to be another: the credit goes, and the review with it.
  ASSERT_OK(Orders({Sale("late", "other", 90000, 100)}).status());
  EXPECT_EQ(Figure(R"(shop_id: "s" agent_id: "a")", "positive_reviews"), 0);
  EXPECT_EQ(Figure(fmt::format("shop_id: 's' {}", kDayPeriod), "converted"), 0);
}

TEST_F(FiguresTest, EveryFigureIsExplainedByRowsThatAddUpToIt) {
  Load();
  kefu::staffing::v1::AgentChanged of_base;
  of_base.mutable_agent()->set_agent_id("b");
  of_base.mutable_agent()->set_base_id("base-1");
  Apply(of_base);
  for (const domain::MetricSpec& spec : domain::Catalogue()) {
    for (const char* subject : {R"(shop_id: "s")", R"(shop_id: "s" agent_id: "b")",
                                "all_shops: true", "all_shops: true base_id: 'base-1'"}) {
      const bool part = std::string_view(subject).find("_id: ") != std::string_view::npos &&
                        std::string_view(subject) != R"(shop_id: "s")";
      if (!(part ? spec.for_agents : spec.for_shop)) continue;
      std::string token;
      std::vector<int64_t> sums, inputs, listed;
      double figure = 0;
      int64_t rows = 0;
      do {  // pages of one row: the walk itself is tested too
        ASSERT_OK_AND_ASSIGN(
            const auto page,
            Call(&Stub::ExplainMetric,
                 fmt::format("subject {{{}}} metric_id: '{}' page_size: 1 page_token: '{}'",
                             subject, spec.id, token)));
        for (const auto& row : page.rows()) {
          EXPECT_EQ(row.shop_id(), "s");
          sums.resize(static_cast<size_t>(row.amounts_size()));
          for (int i = 0; i < row.amounts_size(); ++i)
            sums[static_cast<size_t>(i)] += row.amounts(i);
          listed.push_back(row.numerator());
          ++rows;
        }
        figure = page.value().value();
        inputs.clear();
        for (const auto& input : page.inputs()) inputs.push_back(input.sum());
        if (spec.percentile == 0 && spec.factors.empty()) {
          EXPECT_EQ(page.value().numerator(), inputs.front()) << spec.id;
          if (inputs.size() > 1) EXPECT_EQ(page.value().denominator(), inputs[1]) << spec.id;
        }
        token = page.next_page_token();
      } while (!token.empty());
      if (spec.percentile > 0) {  // the rows are what it ranks
        ASSERT_FALSE(listed.empty());
        std::ranges::sort(listed);
        const double rank = std::ceil(spec.percentile * static_cast<double>(listed.size()));
        const double exact = static_cast<double>(listed[static_cast<size_t>(rank) - 1]) / 1e6;
        EXPECT_NEAR(figure, exact, exact * 0.01) << spec.id << " " << subject;
      }
      sums.resize(inputs.size());
      EXPECT_EQ(sums, inputs) << spec.id << " " << subject;
      EXPECT_TRUE(rows > 0 || inputs.front() == 0) << spec.id;
    }
  }
}

TEST_F(FiguresTest, AnOrdersCreditExplainsItself) {
  Load();
  ASSERT_OK_AND_ASSIGN(const auto answer,
                       Call(&Stub::ExplainAttribution, R"(shop_id: "s" order_id: "o1")"));
  EXPECT_EQ(answer.attribution().credited_agent_id(), "b");
  EXPECT_THAT(answer.attribution().assist_agent_ids(), ElementsAre("a"));
  EXPECT_EQ(answer.credited().minor_units(), 10000);
  ASSERT_EQ(answer.steps_size(), 2);
  EXPECT_EQ(answer.steps(0).verdict(), "assist");
  EXPECT_EQ(answer.steps(1).verdict(), "credited");
  ASSERT_OK_AND_ASSIGN(const auto silent,
                       Call(&Stub::ExplainAttribution, R"(shop_id: "s" order_id: "o3")"));
  EXPECT_EQ(silent.attribution().credited_agent_id(), "");
  EXPECT_EQ(silent.credited().minor_units(), 0);
  EXPECT_THAT(Call(&Stub::ExplainAttribution, R"(shop_id: "s" order_id: "nope")").status(),
              StatusIs(absl::StatusCode::kNotFound));
}

// One answer names everything that is wrong.
TEST_F(FiguresTest, EveryFaultOfAQuestionIsNamedAtOnce) {
  const auto fields = [](const absl::Status& status) {
    std::vector<std::string> names;
    const auto bad = GetDetail<google::rpc::BadRequest>(status);
    for (int i = 0; bad && i < bad->field_violations_size(); ++i)
      names.push_back(bad->field_violations(i).field());
    return names;
  };
  using ::testing::UnorderedElementsAre;
  EXPECT_THAT(fields(Call(&Stub::ExplainMetric, "").status()),
              UnorderedElementsAre("subject.shop_id", "metric_id"));
  EXPECT_THAT(fields(Call(&Stub::ExplainMetric, R"(subject { all_shops: true shop_id: "s" }
                                                   metric_id: "luck"
                                                   page_size: -1
                                                   currency_code: "XXY"
                                                   period { start_date { year: 2024 } })")
                         .status()),
              UnorderedElementsAre("subject.all_shops", "metric_id", "page_size", "currency_code",
                                   "period.start_date", "period.end_date"));
  EXPECT_THAT(fields(Call(&Stub::ExplainMetric, R"(subject { shop_id: "s" agent_id: "小李" }
                                                   metric_id: "silent_sales")")
                         .status()),
              UnorderedElementsAre("subject.agent_id", "metric_id"));
  const auto unknown =
      Call(&Stub::ExplainMetric, R"(subject { shop_id: "s" } metric_id: "luck")").status();
  EXPECT_THAT(unknown, HasReason("UNKNOWN_METRIC"));
  EXPECT_THAT(fields(unknown), UnorderedElementsAre("metric_id"));
  // A currency that no shop has would explain a figure of nothing.
  EXPECT_THAT(fields(Call(&Stub::ExplainMetric, R"(subject { shop_id: "s" }
                                                   metric_id: "sales"
                                                   currency_code: "EUR")")
                         .status()),
              UnorderedElementsAre("currency_code"));
  EXPECT_THAT(fields(Call(&Stub::ExplainAttribution, "").status()),
              UnorderedElementsAre("shop_id", "order_id"));
  EXPECT_THAT(fields(Call(&Stub::GetMetrics, R"(by_team: true by_agent: true page_size: -1
                                                metric_ids: "luck"
                                                period { end_date { year: 2024 } })")
                         .status()),
              UnorderedElementsAre("by_agent", "shop_id", "page_size", "metric_ids",
                                   "period.start_date", "period.end_date"));
  EXPECT_THAT(fields(Call(&Stub::ListOrders, "page_size: -1").status()),
              UnorderedElementsAre("shop_id", "page_size"));
}

TEST_F(FiguresTest, QuestionsAreChecked) {
  EXPECT_THAT(Call(&Stub::GetMetrics, R"(shop_id: "s" by_team: true by_agent: true)").status(),
              HasReason("INVALID_FIELDS"));
  EXPECT_THAT(
      Call(&Stub::GetMetrics, R"(shop_id: "s" metric_ids: "sales" metric_ids: "luck")").status(),
      HasReason("UNKNOWN_METRIC"));
  EXPECT_THAT(Call(&Stub::GetMetrics, R"(shop_id: "s" definition_id: "mars")").status(),
              HasReason("UNKNOWN_DEFINITION"));
  EXPECT_THAT(Call(&Stub::GetMetrics, R"(shop_id: "s"
                                           period {
                                             start_date { year: 2024 month: 2 day: 30 }
                                             end_date { year: 2024 month: 1 day: 1 }
                                           })")
                  .status(),
              HasReason("INVALID_FIELDS"));
  EXPECT_THAT(Call(&Stub::GetMetrics, R"(shop_id: "s"
                                           period {
                                             start_date { year: 1 month: 1 day: 1 }
                                             end_date { year: 9999 month: 1 day: 1 }
                                           })")
                  .status(),
              HasReason("PERIOD_TOO_LONG"));
  // Nor without a period, where a row of a mistyped year makes one.
  ASSERT_OK(Conversations(
      {Talk("c", "u", 3600, "a"), Talk("mistyped", "u", int64_t{75} * 365 * 86400, "a")}));
  EXPECT_THAT(Call(&Stub::GetMetrics, R"(shop_id: "s")").status(), HasReason("PERIOD_TOO_LONG"));
  EXPECT_THAT(Call(&Stub::GetMetrics, R"(shop_id: "s" agent_id: "小李")").status(),
              HasReason("INVALID_FIELDS"));
  EXPECT_THAT(Call(&Stub::ExplainAttribution, R"(shop_id: "s" order_id: "单")").status(),
              HasReason("INVALID_FIELDS"));
  EXPECT_THAT(Call(&Stub::GetMetrics, R"(shop_id: "nope")").status(),
              HasReason("SHOP_NOT_CONFIGURED"));
  EXPECT_THAT(Call(&Stub::ExplainMetric, R"(subject { shop_id: "s" agent_id: "a" }
                                              metric_id: "silent_sales")")
                  .status(),
              HasReason("METRIC_NOT_FOR_SUBJECT"));
  EXPECT_THAT(Call(&Stub::ExplainMetric, R"(subject { shop_id: "s" }
                                              metric_id: "sales"
                                              page_size: -1)")
                  .status(),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST_F(FiguresTest, AnotherTenantSeesNothing) {
  Load();
  const auto as_b = As("org-b");
  EXPECT_THAT(
      rpc::Call(*stub_, &Stub::GetMetrics, Parse<v1::GetMetricsRequest>(R"(shop_id: "s")"), as_b)
          .status(),
      StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(rpc::Call(*stub_, &Stub::GetShopSettings,
                        Parse<v1::GetShopSettingsRequest>(R"(shop_id: "s")"), as_b)
                  .status(),
              StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(rpc::Call(*stub_, &Stub::ExplainMetric,
                        Parse<v1::ExplainMetricRequest>(R"(subject { shop_id: "s" }
                                                             metric_id: "sales")"),
                        as_b)
                  .status(),
              StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(
      rpc::Call(*stub_, &Stub::ExplainAttribution,
                Parse<v1::ExplainAttributionRequest>(R"(shop_id: "s" order_id: "o1")"), as_b)
          .status(),
      StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(
      rpc::Call(*stub_, &Stub::ListOrders, Parse<v1::ListOrdersRequest>(R"(shop_id: "s")"), as_b)
          .status(),
      StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(rpc::Call(*stub_, &Stub::ListConversations,
                        Parse<v1::ListConversationsRequest>(R"(shop_id: "s")"), as_b)
                  .status(),
              StatusIs(absl::StatusCode::kNotFound));
  // The other tenant may have a shop of the same name, and its own facts in it.
  ASSERT_OK(rpc::Call(*stub_, &Stub::ConfigureShop,
                      Parse<v1::ConfigureShopRequest>(
                          R"(settings { shop_id: "s" time_zone: "UTC" currency_code: "EUR" })"),
                      as_b)
                .status());
  ASSERT_OK_AND_ASSIGN(
      const auto empty,
      rpc::Call(*stub_, &Stub::GetMetrics, Parse<v1::GetMetricsRequest>(R"(shop_id: "s")"), as_b));
  EXPECT_EQ(empty.rows_size(), 0);
}

TEST_F(FiguresTest, ABaseSeesTheFiguresOfItsOwnAgentsOnly) {
  Load();
  kefu::staffing::v1::AgentChanged agent;
  agent.mutable_agent()->set_agent_id("b");
  agent.mutable_agent()->set_base_id("base-org");
  Apply(agent);
  const auto base = host_.AsBase("base-org", {auth::Role::kBaseManager},
                                 {{"org-a", "s", "contract", kDay - 10, kDay + 10}});
  const auto ask = [&](const char* text) {
    return rpc::Call(*stub_, &Stub::GetMetrics, Parse<v1::GetMetricsRequest>(text), base);
  };
  ASSERT_OK_AND_ASSIGN(const auto agents, ask(R"(shop_id: "s" by_agent: true)"));
  ASSERT_EQ(agents.rows_size(), 1);
  EXPECT_EQ(agents.rows(0).subject().agent_id(), "b");
  ASSERT_OK_AND_ASSIGN(const auto own, ask(R"(shop_id: "s" agent_id: "b")"));
  EXPECT_EQ(Value(own.rows(0), "sales"), 15000);
  for (const char* other :
       {R"(shop_id: "s")", R"(shop_id: "s" agent_id: "a")", R"(shop_id: "s" by_team: true)"}) {
    EXPECT_THAT(ask(other).status(), HasReason("ONLY_OWN_AGENTS")) << other;
  }
  EXPECT_THAT(rpc::Call(*stub_, &Stub::ListConversations,
                        Parse<v1::ListConversationsRequest>(R"(shop_id: "s")"), base)
                  .status(),
              HasReason("ONLY_OWN_AGENTS"));
  EXPECT_THAT(
      rpc::Call(*stub_, &Stub::ListOrders, Parse<v1::ListOrdersRequest>(R"(shop_id: "s")"), base)
          .status(),
      HasReason("ONLY_OWN_AGENTS"));
  const auto explain = [&](const std::string& subject) {
    return rpc::Call(*stub_, &Stub::ExplainMetric,
                     Parse<v1::ExplainMetricRequest>(
                         fmt::format("subject {{ {} }} metric_id: 'sales'", subject)),
                     base);
  };
  for (const char* subject : {"shop_id: 's' agent_id: 'b'", "shop_id: 's' base_id: 'base-org'",
                              "all_shops: true base_id: 'base-org'"}) {
    ASSERT_OK_AND_ASSIGN(const auto why, explain(subject));
    EXPECT_EQ(why.value().value(), 15000) << subject;
    ASSERT_EQ(why.rows_size(), 2);
    EXPECT_EQ(why.rows(0).customer_id(), "***");  // of "u1": two characters tell all
    EXPECT_EQ(why.rows(0).order_id(), "o1");
  }
  for (const char* subject : {"shop_id: 's'", "shop_id: 's' agent_id: 'a'", "all_shops: true",
                              "shop_id: 's' base_id: 'other'", "shop_id: 's' team_id: 't'"})
    EXPECT_THAT(explain(subject).status(), HasReason("ONLY_OWN_AGENTS")) << subject;
  EXPECT_THAT(
      rpc::Call(*stub_, &Stub::ExplainAttribution,
                Parse<v1::ExplainAttributionRequest>(R"(shop_id: "s" order_id: "o1")"), base)
          .status(),
      HasReason("ONLY_OWN_AGENTS"));
  agent.mutable_agent()->clear_base_id();
  Apply(agent);
  ASSERT_OK_AND_ASSIGN(const auto none, ask(R"(shop_id: "s" by_agent: true)"));
  EXPECT_EQ(none.rows_size(), 0);
}

TEST_F(FiguresTest, ListsPageWithoutGapsOrRepeats) {
  Load();
  std::vector<std::string> seen;
  std::string token;
  do {
    ASSERT_OK_AND_ASSIGN(const auto page, Call(&Stub::ListConversations, fmt::format(R"(shop_id: "s"
                                                                         agent_id: "b"
                                                                         page_size: 2
                                                                         page_token: "{}")",
                                                                                     token)));
    for (const auto& conversation : page.conversations())
      seen.push_back(conversation.conversation_id());
    token = page.next_page_token();
  } while (!token.empty());
  EXPECT_THAT(seen, ElementsAre("c2", "c5", "c6"));
  ASSERT_OK_AND_ASSIGN(const auto orders, Call(&Stub::ListOrders, R"(shop_id: "s" page_size: 1)"));
  EXPECT_EQ(orders.orders(0).order_id(), "o1");
  EXPECT_THAT(Call(&Stub::ListOrders, fmt::format(R"(shop_id: "s"
                                                       late_shipments_only: true
                                                       page_token: "{}")",
                                                  orders.next_page_token()))
                  .status(),
              HasReason("BAD_PAGE_TOKEN"));
}

TEST_F(FiguresTest, TeamsComeFromStaffingAndPastDaysFollow) {
  Load();
  kefu::staffing::v1::TeamMembershipsChanged memberships;
  memberships.set_agent_id("a");
  auto* membership = memberships.add_memberships();
  membership->set_agent_id("a");
  membership->set_team_id("t");
  *membership->mutable_start_date() = kefu::convert::ToProto(absl::CivilDay(2024, 11, 1));
  Apply(memberships);
  memberships.set_agent_id("b");
  Apply(memberships);
  EXPECT_EQ(Figure(R"(shop_id: "s" team_id: "t")", "consulted"), 3);
  EXPECT_EQ(Figure(R"(shop_id: "s" team_id: "t")", "sales"), 15000);
  ASSERT_OK_AND_ASSIGN(const auto members,
                       Call(&Stub::GetMetrics, R"(shop_id: "s" team_id: "t" by_agent: true)"));
  EXPECT_EQ(members.rows_size(), 2);
  *membership->mutable_start_date() = kefu::convert::ToProto(absl::CivilDay(2024, 11, 12));
  Apply(memberships);  // b joined later after all
  EXPECT_EQ(Figure(R"(shop_id: "s" team_id: "t")", "consulted"), 2);
}

// A team of agent "a" since the first of the month.
kefu::staffing::v1::TeamMembershipsChanged InTeam() {
  kefu::staffing::v1::TeamMembershipsChanged event;
  event.set_agent_id("a");
  auto* membership = event.add_memberships();
  membership->set_team_id("t");
  *membership->mutable_start_date() = kefu::convert::ToProto(absl::CivilDay(2024, 11, 1));
  return event;
}

constexpr char kForget[] =
    "DELETE FROM day_rollup; INSERT INTO dirty_day VALUES ('org-a', 's', '2024-11-11', "
    "'default@1', 1)";

TEST_F(FiguresTest, MembershipsThatChangeWhileADayIsComputedAreNotLost) {
  ASSERT_OK(Conversations({Talk("c", "u", 36000, "a")}).status());
  Db().Exec(kForget);
  Between(
      // The end of a day's computation with the memberships of before.
      [&](db::Transaction& t) -> absl::Status {
        RETURN_IF_ERROR(store::LockMark(t, kScope, {kDay, "default@1"}).status());
        std::map<domain::SubjectId, domain::Measures> measures;
        measures[{domain::SubjectKind::kAgent, "a"}].Add(domain::Measure::kConsulted, 1);
        RETURN_IF_ERROR(store::SaveDay(t, kScope, "default@1", kDay, measures));
        return store::ClearMark(t, kScope, {kDay, "default@1"});
      },
      {"INSERT INTO dirty_day%"}, [&] { Apply(InTeam()); });
  EXPECT_EQ(Figure(R"(shop_id: "s" team_id: "t")", "consulted"), 1);
}

TEST_F(FiguresTest, ADayWaitsForMembershipsThatAreBeingChanged) {
  ASSERT_OK(Conversations({Talk("c", "u", 36000, "a")}).status());
  Db().Exec(kForget);
  Between(
      [&](db::Transaction& t) {
        const std::vector<domain::Membership> rows{{"t", absl::CivilDay(2024, 11, 1), {}}};
        return store::ReplaceMemberships(t, "org-a", "a", rows);
      },
      {"SELECT agent_id FROM team_membership%IN SHARE MODE"},
      [&] { ASSERT_OK(recomputer_.Run(kScope, "", kDay, kDay, absl::Now() + absl::Seconds(60))); });
  EXPECT_EQ(Figure(R"(shop_id: "s" team_id: "t")", "consulted"), 1);
}

TEST_F(FiguresTest, ADayWaitsForCreditsThatAreBeingChanged) {
  ASSERT_OK(Orders({Sale("o", "u", 40000, 10000)}).status());
  ASSERT_OK(Reviews({R"(review_id: "r"
                          order_id: "o"
                          score: 5
                          create_time { seconds: 1731340800 })"})
                .status());
  Db().Exec("INSERT INTO dirty_day VALUES ('org-a', 's', '2024-11-12', 'default@1', 1)");
  Between(
      [&](db::Transaction& t) {
        return store::SaveCredits(t, kScope, "default@1", kDay, {{"o", {"a", "c"}}}, {});
      },
      {"SELECT order_id FROM order_credit%IN SHARE MODE"},
      [&] {
        ASSERT_OK(recomputer_.Run(kScope, "", kDay, kDay + 1, absl::Now() + absl::Seconds(60)));
      });
  EXPECT_EQ(Figure(R"(shop_id: "s" agent_id: "a")", "positive_reviews"), 1);
}

TEST_F(FiguresTest, TheLongestConversationReachesItsLastDay) {
  auto talk = Parse<v1::Conversation>(Talk("c", "u", 3600, "a"));
  v1::Message* again = talk.add_messages();
  again->set_side(v1::SIDE_CUSTOMER);
  again->mutable_send_time()->set_seconds(kMidnight + 3600 + 31 * 86400);
  v1::Handling* handling = talk.add_handlings();
  handling->set_agent_id("a");
  handling->mutable_start_time()->set_seconds(kMidnight + 3600 - 31 * 86400);
  *handling->mutable_end_time() = handling->start_time();
  ASSERT_OK(Conversations({talk.ShortDebugString()}).status());
  ASSERT_OK_AND_ASSIGN(const auto days, Call(&Stub::GetMetrics, R"(shop_id: "s" by_day: true)"));
  ASSERT_EQ(days.rows_size(), 63);
  EXPECT_EQ(Value(days.rows(31), "consulted"), 1);
  EXPECT_EQ(Value(days.rows(46), "consulted"), 0);
  EXPECT_EQ(Value(days.rows(62), "consulted"), 1);
}

// Who holds a conversation and lets the customer wait has not handled it.
TEST_F(FiguresTest, WhatNobodyAnsweredIsHandledByNobody) {
  const auto held = [](const std::string& id, const std::string& answerer) {
    auto talk = Parse<v1::Conversation>(Talk(id, "u-" + id, 3600, answerer));
    v1::Handling* handling = talk.add_handlings();
    handling->set_agent_id("a");
    handling->mutable_start_time()->set_seconds(kMidnight + 3600);
    handling->mutable_end_time()->set_seconds(kMidnight + 3600 + (answerer.empty() ? 600 : 100));
    return talk.ShortDebugString();
  };
  ASSERT_OK(Conversations({held("c1", "a"), held("c2", ""), held("c3", "")}).status());
  const auto figure = [&](const std::string& metric) {
    return Figure(fmt::format("shop_id: 's' agent_id: 'a' {}", kDayPeriod), metric);
  };
  EXPECT_EQ(figure("missed_inquiries"), 2);  // whose they were
  EXPECT_EQ(figure("handle_seconds_mean"), 100);
  EXPECT_EQ(figure("handled_customers"), 1);
  EXPECT_EQ(figure("customers_per_hour"), 36);
  EXPECT_EQ(figure("concurrent_chats"), 1);
  // Answered late after all, it was handled.
  ASSERT_OK(Conversations({held("c2", "a")}).status());
  EXPECT_EQ(figure("handle_seconds_mean"), 100);
  EXPECT_EQ(figure("handled_customers"), 2);
  EXPECT_EQ(figure("concurrent_chats"), 2);
  EXPECT_EQ(figure("missed_inquiries"), 1);
}

TEST_F(FiguresTest, ShopsComeFromStaffing) {
  kefu::staffing::v1::ShopChanged event;
  event.mutable_shop()->set_shop_id("new");
  event.mutable_shop()->set_time_zone("Asia/Shanghai");
  event.mutable_shop()->set_currency_code("CNY");
  Apply(event);
  Apply(event);
  ASSERT_OK_AND_ASSIGN(const auto settings, Call(&Stub::GetShopSettings, R"(shop_id: "new")"));
  EXPECT_EQ(settings.currency_code(), "CNY");
}

TEST_F(FiguresTest, AnExpiredCallStops) {
  rpc::CallOptions options = As("org-a");
  options.deadline = absl::Now() - absl::Seconds(1);
  EXPECT_THAT(
      rpc::Call(*stub_, &Stub::GetMetrics, Parse<v1::GetMetricsRequest>(R"(shop_id: "s")"), options)
          .status(),
      StatusIs(absl::StatusCode::kDeadlineExceeded));
}

TEST_F(FiguresTest, TheCatalogueListsFormulas) {
  ASSERT_OK_AND_ASSIGN(const auto catalogue, Call(&Stub::ListMetrics, ""));
  EXPECT_EQ(static_cast<size_t>(catalogue.metrics_size()), domain::Catalogue().size());
  EXPECT_EQ(catalogue.definitions(0).definition_id(), "default");
}

}  // namespace
}  // namespace kefu::performance
