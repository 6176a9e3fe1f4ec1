// Rows of working rules. As store.h says of the others; bodies are messages, opaque here.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "services/staffing/store/store.h"

namespace kefu::staffing::store {

struct WorkingRulesRow {
  int32_t version = 0;
  absl::CivilDay effective;
  std::string body;
  std::string announcement_id;
  std::string actor;
  absl::Time create_time;
};
// Nothing before the first version, of one that there is not, and where none holds on the day.
absl::StatusOr<std::optional<WorkingRulesRow>> LastWorkingRules(Reader reader,
                                                                std::string_view org_id);
absl::StatusOr<std::optional<WorkingRulesRow>> WorkingRulesVersion(Reader reader,
                                                                   std::string_view org_id,
                                                                   int32_t version);
absl::StatusOr<std::optional<WorkingRulesRow>> WorkingRulesOn(Reader reader,
                                                              std::string_view org_id,
                                                              absl::CivilDay day);
// Adds the next version, under the lock of the organization's row.
absl::Status InsertWorkingRules(db::Transaction& transaction, std::string_view org_id,
                                const WorkingRulesRow& row);

}  // namespace kefu::staffing::store
