// What one caller wants written.
#pragma once

#include <cstddef>
#include <functional>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace kefu::batching {

class Job {
 public:
  // What two jobs of one batch must not have in common, such as a request id or the row that they
  // change: whose it is, and its id.
  using Key = std::pair<std::string_view, std::string_view>;

  // The deadline is of the real clock; `cancelled`, which may be empty, tells that nobody waits any
  // more.
  Job(absl::Time deadline, std::function<bool()> cancelled)
      : deadline(deadline), cancelled(std::move(cancelled)) {}
  virtual ~Job() = default;
  Job(const Job&) = delete;
  Job& operator=(const Job&) = delete;

  // How many writes it is. It does not change while the job waits.
  virtual size_t size() const { return 1; }
  // Adds all of the job's, as views into it.
  virtual void AddKeys(std::vector<Key>& keys) const = 0;
  // Makes the error the result of every write that has none yet.
  virtual void Fail(const absl::Status& status) = 0;
  // Called once, on any thread, when it has its results; it is gone after that. Cheap.
  virtual void Answer() = 0;

  const absl::Time deadline;
  const std::function<bool()> cancelled;
};

}  // namespace kefu::batching
