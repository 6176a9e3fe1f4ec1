// kefuctl report show, list and compare through the gateway's own HTTP server.
#include <gmock/gmock.h>

#include <fstream>
#include <sstream>

#include "clients/kefuctl/i18n.h"
#include "clients/kefuctl/reports/commands.h"
#include "kefu/performance/v1/performance_service.grpc.pb.h"
#include "kefu/performance/v1/reports.grpc.pb.h"
#include "tests/kefuctl/test_gateway.h"

namespace kefu::reports {
namespace {

namespace pf = performance::v1;
using kefuctl::Fill;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kHead[] = R"pb(
  report_id: "r1"
  kind: REPORT_KIND_MONTHLY
  subject { shop_id: "s1" team_id: "t1" display_name: "after-sales" }
  shop_name: "flagship"
  version: 2
  period {
    start_date { year: 2025 month: 6 day: 1 }
    end_date { year: 2025 month: 6 day: 30 }
  }
  definition { definition_id: "jd" version: 3 })pb";

class FakePerformance final : public pf::PerformanceService::Service {
 public:
  grpc::Status ListMetrics(grpc::ServerContext*, const pf::ListMetricsRequest*,
                           pf::ListMetricsResponse* response) override {
    Fill(R"pb(metrics { metric_id: "sales" name_en: "sales" name_zh: "销售额" }
              metrics { metric_id: "conversion" name_en: "conversion" name_zh: "转化率" })pb",
         *response);
    return grpc::Status::OK;
  }
  grpc::Status GetShopSettings(grpc::ServerContext*, const pf::GetShopSettingsRequest* request,
                               pf::ShopSettings* response) override {
    if (request->shop_id() != "m1")
      return {grpc::StatusCode::PERMISSION_DENIED, "shop is not open to you"};
    response->set_shop_id("m1");
    return grpc::Status::OK;
  }
  grpc::Status GetReport(grpc::ServerContext*, const pf::GetReportRequest* request,
                         pf::Report* response) override {
    asked = *request;
    Fill(kHead, *response);
    Fill(R"pb(
           section_id: "summary"
           metrics { metric_id: "sales" name_en: "sales" unit: METRIC_UNIT_MONEY }
           rows {
             row_id: "total"
             values {
               metric_id: "sales"
               unit: METRIC_UNIT_MONEY
               value: 15000
               numerator: 15000
               currency_code: "CNY"
             }
             compared {
               metric_id: "sales"
               unit: METRIC_UNIT_MONEY
               value: 10000
               numerator: 10000
               currency_code: "CNY"
             }
           })pb",
         *response->add_sections());
    return grpc::Status::OK;
  }

  pf::GetReportRequest asked;
};

class FakeReports final : public pf::ReportService::Service {
 public:
  grpc::Status ListReports(grpc::ServerContext*, const pf::ListReportsRequest* request,
                           pf::ListReportsResponse* response) override {
    listed = *request;
    Fill(kHead, *response->add_reports());
    return grpc::Status::OK;
  }
  grpc::Status CompareReports(grpc::ServerContext*, const pf::CompareReportsRequest* request,
                              pf::CompareReportsResponse* response) override {
    Fill(R"pb(
           differences {
             section_id: "summary"
             row_id: "total"
             value {
               metric_id: "sales"
               unit: METRIC_UNIT_MONEY
               value: 10000
               numerator: 10000
               currency_code: "CNY"
             }
             other_value {
               metric_id: "sales"
               unit: METRIC_UNIT_MONEY
               value: 9900
               numerator: 9900
               currency_code: "CNY"
             }
             difference: -100
           }
           differences {
             section_id: "days"
             row_id: "3"
             value { metric_id: "conversion" unit: METRIC_UNIT_RATIO }
             other_value { metric_id: "conversion" unit: METRIC_UNIT_RATIO value: 0.5 }
           })pb",
         *response);
    Fill(kHead, *response->mutable_report());
    Fill(kHead, *response->mutable_other_report());
    response->mutable_other_report()->set_report_id(request->other_report_id());
    return grpc::Status::OK;
  }
  grpc::Status ExportReport(grpc::ServerContext*, const pf::ExportReportRequest* request,
                            grpc::ServerWriter<pf::ExportReportResponse>* writer) override {
    pf::ExportReportResponse part;
    part.set_data("file of " + request->report_id());
    writer->Write(part);
    return grpc::Status::OK;
  }

  pf::ListReportsRequest listed;
};

