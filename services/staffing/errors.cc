#include "services/staffing/errors.h"

#include <string>

#include "common/status/error.h"
#include "common/time/civil.h"
#include "fmt/format.h"
#include "fmt/ranges.h"
#include "google/rpc/error_details.pb.h"
#include "services/staffing/errors_time.h"

namespace kefu::staffing::error {
namespace {

absl::Status Exists(std::string_view reason, std::string_view resource, std::string_view name,
                    std::string message) {
  google::rpc::ResourceInfo info;
  info.set_resource_type(std::string(resource));
  info.set_resource_name(std::string(name));
  info.set_description(message);
  return AddDetail(MakeError(absl::StatusCode::kAlreadyExists, reason, std::move(message)), info);
}

std::string Subject(std::string_view resource, std::string_view id) {
  return fmt::format("{} {}", resource, id);
}

}  // namespace

absl::Status OrganizationNotFound(std::string_view id) { return NotFound("organization", id); }
absl::Status ShopNotFound(std::string_view id) { return NotFound("shop", id); }
absl::Status SiteNotFound(std::string_view id) { return NotFound("site", id); }
absl::Status TeamNotFound(std::string_view id) { return NotFound("team", id); }
absl::Status AgentNotFound(std::string_view id) { return NotFound("agent", id); }
absl::Status AssignmentNotFound(std::string_view id) { return NotFound("assignment", id); }
absl::Status TierChangeNotFound(std::string_view id) { return NotFound("tier_change", id); }
absl::Status RosterNotFound(std::string_view id) { return NotFound("roster", id); }
absl::Status CampaignNotFound(std::string_view id) { return NotFound("campaign", id); }

absl::Status PromotionNotFound(std::string_view id) { return NotFound("promotion", id); }
absl::Status LeaveNotFound(std::string_view id) { return NotFound("leave", id); }

absl::Status OrganizationExists(std::string_view id) {
  return Exists("ORGANIZATION_EXISTS", "organization", id,
                "the organization is registered already");
}

absl::Status ExternalIdTaken(std::string_view external_id) {
  return Exists("EXTERNAL_ID_TAKEN", "shop", external_id,
                "another shop on the same platform has this external_id");
}

absl::Status EmployeeNumberTaken(std::string_view number) {
  return Exists("EMPLOYEE_NUMBER_TAKEN", "agent", number, "another agent has this employee_number");
}

absl::Status ChatAccountTaken(std::string_view account) {
  return Exists("CHAT_ACCOUNT_TAKEN", "agent", account,
                "another agent has this chat account on the same platform");
}

absl::Status AssignmentOverlap(std::string_view other_id) {
  return Exists("ASSIGNMENT_OVERLAP", "assignment", other_id,
                fmt::format("overlaps assignment {} of the same agent, shop and duty", other_id));
}

absl::Status ClockExists(std::string_view clock_event_id) {
  return Exists("CLOCK_EXISTS", "clock_event", clock_event_id,
                fmt::format("clock_event {} tells of the same already", clock_event_id));
}
absl::Status LeaveOverlap(std::string_view other_id) {
  return Exists("LEAVE_OVERLAP", "leave", other_id,
                fmt::format("overlaps leave {} of the same agent", other_id));
}

absl::Status EtagMismatch(std::string_view resource, std::string_view id) {
  return Aborted("ETAG_MISMATCH",
                 fmt::format("{} {} has changed since it was read; read it again", resource, id));
}

absl::Status OrganizationRequired() {
  return PermissionDenied("ORGANIZATION_REQUIRED", "the token speaks for no organization");
}

absl::Status ShopNotAllowed(std::string_view shop_id) {
  return PermissionDenied("SHOP_NOT_ALLOWED",
                          fmt::format("the token is confined to other shops than {}", shop_id));
}

absl::Status SecondPersonRequired(std::string_view why) {
  return PermissionDenied("SECOND_PERSON_REQUIRED", std::string(why));
}

absl::Status OrganizationNotRegistered(std::string_view id) {
  return FailedPrecondition("ORGANIZATION_NOT_REGISTERED", Subject("organization", id),
                            "call CreateOrganization first");
}

absl::Status MerchantOnly(std::string_view id) {
  return FailedPrecondition("MERCHANT_ONLY", Subject("organization", id),
                            "only a merchant owns shops; a base serves those of others");
}

absl::Status RecordArchived(std::string_view resource, std::string_view id) {
  return FailedPrecondition("RECORD_ARCHIVED", Subject(resource, id),
                            "is archived and takes no new work");
}

absl::Status AgentNotEmployed(std::string_view agent_id, absl::CivilDay day) {
  return FailedPrecondition("AGENT_NOT_EMPLOYED", Subject("agent", agent_id),
                            fmt::format("is not employed on {}", FormatDay(day)));
}

absl::Status TransferTooEarly(std::string_view agent_id, absl::CivilDay start) {
  return FailedPrecondition(
      "TRANSFER_TOO_EARLY", Subject("agent", agent_id),
      fmt::format("the last membership begins on {}; earlier days are settled", FormatDay(start)));
}

absl::Status AlreadyInTeam(std::string_view agent_id, std::string_view team_id) {
  return FailedPrecondition("ALREADY_IN_TEAM", Subject("agent", agent_id),
                            fmt::format("is in team {} on that day", team_id));
}

absl::Status TierUnknown(std::string_view tier_id) {
  return FailedPrecondition("TIER_UNKNOWN", Subject("tier", tier_id),
                            "is no tier of the ladder in force on that day");
}

absl::Status GradeUnknown(std::string_view grade_id) {
  return FailedPrecondition("GRADE_UNKNOWN", Subject("grade", grade_id),
                            "is no grade of the ladder in force on that day");
}

absl::Status TrackMismatch(std::string_view tier_id, std::string_view why) {
  return FailedPrecondition("TRACK_MISMATCH", Subject("tier", tier_id), why);
}

absl::Status NoTierYet(std::string_view agent_id) {
  return FailedPrecondition(
      "NO_TIER_YET", Subject("agent", agent_id),
      "holds no tier on that day that could change; correct the first record");
}

absl::Status TierDirection(std::string_view why) {
  return FailedPrecondition("TIER_DIRECTION", "tier_change", why);
}

absl::Status TierChangeSameDay(std::string_view other_id) {
  return FailedPrecondition("TIER_CHANGE_SAME_DAY", Subject("tier_change", other_id),
                            "counts from the same day; correct it instead");
}

absl::Status AlreadyCorrected(std::string_view tier_change_id) {
  return FailedPrecondition("ALREADY_CORRECTED", Subject("tier_change", tier_change_id),
                            "has a correction already; correct that one");
}

absl::Status RosterConflict(std::string_view roster_id, std::string_view other_id) {
  return FailedPrecondition(
      "ROSTER_CONFLICT", Subject("roster", roster_id),
      fmt::format("roster {} is published and has agents of it at work on the same days: replan "
                  "that one",
                  other_id));
}

absl::Status RosterChanged(std::string_view roster_id) {
  return FailedPrecondition("ROSTER_CHANGED", Subject("roster", roster_id),
                            "swaps were approved in it since it was replanned: replan it again");
}

absl::Status RostersOfOrganization() {
  return PermissionDenied(
      "SHOP_NOT_ALLOWED",
      "rosters span the organization, and the token is confined to some of its shops");
}

absl::Status RosterNotPlanned(std::string_view roster_id, std::string_view state,
                              std::string_view wanted) {
  return FailedPrecondition("ROSTER_NOT_PLANNED", Subject("roster", roster_id),
                            fmt::format("is {}, and must be {}", state, wanted));
}

absl::Status HistoryTooShort(std::string_view shop_id, int days) {
  return FailedPrecondition(
      "HISTORY_TOO_SHORT", Subject("shop", shop_id),
      fmt::format("has arrivals of {} days before; a forecast needs 7: import more", days));
}

absl::Status WorkloadTooLarge(std::string_view why) {
  return FailedPrecondition("WORKLOAD_TOO_LARGE", "loads", why);
}

absl::Status RoleUnknown(std::string_view role_id) {
  return FailedPrecondition("ROLE_UNKNOWN", Subject("role", role_id),
                            "is no position of the ladder in force on that day");
}

absl::Status TierSkipped(std::string_view to, std::string_view why) {
  return FailedPrecondition("TIER_SKIPPED", to, why);
}

absl::Status NoOpenPost(std::string_view tier_id) {
  return FailedPrecondition("NO_OPEN_POST", Subject("tier", tier_id),
                            "has no open post on that day; see ListHeadcounts");
}

absl::Status PromotionRules(std::string_view agent_id, std::span<const std::string> missing) {
  google::rpc::PreconditionFailure failure;
  for (const std::string& rule : missing) {
    auto* violation = failure.add_violations();
    violation->set_type("PROMOTION_RULES");
    violation->set_subject(Subject("agent", agent_id));
    violation->set_description(rule);
  }
  return AddDetail(MakeError(absl::StatusCode::kFailedPrecondition, "PROMOTION_RULES",
                             fmt::format("not met: {}", fmt::join(missing, "; "))),
                   failure);
}

absl::Status PromotionDecided(std::string_view promotion_id, std::string_view state) {
  return FailedPrecondition("PROMOTION_DECIDED", Subject("promotion", promotion_id),
                            fmt::format("is {} already", state));
}

absl::Status CurrencyMismatch(std::string_view sent, std::string_view wanted) {
  return FailedPrecondition("CURRENCY_MISMATCH", "amount.currency_code",
                            fmt::format("is \"{}\", and the books are in {}", sent, wanted));
}

absl::Status StillEmployed(std::string_view agent_id) {
  return FailedPrecondition("STILL_EMPLOYED", Subject("agent", agent_id),
                            "the employment before ends on that day or later");
}

absl::Status TeamLeadCycle(std::span<const std::string> agents) {
  return FailedPrecondition("TEAM_LEAD_CYCLE", "team leads",
                            fmt::format("{} would lead each other", fmt::join(agents, ", ")));
}

}  // namespace kefu::staffing::error
