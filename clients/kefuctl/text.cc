#include "clients/kefuctl/text.h"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <cctype>
#include <cstdint>

namespace kefu::kefuctl {
namespace {

// Decodes the next character and moves `position` behind it; negative when it is broken.
UChar32 NextCharacter(std::string_view text, int32_t& position) {
  UChar32 character;
  U8_NEXT(text.data(), position, static_cast<int32_t>(text.size()), character);
  return character;
}

int WidthOf(UChar32 character) {
  if (character < 0) return 1;
  if (character < 0x80) return 1;
  switch (u_charType(character)) {
    case U_NON_SPACING_MARK:
    case U_ENCLOSING_MARK:
    case U_FORMAT_CHAR:
      return 0;
    default:
      break;
  }
  const int wide = u_getIntPropertyValue(character, UCHAR_EAST_ASIAN_WIDTH);
  return wide == U_EA_WIDE || wide == U_EA_FULLWIDTH ? 2 : 1;
}

}  // namespace

bool IsUtf8(std::string_view text) {
  // Nearly everything is ASCII.
  const auto high = std::find_if(text.begin(), text.end(), [](char c) { return c < 0; });
  int32_t position = static_cast<int32_t>(high - text.begin());
  while (position < static_cast<int32_t>(text.size())) {
    if (NextCharacter(text, position) < 0) return false;
  }
  return true;
}

int DisplayWidth(std::string_view text) {
  int width = 0;
  for (int32_t position = 0; position < static_cast<int32_t>(text.size());)
    width += WidthOf(NextCharacter(text, position));
  return width;
}

std::string Printable(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (int32_t position = 0; position < static_cast<int32_t>(text.size());) {
    const int32_t begin = position;
    const UChar32 character = NextCharacter(text, position);
    if (character < 0) {
      result += "\uFFFD";
    } else if (u_iscntrl(character) || u_charType(character) == U_FORMAT_CHAR ||
               u_charType(character) == U_LINE_SEPARATOR ||
               u_charType(character) == U_PARAGRAPH_SEPARATOR) {
      result += ' ';
    } else {
      result += text.substr(begin, position - begin);
    }
  }
  return result;
}

std::string Truncate(std::string_view text, int width) {
  if (DisplayWidth(text) <= width) return std::string(text);
  int used = 0;
  int32_t position = 0, end = 0;
  while (position < static_cast<int32_t>(text.size())) {
    used += WidthOf(NextCharacter(text, position));
    if (used > width - 1) break;
    end = position;
  }
  return std::string(text.substr(0, end)) + "…";
}

std::string Grouped(std::string_view number) {
  const size_t begin = number.starts_with('-') ? 1 : 0;
  size_t end = begin;
  while (end < number.size() && std::isdigit(static_cast<unsigned char>(number[end]))) ++end;
  std::string result(number);
  for (size_t digits = end; digits > begin + 3;) {
    digits -= 3;
    result.insert(digits, 1, ',');
  }
  return result;
}

}  // namespace kefu::kefuctl
