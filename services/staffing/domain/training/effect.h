// Whether a metric moved after a training: exact sums of the days around it, and an interval of the
// difference where the figure is a share. It says what came after, not what came of it. Pure,
// thread-safe.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "absl/time/civil_time.h"
#include "services/staffing/domain/training/catalogue.h"
#include "services/staffing/domain/training/figures.h"

namespace kefu::staffing::training {

// Days, both included.
struct Window {
  absl::CivilDay first, last;
  bool Contains(absl::CivilDay day) const { return first <= day && day <= last; }
  friend bool operator==(const Window&, const Window&) = default;
};
// So many days before the first day of a training, and after its last.
Window Before(const Window& training, int32_t days);
Window After(const Window& training, int32_t days);
// The months of both, in order, without doubles; those of the training's own days only if they are
// theirs too.
std::vector<absl::CivilMonth> MonthsNeeded(const Window& before, const Window& after);

enum class Unit : uint8_t { kShare, kMean, kSum };

// A day on which the agent had figures; of a sum the numerator alone.
struct DayFigure {
  absl::CivilDay day;
  int64_t numerator = 0, denominator = 0;
};
// What was told of months: no entry, nothing yet.
using ToldDays = std::map<absl::CivilMonth, std::vector<DayFigure>>;

// As the contract's.
enum class EffectState : uint8_t {
  kUnspecified,
  kNotMeasured,
  kPending,
  kTooFew,
  kNotTested,
  kNoChangeShown,
  kRose,
  kFell
};

struct Side {
  Window window;
  Figure sum;  // of sums over the days with figures
  int32_t days = 0;
};
struct Effect {
  EffectState state = EffectState::kNotMeasured;
  Side before, after;
  std::optional<int64_t> change_millionths;
  std::optional<int64_t> low_millionths, high_millionths;
  std::vector<absl::CivilMonth> missing;
  bool before_holds_cause = false;
};
// `scale` as of Figure; of a sum it makes one of it a millionth of the unit. `cause` are the days
// of the weak figure that led to the training. Where some of them lie before it, the agent was
// picked by what is compared: such a figure comes back towards the usual in part without any
// training (regression to the mean, Galton 1886), which the interval does not know.
Effect Judge(const EffectTerms& terms, const Window& training, Unit unit, int64_t scale,
             const ToldDays& told, const std::optional<Window>& cause = std::nullopt);

struct Interval {
  double low = 0, high = 0;
};
// What a share of `successes` in `cases` may really be (Wilson, JASA 22, 1927); 0 to 1 of no cases.
Interval Wilson(int64_t successes, int64_t cases, double confidence);
// The difference of two independent shares, second − first: Newcombe's hybrid score interval
// (Statistics in Medicine 17, 1998, 873–890, method 10).
Interval Newcombe(const Figure& first, const Figure& second, double confidence);

// The effects of a course by one metric.
struct Together {
  int32_t trained = 0;
  std::map<EffectState, int32_t> by_state;
  // Mean of the changes of those tested or not to be tested, half up; nothing of nobody.
  std::optional<int64_t> mean_change_millionths;
  int32_t before_holds_cause = 0;  // of these
};
Together Sum(std::span<const Effect> effects);

}  // namespace kefu::staffing::training
