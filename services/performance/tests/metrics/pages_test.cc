// Answers that come in pages, and explanations: what is read for them, and what they are about when
// facts come in between.
#include <fmt/format.h>

#include "services/performance/handlers/handlers.h"
#include "services/performance/tests/fixture.h"

namespace kefu::performance {
namespace {

using ::testing::ElementsAre;

constexpr int64_t kDaySeconds = 86'400;

class PagesTest : public PerformanceTest {
 protected:
  // Two agents' conversations a day each, from kDay on.
  void LoadDays(int days) {
    std::vector<std::string> talks;
    for (int day = 0; day < days; ++day) {
      for (const char* agent : {"a", "b"}) {
        const std::string id = fmt::format("{}{}", agent, day);
        talks.push_back(Talk(id, id, day * kDaySeconds + 3600, agent));
      }
    }
    ASSERT_OK(Conversations(talks).status());
  }
};

TEST_F(PagesTest, LongAnswersComeInPages) {
  LoadDays(40);
  const std::string ask =
      "shop_id: 's' by_agent: true granularity: GRANULARITY_DAY metric_ids: 'consulted' compare: "
      "true period { start_date { year: 2024 month: 11 day: 11 } end_date { year: 2024 month: 12 "
      "day: 20 } }";
  ASSERT_OK_AND_ASSIGN(const auto all, Call(&Stub::GetMetrics, ask));
  EXPECT_EQ(all.rows_size(), 80);
  EXPECT_EQ(all.next_page_token(), "");
  for (const int size : {1, 7, 80, 2'000}) {
    v1::GetMetricsResponse joined;
    std::string token;
    int pages = 0;
    do {
      ASSERT_OK_AND_ASSIGN(const auto page,
                           Call(&Stub::GetMetrics, fmt::format("{} page_size: {} page_token: '{}'",
                                                               ask, size, token)));
      EXPECT_LE(page.rows_size(), size);
      joined.mutable_rows()->MergeFrom(page.rows());
      token = page.next_page_token();
      ++pages;
    } while (!token.empty());
    EXPECT_EQ(pages, std::max(1, (80 + size - 1) / size));
    *joined.mutable_definition() = all.definition();
    *joined.mutable_period() = all.period();
    EXPECT_THAT(joined, ::kefu::testing::EqualsProto(all)) << size;
  }
  ASSERT_OK_AND_ASSIGN(const auto first, Call(&Stub::GetMetrics, ask + " page_size: 1"));
  EXPECT_THAT(Call(&Stub::GetMetrics, fmt::format("shop_id: 's' by_agent: true page_token: '{}'",
                                                  first.next_page_token()))
                  .status(),
              HasReason("BAD_PAGE_TOKEN"));
  EXPECT_THAT(Call(&Stub::GetMetrics, "shop_id: 's' page_size: -1").status(),
              HasReason("INVALID_FIELDS"));
}

TEST_F(PagesTest, APageReadsWhatItAnswers) {
  LoadDays(40);
  const std::string ask =
      "shop_id: 's' by_agent: true granularity: GRANULARITY_DAY metric_ids: 'consulted' page_size: "
      "1 period { start_date { year: 2024 month: 11 day: 11 } end_date { year: 2024 month: 12 day: "
      "20 } } page_token: ";
  std::string token;
  for (int page = 0; page < 3; ++page) {
    // Of a day the shop and two agents, and of the next to see that there is one.
    EXPECT_LE(RowsRead("day_rollup",
                       [&] {
                         const auto answer = Call(&Stub::GetMetrics, ask + "'" + token + "'");
                         ASSERT_OK(answer.status());
                         EXPECT_EQ(answer->rows_size(), 1);
                         token = answer->next_page_token();
                       }),
              8)
        << page;
  }
}

TEST_F(PagesTest, AllPagesAreAboutTheDaysOfTheFirstAndTellWhatHasChanged) {
  LoadDays(3);
  const std::string ask =
      "shop_id: 's' by_agent: true by_day: true metric_ids: 'consulted' page_size: 2 page_token: ";
  std::vector<std::string> rows;
  std::string token;
  std::vector<bool> changed;
  do {
    ASSERT_OK_AND_ASSIGN(const auto page, Call(&Stub::GetMetrics, ask + "'" + token + "'"));
    EXPECT_EQ(page.period().start_date().day(), 11);
    EXPECT_EQ(page.period().end_date().day(), 13);
    for (const auto& row : page.rows())
      rows.push_back(
          fmt::format("{} {}", row.period().start_date().day(), row.subject().agent_id()));
    changed.push_back(page.figures_changed());
    if (rows.size() == 2) {  // days before and after, and an agent of the page before
      ASSERT_OK(
          Conversations({Talk("x", "x", 3600 - kDaySeconds, "a"),
                         Talk("y", "y", 3600 + 3 * kDaySeconds, "a"), Talk("z", "z", 3600, "aa")})
              .status());
    }
    token = page.next_page_token();
  } while (!token.empty());
  EXPECT_THAT(rows, ElementsAre("11 a", "11 b", "12 a", "12 b", "13 a", "13 b"));
  EXPECT_THAT(changed, ElementsAre(false, true, true));
}

TEST_F(PagesTest, AnAnswerInOneIsNoLongerThanCanBeSent) {
  ASSERT_OK(Conversations({Talk("c", "u", 3600, "a")}).status());
  const std::string digits =
      "(SELECT 0 d UNION SELECT 1 UNION SELECT 2 UNION SELECT 3 UNION SELECT 4 UNION SELECT 5 "
      "UNION SELECT 6 UNION SELECT 7 UNION SELECT 8 UNION SELECT 9)";
  for (const char* day : {"2024-11-11", "2024-11-10", "2024-11-04"}) {
    Db().Exec(fmt::format(
        "INSERT INTO day_rollup (org_id, shop_id, definition_id, day, subject_kind, subject_id, "
        "measures, histogram) SELECT r.org_id, r.shop_id, r.definition_id, '{}', 'AGENT', "
        "CONCAT('agent-', a.d, b.d, c.d, e.d), r.measures, r.histogram FROM day_rollup r, {} a, {} "
        "b, {} c, {} e WHERE a.d < 7 AND r.day = '2024-11-11' AND r.subject_id = 'a'",
        day, digits, digits, digits, digits));
  }
  const std::string ask =
      fmt::format("shop_id: 's' by_agent: true by_day: true compare: true {}", kDayPeriod);
  EXPECT_THAT(Call(&Stub::GetMetrics, ask).status(), HasReason("TOO_MANY_FIGURES"));
  ASSERT_OK_AND_ASSIGN(const auto page, Call(&Stub::GetMetrics, ask + " page_size: 1000"));
  EXPECT_EQ(page.rows_size(), 1000);
  ASSERT_OK_AND_ASSIGN(const auto one, Call(&Stub::GetMetrics, ask + " metric_ids: 'consulted'"));
  EXPECT_EQ(one.rows_size(), 7001);
}

TEST_F(PagesTest, TheDayOfAnExplanationIsComputedOnceForItsPages) {
  ASSERT_OK(Conversations({Talk("c1", "u", 3600, "a"), Talk("c2", "v", 3600, "a")}).status());
  const std::string ask = fmt::format(
      "subject {{ shop_id: 's' }} metric_id: 'consulted' page_size: 1 {} page_token: ", kDayPeriod);
  std::string token;
  const auto page = [&](const std::string& customer) {
    const auto answer = Call(&Stub::ExplainMetric, ask + "'" + token + "'");
    ASSERT_OK(answer.status());
    ASSERT_EQ(answer->rows_size(), 1);
    EXPECT_EQ(answer->rows(0).customer_id(), customer);
    token = answer->next_page_token();
  };
  EXPECT_GT(RowsRead("conversation", [&] { page("u"); }), 0);
  ASSERT_OK(Orders({Sale("o", "w", 3600 + kDaySeconds, 70)}).status());
  EXPECT_EQ(RowsRead("conversation", [&] { page("v"); }), 0);
  // New facts, though they change no sum: u is somebody else.
  ASSERT_OK(Conversations({Talk("c1", "t", 3600, "a")}).status());
  token.clear();
  EXPECT_GT(RowsRead("conversation", [&] { page("t"); }), 0);
}

TEST_F(PagesTest, PagesOfAnExplanationAreOfTheSameFigures) {
  ASSERT_OK(Orders({Sale("o1", "u", 3600, 1000), Sale("o2", "v", 3600, 500)}).status());
  const std::string ask = "subject { shop_id: 's' } metric_id: 'sales' page_size: 1 " +
                          std::string(kDayPeriod) + " page_token: ";
  ASSERT_OK_AND_ASSIGN(const auto first, Call(&Stub::ExplainMetric, ask + "''"));
  const std::string next = ask + "'" + first.next_page_token() + "'";
  ASSERT_OK(Call(&Stub::ExplainMetric, next).status());
  // Of another day, and of nobody's on this one.
  ASSERT_OK(Orders({Sale("p0", "w", 3600 + kDaySeconds, 70)}).status());
  ASSERT_OK(Call(&Stub::ExplainMetric, next).status());
  ASSERT_OK(Orders({Sale("o0", "w", 3600, 70)}).status());
  EXPECT_THAT(Call(&Stub::ExplainMetric, next).status(), HasReason("FACTS_CHANGED"));
  ASSERT_OK_AND_ASSIGN(const auto again, Call(&Stub::ExplainMetric, ask + "''"));
  EXPECT_EQ(again.inputs(0).sum(), 1570);
}

TEST_F(PagesTest, TheLinesOfAFullDayAreComputedAFewTimes) {
  constexpr int kTalks = 24;
  std::vector<std::string> talks, customers;
  for (int i = 0; i < kTalks; ++i) {
    customers.push_back(fmt::format("u{:02}", i));
    talks.push_back(Talk(customers.back(), customers.back(), 3600, "a"));
  }
  ASSERT_OK(Conversations(talks).status());
  Dependencies deps{Db().db(), recomputer_, ids_, [] {}};
  deps.most_explained_lines = 12;
  const Handlers handlers(deps);
  RequestContext ctx;
  ctx.method = "ExplainMetric";
  ctx.principal.org_id = "org-a";
  ctx.principal.roles = {auth::Role::kOwner};
  ctx.deadline = absl::Now() + absl::Seconds(60);
  auto ask = Parse<v1::ExplainMetricRequest>(
      fmt::format("subject {{ shop_id: 's' }} metric_id: 'consulted' page_size: 1 {}", kDayPeriod));
  std::vector<std::string> told;
  int computed = 0;
  do {
    const auto read = RowsRead("conversation", [&] {
      const auto page = handlers.ExplainMetric(ctx, ask);
      ASSERT_OK(page.status());
      for (const auto& row : page->rows()) told.push_back(row.customer_id());
      ask.set_page_token(page->next_page_token());
    });
    if (read > 0) ++computed;
  } while (!ask.page_token().empty());
  EXPECT_EQ(told, customers);
  EXPECT_LE(computed, 5);  // six lines are kept, one of them for the page after
}

TEST_F(PagesTest, AnExplanationWaitsForNobodyAndKeepsNobodyWaiting) {
  ASSERT_OK(Conversations({Talk("c", "u", 3600, "a")}).status());
  Db().Exec(
      "INSERT INTO base_agent (org_id, agent_id, start_day, base_id) VALUES ('org-a', 'z', "
      "'2024-01-01', 'base-1')");
  ASSERT_OK(Db().db().RunInTransaction(absl::Now() + absl::Seconds(60), [&](db::Transaction& t) {
    constexpr db::Sql kMove{"UPDATE base_agent SET base_id = ? WHERE org_id = ?"};
    EXPECT_OK(t.Execute(kMove, {"base-2", "org-a"}).status());
    const auto answer =
        Call(&Stub::ExplainMetric,
             fmt::format("subject {{ shop_id: 's' }} metric_id: 'consulted' {}", kDayPeriod));
    EXPECT_OK(answer.status());
    return absl::OkStatus();
  }));
}

TEST_F(PagesTest, RowsAddUpToTheFigureBeforeTheirDayIsComputedAgain) {
  ASSERT_OK(Orders({Sale("o1", "u", 3600, 1000), Sale("o2", "v", 3600, 500)}).status());
  const std::string ask = fmt::format(
      "subject {{ shop_id: 's' }} metric_id: 'sales' {} page_size: 1 page_token: ", kDayPeriod);
  ASSERT_OK_AND_ASSIGN(const auto before, Call(&Stub::ExplainMetric, ask + "''"));
  // What a long import has stored and not yet computed.
  Db().Exec(
      "DELETE FROM sales_order WHERE order_id = 'o1'; "
      "UPDATE shop_settings SET facts_version = facts_version + 1");
  ASSERT_OK_AND_ASSIGN(const auto page, Call(&Stub::ExplainMetric, ask + "''"));
  ASSERT_EQ(page.rows_size(), 1);
  EXPECT_EQ(page.rows(0).numerator(), 500);
  EXPECT_EQ(page.inputs(0).sum(), 500);
  EXPECT_EQ(page.next_page_token(), "");
  Db().Exec("DELETE FROM day_rollup WHERE subject_kind = 'SHOP'");
  EXPECT_THAT(Call(&Stub::ExplainMetric, ask + "'" + before.next_page_token() + "'").status(),
              HasReason("FACTS_CHANGED"));
}

}  // namespace
}  // namespace kefu::performance
