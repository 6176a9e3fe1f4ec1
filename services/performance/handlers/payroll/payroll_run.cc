#include "services/performance/handlers/payroll/payroll_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

#include "common/hash/sha256.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/performance/convert/payroll.h"
#include "services/performance/convert/scorecards.h"
#include "services/performance/errors_payroll.h"
#include "services/performance/handlers/judgement/month.h"
#include "services/performance/handlers/payroll/support.h"
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

// Conduct that nobody has decided, and fines that wait for a wage.
std::set<std::string> PendingConduct(const pay::MonthInput& input,
                                     std::span<const pay::Statement> statements) {
  std::set<std::string> pending(input.pending_conduct.begin(), input.pending_conduct.end());
  for (const pay::Statement& statement : statements) {
    for (const pay::Line& line : statement.lines) {
      if (line.pending) pending.insert(line.reference);
    }
  }
  return pending;
}

absl::StatusOr<CardVersion> VersionFrom(const v1::PayScorecard& proto) {
  CardVersion version{proto.owner_shop_id(), proto.version()};
  if (!proto.has_scorecard()) return version;
  ASSIGN_OR_RETURN(version.shipped,
                   convert::ScorecardFromBody(proto.scorecard().SerializeAsString(), 0));
  return version;
}

void Fill(std::string_view shop_id, std::string_view scorecard_id, const CardVersion& version,
          v1::PayScorecard& proto) {
  proto.set_shop_id(std::string(shop_id));
  proto.set_scorecard_id(std::string(scorecard_id));
  proto.set_owner_shop_id(version.owner_shop_id);
  proto.set_version(version.version);
  if (version.shipped) *proto.mutable_scorecard() = convert::ToProto(*version.shipped);
}

