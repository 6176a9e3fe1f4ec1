// Brings what a month's pay is computed from out of the database into the domain's form.
#pragma once

#include <map>
#include <optional>
#include <set>
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
#include "services/performance/domain/periods.h"
#include "services/performance/handlers/judgement/month.h"
#include "services/performance/handlers/payroll/pay_scope.h"
#include "services/performance/handlers/payroll/refund_book.h"
#include "services/performance/store/payroll.h"
#include "services/performance/store/rollups.h"

namespace kefu::performance {

// By what a shop's agents are scored.
struct CardsUsed {
  CardVersion card;  // the plan's
  // Of those whose only duty is not this one's role; nothing: they are scored by it as well.
  struct OfOtherDuty {
    std::string scorecard_id;  // empty: nobody was such, and the one in force counts
    CardVersion version;
  };
  std::optional<OfOtherDuty> of_other_duty;
};

// By what a month is computed, beside its plan.
struct MonthBasis {
  std::string definition;  // of the figures: "default@1"
  // By shop: the versions by which a closed month's agents were scored. Other shops go by the
  // version in force; Load adds what it has used.
  std::map<std::string, CardsUsed> cards;
  std::set<std::string> shop_ids = {};  // of the scope's shops only these; empty: all
  // Of the organization's shops, those among which people's months are shared; empty: all.
  std::set<std::string> sharing_shop_ids = {};
};

// Used by one thread, in one transaction. The days on which an agent was a base's are left out
// everywhere: the base pays them.
class MonthLoader {
 public:
  MonthLoader(db::Transaction& t, const PayScope& scope) : t_(t), scope_(scope), refunds_(t) {}

  // The month without what belongs to other months: entries, late changes and what is carried; of
  // earlier sales the refunds without their rates. In it are all agents with figures, refunds or
  // conduct in the month, and all who were employed or have attendance of it and are paid a part
  // here (ShopParts).
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
  absl::StatusOr<Sales> SalesIn(absl::CivilDay month, const std::string& definition,
                                const std::set<std::string>& shop_ids = {});

  // By month, how those paid here share theirs who have closed it with no shop so far.
  const std::map<absl::CivilDay, store::PayParts>& NewParts() const { return new_parts_; }

  // The days of all shops by whose customers the months loaded so far are shared; nothing where
  // only shops paid here share them, or all parts are fixed.
  const std::optional<domain::Span>& SharedDays() const { return shared_days_; }

  // Of the months loaded: how many of the organization's employed have parts at each shop that is
  // not paid here.
  const std::map<absl::CivilDay, std::map<std::string, int>>& PartsElsewhere() const {
    return elsewhere_;
  }

  // The rows behind the lines of a month, the latest that was loaded, by agent; of one agent where
  // one is named. Attendance is that which Load has counted, whatever has come in since: other
  // shops' imports do not wait for a closing.
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
  // Where several shops are paid: to the figures at this one.
  void AddAt(const ShopScope& shop, const domain::payroll::Figures& figures,
             std::vector<domain::payroll::Figures>& by_shop) const;
  absl::Status AddFigures(Month& month, const ShopScope& shop,
                          const domain::payroll::PayPlan& plan);
  absl::Status AddAwardFigures(Month& month, const ShopScope& shop,
                               const domain::payroll::PayPlan& plan);
  absl::Status AddRefunds(Month& month, const ShopScope& shop);
  absl::Status AddRefundedBefore(Month& month);
  absl::StatusOr<domain::PeoplesAttendance> Attendance(absl::CivilDay month);
  void AddAttendance(Month& month) const;
  absl::Status AddConduct(Month& month, const ShopScope& shop,
                          const domain::payroll::PayPlan& plan);
  // How a statement of the scope names a shop's conduct: ConductMoney::reference.
  std::string ReferenceOf(const std::string& shop_id, const std::string& conduct_id) const;
  absl::Status AddScores(Month& month, const std::string& scorecard_id, MonthBasis& basis);
  using CustomersByAgent = std::map<std::string, double>;
  // Of the agents of a shop who are, or who are not, among some; `customers`: at the shop whose
  // score counts so far.
  void ScoreBy(Month& month, const std::string& shop_id, const domain::Scorecard& card,
               const domain::MonthFacts& facts, const std::set<std::string>& some, bool among,
               CustomersByAgent& customers) const;
  void AddFines(Month& month, const domain::Scorecard& card, const domain::MonthFacts& facts,
                const std::string& shop_id, const std::string& agent_id,
                const domain::Score& score) const;
  absl::Status AddEmployed(Month& month);
  using Weights = std::map<std::string, std::vector<int64_t>>;  // by agent, in order of shops_
  // `others`: shops that are not paid here share the month.
  absl::StatusOr<Weights> WeightsOf(const Month& month, const store::PayParts& fixed, bool others);
  domain::payroll::ShopParts PartsOf(const Month& month, const std::string& agent_id) const;
  absl::StatusOr<Weights> CustomersByShop(const std::set<std::string>& sharing,
                                          absl::CivilDay first);
  // Of some agents by month, from the days of [first, last].
  absl::StatusOr<std::map<absl::CivilDay, Weights>> CustomersOfDays(
      const std::set<std::string>& agents, const std::set<std::string>& sharing,
      absl::CivilDay first, absl::CivilDay last);
  void NoteShared(absl::CivilDay first, absl::CivilDay last);
  // The position of a shop in shops_ where it is among these.
  std::optional<size_t> PositionIn(const std::set<std::string>& sharing,
                                   const std::string& shop_id) const;
  // Where the idle worked last, at shops that are at work.
  absl::Status PlaceByDays(const Month& month, const std::vector<int64_t>& at_work,
                           std::set<std::string>& idle, Weights& weights);
  // 1 at each shop that shares the month and is named; nullptr: at each that shares it.
  std::vector<int64_t> OneAt(const Month& month, const std::set<std::string>* shop_ids) const;
  absl::Status PlaceIdle(const Month& month, const store::PayParts& fixed, Weights& weights);
  absl::Status PlaceByTeams(const Month& month, const std::set<std::string>& idle,
                            const Weights& customers, const std::vector<int64_t>& at_work,
                            Weights& weights);
  std::vector<size_t> ShopsHere(const Month& month, bool* others) const;
  void AddEmployment(absl::CivilDay month, domain::payroll::AgentInput& agent) const;
  // These of the organization's shops; empty: all.
  std::set<std::string> Sharing(const std::set<std::string>& shop_ids) const;
  // Of the latest month, what its lines have counted.
  void Keep(Month& month);
  // Has the next steps look at these shops of the scope only; empty: at all.
  void Count(const std::set<std::string>& shop_ids);
  bool IsEmployedIn(const std::string& agent_id, absl::CivilDay first, absl::CivilDay last) const;

  db::Transaction& t_;
  const PayScope& scope_;
  RefundBook refunds_;
  ConductBook conduct_;
  bool people_loaded_ = false;
  std::vector<const ShopScope*> counted_;
  std::vector<domain::Settings> shops_;  // all of the organization's, in order of their ids
  std::map<std::string, domain::Employment> employments_;
  std::map<std::string, std::vector<domain::BaseSpan>> bases_;
  std::map<absl::CivilDay, store::PayParts> new_parts_;
  std::optional<domain::Span> shared_days_;
  absl::CivilDay latest_month_;  // that was loaded, and what was counted of it
  domain::PeoplesAttendance counted_attendance_;
  std::map<absl::CivilDay, std::map<std::string, int>> elsewhere_;
};

}  // namespace kefu::performance
