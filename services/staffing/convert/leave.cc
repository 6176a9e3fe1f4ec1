#include "services/staffing/convert/leave.h"

#include "fmt/format.h"
#include "services/staffing/convert/enums.h"
#include "services/staffing/convert/resources.h"
#include "services/staffing/domain/roster/model.h"

namespace kefu::staffing::convert {
leave::Kind FromProto(const v1::LeaveKind& kind, FieldViolations& violations) {
  return {.id = KindName(kind.leave_kind(), "leave_kind", violations),
          .display_name = Text(kind.display_name(), kMaxName, "display_name", violations),
          .paid = kind.paid(),
          .has_balance = kind.has_balance(),
          .archived = kind.archived()};
}

leave::Leave FromProto(const v1::RequestLeaveRequest& request, FieldViolations& violations) {
  leave::Leave leave{.kind = KindName(request.leave_kind(), "leave_kind", violations),
                     .from_minute = request.from_minute(),
                     .to_minute = request.to_minute(),
                     .minutes = request.minutes(),
                     .reason = request.reason()};
  if (!request.reason().empty()) {
    Text(request.reason(), kMaxReason, "reason", violations, /*lines=*/true);
  }
  if (!violations.Check(request.has_dates(), "dates", "must be set")) return leave;
  const auto days = OptionalDays(true, request.dates(), "dates", violations);
  if (!days) return leave;
  leave.first = days->first;
  leave.last = days->last;
  const int64_t count = leave.last - leave.first + 1;
  violations.Check(count <= leave::kMostDays, "dates",
                   fmt::format("must be at most {} days", leave::kMostDays));
  Number(request.minutes(), 0, count * roster::kMinutesPerDay, "minutes", violations);
  if (leave.whole_days()) {
    violations.Check(leave.from_minute == 0, "from_minute", "needs to_minute");
    return leave;
  }
  violations.Check(count == 1, "to_minute", "is for a part of one day");
  Number(leave.from_minute, 0, 2 * roster::kMinutesPerDay - 1, "from_minute", violations);
  Number(leave.to_minute, leave.from_minute + 1, 2 * roster::kMinutesPerDay, "to_minute",
         violations);
  return leave;
}

leave::Leave FromProto(const v1::Leave& proto, FieldViolations& violations) {
  leave::Leave leave{
      .agent_id = Id(proto.agent_id(), "agent_id", violations),
      .kind = KindName(proto.kind(), "kind", violations),
      .first = RequiredDay(proto.has_start_date(), proto.start_date(), "start_date", violations),
      .last = OptionalDay(proto.has_end_date(), proto.end_date(), "end_date", violations)
                  .value_or(leave::kNoEnd),
      .state = leave::State::kApproved};
  violations.Check(leave.first <= leave.last, "end_date", "must not be before start_date");
  return leave;
}

v1::LeaveKind ToProto(const leave::Kind& kind) {
  v1::LeaveKind proto;
  proto.set_leave_kind(kind.id);
  proto.set_display_name(kind.display_name);
  proto.set_paid(kind.paid);
  proto.set_has_balance(kind.has_balance);
  proto.set_archived(kind.archived);
  proto.set_shipped(kind.shipped);
  return proto;
}

v1::Leave ToProto(const leave::Leave& leave) {
  v1::Leave proto;
  proto.set_leave_id(leave.id);
  proto.set_agent_id(leave.agent_id);
  proto.set_kind(leave.kind);
  *proto.mutable_start_date() = ToProto(leave.first);
  if (leave.ends()) *proto.mutable_end_date() = ToProto(leave.last);
  proto.set_paid(leave.paid);
  proto.set_from_minute(leave.from_minute);
  proto.set_to_minute(leave.to_minute);
  proto.set_minutes(leave.minutes);
  proto.set_reason(leave.reason);
  proto.set_state(static_cast<v1::LeaveState>(leave.state));
  proto.set_decided_by(leave.decided_by);
  proto.set_decision_reason(leave.decision_reason);
  proto.set_etag(Etag(leave.info));
  *proto.mutable_create_time() = ToProto(leave.info.create_time);
  *proto.mutable_update_time() = ToProto(leave.info.update_time);
  return proto;
}

v1::LeaveBalance ToProto(std::string_view agent_id, const leave::Balance& balance) {
  v1::LeaveBalance proto;
  proto.set_agent_id(std::string(agent_id));
  proto.set_leave_kind(balance.kind);
  proto.set_granted_minutes(balance.granted);
  proto.set_requested_minutes(balance.requested);
  proto.set_approved_minutes(balance.approved);
  proto.set_available_minutes(balance.available());
  return proto;
}

}  // namespace kefu::staffing::convert
