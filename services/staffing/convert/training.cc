#include "services/staffing/convert/training.h"

#include <algorithm>

#include "absl/time/time.h"
#include "common/time/civil.h"
#include "fmt/format.h"
#include "services/staffing/convert/enums.h"
#include "services/staffing/convert/resources.h"

namespace kefu::staffing::convert {
namespace {

constexpr int kMaxReference = 500;                    // characters
constexpr int kMostGrade = 5;                         // grades of a side are 1 to 5
constexpr int kMostPlaces = 500;                      // of a session: a hall
constexpr int kMostProducts = 100;                    // of a session
constexpr int kMostSkillLevel = 10;                   // as levels of a skill
constexpr absl::Duration kLongest = absl::Hours(24);  // a session

std::string OptionalWords(const std::string& text, const std::string& field,
                          FieldViolations& violations) {
  return text.empty() ? text : Text(text, kMaxReason, field, violations, /*lines=*/true);
}

void CheckSide(bool present, v1::SideRemark& side, const std::string& at,
               FieldViolations& violations) {
  violations.Check(present, at, "must be set");
  if (!present) return;
  violations.Check(side.grade() >= 1 && side.grade() <= kMostGrade, at + ".grade",
                   fmt::format("must be from 1 to {}", kMostGrade));
  side.set_remark(OptionalWords(side.remark(), at + ".remark", violations));
}

void SetSide(const training::Side& side, bool with_sums, v1::EffectSide& out) {
  *out.mutable_period()->mutable_start_date() = kefu::convert::ToProto(side.window.first);
  *out.mutable_period()->mutable_end_date() = kefu::convert::ToProto(side.window.last);
  if (!with_sums) return;
  out.set_numerator(side.sum.numerator);
  out.set_denominator(side.sum.denominator);
  out.set_days(side.days);
  if (const auto value = side.sum.millionths()) out.set_value_millionths(*value);
}

}  // namespace

v1::AgentSkill Normalised(const v1::AgentSkill& proto, FieldViolations& violations) {
  v1::AgentSkill skill;
  skill.set_agent_id(Id(proto.agent_id(), "agent_id", violations));
  skill.set_skill_id(Id(proto.skill_id(), "skill_id", violations));
  skill.set_level(Number(proto.level(), 1, kMostSkillLevel, "level", violations));
  const absl::CivilDay from =
      RequiredDay(proto.has_from_date(), proto.from_date(), "from_date", violations);
  const auto until =
      OptionalDay(proto.has_until_date(), proto.until_date(), "until_date", violations);
  violations.Check(!until || !proto.has_from_date() || from <= *until, "until_date",
                   "lies before from_date");
  *skill.mutable_from_date() = proto.from_date();
  if (until) *skill.mutable_until_date() = proto.until_date();
  skill.set_evidence(OptionalText(proto.evidence(), kMaxReference, "evidence", violations));
  return skill;
}

v1::TrainingCertificate Normalised(const v1::TrainingCertificate& proto,
                                   FieldViolations& violations) {
  v1::TrainingCertificate certificate;
  certificate.set_agent_id(Id(proto.agent_id(), "agent_id", violations));
  certificate.set_kind(KindName(proto.kind(), "kind", violations));
  const absl::CivilDay issued =
      RequiredDay(proto.has_issue_date(), proto.issue_date(), "issue_date", violations);
  const auto until =
      OptionalDay(proto.has_valid_until(), proto.valid_until(), "valid_until", violations);
  violations.Check(!until || !proto.has_issue_date() || issued <= *until, "valid_until",
                   "lies before issue_date");
  *certificate.mutable_issue_date() = proto.issue_date();
  if (until) *certificate.mutable_valid_until() = proto.valid_until();
  certificate.set_evidence(Text(proto.evidence(), kMaxReference, "evidence", violations));
  return certificate;
}

v1::CompetenceAssessment Normalised(const v1::CompetenceAssessment& proto,
                                    FieldViolations& violations) {
  v1::CompetenceAssessment assessment = proto;
  assessment.clear_assessment_id();
  assessment.clear_actor();
  assessment.clear_create_time();
  Id(assessment.agent_id(), "agent_id", violations);
  RequiredDay(assessment.has_date(), assessment.date(), "date", violations);
  CheckSide(proto.has_personality(), *assessment.mutable_personality(), "personality", violations);
  CheckSide(proto.has_mindset(), *assessment.mutable_mindset(), "mindset", violations);
  CheckSide(proto.has_attitude(), *assessment.mutable_attitude(), "attitude", violations);
  CheckSide(proto.has_skill(), *assessment.mutable_skill(), "skill", violations);
  assessment.set_summary(OptionalWords(assessment.summary(), "summary", violations));
  return assessment;
}

v1::TrainingAssignment Normalised(const v1::TrainingAssignment& proto,
                                  FieldViolations& violations) {
  v1::TrainingAssignment assignment;
  assignment.set_agent_id(Id(proto.agent_id(), "agent_id", violations));
  assignment.set_course_id(Id(proto.course_id(), "course_id", violations));
  assignment.set_reason(Text(proto.reason(), kMaxReason, "reason", violations, /*lines=*/true));
  return assignment;
}

v1::TrainingSession Normalised(const v1::TrainingSession& proto, FieldViolations& violations) {
  v1::TrainingSession session;
  session.set_course_id(Id(proto.course_id(), "course_id", violations));
  violations.Check(proto.has_start_time(), "start_time", "must be set");
  violations.Check(proto.has_end_time(), "end_time", "must be set");
  const absl::Time start = Instant(proto.start_time(), "start_time", violations);
  const absl::Time end = Instant(proto.end_time(), "end_time", violations);
  if (proto.has_start_time() && proto.has_end_time()) {
    violations.Check(start < end && end - start <= kLongest, "end_time",
                     "must lie after start_time, by at most 24 hours");
  }
  *session.mutable_start_time() = proto.start_time();
  *session.mutable_end_time() = proto.end_time();
  session.set_place(Text(proto.place(), kMaxName, "place", violations));
  kefu::convert::RequiredEnum<v1::TrainerKind>(proto.trainer_kind(), "trainer_kind", violations);
  session.set_trainer_kind(proto.trainer_kind());
  session.set_trainer(Text(proto.trainer(), kMaxName, "trainer", violations));
  session.set_places(Number(proto.places(), 1, kMostPlaces, "places", violations));
  for (const std::string& id : Ids(proto.product_ids(), kMostProducts, "product_ids", violations)) {
    session.add_product_ids(id);
  }
  return session;
}

DayUnit DayUnitOf(performance::v1::MetricUnit unit, bool has_denominator) {
  constexpr int64_t kMillionths = 1'000'000;
  constexpr int64_t kOfHundredths = 10'000;                   // points are told in hundredths
  constexpr int64_t kOfAnHour = 3'600'000'000 * kMillionths;  // over microseconds
  switch (unit) {
    case performance::v1::METRIC_UNIT_RATIO:
      return {training::Unit::kShare, kMillionths};
    case performance::v1::METRIC_UNIT_SECONDS:  // told in microseconds
      return {training::Unit::kMean, 1};
    case performance::v1::METRIC_UNIT_POINTS:
      return {training::Unit::kMean, kOfHundredths};
    case performance::v1::METRIC_UNIT_PER_HOUR:
      return {training::Unit::kMean, kOfAnHour};
    case performance::v1::METRIC_UNIT_MEAN:
      return {training::Unit::kMean, kMillionths};
    default:  // counts, and money of which only a mean is divided
      return {has_denominator ? training::Unit::kMean : training::Unit::kSum, kMillionths};
  }
}

training::Figures FiguresOf(const performance::v1::ReportRow& row) {
  training::Figures figures;
  for (const performance::v1::MetricValue& value : row.values()) {
    if (value.denominator() <= 0 || !value.has_value()) continue;
    figures[value.metric_id()] = {value.numerator(), value.denominator(),
                                  DayUnitOf(value.unit(), true).scale};
  }
  return figures;
}

v1::TrainingEffect ToProto(const training::Effect& effect) {
  v1::TrainingEffect proto;
  proto.set_state(static_cast<v1::EffectState>(effect.state));
  const bool told = effect.missing.empty();
  SetSide(effect.before, told, *proto.mutable_before());
  SetSide(effect.after, told, *proto.mutable_after());
  if (effect.change_millionths) proto.set_change_millionths(*effect.change_millionths);
  if (effect.low_millionths) proto.set_low_millionths(*effect.low_millionths);
  if (effect.high_millionths) proto.set_high_millionths(*effect.high_millionths);
  for (const absl::CivilMonth month : effect.missing) {
    *proto.add_missing_months() = kefu::convert::ToProto(absl::CivilDay(month));
  }
  proto.set_before_holds_cause(effect.before_holds_cause);
  return proto;
}

v1::CourseMetricEffect ToProto(const std::string& metric_id, const training::Together& together) {
  const auto of = [&](training::EffectState state) {
    const auto found = together.by_state.find(state);
    return found == together.by_state.end() ? 0 : found->second;
  };
  v1::CourseMetricEffect proto;
  proto.set_metric_id(metric_id);
  proto.set_trained(together.trained);
  proto.set_not_measured(of(training::EffectState::kNotMeasured));
  proto.set_pending(of(training::EffectState::kPending));
  proto.set_too_few(of(training::EffectState::kTooFew));
  proto.set_not_tested(of(training::EffectState::kNotTested));
  proto.set_no_change_shown(of(training::EffectState::kNoChangeShown));
  proto.set_rose(of(training::EffectState::kRose));
  proto.set_fell(of(training::EffectState::kFell));
  proto.set_before_holds_cause(together.before_holds_cause);
  if (together.mean_change_millionths) {
    proto.set_mean_change_millionths(*together.mean_change_millionths);
  }
  return proto;
}

v1::TalentAssessment ToProto(const training::TalentTerms& terms,
                             const training::TalentFacts& facts) {
  const training::Placement placement = training::Place(terms, facts);
  v1::TalentAssessment proto;
  proto.set_sides_centi(placement.sides_centi);
  proto.set_sides(static_cast<v1::TalentLevel>(placement.sides));
  proto.set_performance_bps(placement.performance_bps);
  proto.set_performance(static_cast<v1::TalentLevel>(placement.performance));
  proto.set_box(placement.box);
  for (size_t i = 0; i < terms.metrics.size(); ++i) {
    v1::TalentFigure& figure = *proto.add_figures();
    figure.set_metric_id(terms.metrics[i].metric_id);
    if (placement.ratios_bps[i]) figure.set_ratio_bps(*placement.ratios_bps[i]);
    const auto found = facts.figures.find(terms.metrics[i].metric_id);
    if (found == facts.figures.end()) continue;
    figure.set_numerator(found->second.own.numerator);
    figure.set_denominator(found->second.own.denominator);
    figure.set_shop_numerator(found->second.shop.numerator);
    figure.set_shop_denominator(found->second.shop.denominator);
    if (const auto expected = found->second.expected_millionths()) {
      figure.set_expected_millionths(*expected);
    }
  }
  return proto;
}

}  // namespace kefu::staffing::convert
