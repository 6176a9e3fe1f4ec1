// Pay between the contract, the domain and the stored bodies.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "common/status/error.h"
#include "kefu/performance/v1/payroll.pb.h"
#include "services/performance/domain/payroll/plan.h"
#include "services/performance/domain/payroll/simulation.h"
#include "services/performance/domain/payroll/sources.h"
#include "services/performance/domain/payroll/statement.h"

namespace kefu::performance::convert {

// A plan with every fault of its form and of its content (domain::payroll::Check), each path behind
// `prefix`. All amounts must be in the plan's currency, and that the shop's.
domain::payroll::PayPlan PlanFrom(const v1::PayPlan& proto, std::string_view currency,
                                  const std::set<std::string>& known_grades,
                                  std::string_view prefix, FieldViolations& violations);
// A stored plan; INTERNAL when it cannot be read.
absl::StatusOr<domain::payroll::PayPlan> PlanFromBody(std::string_view body);
v1::PayPlan ToProto(const domain::payroll::PayPlan& plan);

// The first day of a month of the years 1970 to 2999.
absl::CivilDay MonthFrom(int32_t year, int32_t month, FieldViolations& violations);

// Whose statement, and by what.
struct StatementHead {
  std::string shop_id;
  absl::CivilDay month;
  std::string plan_id, currency;
  bool employment_known = false;
};
v1::Statement ToProto(const domain::payroll::Statement& statement, const StatementHead& head);
v1::PayLine ToProto(const domain::payroll::Line& line, int number, std::string_view currency);
// Lines, total, commission and what is carried of a stored statement.
domain::payroll::Statement FromProto(const v1::Statement& proto);

v1::StatementSources ToProto(const domain::payroll::Sources& sources);
domain::payroll::Sources FromProto(const v1::StatementSources& proto);
v1::PaySource ToProto(const domain::payroll::SourceRow& row, std::string_view currency);

v1::SimulatePayrollResponse ToProto(const domain::payroll::Comparison& comparison,
                                    std::string_view currency);

kefu::common::v1::Money MoneyOf(int64_t minor, std::string_view currency);

}  // namespace kefu::performance::convert
