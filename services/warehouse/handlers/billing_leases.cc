// Space let to others.
#include <array>

#include "common/events/outbox.h"
#include "common/events/write.h"
#include "fmt/format.h"
#include "services/warehouse/convert/billing.h"
#include "services/warehouse/domain/lease.h"
#include "services/warehouse/errors_billing.h"
#include "services/warehouse/handlers/billing.h"
#include "services/warehouse/handlers/support.h"
#include "services/warehouse/store/billing.h"

namespace kefu::warehouse {
namespace {

constexpr std::array<std::string_view, 4> kMutable = {"display_name", "area_dm2", "capacity_units",
                                                      "end_date"};
constexpr int kAllLeases = 1'000'000;  // of a node or a tenant

// Faults are reported under the request's field "lease".
absl::StatusOr<domain::Lease> Convert(const v1::Lease& proto) {
  FieldViolations inner, violations;
  domain::Lease lease = convert::FromProto(proto, inner);
  violations.Merge("lease", inner);
  RETURN_IF_ERROR(violations.ToStatus());
  return lease;
}

absl::StatusOr<v1::Lease> Publish(const Dependencies& deps, db::Transaction& t,
                                  const RequestContext& ctx, const domain::Lease& lease) {
  v1::LeaseChanged event;
  *event.mutable_lease() = convert::ToProto(lease);
  t.AfterCommit(deps.on_events);
  RETURN_IF_ERROR(events::Append(t, ctx.org_id(), lease.id, event, ctx.now));
  return event.lease();
}

// The node has the space beside its other leases. It stays locked, so that leases of one node
// follow each other.
absl::Status CheckSpace(db::Transaction& t, const RequestContext& ctx, const domain::Node& node,
                        const domain::Lease& lease) {
  ASSIGN_OR_RETURN(const std::vector<domain::Lease> others,
                   store::ListLeases(t, ctx.org_id(), {"", kAllLeases}, node.id, ""));
  return domain::CheckCapacity(node, lease, others);
}

void AddTo(std::map<std::string, int64_t>& sums, const Money& amount) {
  if (!amount.currency.empty()) sums[amount.currency] += amount.minor;
}

}  // namespace

absl::StatusOr<v1::Lease> BillingHandlers::CreateLease(
    const RequestContext& ctx, const v1::CreateLeaseRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  ASSIGN_OR_RETURN(domain::Lease lease, Convert(request.lease()));
  const absl::Time now = StoredNow(ctx);
  lease.id = deps_.ids.Next();
  lease.info = {1, now, now};
  return events::RunWrite<v1::Lease>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::Lease> {
        ASSIGN_OR_RETURN(const domain::Node node,
                         store::LockNode(t, ctx.org_id(), lease.node_id, store::LockMode::kUpdate));
        if (node.state != domain::RecordState::kActive) {
          return error::RecordArchived("node", node.id);
        }
        RETURN_IF_ERROR(CheckSpace(t, ctx, node, lease));
        RETURN_IF_ERROR(store::Insert(t, ctx.org_id(), lease));
        return Publish(deps_, t, ctx, lease);
      });
}

