// kefuctl handover: the book of a team.
#include <fmt/format.h>

#include "absl/time/clock.h"
#include "clients/kefuctl/i18n.h"
#include "clients/kefuctl/subcommand.h"
#include "clients/kefuctl/text.h"
#include "clients/kefuctl/time/commands.h"
#include "clients/kefuctl/time/render.h"
#include "clients/kefuctl/values.h"
#include "kefu/staffing/v1/staffing_service.pb.h"

namespace kefu::people_time {
namespace {

namespace st = staffing::v1;
using kefuctl::AddRequestId;
using kefuctl::AllPages;
using kefuctl::Colour;
using kefuctl::Command;
using kefuctl::EnumLabel;
using kefuctl::In;
using kefuctl::Named;
using kefuctl::Printable;
using kefuctl::PrintedJson;
using kefuctl::Rpc;
using kefuctl::Table;

constexpr Rpc<st::ListHandoverItemsRequest, st::ListHandoverItemsResponse> kListItems{
    "/kefu.staffing.v1.HandoverService/ListHandoverItems"};
constexpr Rpc<st::AcknowledgeHandoverRequest, st::HandoverItem> kAccept{
    "/kefu.staffing.v1.StaffingService/AcknowledgeHandover"};
constexpr Rpc<st::ResolveHandoverItemRequest, st::HandoverItem> kResolve{
    "/kefu.staffing.v1.HandoverService/ResolveHandoverItem"};
constexpr Rpc<st::WriteHandoverRequest, st::Handover> kWrite{
    "/kefu.staffing.v1.StaffingService/WriteHandover"};

constexpr int kPageSize = 1000;

struct Options {
  std::string team, state = "waiting", agent, item, resolution, note, request_id;
  std::vector<std::string> texts, kept;
};

kefuctl::Table ItemsNow(const st::ListHandoverItemsResponse& items) {
  return ItemTable(items, absl::Now(), absl::LocalTimeZone());
}

absl::Status ListBook(kefuctl::Context& context, const Options& options) {
  ASSIGN_OR_RETURN(kefuctl::Client* const client, context.gateway_client());
  st::ListHandoverItemsRequest request;
  request.set_team_id(options.team);
  request.set_holder_agent_id(options.agent);
  request.set_page_size(kPageSize);
  if (options.state != "all") {
    ASSIGN_OR_RETURN(const auto state,
                     (Named<st::HandoverItemState>("--state", "HANDOVER_ITEM_STATE_", options.state,
                                                   &st::HandoverItemState_Parse)));
    request.set_state(state);
  }
  ASSIGN_OR_RETURN(const auto all, AllPages(*client, kListItems, request,
                                            &st::ListHandoverItemsResponse::mutable_items));
  return kefuctl::PrintAnswer(context, all, &ItemsNow);
}

absl::Status PrintOne(kefuctl::Context& context, const st::HandoverItem& item) {
  return kefuctl::PrintOne(context, item, &st::ListHandoverItemsResponse::add_items, &ItemsNow);
}

absl::Status Accept(kefuctl::Context& context, const Options& options) {
  ASSIGN_OR_RETURN(kefuctl::Client* const client, context.gateway_client());
  st::AcknowledgeHandoverRequest request;
  request.set_item_id(options.item);
  request.set_agent_id(options.agent);
  request.set_request_id(options.request_id);
  ASSIGN_OR_RETURN(const auto item, client->Call(kAccept, request));
  return PrintOne(context, item);
}

absl::Status Finish(kefuctl::Context& context, const Options& options) {
  ASSIGN_OR_RETURN(kefuctl::Client* const client, context.gateway_client());
  st::ResolveHandoverItemRequest request;
  request.set_item_id(options.item);
  request.set_agent_id(options.agent);
  request.set_resolution(options.resolution);
  request.set_request_id(options.request_id);
  ASSIGN_OR_RETURN(const auto item, client->Call(kResolve, request));
  return PrintOne(context, item);
}

absl::Status Write(kefuctl::Context& context, const Options& options) {
  ASSIGN_OR_RETURN(kefuctl::Client* const client, context.gateway_client());
  st::WriteHandoverRequest request;
  request.set_agent_id(options.agent);
  request.set_note(options.note);
  for (const std::string& text : options.texts) request.add_items()->set_text(text);
  for (const std::string& item : options.kept) request.add_handed_on()->set_item_id(item);
  request.set_request_id(options.request_id);
  ASSIGN_OR_RETURN(const auto written, client->Call(kWrite, request));
  if (PrintedJson(context, written)) return absl::OkStatus();
  st::ListHandoverItemsResponse items;
  *items.mutable_items() = written.items();
  kefuctl::PrintNamed(context, ItemsNow(items));
  return absl::OkStatus();
}

std::pair<CLI::App*, std::shared_ptr<Options>> Add(CLI::App& parent, kefuctl::Context& context,
                                                   const char* name, std::string help,
                                                   absl::Status (*run)(kefuctl::Context&,
                                                                       const Options&)) {
  auto added = Command<Options>(parent, context, name, std::move(help), run);
  added.first
      ->add_option("--agent", added.second->agent,
                   In("客服；缺省为令牌本人", "The agent; else the token's own"))
      ->type_name("ID");
  return added;
}

}  // namespace

Table ItemTable(const st::ListHandoverItemsResponse& items, absl::Time now, absl::TimeZone zone) {
  Table table({{In("编号", "Item")},
               {In("状态", "State")},
               {In("到期", "Due")},
               {In("已升级至", "Gone up to")},
               {In("持有人", "Held by")},
               {In("交接次数", "Handed on"), true},
               {In("事项", "Open matter"), false, 80}});
  for (const st::HandoverItem& item : items.items()) {
    const bool open = item.state() != st::HANDOVER_ITEM_STATE_DONE;
    const bool overdue = open && item.has_due_time() && kefuctl::TimeOf(item.due_time()) <= now;
    const bool up = open && item.level() > st::HANDOVER_LEVEL_SHIFT;
    table.Add({Printable(item.item_id()),
               EnumLabel(st::HandoverItemState_descriptor(), item.state()),
               {item.has_due_time()
                    ? absl::FormatTime("%m-%d %H:%M", kefuctl::TimeOf(item.due_time()), zone)
                    : "",
                overdue ? Colour::kRed : Colour::kNone},
               {up ? EnumLabel(st::HandoverLevel_descriptor(), item.level()) : "", Colour::kRed},
               Printable(item.holder_agent_id()),
               fmt::format("{}", item.handover_count()),
               Printable(open ? item.text() : item.text() + " → " + item.resolution())});
  }
  return table;
}

void AddHandoverCommands(CLI::App& program, kefuctl::Context& context) {
  CLI::App& handover =
      *program.add_subcommand("handover", In("交接班", "The handover book"))->require_subcommand(1);
  const auto [list, shown] =
      Add(handover, context, "list", In("班组的交接事项", "A team's open matters"), &ListBook);
  list->add_option("--team", shown->team, In("班组", "The team"))->type_name("ID")->required();
  list->add_option(
      "--state", shown->state,
      In("waiting（缺省）、accepted、done 或 all", "waiting (default), accepted, done or all"));
  const auto [accept, taken] =
      Add(handover, context, "accept", In("接下一项", "Take an item from the book"), &Accept);
  accept->add_option("ITEM", taken->item, In("事项编号", "The item's id"))->required();
  AddRequestId(*accept, *taken);
  const auto [done, finished] =
      Add(handover, context, "done", In("了结一项", "Mark an item done"), &Finish);
  done->add_option("ITEM", finished->item, In("事项编号", "The item's id"))->required();
  done->add_option("--resolution", finished->resolution, In("结果", "How it ended"))->required();
  AddRequestId(*done, *finished);
  const auto [write, leaving] =
      Add(handover, context, "write", In("写交接", "Write the handover of a shift"), &Write);
  write->add_option("--open", leaving->texts, In("新的未了事项", "A new open matter; repeatable"));
  write
      ->add_option("--keep", leaving->kept,
                   In("继续交接的事项", "An item that the shift holds; repeatable"))
      ->type_name("ITEM");
  write->add_option("--note", leaving->note, In("备注", "What else the next shift should know"));
  AddRequestId(*write, *leaving);
}

}  // namespace kefu::people_time
