#include "services/performance/handlers/explained_lines.h"

#include <utility>

namespace kefu::performance {
namespace {

// An entry costs memory without lines, too.
size_t WeightOf(const Lines& lines) { return lines.size() + 1; }

}  // namespace

std::shared_ptr<const Lines> LineCache::Find(const Key& key, const std::string& version,
                                             const domain::Measures& measures) {
  const std::lock_guard lock(mutex_);
  const auto found = by_key_.find(key);
  if (found == by_key_.end()) return nullptr;
  const Entry& entry = *found->second;
  if (entry.version != version || entry.measures != measures) {
    Drop(found->second);
    return nullptr;
  }
  entries_.splice(entries_.begin(), entries_, found->second);
  return entry.lines;
}

void LineCache::Keep(const Key& key, const std::string& version, const domain::Measures& measures,
                     std::shared_ptr<const Lines> lines) {
  const size_t weight = WeightOf(*lines);
  if (weight > most_lines_) return;
  const std::lock_guard lock(mutex_);
  if (const auto found = by_key_.find(key); found != by_key_.end()) Drop(found->second);
  while (lines_ + weight > most_lines_) Drop(std::prev(entries_.end()));
  entries_.push_front({key, version, measures, std::move(lines)});
  by_key_[key] = entries_.begin();
  lines_ += weight;
}

void LineCache::Drop(Entries::iterator entry) {
  lines_ -= WeightOf(*entry->lines);
  by_key_.erase(entry->key);
  entries_.erase(entry);
}

}  // namespace kefu::performance
