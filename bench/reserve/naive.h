// What a service without a fold does for a reservation, in its cheapest form.
#pragma once

#include <memory>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "bench/harness/compare.h"
#include "common/db/database.h"

namespace kefu::bench {

// One transaction a reservation, straight on the database by prepared statements: insert its row,
// take one piece if there is one, commit. No ledger, no events, no stored answers.
class Naive {
 public:
  // Makes its two tables in the schema. `connections`: at most so many callers.
  static absl::StatusOr<std::unique_ptr<Naive>> Start(db::DatabaseOptions options, int connections);
  // Callers with a connection each, all on one stock row.
  Run Reserve(int callers, absl::Duration time) const;

 private:
  explicit Naive(std::unique_ptr<db::Database> database) : database_(std::move(database)) {}
  const std::unique_ptr<db::Database> database_;
};

}  // namespace kefu::bench
