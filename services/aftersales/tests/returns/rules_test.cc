// The shipped rules of returns, row by row of DOMAIN 4.4 at its borders, as the database holds
// them.
#include <algorithm>
#include <random>
#include <set>

#include "common/time/civil.h"
#include "fmt/format.h"
#include "services/aftersales/domain/returns/evaluate.h"
#include "services/aftersales/domain/returns/questions.h"
#include "services/aftersales/store/returns.h"
#include "services/aftersales/tests/fixture.h"

namespace kefu::aftersales {
namespace {

using namespace domain::returns;
using Yes = std::vector<Condition>;

constexpr absl::CivilDay kSigned(2026, 1, 1);

class ReturnRulesTest : public AftersalesTest {
 protected:
  ReturnRulesTest() : everywhere_(Load("TMALL")), jd_(Load("JD")) {}

  std::vector<Policy> Load(const std::string& platform) {
    auto policies = Db().db().RunInTransaction(absl::InfiniteFuture(), [&](db::Transaction& t) {
      return store::ReturnPoliciesFor(t, {"org-a", "shop-1", platform, {"Asia/Shanghai"}},
                                      clock_.Now());
    });
    EXPECT_OK(policies);
    return *std::move(policies);
  }

  // Signed at the last second of the day, asked at the last second `days` later. What is not
  // answered with yes is answered with no.
  Question Ask(std::span<const Policy> policies, const std::string& category, Reason reason,
               int days, const Yes& yes = {}) const {
    const auto end = [&](absl::CivilDay day) {
      return StartOfDay(day + 1, zone_) - absl::Seconds(1);
    };
    Question question{.category = category,
                      .reason = reason,
                      .evidence = {EvidenceKind::kPhoto},
                      .sign_time = end(kSigned),
                      .ask_time = end(kSigned + days)};
    for (const Condition condition : QuestionsFor(policies, category)) {
      question.answers.push_back({condition, std::ranges::count(yes, condition) > 0});
    }
    FieldViolations violations;
    CheckQuestion(policies, question, zone_, violations);
    EXPECT_OK(violations.ToStatus());
    return question;
  }

  // "rule M B until 7": the first period's rule, who pays for sending back and to the buyer, and
  // how many days after the signing it all ends; "-" where it is not allowed, "?" where more is
  // needed.
  std::string Get(std::span<const Policy> policies, const Question& question, Remedy remedy) const {
    const Outcome got = Of(Evaluate(policies, question, zone_), remedy);
    if (got.decision == Decision::kNotAllowed) return "-";
    if (got.decision == Decision::kNeedsMore) return "?";
    const Period& now = got.periods.front();
    return fmt::format(
        "{} {} {} until {}", now.rule.rule_id, NameOf(now.return_freight.payer).front(),
        NameOf(now.outbound_freight.payer).front(), got.periods.back().last - kSigned);
  }

  // Whether the remedy may still be had at the last microsecond of the last day, and no more at the
  // next, wherever in the day of signing the signing was.
  void ExpectEnds(std::span<const Policy> policies, Question question, Remedy remedy,
                  absl::CivilDay signed_on, absl::CivilDay last, absl::TimeZone zone) const {
    const absl::Time end = StartOfDay(last + 1, zone);
    for (const absl::Time signed_at :
         {StartOfDay(signed_on, zone), StartOfDay(signed_on + 1, zone) - absl::Seconds(1)}) {
      question.sign_time = signed_at;
      question.ask_time = end - absl::Microseconds(1);
      const Outcome before = Of(Evaluate(policies, question, zone), remedy);
      EXPECT_EQ(before.decision, Decision::kAllowed) << signed_on << " " << NameOf(remedy);
      ASSERT_FALSE(before.periods.empty());
      EXPECT_EQ(before.periods.back().last, last);
      EXPECT_EQ(before.periods.back().end, end);
      question.ask_time = end;
      EXPECT_EQ(Of(Evaluate(policies, question, zone), remedy).decision, Decision::kNotAllowed)
          << signed_on << " " << NameOf(remedy);
    }
  }
  static Outcome Of(const std::vector<Outcome>& outcomes, Remedy remedy) {
    return *std::ranges::find(outcomes, remedy, &Outcome::remedy);
  }

