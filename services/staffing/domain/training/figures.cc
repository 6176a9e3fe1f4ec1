#include "services/staffing/domain/training/figures.h"

#include <algorithm>

#include "common/money/money.h"

namespace kefu::staffing::training {
namespace {

constexpr int64_t kAllBps = 10'000;

// Whether a is less than b; both over something positive.
bool Less(const Figure& a, const Figure& b, int64_t times_a, int64_t times_b) {
  return static_cast<__int128>(a.numerator) * b.denominator * times_a <
         static_cast<__int128>(b.numerator) * a.denominator * times_b;
}

std::optional<Weakness> WeaknessBy(const Rule& rule, const Figure& own, const Figure* shop) {
  const auto value = own.millionths();
  if (!value || own.denominator < rule.least_cases) return std::nullopt;
  Weakness weakness{.rule = &rule, .value_millionths = *value};
  if (rule.value_millionths != 0) {
    weakness.bound_millionths = rule.value_millionths;
    const auto scaled = static_cast<__int128>(own.numerator) * own.scale;
    const auto bound = static_cast<__int128>(rule.value_millionths) * own.denominator;
    return (rule.higher_is_weak ? scaled > bound : scaled < bound) ? std::optional(weakness)
                                                                   : std::nullopt;
  }
  const auto mean = shop == nullptr ? std::nullopt : shop->millionths();
  if (!mean || *mean <= 0 || shop->scale != own.scale) return std::nullopt;
  weakness.shop_value_millionths = *mean;
  weakness.bound_millionths = MulDivHalfUp(*mean, rule.share_of_shop_bps, kAllBps).value_or(*mean);
  const int64_t share = rule.share_of_shop_bps;
  const bool weak =
      rule.higher_is_weak ? Less(*shop, own, share, kAllBps) : Less(own, *shop, kAllBps, share);
  return weak ? std::optional(weakness) : std::nullopt;
}

}  // namespace

std::optional<int64_t> Figure::millionths() const {
  if (denominator <= 0) return std::nullopt;
  const auto value = MulDivHalfUp(numerator, scale, denominator);
  return value.ok() ? std::optional(*value) : std::nullopt;
}

std::vector<Weakness> Weaknesses(const Catalogue& catalogue, Period period, const Figures& own,
                                 const Figures& shop, bool after_sales_only) {
  std::vector<Weakness> all;
  for (const Rule& rule : catalogue.rules) {
    if (rule.period != period || (rule.selling && after_sales_only)) continue;
    const Course* const course = catalogue.FindCourse(rule.course_id);
    const auto figure = own.find(rule.metric_id);
    if (course == nullptr || course->retired || figure == own.end()) continue;
    const bool named = std::ranges::any_of(
        all, [&](const Weakness& other) { return other.rule->course_id == rule.course_id; });
    if (named) continue;
    const auto of_shop = shop.find(rule.metric_id);
    const auto weakness =
        WeaknessBy(rule, figure->second, of_shop == shop.end() ? nullptr : &of_shop->second);
    if (weakness) all.push_back(*weakness);
  }
  return all;
}

bool ShouldAssign(std::span<const Known> known, std::string_view cause,
                  std::optional<absl::CivilDay> passed, absl::CivilDay figures_from) {
  if (passed && figures_from <= *passed) return false;
  return std::ranges::none_of(
      known, [&](const Known& one) { return one.open || (!cause.empty() && one.cause == cause); });
}

}  // namespace kefu::staffing::training
