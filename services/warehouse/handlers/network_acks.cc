// Nodes' words on trades of a shared ledger.
#include "common/events/outbox.h"
#include "common/events/write.h"
#include "fmt/format.h"
#include "services/warehouse/convert/supply.h"
#include "services/warehouse/errors_network.h"
#include "services/warehouse/handlers/network.h"
#include "services/warehouse/handlers/support.h"
#include "services/warehouse/store/network.h"
#include "services/warehouse/store/store.h"
#include "services/warehouse/store/trade_acks.h"

namespace kefu::warehouse {
namespace {

using domain::TradeAck;

// Every node that is named is the organization's.
absl::Status CheckNodes(db::Transaction& t, const RequestContext& ctx,
                        const std::vector<TradeAck>& acks) {
  for (const auto member : {&TradeAck::entry_node_id, &TradeAck::witness_node_id}) {
    std::set<std::string> ids;
    for (const TradeAck& ack : acks) ids.insert(ack.*member);
    ASSIGN_OR_RETURN(const auto nodes, store::FindNodes(t, ctx.org_id(), ids));
    for (const std::string& id : ids) {
      if (!nodes.contains(id)) return error::NodeNotFound(id);
    }
  }
  return absl::OkStatus();
}

// The word as it stands in the end; `fresh` when it is new.
absl::StatusOr<TradeAck> Decide(db::Transaction& t, const RequestContext& ctx, TradeAck ack,
                                bool& fresh) {
  ASSIGN_OR_RETURN(const auto entry,
                   store::FindEntry(t, ctx.org_id(), ack.entry_node_id, ack.entry_number));
  if (!entry) return error::EntryNotFound(ack.entry_node_id, ack.entry_number);
  ASSIGN_OR_RETURN(const auto policy,
                   store::PolicyOn(t, ctx.org_id(), domain::DefaultDay(entry->record_time)));
  if (!domain::IsTrade(policy, entry->movement)) {
    return error::NotATrade(ack.entry_node_id, ack.entry_number);
  }
  ack = domain::Judged(std::move(ack), entry->hash);
  ASSIGN_OR_RETURN(
      const domain::AcksByEntry said,
      store::AcksOf(t, ctx.org_id(), ack.entry_node_id, ack.entry_number, ack.entry_number));
  const auto words = said.find(ack.entry_number);
  fresh = words == said.end() || !words->second.contains(ack.witness_node_id);
  if (fresh) return ack;
  const TradeAck& before = words->second.at(ack.witness_node_id);
  if (before.verdict != ack.verdict || before.entry_hash != ack.entry_hash) {
    return error::AcknowledgementFinal(ack.witness_node_id, ack.entry_node_id, ack.entry_number,
                                       NameOf(before.verdict));
  }
  return before;
}

}  // namespace

absl::StatusOr<v1::AcknowledgeEntriesResponse> NetworkHandlers::AcknowledgeEntries(
    const RequestContext& ctx, const v1::AcknowledgeEntriesRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  std::vector<TradeAck> acks = convert::Acks(request, violations);
  RETURN_IF_ERROR(violations.ToStatus());
  for (TradeAck& ack : acks) {
    ack.actor = ctx.principal.subject;
    ack.ack_time = StoredNow(ctx);
  }
  using Response = v1::AcknowledgeEntriesResponse;
  return events::RunWrite<Response>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<Response> {
        RETURN_IF_ERROR(CheckNodes(t, ctx, acks));
        Response response;
        v1::EntriesAcknowledged event;
        std::vector<TradeAck> added;
        for (const TradeAck& ack : acks) {
          bool fresh = false;
          ASSIGN_OR_RETURN(const TradeAck kept, Decide(t, ctx, ack, fresh));
          *response.add_acks() = convert::ToProto(kept);
          if (!fresh) continue;
          added.push_back(kept);
          *event.add_acks() = convert::ToProto(kept);
        }
        RETURN_IF_ERROR(store::InsertAcks(t, ctx.org_id(), added));
        t.AfterCommit(deps_.on_events);
        RETURN_IF_ERROR(events::Append(t, ctx.org_id(), "", event, ctx.now));
        return response;
      });
}

absl::StatusOr<v1::ListUnacknowledgedResponse> NetworkHandlers::ListUnacknowledged(
    const RequestContext& ctx, const v1::ListUnacknowledgedRequest& request) const {
  FieldViolations violations;
  const std::string node_id = convert::Id(request.entry_node_id(), "entry_node_id", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  ASSIGN_OR_RETURN(
      const PageAsked page,
      AskedPage(ctx, request, fmt::format("{} {}", node_id, request.overdue_only()), 2));
  const int64_t from = page.keys.empty() ? 1 : std::stoll(page.keys[0]);
  std::vector<domain::AckFault> missing;
  const auto take = [&](const domain::AckFault& fault) {
    const bool before = !page.keys.empty() && fault.entry.entry_number == from &&
                        fault.witness_node_id <= page.keys[1];
    const bool wanted = fault.kind == domain::AckFault::Kind::kMissing && !before &&
                        (!request.overdue_only() || fault.due_time < ctx.now);
    if (wanted) missing.push_back(fault);
    return missing.size() <= static_cast<size_t>(page.size);
  };
  RETURN_IF_ERROR(store::EachAckFault(db::Reader(deps_.database, ctx.deadline), ctx.org_id(),
                                      node_id, from - 1, take));
  v1::ListUnacknowledgedResponse response;
  response.set_next_page_token(CutPage(page, missing, [](const domain::AckFault& fault) {
    return std::vector{std::to_string(fault.entry.entry_number), fault.witness_node_id};
  }));
  for (const domain::AckFault& fault : missing) {
    v1::UnacknowledgedEntry* proto = response.add_entries();
    *proto->mutable_entry() = convert::ToProto(fault.entry);
    proto->set_witness_node_id(fault.witness_node_id);
    *proto->mutable_due_time() = ::kefu::convert::ToProto(fault.due_time);
    proto->set_overdue(fault.due_time < ctx.now);
  }
  return response;
}

}  // namespace kefu::warehouse
