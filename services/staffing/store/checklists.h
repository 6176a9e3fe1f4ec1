// Rows of checklists. As store.h says of the others.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "services/staffing/domain/checklists/checklist.h"
#include "services/staffing/domain/checklists/rota.h"
#include "services/staffing/store/store.h"

namespace kefu::staffing::store {

// Bodies of the organization's own templates, by id.
absl::StatusOr<std::vector<std::string>> ChecklistTemplates(Reader reader, std::string_view org_id);
absl::Status SaveChecklistTemplate(db::Transaction& transaction, std::string_view org_id,
                                   std::string_view template_id, std::string_view body,
                                   std::string_view actor, absl::Time now);

// By template, shop and team; an empty shop does not filter.
absl::StatusOr<std::vector<checklists::Schedule>> ChecklistSchedules(Reader reader,
                                                                     std::string_view org_id,
                                                                     std::string_view shop_id);
struct ScheduleKey {
  std::string_view template_id, shop_id, team_id;
};
// Nothing when there is none.
absl::StatusOr<std::optional<checklists::Schedule>> FindChecklistSchedule(Reader reader,
                                                                          std::string_view org_id,
                                                                          const ScheduleKey& key);
absl::StatusOr<std::optional<checklists::Schedule>> LockChecklistSchedule(
    db::Transaction& transaction, std::string_view org_id, const ScheduleKey& key);
// The lists that it has made of these days, by day and without items.
absl::StatusOr<std::vector<checklists::Checklist>> ScheduledChecklists(
    Reader reader, std::string_view org_id, const ScheduleKey& key, absl::CivilDay first,
    absl::CivilDay last, int limit);
// Adds or replaces.
absl::Status SaveChecklistSchedule(db::Transaction& transaction, std::string_view org_id,
                                   const checklists::Schedule& schedule);

// NOT_FOUND of a list. With its items.
absl::StatusOr<checklists::Checklist> FindChecklist(Reader reader, std::string_view org_id,
                                                    std::string_view checklist_id);
absl::StatusOr<checklists::Checklist> LockChecklist(db::Transaction& transaction,
                                                    std::string_view org_id,
                                                    std::string_view checklist_id);
absl::Status InsertChecklist(db::Transaction& transaction, std::string_view org_id,
                             const checklists::Checklist& list);
// Owner, state, what is told, and version. The row must be locked.
absl::Status UpdateChecklist(db::Transaction& transaction, std::string_view org_id,
                             const checklists::Checklist& list);
// What was done with one of its items.
absl::Status UpdateChecklistItem(db::Transaction& transaction, std::string_view org_id,
                                 std::string_view checklist_id, const checklists::Item& item);
absl::Status FillItems(Reader reader, std::string_view org_id, checklists::Checklist& list);

// In order of id, without items; empty texts do not filter.
struct ChecklistFilter {
  std::string_view shop_id;
  std::string_view owner_agent_id;
  std::string_view agent_id;
  std::string_view template_id;
  std::string_view state;
  absl::CivilDay first = absl::CivilDay(1000, 1, 1), last = absl::CivilDay(9999, 12, 31);
  std::string_view self;   // the caller's agent
  bool own_only = false;   // only what it owns or is the subject of
  std::string_view shops;  // the only shops whose lists to show besides, comma-separated
};
absl::StatusOr<std::vector<checklists::Checklist>> ListChecklists(Reader reader,
                                                                  std::string_view org_id,
                                                                  Page page,
                                                                  const ChecklistFilter& filter);

// --- For the job: rows of any organization; locked, without those that another process has ---

struct DueSchedule {
  std::string org_id;
  checklists::Schedule schedule;
};
absl::StatusOr<std::vector<DueSchedule>> LockDueSchedules(db::Transaction& transaction,
                                                          absl::Time now, int limit);
struct DueChecklist {
  std::string org_id;
  checklists::Checklist list;  // without items
};
absl::StatusOr<std::vector<DueChecklist>> LockDueChecklists(db::Transaction& transaction,
                                                            absl::Time now, int limit);

}  // namespace kefu::staffing::store
