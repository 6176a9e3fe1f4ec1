// How values stand in the JSON columns of the store, which only the store writes.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "absl/time/civil_time.h"
#include "common/time/civil.h"

namespace kefu::warehouse::store {

// A column's list; the database has checked that it is JSON.
inline nlohmann::json ListFrom(std::string_view text) {
  return nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
}

// "2026-01-31"; empty when there is none.
inline std::string DayField(const std::optional<absl::CivilDay>& day) {
  return day ? FormatDay(*day) : std::string();
}
inline std::optional<absl::CivilDay> DayFrom(const nlohmann::json& field) {
  const auto& text = field.get_ref<const std::string&>();
  absl::CivilDay day;
  if (text.empty() || !absl::ParseCivilTime(text, &day)) return std::nullopt;
  return day;
}

}  // namespace kefu::warehouse::store
