// kefuctl announcement: what is published, and who has read it.
#include <fmt/format.h>

#include "absl/time/clock.h"
#include "clients/kefuctl/conduct/commands.h"
#include "clients/kefuctl/conduct/render.h"
#include "clients/kefuctl/i18n.h"
#include "clients/kefuctl/subcommand.h"
#include "clients/kefuctl/text.h"
#include "clients/kefuctl/values.h"

namespace kefu::conduct {
namespace {

namespace st = staffing::v1;
using kefuctl::AddRequestId;
using kefuctl::AllPages;
using kefuctl::Colour;
using kefuctl::Command;
using kefuctl::EnumLabel;
using kefuctl::In;
using kefuctl::Printable;
using kefuctl::PrintedJson;
using kefuctl::Rpc;
using kefuctl::Table;

constexpr Rpc<st::PublishAnnouncementRequest, st::Announcement> kPublish{
    "/kefu.staffing.v1.AnnouncementService/PublishAnnouncement"};
constexpr Rpc<st::WithdrawAnnouncementRequest, st::Announcement> kWithdraw{
    "/kefu.staffing.v1.AnnouncementService/WithdrawAnnouncement"};
constexpr Rpc<st::ListAnnouncementsRequest, st::ListAnnouncementsResponse> kList{
    "/kefu.staffing.v1.AnnouncementService/ListAnnouncements"};
constexpr Rpc<st::AcknowledgeAnnouncementRequest, st::AnnouncementReader> kAcknowledge{
    "/kefu.staffing.v1.AnnouncementService/AcknowledgeAnnouncement"};
constexpr Rpc<st::ListAnnouncementReadersRequest, st::ListAnnouncementReadersResponse> kReaders{
    "/kefu.staffing.v1.AnnouncementService/ListAnnouncementReaders"};

struct Options {
  std::string title, text, by, id, agent, reason, request_id;
  std::vector<std::string> shops, teams, bases, agents;
  bool everybody = false, unread = false;
  int32_t remind = 0;
};

absl::Status PrintOne(kefuctl::Context& context, const st::Announcement& announcement) {
  if (PrintedJson(context, announcement)) return absl::OkStatus();
  st::ListAnnouncementsResponse one;
  *one.add_announcements()->mutable_announcement() = announcement;
  context.Print(AnnouncementTable(one, absl::Now(), absl::LocalTimeZone()));
  return absl::OkStatus();
}

absl::Status Publish(kefuctl::Context& context, const Options& options) {
  ASSIGN_OR_RETURN(kefuctl::Client* const client, context.gateway_client());
  st::PublishAnnouncementRequest request;
  st::Announcement& announcement = *request.mutable_announcement();
  announcement.set_title(options.title);
  announcement.set_text(options.text);
  st::AnnouncementAudience& audience = *announcement.mutable_audience();
  audience.set_everybody(options.everybody);
  for (const std::string& id : options.shops) audience.add_shop_ids(id);
  for (const std::string& id : options.teams) audience.add_team_ids(id);
  for (const std::string& id : options.bases) audience.add_base_ids(id);
  for (const std::string& id : options.agents) audience.add_agent_ids(id);
  if (!options.by.empty()) {
    ASSIGN_OR_RETURN(const absl::Time by, kefuctl::ParseTime(options.by, absl::LocalTimeZone()));
    *announcement.mutable_acknowledge_by_time() = kefuctl::ToTimestamp(by);
  }
  announcement.set_remind_minutes_before(options.remind);
  request.set_request_id(options.request_id);
  ASSIGN_OR_RETURN(const auto published, client->Call(kPublish, request));
  return PrintOne(context, published);
}

absl::Status Withdraw(kefuctl::Context& context, const Options& options) {
  ASSIGN_OR_RETURN(kefuctl::Client* const client, context.gateway_client());
  st::WithdrawAnnouncementRequest request;
  request.set_announcement_id(options.id);
  request.set_reason(options.reason);
  request.set_request_id(options.request_id);
  ASSIGN_OR_RETURN(const auto withdrawn, client->Call(kWithdraw, request));
  return PrintOne(context, withdrawn);
}

absl::Status ListNews(kefuctl::Context& context, const Options& options) {
  ASSIGN_OR_RETURN(kefuctl::Client* const client, context.gateway_client());
  st::ListAnnouncementsRequest request;
  request.set_agent_id(options.agent);
  request.set_unread_only(options.unread);
  ASSIGN_OR_RETURN(const auto all, AllPages(*client, kList, request,
                                            &st::ListAnnouncementsResponse::mutable_announcements));
  return kefuctl::PrintAnswer(context, all, [](const auto& all) {
    return AnnouncementTable(all, absl::Now(), absl::LocalTimeZone());
  });
}

absl::Status Acknowledge(kefuctl::Context& context, const Options& options) {
  ASSIGN_OR_RETURN(kefuctl::Client* const client, context.gateway_client());
  st::AcknowledgeAnnouncementRequest request;
  request.set_announcement_id(options.id);
  request.set_request_id(options.request_id);
  ASSIGN_OR_RETURN(const auto reader, client->Call(kAcknowledge, request));
  return kefuctl::PrintOne(context, reader, &st::ListAnnouncementReadersResponse::add_readers,
                           [](const auto& all) { return ReaderTable(all, absl::LocalTimeZone()); });
}

absl::Status Readers(kefuctl::Context& context, const Options& options) {
  ASSIGN_OR_RETURN(kefuctl::Client* const client, context.gateway_client());
  st::ListAnnouncementReadersRequest request;
  request.set_announcement_id(options.id);
  request.set_unread_only(options.unread);
  ASSIGN_OR_RETURN(const auto all, AllPages(*client, kReaders, request,
                                            &st::ListAnnouncementReadersResponse::mutable_readers));
  return kefuctl::PrintAnswer(
      context, all, [](const auto& all) { return ReaderTable(all, absl::LocalTimeZone()); });
}

void AddPublish(CLI::App& news, kefuctl::Context& context) {
  const auto [publish, o] =
      Command<Options>(news, context, "publish", In("发布", "Publish one"), &Publish);
  publish->add_option("--title", o->title, In("标题", "Its title"))->required();
  publish->add_option("--text", o->text, In("正文", "What it says"))->required();
  publish->add_flag("--everybody", o->everybody, In("全体", "To everybody"));
  publish->add_option("--shop", o->shops, In("店铺，可重复", "To a shop's agents; repeatable"));
  publish->add_option("--team", o->teams, In("班组，可重复", "To a team; repeatable"));
  publish->add_option("--base", o->bases, In("基地，可重复", "To a base's agents; repeatable"));
  publish->add_option("--agent", o->agents, In("客服，可重复", "To an agent; repeatable"));
  publish->add_option("--by", o->by,
                      In("须在此前确认，如 2026-01-31 18:00:00", "To be acknowledged by then"));
  publish->add_option("--remind", o->remind,
                      In("提前多少分钟提醒", "Minutes before that to name who has not"));
  AddRequestId(*publish, *o);
}

}  // namespace

Table AnnouncementTable(const st::ListAnnouncementsResponse& announcements, absl::Time now,
                        absl::TimeZone zone) {
  Table table({{In("编号", "Announcement")},
               {In("标题", "Title"), false, 60},
               {In("状态", "State")},
               {In("须在此前确认", "Acknowledge by")},
               {In("已确认", "Acknowledged")}});
  const auto shown = [&](bool has, const google::protobuf::Timestamp& time) {
    return has ? absl::FormatTime("%Y-%m-%d %H:%M", kefuctl::TimeOf(time), zone) : std::string();
  };
  for (const st::ListedAnnouncement& row : announcements.announcements()) {
    const st::Announcement& each = row.announcement();
    const bool late = each.has_acknowledge_by_time() && !row.has_acknowledge_time() &&
                      each.state() == st::ANNOUNCEMENT_STATE_PUBLISHED &&
                      kefuctl::TimeOf(each.acknowledge_by_time()) <= now;
    table.Add({Printable(each.announcement_id()),
               Printable(each.title()),
               EnumLabel(st::AnnouncementState_descriptor(), each.state()),
               {shown(each.has_acknowledge_by_time(), each.acknowledge_by_time()),
                late ? Colour::kRed : Colour::kNone},
               shown(row.has_acknowledge_time(), row.acknowledge_time())});
  }
  return table;
}

Table ReaderTable(const st::ListAnnouncementReadersResponse& readers, absl::TimeZone zone) {
  Table table({{In("客服", "Agent")}, {In("已确认", "Acknowledged")}});
  for (const st::AnnouncementReader& reader : readers.readers()) {
    table.Add(
        {Printable(reader.agent_id()),
         reader.has_acknowledge_time()
             ? absl::FormatTime("%Y-%m-%d %H:%M", kefuctl::TimeOf(reader.acknowledge_time()), zone)
             : ""});
  }
  return table;
}

void AddAnnouncementCommands(CLI::App& program, kefuctl::Context& context) {
  CLI::App& news =
      *program.add_subcommand("announcement", In("公告", "Announcements"))->require_subcommand(1);
  const auto [list, shown] =
      Command<Options>(news, context, "list", In("公告", "What was published"), &ListNews);
  list->add_option("--agent", shown->agent, In("发给此客服的", "That address the agent"))
      ->type_name("ID");
  list->add_flag("--unread", shown->unread, In("仅未确认", "Only those not acknowledged"));
  AddPublish(news, context);
  const auto [readers, of] =
      Command<Options>(news, context, "readers", In("谁已读", "Whom it addresses"), &Readers);
  readers->add_option("ID", of->id, In("编号", "Its id"))->required();
  readers->add_flag("--unread", of->unread, In("仅未确认", "Only those who have not"));
  const auto [acknowledge, read] = Command<Options>(
      news, context, "acknowledge", In("确认已读", "Say that you have read it"), &Acknowledge);
  acknowledge->add_option("ID", read->id, In("编号", "Its id"))->required();
  AddRequestId(*acknowledge, *read);
  const auto [withdraw, gone] =
      Command<Options>(news, context, "withdraw", In("撤回", "Take back"), &Withdraw);
  withdraw->add_option("ID", gone->id, In("编号", "Its id"))->required();
  withdraw->add_option("--reason", gone->reason, In("理由", "Why"))->required();
  AddRequestId(*withdraw, *gone);
}

}  // namespace kefu::conduct
