#include "services/staffing/domain/conduct/conduct.h"

#include <random>

#include "common/testing/status_matchers.h"
#include "fmt/format.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace kefu::staffing::conduct {
namespace {

using ::kefu::testing::HasReason;
using ::kefu::testing::IsOk;

constexpr absl::CivilDay kToday(2026, 1, 15);
const absl::Time kNow = absl::FromUnixSeconds(1768449600);

Event Recorded(std::string kind = "price_cut") {
  return {.id = "c1",
          .shop_id = "s",
          .agent_id = "ann",
          .day = kToday,
          .kind_id = std::move(kind),
          .evidence = "case-1",
          .recorded_by = "lead",
          .info = {1, kNow, kNow}};
}
const Kind& KindOf(const Event& event) { return *ShippedCatalogue().Find(event.kind_id); }
absl::StatusOr<Event> DecideIt(const Event& event, const Decision& decision = {},
                               const Actor& actor = {"boss"}) {
  return Decide(event, KindOf(event), ShippedCatalogue(), "CNY", decision, actor, kToday, kNow);
}
absl::Status Check(const Event& event, absl::CivilDay today = kToday) {
  return CheckRecord(event, KindOf(event), ShippedCatalogue(), "CNY", today);
}

TEST(CatalogueTest, TheShippedOneHoldsTogether) {
  FieldViolations violations;
  CheckCatalogue(ShippedCatalogue(), violations);
  EXPECT_OK(violations.ToStatus());
  for (const Kind& kind : ShippedCatalogue().kinds) {
    EXPECT_FALSE(kind.display_name.empty()) << kind.id;
    EXPECT_NE(kind.direction, Direction::kUnspecified) << kind.id;
  }
}

// DOMAIN 2.6: what the three schemes leave to whoever decides.
TEST(CatalogueTest, TheHandbooksRangesAreTheBounds) {
  struct Row {
    const char* kind;
    int32_t least, most;
  };
  for (const Row& row :
       {Row{"adopted_suggestion", 3, 10}, Row{"sales_case_shared", 3, 10},
        Row{"group_discussion", 3, 5}, Row{"daily_work", 3, 5}, Row{"upheld_complaint", -20, -5},
        Row{"outstanding_work", 2, 5}, Row{"attitude_complaint", 0, 0}, Row{"grave_error", 0, 0}}) {
    const Kind* const kind = ShippedCatalogue().Find(row.kind);
    ASSERT_NE(kind, nullptr) << row.kind;
    EXPECT_EQ(kind->least_points, row.least) << row.kind;
    EXPECT_EQ(kind->most_points, row.most) << row.kind;
    Event event = Recorded(row.kind);
    for (int points = -30; points <= 30; ++points) {
      event.terms.points = points;
      const bool allowed = points == 0 || (points >= row.least && points <= row.most &&
                                           (row.least != 0 || row.most != 0));
      EXPECT_EQ(Check(event).ok(), allowed) << row.kind << " " << points;
    }
  }
  for (const char* group : {"own_shop_problem_ignored", "problem_not_followed_up"}) {
    EXPECT_TRUE(ShippedCatalogue().Find(group)->of_group) << group;
  }
}

TEST(ConductDomainTest, ADayMayBeRecordedFromTodayBackToTheTerm) {
  const int32_t days = ShippedCatalogue().record_days;
  struct Row {
    int days_ago;
    bool allowed;
  };
  for (const Row& row : {Row{-1, false}, Row{0, true}, Row{days, true}, Row{days + 1, false}}) {
    Event event = Recorded();
    event.day = kToday - row.days_ago;
    EXPECT_EQ(Check(event).ok(), row.allowed) << row.days_ago;
  }
}

TEST(ConductDomainTest, MoneyGoesTheWayOfTheKind) {
  Event fine = Recorded("red_line");
  fine.terms = {.currency = "CNY", .money_minor = -1, .sanction = Sanction::kCompensation};
  EXPECT_OK(Check(fine));
  fine.terms.money_minor = 1;
  EXPECT_THAT(Check(fine), HasReason("CONDUCT_TERMS"));
  fine.terms = {.sanction = Sanction::kCompensation};
  EXPECT_THAT(Check(fine), HasReason("CONDUCT_TERMS"));
  Event bonus = Recorded("special_contribution");
  bonus.terms = {.currency = "CNY", .money_minor = 1, .days_off = 31};
  EXPECT_OK(Check(bonus));
  bonus.terms.currency = "JPY";
  EXPECT_THAT(Check(bonus), HasReason("CURRENCY_MISMATCH"));
  bonus.terms = {.currency = "CNY", .money_minor = -1};
  EXPECT_THAT(Check(bonus), HasReason("CONDUCT_TERMS"));
  bonus.terms = {.sanction = Sanction::kDismissal};
  EXPECT_THAT(Check(bonus), HasReason("CONDUCT_TERMS"));
}

TEST(ConductDomainTest, NobodyDecidesWhatConcernsOrComesFromOneself) {
  const Event event = Recorded();
  EXPECT_THAT(DecideIt(event, {}, {"lead"}), HasReason("SECOND_PERSON_REQUIRED"));
  EXPECT_THAT(DecideIt(event, {}, {"boss", true}), HasReason("SECOND_PERSON_REQUIRED"));
  const auto decided = DecideIt(event);
  ASSERT_OK(decided);
  EXPECT_EQ(decided->appeal_until, kToday + ShippedCatalogue().appeal_days);
  EXPECT_EQ(decided->info.version, 2);
  const auto appealed = Appeal(*decided, "ann", {{std::string("ann")}}, "no", kToday, kNow);
  ASSERT_OK(appealed);
  for (const Actor& actor : {Actor{"lead"}, Actor{"boss"}, Actor{"other", true}}) {
    EXPECT_THAT(DecideAppeal(*appealed, true, "x", actor, kNow),
                HasReason("SECOND_PERSON_REQUIRED"))
        << actor.subject;
  }
  EXPECT_THAT(DecideAppeal(*appealed, true, "x", {"other"}, kNow), IsOk());
  EXPECT_THAT(Void(event, "x", {"boss", true}, kNow), HasReason("SECOND_PERSON_REQUIRED"));
}

TEST(ConductDomainTest, AnAppealIsInTimeUntilTheLastDay) {
  const auto decided = DecideIt(Recorded());
  ASSERT_OK(decided);
  const std::vector<std::string> concerned{"ann", "bob"};
  const absl::CivilDay last = *decided->appeal_until;
  EXPECT_THAT(Appeal(*decided, "bob", concerned, "no", last, kNow), IsOk());
  EXPECT_THAT(Appeal(*decided, "bob", concerned, "no", last + 1, kNow),
              HasReason("APPEAL_TERM_OVER"));
  EXPECT_THAT(Appeal(*decided, "cat", concerned, "no", last, kNow),
              HasReason("CONDUCT_NOT_CONCERNED"));
}

// Any order of steps by anybody: an event counts exactly when its last step says so, no step
// follows one that closes it, and versions rise by one.
TEST(ConductProperty, AClosedEventStaysClosed) {
  std::map<State, int> reached;
  for (uint32_t seed = 1; seed <= 2000; ++seed) {
    std::mt19937 random(seed);
    const auto upto = [&](int most) { return std::uniform_int_distribution<int>(0, most)(random); };
    const std::vector<std::string> concerned{"ann"};
    Event event = Recorded();
    for (int step = 0; step < 8; ++step) {
      const Actor actor{fmt::format("p{}", upto(3)), upto(4) == 0};
      const absl::CivilDay today = kToday + upto(10);
      absl::StatusOr<Event> next = event;
      switch (upto(3)) {
        case 0:
          next = Decide(event, KindOf(event), ShippedCatalogue(), "CNY",
                        {.dismiss = upto(2) == 0, .reason = "x"}, actor, today, kNow);
          break;
        case 1:
          next = Appeal(event, upto(2) == 0 ? "bob" : "ann", concerned, "x", today, kNow);
          break;
        case 2:
          next = DecideAppeal(event, upto(1) == 0, "x", actor, kNow);
          break;
        default:
          if (upto(3) > 0) continue;
          next = Void(event, "x", actor, kNow);
      }
      if (!next.ok()) continue;
      EXPECT_TRUE(Counts(event.state) || Waits(event.state)) << NameOf(event.state);
      EXPECT_EQ(next->info.version, event.info.version + 1);
      EXPECT_FALSE(actor.concerned && next->state != State::kAppealed);
      event = *next;
      ++reached[event.state];
    }
  }
  for (const State state : {State::kDecided, State::kDismissed, State::kAppealed, State::kUpheld,
                            State::kOverturned, State::kVoided}) {
    EXPECT_GT(reached[state], 20) << NameOf(state);
  }
}

TEST(TallyTest, AddsWhatCountsAndNothingElse) {
  std::vector<Event> events;
  const auto add = [&](State state, int points, const char* currency, int64_t minor) {
    Event event = Recorded();
    event.state = state;
    event.terms = {.points = points, .currency = currency, .money_minor = minor, .days_off = 1};
    events.push_back(event);
  };
  add(State::kDecided, 3, "CNY", 100);
  add(State::kUpheld, 4, "JPY", 7);
  add(State::kUpheld, 0, "CNY", -40);
  add(State::kRecorded, 100, "CNY", 1000);
  add(State::kAppealed, 100, "CNY", 1000);
  for (const State state : {State::kDismissed, State::kOverturned, State::kVoided}) {
    add(state, 100, "CNY", 1000);
  }
  const auto tallies = Tallies(events);
  ASSERT_EQ(tallies.size(), 1u);
  const Tally expected{.counted = 3,
                       .pending = 2,
                       .points = 7,
                       .days_off = 3,
                       .money_minor = {{"CNY", 60}, {"JPY", 7}}};
  EXPECT_EQ(tallies.at("price_cut"), expected);
  Tally twice = expected;
  twice += expected;
  EXPECT_EQ(twice.money_minor.at("CNY"), 120);
}

}  // namespace
}  // namespace kefu::staffing::conduct
