// Variable-length integers (LEB128, zigzag for signed) for the packed columns of the day rollups.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kefu::performance::domain {

inline void PutVarint(std::string& out, uint64_t value) {
  while (value >= 0x80) {
    out.push_back(static_cast<char>(value | 0x80));
    value >>= 7;
  }
  out.push_back(static_cast<char>(value));
}

inline void PutSigned(std::string& out, int64_t value) {
  PutVarint(out, (static_cast<uint64_t>(value) << 1) ^ static_cast<uint64_t>(value >> 63));
}

// Takes one integer off the front; nothing when the bytes end early or run over 64 bits.
inline std::optional<uint64_t> TakeVarint(std::string_view& in) {
  uint64_t value = 0;
  for (int shift = 0; shift < 64 && !in.empty(); shift += 7) {
    const auto byte = static_cast<uint8_t>(in.front());
    in.remove_prefix(1);
    value |= static_cast<uint64_t>(byte & 0x7f) << shift;
    if ((byte & 0x80) == 0) return value;
  }
  return std::nullopt;
}

inline std::optional<int64_t> TakeSigned(std::string_view& in) {
  const auto raw = TakeVarint(in);
  if (!raw) return std::nullopt;
  return static_cast<int64_t>(*raw >> 1) ^ -static_cast<int64_t>(*raw & 1);
}

}  // namespace kefu::performance::domain
