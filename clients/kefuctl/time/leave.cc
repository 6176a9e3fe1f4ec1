// kefuctl leave and swap: what agents ask for, and what is decided.
#include <fmt/format.h>

#include "clients/kefuctl/i18n.h"
#include "clients/kefuctl/subcommand.h"
#include "clients/kefuctl/text.h"
#include "clients/kefuctl/time/commands.h"
#include "clients/kefuctl/time/render.h"

namespace kefu::people_time {
namespace {

namespace st = staffing::v1;
using kefuctl::AllPages;
using kefuctl::Colour;
using kefuctl::Command;
using kefuctl::DayText;
using kefuctl::EnumLabel;
using kefuctl::In;
using kefuctl::Named;
using kefuctl::Printable;
using kefuctl::Rpc;
using kefuctl::SetDays;
using kefuctl::Table;

constexpr Rpc<st::ListLeavesRequest, st::ListLeavesResponse> kListLeaves{
    "/kefu.staffing.v1.LeaveService/ListLeaves"};
constexpr Rpc<st::RequestLeaveRequest, st::Leave> kRequestLeave{
    "/kefu.staffing.v1.LeaveService/RequestLeave"};
constexpr Rpc<st::DecideLeaveRequest, st::Leave> kDecideLeave{
    "/kefu.staffing.v1.LeaveService/DecideLeave"};
constexpr Rpc<st::CancelLeaveRequest, st::Leave> kCancelLeave{
    "/kefu.staffing.v1.LeaveService/CancelLeave"};
constexpr Rpc<st::ListSwapsRequest, st::ListSwapsResponse> kListSwaps{
    "/kefu.staffing.v1.ShiftService/ListSwaps"};
constexpr Rpc<st::DecideSwapRequest, st::ShiftSwap> kDecideSwap{
    "/kefu.staffing.v1.ShiftService/DecideSwap"};

constexpr int kPageSize = 1000;

struct Options {
  std::string agent, kind, from, to, reason, id, state, roster, request_id;
};

absl::Status PrintLeave(kefuctl::Context& context, const st::Leave& leave) {
  return kefuctl::PrintOne(context, leave, &st::ListLeavesResponse::add_leaves, &LeaveTable);
}

absl::Status List(kefuctl::Context& context, const Options& options) {
  ASSIGN_OR_RETURN(kefuctl::Client* const client, context.gateway_client());
  st::ListLeavesRequest request;
  request.set_agent_id(options.agent);
  request.set_page_size(kPageSize);
  ASSIGN_OR_RETURN(const auto state, (Named<st::LeaveState>("--state", "LEAVE_STATE_",
                                                            options.state, &st::LeaveState_Parse)));
  request.set_state(state);
  if (!options.from.empty()) {
    RETURN_IF_ERROR(SetDays(options.from, options.to, request.mutable_dates()));
  }
  ASSIGN_OR_RETURN(const auto all, AllPages(*client, kListLeaves, request,
                                            &st::ListLeavesResponse::mutable_leaves));
  return kefuctl::PrintAnswer(context, all, &LeaveTable);
}

absl::Status Ask(kefuctl::Context& context, const Options& options) {
  ASSIGN_OR_RETURN(kefuctl::Client* const client, context.gateway_client());
  st::RequestLeaveRequest request;
  request.set_agent_id(options.agent);
  request.set_leave_kind(options.kind);
  RETURN_IF_ERROR(SetDays(options.from, options.to, request.mutable_dates()));
  request.set_reason(options.reason);
  request.set_request_id(options.request_id);
  ASSIGN_OR_RETURN(const auto leave, client->Call(kRequestLeave, request));
  return PrintLeave(context, leave);
}

template <bool kApprove>
absl::Status Decide(kefuctl::Context& context, const Options& options) {
  ASSIGN_OR_RETURN(kefuctl::Client* const client, context.gateway_client());
  st::DecideLeaveRequest request;
  request.set_leave_id(options.id);
  request.set_approve(kApprove);
  request.set_reason(options.reason);
  request.set_request_id(options.request_id);
  ASSIGN_OR_RETURN(const auto leave, client->Call(kDecideLeave, request));
  return PrintLeave(context, leave);
}

absl::Status Cancel(kefuctl::Context& context, const Options& options) {
  ASSIGN_OR_RETURN(kefuctl::Client* const client, context.gateway_client());
  st::CancelLeaveRequest request;
  request.set_leave_id(options.id);
  request.set_reason(options.reason);
  request.set_request_id(options.request_id);
  ASSIGN_OR_RETURN(const auto leave, client->Call(kCancelLeave, request));
  return PrintLeave(context, leave);
}

absl::Status ListSwaps(kefuctl::Context& context, const Options& options) {
  ASSIGN_OR_RETURN(kefuctl::Client* const client, context.gateway_client());
  st::ListSwapsRequest request;
  request.set_roster_id(options.roster);
  request.set_page_size(kPageSize);
  ASSIGN_OR_RETURN(const auto state, (Named<st::SwapState>("--state", "SWAP_STATE_", options.state,
                                                           &st::SwapState_Parse)));
  request.set_state(state);
  ASSIGN_OR_RETURN(const auto all,
                   AllPages(*client, kListSwaps, request, &st::ListSwapsResponse::mutable_swaps));
  return kefuctl::PrintAnswer(context, all, &SwapTable);
}

template <bool kApprove>
absl::Status DecideSwap(kefuctl::Context& context, const Options& options) {
  ASSIGN_OR_RETURN(kefuctl::Client* const client, context.gateway_client());
  st::DecideSwapRequest request;
  request.set_swap_id(options.id);
  request.set_approve(kApprove);
  request.set_reason(options.reason);
  request.set_request_id(options.request_id);
  ASSIGN_OR_RETURN(const auto swap, client->Call(kDecideSwap, request));
  return kefuctl::PrintOne(context, swap, &st::ListSwapsResponse::add_swaps, &SwapTable);
}

using Run = absl::Status (*)(kefuctl::Context&, const Options&);

// A decision about one record: its id, why, and the request's id.
void AddDecision(CLI::App& parent, kefuctl::Context& context, const char* name, std::string help,
                 Run run, bool needs_reason) {
  const auto [command, options] = Command<Options>(parent, context, name, std::move(help), run);
  command->add_option("ID", options->id, In("编号", "Its id"))->required();
  command->add_option("--reason", options->reason, In("理由", "Why"))->required(needs_reason);
  command->add_option("--request-id", options->request_id,
                      In("重试时用同一编号", "Repeat with the same to retry"));
}

void AddSwaps(CLI::App& program, kefuctl::Context& context) {
  CLI::App& swap =
      *program.add_subcommand("swap", In("换班", "Swaps of shifts"))->require_subcommand(1);
  const auto [list, shown] =
      Command<Options>(swap, context, "list", In("换班申请", "What was offered"), &ListSwaps);
  list->add_option("--roster", shown->roster, In("排班", "Of this roster"))->type_name("ID");
  list->add_option("--state", shown->state, "proposed, agreed, approved …");
  AddDecision(swap, context, "approve", In("批准", "Approve one that both agree on"),
              &DecideSwap<true>, false);
  AddDecision(swap, context, "reject", In("不批准", "Reject"), &DecideSwap<false>, true);
}

}  // namespace

Table LeaveTable(const st::ListLeavesResponse& leaves) {
  Table table({{In("编号", "Leave")},
               {In("客服", "Agent")},
               {In("类型", "Kind")},
               {In("从", "From")},
               {In("到", "To")},
               {In("分钟", "Minutes"), true},
               {In("带薪", "Paid")},
               {In("状态", "State")},
               {In("决定人", "Decided by")},
               {In("理由", "Reason")}});
  for (const st::Leave& leave : leaves.leaves()) {
    table.Add(
        {Printable(leave.leave_id()),
         Printable(leave.agent_id()),
         Printable(leave.kind()),
         DayText(leave.start_date()),
         leave.has_end_date() ? DayText(leave.end_date()) : "…",
         fmt::format("{}", leave.minutes()),
         leave.paid() ? In("是", "yes") : In("否", "no"),
         {EnumLabel(st::LeaveState_descriptor(), leave.state()),
          leave.state() == st::LEAVE_STATE_REQUESTED ? Colour::kYellow : Colour::kNone},
         Printable(leave.decided_by()),
         Printable(leave.decision_reason().empty() ? leave.reason() : leave.decision_reason())});
  }
  return table;
}

Table SwapTable(const st::ListSwapsResponse& swaps) {
  Table table({{In("编号", "Swap")},
               {In("让出者", "Gives")},
               {In("班次日", "Shift of")},
               {In("接班者", "Takes")},
               {In("换回日", "For that of")},
               {In("状态", "State")},
               {In("理由", "Reason")}});
  for (const st::ShiftSwap& swap : swaps.swaps()) {
    table.Add({Printable(swap.swap_id()), Printable(swap.agent_id()), DayText(swap.date()),
               Printable(swap.other_agent_id()),
               swap.has_other_date() ? DayText(swap.other_date()) : "",
               EnumLabel(st::SwapState_descriptor(), swap.state()), Printable(swap.reason())});
  }
  return table;
}

void AddLeaveCommands(CLI::App& program, kefuctl::Context& context) {
  CLI::App& leave = *program.add_subcommand("leave", In("请假", "Leave"))->require_subcommand(1);
  const auto [list, shown] =
      Command<Options>(leave, context, "list", In("请假记录", "Who is or asks to be away"), &List);
  list->add_option("--agent", shown->agent, In("客服", "The agent"))->type_name("ID");
  list->add_option("--state", shown->state, "requested, approved, rejected, cancelled");
  list->add_option("--from", shown->from, In("从", "From"))->type_name("DAY");
  list->add_option("--to", shown->to, In("到", "To"))->type_name("DAY");
  const auto [ask, wanted] =
      Command<Options>(leave, context, "request", In("申请", "Ask for leave"), &Ask);
  ask->add_option("--agent", wanted->agent,
                  In("客服；缺省为令牌本人", "The agent; else the token's own"))
      ->type_name("ID");
  ask->add_option("--kind", wanted->kind, In("类型，如 annual、sick", "As annual or sick"))
      ->required();
  ask->add_option("--from", wanted->from, In("从", "First day"))->type_name("DAY")->required();
  ask->add_option("--to", wanted->to, In("到；缺省同一天", "Last day; else the same"))
      ->type_name("DAY");
  ask->add_option("--reason", wanted->reason, In("理由", "Why"));
  ask->add_option("--request-id", wanted->request_id,
                  In("重试时用同一编号", "Repeat with the same to retry"));
  AddDecision(leave, context, "approve", In("批准", "Approve"), &Decide<true>, false);
  AddDecision(leave, context, "reject", In("不批准", "Reject"), &Decide<false>, true);
  AddDecision(leave, context, "cancel", In("撤销", "Take back"), &Cancel, false);
  AddSwaps(program, context);
}

}  // namespace kefu::people_time
