#include "services/warehouse/domain/replenishment/forecast_model.h"

#include <algorithm>
#include <cmath>

namespace kefu::warehouse::domain::replenishment {

using enum ForecastMethod;

ForecastModel::ForecastModel(ForecastMethod method, const ForecastParameters& parameters)
    : method_(method), p_(parameters) {
  if (seasonal() || method == kSeasonalNaive) season_.assign(p_.season, std::nan(""));
}

bool ForecastModel::seasonal() const {
  return method_ == kHoltWintersAdd || method_ == kHoltWintersMultiply || method_ == kSeasonalMean;
}
bool ForecastModel::multiplies() const { return method_ != kHoltWintersAdd; }

void ForecastModel::Update(double y) {
  const bool known = !std::isnan(y);
  if (known) {
    ++known_;
    sum_ += y;
  }
  if (seasonal() && !started_) {
    start_.push_back(y);
    ++time_;
    if (start_.size() == 2 * static_cast<size_t>(p_.season)) StartSeason();
    return;
  }
  switch (method_) {
    case kNaive:
      if (known) level_ = y;
      break;
    case kSeasonalNaive:
      if (known) {
        season_[time_ % p_.season] = y;
        level_ = sum_ / known_;
      }
      break;
    case kMovingAverage:
      if (known) UpdateWindow(y);
      break;
    case kSmoothing:
    case kHolt:
      if (known) UpdateLevel(y);
      break;
    case kHoltWintersAdd:
    case kHoltWintersMultiply:
    case kSeasonalMean:
      // In a gap the trend waits too: nothing says that it went on.
      if (known) UpdateSeasonal(y);
      break;
    case kCroston:
    case kSba:
    case kTsb:
      if (known) UpdateIntermittent(y);
      break;
  }
  ++time_;
}

void ForecastModel::UpdateWindow(double y) {
  const auto size = static_cast<size_t>(p_.window);
  if (window_.size() < size) {
    window_.push_back(y);
    window_sum_ += y;
  } else {
    double& oldest = window_[(known_ - 1) % size];
    window_sum_ += y - oldest;
    oldest = y;
  }
  level_ = window_sum_ / static_cast<double>(window_.size());
}

// Holt's first trend is the difference of the first two values (Hyndman & Athanasopoulos, 8.2);
// smoothing starts at the first value.
void ForecastModel::UpdateLevel(double y) {
  if (known_ == 1) {
    level_ = y;
    return;
  }
  if (method_ == kHolt && known_ == 2) trend_ = y - level_;
  const double before = level_;
  level_ = p_.alpha * y + (1 - p_.alpha) * (level_ + trend_);
  if (method_ == kHolt) trend_ = p_.beta * (level_ - before) + (1 - p_.beta) * trend_;
}

// Level: mean of the first season; trend: difference of the two seasons' means a period; season:
// the deviation from the mean of its season, averaged over both (Hyndman & Athanasopoulos, 8.3).
void ForecastModel::StartSeason() {
  const int m = p_.season;
  double mean[2] = {0, 0};
  int count[2] = {0, 0};
  for (int t = 0; t < 2 * m; ++t) {
    if (std::isnan(start_[t])) continue;
    mean[t / m] += start_[t];
    ++count[t / m];
  }
  if (count[0] == 0 || count[1] == 0) {
    // Nothing to start from yet: forget the older season.
    start_.erase(start_.begin(), start_.begin() + m);
    return;
  }
  mean[0] /= count[0];
  mean[1] /= count[1];
  for (int i = 0; i < m; ++i) {
    double sum = 0;
    int n = 0;
    for (int cycle = 0; cycle < 2; ++cycle) {
      const double y = start_[cycle * m + i];
      if (std::isnan(y) || (multiplies() && mean[cycle] <= 0)) continue;
      sum += multiplies() ? y / mean[cycle] : y - mean[cycle];
      ++n;
    }
    const int64_t place = (time_ - 2 * m + i) % m;
    season_[place] = n > 0 ? sum / n : multiplies() ? 1 : 0;
  }
  level_ = mean[1];
  trend_ = method_ == kSeasonalMean ? 0 : (mean[1] - mean[0]) / m;
  started_ = true;
  start_.clear();
}

void ForecastModel::UpdateSeasonal(double y) {
  double& season = season_[time_ % p_.season];
  const double before = level_ + trend_;
  if (multiplies()) {
    const double base = season > 1e-9 ? y / season : before;
    level_ = p_.alpha * base + (1 - p_.alpha) * before;
    if (before > 1e-9) season = p_.gamma * y / before + (1 - p_.gamma) * season;
  } else {
    level_ = p_.alpha * (y - season) + (1 - p_.alpha) * before;
    season = p_.gamma * (y - before) + (1 - p_.gamma) * season;
  }
  if (method_ != kSeasonalMean) {
    trend_ = p_.beta * (level_ - (before - trend_)) + (1 - p_.beta) * trend_;
  }
}

// Starts at the first demand, its interval counted from the start of the series.
void ForecastModel::UpdateIntermittent(double y) {
  ++since_;
  const bool first = size_ == 0 && y > 0;
  if (first) {
    size_ = y;
    interval_ = since_;
    chance_ = 1.0 / since_;
    since_ = 0;
    return;
  }
  if (size_ == 0) return;
  if (method_ == kTsb) chance_ = p_.beta * (y > 0 ? 1 : 0) + (1 - p_.beta) * chance_;
  if (y <= 0) return;
  size_ = p_.alpha * y + (1 - p_.alpha) * size_;
  interval_ = p_.beta * since_ + (1 - p_.beta) * interval_;
  since_ = 0;
}

double ForecastModel::level() const {
  switch (method_) {
    case kCroston:
      return size_ / interval_;
    case kSba:
      return (1 - p_.beta / 2) * size_ / interval_;
    case kTsb:
      return chance_ * size_;
    default:
      if (seasonal() && !started_) return known_ > 0 ? sum_ / known_ : 0;
      return level_;
  }
}

double ForecastModel::Raw(int h) const {
  const auto place = [&] { return season_[(time_ + h - 1) % p_.season]; };
  if (method_ == kSeasonalNaive) return std::isnan(place()) ? level() : place();
  if (!seasonal() || !started_) return level() + (started_ || !seasonal() ? h * trend_ : 0);
  const double base = level_ + h * trend_;
  return multiplies() ? base * place() : base + place();
}

double ForecastModel::Ahead(int h) const { return std::max(0.0, Raw(h)); }

std::vector<double> ForecastModel::Season() const {
  std::vector<double> season;
  if (!started_) return season;
  for (int i = 0; i < p_.season; ++i) season.push_back(season_[(time_ + i) % p_.season]);
  return season;
}

}  // namespace kefu::warehouse::domain::replenishment
