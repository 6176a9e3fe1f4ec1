// Lists: started, seen to, given to others, read.
#include "common/time/civil.h"
#include "services/staffing/domain/handover/handover.h"
#include "services/staffing/handlers/checklists/checklist_handlers.h"
#include "services/staffing/handlers/checklists/support.h"
#include "services/staffing/handlers/people_time.h"
#include "services/staffing/handlers/rules/support.h"
#include "services/staffing/handlers/supplies/support.h"

namespace kefu::staffing {
namespace {

using checklists::Check;
using checklists::Checklist;

struct ChecklistRow {
  using Record = Checklist;
  using Proto = v1::Checklist;
  static constexpr bool kHasParts = true;
  static const std::string& IdOf(const Record& record) { return record.id; }
  static absl::Status Fill(db::Transaction& t, const RequestContext& ctx,
                           std::span<Record> records) {
    for (Record& record : records) RETURN_IF_ERROR(store::FillItems(t, ctx.org_id(), record));
    return absl::OkStatus();
  }
};

bool ReadsStaff(const RequestContext& ctx) {
  return auth::PermissionTable::Get().Allows(ctx.principal, auth::Permission::kReadStaff);
}

bool IsOwn(const RequestContext& ctx, const Checklist& list) {
  const std::string& self = ctx.principal.agent_id;
  return !self.empty() && (self == list.owner_agent_id || self == list.agent_id);
}

// A list of a shop is the shop's; without a shop it is the team's, and else the organization's.
absl::Status CheckReach(store::Reader reader, const RequestContext& ctx, const Checklist& list) {
  if (ctx.principal.shops.empty() || IsOwn(ctx, list)) return absl::OkStatus();
  if (!list.shop_id.empty()) return CheckShopAllowed(ctx, list.shop_id);
  if (!list.team_id.empty()) return RequireTeamShops(reader, ctx, list.team_id);
  return error::ShopNotAllowed("");
}

// Where an item of an open list asks for supplies, what the subject has; else nothing.
absl::StatusOr<std::vector<v1::SupplyIssue>> SuppliesAskedFor(store::Reader reader,
                                                              const RequestContext& ctx,
                                                              const Checklist& list) {
  const bool asked = list.state == checklists::State::kOpen && !list.agent_id.empty() &&
                     std::ranges::any_of(list.items, [](const checklists::Item& item) {
                       return item.check == Check::kSuppliesReturned;
                     });
  if (!asked) return std::vector<v1::SupplyIssue>();
  return SuppliesOutOf(reader, ctx.org_id(), list.agent_id);
}

// That what an item asks for is so.
absl::Status RunCheck(db::Transaction& t, const RequestContext& ctx, const Checklist& list,
                      Check check) {
  if (list.agent_id.empty() || check == Check::kUnspecified) return absl::OkStatus();
  if (check == Check::kRulesAcknowledged) {
    return RequireRulesAcknowledged(t, ctx.org_id(), list.agent_id);
  }
  ASSIGN_OR_RETURN(const auto issues, SuppliesOutOf(t, ctx.org_id(), list.agent_id));
  std::vector<std::string> out;
  for (const v1::SupplyIssue& issue : issues) {
    out.push_back(fmt::format("{} × {} ({})", issue.display_name(), issue.out(), issue.issue_id()));
  }
  return out.empty() ? absl::OkStatus() : error::SuppliesOut(list.agent_id, out);
}

// The locked list that a caller moves by `move`: (transaction, list) -> StatusOr<Checklist>.
template <class Request, class F>
absl::StatusOr<v1::Checklist> Move(const Dependencies& deps, const RequestContext& ctx,
                                   const Request& request, F move) {
  return events::RunWrite<v1::Checklist>(
      deps.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::Checklist> {
        ASSIGN_OR_RETURN(const Checklist list,
                         store::LockChecklist(t, ctx.org_id(), request.checklist_id()));
        RETURN_IF_ERROR(CheckReach(t, ctx, list));
        ASSIGN_OR_RETURN(const Checklist moved, move(t, list));
        RETURN_IF_ERROR(store::UpdateChecklist(t, ctx.org_id(), moved));
        return TellChecklist(deps, t, ctx, moved);
      });
}

// The team of today of whom a list is to be about.
absl::StatusOr<std::string> TeamOfSubject(db::Transaction& t, const RequestContext& ctx,
                                          const std::string& agent_id) {
  if (agent_id.empty()) return std::string();
  ASSIGN_OR_RETURN(auto agent, store::Find<domain::Agent>(t, ctx.org_id(), agent_id));
  ASSIGN_OR_RETURN(const absl::CivilDay today, Today(t, ctx));
  RETURN_IF_ERROR(store::Fill(t, ctx.org_id(), today, std::span(&agent, 1)));
  return agent.team_id;
}

}  // namespace

absl::StatusOr<v1::Checklist> ChecklistHandlers::StartChecklist(
    const RequestContext& ctx, const v1::StartChecklistRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  convert::KindName(request.template_id(), "template_id", violations);
  convert::OptionalId(request.shop_id(), "shop_id", violations);
  convert::OptionalId(request.agent_id(), "agent_id", violations);
  convert::Id(request.owner_agent_id(), "owner_agent_id", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  return events::RunWrite<v1::Checklist>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::Checklist> {
        ASSIGN_OR_RETURN(const absl::TimeZone zone,
                         ChecklistZone(t, ctx.org_id(), request.shop_id()));
        ASSIGN_OR_RETURN(const std::string team_id, TeamOfSubject(t, ctx, request.agent_id()));
        if (!request.shop_id().empty()) RETURN_IF_ERROR(CheckShopAllowed(ctx, request.shop_id()));
        if (!request.agent_id().empty()) RETURN_IF_ERROR(RequireReach(t, ctx, request.agent_id()));
        if (request.shop_id().empty() && request.agent_id().empty()) {
          RETURN_IF_ERROR(CheckShopAllowed(ctx, ""));
        }
        RETURN_IF_ERROR(RequireOwner(t, ctx, request.owner_agent_id()));
        ASSIGN_OR_RETURN(const auto of, TemplateInForce(t, ctx.org_id(), request.template_id()));
        Checklist list = checklists::Make(of, absl::ToCivilDay(ctx.now, zone), zone, ctx.now);
        list.id = deps_.ids.Next();
        list.shop_id = request.shop_id();
        list.agent_id = request.agent_id();
        list.team_id = team_id;
        list.owner_agent_id = request.owner_agent_id();
        list.started_by = ctx.principal.subject;
        RETURN_IF_ERROR(store::InsertChecklist(t, ctx.org_id(), list));
        return TellChecklist(deps_, t, ctx, list);
      });
}

absl::StatusOr<v1::Checklist> ChecklistHandlers::CompleteChecklistItem(
    const RequestContext& ctx, const v1::CompleteChecklistItemRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  convert::Id(request.checklist_id(), "checklist_id", violations);
  convert::KindName(request.item_id(), "item_id", violations);
  const std::string evidence =
      convert::OptionalText(request.evidence(), checklists::kMostEvidence, "evidence", violations);
  std::string note;
  if (!request.note().empty()) {
    note = handover::Masked(convert::Text(request.note(), convert::kMaxReason, "note", violations,
                                          /*lines=*/true));
  }
  RETURN_IF_ERROR(violations.ToStatus());
  return Move(
      deps_, ctx, request,
      [&](db::Transaction& t, const Checklist& list) -> absl::StatusOr<Checklist> {
        const auto item = std::ranges::find(list.items, request.item_id(), &checklists::Item::id);
        const bool by_subject = item != list.items.end() && item->by_subject &&
                                !list.agent_id.empty() && list.agent_id == ctx.principal.agent_id;
        if (!by_subject) RETURN_IF_ERROR(RequireActing(ctx, list.owner_agent_id));
        ASSIGN_OR_RETURN(Checklist changed, checklists::Complete(list, request.item_id(), evidence,
                                                                 note, ctx.principal.subject,
                                                                 FromMicros(ToMicros(ctx.now))));
        RETURN_IF_ERROR(RunCheck(t, ctx, list, item->check));
        RETURN_IF_ERROR(store::UpdateChecklistItem(
            t, ctx.org_id(), list.id,
            *std::ranges::find(changed.items, item->id, &checklists::Item::id)));
        return changed;
      });
}

absl::StatusOr<v1::Checklist> ChecklistHandlers::AssignChecklist(
    const RequestContext& ctx, const v1::AssignChecklistRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  convert::Id(request.checklist_id(), "checklist_id", violations);
  convert::Id(request.owner_agent_id(), "owner_agent_id", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  return Move(deps_, ctx, request,
              [&](db::Transaction& t, const Checklist& list) -> absl::StatusOr<Checklist> {
                RETURN_IF_ERROR(RequireOwner(t, ctx, request.owner_agent_id()));
                return checklists::Assign(list, request.owner_agent_id(), ctx.now);
              });
}

absl::StatusOr<v1::Checklist> ChecklistHandlers::CancelChecklist(
    const RequestContext& ctx, const v1::CancelChecklistRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  convert::Id(request.checklist_id(), "checklist_id", violations);
  const std::string reason =
      convert::Text(request.reason(), convert::kMaxReason, "reason", violations, /*lines=*/true);
  RETURN_IF_ERROR(violations.ToStatus());
  return Move(deps_, ctx, request, [&](db::Transaction&, const Checklist& list) {
    return checklists::Cancel(list, reason, ctx.principal.subject, ctx.now);
  });
}

absl::StatusOr<v1::Checklist> ChecklistHandlers::GetChecklist(
    const RequestContext& ctx, const v1::GetChecklistRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  RETURN_IF_ERROR(CheckId(request.checklist_id(), "checklist_id"));
  return deps_.database.RunInTransaction(
      ctx.deadline, [&](db::Transaction& t) -> absl::StatusOr<v1::Checklist> {
        ASSIGN_OR_RETURN(const Checklist list,
                         store::FindChecklist(t, ctx.org_id(), request.checklist_id()));
        if (!IsOwn(ctx, list) && !ReadsStaff(ctx)) return error::TimeOfOthers();
        RETURN_IF_ERROR(CheckReach(t, ctx, list));
        v1::Checklist proto = convert::ToProto(list);
        ASSIGN_OR_RETURN(const auto issues, SuppliesAskedFor(t, ctx, list));
        for (const v1::SupplyIssue& issue : issues) *proto.add_supplies_out() = issue;
        return proto;
      });
}

absl::StatusOr<v1::ListChecklistsResponse> ChecklistHandlers::ListChecklists(
    const RequestContext& ctx, const v1::ListChecklistsRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  convert::OptionalId(request.shop_id(), "shop_id", violations);
  convert::OptionalId(request.owner_agent_id(), "owner_agent_id", violations);
  convert::OptionalId(request.agent_id(), "agent_id", violations);
  convert::OptionalId(request.template_id(), "template_id", violations);
  const auto state = convert::OptionalEnum<checklists::State>(request.state(), "state", violations);
  const auto days =
      convert::OptionalDays(request.has_period(), request.period(), "period", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  const bool own_only = !ReadsStaff(ctx);
  if (own_only && ctx.principal.agent_id.empty()) return error::TimeOfOthers();
  const std::string shops = AllowedShops(ctx);
  store::ChecklistFilter filter{
      .shop_id = request.shop_id(),
      .owner_agent_id = request.owner_agent_id(),
      .agent_id = request.agent_id(),
      .template_id = request.template_id(),
      .state = state == checklists::State::kUnspecified ? "" : NameOf(state),
      .self = ctx.principal.agent_id,
      .own_only = own_only,
      .shops = shops};
  if (days) {
    filter.first = days->first;
    filter.last = days->last;
  }
  const std::string bound =
      fmt::format("{} {} {} {} {} {} {} {}", filter.shop_id, filter.owner_agent_id, filter.agent_id,
                  filter.template_id, filter.state, FormatDay(filter.first), FormatDay(filter.last),
                  filter.self);
  return List<ChecklistRow, v1::ListChecklistsResponse>(
      deps_, ctx, request, bound, &v1::ListChecklistsResponse::add_checklists,
      [&](store::Reader reader, store::Page page) {
        return store::ListChecklists(reader, ctx.org_id(), page, filter);
      });
}

}  // namespace kefu::staffing
