#include "clients/kefuctl/values.h"

#include <algorithm>
#include <charconv>

#include "absl/time/civil_time.h"
#include "clients/kefuctl/i18n.h"
#include "clients/kefuctl/text.h"
#include "common/money/money.h"
#include "common/status/error.h"

namespace kefu::kefuctl {
namespace {

constexpr size_t kMaxId = 64;
constexpr int kMaxShown = 40;                           // columns of a wrong value in a message
constexpr int64_t kFirstYear = 1990, kLastYear = 2099;  // as the services take times

template <class... Args>
absl::Status Bad(Text text, const Args&... args) {
  return absl::InvalidArgumentError(Tr(text, args...));
}

std::string Shown(std::string_view text) { return Truncate(Printable(text), kMaxShown); }

// Takes characters off the front of a text.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}
  bool done() const { return rest_.empty(); }

  bool Take(std::string_view any_of) {
    if (rest_.empty() || any_of.find(rest_[0]) == std::string_view::npos) return false;
    rest_.remove_prefix(1);
    return true;
  }
  // `least` to `most` digits with a value up to `limit`.
  bool Number(size_t least, size_t most, int64_t limit, int64_t* value) {
    size_t count = 0;
    *value = 0;
    while (count < most && count < rest_.size() && rest_[count] >= '0' && rest_[count] <= '9')
      *value = *value * 10 + (rest_[count++] - '0');
    rest_.remove_prefix(count);
    return count >= least && *value <= limit;
  }
  char Next() const { return rest_.empty() ? '\0' : rest_[0]; }
  size_t size() const { return rest_.size(); }

 private:
  std::string_view rest_;
};

bool ScanFraction(Scanner& scan, absl::Duration* fraction) {
  if (!scan.Take(".")) return true;
  const size_t before = scan.size();
  int64_t value = 0;
  if (!scan.Number(1, 9, 999'999'999, &value)) return false;
  int64_t nanos = value;
  for (size_t digits = before - scan.size(); digits < 9; ++digits) nanos *= 10;
  *fraction = absl::Microseconds(nanos / 1000);
  return true;
}

// "Z" or "+08:00"; east of Greenwich is positive.
bool ScanOffset(Scanner& scan, absl::Duration* offset) {
  if (scan.Take("Zz")) return true;
  const bool west = scan.Next() == '-';
  int64_t hours = 0, minutes = 0;
  if (!scan.Take("+-") || !scan.Number(2, 2, 23, &hours) || !scan.Take(":") ||
      !scan.Number(2, 2, 59, &minutes)) {
    return false;
  }
  *offset = (west ? -1 : 1) * (absl::Hours(hours) + absl::Minutes(minutes));
  return true;
}

}  // namespace

absl::Time InstantOf(absl::CivilSecond time, absl::TimeZone zone) {
  const absl::TimeZone::TimeInfo info = zone.At(time);
  return info.kind == absl::TimeZone::TimeInfo::SKIPPED ? info.trans : info.pre;
}

absl::StatusOr<absl::Time> ParseTime(std::string_view text, absl::TimeZone zone) {
  Scanner scan(text);
  int64_t year, month, day, hour, minute, second;
  absl::Duration fraction, offset;
  const bool local_part =
      scan.Number(4, 4, kLastYear, &year) && scan.Take("-") && scan.Number(2, 2, 12, &month) &&
      scan.Take("-") && scan.Number(2, 2, 31, &day) && scan.Take(" Tt") &&
      scan.Number(2, 2, 23, &hour) && scan.Take(":") && scan.Number(2, 2, 59, &minute) &&
      scan.Take(":") && scan.Number(2, 2, 59, &second) && ScanFraction(scan, &fraction);
  const bool local = scan.done();
  if (!local_part || year < kFirstYear || (!local && !ScanOffset(scan, &offset)) || !scan.done())
    return Bad(Text::kBadTime, Shown(text));
  const absl::CivilSecond civil(year, month, day, hour, minute, second);
  if (civil.day() != day || civil.month() != month) return Bad(Text::kBadTime, Shown(text));
  if (!local) return absl::FromCivil(civil, absl::UTCTimeZone()) + fraction - offset;
  const bool skipped = zone.At(civil).kind == absl::TimeZone::TimeInfo::SKIPPED;
  return InstantOf(civil, zone) + (skipped ? absl::ZeroDuration() : fraction);
}

