// kefuctl rules: the working rules, what follows when one is broken, and who has acknowledged them.
#include <fmt/format.h>
#include <google/protobuf/util/json_util.h>

#include <fstream>
#include <iterator>

#include "clients/kefuctl/i18n.h"
#include "clients/kefuctl/subcommand.h"
#include "clients/kefuctl/text.h"
#include "clients/kefuctl/values.h"
#include "clients/kefuctl/workplace/commands.h"
#include "clients/kefuctl/workplace/render.h"
#include "kefu/staffing/v1/announcements.pb.h"

namespace kefu::workplace {
namespace {

namespace st = staffing::v1;
using kefuctl::AddRequestId;
using kefuctl::AllPages;
using kefuctl::Command;
using kefuctl::DayText;
using kefuctl::EnumLabel;
using kefuctl::In;
using kefuctl::Printable;
using kefuctl::PrintedJson;
using kefuctl::Rpc;
using kefuctl::SetDay;
using kefuctl::Table;

constexpr Rpc<st::GetWorkingRulesRequest, st::WorkingRules> kGet{
    "/kefu.staffing.v1.WorkingRuleService/GetWorkingRules"};
constexpr Rpc<st::PublishWorkingRulesRequest, st::WorkingRules> kPublish{
    "/kefu.staffing.v1.WorkingRuleService/PublishWorkingRules"};
constexpr Rpc<st::AcknowledgeAnnouncementRequest, st::AnnouncementReader> kAcknowledge{
    "/kefu.staffing.v1.AnnouncementService/AcknowledgeAnnouncement"};
constexpr Rpc<st::ListAnnouncementReadersRequest, st::ListAnnouncementReadersResponse> kReaders{
    "/kefu.staffing.v1.AnnouncementService/ListAnnouncementReaders"};

struct Options {
  std::string day, file, from, by, request_id;
  int32_t version = 0, remind = 0;
};

absl::Status Print(kefuctl::Context& context, const st::WorkingRules& rules) {
  if (PrintedJson(context, rules)) return absl::OkStatus();
  context.Print(RuleTable(rules));
  context.Say(
      rules.version() == 0
          ? In("自带的守则，尚未发布", "The shipped rules; none are published yet")
          : fmt::format(fmt::runtime(In("第 {} 版，自 {} 起施行", "Version {}, in force from {}")),
                        rules.version(), DayText(rules.effective_date())));
  return absl::OkStatus();
}

absl::Status Show(kefuctl::Context& context, const Options& options) {
  ASSIGN_OR_RETURN(kefuctl::Client* const client, context.gateway_client());
  st::GetWorkingRulesRequest request;
  request.set_version(options.version);
  if (!options.day.empty()) {
    RETURN_IF_ERROR(SetDay("--day", options.day, request.mutable_on_date()));
  }
  ASSIGN_OR_RETURN(const auto rules, client->Call(kGet, request));
  return Print(context, rules);
}

absl::Status ReadRules(const std::string& path, st::PublishWorkingRulesRequest& request) {
  std::ifstream file(path);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  if (!file.good() && text.empty()) {
    return absl::InvalidArgumentError(
        fmt::format(fmt::runtime(In("{}：无法读取", "{}: cannot be read")), path));
  }
  st::WorkingRules rules;
  const auto parsed = google::protobuf::util::JsonStringToMessage(text, &rules);
  if (!parsed.ok()) {
    return absl::InvalidArgumentError(fmt::format("{}: {}", path, std::string(parsed.message())));
  }
  if (rules.rules().empty()) {
    return absl::InvalidArgumentError(
        fmt::format(fmt::runtime(In("{}：没有守则", "{}: holds no rules")), path));
  }
  *request.mutable_rules() = rules.rules();
  return absl::OkStatus();
}

absl::Status PublishRules(kefuctl::Context& context, const Options& options) {
  st::PublishWorkingRulesRequest request;
  if (!options.file.empty()) {
    RETURN_IF_ERROR(ReadRules(options.file, request));
  }
  if (!options.from.empty()) {
    RETURN_IF_ERROR(SetDay("--from", options.from, request.mutable_effective_date()));
  }
  if (!options.by.empty()) {
    ASSIGN_OR_RETURN(const absl::Time by, kefuctl::ParseTime(options.by, absl::LocalTimeZone()));
    *request.mutable_acknowledge_by_time() = kefuctl::ToTimestamp(by);
  }
  request.set_remind_minutes_before(options.remind);
  request.set_request_id(options.request_id);
  ASSIGN_OR_RETURN(kefuctl::Client* const client, context.gateway_client());
  ASSIGN_OR_RETURN(const auto rules, client->Call(kPublish, request));
  return Print(context, rules);
}

// The announcement of the last version. INVALID_ARGUMENT in words before the first.
absl::StatusOr<std::string> LastAnnouncement(kefuctl::Client& client) {
  ASSIGN_OR_RETURN(auto rules, client.Call(kGet, st::GetWorkingRulesRequest()));
  if (rules.last_version() == 0) {
    return absl::InvalidArgumentError(In("尚未发布守则", "No rules are published yet"));
  }
  if (rules.version() != rules.last_version()) {
    st::GetWorkingRulesRequest last;
    last.set_version(rules.last_version());
    ASSIGN_OR_RETURN(rules, client.Call(kGet, last));
  }
  return rules.announcement_id();
}

absl::Status Acknowledge(kefuctl::Context& context, const Options& options) {
  ASSIGN_OR_RETURN(kefuctl::Client* const client, context.gateway_client());
  st::AcknowledgeAnnouncementRequest request;
  ASSIGN_OR_RETURN(*request.mutable_announcement_id(), LastAnnouncement(*client));
  request.set_request_id(options.request_id);
  ASSIGN_OR_RETURN(const auto reader, client->Call(kAcknowledge, request));
  if (!PrintedJson(context, reader)) context.Say(In("已确认", "Acknowledged"));
  return absl::OkStatus();
}

absl::Status Unread(kefuctl::Context& context, const Options&) {
  ASSIGN_OR_RETURN(kefuctl::Client* const client, context.gateway_client());
  st::ListAnnouncementReadersRequest request;
  ASSIGN_OR_RETURN(*request.mutable_announcement_id(), LastAnnouncement(*client));
  request.set_unread_only(true);
  ASSIGN_OR_RETURN(const auto all, AllPages(*client, kReaders, request,
                                            &st::ListAnnouncementReadersResponse::mutable_readers));
  if (PrintedJson(context, all)) return absl::OkStatus();
  Table table({{In("未确认的客服", "Not acknowledged by")}});
  for (const st::AnnouncementReader& reader : all.readers()) {
    table.Add({Printable(reader.agent_id())});
  }
  context.Print(table);
  return absl::OkStatus();
}

std::string ConsequenceText(const st::WorkingRule& rule) {
  std::string text;
  for (const st::WorkingRuleConsequence& each : rule.consequences()) {
    if (!text.empty()) text += In("；", "; ");
    if (each.severity() != st::CONDUCT_SEVERITY_UNSPECIFIED) {
      text += EnumLabel(st::ConductSeverity_descriptor(), each.severity()) + In("：", ": ");
    }
    text += Printable(each.kind_id());
    if (each.sanction() != st::CONDUCT_SANCTION_UNSPECIFIED) {
      text += In("，", ", ") + EnumLabel(st::ConductSanction_descriptor(), each.sanction());
    }
  }
  return text;
}

}  // namespace

Table RuleTable(const st::WorkingRules& rules) {
  Table table({{In("守则", "Rule")},
               {In("名称", "Title")},
               {In("内容", "Text"), false, 60},
               {In("违反后果", "What follows"), false, 60}});
  for (const st::WorkingRule& rule : rules.rules()) {
    table.Add({Printable(rule.rule_id()), Printable(rule.title()), Printable(rule.text()),
               ConsequenceText(rule)});
  }
  return table;
}

void AddRuleCommands(CLI::App& program, kefuctl::Context& context) {
  CLI::App& rules =
      *program.add_subcommand("rules", In("工作守则", "The working rules"))->require_subcommand(1);
  const auto [show, o] =
      Command<Options>(rules, context, "show", In("施行中的守则", "What holds"), &Show);
  show->add_option("--day", o->day, In("某日；缺省今天", "On this day; else today"))
      ->type_name("DAY");
  show->add_option("--version", o->version, In("某一版", "This version"));
  const auto [publish, p] = Command<Options>(
      rules, context, "publish", In("发布，全员须重新确认", "Publish; everybody is asked anew"),
      &PublishRules);
  publish->add_option("--file", p->file,
                      In("守则（JSON，如 show --format json）；缺省沿用上一版",
                         "The rules (JSON, as of show --format json); else those of the last "
                         "version"));
  publish->add_option("--from", p->from, In("施行日；缺省今天", "In force from; else today"))
      ->type_name("DAY");
  publish->add_option("--by", p->by,
                      In("须在此前确认，如 2026-01-31 18:00:00", "To be acknowledged by then"));
  publish->add_option("--remind", p->remind,
                      In("提前多少分钟提醒", "Minutes before that to name who has not"));
  AddRequestId(*publish, *p);
  const auto [acknowledge, mine] = Command<Options>(
      rules, context, "acknowledge", In("本人确认", "Say that you have read them"), &Acknowledge);
  AddRequestId(*acknowledge, *mine);
  Command<Options>(rules, context, "unread", In("谁还未确认", "Who has not acknowledged them"),
                   &Unread);
}

}  // namespace kefu::workplace
