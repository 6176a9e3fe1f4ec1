// The customer's messages, by whichever call they come.
#pragma once

#include <string>

#include "absl/time/time.h"
#include "services/aftersales/handlers/move_case.h"

namespace kefu::aftersales {

// For MoveLockedCase and the verb kCustomerMessage: starts the clock of the next response, and puts
// the message into the history.
Prepare CustomerSaid(absl::Time now, std::string message);

}  // namespace kefu::aftersales
