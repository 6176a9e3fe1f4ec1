#include "services/staffing/domain/ladder.h"

#include <algorithm>
#include <array>

namespace kefu::staffing::domain {
namespace {

// Version 1 of the default ladder: the users' handbook (DOMAIN 2.1). Data: a later version is a
// further entry of kLadders, never a change of this one.
constexpr std::array kTiersV1 = {
    Tier{.id = "trainee",
         .name_zh = "见习客服",
         .name_en = "Trainee",
         .rank = 1,
         .track = Track::kProfessional,
         .min_months_in_previous = 0,
         .min_months_in_department = 0,
         .from_tier_id = "",
         .probation_months = 2,
         .experience_months_to_shorten = 6,
         .needs_open_post = false,
         .duties_zh = "在指导下接待顾客"},
    Tier{.id = "regular",
         .name_zh = "正式客服",
         .name_en = "Regular",
         .rank = 2,
         .track = Track::kProfessional,
         .min_months_in_previous = 2,
         .min_months_in_department = 0,
         .from_tier_id = "trainee",
         .probation_months = 0,
         .experience_months_to_shorten = 0,
         .needs_open_post = false,
         .duties_zh = "引导顾客下单，熟悉下单流程、产品规格与参数，宣传品牌，反馈顾客需求"},
    Tier{.id = "senior",
         .name_zh = "资深客服",
         .name_en = "Senior",
         .rank = 3,
         .track = Track::kProfessional,
         .min_months_in_previous = 3,
         .min_months_in_department = 0,
         .from_tier_id = "regular",
         .probation_months = 0,
         .experience_months_to_shorten = 0,
         .needs_open_post = false,
         .duties_zh = "正式客服的全部职责，善于引导购买"},
    Tier{.id = "team_lead",
         .name_zh = "客服组长",
         .name_en = "Team lead",
         .rank = 4,
         .track = Track::kManagement,
         .min_months_in_previous = 6,
         .min_months_in_department = 0,
         .from_tier_id = "senior",
         .probation_months = 0,
         .experience_months_to_shorten = 0,
         .needs_open_post = true,
         .duties_zh = "协助主管管理，培训新人，每月统计顾客反馈，协调各部门，汇报热销产品"},
    Tier{.id = "supervisor",
         .name_zh = "客服主管",
         .name_en = "Supervisor",
         .rank = 5,
         .track = Track::kManagement,
         .min_months_in_previous = 0,
         .min_months_in_department = 12,
         .from_tier_id = "team_lead",
         .probation_months = 0,
         .experience_months_to_shorten = 0,
         .needs_open_post = true,
         .duties_zh = "独立带领团队，考勤与绩效考核，提出奖惩与任免建议，制定部门制度，定期汇报"},
    Tier{.id = "manager",
         .name_zh = "经理",
         .name_en = "Manager",
         .rank = 6,
         .track = Track::kManagement,
         .min_months_in_previous = 0,
         .min_months_in_department = 0,
         .from_tier_id = "supervisor",
         .probation_months = 0,
         .experience_months_to_shorten = 0,
         .needs_open_post = true,
         .duties_zh = "负责客服部门"},
};

// The handbook fixes the six good months and that a grade carries a coefficient, not its numbers:
// a tenth a grade is this product's default.
constexpr std::array kGradesV1 = {
    Grade{"P1", "P1 客服", "P1", 1, 10'000, 0},
    Grade{"P2", "P2 客服", "P2", 2, 11'000, 6},
    Grade{"P3", "P3 客服", "P3", 3, 12'000, 6},
    Grade{"P4", "P4 客服", "P4", 4, 13'000, 6},
    Grade{"gold_agent", "金牌客服", "Gold agent", 5, 14'000, 6},
    Grade{"trainer", "培训师", "Trainer", 6, 15'000, 6},
};

// By effective date.
const std::array kLadders = {
    TierLadder{"default", 1, absl::CivilDay(1, 1, 1), kTiersV1, kGradesV1},
};

}  // namespace

const Tier* TierLadder::FindTier(std::string_view tier_id) const {
  const auto it = std::ranges::find(tiers, tier_id, &Tier::id);
  return it == tiers.end() ? nullptr : &*it;
}

const Grade* TierLadder::FindGrade(std::string_view grade_id) const {
  const auto it = std::ranges::find(grades, grade_id, &Grade::id);
  return it == grades.end() ? nullptr : &*it;
}

const TierLadder& LadderOn(absl::CivilDay day) {
  const TierLadder* found = &kLadders.front();
  for (const TierLadder& ladder : kLadders) {
    if (ladder.effective_date <= day) found = &ladder;
  }
  return *found;
}

}  // namespace kefu::staffing::domain
