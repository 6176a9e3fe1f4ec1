#include "services/staffing/convert/shifts.h"

#include "fmt/format.h"
#include "services/staffing/convert/enums.h"
#include "services/staffing/convert/resources.h"
#include "services/staffing/convert/rosters.h"

namespace kefu::staffing::convert {
namespace {

constexpr int kMostGrace = 240;  // half a working day
constexpr int kMostBreaks = 20;  // what a row holds

}  // namespace

shifts::Template FromProto(const v1::ShiftTemplate& shift, FieldViolations& violations) {
  shifts::Template result{
      .shape = FromProto(shift.shift(), "shift", violations),
      .display_name = Text(shift.display_name(), kMaxName, "display_name", violations),
      .late_grace_minutes =
          Number(shift.late_grace_minutes(), 0, kMostGrace, "late_grace_minutes", violations),
      .early_grace_minutes =
          Number(shift.early_grace_minutes(), 0, kMostGrace, "early_grace_minutes", violations),
      .archived = shift.archived()};
  Id(result.shape.id, "shift.shift_template_id", violations);
  violations.Check(!shift.shift().fixed_only(), "shift.fixed_only", "is of a roster's order only");
  violations.Check(shift.shift().breaks_size() <= kMostBreaks, "shift.breaks",
                   fmt::format("must be at most {}", kMostBreaks));
  for (const roster::Fault& fault : roster::CheckTemplate(result.shape)) {
    violations.Add("shift." + fault.field, fault.text);
  }
  return result;
}

shifts::Swap FromProto(const v1::OfferSwapRequest& request, FieldViolations& violations) {
  shifts::Swap swap{.roster_id = Id(request.roster_id(), "roster_id", violations),
                    .day = RequiredDay(request.has_date(), request.date(), "date", violations),
                    .other_agent_id = Id(request.other_agent_id(), "other_agent_id", violations),
                    .other_day = OptionalDay(request.has_other_date(), request.other_date(),
                                             "other_date", violations),
                    .reason = request.reason()};
  if (!request.reason().empty()) {
    Text(request.reason(), kMaxReason, "reason", violations, /*lines=*/true);
  }
  return swap;
}

v1::ShiftTemplate ToProto(const shifts::Template& shift) {
  v1::ShiftTemplate proto;
  *proto.mutable_shift() = ToProto(shift.shape);
  proto.set_display_name(shift.display_name);
  proto.set_late_grace_minutes(shift.late_grace_minutes);
  proto.set_early_grace_minutes(shift.early_grace_minutes);
  proto.set_archived(shift.archived);
  return proto;
}

v1::ShiftSwap ToProto(const shifts::Swap& swap) {
  v1::ShiftSwap proto;
  proto.set_swap_id(swap.id);
  proto.set_roster_id(swap.roster_id);
  proto.set_agent_id(swap.agent_id);
  *proto.mutable_date() = ToProto(swap.day);
  proto.set_other_agent_id(swap.other_agent_id);
  if (swap.other_day) *proto.mutable_other_date() = ToProto(*swap.other_day);
  proto.set_reason(swap.reason);
  proto.set_state(static_cast<v1::SwapState>(swap.state));
  proto.set_decided_by(swap.decided_by);
  proto.set_decision_reason(swap.decision_reason);
  proto.set_etag(Etag(swap.info));
  *proto.mutable_create_time() = ToProto(swap.info.create_time);
  *proto.mutable_update_time() = ToProto(swap.info.update_time);
  return proto;
}

}  // namespace kefu::staffing::convert
