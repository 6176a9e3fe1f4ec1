// JSON log lines through an spdlog logger whose pattern is the message alone.
#include "common/obs/log.h"

#include <atomic>
#include <cmath>
#include <mutex>

#include "absl/strings/str_format.h"
#include "fmt/format.h"
#include "spdlog/logger.h"
#include "spdlog/pattern_formatter.h"
#include "spdlog/sinks/base_sink.h"
#include "spdlog/sinks/stdout_sinks.h"

namespace kefu::obs {
namespace {

thread_local const LogScope* current_scope = nullptr;

std::atomic<int> threshold{static_cast<int>(Level::kInfo)};

// stderr, or the function of a LogCapture.
class SwitchSink : public spdlog::sinks::base_sink<std::mutex> {
 public:
  void Capture(std::function<void(std::string_view)> capture) {
    const std::lock_guard<std::mutex> lock(mutex_);
    capture_ = std::move(capture);
  }

 protected:
  void sink_it_(const spdlog::details::log_msg& message) override {
    if (capture_) {
      capture_(std::string_view(message.payload.data(), message.payload.size()));
    } else {
      stderr_.log(message);
    }
  }
  void flush_() override { stderr_.flush(); }
  void set_formatter_(std::unique_ptr<spdlog::formatter> formatter) override {
    stderr_.set_formatter(std::move(formatter));
  }

 private:
  std::function<void(std::string_view)> capture_;
  spdlog::sinks::stderr_sink_st stderr_;
};

struct Logging {
  Logging() : sink(std::make_shared<SwitchSink>()), logger("kefu", sink) {
    logger.set_level(spdlog::level::trace);
    logger.set_pattern("%v");
    // A log that cannot be written must not take the service down, nor fill stderr with complaints.
    logger.set_error_handler([](const std::string&) {});
  }
  std::shared_ptr<SwitchSink> sink;
  spdlog::logger logger;
  std::mutex mutex;
  std::shared_ptr<const std::string> service = std::make_shared<const std::string>("kefu");
};

// Never destroyed: threads may log while the process exits.
Logging& Global() {
  static Logging& logging = *new Logging();
  return logging;
}

std::string_view LevelName(Level level) {
  switch (level) {
    case Level::kDebug:
      return "debug";
    case Level::kInfo:
      return "info";
    case Level::kWarning:
      return "warning";
    case Level::kError:
      return "error";
  }
  return "error";
}

spdlog::level::level_enum SpdLevel(Level level) {
  switch (level) {
    case Level::kDebug:
      return spdlog::level::debug;
    case Level::kInfo:
      return spdlog::level::info;
    case Level::kWarning:
      return spdlog::level::warn;
    case Level::kError:
      return spdlog::level::err;
  }
  return spdlog::level::err;
}

void AppendTime(std::string& out, absl::Time time) {
  const absl::CivilSecond second = absl::ToCivilSecond(time, absl::UTCTimeZone());
  const int64_t micros =
      absl::ToInt64Microseconds(time - absl::FromCivil(second, absl::UTCTimeZone()));
  fmt::format_to(std::back_inserter(out), "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z",
                 static_cast<int64_t>(second.year()), second.month(), second.day(), second.hour(),
                 second.minute(), second.second(), micros);
}

// Length of the valid UTF-8 sequence at the start of `text`, 0 when there is none (RFC 3629).
size_t ValidSequence(std::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  const auto continues = [&](size_t i, unsigned char low, unsigned char high) {
    return i < text.size() && byte(i) >= low && byte(i) <= high;
  };
  const unsigned char first = byte(0);
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return continues(1, 0x80, 0xBF) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    const unsigned char low = first == 0xE0 ? 0xA0 : 0x80;   // no overlong forms
    const unsigned char high = first == 0xED ? 0x9F : 0xBF;  // no surrogates
    return continues(1, low, high) && continues(2, 0x80, 0xBF) ? 3 : 0;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    const unsigned char low = first == 0xF0 ? 0x90 : 0x80;
    const unsigned char high = first == 0xF4 ? 0x8F : 0xBF;
    return continues(1, low, high) && continues(2, 0x80, 0xBF) && continues(3, 0x80, 0xBF) ? 4 : 0;
  }
  return 0;
}

bool IsStandardKey(std::string_view key) {
  for (const std::string_view standard :
       {"ts", "level", "service", "msg", "trace_id", "span_id", "request_id"}) {
    if (key == standard) return true;
  }
  return false;
}

void AppendText(std::string& line, std::string_view key, std::string_view value) {
  line += ",\"";
  line += key;
  line += "\":";
  AppendJsonString(line, value);
}

}  // namespace

