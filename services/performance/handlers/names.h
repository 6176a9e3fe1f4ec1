// The names by which people know agents and teams: taken in from staffing's feed, and put beside
// the ids of answers.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "common/context/request_context.h"
#include "common/db/database.h"
#include "kefu/common/v1/event.pb.h"
#include "kefu/performance/v1/diagnosis.pb.h"
#include "kefu/performance/v1/performance_service.pb.h"
#include "kefu/performance/v1/reports.pb.h"
#include "kefu/performance/v1/scorecards.pb.h"
#include "services/performance/handlers/scope.h"
#include "services/performance/store/names.h"

namespace kefu::performance {

// The payloads that ApplyNameEvent understands. They have a consumer of their own, so that a
// service that has read the feed already learns the names from its beginning.
std::vector<std::string> NameEventTypes();
// Applies one event; any other payload changes nothing. Idempotent, in whatever order.
absl::Status ApplyNameEvent(db::Transaction& t, const kefu::common::v1::Event& event);

// Each of the calls below names only subjects that the answer shows already: whoever may see the
// figures may see the name. Of what no name is known, the field stays empty.

// INVALID_ARGUMENT TOO_MANY_FIGURES when an answer in one would not fit with its names.
absl::Status NameRows(db::Database& database, const RequestContext& ctx,
                      std::span<const ShopScope> shops, v1::GetMetricsResponse& response);
// Teams and agents of reports of an organization, and the shops of their rows.
absl::Status NameReports(db::Database& database, const RequestContext& ctx,
                         const std::string& org_id, std::span<v1::Report* const> reports);
absl::Status NameScores(db::Database& database, const RequestContext& ctx,
                        const std::string& org_id, std::span<v1::AgentScore* const> scores);
void NameDiagnosis(const store::NamesById& names, v1::DiagnoseResponse& response);

}  // namespace kefu::performance
