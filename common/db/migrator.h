// Applies numbered SQL files to a schema: forward only, checksummed, one process at a time.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/db/database.h"

namespace kefu::db {

struct Migration {
  int version;            // from 1 upwards, gaps allowed, from the file name NNNN_name.sql
  std::string_view name;  // "init"
  std::string_view text;  // statements separated by ';'
};

// The migrations of one component (a service, or "common"), as embedded by kefu_embed_sql.
struct MigrationSet {
  std::string_view component;
  std::span<const Migration> migrations;
};

// Keeps its record in the table schema_migration, which it makes itself. Statements are counted as
// they finish, so a migration cut short (a killed server) goes on where it stopped.
class Migrator {
 public:
  explicit Migrator(Database& database) : database_(database) {}

  // Brings the schema up to date; sets are applied in order. Idempotent; two at once are safe: one
  // waits for the other (GET_LOCK; on a Galera cluster run it against one node).
  // FAILED_PRECONDITION MIGRATION_CHANGED: an applied file differs from the one given.
  // FAILED_PRECONDITION SCHEMA_AHEAD: the schema has a version this binary does not know.
  // FAILED_PRECONDITION MIGRATION_FAILED: a statement failed; the message names component, version
  //   and statement. Earlier statements of that file stay (DDL commits by itself).
  // UNAVAILABLE, DEADLINE_EXCEEDED as usual.
  absl::Status Apply(absl::Time deadline, std::span<const MigrationSet> sets);

  // For the start of a server. FAILED_PRECONDITION SCHEMA_BEHIND: something is not applied yet;
  // MIGRATION_CHANGED as above. A newer schema is accepted: during a roll-out (expand, deploy,
  // contract) the old servers run on it.
  absl::Status CheckCurrent(absl::Time deadline, std::span<const MigrationSet> sets);

 private:
  Database& database_;
};

// Splits a script at ';' outside quotes and comments; drops empty statements.
std::vector<std::string> SplitStatements(std::string_view script);

}  // namespace kefu::db
