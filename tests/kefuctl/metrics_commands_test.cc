// kefuctl metrics and report through the gateway's own HTTP server.
#include <gmock/gmock.h>

#include "clients/kefuctl/i18n.h"
#include "clients/kefuctl/reports/commands.h"
#include "kefu/performance/v1/performance_service.grpc.pb.h"
#include "tests/kefuctl/test_gateway.h"

namespace kefu::reports {
namespace {

namespace pf = performance::v1;
using kefuctl::Fill;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class FakePerformance final : public pf::PerformanceService::Service {
 public:
  grpc::Status ListMetrics(grpc::ServerContext*, const pf::ListMetricsRequest*,
                           pf::ListMetricsResponse* response) override {
    Fill(R"pb(metrics { metric_id: "conversion" name_en: "conversion" name_zh: "转化率" })pb",
         *response);
    return grpc::Status::OK;
  }
  grpc::Status GetMetrics(grpc::ServerContext*, const pf::GetMetricsRequest* request,
                          pf::GetMetricsResponse* response) override {
    asked = *request;
    Fill(
        R"pb(
          definition { definition_id: "jd" version: 2 thin_below: 30 confidence_bps: 9500 }
          period {
            start_date { year: 2025 month: 6 day: 1 }
            end_date { year: 2025 month: 6 day: 8 }
          }
          rows {
            subject { shop_id: "s1" base_id: "b1" agent_id: "a1" team_id: "t1" display_name: "Amy" }
            currency_code: "CNY"
            period {
              start_date { year: 2025 month: 6 day: 2 }
              end_date { year: 2025 month: 6 day: 8 }
            }
            values {
              metric_id: "conversion"
              unit: METRIC_UNIT_RATIO
              value: 0.1
              numerator: 1
              denominator: 10
              thin: true
              interval { low: 0.0179 high: 0.4042 }
              previous { value: 0.05 difference: 0.05 relative_change: 1 }
              same_weekdays {}
            }
          })pb",
        *response);
    return grpc::Status::OK;
  }
  grpc::Status GetReport(grpc::ServerContext*, const pf::GetReportRequest* request,
                         pf::Report* response) override {
    Fill(R"pb(
           report_id: "r1"
           kind: REPORT_KIND_MONTHLY
           shop_name: "flagship"
           version: 1
           period {
             start_date { year: 2025 month: 6 day: 1 }
             end_date { year: 2025 month: 6 day: 30 }
           }
           definition { thin_below: 30 confidence_bps: 9500 }
           sections {
             section_id: "agents"
             title_en: "Agents"
             metrics { metric_id: "satisfaction" name_en: "satisfaction" }
             rows {
               row_id: "a1"
               display_name: "Amy"
               values {
                 metric_id: "satisfaction"
                 unit: METRIC_UNIT_MEAN
                 value: 4.5
                 numerator: 45
                 denominator: 10
                 thin: true
                 interval { low: 4.1 high: 4.9 }
               }
             }
           })pb",
         *response);
    *response->mutable_subject() = request->subject();
    if (!request->subject().team_id().empty())
      response->mutable_subject()->set_display_name("after-sales");
    return grpc::Status::OK;
  }

  pf::GetMetricsRequest asked;
};

void AddCommands(CLI::App& program, kefuctl::Context& context) {
  kefuctl::AddMetricsCommand(program, context);
  AddStoredReports(*program.add_subcommand("report"), context);
}

class MetricsCommandsTest : public ::testing::Test {
 protected:
  std::string Run(const std::string& command_line, bool json = false) {
    return runner_.Run(command_line, json);
  }

  FakePerformance performance_;
  kefuctl::OneShop staffing_;
  kefuctl::CommandRunner runner_{AddCommands,
                                 {{"kefu.performance.v1.PerformanceService", &performance_},
                                  {"kefu.staffing.v1.StaffingService", &staffing_}}};
  const absl::Status& status_ = runner_.status();
};

TEST_F(MetricsCommandsTest, RowsNameTheirSubjectsAndWhatIsThin) {
  const std::string shown =
      Run("metrics --shop s1 --by agent,week --metric conversion --definition jd --compare");
  EXPECT_TRUE(status_.ok()) << status_;
  EXPECT_TRUE(performance_.asked.by_agent());
  EXPECT_EQ(performance_.asked.granularity(), pf::GRANULARITY_WEEK);
  EXPECT_EQ(performance_.asked.definition_id(), "jd");
  EXPECT_TRUE(performance_.asked.compare());
  EXPECT_THAT(performance_.asked.metric_ids(), ElementsAre("conversion"));
  EXPECT_THAT(shown,
              AllOf(HasSubstr("definition jd@2"), HasSubstr("2025-06-02 – 2025-06-08"),
                    HasSubstr("Amy (a1)"), HasSubstr("10.00% *"), HasSubstr("+5.00 pp"),
                    HasSubstr("fewer than 30 cases"), HasSubstr("conversion 1.79% – 40.42%")));
  const std::string json = Run("metrics --shop s1 --by base,quarter --compare", /*json=*/true);
  EXPECT_TRUE(performance_.asked.by_base());
  EXPECT_EQ(performance_.asked.granularity(), pf::GRANULARITY_QUARTER);
  EXPECT_THAT(json, AllOf(HasSubstr(R"("base":"b1","display_name":"Amy")"),
                          HasSubstr(R"("conversion":0.100000)"),
                          HasSubstr(R"("conversion_previous":0.050000)"),
                          HasSubstr(R"("conversion_same_weekdays":null)")));
}

TEST_F(MetricsCommandsTest, OneOfEachKindAndOneScope) {
  Run("metrics --shop s1 --by agent,team");
  EXPECT_TRUE(absl::IsInvalidArgument(status_)) << status_;
  EXPECT_THAT(std::string(status_.message()), HasSubstr("agent, team, base"));
  Run("metrics --shop s1 --by day,month");
  EXPECT_THAT(std::string(status_.message()), HasSubstr("day, week, month, quarter"));
  Run("metrics --shop s1 --all-shops --by month");
  EXPECT_FALSE(status_.ok());
  EXPECT_THAT(Run("metrics --all-shops --by month"), HasSubstr("CNY"));
  EXPECT_TRUE(status_.ok()) << status_;
  EXPECT_TRUE(performance_.asked.all_shops());
  EXPECT_EQ(performance_.asked.shop_id(), "");
}

TEST_F(MetricsCommandsTest, AReportIsHeadedByWhomItIsAbout) {
  const std::string of_team = Run("report monthly --shop s1 --day 2025-06-18 --team t1");
  EXPECT_TRUE(status_.ok()) << status_;
  EXPECT_THAT(of_team, AllOf(HasSubstr("flagship · team after-sales (t1)"), HasSubstr("Amy (a1)"),
                             HasSubstr("4.50 *"), HasSubstr("Amy (a1): satisfaction 4.10 – 4.90")));
  EXPECT_THAT(Run("report monthly --shop s1 --day 2025-06-18"),
              HasSubstr("flagship  monthly 2025-06-01"));
}

}  // namespace
}  // namespace kefu::reports
