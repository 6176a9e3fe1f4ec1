// kefuctl qa through the gateway's own HTTP server.
#include <gmock/gmock.h>

#include "clients/kefuctl/i18n.h"
#include "clients/kefuctl/quality/commands.h"
#include "kefu/performance/v1/quality.grpc.pb.h"
#include "tests/kefuctl/test_gateway.h"

namespace kefu::quality {
namespace {

namespace pf = performance::v1;
using kefuctl::Fill;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kSample[] = R"pb(
  sample_id: "m-1"
  plan {
    kind: SAMPLING_KIND_RISK_WEIGHTED
    seed: 7
    period {
      start_date { year: 2025 month: 6 day: 1 }
      end_date { year: 2025 month: 6 day: 7 }
    }
  }
  population: 1200
  drawn: 40
  create_time { seconds: 1749500000 })pb";  // 2025-06-09 20:13:20 UTC

class FakeQuality final : public pf::QualityService::Service {
 public:
  grpc::Status ListSamples(grpc::ServerContext*, const pf::ListSamplesRequest* request,
                           pf::ListSamplesResponse* response) override {
    Fill(kSample, *response->add_samples());
    if (request->page_token().empty()) {
      response->set_next_page_token("more");
    } else {
      response->mutable_samples(0)->set_sample_id("m-0");
    }
    return grpc::Status::OK;
  }
  grpc::Status GetSample(grpc::ServerContext*, const pf::GetSampleRequest* request,
                         pf::InspectionSample* response) override {
    Fill(kSample, *response);
    response->set_sample_id(request->sample_id());
    Fill(R"pb(
           conversation_id: "c-1\x1b[31m"
           agent_id: "amy"
           day { year: 2025 month: 6 day: 2 }
           weight: 8
           risks: "low rating"
           risks: "forbidden words in 2 messages")pb",
         *response->add_conversations());
    return grpc::Status::OK;
  }
  grpc::Status ListInspections(grpc::ServerContext*, const pf::ListInspectionsRequest* request,
                               pf::ListInspectionsResponse* response) override {
    listed = *request;
    if (none) return grpc::Status::OK;
    Fill(R"pb(
           inspections {
             inspection_id: "i-1"
             conversation_id: "c-1"
             agent_id: "amy"
             day { year: 2025 month: 6 day: 2 }
             form_id: "deducting"
             form_version: 3
             inspector: "qi"
             centipoints: 8550
             accurate: true
             state: INSPECTION_STATE_OVERTURNED
             appeal_reason: "it was so"
             decision_reason: "agreed"
           }
           inspections {
             inspection_id: "ext.9"
             conversation_id: "c-9"
             agent_id: "bob"
             inspector: "other"
             centipoints: 10000
             accurate: true
             polite: true
             second: true
             state: INSPECTION_STATE_RECORDED
           })pb",
         *response);
    return grpc::Status::OK;
  }
  grpc::Status ListInspectionForms(grpc::ServerContext*, const pf::ListInspectionFormsRequest*,
                                   pf::ListInspectionFormsResponse* response) override {
    Fill(R"pb(forms {
                form_id: "deducting"
                kind: FORM_KIND_DEDUCTING
                name_zh: "扣分表"
                name_en: "deductions"
                items {
                  item_id: "wrong"
                  category: QUALITY_CATEGORY_ACCURACY
                  name_zh: "答错"
                  name_en: "wrong answer"
                  points: 20
                }
              })pb",
         *response);
    return grpc::Status::OK;
  }
  grpc::Status GetAgreement(grpc::ServerContext*, const pf::GetAgreementRequest*,
                            pf::Agreement* response) override {
    Fill(R"pb(kappas {
                question: "accuracy"
                pairs: 50
                observed: 0.9
                expected: 0.6
                kappa: 0.75
                low: 0.542
                high: 0.958
              }
              kappas { question: "grade" }
              confidence_bps: 9000)pb",
         *response);
    return grpc::Status::OK;
  }

  pf::ListInspectionsRequest listed;
  bool none = false;
};

class QualityCommandsTest : public ::testing::Test {
 protected:
  std::string Run(const std::string& command_line, bool json = false) {
    return runner_.Run(command_line, json);
  }

