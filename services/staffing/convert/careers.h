// Contract <-> domain for careers: ladders, evaluations, promotions, employments, and
// what performance tells of months. As resources.h.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "common/status/error.h"
#include "kefu/performance/v1/reports.pb.h"
#include "kefu/staffing/v1/careers.pb.h"
#include "kefu/staffing/v1/staffing_service.pb.h"
#include "services/staffing/domain/careers/promotion.h"
#include "services/staffing/domain/ladder.h"
#include "services/staffing/domain/types.h"

namespace kefu::staffing::convert {

// Shape and sense: see domain::CheckLadder. Id and version are the caller's to set.
domain::TierLadder FromProto(const v1::TierLadder& proto, FieldViolations& violations);
v1::TierLadder ToProto(const domain::TierLadder& ladder);
// Of a body that was written here.
absl::StatusOr<domain::TierLadder> LadderFromBody(std::string_view body);

v1::EmploymentSpell ToProto(const domain::EmploymentSpell& spell);

v1::PromotionEvaluation ToProto(const domain::careers::Evaluation& evaluation);

// What is to be asked of PromoteAgent: an empty effective_date is left to the caller.
struct AskedPromotion {
  std::string agent_id, tier_id, grade_id;
  std::optional<absl::CivilDay> day;
  std::string reason, override_reason;
  std::vector<std::string> evidence;
};
AskedPromotion FromProto(const v1::PromoteAgentRequest& request, FieldViolations& violations);

// Whom to hire. `fault` is INVALID_FIELDS with everything wrong.
struct AskedHire {
  domain::Agent agent;  // of one who had left only the hire date and the team count
  domain::TierRecord tier;
  std::optional<absl::CivilDay> birth_day;
  absl::Status fault;
};
AskedHire FromProto(const v1::HireAgentRequest& request);

// The figures of a row of a report, in millionths; those without a value are left out.
domain::careers::Figures FiguresFrom(const performance::v1::ReportRow& row);
// Of the stored bytes of one. INTERNAL when they cannot be read.
absl::StatusOr<domain::careers::Figures> FiguresFromBody(std::string_view body);

}  // namespace kefu::staffing::convert
