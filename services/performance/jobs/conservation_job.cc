#include "services/performance/jobs/conservation_job.h"

#include <algorithm>
#include <map>

#include "common/obs/log.h"
#include "common/status/status_macros.h"
#include "common/time/civil.h"
#include "services/performance/convert/bodies.h"
#include "services/performance/handlers/figures/conservation.h"
#include "services/performance/store/arrivals.h"
#include "services/performance/store/handlings.h"
#include "services/performance/store/rollups.h"
#include "services/performance/store/screening.h"

namespace kefu::performance {
namespace {

constexpr int kDaysOfATransaction = 100;
constexpr int kOrdersOfATransaction = 500;

}  // namespace

absl::StatusOr<int> ConservationJob::CheckDays(const store::Scope& scope,
                                               const std::string& definition,
                                               const std::vector<absl::CivilDay>& days,
                                               absl::Time deadline) {
  return database_.RunInTransaction(deadline, [&](db::Transaction& t) -> absl::StatusOr<int> {
    ASSIGN_OR_RETURN(std::vector<absl::CivilDay> locked,
                     store::LockUnchecked(t, scope, definition, days));
    if (locked.empty()) return 0;
    ASSIGN_OR_RETURN(const auto settings, store::LoadSettings(t, scope));
    ConservationOutcome outcome(scope.shop_id, definition, settings ? settings->currency_code : "");
    ASSIGN_OR_RETURN(store::SalesOfDays sales,
                     store::LoadSales(t, scope, definition, locked.front(), locked.back()));
    // Days between that nobody has computed since the last look have been found right before.
    std::erase_if(sales.days,
                  [&](const auto& day) { return !std::ranges::binary_search(locked, day.first); });
    std::erase_if(locked, [&](absl::CivilDay day) { return sales.changing.contains(day); });
    if (locked.empty()) return 0;
    RETURN_IF_ERROR(outcome.AddAll(sales));
    RETURN_IF_ERROR(store::ClearUnchecked(t, scope, definition, locked));
    RETURN_IF_ERROR(store::NoteArrivals(t, scope, locked, clock_.Now()));
    RETURN_IF_ERROR(
        outcome.WriteEvent(t, scope.org_id, locked.front(), locked.back(), clock_.Now()));
    return static_cast<int>(locked.size());
  });
}

absl::StatusOr<int> ConservationJob::RunOnce(absl::Time deadline, int most) {
  ASSIGN_OR_RETURN(const auto unchecked, database_.RunInTransaction(deadline, [&](auto& t) {
    return store::UncheckedDays(t, after_, most);
  }));
  after_ = static_cast<int>(unchecked.size()) < most ? store::UncheckedDay() : unchecked.back();
  std::map<std::pair<store::Scope, std::string>, std::vector<absl::CivilDay>> by_shop;
  for (const store::UncheckedDay& day : unchecked)
    by_shop[{day.scope, day.mark.definition}].push_back(day.mark.day);
  int checked = 0;
  absl::Status failed;
  for (const auto& [key, days] : by_shop) {
    for (size_t begin = 0; begin < days.size() && !repeater_.stopping();
         begin += kDaysOfATransaction) {
      const size_t end = std::min(days.size(), begin + kDaysOfATransaction);
      const absl::StatusOr<int> done = CheckDays(key.first, key.second,
                                                 {days.begin() + static_cast<ptrdiff_t>(begin),
                                                  days.begin() + static_cast<ptrdiff_t>(end)},
                                                 deadline);
      if (done.ok()) {
        checked += *done;
      } else {
        failed = done.status();
      }
    }
  }
  if (checked > 0 && notify_) notify_();
  RETURN_IF_ERROR(failed);
  return checked;
}

absl::Status ConservationJob::FillOrderColumns(absl::Time deadline) {
  ASSIGN_OR_RETURN(const auto shops, database_.RunInTransaction(
                                         deadline, [](auto& t) { return store::AllShops(t); }));
  for (const store::Scope& scope : shops) {
    bool more = true;
    while (more && !repeater_.stopping()) {
      ASSIGN_OR_RETURN(
          more,
          database_.RunInTransaction(deadline, [&](db::Transaction& t) -> absl::StatusOr<bool> {
            ASSIGN_OR_RETURN(const auto orders,
                             store::UnfilledOrders(t, scope, kOrdersOfATransaction));
            if (orders.empty()) return false;
            for (const auto& [order_id, body] : orders) {
              ASSIGN_OR_RETURN(const auto order, convert::OrderFromBody(body));
              RETURN_IF_ERROR(
                  store::FillOrder(t, scope, order_id, {order.customer_id, order.paid_minor}));
            }
            ASSIGN_OR_RETURN(const auto days, store::DaysWithFigures(t, scope));
            RETURN_IF_ERROR(store::MarkDays(t, scope, days));
            return true;
          }));
    }
  }
  return absl::OkStatus();
}

absl::Status ConservationJob::ListHandlings(absl::Time deadline) {
  ASSIGN_OR_RETURN(const auto shops, database_.RunInTransaction(
                                         deadline, [](auto& t) { return store::ShopsToList(t); }));
  for (const store::Scope& scope : shops) {
    ASSIGN_OR_RETURN(const auto days, database_.RunInTransaction(deadline, [&](auto& t) {
      return store::FirstDays(t, scope);
    }));
    for (const absl::CivilDay day : days) {
      if (repeater_.stopping()) return absl::OkStatus();
      RETURN_IF_ERROR(database_.RunInTransaction(deadline, [&](db::Transaction& t) -> absl::Status {
        ASSIGN_OR_RETURN(const auto settings, store::LoadSettings(t, scope, /*lock=*/true));
        ASSIGN_OR_RETURN(const absl::TimeZone zone, LoadZone(settings->time_zone));
        ASSIGN_OR_RETURN(const auto bodies, store::LoadConversationsOf(t, scope, day));
        ASSIGN_OR_RETURN(const auto conversations, convert::ConversationsFromBodies(bodies));
        std::vector<store::ConversationRow> rows;
        for (const domain::Conversation& conversation : conversations) {
          store::ConversationRow& row = rows.emplace_back();
          row.conversation_id = conversation.id;
          for (const domain::Handling& handling : conversation.handlings)
            row.handled.emplace(domain::DayOf(handling.start_us, zone), handling.agent_id);
        }
        return store::SaveHandlings(t, scope, rows, {});
      }));
    }
    RETURN_IF_ERROR(database_.RunInTransaction(
        deadline, [&](auto& t) { return store::SetHandlingsListed(t, scope); }));
  }
  return absl::OkStatus();
}

void ConservationJob::Start() {
  repeater_.Start([this, filled = false]() mutable {
    const absl::Time deadline = absl::Now() + absl::Minutes(10);
    absl::Status status = filled ? absl::OkStatus() : FillOrderColumns(deadline);
    if (!filled && status.ok()) status = ListHandlings(deadline);
    filled = filled || status.ok();
    if (filled) status = RunOnce(deadline).status();
    if (!status.ok())
      obs::Log(obs::Level::kWarning, "comparing sales with orders failed; tried again",
               {{"status", status}});
    return false;
  });
}

}  // namespace kefu::performance
