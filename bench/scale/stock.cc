#include "bench/scale/stock.h"
#include "bench/harness/tsv.h"

#include <algorithm>
#include <future>
#include <iterator>
#include <utility>
#include <vector>

#include "absl/time/clock.h"
#include "bench/harness/environment.h"
#include "bench/scale/meter.h"
#include "common/hash/sha256.h"
#include "common/status/status_macros.h"
#include "common/time/civil.h"
#include "fmt/format.h"
#include "services/warehouse/domain/ledger.h"
#include "services/warehouse/store/store.h"

namespace kefu::bench {
namespace {

namespace domain = warehouse::domain;

constexpr int kStep = 37;                 // no divisor of a number of nodes in use (CheckPlan)
constexpr size_t kChunkBytes = 64 << 20;  // of one LOAD DATA
constexpr absl::Duration kTime = absl::Hours(3);
constexpr int64_t kRecordUs = 1'767'225'600'000'000;  // 2026-01-01 00:00 UTC
constexpr std::string_view kActor = "bench";

// Keys beside the primary one that need not be there while rows come in.
constexpr db::Sql kKeys{
    "SELECT index_name, GROUP_CONCAT(column_name ORDER BY seq_in_index SEPARATOR ', ')"
    " FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = ?"
    " AND non_unique = 1 GROUP BY index_name ORDER BY index_name"};

absl::Status Do(db::Database& database, const std::string& statement) {
  return database.Read(absl::Now() + kTime, db::Sql{statement.c_str()}).status();
}

// Rows for one table, sent whenever there are enough of them.
class Load {
 public:
  Load(db::Database& database, Meter& meter, std::string table_and_columns)
      : database_(database), meter_(meter), target_(std::move(table_and_columns)) {}

  std::string& tsv() { return tsv_; }
  // After each row.
  absl::Status Next() {
    ++rows_;
    return tsv_.size() < kChunkBytes ? absl::OkStatus() : Flush();
  }
  absl::Status Flush() {
    if (tsv_.empty()) return absl::OkStatus();
    const auto sent = database_.RunInTransaction(
        absl::Now() + kTime, [&](db::Transaction& t) { return t.LoadData(target_, tsv_); });
    RETURN_IF_ERROR(sent.status());
    tsv_.clear();
    meter_.Add(std::exchange(rows_, 0));
    return absl::OkStatus();
  }

 private:
  db::Database& database_;
  Meter& meter_;
  const std::string target_;
  std::string tsv_;
  int64_t rows_ = 0;
};

// The secondary keys of a table, while they are away.
class Keys {
 public:
  static absl::StatusOr<Keys> Drop(db::Database& database, std::string table) {
    ASSIGN_OR_RETURN(const db::Rows rows, database.Read(absl::Now() + kTime, kKeys, {table}));
    Keys keys(std::move(table));
    std::string drops;
    for (const db::Row row : rows) {
      const char* comma = drops.empty() ? "" : ", ";
      drops += fmt::format("{}DROP KEY {}", comma, row.Text(0));
      keys.adds_ += fmt::format("{}ADD KEY {} ({})", comma, row.Text(0), row.Text(1));
    }
    if (!drops.empty()) {
      RETURN_IF_ERROR(Do(database, fmt::format("ALTER TABLE {} {}", keys.table_, drops)));
    }
    return keys;
  }
  // One sort a key, over all rows; then the statistics for the optimizer.
  absl::Status Build(db::Database& database) const {
    if (!adds_.empty()) {
      RETURN_IF_ERROR(Do(database, fmt::format("ALTER TABLE {} {}", table_, adds_)));
    }
    return Do(database, fmt::format("ANALYZE TABLE {}", table_));
  }
  const std::string& table() const { return table_; }

