#include "services/aftersales/domain/clocks.h"

#include <algorithm>
#include <memory>

#include "common/status/status_macros.h"
#include "common/time/civil.h"
#include "common/time/holiday_calendar.h"
#include "fmt/format.h"

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

absl::Time WarnTime(const SlaClock& clock, const BusinessCalendar& calendar) {
  if (clock.due == absl::InfiniteFuture()) return absl::InfiniteFuture();
  return calendar.AddBusinessTime(clock.due, -clock.warn_before);
}

absl::StatusOr<absl::Time> BaseDue(const ClockRule& rule, const BusinessCalendar& calendar,
                                   absl::Time received) {
  if (!rule.cutoff) return calendar.AddBusinessTime(received, rule.duration);
  if (rule.business_hours) return CutoffDue(*rule.cutoff, calendar, received);
  return CutoffDue(*rule.cutoff, calendar.zone(), received);
}

void Breach(SlaClock& clock, absl::Time now, const std::string& owner) {
  clock.state = ClockState::kBreached;
  clock.breach = now;
  clock.breach_owner = owner;
  clock.warned = true;
}

std::string_view NoteOf(SegmentKind kind) {
  switch (kind) {
    case SegmentKind::kBusiness:
      return "running";
    case SegmentKind::kOutsideHours:
      return "outside business hours";
    case SegmentKind::kDayOff:
      return "day off";
    case SegmentKind::kHoliday:
      return "public holiday";
    case SegmentKind::kSuspended:
      return "waiting for the customer";
  }
  return "";
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
    case ClockKind::kUnspecified:
      break;
  }
  return "unknown matter";
}

}  // namespace

absl::StatusOr<BusinessCalendar> CalendarOf(const SlaPolicy& policy, bool business_hours,
                                            absl::TimeZone zone) {
  if (!business_hours) return BusinessCalendar::AlwaysOpen(zone);
  BusinessCalendarOptions options;
  options.zone = zone;
  options.weekly = policy.weekly;
  if (policy.china_holidays) {
    // Static data: nobody owns it.
    options.holidays =
        std::shared_ptr<const HolidayCalendar>(std::shared_ptr<void>(), &ChinaHolidays());
  }
  return BusinessCalendar::Create(std::move(options));
}

absl::StatusOr<std::vector<SlaClock>> StartClocks(const SlaPolicy& policy, CaseKind kind,
                                                  absl::Time received, const ShopZone& zone) {
  ASSIGN_OR_RETURN(const absl::TimeZone tz, LoadZone(zone.name));
  std::vector<SlaClock> clocks;
  for (const ClockRule& rule : policy.rules) {
    if (rule.only != CaseKind::kUnspecified && rule.only != kind) continue;
    ASSIGN_OR_RETURN(const BusinessCalendar calendar, CalendarOf(policy, rule.business_hours, tz));
    SlaClock clock{.kind = rule.clock, .state = ClockState::kRunning, .start = received};
    ASSIGN_OR_RETURN(clock.base_due, BaseDue(rule, calendar, received));
    clock.due = clock.base_due;
    clock.pausable = rule.pausable;
    clock.business_hours = rule.business_hours;
    clock.warn_before = rule.warn_before;
    clock.warn = WarnTime(clock, calendar);
    clock.zone = zone;
    clock.policy = policy.ref;
    clocks.push_back(std::move(clock));
  }
  std::ranges::sort(clocks, {}, &SlaClock::kind);
  return clocks;
}

absl::Time DueWithPauses(const SlaClock& clock, const BusinessCalendar& calendar,
                         std::span<const Pause> pauses) {
  const std::vector<Suspension> suspensions = Suspensions(clock, pauses);
  if (suspensions.empty() || clock.base_due == absl::InfiniteFuture()) return clock.base_due;
  const absl::Duration allowed = calendar.BusinessTimeBetween(clock.start, clock.base_due);
  // A due time outside business hours lies after the end of what counts: it is kept.
  return std::max(clock.base_due, calendar.AddBusinessTime(clock.start, allowed, suspensions));
}

