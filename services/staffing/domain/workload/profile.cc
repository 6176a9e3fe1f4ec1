#include "services/staffing/domain/workload/profile.h"

#include <algorithm>
#include <cmath>
#include <optional>

namespace kefu::staffing::domain::workload {
namespace {

using Slots = std::array<double, kSlots>;

constexpr int kPolish = 10;               // rounds; medians settle in three or four
constexpr double kLeastDeviation = 0.03;  // of log totals: below, a bound would cut ordinary days
constexpr double kDayBound = 2;           // deviations of a day's total that count in full
constexpr int kTrendHistory = 21;         // days; a shorter history shows the weekday, not a trend
constexpr double kLeastExpected = 5;      // of a cell of a χ² test (W. Cochran, 1954)
constexpr double kSmoothContacts = 500;   // weight of the smoothed shape among the contacts seen
constexpr double kOrdinary = 1.0001;      // χ² a degree of freedom of a shape like the others'

double Mean(std::span<const double> values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return values.empty() ? 0 : sum / static_cast<double>(values.size());
}

// Weeks back from the last day.
int WeekOf(absl::CivilDay day, absl::CivilDay last) { return static_cast<int>((last - day) / 7); }

// Medians of log totals by week and weekday in turns. A weekday with two days or fewer takes their
// mean.
std::array<double, kWeekdays + 1> WeekdayEffects(std::span<const DayPlan> days,
                                                 std::span<const double> logs) {
  const absl::CivilDay last = days.back().day;
  std::vector<double> week(WeekOf(days.front().day, last) + 1);
  std::array<double, kWeekdays + 1> weekday{};
  for (int round = 0; round < kPolish; ++round) {
    std::vector<std::vector<double>> by_week(week.size());
    std::array<std::vector<double>, kWeekdays> by_weekday;
    for (size_t i = 0; i < days.size(); ++i) {
      by_week[WeekOf(days[i].day, last)].push_back(logs[i] - weekday[days[i].profile]);
    }
    for (size_t w = 0; w < week.size(); ++w) week[w] = Median(by_week[w]);
    for (size_t i = 0; i < days.size(); ++i) {
      if (days[i].profile == kWorkday) continue;
      by_weekday[days[i].profile].push_back(logs[i] - week[WeekOf(days[i].day, last)]);
    }
    for (int w = 0; w < kWeekdays; ++w) {
      weekday[w] = by_weekday[w].size() > 2 ? Median(by_weekday[w]) : Mean(by_weekday[w]);
    }
    weekday[kWorkday] = Mean(std::span(weekday).first(5));
  }
  const double mean = Mean(std::span(weekday).first(kWeekdays));
  for (double& effect : weekday) effect -= mean;
  return weekday;
}

// Draws weekdays towards their mean as far as chance alone could have made them differ: τ²/(τ²+s²)
// with τ² their spread beyond chance (C. Stein, 1956; B. Efron & C. Morris, 1973). A total of n has
// a variance of 1/n in its log at least.
void Shrink(std::span<const DayPlan> days, std::span<const double> totals,
            std::array<double, kWeekdays + 1>& weekday) {
  const double weeks = std::max(1.0, static_cast<double>(days.size()) / kWeekdays);
  const double chance = 1 / (Mean(totals) + 0.5) / weeks;
  double spread = 0;
  for (int w = 0; w < kWeekdays; ++w) spread += weekday[w] * weekday[w] / (kWeekdays - 1);
  const double beyond = std::max(0.0, spread - chance);
  for (double& effect : weekday) effect *= beyond / (beyond + chance);
}

double TheilSen(std::span<const DayPlan> days, std::span<const double> rest) {
  std::vector<double> slopes;
  for (size_t i = 0; i < days.size(); ++i) {
    for (size_t j = i + 1; j < days.size(); ++j) {
      slopes.push_back((rest[j] - rest[i]) / static_cast<double>(days[j].day - days[i].day));
    }
  }
  return Median(std::move(slopes));
}

Slots Normalized(Slots slots) {
  double sum = 0;
  for (const double slot : slots) sum += slot;
  for (double& slot : slots) slot = sum > 0 ? slot / sum : 1.0 / kSlots;
  return slots;
}

// Neighbouring half hours are alike: weights ¼, ½, ¼.
Slots Smoothed(const Slots& slots) {
  Slots smooth{};
  for (int s = 0; s < kSlots; ++s) {
    const int before = (s + kSlots - 1) % kSlots, after = (s + 1) % kSlots;
    smooth[s] = (slots[before] + 2 * slots[s] + slots[after]) / 4;
  }
  return smooth;
}

// χ² of counts against shares, a degree of freedom; neighbours are taken together until enough is
// expected of them.
double Misfit(const Slots& counts, double total, const Slots& share) {
  double sum = 0, expected = 0, seen = 0;
  int cells = 0;
  for (int s = 0; s < kSlots; ++s) {
    expected += total * share[s];
    seen += counts[s];
    if (expected < kLeastExpected) continue;
    sum += (seen - expected) * (seen - expected) / expected;
    ++cells;
    expected = seen = 0;
  }
  return std::max(kOrdinary, sum / std::max(1, cells - 1));
}

// The shapes of all weekdays from their counts.
std::array<Slots, kWeekdays + 1> ShapesOf(const std::array<Slots, kWeekdays>& counts) {
  std::array<double, kWeekdays> total{}, misfit{}, weight{};
  for (int w = 0; w < kWeekdays; ++w) {
    for (const double count : counts[w]) total[w] += count;
  }
  weight.fill(1);
  std::array<Slots, kWeekdays> others{};
  for (int round = 0; round < 6; ++round) {  // weights settle: unlike weekdays lend less
    for (int w = 0; w < kWeekdays; ++w) {
      Slots pooled{};
      for (int v = 0; v < kWeekdays; ++v) {
        for (int s = 0; v != w && s < kSlots; ++s) pooled[s] += weight[v] * counts[v][s];
      }
      others[w] = Normalized(pooled);
      misfit[w] = Misfit(counts[w], total[w], others[w]);
    }
    for (int w = 0; w < kWeekdays; ++w) weight[w] = 1 / misfit[w];
  }
  std::array<Slots, kWeekdays + 1> shapes{};
  for (int w = 0; w < kWeekdays; ++w) {
    const double kappa = std::max(0.0, (total[w] - misfit[w]) / (misfit[w] - 1));
    const Slots smooth = Smoothed(others[w]);
    double seen = 0;  // the fewer contacts of other weekdays, the more their neighbours tell
    for (int v = 0; v < kWeekdays; ++v) seen += v == w ? 0 : total[v];
    for (int s = 0; s < kSlots; ++s) {
      const double prior =
          (seen * others[w][s] + kSmoothContacts * smooth[s]) / (seen + kSmoothContacts);
      shapes[w][s] =
          total[w] + kappa > 0 ? (counts[w][s] + kappa * prior) / (total[w] + kappa) : prior;
    }
    for (int s = 0; w < 5 && s < kSlots; ++s) shapes[kWorkday][s] += shapes[w][s] / 5;
  }
  return shapes;
}

// The share of each half hour on the middle one of a weekday's days: what a single wild half hour
// does not move. Only of weekdays with three days or more.
std::array<std::optional<Slots>, kWeekdays + 1> MiddleShares(std::span<const DayHistory> history) {
  std::array<std::optional<Slots>, kWeekdays + 1> middle;
  for (int w = 0; w <= kWeekdays; ++w) {
    std::array<std::vector<double>, kSlots> shares;
    for (const DayHistory& day : history) {
      const double total = day.total();
      if (day.plan.profile != w || total <= 0) continue;
      for (int s = 0; s < kSlots; ++s) shares[s].push_back(day.arrivals[s] / total);
    }
    if (shares[0].size() < 3) continue;
    for (int s = 0; s < kSlots; ++s) {
      if (s == 0) middle[w].emplace();
      (*middle[w])[s] = Median(shares[s]);
    }
  }
  return middle;
}

// The counts with those far from what is expected moved to the bound, by a reference share of each
// profile and the days' totals.
class Bounded {
 public:
  Bounded(std::span<const DayHistory> history, double bound) : history_(history), bound_(bound) {
    for (const DayHistory& day : history) counts_.push_back(day.arrivals);
  }

