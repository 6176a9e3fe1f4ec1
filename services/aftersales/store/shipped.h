// What was shipped of orders, by house and lot, and the cases about it. Every statement names the
// tenant. The functions keep no state and are thread-safe; all return the database's errors.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "common/db/transaction.h"
#include "services/aftersales/domain/insight/bad_lots.h"

namespace kefu::aftersales::store {

// Pieces of one lot that left for an order.
struct ShippedPieces {
  std::string shop_id, order_id;
  domain::insight::SeriesKey series;
  absl::CivilDay day;
  int64_t pieces = 0;
};
// Adds them to what is known of their orders' lines. Not idempotent: told once.
absl::Status AddShipped(db::Transaction& t, std::string_view org_id,
                        std::span<const ShippedPieces> pieces);

// Every organization that something was shipped for since a day.
absl::StatusOr<std::vector<std::string>> OrganizationsThatShip(db::Transaction& t,
                                                               absl::CivilDay since);
// How many series there are with shipments in these days, both included.
absl::StatusOr<int64_t> CountSeries(db::Transaction& t, std::string_view org_id,
                                    absl::CivilDay first, absl::CivilDay last);
// The series of a SKU with what was shipped in these days; complaints are not counted yet.
absl::StatusOr<std::vector<domain::insight::Series>> SeriesOf(db::Transaction& t,
                                                              std::string_view org_id,
                                                              std::string_view sku,
                                                              absl::CivilDay first,
                                                              absl::CivilDay last);

// A case about a line of an order of which it is known whence it was shipped. One that names no
// goods is about those of its order, where that has but one SKU.
struct CaseAboutGoods {
  std::string case_id, shop_id, order_id;
  absl::Time receive_time;
  domain::insight::SeriesKey series;
  absl::CivilDay ship_day;
};
// Those received in [from, to), of these kinds (names, comma-separated), in order of receipt.
absl::StatusOr<std::vector<CaseAboutGoods>> CasesAboutGoods(db::Transaction& t,
                                                            std::string_view org_id,
                                                            std::string_view kinds, absl::Time from,
                                                            absl::Time to);

// The zones of the shops that are known, by shop.
absl::StatusOr<std::map<std::string, std::string>> ZonesOf(db::Transaction& t,
                                                           std::string_view org_id);

}  // namespace kefu::aftersales::store
