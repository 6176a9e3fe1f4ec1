// Rows of attendance, and what it reads of rosters. As store.h says of the others.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "services/staffing/domain/attendance/record.h"
#include "services/staffing/domain/period.h"
#include "services/staffing/domain/roster/record.h"
#include "services/staffing/store/store.h"

namespace kefu::staffing::store {

absl::Status InsertClock(db::Transaction& transaction, std::string_view org_id,
                         const attendance::ClockRecord& record);
// Void columns only. The row must be locked.
absl::Status VoidClock(db::Transaction& transaction, std::string_view org_id,
                       const attendance::ClockRecord& record);
// NOT_FOUND of a clock event.
absl::StatusOr<attendance::ClockRecord> LockClock(db::Transaction& transaction,
                                                  std::string_view org_id, std::string_view id);
// The last that counts and is not after `time`. Lock the agent's row to decide by it.
absl::StatusOr<std::optional<attendance::ClockRecord>> LastClock(Reader reader,
                                                                 std::string_view org_id,
                                                                 std::string_view agent_id,
                                                                 absl::Time time);
// Those of an agent in [begin, end), by (time, id), after that of `after_*`.
struct ClockPage {
  std::optional<absl::Time> after_time;
  std::string_view after_id;
  absl::Time begin, end;
  int limit = 0;
};
absl::StatusOr<std::vector<attendance::ClockRecord>> ListClock(Reader reader,
                                                               std::string_view org_id,
                                                               std::string_view agent_id,
                                                               const ClockPage& page);
// Those that count in [begin, end) of an agent, or with an empty id of all; by agent, time and
// kind, out before in.
absl::StatusOr<std::vector<attendance::ClockRecord>> ClockOf(Reader reader, std::string_view org_id,
                                                             std::string_view agent_id,
                                                             absl::Time begin, absl::Time end);

// Published rosters that touch the days, by id, with their orders.
absl::StatusOr<std::vector<roster::Record>> PublishedRosters(Reader reader, std::string_view org_id,
                                                             absl::CivilDay first,
                                                             absl::CivilDay last);

// The employments that touch the days, by agent; of one agent, or with an empty id of all.
absl::StatusOr<std::map<std::string, domain::Periods, std::less<>>> EmploymentsOn(
    Reader reader, std::string_view org_id, std::string_view agent_id, absl::CivilDay first,
    absl::CivilDay last);

// NOT_FOUND of a closed month.
absl::StatusOr<attendance::Month> FindMonth(Reader reader, std::string_view org_id,
                                            absl::CivilMonth month);
// The first closed month of a range; nothing when all are open.
absl::StatusOr<std::optional<absl::CivilMonth>> ClosedMonth(Reader reader, std::string_view org_id,
                                                            absl::CivilMonth first,
                                                            absl::CivilMonth last);
absl::Status InsertMonth(db::Transaction& transaction, std::string_view org_id,
                         const attendance::Month& month);
struct Summary {
  std::string agent_id;
  std::string body;  // serialized
};
absl::Status InsertSummaries(db::Transaction& transaction, std::string_view org_id,
                             absl::CivilMonth month, const std::vector<Summary>& summaries);
// By agent; an empty id lists all.
absl::StatusOr<std::vector<Summary>> ListSummaries(Reader reader, std::string_view org_id,
                                                   Page page, absl::CivilMonth month,
                                                   std::string_view agent_id);

// Adds the policy as the next version, which it returns.
absl::StatusOr<int64_t> AddAttendancePolicy(db::Transaction& transaction, std::string_view org_id,
                                            const attendance::Policy& policy,
                                            std::string_view actor);
// The last version, or the shipped one.
absl::StatusOr<attendance::Policy> AttendancePolicy(Reader reader, std::string_view org_id);

}  // namespace kefu::staffing::store
