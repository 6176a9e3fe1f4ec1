// What holds for every unary call of the services about people alike: a new RPC that is not in the
// table fails the test.
#include "common/testing/every_call.h"

#include "services/performance/tests/judgement/judgement_fixture.h"

namespace kefu::performance {
namespace {

using ::kefu::testing::CallRow;
using ::kefu::testing::EveryCall;

std::vector<CallRow> FactRows() {
  return {{"ListConduct", R"(shop_id: "s")"},
          {"ListAttendance", R"(shop_id: "s")"},
          {"GetEmployment", R"(shop_id: "s" agent_id: "a")"}};
}

std::vector<CallRow> ScorecardRows() {
  return {
      {"CreateScorecard", R"(shop_id: "s"
                                   scorecard {
                                     scorecard_id: "c"
                                     name_en: "~"
                                     currency_code: "CNY"
                                     effective_from { year: 2024 month: 11 day: 1 }
                                     items { item_id: "i" clean { at_most: 1 centipoints: 100 } }
                                   })"},
      {"GetScorecardVersion", R"(shop_id: "s" scorecard_id: "points_30")"},
      {"ListScorecards", R"(shop_id: "s")"},
      {"GradeAgent", R"(shop_id: "s"
                              grade {
                                agent_id: "a"
                                scorecard_id: "after_sales_130"
                                item_id: "quality"
                                grade: "good"
                                evidence: "~"
                                month { year: 2024 month: 11 day: 1 }
                              })"},
      {"ListGradeVersions", R"(shop_id: "s" agent_id: "a" month { year: 2024 month: 11 day: 1 })"},
      {"ListScores", R"(shop_id: "s" month { year: 2024 month: 11 day: 1 })"},
      {"GetDiagnosisPolicy", R"(shop_id: "s")"},
      {"SetDiagnosisPolicy", R"(shop_id: "s"
                                      policy {
                                        effective_from { year: 2024 month: 11 day: 1 }
                                        least_consulted: 30
                                        nearly_all_bps: 8000
                                        months_in_a_row: 3
                                        equal_sales_bps: 1000
                                        twice_bps: 20000
                                        swinging_bps: 1500~
                                        least_points: 14
                                        watched_days: 7
                                      })"}};
}

constexpr char kPeriod[] =
    "period { start_date { year: 2024 month: 11 day: 11 } end_date { year: 2024 month: 11 day: 12 "
    "} }";

std::vector<CallRow> QualityRows() {
  return {{"DrawSample", std::string(R"(shop_id: "s" plan { kind: SAMPLING_KIND_RANDOM size: ~ )") +
                             kPeriod + "}"},
          {"GetSample", R"(shop_id: "s" sample_id: "$SAMPLE")"},
          {"ListSamples", R"(shop_id: "s")"},
          {"CreateInspectionForm", R"(shop_id: "s"
                                        form {
                                          form_id: "f"
                                          name_en: "~"
                                          kind: FORM_KIND_DEDUCTING
                                          items {
                                            item_id: "i"
                                            category: QUALITY_CATEGORY_QUALITY
                                            points: 5
                                          }
                                        })"},
          {"ListInspectionForms", R"(shop_id: "s")"},
          {"ListInspections", R"(shop_id: "s")"},
          {"GetAgreement", R"(shop_id: "s")"},
          {"GetQuality", std::string(R"(shop_id: "s" )") + kPeriod},
          {"GetQualityPolicy", R"(shop_id: "s")"},
          {"SetQualityPolicy", R"(shop_id: "s"
                                    policy {
                                      effective_from { year: 2024 month: 11 day: 1 }
                                      slow_seconds: 10~
                                    })"}};
}

std::string FirstRequest() {
  std::string request = QualityRows()[0].request;
  return request.replace(request.find('~'), 1, "1");
}

// Each changes the one inspection for good.
std::vector<CallRow> AppealRows() {
  return {{"AppealInspection", R"(shop_id: "s" inspection_id: "$INSPECTION" reason: "~")"},
          {"DecideAppeal", R"(shop_id: "s" inspection_id: "$APPEALED" reason: "~")"}};
}

class EveryCallTest : public JudgementTest {
 protected:
  void SetUp() override {
    Tell<kefu::staffing::v1::AgentChanged>(
        R"(agent { agent_id: "a" hire_date { year: 2024 month: 1 day: 1 } })");
  }

  std::string Fill(std::string text) const {
    for (const auto& [name, id] : ids_of_world_) {
      const size_t at = text.find(name);
      if (at != std::string::npos) text.replace(at, name.size(), id);
    }
    return text;
  }

  EveryCall Calls(const std::string& service) {
    return EveryCall("kefu.performance.v1." + service, host_.channel(),
                     [this](std::string text) { return Fill(std::move(text)); });
  }

  void Check(const std::string& service, const std::vector<CallRow>& rows,
             const std::vector<CallRow>& others = {}) {
    const EveryCall calls = Calls(service);
    std::vector<CallRow> all = rows;
    all.insert(all.end(), others.begin(), others.end());
    calls.CheckTable(all);
    const auto auditor = host_.As("org-a", {auth::Role::kAuditor});
    for (const CallRow& row : rows) {
      EXPECT_OK(calls.Do(row, Owner())) << row.method;
      EXPECT_THAT(calls.Do(row, Owner("org-b")).status(), StatusIs(absl::StatusCode::kNotFound))
          << row.method;
      // Without a shop these list the organization's.
      if (row.method != "ListAttendance" && row.method != "ListReports")
        calls.CheckEmptyRequest(row, Owner());
      calls.CheckRights(row, host_.AsService(), auditor);
      calls.CheckPages(row, Owner());
      if (row.is_write())
        calls.CheckReplay(row, "r" + std::to_string(++request_), Owner(), Db(), clock_);
    }
  }

  std::map<std::string, std::string> ids_of_world_;
  int request_ = 0;
};

// Their calls are tested in tests/facts; here they only complete the table.
std::vector<CallRow> ScreeningRows() {
  return {{"DeactivateMetricDefinition", "~"},
          {"GetDefinitionPolicy", ""},
          {"GetScreeningPolicy", ""},
          {"ListExclusions", ""},
          {"ListMetricDefinitions", ""},
          {"ListOrderExclusions", ""},
          {"ListWordHits", ""},
          {"PublishMetricDefinition", "~"},
          {"PublishScreeningPolicy", "~"},
          {"ReviewExclusion", "~"},
          {"ReviewOrderExclusion", "~"},
          {"SetDefinitionPolicy", "~"}};
}

TEST_F(EveryCallTest, Facts) { Check("FactService", FactRows(), ScreeningRows()); }
TEST_F(EveryCallTest, Scorecards) { Check("ScorecardService", ScorecardRows()); }

constexpr char kMonth[] = "{ year: 2024 month: 11 day: 1 }";
constexpr char kWeek[] =
    "kind: REPORT_KIND_WEEKLY subject { shop_id: 's' } day { year: 2024 month: 11 day: 6 }";

std::vector<CallRow> FigureRows() {
  return {{"GetShopSettings", "shop_id: 's'"},
          {"GetMetrics", "shop_id: 's'"},
          {"ExplainAttribution", "shop_id: 's' order_id: 'o'"},
          {"ExplainMetric", "subject { shop_id: 's' } metric_id: 'sales'"},
          {"GetReport", kWeek},
          {"GetScorecard", fmt::format("shop_id: 's' agent_id: 'a' month {}", kMonth)},
          {"Diagnose", fmt::format("shop_id: 's' first_month {0} last_month {0}", kMonth)},
          {"ListOrders", "shop_id: 's'"},
          {"ListConversations", "shop_id: 's'"}};
}
// Every organization configures shops of its own, metrics are everybody's, inspections are tested
// in quality_test and pay in tests/payroll.
std::vector<CallRow> OtherPerformanceRows() {
  return {{"ConfigureShop", "~"}, {"ListMetrics", ""},     {"CreateInspection", "~"},
          {"ComputePayroll", ""}, {"SimulatePayroll", ""}, {"ClosePeriod", "~"}};
}

TEST_F(EveryCallTest, FiguresAndReports) {
  ASSERT_OK(Conversations({Talk("c1", "u", 60, "a"), Talk("c0", "v", -5 * 86'400, "a")}).status());
  v1::ImportOrdersRequest orders;
  *orders.add_rows()->mutable_order() = Parse<v1::Order>(Sale("o", "u", 120, 5'000));
  ASSERT_OK(Send(*performance_, &v1::PerformanceService::Stub::ImportOrders, orders, Owner()));
  Check("ReportService",
        {{"CreateReport", std::string(kWeek) + " # ~\n"}, {"ListReports", "shop_id: 's'"}},
        {{"CompareReports", ""}});
  Check("PerformanceService", FigureRows(), OtherPerformanceRows());
  Check("FigureService", {{"CheckSalesConservation", "shop_id: 's' # ~\n"}});
}

TEST_F(EveryCallTest, Quality) {
  ASSERT_OK(Conversations({Talk("c1", "u", 60, "a"), Talk("c2", "v", 60, "a")}).status());
  ASSERT_OK_AND_ASSIGN(const auto sample,
                       Ask(*quality_, &v1::QualityService::Stub::DrawSample, Fill(FirstRequest())));
  ids_of_world_["$SAMPLE"] = sample.sample_id();
  Check("QualityService", QualityRows(), AppealRows());
  const auto inspect = [&](const std::string& conversation) {
    v1::CreateInspectionRequest request;
    request.set_shop_id("s");
    request.set_conversation_id(conversation);
    request.set_agent_id("a");
    request.set_form_id("deducting");
    auth::Principal principal;
    principal.subject = "inspector";
    principal.org_id = "org-a";
    principal.roles = {auth::Role::kSupervisor};
    const auto inspection =
        rpc::Call(*performance_, &v1::PerformanceService::Stub::CreateInspection, request,
                  {.token = host_.tokens().Sign(std::move(principal))});
    EXPECT_OK(inspection);
    return inspection.ok() ? inspection->inspection_id() : "";
  };
  ids_of_world_["$INSPECTION"] = inspect("c1");
  ids_of_world_["$APPEALED"] = inspect("c2");
  const EveryCall calls = Calls("QualityService");
  auth::Principal third;  // neither inspector nor who decides
  third.subject = "third";
  third.org_id = "org-a";
  third.roles = {auth::Role::kSupervisor};
  ASSERT_OK(rpc::Call(*quality_, &v1::QualityService::Stub::AppealInspection,
                      Parse<v1::AppealInspectionRequest>(
                          Fill(R"(shop_id: "s" inspection_id: "$APPEALED" reason: "r")")),
                      {.token = host_.tokens().Sign(std::move(third))}));
  for (const CallRow& row : AppealRows()) {
    EXPECT_THAT(calls.Do(row, Owner("org-b")).status(), StatusIs(absl::StatusCode::kNotFound));
    calls.CheckEmptyRequest(row, Owner());
    calls.CheckReplay(row, "appeal-" + row.method, Owner(), Db(), clock_);
  }
}

}  // namespace
}  // namespace kefu::performance
