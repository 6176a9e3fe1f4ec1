// A pay plan (DOMAIN 3.4, 3.5): how a month's pay follows from a month's figures. Data: a plan is
// never changed once stored, a change is a new one with a later effective month. Amounts are minor
// units of the plan's currency, rates basis points (300 = 3 %).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/civil_time.h"
#include "common/enums/enum_names.h"
#include "services/performance/domain/people.h"

namespace kefu::performance::domain::payroll {

// A larger amount, sum of sales or fine is refused: products with rates then stay exact in 128 bits
// and sums in 64.
inline constexpr int64_t kMaxMinor = 100'000'000'000'000;
inline constexpr int32_t kWholeBps = 10'000;
inline constexpr int32_t kMaxFactorBps = 100'000;  // a factor or coefficient of 10
// 20 % of the month's wage: article 16 of the provisional rules on wage payment.
inline constexpr int32_t kMaxTakenBps = 2'000;
// Each corrected month is computed anew whenever pay is: two years bound what a call may cost.
inline constexpr int32_t kMaxCorrectedMonths = 24;

// As far may a plan look for where somebody worked last.
inline constexpr int32_t kMaxPlacedBackMonths = 24;

// How a band's rate applies: to the sales inside each band (marginal), or to all sales at the rate
// of the band that they reach.
enum class BandMode : uint8_t { kUnspecified, kGraded, kWhole };
KEFU_ENUM_NAMES(BandMode, "UNSPECIFIED", "GRADED", "WHOLE")

enum class GateKind : uint8_t {
  kUnspecified,
  kMinimumSales,
  kConversion,
  kAverageOrderValue,
  kBadReviews
};
KEFU_ENUM_NAMES(GateKind, "UNSPECIFIED", "MINIMUM_SALES", "CONVERSION", "AVERAGE_ORDER_VALUE",
                "BAD_REVIEWS")

enum class AwardPeriod : uint8_t { kUnspecified, kMonth, kQuarter, kYear };
KEFU_ENUM_NAMES(AwardPeriod, "UNSPECIFIED", "MONTH", "QUARTER", "YEAR")

enum class RankMetric : uint8_t {
  kUnspecified,
  kSales,
  kNetSales,
  kConversion,
  kAverageOrderValue
};
KEFU_ENUM_NAMES(RankMetric, "UNSPECIFIED", "SALES", "NET_SALES", "CONVERSION",
                "AVERAGE_ORDER_VALUE")

// What those who tie get: the prizes of the places that they take, shared; or each the best of
// them.
enum class Ties : uint8_t { kUnspecified, kShare, kEach };
KEFU_ENUM_NAMES(Ties, "UNSPECIFIED", "SHARE", "EACH")

enum class BonusMetric : uint8_t {
  kUnspecified,
  kNetSales,         // minor units
  kConversion,       // basis points
  kPositiveReviews,  // basis points
  kSatisfaction,     // hundredths of a point, 100 to 500
  kScore             // whole points by the plan's scorecard
};
KEFU_ENUM_NAMES(BonusMetric, "UNSPECIFIED", "NET_SALES", "CONVERSION", "POSITIVE_REVIEWS",
                "SATISFACTION", "SCORE")

// Sales in [from, to); no end: everything from there.
struct Band {
  int64_t from_minor = 0;
  std::optional<int64_t> to_minor = {};
  int32_t rate_bps = 0;
  bool operator==(const Band&) const = default;
};

struct Coefficient {
  std::string grade_id;
  int32_t bps = kWholeBps;
  bool operator==(const Coefficient&) const = default;
};

struct CommissionRule {
  BandMode mode = BandMode::kGraded;
  std::vector<Band> bands;  // none: no commission
  // On top of the bands' rates, by who bought (DOMAIN 3.5: different rates for new and returning).
  int32_t new_buyer_factor_bps = kWholeBps;
  int32_t returning_buyer_factor_bps = kWholeBps;
  std::vector<Coefficient> coefficients;  // none: grades do not matter
  bool operator==(const CommissionRule&) const = default;
};

// Nothing is added before `first_step_months` whole months of service (domain::ServiceMonths) on
// the first day of the month; from then on one step, and one more every `step_months`.
struct TenureLadder {
  int32_t first_step_months = 3;
  int32_t step_months = 3;
  int64_t step_minor = 0;
  int32_t max_steps = 0;  // 0: no end
  bool operator==(const TenureLadder&) const = default;
};

struct Gate {
  GateKind kind = GateKind::kUnspecified;
  std::optional<int64_t> minimum_minor = {};  // of kMinimumSales
  bool operator==(const Gate&) const = default;
};

// Prizes by rank among those who met the basic task.
struct Award {
  AwardPeriod period = AwardPeriod::kMonth;
  RankMetric metric = RankMetric::kSales;
  std::vector<int64_t> prizes_minor = {};  // of the first, second, ...
  Ties ties = Ties::kShare;
  // Net sales of the whole period. Nothing: the minimum of the sales gate for each of its months,
  // and without such a gate no task.
  std::optional<int64_t> basic_task_minor = {};
  bool operator==(const Award&) const = default;
};

// A fixed amount for a value in [from, to).
struct BonusBand {
  int64_t from = 0;
  std::optional<int64_t> to = {};
  int64_t amount_minor = 0;
  bool operator==(const BonusBand&) const = default;
};
struct FixedBonus {
  BonusMetric metric = BonusMetric::kNetSales;
  std::vector<BonusBand> bands = {};
  bool operator==(const FixedBonus&) const = default;
};

// What attendance costs and earns. Unpaid time earns no base pay; fines are money taken and fall
// under the caps. Off by default (DOMAIN 7).
struct AttendanceRule {
  bool unpaid_time = true;  // absence without leave and unpaid leave
  int64_t late_fine_minor = 0;
  int64_t early_fine_minor = 0;
  int64_t absence_fine_minor = 0;
  int64_t overtime_hour_minor = 0;  // the wage of an hour; 0: overtime is not paid
  // What it is paid a multiple of: workdays, rest days, holidays (Labour Law, article 44).
  std::array<int32_t, kOvertimeDays> overtime_bps{15'000, 20'000, 30'000};
  bool operator==(const AttendanceRule&) const = default;
};

// What base pay is of whom staffing has told no employment.
enum class UnknownEmployment : uint8_t { kUnspecified, kRefused, kNoBase, kWholeMonth };
KEFU_ENUM_NAMES(UnknownEmployment, "UNSPECIFIED", "REFUSED", "NO_BASE", "WHOLE_MONTH")

// What the score by the plan's scorecard changes: bonuses and monthly awards, or commission and the
// share of the shop's sales as well.
enum class ScoreOn : uint8_t { kUnspecified, kBonus, kVariable };
KEFU_ENUM_NAMES(ScoreOn, "UNSPECIFIED", "BONUS", "VARIABLE")

struct PayPlan {
  std::string id;
  std::string shop_id;  // empty: the organization's
  int64_t version = 0;
  std::string display_name;
  std::optional<absl::CivilDay> effective_from;  // nothing: only for simulations
  std::string currency;

