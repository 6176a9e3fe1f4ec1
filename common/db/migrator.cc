#include "common/db/migrator.h"

#include <openssl/sha.h>

#include <map>

#include "absl/strings/escaping.h"
#include "common/db/connection.h"
#include "common/db/errors.h"
#include "common/db/pool.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "fmt/format.h"

namespace kefu::db {
namespace {

// MySQL limits lock names to 64 characters; schema names have at most 64 too, so it is hashed.
constexpr char kLock[] =
    "SELECT GET_LOCK(CONCAT('kefu_migrate_', LEFT(SHA2(DATABASE(), 256), 32)), ?)";
constexpr char kUnlock[] =
    "SELECT RELEASE_LOCK(CONCAT('kefu_migrate_', LEFT(SHA2(DATABASE(), 256), 32)))";
// Not a tenant's table: the one primary key that does not begin with org_id.
constexpr char kCreateTable[] =
    "CREATE TABLE IF NOT EXISTS schema_migration ("
    " component VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,"
    " version INT NOT NULL,"
    " name VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,"
    " checksum CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,"
    " statements_done INT NOT NULL,"
    " finished_us BIGINT NULL,"
    " PRIMARY KEY (component, version)) ENGINE = InnoDB";
constexpr char kTableExists[] =
    "SELECT COUNT(*) FROM information_schema.tables"
    " WHERE table_schema = DATABASE() AND table_name = 'schema_migration'";
constexpr char kSelect[] =
    "SELECT version, checksum, statements_done, finished_us FROM schema_migration"
    " WHERE component = ? ORDER BY version";
constexpr char kStart[] =
    "INSERT INTO schema_migration (component, version, name, checksum, statements_done)"
    " VALUES (?, ?, ?, ?, 0)";
constexpr char kProgress[] =
    "UPDATE schema_migration SET statements_done = ? WHERE component = ? AND version = ?";
constexpr char kFinish[] =
    "UPDATE schema_migration SET finished_us = ? WHERE component = ? AND version = ?";

struct Applied {
  std::string checksum;
  int64_t statements_done = 0;
  bool finished = false;
};
using AppliedByVersion = std::map<int64_t, Applied>;

std::string Checksum(std::string_view text) {
  unsigned char digest[SHA256_DIGEST_LENGTH];
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest);
  return absl::BytesToHexString({reinterpret_cast<char*>(digest), sizeof(digest)});
}

std::string Name(const MigrationSet& set, const Migration& migration) {
  return fmt::format("{} {:04}_{}", set.component, migration.version, migration.name);
}

absl::StatusOr<Rows> Run(Connection& connection, std::string_view sql,
                         std::initializer_list<Param> params = {}) {
  int64_t unused = 0;
  return connection.Run(sql, {params.begin(), params.size()}, &unused);
}

absl::StatusOr<AppliedByVersion> ReadApplied(Connection& connection, const MigrationSet& set) {
  ASSIGN_OR_RETURN(const Rows rows, Run(connection, kSelect, {set.component}));
  AppliedByVersion applied;
  for (const Row row : rows) {
    applied[row.Int(0)] = {row.Str(1), row.Int(2), !row.IsNull(3)};
  }
  return applied;
}

absl::Status CheckUnchanged(const MigrationSet& set, const AppliedByVersion& applied) {
  for (const Migration& migration : set.migrations) {
    const auto found = applied.find(migration.version);
    if (found != applied.end() && found->second.checksum != Checksum(migration.text)) {
      return FailedPrecondition(
          kMigrationChanged, set.component,
          fmt::format("{} was changed after it was applied; add a new migration instead",
                      Name(set, migration)));
    }
  }
  return absl::OkStatus();
}

absl::Status ApplyOne(Connection& connection, const MigrationSet& set, const Migration& migration,
                      const Applied* started) {
  int64_t done = started == nullptr ? 0 : started->statements_done;
  if (started == nullptr) {
    RETURN_IF_ERROR(
        Run(connection, kStart,
            {set.component, migration.version, migration.name, Checksum(migration.text)}));
  }
  const auto statements = SplitStatements(migration.text);
  for (; done < static_cast<int64_t>(statements.size()); ++done) {
    const auto result = connection.RunText(statements[done]);
    if (!result.ok()) {
      if (connection.broken()) return result.status();
      // The operator who migrates needs the database's words; no client sees them.
      return FailedPrecondition(
          kMigrationFailed, set.component,
          fmt::format("{} failed at statement {} of {}: {}", Name(set, migration), done + 1,
                      statements.size(), CauseOf(result.status())));
    }
    RETURN_IF_ERROR(Run(connection, kProgress, {done + 1, set.component, migration.version}));
  }
  return Run(connection, kFinish, {absl::Now(), set.component, migration.version}).status();
}

absl::Status ApplySet(Connection& connection, const MigrationSet& set) {
  ASSIGN_OR_RETURN(const AppliedByVersion applied, ReadApplied(connection, set));
  RETURN_IF_ERROR(CheckUnchanged(set, applied));
  const int64_t newest = set.migrations.empty() ? 0 : set.migrations.back().version;
  if (!applied.empty() && applied.rbegin()->first > newest) {
    return FailedPrecondition(
        kSchemaAhead, set.component,
        fmt::format("{} is at version {}, this program knows versions up to {}", set.component,
                    applied.rbegin()->first, newest));
  }
  for (const Migration& migration : set.migrations) {
    const auto found = applied.find(migration.version);
    if (found != applied.end() && found->second.finished) continue;
    RETURN_IF_ERROR(
        ApplyOne(connection, set, migration, found == applied.end() ? nullptr : &found->second));
  }
  return absl::OkStatus();
}

absl::Status ApplyLocked(Connection& connection, std::span<const MigrationSet> sets) {
  RETURN_IF_ERROR(connection.RunText(kCreateTable));
  for (const MigrationSet& set : sets) RETURN_IF_ERROR(ApplySet(connection, set));
  return absl::OkStatus();
}

}  // namespace

