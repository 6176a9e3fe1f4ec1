#include "services/aftersales/domain/insight/complaints.h"

#include <algorithm>
#include <utility>

namespace kefu::aftersales::domain::insight {

void Complaints::Add(Complaint complaint) {
  if (complaint.ship_day < first_ || complaint.receive_day < complaint.ship_day ||
      complaint.receive_day > today_) {
    return;
  }
  if (!known_.emplace(complaint.shop_id, complaint.order_id, complaint.series.sku).second) return;
  if (complaint.receive_day - complaint.ship_day > horizon_days_) return;
  by_series_[complaint.series].push_back(std::move(complaint));
}

std::vector<DelayCount> Complaints::Delays() const {
  std::map<std::pair<int, int>, int64_t> counts;
  for (const auto& [key, complaints] : by_series_) {
    for (const Complaint& one : complaints) {
      ++counts[{static_cast<int>(one.receive_day - one.ship_day),
                static_cast<int>(today_ - one.ship_day)}];
    }
  }
  std::vector<DelayCount> delays;
  for (const auto& [at, complaints] : counts) delays.push_back({at.first, at.second, complaints});
  return delays;
}

void Complaints::Fill(Series& series) const {
  const auto found = by_series_.find(series.key);
  if (found == by_series_.end()) return;
  for (const Complaint& one : found->second) {
    const auto day = std::ranges::lower_bound(series.days, one.ship_day, {}, &SeriesDay::day);
    if (day != series.days.end() && day->day == one.ship_day) ++day->complaints;
  }
}

}  // namespace kefu::aftersales::domain::insight
