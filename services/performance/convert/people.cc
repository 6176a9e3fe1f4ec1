#include "services/performance/convert/people.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "common/convert/fields.h"
#include "common/status/error.h"

namespace kefu::performance::convert {
namespace {

constexpr size_t kMaxEvidence = 200;
constexpr size_t kMaxNote = 2000;
constexpr int kMaxPoints = 1000;
constexpr int kMaxDaysOff = 31;
constexpr int64_t kMaxMoneyMinor = 1'000'000'000'000;  // see convert/facts.cc
constexpr int kMaxMinutes = 31 * 24 * 60;              // no month is longer
constexpr int kMaxCount = 1000;
constexpr int kMaxLeaves = 40;
// The days of facts; see convert/facts.cc.
constexpr int kFirstYear = 1990;
constexpr int kLastYear = 2099;

class Checker {
 public:
  explicit Checker(Problems& problems) : problems_(problems) {}

  bool Check(bool ok, std::string field, std::string reason, std::string description) {
    if (!ok) problems_.push_back({std::move(field), std::move(reason), std::move(description)});
    return ok;
  }
  void OptionalId(std::string field, std::string_view id) {
    Check(id.empty() || IsSourceId(id), std::move(field), "BAD_ID",
          "must be 1 to 64 printable ASCII characters");
  }
  void Id(std::string field, std::string_view id) {
    if (Check(!id.empty(), field, "MISSING_FIELD", "is required")) OptionalId(field, id);
  }
  void Word(std::string field, std::string_view word) {
    if (Check(!word.empty(), field, "MISSING_FIELD", "is required"))
      Check(IsWord(word), field, "BAD_ID", "must be 1 to 64 of a-z, 0-9 and _");
  }
  void Text(std::string field, std::string_view text, size_t most) {
    Check(text.size() <= most * 4, std::move(field), "TOO_LONG",
          fmt::format("must be at most {} characters", most));
  }
  int64_t Number(std::string field, int64_t value, int64_t least, int64_t most) {
    Check(value >= least && value <= most, std::move(field), "OUT_OF_RANGE",
          fmt::format("must be {} to {}", least, most));
    return value;
  }
  absl::CivilDay Day(std::string field, bool present, const kefu::common::v1::Date& date) {
    if (!Check(present, field, "MISSING_FIELD", "is required")) return {};
    const absl::CivilDay day(date.year(), date.month(), date.day());
    const bool real = date.year() >= kFirstYear && date.year() <= kLastYear &&
                      day.month() == date.month() && day.day() == date.day();
    Check(real, std::move(field), "BAD_TIME", "must be a day between 1990 and 2099");
    return day;
  }
  // A value that is not known is told and taken as the zero.
  template <class E>
  E Enum(std::string field, E value, bool known) {
    Check(known, std::move(field), "BAD_ENUM", "is not a known value");
    return known ? value : E{};
  }

