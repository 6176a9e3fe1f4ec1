// Very many open cases, and who is due next among them.
#pragma once

#include <cstdint>
#include <memory>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "bench/harness/compare.h"
#include "common/db/database.h"

namespace kefu::bench {

inline constexpr int kNextDue = 1000;  // cases looked for at a time

class Million {
 public:
  // Writes that many open cases with a clock each into the schema, due at scattered instants of the
  // coming year, spread over 100 shops of one organization, and closed ones besides, one for each
  // four.
  static absl::StatusOr<std::unique_ptr<Million>> Fill(const db::DatabaseOptions& options,
                                                       int64_t cases);

  // What the clock job does to find them: the next ones locked, with their clocks. Rolled back.
  Run Claim(absl::Duration time) const;
  // What ListCases reads for its first page by due time, for the whole organization.
  Run List(absl::Duration time) const;
  // The least that finds them: their ids by the index.
  Run Bare(absl::Duration time) const;

 private:
  explicit Million(std::unique_ptr<db::Database> database) : database_(std::move(database)) {}
  const std::unique_ptr<db::Database> database_;
};

}  // namespace kefu::bench
