// How an organization's network is run: the operating mode and its figures, as versioned data.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "common/enums/enum_names.h"
#include "common/money/money.h"
#include "services/warehouse/domain/enums.h"

namespace kefu::warehouse::domain {

enum class OperatingMode : uint8_t {
  kUnspecified,
  kOrderPoint,
  kDirected,
  kSelfRun,
  kThreeLevel,
  kSharedLedger
};
KEFU_ENUM_NAMES(OperatingMode, "UNSPECIFIED", "ORDER_POINT", "DIRECTED", "SELF_RUN", "THREE_LEVEL",
                "SHARED_LEDGER")

enum class VendorRoute : uint8_t { kUnspecified, kNamedNodes, kNearestTransferCentre };
KEFU_ENUM_NAMES(VendorRoute, "UNSPECIFIED", "NAMED_NODES", "NEAREST_TRANSFER_CENTRE")

// When a region gets a site of its own, and what that costs. Volumes are orders a day.
struct SiteRule {
  int64_t rent_above = 5'000;
  int64_t build_above = 100'000;
  Money rent_per_1000_orders{"CNY", 400'00};              // a day
  Money build_cost_per_1000_orders{"CNY", 2'000'000'00};  // once
  int32_t write_off_days = 7'300;                         // 20 years
};

// The default values are the shipped policy: it is in force where an organization has set none.
struct NetworkPolicy {
  int64_t version = 0;  // 0: shipped
  absl::CivilDay effective_from{2000, 1, 1};
  OperatingMode mode = OperatingMode::kOrderPoint;
  VendorRoute vendor_route = VendorRoute::kNearestTransferCentre;
  std::vector<std::string> named_node_ids;
  std::vector<NodeKind> levels = {NodeKind::kLogisticsCentre, NodeKind::kCityWarehouse,
                                  NodeKind::kFrontWarehouse};  // from the top
  int64_t least_transfer_units = 1;
  std::vector<LedgerAccount> trade_accounts = {LedgerAccount::kSupplier, LedgerAccount::kCustomer,
                                               LedgerAccount::kClearing, LedgerAccount::kInTransit};
  std::vector<std::string> witness_node_ids;
  absl::Duration acknowledgement_grace = absl::Hours(24);
  SiteRule site_rule;
  absl::Time create_time;
  std::string actor;
};

}  // namespace kefu::warehouse::domain
