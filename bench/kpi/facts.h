// A made-up month of one large shop, day by day, the same for the same seed.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/civil_time.h"
#include "kefu/performance/v1/resources.pb.h"

namespace kefu::bench {

inline constexpr std::string_view kShop = "shop-kpi";
inline constexpr std::string_view kShopZone = "Asia/Shanghai";
inline constexpr absl::CivilDay kFirstDay(2026, 7, 1);

struct MonthPlan {
  int64_t messages = 10'000'000;
  int agents = 1'000;
  int days = 31;
  uint64_t seed = 1;
};

// Of the agent with a number from 0.
std::string AgentId(uint64_t number);

// What happened to the conversations that begin on one day, and what came of them later.
struct DayOfFacts {
  std::vector<performance::v1::Conversation> conversations;  // by time
  std::vector<performance::v1::Order> orders;
  std::vector<performance::v1::Refund> refunds;
  std::vector<performance::v1::Review> reviews;
  int64_t messages = 0;
};

// Day `day` (from 0) of the plan. About messages / days messages in conversations of 2 to 9, from
// eight in the morning to midnight with a peak in the evening, some going on past it. Customers
// write in runs of one to three; agents answer after a median of 18 s with a long tail, one run in
// fifty is never answered. Two in a hundred are advertisers, one in five gives a rating. One
// conversation in five leads to an order: most are paid within the hour, some the next day, some
// too late to count; one order in five is of somebody who never wrote. Six in a hundred orders are
// refunded within a week, a third is reviewed within ten days. Ids are unique over all days.
DayOfFacts MakeDay(const MonthPlan& plan, int day);

}  // namespace kefu::bench
