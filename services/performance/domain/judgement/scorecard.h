// Scorecards as data: what an agent's month is scored by. A version never changes; a change is a
// new version that counts from a day on.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "absl/time/civil_time.h"
#include "services/performance/domain/people.h"

namespace kefu::performance::domain {

// Points are kept in hundredths of a point, so that weighted ones stay whole numbers.
inline constexpr int64_t kPoint = 100;

// The stage of a shop's life (DOMAIN 3.4).
enum class Stage { kAny, kStartup, kGrowth, kMature };

// A half-open range [from, to); nothing: without end.
struct Range {
  std::optional<int64_t> from, to;
  bool operator==(const Range&) const = default;
};
bool Contains(const Range& range, int64_t value);

// What a value gives. Values are millionths of the metric's unit (money: of a minor unit).
struct PointBand {
  Range micros;
  int64_t points = 0;
  bool operator==(const PointBand&) const = default;
};

// Each counted event of the kinds gives or takes points.
struct ConductRule {
  std::vector<std::string> kinds;
  int warnings = 0;       // the first ones of the month are warnings and take nothing
  int64_t each = 0;       // of every further one
  bool proposed = false;  // instead: what the event proposes, held within [least, most]
  int64_t least = 0, most = 0;
  int most_counted = 0;                 // events of a month that count; 0: all
  int most_a_week = 0;                  // of a calendar week, the first ones by day; 0: all
  bool observation = false;             // whoever did it is kept under observation
  bool money = false;                   // the money that the event proposes is an award or a fine
  Sanction sanction = Sanction::kNone;  // decided in any case, beside what the event says
  bool operator==(const ConductRule&) const = default;
};

// The best agents of the shop's month, by standard competition ranking (1, 2, 2, 4): agents who are
// equal in every metric share a rank and each gets its points.
struct RankRule {
  struct By {
    std::string metric_id;
    bool descending = true;  // more is better
    bool operator==(const By&) const = default;
  };
  std::vector<By> by;           // the first that differs decides
  std::vector<int64_t> points;  // of rank 1, 2, …
  std::string title;            // of rank 1, for example "gold_agent"
  bool operator==(const RankRule&) const = default;
};

// At most so many deductions in the month. Warnings are none.
struct CleanRule {
  int at_most = 0;
  int64_t points = 0;
  bool operator==(const CleanRule&) const = default;
};

// A grade given by a person or, where none is recorded, by a metric's bands.
struct GradeRule {
  struct Grade {
    std::string id;  // "excellent"
    int64_t points = 0;
    bool operator==(const Grade&) const = default;
  };
  std::vector<Grade> scale;
  std::string metric_id;         // empty: only by a person
  std::vector<PointBand> bands;  // of the metric; each gives the points of a grade of the scale
  // Light when thin (DOMAIN 3.4, 3.6): with fewer samples than this the metric grades nobody.
  int64_t thin_below = 0;
  bool operator==(const GradeRule&) const = default;
};

// Points for each lateness and so on; the item starts full.
struct AttendanceRule {
  int64_t late = 0, early = 0, leave = 0, absence = 0;
  bool operator==(const AttendanceRule&) const = default;
};

// A figure's points of 0 to 100, weighted.
struct MetricRule {
  std::string metric_id;
  int weight_bps = 0;
  bool of_shop_mean = false;  // the value is the figure divided by the shop's mean
  std::vector<PointBand> bands;
  // Light weight when thin (DOMAIN 3.4): with fewer samples than this the weight is multiplied.
  int64_t thin_below = 0;
  int thin_factor_bps = 10'000;
  bool operator==(const MetricRule&) const = default;
};

// First in a metric for so many months in a row: granted once a streak, in the month in which it is
// just as long.
struct StreakRule {
  std::string metric_id;
  int months = 2;
  int days_off = 0;
  bool operator==(const StreakRule&) const = default;
};

// Events for which whoever is responsible, or the whole group, pays. Times are counted over
// everything that was recorded of the group (or, without one, of the agent) and of the same kind.
struct GroupRule {
  struct Step {
    int from_time = 1;
    int64_t fine_minor = 0;
    bool whole_group = false;
    bool operator==(const Step&) const = default;
  };
  std::vector<std::string> kinds;
  std::vector<Step> steps;  // the last whose from_time is reached counts
  int dismissal_at = 0;     // dismissal is proposed from this time on; 0: never
  bool operator==(const GroupRule&) const = default;
};

struct ScoreItem {
  std::string id;
  std::string name_zh, name_en;
  int64_t start = 0;             // what it begins with
  std::optional<int64_t> floor;  // it never falls below
  std::variant<ConductRule, RankRule, CleanRule, GradeRule, AttendanceRule, MetricRule, StreakRule,
               GroupRule>
      rule;
  bool operator==(const ScoreItem&) const = default;
};

// What a total means for the bonus.
struct BonusBand {
  Range points;
  std::string label;
  int effect_bps = 0;     // added to the bonus; -10 000: no bonus
  int per_point_bps = 0;  // and for every whole point above `points.from`
  bool operator==(const BonusBand&) const = default;
};

struct Scorecard {
  std::string id;
  int64_t version = 0;  // 0: shipped
  std::string shop_id;  // empty: the organization's
  absl::CivilDay effective_from{1, 1, 1};
  std::string name_zh, name_en;
  Stage stage = Stage::kAny;
  std::string role;  // "pre_sales", "after_sales"; empty: any
  std::string currency = "CNY";
  int64_t start = 0;
  int64_t max_points = 0;  // of which fail_below_bps is a share; 0: no such line
  int fail_below_bps = 0;
  std::vector<ScoreItem> items;
  std::vector<BonusBand> bonus;  // empty: no effect
  // Fines are policy and off by default: they are shown and not taken. Where they are on, legal
  // caps on what is taken from pay still apply, which pay sees to.
  bool fines_on = false;
  bool operator==(const Scorecard&) const = default;
};

// What is wrong with a scorecard; `field` is a path such as "items[2].metric.bands[1]".
struct ScorecardProblem {
  std::string field, description;
  bool operator==(const ScorecardProblem&) const = default;
};
// Everything that makes it impossible: weights that do not add up to 100 %, bands that overlap or
// leave a gap, ids that stand twice, a maximum that the items do not add up to. `known_metric` says
// whether there is such a figure.
std::vector<ScorecardProblem> CheckScorecard(const Scorecard& card,
                                             bool (*known_metric)(std::string_view));

// The shipped scorecards: "vouchers", "points_30", "after_sales_130" (DOMAIN 2.6, with its exact
// numbers), "stage_startup", "stage_growth", "stage_mature" (DOMAIN 3.4; their numbers are this
// suite's defaults). nullptr when there is none of this id.
const std::vector<Scorecard>& ShippedScorecards();
const Scorecard* FindShippedScorecard(std::string_view id);
// The shipped scorecard of a role in a stage, for example "stage_growth" of those who sell;
// "after_sales_130" after the sale in any.
std::string_view ShippedScorecardFor(std::string_view role, Stage stage);
// Of an organization's and a shop's own scorecards in force, the one by which a role is scored in a
// stage where none is named: one for the role or for any, of the stage or of any, but not for any
// role in any stage, which are schemes to be named. The shop's goes before the organization's, then
// the role's before one for any, the stage's before one of any, the one in force since later, and
// the first by id. nullptr when there is none: then the shipped one is.
const Scorecard* ChooseScorecard(const std::vector<Scorecard>& own, std::string_view role,
                                 Stage stage);

}  // namespace kefu::performance::domain
