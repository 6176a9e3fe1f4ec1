// Rows of outbound work: shipments, waves, pick tasks, manifests, what stock they have taken hold
// of, and the policy. As store.h says. Order of locks: waves, shipments, pick tasks, counts, then
// as in store.h. Whoever changes what is allocated of a stock row has locked its total.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/db/reader.h"
#include "services/warehouse/domain/outbound.h"
#include "services/warehouse/domain/pick_path.h"
#include "services/warehouse/store/store.h"

namespace kefu::warehouse::store {

// --- Shipments (shipments.cc) ---

absl::Status Insert(db::Transaction& t, std::string_view org_id,
                    std::span<const domain::Shipment> shipments);
// Writes what can change of locked shipments.
absl::Status Update(db::Transaction& t, std::string_view org_id,
                    std::span<const domain::Shipment> shipments);
// NOT_FOUND.
absl::StatusOr<domain::Shipment> FindShipment(db::Reader reader, std::string_view org_id,
                                              std::string_view shipment_id);
absl::StatusOr<domain::Shipment> LockShipment(db::Transaction& t, std::string_view org_id,
                                              std::string_view shipment_id);
// Those of the ids (at most 1000) that exist, in order of id.
absl::StatusOr<std::vector<domain::Shipment>> LockShipments(db::Transaction& t,
                                                            std::string_view org_id,
                                                            std::span<const std::string> ids);
// All of a wave, in order of id.
absl::StatusOr<std::vector<domain::Shipment>> LockShipmentsOf(db::Transaction& t,
                                                              std::string_view org_id,
                                                              std::string_view wave_id);
// Those of the node that wait for a wave, up to `limit`, in order of id.
absl::StatusOr<std::vector<domain::Shipment>> LockWaiting(db::Transaction& t,
                                                          std::string_view org_id,
                                                          std::string_view node_id, int limit);
// The id of the shipment that is at work on the reservation at the node; empty for none. Ask under
// the reservation's lock.
absl::StatusOr<std::string> OpenShipmentOf(db::Transaction& t, std::string_view org_id,
                                           std::string_view reservation_id,
                                           std::string_view node_id);
// Confirmed reservations with lines at the node and no shipment at work there, the oldest promise
// first, up to `limit`: candidates, not locked.
absl::StatusOr<std::vector<std::string>> WaitingReservations(db::Transaction& t,
                                                             std::string_view org_id,
                                                             std::string_view node_id, int limit);
struct ShipmentFilter {  // empty: all
  std::string_view node_id;
  std::string_view state;
  std::string_view wave_id;
  std::string_view reservation_id;
};
absl::StatusOr<std::vector<domain::Shipment>> ListShipments(db::Reader reader,
                                                            std::string_view org_id, Page page,
                                                            const ShipmentFilter& filter);

struct Manifest {
  std::string id;
  std::string node_id;
  std::string carrier;
  std::string document;
  std::vector<std::string> shipment_ids;  // kept in the shipments' rows
  int shipment_count = 0;
  int carton_count = 0;
  int64_t piece_count = 0;
  int64_t weight_grams = 0;
  std::string actor;
  absl::Time create_time;
};
absl::Status Insert(db::Transaction& t, std::string_view org_id, const Manifest& manifest);
absl::StatusOr<Manifest> FindManifest(db::Reader reader, std::string_view org_id,
                                      std::string_view manifest_id);

// --- Waves and tasks (picks.cc) ---

absl::Status Insert(db::Transaction& t, std::string_view org_id, const domain::Wave& wave);
absl::Status Update(db::Transaction& t, std::string_view org_id, const domain::Wave& wave);
absl::StatusOr<domain::Wave> FindWave(db::Reader reader, std::string_view org_id,
                                      std::string_view wave_id);
absl::StatusOr<domain::Wave> LockWave(db::Transaction& t, std::string_view org_id,
                                      std::string_view wave_id);
struct WaveFilter {  // empty: all
  std::string_view node_id;
  std::string_view state;
};
absl::StatusOr<std::vector<domain::Wave>> ListWaves(db::Reader reader, std::string_view org_id,
                                                    Page page, const WaveFilter& filter);

absl::Status Insert(db::Transaction& t, std::string_view org_id,
                    std::span<const domain::PickTask> tasks);
absl::Status Update(db::Transaction& t, std::string_view org_id, const domain::PickTask& task);
absl::StatusOr<domain::PickTask> FindTask(db::Reader reader, std::string_view org_id,
                                          std::string_view task_id);
absl::StatusOr<domain::PickTask> LockTask(db::Transaction& t, std::string_view org_id,
                                          std::string_view task_id);
// Every task of a shipment, in order of id, locked.
absl::StatusOr<std::vector<domain::PickTask>> LockTasksOf(db::Transaction& t,
                                                          std::string_view org_id,
                                                          std::string_view shipment_id);
absl::StatusOr<bool> HasOpenPicks(db::Transaction& t, std::string_view org_id,
                                  std::string_view wave_id);
struct TaskFilter {  // empty: all
  std::string_view wave_id;
  std::string_view shipment_id;
  std::string_view node_id;
  std::string_view state;
  std::string_view kind;
};
absl::StatusOr<std::vector<domain::PickTask>> ListTasks(db::Reader reader, std::string_view org_id,
                                                        Page page, const TaskFilter& filter);

// Aisle and position of those of the node's bins that are set up.
absl::StatusOr<std::vector<domain::BinCode>> KnownBins(db::Transaction& t, std::string_view org_id,
                                                       std::string_view node_id,
                                                       std::span<const std::string> locations);

// Adds to what is allocated of a stock row, which exists.
absl::Status AddAllocated(db::Transaction& t, std::string_view org_id, const domain::StockKey& key,
                          int64_t change);

// --- Policy (policies.cc) ---

// The version that holds; the shipped one where the tenant has set none.
absl::StatusOr<domain::OutboundPolicy> CurrentPolicy(db::Reader reader, std::string_view org_id);
// A version that exists; 0 is the shipped one. Another one reads as the shipped one.
absl::StatusOr<domain::OutboundPolicy> PolicyOf(db::Reader reader, std::string_view org_id,
                                                int64_t version);
// Adds a version. ALREADY_EXISTS DUPLICATE_KEY when it is taken.
absl::Status Insert(db::Transaction& t, std::string_view org_id,
                    const domain::OutboundPolicy& policy, std::string_view actor, absl::Time now);
// Whether any task exists: goods have been picked to the staging place.
absl::StatusOr<bool> HasTasks(db::Transaction& t, std::string_view org_id);

}  // namespace kefu::warehouse::store
