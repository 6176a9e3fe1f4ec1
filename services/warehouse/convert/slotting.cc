#include "services/warehouse/convert/slotting.h"

#include <set>

#include "fmt/format.h"

namespace kefu::warehouse::convert {
namespace {

constexpr int kMaxBins = 10'000;
constexpr int kMaxCode = 64;
constexpr int kMaxZone = 32;
constexpr int kMaxCategory = 100;
constexpr int kMaxCategories = 1000;
constexpr int64_t kMaxDistance = 1'000'000;          // cm: 10 km
constexpr int64_t kMaxCapacity = 1'000'000'000'000;  // cm³: a million cubic metres
constexpr int64_t kMaxOrders = 1'000'000'000'000;

}  // namespace

domain::SlottingPolicy FromProto(const v1::SlottingPolicy& proto, FieldViolations& violations) {
  domain::SlottingPolicy policy{
      .class_a_bps = Number(proto.class_a_bps(), 1, 9999, "class_a_bps", violations),
      .class_b_bps = Number(proto.class_b_bps(), 1, 9999, "class_b_bps", violations),
      .affinity_period_days =
          Number(proto.affinity_period_days(), 1, 3660, "affinity_period_days", violations),
      .affinity_rounds = Number(proto.affinity_rounds(), 0, 100, "affinity_rounds", violations),
      .pieces_per_walk =
          Number(proto.pieces_per_walk(), 1, 1'000'000, "pieces_per_walk", violations)};
  violations.Check(policy.class_b_bps > policy.class_a_bps, "class_b_bps",
                   "must be greater than class_a_bps");
  violations.Check(proto.category_temperatures_size() <= kMaxCategories, "category_temperatures",
                   fmt::format("must have at most {} items", kMaxCategories));
  for (int i = 0; i < proto.category_temperatures_size(); ++i) {
    const v1::CategoryTemperature& each = proto.category_temperatures(i);
    const std::string path = fmt::format("category_temperatures[{}]", i);
    Text(each.category(), kMaxCategory, path + ".category", violations);
    Text(each.temperature_zone(), kMaxZone, path + ".temperature_zone", violations);
  }
  return policy;
}

v1::SlottingPolicy ToProto(const domain::SlottingPolicy& policy) {
  v1::SlottingPolicy proto;
  *proto.mutable_effective_from() = ::kefu::convert::ToProto(absl::CivilDay());
  proto.set_class_a_bps(policy.class_a_bps);
  proto.set_class_b_bps(policy.class_b_bps);
  proto.set_affinity_period_days(policy.affinity_period_days);
  proto.set_affinity_rounds(policy.affinity_rounds);
  proto.set_pieces_per_walk(policy.pieces_per_walk);
  return proto;
}

std::vector<BinCommand> Bins(const v1::SetBinsRequest& request, FieldViolations& violations) {
  violations.Check(request.bins_size() <= kMaxBins, "bins",
                   fmt::format("must have at most {} items", kMaxBins));
  violations.Check(request.bins_size() > 0 || request.replace_all(), "bins", "must not be empty");
  std::vector<BinCommand> bins;
  std::set<std::string_view> seen;
  for (int i = 0; i < request.bins_size(); ++i) {
    const v1::Bin& bin = request.bins(i);
    const std::string path = fmt::format("bins[{}]", i);
    violations.Check(seen.insert(bin.location()).second, path + ".location",
                     "is the location of a bin before");
    violations.Check(bin.distance_cm() >= 0 && bin.distance_cm() <= kMaxDistance,
                     path + ".distance_cm", fmt::format("must be 0 to {}", kMaxDistance));
    violations.Check(bin.capacity_cm3() >= 0 && bin.capacity_cm3() <= kMaxCapacity,
                     path + ".capacity_cm3", fmt::format("must be 0 to {}", kMaxCapacity));
    BinCommand command{
        .bin = {.location = Text(bin.location(), kMaxCode, path + ".location", violations),
                .aisle = OptionalText(bin.aisle(), kMaxCode, path + ".aisle", violations),
                .distance_cm = bin.distance_cm(),
                .capacity_cm3 = bin.capacity_cm3(),
                .temperature_zone = OptionalText(bin.temperature_zone(), kMaxZone,
                                                 path + ".temperature_zone", violations),
                .closed = bin.closed()},
        .position = bin.position()};
    for (int c = 0; c < bin.size_classes_size(); ++c) {
      command.bin.size_classes |=
          1U << RequiredEnum<v1::SizeClass>(
              bin.size_classes(c), fmt::format("{}.size_classes[{}]", path, c), violations);
    }
    bins.push_back(std::move(command));
  }
  return bins;
}

v1::Bin ToProto(const domain::SlotBin& bin, int32_t position) {
  v1::Bin proto;
  proto.set_location(bin.location);
  proto.set_aisle(bin.aisle);
  proto.set_position(position);
  proto.set_distance_cm(bin.distance_cm);
  proto.set_capacity_cm3(bin.capacity_cm3);
  for (int size = v1::SIZE_CLASS_A; size <= v1::SIZE_CLASS_C; ++size) {
    if (bin.size_classes >> size & 1) proto.add_size_classes(static_cast<v1::SizeClass>(size));
  }
  proto.set_temperature_zone(bin.temperature_zone);
  proto.set_closed(bin.closed);
  return proto;
}

std::string FaultOf(const v1::Affinity& affinity) {
  FieldViolations violations;
  Text(affinity.first(), kMaxCategory, "first", violations);
  Text(affinity.second(), kMaxCategory, "second", violations);
  if (!violations.empty()) return "first and second must have 1 to 100 characters";
  if (affinity.first() == affinity.second()) return "first and second must differ";
  if (affinity.orders() < 1 || affinity.orders() > kMaxOrders) {
    return fmt::format("orders must be 1 to {}", kMaxOrders);
  }
  return "";
}

}  // namespace kefu::warehouse::convert
