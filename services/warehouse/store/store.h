// Rows of the warehouse. Every statement names the tenant: a row of another organization is
// answered like one that does not exist. The functions keep no state and are thread-safe; all
// return the database's errors besides those named.
//
// Order of locks, the same everywhere: reservations, nodes, SKUs, owners, lots, sales guards, stock
// totals, stock, chain heads; within a table in the order of the primary key.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/db/reader.h"
#include "services/warehouse/domain/stock.h"
#include "services/warehouse/domain/types.h"

namespace kefu::warehouse::store {

// A keyset page: up to `limit` rows with ids greater than `after`, in order of id.
struct Page {
  std::string_view after;
  int limit;
};

// --- Nodes and SKUs (places.cc) ---

// The row of that id; NOT_FOUND of its kind.
absl::StatusOr<domain::Node> FindNode(db::Reader reader, std::string_view org_id,
                                      std::string_view node_id);
absl::StatusOr<domain::Sku> FindSku(db::Reader reader, std::string_view org_id,
                                    std::string_view sku_id);
// The same, locked until the transaction ends: for update (SKUs always), or shared, so that it
// cannot change.
enum class LockMode { kUpdate, kShare };
absl::StatusOr<domain::Node> LockNode(db::Transaction& t, std::string_view org_id,
                                      std::string_view node_id, LockMode mode);
absl::StatusOr<domain::Sku> LockSku(db::Transaction& t, std::string_view org_id,
                                    std::string_view sku_id);
// Those of the ids that exist, by id; at most 1000 ids. `shared` locks them as LockMode::kShare.
absl::StatusOr<std::map<std::string, domain::Node>> FindNodes(db::Transaction& t,
                                                              std::string_view org_id,
                                                              const std::set<std::string>& ids);
absl::StatusOr<std::map<std::string, domain::Sku>> FindSkus(db::Transaction& t,
                                                            std::string_view org_id,
                                                            const std::set<std::string>& ids,
                                                            bool shared = false);

// What new work must know of a node or SKU; a fold reads many.
struct NodeBrief {
  domain::RecordState state = domain::RecordState::kActive;
  std::string time_zone;
};
// Those of the ids that exist, by id; any number of ids. Not locked.
absl::StatusOr<std::map<std::string, NodeBrief>> NodeBriefs(db::Transaction& t,
                                                            std::string_view org_id,
                                                            const std::set<std::string>& ids);
struct SkuBrief {
  domain::RecordState state = domain::RecordState::kActive;
  bool guarded = false;  // it has, or had, sales guards
};
absl::StatusOr<std::map<std::string, SkuBrief>> SkuBriefs(db::Transaction& t,
                                                          std::string_view org_id,
                                                          const std::set<std::string>& ids);

// Adds a row; a node comes with the head of its ledger chain. ALREADY_EXISTS EXTERNAL_ID_TAKEN,
// SKU_CODE_TAKEN.
absl::Status Insert(db::Transaction& t, std::string_view org_id, const domain::Node& node);
absl::Status Insert(db::Transaction& t, std::string_view org_id, const domain::Sku& sku);
// Writes every mutable column of a row that the transaction has locked. Errors as Insert.
absl::Status Update(db::Transaction& t, std::string_view org_id, const domain::Node& node);
absl::Status Update(db::Transaction& t, std::string_view org_id, const domain::Sku& sku);

// Filters: an empty text or a false flag does not filter.
struct NodeFilter {
  bool archived = false;
  std::string_view kind;
  std::string_view parent_node_id;
};
absl::StatusOr<std::vector<domain::Node>> ListNodes(db::Reader reader, std::string_view org_id,
                                                    Page page, const NodeFilter& filter);
struct SkuFilter {
  bool archived = false;
  std::string_view category;
  std::string_view code;
};
absl::StatusOr<std::vector<domain::Sku>> ListSkus(db::Reader reader, std::string_view org_id,
                                                  Page page, const SkuFilter& filter);

// --- Stock (stock.cc) ---

// Whether any piece of the SKU is in the house, in any condition, at any node.
absl::StatusOr<bool> HasStock(db::Transaction& t, std::string_view org_id, std::string_view sku_id);
// Locks the totals that exist. `keys` in their order, without repetition.
absl::StatusOr<domain::Totals> LockTotals(db::Transaction& t, std::string_view org_id,
                                          std::span<const domain::TotalKey> keys);
// The same, after making those that do not exist, so that all are locked.
absl::StatusOr<domain::Totals> MakeAndLockTotals(db::Transaction& t, std::string_view org_id,
                                                 std::span<const domain::TotalKey> keys);
// Writes locked totals back.
absl::Status SaveTotals(db::Transaction& t, std::string_view org_id, const domain::Totals& totals);
// Adds to the stock by lot and bin what the movements bring in or take out; movements between FREE
// and RESERVED do nothing here. FAILED_PRECONDITION BIN_SHORT when a bin holds fewer
// pieces that nobody has taken hold of than leave it.
absl::Status AddStock(db::Transaction& t, std::string_view org_id,
                      std::span<const domain::Movement> movements);

// Sellable totals of the SKUs (1 to 1000) at every node, by (SKU, node).
absl::StatusOr<std::vector<domain::StockTotal>> SellableTotals(db::Transaction& t,
                                                               std::string_view org_id,
                                                               std::string_view owner_id,
                                                               std::span<const std::string> skus);

// The position of the last row of a page of totals.
struct TotalCursor {
  int64_t available = -1;
  domain::TotalKey key;
  bool first = true;
};
struct TotalFilter {
  std::string_view node_id;  // empty: all
  std::string_view sku_id;   // empty: all
  int64_t available_below = 0;
};
// By (node, SKU, owner, condition); with available_below > 0 the sellable ones with less, by
// (available, node, SKU, owner).
absl::StatusOr<std::vector<domain::StockTotal>> ListTotals(db::Reader reader,
                                                           std::string_view org_id,
                                                           const TotalFilter& filter,
                                                           const TotalCursor& after, int limit);

// --- Ledger (ledger.cc) ---

// Locks the chain heads of the movements' nodes, numbers and hashes the entries in the order given,
// and writes them. Call it last: a chain head is held until the commit, and every movement of the
// node waits for it. (Folding many commands into one transaction shares that wait.) `actor` stands
// in the entries of movements that name none.
absl::StatusOr<std::vector<domain::LedgerEntry>> AppendLedger(
    db::Transaction& t, std::string_view org_id, std::span<const domain::Movement> movements,
    absl::Time record_time, std::string_view actor);
// Entries of the node's chain after a number, in their order; of one SKU unless it is empty.
absl::StatusOr<std::vector<domain::LedgerEntry>> ListLedger(db::Reader reader,
                                                            std::string_view org_id,
                                                            std::string_view node_id,
                                                            std::string_view sku_id, int64_t after,
                                                            int limit);

// Those of the (node, number) that exist, in any order; at most 1000.
absl::StatusOr<std::vector<domain::LedgerEntry>> FindEntries(
    db::Transaction& t, std::string_view org_id,
    std::span<const std::pair<std::string, int64_t>> keys);

// --- Reservations (reservations.cc) ---

absl::Status Insert(db::Transaction& t, std::string_view org_id,
                    std::span<const domain::Reservation> reservations);
// NOT_FOUND. Reads row and lines; Lock holds the row until the transaction ends.
absl::StatusOr<domain::Reservation> FindReservation(db::Transaction& t, std::string_view org_id,
                                                    std::string_view reservation_id);
absl::StatusOr<domain::Reservation> LockReservation(db::Transaction& t, std::string_view org_id,
                                                    std::string_view reservation_id);
// Those of the ids that exist, by id, locked until the transaction ends; any number of ids.
absl::StatusOr<std::map<std::string, domain::Reservation>> LockReservations(
    db::Transaction& t, std::string_view org_id, const std::set<std::string>& ids);
// Writes what can change of locked reservations, as Update, with one statement per 128.
absl::Status SaveAll(db::Transaction& t, std::string_view org_id,
                     std::span<const domain::Reservation> reservations);
// Writes what can change of a locked reservation: state, expiry, lines, version and update time.
absl::Status Update(db::Transaction& t, std::string_view org_id,
                    const domain::Reservation& reservation);

// Adds to the number of shipments at work on a locked reservation.
absl::Status AddOpenShipments(db::Transaction& t, std::string_view org_id,
                              std::string_view reservation_id, int change);

// Held reservations whose time is over, the oldest first, by organization: candidates, not locked.
absl::StatusOr<std::map<std::string, std::vector<std::string>>> DueReservations(db::Reader reader,
                                                                                absl::Time now,
                                                                                int limit);
// Locks those of the ids (at most 1000) that are still held and due and that nobody else works on.
absl::StatusOr<std::vector<domain::Reservation>> ClaimDue(db::Transaction& t,
                                                          std::string_view org_id,
                                                          std::span<const std::string> ids,
                                                          absl::Time now);

}  // namespace kefu::warehouse::store
