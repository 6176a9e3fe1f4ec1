#include "clients/kefuctl/cases/commands.h"

#include <fmt/format.h>

#include "absl/time/clock.h"
#include "clients/kefuctl/cases/choice_words.h"
#include "clients/kefuctl/cases/moving.h"
#include "clients/kefuctl/cases/render.h"
#include "clients/kefuctl/columns.h"
#include "clients/kefuctl/goods.h"
#include "clients/kefuctl/i18n.h"
#include "clients/kefuctl/rpcs.h"
#include "clients/kefuctl/shops.h"
#include "clients/kefuctl/subcommand.h"
#include "clients/kefuctl/values.h"
#include "kefu/aftersales/v1/assignment.pb.h"
#include "kefu/aftersales/v1/intake.pb.h"

namespace kefu::cases {
namespace {

namespace v1 = aftersales::v1;
using kefuctl::AllPages;
using kefuctl::Client;
using kefuctl::Command;
using kefuctl::Context;
using kefuctl::In;
using kefuctl::Named;
using kefuctl::PrintedJson;
using kefuctl::PrintNamed;
using kefuctl::Rpc;

KEFU_CASES_RPC(AftersalesService, OpenCase, Case)
KEFU_CASES_RPC(AftersalesService, GetCase, Case)
KEFU_CASES_RPC(AftersalesService, RespondToCase, Case)
KEFU_CASES_RPC(AftersalesService, ReviewCase, Case)
KEFU_CASES_RPC(AftersalesService, ResumeCase, Case)
KEFU_CASES_RPC(AftersalesService, CloseCase, Case)
KEFU_CASES_RPC(AftersalesService, ListCaseActivities, ListCaseActivitiesResponse)
KEFU_CASES_RPC(AftersalesService, ExplainDeadline, ExplainDeadlineResponse)
KEFU_CASES_RPC(AssignmentService, AssignCase, Case)
KEFU_CASES_RPC(AssignmentService, ClaimNextCase, ClaimNextCaseResponse)
KEFU_CASES_RPC(AssignmentService, ExplainAssignment, ExplainAssignmentResponse)
KEFU_CASES_RPC(AssignmentService, ListUnassignedCases, ListUnassignedCasesResponse)
KEFU_CASES_RPC(IntakeService, QuoteChannel, ChannelQuote)

struct Options {
  std::string id, shop, kind, channel, priority, order, customer, waybill, external_id, problem,
      demand, language, agent, reason, message, result, note, cost, request_id;
  std::vector<std::string> promises, goods;
};

absl::Status Show(Context& context, const Options& options) {
  ASSIGN_OR_RETURN(Client* const client, context.gateway_client());
  ASSIGN_OR_RETURN(const auto record, CaseOf(*client, options.id));
  auto history = About<v1::ListCaseActivitiesRequest>(options);
  ASSIGN_OR_RETURN(const auto list, AllPages(*client, kListCaseActivities, history,
                                             &v1::ListCaseActivitiesResponse::mutable_activities));
  if (context.json()) {
    context.PrintJson(
        {{"case", kefuctl::JsonOf(record)}, {"activities", kefuctl::JsonOf(list)["activities"]}});
    return absl::OkStatus();
  }
  RETURN_IF_ERROR(PrintCase(context, *client, record));
  context.Print("\n");
  PrintNamed(context, TimelineTable(list, ZoneOf(*client, record.shop_id())));
  return absl::OkStatus();
}

absl::Status Open(Context& context, const Options& options) {
  ASSIGN_OR_RETURN(Client* const client, context.gateway_client());
  ASSIGN_OR_RETURN(const auto shop, kefuctl::FindShop(*client, options.shop));
  v1::OpenCaseRequest request;
  request.set_request_id(options.request_id);
  v1::Case& record = *request.mutable_case_();
  record.set_shop_id(shop.shop_id());
  ASSIGN_OR_RETURN(const auto kind, (Named<v1::CaseKind>("--kind", "CASE_KIND_", options.kind,
                                                         &v1::CaseKind_Parse)));
  record.set_kind(kind);
  ASSIGN_OR_RETURN(const auto priority,
                   (Named<v1::CasePriority>("--priority", "CASE_PRIORITY_", options.priority,
                                            &v1::CasePriority_Parse)));
  record.set_priority(priority);
  ASSIGN_OR_RETURN(const auto channel,
                   (Named<v1::CaseChannel>("--channel", "CASE_CHANNEL_", options.channel,
                                           &v1::CaseChannel_Parse)));
  record.set_channel(channel);
  record.set_order_id(options.order);
  record.set_customer_id(options.customer);
  record.set_waybill(options.waybill);
  record.set_external_id(options.external_id);
  record.set_problem(options.problem);
  record.set_demand(options.demand);
  record.set_language(options.language);
  record.set_assignee_agent_id(options.agent);
  RETURN_IF_ERROR(kefuctl::AddGoods("--goods", options.goods, *record.mutable_lines()));
  if (options.channel.empty()) {
    v1::QuoteChannelRequest question;
    question.set_shop_id(shop.shop_id());
    question.set_kind(kind);
    question.set_priority(priority);
    ASSIGN_OR_RETURN(const auto quote, client->Call(kQuoteChannel, question));
    record.set_channel(quote.channel());
    context.Say(fmt::format(fmt::runtime(In("渠道：{}（{}）", "Channel: {} ({})")),
                            kefuctl::EnumLabel(v1::CaseChannel_descriptor(), quote.channel()),
                            ChannelReason(quote.reason())));
  }
  ASSIGN_OR_RETURN(const auto made, client->Call(kOpenCase, request));
  return PrintCase(context, *client, made);
}

absl::Status Respond(Context& context, const Options& options) {
  auto request = About<v1::RespondToCaseRequest>(options);
  request.set_message(options.message);
  for (const std::string& promise : options.promises) request.add_promised_actions(promise);
  return Move(context, kRespondToCase, request);
}

absl::Status Review(Context& context, const Options& options) {
  auto request = About<v1::ReviewCaseRequest>(options);
  ASSIGN_OR_RETURN(const auto result, ResultOf(options.result));
  request.set_result(result);
  request.set_note(options.note);
  RETURN_IF_ERROR(SetCost(context, options.cost, request));
  return Move(context, kReviewCase, request);
}

absl::Status Resume(Context& context, const Options& options) {
  auto request = About<v1::ResumeCaseRequest>(options);
  request.set_note(options.note);
  return Move(context, kResumeCase, request);
}

absl::Status Close(Context& context, const Options& options) {
  auto request = About<v1::CloseCaseRequest>(options);
  request.set_note(options.note);
  return Move(context, kCloseCase, request);
}

absl::Status ExplainDeadline(Context& context, const Options& options) {
  ASSIGN_OR_RETURN(Client* const client, context.gateway_client());
  auto request = About<v1::ExplainDeadlineRequest>(options);
  ASSIGN_OR_RETURN(const auto response, client->Call(kExplainDeadline, request));
  if (PrintedJson(context, response)) return absl::OkStatus();
  ASSIGN_OR_RETURN(const auto record, CaseOf(*client, options.id));
  context.Print(SegmentTable(response, ZoneOf(*client, record.shop_id())));
  return absl::OkStatus();
}

absl::Status Assign(Context& context, const Options& options) {
  auto request = About<v1::AssignCaseRequest>(options);
  request.set_agent_id(options.agent);
  request.set_reason(options.reason);
  return Move(context, kAssignCase, request);
}

absl::Status Claim(Context& context, const Options& options) {
  ASSIGN_OR_RETURN(Client* const client, context.gateway_client());
  v1::ClaimNextCaseRequest request;
  request.set_request_id(options.request_id);
  if (!options.shop.empty()) {
    ASSIGN_OR_RETURN(const auto shop, kefuctl::FindShop(*client, options.shop));
    request.set_shop_id(shop.shop_id());
  }
  ASSIGN_OR_RETURN(const auto response, client->Call(kClaimNextCase, request));
  if (PrintedJson(context, response)) return absl::OkStatus();
  if (response.has_case_()) return PrintCase(context, *client, response.case_());
  const std::string why =
      kefuctl::EnumLabel(v1::AssignmentVerdict_descriptor(), response.verdict());
  context.Say(
      response.looked_at() == 0
          ? In("没有无人处理的售后单", "there is no unassigned case")
          : fmt::format(
                fmt::runtime(In("看了 {} 单，没有合适的：{} {}", "none of {} cases fits: {} {}")),
                response.looked_at(), why, VerdictDetail(response.verdict(), response.detail())));
  return absl::OkStatus();
}

absl::Status Unassigned(Context& context, const Options& options) {
  ASSIGN_OR_RETURN(Client* const client, context.gateway_client());
  v1::ListUnassignedCasesRequest request;
  ASSIGN_OR_RETURN(const absl::TimeZone zone, kefuctl::SetShop(*client, options.shop, request));
  return kefuctl::PrintAll(context, kListUnassignedCases, request,
                           &v1::ListUnassignedCasesResponse::mutable_cases,
                           [&](const v1::ListUnassignedCasesResponse& list) {
                             return UnassignedTable(list, zone, absl::Now());
                           });
}

absl::Status Why(Context& context, const Options& options) {
  ASSIGN_OR_RETURN(Client* const client, context.gateway_client());
  auto request = About<v1::ExplainAssignmentRequest>(options);
  ASSIGN_OR_RETURN(const auto response, client->Call(kExplainAssignment, request));
  if (PrintedJson(context, response)) return absl::OkStatus();
  ASSIGN_OR_RETURN(const auto record, CaseOf(*client, options.id));
  PrintNamed(context, DecisionTable(response, ZoneOf(*client, record.shop_id())));
  context.Print("\n" + In("现在按规则：", "By the rules now: ") + SummaryOf(response.now()) + "\n");
  PrintNamed(context, CandidateTable(response.now()));
  return absl::OkStatus();
}

// --- the command line

using Run = absl::Status (*)(Context&, const Options&);

std::pair<CLI::App*, std::shared_ptr<Options>> OfCase(CLI::App& cases, Context& context,
                                                      const char* name, std::string help, Run run) {
  auto added = Command<Options>(cases, context, name, std::move(help), run);
  added.first->add_option("CASE", added.second->id, In("售后单", "The case"))->required();
  return added;
}

void AddShop(CLI::App& command, Options& options) {
  command.add_option("--shop", options.shop, In("店铺", "The shop"))->type_name("ID");
}

void AddOpen(CLI::App& cases, Context& context) {
  const auto [open, o] = Command<Options>(cases, context, "open", In("开单", "Open a case"), &Open);
  AddShop(*open, *o);
  open->get_option("--shop")->required();
  open->add_option("--kind", o->kind,
                   In("return、exchange、refund_only、reissue、repair、platform_work_order、"
                      "platform_email、dispute、late_shipment、freight_claim、service_complaint",
                      "return, exchange, refund_only, reissue, repair, platform_work_order, "
                      "platform_email, dispute, late_shipment, freight_claim or service_complaint"))
      ->required();
  open->add_option("--problem", o->problem, In("问题", "The problem"))->required();
  open->add_option("--channel", o->channel,
                   In("telephone、email、work_order、chat；不填由规则定",
                      "telephone, email, work_order or chat; left out, the rules pick it"));
  open->add_option("--priority", o->priority,
                   In("low、normal、high、urgent", "low, normal, high or urgent"));
  open->add_option("--order", o->order, In("订单", "The order"));
  open->add_option("--customer", o->customer, In("买家", "The buyer"));
  open->add_option("--waybill", o->waybill, In("运单", "The waybill"));
  open->add_option("--external-id", o->external_id, In("平台编号", "The platform's number"));
  open->add_option("--demand", o->demand, In("诉求", "What the buyer wants"));
  open->add_option("--language", o->language,
                   In("买家的语言，如 zh-CN；分给会的人",
                      "The buyer's, for example zh-CN: goes to who speaks it"));
  open->add_option("--goods", o->goods, In("商品，如 SKU=2", "Goods, for example SKU=2"));
  open->add_option("--agent", o->agent,
                   In("处理人；不填按规则分派", "Who works on it; left out, the rules say"));
  kefuctl::AddRequestId(*open, *o);
}

void AddMoves(CLI::App& cases, Context& context) {
  const auto [respond, said] =
      OfCase(cases, context, "respond", In("记录答复", "Record an answer"), &Respond);
  respond->add_option("--message", said->message, In("答复内容", "What was said"))->required();
  respond->add_option("--promise", said->promises, In("承诺", "What was promised"));
  kefuctl::AddRequestId(*respond, *said);
  const auto [review, judged] =
      OfCase(cases, context, "review", In("审核", "Decide a case"), &Review);
  review
      ->add_option("--result", judged->result,
                   In("approved、rejected、reissue_without_return、waiting_for_customer、"
                      "refund_without_return、offline_reissue、customer_gave_up",
                      "approved, rejected, reissue_without_return, waiting_for_customer, "
                      "refund_without_return, offline_reissue or customer_gave_up"))
      ->required();
  review->add_option("--note", judged->note, In("说明；拒绝时必填", "Why; for a rejection a must"));
  review->add_option("--cost", judged->cost,
                     In("商家为此付出多少，如 12.50", "What it costs the merchant, as 12.50"));
  kefuctl::AddRequestId(*review, *judged);
  const auto [resume, back] =
      OfCase(cases, context, "resume", In("恢复处理", "Take up a waiting case"), &Resume);
  resume->add_option("--note", back->note, In("买家说了什么", "What the customer said"));
  kefuctl::AddRequestId(*resume, *back);
  const auto [close, done] = OfCase(cases, context, "close", In("关闭", "End a case"), &Close);
  close->add_option("--note", done->note, In("结语", "Closing words"));
  kefuctl::AddRequestId(*close, *done);
}

void AddAssignment(CLI::App& cases, Context& context) {
  const auto [assign, given] =
      OfCase(cases, context, "assign", In("指派处理人", "Give a case to an agent"), &Assign);
  assign->add_option("--agent", given->agent, In("客服", "The agent"))->required();
  assign->add_option("--reason", given->reason, In("理由", "Why"))->required();
  kefuctl::AddRequestId(*assign, *given);
  const auto [claim, taken] = Command<Options>(
      cases, context, "claim",
      In("领取最急的一单", "Take the unassigned case that falls due first"), &Claim);
  AddShop(*claim, *taken);
  kefuctl::AddRequestId(*claim, *taken);
  const auto [unassigned, asked] =
      Command<Options>(cases, context, "unassigned",
                       In("无人处理的售后单及原因", "Cases that nobody has, and why"), &Unassigned);
  AddShop(*unassigned, *asked);
  OfCase(cases, context, "why", In("为何由此人处理", "Who has a case, and why"), &Why);
}

}  // namespace

absl::Status PrintCase(Context& context, Client& client, const v1::Case& record) {
  if (PrintedJson(context, record)) return absl::OkStatus();
  const absl::TimeZone zone = ZoneOf(client, record.shop_id());
  v1::Case shown = record;
  kefuctl::GoodsNames(client).Name(*shown.mutable_lines());
  PrintNamed(context, CaseTable(shown, zone));
  context.Print("\n");
  PrintNamed(context, ClockTable(record, zone, absl::Now()));
  return absl::OkStatus();
}

absl::StatusOr<v1::Case> CaseOf(Client& client, const std::string& case_id) {
  v1::GetCaseRequest request;
  request.set_case_id(case_id);
  return client.Call(kGetCase, request);
}

void AddCaseCommands(CLI::App& cases, Context& context) {
  OfCase(cases, context, "show",
         In("一单：内容、时限、经过", "One case: what it says, its clocks, what happened"), &Show);
  AddOpen(cases, context);
  AddMoves(cases, context);
  OfCase(cases, context, "explain-deadline", In("时限如何算出", "How each deadline came about"),
         &ExplainDeadline);
  AddCaseWork(cases, context);
  AddAssignment(cases, context);
  AddCaseImports(cases, context);
}

}  // namespace kefu::cases
