// Whether a month's or week's figures keep what the contract says, and what follows when they
// don't. Pure, thread-safe.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/civil_time.h"
#include "services/staffing/domain/outsourcing/terms.h"

namespace kefu::staffing::outsourcing {

// A share or mean of the base's agents together: the sums of their exact numerators and
// denominators.
struct Figure {
  int64_t numerator = 0, denominator = 0;
  bool is_duration = false;  // then the numerator is microseconds
};

enum class Judgement : uint8_t {
  kUnspecified,
  kKept,
  kMissed,
  kThin,    // fewer cases than agreed
  kUnknown  // no figure: nothing was reported
};
KEFU_ENUM_NAMES(Judgement, "UNSPECIFIED", "KEPT", "MISSED", "THIN", "UNKNOWN")

struct LevelResult {
  size_t level = 0;  // of Terms::levels
  Judgement judgement = Judgement::kUnknown;
  Figure figure;
};

// One result for each service level that is judged by the month, or by the week, in their order. A
// limit is compared exactly: numerator · 10⁶ against limit · denominator.
std::vector<LevelResult> JudgeLevels(const Terms& terms, LevelPeriod period,
                                     const std::map<std::string, Figure>& figures);

// Mondays of the weeks that belong to the month given by its first day, as their Sunday lies in it,
// and that are days of the contract throughout.
std::vector<absl::CivilDay> WeeksOf(const Terms& terms, absl::CivilDay month);

// Milestones due before `day` that are not done. One due after the contract has ended is none of it
// any more.
std::vector<size_t> OverdueMilestones(const Terms& terms, const std::set<std::string>& done,
                                      absl::CivilDay day);

// The gravest demand that the breaches' months justify in the month of the last one; nothing when
// none does. Months are first days, in any order, one for each breach.
std::optional<Demand> DemandOf(const Terms& terms, std::span<const absl::CivilDay> months,
                               absl::CivilDay month);

}  // namespace kefu::staffing::outsourcing
