// Leave: kinds, balances, and what may become of a request. Pure; time is an argument.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "common/enums/enum_names.h"
#include "services/staffing/domain/types.h"

namespace kefu::staffing::leave {

enum class State : uint8_t { kUnspecified, kRequested, kApproved, kRejected, kCancelled };
KEFU_ENUM_NAMES(State, "UNSPECIFIED", "REQUESTED", "APPROVED", "REJECTED", "CANCELLED")

// leave::NameOf.
using ::kefu::NameOf;

inline constexpr int kMinutesPerWorkday = 480;  // Labour Law art. 36, State Council Order 174: 8 h
inline constexpr int kMostDays = 366;
// The last day of a leave without an end.
inline constexpr absl::CivilDay kNoEnd(9999, 12, 31);
inline constexpr int kMostGrant = 525'600;  // minutes of a year

struct Kind {
  std::string id;
  std::string display_name;
  bool paid = false;
  bool has_balance = false;
  bool archived = false;
  bool shipped = false;
};

// What ships, by id: the kinds of Chinese labour law and of usual house rules. An organization
// replaces each by one with the same id.
std::span<const Kind> ShippedKinds();
// By id: the organization's, and the shipped ones that it has not replaced.
std::vector<Kind> KindsInForce(std::span<const Kind> own);

struct Leave {
  std::string id;
  std::string agent_id;
  std::string kind;
  bool paid = false;
  bool has_balance = false;
  absl::CivilDay first, last;  // both included
  int32_t from_minute = 0;     // of a part of one day, after its midnight
  int32_t to_minute = 0;       // 0: whole days
  int32_t minutes = 0;         // taken from the balance
  std::string reason;
  State state = State::kRequested;
  std::string decided_by;
  std::string decision_reason;
  domain::RecordInfo info;

  bool ends() const { return last < kNoEnd; }
  bool whole_days() const { return to_minute == 0; }
  bool counts() const { return state == State::kRequested || state == State::kApproved; }
};

struct Balance {
  std::string kind;
  int64_t granted = 0, requested = 0, approved = 0;  // minutes
  int64_t available() const { return granted - requested - approved; }
};

// Minutes that a leave takes where the request names none; `workdays` of its range.
int32_t DefaultMinutes(const Leave& leave, int workdays);

// Parts of one day overlap by their minutes, everything else by days.
bool Overlap(const Leave& a, const Leave& b);

// Whether the leave may be requested or recorded beside the agent's others: LEAVE_OVERLAP, and
// LEAVE_BALANCE_SHORT where its kind has a balance.
absl::Status CheckRequest(const Leave& asked, std::span<const Leave> others,
                          const std::optional<Balance>& balance);

// The leave decided: LEAVE_STATE unless it is requested, OWN_DECISION by its own agent.
absl::StatusOr<Leave> Decide(const Leave& leave, bool approve, std::string_view reason,
                             std::string_view actor, std::string_view actor_agent_id,
                             absl::Time now);

// The leave with another last day, from its first on: LEAVE_STATE unless it is approved and of
// whole days, LEAVE_WITH_BALANCE where what it takes was counted by its days.
absl::StatusOr<Leave> End(const Leave& leave, absl::CivilDay last, std::string_view actor,
                          absl::Time now);

// The leave taken back: LEAVE_STATE unless it counts; LEAVE_BEGUN by its own agent on or after its
// first day, when it was approved.
absl::StatusOr<Leave> Cancel(const Leave& leave, std::string_view reason, std::string_view actor,
                             bool by_own_agent, absl::CivilDay today, absl::Time now);

}  // namespace kefu::staffing::leave
