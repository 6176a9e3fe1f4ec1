#include "services/performance/convert/payroll.h"

#include "common/convert/fields.h"

namespace kefu::performance::convert {
namespace {

namespace pay = domain::payroll;

void Set(const pay::Fraction& fraction, v1::PayFraction& proto) {
  proto.set_numerator(fraction.numerator);
  proto.set_denominator(fraction.denominator);
}

}  // namespace

kefu::common::v1::Money MoneyOf(int64_t minor, std::string_view currency) {
  kefu::common::v1::Money money;
  money.set_currency_code(std::string(currency));
  money.set_minor_units(minor);
  return money;
}

absl::CivilDay MonthFrom(int32_t year, int32_t month, FieldViolations& violations) {
  const bool good = violations.Check(year >= 1970 && year <= 2999, "year", "must be 1970 to 2999") &
                    violations.Check(month >= 1 && month <= 12, "month", "must be 1 to 12");
  return good ? absl::CivilDay(year, month, 1) : absl::CivilDay();
}

v1::PayLine ToProto(const pay::Line& line, int number, std::string_view currency) {
  v1::PayLine proto;
  proto.set_line_number(number);
  proto.set_kind(static_cast<v1::PayLineKind>(line.kind));
  *proto.mutable_amount() = MoneyOf(line.amount_minor, currency);
  *proto.mutable_basis() = MoneyOf(line.basis_minor, currency);
  proto.set_rate_bps(line.rate_bps);
  proto.set_quantity(line.quantity);
  *proto.mutable_not_taken() = MoneyOf(line.not_taken_minor, currency);
  proto.set_reference(line.reference);
  *proto.mutable_first_date() = kefu::convert::ToProto(line.first);
  *proto.mutable_last_date() = kefu::convert::ToProto(line.last);
  if (line.buyer) proto.set_new_buyers(*line.buyer == pay::kNew);
  proto.set_note(line.note);
  proto.set_pending(line.pending);
  return proto;
}

v1::Statement ToProto(const pay::Statement& statement, const StatementHead& head) {
  const auto money = [&](int64_t minor) { return MoneyOf(minor, head.currency); };
  v1::Statement proto;
  proto.set_shop_id(head.shop_id);
  proto.set_year(static_cast<int32_t>(head.month.year()));
  proto.set_month(head.month.month());
  proto.set_agent_id(statement.agent_id);
  proto.set_pay_plan_id(head.plan_id);
  for (const pay::Line& line : statement.lines) {
    *proto.add_lines() = ToProto(line, proto.lines_size() + 1, head.currency);
  }
  *proto.mutable_total() = money(statement.total_minor);
  *proto.mutable_wage() = money(statement.wage_minor);
  for (const pay::GateResult& gate : statement.gates) {
    v1::PayGateResult* out = proto.add_gates();
    out->set_kind(static_cast<v1::PayGateKind>(gate.kind));
    out->set_passed(gate.passed);
    Set(gate.value, *out->mutable_value());
    Set(gate.mean, *out->mutable_threshold());
  }
  for (const auto& [buyer, out] : {std::pair{pay::kReturning, proto.mutable_returning_buyers()},
                                   std::pair{pay::kNew, proto.mutable_new_buyers()}}) {
    *out->mutable_sales() = money(statement.commissioned_sales_minor[buyer]);
    *out->mutable_commission() = money(statement.commission_minor[buyer]);
  }
  *proto.mutable_carried_out() = money(statement.carried_out_minor);
  proto.set_employment_known(head.employment_known);
  for (const pay::Problem problem : statement.problems) {
    proto.add_problems(static_cast<v1::PayProblem>(problem));
  }
  return proto;
}

pay::Statement FromProto(const v1::Statement& proto) {
  pay::Statement statement{.agent_id = proto.agent_id(),
                           .total_minor = proto.total().minor_units(),
                           .wage_minor = proto.wage().minor_units(),
                           .carried_out_minor = proto.carried_out().minor_units()};
  for (const v1::PayLine& line : proto.lines()) {
    pay::Line& read = statement.lines.emplace_back();
    read = {.kind = static_cast<pay::LineKind>(line.kind()),
            .amount_minor = line.amount().minor_units(),
            .basis_minor = line.basis().minor_units(),
            .rate_bps = line.rate_bps(),
            .quantity = line.quantity(),
            .not_taken_minor = line.not_taken().minor_units(),
            .pending = line.pending(),
            .reference = line.reference(),
            .note = line.note(),
            .first = kefu::convert::FromProto(line.first_date()),
            .last = kefu::convert::FromProto(line.last_date())};
    if (line.has_new_buyers()) read.buyer = line.new_buyers() ? pay::kNew : pay::kReturning;
  }
  statement.commissioned_sales_minor = {proto.returning_buyers().sales().minor_units(),
                                        proto.new_buyers().sales().minor_units()};
  statement.commission_minor = {proto.returning_buyers().commission().minor_units(),
                                proto.new_buyers().commission().minor_units()};
  return statement;
}

v1::StatementSources ToProto(const pay::Sources& sources) {
  v1::StatementSources proto;
  for (const pay::SoldOrder& order : sources.orders) {
    auto* out = proto.add_orders();
    out->set_order_id(order.order_id);
    *out->mutable_day() = kefu::convert::ToProto(order.day);
    out->set_paid_minor(order.paid_minor);
    out->set_refunded_minor(order.refunded_minor);
    out->set_new_buyer(order.buyer == pay::kNew);
  }
  for (const pay::PaidBack& refund : sources.refunds) {
    auto* out = proto.add_refunds();
    out->set_refund_id(refund.refund_id);
    out->set_order_id(refund.order_id);
    *out->mutable_day() = kefu::convert::ToProto(refund.day);
    *out->mutable_sale_day() = kefu::convert::ToProto(refund.sale_day);
    out->set_amount_minor(refund.amount_minor);
    out->set_new_buyer(refund.buyer == pay::kNew);
  }
  for (const pay::AttendanceSource& record : sources.attendance) {
    auto* out = proto.add_attendance();
    out->set_record_id(record.record_id);
    *out->mutable_day() = kefu::convert::ToProto(record.day);
    out->set_unpaid_minutes(record.unpaid_minutes);
    out->set_late_count(record.late_count);
    out->set_early_count(record.early_count);
    out->set_absence_count(record.absence_count);
    out->set_workday_overtime_minutes(record.overtime[domain::kOnWorkday]);
    out->set_rest_day_overtime_minutes(record.overtime[domain::kOnRestDay]);
    out->set_holiday_overtime_minutes(record.overtime[domain::kOnHoliday]);
  }
  return proto;
}

pay::Sources FromProto(const v1::StatementSources& proto) {
  using kefu::convert::FromProto;
  pay::Sources sources;
  for (const auto& order : proto.orders()) {
    sources.orders.push_back({order.order_id(), FromProto(order.day()), order.paid_minor(),
                              order.refunded_minor(),
                              order.new_buyer() ? pay::kNew : pay::kReturning});
  }
  for (const auto& refund : proto.refunds()) {
    sources.refunds.push_back({refund.refund_id(), refund.order_id(), FromProto(refund.day()),
                               FromProto(refund.sale_day()), refund.amount_minor(),
                               refund.new_buyer() ? pay::kNew : pay::kReturning});
  }
  for (const auto& record : proto.attendance()) {
    sources.attendance.push_back(
        {record.record_id(),
         FromProto(record.day()),
         record.unpaid_minutes(),
         record.late_count(),
         record.early_count(),
         record.absence_count(),
         {record.workday_overtime_minutes(), record.rest_day_overtime_minutes(),
          record.holiday_overtime_minutes()}});
  }
  return sources;
}

v1::PaySource ToProto(const pay::SourceRow& row, std::string_view currency) {
  v1::PaySource proto;
  proto.set_kind(static_cast<v1::PaySourceKind>(row.kind));
  proto.set_source_id(row.id);
  *proto.mutable_day() = kefu::convert::ToProto(row.day);
  *proto.mutable_basis() = MoneyOf(row.basis_minor, currency);
  proto.set_quantity(row.quantity);
  *proto.mutable_amount() = MoneyOf(row.amount_minor, currency);
  proto.set_new_buyer(row.buyer == pay::kNew);
  proto.set_note(row.note);
  return proto;
}

v1::SimulatePayrollResponse ToProto(const pay::Comparison& comparison, std::string_view currency) {
  const auto money = [&](int64_t minor) { return MoneyOf(minor, currency); };
  v1::SimulatePayrollResponse proto;
  for (const pay::PersonCompared& person : comparison.people) {
    v1::SimulatedPerson* out = proto.add_people();
    out->set_agent_id(person.agent_id);
    *out->mutable_before() = money(person.before_minor);
    *out->mutable_after() = money(person.after_minor);
    *out->mutable_difference() = money(person.difference());
    for (const pay::Problem problem : person.problems) {
      out->add_problems(static_cast<v1::PayProblem>(problem));
    }
  }
  *proto.mutable_before() = money(comparison.before_minor);
  *proto.mutable_after() = money(comparison.after_minor);
  *proto.mutable_difference() = money(comparison.after_minor - comparison.before_minor);
  proto.set_winner_count(comparison.winners);
  proto.set_loser_count(comparison.losers);
  proto.set_unchanged_count(comparison.unchanged);
  proto.set_gini_before_bps(comparison.gini_before_bps);
  proto.set_gini_after_bps(comparison.gini_after_bps);
  proto.set_problem_count(comparison.incomplete);
  return proto;
}

}  // namespace kefu::performance::convert
