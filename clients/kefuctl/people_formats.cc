#include "clients/kefuctl/people_formats.h"

#include <vector>

#include "absl/strings/str_split.h"
#include "common/status/status_macros.h"

namespace kefu::kefuctl {
namespace {

namespace v1 = performance::v1;

// The service's own limits.
constexpr int64_t kMaxPoints = 1'000, kMaxDaysOff = 31, kMaxCount = 1'000;
constexpr int64_t kMaxMinutes = 31 * 24 * 60;  // no month is longer

constexpr std::pair<std::string_view, int> kSeverities[] = {
    {"minor", v1::CONDUCT_SEVERITY_MINOR},   {"moderate", v1::CONDUCT_SEVERITY_MODERATE},
    {"grave", v1::CONDUCT_SEVERITY_GRAVE},   {"轻微", v1::CONDUCT_SEVERITY_MINOR},
    {"一般", v1::CONDUCT_SEVERITY_MODERATE}, {"严重", v1::CONDUCT_SEVERITY_GRAVE}};
constexpr std::pair<std::string_view, int> kStates[] = {
    {"recorded", v1::CONDUCT_STATE_RECORDED}, {"appealed", v1::CONDUCT_STATE_APPEALED},
    {"upheld", v1::CONDUCT_STATE_UPHELD},     {"overturned", v1::CONDUCT_STATE_OVERTURNED},
    {"已记录", v1::CONDUCT_STATE_RECORDED},   {"申诉中", v1::CONDUCT_STATE_APPEALED},
    {"维持", v1::CONDUCT_STATE_UPHELD},       {"撤销", v1::CONDUCT_STATE_OVERTURNED}};
constexpr std::pair<std::string_view, int> kSanctions[] = {
    {"public_notice", v1::SANCTION_PUBLIC_NOTICE},
    {"warning", v1::SANCTION_WARNING},
    {"demerit", v1::SANCTION_DEMERIT},
    {"compensation", v1::SANCTION_COMPENSATION},
    {"dismissal", v1::SANCTION_DISMISSAL},
    {"通报", v1::SANCTION_PUBLIC_NOTICE},
    {"警告", v1::SANCTION_WARNING},
    {"记过", v1::SANCTION_DEMERIT},
    {"赔偿", v1::SANCTION_COMPENSATION},
    {"辞退", v1::SANCTION_DISMISSAL}};
constexpr std::pair<std::string_view, int> kSpans[] = {{"day", v1::ATTENDANCE_SPAN_DAY},
                                                       {"month", v1::ATTENDANCE_SPAN_MONTH},
                                                       {"日", v1::ATTENDANCE_SPAN_DAY},
                                                       {"月", v1::ATTENDANCE_SPAN_MONTH}};

enum ConductColumn {
  kConductId,
  kConductAgent,
  kConductTeam,
  kConductDay,
  kConductKind,
  kSeverity,
  kEvidence,
  kPoints,
  kMoney,
  kDaysOff,
  kDecidedBy,
  kState,
  kSanction,
  kNote,
};
constexpr FormatColumn kConductColumns[] = {
    {{"conduct_id", true}, true, Text::kColConductId},
    {{"agent_id"}, false, Text::kColConductAgent},
    {{"team_id"}, false, Text::kColConductTeam},
    {{"day", true}, true, Text::kColVisitsDay},
    {{"kind", true}, true, Text::kColConductKind},
    {{"severity"}, false, Text::kColSeverity},
    {{"evidence"}, false, Text::kColEvidence},
    {{"points"}, false, Text::kColPoints},
    {{"money"}, false, Text::kColConductMoney},
    {{"days_off"}, false, Text::kColDaysOff},
    {{"decided_by"}, false, Text::kColDecidedBy},
    {{"state"}, false, Text::kColConductState},
    {{"sanction"}, false, Text::kColSanction},
    {{"note"}, false, Text::kColInspectionNote},
};
constexpr std::pair<std::string_view, int> kConductFields[] = {
    {"", kConductId},           {"agent_id", kConductAgent},
    {"team_id", kConductTeam},  {"day", kConductDay},
    {"kind", kConductKind},     {"severity", kSeverity},
    {"evidence", kEvidence},    {"points", kPoints},
    {"money", kMoney},          {"days_off", kDaysOff},
    {"decided_by", kDecidedBy}, {"state", kState},
    {"sanction", kSanction},    {"note", kNote}};
constexpr std::string_view kConductExample =
    R"(conduct_id,agent_id,team_id,day,kind,severity,evidence,points,money,days_off,decided_by,state,sanction,note
k-1,a-01,,2026-03-01,attitude_complaint,minor,c-1001,,,,主管 周,recorded,,"顾客投诉语气生硬"
k-2,a-01,,2026-03-05,useful_suggestion,,,3,,,主管 周,,,"改进快捷短语"
k-3,,t-after,2026-03-09,ignored_aftersales,grave,case-77,,-100.00,,经理 林,appealed,public_notice,
)";

enum AttendanceColumn {
  kAttendant,
  kAttendanceDay,
  kSpan,
  kScheduled,
  kWorked,
  kLateCount,
  kLateMinutes,
  kEarlyCount,
  kEarlyMinutes,
  kLeaves,
  kAbsenceCount,
  kAbsenceMinutes,
  kOvertime,
  kRestOvertime,
  kHolidayOvertime,
};
constexpr FormatColumn kAttendanceColumns[] = {
    {{"agent_id", true}, true, Text::kColAttendant},
    {{"day", true}, true, Text::kColAttendanceDay},
    {{"span", true}, true, Text::kColSpan},
    {{"scheduled_minutes"}, false, Text::kColScheduled},
    {{"worked_minutes"}, false, Text::kColWorked},
    {{"late_count"}, false, Text::kColLateCount},
    {{"late_minutes"}, false, Text::kColLateMinutes},
    {{"early_count"}, false, Text::kColEarlyCount},
    {{"early_minutes"}, false, Text::kColEarlyMinutes},
    {{"leaves"}, false, Text::kColLeaves},
    {{"absence_count"}, false, Text::kColAbsenceCount},
    {{"absence_minutes"}, false, Text::kColAbsenceMinutes},
    {{"overtime_minutes"}, false, Text::kColOvertime},
    {{"rest_day_overtime_minutes"}, false, Text::kColRestOvertime},
    {{"holiday_overtime_minutes"}, false, Text::kColHolidayOvertime},
};
constexpr std::pair<std::string_view, int> kAttendanceFields[] = {
    {"", kAttendant},
    {"day", kAttendanceDay},
    {"span", kSpan},
    {"scheduled_minutes", kScheduled},
    {"worked_minutes", kWorked},
    {"late_count", kLateCount},
    {"late_minutes", kLateMinutes},
    {"early_count", kEarlyCount},
    {"early_minutes", kEarlyMinutes},
    {"leaves", kLeaves},
    {"absence_count", kAbsenceCount},
    {"absence_minutes", kAbsenceMinutes},
    {"overtime_minutes", kOvertime},
    {"rest_day_overtime_minutes", kRestOvertime},
    {"holiday_overtime_minutes", kHolidayOvertime}};
constexpr std::string_view kAttendanceExample =
    R"(agent_id,day,span,scheduled_minutes,worked_minutes,late_count,late_minutes,early_count,early_minutes,leaves,absence_count,absence_minutes,overtime_minutes,rest_day_overtime_minutes,holiday_overtime_minutes
a-01,2026-03-02,day,480,463,1,17,,,,,,,,
a-02,2026-03-01,month,10080,9120,,,,,sick:1:480:yes;personal:1:480:no,,,300,240,0
)";

