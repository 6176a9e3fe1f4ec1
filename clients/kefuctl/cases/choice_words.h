// Why a channel or an agent was chosen, as people read it. Pure, thread-safe.
#pragma once

#include <string>

#include "kefu/aftersales/v1/assignment.pb.h"

namespace kefu::cases {

// The reason of a rule of channels, in the reader's language; in the merchant's own words where the
// rule does not ship with the product.
std::string ChannelReason(const std::string& reason);

// What stands beside a verdict, "22 against 17", in the reader's language; ids as they are.
std::string VerdictDetail(aftersales::v1::AssignmentVerdict verdict, const std::string& detail);

}  // namespace kefu::cases
