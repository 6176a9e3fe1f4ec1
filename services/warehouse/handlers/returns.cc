// What customers send back.
#include "services/warehouse/domain/returns.h"

#include "common/events/durable.h"
#include "common/events/write.h"
#include "fmt/format.h"
#include "services/warehouse/convert/inbound.h"
#include "services/warehouse/errors_inbound.h"
#include "services/warehouse/handlers/documents.h"
#include "services/warehouse/handlers/inbound.h"
#include "services/warehouse/handlers/owners.h"

namespace kefu::warehouse {
namespace {

constexpr int kMaxInspectionLines = 100;  // of a request
using domain::CustomerReturn;

// Records the step that has been made, and tells of it.
absl::Status Made(const Posting& posting, const CustomerReturn& returned, std::string_view verb,
                  std::string_view from, std::string_view note) {
  RETURN_IF_ERROR(AddStep(posting, returned, verb, from, note));
  v1::ReturnChanged event;
  *event.mutable_customer_return() = convert::ToProto(returned);
  RETURN_IF_ERROR(Tell(posting, returned.id, event));
  if (returned.state != domain::ReturnState::kInspected) return absl::OkStatus();
  return Tell(posting, returned.id, convert::InspectedEvent(returned));  // final: told once
}

absl::Status Moved(const Posting& posting, const CustomerReturn& returned, std::string_view verb,
                   std::string_view from, std::string_view note) {
  RETURN_IF_ERROR(store::Update(posting.t, posting.org_id, returned));
  return Made(posting, returned, verb, from, note);
}

// Locks the reservation that the return names, if it names one, before the return itself: whoever
// adds to what comes back of a reservation does.
struct Locked {
  CustomerReturn returned;
  std::optional<domain::Reservation> reservation;
};
absl::StatusOr<Locked> LockBoth(const Posting& posting, const std::string& return_id) {
  ASSIGN_OR_RETURN(const CustomerReturn seen,
                   store::FindReturn(posting.t, posting.org_id, return_id));
  Locked locked;
  if (!seen.reservation_id.empty()) {  // never changes
    ASSIGN_OR_RETURN(locked.reservation,
                     store::LockReservation(posting.t, posting.org_id, seen.reservation_id));
  }
  ASSIGN_OR_RETURN(locked.returned, store::LockReturn(posting.t, posting.org_id, return_id));
  return locked;
}

absl::Status CheckShipped(const Posting& posting, const domain::Reservation& reservation,
                          const CustomerReturn& returned) {
  ASSIGN_OR_RETURN(const std::vector<CustomerReturn> all,
                   store::ReturnsOf(posting.t, posting.org_id, reservation.id));
  return domain::CheckShipped(reservation, all, returned);
}

struct Receiving {
  std::vector<domain::Arrival> arrivals;
  std::string note;
};

absl::StatusOr<Receiving> Convert(const v1::ReceiveReturnRequest& request) {
  FieldViolations violations;
  convert::Id(request.return_id(), "return_id", violations);
  Receiving receiving{
      .arrivals = convert::Arrivals(request, violations),
      .note = convert::OptionalText(request.note(), convert::kMaxNote, "note", violations)};
  RETURN_IF_ERROR(violations.ToStatus());
  return receiving;
}

absl::StatusOr<v1::CustomerReturn> Receive(const Posting& posting, const std::string& return_id,
                                           const Receiving& receiving) {
  ASSIGN_OR_RETURN(Locked locked, LockBoth(posting, return_id));
  CustomerReturn& returned = locked.returned;
  const auto from = NameOf(returned.state);
  RETURN_IF_ERROR(domain::CheckMove(returned, domain::ReturnVerb::kReceive));
  ASSIGN_OR_RETURN(std::vector<domain::Receipt> receipts,
                   store::ReceiptsOf(posting.t, posting.org_id, returned.id));
  ASSIGN_OR_RETURN(const NodeToday at, ActiveNode(posting, returned.node_id));
  std::set<std::string> sku_ids;
  for (const domain::Arrival& arrival : receiving.arrivals) sku_ids.insert(arrival.sku_id);
  ASSIGN_OR_RETURN(const auto skus, SkusById(posting, sku_ids, Archived::kTake));
  ASSIGN_OR_RETURN(const std::vector<domain::Receipt> made,
                   domain::ReceiveReturn(returned, receiving.arrivals, skus,
                                         static_cast<int>(receipts.size()) + 1, posting.now));
  if (locked.reservation) {
    RETURN_IF_ERROR(CheckShipped(posting, *locked.reservation, returned));
  }
  RETURN_IF_ERROR(RequireOwnersOf(posting, made, store::OwnerUse::kCorrect));
  RETURN_IF_ERROR(RecordLotsOf(posting, made, receiving.arrivals, skus, at.day));
  RETURN_IF_ERROR(store::SaveReceipts(posting.t, posting.org_id, returned.id, made));
  RETURN_IF_ERROR(Moved(posting, returned, "ReceiveReturn", from, receiving.note));
  RETURN_IF_ERROR(
      LockAndPost(posting, domain::MovementsOf(returned, made, receiving.note, at.day)));
  receipts.insert(receipts.end(), made.begin(), made.end());
  return convert::ToProto(returned, receipts);
}

// One verb on a return: `change` (posting, return, receipts) -> Status moves it.
template <class Request, class F>
absl::StatusOr<v1::CustomerReturn> Change(const Dependencies& deps, const RequestContext& ctx,
                                          const Request& request, std::string_view verb,
                                          const std::string& note, F change) {
  return events::RunWrite<v1::CustomerReturn>(
      deps.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::CustomerReturn> {
        const Posting posting = PostingOf(deps, t, ctx);
        ASSIGN_OR_RETURN(CustomerReturn returned,
                         store::LockReturn(t, ctx.org_id(), request.return_id()));
        const auto from = NameOf(returned.state);
        ASSIGN_OR_RETURN(auto receipts, store::ReceiptsOf(t, ctx.org_id(), returned.id));
        RETURN_IF_ERROR(change(posting, returned, receipts));
        RETURN_IF_ERROR(Moved(posting, returned, verb, from, note));
        return convert::ToProto(returned, receipts);
      });
}

}  // namespace

absl::StatusOr<v1::CustomerReturn> InboundHandlers::ExpectReturn(
    const RequestContext& ctx, const v1::ExpectReturnRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations inner, violations;
  CustomerReturn returned = convert::FromProto(request.customer_return(), inner);
  violations.Merge("customer_return", inner);
  RETURN_IF_ERROR(violations.ToStatus());
  const absl::Time now = StoredNow(ctx);
  returned.id = deps_.ids.Next();
  returned.info = {1, now, now};
  return events::RunWrite<v1::CustomerReturn>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::CustomerReturn> {
        const Posting posting = PostingOf(deps_, t, ctx);
        if (!returned.reservation_id.empty()) {
          ASSIGN_OR_RETURN(const domain::Reservation reservation,
                           store::LockReservation(t, ctx.org_id(), returned.reservation_id));
          RETURN_IF_ERROR(RequireVisible(ctx, reservation));
          RETURN_IF_ERROR(CheckShipped(posting, reservation, returned));
        }
        RETURN_IF_ERROR(ActiveNode(posting, returned.node_id));
        std::set<std::string> sku_ids;
        for (const domain::ReturnLine& line : returned.lines) sku_ids.insert(line.sku_id);
        RETURN_IF_ERROR(SkusById(posting, sku_ids, Archived::kTake));
        RETURN_IF_ERROR(RequireOwnersOf(posting, returned.lines, store::OwnerUse::kCorrect));
        RETURN_IF_ERROR(store::Insert(t, ctx.org_id(), returned));
        RETURN_IF_ERROR(Made(posting, returned, "ExpectReturn", "", ""));
        return convert::ToProto(returned);
      });
}

