#include "services/staffing/domain/careers/promotion.h"

#include <algorithm>
#include <utility>

#include "common/time/civil.h"
#include "fmt/format.h"
#include "services/staffing/domain/tier.h"
#include "services/staffing/errors.h"

namespace kefu::staffing::domain::careers {
namespace {

std::string MonthText(absl::CivilMonth month) {
  return fmt::format("{:04}-{:02}", month.year(), month.month());
}

std::string BreakText(const Break& b) {
  return fmt::format("{}/{}..{}", b.what, FormatDay(b.days.start),
                     b.days.end ? FormatDay(*b.days.end) : "");
}

// Whole months of a tenure.
RuleCheck TenureRule(PromotionRule rule, const std::optional<Tenure>& tenure, int32_t months,
                     absl::CivilDay day) {
  RuleCheck check{.rule = rule, .required = months};
  if (!tenure) return check;
  check.actual = MonthsOn(*tenure, day);
  check.met = check.actual >= months;
  check.met_day = DayOfMonths(*tenure, months);
  if (!tenure->record_id.empty()) check.evidence.push_back("tier_change/" + tenure->record_id);
  check.evidence.push_back("since/" + FormatDay(tenure->since));
  for (const Break& b : tenure->breaks) {
    if (b.days.start < day) check.evidence.push_back(BreakText(b));
  }
  return check;
}

std::string MonthEvidence(const MonthBook& months, absl::CivilMonth month) {
  const ReportedMonth* reported = months.Find(month);
  return reported == nullptr ? fmt::format("month/{} no report", MonthText(month))
                             : "report/" + reported->report_id;
}

// The months before the day's, as long as they meet the criterion.
RuleCheck PerformanceRule(const Criterion& criterion, const MonthBook& months, absl::CivilDay day) {
  RuleCheck check{.rule = PromotionRule::kPerformance,
                  .required = criterion.months_in_row,
                  .metric_id = criterion.metric_id};
  absl::CivilMonth month = absl::CivilMonth(day) - 1;
  for (; check.actual < criterion.months_in_row; --month) {
    check.evidence.push_back(MonthEvidence(months, month));
    if (!Meets(months, month, criterion)) break;
    ++check.actual;
  }
  check.met = check.actual >= criterion.months_in_row;
  return check;
}

// Good months wholly in the grade; the newest ones are the evidence.
RuleCheck GoodMonthsRule(const TierLadder& ladder, const Grade& grade, const Candidate& candidate,
                         absl::CivilDay day) {
  RuleCheck check{.rule = PromotionRule::kGoodMonths, .required = grade.min_good_months};
  const std::optional<Tenure> tenure = GradeTenure(candidate.service, ladder.tenure, day);
  if (!tenure) return check;
  for (absl::CivilMonth month = absl::CivilMonth(day) - 1; absl::CivilDay(month) >= tenure->since;
       --month) {
    if (!IsGood(candidate.months, month, ladder.good_month)) continue;
    ++check.actual;
    if (check.actual <= check.required) {
      check.evidence.push_back(MonthEvidence(candidate.months, month));
    }
  }
  check.met = check.actual >= check.required;
  if (!check.met) {
    // If every further month is good; the present one counts when it is wholly in the grade.
    absl::CivilMonth first(day);
    if (absl::CivilDay(first) < tenure->since) ++first;
    check.met_day = absl::CivilDay(first + (check.required - check.actual));
  }
  check.evidence.push_back("tier_change/" + tenure->record_id);
  return check;
}

// In customer service, and not on leave.
RuleCheck AtWorkRule(const Candidate& candidate, const TierRecord& held, absl::CivilDay day) {
  RuleCheck check{.rule = PromotionRule::kAtWork, .required = 1, .actual = 1};
  check.met_day = day;
  for (const Leave& leave : candidate.service.leaves) {
    if (!leave.period.Contains(day)) continue;
    check.actual = 0;
    check.met_day = leave.period.end ? std::optional(*leave.period.end + 1) : std::nullopt;
    check.evidence.push_back(BreakText({"leave", leave.period}));
  }
  if (!held.role_id.empty()) {
    check.actual = 0;
    check.met_day.reset();
    check.evidence.push_back("tier_change/" + held.id);
  }
  check.met = check.actual == 1;
  return check;
}

bool IsShortened(const Tier& tier, const Agent& agent) {
  return tier.experience_months_to_shorten > 0 &&
         agent.prior_experience_months >= tier.experience_months_to_shorten;
}
int32_t ProbationMonths(const Tier& tier, const Agent& agent) {
  return IsShortened(tier, agent) ? tier.shortened_probation_months : tier.probation_months;
}

// What has to be waited for in the tier before: its probation, or the months that the next one asks
// for.
RuleCheck WaitingRule(const TierLadder& ladder, const Tier& to, const Candidate& candidate,
                      absl::CivilDay day) {
  const Tier* from = ladder.FindTier(to.from_tier_id);
  const std::optional<Tenure> tenure = TierTenure(candidate.service, ladder.tenure, day);
  if (from == nullptr || from->probation_months == 0) {
    return TenureRule(PromotionRule::kMonthsInTier, tenure, to.min_months_in_previous, day);
  }
  RuleCheck check =
      TenureRule(PromotionRule::kProbation, tenure, ProbationMonths(*from, candidate.agent), day);
  if (IsShortened(*from, candidate.agent)) {
    check.evidence.push_back(
        fmt::format("experience/{} months", candidate.agent.prior_experience_months));
  }
  return check;
}

std::optional<Probation> ProbationOf(const TierLadder& ladder, const Candidate& candidate,
                                     const TierRecord& held, absl::CivilDay day) {
  const Tier* tier = ladder.FindTier(held.tier_id);
  if (tier == nullptr || tier->probation_months == 0) return std::nullopt;
  const std::optional<Tenure> tenure = TierTenure(candidate.service, ladder.tenure, day);
  if (!tenure) return std::nullopt;
  Probation probation;
  const auto passed = DayOfMonths(*tenure, ProbationMonths(*tier, candidate.agent));
  if (!passed) return probation;
  probation.last_day = *passed - 1;
  probation.due = *probation.last_day - day <= tier->probation_notice_days;
  probation.overdue = day > *probation.last_day;
  return probation;
}

// The latest of the days on which rules of tenure are met; nothing when one is never met by itself.
std::optional<absl::CivilDay> TenureDay(const std::vector<RuleCheck>& rules, absl::CivilDay day) {
  std::optional<absl::CivilDay> latest;
  for (const RuleCheck& rule : rules) {
    switch (rule.rule) {
      case PromotionRule::kMonthsInTier:
      case PromotionRule::kProbation:
      case PromotionRule::kMonthsInDepartment:
        break;
      case PromotionRule::kGoodMonths:
      case PromotionRule::kAtWork:
        if (rule.met) continue;  // that says nothing about a day
        break;
      default:
        continue;
    }
    if (!rule.met_day) return std::nullopt;
    latest = std::max(latest.value_or(*rule.met_day), *rule.met_day);
  }
  return latest.value_or(day);
}

Option TierOption(const TierLadder& ladder, const Tier& to, const Candidate& candidate,
                  const TierRecord& held, const PostBook& posts, absl::CivilDay day) {
  const bool management = to.track == Track::kManagement;
  Option option;
  option.to = {to.id, management ? "" : held.grade_id, management ? to.track : held.track};
  option.rules.push_back(WaitingRule(ladder, to, candidate, day));
  if (to.min_months_in_department > 0) {
    option.rules.push_back(TenureRule(PromotionRule::kMonthsInDepartment,
                                      DepartmentTenure(candidate.service, ladder.tenure, day),
                                      to.min_months_in_department, day));
  }
  for (const Criterion& criterion : to.criteria) {
    option.rules.push_back(PerformanceRule(criterion, candidate.months, day));
  }
  if (to.needs_open_post) {
    const auto found = posts.find(to.id);
    const int32_t open = found == posts.end() ? 0 : found->second.open();
    option.rules.push_back({.rule = PromotionRule::kOpenPost,
                            .met = open > 0,
                            .required = 1,
                            .actual = open,
                            .evidence = {"headcount/" + to.id}});
  }
  option.rules.push_back(AtWorkRule(candidate, held, day));
  option.tenure_day = TenureDay(option.rules, day);
  return option;
}

Option GradeOption(const TierLadder& ladder, const Grade& to, const Candidate& candidate,
                   const TierRecord& held, absl::CivilDay day) {
  Option option;
  option.to = {held.tier_id, to.id, held.track};
  option.rules.push_back(GoodMonthsRule(ladder, to, candidate, day));
  for (const Criterion& criterion : to.criteria) {
    option.rules.push_back(PerformanceRule(criterion, candidate.months, day));
  }
  option.rules.push_back(AtWorkRule(candidate, held, day));
  option.tenure_day = TenureDay(option.rules, day);
  return option;
}

// Why no option leads to the target.
absl::Status NoSuchStep(const TierLadder& ladder, const TierRecord& held, const Target& target) {
  const Tier* to = ladder.FindTier(target.tier_id);
  if (to == nullptr) return error::TierUnknown(target.tier_id);
  const Grade* grade = ladder.FindGrade(target.grade_id);
  if (!target.grade_id.empty() && grade == nullptr) return error::GradeUnknown(target.grade_id);
  const Tier* from = ladder.FindTier(held.tier_id);
  const int32_t held_rank = from == nullptr ? 0 : from->rank;
  if (to->rank > held_rank) {
    if (to->from_tier_id != held.tier_id) {
      return error::TierSkipped(to->id, fmt::format("is entered from {}, and the agent is {}",
                                                    to->from_tier_id, held.tier_id));
    }
    return error::TrackMismatch(to->id, "a step of tier keeps the grade; management has none");
  }
  const Grade* held_grade = ladder.FindGrade(held.grade_id);
  if (to->rank == held_rank && held_grade != nullptr && grade != nullptr &&
      grade->rank > held_grade->rank) {
    return error::TierSkipped(grade->id,
                              fmt::format("comes after {}, and the agent is {}",
                                          ladder.grades[grade->rank - 2].id, held.grade_id));
  }
  return error::TierDirection("a promotion must lead up");
}

}  // namespace

bool Option::eligible() const { return std::ranges::all_of(rules, &RuleCheck::met); }

bool Evaluation::eligible() const { return std::ranges::any_of(options, &Option::eligible); }

std::optional<Evaluation> Evaluate(const TierLadder& ladder, const Candidate& candidate,
                                   const PostBook& posts, absl::CivilDay day) {
  const ServiceRecord& service = candidate.service;
  const TierRecord* held = TierOn(service.employments, service.history, day);
  if (held == nullptr) return std::nullopt;
  Evaluation evaluation{candidate.agent.id, day, *held, ladder.id, ladder.version, {}, {}};
  for (const Tier& tier : ladder.tiers) {
    if (tier.from_tier_id != held->tier_id) continue;
    evaluation.options.push_back(TierOption(ladder, tier, candidate, *held, posts, day));
  }
  const Grade* next = ladder.GradeAfter(held->grade_id);
  if (held->track == Track::kProfessional && next != nullptr) {
    evaluation.options.push_back(GradeOption(ladder, *next, candidate, *held, day));
  }
  evaluation.probation = ProbationOf(ladder, candidate, *held, day);
  return evaluation;
}

Target CompleteTarget(const TierLadder& ladder, const TierRecord& held, std::string tier_id,
                      std::string grade_id) {
  Target target{std::move(tier_id), std::move(grade_id), held.track};
  if (target.tier_id.empty()) target.tier_id = held.tier_id;
  const Tier* tier = ladder.FindTier(target.tier_id);
  if (tier != nullptr && tier->track == Track::kManagement) target.track = Track::kManagement;
  if (target.grade_id.empty() && target.track == Track::kProfessional) {
    target.grade_id = held.grade_id;
  }
  return target;
}

absl::Status CheckPromotion(const TierLadder& ladder, const Evaluation& evaluation,
                            const Target& target, bool overridden) {
  const auto option = std::ranges::find(evaluation.options, target, &Option::to);
  if (option == evaluation.options.end()) return NoSuchStep(ladder, evaluation.held, target);
  std::vector<std::string> missing;
  for (const RuleCheck& rule : option->rules) {
    if (rule.met) continue;
    if (rule.rule == PromotionRule::kOpenPost) return error::NoOpenPost(target.tier_id);
    std::string text =
        fmt::format("{}{}{}: {} of {}", NameOf(rule.rule), rule.metric_id.empty() ? "" : " ",
                    rule.metric_id, rule.actual, rule.required);
    if (rule.met_day) text += fmt::format(", on {}", FormatDay(*rule.met_day));
    missing.push_back(std::move(text));
  }
  if (missing.empty() || overridden) return absl::OkStatus();
  return error::PromotionRules(evaluation.agent_id, missing);
}

bool HoldsPost(const ServiceRecord& service, std::string_view tier_id, absl::CivilDay day) {
  const bool gone = std::ranges::none_of(service.employments.all, [&](const Period& period) {
    return !period.end || *period.end >= day;
  });
  if (gone) return false;
  const auto takes_one = [&](const TierRecord& record) {
    return record.tier_id == tier_id && record.role_id.empty();
  };
  const TierRecord* held = TierOn(service.employments, service.history, day);
  if (held != nullptr && takes_one(*held)) return true;
  const std::vector<const TierRecord*> records = Surviving(service.history);
  return std::ranges::any_of(records, [&](const TierRecord* record) {
    return takes_one(*record) && record->effective_date > day;
  });
}

}  // namespace kefu::staffing::domain::careers