  template <class ShareOf>
  void Apply(ShareOf share_of) {
    std::vector<double> off;  // in deviations of a Poisson count
    std::vector<Slots> expected(history_.size());
    for (size_t i = 0; i < history_.size(); ++i) {
      double total = 0;
      for (const double count : counts_[i]) total += count;
      for (int s = 0; s < kSlots; ++s) {
        const double mean = expected[i][s] = total * share_of(history_[i].plan.profile, s);
        if (mean > 2) off.push_back((history_[i].arrivals[s] - mean) / std::sqrt(mean));
      }
    }
    dispersion_ = std::max(1.0, std::pow(RobustDeviation(off), 2));
    moved_ = 0;
    for (size_t i = 0; i < history_.size(); ++i) {
      for (int s = 0; s < kSlots; ++s) {
        const double mean = expected[i][s], seen = history_[i].arrivals[s];
        const double most = bound_ * std::sqrt(dispersion_ * std::max(mean, 1.0));
        counts_[i][s] = std::clamp(seen, std::max(0.0, mean - most), mean + most);
        moved_ += counts_[i][s] != seen;
      }
    }
  }

  std::array<Slots, kWeekdays> SumByWeekday() const {
    std::array<Slots, kWeekdays> sums{};
    for (size_t i = 0; i < history_.size(); ++i) {
      const int profile = history_[i].plan.profile;
      for (int s = 0; profile < kWeekdays && s < kSlots; ++s) sums[profile][s] += counts_[i][s];
    }
    return sums;
  }
  double dispersion() const { return dispersion_; }
  int moved() const { return moved_; }

