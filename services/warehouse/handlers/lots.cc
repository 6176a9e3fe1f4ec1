#include "services/warehouse/handlers/lots.h"

#include "common/status/status_macros.h"
#include "services/warehouse/domain/lots.h"
#include "services/warehouse/store/lots.h"

namespace kefu::warehouse {

absl::Status RecordLots(const Posting& posting, std::span<const domain::ReceiptLine> lines,
                        std::span<const domain::Sku> skus, absl::CivilDay today) {
  ASSIGN_OR_RETURN(const domain::Lots claims, domain::ClaimLots(lines, skus, today));
  if (claims.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const domain::Lots stored,
                   store::MakeAndLockLots(posting.t, posting.org_id, claims, posting.now));
  ASSIGN_OR_RETURN(const std::vector<domain::Lot> changed,
                   domain::CheckLots(lines, skus, stored, today, posting.now));
  return store::Update(posting.t, posting.org_id, changed);
}

}  // namespace kefu::warehouse
