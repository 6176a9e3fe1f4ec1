// The shipped schemes with the handbook's numbers, at their boundaries, and weighted scorecards.
#include "services/performance/domain/judgement/score.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/performance/domain/judgement/duties.h"

namespace kefu::performance::domain {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

const absl::CivilMonth kMonth(2024, 11);
const absl::CivilDay kDay(2024, 11, 5);

// Events of one kind by agent "a" on successive days.
void Add(MonthFacts& facts, const std::string& kind, int times, int points = 0) {
  for (int i = 0; i < times; ++i) {
    ConductEvent event;
    event.id = fmt::format("{}{}", kind, facts.conduct.size());
    event.agent_id = "a";
    event.day = kDay + i;
    event.kind = kind;
    event.points = points;
    event.decided_by = "sup";
    facts.conduct.push_back(event);
  }
}

MonthFacts Facts() {
  MonthFacts facts;
  facts.month = kMonth;
  facts.currency = "CNY";
  return facts;
}

const ScoredItem& ItemOf(const Score& score, std::string_view id) {
  return *std::ranges::find(score.items, id, &ScoredItem::id);
}

// --- Scheme 2 ---

struct Case2 {
  std::vector<std::pair<std::string, int>> events;
  int64_t points;
  int effect_bps;
  std::string grade;
};

class Scheme2 : public ::testing::TestWithParam<Case2> {};

TEST_P(Scheme2, BandsHoldAtTheirBorders) {
  MonthFacts facts = Facts();
  for (const auto& [kind, times] : GetParam().events) Add(facts, kind, times);
  const Score score = ScoreAgent(*FindShippedScorecard("points_30"), facts, "a");
  EXPECT_EQ(score.points, GetParam().points * kPoint);
  EXPECT_EQ(score.bonus_effect_bps, GetParam().effect_bps);
  EXPECT_EQ(score.grade, GetParam().grade);
  EXPECT_TRUE(score.complete);
}

// n events of a kind: the first is a warning, so n − 1 are deducted.
INSTANTIATE_TEST_SUITE_P(
    Borders, Scheme2,
    ::testing::Values(
        Case2{{}, 33, 800, "full"},  // no deduction at all is "at most two": +3; 8 above 25
        Case2{{{"attitude_complaint", 3}}, 31, 600, "full"},
        Case2{{{"attitude_complaint", 4}}, 27, 200, "full"},  // three deductions: no +3
        Case2{{{"attitude_complaint", 6}}, 25, 0, "full"},    // exactly 25
        Case2{{{"attitude_complaint", 7}}, 24, -1000, "minus_10"},
        Case2{{{"price_cut", 6}}, 20, -1000, "minus_10"},  // exactly 20
        Case2{{{"price_cut", 6}, {"dispute_shirked", 2}}, 19, -3000, "minus_30"},
        Case2{{{"price_cut", 6}, {"missing_order_note", 6}}, 15, -3000, "minus_30"},  // exactly 15
        Case2{{{"price_cut", 6}, {"missing_order_note", 7}}, 14, -10000, "none"},
        Case2{{{"grave_error", 1}}, 23, -1000, "minus_10"},  // 30 − 10 + 3 for a single deduction
        Case2{
            {{"praise", 2}, {"grave_problem_reported", 1}, {"suggestion", 1}}, 47, 2200, "full"}));

TEST(Scheme2Test, TheFirstTimeOfEachKindIsAWarningAndNoDeduction) {
  MonthFacts facts = Facts();
  for (const char* kind :
       {"attitude_complaint", "missing_order_note", "dispute_shirked", "price_cut"})
    Add(facts, kind, 1);
  const Score score = ScoreAgent(*FindShippedScorecard("points_30"), facts, "a");
  EXPECT_EQ(score.points, 33 * kPoint);
  EXPECT_EQ(score.deductions, 0);
  EXPECT_THAT(ItemOf(score, "price_cut").record_ids, ElementsAre("price_cut3"));
  EXPECT_THAT(ItemOf(score, "price_cut").why_en, HasSubstr("1 warnings"));
  EXPECT_THAT(ItemOf(score, "price_cut").why_zh, HasSubstr("警告1次"));
}

TEST(Scheme2Test, OverturnedAndOtherMonthsEventsCountNowhere) {
  MonthFacts facts = Facts();
  Add(facts, "grave_error", 2);
  facts.conduct[0].state = ConductState::kOverturned;
  facts.conduct[1].day = absl::CivilDay(2024, 10, 31);
  const Score score = ScoreAgent(*FindShippedScorecard("points_30"), facts, "a");
  EXPECT_EQ(score.points, 33 * kPoint);
  EXPECT_FALSE(score.under_observation);
}

TEST(Scheme2Test, WhatNobodyHasDecidedIsShownAndCountsNothing) {
  MonthFacts facts = Facts();
  Add(facts, "grave_error", 1);
  Add(facts, "attitude_complaint", 1);
  facts.conduct[0].state = ConductState::kAppealed;
  facts.conduct[1].decided_by.clear();
  const auto score = [&] { return ScoreAgent(*FindShippedScorecard("points_30"), facts, "a"); };
  EXPECT_EQ(score().points, 33 * kPoint);
  EXPECT_FALSE(score().under_observation);
  EXPECT_THAT(ItemOf(score(), "grave_error").why_en, HasSubstr("1 more not decided"));
  EXPECT_THAT(score().pending,
              ::testing::UnorderedElementsAre("grave_error0", "attitude_complaint1"));
  EXPECT_TRUE(score().pending_matters);  // of the grave error
  facts.conduct[0].state = ConductState::kOverturned;
  EXPECT_THAT(score().pending, ElementsAre("attitude_complaint1"));
  EXPECT_FALSE(score().pending_matters);  // a first time is a warning
  facts.conduct[0].state = ConductState::kUpheld;
  EXPECT_EQ(score().points, 23 * kPoint);
  EXPECT_TRUE(score().under_observation);
}

// A praise and a complaint together leave the points as they are; each alone would not.
TEST(Scheme2Test, UndecidedEventsThatOutweighEachOtherMatterAllTheSame) {
  MonthFacts facts = Facts();
  Add(facts, "price_cut", 1);
  Add(facts, "price_cut", 3);
  Add(facts, "praise", 1);
  Add(facts, "suggestion", 1);
  for (size_t i = 1; i < facts.conduct.size(); ++i) facts.conduct[i].decided_by.clear();
  const Score score = ScoreAgent(*FindShippedScorecard("points_30"), facts, "a");
  EXPECT_EQ(score.pending.size(), 5u);
  EXPECT_TRUE(score.pending_matters);
}

// 21 points: neither all of them together nor one alone leaves the band, the two complaints without
// the praise do.
TEST(Scheme2Test, SomeOfTheUndecidedEventsMayMatter) {
  MonthFacts facts = Facts();
  Add(facts, "grave_error", 1);
  Add(facts, "price_cut", 3);
  Add(facts, "grave_problem_reported", 1);
  Add(facts, "attitude_complaint", 2);
  Add(facts, "dispute_shirked", 2);
  Add(facts, "praise", 1);
  const auto score = [&] { return ScoreAgent(*FindShippedScorecard("points_30"), facts, "a"); };
  const auto wait = [&](std::initializer_list<size_t> events) {
    for (const size_t i : events) facts.conduct[i].decided_by.clear();
  };
  wait({6, 8, 9});  // the second of each kind counts
  EXPECT_EQ(score().points, 21 * kPoint);
  EXPECT_EQ(score().grade, "minus_10");
  EXPECT_EQ(score().pending.size(), 3u);
  EXPECT_TRUE(score().pending_matters);
  facts.conduct[8].state = ConductState::kOverturned;
  EXPECT_FALSE(score().pending_matters);  // 20 to 24
  // More than are tried are taken to matter.
  for (size_t i = 0; i <= kMostPendingTried; ++i) {
    ConductEvent warning = facts.conduct[6];
    warning.id = fmt::format("note{}", i);
    warning.kind = "talk";  // that no item counts
    facts.conduct.push_back(warning);
  }
  EXPECT_FALSE(score().pending_matters);
  for (ConductEvent& event : facts.conduct) {
    if (event.kind == "talk") event.kind = "praise";
  }
  EXPECT_GT(score().pending.size(), kMostPendingTried);
  EXPECT_TRUE(score().pending_matters);
}

Figures Of(double sales, double conversion) {
  return {{"sales", {sales}}, {"conversion", {conversion}}, {"loss_rate", {1 - conversion}}};
}

TEST(Scheme2Test, RanksGiveFiveThreeOneAndTiesShare) {
  MonthFacts facts = Facts();
  facts.figures = {{"a", Of(100, 0.5)},
                   {"b", Of(100, 0.5)},
                   {"c", Of(100, 0.4)},
                   {"d", Of(90, 0.9)},
                   {"e", {{"sales", {500.0}}}}};
  const Scorecard& card = *FindShippedScorecard("points_30");
  const auto rank = [&](std::string_view agent) {
    const Score score = ScoreAgent(card, facts, agent);
    return std::pair(ItemOf(score, "month_rank").points / kPoint, score.title);
  };
  EXPECT_EQ(rank("a"), std::pair(int64_t{5}, std::string("gold_agent")));
  EXPECT_EQ(rank("b"), std::pair(int64_t{5}, std::string("gold_agent")));
  EXPECT_EQ(rank("c"), std::pair(int64_t{1}, std::string()));  // 1, 1, 3
  EXPECT_EQ(rank("d"), std::pair(int64_t{0}, std::string()));
  EXPECT_EQ(rank("e"), std::pair(int64_t{0}, std::string()));  // no conversion: not ranked
  EXPECT_THAT(ItemOf(ScoreAgent(card, facts, "a"), "month_rank").why_en, HasSubstr("2 share it"));
}

// A month with conversations and no order, as of a shop whose orders come late.
TEST(RankTest, WhereNobodySoldAnythingNobodyIsFirst) {
  MonthFacts facts = Facts();
  facts.figures = {{"a", Of(0, 0)}, {"b", Of(0, 0)}, {"c", Of(0, 0)}};
  facts.earlier = {facts.figures, {}};
  const Score points = ScoreAgent(*FindShippedScorecard("points_30"), facts, "a");
  EXPECT_EQ(points.points, 33 * kPoint);
  EXPECT_EQ(points.title, "");
  EXPECT_THAT(ItemOf(points, "month_rank").why_en, HasSubstr("not ranked"));
  EXPECT_EQ(ScoreAgent(*FindShippedScorecard("vouchers"), facts, "a").days_off, 0);
  EXPECT_TRUE(RankAgents(facts.figures, {{"sales", true}}).empty());
  // Of what less is better of, 0 is best.
  const std::map<std::string, Figures> late = {{"a", {{"x", {0.0}}}}, {"b", {{"x", {1.0}}}}};
  EXPECT_EQ(RankAgents(late, {{"x", false}}).at("a"), 1);
}

TEST(RankTest, WhomTheScorecardDoesNotRankTakesNobodysPlace) {
  MonthFacts facts = Facts();
  facts.figures = {{"a", Of(100, 0.5)}, {"b", Of(90, 0.4)}, {"after", Of(500, 0.9)}};
  facts.not_ranked = {"after"};
  facts.earlier = {{{"a", Of(100, 0.5)}, {"b", Of(90, 0.4)}}};
  const Scorecard& points = *FindShippedScorecard("points_30");
  EXPECT_EQ(ScoreAgent(points, facts, "a").title, "gold_agent");
  const Score after = ScoreAgent(points, facts, "after");
  EXPECT_EQ(after.title, "");
  EXPECT_EQ(ItemOf(after, "month_rank").points, 0);
  EXPECT_THAT(ItemOf(after, "month_rank").why_zh, HasSubstr("岗位不同"));
  EXPECT_EQ(ScoreAgent(*FindShippedScorecard("vouchers"), facts, "a").days_off, 1);
}

// --- By duty ---

TEST(DutyTest, OnlyTheDutiesOfTheDaysCount) {
  const absl::CivilDay first(2024, 11, 1), last(2024, 11, 30);
  const std::vector<DutySpan> spans = {{"after", Duty::kAfterSales, first - 100, std::nullopt},
                                       {"moved", Duty::kPreSales, first - 100, first - 1},
                                       {"moved", Duty::kAfterSales, first, std::nullopt},
                                       {"moves", Duty::kAfterSales, first - 9, first},
                                       {"moves", Duty::kPreSales, first + 1, std::nullopt},
                                       {"both", Duty::kBoth, first, std::nullopt},
                                       {"seller", Duty::kPreSales, first, std::nullopt},
                                       {"later", Duty::kAfterSales, last + 1, std::nullopt}};
  EXPECT_THAT(AgentsWithOnly(Duty::kAfterSales, spans, {first, last}),
              ElementsAre("after", "moved"));
  EXPECT_THAT(NotRankedBy("", spans, {first, last}), ElementsAre("after", "moved"));
  EXPECT_THAT(NotRankedBy("pre_sales", spans, {first, last}), ElementsAre("after", "moved"));
  EXPECT_THAT(NotRankedBy("after_sales", spans, {first, last}), ElementsAre("seller"));
}

TEST(DutyTest, OwnScorecardsAreChosenByRoleAndStage) {
  const auto card = [](std::string id, std::string shop, std::string role, Stage stage, int day) {
    Scorecard own;
    own.id = std::move(id);
    own.shop_id = std::move(shop);
    own.role = std::move(role);
    own.stage = stage;
    own.effective_from = absl::CivilDay(2024, 1, day);
    return own;
  };
  std::vector<Scorecard> own;
  const auto chosen = [&](std::string_view role, Stage stage) -> std::string {
    const Scorecard* found = ChooseScorecard(own, role, stage);
    return found == nullptr ? "" : found->id;
  };
  EXPECT_EQ(chosen("pre_sales", Stage::kStartup), "");
  own.push_back(card("scheme", "s", "", Stage::kAny, 9));  // to be named
  own.push_back(card("for_after", "", "after_sales", Stage::kAny, 1));
  EXPECT_EQ(chosen("pre_sales", Stage::kStartup), "");
  EXPECT_EQ(chosen("after_sales", Stage::kMature), "for_after");
  own.push_back(card("all", "", "", Stage::kStartup, 1));
  EXPECT_EQ(chosen("pre_sales", Stage::kStartup), "all");
  EXPECT_EQ(chosen("pre_sales", Stage::kGrowth), "");
  EXPECT_EQ(chosen("after_sales", Stage::kStartup), "for_after");
  own.push_back(card("sellers", "", "pre_sales", Stage::kStartup, 1));
  EXPECT_EQ(chosen("pre_sales", Stage::kStartup), "sellers");
  own.push_back(card("later", "", "pre_sales", Stage::kStartup, 2));
  EXPECT_EQ(chosen("pre_sales", Stage::kStartup), "later");
  own.push_back(card("shops", "s", "", Stage::kStartup, 1));
  EXPECT_EQ(chosen("pre_sales", Stage::kStartup), "shops");
  EXPECT_EQ(ShippedScorecardFor("pre_sales", Stage::kGrowth), "stage_growth");
  EXPECT_EQ(ShippedScorecardFor("after_sales", Stage::kGrowth), "after_sales_130");
}

// --- Scheme 3 ---

MonthFacts Graded(const std::string& quality, const std::string& others) {
  MonthFacts facts = Facts();
  facts.grades["a"] = {{"quality", {quality, "boss", "e1"}},
                       {"timely_disputes", {others, "boss", ""}},
                       {"cooperation", {others, "boss", ""}},
                       {"execution", {others, "boss", ""}}};
  facts.attendance["a"] = {};
  return facts;
}

TEST(Scheme3Test, FullMarksAre130) {
  const Score score =
      ScoreAgent(*FindShippedScorecard("after_sales_130"), Graded("excellent", "excellent"), "a");
  EXPECT_EQ(score.points, 130 * kPoint);
  EXPECT_EQ(score.max_points, 130 * kPoint);
  EXPECT_FALSE(score.failed);
}

TEST(Scheme3Test, NinetyOneOf130PassesAndNinetyFails) {
  // 15 + 3 × 10 + 20 + 10 + 20 = 95.
  MonthFacts facts = Graded("good", "fair");
  const Scorecard& card = *FindShippedScorecard("after_sales_130");
  EXPECT_EQ(ScoreAgent(card, facts, "a").points, 95 * kPoint);
  Add(facts, "upheld_complaint", 1, -8);
  Add(facts, "praise", 2);
  const Score passed = ScoreAgent(card, facts, "a");
  EXPECT_EQ(passed.points, 91 * kPoint);
  EXPECT_FALSE(passed.failed);
  EXPECT_EQ(passed.bonus_effect_bps, 0);
  facts.conduct[0].points = -9;
  const Score failed = ScoreAgent(card, facts, "a");
  EXPECT_EQ(failed.points, 90 * kPoint);
  EXPECT_TRUE(failed.failed);
  EXPECT_EQ(failed.bonus_effect_bps, -10'000);
  EXPECT_THAT(failed.why_zh, HasSubstr("不合格"));
}

TEST(Scheme3Test, DeductionsHaveTheirBoundsAndFloors) {
  MonthFacts facts = Graded("excellent", "excellent");
  Add(facts, "low_review", 3);            // 10 − 15, floored at 0
  Add(facts, "upheld_complaint", 1, -1);  // at least 5
  Add(facts, "outstanding_work", 1, 9);   // at most 5
  facts.attendance["a"].late_count = 1;
  facts.attendance["a"].leave_count = 1;
  facts.attendance["a"].absence_count = 1;
  const Score score = ScoreAgent(*FindShippedScorecard("after_sales_130"), facts, "a");
  EXPECT_EQ(ItemOf(score, "low_review").points, 0);
  EXPECT_EQ(ItemOf(score, "upheld_complaint").points, 15 * kPoint);
  EXPECT_EQ(ItemOf(score, "outstanding_work").points, 5 * kPoint);
  EXPECT_EQ(ItemOf(score, "attendance").points, 0);  // 20 − 5 − 5 − 10
  facts.attendance["a"].absence_count = 2;
  EXPECT_EQ(
      ItemOf(ScoreAgent(*FindShippedScorecard("after_sales_130"), facts, "a"), "attendance").points,
      0);
}

TEST(Scheme3Test, WithoutAGradeTheBonusIsNotDecided) {
  MonthFacts facts = Graded("excellent", "excellent");
  facts.grades["a"].erase("cooperation");
  Score score = ScoreAgent(*FindShippedScorecard("after_sales_130"), facts, "a");
  EXPECT_FALSE(score.complete);
  EXPECT_EQ(score.bonus_effect_bps, 0);
  EXPECT_FALSE(ItemOf(score, "cooperation").known);
  // The quality item falls back to the inspections' mean.
  facts.grades["a"].erase("quality");
  facts.figures["a"] = {{"quality", {89.9, 19, 80.0, 95.0}}};
  score = ScoreAgent(*FindShippedScorecard("after_sales_130"), facts, "a");
  EXPECT_FALSE(ItemOf(score, "quality").known);  // too thin to judge by
  facts.figures["a"] = {{"quality", {89.9, 20, 80.0, 95.0}}};
  score = ScoreAgent(*FindShippedScorecard("after_sales_130"), facts, "a");
  EXPECT_EQ(ItemOf(score, "quality").band, "good");
  EXPECT_EQ(ItemOf(score, "quality").low, 80.0);
}

// --- Scheme 1 ---

TEST(Scheme1Test, VouchersStayInTheirRanges) {
  MonthFacts facts = Facts();
  Add(facts, "adopted_suggestion", 1, 20);  // at most 10
  Add(facts, "sales_case_shared", 1, 0);    // at least 3
  Add(facts, "daily_work", 1, 5);
  const Score score = ScoreAgent(*FindShippedScorecard("vouchers"), facts, "a");
  EXPECT_EQ(score.points, (10 + 3 + 5) * kPoint);
  EXPECT_EQ(score.bonus_effect_bps, 0);
}

// 3 to 5 a week: of each week, from Monday on, the first. The 1st of November 2024 is a Friday.
TEST(Scheme1Test, DailyWorkIsRewardedOnceAWeek) {
  MonthFacts facts = Facts();
  Add(facts, "daily_work", 6, 5);  // from Tuesday the 5th to Sunday the 10th
  const auto points = [&] {
    return ScoreAgent(*FindShippedScorecard("vouchers"), facts, "a").points / kPoint;
  };
  EXPECT_EQ(points(), 5);
  facts.conduct[0].points = 3;
  EXPECT_EQ(points(), 3);
  facts.conduct[5].day = absl::CivilDay(2024, 11, 11);
  EXPECT_EQ(points(), 8);
  facts.conduct[4].day = absl::CivilDay(2024, 11, 2);
  EXPECT_EQ(points(), 13);
  // The week began in October, and was rewarded there.
  facts.conduct[3].day = absl::CivilDay(2024, 10, 28);
  EXPECT_EQ(points(), 8);
  facts.conduct[3].state = ConductState::kOverturned;
  EXPECT_EQ(points(), 13);
}

TEST(Scheme1Test, FirstInSalesTwoMonthsRunningGivesADayOff) {
  MonthFacts facts = Facts();
  facts.figures = {{"a", Of(100, 0.5)}, {"b", Of(90, 0.5)}};
  const Scorecard& card = *FindShippedScorecard("vouchers");
  EXPECT_EQ(ScoreAgent(card, facts, "a").days_off, 0);
  facts.earlier = {{{"a", Of(80, 0.5)}, {"b", Of(90, 0.5)}}};
  EXPECT_EQ(ScoreAgent(card, facts, "a").days_off, 0);
  facts.earlier = {{{"a", Of(95, 0.5)}, {"b", Of(90, 0.5)}}};
  EXPECT_EQ(ScoreAgent(card, facts, "a").days_off, 1);
  EXPECT_EQ(ScoreAgent(card, facts, "b").days_off, 0);
  // Once a streak, not again in its third month; a new streak gives another.
  facts.earlier.push_back(facts.earlier.front());
  EXPECT_EQ(ScoreAgent(card, facts, "a").days_off, 0);
  facts.earlier.back() = {{"a", Of(80, 0.5)}, {"b", Of(90, 0.5)}};
  EXPECT_EQ(ScoreAgent(card, facts, "a").days_off, 1);
}

// Ranks are a month's, one card's and another's: whoever scores all of a shop computes them once.
TEST(MonthRanksTest, ScoreAllAsEachAlone) {
  MonthFacts facts = Facts();
  facts.figures = {{"a", Of(100, 0.5)}, {"b", Of(90, 0.7)}, {"c", Of(90, 0.5)}};
  facts.earlier = {{{"a", Of(80, 0.5)}, {"b", Of(90, 0.5)}}, {{"a", Of(95, 0.5)}}};
  MonthRanks ranks(facts);
  for (const std::string_view id : {"points_30", "vouchers", "points_30"}) {
    const Scorecard& card = *FindShippedScorecard(id);
    for (const std::string_view agent : {"a", "b", "c", "nobody"}) {
      EXPECT_EQ(ScoreAgent(card, facts, agent, ranks), ScoreAgent(card, facts, agent))
          << id << " " << agent;
    }
  }
  const auto& [by_agent, agents] = ranks.Of(0, {{"sales", true}});
  EXPECT_EQ(by_agent, (std::map<std::string, int>{{"a", 1}, {"b", 2}, {"c", 2}}));
  EXPECT_EQ(agents, (std::map<int, int>{{1, 1}, {2, 2}}));
  EXPECT_EQ(ranks.Of(1, {{"sales", true}}).by_agent.at("b"), 1);
}

ConductEvent GroupEvent(const std::string& id, const std::string& kind, absl::CivilDay day) {
  ConductEvent event;
  event.decided_by = "sup";
  event.id = id;
  event.agent_id = "a";
  event.team_id = "t";
  event.day = day;
  event.kind = kind;
  return event;
}

TEST(Scheme1Test, TheGroupAnswersForAnIgnoredProblem) {
  MonthFacts facts = Facts();
  facts.conduct = {GroupEvent("g1", "own_shop_problem_ignored", absl::CivilDay(2024, 9, 1)),
                   GroupEvent("g2", "own_shop_problem_ignored", kDay)};
  facts.group_members = {{"g1", {"a", "b"}}, {"g2", {"a", "b"}}};
  const Scorecard& card = *FindShippedScorecard("vouchers");
  for (const char* agent : {"a", "b"}) {
    const Score score = ScoreAgent(card, facts, agent);
    EXPECT_EQ(score.fines_minor, 100'00) << agent;
    EXPECT_EQ(score.fines_taken, 0) << agent;  // fines are off by default
    EXPECT_TRUE(score.sanctions.empty());
  }
  EXPECT_EQ(ScoreAgent(card, facts, "c").fines_minor, 0);
  facts.conduct.push_back(GroupEvent("g3", "own_shop_problem_ignored", kDay + 1));
  facts.group_members["g3"] = {"a", "b"};
  const Score third = ScoreAgent(card, facts, "b");
  EXPECT_EQ(third.fines_minor, 200'00);
  EXPECT_THAT(third.sanctions, ElementsAre(DecidedSanction{"g3", Sanction::kDismissal}));
  Scorecard on = card;
  on.fines_on = true;
  EXPECT_EQ(ScoreAgent(on, facts, "b").fines_taken, 200'00);
}

TEST(Scheme1Test, AProblemNotFollowedUpCostsTheGroupTwoHundredAtTheThirdTime) {
  MonthFacts facts = Facts();
  for (int i = 0; i < 3; ++i) {
    const std::string id = fmt::format("p{}", i);
    facts.conduct.push_back(GroupEvent(id, "problem_not_followed_up", kDay + i));
    facts.group_members[id] = {"a", "b"};
  }
  const Scorecard& card = *FindShippedScorecard("vouchers");
  EXPECT_EQ(ScoreAgent(card, facts, "a").fines_minor, (100 + 100 + 200) * 100);
  EXPECT_EQ(ScoreAgent(card, facts, "b").fines_minor, 200'00);
}

TEST(Scheme1Test, ARedLineIsAlwaysNoticed) {
  MonthFacts facts = Facts();
  Add(facts, "red_line", 1);
  facts.conduct[0].money_minor = -50'00;
  const Score score = ScoreAgent(*FindShippedScorecard("vouchers"), facts, "a");
  EXPECT_EQ(score.sanctions[0].sanction, Sanction::kPublicNotice);
  EXPECT_EQ(score.fines_minor, 50'00);
  // In any case: also beside what was decided.
  facts.conduct[0].sanction = Sanction::kDemerit;
  EXPECT_THAT(ScoreAgent(*FindShippedScorecard("vouchers"), facts, "a").sanctions,
              ElementsAre(DecidedSanction{"red_line0", Sanction::kDemerit},
                          DecidedSanction{"red_line0", Sanction::kPublicNotice}));
  facts.conduct[0].sanction = Sanction::kPublicNotice;
  EXPECT_EQ(ScoreAgent(*FindShippedScorecard("vouchers"), facts, "a").sanctions.size(), 1u);
}

// --- Weighted ---

TEST(StageTest, WeightsAreSharedWhereAFigureIsMissingOrThin) {
  MonthFacts facts = Facts();
  facts.figures["a"] = {{"sales", {1200.0}},     {"conversion", {0.20}},
                        {"reply_rate", {0.97}},  {"response_seconds_mean", {30.0}},
                        {"satisfaction", {4.6}}, {"quality", {95.0, 5, 80.0, 99.0}}};
  facts.shop_mean = {{"sales", {1000.0}}, {"conversion", {0.25}}};
  const Scorecard& card = *FindShippedScorecard("stage_mature");
  Score score = ScoreAgent(card, facts, "a");
  // Quality: 2000 × 25 % = 500 of 8500. (2000·100 + 1500·70 + 1500·100·3 + 500·100) / 8500 = 94.71.
  EXPECT_EQ(score.points, 9471);
  EXPECT_EQ(score.grade, "S");
  int weights = 0;
  for (const ScoredItem& item : score.items) weights += item.weight_bps;
  EXPECT_EQ(weights, 10'000);
  EXPECT_THAT(ItemOf(score, "quality").why_en, HasSubstr("thin: 5 samples of 20"));
  facts.figures["a"].erase("quality");
  score = ScoreAgent(card, facts, "a");
  EXPECT_EQ(score.points, 9438);  // 755 000 / 8000 = 94.375, half up
  EXPECT_TRUE(score.complete);
  EXPECT_FALSE(ScoreAgent(card, facts, "nobody").complete);
}

// --- What cannot be ---

bool Known(std::string_view id) { return id == "sales" || id == "quality"; }

std::vector<std::string> Problems(const Scorecard& card) {
  std::vector<std::string> told;
  for (const auto& problem : CheckScorecard(card, Known))
    told.push_back(problem.field + ": " + problem.description);
  return told;
}

TEST(CheckScorecardTest, ShippedOnesAreSound) {
  for (const Scorecard& card : ShippedScorecards()) {
    EXPECT_THAT(CheckScorecard(card, [](std::string_view) { return true; }), ElementsAre())
        << card.id;
  }
}

TEST(CheckScorecardTest, EveryImpossibilityIsNamedAtOnce) {
  Scorecard card = *FindShippedScorecard("stage_startup");
  auto& metric = std::get<MetricRule>(card.items[0].rule);
  metric.weight_bps = 9'000;
  metric.bands = {{{std::nullopt, 500}, 0}, {{400, 600}, 1}, {{700, 800}, 2}};
  metric.metric_id = "nonsense";
  card.items.push_back(card.items[0]);
  card.items[1].rule = RankRule{};
  card.bonus = {{{0, 10}, "x", -20'000, 0}};
  EXPECT_THAT(Problems(card), ::testing::UnorderedElementsAre(
                                  "items[0].metric.metric_id: there is no metric 'nonsense'",
                                  "items[0].metric.bands[1]: overlaps the band before it",
                                  "items[0].metric.bands[2]: leaves a gap after the band before it",
                                  "items[0].metric.bands[2]: the last band must have no end",
                                  "items[1].item_id: stands twice",
                                  "items[1].rank.by: must name at least one metric",
                                  "items[1].rank.centipoints: must hold the points of rank 1",
                                  "items: weights must add up to 10000 basis points, not 9000",
                                  "bonus[0]: the first band must have no beginning",
                                  "bonus[0]: the last band must have no end",
                                  "bonus[0].effect_bps: must not take more than the whole bonus"));
  card = *FindShippedScorecard("after_sales_130");
  card.max_points = 100 * kPoint;
  EXPECT_THAT(Problems(card),
              ElementsAre("max_centipoints: is 10000, but the items add up to 13000"));
  // Weighted figures give 100 together: 70 % of 130 could hardly be reached.
  card = *FindShippedScorecard("stage_startup");
  card.max_points = 130 * kPoint;
  card.fail_below_bps = 7'000;
  EXPECT_THAT(Problems(card),
              ElementsAre("max_centipoints: is 13000, but the items add up to 10000"));
  card.max_points = 100 * kPoint;
  EXPECT_THAT(Problems(card), ElementsAre());
}

}  // namespace
}  // namespace kefu::performance::domain
