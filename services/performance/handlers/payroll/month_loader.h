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
#include "services/performance/handlers/judgement/month.h"
#include "services/performance/handlers/payroll/pay_scope.h"
#include "services/performance/handlers/payroll/refund_book.h"
#include "services/performance/store/rollups.h"

namespace kefu::performance {

// By what a month is computed, beside its plan.
struct MonthBasis {
  std::string definition;  // of the figures: "default@1"
  // By shop: the versions by which a closed month's agents were scored. Other shops go by the
  // version in force; Load adds what it has used.
  std::map<std::string, CardVersion> cards;
  std::set<std::string> shop_ids;  // of the scope's shops only these; empty: all
};

// Used by one thread, in one transaction. The days on which an agent was a base's are left out
// everywhere: the base pays them.
class MonthLoader {
 public:
  MonthLoader(db::Transaction& t, const PayScope& scope) : t_(t), scope_(scope), refunds_(t) {}

  // The month without what belongs to other months: entries, late changes and what is carried; of
  // earlier sales the refunds without their rates. In it are all agents with figures, refunds,
  // attendance or conduct in the month, and all who were employed; of several shops each has those
  // employed whom it pays (ShopParts).
  absl::StatusOr<domain::payroll::MonthInput> Load(absl::CivilDay month,
                                                   const domain::payroll::PayPlan& plan,
                                                   MonthBasis& basis);

  // An agent of whom Load knows nothing: without figures, and without pay for being employed.
  absl::StatusOr<domain::payroll::AgentInput> Person(absl::CivilDay month,
                                                     const std::string& agent_id);

  // What a month's own agents have sold less what was paid back in it, and how many have figures.
  struct Sales {
    int agents = 0;
    int64_t net_minor = 0;
  };
  absl::StatusOr<Sales> SalesIn(absl::CivilDay month, const std::string& definition);

  // The rows behind a month's lines by agent; of one agent where one is named.
  absl::StatusOr<std::map<std::string, domain::payroll::Sources>> LoadSources(
      absl::CivilDay month, const std::string& agent_id, const std::string& definition);

 private:
  struct Month;  // what is gathered of one

  absl::Status LoadPeople();
  bool OfBase(const std::string& agent_id, absl::CivilDay day) const;
  bool ChangesWithin(const std::string& agent_id, absl::CivilDay first, absl::CivilDay last,
                     bool grades) const;
  // Figures of own agents: one row at `first` for whom nothing changes, else one a day.
  absl::StatusOr<std::vector<store::RollupRow>> OwnRows(const ShopScope& shop,
                                                        const std::string& definition,
                                                        absl::CivilDay first, absl::CivilDay last,
                                                        bool grades);
  absl::Status AddFigures(Month& month, const ShopScope& shop,
                          const domain::payroll::PayPlan& plan);
  absl::Status AddAwardFigures(Month& month, const ShopScope& shop,
                               const domain::payroll::PayPlan& plan);
  absl::Status AddRefunds(Month& month, const ShopScope& shop);
  absl::Status AddRefundedBefore(Month& month);
  absl::Status AddAttendance(Month& month);
  absl::Status AddConduct(Month& month, const ShopScope& shop,
                          const domain::payroll::PayPlan& plan);
  absl::Status AddScores(Month& month, const std::string& scorecard_id, MonthBasis& basis);
  void AddFines(Month& month, const domain::Scorecard& card, const domain::MonthFacts& facts,
                const std::string& agent_id, const domain::Score& score) const;
  absl::Status AddEmployed(Month& month);
  absl::StatusOr<std::map<std::string, std::vector<int64_t>>> CustomersByShop(const Month& month);
  absl::Status PlaceIdle(const Month& month,
                         std::map<std::string, std::vector<int64_t>>& customers);
  void AddEmployment(absl::CivilDay month, domain::payroll::AgentInput& agent) const;
  // Has the next steps look at these shops of the scope only; empty: at all.
  void Count(const std::set<std::string>& shop_ids);
  bool IsEmployedIn(const std::string& agent_id, absl::CivilDay first, absl::CivilDay last) const;

  absl::StatusOr<std::vector<domain::Attendance>> Attendance(const store::Scope& shop,
                                                             absl::CivilDay month);
  // What counts of it in each shop of the scope, by the shops' ids.
  absl::StatusOr<std::vector<std::vector<domain::Attendance>>> CountedAttendance(
      absl::CivilDay month);

  db::Transaction& t_;
  const PayScope& scope_;
  RefundBook refunds_;
  bool people_loaded_ = false;
  std::vector<const ShopScope*> counted_;
  std::vector<domain::Settings> shops_;  // all of the organization's, in order of their ids
  std::map<std::string, domain::Employment> employments_;
  std::map<std::string, std::vector<domain::BaseSpan>> bases_;
};

}  // namespace kefu::performance
