// Who may be promoted, and what is missing otherwise: rule by rule, each with its evidence. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/civil_time.h"
#include "services/staffing/domain/careers/figures.h"
#include "services/staffing/domain/careers/service_time.h"

namespace kefu::staffing::domain::careers {

struct RuleCheck {
  PromotionRule rule = PromotionRule::kUnspecified;
  bool met = false;
  int64_t required = 0;
  int64_t actual = 0;
  std::optional<absl::CivilDay> met_day;  // of rules of tenure
  std::string metric_id;
  std::vector<std::string> evidence;
};

struct Target {
  std::string tier_id;
  std::string grade_id;
  Track track = Track::kUnspecified;
  friend bool operator==(const Target&, const Target&) = default;
};

struct Option {
  Target to;
  std::vector<RuleCheck> rules;
  std::optional<absl::CivilDay> tenure_day;

  bool eligible() const;
};

// A probation that nobody has decided about yet.
struct Probation {
  std::optional<absl::CivilDay> last_day;  // nothing during a leave without an end
  bool due = false;                        // the ladder's notice has come, or it is over
  bool overdue = false;                    // it is over
};

struct Evaluation {
  std::string agent_id;
  absl::CivilDay day;
  TierRecord held;
  std::string ladder_id;
  int32_t ladder_version = 0;
  std::vector<Option> options;
  std::optional<Probation> probation = {};  // while the tier held has one

  bool eligible() const;  // by any option
};

// Posts of a tier and how many others hold one on the day or will.
struct Posts {
  int32_t posts = 0;
  int32_t held = 0;
  int32_t open() const { return posts > held ? posts - held : 0; }
};
using PostBook = std::map<std::string, Posts, std::less<>>;  // by tier; absent: no post

struct Candidate {
  Agent agent;
  ServiceRecord service;
  MonthBook months;
};

// The steps up of an agent on a day: each tier that is entered from the one held, and the next
// grade. Nothing when the agent holds no tier on the day.
std::optional<Evaluation> Evaluate(const TierLadder& ladder, const Candidate& candidate,
                                   const PostBook& posts, absl::CivilDay day);

// What an empty tier and grade of a request mean: those held; no grade on the management track.
Target CompleteTarget(const TierLadder& ladder, const TierRecord& held, std::string tier_id,
                      std::string grade_id);

// The option that leads to the target. FAILED_PRECONDITION: TIER_UNKNOWN, GRADE_UNKNOWN;
// TIER_DIRECTION when it does not lead up; TIER_SKIPPED when there is a step between;
// NO_OPEN_POST; PROMOTION_RULES naming every other rule that is not met, unless `overridden`.
// In this order.
absl::Status CheckPromotion(const TierLadder& ladder, const Evaluation& evaluation,
                            const Target& target, bool overridden);

// Whether somebody holds a post of the tier on a day or will: by a tier record that counts on the
// day or later, within an employment that has not ended before. Who has a position outside customer
// service holds none.
bool HoldsPost(const ServiceRecord& service, std::string_view tier_id, absl::CivilDay day);

}  // namespace kefu::staffing::domain::careers
