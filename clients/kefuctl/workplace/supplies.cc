// kefuctl supply: what there is, and who has what.
#include <fmt/format.h>

#include "clients/kefuctl/i18n.h"
#include "clients/kefuctl/subcommand.h"
#include "clients/kefuctl/text.h"
#include "clients/kefuctl/values.h"
#include "clients/kefuctl/workplace/commands.h"
#include "clients/kefuctl/workplace/render.h"

namespace kefu::workplace {
namespace {

namespace st = staffing::v1;
using kefuctl::AddRequestId;
using kefuctl::AllPages;
using kefuctl::Colour;
using kefuctl::Command;
using kefuctl::In;
using kefuctl::Printable;
using kefuctl::Rpc;
using kefuctl::Table;

constexpr Rpc<st::SetSupplyRequest, st::Supply> kSet{"/kefu.staffing.v1.SupplyService/SetSupply"};
constexpr Rpc<st::AdjustSupplyStockRequest, st::Supply> kAdjust{
    "/kefu.staffing.v1.SupplyService/AdjustSupplyStock"};
constexpr Rpc<st::ListSuppliesRequest, st::ListSuppliesResponse> kList{
    "/kefu.staffing.v1.SupplyService/ListSupplies"};
constexpr Rpc<st::HandOutSupplyRequest, st::SupplyIssue> kHandOut{
    "/kefu.staffing.v1.SupplyService/HandOutSupply"};
constexpr Rpc<st::ReturnSupplyRequest, st::SupplyIssue> kReturn{
    "/kefu.staffing.v1.SupplyService/ReturnSupply"};
constexpr Rpc<st::ListSupplyIssuesRequest, st::ListSupplyIssuesResponse> kIssues{
    "/kefu.staffing.v1.SupplyService/ListSupplyIssues"};

struct Options {
  std::string id, name, reason, agent, note, request_id;
  int32_t change = 0, count = 1, returned = 0, lost = 0;
  bool consumable = false, archive = false, all = false;
};

absl::Status PrintOne(kefuctl::Context& context, const st::Supply& supply) {
  return kefuctl::PrintOne(context, supply, &st::ListSuppliesResponse::add_supplies, &SupplyTable);
}

absl::Status PrintOne(kefuctl::Context& context, const st::SupplyIssue& issue) {
  return kefuctl::PrintOne(context, issue, &st::ListSupplyIssuesResponse::add_issues,
                           [](const auto& all) { return IssueTable(all, absl::LocalTimeZone()); });
}

absl::Status ListAll(kefuctl::Context& context, const Options& options) {
  ASSIGN_OR_RETURN(kefuctl::Client* const client, context.gateway_client());
  st::ListSuppliesRequest request;
  request.set_show_archived(options.all);
  ASSIGN_OR_RETURN(const auto all,
                   AllPages(*client, kList, request, &st::ListSuppliesResponse::mutable_supplies));
  return kefuctl::PrintAnswer(context, all, &SupplyTable);
}

absl::Status Set(kefuctl::Context& context, const Options& options) {
  ASSIGN_OR_RETURN(kefuctl::Client* const client, context.gateway_client());
  st::SetSupplyRequest request;
  request.mutable_supply()->set_supply_id(options.id);
  request.mutable_supply()->set_display_name(options.name);
  request.mutable_supply()->set_consumable(options.consumable);
  request.mutable_supply()->set_archived(options.archive);
  request.set_request_id(options.request_id);
  ASSIGN_OR_RETURN(const auto supply, client->Call(kSet, request));
  return PrintOne(context, supply);
}

absl::Status Adjust(kefuctl::Context& context, const Options& options) {
  ASSIGN_OR_RETURN(kefuctl::Client* const client, context.gateway_client());
  st::AdjustSupplyStockRequest request;
  request.set_supply_id(options.id);
  request.set_change(options.change);
  request.set_reason(options.reason);
  request.set_request_id(options.request_id);
  ASSIGN_OR_RETURN(const auto supply, client->Call(kAdjust, request));
  return PrintOne(context, supply);
}

absl::Status HandOut(kefuctl::Context& context, const Options& options) {
  ASSIGN_OR_RETURN(kefuctl::Client* const client, context.gateway_client());
  st::HandOutSupplyRequest request;
  request.set_supply_id(options.id);
  request.set_agent_id(options.agent);
  request.set_count(options.count);
  request.set_note(options.note);
  request.set_request_id(options.request_id);
  ASSIGN_OR_RETURN(const auto issue, client->Call(kHandOut, request));
  return PrintOne(context, issue);
}

absl::Status Return(kefuctl::Context& context, const Options& options) {
  ASSIGN_OR_RETURN(kefuctl::Client* const client, context.gateway_client());
  st::ReturnSupplyRequest request;
  request.set_issue_id(options.id);
  request.set_returned(options.returned);
  request.set_lost(options.lost);
  request.set_request_id(options.request_id);
  ASSIGN_OR_RETURN(const auto issue, client->Call(kReturn, request));
  return PrintOne(context, issue);
}

absl::Status Issues(kefuctl::Context& context, const Options& options) {
  ASSIGN_OR_RETURN(kefuctl::Client* const client, context.gateway_client());
  st::ListSupplyIssuesRequest request;
  request.set_agent_id(options.agent);
  request.set_supply_id(options.id);
  request.set_out_only(!options.all);
  ASSIGN_OR_RETURN(const auto all, AllPages(*client, kIssues, request,
                                            &st::ListSupplyIssuesResponse::mutable_issues));
  return kefuctl::PrintAnswer(
      context, all, [](const auto& all) { return IssueTable(all, absl::LocalTimeZone()); });
}

}  // namespace

Table SupplyTable(const st::ListSuppliesResponse& supplies) {
  Table table({{In("用品", "Supply")},
               {In("名称", "Name")},
               {In("库存", "In stock"), true},
               {In("领出", "Out"), true},
               {In("消耗品", "Used up")},
               {In("停用", "Archived")}});
  const auto yes = [](bool is) { return is ? In("是", "yes") : ""; };
  for (const st::Supply& supply : supplies.supplies()) {
    table.Add({Printable(supply.supply_id()),
               Printable(supply.display_name()),
               {fmt::format("{}", supply.stock()),
                supply.stock() == 0 && !supply.archived() ? Colour::kYellow : Colour::kNone},
               fmt::format("{}", supply.out()),
               yes(supply.consumable()),
               yes(supply.archived())});
  }
  return table;
}

Table IssueTable(const st::ListSupplyIssuesResponse& issues, absl::TimeZone zone) {
  Table table({{In("编号", "Issue")},
               {In("用品", "Supply")},
               {In("客服", "Agent")},
               {In("领用时间", "Handed out")},
               {In("数量", "Count"), true},
               {In("已还", "Returned"), true},
               {In("核销", "Lost"), true},
               {In("未还", "Out"), true},
               {In("说明", "Note"), false, 40}});
  for (const st::SupplyIssue& issue : issues.issues()) {
    table.Add(
        {Printable(issue.issue_id()), Printable(issue.display_name()), Printable(issue.agent_id()),
         absl::FormatTime("%Y-%m-%d %H:%M", kefuctl::TimeOf(issue.issue_time()), zone),
         fmt::format("{}", issue.count()), fmt::format("{}", issue.returned()),
         fmt::format("{}", issue.lost()), fmt::format("{}", issue.out()), Printable(issue.note())});
  }
  return table;
}

void AddSupplyCommands(CLI::App& program, kefuctl::Context& context) {
  CLI::App& room =
      *program.add_subcommand("supply", In("办公用品", "Supplies"))->require_subcommand(1);
  const auto [list, shown] =
      Command<Options>(room, context, "list", In("有什么", "What there is"), &ListAll);
  list->add_flag("--all", shown->all, In("含停用", "Also what is archived"));
  const auto [set, s] =
      Command<Options>(room, context, "set", In("新增或更改", "Add or change one"), &Set);
  set->add_option("ID", s->id, In("用品，如 headset", "As headset"))->required();
  set->add_option("--name", s->name, In("名称", "What people call it"))->required();
  set->add_flag("--consumable", s->consumable, In("消耗品，不归还", "Is used up"));
  set->add_flag("--archive", s->archive, In("停用", "Hand out no more"));
  AddRequestId(*set, *s);
  const auto [stock, a] =
      Command<Options>(room, context, "stock", In("增减库存", "Change the stock"), &Adjust);
  stock->add_option("ID", a->id, In("用品", "The supply"))->required();
  stock->add_option("--change", a->change, In("增减，如 10 或 -2", "As 10 or -2"))->required();
  stock->add_option("--reason", a->reason, In("理由", "Why"))->required();
  AddRequestId(*stock, *a);
  const auto [out, h] =
      Command<Options>(room, context, "hand-out", In("发给客服", "Hand out"), &HandOut);
  out->add_option("ID", h->id, In("用品", "The supply"))->required();
  out->add_option("--agent", h->agent, In("客服", "To whom"))->type_name("ID")->required();
  out->add_option("--count", h->count, In("数量；缺省 1", "How many; else 1"));
  out->add_option("--note", h->note, In("说明，如序列号", "As a serial number"));
  AddRequestId(*out, *h);
  const auto [back, r] =
      Command<Options>(room, context, "return", In("归还或核销", "Take back"), &Return);
  back->add_option("ISSUE", r->id, In("领用编号，见 issues", "Which: see issues"))->required();
  back->add_option("--returned", r->returned, In("归还数量", "How many come back"));
  back->add_option("--lost", r->lost, In("核销数量", "How many are written off"));
  AddRequestId(*back, *r);
  const auto [issues, of] =
      Command<Options>(room, context, "issues", In("谁领了什么", "Who has what"), &Issues);
  issues->add_option("--agent", of->agent, In("客服", "This agent"))->type_name("ID");
  issues->add_option("--supply", of->id, In("用品", "This supply"));
  issues->add_flag("--all", of->all, In("含已还清", "Also what came back"));
}

}  // namespace kefu::workplace
