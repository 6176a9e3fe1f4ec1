// The copy of what billing needs of the ledger, and what is summed up from it.
#include <algorithm>

#include "common/status/status_macros.h"
#include "services/warehouse/store/billing.h"
#include "services/warehouse/store/rows.h"

namespace kefu::warehouse::store {
namespace {

#define STOCK "('FREE', 'RESERVED', 'IN_TRANSIT')"
// Entries of a node's chain after a number, up to another, …
#define RANGE " WHERE e.org_id = ? AND e.node_id = ? AND e.entry_number > ? AND e.entry_number <= ?"
// … that cross the border of stock, or arrive from another node.
#define CROSSES "(e.to_account IN " STOCK ") <> (e.from_account IN " STOCK ")"
#define COUNTS " AND (" CROSSES " OR (e.from_account = 'IN_TRANSIT' AND e.to_account = 'FREE'))"
#define DELTA "((e.to_account IN " STOCK ") - (e.from_account IN " STOCK ")) * e.quantity"
// What an entry adds to the pieces that lie at the node.
#define HERE "('FREE', 'RESERVED')"
#define DELTA_HERE(e) \
  "((" e ".to_account IN " HERE ") - (" e ".from_account IN " HERE ")) * " e ".quantity"

constexpr db::Sql kMakeBook{
    "INSERT INTO billing_book (org_id) VALUES (?) ON DUPLICATE KEY UPDATE org_id = ?"};
constexpr db::Sql kLockBook{"SELECT 1 FROM billing_book WHERE org_id = ? FOR UPDATE"};
constexpr db::Sql kShareBook{"SELECT 1 FROM billing_book WHERE org_id = ? LOCK IN SHARE MODE"};

constexpr db::Sql kBehind{
    "SELECT c.node_id, c.entry_number, COALESCE(p.entry_number, 0), n.kind <> 'VENDOR_WAREHOUSE'"
    " FROM ledger_chain AS c JOIN node AS n ON n.org_id = c.org_id AND n.node_id = c.node_id"
    " LEFT JOIN billing_position AS p ON p.org_id = c.org_id AND p.node_id = c.node_id"
    " WHERE c.org_id = ? AND c.entry_number > COALESCE(p.entry_number, 0) ORDER BY c.node_id"};
constexpr db::Sql kCopy{
    "INSERT INTO billing_entry (org_id, owner_id, business_date, node_id, entry_number, sku_id,"
    " from_account, to_account, in_house, quantity, delta, reason, reference)"
    " SELECT e.org_id, e.owner_id, e.business_date, e.node_id, e.entry_number, e.sku_id,"
    " e.from_account, e.to_account, ?, e.quantity, " DELTA
    ", e.reason, e.reference"
    " FROM ledger_entry AS e" RANGE COUNTS};
constexpr db::Sql kAddLevels{
    "INSERT INTO billing_level (org_id, owner_id, sku_id, node_id, in_house, pieces, pieces_here)"
    " SELECT e.org_id, e.owner_id, e.sku_id, e.node_id, ?, SUM(" DELTA "), SUM(" DELTA_HERE(
        "e") ") FROM ledger_entry AS e" RANGE COUNTS
             " GROUP BY e.org_id, e.owner_id, e.sku_id, e.node_id"
             " ON DUPLICATE KEY UPDATE pieces = billing_level.pieces + VALUES(pieces),"
             " pieces_here = billing_level.pieces_here + VALUES(pieces_here)"};
constexpr db::Sql kNoteLate{
    "INSERT INTO billing_late (org_id, owner_id, business_date, node_id, entry_number,"
    " settlement_id)"
    " SELECT e.org_id, e.owner_id, e.business_date, e.node_id, e.entry_number, ''"
    " FROM ledger_entry AS e JOIN (SELECT owner_id, MAX(last_date) AS closed_to FROM settlement"
    " WHERE org_id = ? GROUP BY owner_id) AS s ON s.owner_id = e.owner_id"
    " AND e.business_date <= s.closed_to" RANGE " AND " CROSSES};
constexpr db::Sql kMovePosition{
    "INSERT INTO billing_position (org_id, node_id, entry_number) VALUES (?, ?, ?)"
    " ON DUPLICATE KEY UPDATE entry_number = VALUES(entry_number)"};
constexpr db::Sql kFirstEntryDay{
    "SELECT MIN(business_date) FROM billing_entry WHERE org_id = ? AND owner_id = ?"};
constexpr db::Sql kOwnerFlows{
    "SELECT business_date, sku_id, from_account, to_account, in_house, SUM(quantity)"
    " FROM billing_entry WHERE org_id = ? AND owner_id = ? AND business_date BETWEEN ? AND ?"
    " AND delta <> 0 GROUP BY business_date, sku_id, from_account, to_account, in_house"};
constexpr db::Sql kOwnerOrders{
    "SELECT business_date, COUNT(*) FROM (SELECT DISTINCT business_date, node_id, reference,"
    " IF(reference = '', entry_number, 0) AS single FROM billing_entry"
    " WHERE org_id = ? AND owner_id = ? AND business_date BETWEEN ? AND ?"
    " AND to_account = 'CUSTOMER' AND in_house = 1) AS o GROUP BY business_date"};
constexpr db::Sql kOwnerOpening{
    "SELECT l.sku_id, l.pieces - COALESCE(d.delta, 0) AS opening FROM"
    " (SELECT sku_id, SUM(pieces) AS pieces FROM billing_level"
    " WHERE org_id = ? AND owner_id = ? AND in_house = 1 GROUP BY sku_id) AS l"
    " LEFT JOIN (SELECT sku_id, SUM(delta) AS delta FROM billing_entry"
    " WHERE org_id = ? AND owner_id = ? AND business_date >= ? AND in_house = 1"
    " GROUP BY sku_id) AS d ON d.sku_id = l.sku_id"
    " HAVING opening <> 0"};
constexpr db::Sql kSkuFacts{
    "SELECT sku_id, size_class, length_mm, width_mm, height_mm FROM sku"
    " WHERE org_id = ? AND sku_id IN (?*)"};

constexpr db::Sql kNodeOpening{
    "SELECT (SELECT COALESCE(SUM(pieces_here), 0) FROM billing_level"
    " WHERE org_id = ? AND node_id = ?) - (SELECT COALESCE(SUM(" DELTA_HERE("b")
    "), 0) FROM billing_entry AS b"
    " WHERE b.org_id = ? AND b.node_id = ? AND b.business_date >= ?)"};
#undef STOCK
#undef RANGE
#undef CROSSES
#undef COUNTS
#undef DELTA
#undef HERE
#undef DELTA_HERE
constexpr db::Sql kNodeFlows{
    "SELECT business_date, from_account, to_account, reason, SUM(quantity)"
    " FROM billing_entry WHERE org_id = ? AND node_id = ? AND business_date BETWEEN ? AND ?"
    " GROUP BY business_date, from_account, to_account, reason"};
constexpr db::Sql kDocuments{
    "SELECT COUNT(*) FROM (SELECT DISTINCT business_date, reference,"
    " IF(reference = '', entry_number, 0) AS single FROM billing_entry"
    " WHERE org_id = ? AND node_id = ? AND business_date BETWEEN ? AND ?"
    " AND from_account = 'SUPPLIER') AS d"};
constexpr db::Sql kShipments{
    "SELECT COUNT(*), COALESCE(SUM(GREATEST(pieces - ?, 0)), 0) FROM"
    " (SELECT SUM(quantity) AS pieces FROM billing_entry"
    " WHERE org_id = ? AND node_id = ? AND business_date BETWEEN ? AND ?"
    " AND to_account = 'CUSTOMER'"
    " GROUP BY business_date, reference, IF(reference = '', entry_number, 0)) AS o"};
constexpr db::Sql kDifferences{
    "SELECT b.reason, b.to_account = 'ADJUSTMENT' AS missing, SUM(b.quantity), s.list_price_minor,"
    " s.list_price_currency FROM billing_entry AS b"
    " JOIN sku AS s ON s.org_id = b.org_id AND s.sku_id = b.sku_id"
    " WHERE b.org_id = ? AND b.node_id = ? AND b.business_date BETWEEN ? AND ?"
    " AND (b.from_account = 'ADJUSTMENT' OR b.to_account = 'ADJUSTMENT')"
    " GROUP BY b.sku_id, b.reason, missing, s.list_price_minor, s.list_price_currency"};
// 900,000,000 µs are domain::kTimingSeconds. The reference is made ASCII, as ids are, so that the
// primary key of reservations finds it.
constexpr db::Sql kTimings{
    "SELECT o.business_date, r.create_us DIV 900000000 AS quarter, COUNT(*) FROM"
    " (SELECT DISTINCT org_id, business_date,"
    " CONVERT(reference USING ascii) COLLATE ascii_bin AS reference FROM billing_entry"
    " WHERE org_id = ? AND node_id = ? AND business_date BETWEEN ? AND ?"
    " AND to_account = 'CUSTOMER' AND reference <> '') AS o"
    " JOIN reservation AS r ON r.org_id = o.org_id AND r.reservation_id = o.reference"
    " GROUP BY o.business_date, quarter"};

struct Behind {
  std::string node_id;
  int64_t head = 0, copied = 0;
  bool in_house = true;
};

absl::Status CopyRange(db::Transaction& t, std::string_view org_id, const Behind& node,
                       int64_t to) {
  RETURN_IF_ERROR(t.Execute(kCopy, {node.in_house, org_id, node.node_id, node.copied, to}));
  RETURN_IF_ERROR(t.Execute(kAddLevels, {node.in_house, org_id, node.node_id, node.copied, to}));
  RETURN_IF_ERROR(t.Execute(kNoteLate, {org_id, org_id, node.node_id, node.copied, to}));
  return t.Execute(kMovePosition, {org_id, node.node_id, to}).status();
}

}  // namespace

absl::Status LockBook(db::Transaction& t, std::string_view org_id, LockMode mode) {
  const db::Sql lock = mode == LockMode::kShare ? kShareBook : kLockBook;
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(lock, {org_id}));
  if (!rows.empty()) return absl::OkStatus();
  return t.Execute(kMakeBook, {org_id, org_id}).status();
}

