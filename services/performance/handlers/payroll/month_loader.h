// Brings what a month's pay is computed from out of the database into the domain's form.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "common/db/transaction.h"
#include "services/performance/domain/payroll/plan.h"
#include "services/performance/domain/payroll/sources.h"
#include "services/performance/domain/payroll/statement.h"
#include "services/performance/domain/people.h"
#include "services/performance/handlers/payroll/pay_scope.h"

namespace kefu::performance {

// Used by one thread, in one transaction. Agents of bases are left out everywhere: their base pays
// them.
class MonthLoader {
 public:
  MonthLoader(db::Transaction& t, const PayScope& scope) : t_(t), scope_(scope) {}

  // The month without what belongs to other months: entries, late changes and what is carried; of
  // earlier sales the refunds without their rates. In it are all agents with figures, refunds,
  // attendance or conduct in the month, and for the organization all who were employed.
  absl::StatusOr<domain::payroll::MonthInput> Load(absl::CivilDay month,
                                                   const domain::payroll::PayPlan& plan);

  // An agent without figures, as Load begins with it.
  absl::StatusOr<domain::payroll::AgentInput> Person(absl::CivilDay month,
                                                     const std::string& agent_id);

  // The rows behind a month's lines by agent; of one agent where one is named.
  absl::StatusOr<std::map<std::string, domain::payroll::Sources>> LoadSources(
      absl::CivilDay month, const std::string& agent_id);

 private:
  struct Month;  // what is gathered of one

  absl::Status LoadPeople();
  absl::Status AddFigures(Month& month, const ShopScope& shop,
                          const domain::payroll::PayPlan& plan);
  absl::Status AddRefunds(Month& month, const ShopScope& shop);
  absl::Status AddAttendance(Month& month);
  absl::Status AddConduct(Month& month, const ShopScope& shop);
  absl::Status AddScores(Month& month, const std::string& scorecard_id);
  void AddEmployment(absl::CivilDay month, domain::payroll::AgentInput& agent) const;

  absl::StatusOr<std::map<std::string, std::vector<domain::Attendance>>> Attendance(
      absl::CivilDay month);

  db::Transaction& t_;
  const PayScope& scope_;
  bool people_loaded_ = false;
  std::map<std::string, domain::Employment> employments_;
  std::set<std::string> of_bases_;
};

}  // namespace kefu::performance
