// The rule of a deadline as people read it. Pure, thread-safe.
#pragma once

#include <string>

#include "kefu/aftersales/v1/aftersales_service.pb.h"

namespace kefu::cases {

// In the reader's language; in the service's own words where it tells no more than these.
std::string RuleInWords(const aftersales::v1::ClockExplanation& explained);

}  // namespace kefu::cases
