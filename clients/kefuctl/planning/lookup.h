// Names that people write to ids and back.
#pragma once

#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "clients/kefuctl/client.h"

namespace kefu::planning {

// Of the organization's records, all of them.
struct Ids {
  std::map<std::string, std::string, std::less<>> by_name, names;

  // The id that goes with a name. INVALID_ARGUMENT in words that begin with `where`.
  absl::StatusOr<std::string> Of(const std::string& where, const std::string& name) const;
  // The name of an id, or the id itself.
  const std::string& NameOf(const std::string& id) const;
};

// SKUs by code.
absl::StatusOr<Ids> AllSkus(kefuctl::Client& client);
// Nodes by external id, else by id.
absl::StatusOr<Ids> AllNodes(kefuctl::Client& client);

}  // namespace kefu::planning
