// What becomes known of closed months: what an open one corrects of them, and what it tells of.
#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

#include "common/status/status_macros.h"
#include "services/performance/convert/payroll.h"
#include "services/performance/handlers/payroll/payroll_run.h"
#include "services/performance/handlers/payroll/support.h"
#include "services/performance/store/people.h"

namespace kefu::performance {

namespace pay = domain::payroll;

absl::StatusOr<std::map<absl::CivilDay, int64_t>> PayrollRun::VersionsUntil(
    const std::vector<store::PayPeriodRow>& periods, absl::CivilDay last) {
  std::map<absl::CivilDay, std::string> definitions;  // of closed months; of others the scope's
  for (const store::PayPeriodRow& row : periods) {
    ASSIGN_OR_RETURN(const auto period, ParseBody<v1::PayPeriod>(row.body));
    definitions[row.month] = DefinitionKeyOf(period);
  }
  std::map<absl::CivilDay, int64_t> versions;
  for (const ShopScope& shop : scope_.shops) {
    ASSIGN_OR_RETURN(const auto all, store::MonthVersions(t_, shop.scope, last));
    for (const store::MonthVersion& each : all) {
      const auto closed = definitions.find(each.month);
      const std::string& counted =
          closed == definitions.end() ? scope_.definition->Key() : closed->second;
      if (each.definition != counted && each.definition != store::kPeopleFacts) continue;
      versions[each.month] += each.version;
    }
  }
  return versions;
}

absl::Status PayrollRun::LookAtOlder(const std::vector<store::PayPeriodRow>& periods,
                                     absl::CivilDay first, absl::CivilDay month, PayMonth& open) {
  ASSIGN_OR_RETURN(open.seen, VersionsUntil(periods, month));
  ASSIGN_OR_RETURN(const auto before, store::SeenMonths(t_, scope_.scope));
  std::erase_if(open.seen, [&](const auto& each) {
    const auto found = before.find(each.first);
    return found != before.end() && found->second == each.second;
  });
  for (const auto& [changed, versions] : open.seen) {
    if (periods.empty() || changed >= periods.front().month) break;
    ASSIGN_OR_RETURN(const MonthLoader::Sales sales,
                     loader_.SalesIn(changed, scope_.definition->Key()));
    if (sales.agents > 0) Tell(changed, v1::PAY_LEFT_OUT_REASON_BEFORE_FIRST, sales, open);
  }
  for (const store::PayPeriodRow& row : periods) {
    if (!open.seen.contains(row.month)) continue;
    ASSIGN_OR_RETURN(const auto period, ParseBody<v1::PayPeriod>(row.body));
    RETURN_IF_ERROR(TellOfLaterShops(row.month, period, open));
    if (period.rules_version() != kRulesVersion) {
      ASSIGN_OR_RETURN(const MonthLoader::Sales sales,
                       loader_.SalesIn(row.month, DefinitionKeyOf(period),
                                       {period.shop_ids().begin(), period.shop_ids().end()}));
      Tell(row.month, v1::PAY_LEFT_OUT_REASON_OLDER_RULES, sales, open);
    } else if (row.month < first) {
      RETURN_IF_ERROR(LeaveOut(row));
    }
  }
  return absl::OkStatus();
}

absl::Status PayrollRun::TellOfLaterShops(absl::CivilDay month, const v1::PayPeriod& period,
                                          PayMonth& open) {
  std::set<std::string> later;
  for (const ShopScope& shop : scope_.shops) later.insert(shop.scope.shop_id);
  for (const std::string& shop_id : period.shop_ids()) later.erase(shop_id);
  if (period.shop_ids().empty() || later.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const MonthLoader::Sales sales,
                   loader_.SalesIn(month, DefinitionKeyOf(period), later));
  if (sales.agents > 0) Tell(month, v1::PAY_LEFT_OUT_REASON_SHOP_CAME_LATER, sales, open);
  return absl::OkStatus();
}

void PayrollRun::Tell(absl::CivilDay month, v1::PayLeftOutReason reason,
                      const MonthLoader::Sales& sales, PayMonth& open) const {
  v1::PayLeftOut& told = *open.period.add_left_out();
  told.set_year(static_cast<int32_t>(month.year()));
  told.set_month(month.month());
  told.set_reason(reason);
  told.set_agent_count(sales.agents);
  *told.mutable_sales() = convert::MoneyOf(sales.net_minor, scope_.currency);
}

absl::Status PayrollRun::LeaveOut(const store::PayPeriodRow& period) {
  ASSIGN_OR_RETURN(ClosedMonth closed, LoadClosed(period));
  ASSIGN_OR_RETURN(const Statements now, Computed(std::move(closed)));
  ASSIGN_OR_RETURN(Changes changes, ChangesOf(period.month, now, /*corrected=*/false));
  ASSIGN_OR_RETURN(Statements rates, CorrectedStatements(period.month));
  for (const auto& [agent_id, change] : changes) {
    rates[agent_id].commissioned_sales_minor = change.row.rates->sales_minor;
    rates[agent_id].commission_minor = change.row.rates->commission_minor;
  }
  older_rates_[period.month] = std::move(rates);
  left_out_[period.month] = std::move(changes);
  return absl::OkStatus();
}

// One agent's, but for the rates.
absl::StatusOr<PayrollRun::Change> PayrollRun::ChangeOf(absl::CivilDay month,
                                                        const pay::Statement& paid,
                                                        const pay::Statement& is,
                                                        const store::CorrectionRow& before,
                                                        bool corrected) {
  const pay::GivenBack given = GivenBackOf(is.agent_id, month);
  Change change{{is.agent_id, month, 0}, pay::FinesToGiveBack(paid, is, given)};
  int64_t earned = pay::OwnEarnings(is) - pay::OwnEarnings(paid) - before.amount_minor;
  for (const auto& [name, minor] : given) earned += minor;
  if (earned != 0) {
    change.lines.insert(change.lines.begin(), pay::LateChange{.amount_minor = earned});
  }
  int64_t beyond = 0;
  for (pay::LateChange& line : change.lines) {
    line.month = month;
    beyond += line.amount_minor;
  }
  if (!corrected) {
    ASSIGN_OR_RETURN(const int64_t fines, LateFinesOf(month, is.agent_id));
    beyond -= fines;
  }
  change.row.amount_minor = corrected ? beyond : 0;
  // Once a month is corrected after all, nothing of it is left out any more.
  change.row.left_out_minor = (corrected ? 0 : beyond) - before.left_out_minor;
  return change;
}

absl::StatusOr<PayrollRun::Changes> PayrollRun::ChangesOf(absl::CivilDay month,
                                                          const Statements& now, bool corrected) {
  ASSIGN_OR_RETURN(const Statements* const paid, ClosedStatements(month));
  ASSIGN_OR_RETURN(const Statements known, CorrectedStatements(month));
  ASSIGN_OR_RETURN(const auto booked, store::CorrectionsOf(t_, scope_.scope, month));
  if (!booked.empty()) {
    RETURN_IF_ERROR(LoadGivenBack(month));
  }
  std::set<std::string> agents;
  for (const Statements* each : {&now, &known}) {
    for (const auto& [agent_id, statement] : *each) agents.insert(agent_id);
  }
  const auto in = [](const Statements& statements, const std::string& agent_id) {
    const auto found = statements.find(agent_id);
    return found == statements.end() ? pay::Statement{} : found->second;
  };
  Changes changes;
  for (const std::string& agent_id : agents) {
    pay::Statement is = in(now, agent_id), was = in(known, agent_id);
    if (!is.problems.empty()) continue;
    is.agent_id = agent_id;  // also where there is none
    const auto found = booked.find(agent_id);
    const auto before = found == booked.end() ? store::CorrectionRow{} : found->second;
    ASSIGN_OR_RETURN(Change change, ChangeOf(month, in(*paid, agent_id), is, before, corrected));
    store::CorrectionRow& row = change.row;
    row.rates = {is.commissioned_sales_minor,
                 corrected ? is.commission_minor : was.commission_minor};
    const store::CommissionedRates rates{was.commissioned_sales_minor, was.commission_minor};
    if ((corrected && !change.lines.empty()) || row.left_out_minor != 0 || row.rates != rates) {
      changes[agent_id] = std::move(change);
    }
  }
  return changes;
}

absl::Status PayrollRun::AddLateChanges(pay::MonthInput& input, PayMonth& open) {
  for (const auto& [month, now] : recomputed_) {
    ASSIGN_OR_RETURN(const Changes changes, ChangesOf(month, now, /*corrected=*/true));
    for (const auto& [agent_id, statement] : now) {
      for (const pay::Problem problem : statement.problems) {
        // What was paid stands until it is decided.
        if (problem == pay::Problem::kScorePending) continue;
        ASSIGN_OR_RETURN(pay::AgentInput* const agent, AgentIn(input, agent_id));
        agent->correction_incomplete = true;
        open.uncorrectable.push_back(fmt::format("agent {}: what has changed of {}: {}", agent_id,
                                                 domain::MonthName(month), NameOf(problem)));
      }
    }
    for (const auto& [agent_id, change] : changes) {
      open.corrections.push_back(change.row);
      if (change.lines.empty()) continue;
      ASSIGN_OR_RETURN(pay::AgentInput* const agent, AgentIn(input, agent_id));
      agent->late_changes.insert(agent->late_changes.end(), change.lines.begin(),
                                 change.lines.end());
    }
  }
  RETURN_IF_ERROR(AddLeftOut(input, open));
  std::ranges::sort(open.corrections, {}, [](const store::CorrectionRow& row) {
    return std::tie(row.agent_id, row.of_month);
  });
  return absl::OkStatus();
}

absl::Status PayrollRun::AddLeftOut(pay::MonthInput& input, PayMonth& open) {
  for (const auto& [month, changes] : left_out_) {
    int agents = 0;
    int64_t unpaid = 0, not_taken_back = 0;
    for (const auto& [agent_id, change] : changes) {
      open.corrections.push_back(change.row);
      const int64_t minor = change.row.left_out_minor;
      if (minor == 0) continue;
      ASSIGN_OR_RETURN(pay::AgentInput* const agent, AgentIn(input, agent_id));
      agent->left_out.push_back({month, minor});
      ++agents;
      (minor > 0 ? unpaid : not_taken_back) += std::abs(minor);
    }
    if (agents == 0) continue;
    v1::PayLeftOut& told = *open.period.add_left_out();
    told.set_year(static_cast<int32_t>(month.year()));
    told.set_month(month.month());
    told.set_reason(v1::PAY_LEFT_OUT_REASON_TOO_OLD);
    told.set_agent_count(agents);
    *told.mutable_unpaid() = convert::MoneyOf(unpaid, scope_.currency);
    *told.mutable_not_taken_back() = convert::MoneyOf(not_taken_back, scope_.currency);
  }
  return absl::OkStatus();
}

// Of closed months, whose parts lie with shops that have not closed them.
absl::Status PayrollRun::TellOfUnclosedParts(PayMonth& open) {
  std::map<absl::CivilDay, std::map<std::string, int>> parts = loader_.PartsElsewhere();
  std::erase_if(parts, [&](const auto& each) {
    return each.second.empty() || !recomputed_.contains(each.first);
  });
  if (parts.empty()) return absl::OkStatus();
  const std::string& org_id = scope_.scope.org_id;
  ASSIGN_OR_RETURN(const auto closed, store::ClosedSince(t_, org_id, parts.begin()->first));
  ASSIGN_OR_RETURN(const std::string currency, CurrencyOfOrganization(t_, org_id));
  for (const auto& [month, by_shop] : parts) {
    const auto found = closed.find(month);
    const auto is_closed = [&](const std::string& shop_id) {
      return found != closed.end() && found->second.contains(shop_id);
    };
    for (const ShopScope& shop : scope_.others) {
      const std::string& shop_id = shop.scope.shop_id;
      const auto agents = by_shop.find(shop_id);
      const bool with_organization = shop.settings.currency_code == currency && is_closed("");
      if (agents == by_shop.end() || with_organization || is_closed(shop_id)) continue;
      v1::PayUnclosedParts& told = *open.period.add_unclosed_parts();
      told.set_year(static_cast<int32_t>(month.year()));
      told.set_month(month.month());
      told.set_shop_id(shop_id);
      told.set_agent_count(agents->second);
    }
  }
  return absl::OkStatus();
}

}  // namespace kefu::performance
