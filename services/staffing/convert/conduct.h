// Contract <-> domain for the conduct ledger. Pure, thread-safe.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "common/status/error.h"
#include "kefu/staffing/v1/conduct.pb.h"
#include "services/staffing/domain/conduct/conduct.h"

namespace kefu::staffing::convert {

// As sent, checked as a whole.
conduct::Catalogue FromProto(const v1::ConductCatalogue& proto, FieldViolations& violations);
// A stored one. INTERNAL when it does not parse.
absl::StatusOr<conduct::Catalogue> CatalogueFromBody(std::string_view body);
// Without id; a team that is not named is not filled.
conduct::Event FromProto(const v1::RecordConductRequest& request, FieldViolations& violations);
conduct::Decision FromProto(const v1::DecideConductRequest& request, FieldViolations& violations);

v1::ConductKind ToProto(const conduct::Kind& kind);
v1::ConductCatalogue ToProto(const conduct::Catalogue& catalogue);
v1::ConductTerms ToProto(const conduct::Terms& terms);
v1::Conduct ToProto(const conduct::Event& event);
v1::ConductEntry ToProto(const conduct::Entry& entry);
v1::ConductTally ToProto(std::string_view kind_id, const conduct::Tally& tally);

}  // namespace kefu::staffing::convert
