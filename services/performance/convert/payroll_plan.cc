// Pay plans.
#include <fmt/format.h>

#include "common/convert/fields.h"
#include "common/money/money.h"
#include "services/performance/convert/payroll.h"

namespace kefu::performance::convert {
namespace {

using kefu::convert::OptionalEnum;
namespace pay = domain::payroll;
using Amount = kefu::common::v1::Money;

// Reads a plan; what it adds to the violations concerns the form only.
class PlanReader {
 public:
  PlanReader(const v1::PayPlan& proto, FieldViolations& violations)
      : proto_(proto), violations_(violations) {}

  pay::PayPlan Run() {
    pay::PayPlan plan;
    plan.id = proto_.pay_plan_id();
    plan.shop_id = kefu::convert::OptionalId(proto_.shop_id(), "shop_id", violations_);
    plan.version = proto_.version();
    plan.display_name = kefu::convert::Text(proto_.display_name(), kefu::convert::kMaxName,
                                            "display_name", violations_);
    plan.effective_from = kefu::convert::OptionalDay(
        proto_.has_effective_from(), proto_.effective_from(), "effective_from", violations_);
    plan.currency = proto_.currency_code();
    violations_.Check(IsKnownCurrency(plan.currency), "currency_code",
                      "must be an ISO 4217 code such as CNY");
    plan.base_minor = Minor(proto_.has_base_pay(), proto_.base_pay(), "base_pay");
    if (proto_.has_tenure()) plan.tenure = Tenure(proto_.tenure());
    plan.commission = Commission(proto_.commission());
    ReadGates(plan);
    ReadAwards(plan);
    ReadBonuses(plan);
    plan.shop_share_bps = proto_.shop_share_bps();
    const v1::PayAttendanceRule& rule = proto_.attendance();
    plan.attendance = {
        !rule.pay_unpaid_time(),
        Minor(rule.has_late_fine(), rule.late_fine(), "attendance.late_fine"),
        Minor(rule.has_early_fine(), rule.early_fine(), "attendance.early_fine"),
        Minor(rule.has_absence_fine(), rule.absence_fine(), "attendance.absence_fine"),
        Minor(rule.has_overtime_hour(), rule.overtime_hour(), "attendance.overtime_hour")};
    auto& overtime = plan.attendance.overtime_bps;
    if (rule.has_workday_overtime_bps()) {
      overtime[domain::kOnWorkday] = rule.workday_overtime_bps();
    }
    if (rule.has_rest_day_overtime_bps()) {
      overtime[domain::kOnRestDay] = rule.rest_day_overtime_bps();
    }
    if (rule.has_holiday_overtime_bps()) {
      overtime[domain::kOnHoliday] = rule.holiday_overtime_bps();
    }
    const v1::LegalCaps& caps = proto_.caps();
    if (caps.has_max_taken_bps()) plan.max_taken_bps = caps.max_taken_bps();
    plan.minimum_wage_minor =
        Minor(caps.has_minimum_wage(), caps.minimum_wage(), "caps.minimum_wage");
    plan.scorecard_id =
        kefu::convert::OptionalId(proto_.scorecard_id(), "scorecard_id", violations_);
    const auto score_on = OptionalEnum<v1::ScoreOn>(proto_.score_on(), "score_on", violations_);
    if (score_on != v1::SCORE_ON_UNSPECIFIED) plan.score_on = static_cast<pay::ScoreOn>(score_on);
    plan.conduct_fines = proto_.conduct_fines();
    const auto unknown = OptionalEnum<v1::UnknownEmployment>(proto_.unknown_employment(),
                                                             "unknown_employment", violations_);
    if (unknown != v1::UNKNOWN_EMPLOYMENT_UNSPECIFIED) {
      plan.unknown_employment = static_cast<pay::UnknownEmployment>(unknown);
    }
    if (proto_.has_corrected_months()) plan.corrected_months = proto_.corrected_months();
    if (proto_.has_placed_back_months()) plan.placed_back_months = proto_.placed_back_months();
    return plan;
  }

 private:
  // 0 when absent.
  int64_t Minor(bool present, const Amount& amount, const std::string& field) {
    if (!present) return 0;
    violations_.Check(amount.currency_code() == proto_.currency_code(), field + ".currency_code",
                      fmt::format("must be {}, as currency_code", proto_.currency_code()));
    return amount.minor_units();
  }
  std::optional<int64_t> OptionalMinor(bool present, const Amount& amount,
                                       const std::string& field) {
    if (!present) return std::nullopt;
    return Minor(true, amount, field);
  }

  pay::TenureLadder Tenure(const v1::TenureLadder& tenure) {
    return {tenure.first_step_months(), tenure.step_months(),
            Minor(tenure.has_step(), tenure.step(), "tenure.step"), tenure.max_steps()};
  }

