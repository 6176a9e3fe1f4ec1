// Credited + silent = all sales: the job, the call, and what both find when tables lie.
#include <fmt/format.h>

#include "common/testing/every_call.h"
#include "kefu/performance/v1/events.pb.h"
#include "kefu/performance/v1/figures.grpc.pb.h"
#include "services/performance/domain/conservation.h"
#include "services/performance/jobs/conservation_job.h"
#include "services/performance/tests/fixture.h"

namespace kefu::performance {
namespace {

using ::kefu::testing::CallRow;
using ::kefu::testing::EveryCall;
using ::testing::HasSubstr;

class ConservationTest : public PerformanceTest {
 protected:
  ConservationTest()
      : figures_stub_(v1::FigureService::NewStub(host_.channel())),
        job_(Db().db(), clock_, nullptr, absl::Hours(1)) {}

  // One order credited to a, one silent, one unpaid, one left out; on two days.
  void Load() {
    ASSERT_OK(Conversations({Talk("c1", "u1", 36000, "a")}).status());
    ASSERT_OK(Orders({Sale("o1", "u1", 40000, 1000), Sale("o2", "u9", 40000, 234),
                      Sale("o3", "u8", 86400 + 40000, 50),
                      Sale("o4", "u1", 40000, 7777) + " exclusion: EXCLUSION_FRAUD"})
                  .status());
  }
  absl::StatusOr<v1::CheckSalesConservationResponse> Check(const std::string& text = "",
                                                           std::string_view org = "org-a") {
    return rpc::Call(*figures_stub_, &v1::FigureService::Stub::CheckSalesConservation,
                     Parse<v1::CheckSalesConservationRequest>("shop_id: 's' " + text),
                     host_.As(org, {auth::Role::kOwner}));
  }
  int Look() {
    const auto checked = job_.RunOnce(absl::Now() + absl::Seconds(60));
    EXPECT_OK(checked.status());
    return checked.value_or(-1);
  }
  static int64_t Events(const std::string& type) {
    return Db().Count("SELECT COUNT(*) FROM outbox WHERE type = 'kefu.performance.v1." + type +
                      "'");
  }
  v1::SalesConservationViolated LastViolation() {
    v1::SalesConservationViolated event;
    EXPECT_OK(Db().db().RunInTransaction(
        absl::Now() + absl::Seconds(30), [&](db::Transaction& t) -> absl::Status {
          const auto rows = t.Query(db::Sql{
              "SELECT payload FROM outbox WHERE type = "
              "'kefu.performance.v1.SalesConservationViolated' ORDER BY outbox_id DESC LIMIT 1"});
          if (!rows.ok()) return rows.status();
          EXPECT_TRUE(!rows->empty() && event.ParseFromString(rows->front().Str(0)));
          return absl::OkStatus();
        }));
    return event;
  }

