#include "services/staffing/domain/workload/forecast.h"

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <cmath>
#include <map>
#include <optional>

#include "services/staffing/domain/workload/profile.h"

namespace kefu::staffing::domain::workload {
namespace {

constexpr size_t kLeastOrdinaryDays = 7;  // without effects, to learn from these alone
constexpr int kWeek = 7;
constexpr int kClosedWeeks = 3;  // without a weekday, until it is taken for closed

double PriorOf(const DayPlan& plan) {
  return (plan.calendar ? plan.calendar->prior : 1) * (plan.campaign ? plan.campaign->prior : 1);
}

std::vector<DayHistory> WithoutEffects(std::span<const DayHistory> history) {
  std::vector<DayHistory> days;
  for (const DayHistory& day : history) {
    if (!day.plan.calendar && !day.plan.campaign) days.push_back(day);
  }
  return days;
}

// The history without effects: its ordinary days, or all of them with what is known of their
// effects taken out.
std::vector<DayHistory> Ordinary(std::span<const DayHistory> history) {
  std::vector<DayHistory> days = WithoutEffects(history);
  if (days.size() >= kLeastOrdinaryDays) return days;
  days.assign(history.begin(), history.end());
  for (DayHistory& day : days) {
    for (double& slot : day.arrivals) slot /= PriorOf(day.plan);
  }
  return days;
}

class Model {
 public:
  Model(std::span<const DayHistory> history, const ForecastSettings& settings,
        std::span<const DayHistory> earlier)
      : settings_(settings), days_(Ordinary(history)) {
    std::vector<DayPlan> plans;
    std::vector<double> totals;
    for (const DayHistory& day : days_) {
      plans.push_back(day.plan);
      totals.push_back(day.total());
    }
    levels_ = FitLevels(plans, totals, settings);
    shapes_ = FitShapes(days_, settings);
    for (const DayHistory& day : history) Learn(day, days_, levels_.level);
    const std::vector<DayHistory> ordinary = WithoutEffects(earlier);
    for (const DayHistory& day : earlier) Learn(day, ordinary, std::nullopt);
    closed_.fill(history.back().plan.day - history.front().plan.day + 1 >= kClosedWeeks * kWeek);
    for (const DayHistory& day : history) closed_[ProfileOf(day.plan.day)] = false;
  }

  Forecast Answer(std::span<const DayPlan> plans) const {
    Forecast forecast{.days_used = static_cast<int>(days_.size()),
                      .outlying_days = levels_.outlying,
                      .outlying_slots = shapes_.outlying,
                      .dispersion = shapes_.dispersion,
                      .day_deviation = levels_.deviation};
    std::map<std::string, LearnedEffect> effects;
    for (const DayPlan& plan : plans) {
      for (const auto& effect : {plan.calendar, plan.campaign}) {
        if (effect) effects[effect->id] = Learned(*effect);
      }
      forecast.days.push_back(Of(plan));
    }
    for (auto& [id, effect] : effects) forecast.effects.push_back(std::move(effect));
    return forecast;
  }

 private:
  // What an ordinary day in place of a past one would have had: the level of the ordinary days in
  // the weeks around it, else the one given.
  std::optional<double> Usual(const DayPlan& plan, std::span<const DayHistory> ordinary,
                              std::optional<double> level) const {
    std::vector<double> rest;
    for (const DayHistory& day : ordinary) {
      if (std::abs(day.plan.day - plan.day) > 2 * kWeek) continue;
      rest.push_back(std::log(day.total() + 0.5) - levels_.weekday[day.plan.profile]);
    }
    if (!rest.empty()) level = Median(rest);
    if (!level) return std::nullopt;
    return std::exp(*level + levels_.weekday[plan.profile]);
  }

  // A day with both causes tells of the campaign, once the calendar's prior is taken out.
  void Learn(const DayHistory& day, std::span<const DayHistory> ordinary,
             std::optional<double> level) {
    if (!day.plan.calendar && !day.plan.campaign) return;
    const std::optional<double> usual = Usual(day.plan, ordinary, level);
    if (!usual) return;
    double ratio = std::log((day.total() + 0.5) / (*usual + 0.5));
    if (day.plan.calendar && day.plan.campaign) ratio -= std::log(day.plan.calendar->prior);
    const Effect& effect = day.plan.campaign ? *day.plan.campaign : *day.plan.calendar;
    seen_[effect.id].push_back(ratio);
  }

  LearnedEffect Learned(const Effect& effect) const {
    LearnedEffect learned{.id = effect.id, .prior = effect.prior, .factor = effect.prior};
    const auto seen = seen_.find(effect.id);
    if (seen == seen_.end()) return learned;
    double sum = settings_.effect_prior_days * std::log(effect.prior);
    for (const double ratio : seen->second) sum += ratio;
    learned.days = static_cast<int>(seen->second.size());
    learned.factor = std::exp(sum / (settings_.effect_prior_days + learned.days));
    return learned;
  }

