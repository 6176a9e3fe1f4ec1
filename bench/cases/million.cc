#include "bench/cases/million.h"

#include <string>

#include "absl/time/clock.h"
#include "bench/harness/environment.h"
#include "bench/harness/load.h"
#include "bench/scale/meter.h"
#include "common/status/status_macros.h"
#include "fmt/format.h"
#include "services/aftersales/store/cases.h"

namespace kefu::bench {
namespace {

namespace store = aftersales::store;

constexpr absl::Duration kTime = absl::Minutes(30);
constexpr int64_t kChunk = 20'000;  // cases of one transaction
constexpr int kClosedEvery = 5;     // each fifth case is closed

// Rows made where they stand. A case of every five is closed, and has no deadline any more; the
// others are due at instants scattered over a year from tomorrow on, warned four hours before.
constexpr std::string_view kCases =
    "INSERT INTO aftersales_case (org_id, case_id, shop_id, kind, channel, external_id, priority,"
    " order_id, purchase_date, waybill, customer_id, problem, demand, assignee_agent_id, "
    "receive_us,"
    " state, result, due_us, next_us, parts, version, create_us, update_us)"
    " SELECT '{org}', CONCAT('case-', LPAD(n, 9, '0')), CONCAT('shop-', n % 100), 'RETURN', 'CHAT',"
    " NULL, 'NORMAL', CONCAT('order-', n), NULL, '', CONCAT('customer-', n), '尺码不对，想退货', "
    "'',"
    " CONCAT('agent-', n % 500), {now}, IF(closed, 'CLOSED', 'OPEN'),"
    " IF(closed, 'APPROVED', 'UNSPECIFIED'), IF(closed, {never}, due),"
    " IF(closed, {never}, due - 14400000000), 0, 1, {now}, {now} FROM ({rows}) r";
constexpr std::string_view kClocks =
    "INSERT INTO case_clock (org_id, case_id, clock_kind, state, start_us, base_due_us, due_us,"
    " warn_us, warned, met_us, breach_us, breach_owner, remaining_us, pausable, business_hours,"
    " warn_before_us, time_zone, zone_assumed, policy_org_id, policy_id, policy_version)"
    " SELECT '{org}', CONCAT('case-', LPAD(n, 9, '0')), 'FIRST_ANSWER',"
    " IF(closed, 'MET', 'RUNNING'), {now}, due, due, due - 14400000000, FALSE,"
    " IF(closed, {now}, NULL), NULL, '', 0, TRUE, FALSE, 14400000000, 'Asia/Shanghai', TRUE, '',"
    " 'default/sla', 1 FROM ({rows}) r";
constexpr std::string_view kRows =
    "SELECT seq AS n, seq % {every} = 0 AS closed,"
    " {now} + 86400000000 + (seq * 7919 % 1000003) * 31000000 AS due FROM seq_{first}_to_{last}";

constexpr db::Sql kBare{
    "SELECT org_id, case_id, next_us FROM aftersales_case WHERE next_us <= ?"
    " ORDER BY next_us LIMIT ?"};

absl::Status Do(db::Database& database, const std::string& statement) {
  return database.Read(absl::Now() + kTime, db::Sql{statement.c_str()}).status();
}

// One caller; what it runs must find all that it looks for.
Run Repeat(absl::Duration time, std::function<absl::StatusOr<size_t>()> look) {
  return [time, look = std::move(look)] {
    return RunCallers(1, time, [&look](int) -> std::function<absl::Status()> {
      return [&look]() -> absl::Status {
        ASSIGN_OR_RETURN(const size_t found, look());
        return found == kNextDue ? absl::OkStatus()
                                 : absl::InternalError(fmt::format("{} cases found", found));
      };
    });
  };
}

}  // namespace

absl::StatusOr<std::unique_ptr<Million>> Million::Fill(const db::DatabaseOptions& options,
                                                       int64_t cases) {
  ASSIGN_OR_RETURN(auto database, db::Database::Open(options));
  const int64_t all = cases * kClosedEvery / (kClosedEvery - 1);
  const int64_t now = absl::ToUnixMicros(absl::Now());
  Meter meter("cases", all);
  for (int64_t first = 1; first <= all; first += kChunk) {
    const int64_t last = std::min(all, first + kChunk - 1);
    const std::string rows =
        fmt::format(kRows, fmt::arg("every", kClosedEvery), fmt::arg("now", now),
                    fmt::arg("first", first), fmt::arg("last", last));
    for (const std::string_view insert : {kCases, kClocks}) {
      RETURN_IF_ERROR(Do(
          *database, fmt::format(fmt::runtime(insert), fmt::arg("org", kOrg), fmt::arg("now", now),
                                 fmt::arg("never", INT64_MAX), fmt::arg("rows", rows))));
    }
    meter.Add(last - first + 1);
  }
  RETURN_IF_ERROR(Do(*database, "ANALYZE TABLE aftersales_case, case_clock"));
  return std::unique_ptr<Million>(new Million(std::move(database)));
}

Run Million::Claim(absl::Duration time) const {
  return Repeat(time, [this]() -> absl::StatusOr<size_t> {
    size_t found = 0;
    // Nothing is written, and the error gives back the locks.
    const absl::Status undone =
        database_->RunInTransaction(absl::Now() + kTime, [&](db::Transaction& t) -> absl::Status {
          ASSIGN_OR_RETURN(
              const auto cases,
              store::ClaimDueCases(t, absl::InfiniteFuture() - absl::Microseconds(1), kNextDue));
          found = cases.size();
          return absl::CancelledError("rolled back");
        });
    if (!absl::IsCancelled(undone)) return undone;
    return found;
  });
}

Run Million::List(absl::Duration time) const {
  return Repeat(time, [this]() -> absl::StatusOr<size_t> {
    store::CaseFilter filter;
    filter.whole_org_id = std::string(kOrg);
    ASSIGN_OR_RETURN(const store::CaseList list,
                     database_->RunInTransaction(absl::Now() + kTime, [&](db::Transaction& t) {
                       return store::ListCases(t, filter, {.limit = kNextDue});
                     }));
    return list.cases.size();
  });
}

Run Million::Bare(absl::Duration time) const {
  return Repeat(time, [this]() -> absl::StatusOr<size_t> {
    ASSIGN_OR_RETURN(const db::Rows rows,
                     database_->Read(absl::Now() + kTime, kBare, {INT64_MAX - 1, kNextDue}));
    return rows.size();
  });
}

}  // namespace kefu::bench
