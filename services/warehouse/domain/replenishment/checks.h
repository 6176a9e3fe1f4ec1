// Checks of numbers that come from outside, shared by the formulas. Every fault is collected, so
// that one INVALID_FIELDS names them all; the field names are those of the contract.
#pragma once

#include <cmath>
#include <string>
#include <string_view>
#include <vector>

#include "common/status/error.h"
#include "fmt/format.h"

namespace kefu::warehouse::domain::replenishment {

// Largest rate, quantity or cost: beyond it squares and sums lose digits that callers rely on.
inline constexpr double kMaxNumber = 1e12;

inline void Positive(double value, std::string_view field, FieldViolations& violations) {
  violations.Check(std::isfinite(value) && value > 0 && value <= kMaxNumber, field,
                   "must be greater than 0 and at most 1e12");
}
inline void NotNegative(double value, std::string_view field, FieldViolations& violations) {
  violations.Check(std::isfinite(value) && value >= 0 && value <= kMaxNumber, field,
                   "must be 0 to 1e12");
}
inline void Number(double value, std::string_view field, FieldViolations& violations) {
  violations.Check(std::isfinite(value) && std::abs(value) <= kMaxNumber, field,
                   "must be a number of at most 1e12 in size");
}
// Strictly between 0 and 1.
inline void Probability(double value, std::string_view field, FieldViolations& violations) {
  violations.Check(value > 0 && value < 1, field, "must be greater than 0 and less than 1");
}
// 0 to 1.
inline void Fraction(double value, std::string_view field, FieldViolations& violations) {
  violations.Check(value >= 0 && value <= 1, field, "must be 0 to 1");
}
inline std::string At(std::string_view field, size_t index) {
  return fmt::format("{}[{}]", field, index);
}

// What an answer cites: the formula's name, the formula itself, and where it is published.
struct Formula {
  std::string_view name;
  std::string_view expression;
  std::string_view source;
};

}  // namespace kefu::warehouse::domain::replenishment