  const absl::TimeZone zone_ = *LoadZone("Asia/Shanghai");
  const std::vector<Policy> everywhere_, jd_;
};

const std::set<std::string> kAllCategories = {
    "food",           "fresh_food",  "cosmetics",     "medical_devices",
    "contraceptives", "electronics", "clothing",      "shoes",
    "bags",           "toys",        "home_textiles", "furnishing",
    "media",          "other",       "made_to_order", "newspapers_periodicals"};

TEST_F(ReturnRulesTest, EveryCategoryOfTheHandbookIsThereAndEveryRuleNamesItsSource) {
  ASSERT_EQ(everywhere_.size(), 1U);
  ASSERT_EQ(jd_.size(), 2U);
  std::set<std::string> categories;
  for (const Category& one : everywhere_[0].categories) {
    categories.insert(one.category_id);
    EXPECT_EQ(std::ranges::count(one.reasons, Reason::kUnspecified), 0) << one.category_id;
    EXPECT_EQ(std::ranges::count(one.reasons, Reason::kNoReason), 1) << one.category_id;
  }
  EXPECT_EQ(categories, kAllCategories);
  for (const Policy& policy : jd_) {
    EXPECT_EQ(policy.ref.version, 1);
    for (const Rule& rule : policy.rules) {
      EXPECT_NE(rule.source, Source::kUnspecified) << rule.rule_id;
      EXPECT_NE(rule.source, Source::kShopPromise) << rule.rule_id;
      EXPECT_NE(rule.remedy, Remedy::kUnspecified) << rule.rule_id;
      EXPECT_NE(rule.return_freight, Payer::kUnspecified) << rule.rule_id;
      EXPECT_NE(rule.outbound_freight, Payer::kUnspecified) << rule.rule_id;
      EXPECT_FALSE(rule.basis.empty()) << rule.rule_id;
      EXPECT_NE(rule.window_days == 0, rule.window_months == 0) << rule.rule_id;
      EXPECT_EQ(std::ranges::count(rule.reasons, Reason::kUnspecified), 0) << rule.rule_id;
      EXPECT_EQ(std::ranges::count(rule.spoiled_by, Condition::kUnspecified), 0) << rule.rule_id;
      for (const auto& list : {rule.categories, rule.excluded_categories}) {
        for (const std::string& category : list) EXPECT_TRUE(categories.contains(category));
      }
    }
  }
}

// Not as described, damaged, parts missing, faulty: seven days, whatever the category and although
// the goods are not intact, both freights the merchant's.
TEST_F(ReturnRulesTest, WhatIsTheMerchantsFaultGoesBackFreeForSevenDays) {
  int asked = 0;
  for (const Category& category : everywhere_[0].categories) {
    const std::set<Condition> all = QuestionsFor(everywhere_, category.category_id);
    for (const Reason reason : category.reasons) {
      if (reason == Reason::kNoReason) continue;
      const bool faulty = reason == Reason::kFunctionalFault || reason == Reason::kQualityDefect;
      const Yes spoiled(all.begin(), all.end());
      for (const Remedy remedy : {Remedy::kReturn, Remedy::kExchange}) {
        const auto get = [&](int days) {
          return Get(everywhere_, Ask(everywhere_, category.category_id, reason, days, spoiled),
                     remedy);
        };
        EXPECT_THAT(get(0), ::testing::HasSubstr(" M M ")) << category.category_id;
        EXPECT_THAT(get(7), ::testing::HasSubstr(" M M ")) << category.category_id;
        if (!faulty || remedy == Remedy::kReturn) {
          EXPECT_EQ(get(8), "-") << category.category_id << " " << NameOf(reason);
        }
        ++asked;
      }
    }
  }
  EXPECT_GT(asked, 150);
}

// The handbook names no proof: without one the buyer has the right, and the reviewer is told.
TEST_F(ReturnRulesTest, AMissingPhotoIsToldAndTakesNothingAway) {
  for (const Category& category : everywhere_[0].categories) {
    Question question = Ask(everywhere_, category.category_id, Reason::kDamaged, 7);
    question.evidence = {EvidenceKind::kVideo};
    for (const Remedy remedy : {Remedy::kReturn, Remedy::kExchange}) {
      EXPECT_THAT(Get(everywhere_, question, remedy), ::testing::HasSubstr(" M M until 7"));
      EXPECT_THAT(Of(Evaluate(everywhere_, question, zone_), remedy).missing_evidence,
                  ::testing::ElementsAre(EvidenceKind::kPhoto));
    }
    question.evidence = {EvidenceKind::kPhoto};
    EXPECT_THAT(Of(Evaluate(everywhere_, question, zone_), Remedy::kReturn).missing_evidence,
                ::testing::IsEmpty());
  }
  // Of a durable good's fault the law asks the buyer for no proof.
  Question fault = Ask(everywhere_, "electronics", Reason::kFunctionalFault, 15);
  fault.evidence.clear();
  EXPECT_EQ(Get(everywhere_, fault, Remedy::kExchange), "guarantee.exchange M M until 15");
  EXPECT_THAT(Of(Evaluate(everywhere_, fault, zone_), Remedy::kExchange).missing_evidence,
              ::testing::IsEmpty());
}

TEST_F(ReturnRulesTest, SevenDaysWithoutAReasonByCategory) {
  struct Row {
    const char* category;
    const char* rule;
    Yes spoils;  // each of them alone
  };
  const Yes sealed = {Condition::kOneUseSealBroken};
  const Yes labelled = {Condition::kLabelRemoved, Condition::kSoiledOrDamaged};
  for (const Row& row : std::vector<Row>{
           {"food", "no_reason.sealed", sealed},
           {"cosmetics", "no_reason.sealed", sealed},
           {"medical_devices", "no_reason.sealed", sealed},
           {"contraceptives", "no_reason.sealed", sealed},
           {"electronics",
            "no_reason.electronics",
            {Condition::kUnauthorisedRepair, Condition::kAltered, Condition::kMarksTampered,
             Condition::kLastingMarksOfUse, Condition::kActivated, Condition::kLicenceRegistered,
             Condition::kPersonalDataLeft}},
           {"clothing", "no_reason.labelled", labelled},
           {"shoes", "no_reason.labelled", labelled},
           {"bags", "no_reason.labelled", labelled},
           {"toys", "no_reason.labelled", labelled},
           {"home_textiles", "no_reason.labelled", labelled},
           {"furnishing", "no_reason.labelled", labelled},
           {"media", "no_reason.media", {Condition::kDownloadedOrUnsealed}},
           {"other", "no_reason.other", {Condition::kSoiledOrDamaged}}}) {
    const auto get = [&](int days, const Yes& yes = {}) {
      return Get(everywhere_, Ask(everywhere_, row.category, Reason::kNoReason, days, yes),
                 Remedy::kReturn);
    };
    const std::string allowed = fmt::format("{} B B until 7", row.rule);
    EXPECT_EQ(get(0), allowed) << row.category;
    EXPECT_EQ(get(7), allowed) << row.category;
    EXPECT_EQ(get(8), "-") << row.category;
    const std::set<Condition> asked = QuestionsFor(everywhere_, row.category);
    EXPECT_EQ(asked, std::set(row.spoils.begin(), row.spoils.end())) << row.category;
    for (const Condition condition : row.spoils) {
      EXPECT_EQ(get(7, {condition}), "-") << row.category << " " << NameOf(condition);
    }
    Question silent = Ask(everywhere_, row.category, Reason::kNoReason, 7);
    silent.answers.clear();
    EXPECT_EQ(Get(everywhere_, silent, Remedy::kReturn), "?") << row.category;
    for (const Remedy remedy : {Remedy::kExchange, Remedy::kRepair, Remedy::kRefundOnly}) {
      EXPECT_EQ(Get(everywhere_, Ask(everywhere_, row.category, Reason::kNoReason, 0), remedy), "-")
          << row.category;
    }
  }
  for (const char* excluded : {"made_to_order", "fresh_food", "newspapers_periodicals"}) {
    EXPECT_EQ(Get(everywhere_, Ask(everywhere_, excluded, Reason::kNoReason, 0), Remedy::kReturn),
              "-")
        << excluded;
  }
}

TEST_F(ReturnRulesTest, ThreeGuaranteesAfterTheSeventhDay) {
  struct Row {
    int days;
    const char* back;
    const char* exchange;
    const char* repair;
  };
  // One year by date: signed on 2026-01-01, until 2027-01-01, 365 days later.
  for (const Row& row : std::vector<Row>{
           {7, "guarantee.return M M until 7", "guarantee.exchange M M until 15",
            "guarantee.repair M M until 365"},
           {8, "-", "guarantee.exchange M M until 15", "guarantee.repair M M until 365"},
           {15, "-", "guarantee.exchange M M until 15", "guarantee.repair M M until 365"},
           {16, "-", "-", "guarantee.repair M M until 365"},
           {365, "-", "-", "guarantee.repair M M until 365"},
           {366, "-", "-", "-"}}) {
    for (const char* category : {"electronics", "furnishing", "toys", "other", "made_to_order"}) {
      const Question question = Ask(everywhere_, category, Reason::kFunctionalFault, row.days);
      EXPECT_EQ(Get(everywhere_, question, Remedy::kReturn), row.back) << row.days;
      EXPECT_EQ(Get(everywhere_, question, Remedy::kExchange), row.exchange) << row.days;
      EXPECT_EQ(Get(everywhere_, question, Remedy::kRepair), row.repair) << row.days;
      EXPECT_EQ(Get(everywhere_, question, Remedy::kRefundOnly), "-") << row.days;
    }
  }
  // Nothing repairs food; nothing guarantees what merely displeases.
  EXPECT_EQ(
      Get(everywhere_, Ask(everywhere_, "food", Reason::kQualityDefect, 8), Remedy::kExchange),
      "-");
  EXPECT_EQ(Get(everywhere_, Ask(everywhere_, "electronics", Reason::kColourDiffers, 8),
                Remedy::kExchange),
            "-");
}

TEST_F(ReturnRulesTest, JdExchangesClothingAndShoesForFifteenDays) {
  for (const char* category : {"clothing", "shoes"}) {
    const auto get = [&](Reason reason, int days, Remedy remedy, const Yes& yes = {}) {
      return Get(jd_, Ask(jd_, category, reason, days, yes), remedy);
    };
    EXPECT_EQ(get(Reason::kSizeDiffers, 15, Remedy::kExchange), "jd.exchange.faulty M M until 15");
    EXPECT_EQ(get(Reason::kSizeDiffers, 16, Remedy::kExchange), "-");
    EXPECT_EQ(get(Reason::kNoReason, 15, Remedy::kExchange), "jd.exchange.intact B M until 15");
    EXPECT_EQ(get(Reason::kNoReason, 15, Remedy::kExchange, {Condition::kLabelRemoved}), "-");
    EXPECT_EQ(get(Reason::kNoReason, 16, Remedy::kExchange), "-");
    EXPECT_EQ(get(Reason::kNoReason, 7, Remedy::kReturn), "no_reason.labelled B B until 7");
    EXPECT_EQ(get(Reason::kNoReason, 8, Remedy::kReturn), "-");
    EXPECT_EQ(
        Get(everywhere_, Ask(everywhere_, category, Reason::kSizeDiffers, 8), Remedy::kExchange),
        "-");
  }
  EXPECT_EQ(Get(jd_, Ask(jd_, "bags", Reason::kNoReason, 7), Remedy::kExchange), "-");
}

// Day 7, 15 and the year's last one end at midnight by the shop's clocks, in every zone.
TEST_F(ReturnRulesTest, TheBordersAreTheShopsMidnights) {
  struct Row {
    const char* category;
    Reason reason;
    Remedy remedy;
    bool jd;
    int days;  // 0: twelve months
  };
  const std::vector<Row> rows = {
      {"shoes", Reason::kNoReason, Remedy::kReturn, false, 7},
      {"food", Reason::kNoReason, Remedy::kReturn, false, 7},
      {"fresh_food", Reason::kDamaged, Remedy::kReturn, false, 7},
      {"made_to_order", Reason::kSizeDiffers, Remedy::kExchange, false, 7},
      {"cosmetics", Reason::kPartsMissing, Remedy::kExchange, false, 7},
      {"electronics", Reason::kFunctionalFault, Remedy::kReturn, false, 7},
      {"electronics", Reason::kFunctionalFault, Remedy::kExchange, false, 15},
      {"electronics", Reason::kQualityDefect, Remedy::kRepair, false, 0},
      {"clothing", Reason::kNoReason, Remedy::kReturn, true, 7},
      {"clothing", Reason::kNoReason, Remedy::kExchange, true, 15},
      {"shoes", Reason::kColourDiffers, Remedy::kExchange, true, 15}};
  for (const char* name : {"Asia/Shanghai", "America/New_York", "Pacific/Kiritimati"}) {
    const absl::TimeZone zone = *LoadZone(name);
    for (const Row& row : rows) {
      const std::vector<Policy>& policies = row.jd ? jd_ : everywhere_;
      const Question question = Ask(policies, row.category, row.reason, 0);
      for (const auto& [signed_on, a_year_later] :
           {std::pair(absl::CivilDay(2026, 1, 1), absl::CivilDay(2027, 1, 1)),
            std::pair(absl::CivilDay(2024, 2, 29), absl::CivilDay(2025, 2, 28)),
            std::pair(absl::CivilDay(2025, 3, 8), absl::CivilDay(2026, 3, 8)),
            std::pair(absl::CivilDay(2025, 12, 28), absl::CivilDay(2026, 12, 28))}) {
        ExpectEnds(policies, question, row.remedy, signed_on,
                   row.days == 0 ? a_year_later : signed_on + row.days, zone);
      }
    }
  }
}

// Whether the buyer has on every day what `less` gives, and pays no freight that `less` does not.
::testing::AssertionResult AsGood(const Outcome& all, const Outcome& less) {
  for (const Period& period : less.periods) {
    for (absl::CivilDay day = period.first; day <= period.last; ++day) {
      const auto found = std::ranges::find_if(
          all.periods, [&](const Period& one) { return one.first <= day && day <= one.last; });
      if (found == all.periods.end()) return ::testing::AssertionFailure() << "nothing on " << day;
      if (found->return_freight.payer > period.return_freight.payer ||
          found->outbound_freight.payer > period.outbound_freight.payer) {
        return ::testing::AssertionFailure() << "a freight is the buyer's on " << day;
      }
    }
  }
  return ::testing::AssertionSuccess();
}

// Whatever a shop writes beside the shipped rules, for whatever goods, reasons, answers and days.
TEST_F(ReturnRulesTest, NobodyIsWorseOffThanByTheShippedRulesAlone) {
  std::mt19937_64 random(4'04);
  const auto below = [&](int bound) { return static_cast<int>(random() % bound); };
  const auto one_of = [&](auto&& list) { return *std::next(list.begin(), below(list.size())); };
  int promised = 0, refused = 0, lent = 0;
  for (int i = 0; i < 6'000; ++i) {
    const std::vector<Policy>& shipped = below(2) == 0 ? everywhere_ : jd_;
    const Category category = one_of(shipped[0].categories);
    std::vector<Policy> all = shipped;
    Policy& own = all.emplace_back(Policy{.ref = {"org-a", "own", 1}});
    for (int r = 1 + below(4); r > 0; --r) {
      Rule rule{.rule_id = fmt::format("own-{}", r), .source = Source::kShopPromise};
      rule.remedy = static_cast<Remedy>(1 + below(4));
      if (below(2) == 0) rule.categories = {one_of(kAllCategories)};
      if (below(3) == 0) rule.reasons = {one_of(category.reasons)};
      if (below(3) == 0) rule.spoiled_by = {static_cast<Condition>(1 + below(11))};
      if (below(3) == 0) rule.evidence = {static_cast<EvidenceKind>(1 + below(3))};
      rule.evidence_required = !rule.evidence.empty() && below(2) == 0;
      (below(3) == 0 ? rule.window_months : rule.window_days) = 1 + below(below(2) == 0 ? 8 : 30);
      rule.return_freight = rule.remedy == Remedy::kRefundOnly ? Payer::kUnspecified
                                                               : static_cast<Payer>(1 + below(2));
      rule.outbound_freight = static_cast<Payer>(1 + below(2));
      own.rules.push_back(std::move(rule));
    }
    Question question{.category = category.category_id,
                      .reason = below(2) == 0 ? Reason::kNoReason : one_of(category.reasons)};
    for (const Condition condition : QuestionsFor(all, category.category_id)) {
      if (below(6) != 0) question.answers.push_back({condition, below(8) == 0});
    }
    for (int kind = 1; kind <= 3; ++kind) {
      if (below(2) == 0) question.evidence.push_back(static_cast<EvidenceKind>(kind));
    }
    question.sign_time = absl::FromUnixSeconds(1'760'000'000 + below(30'000'000));
    question.ask_time =
        *question.sign_time + absl::Seconds(below((below(4) == 0 ? 400 : 9) * 86'400));
    const auto alone = Evaluate(shipped, question, zone_);
    const auto together = Evaluate(all, question, zone_);
    for (size_t r = 0; r < alone.size(); ++r) {
      ASSERT_TRUE(AsGood(together[r], alone[r])) << i << " " << category.category_id;
      ASSERT_LE(static_cast<int>(together[r].decision), static_cast<int>(alone[r].decision)) << i;
      promised += together[r].decision < alone[r].decision ? 1 : 0;
      refused += together[r].decision == Decision::kNotAllowed ? 1 : 0;
      lent += alone[r].decision == Decision::kAllowed ? 1 : 0;
    }
  }
  // It says something: promises gave, rules gave, and neither always.
  EXPECT_GT(promised, 1'000);
  EXPECT_GT(refused, 3'000);
  EXPECT_GT(lent, 3'000);
}

TEST_F(ReturnRulesTest, APromiseWinsWhereItIsBetterAndOnlyThere) {
  const auto with = [&](Rule rule) {
    std::vector<Policy> policies = everywhere_;
    policies.push_back({.ref = {"org-a", "own", 1}, .rules = {std::move(rule)}});
    return policies;
  };
  Rule longer{.rule_id = "promise",
              .source = Source::kShopPromise,
              .remedy = Remedy::kReturn,
              .window_days = 30,
              .return_freight = Payer::kMerchant,
              .outbound_freight = Payer::kBuyer};
  const auto better = with(longer);
  const Yes spoiled = {Condition::kOneUseSealBroken};
  const Question late = Ask(better, "food", Reason::kNoReason, 30, spoiled);
  EXPECT_EQ(Get(better, late, Remedy::kReturn), "promise M B until 30");
  EXPECT_EQ(Get(better, Ask(better, "food", Reason::kNoReason, 31, spoiled), Remedy::kReturn), "-");
  // What the law excludes a shop may promise.
  EXPECT_EQ(Get(better, Ask(better, "fresh_food", Reason::kNoReason, 3), Remedy::kReturn),
            "promise M B until 30");
  // Day 7: damaged, so the platform pays both; from day 8 on the promise holds.
  EXPECT_EQ(Get(better, Ask(better, "other", Reason::kDamaged, 7), Remedy::kReturn),
            "damaged.return M M until 30");
  Rule worse = longer;
  worse.window_days = 3;
  worse.return_freight = Payer::kBuyer;
  worse.evidence = {EvidenceKind::kDocument};
  worse.evidence_required = true;
  const auto no_better = with(worse);
  EXPECT_EQ(Get(no_better, Ask(no_better, "other", Reason::kNoReason, 7), Remedy::kReturn),
            "no_reason.other B B until 7");
  Rule refund = longer;
  refund.remedy = Remedy::kRefundOnly;
  refund.return_freight = Payer::kUnspecified;
  const auto kind = with(refund);
  EXPECT_EQ(Get(kind, Ask(kind, "fresh_food", Reason::kDamaged, 2), Remedy::kRefundOnly),
            "promise U B until 30");
}

}  // namespace
}  // namespace kefu::aftersales
