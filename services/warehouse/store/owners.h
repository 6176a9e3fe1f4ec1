// Whether owners of stock are registered (billing_owners.cc).
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "common/db/reader.h"

namespace kefu::warehouse::store {

// Every owner of the ids, the empty one apart, is registered, and for new goods in use; it stays so
// until the transaction ends. An organization that has registered nobody keeps no register and may
// name whom it likes. NOT_FOUND, FAILED_PRECONDITION RECORD_ARCHIVED. At most 1000 ids.
enum class OwnerUse : uint8_t { kReceive, kCorrect };
absl::Status RequireOwners(db::Transaction& t, std::string_view org_id,
                           const std::set<std::string>& owner_ids, OwnerUse use);

}  // namespace kefu::warehouse::store
