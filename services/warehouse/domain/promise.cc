#include "services/warehouse/domain/promise.h"

#include <algorithm>
#include <tuple>

#include "fmt/format.h"
#include "services/warehouse/domain/network/distance.h"

namespace kefu::warehouse::domain {
namespace {

bool AnyPrefix(std::span<const std::string> prefixes, std::string_view code) {
  return std::ranges::any_of(prefixes, [&](const std::string& p) { return code.starts_with(p); });
}

std::string_view WeekdayName(absl::CivilDay day) {
  static constexpr std::string_view kNames[] = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                                "Friday", "Saturday", "Sunday"};
  return kNames[static_cast<int>(absl::GetWeekday(day))];
}

// Builds a promise stretch by stretch. Once an obstacle is met nothing more is added.
class Builder {
 public:
  Builder(const PromiseQuery& query, const HolidayCalendar& holidays, ParcelPromise& out)
      : query_(query), holidays_(holidays), out_(out), at_(query.order_time) {}

  // The first wave whose cut-off lies after the order; false when the node never works again.
  const DispatchWave* WaitForWave(const NodeSchedule& schedule, absl::TimeZone zone) {
    absl::CivilDay day = DayOf(at_, zone);
    for (int closed = 0; closed < kMaxClosedDays; ++day) {
      if (const auto why = Closed(schedule.days, day, "")) {
        ++closed;
        Until(StartOfDay(day + 1, zone), PromiseSegmentKind::kNodeClosed, *why);
        continue;
      }
      closed = 0;
      for (const DispatchWave& wave : schedule.waves) {
        const absl::Time cutoff = InstantAt(day, wave.cutoff, zone);
        if (cutoff <= query_.order_time) continue;
        Until(cutoff, PromiseSegmentKind::kWaitForCutoff,
              fmt::format("cut-off {} of {}", FormatTimeOfDay(wave.cutoff), FormatDay(day)));
        return &wave;
      }
      Until(StartOfDay(day + 1, zone), PromiseSegmentKind::kWaitForCutoff,
            fmt::format("after the last cut-off of {}", FormatDay(day)));
    }
    Fail(PromiseObstacle::kNodeClosed,
         fmt::format("does not work in the {} days before {}", kMaxClosedDays, FormatDay(day)));
    return nullptr;
  }

  bool Handle(const NodeSchedule& schedule, const DispatchWave& wave, absl::TimeZone zone) {
    const std::string what = wave.workdays == 0
                                 ? absl::FormatDuration(wave.handling)
                                 : fmt::format("{} and {} working days",
                                               absl::FormatDuration(wave.handling), wave.workdays);
    const absl::Time base = at_ + wave.handling;
    Until(base, PromiseSegmentKind::kHandling, "handling " + what);
    absl::CivilDay day = DayOf(base, zone);
    const absl::CivilSecond clock = absl::ToCivilSecond(base, zone);
    const TimeOfDay time{clock.hour() * 3600 + clock.minute() * 60 + clock.second()};
    for (int left = wave.workdays, closed = 0; left > 0;) {
      ++day;
      if (const auto why = Closed(schedule.days, day, "")) {
        Until(StartOfDay(day, zone), PromiseSegmentKind::kHandling, "handling " + what);
        Until(StartOfDay(day + 1, zone), PromiseSegmentKind::kNodeClosed, *why);
        if (++closed < kMaxClosedDays) continue;
        Fail(PromiseObstacle::kNodeClosed,
             fmt::format("does not work in the {} days before {}", closed, FormatDay(day)));
        return false;
      }
      closed = 0;
      --left;
    }
    if (wave.workdays > 0) {
      Until(InstantAt(day, time, zone), PromiseSegmentKind::kHandling, "handling " + what);
    }
    return true;
  }

  // The first pick-up at or after the parcel is ready.
  bool WaitForPickup(const CarrierService& service, absl::TimeZone zone) {
    absl::CivilDay day = DayOf(at_, zone);
    for (int closed = 0; closed < kMaxClosedDays; ++day) {
      if (const auto why = Closed(service.days, day, query_.destination.region_code)) {
        ++closed;
        Until(StartOfDay(day + 1, zone), PromiseSegmentKind::kCarrierClosed, *why);
        continue;
      }
      closed = 0;
      for (const TimeOfDay pickup : service.pickups) {
        const absl::Time time = InstantAt(day, pickup, zone);
        if (time < at_) continue;
        Until(time, PromiseSegmentKind::kWaitForPickup,
              fmt::format("pick-up {} of {}", FormatTimeOfDay(pickup), FormatDay(day)));
        out_.ship_by = time;
        return true;
      }
      Until(StartOfDay(day + 1, zone), PromiseSegmentKind::kWaitForPickup,
            fmt::format("after the last pick-up of {}", FormatDay(day)));
    }
    Fail(PromiseObstacle::kCarrierClosed,
         fmt::format("does not come in the {} days before {}", kMaxClosedDays, FormatDay(day)));
    return false;
  }

