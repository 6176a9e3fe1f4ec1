// Stock as it was, summed up from the ledger. As store.h says.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "common/db/reader.h"
#include "services/warehouse/domain/types.h"

namespace kefu::warehouse::store {

// SKUs that ever had stock at the node, after one of them, in their order.
absl::StatusOr<std::vector<std::string>> SkusOfNode(db::Reader reader, std::string_view org_id,
                                                    std::string_view node_id,
                                                    std::string_view after, int limit);

struct PastLevel {
  domain::StockKey key;  // lot and bin are empty unless asked for
  int64_t on_hand = 0;
  int64_t reserved = 0;
  int64_t in_transit = 0;
};
// Up to an instant of recording, or, where a day is given, up to the end of that business day. The
// rows of the SKUs (1 to 1000) that are not all zero, by SKU, owner, condition, lot, bin. By bin
// only on_hand is told.
struct PastAsked {
  std::string_view node_id;
  absl::Time upto;
  std::optional<absl::CivilDay> day;
  bool by_bin = false;
};
absl::StatusOr<std::vector<PastLevel>> PastLevels(db::Transaction& t, std::string_view org_id,
                                                  const PastAsked& asked,
                                                  std::span<const std::string> sku_ids);

}  // namespace kefu::warehouse::store
