// Checks of single request fields, shared by all conversions. Each adds what is wrong to the
// violations and returns a usable value in any case, so that one answer names every fault.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "common/status/error.h"
#include "google/protobuf/field_mask.pb.h"
#include "google/protobuf/repeated_field.h"
#include "google/protobuf/timestamp.pb.h"
#include "kefu/common/v1/money.pb.h"
#include "services/staffing/domain/enums.h"

namespace kefu::staffing::convert {

// Limits in characters and items; widths of the columns in migrations/.
inline constexpr int kMaxName = 200;
inline constexpr int kMaxReason = 2000;

// 1..max characters, not blank, no control characters but line ends and tabs where `lines` is set.
std::string Text(std::string_view value, int max, std::string_view field,
                 FieldViolations& violations, bool lines = false);
// The same, or empty.
std::string OptionalText(std::string_view value, int max, std::string_view field,
                         FieldViolations& violations);
// An id: 1..64 of A-Z a-z 0-9 . _ : -
std::string Id(std::string_view value, std::string_view field, FieldViolations& violations);
std::string OptionalId(std::string_view value, std::string_view field, FieldViolations& violations);
// Up to max_items of 1..max characters of A-Z a-z 0-9 _ - each, none twice; the order is kept.
std::vector<std::string> Words(const google::protobuf::RepeatedPtrField<std::string>& values,
                               int max_items, int max, std::string_view field,
                               FieldViolations& violations);
// Up to max_items ids, none twice; sorted.
std::vector<std::string> Ids(const google::protobuf::RepeatedPtrField<std::string>& values,
                             int max_items, std::string_view field, FieldViolations& violations);
// An IANA zone, or empty.
std::string OptionalZone(std::string_view value, std::string_view field,
                         FieldViolations& violations);
// A code of ISO 4217, or empty.
std::string OptionalCurrency(std::string_view value, std::string_view field,
                             FieldViolations& violations);
int32_t Number(int64_t value, int64_t min, int64_t max, std::string_view field,
               FieldViolations& violations);
// A real day of the years 1 to 9999; absent is a fault.
absl::CivilDay RequiredDay(bool present, const common::v1::Date& date, std::string_view field,
                           FieldViolations& violations);
std::optional<absl::CivilDay> OptionalDay(bool present, const common::v1::Date& date,
                                          std::string_view field, FieldViolations& violations);
absl::Time Instant(const google::protobuf::Timestamp& time, std::string_view field,
                   FieldViolations& violations);

// A contract enum as the domain's; values unknown to this version are refused.
template <class E>
E OptionalEnum(int value, std::string_view field, FieldViolations& violations) {
  const int count = static_cast<int>(domain::EnumNames<E>::kNames.size());
  if (!violations.Check(value >= 0 && value < count, field, "is not a known value")) value = 0;
  return static_cast<E>(value);
}
// The same, not UNSPECIFIED.
template <class E>
E RequiredEnum(int value, std::string_view field, FieldViolations& violations) {
  violations.Check(value != 0, field, "must be set");
  return OptionalEnum<E>(value, field, violations);
}

// Adds a violation unless the mask names one or more of the allowed fields and no others.
void CheckMask(const google::protobuf::FieldMask& mask, std::span<const std::string_view> allowed,
               FieldViolations& violations);

common::v1::Date ToProto(absl::CivilDay day);
google::protobuf::Timestamp ToProto(absl::Time time);

}  // namespace kefu::staffing::convert