  bool Travel(const CarrierService& service, const Transit& transit) {
    const absl::TimeZone zone = query_.zone;
    const std::string what = fmt::format("{} days: {}", transit.days, transit.rule);
    absl::CivilDay day = DayOf(at_, zone);
    const auto closed_on = [&](absl::CivilDay d) {
      return Closed(service.days, d, query_.destination.region_code);
    };
    // The day of pick-up counts as day 0, and is a day of delivery only when it is worked here too.
    int left = transit.days;
    bool arrived = left == 0 && !closed_on(day);
    for (int closed = 0; !arrived;) {
      Until(StartOfDay(day + 1, zone), PromiseSegmentKind::kCarrierDays, what);
      ++day;
      if (const auto why = closed_on(day)) {
        Until(StartOfDay(day + 1, zone), PromiseSegmentKind::kCarrierClosed, *why);
        if (++closed < kMaxClosedDays) continue;
        Fail(PromiseObstacle::kCarrierClosed,
             fmt::format("does not deliver in the {} days before {}", closed, FormatDay(day)));
        return false;
      }
      closed = 0;
      arrived = --left <= 0;
    }
    Until(StartOfDay(day + 1, zone), PromiseSegmentKind::kCarrierDays, what);
    out_.day = day;
    return true;
  }

  void Fail(PromiseObstacle obstacle, std::string description) {
    out_.obstacle = obstacle;
    out_.description = std::move(description);
    out_.segments.clear();
  }

 private:
  std::optional<std::string> Closed(const WorkingDays& days, absl::CivilDay day,
                                    std::string_view region) {
    if (days.observe_holidays && !holidays_.CoversYear(day.year())) {
      out_.guessed_years.insert(day.year());
    }
    return WhyClosed(days, holidays_, day, region);
  }

  // A stretch up to `to`; nothing when that is not after the end of the last one.
  void Until(absl::Time to, PromiseSegmentKind kind, std::string description) {
    if (to <= at_) return;
    if (!out_.segments.empty() && out_.segments.back().kind == kind &&
        out_.segments.back().description == description) {
      out_.segments.back().to = to;
    } else {
      out_.segments.push_back({kind, at_, to, std::move(description)});
    }
    at_ = to;
  }

  const PromiseQuery& query_;
  const HolidayCalendar& holidays_;
  ParcelPromise& out_;
  absl::Time at_;
};

}  // namespace

std::optional<std::string> WhyClosed(const WorkingDays& days, const HolidayCalendar& holidays,
                                     absl::CivilDay day, std::string_view region_code) {
  for (const WorkSuspension& each : days.suspensions) {
    if (day < each.first || day > each.last) continue;
    if (each.region_prefixes.empty() || AnyPrefix(each.region_prefixes, region_code)) {
      return each.reason;
    }
  }
  if (days.extra.contains(day)) return std::nullopt;
  const DayKind kind = days.observe_holidays ? holidays.KindOf(day) : DayKind::kRegular;
  if (kind == DayKind::kMakeupWorkday) return std::nullopt;
  if (kind == DayKind::kHoliday) return "public holiday";
  if (!days.weekdays[static_cast<size_t>(absl::GetWeekday(day))]) {
    return fmt::format("no work on {}", WeekdayName(day));
  }
  return std::nullopt;
}

int64_t DistanceMetres(const Node& node, const Destination& destination,
                       const RegionDistances& distances) {
  if (node.location && destination.location) {
    return DistanceMetres(*node.location, *destination.location);
  }
  const auto common = [&](size_t digits) {
    return node.region_code.size() >= digits && destination.region_code.size() >= digits &&
           node.region_code.compare(0, digits, destination.region_code, 0, digits) == 0;
  };
  const int32_t km = common(6)   ? distances.same_district_km
                     : common(4) ? distances.same_city_km
                     : common(2) ? distances.same_province_km
                                 : distances.elsewhere_km;
  return int64_t{km} * 1000;
}

const NodeSchedule& DefaultNodeSchedule() {
  static const auto& schedule =
      *new NodeSchedule{.waves = {{TimeOfDay{16 * 3600}, absl::Hours(4), 0}}};
  return schedule;
}