absl::StatusOr<v1::Lease> BillingHandlers::GetLease(const RequestContext& ctx,
                                                    const v1::GetLeaseRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  convert::Id(request.lease_id(), "lease_id", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  ASSIGN_OR_RETURN(
      const domain::Lease lease,
      store::FindLease(db::Reader(deps_.database, ctx.deadline), ctx.org_id(), request.lease_id()));
  return convert::ToProto(lease);
}

absl::StatusOr<v1::ListLeasesResponse> BillingHandlers::ListLeases(
    const RequestContext& ctx, const v1::ListLeasesRequest& request) const {
  FieldViolations violations;
  convert::OptionalId(request.node_id(), "node_id", violations);
  convert::OptionalId(request.tenant_id(), "tenant_id", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  ASSIGN_OR_RETURN(
      const PageAsked page,
      AskedPage(ctx, request, fmt::format("{}/{}", request.node_id(), request.tenant_id()), 1));
  ASSIGN_OR_RETURN(
      std::vector<domain::Lease> leases,
      store::ListLeases(db::Reader(deps_.database, ctx.deadline), ctx.org_id(),
                        {page.keys.empty() ? std::string_view() : page.keys[0], page.size + 1},
                        request.node_id(), request.tenant_id()));
  v1::ListLeasesResponse response;
  response.set_next_page_token(
      CutPage(page, leases, [](const domain::Lease& l) { return std::vector{l.id}; }));
  for (const domain::Lease& lease : leases) *response.add_leases() = convert::ToProto(lease);
  return response;
}

absl::StatusOr<v1::Lease> BillingHandlers::UpdateLease(
    const RequestContext& ctx, const v1::UpdateLeaseRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  const v1::Lease& sent = request.lease();
  FieldViolations violations;
  convert::Id(sent.lease_id(), "lease.lease_id", violations);
  convert::CheckMask(request.update_mask(), kMutable, violations);
  RETURN_IF_ERROR(violations.ToStatus());
  return events::RunWrite<v1::Lease>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::Lease> {
        // Which node it is never changes; nodes are locked before leases.
        ASSIGN_OR_RETURN(const domain::Lease found,
                         store::FindLease(t, ctx.org_id(), sent.lease_id()));
        ASSIGN_OR_RETURN(const domain::Node node,
                         store::LockNode(t, ctx.org_id(), found.node_id, store::LockMode::kUpdate));
        ASSIGN_OR_RETURN(const domain::Lease before, store::LockLease(t, ctx.org_id(), found.id));
        if (!sent.etag().empty() && sent.etag() != convert::Etag(before.info)) {
          return error::EtagMismatch("lease", before.id);
        }
        ASSIGN_OR_RETURN(domain::Lease lease,
                         Convert(Masked(convert::ToProto(before), sent, request.update_mask())));
        lease.id = before.id;
        lease.info = {before.info.version + 1, before.info.create_time, StoredNow(ctx)};
        RETURN_IF_ERROR(CheckSpace(t, ctx, node, lease));
        RETURN_IF_ERROR(store::Update(t, ctx.org_id(), lease));
        return Publish(deps_, t, ctx, lease);
      });
}

absl::StatusOr<v1::ComputeLeaseBillingResponse> BillingHandlers::ComputeLeaseBilling(
    const RequestContext& ctx, const v1::ComputeLeaseBillingRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  convert::Id(request.tenant_id(), "tenant_id", violations);
  const domain::Period period =
      convert::PeriodFrom(request.has_period(), request.period(), violations);
  RETURN_IF_ERROR(violations.ToStatus());
  ASSIGN_OR_RETURN(const std::vector<domain::Lease> leases,
                   store::ListLeases(db::Reader(deps_.database, ctx.deadline), ctx.org_id(),
                                     {"", kAllLeases}, "", request.tenant_id()));
  if (leases.empty()) return NotFound("tenant", request.tenant_id());
  v1::ComputeLeaseBillingResponse response;
  std::map<std::string, int64_t> rent, deposit;
  for (const domain::Lease& lease : leases) {
    ASSIGN_OR_RETURN(const domain::LeaseBill bill, domain::BillFor(lease, period));
    if (!bill.days) continue;
    v1::LeaseBillLine* line = response.add_lines();
    line->set_lease_id(lease.id);
    line->set_node_id(lease.node_id);
    *line->mutable_days() = convert::ToProto(*bill.days);
    line->set_day_count(static_cast<int32_t>(bill.days->days()));
    *line->mutable_rent() = convert::ToProto(bill.rent);
    if (lease.deposit) *line->mutable_deposit() = convert::ToProto(bill.deposit);
    AddTo(rent, bill.rent);
    AddTo(deposit, bill.deposit);
  }
  for (const auto& [currency, minor] : rent) {
    *response.add_rent() = convert::ToProto(Money{currency, minor});
  }
  for (const auto& [currency, minor] : deposit) {
    *response.add_deposit() = convert::ToProto(Money{currency, minor});
  }
  return response;
}

}  // namespace kefu::warehouse
