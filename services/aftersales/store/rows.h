// Values of columns, shared by the statements of cases.
#pragma once

#include <cstdint>
#include <optional>

#include "absl/time/time.h"
#include "common/db/rows.h"
#include "common/enums/enum_names.h"
#include "common/time/civil.h"

namespace kefu::aftersales::store {

template <class E>
E EnumAt(const db::Row& row, size_t column) {
  return ParseName<E>(row.Text(column)).value_or(E::kUnspecified);
}

// Instants that may be "never".
inline absl::Time TimeAt(const db::Row& row, size_t column) { return FromMicros(row.Int(column)); }
inline int64_t Stored(absl::Time time) { return ToMicros(time); }
inline std::optional<int64_t> Stored(const std::optional<absl::Time>& time) {
  return time ? std::optional(ToMicros(*time)) : std::nullopt;
}

}  // namespace kefu::aftersales::store
