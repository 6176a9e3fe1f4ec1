#include "services/staffing/store/workload.h"

#include <map>

#include "common/time/civil.h"
#include "services/staffing/errors.h"
#include "services/staffing/store/rows.h"

namespace kefu::staffing::store {
namespace {

namespace workload = domain::workload;
using db::Row;
using db::Sql;

#define ARRIVAL_COLUMNS "start_us, arrivals, answered, abandoned, handle_seconds, wait_seconds"
constexpr Sql kFindArrivals{"SELECT " ARRIVAL_COLUMNS
                            " FROM arrivals"
                            " WHERE org_id = ? AND shop_id = ? AND channel = ?"
                            " AND start_us IN (?*)"};
constexpr std::string_view kInsertArrivals =
    "INSERT INTO arrivals (org_id, shop_id, channel, " ARRIVAL_COLUMNS ", counted)";
constexpr std::string_view kReplaceArrivals =
    " ON DUPLICATE KEY UPDATE arrivals = VALUES(arrivals), answered = VALUES(answered),"
    " abandoned = VALUES(abandoned), handle_seconds = VALUES(handle_seconds),"
    " wait_seconds = VALUES(wait_seconds), counted = VALUES(counted)";
constexpr Sql kDeleteCounted{
    "DELETE FROM arrivals WHERE org_id = ? AND shop_id = ? AND channel = ? AND start_us >= ?"
    " AND start_us < ? AND counted = 1"};
constexpr Sql kArrivalsOfDay{"SELECT " ARRIVAL_COLUMNS
                             ", counted FROM arrivals"
                             " WHERE org_id = ? AND shop_id = ? AND channel = ?"
                             " AND start_us >= ? AND start_us < ? ORDER BY start_us"};
constexpr Sql kListArrivals{"SELECT " ARRIVAL_COLUMNS
                            " FROM arrivals"
                            " WHERE org_id = ? AND shop_id = ? AND channel = ? AND start_us > ?"
                            " AND start_us >= ? AND start_us < ? ORDER BY start_us LIMIT ?"};

constexpr Sql kSaveCalendarDay{
    "INSERT INTO calendar_day (org_id, day, kind, name, uplift_bps, statutory, update_us, actor)"
    " VALUES (?,?,?,?,?,?,?,?) ON DUPLICATE KEY UPDATE kind = VALUES(kind), name = VALUES(name),"
    " uplift_bps = VALUES(uplift_bps), statutory = VALUES(statutory), update_us = "
    "VALUES(update_us), actor = VALUES(actor)"};
constexpr Sql kListCalendarDays{
    "SELECT day, kind, name, uplift_bps, statutory FROM calendar_day"
    " WHERE org_id = ? AND day BETWEEN ? AND ? ORDER BY day"};

constexpr Sql kLockCampaign{
    "SELECT shop_id FROM campaign WHERE org_id = ? AND campaign_id = ? FOR UPDATE"};
constexpr Sql kSaveCampaign{
    "INSERT INTO campaign (org_id, campaign_id, code, name, first_day, last_day, uplift_bps,"
    " shop_id, update_us, actor) VALUES (?,?,?,?,?,?,?,?,?,?)"
    " ON DUPLICATE KEY UPDATE code = VALUES(code), name = VALUES(name),"
    " first_day = VALUES(first_day), last_day = VALUES(last_day), uplift_bps = VALUES(uplift_bps),"
    " shop_id = VALUES(shop_id), update_us = VALUES(update_us), actor = VALUES(actor)"};
constexpr Sql kListCampaigns{
    "SELECT campaign_id, code, name, first_day, last_day, uplift_bps, shop_id FROM campaign"
    " WHERE org_id = ? AND first_day BETWEEN ? AND ? AND (? = '' OR shop_id IN ('', ?))"
    " ORDER BY first_day, campaign_id"};

constexpr Sql kNextVersion{
    "INSERT INTO staffing_policy_head (org_id, version) VALUES (?, 1)"
    " ON DUPLICATE KEY UPDATE version = version + 1"};
constexpr Sql kVersion{"SELECT version FROM staffing_policy_head WHERE org_id = ?"};
#define POLICY_COLUMNS                                                                     \
  "shop_id, channel, version, effective_from, service_level_bps, answer_seconds,"          \
  " max_occupancy_bps, max_abandoned_bps, shrinkage_bps, min_seats, model,"                \
  " concurrent_contacts, slow_down_bps, default_handle_seconds, default_patience_seconds," \
  " history_days, half_life_days, trend_bps, band_bps, holiday_calendar, create_us"
constexpr Sql kInsertPolicy{"INSERT INTO staffing_policy (org_id, " POLICY_COLUMNS
                            ", actor) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"};
// The shop's own before the organization's, whose shop_id is empty.
constexpr Sql kPolicyOn{"SELECT " POLICY_COLUMNS
                        " FROM staffing_policy WHERE org_id = ? AND shop_id IN ('', ?)"
                        " AND channel = ? AND effective_from <= ?"
                        " ORDER BY shop_id DESC, effective_from DESC, version DESC LIMIT 1"};

constexpr size_t kMaxList = 1'000;  // of one IN list

int32_t Int32(const Row& row, size_t column) { return static_cast<int32_t>(row.Int(column)); }

workload::Arrivals ArrivalsFromRow(const Row& row) {
  return {.start = FromMicros(row.Int(0)),
          .arrivals = row.Int(1),
          .answered = row.Int(2),
          .abandoned = row.Int(3),
          .handle_seconds = row.Int(4),
          .wait_seconds = row.Int(5)};
}

workload::Campaign CampaignFromRow(const Row& row) {
  return {.id = row.Str(0),
          .code = row.Str(1),
          .name = row.Str(2),
          .first = row.Day(3),
          .last = row.Day(4),
          .uplift_bps = Int32(row, 5),
          .shop_id = row.Str(6)};
}

workload::StaffingPolicy PolicyFromRow(const Row& row) {
  return {.shop_id = row.Str(0),
          .channel = EnumAt<domain::ContactChannel>(row, 1),
          .version = row.Int(2),
          .effective_from = row.Day(3),
          .targets = {.service_level_bps = Int32(row, 4),
                      .answer_seconds = Int32(row, 5),
                      .max_occupancy_bps = Int32(row, 6),
                      .max_abandoned_bps = Int32(row, 7),
                      .shrinkage_bps = Int32(row, 8),
                      .min_seats = Int32(row, 9)},
          .model = EnumAt<domain::StaffingModel>(row, 10),
          .concurrent_contacts = Int32(row, 11),
          .slow_down_bps = Int32(row, 12),
          .default_handle_seconds = Int32(row, 13),
          .default_patience_seconds = Int32(row, 14),
          .history_days = Int32(row, 15),
          .half_life_days = Int32(row, 16),
          .trend_bps = Int32(row, 17),
          .band_bps = Int32(row, 18),
          .holiday_calendar = row.Str(19),
          .create_time = FromMicros(row.Int(20))};
}

absl::Status InsertArrivals(db::Transaction& transaction, const ArrivalScope& scope,
                            std::span<const workload::Arrivals> rows, bool counted) {
  std::vector<db::Param> flat;
  flat.reserve(rows.size() * 10);
  for (const workload::Arrivals& row : rows) {
    flat.insert(flat.end(), {scope.org_id, scope.shop_id, domain::NameOf(scope.channel), row.start,
                             row.arrivals, row.answered, row.abandoned, row.handle_seconds,
                             row.wait_seconds, counted ? 1 : 0});
  }
  return transaction.InsertMany(kInsertArrivals, 10, flat, kReplaceArrivals).status();
}

}  // namespace

absl::StatusOr<std::vector<std::optional<workload::Arrivals>>> FindArrivals(
    db::Transaction& transaction, const ArrivalScope& scope,
    std::span<const workload::Arrivals> rows) {
  std::map<absl::Time, workload::Arrivals> stored;
  for (size_t begin = 0; begin < rows.size(); begin += kMaxList) {
    std::vector<db::Param> list;
    for (const auto& row : rows.subspan(begin, std::min(kMaxList, rows.size() - begin))) {
      list.emplace_back(row.start);
    }
    ASSIGN_OR_RETURN(
        const db::Rows found,
        transaction.QueryIn(kFindArrivals,
                            {scope.org_id, scope.shop_id, domain::NameOf(scope.channel)}, list));
    for (const Row row : found) {
      const workload::Arrivals arrivals = ArrivalsFromRow(row);
      stored[arrivals.start] = arrivals;
    }
  }
  std::vector<std::optional<workload::Arrivals>> result;
  for (const workload::Arrivals& row : rows) {
    const auto at = stored.find(row.start);
    result.push_back(at == stored.end() ? std::nullopt : std::optional(at->second));
  }
  return result;
}

absl::Status SaveArrivals(db::Transaction& transaction, const ArrivalScope& scope,
                          std::span<const workload::Arrivals> rows) {
  return InsertArrivals(transaction, scope, rows, false);
}

absl::Status DeleteCountedArrivals(db::Transaction& transaction, const ArrivalScope& scope,
                                   absl::Time begin, absl::Time end) {
  return transaction
      .Execute(kDeleteCounted, {scope.org_id, scope.shop_id, domain::NameOf(scope.channel),
                                ToMicros(begin), ToMicros(end)})
      .status();
}

absl::StatusOr<int64_t> ReplaceCountedArrivals(db::Transaction& transaction,
                                               const ArrivalScope& scope, absl::Time begin,
                                               absl::Time end,
                                               std::span<const workload::Arrivals> rows) {
  ASSIGN_OR_RETURN(
      const db::Rows found,
      transaction.Query(kArrivalsOfDay, {scope.org_id, scope.shop_id, domain::NameOf(scope.channel),
                                         ToMicros(begin), ToMicros(end)}));
  std::map<absl::Time, workload::Arrivals> before;
  for (const Row row : found) {
    if (row.Int(6) == 0) return 0;
    const workload::Arrivals arrivals = ArrivalsFromRow(row);
    before[arrivals.start] = arrivals;
  }
  int64_t changed = 0;
  for (const workload::Arrivals& row : rows) {
    const auto at = before.find(row.start);
    if (at == before.end() || at->second != row) ++changed;
    if (at != before.end()) before.erase(at);
  }
  changed += static_cast<int64_t>(before.size());
  if (changed == 0) return 0;
  RETURN_IF_ERROR(DeleteCountedArrivals(transaction, scope, begin, end));
  RETURN_IF_ERROR(InsertArrivals(transaction, scope, rows, true));
  return changed;
}

absl::StatusOr<std::vector<workload::Arrivals>> ListArrivals(Reader reader,
                                                             const ArrivalScope& scope,
                                                             absl::Time after, absl::Time begin,
                                                             absl::Time end, int64_t limit) {
  return Collect(
      reader.Query(kListArrivals, {scope.org_id, scope.shop_id, domain::NameOf(scope.channel),
                                   ToMicros(after), ToMicros(begin), ToMicros(end), limit}),
      ArrivalsFromRow);
}

absl::Status SaveCalendarDay(db::Transaction& transaction, std::string_view org_id,
                             const workload::CalendarDay& day, absl::Time now,
                             std::string_view actor) {
  return transaction
      .Execute(kSaveCalendarDay, {org_id, day.day, domain::NameOf(day.kind), day.name,
                                  day.uplift_bps, day.statutory, now, actor})
      .status();
}

absl::StatusOr<std::vector<workload::CalendarDay>> ListCalendarDays(Reader reader,
                                                                    std::string_view org_id,
                                                                    absl::CivilDay first,
                                                                    absl::CivilDay last) {
  return Collect(reader.Query(kListCalendarDays, {org_id, first, last}), [](const Row& row) {
    return workload::CalendarDay{.day = row.Day(0),
                                 .kind = EnumAt<domain::CalendarDayKind>(row, 1),
                                 .name = row.Str(2),
                                 .uplift_bps = Int32(row, 3),
                                 .statutory = row.Bool(4)};
  });
}

absl::StatusOr<std::string> LockCampaign(db::Transaction& transaction, std::string_view org_id,
                                         std::string_view campaign_id) {
  ASSIGN_OR_RETURN(const db::Rows rows, transaction.Query(kLockCampaign, {org_id, campaign_id}));
  if (rows.empty()) return error::CampaignNotFound(campaign_id);
  return rows[0].Str(0);
}

absl::Status SaveCampaign(db::Transaction& transaction, std::string_view org_id,
                          const workload::Campaign& campaign, absl::Time now,
                          std::string_view actor) {
  return transaction
      .Execute(kSaveCampaign, {org_id, campaign.id, campaign.code, campaign.name, campaign.first,
                               campaign.last, campaign.uplift_bps, campaign.shop_id, now, actor})
      .status();
}

absl::StatusOr<std::vector<workload::Campaign>> ListCampaigns(Reader reader,
                                                              std::string_view org_id,
                                                              std::string_view shop_id,
                                                              absl::CivilDay first_begin,
                                                              absl::CivilDay last_begin) {
  return Collect(reader.Query(kListCampaigns, {org_id, first_begin, last_begin, shop_id, shop_id}),
                 CampaignFromRow);
}

absl::StatusOr<int64_t> AddStaffingPolicy(db::Transaction& transaction, std::string_view org_id,
                                          const workload::StaffingPolicy& policy,
                                          std::string_view actor) {
  RETURN_IF_ERROR(transaction.Execute(kNextVersion, {org_id}));
  ASSIGN_OR_RETURN(const db::Rows rows, transaction.Query(kVersion, {org_id}));
  const int64_t version = rows.front().Int(0);
  const workload::Targets& targets = policy.targets;
  RETURN_IF_ERROR(transaction.Execute(kInsertPolicy, {org_id,
                                                      policy.shop_id,
                                                      domain::NameOf(policy.channel),
                                                      version,
                                                      policy.effective_from,
                                                      targets.service_level_bps,
                                                      targets.answer_seconds,
                                                      targets.max_occupancy_bps,
                                                      targets.max_abandoned_bps,
                                                      targets.shrinkage_bps,
                                                      targets.min_seats,
                                                      domain::NameOf(policy.model),
                                                      policy.concurrent_contacts,
                                                      policy.slow_down_bps,
                                                      policy.default_handle_seconds,
                                                      policy.default_patience_seconds,
                                                      policy.history_days,
                                                      policy.half_life_days,
                                                      policy.trend_bps,
                                                      policy.band_bps,
                                                      policy.holiday_calendar,
                                                      policy.create_time,
                                                      actor}));
  return version;
}

absl::StatusOr<std::optional<workload::StaffingPolicy>> StaffingPolicyOn(Reader reader,
                                                                         const ArrivalScope& scope,
                                                                         absl::CivilDay day) {
  ASSIGN_OR_RETURN(
      const db::Rows rows,
      reader.Query(kPolicyOn, {scope.org_id, scope.shop_id, domain::NameOf(scope.channel), day}));
  if (rows.empty()) return std::nullopt;
  return PolicyFromRow(rows.front());
}

}  // namespace kefu::staffing::store
