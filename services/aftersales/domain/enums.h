// The enumerations of after-sales and the names under which they are stored. Values and names are
// those of the contract without its prefix (a test compares them), so converting is a cast.
#pragma once

#include <cstdint>

#include "common/enums/enum_names.h"

namespace kefu::aftersales::domain {

enum class CaseKind : uint8_t {
  kUnspecified,
  kReturn,
  kExchange,
  kRefundOnly,
  kReissue,
  kRepair,
  kPlatformWorkOrder,
  kPlatformEmail,
  kDispute,
  kLateShipment,
  kFreightClaim,
  kServiceComplaint
};
enum class CaseChannel : uint8_t { kUnspecified, kTelephone, kEmail, kWorkOrder, kChat };
enum class CaseState : uint8_t {
  kUnspecified,
  kOpen,
  kWaitingCustomer,
  kDecided,
  kClosed,
  kAwaitingApproval,
  kAppealed,
  kMerged
};
enum class CasePriority : uint8_t { kUnspecified, kLow, kNormal, kHigh, kUrgent };
enum class ReviewResult : uint8_t {
  kUnspecified,
  kApproved,
  kRejected,
  kReissueWithoutReturn,
  kWaitingForCustomer,
  kRefundWithoutReturn,
  kOfflineReissue,
  kCustomerGaveUp
};
enum class ClockKind : uint8_t {
  kUnspecified,
  kFirstAnswer,
  kPlatformEmail,
  kWorkOrderDecision,
  kNextResponse,
  kResolution
};
enum class ClockState : uint8_t { kUnspecified, kRunning, kPaused, kMet, kBreached, kCancelled };
// Why a clock was replaced by another of its kind.
enum class Replacement : uint8_t {
  kUnspecified,
  kNewMessage,
  kPolicyChanged,
  kPriorityChanged,
  kReopened,
  kAssigneeChanged,
  kContractChanged
};
// Why a stretch of time counts or not.
enum class SegmentReason : uint8_t {
  kUnspecified,
  kOpen,
  kMakeupWorkday,
  kOutsideHours,
  kDayOff,
  kPublicHoliday,
  kOwnClosedDay,
  kSuspension,
  kWaitingForCustomer
};
// Whom an escalation step tells.
enum class Recipient : uint8_t { kUnspecified, kAgent, kTeamLead, kSupervisor, kMerchant };
enum class CompensationKind : uint8_t { kUnspecified, kLateShipment, kFreight, kAdvance };

KEFU_ENUM_NAMES(CaseKind, "UNSPECIFIED", "RETURN", "EXCHANGE", "REFUND_ONLY", "REISSUE", "REPAIR",
                "PLATFORM_WORK_ORDER", "PLATFORM_EMAIL", "DISPUTE", "LATE_SHIPMENT",
                "FREIGHT_CLAIM", "SERVICE_COMPLAINT")
KEFU_ENUM_NAMES(CaseChannel, "UNSPECIFIED", "TELEPHONE", "EMAIL", "WORK_ORDER", "CHAT")
KEFU_ENUM_NAMES(CaseState, "UNSPECIFIED", "OPEN", "WAITING_CUSTOMER", "DECIDED", "CLOSED",
                "AWAITING_APPROVAL", "APPEALED", "MERGED")
KEFU_ENUM_NAMES(CasePriority, "UNSPECIFIED", "LOW", "NORMAL", "HIGH", "URGENT")
KEFU_ENUM_NAMES(ReviewResult, "UNSPECIFIED", "APPROVED", "REJECTED", "REISSUE_WITHOUT_RETURN",
                "WAITING_FOR_CUSTOMER", "REFUND_WITHOUT_RETURN", "OFFLINE_REISSUE",
                "CUSTOMER_GAVE_UP")
KEFU_ENUM_NAMES(ClockKind, "UNSPECIFIED", "FIRST_ANSWER", "PLATFORM_EMAIL", "WORK_ORDER_DECISION",
                "NEXT_RESPONSE", "RESOLUTION")
KEFU_ENUM_NAMES(ClockState, "UNSPECIFIED", "RUNNING", "PAUSED", "MET", "BREACHED", "CANCELLED")
KEFU_ENUM_NAMES(Replacement, "UNSPECIFIED", "NEW_MESSAGE", "POLICY_CHANGED", "PRIORITY_CHANGED",
                "REOPENED", "ASSIGNEE_CHANGED", "CONTRACT_CHANGED")
KEFU_ENUM_NAMES(SegmentReason, "UNSPECIFIED", "OPEN", "MAKEUP_WORKDAY", "OUTSIDE_HOURS", "DAY_OFF",
                "PUBLIC_HOLIDAY", "OWN_CLOSED_DAY", "SUSPENSION", "WAITING_FOR_CUSTOMER")
KEFU_ENUM_NAMES(Recipient, "UNSPECIFIED", "AGENT", "TEAM_LEAD", "SUPERVISOR", "MERCHANT")
KEFU_ENUM_NAMES(CompensationKind, "UNSPECIFIED", "LATE_SHIPMENT", "FREIGHT", "ADVANCE")

}  // namespace kefu::aftersales::domain
