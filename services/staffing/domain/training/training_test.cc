#include <cmath>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/staffing/domain/training/catalogue.h"
#include "services/staffing/domain/training/effect.h"
#include "services/staffing/domain/training/figures.h"
#include "services/staffing/domain/training/talent.h"

namespace kefu::staffing::training {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Optional;

using Day = absl::CivilDay;
using Month = absl::CivilMonth;

std::vector<std::string> Fields(const Catalogue& catalogue) {
  std::vector<std::string> fields;
  for (const Fault& fault : CheckCatalogue(catalogue)) fields.push_back(fault.field);
  return fields;
}

TEST(CatalogueTest, TheShippedOneHoldsAndNamesThePublishedCompounding) {
  const Catalogue& shipped = ShippedCatalogue();
  EXPECT_THAT(Fields(shipped), IsEmpty());
  // Performance's diagnosis names these by the same metrics.
  std::map<std::string, std::string> courses;
  for (const Rule& rule : shipped.rules) courses[rule.metric_id] = rule.course_id;
  EXPECT_EQ(courses, (std::map<std::string, std::string>{
                         {"reply_rate", "service_details"},
                         {"response_seconds_mean", "typing_and_quick_answers"},
                         {"conversion", "guiding_purchase"},
                         {"average_order_value", "cross_selling"},
                         {"satisfaction", "attitude"},
                         {"quality", "scripts_and_rules"}}));
  EXPECT_EQ(shipped.FindCourse("hot_products")->recurrence_months, 1);
  // 99 % of each day for 100 days leaves 36.6 %, 99.99 % leaves 99.0 %: as the course says, cut
  // off.
  EXPECT_EQ(static_cast<int>(std::pow(0.99, 100) * 100), 36);
  EXPECT_EQ(static_cast<int>(std::pow(0.9999, 100) * 100), 99);
  const std::string& text = shipped.FindCourse("mindset")->text;
  EXPECT_NE(text.find("36%"), std::string::npos);
  EXPECT_NE(text.find("99.99%"), std::string::npos);
}

TEST(CatalogueTest, EveryFaultIsNamedAtOnce) {
  Catalogue wrong = ShippedCatalogue();
  wrong.skills.push_back(wrong.skills[0]);
  wrong.skills.back().levels.clear();
  wrong.courses[0].pass_score = 101;
  wrong.courses[1].award.level = 4;
  wrong.courses[2].award.skill_id = "none";
  wrong.courses[3].recurrence_months = 13;
  wrong.courses[4].award.level = 1;
  wrong.rules[0].course_id = "none";
  wrong.rules[1].value_millionths = 1;
  wrong.rules[2].least_cases = 0;
  wrong.effect.days = 0;
  wrong.effect.confidence_bps = 10'000;
  wrong.talent.side_weights = {0, 0, 0, 0};
  wrong.talent.high_sides_centi = 200;
  wrong.figure_days = 6;
  EXPECT_THAT(Fields(wrong),
              ::testing::UnorderedElementsAre(
                  "skills[5].skill_id", "skills[5].levels", "courses[0].pass_score",
                  "courses[1].award.level", "courses[2].award.skill_id",
                  "courses[3].recurrence_months", "courses[4].award.level", "rules[0].course_id",
                  "rules[1]", "rules[2].least_cases", "effect.days", "effect.confidence_bps",
                  "talent.side_weights", "talent.high_sides_centi", "figure_days"));
}

TEST(CatalogueTest, RecurrencesBeginInJanuary) {
  EXPECT_EQ(RecurrenceOf(1, Day(2026, 1, 31)), Day(2026, 1, 1));
  EXPECT_EQ(RecurrenceOf(1, Day(2026, 2, 1)), Day(2026, 2, 1));
  EXPECT_EQ(RecurrenceOf(3, Day(2026, 3, 31)), Day(2026, 1, 1));
  EXPECT_EQ(RecurrenceOf(3, Day(2026, 4, 1)), Day(2026, 4, 1));
  EXPECT_EQ(RecurrenceOf(12, Day(2028, 2, 29)), Day(2028, 1, 1));
  // 5 does not divide the year: 24,300 months before 2026 are 4,860 times 5.
  EXPECT_EQ(RecurrenceOf(5, Day(2026, 1, 1)), Day(2026, 1, 1));
  EXPECT_EQ(RecurrenceOf(5, Day(2027, 1, 1)), Day(2026, 11, 1));
}

TEST(CatalogueTest, ValidityCountsCalendarMonths) {
  EXPECT_EQ(ValidUntil(Day(2026, 1, 15), 0), std::nullopt);
  EXPECT_THAT(ValidUntil(Day(2026, 1, 15), 12), Optional(Day(2027, 1, 14)));
  EXPECT_THAT(ValidUntil(Day(2026, 3, 1), 12), Optional(Day(2027, 2, 28)));
  EXPECT_THAT(ValidUntil(Day(2026, 1, 31), 1), Optional(Day(2026, 2, 28)));
  EXPECT_THAT(ValidUntil(Day(2028, 2, 29), 12), Optional(Day(2029, 2, 28)));
  EXPECT_THAT(ValidUntil(Day(2028, 2, 29), 48), Optional(Day(2032, 2, 28)));
  EXPECT_THAT(ValidUntil(Day(2026, 12, 1), 1), Optional(Day(2026, 12, 31)));
}

Catalogue OneRule(Rule rule) {
  rule.id = "r";
  rule.metric_id = "m";
  rule.period = Period::kMonth;
  rule.course_id = "c";
  return {.courses = {{.id = "c"}}, .rules = {rule}};
}
bool IsWeak(const Catalogue& catalogue, Figure own, Figure shop, bool after_sales = false,
            Period period = Period::kMonth) {
  return !Weaknesses(catalogue, period, {{"m", own}}, {{"m", shop}}, after_sales).empty();
}

TEST(WeaknessTest, AFigureAtTheBoundIsNotWeak) {
  const Catalogue share = OneRule({.share_of_shop_bps = 9'500, .least_cases = 30});
  // 95 % of the shop's 80 % is 76 %.
  EXPECT_FALSE(IsWeak(share, {76, 100}, {800, 1'000}));
  EXPECT_TRUE(IsWeak(share, {75, 100}, {800, 1'000}));
  // A difference that millionths do not show.
  EXPECT_TRUE(IsWeak(share, {75'999'999'999, 100'000'000'000}, {800, 1'000}));
  const auto weak =
      Weaknesses(share, Period::kMonth, {{"m", {75, 100}}}, {{"m", {800, 1'000}}}, false);
  ASSERT_EQ(weak.size(), 1u);
  EXPECT_EQ(weak[0].value_millionths, 750'000);
  EXPECT_EQ(weak[0].shop_value_millionths, 800'000);
  EXPECT_EQ(weak[0].bound_millionths, 760'000);
  const Catalogue time =
      OneRule({.higher_is_weak = true, .share_of_shop_bps = 15'000, .least_cases = 30});
  // Seconds are told in microseconds: 60 s of 40 s.
  const Figure shop{400'000'000, 10, 1};
  EXPECT_FALSE(IsWeak(time, {1'800'000'000, 30, 1}, shop));
  EXPECT_TRUE(IsWeak(time, {1'800'000'001, 30, 1}, shop));
  const Catalogue value = OneRule({.value_millionths = 850'000, .least_cases = 30});
  EXPECT_FALSE(IsWeak(value, {85, 100}, {}));
  EXPECT_TRUE(IsWeak(value, {84, 100}, {}));
}

TEST(WeaknessTest, FewCasesOthersPeriodsAndRetiredCoursesSayNothing) {
  Catalogue catalogue = OneRule({.share_of_shop_bps = 9'500, .least_cases = 30, .selling = true});
  EXPECT_TRUE(IsWeak(catalogue, {1, 30}, {9, 10}));
  EXPECT_FALSE(IsWeak(catalogue, {1, 29}, {9, 10}));
  EXPECT_FALSE(IsWeak(catalogue, {1, 30}, {9, 10}, /*after_sales=*/true));
  EXPECT_FALSE(IsWeak(catalogue, {1, 30}, {9, 10}, false, Period::kWeek));
  EXPECT_FALSE(IsWeak(catalogue, {1, 30}, {0, 0})) << "the shop has no figure";
  EXPECT_FALSE(IsWeak(catalogue, {1, 0}, {9, 10})) << "a sum";
  catalogue.rules.push_back(catalogue.rules[0]);
  EXPECT_EQ(Weaknesses(catalogue, Period::kMonth, {{"m", {1, 30}}}, {{"m", {9, 10}}}, false).size(),
            1u)
      << "two rules lead to one course";
  catalogue.courses[0].retired = true;
  EXPECT_FALSE(IsWeak(catalogue, {1, 30}, {9, 10}));
}

TEST(AssignTest, OnceForACauseAndNotWhileOneIsOpen) {
  const Day from(2026, 1, 1);
  EXPECT_TRUE(ShouldAssign({}, "a", std::nullopt, from));
  const std::vector<Known> open = {{true, "b"}}, done = {{false, "b"}}, by_hand = {{false, ""}};
  EXPECT_FALSE(ShouldAssign(open, "a", std::nullopt, from));
  EXPECT_TRUE(ShouldAssign(done, "a", std::nullopt, from));
  EXPECT_FALSE(ShouldAssign(done, "b", std::nullopt, from));
  EXPECT_TRUE(ShouldAssign(by_hand, "", std::nullopt, from)) << "by hand there is no cause";
  EXPECT_FALSE(ShouldAssign({}, "a", Day(2026, 1, 1), from)) << "passed in the period";
  EXPECT_TRUE(ShouldAssign({}, "a", Day(2025, 12, 31), from));
}

// Figures of 100 customers a day, `before` and `after` of them answered; the training on 31 March
// answered all.
ToldDays Told(int64_t before, int64_t after) {
  ToldDays told = {
      {Month(2026, 2), {}}, {Month(2026, 3), {}}, {Month(2026, 4), {}}, {Month(2026, 5), {}}};
  for (Day day(2026, 2, 1); day < Day(2026, 6, 1); ++day) {
    const bool of_training = day == Day(2026, 3, 31);
    told[Month(day)].push_back({day,
                                of_training              ? 1'000
                                : day < Day(2026, 3, 31) ? before
                                                         : after,
                                of_training ? 1'000 : 100});
  }
  return told;
}
const Window kTraining{Day(2026, 3, 31), Day(2026, 3, 31)};

TEST(EffectTest, ThirtyDaysOnEachSideAndTheTrainingInNeither) {
  ToldDays told = Told(80, 90);
  Effect effect = Judge({}, kTraining, Unit::kShare, 1'000'000, told);
  EXPECT_EQ(effect.before.window, (Window{Day(2026, 3, 1), Day(2026, 3, 30)}));
  EXPECT_EQ(effect.after.window, (Window{Day(2026, 4, 1), Day(2026, 4, 30)}));
  EXPECT_EQ(effect.before.sum.numerator, 2'400);
  EXPECT_EQ(effect.before.sum.denominator, 3'000);
  EXPECT_EQ(effect.after.sum.numerator, 2'700);
  EXPECT_EQ(effect.after.days, 30);
  EXPECT_THAT(effect.change_millionths, Optional(100'000));
  EXPECT_EQ(effect.state, EffectState::kRose);
  // The 31st days change nothing, the 30th do.
  told[Month(2026, 2)].back().numerator = 0;
  told[Month(2026, 5)].front().numerator = 0;
  EXPECT_THAT(Judge({}, kTraining, Unit::kShare, 1'000'000, told).change_millionths,
              Optional(100'000));
  told[Month(2026, 3)].front().numerator -= 30;
  EXPECT_EQ(Judge({}, kTraining, Unit::kShare, 1'000'000, told).before.sum.numerator, 2'370);
  told[Month(2026, 4)].back().numerator -= 30;
  EXPECT_EQ(Judge({}, kTraining, Unit::kShare, 1'000'000, told).after.sum.numerator, 2'670);
}

TEST(EffectTest, ALeapDayIsADay) {
  const Window training{Day(2028, 3, 15), Day(2028, 3, 16)};  // past midnight
  EXPECT_EQ(Before(training, 30), (Window{Day(2028, 2, 14), Day(2028, 3, 14)}));
  EXPECT_EQ(After(training, 30), (Window{Day(2028, 3, 17), Day(2028, 4, 15)}));
  EXPECT_EQ(Before({Day(2027, 3, 15), Day(2027, 3, 15)}, 30).first, Day(2027, 2, 13));
  EXPECT_THAT(MonthsNeeded(Before(training, 30), After(training, 30)),
              ElementsAre(Month(2028, 2), Month(2028, 3), Month(2028, 4)));
  // A training of a month of its own needs nothing of that month but what its windows hold.
  EXPECT_THAT(MonthsNeeded({Day(2026, 1, 1), Day(2026, 1, 31)}, {Day(2026, 3, 1), Day(2026, 3, 2)}),
              ElementsAre(Month(2026, 1), Month(2026, 3)));
}

TEST(EffectTest, AMissingMonthKeepsItPending) {
  ToldDays told = Told(80, 90);
  told.erase(Month(2026, 2));
  told.erase(Month(2026, 5));
  EXPECT_EQ(Judge({}, kTraining, Unit::kShare, 1'000'000, told).state, EffectState::kRose)
      << "neither month holds one of the days";
  told.erase(Month(2026, 4));
  const Effect pending = Judge({}, kTraining, Unit::kShare, 1'000'000, told);
  EXPECT_EQ(pending.state, EffectState::kPending);
  EXPECT_THAT(pending.missing, ElementsAre(Month(2026, 4)));
  EXPECT_EQ(pending.change_millionths, std::nullopt);
  // One day more reaches into February.
  told = Told(80, 90);
  told.erase(Month(2026, 2));
  EXPECT_THAT(Judge({.days = 31}, kTraining, Unit::kShare, 1'000'000, told).missing,
              ElementsAre(Month(2026, 2)));
}

TEST(EffectTest, VerdictsFollowTheInterval) {
  EXPECT_EQ(Judge({}, kTraining, Unit::kShare, 1'000'000, Told(90, 80)).state, EffectState::kFell);
  const Effect same = Judge({}, kTraining, Unit::kShare, 1'000'000, Told(80, 81));
  EXPECT_EQ(same.state, EffectState::kNoChangeShown);
  EXPECT_LT(*same.low_millionths, 0);
  EXPECT_GT(*same.high_millionths, 10'000);
  // 100 customers a day for 30 days are 3,000.
  EXPECT_EQ(Judge({.least_cases = 3'000}, kTraining, Unit::kShare, 1'000'000, Told(80, 90)).state,
            EffectState::kRose);
  const Effect few =
      Judge({.least_cases = 3'001}, kTraining, Unit::kShare, 1'000'000, Told(80, 90));
  EXPECT_EQ(few.state, EffectState::kTooFew);
  EXPECT_THAT(few.change_millionths, Optional(100'000)) << "told, without a verdict";
  EXPECT_EQ(few.low_millionths, std::nullopt);
}

TEST(EffectTest, WhoWasPickedByTheDaysBeforeIsNamed) {
  const auto picked = [](Day first, Day last) {
    return Judge({}, kTraining, Unit::kShare, 1'000'000, Told(80, 90), Window{first, last})
        .before_holds_cause;
  };
  EXPECT_FALSE(Judge({}, kTraining, Unit::kShare, 1'000'000, Told(80, 90)).before_holds_cause);
  EXPECT_TRUE(picked(Day(2026, 2, 1), Day(2026, 3, 1))) << "its last day is the first before";
  EXPECT_FALSE(picked(Day(2026, 2, 1), Day(2026, 2, 28)));
  EXPECT_TRUE(picked(Day(2026, 3, 30), Day(2026, 4, 5)));
  EXPECT_FALSE(picked(Day(2026, 3, 31), Day(2026, 4, 5))) << "the training's own day";
}

TEST(EffectTest, WhatIsNoShareIsNotTested) {
  const Effect mean = Judge({}, kTraining, Unit::kMean, 1, Told(80, 90));
  EXPECT_EQ(mean.state, EffectState::kNotTested);
  EXPECT_EQ(mean.low_millionths, std::nullopt);
  // More than all of them: no share, whatever it is called.
  EXPECT_EQ(Judge({}, kTraining, Unit::kShare, 1'000'000, Told(80, 101)).state,
            EffectState::kNotTested);
  // Sums are told a day with figures.
  ToldDays sales = Told(80, 90);
  sales[Month(2026, 4)].resize(20);
  const Effect sum = Judge({.least_days = 20}, kTraining, Unit::kSum, 1'000'000, sales);
  EXPECT_EQ(sum.state, EffectState::kNotTested);
  EXPECT_EQ(sum.after.sum.denominator, 20);
  EXPECT_THAT(sum.change_millionths, Optional(10'000'000));
  EXPECT_EQ(Judge({.least_days = 21}, kTraining, Unit::kSum, 1'000'000, sales).state,
            EffectState::kTooFew);
}

// Newcombe 1998, table II, method 10 (differences first − second there).
TEST(EffectTest, IntervalsAreThePublishedOnes) {
  const auto near = [](double expected) { return ::testing::DoubleNear(expected, 0.00005); };
  struct Case {
    Figure first, second;
    double low, high;
  };
  for (const Case& c :
       {Case{{48, 80}, {56, 70}, 0.0524, 0.3339}, Case{{3, 10}, {9, 10}, 0.1705, 0.8090},
        Case{{2, 7}, {6, 7}, 0.0582, 0.8062}, Case{{0, 29}, {5, 56}, -0.0381, 0.1926},
        Case{{0, 20}, {0, 10}, -0.1611, 0.2775}, Case{{0, 20}, {10, 10}, 0.6791, 1.0000}}) {
    const Interval interval = Newcombe(c.first, c.second, 0.95);
    EXPECT_THAT(interval.low, near(c.low)) << c.first.numerator << "/" << c.first.denominator;
    EXPECT_THAT(interval.high, near(c.high)) << c.first.numerator << "/" << c.first.denominator;
  }
}

TEST(EffectTest, ACourseIsThoseWhoCameTogether) {
  const std::vector<Effect> effects = {
      {.state = EffectState::kRose, .change_millionths = 100'000, .before_holds_cause = true},
      {.state = EffectState::kFell, .change_millionths = -49'999},
      {.state = EffectState::kTooFew, .change_millionths = 900'000, .before_holds_cause = true},
      {.state = EffectState::kPending}};
  const Together together = Sum(effects);
  EXPECT_EQ(together.trained, 4);
  EXPECT_EQ(together.by_state.at(EffectState::kPending), 1);
  EXPECT_THAT(together.mean_change_millionths, Optional(25'001)) << "50,001 ÷ 2, half up";
  EXPECT_EQ(together.before_holds_cause, 1) << "of those in the mean";
  EXPECT_EQ(Sum({}).mean_change_millionths, std::nullopt);
}

// The agent's figure of one month and shop beside the shop's.
Compared Against(const Figure& own, const Figure& shop) {
  Compared compared;
  compared.Add(own, shop);
  return compared;
}

TEST(TalentTest, BordersAreData) {
  const TalentTerms terms;
  const auto place = [&](std::array<int32_t, 4> grades, Figure conversion, Figure replies) {
    return Place(terms, {.grades = grades,
                         .figures = {{"conversion", Against(conversion, {500, 1'000})},
                                     {"reply_rate", Against(replies, {900, 1'000})}}});
  };
  // 110 % and 110 %: high from 11,000 on; 4 of 5 is high from 400 on.
  Placement best = place({4, 4, 4, 4}, {55, 100}, {99, 100});
  EXPECT_THAT(best.ratios_bps, ElementsAre(Optional(11'000), Optional(11'000)));
  EXPECT_EQ(best.performance, Level::kHigh);
  EXPECT_EQ(best.sides, Level::kHigh);
  EXPECT_EQ(best.box, 9);
  // A little less of each.
  Placement less = place({4, 4, 4, 3}, {549, 1'000}, {99, 100});
  EXPECT_EQ(less.performance_bps, 10'990);
  EXPECT_EQ(less.sides_centi, 375);
  EXPECT_EQ(less.box, 5);
  // 2.75 and 90 % are still medium, 2.5 and 89 % are not.
  EXPECT_EQ(place({3, 3, 3, 2}, {45, 100}, {81, 100}).box, 5);
  EXPECT_EQ(place({3, 3, 2, 2}, {45, 100}, {80, 100}).box, 1);
  EXPECT_EQ(place({1, 1, 1, 1}, {60, 100}, {99, 100}).box, 3);
  EXPECT_EQ(place({5, 5, 5, 5}, {10, 100}, {50, 100}).box, 7);
}

// Of a shop where every second customer buys and one where every twentieth does, who serves mostly
// the second: 55 of 1,010, where the shops together sell to 5,100 of 12,000.
TEST(TalentTest, WhichShopHasMoreWorkIsNoMerit) {
  const TalentTerms terms{.metrics = {{"conversion"}}};
  Compared compared = Against({5, 10}, {5'000, 10'000});
  compared.Add({50, 1'000}, {100, 2'000});
  EXPECT_EQ(compared.own.denominator, 1'010);
  EXPECT_EQ(compared.shop.numerator, 5'100);
  EXPECT_THAT(compared.expected_millionths(), Optional(54'455)) << "55 of 1,010";
  Placement average = Place(terms, {.figures = {{"conversion", compared}}});
  EXPECT_THAT(average.ratios_bps, ElementsAre(Optional(10'000))) << "as the shops do in each";
  EXPECT_EQ(average.performance, Level::kMedium);
  // A shop without a figure adds to neither side.
  compared.Add({0, 1'000}, {0, 0});
  EXPECT_EQ(compared.own.denominator, 1'010);
  EXPECT_EQ(Compared().expected_millionths(), std::nullopt);
  // Beyond 64 bits: customers an hour, over the microseconds of a month.
  const Figure busy{3'200, 576'000'000'000, 3'600'000'000'000'000};
  EXPECT_THAT(Place(terms, {.figures = {{"conversion", Against(busy, busy)}}}).ratios_bps,
              ElementsAre(Optional(10'000)));
}

TEST(TalentTest, WhatIsNotKnownHasNoPlace) {
  TalentTerms terms{.metrics = {{"response_seconds_mean", true, 1}, {"conversion", false, 3}}};
  TalentFacts facts{.figures = {{"response_seconds_mean", Against({2'000, 50, 1}, {3'000, 50, 1})},
                                {"conversion", Against({20, 29}, {500, 1'000})}}};
  const Placement some = Place(terms, facts);
  EXPECT_THAT(some.ratios_bps, ElementsAre(Optional(15'000), std::nullopt))
      << "faster is better; 29 cases say nothing";
  EXPECT_EQ(some.performance_bps, 15'000);
  EXPECT_EQ(some.sides, Level::kUnspecified);
  EXPECT_EQ(some.box, 0);
  EXPECT_EQ(Place(terms, {.grades = std::array<int32_t, 4>{3, 3, 3, 3}}).performance,
            Level::kUnspecified);
  facts.figures["conversion"] = Against({30, 40}, {500, 1'000});
  EXPECT_EQ(Place(terms, facts).performance_bps, 15'000) << "(15,000 + 3 × 15,000) ÷ 4";
  terms.side_weights = {0, 0, 0, 1};
  facts.grades = {1, 1, 1, 5};
  EXPECT_EQ(Place(terms, facts).sides_centi, 500);
}

}  // namespace
}  // namespace kefu::staffing::training
