#include "services/warehouse/handlers/outbound/work.h"

#include <set>

#include "common/events/outbox.h"
#include "common/status/status_macros.h"
#include "services/warehouse/convert/outbound.h"
#include "services/warehouse/errors.h"
#include "services/warehouse/store/counts.h"
#include "services/warehouse/store/outbound.h"

namespace kefu::warehouse {

absl::Status Tell(const Posting& posting, std::span<const domain::Shipment> shipments) {
  std::vector<events::OutboxRow> rows;
  for (const domain::Shipment& shipment : shipments) {
    v1::ShipmentChanged event;
    *event.mutable_shipment() = convert::ToProto(shipment);
    rows.push_back(events::MakeOutboxRow(posting.org_id, shipment.id, event, posting.now));
  }
  posting.t.AfterCommit(posting.deps.on_events);
  return events::AppendMany(posting.t, rows);
}

absl::Status Tell(const Posting& posting, const domain::Wave& wave) {
  v1::WaveChanged event;
  *event.mutable_wave() = convert::ToProto(wave);
  posting.t.AfterCommit(posting.deps.on_events);
  return events::Append(posting.t, posting.org_id, wave.id, event, posting.now);
}

absl::Status Tell(const Posting& posting, const domain::Count& count) {
  v1::CountChanged event;
  *event.mutable_count() = convert::ToProto(count, {});
  event.mutable_count()->clear_lines();
  event.mutable_count()->clear_accuracy();
  posting.t.AfterCommit(posting.deps.on_events);
  return events::Append(posting.t, posting.org_id, count.id, event, posting.now);
}

absl::StatusOr<NodeDay> NodeDayOf(const Posting& posting, const std::string& node_id) {
  ASSIGN_OR_RETURN(const domain::Node node, store::FindNode(posting.t, posting.org_id, node_id));
  ASSIGN_OR_RETURN(const domain::NodeDays days, DaysAt({{node.id, node}}, posting.now));
  return NodeDay{node, days.at(node_id)};
}

absl::StatusOr<Work> LockWork(db::Transaction& t, std::string_view org_id,
                              std::string_view shipment_id) {
  Work work;
  ASSIGN_OR_RETURN(work.shipment, store::FindShipment(t, org_id, shipment_id));
  if (!work.shipment.wave_id.empty()) {
    ASSIGN_OR_RETURN(work.wave, store::LockWave(t, org_id, work.shipment.wave_id));
  }
  ASSIGN_OR_RETURN(work.shipment, store::LockShipment(t, org_id, shipment_id));
  // It went to another wave meanwhile: that one is locked late, which at worst is a deadlock that
  // is tried again.
  if (work.shipment.wave_id.empty()) {
    work.wave = {};
  } else if (work.shipment.wave_id != work.wave.id) {
    ASSIGN_OR_RETURN(work.wave, store::LockWave(t, org_id, work.shipment.wave_id));
  }
  return work;
}

absl::Status CompleteWave(const Posting& posting, domain::Wave& wave) {
  if (wave.state != domain::WaveState::kReleased) return absl::OkStatus();
  ASSIGN_OR_RETURN(const bool open, store::HasOpenPicks(posting.t, posting.org_id, wave.id));
  if (open) return absl::OkStatus();
  wave.state = domain::WaveState::kCompleted;
  ++wave.info.version;
  wave.info.update_time = posting.now;
  RETURN_IF_ERROR(store::Update(posting.t, posting.org_id, wave));
  return Tell(posting, wave);
}

absl::Status MakeTasks(const Posting& posting, std::span<domain::PickTask> tasks) {
  for (domain::PickTask& task : tasks) {
    task.id = posting.deps.ids.Next();
    task.info = {1, posting.now, posting.now};
    RETURN_IF_ERROR(store::AddAllocated(posting.t, posting.org_id, task.bin(), task.quantity));
  }
  return store::Insert(posting.t, posting.org_id, tasks);
}

std::vector<domain::TotalKey> KeysOf(std::span<const domain::Shipment> shipments) {
  std::set<domain::TotalKey> keys;
  for (const domain::Shipment& shipment : shipments) {
    for (const domain::ShipmentLine& line : shipment.lines) {
      keys.insert({line.sku_id, line.owner_id, shipment.node_id});
    }
  }
  return {keys.begin(), keys.end()};
}

absl::StatusOr<std::string> CountShortBin(const Posting& posting, const domain::StockKey& key,
                                          int64_t held, const domain::OutboundPolicy& policy) {
  domain::Count count{.id = posting.deps.ids.Next(),
                      .node_id = key.total.node_id,
                      .blind = true,
                      .cause = domain::CountCause::kShortPick,
                      .policy_version = policy.version,
                      .info = {1, posting.now, posting.now}};
  ASSIGN_OR_RETURN(const int64_t on_hand, store::OnHand(posting.t, posting.org_id, key));
  ASSIGN_OR_RETURN(const int64_t entry,
                   store::LastEntry(posting.t, posting.org_id, key.total.node_id));
  count.lines.push_back({.number = 1,
                         .key = key,
                         .snapshot_quantity = on_hand,
                         .snapshot_entry = entry,
                         .held = held});
  RETURN_IF_ERROR(store::Insert(posting.t, posting.org_id, count));
  RETURN_IF_ERROR(Tell(posting, count));
  return count.id;
}

}  // namespace kefu::warehouse
