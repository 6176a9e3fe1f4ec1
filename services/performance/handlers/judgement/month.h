// A shop's month as scorecards see it, for scores and for pay.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "common/db/transaction.h"
#include "services/performance/domain/judgement/score.h"
#include "services/performance/handlers/handlers.h"
#include "services/performance/handlers/scope.h"

namespace kefu::performance {

// First and last day of a month.
std::pair<absl::CivilDay, absl::CivilDay> DaysOf(absl::CivilMonth month);

// The scorecard of an id that the shop's months are scored by: the shop's version in force on the
// month's first day, else the organization's, else the shipped one. NOT_FOUND when there is none.
absl::StatusOr<domain::Scorecard> ScorecardFor(db::Transaction& t, const store::Scope& scope,
                                               std::string_view scorecard_id,
                                               absl::CivilMonth month);
// The one for those who sell ("pre_sales") or serve after the sale ("after_sales") in the shop's
// stage on that day: domain::ChooseScorecard, else the shipped one.
absl::StatusOr<domain::Scorecard> ScorecardOfRole(db::Transaction& t, const store::Scope& scope,
                                                  std::string_view role, absl::CivilMonth month);

// A version of a scorecard; 0: the shipped one.
struct CardVersion {
  std::string owner_shop_id;  // empty: the organization's
  int64_t version = 0;
  std::optional<domain::Scorecard> shipped = {};  // as it was when it was used
  bool operator==(const CardVersion&) const = default;
};
// One named version; a shipped one as it was where that is kept. NOT_FOUND when there is none.
absl::StatusOr<domain::Scorecard> ScorecardVersionOf(db::Transaction& t, std::string_view org_id,
                                                     std::string_view scorecard_id,
                                                     const CardVersion& version);

// Figures by agent in [first, last] by a definition ("default@1"), as rollups hold them now: marked
// days are the caller's to compute before. Those of inspections carry their confidence interval,
// at the definition's level.
absl::StatusOr<std::map<std::string, domain::Figures>> AgentFigures(db::Transaction& t,
                                                                    const store::Scope& scope,
                                                                    std::string_view definition,
                                                                    absl::CivilDay first,
                                                                    absl::CivilDay last);
// The shop's own figures.
absl::StatusOr<domain::Figures> ShopFigures(db::Transaction& t, const store::Scope& scope,
                                            std::string_view definition, absl::CivilDay first,
                                            absl::CivilDay last);
// The shop's own rates and means, and of sums the mean of `agents` but for some.
absl::StatusOr<domain::Figures> ShopMeans(db::Transaction& t, const store::Scope& scope,
                                          std::string_view definition,
                                          const std::map<std::string, domain::Figures>& agents,
                                          const std::set<std::string>& left_out,
                                          absl::CivilDay first, absl::CivilDay last);

// Attendance of a month by the shop that was told it, of all of an organization's.
absl::StatusOr<std::map<std::string, std::vector<domain::Attendance>>> AttendanceByShop(
    db::Transaction& t, std::string_view org_id, absl::CivilMonth month);

// Conduct of shops as it was read: whoever scores several months reads what happened before them
// once, the latest month first. Used by one thread, in one transaction.
class ConductBook {
 public:
  // Of [first, last] by day and id.
  absl::StatusOr<std::vector<domain::ConductEvent>> Read(db::Transaction& t,
                                                         const store::Scope& scope,
                                                         absl::CivilDay first, absl::CivilDay last);

 private:
  struct Known {
    absl::CivilDay first, last;
    std::vector<domain::ConductEvent> events;
  };
  std::map<store::Scope, Known> read_;
};

// Whose each agent has been, oldest first: store::LoadBases.
using PeoplesBases = std::map<std::string, std::vector<domain::BaseSpan>>;

// Everything that `card` needs to score the month. Grades are those of `card`. Marked days are the
// caller's to compute before. Attendance is the person's, whichever shops were told it. Of whoever
// was a base's on some days of a month only the other days' figures count (domain::IsPartlyOfBase).
absl::StatusOr<domain::MonthFacts> LoadMonth(db::Transaction& t, const ShopScope& shop,
                                             std::string_view definition,
                                             const domain::Scorecard& card, absl::CivilMonth month,
                                             const domain::PeoplesAttendance& attendance,
                                             const PeoplesBases& bases, ConductBook& conduct);

// The agents of whom anything is known in the month.
std::set<std::string> AgentsOf(const domain::MonthFacts& facts);

// The scores of all of them, by agent, with figures up to date, as pay counts them. Without an id
// each by the scorecard of the own role: agents whose only duty of the month is after the sale by
// one for that, all others by one for those who sell. NOT_FOUND as ScorecardFor.
absl::StatusOr<std::map<std::string, domain::Score>> ScoreMonth(const Dependencies& deps,
                                                                const ShopScope& shop,
                                                                std::string_view scorecard_id,
                                                                absl::CivilMonth month,
                                                                absl::Time deadline);

}  // namespace kefu::performance