void AppendJsonString(std::string& out, std::string_view text) {
  out += '"';
  while (!text.empty()) {
    const size_t length = ValidSequence(text);
    if (length == 0) {
      out += "\xEF\xBF\xBD";  // U+FFFD
      text.remove_prefix(1);
      continue;
    }
    const char c = text[0];
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
      if (c == '\n') {
        out += "\\n";
      } else if (c == '\t') {
        out += "\\t";
      } else {
        fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned char>(c));
      }
    } else {
      out.append(text.data(), length);
    }
    text.remove_prefix(length);
  }
  out += '"';
}

absl::StatusOr<Level> ParseLevel(std::string_view text) {
  for (const Level level : {Level::kDebug, Level::kInfo, Level::kWarning, Level::kError}) {
    if (text == LevelName(level)) return level;
  }
  return absl::InvalidArgumentError(
      fmt::format("\"{}\" is not a log level (debug, info, warning, error)", text));
}

void InitLogging(std::string_view service, Level level) {
  Logging& logging = Global();
  const std::lock_guard<std::mutex> lock(logging.mutex);
  logging.service = std::make_shared<const std::string>(service);
  threshold.store(static_cast<int>(level), std::memory_order_relaxed);
}

bool Enabled(Level level) {
  return static_cast<int>(level) >= threshold.load(std::memory_order_relaxed);
}

Field::Field(std::string_view key, absl::Time time) : key_(key) {
  std::string text;
  AppendTime(text, time);
  value_ = std::move(text);
}

void AppendField(std::string& line, const Field& field) {
  line += ',';
  if (IsStandardKey(field.key_)) {
    AppendJsonString(line, std::string(field.key_) + "_");
  } else {
    AppendJsonString(line, field.key_);
  }
  line += ':';
  std::visit(
      [&](const auto& value) {
        using T = std::decay_t<decltype(value)>;
        if constexpr (std::is_same_v<T, bool>) {
          line += value ? "true" : "false";
        } else if constexpr (std::is_same_v<T, double>) {
          // JSON has no infinity nor NaN.
          line += std::isfinite(value) ? fmt::format("{}", value) : "null";
        } else if constexpr (std::is_integral_v<T>) {
          line += fmt::format_int(value).c_str();
        } else {
          AppendJsonString(line, value);
        }
      },
      field.value_);
}

void Log(Level level, std::string_view message, std::initializer_list<Field> fields) {
  if (!Enabled(level)) return;
  try {
    Logging& logging = Global();
    std::shared_ptr<const std::string> service;
    {
      const std::lock_guard<std::mutex> lock(logging.mutex);
      service = logging.service;
    }
    std::string line;
    line.reserve(256);
    line += "{\"ts\":\"";
    AppendTime(line, absl::Now());
    line += "\",\"level\":\"";
    line += LevelName(level);
    line += '"';
    AppendText(line, "service", *service);
    AppendText(line, "msg", message);
    if (const LogScope* scope = current_scope; scope != nullptr) {
      if (!scope->trace_id_.empty()) AppendText(line, "trace_id", scope->trace_id_);
      if (!scope->span_id_.empty()) AppendText(line, "span_id", scope->span_id_);
      if (!scope->request_id_.empty()) AppendText(line, "request_id", scope->request_id_);
    }
    for (const Field& field : fields) AppendField(line, field);
    line += '}';
    logging.logger.log(SpdLevel(level), spdlog::string_view_t(line.data(), line.size()));
  } catch (...) {
    // Out of memory, or stderr is gone: there is nobody left to tell.
  }
}

LogScope::LogScope(std::string_view trace_id, std::string_view span_id, std::string_view request_id)
    : trace_id_(trace_id), span_id_(span_id), request_id_(request_id), outer_(current_scope) {
  current_scope = this;
}

LogScope::~LogScope() { current_scope = outer_; }

LogCapture::LogCapture(std::function<void(std::string_view)> sink) {
  Global().sink->Capture(std::move(sink));
}

LogCapture::~LogCapture() { Global().sink->Capture(nullptr); }

}  // namespace kefu::obs
