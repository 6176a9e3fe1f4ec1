// Supplies: counted, handed out, given back.
#include "services/staffing/errors_workplace.h"
#include "services/staffing/handlers/people_time.h"
#include "services/staffing/handlers/personnel/support.h"
#include "services/staffing/handlers/supplies/supply_handlers.h"
#include "services/staffing/handlers/supplies/support.h"

namespace kefu::staffing {
namespace {

constexpr std::string_view kActive = "ACTIVE", kArchived = "ARCHIVED";
constexpr std::string_view kOut = "OUT", kClosed = "CLOSED";
constexpr int32_t kMostStock = 1'000'000;  // of one supply: no office has more
constexpr int32_t kMostChange = 100'000;   // at once
constexpr int32_t kMostHandedOut = 1'000;  // at once, to one person
constexpr int kMostNote = 500;             // characters: a serial number and what is to be known

// A supply that is locked.
struct Stocked {
  store::RecordRow row;
  v1::Supply supply;
};
absl::StatusOr<Stocked> LockSupply(db::Transaction& t, const RequestContext& ctx,
                                   std::string_view supply_id) {
  Stocked found;
  ASSIGN_OR_RETURN(found.row, store::LockRecord(t, store::kSupplies, ctx.org_id(), supply_id));
  ASSIGN_OR_RETURN(found.supply, MessageOf<v1::Supply>(found.row));
  return found;
}

absl::StatusOr<v1::Supply> Keep(const Dependencies& deps, db::Transaction& t,
                                const RequestContext& ctx, Stocked stocked,
                                const std::string& reason) {
  *stocked.supply.mutable_update_time() = kefu::convert::ToProto(ctx.now);
  stocked.row.state = std::string(stocked.supply.archived() ? kArchived : kActive);
  stocked.row.body = stocked.supply.SerializeAsString();
  RETURN_IF_ERROR(store::SaveRecord(t, store::kSupplies, ctx.org_id(), stocked.row, ctx.now));
  v1::SupplyChanged event;
  *event.mutable_supply() = stocked.supply;
  event.set_reason(reason);
  RETURN_IF_ERROR(Publish(deps, t, ctx, stocked.row.id, event));
  return stocked.supply;
}

absl::StatusOr<v1::SupplyIssue> KeepIssue(const Dependencies& deps, db::Transaction& t,
                                          const RequestContext& ctx, store::RecordRow row,
                                          v1::SupplyIssue issue) {
  if (issue.out() == 0) *issue.mutable_close_time() = kefu::convert::ToProto(ctx.now);
  row.state = std::string(issue.out() == 0 ? kClosed : kOut);
  row.body = issue.SerializeAsString();
  RETURN_IF_ERROR(store::SaveRecord(t, store::kSupplyIssues, ctx.org_id(), row, ctx.now));
  v1::SupplyIssueChanged event;
  *event.mutable_issue() = issue;
  RETURN_IF_ERROR(Publish(deps, t, ctx, row.owner_id, event));
  return issue;
}

// The stock after a change. SUPPLY_SHORT below 0; what is more than any office has is a fault.
absl::Status Change(v1::Supply& supply, int32_t change) {
  const int32_t stock = supply.stock() + change;
  if (stock < 0) return error::SupplyShort(supply.supply_id(), supply.stock(), -change);
  if (stock > kMostStock) {
    return InvalidArgument("INVALID_FIELDS", "change",
                           fmt::format("must lead to at most {} in stock", kMostStock));
  }
  supply.set_stock(stock);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<v1::SupplyIssue>> SuppliesOutOf(store::Reader reader,
                                                           std::string_view org_id,
                                                           std::string_view agent_id) {
  ASSIGN_OR_RETURN(const auto rows, store::AllRecords(reader, store::kSupplyIssues, org_id,
                                                      {.owner_id = agent_id, .state = kOut}));
  std::vector<v1::SupplyIssue> issues;
  for (const store::RecordRow& row : rows) {
    ASSIGN_OR_RETURN(issues.emplace_back(), MessageOf<v1::SupplyIssue>(row));
  }
  return issues;
}

absl::StatusOr<v1::Supply> SupplyHandlers::SetSupply(const RequestContext& ctx,
                                                     const v1::SetSupplyRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  const std::string id =
      convert::KindName(request.supply().supply_id(), "supply.supply_id", violations);
  const std::string name = convert::Text(request.supply().display_name(), convert::kMaxName,
                                         "supply.display_name", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  return events::RunWrite<v1::Supply>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::Supply> {
        if (!ctx.principal.shops.empty()) return error::ShopNotAllowed("");
        RETURN_IF_ERROR(RegisteredOrganization(t, ctx).status());
        // Two who add the same take turns.
        RETURN_IF_ERROR(store::Lock<domain::Organization>(t, ctx.org_id(), ctx.org_id()).status());
        absl::StatusOr<Stocked> found = LockSupply(t, ctx, id);
        if (absl::IsNotFound(found.status())) found = Stocked{.row = {.id = id}};
        RETURN_IF_ERROR(found.status());
        found->supply.set_supply_id(id);
        found->supply.set_display_name(name);
        found->supply.set_consumable(request.supply().consumable());
        found->supply.set_archived(request.supply().archived());
        return Keep(deps_, t, ctx, *std::move(found), "");
      });
}

absl::StatusOr<v1::Supply> SupplyHandlers::AdjustSupplyStock(
    const RequestContext& ctx, const v1::AdjustSupplyStockRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  convert::KindName(request.supply_id(), "supply_id", violations);
  convert::Number(request.change(), -kMostChange, kMostChange, "change", violations);
  violations.Check(request.change() != 0, "change", "must not be 0");
  const std::string reason =
      convert::Text(request.reason(), convert::kMaxReason, "reason", violations, /*lines=*/true);
  RETURN_IF_ERROR(violations.ToStatus());
  return events::RunWrite<v1::Supply>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::Supply> {
        if (!ctx.principal.shops.empty()) return error::ShopNotAllowed("");
        ASSIGN_OR_RETURN(Stocked stocked, LockSupply(t, ctx, request.supply_id()));
        RETURN_IF_ERROR(Change(stocked.supply, request.change()));
        return Keep(deps_, t, ctx, std::move(stocked), reason);
      });
}

absl::StatusOr<v1::ListSuppliesResponse> SupplyHandlers::ListSupplies(
    const RequestContext& ctx, const v1::ListSuppliesRequest& request) const {
  return ListMessages(deps_, ctx, request, store::kSupplies,
                      {.state = request.show_archived() ? std::string_view() : kActive},
                      &v1::ListSuppliesResponse::add_supplies);
}

absl::StatusOr<v1::SupplyIssue> SupplyHandlers::HandOutSupply(
    const RequestContext& ctx, const v1::HandOutSupplyRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  convert::KindName(request.supply_id(), "supply_id", violations);
  convert::Id(request.agent_id(), "agent_id", violations);
  convert::Number(request.count(), 1, kMostHandedOut, "count", violations);
  const std::string note = convert::OptionalText(request.note(), kMostNote, "note", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  return events::RunWrite<v1::SupplyIssue>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::SupplyIssue> {
        // Locked, so that it is handed out before an employment ends or not at all.
        ASSIGN_OR_RETURN(const auto agent,
                         store::Lock<domain::Agent>(t, ctx.org_id(), request.agent_id()));
        RETURN_IF_ERROR(RequireReach(t, ctx, agent.id));
        ASSIGN_OR_RETURN(const absl::CivilDay today, Today(t, ctx));
        if (!agent.employed.Contains(today)) return error::AgentNotEmployed(agent.id, today);
        ASSIGN_OR_RETURN(Stocked stocked, LockSupply(t, ctx, request.supply_id()));
        v1::Supply& supply = stocked.supply;
        if (supply.archived()) return error::RecordArchived("supply", supply.supply_id());
        RETURN_IF_ERROR(Change(supply, -request.count()));
        v1::SupplyIssue issue;
        issue.set_issue_id(deps_.ids.Next());
        issue.set_supply_id(supply.supply_id());
        issue.set_display_name(supply.display_name());
        issue.set_agent_id(agent.id);
        issue.set_count(request.count());
        issue.set_out(supply.consumable() ? 0 : request.count());
        issue.set_note(note);
        issue.set_issued_by(ctx.principal.subject);
        *issue.mutable_issue_time() = kefu::convert::ToProto(ctx.now);
        supply.set_out(supply.out() + issue.out());
        store::RecordRow row{
            .id = issue.issue_id(), .owner_id = agent.id, .subject_id = supply.supply_id()};
        RETURN_IF_ERROR(Keep(deps_, t, ctx, std::move(stocked), "").status());
        return KeepIssue(deps_, t, ctx, std::move(row), std::move(issue));
      });
}

absl::StatusOr<v1::SupplyIssue> SupplyHandlers::ReturnSupply(
    const RequestContext& ctx, const v1::ReturnSupplyRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  convert::Id(request.issue_id(), "issue_id", violations);
  convert::Number(request.returned(), 0, kMostHandedOut, "returned", violations);
  convert::Number(request.lost(), 0, kMostHandedOut, "lost", violations);
  violations.Check(request.returned() != 0 || request.lost() != 0, "returned",
                   "must be set, or lost");
  RETURN_IF_ERROR(violations.ToStatus());
  return events::RunWrite<v1::SupplyIssue>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::SupplyIssue> {
        ASSIGN_OR_RETURN(
            const store::RecordRow known,
            store::FindRecord(t, store::kSupplyIssues, ctx.org_id(), request.issue_id()));
        RETURN_IF_ERROR(RequireReach(t, ctx, known.owner_id));
        // The supply before what was handed out of it, as everywhere.
        ASSIGN_OR_RETURN(Stocked stocked, LockSupply(t, ctx, known.subject_id));
        ASSIGN_OR_RETURN(store::RecordRow row,
                         store::LockRecord(t, store::kSupplyIssues, ctx.org_id(), known.id));
        ASSIGN_OR_RETURN(v1::SupplyIssue issue, MessageOf<v1::SupplyIssue>(row));
        const int32_t back = request.returned() + request.lost();
        if (back > issue.out()) return error::SupplyNotOut(issue.issue_id(), issue.out(), back);
        RETURN_IF_ERROR(Change(stocked.supply, request.returned()));
        stocked.supply.set_out(stocked.supply.out() - back);
        issue.set_returned(issue.returned() + request.returned());
        issue.set_lost(issue.lost() + request.lost());
        issue.set_out(issue.out() - back);
        RETURN_IF_ERROR(Keep(deps_, t, ctx, std::move(stocked), "").status());
        return KeepIssue(deps_, t, ctx, std::move(row), std::move(issue));
      });
}

absl::StatusOr<v1::ListSupplyIssuesResponse> SupplyHandlers::ListSupplyIssues(
    const RequestContext& ctx, const v1::ListSupplyIssuesRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  std::string agent_id = convert::OptionalId(request.agent_id(), "agent_id", violations);
  if (!request.supply_id().empty()) convert::KindName(request.supply_id(), "supply_id", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  const bool reads =
      auth::PermissionTable::Get().Allows(ctx.principal, auth::Permission::kReadStaff);
  if (agent_id.empty() && !reads) agent_id = ctx.principal.agent_id;
  RETURN_IF_ERROR(RequireReading(ctx, agent_id));
  if (!agent_id.empty()) {
    RETURN_IF_ERROR(RequireReach(store::Reader(deps_.database, ctx.deadline), ctx, agent_id));
  }
  return ListMessages(deps_, ctx, request, store::kSupplyIssues,
                      {.owner_id = agent_id,
                       .subject_id = request.supply_id(),
                       .state = request.out_only() ? kOut : std::string_view()},
                      &v1::ListSupplyIssuesResponse::add_issues);
}

}  // namespace kefu::staffing
