#include "services/warehouse/domain/promise.h"

#include <map>

#include "common/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace kefu::warehouse::domain {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

absl::TimeZone Zone(std::string_view name) { return *LoadZone(name); }
absl::TimeZone China() { return Zone("Asia/Shanghai"); }

// "2026-01-15 16:00" or with seconds, on the wall clock of the zone.
absl::Time At(std::string text, absl::TimeZone zone) {
  if (text.size() == 16) text += ":00";
  absl::Time time;
  std::string error;
  EXPECT_TRUE(absl::ParseTime("%Y-%m-%d %H:%M:%S", text, zone, &time, &error)) << error;
  return time;
}
std::string Show(absl::Time time, absl::TimeZone zone) {
  return absl::FormatTime("%Y-%m-%d %H:%M", time, zone);
}

TimeOfDay T(int hour, int minute = 0) { return {hour * 3600 + minute * 60}; }

Node NodeAt(std::string_view region) {
  return {.id = "n1", .region_code = std::string(region), .time_zone = "Asia/Shanghai"};
}

struct World {
  NodeSchedule schedule{.waves = {{T(16), absl::Hours(2)}, {T(23), absl::Hours(3)}}};
  CarrierService service{.carrier_id = "sf",
                         .service_code = "standard",
                         .pickups = {T(8), T(20)},
                         .bands = {{100, 1}, {1000, 2}}};
  absl::TimeZone node_zone = China(), zone = China();

  ParcelPromise At(std::string_view order_time, int64_t metres = 50'000) const {
    return Promise(
        {domain::At(std::string(order_time), node_zone), zone, {.region_code = "310115"}},
        NodeAt("310101"), node_zone, schedule, service, metres, ChinaHolidays());
  }
};

// Stretches follow one another from the order to the end of the promised day.
void CheckWhole(const ParcelPromise& promise, absl::Time order, absl::TimeZone zone) {
  ASSERT_EQ(promise.obstacle, PromiseObstacle::kNone) << promise.description;
  ASSERT_FALSE(promise.segments.empty());
  EXPECT_EQ(promise.segments.front().from, order);
  EXPECT_EQ(promise.segments.back().to, StartOfDay(promise.day + 1, zone));
  for (size_t i = 0; i < promise.segments.size(); ++i) {
    EXPECT_LT(promise.segments[i].from, promise.segments[i].to);
    EXPECT_FALSE(promise.segments[i].description.empty());
    if (i > 0) EXPECT_EQ(promise.segments[i - 1].to, promise.segments[i].from);
  }
}

struct Case {
  const char* order;
  const char* ship_by;
  const char* day;
};

void CheckAll(const World& world, std::initializer_list<Case> cases) {
  for (const Case& each : cases) {
    SCOPED_TRACE(each.order);
    const ParcelPromise promise = world.At(each.order);
    CheckWhole(promise, At(each.order, world.node_zone), world.zone);
    EXPECT_EQ(Show(promise.ship_by, world.node_zone), each.ship_by);
    EXPECT_EQ(FormatDay(promise.day), each.day);
  }
}

TEST(PromiseTest, TheCutoffMinuteDecides) {
  CheckAll(World(), {{"2026-01-15 15:59:59", "2026-01-15 20:00", "2026-01-16"},
                     // Exactly at 16:00 is after it: the wave of 23:00 is ready at 02:00.
                     {"2026-01-15 16:00:00", "2026-01-16 08:00", "2026-01-17"},
                     {"2026-01-15 22:59:59", "2026-01-16 08:00", "2026-01-17"},
                     {"2026-01-15 23:00:00", "2026-01-16 20:00", "2026-01-17"},
                     {"2026-01-16 00:00:00", "2026-01-16 20:00", "2026-01-17"}});
}

TEST(PromiseTest, TheYearTurns) {
  CheckAll(World(), {{"2025-12-31 15:00", "2025-12-31 20:00", "2026-01-01"},
                     {"2025-12-31 23:30", "2026-01-01 20:00", "2026-01-02"}});
}

TEST(PromiseTest, HolidaysAndMakeUpWorkdays) {
  World world;
  world.schedule.days.weekdays = {true, true, true, true, true, false, false};
  world.schedule.days.observe_holidays = true;
  // 2026: off from Sunday 15 to Monday 23 February; Saturday 14 and Saturday 28 are worked.
  CheckAll(world, {{"2026-02-13 12:00", "2026-02-13 20:00", "2026-02-14"},
                   {"2026-02-14 12:00", "2026-02-14 20:00", "2026-02-15"},  // make-up workday
                   {"2026-02-14 23:00", "2026-02-24 20:00", "2026-02-25"},  // over Spring Festival
                   {"2026-02-20 12:00", "2026-02-24 20:00", "2026-02-25"},
                   {"2026-02-27 23:30", "2026-02-28 20:00", "2026-03-01"},
                   {"2026-03-07 12:00", "2026-03-09 20:00", "2026-03-10"}});  // an ordinary weekend
  const ParcelPromise promise = world.At("2026-02-14 23:00");
  EXPECT_THAT(promise.segments,
              Contains(::testing::Field(&PromiseSegment::description, "public holiday")));
  EXPECT_THAT(promise.guessed_years, IsEmpty());
  EXPECT_THAT(world.At("2027-02-05 12:00").guessed_years, ElementsAre(2027));
}

