// Facts about people in the database. Every method runs in the caller's transaction and returns the
// Statuses of db::Transaction.
#pragma once

#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "common/db/transaction.h"
#include "services/performance/domain/people.h"
#include "services/performance/store/facts.h"

namespace kefu::performance::store {

// The two kinds of dated bodies.
enum class PeopleFact { kConduct, kAttendance };

// The definition under which a month's state (TouchMonth) says how its facts about people stand:
// nothing is summed of them.
inline constexpr std::string_view kPeopleFacts = "!people";

struct PeopleRow {
  std::string id, agent_id;
  absl::CivilDay day;
  std::string body_hash, body;
};
absl::StatusOr<StoredById> FindPeopleFacts(db::Transaction& t, PeopleFact kind, const Scope& scope,
                                           std::span<const std::string_view> ids);
// Inserts or replaces.
absl::Status SavePeopleFacts(db::Transaction& t, PeopleFact kind, const Scope& scope,
                             std::span<const PeopleRow> rows);
// Bodies of [first, last] by day and id.
absl::StatusOr<std::vector<std::string>> LoadPeopleFacts(db::Transaction& t, PeopleFact kind,
                                                         const Scope& scope, absl::CivilDay first,
                                                         absl::CivilDay last);
// Attendance of all of an organization's shops in [first, last], by shop, day and id.
struct ShopBody {
  std::string shop_id, body;
};
absl::StatusOr<std::vector<ShopBody>> AttendanceOfOrganization(db::Transaction& t,
                                                               std::string_view org_id,
                                                               absl::CivilDay first,
                                                               absl::CivilDay last);
// A keyset page of bodies by (day, id), after the given key; an empty agent_id lists all agents'.
absl::StatusOr<std::vector<PageRow>> PagePeopleFacts(db::Transaction& t, PeopleFact kind,
                                                     const Scope& scope, std::string_view agent_id,
                                                     absl::CivilDay first, absl::CivilDay last,
                                                     absl::CivilDay after_day,
                                                     std::string_view after_id, int limit);

// An employment as it is now. It replaces those of the agent that it overlaps: they were corrected.
absl::Status SaveEmployment(db::Transaction& t, std::string_view org_id, std::string_view agent_id,
                            const domain::EmploymentSpan& span);
struct TierRecord {
  std::string_view id, corrects_id;
  domain::TierSpan tier;
  absl::Time record_time;
};
absl::Status SaveTierRecord(db::Transaction& t, std::string_view org_id, std::string_view agent_id,
                            const TierRecord& record);
// By agent; an empty set of agents means all of the organization's. Agents of whom nothing is known
// are absent.
absl::StatusOr<std::map<std::string, domain::Employment>> LoadEmployments(
    db::Transaction& t, std::string_view org_id, const std::set<std::string>& agents);

// The stage of a shop's life from a day on: "STARTUP", "GROWTH", "MATURE".
absl::Status SaveStage(db::Transaction& t, const Scope& scope, absl::CivilDay day,
                       std::string_view stage);
// Before the first day that was told of: that day's. Empty when none was.
absl::StatusOr<std::string> StageOn(db::Transaction& t, const Scope& scope, absl::CivilDay day);

}  // namespace kefu::performance::store
