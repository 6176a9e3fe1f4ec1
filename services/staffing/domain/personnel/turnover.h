// Who came and left in a period, by group (DOMAIN 2.8), and the stages of recruitment. Pure,
// thread-safe.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/civil_time.h"
#include "common/enums/enum_names.h"
#include "services/staffing/domain/period.h"

namespace kefu::staffing::personnel {

enum class ExitReason : uint8_t {
  kUnspecified,
  kPay,
  kProspects,
  kDullWork,
  kWorkingTime,
  kTeam,
  kPrivate,
  kDismissed,
  kWorkEnded,
  kOther
};
KEFU_ENUM_NAMES(ExitReason, "UNSPECIFIED", "PAY", "PROSPECTS", "DULL_WORK", "WORKING_TIME", "TEAM",
                "PRIVATE", "DISMISSED", "WORK_ENDED", "OTHER")

// One employment, with the group that the agent was in on the days that matter.
struct Spell {
  domain::Period period;
  std::string group_before;  // at the end of the day before the period that is asked for
  std::string group_after;   // on its last day
  std::string group_joined;  // on the employment's first day
  std::string group_left;    // on its last one
  ExitReason reason = ExitReason::kUnspecified;
};

struct TurnoverRow {
  int32_t before = 0, after = 0, joined = 0, left = 0;
  std::map<ExitReason, int32_t> reasons;

  // left ÷ ((before + after) ÷ 2) in basis points, half up; nothing over nobody.
  std::optional<int32_t> turnover_bps() const;
};
struct Turnover {
  std::map<std::string, TurnoverRow> rows;  // by group
  TurnoverRow total;
};
// before + joined = after + left, of all together.
Turnover Count(std::span<const Spell> spells, absl::CivilDay first, absl::CivilDay last);

enum class Stage : uint8_t {
  kUnspecified,
  kApplied,
  kScreened,
  kInterviewed,
  kTested,
  kOffered,
  kHired,
  kRejected,
  kWithdrawn
};
KEFU_ENUM_NAMES(Stage, "UNSPECIFIED", "APPLIED", "SCREENED", "INTERVIEWED", "TESTED", "OFFERED",
                "HIRED", "REJECTED", "WITHDRAWN")
// FAILED_PRECONDITION CANDIDATE_STAGE unless it leads forward or out, from where one still can; to
// HIRED only from OFFERED.
absl::Status CheckMove(Stage from, Stage to, std::string_view candidate_id);

}  // namespace kefu::staffing::personnel
