// Tier ladders: versioned sets of tiers and grades, and the one that ships with the product.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "absl/time/civil_time.h"
#include "services/staffing/domain/enums.h"

namespace kefu::staffing::domain {

struct Tier {
  std::string_view id;
  std::string_view name_zh;
  std::string_view name_en;
  int32_t rank;
  Track track;  // kManagement: held on that track only; kProfessional: held on both
  int32_t min_months_in_previous;
  int32_t min_months_in_department;
  std::string_view from_tier_id;
  int32_t probation_months;
  int32_t experience_months_to_shorten;
  bool needs_open_post;
  std::string_view duties_zh;
};

struct Grade {
  std::string_view id;
  std::string_view name_zh;
  std::string_view name_en;
  int32_t rank;
  int32_t commission_coefficient_bps;
  int32_t min_good_months;
};

// Immutable; tiers and grades by rank, neither empty.
struct TierLadder {
  std::string_view id;
  int32_t version;
  absl::CivilDay effective_date;
  std::span<const Tier> tiers;
  std::span<const Grade> grades;

  const Tier* FindTier(std::string_view tier_id) const;     // null when unknown
  const Grade* FindGrade(std::string_view grade_id) const;  // null when unknown
};

// The ladder in force on a day: of all versions the one with the latest effective date that is not
// after it. The first version counts from year 1, so every day has one.
const TierLadder& LadderOn(absl::CivilDay day);

}  // namespace kefu::staffing::domain
