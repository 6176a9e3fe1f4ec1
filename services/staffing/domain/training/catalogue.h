// What training is given and judged by: skills, courses, rules from weak figures to courses, and
// the terms of effects and talent. A policy of the organization, versioned as a whole; the shipped
// one names the courses that performance's diagnosis names. Pure, thread-safe.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/civil_time.h"

namespace kefu::staffing::training {

struct Skill {
  std::string id, display_name;
  std::vector<std::string> levels;  // the lowest first; level 1 is the first
};

// As the contract's.
enum class CourseKind : uint8_t { kUnspecified, kNewProducts, kHotProducts, kSkills };
enum class Audience : uint8_t { kEverybody, kPreSales, kAfterSales };
enum class Period : uint8_t { kUnspecified, kMonth, kWeek };

struct Award {
  std::string skill_id;  // empty: none
  int32_t level = 0;
  std::string certificate_kind;  // empty: none
  int32_t valid_months = 0;      // 0: for good
};

struct Course {
  std::string id, display_name, text;
  CourseKind kind = CourseKind::kUnspecified;
  int32_t pass_score = 0;         // out of 100; 0: whoever attends has passed
  std::string metric_id;          // that it is meant to move; empty: none
  int32_t recurrence_months = 0;  // 0: not by itself
  Audience audience = Audience::kEverybody;
  Award award;
  bool retired = false;
};

// A figure of a period that is weak, and the course that it leads to. Exactly one bound is set.
struct Rule {
  std::string id, metric_id;
  Period period = Period::kUnspecified;
  bool higher_is_weak = false;
  int32_t share_of_shop_bps = 0;
  int64_t value_millionths = 0;
  int32_t least_cases = 0;
  bool selling = false;  // says nothing of those who served only after the sale
  std::string course_id;
};

struct EffectTerms {
  int32_t days = 30;  // before and after the training, which is in neither
  int32_t least_cases = 30;
  int32_t least_days = 10;  // of sums, with figures
  int32_t confidence_bps = 9'500;
};

struct TalentMetric {
  std::string metric_id;
  bool lower_is_better = false;
  int32_t weight = 1;
};
struct TalentTerms {
  int32_t months = 3;
  std::vector<TalentMetric> metrics = {{"conversion"}, {"reply_rate"}};
  int32_t least_cases = 30;
  int32_t medium_performance_bps = 9'000, high_performance_bps = 11'000;
  std::array<int32_t, 4> side_weights = {1, 1, 1, 1};  // personality, mindset, attitude, skill
  int32_t medium_sides_centi = 275, high_sides_centi = 400;
  int32_t assessment_days = 366;
};

struct Catalogue {
  int32_t version = 0;
  std::vector<Skill> skills;
  std::vector<Course> courses;
  std::vector<Rule> rules;
  int32_t figure_days = 45, due_days = 30, warning_days = 30;
  EffectTerms effect;
  TalentTerms talent;

  const Skill* FindSkill(std::string_view skill_id) const;     // null: unknown
  const Course* FindCourse(std::string_view course_id) const;  // null: unknown
};
const Catalogue& ShippedCatalogue();

struct Fault {
  std::string field, text;
};
// Ranges, names that come twice, references that lead nowhere: all at once. Texts are not looked
// at.
std::vector<Fault> CheckCatalogue(const Catalogue& catalogue);

// First day of the recurrence that a day is in: months are counted from January of the year 1.
absl::CivilDay RecurrenceOf(int32_t recurrence_months, absl::CivilDay day);

// The last valid day of what is given for so many calendar months from a day on, which is the first
// valid one: the day before the same day of a later month, or where that month is too short its
// last one; nothing for 0, for good.
std::optional<absl::CivilDay> ValidUntil(absl::CivilDay from, int32_t valid_months);

}  // namespace kefu::staffing::training
