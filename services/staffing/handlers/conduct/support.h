// What the handlers of the conduct ledger share.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "services/staffing/domain/conduct/conduct.h"
#include "services/staffing/handlers/resource.h"

namespace kefu::staffing {

// The last version, or the shipped one.
absl::StatusOr<conduct::Catalogue> CatalogueInForce(store::Reader reader, std::string_view org_id);

// A kind as it was when an event was recorded, with the terms of that version.
struct RecordedKind {
  conduct::Catalogue catalogue;
  conduct::Kind kind;
};
absl::StatusOr<RecordedKind> KindOf(store::Reader reader, std::string_view org_id,
                                    const conduct::Event& event);

// Whether the token's own agent is among them.
bool Concerns(const RequestContext& ctx, const std::vector<std::string>& concerned);

// Today in a shop's zone.
absl::StatusOr<absl::CivilDay> TodayIn(const domain::Shop& shop, absl::Time now);

}  // namespace kefu::staffing