absl::Status Migrator::Apply(absl::Time deadline, std::span<const MigrationSet> sets) {
  ASSIGN_OR_RETURN(PooledConnection connection, database_.Begin(deadline));
  RETURN_IF_ERROR(connection->RunText("ROLLBACK"));
  // The watchdog ends the wait at the deadline; the number is only an upper bound, in seconds.
  constexpr int kLockWaitSeconds = 3600;
  ASSIGN_OR_RETURN(const Rows locked, Run(*connection, kLock, {kLockWaitSeconds}));
  if (locked.front().Int(0) != 1) {
    return Unavailable(kUnavailable, "another migration of this schema is running",
                       absl::Seconds(10));
  }
  absl::Status status = ApplyLocked(*connection, sets);
  // Without Keep the connection is closed, which frees the lock too.
  if (!connection->broken() && Run(*connection, kUnlock).ok()) connection.Keep();
  return status;
}

absl::Status Migrator::CheckCurrent(absl::Time deadline, std::span<const MigrationSet> sets) {
  ASSIGN_OR_RETURN(PooledConnection connection, database_.Begin(deadline));
  RETURN_IF_ERROR(connection->RunText("ROLLBACK"));
  ASSIGN_OR_RETURN(const Rows table, Run(*connection, kTableExists));
  for (const MigrationSet& set : sets) {
    AppliedByVersion applied;
    if (table.front().Int(0) > 0) {
      ASSIGN_OR_RETURN(applied, ReadApplied(*connection, set));
    }
    RETURN_IF_ERROR(CheckUnchanged(set, applied));
    for (const Migration& migration : set.migrations) {
      const auto found = applied.find(migration.version);
      if (found != applied.end() && found->second.finished) continue;
      return FailedPrecondition(
          kSchemaBehind, set.component,
          fmt::format("{} is not applied; run the migration first", Name(set, migration)));
    }
  }
  connection.Keep();
  return absl::OkStatus();
}

}  // namespace kefu::db