class Conduct final : public RowSource<v1::ConductRow> {
 public:
  using RowSource::RowSource;

 private:
  std::optional<v1::ConductRow> Convert(Fields& fields) override {
    v1::ConductRow fact;
    v1::ConductEvent& event = *fact.mutable_conduct();
    event.set_conduct_id(fields.Id(kConductId));
    event.set_agent_id(fields.OptionalId(kConductAgent));
    event.set_team_id(fields.OptionalId(kConductTeam));
    if (!fields.Has(kConductAgent) && !fields.Has(kConductTeam))
      fields.Refuse(kConductAgent, Tr(Text::kAgentOrTeam));
    *event.mutable_day() = fields.Day(kConductDay);
    event.set_kind(fields.Id(kConductKind));
    event.set_severity(static_cast<v1::ConductSeverity>(
        fields.OptionalWord(kSeverity, kSeverities, "minor, moderate, grave")));
    event.set_evidence(fields.Text(kEvidence));
    event.set_points(
        static_cast<int32_t>(fields.OptionalInteger(kPoints, -kMaxPoints, kMaxPoints, 0)));
    if (const auto money = fields.OptionalSignedAmount(kMoney))
      *event.mutable_money() = fields.Money(*money);
    event.set_days_off(static_cast<int32_t>(fields.OptionalInteger(kDaysOff, 0, kMaxDaysOff, 0)));
    event.set_decided_by(fields.Text(kDecidedBy));
    event.set_state(static_cast<v1::ConductState>(
        fields.OptionalWord(kState, kStates, "recorded, appealed, upheld, overturned")));
    event.set_sanction(static_cast<v1::Sanction>(fields.OptionalWord(
        kSanction, kSanctions, "public_notice, warning, demerit, compensation, dismissal")));
    event.set_note(fields.Text(kNote));
    return fact;
  }
};