  pay::CommissionRule Commission(const v1::CommissionRule& rule) {
    pay::CommissionRule commission;
    if (OptionalEnum<v1::BandMode>(rule.mode(), "commission.mode", violations_) ==
        v1::BAND_MODE_WHOLE) {
      commission.mode = pay::BandMode::kWhole;
    }
    for (int i = 0; i < rule.bands_size(); ++i) {
      const v1::CommissionBand& band = rule.bands(i);
      const std::string at = fmt::format("commission.bands[{}]", i);
      commission.bands.push_back({Minor(band.has_from(), band.from(), at + ".from"),
                                  OptionalMinor(band.has_to(), band.to(), at + ".to"),
                                  band.rate_bps()});
    }
    if (rule.has_new_buyer_factor_bps()) {
      commission.new_buyer_factor_bps = rule.new_buyer_factor_bps();
    }
    if (rule.has_returning_buyer_factor_bps()) {
      commission.returning_buyer_factor_bps = rule.returning_buyer_factor_bps();
    }
    for (const v1::GradeCoefficient& coefficient : rule.coefficients()) {
      commission.coefficients.push_back({coefficient.grade_id(), coefficient.coefficient_bps()});
    }
    return commission;
  }

  void ReadGates(pay::PayPlan& plan) {
    for (int i = 0; i < proto_.gates_size(); ++i) {
      const v1::PayGate& gate = proto_.gates(i);
      const std::string at = fmt::format("gates[{}]", i);
      plan.gates.push_back({static_cast<pay::GateKind>(OptionalEnum<v1::PayGateKind>(
                                gate.kind(), at + ".kind", violations_)),
                            OptionalMinor(gate.has_minimum(), gate.minimum(), at + ".minimum")});
    }
  }

  void ReadAwards(pay::PayPlan& plan) {
    for (int i = 0; i < proto_.awards_size(); ++i) {
      const v1::PayAward& award = proto_.awards(i);
      const std::string at = fmt::format("awards[{}]", i);
      pay::Award& read = plan.awards.emplace_back();
      read.period = static_cast<pay::AwardPeriod>(
          OptionalEnum<v1::AwardPeriod>(award.period(), at + ".period", violations_));
      read.metric = static_cast<pay::RankMetric>(
          OptionalEnum<v1::AwardMetric>(award.metric(), at + ".metric", violations_));
      if (OptionalEnum<v1::AwardTies>(award.ties(), at + ".ties", violations_) ==
          v1::AWARD_TIES_EACH) {
        read.ties = pay::Ties::kEach;
      }
      for (int p = 0; p < award.prizes_size(); ++p) {
        read.prizes_minor.push_back(
            Minor(true, award.prizes(p), fmt::format("{}.prizes[{}]", at, p)));
      }
      read.basic_task_minor =
          OptionalMinor(award.has_basic_task(), award.basic_task(), at + ".basic_task");
    }
  }

  void ReadBonuses(pay::PayPlan& plan) {
    for (int i = 0; i < proto_.bonuses_size(); ++i) {
      const v1::FixedBonus& bonus = proto_.bonuses(i);
      const std::string at = fmt::format("bonuses[{}]", i);
      pay::FixedBonus& read = plan.bonuses.emplace_back();
      read.metric = static_cast<pay::BonusMetric>(
          OptionalEnum<v1::BonusMetric>(bonus.metric(), at + ".metric", violations_));
      for (int b = 0; b < bonus.bands_size(); ++b) {
        const v1::PayBonusBand& band = bonus.bands(b);
        read.bands.push_back(
            {band.from(), band.has_to() ? std::optional(band.to()) : std::nullopt,
             Minor(band.has_amount(), band.amount(), fmt::format("{}.bands[{}].amount", at, b))});
      }
    }
  }

