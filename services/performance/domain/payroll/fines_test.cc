// Fines given back and taken again, and parts of one currency.
#include "services/performance/domain/payroll/fines.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/performance/domain/payroll/examples.h"
#include "services/performance/domain/payroll/parts.h"

namespace kefu::performance::domain::payroll {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Line Fine(std::string reference, int64_t taken, int64_t not_taken = 0) {
  return {.kind = LineKind::kConductFine,
          .amount_minor = -taken,
          .not_taken_minor = not_taken,
          .reference = std::move(reference),
          .note = "harm"};
}
Statement With(std::vector<Line> lines) { return {.agent_id = "a", .lines = std::move(lines)}; }

std::vector<std::pair<std::string, int64_t>> Back(const Statement& paid, const Statement& now,
                                                  const GivenBack& before = {}) {
  std::vector<std::pair<std::string, int64_t>> back;
  for (const LateChange& fine : FinesToGiveBack(paid, now, before)) {
    back.emplace_back(fine.reference, fine.amount_minor);
  }
  return back;
}

TEST(Fines, AreGivenBackOnceAndNeverTakenByThat) {
  const Statement paid = With({Fine("k1", 8'000)});
  EXPECT_THAT(Back(paid, paid), IsEmpty());
  EXPECT_THAT(Back(paid, With({Fine("k1", 9'000)})), IsEmpty());
  EXPECT_THAT(Back(paid, With({Fine("k1", 3'000)})), ElementsAre(std::pair("k1", 5'000)));
  EXPECT_THAT(Back(paid, With({Fine("k2", 8'000)})), ElementsAre(std::pair("k1", 8'000)));
  EXPECT_THAT(Back(paid, With({}), {{"k1", 8'000}}), IsEmpty());
  // Upheld again: what was given back stays so here.
  EXPECT_THAT(Back(paid, paid, {{"k1", 8'000}}), IsEmpty());
  EXPECT_THAT(Back(paid, With({Fine("k1", 4'000)}), {{"k1", 5'000}}), IsEmpty());
  EXPECT_THAT(Back(paid, With({Fine("k1", 1'000)}), {{"k1", 5'000}}),
              ElementsAre(std::pair("k1", 2'000)));
}

// 15,000 of 17,000 were taken: what is left of one fills up to what the other asked.
TEST(Fines, OfSeveralUnderACapTheOthersStandWhole) {
  const Statement paid = With({Fine("k1", 7'059, 941), Fine("k2", 7'941, 1'059)});
  EXPECT_THAT(Back(paid, With({Fine("k2", 9'000)})), ElementsAre(std::pair("k1", 6'000)));
  EXPECT_THAT(Back(paid, With({}), {{"k1", 6'000}}),
              ElementsAre(std::pair("k1", 1'636), std::pair("k2", 7'364)));
  // k1 stands again: 6,000 of it may be taken, 2,000 were never given back.
  EXPECT_THAT(Back(paid, paid, {{"k1", 6'000}}), IsEmpty());
  EXPECT_EQ(DueAgain(8'000, {.most = 8'000, .net = 2'000}), 6'000);
}

TEST(Fines, OfAttendanceAreNamedApart) {
  Line late = Fine("late", 3'000);
  late.kind = LineKind::kAttendanceFine;
  const Statement paid = With({late, Fine("late", 500)});
  EXPECT_THAT(Back(paid, With({})),
              ElementsAre(std::pair("attendance/late", 3'000), std::pair("late", 500)));
}

TEST(Fines, WhatIsDueAgainIsWhatWasGivenBack) {
  struct Row {
    int64_t minor, most, net, due;
  };
  for (const Row& row : std::vector<Row>{{8'000, 8'000, 8'000, 0},  // taken, or capped
                                         {9'000, 8'000, 8'000, 0},  // raised since
                                         {8'000, 8'000, 0, 8'000},  // overturned, upheld
                                         {9'000, 8'000, 0, 8'000},  // and raised
                                         {3'000, 8'000, 0, 3'000},  // and lessened
                                         {3'000, 8'000, 3'000, 0},  // lessened
                                         {8'000, 8'000, 3'000, 5'000},
                                         {8'000, 8'000, 6'700, 1'300}}) {  // 1,300 was taken of it
    EXPECT_EQ(DueAgain(row.minor, {row.most, row.net}), row.due) << row.minor << " " << row.net;
  }
}

TEST(Fines, WithoutAWageWaitForOne) {
  PayPlan plan = Simple();
  plan.base_minor = 0;
  AgentInput agent = Agent("a", 0);
  agent.conduct = {{"k1", "harm", kMonth, -200}};
  Statement statement = Of(plan, agent);
  EXPECT_TRUE(statement.lines.back().pending);
  EXPECT_EQ(statement.lines.back().not_taken_minor, 200);
  EXPECT_EQ(statement.total_minor, 0);
  agent.days[0].sales_minor = {50'000, 0};  // 1,500
  statement = Of(plan, agent);
  EXPECT_FALSE(statement.lines.back().pending);
  EXPECT_EQ(FinesTaken(statement), 200);
}

TEST(Parts, AreOfTheCurrencyOfMostOfThem) {
  struct Row {
    std::vector<int64_t> weights, kept;
  };
  const std::vector<std::string> currencies{"CNY", "EUR", "CNY", "EUR"};
  for (const Row& row : std::vector<Row>{{{1, 0, 2, 0}, {1, 0, 2, 0}},
                                         {{1, 2, 2, 0}, {1, 0, 2, 0}},
                                         {{1, 2, 2, 2}, {0, 2, 0, 2}},
                                         {{0, 2, 2, 0}, {0, 2, 0, 0}},  // the first shop's
                                         {{0, 0, 0, 3}, {0, 0, 0, 3}},
                                         {{0, 0, 0, 0}, {0, 0, 0, 0}}}) {
    std::vector<int64_t> weights = row.weights;
    KeepOneCurrency(currencies, weights);
    EXPECT_EQ(weights, row.kept);
  }
}

}  // namespace
}  // namespace kefu::performance::domain::payroll
