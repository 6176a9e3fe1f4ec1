// Daily visits and ratings between the contract, the stored bodies and values, with every check on
// a single row.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "kefu/performance/v1/visits.pb.h"
#include "services/performance/convert/facts.h"

namespace kefu::performance::convert {

struct VisitsOfDay {
  absl::CivilDay day;
  domain::DailyVisits visits;
};
struct RatingOfConversation {
  std::string conversation_id;
  int score = 0;
};

// As convert/facts.h.
VisitsOfDay ToDomain(const v1::DailyVisits& proto, std::string_view currency, Problems& problems);
RatingOfConversation ToDomain(const v1::Rating& proto, Problems& problems);

// INTERNAL when a body cannot be read.
absl::StatusOr<VisitsOfDay> VisitsFromBody(std::string_view body);
absl::StatusOr<RatingOfConversation> RatingFromBody(std::string_view body);

}  // namespace kefu::performance::convert
