#include "services/performance/convert/figures.h"

#include "common/convert/fields.h"
#include "services/performance/convert/facts.h"

namespace kefu::performance::convert {
namespace {

v1::MetricUnit UnitOf(domain::Unit unit) {
  switch (unit) {
    case domain::Unit::kCount:
      return v1::METRIC_UNIT_COUNT;
    case domain::Unit::kRatio:
      return v1::METRIC_UNIT_RATIO;
    case domain::Unit::kSeconds:
      return v1::METRIC_UNIT_SECONDS;
    case domain::Unit::kMoney:
      return v1::METRIC_UNIT_MONEY;
    case domain::Unit::kPerHour:
      return v1::METRIC_UNIT_PER_HOUR;
    case domain::Unit::kPoints:
      return v1::METRIC_UNIT_POINTS;
    case domain::Unit::kMean:
      return v1::METRIC_UNIT_MEAN;
  }
  return v1::METRIC_UNIT_UNSPECIFIED;
}

}  // namespace

v1::MetricInfo ToProto(const domain::MetricSpec& spec) {
  v1::MetricInfo proto;
  proto.set_metric_id(std::string(spec.id));
  proto.set_name_zh(std::string(spec.name_zh));
  proto.set_name_en(std::string(spec.name_en));
  proto.set_unit(UnitOf(spec.unit));
  proto.set_formula(std::string(spec.formula));
  if (spec.for_shop) proto.add_subjects("shop");
  if (spec.for_agents) {
    proto.add_subjects("team");
    proto.add_subjects("agent");
    proto.add_subjects("base");
  }
  return proto;
}

v1::MetricValue ToProto(const domain::MetricValue& value, std::string_view currency) {
  v1::MetricValue proto;
  Fill(value, currency, proto);
  return proto;
}

void Fill(const domain::MetricValue& value, std::string_view currency, v1::MetricValue& proto) {
  proto.set_metric_id(value.spec->id.data(), value.spec->id.size());
  proto.set_unit(UnitOf(value.spec->unit));
  if (value.value) proto.set_value(*value.value);
  proto.set_numerator(value.numerator);
  proto.set_denominator(value.denominator);
  if (value.spec->unit == domain::Unit::kMoney)
    proto.set_currency_code(currency.data(), currency.size());
  proto.set_thin(value.thin);
  if (value.interval) {
    proto.mutable_interval()->set_low(value.interval->low);
    proto.mutable_interval()->set_high(value.interval->high);
  }
  if (!value.grade.empty()) proto.set_grade(value.grade);
}

v1::MetricComparison ToProto(const domain::Comparison& comparison) {
  v1::MetricComparison proto;
  if (comparison.value) proto.set_value(*comparison.value);
  if (comparison.difference) proto.set_difference(*comparison.difference);
  if (comparison.relative_change) proto.set_relative_change(*comparison.relative_change);
  return proto;
}

v1::Subject ToProto(std::string_view shop_id, const domain::SubjectId& subject) {
  v1::Subject proto;
  proto.set_shop_id(std::string(shop_id));
  if (subject.kind == domain::SubjectKind::kTeam) proto.set_team_id(subject.id);
  if (subject.kind == domain::SubjectKind::kAgent) proto.set_agent_id(subject.id);
  if (subject.kind == domain::SubjectKind::kBase) proto.set_base_id(subject.id);
  return proto;
}

kefu::common::v1::DateRange ToProto(const domain::Span& span) {
  return ToProto(span.first, span.last);
}

domain::SubjectId SubjectFrom(const v1::Subject& subject, FieldViolations& violations) {
  const int named =
      !subject.team_id().empty() + !subject.agent_id().empty() + !subject.base_id().empty();
  violations.Check(named <= 1, subject.agent_id().empty() ? "subject.base_id" : "subject.agent_id",
                   "cannot be set together with another of team_id, agent_id and base_id");
  violations.Check(subject.agent_id().empty() || IsSourceId(subject.agent_id()), "subject.agent_id",
                   "must be 1 to 64 printable ASCII characters");
  kefu::convert::OptionalId(subject.team_id(), "subject.team_id", violations);
  kefu::convert::OptionalId(subject.base_id(), "subject.base_id", violations);
  if (!subject.agent_id().empty()) return {domain::SubjectKind::kAgent, subject.agent_id()};
  if (!subject.team_id().empty()) return {domain::SubjectKind::kTeam, subject.team_id()};
  if (!subject.base_id().empty()) return {domain::SubjectKind::kBase, subject.base_id()};
  return {};
}

kefu::common::v1::DateRange ToProto(absl::CivilDay first, absl::CivilDay last) {
  kefu::common::v1::DateRange range;
  *range.mutable_start_date() = kefu::convert::ToProto(first);
  *range.mutable_end_date() = kefu::convert::ToProto(last);
  return range;
}

}  // namespace kefu::performance::convert
