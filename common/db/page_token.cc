#include "common/db/page_token.h"

#include <openssl/sha.h>

#include <algorithm>

#include "absl/strings/escaping.h"
#include "common/db/errors.h"
#include "common/status/error.h"

namespace kefu::db {
namespace {

constexpr int kDefaultPageSize = 50;
constexpr int kMaxPageSize = 1000;
constexpr char kFormat = 1;          // first byte; another layout gets another number
constexpr size_t kChecksumSize = 8;  // bytes of SHA-256: mistakes, not attackers, are to be caught

void AppendUint(uint64_t value, size_t bytes, std::string& out) {
  for (size_t i = 0; i < bytes; ++i) out += static_cast<char>(value >> (8 * i));
}

uint64_t ReadUint(std::string_view bytes) {
  uint64_t value = 0;
  for (size_t i = 0; i < bytes.size(); ++i) {
    value |= static_cast<uint64_t>(static_cast<unsigned char>(bytes[i])) << (8 * i);
  }
  return value;
}

std::string Digest(std::string_view data) {
  unsigned char digest[SHA256_DIGEST_LENGTH];
  SHA256(reinterpret_cast<const unsigned char*>(data.data()), data.size(), digest);
  return std::string(reinterpret_cast<char*>(digest), kChecksumSize);
}

absl::Status BadToken() {
  return InvalidArgument(kBadPageToken, "page_token",
                         "must be the next_page_token of the same list with the same filter");
}

}  // namespace

uint64_t FilterHash(std::initializer_list<std::string_view> parts) {
  std::string joined;
  for (const std::string_view part : parts) {
    AppendUint(part.size(), 8, joined);
    joined += part;
  }
  return ReadUint(Digest(joined));
}

// Layout: format, checksum of what follows, filter hash, then each key with its length.
std::string EncodePageToken(uint64_t filter_hash, std::span<const std::string> keys) {
  std::string body;
  AppendUint(filter_hash, 8, body);
  for (const std::string& key : keys) {
    AppendUint(key.size(), 4, body);
    body += key;
  }
  const std::string raw = std::string(1, kFormat) + Digest(body) + body;
  std::string token;
  absl::WebSafeBase64Escape({raw.data(), raw.size()}, &token);
  return token;
}

std::string EncodePageToken(uint64_t filter_hash, std::initializer_list<std::string> keys) {
  return EncodePageToken(filter_hash, std::span<const std::string>(keys.begin(), keys.size()));
}

absl::StatusOr<std::vector<std::string>> DecodePageToken(std::string_view token,
                                                         uint64_t filter_hash, size_t key_count) {
  std::vector<std::string> keys;
  if (token.empty()) return keys;
  std::string raw;
  if (!absl::WebSafeBase64Unescape({token.data(), token.size()}, &raw)) return BadToken();
  std::string_view rest = raw;
  if (rest.size() < 1 + kChecksumSize + 8 || rest.front() != kFormat) return BadToken();
  const std::string_view checksum = rest.substr(1, kChecksumSize);
  rest.remove_prefix(1 + kChecksumSize);
  if (checksum != Digest(rest) || ReadUint(rest.substr(0, 8)) != filter_hash) return BadToken();
  rest.remove_prefix(8);
  while (!rest.empty()) {
    if (rest.size() < 4) return BadToken();
    const size_t length = ReadUint(rest.substr(0, 4));
    rest.remove_prefix(4);
    if (rest.size() < length) return BadToken();
    keys.emplace_back(rest.substr(0, length));
    rest.remove_prefix(length);
  }
  if (keys.size() != key_count) return BadToken();
  return keys;
}

absl::StatusOr<int> PageSize(int64_t requested) {
  if (requested < 0) {
    return InvalidArgument("INVALID_FIELDS", "page_size", "must not be negative");
  }
  if (requested == 0) return kDefaultPageSize;
  return static_cast<int>(std::min<int64_t>(requested, kMaxPageSize));
}

}  // namespace kefu::db
