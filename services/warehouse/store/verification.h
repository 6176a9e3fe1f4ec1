// What the audit of the ledger reads. Each function is one statement, so its rows and the numbers
// of the last entries stand for one moment: rows are compared with what the entries up to that
// number sum up to, while everybody goes on working.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "common/db/reader.h"
#include "services/warehouse/domain/types.h"
#include "services/warehouse/domain/verification.h"

namespace kefu::warehouse::store {

// Nodes that have a row, a chain, or both, by id, after `after`.
struct NodeChain {
  std::string node_id;
  bool has_node = false;
  bool has_chain = false;
};
absl::StatusOr<std::vector<NodeChain>> NodeChains(db::Reader reader, std::string_view org_id);

// Rows of one node and the state of its chain at the moment of reading.
template <class Row>
struct Snapshot {
  std::optional<domain::ChainHead> head;  // nothing: the chain has no head
  int64_t last_entry = 0;                 // the greatest number that there is
  std::vector<Row> rows;
};
// In the order of (SKU, owner, condition), after a key of that node.
absl::StatusOr<Snapshot<domain::StockTotal>> TotalsOfNode(
    db::Reader reader, std::string_view org_id, std::string_view node_id,
    const std::optional<domain::TotalKey>& after, int limit);
// In the order of (SKU, owner, condition, lot, bin), after a key of that node.
absl::StatusOr<Snapshot<domain::BinRow>> BinsOfNode(db::Reader reader, std::string_view org_id,
                                                    std::string_view node_id,
                                                    const std::optional<domain::StockKey>& after,
                                                    int limit);
// The one row of the key, if it exists.
absl::StatusOr<Snapshot<domain::StockTotal>> TotalOf(db::Reader reader, std::string_view org_id,
                                                     const domain::TotalKey& key);
absl::StatusOr<Snapshot<domain::BinRow>> BinOf(db::Reader reader, std::string_view org_id,
                                               const domain::StockKey& key);

// Open (held or confirmed) reservations after an id, in its order, and every chain's last entry.
struct OpenReservations {
  std::map<std::string, int64_t> last_entries;  // by node
  std::vector<domain::Reservation> rows;        // id, state and lines
};
absl::StatusOr<OpenReservations> ReadOpenReservations(db::Reader reader, std::string_view org_id,
                                                      std::string_view after, int limit);
// The same for one id.
absl::StatusOr<OpenReservations> ReadOpenReservation(db::Reader reader, std::string_view org_id,
                                                     std::string_view id);

// Organizations that have a chain.
absl::StatusOr<std::vector<std::string>> OrganizationsWithLedger(db::Reader reader);

}  // namespace kefu::warehouse::store
