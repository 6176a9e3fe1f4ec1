#include "common/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/staffing/domain/personnel/retention.h"
#include "services/staffing/domain/personnel/turnover.h"

namespace kefu::staffing::personnel {
namespace {

using absl::CivilDay;
using absl::CivilMonth;
using domain::careers::MonthBook;
using ::kefu::testing::HasReason;
using ::kefu::testing::IsOk;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

const CivilDay kToday(2026, 4, 10);

MonthBook BookOf(const std::vector<std::pair<CivilMonth, int64_t>>& figures,
                 const std::string& metric_id = "conversion") {
  std::vector<domain::careers::ReportedMonth> months;
  for (const auto& [month, figure] : figures) {
    months.push_back({"a", "s", month, "r", {{metric_id, figure}}, {}});
  }
  return MonthBook(std::move(months));
}

std::vector<Reason> ReasonsOf(const Risk& risk) {
  std::vector<Reason> reasons;
  for (const Check& check : risk.reasons) reasons.push_back(check.reason);
  return reasons;
}

// Long there, and a step up is open: no reason at all.
AgentFacts Content() {
  return {.tier_id = "regular", .service_months = 24, .tier_months = 5, .may_step_up = true};
}

TEST(RetentionTest, NobodyIsAtRiskWithoutAReason) {
  const Risk risk = Assess({}, Content(), kToday);
  EXPECT_THAT(risk.reasons, IsEmpty());
  EXPECT_EQ(risk.points, 0);
  EXPECT_EQ(risk.level, Level::kLow);
}

TEST(RetentionTest, NewUntilTheMonthsAreFull) {
  AgentFacts facts = Content();
  facts.service_months = 5;
  const Risk risk = Assess({}, facts, kToday);
  ASSERT_THAT(ReasonsOf(risk), ElementsAre(Reason::kNew));
  EXPECT_EQ(risk.reasons[0].actual, 5);
  EXPECT_EQ(risk.reasons[0].limit, 6);
  EXPECT_EQ(risk.points, 20);
  facts.service_months = 6;
  EXPECT_THAT(Assess({}, facts, kToday).reasons, IsEmpty());
}

TEST(RetentionTest, AStepUpIsInSightWhenTenureAllowsItSoon) {
  AgentFacts facts = Content();
  facts.tier_months = 12;
  facts.may_step_up = false;
  EXPECT_THAT(ReasonsOf(Assess({}, facts, kToday)), ElementsAre(Reason::kNoPromotion));
  facts.step_day = CivilDay(2026, 10, 10);  // six months from today
  EXPECT_THAT(Assess({}, facts, kToday).reasons, IsEmpty());
  facts.step_day = CivilDay(2026, 10, 11);
  EXPECT_THAT(ReasonsOf(Assess({}, facts, kToday)), ElementsAre(Reason::kNoPromotion));
  facts.step_day = kToday;  // tenure is there, and something else lacks
  EXPECT_THAT(ReasonsOf(Assess({}, facts, kToday)), ElementsAre(Reason::kNoPromotion));
  facts.tier_months = 11;
  EXPECT_THAT(Assess({}, facts, kToday).reasons, IsEmpty());
  facts.tier_months = 12;
  facts.may_step_up = true;
  EXPECT_THAT(Assess({}, facts, kToday).reasons, IsEmpty());
}

TEST(RetentionTest, AFigureFallsMonthByMonth) {
  const Metric conversion{"conversion"};
  const auto falling = [&](const std::vector<std::pair<CivilMonth, int64_t>>& figures) {
    return MonthsFalling(BookOf(figures), conversion, kToday);
  };
  const CivilMonth march(2026, 3), february(2026, 2), january(2026, 1), december(2025, 12);
  EXPECT_EQ(falling({}), 0);
  EXPECT_EQ(falling({{march, 1}}), 0) << "nothing to compare with";
  EXPECT_EQ(falling({{march, 1}, {february, 2}, {january, 3}, {december, 4}}), 3);
  EXPECT_EQ(falling({{february, 2}, {january, 3}, {december, 4}}), 2) << "March is not told yet";
  EXPECT_EQ(falling({{march, 2}, {february, 2}, {january, 3}}), 0) << "equal is not worse";
  EXPECT_EQ(falling({{march, 1}, {february, 2}, {december, 4}}), 1) << "a gap ends the row";
  EXPECT_EQ(falling({{january, 3}, {december, 4}}), 0) << "too old to tell of";
  const MonthBook slower = BookOf({{march, 40}, {february, 30}}, "response_seconds_mean");
  EXPECT_EQ(MonthsFalling(slower, {"response_seconds_mean", /*lower_is_better=*/true}, kToday), 1);
  EXPECT_EQ(MonthsFalling(slower, {"response_seconds_mean"}, kToday), 0);

  AgentFacts facts = Content();
  const MonthBook book = BookOf({{march, 1}, {february, 2}, {january, 3}, {december, 4}});
  facts.months = &book;
  const Risk risk = Assess({}, facts, kToday);
  ASSERT_THAT(ReasonsOf(risk), ElementsAre(Reason::kFallingFigure));
  EXPECT_EQ(risk.reasons[0].metric_id, "conversion");
  EXPECT_EQ(risk.reasons[0].actual, 3);
  EXPECT_THAT(Assess({.falling_months = 4}, facts, kToday).reasons, IsEmpty());
}

TEST(RetentionTest, PayIsHeldAgainstTheBandOfTheTier) {
  RetentionPolicy policy;
  policy.low_minor = {{"regular", 500'000}};
  AgentFacts facts = Content();
  EXPECT_THAT(Assess(policy, facts, kToday).reasons, IsEmpty()) << "no pay is known";
  facts.pay_minor = 499'999;
  EXPECT_THAT(ReasonsOf(Assess(policy, facts, kToday)), ElementsAre(Reason::kPayBelowMarket));
  facts.pay_minor = 500'000;
  EXPECT_THAT(Assess(policy, facts, kToday).reasons, IsEmpty());
  facts.pay_minor = 1;
  facts.tier_id = "senior";
  EXPECT_THAT(Assess(policy, facts, kToday).reasons, IsEmpty()) << "no band of the tier";
}

TEST(RetentionTest, PointsAddUpToLevels) {
  AgentFacts facts = Content();
  facts.overdue_promises = 2;
  facts.service_months = 0;
  const RetentionPolicy policy{.new_points = 15, .promise_points = 14};
  Risk risk = Assess(policy, facts, kToday);
  EXPECT_EQ(risk.points, 29) << "two promises are one reason";
  EXPECT_EQ(risk.level, Level::kLow);
  risk = Assess({.new_points = 15}, facts, kToday);
  EXPECT_EQ(risk.level, Level::kMedium) << risk.points;
  risk = Assess({.new_points = 45}, facts, kToday);
  EXPECT_EQ(risk.points, 60);
  EXPECT_EQ(risk.level, Level::kHigh);
  EXPECT_THAT(ReasonsOf(Assess({.new_points = 0}, facts, kToday)),
              ElementsAre(Reason::kPromiseOverdue))
      << "a reason without points is none";
}

TEST(RetentionTest, WrongPoliciesAreNamedAtOnce) {
  EXPECT_THAT(CheckPolicy({}), IsEmpty());
  const RetentionPolicy wrong{.new_points = 101,
                              .falling_months = 0,
                              .metrics = {{"a"}, {"b"}, {"a"}},
                              .medium_points = 40,
                              .high_points = 39};
  std::vector<std::string> fields;
  for (const Fault& fault : CheckPolicy(wrong)) fields.push_back(fault.field);
  EXPECT_THAT(fields,
              ElementsAre("falling_months", "new_points", "high_points", "metrics[2].metric_id"));
}

TEST(TurnoverTest, CountsWhoCameAndLeftOnTheBordersOfAPeriod) {
  const CivilDay first(2026, 1, 1), last(2026, 1, 31);
  const auto spell = [](CivilDay from, std::optional<CivilDay> to, const std::string& group,
                        ExitReason reason = ExitReason::kUnspecified) {
    return Spell{{from, to}, group, group, group, group, reason};
  };
  const std::vector<Spell> spells{
      spell(CivilDay(2025, 1, 1), std::nullopt, "t1"),
      spell(CivilDay(2025, 1, 1), first - 1, "t1"),                // left the day before
      spell(CivilDay(2025, 1, 1), first, "t1", ExitReason::kPay),  // left on the first day
      spell(CivilDay(2025, 1, 1), last, "t1", ExitReason::kPay),   // and on the last one
      spell(first, last + 1, "t2"),                                // came on the first day
      spell(last, std::nullopt, "t2"),                             // and on the last one
      spell(last + 1, std::nullopt, "t2"),                         // too late
      spell(first, last, "t2"),                                    // came and left
  };
  const Turnover turnover = Count(spells, first, last);
  const TurnoverRow& t1 = turnover.rows.at("t1");
  EXPECT_EQ(t1.before, 3);
  EXPECT_EQ(t1.after, 1);
  EXPECT_EQ(t1.joined, 0);
  EXPECT_EQ(t1.left, 2);
  EXPECT_THAT(t1.reasons, ElementsAre(Pair(ExitReason::kPay, 2)));
  EXPECT_EQ(t1.turnover_bps(), 10'000);  // 2 of 2
  const TurnoverRow& t2 = turnover.rows.at("t2");
  EXPECT_EQ(t2.before, 0);
  EXPECT_EQ(t2.joined, 3);
  EXPECT_EQ(t2.left, 1);
  EXPECT_EQ(t2.after, 2);
  EXPECT_THAT(t2.reasons, ElementsAre(Pair(ExitReason::kUnspecified, 1)));
  EXPECT_EQ(turnover.total.left, 3);
  EXPECT_EQ(turnover.total.before + turnover.total.joined,
            turnover.total.after + turnover.total.left);
}

TEST(TurnoverTest, WhoMovesBetweenGroupsNeitherCameNorLeft) {
  const std::vector<Spell> spells{
      {{CivilDay(2025, 1, 1), std::nullopt}, "t1", "t2", "t1", "", ExitReason::kUnspecified}};
  const Turnover turnover = Count(spells, CivilDay(2026, 1, 1), CivilDay(2026, 1, 31));
  EXPECT_EQ(turnover.rows.at("t1").before, 1);
  EXPECT_EQ(turnover.rows.at("t1").left, 0);
  EXPECT_EQ(turnover.rows.at("t2").after, 1);
  EXPECT_EQ(turnover.rows.at("t2").joined, 0);
  EXPECT_EQ(turnover.rows.at("t2").turnover_bps(), 0);
}

TEST(TurnoverTest, RatesAreRoundedHalfUp) {
  EXPECT_EQ(TurnoverRow{}.turnover_bps(), std::nullopt);
  EXPECT_EQ((TurnoverRow{.before = 3, .after = 3, .left = 1}.turnover_bps()), 3'333);
  EXPECT_EQ((TurnoverRow{.before = 3, .after = 3, .left = 2}.turnover_bps()), 6'667);
  EXPECT_EQ((TurnoverRow{.before = 16, .after = 16, .left = 1}.turnover_bps()), 625);
  EXPECT_EQ((TurnoverRow{.before = 32, .after = 32, .left = 1}.turnover_bps()), 313);  // 312.5
}

TEST(StageTest, ForwardOrOutAndHiredOnlyFromAnOffer) {
  constexpr Stage kAll[] = {Stage::kApplied,  Stage::kScreened, Stage::kInterviewed,
                            Stage::kTested,   Stage::kOffered,  Stage::kHired,
                            Stage::kRejected, Stage::kWithdrawn};
  for (const Stage from : kAll) {
    for (const Stage to : kAll) {
      const bool process = from <= Stage::kOffered;
      const bool out = to == Stage::kRejected || to == Stage::kWithdrawn;
      const bool good = process && (out || (to > from && to <= Stage::kOffered) ||
                                    (from == Stage::kOffered && to == Stage::kHired));
      const absl::Status status = CheckMove(from, to, "c");
      if (good) {
        EXPECT_THAT(status, IsOk()) << NameOf(from) << NameOf(to);
      } else {
        EXPECT_THAT(status, HasReason("CANDIDATE_STAGE")) << NameOf(from) << NameOf(to);
      }
    }
  }
}

}  // namespace
}  // namespace kefu::staffing::personnel
