// What must hold of the warehouse's tables at any time.
#pragma once

#include <string>

#include "common/db/database.h"
#include "common/hash/sha256.h"
#include "common/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/warehouse/domain/ledger.h"
#include "services/warehouse/store/sales_guards.h"
#include "services/warehouse/store/store.h"

namespace kefu::warehouse {

inline constexpr const char* kTotalsAgainstLedger =
    "SELECT COUNT(*) FROM stock_total AS t LEFT JOIN ("
    " SELECT org_id, sku_id, owner_id, node_id, stock_condition,"
    " SUM(IF(to_account IN ('FREE', 'RESERVED'), quantity, 0)"
    " - IF(from_account IN ('FREE', 'RESERVED'), quantity, 0)) AS on_hand,"
    " SUM(IF(to_account = 'RESERVED', quantity, 0)"
    " - IF(from_account = 'RESERVED', quantity, 0)) AS reserved,"
    " SUM(IF(to_account = 'IN_TRANSIT', quantity, 0)"
    " - IF(from_account = 'IN_TRANSIT', quantity, 0)) AS in_transit"
    " FROM ledger_entry GROUP BY org_id, sku_id, owner_id, node_id, stock_condition) AS l"
    " USING (org_id, sku_id, owner_id, node_id, stock_condition)"
    " WHERE t.on_hand <> COALESCE(l.on_hand, 0) OR t.reserved <> COALESCE(l.reserved, 0)"
    " OR t.in_transit <> COALESCE(l.in_transit, 0)";
inline constexpr const char* kTotalsAgainstStock =
    "SELECT COUNT(*) FROM stock_total AS t LEFT JOIN ("
    " SELECT org_id, sku_id, owner_id, node_id, stock_condition, SUM(on_hand) AS on_hand"
    " FROM stock GROUP BY org_id, sku_id, owner_id, node_id, stock_condition) AS s"
    " USING (org_id, sku_id, owner_id, node_id, stock_condition)"
    " WHERE t.on_hand <> COALESCE(s.on_hand, 0)";
inline constexpr const char* kTotalsAgainstReservations =
    "SELECT COUNT(*) FROM stock_total AS t LEFT JOIN ("
    " SELECT org_id, sku_id, owner_id, node_id, SUM(quantity - shipped) AS quantity"
    " FROM reservation, JSON_TABLE(line_list, '$[*]' COLUMNS (node_id VARCHAR(64) PATH '$[0]',"
    " sku_id VARCHAR(64) PATH '$[1]', owner_id VARCHAR(64) PATH '$[2]',"
    " quantity BIGINT PATH '$[3]', shipped BIGINT PATH '$[4]')) AS line"
    " WHERE state IN ('HELD', 'CONFIRMED') GROUP BY org_id, sku_id, owner_id, node_id) AS r"
    " USING (org_id, sku_id, owner_id, node_id)"
    " WHERE t.stock_condition = 'SELLABLE' AND t.reserved <> COALESCE(r.quantity, 0)";

// Totals, stock by lot and reservations follow from the ledger, its chains are unbroken, and sales
// guards count what their reservations hold.
inline void CheckBooks(db::Database& database) {
  for (const char* select :
       {kTotalsAgainstLedger, kTotalsAgainstStock, kTotalsAgainstReservations}) {
    ASSERT_OK_AND_ASSIGN(const db::Rows rows,
                         database.Read(absl::InfiniteFuture(), db::Sql{select}));
    EXPECT_EQ(rows.front().Int(0), 0) << select;
  }
  static constexpr db::Sql kGuarded{"SELECT DISTINCT org_id FROM sales_guard"};
  ASSERT_OK_AND_ASSIGN(const db::Rows guarded, database.Read(absl::InfiniteFuture(), kGuarded));
  for (const db::Row org : guarded) {
    ASSERT_OK_AND_ASSIGN(
        const auto differences,
        store::FindGuardDifferences(db::Reader(database, absl::InfiniteFuture()), org.Text(0)));
    for (const auto& [guard, counted] : differences) {
      ADD_FAILURE() << guard.sku_id << "/" << guard.channel << " uses " << guard.used << ", its "
                    << "reservations " << counted;
    }
  }
  static constexpr db::Sql kChains{
      "SELECT org_id, node_id, entry_number, entry_sha256 FROM ledger_chain"};
  ASSERT_OK_AND_ASSIGN(const db::Rows chains, database.Read(absl::InfiniteFuture(), kChains));
  for (const db::Row chain : chains) {
    ASSERT_OK_AND_ASSIGN(const auto entries,
                         store::ListLedger(db::Reader(database, absl::InfiniteFuture()),
                                           chain.Text(0), chain.Text(1), "", 0, 1'000'000));
    std::string hash = domain::GenesisHash();
    int64_t number = 0;
    for (const domain::LedgerEntry& entry : entries) {
      ASSERT_EQ(entry.entry_number, ++number);
      hash = Sha256({domain::ChainBytes(hash, chain.Text(0), entry)});
      ASSERT_EQ(hash, entry.hash) << "entry " << number;
    }
    ASSERT_EQ(chain.Int(2), number);
    ASSERT_EQ(chain.Text(3), hash);
  }
}

}  // namespace kefu::warehouse
