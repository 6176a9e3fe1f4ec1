// How a month's statements come about: closed ones read, open ones computed with the rates, entries
// and late changes of other months.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "common/db/transaction.h"
#include "common/status/status_macros.h"
#include "kefu/performance/v1/payroll.pb.h"
#include "services/performance/domain/payroll/fines.h"
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
  std::vector<v1::Statement> statements;  // by agent
  PlanTaken plan;                         // of an open month
  // Of an open month: what it corrects of closed ones, and how the facts of months stand that pay
  // has not taken in so (store::SaveSeenMonths).
  std::vector<store::CorrectionRow> corrections;
  std::map<absl::CivilDay, int64_t> seen;
  // What of closed months cannot be corrected, for people: agent, month and why.
  std::vector<std::string> uncorrectable;
};

// The key of the definition by which a period was closed: "default@1".
std::string DefinitionKeyOf(const v1::PayPeriod& period);

// Closed months are corrected by the plan, the definition and the scorecards by which they were
// closed, where they were closed by this release's rules: as many months back as the open month's
// plan says. What facts that came since would change of older ones is told, not paid, and a refund
// of theirs takes back no more than was given.
// Used by one thread, in one transaction. Keeps what it has read.
class PayrollRun {
 public:
  PayrollRun(db::Transaction& t, const PayScope& scope) : t_(t), scope_(scope), loader_(t, scope) {}

  // As it was closed; nothing when it is open. INTERNAL when it cannot be read.
  absl::StatusOr<std::optional<PayMonth>> Closed(absl::CivilDay month);
  // As it would be closed by this plan.
  absl::StatusOr<PayMonth> Open(absl::CivilDay month, PlanTaken plan);
  // Of an open month and the closed ones that it corrects, how those paid here share theirs who
  // have closed it with no shop so far. Of months that are looked at only nothing is fixed.
  std::map<absl::CivilDay, store::PayParts> NewParts(absl::CivilDay month) const;
  // What a plan makes of a month's own figures: without other months, entries and refunds of
  // earlier sales. A closed month's by the definition by which it was closed, and where the plan
  // names the same scorecard by its version.
  absl::StatusOr<std::vector<domain::payroll::Statement>> OwnPay(
      absl::CivilDay month, const domain::payroll::PayPlan& plan);
  // Of the shops that are not paid here those whose figures, by which the months looked at so far
  // are shared, are behind. One statement or two, whatever the number of shops.
  absl::StatusOr<ShopsBehind> OthersBehind();
  // The rows behind the lines of an open month that was computed, by the definition of the scope.
  absl::StatusOr<std::map<std::string, domain::payroll::Sources>> SourcesOf(
      absl::CivilDay month, const std::string& agent_id) {
    return loader_.LoadSources(month, agent_id, scope_.definition->Key());
  }

 private:
  using Statements = std::map<std::string, domain::payroll::Statement>;  // by agent

  // What is yet to be corrected of a closed month, by agent: as it is booked, and its lines.
  struct Change {
    store::CorrectionRow row;
    std::vector<domain::payroll::LateChange> lines;
  };
  using Changes = std::map<std::string, Change>;