TEST(PromiseTest, TheCarrierRestsToo) {
  World world;
  world.service.days.weekdays = {true, true, true, true, true, true, false};
  // 2026-01-16 is a Friday: picked up on Saturday morning, Sunday does not count.
  CheckAll(world, {{"2026-01-16 12:00", "2026-01-16 20:00", "2026-01-17"},
                   {"2026-01-16 17:00", "2026-01-17 08:00", "2026-01-19"},
                   {"2026-01-17 17:00", "2026-01-19 08:00", "2026-01-20"}});
  world.service.days.suspensions = {
      {absl::CivilDay(2026, 1, 19), absl::CivilDay(2026, 1, 20), "snow", {"3101", "32"}}};
  CheckAll(world, {{"2026-01-16 17:00", "2026-01-17 08:00", "2026-01-21"},
                   {"2026-01-17 17:00", "2026-01-21 08:00", "2026-01-22"}});
  world.service.days.suspensions[0].region_prefixes = {"44"};  // elsewhere
  CheckAll(world, {{"2026-01-17 17:00", "2026-01-19 08:00", "2026-01-20"}});
  // A suspension wins over an extra day, that over the weekday.
  world.service.days.extra = {absl::CivilDay(2026, 1, 18), absl::CivilDay(2026, 1, 19)};
  world.service.days.suspensions[0].region_prefixes = {};
  CheckAll(world, {{"2026-01-17 17:00", "2026-01-18 08:00", "2026-01-21"}});
}

TEST(PromiseTest, HandlingTakesWorkingDaysOfTheNode) {
  World world;
  world.schedule.days.weekdays = {true, true, true, true, true, false, false};
  world.schedule.waves = {{T(16), absl::Hours(1), 2}};
  CheckAll(world, {{"2026-01-14 12:00", "2026-01-16 20:00", "2026-01-17"},
                   {"2026-01-15 12:00", "2026-01-19 20:00", "2026-01-20"},
                   {"2026-01-16 16:00", "2026-01-21 20:00", "2026-01-22"}});
}

TEST(PromiseTest, DaylightSaving) {
  World world;
  world.node_zone = world.zone = Zone("America/New_York");
  // 2026-03-08 has 23 hours, 2026-11-01 has 25: cut-offs and pick-ups stay on the wall clock.
  CheckAll(world, {{"2026-03-07 15:59", "2026-03-07 20:00", "2026-03-08"},
                   {"2026-03-07 16:00", "2026-03-08 08:00", "2026-03-09"},
                   {"2026-03-08 15:59:59", "2026-03-08 20:00", "2026-03-09"},
                   {"2026-10-31 23:00", "2026-11-01 20:00", "2026-11-02"},
                   {"2026-11-01 16:00", "2026-11-02 08:00", "2026-11-03"}});
  // A cut-off in the hour that is skipped is the instant of the change.
  world.schedule.waves = {{T(2, 30), absl::Hours(1)}};
  const ParcelPromise skipped = world.At("2026-03-08 01:59:59");
  EXPECT_EQ(Show(skipped.segments.front().to, world.node_zone), "2026-03-08 03:00");
  const ParcelPromise after = world.At("2026-03-08 03:00");
  EXPECT_EQ(Show(after.segments[1].to, world.node_zone), "2026-03-09 02:30");
}

TEST(PromiseTest, TheDayIsThatOfTheDestination) {
  World world;
  world.zone = Zone("America/New_York");
  // Picked up at 20:00 in Shanghai, 07:00 of the same day in New York.
  CheckAll(world, {{"2026-01-15 12:00", "2026-01-15 20:00", "2026-01-16"}});
  world.service.pickups = {T(8)};
  // 08:00 of the 16th in Shanghai is still the 15th there.
  CheckAll(world, {{"2026-01-15 12:00", "2026-01-16 08:00", "2026-01-16"}});
}

TEST(PromiseTest, TheSameDay) {
  World world;
  world.service.bands = {{100, 0}};
  world.schedule.waves = {{T(5), absl::Hours(2)}, {T(11), absl::Hours(1)}};
  CheckAll(world, {{"2026-01-15 04:59", "2026-01-15 08:00", "2026-01-15"},
                   {"2026-01-15 10:00", "2026-01-15 20:00", "2026-01-15"},
                   {"2026-01-15 11:00", "2026-01-16 08:00", "2026-01-16"}});
}

