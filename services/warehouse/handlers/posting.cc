#include "services/warehouse/handlers/posting.h"

#include <algorithm>
#include <iterator>

#include "common/status/status_macros.h"
#include "common/time/civil.h"
#include "services/warehouse/convert/resources.h"
#include "services/warehouse/store/network.h"
#include "services/warehouse/store/sales_guards.h"
#include "services/warehouse/store/store.h"

namespace kefu::warehouse {
namespace {

// Far below the limit of an event, which is 1 MiB: a state is about 120 bytes.
constexpr int kStatesPerEvent = 4000;
constexpr size_t kReservationBytesPerEvent = 256 << 10;

absl::Status Emit(const Posting& posting, std::vector<events::OutboxRow> rows) {
  if (posting.outbox != nullptr) {
    std::ranges::move(rows, std::back_inserter(*posting.outbox));
    return absl::OkStatus();
  }
  posting.t.AfterCommit(posting.deps.on_events);
  return events::AppendMany(posting.t, rows);
}

// Tells of the sellable totals: the feed by the outbox, this process's cache after the commit.
absl::Status Publish(const Posting& posting, const domain::Totals& totals) {
  std::vector<events::OutboxRow> rows;
  v1::StockChanged event;
  const auto close = [&] {
    if (event.stocks().empty()) return;
    const std::string key = event.stocks_size() == 1 ? event.stocks(0).sku_id() : "";
    rows.push_back(events::MakeOutboxRow(posting.org_id, key, event, posting.now));
    event.Clear();
  };
  for (const auto& [key, total] : totals) {
    if (key.condition != domain::StockCondition::kSellable) continue;
    convert::SetState(total, event.add_stocks());
    if (event.stocks_size() == kStatesPerEvent) close();
    posting.t.AfterCommit(
        [&cache = posting.deps.cache, org_id = std::string(posting.org_id), total = total] {
          cache.Apply(org_id, total.key.owner_id, total.key.sku_id, NodeStock::Of(total));
        });
  }
  close();
  return Emit(posting, std::move(rows));
}

}  // namespace

absl::StatusOr<std::vector<domain::LedgerEntry>> Post(const Posting& posting,
                                                      std::span<const domain::Movement> movements,
                                                      domain::Totals& totals) {
  RETURN_IF_ERROR(domain::Apply(movements, totals));
  RETURN_IF_ERROR(store::SaveTotals(posting.t, posting.org_id, totals));
  RETURN_IF_ERROR(store::AddStock(posting.t, posting.org_id, movements));
  RETURN_IF_ERROR(Publish(posting, totals));
  return store::AppendLedger(posting.t, posting.org_id, movements, posting.now, posting.actor);
}

absl::Status Announce(const Posting& posting, std::span<const domain::Reservation> reservations) {
  std::vector<events::OutboxRow> rows;
  v1::ReservationsChanged event;
  size_t bytes = 0;
  for (size_t i = 0; i < reservations.size(); ++i) {
    v1::Reservation& proto = *event.add_reservations();
    proto = convert::ToProto(reservations[i]);
    bytes += proto.ByteSizeLong();
    if (bytes < kReservationBytesPerEvent && i + 1 < reservations.size()) continue;
    const std::string key = event.reservations_size() == 1 ? reservations[i].id : "";
    rows.push_back(events::MakeOutboxRow(posting.org_id, key, event, posting.now));
    event.Clear();
    bytes = 0;
  }
  return Emit(posting, std::move(rows));
}

absl::Status GiveBack(const Posting& posting, std::span<const domain::Reservation> reservations,
                      std::string_view reason, std::string_view note) {
  std::set<std::string> node_ids;
  for (const domain::Reservation& reservation : reservations) {
    for (const domain::ReservationLine& line : reservation.lines) node_ids.insert(line.node_id);
  }
  ASSIGN_OR_RETURN(const auto nodes, store::FindNodes(posting.t, posting.org_id, node_ids));
  ASSIGN_OR_RETURN(const domain::NodeDays days, DaysAt(nodes, posting.now));
  std::vector<domain::Movement> movements;
  for (const domain::Reservation& reservation : reservations) {
    const auto back = domain::PlanGiveBack(reservation, reason, note, days);
    movements.insert(movements.end(), back.begin(), back.end());
  }
  std::vector<domain::Reservation> before(reservations.begin(), reservations.end());
  for (domain::Reservation& reservation : before) {
    reservation.state = domain::ReservationState::kHeld;  // what was open is given back
  }
  RETURN_IF_ERROR(store::GiveBackToGuards(posting.t, posting.org_id, before, reservations));
  RETURN_IF_ERROR(store::SaveAll(posting.t, posting.org_id, reservations));
  RETURN_IF_ERROR(Announce(posting, reservations));
  ASSIGN_OR_RETURN(domain::Totals totals,
                   store::LockTotals(posting.t, posting.org_id, domain::KeysOf(movements)));
  return Post(posting, movements, totals).status();
}

absl::Status CheckDirectCall(const Posting& posting, absl::CivilDay day, domain::DirectCall call) {
  ASSIGN_OR_RETURN(const auto policy, store::PolicyOn(posting.t, posting.org_id, day));
  return domain::CheckDirectCall(policy, call);
}

absl::StatusOr<domain::NodeDays> DaysAt(const std::map<std::string, domain::Node>& nodes,
                                        absl::Time now) {
  domain::NodeDays days;
  for (const auto& [id, node] : nodes) {
    ASSIGN_OR_RETURN(const absl::TimeZone zone, LoadZone(node.time_zone));
    days.emplace(id, DayOf(now, zone));
  }
  return days;
}

}  // namespace kefu::warehouse
