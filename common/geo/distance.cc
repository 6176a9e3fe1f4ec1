#include "common/geo/distance.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace kefu {

int64_t GreatCircleMetres(const MicroDegrees& a, const MicroDegrees& b) {
  constexpr double kRadius = 6'371'008.8, kRadians = std::numbers::pi / 180e6;
  const double lat_a = a.latitude * kRadians, lat_b = b.latitude * kRadians;
  const double d_lat = std::sin((lat_b - lat_a) / 2);
  const double d_lon = std::sin((static_cast<double>(b.longitude) - a.longitude) * kRadians / 2);
  const double h = d_lat * d_lat + std::cos(lat_a) * std::cos(lat_b) * d_lon * d_lon;
  return std::llround(2 * kRadius * std::asin(std::sqrt(std::min(1.0, h))));
}

}  // namespace kefu
