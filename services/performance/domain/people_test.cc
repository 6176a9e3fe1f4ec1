#include "services/performance/domain/people.h"

#include <gtest/gtest.h>

namespace kefu::performance::domain {
namespace {

const absl::CivilDay kFirst(2024, 11, 1);

TEST(AttendanceTest, AMonthsRecordLeavesItsDaysOut) {
  std::vector<Attendance> records(2);
  records[0] = {
      .agent_id = "a", .day = kFirst, .late_count = 1, .leaves = {{"sick", 1, 480, true}}};
  records[1] = {
      .agent_id = "a", .day = kFirst + 1, .late_count = 1, .leaves = {{"private", 2, 60, false}}};
  const AttendanceSummary days = SumAttendance(records);
  EXPECT_EQ(days.late_count, 2);
  EXPECT_EQ(days.leave_count, 3);
  EXPECT_EQ(days.unpaid_leave_minutes, 60);
  EXPECT_EQ(days.record_ids.size(), 2u);
  records.push_back({.agent_id = "a", .day = kFirst, .whole_month = true, .late_count = 5});
  const AttendanceSummary month = SumAttendance(records);
  EXPECT_EQ(month.late_count, 5);
  EXPECT_EQ(month.record_ids, std::vector<std::string>{"a 2024-11-01 MONTH"});
}

TEST(EmploymentTest, TheDayDecides) {
  const Employment employment{{{kFirst, kFirst + 9}, {kFirst + 20, std::nullopt}},
                              {{kFirst, "trainee", ""}, {kFirst + 20, "regular", "P1"}}};
  EXPECT_EQ(EmployedOn(employment, kFirst - 1), nullptr);
  EXPECT_EQ(EmployedOn(employment, kFirst + 9), &employment.spans[0]);
  EXPECT_EQ(EmployedOn(employment, kFirst + 10), nullptr);
  EXPECT_EQ(EmployedOn(employment, kFirst + 400), &employment.spans[1]);
  EXPECT_EQ(TierOn(employment, kFirst - 1), nullptr);
  EXPECT_EQ(TierOn(employment, kFirst + 19)->tier_id, "trainee");
  EXPECT_EQ(TierOn(employment, kFirst + 20)->grade_id, "P1");
}

}  // namespace
}  // namespace kefu::performance::domain
