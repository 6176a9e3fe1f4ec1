#include "common/testing/proto_matchers.h"
#include "common/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "services/staffing/convert/announcements.h"
#include "services/staffing/convert/attendance.h"
#include "services/staffing/convert/authority.h"
#include "services/staffing/convert/careers.h"
#include "services/staffing/convert/checklists.h"
#include "services/staffing/convert/conduct.h"
#include "services/staffing/convert/enums.h"
#include "services/staffing/convert/handovers.h"
#include "services/staffing/convert/leave.h"
#include "services/staffing/convert/problems.h"
#include "services/staffing/convert/resources.h"
#include "services/staffing/convert/shifts.h"

namespace kefu::staffing::convert {
namespace {

using ::kefu::testing::EqualsProto;
using ::kefu::testing::EqualsProtoIgnoring;
using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;

template <class Proto>
Proto Parse(const std::string& text) {
  Proto proto;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &proto)) << text;
  return proto;
}

template <class Proto>
std::vector<std::string> Faults(const Proto& proto) {
  FieldViolations violations;
  FromProto(proto, violations);
  std::vector<std::string> fields;
  const auto detail = GetDetail<google::rpc::BadRequest>(violations.ToStatus());
  if (!detail) return fields;
  for (const auto& violation : detail->field_violations()) fields.push_back(violation.field());
  return fields;
}

// The ladder that ships with the product goes through the contract and back unchanged.
TEST(LadderTest, RoundTrip) {
  const domain::TierLadder& shipped = domain::ShippedLadders()[0];
  FieldViolations violations;
  domain::TierLadder back = FromProto(ToProto(shipped), violations);
  EXPECT_TRUE(violations.empty()) << violations.ToStatus();
  back.id = shipped.id;
  back.version = shipped.version;
  EXPECT_EQ(back, shipped);
}

// Stored names and numbers are the contract's: a value added to one side only fails here.
template <class E>
void CompareEnum(const google::protobuf::EnumDescriptor* descriptor, const std::string& prefix) {
  const auto& names = kEnumNames<E>;
  ASSERT_EQ(descriptor->value_count(), static_cast<int>(names.size())) << prefix;
  for (int i = 0; i < descriptor->value_count(); ++i) {
    EXPECT_EQ(descriptor->value(i)->number(), i);
    EXPECT_EQ(descriptor->value(i)->name(), prefix + std::string(names[i]));
    EXPECT_EQ(domain::ParseName<E>(names[i]), static_cast<E>(i));
  }
  EXPECT_EQ(domain::ParseName<E>("nonsense"), std::nullopt);
}

