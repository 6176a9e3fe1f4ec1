// kefuctl explain and definitions through the gateway's own HTTP server.
#include <gmock/gmock.h>

#include "clients/kefuctl/explain/commands.h"
#include "clients/kefuctl/i18n.h"
#include "kefu/performance/v1/facts.grpc.pb.h"
#include "kefu/performance/v1/performance_service.grpc.pb.h"
#include "tests/kefuctl/test_gateway.h"

namespace kefu::explain {
namespace {

namespace pf = performance::v1;
using kefuctl::Fill;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class FakePerformance final : public pf::PerformanceService::Service {
 public:
  grpc::Status ExplainMetric(grpc::ServerContext*, const pf::ExplainMetricRequest* request,
                             pf::ExplainMetricResponse* response) override {
    asked = *request;
    Fill(R"pb(
           metric {
             metric_id: "average_order_value"
             name_zh: "客单价"
             name_en: "average order value"
             formula: "sales ÷ paying customers"
           }
           parts {
             value {
               metric_id: "average_order_value"
               unit: METRIC_UNIT_MONEY
               value: 50000
               numerator: 4000000
               denominator: 80
               currency_code: "CNY"
             }
             definition { definition_id: "default" version: 1 }
             inputs { role: "numerator" sum: 4000000 }
             inputs { role: "denominator" sum: 80 }
           }
           rows {
             shop_id: "s1"
             day { year: 2025 month: 6 day: 2 }
             customer_id: "u-1"
             order_id: "o-1"
             amounts: 12345
             amounts: 1
             note: "silent"
           })pb",
         *response);
    if (request->page_token().empty()) response->set_next_page_token("more");
    return grpc::Status::OK;
  }
  grpc::Status ExplainAttribution(grpc::ServerContext*,
                                  const pf::ExplainAttributionRequest* request,
                                  pf::ExplainAttributionResponse* response) override {
    Fill(R"pb(
           attribution { credited_agent_id: "amy" conversation_id: "c-1" }
           rule: "the last answer before payment"
           definition { definition_id: "default" version: 1 attribution_days: 3 }
           steps {
             conversation_id: "c-0"
             agent_id: "bob"
             answer_time: "2025-06-02T10:00:00+08:00"
             verdict: "assist"
           }
           steps {
             conversation_id: "c-1"
             agent_id: "amy"
             answer_time: "2025-06-02T11:00:00+08:00"
             verdict: "credited"
           }
           credited { currency_code: "CNY" minor_units: 9990 }
           outcome: CREDIT_OUTCOME_CREDITED
           reason: "the last named agent who answered before payment")pb",
         *response);
    response->mutable_attribution()->set_order_id(request->order_id());
    return grpc::Status::OK;
  }
  grpc::Status ListMetrics(grpc::ServerContext*, const pf::ListMetricsRequest*,
                           pf::ListMetricsResponse* response) override {
    Fill(R"pb(metrics {
                metric_id: "conversion"
                name_zh: "询单转化率"
                name_en: "conversion"
                unit: METRIC_UNIT_RATIO
                formula: "converted ÷ consulted"
                subjects: "shop"
                subjects: "base"
              })pb",
         *response);
    return grpc::Status::OK;
  }

  pf::ExplainMetricRequest asked;
};

class FakeFacts final : public pf::FactService::Service {
 public:
  // The gateway finds the service by its descriptor, which nothing else here would link.
  FakeFacts() { EXPECT_NE(pf::ImportConductRequest::descriptor(), nullptr); }
  grpc::Status ListMetricDefinitions(grpc::ServerContext*,
                                     const pf::ListMetricDefinitionsRequest* request,
                                     pf::ListMetricDefinitionsResponse* response) override {
    Fill(R"pb(
           definitions {
             definition_id: "default"
             version: 1
             attribution_days: 1
             service_hours { start_minute: 0 end_minute: 1440 }
             answer_seconds: 30
             round_seconds: 180
             confidence_bps: 9500
             thin_below: 30
           }
           definitions {
             definition_id: "jd"
             version: 2
             quiet_start_minute: 1380
             quiet_end_minute: 540
             service_hours { start_minute: 540 end_minute: 1080 workdays_only: true }
             platforms: "PLATFORM_JD"
           })pb",
         *response);
    if (!request->shop_id().empty()) response->add_active("jd@2");
    return grpc::Status::OK;
  }
};

