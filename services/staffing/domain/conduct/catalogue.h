// The kinds of conduct as data: what may be recorded, and on what terms. A version never changes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "common/enums/enum_names.h"
#include "common/status/error.h"

namespace kefu::staffing::conduct {

enum class Direction : uint8_t { kUnspecified, kReward, kDeduction };
enum class Severity : uint8_t { kUnspecified, kMinor, kModerate, kGrave };
enum class Sanction : uint8_t {
  kUnspecified,
  kPublicNotice,
  kWarning,
  kDemerit,
  kCompensation,
  kDismissal
};

KEFU_ENUM_NAMES(Direction, "UNSPECIFIED", "REWARD", "DEDUCTION")
KEFU_ENUM_NAMES(Severity, "UNSPECIFIED", "MINOR", "MODERATE", "GRAVE")
KEFU_ENUM_NAMES(Sanction, "UNSPECIFIED", "PUBLIC_NOTICE", "WARNING", "DEMERIT", "COMPENSATION",
                "DISMISSAL")

// conduct::NameOf.
using ::kefu::NameOf;

struct Kind {
  std::string id;  // as scorecards name it
  std::string display_name;
  Direction direction = Direction::kUnspecified;
  int32_t least_points = 0, most_points = 0;  // both 0: none may be stated
  bool takes_money = false;
  int32_t most_days_off = 0;
  std::vector<Sanction> sanctions;  // that may be decided
  bool of_group = false;            // the team of the day answers together
  bool needs_evidence = false;
  bool operator==(const Kind&) const = default;
};

struct Catalogue {
  int64_t version = 0;
  std::vector<Kind> kinds;
  int32_t appeal_days = 0;  // after the day of the decision
  int32_t record_days = 0;  // after the day on which it happened
  absl::Time create_time;

  // nullptr when there is none.
  const Kind* Find(std::string_view kind_id) const;
};

inline constexpr int kMostPoints = 1000;     // the bound of performance's ConductEvent
inline constexpr int kMostDaysOff = 31;      // the same
inline constexpr int kMostAppealDays = 365;  // a year: pay of older months is long closed
inline constexpr int kMostRecordDays = 366;

// Version 0: every kind that the three shipped schemes (DOMAIN 2.6) give or take for, by the names
// of their scorecards. Terms that the handbook gives a range for stand here as that range.
const Catalogue& ShippedCatalogue();

// No kind twice, bounds that hold together, and each kind only with what its direction allows. Adds
// every fault.
void CheckCatalogue(const Catalogue& catalogue, FieldViolations& violations);

}  // namespace kefu::staffing::conduct
