#include "services/staffing/domain/problems/search.h"

#include <cstdint>
#include <initializer_list>
#include <utility>
#include <vector>

namespace kefu::staffing::problems {
namespace {

constexpr int kAllBps = 10'000;

std::string Utf8Of(char32_t code) {
  if (code < 0x80) return {static_cast<char>(code)};
  if (code < 0x800) {
    return {static_cast<char>(0xC0 | (code >> 6)), static_cast<char>(0x80 | (code & 0x3F))};
  }
  if (code < 0x10000) {
    return {static_cast<char>(0xE0 | (code >> 12)), static_cast<char>(0x80 | ((code >> 6) & 0x3F)),
            static_cast<char>(0x80 | (code & 0x3F))};
  }
  return {static_cast<char>(0xF0 | (code >> 18)), static_cast<char>(0x80 | ((code >> 12) & 0x3F)),
          static_cast<char>(0x80 | ((code >> 6) & 0x3F)), static_cast<char>(0x80 | (code & 0x3F))};
}

// Takes the next character off valid UTF-8.
char32_t Next(std::string_view& text) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  const size_t length = byte(0) < 0x80 ? 1 : byte(0) < 0xE0 ? 2 : byte(0) < 0xF0 ? 3 : 4;
  if (length > text.size()) {
    text = {};
    return U' ';
  }
  char32_t code = length == 1 ? byte(0) : byte(0) & (0x7F >> length);
  for (size_t i = 1; i < length; ++i) code = (code << 6) | (byte(i) & 0x3F);
  text.remove_prefix(length);
  return code;
}

// Full-width forms (U+FF01 to U+FF5E) as the ASCII they stand for, ASCII letters lower-case.
char32_t Normal(char32_t code) {
  constexpr char32_t kFullFirst = 0xFF01, kFullLast = 0xFF5E, kShift = 0xFEE0;
  if (code >= kFullFirst && code <= kFullLast) code -= kShift;
  return code >= U'A' && code <= U'Z' ? code + (U'a' - U'A') : code;
}

bool IsWithin(char32_t code, std::initializer_list<std::pair<char32_t, char32_t>> ranges) {
  for (const auto& [first, last] : ranges) {
    if (code >= first && code <= last) return true;
  }
  return false;
}

// Written without spaces between words: kana, Han, Hangul (Unicode 15 blocks).
bool IsIdeographic(char32_t code) {
  return IsWithin(code, {{0x3040, 0x30FF},
                         {0x3400, 0x4DBF},
                         {0x4E00, 0x9FFF},
                         {0xAC00, 0xD7AF},
                         {0xF900, 0xFAFF},
                         {0x20000, 0x3134F}});
}

bool IsWordPart(char32_t code) {
  if (code < 0x80) {
    return (code >= U'0' && code <= U'9') || (code >= U'a' && code <= U'z');
  }
  // General and CJK punctuation, the Latin-1 signs, emoji and what is left of full-width forms.
  return !IsWithin(code, {{0x80, 0xBF},
                          {0x2000, 0x2BFF},
                          {0x3000, 0x303F},
                          {0xFE00, 0xFE6F},
                          {0xFF00, 0xFFFF},
                          {0x1F000, 0x1FAFF}});
}

// Splits a text into runs; `run` is (characters, ideographic).
template <class F>
void ForEachRun(std::string_view text, F run) {
  std::vector<std::string> characters;
  bool ideographic = false;
  const auto flush = [&] {
    if (!characters.empty()) run(characters, ideographic);
    characters.clear();
  };
  while (!text.empty()) {
    const char32_t code = Normal(Next(text));
    const bool is_ideographic = IsIdeographic(code);
    if (!is_ideographic && !IsWordPart(code)) {
      flush();
      continue;
    }
    if (is_ideographic != ideographic) flush();
    ideographic = is_ideographic;
    characters.push_back(Utf8Of(code));
  }
  flush();
}

std::string WordOf(const std::vector<std::string>& characters) {
  std::string word;
  for (const std::string& character : characters) {
    if (word.size() + character.size() > kMostTokenBytes) break;
    word += character;
  }
  return word;
}

std::set<std::string> Tokens(std::string_view text, bool of_query) {
  std::set<std::string> tokens;
  ForEachRun(text, [&](const std::vector<std::string>& characters, bool ideographic) {
    if (!ideographic) {
      tokens.insert(WordOf(characters));
      return;
    }
    for (size_t i = 0; i < characters.size(); ++i) {
      if (i + 1 < characters.size()) tokens.insert(characters[i] + characters[i + 1]);
      if (!of_query || characters.size() == 1) tokens.insert(characters[i]);
    }
  });
  return tokens;
}

}  // namespace

std::set<std::string> IndexTokens(std::string_view text) { return Tokens(text, false); }

std::set<std::string> QueryTokens(std::string_view text) { return Tokens(text, true); }

int LeastHits(int tokens) {
  return static_cast<int>((static_cast<int64_t>(tokens) * kLeastMatchBps + kAllBps - 1) / kAllBps);
}

}  // namespace kefu::staffing::problems
