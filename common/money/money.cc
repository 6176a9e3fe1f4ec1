#include "common/money/money.h"

#include <algorithm>
#include <limits>
#include <numeric>

#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "fmt/format.h"

namespace kefu {
namespace {

// Wide enough for every product of two int64: at most 2^126.
__extension__ using Wide = __int128;

constexpr int64_t kBpsPerUnit = 10000;
constexpr int kFallbackDigits = 2;  // how an amount of an unknown currency is printed

absl::Status Overflow(std::string_view what) {
  return MakeError(absl::StatusCode::kOutOfRange, "MONEY_OVERFLOW",
                   fmt::format("{} exceeds the range of amounts", what));
}

absl::StatusOr<int64_t> Narrow(Wide value, std::string_view what) {
  if (value > std::numeric_limits<int64_t>::max() || value < std::numeric_limits<int64_t>::min()) {
    return Overflow(what);
  }
  return static_cast<int64_t>(value);
}

absl::Status CheckSameCurrency(const Money& a, const Money& b) {
  if (a.currency == b.currency) return absl::OkStatus();
  return InvalidArgument("CURRENCY_MISMATCH", "currency_code",
                         fmt::format("{} and {} cannot be combined", a.currency, b.currency));
}

absl::Status Malformed(std::string_view text, std::string_view why) {
  return InvalidArgument("MONEY_MALFORMED", "amount", fmt::format("\"{}\": {}", text, why));
}

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

absl::StatusOr<Money> WithMinor(const Money& like, absl::StatusOr<int64_t> minor) {
  if (!minor.ok()) return std::move(minor).status();
  return Money{like.currency, *minor};
}

}  // namespace

absl::StatusOr<Money> Add(const Money& a, const Money& b) {
  RETURN_IF_ERROR(CheckSameCurrency(a, b));
  return WithMinor(a, Narrow(Wide{a.minor} + b.minor, "the sum"));
}

absl::StatusOr<Money> Sub(const Money& a, const Money& b) {
  RETURN_IF_ERROR(CheckSameCurrency(a, b));
  return WithMinor(a, Narrow(Wide{a.minor} - b.minor, "the difference"));
}

absl::StatusOr<Money> Negate(const Money& amount) {
  return WithMinor(amount, Narrow(-Wide{amount.minor}, "the negative"));
}

absl::StatusOr<Money> Sum(std::string_view currency, std::span<const Money> amounts) {
  const Money zero{std::string(currency), 0};
  Wide total = 0;  // 2^64 amounts of 2^63 would be needed to overflow it
  for (const Money& amount : amounts) {
    RETURN_IF_ERROR(CheckSameCurrency(zero, amount));
    total += amount.minor;
  }
  return WithMinor(zero, Narrow(total, "the sum"));
}

absl::StatusOr<Money> Multiply(const Money& amount, int64_t factor) {
  return WithMinor(amount, Narrow(Wide{amount.minor} * factor, "the product"));
}

absl::StatusOr<int64_t> MulDivHalfUp(int64_t a, int64_t b, int64_t c) {
  if (c == 0) return InvalidArgument("MONEY_RATIO_INVALID", "denominator", "must not be 0");
  const Wide product = Wide{a} * b;
  const bool negative = (product < 0) != (c < 0);
  const Wide numerator = product < 0 ? -product : product;
  const Wide denominator = c < 0 ? -Wide{c} : Wide{c};
  const Wide rest = numerator % denominator;
  const Wide rounded = numerator / denominator + (rest >= denominator - rest ? 1 : 0);
  return Narrow(negative ? -rounded : rounded, "the product");
}

absl::StatusOr<Money> MulRatio(const Money& amount, int64_t numerator, int64_t denominator) {
  return WithMinor(amount, MulDivHalfUp(amount.minor, numerator, denominator));
}

absl::StatusOr<Money> MulBps(const Money& amount, int64_t bps) {
  return MulRatio(amount, bps, kBpsPerUnit);
}

absl::StatusOr<std::vector<int64_t>> SplitLargestRemainder(int64_t total,
                                                           std::span<const int64_t> weights) {
  Wide sum = 0;
  for (const int64_t weight : weights) {
    if (weight < 0) {
      return InvalidArgument("MONEY_WEIGHTS_INVALID", "weights", "must not be negative");
    }
    sum += weight;
  }
  if (sum == 0) {
    return InvalidArgument("MONEY_WEIGHTS_INVALID", "weights", "need at least one above 0");
  }
  const Wide whole = total < 0 ? -Wide{total} : Wide{total};
  std::vector<Wide> shares(weights.size());
  std::vector<Wide> remainders(weights.size());
  Wide left = whole;
  for (size_t i = 0; i < weights.size(); ++i) {
    const Wide exact = whole * weights[i];
    shares[i] = exact / sum;
    remainders[i] = exact % sum;
    left -= shares[i];
  }
  // Fewer units are left than there are parts with a remainder, since each remainder is below one.
  std::vector<size_t> order(weights.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](size_t a, size_t b) { return remainders[a] > remainders[b]; });
  for (size_t i = 0; i < static_cast<size_t>(left); ++i) ++shares[order[i]];
  std::vector<int64_t> parts;
  parts.reserve(shares.size());
  // No part exceeds the whole, so each fits, INT64_MIN included.
  for (const Wide share : shares) parts.push_back(static_cast<int64_t>(total < 0 ? -share : share));
  return parts;
}

