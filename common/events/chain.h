// The hash chain over a service's feed: no event can be changed or removed unnoticed.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "common/db/database.h"

namespace kefu::events {

// The hash before the first event: 32 zero bytes.
std::string ChainStart();

// The hash that chains one event to its predecessor: SHA-256 over previous hash (32 bytes) and the
// fields, each preceded by its length (8 bytes, big-endian); integers as 8 bytes, big-endian.
struct ChainFields {
  int64_t position;
  std::string_view org_id, key, type, payload;
  int64_t create_us;
};
std::string ChainHash(std::string_view previous, const ChainFields& fields);

// Recomputes the chain over positions (after, upto]; upto 0 means the last one. The starting hash
// is that of the row at `after` (zeros for 0). Returns the number of events checked, or DATA_LOSS /
// EVENT_CHAIN_BROKEN with metadata "position".
absl::StatusOr<int64_t> VerifyChain(db::Database& database, int64_t after = 0, int64_t upto = 0);

}  // namespace kefu::events
