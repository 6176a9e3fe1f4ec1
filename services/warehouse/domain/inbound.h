// The life of an inbound notice, and what receiving and inspecting do to stock. Pure.
//
//   verb            from                              to
//   StartReceiving  EXPECTED, RECEIVING (other dock)  RECEIVING
//   RecordReceipt   RECEIVING, RECEIVED               RECEIVING; RECEIVED when nothing is missing
//   Inspect         RECEIVING, RECEIVED, CLOSED       the same
//   Close           RECEIVING, RECEIVED               CLOSED
//   Cancel          EXPECTED; RECEIVING without any   CANCELLED
//                   receipt
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
#include "services/warehouse/domain/inbound_types.h"
#include "services/warehouse/domain/lots.h"
#include "services/warehouse/domain/types.h"

namespace kefu::warehouse::domain {

enum class NoticeVerb { kStartReceiving, kRecordReceipt, kInspect, kClose, kCancel };

// OK, or FAILED_PRECONDITION NOTICE_STATE with the reason.
absl::Status CheckMove(const InboundNotice& notice, NoticeVerb verb);

// Each moves the notice and counts its version up; the error is CheckMove's.
absl::Status StartReceiving(InboundNotice& notice, std::string_view dock, absl::Time now);
absl::Status Close(InboundNotice& notice, absl::Time now);
absl::Status Cancel(InboundNotice& notice, absl::Time now);

// Goods that came.
struct Arrival {
  int line_number = 0;  // 0: of the SKU and owner
  std::string sku_id;
  std::string owner_id;
  int64_t quantity = 0;
  StockCondition condition = StockCondition::kUnspecified;  // unspecified: by the policy
  std::string lot;
  std::optional<absl::CivilDay> expire_date;
  std::optional<absl::CivilDay> made_date;
  std::string location;
  std::string reason;  // of a transfer's goods, where they differ
};

// What deciding about a receipt needs to know.
struct ReceiptContext {
  const InboundPolicy& policy;
  const std::map<std::string, Sku>& skus;  // of the notice's lines and of the arrivals
  absl::Time now;
  int first_number = 1;  // of the receipts that are made
};

// Most pieces that the policy tolerates where `expected` were announced: expected plus the larger
// of over_receipt_bps of it, rounded down, and over_receipt_pieces.
int64_t TolerableQuantity(const InboundPolicy& policy, int64_t expected);

// Whether goods of the SKU wait for inspection: the first rule that fits; none: they do.
bool NeedsInspection(const InboundPolicy& policy, InboundKind kind, const Sku& sku);

// Counts the arrivals on the lines, adds lines for what was not announced, and returns the
// receipts, one an arrival. FAILED_PRECONDITION: NOTICE_STATE, OVER_RECEIPT with every line above
// the tolerance, LOT_REQUIRED, LOT_NOT_ALLOWED, INSPECTION_REQUIRED where goods are brought as
// sellable that the policy wants inspected. NOT_FOUND for a line that is not there. On an error the
// notice must be thrown away. The dates of lots are domain::CheckLots' matter.
absl::StatusOr<std::vector<Receipt>> RecordReceipt(InboundNotice& notice,
                                                   std::span<const Arrival> arrivals,
                                                   const ReceiptContext& context);

// SUPPLIER or CUSTOMER → FREE for receipts of a notice that is not a transfer's.
std::vector<Movement> MovementsOf(const InboundNotice& notice, std::span<const Receipt> receipts,
                                  std::string_view note, absl::CivilDay business_date);

// What is missing counts only once the notice is closed.
std::vector<Discrepancy> DiscrepanciesOf(const InboundNotice& notice);

// Where goods are inspected, and in whose name.
struct InspectionContext {
  std::string_view node_id;
  std::string_view reference;
  std::string_view reason;
  absl::CivilDay today;
  const Lots& lots;  // what is known of the receipts' lots
};
// Counts the results on the receipts and returns what moves: FREE awaiting inspection → CLEARING →
// FREE in the new condition, or → VENDOR, SCRAP. `receipts` are in the order of their numbers from
// 1. NOT_FOUND for a receipt that is not there; FAILED_PRECONDITION INSPECTION_EXCEEDS_RECEIPT with
// every line that decides about more than awaits it; for goods found sellable LOT_EXPIRED,
// LOT_RECALLED. On an error the receipts must be thrown away.
absl::StatusOr<std::vector<Movement>> Inspect(std::span<Receipt> receipts,
                                              std::span<const InspectionLine> lines,
                                              const InspectionContext& context);

// Adds what inspection found damaged or scrapped to the lines of the receipts inspected, and counts
// the notice's version up.
void CountInspection(InboundNotice& notice, std::span<const Receipt> receipts,
                     std::span<const InspectionLine> lines, absl::Time now);

// From one key to another of the same node: in first, so that what is reserved stays covered at
// every entry. Nets to zero in CLEARING.
void AppendRekey(const StockKey& from, const StockKey& to, int64_t quantity,
                 std::string_view reason, std::string_view reference, std::string_view note,
                 absl::CivilDay day, std::vector<Movement>& movements);

}  // namespace kefu::warehouse::domain
