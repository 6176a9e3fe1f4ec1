// Rows of the network's policies, its shape, and acknowledgements of trades. As store.h: every
// statement names the tenant, functions keep no state and are thread-safe. Policies are locked
// before any row of store.h, acknowledgements after them.
#pragma once

#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "common/db/reader.h"
#include "services/warehouse/domain/network/policy.h"
#include "services/warehouse/domain/types.h"

namespace kefu::warehouse::store {

// The policy in force on the day; the shipped one where none is.
absl::StatusOr<domain::NetworkPolicy> PolicyOn(db::Reader reader, std::string_view org_id,
                                               absl::CivilDay day);
// Adds the policy as the next version, which it returns. Others that add wait for this transaction.
absl::StatusOr<int64_t> AddPolicy(db::Transaction& t, std::string_view org_id,
                                  const domain::NetworkPolicy& policy);

// Every active node of the organization, by id, in pages of 1000.
absl::StatusOr<std::vector<domain::Node>> ActiveNodes(db::Reader reader, std::string_view org_id);
// Nodes of those external ids, locked shared: external id → node id. At most 1000 at once.
absl::StatusOr<std::map<std::string, std::string>> FindExternalIds(
    db::Transaction& t, std::string_view org_id, const std::set<std::string>& external_ids);
// SKUs of those codes: code → SKU id. At most 1000 at once.
absl::StatusOr<std::map<std::string, std::string>> FindSkuCodes(db::Transaction& t,
                                                                std::string_view org_id,
                                                                const std::set<std::string>& codes);
// Adds many rows with few statements. Errors as store::Insert of one: EXTERNAL_ID_TAKEN,
// SKU_CODE_TAKEN, without the name.
absl::Status InsertMany(db::Transaction& t, std::string_view org_id,
                        std::span<const domain::Node> nodes);
absl::Status InsertMany(db::Transaction& t, std::string_view org_id,
                        std::span<const domain::Sku> skus);

// Sellable totals of the (node, SKU, owner) keys that exist; any number of keys.
absl::StatusOr<std::map<domain::TotalKey, domain::StockTotal>> TotalsOf(
    db::Transaction& t, std::string_view org_id, std::span<const domain::TotalKey> keys);
// What open purchase notices have announced to those nodes and not yet brought; nothing for keys of
// which nothing is on order.
absl::StatusOr<std::map<domain::TotalKey, int64_t>> OnOrderAt(
    db::Transaction& t, std::string_view org_id, const std::set<std::string>& node_ids);

}  // namespace kefu::warehouse::store
