// Enumerations of a domain with the names under which they are stored: the contract's names without
// their prefix, in the order of the values, so that converting from a contract enum is a cast.
//
//   enum class Track : uint8_t { kUnspecified, kManagement };
//   KEFU_ENUM_NAMES(Track, "UNSPECIFIED", "MANAGEMENT")     // in the enum's own namespace
//   NameOf(Track::kManagement)      == "MANAGEMENT"
//   ParseName<Track>("MANAGEMENT")  == Track::kManagement
//
// Pure; usable in constant expressions.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

// Names[i] is the name of the value i. Found by argument-dependent look-up.
#define KEFU_ENUM_NAMES(E, ...) \
  constexpr auto KefuEnumNames(E) { return std::to_array<std::string_view>({__VA_ARGS__}); }

namespace kefu {

template <class E>
inline constexpr auto kEnumNames = KefuEnumNames(E{});

template <class E>
constexpr std::string_view NameOf(E value) {
  return kEnumNames<E>[static_cast<size_t>(value)];
}

// The value of that name, or nothing for a name that this version does not know.
template <class E>
constexpr std::optional<E> ParseName(std::string_view name) {
  for (size_t i = 0; i < kEnumNames<E>.size(); ++i) {
    if (kEnumNames<E>[i] == name) return static_cast<E>(i);
  }
  return std::nullopt;
}

}  // namespace kefu
