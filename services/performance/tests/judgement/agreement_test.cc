// Which pairs of inspections tell how far inspectors agree, and how inspections are told to others.
#include <fmt/format.h>

#include "services/performance/tests/judgement/judgement_fixture.h"

namespace kefu::performance {
namespace {

using Performance = v1::PerformanceService::Stub;
using Quality = v1::QualityService::Stub;

class AgreementTest : public JudgementTest {
 protected:
  rpc::CallOptions Person(const std::string& subject) {
    auth::Principal principal;
    principal.subject = subject;
    principal.org_id = "org-a";
    principal.roles = {auth::Role::kSupervisor};
    return {.token = host_.tokens().Sign(std::move(principal))};
  }
  absl::StatusOr<v1::Inspection> Inspect(const std::string& inspector,
                                         const std::string& conversation) {
    return rpc::Call(*performance_, &Performance::CreateInspection,
                     Parse<v1::CreateInspectionRequest>(fmt::format(
                         R"(shop_id: "s" conversation_id: "{}" agent_id: "a" form_id: "deducting")",
                         conversation)),
                     Person(inspector));
  }
  int64_t Pairs() {
    const auto agreement = Ask(*quality_, &Quality::GetAgreement, R"(shop_id: "s")");
    EXPECT_OK(agreement.status());
    return agreement.ok() ? agreement->kappas(0).pairs() : -1;
  }
  int64_t Told(const std::string& type) {
    return Db().Count("SELECT COUNT(*) FROM outbox WHERE type = 'kefu.performance.v1." + type +
                      "'");
  }
};

TEST_F(AgreementTest, PairsThatCountInNoFigureTellNothing) {
  const std::string c0 = Talk("c0", "u0", 0, "a"), c1 = Talk("c1", "u1", 60, "a");
  ASSERT_OK(Conversations({c0, c1}).status());
  for (const char* conversation : {"c0", "c1"}) {
    ASSERT_OK(Inspect("amy", conversation).status());
    ASSERT_OK(Inspect("bob", conversation).status());
  }
  EXPECT_EQ(Pairs(), 2);
  ASSERT_OK(Conversations({c0 + " exclusion: EXCLUSION_ADVERTISEMENT"}).status());
  EXPECT_EQ(Pairs(), 1);
  // Somebody else turns out to have written there.
  ASSERT_OK(Conversations({Talk("c0", "u0", 0, "other")}).status());
  EXPECT_EQ(Pairs(), 1);
  ASSERT_OK(Conversations({c0}).status());
  EXPECT_EQ(Pairs(), 2);
}

TEST_F(AgreementTest, SamplesFormsInspectionsAndAppealsAreToldWithTheirChange) {
  ASSERT_OK(Conversations({Talk("c0", "u0", 0, "a")}).status());
  ASSERT_OK(Ask(*quality_, &Quality::DrawSample,
                fmt::format(R"(shop_id: "s" plan {{ kind: SAMPLING_KIND_RANDOM size: 1 {} }})",
                            kDayPeriod))
                .status());
  EXPECT_EQ(Told("SampleDrawn"), 1);
  ASSERT_OK(Ask(*quality_, &Quality::CreateInspectionForm, R"(shop_id: "s" form {
                  form_id: "ours" kind: FORM_KIND_DEDUCTING name_en: "ours"
                  items { item_id: "x" category: QUALITY_CATEGORY_ACCURACY points: 10 name_en: "x" }
                })")
                .status());
  EXPECT_EQ(Told("InspectionFormCreated"), 1);
  ASSERT_OK_AND_ASSIGN(const auto inspection, Inspect("amy", "c0"));
  EXPECT_EQ(Told("InspectionChanged"), 1);
  const std::string about =
      fmt::format(R"(shop_id: "s" inspection_id: "{}" reason: "r")", inspection.inspection_id());
  ASSERT_OK(Ask(*quality_, &Quality::AppealInspection, about).status());
  EXPECT_EQ(Told("InspectionChanged"), 2);
  EXPECT_FALSE(Ask(*quality_, &Quality::AppealInspection, about).ok());  // a second time
  EXPECT_EQ(Told("InspectionChanged"), 2);
  ASSERT_OK(rpc::Call(*quality_, &Quality::DecideAppeal, Parse<v1::DecideAppealRequest>(about),
                      Person("bob"))
                .status());
  EXPECT_EQ(Told("InspectionChanged"), 3);
}

}  // namespace
}  // namespace kefu::performance
