// Closed settlements, their lines, and the entries behind lines.
#include "common/status/status_macros.h"
#include "services/warehouse/errors_billing.h"
#include "services/warehouse/store/billing.h"
#include "services/warehouse/store/rows.h"

namespace kefu::warehouse::store {
namespace {

#define SETTLEMENT_COLUMNS                                                       \
  "settlement_id, owner_id, first_date, last_date, currency, settlement_sha256," \
  " previous_sha256, close_us, closed_by"
#define LINE_COLUMNS                                                                         \
  "kind, sku_id, vendor_id, first_date, last_date, due_date, terms_version, quantity,"       \
  " volume_mm3, size_class, price_minor, price_per, commission_bps, amount_minor, currency," \
  " correction"

constexpr db::Sql kFind{"SELECT " SETTLEMENT_COLUMNS
                        " FROM settlement WHERE org_id = ? AND settlement_id = ?"};
constexpr db::Sql kList{"SELECT " SETTLEMENT_COLUMNS
                        " FROM settlement WHERE org_id = ? AND settlement_id > ?"
                        " AND (? OR owner_id = ?) ORDER BY settlement_id LIMIT ?"};
constexpr db::Sql kLast{"SELECT " SETTLEMENT_COLUMNS
                        " FROM settlement WHERE org_id = ? AND owner_id = ?"
                        " ORDER BY first_date DESC LIMIT 1"};
constexpr db::Sql kFrom{"SELECT " SETTLEMENT_COLUMNS
                        " FROM settlement WHERE org_id = ? AND owner_id = ? AND last_date >= ?"
                        " ORDER BY first_date"};
constexpr db::Sql kTotals{
    "SELECT settlement_id, kind, SUM(quantity), SUM(amount_minor), COUNT(*)"
    " FROM settlement_line WHERE org_id = ? AND settlement_id IN (?*)"
    " GROUP BY settlement_id, kind"};
constexpr db::Sql kInsert{"INSERT INTO settlement (org_id, " SETTLEMENT_COLUMNS
                          ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"};
constexpr std::string_view kInsertLines =
    "INSERT INTO settlement_line (org_id, settlement_id, line_number, owner_id, " LINE_COLUMNS ")";
constexpr db::Sql kLines{"SELECT " LINE_COLUMNS
                         " FROM settlement_line WHERE org_id = ? AND settlement_id = ?"
                         " ORDER BY line_number"};
constexpr db::Sql kLinesFor{"SELECT " LINE_COLUMNS
                            " FROM settlement_line WHERE org_id = ? AND owner_id = ?"
                            " AND first_date BETWEEN ? AND ?"};
#undef SETTLEMENT_COLUMNS
#undef LINE_COLUMNS

constexpr db::Sql kFirstLate{
    "SELECT MIN(business_date) FROM billing_late"
    " WHERE org_id = ? AND owner_id = ? AND settlement_id = ''"};
constexpr db::Sql kBookLate{
    "UPDATE billing_late SET settlement_id = ?"
    " WHERE org_id = ? AND owner_id = ? AND settlement_id = ''"};

#define ENTRY_COLUMNS                                                                \
  "SELECT b.business_date, b.node_id, b.entry_number, b.from_account, b.to_account," \
  " b.quantity, b.delta, b.reference FROM "
#define LATE_JOIN                                                \
  " ON l.org_id = b.org_id AND l.owner_id = b.owner_id AND"      \
  " l.business_date = b.business_date AND l.node_id = b.node_id" \
  " AND l.entry_number = b.entry_number"
// Parameters: organization, owner, after's day, last day, SKU twice, the kind five times, after's
// day, node twice, number.
#define ENTRY_FILTER                                                                  \
  " WHERE b.org_id = ? AND b.owner_id = ? AND b.business_date BETWEEN ? AND ?"        \
  " AND (? = '' OR b.sku_id = ?)"                                                     \
  " AND ((? = 'SALE' AND (b.to_account = 'CUSTOMER' OR b.from_account = 'CUSTOMER'))" \
  " OR (? = 'PURCHASE' AND (b.from_account = 'SUPPLIER' OR b.to_account = 'VENDOR'))" \
  " OR (? = 'ENTRY' AND b.in_house = 1 AND b.from_account = 'SUPPLIER')"              \
  " OR (? = 'STORAGE' AND b.in_house = 1 AND b.delta <> 0)"                           \
  " OR (? IN ('HANDLING_ORDER', 'HANDLING_PIECE') AND b.in_house = 1"                 \
  " AND b.to_account = 'CUSTOMER'))"                                                  \
  " AND (b.business_date > ? OR b.node_id > ? OR (b.node_id = ? AND b.entry_number > ?))"
#define ENTRY_ORDER " ORDER BY b.business_date, b.node_id, b.entry_number LIMIT ?"
constexpr db::Sql kEntries{ENTRY_COLUMNS
                           "billing_entry AS b LEFT JOIN billing_late AS l" LATE_JOIN ENTRY_FILTER
                           " AND l.org_id IS NULL" ENTRY_ORDER};
constexpr db::Sql kLateEntries{ENTRY_COLUMNS
                               "billing_late AS l JOIN billing_entry AS b" LATE_JOIN ENTRY_FILTER
                               " AND l.settlement_id = ?" ENTRY_ORDER};
#undef ENTRY_COLUMNS
#undef LATE_JOIN
#undef ENTRY_FILTER
#undef ENTRY_ORDER
constexpr db::Sql kFirstOfOrders{
    "SELECT MIN(entry_number) FROM billing_entry WHERE org_id = ? AND owner_id = ?"
    " AND business_date = ? AND node_id = ? AND to_account = 'CUSTOMER' AND in_house = 1"
    " GROUP BY reference, IF(reference = '', entry_number, 0)"};

ClosedSettlement SettlementFrom(const db::Row& row) {
  ClosedSettlement closed;
  closed.settlement.id = row.Str(0);
  closed.settlement.owner_id = row.Str(1);
  closed.settlement.period = {row.Day(2), row.Day(3)};
  closed.settlement.state = domain::SettlementState::kClosed;
  closed.currency = row.Str(4);
  closed.settlement.hash = row.Str(5);
  closed.previous_hash = row.Str(6);
  closed.settlement.close_time = row.Time(7);
  closed.settlement.closed_by = row.Str(8);
  return closed;
}

domain::SettlementLine LineFrom(const db::Row& row) {
  return {.kind = EnumAt<domain::SettlementLineKind>(row, 0),
          .sku_id = row.Str(1),
          .vendor_id = row.Str(2),
          .days = {row.Day(3), row.Day(4)},
          .due_date = row.Day(5),
          .terms_version = row.Int(6),
          .quantity = row.Int(7),
          .volume_mm3 = row.Int(8),
          .size_class = EnumAt<domain::SizeClass>(row, 9),
          .price = {row.Str(14), row.Int(10)},
          .price_per = row.Int(11),
          .commission_bps = static_cast<int32_t>(row.Int(12)),
          .amount = {row.Str(14), row.Int(13)},
          .correction = row.Bool(15),
          .problem = domain::SettlementProblem::kUnspecified};
}

// Fills totals and balances of up to 1000 settlements.
absl::Status AddTotals(db::Transaction& t, std::string_view org_id,
                       std::span<ClosedSettlement> closed) {
  std::vector<db::Param> ids;
  for (const ClosedSettlement& one : closed) ids.emplace_back(one.settlement.id);
  ASSIGN_OR_RETURN(const db::Rows rows, t.QueryIn(kTotals, {org_id}, ids));
  for (ClosedSettlement& one : closed) {
    for (const db::Row row : rows) {
      if (row.Text(0) != one.settlement.id) continue;
      one.settlement.totals.push_back({.kind = EnumAt<domain::SettlementLineKind>(row, 1),
                                       .quantity = row.Int(2),
                                       .amount = {one.currency, row.Int(3)},
                                       .line_count = static_cast<int32_t>(row.Int(4))});
    }
    RETURN_IF_ERROR(domain::SetBalance(one.currency, one.settlement));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<ClosedSettlement>> WithTotals(db::Transaction& t,
                                                         std::string_view org_id,
                                                         absl::StatusOr<db::Rows> rows) {
  ASSIGN_OR_RETURN(std::vector<ClosedSettlement> closed, Collect(std::move(rows), SettlementFrom));
  RETURN_IF_ERROR(AddTotals(t, org_id, closed));
  return closed;
}

}  // namespace

absl::StatusOr<ClosedSettlement> FindSettlement(db::Transaction& t, std::string_view org_id,
                                                std::string_view settlement_id) {
  ASSIGN_OR_RETURN(std::vector<ClosedSettlement> found,
                   WithTotals(t, org_id, t.Query(kFind, {org_id, settlement_id})));
  if (found.empty()) return error::SettlementNotFound(settlement_id);
  return std::move(found.front());
}

absl::StatusOr<std::vector<ClosedSettlement>> ListSettlements(
    db::Transaction& t, std::string_view org_id, const std::optional<std::string>& owner_id,
    Page page) {
  return WithTotals(t, org_id,
                    t.Query(kList, {org_id, page.after, !owner_id.has_value(),
                                    owner_id.value_or(""), page.limit}));
}

absl::StatusOr<std::optional<ClosedSettlement>> LastSettlement(db::Transaction& t,
                                                               std::string_view org_id,
                                                               std::string_view owner_id) {
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(kLast, {org_id, owner_id}));
  if (rows.empty()) return std::nullopt;
  return SettlementFrom(rows.front());
}

absl::StatusOr<std::vector<ClosedSettlement>> SettlementsFrom(db::Transaction& t,
                                                              std::string_view org_id,
                                                              std::string_view owner_id,
                                                              absl::CivilDay day) {
  return Collect(t.Query(kFrom, {org_id, owner_id, day}), SettlementFrom);
}

absl::StatusOr<std::vector<domain::SettlementLine>> LinesOf(db::Transaction& t,
                                                            std::string_view org_id,
                                                            std::string_view settlement_id) {
  return Collect(t.Query(kLines, {org_id, settlement_id}), LineFrom);
}

absl::StatusOr<std::vector<domain::SettlementLine>> LinesFor(db::Transaction& t,
                                                             std::string_view org_id,
                                                             std::string_view owner_id,
                                                             const domain::Period& days) {
  return Collect(t.Query(kLinesFor, {org_id, owner_id, days.first, days.last}), LineFrom);
}

absl::Status Insert(db::Transaction& t, std::string_view org_id, const ClosedSettlement& closed,
                    std::span<const domain::SettlementLine> lines) {
  const domain::Settlement& s = closed.settlement;
  RETURN_IF_ERROR(
      t.Execute(kInsert, {org_id, s.id, s.owner_id, s.period.first, s.period.last, closed.currency,
                          db::Param::Bytes(s.hash), db::Param::Bytes(closed.previous_hash),
                          s.close_time, s.closed_by}));
  std::vector<db::Param> flat;
  flat.reserve(lines.size() * 20);
  for (size_t i = 0; i < lines.size(); ++i) {
    const domain::SettlementLine& line = lines[i];
    flat.insert(flat.end(), {org_id,
                             s.id,
                             static_cast<int64_t>(i + 1),
                             s.owner_id,
                             NameOf(line.kind),
                             line.sku_id,
                             line.vendor_id,
                             line.days.first,
                             line.days.last,
                             line.due_date,
                             line.terms_version,
                             line.quantity,
                             line.volume_mm3,
                             NameOf(line.size_class),
                             line.price.minor,
                             line.price_per,
                             line.commission_bps,
                             line.amount.minor,
                             line.amount.currency,
                             line.correction});
  }
  return t.InsertMany(kInsertLines, 20, flat).status();
}

absl::StatusOr<std::optional<absl::CivilDay>> FirstLateDay(db::Transaction& t,
                                                           std::string_view org_id,
                                                           std::string_view owner_id) {
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(kFirstLate, {org_id, owner_id}));
  return rows.front().OptDay(0);
}

absl::Status BookLate(db::Transaction& t, std::string_view org_id, std::string_view owner_id,
                      std::string_view settlement_id) {
  return t.Execute(kBookLate, {settlement_id, org_id, owner_id}).status();
}

absl::StatusOr<std::vector<EntryRef>> ListEntries(db::Transaction& t, std::string_view org_id,
                                                  std::string_view owner_id,
                                                  const EntryFilter& filter, const EntryRef& after,
                                                  int limit) {
  const std::string_view kind = NameOf(filter.kind);
  std::vector<db::Param> params = {org_id,
                                   owner_id,
                                   after.day,
                                   filter.days.last,
                                   filter.sku_id,
                                   filter.sku_id,
                                   kind,
                                   kind,
                                   kind,
                                   kind,
                                   kind,
                                   after.day,
                                   after.node_id,
                                   after.node_id,
                                   after.entry_number};
  if (filter.correction) params.emplace_back(*filter.correction);
  params.emplace_back(limit);
  return Collect(t.Query(filter.correction ? kLateEntries : kEntries, params),
                 [](const db::Row& row) {
                   return EntryRef{.day = row.Day(0),
                                   .node_id = row.Str(1),
                                   .entry_number = row.Int(2),
                                   .from = EnumAt<domain::LedgerAccount>(row, 3),
                                   .to = EnumAt<domain::LedgerAccount>(row, 4),
                                   .quantity = row.Int(5),
                                   .delta = row.Int(6),
                                   .reference = row.Str(7)};
                 });
}

absl::StatusOr<std::set<int64_t>> FirstOfOrders(db::Transaction& t, std::string_view org_id,
                                                std::string_view owner_id, absl::CivilDay day,
                                                std::string_view node_id) {
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(kFirstOfOrders, {org_id, owner_id, day, node_id}));
  std::set<int64_t> first;
  for (const db::Row row : rows) first.insert(row.Int(0));
  return first;
}

}  // namespace kefu::warehouse::store
