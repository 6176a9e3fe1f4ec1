// Rows of fulfilment planning: policies by version, bins, affinities, what nodes have taken on a
// day. As store.h: every statement names the tenant.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "common/db/reader.h"

namespace kefu::warehouse::store {

// A version of a policy; body is the serialized message of the contract.
struct PolicyVersion {
  std::string key;
  int64_t version = 0;
  absl::CivilDay effective_from;
  std::string body;
  absl::Time create_time;
};

// Adds a version and returns its number, which is one above the last of its key. ABORTED
// TRANSACTION_CONFLICT when another one took the number.
absl::StatusOr<int64_t> AddPolicy(db::Transaction& t, std::string_view org_id,
                                  std::string_view kind, const PolicyVersion& policy,
                                  std::string_view actor);
// Of each key the version that counts on `day`, by key. `keys` up to 1000 a statement; the second
// reads every key of the kind.
absl::StatusOr<std::map<std::string, PolicyVersion>> PoliciesOn(db::Transaction& t,
                                                                std::string_view org_id,
                                                                std::string_view kind,
                                                                const std::set<std::string>& keys,
                                                                absl::CivilDay day);
absl::StatusOr<std::map<std::string, PolicyVersion>> PoliciesOn(db::Transaction& t,
                                                                std::string_view org_id,
                                                                std::string_view kind,
                                                                absl::CivilDay day);

}  // namespace kefu::warehouse::store
