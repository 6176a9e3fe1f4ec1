#include "services/performance/handlers/payroll/payroll_run.h"

#include <algorithm>
#include <utility>

#include "common/hash/sha256.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/performance/convert/payroll.h"
#include "services/performance/errors_payroll.h"
#include "services/performance/handlers/judgement/month.h"
#include "services/performance/store/people.h"

namespace kefu::performance {
namespace {

namespace pay = domain::payroll;

absl::StatusOr<PlanTaken> Taken(const PayScope& scope, pay::PayPlan plan, std::string body) {
  if (plan.currency != scope.currency) {
    return error::PayPlanCurrency(plan.id, plan.currency, scope.currency);
  }
  return PlanTaken{std::move(plan), std::move(body)};
}

absl::StatusOr<PlanTaken> Shipped(const PayScope& scope, const pay::PayPlan& plan) {
  return Taken(scope, plan, SerializeDeterministically(convert::ToProto(plan)));
}

absl::StatusOr<PlanTaken> Stored(const PayScope& scope, store::PayPlanRow row) {
  ASSIGN_OR_RETURN(pay::PayPlan plan, convert::PlanFromBody(row.body));
  return Taken(scope, std::move(plan), std::move(row.body));
}

template <class Proto>
absl::StatusOr<Proto> Parse(const std::string& body) {
  Proto proto;
  if (!proto.ParseFromString(body)) return Internal("a stored message of pay cannot be read");
  return proto;
}

// What a fine was meant to be, taken or not.
int64_t FinesAsked(const pay::Statement& statement) {
  int64_t asked = pay::FinesTaken(statement);
  for (const pay::Line& line : statement.lines) asked += line.not_taken_minor;
  return asked;
}

// What a statement says of its own month beyond what another says: earnings as they differ, and
// fines that no longer stand given back. A fine that came after the month was closed is not taken
// by itself.
int64_t Beyond(const pay::Statement& now, const pay::Statement& paid) {
  return pay::OwnEarnings(now) - pay::OwnEarnings(paid) +
         std::max<int64_t>(0, pay::FinesTaken(paid) - FinesAsked(now));
}

}  // namespace

absl::StatusOr<PlanTaken> FindPlan(db::Transaction& t, const PayScope& scope,
                                   const std::string& pay_plan_id) {
  if (const pay::PayPlan* shipped = pay::FindShippedPlan(pay_plan_id)) {
    return Shipped(scope, *shipped);
  }
  ASSIGN_OR_RETURN(auto row, store::FindPayPlan(t, scope.scope.org_id, pay_plan_id));
  if (!row || (!row->shop_id.empty() && row->shop_id != scope.scope.shop_id)) {
    return error::PayPlanNotFound(pay_plan_id);
  }
  return Stored(scope, *std::move(row));
}

absl::StatusOr<PlanTaken> PlanInForce(db::Transaction& t, const PayScope& scope,
                                      absl::CivilDay month) {
  ASSIGN_OR_RETURN(auto row, store::PayPlanInForce(t, scope.scope, month));
  if (!row && !scope.scope.shop_id.empty()) {
    ASSIGN_OR_RETURN(row, store::PayPlanInForce(t, {scope.scope.org_id, ""}, month));
  }
  if (row) return Stored(scope, *std::move(row));
  std::string stage;
  if (!scope.scope.shop_id.empty()) {
    ASSIGN_OR_RETURN(stage, store::StageOn(t, scope.scope, month));
  }
  return Shipped(scope, pay::PlanOfStage(stage));
}

absl::Status RequireScorecard(db::Transaction& t, const PayScope& scope, const pay::PayPlan& plan,
                              absl::CivilDay month) {
  if (plan.scorecard_id.empty()) return absl::OkStatus();
  const absl::CivilMonth from(plan.effective_from.value_or(month));
  for (const ShopScope& shop : scope.shops) {
    RETURN_IF_ERROR(ScorecardFor(t, shop.scope, plan.scorecard_id, from).status());
  }
  return absl::OkStatus();
}

std::string StatementsHash(const std::string& plan_body,
                           std::span<const v1::Statement> statements) {
  std::string parts = Sha256({plan_body});
  for (v1::Statement statement : statements) {
    statement.clear_state();
    parts += Sha256({SerializeDeterministically(statement)});
  }
  return Hex(Sha256({parts}));
}

std::string PeriodHash(const std::string& previous_hash, const std::string& statements_hash,
                       std::span<const std::string> sources) {
  std::string parts = previous_hash + "\n" + statements_hash + "\n";
  for (const std::string& body : sources) parts += Sha256({body});
  return Hex(Sha256({parts}));
}

absl::StatusOr<std::optional<PayMonth>> PayrollRun::Closed(absl::CivilDay month) {
  ASSIGN_OR_RETURN(auto row, store::FindPayPeriod(t_, scope_.scope, month));
  if (!row) return std::nullopt;
  PayMonth closed;
  ASSIGN_OR_RETURN(closed.period, Parse<v1::PayPeriod>(row->body));
  ASSIGN_OR_RETURN(const auto statements,
                   store::LoadStatements(t_, scope_.scope, month, /*with_sources=*/false));
  for (const store::StatementRow& statement : statements) {
    ASSIGN_OR_RETURN(closed.statements.emplace_back(), Parse<v1::Statement>(statement.body));
    closed.statements.back().set_state(v1::PAY_STATE_CLOSED);
  }
  return closed;
}

absl::StatusOr<PayrollRun::Statements> PayrollRun::ClosedStatements(absl::CivilDay month) {
  ASSIGN_OR_RETURN(const auto rows,
                   store::LoadStatements(t_, scope_.scope, month, /*with_sources=*/false));
  Statements statements;
  for (const store::StatementRow& row : rows) {
    ASSIGN_OR_RETURN(const auto proto, Parse<v1::Statement>(row.body));
    statements[row.agent_id] = convert::FromProto(proto);
  }
  return statements;
}

absl::StatusOr<const PayrollRun::Statements*> PayrollRun::RatesOf(absl::CivilDay month) {
  if (const auto known = rates_.find(month); known != rates_.end()) return &known->second;
  ASSIGN_OR_RETURN(const auto closed, store::FindPayPeriod(t_, scope_.scope, month));
  Statements statements;
  if (closed) {
    ASSIGN_OR_RETURN(statements, ClosedStatements(month));
  } else {
    ASSIGN_OR_RETURN(const PlanTaken plan, PlanInForce(t_, scope_, month));
    ASSIGN_OR_RETURN(auto computed, OwnPay(month, plan.plan));
    for (pay::Statement& statement : computed) {
      const std::string agent_id = statement.agent_id;
      statements[agent_id] = std::move(statement);
    }
  }
  return &(rates_[month] = std::move(statements));
}

absl::Status PayrollRun::AddRates(pay::MonthInput& input) {
  for (pay::AgentInput& agent : input.agents) {
    for (pay::EarlierSale& sale : agent.earlier_sales) {
      ASSIGN_OR_RETURN(const Statements* const rates, RatesOf(sale.month));
      const auto found = rates->find(agent.agent_id);
      if (found == rates->end()) continue;
      sale.sales_minor = found->second.commissioned_sales_minor[sale.buyer];
      sale.commission_minor = found->second.commission_minor[sale.buyer];
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<pay::AgentInput*> PayrollRun::AgentIn(pay::MonthInput& input,
                                                     const std::string& agent_id) {
  const auto at =
      std::ranges::lower_bound(input.agents, agent_id, std::less<>(), &pay::AgentInput::agent_id);
  if (at != input.agents.end() && at->agent_id == agent_id) return &*at;
  ASSIGN_OR_RETURN(pay::AgentInput agent, loader_.Person(input.month, agent_id));
  return &*input.agents.insert(at, std::move(agent));
}

absl::Status PayrollRun::AddEntries(pay::MonthInput& input) {
  ASSIGN_OR_RETURN(const auto rows, store::LoadPayEntries(t_, scope_.scope, input.month));
  for (const store::PayEntryRow& row : rows) {
    ASSIGN_OR_RETURN(const auto entry, Parse<v1::PayEntry>(row.body));
    ASSIGN_OR_RETURN(pay::AgentInput* const agent, AgentIn(input, row.agent_id));
    agent->entries.push_back({row.id, entry.reason(), entry.amount().minor_units()});
  }
  return absl::OkStatus();
}

absl::Status PayrollRun::AddCarriedIn(pay::MonthInput& input, absl::CivilDay closed) {
  if (closed != MonthBefore(input.month)) return absl::OkStatus();
  ASSIGN_OR_RETURN(const Statements statements, ClosedStatements(closed));
  for (const auto& [agent_id, statement] : statements) {
    if (statement.carried_out_minor == 0) continue;
    ASSIGN_OR_RETURN(pay::AgentInput* const agent, AgentIn(input, agent_id));
    agent->carried_in_minor = statement.carried_out_minor;
  }
  return absl::OkStatus();
}

absl::StatusOr<std::map<std::string, int64_t>> PayrollRun::LateChangesOf(
    const store::PayPeriodRow& period) {
  ASSIGN_OR_RETURN(const pay::PayPlan plan, convert::PlanFromBody(period.plan_body));
  ASSIGN_OR_RETURN(pay::MonthInput input, loader_.Load(period.month, plan));
  RETURN_IF_ERROR(AddRates(input));
  ASSIGN_OR_RETURN(const auto now, pay::Compute(plan, input));
  ASSIGN_OR_RETURN(Statements paid, ClosedStatements(period.month));
  std::map<std::string, int64_t> changes;
  for (const pay::Statement& statement : now) {
    changes[statement.agent_id] = Beyond(statement, paid[statement.agent_id]);
  }
  for (const auto& [agent_id, statement] : paid) {
    if (!changes.contains(agent_id)) changes[agent_id] = Beyond({}, statement);
  }
  ASSIGN_OR_RETURN(const auto booked, store::CorrectionsOf(t_, scope_.scope, period.month));
  for (const auto& [agent_id, minor] : booked) changes[agent_id] -= minor;
  return changes;
}

absl::Status PayrollRun::AddLateChanges(pay::MonthInput& input, absl::CivilDay closed) {
  if (closed >= input.month) return absl::OkStatus();
  ASSIGN_OR_RETURN(
      const auto periods,
      store::ListPayPeriods(t_, scope_.scope, MonthBefore(input.month, kCorrectedMonths + 1),
                            kCorrectedMonths));
  for (const store::PayPeriodRow& period : periods) {
    ASSIGN_OR_RETURN(const auto changes, LateChangesOf(period));
    for (const auto& [agent_id, minor] : changes) {
      if (minor == 0) continue;
      ASSIGN_OR_RETURN(pay::AgentInput* const agent, AgentIn(input, agent_id));
      agent->late_changes.push_back({period.month, minor});
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<pay::Statement>> PayrollRun::OwnPay(absl::CivilDay month,
                                                               const pay::PayPlan& plan) {
  ASSIGN_OR_RETURN(pay::MonthInput input, loader_.Load(month, plan));
  for (pay::AgentInput& agent : input.agents) agent.earlier_sales.clear();
  return pay::Compute(plan, input);
}

absl::StatusOr<PayMonth> PayrollRun::Open(absl::CivilDay month, PlanTaken taken) {
  ASSIGN_OR_RETURN(pay::MonthInput input, loader_.Load(month, taken.plan));
  RETURN_IF_ERROR(AddRates(input));
  RETURN_IF_ERROR(AddEntries(input));
  ASSIGN_OR_RETURN(const auto closed, store::ClosedMonth(t_, scope_.scope));
  if (closed) {
    RETURN_IF_ERROR(AddCarriedIn(input, *closed));
    RETURN_IF_ERROR(AddLateChanges(input, *closed));
  }
  ASSIGN_OR_RETURN(const auto statements, pay::Compute(taken.plan, input));
  PayMonth open;
  v1::PayPeriod& period = open.period;
  int64_t total = 0;
  for (size_t i = 0; i < statements.size(); ++i) {
    const pay::AgentInput& agent = input.agents[i];
    open.statements.push_back(convert::ToProto(
        statements[i],
        {scope_.scope.shop_id, month, taken.plan.id, scope_.currency, agent.employment_known}));
    open.statements.back().set_state(v1::PAY_STATE_OPEN);
    total += statements[i].total_minor;
    if (!statements[i].problems.empty()) period.set_problem_count(period.problem_count() + 1);
    for (const pay::LateChange& change : agent.late_changes) {
      open.corrections.push_back({agent.agent_id, change.month, change.amount_minor});
    }
  }
  period.set_shop_id(scope_.scope.shop_id);
  period.set_year(static_cast<int32_t>(month.year()));
  period.set_month(month.month());
  period.set_state(v1::PAY_STATE_OPEN);
  period.set_pay_plan_id(taken.plan.id);
  period.set_pay_plan_version(taken.plan.version);
  period.set_definition_id(scope_.definition->id);
  period.set_definition_version(scope_.definition->version);
  *period.mutable_total() = convert::MoneyOf(total, scope_.currency);
  period.set_statement_count(static_cast<int32_t>(statements.size()));
  period.set_statements_hash(StatementsHash(taken.body, open.statements));
  open.plan = std::move(taken);
  return open;
}

}  // namespace kefu::performance
