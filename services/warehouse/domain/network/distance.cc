#include "services/warehouse/domain/network/distance.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace kefu::warehouse::domain {

int64_t DistanceMetres(const GeoPoint& a, const GeoPoint& b) {
  constexpr double kRadius = 6'371'008.8, kRadians = std::numbers::pi / 180e6;
  const double lat_a = a.latitude_micro_degrees * kRadians;
  const double lat_b = b.latitude_micro_degrees * kRadians;
  const double d_lat = std::sin((lat_b - lat_a) / 2);
  const double d_lon = std::sin(
      (static_cast<double>(b.longitude_micro_degrees) - a.longitude_micro_degrees) * kRadians / 2);
  const double h = d_lat * d_lat + std::cos(lat_a) * std::cos(lat_b) * d_lon * d_lon;
  return std::llround(2 * kRadius * std::asin(std::sqrt(std::min(1.0, h))));
}

std::optional<int64_t> DistanceMetres(const std::optional<GeoPoint>& a,
                                      const std::optional<GeoPoint>& b) {
  if (!a || !b) return std::nullopt;
  return DistanceMetres(*a, *b);
}

}  // namespace kefu::warehouse::domain
