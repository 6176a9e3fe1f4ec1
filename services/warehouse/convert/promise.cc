#include "services/warehouse/convert/promise.h"
#include "services/warehouse/domain/default_zone.h"

#include <algorithm>
#include <cctype>

#include "fmt/format.h"

namespace kefu::warehouse::convert {
namespace {

constexpr int kMaxSuspensions = 100;
constexpr int kMaxDays = 366;
constexpr int kMaxWaves = 24;
constexpr int kMaxHandlingMinutes = 10'080;  // a week
constexpr int kMaxHandlingDays = 30;
constexpr int kMaxPickups = 48;
constexpr int kMaxLanes = 5000;
constexpr int kMaxBands = 100;
constexpr int kMaxTransitDays = 60;
constexpr int kMaxKm = 30'000;  // half of the equator is 20,038
constexpr int kMaxPrefixes = 1000;
constexpr int kMaxRegionPrefixes = 100;
constexpr size_t kMaxRegion = 16;
constexpr int kMaxPriority = 1000;
constexpr int kMaxLines = 100;
constexpr int64_t kMaxLineQuantity = 1'000'000;

bool IsPrefix(std::string_view code) {
  return code.size() <= kMaxRegion &&
         std::ranges::all_of(code, [](unsigned char c) { return std::isalnum(c) != 0; });
}

TimeOfDay TimeFrom(const std::string& text, const std::string& field, FieldViolations& violations) {
  const auto time = ParseTimeOfDay(text);
  violations.Check(time.ok(), field, "must be a time of day as HH:MM");
  return time.value_or(TimeOfDay{1});
}

domain::WorkingDays DaysFrom(const v1::WorkingDays& proto, const std::string& field,
                             FieldViolations& violations) {
  domain::WorkingDays days{.observe_holidays = proto.observe_china_holidays()};
  if (proto.weekdays_size() > 0) days.weekdays.fill(false);
  for (int i = 0; i < proto.weekdays_size(); ++i) {
    const int weekday =
        Number(proto.weekdays(i), 1, 7, fmt::format("{}.weekdays[{}]", field, i), violations);
    days.weekdays[static_cast<size_t>(std::clamp(weekday, 1, 7) - 1)] = true;
  }
  violations.Check(proto.suspensions_size() <= kMaxSuspensions, field + ".suspensions",
                   fmt::format("must have at most {} items", kMaxSuspensions));
  for (int i = 0; i < proto.suspensions_size(); ++i) {
    const v1::WorkSuspension& each = proto.suspensions(i);
    const std::string path = fmt::format("{}.suspensions[{}]", field, i);
    violations.Check(each.has_days(), path + ".days", "must be set");
    const auto range = OptionalDays(each.has_days(), each.days(), path + ".days", violations);
    violations.Check(!range || range->last - range->first < kMaxDays, path + ".days",
                     fmt::format("must have at most {} days", kMaxDays));
    days.suspensions.push_back(
        {.first = range ? range->first : absl::CivilDay(),
         .last = range ? range->last : absl::CivilDay(),
         .reason = Text(each.reason(), kMaxName, path + ".reason", violations),
         .region_prefixes = Prefixes(each.region_prefixes(), kMaxRegionPrefixes,
                                     path + ".region_prefixes", violations)});
  }
  violations.Check(proto.extra_workdays_size() <= kMaxDays, field + ".extra_workdays",
                   fmt::format("must have at most {} items", kMaxDays));
  for (int i = 0; i < proto.extra_workdays_size(); ++i) {
    days.extra.insert(RequiredDay(true, proto.extra_workdays(i),
                                  fmt::format("{}.extra_workdays[{}]", field, i), violations));
  }
  return days;
}

void SetDays(const domain::WorkingDays& days, v1::WorkingDays* proto) {
  for (int i = 0; i < 7; ++i) {
    if (days.weekdays[static_cast<size_t>(i)]) proto->add_weekdays(i + 1);
  }
  proto->set_observe_china_holidays(days.observe_holidays);
}

void CheckLanes(const v1::CarrierService& proto, domain::CarrierService& service,
                FieldViolations& violations) {
  violations.Check(proto.lanes_size() <= kMaxLanes, "lanes",
                   fmt::format("must have at most {} items", kMaxLanes));
  for (int i = 0; i < proto.lanes_size(); ++i) {
    const v1::RegionLane& lane = proto.lanes(i);
    const std::string path = fmt::format("lanes[{}]", i);
    violations.Check(IsPrefix(lane.origin_prefix()), path + ".origin_prefix",
                     "must be the beginning of a division code");
    violations.Check(IsPrefix(lane.destination_prefix()), path + ".destination_prefix",
                     "must be the beginning of a division code");
    service.lanes.push_back({lane.origin_prefix(), lane.destination_prefix(),
                             Number(lane.days(), 0, kMaxTransitDays, path + ".days", violations)});
  }
  violations.Check(proto.distance_bands_size() <= kMaxBands, "distance_bands",
                   fmt::format("must have at most {} items", kMaxBands));
  for (int i = 0; i < proto.distance_bands_size(); ++i) {
    const v1::DistanceBand& band = proto.distance_bands(i);
    const std::string path = fmt::format("distance_bands[{}]", i);
    const int before = service.bands.empty() ? 0 : service.bands.back().max_km;
    const int km = Number(band.max_distance_km(), 1, kMaxKm, path + ".max_distance_km", violations);
    violations.Check(km > before, path + ".max_distance_km", "must be greater than the one before");
    service.bands.push_back(
        {km, Number(band.days(), 0, kMaxTransitDays, path + ".days", violations)});
  }
  violations.Check(proto.lanes_size() > 0 || proto.distance_bands_size() > 0, "distance_bands",
                   "or lanes must be given");
}

v1::PromiseSegment ToProto(const domain::ParcelPromise& promise,
                           const domain::PromiseSegment& segment) {
  using domain::PromiseSegmentKind;
  v1::PromiseSegment proto;
  proto.set_kind(static_cast<v1::PromiseSegmentKind>(segment.kind));
  *proto.mutable_start_time() = ::kefu::convert::ToProto(segment.from);
  *proto.mutable_end_time() = ::kefu::convert::ToProto(segment.to);
  proto.set_description(segment.description);
  const bool node = segment.kind == PromiseSegmentKind::kWaitForCutoff ||
                    segment.kind == PromiseSegmentKind::kNodeClosed ||
                    segment.kind == PromiseSegmentKind::kHandling;
  proto.set_policy(node ? "node_schedule/" + promise.schedule_node
                        : "carrier_service/" + promise.carrier_id + "/" + promise.service_code);
  proto.set_policy_version(node ? promise.schedule_version : promise.service_version);
  return proto;
}

}  // namespace

std::vector<std::string> Prefixes(const google::protobuf::RepeatedPtrField<std::string>& values,
                                  int max, const std::string& field, FieldViolations& violations) {
  violations.Check(values.size() <= max, field, fmt::format("must have at most {} items", max));
  for (int i = 0; i < values.size(); ++i) {
    violations.Check(!values.Get(i).empty() && IsPrefix(values.Get(i)),
                     fmt::format("{}[{}]", field, i), "must be the beginning of a division code");
  }
  return {values.begin(), values.end()};
}

absl::TimeZone ZoneFrom(const std::string& name, std::string_view field,
                        FieldViolations& violations) {
  const std::string zone = OptionalZone(name, field, violations);
  return LoadZone(zone.empty() ? domain::kDefaultZone : zone).value_or(absl::UTCTimeZone());
}

domain::NodeSchedule FromProto(const v1::NodeSchedule& proto, FieldViolations& violations) {
  domain::NodeSchedule schedule{
      .node_id = OptionalId(proto.node_id(), "node_id", violations),
      .effective_from = RequiredDay(proto.has_effective_from(), proto.effective_from(),
                                    "effective_from", violations),
      .version = proto.version(),
      .days = DaysFrom(proto.working_days(), "working_days", violations)};
  violations.Check(proto.waves_size() >= 1 && proto.waves_size() <= kMaxWaves, "waves",
                   fmt::format("must have 1 to {} items", kMaxWaves));
  for (int i = 0; i < proto.waves_size(); ++i) {
    const v1::DispatchWave& wave = proto.waves(i);
    const std::string path = fmt::format("waves[{}]", i);
    const TimeOfDay cutoff = TimeFrom(wave.cutoff(), path + ".cutoff", violations);
    violations.Check(cutoff > TimeOfDay{0}, path + ".cutoff", "must not be 00:00");
    violations.Check(schedule.waves.empty() || cutoff > schedule.waves.back().cutoff,
                     path + ".cutoff", "must be later than the one before");
    schedule.waves.push_back({cutoff,
                              absl::Minutes(Number(wave.handling_minutes(), 0, kMaxHandlingMinutes,
                                                   path + ".handling_minutes", violations)),
                              Number(wave.handling_workdays(), 0, kMaxHandlingDays,
                                     path + ".handling_workdays", violations)});
  }
  return schedule;
}

domain::CarrierService FromProto(const v1::CarrierService& proto, FieldViolations& violations) {
  domain::CarrierService service{
      .carrier_id = Id(proto.carrier_id(), "carrier_id", violations),
      .service_code = Id(proto.service_code(), "service_code", violations),
      .display_name = Text(proto.display_name(), kMaxName, "display_name", violations),
      .effective_from = RequiredDay(proto.has_effective_from(), proto.effective_from(),
                                    "effective_from", violations),
      .version = proto.version(),
      .days = DaysFrom(proto.working_days(), "working_days", violations),
      .served_prefixes =
          Prefixes(proto.served_prefixes(), kMaxPrefixes, "served_prefixes", violations),
      .unserved_prefixes =
          Prefixes(proto.unserved_prefixes(), kMaxPrefixes, "unserved_prefixes", violations),
      .node_ids = Ids(proto.node_ids(), kMaxPrefixes, "node_ids", violations),
      .priority = Number(proto.priority(), 0, kMaxPriority, "priority", violations),
      .withdrawn = proto.withdrawn()};
  violations.Check(proto.pickup_times_size() >= 1 && proto.pickup_times_size() <= kMaxPickups,
                   "pickup_times", fmt::format("must have 1 to {} items", kMaxPickups));
  for (int i = 0; i < proto.pickup_times_size(); ++i) {
    const std::string path = fmt::format("pickup_times[{}]", i);
    const TimeOfDay time = TimeFrom(proto.pickup_times(i), path, violations);
    violations.Check(service.pickups.empty() || time > service.pickups.back(), path,
                     "must be later than the one before");
    service.pickups.push_back(time);
  }
  CheckLanes(proto, service, violations);
  return service;
}

domain::Destination DestinationFrom(bool present, const v1::Destination& proto,
                                    const std::string& field, FieldViolations& violations) {
  violations.Check(present && (!proto.region_code().empty() || proto.has_location()), field,
                   "must have a region_code or a location");
  domain::Destination destination{
      .region_code = OptionalId(proto.region_code(), field + ".region_code", violations)};
  violations.Check(destination.region_code.size() <= kMaxRegion, field + ".region_code",
                   fmt::format("must have at most {} characters", kMaxRegion));
  if (proto.has_location()) {
    destination.location = {
        Number(proto.location().latitude_micro_degrees(), -90'000'000, 90'000'000,
               field + ".location.latitude_micro_degrees", violations),
        Number(proto.location().longitude_micro_degrees(), -180'000'000, 180'000'000,
               field + ".location.longitude_micro_degrees", violations)};
  }
  return destination;
}

std::vector<v1::OrderLine> LinesFrom(
    const google::protobuf::RepeatedPtrField<v1::OrderLine>& protos, int min,
    const std::string& field, FieldViolations& violations) {
  violations.Check(protos.size() >= min && protos.size() <= kMaxLines, field,
                   fmt::format("must have {} to {} items", min, kMaxLines));
  std::set<std::string_view> seen;
  for (int i = 0; i < protos.size(); ++i) {
    const v1::OrderLine& line = protos.Get(i);
    const std::string path = fmt::format("{}[{}]", field, i);
    Id(line.sku_id(), path + ".sku_id", violations);
    violations.Check(seen.insert(line.sku_id()).second, path + ".sku_id",
                     "names an SKU of a line before: add their quantities up");
    Number(line.quantity(), 1, kMaxLineQuantity, path + ".quantity", violations);
  }
  return {protos.begin(), protos.end()};
}

v1::NodeSchedule ToProto(const domain::NodeSchedule& schedule) {
  v1::NodeSchedule proto;
  proto.set_node_id(schedule.node_id);
  *proto.mutable_effective_from() = ::kefu::convert::ToProto(schedule.effective_from);
  SetDays(schedule.days, proto.mutable_working_days());
  for (const domain::DispatchWave& wave : schedule.waves) {
    v1::DispatchWave* out = proto.add_waves();
    out->set_cutoff(FormatTimeOfDay(wave.cutoff));
    out->set_handling_minutes(static_cast<int32_t>(absl::ToInt64Minutes(wave.handling)));
    out->set_handling_workdays(wave.workdays);
  }
  return proto;
}

v1::CarrierService ToProto(const domain::CarrierService& service) {
  v1::CarrierService proto;
  proto.set_carrier_id(service.carrier_id);
  proto.set_service_code(service.service_code);
  proto.set_display_name(service.display_name);
  *proto.mutable_effective_from() = ::kefu::convert::ToProto(service.effective_from);
  SetDays(service.days, proto.mutable_working_days());
  for (const TimeOfDay time : service.pickups) proto.add_pickup_times(FormatTimeOfDay(time));
  for (const domain::DistanceBand& band : service.bands) {
    v1::DistanceBand* out = proto.add_distance_bands();
    out->set_max_distance_km(band.max_km);
    out->set_days(band.days);
  }
  return proto;
}

v1::ParcelPromise ToProto(const domain::ParcelPromise& promise) {
  v1::ParcelPromise proto;
  proto.set_node_id(promise.node_id);
  proto.set_carrier_id(promise.carrier_id);
  proto.set_service_code(promise.service_code);
  *proto.mutable_ship_by_time() = ::kefu::convert::ToProto(promise.ship_by);
  *proto.mutable_promise_date() = ::kefu::convert::ToProto(promise.day);
  proto.set_distance_km(domain::ToKm(promise.distance_metres));
  for (const domain::PromiseSegment& segment : promise.segments) {
    *proto.add_segments() = ToProto(promise, segment);
  }
  return proto;
}

v1::PromiseAlternative AlternativeOf(const domain::ParcelPromise& promise) {
  v1::PromiseAlternative proto;
  proto.set_node_id(promise.node_id);
  proto.set_carrier_id(promise.carrier_id);
  proto.set_service_code(promise.service_code);
  proto.set_obstacle(static_cast<v1::PromiseObstacle>(promise.obstacle));
  proto.set_description(promise.description);
  if (promise.obstacle == domain::PromiseObstacle::kNone) {
    *proto.mutable_promise_date() = ::kefu::convert::ToProto(promise.day);
  }
  return proto;
}

}  // namespace kefu::warehouse::convert
