#include "services/staffing/domain/ladder.h"

#include <algorithm>
#include <set>
#include <utility>

#include "fmt/format.h"

namespace kefu::staffing::domain {
namespace {

// Version 1 of the default ladder: the users' handbook (DOMAIN 2.1). Data: a later version is a
// further ladder, never a change of this one. That experience shortens probation stands in the
// handbook, by how much does not: one month is this product's default, as is a week's notice of its
// end.
std::vector<Tier> AgentTiersV1() {
  return {
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
           .duties_zh = "在指导下接待顾客",
           .shortened_probation_months = 1,
           .probation_notice_days = 7},
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
  };
}

// Its management track.
std::vector<Tier> ManagementTiersV1() {
  return {
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
}

// The handbook fixes the six good months and that a grade carries a coefficient, not its numbers:
// a tenth a grade is this product's default.
std::vector<Grade> GradesV1() {
  return {
      {"P1", "P1 客服", "P1", 1, 10'000, 0, {}},
      {"P2", "P2 客服", "P2", 2, 11'000, 6, {}},
      {"P3", "P3 客服", "P3", 3, 12'000, 6, {}},
      {"P4", "P4 客服", "P4", 4, 13'000, 6, {}},
      {"gold_agent", "金牌客服", "Gold agent", 5, 14'000, 6, {}},
      {"trainer", "培训师", "Trainer", 6, 15'000, 6, {}},
  };
}

// What makes a month good the handbook leaves open; this product takes the gates of its commission
// (DOMAIN 3.5): conversion and average order value at or above the shop's mean.
std::vector<Criterion> GoodMonthV1() {
  return {{.metric_id = "conversion", .kind = CriterionKind::kAtLeastShop},
          {.metric_id = "average_order_value", .kind = CriterionKind::kAtLeastShop}};
}

std::vector<Tier> TiersV1() {
  std::vector<Tier> tiers = AgentTiersV1();
  for (Tier& tier : ManagementTiersV1()) tiers.push_back(std::move(tier));
  return tiers;
}

TierLadder LadderV1() {
  return {.id = std::string(kShippedLadderId),
          .version = 1,
          .effective_date = absl::CivilDay(1, 1, 1),
          .tiers = TiersV1(),
          .grades = GradesV1(),
          .good_month = GoodMonthV1(),
          .lateral_roles = {{"operations", "运营", "Operations", "regular"},
                            {"shop_manager", "店长", "Shop manager", "senior"}},
          .hiring = {.education_levels = {"primary_school", "middle_school", "high_school",
                                          "vocational", "college", "bachelor", "master", "doctor"},
                     .min_education = "high_school"}};
}

template <class T>
const T* FindIn(const std::vector<T>& items, std::string_view id) {
  const auto it = std::ranges::find(items, id, &T::id);
  return it == items.end() ? nullptr : &*it;
}

// The version in force on a day; null when all begin later.
const TierLadder* VersionOn(std::span<const TierLadder> ladders, absl::CivilDay day) {
  const TierLadder* found = nullptr;
  for (const TierLadder& ladder : ladders) {
    if (ladder.effective_date > day) continue;
    if (found == nullptr || ladder.effective_date > found->effective_date ||
        (ladder.effective_date == found->effective_date && ladder.version > found->version)) {
      found = &ladder;
    }
  }
  return found;
}

// Ids that differ, and ranks 1, 2, …
template <class T>
void CheckSteps(const std::vector<T>& steps, std::string_view field, FieldViolations& violations) {
  violations.Check(!steps.empty(), field, "must not be empty");
  std::set<std::string_view> ids;
  for (size_t i = 0; i < steps.size(); ++i) {
    violations.Check(ids.insert(steps[i].id).second, fmt::format("{}[{}]", field, i),
                     "must not have an id twice");
    violations.Check(steps[i].rank == static_cast<int32_t>(i) + 1,
                     fmt::format("{}[{}].rank", field, i), "must count from 1 without gaps");
  }
}

}  // namespace

const Tier* TierLadder::FindTier(std::string_view tier_id) const { return FindIn(tiers, tier_id); }

const Grade* TierLadder::FindGrade(std::string_view grade_id) const {
  return FindIn(grades, grade_id);
}

const LateralRole* TierLadder::FindRole(std::string_view role_id) const {
  return FindIn(lateral_roles, role_id);
}

const Grade* TierLadder::GradeAfter(std::string_view grade_id) const {
  const Grade* held = FindGrade(grade_id);
  if (held == nullptr) return nullptr;
  const auto it = std::ranges::find(grades, held->rank + 1, &Grade::rank);
  return it == grades.end() ? nullptr : &*it;
}

std::span<const TierLadder> ShippedLadders() {
  static const auto& ladders = *new std::vector<TierLadder>{LadderV1()};
  return ladders;
}

const TierLadder& LadderOn(std::span<const TierLadder> own, absl::CivilDay day) {
  const TierLadder* found = VersionOn(own, day);
  return found != nullptr ? *found : *VersionOn(ShippedLadders(), day);
}

void CheckLadder(const TierLadder& ladder, FieldViolations& violations) {
  CheckSteps(ladder.tiers, "tiers", violations);
  CheckSteps(ladder.grades, "grades", violations);
  for (size_t i = 0; i < ladder.tiers.size(); ++i) {
    const Tier& tier = ladder.tiers[i];
    const std::string path = fmt::format("tiers[{}].", i);
    const Tier* from = ladder.FindTier(tier.from_tier_id);
    violations.Check(i == 0 ? tier.from_tier_id.empty() : from != nullptr && from->rank < tier.rank,
                     path + "from_tier_id", "must name a tier of a lower rank, but for the first");
    violations.Check(tier.shortened_probation_months <= tier.probation_months,
                     path + "shortened_probation_months", "must not exceed probation_months");
    violations.Check(tier.needs_open_post == (tier.track == Track::kManagement),
                     path + "needs_open_post", "must be set exactly on the management track");
  }
  for (size_t i = 0; i < ladder.lateral_roles.size(); ++i) {
    violations.Check(ladder.FindTier(ladder.lateral_roles[i].min_tier_id) != nullptr,
                     fmt::format("lateral_roles[{}].min_tier_id", i), "must name a tier");
  }
  const HiringCriteria& hiring = ladder.hiring;
  violations.Check(hiring.min_education.empty() ||
                       std::ranges::find(hiring.education_levels, hiring.min_education) !=
                           hiring.education_levels.end(),
                   "hiring.min_education", "must be one of education_levels");
  violations.Check(hiring.max_age_years == 0 || hiring.max_age_years >= hiring.min_age_years,
                   "hiring.max_age_years", "must not be below min_age_years");
}

absl::Status CheckHiring(const HiringCriteria& criteria, std::string_view education,
                         int32_t experience_months, int64_t age_years) {
  FieldViolations violations;
  const auto level = [&](std::string_view name) {
    return std::ranges::find(criteria.education_levels, name) - criteria.education_levels.begin();
  };
  const auto levels = static_cast<ptrdiff_t>(criteria.education_levels.size());
  violations.Check(
      criteria.min_education.empty() ||
          (level(education) < levels && level(education) >= level(criteria.min_education)),
      "agent.education", fmt::format("must be {} or higher by the ladder", criteria.min_education));
  violations.Check(experience_months >= criteria.min_experience_months,
                   "agent.prior_experience_months",
                   fmt::format("must be {} or more by the ladder", criteria.min_experience_months));
  const int32_t youngest = std::max(criteria.min_age_years, kLegalMinimumAge);
  violations.Check(age_years >= youngest, "birth_date",
                   fmt::format("must be {} years before hire_date", youngest));
  violations.Check(
      criteria.max_age_years == 0 || age_years <= criteria.max_age_years, "birth_date",
      fmt::format("must be at most {} years before hire_date", criteria.max_age_years));
  return violations.ToStatus();
}

}  // namespace kefu::staffing::domain
