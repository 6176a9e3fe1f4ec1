// Fields of a file to values. Errors are INVALID_ARGUMENT with words for the person who wrote the
// file. Pure, thread-safe.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "google/protobuf/timestamp.pb.h"
#include "kefu/common/v1/money.pb.h"

namespace kefu::kefuctl {

// How a shop's files are read.
struct ShopLocale {
  absl::TimeZone zone;
  std::string currency;
};

// "2026-03-01 09:00:00" in `zone`, "2026-03-01T09:00:00+08:00" or "…Z"; fractions of a second are
// kept to the microsecond. A clock time that daylight saving skips is the instant of the change, so
// that later clock times never become earlier instants; one that comes twice is the first.
absl::StatusOr<absl::Time> ParseTime(std::string_view text, absl::TimeZone zone);
// "7:02:47" as seconds after midnight.
absl::StatusOr<int64_t> ParseClockTime(std::string_view text);
// "990201": years from 70 on are of the last century.
absl::StatusOr<absl::CivilDay> ParseShortDate(std::string_view text);
// The instant at which clocks show the time.
absl::Time InstantOf(absl::CivilSecond time, absl::TimeZone zone);

// Minor units, not negative, never more decimals than the currency has.
absl::StatusOr<int64_t> ParseAmount(std::string_view text, std::string_view currency);
absl::StatusOr<int64_t> ParseInteger(std::string_view text, int64_t least, int64_t most);
absl::StatusOr<bool> ParseBool(std::string_view text);
// As the services demand of source ids.
absl::Status CheckId(std::string_view text);

google::protobuf::Timestamp ToTimestamp(absl::Time time);
absl::Time TimeOf(const google::protobuf::Timestamp& time);
// For people: "2026-03-01 09:00:00".
std::string ShownTime(const google::protobuf::Timestamp& time, absl::TimeZone zone);

}  // namespace kefu::kefuctl
