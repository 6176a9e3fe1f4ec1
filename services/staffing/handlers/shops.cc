#include <array>

#include "services/staffing/handlers/resource.h"

namespace kefu::staffing {
namespace {

struct ShopResource : ResourceBase<domain::Shop, v1::Shop> {
  static constexpr std::string_view kField = "shop";
  static constexpr std::string_view kIdField = "shop_id";
  static constexpr std::array<std::string_view, 7> kMutable = {
      "display_name", "external_id", "time_zone", "stage", "operation", "agency", "open_date"};

  static absl::Status Check(db::Transaction&, const RequestContext& ctx,
                            const domain::Organization& organization, const domain::Shop* before,
                            domain::Shop& shop) {
    if (organization.kind != domain::OrganizationKind::kMerchant) {
      return error::MerchantOnly(organization.id);
    }
    if (before != nullptr) {
      RETURN_IF_ERROR(CheckShopAllowed(ctx, before->id));
    }
    if (shop.time_zone.empty()) shop.time_zone = organization.time_zone;
    if (shop.currency_code.empty()) shop.currency_code = organization.currency_code;
    return absl::OkStatus();
  }
  static absl::Status CheckRead(const RequestContext& ctx, const domain::Shop& shop) {
    return CheckShopAllowed(ctx, shop.id);
  }
  static v1::ShopChanged Event(const v1::Shop& proto) {
    v1::ShopChanged event;
    *event.mutable_shop() = proto;
    return event;
  }
};

}  // namespace

absl::StatusOr<v1::Shop> Handlers::CreateShop(const RequestContext& ctx,
                                              const v1::CreateShopRequest& request) const {
  return Create<ShopResource>(deps_, ctx, request, request.shop());
}

absl::StatusOr<v1::Shop> Handlers::GetShop(const RequestContext& ctx,
                                           const v1::GetShopRequest& request) const {
  return Get<ShopResource>(deps_, ctx, request.shop_id());
}

absl::StatusOr<v1::ListShopsResponse> Handlers::ListShops(
    const RequestContext& ctx, const v1::ListShopsRequest& request) const {
  FieldViolations violations;
  const auto platform =
      convert::OptionalEnum<domain::Platform>(request.platform(), "platform", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  const std::string shops = AllowedShops(ctx);
  const store::ShopFilter filter{
      .archived = request.show_archived(),
      .platform = platform == domain::Platform::kUnspecified ? "" : domain::NameOf(platform),
      .shops = shops};
  return List<ShopResource>(
      deps_, ctx, request, fmt::format("{} {}", filter.archived, filter.platform),
      &v1::ListShopsResponse::add_shops, [&](store::Reader r, store::Page page) {
        return store::ListShops(r, ctx.org_id(), page, filter);
      });
}

absl::StatusOr<v1::Shop> Handlers::UpdateShop(const RequestContext& ctx,
                                              const v1::UpdateShopRequest& request) const {
  return Update<ShopResource>(deps_, ctx, request, request.shop(), request.shop().shop_id());
}

}  // namespace kefu::staffing