const CarrierService& DefaultCarrierService() {
  static const auto& service =
      *new CarrierService{.carrier_id = "default",
                          .service_code = "standard",
                          .display_name = "Standard",
                          .pickups = {TimeOfDay{20 * 3600 + 1800}},
                          .bands = {{100, 1}, {800, 2}, {1500, 3}, {3000, 4}, {30000, 7}}};
  return service;
}

std::optional<Transit> TransitOf(const CarrierService& service, std::string_view origin_region,
                                 std::string_view destination_region, int64_t distance_metres) {
  if (AnyPrefix(service.unserved_prefixes, destination_region)) return std::nullopt;
  if (!service.served_prefixes.empty() && !AnyPrefix(service.served_prefixes, destination_region)) {
    return std::nullopt;
  }
  const RegionLane* best = nullptr;
  const auto length = [](const RegionLane& lane) {
    return std::pair(lane.destination_prefix.size(), lane.origin_prefix.size());
  };
  for (const RegionLane& lane : service.lanes) {
    if (!destination_region.starts_with(lane.destination_prefix)) continue;
    if (!origin_region.starts_with(lane.origin_prefix)) continue;
    if (best == nullptr || length(lane) > length(*best)) best = &lane;
  }
  if (best != nullptr) {
    return Transit{
        best->days,
        fmt::format("lane {} to {}", best->origin_prefix.empty() ? "anywhere" : best->origin_prefix,
                    best->destination_prefix.empty() ? "anywhere" : best->destination_prefix)};
  }
  for (const DistanceBand& band : service.bands) {
    if (distance_metres > int64_t{band.max_km} * 1000) continue;
    return Transit{band.days, fmt::format("up to {} km", band.max_km)};
  }
  return std::nullopt;
}

ParcelPromise Promise(const PromiseQuery& query, const Node& node, absl::TimeZone zone,
                      const NodeSchedule& schedule, const CarrierService& service,
                      int64_t distance_metres, const HolidayCalendar& holidays) {
  ParcelPromise out{.node_id = node.id,
                    .carrier_id = service.carrier_id,
                    .service_code = service.service_code,
                    .schedule_version = schedule.version,
                    .service_version = service.version,
                    .schedule_node = schedule.node_id,
                    .priority = service.priority,
                    .distance_metres = distance_metres};
  Builder builder(query, holidays, out);
  if (node.state != RecordState::kActive) {
    builder.Fail(PromiseObstacle::kNodeArchived, "the node is archived");
    return out;
  }
  if (!service.node_ids.empty() && !std::ranges::count(service.node_ids, node.id)) {
    builder.Fail(PromiseObstacle::kNodeNotServed, "the service takes no parcels of this node");
    return out;
  }
  const auto transit =
      TransitOf(service, node.region_code, query.destination.region_code, distance_metres);
  if (!transit) {
    builder.Fail(PromiseObstacle::kRegionNotServed,
                 fmt::format("the service does not reach {} over {} km",
                             query.destination.region_code.empty() ? "the destination"
                                                                   : query.destination.region_code,
                             ToKm(distance_metres)));
    return out;
  }
  const DispatchWave* const wave = builder.WaitForWave(schedule, zone);
  if (wave != nullptr && builder.Handle(schedule, *wave, zone) &&
      builder.WaitForPickup(service, zone)) {
    builder.Travel(service, *transit);
  }
  return out;
}

ParcelPromise BestPromise(const PromiseQuery& query, const Node& node, absl::TimeZone zone,
                          const NodeSchedule& schedule, std::span<const CarrierService> services,
                          int64_t distance_metres, const HolidayCalendar& holidays) {
  ParcelPromise best{.obstacle = PromiseObstacle::kNodeNotServed,
                     .description = "no carrier's service comes into question",
                     .node_id = node.id,
                     .distance_metres = distance_metres};
  for (const CarrierService& service : services) {
    ParcelPromise each = Promise(query, node, zone, schedule, service, distance_metres, holidays);
    if (best.carrier_id.empty() || BetterPromise(each, best)) best = std::move(each);
  }
  return best;
}

bool BetterPromise(const ParcelPromise& a, const ParcelPromise& b) {
  const auto key = [](const ParcelPromise& p) {
    return std::tuple(p.obstacle != PromiseObstacle::kNone, -static_cast<int>(p.obstacle), p.day,
                      p.priority, p.distance_metres, std::string_view(p.node_id),
                      std::string_view(p.carrier_id), std::string_view(p.service_code));
  };
  return key(a) < key(b);
}

}  // namespace kefu::warehouse::domain
