#include "clients/kefuctl/processes/commands.h"

#include <fmt/format.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "clients/kefuctl/columns.h"
#include "clients/kefuctl/goods.h"
#include "clients/kefuctl/i18n.h"
#include "clients/kefuctl/processes/render.h"
#include "clients/kefuctl/shops.h"
#include "clients/kefuctl/subcommand.h"
#include "clients/kefuctl/text.h"
#include "clients/kefuctl/values.h"
#include "common/status/status_macros.h"
#include "kefu/aftersales/v1/aftersales_service.pb.h"

namespace kefu::processes {
namespace {

namespace v1 = aftersales::v1;
using kefuctl::Client;
using kefuctl::Command;
using kefuctl::Context;
using kefuctl::In;
using kefuctl::Named;
using kefuctl::Rpc;

constexpr Rpc<v1::ListProcessesRequest, v1::ListProcessesResponse> kListProcesses{
    "/kefu.aftersales.v1.ProcessService/ListProcesses"};
constexpr Rpc<v1::GetProcessRequest, v1::Process> kGetProcess{
    "/kefu.aftersales.v1.ProcessService/GetProcess"};
constexpr Rpc<v1::ResumeProcessRequest, v1::Process> kResumeProcess{
    "/kefu.aftersales.v1.ProcessService/ResumeProcess"};
constexpr Rpc<v1::CancelProcessRequest, v1::Process> kCancelProcess{
    "/kefu.aftersales.v1.ProcessService/CancelProcess"};
constexpr Rpc<v1::SettleStepRequest, v1::Process> kSettleStep{
    "/kefu.aftersales.v1.ProcessService/SettleStep"};
constexpr Rpc<v1::GetCasePlanRequest, v1::CasePlan> kGetCasePlan{
    "/kefu.aftersales.v1.ProcessService/GetCasePlan"};
constexpr Rpc<v1::SetCasePlanRequest, v1::CasePlan> kSetCasePlan{
    "/kefu.aftersales.v1.ProcessService/SetCasePlan"};
constexpr Rpc<v1::ListPaymentsRequest, v1::ListPaymentsResponse> kListPayments{
    "/kefu.aftersales.v1.PaymentService/ListPayments"};
constexpr Rpc<v1::PayCompensationRequest, v1::Process> kPayCompensation{
    "/kefu.aftersales.v1.AftersalesService/PayCompensation"};
constexpr Rpc<v1::GetCaseRequest, v1::Case> kGetCase{
    "/kefu.aftersales.v1.AftersalesService/GetCase"};

struct Options {
  std::string id, etag, case_id, shop, order, kind, state, purpose, note, reference, settlement,
      difference, agent, region, request_id;
  std::vector<std::string> goods;
  bool verified = false;
};

// --- processes

absl::Status List(Context& context, const Options& options) {
  ASSIGN_OR_RETURN(Client* const client, context.gateway_client());
  v1::ListProcessesRequest request;
  request.set_case_id(options.case_id);
  ASSIGN_OR_RETURN(const absl::TimeZone zone, kefuctl::SetShop(*client, options.shop, request));
  ASSIGN_OR_RETURN(
      const auto state,
      Named<v1::ProcessState>("--state", "PROCESS_STATE_", options.state, v1::ProcessState_Parse));
  request.set_state(state);
  ASSIGN_OR_RETURN(const auto kind, Named<v1::ProcessKind>("--kind", "PROCESS_KIND_", options.kind,
                                                           v1::ProcessKind_Parse));
  request.set_kind(kind);
  return kefuctl::PrintAll(
      context, kListProcesses, request, &v1::ListProcessesResponse::mutable_processes,
      [&](const v1::ListProcessesResponse& list) { return ProcessTable(list, zone); });
}

// As it stands now; what a person did is the last of its entries.
absl::Status PrintProcess(Context& context, Client& client, const std::string& process_id) {
  v1::GetProcessRequest request;
  request.set_process_id(process_id);
  ASSIGN_OR_RETURN(v1::Process process, client.Call(kGetProcess, request));
  if (kefuctl::PrintedJson(context, process)) return absl::OkStatus();
  kefuctl::GoodsNames goods(client);
  goods.Name(*process.mutable_facts()->mutable_lines());
  goods.Name(*process.mutable_facts()->mutable_returned_lines());
  goods.Name(*process.mutable_facts()->mutable_sent_lines());
  const absl::TimeZone zone = ZoneOf(client, process.shop_id());
  PrintNamed(context, FactTable(process, zone));
  context.Print("\n");
  PrintNamed(context, EntryTable(process, zone));
  return absl::OkStatus();
}

absl::Status Show(Context& context, const Options& options) {
  ASSIGN_OR_RETURN(Client* const client, context.gateway_client());
  return PrintProcess(context, *client, options.id);
}

// Does it and prints the process.
template <class Request>
absl::Status Move(Context& context, const Rpc<Request, v1::Process>& rpc, const Request& request) {
  ASSIGN_OR_RETURN(Client* const client, context.gateway_client());
  ASSIGN_OR_RETURN(const v1::Process moved, client->Call(rpc, request));
  return PrintProcess(context, *client, moved.process_id());
}

absl::Status Resume(Context& context, const Options& options) {
  v1::ResumeProcessRequest request;
  request.set_process_id(options.id);
  request.set_note(options.note);
  request.set_request_id(options.request_id);
  return Move(context, kResumeProcess, request);
}

absl::Status Cancel(Context& context, const Options& options) {
  v1::CancelProcessRequest request;
  request.set_process_id(options.id);
  request.set_reason(options.note);
  request.set_request_id(options.request_id);
  return Move(context, kCancelProcess, request);
}

// What somebody looked at is what is settled: the service refuses it when the process has moved
// since.
absl::Status Settle(Context& context, const Options& options) {
  v1::SettleStepRequest request;
  ASSIGN_OR_RETURN(const auto settlement,
                   Named<v1::StepSettlement>("--as", "STEP_SETTLEMENT_", options.settlement,
                                             v1::StepSettlement_Parse));
  request.set_process_id(options.id);
  request.set_etag(options.etag);
  request.set_settlement(settlement);
  request.set_note(options.note);
  request.set_reference(options.reference);
  request.set_outcome_verified(options.verified);
  request.set_request_id(options.request_id);
  return Move(context, kSettleStep, request);
}

// --- the plan of a case

// "12.50" that the buyer pays, "-12.50" that goes back, in the currency of the case's shop.
absl::Status SetDifference(Client& client, const Options& options, v1::CasePlan& plan) {
  if (options.difference.empty()) return absl::OkStatus();
  v1::GetCaseRequest question;
  question.set_case_id(options.id);
  ASSIGN_OR_RETURN(const v1::Case record, client.Call(kGetCase, question));
  ASSIGN_OR_RETURN(const auto shop, kefuctl::FindShop(client, record.shop_id()));
  const bool back = options.difference.front() == '-';
  ASSIGN_OR_RETURN(
      const int64_t minor,
      kefuctl::ParseAmount(options.difference.substr(back ? 1 : 0), shop.currency_code()));
  plan.mutable_price_difference()->set_currency_code(shop.currency_code());
  plan.mutable_price_difference()->set_minor_units(back ? -minor : minor);
  return absl::OkStatus();
}

// Shows the plan, or says what of it is given anew; the rest stays as it was said.
absl::Status Plan(Context& context, const Options& options) {
  ASSIGN_OR_RETURN(Client* const client, context.gateway_client());
  v1::GetCasePlanRequest question;
  question.set_case_id(options.id);
  ASSIGN_OR_RETURN(v1::CasePlan plan, client->Call(kGetCasePlan, question));
  const bool changes = !options.goods.empty() || !options.difference.empty() ||
                       !options.agent.empty() || !options.region.empty();
  if (changes) {
    v1::SetCasePlanRequest request;
    plan.set_case_id(options.id);
    if (!options.goods.empty()) plan.clear_sent_lines();
    RETURN_IF_ERROR(kefuctl::AddGoods("--goods", options.goods, *plan.mutable_sent_lines()));
    RETURN_IF_ERROR(SetDifference(*client, options, plan));
    if (!options.agent.empty()) plan.set_conduct_agent_id(options.agent);
    if (!options.region.empty()) plan.set_region_code(options.region);
    *request.mutable_plan() = plan;
    request.set_request_id(options.request_id);
    ASSIGN_OR_RETURN(plan, client->Call(kSetCasePlan, request));
  }
  if (kefuctl::PrintedJson(context, plan)) return absl::OkStatus();
  kefuctl::GoodsNames(*client).Name(*plan.mutable_sent_lines());
  PrintNamed(context, PlanTable(plan));
  return absl::OkStatus();
}

// --- money

absl::Status Payments(Context& context, const Options& options) {
  ASSIGN_OR_RETURN(Client* const client, context.gateway_client());
  v1::ListPaymentsRequest request;
  request.set_case_id(options.case_id);
  request.set_order_id(options.order);
  ASSIGN_OR_RETURN(const absl::TimeZone zone, kefuctl::SetShop(*client, options.shop, request));
  ASSIGN_OR_RETURN(const auto purpose,
                   Named<v1::PaymentPurpose>("--purpose", "PAYMENT_PURPOSE_", options.purpose,
                                             v1::PaymentPurpose_Parse));
  request.set_purpose(purpose);
  ASSIGN_OR_RETURN(
      const auto state,
      Named<v1::PaymentState>("--state", "PAYMENT_STATE_", options.state, v1::PaymentState_Parse));
  request.set_state(state);
  return kefuctl::PrintAll(
      context, kListPayments, request, &v1::ListPaymentsResponse::mutable_payments,
      [&](const v1::ListPaymentsResponse& list) { return PaymentTable(list, zone); });
}

absl::Status Compensate(Context& context, const Options& options) {
  v1::PayCompensationRequest request;
  ASSIGN_OR_RETURN(const auto kind,
                   Named<v1::CompensationKind>("--kind", "COMPENSATION_KIND_", options.kind,
                                               v1::CompensationKind_Parse));
  request.set_case_id(options.id);
  request.set_kind(kind);
  request.set_request_id(options.request_id);
  return Move(context, kPayCompensation, request);
}

// --- the command line

using Run = absl::Status (*)(Context&, const Options&);

std::pair<CLI::App*, std::shared_ptr<Options>> Of(CLI::App& process, Context& context,
                                                  const char* name, std::string help,
                                                  const char* what, Run run) {
  auto added = Command<Options>(process, context, name, std::move(help), run);
  const bool of_case = std::string_view(what) == "CASE";
  added.first
      ->add_option(what, added.second->id,
                   of_case ? In("售后单", "The case") : In("流程", "The process"))
      ->required();
  return added;
}

void AddList(CLI::App& process, Context& context) {
  const auto [list, o] =
      Command<Options>(process, context, "list", In("流程列表", "List processes"), &List);
  list->add_option("--case", o->case_id, In("只看该售后单", "Only of this case"))->type_name("ID");
  list->add_option("--shop", o->shop, In("只看该店铺", "Only of this shop"))->type_name("ID");
  list->add_option("--state", o->state,
                   In("running、waiting、compensating、done、compensated、stuck",
                      "running, waiting, compensating, done, compensated or stuck"));
  list->add_option(
      "--kind", o->kind,
      In("return、exchange、refund、reissue、compensation、advance_payment、complaint、"
         "breach",
         "return, exchange, refund, reissue, compensation, advance_payment, complaint "
         "or breach"));
  Of(process, context, "show",
     In("一个流程：知道什么、做过什么", "One process: what it knows and what it has done"),
     "PROCESS", &Show);
}

void AddHelp(CLI::App& process, Context& context) {
  const auto [resume, again] =
      Of(process, context, "resume", In("让卡住的流程再试", "Let a stuck process try again"),
         "PROCESS", &Resume);
  resume->add_option("--note", again->note, In("说明", "Why"));
  kefuctl::AddRequestId(*resume, *again);
  const auto [cancel, undone] =
      Of(process, context, "cancel",
         In("撤销流程，售后单交回处理人", "Undo a process and give its case back"), "PROCESS",
         &Cancel);
  cancel->add_option("--reason", undone->note, In("理由", "Why"))->required();
  kefuctl::AddRequestId(*cancel, *undone);
  const auto [settle, told] =
      Of(process, context, "settle",
         In("说明卡住的一步已另行办理或不再办理",
            "Say that the step at which a process is stuck was settled otherwise"),
         "PROCESS", &Settle);
  settle
      ->add_option(
          "--as", told->settlement,
          In("done_elsewhere（已办成，或已另行办理）或 waived（不再办理；还能回头的流程随之撤销）",
             "done_elsewhere, by other means or after all, or waived; what can still turn back is "
             "undone then"))
      ->required();
  settle
      ->add_option("--etag", told->etag,
                   In("process show 显示的版本：此后有变化则不办理",
                      "As process show tells it: nothing is settled if it has moved since"))
      ->required();
  settle->add_option("--note", told->note, In("理由", "Why"))->required();
  settle->add_option(
      "--reference", told->reference,
      In("另行办理的凭据，如银行流水号", "What it can be found by, such as a bank's number"));
  settle->add_flag(
      "--verified", told->verified,
      In("已向对方查明这一步的结果", "Somebody has found out what became of the step"));
  kefuctl::AddRequestId(*settle, *told);
}

void AddMoney(CLI::App& process, Context& context) {
  const auto [plan, p] = Of(
      process, context, "plan",
      In("审核前说明换货、补发发什么，差价，投诉涉及谁；不带选项则显示",
         "Say before the decision what is sent, the price difference, whom a complaint concerns; "
         "without options shows it"),
      "CASE", &Plan);
  plan->add_option("--goods", p->goods,
                   In("发出的商品，如 SKU=2", "What is sent, for example SKU=2"));
  plan->add_option("--difference", p->difference,
                   In("买家补 12.50，或 --difference=-12.50 退给买家",
                      "The buyer pays 12.50; --difference=-12.50 goes back"));
  plan->add_option("--agent", p->agent,
                   In("投诉涉及的客服", "The agent whom a complaint concerns"));
  plan->add_option("--region", p->region,
                   In("发往的行政区划代码", "The division code it is sent to"));
  kefuctl::AddRequestId(*plan, *p);
  const auto [pay, c] =
      Of(process, context, "compensate",
         In("按规则赔付晚发货或运费", "Pay compensation by the policy"), "CASE", &Compensate);
  pay->add_option("--kind", c->kind, In("late_shipment 或 freight", "late_shipment or freight"))
      ->required();
  kefuctl::AddRequestId(*pay, *c);
  const auto [list, l] =
      Command<Options>(process, context, "payments", In("付款列表", "List payments"), &Payments);
  list->add_option("--case", l->case_id, In("只看该售后单", "Only of this case"))->type_name("ID");
  list->add_option("--shop", l->shop, In("只看该店铺", "Only of this shop"))->type_name("ID");
  list->add_option("--order", l->order,
                   In("只看该订单；须给出 --shop", "Only of this order; needs --shop"));
  list->add_option("--purpose", l->purpose,
                   In("refund、collection、repayment、compensation、advance、charge",
                      "refund, collection, repayment, compensation, advance or charge"));
  list->add_option("--state", l->state,
                   In("requested、paid、withdrawn、paid_out_of_band",
                      "requested, paid, withdrawn or paid_out_of_band"));
}

}  // namespace

void AddProcessCommands(CLI::App& program, Context& context) {
  CLI::App& process =
      *program
           .add_subcommand("process", In("审核之后：流程、付款、流程规则",
                                         "What follows decisions: processes, payments, policy"))
           ->require_subcommand(1);
  AddList(process, context);
  AddHelp(process, context);
  AddMoney(process, context);
  AddPolicyCommands(process, context);
}

}  // namespace kefu::processes
