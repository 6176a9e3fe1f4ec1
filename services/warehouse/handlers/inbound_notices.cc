// Notices: announced, called off, received, closed, inspected.
#include "common/events/write.h"
#include "fmt/format.h"
#include "services/warehouse/convert/inbound.h"
#include "services/warehouse/domain/transfer.h"
#include "services/warehouse/errors_inbound.h"
#include "services/warehouse/handlers/documents.h"
#include "services/warehouse/handlers/inbound.h"
#include "services/warehouse/handlers/owners.h"

namespace kefu::warehouse {
namespace {

constexpr int kMaxPlace = 64;             // characters of a dock
constexpr int kMaxInspectionLines = 500;  // of a request
using domain::InboundKind;
using domain::InboundNotice;

// Records the step that has been made, and tells of it.
absl::Status Made(const Posting& posting, const InboundNotice& notice, std::string_view verb,
                  std::string_view from, std::string_view note) {
  RETURN_IF_ERROR(AddStep(posting, notice, verb, from, note));
  v1::InboundNoticeChanged event;
  *event.mutable_notice() = convert::ToProto(notice);
  return Tell(posting, notice.id, event);
}

absl::Status Moved(const Posting& posting, const InboundNotice& notice, std::string_view verb,
                   std::string_view from, std::string_view note) {
  RETURN_IF_ERROR(store::Update(posting.t, posting.org_id, notice));
  return Made(posting, notice, verb, from, note);
}

// Binds the transfer to the notice ("" frees it).
absl::Status Bind(const Posting& posting, domain::StockTransfer& transfer,
                  std::string_view notice_id) {
  transfer.notice_id = std::string(notice_id);
  ++transfer.info.version;
  transfer.info.update_time = posting.now;
  return Moved(posting, transfer, notice_id.empty() ? "CancelNotice" : "Announce",
               NameOf(transfer.state), notice_id);
}

// The notice of a transfer: its lines are what is on the way.
absl::Status Announce(const Posting& posting, InboundNotice& notice) {
  ASSIGN_OR_RETURN(domain::StockTransfer transfer,
                   store::LockTransfer(posting.t, posting.org_id, notice.transfer_id));
  RETURN_IF_ERROR(domain::CheckMove(transfer, domain::TransferVerb::kReceive));
  if (transfer.state != domain::TransferState::kInTransit) {
    return error::TransferState(transfer.id, "part of it has arrived without a notice");
  }
  if (!transfer.notice_id.empty()) {
    return error::TransferOnNotice(transfer.id, transfer.notice_id);
  }
  if (transfer.to_node_id != notice.node_id) {
    return error::TransferState(transfer.id, "it leads to another node");
  }
  for (const domain::TransferLine& line : transfer.lines) {
    std::set<std::string> lots;
    for (const domain::TransferPick& pick : line.picks) lots.insert(pick.lot);
    notice.lines.push_back({.sku_id = line.sku_id,
                            .owner_id = line.owner_id,
                            .quantity = line.quantity,
                            .lot = lots.size() == 1 ? *lots.begin() : "",
                            .expected_date = transfer.expected_date});
  }
  return Bind(posting, transfer, notice.id);
}

absl::Status CheckAnnouncedLots(const InboundNotice& notice,
                                const std::map<std::string, domain::Sku>& skus) {
  std::vector<error::LotFault> faults;
  for (size_t i = 0; i < notice.lines.size(); ++i) {
    const domain::InboundLine& line = notice.lines[i];
    const bool of_lot = !line.lot.empty() || line.expire_date.has_value();
    if (of_lot && !skus.at(line.sku_id).lot_tracked) {
      faults.push_back({i, line.sku_id, "LOT_NOT_ALLOWED", ""});
    }
  }
  return faults.empty() ? absl::OkStatus() : error::LotRules(faults);
}

struct Receiving {
  std::vector<domain::Arrival> arrivals;
  std::optional<absl::CivilDay> business_date;
  std::string note;
};

absl::StatusOr<Receiving> Convert(const v1::RecordReceiptRequest& request) {
  FieldViolations violations;
  convert::Id(request.notice_id(), "notice_id", violations);
  Receiving receiving{
      .arrivals = convert::Arrivals(request, violations),
      .business_date = convert::OptionalDay(request.has_business_date(), request.business_date(),
                                            "business_date", violations),
      .note = convert::OptionalText(request.note(), convert::kMaxNote, "note", violations)};
  RETURN_IF_ERROR(violations.ToStatus());
  return receiving;
}

// What the receipts move: from outside, or out of the transfer that the notice announces.
absl::StatusOr<std::vector<domain::Movement>> MovementsFor(
    const Posting& posting, const InboundNotice& notice, domain::StockTransfer* transfer,
    std::span<const domain::Receipt> receipts, const domain::InboundPolicy& policy,
    const Receiving& receiving, absl::CivilDay day) {
  if (transfer == nullptr) return domain::MovementsOf(notice, receipts, receiving.note, day);
  std::vector<domain::Arrival> arrivals;
  for (const domain::Receipt& receipt : receipts) {
    arrivals.push_back({.line_number = receipt.line_number,
                        .quantity = receipt.quantity,
                        .condition = receipt.condition,
                        .lot = receipt.lot,
                        .location = receipt.location});
  }
  const auto from = NameOf(transfer->state);
  ASSIGN_OR_RETURN(auto movements,
                   domain::Receive(*transfer, arrivals, /*final=*/false, policy, receiving.note,
                                   {.destination = day, .now = posting.now}));
  RETURN_IF_ERROR(Moved(posting, *transfer, "RecordReceipt", from, receiving.note));
  return movements;
}

absl::StatusOr<v1::InboundNotice> Receive(const Posting& posting, const std::string& notice_id,
                                          const Receiving& receiving) {
  ASSIGN_OR_RETURN(InboundNotice notice, store::LockNotice(posting.t, posting.org_id, notice_id));
  const auto from = NameOf(notice.state);
  RETURN_IF_ERROR(domain::CheckMove(notice, domain::NoticeVerb::kRecordReceipt));
  std::optional<domain::StockTransfer> transfer;
  if (notice.kind == InboundKind::kTransfer) {
    ASSIGN_OR_RETURN(transfer, store::LockTransfer(posting.t, posting.org_id, notice.transfer_id));
  }
  ASSIGN_OR_RETURN(const auto policy,
                   PolicyFor(posting.t, posting.org_id, notice.node_id, posting.now));
  std::set<std::string> sku_ids;
  for (const domain::InboundLine& line : notice.lines) sku_ids.insert(line.sku_id);
  for (const domain::Arrival& a : receiving.arrivals) {
    if (!a.sku_id.empty()) sku_ids.insert(a.sku_id);
  }
  ASSIGN_OR_RETURN(std::vector<domain::Receipt> receipts,
                   store::ReceiptsOf(posting.t, posting.org_id, notice.id));
  ASSIGN_OR_RETURN(const NodeToday at, ActiveNode(posting, notice.node_id));
  ASSIGN_OR_RETURN(const auto skus, SkusById(posting, sku_ids, Archived::kTake));
  const absl::CivilDay day = receiving.business_date.value_or(at.day);
  if (day > at.day) return error::BusinessDateInFuture(day, at.day);
  ASSIGN_OR_RETURN(const std::vector<domain::Receipt> made,
                   domain::RecordReceipt(notice, receiving.arrivals,
                                         {.policy = policy,
                                          .skus = skus,
                                          .now = posting.now,
                                          .first_number = static_cast<int>(receipts.size()) + 1}));
  RETURN_IF_ERROR(RequireOwnersOf(posting, made, store::OwnerUse::kCorrect));
  ASSIGN_OR_RETURN(
      const auto movements,
      MovementsFor(posting, notice, transfer ? &*transfer : nullptr, made, policy, receiving, day));
  RETURN_IF_ERROR(RecordLotsOf(posting, made, receiving.arrivals, skus, at.day));
  RETURN_IF_ERROR(store::SaveReceipts(posting.t, posting.org_id, notice.id, made));
  RETURN_IF_ERROR(Moved(posting, notice, "RecordReceipt", from, receiving.note));
  RETURN_IF_ERROR(LockAndPost(posting, movements));
  receipts.insert(receipts.end(), made.begin(), made.end());
  return convert::ToProto(notice, receipts);
}

// What of a transfer did not arrive is lost when its notice is closed.
absl::Status FinishTransfer(const Posting& posting, const InboundNotice& notice,
                            const std::string& note) {
  ASSIGN_OR_RETURN(domain::StockTransfer transfer,
                   store::LockTransfer(posting.t, posting.org_id, notice.transfer_id));
  if (transfer.state == domain::TransferState::kReceived) return absl::OkStatus();
  ASSIGN_OR_RETURN(const NodeToday at, ActiveNode(posting, notice.node_id));
  const auto from = NameOf(transfer.state);
  ASSIGN_OR_RETURN(const auto movements,
                   domain::Receive(transfer, {}, /*final=*/true, {}, note,
                                   {.destination = at.day, .now = posting.now}));
  RETURN_IF_ERROR(Moved(posting, transfer, "CloseInboundNotice", from, note));
  return LockAndPost(posting, movements).status();
}

}  // namespace

absl::StatusOr<v1::InboundNotice> InboundHandlers::CreateInboundNotice(
    const RequestContext& ctx, const v1::CreateInboundNoticeRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations inner, violations;
  InboundNotice asked = convert::FromProto(request.notice(), inner);
  violations.Merge("notice", inner);
  RETURN_IF_ERROR(violations.ToStatus());
  const absl::Time now = StoredNow(ctx);
  asked.id = deps_.ids.Next();
  asked.info = {1, now, now};
  return events::RunWrite<v1::InboundNotice>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::InboundNotice> {
        const Posting posting = PostingOf(deps_, t, ctx);
        InboundNotice notice = asked;
        if (notice.kind == InboundKind::kTransfer) {
          RETURN_IF_ERROR(Announce(posting, notice));
        }
        RETURN_IF_ERROR(ActiveNode(posting, notice.node_id));
        std::set<std::string> sku_ids;
        for (const domain::InboundLine& line : notice.lines) sku_ids.insert(line.sku_id);
        const bool under_way = notice.kind == InboundKind::kTransfer;
        ASSIGN_OR_RETURN(
            const auto skus,
            SkusById(posting, sku_ids, under_way ? Archived::kTake : Archived::kRefuse));
        RETURN_IF_ERROR(RequireOwnersOf(posting, notice.lines,
                                        notice.kind == InboundKind::kPurchase
                                            ? store::OwnerUse::kReceive
                                            : store::OwnerUse::kCorrect));
        RETURN_IF_ERROR(CheckAnnouncedLots(notice, skus));
        RETURN_IF_ERROR(store::Insert(t, ctx.org_id(), notice));
        RETURN_IF_ERROR(Made(posting, notice, "CreateInboundNotice", "", ""));
        return convert::ToProto(notice);
      });
}

