// When an order is there: the wave of its node, the carrier's pick-up, the days of the way. Pure.
//
// An order that comes exactly at a cut-off counts as after it. Cut-offs and pick-ups are wall clock
// of the node; the days of the way and the promised day are those of the destination's zone.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "common/time/civil.h"
#include "common/time/holiday_calendar.h"
#include "services/warehouse/domain/network/fulfilment.h"
#include "services/warehouse/domain/types.h"

namespace kefu::warehouse::domain {

// So many days off in a row mean that nobody works there any more.
inline constexpr int kMaxClosedDays = 400;

struct WorkSuspension {
  absl::CivilDay first, last;
  std::string reason;
  std::vector<std::string> region_prefixes;  // empty: everywhere
};

// On which days somebody works. Suspensions win over extra days, those over holidays and make-up
// workdays, those over weekdays.
struct WorkingDays {
  std::array<bool, 7> weekdays = {true, true, true, true, true, true, true};  // Monday first
  bool observe_holidays = false;
  std::vector<WorkSuspension> suspensions;
  std::set<absl::CivilDay> extra;
};

// Why the day is off for a destination, as text for people; nothing when it is worked.
std::optional<std::string> WhyClosed(const WorkingDays& days, const HolidayCalendar& holidays,
                                     absl::CivilDay day, std::string_view region_code);

// Orders before `cutoff` can be handed over `handling` after it, and `workdays` working days later.
struct DispatchWave {
  TimeOfDay cutoff;
  absl::Duration handling;
  int workdays = 0;
};

struct NodeSchedule {
  std::string node_id;  // empty: for all that have none of their own
  absl::CivilDay effective_from;
  int64_t version = 0;
  WorkingDays days;
  std::vector<DispatchWave> waves;  // by cut-off, at least one
};

struct RegionLane {
  std::string origin_prefix, destination_prefix;
  int days = 0;
};
struct DistanceBand {
  int32_t max_km = 0;
  int days = 0;
};

struct CarrierService {
  std::string carrier_id, service_code, display_name;
  absl::CivilDay effective_from;
  int64_t version = 0;
  WorkingDays days;
  std::vector<TimeOfDay> pickups;  // ascending, at least one
  std::vector<RegionLane> lanes;
  std::vector<DistanceBand> bands;  // ascending
  std::vector<std::string> served_prefixes, unserved_prefixes, node_ids;
  int priority = 0;
  bool withdrawn = false;
};

// Kilometres between places without location, by the common part of their division codes.
struct RegionDistances {
  int32_t same_district_km = 20;
  int32_t same_city_km = 60;
  int32_t same_province_km = 300;
  int32_t elsewhere_km = 1500;
};

// Metres on the great circle where both locations are known, else by the division codes.
int64_t DistanceMetres(const Node& node, const Destination& destination,
                       const RegionDistances& distances);
// Metres to whole kilometres, half up.
inline int32_t ToKm(int64_t metres) { return static_cast<int32_t>((metres + 500) / 1000); }

// Of the versions those that count on a day: the latest effective_from, then the highest version;
// null when there is none.
template <class Policy>
const Policy* EffectiveOn(std::span<const Policy> versions, absl::CivilDay day) {
  const Policy* best = nullptr;
  for (const Policy& each : versions) {
    if (each.effective_from > day) continue;
    if (best == nullptr || std::pair(each.effective_from, each.version) >
                               std::pair(best->effective_from, best->version)) {
      best = &each;
    }
  }
  return best;
}

// What is shipped: one wave at 16:00 that is ready four hours later, every day; a carrier that
// comes at 20:30 every day and needs 1 day to 100 km, 2 to 800, 3 to 1500, 4 to 3000, 7 beyond. The
// first counts for organizations without a schedule, the second for those without any carrier's
// service.
const NodeSchedule& DefaultNodeSchedule();
const CarrierService& DefaultCarrierService();

enum class PromiseObstacle : uint8_t {
  kNone,
  kNodeArchived,
  kOutOfStock,
  kNodeClosed,
  kNodeNotServed,
  kRegionNotServed,
  kCarrierClosed
};

enum class PromiseSegmentKind : uint8_t {
  kUnspecified,
  kWaitForCutoff,
  kNodeClosed,
  kHandling,
  kWaitForPickup,
  kCarrierClosed,
  kCarrierDays
};

struct PromiseSegment {
  PromiseSegmentKind kind = PromiseSegmentKind::kUnspecified;
  absl::Time from, to;
  std::string description;
};

// What one node with one service promises. With an obstacle there is no promise and the rest is
// empty.
struct ParcelPromise {
  PromiseObstacle obstacle = PromiseObstacle::kNone;
  std::string description;  // of the obstacle
  std::string node_id, carrier_id, service_code;
  int64_t schedule_version = 0, service_version = 0;
  std::string schedule_node;  // whose schedule it is; empty for the organization's or shipped one
  int priority = 0;
  int64_t distance_metres = 0;
  absl::Time ship_by;
  absl::CivilDay day;                    // of the destination's zone
  std::vector<PromiseSegment> segments;  // without gaps from the order to the end of `day`
  std::set<int64_t> guessed_years;       // whose holidays are not known
};

struct PromiseQuery {
  absl::Time order_time;
  absl::TimeZone zone;  // of the destination
  Destination destination;
};

// How many days the service needs, and by which rule; nothing when it does not reach there.
struct Transit {
  int days = 0;
  std::string rule;
};
std::optional<Transit> TransitOf(const CarrierService& service, std::string_view origin_region,
                                 std::string_view destination_region, int64_t distance_metres);

// `zone` is the node's.
ParcelPromise Promise(const PromiseQuery& query, const Node& node, absl::TimeZone zone,
                      const NodeSchedule& schedule, const CarrierService& service,
                      int64_t distance_metres, const HolidayCalendar& holidays);

// The best of several services for one node: the earliest day, then the lowest priority, then by
// name. Without services: kNodeNotServed.
ParcelPromise BestPromise(const PromiseQuery& query, const Node& node, absl::TimeZone zone,
                          const NodeSchedule& schedule, std::span<const CarrierService> services,
                          int64_t distance_metres, const HolidayCalendar& holidays);

// Promises before obstacles, and of those the one that comes last on the way to a promise; the
// earlier day, the lower priority, the nearer node, then by ids.
bool BetterPromise(const ParcelPromise& a, const ParcelPromise& b);

}  // namespace kefu::warehouse::domain
