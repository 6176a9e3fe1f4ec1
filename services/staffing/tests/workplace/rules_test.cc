// Working rules: versions, acknowledgement by their announcement, and conduct that cites one.
#include "services/staffing/tests/workplace/workplace_fixture.h"

namespace kefu::staffing {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

class RulesTest : public WorkplaceTest {
 protected:
  absl::StatusOr<v1::WorkingRules> InForce(const std::string& text = "") {
    return Do(&Rules::GetWorkingRules, text, Self("$AGENT"));
  }
  // Who has not acknowledged the rules.
  std::vector<std::string> Unread(const v1::WorkingRules& rules) {
    const auto page =
        Do(&News::ListAnnouncementReaders,
           fmt::format(R"(announcement_id: "{}" unread_only: true)", rules.announcement_id()));
    EXPECT_OK(page);
    std::vector<std::string> ids;
    if (!page.ok()) return ids;
    for (const v1::AnnouncementReader& reader : page->readers()) ids.push_back(reader.agent_id());
    return ids;
  }
  absl::StatusOr<v1::AnnouncementReader> Acknowledge(const v1::WorkingRules& rules,
                                                     const std::string& name) {
    return Do(&News::AcknowledgeAnnouncement,
              fmt::format(R"(announcement_id: "{}")", rules.announcement_id()), Self(name));
  }
  absl::StatusOr<v1::Conduct> Record(const std::string& more) {
    return Call(&Staffing::RecordConduct,
                fmt::format(R"(shop_id: "$SHOP1" agent_id: "$AGENT" evidence: "case-1"
                               day {{ year: 2026 month: 1 day: 14 }} {})",
                            more));
  }
};

TEST_F(RulesTest, EachVersionIsAcknowledgedAnew) {
  ASSERT_OK_AND_ASSIGN(const v1::WorkingRules shipped, InForce());
  EXPECT_EQ(shipped.version(), 0);
  EXPECT_EQ(shipped.rules_size(), 7);
  EXPECT_EQ(shipped.last_version(), 0);
  // The shipped rules, made the organization's own.
  ASSERT_OK_AND_ASSIGN(const v1::WorkingRules first, Do(&Rules::PublishWorkingRules, ""));
  EXPECT_EQ(first.version(), 1);
  EXPECT_EQ(first.rules_size(), 7);
  EXPECT_EQ(first.effective_date().day(), 15);
  EXPECT_THAT(Unread(first), ElementsAre(world_["$AGENT"]));
  ASSERT_OK(Acknowledge(first, "$AGENT"));
  EXPECT_THAT(Unread(first), SizeIs(0));
  ASSERT_OK(HireInto("$NEW"));
  EXPECT_THAT(Unread(first), ElementsAre(world_["$NEW"]));
  const auto onboarding = Listed(R"(agent_id: "$NEW")");
  ASSERT_THAT(onboarding, SizeIs(1));
  EXPECT_THAT(Complete(onboarding[0], "rules", Self("$NEW")), HasReason("RULES_NOT_ACKNOWLEDGED"));

  // A version that holds from February: everybody is asked anew, and the old one nobody.
  ASSERT_OK_AND_ASSIGN(const v1::WorkingRules second,
                       Do(&Rules::PublishWorkingRules,
                          R"(rules { rule_id: "phones_away" title: "不看手机" text: "接待时不看手机"
                    consequences { kind_id: "disorder" sanction: CONDUCT_SANCTION_WARNING } }
            effective_date { year: 2026 month: 2 day: 1 }
            acknowledge_by_time { seconds: 1769860800 } remind_minutes_before: 60)"));
  EXPECT_THAT(Acknowledge(first, "$NEW"), HasReason("ANNOUNCEMENT_WITHDRAWN"));
  EXPECT_THAT(Unread(second), SizeIs(2));
  ASSERT_OK(Acknowledge(second, "$NEW"));
  EXPECT_THAT(Unread(second), ElementsAre(world_["$AGENT"]));
  EXPECT_OK(Complete(onboarding[0], "rules", Self("$NEW")));
  ASSERT_OK_AND_ASSIGN(const v1::WorkingRules now, InForce());
  EXPECT_EQ(now.version(), 1);
  EXPECT_EQ(now.last_version(), 2);
  ASSERT_OK_AND_ASSIGN(const v1::WorkingRules then,
                       InForce("on_date { year: 2026 month: 2 day: 1 }"));
  EXPECT_THAT(then, EqualsProto(second));
  ASSERT_OK_AND_ASSIGN(const v1::WorkingRules by_version, InForce("version: 2"));
  EXPECT_THAT(by_version, EqualsProto(second));
  EXPECT_THAT(InForce("version: 3"), HasReason("NOT_FOUND"));
  // A third one that holds before it replaces it.
  ASSERT_OK(Do(&Rules::PublishWorkingRules, "effective_date { year: 2026 month: 1 day: 20 }"));
  ASSERT_OK_AND_ASSIGN(const v1::WorkingRules later,
                       InForce("on_date { year: 2026 month: 3 day: 1 }"));
  EXPECT_EQ(later.version(), 3);
  EXPECT_EQ(later.rules(0).rule_id(), "phones_away");
  EXPECT_THAT(EventTypes(), Contains("WorkingRulesPublished").Times(3));
}

