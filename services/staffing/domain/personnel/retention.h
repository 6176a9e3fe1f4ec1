// How likely an agent is to leave, as a sum of reasons that each say what they rest on
// (DOMAIN 2.8): newness, no step up in sight, figures that fall, pay below the market, promises not
// kept. Pure, thread-safe.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/civil_time.h"
#include "common/enums/enum_names.h"
#include "services/staffing/domain/careers/figures.h"

namespace kefu::staffing::personnel {

enum class Reason : uint8_t {
  kUnspecified,
  kNew,
  kNoPromotion,
  kFallingFigure,
  kPayBelowMarket,
  kPromiseOverdue
};
KEFU_ENUM_NAMES(Reason, "UNSPECIFIED", "NEW", "NO_PROMOTION", "FALLING_FIGURE", "PAY_BELOW_MARKET",
                "PROMISE_OVERDUE")
enum class Level : uint8_t { kUnspecified, kLow, kMedium, kHigh };
KEFU_ENUM_NAMES(Level, "UNSPECIFIED", "LOW", "MEDIUM", "HIGH")

struct Metric {
  std::string id;
  bool lower_is_better = false;
};

// The defaults ship. Bands are nobody's guess: they are the organization's to set.
struct RetentionPolicy {
  int32_t version = 0;
  int32_t new_months = 6, new_points = 20;
  int32_t stuck_months = 12, sight_months = 6, promotion_points = 25;
  int32_t falling_months = 3, falling_points = 20;
  std::vector<Metric> metrics = {{"conversion"}, {"satisfaction"}};
  int32_t pay_points = 30;
  std::map<std::string, int64_t, std::less<>> low_minor;  // the band's lower end a month, by tier
  int32_t promise_points = 15;
  int32_t medium_points = 30, high_points = 60;
};
struct Fault {
  std::string field, text;
};
std::vector<Fault> CheckPolicy(const RetentionPolicy& policy);

// What is known of an agent on a day.
struct AgentFacts {
  std::string tier_id;
  int64_t service_months = 0, tier_months = 0;  // whole ones
  bool may_step_up = false;                     // by every rule
  // The first day on which tenure alone would allow a step; nothing when none will.
  std::optional<absl::CivilDay> step_day;
  const domain::careers::MonthBook* months = nullptr;
  std::optional<int64_t> pay_minor;  // agreed for a month
  int32_t overdue_promises = 0;
};

struct Check {
  Reason reason = Reason::kUnspecified;
  int32_t points = 0;
  int64_t actual = 0, limit = 0;  // months, minor units, promises
  std::string metric_id;
};
struct Risk {
  std::vector<Check> reasons;
  int32_t points = 0;
  Level level = Level::kLow;
};
Risk Assess(const RetentionPolicy& policy, const AgentFacts& facts, absl::CivilDay today);

// How many months in a row up to the last one that is told, which is the month before `today` or
// the one before that, the figure was worse than in the month before it.
int32_t MonthsFalling(const domain::careers::MonthBook& months, const Metric& metric,
                      absl::CivilDay today);

}  // namespace kefu::staffing::personnel
