#include "services/staffing/domain/checklists/checklist.h"

#include <algorithm>
#include <set>

#include "common/status/status_macros.h"
#include "fmt/format.h"
#include "services/staffing/errors_workplace.h"

namespace kefu::staffing::checklists {
namespace {

absl::Status RequireOpen(const Checklist& list) {
  return list.state == State::kOpen ? absl::OkStatus()
                                    : error::ChecklistState(list.id, NameOf(list.state));
}

Checklist Moved(const Checklist& list, absl::Time now) {
  Checklist moved = list;
  moved.info = {list.info.version + 1, list.info.create_time, now};
  return moved;
}

// The first end of an undone item's last day that is not before `from`.
absl::Time NextOverdue(std::span<const Item> items, absl::Time from) {
  absl::Time next = absl::InfiniteFuture();
  for (const Item& item : items) {
    if (!item.done && item.overdue >= from) next = std::min(next, item.overdue);
  }
  return next;
}

}  // namespace

void CheckTemplate(const Template& checked, FieldViolations& violations) {
  std::set<std::string_view> seen;
  for (size_t i = 0; i < checked.items.size(); ++i) {
    const TemplateItem& item = checked.items[i];
    violations.Check(seen.insert(item.id).second, fmt::format("items[{}].item_id", i),
                     "stands there twice");
    violations.Check(item.due_days.value_or(0) <= checked.due_days,
                     fmt::format("items[{}].due_days", i), "must not be after the list's");
  }
}

Checklist Make(const Template& of, absl::CivilDay day, absl::TimeZone zone, absl::Time now) {
  Checklist list{.template_id = of.id,
                 .display_name = of.display_name,
                 .day = day,
                 .due = day + of.due_days,
                 .info = {1, now, now}};
  for (const TemplateItem& item : of.items) {
    const absl::CivilDay due = day + item.due_days.value_or(of.due_days);
    list.items.push_back({.id = item.id,
                          .text = item.text,
                          .needs_evidence = item.needs_evidence,
                          .by_subject = item.by_subject,
                          .check = item.check,
                          .due = due,
                          .overdue = absl::FromCivil(due + 1, zone)});
  }
  list.overdue = NextOverdue(list.items, absl::InfinitePast());
  return list;
}

absl::StatusOr<Checklist> Complete(const Checklist& list, std::string_view item_id,
                                   std::string_view evidence, std::string_view note,
                                   std::string_view actor, absl::Time now) {
  RETURN_IF_ERROR(RequireOpen(list));
  Checklist changed = Moved(list, now);
  const auto item = std::ranges::find(changed.items, item_id, &Item::id);
  if (item == changed.items.end()) return error::ChecklistItemNotFound(item_id);
  if (item->done) return error::ChecklistItemDone(item_id, item->done_by);
  if (item->needs_evidence && evidence.empty()) return error::EvidenceRequired(item_id);
  item->done = now;
  item->done_by = actor;
  item->evidence = evidence;
  item->note = note;
  // What ended before list.overdue was told; what ends at it or later was not.
  changed.overdue = NextOverdue(changed.items, list.overdue);
  const bool all =
      std::ranges::all_of(changed.items, [](const Item& each) { return each.done.has_value(); });
  if (all) changed.state = State::kDone;
  return changed;
}

absl::StatusOr<Checklist> Assign(const Checklist& list, std::string_view owner_agent_id,
                                 absl::Time now) {
  RETURN_IF_ERROR(RequireOpen(list));
  Checklist changed = Moved(list, now);
  changed.owner_agent_id = owner_agent_id;
  return changed;
}

absl::StatusOr<Checklist> Cancel(const Checklist& list, std::string_view reason,
                                 std::string_view actor, absl::Time now) {
  RETURN_IF_ERROR(RequireOpen(list));
  Checklist changed = Moved(list, now);
  changed.state = State::kCancelled;
  changed.overdue = absl::InfiniteFuture();
  changed.cancelled_by = actor;
  changed.cancel_reason = reason;
  return changed;
}

Told TellOverdue(const Checklist& list, absl::Time now) {
  Told told{.list = list};
  for (const Item& item : list.items) {
    if (!item.done && item.overdue >= list.overdue && item.overdue <= now) {
      told.item_ids.push_back(item.id);
    }
  }
  // Instants are whole days: what ends at `now` itself was told, what is next ends later.
  told.list.overdue = NextOverdue(list.items, now + absl::Nanoseconds(1));
  return told;
}

}  // namespace kefu::staffing::checklists
