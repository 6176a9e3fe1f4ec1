// How much a page of long messages may hold.
#pragma once

#include <cstddef>

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

}  // namespace kefu::aftersales
