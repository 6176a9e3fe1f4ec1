// What a job cannot do for a reason of its own is put off, so that it does not stand in the way of
// everything else. Each does nothing where somebody else has worked on it meanwhile.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "common/db/transaction.h"

namespace kefu::aftersales::store {

// A case whose clocks are due now is not claimed before `until`.
absl::Status SetCaseAside(db::Transaction& t, std::string_view org_id, std::string_view case_id,
                          absl::Time now, absl::Time until);
// A case without an agent that is due to be given out now.
absl::Status SetUnassignedAside(db::Transaction& t, std::string_view org_id,
                                std::string_view case_id, absl::Time now, absl::Time until);

}  // namespace kefu::aftersales::store
