// What a shop's reports tell the other services: its weeks and months, with the figures of its
// agents.
#include "kefu/performance/v1/events.pb.h"
#include "kefu/performance/v1/reports.grpc.pb.h"
#include "kefu/performance/v1/weeks.pb.h"
#include "services/performance/tests/fixture.h"

namespace kefu::performance {
namespace {

using ReportStub = v1::ReportService::Stub;

constexpr char kWeek[] =
    R"(kind: REPORT_KIND_WEEKLY subject { shop_id: "s" } day { year: 2024 month: 11 day: 13 })";

class ToldTest : public PerformanceTest {
 protected:
  ToldTest() {
    reports_ = v1::ReportService::NewStub(host_.channel());
    clock_.Advance(absl::Hours(24 * 7));  // the week of the facts is over
  }

  void Load() {
    ASSERT_OK(Conversations({Talk("c1", "u1", 36000, "a", 20), Talk("c2", "u2", 36100, "b", 40)})
                  .status());
    ASSERT_OK(Orders({Sale("o1", "u1", 40000, 10000), Sale("o2", "u2", 41000, 5050)}).status());
  }
  absl::StatusOr<v1::Report> Create(const std::string& text) {
    return rpc::Call(*reports_, &ReportStub::CreateReport, Parse<v1::CreateReportRequest>(text),
                     As("org-a"));
  }

  std::unique_ptr<ReportStub> reports_;
};

// What staffing's promotions and training rest on.
TEST_F(ToldTest, AShopsMonthIsToldWithTheFiguresOfItsAgents) {
  Load();
  ASSERT_OK(Create(kWeek));
  clock_.Advance(absl::Hours(24 * 30));
  const std::string month = R"(kind: REPORT_KIND_MONTHLY subject { shop_id: "s" } request_id: "r"
                               day { year: 2024 month: 11 day: 1 })";
  ASSERT_OK_AND_ASSIGN(const auto report, Create(month));
  ASSERT_OK(Create(month));
  ASSERT_OK(Create(R"(kind: REPORT_KIND_MONTHLY subject { shop_id: "s" agent_id: "a" }
                      day { year: 2024 month: 11 day: 1 })"));
  const auto rows =
      Db().db().Read(absl::InfiniteFuture(),
                     db::Sql{"SELECT payload FROM outbox WHERE type LIKE '%MonthReported'"});
  ASSERT_OK(rows);
  ASSERT_EQ(rows->size(), 1u) << "of the shop's month only, and once";
  v1::MonthReported told;
  ASSERT_TRUE(told.ParseFromString(rows->front().Str(0)));
  EXPECT_EQ(told.report_id(), report.report_id());
  EXPECT_EQ(told.version(), 1);
  EXPECT_EQ(told.definition(), "default@1");
  EXPECT_EQ(told.period().end_date().day(), 30);
  ASSERT_EQ(told.agents_size(), 2);
  const v1::AgentMonth& best = told.agents(0);
  EXPECT_EQ(best.month().row_id(), "a");
  EXPECT_TRUE(best.month().compared().empty());
  const auto sales = std::ranges::find(best.month().values(), "sales", &v1::MetricValue::metric_id);
  ASSERT_NE(sales, best.month().values().end());
  EXPECT_EQ(sales->numerator(), 10000);
  // What staffing charges contracts by that begin or end within the month.
  EXPECT_THAT(told.day_metric_ids(), ::testing::IsSupersetOf({"sales", "refunds"}));
  // The one day with figures adds up to the month.
  ASSERT_EQ(best.days_size(), 1);
  ASSERT_EQ(best.days(0).numerators_size(), told.day_metric_ids_size());
  for (int i = 0; i < told.day_metric_ids_size(); ++i) {
    const auto value = std::ranges::find(best.month().values(), told.day_metric_ids(i),
                                         &v1::MetricValue::metric_id);
    ASSERT_NE(value, best.month().values().end()) << told.day_metric_ids(i);
    EXPECT_EQ(best.days(0).numerators(i), value->numerator()) << told.day_metric_ids(i);
    EXPECT_EQ(best.days(0).denominators(i), value->denominator()) << told.day_metric_ids(i);
  }
}

// What staffing's promotions ask of scorecards; told anew with each report, also one that is as it
// was, since grades come later.
TEST_F(ToldTest, AShopsMonthIsToldWithTheScoresOfItsAgents) {
  Load();
  clock_.Advance(absl::Hours(24 * 30));
  const std::string month = R"(kind: REPORT_KIND_MONTHLY subject { shop_id: "s" }
                               day { year: 2024 month: 11 day: 1 })";
  const auto scores = [] {
    const auto rows = Db().db().Read(
        absl::InfiniteFuture(), db::Sql{"SELECT payload FROM outbox WHERE type LIKE '%MonthScored'"
                                        " ORDER BY outbox_id"});
    EXPECT_OK(rows);
    std::vector<v1::MonthScored> told;
    for (const db::Row row : *rows) EXPECT_TRUE(told.emplace_back().ParseFromString(row.Str(0)));
    return told;
  };
  ASSERT_OK(Create(kWeek));
  EXPECT_TRUE(scores().empty());
  ASSERT_OK_AND_ASSIGN(const auto first, Create(month));
  ASSERT_OK_AND_ASSIGN(const auto second, Create(month));
  EXPECT_EQ(second.report_id(), first.report_id());
  const auto told = scores();
  ASSERT_EQ(told.size(), 2u);
  EXPECT_TRUE(told[0].first());
  EXPECT_EQ(told[0].shop_id(), "s");
  EXPECT_EQ(told[0].month().month(), 11);
  ASSERT_EQ(told[0].scores_size(), 2);
  EXPECT_EQ(told[0].scores(0).agent_id(), "a");
  EXPECT_FALSE(told[0].scores(0).scorecard_id().empty());
  EXPECT_TRUE(told[0].scores(0).items().empty());
  EXPECT_THAT(told[1], testing::EqualsProto(told[0]));
}

// What staffing's weekly service levels rest on.
TEST_F(ToldTest, AShopsWeekIsToldWithTheFiguresOfItsAgents) {
  Load();
  ASSERT_OK_AND_ASSIGN(const auto report, Create(kWeek));
  const auto rows =
      Db().db().Read(absl::InfiniteFuture(),
                     db::Sql{"SELECT payload FROM outbox WHERE type LIKE '%WeekReported'"});
  ASSERT_OK(rows);
  ASSERT_EQ(rows->size(), 1u);
  v1::WeekReported told;
  ASSERT_TRUE(told.ParseFromString(rows->front().Str(0)));
  EXPECT_EQ(told.report_id(), report.report_id());
  EXPECT_EQ(told.period().start_date().day(), 11);
  EXPECT_EQ(told.shop().row_id(), "total");
  ASSERT_EQ(told.agents_size(), 2);
  EXPECT_EQ(told.agents(0).row_id(), "a");
}

}  // namespace
}  // namespace kefu::performance
