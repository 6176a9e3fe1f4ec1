// Statements and what lies behind their lines, closed or computed, and simulations.
#include <fmt/format.h>

#include <algorithm>

#include "absl/strings/numbers.h"
#include "common/convert/fields.h"
#include "common/hash/sha256.h"
#include "services/performance/domain/payroll/simulation.h"
#include "services/performance/errors_payroll.h"
#include "services/performance/handlers/payroll/payroll_handlers.h"
#include "services/performance/handlers/payroll/payroll_run.h"
#include "services/performance/handlers/payroll/support.h"

namespace kefu::performance {
namespace {

namespace pay = domain::payroll;

constexpr int kMaxSimulatedMonths = 24;

// A month as it was closed, else computed by the plan named or in force.
absl::StatusOr<PayMonth> MonthOf(PayrollRun& run, db::Transaction& t, const PayScope& scope,
                                 absl::CivilDay month, const std::string& pay_plan_id) {
  ASSIGN_OR_RETURN(auto closed, run.Closed(month));
  if (closed) {
    if (pay_plan_id.empty() || pay_plan_id == closed->period.pay_plan_id()) {
      return *std::move(closed);
    }
    return error::PayPeriodClosed(month, "SimulatePayroll tries another plan");
  }
  PlanTaken plan;
  if (pay_plan_id.empty()) {
    ASSIGN_OR_RETURN(plan, PlanInForce(t, scope, month));
  } else {
    ASSIGN_OR_RETURN(plan, FindPlan(t, scope, pay_plan_id));
  }
  return run.Open(month, std::move(plan));
}

absl::StatusOr<PayMonth> ReadMonth(const Dependencies& deps, const RequestContext& ctx,
                                   const PayScope& scope, absl::CivilDay month,
                                   const std::string& pay_plan_id) {
  return ReadPay(deps, ctx, scope, month, [&](db::Transaction& t, PayrollRun& run) {
    return MonthOf(run, t, scope, month, pay_plan_id);
  });
}

const v1::Statement* StatementIn(const PayMonth& month, const std::string& agent_id) {
  const auto found =
      std::ranges::find(month.statements, agent_id,
                        [](const v1::Statement& s) -> const std::string& { return s.agent_id(); });
  return found == month.statements.end() ? nullptr : &*found;
}

// --- Explanations ---

struct Explained {
  v1::Statement statement;
  pay::Sources sources;
};

absl::StatusOr<Explained> ExplainedBy(db::Transaction& t, PayrollRun& run, const PayScope& scope,
                                      absl::CivilDay month, const std::string& agent_id) {
  Explained explained;
  ASSIGN_OR_RETURN(const auto stored, store::FindStatement(t, scope.scope, month, agent_id));
  if (stored) {
    v1::StatementSources sources;
    RETURN_IF_ERROR(ReadBody(stored->body, explained.statement));
    RETURN_IF_ERROR(ReadBody(stored->sources, sources));
    explained.sources = convert::FromProto(sources);
    return explained;
  }
  ASSIGN_OR_RETURN(const PayMonth read, MonthOf(run, t, scope, month, ""));
  const v1::Statement* const statement = StatementIn(read, agent_id);
  if (statement == nullptr) return error::StatementNotFound(agent_id, month);
  explained.statement = *statement;
  ASSIGN_OR_RETURN(auto sources, run.SourcesOf(month, agent_id));
  explained.sources = std::move(sources[agent_id]);
  return explained;
}

// --- Simulations ---

struct Simulation {
  absl::CivilDay first;
  int months = 1;
};

absl::StatusOr<Simulation> SimulationOf(const v1::SimulatePayrollRequest& request) {
  FieldViolations violations;
  Simulation asked{AskedMonth(request, violations), std::max(1, request.month_count())};
  violations.Check(request.month_count() >= 0 && request.month_count() <= kMaxSimulatedMonths,
                   "month_count", fmt::format("must be 0 to {}", kMaxSimulatedMonths));
  violations.Check(request.has_plan() == request.pay_plan_id().empty(), "pay_plan_id",
                   "exactly one of pay_plan_id and plan must be set");
  kefu::convert::OptionalId(request.pay_plan_id(), "pay_plan_id", violations);
  kefu::convert::OptionalId(request.baseline_pay_plan_id(), "baseline_pay_plan_id", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  return asked;
}

// The plan to try.
absl::StatusOr<pay::PayPlan> TriedPlan(db::Transaction& t, const PayScope& scope,
                                       absl::CivilDay month,
                                       const v1::SimulatePayrollRequest& request) {
  if (!request.has_plan()) {
    ASSIGN_OR_RETURN(PlanTaken taken, FindPlan(t, scope, request.pay_plan_id()));
    return std::move(taken.plan);
  }
  ASSIGN_OR_RETURN(std::set<std::string> grades, store::LoadGrades(t, scope.scope.org_id));
  grades.insert(pay::ShippedGrades().begin(), pay::ShippedGrades().end());
  FieldViolations violations;
  pay::PayPlan plan = convert::PlanFrom(request.plan(), scope.currency, grades, "plan", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  RETURN_IF_ERROR(RequireScorecard(t, scope, plan, month));
  return plan;
}

// The plan that a month is held against: of a closed month the one by which it was closed.
absl::StatusOr<pay::PayPlan> Baseline(db::Transaction& t, const PayScope& scope,
                                      const std::string& pay_plan_id, absl::CivilDay month) {
  PlanTaken taken;
  if (!pay_plan_id.empty()) {
    ASSIGN_OR_RETURN(taken, FindPlan(t, scope, pay_plan_id));
    return std::move(taken.plan);
  }
  ASSIGN_OR_RETURN(const auto closed, store::FindPayPeriod(t, scope.scope, month));
  if (closed) return convert::PlanFromBody(closed->plan_body);
  ASSIGN_OR_RETURN(taken, PlanInForce(t, scope, month));
  return std::move(taken.plan);
}

}  // namespace

absl::StatusOr<size_t> OffsetOf(const AskedPage& page) {
  if (page.keys.empty()) return 0;
  uint64_t offset = 0;
  if (!absl::SimpleAtoi(page.keys[0], &offset)) {
    return InvalidArgument(db::kBadPageToken, "page_token", "is damaged");
  }
  return offset;
}

absl::StatusOr<v1::ComputePayrollResponse> PayrollHandlers::ComputePayroll(
    const RequestContext& ctx, const v1::ComputePayrollRequest& request) const {
  FieldViolations violations;
  const absl::CivilDay month = AskedMonth(request, violations);
  kefu::convert::OptionalId(request.pay_plan_id(), "pay_plan_id", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  RETURN_IF_ERROR(db::PageSize(request.page_size()).status());
  ASSIGN_OR_RETURN(const PayScope scope, RequirePayScope(deps_, ctx, request.shop_id()));
  ASSIGN_OR_RETURN(PayMonth read, ReadMonth(deps_, ctx, scope, month, request.pay_plan_id()));
  // The hash binds a token to the statements as they were read.
  ASSIGN_OR_RETURN(const AskedPage page,
                   PageOf(ctx, request, request.shop_id() + read.period.statements_hash(), 1));
  ASSIGN_OR_RETURN(size_t at, OffsetOf(page));
  v1::ComputePayrollResponse response;
  *response.mutable_period() = read.period;
  const size_t end = std::min(read.statements.size(), at + page.size);
  for (; at < end; ++at) response.add_statements()->Swap(&read.statements[at]);
  if (end < read.statements.size()) {
    response.set_next_page_token(db::EncodePageToken(page.filter, {fmt::format("{}", end)}));
  }
  return response;
}

absl::StatusOr<v1::Statement> PayrollHandlers::GetStatement(
    const RequestContext& ctx, const v1::GetStatementRequest& request) const {
  RETURN_IF_ERROR(RequirePayOf(ctx, request.agent_id()));
  FieldViolations violations;
  const absl::CivilDay month = AskedMonth(request, violations);
  CheckAgent(request.agent_id(), "agent_id", /*required=*/true, violations);
  RETURN_IF_ERROR(violations.ToStatus());
  ASSIGN_OR_RETURN(const PayScope scope,
                   RequirePayScope(deps_, ctx, request.shop_id(), request.agent_id()));
  ASSIGN_OR_RETURN(const PayMonth read, ReadMonth(deps_, ctx, scope, month, ""));
  const v1::Statement* const statement = StatementIn(read, request.agent_id());
  if (statement == nullptr) return error::StatementNotFound(request.agent_id(), month);
  return *statement;
}

absl::StatusOr<v1::ListStatementsResponse> PayrollHandlers::ListStatements(
    const RequestContext& ctx, const v1::ListStatementsRequest& request) const {
  RETURN_IF_ERROR(RequirePayOf(ctx, request.agent_id()));
  FieldViolations violations;
  kefu::convert::OptionalId(request.shop_id(), "shop_id", violations);
  CheckAgent(request.agent_id(), "agent_id", /*required=*/false, violations);
  RETURN_IF_ERROR(violations.ToStatus());
  ASSIGN_OR_RETURN(const PayScope scope,
                   RequirePayScope(deps_, ctx, request.shop_id(), request.agent_id()));
  ASSIGN_OR_RETURN(const AskedPage page,
                   PageOf(ctx, request, request.shop_id() + "/" + request.agent_id(), 2));
  absl::CivilDay after_month(1, 1, 1);
  if (!page.keys.empty() && !absl::ParseCivilTime(page.keys[0], &after_month)) {
    return InvalidArgument(db::kBadPageToken, "page_token", "is damaged");
  }
  ASSIGN_OR_RETURN(
      const auto rows, deps_.database.RunInTransaction(ctx.deadline, [&](db::Transaction& t) {
        return store::ListStatements(t, scope.scope, request.agent_id(), after_month,
                                     page.keys.empty() ? "" : page.keys[1], page.size + 1);
      }));
  v1::ListStatementsResponse response;
  for (size_t i = 0; i < rows.size(); ++i) {
    if (response.statements_size() == page.size) {
      response.set_next_page_token(db::EncodePageToken(
          page.filter, {absl::FormatCivilTime(rows[i - 1].month), rows[i - 1].agent_id}));
      break;
    }
    RETURN_IF_ERROR(ReadBody(rows[i].body, *response.add_statements()));
    response.mutable_statements(static_cast<int>(i))->set_state(v1::PAY_STATE_CLOSED);
  }
  return response;
}

absl::StatusOr<v1::ExplainStatementLineResponse> PayrollHandlers::ExplainStatementLine(
    const RequestContext& ctx, const v1::ExplainStatementLineRequest& request) const {
  RETURN_IF_ERROR(RequirePayOf(ctx, request.agent_id()));
  FieldViolations violations;
  const absl::CivilDay month = AskedMonth(request, violations);
  CheckAgent(request.agent_id(), "agent_id", /*required=*/true, violations);
  violations.Check(request.line_number() >= 1, "line_number", "must be 1 or more");
  RETURN_IF_ERROR(violations.ToStatus());
  RETURN_IF_ERROR(db::PageSize(request.page_size()).status());
  ASSIGN_OR_RETURN(const PayScope scope,
                   RequirePayScope(deps_, ctx, request.shop_id(), request.agent_id()));
  ASSIGN_OR_RETURN(const Explained read,
                   ReadPay(deps_, ctx, scope, month, [&](db::Transaction& t, PayrollRun& run) {
                     return ExplainedBy(t, run, scope, month, request.agent_id());
                   }));
  const pay::Statement statement = convert::FromProto(read.statement);
  const size_t line = request.line_number() - 1;
  if (line >= statement.lines.size()) {
    return error::StatementLineNotFound(request.agent_id(), request.line_number(),
                                        statement.lines.size());
  }
  const auto rows = pay::Explain(statement.agent_id, statement.lines[line], read.sources);
  v1::ExplainStatementLineResponse response;
  *response.mutable_line() = read.statement.lines(static_cast<int>(line));
  response.set_pay_plan_id(read.statement.pay_plan_id());
  ASSIGN_OR_RETURN(
      const AskedPage page,
      PageOf(ctx, request, request.shop_id() + response.line().SerializeAsString(), 1));
  ASSIGN_OR_RETURN(size_t at, OffsetOf(page));
  const size_t end = std::min(rows.size(), at + page.size);
  for (; at < end; ++at) *response.add_sources() = convert::ToProto(rows[at], scope.currency);
  if (end < rows.size()) {
    response.set_next_page_token(db::EncodePageToken(page.filter, {fmt::format("{}", end)}));
  }
  return response;
}

absl::StatusOr<v1::SimulatePayrollResponse> PayrollHandlers::SimulatePayroll(
    const RequestContext& ctx, const v1::SimulatePayrollRequest& request) const {
  ASSIGN_OR_RETURN(const Simulation asked, SimulationOf(request));
  ASSIGN_OR_RETURN(const PayScope scope, RequirePayScope(deps_, ctx, request.shop_id()));
  pay::Comparer comparer;
  for (int i = 0; i < asked.months; ++i) {
    const absl::CivilDay month = MonthBefore(asked.first, -i);
    using Both = std::pair<std::vector<pay::Statement>, std::vector<pay::Statement>>;
    ASSIGN_OR_RETURN(
        const Both both,
        ReadPay(deps_, ctx, scope, month,
                [&](db::Transaction& t, PayrollRun& run) -> absl::StatusOr<Both> {
                  ASSIGN_OR_RETURN(const pay::PayPlan tried, TriedPlan(t, scope, month, request));
                  ASSIGN_OR_RETURN(const pay::PayPlan baseline,
                                   Baseline(t, scope, request.baseline_pay_plan_id(), month));
                  Both result;
                  ASSIGN_OR_RETURN(result.first, run.OwnPay(month, baseline));
                  ASSIGN_OR_RETURN(result.second, run.OwnPay(month, tried));
                  return result;
                }));
    comparer.Add(both.first, both.second);
  }
  return convert::ToProto(comparer.Result(), scope.currency);
}

}  // namespace kefu::performance
