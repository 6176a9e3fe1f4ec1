#include "services/warehouse/jobs/reservation_sweeper.h"

#include <algorithm>
#include <span>
#include <vector>

#include "absl/time/clock.h"
#include "common/obs/log.h"
#include "common/status/status_macros.h"
#include "common/time/civil.h"
#include "services/warehouse/domain/reservation.h"
#include "services/warehouse/handlers/posting.h"
#include "services/warehouse/store/store.h"

namespace kefu::warehouse {
namespace {

constexpr std::string_view kActor = "kefu-warehouse/expiry";

// Claims what is still due of the candidates and gives it back; returns how many.
absl::StatusOr<int> ExpireIn(db::Transaction& t, const Dependencies& deps,
                             const std::string& org_id, std::span<const std::string> ids,
                             absl::Time now) {
  ASSIGN_OR_RETURN(std::vector<domain::Reservation> due, store::ClaimDue(t, org_id, ids, now));
  if (due.empty()) return 0;
  std::erase_if(due, [now](domain::Reservation& r) { return !domain::Expire(r, now); });
  const Posting posting{deps, t, org_id, kActor, now};
  RETURN_IF_ERROR(GiveBack(posting, due, "Expire", ""));
  return static_cast<int>(due.size());
}

}  // namespace

ReservationSweeper::ReservationSweeper(const Dependencies& deps, const Clock& clock,
                                       SweeperOptions options)
    : deps_(deps), clock_(clock), options_(options) {}

void ReservationSweeper::Start() {
  repeater_.Start([this] {
    const auto expired = RunOnce();
    if (!expired.ok()) {
      obs::Warning("expiring reservations failed; tried again", {{"error", expired.status()}});
    }
    return expired.ok() && *expired >= options_.look;
  });
}

absl::StatusOr<int> ReservationSweeper::RunOnce() {
  const absl::Time now = FromMicros(ToMicros(clock_.Now()));
  const auto deadline = [this] { return absl::Now() + options_.query_timeout; };
  ASSIGN_OR_RETURN(
      const auto candidates,
      store::DueReservations(db::Reader(deps_.database, deadline()), now, options_.look));
  int expired = 0;
  absl::Status failed;
  const auto expire = [&](const std::string& org_id, std::span<const std::string> ids) {
    const absl::StatusOr<int> count = deps_.database.RunInTransaction(
        deadline(), [&](db::Transaction& t) { return ExpireIn(t, deps_, org_id, ids, now); });
    if (!count.ok()) return count.status();
    expired += *count;
    options_.expired.Add(*count);
    return absl::OkStatus();
  };
  for (const auto& [org_id, ids] : candidates) {
    for (size_t from = 0; from < ids.size() && !repeater_.stopping(); from += options_.batch) {
      const auto part =
          std::span(ids).subspan(from, std::min<size_t>(options_.batch, ids.size() - from));
      absl::Status status = expire(org_id, part);
      if (absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status)) return status;
      if (status.ok()) continue;
      // One of them cannot be given back: it must not hold up its neighbours.
      for (size_t i = 0; i < part.size() && !repeater_.stopping(); ++i) {
        status = expire(org_id, part.subspan(i, 1));
        failed.Update(status);
      }
    }
  }
  if (!failed.ok()) return failed;
  return expired;
}

}  // namespace kefu::warehouse
