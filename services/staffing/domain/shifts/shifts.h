// An organization's shift templates, and swaps in a published roster. Pure; time is an argument.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/enums/enum_names.h"
#include "services/staffing/domain/roster/model.h"
#include "services/staffing/domain/types.h"

namespace kefu::staffing::shifts {

enum class SwapState : uint8_t {
  kUnspecified,
  kProposed,
  kAgreed,
  kApproved,
  kRejected,
  kDeclined,
  kWithdrawn
};
KEFU_ENUM_NAMES(SwapState, "UNSPECIFIED", "PROPOSED", "AGREED", "APPROVED", "REJECTED", "DECLINED",
                "WITHDRAWN")

// shifts::NameOf.
using ::kefu::NameOf;

struct Template {
  roster::ShiftTemplate shape;
  std::string display_name;
  int32_t late_grace_minutes = 0, early_grace_minutes = 0;
  bool archived = false;
};

// INVALID_ARGUMENT SHIFT_TOO_LONG beyond 24 hours.
absl::Status CheckLength(const roster::ShiftTemplate& shape);

struct Swap {
  std::string id;
  std::string roster_id;
  std::string agent_id;
  absl::CivilDay day;
  std::string other_agent_id;
  std::optional<absl::CivilDay> other_day;
  std::string reason;
  SwapState state = SwapState::kProposed;
  std::string decided_by;
  std::string decision_reason;
  domain::RecordInfo info;

  bool concerns(std::string_view agent) const {
    return agent_id == agent || other_agent_id == agent;
  }
};

// The swap in its next state. FAILED_PRECONDITION SWAP_STATE unless it stands in one of `from`.
absl::StatusOr<Swap> Move(const Swap& swap, std::initializer_list<SwapState> from, SwapState to,
                          std::string_view actor, std::string_view reason, absl::Time now);

// The roster's shifts with the swap, from those with it (the history included, in any order).
// FAILED_PRECONDITION SWAP_PAST for a shift that has begun by `now`, SWAP_SHIFT_MISSING when an
// agent has no such shift or is not in the roster, SWAP_BREAKS_RULES with every labour rule that
// the swap breaks and that was not broken before.
absl::StatusOr<std::vector<roster::Shift>> Apply(const Swap& swap, const roster::Problem& problem,
                                                 const std::vector<roster::Shift>& shifts,
                                                 absl::CivilMinute now);

}  // namespace kefu::staffing::shifts