  std::unique_ptr<v1::FigureService::Stub> figures_stub_;
  ConservationJob job_;
};

TEST_F(ConservationTest, TheJobLooksAtEachComputedDayOnce) {
  Load();
  EXPECT_GE(Look(), 2);
  EXPECT_EQ(Events("SalesConservationChecked"), 1);
  EXPECT_EQ(Events("SalesConservationViolated"), 0);
  EXPECT_EQ(Look(), 0);
  ASSERT_OK(Orders({Sale("o5", "u1", 50000, 1)}).status());
  EXPECT_GE(Look(), 1);
  EXPECT_EQ(Events("SalesConservationChecked"), 2);
}

TEST_F(ConservationTest, TheCallComparesAllDays) {
  Load();
  ASSERT_OK_AND_ASSIGN(const auto found, Check());
  EXPECT_EQ(found.days_checked(), 2);
  EXPECT_EQ(found.paid().minor_units(), 1284);
  EXPECT_EQ(found.days_unbalanced(), 0);
  EXPECT_EQ(Events("SalesConservationChecked"), 1);
}

TEST_F(ConservationTest, WhateverDoesNotAddUpIsFound) {
  const std::string at = "org_id = 'org-a' AND shop_id = 's'";
  for (const auto& [what, change, fault] :
       {std::tuple<std::string, std::string, std::string>{
            "another amount", "UPDATE sales_order SET paid_minor = 51 WHERE order_id = 'o3'",
            "orders paid 51"},
        {"a lost credit", "DELETE FROM order_credit WHERE order_id = 'o3'", "neither"},
        {"another agent", "UPDATE order_credit SET agent_id = 'b' WHERE order_id = 'o1'", "agent"},
        {"a lost figure", "DELETE FROM day_rollup WHERE subject_kind = 'AGENT'", "credited 0"}}) {
    Db().Clear();
    ASSERT_OK(Call(&Stub::ConfigureShop,
                   R"(settings { shop_id: "s" time_zone: "Asia/Shanghai" currency_code: "CNY" })")
                  .status());
    Load();
    Db().Exec(change);
    ASSERT_OK_AND_ASSIGN(const auto found, Check());
    EXPECT_EQ(found.days_unbalanced(), 1) << what;
    EXPECT_THAT(found.unbalanced(0).fault(), HasSubstr(fault)) << what;
    EXPECT_GE(Look(), 1) << what;
    EXPECT_EQ(Events("SalesConservationViolated"), 2) << what;
    const auto event = LastViolation();
    EXPECT_EQ(event.first_wrong_day().day(),
              fault == "orders paid 51" || fault == "neither" ? 12 : 11)
        << what;
    EXPECT_EQ(event.wrong_days(), 1) << what;
  }
}

TEST_F(ConservationTest, DaysWhoseFactsAreNewerThanTheirFiguresWait) {
  Load();
  Db().Exec(
      "INSERT INTO dirty_day (org_id, shop_id, day, definition_id, marks) VALUES ('org-a', 's', "
      "'2024-11-11', 'default@1', 1); UPDATE sales_order SET paid_minor = 1 WHERE order_id = 'o1'");
  Look();
  EXPECT_EQ(Events("SalesConservationViolated"), 0);
  EXPECT_GE(Db().Count("SELECT COUNT(*) FROM unchecked_day"), 1);
}

TEST_F(ConservationTest, OrdersOfBeforeGetTheirColumns) {
  Load();
  ASSERT_OK(Orders({Sale("later", "u1", 3 * 86400, 1)}).status());
  Db().Exec("UPDATE sales_order SET customer_id = '', paid_minor = NULL");
  ASSERT_OK(job_.FillOrderColumns(absl::Now() + absl::Seconds(60)));
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM sales_order WHERE customer_id = ''"), 0);
  EXPECT_EQ(Db().Count("SELECT SUM(paid_minor) FROM sales_order WHERE excluded = 0"), 1285);
  EXPECT_GE(Db().Count("SELECT COUNT(*) FROM dirty_day"), 3);
  EXPECT_EQ(Figure("shop_id: 's'", "repurchasers"), 1);
}

TEST_F(ConservationTest, TheCallIsCheckedRepeatedAndKeptFromOthers) {
  Load();
  const std::vector<CallRow> rows{{"CheckSalesConservation", "shop_id: 's' # ~\n"}};
  const EveryCall calls("kefu.performance.v1.FigureService", host_.channel(),
                        [](std::string text) { return text; });
  calls.CheckTable(rows);
  const auto owner = host_.As("org-a", {auth::Role::kOwner});
  calls.CheckEmptyRequest(rows[0], owner);
  calls.CheckReplay(rows[0], "again", owner, Db(), clock_);
  EXPECT_THAT(Check("", "org-b").status(), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(Check("definition_id: 'mars'").status(), HasReason("UNKNOWN_DEFINITION"));
  EXPECT_THAT(rpc::Call(*figures_stub_, &v1::FigureService::Stub::CheckSalesConservation,
                        Parse<v1::CheckSalesConservationRequest>("shop_id: 's'"),
                        host_.As("org-a", {auth::Role::kAuditor}))
                  .status(),
              StatusIs(absl::StatusCode::kPermissionDenied));
  EXPECT_THAT(rpc::Call(*figures_stub_, &v1::FigureService::Stub::CheckSalesConservation,
                        Parse<v1::CheckSalesConservationRequest>("shop_id: 's'"),
                        host_.AsBase("base-1", {auth::Role::kBaseManager},
                                     {{"org-a", "s", "k", kDay - 10, kDay + 10}}))
                  .status(),
              StatusIs(absl::StatusCode::kPermissionDenied));
}

TEST(Balance, NamesTheFirstThingThatIsWrong) {
  domain::DaySales day{.paid_by_agent = {{"a", 70}, {"", 30}},
                       .shop_minor = 100,
                       .silent_minor = 30,
                       .agents_minor = {{"a", 70}}};
  EXPECT_EQ(domain::Balance(day).fault, "");
  EXPECT_EQ(domain::Balance(day).paid_minor, 100);
  day.agents_minor = {{"a", 60}, {"b", 10}};
  EXPECT_THAT(domain::Balance(day).fault, HasSubstr("agent a has sales of 60"));
  day.agents_minor = {{"a", 69}};
  EXPECT_THAT(domain::Balance(day).fault, HasSubstr("not all sales"));
}

}  // namespace
}  // namespace kefu::performance
