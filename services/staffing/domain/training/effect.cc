#include "services/staffing/domain/training/effect.h"

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <cmath>

#include "common/money/money.h"

namespace kefu::staffing::training {
namespace {

constexpr double kAllBps = 10'000;
constexpr double kMillion = 1'000'000;

Side SideOf(const Window& window, Unit unit, int64_t scale, const ToldDays& told) {
  Side side{.window = window, .sum = {.scale = scale}};
  for (const auto& [month, days] : told) {
    for (const DayFigure& day : days) {
      // A day over nothing, as of ratings when nobody rated, has no figure.
      if (!window.Contains(day.day) || (unit != Unit::kSum && day.denominator == 0)) continue;
      ++side.days;
      side.sum.numerator += day.numerator;
      side.sum.denominator += unit == Unit::kSum ? 1 : day.denominator;
    }
  }
  return side;
}

bool Enough(const EffectTerms& terms, Unit unit, const Side& side) {
  return unit == Unit::kSum ? side.days >= terms.least_days
                            : side.sum.denominator >= terms.least_cases;
}

bool IsShare(const Figure& figure) {
  return figure.numerator >= 0 && figure.numerator <= figure.denominator;
}

double ShareOf(const Figure& figure) {
  return static_cast<double>(figure.numerator) / static_cast<double>(figure.denominator);
}

}  // namespace

Window Before(const Window& training, int32_t days) {
  return {training.first - days, training.first - 1};
}

Window After(const Window& training, int32_t days) {
  return {training.last + 1, training.last + days};
}

std::vector<absl::CivilMonth> MonthsNeeded(const Window& before, const Window& after) {
  std::vector<absl::CivilMonth> months;
  for (const Window& window : {before, after}) {
    for (absl::CivilMonth month(window.first); month <= absl::CivilMonth(window.last); ++month) {
      if (months.empty() || months.back() < month) months.push_back(month);
    }
  }
  return months;
}

Interval Wilson(int64_t successes, int64_t cases, double confidence) {
  if (cases <= 0) return {0, 1};
  const double z =
      boost::math::quantile(boost::math::normal_distribution<double>(), (1 + confidence) / 2);
  const auto n = static_cast<double>(cases);
  const double share = static_cast<double>(successes) / n;
  const double center = (share + z * z / (2 * n)) / (1 + z * z / n);
  const double half =
      z / (1 + z * z / n) * std::sqrt(share * (1 - share) / n + z * z / (4 * n * n));
  return {std::max(0.0, center - half), std::min(1.0, center + half)};
}

Interval Newcombe(const Figure& first, const Figure& second, double confidence) {
  const double p = ShareOf(first), q = ShareOf(second);
  const Interval of_p = Wilson(first.numerator, first.denominator, confidence);
  const Interval of_q = Wilson(second.numerator, second.denominator, confidence);
  return {(q - p) - std::hypot(q - of_q.low, of_p.high - p),
          (q - p) + std::hypot(of_q.high - q, p - of_p.low)};
}

Effect Judge(const EffectTerms& terms, const Window& training, Unit unit, int64_t scale,
             const ToldDays& told, const std::optional<Window>& cause) {
  const Window before = Before(training, terms.days), after = After(training, terms.days);
  Effect effect{.before = {.window = before}, .after = {.window = after}};
  effect.before_holds_cause = cause && cause->first <= before.last && before.first <= cause->last;
  for (const absl::CivilMonth month : MonthsNeeded(before, after)) {
    if (!told.contains(month)) effect.missing.push_back(month);
  }
  if (!effect.missing.empty()) {
    effect.state = EffectState::kPending;
    return effect;
  }
  effect.before = SideOf(before, unit, scale, told);
  effect.after = SideOf(after, unit, scale, told);
  const auto was = effect.before.sum.millionths(), is = effect.after.sum.millionths();
  if (was && is) effect.change_millionths = *is - *was;
  if (!Enough(terms, unit, effect.before) || !Enough(terms, unit, effect.after) ||
      !effect.change_millionths) {
    effect.state = EffectState::kTooFew;
    return effect;
  }
  if (unit != Unit::kShare || !IsShare(effect.before.sum) || !IsShare(effect.after.sum)) {
    effect.state = EffectState::kNotTested;
    return effect;
  }
  const Interval interval =
      Newcombe(effect.before.sum, effect.after.sum, terms.confidence_bps / kAllBps);
  effect.low_millionths = std::llround(interval.low * kMillion);
  effect.high_millionths = std::llround(interval.high * kMillion);
  effect.state = interval.low > 0    ? EffectState::kRose
                 : interval.high < 0 ? EffectState::kFell
                                     : EffectState::kNoChangeShown;
  return effect;
}

Together Sum(std::span<const Effect> effects) {
  Together together;
  int64_t sum = 0, told = 0;
  for (const Effect& effect : effects) {
    ++together.trained;
    ++together.by_state[effect.state];
    if (effect.state < EffectState::kNotTested || !effect.change_millionths) continue;
    sum += *effect.change_millionths;
    ++told;
    together.before_holds_cause += effect.before_holds_cause ? 1 : 0;
  }
  if (told > 0) {
    const auto mean = MulDivHalfUp(sum, 1, told);
    if (mean.ok()) together.mean_change_millionths = *mean;
  }
  return together;
}

}  // namespace kefu::staffing::training