  DayForecast Of(const DayPlan& plan) const {
    DayForecast day{.day = plan.day};
    const auto ahead = static_cast<double>(plan.day - days_.back().plan.day);
    day.level = std::exp(levels_.level);
    day.closed = plan.profile < kWeekdays && closed_[plan.profile];
    day.weekday_factor = day.closed ? 0 : std::exp(levels_.weekday[plan.profile]);
    day.trend_factor = std::exp(levels_.slope * std::min<double>(ahead, settings_.trend_days));
    if (plan.calendar) day.calendar_factor = Learned(*plan.calendar).factor;
    if (plan.campaign) day.campaign_factor = Learned(*plan.campaign).factor;
    day.total = day.level * day.weekday_factor * day.trend_factor * day.calendar_factor *
                day.campaign_factor;
    const double z = boost::math::quantile(boost::math::normal(), 0.5 + settings_.band / 2);
    for (int s = 0; s < kSlots; ++s) {
      SlotForecast& slot = day.slots[s];
      slot.share = shapes_.share[plan.profile][s];
      slot.arrivals = day.total * slot.share;
      const double spread = slot.arrivals * levels_.deviation;
      const double width = z * std::sqrt(shapes_.dispersion * slot.arrivals + spread * spread);
      slot.lower = std::max(0.0, slot.arrivals - width);
      slot.upper = slot.arrivals + width;
    }
    return day;
  }

  const ForecastSettings& settings_;
  const std::vector<DayHistory> days_;
  DayLevels levels_;
  DayShapes shapes_;
  std::map<std::string, std::vector<double>> seen_;  // log ratios by effect
  std::array<bool, kWeekdays> closed_{};
};

const DayHistory* Find(std::span<const DayHistory> history, absl::CivilDay day) {
  const auto at =
      std::ranges::lower_bound(history, day, {}, [](const DayHistory& h) { return h.plan.day; });
  return at == history.end() || at->plan.day != day ? nullptr : &*at;
}

// Sums over the half hours compared.
struct Errors {
  double actual = 0, off = 0, last_week_off = 0, day_off = 0, last_week_day_off = 0;
  int cells = 0, covered = 0, days = 0;

  void Add(const DayHistory& day, const DayHistory& week_before, const DayForecast& forecast) {
    ++days;
    day_off += std::abs(forecast.total - day.total());
    last_week_day_off += std::abs(week_before.total() - day.total());
    for (int s = 0; s < kSlots; ++s) {
      const double seen = day.arrivals[s];
      const SlotForecast& slot = forecast.slots[s];
      actual += seen;
      off += std::abs(slot.arrivals - seen);
      last_week_off += std::abs(week_before.arrivals[s] - seen);
      if (seen == 0 && slot.upper < 1) continue;  // a closed half hour is no merit
      ++cells;
      // Counts are whole: the band holds those within half a contact of it.
      covered += seen >= slot.lower - 0.5 && seen <= slot.upper + 0.5;
    }
  }
};

}  // namespace

int ProfileOf(absl::CivilDay day) { return static_cast<int>(absl::GetWeekday(day)); }

double DayHistory::total() const {
  double sum = 0;
  for (const double slot : arrivals) sum += slot;
  return sum;
}

Forecast MakeForecast(std::span<const DayHistory> history, std::span<const DayPlan> days,
                      const ForecastSettings& settings, std::span<const DayHistory> earlier) {
  return Model(history, settings, earlier).Answer(days);
}

Backtest BacktestForecast(std::span<const DayHistory> history, const ForecastSettings& settings,
                          std::span<const DayHistory> earlier, int weeks) {
  Errors errors;
  if (history.empty()) return {};
  const absl::CivilDay end = history.back().plan.day + 1;
  for (int week = 1; week <= weeks; ++week) {
    const absl::CivilDay origin = end - kWeek * week;
    if (origin - history.front().plan.day < kWeek) break;
    const auto before = std::ranges::lower_bound(history, origin, {},
                                                 [](const DayHistory& h) { return h.plan.day; });
    const std::span<const DayHistory> known(history.begin(), before);
    std::vector<DayPlan> plans;
    for (auto day = before; day != history.end() && day->plan.day < origin + kWeek; ++day) {
      if (Find(known, day->plan.day - kWeek) != nullptr) plans.push_back(day->plan);
    }
    if (plans.empty()) continue;
    const Forecast forecast = MakeForecast(known, plans, settings, earlier);
    for (const DayForecast& day : forecast.days) {
      errors.Add(*Find(history, day.day), *Find(known, day.day - kWeek), day);
    }
  }
  if (errors.actual == 0) return {};
  return {.days = errors.days,
          .wape = errors.off / errors.actual,
          .last_week_wape = errors.last_week_off / errors.actual,
          .day_wape = errors.day_off / errors.actual,
          .last_week_day_wape = errors.last_week_day_off / errors.actual,
          .covered = errors.cells == 0 ? 1 : static_cast<double>(errors.covered) / errors.cells};
}

std::array<double, kSlots> HandleProfile(std::span<const Handled, kSlots> slots,
                                         double prior_contacts) {
  Handled all;
  for (const Handled& slot : slots) {
    all.contacts += slot.contacts;
    all.seconds += slot.seconds;
  }
  std::array<double, kSlots> result{};
  if (all.contacts <= 0) return result;
  const double mean = all.seconds / all.contacts;
  for (int s = 0; s < kSlots; ++s) {
    result[s] = (slots[s].seconds + prior_contacts * mean) / (slots[s].contacts + prior_contacts);
  }
  return result;
}

}  // namespace kefu::staffing::domain::workload