 private:
  explicit Keys(std::string table) : table_(std::move(table)) {}
  std::string table_, adds_;
};

struct NodeShape {
  std::string_view kind;
  int parent;  // -1: at the top
};
NodeShape ShapeOf(const StockPlan& plan, int node) {
  if (node < plan.centres) return {"LOGISTICS_CENTRE", -1};
  if (node < plan.centres + plan.cities) return {"CITY_WAREHOUSE", node % plan.centres};
  const int below = plan.centres + plan.cities;
  if (node < below + plan.stations) {
    return {"DELIVERY_STATION", plan.centres + node % plan.cities};
  }
  return {"PICKUP_POINT", below + node % plan.stations};
}

absl::Status WriteNodes(db::Database& database, Meter& meter, const StockPlan& plan) {
  Load nodes(database, meter,
             "node (org_id, node_id, external_id, display_name, kind, parent_node_id, region_code,"
             " latitude_micro_degrees, longitude_micro_degrees, time_zone, capacity_units,"
             " daily_throughput_units, operator_name, state, version, create_us, update_us)");
  for (int n = 0; n < plan.nodes(); ++n) {
    const NodeShape shape = ShapeOf(plan, n);
    // Spread over the country's latitudes, longitudes and provinces.
    fmt::format_to(std::back_inserter(nodes.tsv()),
                   "{}\t{}\tREF-{}\tnode {}\t{}\t{}\t{}\t{}\t{}\tAsia/Shanghai\t0\t0\t\tACTIVE\t1\t"
                   "{}\t{}\n",
                   kOrg, NodeId(n), n, n, shape.kind, shape.parent < 0 ? "" : NodeId(shape.parent),
                   RegionCode(n), 22'000'000 + n * 7919 % 23'000'000,
                   100'000'000 + n * 15'485'863LL % 22'000'000, kRecordUs, kRecordUs);
    RETURN_IF_ERROR(nodes.Next());
  }
  return nodes.Flush();
}

absl::Status WriteSkus(db::Database& database, Meter& meter, const StockPlan& plan) {
  Load skus(database, meter,
            "sku (org_id, sku_id, code, display_name, category, barcode, size_class, weight_grams,"
            " length_mm, width_mm, height_mm, lot_tracked, shelf_life_days, state, version,"
            " create_us, update_us)");
  for (int64_t s = 0; s < plan.skus; ++s) {
    fmt::format_to(
        std::back_inserter(skus.tsv()),
        "{}\t{}\tREF-{}\tsku {}\tcategory{}\t\tA\t100\t0\t0\t0\t0\t0\tACTIVE\t1\t{}\t{}\n", kOrg,
        SkuId(s), s, s, s % 350, kRecordUs, kRecordUs);
    RETURN_IF_ERROR(skus.Next());
  }
  return skus.Flush();
}

// By SKU, then node: the order of both tables' keys.
absl::Status WriteTotals(db::Database& database, Meter& meter, const StockPlan& plan) {
  Load totals(database, meter,
              "stock_total (org_id, sku_id, owner_id, node_id, stock_condition, on_hand, reserved,"
              " available, version)");
  Load stock(database, meter,
             "stock (org_id, sku_id, owner_id, node_id, stock_condition, lot, location, on_hand)");
  std::vector<int> nodes(plan.nodes_per_sku());
  for (int64_t s = 0; s < plan.skus; ++s) {
    for (size_t k = 0; k < nodes.size(); ++k) nodes[k] = NodeOf(plan, s, k);
    std::ranges::sort(nodes);
    const std::string sku = SkuId(s);
    for (const int n : nodes) {
      const int64_t quantity = QuantityOf(s, n);
      fmt::format_to(std::back_inserter(totals.tsv()), "{}\t{}\t\t{}\tSELLABLE\t{}\t0\t{}\t1\n",
                     kOrg, sku, NodeId(n), quantity, quantity);
      fmt::format_to(std::back_inserter(stock.tsv()), "{}\t{}\t\t{}\tSELLABLE\t\t\t{}\n", kOrg, sku,
                     NodeId(n), quantity);
      RETURN_IF_ERROR(totals.Next());
      RETURN_IF_ERROR(stock.Next());
    }
  }
  RETURN_IF_ERROR(totals.Flush());
  return stock.Flush();
}

// Writes the receipts of a node, SKU by SKU, each entry chained to the one before.
class ChainWriter {
 public:
  ChainWriter(db::Database& database, Meter& meter)
      : entries_(database, meter,
                 "ledger_entry (org_id, node_id, entry_number, sku_id, owner_id, stock_condition,"
                 " lot, location, from_account, to_account, quantity, reason, reference, note,"
                 " business_date, record_us, actor, entry_sha256)"),
        heads_(database, meter, "ledger_chain (org_id, node_id, entry_number, entry_sha256)") {}

  absl::Status Write(int node, const std::vector<int64_t>& skus) {
    domain::LedgerEntry entry{.record_time = FromMicros(kRecordUs), .actor = std::string(kActor)};
    domain::Movement& m = entry.movement;
    m = {.from = domain::LedgerAccount::kSupplier,
         .to = domain::LedgerAccount::kFree,
         .reason = "Receive",
         .reference = "scale",
         .business_date = absl::CivilDay(2026, 1, 1)};
    m.key.total.node_id = NodeId(node);
    std::string hash = domain::GenesisHash();
    for (const int64_t sku : skus) {
      ++entry.entry_number;
      m.key.total.sku_id = SkuId(sku);
      m.quantity = QuantityOf(sku, node);
      hash = Sha256({domain::ChainBytes(hash, kOrg, entry)});
      fmt::format_to(std::back_inserter(entries_.tsv()),
                     "{}\t{}\t{}\t{}\t\tSELLABLE\t\t\tSUPPLIER\tFREE\t{}\tReceive\tscale\t\t"
                     "2026-01-01\t{}\t{}\t",
                     kOrg, m.key.total.node_id, entry.entry_number, m.key.total.sku_id, m.quantity,
                     kRecordUs, kActor);
      AppendTsv(hash, entries_.tsv());
      entries_.tsv() += '\n';
      RETURN_IF_ERROR(entries_.Next());
    }
    fmt::format_to(std::back_inserter(heads_.tsv()), "{}\t{}\t{}\t", kOrg, m.key.total.node_id,
                   entry.entry_number);
    AppendTsv(hash, heads_.tsv());
    heads_.tsv() += '\n';
    return heads_.Next();
  }
  absl::Status Flush() {
    RETURN_IF_ERROR(entries_.Flush());
    return heads_.Flush();
  }

