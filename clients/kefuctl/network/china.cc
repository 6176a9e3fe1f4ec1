#include "clients/kefuctl/network/china.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <optional>

#include "clients/kefuctl/csv.h"
#include "common/status/status_macros.h"

namespace kefu::network {
namespace {

absl::Status Bad(std::string words) { return absl::InvalidArgumentError(words); }

std::string Trimmed(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\n";
  const size_t first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return "";
  return std::string(text.substr(first, text.find_last_not_of(kBlank) - first + 1));
}

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

absl::StatusOr<std::vector<std::vector<std::string>>> ReadColumns(
    const std::string& path, int skip, const std::vector<std::string>& columns) {
  ASSIGN_OR_RETURN(const auto reader, kefuctl::CsvReader::Open(path, ','));
  kefuctl::CsvRecord record;
  std::vector<size_t> places;
  std::vector<std::vector<std::string>> rows;
  while (true) {
    ASSIGN_OR_RETURN(const bool more, reader->Next(&record));
    if (!more) break;
    if (skip-- > 0) continue;
    if (!record.problem.empty()) {
      return Bad(fmt::format("{}:{}: {}", path, record.problem_line, record.problem));
    }
    for (std::string& field : record.fields) field = Trimmed(field);
    if (places.empty()) {
      if (record.fields[0].starts_with("\xEF\xBB\xBF")) record.fields[0].erase(0, 3);
      for (const std::string& column : columns) {
        const auto found = std::ranges::find(record.fields, column);
        if (found == record.fields.end()) {
          return Bad(fmt::format("{}:{}: there is no column {}", path, record.line, column));
        }
        places.push_back(static_cast<size_t>(found - record.fields.begin()));
      }
      continue;
    }
    std::vector<std::string>& row = rows.emplace_back();
    for (const size_t place : places) {
      row.push_back(place < record.fields.size() ? record.fields[place] : "");
    }
  }
  if (places.empty()) return Bad(fmt::format("{}: there is no header", path));
  return rows;
}

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