absl::StatusOr<v1::InboundNotice> InboundHandlers::GetInboundNotice(
    const RequestContext& ctx, const v1::GetInboundNoticeRequest& request) const {
  RETURN_IF_ERROR(RequireId(ctx, request.notice_id(), "notice_id"));
  const db::Reader reader(deps_.database, ctx.deadline);
  ASSIGN_OR_RETURN(const InboundNotice notice,
                   store::FindNotice(reader, ctx.org_id(), request.notice_id()));
  ASSIGN_OR_RETURN(const auto receipts, store::ReceiptsOf(reader, ctx.org_id(), notice.id));
  ASSIGN_OR_RETURN(const auto steps, store::StepsOf(reader, ctx.org_id(), notice.id));
  v1::InboundNotice proto = convert::ToProto(notice, receipts);
  for (const domain::DocumentStep& step : steps) *proto.add_steps() = convert::ToProto(step);
  return proto;
}

absl::StatusOr<v1::ListInboundNoticesResponse> InboundHandlers::ListInboundNotices(
    const RequestContext& ctx, const v1::ListInboundNoticesRequest& request) const {
  FieldViolations violations;
  convert::OptionalId(request.node_id(), "node_id", violations);
  const auto state = static_cast<domain::InboundState>(
      convert::OptionalEnum<v1::InboundState>(request.state(), "state", violations));
  RETURN_IF_ERROR(violations.ToStatus());
  const store::DocumentFilter filter{
      .node_id = request.node_id(),
      .state = state == domain::InboundState::kUnspecified ? std::string_view() : NameOf(state)};
  ASSIGN_OR_RETURN(const PageAsked page,
                   AskedPage(ctx, request, fmt::format("{}/{}", filter.node_id, filter.state), 1));
  ASSIGN_OR_RETURN(
      std::vector<InboundNotice> notices,
      store::ListNotices(db::Reader(deps_.database, ctx.deadline), ctx.org_id(),
                         {page.keys.empty() ? std::string_view() : page.keys[0], page.size + 1},
                         filter));
  v1::ListInboundNoticesResponse response;
  response.set_next_page_token(
      CutPage(page, notices, [](const InboundNotice& n) { return std::vector{n.id}; }));
  for (const InboundNotice& n : notices) *response.add_notices() = convert::ToProto(n);
  return response;
}

