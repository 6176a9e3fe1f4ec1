// Scorecards and scores between the contract and the domain.
#pragma once

#include <string_view>

#include "absl/status/statusor.h"
#include "common/status/error.h"
#include "kefu/performance/v1/scorecards.pb.h"
#include "services/performance/domain/judgement/score.h"

namespace kefu::performance::convert {

// Adds everything that is wrong to the violations: shapes, and what makes a scorecard impossible.
// Paths begin at the scorecard.
domain::Scorecard FromProto(const v1::Scorecard& proto, FieldViolations& violations);
v1::Scorecard ToProto(const domain::Scorecard& card);
// A stored scorecard. INTERNAL when it cannot be read.
absl::StatusOr<domain::Scorecard> ScorecardFromBody(std::string_view body, int64_t version);

v1::AgentScore ToProto(const domain::Score& score, std::string_view agent_id,
                       absl::CivilMonth month, std::string_view currency);

// A figure that scorecards may name: of the catalogue for agents, or of the inspections.
bool IsScoredMetric(std::string_view metric_id);
// Whether a figure is a sum, or a product of sums: it rests on no cases that could be few.
bool IsSum(std::string_view metric_id);

}  // namespace kefu::performance::convert