absl::StatusOr<int64_t> ParseClockTime(std::string_view text) {
  Scanner scan(text);
  int64_t hour, minute, second;
  if (!scan.Number(1, 2, 23, &hour) || !scan.Take(":") || !scan.Number(2, 2, 59, &minute) ||
      !scan.Take(":") || !scan.Number(2, 2, 59, &second) || !scan.done()) {
    return Bad(Text::kBadClockTime, Shown(text));
  }
  return hour * 3600 + minute * 60 + second;
}

absl::StatusOr<absl::CivilDay> ParseShortDate(std::string_view text) {
  Scanner scan(text);
  int64_t year, month, day;
  if (!scan.Number(2, 2, 99, &year) || !scan.Number(2, 2, 12, &month) ||
      !scan.Number(2, 2, 31, &day) || !scan.done()) {
    return Bad(Text::kBadShortDate, Shown(text));
  }
  const absl::CivilDay result(year + (year >= 70 ? 1900 : 2000), month, day);
  if (result.day() != day || result.month() != month || result.year() < kFirstYear)
    return Bad(Text::kBadShortDate, Shown(text));
  return result;
}

absl::StatusOr<int64_t> ParseAmount(std::string_view text, std::string_view currency) {
  const auto money = ParseDecimal(text, currency);
  if (money.ok()) {
    if (text.starts_with('-')) return Bad(Text::kNegativeMoney, Shown(text));
    return money->minor;
  }
  const std::string_view digits = text.starts_with('-') ? text.substr(1) : text;
  const size_t point = digits.find('.');
  const bool number =
      !digits.empty() && point != 0 && point != digits.size() - 1 &&
      digits.find_first_not_of("0123456789.") == std::string_view::npos &&
      (point == std::string_view::npos || digits.find('.', point + 1) == std::string_view::npos);
  if (!number) return Bad(Text::kBadMoney, Shown(text));
  const auto decimals = MinorDigits(currency);
  if (!decimals.ok()) return decimals.status();
  if (point != std::string_view::npos && digits.size() - point - 1 > static_cast<size_t>(*decimals))
    return Bad(Text::kTooManyDecimals, currency, *decimals, Shown(text));
  return Bad(Text::kMoneyTooLarge, Shown(text));
}

absl::StatusOr<int64_t> ParseInteger(std::string_view text, int64_t least, int64_t most) {
  int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < least || value > most)
    return Bad(Text::kBadInteger, least, most, Shown(text));
  return value;
}

absl::StatusOr<bool> ParseBool(std::string_view text) {
  for (const std::string_view yes : {"yes", "true", "1", "是"}) {
    if (text == yes) return true;
  }
  for (const std::string_view no : {"no", "false", "0", "否"}) {
    if (text == no) return false;
  }
  return Bad(Text::kBadBool, Shown(text));
}

absl::Status CheckId(std::string_view text) {
  if (text.empty()) return Bad(Text::kFieldMissing);
  const bool good = text.size() <= kMaxId && std::all_of(text.begin(), text.end(), [](char c) {
                      return c > ' ' && c <= '~';
                    });
  return good ? absl::OkStatus() : Bad(Text::kBadId, Shown(text));
}

google::protobuf::Timestamp ToTimestamp(absl::Time time) {
  google::protobuf::Timestamp proto;
  const int64_t seconds = absl::ToUnixSeconds(time);
  proto.set_seconds(seconds);
  proto.set_nanos(
      static_cast<int32_t>(absl::ToInt64Nanoseconds(time - absl::FromUnixSeconds(seconds))));
  return proto;
}

absl::Time TimeOf(const google::protobuf::Timestamp& time) {
  return absl::FromUnixSeconds(time.seconds()) + absl::Nanoseconds(time.nanos());
}

std::string ShownTime(const google::protobuf::Timestamp& time, absl::TimeZone zone) {
  return absl::FormatTime("%Y-%m-%d %H:%M:%S", TimeOf(time), zone);
}

}  // namespace kefu::kefuctl
