// Special days, campaigns and policies.
#include "services/staffing/handlers/workload/support.h"
#include "services/staffing/handlers/workload/workload_handlers.h"

namespace kefu::staffing {
namespace {

namespace workload = domain::workload;

constexpr int64_t kMaxListDays = 400;

absl::Time StoredNow(const RequestContext& ctx) { return FromMicros(ToMicros(ctx.now)); }

// A message inside a request; faults are reported under its field.
template <class Proto>
auto Inner(const Proto& proto, std::string_view field, FieldViolations& violations) {
  FieldViolations inner;
  auto value = convert::FromProto(proto, inner);
  violations.Merge(field, inner);
  return value;
}

// A shop that a row is confined to must exist; without one the row is about all shops, and a token
// that is confined to some must not write it.
absl::Status CheckReach(db::Transaction& t, const RequestContext& ctx, std::string_view shop_id) {
  RETURN_IF_ERROR(RegisteredOrganization(t, ctx));
  if (shop_id.empty()) {
    return ctx.principal.shops.empty() ? absl::OkStatus() : error::ShopNotAllowed("");
  }
  RETURN_IF_ERROR(store::Find<domain::Shop>(t, ctx.org_id(), shop_id));
  return CheckShopAllowed(ctx, shop_id);
}

}  // namespace

absl::StatusOr<v1::CalendarDay> WorkloadHandlers::SetCalendarDay(
    const RequestContext& ctx, const v1::SetCalendarDayRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  const workload::CalendarDay day = Inner(request.calendar_day(), "calendar_day", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  return events::RunWrite<v1::CalendarDay>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::CalendarDay> {
        RETURN_IF_ERROR(CheckReach(t, ctx, ""));
        RETURN_IF_ERROR(
            store::SaveCalendarDay(t, ctx.org_id(), day, ctx.now, ctx.principal.subject));
        v1::CalendarDayChanged event;
        *event.mutable_calendar_day() = convert::ToProto(day);
        RETURN_IF_ERROR(Publish(deps_, t, ctx, FormatDay(day.day), event));
        return event.calendar_day();
      });
}

absl::StatusOr<v1::ListCalendarDaysResponse> WorkloadHandlers::ListCalendarDays(
    const RequestContext& ctx, const v1::ListCalendarDaysRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  const convert::DaySpan days =
      convert::RequiredDays(request.has_days(), request.days(), kMaxListDays, "days", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  ASSIGN_OR_RETURN(const auto calendar, CalendarOf(store::Reader(deps_.database, ctx.deadline),
                                                   ctx.org_id(), "CN", days.first, days.last));
  v1::ListCalendarDaysResponse response;
  for (const auto& [day, special] : calendar) {
    *response.add_calendar_days() = convert::ToProto(special);
  }
  return response;
}

absl::StatusOr<v1::Campaign> WorkloadHandlers::SetCampaign(
    const RequestContext& ctx, const v1::SetCampaignRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  const workload::Campaign asked = Inner(request.campaign(), "campaign", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  return events::RunWrite<v1::Campaign>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::Campaign> {
        workload::Campaign campaign = asked;
        RETURN_IF_ERROR(CheckReach(t, ctx, campaign.shop_id));
        if (campaign.id.empty()) {
          campaign.id = deps_.ids.Next();
        } else {
          ASSIGN_OR_RETURN(const std::string shop_id,
                           store::LockCampaign(t, ctx.org_id(), campaign.id));
          RETURN_IF_ERROR(CheckReach(t, ctx, shop_id));
        }
        RETURN_IF_ERROR(
            store::SaveCampaign(t, ctx.org_id(), campaign, ctx.now, ctx.principal.subject));
        v1::CampaignChanged event;
        *event.mutable_campaign() = convert::ToProto(campaign);
        RETURN_IF_ERROR(Publish(deps_, t, ctx, campaign.id, event));
        return event.campaign();
      });
}

absl::StatusOr<v1::ListCampaignsResponse> WorkloadHandlers::ListCampaigns(
    const RequestContext& ctx, const v1::ListCampaignsRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  const convert::DaySpan days =
      convert::RequiredDays(request.has_days(), request.days(), kMaxListDays, "days", violations);
  convert::OptionalId(request.shop_id(), "shop_id", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  const store::Reader reader(deps_.database, ctx.deadline);
  if (!request.shop_id().empty()) {
    RETURN_IF_ERROR(store::Find<domain::Shop>(reader, ctx.org_id(), request.shop_id()));
    RETURN_IF_ERROR(CheckShopAllowed(ctx, request.shop_id()));
  }
  ASSIGN_OR_RETURN(const auto campaigns, CampaignsOf(reader, ctx.org_id(), request.shop_id(), "CN",
                                                     days.first, days.last));
  v1::ListCampaignsResponse response;
  for (const workload::Campaign& campaign : campaigns) {
    // Without a shop named, a confined token sees what concerns its shops.
    if (!campaign.shop_id.empty() && !CheckShopAllowed(ctx, campaign.shop_id).ok()) continue;
    *response.add_campaigns() = convert::ToProto(campaign);
  }
  return response;
}

absl::StatusOr<v1::StaffingPolicy> WorkloadHandlers::SetStaffingPolicy(
    const RequestContext& ctx, const v1::SetStaffingPolicyRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  const workload::StaffingPolicy asked = Inner(request.policy(), "policy", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  return events::RunWrite<v1::StaffingPolicy>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::StaffingPolicy> {
        workload::StaffingPolicy policy = asked;
        RETURN_IF_ERROR(CheckReach(t, ctx, policy.shop_id));
        policy.create_time = StoredNow(ctx);
        ASSIGN_OR_RETURN(policy.version,
                         store::AddStaffingPolicy(t, ctx.org_id(), policy, ctx.principal.subject));
        v1::StaffingPolicyChanged event;
        *event.mutable_policy() = convert::ToProto(policy);
        RETURN_IF_ERROR(Publish(deps_, t, ctx, policy.shop_id, event));
        return event.policy();
      });
}

absl::StatusOr<v1::StaffingPolicy> WorkloadHandlers::GetStaffingPolicy(
    const RequestContext& ctx, const v1::GetStaffingPolicyRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  convert::OptionalId(request.shop_id(), "shop_id", violations);
  const auto channel =
      convert::RequiredEnum<domain::ContactChannel>(request.channel(), "channel", violations);
  auto day = convert::OptionalDay(request.has_on_date(), request.on_date(), "on_date", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  const store::Reader reader(deps_.database, ctx.deadline);
  ChannelScope scope{.org_id = std::string(ctx.org_id()), .channel = channel};
  if (request.shop_id().empty()) {
    ASSIGN_OR_RETURN(scope.zone, store::ZoneOf(reader, ctx.org_id()));
  } else {
    ASSIGN_OR_RETURN(scope, RequireChannel(reader, ctx, request.shop_id(), channel));
  }
  ASSIGN_OR_RETURN(const workload::StaffingPolicy policy,
                   PolicyOn(reader, scope, day.value_or(absl::ToCivilDay(ctx.now, scope.zone))));
  return convert::ToProto(policy);
}

}  // namespace kefu::staffing
