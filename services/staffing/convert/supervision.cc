#include "services/staffing/convert/supervision.h"

#include <algorithm>

#include "fmt/format.h"
#include "services/staffing/convert/enums.h"

namespace kefu::staffing::convert {
namespace {

constexpr int kMostFindings = 100;   // of an inspection, whose row stays small
constexpr int kMostAgents = 1'000;   // of a training
constexpr int kMostMinutes = 1'440;  // a day

void CheckFinding(v1::InspectionFinding& finding, const std::optional<absl::CivilDay>& day,
                  const std::string& at, FieldViolations& violations) {
  finding.clear_finding_id();
  finding.clear_follow_ups();
  finding.clear_escalate_time();
  finding.set_state(v1::FINDING_STATE_OPEN);
  RequiredEnum<supervision::Severity>(finding.severity(), at + ".severity", violations);
  finding.set_text(Text(finding.text(), kMaxReason, at + ".text", violations, /*lines=*/true));
  OptionalId(finding.agent_id(), at + ".agent_id", violations);
  const auto due =
      OptionalDay(finding.has_due_date(), finding.due_date(), at + ".due_date", violations);
  violations.Check(!due || !day || *due >= *day, at + ".due_date",
                   "must not lie before the inspection");
}

}  // namespace

v1::BaseInspection Normalised(const v1::BaseInspection& proto, FieldViolations& violations) {
  v1::BaseInspection inspection = proto;
  inspection.clear_inspection_id();
  inspection.clear_inspector();
  inspection.clear_policy_version();
  inspection.clear_create_time();
  inspection.clear_update_time();
  Id(inspection.base_id(), "base_id", violations);
  OptionalId(inspection.site_id(), "site_id", violations);
  OptionalId(inspection.contract_id(), "contract_id", violations);
  violations.Check(inspection.phase() != v1::INSPECTION_PHASE_UNSPECIFIED, "phase", "must be set");
  kefu::convert::OptionalEnum<v1::InspectionPhase>(inspection.phase(), "phase", violations);
  violations.Check(inspection.manner() != v1::INSPECTION_MANNER_UNSPECIFIED, "manner",
                   "must be set");
  kefu::convert::OptionalEnum<v1::InspectionManner>(inspection.manner(), "manner", violations);
  RequiredDay(inspection.has_date(), inspection.date(), "date", violations);
  const auto day = inspection.has_date() && violations.empty()
                       ? std::optional(kefu::convert::FromProto(inspection.date()))
                       : std::nullopt;
  if (!inspection.summary().empty()) {
    inspection.set_summary(
        Text(inspection.summary(), kMaxReason, "summary", violations, /*lines=*/true));
  }
  if (violations.Check(inspection.findings_size() <= kMostFindings, "findings",
                       fmt::format("must be at most {}", kMostFindings))) {
    for (int i = 0; i < inspection.findings_size(); ++i) {
      CheckFinding(*inspection.mutable_findings(i), day, fmt::format("findings[{}]", i),
                   violations);
    }
  }
  if (violations.Check(inspection.trainings_size() <= kMostTrainings, "trainings",
                       fmt::format("must be at most {}", kMostTrainings))) {
    for (int i = 0; i < inspection.trainings_size(); ++i) {
      FieldViolations inner;
      *inspection.mutable_trainings(i) = Normalised(inspection.trainings(i), inner);
      violations.Merge(fmt::format("trainings[{}]", i), inner);
    }
  }
  return inspection;
}

v1::ShortTraining Normalised(const v1::ShortTraining& proto, FieldViolations& violations) {
  v1::ShortTraining training = proto;
  training.set_topic(Text(proto.topic(), kMaxName, "topic", violations));
  RequiredDay(proto.has_date(), proto.date(), "date", violations);
  Number(proto.minutes(), 1, kMostMinutes, "minutes", violations);
  const auto agents = Ids(proto.agent_ids(), kMostAgents, "agent_ids", violations);
  training.mutable_agent_ids()->Assign(agents.begin(), agents.end());
  return training;
}

std::vector<supervision::Finding> FindingsOf(const v1::BaseInspection& inspection) {
  std::vector<supervision::Finding> findings;
  for (const v1::InspectionFinding& each : inspection.findings()) {
    findings.push_back({static_cast<supervision::FindingState>(each.state()),
                        kefu::convert::FromProto(each.due_date()), each.has_escalate_time()});
  }
  return findings;
}

supervision::Policy FromProto(const v1::SupervisionPolicy& proto, FieldViolations& violations) {
  supervision::Policy policy;  // as shipped
  policy.version = proto.version();
  policy.minor_days = proto.minor_days();
  policy.major_days = proto.major_days();
  policy.critical_days = proto.critical_days();
  policy.correction_days = proto.correction_days();
  if (proto.decision_days() != 0) policy.decision_days = proto.decision_days();
  if (proto.trial_notice_days() != 0) policy.trial_notice_days = proto.trial_notice_days();
  if (proto.report_days() != 0) policy.report_days = proto.report_days();
  for (const std::string& field : supervision::WrongFields(policy)) {
    violations.Add(field, "must be 1 to 365 days");
  }
  return policy;
}

v1::SupervisionPolicy ToProto(const supervision::Policy& policy) {
  v1::SupervisionPolicy proto;
  proto.set_version(policy.version);
  proto.set_minor_days(policy.minor_days);
  proto.set_major_days(policy.major_days);
  proto.set_critical_days(policy.critical_days);
  proto.set_correction_days(policy.correction_days);
  proto.set_decision_days(policy.decision_days);
  proto.set_trial_notice_days(policy.trial_notice_days);
  proto.set_report_days(policy.report_days);
  return proto;
}

}  // namespace kefu::staffing::convert
