// Money in integer minor units (fen, cents) with its ISO 4217 currency. No floating point.
//
// Rounding: always half up to the minor unit, and for negative amounts half away from zero, so that
// a refund or a reversal is exactly the negative of what it reverses: Mul(-m) = -Mul(m).
// Overflow of int64 is an error and never wraps. All functions are pure and thread-safe.
//
// Reasons: CURRENCY_MISMATCH, CURRENCY_UNKNOWN, MONEY_MALFORMED, MONEY_RATIO_INVALID,
// MONEY_WEIGHTS_INVALID (INVALID_ARGUMENT), MONEY_OVERFLOW (OUT_OF_RANGE).
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace kefu {

struct Money {
  std::string currency;  // ISO 4217 code, upper case: "CNY"
  int64_t minor = 0;     // minor units: 1234 is CNY 12.34, JPY 1234, KWD 1.234
  friend bool operator==(const Money&, const Money&) = default;
};

// Whether the code is a currency of the ISO 4217 table (upper case).
bool IsKnownCurrency(std::string_view currency);

// Decimals of the minor unit: CNY 2, JPY 0, KWD 3. INVALID_ARGUMENT CURRENCY_UNKNOWN.
absl::StatusOr<int> MinorDigits(std::string_view currency);

// Errors: CURRENCY_MISMATCH, MONEY_OVERFLOW.
absl::StatusOr<Money> Add(const Money& a, const Money& b);
absl::StatusOr<Money> Sub(const Money& a, const Money& b);
absl::StatusOr<Money> Negate(const Money& amount);
// Of an empty list: 0 in `currency`. The order does not matter unless it overflows half-way.
absl::StatusOr<Money> Sum(std::string_view currency, std::span<const Money> amounts);

// amount × factor, exact.
absl::StatusOr<Money> Multiply(const Money& amount, int64_t factor);
// amount × numerator / denominator, rounded. A denominator of 0 is MONEY_RATIO_INVALID.
absl::StatusOr<Money> MulRatio(const Money& amount, int64_t numerator, int64_t denominator);
// amount × bps / 10 000, rounded: 3000 bps = 30 %.
absl::StatusOr<Money> MulBps(const Money& amount, int64_t bps);

// a × b / c on plain integers, rounded half up (away from zero), for figures that are not money.
absl::StatusOr<int64_t> MulDivHalfUp(int64_t a, int64_t b, int64_t c);

// Splits `total` in proportion to `weights` so that the parts add up to it exactly. Each part is
// its exact share rounded down or up (towards or away from zero); the units left over go to the
// largest remainders, ties to the earlier part (Hamilton's method). A negative total gives the
// negated parts of the positive one. MONEY_WEIGHTS_INVALID: none, a negative one, or all zero.
absl::StatusOr<std::vector<Money>> SplitLargestRemainder(const Money& total,
                                                         std::span<const int64_t> weights);
absl::StatusOr<std::vector<int64_t>> SplitLargestRemainder(int64_t total,
                                                           std::span<const int64_t> weights);

// "12.34", "-0.5", "100": an optional '-', digits, and after a point 1 to MinorDigits digits. No
// spaces, '+', exponents or grouping. Too many decimals are refused, also zeros: never rounded.
absl::StatusOr<Money> ParseDecimal(std::string_view text, std::string_view currency);

// "12.34", with exactly the currency's decimals; two for an unknown currency. ParseDecimal reads
// it back.
std::string FormatDecimal(const Money& amount);
// "CNY 12.34".
std::string Format(const Money& amount);

}  // namespace kefu