absl::StatusOr<v1::CustomerReturn> InboundHandlers::GetReturn(
    const RequestContext& ctx, const v1::GetReturnRequest& request) const {
  RETURN_IF_ERROR(RequireId(ctx, request.return_id(), "return_id"));
  return events::ReadFor(
      ctx, deps_.database, [&](db::Transaction& t) -> absl::StatusOr<v1::CustomerReturn> {
        ASSIGN_OR_RETURN(const CustomerReturn returned,
                         store::FindReturn(t, ctx.org_id(), request.return_id()));
        ASSIGN_OR_RETURN(const auto receipts, store::ReceiptsOf(t, ctx.org_id(), returned.id));
        ASSIGN_OR_RETURN(const auto steps, store::StepsOf(t, ctx.org_id(), returned.id));
        v1::CustomerReturn proto = convert::ToProto(returned, receipts);
        for (const domain::DocumentStep& step : steps) *proto.add_steps() = convert::ToProto(step);
        return proto;
      });
}

absl::StatusOr<v1::ListReturnsResponse> InboundHandlers::ListReturns(
    const RequestContext& ctx, const v1::ListReturnsRequest& request) const {
  FieldViolations violations;
  convert::OptionalId(request.node_id(), "node_id", violations);
  convert::OptionalId(request.reservation_id(), "reservation_id", violations);
  const auto state = static_cast<domain::ReturnState>(
      convert::OptionalEnum<v1::ReturnState>(request.state(), "state", violations));
  RETURN_IF_ERROR(violations.ToStatus());
  const store::DocumentFilter filter{
      .node_id = request.node_id(),
      .state = state == domain::ReturnState::kUnspecified ? std::string_view() : NameOf(state),
      .reservation_id = request.reservation_id()};
  ASSIGN_OR_RETURN(
      const PageAsked page,
      AskedPage(ctx, request,
                fmt::format("{}/{}/{}", filter.node_id, filter.state, filter.reservation_id), 1));
  ASSIGN_OR_RETURN(
      std::vector<CustomerReturn> returns,
      store::ListReturns(db::Reader(deps_.database, ctx.deadline), ctx.org_id(),
                         {page.keys.empty() ? std::string_view() : page.keys[0], page.size + 1},
                         filter));
  v1::ListReturnsResponse response;
  response.set_next_page_token(
      CutPage(page, returns, [](const CustomerReturn& r) { return std::vector{r.id}; }));
  for (const CustomerReturn& r : returns) *response.add_returns() = convert::ToProto(r);
  return response;
}

