#include "services/performance/domain/report.h"

#include <gtest/gtest.h>

#include <set>

namespace kefu::performance::domain {
namespace {

using absl::CivilDay;

TEST(ReportPeriodTest, WeeksRunFromMondayToSundayAlsoOverTheNewYear) {
  for (const CivilDay day : {CivilDay(2024, 12, 30), CivilDay(2025, 1, 1), CivilDay(2025, 1, 5)}) {
    EXPECT_EQ(ReportPeriodOf(ReportKind::kWeekly, day),
              (ReportPeriod{CivilDay(2024, 12, 30), CivilDay(2025, 1, 5)}));
  }
  EXPECT_EQ(ReportPeriodOf(ReportKind::kWeekly, CivilDay(2025, 1, 6)).first, CivilDay(2025, 1, 6));
}

TEST(ReportPeriodTest, MonthsKnowLeapYears) {
  EXPECT_EQ(ReportPeriodOf(ReportKind::kMonthly, CivilDay(2024, 2, 29)),
            (ReportPeriod{CivilDay(2024, 2, 1), CivilDay(2024, 2, 29)}));
  EXPECT_EQ(ReportPeriodOf(ReportKind::kMonthly, CivilDay(2023, 2, 1)).last, CivilDay(2023, 2, 28));
  const ReportPeriod march = ReportPeriodOf(ReportKind::kMonthly, CivilDay(2024, 3, 31));
  EXPECT_EQ(PeriodBefore(ReportKind::kMonthly, march),
            (ReportPeriod{CivilDay(2024, 2, 1), CivilDay(2024, 2, 29)}));
}

TEST(ReportPeriodTest, APeriodIsOverAtTheMidnightOfItsZone) {
  absl::TimeZone shanghai;
  ASSERT_TRUE(absl::LoadTimeZone("Asia/Shanghai", &shanghai));
  const ReportPeriod week = ReportPeriodOf(ReportKind::kWeekly, CivilDay(2024, 11, 11));
  const absl::Time midnight = absl::FromCivil(CivilDay(2024, 11, 18), shanghai);
  EXPECT_FALSE(IsOver(week, midnight - absl::Microseconds(1), shanghai));
  EXPECT_TRUE(IsOver(week, midnight, shanghai));
  EXPECT_FALSE(IsOver(week, midnight, absl::UTCTimeZone()));
}

TEST(ReportSectionsTest, AnOrganizationHasShopsAndNoTeams) {
  for (const ReportKind kind : {ReportKind::kWeekly, ReportKind::kMonthly}) {
    std::vector<std::string_view> ids;
    for (const ReportSectionSpec& section : ReportSections(kind, SubjectKind::kShop, true))
      ids.push_back(section.id);
    EXPECT_EQ(ids, (std::vector<std::string_view>{"summary", "days", "shops", "agents"}));
  }
}

TEST(ReportSectionsTest, EveryChosenFigureIsOneThatTheRowsHave) {
  for (const ReportKind kind : {ReportKind::kWeekly, ReportKind::kMonthly}) {
    for (const SubjectKind subject :
         {SubjectKind::kShop, SubjectKind::kTeam, SubjectKind::kBase, SubjectKind::kAgent}) {
      std::set<std::string_view> ids;
      for (const ReportSectionSpec& section : ReportSections(kind, subject, false)) {
        ids.insert(section.id);
        EXPECT_FALSE(section.metrics.empty()) << section.id;
        const SubjectKind rows = section.rows == ReportRows::kAgents  ? SubjectKind::kAgent
                                 : section.rows == ReportRows::kTeams ? SubjectKind::kTeam
                                                                      : subject;
        for (const MetricSpec* metric : section.metrics) EXPECT_TRUE(AppliesTo(*metric, rows));
      }
      EXPECT_EQ(ids.contains("agents"), subject != SubjectKind::kAgent);
      EXPECT_EQ(ids.contains("teams"),
                subject == SubjectKind::kShop && kind == ReportKind::kMonthly);
    }
  }
}

}  // namespace
}  // namespace kefu::performance::domain
