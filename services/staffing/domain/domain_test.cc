// Tables and properties of the pure rules: ladder, tenure, tier history, memberships, assignments.
#include <algorithm>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "common/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/staffing/domain/ladder.h"
#include "services/staffing/domain/schedule.h"
#include "services/staffing/domain/tenure.h"
#include "services/staffing/domain/tier.h"

namespace kefu::staffing::domain {
namespace {

using ::absl::CivilDay;
using ::kefu::testing::HasReason;
using ::kefu::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::Field;

const absl::Time kNow = absl::FromUnixSeconds(1'768'449'600);

const TierLadder& Shipped() { return LadderOn({}, CivilDay(2026, 1, 15)); }

// --- Ladder: the handbook's numbers (DOMAIN 2.1). ---

TEST(LadderTest, DefaultHoldsTheHandbooksNumbers) {
  const TierLadder& ladder = LadderOn({}, CivilDay(2026, 1, 15));
  EXPECT_EQ(ladder.id, "default");
  EXPECT_EQ(ladder.version, 1);
  std::vector<std::string_view> ids;
  for (const Tier& tier : ladder.tiers) ids.push_back(tier.id);
  EXPECT_THAT(ids,
              ElementsAre("trainee", "regular", "senior", "team_lead", "supervisor", "manager"));
  EXPECT_EQ(ladder.FindTier("trainee")->probation_months, 2);
  EXPECT_EQ(ladder.FindTier("trainee")->experience_months_to_shorten, 6);
  EXPECT_EQ(ladder.FindTier("senior")->min_months_in_previous, 3);
  EXPECT_EQ(ladder.FindTier("team_lead")->min_months_in_previous, 6);
  EXPECT_EQ(ladder.FindTier("supervisor")->min_months_in_department, 12);
  EXPECT_EQ(ladder.FindGrade("P2")->min_good_months, 6);
  EXPECT_EQ(ladder.FindGrade("P1")->commission_coefficient_bps, 10'000);
  EXPECT_EQ(ladder.FindTier("boss"), nullptr);
}

TEST(LadderTest, IsWellFormedAndCoversEveryDay) {
  for (const CivilDay day : {CivilDay(1, 1, 1), CivilDay(1999, 2, 1), CivilDay(9999, 12, 31)}) {
    const TierLadder& ladder = LadderOn({}, day);
    EXPECT_LE(ladder.effective_date, day);
    for (size_t i = 0; i < ladder.tiers.size(); ++i) {
      const Tier& tier = ladder.tiers[i];
      EXPECT_EQ(tier.rank, static_cast<int>(i) + 1);
      EXPECT_EQ(tier.from_tier_id, i == 0 ? "" : ladder.tiers[i - 1].id);
      EXPECT_EQ(tier.needs_open_post, tier.track == Track::kManagement);
    }
    for (size_t i = 1; i < ladder.grades.size(); ++i) {
      EXPECT_EQ(ladder.grades[i].rank, ladder.grades[i - 1].rank + 1);
      EXPECT_GT(ladder.grades[i].commission_coefficient_bps,
                ladder.grades[i - 1].commission_coefficient_bps);
    }
  }
}

// --- Tenure. ---

TEST(TenureTest, MonthEnds) {
  struct Case {
    CivilDay from;
    int months;
    CivilDay to;
  };
  for (const Case& c : {Case{CivilDay(2026, 1, 31), 1, CivilDay(2026, 2, 28)},
                        Case{CivilDay(2024, 1, 31), 1, CivilDay(2024, 2, 29)},
                        Case{CivilDay(2026, 8, 31), 1, CivilDay(2026, 9, 30)},
                        Case{CivilDay(2024, 2, 29), 12, CivilDay(2025, 2, 28)},
                        Case{CivilDay(2025, 12, 15), 2, CivilDay(2026, 2, 15)},
                        Case{CivilDay(2026, 3, 31), -1, CivilDay(2026, 2, 28)}}) {
    EXPECT_EQ(AddMonths(c.from, c.months), c.to);
    EXPECT_EQ(WholeMonthsBetween(c.from, c.to), c.months);
  }
  EXPECT_EQ(WholeMonthsBetween(CivilDay(2026, 1, 31), CivilDay(2026, 2, 27)), 0);
  EXPECT_EQ(WholeMonthsBetween(CivilDay(2026, 1, 31), CivilDay(2026, 3, 30)), 1);
  EXPECT_EQ(WholeMonthsBetween(CivilDay(2026, 3, 1), CivilDay(2026, 2, 28)), -1);
}

// The definition itself: the greatest n that AddMonths does not carry beyond the day.
TEST(TenureTest, WholeMonthsIsTheGreatestThatFits) {
  std::mt19937 random(7);
  std::uniform_int_distribution<int> days(-2000, 2000);
  for (int i = 0; i < 20'000; ++i) {
    const CivilDay from = CivilDay(2024, 2, 29) + days(random);
    const CivilDay to = from + days(random);
    const int64_t months = WholeMonthsBetween(from, to);
    ASSERT_LE(AddMonths(from, months), to);
    ASSERT_GT(AddMonths(from, months + 1), to);
  }
}

// --- Tier history. ---

TierRecord Draft(TierChangeKind kind, std::string tier, CivilDay day, std::string grade = "P1",
                 Track track = Track::kProfessional) {
  return {.id = "new",
          .agent_id = "a",
          .tier_id = std::move(tier),
          .grade_id = std::move(grade),
          .track = track,
          .effective_date = day,
          .kind = kind,
          .reason = "because"};
}

class TierTest : public ::testing::Test {
 protected:
  TierTest() {
    auto first = FirstTier(Shipped(), employed_,
                           {.id = "r1", .agent_id = "a", .effective_date = hired_}, kNow);
    EXPECT_OK(first);
    history_.push_back(*first);
  }
  absl::Status Add(TierRecord draft, absl::Time now) {
    draft.id = "r" + std::to_string(history_.size() + 1);
    auto record = DecideTierChange(Shipped(), employed_, history_, std::move(draft), now);
    if (record.ok()) history_.push_back(*record);
    return record.status();
  }
  std::string On(CivilDay day, absl::Time as_of = absl::InfiniteFuture()) {
    const TierRecord* record = TierOn(employed_, history_, day, as_of);
    return record == nullptr ? "" : record->tier_id;
  }

  const CivilDay hired_{2025, 1, 10};
  Period employed_{hired_, std::nullopt};
  std::vector<TierRecord> history_;
};

TEST_F(TierTest, FirstTierDefaultsToTheLaddersFirst) {
  const TierRecord& first = history_[0];
  EXPECT_EQ(first.tier_id, "trainee");
  EXPECT_EQ(first.grade_id, "P1");
  EXPECT_EQ(first.track, Track::kProfessional);
  EXPECT_EQ(first.kind, TierChangeKind::kHire);
  EXPECT_EQ(first.ladder_version, 1);
  EXPECT_EQ(first.sequence, 1);

  ASSERT_OK_AND_ASSIGN(
      const TierRecord lead,
      FirstTier(Shipped(), employed_,
                {.tier_id = "team_lead", .track = Track::kManagement, .effective_date = hired_},
                kNow));
  EXPECT_EQ(lead.grade_id, "");
  EXPECT_THAT(FirstTier(Shipped(), employed_, {.effective_date = hired_ - 1}, kNow),
              HasReason("AGENT_NOT_EMPLOYED"));
  EXPECT_THAT(FirstTier(Shipped(), employed_, {.tier_id = "boss", .effective_date = hired_}, kNow),
              HasReason("TIER_UNKNOWN"));
  EXPECT_THAT(FirstTier(Shipped(), employed_, {.grade_id = "P99", .effective_date = hired_}, kNow),
              HasReason("GRADE_UNKNOWN"));
  EXPECT_THAT(
      FirstTier(Shipped(), employed_, {.tier_id = "manager", .effective_date = hired_}, kNow),
      HasReason("TRACK_MISMATCH"));
}

TEST_F(TierTest, TheTierOnAnyPastDay) {
  ASSERT_OK(Add(Draft(TierChangeKind::kPromotion, "regular", CivilDay(2025, 3, 10)), kNow));
  ASSERT_OK(Add(Draft(TierChangeKind::kPromotion, "senior", CivilDay(2025, 7, 1)), kNow));
  ASSERT_OK(Add(Draft(TierChangeKind::kDemotion, "regular", CivilDay(2025, 9, 1)), kNow));
  EXPECT_EQ(On(CivilDay(2025, 1, 9)), "");
  EXPECT_EQ(On(CivilDay(2025, 1, 10)), "trainee");
  EXPECT_EQ(On(CivilDay(2025, 3, 9)), "trainee");
  EXPECT_EQ(On(CivilDay(2025, 3, 10)), "regular");
  EXPECT_EQ(On(CivilDay(2025, 8, 31)), "senior");
  EXPECT_EQ(On(CivilDay(2030, 1, 1)), "regular");
  employed_.end = CivilDay(2025, 12, 31);
  EXPECT_EQ(On(CivilDay(2025, 12, 31)), "regular");
  EXPECT_EQ(On(CivilDay(2026, 1, 1)), "");
}

TEST_F(TierTest, ACorrectionReplacesAndTheOldBeliefStays) {
  const absl::Time believed = kNow + absl::Hours(1), corrected = kNow + absl::Hours(2);
  ASSERT_OK(Add(Draft(TierChangeKind::kPromotion, "regular", CivilDay(2025, 3, 10)), believed));
  TierRecord correction = Draft(TierChangeKind::kCorrection, "regular", CivilDay(2025, 4, 10));
  correction.corrects_id = "r2";
  ASSERT_OK(Add(correction, corrected));

  EXPECT_EQ(On(CivilDay(2025, 3, 20)), "trainee");
  EXPECT_EQ(On(CivilDay(2025, 4, 10)), "regular");
  EXPECT_EQ(On(CivilDay(2025, 3, 20), believed), "regular");
  EXPECT_EQ(On(CivilDay(2025, 3, 20), corrected - absl::Nanoseconds(1)), "regular");
  EXPECT_EQ(On(CivilDay(2025, 3, 20), corrected), "trainee");
  EXPECT_EQ(On(CivilDay(2025, 3, 20), kNow), "trainee");
  EXPECT_EQ(On(CivilDay(2025, 3, 20), kNow - absl::Nanoseconds(1)), "");

  // A correction of the correction leaves the first record replaced.
  TierRecord again = Draft(TierChangeKind::kCorrection, "senior", CivilDay(2025, 5, 10));
  again.corrects_id = "r3";
  ASSERT_OK(Add(again, corrected + absl::Hours(1)));
  EXPECT_EQ(On(CivilDay(2025, 4, 20)), "trainee");
  EXPECT_EQ(On(CivilDay(2025, 5, 10)), "senior");
  EXPECT_THAT(Add(correction, corrected), HasReason("ALREADY_CORRECTED"));
  correction.corrects_id = "r9";
  EXPECT_THAT(Add(correction, corrected), StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(TierTest, RecordTimesNeverDecrease) {
  ASSERT_OK(Add(Draft(TierChangeKind::kPromotion, "regular", CivilDay(2025, 3, 10)),
                kNow - absl::Hours(5)));
  EXPECT_EQ(history_.back().record_time, kNow);
  EXPECT_EQ(history_.back().sequence, 2);
}

TEST_F(TierTest, Refusals) {
  ASSERT_OK(Add(Draft(TierChangeKind::kPromotion, "regular", CivilDay(2025, 3, 10)), kNow));
  struct Case {
    TierRecord draft;
    std::string reason;
  };
  using K = TierChangeKind;
  const CivilDay day(2025, 6, 1);
  const std::vector<Case> cases = {
      {Draft(K::kPromotion, "senior", CivilDay(2025, 1, 9)), "AGENT_NOT_EMPLOYED"},
      {Draft(K::kPromotion, "boss", day), "TIER_UNKNOWN"},
      {Draft(K::kPromotion, "senior", day, "P99"), "GRADE_UNKNOWN"},
      {Draft(K::kPromotion, "team_lead", day), "TRACK_MISMATCH"},
      {Draft(K::kPromotion, "team_lead", day, "P1", Track::kManagement), "TRACK_MISMATCH"},
      {Draft(K::kPromotion, "senior", day, ""), "TRACK_MISMATCH"},
      {Draft(K::kPromotion, "trainee", day), "TIER_DIRECTION"},
      {Draft(K::kPromotion, "regular", day), "TIER_DIRECTION"},
      {Draft(K::kDemotion, "senior", day), "TIER_DIRECTION"},
      {Draft(K::kLateral, "senior", day), "TIER_DIRECTION"},
      {Draft(K::kLateral, "regular", day), "TIER_DIRECTION"},
      {Draft(K::kPromotion, "senior", CivilDay(2025, 3, 10)), "TIER_CHANGE_SAME_DAY"}};
  for (const Case& c : cases) {
    EXPECT_THAT(Add(c.draft, kNow), HasReason(c.reason)) << c.draft.tier_id;
  }
  EXPECT_OK(Add(Draft(K::kPromotion, "regular", day, "P2"), kNow));  // a grade is a step too
  EXPECT_OK(Add(Draft(K::kLateral, "regular", day + 1, "", Track::kManagement), kNow));
  history_.erase(history_.begin());
  EXPECT_THAT(Add(Draft(K::kPromotion, "senior", CivilDay(2025, 2, 1)), kNow),
              HasReason("NO_TIER_YET"));
}

// Whatever is recorded in whatever order, a naive look at the surviving records agrees.
TEST_F(TierTest, AgreesWithANaiveReplay) {
  std::mt19937 random(11);
  const std::vector<std::string> tiers = {"trainee", "regular", "senior"};
  for (int round = 0; round < 200; ++round) {
    history_.resize(1);
    for (int i = 0; i < 12; ++i) {
      const auto kind = static_cast<TierChangeKind>(2 + random() % 4);
      TierRecord draft = Draft(kind, tiers[random() % 3], hired_ + static_cast<int>(random() % 60));
      if (kind == TierChangeKind::kCorrection) {
        draft.corrects_id = history_[random() % history_.size()].id;
      }
      Add(draft, kNow + absl::Seconds(i)).IgnoreError();
    }
    for (int offset = 0; offset < 60; ++offset) {
      const CivilDay day = hired_ + offset;
      std::optional<TierRecord> expected;
      for (const TierRecord& record : history_) {
        const bool replaced = std::ranges::any_of(
            history_, [&](const TierRecord& r) { return r.corrects_id == record.id; });
        if (replaced || record.effective_date > day) continue;
        if (!expected || record.effective_date > expected->effective_date) expected = record;
      }
      ASSERT_EQ(On(day), expected ? expected->tier_id : "");
    }
  }
}

// --- Periods, memberships, assignments. ---

TEST(PeriodTest, OverlapAndCoverAgreeWithCountingDays) {
  const CivilDay origin(2026, 1, 1);
  std::mt19937 random(3);
  const auto make = [&] {
    Period period{origin + static_cast<int>(random() % 10), std::nullopt};
    if (random() % 3 != 0) period.end = period.start + static_cast<int>(random() % 5);
    return period;
  };
  for (int i = 0; i < 5000; ++i) {
    const Period a = make(), b = make();
    bool overlap = false, covers = true;
    for (int offset = 0; offset < 40; ++offset) {  // beyond every end; open ones reach it
      const CivilDay day = origin + offset;
      overlap = overlap || (a.Contains(day) && b.Contains(day));
      covers = covers && (!b.Contains(day) || a.Contains(day));
    }
    ASSERT_EQ(a.Overlaps(b), overlap);
    ASSERT_EQ(b.Overlaps(a), overlap);
    ASSERT_EQ(a.Covers(b), covers);
  }
}

Agent Employed(CivilDay from, std::optional<CivilDay> to = std::nullopt) {
  Agent agent;
  agent.id = "a";
  agent.employed = {from, to};
  return agent;
}

TEST(TransferTest, EarlierMembershipsKeepTheirDays) {
  const Agent agent = Employed(CivilDay(2025, 1, 1));
  ASSERT_OK_AND_ASSIGN(auto list, Transfer(agent, {}, "t1", CivilDay(2025, 1, 1)));
  ASSERT_OK_AND_ASSIGN(list, Transfer(agent, list, "t2", CivilDay(2025, 5, 1)));
  EXPECT_THAT(list,
              ElementsAre(TeamMembership{"a", "t1", {CivilDay(2025, 1, 1), CivilDay(2025, 4, 30)}},
                          TeamMembership{"a", "t2", {CivilDay(2025, 5, 1), std::nullopt}}));
  EXPECT_EQ(MembershipOn(list, CivilDay(2025, 4, 30))->team_id, "t1");
  EXPECT_EQ(MembershipOn(list, CivilDay(2025, 5, 1))->team_id, "t2");
  EXPECT_EQ(MembershipOn(list, CivilDay(2024, 5, 1)), nullptr);
  // On the very first day the membership is replaced: it would have no days left.
  ASSERT_OK_AND_ASSIGN(list, Transfer(agent, list, "t3", CivilDay(2025, 5, 1)));
  EXPECT_THAT(list, ElementsAre(Field(&TeamMembership::team_id, "t1"),
                                Field(&TeamMembership::team_id, "t3")));
  EXPECT_THAT(Transfer(agent, list, "t1", CivilDay(2025, 4, 1)), HasReason("TRANSFER_TOO_EARLY"));
  EXPECT_THAT(Transfer(agent, list, "t3", CivilDay(2025, 6, 1)), HasReason("ALREADY_IN_TEAM"));
  EXPECT_THAT(Transfer(agent, list, "t1", CivilDay(2024, 12, 31)), HasReason("AGENT_NOT_EMPLOYED"));
  EXPECT_THAT(Transfer(Employed(CivilDay(2025, 1, 1), CivilDay(2025, 8, 1)), list, "t1",
                       CivilDay(2025, 8, 2)),
              HasReason("AGENT_NOT_EMPLOYED"));
}

TEST(TransferTest, NeverOverlapsAndLosesNoDay) {
  std::mt19937 random(5);
  const CivilDay hired(2025, 1, 1);
  const Agent agent = Employed(hired);
  for (int round = 0; round < 500; ++round) {
    std::vector<TeamMembership> list;
    for (int i = 0; i < 10; ++i) {
      auto moved = Transfer(agent, list, "t" + std::to_string(random() % 3),
                            hired + static_cast<int>(list.empty() ? 0 : random() % 40));
      if (moved.ok()) list = *std::move(moved);
    }
    ASSERT_EQ(list.front().period.start, hired);
    ASSERT_FALSE(list.back().period.end.has_value());
    for (size_t i = 1; i < list.size(); ++i) {
      ASSERT_EQ(*list[i - 1].period.end + 1, list[i].period.start);
    }
  }
}

TEST(AssignmentTest, OverlapsAndEmployment) {
  const Agent agent = Employed(CivilDay(2025, 1, 1), CivilDay(2025, 12, 31));
  const Assignment standing{.id = "x",
                            .agent_id = "a",
                            .shop_id = "s1",
                            .duty = Duty::kPreSales,
                            .period = {CivilDay(2025, 3, 1), CivilDay(2025, 3, 31)}};
  const std::vector<Assignment> others = {standing};
  struct Case {
    std::string shop;
    Duty duty;
    Period period;
    std::string reason;  // "" = accepted
  };
  const std::vector<Case> cases = {
      {"s1", Duty::kPreSales, {CivilDay(2025, 3, 31), CivilDay(2025, 4, 5)}, "ASSIGNMENT_OVERLAP"},
      {"s1", Duty::kBoth, {CivilDay(2025, 2, 1), CivilDay(2025, 3, 1)}, "ASSIGNMENT_OVERLAP"},
      {"s1", Duty::kAfterSales, {CivilDay(2025, 3, 1), CivilDay(2025, 3, 31)}, ""},
      {"s2", Duty::kPreSales, {CivilDay(2025, 3, 1), CivilDay(2025, 3, 31)}, ""},
      {"s1", Duty::kPreSales, {CivilDay(2025, 4, 1), CivilDay(2025, 12, 31)}, ""},
      {"s1", Duty::kPreSales, {CivilDay(2025, 2, 1), CivilDay(2025, 2, 28)}, ""},
      {"s1", Duty::kPreSales, {CivilDay(2025, 4, 1), std::nullopt}, "AGENT_NOT_EMPLOYED"},
      {"s1", Duty::kPreSales, {CivilDay(2025, 4, 1), CivilDay(2026, 1, 1)}, "AGENT_NOT_EMPLOYED"},
      {"s2",
       Duty::kPreSales,
       {CivilDay(2024, 12, 31), CivilDay(2025, 1, 5)},
       "AGENT_NOT_EMPLOYED"}};
  for (const Case& c : cases) {
    const Assignment candidate{
        .id = "y", .agent_id = "a", .shop_id = c.shop, .duty = c.duty, .period = c.period};
    EXPECT_THAT(CheckAssignment(agent, others, candidate), HasReason(c.reason));
  }
  EXPECT_OK(CheckAssignment(agent, others, standing));  // itself is no other
}

}  // namespace
}  // namespace kefu::staffing::domain
