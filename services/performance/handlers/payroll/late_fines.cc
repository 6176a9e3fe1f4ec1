// Fines that are decided after their month was closed, or stand again after they were given back:
// taken in the next open month, under its caps. What was capped when its month was closed is not
// taken later.
#include <algorithm>
#include <utility>

#include "common/status/status_macros.h"
#include "services/performance/convert/payroll.h"
#include "services/performance/handlers/payroll/payroll_run.h"
#include "services/performance/handlers/payroll/support.h"

namespace kefu::performance {
namespace {

namespace pay = domain::payroll;

absl::CivilDay MonthOf(absl::CivilDay day) { return absl::CivilDay(absl::CivilMonth(day)); }

bool IsOf(const pay::Line& line, const pay::ConductMoney& fine) {
  return pay::AreOneFine(line,
                         {.kind = pay::LineKind::kConductFine, .reference = fine.reference}) &&
         fine.amount_minor < 0;
}

// Adds what a closed statement has settled of a fine, taken or capped: whatever day it is said to
// be of since. Whether it has settled any.
bool AddSettled(const pay::Statement& statement, const pay::ConductMoney& fine,
                const pay::GivenBack& given, pay::FineAsked& asked) {
  bool settled = false;
  for (const pay::Line& line : statement.lines) {
    if (!IsOf(line, fine) || line.pending) continue;
    settled = true;
    const auto back = given.find(pay::GivenBackAs(line));
    asked.most = std::max(asked.most, pay::AskedBy(line));
    asked.net += pay::AskedBy(line) - (back == given.end() ? 0 : back->second);
  }
  return settled;
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

absl::Status PayrollRun::LoadGivenBack(absl::CivilDay first) {
  for (const absl::CivilDay by : closed_months_) {
    if (by < first || by >= open_ || !given_back_by_.insert(by).second) continue;
    ASSIGN_OR_RETURN(const Statements* const closed, ClosedStatements(by));
    for (const auto& [agent_id, statement] : *closed) {
      for (const pay::Line& line : statement.lines) {
        if (line.kind != pay::LineKind::kCorrection || line.reference.empty()) continue;
        given_back_[{agent_id, line.first}][line.reference] += line.amount_minor;
      }
    }
  }
  return absl::OkStatus();
}

pay::GivenBack PayrollRun::GivenBackOf(const std::string& agent_id, absl::CivilDay month) const {
  const auto found = given_back_.find({agent_id, month});
  return found == given_back_.end() ? pay::GivenBack() : found->second;
}

std::optional<pay::FineAsked> PayrollRun::AskedOf(const std::string& agent_id,
                                                  const pay::ConductMoney& fine,
                                                  absl::CivilDay before) const {
  pay::FineAsked asked;
  bool settled = false;
  for (const auto& [month, statements] : closed_) {
    const auto found = statements.find(agent_id);
    if (month >= before || found == statements.end()) continue;
    settled |= AddSettled(found->second, fine, GivenBackOf(agent_id, month), asked);
  }
  return settled ? std::optional(asked) : std::nullopt;
}

absl::StatusOr<int64_t> PayrollRun::DueOf(const std::string& agent_id,
                                          const pay::ConductMoney& fine) {
  if (!fine.taken || fine.amount_minor >= 0) return 0;
  if (const auto asked = AskedOf(agent_id, fine, open_)) {
    return pay::DueAgain(-fine.amount_minor, *asked);
  }
  // Its day may have been that of a month that is not looked at any more.
  ASSIGN_OR_RETURN(const auto rows,
                   store::ListStatements(t_, scope_.scope, agent_id, store::kBeforeAllMonths, "",
                                         store::kAllMonths));
  pay::FineAsked asked;
  for (const store::StatementRow& row : rows) {
    ASSIGN_OR_RETURN(const auto proto, ParseBody<v1::Statement>(row.body));
    if (AddSettled(convert::FromProto(proto), fine, {}, asked)) return 0;
  }
  return -fine.amount_minor;
}

absl::StatusOr<int64_t> PayrollRun::LateFinesOf(absl::CivilDay month, const std::string& agent_id) {
  int64_t due = 0;
  for (const pay::ConductMoney& fine : fines_[month][agent_id]) {
    ASSIGN_OR_RETURN(const int64_t minor, DueOf(agent_id, fine));
    due += minor;
  }
  return due;
}

// What stands now of a fine that a closed month has settled and that is another month's: as much as
// it is now beyond what months before have taken for it and not given back; an open appeal changes
// nothing. Of months that are not looked at any more it does as it was asked.
std::optional<pay::ConductMoney> PayrollRun::Standing(const std::string& agent_id,
                                                      absl::CivilDay month,
                                                      const pay::Line& settled) const {
  for (const auto& [of_month, by_agent] : fines_) {
    const auto fines = by_agent.find(agent_id);
    if (fines == by_agent.end()) continue;
    for (const pay::ConductMoney& fine : fines->second) {
      if (!IsOf(settled, fine)) continue;
      const auto before = AskedOf(agent_id, fine, month);
      pay::ConductMoney stands = fine;
      stands.amount_minor = std::min<int64_t>(0, fine.amount_minor + (before ? before->net : 0));
      stands.taken = true;
      stands.pending = false;
      return stands;
    }
  }
  if (fines_.contains(MonthOf(settled.first))) return std::nullopt;
  return pay::ConductMoney{.reference = settled.reference,
                           .kind = settled.note,
                           .day = settled.first,
                           .amount_minor = -pay::AskedBy(settled)};
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
      const std::optional<pay::ConductMoney> stands = Standing(agent_id, input.month, line);
      if (!stands || stands->amount_minor == 0) continue;
      ASSIGN_OR_RETURN(pay::AgentInput* const fined, AgentIn(input, agent_id));
      fined->conduct.push_back(*stands);
    }
  }
  return absl::OkStatus();
}

// Those that no closed month has taken, and those that were given back and stand again.
absl::Status PayrollRun::AddLateFines(pay::MonthInput& input) {
  for (const auto& [month, by_agent] : fines_) {
    if (!recomputed_.contains(month)) continue;  // older than what is corrected
    for (const auto& [agent_id, fines] : by_agent) {
      for (pay::ConductMoney fine : fines) {
        ASSIGN_OR_RETURN(const int64_t due, DueOf(agent_id, fine));
        if (due == 0) continue;
        fine.amount_minor = -due;
        ASSIGN_OR_RETURN(pay::AgentInput* const agent, AgentIn(input, agent_id));
        agent->conduct.push_back(std::move(fine));
      }
    }
  }
  return absl::OkStatus();
}

}  // namespace kefu::performance
