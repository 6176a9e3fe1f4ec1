// A made-up year and a month of a shop: what its agents sold, gave back and worked. The same for
// the same seed.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/civil_time.h"
#include "kefu/performance/v1/people.pb.h"
#include "kefu/performance/v1/resources.pb.h"

namespace kefu::bench {

inline constexpr std::string_view kPayShop = "shop-pay";
inline constexpr std::string_view kPayZone = "Asia/Shanghai";
inline constexpr absl::CivilMonth kFirstMonth(2025, 7);

struct YearPlan {
  int agents = 1'000;
  int months = 13;     // all but the last are closed
  int customers = 20;  // of each agent and month; two of five buy, one order in ten is paid back
  uint64_t seed = 1;
};

struct MonthOfFacts {
  std::vector<performance::v1::Conversation> conversations;
  std::vector<performance::v1::Order> orders;
  // Some are of orders of the months before.
  std::vector<performance::v1::Refund> refunds;
  std::vector<performance::v1::Attendance> attendance;  // of each workday
  std::vector<performance::v1::ConductEvent> conduct;   // decided fines
};

std::string AgentId(int agent);
// Month `month` (from 0) of the plan.
MonthOfFacts MakeMonth(const YearPlan& plan, int month);

}  // namespace kefu::bench