absl::StatusOr<std::vector<Money>> SplitLargestRemainder(const Money& total,
                                                         std::span<const int64_t> weights) {
  ASSIGN_OR_RETURN(const auto minors, SplitLargestRemainder(total.minor, weights));
  std::vector<Money> parts;
  parts.reserve(minors.size());
  for (const int64_t minor : minors) parts.push_back({total.currency, minor});
  return parts;
}

absl::StatusOr<Money> ParseDecimal(std::string_view text, std::string_view currency) {
  ASSIGN_OR_RETURN(const int digits, MinorDigits(currency));
  const bool negative = text.starts_with('-');
  const std::string_view number = text.substr(negative ? 1 : 0);
  const size_t point = number.find('.');
  const std::string_view whole = number.substr(0, point);
  const std::string_view fraction =
      point == std::string_view::npos ? std::string_view() : number.substr(point + 1);
  const bool bare_point = point != std::string_view::npos && fraction.empty();
  if (whole.empty() || bare_point || !std::all_of(whole.begin(), whole.end(), IsDigit) ||
      !std::all_of(fraction.begin(), fraction.end(), IsDigit)) {
    return Malformed(text, "is not a decimal number like 12.34");
  }
  if (fraction.size() > static_cast<size_t>(digits)) {
    return Malformed(text, fmt::format("{} has at most {} decimals", currency, digits));
  }
  Wide minor = 0;
  const auto append = [&](char digit) {
    // Saturates just above the range, so that no number of digits overflows.
    if (minor <= std::numeric_limits<int64_t>::max()) minor = minor * 10 + (digit - '0');
  };
  for (const char c : whole) append(c);
  for (int i = 0; i < digits; ++i)
    append(i < static_cast<int>(fraction.size()) ? fraction[i] : '0');
  ASSIGN_OR_RETURN(const int64_t value, Narrow(negative ? -minor : minor, "the amount"));
  return Money{std::string(currency), value};
}

std::string FormatDecimal(const Money& amount) {
  const auto known = MinorDigits(amount.currency);
  const int digits = known.ok() ? *known : kFallbackDigits;
  // The magnitude in unsigned arithmetic, where INT64_MIN has one.
  const uint64_t magnitude = amount.minor < 0 ? uint64_t{0} - static_cast<uint64_t>(amount.minor)
                                              : static_cast<uint64_t>(amount.minor);
  const std::string_view sign = amount.minor < 0 ? "-" : "";
  if (digits == 0) return fmt::format("{}{}", sign, magnitude);
  uint64_t scale = 1;
  for (int i = 0; i < digits; ++i) scale *= 10;
  return fmt::format("{}{}.{:0{}}", sign, magnitude / scale, magnitude % scale, digits);
}

std::string Format(const Money& amount) {
  return fmt::format("{} {}", amount.currency, FormatDecimal(amount));
}

}  // namespace kefu
