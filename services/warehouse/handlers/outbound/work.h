// What the calls of outbound work share.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/warehouse/domain/counts.h"
#include "services/warehouse/domain/outbound.h"
#include "services/warehouse/errors_outbound.h"
#include "services/warehouse/handlers/posting.h"

namespace kefu::warehouse {

// Write the events of what was made or changed.
absl::Status Tell(const Posting& posting, std::span<const domain::Shipment> shipments);
absl::Status Tell(const Posting& posting, const domain::Wave& wave);
absl::Status Tell(const Posting& posting, const domain::Count& count);

// A node that exists; NOT_FOUND. The day there.
struct NodeDay {
  domain::Node node;
  absl::CivilDay day;
};
absl::StatusOr<NodeDay> NodeDayOf(const Posting& posting, const std::string& node_id);

// A shipment with its wave, both locked in that order; the wave is empty where it stands in none.
struct Work {
  domain::Shipment shipment;
  domain::Wave wave;
};
absl::StatusOr<Work> LockWork(db::Transaction& t, std::string_view org_id,
                              std::string_view shipment_id);

// Completes a released wave when no pick of it is open any more.
absl::Status CompleteWave(const Posting& posting, domain::Wave& wave);

// Gives the tasks ids and writes them, and takes hold of their pieces. The totals are locked.
absl::Status MakeTasks(const Posting& posting, std::span<domain::PickTask> tasks);

// Totals of shipments' lines, each once, in lock order.
std::vector<domain::TotalKey> KeysOf(std::span<const domain::Shipment> shipments);

// A count document of one stock row that did not hold `held` pieces which it should, already
// allocated: they stay so until the count is closed. Returns its id.
absl::StatusOr<std::string> CountShortBin(const Posting& posting, const domain::StockKey& key,
                                          int64_t held, const domain::OutboundPolicy& policy);

}  // namespace kefu::warehouse
