#include "common/rpc/trace_context.h"

#include <algorithm>
#include <cstdint>
#include <random>

namespace kefu::rpc {
namespace {

constexpr size_t kTraceDigits = 32;
constexpr size_t kSpanDigits = 16;

bool IsLowerHex(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool AllZero(std::string_view text) { return text.find_first_not_of('0') == text.npos; }

std::string RandomHex(size_t digits) {
  static constexpr char kHex[] = "0123456789abcdef";
  thread_local std::mt19937_64 engine{[] {
    std::random_device device;
    return (uint64_t{device()} << 32) ^ device();
  }()};
  std::string text(digits, '0');
  uint64_t bits = 0;
  for (size_t i = 0; i < digits; ++i, bits >>= 4) {
    if (i % 16 == 0) bits = engine();
    text[i] = kHex[bits & 15];
  }
  if (AllZero(text)) text.back() = '1';  // zero means "no id" in the standard
  return text;
}

// version "-" trace "-" parent "-" flags; later versions may append "-…".
std::string_view TraceIdOf(std::string_view header) {
  constexpr size_t kLength = 2 + 1 + kTraceDigits + 1 + kSpanDigits + 1 + 2;
  if (header.size() < kLength || header[2] != '-' || header[35] != '-' || header[52] != '-')
    return {};
  const std::string_view version = header.substr(0, 2);
  const std::string_view trace = header.substr(3, kTraceDigits);
  const std::string_view parent = header.substr(36, kSpanDigits);
  if (!IsLowerHex(version) || version == "ff") return {};
  if (version == "00" ? header.size() != kLength
                      : header.size() > kLength && header[kLength] != '-')
    return {};
  if (!IsLowerHex(trace) || AllZero(trace) || !IsLowerHex(parent) || AllZero(parent)) return {};
  if (!IsLowerHex(header.substr(53, 2))) return {};
  return trace;
}

}  // namespace

TraceIds StartSpan(std::string_view traceparent) {
  const std::string_view trace = TraceIdOf(traceparent);
  return {trace.empty() ? RandomHex(kTraceDigits) : std::string(trace), RandomHex(kSpanDigits)};
}

std::string FormatTraceparent(std::string_view trace_id, std::string_view span_id) {
  if (trace_id.empty() || span_id.empty()) return {};
  std::string header = "00-";
  header.append(trace_id).append("-").append(span_id).append("-01");
  return header;
}

}  // namespace kefu::rpc
