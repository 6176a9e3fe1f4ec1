// kefuctl attendance: clock events in, days and months out.
#include <fmt/format.h>

#include "clients/kefuctl/i18n.h"
#include "clients/kefuctl/subcommand.h"
#include "clients/kefuctl/text.h"
#include "clients/kefuctl/time/clock_file.h"
#include "clients/kefuctl/time/commands.h"
#include "clients/kefuctl/time/render.h"
#include "clients/kefuctl/values.h"
#include "common/time/civil.h"
#include "kefu/staffing/v1/staffing_service.pb.h"

namespace kefu::people_time {
namespace {

namespace st = staffing::v1;
using kefuctl::Colour;
using kefuctl::Command;
using kefuctl::DayText;
using kefuctl::EnumLabel;
using kefuctl::In;
using kefuctl::PrintedJson;
using kefuctl::Rpc;
using kefuctl::SetDay;
using kefuctl::SetDays;
using kefuctl::Table;

constexpr Rpc<st::ListOrganizationsRequest, st::ListOrganizationsResponse> kOrganizations{
    "/kefu.staffing.v1.StaffingService/ListOrganizations"};
constexpr Rpc<st::AddClockEventRequest, st::ClockEvent> kAdd{
    "/kefu.staffing.v1.AttendanceService/AddClockEvent"};
constexpr Rpc<st::GetAttendanceRequest, st::GetAttendanceResponse> kGet{
    "/kefu.staffing.v1.AttendanceService/GetAttendance"};
constexpr Rpc<st::CloseAttendanceMonthRequest, st::AttendanceMonth> kClose{
    "/kefu.staffing.v1.AttendanceService/CloseAttendanceMonth"};

struct Options {
  std::string file, agent, from, to, month, reason, request_id;
};

absl::Status Import(kefuctl::Context& context, const Options& options) {
  ASSIGN_OR_RETURN(kefuctl::Client* const client, context.gateway_client());
  ASSIGN_OR_RETURN(const auto own, client->Call(kOrganizations, {}));
  absl::TimeZone zone;
  if (own.organizations().empty() || !absl::LoadTimeZone(own.organizations(0).time_zone(), &zone)) {
    return absl::FailedPreconditionError(
        In("令牌的商家未登记", "the token's organization is not registered"));
  }
  const std::string reason =
      options.reason.empty() ? In("自文件导入", "imported from a file") : options.reason;
  ASSIGN_OR_RETURN(const auto rows, ReadClockFile(options.file, zone, reason));
  int64_t added = 0, known = 0, refused = 0;
  for (const ClockRow& row : rows) {
    const auto event = client->Call(kAdd, row.event);
    if (event.ok()) {
      ++added;
    } else if (absl::IsAlreadyExists(event.status())) {
      ++known;
    } else if (absl::IsUnavailable(event.status()) || absl::IsUnauthenticated(event.status())) {
      return event.status();
    } else {
      ++refused;
      context.Say(
          fmt::format("{}:{}: {}", options.file, row.line, std::string(event.status().message())));
    }
  }
  context.rows_refused = refused > 0;
  if (context.json()) {
    context.PrintJson({{"added", added}, {"known", known}, {"refused", refused}});
  } else {
    context.Print(fmt::format(
        fmt::runtime(In("新增 {}，已有 {}，拒绝 {}\n", "{} added, {} known already, {} refused\n")),
        added, known, refused));
  }
  return absl::OkStatus();
}

absl::Status Show(kefuctl::Context& context, const Options& options) {
  ASSIGN_OR_RETURN(kefuctl::Client* const client, context.gateway_client());
  st::GetAttendanceRequest request;
  request.set_agent_id(options.agent);
  RETURN_IF_ERROR(SetDays(options.from, options.to, request.mutable_dates()));
  ASSIGN_OR_RETURN(const auto attendance, client->Call(kGet, request));
  return kefuctl::PrintAnswer(context, attendance, &AttendanceTable);
}

absl::Status CloseMonth(kefuctl::Context& context, const Options& options) {
  ASSIGN_OR_RETURN(const absl::CivilDay first, kefuctl::MonthNamed(options.month));
  ASSIGN_OR_RETURN(kefuctl::Client* const client, context.gateway_client());
  st::CloseAttendanceMonthRequest request;
  RETURN_IF_ERROR(SetDay("--month", FormatDay(first), request.mutable_month()));
  request.set_request_id(options.request_id);
  ASSIGN_OR_RETURN(const auto month, client->Call(kClose, request));
  if (PrintedJson(context, month)) return absl::OkStatus();
  context.Print(fmt::format(
      fmt::runtime(In("{} 已关账：{} 人，SHA-256 {}\n", "{} is closed: {} agents, SHA-256 {}\n")),
      options.month, month.agent_count(), month.sha256()));
  return absl::OkStatus();
}

std::vector<kefuctl::Cell> FigureCells(std::string day, std::string kind,
                                       const st::AttendanceFigures& figures) {
  const auto bad = [](int32_t count, int32_t minutes) -> kefuctl::Cell {
    if (count == 0) return "";
    return {fmt::format("{}×{}", count, minutes), Colour::kRed};
  };
  int32_t leave = 0;
  for (const auto& kind_of_leave : figures.leaves()) leave += kind_of_leave.minutes();
  return {std::move(day),
          std::move(kind),
          fmt::format("{}", figures.scheduled_minutes()),
          fmt::format("{}", figures.worked_minutes()),
          bad(figures.late_count(), figures.late_minutes()),
          bad(figures.early_count(), figures.early_minutes()),
          bad(figures.absence_count(), figures.absence_minutes()),
          leave == 0 ? "" : fmt::format("{}", leave),
          fmt::format("{}/{}/{}",
                      figures.overtime_minutes() - figures.rest_day_overtime_minutes() -
                          figures.holiday_overtime_minutes(),
                      figures.rest_day_overtime_minutes(), figures.holiday_overtime_minutes()),
          bad(figures.unpaired_clock_count(), 1)};
}

}  // namespace

absl::StatusOr<std::vector<ClockRow>> ReadClockFile(const std::string& path, absl::TimeZone zone,
                                                    const std::string& reason) {
  ASSIGN_OR_RETURN(
      const auto table,
      kefuctl::ReadColumns(path, 0, {"agent|客服", "time|时间", "kind|类型", "?reason|原因"}));
  std::vector<ClockRow> rows;
  for (const kefuctl::ColumnsRow& record : table) {
    ClockRow& row = rows.emplace_back();
    row.line = record.line;
    const auto wrong = [&](std::string_view words) {
      return absl::InvalidArgumentError(fmt::format("{}:{}: {}", path, record.line, words));
    };
    row.event.set_agent_id(record[0]);
    const auto time = kefuctl::ParseTime(record[1], zone);
    if (!time.ok()) return wrong(std::string(time.status().message()));
    *row.event.mutable_event_time() = kefuctl::ToTimestamp(*time);
    if (record[2] == "in" || record[2] == "上班") {
      row.event.set_kind(st::CLOCK_KIND_IN);
    } else if (record[2] == "out" || record[2] == "下班") {
      row.event.set_kind(st::CLOCK_KIND_OUT);
    } else {
      return wrong(In("类型须为 in、out、上班或下班", "kind must be in or out"));
    }
    row.event.set_reason(record[3].empty() ? reason : record[3]);
  }
  return rows;
}

Table AttendanceTable(const st::GetAttendanceResponse& attendance) {
  Table table({{In("日期", "Day")},
               {In("类别", "Class")},
               {In("应到", "Scheduled"), true},
               {In("实到", "Worked"), true},
               {In("迟到", "Late"), true},
               {In("早退", "Early"), true},
               {In("缺勤", "Absent"), true},
               {In("请假", "Leave"), true},
               {In("加班 1.5/2/3", "Overtime 1.5/2/3"), true},
               {In("缺卡", "Unpaired"), true}});
  for (const st::AttendanceDay& day : attendance.days()) {
    table.Add(FigureCells(DayText(day.date()),
                          EnumLabel(st::AttendanceDayClass_descriptor(), day.day_class()),
                          day.figures()));
  }
  table.Add(FigureCells(In("合计", "Sum"), "", attendance.total()));
  return table;
}

void AddAttendanceCommands(CLI::App& program, kefuctl::Context& context) {
  CLI::App& attendance =
      *program.add_subcommand("attendance", In("考勤", "Attendance"))->require_subcommand(1);
  const auto [file, imported] = Command<Options>(
      attendance, context, "import",
      In("导入打卡记录；重复导入无妨", "Take in clock events; again as often as needed"), &Import);
  file->add_option("FILE", imported->file,
                   In("CSV：客服,时间,类型,原因", "CSV: agent,time,kind,reason"))
      ->required();
  file->add_option("--reason", imported->reason,
                   In("无原因的行的原因", "The reason of rows without one"));
  const auto [show, shown] =
      Command<Options>(attendance, context, "show", In("某人的考勤", "An agent's days"), &Show);
  show->add_option("--agent", shown->agent,
                   In("客服；缺省为令牌本人", "The agent; else the token's own"))
      ->type_name("ID");
  show->add_option("--from", shown->from, In("从", "From"))->type_name("DAY")->required();
  show->add_option("--to", shown->to, In("到；缺省同一天", "To; else the same day"))
      ->type_name("DAY");
  const auto [close, closed] = Command<Options>(
      attendance, context, "close", In("月度关账", "Close a month for good"), &CloseMonth);
  close->add_option("--month", closed->month, In("月份", "The month"))
      ->type_name("YYYY-MM")
      ->required();
  close->add_option("--request-id", closed->request_id,
                    In("重试时用同一编号", "Repeat with the same to retry"));
}

}  // namespace kefu::people_time
