// Looks at many agents' promotions, page by page: for the call and for the daily job.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "services/staffing/domain/careers/promotion.h"
#include "services/staffing/store/store.h"

namespace kefu::staffing {

struct Looked {
  std::vector<domain::careers::Evaluation> evaluations;  // by agent
  std::string next;                                      // the last agent looked at; empty: all are
};
// Of one agent, of a team's members on the day, or of everybody, where both are empty: those who
// are employed on the day. NOT_FOUND; of one agent also AGENT_NOT_EMPLOYED and NO_TIER_YET.
absl::StatusOr<Looked> Look(db::Transaction& t, std::string_view org_id, std::string_view agent_id,
                            std::string_view team_id, absl::CivilDay day, store::Page page);

}  // namespace kefu::staffing
