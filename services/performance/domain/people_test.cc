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

TEST(BasesTest, WhoChangesWithinAMonthIsPartlyABases) {
  const Span month{kFirst, kFirst + 29};
  using Spans = std::vector<BaseSpan>;
  for (const auto& [spans, partly] :
       std::vector<std::pair<Spans, bool>>{{{}, false},
                                           {{{kFirst - 9, "base"}}, false},
                                           {{{kFirst, "base"}}, false},
                                           {{{kFirst + 1, "base"}}, true},
                                           {{{kFirst + 29, "base"}}, true},
                                           {{{kFirst + 30, "base"}}, false},
                                           {{{kFirst - 9, "base"}, {kFirst + 3, "other"}}, false},
                                           {{{kFirst - 9, "base"}, {kFirst + 3, ""}}, true},
                                           {{{kFirst - 9, "base"}, {kFirst - 3, ""}}, false}}) {
    EXPECT_EQ(IsPartlyOfBase(spans, month), partly);
  }
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

TEST(EmploymentTest, ServiceCountsAcrossEmployments) {
  using Day = absl::CivilDay;
  using Spans = std::vector<EmploymentSpan>;
  struct Row {
    Spans spans;
    int months;
  };
  for (const Row& row : std::vector<Row>{
           {{}, 0},
           {{{Day(2024, 8, 2), std::nullopt}}, 2},
           {{{Day(2024, 8, 1), std::nullopt}}, 3},
           {{{Day(2024, 11, 1), std::nullopt}}, 0},
           {{{Day(2024, 12, 1), std::nullopt}}, 0},  // to come
           {{{Day(2024, 1, 1), Day(2024, 6, 30)}, {Day(2024, 10, 1), std::nullopt}}, 7},
           {{{Day(2024, 1, 1), Day(2024, 6, 29)}, {Day(2024, 10, 1), std::nullopt}}, 6},
           // 15 days of one and 16 of the other are a month.
           {{{Day(2024, 1, 1), Day(2024, 1, 15)}, {Day(2024, 10, 16), std::nullopt}}, 1},
           {{{Day(2024, 1, 1), Day(2024, 1, 13)}, {Day(2024, 10, 16), std::nullopt}}, 0},
           // From the 31st: complete on the 29th of February, which is no day of service any more.
           {{{Day(2023, 12, 31), Day(2024, 2, 27)}}, 1},
           {{{Day(2023, 12, 31), Day(2024, 2, 28)}}, 2},
           {{{Day(2024, 1, 31), Day(2024, 2, 28)}}, 1}}) {
    EXPECT_EQ(ServiceMonths({row.spans, {}}, Day(2024, 11, 1)), row.months)
        << (row.spans.empty() ? "" : absl::FormatCivilTime(row.spans.front().hire_day));
  }
}

TEST(AttendanceTest, IsAPersonsOverAllShops) {
  const Attendance day{.agent_id = "a",
                       .day = kFirst,
                       .scheduled_minutes = 480,
                       .late_count = 1,
                       .leaves = {{"private", 1, 60, false}},
                       .absence_count = 1,
                       .absence_minutes = 120,
                       .overtime = {30, 0, 0}};
  Attendance mended = day, half = day, month = day, of_b = day;
  mended.late_count = 0;
  mended.overtime = {40, 0, 0};
  half.scheduled_minutes = 240;
  half.overtime = {90, 0, 0};
  month.whole_month = true;
  month.scheduled_minutes = 9'600;
  of_b.agent_id = "b";
  // Told alike to two shops it is one record, and told otherwise it is one too.
  auto people = CountAttendance({{"s1", {day}}, {"s2", {day, of_b}}});
  EXPECT_EQ(people["a"].records, std::vector{day});
  people = CountAttendance({{"s1", {day}}, {"s2", {mended, of_b}}, {"s3", {half}}});
  EXPECT_EQ(people["a"].records, std::vector{mended});
  EXPECT_EQ(people["a"].sum.scheduled_minutes, 480);
  EXPECT_EQ(people["a"].sum.late_count, 0);
  EXPECT_EQ(people["a"].sum.overtime, (OvertimeMinutes{40, 0, 0}));
  EXPECT_EQ(people["a"].sum.record_ids.size(), 1u);
  EXPECT_EQ(people["a"].shop_ids, (std::set<std::string>{"s1", "s2", "s3"}));
  EXPECT_EQ(people["b"].sum.scheduled_minutes, 480);
  // The month leaves out its days, whichever shop was told them.
  people = CountAttendance({{"s1", {day, month}}, {"s2", {half}}});
  EXPECT_EQ(people["a"].records, std::vector{month});
  // Days are days: another one adds up.
  half.day = day.day + 1;
  people = CountAttendance({{"s1", {day}}, {"s2", {half}}});
  EXPECT_EQ(people["a"].sum.scheduled_minutes, 720);
}

constexpr absl::CivilDay kA(2024, 3, 1), kB(2024, 4, 1), kC(2024, 5, 1);
constexpr absl::CivilDay kLast(9999, 12, 31);

TEST(Memberships, DifferOnDaysThatOneHoldsOtherwiseThanTheOther) {
  const std::vector<Membership> t{{"t", kA, std::nullopt}}, until_b{{"t", kA, kB - 1}},
      moved{{"t", kA, kB - 1}, {"u", kB, std::nullopt}}, cut{{"t", kA, kB - 1}, {"t", kB, {}}};
  using Spans = std::vector<Span>;
  EXPECT_EQ(DifferingDays(t, t), Spans());
  EXPECT_EQ(DifferingDays(t, cut), Spans()) << "the same days, told in two parts";
  EXPECT_EQ(DifferingDays({}, t), (Spans{{kA, kLast}}));
  EXPECT_EQ(DifferingDays(t, until_b), (Spans{{kB, kLast}}));
  EXPECT_EQ(DifferingDays(t, moved), (Spans{{kB, kLast}}));
  EXPECT_EQ(DifferingDays(moved, until_b), (Spans{{kB, kLast}}));
  const std::vector<Membership> later{{"t", kB, kC - 1}};
  EXPECT_EQ(DifferingDays(until_b, later), (Spans{{kA, kC - 1}}));
}

TEST(Bases, HoldFromTheHireOrFromTheDayTheyAreTold) {
  using List = std::vector<Membership>;
  const List first = WorksFor({}, "b1", kA, kSinceEver, kB);
  EXPECT_EQ(first, (List{{"b1", kA, std::nullopt}}));
  const List ever = WorksFor({}, "b1", kSinceEver, kSinceEver, kB);
  EXPECT_EQ(ever, (List{{"b1", kSinceEver, std::nullopt}}));
  EXPECT_EQ(WorksFor(first, "b1", kA, kA, kC), first);
  EXPECT_EQ(WorksFor(first, "b1", kA - 9, kA, kC), (List{{"b1", kA - 9, std::nullopt}}));
  const List moved = WorksFor(first, "b2", kA, kA, kB);
  EXPECT_EQ(moved, (List{{"b1", kA, kB - 1}, {"b2", kB, std::nullopt}}));
  EXPECT_EQ(WorksFor(moved, "b2", kA, kA, kC), moved);
  EXPECT_EQ(WorksFor(moved, "b1", kA, kA, kB), first) << "taken back on the same day";
  EXPECT_EQ(WorksFor(first, "b2", kB, kA, kC), moved) << "hired anew, told later";
  EXPECT_EQ(WorksFor(first, "", kA, kA, kA), (List{{"", kA, std::nullopt}}));
  // Of whom it was known before days were, the past stays, also where the hire was not told before.
  const List since{{"b1", kSinceEver, kC - 1}, {"b2", kC, std::nullopt}};
  EXPECT_EQ(WorksFor(ever, "b2", kA, kA, kC), since) << "hired long ago";
  EXPECT_EQ(WorksFor(ever, "b2", kA, kSinceEver, kC), since) << "told the hire for the first time";
  EXPECT_EQ(WorksFor(ever, "b2", kC, kA, kC + 9), since) << "hired anew";
  EXPECT_EQ(WorksFor(ever, "b1", kA, kA, kC), ever);
}

}  // namespace
}  // namespace kefu::performance::domain
