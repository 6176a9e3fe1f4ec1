// Facts between the contract and the domain, with every check on a single row.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "kefu/performance/v1/performance_service.pb.h"
#include "kefu/performance/v1/resources.pb.h"
#include "services/performance/domain/facts.h"

namespace kefu::performance::convert {

// What is wrong with a row: all of it.
struct Problem {
  std::string field;        // path in the fact, such as "messages[3].send_time"
  std::string reason;       // MISSING_FIELD, BAD_ID, BAD_TIME, TIME_ORDER, NEGATIVE_MONEY,
                            // CURRENCY_MISMATCH, BAD_ENUM, OUT_OF_RANGE, TOO_LONG
  std::string description;  // what is expected
};
using Problems = std::vector<Problem>;

// The fact, whose content is only meaningful when `problems` stays empty. Money must be in
// `currency`.
domain::Conversation ToDomain(const v1::Conversation& proto, Problems& problems);
domain::Order ToDomain(const v1::Order& proto, std::string_view currency, Problems& problems);
domain::Refund ToDomain(const v1::Refund& proto, std::string_view currency, Problems& problems);
domain::Review ToDomain(const v1::Review& proto, Problems& problems);

v1::Channel ToProto(domain::Channel channel);

// 1 to 64 printable ASCII characters.
bool IsSourceId(std::string_view id);

}  // namespace kefu::performance::convert
