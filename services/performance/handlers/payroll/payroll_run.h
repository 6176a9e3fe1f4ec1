// How a month's statements come about: closed ones read, open ones computed with the rates, entries
// and late changes of other months.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "common/db/transaction.h"
#include "kefu/performance/v1/payroll.pb.h"
#include "services/performance/handlers/payroll/month_loader.h"
#include "services/performance/handlers/payroll/pay_scope.h"
#include "services/performance/store/payroll.h"

namespace kefu::performance {

// A plan as it is applied, and as it is stored.
struct PlanTaken {
  domain::payroll::PayPlan plan;
  std::string body;
};

// A stored or shipped plan: NOT_FOUND, also for another shop's; FAILED_PRECONDITION
// PAY_PLAN_CURRENCY.
absl::StatusOr<PlanTaken> FindPlan(db::Transaction& t, const PayScope& scope,
                                   const std::string& pay_plan_id);
// The plan in force in a month: the shop's, else the organization's, else the shipped one of the
// shop's stage. FAILED_PRECONDITION PAY_PLAN_CURRENCY.
absl::StatusOr<PlanTaken> PlanInForce(db::Transaction& t, const PayScope& scope,
                                      absl::CivilDay month);

// NOT_FOUND where a shop has no such scorecard as the plan names on the day
// that it takes effect, of a plan for simulations in `month`.
absl::Status RequireScorecard(db::Transaction& t, const PayScope& scope,
                              const domain::payroll::PayPlan& plan, absl::CivilDay month);

// A month with its statements.
struct PayMonth {
  v1::PayPeriod period;
  std::vector<v1::Statement> statements;          // by agent
  PlanTaken plan;                                 // of an open month
  std::vector<store::CorrectionRow> corrections;  // what an open month corrects of closed ones
};

// Used by one thread, in one transaction. Keeps what it has read.
class PayrollRun {
 public:
  PayrollRun(db::Transaction& t, const PayScope& scope) : t_(t), scope_(scope), loader_(t, scope) {}

  // As it was closed; nothing when it is open. INTERNAL when it cannot be read.
  absl::StatusOr<std::optional<PayMonth>> Closed(absl::CivilDay month);
  // As it would be closed by this plan.
  absl::StatusOr<PayMonth> Open(absl::CivilDay month, PlanTaken plan);
  // What a plan makes of a month's own figures: without other months, entries and refunds of
  // earlier sales.
  absl::StatusOr<std::vector<domain::payroll::Statement>> OwnPay(
      absl::CivilDay month, const domain::payroll::PayPlan& plan);
  MonthLoader& loader() { return loader_; }

 private:
  using Statements = std::map<std::string, domain::payroll::Statement>;  // by agent

  absl::Status AddRates(domain::payroll::MonthInput& input);
  absl::Status AddEntries(domain::payroll::MonthInput& input);
  absl::Status AddCarriedIn(domain::payroll::MonthInput& input, absl::CivilDay closed);
  absl::Status AddLateChanges(domain::payroll::MonthInput& input, absl::CivilDay closed);
  // What facts now make of a closed month against what was paid for it so far, by agent.
  absl::StatusOr<std::map<std::string, int64_t>> LateChangesOf(const store::PayPeriodRow& period);
  // Statements that say at what rate a month's sales earned commission.
  absl::StatusOr<const Statements*> RatesOf(absl::CivilDay month);
  absl::StatusOr<Statements> ClosedStatements(absl::CivilDay month);
  absl::StatusOr<domain::payroll::AgentInput*> AgentIn(domain::payroll::MonthInput& input,
                                                       const std::string& agent_id);

  db::Transaction& t_;
  const PayScope& scope_;
  MonthLoader loader_;
  std::map<absl::CivilDay, Statements> rates_;
};

// SHA-256 of the plan and the statements, whatever their state: 64 hexadecimal digits.
std::string StatementsHash(const std::string& plan_body, std::span<const v1::Statement> statements);
// SHA-256 of the closed month before, the statements and the rows behind them.
std::string PeriodHash(const std::string& previous_hash, const std::string& statements_hash,
                       std::span<const std::string> sources);

}  // namespace kefu::performance
