// Items of the book, and the policy by which they go up.
#include "absl/strings/numbers.h"
#include "common/time/civil.h"
#include "services/staffing/convert/handovers.h"
#include "services/staffing/handlers/handovers/handover_handlers.h"
#include "services/staffing/handlers/people_time.h"
#include "services/staffing/store/handovers.h"

namespace kefu::staffing {
namespace {

using handover::DutyShift;
using handover::EntryKind;
using handover::Item;

// One agent's step with one item: `step` is (item, shift) -> StatusOr<Item>. The shift is locked
// before the item, as everywhere.
template <class Request, class F>
absl::StatusOr<v1::HandoverItem> Move(const Dependencies& deps, const RequestContext& ctx,
                                      const Request& request, std::string_view agent_id,
                                      EntryKind kind, int64_t policy_version, F step) {
  return events::RunWrite<v1::HandoverItem>(
      deps.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::HandoverItem> {
        ASSIGN_OR_RETURN(const auto shift, store::LockRunningShift(t, ctx.org_id(), agent_id));
        ASSIGN_OR_RETURN(const Item item,
                         store::LockHandoverItem(t, ctx.org_id(), request.item_id()));
        if (!shift) {
          RETURN_IF_ERROR(store::Find<domain::Agent>(t, ctx.org_id(), agent_id));
          return error::NotOnDuty(agent_id, item.team_id);
        }
        RETURN_IF_ERROR(RequireTeamReach(t, ctx, agent_id, shift->team_id));
        ASSIGN_OR_RETURN(const Item moved, step(item, *shift));
        RETURN_IF_ERROR(
            SaveStep(t, ctx.org_id(), moved, kind, *shift, policy_version, ctx.principal.subject));
        v1::HandoverItemChanged event;
        *event.mutable_item() = convert::ToProto(moved);
        RETURN_IF_ERROR(Publish(deps, t, ctx, moved.id, event));
        return event.item();
      });
}

}  // namespace

absl::Status SaveStep(db::Transaction& t, std::string_view org_id, const Item& item, EntryKind kind,
                      const DutyShift& shift, int64_t policy_version, std::string_view actor) {
  RETURN_IF_ERROR(store::SaveHandoverItem(t, org_id, item));
  return store::InsertHandoverEntry(t, org_id, item.id,
                                    {.sequence = item.info.version,
                                     .kind = kind,
                                     .agent_id = shift.agent_id,
                                     .shift_id = shift.id,
                                     .text = kind == EntryKind::kDone ? item.resolution : item.text,
                                     .level = item.level,
                                     .policy_version = policy_version,
                                     .actor = std::string(actor),
                                     .record_time = item.info.update_time});
}

absl::StatusOr<v1::HandoverItem> HandoverHandlers::AcknowledgeHandover(
    const RequestContext& ctx, const v1::AcknowledgeHandoverRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  convert::Id(request.item_id(), "item_id", violations);
  const std::string agent_id = AgentOf(ctx, request.agent_id(), violations);
  RETURN_IF_ERROR(violations.ToStatus());
  RETURN_IF_ERROR(RequireActing(ctx, agent_id));
  const store::Reader reader(deps_.database, ctx.deadline);
  ASSIGN_OR_RETURN(const handover::Policy policy, store::HandoverPolicy(reader, ctx.org_id()));
  return Move(deps_, ctx, request, agent_id, EntryKind::kAccepted, policy.version,
              [&](const Item& item, const DutyShift& shift) {
                return handover::Accept(item, shift, policy, ctx.now);
              });
}

absl::StatusOr<v1::HandoverItem> HandoverHandlers::ResolveHandoverItem(
    const RequestContext& ctx, const v1::ResolveHandoverItemRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  convert::Id(request.item_id(), "item_id", violations);
  const std::string agent_id = AgentOf(ctx, request.agent_id(), violations);
  convert::Text(request.resolution(), convert::kMaxReason, "resolution", violations,
                /*lines=*/true);
  RETURN_IF_ERROR(violations.ToStatus());
  RETURN_IF_ERROR(RequireActing(ctx, agent_id));
  return Move(deps_, ctx, request, agent_id, EntryKind::kDone, /*policy_version=*/0,
              [&](const Item& item, const DutyShift& shift) {
                return handover::Resolve(item, shift, request.resolution(), ctx.now);
              });
}

absl::StatusOr<v1::GetHandoverItemResponse> HandoverHandlers::GetHandoverItem(
    const RequestContext& ctx, const v1::GetHandoverItemRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  RETURN_IF_ERROR(CheckId(request.item_id(), "item_id"));
  const store::Reader reader(deps_.database, ctx.deadline);
  ASSIGN_OR_RETURN(const Item item,
                   store::FindHandoverItem(reader, ctx.org_id(), request.item_id()));
  RETURN_IF_ERROR(RequireReadableTeam(reader, ctx, item.team_id));
  // Read after the item, so they may hold a step more, which is cut off.
  ASSIGN_OR_RETURN(const auto entries, store::HandoverEntries(reader, ctx.org_id(), item.id));
  v1::GetHandoverItemResponse response;
  *response.mutable_item() = convert::ToProto(item);
  for (const handover::Entry& entry : entries) {
    if (entry.sequence <= item.info.version) *response.add_entries() = convert::ToProto(entry);
  }
  return response;
}

absl::StatusOr<v1::ListHandoverItemsResponse> HandoverHandlers::ListHandoverItems(
    const RequestContext& ctx, const v1::ListHandoverItemsRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  convert::Id(request.team_id(), "team_id", violations);
  convert::OptionalId(request.holder_agent_id(), "holder_agent_id", violations);
  const auto state =
      convert::OptionalEnum<handover::ItemState>(request.state(), "state", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  const store::Reader reader(deps_.database, ctx.deadline);
  RETURN_IF_ERROR(RequireReadableTeam(reader, ctx, request.team_id()));
  ASSIGN_OR_RETURN(const int size, db::PageSize(request.page_size()));
  store::ItemPage page{.state = state == handover::ItemState::kUnspecified ? "" : NameOf(state),
                       .holder_agent_id = request.holder_agent_id(),
                       .limit = size + 1};
  const uint64_t hash = db::FilterHash(
      {ctx.method, ctx.org_id(), request.team_id(), page.state, page.holder_agent_id});
  ASSIGN_OR_RETURN(const auto keys, db::DecodePageToken(request.page_token(), hash, 2));
  if (!keys.empty()) {
    int64_t due = 0;
    if (!absl::SimpleAtoi(keys[0], &due)) {
      return InvalidArgument("BAD_PAGE_TOKEN", "page_token", "is damaged");
    }
    page.after_due = FromMicros(due);
    page.after_id = keys[1];
  }
  ASSIGN_OR_RETURN(auto items,
                   store::ListHandoverItems(reader, ctx.org_id(), request.team_id(), page));
  v1::ListHandoverItemsResponse response;
  if (items.size() > static_cast<size_t>(size)) {
    items.resize(size);
    response.set_next_page_token(db::EncodePageToken(
        hash, {fmt::format("{}", ToMicros(items.back().due)), items.back().id}));
  }
  for (const Item& item : items) *response.add_items() = convert::ToProto(item);
  return response;
}

absl::StatusOr<v1::HandoverPolicy> HandoverHandlers::SetHandoverPolicy(
    const RequestContext& ctx, const v1::SetHandoverPolicyRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations inner, violations;
  const handover::Policy asked = convert::FromProto(request.policy(), inner);
  violations.Merge("policy", inner);
  RETURN_IF_ERROR(violations.ToStatus());
  return events::RunWrite<v1::HandoverPolicy>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::HandoverPolicy> {
        if (!ctx.principal.shops.empty()) return error::ShopNotAllowed("");
        RETURN_IF_ERROR(RegisteredOrganization(t, ctx));
        // The organization's row makes versions follow each other.
        RETURN_IF_ERROR(store::Lock<domain::Organization>(t, ctx.org_id(), ctx.org_id()));
        handover::Policy policy = asked;
        policy.create_time = FromMicros(ToMicros(ctx.now));
        ASSIGN_OR_RETURN(policy.version,
                         store::AddHandoverPolicy(t, ctx.org_id(), policy, ctx.principal.subject));
        v1::HandoverPolicyChanged event;
        *event.mutable_policy() = convert::ToProto(policy);
        RETURN_IF_ERROR(Publish(deps_, t, ctx, ctx.org_id(), event));
        return event.policy();
      });
}

absl::StatusOr<v1::HandoverPolicy> HandoverHandlers::GetHandoverPolicy(
    const RequestContext& ctx, const v1::GetHandoverPolicyRequest&) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  ASSIGN_OR_RETURN(
      const handover::Policy policy,
      store::HandoverPolicy(store::Reader(deps_.database, ctx.deadline), ctx.org_id()));
  return convert::ToProto(policy);
}

}  // namespace kefu::staffing