class ReportCommandsTest : public ::testing::Test {
 protected:
  std::string Run(const std::string& command_line) { return runner_.Run(command_line); }

  FakePerformance performance_;
  FakeReports reports_;
  kefuctl::OneShop staffing_;
  kefuctl::CommandRunner runner_{[](CLI::App& program, kefuctl::Context& context) {
                                   AddStoredReports(*program.add_subcommand("report"), context);
                                 },
                                 {{"kefu.performance.v1.PerformanceService", &performance_},
                                  {"kefu.performance.v1.ReportService", &reports_},
                                  {"kefu.staffing.v1.StaffingService", &staffing_}}};
  const absl::Status& status_ = runner_.status();
};

TEST_F(ReportCommandsTest, AStoredReportIsShownAndSavedByItsId) {
  EXPECT_THAT(
      Run("report show r1"),
      AllOf(HasSubstr("flagship · team after-sales (t1)  monthly 2025-06-01 – 2025-06-30  "
                      "v2  r1"),
            HasSubstr("definition jd@3"), HasSubstr("sales   CNY 150.00  CNY 100.00  +50.0%")));
  EXPECT_TRUE(status_.ok()) << status_;
  EXPECT_EQ(performance_.asked.report_id(), "r1");
  const std::string path = ::testing::TempDir() + "kefuctl-report.csv";
  EXPECT_THAT(Run("report show r1 --out " + path), HasSubstr("written to " + path));
  std::ostringstream content;
  content << std::ifstream(path).rdbuf();
  EXPECT_EQ(content.str(), "file of r1");
  Run("report show r1 --out report.doc");
  EXPECT_TRUE(absl::IsInvalidArgument(status_)) << status_;
  Run("report weekly --shop s1 --day 2025-06-18 --definition jd");
  EXPECT_EQ(performance_.asked.definition_id(), "jd");
}

// A base has no shops of its own: it names its merchant's.
TEST_F(ReportCommandsTest, ABaseReadsOfTheShopsThatAreGrantedToIt) {
  Run("report weekly --shop m1 --base b1 --day 2025-06-18");
  EXPECT_TRUE(status_.ok()) << status_;
  EXPECT_EQ(performance_.asked.subject().shop_id(), "m1");
  EXPECT_EQ(performance_.asked.subject().base_id(), "b1");
  Run("report weekly --shop m2 --base b1 --day 2025-06-18");
  EXPECT_TRUE(absl::IsNotFound(status_)) << status_;
  EXPECT_THAT(std::string(status_.message()), HasSubstr("there is no shop \"m2\""));
}

TEST_F(ReportCommandsTest, ListsAreOfAKindAndAPeriod) {
  EXPECT_THAT(Run("report list --shop s1 --kind monthly --from 2025-01-01 --to 2025-12-31"),
              AllOf(HasSubstr("monthly  flagship · team after-sales (t1)"), HasSubstr("jd@3")));
  EXPECT_TRUE(status_.ok()) << status_;
  EXPECT_EQ(reports_.listed.kind(), pf::REPORT_KIND_MONTHLY);
  EXPECT_EQ(reports_.listed.period().start_date().year(), 2025);
  Run("report list --shop s1 --kind yearly");
  EXPECT_FALSE(status_.ok());
  kefuctl::SetLanguage(kefuctl::Language::kChinese);
  EXPECT_THAT(Run("report list --shop s1"), HasSubstr("月报"));
}

TEST_F(ReportCommandsTest, AComparisonSaysOfWhatAndByHowMuch) {
  EXPECT_THAT(Run("report compare r1 r2"),
              AllOf(HasSubstr("first: flagship"), HasSubstr("v2  r2"),
                    HasSubstr("summary  total  sales       CNY 100.00  CNY 99.00   -CNY 1.00"),
                    HasSubstr("days     day 3  conversion           –     50.00%")));
  kefuctl::SetLanguage(kefuctl::Language::kChinese);
  EXPECT_THAT(Run("report compare r1 r2"),
              AllOf(HasSubstr("概要"), HasSubstr("合计"), HasSubstr("销售额"), HasSubstr("第 3 天"),
                    Not(HasSubstr("summary")), Not(HasSubstr("conversion"))));
}

}  // namespace
}  // namespace kefu::reports
