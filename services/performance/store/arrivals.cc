#include "services/performance/store/arrivals.h"

#include <string_view>

#include "common/status/status_macros.h"

namespace kefu::performance::store {
namespace {

using db::Param;
using db::Sql;

constexpr std::string_view kNote = "INSERT INTO arrival_day (org_id, shop_id, day, noted_us)";
// An update that changes nothing still waits for whoever holds the row.
constexpr std::string_view kNoteAgain = " ON DUPLICATE KEY UPDATE noted_us = noted_us";
constexpr Sql kNoted{
    "SELECT org_id, shop_id, day FROM arrival_day WHERE noted_us <= ? ORDER BY noted_us LIMIT ?"};
constexpr Sql kTake{"DELETE FROM arrival_day WHERE org_id = ? AND shop_id = ? AND day = ?"};

}  // namespace

absl::Status NoteArrivals(db::Transaction& t, const Scope& scope,
                          const std::vector<absl::CivilDay>& days, absl::Time now) {
  if (days.empty()) return absl::OkStatus();
  std::vector<Param> flat;
  for (const absl::CivilDay day : days)
    flat.insert(flat.end(), {scope.org_id, scope.shop_id, day, now});
  return t.InsertMany(kNote, 4, flat, kNoteAgain).status();
}

absl::StatusOr<std::vector<ArrivalDay>> NotedArrivals(db::Transaction& t, absl::Time until,
                                                      int limit) {
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(kNoted, {until, limit}));
  std::vector<ArrivalDay> days;
  for (const db::Row row : rows) days.push_back({{row.Str(0), row.Str(1)}, row.Day(2)});
  return days;
}

absl::StatusOr<bool> TakeArrivals(db::Transaction& t, const ArrivalDay& day) {
  ASSIGN_OR_RETURN(const int64_t taken,
                   t.Execute(kTake, {day.scope.org_id, day.scope.shop_id, day.day}));
  return taken > 0;
}

}  // namespace kefu::performance::store
