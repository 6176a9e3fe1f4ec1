// Who may work on which case, as staffing tells it, and what was decided. The functions keep no
// state and are thread-safe; all return the database's errors. Bodies are messages of the contract,
// opaque here.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "common/db/transaction.h"
#include "services/aftersales/domain/assignment/assignment.h"
#include "services/aftersales/store/cases.h"

namespace kefu::aftersales::store {

// --- What staffing tells. Each adds or replaces a row: what is told twice stands once.
struct AssignmentAgent {
  std::string agent_id;
  std::string base_id;
  absl::CivilDay hire_date;
  std::optional<absl::CivilDay> leave_date;
  std::vector<std::string> languages, skills;
};
absl::Status SaveAssignmentAgent(db::Transaction& t, std::string_view org_id,
                                 const AssignmentAgent& agent);
// A shift that runs, or one that has ended.
absl::Status SaveShift(db::Transaction& t, std::string_view org_id, std::string_view agent_id,
                       std::string_view shift_id, bool runs);
struct DatedSkill {
  std::string agent_id, agent_skill_id, skill_id;
  absl::CivilDay from;
  std::optional<absl::CivilDay> until;
};
absl::Status SaveAssignmentSkill(db::Transaction& t, std::string_view org_id,
                                 const DatedSkill& skill);
struct Serving {
  std::string assignment_id, agent_id, shop_id;
  bool after_sales = false;
  absl::CivilDay start;
  std::optional<absl::CivilDay> end;
};
absl::Status SaveServing(db::Transaction& t, std::string_view org_id, const Serving& serving);
struct Leave {
  std::string agent_id, leave_id;
  bool counts = false;
  absl::CivilDay start;
  std::optional<absl::CivilDay> end;
  int32_t from_minute = 0, to_minute = 0;  // of a part of the first day; to_minute 0: whole days
};
absl::Status SaveLeave(db::Transaction& t, std::string_view org_id, const Leave& leave);
struct ContractedShops {
  std::string contract_id, base_id;
  std::vector<std::string> shop_ids;
  absl::CivilDay start, end;
};
// The shops that the contract is kept for.
absl::StatusOr<std::vector<std::string>> ShopsOfContract(db::Transaction& t,
                                                         std::string_view org_id,
                                                         std::string_view contract_id);
// Replaces all of its shops.
absl::Status SaveContractedShops(db::Transaction& t, std::string_view org_id,
                                 const ContractedShops& contract);

// Zones of the shops that the agent serves or has served.
absl::StatusOr<std::vector<std::string>> ZonesOfAgent(db::Transaction& t, std::string_view org_id,
                                                      std::string_view agent_id);
absl::StatusOr<std::vector<std::string>> AgentsOfBase(db::Transaction& t, std::string_view org_id,
                                                      std::string_view base_id);
// Merchants that have, or had, a contract with the base.
absl::StatusOr<std::vector<std::string>> MerchantsOfBase(db::Transaction& t,
                                                         std::string_view base_id);

// --- Candidates.
// Where and when a case is given: the day and minute of the shop's zone.
struct AssignmentPlace {
  std::string org_id;
  std::string shop_id;
  absl::CivilDay day;
  int32_t minute = 0;
};
// The agents who serve the shop on the day, pre-sales included.
absl::StatusOr<std::vector<std::string>> ServingAgents(db::Transaction& t,
                                                       const AssignmentPlace& place);
// These agents as candidates, in order of id. Who is not known in the merchant's organization is
// looked for among the agents of the bases that have a contract for the shop, by which it serves
// it. With kLock their turns are locked until the transaction ends, in order of id, so that caps
// hold and turns go round whoever decides at the same time.
absl::StatusOr<std::vector<domain::AssignmentCandidate>> LoadCandidates(
    db::Transaction& t, const AssignmentPlace& place, std::vector<std::string> agent_ids,
    const domain::AssignmentPolicy& policy, bool lock);
// Makes sure that the agent has a turn in the merchant's organization which can be locked: agents
// whom only their base knows have none before.
absl::Status KeepTurnOf(db::Transaction& t, std::string_view org_id, std::string_view agent_id,
                        std::string_view base_id);
absl::StatusOr<domain::ShareTally> Tally(db::Transaction& t, std::string_view org_id,
                                         std::string_view shop_id);
// Notes that the agent had its turn, the organization's latest, with a case of the shop.
absl::Status AddTurn(db::Transaction& t, std::string_view org_id, std::string_view shop_id,
                     std::string_view agent_id, std::string_view base_id);

// --- Cases.
// Writes assignee and version of a locked case.
absl::Status SaveAssignee(db::Transaction& t, const domain::Case& record);
absl::Status InsertDecision(db::Transaction& t, const domain::Case& record, std::string_view body);
// The last `limit`, newest first.
absl::StatusOr<std::vector<std::string>> ListDecisions(db::Transaction& t, std::string_view org_id,
                                                       std::string_view case_id, int limit);
// Shops in which the agent has cases that need somebody.
absl::StatusOr<std::vector<std::string>> ShopsHeldBy(db::Transaction& t, std::string_view org_id,
                                                     std::string_view agent_id);
// Up to `limit` of these cases, those that fall due first in front.
absl::StatusOr<std::vector<std::string>> CasesHeldBy(db::Transaction& t, std::string_view org_id,
                                                     std::string_view agent_id,
                                                     std::string_view shop_id, int limit);

// --- Cases without an agent.
struct Unassigned {
  std::string org_id, case_id;
  std::string reason;
  absl::Time since, next;  // next is InfiniteFuture where it is not tried again
};
// Adds the rows, or replaces reason and next of those that stand.
struct UnassignedRow {
  Unassigned unassigned;
  std::string shop_id;
};
absl::Status SaveUnassigned(db::Transaction& t, std::span<const UnassignedRow> rows);
absl::Status SaveUnassigned(db::Transaction& t, const domain::Case& record, std::string_view reason,
                            absl::Time since, absl::Time next);
absl::Status DeleteUnassigned(db::Transaction& t, std::string_view org_id,
                              std::string_view case_id);
// The row, locked, if it is there.
absl::StatusOr<std::optional<Unassigned>> LockUnassigned(db::Transaction& t,
                                                         std::string_view org_id,
                                                         std::string_view case_id);
// Up to `limit` that are to be tried by `now`, of all organizations, not locked.
absl::StatusOr<std::vector<Unassigned>> DueUnassigned(db::Transaction& t, absl::Time now,
                                                      int limit);
// Has those tried at `at` that the agent may take, or all of the organization.
absl::Status WakeForAgent(db::Transaction& t, std::string_view org_id, std::string_view agent_id,
                          absl::Time at);
absl::Status WakeAll(db::Transaction& t, std::string_view org_id, absl::Time at);
// A page of cases that need an agent and have none, by due time and id; reason and since are empty
// and the case's own where no row says them.
absl::StatusOr<std::vector<Unassigned>> ListUnassigned(db::Transaction& t, const CaseFilter& reach,
                                                       const CasePage& page);

// --- Looks at agents.
absl::Status AddCheck(db::Transaction& t, std::string_view org_id, std::string_view agent_id,
                      absl::Time due);
// The same of an agent of whom staffing has told, to the merchant or to a base with which it has or
// had a contract; of others nothing.
absl::Status AddCheckOfKnown(db::Transaction& t, std::string_view org_id, std::string_view agent_id,
                             absl::Time due);
struct Check {
  std::string org_id, agent_id;
  absl::Time due;
};
// One that is due, locked, passing over those that others hold.
absl::StatusOr<std::optional<Check>> ClaimCheck(db::Transaction& t, absl::Time now);
// Removes it, and all of the agent's that are due no later than it.
absl::Status DeleteChecks(db::Transaction& t, const Check& check);

}  // namespace kefu::aftersales::store
