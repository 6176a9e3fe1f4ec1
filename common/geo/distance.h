// Distances on the earth. Pure, thread-safe.
#pragma once

#include <cstdint>

namespace kefu {

// A point in millionths of a degree, WGS 84.
struct MicroDegrees {
  int32_t latitude = 0, longitude = 0;
};

// Great-circle distance in whole metres on a sphere of radius 6,371,008.8 m (the IUGG mean radius),
// by the haversine formula: R. W. Sinnott, "Virtues of the Haversine", Sky & Telescope 68 (1984).
// Symmetric; against the ellipsoid it errs by less than 0.6 %.
int64_t GreatCircleMetres(const MicroDegrees& a, const MicroDegrees& b);

}  // namespace kefu
