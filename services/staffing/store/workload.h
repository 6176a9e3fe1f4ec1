// Rows of arrivals, special days, campaigns and staffing policies. As store.h: every statement
// names the tenant; the functions keep no state and are thread-safe; all return the database's
// errors besides those named.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "services/staffing/domain/workload/arrivals.h"
#include "services/staffing/domain/workload/policy.h"
#include "services/staffing/store/store.h"

namespace kefu::staffing::store {

// Whose arrivals.
struct ArrivalScope {
  std::string_view org_id, shop_id;
  domain::ContactChannel channel;
};

// What is stored of each row's half hour; nothing where there is no row.
absl::StatusOr<std::vector<std::optional<domain::workload::Arrivals>>> FindArrivals(
    db::Transaction& transaction, const ArrivalScope& scope,
    std::span<const domain::workload::Arrivals> rows);
// Writes the rows, replacing those of the same half hours.
absl::Status SaveArrivals(db::Transaction& transaction, const ArrivalScope& scope,
                          std::span<const domain::workload::Arrivals> rows);
// Removes what was counted, not imported, in [begin, end).
absl::Status DeleteCountedArrivals(db::Transaction& transaction, const ArrivalScope& scope,
                                   absl::Time begin, absl::Time end);
// Puts counted rows in the place of those in [begin, end), unless rows were imported there, which
// tell of the whole day. Returns how many half hours are new, changed or gone. Lock the shop
// before.
absl::StatusOr<int64_t> ReplaceCountedArrivals(db::Transaction& transaction,
                                               const ArrivalScope& scope, absl::Time begin,
                                               absl::Time end,
                                               std::span<const domain::workload::Arrivals> rows);
// Up to `limit` rows that begin after `after` and in [begin, end), by time.
absl::StatusOr<std::vector<domain::workload::Arrivals>> ListArrivals(Reader reader,
                                                                     const ArrivalScope& scope,
                                                                     absl::Time after,
                                                                     absl::Time begin,
                                                                     absl::Time end, int64_t limit);

absl::Status SaveCalendarDay(db::Transaction& transaction, std::string_view org_id,
                             const domain::workload::CalendarDay& day, absl::Time now,
                             std::string_view actor);
absl::StatusOr<std::vector<domain::workload::CalendarDay>> ListCalendarDays(Reader reader,
                                                                            std::string_view org_id,
                                                                            absl::CivilDay first,
                                                                            absl::CivilDay last);

// NOT_FOUND unless the organization has that campaign; locks it. Its shop, empty: every shop.
absl::StatusOr<std::string> LockCampaign(db::Transaction& transaction, std::string_view org_id,
                                         std::string_view campaign_id);
// Writes the campaign, replacing the one with its id.
absl::Status SaveCampaign(db::Transaction& transaction, std::string_view org_id,
                          const domain::workload::Campaign& campaign, absl::Time now,
                          std::string_view actor);
// Campaigns that begin in [first_begin, last_begin], by first day. With a shop, those of all shops
// and of that one.
absl::StatusOr<std::vector<domain::workload::Campaign>> ListCampaigns(Reader reader,
                                                                      std::string_view org_id,
                                                                      std::string_view shop_id,
                                                                      absl::CivilDay first_begin,
                                                                      absl::CivilDay last_begin);

// Adds a version and returns its number, from 1 in the organization.
absl::StatusOr<int64_t> AddStaffingPolicy(db::Transaction& transaction, std::string_view org_id,
                                          const domain::workload::StaffingPolicy& policy,
                                          std::string_view actor);
// The policy in force on a day: the shop's, else the organization's; nothing: none was set.
absl::StatusOr<std::optional<domain::workload::StaffingPolicy>> StaffingPolicyOn(
    Reader reader, const ArrivalScope& scope, absl::CivilDay day);

}  // namespace kefu::staffing::store
