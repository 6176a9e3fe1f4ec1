// Goods that come in and goods that move between nodes, as plain values. The enumerations have the
// values and names of the contract (a test compares them).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "common/enums/enum_names.h"
#include "services/warehouse/domain/types.h"

namespace kefu::warehouse::domain {

// Of the ledger entries that take back what was sent though something else was ordered.
inline constexpr std::string_view kWrongShipmentReason = "WrongShipment";

enum class InboundKind : uint8_t { kUnspecified, kPurchase, kTransfer, kReturn };
KEFU_ENUM_NAMES(InboundKind, "UNSPECIFIED", "PURCHASE", "TRANSFER", "RETURN")

enum class InboundState : uint8_t {
  kUnspecified,
  kExpected,
  kReceiving,
  kReceived,
  kClosed,
  kCancelled
};
KEFU_ENUM_NAMES(InboundState, "UNSPECIFIED", "EXPECTED", "RECEIVING", "RECEIVED", "CLOSED",
                "CANCELLED")

enum class DiscrepancyKind : uint8_t { kUnspecified, kShort, kOver, kDamaged, kUnannounced };
KEFU_ENUM_NAMES(DiscrepancyKind, "UNSPECIFIED", "SHORT", "OVER", "DAMAGED", "UNANNOUNCED")

enum class ReturnState : uint8_t {
  kUnspecified,
  kExpected,
  kReceiving,
  kReceived,
  kInspected,
  kCancelled
};
KEFU_ENUM_NAMES(ReturnState, "UNSPECIFIED", "EXPECTED", "RECEIVING", "RECEIVED", "INSPECTED",
                "CANCELLED")

enum class InspectionOutcome : uint8_t {
  kUnspecified,
  kSellable,
  kDamaged,
  kQuarantined,
  kToVendor,
  kScrap
};
KEFU_ENUM_NAMES(InspectionOutcome, "UNSPECIFIED", "SELLABLE", "DAMAGED", "QUARANTINED", "TO_VENDOR",
                "SCRAP")

enum class OverReceiptAction : uint8_t { kUnspecified, kRefuse, kAcceptFlagged };
KEFU_ENUM_NAMES(OverReceiptAction, "UNSPECIFIED", "REFUSE", "ACCEPT_FLAGGED")

enum class NoProposalReason : uint8_t { kUnspecified, kNoRule, kNoRoom };
KEFU_ENUM_NAMES(NoProposalReason, "UNSPECIFIED", "NO_RULE", "NO_ROOM")

enum class TransferState : uint8_t {
  kUnspecified,
  kPlanned,
  kInTransit,
  kReceiving,
  kReceived,
  kCancelled
};
KEFU_ENUM_NAMES(TransferState, "UNSPECIFIED", "PLANNED", "IN_TRANSIT", "RECEIVING", "RECEIVED",
                "CANCELLED")

// One step in the life of a document: a notice, a return or a transfer.
struct DocumentStep {
  int64_t number = 0;  // the version of the document that the step made
  std::string verb;
  std::string from_state;
  std::string to_state;
  std::string note;
  std::string actor;
  absl::Time time;
};

struct InboundLine {
  std::string sku_id;
  std::string owner_id;
  int64_t quantity = 0;  // announced; 0 when it was not
  std::string lot;
  std::optional<absl::CivilDay> expire_date;
  std::optional<absl::CivilDay> expected_date;
  int64_t received = 0;
  int64_t damaged = 0;  // of received
  bool unannounced = false;
  bool over_tolerance = false;
};

struct InboundNotice {
  std::string id;
  std::string node_id;
  InboundKind kind = InboundKind::kUnspecified;
  std::string document;
  std::string transfer_id;
  std::string sender;
  std::vector<InboundLine> lines;  // line numbers count from 1
  InboundState state = InboundState::kExpected;
  std::string dock;
  RecordInfo info;
};

struct Discrepancy {
  int line_number = 0;
  DiscrepancyKind kind = DiscrepancyKind::kUnspecified;
  int64_t quantity = 0;
};

// What was taken from one line in one go. uninspected + what each outcome counts = quantity when it
// came in AWAITING_INSPECTION; otherwise all five are 0.
struct Receipt {
  int number = 0;
  int line_number = 0;
  std::string sku_id;
  std::string owner_id;
  std::string lot;
  std::optional<absl::CivilDay> expire_date;
  std::string location;
  StockCondition condition = StockCondition::kAwaitingInspection;
  int64_t quantity = 0;
  int64_t uninspected = 0;
  int64_t sellable = 0;
  int64_t damaged = 0;
  int64_t quarantined = 0;
  int64_t to_vendor = 0;
  int64_t scrapped = 0;
  int64_t sample = 0;
  int64_t sample_failed = 0;
  absl::Time time;
};

struct ReturnLine {
  std::string sku_id;
  std::string owner_id;
  int64_t quantity = 0;  // expected; 0 when it was not announced
  int64_t received = 0;
  int64_t intact = 0;
  int64_t damaged = 0;
  bool unannounced = false;
  bool sent_wrongly = false;
};

struct CustomerReturn {
  std::string id;
  std::string node_id;
  std::string order_id;
  std::string reservation_id;
  std::string case_id;
  std::vector<ReturnLine> lines;
  ReturnState state = ReturnState::kExpected;
  RecordInfo info;
};

struct InspectionResult {
  InspectionOutcome outcome = InspectionOutcome::kUnspecified;
  int64_t quantity = 0;
  std::string reason;
};

struct InspectionLine {
  int receipt_number = 0;
  std::vector<InspectionResult> results;
  int64_t sample = 0;  // 0: every piece
  int64_t sample_failed = 0;
  std::string location;  // empty: where it was received
};

struct InspectionRule {
  InboundKind kind = InboundKind::kUnspecified;  // unspecified: any
  std::string category;                          // empty: any
  bool required = true;
};

struct PutAwayRule {
  std::vector<std::string> categories;
  std::vector<SizeClass> size_classes;
  std::string owner_id;
  bool own_goods = false;
  std::vector<StockCondition> conditions;
  std::vector<std::string> zones;
  bool consolidate = false;
  bool keep_lots_apart = false;
  bool keep_skus_apart = false;
  int64_t max_bin_pieces = 0;  // 0: not limited
};

// The values given here are those of the policy that ships with the product.
struct InboundPolicy {
  std::string node_id;
  int32_t version = 0;
  absl::Time effective_time = absl::InfinitePast();
  int32_t over_receipt_bps = 500;  // 5 %: what suppliers' terms commonly allow
  int64_t over_receipt_pieces = 0;
  OverReceiptAction over_receipt_action = OverReceiptAction::kRefuse;
  std::vector<InspectionRule> inspection_rules;  // none: everything waits for inspection
  std::vector<PutAwayRule> put_away_rules;
};

struct PutAwayMove {
  std::string sku_id;
  std::string owner_id;
  StockCondition condition = StockCondition::kSellable;
  std::string lot;
  std::string from_location;
  std::string to_location;
  int64_t quantity = 0;
};

// Pieces taken from one lot and bin, and how many of them are still on the way.
struct TransferPick {
  std::string lot;
  std::string location;
  int64_t quantity = 0;
  int64_t in_transit = 0;
};

struct TransferLine {
  std::string sku_id;
  std::string owner_id;
  StockCondition condition = StockCondition::kSellable;
  int64_t quantity = 0;
  std::string lot;       // empty: any
  std::string location;  // empty: any
  std::vector<TransferPick> picks;
  int64_t received = 0;  // in any condition, over included
  int64_t damaged = 0;
  int64_t short_quantity = 0;
  int64_t over = 0;

  TotalKey KeyAt(std::string_view node_id) const {
    return {sku_id, owner_id, std::string(node_id), condition};
  }
};

struct StockTransfer {
  std::string id;
  std::string from_node_id;
  std::string to_node_id;
  std::vector<TransferLine> lines;
  std::string reason;
  std::optional<absl::CivilDay> expected_date;
  TransferState state = TransferState::kPlanned;
  std::string notice_id;
  std::optional<absl::Time> dispatch_time;
  std::optional<absl::Time> receive_time;
  RecordInfo info;
};

}  // namespace kefu::warehouse::domain
