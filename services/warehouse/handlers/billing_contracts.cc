// Contracts with who runs a node, the monthly report, and the check of a bill.
#include "absl/strings/numbers.h"
#include "common/events/outbox.h"
#include "common/events/write.h"
#include "common/time/civil.h"
#include "fmt/format.h"
#include "services/warehouse/convert/billing.h"
#include "services/warehouse/errors_billing.h"
#include "services/warehouse/handlers/settling.h"
#include "services/warehouse/handlers/support.h"

namespace kefu::warehouse {
namespace {

absl::StatusOr<domain::WarehouseContract> Convert(const v1::WarehouseContract& proto) {
  FieldViolations inner, violations;
  domain::WarehouseContract contract = convert::FromProto(proto, inner);
  violations.Merge("contract", inner);
  RETURN_IF_ERROR(violations.ToStatus());
  return contract;
}

struct Reported {
  domain::WarehouseReport report;
  domain::WarehouseContract contract;  // in force on the last day, else the latest before
};

// The month at the node by its ledger and contract.
absl::StatusOr<Reported> MakeReport(db::Transaction& t, const RequestContext& ctx,
                                    const std::string& node_id, const domain::Period& month) {
  RETURN_IF_ERROR(store::LockBook(t, ctx.org_id(), store::LockMode::kShare));
  ASSIGN_OR_RETURN(const domain::Node node, store::FindNode(t, ctx.org_id(), node_id));
  ASSIGN_OR_RETURN(const auto contracts, ReadContracts(t, ctx.org_id(), node_id));
  if (contracts.empty()) return error::ContractMissing(node_id);
  std::vector<domain::ContractDays> parts = domain::ByContract(month, contracts);
  for (domain::ContractDays& part : parts) {
    RETURN_IF_ERROR(store::ReadContractDays(t, ctx.org_id(), node_id, part));
  }
  ASSIGN_OR_RETURN(const std::vector<domain::NodeFlow> flows,
                   store::NodeFlows(t, ctx.org_id(), node_id, month));
  domain::ReportInput input{.node_id = node_id,
                            .zone = {},
                            .currency = contracts.front().currency,
                            .period = month,
                            .flows = flows,
                            .contract = parts};
  ASSIGN_OR_RETURN(input.zone, LoadZone(node.time_zone));
  ASSIGN_OR_RETURN(input.opening_pieces, store::NodeOpening(t, ctx.org_id(), node_id, month.first));
  ASSIGN_OR_RETURN(domain::WarehouseReport report, domain::Report(input));
  const domain::WarehouseContract* const last = parts.back().contract;
  return Reported{std::move(report), last == nullptr ? contracts.front() : *last};
}

absl::StatusOr<Reported> ReportOf(const Dependencies& deps, const RequestContext& ctx,
                                  const std::string& node_id, const domain::Period& month) {
  RETURN_IF_ERROR(CatchUp(deps, ctx));
  return deps.database.RunInTransaction(
      ctx.deadline, [&](db::Transaction& t) { return MakeReport(t, ctx, node_id, month); });
}

}  // namespace

absl::StatusOr<v1::WarehouseContract> BillingHandlers::SetWarehouseContract(
    const RequestContext& ctx, const v1::SetWarehouseContractRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  ASSIGN_OR_RETURN(const domain::WarehouseContract contract, Convert(request.contract()));
  return events::RunWrite<v1::WarehouseContract>(
      deps_.database, ctx, request,
      [&](db::Transaction& t) -> absl::StatusOr<v1::WarehouseContract> {
        RETURN_IF_ERROR(
            store::LockNode(t, ctx.org_id(), contract.node_id, store::LockMode::kUpdate).status());
        ASSIGN_OR_RETURN(const auto before, ReadContracts(t, ctx.org_id(), contract.node_id));
        int64_t version = 1;
        for (const auto& one : before) version = std::max(version, one.version + 1);
        if (!before.empty() && before.front().currency != contract.currency) {
          return error::TermsCurrency(fmt::format("warehouse_contract {}", contract.node_id),
                                      before.front().currency, contract.currency);
        }
        v1::WarehouseContract proto = request.contract();
        proto.set_version(version);
        *proto.mutable_create_time() = convert::ToProto(StoredNow(ctx));
        RETURN_IF_ERROR(store::Insert(t, ctx.org_id(), store::Subject::kNode, contract.node_id,
                                      {.version = version,
                                       .effective_from = contract.effective_from,
                                       .body = proto.SerializeAsString(),
                                       .create_time = StoredNow(ctx)}));
        v1::WarehouseContractSet event;
        event.set_node_id(contract.node_id);
        event.set_version(version);
        *event.mutable_effective_from() = proto.effective_from();
        t.AfterCommit(deps_.on_events);
        RETURN_IF_ERROR(events::Append(t, ctx.org_id(), contract.node_id, event, ctx.now));
        return proto;
      });
}

absl::StatusOr<v1::WarehouseContract> BillingHandlers::GetWarehouseContract(
    const RequestContext& ctx, const v1::GetWarehouseContractRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  const std::string node_id = convert::Id(request.node_id(), "node_id", violations);
  const absl::CivilDay day =
      convert::RequiredDay(request.has_date(), request.date(), "date", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  const db::Reader reader(deps_.database, ctx.deadline);
  RETURN_IF_ERROR(store::FindNode(reader, ctx.org_id(), node_id).status());
  ASSIGN_OR_RETURN(const auto contracts, ReadContracts(reader, ctx.org_id(), node_id));
  const auto parts = domain::ByContract({day, day}, contracts);
  if (parts.front().contract == nullptr) return error::ContractNotFound(node_id);
  ASSIGN_OR_RETURN(const auto found,
                   store::ListAgreements(reader, ctx.org_id(), store::Subject::kNode, node_id,
                                         parts.front().contract->version - 1, 1));
  v1::WarehouseContract proto;
  if (found.empty() || !proto.ParseFromString(found.front().body)) {
    return Internal("a contract that was read is gone");
  }
  return proto;
}

absl::StatusOr<v1::ListWarehouseContractsResponse> BillingHandlers::ListWarehouseContracts(
    const RequestContext& ctx, const v1::ListWarehouseContractsRequest& request) const {
  FieldViolations violations;
  const std::string node_id = convert::Id(request.node_id(), "node_id", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  ASSIGN_OR_RETURN(const PageAsked page, AskedPage(ctx, request, node_id, 1));
  const db::Reader reader(deps_.database, ctx.deadline);
  RETURN_IF_ERROR(store::FindNode(reader, ctx.org_id(), node_id).status());
  int64_t after = 0;
  if (!page.keys.empty() && !absl::SimpleAtoi(page.keys[0], &after)) {
    return InvalidArgument(db::kBadPageToken, "page_token", "is not a token of this list");
  }
  ASSIGN_OR_RETURN(auto agreements,
                   store::ListAgreements(reader, ctx.org_id(), store::Subject::kNode, node_id,
                                         after, page.size + 1));
  v1::ListWarehouseContractsResponse response;
  response.set_next_page_token(CutPage(page, agreements, [](const store::Agreement& a) {
    return std::vector{fmt::format("{}", a.version)};
  }));
  for (const auto& agreement : agreements) {
    if (!response.add_contracts()->ParseFromString(agreement.body)) {
      return Internal("an agreement does not parse");
    }
  }
  return response;
}

absl::StatusOr<v1::WarehouseReport> BillingHandlers::GetWarehouseReport(
    const RequestContext& ctx, const v1::GetWarehouseReportRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  const std::string node_id = convert::Id(request.node_id(), "node_id", violations);
  const domain::Period month = convert::MonthFrom(request.year(), request.month(), violations);
  RETURN_IF_ERROR(violations.ToStatus());
  ASSIGN_OR_RETURN(const Reported reported, ReportOf(deps_, ctx, node_id, month));
  return convert::ToProto(reported.report);
}

absl::StatusOr<v1::CheckWarehouseBillResponse> BillingHandlers::CheckWarehouseBill(
    const RequestContext& ctx, const v1::CheckWarehouseBillRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  const std::string node_id = convert::Id(request.node_id(), "node_id", violations);
  const domain::Period month = convert::MonthFrom(request.year(), request.month(), violations);
  const std::vector<domain::BillLine> bill = convert::BillFrom(request, violations);
  RETURN_IF_ERROR(violations.ToStatus());
  ASSIGN_OR_RETURN(const Reported reported, ReportOf(deps_, ctx, node_id, month));
  ASSIGN_OR_RETURN(const domain::BillCheck check,
                   domain::CheckBill(reported.report, reported.contract, bill));
  return convert::ToProto(check);
}

}  // namespace kefu::warehouse