 private:
  Load entries_, heads_;
};

absl::Status WriteLedger(db::Database& database, Meter& meter, const StockPlan& plan) {
  std::vector<std::vector<int64_t>> skus_of(plan.nodes());
  for (int64_t s = 0; s < plan.skus; ++s) {
    for (int64_t k = 0; k < plan.nodes_per_sku(); ++k) skus_of[NodeOf(plan, s, k)].push_back(s);
  }
  ChainWriter writer(database, meter);
  for (int n = 0; n < plan.nodes(); ++n) RETURN_IF_ERROR(writer.Write(n, skus_of[n]));
  return writer.Flush();
}

absl::Status CheckSums(db::Database& database) {
  ASSIGN_OR_RETURN(
      const db::Rows sums,
      database.Read(absl::Now() + kTime, db::Sql{"SELECT (SELECT SUM(on_hand) FROM stock_total),"
                                                 " (SELECT SUM(on_hand) FROM stock),"
                                                 " (SELECT SUM(quantity) FROM ledger_entry)"}));
  const db::Row row = sums.front();
  if (row.Int(0) == row.Int(1) && row.Int(1) == row.Int(2)) return absl::OkStatus();
  return absl::InternalError("totals, stock and ledger do not agree");
}

}  // namespace

std::string NodeId(int node) { return fmt::format("N{:05}", node); }
std::string SkuId(int64_t sku) { return fmt::format("S{:07}", sku); }

int NodeOf(const StockPlan& plan, int64_t sku, int64_t batch) {
  return static_cast<int>((sku * 101 + batch * kStep) % plan.nodes());
}

std::string RegionCode(int64_t place) {
  return fmt::format("{}", 110'101 + ProvinceOf(place) * 10'000);
}

int CentreOf(const StockPlan& plan, int node) {
  while (ShapeOf(plan, node).parent >= 0) node = ShapeOf(plan, node).parent;
  return node;
}

int64_t QuantityOf(int64_t sku, int node) { return 1'000'000 + (sku * 31 + node * 17) % 1000; }

absl::Status CheckPlan(const StockPlan& plan) {
  if (plan.nodes() % kStep == 0 || plan.nodes_per_sku() < 1 ||
      plan.nodes_per_sku() > plan.nodes()) {
    return absl::InvalidArgumentError(
        fmt::format("{} rows over {} SKUs: each must lie at 1 to {} nodes", plan.rows, plan.skus,
                    plan.nodes()));
  }
  return absl::OkStatus();
}

absl::Status WriteStock(db::Database& database, const StockPlan& plan) {
  RETURN_IF_ERROR(CheckPlan(plan));
  const absl::Time start = absl::Now();
  const int64_t rows = plan.skus * plan.nodes_per_sku();
  fmt::print(stderr, "{} nodes, {} SKUs, {} rows of stock and ledger entries\n", plan.nodes(),
             plan.skus, rows);
  std::vector<Keys> keys;
  for (const char* table : {"node", "sku", "stock_total", "stock", "ledger_entry"}) {
    ASSIGN_OR_RETURN(Keys dropped, Keys::Drop(database, table));
    keys.push_back(std::move(dropped));
  }
  Meter meter("writing rows", 2 * plan.nodes() + plan.skus + 3 * rows);
  auto ledger = std::async(std::launch::async, [&] { return WriteLedger(database, meter, plan); });
  absl::Status written = WriteNodes(database, meter, plan);
  written.Update(WriteSkus(database, meter, plan));
  written.Update(WriteTotals(database, meter, plan));
  written.Update(ledger.get());
  RETURN_IF_ERROR(written);
  for (const Keys& each : keys) {
    fmt::print(stderr, "  building the keys of {}\n", each.table());
    RETURN_IF_ERROR(each.Build(database));
  }
  RETURN_IF_ERROR(CheckSums(database));
  fmt::print(stderr, "written and checked in {:.0f} s\n",
             absl::ToDoubleSeconds(absl::Now() - start));
  return absl::OkStatus();
}

}  // namespace kefu::bench
