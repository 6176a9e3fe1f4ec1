// Taking lots out of sale: by a recall, and by the nightly look at expired ones.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "services/warehouse/domain/lots.h"
#include "services/warehouse/domain/recalls.h"
#include "services/warehouse/handlers/posting.h"

namespace kefu::warehouse {

enum class QuarantineCause { kRecalled, kExpired };

// Quarantines what is free of a lot at every node (of an expired lot: where it has ended by the
// node's day), writes an event of what was moved and what is still promised, and answers the same.
// `reference` stands in the ledger. The lot's row is locked.
absl::StatusOr<domain::Quarantine> TakeOutOfSale(const Posting& posting, const domain::Lot& lot,
                                                 QuarantineCause cause, std::string_view reference);

// The look at one lot that is recalled or may have ended: locks it and takes out what is free. A
// recall's own row learns what was moved. Returns pieces moved.
absl::StatusOr<int64_t> SweepLot(const Posting& posting, const std::string& sku_id,
                                 const std::string& lot);

}  // namespace kefu::warehouse
