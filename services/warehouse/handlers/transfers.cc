// Goods between nodes.
#include "services/warehouse/handlers/transfers.h"

#include "common/events/write.h"
#include "fmt/format.h"
#include "services/warehouse/convert/inbound.h"
#include "services/warehouse/domain/transfer.h"
#include "services/warehouse/errors_inbound.h"
#include "services/warehouse/handlers/documents.h"
#include "services/warehouse/store/lots.h"

namespace kefu::warehouse {
namespace {

using domain::StockTransfer;

// Both ends, locked in the order of their ids; both in use.
absl::StatusOr<domain::TransferTimes> BothEnds(const Posting& posting,
                                               const StockTransfer& transfer) {
  const bool source_first = transfer.from_node_id < transfer.to_node_id;
  const std::string& first = source_first ? transfer.from_node_id : transfer.to_node_id;
  const std::string& second = source_first ? transfer.to_node_id : transfer.from_node_id;
  ASSIGN_OR_RETURN(const NodeToday one, ActiveNode(posting, first));
  ASSIGN_OR_RETURN(const NodeToday other, ActiveNode(posting, second));
  return domain::TransferTimes{.source = source_first ? one.day : other.day,
                               .destination = source_first ? other.day : one.day,
                               .now = posting.now};
}

// The days at both ends, of which the destination may be out of use: what cannot arrive goes back.
// A planned transfer touches neither.
absl::StatusOr<domain::TransferTimes> DaysOfEnds(const Posting& posting,
                                                 const StockTransfer& transfer) {
  if (transfer.state == domain::TransferState::kInTransit) {
    RETURN_IF_ERROR(ActiveNode(posting, transfer.from_node_id));
  }
  ASSIGN_OR_RETURN(
      const auto nodes,
      store::FindNodes(posting.t, posting.org_id, {transfer.from_node_id, transfer.to_node_id}));
  ASSIGN_OR_RETURN(const domain::NodeDays days, DaysAt(nodes, posting.now));
  return domain::TransferTimes{.source = days.at(transfer.from_node_id),
                               .destination = days.at(transfer.to_node_id),
                               .now = posting.now};
}

// Both ends and the SKUs of the lines are there and in use.
absl::StatusOr<domain::TransferTimes> CheckPlaces(const Posting& posting,
                                                  const StockTransfer& transfer) {
  ASSIGN_OR_RETURN(const domain::TransferTimes times, BothEnds(posting, transfer));
  std::set<std::string> sku_ids;
  for (const domain::TransferLine& line : transfer.lines) sku_ids.insert(line.sku_id);
  RETURN_IF_ERROR(SkusById(posting, sku_ids, Archived::kRefuse));
  return times;
}

// Locks the totals of both ends, chooses lots and bins, and posts.
absl::Status Send(const Posting& posting, StockTransfer& transfer,
                  const domain::TransferTimes& times) {
  std::set<domain::TotalKey> all, sources;
  for (const domain::TransferLine& line : transfer.lines) {
    sources.insert(line.KeyAt(transfer.from_node_id));
    all.insert(line.KeyAt(transfer.from_node_id));
    all.insert(line.KeyAt(transfer.to_node_id));
  }
  ASSIGN_OR_RETURN(
      domain::Totals totals,
      store::MakeAndLockTotals(posting.t, posting.org_id, std::vector(all.begin(), all.end())));
  ASSIGN_OR_RETURN(auto rows, store::StockRows(posting.t, posting.org_id,
                                               std::vector(sources.begin(), sources.end())));
  ASSIGN_OR_RETURN(const std::vector<domain::Movement> movements,
                   domain::Dispatch(transfer, totals, std::move(rows), times));
  return Post(posting, movements, totals).status();
}

absl::StatusOr<std::vector<domain::Arrival>> Convert(const v1::ReceiveTransferRequest& request) {
  FieldViolations violations;
  convert::Id(request.transfer_id(), "transfer_id", violations);
  convert::OptionalText(request.note(), convert::kMaxNote, "note", violations);
  std::vector<domain::Arrival> arrivals = convert::Arrivals(request, violations);
  RETURN_IF_ERROR(violations.ToStatus());
  return arrivals;
}

absl::Status CheckFreeOfNotice(const StockTransfer& transfer) {
  return transfer.notice_id.empty() ? absl::OkStatus()
                                    : error::TransferOnNotice(transfer.id, transfer.notice_id);
}

// One verb on a transfer that no notice carries: `change` (posting, transfer) -> StatusOr of the
// movements.
template <class Request, class F>
absl::StatusOr<v1::StockTransfer> Change(const Dependencies& deps, const RequestContext& ctx,
                                         const Request& request, std::string_view verb,
                                         const std::string& note, F change) {
  return events::RunWrite<v1::StockTransfer>(
      deps.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::StockTransfer> {
        const Posting posting = PostingOf(deps, t, ctx);
        ASSIGN_OR_RETURN(StockTransfer transfer,
                         store::LockTransfer(t, ctx.org_id(), request.transfer_id()));
        RETURN_IF_ERROR(CheckFreeOfNotice(transfer));
        const auto from = NameOf(transfer.state);
        ASSIGN_OR_RETURN(const std::vector<domain::Movement> movements, change(posting, transfer));
        RETURN_IF_ERROR(Moved(posting, transfer, verb, from, note));
        RETURN_IF_ERROR(LockAndPost(posting, movements));
        return convert::ToProto(transfer);
      });
}

}  // namespace

absl::StatusOr<v1::StockTransfer> TransferHandlers::Transfer(
    const RequestContext& ctx, const v1::TransferRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations inner, violations;
  StockTransfer asked = convert::FromProto(request.transfer(), inner);
  violations.Merge("transfer", inner);
  RETURN_IF_ERROR(violations.ToStatus());
  if (asked.from_node_id == asked.to_node_id) return error::SameNode(asked.to_node_id);
  const absl::Time now = StoredNow(ctx);
  asked.id = deps_.ids.Next();
  asked.info = {1, now, now};
  return events::RunWrite<v1::StockTransfer>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::StockTransfer> {
        const Posting posting = PostingOf(deps_, t, ctx);
        StockTransfer transfer = asked;
        ASSIGN_OR_RETURN(const domain::TransferTimes times, CheckPlaces(posting, transfer));
        RETURN_IF_ERROR(store::Insert(t, ctx.org_id(), transfer));
        RETURN_IF_ERROR(AddStep(posting, transfer, "Transfer", "", transfer.reason));
        const auto from = NameOf(transfer.state);
        if (!request.plan_only()) {
          RETURN_IF_ERROR(Send(posting, transfer, times));
          RETURN_IF_ERROR(Moved(posting, transfer, "DispatchTransfer", from, transfer.reason));
          return convert::ToProto(transfer);
        }
        v1::TransferChanged event;
        *event.mutable_transfer() = convert::ToProto(transfer);
        RETURN_IF_ERROR(Tell(posting, transfer.id, event));
        return convert::ToProto(transfer);
      });
}