  const v1::PayPlan& proto_;
  FieldViolations& violations_;
};

void AddCommission(const pay::PayPlan& plan, v1::CommissionRule& rule) {
  const auto money = [&](int64_t minor) { return MoneyOf(minor, plan.currency); };
  rule.set_mode(static_cast<v1::BandMode>(plan.commission.mode));
  for (const pay::Band& band : plan.commission.bands) {
    v1::CommissionBand* out = rule.add_bands();
    *out->mutable_from() = money(band.from_minor);
    if (band.to_minor) *out->mutable_to() = money(*band.to_minor);
    out->set_rate_bps(band.rate_bps);
  }
  rule.set_new_buyer_factor_bps(plan.commission.new_buyer_factor_bps);
  rule.set_returning_buyer_factor_bps(plan.commission.returning_buyer_factor_bps);
  for (const pay::Coefficient& coefficient : plan.commission.coefficients) {
    v1::GradeCoefficient* out = rule.add_coefficients();
    out->set_grade_id(coefficient.grade_id);
    out->set_coefficient_bps(coefficient.bps);
  }
}

void AddAwards(const pay::PayPlan& plan, v1::PayPlan& proto) {
  const auto money = [&](int64_t minor) { return MoneyOf(minor, plan.currency); };
  for (const pay::Award& award : plan.awards) {
    v1::PayAward* out = proto.add_awards();
    out->set_period(static_cast<v1::AwardPeriod>(award.period));
    out->set_metric(static_cast<v1::AwardMetric>(award.metric));
    for (const int64_t prize : award.prizes_minor) *out->add_prizes() = money(prize);
    out->set_ties(static_cast<v1::AwardTies>(award.ties));
    if (award.basic_task_minor) *out->mutable_basic_task() = money(*award.basic_task_minor);
  }
  for (const pay::FixedBonus& bonus : plan.bonuses) {
    v1::FixedBonus* out = proto.add_bonuses();
    out->set_metric(static_cast<v1::BonusMetric>(bonus.metric));
    for (const pay::BonusBand& band : bonus.bands) {
      v1::PayBonusBand* row = out->add_bands();
      row->set_from(band.from);
      if (band.to) row->set_to(*band.to);
      *row->mutable_amount() = money(band.amount_minor);
    }
  }
}

}  // namespace

pay::PayPlan PlanFrom(const v1::PayPlan& proto, std::string_view currency,
                      const std::set<std::string>& known_grades, std::string_view prefix,
                      FieldViolations& violations) {
  FieldViolations inner;
  pay::PayPlan plan = PlanReader(proto, inner).Run();
  inner.Check(plan.currency == currency || !IsKnownCurrency(plan.currency), "currency_code",
              fmt::format("must be {}, as the shop's", currency));
  for (const pay::PlanProblem& problem : pay::Check(plan, known_grades)) {
    inner.Add(problem.field, problem.description);
  }
  violations.Merge(prefix, inner);
  return plan;
}

absl::StatusOr<pay::PayPlan> PlanFromBody(std::string_view body) {
  v1::PayPlan proto;
  if (!proto.ParseFromArray(body.data(), static_cast<int>(body.size()))) {
    return Internal("a stored pay plan cannot be read");
  }
  FieldViolations ignored;
  pay::PayPlan plan = PlanReader(proto, ignored).Run();
  // Stored before there was a choice: its closed months were computed so.
  if (proto.score_on() == v1::SCORE_ON_UNSPECIFIED) plan.score_on = pay::ScoreOn::kVariable;
  return plan;
}

v1::PayPlan ToProto(const pay::PayPlan& plan) {
  const auto money = [&](int64_t minor) { return MoneyOf(minor, plan.currency); };
  v1::PayPlan proto;
  proto.set_pay_plan_id(plan.id);
  proto.set_shop_id(plan.shop_id);
  proto.set_version(plan.version);
  proto.set_display_name(plan.display_name);
  if (plan.effective_from) {
    *proto.mutable_effective_from() = kefu::convert::ToProto(*plan.effective_from);
  }
  proto.set_currency_code(plan.currency);
  *proto.mutable_base_pay() = money(plan.base_minor);
  if (plan.tenure) {
    proto.mutable_tenure()->set_first_step_months(plan.tenure->first_step_months);
    proto.mutable_tenure()->set_step_months(plan.tenure->step_months);
    *proto.mutable_tenure()->mutable_step() = money(plan.tenure->step_minor);
    proto.mutable_tenure()->set_max_steps(plan.tenure->max_steps);
  }
  AddCommission(plan, *proto.mutable_commission());
  for (const pay::Gate& gate : plan.gates) {
    v1::PayGate* out = proto.add_gates();
    out->set_kind(static_cast<v1::PayGateKind>(gate.kind));
    if (gate.minimum_minor) *out->mutable_minimum() = money(*gate.minimum_minor);
  }
  AddAwards(plan, proto);
  proto.set_shop_share_bps(plan.shop_share_bps);
  v1::PayAttendanceRule& attendance = *proto.mutable_attendance();
  attendance.set_pay_unpaid_time(!plan.attendance.unpaid_time);
  *attendance.mutable_late_fine() = money(plan.attendance.late_fine_minor);
  *attendance.mutable_early_fine() = money(plan.attendance.early_fine_minor);
  *attendance.mutable_absence_fine() = money(plan.attendance.absence_fine_minor);
  *attendance.mutable_overtime_hour() = money(plan.attendance.overtime_hour_minor);
  attendance.set_workday_overtime_bps(plan.attendance.overtime_bps[domain::kOnWorkday]);
  attendance.set_rest_day_overtime_bps(plan.attendance.overtime_bps[domain::kOnRestDay]);
  attendance.set_holiday_overtime_bps(plan.attendance.overtime_bps[domain::kOnHoliday]);
  proto.mutable_caps()->set_max_taken_bps(plan.max_taken_bps);
  *proto.mutable_caps()->mutable_minimum_wage() = money(plan.minimum_wage_minor);
  proto.set_scorecard_id(plan.scorecard_id);
  proto.set_score_on(static_cast<v1::ScoreOn>(plan.score_on));
  proto.set_conduct_fines(plan.conduct_fines);
  proto.set_unknown_employment(static_cast<v1::UnknownEmployment>(plan.unknown_employment));
  proto.set_corrected_months(plan.corrected_months);
  proto.set_placed_back_months(plan.placed_back_months);
  return proto;
}

}  // namespace kefu::performance::convert
