// The enumerations of the warehouse and the names under which they are stored. Values and names are
// those of the contract without its prefix (a test compares them), so converting is a cast.
#pragma once

#include <cstdint>

#include "common/enums/enum_names.h"

namespace kefu::warehouse::domain {

enum class NodeKind : uint8_t {
  kUnspecified,
  kLogisticsCentre,
  kCityWarehouse,
  kFrontWarehouse,
  kTransferCentre,
  kDeliveryStation,
  kPickupPoint,
  kVendorWarehouse,
  kSharedThirdParty
};
KEFU_ENUM_NAMES(NodeKind, "UNSPECIFIED", "LOGISTICS_CENTRE", "CITY_WAREHOUSE", "FRONT_WAREHOUSE",
                "TRANSFER_CENTRE", "DELIVERY_STATION", "PICKUP_POINT", "VENDOR_WAREHOUSE",
                "SHARED_THIRD_PARTY")

enum class RecordState : uint8_t { kUnspecified, kActive, kArchived };
KEFU_ENUM_NAMES(RecordState, "UNSPECIFIED", "ACTIVE", "ARCHIVED")

enum class StockCondition : uint8_t {
  kUnspecified,
  kSellable,
  kQuarantined,
  kDamaged,
  kAwaitingInspection
};
KEFU_ENUM_NAMES(StockCondition, "UNSPECIFIED", "SELLABLE", "QUARANTINED", "DAMAGED",
                "AWAITING_INSPECTION")

enum class SizeClass : uint8_t { kUnspecified, kA, kB, kC };
KEFU_ENUM_NAMES(SizeClass, "UNSPECIFIED", "A", "B", "C")

enum class LedgerAccount : uint8_t {
  kUnspecified,
  kSupplier,
  kFree,
  kReserved,
  kInTransit,
  kCustomer,
  kAdjustment,
  kScrap,
  kVendor,
  kClearing
};
KEFU_ENUM_NAMES(LedgerAccount, "UNSPECIFIED", "SUPPLIER", "FREE", "RESERVED", "IN_TRANSIT",
                "CUSTOMER", "ADJUSTMENT", "SCRAP", "VENDOR", "CLEARING")

enum class ReservationState : uint8_t {
  kUnspecified,
  kHeld,
  kConfirmed,
  kReleased,
  kExpired,
  kShipped
};
KEFU_ENUM_NAMES(ReservationState, "UNSPECIFIED", "HELD", "CONFIRMED", "RELEASED", "EXPIRED",
                "SHIPPED")

enum class AdjustmentReason : uint8_t {
  kUnspecified,
  kDamage,
  kLoss,
  kFound,
  kScrap,
  kReclassify,
  kOpening
};
KEFU_ENUM_NAMES(AdjustmentReason, "UNSPECIFIED", "DAMAGE", "LOSS", "FOUND", "SCRAP", "RECLASSIFY",
                "OPENING")

enum class AdjustmentState : uint8_t { kUnspecified, kPending, kApplied, kRejected };
KEFU_ENUM_NAMES(AdjustmentState, "UNSPECIFIED", "PENDING", "APPLIED", "REJECTED")

enum class LedgerFault : uint8_t {
  kUnspecified,
  kChainGap,
  kChainHash,
  kChainHead,
  kEntryInvalid,
  kBalanceNegative,
  kOnHand,
  kReserved,
  kInTransit,
  kBin,
  kReservation,
  kClearing,
  kNode,
  kAcknowledgement,
  kGuardUse
};
KEFU_ENUM_NAMES(LedgerFault, "UNSPECIFIED", "CHAIN_GAP", "CHAIN_HASH", "CHAIN_HEAD",
                "ENTRY_INVALID", "BALANCE_NEGATIVE", "ON_HAND", "RESERVED", "IN_TRANSIT", "BIN",
                "RESERVATION", "CLEARING", "NODE", "ACKNOWLEDGEMENT", "GUARD_USE")

enum class LotState : uint8_t { kUnspecified, kActive, kRecalled };
KEFU_ENUM_NAMES(LotState, "UNSPECIFIED", "ACTIVE", "RECALLED")

}  // namespace kefu::warehouse::domain
