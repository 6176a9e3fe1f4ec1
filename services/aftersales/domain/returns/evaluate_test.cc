#include "services/aftersales/domain/returns/evaluate.h"

#include <algorithm>
#include <optional>
#include <random>

#include "common/testing/status_matchers.h"
#include "common/time/civil.h"
#include "fmt/format.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/aftersales/domain/returns/questions.h"

namespace kefu::aftersales::domain::returns {
namespace {

using Day = absl::CivilDay;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

absl::TimeZone Zone(const char* name) { return *LoadZone(name); }

absl::Time At(absl::CivilDay day, int hour, int minute, int second, absl::TimeZone zone) {
  return absl::FromCivil(
      absl::CivilSecond(day.year(), day.month(), day.day(), hour, minute, second), zone);
}

Rule Gives(std::string id, Source source, Remedy remedy, int days, Payer back, Payer out) {
  return {.rule_id = std::move(id),
          .source = source,
          .remedy = remedy,
          .window_days = days,
          .return_freight = back,
          .outbound_freight = out};
}

Policy PolicyOf(std::string id, std::vector<Rule> rules) {
  return {.ref = {"", std::move(id), 1}, .rules = std::move(rules)};
}

Question Asked(absl::CivilDay signed_on, absl::CivilDay asked_on, absl::TimeZone zone) {
  return {.category = "other",
          .reason = Reason::kNoReason,
          .sign_time = At(signed_on, 12, 0, 0, zone),
          .ask_time = At(asked_on, 12, 0, 0, zone)};
}

const Outcome& Of(const std::vector<Outcome>& outcomes, Remedy remedy) {
  return *std::ranges::find(outcomes, remedy, &Outcome::remedy);
}

TEST(LastDayTest, DaysAndMonthsByDate) {
  struct Row {
    int days, months;
    absl::CivilDay from, last;
  };
  for (const Row& row : std::vector<Row>{
           {7, 0, Day(2026, 1, 1), Day(2026, 1, 8)},
           {7, 0, Day(2025, 12, 28), Day(2026, 1, 4)},
           {15, 0, Day(2024, 2, 20), Day(2024, 3, 6)},
           {365, 0, Day(2024, 1, 10), Day(2025, 1, 9)},  // days are not a year: 2024 has 366
           {0, 12, Day(2024, 1, 10), Day(2025, 1, 10)},
           {0, 12, Day(2025, 3, 10), Day(2026, 3, 10)},
           {0, 12, Day(2024, 2, 29), Day(2025, 2, 28)},
           {0, 12, Day(2023, 2, 28), Day(2024, 2, 28)},
           {0, 1, Day(2026, 1, 31), Day(2026, 2, 28)},
           {0, 13, Day(2026, 12, 31), Day(2028, 1, 31)}}) {
    EXPECT_EQ(LastDay({.window_days = row.days, .window_months = row.months}, row.from), row.last)
        << row.from;
  }
}

// The day ends by the shop's clocks, through the changes of daylight saving and skipped dates.
TEST(EvaluateProperty, TheLastDayHoldsToItsEndInEveryZone) {
  const std::vector<Policy> policies = {
      PolicyOf("p", {Gives("r", Source::kLaw, Remedy::kReturn, 7, Payer::kBuyer, Payer::kBuyer)})};
  for (const char* name : {"Asia/Shanghai", "UTC", "America/New_York", "Europe/London",
                           "Australia/Lord_Howe", "Pacific/Kiritimati", "America/Santiago"}) {
    const absl::TimeZone zone = Zone(name);
    for (Day day(2025, 1, 1); day < Day(2026, 2, 1); ++day) {
      for (const absl::Time signed_at :
           {StartOfDay(day, zone), StartOfDay(day + 1, zone) - absl::Seconds(1)}) {
        Question question{.category = "other", .reason = Reason::kNoReason, .sign_time = signed_at};
        const absl::Time end = StartOfDay(day + 8, zone);
        question.ask_time = end - absl::Microseconds(1);
        const Outcome last = Of(Evaluate(policies, question, zone), Remedy::kReturn);
        ASSERT_EQ(last.decision, Decision::kAllowed) << name << " " << day;
        ASSERT_EQ(last.periods.back().last, day + 7);
        ASSERT_EQ(last.periods.back().end, end) << name << " " << day;
        question.ask_time = end;
        const Outcome late = Of(Evaluate(policies, question, zone), Remedy::kReturn);
        ASSERT_EQ(late.decision, Decision::kNotAllowed) << name << " " << day;
        ASSERT_EQ(late.considered[0].verdict, Verdict::kTooLate);
        ASSERT_THAT(late.considered[0].explanation, HasSubstr(FormatDay(day + 7)));
      }
    }
  }
}

TEST(EvaluateTest, TheSameInstantsAreDay7HereAndDay8There) {
  const std::vector<Policy> policies = {
      PolicyOf("p", {Gives("r", Source::kLaw, Remedy::kReturn, 7, Payer::kBuyer, Payer::kBuyer)})};
  const absl::TimeZone shanghai = Zone("Asia/Shanghai");
  Question question = Asked(Day(2026, 1, 1), Day(2026, 1, 8), shanghai);
  question.sign_time = At(Day(2026, 1, 1), 23, 59, 59, shanghai);
  question.ask_time = At(Day(2026, 1, 9), 0, 0, 0, shanghai);
  EXPECT_EQ(Of(Evaluate(policies, question, shanghai), Remedy::kReturn).decision,
            Decision::kNotAllowed);
  // In London both are eight hours earlier: the 1st and the 8th.
  EXPECT_EQ(Of(Evaluate(policies, question, Zone("Europe/London")), Remedy::kReturn).decision,
            Decision::kAllowed);
}

TEST(EvaluateTest, TheBetterRuleHoldsDayByDayAndTheOthersSayWhyTheyLost) {
  const std::vector<Policy> policies = {
      PolicyOf(
          "shipped",
          {Gives("week", Source::kPlatform, Remedy::kReturn, 7, Payer::kMerchant, Payer::kMerchant),
           Gives("law", Source::kLaw, Remedy::kReturn, 7, Payer::kBuyer, Payer::kBuyer)}),
      PolicyOf("own", {Gives("month", Source::kShopPromise, Remedy::kReturn, 30, Payer::kBuyer,
                             Payer::kBuyer)})};
  const absl::TimeZone zone = Zone("Asia/Shanghai");
  const Outcome got =
      Of(Evaluate(policies, Asked(Day(2026, 1, 1), Day(2026, 1, 3), zone), zone), Remedy::kReturn);
  EXPECT_EQ(got.decision, Decision::kAllowed);
  ASSERT_EQ(got.periods.size(), 2U);
  EXPECT_EQ(got.periods[0].first, Day(2026, 1, 3));
  EXPECT_EQ(got.periods[0].last, Day(2026, 1, 8));
  EXPECT_EQ(got.periods[0].rule.rule_id, "week");
  EXPECT_EQ(got.periods[0].return_freight.payer, Payer::kMerchant);
  EXPECT_EQ(got.periods[1].first, Day(2026, 1, 9));
  EXPECT_EQ(got.periods[1].last, Day(2026, 1, 31));
  EXPECT_EQ(got.periods[1].rule.rule_id, "month");
  EXPECT_EQ(got.periods[1].return_freight.payer, Payer::kBuyer);
  ASSERT_EQ(got.considered.size(), 3U);
  EXPECT_EQ(got.considered[0].verdict, Verdict::kDecided);
  EXPECT_EQ(got.considered[1].verdict, Verdict::kOutdone);
  EXPECT_EQ(got.considered[1].explanation,
            "week holds: here the buyer pays for sending back, here the buyer pays for sending to "
            "them, it ends sooner, on 2026-01-08");
  EXPECT_EQ(got.considered[2].verdict, Verdict::kDecided);
  EXPECT_EQ(got.considered[2].rule.source, Source::kShopPromise);
}

TEST(EvaluateTest, EachFreightIsTheMerchantsIfAnyRuleSaysSo) {
  const std::vector<Policy> policies = {PolicyOf(
      "p",
      {Gives("back", Source::kPlatform, Remedy::kExchange, 7, Payer::kMerchant, Payer::kBuyer),
       Gives("out", Source::kShopPromise, Remedy::kExchange, 3, Payer::kBuyer, Payer::kMerchant)})};
  const absl::TimeZone zone = Zone("UTC");
  const Outcome got = Of(Evaluate(policies, Asked(Day(2026, 1, 1), Day(2026, 1, 1), zone), zone),
                         Remedy::kExchange);
  ASSERT_EQ(got.periods.size(), 2U);
  EXPECT_EQ(got.periods[0].rule.rule_id, "back");
  EXPECT_EQ(got.periods[0].return_freight.rule.rule_id, "back");
  EXPECT_EQ(got.periods[0].outbound_freight.payer, Payer::kMerchant);
  EXPECT_EQ(got.periods[0].outbound_freight.rule.rule_id, "out");
  EXPECT_EQ(got.periods[0].last, Day(2026, 1, 4));
  EXPECT_EQ(got.periods[1].outbound_freight.payer, Payer::kBuyer);
  EXPECT_EQ(got.considered[1].verdict, Verdict::kDecided);
}

TEST(EvaluateTest, TellsWhatIsMissingAndWhatItWouldChange) {
  Rule fault =
      Gives("fault", Source::kPlatform, Remedy::kReturn, 7, Payer::kMerchant, Payer::kMerchant);
  fault.reasons = {Reason::kDamaged};
  fault.evidence = {EvidenceKind::kPhoto, EvidenceKind::kVideo};
  fault.evidence_required = true;
  Rule intact = Gives("intact", Source::kLaw, Remedy::kReturn, 7, Payer::kBuyer, Payer::kBuyer);
  intact.spoiled_by = {Condition::kActivated, Condition::kAltered};
  const std::vector<Policy> policies = {PolicyOf("p", {fault, intact})};
  const absl::TimeZone zone = Zone("Asia/Shanghai");
  Question question = Asked(Day(2026, 1, 1), Day(2026, 1, 3), zone);
  question.reason = Reason::kDamaged;
  question.evidence = {EvidenceKind::kVideo};

  Outcome got = Of(Evaluate(policies, question, zone), Remedy::kReturn);
  EXPECT_EQ(got.decision, Decision::kNeedsMore);
  EXPECT_THAT(got.periods, IsEmpty());
  ASSERT_EQ(got.periods_when_shown.size(), 1U);
  EXPECT_EQ(got.periods_when_shown[0].rule.rule_id, "fault");
  EXPECT_THAT(got.missing_evidence, ElementsAre(EvidenceKind::kPhoto));
  EXPECT_THAT(got.missing_answers, IsEmpty());  // the answers would give no more than the photo
  EXPECT_EQ(got.considered[1].verdict, Verdict::kIncomplete);

  // Intact as well: the buyer may return at once, and at the merchant's cost with a photo.
  question.answers = {{Condition::kActivated, false}, {Condition::kAltered, false}};
  got = Of(Evaluate(policies, question, zone), Remedy::kReturn);
  EXPECT_EQ(got.decision, Decision::kAllowed);
  EXPECT_EQ(got.periods[0].return_freight.payer, Payer::kBuyer);
  EXPECT_EQ(got.periods_when_shown[0].return_freight.payer, Payer::kMerchant);
  EXPECT_THAT(got.missing_evidence, ElementsAre(EvidenceKind::kPhoto));

  question.evidence.push_back(EvidenceKind::kPhoto);
  question.answers[1].yes = true;
  got = Of(Evaluate(policies, question, zone), Remedy::kReturn);
  EXPECT_EQ(got.periods[0].rule.rule_id, "fault");
  EXPECT_THAT(got.periods_when_shown, IsEmpty());
  EXPECT_THAT(got.missing_evidence, IsEmpty());
  EXPECT_EQ(got.considered[1].verdict, Verdict::kNotIntact);
  EXPECT_EQ(got.considered[1].explanation, "the goods are not intact: ALTERED");
}

TEST(EvaluateTest, EvidenceThatIsNotRequiredIsMissedAndTakesNothingAway) {
  Rule proved =
      Gives("proved", Source::kPlatform, Remedy::kReturn, 7, Payer::kMerchant, Payer::kMerchant);
  proved.evidence = {EvidenceKind::kPhoto};
  Policy policy = PolicyOf("p", {proved});
  const absl::TimeZone zone = Zone("Asia/Shanghai");
  const Question question = Asked(Day(2026, 1, 1), Day(2026, 1, 3), zone);
  Outcome got = Of(Evaluate(std::vector{policy}, question, zone), Remedy::kReturn);
  EXPECT_EQ(got.decision, Decision::kAllowed);
  EXPECT_THAT(got.periods_when_shown, IsEmpty());
  EXPECT_THAT(got.missing_evidence, ElementsAre(EvidenceKind::kPhoto));
  // Of two that give the same the one that needs no proof decides, and nothing is missing.
  Rule bare = proved;
  bare.rule_id = "zzz";
  bare.evidence.clear();
  policy.rules.push_back(bare);
  got = Of(Evaluate(std::vector{policy}, question, zone), Remedy::kReturn);
  EXPECT_EQ(got.periods[0].rule.rule_id, "zzz");
  EXPECT_THAT(got.missing_evidence, IsEmpty());
  EXPECT_EQ(got.considered[0].verdict, Verdict::kOutdone);
}

TEST(CheckQuestionTest, NamesEveryFaultAtOnce) {
  Rule sealed = Gives("sealed", Source::kLaw, Remedy::kReturn, 7, Payer::kBuyer, Payer::kBuyer);
  sealed.categories = {"food"};
  sealed.spoiled_by = {Condition::kOneUseSealBroken};
  Policy policy = PolicyOf("p", {sealed});
  policy.categories = {{"food", {Reason::kDamaged, Reason::kNoReason}}};
  const std::vector<Policy> policies = {policy};
  const absl::TimeZone zone = Zone("Asia/Shanghai");
  Question question = Asked(Day(2026, 1, 5), Day(2026, 1, 3), zone);
  question.category = "food";
  question.reason = Reason::kFunctionalFault;
  question.answers = {{Condition::kOneUseSealBroken, true}, {Condition::kLabelRemoved, true}};
  question.purchase_date = Day(2026, 1, 6);
  FieldViolations violations;
  CheckQuestion(policies, question, zone, violations);
  const std::string text(violations.ToStatus().message());
  for (const char* field : {"ask_time", "purchase_date", "reason", "answers[1].condition"}) {
    EXPECT_THAT(text, HasSubstr(field));
  }
  EXPECT_EQ(violations.size(), 4U);
  FieldViolations none;
  question = Asked(Day(2026, 1, 5), Day(2026, 1, 5), zone);
  question.category = "food";
  question.answers = {{Condition::kOneUseSealBroken, true}};
  question.purchase_date = Day(2026, 1, 5);
  CheckQuestion(policies, question, zone, none);
  EXPECT_TRUE(none.empty());
  FieldViolations unknown;
  question.category = "unheard-of";
  CheckQuestion(policies, question, zone, unknown);
  EXPECT_EQ(unknown.size(), 1U);
}

// --- Random policies and questions ---

class Chance {
 public:
  explicit Chance(uint64_t seed) : random_(seed) {}
  int Below(int bound) { return static_cast<int>(random_() % bound); }
  bool In(int of) { return Below(of) == 0; }
  template <class E>
  E One() {  // not kUnspecified
    return static_cast<E>(1 + Below(static_cast<int>(kEnumNames<E>.size()) - 1));
  }

