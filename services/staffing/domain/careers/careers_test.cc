// Border days of every rule of the ladder, figures and posts, and leads that lead each other.
#include <random>
#include <string>
#include <vector>

#include "common/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "google/rpc/error_details.pb.h"
#include "gtest/gtest.h"
#include "services/staffing/domain/careers/leads.h"
#include "services/staffing/domain/careers/promotion.h"
#include "services/staffing/domain/tenure.h"
#include "services/staffing/domain/tier.h"

namespace kefu::staffing::domain::careers {
namespace {

using ::absl::CivilDay;
using ::absl::CivilMonth;
using ::kefu::testing::HasReason;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

const TierLadder& Shipped() { return LadderOn({}, CivilDay(2026, 1, 1)); }

TierRecord Record(CivilDay day, std::string tier, std::string grade = "P1") {
  TierRecord record;
  record.agent_id = "a";
  record.tier_id = std::move(tier);
  record.track = grade.empty() ? Track::kManagement : Track::kProfessional;
  record.grade_id = std::move(grade);
  record.effective_date = day;
  record.kind = TierChangeKind::kPromotion;
  return record;
}

// Somebody with these tiers, employed from the first of them on.
Candidate With(std::vector<TierRecord> history) {
  Candidate candidate;
  candidate.agent.id = "a";
  candidate.service.employments = Period{history.front().effective_date, std::nullopt};
  for (size_t i = 0; i < history.size(); ++i) {
    history[i].id = "r" + std::to_string(i + 1);
    history[i].sequence = static_cast<int32_t>(i) + 1;
  }
  candidate.service.history = std::move(history);
  return candidate;
}

const Option& OptionTo(const Evaluation& evaluation, const std::string& step) {
  for (const Option& option : evaluation.options) {
    if (option.to.tier_id == step || option.to.grade_id == step) return option;
  }
  ADD_FAILURE() << "no option to " << step;
  return evaluation.options.front();
}

const PostBook kPosts = {{"team_lead", {1, 0}}, {"supervisor", {1, 0}}, {"manager", {1, 0}}};

bool May(const Candidate& candidate, const std::string& tier, CivilDay day,
         const PostBook& posts = kPosts) {
  const auto evaluation = Evaluate(Shipped(), candidate, posts, day);
  return evaluation && OptionTo(*evaluation, tier).eligible();
}

Candidate OnLeave(Candidate candidate, CivilDay from, std::optional<CivilDay> to) {
  candidate.service.leaves.push_back({"l1", "a", "sick", {from, to}});
  return candidate;
}

// Left after the tiers so far, and hired again with a tier.
Candidate HiredAgain(Candidate candidate, CivilDay left, CivilDay again, std::string tier) {
  candidate.service.employments.all.back().end = left;
  candidate.service.employments.all.push_back({again, std::nullopt});
  TierRecord record = Record(again, std::move(tier));
  record.kind = TierChangeKind::kRehire;
  record.id = "again";
  record.sequence = candidate.service.history.back().sequence + 1;
  candidate.service.history.push_back(record);
  return candidate;
}

Candidate Experienced(Candidate candidate, int32_t months) {
  candidate.agent.prior_experience_months = months;
  return candidate;
}

struct Border {
  std::string what;
  Candidate candidate;
  std::string to;
  CivilDay first;  // the first day on which tenure allows it
};

std::vector<Border> MonthEnds() {
  return {
      {"two months' probation", With({Record(CivilDay(2025, 6, 1), "trainee")}), "regular",
       CivilDay(2025, 8, 1)},
      {"probation from a 31st to a shorter month",
       With({Record(CivilDay(2025, 12, 31), "trainee")}), "regular", CivilDay(2026, 2, 28)},
      {"three months from a 30th to February", With({Record(CivilDay(2025, 11, 30), "regular")}),
       "senior", CivilDay(2026, 2, 28)},
      {"three months to 29 February", With({Record(CivilDay(2023, 11, 29), "regular")}), "senior",
       CivilDay(2024, 2, 29)},
      {"three months from 29 February", With({Record(CivilDay(2024, 2, 29), "regular")}), "senior",
       CivilDay(2024, 5, 29)},
      {"six months from a 31st", With({Record(CivilDay(2025, 8, 31), "senior")}), "team_lead",
       CivilDay(2026, 2, 28)},
      {"twelve months from 29 February",
       With({Record(CivilDay(2024, 2, 29), "senior"),
             Record(CivilDay(2024, 9, 1), "team_lead", "")}),
       "supervisor", CivilDay(2025, 2, 28)},
      {"2 + 3 + 6 are 11 months, and the department asks for 12",
       With({Record(CivilDay(2025, 1, 15), "trainee"), Record(CivilDay(2025, 3, 15), "regular"),
             Record(CivilDay(2025, 6, 15), "senior"),
             Record(CivilDay(2025, 12, 15), "team_lead", "")}),
       "supervisor", CivilDay(2026, 1, 15)},
  };
}

std::vector<Border> Interruptions() {
  const Candidate regular =
      With({Record(CivilDay(2025, 1, 10), "trainee"), Record(CivilDay(2025, 3, 10), "regular")});
  const Candidate trainee = With({Record(CivilDay(2025, 3, 31), "trainee")});
  return {
      {"a leave of 30 days counts", OnLeave(regular, CivilDay(2025, 4, 1), CivilDay(2025, 4, 30)),
       "senior", CivilDay(2025, 6, 10)},
      {"one of 31 days does not", OnLeave(regular, CivilDay(2025, 4, 1), CivilDay(2025, 5, 1)),
       "senior", CivilDay(2025, 7, 11)},
      {"one that began before the tier counts against it from the tier's first day on",
       OnLeave(regular, CivilDay(2025, 2, 20), CivilDay(2025, 3, 31)), "senior",
       CivilDay(2025, 7, 2)},
      {"one on the last day before moves it",
       OnLeave(regular, CivilDay(2025, 6, 9), CivilDay(2025, 7, 31)), "senior",
       CivilDay(2025, 8, 2)},
      {"one that is over before the tier changes nothing",
       OnLeave(regular, CivilDay(2025, 1, 20), CivilDay(2025, 3, 9)), "senior",
       CivilDay(2025, 6, 10)},
      {"a gap of 61 days is bridged",
       HiredAgain(regular, CivilDay(2025, 4, 30), CivilDay(2025, 7, 1), "regular"), "senior",
       CivilDay(2025, 8, 10)},
      {"a gap of 180 days is bridged",
       HiredAgain(regular, CivilDay(2025, 4, 30), CivilDay(2025, 10, 28), "regular"), "senior",
       CivilDay(2025, 12, 7)},
      {"after 181 days counting begins anew",
       HiredAgain(regular, CivilDay(2025, 4, 30), CivilDay(2025, 10, 29), "regular"), "senior",
       CivilDay(2026, 1, 29)},
      {"hired again with a lower tier, that tier begins",
       HiredAgain(regular, CivilDay(2025, 4, 30), CivilDay(2025, 5, 2), "trainee"), "regular",
       CivilDay(2025, 7, 2)},
      {"six months' experience shortens probation to one", Experienced(trainee, 6), "regular",
       CivilDay(2025, 4, 30)},
      {"five do not", Experienced(trainee, 5), "regular", CivilDay(2025, 5, 31)},
      {"a demotion begins a tier anew",
       With({Record(CivilDay(2025, 1, 1), "regular"), Record(CivilDay(2025, 4, 1), "senior"),
             Record(CivilDay(2025, 6, 1), "regular")}),
       "senior", CivilDay(2025, 9, 1)},
      {"a step of grade does not",
       With({Record(CivilDay(2025, 1, 1), "regular"),
             Record(CivilDay(2025, 2, 15), "regular", "P2")}),
       "senior", CivilDay(2025, 4, 1)},
  };
}

TEST(BorderDays, EachStepOpensOnItsFirstDayAndNotTheDayBefore) {
  std::vector<Border> borders = MonthEnds();
  for (Border& border : Interruptions()) borders.push_back(std::move(border));
  for (const Border& border : borders) {
    EXPECT_TRUE(May(border.candidate, border.to, border.first)) << border.what;
    EXPECT_FALSE(May(border.candidate, border.to, border.first - 1)) << border.what;
    // And some days before, the evaluation knows it.
    const auto before = Evaluate(Shipped(), border.candidate, kPosts, border.first - 5);
    ASSERT_TRUE(before) << border.what;
    EXPECT_EQ(OptionTo(*before, border.to).tenure_day, border.first) << border.what;
  }
}

TEST(BorderDays, AnOpenLeaveHasNoDayAndBlocksWhileItLasts) {
  const Candidate away =
      OnLeave(With({Record(CivilDay(2025, 3, 10), "regular")}), CivilDay(2025, 4, 1), std::nullopt);
  const auto evaluation = Evaluate(Shipped(), away, kPosts, CivilDay(2025, 12, 1));
  const Option& senior = OptionTo(*evaluation, "senior");
  EXPECT_FALSE(senior.eligible());
  EXPECT_EQ(senior.tenure_day, std::nullopt);
  EXPECT_EQ(senior.rules[0].actual, 0);
  EXPECT_THAT(senior.rules[0].evidence,
              ElementsAre("tier_change/r1", "since/2025-03-10", "leave/2025-04-01.."));
  // Tenure is reached, but nobody is promoted on leave.
  const Candidate ready = OnLeave(With({Record(CivilDay(2025, 3, 10), "regular")}),
                                  CivilDay(2025, 6, 10), CivilDay(2025, 6, 12));
  EXPECT_FALSE(May(ready, "senior", CivilDay(2025, 6, 12)));
  EXPECT_TRUE(May(ready, "senior", CivilDay(2025, 6, 13)));
  EXPECT_EQ(
      OptionTo(*Evaluate(Shipped(), ready, kPosts, CivilDay(2025, 6, 11)), "senior").tenure_day,
      CivilDay(2025, 6, 13));
}

TEST(BorderDays, DaysOutsideCustomerServiceDoNotCount) {
  Candidate candidate =
      With({Record(CivilDay(2025, 1, 1), "regular"), Record(CivilDay(2025, 2, 1), "regular"),
            Record(CivilDay(2025, 6, 1), "regular")});
  candidate.service.history[1].role_id = "operations";  // February to May: 120 days
  EXPECT_FALSE(May(candidate, "senior", CivilDay(2025, 4, 1)));
  EXPECT_FALSE(May(candidate, "senior", CivilDay(2025, 7, 29)));
  EXPECT_TRUE(May(candidate, "senior", CivilDay(2025, 7, 30)));
}

// The definition itself: the first day D with D − (uncounted before D) at or after the months.
TEST(Tenure, TheDayOfMonthsIsTheFirstWithSoMany) {
  std::mt19937 random(17);
  const CivilDay since(2024, 1, 31);
  for (int i = 0; i < 3000; ++i) {
    Tenure tenure{since, {}, {}, ""};
    CivilDay at = since - 20;
    for (int breaks = static_cast<int>(random() % 4); breaks > 0; --breaks) {
      const CivilDay from = at + 1 + static_cast<int>(random() % 60);
      const CivilDay to = from + static_cast<int>(random() % 40);
      if (to >= since) tenure.uncounted.push_back({from, to});
      at = to + 1;
    }
    const int64_t months = static_cast<int64_t>(random() % 8);
    const auto day = DayOfMonths(tenure, months);
    ASSERT_TRUE(day);
    CivilDay naive = since;
    for (int64_t counted = 0; since + counted < AddMonths(since, months); ++naive) {
      const bool out =
          std::ranges::any_of(tenure.uncounted, [&](const Period& p) { return p.Contains(naive); });
      counted += out ? 0 : 1;
    }
    ASSERT_EQ(*day, naive);
    ASSERT_GE(MonthsOn(tenure, *day), months);
    if (months > 0) {
      ASSERT_LT(MonthsOn(tenure, *day - 1), months);
    }
  }
}

TEST(Promotion, NeedsAnOpenPost) {
  const Candidate senior = With({Record(CivilDay(2025, 1, 1), "senior")});
  const CivilDay day(2025, 9, 1);
  EXPECT_TRUE(May(senior, "team_lead", day));
  EXPECT_FALSE(May(senior, "team_lead", day, {{"team_lead", {2, 2}}}));
  EXPECT_FALSE(May(senior, "team_lead", day, {{"team_lead", {2, 5}}}));
  EXPECT_FALSE(May(senior, "team_lead", day, {}));
  const PostBook none = {{"team_lead", {1, 1}}};
  const auto evaluation = Evaluate(Shipped(), senior, none, day);
  for (const bool overridden : {false, true}) {
    EXPECT_THAT(
        CheckPromotion(Shipped(), *evaluation, {"team_lead", "", Track::kManagement}, overridden),
        HasReason("NO_OPEN_POST"));
  }
}

TEST(Promotion, ErrorsNameWhatIsMissing) {
  const Candidate trainee = With({Record(CivilDay(2025, 6, 1), "trainee")});
  const auto early = Evaluate(Shipped(), trainee, kPosts, CivilDay(2025, 7, 31));
  const Target regular{"regular", "P1", Track::kProfessional};
  const absl::Status missing = CheckPromotion(Shipped(), *early, regular, false);
  EXPECT_THAT(missing, HasReason("PROMOTION_RULES"));
  const auto failure = GetDetail<google::rpc::PreconditionFailure>(missing);
  ASSERT_EQ(failure->violations_size(), 1);
  EXPECT_EQ(failure->violations(0).description(), "PROBATION: 1 of 2, on 2025-08-01");
  EXPECT_OK(CheckPromotion(Shipped(), *early, regular, true));

  const auto evaluation = Evaluate(Shipped(), trainee, kPosts, CivilDay(2026, 7, 31));
  struct Case {
    Target to;
    std::string reason;
  };
  for (const Case& c :
       {Case{regular, ""}, Case{{"senior", "P1", Track::kProfessional}, "TIER_SKIPPED"},
        Case{{"supervisor", "", Track::kManagement}, "TIER_SKIPPED"},
        Case{{"trainee", "P3", Track::kProfessional}, "TIER_SKIPPED"},
        Case{{"trainee", "P1", Track::kProfessional}, "TIER_DIRECTION"},
        Case{{"regular", "P2", Track::kProfessional}, "TRACK_MISMATCH"},
        Case{{"boss", "P1", Track::kProfessional}, "TIER_UNKNOWN"},
        Case{{"regular", "P99", Track::kProfessional}, "GRADE_UNKNOWN"}}) {
    // What is skipped stays skipped, whatever the reason.
    for (const bool overridden : {false, true}) {
      EXPECT_THAT(CheckPromotion(Shipped(), *evaluation, c.to, overridden), HasReason(c.reason))
          << c.to.tier_id << " " << c.to.grade_id;
    }
  }
}

ReportedMonth Month(CivilMonth month, int64_t conversion, int64_t value, std::string shop = "s1",
                    int64_t replied = 100) {
  return {"a",
          std::move(shop),
          month,
          "rep" + std::to_string(month.month()),
          {{"conversion", conversion}, {"average_order_value", value}, {"replied", replied}},
          {{"conversion", 300'000}, {"average_order_value", 50'000'000}}};
}

TEST(GoodMonths, SixInTheGradeInARowOrNot) {
  Candidate candidate = With({Record(CivilDay(2025, 1, 15), "regular")});
  std::vector<ReportedMonth> months;
  for (int month = 1; month <= 8; ++month) {
    // April is below the shop's conversion; January is not wholly in the grade.
    months.push_back(Month(CivilMonth(2025, month), month == 4 ? 299'999 : 300'000, 50'000'000));
  }
  candidate.months = MonthBook(months);
  const auto in = [&](CivilDay day) {
    return OptionTo(*Evaluate(Shipped(), candidate, kPosts, day), "P2");
  };
  const Option august = in(CivilDay(2025, 8, 31));
  EXPECT_FALSE(august.eligible());
  EXPECT_EQ(august.rules[0].actual, 5);  // February, March, May, June, July
  EXPECT_EQ(august.tenure_day, CivilDay(2025, 9, 1));
  const Option september = in(CivilDay(2025, 9, 1));
  EXPECT_TRUE(september.eligible());
  EXPECT_THAT(september.rules[0].evidence,
              ElementsAre("report/rep8", "report/rep7", "report/rep6", "report/rep5", "report/rep3",
                          "report/rep2", "tier_change/r1"));
  // Without any report nothing is good, and the first six could be February to July.
  candidate.months = {};
  EXPECT_EQ(in(CivilDay(2025, 1, 20)).tenure_day, CivilDay(2025, 8, 1));
  EXPECT_EQ(in(CivilDay(2025, 1, 20)).rules[0].actual, 0);
}

TEST(Criteria, AreJudgedByTheMainShopsMonths) {
  TierLadder ladder = Shipped();
  ladder.tiers[2].criteria = {{.metric_id = "conversion",
                               .kind = CriterionKind::kAtLeast,
                               .threshold_micros = 350'000,
                               .months_in_row = 2}};
  Candidate candidate = With({Record(CivilDay(2025, 1, 1), "regular")});
  candidate.months = MonthBook({Month(CivilMonth(2025, 5), 350'000, 1),
                                Month(CivilMonth(2025, 6), 349'999, 1, "s2", 99),
                                Month(CivilMonth(2025, 6), 350'000, 1, "s1", 100)});
  const auto rule = [&](CivilDay day) {
    return OptionTo(*Evaluate(ladder, candidate, kPosts, day), "senior").rules[1];
  };
  EXPECT_TRUE(rule(CivilDay(2025, 7, 1)).met);
  EXPECT_TRUE(rule(CivilDay(2025, 7, 31)).met);
  const RuleCheck june = rule(CivilDay(2025, 6, 30));
  EXPECT_FALSE(june.met);
  EXPECT_EQ(june.actual, 1);
  EXPECT_THAT(june.evidence, ElementsAre("report/rep5", "month/2025-04 no report"));
  EXPECT_EQ(rule(CivilDay(2025, 8, 1)).actual, 0);  // July was not reported
}

TEST(Criteria, KindsAndPlaces) {
  MonthBook book({Month(CivilMonth(2025, 5), 300'000, 60'000'000)});
  const CivilMonth may(2025, 5);
  const auto meets = [&](std::string metric, CriterionKind kind, int64_t threshold = 0,
                         int32_t rank = 0) {
    return Meets(book, may,
                 {.metric_id = std::move(metric),
                  .kind = kind,
                  .threshold_micros = threshold,
                  .rank = rank});
  };
  using K = CriterionKind;
  EXPECT_TRUE(meets("conversion", K::kAtLeast, 300'000));
  EXPECT_FALSE(meets("conversion", K::kAtLeast, 300'001));
  EXPECT_TRUE(meets("conversion", K::kAtMost, 300'000));
  EXPECT_FALSE(meets("conversion", K::kAtMost, 299'999));
  EXPECT_TRUE(meets("conversion", K::kAtLeastShop));
  EXPECT_TRUE(meets("conversion", K::kAtMostShop));
  EXPECT_FALSE(meets("average_order_value", K::kAtMostShop));
  EXPECT_FALSE(meets("satisfaction", K::kAtLeast));
  EXPECT_FALSE(Meets(book, may + 1, {.metric_id = "conversion", .kind = K::kAtLeast}));
  EXPECT_FALSE(meets("conversion", K::kRankWithin, 0, 3)) << "nobody's place is known";
  const auto other = [&](std::string id, int64_t conversion, std::string shop = "s1") {
    ReportedMonth month = Month(may, conversion, 1, std::move(shop));
    month.agent_id = std::move(id);
    return month;
  };
  const std::vector<ReportedMonth> everybody = {other("a", 300'000), other("b", 400'000),
                                                other("c", 300'000), other("d", 100'000),
                                                other("e", 900'000, "s2")};
  book.SetPlaces(everybody, "conversion");
  EXPECT_EQ(book.Place(may, "conversion")->highest_first, 2);  // level with c; e sells elsewhere
  EXPECT_EQ(book.Place(may, "conversion")->lowest_first, 2);
  EXPECT_TRUE(meets("conversion", K::kLowestRankWithin, 0, 2));
  EXPECT_FALSE(meets("conversion", K::kLowestRankWithin, 0, 1)) << "d has less";
  EXPECT_TRUE(meets("conversion", K::kRankWithin, 0, 2));
  EXPECT_FALSE(meets("conversion", K::kRankWithin, 0, 1));
}

TEST(Scorecards, AreFiguresLikeOthers) {
  EXPECT_EQ(ScoreFigures(2'850, 3'000),
            (Figures{{"scorecard_points", 28'500'000}, {"scorecard_share", 950'000}}));
  EXPECT_EQ(ScoreFigures(10'000, 13'000).at("scorecard_share"), 769'230);
  EXPECT_EQ(ScoreFigures(-50, 0), (Figures{{"scorecard_points", -500'000}}));
}

TEST(Probation, IsDueAWeekBeforeItsEndAndOverdueAfterIt) {
  const Candidate trainee = With({Record(CivilDay(2025, 1, 1), "trainee")});
  const auto on = [](const Candidate& candidate, CivilDay day) {
    return Evaluate(Shipped(), candidate, kPosts, day)->probation;
  };
  const auto early = on(trainee, CivilDay(2025, 2, 20));
  ASSERT_TRUE(early);
  EXPECT_EQ(early->last_day, CivilDay(2025, 2, 28));
  EXPECT_FALSE(early->due);
  EXPECT_TRUE(on(trainee, CivilDay(2025, 2, 21))->due);
  EXPECT_FALSE(on(trainee, CivilDay(2025, 2, 28))->overdue);
  EXPECT_TRUE(on(trainee, CivilDay(2025, 3, 1))->overdue);
  EXPECT_TRUE(on(trainee, CivilDay(2025, 9, 1))->due) << "until somebody decides";
  Candidate skilled = trainee;
  skilled.agent.prior_experience_months = 6;
  EXPECT_EQ(on(skilled, CivilDay(2025, 1, 5))->last_day, CivilDay(2025, 1, 31));
  // 40 days away are added; while nobody knows until when, it has no end.
  EXPECT_EQ(on(OnLeave(trainee, CivilDay(2025, 1, 10), CivilDay(2025, 2, 18)), CivilDay(2025, 3, 1))
                ->last_day,
            CivilDay(2025, 4, 9));
  const auto open = on(OnLeave(trainee, CivilDay(2025, 1, 10), std::nullopt), CivilDay(2025, 3, 1));
  EXPECT_FALSE(open->last_day);
  EXPECT_FALSE(open->due);
  EXPECT_FALSE(on(With({Record(CivilDay(2025, 1, 1), "regular")}), CivilDay(2025, 3, 1)));
}

TEST(Posts, AreHeldNowOrLater) {
  Candidate lead =
      With({Record(CivilDay(2025, 1, 1), "senior"), Record(CivilDay(2025, 6, 1), "team_lead", "")});
  EXPECT_TRUE(HoldsPost(lead.service, "team_lead", CivilDay(2025, 6, 1)));
  EXPECT_TRUE(HoldsPost(lead.service, "team_lead", CivilDay(2025, 3, 1))) << "promised";
  EXPECT_FALSE(HoldsPost(lead.service, "supervisor", CivilDay(2025, 6, 1)));
  lead.service.employments.all.back().end = CivilDay(2025, 7, 31);
  EXPECT_TRUE(HoldsPost(lead.service, "team_lead", CivilDay(2025, 7, 31)));
  EXPECT_FALSE(HoldsPost(lead.service, "team_lead", CivilDay(2025, 8, 1)));
}

TEST(Ladders, OwnVersionsStandAboveTheShippedOne) {
  TierLadder first = Shipped(), second = Shipped(), again = Shipped();
  first.id = second.id = again.id = "own";
  first.version = 1;
  first.effective_date = CivilDay(2025, 1, 1);
  second.version = 2;
  second.effective_date = CivilDay(2026, 1, 1);
  again.version = 3;
  again.effective_date = CivilDay(2025, 1, 1);
  const std::vector<TierLadder> own = {first, second, again};
  EXPECT_EQ(LadderOn(own, CivilDay(2024, 12, 31)).id, "default");
  EXPECT_EQ(LadderOn(own, CivilDay(2025, 1, 1)).version, 3);
  EXPECT_EQ(LadderOn(own, CivilDay(2026, 1, 1)).version, 2);
}

TEST(Ladders, FaultsAreAllNamed) {
  FieldViolations none;
  CheckLadder(Shipped(), none);
  EXPECT_TRUE(none.empty()) << none.ToStatus();
  TierLadder wrong = Shipped();
  wrong.tiers[1].id = "trainee";           // twice, and "senior" comes from nowhere
  wrong.tiers[3].rank = 9;                 // a gap
  wrong.tiers[3].needs_open_post = false;  // of a management tier
  wrong.grades.clear();
  wrong.hiring.min_education = "wizard";
  wrong.lateral_roles[0].min_tier_id = "boss";
  FieldViolations violations;
  CheckLadder(wrong, violations);
  EXPECT_EQ(violations.size(), 8u) << violations.ToStatus();
}

TEST(Hiring, CriteriaAndTheLaw) {
  const HiringCriteria& shipped = Shipped().hiring;
  EXPECT_OK(CheckHiring(shipped, "high_school", 0, 16));
  EXPECT_OK(CheckHiring(shipped, "bachelor", 0, 60));
  EXPECT_THAT(CheckHiring(shipped, "middle_school", 0, 30), HasReason("INVALID_FIELDS"));
  EXPECT_THAT(CheckHiring(shipped, "", 0, 30), HasReason("INVALID_FIELDS"));
  EXPECT_THAT(CheckHiring(shipped, "college", 0, 15), HasReason("INVALID_FIELDS"));
  HiringCriteria lax{.min_age_years = 10};
  EXPECT_THAT(CheckHiring(lax, "", 0, 15), HasReason("INVALID_FIELDS")) << "the law holds";
  const HiringCriteria strict{
      .min_experience_months = 12, .min_age_years = 20, .max_age_years = 35};
  const auto all = GetDetail<google::rpc::BadRequest>(CheckHiring(strict, "", 11, 36));
  EXPECT_EQ(all->field_violations_size(), 2);
  EXPECT_OK(CheckHiring(strict, "", 12, 35));
}

TEST(Rehire, KeepsWhatWasHeldLastUnlessAskedOtherwise) {
  const std::vector<TierRecord> history =
      With({Record(CivilDay(2025, 1, 1), "trainee"), Record(CivilDay(2025, 3, 1), "regular", "P2")})
          .service.history;
  const Period again{CivilDay(2025, 9, 1), std::nullopt};
  ASSERT_OK_AND_ASSIGN(const TierRecord same,
                       RehireTier(Shipped(), again, history, CivilDay(2025, 6, 30),
                                  {.agent_id = "a", .effective_date = again.start}, absl::Now()));
  EXPECT_EQ(same.tier_id, "regular");
  EXPECT_EQ(same.grade_id, "P2");
  EXPECT_EQ(same.kind, TierChangeKind::kRehire);
  EXPECT_EQ(same.sequence, 3);
  ASSERT_OK_AND_ASSIGN(
      const TierRecord lower,
      RehireTier(Shipped(), again, history, CivilDay(2025, 6, 30),
                 {.agent_id = "a", .tier_id = "trainee", .effective_date = again.start},
                 absl::Now()));
  EXPECT_EQ(lower.grade_id, "P1");
  // Who left before the step was to count never held it, and does not on its day.
  ASSERT_OK_AND_ASSIGN(
      const TierRecord never,
      RehireTier(Shipped(), {CivilDay(2025, 2, 20), std::nullopt}, history, CivilDay(2025, 2, 10),
                 {.id = "again", .agent_id = "a", .effective_date = CivilDay(2025, 2, 20)},
                 absl::Now()));
  EXPECT_EQ(never.tier_id, "trainee");
  std::vector<TierRecord> after = history;
  after.push_back(never);
  for (TierRecord& withdrawn : WithdrawLater(history, never)) {
    withdrawn.id = "w";
    after.push_back(withdrawn);
  }
  ASSERT_EQ(after.size(), 4u);
  EXPECT_EQ(after[3].sequence, 4);
  EXPECT_EQ(after[3].corrects_id, history[1].id);
  const Periods employed{std::vector<Period>{{CivilDay(2025, 1, 1), CivilDay(2025, 2, 10)},
                                             {CivilDay(2025, 2, 20), std::nullopt}}};
  EXPECT_EQ(TierOn(employed, after, CivilDay(2025, 3, 1))->tier_id, "trainee");
  // Until the rehiring was written it was believed to come.
  EXPECT_EQ(TierOn(employed, after, CivilDay(2025, 3, 1), history.back().record_time)->tier_id,
            "regular");
}

TEST(Leads, CyclesAreFoundAndOwnTeamsAreNone) {
  EXPECT_OK(CheckLeads({{"t1", "a"}, {"t2", "b"}}, {{"a", "t1"}, {"b", "t2"}}));
  EXPECT_OK(
      CheckLeads({{"t1", "a"}, {"t2", "b"}, {"t3", "c"}}, {{"a", "t2"}, {"b", "t3"}, {"c", "t3"}}));
  const absl::Status two = CheckLeads({{"t1", "a"}, {"t2", "b"}}, {{"a", "t2"}, {"b", "t1"}});
  EXPECT_THAT(two, HasReason("TEAM_LEAD_CYCLE"));
  EXPECT_THAT(
      CheckLeads({{"t1", "a"}, {"t2", "b"}, {"t3", "c"}}, {{"a", "t2"}, {"b", "t3"}, {"c", "t1"}}),
      HasReason("TEAM_LEAD_CYCLE"));
  // A lead below a cycle is in none, but the cycle is found from wherever one starts.
  EXPECT_THAT(
      CheckLeads({{"t1", "a"}, {"t2", "b"}, {"t3", "c"}}, {{"a", "t2"}, {"b", "t1"}, {"c", "t1"}}),
      HasReason("TEAM_LEAD_CYCLE"));
}

}  // namespace
}  // namespace kefu::staffing::domain::careers
