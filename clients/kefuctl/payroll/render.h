// Months of pay, statements and the rows behind their lines, and simulations as tables, in the
// current language. Pure.
#pragma once

#include <google/protobuf/repeated_field.h>

#include <string>

#include "clients/kefuctl/names.h"
#include "clients/kefuctl/table.h"
#include "kefu/performance/v1/payroll.pb.h"

namespace kefu::payroll {

inline constexpr size_t kShortHash = 12;  // digits that tell months apart for a person

// "s1 2024-11  open  plan shipped:growth  total CNY 12,345.00", in a second line what keeps the
// month from being closed, and a line for each month with facts that no pay counts.
std::string PeriodHead(const performance::v1::PayPeriod& period);
// One row an agent: base with tenure, variable pay, what is taken back, fines, total.
kefuctl::Table StatementsTable(
    const google::protobuf::RepeatedPtrField<performance::v1::Statement>& statements,
    const kefuctl::Names& agents);

// One row a plan: whose it is, from when it holds, base pay, rates, gates, months corrected.
kefuctl::Table PlansTable(
    const google::protobuf::RepeatedPtrField<performance::v1::PayPlan>& plans);
// All rules of one plan, one row each.
kefuctl::Table RulesTable(const performance::v1::PayPlan& plan);

// Closed months: total, plan, by whom, the beginning of the hash.
kefuctl::Table PeriodsTable(
    const google::protobuf::RepeatedPtrField<performance::v1::PayPeriod>& periods);

std::string StatementHead(const performance::v1::Statement& statement,
                          const kefuctl::Names& agents);
kefuctl::Table LinesTable(const performance::v1::Statement& statement);
// How the agent stands at each gate; empty when the plan has none.
kefuctl::Table GatesTable(const performance::v1::Statement& statement);
kefuctl::Table SourcesTable(
    const google::protobuf::RepeatedPtrField<performance::v1::PaySource>& sources);

kefuctl::Table PeopleTable(const performance::v1::SimulatePayrollResponse& simulation,
                           const kefuctl::Names& agents);
// Cost, winners and losers, Gini.
std::string SimulationSums(const performance::v1::SimulatePayrollResponse& simulation);

}  // namespace kefu::payroll