  Rule ARule(int number, Source source) {
    Rule rule =
        Gives(fmt::format("r{}", number), source, One<Remedy>(), 0, One<Payer>(), One<Payer>());
    if (In(4)) {
      rule.window_months = 1 + Below(3);
    } else {
      rule.window_days = 1 + Below(40);
    }
    for (const char* category : {"a", "b", "c"}) {
      if (In(4)) rule.categories.push_back(category);
      if (In(6)) rule.excluded_categories.push_back(category);
    }
    while (In(2)) rule.reasons.push_back(One<Reason>());
    while (In(3)) rule.spoiled_by.push_back(One<Condition>());
    while (In(3)) rule.evidence.push_back(One<EvidenceKind>());
    rule.evidence_required = In(2);
    if (rule.remedy == Remedy::kRefundOnly) rule.return_freight = Payer::kUnspecified;
    return rule;
  }
  Policy APolicy(const std::string& id, Source source) {
    Policy policy = PolicyOf(id, {});
    for (int i = Below(12); i > 0; --i) policy.rules.push_back(ARule(i, source));
    return policy;
  }
  Question AQuestion() {
    Question question{.category = std::string(1, static_cast<char>('a' + Below(3))),
                      .reason = One<Reason>()};
    for (size_t i = 1; i < kEnumNames<Condition>.size(); ++i) {
      if (!In(4)) question.answers.push_back({static_cast<Condition>(i), In(4)});
    }
    for (size_t i = 1; i < kEnumNames<EvidenceKind>.size(); ++i) {
      if (In(2)) question.evidence.push_back(static_cast<EvidenceKind>(i));
    }
    question.sign_time = absl::FromUnixSeconds(1'760'000'000 + Below(30'000'000));
    question.ask_time = *question.sign_time + absl::Seconds(Below(45 * 86'400));
    return question;
  }

 private:
  std::mt19937_64 random_;
};

const Period* PeriodOn(const std::vector<Period>& periods, absl::CivilDay day) {
  const auto found = std::ranges::find_if(
      periods, [&](const Period& one) { return one.first <= day && day <= one.last; });
  return found == periods.end() ? nullptr : &*found;
}

// `all` gives on every day what `less` gives, and lets the buyer pay nothing that `less` does not.
bool AsGood(const std::vector<Period>& all, const std::vector<Period>& less) {
  for (const Period& period : less) {
    for (absl::CivilDay day = period.first; day <= period.last; ++day) {
      const Period* const found = PeriodOn(all, day);
      if (found == nullptr) return false;
      if (found->return_freight.payer > period.return_freight.payer) return false;
      if (found->outbound_freight.payer > period.outbound_freight.payer) return false;
    }
  }
  return true;
}

const std::vector<Period>& Shown(const Outcome& outcome) {
  return outcome.periods_when_shown.empty() ? outcome.periods : outcome.periods_when_shown;
}

TEST(EvaluateProperty, NobodyIsWorseOffThanByThePlatformAlone) {
  Chance chance(20261123);
  int decided_by_others = 0, by_the_platform = 0, changed_later = 0;
  for (int i = 0; i < 20'000; ++i) {
    const std::vector<Policy> platform = {chance.APolicy("platform", Source::kPlatform)};
    std::vector<Policy> all = {chance.APolicy("law", Source::kLaw), platform[0],
                               chance.APolicy("own", Source::kShopPromise)};
    const Question question = chance.AQuestion();
    const absl::TimeZone zone = Zone(chance.In(2) ? "Asia/Shanghai" : "America/New_York");
    const auto alone = Evaluate(platform, question, zone);
    const auto together = Evaluate(all, question, zone);
    for (size_t r = 0; r < alone.size(); ++r) {
      ASSERT_TRUE(AsGood(together[r].periods, alone[r].periods)) << i;
      ASSERT_TRUE(AsGood(Shown(together[r]), Shown(alone[r]))) << i;
      ASSERT_LE(together[r].decision, alone[r].decision) << i;  // allowed, needs more, not allowed
      if (together[r].periods.empty()) continue;
      changed_later += together[r].periods.size() > 1 ? 1 : 0;
      (together[r].periods[0].rule.source == Source::kPlatform ? by_the_platform
                                                               : decided_by_others)++;
    }
  }
  // The inputs reach what is asked of them.
  EXPECT_GT(by_the_platform, 500);
  EXPECT_GT(decided_by_others, 500);
  EXPECT_GT(changed_later, 100);
}

// What a rule gives, straight from its words.
bool GivesOn(const Rule& rule, const Question& q, absl::CivilDay signed_on, absl::CivilDay day) {
  const auto in = [](const auto& list, const auto& value) {
    return std::ranges::count(list, value) > 0;
  };
  if (!rule.categories.empty() && !in(rule.categories, q.category)) return false;
  if (in(rule.excluded_categories, q.category)) return false;
  if (!rule.reasons.empty() && !in(rule.reasons, q.reason)) return false;
  for (const Condition condition : rule.spoiled_by) {
    if (std::ranges::none_of(q.answers, [&](const Answer& answer) {
          return answer.condition == condition && !answer.yes;
        })) {
      return false;
    }
  }
  for (const EvidenceKind kind : rule.evidence) {
    if (rule.evidence_required && !in(q.evidence, kind)) return false;
  }
  return day <= LastDay(rule, signed_on);
}

TEST(EvaluateProperty, EveryDayHasTheBestOfTheRulesThatGiveOnIt) {
  Chance chance(7);
  for (int i = 0; i < 4'000; ++i) {
    const std::vector<Policy> policies = {chance.APolicy("x", Source::kLaw),
                                          chance.APolicy("y", Source::kShopPromise)};
    const Question question = chance.AQuestion();
    const absl::TimeZone zone = Zone("Asia/Shanghai");
    const absl::CivilDay signed_on = DayOf(*question.sign_time, zone);
    const absl::CivilDay asked_on = DayOf(question.ask_time, zone);
    for (const Outcome& outcome : Evaluate(policies, question, zone)) {
      for (absl::CivilDay day = asked_on; day < asked_on + 100; ++day) {
        std::optional<Payer> back, out;
        for (const Policy& policy : policies) {
          for (const Rule& rule : policy.rules) {
            if (rule.remedy != outcome.remedy) continue;
            if (!GivesOn(rule, question, signed_on, day)) continue;
            back = std::min(back.value_or(rule.return_freight), rule.return_freight);
            out = std::min(out.value_or(rule.outbound_freight), rule.outbound_freight);
          }
        }
        const Period* const period = PeriodOn(outcome.periods, day);
        ASSERT_EQ(period != nullptr, back.has_value()) << i << " " << day;
        if (period == nullptr) continue;
        ASSERT_EQ(period->return_freight.payer, *back) << i << " " << day;
        ASSERT_EQ(period->outbound_freight.payer, *out) << i << " " << day;
      }
    }
  }
}

// What periods_when_shown tells comes true, and nothing else is missing then.
TEST(EvaluateProperty, ShowingWhatIsMissingGivesWhatWasSaid) {
  Chance chance(11);
  int shown = 0;
  for (int i = 0; i < 4'000; ++i) {
    const std::vector<Policy> policies = {chance.APolicy("x", Source::kLaw)};
    const Question question = chance.AQuestion();
    const absl::TimeZone zone = Zone("Asia/Shanghai");
    for (const Outcome& outcome : Evaluate(policies, question, zone)) {
      Question again = question;
      for (const Condition condition : outcome.missing_answers) {
        again.answers.push_back({condition, false});
      }
      again.evidence.insert(again.evidence.end(), outcome.missing_evidence.begin(),
                            outcome.missing_evidence.end());
      const Outcome then = Of(Evaluate(policies, again, zone), outcome.remedy);
      ASSERT_TRUE(AsGood(then.periods, Shown(outcome))) << i;
      ASSERT_TRUE(AsGood(Shown(outcome), then.periods)) << i;
      ASSERT_THAT(then.periods_when_shown, IsEmpty()) << i;
      shown += outcome.periods_when_shown.empty() ? 0 : 1;
    }
  }
  EXPECT_GT(shown, 200);
}

}  // namespace
}  // namespace kefu::aftersales::domain::returns
