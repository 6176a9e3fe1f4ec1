// How much a page of long messages may hold.
#pragma once

#include <cstddef>

namespace kefu::aftersales {

// Bytes after which a page ends, whatever its size was to be: half of what gRPC takes by default,
// since the row that crosses it still goes in.
inline constexpr size_t kPageBytes = 2 << 20;

}  // namespace kefu::aftersales
