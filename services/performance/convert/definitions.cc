#include "services/performance/convert/definitions.h"

#include <algorithm>

#include "common/status/error.h"
#include "services/performance/domain/definitions.h"

namespace kefu::performance::convert {

domain::MetricDefinition DefinitionFrom(const v1::MetricDefinition& proto) {
  domain::MetricDefinition definition{
      .id = proto.definition_id(),
      .version = proto.version(),
      .attribution_days = proto.attribution_days(),
      .quiet_start_minute = proto.quiet_start_minute(),
      .quiet_end_minute = proto.quiet_end_minute(),
      .positive_score = proto.positive_score(),
      .answer_seconds = proto.answer_seconds(),
      .round_seconds = proto.round_seconds(),
      .hours = {.start_minute = proto.service_hours().start_minute(),
                .end_minute = proto.service_hours().end_minute(),
                .workdays_only = proto.service_hours().workdays_only()}};
  // Absent ones are as shipped, also in what was published before they were known.
  if (proto.repurchase_days() != 0) definition.repurchase_days = proto.repurchase_days();
  if (proto.thin_below() != 0) definition.thin_below = proto.thin_below();
  if (proto.confidence_bps() != 0) definition.confidence_bps = proto.confidence_bps();
  definition.no_platforms = proto.no_platforms();
  definition.sums_version = proto.sums_version();
  definition.platforms.assign(proto.platforms().begin(), proto.platforms().end());
  std::ranges::sort(definition.platforms);
  if (proto.response_grades().empty()) return definition;
  definition.response_grades.clear();
  for (const v1::ResponseGrade& grade : proto.response_grades()) {
    auto& out = definition.response_grades.emplace_back(
        domain::ResponseGrade{grade.name(), grade.from_seconds(), grade.above(), std::nullopt});
    if (grade.has_to_seconds()) out.to_seconds = grade.to_seconds();
  }
  return definition;
}

absl::StatusOr<domain::MetricDefinition> DefinitionFromBody(std::string_view body) {
  v1::MetricDefinition proto;
  if (!proto.ParseFromArray(body.data(), static_cast<int>(body.size())))
    return Internal("a stored MetricDefinition cannot be read");
  domain::MetricDefinition definition = DefinitionFrom(proto);
  // What was published before platforms were known has those of what ships.
  const domain::MetricDefinition* shipped = domain::FindDefinition(definition.id);
  if (definition.platforms.empty() && !definition.no_platforms && shipped != nullptr)
    definition.platforms = shipped->platforms;
  return definition;
}

v1::MetricDefinition ToProto(const domain::MetricDefinition& definition) {
  v1::MetricDefinition proto;
  proto.set_definition_id(definition.id);
  proto.set_version(definition.version);
  proto.set_attribution_days(definition.attribution_days);
  proto.set_quiet_start_minute(definition.quiet_start_minute);
  proto.set_quiet_end_minute(definition.quiet_end_minute);
  proto.set_positive_score(definition.positive_score);
  proto.set_answer_seconds(definition.answer_seconds);
  proto.set_round_seconds(definition.round_seconds);
  v1::ServiceHours* hours = proto.mutable_service_hours();
  hours->set_start_minute(definition.hours.start_minute);
  hours->set_end_minute(definition.hours.end_minute);
  hours->set_workdays_only(definition.hours.workdays_only);
  proto.set_repurchase_days(definition.repurchase_days);
  proto.set_thin_below(definition.thin_below);
  proto.set_confidence_bps(definition.confidence_bps);
  for (const std::string& platform : definition.platforms) proto.add_platforms(platform);
  proto.set_no_platforms(definition.no_platforms);
  proto.set_sums_version(definition.sums_version == 0 ? definition.version
                                                      : definition.sums_version);
  for (const domain::ResponseGrade& grade : definition.response_grades) {
    v1::ResponseGrade* out = proto.add_response_grades();
    out->set_name(grade.name);
    out->set_from_seconds(grade.from_seconds);
    out->set_above(grade.above);
    if (grade.to_seconds) out->set_to_seconds(*grade.to_seconds);
  }
  return proto;
}

}  // namespace kefu::performance::convert
