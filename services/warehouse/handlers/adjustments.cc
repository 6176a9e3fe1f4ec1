// Corrections of stock and their approval.
#include "common/events/outbox.h"
#include "common/events/write.h"
#include "fmt/format.h"
#include "services/warehouse/convert/stock_control.h"
#include "services/warehouse/domain/adjustment.h"
#include "services/warehouse/handlers/lots.h"
#include "services/warehouse/handlers/owners.h"
#include "services/warehouse/handlers/posting.h"
#include "services/warehouse/handlers/stock_control.h"
#include "services/warehouse/handlers/support.h"
#include "services/warehouse/store/lots.h"
#include "services/warehouse/store/stock_control.h"
#include "services/warehouse/store/store.h"

namespace kefu::warehouse {
namespace {

absl::StatusOr<std::map<std::string, domain::Sku>> SkusOf(
    const Posting& posting, const domain::StockAdjustment& adjustment) {
  std::set<std::string> ids;
  for (const domain::AdjustmentLine& line : adjustment.lines) ids.insert(line.key.total.sku_id);
  ASSIGN_OR_RETURN(auto skus, store::FindSkus(posting.t, posting.org_id, ids, /*shared=*/true));
  for (const std::string& id : ids) {
    if (!skus.contains(id)) return error::SkuNotFound(id);
  }
  return skus;
}

// Today at the node, which exists, is in use and stays so until the transaction ends.
absl::StatusOr<absl::CivilDay> TodayAt(const Posting& posting, const std::string& node_id) {
  ASSIGN_OR_RETURN(const domain::Node node,
                   store::LockNode(posting.t, posting.org_id, node_id, store::LockMode::kShare));
  if (node.state != domain::RecordState::kActive) return error::RecordArchived("node", node.id);
  ASSIGN_OR_RETURN(const domain::NodeDays days, DaysAt({{node.id, node}}, posting.now));
  return days.at(node.id);
}

// What comes in belongs to somebody known, and into lots by their rules.
absl::Status CheckIncoming(const Posting& posting, const domain::StockAdjustment& adjustment,
                           const std::map<std::string, domain::Sku>& skus, absl::CivilDay today) {
  const std::vector<domain::ReceiptLine> incoming = domain::IncomingOf(adjustment);
  RETURN_IF_ERROR(RequireOwnersOf(posting, incoming, store::OwnerUse::kCorrect));
  std::vector<domain::Sku> of_lines;
  std::vector<error::LotFault> faults;
  for (size_t i = 0; i < incoming.size(); ++i) {
    of_lines.push_back(skus.at(incoming[i].sku_id));
    const domain::AdjustmentLine& line = adjustment.lines[i];
    const bool comes = !line.Takes() || line.Moves();
    if (comes && of_lines[i].lot_tracked == incoming[i].lot.empty()) {
      faults.push_back({i, incoming[i].sku_id,
                        of_lines[i].lot_tracked ? "LOT_REQUIRED" : "LOT_NOT_ALLOWED", ""});
    }
  }
  if (!faults.empty()) return error::LotRules(faults);
  return RecordLots(posting, incoming, of_lines, today);
}

absl::Status Publish(const Posting& posting, const domain::StockAdjustment& adjustment) {
  v1::AdjustmentChanged event;
  *event.mutable_adjustment() = convert::ToProto(adjustment);
  posting.t.AfterCommit(posting.deps.on_events);
  return events::Append(posting.t, posting.org_id, adjustment.id, event, posting.now);
}

// Posts the adjustment, whose node and SKUs are locked.
absl::Status Apply(const Posting& posting, const domain::StockAdjustment& adjustment,
                   const std::map<std::string, domain::Sku>& skus, absl::CivilDay today,
                   v1::AdjustStockResponse& response) {
  RETURN_IF_ERROR(CheckIncoming(posting, adjustment, skus, today));
  const std::vector<domain::TotalKey> keys = domain::KeysOf(adjustment);
  ASSIGN_OR_RETURN(domain::Totals totals,
                   store::MakeAndLockTotals(posting.t, posting.org_id, keys));
  ASSIGN_OR_RETURN(const auto bins, store::StockRows(posting.t, posting.org_id, keys));
  ASSIGN_OR_RETURN(const auto movements, domain::PlanAdjust(adjustment, totals, bins));
  ASSIGN_OR_RETURN(const auto entries, Post(posting, movements, totals));
  for (const auto& entry : entries) *response.add_entries() = convert::ToProto(entry);
  for (const auto& [key, total] : totals) *response.add_levels() = convert::ToProto(total);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<v1::AdjustStockResponse> StockControlHandlers::AdjustStock(
    const RequestContext& ctx, const v1::AdjustStockRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  domain::StockAdjustment asked = convert::FromProto(request, violations);
  const auto day = convert::OptionalDay(request.has_business_date(), request.business_date(),
                                        "business_date", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  asked.id = deps_.ids.Next();
  asked.author = ctx.principal.subject;
  asked.info = {1, StoredNow(ctx), StoredNow(ctx)};
  return events::RunWrite<v1::AdjustStockResponse>(
      deps_.database, ctx, request,
      [&](db::Transaction& t) -> absl::StatusOr<v1::AdjustStockResponse> {
        const Posting posting{deps_, t, ctx.org_id(), ctx.principal.subject, StoredNow(ctx)};
        domain::StockAdjustment adjustment = asked;
        ASSIGN_OR_RETURN(const absl::CivilDay today, TodayAt(posting, adjustment.node_id));
        adjustment.business_date = day.value_or(today);
        if (adjustment.business_date > today) return error::BusinessDateInFuture(*day, today);
        ASSIGN_OR_RETURN(const auto skus, SkusOf(posting, adjustment));
        ASSIGN_OR_RETURN(const domain::StockPolicy policy, store::FindStockPolicy(t, ctx.org_id()));
        RETURN_IF_ERROR(domain::Measure(adjustment, skus));
        adjustment.policy_version = policy.version;
        v1::AdjustStockResponse response;
        if (!domain::NeedsApproval(adjustment, policy)) {
          adjustment.state = domain::AdjustmentState::kApplied;
          RETURN_IF_ERROR(Apply(posting, adjustment, skus, today, response));
        }
        RETURN_IF_ERROR(store::Insert(t, ctx.org_id(), adjustment));
        RETURN_IF_ERROR(Publish(posting, adjustment));
        *response.mutable_adjustment() = convert::ToProto(adjustment);
        return response;
      });
}

absl::StatusOr<v1::AdjustStockResponse> StockControlHandlers::ApproveAdjustment(
    const RequestContext& ctx, const v1::ApproveAdjustmentRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  convert::Id(request.adjustment_id(), "adjustment_id", violations);
  convert::OptionalText(request.note(), convert::kMaxNote, "note", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  return events::RunWrite<v1::AdjustStockResponse>(
      deps_.database, ctx, request,
      [&](db::Transaction& t) -> absl::StatusOr<v1::AdjustStockResponse> {
        const Posting posting{deps_, t, ctx.org_id(), ctx.principal.subject, StoredNow(ctx)};
        ASSIGN_OR_RETURN(domain::StockAdjustment adjustment,
                         store::LockAdjustment(t, ctx.org_id(), request.adjustment_id()));
        ASSIGN_OR_RETURN(const bool decided,
                         domain::Approve(adjustment, posting.actor, request.note(), posting.now));
        v1::AdjustStockResponse response;
        *response.mutable_adjustment() = convert::ToProto(adjustment);
        if (!decided) return response;
        ASSIGN_OR_RETURN(const absl::CivilDay today, TodayAt(posting, adjustment.node_id));
        ASSIGN_OR_RETURN(const auto skus, SkusOf(posting, adjustment));
        RETURN_IF_ERROR(Apply(posting, adjustment, skus, today, response));
        RETURN_IF_ERROR(store::Update(t, ctx.org_id(), adjustment));
        RETURN_IF_ERROR(Publish(posting, adjustment));
        return response;
      });
}

absl::StatusOr<v1::StockAdjustment> StockControlHandlers::RejectAdjustment(
    const RequestContext& ctx, const v1::RejectAdjustmentRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  convert::Id(request.adjustment_id(), "adjustment_id", violations);
  convert::Text(request.note(), convert::kMaxNote, "note", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  return events::RunWrite<v1::StockAdjustment>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::StockAdjustment> {
        const Posting posting{deps_, t, ctx.org_id(), ctx.principal.subject, StoredNow(ctx)};
        ASSIGN_OR_RETURN(domain::StockAdjustment adjustment,
                         store::LockAdjustment(t, ctx.org_id(), request.adjustment_id()));
        ASSIGN_OR_RETURN(const bool decided,
                         domain::Reject(adjustment, posting.actor, request.note(), posting.now));
        if (decided) {
          RETURN_IF_ERROR(store::Update(t, ctx.org_id(), adjustment));
          RETURN_IF_ERROR(Publish(posting, adjustment));
        }
        return convert::ToProto(adjustment);
      });
}

absl::StatusOr<v1::StockAdjustment> StockControlHandlers::GetAdjustment(
    const RequestContext& ctx, const v1::GetAdjustmentRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  convert::Id(request.adjustment_id(), "adjustment_id", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  ASSIGN_OR_RETURN(const domain::StockAdjustment adjustment,
                   store::FindAdjustment(db::Reader(deps_.database, ctx.deadline), ctx.org_id(),
                                         request.adjustment_id()));
  return convert::ToProto(adjustment);
}

absl::StatusOr<v1::ListAdjustmentsResponse> StockControlHandlers::ListAdjustments(
    const RequestContext& ctx, const v1::ListAdjustmentsRequest& request) const {
  FieldViolations violations;
  convert::OptionalId(request.node_id(), "node_id", violations);
  const auto state = static_cast<domain::AdjustmentState>(
      convert::OptionalEnum<v1::AdjustmentState>(request.state(), "state", violations));
  RETURN_IF_ERROR(violations.ToStatus());
  const store::AdjustmentFilter filter{
      .node_id = request.node_id(),
      .state = state == domain::AdjustmentState::kUnspecified ? "" : NameOf(state)};
  ASSIGN_OR_RETURN(const PageAsked page,
                   AskedPage(ctx, request, fmt::format("{}/{}", filter.node_id, filter.state), 1));
  ASSIGN_OR_RETURN(
      std::vector<domain::StockAdjustment> rows,
      store::ListAdjustments(db::Reader(deps_.database, ctx.deadline), ctx.org_id(), filter,
                             page.keys.empty() ? "" : page.keys[0], page.size + 1));
  v1::ListAdjustmentsResponse response;
  response.set_next_page_token(
      CutPage(page, rows, [](const domain::StockAdjustment& a) { return std::vector{a.id}; }));
  for (const auto& row : rows) *response.add_adjustments() = convert::ToProto(row);
  return response;
}

absl::StatusOr<v1::StockPolicy> StockControlHandlers::SetStockPolicy(
    const RequestContext& ctx, const v1::SetStockPolicyRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations inner, violations;
  violations.Check(request.has_policy(), "policy", "must be set");
  domain::StockPolicy policy = convert::FromProto(request.policy(), inner);
  violations.Merge("policy", inner);
  RETURN_IF_ERROR(violations.ToStatus());
  policy.actor = ctx.principal.subject;
  policy.create_time = StoredNow(ctx);
  return events::RunWrite<v1::StockPolicy>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::StockPolicy> {
        ASSIGN_OR_RETURN(policy.version, store::AddStockPolicy(t, ctx.org_id(), policy));
        const v1::StockPolicy proto = convert::ToProto(policy);
        v1::StockPolicyChanged event;
        *event.mutable_policy() = proto;
        t.AfterCommit(deps_.on_events);
        RETURN_IF_ERROR(events::Append(t, ctx.org_id(), "", event, ctx.now));
        return proto;
      });
}

absl::StatusOr<v1::StockPolicy> StockControlHandlers::GetStockPolicy(
    const RequestContext& ctx, const v1::GetStockPolicyRequest&) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  ASSIGN_OR_RETURN(const domain::StockPolicy policy,
                   store::FindStockPolicy(db::Reader(deps_.database, ctx.deadline), ctx.org_id()));
  return convert::ToProto(policy);
}

}  // namespace kefu::warehouse
