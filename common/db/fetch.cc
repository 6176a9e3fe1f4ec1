// How a prepared statement's result becomes Rows.
#include <mysql.h>

#include <charconv>

#include "common/db/connection.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "fmt/format.h"

namespace kefu::db {
namespace {

enum class ColumnKind : uint8_t { kInt, kDouble, kWholeDecimal, kDay, kText };

ColumnKind KindOf(const MYSQL_FIELD& field) {
  switch (field.type) {
    case MYSQL_TYPE_TINY:
    case MYSQL_TYPE_SHORT:
    case MYSQL_TYPE_INT24:
    case MYSQL_TYPE_LONG:
    case MYSQL_TYPE_LONGLONG:
    case MYSQL_TYPE_YEAR:
      return ColumnKind::kInt;
    case MYSQL_TYPE_FLOAT:
    case MYSQL_TYPE_DOUBLE:
      return ColumnKind::kDouble;
    case MYSQL_TYPE_DECIMAL:
    case MYSQL_TYPE_NEWDECIMAL:
      return field.decimals == 0 ? ColumnKind::kWholeDecimal : ColumnKind::kText;
    case MYSQL_TYPE_DATE:
    case MYSQL_TYPE_NEWDATE:
      return ColumnKind::kDay;
    default:
      return ColumnKind::kText;
  }
}

struct Column {
  ColumnKind kind;
  bool is_unsigned;
  my_bool is_null;
  my_bool truncated;
  unsigned long length;
  int64_t number;
  double real;
  MYSQL_TIME day;
  size_t offset;  // of the text in the shared buffer
};

// Binds every column; texts share one buffer sized by the widest value of each column.
void BindColumns(const MYSQL_RES& result, std::vector<Column>& columns,
                 std::vector<MYSQL_BIND>& binds, std::string& buffer) {
  size_t size = 0;
  for (size_t i = 0; i < columns.size(); ++i) {
    const MYSQL_FIELD& field = result.fields[i];
    columns[i].kind = KindOf(field);
    columns[i].is_unsigned = (field.flags & UNSIGNED_FLAG) != 0;
    columns[i].offset = size;
    if (columns[i].kind == ColumnKind::kText || columns[i].kind == ColumnKind::kWholeDecimal) {
      // A DECIMAL's max_length may count packed digits: its column width is the safe bound.
      const bool decimal = field.type == MYSQL_TYPE_NEWDECIMAL || field.type == MYSQL_TYPE_DECIMAL;
      size += (decimal ? std::max(field.max_length, field.length) : field.max_length) + 1;
    }
  }
  buffer.resize(size);
  for (size_t i = 0; i < columns.size(); ++i) {
    Column& column = columns[i];
    MYSQL_BIND& bind = binds[i];
    bind.is_null = &column.is_null;
    bind.length = &column.length;
    bind.error = &column.truncated;
    switch (column.kind) {
      case ColumnKind::kInt:
        bind.buffer_type = MYSQL_TYPE_LONGLONG;
        bind.is_unsigned = column.is_unsigned;
        bind.buffer = &column.number;
        break;
      case ColumnKind::kDouble:
        bind.buffer_type = MYSQL_TYPE_DOUBLE;
        bind.buffer = &column.real;
        break;
      case ColumnKind::kDay:
        bind.buffer_type = MYSQL_TYPE_DATE;
        bind.buffer = &column.day;
        bind.buffer_length = sizeof(MYSQL_TIME);
        break;
      case ColumnKind::kWholeDecimal:
      case ColumnKind::kText: {
        const size_t end = i + 1 < columns.size() ? columns[i + 1].offset : buffer.size();
        bind.buffer_type = MYSQL_TYPE_STRING;
        bind.buffer = buffer.data() + column.offset;
        bind.buffer_length = end - column.offset;
        break;
      }
    }
  }
}

// False if the value does not fit int64: it must not come back as another number.
bool AppendCell(const Column& column, std::string_view text, Rows& rows) {
  if (column.is_null) {
    rows.Append();
    return true;
  }
  switch (column.kind) {
    case ColumnKind::kText:
      rows.AppendText(text);
      return true;
    case ColumnKind::kDouble: {
      Cell& cell = rows.Append();
      cell.kind = CellKind::kDouble;
      cell.real = column.real;
      return true;
    }
    case ColumnKind::kDay: {
      Cell& cell = rows.Append();
      cell.kind = CellKind::kDay;
      cell.number = absl::CivilDay(column.day.year, column.day.month, column.day.day) -
                    absl::CivilDay(1970, 1, 1);
      return true;
    }
    case ColumnKind::kInt: {
      Cell& cell = rows.Append();
      cell.kind = CellKind::kInt;
      cell.number = column.number;
      return !column.is_unsigned || column.number >= 0;
    }
    case ColumnKind::kWholeDecimal: {
      Cell& cell = rows.Append();
      cell.kind = CellKind::kInt;
      const char* end = text.data() + text.size();
      const auto parsed = std::from_chars(text.data(), end, cell.number);
      return parsed.ec == std::errc() && parsed.ptr == end;
    }
  }
  return false;
}

}  // namespace

absl::StatusOr<Rows> Connection::FetchAll(MYSQL_STMT* handle) {
  // Stored first, so that the connection is free again whatever happens below.
  if (mysql_stmt_store_result(handle) != 0) return FailStatement(handle);
  Rows rows;
  MYSQL_RES* metadata = mysql_stmt_result_metadata(handle);
  absl::Status status = metadata == nullptr ? Internal("mysql_stmt_result_metadata failed")
                                            : FetchInto(handle, metadata, rows);
  if (metadata != nullptr) mysql_free_result(metadata);
  mysql_stmt_free_result(handle);
  RETURN_IF_ERROR(status);
  return rows;
}

absl::Status Connection::FetchInto(MYSQL_STMT* handle, void* metadata, Rows& rows) {
  const auto& result = *static_cast<MYSQL_RES*>(metadata);
  std::vector<Column> columns(result.field_count);
  std::vector<MYSQL_BIND> binds(columns.size(), MYSQL_BIND{});
  std::string buffer;
  BindColumns(result, columns, binds, buffer);
  rows.Start(columns.size(), mysql_stmt_num_rows(handle));
  if (mysql_stmt_bind_result(handle, binds.data()) != 0) return FailStatement(handle);
  for (;;) {
    const int fetched = mysql_stmt_fetch(handle);
    if (fetched == MYSQL_NO_DATA) return absl::OkStatus();
    if (fetched == MYSQL_DATA_TRUNCATED) {
      for (size_t i = 0; i < columns.size(); ++i) {
        if (columns[i].truncated && !columns[i].is_null) {
          return Internal(fmt::format("result column {} does not fit its buffer", i));
        }
      }
    } else if (fetched != 0) {
      return FailStatement(handle);
    }
    for (size_t i = 0; i < columns.size(); ++i) {
      const std::string_view text(buffer.data() + columns[i].offset, columns[i].length);
      if (!AppendCell(columns[i], text, rows)) {
        return Internal(fmt::format("the number in result column {} exceeds int64", i));
      }
    }
    rows.FinishRow();
  }
}

}  // namespace kefu::db
