// The map from the database's error numbers to the suite's errors. The database's own text never
// leaves common/db except to the observer (the log).
#pragma once

#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace kefu::db {

// Reasons (ErrorInfo.reason) made by common/db.
inline constexpr std::string_view kDuplicateKey = "DUPLICATE_KEY";        // ALREADY_EXISTS
inline constexpr std::string_view kForeignKey = "FOREIGN_KEY";            // FAILED_PRECONDITION
inline constexpr std::string_view kConflict = "TRANSACTION_CONFLICT";     // ABORTED
inline constexpr std::string_view kUnavailable = "DATABASE_UNAVAILABLE";  // UNAVAILABLE
inline constexpr std::string_view kReadOnlyHost = "READ_ONLY_HOST";       // UNAVAILABLE
inline constexpr std::string_view kOutcomeUnknown = "COMMIT_OUTCOME_UNKNOWN";  // UNAVAILABLE
inline constexpr std::string_view kPoolExhausted = "POOL_EXHAUSTED";           // RESOURCE_EXHAUSTED
inline constexpr std::string_view kCheckViolated = "CHECK_VIOLATED";           // INTERNAL
inline constexpr std::string_view kBadPageToken = "BAD_PAGE_TOKEN";            // INVALID_ARGUMENT
inline constexpr std::string_view kMigrationChanged = "MIGRATION_CHANGED";  // FAILED_PRECONDITION
inline constexpr std::string_view kMigrationFailed = "MIGRATION_FAILED";    // FAILED_PRECONDITION
inline constexpr std::string_view kSchemaAhead = "SCHEMA_AHEAD";            // FAILED_PRECONDITION
inline constexpr std::string_view kSchemaBehind = "SCHEMA_BEHIND";          // FAILED_PRECONDITION

// The Status for a database error number; text serves only to name the violated constraint.
//   1062 → ALREADY_EXISTS DUPLICATE_KEY {constraint}; 1213, 1205 → ABORTED TRANSACTION_CONFLICT;
//   1216/1217/1451/1452 → FAILED_PRECONDITION FOREIGN_KEY; 1290/1792/1836 → UNAVAILABLE
//   READ_ONLY_HOST; lost or refused connections → UNAVAILABLE DATABASE_UNAVAILABLE;
//   4025/3819 → INTERNAL CHECK_VIOLATED {constraint}; the rest → INTERNAL.
// Number and text are kept as the cause for the log (kefu::CauseOf).
absl::Status MapError(unsigned error_number, std::string_view text);

// True if a connection that reported this error must be thrown away.
bool BreaksConnection(unsigned error_number);

// True if the status is a duplicate of the named unique key; any key when constraint is "".
// The primary key is named "PRIMARY".
bool IsDuplicate(const absl::Status& status, std::string_view constraint = "");
// True if the status is a violated CHECK of that name; any when constraint is "".
bool IsCheckViolation(const absl::Status& status, std::string_view constraint = "");
// True if the status is a lost race (deadlock or lock wait) whose retries are used up.
bool IsConflict(const absl::Status& status);

}  // namespace kefu::db
