#include "clients/kefuctl/network/china.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <optional>

#include "clients/kefuctl/columns.h"
#include "common/status/status_macros.h"

namespace kefu::network {
namespace {

using kefuctl::ReadColumns;

absl::Status Bad(std::string words) { return absl::InvalidArgumentError(words); }

// Degrees with decimals, as millionths.
std::optional<int32_t> MicroDegreesFrom(const std::string& text) {
  double degrees = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), degrees);
  if (error != std::errc() || end != text.data() + text.size() || !(std::abs(degrees) <= 180)) {
    return std::nullopt;
  }
  return static_cast<int32_t>(std::llround(degrees * 1e6));
}

using Coordinates = std::map<std::string, Place>;

// The first place of each division code; a prefecture's own place comes before its districts.
absl::StatusOr<Coordinates> ReadCoordinates(const std::string& path) {
  ASSIGN_OR_RETURN(const auto rows,
                   ReadColumns(path, 1, {"AD_code", "Location_Name_ZH", "Latitude", "Longitude"}));
  Coordinates places;
  for (const auto& row : rows) {
    const auto latitude = MicroDegreesFrom(row[2]), longitude = MicroDegreesFrom(row[3]);
    if (!latitude || !longitude) return Bad(fmt::format("{}: {}: no coordinates", path, row[0]));
    places.emplace(row[0], Place{row[0], row[1], {*latitude, *longitude}});
  }
  return places;
}

}  // namespace

absl::StatusOr<China> ReadChina(const std::string& folder) {
  ASSIGN_OR_RETURN(const Coordinates places,
                   ReadCoordinates(folder + "/china_city_list_qweather.csv"));
  ASSIGN_OR_RETURN(const auto areas,
                   ReadColumns(folder + "/china_division_areas.csv", 0, {"code", "name"}));
  ASSIGN_OR_RETURN(const auto cities, ReadColumns(folder + "/china_division_cities.csv", 0,
                                                  {"code", "name", "provinceCode"}));
  China china;
  for (const auto& row : areas) {
    const auto place = places.find(row[0]);
    if (place == places.end()) {
      ++china.without_coordinates;
      continue;
    }
    china.districts.push_back({row[0], row[1], place->second.at});
  }
  for (const auto& row : cities) {
    // A municipality's seat stands under the code of the whole.
    auto place = places.find(row[0] + "00");
    if (place == places.end() && row[0].ends_with("01")) place = places.find(row[2] + "0000");
    if (place == places.end()) continue;
    china.cities.push_back({row[0] + "00", place->second.name, place->second.at});
  }
  for (auto* list : {&china.districts, &china.cities}) {
    std::ranges::sort(*list, {}, &Place::code);
    if (list->empty()) return Bad(fmt::format("{}: the tables have no code in common", folder));
  }
  return china;
}

}  // namespace kefu::network
