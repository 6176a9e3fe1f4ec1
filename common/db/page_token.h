// Keyset paging: opaque tokens that hold the last key of a page and bind the filter.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace kefu::db {

// A hash of everything that decides which rows a list shows and in which order: method, org,
// filter fields, order. Parts are length-prefixed, so {"ab","c"} differs from {"a","bc"}.
uint64_t FilterHash(std::initializer_list<std::string_view> parts);

// Keys are the ordering columns of the last row, as text. Tokens are checksummed against mistakes
// and truncation, not signed: a forged token only moves within rows the caller may list anyway,
// since the tenant never comes from it.
std::string EncodePageToken(uint64_t filter_hash, std::span<const std::string> keys);
std::string EncodePageToken(uint64_t filter_hash, std::initializer_list<std::string> keys);

// The keys; no keys for the empty token (the first page). INVALID_ARGUMENT BAD_PAGE_TOKEN if the
// token is damaged, made for another filter, or has another number of keys.
absl::StatusOr<std::vector<std::string>> DecodePageToken(std::string_view token,
                                                         uint64_t filter_hash, size_t key_count);

// 0 → 50; over 1000 → 1000; negative → INVALID_ARGUMENT.
absl::StatusOr<int> PageSize(int64_t requested);

}  // namespace kefu::db
