// Which figures are weak and lead to a course, and whether a course is assigned for a cause. Pure,
// thread-safe.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/civil_time.h"
#include "services/staffing/domain/training/catalogue.h"

namespace kefu::staffing::training {

// A share or a mean as performance tells it, exactly: its value in millionths of the unit is
// numerator × scale ÷ denominator. A sum has no denominator.
struct Figure {
  int64_t numerator = 0, denominator = 0;
  int64_t scale = 1'000'000;

  // Half up; nothing over nothing, and beyond 64 bits.
  std::optional<int64_t> millionths() const;
};
using Figures = std::map<std::string, Figure, std::less<>>;

struct Weakness {
  const Rule* rule = nullptr;
  int64_t value_millionths = 0, shop_value_millionths = 0, bound_millionths = 0;
};
// By the rules of that kind of period whose courses are not retired; of several rules that lead to
// one course the first. A figure at the bound is not weak.
std::vector<Weakness> Weaknesses(const Catalogue& catalogue, Period period, const Figures& own,
                                 const Figures& shop, bool after_sales_only);

// An assignment of a course to an agent that is on record.
struct Known {
  bool open = false;
  std::string cause;
};
// Not while one is open, nor again for a cause, nor for figures that begin on or before the day on
// which the course was passed last: they do not show it yet.
bool ShouldAssign(std::span<const Known> known, std::string_view cause,
                  std::optional<absl::CivilDay> passed, absl::CivilDay figures_from);

}  // namespace kefu::staffing::training
