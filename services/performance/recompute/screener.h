// Screening: which of the conversations that begin on a day do not count, and which words of agents
// go to quality inspection. Figures are computed from what it finds.
#pragma once

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "common/db/transaction.h"
#include "services/performance/domain/screening.h"
#include "services/performance/store/facts.h"

namespace kefu::performance {

// The policy in force for a platform: the organization's newest for it, else its newest for all
// platforms, else the shipped one.
absl::StatusOr<domain::ScreeningPolicy> PolicyInForce(db::Transaction& t, std::string_view org_id,
                                                      std::string_view platform);

// Screens the conversations that begin on a day, stores what it finds, and marks the days of those
// that count differently from before. The day's mark for screening must be locked.
absl::Status ScreenDay(db::Transaction& t, const store::Scope& scope, absl::CivilDay first_day);

}  // namespace kefu::performance
