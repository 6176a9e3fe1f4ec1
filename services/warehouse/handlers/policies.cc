// Schedules of nodes and services of carriers.
#include "common/events/outbox.h"
#include "common/events/write.h"
#include "fmt/format.h"
#include "services/warehouse/handlers/planning.h"
#include "services/warehouse/handlers/planning_policies.h"
#include "services/warehouse/handlers/support.h"
#include "services/warehouse/store/store.h"

namespace kefu::warehouse {
namespace {

// Adds a version of the policy and tells of it. `check` runs first in the same transaction.
template <class Policy, class Request, class Check>
absl::StatusOr<Policy> AddVersion(const Dependencies& deps, const RequestContext& ctx,
                                  const Request& request, std::string_view kind, std::string key,
                                  Policy policy, Check check) {
  const absl::Time now = StoredNow(ctx);
  policy.clear_version();
  policy.clear_create_time();
  store::PolicyVersion row{.key = std::move(key),
                           .effective_from = ::kefu::convert::FromProto(policy.effective_from()),
                           .body = policy.SerializeAsString(),
                           .create_time = now};
  return events::RunWrite<Policy>(
      deps.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<Policy> {
        RETURN_IF_ERROR(check(t));
        ASSIGN_OR_RETURN(row.version,
                         store::AddPolicy(t, ctx.org_id(), kind, row, ctx.principal.subject));
        v1::FulfilmentPolicyChanged event;
        event.set_kind(std::string(kind));
        event.set_key(row.key);
        event.set_version(row.version);
        *event.mutable_effective_from() = policy.effective_from();
        t.AfterCommit(deps.on_events);
        RETURN_IF_ERROR(events::Append(t, ctx.org_id(), row.key, event, ctx.now));
        return MessageOf<Policy>(row);
      });
}

// The nodes exist in the caller's organization.
absl::Status CheckNodes(db::Transaction& t, const RequestContext& ctx,
                        const std::set<std::string>& node_ids) {
  ASSIGN_OR_RETURN(const auto nodes, store::FindNodes(t, ctx.org_id(), node_ids));
  for (const std::string& id : node_ids) {
    if (!nodes.contains(id)) return error::NodeNotFound(id);
  }
  return absl::OkStatus();
}

// The day asked for, or today.
template <class Request>
absl::CivilDay DayAsked(const RequestContext& ctx, const Request& request,
                        FieldViolations& violations) {
  return convert::OptionalDay(request.has_day(), request.day(), "day", violations)
      .value_or(domain::DefaultDay(ctx.now));
}

// A policy of the whole organization.
template <class Policy, class Request>
absl::StatusOr<Policy> SetOrganizationPolicy(const Dependencies& deps, const RequestContext& ctx,
                                             const Request& request, std::string_view kind) {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations inner, violations;
  convert::FromProto(request.policy(), inner);
  convert::RequiredDay(request.policy().has_effective_from(), request.policy().effective_from(),
                       "effective_from", inner);
  violations.Merge("policy", inner);
  RETURN_IF_ERROR(violations.ToStatus());
  return AddVersion(deps, ctx, request, kind, "", request.policy(),
                    [](db::Transaction&) { return absl::OkStatus(); });
}

template <class Policy, class Request>
absl::StatusOr<Policy> GetOrganizationPolicy(const Dependencies& deps, const RequestContext& ctx,
                                             const Request& request, std::string_view kind,
                                             const Policy& shipped) {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  const absl::CivilDay day = DayAsked(ctx, request, violations);
  RETURN_IF_ERROR(violations.ToStatus());
  return deps.database.RunInTransaction(ctx.deadline, [&](db::Transaction& t) {
    return OrganizationPolicy(t, ctx.org_id(), kind, day, shipped);
  });
}

}  // namespace

absl::StatusOr<v1::NodeSchedule> PlanningHandlers::SetNodeSchedule(
    const RequestContext& ctx, const v1::SetNodeScheduleRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations inner, violations;
  convert::FromProto(request.schedule(), inner);
  violations.Merge("schedule", inner);
  RETURN_IF_ERROR(violations.ToStatus());
  const std::string& node_id = request.schedule().node_id();
  return AddVersion(deps_, ctx, request, kNodeScheduleKind, node_id, request.schedule(),
                    [&](db::Transaction& t) {
                      return node_id.empty() ? absl::OkStatus() : CheckNodes(t, ctx, {node_id});
                    });
}

absl::StatusOr<v1::NodeSchedule> PlanningHandlers::GetNodeSchedule(
    const RequestContext& ctx, const v1::GetNodeScheduleRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  const std::string node_id = convert::OptionalId(request.node_id(), "node_id", violations);
  const absl::CivilDay day = DayAsked(ctx, request, violations);
  RETURN_IF_ERROR(violations.ToStatus());
  return deps_.database.RunInTransaction(
      ctx.deadline, [&](db::Transaction& t) -> absl::StatusOr<v1::NodeSchedule> {
        if (!node_id.empty()) {
          RETURN_IF_ERROR(CheckNodes(t, ctx, {node_id}));
        }
        ASSIGN_OR_RETURN(const auto stored,
                         store::PoliciesOn(t, ctx.org_id(), kNodeScheduleKind, {node_id, ""}, day));
        auto found = stored.find(node_id);
        if (found == stored.end()) found = stored.find("");
        if (found == stored.end()) return convert::ToProto(domain::DefaultNodeSchedule());
        return MessageOf<v1::NodeSchedule>(found->second);
      });
}

absl::StatusOr<v1::CarrierService> PlanningHandlers::SetCarrierService(
    const RequestContext& ctx, const v1::SetCarrierServiceRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  const v1::CarrierService& service = request.service();
  FieldViolations inner, violations;
  convert::FromProto(service, inner);
  violations.Merge("service", inner);
  RETURN_IF_ERROR(violations.ToStatus());
  return AddVersion(
      deps_, ctx, request, kCarrierServiceKind,
      fmt::format("{}/{}", service.carrier_id(), service.service_code()), service,
      [&](db::Transaction& t) {
        return CheckNodes(t, ctx, {service.node_ids().begin(), service.node_ids().end()});
      });
}

absl::StatusOr<v1::AllocationPolicy> PlanningHandlers::SetAllocationPolicy(
    const RequestContext& ctx, const v1::SetAllocationPolicyRequest& request) const {
  return SetOrganizationPolicy<v1::AllocationPolicy>(deps_, ctx, request, kAllocationPolicyKind);
}

absl::StatusOr<v1::AllocationPolicy> PlanningHandlers::GetAllocationPolicy(
    const RequestContext& ctx, const v1::GetAllocationPolicyRequest& request) const {
  return GetOrganizationPolicy(deps_, ctx, request, kAllocationPolicyKind,
                               convert::ToProto(domain::AllocationPolicy()));
}

absl::StatusOr<v1::SlottingPolicy> PlanningHandlers::SetSlottingPolicy(
    const RequestContext& ctx, const v1::SetSlottingPolicyRequest& request) const {
  return SetOrganizationPolicy<v1::SlottingPolicy>(deps_, ctx, request, kSlottingPolicyKind);
}

absl::StatusOr<v1::SlottingPolicy> PlanningHandlers::GetSlottingPolicy(
    const RequestContext& ctx, const v1::GetSlottingPolicyRequest& request) const {
  return GetOrganizationPolicy(deps_, ctx, request, kSlottingPolicyKind,
                               convert::ToProto(domain::SlottingPolicy()));
}

absl::StatusOr<v1::ListCarrierServicesResponse> PlanningHandlers::ListCarrierServices(
    const RequestContext& ctx, const v1::ListCarrierServicesRequest& request) const {
  FieldViolations violations;
  const absl::CivilDay day = DayAsked(ctx, request, violations);
  convert::OptionalId(request.carrier_id(), "carrier_id", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  ASSIGN_OR_RETURN(const PageAsked page,
                   AskedPage(ctx, request,
                             fmt::format("{} {} {}", FormatDay(day), request.carrier_id(),
                                         request.show_withdrawn()),
                             1));
  ASSIGN_OR_RETURN(const auto stored,
                   deps_.database.RunInTransaction(ctx.deadline, [&](db::Transaction& t) {
                     return store::PoliciesOn(t, ctx.org_id(), kCarrierServiceKind, day);
                   }));
  std::vector<std::pair<std::string, v1::CarrierService>> services;
  for (const auto& [key, version] : stored) {
    if (!page.keys.empty() && key <= page.keys[0]) continue;
    ASSIGN_OR_RETURN(v1::CarrierService service, MessageOf<v1::CarrierService>(version));
    if (service.withdrawn() && !request.show_withdrawn()) continue;
    if (!request.carrier_id().empty() && service.carrier_id() != request.carrier_id()) continue;
    services.emplace_back(key, std::move(service));
  }
  if (stored.empty() && request.carrier_id().empty()) {
    services.emplace_back("", convert::ToProto(domain::DefaultCarrierService()));
  }
  v1::ListCarrierServicesResponse response;
  response.set_next_page_token(
      CutPage(page, services, [](const auto& each) { return std::vector{each.first}; }));
  for (auto& [key, service] : services) *response.add_services() = std::move(service);
  return response;
}

}  // namespace kefu::warehouse
