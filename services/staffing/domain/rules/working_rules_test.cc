#include "services/staffing/domain/rules/working_rules.h"

#include "common/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "google/rpc/error_details.pb.h"
#include "gtest/gtest.h"

namespace kefu::staffing::rules {
namespace {

using conduct::Sanction;
using conduct::Severity;
using conduct::ShippedCatalogue;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<std::string> Faults(const Rules& rules) {
  FieldViolations violations;
  CheckRules(rules, ShippedCatalogue(), violations);
  std::vector<std::string> fields;
  const auto detail = GetDetail<google::rpc::BadRequest>(violations.ToStatus());
  if (!detail) return fields;
  for (const auto& violation : detail->field_violations()) fields.push_back(violation.field());
  return fields;
}

TEST(WorkingRulesTest, TheShippedOnesLeadToKindsOfTheShippedCatalogue) {
  EXPECT_THAT(Faults(ShippedRules()), ElementsAre());
  std::vector<std::string> ids;
  for (const Rule& rule : ShippedRules().rules) ids.push_back(rule.id);
  // DOMAIN 2.3, in its order.
  EXPECT_THAT(ids, ElementsAre("no_unrelated_work", "no_private_software", "service_complaint",
                               "no_second_job", "read_announcements", "desk_duty", "idle_time"));
  for (const char* id : {"no_unrelated_work", "no_private_software"}) {
    EXPECT_EQ(ShippedRules().Find(id)->Of(Severity::kMinor)->sanction, Sanction::kDemerit) << id;
  }
}

TEST(WorkingRulesTest, WhatFollowsGoesByHowGraveItWas) {
  const Rule& complaint = *ShippedRules().Find("service_complaint");
  EXPECT_EQ(complaint.Of(Severity::kMinor)->sanction, Sanction::kWarning);
  EXPECT_EQ(complaint.Of(Severity::kModerate)->sanction, Sanction::kDemerit);
  EXPECT_EQ(complaint.Of(Severity::kGrave)->sanction, Sanction::kDemerit);
  EXPECT_TRUE(complaint.LeadsTo("upheld_complaint"));
  EXPECT_FALSE(complaint.LeadsTo("disorder"));
  EXPECT_EQ(ShippedRules().Find("idle_time")->Of(Severity::kGrave), nullptr);
  EXPECT_EQ(ShippedRules().Find("no_such"), nullptr);
  const Rule graveOnly{.id = "x", .consequences = {{Severity::kGrave, "disorder"}}};
  EXPECT_EQ(graveOnly.Of(Severity::kMinor), nullptr);
}

TEST(WorkingRulesTest, NamesEveryFaultAtOnce) {
  const Rules wrong{
      .rules = {{.id = "a", .consequences = {{.kind_id = "no_such"}}},
                {.id = "a",
                 .consequences = {{.kind_id = "praise"},
                                  {.kind_id = "price_cut", .sanction = Sanction::kDemerit}}}}};
  EXPECT_THAT(Faults(wrong),
              ElementsAre("rules[0].consequences[0].kind_id", "rules[1].rule_id",
                          "rules[1].consequences[0].kind_id", "rules[1].consequences[1].severity",
                          "rules[1].consequences[1].sanction"));
}

TEST(WorkingRulesTest, IsAnnouncedInWords) {
  Rules rules = ShippedRules();
  rules.version = 3;
  rules.effective = absl::CivilDay(2026, 2, 1);
  EXPECT_EQ(AnnouncedTitle(rules), "工作守则第3版，自2026-02-01起施行");
  const std::string text = AnnouncedText(rules, ShippedCatalogue());
  EXPECT_THAT(text, HasSubstr("1. 不做与工作无关的事：工作时间内不做与工作无关的事。 违者：记过"
                              "（扰乱工作秩序）。\n2. "));
  EXPECT_THAT(text, HasSubstr("情节轻微：警告（投诉成立）；记过（投诉成立）。"));
  EXPECT_THAT(text, ::testing::EndsWith("7. 空闲时间：空闲时间用于学习商品知识。"));
}

}  // namespace
}  // namespace kefu::staffing::rules
