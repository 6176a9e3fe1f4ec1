// What figures of days are made of, line by line, and those of the days last asked for.
#pragma once

#include <list>
#include <map>
#include <memory>
#include <mutex>
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

// Keeps the lines of the figures last asked for, so that the pages of a day compute it once. They
// hold as long as the facts have the same version and the day's figures are the same. Thread-safe.
class LineCache {
 public:
  // Organization, shop, definition with version, day, subject, metric, whether customers are
  // masked.
  using Key = std::tuple<std::string, std::string, std::string, absl::CivilDay, domain::SubjectId,
                         std::string, bool>;

  // `most_lines` of all days together are kept: some 300 bytes each.
  explicit LineCache(size_t most_lines) : most_lines_(most_lines) {}

  // nullptr when they are not there, or no longer hold.
  std::shared_ptr<const Lines> Find(const Key& key, const std::string& version,
                                    const domain::Measures& measures);
  void Keep(const Key& key, const std::string& version, const domain::Measures& measures,
            std::shared_ptr<const Lines> lines);

 private:
  struct Entry {
    Key key;
    std::string version;
    domain::Measures measures;
    std::shared_ptr<const Lines> lines;
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
