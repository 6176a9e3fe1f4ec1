// What a case's way through the service writes, as bare SQL.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "bench/harness/compare.h"
#include "common/db/database.h"

namespace kefu::bench {

inline constexpr int kSteps = 3;  // open, review, close: a transaction each

class BareSql {
 public:
  // `service`: the schema in which the service has taken one case its way; the events it told are
  // written again, byte by byte. `target`: a schema of the same shape that nobody else uses, with
  // one connection for each of the callers. INTERNAL unless, of one case, every table holds as many
  // rows in both.
  static absl::StatusOr<std::unique_ptr<BareSql>> Start(const db::DatabaseOptions& service,
                                                        db::DatabaseOptions target, int callers);

  // One transaction a step, by prepared statements: the case, its clock, that nobody has it, a line
  // of history, and the event and the audit record inserted where they stay, with their positions;
  // then twice the case locked and updated, the second time its clock too, and a line and two
  // events added. What the service writes besides, it takes away again: the outbox, in which events
  // wait for their positions. Counts transactions.
  Run Flow(int callers, absl::Duration time) const;

 private:
  struct Event {
    std::string key, type, payload, chain;
  };
  explicit BareSql(std::unique_ptr<db::Database> database) : database_(std::move(database)) {}
  absl::Status TakeItsWay() const;
  absl::Status Open(const std::string& case_id) const;
  absl::Status Move(const std::string& case_id, int step) const;
  absl::Status Record(db::Transaction& t, const std::string& case_id, int step) const;

  const std::unique_ptr<db::Database> database_;
  std::vector<Event> events_;  // two a step, in order
};

}  // namespace kefu::bench
