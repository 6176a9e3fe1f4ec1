// Days of agents as performance's monthly reports told them. As store.h. Bodies are messages of
// performance's contract, opaque here.
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

// An agent's days in a shop's month; agent_id "": everybody's have been told.
struct DaysRow {
  std::string shop_id;
  absl::CivilMonth month;
  std::string agent_id;
  int32_t report_version = 0;
  std::string body;
};
// Keeps each row unless one of a later report is there.
absl::Status SaveDays(db::Transaction& transaction, std::string_view org_id,
                      std::span<const DaysRow> rows);
// Forgets what earlier reports of the month said of others.
absl::Status DeleteDaysBefore(db::Transaction& transaction, std::string_view org_id,
                              std::string_view shop_id, absl::CivilMonth month,
                              int32_t report_version);
// Of the agent and of "" in months from the first to the last.
absl::StatusOr<std::vector<DaysRow>> DaysOf(db::Transaction& transaction, std::string_view org_id,
                                            std::string_view shop_id, std::string_view agent_id,
                                            absl::CivilMonth first, absl::CivilMonth last);
// Of every agent in the month.
absl::StatusOr<std::vector<DaysRow>> DaysOfShop(db::Transaction& transaction,
                                                std::string_view org_id, std::string_view shop_id,
                                                absl::CivilMonth month);

}  // namespace kefu::staffing::store
