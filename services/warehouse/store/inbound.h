// Rows of notices, returns, receipts, transfers, their steps, and policies of inbound. As store.h
// says. These documents are locked after reservations and before nodes: returns, then notices, then
// transfers. Receipts and steps are protected by the lock of their document.
#pragma once

#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/db/reader.h"
#include "services/warehouse/domain/inbound_types.h"
#include "services/warehouse/domain/put_away.h"
#include "services/warehouse/store/store.h"

namespace kefu::warehouse::store {

// --- Notices ---

absl::Status Insert(db::Transaction& t, std::string_view org_id,
                    const domain::InboundNotice& notice);
// Writes lines, state, dock, version and update time of a locked notice.
absl::Status Update(db::Transaction& t, std::string_view org_id,
                    const domain::InboundNotice& notice);
// NOT_FOUND; Lock holds the row until the transaction ends.
absl::StatusOr<domain::InboundNotice> FindNotice(db::Reader reader, std::string_view org_id,
                                                 std::string_view notice_id);
absl::StatusOr<domain::InboundNotice> LockNotice(db::Transaction& t, std::string_view org_id,
                                                 std::string_view notice_id);

// Filters of the lists: an empty text does not filter.
struct DocumentFilter {
  std::string_view node_id;  // of a transfer: its source
  std::string_view state;
  std::string_view to_node_id;      // transfers only
  std::string_view reservation_id;  // returns only
};
absl::StatusOr<std::vector<domain::InboundNotice>> ListNotices(db::Reader reader,
                                                               std::string_view org_id, Page page,
                                                               const DocumentFilter& filter);

// --- Returns ---

absl::Status Insert(db::Transaction& t, std::string_view org_id,
                    const domain::CustomerReturn& returned);
// Writes lines, state, version and update time of a locked return.
absl::Status Update(db::Transaction& t, std::string_view org_id,
                    const domain::CustomerReturn& returned);
absl::StatusOr<domain::CustomerReturn> FindReturn(db::Reader reader, std::string_view org_id,
                                                  std::string_view return_id);
absl::StatusOr<domain::CustomerReturn> LockReturn(db::Transaction& t, std::string_view org_id,
                                                  std::string_view return_id);
absl::StatusOr<std::vector<domain::CustomerReturn>> ListReturns(db::Reader reader,
                                                                std::string_view org_id, Page page,
                                                                const DocumentFilter& filter);
// All of a reservation. The lock of the reservation protects the answer: whoever adds to what comes
// back of it holds that.
absl::StatusOr<std::vector<domain::CustomerReturn>> ReturnsOf(db::Transaction& t,
                                                              std::string_view org_id,
                                                              std::string_view reservation_id);

// --- Receipts and steps of one notice, return or transfer ---

// In order of their numbers, which are dense from 1.
absl::StatusOr<std::vector<domain::Receipt>> ReceiptsOf(db::Reader reader, std::string_view org_id,
                                                        std::string_view document_id);
// Adds them, or writes what inspection decided about those that are there.
absl::Status SaveReceipts(db::Transaction& t, std::string_view org_id, std::string_view document_id,
                          std::span<const domain::Receipt> receipts);
absl::Status InsertStep(db::Transaction& t, std::string_view org_id, std::string_view document_id,
                        const domain::DocumentStep& step);
// In their order.
absl::StatusOr<std::vector<domain::DocumentStep>> StepsOf(db::Reader reader,
                                                          std::string_view org_id,
                                                          std::string_view document_id);

// --- Transfers (transfers.cc) ---

absl::Status Insert(db::Transaction& t, std::string_view org_id,
                    const domain::StockTransfer& transfer);
// Writes lines, state, notice, times and version of a locked transfer.
absl::Status Update(db::Transaction& t, std::string_view org_id,
                    const domain::StockTransfer& transfer);
absl::StatusOr<domain::StockTransfer> FindTransfer(db::Reader reader, std::string_view org_id,
                                                   std::string_view transfer_id);
absl::StatusOr<domain::StockTransfer> LockTransfer(db::Transaction& t, std::string_view org_id,
                                                   std::string_view transfer_id);
absl::StatusOr<std::vector<domain::StockTransfer>> ListTransfers(db::Reader reader,
                                                                 std::string_view org_id, Page page,
                                                                 const DocumentFilter& filter);

// --- Policies (inbound_policies.cc) ---

// A version as it is stored; the body is the contract's message.
struct PolicyRow {
  std::string node_id;
  int32_t version = 0;  // 0: none is stored
  absl::Time effective_time;
  std::string body;
};
// The version in force for the node, else for the organization; version 0 where there is neither.
absl::StatusOr<PolicyRow> FindInboundPolicy(db::Reader reader, std::string_view org_id,
                                            std::string_view node_id, absl::Time at);
// Adds the next version of the node, which is answered. Versions of one node are numbered under the
// lock of its last one; ALREADY_EXISTS DUPLICATE_KEY when two first ones meet.
absl::StatusOr<int32_t> NextPolicyVersion(db::Transaction& t, std::string_view org_id,
                                          std::string_view node_id);
absl::Status Insert(db::Transaction& t, std::string_view org_id, const PolicyRow& policy,
                    absl::Time now, std::string_view actor);

// --- Put-away (put_away.cc) ---

// The open bins of a node in one of the zones, by their codes.
absl::StatusOr<std::vector<domain::PutAwayBin>> BinsIn(db::Transaction& t, std::string_view org_id,
                                                       std::string_view node_id,
                                                       const std::set<std::string>& zones);
// Those of the bins that exist, locked after the node and before SKUs; nothing when the node keeps
// no list of bins at all.
absl::StatusOr<std::optional<std::vector<domain::PutAwayBin>>> LockBins(
    db::Transaction& t, std::string_view org_id, std::string_view node_id,
    const std::set<std::string>& locations);
// What lies in the bins.
absl::StatusOr<domain::BinContents> ContentsOf(db::Transaction& t, std::string_view org_id,
                                               std::string_view node_id,
                                               const std::set<std::string>& locations);
// Goods that lie in one place and that nobody has taken hold of, by SKU; of one SKU unless it is
// empty.
absl::StatusOr<std::vector<domain::PutAwayMove>> GoodsAt(db::Transaction& t,
                                                         std::string_view org_id,
                                                         std::string_view node_id,
                                                         std::string_view location,
                                                         std::string_view sku_id, int limit);

}  // namespace kefu::warehouse::store
