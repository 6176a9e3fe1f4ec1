// Distances on the earth. Pure.
#pragma once

#include <cstdint>
#include <optional>

#include "services/warehouse/domain/types.h"

namespace kefu::warehouse::domain {

// Great-circle distance in whole metres; common/geo/distance.h.
int64_t DistanceMetres(const GeoPoint& a, const GeoPoint& b);

// The same where both are known.
std::optional<int64_t> DistanceMetres(const std::optional<GeoPoint>& a,
                                      const std::optional<GeoPoint>& b);

}  // namespace kefu::warehouse::domain