  absl::Status AddRates(domain::payroll::MonthInput& input, const std::string& definition);
  absl::Status AddEntries(domain::payroll::MonthInput& input);
  absl::Status AddCarriedIn(domain::payroll::MonthInput& input);
  // Computes the closed months from `first` to before `month` anew, the oldest first: later ones
  // take back commission at the rates of earlier ones.
  absl::Status RecomputeClosed(const std::vector<store::PayPeriodRow>& periods,
                               absl::CivilDay first, absl::CivilDay month);
  absl::Status AddLateChanges(domain::payroll::MonthInput& input, PayMonth& open);
  // Finds what has come too late since the last month was closed: into closed months before
  // `first`, and into months before all closed ones.
  absl::Status LookAtOlder(const std::vector<store::PayPeriodRow>& periods, absl::CivilDay first,
                           absl::CivilDay month, PayMonth& open);
  // Sums of the versions of facts by month, until `last`.
  absl::StatusOr<std::map<absl::CivilDay, int64_t>> VersionsUntil(
      const std::vector<store::PayPeriodRow>& periods, absl::CivilDay last);
  // What lies in a closed month of shops that the organization has had only since then.
  absl::Status TellOfLaterShops(absl::CivilDay month, const v1::PayPeriod& period, PayMonth& open);
  absl::Status TellOfUnclosedParts(PayMonth& open);
  void Tell(absl::CivilDay month, v1::PayLeftOutReason reason, const MonthLoader::Sales& sales,
            PayMonth& open) const;
  absl::Status LeaveOut(const store::PayPeriodRow& period);
  absl::Status AddLeftOut(domain::payroll::MonthInput& input, PayMonth& open);
  // A closed month as facts now are, and by what it is computed.
  struct ClosedMonth {
    domain::payroll::PayPlan plan;
    std::string definition;
    domain::payroll::MonthInput input;
  };
  absl::StatusOr<ClosedMonth> LoadClosed(const store::PayPeriodRow& period);
  // Fines of closed months that stand now, by agent: decided, or with an appeal open.
  using Fines = std::map<std::string, std::vector<domain::payroll::ConductMoney>>;
  void KeepFines(const domain::payroll::MonthInput& input);
  std::optional<domain::payroll::ConductMoney> Standing(const std::string& agent_id,
                                                        absl::CivilDay month,
                                                        const domain::payroll::Line& settled) const;
  absl::Status AddFinesTakenLate(domain::payroll::MonthInput& input);
  absl::Status AddLateFines(domain::payroll::MonthInput& input);
  // What corrections of closed months from `first` on have given back of fines.
  absl::Status LoadGivenBack(absl::CivilDay first);
  domain::payroll::GivenBack GivenBackOf(const std::string& agent_id, absl::CivilDay month) const;
  // What closed months before `before` have asked for a fine; nothing where none has settled it.
  std::optional<domain::payroll::FineAsked> AskedOf(const std::string& agent_id,
                                                    const domain::payroll::ConductMoney& fine,
                                                    absl::CivilDay before) const;
  // What may yet be taken of a fine that is decided; not negative.
  absl::StatusOr<int64_t> DueOf(const std::string& agent_id,
                                const domain::payroll::ConductMoney& fine);
  // The same of all of an agent's of a month.
  absl::StatusOr<int64_t> LateFinesOf(absl::CivilDay month, const std::string& agent_id);
  // What facts now make of a closed month.
  absl::StatusOr<Statements> Computed(ClosedMonth closed);
  // That against what was paid for it so far. Of a month that is not corrected any more: as left
  // out, beyond what was told, with the commission that was given.
  absl::StatusOr<Changes> ChangesOf(absl::CivilDay month, const Statements& now, bool corrected);
  absl::StatusOr<Change> ChangeOf(absl::CivilDay month, const domain::payroll::Statement& paid,
                                  const domain::payroll::Statement& is,
                                  const store::CorrectionRow& before, bool corrected);
  // Statements that say at what rate a month's sales earned commission, by a definition where it is
  // open.
  absl::StatusOr<const Statements*> RatesOf(absl::CivilDay month, const std::string& definition);
  absl::StatusOr<const Statements*> ClosedStatements(absl::CivilDay month);
  // The same with what they were corrected to.
  absl::StatusOr<Statements> CorrectedStatements(absl::CivilDay month);
  absl::StatusOr<std::vector<domain::payroll::Statement>> OwnPay(
      absl::CivilDay month, const domain::payroll::PayPlan& plan, MonthBasis& basis);
  // By what a month's own figures are computed: a closed month's as it was closed.
  absl::StatusOr<MonthBasis> BasisOf(absl::CivilDay month, const domain::payroll::PayPlan& plan);
  void AddStatements(const std::string& plan_id, const domain::payroll::MonthInput& input,
                     const std::vector<domain::payroll::Statement>& statements,
                     PayMonth& open) const;
  void Describe(absl::CivilDay month, const PlanTaken& taken, const MonthBasis& basis,
                v1::PayPeriod& period) const;
  absl::StatusOr<domain::payroll::AgentInput*> AgentIn(domain::payroll::MonthInput& input,
                                                       const std::string& agent_id);

  db::Transaction& t_;
  const PayScope& scope_;
  MonthLoader loader_;
  absl::CivilDay open_;  // the month that is computed
  std::vector<absl::CivilDay> closed_months_;
  std::map<absl::CivilDay, Statements> closed_;  // as they were closed
  // Given back of fines by agent and closed month, and the months whose corrections are in it.
  std::map<std::pair<std::string, absl::CivilDay>, domain::payroll::GivenBack> given_back_;
  std::set<absl::CivilDay> given_back_by_;
  std::map<absl::CivilDay, Statements> recomputed_;  // closed months that are corrected
  std::map<absl::CivilDay, Fines> fines_;            // of these
  // Of older ones with late facts: what these change, and the rates that they leave.
  std::map<absl::CivilDay, Changes> left_out_;
  std::map<absl::CivilDay, Statements> older_rates_;
  std::map<std::pair<std::string, absl::CivilDay>, Statements> rates_;  // by definition and month
};

// What `read` makes of figures that are up to date: those of other shops are brought so only where
// people's shares turn out to go by them, and it is called anew then.
template <class Read>  // absl::StatusOr<T>(db::Transaction&, PayrollRun&)
auto ReadPay(const Dependencies& deps, const RequestContext& ctx, const PayScope& scope,
             absl::CivilDay month, const Read& read)
    -> std::invoke_result_t<Read, db::Transaction&, PayrollRun&> {
  using Result = std::invoke_result_t<Read, db::Transaction&, PayrollRun&>;
  RETURN_IF_ERROR(BringUpToDate(deps, ctx, scope, month));
  for (bool again = false;; again = true) {
    ShopsBehind behind;
    Result result = deps.database.RunInTransaction(ctx.deadline, [&](db::Transaction& t) -> Result {
      PayrollRun run(t, scope);
      Result value = read(t, run);
      if (value.ok() && !again) {
        ASSIGN_OR_RETURN(behind, run.OthersBehind());
      }
      return value;
    });
    if (!result.ok() || behind.shops.empty()) return result;
    RETURN_IF_ERROR(BringUpOthers(deps, ctx, scope, behind));
  }
}

// The rules of this release (PayPeriod.rules_version). It goes up with every change that would
// compute a closed month otherwise than it was paid: closed months are corrected by their own rules
// only, so those of others are told of.
inline constexpr int kRulesVersion = 1;

// How hashes are made now (PayPeriod.hash_version); months closed before have 0 and 1.
inline constexpr int kHashVersion = 2;

// statements_hash as the period's hash_version makes it: SHA-256 of shop, month, plan and
// statements, whatever their state; 64 hexadecimal digits.
std::string StatementsHash(const v1::PayPeriod& period, const std::string& plan_body,
                           std::span<const v1::Statement> statements);
// period_hash as its hash_version makes it: SHA-256 of all else of the closed period, the rows
// behind its statements and its corrections.
std::string PeriodHash(const v1::PayPeriod& period, std::span<const std::string> sources,
                       std::span<const store::CorrectionRow> corrections);

}  // namespace kefu::performance
