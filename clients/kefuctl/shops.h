// Shops by id or by their id on the platform, and the settings that facts need.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "clients/kefuctl/client.h"
#include "clients/kefuctl/values.h"
#include "common/status/status_macros.h"
#include "kefu/staffing/v1/resources.pb.h"

namespace kefu::kefuctl {

struct ShopRef {
  std::string shop_id, display_name;
  ShopLocale locale;
};

// A shop that an import makes when it is not there.
struct NewShop {
  std::string external_id, name_zh, name_en, zone, currency;
};

// All shops that the caller may see.
absl::StatusOr<std::vector<staffing::v1::Shop>> ListShops(Client& client);

// The shop with that id or, if there is none, that id on its platform; for a base the merchant's
// shop with that id, as far as a contract grants it today. NOT_FOUND in words;
// INVALID_ARGUMENT when several platforms have it.
absl::StatusOr<staffing::v1::Shop> FindShop(Client& client, const std::string& id);

// In which people read times of the shop; this machine's where it has none.
absl::TimeZone ZoneOf(const staffing::v1::Shop& shop);
// The same by FindShop; this machine's where the shop cannot be read.
absl::TimeZone ZoneOf(Client& client, const std::string& id);

// Puts the shop that is asked for, if any, into the request. Answers the zone in which people read
// times: the shop's, else this machine's.
template <class Request>
absl::StatusOr<absl::TimeZone> SetShop(Client& client, const std::string& id, Request& request) {
  if (id.empty()) return absl::LocalTimeZone();
  ASSIGN_OR_RETURN(const auto shop, FindShop(client, id));
  request.set_shop_id(shop.shop_id());
  return ZoneOf(shop);
}

// The shop, known to the performance service: settings that are there are kept, and missing ones
// are made from staffing's record. Idempotent.
absl::StatusOr<ShopRef> ReadyShop(Client& client, const staffing::v1::Shop& shop);

// The shop with new_shop.external_id; makes it, and the organization of the token, when they are
// not there. `created` tells whether the shop is new. Idempotent.
absl::StatusOr<staffing::v1::Shop> FindOrCreateShop(Client& client, const NewShop& new_shop,
                                                    bool* created);

}  // namespace kefu::kefuctl
