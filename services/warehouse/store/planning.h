// Rows of fulfilment planning: policies by version, bins, affinities, what nodes have taken on a
// day. As store.h: every statement names the tenant.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "common/db/reader.h"
#include "services/warehouse/domain/slotting.h"

namespace kefu::warehouse::store {

// A version of a policy; body is the serialized message of the contract.
struct PolicyVersion {
  std::string key;
  int64_t version = 0;
  absl::CivilDay effective_from;
  std::string body;
  absl::Time create_time;
};

// Adds a version and returns its number, which is one above the last of its key. ABORTED
// TRANSACTION_CONFLICT when another one took the number.
absl::StatusOr<int64_t> AddPolicy(db::Transaction& t, std::string_view org_id,
                                  std::string_view kind, const PolicyVersion& policy,
                                  std::string_view actor);
// Of each key the version that counts on `day`, by key. `keys` up to 1000 a statement; the second
// reads every key of the kind.
absl::StatusOr<std::map<std::string, PolicyVersion>> PoliciesOn(db::Transaction& t,
                                                                std::string_view org_id,
                                                                std::string_view kind,
                                                                const std::set<std::string>& keys,
                                                                absl::CivilDay day);
absl::StatusOr<std::map<std::string, PolicyVersion>> PoliciesOn(db::Transaction& t,
                                                                std::string_view org_id,
                                                                std::string_view kind,
                                                                absl::CivilDay day);

// --- What nodes have taken on a day (allocation) ---

struct NodeDay {
  std::string node_id;
  absl::CivilDay day;  // of the node's zone
  friend bool operator<(const NodeDay& a, const NodeDay& b) {
    return std::tie(a.node_id, a.day) < std::tie(b.node_id, b.day);
  }
};
// Pieces by node and day; what is absent has none. At most 1000 a statement.
absl::StatusOr<std::map<NodeDay, int64_t>> FindLoads(db::Transaction& t, std::string_view org_id,
                                                     const std::set<NodeDay>& days);
// The same, each made and locked. Before stock totals in the order of locks.
absl::StatusOr<std::map<NodeDay, int64_t>> MakeAndLockLoads(db::Transaction& t,
                                                            std::string_view org_id,
                                                            const std::set<NodeDay>& days);
absl::Status SaveLoads(db::Transaction& t, std::string_view org_id,
                       const std::map<NodeDay, int64_t>& loads);

// Of the SKUs (at most 1000) the first day on which something in stock expires, by (SKU, owner,
// node); what does not expire is absent.
struct ExpiryAt {
  std::string sku_id, owner_id, node_id;
  absl::CivilDay day;
};
absl::StatusOr<std::vector<ExpiryAt>> FirstExpiries(db::Transaction& t, std::string_view org_id,
                                                    std::span<const std::string> sku_ids);

// --- Slotting ---

struct BinRow {
  domain::SlotBin bin;
  int32_t position = 0;
};
// Up to `limit` bins of the node after a location, in order of location.
absl::StatusOr<std::vector<BinRow>> ListBins(db::Reader reader, std::string_view org_id,
                                             std::string_view node_id, std::string_view after,
                                             int limit);
absl::Status SaveBins(db::Transaction& t, std::string_view org_id, std::string_view node_id,
                      std::span<const BinRow> bins, absl::Time now);
absl::Status RemoveBins(db::Transaction& t, std::string_view org_id, std::string_view node_id);

struct AffinityRow {
  std::string first, second;  // first < second
  int64_t orders = 0;
};
// A pair that is there is replaced. `level`: "CATEGORY" or "SKU".
absl::Status SaveAffinities(db::Transaction& t, std::string_view org_id, std::string_view level,
                            std::span<const AffinityRow> rows);
// Those whose first key is one of `keys`.
absl::StatusOr<std::vector<AffinityRow>> FindAffinities(db::Transaction& t, std::string_view org_id,
                                                        std::string_view level,
                                                        const std::set<std::string>& keys);

// How often goods of the owner left the node for customers in [from, to): entries by SKU. Reads the
// entries of that time alone.
absl::StatusOr<std::map<std::string, int64_t>> CountPicks(db::Transaction& t,
                                                          std::string_view org_id,
                                                          std::string_view node_id,
                                                          std::string_view owner_id,
                                                          absl::Time from, absl::Time to);
// Sellable pieces of the owner at the node by SKU and bin.
struct BinStock {
  std::string sku_id, location;
  int64_t pieces = 0;
};
absl::StatusOr<std::vector<BinStock>> StockByBin(db::Transaction& t, std::string_view org_id,
                                                 std::string_view node_id,
                                                 std::string_view owner_id);

}  // namespace kefu::warehouse::store
