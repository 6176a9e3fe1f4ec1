// Giving a case to somebody, whoever asks for it: rows, history, turns and events in the caller's
// transaction.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/db/transaction.h"
#include "common/ids/id_generator.h"
#include "services/aftersales/domain/assignment/assignment.h"
#include "services/aftersales/domain/types.h"
#include "services/aftersales/fold/case_batch.h"
#include "services/aftersales/store/intake.h"

namespace kefu::aftersales {

// Who acts where no person does.
inline constexpr std::string_view kAssignmentActor = "kefu-aftersales";

// The rules in force in the organization. INTERNAL without any, since some are shipped.
absl::StatusOr<domain::AssignmentPolicy> AssignmentRules(db::Transaction& t,
                                                         std::string_view org_id, absl::Time at);
// Those that are stored so; from memory once they were read.
absl::StatusOr<domain::AssignmentPolicy> AssignmentRules(const store::StoredRules& stored);

// A case and everything that decides who gets it, but the candidates.
struct AssignmentQuestion {
  domain::AssignmentPolicy policy;
  domain::AssignmentSubject subject;
  absl::CivilDay day;  // of the shop's zone
  int32_t minute = 0;
};
absl::StatusOr<AssignmentQuestion> QuestionOf(db::Transaction& t, const domain::Case& record,
                                              const domain::AssignmentPolicy& policy,
                                              absl::Time now);

// Candidates for cases of the question's shop: those who serve it, or `only` these. See
// store::LoadCandidates.
absl::StatusOr<std::vector<domain::AssignmentCandidate>> CandidatesFor(
    db::Transaction& t, std::string_view org_id, const AssignmentQuestion& question, bool lock,
    const std::vector<std::string>& only = {});

// The agent as a candidate for cases of the question's shop, its turn locked. FAILED_PRECONDITION
// AGENT_CANNOT_TAKE_CASE where it cannot have them, whoever gives them. Who is of a base,
// `base_id`, gives to the base's agents only.
absl::StatusOr<domain::AssignmentCandidate> RequireServing(db::Transaction& t,
                                                           std::string_view base_id,
                                                           std::string_view org_id,
                                                           const AssignmentQuestion& question,
                                                           const std::string& agent_id);

// What the rules say. `hands_over` gives the case away, and does not get it.
absl::StatusOr<domain::AssignmentDecision> DecideCase(db::Transaction& t,
                                                      const domain::Case& record,
                                                      const AssignmentQuestion& question, bool lock,
                                                      std::string_view hands_over = "");

struct Giving {
  domain::AssignmentCause cause = domain::AssignmentCause::kUnspecified;
  std::string_view actor = kAssignmentActor;
  std::string reason;
};
// Gives the locked case to who was decided on, or takes it from who has it where that is nobody:
// then it is unassigned. Adds a version to the case.
absl::Status Give(db::Transaction& t, IdGenerator& ids, absl::Time now, domain::Case& record,
                  const AssignmentQuestion& question, const domain::AssignmentDecision& decision,
                  const Giving& giving);

// When a case that nobody could take is tried again: the longer it waits, the more seldom. Where
// nobody serves the shop it is who comes to it that has it tried.
absl::Time NextTry(const domain::AssignmentPolicy& policy,
                   const domain::AssignmentDecision& decision, absl::Time since, absl::Time now);

// The same question of whom a case names that is about to be opened in the shop; nothing is against
// one that names nobody.
absl::Status CheckAssignee(CaseBatch& batch, const store::Shop& shop, absl::Time now,
                           std::string_view base_id, const domain::Case& record);

// Gives a case that was just put into the batch without an agent to one, or notes that it is
// unassigned. Nothing to do for one that has an agent.
absl::Status AssignAtOpening(CaseBatch& batch, IdGenerator& ids, absl::Time now,
                             domain::Case& record);

// Has the job look who works on a locked case that has just become somebody's work again: while it
// was decided its agent may have left, or nobody may have had it. An agent of whom staffing has
// never told keeps it.
absl::Status LookForAgent(db::Transaction& t, absl::Time now, const domain::Case& record);

}  // namespace kefu::aftersales
