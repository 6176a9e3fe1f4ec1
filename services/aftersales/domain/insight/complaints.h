// Complaints about shipped pieces, gathered for a look at lots. Pure; not thread-safe.
#pragma once

#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "absl/time/civil_time.h"
#include "services/aftersales/domain/insight/bad_lots.h"
#include "services/aftersales/domain/insight/delays.h"

namespace kefu::aftersales::domain::insight {

// One line of an order, as it was shipped and complained about.
struct Complaint {
  std::string shop_id, order_id;
  std::string case_id;
  SeriesKey series;
  absl::CivilDay ship_day;
  absl::CivilDay receive_day;  // of the case, in the shop's zone
};

// The first complaint about each line of an order counts, as far as it came within the horizon:
// a second one says nothing new of the pieces. One from before the shipment is not about them.
class Complaints {
 public:
  // Of shipments from `first` to `today`, as far as they were complained about by today.
  Complaints(absl::CivilDay first, absl::CivilDay today, int horizon_days)
      : first_(first), today_(today), horizon_days_(horizon_days) {}

  // In order of receipt.
  void Add(Complaint complaint);

  std::vector<DelayCount> Delays() const;
  const std::map<SeriesKey, std::vector<Complaint>>& by_series() const { return by_series_; }
  // Counts what is known of the series in its days, which have every day that was shipped on.
  void Fill(Series& series) const;

 private:
  const absl::CivilDay first_, today_;
  const int horizon_days_;
  std::set<std::tuple<std::string, std::string, std::string>> known_;  // shop, order, SKU
  std::map<SeriesKey, std::vector<Complaint>> by_series_;
};

}  // namespace kefu::aftersales::domain::insight
