#include "services/performance/domain/definitions.h"

#include <algorithm>
#include <array>
#include <set>

#include "absl/strings/numbers.h"

namespace kefu::performance::domain {
namespace {

constexpr size_t kMaxId = 40;
constexpr int kDayMinutes = 24 * 60;
constexpr int kMaxSeconds = 24 * 3600;
constexpr int kMaxRepurchaseDays = 366;
constexpr int kMaxThinBelow = 1'000;
constexpr size_t kMaxGrades = 10;
constexpr size_t kMaxPlatforms = 20;

const std::array<MetricDefinition, 4> kDefinitions{{
    // DOMAIN 3.2: same and next day; every conversation counts for response figures; 4 and 5 stars
    // are positive; service hours 9:00 to 24:00.
    {.id = "default", .hours = {.start_minute = 9 * 60}},
    // JD: response figures over conversations begun from 9:00 to 23:00; the share answered within
    // 30 seconds.
    {.id = "jd",
     .quiet_start_minute = 23 * 60,
     .quiet_end_minute = 9 * 60,
     .answer_seconds = 30,
     .hours = {.start_minute = 9 * 60, .end_minute = 23 * 60},
     .platforms = {"PLATFORM_JD"}},
    // Taobao and Tmall: rounds answered within 3 minutes of their first message.
    {.id = "taobao",
     .round_seconds = 180,
     .hours = {.start_minute = 9 * 60},
     .platforms = {"PLATFORM_TAOBAO", "PLATFORM_TMALL"}},
    // Zendesk: first reply time, in calendar hours and in those of an office.
    {.id = "zendesk",
     .hours = {.start_minute = 9 * 60, .end_minute = 18 * 60, .workdays_only = true}},
}};

bool IsDefinitionId(std::string_view id) {
  return !id.empty() && id.size() <= kMaxId && std::ranges::all_of(id, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
}

void CheckPlatforms(const std::vector<std::string>& platforms, FieldViolations& violations) {
  constexpr std::string_view kField = "definition.platforms";
  violations.Check(platforms.size() <= kMaxPlatforms, kField,
                   "must be at most " + std::to_string(kMaxPlatforms));
  violations.Check(std::ranges::all_of(platforms, IsPlatform), kField,
                   "must be names as in staffing, for example PLATFORM_JD");
  violations.Check(std::ranges::adjacent_find(platforms) == platforms.end(), kField,
                   "must name each platform once");
}

}  // namespace

bool IsPlatform(std::string_view name) {
  constexpr std::string_view kPrefix = "PLATFORM_";
  return name.starts_with(kPrefix) && name.size() > kPrefix.size() && name.size() <= kMaxId &&
         name != "PLATFORM_UNSPECIFIED" && std::ranges::all_of(name, [](char c) {
           return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
         });
}

std::span<const MetricDefinition> Definitions() { return kDefinitions; }

const MetricDefinition* FindDefinition(std::string_view id) {
  for (const MetricDefinition& definition : kDefinitions) {
    if (definition.id == (id.empty() ? "default" : id)) return &definition;
  }
  return nullptr;
}

bool IsOfPlatform(const MetricDefinition& definition, std::string_view platform) {
  return std::ranges::find(definition.platforms, platform) != definition.platforms.end();
}

bool ComputesAlike(MetricDefinition a, MetricDefinition b) {
  for (MetricDefinition* each : {&a, &b}) {
    each->id.clear();
    each->version = 0;
    each->thin_below = 0;
    each->confidence_bps = 0;
    each->response_grades.clear();
    each->platforms.clear();
    each->no_platforms = false;
    each->sums_version = 0;
  }
  return a == b;
}

std::optional<DefinitionName> ParseDefinitionName(std::string_view text) {
  if (text.empty()) return DefinitionName{"default"};
  const size_t at = text.find('@');
  DefinitionName name{std::string(text.substr(0, at))};
  if (!IsDefinitionId(name.id)) return std::nullopt;
  if (at == std::string_view::npos) return name;
  const std::string version(text.substr(at + 1));
  if (!absl::SimpleAtoi(version, &name.version) || name.version < 1 ||
      std::to_string(name.version) != version)
    return std::nullopt;
  return name;
}

// A mean has one grade at most.
void CheckGrades(std::vector<ResponseGrade> grades, FieldViolations& violations) {
  std::set<std::string_view> names;
  for (const ResponseGrade& grade : grades) {
    violations.Check(names.insert(grade.name).second, "definition.response_grades.name",
                     "must be used once; '" + grade.name + "' is there again");
  }
  std::ranges::stable_sort(grades, {}, &ResponseGrade::from_seconds);
  for (size_t i = 1; i < grades.size(); ++i) {
    const ResponseGrade& before = grades[i - 1];
    const int from = grades[i].from_seconds + (grades[i].above ? 1 : 0);  // both ends belong
    violations.Check(before.to_seconds && *before.to_seconds < from,
                     "definition.response_grades.from_seconds",
                     "'" + grades[i].name + "' overlaps '" + before.name + "'");
  }
}

void Check(const MetricDefinition& definition, FieldViolations& violations) {
  const auto range = [&](int value, int least, int most, std::string_view field) {
    violations.Check(value >= least && value <= most, field,
                     "must be " + std::to_string(least) + " to " + std::to_string(most) + ", is " +
                         std::to_string(value));
  };
  violations.Check(IsDefinitionId(definition.id), "definition.definition_id",
                   "must be 1 to 40 of a-z 0-9 _ -");
  range(definition.attribution_days, 0, kMaxAttributionDays, "definition.attribution_days");
  range(definition.quiet_start_minute, 0, kDayMinutes - 1, "definition.quiet_start_minute");
  range(definition.quiet_end_minute, 0, kDayMinutes - 1, "definition.quiet_end_minute");
  range(definition.positive_score, 1, 5, "definition.positive_score");
  range(definition.answer_seconds, 1, kMaxSeconds, "definition.answer_seconds");
  range(definition.round_seconds, 1, kMaxSeconds, "definition.round_seconds");
  range(definition.hours.start_minute, 0, kDayMinutes - 1, "definition.service_hours.start_minute");
  range(definition.hours.end_minute, 1, kDayMinutes, "definition.service_hours.end_minute");
  range(definition.repurchase_days, 1, kMaxRepurchaseDays, "definition.repurchase_days");
  range(definition.thin_below, 1, kMaxThinBelow, "definition.thin_below");
  range(definition.confidence_bps, 5'000, 9'999, "definition.confidence_bps");
  violations.Check(definition.response_grades.size() <= kMaxGrades, "definition.response_grades",
                   "must be at most " + std::to_string(kMaxGrades));
  for (const ResponseGrade& grade : definition.response_grades) {
    violations.Check(!grade.name.empty() && grade.name.size() <= kMaxId,
                     "definition.response_grades.name", "must be 1 to 40 bytes");
    violations.Check(
        grade.from_seconds >= 0 && (!grade.to_seconds || *grade.to_seconds >= grade.from_seconds),
        "definition.response_grades.to_seconds", "must not lie before from_seconds");
  }
  CheckGrades(definition.response_grades, violations);
  CheckPlatforms(definition.platforms, violations);
  violations.Check(!definition.no_platforms || definition.platforms.empty(),
                   "definition.no_platforms", "cannot be set together with platforms");
  violations.Check(definition.hours.start_minute < definition.hours.end_minute,
                   "definition.service_hours.end_minute", "must be after start_minute");
}

}  // namespace kefu::performance::domain