absl::StatusOr<v1::CustomerReturn> InboundHandlers::ReceiveReturn(
    const RequestContext& ctx, const v1::ReceiveReturnRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  ASSIGN_OR_RETURN(const Receiving receiving, Convert(request));
  return events::RunWrite<v1::CustomerReturn>(
      deps_.database, ctx, request, [&](db::Transaction& t) {
        return Receive(PostingOf(deps_, t, ctx), request.return_id(), receiving);
      });
}

absl::StatusOr<v1::CustomerReturn> InboundHandlers::InspectReturn(
    const RequestContext& ctx, const v1::InspectReturnRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  convert::Id(request.return_id(), "return_id", violations);
  convert::OptionalText(request.note(), convert::kMaxNote, "note", violations);
  const auto lines = convert::Inspections(request.lines(), kMaxInspectionLines, violations);
  RETURN_IF_ERROR(violations.ToStatus());
  return Change(deps_, ctx, request, "InspectReturn", request.note(),
                [&](const Posting& posting, CustomerReturn& returned,
                    std::vector<domain::Receipt>& receipts) -> absl::Status {
                  RETURN_IF_ERROR(domain::CheckMove(returned, domain::ReturnVerb::kInspect));
                  RETURN_IF_ERROR(InspectAndPost(posting, returned.node_id, returned.id,
                                                 "InspectReturn", receipts, lines));
                  return domain::InspectReturn(returned, receipts, lines, posting.now);
                });
}

absl::StatusOr<v1::CustomerReturn> InboundHandlers::CloseReturn(
    const RequestContext& ctx, const v1::CloseReturnRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  RETURN_IF_ERROR(CheckStep(request.return_id(), "return_id", request.note(), "note"));
  return Change(deps_, ctx, request, "CloseReturn", request.note(),
                [&](const Posting& posting, CustomerReturn& returned, const auto& receipts) {
                  return domain::CloseReturn(returned, receipts, posting.now);
                });
}

absl::StatusOr<v1::CustomerReturn> InboundHandlers::CancelReturn(
    const RequestContext& ctx, const v1::CancelReturnRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  RETURN_IF_ERROR(CheckStep(request.return_id(), "return_id", request.reason(), "reason"));
  return Change(deps_, ctx, request, "CancelReturn", request.reason(),
                [&](const Posting& posting, CustomerReturn& returned, const auto&) {
                  return domain::CancelReturn(returned, posting.now);
                });
}

}  // namespace kefu::warehouse
