#include "services/aftersales/domain/clocks.h"

#include <algorithm>
#include <tuple>

#include "common/status/status_macros.h"
#include "common/time/civil.h"
#include "fmt/format.h"
#include "services/aftersales/domain/sla/unanswered.h"

namespace kefu::aftersales::domain {
namespace {

// The instant after `due`, at the resolution of what is stored: up to due itself is in time.
constexpr absl::Duration kResolution = absl::Microseconds(1);

std::vector<Suspension> Suspensions(const SlaClock& clock, std::span<const Pause> pauses) {
  std::vector<Suspension> suspensions;
  if (!clock.pausable) return suspensions;
  for (const Pause& pause : pauses) {
    suspensions.push_back({pause.from, pause.to.value_or(absl::InfiniteFuture())});
  }
  return suspensions;
}

absl::Time WarnTime(const SlaClock& clock, const SlaCalendar& calendar) {
  if (clock.due == absl::InfiniteFuture()) return absl::InfiniteFuture();
  return calendar.Add(clock.due, -clock.warn_before);
}

absl::StatusOr<absl::Time> CutoffOf(const ClockRule& rule, const SlaCalendar& calendar,
                                    absl::Time at) {
  if (rule.business_hours) return CutoffDue(*rule.cutoff, calendar.hours(), at);
  return CutoffDue(*rule.cutoff, calendar.hours().zone(), at);
}

absl::StatusOr<absl::Time> BaseDue(const ClockRule& rule, const SlaCalendar& calendar,
                                   absl::Time at) {
  if (!rule.cutoff) return calendar.Add(at, rule.duration);
  ASSIGN_OR_RETURN(absl::Time due, CutoffOf(rule, calendar, at));
  // What comes in during a suspension comes in at its end; a rule may give less time to what comes
  // in before the cut-off, which is no reason for an earlier deadline.
  const absl::Time counted = calendar.FirstCounted(at);
  if (counted > at) {
    ASSIGN_OR_RETURN(const absl::Time later, CutoffOf(rule, calendar, counted));
    due = std::max(due, later);
  }
  return calendar.Stretch(counted, due, calendar.hours().BusinessTimeBetween(counted, due), {});
}

void Breach(SlaClock& clock, absl::Time now, const std::string& owner) {
  clock.state = ClockState::kBreached;
  clock.breach = now;
  clock.breach_owner = owner;
  clock.warned = true;
}

bool IsOpen(const SlaClock& clock) {
  return clock.state == ClockState::kRunning || clock.state == ClockState::kPaused;
}

// Nobody has done its matter yet, in time or late, and it does not stand still.
bool IsOwed(const SlaClock& clock) {
  return clock.state == ClockState::kRunning ||
         (clock.state == ClockState::kBreached && !clock.met);
}

bool IsOver(const Case& record) {
  return record.state == CaseState::kClosed || record.state == CaseState::kMerged;
}

absl::Time StepTime(const SlaClock& clock, const SlaCalendar& calendar) {
  if (!clock.step_offset || clock.due == absl::InfiniteFuture()) return absl::InfiniteFuture();
  const absl::Time at = calendar.Add(clock.due, *clock.step_offset);
  // Up to the deadline itself it is in time.
  return *clock.step_offset < absl::ZeroDuration() ? at : at + kResolution;
}

// The next step is the one after so many of the clock's own.
void Arm(SlaClock& clock, const SlaPolicy& policy, const SlaCalendar& calendar, int taken) {
  clock.steps = taken;
  clock.step_offset.reset();
  int n = 0;
  for (const EscalationStep& step : policy.steps) {
    if (step.clock != ClockKind::kUnspecified && step.clock != clock.kind) continue;
    if (n++ == taken) clock.step_offset = step.offset;
  }
  clock.step = StepTime(clock, calendar);
}

// Runs the clock on, or stops it if the case waits for the customer.
void Settle(SlaClock& clock, const SlaCalendar& calendar, std::span<const Pause> pauses) {
  const bool waits = clock.pausable && !pauses.empty() && !pauses.back().to;
  if (!waits) {
    clock.state = ClockState::kRunning;
    clock.remaining = absl::ZeroDuration();
    clock.due = DueWithPauses(clock, calendar, pauses);
    clock.warn = WarnTime(clock, calendar);
    clock.step = StepTime(clock, calendar);
    return;
  }
  const absl::Time due = DueWithPauses(clock, calendar, pauses.first(pauses.size() - 1));
  clock.state = ClockState::kPaused;
  clock.remaining = due == absl::InfiniteFuture()
                        ? absl::ZeroDuration()
                        : std::max(absl::ZeroDuration(), calendar.Between(pauses.back().from, due));
  clock.due = absl::InfiniteFuture();
  clock.warn = absl::InfiniteFuture();
  clock.step = absl::InfiniteFuture();
}

absl::StatusOr<SlaCalendar> CalendarOf(const SlaPolicy& policy, const SlaClock& clock) {
  ASSIGN_OR_RETURN(const absl::TimeZone zone, LoadZone(clock.zone.name));
  return SlaCalendar::Create(policy, clock.business_hours, zone);
}

SlaClock* FindClock(Case& record, ClockKind kind) {
  const auto found = std::ranges::find(record.clocks, kind, &SlaClock::kind);
  return found == record.clocks.end() ? nullptr : &*found;
}

// A clock that begins at `at` and takes the place of the one of its kind.
absl::Status Begin(Case& record, const SlaPolicy& policy, const ClockRule& rule,
                   const ShopZone& zone, absl::Time at, Replacement why) {
  ASSIGN_OR_RETURN(SlaClock clock, StartClock(policy, rule, at, zone));
  clock.priority = record.priority;
  ASSIGN_OR_RETURN(const SlaCalendar calendar, CalendarOf(policy, clock));
  Settle(clock, calendar, record.pauses);
  SlaClock* const before = FindClock(record, rule.clock);
  if (before == nullptr) {
    record.clocks.push_back(std::move(clock));
    std::ranges::sort(record.clocks, {}, &SlaClock::kind);
    return absl::OkStatus();
  }
  record.replaced.push_back({std::move(*before), at, why});
  *before = std::move(clock);
  return absl::OkStatus();
}

std::string NoteOf(const SlaCalendar::Piece& piece) {
  std::string name = piece.name.empty() ? "" : fmt::format(": {}", piece.name);
  switch (piece.reason) {
    case SegmentReason::kOpen:
      return "running" + name;
    case SegmentReason::kMakeupWorkday:
      return "running, make-up workday";
    case SegmentReason::kOutsideHours:
      return "outside business hours" + name;
    case SegmentReason::kDayOff:
      return "day off";
    case SegmentReason::kPublicHoliday:
      return "public holiday";
    case SegmentReason::kOwnClosedDay:
      return "closed" + name;
    case SegmentReason::kSuspension:
      return "suspended" + name;
    case SegmentReason::kWaitingForCustomer:
      return "waiting for the customer";
    case SegmentReason::kUnspecified:
      break;
  }
  return "";
}

bool Counts(SegmentReason reason) {
  return reason == SegmentReason::kOpen || reason == SegmentReason::kMakeupWorkday;
}

std::string DayText(int days) {
  if (days == 0) return "the same day";
  return days == 1 ? "the next day" : fmt::format("{} days later", days);
}

std::string CutoffText(const CutoffRule& rule) {
  return fmt::format("received before {} it is due by {} {}, from {} on by {} {}",
                     FormatTimeOfDay(rule.cutoff), FormatTimeOfDay(rule.due_before),
                     DayText(rule.due_before_days), FormatTimeOfDay(rule.cutoff),
                     FormatTimeOfDay(rule.due_after), DayText(rule.due_after_days));
}

std::string_view SubjectOf(ClockKind kind) {
  switch (kind) {
    case ClockKind::kFirstAnswer:
      return "first answer to the customer";
    case ClockKind::kPlatformEmail:
      return "answer to a platform e-mail";
    case ClockKind::kWorkOrderDecision:
      return "decision on a platform work order";
    case ClockKind::kNextResponse:
      return "answer to the customer's message";
    case ClockKind::kResolution:
      return "decision on the case or its closing";
    case ClockKind::kUnspecified:
      break;
  }
  return "unknown matter";
}

// What a rule's duration is counted from.
std::string_view BeginOf(ClockKind kind) {
  return kind == ClockKind::kNextResponse ? "the message" : "receipt";
}

}  // namespace

const ClockRule* RuleOf(const SlaPolicy& policy, ClockKind clock, CaseKind kind,
                        CasePriority priority) {
  const ClockRule* best = nullptr;
  const auto rank = [](const ClockRule& rule) {
    return std::tuple(rule.only != CaseKind::kUnspecified,
                      rule.priority != CasePriority::kUnspecified);
  };
  for (const ClockRule& rule : policy.rules) {
    if (rule.clock != clock) continue;
    if (rule.only != CaseKind::kUnspecified && rule.only != kind) continue;
    if (rule.priority != CasePriority::kUnspecified && rule.priority != priority) continue;
    if (best == nullptr || rank(*best) < rank(rule)) best = &rule;
  }
  return best;
}

DecidingRule DecidingRuleOf(const SlaPolicies& policies, ClockKind clock, CaseKind kind,
                            CasePriority priority) {
  for (const SlaPolicy& policy : policies) {
    if (const ClockRule* rule = RuleOf(policy, clock, kind, priority)) return {&policy, rule};
  }
  return {};
}

const std::string& OwnerOf(const Case& record, ClockKind clock) {
  const auto known = record.late_owners.find(clock);
  return known == record.late_owners.end() ? record.assignee_agent_id : known->second;
}

absl::StatusOr<SlaClock> StartClock(const SlaPolicy& policy, const ClockRule& rule, absl::Time at,
                                    const ShopZone& zone) {
  SlaClock clock{.kind = rule.clock, .state = ClockState::kRunning, .start = at};
  clock.pausable = rule.pausable;
  clock.business_hours = rule.business_hours;
  clock.warn_before = rule.warn_before;
  clock.zone = zone;
  clock.policy = policy.ref;
  clock.since = at;
  ASSIGN_OR_RETURN(const SlaCalendar calendar, CalendarOf(policy, clock));
  ASSIGN_OR_RETURN(clock.base_due, BaseDue(rule, calendar, at));
  clock.due = clock.base_due;
  clock.warn = WarnTime(clock, calendar);
  Arm(clock, policy, calendar, 0);
  return clock;
}

absl::StatusOr<std::vector<SlaClock>> StartClocks(const SlaPolicies& policies, CaseKind kind,
                                                  CasePriority priority, absl::Time received,
                                                  const ShopZone& zone) {
  std::vector<SlaClock> clocks;
  for (size_t i = 1; i < kEnumNames<ClockKind>.size(); ++i) {
    const auto clock = static_cast<ClockKind>(i);
    if (clock == ClockKind::kNextResponse) continue;
    const auto [policy, rule] = DecidingRuleOf(policies, clock, kind, priority);
    if (rule == nullptr) continue;
    ASSIGN_OR_RETURN(clocks.emplace_back(), StartClock(*policy, *rule, received, zone));
    clocks.back().priority = priority;
  }
  return clocks;
}

absl::Time DueWithPauses(const SlaClock& clock, const SlaCalendar& calendar,
                         std::span<const Pause> pauses) {
  const std::vector<Suspension> suspensions = Suspensions(clock, pauses);
  absl::Time due = clock.base_due;
  if (!suspensions.empty() && due != absl::InfiniteFuture()) {
    due = calendar.Stretch(clock.start, due, calendar.Between(clock.start, due), suspensions);
  }
  return std::max(due, clock.since);
}

bool Meet(SlaClock& clock, absl::Time at, absl::Time now, const std::string& owner) {
  if (clock.met || clock.state == ClockState::kCancelled) return false;
  clock.met = at;
  if (clock.state == ClockState::kBreached) return false;
  clock.remaining = absl::ZeroDuration();
  if (at <= clock.due) {
    clock.state = ClockState::kMet;
    clock.breach_owner = owner;
    return false;
  }
  Breach(clock, now, owner);
  return true;
}

bool Cancel(SlaClock& clock, absl::Time at, absl::Time now, const std::string& owner) {
  if (!IsOpen(clock)) return false;
  clock.remaining = absl::ZeroDuration();
  if (at > clock.due) {
    Breach(clock, now, owner);
    return true;
  }
  clock.state = ClockState::kCancelled;
  clock.cancel = at;
  clock.breach_owner = owner;
  return false;
}

std::vector<Firing> Tick(Case& record, absl::Time now) {
  std::vector<Firing> firings;
  for (SlaClock& clock : record.clocks) {
    if (clock.state != ClockState::kRunning) continue;
    if (clock.due < now) {
      Breach(clock, now, OwnerOf(record, clock.kind));
      firings.push_back({Firing::Kind::kBreached, clock.kind});
    } else if (!clock.warned && clock.warn <= now) {
      clock.warned = true;
      firings.push_back({Firing::Kind::kNear, clock.kind});
    }
  }
  return firings;
}

void BeginPause(Case& record, absl::Time now, const Calendars& calendars) {
  record.pauses.push_back({now, std::nullopt});
  for (SlaClock& clock : record.clocks) {
    if (clock.state != ClockState::kRunning || !clock.pausable) continue;
    Settle(clock, calendars.at(clock.kind), record.pauses);
  }
}

void EndPause(Case& record, absl::Time now, const Calendars& calendars) {
  if (record.pauses.empty() || record.pauses.back().to) return;
  // Clocks of machines differ: a pause never ends before it began.
  record.pauses.back().to = std::max(now, record.pauses.back().from);
  for (SlaClock& clock : record.clocks) {
    if (clock.state != ClockState::kPaused) continue;
    Settle(clock, calendars.at(clock.kind), record.pauses);
  }
}

namespace {

// Whether an answer came after what was said at `at`.
bool HasAnswered(const SlaClock* clock, absl::Time at) {
  return clock != nullptr && clock->met && at <= *clock->met;
}

// Whether an answer is owed by the clock, in time yet or not.
bool AwaitsAnswer(const SlaClock* clock) {
  return clock != nullptr && !clock->met && !clock->cancel;
}

// Begins the clock of that kind by the rule that decides. Without one, all stays.
absl::Status BeginByRule(Case& record, const SlaPolicies& policies, ClockKind kind,
                         const ShopZone& zone, absl::Time at, Replacement why) {
  const auto [policy, rule] = DecidingRuleOf(policies, kind, record.kind, record.priority);
  return rule == nullptr ? absl::OkStatus() : Begin(record, *policy, *rule, zone, at, why);
}

}  // namespace

absl::Status StartNextResponse(Case& record, const SlaPolicies& policies, const ShopZone& zone,
                               absl::Time at) {
  const SlaClock* const first = FindClock(record, ClockKind::kFirstAnswer);
  const SlaClock* const letter = FindClock(record, ClockKind::kPlatformEmail);
  const SlaClock* const before = FindClock(record, ClockKind::kNextResponse);
  for (const SlaClock* clock : {first, letter, before}) {
    if (HasAnswered(clock, at)) return absl::OkStatus();
  }
  if (AwaitsAnswer(letter)) {
    // It came in before the case was taken up for it: its own cut-off counts.
    const bool older = IsOpen(*letter) && at < letter->start;
    const absl::Status moved = older ? BeginByRule(record, policies, ClockKind::kPlatformEmail,
                                                   zone, at, Replacement::kNewMessage)
                                     : absl::OkStatus();
    return absl::IsNotFound(moved) ? absl::OkStatus() : moved;
  }
  if (AwaitsAnswer(first)) return absl::OkStatus();
  if (AwaitsAnswer(before)) {
    if (at >= before->start || before->state == ClockState::kBreached) return absl::OkStatus();
  }
  return BeginByRule(record, policies, ClockKind::kNextResponse, zone, at,
                     Replacement::kNewMessage);
}

namespace {

// What was said before the case was closed and nobody has answered is owed an answer by the same
// deadline, if that lies ahead: only waiting for the customer puts a deadline off.
void ResumeAnswers(Case& record, absl::Time at) {
  for (SlaClock& clock : record.clocks) {
    if (!AsksForAnswer(clock.kind) || !clock.cancel || clock.due <= at) continue;
    clock.state = ClockState::kRunning;
    clock.cancel.reset();
    clock.breach_owner.clear();
  }
}

// Whether the matter of that kind of clock begins anew when the case is taken up again.
bool BeginsAnew(Case& record, ClockKind kind) {
  const SlaClock* before = FindClock(record, kind);
  if (before != nullptr && IsOpen(*before)) return false;
  if (!AsksForAnswer(kind)) return true;
  const bool undone = before != nullptr && before->cancel;
  if (kind == ClockKind::kFirstAnswer) return undone;
  // One answer is owed to all that was said: by the deadline of the oldest that has none.
  const bool waits = UnansweredSince(record).has_value();
  if (kind == ClockKind::kNextResponse) return undone && !waits;
  return undone || (record.kind == CaseKind::kPlatformEmail && !waits);
}

}  // namespace

absl::Status RestartOwed(Case& record, const SlaPolicies& policies, const ShopZone& zone,
                         absl::Time at) {
  ResumeAnswers(record, at);
  // The letter first: what it begins answers the messages as well.
  for (const ClockKind kind :
       {ClockKind::kPlatformEmail, ClockKind::kFirstAnswer, ClockKind::kNextResponse,
        ClockKind::kWorkOrderDecision, ClockKind::kResolution}) {
    if (!BeginsAnew(record, kind)) continue;
    const absl::Status begun =
        BeginByRule(record, policies, kind, zone, at, Replacement::kReopened);
    // A rule that is never due keeps nobody from taking the case up.
    if (!absl::IsNotFound(begun)) RETURN_IF_ERROR(begun);
  }
  return absl::OkStatus();
}

namespace {

// Whether the matter of a clock that the case does not have is still to be done.
bool IsStillOwed(const Case& record, ClockKind kind) {
  if (kind == ClockKind::kWorkOrderDecision || kind == ClockKind::kResolution) {
    const bool undecided = record.state == CaseState::kOpen ||
                           record.state == CaseState::kWaitingCustomer ||
                           record.state == CaseState::kAwaitingApproval;
    // A case that was taken up again owes another decision, from then on.
    return undecided && record.work.decision_number == 0;
  }
  // One answer meets both; where neither was asked for, nobody knows whether there was one.
  const auto asked = std::ranges::find_if(record.clocks, [](const SlaClock& clock) {
    return clock.kind == ClockKind::kFirstAnswer || clock.kind == ClockKind::kPlatformEmail;
  });
  return asked != record.clocks.end() && !asked->met && !asked->cancel && !IsOver(record);
}

// Begins the clocks for which the policies have a rule and the case has none.
absl::StatusOr<bool> BeginMissing(Case& record, const SlaPolicies& policies, absl::Time at,
                                  Replacement why) {
  bool any = false;
  for (size_t i = 1; i < kEnumNames<ClockKind>.size() && !record.clocks.empty(); ++i) {
    const auto kind = static_cast<ClockKind>(i);
    if (kind == ClockKind::kNextResponse || FindClock(record, kind) != nullptr) continue;
    const auto [policy, rule] = DecidingRuleOf(policies, kind, record.kind, record.priority);
    if (rule == nullptr || !IsStillOwed(record, kind)) continue;
    auto started = StartClock(*policy, *rule, record.receive_time, record.clocks.front().zone);
    if (absl::IsNotFound(started.status())) continue;
    ASSIGN_OR_RETURN(SlaClock clock, std::move(started));
    clock.priority = record.priority;
    ASSIGN_OR_RETURN(const SlaCalendar calendar, CalendarOf(*policy, clock));
    // Whoever gets a case has not missed what nobody had set: it would be breached at once.
    const bool passed = DueWithPauses(clock, calendar, record.pauses) <= at;
    if (passed && why != Replacement::kPolicyChanged) continue;
    clock.since = std::max(at, clock.start);
    Settle(clock, calendar, record.pauses);
    record.clocks.push_back(std::move(clock));
    std::ranges::sort(record.clocks, {}, &SlaClock::kind);
    any = true;
  }
  return any;
}

}  // namespace

absl::StatusOr<bool> Recompute(Case& record, const SlaPolicies& policies, absl::Time at,
                               Replacement why) {
  bool changed = false;
  std::vector<SlaClock> clocks = record.clocks;
  std::vector<PastClock> replaced;
  for (SlaClock& clock : clocks) {
    if (!IsOpen(clock)) continue;
    if (clock.state == ClockState::kRunning && clock.due < at) continue;
    if (clock.since > at) continue;
    const auto [policy, rule] = DecidingRuleOf(policies, clock.kind, record.kind, record.priority);
    if (rule == nullptr) continue;
    const bool same = clock.policy == policy->ref &&
                      RuleOf(*policy, clock.kind, record.kind, clock.priority) == rule;
    if (same) continue;
    auto started = StartClock(*policy, *rule, clock.start, clock.zone);
    // A rule that is never due is no reason to owe nothing any more.
    if (absl::IsNotFound(started.status())) continue;
    ASSIGN_OR_RETURN(SlaClock next, std::move(started));
    next.priority = record.priority;
    next.since = std::max(at, clock.start);
    ASSIGN_OR_RETURN(const SlaCalendar calendar, CalendarOf(*policy, next));
    Settle(next, calendar, record.pauses);
    // What was warned of is warned of again only if the warning lies ahead.
    next.warned = clock.warned && next.warn <= at;
    while (next.steps < clock.steps && next.step <= at) {
      Arm(next, *policy, calendar, next.steps + 1);
    }
    replaced.push_back({std::move(clock), next.since, why});
    clock = std::move(next);
    changed = true;
  }
  record.clocks = std::move(clocks);
  for (PastClock& past : replaced) record.replaced.push_back(std::move(past));
  ASSIGN_OR_RETURN(const bool begun, BeginMissing(record, policies, at, why));
  return changed || begun;
}

bool StepDue(const Case& record, const SlaClock& clock, absl::Time now) {
  return IsOwed(clock) && !IsOver(record) && clock.step <= now;
}

std::vector<EscalationStep> TakeSteps(SlaClock& clock, const SlaPolicy& policy,
                                      const SlaCalendar& calendar, absl::Time now) {
  std::vector<EscalationStep> own, taken;
  for (const EscalationStep& step : policy.steps) {
    if (step.clock == ClockKind::kUnspecified || step.clock == clock.kind) own.push_back(step);
  }
  while (clock.step <= now && clock.steps < own.size()) {
    taken.push_back(own[clock.steps]);
    Arm(clock, policy, calendar, clock.steps + 1);
  }
  return taken;
}

absl::Time CaseDue(const Case& record) {
  absl::Time due = absl::InfiniteFuture();
  if (IsOver(record)) return due;
  for (const SlaClock& clock : record.clocks) {
    if (IsOwed(clock)) due = std::min(due, clock.due);
  }
  return due;
}

absl::Time NextTick(const Case& record) {
  absl::Time next = absl::InfiniteFuture();
  for (const SlaClock& clock : record.clocks) {
    if (StepDue(record, clock, clock.step)) next = std::min(next, clock.step);
    if (clock.state != ClockState::kRunning) continue;
    next = std::min(next, clock.due + kResolution);
    if (!clock.warned) next = std::min(next, clock.warn);
  }
  return next;
}

std::string RuleText(const ClockRule& rule, const SlaClock& clock, const SlaCalendar& calendar) {
  std::string text(SubjectOf(clock.kind));
  if (rule.cutoff) {
    text += fmt::format(": {}", CutoffText(*rule.cutoff));
  } else {
    text +=
        fmt::format(": within {} of {}", absl::FormatDuration(rule.duration), BeginOf(clock.kind));
  }
  text += rule.business_hours ? "; counted in business hours" : "; counted in calendar time";
  text += rule.pausable ? "; stands still while waiting for the customer" : "; never stands still";
  text += fmt::format("; warned {} before; time zone {}", absl::FormatDuration(rule.warn_before),
                      clock.zone.name);
  if (clock.zone.assumed) text += " (assumed: the shop was not known here when the case came in)";
  if (rule.priority != CasePriority::kUnspecified) {
    text += fmt::format("; for priority {}", NameOf(rule.priority));
  }
  text += fmt::format("; policy {} version {}", clock.policy.policy_id, clock.policy.version);
  if (calendar.GuessesHolidays(clock.base_due)) {
    text += "; the public holidays of that year are not known yet: weekdays count as they come";
  }
  return text;
}

std::vector<CountedSegment> ExplainClock(const SlaClock& clock, const SlaCalendar& calendar,
                                         std::span<const Pause> pauses, absl::Time now) {
  const absl::Time ended = clock.met.value_or(clock.cancel.value_or(now));
  const absl::Time end = clock.due == absl::InfiniteFuture() ? ended : clock.due;
  const std::vector<Suspension> waits = Suspensions(clock, pauses);
  std::vector<CountedSegment> segments;
  const auto add = [&](absl::Time from, absl::Time to, bool before_change) {
    for (const SlaCalendar::Piece& piece : calendar.Explain(from, to, waits)) {
      segments.push_back(
          {piece.from, piece.to, Counts(piece.reason), piece.reason, NoteOf(piece), before_change});
    }
  };
  const absl::Time change = std::clamp(clock.since, clock.start, std::max(clock.start, end));
  add(clock.start, change, true);
  add(change, end, false);
  return segments;
}

}  // namespace kefu::aftersales::domain