bool Meet(SlaClock& clock, absl::Time at, absl::Time now, const std::string& owner) {
  if (clock.met) return false;
  clock.met = at;
  if (clock.state == ClockState::kBreached) return false;
  clock.remaining = absl::ZeroDuration();
  if (at <= clock.due) {
    clock.state = ClockState::kMet;
    return false;
  }
  Breach(clock, now, owner);
  return true;
}

std::vector<Firing> Tick(Case& record, absl::Time now) {
  std::vector<Firing> firings;
  for (SlaClock& clock : record.clocks) {
    if (clock.state != ClockState::kRunning) continue;
    if (clock.due < now) {
      Breach(clock, now, record.assignee_agent_id);
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
    clock.state = ClockState::kPaused;
    clock.remaining = clock.due == absl::InfiniteFuture()
                          ? absl::ZeroDuration()
                          : calendars.at(clock.kind).BusinessTimeBetween(now, clock.due);
    clock.due = absl::InfiniteFuture();
    clock.warn = absl::InfiniteFuture();
  }
}

void EndPause(Case& record, absl::Time now, const Calendars& calendars) {
  if (record.pauses.empty() || record.pauses.back().to) return;
  // Clocks of machines differ: a pause never ends before it began.
  record.pauses.back().to = std::max(now, record.pauses.back().from);
  for (SlaClock& clock : record.clocks) {
    if (clock.state != ClockState::kPaused) continue;
    const BusinessCalendar& calendar = calendars.at(clock.kind);
    clock.state = ClockState::kRunning;
    clock.remaining = absl::ZeroDuration();
    clock.due = DueWithPauses(clock, calendar, record.pauses);
    clock.warn = WarnTime(clock, calendar);
  }
}

absl::Time CaseDue(const Case& record) {
  absl::Time due = absl::InfiniteFuture();
  for (const SlaClock& clock : record.clocks) {
    if (clock.state == ClockState::kRunning) due = std::min(due, clock.due);
  }
  return due;
}

absl::Time NextTick(const Case& record) {
  absl::Time next = absl::InfiniteFuture();
  for (const SlaClock& clock : record.clocks) {
    if (clock.state != ClockState::kRunning) continue;
    next = std::min(next, clock.due + kResolution);
    if (!clock.warned) next = std::min(next, clock.warn);
  }
  return next;
}

std::string RuleText(const ClockRule& rule, const SlaClock& clock) {
  std::string text(SubjectOf(clock.kind));
  if (rule.cutoff) {
    text += fmt::format(": {}", CutoffText(*rule.cutoff));
  } else {
    text += fmt::format(": within {} of receipt", absl::FormatDuration(rule.duration));
  }
  text += rule.business_hours ? "; counted in business hours" : "; counted in calendar time";
  text += rule.pausable ? "; stands still while waiting for the customer" : "; never stands still";
  text += fmt::format("; warned {} before; time zone {}", absl::FormatDuration(rule.warn_before),
                      clock.zone.name);
  if (clock.zone.assumed) text += " (assumed: the shop was not known here when the case came in)";
  text += fmt::format("; policy {} version {}", clock.policy.policy_id, clock.policy.version);
  return text;
}

std::vector<CountedSegment> ExplainClock(const SlaClock& clock, const BusinessCalendar& calendar,
                                         std::span<const Pause> pauses, absl::Time now) {
  const absl::Time end = clock.due == absl::InfiniteFuture() ? clock.met.value_or(now) : clock.due;
  std::vector<CountedSegment> segments;
  for (const Segment& segment : calendar.Explain(clock.start, end, Suspensions(clock, pauses))) {
    segments.push_back(
        {segment.from, segment.to, segment.kind == SegmentKind::kBusiness, NoteOf(segment.kind)});
  }
  return segments;
}

}  // namespace kefu::aftersales::domain
