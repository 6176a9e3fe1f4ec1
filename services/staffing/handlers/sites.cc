#include <array>

#include "services/staffing/handlers/resource.h"

namespace kefu::staffing {
namespace {

struct SiteResource : ResourceBase<domain::Site, v1::Site> {
  static constexpr std::string_view kField = "site";
  static constexpr std::string_view kIdField = "site_id";
  static constexpr std::array<std::string_view, 5> kMutable = {"display_name", "mode",
                                                               "region_code", "time_zone", "seats"};

  // A base is named by its id alone and not looked up: it is another tenant, which may live on
  // another shard and may register later.
  static absl::Status Check(db::Transaction&, const RequestContext&,
                            const domain::Organization& organization, const domain::Site*,
                            domain::Site& site) {
    if (site.time_zone.empty()) site.time_zone = organization.time_zone;
    return absl::OkStatus();
  }
  static v1::SiteChanged Event(const v1::Site& proto) {
    v1::SiteChanged event;
    *event.mutable_site() = proto;
    return event;
  }
};

}  // namespace

absl::StatusOr<v1::Site> Handlers::CreateSite(const RequestContext& ctx,
                                              const v1::CreateSiteRequest& request) const {
  return Create<SiteResource>(deps_, ctx, request, request.site());
}

absl::StatusOr<v1::Site> Handlers::GetSite(const RequestContext& ctx,
                                           const v1::GetSiteRequest& request) const {
  return Get<SiteResource>(deps_, ctx, request.site_id());
}

absl::StatusOr<v1::ListSitesResponse> Handlers::ListSites(
    const RequestContext& ctx, const v1::ListSitesRequest& request) const {
  const store::SiteFilter filter{.archived = request.show_archived(), .base_id = request.base_id()};
  return List<SiteResource>(
      deps_, ctx, request, fmt::format("{} {}", filter.archived, filter.base_id),
      &v1::ListSitesResponse::add_sites, [&](store::Reader r, store::Page page) {
        return store::ListSites(r, ctx.org_id(), page, filter);
      });
}

absl::StatusOr<v1::Site> Handlers::UpdateSite(const RequestContext& ctx,
                                              const v1::UpdateSiteRequest& request) const {
  return Update<SiteResource>(deps_, ctx, request, request.site(), request.site().site_id());
}

}  // namespace kefu::staffing