absl::StatusOr<bool> CopyEntries(db::Transaction& t, std::string_view org_id, int64_t budget) {
  ASSIGN_OR_RETURN(const std::vector<Behind> nodes,
                   Collect(t.Query(kBehind, {org_id}), [](const db::Row& row) {
                     return Behind{row.Str(0), row.Int(1), row.Int(2), row.Bool(3)};
                   }));
  for (const Behind& node : nodes) {
    if (budget <= 0) return false;
    const int64_t to = node.copied + std::min(budget, node.head - node.copied);
    RETURN_IF_ERROR(CopyRange(t, org_id, node, to));
    budget -= to - node.copied;
    if (to < node.head) return false;
  }
  return true;
}

absl::StatusOr<std::optional<absl::CivilDay>> FirstEntryDay(db::Transaction& t,
                                                            std::string_view org_id,
                                                            std::string_view owner_id) {
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(kFirstEntryDay, {org_id, owner_id}));
  return rows.front().OptDay(0);
}

absl::StatusOr<std::vector<domain::Flow>> OwnerFlows(db::Transaction& t, std::string_view org_id,
                                                     std::string_view owner_id,
                                                     const domain::Period& days) {
  return Collect(t.Query(kOwnerFlows, {org_id, owner_id, days.first, days.last}),
                 [](const db::Row& row) {
                   return domain::Flow{.day = row.Day(0),
                                       .sku_id = row.Str(1),
                                       .from = EnumAt<domain::LedgerAccount>(row, 2),
                                       .to = EnumAt<domain::LedgerAccount>(row, 3),
                                       .in_house = row.Bool(4),
                                       .quantity = row.Int(5)};
                 });
}