  int64_t base_minor = 0;
  std::optional<TenureLadder> tenure;
  CommissionRule commission;
  std::vector<Gate> gates;
  std::vector<Award> awards;
  std::vector<FixedBonus> bonuses;
  // The old plan: this share of the whole shop's net sales, divided among the agents by the days
  // that they were employed, of each the part that this shop pays (ShopParts).
  int32_t shop_share_bps = 0;
  AttendanceRule attendance;
  // Whose bonus bands change the month's pay; empty: points change nothing.
  std::string scorecard_id;
  ScoreOn score_on = ScoreOn::kBonus;
  int32_t max_taken_bps = kMaxTakenBps;  // of the month's wage; the law's 20 % or less
  int64_t minimum_wage_minor = 0;        // local, a month
  // Money of conduct events is taken; else it is shown only (DOMAIN 7: fines are off by default).
  bool conduct_fines = false;
  UnknownEmployment unknown_employment = UnknownEmployment::kRefused;
  // How many months back late facts of closed months are corrected; of older ones they are told.
  int32_t corrected_months = 12;
  // How many months back the last shop is looked for of whoever works nowhere (ShopParts).
  int32_t placed_back_months = 12;
  bool operator==(const PayPlan&) const = default;
};

// The minimum of the sales gate; nothing when there is none.
std::optional<int64_t> MinimumSales(const PayPlan& plan);

// What is wrong with a plan: a path as in the contract, and what is expected there.
struct PlanProblem {
  std::string field, description;
  bool operator==(const PlanProblem&) const = default;
};
// All problems at once, in the order of the plan: bands that overlap, leave a gap, do not begin
// at 0 or do end; a gate without its value, twice, or of no kind; negative rates and amounts; rates
// above 100
// %, alone or with a buyer's factor and a coefficient; grades that are not among `known_grades`, or
// named twice; awards without prizes; caps looser than the law; an effective day that is not the
// first of a month.
std::vector<PlanProblem> Check(const PayPlan& plan, const std::set<std::string>& known_grades);

// Grades of staffing's shipped ladder.
const std::set<std::string>& ShippedGrades();

// The shipped plans, in CNY: "shipped:startup" (sales commission, simple), "shipped:growth" (KPIs
// tied to the commission), "shipped:mature" (less commission, bonus in fixed bands for service),
// and "shipped:shop-share", the old plan for comparison. DOMAIN 3.4 and 3.5 give tenure, gates and
// the 3 % to 5 %; other amounts are this product's defaults.
std::span<const PayPlan> ShippedPlans();
const PayPlan* FindShippedPlan(std::string_view id);
// By the stage of the shop: "STARTUP", "GROWTH", "MATURE"; anything else is taken as startup.
const PayPlan& PlanOfStage(std::string_view stage);

}  // namespace kefu::performance::domain::payroll
