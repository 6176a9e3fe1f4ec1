// What MonthLoader gathers of one month, step by step.
#pragma once

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "absl/time/civil_time.h"
#include "services/performance/domain/measures.h"
#include "services/performance/domain/people.h"
#include "services/performance/handlers/payroll/month_loader.h"

namespace kefu::performance {

struct MonthLoader::Month {
  absl::CivilDay first, last;
  std::string definition;
  domain::payroll::MonthInput input = {};
  std::map<std::string, domain::payroll::AgentInput> agents = {};
  // Sales and refunds of the month by agent and day of the sale.
  std::map<std::string, std::map<absl::CivilDay, domain::payroll::GradeDays>> days = {};
  struct Earlier {
    int64_t refunds_minor = 0, before_minor = 0;
  };
  // Refunds of earlier months' orders by agent, month of the sale and buyer.
  std::map<std::tuple<std::string, absl::CivilDay, domain::payroll::Buyer>, Earlier> earlier = {};
  // The organization's shops among which people's months are shared.
  std::set<std::string> sharing = {};
  // How they share them, by agent in order of their ids, and the positions of those paid here.
  std::map<std::string, std::vector<int64_t>> weights = {};
  int placed_back_months = 0;
  std::vector<size_t> here = {};
  domain::PeoplesAttendance attendance = {};
  std::set<std::string> pending = {};  // conduct events
};

// Refunds and reviews of earlier sales alone are no work.
inline bool HasWorked(const domain::Measures& m) {
  return m[domain::Measure::kConsulted] > 0 || m[domain::Measure::kAgentMessages] > 0 ||
         m[domain::Measure::kPaidOrders] > 0;
}

inline int64_t UnpaidMinutes(const domain::AttendanceSummary& sum) {
  return sum.absence_minutes + sum.unpaid_leave_minutes;
}

}  // namespace kefu::performance
