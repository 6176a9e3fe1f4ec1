// A SQL statement as a named constant, and the values bound to its question marks.
#pragma once

#include <array>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"

namespace kefu::db {

// Statements are constants at the top of a store, never built from values:
//   inline constexpr Sql kSelectShop{"SELECT name FROM shop WHERE org_id = ? AND shop_id = ?"};
struct Sql {
  const char* text;
};

// One bound value. A view: text and bytes are not copied and must outlive the call that takes the
// Param (a temporary inside the call expression does). Implicit on purpose, so that a parameter
// list reads as {org_id, 7, now}. Enums do not convert: store their names.
class Param {
 public:
  enum class Kind : uint8_t { kNull, kInt, kUint, kDouble, kText, kBytes };

  Param(std::nullptr_t) {}
  Param(std::nullopt_t) {}
  template <std::signed_integral T>
  Param(T value) : kind_(Kind::kInt), int_(value) {}
  template <std::unsigned_integral T>
  Param(T value) : kind_(Kind::kUint), uint_(value) {}
  Param(bool value) : kind_(Kind::kInt), int_(value ? 1 : 0) {}
  Param(double value) : kind_(Kind::kDouble), double_(value) {}
  Param(std::string_view value) : kind_(Kind::kText), text_(value) {}
  Param(const std::string& value) : kind_(Kind::kText), text_(value) {}
  Param(const char* value) : kind_(Kind::kText), text_(value) {}
  // Microseconds since the epoch, for columns named *_us.
  Param(absl::Time value) : kind_(Kind::kInt), int_(absl::ToUnixMicros(value)) {}
  // A DATE. Years 0 to 9999; anything else is refused by the strict server.
  Param(absl::CivilDay value);
  template <class T>
  Param(const std::optional<T>& value)
      : Param(value.has_value() ? Param(*value) : Param(nullptr)) {}
  // Raw bytes (serialized messages, hashes) for VARBINARY and BLOB columns.
  static Param Bytes(std::string_view value) {
    Param p(value);
    p.kind_ = Kind::kBytes;
    return p;
  }

  Kind kind() const { return kind_; }
  const int64_t& int_value() const { return int_; }
  const uint64_t& uint_value() const { return uint_; }
  const double& double_value() const { return double_; }
  std::string_view text() const {
    return is_day_ ? std::string_view(day_.data(), day_.size()) : text_;
  }

 private:
  Kind kind_ = Kind::kNull;
  bool is_day_ = false;
  union {
    int64_t int_ = 0;
    uint64_t uint_;
    double double_;
    std::string_view text_;
    std::array<char, 10> day_;  // YYYY-MM-DD
  };
};

}  // namespace kefu::db
