#include "services/performance/convert/quality.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "common/convert/fields.h"
#include "services/performance/convert/people.h"
#include "services/performance/domain/intervals.h"

namespace kefu::performance::convert {
namespace {

constexpr int kMaxSize = 1'000;
constexpr int kMaxWeight = 1'000;
constexpr int kMaxSeconds = 86'400;
constexpr int kMaxNewcomerDays = 366;
constexpr int kMaxItems = 50;
constexpr int kMaxPoints = 100;
constexpr int kMaxName = 200;
constexpr int kMaxNote = 2'000;
constexpr int kMaxRating = 5;
constexpr int kMaxGrades = 9;
constexpr int kMaxCentipoints = 10'000;
constexpr double kCenti = 100;

int Within(std::string_view field, int64_t value, int64_t least, int64_t most,
           FieldViolations& violations) {
  return kefu::convert::Number(value, least, most, field, violations);
}

// The rules of a plan or a policy; what it leaves open is as shipped.
template <class Proto>
domain::SamplingRules RulesFrom(const Proto& proto, FieldViolations& violations) {
  domain::SamplingRules rules;
  const auto take = [&](bool present, int64_t value, int64_t least, int64_t most,
                        std::string_view field, int& rule) {
    if (present) rule = Within(field, value, least, most, violations);
  };
  take(proto.has_word_weight(), proto.word_weight(), 0, kMaxWeight, "word_weight",
       rules.word_weight);
  take(proto.has_low_rating_weight(), proto.low_rating_weight(), 0, kMaxWeight, "low_rating_weight",
       rules.low_rating_weight);
  take(proto.has_low_rating(), proto.low_rating(), 1, kMaxRating, "low_rating", rules.low_rating);
  take(proto.has_slow_weight(), proto.slow_weight(), 0, kMaxWeight, "slow_weight",
       rules.slow_weight);
  take(proto.has_slow_seconds(), proto.slow_seconds(), 0, kMaxSeconds, "slow_seconds",
       rules.slow_seconds);
  take(proto.has_newcomer_days(), proto.newcomer_days(), 0, kMaxNewcomerDays, "newcomer_days",
       rules.newcomer_days);
  return rules;
}

// Writes the rules that a plan or a policy does not say itself.
template <class Proto>
void WriteRules(const domain::SamplingRules& rules, Proto& proto) {
  if (!proto.has_word_weight()) proto.set_word_weight(rules.word_weight);
  if (!proto.has_low_rating_weight()) proto.set_low_rating_weight(rules.low_rating_weight);
  if (!proto.has_low_rating()) proto.set_low_rating(rules.low_rating);
  if (!proto.has_slow_weight()) proto.set_slow_weight(rules.slow_weight);
  if (!proto.has_slow_seconds()) proto.set_slow_seconds(rules.slow_seconds);
  if (!proto.has_newcomer_days()) proto.set_newcomer_days(rules.newcomer_days);
}

void CheckScoringForm(const domain::InspectionForm& form, FieldViolations& violations) {
  int sum = 0;
  for (const domain::FormItem& item : form.items) sum += item.points;
  if (!form.deducting) {
    violations.Check(sum == kMaxPoints, "items",
                     fmt::format("of a scoring form must add up to 100 points, not {}", sum));
  }
}

}  // namespace

domain::SamplingPlan FromProto(const v1::SamplingPlan& proto, FieldViolations& violations) {
  domain::SamplingPlan plan;
  const auto kind = kefu::convert::RequiredEnum<v1::SamplingKind>(proto.kind(), "kind", violations);
  plan.kind = kind == 0 ? domain::Sampling::kRandom : static_cast<domain::Sampling>(kind - 1);
  if (plan.kind != domain::Sampling::kNewcomers)
    plan.size = Within("size", proto.size(), 1, kMaxSize, violations);
  plan.seed = proto.seed();
  plan.rules = RulesFrom(proto, violations);
  return plan;
}

void Complete(const domain::SamplingRules& rules, v1::SamplingPlan& plan) {
  WriteRules(rules, plan);
}

domain::QualityPolicy FromProto(const v1::QualityPolicy& proto, FieldViolations& violations) {
  domain::QualityPolicy policy;
  policy.effective_from = kefu::convert::RequiredDay(
      proto.has_effective_from(), proto.effective_from(), "effective_from", violations);
  policy.sampling = RulesFrom(proto, violations);
  if (proto.grade_centipoints().empty()) return policy;
  policy.grades.clear();
  violations.Check(proto.grade_centipoints_size() <= kMaxGrades, "grade_centipoints",
                   "must hold at most 9 grades");
  for (int i = 0; i < std::min(proto.grade_centipoints_size(), kMaxGrades); ++i) {
    const std::string path = fmt::format("grade_centipoints[{}]", i);
    const int from = Within(path, proto.grade_centipoints(i), 1, kMaxCentipoints, violations);
    violations.Check(policy.grades.empty() || from > policy.grades.back(), path,
                     "must be above the one before");
    policy.grades.push_back(from);
  }
  return policy;
}

domain::InspectionForm FromProto(const v1::InspectionForm& proto, FieldViolations& violations) {
  domain::InspectionForm form;
  violations.Check(IsWord(proto.form_id()), "form_id", "must be 1 to 64 of a-z, 0-9 and _");
  form.id = proto.form_id();
  form.deducting = kefu::convert::RequiredEnum<v1::FormKind>(proto.kind(), "kind", violations) !=
                   v1::FORM_KIND_SCORING;
  form.name_zh = kefu::convert::OptionalText(proto.name_zh(), kMaxName, "name_zh", violations);
  form.name_en = kefu::convert::OptionalText(proto.name_en(), kMaxName, "name_en", violations);
  const int pass_bps = Within("pass_bps", proto.pass_bps(), 0, 10'000, violations);
  if (pass_bps > 0) form.pass_bps = pass_bps;
  if (!violations.Check(proto.items_size() >= 1 && proto.items_size() <= kMaxItems, "items",
                        "must hold 1 to 50 items"))
    return form;
  std::set<std::string> ids;
  for (int i = 0; i < proto.items_size(); ++i) {
    const v1::FormItem& item = proto.items(i);
    const auto path = [i](std::string_view field) { return fmt::format("items[{}].{}", i, field); };
    violations.Check(IsWord(item.item_id()), path("item_id"), "must be 1 to 64 of a-z, 0-9 and _");
    violations.Check(ids.insert(item.item_id()).second, path("item_id"), "stands twice");
    const auto category = kefu::convert::RequiredEnum<v1::QualityCategory>(
        item.category(), path("category"), violations);
    form.items.push_back(
        {item.item_id(),
         category == 0 ? domain::QualityCategory::kQuality
                       : static_cast<domain::QualityCategory>(category - 1),
         kefu::convert::OptionalText(item.name_zh(), kMaxName, path("name_zh"), violations),
         kefu::convert::OptionalText(item.name_en(), kMaxName, path("name_en"), violations),
         Within(path("points"), item.points(), 1, kMaxPoints, violations)});
  }
  CheckScoringForm(form, violations);
  return form;
}

std::vector<domain::ItemResult> ResultsFrom(
    const google::protobuf::RepeatedPtrField<v1::FormResult>& results,
    const domain::InspectionForm& form, FieldViolations& violations) {
  std::vector<domain::ItemResult> converted;
  std::set<std::string> seen;
  for (int i = 0; i < results.size(); ++i) {
    const v1::FormResult& result = results[i];
    const auto path = [i](std::string_view field) {
      return fmt::format("results[{}].{}", i, field);
    };
    const auto item = std::ranges::find(form.items, result.item_id(), &domain::FormItem::id);
    kefu::convert::OptionalText(result.note(), kMaxNote, path("note"), violations);
    if (!violations.Check(item != form.items.end(), path("item_id"), "is no item of the form"))
      continue;
    violations.Check(seen.insert(result.item_id()).second, path("item_id"), "stands twice");
    converted.push_back(
        {result.item_id(), Within(path("points"), result.points(), 0, item->points, violations)});
  }
  return converted;
}

v1::InspectionForm ToProto(const domain::InspectionForm& form) {
  v1::InspectionForm proto;
  proto.set_form_id(form.id);
  proto.set_version(form.version);
  proto.set_kind(form.deducting ? v1::FORM_KIND_DEDUCTING : v1::FORM_KIND_SCORING);
  proto.set_name_zh(form.name_zh);
  proto.set_name_en(form.name_en);
  for (const domain::FormItem& item : form.items) {
    v1::FormItem* out = proto.add_items();
    out->set_item_id(item.id);
    out->set_category(static_cast<v1::QualityCategory>(static_cast<int>(item.category) + 1));
    out->set_name_zh(item.name_zh);
    out->set_name_en(item.name_en);
    out->set_points(item.points);
  }
  proto.set_pass_bps(form.pass_bps);
  return proto;
}

absl::StatusOr<domain::InspectionForm> FormFromBody(std::string_view body, int64_t version) {
  v1::InspectionForm proto;
  if (!proto.ParseFromArray(body.data(), static_cast<int>(body.size())))
    return Internal("a stored form cannot be read");
  FieldViolations ignored;
  domain::InspectionForm form = FromProto(proto, ignored);
  form.version = version;
  return form;
}

v1::QualityPolicy ToProto(const domain::QualityPolicy& policy) {
  v1::QualityPolicy proto;
  proto.set_version(policy.version);
  *proto.mutable_effective_from() = kefu::convert::ToProto(policy.effective_from);
  for (const int from : policy.grades) proto.add_grade_centipoints(from);
  WriteRules(policy.sampling, proto);
  return proto;
}

absl::StatusOr<domain::QualityPolicy> QualityPolicyFromBody(std::string_view body,
                                                            int64_t version) {
  v1::QualityPolicy proto;
  if (!proto.ParseFromArray(body.data(), static_cast<int>(body.size())))
    return Internal("a stored policy cannot be read");
  FieldViolations ignored;
  domain::QualityPolicy policy = FromProto(proto, ignored);
  policy.version = version;
  return policy;
}

v1::Kappa ToProto(std::string_view question, const domain::KappaResult& result) {
  v1::Kappa proto;
  proto.set_question(std::string(question));
  proto.set_pairs(result.pairs);
  proto.set_observed(result.observed);
  proto.set_expected(result.expected);
  if (result.kappa) {
    proto.set_kappa(*result.kappa);
    proto.set_low(*result.low);
    proto.set_high(*result.high);
  }
  return proto;
}

v1::AgentQuality ToProto(const domain::QualitySum& sum, double level) {
  v1::AgentQuality proto;
  proto.set_agent_id(sum.agent_id);
  proto.set_inspections(sum.inspections);
  if (sum.inspections == 0) return proto;
  const double n = static_cast<double>(sum.inspections);
  proto.set_accuracy(static_cast<double>(sum.accurate) / n);
  proto.set_attitude(static_cast<double>(sum.polite) / n);
  proto.set_quality(static_cast<double>(sum.centipoints) / kCenti / n);
  if (const auto interval = domain::Wilson(sum.accurate, sum.inspections, level)) {
    proto.set_accuracy_low(interval->low);
    proto.set_accuracy_high(interval->high);
  }
  if (const auto interval = domain::Wilson(sum.polite, sum.inspections, level)) {
    proto.set_attitude_low(interval->low);
    proto.set_attitude_high(interval->high);
  }
  const auto mean = domain::StudentT(
      sum.inspections, static_cast<long double>(sum.centipoints) / kCenti,
      static_cast<long double>(sum.centipoints_squared) / (kCenti * kCenti), level);
  if (mean) {
    proto.set_quality_low(std::max(0.0, mean->low));
    proto.set_quality_high(std::min(100.0, mean->high));
  }
  return proto;
}

}  // namespace kefu::performance::convert
