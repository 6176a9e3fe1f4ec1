#include "services/performance/domain/payroll/plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace kefu::performance::domain::payroll {
namespace {

// A month's minutes of overtime at the highest multiple stay exact in 64 bits.
constexpr int64_t kMaxHourMinor = kMaxMinor / 1'000;
constexpr size_t kMaxItems = 100;  // bands, prizes, coefficients and the like in one plan

class Checker {
 public:
  Checker(const PayPlan& plan, const std::set<std::string>& known_grades)
      : plan_(plan), known_grades_(known_grades) {}

  std::vector<PlanProblem> Run() {
    if (plan_.effective_from) {
      Expect(plan_.effective_from->day() == 1, "effective_from", "must be the first of a month");
    }
    Amount(plan_.base_minor, "base_pay");
    if (plan_.tenure) CheckTenure(*plan_.tenure);
    CheckCommission();
    CheckGates();
    CheckAwards();
    CheckBonuses();
    Rate(plan_.shop_share_bps, "shop_share_bps");
    Amount(plan_.attendance.late_fine_minor, "attendance.late_fine");
    Amount(plan_.attendance.early_fine_minor, "attendance.early_fine");
    Amount(plan_.attendance.absence_fine_minor, "attendance.absence_fine");
    Amount(plan_.attendance.overtime_hour_minor, "attendance.overtime_hour");
    Expect(plan_.attendance.overtime_hour_minor <= kMaxHourMinor, "attendance.overtime_hour",
           "is too large");
    Factor(plan_.attendance.overtime_bps[kOnWorkday], "attendance.workday_overtime_bps");
    Factor(plan_.attendance.overtime_bps[kOnRestDay], "attendance.rest_day_overtime_bps");
    Factor(plan_.attendance.overtime_bps[kOnHoliday], "attendance.holiday_overtime_bps");
    Expect(plan_.max_taken_bps >= 0 && plan_.max_taken_bps <= kMaxTakenBps, "caps.max_taken_bps",
           "must be 0 to 2000: no more than 20 % of a month's wage may be taken");
    Amount(plan_.minimum_wage_minor, "caps.minimum_wage");
    Expect(plan_.corrected_months >= 1 && plan_.corrected_months <= kMaxCorrectedMonths,
           "corrected_months", "must be 1 to 24");
    Expect(plan_.placed_back_months >= 1 && plan_.placed_back_months <= kMaxPlacedBackMonths,
           "placed_back_months", "must be 1 to 24");
    return std::move(problems_);
  }

 private:
  bool Expect(bool holds, std::string field, std::string description) {
    if (!holds) problems_.push_back({std::move(field), std::move(description)});
    return holds;
  }
  void Amount(int64_t minor, const std::string& field) {
    if (Expect(minor >= 0, field, "must not be negative")) {
      Expect(minor <= kMaxMinor, field, "is too large");
    }
  }
  void Rate(int32_t bps, const std::string& field) {
    if (Expect(bps >= 0, field, "must not be negative")) {
      Expect(bps <= kWholeBps, field, "must not be above 10000 (100 %)");
    }
  }
  void Factor(int32_t bps, const std::string& field) {
    Expect(bps >= 0 && bps <= kMaxFactorBps, field, "must be 0 to 100000");
  }
  void Items(size_t size, const std::string& field) {
    Expect(size <= kMaxItems, field, fmt::format("must not have more than {}", kMaxItems));
  }

  void CheckTenure(const TenureLadder& tenure) {
    Expect(tenure.first_step_months >= 0 && tenure.first_step_months <= 600,
           "tenure.first_step_months", "must be 0 to 600");
    Expect(tenure.step_months >= 1 && tenure.step_months <= 600, "tenure.step_months",
           "must be 1 to 600");
    Expect(tenure.max_steps >= 0 && tenure.max_steps <= 1'000, "tenure.max_steps",
           "must be 0 to 1000");
    Amount(tenure.step_minor, "tenure.step");
  }

