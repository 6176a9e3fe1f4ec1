#include <array>

#include "services/staffing/handlers/resource.h"

namespace kefu::staffing {
namespace {

struct OrganizationResource : ResourceBase<domain::Organization, v1::Organization> {
  static constexpr std::string_view kField = "organization";
  static constexpr std::string_view kIdField = "organization_id";
  static constexpr std::array<std::string_view, 3> kMutable = {"display_name", "time_zone",
                                                               "currency_code"};
  static absl::Status Check(db::Transaction&, const RequestContext&, const domain::Organization&,
                            const domain::Organization*, domain::Organization&) {
    return absl::OkStatus();
  }
  static v1::OrganizationChanged Event(const v1::Organization& proto) {
    v1::OrganizationChanged event;
    *event.mutable_organization() = proto;
    return event;
  }
};

}  // namespace

absl::StatusOr<v1::Organization> Handlers::CreateOrganization(
    const RequestContext& ctx, const v1::CreateOrganizationRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  ASSIGN_OR_RETURN(domain::Organization organization,
                   Convert<OrganizationResource>(request.organization()));
  // The tenant's id comes from the token: nobody registers another's organization.
  organization.id = ctx.org_id();
  organization.info = {1, ctx.now, ctx.now};
  return events::RunWrite<v1::Organization>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::Organization> {
        RETURN_IF_ERROR(store::Insert(t, ctx.org_id(), organization));
        const v1::Organization proto = convert::ToProto(organization);
        RETURN_IF_ERROR(
            Publish(deps_, t, ctx, organization.id, OrganizationResource::Event(proto)));
        return proto;
      });
}

absl::StatusOr<v1::Organization> Handlers::GetOrganization(
    const RequestContext& ctx, const v1::GetOrganizationRequest& request) const {
  const std::string& id = request.organization_id();
  if (id.empty() || id == ctx.org_id()) {
    return Get<OrganizationResource>(deps_, ctx, id);
  }
  RETURN_IF_ERROR(RequireOrganization(ctx));
  RETURN_IF_ERROR(CheckId(id, OrganizationResource::kIdField));
  // The one row of another tenant that may be seen: a base that a site or agent of ours names.
  const store::Reader reader(deps_.database, ctx.deadline);
  ASSIGN_OR_RETURN(const bool named, store::NamesBase(reader, ctx.org_id(), id));
  if (!named) return error::OrganizationNotFound(id);
  ASSIGN_OR_RETURN(const auto base, store::Find<domain::Organization>(reader, id, id));
  if (base.kind != domain::OrganizationKind::kBase) return error::OrganizationNotFound(id);
  return convert::ToProto(base);
}

absl::StatusOr<v1::ListOrganizationsResponse> Handlers::ListOrganizations(
    const RequestContext& ctx, const v1::ListOrganizationsRequest& request) const {
  return List<OrganizationResource>(
      deps_, ctx, request, request.show_archived() ? "archived" : "",
      &v1::ListOrganizationsResponse::add_organizations, [&](store::Reader r, store::Page page) {
        return store::ListOrganizations(r, ctx.org_id(), page, request.show_archived());
      });
}

absl::StatusOr<v1::Organization> Handlers::UpdateOrganization(
    const RequestContext& ctx, const v1::UpdateOrganizationRequest& request) const {
  return Update<OrganizationResource>(deps_, ctx, request, request.organization(),
                                      request.organization().organization_id());
}

}  // namespace kefu::staffing
