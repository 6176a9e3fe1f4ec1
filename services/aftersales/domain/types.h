// Cases, their clocks and the policies that rule them, as plain values.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "common/money/money.h"
#include "common/time/business_calendar.h"
#include "common/time/cutoff.h"
#include "services/aftersales/domain/casework/types.h"
#include "services/aftersales/domain/enums.h"
#include "services/aftersales/domain/policy_ref.h"

namespace kefu::aftersales::domain {

// How one clock is set.
struct ClockRule {
  ClockKind clock = ClockKind::kUnspecified;
  CaseKind only = CaseKind::kUnspecified;  // cases of this kind; unspecified: every case
  // Either so much time after receipt, or by a cut-off when that is set.
  absl::Duration duration;
  std::optional<CutoffRule> cutoff;
  bool business_hours = false;  // else calendar time
  bool pausable = false;        // stands still while the case waits for the customer
  absl::Duration warn_before;   // in the clock's own kind of time
};

struct SlaPolicy {
  PolicyRef ref;
  std::vector<ClockRule> rules;
  std::array<std::vector<OpenInterval>, 7> weekly;  // business hours, Monday = 0
  bool china_holidays = false;
};

// The zone in which a shop's calendar rules count.
struct ShopZone {
  std::string name;
  bool assumed = false;  // the shop is not known here yet
};

struct SlaClock {
  ClockKind kind = ClockKind::kUnspecified;
  ClockState state = ClockState::kUnspecified;
  absl::Time start;
  absl::Time base_due;  // as if nothing had paused it
  absl::Time due;       // with its pauses; InfiniteFuture while it is paused
  absl::Time warn;      // InfiniteFuture while it is paused
  bool warned = false;  // the warning was sent, or overtaken by the breach
  std::optional<absl::Time> met;
  std::optional<absl::Time> breach;
  std::string breach_owner;
  absl::Duration remaining;  // of a paused clock
  bool pausable = false;
  bool business_hours = false;
  absl::Duration warn_before;
  ShopZone zone;
  PolicyRef policy;
};

// A time in which the case waits for the customer; `to` is absent while it lasts.
struct Pause {
  absl::Time from;
  std::optional<absl::Time> to;
};

struct CaseLine {
  std::string sku;
  std::string category;
  int64_t quantity = 0;
};

struct Evidence {
  std::string reference;
  std::string sha256;
  int64_t size_bytes = 0;
  std::string content_type;
  int32_t superseded_by = 0;              // number of the item that took its place; 0: it stands
  std::optional<absl::Time> attach_time;  // after opening
  std::string attached_by;
};

struct Case {
  std::string org_id;
  std::string case_id;
  std::string shop_id;
  CaseKind kind = CaseKind::kUnspecified;
  CaseChannel channel = CaseChannel::kUnspecified;
  std::string external_id;
  CasePriority priority = CasePriority::kUnspecified;
  std::string order_id;
  std::optional<absl::CivilDay> purchase_date;
  std::string waybill;
  std::string customer_id;
  std::vector<CaseLine> lines;
  std::string problem;
  std::string demand;
  std::vector<std::string> promised_actions;
  std::vector<Evidence> evidence;  // the first is number 1
  std::string assignee_agent_id;
  absl::Time receive_time;
  CaseState state = CaseState::kUnspecified;
  ReviewResult result = ReviewResult::kUnspecified;
  std::vector<SlaClock> clocks;  // by kind
  std::vector<Pause> pauses;     // by time; only the last may last
  CaseWork work;
  int64_t version = 0;
  absl::Time create_time;
  absl::Time update_time;
};

// By what authority a review was given.
struct ReviewAuthority {
  std::optional<Money> cost;
  std::string policy_id;
  int32_t policy_version = 0;
  std::string tier_id;  // empty of who decides for the merchant
};

struct FieldChange {
  std::string field;
  std::string old_value;
  std::string new_value;
};

// One line of a case's history.
struct Activity {
  std::string activity_id;
  std::string case_id;
  int64_t seq = 0;  // the case's version after it
  std::string verb;
  CaseState from = CaseState::kUnspecified;
  CaseState to = CaseState::kUnspecified;
  std::string note;
  std::string actor;
  absl::Time create_time;
  std::optional<ReviewAuthority> authority;  // of reviews
  ReviewResult result = ReviewResult::kUnspecified;
  std::vector<FieldChange> changes = {};  // besides state and result
  bool internal = false;                  // only for the merchant's own people
};

}  // namespace kefu::aftersales::domain
