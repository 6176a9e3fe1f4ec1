// Text on a terminal: columns that Chinese characters take, and what must not reach a terminal.
// Pure, thread-safe.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace kefu::kefuctl {

bool IsUtf8(std::string_view text);

// Columns that the text takes: 2 for wide characters, 0 for combining ones.
int DisplayWidth(std::string_view text);

// The text with control characters (line breaks, escape sequences) and broken UTF-8 replaced, so
// that data from customers cannot steer the terminal.
std::string Printable(std::string_view text);

// At most `width` columns; a text that is cut ends in "…".
std::string Truncate(std::string_view text, int width);

// "1234567" → "1,234,567", with the sign and anything after the digits kept.
std::string Grouped(std::string_view number);
inline std::string Count(int64_t number) { return Grouped(std::to_string(number)); }

}  // namespace kefu::kefuctl
