// Arrivals by half hour from history: level × weekday × trend × calendar × campaign × share of the
// half hour, each robust against days and half hours that are out of line. Pure, thread-safe.
//
//   weekday, level   log day totals as week + weekday, by medians (median polish: J. Tukey, EDA,
//                    1977); the level is a Huber mean (P. Huber, 1964) that forgets by half-life
//   trend            the median of all pairwise slopes (H. Theil, 1950; P. Sen, 1968), damped
//   shares           of each weekday's half hours, drawn towards those of the other weekdays by the
//                    Dirichlet-multinomial rule n/(n+κ), κ by moments (J. Mosimann, Biometrika 49,
//                    1962): a weekday with few contacts or an ordinary shape borrows, one with many
//                    and its own shape does not
//   outliers         counts beyond outlier_bound deviations are moved to that bound
//   holidays,        a factor on days with that cause: what is known beforehand, drawn towards what
//   campaigns        such days of the history had (geometric mean, the prior counting as
//                    effect_prior_days days)
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "absl/time/civil_time.h"

namespace kefu::staffing::domain::workload {

inline constexpr int kSlots = 48;    // half hours of a day, by the local clock
inline constexpr int kWeekdays = 7;  // from Monday
inline constexpr int kWorkday = 7;   // the profile of a mean Monday to Friday

// A known cause that makes days busier or quieter, and by how much it is thought to.
struct Effect {
  std::string id;
  double prior = 1;  // times an ordinary day
};

struct DayPlan {
  absl::CivilDay day;
  int profile = 0;  // the weekday whose profile it follows, or kWorkday: a make-up workday
  std::optional<Effect> calendar, campaign;
};
// The weekday's own profile.
int ProfileOf(absl::CivilDay day);

struct DayHistory {
  DayPlan plan;
  std::array<double, kSlots> arrivals{};

  double total() const;
};

struct ForecastSettings {
  double half_life_days = 7;     // of the level
  double trend_share = 0.5;      // of the trend found that is believed; 0: none
  int trend_days = 7;            // how far ahead it goes on
  double outlier_bound = 3;      // deviations
  double effect_prior_days = 2;  // weight of what is known of an effect beforehand
  double band = 0.8;             // probability of the band
};

struct SlotForecast {
  double share = 0;  // of the day
  double arrivals = 0, lower = 0, upper = 0;
};
struct DayForecast {
  absl::CivilDay day;
  // A weekday that weeks of history never had: nobody comes, and weekday_factor is 0.
  bool closed = false;
  double total = 0;  // the product of all below
  double level = 0;  // a day of mean weekday
  double weekday_factor = 1, trend_factor = 1, calendar_factor = 1, campaign_factor = 1;
  std::array<SlotForecast, kSlots> slots;
};

// What was learned of an effect.
struct LearnedEffect {
  std::string id;
  double prior = 1;
  double factor = 1;
  int days = 0;  // of the history that had it
};

struct Forecast {
  std::vector<DayForecast> days;
  std::vector<LearnedEffect> effects;  // of the days forecast, by id, each once
  int days_used = 0;                   // of the history
  int outlying_days = 0;               // whose total was moved to the bound
  int outlying_slots = 0;              // half hours that were
  double dispersion = 1;               // variance of a half hour ÷ its mean, given the day's total
  double day_deviation = 0;            // of a day's log total
};

// `history` is ascending by day, none twice, days without records left out; not empty. Half hours
// without a count are 0. `earlier` are days before the history that tell of effects only: campaigns
// come back after a year. A weekday of which three weeks of history or more have no record is taken
// for closed.
Forecast MakeForecast(std::span<const DayHistory> history, std::span<const DayPlan> days,
                      const ForecastSettings& settings, std::span<const DayHistory> earlier = {});

// How the same method would have done on the history's last weeks, each forecast from the days
// before it only.
struct Backtest {
  int days = 0;     // compared; 0: the history is too short for any, and the rest says nothing
  double wape = 0;  // Σ|forecast - actual| ÷ Σ actual over half hours
  double last_week_wape = 0;  // of "the same as a week before"
  double day_wape = 0;        // over day totals
  double last_week_day_wape = 0;
  double covered = 0;  // half hours with arrivals or a band, inside the band
};
// The last `weeks` weeks that have a week of history before them at least. Days whose day a week
// before has no record are left out of all figures.
Backtest BacktestForecast(std::span<const DayHistory> history, const ForecastSettings& settings,
                          std::span<const DayHistory> earlier = {}, int weeks = 4);

// Mean handle time of each half hour: what was seen there, drawn towards the mean of all as if
// `prior_contacts` contacts had taken that. Zeros where nothing was answered at all.
struct Handled {
  double contacts = 0, seconds = 0;
};
std::array<double, kSlots> HandleProfile(std::span<const Handled, kSlots> slots,
                                         double prior_contacts = 50);

}  // namespace kefu::staffing::domain::workload
