#include "services/performance/handlers/explained_lines.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace kefu::performance {
namespace {

// An entry costs memory without lines, too.
size_t WeightOf(const LineWindow& window) { return window.lines.size() + 1; }

Lines::const_iterator Behind(const Lines& lines, const std::optional<LineKey>& after) {
  return after ? lines.upper_bound(*after) : lines.begin();
}

bool Holds(const LineWindow& window, const std::optional<LineKey>& after, size_t need) {
  if (window.after && (!after || *after < *window.after)) return false;
  if (window.to_end) return true;
  auto line = Behind(window.lines, after);
  for (; need > 0 && line != window.lines.end(); --need) ++line;
  return need == 0;
}

}  // namespace

LineCache::Window LineCache::Find(const Key& key, const domain::Measures& measures,
                                  std::optional<int64_t> facts_version,
                                  const std::optional<LineKey>& after, size_t need) {
  const std::lock_guard lock(mutex_);
  const auto found = by_key_.find(key);
  if (found == by_key_.end()) return nullptr;
  const Entry& entry = *found->second;
  if (entry.measures != measures || (facts_version && entry.facts_version != *facts_version)) {
    Drop(found->second);
    return nullptr;
  }
  if (!Holds(*entry.window, after, need)) return nullptr;
  entries_.splice(entries_.begin(), entries_, found->second);
  return entry.window;
}

LineCache::Window LineCache::Keep(const Key& key, const domain::Measures& measures,
                                  int64_t facts_version, Lines lines,
                                  const std::optional<LineKey>& after, size_t need) {
  auto window = std::make_shared<LineWindow>();
  const size_t most = std::max(most_lines_ / 2, need);
  if (lines.size() > most) {
    window->after = after;
    lines.erase(lines.begin(), Behind(lines, after));
  }
  window->to_end = lines.size() <= most;
  if (!window->to_end)
    lines.erase(std::next(lines.begin(), static_cast<int64_t>(most)), lines.end());
  window->lines = std::move(lines);
  const size_t weight = WeightOf(*window);
  const std::lock_guard lock(mutex_);
  if (const auto found = by_key_.find(key); found != by_key_.end()) Drop(found->second);
  if (weight > most_lines_) return window;
  while (lines_ + weight > most_lines_) Drop(std::prev(entries_.end()));
  entries_.push_front({key, measures, facts_version, window});
  by_key_[key] = entries_.begin();
  lines_ += weight;
  return window;
}

void LineCache::Drop(Entries::iterator entry) {
  lines_ -= WeightOf(*entry->window);
  by_key_.erase(entry->key);
  entries_.erase(entry);
}

}  // namespace kefu::performance