absl::StatusOr<v1::InboundNotice> InboundHandlers::CancelInboundNotice(
    const RequestContext& ctx, const v1::CancelInboundNoticeRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  RETURN_IF_ERROR(CheckStep(request.notice_id(), "notice_id", request.reason(), "reason"));
  return events::RunWrite<v1::InboundNotice>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::InboundNotice> {
        const Posting posting = PostingOf(deps_, t, ctx);
        ASSIGN_OR_RETURN(InboundNotice notice,
                         store::LockNotice(t, ctx.org_id(), request.notice_id()));
        const auto from = NameOf(notice.state);
        RETURN_IF_ERROR(domain::Cancel(notice, posting.now));
        if (notice.kind == InboundKind::kTransfer) {
          ASSIGN_OR_RETURN(domain::StockTransfer transfer,
                           store::LockTransfer(t, ctx.org_id(), notice.transfer_id));
          RETURN_IF_ERROR(Bind(posting, transfer, ""));
        }
        RETURN_IF_ERROR(Moved(posting, notice, "CancelInboundNotice", from, request.reason()));
        return convert::ToProto(notice);
      });
}

absl::StatusOr<v1::InboundNotice> InboundHandlers::StartReceiving(
    const RequestContext& ctx, const v1::StartReceivingRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  convert::Id(request.notice_id(), "notice_id", violations);
  convert::Text(request.dock(), kMaxPlace, "dock", violations);
  convert::OptionalText(request.note(), convert::kMaxNote, "note", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  return events::RunWrite<v1::InboundNotice>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::InboundNotice> {
        const Posting posting = PostingOf(deps_, t, ctx);
        ASSIGN_OR_RETURN(InboundNotice notice,
                         store::LockNotice(t, ctx.org_id(), request.notice_id()));
        const auto from = NameOf(notice.state);
        RETURN_IF_ERROR(domain::StartReceiving(notice, request.dock(), posting.now));
        RETURN_IF_ERROR(ActiveNode(posting, notice.node_id));
        RETURN_IF_ERROR(Moved(posting, notice, "StartReceiving", from, request.note()));
        ASSIGN_OR_RETURN(const auto receipts, store::ReceiptsOf(t, ctx.org_id(), notice.id));
        return convert::ToProto(notice, receipts);
      });
}

