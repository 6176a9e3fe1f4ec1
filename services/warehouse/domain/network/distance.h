// Distances on the earth. Pure.
#pragma once

#include <cstdint>
#include <optional>

#include "services/warehouse/domain/types.h"

namespace kefu::warehouse::domain {

// Great-circle distance in whole metres on a sphere of radius 6,371,008.8 m (the IUGG mean radius),
// by the haversine formula: R. W. Sinnott, "Virtues of the Haversine", Sky & Telescope 68 (1984).
// Symmetric; 0 only for (nearly) the same point.
int64_t DistanceMetres(const GeoPoint& a, const GeoPoint& b);

// The same where both are known.
std::optional<int64_t> DistanceMetres(const std::optional<GeoPoint>& a,
                                      const std::optional<GeoPoint>& b);

}  // namespace kefu::warehouse::domain
