// Fines that are decided after their month was closed: taken in the next open month, under its
// caps. What was capped when its month was closed is not taken later.
#include <algorithm>

#include "common/status/status_macros.h"
#include "services/performance/handlers/payroll/payroll_run.h"

namespace kefu::performance {
namespace {

namespace pay = domain::payroll;

absl::CivilDay MonthOf(absl::CivilDay day) { return absl::CivilDay(absl::CivilMonth(day)); }

bool IsOf(const pay::Line& line, const pay::ConductMoney& fine) {
  return pay::AreOneFine(line,
                         {.kind = pay::LineKind::kConductFine, .reference = fine.reference}) &&
         fine.amount_minor < 0;
}

// Whether a closed statement has settled a fine, taken or capped: once, whatever day it is said to
// be of since.
bool Settles(const pay::Statement& statement, const pay::ConductMoney& fine) {
  return std::ranges::any_of(
      statement.lines, [&](const pay::Line& line) { return IsOf(line, fine) && !line.pending; });
}

}  // namespace

void PayrollRun::KeepFines(const pay::MonthInput& input) {
  Fines& fines = fines_[input.month];
  for (const pay::AgentInput& agent : input.agents) {
    for (const pay::ConductMoney& conduct : agent.conduct) {
      if (conduct.amount_minor < 0 && (conduct.taken || conduct.pending)) {
        fines[agent.agent_id].push_back(conduct);
      }
    }
  }
}

// What stands now of a fine that a closed month has settled: as much as it is now, an open appeal
// changes nothing. Of months that are not looked at any more it does as it was asked.
std::optional<pay::ConductMoney> PayrollRun::Standing(const std::string& agent_id,
                                                      const pay::Line& settled) const {
  for (const auto& [month, by_agent] : fines_) {
    const auto fines = by_agent.find(agent_id);
    if (fines == by_agent.end()) continue;
    for (const pay::ConductMoney& fine : fines->second) {
      if (!IsOf(settled, fine)) continue;
      pay::ConductMoney stands = fine;
      stands.taken = true;
      stands.pending = false;
      return stands;
    }
  }
  if (fines_.contains(MonthOf(settled.first))) return std::nullopt;
  return pay::ConductMoney{.reference = settled.reference,
                           .kind = settled.note,
                           .day = settled.first,
                           .amount_minor = settled.amount_minor - settled.not_taken_minor};
}

// Those that a closed month has settled and that are another month's.
absl::Status PayrollRun::AddFinesTakenLate(pay::MonthInput& input) {
  ASSIGN_OR_RETURN(const Statements* const closed, ClosedStatements(input.month));
  for (const auto& [agent_id, statement] : *closed) {
    for (const pay::Line& line : statement.lines) {
      if (line.kind != pay::LineKind::kConductFine || line.pending) continue;
      const auto agent = std::ranges::find(input.agents, agent_id, &pay::AgentInput::agent_id);
      if (agent != input.agents.end() &&
          std::ranges::any_of(agent->conduct,
                              [&](const pay::ConductMoney& own) { return IsOf(line, own); })) {
        continue;
      }
      const std::optional<pay::ConductMoney> stands = Standing(agent_id, line);
      if (!stands) continue;
      ASSIGN_OR_RETURN(pay::AgentInput* const fined, AgentIn(input, agent_id));
      fined->conduct.push_back(*stands);
    }
  }
  return absl::OkStatus();
}

absl::Status PayrollRun::AddLateFines(pay::MonthInput& input) {
  for (const auto& [month, by_agent] : fines_) {
    if (!recomputed_.contains(month)) continue;  // older than what is corrected
    for (const auto& [agent_id, fines] : by_agent) {
      for (const pay::ConductMoney& fine : fines) {
        if (!fine.taken) continue;
        bool settled = false;
        for (const auto& [each, now] : recomputed_) {
          if (settled) break;
          ASSIGN_OR_RETURN(const Statements* const closed, ClosedStatements(each));
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