TEST_F(RulesTest, WhatIsWrongIsNamedAtOnceAndChangesNothing) {
  const auto malformed = Do(&Rules::PublishWorkingRules,
                            R"(rules { rule_id: "A b" text: "x" }
                               effective_date { year: 2026 month: 13 day: 1 }
                               remind_minutes_before: 5)");
  EXPECT_THAT(malformed, HasReason("INVALID_FIELDS"));
  for (const char* field :
       {"rules[0].rule_id", "rules[0].title", "effective_date", "remind_minutes_before"}) {
    EXPECT_THAT(std::string(malformed.status().message()), HasSubstr(field));
  }
  const auto unknown = Do(&Rules::PublishWorkingRules,
                          R"(rules { rule_id: "x" title: "x" text: "x"
                                     consequences { kind_id: "no_such" } }
                             rules { rule_id: "x" title: "x" text: "x"
                                     consequences { kind_id: "praise" } }
                             effective_date { year: 2026 month: 1 day: 14 })");
  EXPECT_THAT(unknown, HasReason("INVALID_FIELDS"));
  for (const char* field : {"rules[0].consequences[0].kind_id", "rules[1].rule_id",
                            "rules[1].consequences[0].kind_id", "effective_date"}) {
    EXPECT_THAT(std::string(unknown.status().message()), HasSubstr(field));
  }
  EXPECT_THAT(Do(&Rules::PublishWorkingRules, "", As("org-a", {world_["$SHOP1"]})),
              HasReason("SHOP_NOT_ALLOWED"));
  EXPECT_THAT(Do(&Rules::PublishWorkingRules, "", Self("$AGENT")), HasReason("PERMISSION_DENIED"));
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM working_rules"), 0);
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM announcement"), 0);
}

TEST_F(RulesTest, ConductCitesTheRuleThatHeldOnTheDay) {
  ASSERT_OK_AND_ASSIGN(const v1::Conduct cited, Record(R"(rule_id: "no_private_software")"));
  EXPECT_EQ(cited.kind_id(), "disorder");
  EXPECT_EQ(cited.terms().sanction(), v1::CONDUCT_SANCTION_DEMERIT);
  EXPECT_EQ(cited.rule_version(), 0);
  ASSERT_OK_AND_ASSIGN(const v1::Conduct grave,
                       Record(R"(rule_id: "service_complaint" severity: CONDUCT_SEVERITY_GRAVE)"));
  EXPECT_EQ(grave.kind_id(), "upheld_complaint");
  EXPECT_EQ(grave.terms().sanction(), v1::CONDUCT_SANCTION_DEMERIT);
  ASSERT_OK_AND_ASSIGN(const v1::Conduct stated,
                       Record(R"(rule_id: "service_complaint" terms { points: -5 })"));
  EXPECT_EQ(stated.terms().sanction(), v1::CONDUCT_SANCTION_UNSPECIFIED);
  EXPECT_THAT(Record(R"(rule_id: "no_such")"), HasReason("WORKING_RULE_UNKNOWN"));
  EXPECT_THAT(Record(R"(rule_id: "idle_time")"), HasReason("CONDUCT_TERMS"));
  EXPECT_OK(Record(R"(rule_id: "idle_time" kind_id: "disorder")"));
  EXPECT_THAT(Record(R"(rule_id: "no_second_job" kind_id: "disorder")"),
              HasReason("CONDUCT_TERMS"));
  EXPECT_THAT(Record(""), HasReason("INVALID_FIELDS"));
  // Rules of today do not hold for yesterday.
  ASSERT_OK(Do(&Rules::PublishWorkingRules,
               R"(rules { rule_id: "phones_away" title: "x" text: "x"
                          consequences { kind_id: "disorder" } })"));
  EXPECT_THAT(Record(R"(rule_id: "phones_away")"), HasReason("WORKING_RULE_UNKNOWN"));
  EXPECT_OK(Record(R"(rule_id: "no_second_job")"));
  ASSERT_OK_AND_ASSIGN(
      const v1::Conduct today,
      Call(&Staffing::RecordConduct,
           R"(shop_id: "$SHOP1" agent_id: "$AGENT" evidence: "x" rule_id: "phones_away"
              day { year: 2026 month: 1 day: 15 })"));
  EXPECT_EQ(today.rule_id(), "phones_away");
  EXPECT_EQ(today.rule_version(), 1);
}

}  // namespace
}  // namespace kefu::staffing
