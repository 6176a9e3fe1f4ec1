// The same facts in plain indexed tables, and what they pay by GROUP BY.
#pragma once

#include <map>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "bench/payroll/year.h"
#include "common/db/database.h"

namespace kefu::bench {

// The plan of the benchmark: base pay, overtime by the hour on workdays at 150 %, unpaid time, and
// 3 % of net sales to ¥500, 5 % of what goes beyond.
inline constexpr int64_t kBaseMinor = 300'000, kOvertimeHourMinor = 2'000, kBandMinor = 50'000;

class PlainPay {
 public:
  explicit PlainPay(db::Database& database) : database_(database) {}

  absl::Status Create();
  // Sales are given with their agent: attribution is no part of this.
  absl::Status Load(const MonthOfFacts& facts);
  // Base pay, unpaid time, overtime and commission of each agent in `month`, after the same of all
  // months from `first` has been computed: late facts may have changed them.
  absl::StatusOr<std::map<std::string, int64_t>> Month(absl::CivilMonth first,
                                                       absl::CivilMonth month);

 private:
  db::Database& database_;
  std::map<std::string, std::string> agent_of_;                   // by customer
  std::map<std::string, std::pair<std::string, int64_t>> sales_;  // by order: customer, paid
};

}  // namespace kefu::bench
