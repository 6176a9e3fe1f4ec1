#include "services/staffing/domain/supervision/follow_up.h"

#include <algorithm>
#include <utility>

#include "services/staffing/errors_supervision.h"

namespace kefu::staffing::supervision {
namespace {

constexpr int32_t kMostDays = 365;  // a year: what waits longer is not followed up

bool Waits(const Finding& finding) {
  return finding.state == FindingState::kOpen && !finding.escalated;
}

}  // namespace

int32_t Policy::DaysFor(Severity severity) const {
  switch (severity) {
    case Severity::kCritical:
      return critical_days;
    case Severity::kMajor:
      return major_days;
    case Severity::kMinor:
    case Severity::kUnspecified:
      return minor_days;
  }
  return minor_days;
}

std::vector<std::string> WrongFields(const Policy& policy) {
  std::vector<std::string> wrong;
  for (const auto& [days, field] : {std::pair(policy.minor_days, "minor_days"),
                                    {policy.major_days, "major_days"},
                                    {policy.critical_days, "critical_days"},
                                    {policy.correction_days, "correction_days"},
                                    {policy.decision_days, "decision_days"},
                                    {policy.trial_notice_days, "trial_notice_days"},
                                    {policy.report_days, "report_days"}}) {
    if (days < 1 || days > kMostDays) wrong.emplace_back(field);
  }
  return wrong;
}

std::optional<absl::CivilDay> NextDue(std::span<const Finding> findings) {
  std::optional<absl::CivilDay> next;
  for (const Finding& finding : findings) {
    if (Waits(finding) && (!next || finding.due_day < *next)) next = finding.due_day;
  }
  return next;
}

std::vector<size_t> Overdue(std::span<const Finding> findings, absl::CivilDay day) {
  std::vector<size_t> overdue;
  for (size_t i = 0; i < findings.size(); ++i) {
    if (Waits(findings[i]) && findings[i].due_day < day) overdue.push_back(i);
  }
  return overdue;
}

bool AllClosed(std::span<const Finding> findings) {
  return std::ranges::all_of(
      findings, [](const Finding& finding) { return finding.state == FindingState::kClosed; });
}

absl::Status CheckAnswer(FindingState state, std::string_view finding_id) {
  return state == FindingState::kClosed ? error::FindingClosed(finding_id) : absl::OkStatus();
}

absl::Status CheckDecision(FindingState state, bool send_back, std::string_view finding_id) {
  if (state == FindingState::kClosed) return error::FindingClosed(finding_id);
  if (send_back && state != FindingState::kAnswered) return error::FindingNotAnswered(finding_id);
  return absl::OkStatus();
}

absl::Status CheckDecide(ComplaintState state, Side complained, Side decides, std::string_view id) {
  if (state != ComplaintState::kOpen) return error::ComplaintDecided(id);
  return complained == decides ? error::OtherSideDecides(id) : absl::OkStatus();
}

absl::Status CheckClose(ComplaintState state, Side complained, Side closes, std::string_view id) {
  if (state != ComplaintState::kInCorrection) return error::ComplaintNotInCorrection(id);
  return complained == closes ? absl::OkStatus() : error::OtherSideDecides(id);
}

absl::Status CheckTrial(const outsourcing::Terms& terms, TrialDecision last, absl::CivilDay today,
                        std::string_view contract_id) {
  if (terms.trial_days == 0) return error::NoTrial(contract_id);
  if (last == TrialDecision::kPassed || last == TrialDecision::kFailed) {
    return error::TrialDecided(contract_id);
  }
  const bool runs = today >= terms.first_day && today <= terms.last_day && terms.InTrial(today);
  return runs ? absl::OkStatus() : error::TrialOver(contract_id);
}

absl::CivilDay TrialEnd(const outsourcing::Terms& terms) {
  return std::min(terms.first_day + (terms.trial_days - 1), terms.last_day);
}

bool EndsUndecided(const outsourcing::Terms& terms, TrialDecision last, const Policy& policy,
                   absl::CivilDay today) {
  return CheckTrial(terms, last, today, "").ok() &&
         today >= TrialEnd(terms) - policy.trial_notice_days;
}

int32_t TrialDays(const outsourcing::Terms& terms, TrialDecision decision, int32_t more_days,
                  absl::CivilDay today) {
  if (decision == TrialDecision::kExtended) return terms.trial_days + more_days;
  return static_cast<int32_t>(today - terms.first_day) + 1;
}

}  // namespace kefu::staffing::supervision
