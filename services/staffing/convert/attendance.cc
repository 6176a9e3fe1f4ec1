#include "services/staffing/convert/attendance.h"

#include "fmt/format.h"

namespace kefu::staffing::convert {
namespace {

constexpr int kMostMinutes = 240;  // of a grace or a unit: half a working day

}  // namespace

attendance::Policy FromProto(const v1::AttendancePolicy& policy, FieldViolations& violations) {
  return {.late_grace_minutes = Number(policy.late_grace_minutes(), 0, kMostMinutes,
                                       "late_grace_minutes", violations),
          .early_grace_minutes = Number(policy.early_grace_minutes(), 0, kMostMinutes,
                                        "early_grace_minutes", violations),
          .overtime_unit_minutes = Number(policy.overtime_unit_minutes(), 1, kMostMinutes,
                                          "overtime_unit_minutes", violations)};
}

absl::CivilMonth MonthFromProto(bool present, const common::v1::Date& date, std::string_view field,
                                FieldViolations& violations) {
  const absl::CivilDay day = RequiredDay(present, date, field, violations);
  violations.Check(!present || day.day() == 1, field, "must be the first day of a month");
  return absl::CivilMonth(day);
}

Days DaysOf(bool present, const common::v1::DateRange& range, int64_t most, std::string_view field,
            FieldViolations& violations) {
  if (!violations.Check(present, field, "must be set")) return {};
  const auto days = OptionalDays(true, range, field, violations);
  if (!days) return {};
  violations.Check(days->last - days->first < most, field,
                   fmt::format("must be at most {} days", most));
  return *days;
}

v1::ClockEvent ToProto(const attendance::ClockRecord& record) {
  v1::ClockEvent proto;
  proto.set_clock_event_id(record.id);
  proto.set_agent_id(record.agent_id);
  proto.set_kind(static_cast<v1::ClockKind>(record.kind));
  *proto.mutable_event_time() = ToProto(record.time);
  proto.set_reason(record.reason);
  proto.set_actor(record.actor);
  *proto.mutable_record_time() = ToProto(record.record_time);
  if (record.void_time) *proto.mutable_void_time() = ToProto(*record.void_time);
  proto.set_voided_by(record.voided_by);
  proto.set_void_reason(record.void_reason);
  return proto;
}

v1::AttendanceFigures ToProto(const attendance::Figures& figures) {
  v1::AttendanceFigures proto;
  proto.set_scheduled_minutes(figures.scheduled_minutes);
  proto.set_worked_minutes(figures.worked_minutes);
  proto.set_late_count(figures.late_count);
  proto.set_late_minutes(figures.late_minutes);
  proto.set_early_count(figures.early_count);
  proto.set_early_minutes(figures.early_minutes);
  for (const attendance::LeaveFigure& leave : figures.leaves) {
    v1::AttendanceLeave* out = proto.add_leaves();
    out->set_kind(leave.kind);
    out->set_count(leave.count);
    out->set_minutes(leave.minutes);
    out->set_paid(leave.paid);
  }
  proto.set_absence_count(figures.absence_count);
  proto.set_absence_minutes(figures.absence_minutes);
  proto.set_overtime_minutes(figures.overtime_minutes);
  proto.set_rest_day_overtime_minutes(figures.rest_day_overtime_minutes);
  proto.set_holiday_overtime_minutes(figures.holiday_overtime_minutes);
  proto.set_unpaired_clock_count(figures.unpaired_clock_count);
  return proto;
}

v1::AttendanceDay ToProto(const attendance::DayFigures& day) {
  v1::AttendanceDay proto;
  *proto.mutable_date() = ToProto(day.day);
  proto.set_day_class(static_cast<v1::AttendanceDayClass>(day.day_class));
  *proto.mutable_figures() = ToProto(day.figures);
  return proto;
}

v1::AttendanceMonth ToProto(const attendance::Month& month) {
  v1::AttendanceMonth proto;
  *proto.mutable_month() = ToProto(absl::CivilDay(month.month));
  proto.set_agent_count(month.agents);
  proto.set_sha256(month.sha256);
  proto.set_policy_version(month.policy_version);
  proto.set_closed_by(month.actor);
  *proto.mutable_close_time() = ToProto(month.close_time);
  return proto;
}

v1::AttendancePolicy ToProto(const attendance::Policy& policy) {
  v1::AttendancePolicy proto;
  proto.set_version(policy.version);
  proto.set_late_grace_minutes(policy.late_grace_minutes);
  proto.set_early_grace_minutes(policy.early_grace_minutes);
  proto.set_overtime_unit_minutes(policy.overtime_unit_minutes);
  if (policy.version > 0) *proto.mutable_create_time() = ToProto(policy.create_time);
  return proto;
}

}  // namespace kefu::staffing::convert