 private:
  Problems& problems_;
};

// The domain's enumerations follow the contract's: unset stands for the first value.
template <class Domain>
Domain FromOneBased(int value) {
  return static_cast<Domain>(value == 0 ? 0 : value - 1);
}

template <class Proto, class Fact, class Convert>
absl::StatusOr<std::vector<Fact>> FromBodies(std::span<const std::string> bodies, Convert convert) {
  std::vector<Fact> facts;
  facts.reserve(bodies.size());
  Proto proto;
  for (const std::string& body : bodies) {
    if (!proto.ParseFromString(body)) return Internal("a stored fact cannot be read");
    Problems ignored;
    facts.push_back(convert(proto, ignored));
  }
  return facts;
}

}  // namespace

bool IsWord(std::string_view word) {
  return !word.empty() && word.size() <= 64 && std::ranges::all_of(word, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

domain::ConductEvent ToDomain(const v1::ConductEvent& proto, std::string_view currency,
                              Problems& problems) {
  Checker check(problems);
  domain::ConductEvent event;
  check.Id("conduct_id", proto.conduct_id());
  check.OptionalId("agent_id", proto.agent_id());
  check.OptionalId("team_id", proto.team_id());
  check.Check(!proto.agent_id().empty() || !proto.team_id().empty(), "agent_id", "MISSING_FIELD",
              "an agent or a team must be named");
  check.Word("kind", proto.kind());
  check.Text("evidence", proto.evidence(), kMaxEvidence);
  check.Text("decided_by", proto.decided_by(), kMaxEvidence);
  check.Text("note", proto.note(), kMaxNote);
  event.id = proto.conduct_id();
  event.agent_id = proto.agent_id();
  event.team_id = proto.team_id();
  event.day = check.Day("day", proto.has_day(), proto.day());
  event.kind = proto.kind();
  event.evidence = proto.evidence();
  event.decided_by = proto.decided_by();
  event.severity = FromOneBased<domain::Severity>(
      check.Enum("severity", proto.severity(), v1::ConductSeverity_IsValid(proto.severity())));
  event.state = FromOneBased<domain::ConductState>(
      check.Enum("state", proto.state(), v1::ConductState_IsValid(proto.state())));
  event.sanction = static_cast<domain::Sanction>(
      check.Enum("sanction", proto.sanction(), v1::Sanction_IsValid(proto.sanction())));
  event.points = static_cast<int>(check.Number("points", proto.points(), -kMaxPoints, kMaxPoints));
  event.days_off = static_cast<int>(check.Number("days_off", proto.days_off(), 0, kMaxDaysOff));
  if (proto.has_money()) {
    check.Check(proto.money().currency_code() == currency, "money.currency_code",
                "CURRENCY_MISMATCH", fmt::format("must be the shop's currency {}", currency));
    event.money_minor = check.Number("money.minor_units", proto.money().minor_units(),
                                     -kMaxMoneyMinor, kMaxMoneyMinor);
  }
  return event;
}

domain::Attendance ToDomain(const v1::Attendance& proto, Problems& problems) {
  Checker check(problems);
  const auto minutes = [&](std::string field, int64_t value) {
    return check.Number(std::move(field), value, 0, kMaxMinutes);
  };
  const auto count = [&](std::string field, int64_t value) {
    return check.Number(std::move(field), value, 0, kMaxCount);
  };
  domain::Attendance record;
  check.Id("agent_id", proto.agent_id());
  record.agent_id = proto.agent_id();
  record.day = check.Day("day", proto.has_day(), proto.day());
  check.Check(proto.span() == v1::ATTENDANCE_SPAN_DAY || proto.span() == v1::ATTENDANCE_SPAN_MONTH,
              "span", "BAD_ENUM", "must be ATTENDANCE_SPAN_DAY or ATTENDANCE_SPAN_MONTH");
  record.whole_month = proto.span() == v1::ATTENDANCE_SPAN_MONTH;
  check.Check(!record.whole_month || record.day.day() == 1, "day", "OUT_OF_RANGE",
              "must be the first day of the month");
  record.scheduled_minutes = minutes("scheduled_minutes", proto.scheduled_minutes());
  record.worked_minutes = minutes("worked_minutes", proto.worked_minutes());
  record.late_count = count("late_count", proto.late_count());
  record.late_minutes = minutes("late_minutes", proto.late_minutes());
  record.early_count = count("early_count", proto.early_count());
  record.early_minutes = minutes("early_minutes", proto.early_minutes());
  record.absence_count = count("absence_count", proto.absence_count());
  record.absence_minutes = minutes("absence_minutes", proto.absence_minutes());
  const int64_t overtime = minutes("overtime_minutes", proto.overtime_minutes());
  const int64_t rest = minutes("rest_day_overtime_minutes", proto.rest_day_overtime_minutes());
  const int64_t holiday = minutes("holiday_overtime_minutes", proto.holiday_overtime_minutes());
  check.Check(rest + holiday <= overtime, "overtime_minutes", "OUT_OF_RANGE",
              "must hold those on rest days and holidays");
  record.overtime = {overtime - rest - holiday, rest, holiday};
  if (!check.Check(proto.leaves_size() <= kMaxLeaves, "leaves", "TOO_LONG",
                   fmt::format("must hold at most {} entries", kMaxLeaves)))
    return record;
  for (int i = 0; i < proto.leaves_size(); ++i) {
    const v1::Leave& leave = proto.leaves(i);
    const auto path = [i](std::string_view field) {
      return fmt::format("leaves[{}].{}", i, field);
    };
    check.Word(path("kind"), leave.kind());
    record.leaves.push_back({leave.kind(), static_cast<int>(count(path("count"), leave.count())),
                             static_cast<int>(minutes(path("minutes"), leave.minutes())),
                             leave.paid()});
  }
  return record;
}

absl::StatusOr<std::vector<domain::ConductEvent>> ConductFromBodies(
    std::span<const std::string> bodies) {
  return FromBodies<v1::ConductEvent, domain::ConductEvent>(
      bodies, [](const v1::ConductEvent& proto, Problems& ignored) {
        return ToDomain(proto, proto.money().currency_code(), ignored);
      });
}

absl::StatusOr<std::vector<domain::Attendance>> AttendanceFromBodies(
    std::span<const std::string> bodies) {
  return FromBodies<v1::Attendance, domain::Attendance>(
      bodies,
      [](const v1::Attendance& proto, Problems& ignored) { return ToDomain(proto, ignored); });
}

void CheckAgent(std::string_view agent_id, std::string_view field, bool required,
                FieldViolations& violations) {
  violations.Check((!required && agent_id.empty()) || IsSourceId(agent_id), field,
                   "must be 1 to 64 printable ASCII characters");
}

v1::Employment ToProto(std::string_view agent_id, const domain::Employment& employment) {
  v1::Employment proto;
  proto.set_agent_id(std::string(agent_id));
  for (const domain::EmploymentSpan& span : employment.spans) {
    v1::EmploymentSpan* out = proto.add_spans();
    *out->mutable_hire_date() = kefu::convert::ToProto(span.hire_day);
    if (span.leave_day) *out->mutable_leave_date() = kefu::convert::ToProto(*span.leave_day);
  }
  for (const domain::TierSpan& tier : employment.tiers) {
    v1::TierSpan* out = proto.add_tiers();
    *out->mutable_start_date() = kefu::convert::ToProto(tier.start_day);
    out->set_tier_id(tier.tier_id);
    out->set_grade_id(tier.grade_id);
  }
  return proto;
}

v1::Attendance MonthOf(const kefu::staffing::v1::AttendanceSummary& summary) {
  const auto& figures = summary.figures();
  v1::Attendance month;
  month.set_agent_id(summary.agent_id());
  *month.mutable_day() = summary.month();
  month.set_span(v1::ATTENDANCE_SPAN_MONTH);
  month.set_scheduled_minutes(figures.scheduled_minutes());
  month.set_worked_minutes(figures.worked_minutes());
  month.set_late_count(figures.late_count());
  month.set_late_minutes(figures.late_minutes());
  month.set_early_count(figures.early_count());
  month.set_early_minutes(figures.early_minutes());
  for (const auto& leave : figures.leaves()) {
    v1::Leave* const out = month.add_leaves();
    out->set_kind(leave.kind());
    out->set_count(leave.count());
    out->set_minutes(leave.minutes());
    out->set_paid(leave.paid());
  }
  month.set_absence_count(figures.absence_count());
  month.set_absence_minutes(figures.absence_minutes());
  month.set_overtime_minutes(figures.overtime_minutes());
  month.set_rest_day_overtime_minutes(figures.rest_day_overtime_minutes());
  month.set_holiday_overtime_minutes(figures.holiday_overtime_minutes());
  return month;
}

namespace {

v1::ConductState StateOf(kefu::staffing::v1::ConductState state) {
  switch (state) {
    case kefu::staffing::v1::CONDUCT_STATE_APPEALED:
      return v1::CONDUCT_STATE_APPEALED;
    case kefu::staffing::v1::CONDUCT_STATE_UPHELD:
      return v1::CONDUCT_STATE_UPHELD;
    case kefu::staffing::v1::CONDUCT_STATE_RECORDED:
    case kefu::staffing::v1::CONDUCT_STATE_DECIDED:
      return v1::CONDUCT_STATE_RECORDED;  // decided_by tells the two apart
    default:
      return v1::CONDUCT_STATE_OVERTURNED;
  }
}

}  // namespace

v1::ConductEvent ConductOf(const kefu::staffing::v1::Conduct& conduct) {
  v1::ConductEvent event;
  event.set_conduct_id(fmt::format("{}{}", kOfStaffing, conduct.conduct_id()));
  event.set_agent_id(conduct.agent_id());
  event.set_team_id(conduct.team_id());
  *event.mutable_day() = conduct.day();
  event.set_kind(conduct.kind_id());
  event.set_severity(static_cast<v1::ConductSeverity>(conduct.severity()));
  event.set_evidence(conduct.evidence());
  event.set_points(conduct.terms().points());
  if (conduct.terms().has_money()) *event.mutable_money() = conduct.terms().money();
  event.set_days_off(conduct.terms().days_off());
  event.set_sanction(static_cast<v1::Sanction>(conduct.terms().sanction()));
  event.set_decided_by(conduct.decided_by());
  event.set_state(StateOf(conduct.state()));
  event.set_note(conduct.note());
  return event;
}

}  // namespace kefu::performance::convert
