// kefuctl checklist: what is to be done, by whom, until when, and who is on duty.
#include <fmt/format.h>

#include "absl/time/clock.h"
#include "clients/kefuctl/figures.h"
#include "clients/kefuctl/i18n.h"
#include "clients/kefuctl/subcommand.h"
#include "clients/kefuctl/text.h"
#include "clients/kefuctl/workplace/commands.h"
#include "clients/kefuctl/workplace/render.h"

namespace kefu::workplace {
namespace {

namespace st = staffing::v1;
using kefuctl::AddRequestId;
using kefuctl::AllPages;
using kefuctl::Cell;
using kefuctl::Colour;
using kefuctl::Command;
using kefuctl::DayText;
using kefuctl::EnumLabel;
using kefuctl::In;
using kefuctl::Named;
using kefuctl::Printable;
using kefuctl::PrintedJson;
using kefuctl::Rpc;
using kefuctl::SetDays;
using kefuctl::Table;

#define KEFU_CHECKLIST_RPC(name, Method, Request, Response) \
  constexpr Rpc<st::Request, st::Response> name { "/kefu.staffing.v1.ChecklistService/" #Method }
KEFU_CHECKLIST_RPC(kList, ListChecklists, ListChecklistsRequest, ListChecklistsResponse);
KEFU_CHECKLIST_RPC(kGet, GetChecklist, GetChecklistRequest, Checklist);
KEFU_CHECKLIST_RPC(kStart, StartChecklist, StartChecklistRequest, Checklist);
KEFU_CHECKLIST_RPC(kComplete, CompleteChecklistItem, CompleteChecklistItemRequest, Checklist);
KEFU_CHECKLIST_RPC(kAssign, AssignChecklist, AssignChecklistRequest, Checklist);
KEFU_CHECKLIST_RPC(kCancel, CancelChecklist, CancelChecklistRequest, Checklist);
KEFU_CHECKLIST_RPC(kTemplates, ListChecklistTemplates, ListChecklistTemplatesRequest,
                   ListChecklistTemplatesResponse);
KEFU_CHECKLIST_RPC(kSchedule, SetChecklistSchedule, SetChecklistScheduleRequest, ChecklistSchedule);
KEFU_CHECKLIST_RPC(kSchedules, ListChecklistSchedules, ListChecklistSchedulesRequest,
                   ListChecklistSchedulesResponse);
KEFU_CHECKLIST_RPC(kRota, GetDutyRota, GetDutyRotaRequest, GetDutyRotaResponse);
#undef KEFU_CHECKLIST_RPC

struct Options {
  std::string shop, team, agent, owner, of, state = "open", from, to;
  std::string id, item, evidence, note, reason, request_id;
  std::vector<int32_t> weekdays;
  bool pause = false;
};

absl::CivilDay Today() { return absl::ToCivilDay(absl::Now(), absl::LocalTimeZone()); }

absl::Status PrintOne(kefuctl::Context& context, const st::Checklist& list) {
  if (PrintedJson(context, list)) return absl::OkStatus();
  st::ListChecklistsResponse one;
  *one.add_checklists() = list;
  context.Print(ChecklistTable(one, Today()));
  context.Print(ItemTable(list, Today()));
  for (const st::SupplyIssue& issue : list.supplies_out()) {
    context.Say(fmt::format(fmt::runtime(In("未归还：{} × {}（{}）", "Still out: {} × {} ({})")),
                            Printable(issue.display_name()), issue.out(),
                            Printable(issue.issue_id())));
  }
  return absl::OkStatus();
}

absl::Status ListLists(kefuctl::Context& context, const Options& options) {
  ASSIGN_OR_RETURN(kefuctl::Client* const client, context.gateway_client());
  st::ListChecklistsRequest request;
  request.set_shop_id(options.shop);
  request.set_owner_agent_id(options.owner);
  request.set_agent_id(options.agent);
  request.set_template_id(options.of);
  if (options.state != "all") {
    ASSIGN_OR_RETURN(const auto state,
                     (Named<st::ChecklistState>("--state", "CHECKLIST_STATE_", options.state,
                                                &st::ChecklistState_Parse)));
    request.set_state(state);
  }
  if (!options.from.empty()) {
    RETURN_IF_ERROR(SetDays(options.from, options.to, request.mutable_period()));
  }
  ASSIGN_OR_RETURN(const auto all, AllPages(*client, kList, request,
                                            &st::ListChecklistsResponse::mutable_checklists));
  return kefuctl::PrintAnswer(context, all,
                              [](const auto& all) { return ChecklistTable(all, Today()); });
}

absl::Status Show(kefuctl::Context& context, const Options& options) {
  ASSIGN_OR_RETURN(kefuctl::Client* const client, context.gateway_client());
  st::GetChecklistRequest request;
  request.set_checklist_id(options.id);
  ASSIGN_OR_RETURN(const auto list, client->Call(kGet, request));
  return PrintOne(context, list);
}

absl::Status Start(kefuctl::Context& context, const Options& options) {
  ASSIGN_OR_RETURN(kefuctl::Client* const client, context.gateway_client());
  st::StartChecklistRequest request;
  request.set_template_id(options.of);
  request.set_shop_id(options.shop);
  request.set_agent_id(options.agent);
  request.set_owner_agent_id(options.owner);
  request.set_request_id(options.request_id);
  ASSIGN_OR_RETURN(const auto list, client->Call(kStart, request));
  return PrintOne(context, list);
}

absl::Status Done(kefuctl::Context& context, const Options& options) {
  ASSIGN_OR_RETURN(kefuctl::Client* const client, context.gateway_client());
  st::CompleteChecklistItemRequest request;
  request.set_checklist_id(options.id);
  request.set_item_id(options.item);
  request.set_evidence(options.evidence);
  request.set_note(options.note);
  request.set_request_id(options.request_id);
  ASSIGN_OR_RETURN(const auto list, client->Call(kComplete, request));
  return PrintOne(context, list);
}

absl::Status Assign(kefuctl::Context& context, const Options& options) {
  ASSIGN_OR_RETURN(kefuctl::Client* const client, context.gateway_client());
  st::AssignChecklistRequest request;
  request.set_checklist_id(options.id);
  request.set_owner_agent_id(options.owner);
  request.set_request_id(options.request_id);
  ASSIGN_OR_RETURN(const auto list, client->Call(kAssign, request));
  return PrintOne(context, list);
}

absl::Status Cancel(kefuctl::Context& context, const Options& options) {
  ASSIGN_OR_RETURN(kefuctl::Client* const client, context.gateway_client());
  st::CancelChecklistRequest request;
  request.set_checklist_id(options.id);
  request.set_reason(options.reason);
  request.set_request_id(options.request_id);
  ASSIGN_OR_RETURN(const auto list, client->Call(kCancel, request));
  return PrintOne(context, list);
}

absl::Status Templates(kefuctl::Context& context, const Options&) {
  ASSIGN_OR_RETURN(kefuctl::Client* const client, context.gateway_client());
  ASSIGN_OR_RETURN(const auto all, client->Call(kTemplates, st::ListChecklistTemplatesRequest()));
  return kefuctl::PrintAnswer(context, all, &TemplateTable);
}

absl::Status Schedule(kefuctl::Context& context, const Options& options) {
  ASSIGN_OR_RETURN(kefuctl::Client* const client, context.gateway_client());
  st::SetChecklistScheduleRequest request;
  st::ChecklistSchedule& schedule = *request.mutable_schedule();
  schedule.set_template_id(options.of);
  schedule.set_shop_id(options.shop);
  schedule.set_team_id(options.team);
  schedule.set_owner_agent_id(options.owner);
  for (const int32_t weekday : options.weekdays) schedule.add_weekdays(weekday);
  schedule.set_paused(options.pause);
  request.set_request_id(options.request_id);
  ASSIGN_OR_RETURN(const auto set, client->Call(kSchedule, request));
  return kefuctl::PrintOne(context, set, &st::ListChecklistSchedulesResponse::add_schedules,
                           &ScheduleTable);
}

absl::Status Schedules(kefuctl::Context& context, const Options& options) {
  ASSIGN_OR_RETURN(kefuctl::Client* const client, context.gateway_client());
  st::ListChecklistSchedulesRequest request;
  request.set_shop_id(options.shop);
  ASSIGN_OR_RETURN(const auto all, client->Call(kSchedules, request));
  return kefuctl::PrintAnswer(context, all, &ScheduleTable);
}

absl::Status Rota(kefuctl::Context& context, const Options& options) {
  ASSIGN_OR_RETURN(kefuctl::Client* const client, context.gateway_client());
  st::GetDutyRotaRequest request;
  request.set_template_id(options.of);
  request.set_shop_id(options.shop);
  request.set_team_id(options.team);
  const std::string from = options.from.empty() ? absl::FormatCivilTime(Today()) : options.from;
  const std::string to =
      options.to.empty() ? absl::FormatCivilTime(Today() + 13) : options.to;  // two weeks
  RETURN_IF_ERROR(SetDays(from, to, request.mutable_period()));
  ASSIGN_OR_RETURN(const auto rota, client->Call(kRota, request));
  return kefuctl::PrintAnswer(context, rota, &RotaTable);
}

// A due day, red when it is over and something is left to do.
Cell DueCell(const common::v1::Date& due, bool left, absl::CivilDay today) {
  const bool late = left && absl::CivilDay(due.year(), due.month(), due.day()) < today;
  return {DayText(due), late ? Colour::kRed : Colour::kNone};
}

std::string WeekdayText(const st::ChecklistSchedule& schedule) {
  static constexpr std::string_view kZh[] = {"一", "二", "三", "四", "五", "六", "日"};
  static constexpr std::string_view kEn[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
  if (schedule.weekdays().empty()) return In("每天", "every day");
  std::string text = In("周", "");
  for (const int weekday : schedule.weekdays()) {
    if (weekday < 1 || weekday > 7) continue;
    if (!kefuctl::Chinese() && !text.empty()) text += ' ';
    text += kefuctl::Chinese() ? kZh[weekday - 1] : kEn[weekday - 1];
  }
  return text;
}

using Run = absl::Status (*)(kefuctl::Context&, const Options&);

// A step with one list.
std::pair<CLI::App*, std::shared_ptr<Options>> AddStep(CLI::App& parent, kefuctl::Context& context,
                                                       const char* name, std::string help,
                                                       Run run) {
  auto step = Command<Options>(parent, context, name, std::move(help), run);
  step.first->add_option("ID", step.second->id, In("编号", "Its id"))->required();
  AddRequestId(*step.first, *step.second);
  return step;
}

void AddWhere(CLI::App& command, Options& o) {
  command.add_option("--shop", o.shop, In("店铺", "The shop"))->type_name("ID");
  command.add_option("--team", o.team, In("由班组成员轮流", "The team whose members take turns"))
      ->type_name("ID");
}

void AddLists(CLI::App& lists, kefuctl::Context& context) {
  const auto [list, o] =
      Command<Options>(lists, context, "list", In("清单", "What is to be done"), &ListLists);
  list->add_option("--shop", o->shop, In("店铺", "Of this shop"))->type_name("ID");
  list->add_option("--owner", o->owner, In("负责人", "Of this owner"))->type_name("ID");
  list->add_option("--agent", o->agent, In("关于此客服", "About this agent"))->type_name("ID");
  list->add_option("--template", o->of, In("模板", "Of this template"));
  list->add_option(
      "--state", o->state,
      In("open（缺省）、done、cancelled 或 all", "open (default), done, cancelled or all"));
  list->add_option("--from", o->from, In("从", "Begun from"))->type_name("DAY");
  list->add_option("--to", o->to, In("到", "To"))->type_name("DAY");
  const auto [show, one] =
      Command<Options>(lists, context, "show", In("一张清单及其各项", "One with its items"), &Show);
  show->add_option("ID", one->id, In("编号", "Its id"))->required();
  const auto [start, begun] =
      Command<Options>(lists, context, "start", In("开始一张", "Start one"), &Start);
  start->add_option("--template", begun->of, In("模板，见 templates", "Of which: see templates"))
      ->required();
  start->add_option("--owner", begun->owner, In("负责人", "Who sees to it"))->required();
  start->add_option("--shop", begun->shop, In("店铺", "The shop"))->type_name("ID");
  start->add_option("--agent", begun->agent, In("关于谁", "Whom it is about"))->type_name("ID");
  AddRequestId(*start, *begun);
}

void AddSteps(CLI::App& lists, kefuctl::Context& context) {
  const auto [done, o] = AddStep(lists, context, "done", In("完成一项", "Do an item"), &Done);
  done->add_option("ITEM", o->item, In("项目", "The item"))->required();
  done->add_option("--evidence", o->evidence, In("证据", "Reference to the evidence"));
  done->add_option("--note", o->note, In("说明", "In words"));
  const auto [assign, to] =
      AddStep(lists, context, "assign", In("换负责人", "Give it to another"), &Assign);
  assign->add_option("--owner", to->owner, In("负责人", "Who sees to it"))->required();
  const auto [cancel, why] = AddStep(lists, context, "cancel", In("取消", "Cancel"), &Cancel);
  cancel->add_option("--reason", why->reason, In("理由", "Why"))->required();
}

void AddSchedules(CLI::App& lists, kefuctl::Context& context) {
  Command<Options>(lists, context, "templates", In("模板", "What lists are made of"), &Templates);
  const auto [schedules, of] = Command<Options>(lists, context, "schedules",
                                                In("定期清单", "What is made by day"), &Schedules);
  schedules->add_option("--shop", of->shop, In("店铺", "Of this shop"))->type_name("ID");
  const auto [schedule, o] = Command<Options>(
      lists, context, "schedule", In("每天或每周几生成清单", "Have lists made by day"), &Schedule);
  schedule->add_option("--template", o->of, In("模板", "The template"))->required();
  AddWhere(*schedule, *o);
  schedule->add_option("--owner", o->owner, In("固定负责人", "Who owns them all"))->type_name("ID");
  schedule->add_option(
      "--weekday", o->weekdays,
      In("周几，1 为周一，可重复；缺省每天", "1 is Monday; repeatable; else daily"));
  schedule->add_flag("--pause", o->pause, In("停止生成", "Make no more"));
  AddRequestId(*schedule, *o);
  const auto [rota, days] =
      Command<Options>(lists, context, "rota", In("值日表", "Who is on duty"), &Rota);
  rota->add_option("--template", days->of, In("模板，如 desk_duty", "As desk_duty"))->required();
  AddWhere(*rota, *days);
  rota->add_option("--from", days->from, In("从；缺省今天", "From; else today"))->type_name("DAY");
  rota->add_option("--to", days->to, In("到；缺省两周", "To; else two weeks"))->type_name("DAY");
}

}  // namespace

Table ChecklistTable(const st::ListChecklistsResponse& lists, absl::CivilDay today) {
  Table table({{In("编号", "Checklist")},
               {In("清单", "Name")},
               {In("店铺", "Shop")},
               {In("关于", "About")},
               {In("负责人", "Owner")},
               {In("开始", "From")},
               {In("截止", "Due")},
               {In("完成", "Done"), true},
               {In("状态", "State")}});
  for (const st::Checklist& list : lists.checklists()) {
    const auto done = std::ranges::count_if(
        list.items(), [](const st::ChecklistItem& item) { return item.has_done_time(); });
    table.Add({Printable(list.checklist_id()), Printable(list.display_name()),
               Printable(list.shop_id()), Printable(list.agent_id()),
               Printable(list.owner_agent_id()), DayText(list.day()),
               DueCell(list.due_date(), list.state() == st::CHECKLIST_STATE_OPEN, today),
               fmt::format("{}/{}", done, list.items_size()),
               EnumLabel(st::ChecklistState_descriptor(), list.state())});
  }
  return table;
}

Table ItemTable(const st::Checklist& list, absl::CivilDay today) {
  Table table({{In("项目", "Item")},
               {In("内容", "What"), false, 60},
               {In("截止", "Due")},
               {In("完成人", "Done by")},
               {In("证据", "Evidence")},
               {In("说明", "Note"), false, 40}});
  const bool open = list.state() == st::CHECKLIST_STATE_OPEN;
  for (const st::ChecklistItem& item : list.items()) {
    const bool wanted = item.needs_evidence() && !item.has_done_time();
    table.Add({Printable(item.item_id()),
               Printable(item.text()),
               DueCell(item.due_date(), open && !item.has_done_time(), today),
               Printable(item.done_by()),
               {wanted ? In("须提供", "needed") : Printable(item.evidence()),
                wanted ? Colour::kDim : Colour::kNone},
               Printable(item.note())});
  }
  return table;
}

Table TemplateTable(const st::ListChecklistTemplatesResponse& templates) {
  Table table({{In("模板", "Template")},
               {In("名称", "Name")},
               {In("项目", "Items"), true},
               {In("期限（天）", "Days"), true},
               {In("自动开始", "Starts at")},
               {In("来源", "From")},
               {In("停用", "Archived")}});
  for (const st::ChecklistTemplate& each : templates.templates()) {
    table.Add({Printable(each.template_id()), Printable(each.display_name()),
               fmt::format("{}", each.items_size()), fmt::format("{}", each.due_days()),
               each.start() == st::CHECKLIST_START_UNSPECIFIED
                   ? ""
                   : EnumLabel(st::ChecklistStart_descriptor(), each.start()),
               each.shipped() ? In("自带", "shipped") : In("自定", "own"),
               each.archived() ? In("是", "yes") : ""});
  }
  return table;
}

Table ScheduleTable(const st::ListChecklistSchedulesResponse& schedules) {
  Table table({{In("模板", "Template")},
               {In("店铺", "Shop")},
               {In("班组轮流", "Team in turn")},
               {In("负责人", "Owner")},
               {In("日子", "Days")},
               {In("上次", "Last")},
               {In("停止", "Paused")}});
  for (const st::ChecklistSchedule& each : schedules.schedules()) {
    table.Add({Printable(each.template_id()), Printable(each.shop_id()), Printable(each.team_id()),
               Printable(each.owner_agent_id()), WeekdayText(each), Printable(each.last_agent_id()),
               each.paused() ? In("是", "yes") : ""});
  }
  return table;
}

Table RotaTable(const st::GetDutyRotaResponse& rota) {
  Table table({{In("日期", "Day")}, {In("值日", "On duty")}, {In("清单", "Checklist")}});
  for (const st::DutyDay& day : rota.days()) {
    const bool nobody = day.agent_id().empty();
    table.Add({DayText(day.day()),
               {nobody ? In("无人", "nobody") : Printable(day.agent_id()),
                nobody ? Colour::kYellow : Colour::kNone},
               Printable(day.checklist_id())});
  }
  return table;
}

void AddChecklistCommands(CLI::App& program, kefuctl::Context& context) {
  CLI::App& lists = *program
                         .add_subcommand("checklist", In("清单：入职、离职、每日工作、值日",
                                                         "Checklists: onboarding, leaving, the "
                                                         "day's work, desk duty"))
                         ->require_subcommand(1);
  AddLists(lists, context);
  AddSteps(lists, context);
  AddSchedules(lists, context);
}

}  // namespace kefu::workplace
