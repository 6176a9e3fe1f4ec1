// The policy of inspections in force.
#pragma once

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "common/db/transaction.h"
#include "services/performance/domain/judgement/quality.h"
#include "services/performance/store/facts.h"

namespace kefu::performance {

// The shop's on a day, else the organization's, else the shipped one.
absl::StatusOr<domain::QualityPolicy> QualityPolicyOn(db::Transaction& t, const store::Scope& scope,
                                                      absl::CivilDay day);

}  // namespace kefu::performance
