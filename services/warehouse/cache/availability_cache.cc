#include "services/warehouse/cache/availability_cache.h"

#include <algorithm>
#include <functional>
#include <utility>

namespace kefu::warehouse {
namespace {

// Ids hold no zero byte.
std::string KeyOf(std::string_view org_id, std::string_view owner_id, std::string_view sku_id) {
  std::string key;
  key.reserve(org_id.size() + owner_id.size() + sku_id.size() + 2);
  key.append(org_id).push_back('\0');
  key.append(owner_id).push_back('\0');
  key.append(sku_id);
  return key;
}

// Adds the row or replaces an older one; returns whether a row was added.
bool Merge(std::vector<NodeStock>& rows, NodeStock change) {
  const auto at = std::ranges::lower_bound(rows, change.node_id, {}, &NodeStock::node_id);
  if (at == rows.end() || at->node_id != change.node_id) {
    rows.insert(at, std::move(change));
    return true;
  }
  if (at->version < change.version) *at = std::move(change);
  return false;
}

int64_t SteadyNow() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

}  // namespace

AvailabilityCache::AvailabilityCache(AvailabilityCacheOptions options) : options_(options) {}

AvailabilityCache::Load::Load(Load&& other) noexcept
    : cache_(std::exchange(other.cache_, nullptr)),
      key_(std::move(other.key_)),
      ticket_(other.ticket_) {}

AvailabilityCache::Load::~Load() {
  if (cache_ != nullptr) cache_->GiveUp(key_, ticket_);
}

void AvailabilityCache::Load::Fill(std::vector<NodeStock> rows) {
  std::exchange(cache_, nullptr)->Fill(key_, ticket_, std::move(rows));
}

AvailabilityCache::Shard& AvailabilityCache::ShardOf(std::string_view key) {
  return shards_[std::hash<std::string_view>()(key) % kShards];
}

bool AvailabilityCache::Fresh() const {
  const int64_t seen = seen_ns_.load(std::memory_order_relaxed);
  if (seen == 0) return false;
  return std::chrono::nanoseconds(SteadyNow() - seen) <= options_.max_age;
}

std::optional<std::vector<NodeStock>> AvailabilityCache::Find(std::string_view org_id,
                                                              std::string_view owner_id,
                                                              std::string_view sku_id) {
  if (!Fresh()) return std::nullopt;
  const std::string key = KeyOf(org_id, owner_id, sku_id);
  Shard& shard = ShardOf(key);
  const std::lock_guard lock(shard.mutex);
  const auto it = shard.entries.find(key);
  if (it == shard.entries.end() || it->second.ticket != 0) return std::nullopt;
  shard.by_use.splice(shard.by_use.begin(), shard.by_use, it->second.used);
  return it->second.rows;
}

std::optional<AvailabilityCache::Load> AvailabilityCache::Begin(std::string_view org_id,
                                                                std::string_view owner_id,
                                                                std::string_view sku_id) {
  if (!Fresh()) return std::nullopt;
  std::string key = KeyOf(org_id, owner_id, sku_id);
  Shard& shard = ShardOf(key);
  const std::lock_guard lock(shard.mutex);
  const auto [it, added] = shard.entries.try_emplace(key);
  if (!added) return std::nullopt;
  it->second.ticket = next_ticket_.fetch_add(1);
  it->second.used = shard.by_use.insert(shard.by_use.begin(), key);
  ++shard.rows;
  return Load(this, std::move(key), it->second.ticket);
}

void AvailabilityCache::Apply(std::string_view org_id, std::string_view owner_id,
                              std::string_view sku_id, NodeStock change) {
  const std::string key = KeyOf(org_id, owner_id, sku_id);
  Shard& shard = ShardOf(key);
  const std::lock_guard lock(shard.mutex);
  const auto it = shard.entries.find(key);
  if (it == shard.entries.end()) return;
  if (Merge(it->second.rows, std::move(change))) ++shard.rows;
}

void AvailabilityCache::Fill(const std::string& key, uint64_t ticket, std::vector<NodeStock> rows) {
  std::ranges::sort(rows, {}, &NodeStock::node_id);
  Shard& shard = ShardOf(key);
  const std::lock_guard lock(shard.mutex);
  const auto it = shard.entries.find(key);
  if (it == shard.entries.end() || it->second.ticket != ticket) return;  // cleared meanwhile
  Entry& entry = it->second;
  shard.rows -= entry.rows.size();
  for (NodeStock& change : entry.rows) Merge(rows, std::move(change));
  entry.rows = std::move(rows);
  entry.ticket = 0;
  shard.rows += entry.rows.size();
  Shrink(shard);
}

void AvailabilityCache::GiveUp(const std::string& key, uint64_t ticket) {
  Shard& shard = ShardOf(key);
  const std::lock_guard lock(shard.mutex);
  const auto it = shard.entries.find(key);
  if (it != shard.entries.end() && it->second.ticket == ticket) Remove(shard, it);
}

void AvailabilityCache::Remove(Shard& shard, absl::flat_hash_map<std::string, Entry>::iterator it) {
  shard.rows -= it->second.rows.size() + 1;
  shard.by_use.erase(it->second.used);
  shard.entries.erase(it);
}

void AvailabilityCache::Shrink(Shard& shard) {
  // A load that loses its place in this way answers its caller and is not kept.
  while (shard.rows > options_.max_rows / kShards && shard.by_use.size() > 1) {
    Remove(shard, shard.entries.find(shard.by_use.back()));
  }
}

bool AvailabilityCache::KnowsNode(std::string_view org_id, std::string_view node_id) const {
  const std::string key = KeyOf(org_id, "", node_id);
  const std::shared_lock lock(nodes_mutex_);
  return nodes_.contains(key);
}

void AvailabilityCache::AddNode(std::string_view org_id, std::string_view node_id) {
  std::string key = KeyOf(org_id, "", node_id);
  const std::unique_lock lock(nodes_mutex_);
  if (nodes_.size() >= kMaxNodes) nodes_.clear();
  nodes_.insert(std::move(key));
}

void AvailabilityCache::Advance(int64_t position) {
  position_.store(position, std::memory_order_release);
  seen_ns_.store(SteadyNow(), std::memory_order_relaxed);
}

void AvailabilityCache::Restart(int64_t position) {
  for (Shard& shard : shards_) {
    const std::lock_guard lock(shard.mutex);
    shard.entries.clear();
    shard.by_use.clear();
    shard.rows = 0;
  }
  Advance(position);
}

size_t AvailabilityCache::rows() const {
  size_t rows = 0;
  for (const Shard& shard : shards_) {
    const std::lock_guard lock(shard.mutex);
    rows += shard.rows;
  }
  return rows;
}

}  // namespace kefu::warehouse
