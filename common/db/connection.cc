#include "common/db/connection.h"

#include <mysql.h>
// For the pvio of a connected session: the read timeout of the sign-in must not stay in force.
#include <ma_pvio.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <mutex>

#include "common/db/errors.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "fmt/format.h"

namespace kefu::db {
namespace {

void InitLibraryOnce() {
  static std::once_flag once;
  std::call_once(once, [] { mysql_library_init(0, nullptr, nullptr); });
}

// Serves LOAD DATA LOCAL from memory; the file name in the statement is never opened.
struct MemoryFile {
  std::string_view rest;
};

int OpenMemoryFile(void** file, const char*, void* data) {
  *file = data;
  return 0;
}

int ReadMemoryFile(void* file, char* buffer, unsigned length) {
  auto& rest = static_cast<MemoryFile*>(file)->rest;
  const size_t n = std::min<size_t>(length, rest.size());
  rest.copy(buffer, n);
  rest.remove_prefix(n);
  return static_cast<int>(n);
}

void CloseMemoryFile(void*) {}

int NoMemoryFileError(void*, char* buffer, unsigned length) {
  if (length > 0) buffer[0] = '\0';
  return 0;
}

}  // namespace

struct Connection::Scratch {
  std::vector<MYSQL_BIND> params;
  std::vector<unsigned long> lengths;
};

Connection::Connection(const DatabaseOptions& options, const DatabaseObserver& observer)
    : options_(options), observer_(observer), scratch_(std::make_unique<Scratch>()) {}

Connection::~Connection() {
  for (auto& statement : statements_) mysql_stmt_close(statement.handle);
  if (mysql_ != nullptr) mysql_close(mysql_);
  if (socket_ >= 0) ::close(socket_);
}

absl::StatusOr<std::unique_ptr<Connection>> Connection::Open(const DatabaseOptions& options,
                                                             const DatabaseObserver& observer,
                                                             const HostPort* host,
                                                             absl::Duration limit) {
  InitLibraryOnce();
  std::unique_ptr<Connection> connection(new Connection(options, observer));
  RETURN_IF_ERROR(connection->Connect(host, limit));
  RETURN_IF_ERROR(connection->SetUpSession());
  // From here on the watchdog bounds every wait. It shuts a duplicate of the descriptor: the
  // library closes its own on an error, and the number may belong to somebody else a moment later.
  connection->socket_ = ::dup(mysql_get_socket(connection->mysql_));
  if (connection->socket_ < 0) return Internal("dup of a database socket failed");
  connection->mysql_->net.pvio->methods->set_timeout(connection->mysql_->net.pvio,
                                                     PVIO_READ_TIMEOUT, 0);
  return connection;
}

absl::Status Connection::Connect(const HostPort* host, absl::Duration limit) {
  mysql_ = mysql_init(nullptr);
  if (mysql_ == nullptr) return Internal("mysql_init: out of memory");
  const unsigned seconds = static_cast<unsigned>(
      std::max<int64_t>(1, absl::ToInt64Seconds(absl::Ceil(limit, absl::Seconds(1)))));
  mysql_options(mysql_, MYSQL_OPT_CONNECT_TIMEOUT, &seconds);
  mysql_options(mysql_, MYSQL_OPT_READ_TIMEOUT, &seconds);
  mysql_options(mysql_, MYSQL_SET_CHARSET_NAME, "utf8mb4");
  const unsigned local_infile = options_.local_infile ? 1 : 0;
  mysql_options(mysql_, MYSQL_OPT_LOCAL_INFILE, &local_infile);
  const my_bool yes = 1;
  mysql_options(mysql_, MYSQL_REPORT_DATA_TRUNCATION, &yes);
  if (!options_.tls_ca.empty()) {
    mysql_ssl_set(mysql_, options_.tls_key.empty() ? nullptr : options_.tls_key.c_str(),
                  options_.tls_cert.empty() ? nullptr : options_.tls_cert.c_str(),
                  options_.tls_ca.c_str(), nullptr, nullptr);
    mysql_options(mysql_, MYSQL_OPT_SSL_ENFORCE, &yes);
    mysql_options(mysql_, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, &yes);
  }
  const char* name = host == nullptr ? "localhost" : host->host.c_str();
  const char* socket = host == nullptr ? options_.unix_socket.c_str() : nullptr;
  const unsigned port = host == nullptr ? 0 : static_cast<unsigned>(host->port);
  if (host != nullptr) {
    // "localhost" would mean the unix socket to the library.
    const unsigned tcp = MYSQL_PROTOCOL_TCP;
    mysql_options(mysql_, MYSQL_OPT_PROTOCOL, &tcp);
  }
  host_ = host == nullptr ? options_.unix_socket : fmt::format("{}:{}", name, port);
  if (mysql_real_connect(mysql_, name, options_.user.c_str(), options_.password.c_str(),
                         options_.schema.empty() ? nullptr : options_.schema.c_str(), port, socket,
                         CLIENT_FOUND_ROWS) == nullptr) {
    return Fail(mysql_errno(mysql_), mysql_error(mysql_));
  }
  return absl::OkStatus();
}

absl::Status Connection::SetUpSession() {
  RETURN_IF_ERROR(
      RunText(fmt::format("SET time_zone = '+00:00', collation_connection = utf8mb4_bin, "
                          "lc_messages = 'en_US', innodb_lock_wait_timeout = {}, sql_mode = "
                          "'STRICT_ALL_TABLES,ONLY_FULL_GROUP_BY,NO_ZERO_DATE,NO_ZERO_IN_DATE,"
                          "ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION'",
                          std::max<int64_t>(1, absl::ToInt64Seconds(options_.lock_wait_timeout)))));
  RETURN_IF_ERROR(RunText("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED"));
  int64_t unused = 0;
  ASSIGN_OR_RETURN(const Rows rows, Run("SELECT @@global.read_only", {}, &unused));
  read_only_ = rows.front().Bool(0);
  takes_arrays_ = TakesArrays();
  return absl::OkStatus();
}

absl::Status Connection::Fail(unsigned error_number, const char* text) {
  if (expired_.load()) {
    broken_ = true;
    return DeadlineExceeded("the database did not answer in time");
  }
  if (BreaksConnection(error_number)) broken_ = true;
  if (observer_.on_error) observer_.on_error(host_, error_number, text);
  return MapError(error_number, text);
}

absl::Status Connection::FailStatement(MYSQL_STMT* handle) {
  return Fail(mysql_stmt_errno(handle), mysql_stmt_error(handle));
}

bool Connection::in_transaction() const {
  return (mysql_->server_status & SERVER_STATUS_IN_TRANS) != 0;
}

void Connection::Expire() {
  expired_.store(true);
  ::shutdown(socket_, SHUT_RDWR);
}

absl::StatusOr<int64_t> Connection::RunText(std::string_view sql) {
  if (mysql_real_query(mysql_, sql.data(), sql.size()) != 0) {
    return Fail(mysql_errno(mysql_), mysql_error(mysql_));
  }
  if (mysql_field_count(mysql_) > 0) {
    MYSQL_RES* result = mysql_store_result(mysql_);
    if (result == nullptr) return Fail(mysql_errno(mysql_), mysql_error(mysql_));
    mysql_free_result(result);
    return 0;
  }
  return static_cast<int64_t>(mysql_affected_rows(mysql_));
}

void Connection::Forget(std::string_view sql) {
  const auto found = by_sql_.find(sql);
  if (found == by_sql_.end()) return;
  const auto statement = found->second;
  by_sql_.erase(found);
  mysql_stmt_close(statement->handle);
  statements_.erase(statement);
}

absl::StatusOr<MYSQL_STMT*> Connection::Prepare(std::string_view sql) {
  if (const auto found = by_sql_.find(sql); found != by_sql_.end()) {
    statements_.splice(statements_.begin(), statements_, found->second);
    return found->second->handle;
  }
  while (statements_.size() >= std::max<size_t>(1, options_.statement_cache)) {
    Forget(statements_.back().sql);
  }
  MYSQL_STMT* handle = mysql_stmt_init(mysql_);
  if (handle == nullptr) return Internal("mysql_stmt_init: out of memory");
  if (mysql_stmt_prepare(handle, sql.data(), sql.size()) != 0) {
    absl::Status status = FailStatement(handle);
    mysql_stmt_close(handle);
    return status;
  }
  const my_bool yes = 1;  // lets FetchAll size its buffers for the widest value
  mysql_stmt_attr_set(handle, STMT_ATTR_UPDATE_MAX_LENGTH, &yes);
  statements_.push_front({std::string(sql), handle});
  by_sql_.emplace(statements_.front().sql, statements_.begin());
  return handle;
}

absl::Status Connection::Bind(MYSQL_STMT* handle, std::span<const Param> params) {
  if (mysql_stmt_param_count(handle) != params.size()) {
    return Internal(fmt::format("the statement has {} parameters, {} were given",
                                mysql_stmt_param_count(handle), params.size()));
  }
  if (params.empty()) return absl::OkStatus();
  auto& binds = scratch_->params;
  auto& lengths = scratch_->lengths;
  binds.assign(params.size(), MYSQL_BIND{});
  lengths.resize(params.size());
  for (size_t i = 0; i < params.size(); ++i) {
    const Param& param = params[i];
    MYSQL_BIND& bind = binds[i];
    switch (param.kind()) {
      case Param::Kind::kNull:
        bind.buffer_type = MYSQL_TYPE_NULL;
        break;
      case Param::Kind::kUint:
        bind.is_unsigned = 1;
        bind.buffer_type = MYSQL_TYPE_LONGLONG;
        bind.buffer = const_cast<uint64_t*>(&param.uint_value());
        break;
      case Param::Kind::kInt:
        bind.buffer_type = MYSQL_TYPE_LONGLONG;
        bind.buffer = const_cast<int64_t*>(&param.int_value());
        break;
      case Param::Kind::kDouble:
        bind.buffer_type = MYSQL_TYPE_DOUBLE;
        bind.buffer = const_cast<double*>(&param.double_value());
        break;
      case Param::Kind::kText:
      case Param::Kind::kBytes: {
        const std::string_view text = param.text();
        bind.buffer_type = param.kind() == Param::Kind::kText ? MYSQL_TYPE_STRING : MYSQL_TYPE_BLOB;
        lengths[i] = text.size();
        bind.length = &lengths[i];
        bind.buffer_length = text.size();
        bind.buffer = const_cast<char*>(text.empty() ? "" : text.data());
        break;
      }
    }
  }
  if (mysql_stmt_bind_param(handle, binds.data()) != 0) return FailStatement(handle);
  return absl::OkStatus();
}

absl::StatusOr<MYSQL_STMT*> Connection::Execute(std::string_view sql,
                                                absl::FunctionRef<absl::Status(MYSQL_STMT*)> bind) {
  constexpr unsigned kNeedReprepare = 1615;  // ER_NEED_REPREPARE: the table was altered
  for (bool again : {false, true}) {
    ASSIGN_OR_RETURN(MYSQL_STMT* const handle, Prepare(sql));
    RETURN_IF_ERROR(bind(handle));
    if (mysql_stmt_execute(handle) == 0) return handle;
    if (mysql_stmt_errno(handle) == kNeedReprepare && !again) {
      Forget(sql);
      continue;
    }
    absl::Status status = FailStatement(handle);
    if (!broken_) Forget(sql);  // a failed statement may hold a half-read result
    return status;
  }
  return Internal("a statement was neither executed nor failed");
}

absl::StatusOr<Rows> Connection::Run(std::string_view sql, std::span<const Param> params,
                                     int64_t* affected) {
  ASSIGN_OR_RETURN(MYSQL_STMT* const handle,
                   Execute(sql, [&](MYSQL_STMT* h) { return Bind(h, params); }));
  if (mysql_stmt_field_count(handle) > 0) return FetchAll(handle);
  *affected = static_cast<int64_t>(mysql_stmt_affected_rows(handle));
  return Rows();
}

absl::StatusOr<int64_t> Connection::LoadData(std::string_view table_and_columns,
                                             std::string_view tsv) {
  MemoryFile file{tsv};
  mysql_set_local_infile_handler(mysql_, OpenMemoryFile, ReadMemoryFile, CloseMemoryFile,
                                 NoMemoryFileError, &file);
  // The table stands before the column list, which LOAD DATA wants after the character set.
  const size_t columns = table_and_columns.find('(');
  auto result = RunText(fmt::format(
      "LOAD DATA LOCAL INFILE 'memory' INTO TABLE {} CHARACTER SET "
      "utf8mb4 {}",
      table_and_columns.substr(0, columns),
      columns == std::string_view::npos ? std::string_view() : table_and_columns.substr(columns)));
  mysql_set_local_infile_default(mysql_);
  return result;
}

}  // namespace kefu::db
