#include "common/db/errors.h"

#include "absl/time/time.h"
#include "common/status/error.h"
#include "fmt/format.h"
#include "google/rpc/error_details.pb.h"

namespace kefu::db {
namespace {

// How soon a client may try again: about the time a fail-over of the database takes.
constexpr absl::Duration kRetryAfter = absl::Seconds(1);

// The part of text between the last `open` and the following `close`.
std::string Between(std::string_view text, std::string_view open, char close) {
  const size_t start = text.rfind(open);
  if (start == std::string_view::npos) return "";
  text.remove_prefix(start + open.size());
  return std::string(text.substr(0, text.find(close)));
}

// "Duplicate entry 'x' for key 'uq_name'"; MySQL writes 'table.uq_name'.
std::string DuplicateKeyName(std::string_view text) {
  const std::string name = Between(text, "for key '", '\'');
  const size_t dot = name.rfind('.');
  return dot == std::string::npos ? name : name.substr(dot + 1);
}

// MariaDB: "CONSTRAINT `ck` failed for `db`.`t`"; MySQL: "Check constraint 'ck' is violated."
std::string CheckName(unsigned error_number, std::string_view text) {
  if (error_number == 3819) return Between(text, "constraint '", '\'');
  if (text.substr(0, 12) != "CONSTRAINT `") return "";
  return std::string(text.substr(12, text.find('`', 12) - 12));
}

bool IsConnectionLoss(unsigned error_number) {
  switch (error_number) {
    case 2001:  // CR_SOCKET_CREATE_ERROR
    case 2002:  // CR_CONNECTION_ERROR
    case 2003:  // CR_CONN_HOST_ERROR
    case 2004:  // CR_IPSOCK_ERROR
    case 2005:  // CR_UNKNOWN_HOST
    case 2006:  // CR_SERVER_GONE_ERROR
    case 2009:  // CR_WRONG_HOST_INFO
    case 2011:  // CR_TCP_CONNECTION
    case 2012:  // CR_SERVER_HANDSHAKE_ERR
    case 2013:  // CR_SERVER_LOST
    case 2026:  // CR_SSL_CONNECTION_ERROR
    case 2027:  // CR_MALFORMED_PACKET
    case 2055:  // CR_SERVER_LOST_EXTENDED
    case 1040:  // ER_CON_COUNT_ERROR
    case 1042:  // ER_BAD_HOST_ERROR
    case 1043:  // ER_HANDSHAKE_ERROR
    case 1044:  // ER_DBACCESS_DENIED_ERROR: while connecting; the operator must act, we keep trying
    case 1045:  // ER_ACCESS_DENIED_ERROR
    case 1049:  // ER_BAD_DB_ERROR
    case 1698:  // ER_ACCESS_DENIED_NO_PASSWORD_ERROR
    case 1047:  // ER_UNKNOWN_COM_ERROR: a Galera node outside the primary component
    case 1053:  // ER_SERVER_SHUTDOWN
    case 1077:  // ER_NORMAL_SHUTDOWN
    case 1079:  // ER_SHUTDOWN_COMPLETE
    case 1080:  // ER_FORCING_CLOSE
    case 1129:  // ER_HOST_IS_BLOCKED
    case 1152:  // ER_ABORTING_CONNECTION
    case 1158:  // ER_NET_READ_ERROR
    case 1159:  // ER_NET_READ_INTERRUPTED
    case 1160:  // ER_NET_ERROR_ON_WRITE
    case 1161:  // ER_NET_WRITE_INTERRUPTED
    case 1184:  // ER_NEW_ABORTING_CONNECTION
    case 1203:  // ER_TOO_MANY_USER_CONNECTIONS
    case 1226:  // ER_USER_LIMIT_REACHED
    case 1317:  // ER_QUERY_INTERRUPTED: KILL QUERY
    case 1927:  // ER_CONNECTION_KILLED
    case 3169:  // ER_SESSION_WAS_KILLED (MySQL)
    case 4031:  // ER_CLIENT_INTERACTION_TIMEOUT (MySQL)
      return true;
    default:
      return false;
  }
}

bool IsReadOnly(unsigned error_number) {
  return error_number == 1290 || error_number == 1792 || error_number == 1836;
}

absl::Status MapWithoutCause(unsigned error_number, std::string_view text) {
  switch (error_number) {
    case 1062:  // ER_DUP_ENTRY
    case 1586:  // ER_DUP_ENTRY_WITH_KEY_NAME
      return MakeError(absl::StatusCode::kAlreadyExists, kDuplicateKey,
                       "the resource exists already", {{"constraint", DuplicateKeyName(text)}});
    case 1213:  // ER_LOCK_DEADLOCK; Galera reports a certification conflict so, in COMMIT too
    case 1205:  // ER_LOCK_WAIT_TIMEOUT
    case 1020:  // ER_CHECKREAD: innodb_snapshot_isolation
    case 3101:  // ER_TRANSACTION_ROLLBACK_DURING_COMMIT: group replication's conflict
    case 3572:  // ER_LOCK_NOWAIT
      return Aborted(kConflict, "the transaction met concurrent ones; try again");
    case 1216:
    case 1217:
    case 1451:  // ER_ROW_IS_REFERENCED_2
    case 1452:  // ER_NO_REFERENCED_ROW_2
      return FailedPrecondition(kForeignKey, "database",
                                "a resource referred to is missing or still in use");
    case 3819:  // ER_CHECK_CONSTRAINT_VIOLATED (MySQL)
    case 4025:  // ER_CONSTRAINT_FAILED (MariaDB)
      return MakeError(absl::StatusCode::kInternal, kCheckViolated, "internal error",
                       {{"constraint", CheckName(error_number, text)}});
    default:
      break;
  }
  if (IsReadOnly(error_number)) {
    return Unavailable(kReadOnlyHost, "the database accepts no writes now", kRetryAfter);
  }
  if (IsConnectionLoss(error_number)) {
    return Unavailable(kUnavailable, "the database is not available", kRetryAfter);
  }
  return Internal(fmt::format("{} {}", error_number, text));
}

bool HasReasonAndConstraint(const absl::Status& status, std::string_view reason,
                            std::string_view constraint) {
  return !status.ok() && ReasonOf(status) == reason &&
         (constraint.empty() || MetadataOf(status, "constraint") == constraint);
}

}  // namespace

absl::Status MapError(unsigned error_number, std::string_view text) {
  return WithCause(MapWithoutCause(error_number, text), fmt::format("{} {}", error_number, text));
}

bool BreaksConnection(unsigned error_number) {
  // Every client-side error leaves the protocol in an unknown state; 1153 (packet too large) makes
  // the server hang up; after a read-only error the host must be chosen anew.
  return (error_number >= 2000 && error_number < 3000) ||
         (error_number >= 5000 && error_number < 6000) || error_number == 1153 ||
         IsConnectionLoss(error_number) || IsReadOnly(error_number);
}

bool IsDuplicate(const absl::Status& status, std::string_view constraint) {
  return HasReasonAndConstraint(status, kDuplicateKey, constraint);
}

bool IsCheckViolation(const absl::Status& status, std::string_view constraint) {
  return HasReasonAndConstraint(status, kCheckViolated, constraint);
}

bool IsConflict(const absl::Status& status) { return ReasonOf(status) == kConflict; }

}  // namespace kefu::db
