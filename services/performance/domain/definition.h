// How figures are computed. A definition never changes once published; a change is a new version.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"

namespace kefu::performance::domain {

// The hours in which somebody answers, for times counted in business hours only.
struct ServiceHours {
  // [start, end) minutes of the day by the shop's clock, start < end ≤ 1440.
  int start_minute = 0;
  int end_minute = 1440;
  // Closed on weekends and public holidays of China, open on make-up workdays.
  bool workdays_only = false;
  bool operator==(const ServiceHours&) const = default;
};

// A word for a mean response time of from_seconds (or, when `above`, more) to to_seconds, included.
struct ResponseGrade {
  std::string name;
  int from_seconds = 0;
  bool above = false;
  std::optional<int> to_seconds;
  bool operator==(const ResponseGrade&) const = default;
};

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
  // A buyer comes back when it had paid another order on the same day or at most so many days
  // before.
  int repurchase_days = 30;
  // Shares and means over fewer cases carry a confidence interval of this level, in 1/10000.
  int thin_below = 30;
  int confidence_bps = 9500;
  // DOMAIN 3.2: what lies between the bands has no word.
  std::vector<ResponseGrade> response_grades = {
      {"excellent", 0, false, 30}, {"normal", 50, false, 60}, {"needs a talk", 100, true, {}}};
  // An answer is in time when its gap is at most this long.
  int answer_seconds = 30;
  // A round is won when it is answered at most this long after its first message.
  int round_seconds = 180;
  ServiceHours hours;
  // The platforms ("PLATFORM_JD") that judge their shops by it, sorted.
  std::vector<std::string> platforms = {};
  // Says that no platforms are meant.
  bool no_platforms = false;
  // The first version since which all compute the same sums; 0: this one.
  int sums_version = 0;
  bool operator==(const MetricDefinition&) const = default;

  // As it is called: "default@3".
  std::string Name() const { return id + "@" + std::to_string(version); }
  // What figures and credits are stored under, also those of later versions with other words for
  // the same sums: "default@1".
  std::string Key() const {
    return id + "@" + std::to_string(sums_version == 0 ? version : sums_version);
  }
};

// Whether response figures leave out a conversation that begins at this instant.
bool IsQuiet(const MetricDefinition& definition, int64_t begin_us, const absl::TimeZone& zone);

// The part of [from, to) that lies in the definition's service hours, in microseconds. Days are
// those of the shop's zone; hours are wall-clock, time is real.
int64_t BusinessMicros(const ServiceHours& hours, int64_t from_us, int64_t to_us,
                       const absl::TimeZone& zone);

}  // namespace kefu::performance::domain