  // Each begins where the one before ends; the first at `start`, where one is asked for; only the
  // last has no end. An overlap or a gap is named at the band that makes it.
  template <class Bands, class From, class To>
  void CheckEdges(const Bands& bands, From from, To to, const std::string& field,
                  std::optional<int64_t> start) {
    Items(bands.size(), field);
    for (size_t i = 0; i < bands.size(); ++i) {
      const std::string at = fmt::format("{}[{}]", field, i);
      if (i == 0 && start) {
        Expect(from(bands[i]) == *start, at + ".from", fmt::format("must be {}", *start));
      }
      if (to(bands[i])) {
        Expect(*to(bands[i]) > from(bands[i]), at + ".to", "must be above from");
      } else {
        Expect(i + 1 == bands.size(), at + ".to", "may be absent in the last band only");
      }
      if (i == 0 || !to(bands[i - 1])) continue;
      const int64_t end = *to(bands[i - 1]);
      Expect(from(bands[i]) >= end, at + ".from",
             fmt::format("overlaps the band before, which ends at {}", end));
      Expect(from(bands[i]) <= end, at + ".from",
             fmt::format("leaves a gap after the band before, which ends at {}", end));
    }
  }

  void CheckCommission() {
    const CommissionRule& rule = plan_.commission;
    Factor(rule.new_buyer_factor_bps, "commission.new_buyer_factor_bps");
    Factor(rule.returning_buyer_factor_bps, "commission.returning_buyer_factor_bps");
    CheckEdges(
        rule.bands, [](const Band& b) { return b.from_minor; },
        [](const Band& b) { return b.to_minor; }, "commission.bands", 0);
    if (!rule.bands.empty()) {
      Expect(!rule.bands.back().to_minor,
             fmt::format("commission.bands[{}].to", rule.bands.size() - 1),
             "must be absent in the last band: sales above it would earn nothing");
    }
    const int64_t factor = std::max(rule.new_buyer_factor_bps, rule.returning_buyer_factor_bps);
    int64_t coefficient = kWholeBps;  // of whoever has no grade
    for (const Coefficient& each : rule.coefficients) {
      coefficient = std::max<int64_t>(coefficient, std::min(each.bps, kMaxFactorBps));
    }
    for (size_t i = 0; i < rule.bands.size(); ++i) {
      const Band& band = rule.bands[i];
      const std::string at = fmt::format("commission.bands[{}]", i);
      Amount(band.from_minor, at + ".from");
      if (band.to_minor) Amount(*band.to_minor, at + ".to");
      Rate(band.rate_bps, at + ".rate_bps");
      if (band.rate_bps > 0 && band.rate_bps <= kWholeBps && factor > 0 &&
          factor <= kMaxFactorBps) {
        Expect(band.rate_bps * factor * coefficient <= int64_t{kWholeBps} * kWholeBps * kWholeBps,
               at + ".rate_bps", "is above 100 % with the buyers' factor and the coefficient");
      }
    }
    Items(rule.coefficients.size(), "commission.coefficients");
    std::set<std::string_view> seen;
    for (size_t i = 0; i < rule.coefficients.size(); ++i) {
      const Coefficient& coefficient = rule.coefficients[i];
      const std::string at = fmt::format("commission.coefficients[{}]", i);
      Expect(known_grades_.contains(coefficient.grade_id), at + ".grade_id",
             fmt::format("'{}' is not a known grade", coefficient.grade_id));
      Expect(seen.insert(coefficient.grade_id).second, at + ".grade_id", "is named twice");
      Factor(coefficient.bps, at + ".coefficient_bps");
    }
  }

  void CheckGates() {
    std::set<GateKind> seen;
    for (size_t i = 0; i < plan_.gates.size(); ++i) {
      const Gate& gate = plan_.gates[i];
      const std::string at = fmt::format("gates[{}]", i);
      Expect(gate.kind != GateKind::kUnspecified, at + ".kind", "must be set");
      Expect(seen.insert(gate.kind).second, at + ".kind", "is there twice");
      if (gate.kind == GateKind::kMinimumSales) {
        if (Expect(gate.minimum_minor.has_value(), at + ".minimum", "must be set")) {
          Amount(*gate.minimum_minor, at + ".minimum");
        }
      } else {
        Expect(!gate.minimum_minor, at + ".minimum", "belongs to MINIMUM_SALES only");
      }
    }
  }