absl::StatusOr<v1::StockTransfer> TransferHandlers::DispatchTransfer(
    const RequestContext& ctx, const v1::DispatchTransferRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  RETURN_IF_ERROR(CheckStep(request.transfer_id(), "transfer_id", request.note(), "note"));
  return events::RunWrite<v1::StockTransfer>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::StockTransfer> {
        const Posting posting = PostingOf(deps_, t, ctx);
        ASSIGN_OR_RETURN(StockTransfer transfer,
                         store::LockTransfer(t, ctx.org_id(), request.transfer_id()));
        const auto from = NameOf(transfer.state);
        RETURN_IF_ERROR(domain::CheckMove(transfer, domain::TransferVerb::kDispatch));
        ASSIGN_OR_RETURN(const domain::TransferTimes times, CheckPlaces(posting, transfer));
        RETURN_IF_ERROR(Send(posting, transfer, times));
        RETURN_IF_ERROR(Moved(posting, transfer, "DispatchTransfer", from, request.note()));
        return convert::ToProto(transfer);
      });
}

absl::StatusOr<v1::StockTransfer> TransferHandlers::ReceiveTransfer(
    const RequestContext& ctx, const v1::ReceiveTransferRequest& request) const {
  using Movements = absl::StatusOr<std::vector<domain::Movement>>;
  RETURN_IF_ERROR(RequireOrganization(ctx));
  ASSIGN_OR_RETURN(const std::vector<domain::Arrival> arrivals, Convert(request));
  return Change(
      deps_, ctx, request, "ReceiveTransfer", request.note(),
      [&](const Posting& posting, StockTransfer& transfer) -> Movements {
        ASSIGN_OR_RETURN(const NodeToday at, ActiveNode(posting, transfer.to_node_id));
        RETURN_IF_ERROR(CheckDirectCall(posting, at.day, domain::DirectCall::kReceiveTransfer));
        ASSIGN_OR_RETURN(const auto policy,
                         PolicyFor(posting.t, ctx.org_id(), transfer.to_node_id, posting.now));
        return domain::Receive(transfer, arrivals, request.final(), policy, request.note(),
                               {.destination = at.day, .now = posting.now});
      });
}

