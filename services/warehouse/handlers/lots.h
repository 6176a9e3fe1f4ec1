// Lots that come in with goods.
#pragma once

#include <span>

#include "absl/status/status.h"
#include "absl/time/civil_time.h"
#include "services/warehouse/domain/types.h"
#include "services/warehouse/handlers/posting.h"

namespace kefu::warehouse {

// Makes or checks the lots of goods that come in; after the SKUs and before the totals are locked.
// `skus` are the lines' SKUs, index by index. Errors: domain::ClaimLots' and CheckLots', the
// database's.
absl::Status RecordLots(const Posting& posting, std::span<const domain::ReceiptLine> lines,
                        std::span<const domain::Sku> skus, absl::CivilDay today);

}  // namespace kefu::warehouse
