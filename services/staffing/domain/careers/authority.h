// Who decides what an agent may not decide alone (common/authority says which). Pure.
#pragma once

#include <string>

#include "common/authority/authority.h"
#include "services/staffing/domain/ladder.h"

namespace kefu::staffing::domain::careers {

// The lowest tier of a higher rank than the asker's whose own rule reaches the amount; empty where
// none does, and the owner approves.
std::string ApproverTier(const authority::Policy& policy, const TierLadder& ladder,
                         const authority::Question& question);

}  // namespace kefu::staffing::domain::careers
