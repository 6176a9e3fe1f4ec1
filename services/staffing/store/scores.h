// Rows of months' scores. As store.h.
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

struct ScoreRow {
  std::string agent_id;
  std::string scorecard_id;
  int64_t scorecard_version = 0;
  int64_t centipoints = 0;
  int64_t max_centipoints = 0;  // 0: the scorecard has no whole
  bool complete = false;        // every item is known
};

// Forgets the scores of a shop's month.
absl::Status DeleteScores(db::Transaction& transaction, std::string_view org_id,
                          std::string_view shop_id, absl::CivilMonth month);
// Adds or replaces scores of it.
absl::Status SaveScores(db::Transaction& transaction, std::string_view org_id,
                        std::string_view shop_id, absl::CivilMonth month,
                        std::span<const ScoreRow> rows);
// Those that are complete.
absl::StatusOr<std::vector<ScoreRow>> ScoresOf(Reader reader, std::string_view org_id,
                                               std::string_view shop_id, absl::CivilMonth month);

}  // namespace kefu::staffing::store
