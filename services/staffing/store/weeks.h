// Rows of performance's weekly reports. As store.h says of the others; bodies are messages of the
// contract, opaque here.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "services/staffing/store/store.h"

namespace kefu::staffing::store {

// A week of performance; agent_id "" is the shop's.
struct WeekRow {
  std::string shop_id;
  absl::CivilDay monday;
  std::string agent_id;
  std::string report_id;
  int32_t report_version = 0;
  std::string body;
};
// Keeps each row unless one of a later report is there.
absl::Status SaveWeeks(db::Transaction& transaction, std::string_view org_id,
                       std::span<const WeekRow> rows);
// Forgets what earlier reports of the week said of others.
absl::Status DeleteWeeksBefore(db::Transaction& transaction, std::string_view org_id,
                               std::string_view shop_id, absl::CivilDay monday,
                               int32_t report_version);
// Of everybody in one shop's week.
absl::StatusOr<std::vector<WeekRow>> WeekOfShop(db::Transaction& transaction,
                                                std::string_view org_id, std::string_view shop_id,
                                                absl::CivilDay monday);

}  // namespace kefu::staffing::store