absl::StatusOr<std::vector<domain::OrderCount>> OwnerOrders(db::Transaction& t,
                                                            std::string_view org_id,
                                                            std::string_view owner_id,
                                                            const domain::Period& days) {
  return Collect(t.Query(kOwnerOrders, {org_id, owner_id, days.first, days.last}),
                 [](const db::Row& row) {
                   return domain::OrderCount{row.Day(0), row.Int(1)};
                 });
}

absl::StatusOr<std::map<std::string, int64_t, std::less<>>> OwnerOpening(db::Transaction& t,
                                                                         std::string_view org_id,
                                                                         std::string_view owner_id,
                                                                         absl::CivilDay day) {
  ASSIGN_OR_RETURN(const db::Rows rows,
                   t.Query(kOwnerOpening, {org_id, owner_id, org_id, owner_id, day}));
  std::map<std::string, int64_t, std::less<>> opening;
  for (const db::Row row : rows) opening.emplace(row.Str(0), row.Int(1));
  return opening;
}

absl::StatusOr<domain::SkuFactsById> SkuFacts(db::Transaction& t, std::string_view org_id,
                                              const std::set<std::string>& ids) {
  constexpr size_t kAtOnce = 1000;  // the longest list of a statement
  domain::SkuFactsById facts;
  std::vector<db::Param> list;
  for (auto at = ids.begin(); at != ids.end();) {
    list.clear();
    for (; at != ids.end() && list.size() < kAtOnce; ++at) list.emplace_back(*at);
    ASSIGN_OR_RETURN(const db::Rows rows, t.QueryIn(kSkuFacts, {org_id}, list));
    for (const db::Row row : rows) {
      // A million millimetres a side at most: 10^18 fits.
      facts[row.Str(0)] = {EnumAt<domain::SizeClass>(row, 1), row.Int(2) * row.Int(3) * row.Int(4)};
    }
  }
  return facts;
}

