// What the handlers, the hiring and the job of checklists share.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "kefu/staffing/v1/checklists.pb.h"
#include "services/staffing/convert/checklists.h"
#include "services/staffing/errors_workplace.h"
#include "services/staffing/handlers/resource.h"
#include "services/staffing/store/checklists.h"

namespace kefu::staffing {

// By id: the organization's templates, and the shipped ones that it has not replaced.
absl::StatusOr<std::vector<checklists::Template>> TemplatesOf(store::Reader reader,
                                                              std::string_view org_id);
// A template of which lists may be made. FAILED_PRECONDITION CHECKLIST_TEMPLATE_UNKNOWN.
absl::StatusOr<checklists::Template> TemplateInForce(store::Reader reader, std::string_view org_id,
                                                     std::string_view template_id);

// The zone of a shop's days; without a shop the organization's. NOT_FOUND.
absl::StatusOr<absl::TimeZone> ChecklistZone(store::Reader reader, std::string_view org_id,
                                             const std::string& shop_id);

// Who owns the list that a schedule makes on a day; empty when nobody is there.
absl::StatusOr<std::string> OwnerOn(store::Reader reader, std::string_view org_id,
                                    const checklists::Schedule& schedule, absl::CivilDay day);

// FAILED_PRECONDITION AGENT_NOT_EMPLOYED unless the agent is employed today; NOT_FOUND;
// SHOP_NOT_ALLOWED of one whom the token does not reach.
absl::Status RequireOwner(db::Transaction& t, const RequestContext& ctx, std::string_view agent_id);

// Starts the lists that a hire or the end of an employment starts, about an agent of a team ("":
// none), from a day on, but not before today.
absl::Status StartListsOf(const Dependencies& deps, db::Transaction& t, const RequestContext& ctx,
                          checklists::Start start, const std::string& agent_id,
                          const std::string& team_id, absl::CivilDay day);

// Tells of a list, and answers it.
absl::StatusOr<v1::Checklist> TellChecklist(const Dependencies& deps, db::Transaction& t,
                                            const RequestContext& ctx,
                                            const checklists::Checklist& list);

}  // namespace kefu::staffing
