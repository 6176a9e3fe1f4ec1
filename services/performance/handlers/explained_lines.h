// What figures of days are made of, line by line, and those of the days last asked for.
#pragma once

#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "absl/time/civil_time.h"
#include "services/performance/domain/measures.h"
#include "services/performance/domain/rollup.h"

namespace kefu::performance {

// What one (customer, conversation, order, run of messages or inspection) adds to a figure on a
// day.
struct Line {
  std::vector<int64_t> amounts;  // to each of the figure's inputs
  std::string note;
};
// Customer, conversation, order, and of what is counted by runs or inspections, which one, as it
// sorts.
using LineKey = std::tuple<std::string, std::string, std::string, std::string>;
using Lines = std::map<LineKey, Line>;

// Lines of a day, in order.
struct LineWindow {
  std::optional<LineKey> after;  // the lines from behind this one on; nothing: from the first
  Lines lines;
  bool to_end = true;  // up to the day's last
};

// Keeps lines of the figures last asked for, so that the pages of a day compute it once, or a few
// times where the day has more than can be kept. They hold as long as the day's figures are the
// same. Thread-safe.
class LineCache {
 public:
  // Organization, shop, definition with version, day, subject, metric, whether customers are
  // masked.
  using Key = std::tuple<std::string, std::string, std::string, absl::CivilDay, domain::SubjectId,
                         std::string, bool>;

  using Window = std::shared_ptr<const LineWindow>;

  // `most_lines` of all days together are kept: some 300 bytes each.
  explicit LineCache(size_t most_lines) : most_lines_(most_lines) {}

  // Where `need` lines behind `after`, or all there are, are found: for these figures of the day
  // and, where it is set, for this version of the shop's facts. Else nullptr.
  Window Find(const Key& key, const domain::Measures& measures,
              std::optional<int64_t> facts_version, const std::optional<LineKey>& after,
              size_t need);
  // Keeps all lines of a day or, of a day with more than half of what can be kept, as many from
  // behind `after` on; at least `need` lines are in what it returns.
  Window Keep(const Key& key, const domain::Measures& measures, int64_t facts_version, Lines lines,
              const std::optional<LineKey>& after, size_t need);

 private:
  struct Entry {
    Key key;
    domain::Measures measures;
    int64_t facts_version = 0;
    Window window;
  };
  using Entries = std::list<Entry>;
  void Drop(Entries::iterator entry);

  const size_t most_lines_;
  std::mutex mutex_;
  size_t lines_ = 0;
  Entries entries_;  // the last used first
  std::map<Key, Entries::iterator> by_key_;
};

}  // namespace kefu::performance