absl::StatusOr<int64_t> NodeOpening(db::Transaction& t, std::string_view org_id,
                                    std::string_view node_id, absl::CivilDay day) {
  ASSIGN_OR_RETURN(const db::Rows rows,
                   t.Query(kNodeOpening, {org_id, node_id, org_id, node_id, day}));
  return rows.front().Int(0);
}

absl::StatusOr<std::vector<domain::NodeFlow>> NodeFlows(db::Transaction& t, std::string_view org_id,
                                                        std::string_view node_id,
                                                        const domain::Period& days) {
  return Collect(t.Query(kNodeFlows, {org_id, node_id, days.first, days.last}),
                 [](const db::Row& row) {
                   return domain::NodeFlow{.day = row.Day(0),
                                           .from = EnumAt<domain::LedgerAccount>(row, 1),
                                           .to = EnumAt<domain::LedgerAccount>(row, 2),
                                           .reason = row.Str(3),
                                           .quantity = row.Int(4)};
                 });
}

absl::Status ReadContractDays(db::Transaction& t, std::string_view org_id, std::string_view node_id,
                              domain::ContractDays& part) {
  const absl::CivilDay first = part.days.first, last = part.days.last;
  ASSIGN_OR_RETURN(const db::Rows documents, t.Query(kDocuments, {org_id, node_id, first, last}));
  part.documents = documents.front().Int(0);
  const int32_t included = part.contract == nullptr ? 1 : part.contract->pieces_included;
  ASSIGN_OR_RETURN(const db::Rows shipments,
                   t.Query(kShipments, {included, org_id, node_id, first, last}));
  part.orders = shipments.front().Int(0);
  part.extra_pieces = shipments.front().Int(1);
  ASSIGN_OR_RETURN(
      part.differences,
      Collect(t.Query(kDifferences, {org_id, node_id, first, last}), [](const db::Row& row) {
        return domain::NodeDifference{row.Str(0), row.Bool(1), row.Int(2), MoneyAt(row, 3)};
      }));
  ASSIGN_OR_RETURN(
      part.timings,
      Collect(t.Query(kTimings, {org_id, node_id, first, last}), [](const db::Row& row) {
        return domain::OrderTiming{
            row.Day(0), absl::FromUnixSeconds(row.Int(1) * domain::kTimingSeconds), row.Int(2)};
      }));
  return absl::OkStatus();
}

}  // namespace kefu::warehouse::store
