// Every failure that staffing itself can answer; each reason stands in docs/errors/staffing.md.
// What another tenant owns is reported exactly like what does not exist.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/time/civil_time.h"

namespace kefu::staffing::error {

// NOT_FOUND NOT_FOUND.
absl::Status OrganizationNotFound(std::string_view id);
absl::Status ShopNotFound(std::string_view id);
absl::Status SiteNotFound(std::string_view id);
absl::Status TeamNotFound(std::string_view id);
absl::Status AgentNotFound(std::string_view id);
absl::Status AssignmentNotFound(std::string_view id);
absl::Status TierChangeNotFound(std::string_view id);
absl::Status RosterNotFound(std::string_view id);
absl::Status CampaignNotFound(std::string_view id);
absl::Status PromotionNotFound(std::string_view id);
absl::Status LeaveNotFound(std::string_view id);

// ALREADY_EXISTS.
absl::Status OrganizationExists(std::string_view id);        // ORGANIZATION_EXISTS
absl::Status ExternalIdTaken(std::string_view external_id);  // EXTERNAL_ID_TAKEN
absl::Status EmployeeNumberTaken(std::string_view number);   // EMPLOYEE_NUMBER_TAKEN
absl::Status ChatAccountTaken(std::string_view account);     // CHAT_ACCOUNT_TAKEN
absl::Status AssignmentOverlap(std::string_view other_id);   // ASSIGNMENT_OVERLAP
absl::Status LeaveOverlap(std::string_view other_id);        // LEAVE_OVERLAP

// ABORTED ETAG_MISMATCH.
absl::Status EtagMismatch(std::string_view resource, std::string_view id);

// PERMISSION_DENIED.
absl::Status OrganizationRequired();                      // ORGANIZATION_REQUIRED
absl::Status ShopNotAllowed(std::string_view shop_id);    // SHOP_NOT_ALLOWED
absl::Status SecondPersonRequired(std::string_view why);  // SECOND_PERSON_REQUIRED

// FAILED_PRECONDITION.
absl::Status OrganizationNotRegistered(std::string_view id);  // ORGANIZATION_NOT_REGISTERED
absl::Status MerchantOnly(std::string_view id);               // MERCHANT_ONLY
absl::Status RecordArchived(std::string_view resource, std::string_view id);   // RECORD_ARCHIVED
absl::Status AgentNotEmployed(std::string_view agent_id, absl::CivilDay day);  // AGENT_NOT_EMPLOYED
absl::Status TransferTooEarly(std::string_view agent_id,
                              absl::CivilDay start);  // TRANSFER_TOO_EARLY
absl::Status AlreadyInTeam(std::string_view agent_id, std::string_view team_id);  // ALREADY_IN_TEAM
absl::Status TierUnknown(std::string_view tier_id);                               // TIER_UNKNOWN
absl::Status GradeUnknown(std::string_view grade_id);                             // GRADE_UNKNOWN
absl::Status TrackMismatch(std::string_view tier_id, std::string_view why);       // TRACK_MISMATCH
absl::Status NoTierYet(std::string_view agent_id);                                // NO_TIER_YET
absl::Status TierDirection(std::string_view why);                                 // TIER_DIRECTION
absl::Status TierChangeSameDay(std::string_view other_id);       // TIER_CHANGE_SAME_DAY
absl::Status AlreadyCorrected(std::string_view tier_change_id);  // ALREADY_CORRECTED
absl::Status RosterChanged(std::string_view roster_id);
absl::Status RosterConflict(std::string_view roster_id,
                            std::string_view other_id);  // ROSTER_CONFLICT
absl::Status RostersOfOrganization();                    // PERMISSION_DENIED SHOP_NOT_ALLOWED
absl::Status RosterNotPlanned(std::string_view roster_id, std::string_view state,
                              std::string_view wanted);               // ROSTER_NOT_PLANNED
absl::Status HistoryTooShort(std::string_view shop_id, int days);     // HISTORY_TOO_SHORT
absl::Status WorkloadTooLarge(std::string_view why);                  // WORKLOAD_TOO_LARGE
absl::Status RoleUnknown(std::string_view role_id);                   // ROLE_UNKNOWN
absl::Status TierSkipped(std::string_view to, std::string_view why);  // TIER_SKIPPED
absl::Status NoOpenPost(std::string_view tier_id);                    // NO_OPEN_POST
// PROMOTION_RULES, with one violation a rule.
absl::Status PromotionRules(std::string_view agent_id, std::span<const std::string> missing);
absl::Status PromotionDecided(std::string_view promotion_id,
                              std::string_view state);                          // PROMOTION_DECIDED
absl::Status CurrencyMismatch(std::string_view sent, std::string_view wanted);  // CURRENCY_MISMATCH
absl::Status StillEmployed(std::string_view agent_id);                          // STILL_EMPLOYED
absl::Status TeamLeadCycle(std::span<const std::string> agents);                // TEAM_LEAD_CYCLE

}  // namespace kefu::staffing::error
