// A month at a node that somebody else runs: what went through it, how well, what it costs by the
// contract, and a bill against that (DOMAIN 5.7). Pure.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/warehouse/domain/billing.h"

namespace kefu::warehouse::domain {

enum class BillItem : uint8_t {
  kUnspecified,
  kInboundPiece,
  kOutboundOrder,
  kOutboundExtraPiece,
  kStoragePieceDay,
  kFixedMonth,
  kPenaltyPiece,
  kTransferPiece,
  kReturnPiece
};
KEFU_ENUM_NAMES(BillItem, "UNSPECIFIED", "INBOUND_PIECE", "OUTBOUND_ORDER", "OUTBOUND_EXTRA_PIECE",
                "STORAGE_PIECE_DAY", "FIXED_MONTH", "PENALTY_PIECE", "TRANSFER_PIECE",
                "RETURN_PIECE")

enum class BillVerdict : uint8_t {
  kUnspecified,
  kExact,
  kWithinTolerance,
  kOverbilled,
  kUnderbilled,
  kNotInContract
};
KEFU_ENUM_NAMES(BillVerdict, "UNSPECIFIED", "EXACT", "WITHIN_TOLERANCE", "OVERBILLED",
                "UNDERBILLED", "NOT_IN_CONTRACT")

// Orders are timed in quarters of an hour: zones and cut-offs are multiples of it.
inline constexpr int32_t kTimingSeconds = 900;
inline constexpr int32_t kNoCutoff = 86'400;

struct ContractRate {
  Money price;
  int64_t per = 1;
};

struct WarehouseContract {
  std::string node_id;
  int64_t version = 0;
  absl::CivilDay effective_from;
  std::string currency;
  std::optional<ContractRate> inbound_piece, outbound_order, outbound_extra_piece,
      storage_piece_day, penalty_piece, transfer_piece, return_piece;
  int32_t pieces_included = 1;
  std::optional<Money> fixed_month;
  int32_t tolerance_bps = 0;
  int64_t tolerance_minor = 0;
  int32_t cutoff_second = kNoCutoff;
  int32_t ship_within_days = 0;
  std::vector<std::string> difference_reasons;      // none: every adjustment but of transfers
  std::vector<std::string> wrong_shipment_reasons;  // none: kWrongShipmentReason
  absl::Time create_time;
};

// Pieces that crossed the border of the node's stock or arrived from another node on a day, for a
// reason.
struct NodeFlow {
  absl::CivilDay day;
  LedgerAccount from = LedgerAccount::kUnspecified;
  LedgerAccount to = LedgerAccount::kUnspecified;
  std::string reason;
  int64_t quantity = 0;
};

// Adjustments of one SKU for one reason.
struct NodeDifference {
  std::string reason;
  bool missing = false;
  int64_t quantity = 0;
  std::optional<Money> list_price;
};

// Orders that left on a day and were ordered in the quarter of an hour from `ordered`.
struct OrderTiming {
  absl::CivilDay shipped;
  absl::Time ordered;
  int64_t orders = 0;
};

// What the ledger says of the days of one version of the contract.
struct ContractDays {
  Period days;
  const WarehouseContract* contract = nullptr;  // none in force: nothing is billed
  int64_t documents = 0;
  int64_t orders = 0;
  int64_t extra_pieces = 0;  // beyond contract->pieces_included of each order
  std::vector<NodeDifference> differences;
  std::vector<OrderTiming> timings;
};

struct BillLine {
  BillItem item = BillItem::kUnspecified;
  int64_t quantity = 0;
  Money amount;
};

struct WarehouseReport {
  std::string node_id;
  Period period;
  int64_t inbound_pieces = 0, inbound_documents = 0, outbound_pieces = 0, outbound_orders = 0,
          returned_pieces = 0, storage_piece_days = 0, closing_pieces = 0, missing_pieces = 0,
          surplus_pieces = 0, wrong_pieces = 0, timed_orders = 0, on_time_orders = 0,
          unvalued_pieces = 0, transferred_in_pieces = 0, transferred_out_pieces = 0;
  std::optional<int32_t> stock_accuracy_bps, shipment_accuracy_bps, on_time_bps;
  Money missing_value, surplus_value, cost;
  std::optional<Money> cost_per_order;
  std::vector<BillLine> items;  // those that the contract prices, by item
  std::vector<int64_t> contract_versions;
};

// The period cut where the contract in force changes; without sums. `contracts` by
// (effective_from, version).
std::vector<ContractDays> ByContract(const Period& period,
                                     std::span<const WarehouseContract> contracts);

// Whether the order left when the contract says, or before.
bool OnTime(const WarehouseContract& contract, const OrderTiming& timing, absl::TimeZone zone);

struct ReportInput {
  std::string node_id;
  absl::TimeZone zone;
  std::string currency;  // of the contract
  Period period;
  int64_t opening_pieces = 0;
  std::span<const NodeFlow> flows;         // of the period
  std::span<const ContractDays> contract;  // cover the period
};
// Amounts are rounded half up per item and version of the contract. MONEY_OVERFLOW.
absl::StatusOr<WarehouseReport> Report(const ReportInput& input);

struct BillComparison {
  BillItem item = BillItem::kUnspecified;
  BillLine billed, computed;
  Money difference;
  BillVerdict verdict = BillVerdict::kUnspecified;
};
struct BillCheck {
  std::vector<BillComparison> comparisons;  // by item
  Money billed, computed, difference;
  BillVerdict verdict = BillVerdict::kUnspecified;
};
// Every item that is billed or computed; amounts in one currency. `bill` has an item at most once.
absl::StatusOr<BillCheck> CheckBill(const WarehouseReport& report,
                                    const WarehouseContract& contract,
                                    std::span<const BillLine> bill);

}  // namespace kefu::warehouse::domain