  void CheckAwards() {
    Items(plan_.awards.size(), "awards");
    for (size_t i = 0; i < plan_.awards.size(); ++i) {
      const Award& award = plan_.awards[i];
      const std::string at = fmt::format("awards[{}]", i);
      Expect(award.period != AwardPeriod::kUnspecified, at + ".period", "must be set");
      Expect(award.metric != RankMetric::kUnspecified, at + ".metric", "must be set");
      Expect(!award.prizes_minor.empty(), at + ".prizes", "needs at least one");
      Items(award.prizes_minor.size(), at + ".prizes");
      for (size_t p = 0; p < award.prizes_minor.size(); ++p) {
        Amount(award.prizes_minor[p], fmt::format("{}.prizes[{}]", at, p));
      }
      if (award.basic_task_minor) Amount(*award.basic_task_minor, at + ".basic_task");
    }
  }

  void CheckBonuses() {
    Items(plan_.bonuses.size(), "bonuses");
    for (size_t i = 0; i < plan_.bonuses.size(); ++i) {
      const FixedBonus& bonus = plan_.bonuses[i];
      const std::string at = fmt::format("bonuses[{}]", i);
      Expect(bonus.metric != BonusMetric::kUnspecified, at + ".metric", "must be set");
      Expect(bonus.metric != BonusMetric::kScore || !plan_.scorecard_id.empty(), at + ".metric",
             "SCORE needs a scorecard_id");
      Expect(!bonus.bands.empty(), at + ".bands", "needs at least one");
      CheckEdges(
          bonus.bands, [](const BonusBand& b) { return b.from; },
          [](const BonusBand& b) { return b.to; }, at + ".bands", std::nullopt);
      for (size_t b = 0; b < bonus.bands.size(); ++b) {
        const std::string band = fmt::format("{}.bands[{}]", at, b);
        Amount(bonus.bands[b].from, band + ".from");
        Amount(bonus.bands[b].amount_minor, band + ".amount");
      }
    }
  }

