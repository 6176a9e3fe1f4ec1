// Structured log: one JSON object a line on stderr.
//
//   {"ts":"2024-02-01T08:00:00.123456Z","level":"info","service":"kefu-warehouse","msg":"ready",
//    "trace_id":"…","request_id":"…", <fields>}
//
// Thread-safe; never throws; always valid JSON in valid UTF-8 (bytes that are not UTF-8 become
// U+FFFD). Before InitLogging lines are written with the service name "kefu" at level info.
#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace kefu::obs {

enum class Level { kDebug, kInfo, kWarning, kError };

// "debug", "info", "warning" or "error"; INVALID_ARGUMENT otherwise.
absl::StatusOr<Level> ParseLevel(std::string_view text);

void InitLogging(std::string_view service, Level level);

// True when a line of this level would be written; check it before building costly fields.
bool Enabled(Level level);

// One key and value; a view that must not outlive the full expression it is built in. A key that
// collides with a standard one gets an underscore at its end.
class Field {
 public:
  template <class T>
  requires std::is_integral_v<T> Field(std::string_view key, T value) : key_(key) {
    if constexpr (std::is_same_v<T, bool>) {
      value_ = value;
    } else if constexpr (std::is_signed_v<T>) {
      value_ = static_cast<int64_t>(value);
    } else {
      value_ = static_cast<uint64_t>(value);
    }
  }
  Field(std::string_view key, double value) : key_(key), value_(value) {}
  Field(std::string_view key, std::string_view value) : key_(key), value_(value) {}
  Field(std::string_view key, const char* value) : key_(key), value_(std::string_view(value)) {}
  Field(std::string_view key, const std::string& value)
      : key_(key), value_(std::string_view(value)) {}
  // "CODE: message".
  Field(std::string_view key, const absl::Status& status) : key_(key), value_(status.ToString()) {}
  // RFC 3339 in UTC.
  Field(std::string_view key, absl::Time time);
  // Seconds as a number; name the key "…_seconds".
  Field(std::string_view key, absl::Duration duration)
      : key_(key), value_(absl::ToDoubleSeconds(duration)) {}

 private:
  friend void AppendField(std::string& line, const Field& field);
  std::string_view key_;
  std::variant<std::string_view, std::string, int64_t, uint64_t, double, bool> value_;
};

void Log(Level level, std::string_view message, std::initializer_list<Field> fields = {});

inline void Debug(std::string_view message, std::initializer_list<Field> fields = {}) {
  Log(Level::kDebug, message, fields);
}
inline void Info(std::string_view message, std::initializer_list<Field> fields = {}) {
  Log(Level::kInfo, message, fields);
}
inline void Warning(std::string_view message, std::initializer_list<Field> fields = {}) {
  Log(Level::kWarning, message, fields);
}
inline void Error(std::string_view message, std::initializer_list<Field> fields = {}) {
  Log(Level::kError, message, fields);
}

// While alive, every line that this thread writes carries these ids. Scopes nest; the views must
// outlive the scope.
class LogScope {
 public:
  LogScope(std::string_view trace_id, std::string_view span_id, std::string_view request_id);
  ~LogScope();
  LogScope(const LogScope&) = delete;
  LogScope& operator=(const LogScope&) = delete;

 private:
  friend void Log(Level, std::string_view, std::initializer_list<Field>);
  std::string_view trace_id_, span_id_, request_id_;
  const LogScope* outer_;
};

// Sends the lines (without newline) to `sink` instead of stderr until the capture dies. One at a
// time; for tests.
class LogCapture {
 public:
  explicit LogCapture(std::function<void(std::string_view line)> sink);
  ~LogCapture();
  LogCapture(const LogCapture&) = delete;
  LogCapture& operator=(const LogCapture&) = delete;
};

// Appends `text` as a JSON string with its quotes; invalid UTF-8 becomes U+FFFD.
void AppendJsonString(std::string& out, std::string_view text);

}  // namespace kefu::obs
