// Finding texts by words, Chinese ones by pairs of characters (bigrams): no dictionary, and the
// same on every database. Pure.
#pragma once

#include <set>
#include <string>
#include <string_view>

namespace kefu::staffing::problems {

// What a text is found by: each run of Chinese, Japanese or Korean characters as its characters and
// pairs of neighbours; other words as a whole, letters lower-case, full-width forms as half-width.
// Texts are valid UTF-8.
std::set<std::string> IndexTokens(std::string_view text);

// What a query looks for: of a run of several such characters the pairs only, which say more.
// Empty when it holds neither characters nor words.
std::set<std::string> QueryTokens(std::string_view text);

// A text that holds less of a query answers another question.
inline constexpr int kLeastMatchBps = 5'000;
// How many of `tokens` must be held for that.
int LeastHits(int tokens);

inline constexpr int kMostTokenBytes = 64;  // the column's width; what is longer is cut

}  // namespace kefu::staffing::problems