  const PayPlan& plan_;
  const std::set<std::string>& known_grades_;
  std::vector<PlanProblem> problems_;
};

constexpr int64_t kYuan = 100;
// Earlier than any month that is paid.
constexpr absl::CivilDay kAlways(1, 1, 1);

// DOMAIN 3.5: after the first 3 months ¥100 more every 3 months; the coefficients are those of
// staffing's shipped ladder; ¥4,000 is what own staff in a large city costs at least (DOMAIN 2.7);
// ¥2,740 is Shanghai's monthly minimum wage from 1 July 2025 (上海市人力资源和社会保障局, 沪人社规
// 〔2025〕10号, https://rsj.sh.gov.cn/tgzfl_17732/20250714/t0035_1434097.html). All other numbers
// of the shipped plans — gates, prizes, bonuses, the factors of buyers — are this suite's defaults.
PayPlan Common(std::string id, std::string name) {
  PayPlan plan;
  plan.id = std::move(id);
  plan.version = 1;
  plan.display_name = std::move(name);
  plan.effective_from = kAlways;
  plan.currency = "CNY";
  plan.base_minor = 4'000 * kYuan;
  plan.tenure = TenureLadder{.step_minor = 100 * kYuan};
  plan.commission.coefficients = {{"P1", 10'000}, {"P2", 11'000},         {"P3", 12'000},
                                  {"P4", 13'000}, {"gold_agent", 14'000}, {"trainer", 15'000}};
  plan.minimum_wage_minor = 2'740 * kYuan;
  // ¥4,000 over 21.75 days of 8 hours, half up.
  plan.attendance.overtime_hour_minor = 2'299;
  // First in results: ¥100.
  plan.awards.push_back(
      {.period = AwardPeriod::kMonth, .metric = RankMetric::kSales, .prizes_minor = {100 * kYuan}});
  return plan;
}

PayPlan Startup() {
  PayPlan plan = Common("shipped:startup", "初创期 · 销售提成");
  plan.version = 3;  // 1 had nothing for the first in results, 2 nothing more for new buyers
  plan.commission.bands = {{0, std::nullopt, 300}};
  // A new shop lives by buyers who come for the first time.
  plan.commission.new_buyer_factor_bps = 12'000;
  return plan;
}

PayPlan Growth() {
  PayPlan plan = Common("shipped:growth", "成长期 · 考核与提成挂钩");
  plan.version = 2;  // 1 let its score change no commission
  plan.scorecard_id = "stage_growth";
  plan.score_on = ScoreOn::kVariable;
  plan.gates = {{GateKind::kMinimumSales, 10'000 * kYuan},
                {GateKind::kConversion, std::nullopt},
                {GateKind::kAverageOrderValue, std::nullopt},
                {GateKind::kBadReviews, std::nullopt}};
  plan.commission.bands = {{0, 50'000 * kYuan, 300},
                           {50'000 * kYuan, 100'000 * kYuan, 400},
                           {100'000 * kYuan, std::nullopt, 500}};
  for (const auto& [period, prize] : {std::pair{AwardPeriod::kQuarter, 300 * kYuan},
                                      std::pair{AwardPeriod::kYear, 1'000 * kYuan}}) {
    for (const RankMetric metric :
         {RankMetric::kConversion, RankMetric::kAverageOrderValue, RankMetric::kSales}) {
      plan.awards.push_back({.period = period, .metric = metric, .prizes_minor = {prize}});
    }
  }
  return plan;
}

PayPlan Mature() {
  PayPlan plan = Growth();
  plan.id = "shipped:mature";
  plan.display_name = "成熟期 · 服务质量与固定奖金";
  plan.scorecard_id = "stage_mature";
  plan.score_on = ScoreOn::kBonus;  // service is what its bonuses are for
  plan.commission.bands = {{0, 50'000 * kYuan, 100}, {50'000 * kYuan, std::nullopt, 200}};
  // Mature shops live by buyers who come back.
  plan.commission.returning_buyer_factor_bps = 12'000;
  plan.bonuses = {
      {BonusMetric::kPositiveReviews,
       {{9'000, 9'500, 200 * kYuan},
        {9'500, 9'800, 400 * kYuan},
        {9'800, std::nullopt, 600 * kYuan}}},
      {BonusMetric::kSatisfaction, {{450, 480, 200 * kYuan}, {480, std::nullopt, 400 * kYuan}}}};
  return plan;
}

PayPlan ShopShare() {
  PayPlan plan = Common("shipped:shop-share", "旧方案 · 底薪加全店提成");
  plan.version = 2;  // 1 had a base without its steps
  plan.commission.coefficients.clear();
  plan.shop_share_bps = 100;
  return plan;
}

}  // namespace

std::optional<int64_t> MinimumSales(const PayPlan& plan) {
  for (const Gate& gate : plan.gates) {
    if (gate.kind == GateKind::kMinimumSales) return gate.minimum_minor;
  }
  return std::nullopt;
}

std::vector<PlanProblem> Check(const PayPlan& plan, const std::set<std::string>& known_grades) {
  return Checker(plan, known_grades).Run();
}

const std::set<std::string>& ShippedGrades() {
  static const auto& grades =
      *new std::set<std::string>{"P1", "P2", "P3", "P4", "gold_agent", "trainer"};
  return grades;
}

std::span<const PayPlan> ShippedPlans() {
  static const auto& plans =
      *new std::array<PayPlan, 4>{Startup(), Growth(), Mature(), ShopShare()};
  return plans;
}

const PayPlan* FindShippedPlan(std::string_view id) {
  for (const PayPlan& plan : ShippedPlans()) {
    if (plan.id == id) return &plan;
  }
  return nullptr;
}

const PayPlan& PlanOfStage(std::string_view stage) {
  return *FindShippedPlan(stage == "GROWTH"   ? "shipped:growth"
                          : stage == "MATURE" ? "shipped:mature"
                                              : "shipped:startup");
}

}  // namespace kefu::performance::domain::payroll
