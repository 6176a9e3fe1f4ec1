#include "services/staffing/convert/handovers.h"

#include <set>

#include "fmt/format.h"
#include "services/staffing/convert/enums.h"
#include "services/staffing/convert/resources.h"

namespace kefu::staffing::convert {
namespace {

constexpr int kMostItems = 100;      // of one handover: more than people can pass on
constexpr int kMostHandedOn = 1000;  // bounds the request; a shift holds what it accepted
constexpr int kMostReferences = 20;

handover::Item ItemFromProto(const v1::NewHandoverItem& sent, const std::string& path,
                             FieldViolations& violations) {
  handover::Item item{
      .text = Text(sent.text(), kMaxReason, path + ".text", violations, /*lines=*/true)};
  violations.Check(sent.references_size() <= kMostReferences, path + ".references",
                   fmt::format("must be at most {}", kMostReferences));
  for (int i = 0; i < sent.references_size(); ++i) {
    const std::string field = fmt::format("{}.references[{}]", path, i);
    item.references.push_back({RequiredEnum<handover::ReferenceKind>(sent.references(i).kind(),
                                                                     field + ".kind", violations),
                               Id(sent.references(i).id(), field + ".id", violations)});
  }
  if (sent.has_due_time()) item.due = Instant(sent.due_time(), path + ".due_time", violations);
  return item;
}

}  // namespace

handover::DutyShift FromProto(const v1::StartShiftRequest& request, FieldViolations& violations) {
  handover::DutyShift shift{
      .team_id = Id(request.team_id(), "team_id", violations),
      .name = OptionalText(request.shift_name(), kMaxName, "shift_name", violations)};
  if (violations.Check(request.has_scheduled_start_time(), "scheduled_start_time", "must be set")) {
    shift.scheduled_start =
        Instant(request.scheduled_start_time(), "scheduled_start_time", violations);
  }
  if (violations.Check(request.has_scheduled_end_time(), "scheduled_end_time", "must be set")) {
    shift.scheduled_end = Instant(request.scheduled_end_time(), "scheduled_end_time", violations);
    violations.Check(shift.scheduled_end > shift.scheduled_start, "scheduled_end_time",
                     "must be after the start");
  }
  return shift;
}

handover::Writing FromProto(const v1::WriteHandoverRequest& request, FieldViolations& violations) {
  handover::Writing writing;
  if (!request.note().empty()) Text(request.note(), kMaxReason, "note", violations, /*lines=*/true);
  violations.Check(request.items_size() <= kMostItems, "items",
                   fmt::format("must be at most {}", kMostItems));
  violations.Check(request.handed_on_size() <= kMostHandedOn, "handed_on",
                   fmt::format("must be at most {}", kMostHandedOn));
  for (int i = 0; i < request.items_size(); ++i) {
    writing.items.push_back(
        ItemFromProto(request.items(i), fmt::format("items[{}]", i), violations));
  }
  std::set<std::string_view> seen;
  for (int i = 0; i < request.handed_on_size(); ++i) {
    const v1::HandedOnItem& sent = request.handed_on(i);
    const std::string path = fmt::format("handed_on[{}]", i);
    writing.handed_on.push_back({Id(sent.item_id(), path + ".item_id", violations), sent.text()});
    if (!sent.text().empty()) {
      Text(sent.text(), kMaxReason, path + ".text", violations, /*lines=*/true);
    }
    violations.Check(seen.insert(sent.item_id()).second, path + ".item_id", "is named twice");
  }
  return writing;
}

handover::Policy FromProto(const v1::HandoverPolicy& policy, FieldViolations& violations) {
  constexpr int kMost = handover::kMostMinutes;
  handover::Policy result;
  result.team_lead_minutes =
      Number(policy.team_lead_minutes(), 1, kMost, "team_lead_minutes", violations);
  result.supervisor_minutes =
      Number(policy.supervisor_minutes(), 1, kMost, "supervisor_minutes", violations);
  result.manager_minutes =
      Number(policy.manager_minutes(), 1, kMost, "manager_minutes", violations);
  violations.Check(policy.team_lead_minutes() < policy.supervisor_minutes(), "supervisor_minutes",
                   "must be more than team_lead_minutes");
  violations.Check(policy.supervisor_minutes() < policy.manager_minutes(), "manager_minutes",
                   "must be more than supervisor_minutes");
  return result;
}

v1::DutyShift ToProto(const handover::DutyShift& shift) {
  v1::DutyShift proto;
  proto.set_duty_shift_id(shift.id);
  proto.set_team_id(shift.team_id);
  proto.set_agent_id(shift.agent_id);
  proto.set_shift_name(shift.name);
  *proto.mutable_scheduled_start_time() = ToProto(shift.scheduled_start);
  *proto.mutable_scheduled_end_time() = ToProto(shift.scheduled_end);
  *proto.mutable_start_time() = ToProto(shift.start);
  if (shift.handover) *proto.mutable_handover_time() = ToProto(*shift.handover);
  if (shift.end) *proto.mutable_end_time() = ToProto(*shift.end);
  proto.set_etag(Etag(shift.info));
  return proto;
}

v1::HandoverItem ToProto(const handover::Item& item) {
  v1::HandoverItem proto;
  proto.set_item_id(item.id);
  proto.set_team_id(item.team_id);
  proto.set_text(item.text);
  for (const handover::Reference& reference : item.references) {
    v1::HandoverReference* out = proto.add_references();
    out->set_kind(static_cast<v1::HandoverReferenceKind>(reference.kind));
    out->set_id(reference.id);
  }
  if (item.due != absl::InfiniteFuture()) *proto.mutable_due_time() = ToProto(item.due);
  proto.set_state(static_cast<v1::HandoverItemState>(item.state));
  proto.set_writer_agent_id(item.writer_agent_id);
  proto.set_from_duty_shift_id(item.from_shift_id);
  proto.set_holder_agent_id(item.holder_agent_id);
  proto.set_holder_duty_shift_id(item.holder_shift_id);
  *proto.mutable_waiting_time() = ToProto(item.waiting_since);
  proto.set_level(static_cast<v1::HandoverLevel>(item.level));
  if (item.escalates != absl::InfiniteFuture()) {
    *proto.mutable_escalation_time() = ToProto(item.escalates);
  }
  proto.set_handover_count(item.handovers);
  proto.set_resolution(item.resolution);
  proto.set_etag(Etag(item.info));
  return proto;
}

v1::HandoverEntry ToProto(const handover::Entry& entry) {
  v1::HandoverEntry proto;
  proto.set_sequence(entry.sequence);
  proto.set_kind(static_cast<v1::HandoverEntryKind>(entry.kind));
  proto.set_agent_id(entry.agent_id);
  proto.set_duty_shift_id(entry.shift_id);
  proto.set_text(entry.text);
  proto.set_level(static_cast<v1::HandoverLevel>(entry.level));
  proto.set_policy_version(entry.policy_version);
  proto.set_actor(entry.actor);
  *proto.mutable_record_time() = ToProto(entry.record_time);
  return proto;
}

v1::HandoverPolicy ToProto(const handover::Policy& policy) {
  v1::HandoverPolicy proto;
  proto.set_version(policy.version);
  proto.set_team_lead_minutes(policy.team_lead_minutes);
  proto.set_supervisor_minutes(policy.supervisor_minutes);
  proto.set_manager_minutes(policy.manager_minutes);
  if (policy.version > 0) *proto.mutable_create_time() = ToProto(policy.create_time);
  return proto;
}

}  // namespace kefu::staffing::convert
