// Bins, affinities, picks; and what allocation reads and writes beside stock.
#include "common/status/status_macros.h"
#include "services/warehouse/domain/enums.h"
#include "services/warehouse/store/planning.h"
#include "services/warehouse/store/rows.h"

namespace kefu::warehouse::store {
namespace {

constexpr size_t kPerStatement = 1000;
// Entries are numbered in the order of their commits, which may differ from that of their times by
// as long as a write takes.
constexpr absl::Duration kClockSlack = absl::Minutes(15);

constexpr db::Sql kFindLoads{
    "SELECT node_id, load_day, units FROM node_day_load"
    " WHERE org_id = ? AND (node_id, load_day) IN (?*)"};
constexpr db::Sql kLockLoads{
    "SELECT node_id, load_day, units FROM node_day_load"
    " WHERE org_id = ? AND (node_id, load_day) IN (?*) ORDER BY node_id, load_day FOR UPDATE"};
constexpr std::string_view kInsertLoads =
    "INSERT INTO node_day_load (org_id, node_id, load_day, units)";
constexpr std::string_view kKeepLoads = " ON DUPLICATE KEY UPDATE units = node_day_load.units";
constexpr std::string_view kReplaceLoads = " ON DUPLICATE KEY UPDATE units = VALUES(units)";
constexpr db::Sql kExpiries{
    "SELECT s.sku_id, s.owner_id, s.node_id, MIN(l.expiry_date) FROM stock AS s"
    " JOIN lot AS l ON l.org_id = s.org_id AND l.sku_id = s.sku_id AND l.lot = s.lot"
    " WHERE s.org_id = ? AND s.sku_id IN (?*) AND s.stock_condition = 'SELLABLE'"
    " AND s.on_hand > 0 AND l.expiry_date IS NOT NULL"
    " GROUP BY s.sku_id, s.owner_id, s.node_id"};
constexpr db::Sql kListBins{
    "SELECT location, aisle, aisle_position, distance_cm, capacity_cm3, size_classes,"
    " temperature_zone, closed FROM bin WHERE org_id = ? AND node_id = ? AND location > ?"
    " ORDER BY location LIMIT ?"};
constexpr std::string_view kInsertBins =
    "INSERT INTO bin (org_id, node_id, location, aisle, aisle_position, distance_cm, capacity_cm3,"
    " size_classes, temperature_zone, closed, update_us)";
constexpr std::string_view kReplaceBins =
    " ON DUPLICATE KEY UPDATE aisle = VALUES(aisle), aisle_position = VALUES(aisle_position),"
    " distance_cm = VALUES(distance_cm), capacity_cm3 = VALUES(capacity_cm3),"
    " size_classes = VALUES(size_classes), temperature_zone = VALUES(temperature_zone),"
    " closed = VALUES(closed), update_us = VALUES(update_us)";
constexpr db::Sql kRemoveBins{"DELETE FROM bin WHERE org_id = ? AND node_id = ?"};
constexpr std::string_view kInsertAffinities =
    "INSERT INTO affinity (org_id, level, first_key, second_key, orders)";
constexpr std::string_view kReplaceAffinities = " ON DUPLICATE KEY UPDATE orders = VALUES(orders)";
constexpr db::Sql kFindAffinities{
    "SELECT first_key, second_key, orders FROM affinity"
    " WHERE org_id = ? AND level = ? AND first_key IN (?*) ORDER BY first_key, second_key"};
constexpr db::Sql kLastEntry{
    "SELECT entry_number FROM ledger_chain WHERE org_id = ? AND node_id = ?"};
constexpr db::Sql kTimeOfEntry{
    "SELECT record_us FROM ledger_entry WHERE org_id = ? AND node_id = ? AND entry_number = ?"};
constexpr db::Sql kCountPicks{
    "SELECT sku_id, COUNT(*) FROM ledger_entry WHERE org_id = ? AND node_id = ?"
    " AND entry_number >= ? AND entry_number < ? AND to_account = 'CUSTOMER' AND owner_id = ?"
    " AND record_us >= ? AND record_us < ? GROUP BY sku_id"};
constexpr db::Sql kSkusAt{
    "SELECT sku_id FROM stock_total WHERE org_id = ? AND node_id = ? AND owner_id = ?"
    " AND stock_condition = 'SELLABLE' AND on_hand > 0"};
constexpr db::Sql kStockByBin{
    "SELECT sku_id, location, SUM(on_hand) FROM stock WHERE org_id = ?"
    " AND (sku_id, owner_id, node_id) IN (?*) AND stock_condition = 'SELLABLE' AND on_hand > 0"
    " GROUP BY sku_id, location ORDER BY sku_id, location"};

absl::StatusOr<std::map<NodeDay, int64_t>> ReadLoads(db::Transaction& t, db::Sql sql,
                                                     std::string_view org_id,
                                                     const std::set<NodeDay>& days) {
  std::map<NodeDay, int64_t> loads;
  std::vector<db::Param> list;
  for (auto day = days.begin(); day != days.end();) {
    list.clear();
    for (; day != days.end() && list.size() < 2 * kPerStatement; ++day) {
      list.insert(list.end(), {day->node_id, day->day});
    }
    ASSIGN_OR_RETURN(const db::Rows rows, t.QueryIn(sql, {org_id}, list, 2));
    for (const db::Row row : rows) loads[{row.Str(0), row.Day(1)}] = row.Int(2);
  }
  return loads;
}

absl::Status WriteLoads(db::Transaction& t, std::string_view org_id,
                        const std::map<NodeDay, int64_t>& loads, std::string_view tail) {
  std::vector<db::Param> flat;
  for (const auto& [key, units] : loads) {
    flat.insert(flat.end(), {org_id, key.node_id, key.day, units});
  }
  return t.InsertMany(kInsertLoads, 4, flat, tail).status();
}

// The first entry number of the chain whose time is not before `time`, give or take kClockSlack.
absl::StatusOr<int64_t> FirstEntryAt(db::Transaction& t, std::string_view org_id,
                                     std::string_view node_id, int64_t last, absl::Time time) {
  int64_t low = 1, high = last + 1;
  while (low < high) {
    const int64_t middle = low + (high - low) / 2;
    ASSIGN_OR_RETURN(const db::Rows rows, t.Query(kTimeOfEntry, {org_id, node_id, middle}));
    if (!rows.empty() && rows.front().Time(0) < time) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

// Bits of domain::SizeClass as their names, and back.
std::string SizeNames(unsigned bits) {
  std::string names;
  for (const auto size : {domain::SizeClass::kA, domain::SizeClass::kB, domain::SizeClass::kC}) {
    if (bits >> static_cast<unsigned>(size) & 1) {
      names += (names.empty() ? "" : ",") + std::string(NameOf(size));
    }
  }
  return names;
}
unsigned SizeBits(std::string_view names) {
  unsigned bits = 0;
  for (size_t at = 0; at < names.size(); at = std::min(names.find(',', at), names.size() - 1) + 1) {
    const auto size = ParseName<domain::SizeClass>(names.substr(at, names.find(',', at) - at));
    if (size) bits |= 1U << static_cast<unsigned>(*size);
  }
  return bits;
}

}  // namespace

absl::StatusOr<std::map<NodeDay, int64_t>> FindLoads(db::Transaction& t, std::string_view org_id,
                                                     const std::set<NodeDay>& days) {
  return ReadLoads(t, kFindLoads, org_id, days);
}

absl::StatusOr<std::map<NodeDay, int64_t>> MakeAndLockLoads(db::Transaction& t,
                                                            std::string_view org_id,
                                                            const std::set<NodeDay>& days) {
  std::map<NodeDay, int64_t> none;
  for (const NodeDay& day : days) none[day] = 0;
  RETURN_IF_ERROR(WriteLoads(t, org_id, none, kKeepLoads));
  return ReadLoads(t, kLockLoads, org_id, days);
}

absl::Status SaveLoads(db::Transaction& t, std::string_view org_id,
                       const std::map<NodeDay, int64_t>& loads) {
  return WriteLoads(t, org_id, loads, kReplaceLoads);
}

absl::StatusOr<std::vector<ExpiryAt>> FirstExpiries(db::Transaction& t, std::string_view org_id,
                                                    std::span<const std::string> sku_ids) {
  const std::vector<db::Param> list(sku_ids.begin(), sku_ids.end());
  return Collect(t.QueryIn(kExpiries, {org_id}, list), [](const db::Row& row) {
    return ExpiryAt{row.Str(0), row.Str(1), row.Str(2), row.Day(3)};
  });
}

absl::StatusOr<std::vector<BinRow>> ListBins(db::Reader reader, std::string_view org_id,
                                             std::string_view node_id, std::string_view after,
                                             int limit) {
  return Collect(reader.Query(kListBins, {org_id, node_id, after, limit}), [](const db::Row& row) {
    return BinRow{.bin = {.location = row.Str(0),
                          .aisle = row.Str(1),
                          .distance_cm = row.Int(3),
                          .capacity_cm3 = row.Int(4),
                          .size_classes = SizeBits(row.Text(5)),
                          .temperature_zone = row.Str(6),
                          .closed = row.Bool(7)},
                  .position = static_cast<int32_t>(row.Int(2))};
  });
}

absl::Status SaveBins(db::Transaction& t, std::string_view org_id, std::string_view node_id,
                      std::span<const BinRow> bins, absl::Time now) {
  std::vector<std::string> sizes;
  sizes.reserve(bins.size());  // the parameters refer into it
  std::vector<db::Param> flat;
  for (const BinRow& row : bins) {
    sizes.push_back(SizeNames(row.bin.size_classes));
    flat.insert(flat.end(), {org_id, node_id, row.bin.location, row.bin.aisle, row.position,
                             row.bin.distance_cm, row.bin.capacity_cm3, sizes.back(),
                             row.bin.temperature_zone, row.bin.closed, now});
  }
  return t.InsertMany(kInsertBins, 11, flat, kReplaceBins).status();
}

absl::Status RemoveBins(db::Transaction& t, std::string_view org_id, std::string_view node_id) {
  return t.Execute(kRemoveBins, {org_id, node_id}).status();
}

absl::Status SaveAffinities(db::Transaction& t, std::string_view org_id, std::string_view level,
                            std::span<const AffinityRow> rows) {
  std::vector<db::Param> flat;
  for (const AffinityRow& row : rows) {
    flat.insert(flat.end(), {org_id, level, row.first, row.second, row.orders});
  }
  return t.InsertMany(kInsertAffinities, 5, flat, kReplaceAffinities).status();
}

absl::StatusOr<std::vector<AffinityRow>> FindAffinities(db::Transaction& t, std::string_view org_id,
                                                        std::string_view level,
                                                        const std::set<std::string>& keys) {
  std::vector<AffinityRow> found;
  std::vector<db::Param> list;
  for (auto key = keys.begin(); key != keys.end();) {
    list.clear();
    for (; key != keys.end() && list.size() < kPerStatement; ++key) list.push_back(*key);
    ASSIGN_OR_RETURN(const db::Rows rows, t.QueryIn(kFindAffinities, {org_id, level}, list));
    for (const db::Row row : rows) found.push_back({row.Str(0), row.Str(1), row.Int(2)});
  }
  return found;
}

absl::StatusOr<std::map<std::string, int64_t>> CountPicks(db::Transaction& t,
                                                          std::string_view org_id,
                                                          std::string_view node_id,
                                                          std::string_view owner_id,
                                                          absl::Time from, absl::Time to) {
  ASSIGN_OR_RETURN(const db::Rows head, t.Query(kLastEntry, {org_id, node_id}));
  const int64_t last = head.empty() ? 0 : head.front().Int(0);
  ASSIGN_OR_RETURN(const int64_t first, FirstEntryAt(t, org_id, node_id, last, from - kClockSlack));
  ASSIGN_OR_RETURN(const int64_t end, FirstEntryAt(t, org_id, node_id, last, to + kClockSlack));
  ASSIGN_OR_RETURN(const db::Rows rows,
                   t.Query(kCountPicks, {org_id, node_id, first, end, owner_id, from, to}));
  std::map<std::string, int64_t> picks;
  for (const db::Row row : rows) picks[row.Str(0)] = row.Int(1);
  return picks;
}

absl::StatusOr<std::vector<BinStock>> StockByBin(db::Transaction& t, std::string_view org_id,
                                                 std::string_view node_id,
                                                 std::string_view owner_id) {
  ASSIGN_OR_RETURN(const db::Rows skus, t.Query(kSkusAt, {org_id, node_id, owner_id}));
  std::vector<BinStock> stock;
  std::vector<db::Param> list;
  for (size_t at = 0; at < skus.size();) {
    list.clear();
    for (; at < skus.size() && list.size() < 3 * kPerStatement; ++at) {
      list.insert(list.end(), {skus[at].Text(0), owner_id, node_id});
    }
    ASSIGN_OR_RETURN(const db::Rows rows, t.QueryIn(kStockByBin, {org_id}, list, 3));
    for (const db::Row row : rows) stock.push_back({row.Str(0), row.Str(1), row.Int(2)});
  }
  return stock;
}

}  // namespace kefu::warehouse::store
