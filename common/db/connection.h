// Internal to common/db: one session with the server over MariaDB Connector/C.
#pragma once

#include <atomic>
#include <cstdint>
#include <list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/db/database.h"
#include "common/db/rows.h"
#include "common/db/sql.h"

typedef struct st_mysql MYSQL;
typedef struct st_mysql_stmt MYSQL_STMT;

namespace kefu::db {

// Used by one thread at a time; only Expire may be called from another one. Never reconnects.
class Connection {
 public:
  // Connects and sets the session up. host is nullptr for the unix socket. `limit` bounds each
  // network wait, in whole seconds. UNAVAILABLE DATABASE_UNAVAILABLE.
  static absl::StatusOr<std::unique_ptr<Connection>> Open(const DatabaseOptions& options,
                                                          const DatabaseObserver& observer,
                                                          const HostPort* host,
                                                          absl::Duration limit);
  ~Connection();
  Connection(const Connection&) = delete;

  // A statement without parameters in the text protocol; results are dropped. Affected rows.
  absl::StatusOr<int64_t> RunText(std::string_view sql);
  // A cached prepared statement. Its rows, or the number of affected rows in *affected.
  absl::StatusOr<Rows> Run(std::string_view sql, std::span<const Param> params, int64_t* affected);
  absl::StatusOr<int64_t> InsertMany(std::string_view head, size_t columns,
                                     std::span<const Param> flat, std::string_view tail);
  absl::StatusOr<int64_t> LoadData(std::string_view table_and_columns, std::string_view tsv);

  // Must be discarded; also when the deadline passed after the last answer had come.
  bool broken() const { return broken_ || expired_.load(); }
  bool read_only() const { return read_only_; }
  bool in_transaction() const;  // as the server last said
  absl::Time opened() const { return opened_; }

  // Called by the watchdog while a call may be running: every later call fails with
  // DEADLINE_EXCEEDED, a running one as soon as its socket is shut.
  void Expire();

  // What the pool keeps beside it.
  int64_t generation = 0;

 private:
  struct Statement {
    std::string sql;
    MYSQL_STMT* handle;
  };
  struct Scratch;  // bind buffers, kept between calls

  Connection(const DatabaseOptions& options, const DatabaseObserver& observer);
  absl::Status Connect(const HostPort* host, absl::Duration limit);
  absl::Status SetUpSession();
  absl::Status Fail(unsigned error_number, const char* text);
  absl::Status FailStatement(MYSQL_STMT* handle);
  absl::StatusOr<MYSQL_STMT*> Prepare(std::string_view sql);
  void Forget(std::string_view sql);
  // Prepares, calls bind(handle) and executes; the handle, whose result is to be fetched.
  absl::StatusOr<MYSQL_STMT*> Execute(std::string_view sql,
                                      absl::FunctionRef<absl::Status(MYSQL_STMT*)> bind);
  bool TakesArrays() const;
  absl::StatusOr<size_t> InsertArrays(const std::string& sql, size_t columns,
                                      std::span<const Param> flat, int64_t* affected);
  absl::Status Bind(MYSQL_STMT* handle, std::span<const Param> params);
  absl::StatusOr<Rows> FetchAll(MYSQL_STMT* handle);
  absl::Status FetchInto(MYSQL_STMT* handle, void* metadata, Rows& rows);
  absl::Status AppendLiteral(const Param& param);
  absl::StatusOr<size_t> BuildLiterals(std::string_view head, size_t columns,
                                       std::span<const Param> flat, std::string_view tail);

  const DatabaseOptions& options_;  // the pool's, which outlives its connections
  const DatabaseObserver& observer_;
  MYSQL* mysql_ = nullptr;
  int socket_ = -1;  // a duplicate, for Expire
  std::string host_;
  absl::Time opened_ = absl::Now();
  bool broken_ = false;
  bool read_only_ = false;
  bool takes_arrays_ = false;  // the server: values of many rows for one prepared statement
  std::atomic<bool> expired_ = false;
  std::list<Statement> statements_;  // most recently used first
  std::unordered_map<std::string_view, std::list<Statement>::iterator> by_sql_;
  std::unique_ptr<Scratch> scratch_;
  std::string text_;  // the bulk insert being built
};

}  // namespace kefu::db