  FakeQuality quality_;
  kefuctl::OneShop staffing_;
  kefuctl::CommandRunner runner_{AddQualityCommands,
                                 {{"kefu.performance.v1.QualityService", &quality_},
                                  {"kefu.staffing.v1.StaffingService", &staffing_}}};
  const absl::Status& status_ = runner_.status();
};

TEST_F(QualityCommandsTest, SamplesAreListedToTheLastPage) {
  const std::string shown = Run("qa samples --shop jd-1");
  EXPECT_TRUE(status_.ok()) << status_;
  EXPECT_THAT(shown, AllOf(HasSubstr("m-1     2025-06-10 04:13  risk weighted  2025-06-01 – "
                                     "2025-06-07     40  1,200     7"),
                           HasSubstr("m-0")));
  EXPECT_THAT(Run("qa samples --shop s1", /*json=*/true),
              AllOf(HasSubstr(R"("sample_id":"m-0")"), Not(HasSubstr("next_page_token"))));
  kefuctl::SetLanguage(kefuctl::Language::kChinese);
  EXPECT_THAT(Run("qa samples --shop s1"), AllOf(HasSubstr("按风险加权"), HasSubstr("抽取时间")));
}

TEST_F(QualityCommandsTest, ASampleNamesAgentsAndRisks) {
  staffing_.agents["amy"] = "Amy Li";
  const std::string shown = Run("qa sample m-7 --shop s1");
  EXPECT_THAT(shown, AllOf(HasSubstr("m-7  2025-06-10 04:13  risk weighted"),
                           HasSubstr("40 / 1200"), HasSubstr("Amy Li (amy)"),
                           HasSubstr("low rating, forbidden words"), Not(HasSubstr("\x1b[31m"))));
  kefuctl::SetLanguage(kefuctl::Language::kChinese);
  EXPECT_THAT(Run("qa sample m-7 --shop s1"), HasSubstr("差评，2条消息有禁用词"));
}

TEST_F(QualityCommandsTest, InspectionsTellFormScoreStateAndWords) {
  const std::string shown =
      Run("qa inspections --shop s1 --from 2025-06-01 --to 2025-06-30 --agent amy");
  EXPECT_TRUE(status_.ok()) << status_;
  EXPECT_EQ(quality_.listed.agent_id(), "amy");
  EXPECT_EQ(quality_.listed.period().end_date().day(), 30);
  EXPECT_THAT(shown,
              AllOf(HasSubstr("deducting@3   85.50  yes       no      qi         overturned"),
                    HasSubstr("appeal: it was so; decision: agreed"), HasSubstr("imported"),
                    HasSubstr("100.00"), HasSubstr("second scoring")));
  Run("qa inspections --shop s1 --unlinked");
  EXPECT_TRUE(quality_.listed.unlinked());
  Run("qa inspections --shop s1 --unlinked --from 2025-06-01");
  EXPECT_FALSE(status_.ok());
  quality_.none = true;
  EXPECT_EQ(Run("qa inspections --shop s1"), "");
  kefuctl::SetLanguage(kefuctl::Language::kChinese);
  Run("qa inspections --shop s1 --from june");
  EXPECT_TRUE(absl::IsInvalidArgument(status_)) << status_;
  EXPECT_EQ(std::string(status_.message()), "--from：“june”不是日期 YYYY-MM-DD");
}

TEST_F(QualityCommandsTest, FormsAndAgreementReadInBothLanguages) {
  EXPECT_THAT(Run("qa forms --shop s1"), AllOf(HasSubstr("deducting@0"), HasSubstr("deductions"),
                                               HasSubstr("wrong answer"), HasSubstr("accuracy")));
  EXPECT_THAT(Run("qa agreement --shop s1"),
              AllOf(HasSubstr("90.00%"), HasSubstr("90 % interval"),
                    HasSubstr("0.750  0.542 – 0.958"), HasSubstr("grade")));
  kefuctl::SetLanguage(kefuctl::Language::kChinese);
  EXPECT_THAT(Run("qa forms --shop s1"), AllOf(HasSubstr("扣分表"), HasSubstr("答错")));
}

}  // namespace
}  // namespace kefu::quality
