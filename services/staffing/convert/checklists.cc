#include "services/staffing/convert/checklists.h"

#include <algorithm>

#include "fmt/format.h"
#include "services/staffing/convert/enums.h"
#include "services/staffing/convert/resources.h"

namespace kefu::staffing::convert {
namespace {

constexpr int kMostItemText = 500;  // characters; the column's width

checklists::TemplateItem FromProto(const v1::ChecklistTemplateItem& proto, const std::string& at,
                                   FieldViolations& violations) {
  checklists::TemplateItem item{
      .id = KindName(proto.item_id(), at + ".item_id", violations),
      .text = Text(proto.text(), kMostItemText, at + ".text", violations),
      .needs_evidence = proto.needs_evidence(),
      .by_subject = proto.by_subject(),
      .check = OptionalEnum<checklists::Check>(proto.check(), at + ".check", violations)};
  if (proto.has_due_days()) {
    item.due_days =
        Number(proto.due_days(), 0, checklists::kMostDueDays, at + ".due_days", violations);
  }
  return item;
}

}  // namespace

checklists::Template FromProto(const v1::ChecklistTemplate& proto, FieldViolations& violations) {
  checklists::Template result{
      .id = KindName(proto.template_id(), "template_id", violations),
      .display_name = Text(proto.display_name(), kMaxName, "display_name", violations),
      .due_days = Number(proto.due_days(), 0, checklists::kMostDueDays, "due_days", violations),
      .archived = proto.archived(),
      .start = OptionalEnum<checklists::Start>(proto.start(), "start", violations)};
  violations.Check(proto.items_size() > 0 && proto.items_size() <= checklists::kMostItems, "items",
                   fmt::format("must be 1 to {}", checklists::kMostItems));
  for (int i = 0; i < std::min(proto.items_size(), checklists::kMostItems); ++i) {
    result.items.push_back(FromProto(proto.items(i), fmt::format("items[{}]", i), violations));
  }
  checklists::CheckTemplate(result, violations);
  return result;
}

absl::StatusOr<checklists::Template> TemplateFromBody(std::string_view body) {
  v1::ChecklistTemplate proto;
  FieldViolations violations;
  if (!proto.ParseFromArray(body.data(), static_cast<int>(body.size()))) {
    return Internal("a stored template of checklists does not parse");
  }
  checklists::Template result = FromProto(proto, violations);
  if (!violations.empty())
    return Internal("a stored template of checklists does not hold together");
  return result;
}

checklists::Schedule FromProto(const v1::ChecklistSchedule& proto, FieldViolations& violations) {
  checklists::Schedule schedule{
      .template_id = KindName(proto.template_id(), "template_id", violations),
      .shop_id = OptionalId(proto.shop_id(), "shop_id", violations),
      .team_id = OptionalId(proto.team_id(), "team_id", violations),
      .owner_agent_id = OptionalId(proto.owner_agent_id(), "owner_agent_id", violations),
      .paused = proto.paused()};
  violations.Check(proto.owner_agent_id().empty() != proto.team_id().empty(), "owner_agent_id",
                   "must be set, or team_id, and not both");
  if (proto.weekdays_size() > 0) schedule.weekdays = 0;
  for (int i = 0; i < proto.weekdays_size(); ++i) {
    const std::string field = fmt::format("weekdays[{}]", i);
    const int weekday = std::clamp(Number(proto.weekdays(i), 1, 7, field, violations), 1, 7);
    const checklists::Weekdays bit = checklists::BitOf(weekday);
    violations.Check((schedule.weekdays & bit) == 0, field, "stands there twice");
    schedule.weekdays |= bit;
  }
  return schedule;
}

v1::ChecklistTemplate ToProto(const checklists::Template& each) {
  v1::ChecklistTemplate proto;
  proto.set_template_id(each.id);
  proto.set_display_name(each.display_name);
  for (const checklists::TemplateItem& item : each.items) {
    v1::ChecklistTemplateItem* const out = proto.add_items();
    out->set_item_id(item.id);
    out->set_text(item.text);
    out->set_needs_evidence(item.needs_evidence);
    if (item.due_days) out->set_due_days(*item.due_days);
    out->set_by_subject(item.by_subject);
    out->set_check(static_cast<v1::ChecklistCheck>(item.check));
  }
  proto.set_due_days(each.due_days);
  proto.set_archived(each.archived);
  proto.set_shipped(each.shipped);
  proto.set_start(static_cast<v1::ChecklistStart>(each.start));
  return proto;
}

v1::ChecklistSchedule ToProto(const checklists::Schedule& schedule) {
  v1::ChecklistSchedule proto;
  proto.set_template_id(schedule.template_id);
  proto.set_shop_id(schedule.shop_id);
  proto.set_owner_agent_id(schedule.owner_agent_id);
  proto.set_paused(schedule.paused);
  proto.set_team_id(schedule.team_id);
  for (int weekday = 1; weekday <= 7; ++weekday) {
    if (schedule.weekdays == checklists::kEveryDay) break;
    if ((schedule.weekdays & checklists::BitOf(weekday)) != 0) proto.add_weekdays(weekday);
  }
  proto.set_last_agent_id(schedule.last_agent_id);
  return proto;
}

v1::Checklist ToProto(const checklists::Checklist& list) {
  v1::Checklist proto;
  proto.set_checklist_id(list.id);
  proto.set_template_id(list.template_id);
  proto.set_display_name(list.display_name);
  proto.set_shop_id(list.shop_id);
  proto.set_agent_id(list.agent_id);
  proto.set_owner_agent_id(list.owner_agent_id);
  *proto.mutable_day() = ToProto(list.day);
  *proto.mutable_due_date() = ToProto(list.due);
  proto.set_state(static_cast<v1::ChecklistState>(list.state));
  for (const checklists::Item& item : list.items) {
    v1::ChecklistItem* const out = proto.add_items();
    out->set_item_id(item.id);
    out->set_text(item.text);
    out->set_needs_evidence(item.needs_evidence);
    if (item.done) *out->mutable_done_time() = ToProto(*item.done);
    out->set_done_by(item.done_by);
    out->set_evidence(item.evidence);
    out->set_note(item.note);
    *out->mutable_due_date() = ToProto(item.due);
    out->set_by_subject(item.by_subject);
    out->set_check(static_cast<v1::ChecklistCheck>(item.check));
  }
  *proto.mutable_create_time() = ToProto(list.info.create_time);
  *proto.mutable_update_time() = ToProto(list.info.update_time);
  proto.set_etag(Etag(list.info));
  proto.set_team_id(list.team_id);
  proto.set_started_by(list.started_by);
  proto.set_cancelled_by(list.cancelled_by);
  proto.set_cancel_reason(list.cancel_reason);
  return proto;
}

}  // namespace kefu::staffing::convert
