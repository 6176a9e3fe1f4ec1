// Whether those are registered whose goods come in.
#pragma once

#include <set>
#include <string>

#include "absl/status/status.h"
#include "services/warehouse/handlers/posting.h"
#include "services/warehouse/store/owners.h"

namespace kefu::warehouse {

// The owners of the lines, each with an owner_id, are as store::RequireOwners says: goods of
// somebody who is not registered could not be settled.
template <class Lines>
absl::Status RequireOwnersOf(const Posting& posting, const Lines& lines, store::OwnerUse use) {
  std::set<std::string> owners;
  for (const auto& line : lines) owners.insert(line.owner_id);
  return store::RequireOwners(posting.t, posting.org_id, owners, use);
}

}  // namespace kefu::warehouse
