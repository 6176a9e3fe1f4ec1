#include "services/staffing/domain/leave/leave.h"

#include <algorithm>
#include <array>
#include <map>

#include "services/staffing/errors.h"
#include "services/staffing/errors_time.h"

namespace kefu::staffing::leave {
namespace {

// Paid or not as the law has it: annual leave (《职工带薪年休假条例》, State Council Order 514),
// marriage, bereavement (Labour Law art. 51), maternity (State Council Order 619), sick leave (paid
// at a reduced rate: Ministry of Labour 1995 No. 309, 59). Time off in lieu is art. 44 (2).
const std::array<Kind, 8>& Shipped() {
  static const auto& kinds = *new std::array<Kind, 8>{
      Kind{"annual", "年休假", true, true, false, true},
      Kind{"bereavement", "丧假", true, false, false, true},
      Kind{"in_lieu", "调休", true, true, false, true},
      Kind{"marriage", "婚假", true, false, false, true},
      Kind{"maternity", "产假", true, false, false, true},
      Kind{"personal", "事假", false, false, false, true},
      Kind{"sick", "病假", true, false, false, true},
      Kind{"work_injury", "工伤假", true, false, false, true},
  };
  return kinds;
}

void Close(Leave& leave, State state, std::string_view reason, std::string_view actor,
           absl::Time now) {
  leave.state = state;
  leave.decision_reason = reason;
  leave.decided_by = actor;
  leave.info = {leave.info.version + 1, leave.info.create_time, now};
}

}  // namespace

std::span<const Kind> ShippedKinds() { return Shipped(); }

std::vector<Kind> KindsInForce(std::span<const Kind> own) {
  std::map<std::string_view, Kind> kinds;
  for (const Kind& kind : Shipped()) kinds[kind.id] = kind;
  for (const Kind& kind : own) kinds[kind.id] = kind;
  std::vector<Kind> result;
  for (auto& [id, kind] : kinds) result.push_back(std::move(kind));
  return result;
}

int32_t DefaultMinutes(const Leave& leave, int workdays) {
  return leave.whole_days() ? workdays * kMinutesPerWorkday : leave.to_minute - leave.from_minute;
}

bool Overlap(const Leave& a, const Leave& b) {
  if (a.last < b.first || b.last < a.first) return false;
  if (a.whole_days() || b.whole_days()) return true;
  return a.from_minute < b.to_minute && b.from_minute < a.to_minute;
}

absl::Status CheckRequest(const Leave& asked, std::span<const Leave> others,
                          const std::optional<Balance>& balance) {
  for (const Leave& other : others) {
    if (other.counts() && other.id != asked.id && Overlap(asked, other)) {
      return error::LeaveOverlap(other.id);
    }
  }
  if (balance && balance->available() < asked.minutes) {
    return error::LeaveBalanceShort(asked.kind, balance->available(), asked.minutes);
  }
  return absl::OkStatus();
}

absl::StatusOr<Leave> Decide(const Leave& leave, bool approve, std::string_view reason,
                             std::string_view actor, std::string_view actor_agent_id,
                             absl::Time now) {
  if (actor_agent_id == leave.agent_id) return error::OwnDecision(leave.id);
  if (leave.state != State::kRequested) return error::LeaveState(leave.id, NameOf(leave.state));
  Leave decided = leave;
  Close(decided, approve ? State::kApproved : State::kRejected, reason, actor, now);
  return decided;
}

absl::StatusOr<Leave> End(const Leave& leave, absl::CivilDay last, std::string_view actor,
                          absl::Time now) {
  if (leave.state != State::kApproved || !leave.whole_days()) {
    return error::LeaveState(leave.id,
                             leave.whole_days() ? NameOf(leave.state) : "of a part of a day");
  }
  if (leave.has_balance) return error::LeaveWithBalance(leave.kind);
  Leave ended = leave;
  ended.last = last;
  Close(ended, State::kApproved, leave.decision_reason, actor, now);
  return ended;
}

absl::StatusOr<Leave> Cancel(const Leave& leave, std::string_view reason, std::string_view actor,
                             bool by_own_agent, absl::CivilDay today, absl::Time now) {
  if (!leave.counts()) return error::LeaveState(leave.id, NameOf(leave.state));
  if (by_own_agent && leave.state == State::kApproved && today >= leave.first) {
    return error::LeaveBegun(leave.id);
  }
  Leave cancelled = leave;
  Close(cancelled, State::kCancelled, reason, actor, now);
  return cancelled;
}

}  // namespace kefu::staffing::leave
