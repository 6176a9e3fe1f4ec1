#include "common/events/lease.h"

#include "absl/time/clock.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "fmt/format.h"

namespace kefu::events {
namespace {

// Leases belong to the service and not to an organization.
constexpr db::Sql kLock{
    "SELECT owner_id, epoch, expire_us FROM lease WHERE org_id = '' AND lease_name = ? FOR UPDATE"};
constexpr db::Sql kInsert{
    "INSERT INTO lease (org_id, lease_name, owner_id, epoch, expire_us) VALUES ('', ?, '', 0, 0)"
    " ON DUPLICATE KEY UPDATE lease_name = lease_name"};
constexpr db::Sql kTake{
    "UPDATE lease SET owner_id = ?, epoch = ?, expire_us = ? WHERE org_id = '' AND lease_name = ?"};
constexpr db::Sql kRenew{
    "UPDATE lease SET expire_us = ? WHERE org_id = '' AND lease_name = ? AND owner_id = ?"
    " AND epoch = ?"};
constexpr db::Sql kRelease{
    "UPDATE lease SET owner_id = '', expire_us = 0 WHERE org_id = '' AND lease_name = ?"
    " AND owner_id = ? AND epoch = ?"};
constexpr absl::Duration kTimeout = absl::Seconds(10);  // one row: longer means a sick database

absl::Status Lost(std::string_view name) {
  return FailedPrecondition("LEASE_LOST", name, "another process holds the lease");
}

}  // namespace

Lease::Lease(db::Database& database, const Clock& clock, std::string_view name,
             std::string_view owner, absl::Duration ttl)
    : database_(database), clock_(clock), name_(name), owner_(owner), ttl_(ttl) {}

absl::StatusOr<bool> Lease::TryAcquire() {
  return database_.RunInTransaction(absl::Now() + kTimeout,
                                    [&](db::Transaction& t) { return TryAcquireIn(t); });
}

absl::StatusOr<bool> Lease::TryAcquireIn(db::Transaction& transaction) {
  ASSIGN_OR_RETURN(db::Rows rows, transaction.Query(kLock, {name_}));
  if (rows.empty()) {
    RETURN_IF_ERROR(transaction.Execute(kInsert, {name_}));
    ASSIGN_OR_RETURN(rows, transaction.Query(kLock, {name_}));
    if (rows.empty()) return Internal("the lease row was not made");
  }
  const db::Row row = rows.front();
  const absl::Time now = clock_.Now();
  const bool ours = row.Text(0) == owner_;
  if (!ours && !row.Text(0).empty() && row.Time(2) > now) return false;
  const int64_t epoch = ours ? row.Int(1) : row.Int(1) + 1;
  // A lease that is still good for more than half of its time is left alone: callers ask often.
  if (!ours || row.Time(2) < now + ttl_ / 2) {
    RETURN_IF_ERROR(transaction.Execute(kTake, {owner_, epoch, now + ttl_, name_}));
  }
  epoch_ = epoch;
  return true;
}

absl::Status Lease::Renew() {
  ASSIGN_OR_RETURN(const int64_t matched,
                   database_.RunInTransaction(
                       absl::Now() + kTimeout, [&](db::Transaction& t) -> absl::StatusOr<int64_t> {
                         return t.Execute(kRenew, {clock_.Now() + ttl_, name_, owner_, epoch_});
                       }));
  return matched == 1 ? absl::OkStatus() : Lost(name_);
}

absl::Status Lease::Release() {
  return database_.RunInTransaction(absl::Now() + kTimeout,
                                    [&](db::Transaction& t) -> absl::Status {
                                      return t.Execute(kRelease, {name_, owner_, epoch_}).status();
                                    });
}

absl::Status Lease::CheckHeld(db::Transaction& transaction) {
  ASSIGN_OR_RETURN(const db::Rows rows, transaction.Query(kLock, {name_}));
  if (rows.empty() || rows.front().Text(0) != owner_ || rows.front().Int(1) != epoch_) {
    return Lost(name_);
  }
  return absl::OkStatus();
}

}  // namespace kefu::events
