// The append-only ledger and its chains.
#include "services/warehouse/domain/ledger.h"
#include "common/hash/sha256.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "fmt/format.h"
#include "services/warehouse/store/rows.h"
#include "services/warehouse/store/store.h"

namespace kefu::warehouse::store {
namespace {

#define ENTRY_COLUMNS                                                                      \
  "node_id, entry_number, sku_id, owner_id, stock_condition, lot, location, from_account," \
  " to_account, quantity, reason, reference, note, business_date, record_us, actor,"       \
  " entry_sha256"

constexpr db::Sql kLockChains{
    "SELECT node_id, entry_number, entry_sha256 FROM ledger_chain"
    " WHERE org_id = ? AND node_id IN (?*) ORDER BY node_id FOR UPDATE"};
constexpr db::Sql kMoveChain{
    "UPDATE ledger_chain SET entry_number = ?, entry_sha256 = ? WHERE org_id = ? AND node_id = ?"};
constexpr std::string_view kInsertEntries = "INSERT INTO ledger_entry (org_id, " ENTRY_COLUMNS ")";
constexpr db::Sql kList{"SELECT " ENTRY_COLUMNS
                        " FROM ledger_entry WHERE org_id = ? AND node_id = ? AND entry_number > ?"
                        " ORDER BY entry_number LIMIT ?"};
constexpr db::Sql kListSku{"SELECT " ENTRY_COLUMNS
                           " FROM ledger_entry WHERE org_id = ? AND node_id = ? AND sku_id = ?"
                           " AND entry_number > ? ORDER BY entry_number LIMIT ?"};
constexpr db::Sql kFindEntries{"SELECT " ENTRY_COLUMNS
                               " FROM ledger_entry WHERE org_id = ?"
                               " AND (node_id, entry_number) IN (?*)"};
#undef ENTRY_COLUMNS

struct ChainHead {
  int64_t entry_number = 0;
  std::string hash;
};

domain::LedgerEntry EntryFrom(const db::Row& row) {
  domain::LedgerEntry entry;
  entry.entry_number = row.Int(1);
  entry.movement = {
      .key = {{row.Str(2), row.Str(3), row.Str(0), EnumAt<domain::StockCondition>(row, 4)},
              row.Str(5),
              row.Str(6)},
      .from = EnumAt<domain::LedgerAccount>(row, 7),
      .to = EnumAt<domain::LedgerAccount>(row, 8),
      .quantity = row.Int(9),
      .reason = row.Str(10),
      .reference = row.Str(11),
      .note = row.Str(12),
      .business_date = row.Day(13)};
  entry.record_time = row.Time(14);
  entry.actor = row.Str(15);
  entry.hash = row.Str(16);
  return entry;
}

absl::StatusOr<std::map<std::string, ChainHead>> LockChains(
    db::Transaction& t, std::string_view org_id, std::span<const domain::Movement> movements) {
  std::set<std::string_view> nodes;
  for (const domain::Movement& m : movements) nodes.insert(m.key.total.node_id);
  const std::vector<db::Param> list(nodes.begin(), nodes.end());
  ASSIGN_OR_RETURN(const db::Rows rows, t.QueryIn(kLockChains, {org_id}, list));
  std::map<std::string, ChainHead> heads;
  for (const db::Row row : rows) heads[row.Str(0)] = {row.Int(1), row.Str(2)};
  if (heads.size() != nodes.size()) return Internal("a node without a ledger chain");
  return heads;
}

absl::Status InsertEntries(db::Transaction& t, std::string_view org_id,
                           std::span<const domain::LedgerEntry> entries) {
  std::vector<db::Param> flat;
  flat.reserve(entries.size() * 18);
  for (const domain::LedgerEntry& entry : entries) {
    const domain::Movement& m = entry.movement;
    flat.insert(flat.end(),
                {org_id, m.key.total.node_id, entry.entry_number, m.key.total.sku_id,
                 m.key.total.owner_id, NameOf(m.key.total.condition), m.key.lot, m.key.location,
                 NameOf(m.from), NameOf(m.to), m.quantity, m.reason, m.reference, m.note,
                 m.business_date, entry.record_time, entry.actor, db::Param::Bytes(entry.hash)});
  }
  return t.InsertMany(kInsertEntries, 18, flat).status();
}

}  // namespace

absl::StatusOr<std::vector<domain::LedgerEntry>> AppendLedger(
    db::Transaction& t, std::string_view org_id, std::span<const domain::Movement> movements,
    absl::Time record_time, std::string_view actor) {
  ASSIGN_OR_RETURN(auto heads, LockChains(t, org_id, movements));
  std::vector<domain::LedgerEntry> entries;
  entries.reserve(movements.size());
  for (const domain::Movement& movement : movements) {
    ChainHead& head = heads.at(movement.key.total.node_id);
    domain::LedgerEntry entry{.movement = movement,
                              .entry_number = ++head.entry_number,
                              .record_time = record_time,
                              .actor = std::string(movement.actor.empty() ? actor : movement.actor),
                              .hash = ""};
    entry.hash = Sha256({domain::ChainBytes(head.hash, org_id, entry)});
    head.hash = entry.hash;
    entries.push_back(std::move(entry));
  }
  RETURN_IF_ERROR(InsertEntries(t, org_id, entries));
  for (const auto& [node_id, head] : heads) {
    RETURN_IF_ERROR(
        t.Execute(kMoveChain, {head.entry_number, db::Param::Bytes(head.hash), org_id, node_id}));
  }
  return entries;
}

absl::StatusOr<std::vector<domain::LedgerEntry>> ListLedger(db::Reader reader,
                                                            std::string_view org_id,
                                                            std::string_view node_id,
                                                            std::string_view sku_id, int64_t after,
                                                            int limit) {
  if (sku_id.empty()) {
    return Collect(reader.Query(kList, {org_id, node_id, after, limit}), EntryFrom);
  }
  return Collect(reader.Query(kListSku, {org_id, node_id, sku_id, after, limit}), EntryFrom);
}

absl::StatusOr<std::vector<domain::LedgerEntry>> FindEntries(
    db::Transaction& t, std::string_view org_id,
    std::span<const std::pair<std::string, int64_t>> keys) {
  std::vector<db::Param> list;
  for (const auto& [node_id, entry_number] : keys) {
    list.emplace_back(node_id);
    list.emplace_back(entry_number);
  }
  return Collect(t.QueryIn(kFindEntries, {org_id}, list, 2), EntryFrom);
}

}  // namespace kefu::warehouse::store
