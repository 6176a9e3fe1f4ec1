// How figures are computed. A definition never changes once used; a change is a new version.
#pragma once

#include <string>

namespace kefu::performance::domain {

struct MetricDefinition {
  std::string id = "default";
  int version = 1;
  // Days after an answer on which a payment still counts as its result: 1 is "same and next day"
  // (DOMAIN 3.2).
  int attribution_days = 1;
  // Response figures leave out conversations begun in [start, end) minutes of the day, past
  // midnight when start > end; equal: none.
  int quiet_start_minute = 0;
  int quiet_end_minute = 0;
  // Stars from which a review is positive.
  int positive_score = 4;
};

}  // namespace kefu::performance::domain
