#include "services/staffing/domain/training/catalogue.h"

#include <algorithm>
#include <set>

#include "fmt/format.h"

namespace kefu::staffing::training {
namespace {

constexpr int kMonthsPerYear = 12;
constexpr int kAllBps = 10'000;
constexpr int kTopGradeCenti = 500;          // five grades, in hundredths
constexpr int kMostShareBps = 10 * kAllBps;  // ten times the shop's figure

// Shares of the shop's figure and least cases as performance's diagnosis ships them.
std::vector<Rule> ShippedRules() {
  constexpr int kCustomers = 30, kRated = 10;  // cases that say something
  const auto month = [](const char* metric, bool higher, int bps, int cases, bool selling,
                        const char* course) {
    return Rule{.id = fmt::format("{}_month", metric),
                .metric_id = metric,
                .period = Period::kMonth,
                .higher_is_weak = higher,
                .share_of_shop_bps = bps,
                .least_cases = cases,
                .selling = selling,
                .course_id = course};
  };
  std::vector<Rule> rules = {
      month("reply_rate", false, 9'500, kCustomers, false, "service_details"),
      month("response_seconds_mean", true, 15'000, kCustomers, false, "typing_and_quick_answers"),
      month("conversion", false, 8'000, kCustomers, true, "guiding_purchase"),
      month("average_order_value", false, 8'000, kRated, true, "cross_selling"),
      month("satisfaction", false, 9'000, kRated, false, "attitude"),
      month("quality", false, 9'000, kRated, false, "scripts_and_rules"),
  };
  Rule week = rules.front();
  week.id = "reply_rate_week";
  week.period = Period::kWeek;
  rules.push_back(std::move(week));
  return rules;
}

Course ShippedCourse(const char* id, const char* name, const char* text, const char* metric,
                     Award award = {}) {
  constexpr int kPassScore = 60;  // 及格
  return {.id = id,
          .display_name = name,
          .text = text,
          .kind = CourseKind::kSkills,
          .pass_score = kPassScore,
          .metric_id = metric,
          .award = std::move(award)};
}

std::vector<Course> ShippedCourses() {
  std::vector<Course> courses = {
      ShippedCourse("service_details", "服务细节与结束语",
                    "每位买家的提问都要回复；开场、过渡、催付与结束语", "reply_rate",
                    {.skill_id = "service_details", .level = 1}),
      ShippedCourse("typing_and_quick_answers", "打字速度与快捷回复", "快捷短语的整理与使用",
                    "response_seconds_mean", {.skill_id = "typing", .level = 1}),
      ShippedCourse("guiding_purchase", "导购技巧与催单", "挖掘需求、推荐、打消疑虑、催付",
                    "conversion", {.skill_id = "guiding_purchase", .level = 1}),
      ShippedCourse("cross_selling", "产品知识与关联销售", "搭配与关联推荐", "average_order_value",
                    {.skill_id = "product_knowledge", .level = 1}),
      ShippedCourse("attitude", "服务态度与情绪管理", "换位思考，控制情绪", "satisfaction"),
      ShippedCourse("scripts_and_rules", "话术与平台规则", "平台规则、禁用词与高压线", "quality",
                    {.skill_id = "platform_rules", .level = 1}),
      ShippedCourse("mindset", "心态：每天多做一点",
                    "每天只完成99%，100天后只剩36%；每天完成99.99%，100天后仍有99%", ""),
      ShippedCourse("new_products", "新品培训", "新品的卖点、属性、尺码与常见问题", ""),
      ShippedCourse("hot_products", "爆款培训", "爆款的卖点、属性与常见问题，每月一次", ""),
  };
  Course& fresh = courses[courses.size() - 2];
  Course& hot = courses.back();
  fresh.kind = CourseKind::kNewProducts;
  hot.kind = CourseKind::kHotProducts;
  hot.recurrence_months = 1;
  hot.audience = Audience::kPreSales;
  return courses;
}

// Collects what is wrong.
class Checker {
 public:
  explicit Checker(const Catalogue& catalogue) : all_(catalogue) {}

  std::vector<Fault> Run() {
    Skills();
    for (size_t i = 0; i < all_.courses.size(); ++i) {
      CheckCourse(all_.courses[i], fmt::format("courses[{}]", i));
    }
    for (size_t i = 0; i < all_.rules.size(); ++i) {
      CheckRule(all_.rules[i], fmt::format("rules[{}]", i));
    }
    Range(all_.figure_days, 7, 366, "figure_days");
    Range(all_.due_days, 1, 366, "due_days");
    Range(all_.warning_days, 0, 366, "warning_days");
    Range(all_.effect.days, 1, 180, "effect.days");
    Range(all_.effect.least_cases, 1, 1'000'000, "effect.least_cases");
    Range(all_.effect.least_days, 1, 180, "effect.least_days");
    Range(all_.effect.confidence_bps, 5'000, 9'999, "effect.confidence_bps");
    Talent();
    return std::move(faults_);
  }

 private:
  void Check(bool good, std::string field, std::string text) {
    if (!good) faults_.push_back({std::move(field), std::move(text)});
  }
  void Range(int64_t value, int64_t least, int64_t most, std::string field) {
    Check(value >= least && value <= most, std::move(field),
          fmt::format("must be from {} to {}", least, most));
  }

  void Skills() {
    std::set<std::string_view> seen;
    for (size_t i = 0; i < all_.skills.size(); ++i) {
      Check(seen.insert(all_.skills[i].id).second, fmt::format("skills[{}].skill_id", i),
            "stands twice");
      Range(static_cast<int64_t>(all_.skills[i].levels.size()), 1, 10,
            fmt::format("skills[{}].levels", i));
    }
  }

  void CheckCourse(const Course& course, const std::string& at) {
    Check(courses_.insert(course.id).second, at + ".course_id", "stands twice");
    Range(course.pass_score, 0, 100, at + ".pass_score");
    Range(course.recurrence_months, 0, kMonthsPerYear, at + ".recurrence_months");
    const Award& award = course.award;
    Range(award.valid_months, 0, 120, at + ".award.valid_months");
    const Skill* const skill = all_.FindSkill(award.skill_id);
    if (award.skill_id.empty()) {
      Check(award.level == 0, at + ".award.level", "belongs to a skill");
    } else if (skill == nullptr) {
      Check(false, at + ".award.skill_id", "is no skill of the catalogue");
    } else {
      Range(award.level, 1, static_cast<int64_t>(skill->levels.size()), at + ".award.level");
    }
  }

  void CheckRule(const Rule& rule, const std::string& at) {
    Check(rules_.insert(rule.id).second, at + ".rule_id", "stands twice");
    Check((rule.share_of_shop_bps != 0) != (rule.value_millionths != 0), at,
          "must have one of share_of_shop_bps and value_millionths");
    Range(rule.share_of_shop_bps, 0, kMostShareBps, at + ".share_of_shop_bps");
    Check(rule.value_millionths >= 0, at + ".value_millionths", "must not be negative");
    Range(rule.least_cases, 1, 1'000'000, at + ".least_cases");
    Check(all_.FindCourse(rule.course_id) != nullptr, at + ".course_id",
          "is no course of the catalogue");
  }

  void Talent() {
    const TalentTerms& terms = all_.talent;
    Range(terms.months, 1, 24, "talent.months");
    Range(static_cast<int64_t>(terms.metrics.size()), 1, 20, "talent.metrics");
    std::set<std::string_view> seen;
    for (size_t i = 0; i < terms.metrics.size(); ++i) {
      const std::string at = fmt::format("talent.metrics[{}]", i);
      Check(seen.insert(terms.metrics[i].metric_id).second, at + ".metric_id", "stands twice");
      Range(terms.metrics[i].weight, 1, 100, at + ".weight");
    }
    Range(terms.least_cases, 1, 1'000'000, "talent.least_cases");
    Range(terms.medium_performance_bps, 1, 10 * kAllBps, "talent.medium_performance_bps");
    Range(terms.high_performance_bps, terms.medium_performance_bps, 10 * kAllBps,
          "talent.high_performance_bps");
    int32_t weights = 0;
    for (size_t i = 0; i < terms.side_weights.size(); ++i) {
      Range(terms.side_weights[i], 0, 100, fmt::format("talent.side_weights[{}]", i));
      weights += terms.side_weights[i] > 0 ? 1 : 0;
    }
    Check(weights > 0, "talent.side_weights", "must not all be 0");
    Range(terms.medium_sides_centi, 100, kTopGradeCenti, "talent.medium_sides_centi");
    Range(terms.high_sides_centi, terms.medium_sides_centi, kTopGradeCenti,
          "talent.high_sides_centi");
    Range(terms.assessment_days, 30, 3'660, "talent.assessment_days");
  }

  const Catalogue& all_;
  std::set<std::string_view> courses_, rules_;
  std::vector<Fault> faults_;
};

}  // namespace

const Skill* Catalogue::FindSkill(std::string_view skill_id) const {
  const auto found = std::ranges::find(skills, skill_id, &Skill::id);
  return found == skills.end() ? nullptr : &*found;
}

const Course* Catalogue::FindCourse(std::string_view course_id) const {
  const auto found = std::ranges::find(courses, course_id, &Course::id);
  return found == courses.end() ? nullptr : &*found;
}

const Catalogue& ShippedCatalogue() {
  static const std::vector<std::string> levels = {"初级", "中级", "高级"};
  static const auto& catalogue =
      *new Catalogue{.skills = {{"service_details", "服务细节", levels},
                                {"typing", "打字与快捷回复", levels},
                                {"guiding_purchase", "导购", levels},
                                {"product_knowledge", "产品知识", levels},
                                {"platform_rules", "平台规则", levels}},
                     .courses = ShippedCourses(),
                     .rules = ShippedRules()};
  return catalogue;
}

std::vector<Fault> CheckCatalogue(const Catalogue& catalogue) { return Checker(catalogue).Run(); }

absl::CivilDay RecurrenceOf(int32_t recurrence_months, absl::CivilDay day) {
  const absl::CivilMonth first(1, 1);
  const auto months = absl::CivilMonth(day) - first;
  return absl::CivilDay(first + (months - months % recurrence_months));
}

std::optional<absl::CivilDay> ValidUntil(absl::CivilDay from, int32_t valid_months) {
  if (valid_months == 0) return std::nullopt;
  const absl::CivilMonth month = absl::CivilMonth(from) + valid_months;
  const absl::CivilDay last = absl::CivilDay(month + 1) - 1;
  const absl::CivilDay same = absl::CivilDay(month) + (from.day() - 1);
  return same > last ? last : same - 1;
}

}  // namespace kefu::staffing::training
