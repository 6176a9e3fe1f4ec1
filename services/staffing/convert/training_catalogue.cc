#include <algorithm>

#include "fmt/format.h"
#include "services/staffing/convert/enums.h"
#include "services/staffing/convert/resources.h"
#include "services/staffing/convert/training.h"

namespace kefu::staffing::convert {
namespace {

constexpr int kMostSkills = 200, kMostCourses = 200, kMostRules = 100;  // of a catalogue
constexpr int kMostLevels = 10;                                         // of a skill
constexpr int kSides = 4;  // personality, mindset, attitude, skill

training::Skill SkillFrom(const v1::Skill& proto, const std::string& at,
                          FieldViolations& violations) {
  training::Skill skill{
      .id = Id(proto.skill_id(), at + ".skill_id", violations),
      .display_name = Text(proto.display_name(), kMaxName, at + ".display_name", violations)};
  for (int i = 0; i < std::min(proto.levels_size(), kMostLevels + 1); ++i) {
    skill.levels.push_back(
        Text(proto.levels(i), kMaxName, fmt::format("{}.levels[{}]", at, i), violations));
  }
  return skill;
}

void CheckCourse(const v1::Course& proto, const std::string& at, FieldViolations& violations) {
  Id(proto.course_id(), at + ".course_id", violations);
  Text(proto.display_name(), kMaxName, at + ".display_name", violations);
  if (!proto.text().empty()) Text(proto.text(), kMaxReason, at + ".text", violations, true);
  kefu::convert::RequiredEnum<v1::CourseKind>(proto.kind(), at + ".kind", violations);
  kefu::convert::OptionalEnum<v1::CourseAudience>(proto.audience(), at + ".audience", violations);
  OptionalId(proto.metric_id(), at + ".metric_id", violations);
  OptionalId(proto.award().skill_id(), at + ".award.skill_id", violations);
  if (!proto.award().certificate_kind().empty()) {
    KindName(proto.award().certificate_kind(), at + ".award.certificate_kind", violations);
  }
}

training::Rule RuleFrom(const v1::TrainingRule& proto, const std::string& at,
                        FieldViolations& violations) {
  const auto period =
      kefu::convert::RequiredEnum<v1::TrainingPeriod>(proto.period(), at + ".period", violations);
  return {.id = Id(proto.rule_id(), at + ".rule_id", violations),
          .metric_id = Id(proto.metric_id(), at + ".metric_id", violations),
          .period = static_cast<training::Period>(period),
          .higher_is_weak = proto.higher_is_weak(),
          .share_of_shop_bps = proto.share_of_shop_bps(),
          .value_millionths = proto.value_millionths(),
          .least_cases = proto.least_cases(),
          .selling = proto.selling(),
          .course_id = Id(proto.course_id(), at + ".course_id", violations)};
}

training::TalentTerms TalentFrom(const v1::TalentTerms& proto, FieldViolations& violations) {
  training::TalentTerms terms{.months = proto.months(),
                              .metrics = {},
                              .least_cases = proto.least_cases(),
                              .medium_performance_bps = proto.medium_performance_bps(),
                              .high_performance_bps = proto.high_performance_bps(),
                              .medium_sides_centi = proto.medium_sides_centi(),
                              .high_sides_centi = proto.high_sides_centi(),
                              .assessment_days = proto.assessment_days()};
  for (int i = 0; i < proto.metrics_size(); ++i) {
    const v1::TalentMetric& metric = proto.metrics(i);
    terms.metrics.push_back(
        {Id(metric.metric_id(), fmt::format("talent.metrics[{}].metric_id", i), violations),
         metric.lower_is_better(), metric.weight()});
  }
  if (violations.Check(proto.side_weights_size() == kSides, "talent.side_weights",
                       "must be four: personality, mindset, attitude, skill")) {
    std::ranges::copy(proto.side_weights(), terms.side_weights.begin());
  }
  return terms;
}

v1::TalentTerms ToProto(const training::TalentTerms& terms) {
  v1::TalentTerms proto;
  proto.set_months(terms.months);
  for (const training::TalentMetric& metric : terms.metrics) {
    v1::TalentMetric& out = *proto.add_metrics();
    out.set_metric_id(metric.metric_id);
    out.set_lower_is_better(metric.lower_is_better);
    out.set_weight(metric.weight);
  }
  proto.set_least_cases(terms.least_cases);
  proto.set_medium_performance_bps(terms.medium_performance_bps);
  proto.set_high_performance_bps(terms.high_performance_bps);
  for (const int32_t weight : terms.side_weights) proto.add_side_weights(weight);
  proto.set_medium_sides_centi(terms.medium_sides_centi);
  proto.set_high_sides_centi(terms.high_sides_centi);
  proto.set_assessment_days(terms.assessment_days);
  return proto;
}

v1::TrainingRule ToProto(const training::Rule& rule) {
  v1::TrainingRule proto;
  proto.set_rule_id(rule.id);
  proto.set_metric_id(rule.metric_id);
  proto.set_period(static_cast<v1::TrainingPeriod>(rule.period));
  proto.set_higher_is_weak(rule.higher_is_weak);
  proto.set_share_of_shop_bps(rule.share_of_shop_bps);
  proto.set_value_millionths(rule.value_millionths);
  proto.set_least_cases(rule.least_cases);
  proto.set_selling(rule.selling);
  proto.set_course_id(rule.course_id);
  return proto;
}

}  // namespace

training::Course FromProto(const v1::Course& proto) {
  return {.id = proto.course_id(),
          .display_name = proto.display_name(),
          .text = proto.text(),
          .kind = static_cast<training::CourseKind>(proto.kind()),
          .pass_score = proto.pass_score(),
          .metric_id = proto.metric_id(),
          .recurrence_months = proto.recurrence_months(),
          .audience = static_cast<training::Audience>(proto.audience()),
          .award = {.skill_id = proto.award().skill_id(),
                    .level = proto.award().level(),
                    .certificate_kind = proto.award().certificate_kind(),
                    .valid_months = proto.award().valid_months()},
          .retired = proto.retired()};
}

v1::Course ToProto(const training::Course& course) {
  v1::Course proto;
  proto.set_course_id(course.id);
  proto.set_display_name(course.display_name);
  proto.set_text(course.text);
  proto.set_kind(static_cast<v1::CourseKind>(course.kind));
  proto.set_pass_score(course.pass_score);
  proto.set_metric_id(course.metric_id);
  proto.set_recurrence_months(course.recurrence_months);
  proto.set_audience(static_cast<v1::CourseAudience>(course.audience));
  v1::CourseAward& award = *proto.mutable_award();
  award.set_skill_id(course.award.skill_id);
  award.set_level(course.award.level);
  award.set_certificate_kind(course.award.certificate_kind);
  award.set_valid_months(course.award.valid_months);
  proto.set_retired(course.retired);
  return proto;
}

training::Catalogue FromProto(const v1::TrainingCatalogue& proto, FieldViolations& violations) {
  training::Catalogue catalogue{.version = proto.version(),
                                .figure_days = proto.figure_days(),
                                .due_days = proto.due_days(),
                                .warning_days = proto.warning_days(),
                                .effect = {.days = proto.effect().days(),
                                           .least_cases = proto.effect().least_cases(),
                                           .least_days = proto.effect().least_days(),
                                           .confidence_bps = proto.effect().confidence_bps()},
                                .talent = TalentFrom(proto.talent(), violations)};
  const auto most = [&](int size, int limit, const char* field) {
    violations.Check(size <= limit, field, fmt::format("must be at most {}", limit));
    return std::min(size, limit);
  };
  const int skills = most(proto.skills_size(), kMostSkills, "skills");
  for (int i = 0; i < skills; ++i) {
    catalogue.skills.push_back(
        SkillFrom(proto.skills(i), fmt::format("skills[{}]", i), violations));
  }
  const int courses = most(proto.courses_size(), kMostCourses, "courses");
  for (int i = 0; i < courses; ++i) {
    CheckCourse(proto.courses(i), fmt::format("courses[{}]", i), violations);
    catalogue.courses.push_back(FromProto(proto.courses(i)));
  }
  const int rules = most(proto.rules_size(), kMostRules, "rules");
  for (int i = 0; i < rules; ++i) {
    catalogue.rules.push_back(RuleFrom(proto.rules(i), fmt::format("rules[{}]", i), violations));
  }
  for (const training::Fault& fault : training::CheckCatalogue(catalogue)) {
    violations.Add(fault.field, fault.text);
  }
  return catalogue;
}

v1::TrainingCatalogue ToProto(const training::Catalogue& catalogue) {
  v1::TrainingCatalogue proto;
  proto.set_version(catalogue.version);
  for (const training::Skill& skill : catalogue.skills) {
    v1::Skill& out = *proto.add_skills();
    out.set_skill_id(skill.id);
    out.set_display_name(skill.display_name);
    for (const std::string& level : skill.levels) out.add_levels(level);
  }
  for (const training::Course& course : catalogue.courses) *proto.add_courses() = ToProto(course);
  for (const training::Rule& rule : catalogue.rules) *proto.add_rules() = ToProto(rule);
  proto.set_figure_days(catalogue.figure_days);
  proto.set_due_days(catalogue.due_days);
  proto.set_warning_days(catalogue.warning_days);
  v1::EffectTerms& effect = *proto.mutable_effect();
  effect.set_days(catalogue.effect.days);
  effect.set_least_cases(catalogue.effect.least_cases);
  effect.set_least_days(catalogue.effect.least_days);
  effect.set_confidence_bps(catalogue.effect.confidence_bps);
  *proto.mutable_talent() = ToProto(catalogue.talent);
  return proto;
}

}  // namespace kefu::staffing::convert
