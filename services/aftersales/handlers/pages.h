// What the pages of lists share: how much a page of long messages may hold, and what their tokens
// stand for.
#pragma once

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "fmt/format.h"
#include "services/aftersales/store/cases.h"

namespace kefu::aftersales {

// Bytes after which a page ends, whatever its size was to be: half of what gRPC takes by default,
// since the row that crosses it still goes in.
inline constexpr size_t kPageBytes = 2 << 20;

// Fills a page with the first of `count` rows, at most `size` of them and until it is full by
// kPageBytes: `add` (size_t row) enters one and answers its message. Returns how many went in.
template <class F>
size_t FillPage(size_t count, int size, F add) {
  size_t shown = 0, bytes = 0;
  for (; shown < count && shown < static_cast<size_t>(size) && bytes < kPageBytes; ++shown) {
    bytes += add(shown).ByteSizeLong();
  }
  return shown;
}

// A number that a page token holds. Only tokens that were made here hold numbers: anything else is
// a forged one, and begins.
inline int64_t NumberIn(std::string_view key) {
  int64_t value = 0;
  std::from_chars(key.data(), key.data() + key.size(), value);
  return value;
}

// Whose rows a list shows, for its token.
inline std::string ReachText(std::string_view whole_org_id,
                             const std::vector<store::ShopId>& shops) {
  std::string text(whole_org_id);
  for (const store::ShopId& shop : shops) {
    text += fmt::format("|{}/{}", shop.org_id, shop.shop_id);
  }
  return text;
}

}  // namespace kefu::aftersales