class ExplainCommandsTest : public ::testing::Test {
 protected:
  std::string Run(const std::string& command_line, bool json = false) {
    return runner_.Run(command_line, json);
  }

  FakePerformance performance_;
  FakeFacts facts_;
  kefuctl::OneShop staffing_;
  kefuctl::CommandRunner runner_{AddExplainCommands,
                                 {{"kefu.performance.v1.PerformanceService", &performance_},
                                  {"kefu.performance.v1.FactService", &facts_},
                                  {"kefu.staffing.v1.StaffingService", &staffing_}}};
  const absl::Status& status_ = runner_.status();
};

TEST_F(ExplainCommandsTest, AFigureIsShownWithItsSumsAndRowsAsFarAsTheLimitGoes) {
  const std::string shown =
      Run("explain metric average_order_value --shop jd-1 --agent amy --from 2025-06-01 --to "
          "2025-06-30 --definition default");
  EXPECT_TRUE(status_.ok()) << status_;
  EXPECT_EQ(performance_.asked.subject().shop_id(), "s1");
  EXPECT_EQ(performance_.asked.subject().agent_id(), "amy");
  EXPECT_EQ(performance_.asked.definition_id(), "default");
  EXPECT_EQ(performance_.asked.page_token(), "more") << "every page was read";
  EXPECT_THAT(shown, AllOf(HasSubstr("formula: sales ÷ paying customers"),
                           HasSubstr("default@1: CNY 500.00  numerator CNY 40,000.00  denominator "
                                     "80"),
                           HasSubstr("CNY 123.45"), HasSubstr("silent"), HasSubstr("o-1")));
  Run("explain metric average_order_value --shop s1 --limit 1");
  EXPECT_EQ(performance_.asked.page_size(), 1);
  EXPECT_EQ(performance_.asked.page_token(), "") << "a full screen asks for no more";
  EXPECT_THAT(Run("explain metric average_order_value --all-shops", /*json=*/true),
              HasSubstr(R"("numerator")"));
  EXPECT_TRUE(performance_.asked.subject().all_shops());
  Run("explain metric average_order_value");
  EXPECT_FALSE(status_.ok()) << "a shop, or all";
}

TEST_F(ExplainCommandsTest, AnOrdersCreditIsToldInBothLanguages) {
  staffing_.agents["amy"] = "Amy Li";
  EXPECT_THAT(Run("explain order o-1 --shop s1"),
              AllOf(HasSubstr("order o-1: credited  Amy Li (amy)  CNY 99.90"),
                    HasSubstr("rule: the last answer before payment (default@1)"),
                    HasSubstr("2025-06-02T10:00:00+08:00  c-0           bob           assist")));
  kefuctl::SetLanguage(kefuctl::Language::kChinese);
  EXPECT_THAT(Run("explain order o-1 --shop s1"),
              AllOf(HasSubstr("有客服归属"), HasSubstr("付款前最后回复的客服"), HasSubstr("协助"),
                    HasSubstr("之前3天内"), Not(HasSubstr("assist")), Not(HasSubstr("payment"))));
}

TEST_F(ExplainCommandsTest, DefinitionsAndMetricsAreListed) {
  const std::string shown = Run("definitions list");
  EXPECT_THAT(shown, AllOf(HasSubstr("default@1"), HasSubstr("all day"), HasSubstr("23:00 – 09:00"),
                           HasSubstr("09:00 – 18:00, workdays"), HasSubstr("jd"),
                           Not(HasSubstr("in use"))));
  EXPECT_THAT(Run("definitions list --shop s1"), HasSubstr("jd@2        yes"));
  EXPECT_THAT(Run("definitions metrics"),
              HasSubstr("conversion  conversion  ratio  shop, base  converted ÷ consulted"));
  kefuctl::SetLanguage(kefuctl::Language::kChinese);
  EXPECT_THAT(Run("definitions list --shop s1"), AllOf(HasSubstr("京东"), HasSubstr("工作日")));
  EXPECT_THAT(Run("definitions metrics"),
              AllOf(HasSubstr("询单转化率"), HasSubstr("店铺，基地"), HasSubstr("比率")));
}

}  // namespace
}  // namespace kefu::explain
