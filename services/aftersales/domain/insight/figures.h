// What figures over cases are asked for by, and what they answer. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "services/aftersales/domain/enums.h"

namespace kefu::aftersales::domain::insight {

// Values are those of the contract.
enum class ReasonDimension : uint8_t {
  kUnspecified,
  kReason,
  kSku,
  kNode,
  kLot,
  kCategory,
  kKind,
  kResult,
  kAgent,
  kBase,
  kCarrier,
  kShop,
  kSkuAndKind,
  kCustomer,
  kOrder
};
enum class TrendStep : uint8_t { kUnspecified, kDay, kWeek, kMonth };
enum class SlaDimension : uint8_t { kUnspecified, kShop, kBase, kAgent };
enum class SlaOutcome : uint8_t { kUnspecified, kMet, kBreached, kOpen, kCancelled };

// Cases of one organization, received in a period.
struct CasePeriod {
  std::string org_id;
  std::string shops;    // ids, comma-separated; empty: all
  std::string base_id;  // only what this base's agents work on; empty: all
  std::string kinds;    // names, comma-separated; empty: all
  absl::CivilDay first, last;
  absl::Time from, to;  // the same days, [from, to)
};

struct ReasonGroup {
  ReasonDimension by = ReasonDimension::kUnspecified;
  std::string value;
};
struct ReasonQuery {
  CasePeriod period;
  std::optional<ReasonGroup> within;
  std::string currency;  // of what cases cost
};

struct ReasonRow {
  std::string value;  // empty: not known
  int64_t cases = 0;
  int64_t previous_cases = 0;
  int64_t cost_minor = 0;
  int64_t sold = 0;  // pieces or orders that cases may be about; 0: not known
};

// A case behind a figure.
struct FigureCase {
  std::string case_id, shop_id, order_id;
  CaseKind kind = CaseKind::kUnspecified;
  absl::Time receive_time;
  int64_t cost_minor = 0;
};

// Days of a trend, both included.
struct TrendPoint {
  absl::CivilDay first, last;
  int64_t cases = 0;
};
// Every step of the days from `first` to `last`, without cases; `first` is not after `last`.
std::vector<TrendPoint> StepsOf(absl::CivilDay first, absl::CivilDay last, TrendStep step);

struct SlaRow {
  std::string value;
  ClockKind clock = ClockKind::kUnspecified;
  int64_t met = 0, breached = 0, open = 0, cancelled = 0;
};
struct SlaDeadline {
  std::string case_id, shop_id, owner;
  absl::Time receive_time, start, due;  // InfiniteFuture: it stands still
};

// Open cases by how long ago they were received and how soon they are due.
struct BacklogRow {
  CaseState state = CaseState::kUnspecified;
  int age = 0;  // how many of kBacklogHours it has reached
  int due = 0;  // 0: overdue; else how many of kDueHours lie before it, plus 1; kNothingDue
  int64_t cases = 0;
};
// An hour, half a working day, a day, three days, a week: how a shop speaks of what waits.
inline constexpr int kBacklogHours[] = {1, 4, 24, 72, 168};
inline constexpr int kDueHours[] = {1, 4, 24};
inline constexpr int kNothingDue = 5;

}  // namespace kefu::aftersales::domain::insight
