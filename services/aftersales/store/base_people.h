// Whom of those who are named a base knows as its own: the people who act under its tokens, and its
// agents. Methods return the database's errors.
#pragma once

#include <functional>
#include <set>
#include <span>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/db/transaction.h"

namespace kefu::aftersales::store {

using NameSet = std::set<std::string, std::less<>>;

// Notes that the person acts for the base; once is enough.
absl::Status KeepBasePerson(db::Transaction& t, std::string_view base_id, std::string_view subject);

// Those of the subjects who have acted for the base.
absl::StatusOr<NameSet> OwnPeople(db::Transaction& t, std::string_view base_id,
                                  const NameSet& subjects);
// Those of the agents whom the base knows, or one of the merchants knows as the base's.
absl::StatusOr<NameSet> OwnAgents(db::Transaction& t, std::string_view base_id,
                                  std::span<const std::string> merchants, const NameSet& agent_ids);

}  // namespace kefu::aftersales::store
