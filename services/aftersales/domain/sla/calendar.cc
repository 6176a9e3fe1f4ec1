#include "services/aftersales/domain/sla/calendar.h"

#include <algorithm>
#include <memory>

#include "common/status/status_macros.h"
#include "common/time/civil.h"
#include "common/time/holiday_calendar.h"

namespace kefu::aftersales::domain {
namespace {

template <class Interval>
bool Holds(const Interval& interval, absl::Time at) {
  return interval.from <= at && at < interval.to;
}

// The weekday whose hours a make-up workday has: the first one that is worked.
int FirstOpenDay(const std::array<std::vector<OpenInterval>, 7>& weekly) {
  const auto open = std::ranges::find_if(weekly, [](const auto& hours) { return !hours.empty(); });
  return open == weekly.end() ? 0 : static_cast<int>(open - weekly.begin());
}

SegmentReason ReasonOf(SegmentKind kind) {
  switch (kind) {
    case SegmentKind::kBusiness:
      return SegmentReason::kOpen;
    case SegmentKind::kOutsideHours:
      return SegmentReason::kOutsideHours;
    case SegmentKind::kDayOff:
      return SegmentReason::kDayOff;
    case SegmentKind::kHoliday:
      return SegmentReason::kPublicHoliday;
    case SegmentKind::kSuspended:
      return SegmentReason::kSuspension;
  }
  return SegmentReason::kUnspecified;
}

}  // namespace

absl::StatusOr<SlaCalendar> SlaCalendar::Create(const SlaPolicy& policy, bool business_hours,
                                                absl::TimeZone zone) {
  if (!business_hours) return SlaCalendar(BusinessCalendar::AlwaysOpen(zone), false, policy);
  BusinessCalendarOptions options;
  options.zone = zone;
  options.weekly = policy.weekly;
  options.makeup = policy.makeup;
  options.makeup_like = FirstOpenDay(policy.weekly);
  for (const auto& [day, own] : policy.days) options.special.emplace(day, own.hours);
  if (policy.china_holidays) {
    // Static data: nobody owns it.
    options.holidays =
        std::shared_ptr<const HolidayCalendar>(std::shared_ptr<void>(), &ChinaHolidays());
  }
  ASSIGN_OR_RETURN(BusinessCalendar hours, BusinessCalendar::Create(std::move(options)));
  return SlaCalendar(std::move(hours), true, policy);
}

std::vector<Suspension> SlaCalendar::With(std::span<const Suspension> pauses) const {
  std::vector<Suspension> all(pauses.begin(), pauses.end());
  for (const NamedSuspension& each : suspensions_) all.push_back({each.from, each.to});
  return all;
}

absl::Duration SlaCalendar::Between(absl::Time from, absl::Time to,
                                    std::span<const Suspension> pauses) const {
  return hours_.BusinessTimeBetween(from, to, With(pauses));
}

absl::Time SlaCalendar::Add(absl::Time start, absl::Duration amount,
                            std::span<const Suspension> pauses) const {
  return hours_.AddBusinessTime(start, amount, With(pauses));
}

absl::Time SlaCalendar::Stretch(absl::Time start, absl::Time due, absl::Duration allowed,
                                std::span<const Suspension> pauses) const {
  absl::Time stretched = std::max(due, Add(start, allowed, pauses));
  // Few at most; again and again, since the end of one may lie in another.
  for (bool moved = true; moved;) {
    moved = false;
    for (const Suspension& pause : pauses) {
      if (!Holds(pause, stretched) || pause.to <= stretched) continue;
      stretched = pause.to;
      moved = true;
    }
    for (const NamedSuspension& each : suspensions_) {
      if (!(each.from < stretched && stretched < each.to)) continue;
      stretched = each.to;
      moved = true;
    }
  }
  return stretched;
}

absl::Time SlaCalendar::FirstCounted(absl::Time at) const {
  for (bool moved = true; moved;) {
    moved = false;
    for (const NamedSuspension& each : suspensions_) {
      if (!Holds(each, at)) continue;
      at = each.to;
      moved = true;
    }
  }
  return at;
}

bool SlaCalendar::GuessesHolidays(absl::Time at) const {
  return business_hours_ && china_holidays_ && at != absl::InfiniteFuture() &&
         !ChinaHolidays().CoversYear(DayOf(at, hours_.zone()).year());
}

SlaCalendar::Piece SlaCalendar::PieceAt(absl::Time from, absl::Time to, SegmentKind kind,
                                        std::span<const Suspension> pauses) const {
  for (const Suspension& pause : pauses) {
    if (Holds(pause, from)) return {from, to, SegmentReason::kWaitingForCustomer, ""};
  }
  for (const NamedSuspension& each : suspensions_) {
    if (Holds(each, from)) return {from, to, SegmentReason::kSuspension, each.name};
  }
  if (!business_hours_) return {from, to, ReasonOf(kind), ""};
  const absl::CivilDay day = DayOf(from, hours_.zone());
  if (const auto own = days_.find(day); own != days_.end()) {
    const SegmentReason closed =
        own->second.hours.empty() ? SegmentReason::kOwnClosedDay : SegmentReason::kOutsideHours;
    return {from, to, kind == SegmentKind::kBusiness ? SegmentReason::kOpen : closed,
            own->second.name};
  }
  if (kind == SegmentKind::kBusiness && china_holidays_ &&
      ChinaHolidays().KindOf(day) == DayKind::kMakeupWorkday) {
    return {from, to, SegmentReason::kMakeupWorkday, ""};
  }
  return {from, to, ReasonOf(kind), ""};
}

std::vector<absl::Time> SlaCalendar::Cuts(absl::Time from, absl::Time to,
                                          std::span<const Segment> plain,
                                          std::span<const Suspension> pauses) const {
  std::vector<absl::Time> cuts{from, to};
  const auto cut = [&](absl::Time at) {
    if (from < at && at < to) cuts.push_back(at);
  };
  const auto both = [&](const auto& intervals) {
    for (const auto& each : intervals) {
      cut(each.from);
      cut(each.to);
    }
  };
  both(plain);
  both(pauses);
  both(suspensions_);
  if (business_hours_) {
    // Days differ in what they are.
    for (absl::CivilDay day = DayOf(from, hours_.zone()); StartOfDay(day, hours_.zone()) < to;
         ++day) {
      cut(StartOfDay(day, hours_.zone()));
    }
  }
  std::ranges::sort(cuts);
  cuts.erase(std::unique(cuts.begin(), cuts.end()), cuts.end());
  return cuts;
}

std::vector<SlaCalendar::Piece> SlaCalendar::Explain(absl::Time from, absl::Time to,
                                                     std::span<const Suspension> pauses) const {
  std::vector<Piece> pieces;
  if (from >= to) return pieces;
  const std::vector<Segment> plain = hours_.Explain(from, to);
  const std::vector<absl::Time> cuts = Cuts(from, to, plain, pauses);
  size_t at = 0;
  for (size_t i = 0; i + 1 < cuts.size(); ++i) {
    while (plain[at].to <= cuts[i]) ++at;
    Piece piece = PieceAt(cuts[i], cuts[i + 1], plain[at].kind, pauses);
    if (!pieces.empty() && pieces.back().reason == piece.reason &&
        pieces.back().name == piece.name) {
      pieces.back().to = piece.to;
    } else {
      pieces.push_back(std::move(piece));
    }
  }
  return pieces;
}

}  // namespace kefu::aftersales::domain