absl::StatusOr<v1::InboundNotice> InboundHandlers::RecordReceipt(
    const RequestContext& ctx, const v1::RecordReceiptRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  ASSIGN_OR_RETURN(const Receiving receiving, Convert(request));
  return events::RunWrite<v1::InboundNotice>(deps_.database, ctx, request, [&](db::Transaction& t) {
    return Receive(PostingOf(deps_, t, ctx), request.notice_id(), receiving);
  });
}

absl::StatusOr<v1::InboundNotice> InboundHandlers::CloseInboundNotice(
    const RequestContext& ctx, const v1::CloseInboundNoticeRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  RETURN_IF_ERROR(CheckStep(request.notice_id(), "notice_id", request.note(), "note"));
  return events::RunWrite<v1::InboundNotice>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::InboundNotice> {
        const Posting posting = PostingOf(deps_, t, ctx);
        ASSIGN_OR_RETURN(InboundNotice notice,
                         store::LockNotice(t, ctx.org_id(), request.notice_id()));
        const auto from = NameOf(notice.state);
        RETURN_IF_ERROR(domain::Close(notice, posting.now));
        RETURN_IF_ERROR(Moved(posting, notice, "CloseInboundNotice", from, request.note()));
        ASSIGN_OR_RETURN(const auto receipts, store::ReceiptsOf(t, ctx.org_id(), notice.id));
        if (notice.kind == InboundKind::kTransfer) {
          RETURN_IF_ERROR(FinishTransfer(posting, notice, request.note()));
        }
        return convert::ToProto(notice, receipts);
      });
}

absl::StatusOr<v1::InboundNotice> InboundHandlers::InspectReceipt(
    const RequestContext& ctx, const v1::InspectReceiptRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  convert::Id(request.notice_id(), "notice_id", violations);
  convert::OptionalText(request.note(), convert::kMaxNote, "note", violations);
  const auto lines = convert::Inspections(request.lines(), kMaxInspectionLines, violations);
  RETURN_IF_ERROR(violations.ToStatus());
  return events::RunWrite<v1::InboundNotice>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::InboundNotice> {
        const Posting posting = PostingOf(deps_, t, ctx);
        ASSIGN_OR_RETURN(InboundNotice notice,
                         store::LockNotice(t, ctx.org_id(), request.notice_id()));
        RETURN_IF_ERROR(domain::CheckMove(notice, domain::NoticeVerb::kInspect));
        ASSIGN_OR_RETURN(auto receipts, store::ReceiptsOf(t, ctx.org_id(), notice.id));
        RETURN_IF_ERROR(
            InspectAndPost(posting, notice.node_id, notice.id, "InspectReceipt", receipts, lines));
        domain::CountInspection(notice, receipts, lines, posting.now);
        RETURN_IF_ERROR(
            Moved(posting, notice, "InspectReceipt", NameOf(notice.state), request.note()));
        return convert::ToProto(notice, receipts);
      });
}

}  // namespace kefu::warehouse