TEST(EnumTest, NamesAndNumbersAreTheContracts) {
  CompareEnum<announcements::State>(v1::AnnouncementState_descriptor(), "ANNOUNCEMENT_STATE_");
  CompareEnum<checklists::State>(v1::ChecklistState_descriptor(), "CHECKLIST_STATE_");
  CompareEnum<checklists::Start>(v1::ChecklistStart_descriptor(), "CHECKLIST_START_");
  CompareEnum<checklists::Check>(v1::ChecklistCheck_descriptor(), "CHECKLIST_CHECK_");
  CompareEnum<problems::State>(v1::ProblemState_descriptor(), "PROBLEM_STATE_");
  CompareEnum<conduct::Direction>(v1::ConductDirection_descriptor(), "CONDUCT_DIRECTION_");
  CompareEnum<conduct::Severity>(v1::ConductSeverity_descriptor(), "CONDUCT_SEVERITY_");
  CompareEnum<conduct::Sanction>(v1::ConductSanction_descriptor(), "CONDUCT_SANCTION_");
  CompareEnum<conduct::State>(v1::ConductState_descriptor(), "CONDUCT_STATE_");
  CompareEnum<domain::OrganizationKind>(v1::OrganizationKind_descriptor(), "ORGANIZATION_KIND_");
  CompareEnum<domain::Platform>(v1::Platform_descriptor(), "PLATFORM_");
  CompareEnum<domain::ShopStage>(v1::ShopStage_descriptor(), "SHOP_STAGE_");
  CompareEnum<domain::ShopOperation>(v1::ShopOperation_descriptor(), "SHOP_OPERATION_");
  CompareEnum<domain::SiteMode>(v1::SiteMode_descriptor(), "SITE_MODE_");
  CompareEnum<domain::RecordState>(v1::RecordState_descriptor(), "RECORD_STATE_");
  CompareEnum<domain::Employment>(v1::Employment_descriptor(), "EMPLOYMENT_");
  CompareEnum<domain::AgentState>(v1::AgentState_descriptor(), "AGENT_STATE_");
  CompareEnum<domain::Track>(v1::Track_descriptor(), "TRACK_");
  CompareEnum<domain::Duty>(v1::Duty_descriptor(), "DUTY_");
  CompareEnum<attendance::DayClass>(v1::AttendanceDayClass_descriptor(), "ATTENDANCE_DAY_CLASS_");
  CompareEnum<attendance::ClockKind>(v1::ClockKind_descriptor(), "CLOCK_KIND_");
  CompareEnum<leave::State>(v1::LeaveState_descriptor(), "LEAVE_STATE_");
  CompareEnum<shifts::SwapState>(v1::SwapState_descriptor(), "SWAP_STATE_");
  CompareEnum<handover::ItemState>(v1::HandoverItemState_descriptor(), "HANDOVER_ITEM_STATE_");
  CompareEnum<handover::Level>(v1::HandoverLevel_descriptor(), "HANDOVER_LEVEL_");
  CompareEnum<handover::EntryKind>(v1::HandoverEntryKind_descriptor(), "HANDOVER_ENTRY_KIND_");
  CompareEnum<handover::ReferenceKind>(v1::HandoverReferenceKind_descriptor(),
                                       "HANDOVER_REFERENCE_KIND_");
  CompareEnum<domain::TierChangeKind>(v1::TierChangeKind_descriptor(), "TIER_CHANGE_KIND_");
  CompareEnum<domain::CriterionKind>(v1::CriterionKind_descriptor(), "CRITERION_KIND_");
  CompareEnum<domain::PromotionRule>(v1::PromotionRule_descriptor(), "PROMOTION_RULE_");
  CompareEnum<domain::PromotionState>(v1::PromotionState_descriptor(), "PROMOTION_STATE_");
  CompareEnum<authority::Action>(v1::AuthorityAction_descriptor(), "AUTHORITY_ACTION_");
  CompareEnum<authority::Scope>(v1::AuthorityScope_descriptor(), "AUTHORITY_SCOPE_");
  CompareEnum<authority::Decision>(v1::AuthorityDecision_descriptor(), "AUTHORITY_DECISION_");
}

TEST(ShopTest, RoundTrip) {
  const auto shop = Parse<v1::Shop>(R"pb(
    display_name: "旗舰店"
    platform: PLATFORM_JD
    external_id: "jd-1"
    time_zone: "Asia/Shanghai"
    currency_code: "CNY"
    stage: SHOP_STAGE_GROWTH
    operation: SHOP_OPERATION_AGENCY
    agency {
      agency: "代运营"
      warehouse: true
      design: true
      promotion: true
      commission_bps: 300
      monthly_fee { currency_code: "CNY" minor_units: 2000000 }
    }
    open_date { year: 2024 month: 2 day: 29 }
    state: RECORD_STATE_ACTIVE)pb");
  FieldViolations violations;
  EXPECT_THAT(ToProto(FromProto(shop, violations)),
              EqualsProtoIgnoring(shop, {"create_time", "update_time", "etag"}));
  EXPECT_TRUE(violations.empty());
}

