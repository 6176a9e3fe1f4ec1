// The arithmetic of SLA clocks (DOMAIN 4.2): how a policy sets them, how waiting for the customer
// moves them, when they warn and breach. Pure, thread-safe.
//
// A clock is met in time up to and including its due instant. A breach, once recorded, stays: what
// comes later only adds when the clock was met after all.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/aftersales/domain/sla/calendar.h"
#include "services/aftersales/domain/types.h"

namespace kefu::aftersales::domain {

// The time in which each clock of a case counts.
using Calendars = std::map<ClockKind, SlaCalendar>;

// The rule of a clock for cases of that kind and priority: one for both stands above one for the
// kind, that above one for the priority, and that above one for every case. Null when there is
// none.
const ClockRule* RuleOf(const SlaPolicy& policy, ClockKind clock, CaseKind kind,
                        CasePriority priority);

// The policies that apply to a case, the most particular first. Of each clock the first one that
// has a rule for the case decides: a shop inherits its platform's rules, an organization adds to
// them (DOMAIN). Hours, suspensions and steps are those of the policy whose rule it is.
using SlaPolicies = std::vector<SlaPolicy>;
// What decides, and whose it is; both null when there is no rule. Points into `policies`.
struct DecidingRule {
  const SlaPolicy* policy = nullptr;
  const ClockRule* rule = nullptr;
};
DecidingRule DecidingRuleOf(const SlaPolicies& policies, ClockKind clock, CaseKind kind,
                            CasePriority priority);

// Whose the clock is when it ends: of who is known to have had the case when it ran out, else the
// assignee's.
const std::string& OwnerOf(const Case& record, ClockKind clock);

// One clock that begins at `at`. Due as the rule gives it to what comes in at that instant, or at
// the end of the suspension that holds it, and by as much later as suspensions take.
// INVALID_ARGUMENT ZONE_UNKNOWN; INVALID_ARGUMENT INVALID_FIELDS for hours that are none; NOT_FOUND
// NO_BUSINESS_TIME.
absl::StatusOr<SlaClock> StartClock(const SlaPolicy& policy, const ClockRule& rule, absl::Time at,
                                    const ShopZone& zone);

// The clocks that begin with a case of that kind and priority, at its receipt: all but that of the
// next response. The same errors.
absl::StatusOr<std::vector<SlaClock>> StartClocks(const SlaPolicies& policies, CaseKind kind,
                                                  CasePriority priority, absl::Time received,
                                                  const ShopZone& zone);

// When the clock runs out with these pauses, never before its base_due, nor before the change that
// set it: nobody is late by a rule that is not yet. The business time from start to base_due,
// counted outside the pauses; a due time that falls into a pause is its end. InfiniteFuture while a
// pause lasts that begins before.
absl::Time DueWithPauses(const SlaClock& clock, const SlaCalendar& calendar,
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

// The case ended at `at`, recorded at `now`, and the clock's matter was not done: a running or
// paused clock becomes cancelled, or breached if it had run out by then (→ true); any other stays.
bool Cancel(SlaClock& clock, absl::Time at, absl::Time now, const std::string& owner);

// Running clocks that have run out before `now` become breached, in the name of their owners; those
// about to, warn. Each does so once. A warning that the breach has overtaken is not sent.
std::vector<Firing> Tick(Case& record, absl::Time now);

// The case begins or ends to wait for the customer. Calendars must hold every pausable clock.
void BeginPause(Case& record, absl::Time now, const Calendars& calendars);
void EndPause(Case& record, absl::Time now, const Calendars& calendars);

// The customer wrote at `at`. Starts the clock of the next response by its rule, counted from the
// oldest message that has no answer, as help desks do (Zendesk: next reply time). So nothing starts
// while the first answer is owed, or that to a platform's letter, which answers the message as
// well; nor while an earlier message waits; nor for a message that an answer has overtaken. What
// was cancelled is owed no more. A message that turns out older than the one that waits moves the
// clock's start to it, and so does one that is older than the taking up of a letter's case, of the
// letter's clock. The clock of the message before goes to `replaced`. The errors of StartClock.
absl::Status StartNextResponse(Case& record, const SlaPolicies& policies, const ShopZone& zone,
                               absl::Time at);

// The case was taken up again at `at`, reopened, appealed or given back by its process: what it
// asks for is owed anew. Starts the clocks of the resolution, of the work order's decision and, of
// a platform's letter, of its answer, each by its rule, unless it is running or something that was
// said still waits for its answer, a letter included. An answer that nobody had given when the case
// was closed is owed again: by the clock that was cancelled, as it stood, while its deadline lies
// ahead; else, since nobody can keep that any more, by one that starts now. The clock before goes
// to `replaced`. Without a rule, or with one that is never due, all stays. The other errors of
// StartClock.
absl::Status RestartOwed(Case& record, const SlaPolicies& policies, const ShopZone& zone,
                         absl::Time at);

// Sets the running and paused clocks anew by the policies and the case's priority, which are in
// force from `at` on, and counts them from their start as though they always had been; a deadline
// that falls before `at` so is `at`. What has run out before `at`, was met or breached stays, and
// so does a clock for which no policy has a rule, or one without any business time to come. A clock
// that only the new rules know begins, as at the receipt, if it is still owed; by another assignee,
// contract or priority only while its deadline lies ahead. What stood before goes to `replaced`.
// Doing it twice changes nothing. Whether anything changed; StartClock's errors.
absl::StatusOr<bool> Recompute(Case& record, const SlaPolicies& policies, absl::Time at,
                               Replacement why);

// Whether the clock has a step of escalation to take: nobody has met it, and the case is not over.
bool StepDue(const Case& record, const SlaClock& clock, absl::Time now);
// Takes every step that is due, by the policy that set the clock, and returns them.
std::vector<EscalationStep> TakeSteps(SlaClock& clock, const SlaPolicy& policy,
                                      const SlaCalendar& calendar, absl::Time now);

// The earliest due time of what nobody has done yet, passed or not: what is overdue is not out of
// sight; and the earliest instant at which Tick does something or a step is due. InfiniteFuture
// when there is none, and for a case that is over.
absl::Time CaseDue(const Case& record);
absl::Time NextTick(const Case& record);

// The rule in words, with policy and zone.
std::string RuleText(const ClockRule& rule, const SlaClock& clock, const SlaCalendar& calendar);

// A stretch of time between start and due and whether it counted. A paused clock has no due time:
// until it was met or cancelled, or `now`.
struct CountedSegment {
  absl::Time from;
  absl::Time to;
  bool counted;
  SegmentReason reason;
  std::string note;
  bool before_change;  // lies before the change of policy or priority that set the clock
};
std::vector<CountedSegment> ExplainClock(const SlaClock& clock, const SlaCalendar& calendar,
                                         std::span<const Pause> pauses, absl::Time now);

}  // namespace kefu::aftersales::domain
