// What may be sold, in memory: the sellable totals of recently asked SKUs at every node.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "services/warehouse/domain/types.h"

namespace kefu::warehouse {

// One node's stock of a cached SKU.
struct NodeStock {
  std::string node_id;
  int64_t on_hand = 0;
  int64_t reserved = 0;
  int64_t in_transit = 0;
  int64_t version = 0;

  static NodeStock Of(const domain::StockTotal& total) {
    return {total.key.node_id, total.on_hand, total.reserved, total.in_transit, total.version};
  }
};

struct AvailabilityCacheOptions {
  // Rows (SKU × node) kept in all; about 150 bytes each.
  size_t max_rows = 1'000'000;
  // A hit is refused when the feed was not seen for this long: the cache may have missed changes.
  std::chrono::steady_clock::duration max_age = std::chrono::seconds(10);
};

// Thread-safe; nothing blocks on more than a short lock.
//
// Correctness rests on three things. Each row carries the version of its stock, and a lower version
// never replaces a higher one. Changes arrive from the feed (other processes' and one's own) and
// straight after one's own commits. A load announces itself before it reads the database, and
// changes that arrive between the read and the insert are collected in its place: none is lost.
//
// position() is taken before rows are read: every change up to it is in them.
class AvailabilityCache {
 public:
  explicit AvailabilityCache(AvailabilityCacheOptions options = {});
  AvailabilityCache(const AvailabilityCache&) = delete;
  AvailabilityCache& operator=(const AvailabilityCache&) = delete;

  // The announcement of a load; gives the place up when it is not filled.
  class Load {
   public:
    Load(Load&& other) noexcept;
    Load& operator=(Load&&) = delete;
    ~Load();
    // Puts the rows that were read after the announcement in place, with newer changes merged in,
    // unless the cache was cleared in between.
    void Fill(std::vector<NodeStock> rows);

   private:
    friend class AvailabilityCache;
    Load(AvailabilityCache* cache, std::string key, uint64_t ticket)
        : cache_(cache), key_(std::move(key)), ticket_(ticket) {}
    AvailabilityCache* cache_;
    std::string key_;
    uint64_t ticket_;
  };

  // The rows by node id, or nothing when they are not here or too old to be trusted.
  std::optional<std::vector<NodeStock>> Find(std::string_view org_id, std::string_view owner_id,
                                             std::string_view sku_id);
  // Announces a load; nothing when another one is under way, the rows are here, or the feed is not
  // followed: then the rows are simply not kept.
  std::optional<Load> Begin(std::string_view org_id, std::string_view owner_id,
                            std::string_view sku_id);
  // Takes in one change, if its SKU is here and its version is newer.
  void Apply(std::string_view org_id, std::string_view owner_id, std::string_view sku_id,
             NodeStock change);

  // Whether a node is known to exist. Nodes are never removed, so the answer yes stays true.
  bool KnowsNode(std::string_view org_id, std::string_view node_id) const;
  void AddNode(std::string_view org_id, std::string_view node_id);

  // The feed's position up to which every change is in the rows; 0 before the first.
  int64_t position() const { return position_.load(std::memory_order_acquire); }
  // The feed was read up to here and its changes were applied.
  void Advance(int64_t position);
  // Forgets all rows and begins anew at a position, because changes may have been missed.
  void Restart(int64_t position);

  size_t rows() const;

 private:
  struct Entry {
    std::vector<NodeStock> rows;  // by node id; of a pending load: the changes since
    uint64_t ticket = 0;          // of a pending load; 0 when loaded
    std::list<std::string>::iterator used;
  };
  struct Shard {
    mutable std::mutex mutex;
    absl::flat_hash_map<std::string, Entry> entries;
    std::list<std::string> by_use;  // the latest first
    size_t rows = 0;                // each entry counts one more
  };
  static constexpr size_t kShards = 16;         // so that callers of different SKUs rarely meet
  static constexpr size_t kMaxNodes = 1 << 20;  // known nodes kept

  Shard& ShardOf(std::string_view key);
  bool Fresh() const;
  void Remove(Shard& shard, absl::flat_hash_map<std::string, Entry>::iterator it);
  void Shrink(Shard& shard);
  void Fill(const std::string& key, uint64_t ticket, std::vector<NodeStock> rows);
  void GiveUp(const std::string& key, uint64_t ticket);

  const AvailabilityCacheOptions options_;
  std::array<Shard, kShards> shards_;
  std::atomic<uint64_t> next_ticket_{1};
  std::atomic<int64_t> position_{0};
  std::atomic<int64_t> seen_ns_{0};  // steady time of the last Advance; 0: never
  mutable std::shared_mutex nodes_mutex_;
  absl::flat_hash_set<std::string> nodes_;
};

}  // namespace kefu::warehouse
