// Names shown to people in the database. Every method runs in the caller's transaction and returns
// the Statuses of db::Transaction.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/db/transaction.h"

namespace kefu::performance::store {

enum class Named { kAgent, kTeam };

// Keeps what an event of staffing's feed tells, unless a later one has told a name already.
absl::Status SaveName(db::Transaction& t, std::string_view org_id, Named kind, std::string_view id,
                      std::string_view name, int64_t feed_position);

// By id; those of whom no name is known are absent.
using NamesById = std::map<std::string, std::string>;
absl::StatusOr<NamesById> NamesOf(db::Transaction& t, std::string_view org_id, Named kind,
                                  const std::set<std::string>& ids);
// Of the whole organization.
absl::StatusOr<NamesById> AllNames(db::Transaction& t, std::string_view org_id, Named kind);

}  // namespace kefu::performance::store
