// Places of China with coordinates and division codes, read from a folder of public tables.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/geo/distance.h"

namespace kefu::network {

struct Place {
  std::string code;  // division code, 6 digits
  std::string name;
  MicroDegrees at;
};

// Of one country. Every list is sorted by code.
struct China {
  std::vector<Place> districts;  // districts, county-level cities, counties that have coordinates
  std::vector<Place> cities;     // prefectures and municipalities that have coordinates
  // Districts that a division table names and that have no coordinates (development zones, mostly).
  int without_coordinates = 0;
};

// The files china_city_list_qweather.csv (first line: its version; columns Location_Name_ZH,
// Latitude, Longitude, AD_code), china_division_areas.csv (code, name) and
// china_division_cities.csv (code, name, provinceCode). INVALID_ARGUMENT in words for what cannot
// be read.
absl::StatusOr<China> ReadChina(const std::string& folder);

}  // namespace kefu::network
