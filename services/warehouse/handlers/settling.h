// How a settlement comes about: the ledger's entries copied, what is closed read, what is open
// computed.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/warehouse/domain/settlement.h"
#include "services/warehouse/handlers/billing.h"
#include "services/warehouse/store/billing.h"

namespace kefu::warehouse {

// Copies what the ledger has and billing does not, in transactions of bounded size.
absl::Status CatchUp(const Dependencies& deps, const RequestContext& ctx);

// Versions of what was agreed, by (effective_from, version).
absl::StatusOr<std::vector<domain::OwnerTerms>> ReadTerms(db::Reader reader,
                                                          std::string_view org_id,
                                                          std::string_view owner_id);
absl::StatusOr<std::vector<domain::WarehouseContract>> ReadContracts(db::Reader reader,
                                                                     std::string_view org_id,
                                                                     std::string_view node_id);

struct Settled {
  domain::Settlement settlement;  // OPEN without id, or CLOSED
  std::vector<domain::SettlementLine> lines;
  std::string currency;
  std::string previous_hash;  // of the owner's settlement before
};
// The settlement of a period: as it was closed, or computed with the corrections of what was closed
// before. The transaction holds the billing book. NOT_FOUND; FAILED_PRECONDITION PERIOD_CLOSED,
// TERMS_MISSING, SETTLEMENT_ALTERED; MONEY_OVERFLOW.
absl::StatusOr<Settled> Settle(db::Transaction& t, std::string_view org_id,
                               const std::string& owner_id, const domain::Period& period);

}  // namespace kefu::warehouse
