#include "clients/kefuctl/shops.h"

#include "clients/kefuctl/i18n.h"
#include "clients/kefuctl/rpcs.h"
#include "common/time/civil.h"

namespace kefu::kefuctl {
namespace {

constexpr int kPageSize = 1000;

absl::StatusOr<ShopRef> RefOf(const staffing::v1::Shop& shop,
                              const performance::v1::ShopSettings& settings) {
  ASSIGN_OR_RETURN(const absl::TimeZone zone, LoadZone(settings.time_zone()));
  return ShopRef{shop.shop_id(), shop.display_name(), {zone, settings.currency_code()}};
}

absl::Status EnsureOrganization(Client& client, const std::string& name) {
  staffing::v1::CreateOrganizationRequest request;
  request.mutable_organization()->set_kind(staffing::v1::ORGANIZATION_KIND_MERCHANT);
  request.mutable_organization()->set_display_name(name);
  const auto created = client.Call(rpcs::kCreateOrganization, request);
  if (created.ok() || absl::IsAlreadyExists(created.status())) return absl::OkStatus();
  return created.status();
}

}  // namespace

absl::StatusOr<std::vector<staffing::v1::Shop>> ListShops(Client& client) {
  std::vector<staffing::v1::Shop> shops;
  staffing::v1::ListShopsRequest request;
  request.set_page_size(kPageSize);
  do {
    ASSIGN_OR_RETURN(auto page, client.Call(rpcs::kListShops, request));
    for (auto& shop : *page.mutable_shops()) shops.push_back(std::move(shop));
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  return shops;
}

namespace {

// By its id, or by its id on the platform.
absl::StatusOr<staffing::v1::Shop> FindOwnShop(Client& client, const std::string& id) {
  ASSIGN_OR_RETURN(const auto shops, ListShops(client));
  const staffing::v1::Shop* found = nullptr;
  for (const auto& shop : shops) {
    if (shop.shop_id() == id) return shop;
    if (shop.external_id() != id) continue;
    if (found != nullptr) return absl::InvalidArgumentError(Tr(Text::kShopAmbiguous, id));
    found = &shop;
  }
  if (found == nullptr) return absl::NotFoundError(Tr(Text::kShopNotFound, id));
  return *found;
}

// A base's: a merchant's shop, which it names by its id, is not among its own organization's.
absl::StatusOr<staffing::v1::Shop> GrantedShop(Client& client, const std::string& id) {
  performance::v1::GetShopSettingsRequest request;
  request.set_shop_id(id);
  ASSIGN_OR_RETURN(const auto settings, client.Call(rpcs::kGetShopSettings, request));
  staffing::v1::Shop shop;
  shop.set_shop_id(settings.shop_id());
  shop.set_display_name(settings.display_name());
  shop.set_time_zone(settings.time_zone());
  shop.set_currency_code(settings.currency_code());
  return shop;
}

}  // namespace

absl::StatusOr<staffing::v1::Shop> FindShop(Client& client, const std::string& id) {
  const auto own = FindOwnShop(client, id);
  if (!absl::IsNotFound(own.status())) return own;
  const auto granted = GrantedShop(client, id);
  const bool told = granted.ok() || absl::IsUnavailable(granted.status()) ||
                    absl::IsDeadlineExceeded(granted.status());
  return told ? granted : own;
}

absl::TimeZone ZoneOf(const staffing::v1::Shop& shop) {
  absl::TimeZone zone = absl::LocalTimeZone();
  absl::LoadTimeZone(shop.time_zone(), &zone);
  return zone;
}

absl::TimeZone ZoneOf(Client& client, const std::string& id) {
  const auto shop = FindShop(client, id);
  return shop.ok() ? ZoneOf(*shop) : absl::LocalTimeZone();
}

absl::StatusOr<ShopRef> ReadyShop(Client& client, const staffing::v1::Shop& shop) {
  performance::v1::GetShopSettingsRequest question;
  question.set_shop_id(shop.shop_id());
  const auto known = client.Call(rpcs::kGetShopSettings, question);
  if (known.ok()) return RefOf(shop, *known);
  if (!absl::IsNotFound(known.status()) && !absl::IsFailedPrecondition(known.status()))
    return known.status();
  performance::v1::ConfigureShopRequest request;
  auto& settings = *request.mutable_settings();
  settings.set_shop_id(shop.shop_id());
  settings.set_time_zone(shop.time_zone());
  settings.set_currency_code(shop.currency_code());
  settings.set_platform(staffing::v1::Platform_Name(shop.platform()));
  settings.set_display_name(shop.display_name());
  ASSIGN_OR_RETURN(const auto made, client.Call(rpcs::kConfigureShop, request));
  return RefOf(shop, made);
}

absl::StatusOr<staffing::v1::Shop> FindOrCreateShop(Client& client, const NewShop& new_shop,
                                                    bool* created) {
  *created = false;
  auto found = FindShop(client, new_shop.external_id);
  if (found.ok() || !absl::IsNotFound(found.status())) return found;
  RETURN_IF_ERROR(EnsureOrganization(client, "kefu"));
  staffing::v1::CreateShopRequest request;
  auto& shop = *request.mutable_shop();
  shop.set_display_name(Chinese() ? new_shop.name_zh : new_shop.name_en);
  shop.set_platform(staffing::v1::PLATFORM_OTHER);
  shop.set_external_id(new_shop.external_id);
  shop.set_time_zone(new_shop.zone);
  shop.set_currency_code(new_shop.currency);
  auto made = client.Call(rpcs::kCreateShop, request);
  // Somebody else made it in between, or an earlier answer was lost.
  if (absl::IsAlreadyExists(made.status())) return FindShop(client, new_shop.external_id);
  *created = made.ok();
  return made;
}

}  // namespace kefu::kefuctl
