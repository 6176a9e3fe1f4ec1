// One database transaction, as handed to the body of Database::RunInTransaction.
#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/db/rows.h"
#include "common/db/sql.h"

namespace kefu::db {

class Connection;

// Used by one thread, inside the body only. After a lost race, a lost connection or a passed
// deadline the transaction is finished: every later statement returns the same Status and the
// commit is refused, so a body that swallows such an error cannot commit half of its work.
// A duplicate key or a violated foreign key undoes only its own statement; the body may go on.
//
// Every method returns: ABORTED TRANSACTION_CONFLICT, UNAVAILABLE DATABASE_UNAVAILABLE or
// READ_ONLY_HOST, DEADLINE_EXCEEDED, ALREADY_EXISTS DUPLICATE_KEY, FAILED_PRECONDITION
// FOREIGN_KEY, INTERNAL (anything else; a number outside int64 in the result is INTERNAL too).
class Transaction {
 public:
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  // Runs a SELECT as a cached prepared statement and returns all of its rows.
  absl::StatusOr<Rows> Query(Sql sql, std::span<const Param> params);
  absl::StatusOr<Rows> Query(Sql sql, std::initializer_list<Param> params = {});

  // Runs an INSERT, UPDATE, DELETE as a cached prepared statement. Returns the rows matched: an
  // UPDATE that changes nothing counts its row. ON DUPLICATE KEY UPDATE counts 1 for a new row and
  // 2 for a changed one. A statement that commits by itself (DDL) is refused with INTERNAL.
  absl::StatusOr<int64_t> Execute(Sql sql, std::span<const Param> params);
  absl::StatusOr<int64_t> Execute(Sql sql, std::initializer_list<Param> params = {});

  // As Query and Execute for a statement with one list of any length, marked (?*):
  //   "SELECT … WHERE org_id = ? AND sku_id IN (?*) ORDER BY sku_id FOR UPDATE"
  // list holds the tuples flat, each of `width` values; width 2 becomes ((?,?),(?,?)). The list is
  // padded to a power of two with its last tuple, so that few statements are prepared: no meaning
  // may hang on repeated members. An empty list returns no rows without asking the database.
  // Keep lists ≤ 1000 tuples.
  absl::StatusOr<Rows> QueryIn(Sql sql, std::initializer_list<Param> before,
                               std::span<const Param> list, size_t width = 1,
                               std::initializer_list<Param> after = {});
  absl::StatusOr<int64_t> ExecuteIn(Sql sql, std::initializer_list<Param> before,
                                    std::span<const Param> list, size_t width = 1,
                                    std::initializer_list<Param> after = {});

  // Inserts many rows with few statements. head is "INSERT INTO t (a, b, c)" without VALUES; flat
  // holds the rows one after another, `columns` values each; tail may be " ON DUPLICATE KEY UPDATE
  // …". head and tail are constants. Runs in chunks of 128 rows. Returns the sum of affected
  // rows (see Execute). No rows: 0 without asking the database.
  absl::StatusOr<int64_t> InsertMany(std::string_view head, size_t columns,
                                     std::span<const Param> flat, std::string_view tail = "");

  // LOAD DATA LOCAL INFILE from memory, for benchmarks: needs DatabaseOptions::local_infile here
  // and local_infile on the server (off by default in MySQL). tsv is tab-separated,
  // newline-terminated, backslash-escaped; table_and_columns is "t (a, b, c)".
  absl::StatusOr<int64_t> LoadData(std::string_view table_and_columns, std::string_view tsv);

  // Runs after the commit is known to have succeeded, in the calling thread, in order of
  // registration; never if the transaction fails or is tried again.
  void AfterCommit(std::function<void()> callback) { after_.push_back(std::move(callback)); }

 private:
  friend class Database;
  explicit Transaction(Connection* connection) : connection_(connection) {}

  absl::Status Check(absl::Status status);
  absl::StatusOr<Rows> Run(std::string_view sql, std::span<const Param> params, int64_t* matched);

  Connection* connection_;
  absl::Status ended_;  // not OK once the transaction cannot commit any more
  std::vector<std::function<void()>> after_;
};

}  // namespace kefu::db
