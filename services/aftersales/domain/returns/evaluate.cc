#include "services/aftersales/domain/returns/evaluate.h"

#include <algorithm>
#include <set>
#include <string>
#include <tuple>

#include "common/time/civil.h"
#include "fmt/format.h"
#include "fmt/ranges.h"
#include "services/aftersales/domain/returns/questions.h"

namespace kefu::aftersales::domain::returns {
namespace {

template <class List, class T>
bool Has(const List& list, const T& value) {
  return std::ranges::find(list, value) != list.end();
}

template <class E>
std::string Words(const std::vector<E>& values) {
  std::vector<std::string_view> names;
  for (const E value : values) names.push_back(NameOf(value));
  return fmt::format("{}", fmt::join(names, ", "));
}

// A rule as it was looked at.
struct Looked {
  const Rule* rule = nullptr;
  RuleRef ref;
  absl::CivilDay last;
  Verdict verdict = Verdict::kUnspecified;  // kOutdone stands for "gives the remedy" at first
  std::string explanation;
  std::vector<EvidenceKind> missing_evidence;
  std::vector<Condition> missing_answers;
};

// What the rule says of the question's goods; nothing of how it compares with others.
void Judge(const Question& question, absl::CivilDay asked_on, Looked& looked) {
  const Rule& rule = *looked.rule;
  std::vector<Condition> spoiled;
  for (const Condition condition : rule.spoiled_by) {
    const auto answer = std::ranges::find(question.answers, condition, &Answer::condition);
    if (answer == question.answers.end()) {
      looked.missing_answers.push_back(condition);
    } else if (answer->yes) {
      spoiled.push_back(condition);
    }
  }
  for (const EvidenceKind kind : rule.evidence) {
    if (!Has(question.evidence, kind)) looked.missing_evidence.push_back(kind);
  }
  const auto say = [&](Verdict verdict, std::string text) {
    looked.verdict = verdict;
    looked.explanation = std::move(text);
  };
  if (!Covers(rule, question.category)) {
    say(Verdict::kOtherCategory, fmt::format("not for category {}", question.category));
  } else if (!rule.reasons.empty() && !Has(rule.reasons, question.reason)) {
    say(Verdict::kOtherReason, fmt::format("for these reasons: {}", Words(rule.reasons)));
  } else if (looked.last < asked_on) {
    say(Verdict::kTooLate, fmt::format("the last day was {}", FormatDay(looked.last)));
  } else if (!spoiled.empty()) {
    say(Verdict::kNotIntact, fmt::format("the goods are not intact: {}", Words(spoiled)));
  } else if (!looked.missing_answers.empty() ||
             (rule.evidence_required && !looked.missing_evidence.empty())) {
    say(Verdict::kIncomplete,
        fmt::format("not answered: [{}], not shown: [{}]", Words(looked.missing_answers),
                    Words(looked.missing_evidence)));
  } else {
    say(Verdict::kOutdone, "");
  }
}

// Better for the buyer comes first; of equals what is complete, what needs no more proof and the
// weightier source; ids only make the order certain.
bool Better(const Looked* a, const Looked* b) {
  const auto key = [](const Looked& one) {
    const bool sends = one.rule->return_freight != Payer::kBuyer;
    const bool ships = one.rule->outbound_freight != Payer::kBuyer;
    return std::tuple(-(sends + ships), !sends, -(one.last - absl::CivilDay()),
                      one.verdict == Verdict::kIncomplete, !one.missing_evidence.empty(),
                      one.ref.source, std::tie(one.ref.policy.policy_id, one.ref.rule_id));
  };
  return key(*a) < key(*b);
}

// The first rule by which the merchant pays, else the best rule's own word.
template <class Member>
const Looked* Payers(const std::vector<const Looked*>& alive, Member payer) {
  const auto found = std::ranges::find_if(
      alive, [&](const Looked* one) { return one->rule->*payer == Payer::kMerchant; });
  return found == alive.end() ? alive.front() : *found;
}

// What these rules, all of which reach `day`, give from it on.
std::vector<Period> Timeline(std::vector<const Looked*> alive, absl::CivilDay day,
                             absl::TimeZone zone) {
  std::ranges::sort(alive, Better);
  std::vector<Period> periods;
  while (!alive.empty()) {
    const Looked* const best = alive.front();
    const Looked* const back = Payers(alive, &Rule::return_freight);
    const Looked* const out = Payers(alive, &Rule::outbound_freight);
    const absl::CivilDay last = std::min({best->last, back->last, out->last});
    periods.push_back({.first = day,
                       .last = last,
                       .end = StartOfDay(last + 1, zone),
                       .rule = best->ref,
                       .return_freight = {back->rule->return_freight, back->ref},
                       .outbound_freight = {out->rule->outbound_freight, out->ref}});
    day = last + 1;
    std::erase_if(alive, [&](const Looked* one) { return one->last < day; });
  }
  return periods;
}

bool Names(const std::vector<Period>& periods, const RuleRef& rule) {
  return std::ranges::any_of(periods, [&](const Period& period) {
    return period.rule == rule || period.return_freight.rule == rule ||
           period.outbound_freight.rule == rule;
  });
}

// Why a rule that gives the remedy did not decide, or until when it did.
void Compare(const std::vector<Period>& periods, Looked& looked) {
  if (Names(periods, looked.ref)) {
    looked.verdict = Verdict::kDecided;
    looked.explanation = fmt::format("gives it until {}", FormatDay(looked.last));
    return;
  }
  const Period& now = periods.front();
  std::vector<std::string> why;
  if (looked.rule->return_freight == Payer::kBuyer &&
      now.return_freight.payer == Payer::kMerchant) {
    why.push_back("here the buyer pays for sending back");
  }
  if (looked.rule->outbound_freight == Payer::kBuyer &&
      now.outbound_freight.payer == Payer::kMerchant) {
    why.push_back("here the buyer pays for sending to them");
  }
  if (looked.last < periods.back().last) {
    why.push_back(fmt::format("it ends sooner, on {}", FormatDay(looked.last)));
  }
  if (why.empty()) why.push_back("it gives no more");
  looked.explanation = fmt::format("{} holds: {}", now.rule.rule_id, fmt::join(why, ", "));
}

std::vector<const Looked*> Giving(const std::vector<Looked>& all, bool and_incomplete) {
  std::vector<const Looked*> giving;
  for (const Looked& one : all) {
    if (one.verdict == Verdict::kOutdone || one.verdict == Verdict::kDecided ||
        (and_incomplete && one.verdict == Verdict::kIncomplete)) {
      giving.push_back(&one);
    }
  }
  return giving;
}

// What the rules that decide, or would, still lack.
void CollectMissing(const std::vector<Looked>& all, Outcome& outcome) {
  std::set<EvidenceKind> evidence;
  std::set<Condition> answers;
  for (const Looked& one : all) {
    if (!Names(outcome.periods, one.ref) && !Names(outcome.periods_when_shown, one.ref)) continue;
    evidence.insert(one.missing_evidence.begin(), one.missing_evidence.end());
    answers.insert(one.missing_answers.begin(), one.missing_answers.end());
  }
  outcome.missing_evidence.assign(evidence.begin(), evidence.end());
  outcome.missing_answers.assign(answers.begin(), answers.end());
}

Outcome Decide(std::span<const Policy> policies, Remedy remedy, const Question& question,
               absl::TimeZone zone) {
  const absl::CivilDay signed_on = DayOf(*question.sign_time, zone);
  const absl::CivilDay asked_on = DayOf(question.ask_time, zone);
  std::vector<Looked> all;
  for (const Policy& policy : policies) {
    for (const Rule& rule : policy.rules) {
      if (rule.remedy != remedy) continue;
      all.push_back({&rule, {policy.ref, rule.rule_id, rule.source}, LastDay(rule, signed_on)});
      Judge(question, asked_on, all.back());
    }
  }
  Outcome outcome{.remedy = remedy};
  outcome.periods = Timeline(Giving(all, /*and_incomplete=*/false), asked_on, zone);
  outcome.periods_when_shown = Timeline(Giving(all, /*and_incomplete=*/true), asked_on, zone);
  if (outcome.periods_when_shown == outcome.periods) outcome.periods_when_shown.clear();
  outcome.decision = !outcome.periods.empty()              ? Decision::kAllowed
                     : !outcome.periods_when_shown.empty() ? Decision::kNeedsMore
                                                           : Decision::kNotAllowed;
  CollectMissing(all, outcome);
  for (Looked& one : all) {
    if (one.verdict == Verdict::kOutdone) Compare(outcome.periods, one);
    outcome.considered.push_back(
        {one.ref, one.verdict, one.last, one.explanation, one.rule->basis});
  }
  return outcome;
}

}  // namespace

absl::CivilDay LastDay(const Rule& rule, absl::CivilDay signed_on) {
  if (rule.window_months == 0) return signed_on + rule.window_days;
  const absl::CivilMonth month = absl::CivilMonth(signed_on) + rule.window_months;
  const absl::CivilDay longest = absl::CivilDay(month + 1) - 1;
  return absl::CivilDay(month) + (std::min(signed_on.day(), longest.day()) - 1);
}

bool CheckCategory(std::span<const Policy> policies, std::string_view category,
                   FieldViolations& violations) {
  std::vector<std::string> known;
  for (const auto& [category_id, name] : CategoriesOf(policies)) known.push_back(category_id);
  return violations.Check(Has(known, category), "category",
                          fmt::format("must be one of {}", fmt::join(known, ", ")));
}

void CheckQuestion(std::span<const Policy> policies, const Question& question, absl::TimeZone zone,
                   FieldViolations& violations) {
  if (violations.Check(question.sign_time.has_value(), "sign_time",
                       "must be set, but for an order that says it")) {
    violations.Check(question.ask_time >= *question.sign_time, "ask_time",
                     "must not be before sign_time");
    violations.Check(
        !question.purchase_date || *question.purchase_date <= DayOf(*question.sign_time, zone),
        "purchase_date", "must not be after the day of signing");
  }
  if (!violations.Check(!question.category.empty(), "category",
                        "must be set, but for a case or order whose lines are all of one")) {
    return;
  }
  if (!CheckCategory(policies, question.category, violations)) return;
  const std::vector<Reason> reasons = ReasonsFor(policies, question.category);
  violations.Check(
      question.reason == Reason::kUnspecified || Has(reasons, question.reason), "reason",
      fmt::format("does not fit category {}; these do: {}", question.category, Words(reasons)));
  const std::set<Condition> asked = QuestionsFor(policies, question.category);
  for (size_t i = 0; i < question.answers.size(); ++i) {
    const Condition condition = question.answers[i].condition;
    violations.Check(condition == Condition::kUnspecified || asked.contains(condition),
                     fmt::format("answers[{}].condition", i),
                     fmt::format("is not asked of category {}", question.category));
  }
}

std::vector<Outcome> Evaluate(std::span<const Policy> policies, const Question& question,
                              absl::TimeZone zone) {
  std::vector<Outcome> outcomes;
  for (const Remedy remedy :
       {Remedy::kReturn, Remedy::kExchange, Remedy::kRepair, Remedy::kRefundOnly}) {
    outcomes.push_back(Decide(policies, remedy, question, zone));
  }
  return outcomes;
}

}  // namespace kefu::aftersales::domain::returns
