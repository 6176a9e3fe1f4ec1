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
#include "google/protobuf/generated_enum_reflection.h"
#include "google/protobuf/repeated_field.h"
#include "google/protobuf/timestamp.pb.h"
#include "kefu/common/v1/money.pb.h"

namespace kefu::convert {

// Limits in characters; widths of the columns in migrations/.
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
absl::CivilDay RequiredDay(bool present, const ::kefu::common::v1::Date& date,
                           std::string_view field, FieldViolations& violations);
std::optional<absl::CivilDay> OptionalDay(bool present, const ::kefu::common::v1::Date& date,
                                          std::string_view field, FieldViolations& violations);
absl::Time Instant(const google::protobuf::Timestamp& time, std::string_view field,
                   FieldViolations& violations);

// A contract enum by its generated descriptor; values unknown to this version are refused and
// answered as 0.
template <class E>
E OptionalEnum(int value, std::string_view field, FieldViolations& violations) {
  const auto* descriptor = google::protobuf::GetEnumDescriptor<E>();
  if (!violations.Check(descriptor->FindValueByNumber(value) != nullptr, field,
                        "is not a known value"))
    value = 0;
  return static_cast<E>(value);
}
// The same, not UNSPECIFIED.
template <class E>
E RequiredEnum(int value, std::string_view field, FieldViolations& violations) {
  violations.Check(value != 0, field, "must be set");
  return OptionalEnum<E>(value, field, violations);
}
// The enum's name without its prefix, as it is stored: CASE_KIND_RETURN with "CASE_KIND_" is
// "RETURN". A value that only a newer version knows is "UNSPECIFIED": events come unchecked.
template <class E>
std::string StoredName(E value, std::string_view prefix) {
  const auto* known = google::protobuf::GetEnumDescriptor<E>()->FindValueByNumber(value);
  return known == nullptr ? "UNSPECIFIED" : known->name().substr(prefix.size());
}

// Adds a violation unless the mask names one or more of the allowed fields and no others.
void CheckMask(const google::protobuf::FieldMask& mask, std::span<const std::string_view> allowed,
               FieldViolations& violations);

::kefu::common::v1::Date ToProto(absl::CivilDay day);
// Only for days that were checked before.
absl::CivilDay FromProto(const ::kefu::common::v1::Date& date);
// A range of days, both ends included; absent answers nothing.
struct Days {
  absl::CivilDay first, last;
};
std::optional<Days> OptionalDays(bool present, const ::kefu::common::v1::DateRange& range,
                                 std::string_view field, FieldViolations& violations);
google::protobuf::Timestamp ToProto(absl::Time time);

}  // namespace kefu::convert