TEST(PromiseTest, LanesComeBeforeBandsAndTheLongestFits) {
  CarrierService service{.lanes = {{"", "31", 3}, {"", "3101", 2}, {"3101", "3101", 1}},
                         .bands = {{100, 1}, {500, 4}},
                         .served_prefixes = {},
                         .unserved_prefixes = {"3102"}};
  const auto days = [&](std::string_view from, std::string_view to, int64_t metres) {
    const auto transit = TransitOf(service, from, to, metres);
    return transit ? transit->days : -1;
  };
  EXPECT_EQ(days("310101", "310115", 1), 1);
  EXPECT_EQ(days("320101", "310115", 1), 2);
  EXPECT_EQ(days("310101", "310300", 1), 3);
  EXPECT_EQ(days("310101", "310200", 1), -1);
  EXPECT_EQ(days("310101", "440100", 100'000), 1);
  EXPECT_EQ(days("310101", "440100", 100'001), 4);
  EXPECT_EQ(days("310101", "440100", 500'001), -1);
  service.served_prefixes = {"31"};
  EXPECT_EQ(days("310101", "440100", 1), -1);
}

TEST(PromiseTest, ObstaclesAreNamed) {
  World world;
  EXPECT_EQ(world.At("2026-01-15 12:00", 2'000'000).obstacle, PromiseObstacle::kRegionNotServed);
  World closed = world;
  closed.schedule.days.weekdays.fill(false);
  EXPECT_EQ(closed.At("2026-01-15 12:00").obstacle, PromiseObstacle::kNodeClosed);
  EXPECT_THAT(closed.At("2026-01-15 12:00").segments, IsEmpty());
  World idle = world;
  idle.service.days.weekdays.fill(false);
  EXPECT_EQ(idle.At("2026-01-15 12:00").obstacle, PromiseObstacle::kCarrierClosed);
  World elsewhere = world;
  elsewhere.service.node_ids = {"n2"};
  EXPECT_EQ(elsewhere.At("2026-01-15 12:00").obstacle, PromiseObstacle::kNodeNotServed);
}

TEST(PromiseTest, TheBestServiceIsTheEarliestThenByPriority) {
  const World world;
  CarrierService slow = world.service, fast = world.service, cheap = world.service;
  slow.service_code = "slow";
  slow.bands = {{1000, 5}};
  fast.service_code = "fast";
  fast.priority = 2;
  cheap.service_code = "cheap";
  cheap.priority = 1;
  const PromiseQuery query{At("2026-01-15 12:00", China()), China(), {.region_code = "310115"}};
  const auto best = [&](std::vector<CarrierService> services) {
    return BestPromise(query, NodeAt("310101"), China(), world.schedule, services, 1,
                       ChinaHolidays());
  };
  EXPECT_EQ(best({slow, fast, cheap}).service_code, "cheap");
  EXPECT_EQ(best({slow, fast}).service_code, "fast");
  EXPECT_EQ(best({}).obstacle, PromiseObstacle::kNodeNotServed);
  slow.unserved_prefixes = {"31"};
  EXPECT_EQ(best({slow, fast}).service_code, "fast");
  EXPECT_EQ(best({slow}).obstacle, PromiseObstacle::kRegionNotServed);
}

TEST(PromiseTest, Distances) {
  const RegionDistances distances;
  const auto km = [&](std::string_view node, std::string_view to) {
    return ToKm(DistanceMetres(NodeAt(node), {.region_code = std::string(to)}, distances));
  };
  EXPECT_EQ(km("310101", "310101"), 20);
  EXPECT_EQ(km("310101", "310115"), 60);
  EXPECT_EQ(km("310101", "319900"), 300);
  EXPECT_EQ(km("310101", "440100"), 1500);
  EXPECT_EQ(km("", "440100"), 1500);
  EXPECT_EQ(km("31", "310115"), 300);
  Node beijing = NodeAt("310101");
  beijing.location = {39'904'200, 116'407'400};
  const Destination shanghai{.location = GeoPoint{31'230'400, 121'473'700}};
  EXPECT_NEAR(ToKm(DistanceMetres(beijing, shanghai, distances)), 1067, 2);
}

TEST(PromiseTest, VersionsCountFromTheirDay) {
  const std::vector<NodeSchedule> versions = {
      {.effective_from = absl::CivilDay(2026, 1, 1), .version = 1},
      {.effective_from = absl::CivilDay(2026, 3, 1), .version = 2},
      {.effective_from = absl::CivilDay(2026, 1, 1), .version = 3}};
  const auto on = [&](absl::CivilDay day) {
    const NodeSchedule* found = EffectiveOn(std::span(versions), day);
    return found == nullptr ? -1 : found->version;
  };
  EXPECT_EQ(on(absl::CivilDay(2025, 12, 31)), -1);
  EXPECT_EQ(on(absl::CivilDay(2026, 1, 1)), 3);
  EXPECT_EQ(on(absl::CivilDay(2026, 2, 28)), 3);
  EXPECT_EQ(on(absl::CivilDay(2026, 3, 1)), 2);
}

}  // namespace
}  // namespace kefu::warehouse::domain