// By what a closed month was computed.
absl::StatusOr<MonthBasis> ClosedBasis(const v1::PayPeriod& period) {
  MonthBasis basis{DefinitionKeyOf(period), {}};
  for (const v1::PayScorecard& card : period.scorecards()) {
    CardsUsed& used = basis.cards[card.shop_id()];
    ASSIGN_OR_RETURN(used.card, VersionFrom(card));
    if (!card.has_of_other_duty()) continue;
    auto& [scorecard_id, version] = used.of_other_duty.emplace();
    scorecard_id = card.of_other_duty().scorecard_id();
    ASSIGN_OR_RETURN(version, VersionFrom(card.of_other_duty()));
  }
  basis.shop_ids = {period.shop_ids().begin(), period.shop_ids().end()};
  basis.sharing_shop_ids = {period.sharing_shop_ids().begin(), period.sharing_shop_ids().end()};
  // Closed before that was kept: an organization over all the shops that it had.
  if (basis.sharing_shop_ids.empty() && period.shop_id().empty()) {
    basis.sharing_shop_ids = basis.shop_ids;
  }
  return basis;
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
  // By the stage of the shop, of several that of most of them, the earlier of two.
  std::map<std::string, int> plans;
  for (const ShopScope& shop : scope.shops) {
    ASSIGN_OR_RETURN(const std::string stage, store::StageOn(t, shop.scope, month));
    ++plans[pay::PlanOfStage(stage).id];
  }
  const pay::PayPlan* most = nullptr;
  for (const std::string_view stage : {"STARTUP", "GROWTH", "MATURE"}) {
    const pay::PayPlan& plan = pay::PlanOfStage(stage);
    if (most == nullptr || plans[plan.id] > plans[most->id]) most = &plan;
  }
  return Shipped(scope, *most);
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

std::string DefinitionKeyOf(const v1::PayPeriod& period) {
  return fmt::format("{}@{}", period.definition_id(), period.definition_version());
}

std::string StatementsHash(const v1::PayPeriod& period, const std::string& plan_body,
                           std::span<const v1::Statement> statements) {
  std::string parts;
  if (period.hash_version() >= 1) {
    parts = fmt::format("{}\n{:04}-{:02}\n", period.shop_id(), period.year(), period.month());
  }
  parts += Sha256({plan_body});
  for (v1::Statement statement : statements) {
    statement.clear_state();
    parts += Sha256({SerializeDeterministically(statement)});
  }
  return Hex(Sha256({parts}));
}

std::string PeriodHash(const v1::PayPeriod& period, std::span<const std::string> sources,
                       std::span<const store::CorrectionRow> corrections) {
  std::string parts = period.previous_hash() + "\n" + period.statements_hash() + "\n";
  for (const std::string& body : sources) parts += Sha256({body});
  if (period.hash_version() >= 1) {
    v1::PayPeriod all = period;
    all.clear_period_hash();
    parts += Sha256({SerializeDeterministically(all)});
    for (const store::CorrectionRow& row : corrections) {
      const store::CommissionedRates rates = row.rates.value_or(store::CommissionedRates{});
      parts +=
          fmt::format("{}\n{}\n{}\n{}\n{}\n", row.agent_id, absl::FormatCivilTime(row.of_month),
                      row.amount_minor, fmt::join(rates.sales_minor, ","),
                      fmt::join(rates.commission_minor, ","));
      if (period.hash_version() >= 2) parts += fmt::format("{}\n", row.left_out_minor);
    }
  }
  return Hex(Sha256({parts}));
}

absl::StatusOr<std::optional<PayMonth>> PayrollRun::Closed(absl::CivilDay month) {
  ASSIGN_OR_RETURN(auto row, store::FindPayPeriod(t_, scope_.scope, month));
  if (!row) return std::nullopt;
  PayMonth closed;
  ASSIGN_OR_RETURN(closed.period, ParseBody<v1::PayPeriod>(row->body));
  ASSIGN_OR_RETURN(const auto statements,
                   store::LoadStatements(t_, scope_.scope, month, /*with_sources=*/false));
  for (const store::StatementRow& statement : statements) {
    ASSIGN_OR_RETURN(closed.statements.emplace_back(), ParseBody<v1::Statement>(statement.body));
    closed.statements.back().set_state(v1::PAY_STATE_CLOSED);
  }
  return closed;
}

std::map<absl::CivilDay, store::PayParts> PayrollRun::NewParts(absl::CivilDay month) const {
  std::map<absl::CivilDay, store::PayParts> parts = loader_.NewParts();
  std::erase_if(parts, [&](const auto& each) {
    return each.first != month && !recomputed_.contains(each.first);
  });
  return parts;
}

absl::StatusOr<ShopsBehind> PayrollRun::OthersBehind() {
  if (!loader_.SharedDays()) return ShopsBehind();
  return kefu::performance::OthersBehind(t_, scope_, *loader_.SharedDays());
}

absl::StatusOr<const PayrollRun::Statements*> PayrollRun::ClosedStatements(absl::CivilDay month) {
  if (const auto known = closed_.find(month); known != closed_.end()) return &known->second;
  ASSIGN_OR_RETURN(const auto rows,
                   store::LoadStatements(t_, scope_.scope, month, /*with_sources=*/false));
  Statements statements;
  for (const store::StatementRow& row : rows) {
    ASSIGN_OR_RETURN(const auto proto, ParseBody<v1::Statement>(row.body));
    statements[row.agent_id] = convert::FromProto(proto);
  }
  return &(closed_[month] = std::move(statements));
}

absl::StatusOr<PayrollRun::Statements> PayrollRun::CorrectedStatements(absl::CivilDay month) {
  ASSIGN_OR_RETURN(const Statements* const closed, ClosedStatements(month));
  Statements statements = *closed;
  ASSIGN_OR_RETURN(const auto corrections, store::CorrectionsOf(t_, scope_.scope, month));
  for (const auto& [agent_id, correction] : corrections) {
    if (!correction.rates) continue;
    statements[agent_id].commissioned_sales_minor = correction.rates->sales_minor;
    statements[agent_id].commission_minor = correction.rates->commission_minor;
  }
  return statements;
}

absl::StatusOr<const PayrollRun::Statements*> PayrollRun::RatesOf(absl::CivilDay month,
                                                                  const std::string& definition) {
  for (const auto* known : {&recomputed_, &older_rates_}) {
    if (const auto found = known->find(month); found != known->end()) return &found->second;
  }
  const auto [at, fresh] = rates_.try_emplace({definition, month});
  if (!fresh) return &at->second;
  ASSIGN_OR_RETURN(const auto closed, store::FindPayPeriod(t_, scope_.scope, month));
  if (closed) {
    ASSIGN_OR_RETURN(at->second, CorrectedStatements(month));
    return &at->second;
  }
  ASSIGN_OR_RETURN(const PlanTaken plan, PlanInForce(t_, scope_, month));
  MonthBasis basis{definition, {}};
  ASSIGN_OR_RETURN(auto computed, OwnPay(month, plan.plan, basis));
  for (pay::Statement& statement : computed) {
    const std::string agent_id = statement.agent_id;
    at->second[agent_id] = std::move(statement);
  }
  return &at->second;
}

absl::Status PayrollRun::AddRates(pay::MonthInput& input, const std::string& definition) {
  for (pay::AgentInput& agent : input.agents) {
    for (pay::EarlierSale& sale : agent.earlier_sales) {
      ASSIGN_OR_RETURN(const Statements* const rates, RatesOf(sale.month, definition));
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
    ASSIGN_OR_RETURN(const auto entry, ParseBody<v1::PayEntry>(row.body));
    ASSIGN_OR_RETURN(pay::AgentInput* const agent, AgentIn(input, row.agent_id));
    agent->entries.push_back({row.id, entry.reason(), entry.amount().minor_units()});
  }
  return absl::OkStatus();
}

absl::Status PayrollRun::AddCarriedIn(pay::MonthInput& input) {
  ASSIGN_OR_RETURN(const Statements* const closed, ClosedStatements(MonthBefore(input.month)));
  for (const auto& [agent_id, statement] : *closed) {
    if (statement.carried_out_minor == 0) continue;
    ASSIGN_OR_RETURN(pay::AgentInput* const agent, AgentIn(input, agent_id));
    agent->carried_in_minor = statement.carried_out_minor;
  }
  return absl::OkStatus();
}

absl::StatusOr<PayrollRun::ClosedMonth> PayrollRun::LoadClosed(const store::PayPeriodRow& row) {
  ASSIGN_OR_RETURN(pay::PayPlan plan, convert::PlanFromBody(row.plan_body));
  ASSIGN_OR_RETURN(const auto period, ParseBody<v1::PayPeriod>(row.body));
  ASSIGN_OR_RETURN(MonthBasis basis, ClosedBasis(period));
  ASSIGN_OR_RETURN(pay::MonthInput input, loader_.Load(row.month, plan, basis));
  KeepFines(input);
  return ClosedMonth{std::move(plan), std::move(basis.definition), std::move(input)};
}

absl::StatusOr<PayrollRun::Statements> PayrollRun::Computed(ClosedMonth closed) {
  RETURN_IF_ERROR(AddFinesTakenLate(closed.input));
  RETURN_IF_ERROR(AddRates(closed.input, closed.definition));
  ASSIGN_OR_RETURN(auto computed, pay::Compute(closed.plan, closed.input));
  Statements now;
  for (pay::Statement& statement : computed) {
    const std::string agent_id = statement.agent_id;
    now[agent_id] = std::move(statement);
  }
  return now;
}

absl::Status PayrollRun::RecomputeClosed(const std::vector<store::PayPeriodRow>& periods,
                                         absl::CivilDay first, absl::CivilDay month) {
  // All before the first is computed: a fine may have come to belong to another of them.
  std::vector<ClosedMonth> loaded;
  for (const store::PayPeriodRow& row : periods) {
    if (row.month < first || row.month >= month) continue;
    ASSIGN_OR_RETURN(const auto period, ParseBody<v1::PayPeriod>(row.body));
    if (period.rules_version() != kRulesVersion) continue;
    ASSIGN_OR_RETURN(loaded.emplace_back(), LoadClosed(row));
  }
  RETURN_IF_ERROR(LoadGivenBack(first));
  for (ClosedMonth& closed : loaded) {
    const absl::CivilDay of = closed.input.month;
    ASSIGN_OR_RETURN(Statements now, Computed(std::move(closed)));
    // Of whom nothing can be said now, the rates stay as they are known.
    if (std::ranges::any_of(now, [](const auto& each) { return !each.second.problems.empty(); })) {
      ASSIGN_OR_RETURN(Statements known, CorrectedStatements(of));
      for (auto& [agent_id, statement] : now) {
        if (statement.problems.empty()) continue;
        statement.commissioned_sales_minor = known[agent_id].commissioned_sales_minor;
        statement.commission_minor = known[agent_id].commission_minor;
      }
    }
    recomputed_[of] = std::move(now);
  }
  return absl::OkStatus();
}

absl::StatusOr<MonthBasis> PayrollRun::BasisOf(absl::CivilDay month, const pay::PayPlan& plan) {
  ASSIGN_OR_RETURN(const auto row, store::FindPayPeriod(t_, scope_.scope, month));
  if (!row) return MonthBasis{scope_.definition->Key(), {}};
  ASSIGN_OR_RETURN(const auto period, ParseBody<v1::PayPeriod>(row->body));
  ASSIGN_OR_RETURN(MonthBasis basis, ClosedBasis(period));
  for (const v1::PayScorecard& card : period.scorecards()) {
    if (card.scorecard_id() != plan.scorecard_id) basis.cards.erase(card.shop_id());
  }
  return basis;
}

absl::StatusOr<std::vector<pay::Statement>> PayrollRun::OwnPay(absl::CivilDay month,
                                                               const pay::PayPlan& plan) {
  ASSIGN_OR_RETURN(MonthBasis basis, BasisOf(month, plan));
  return OwnPay(month, plan, basis);
}

absl::StatusOr<std::vector<pay::Statement>> PayrollRun::OwnPay(absl::CivilDay month,
                                                               const pay::PayPlan& plan,
                                                               MonthBasis& basis) {
  ASSIGN_OR_RETURN(pay::MonthInput input, loader_.Load(month, plan, basis));
  for (pay::AgentInput& agent : input.agents) agent.earlier_sales.clear();
  return pay::Compute(plan, input);
}

absl::StatusOr<PayMonth> PayrollRun::Open(absl::CivilDay month, PlanTaken taken) {
  PayMonth open;
  open_ = month;
  MonthBasis basis{scope_.definition->Key(), {}};
  ASSIGN_OR_RETURN(pay::MonthInput input, loader_.Load(month, taken.plan, basis));
  ASSIGN_OR_RETURN(
      const auto periods,
      store::ListPayPeriods(t_, scope_.scope, store::kBeforeAllMonths, store::kAllMonths));
  closed_months_.clear();
  for (const store::PayPeriodRow& period : periods) closed_months_.push_back(period.month);
  const absl::CivilDay first_corrected = MonthBefore(month, taken.plan.corrected_months);
  // What closed months leave behind belongs to the first open one.
  ASSIGN_OR_RETURN(const auto closed, store::ClosedMonth(t_, scope_.scope));
  const bool next = closed == MonthBefore(month);
  if (next) RETURN_IF_ERROR(LookAtOlder(periods, first_corrected, month, open));
  if (!closed) {  // the first takes in its own facts; later months take in those of all
    ASSIGN_OR_RETURN(open.seen, VersionsUntil(periods, month));
    std::erase_if(open.seen, [&](const auto& each) { return each.first != month; });
  }
  RETURN_IF_ERROR(RecomputeClosed(periods, first_corrected, month));
  RETURN_IF_ERROR(AddRates(input, basis.definition));
  RETURN_IF_ERROR(AddEntries(input));
  if (next) {
    RETURN_IF_ERROR(AddCarriedIn(input));
    RETURN_IF_ERROR(AddLateFines(input));
    RETURN_IF_ERROR(AddLateChanges(input, open));
    RETURN_IF_ERROR(TellOfUnclosedParts(open));
  }
  ASSIGN_OR_RETURN(const auto statements, pay::Compute(taken.plan, input));
  Describe(month, taken, basis, open.period);
  const std::set<std::string> pending = PendingConduct(input, statements);
  open.period.mutable_pending_conduct_ids()->Assign(pending.begin(), pending.end());
  AddStatements(taken.plan.id, input, statements, open);
  open.period.set_statements_hash(StatementsHash(open.period, taken.body, open.statements));
  open.plan = std::move(taken);
  return open;
}

void PayrollRun::AddStatements(const std::string& plan_id, const pay::MonthInput& input,
                               const std::vector<pay::Statement>& statements,
                               PayMonth& open) const {
  int64_t total = 0;
  for (size_t i = 0; i < statements.size(); ++i) {
    open.statements.push_back(
        convert::ToProto(statements[i], {scope_.scope.shop_id, input.month, plan_id,
                                         scope_.currency, input.agents[i].employment_known}));
    open.statements.back().set_state(v1::PAY_STATE_OPEN);
    total += statements[i].total_minor;
    if (!statements[i].problems.empty()) {
      open.period.set_problem_count(open.period.problem_count() + 1);
    }
  }
  *open.period.mutable_total() = convert::MoneyOf(total, scope_.currency);
  open.period.set_statement_count(static_cast<int32_t>(statements.size()));
}

void PayrollRun::Describe(absl::CivilDay month, const PlanTaken& taken, const MonthBasis& basis,
                          v1::PayPeriod& period) const {
  period.set_shop_id(scope_.scope.shop_id);
  period.set_year(static_cast<int32_t>(month.year()));
  period.set_month(month.month());
  period.set_state(v1::PAY_STATE_OPEN);
  period.set_pay_plan_id(taken.plan.id);
  period.set_pay_plan_version(taken.plan.version);
  period.set_definition_id(scope_.definition->id);
  // Of the figures: later words for the same sums change nothing of it.
  const domain::MetricDefinition& definition = *scope_.definition;
  period.set_definition_version(definition.sums_version == 0 ? definition.version
                                                             : definition.sums_version);
  period.set_hash_version(kHashVersion);
  period.set_rules_version(kRulesVersion);
  for (const ShopScope& shop : scope_.shops) period.add_shop_ids(shop.scope.shop_id);
  for (const std::string& shop_id : scope_.sharing_shop_ids) period.add_sharing_shop_ids(shop_id);
  for (const auto& [shop_id, cards] : basis.cards) {
    v1::PayScorecard* const used = period.add_scorecards();
    Fill(shop_id, taken.plan.scorecard_id, cards.card, *used);
    if (!cards.of_other_duty) continue;
    const auto& [scorecard_id, version] = *cards.of_other_duty;
    Fill(shop_id, scorecard_id, version, *used->mutable_of_other_duty());
  }
}

}  // namespace kefu::performance
