// Cases, their clocks and the policies that rule them, as plain values.
#pragma once

#include <array>
#include <cstdint>
#include <map>
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
  CaseKind only = CaseKind::kUnspecified;              // cases of this kind; unspecified: every one
  CasePriority priority = CasePriority::kUnspecified;  // … and of this priority
  // Either so much time after the clock begins, or by a cut-off when that is set.
  absl::Duration duration;
  std::optional<CutoffRule> cutoff;
  bool business_hours = false;  // else calendar time
  bool pausable = false;        // stands still while the case waits for the customer
  absl::Duration warn_before;   // in the clock's own kind of time
};

// A dated stretch [from, to) in which nothing counts, such as a platform's Spring Festival.
struct NamedSuspension {
  absl::Time from;
  absl::Time to;
  std::string name;
};

// A day with hours of its own; none closes it.
struct OwnDay {
  std::vector<OpenInterval> hours;
  std::string name;
};

// When a deadline that nobody has met is told to whom.
struct EscalationStep {
  ClockKind clock = ClockKind::kUnspecified;  // unspecified: every clock
  absl::Duration offset;                      // after the deadline, in the clock's own time
  Recipient recipient = Recipient::kUnspecified;
};

// Whose cases a policy rules; what is empty is every one.
struct SlaScope {
  std::string shop_id;
  std::string platform;     // name of staffing's enumeration
  std::string base_id;      // cases whose assignee works for the base under a contract
  std::string contract_id;  // … under this one
  friend bool operator==(const SlaScope&, const SlaScope&) = default;
};

// One version. It rules from its effective time on; an own one stands above the shipped ones, then
// the one for the contract, for the base, for the shop, for the platform. Each sets the clocks for
// which it has a rule and leaves the others to the next one.
struct SlaPolicy {
  PolicyRef ref;
  std::string display_name;
  SlaScope scope;
  absl::Time effective;
  bool withdrawn = false;  // from then on its scope has no policy of its own
  std::vector<ClockRule> rules;
  std::array<std::vector<OpenInterval>, 7> weekly;  // business hours, Monday = 0
  // Of a make-up workday; when empty, those of the first open day from Monday on.
  std::vector<OpenInterval> makeup;
  bool china_holidays = false;
  std::map<absl::CivilDay, OwnDay> days;  // before every other rule of business hours
  std::vector<NamedSuspension> suspensions;
  std::vector<EscalationStep> steps;  // by offset
  std::string actor;
  absl::Time create_time;
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
  std::optional<absl::Time> cancel;  // it ended with its case, undone
  std::string breach_owner;  // who had the case when the clock ran out, was met or cancelled; where
                             // it ran out for nobody, who had had the case last
  absl::Duration remaining;  // of a paused clock
  bool pausable = false;
  bool business_hours = false;
  absl::Duration warn_before;
  ShopZone zone;
  PolicyRef policy;
  CasePriority priority = CasePriority::kUnspecified;  // of the case when the clock was set
  int steps = 0;                                       // of escalation, taken
  std::optional<absl::Duration> step_offset;           // of the next one
  absl::Time step = absl::InfiniteFuture();  // when it is taken; never while the clock is paused
  absl::Time since;  // from when on this rule governs it: its start, or the change that set it
};

// A clock that another of its kind has replaced, as it stood then.
struct PastClock {
  SlaClock clock;
  absl::Time until;
  Replacement why = Replacement::kUnspecified;
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
  std::string language;  // a BCP 47 tag; empty: not known
  std::vector<std::string> promised_actions;
  std::vector<Evidence> evidence;  // the first is number 1
  std::string assignee_agent_id;
  // Who had the case when a clock ran out that nobody has met, or had it last; where that is known.
  std::map<ClockKind, std::string> late_owners;
  absl::Time receive_time;
  CaseState state = CaseState::kUnspecified;
  ReviewResult result = ReviewResult::kUnspecified;
  std::vector<SlaClock> clocks;     // by kind
  std::vector<PastClock> replaced;  // what a change has replaced; to be added when it is stored
  std::vector<Pause> pauses;        // by time; only the last may last
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
