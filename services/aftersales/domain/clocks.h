// The arithmetic of SLA clocks (DOMAIN 4.2): how a policy sets them, how waiting for the customer
// moves them, when they warn and breach. Pure, thread-safe.
//
// A clock is met in time up to and including its due instant. A breach, once recorded, stays: what
// comes later only adds when the clock was met after all.
#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/time/business_calendar.h"
#include "services/aftersales/domain/types.h"

namespace kefu::aftersales::domain {

// The time in which each clock of a case counts.
using Calendars = std::map<ClockKind, BusinessCalendar>;

// What a policy's rule counts in: every hour, or the policy's business hours.
absl::StatusOr<BusinessCalendar> CalendarOf(const SlaPolicy& policy, bool business_hours,
                                            absl::TimeZone zone);

// The clocks of a case of that kind, started at receipt. INVALID_ARGUMENT ZONE_UNKNOWN;
// INVALID_ARGUMENT INVALID_FIELDS for hours that are none; NOT_FOUND NO_BUSINESS_TIME.
absl::StatusOr<std::vector<SlaClock>> StartClocks(const SlaPolicy& policy, CaseKind kind,
                                                  absl::Time received, const ShopZone& zone);

// When the clock runs out with these pauses, never before its base_due: the business time from
// start to base_due, counted outside the pauses. InfiniteFuture while a pause lasts that begins
// before.
absl::Time DueWithPauses(const SlaClock& clock, const BusinessCalendar& calendar,
                         std::span<const Pause> pauses);

// A clock that has just warned or breached.
struct Firing {
  enum class Kind { kNear, kBreached };
  Kind kind;
  ClockKind clock;
};

// The clock's matter was done at `at`, recorded at `now`: a running or paused clock becomes met, or
// breached if it had run out by then (→ true); a breached one keeps its state and gets its time.
bool Meet(SlaClock& clock, absl::Time at, absl::Time now, const std::string& owner);

// Running clocks that have run out before `now` become breached, with the case's assignee as
// owner; those about to, warn. Each does so once. A warning that the breach has overtaken is not
// sent.
std::vector<Firing> Tick(Case& record, absl::Time now);

// The case begins or ends to wait for the customer. Calendars must hold every pausable clock.
void BeginPause(Case& record, absl::Time now, const Calendars& calendars);
void EndPause(Case& record, absl::Time now, const Calendars& calendars);

// The earliest due time of a running clock, and the earliest instant at which Tick does something;
// InfiniteFuture when there is none.
absl::Time CaseDue(const Case& record);
absl::Time NextTick(const Case& record);

// The rule in words, with policy and zone.
std::string RuleText(const ClockRule& rule, const SlaClock& clock);

// A stretch of time between start and due and whether it counted. A paused clock has no due time:
// until it was met, or `now`.
struct CountedSegment {
  absl::Time from;
  absl::Time to;
  bool counted;
  std::string_view note;
};
std::vector<CountedSegment> ExplainClock(const SlaClock& clock, const BusinessCalendar& calendar,
                                         std::span<const Pause> pauses, absl::Time now);

}  // namespace kefu::aftersales::domain