class Attendances final : public RowSource<v1::AttendanceRow> {
 public:
  using RowSource::RowSource;

 private:
  std::optional<v1::AttendanceRow> Convert(Fields& fields) override {
    v1::AttendanceRow fact;
    v1::Attendance& record = *fact.mutable_attendance();
    record.set_agent_id(fields.Id(kAttendant));
    *record.mutable_day() = fields.Day(kAttendanceDay);
    record.set_span(static_cast<v1::AttendanceSpan>(fields.Word(kSpan, kSpans, "day, month")));
    if (fields.ok() && record.span() == v1::ATTENDANCE_SPAN_MONTH && record.day().day() != 1)
      fields.Refuse(kAttendanceDay, Tr(Text::kFirstOfMonth));
    const auto minutes = [&](int column) {
      return static_cast<int32_t>(fields.OptionalInteger(column, 0, kMaxMinutes, 0));
    };
    const auto count = [&](int column) {
      return static_cast<int32_t>(fields.OptionalInteger(column, 0, kMaxCount, 0));
    };
    record.set_scheduled_minutes(minutes(kScheduled));
    record.set_worked_minutes(minutes(kWorked));
    record.set_late_count(count(kLateCount));
    record.set_late_minutes(minutes(kLateMinutes));
    record.set_early_count(count(kEarlyCount));
    record.set_early_minutes(minutes(kEarlyMinutes));
    AddLeaves(fields, record);
    record.set_absence_count(count(kAbsenceCount));
    record.set_absence_minutes(minutes(kAbsenceMinutes));
    record.set_overtime_minutes(minutes(kOvertime));
    record.set_rest_day_overtime_minutes(minutes(kRestOvertime));
    record.set_holiday_overtime_minutes(minutes(kHolidayOvertime));
    return fact;
  }

  // "sick:1:480:yes;personal:1:480:no": kind, how many, minutes, whether paid.
  static void AddLeaves(Fields& fields, v1::Attendance& record) {
    constexpr size_t kParts = 4;
    if (!fields.Has(kLeaves)) return;
    const std::vector<std::string> leaves = absl::StrSplit(fields.Text(kLeaves), ';');
    for (const std::string& each : leaves) {
      const std::vector<std::string> parts = absl::StrSplit(each, ':');
      const auto count = parts.size() == kParts ? ParseInteger(parts[1], 0, kMaxCount) : -1;
      const auto minutes = parts.size() == kParts ? ParseInteger(parts[2], 0, kMaxMinutes) : -1;
      const auto paid = parts.size() == kParts ? ParseBool(parts[3]) : false;
      if (parts.size() != kParts || parts[0].empty() || !count.ok() || !minutes.ok() || !paid.ok())
        return fields.Refuse(kLeaves, Tr(Text::kBadLeaves, each));
      v1::Leave& leave = *record.add_leaves();
      leave.set_kind(parts[0]);
      leave.set_count(static_cast<int32_t>(*count));
      leave.set_minutes(static_cast<int32_t>(*minutes));
      leave.set_paid(*paid);
    }
  }
};

}  // namespace

const Format& ConductFormat() {
  static const Format format{"conduct", kConductColumns, kConductExample};
  return format;
}

const Format& AttendanceFormat() {
  static const Format format{"attendance", kAttendanceColumns, kAttendanceExample};
  return format;
}

absl::StatusOr<std::unique_ptr<FactSource<v1::ConductRow>>> OpenConduct(const std::string& path,
                                                                        const ShopLocale& locale) {
  static const std::vector<ColumnSpec> specs = SpecsOf(kConductColumns);
  ASSIGN_OR_RETURN(auto table, CsvTable::Open(path, ',', specs));
  return std::make_unique<Conduct>(std::move(table), locale, kConductFields);
}

absl::StatusOr<std::unique_ptr<FactSource<v1::AttendanceRow>>> OpenAttendance(
    const std::string& path, const ShopLocale& locale) {
  static const std::vector<ColumnSpec> specs = SpecsOf(kAttendanceColumns);
  ASSIGN_OR_RETURN(auto table, CsvTable::Open(path, ',', specs));
  return std::make_unique<Attendances>(std::move(table), locale, kAttendanceFields);
}

}  // namespace kefu::kefuctl