TEST(ShopTest, EveryFaultInOneAnswer) {
  EXPECT_THAT(Faults(Parse<v1::Shop>(R"pb(
                display_name: " "
                platform: 99
                external_id: "a\001"
                time_zone: "Mars/Olympus"
                currency_code: "yuan"
                stage: 77
                operation: SHOP_OPERATION_AGENCY
                open_date { year: 2023 month: 2 day: 29 })pb")),
              ElementsAre("display_name", "platform", "external_id", "time_zone", "currency_code",
                          "stage", "open_date", "agency"));
  EXPECT_THAT(
      Faults(Parse<v1::Shop>(R"pb(
        display_name: "a"
        platform: PLATFORM_JD
        operation: SHOP_OPERATION_AGENCY
        agency {
          commission_bps: 10001
          monthly_fee { minor_units: -1 }
        })pb")),
      UnorderedElementsAre("agency.agency", "agency.commission_bps",
                           "agency.monthly_fee.currency_code", "agency.monthly_fee.minor_units"));
}

TEST(TextTest, LengthIsCountedInCharacters) {
  v1::Organization organization;
  organization.set_kind(v1::ORGANIZATION_KIND_MERCHANT);
  std::string name;
  for (int i = 0; i < 200; ++i) name += "店";
  organization.set_display_name(name);
  EXPECT_THAT(Faults(organization), ElementsAre());
  organization.set_display_name(name + "店");
  EXPECT_THAT(Faults(organization), ElementsAre("display_name"));
}

TEST(OrganizationTest, Defaults) {
  FieldViolations violations;
  const auto organization = FromProto(Parse<v1::Organization>(R"pb(kind: ORGANIZATION_KIND_BASE
                                                                   display_name: "基地")pb"),
                                      violations);
  EXPECT_TRUE(violations.empty());
  EXPECT_EQ(organization.time_zone, "Asia/Shanghai");
  EXPECT_EQ(organization.currency_code, "CNY");
}

TEST(SiteAndTeamTest, Faults) {
  EXPECT_THAT(Faults(Parse<v1::Site>(R"pb(
                display_name: "s"
                mode: -1
                region_code: "11010111010111010"
                seats: -1
                base_id: "with space")pb")),
              UnorderedElementsAre("mode", "region_code", "seats", "base_id"));
  EXPECT_THAT(Faults(Parse<v1::Team>(R"pb(shop_ids: "a" shop_ids: "" shop_ids: "a")pb")),
              UnorderedElementsAre("display_name", "site_id", "shop_ids[1]", "shop_ids[2]"));
}

TEST(AgentTest, RoundTrip) {
  const auto agent = Parse<v1::Agent>(R"pb(
    display_name: "小美"
    employee_number: "E1"
    employment: EMPLOYMENT_BASE
    base_id: "base1"
    team_id: "t1"
    hire_date { year: 2025 month: 1 day: 10 }
    track: TRACK_MANAGEMENT
    state: AGENT_STATE_ACTIVE
    prior_experience_months: 7
    education: "high_school"
    languages: "zh-CN"
    languages: "en"
    skills: "refunds"
    accounts { platform: PLATFORM_JD account: "咚咚1" }
    chat_concurrency: 3)pb");
  FieldViolations violations;
  EXPECT_THAT(ToProto(FromProto(agent, violations)),
              EqualsProtoIgnoring(agent, {"create_time", "update_time", "etag"}));
  EXPECT_TRUE(violations.empty());
}

TEST(AgentTest, Faults) {
  EXPECT_THAT(Faults(Parse<v1::Agent>(R"pb(
                display_name: "a"
                employment: EMPLOYMENT_OWN
                base_id: "b"
                prior_experience_months: 721
                languages: "en"
                languages: "en"
                skills: "no spaces"
                chat_concurrency: 51
                accounts { account: "x" }
                accounts { platform: PLATFORM_JD })pb")),
              UnorderedElementsAre("hire_date", "base_id", "prior_experience_months",
                                   "languages[1]", "skills[0]", "chat_concurrency",
                                   "accounts[0].platform", "accounts[1].account"));
}

TEST(AssignmentTest, Faults) {
  EXPECT_THAT(Faults(Parse<v1::Assignment>(R"pb(
                agent_id: "a"
                start_date { year: 2026 month: 2 day: 1 }
                end_date { year: 2026 month: 1 day: 31 })pb")),
              UnorderedElementsAre("shop_id", "duty", "end_date"));
}

TEST(TierChangeTest, Faults) {
  EXPECT_THAT(Faults(Parse<v1::TierChange>(R"pb(
                agent_id: "a"
                tier_id: "senior"
                kind: TIER_CHANGE_KIND_HIRE
                evidence: ""
                corrects_tier_change_id: "x")pb")),
              UnorderedElementsAre("effective_date", "kind", "reason", "corrects_tier_change_id",
                                   "evidence[0]"));
}

TEST(MaskTest, EmptyAndUnknownPathsAreRefused) {
  constexpr std::array<std::string_view, 2> kAllowed = {"display_name", "stage"};
  const auto ok = [&](std::initializer_list<const char*> paths) {
    google::protobuf::FieldMask mask;
    for (const char* path : paths) mask.add_paths(path);
    FieldViolations violations;
    CheckMask(mask, kAllowed, violations);
    return violations.empty();
  };
  EXPECT_TRUE(ok({"display_name"}));
  EXPECT_TRUE(ok({"stage", "display_name"}));
  EXPECT_FALSE(ok({}));
  EXPECT_FALSE(ok({"platform"}));
  EXPECT_FALSE(ok({"stage", "state"}));
  EXPECT_FALSE(ok({"*"}));
}

TEST(TimestampTest, MicrosecondsSurvive) {
  const absl::Time time = absl::FromUnixMicros(-1);
  FieldViolations violations;
  EXPECT_EQ(Instant(ToProto(time), "t", violations), time);
  EXPECT_TRUE(violations.empty());
  google::protobuf::Timestamp wrong;
  wrong.set_nanos(1'000'000'000);
  Instant(wrong, "t", violations);
  EXPECT_EQ(violations.size(), 1);
}

}  // namespace
}  // namespace kefu::staffing::convert
