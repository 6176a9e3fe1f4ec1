// What assignment learns from staffing: agents with their skills, languages, shops, duty and leave,
// and contracts with bases.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "common/db/transaction.h"
#include "kefu/common/v1/event.pb.h"

namespace kefu::aftersales {

// For the filter of the consumer "aftersales.assignment", which begins at the first event.
std::vector<std::string> AssignmentEventTypes();

// Applies one event; any other payload changes nothing. Idempotent. Whoever may have cases to hand
// over because of it, now or on a day that it names, is looked at then by the job.
absl::Status ApplyToAssignment(db::Transaction& t, const ::kefu::common::v1::Event& event);

}  // namespace kefu::aftersales
