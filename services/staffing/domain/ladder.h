// Tier ladders: versioned sets of tiers and grades with what it takes to enter them, and the one
// that ships with the product. Pure.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/civil_time.h"
#include "common/status/error.h"
#include "services/staffing/domain/enums.h"

namespace kefu::staffing::domain {

// What months of performance must show; see the contract's PerformanceCriterion.
inline bool IsRanked(CriterionKind kind) {
  return kind == CriterionKind::kRankWithin || kind == CriterionKind::kLowestRankWithin;
}
struct Criterion {
  std::string metric_id;
  CriterionKind kind = CriterionKind::kUnspecified;
  int64_t threshold_micros = 0;
  int32_t rank = 0;
  int32_t months_in_row = 1;
  friend bool operator==(const Criterion&, const Criterion&) = default;
};

struct Tier {
  std::string id;
  std::string name_zh;
  std::string name_en;
  int32_t rank = 0;
  // kManagement: held on that track only; kProfessional: held on both.
  Track track = Track::kUnspecified;
  int32_t min_months_in_previous = 0;
  int32_t min_months_in_department = 0;
  std::string from_tier_id;
  int32_t probation_months = 0;
  int32_t experience_months_to_shorten = 0;  // 0: nothing shortens probation
  bool needs_open_post = false;
  std::string duties_zh;
  int32_t shortened_probation_months = 0;
  std::vector<Criterion> criteria;
  int32_t probation_notice_days = 0;  // before its end, from when its decision is due
  friend bool operator==(const Tier&, const Tier&) = default;
};

struct Grade {
  std::string id;
  std::string name_zh;
  std::string name_en;
  int32_t rank = 0;
  int32_t commission_coefficient_bps = 0;
  int32_t min_good_months = 0;
  std::vector<Criterion> criteria;
  friend bool operator==(const Grade&, const Grade&) = default;
};

// How broken service is counted. The handbook asks that tenure is counted correctly across leaves
// and rehiring and fixes no limits: these are this product's.
struct TenureRules {
  int32_t max_counted_leave_days = 30;
  int32_t max_gap_days = 180;
  friend bool operator==(const TenureRules&, const TenureRules&) = default;
};

// A position outside customer service.
struct LateralRole {
  std::string id;
  std::string name_zh;
  std::string name_en;
  std::string min_tier_id;
  friend bool operator==(const LateralRole&, const LateralRole&) = default;
};

struct HiringCriteria {
  std::vector<std::string> education_levels;  // from the lowest to the highest
  std::string min_education;                  // empty: none
  int32_t min_experience_months = 0;
  int32_t min_age_years = 0;  // 0: the law's
  int32_t max_age_years = 0;  // 0: none
  friend bool operator==(const HiringCriteria&, const HiringCriteria&) = default;
};

// Nobody younger is employed (PRC Labour Law, article 15).
inline constexpr int32_t kLegalMinimumAge = 16;

// No probation is longer, whatever the contract's term (PRC Labour Contract Law, article 19).
inline constexpr int32_t kLegalMaximumProbation = 6;  // months

inline constexpr std::string_view kShippedLadderId = "default", kOwnLadderId = "own";

// Tiers and grades by rank, neither empty.
struct TierLadder {
  std::string id;
  int32_t version = 0;
  absl::CivilDay effective_date;
  std::vector<Tier> tiers;
  std::vector<Grade> grades;
  std::vector<Criterion> good_month;  // all of it
  TenureRules tenure;
  std::vector<LateralRole> lateral_roles;
  HiringCriteria hiring;

  const Tier* FindTier(std::string_view tier_id) const;         // null when unknown
  const Grade* FindGrade(std::string_view grade_id) const;      // null when unknown
  const LateralRole* FindRole(std::string_view role_id) const;  // null when unknown
  const Grade* GradeAfter(std::string_view grade_id) const;     // null at the top
  friend bool operator==(const TierLadder&, const TierLadder&) = default;
};

// The ladders that ship with the product, by effective date; the first counts from year 1.
std::span<const TierLadder> ShippedLadders();

// The ladder in force on a day: of the organization's own versions, else of the shipped ones, the
// one with the latest effective date that is not after it; of equals the highest version.
const TierLadder& LadderOn(std::span<const TierLadder> own, absl::CivilDay day);

// Whether a ladder holds together: ranks from 1 without gaps, ids that differ, each tier but the
// first entered from a tier of a lower rank, references that exist. Adds every fault.
void CheckLadder(const TierLadder& ladder, FieldViolations& violations);

// INVALID_FIELDS with every criterion that a new agent does not meet. `age_years` in whole years.
absl::Status CheckHiring(const HiringCriteria& criteria, std::string_view education,
                         int32_t experience_months, int64_t age_years);

}  // namespace kefu::staffing::domain
