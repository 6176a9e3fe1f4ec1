#include "services/staffing/convert/careers.h"

#include <algorithm>
#include <cmath>

#include "fmt/format.h"
#include "services/staffing/convert/enums.h"
#include "services/staffing/convert/resources.h"

namespace kefu::staffing::convert {
namespace {

using ::kefu::convert::ToProto;  // beside the overloads below, which would hide it

// Far above any ladder of people, low enough for one request and one row.
constexpr int kMaxSteps = 50, kMaxCriteria = 20, kMaxRoles = 50, kMaxLevels = 30;
constexpr int kMaxMonths = 720, kMaxMonthsInRow = 36, kMaxDays = 3660, kMaxAge = 120;
constexpr int kMaxNotice = 60;  // days; two months: the longest usual probation
constexpr int kMaxRank = 1'000'000;
constexpr int kMaxCoefficientBps = 100'000;  // ten times
constexpr int kMaxWord = 64;
constexpr double kMicros = 1e6;

domain::Criterion FromProto(const v1::PerformanceCriterion& proto, bool of_month,
                            FieldViolations& violations) {
  domain::Criterion criterion{
      .metric_id = Id(proto.metric_id(), "metric_id", violations),
      .kind = RequiredEnum<domain::CriterionKind>(proto.kind(), "kind", violations),
      .threshold_micros = proto.threshold_micros(),
      .rank = proto.rank()};
  const bool ranked = domain::IsRanked(criterion.kind);
  if (ranked || proto.rank() != 0) {
    criterion.rank =
        Number(proto.rank(), ranked ? 1 : 0, ranked ? kMaxRank : 0, "rank", violations);
  }
  criterion.months_in_row =
      of_month ? 1 : Number(proto.months_in_row(), 1, kMaxMonthsInRow, "months_in_row", violations);
  return criterion;
}

std::vector<domain::Criterion> Criteria(
    const google::protobuf::RepeatedPtrField<v1::PerformanceCriterion>& protos, bool of_month,
    std::string_view field, FieldViolations& violations) {
  violations.Check(protos.size() <= kMaxCriteria, field,
                   fmt::format("must have at most {} items", kMaxCriteria));
  std::vector<domain::Criterion> criteria;
  for (int i = 0; i < protos.size(); ++i) {
    FieldViolations inner;
    criteria.push_back(FromProto(protos.Get(i), of_month, inner));
    violations.Merge(fmt::format("{}[{}]", field, i), inner);
  }
  return criteria;
}

domain::Tier FromProto(const v1::Tier& proto, FieldViolations& violations) {
  const auto months = [&](int32_t value, std::string_view field) {
    return Number(value, 0, kMaxMonths, field, violations);
  };
  return {
      .id = Id(proto.tier_id(), "tier_id", violations),
      .name_zh = Text(proto.name_zh(), kMaxName, "name_zh", violations),
      .name_en = Text(proto.name_en(), kMaxName, "name_en", violations),
      .rank = proto.rank(),
      .track = RequiredEnum<domain::Track>(proto.track(), "track", violations),
      .min_months_in_previous = months(proto.min_months_in_previous(), "min_months_in_previous"),
      .min_months_in_department =
          months(proto.min_months_in_department(), "min_months_in_department"),
      .from_tier_id = OptionalId(proto.from_tier_id(), "from_tier_id", violations),
      .probation_months = months(proto.probation_months(), "probation_months"),
      .experience_months_to_shorten =
          months(proto.experience_months_to_shorten(), "experience_months_to_shorten"),
      .needs_open_post = proto.needs_open_post(),
      .duties_zh = OptionalText(proto.duties_zh(), kMaxReason, "duties_zh", violations),
      .shortened_probation_months =
          months(proto.shortened_probation_months(), "shortened_probation_months"),
      .criteria = Criteria(proto.criteria(), false, "criteria", violations),
      .probation_notice_days = Number(proto.probation_notice_days(), 0, kMaxNotice,
                                      "probation_notice_days", violations)};
}

domain::Grade FromProto(const v1::Grade& proto, FieldViolations& violations) {
  return {.id = Id(proto.grade_id(), "grade_id", violations),
          .name_zh = Text(proto.name_zh(), kMaxName, "name_zh", violations),
          .name_en = Text(proto.name_en(), kMaxName, "name_en", violations),
          .rank = proto.rank(),
          .commission_coefficient_bps =
              Number(proto.commission_coefficient_bps(), 0, kMaxCoefficientBps,
                     "commission_coefficient_bps", violations),
          .min_good_months =
              Number(proto.min_good_months(), 0, kMaxMonths, "min_good_months", violations),
          .criteria = Criteria(proto.criteria(), false, "criteria", violations)};
}

domain::LateralRole FromProto(const v1::LateralRole& proto, FieldViolations& violations) {
  return {Id(proto.role_id(), "role_id", violations),
          Text(proto.name_zh(), kMaxName, "name_zh", violations),
          Text(proto.name_en(), kMaxName, "name_en", violations),
          Id(proto.min_tier_id(), "min_tier_id", violations)};
}

// The converted items of a list, faults under "field[i]".
template <class Proto>
auto Items(const google::protobuf::RepeatedPtrField<Proto>& protos, int max, std::string_view field,
           FieldViolations& violations) {
  violations.Check(protos.size() <= max, field, fmt::format("must have at most {} items", max));
  std::vector<decltype(FromProto(protos.Get(0), violations))> items;
  for (int i = 0; i < std::min(protos.size(), max); ++i) {
    FieldViolations inner;
    items.push_back(FromProto(protos.Get(i), inner));
    violations.Merge(fmt::format("{}[{}]", field, i), inner);
  }
  return items;
}

domain::HiringCriteria FromProto(const v1::HiringCriteria& proto, FieldViolations& violations) {
  return {.education_levels = Words(proto.education_levels(), kMaxLevels, kMaxWord,
                                    "hiring.education_levels", violations),
          .min_education = OptionalId(proto.min_education(), "hiring.min_education", violations),
          .min_experience_months = Number(proto.min_experience_months(), 0, kMaxMonths,
                                          "hiring.min_experience_months", violations),
          .min_age_years =
              Number(proto.min_age_years(), 0, kMaxAge, "hiring.min_age_years", violations),
          .max_age_years =
              Number(proto.max_age_years(), 0, kMaxAge, "hiring.max_age_years", violations)};
}

v1::PerformanceCriterion ToProto(const domain::Criterion& criterion) {
  v1::PerformanceCriterion proto;
  proto.set_metric_id(criterion.metric_id);
  proto.set_kind(static_cast<v1::CriterionKind>(criterion.kind));
  proto.set_threshold_micros(criterion.threshold_micros);
  proto.set_rank(criterion.rank);
  proto.set_months_in_row(criterion.months_in_row);
  return proto;
}

v1::Tier ToProto(const domain::Tier& tier) {
  v1::Tier proto;
  proto.set_tier_id(tier.id);
  proto.set_name_zh(tier.name_zh);
  proto.set_name_en(tier.name_en);
  proto.set_rank(tier.rank);
  proto.set_track(static_cast<v1::Track>(tier.track));
  proto.set_min_months_in_previous(tier.min_months_in_previous);
  proto.set_min_months_in_department(tier.min_months_in_department);
  proto.set_from_tier_id(tier.from_tier_id);
  proto.set_probation_months(tier.probation_months);
  proto.set_experience_months_to_shorten(tier.experience_months_to_shorten);
  proto.set_needs_open_post(tier.needs_open_post);
  proto.set_duties_zh(tier.duties_zh);
  proto.set_shortened_probation_months(tier.shortened_probation_months);
  proto.set_probation_notice_days(tier.probation_notice_days);
  for (const domain::Criterion& criterion : tier.criteria) {
    *proto.add_criteria() = ToProto(criterion);
  }
  return proto;
}

v1::Grade ToProto(const domain::Grade& grade) {
  v1::Grade proto;
  proto.set_grade_id(grade.id);
  proto.set_name_zh(grade.name_zh);
  proto.set_name_en(grade.name_en);
  proto.set_rank(grade.rank);
  proto.set_commission_coefficient_bps(grade.commission_coefficient_bps);
  proto.set_min_good_months(grade.min_good_months);
  for (const domain::Criterion& criterion : grade.criteria) {
    *proto.add_criteria() = ToProto(criterion);
  }
  return proto;
}

v1::HiringCriteria ToProto(const domain::HiringCriteria& hiring) {
  v1::HiringCriteria proto;
  proto.mutable_education_levels()->Assign(hiring.education_levels.begin(),
                                           hiring.education_levels.end());
  proto.set_min_education(hiring.min_education);
  proto.set_min_experience_months(hiring.min_experience_months);
  proto.set_min_age_years(hiring.min_age_years);
  proto.set_max_age_years(hiring.max_age_years);
  return proto;
}

v1::RuleCheck ToProto(const domain::careers::RuleCheck& check) {
  v1::RuleCheck proto;
  proto.set_rule(static_cast<v1::PromotionRule>(check.rule));
  proto.set_met(check.met);
  proto.set_required(check.required);
  proto.set_actual(check.actual);
  if (check.met_day) *proto.mutable_met_date() = ToProto(*check.met_day);
  proto.set_metric_id(check.metric_id);
  proto.mutable_evidence()->Assign(check.evidence.begin(), check.evidence.end());
  return proto;
}

v1::PromotionOption ToProto(const domain::careers::Option& option) {
  v1::PromotionOption proto;
  proto.set_tier_id(option.to.tier_id);
  proto.set_grade_id(option.to.grade_id);
  proto.set_track(static_cast<v1::Track>(option.to.track));
  proto.set_eligible(option.eligible());
  if (option.tenure_day) *proto.mutable_tenure_date() = ToProto(*option.tenure_day);
  for (const domain::careers::RuleCheck& check : option.rules) *proto.add_rules() = ToProto(check);
  return proto;
}

template <class Proto>
void SetPeriod(const domain::Period& period, Proto& proto) {
  *proto.mutable_start_date() = ToProto(period.start);
  if (period.end) *proto.mutable_end_date() = ToProto(*period.end);
}

}  // namespace

domain::TierLadder FromProto(const v1::TierLadder& proto, FieldViolations& violations) {
  domain::TierLadder ladder{
      .effective_date = RequiredDay(proto.has_effective_date(), proto.effective_date(),
                                    "effective_date", violations),
      .tiers = Items(proto.tiers(), kMaxSteps, "tiers", violations),
      .grades = Items(proto.grades(), kMaxSteps, "grades", violations),
      .good_month = Criteria(proto.good_month(), true, "good_month", violations),
      .lateral_roles = Items(proto.lateral_roles(), kMaxRoles, "lateral_roles", violations),
      .hiring = FromProto(proto.hiring(), violations)};
  if (proto.has_tenure()) {
    ladder.tenure = {
        Number(proto.tenure().max_counted_leave_days(), 0, kMaxDays,
               "tenure.max_counted_leave_days", violations),
        Number(proto.tenure().max_gap_days(), 0, kMaxDays, "tenure.max_gap_days", violations)};
  }
  domain::CheckLadder(ladder, violations);
  return ladder;
}

v1::TierLadder ToProto(const domain::TierLadder& ladder) {
  v1::TierLadder proto;
  proto.set_ladder_id(ladder.id);
  proto.set_version(ladder.version);
  *proto.mutable_effective_date() = ToProto(ladder.effective_date);
  for (const domain::Tier& tier : ladder.tiers) *proto.add_tiers() = ToProto(tier);
  for (const domain::Grade& grade : ladder.grades) *proto.add_grades() = ToProto(grade);
  for (const domain::Criterion& criterion : ladder.good_month) {
    *proto.add_good_month() = ToProto(criterion);
  }
  proto.mutable_tenure()->set_max_counted_leave_days(ladder.tenure.max_counted_leave_days);
  proto.mutable_tenure()->set_max_gap_days(ladder.tenure.max_gap_days);
  for (const domain::LateralRole& role : ladder.lateral_roles) {
    v1::LateralRole* out = proto.add_lateral_roles();
    out->set_role_id(role.id);
    out->set_name_zh(role.name_zh);
    out->set_name_en(role.name_en);
    out->set_min_tier_id(role.min_tier_id);
  }
  *proto.mutable_hiring() = ToProto(ladder.hiring);
  return proto;
}

absl::StatusOr<domain::TierLadder> LadderFromBody(std::string_view body) {
  v1::TierLadder proto;
  FieldViolations violations;
  if (!proto.ParseFromArray(body.data(), static_cast<int>(body.size()))) {
    return Internal("a stored ladder does not parse");
  }
  domain::TierLadder ladder = FromProto(proto, violations);
  ladder.id = proto.ladder_id();
  ladder.version = proto.version();
  if (!violations.empty()) return Internal("a stored ladder does not hold together");
  return ladder;
}

v1::EmploymentSpell ToProto(const domain::EmploymentSpell& spell) {
  v1::EmploymentSpell proto;
  SetPeriod(spell.period, proto);
  proto.set_end_reason(spell.end_reason);
  return proto;
}

v1::PromotionEvaluation ToProto(const domain::careers::Evaluation& evaluation) {
  v1::PromotionEvaluation proto;
  proto.set_agent_id(evaluation.agent_id);
  *proto.mutable_date() = ToProto(evaluation.day);
  *proto.mutable_held() = ToProto(evaluation.held);
  proto.set_ladder_id(evaluation.ladder_id);
  proto.set_ladder_version(evaluation.ladder_version);
  for (const domain::careers::Option& option : evaluation.options) {
    *proto.add_options() = ToProto(option);
  }
  if (evaluation.probation) {
    v1::Probation& probation = *proto.mutable_probation();
    const auto& last_day = evaluation.probation->last_day;
    if (last_day) *probation.mutable_last_date() = ToProto(*last_day);
    probation.set_due(evaluation.probation->due);
    probation.set_overdue(evaluation.probation->overdue);
  }
  return proto;
}

AskedPromotion FromProto(const v1::PromoteAgentRequest& request, FieldViolations& violations) {
  AskedPromotion asked{
      Id(request.agent_id(), "agent_id", violations),
      OptionalId(request.tier_id(), "tier_id", violations),
      OptionalId(request.grade_id(), "grade_id", violations),
      OptionalDay(request.has_effective_date(), request.effective_date(), "effective_date",
                  violations),
      Text(request.reason(), kMaxReason, "reason", violations, /*lines=*/true),
      request.override_reason().empty()
          ? ""
          : Text(request.override_reason(), kMaxReason, "override_reason", violations, true),
      Evidence(request.evidence(), violations)};
  violations.Check(!asked.tier_id.empty() || !asked.grade_id.empty(), "tier_id",
                   "must be set unless grade_id is");
  return asked;
}

AskedHire FromProto(const v1::HireAgentRequest& request) {
  AskedHire asked;
  FieldViolations inner, violations;
  const bool again = !request.rehire_agent_id().empty();
  if (again) {
    asked.agent.employed = {RequiredDay(request.agent().has_hire_date(),
                                        request.agent().hire_date(), "hire_date", inner),
                            std::nullopt};
    asked.agent.team_id = OptionalId(request.agent().team_id(), "team_id", inner);
  } else {
    asked.agent = FromProto(request.agent(), inner);
    asked.tier.track = asked.agent.track;
  }
  violations.Merge("agent", inner);
  OptionalId(request.rehire_agent_id(), "rehire_agent_id", violations);
  asked.birth_day =
      OptionalDay(request.has_birth_date(), request.birth_date(), "birth_date", violations);
  violations.Check(again || asked.birth_day, "birth_date", "must be set");
  asked.tier.tier_id = OptionalId(request.tier_id(), "tier_id", violations);
  asked.tier.grade_id = OptionalId(request.grade_id(), "grade_id", violations);
  asked.tier.effective_date = asked.agent.employed.start;
  asked.tier.reason = again ? "hired again" : "hired";
  asked.fault = violations.ToStatus();
  return asked;
}

domain::careers::Figures FiguresFrom(const performance::v1::ReportRow& row) {
  domain::careers::Figures figures;
  for (const performance::v1::MetricValue& value : row.values()) {
    // Reports carry six exact decimals.
    if (value.has_value()) figures[value.metric_id()] = std::llround(value.value() * kMicros);
  }
  return figures;
}

absl::StatusOr<domain::careers::Figures> FiguresFromBody(std::string_view body) {
  performance::v1::ReportRow row;
  if (!row.ParseFromArray(body.data(), static_cast<int>(body.size()))) {
    return Internal("a stored month does not parse");
  }
  return FiguresFrom(row);
}

}  // namespace kefu::staffing::convert
