// What the handlers and jobs of careers share: ladders, posts, candidates, and the writing of a
// step up.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "services/staffing/convert/careers.h"
#include "services/staffing/domain/careers/promotion.h"
#include "services/staffing/handlers/agents.h"
#include "services/staffing/store/careers.h"

namespace kefu::staffing {

// The ladder in force on a day for the organization.
absl::StatusOr<domain::TierLadder> LadderFor(store::Reader reader, std::string_view org_id,
                                             absl::CivilDay day);
// The organization's own versions.
absl::StatusOr<std::vector<domain::TierLadder>> OwnLadders(store::Reader reader,
                                                           std::string_view org_id);

// PERMISSION_DENIED SECOND_PERSON_REQUIRED for the agent in person.
absl::Status RequireOther(const RequestContext& ctx, std::string_view agent_id);

// The posts of every tier of the ladder that needs one, with those who hold one on the day or will,
// `except` left out.
absl::StatusOr<domain::careers::PostBook> LoadPosts(db::Transaction& t, std::string_view org_id,
                                                    const domain::TierLadder& ladder,
                                                    absl::CivilDay day,
                                                    std::string_view except = "");
// For a record that would put the agent into a tier from a day on: takes turns with every other
// such record of the tier. NO_OPEN_POST when the tier needs a post and others hold them all.
absl::Status RequirePost(db::Transaction& t, std::string_view org_id,
                         const domain::TierLadder& ladder, const domain::TierRecord& draft);

// All that is known of the agents for a day. At most 200.
absl::StatusOr<std::vector<domain::careers::Candidate>> LoadCandidates(
    db::Transaction& t, std::string_view org_id, std::vector<domain::Agent> agents,
    const domain::TierLadder& ladder, absl::CivilDay day);

// A step up, looked at under the locks of the agent and of the tier's posts.
struct Step {
  domain::careers::Candidate candidate;
  domain::TierLadder ladder;
  domain::careers::Target target;
  domain::careers::Evaluation evaluation;
  absl::Status allowed;  // CheckPromotion without an override
};
// NOT_FOUND, AGENT_NOT_EMPLOYED, NO_TIER_YET.
absl::StatusOr<Step> PrepareStep(db::Transaction& t, const RequestContext& ctx,
                                 std::string_view agent_id, const std::string& tier_id,
                                 const std::string& grade_id, absl::CivilDay day);

// Writes a tier record of the locked agent that the rules allow, and tells of it. `draft` has all
// but id and actor.
absl::StatusOr<v1::TierChange> WriteTierRecord(const Dependencies& deps, db::Transaction& t,
                                               const RequestContext& ctx,
                                               const domain::TierLadder& ladder,
                                               const domain::Agent& agent,
                                               const domain::careers::ServiceRecord& service,
                                               domain::TierRecord draft);

// Hires somebody new by the criteria of the ladder, or again the agent who had left; what was asked
// has no fault.
absl::StatusOr<v1::Agent> Hire(const Dependencies& deps, db::Transaction& t,
                               const RequestContext& ctx, const std::string& rehire_agent_id,
                               const convert::AskedHire& asked);

}  // namespace kefu::staffing