 private:
  const std::span<const DayHistory> history_;
  const double bound_;
  std::vector<Slots> counts_;
  double dispersion_ = 1;
  int moved_ = 0;
};

}  // namespace

double Median(std::vector<double> values) {
  if (values.empty()) return 0;
  const auto middle = values.begin() + static_cast<ptrdiff_t>(values.size() / 2);
  std::ranges::nth_element(values, middle);
  if (values.size() % 2 == 1) return *middle;
  return (*middle + *std::max_element(values.begin(), middle)) / 2;
}

double RobustDeviation(std::span<const double> deviations) {
  std::vector<double> sizes;
  for (const double deviation : deviations) sizes.push_back(std::abs(deviation));
  return 1.4826 * Median(std::move(sizes));
}

double DayLevels::LogTotal(int profile, double days_ahead, int trend_days) const {
  return level + weekday[profile] + slope * std::min<double>(days_ahead, trend_days);
}

DayLevels FitLevels(std::span<const DayPlan> days, std::span<const double> totals,
                    const ForecastSettings& settings) {
  const absl::CivilDay last = days.back().day;
  std::vector<double> logs, rest, weights;
  for (const double total : totals) logs.push_back(std::log(total + 0.5));
  DayLevels fit;
  fit.weekday = WeekdayEffects(days, logs);
  Shrink(days, totals, fit.weekday);
  for (size_t i = 0; i < days.size(); ++i) {
    rest.push_back(logs[i] - fit.weekday[days[i].profile]);
    weights.push_back(
        std::exp2(-static_cast<double>(last - days[i].day) / settings.half_life_days));
  }
  if (last - days.front().day + 1 >= kTrendHistory) {
    fit.slope = settings.trend_share * TheilSen(days, rest);
  }
  for (size_t i = 0; i < days.size(); ++i) {
    rest[i] += fit.slope * static_cast<double>(last - days[i].day);
  }
  std::vector<double> off(rest.size());
  const auto center = [&](double level) {
    for (size_t i = 0; i < rest.size(); ++i) off[i] = rest[i] - level;
  };
  center(Median(rest));
  fit.deviation = std::max(kLeastDeviation, RobustDeviation(off));
  fit.level = Median(rest);
  const double bound = kDayBound * fit.deviation;
  for (int round = 0; round < 20; ++round) {  // Huber's mean by reweighting
    double sum = 0, weight = 0;
    for (size_t i = 0; i < rest.size(); ++i) {
      const double distance = std::abs(rest[i] - fit.level);
      const double w = weights[i] * (distance > bound ? bound / distance : 1);
      sum += w * rest[i];
      weight += w;
    }
    fit.level = sum / weight;
  }
  // The mean of logs lies below the log of the mean, the more so the fewer arrivals: the level is
  // moved so that the bounded totals add up (N. Duan, Smearing estimate, JASA 78, 1983).
  double seen = 0, fitted = 0;
  for (size_t i = 0; i < rest.size(); ++i) {
    const double usual = std::exp(fit.level + logs[i] - rest[i]);
    const double total =
        std::clamp(totals[i], usual * std::exp(-bound) - 0.5, usual * std::exp(bound));
    if (total != totals[i]) ++fit.outlying;
    seen += weights[i] * total;
    fitted += weights[i] * usual;
  }
  fit.level = seen > 0 ? fit.level + std::log(seen / fitted) : -HUGE_VAL;
  return fit;
}

DayShapes FitShapes(std::span<const DayHistory> history, const ForecastSettings& settings) {
  Bounded counts(history, settings.outlier_bound);
  const auto middle = MiddleShares(history);
  DayShapes shapes{.share = ShapesOf(counts.SumByWeekday())};
  counts.Apply([&](int profile, int s) {
    return middle[profile] ? (*middle[profile])[s] : shapes.share[profile][s];
  });
  for (int round = 0; round < 2; ++round) {
    shapes.share = ShapesOf(counts.SumByWeekday());
    counts.Apply([&](int profile, int s) { return shapes.share[profile][s]; });
  }
  shapes.share = ShapesOf(counts.SumByWeekday());
  shapes.dispersion = counts.dispersion();
  shapes.outlying = counts.moved();
  return shapes;
}

}  // namespace kefu::staffing::domain::workload
