#include "common/convert/fields.h"

#include <algorithm>
#include <limits>
#include <set>

#include "common/money/money.h"
#include "common/time/civil.h"
#include "fmt/format.h"

namespace kefu::convert {
namespace {

constexpr size_t kMaxId = 64;  // width of the id columns
// Years 1 to 9999, what google.protobuf.Timestamp may hold.
constexpr int64_t kMinSeconds = -62'135'596'800, kMaxSeconds = 253'402'300'799;

bool IsAlnum(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

// Code points; protobuf has checked that the text is UTF-8.
int64_t Characters(std::string_view text) {
  return std::ranges::count_if(text, [](char c) { return (c & 0xC0) != 0x80; });
}

bool HasControl(std::string_view text, bool lines) {
  return std::ranges::any_of(text, [&](char c) {
    const auto byte = static_cast<unsigned char>(c);
    if (lines && (c == '\n' || c == '\r' || c == '\t')) return false;
    return byte < 0x20 || byte == 0x7F;
  });
}

bool IsBlank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

std::string Element(std::string_view field, int index) {
  return fmt::format("{}[{}]", field, index);
}

}  // namespace

std::string Text(std::string_view value, int max, std::string_view field,
                 FieldViolations& violations, bool lines) {
  if (IsBlank(value)) {
    violations.Add(field, "must not be empty");
  } else if (Characters(value) > max) {
    violations.Add(field, fmt::format("must have at most {} characters", max));
  } else if (HasControl(value, lines)) {
    violations.Add(field, "must not contain control characters");
  }
  return std::string(value);
}

std::string OptionalText(std::string_view value, int max, std::string_view field,
                         FieldViolations& violations) {
  return value.empty() ? std::string() : Text(value, max, field, violations);
}

std::string Id(std::string_view value, std::string_view field, FieldViolations& violations) {
  if (value.empty()) {
    violations.Add(field, "must be set");
  } else if (value.size() > kMaxId || !std::ranges::all_of(value, [](char c) {
               return IsAlnum(c) || c == '.' || c == '_' || c == ':' || c == '-';
             })) {
    violations.Add(field, "must be an id of at most 64 characters A-Z a-z 0-9 . _ : -");
  }
  return std::string(value);
}

std::string OptionalId(std::string_view value, std::string_view field,
                       FieldViolations& violations) {
  return value.empty() ? std::string() : Id(value, field, violations);
}

std::vector<std::string> Words(const google::protobuf::RepeatedPtrField<std::string>& values,
                               int max_items, int max, std::string_view field,
                               FieldViolations& violations) {
  violations.Check(values.size() <= max_items, field,
                   fmt::format("must have at most {} items", max_items));
  std::set<std::string_view> seen;
  for (int i = 0; i < values.size(); ++i) {
    const std::string& value = values[i];
    const bool well_formed =
        !value.empty() && value.size() <= static_cast<size_t>(max) &&
        std::ranges::all_of(value, [](char c) { return IsAlnum(c) || c == '_' || c == '-'; });
    violations.Check(well_formed, Element(field, i),
                     fmt::format("must be 1 to {} characters A-Z a-z 0-9 _ -", max));
    violations.Check(seen.insert(value).second, Element(field, i), "is named twice");
  }
  return {values.begin(), values.end()};
}

std::vector<std::string> Ids(const google::protobuf::RepeatedPtrField<std::string>& values,
                             int max_items, std::string_view field, FieldViolations& violations) {
  violations.Check(values.size() <= max_items, field,
                   fmt::format("must have at most {} items", max_items));
  std::set<std::string> ids;
  for (int i = 0; i < values.size(); ++i) {
    const bool first = ids.insert(Id(values[i], Element(field, i), violations)).second;
    violations.Check(first, Element(field, i), "is named twice");
  }
  return {ids.begin(), ids.end()};
}

std::string OptionalZone(std::string_view value, std::string_view field,
                         FieldViolations& violations) {
  if (!value.empty()) {
    violations.Check(value.size() <= kMaxId && LoadZone(value).ok(), field,
                     "must be an IANA time zone such as Asia/Shanghai");
  }
  return std::string(value);
}

std::string OptionalCurrency(std::string_view value, std::string_view field,
                             FieldViolations& violations) {
  if (!value.empty()) {
    violations.Check(IsKnownCurrency(value), field, "must be an ISO 4217 code such as CNY");
  }
  return std::string(value);
}

int32_t Number(int64_t value, int64_t min, int64_t max, std::string_view field,
               FieldViolations& violations) {
  violations.Check(value >= min && value <= max, field, fmt::format("must be {} to {}", min, max));
  return static_cast<int32_t>(std::clamp(value, min, max));
}

absl::CivilDay RequiredDay(bool present, const ::kefu::common::v1::Date& date,
                           std::string_view field, FieldViolations& violations) {
  if (!present) violations.Add(field, "must be set");
  return OptionalDay(present, date, field, violations).value_or(absl::CivilDay());
}

std::optional<absl::CivilDay> OptionalDay(bool present, const ::kefu::common::v1::Date& date,
                                          std::string_view field, FieldViolations& violations) {
  if (!present) return std::nullopt;
  const absl::CivilDay day(date.year(), date.month(), date.day());
  const bool real = date.year() >= 1 && date.year() <= 9999 && day.year() == date.year() &&
                    day.month() == date.month() && day.day() == date.day();
  violations.Check(real, field, "must be a day of the calendar, years 1 to 9999");
  return real ? std::optional(day) : std::nullopt;
}

absl::Time Instant(const google::protobuf::Timestamp& time, std::string_view field,
                   FieldViolations& violations) {
  violations.Check(time.seconds() >= kMinSeconds && time.seconds() <= kMaxSeconds &&
                       time.nanos() >= 0 && time.nanos() <= 999'999'999,
                   field, "must be a time of the years 1 to 9999");
  return absl::FromUnixSeconds(time.seconds()) + absl::Nanoseconds(time.nanos());
}

void CheckMask(const google::protobuf::FieldMask& mask, std::span<const std::string_view> allowed,
               FieldViolations& violations) {
  violations.Check(!mask.paths().empty(), "update_mask", "must name the fields to change");
  for (const std::string& path : mask.paths()) {
    violations.Check(std::ranges::find(allowed, path) != allowed.end(), "update_mask",
                     fmt::format("may name {}", fmt::join(allowed, ", ")));
  }
}

::kefu::common::v1::Date ToProto(absl::CivilDay day) {
  ::kefu::common::v1::Date date;
  date.set_year(static_cast<int32_t>(day.year()));
  date.set_month(day.month());
  date.set_day(day.day());
  return date;
}

google::protobuf::Timestamp ToProto(absl::Time time) {
  google::protobuf::Timestamp timestamp;
  const int64_t seconds = absl::ToUnixSeconds(time);  // floor
  timestamp.set_seconds(seconds);
  timestamp.set_nanos(
      static_cast<int32_t>((time - absl::FromUnixSeconds(seconds)) / absl::Nanoseconds(1)));
  return timestamp;
}

absl::CivilDay FromProto(const ::kefu::common::v1::Date& date) {
  return absl::CivilDay(date.year(), date.month(), date.day());
}

std::optional<Days> OptionalDays(bool present, const ::kefu::common::v1::DateRange& range,
                                 std::string_view field, FieldViolations& violations) {
  if (!present) return std::nullopt;
  const std::string path(field);
  const Days days{
      RequiredDay(range.has_start_date(), range.start_date(), path + ".start_date", violations),
      RequiredDay(range.has_end_date(), range.end_date(), path + ".end_date", violations)};
  violations.Check(days.first <= days.last, path + ".end_date", "must not lie before start_date");
  return days;
}

}  // namespace kefu::convert
