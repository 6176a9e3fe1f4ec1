// Fines that are decided after their month was closed: taken in the next open month, under its
// caps. What was capped when its month was closed is not taken later.
#include <algorithm>

#include "common/status/status_macros.h"
#include "services/performance/handlers/payroll/payroll_run.h"

namespace kefu::performance {
namespace {

namespace pay = domain::payroll;

absl::CivilDay MonthOf(absl::CivilDay day) { return absl::CivilDay(absl::CivilMonth(day)); }

// Whether a closed statement has settled a fine of an event, taken or capped.
bool Settles(const pay::Statement& statement, const pay::ConductMoney& fine) {
  return std::ranges::any_of(statement.lines, [&](const pay::Line& line) {
    return line.kind == pay::LineKind::kConductFine && line.reference == fine.conduct_id &&
           line.first == fine.day && !line.pending;
  });
}

}  // namespace

void PayrollRun::KeepFines(const pay::MonthInput& input) {
  Fines& fines = fines_[input.month];
  for (const pay::AgentInput& agent : input.agents) {
    for (const pay::ConductMoney& conduct : agent.conduct) {
      if (conduct.amount_minor < 0 && conduct.taken) fines[agent.agent_id].push_back(conduct);
    }
  }
}

// Those of earlier months that a closed month has taken, as far as they still stand; of months that
// are not looked at any more they do.
absl::Status PayrollRun::AddFinesTakenLate(pay::MonthInput& input) {
  ASSIGN_OR_RETURN(const Statements* const closed, ClosedStatements(input.month));
  for (const auto& [agent_id, statement] : *closed) {
    for (const pay::Line& line : statement.lines) {
      if (line.kind != pay::LineKind::kConductFine || line.first >= input.month) continue;
      const pay::ConductMoney taken{.conduct_id = line.reference,
                                    .kind = line.note,
                                    .day = line.first,
                                    .amount_minor = line.amount_minor - line.not_taken_minor};
      const auto looked_at = fines_.find(MonthOf(line.first));
      if (looked_at != fines_.end()) {
        const std::vector<pay::ConductMoney>& standing = looked_at->second[agent_id];
        if (std::ranges::none_of(standing, [&](const pay::ConductMoney& fine) {
              return fine.conduct_id == taken.conduct_id && fine.day == taken.day;
            })) {
          continue;
        }
      }
      ASSIGN_OR_RETURN(pay::AgentInput* const agent, AgentIn(input, agent_id));
      agent->conduct.push_back(taken);
    }
  }
  return absl::OkStatus();
}

absl::Status PayrollRun::AddLateFines(pay::MonthInput& input) {
  for (const auto& [month, by_agent] : fines_) {
    if (!recomputed_.contains(month)) continue;  // older than what is corrected
    for (const auto& [agent_id, fines] : by_agent) {
      for (const pay::ConductMoney& fine : fines) {
        bool settled = false;
        for (const auto& [later, now] : recomputed_) {
          if (settled || later < month) continue;
          ASSIGN_OR_RETURN(const Statements* const closed, ClosedStatements(later));
          const auto found = closed->find(agent_id);
          settled = found != closed->end() && Settles(found->second, fine);
        }
        if (settled) continue;
        ASSIGN_OR_RETURN(pay::AgentInput* const agent, AgentIn(input, agent_id));
        agent->conduct.push_back(fine);
      }
    }
  }
  return absl::OkStatus();
}

}  // namespace kefu::performance
