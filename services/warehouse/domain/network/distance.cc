#include "services/warehouse/domain/network/distance.h"

#include "common/geo/distance.h"

namespace kefu::warehouse::domain {

int64_t DistanceMetres(const GeoPoint& a, const GeoPoint& b) {
  return GreatCircleMetres({a.latitude_micro_degrees, a.longitude_micro_degrees},
                           {b.latitude_micro_degrees, b.longitude_micro_degrees});
}

std::optional<int64_t> DistanceMetres(const std::optional<GeoPoint>& a,
                                      const std::optional<GeoPoint>& b) {
  if (!a || !b) return std::nullopt;
  return DistanceMetres(*a, *b);
}

}  // namespace kefu::warehouse::domain