absl::StatusOr<v1::StockTransfer> TransferHandlers::CancelTransfer(
    const RequestContext& ctx, const v1::CancelTransferRequest& request) const {
  using Movements = absl::StatusOr<std::vector<domain::Movement>>;
  RETURN_IF_ERROR(RequireOrganization(ctx));
  RETURN_IF_ERROR(CheckStep(request.transfer_id(), "transfer_id", request.reason(), "reason"));
  return Change(deps_, ctx, request, "CancelTransfer", request.reason(),
                [&](const Posting& posting, StockTransfer& transfer) -> Movements {
                  ASSIGN_OR_RETURN(const domain::TransferTimes times,
                                   DaysOfEnds(posting, transfer));
                  return domain::CancelTransfer(transfer, request.reason(), times);
                });
}

absl::StatusOr<v1::StockTransfer> TransferHandlers::GetTransfer(
    const RequestContext& ctx, const v1::GetTransferRequest& request) const {
  RETURN_IF_ERROR(RequireId(ctx, request.transfer_id(), "transfer_id"));
  const db::Reader reader(deps_.database, ctx.deadline);
  ASSIGN_OR_RETURN(const StockTransfer transfer,
                   store::FindTransfer(reader, ctx.org_id(), request.transfer_id()));
  ASSIGN_OR_RETURN(const auto steps, store::StepsOf(reader, ctx.org_id(), transfer.id));
  v1::StockTransfer proto = convert::ToProto(transfer);
  for (const domain::DocumentStep& step : steps) *proto.add_steps() = convert::ToProto(step);
  return proto;
}

absl::StatusOr<v1::ListTransfersResponse> TransferHandlers::ListTransfers(
    const RequestContext& ctx, const v1::ListTransfersRequest& request) const {
  FieldViolations violations;
  convert::OptionalId(request.from_node_id(), "from_node_id", violations);
  convert::OptionalId(request.to_node_id(), "to_node_id", violations);
  const auto state = static_cast<domain::TransferState>(
      convert::OptionalEnum<v1::TransferState>(request.state(), "state", violations));
  RETURN_IF_ERROR(violations.ToStatus());
  const store::DocumentFilter filter{
      .node_id = request.from_node_id(),
      .state = state == domain::TransferState::kUnspecified ? std::string_view() : NameOf(state),
      .to_node_id = request.to_node_id()};
  ASSIGN_OR_RETURN(
      const PageAsked page,
      AskedPage(ctx, request,
                fmt::format("{}/{}/{}", filter.node_id, filter.to_node_id, filter.state), 1));
  ASSIGN_OR_RETURN(
      std::vector<StockTransfer> transfers,
      store::ListTransfers(db::Reader(deps_.database, ctx.deadline), ctx.org_id(),
                           {page.keys.empty() ? std::string_view() : page.keys[0], page.size + 1},
                           filter));
  v1::ListTransfersResponse response;
  response.set_next_page_token(
      CutPage(page, transfers, [](const StockTransfer& s) { return std::vector{s.id}; }));
  for (const StockTransfer& s : transfers) *response.add_transfers() = convert::ToProto(s);
  return response;
}

}  // namespace kefu::warehouse
