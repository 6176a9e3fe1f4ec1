// Diagnosis of a shop's months (DOMAIN 3.3): who is where, why, and what follows. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/civil_time.h"
#include "services/performance/domain/inquiry_cost.h"
#include "services/performance/domain/judgement/score.h"

namespace kefu::performance::domain {

// A text in both languages.
struct Words {
  std::string zh, en;
  bool operator==(const Words&) const = default;
};

// Which course a weak metric leads to.
struct CourseRule {
  std::string metric_id;
  bool lower_is_weak = true;  // false: a high value is, as of times
  int weak_bps = 8'000;       // share of the shop's mean beyond which it is weak
  std::string course_id;
  Words course;
  int64_t least_cases = 0;  // an agent's figure over fewer says nothing
  bool operator==(const CourseRule&) const = default;
};

// Whether a figure judges how an agent sells: it says nothing of who serves after the sale.
bool JudgesSelling(std::string_view metric_id);

// A figure that control charts watch day by day: of shares by a p-chart, else of individuals.
struct WatchedMetric {
  std::string metric_id;
  bool lower_is_better = false;  // as of times
  bool shop_only = false;        // an agent's day of it hangs on the roster
  bool operator==(const WatchedMetric&) const = default;
};

// A figure by which agents are ranked.
struct RankedMetric {
  std::string metric_id;
  bool lower_is_better = false;
  int64_t least_cases = 0;  // who has fewer has no rank
  bool operator==(const RankedMetric&) const = default;
};

// Thresholds are policy data; these are the shipped ones.
struct DiagnosisPolicy {
  int64_t version = 0;
  absl::CivilDay effective_from{1, 1, 1};
  int64_t least_consulted = 30;  // an agent's month with fewer consulted is not placed
  int nearly_all_bps = 8'000;    // of the placed agents, low in conversion: the operation is to
                                 // blame when it is so …
  int months_in_a_row = 3;       // … for so many months; low/low so long: replace
  int equal_sales_bps = 1'000;   // sales within this share of each other are the same
  int twice_bps = 20'000;        // conversion so many times the other's
  int swinging_bps = 15'000;     // an agent's swing against the shop's
  int least_points = 14;         // days before a control chart speaks
  int watched_days = 7;          // the days at the end that may raise a warning
  int baseline_days = 28;        // before them: four weeks hold every weekday alike
  int most_pairs = 100;          // of equal sales, the largest gains first
  // Of control charts (LeastRange): a share of the mean, and of counts thousandths of one.
  int least_range_bps = 50;
  int least_count_range_milli = 1'000;
  // PPC, of periods without ad spend, clicks and their orders; 0: not known. It is of shops in its
  // currency only.
  int64_t click_cost_minor = 0;
  std::string click_cost_currency;
  int64_t click_conversion_ppm = 0;  // orders by clicks, in millionths
  int run_points = 8;                // ChartRule::run
  int limit_sigma_bps = 30'000;      // ChartRule::sigmas, in ten-thousandths
  int daily_least_points = 8;        // days before the daily diagnosis calls one an outlier
  int usual_months = 12;             // before the asked ones: the usual mean is made of them too
  int swing_months = 3;              // fewer months tell nothing of how sales swing
  std::vector<WatchedMetric> watched;
  std::vector<RankedMetric> ranked;
  std::vector<std::string> daily;  // the shop's figures of a day beside those of days before
  std::vector<CourseRule> courses;
  bool operator==(const DiagnosisPolicy&) const = default;
};
const DiagnosisPolicy& ShippedDiagnosisPolicy();
// What a click costs a shop of this currency, where its period has no ad spend; not known where the
// policy's is in another.
ClickCost ClickCostFor(const DiagnosisPolicy& policy, std::string_view currency);

// A month of the shop.
struct DiagnosedMonth {
  absl::CivilMonth month;
  std::map<std::string, Figures> agents;
  Figures shop;
  std::set<std::string> after_sales = {};  // agents whose only duty it was
};

enum class Quadrant { kUnplaced, kHighHigh, kHighLow, kLowHigh, kLowLow };

struct AgentDiagnosis {
  std::string agent_id;
  std::vector<Quadrant> by_month;  // as the months asked; conversion first, then order value
  Quadrant quadrant = Quadrant::kUnplaced;  // of the last asked month that is placed
  Words advice;
  // In a row up to the last placed month, earlier months than those asked included. Months that are
  // not placed neither count nor end it.
  int low_low_months = 0;
  // Coefficient of variation of monthly sales, and that against the shop's own.
  std::optional<double> variation, against_shop;
  Words stability;
  std::optional<int64_t> lost;      // consulted − converted − assisted
  int64_t lost_minor = 0;           // at the agent's average order value, else the shop's
  std::vector<CourseRule> courses;  // that weak metrics lead to
  // Served only after the sale in the last asked month with figures: no place, no loss, no steady
  // or swinging sales, and courses by figures of service only.
  bool after_sales = false;
};

// Two agents with the same sales, of whom one needs half the inquiries.
struct EqualSales {
  std::string better, other;
  int64_t better_lead_minor = 0, other_lead_minor = 0;  // sales of one inquiry
  Words text;
};

struct Ranking {
  std::string metric_id;
  std::vector<std::pair<std::string, int>> ranks;  // by rank, then agent
};

struct Diagnosis {
  std::vector<AgentDiagnosis> agents;  // by id
  bool operation_is_the_cause = false;
  Words operation;
  std::optional<double> shop_variation;
  std::vector<EqualSales> equal_sales;  // the largest gains first
  int64_t equal_sales_count = 0;        // all of them
  std::optional<int64_t> lost;          // of the shop in the period: consulted − converted
  int64_t lost_minor = 0;               // at its average order value
  std::optional<int64_t> missed;        // consulted − replied
  std::optional<int64_t> inquiry_cost_minor;
  std::optional<int64_t> missed_minor;  // missed × that
  Words inquiry_cost_basis;             // by what, or why there is none
  std::vector<Ranking> rankings;        // of the last month
};

// `months` oldest first, the last `asked` of which are asked for; the earlier ones only say for how
// many months in a row something has been so. Quadrants compare with the shop's `usual` conversion
// and order value, its mean over a longer time, so that a shop in which all have fallen shows it.
// `total` is the shop's sum over the asked months; `currency` the shop's. Texts name agents as
// `names` does by id, and by their ids where it does not. Who serves only after the sale in a month
// is no seller in it: places, the operation's share, equal sales and rankings by sales are of the
// others.
Diagnosis Diagnose(const std::vector<DiagnosedMonth>& months, size_t asked, const Figures& usual,
                   const Figures& total, const DiagnosisPolicy& policy,
                   const std::map<std::string, std::string>& names = {},
                   const std::string& currency = "");

// Standard deviation (n − 1) over mean; nothing below two values or for a mean of 0.
std::optional<double> Variation(const std::vector<double>& values);

}  // namespace kefu::performance::domain
