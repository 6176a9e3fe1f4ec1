// kefuctl contract: what is agreed with bases and agencies, whether it is kept, what it costs.
#include <fmt/format.h>

#include "clients/kefuctl/bases/commands.h"
#include "clients/kefuctl/bases/render.h"
#include "clients/kefuctl/figures.h"
#include "clients/kefuctl/i18n.h"
#include "clients/kefuctl/subcommand.h"
#include "clients/kefuctl/values.h"

namespace kefu::bases {
namespace {

namespace st = staffing::v1;
using kefuctl::Command;
using kefuctl::EnumLabel;
using kefuctl::In;
using kefuctl::Named;
using kefuctl::PrintAll;
using kefuctl::PrintCall;
using kefuctl::PrintedJson;
using kefuctl::Rpc;

constexpr Rpc<st::ListContractsRequest, st::ListContractsResponse> kList{
    "/kefu.staffing.v1.ContractService/ListContracts"};
constexpr Rpc<st::GetContractRequest, st::Contract> kGet{
    "/kefu.staffing.v1.ContractService/GetContract"};
constexpr Rpc<st::CheckContractRequest, st::CheckContractResponse> kCheck{
    "/kefu.staffing.v1.StaffingService/CheckContract"};
constexpr Rpc<st::ListBreachesRequest, st::ListBreachesResponse> kBreaches{
    "/kefu.staffing.v1.ContractService/ListBreaches"};
constexpr Rpc<st::DecideBreachRequest, st::Breach> kDecide{
    "/kefu.staffing.v1.ContractService/DecideBreach"};
constexpr Rpc<st::ComputeInvoiceRequest, st::Invoice> kInvoice{
    "/kefu.staffing.v1.StaffingService/ComputeInvoice"};
constexpr Rpc<st::IssueInvoiceRequest, st::Invoice> kIssue{
    "/kefu.staffing.v1.ContractService/IssueInvoice"};
constexpr Rpc<st::CompareMakeOrBuyRequest, st::CompareMakeOrBuyResponse> kCompare{
    "/kefu.staffing.v1.ContractService/CompareMakeOrBuy"};

struct Options {
  std::string id, base, on, month, state, breach, reason, total, request_id;
  std::string currency = "CNY", model = "seats_and_commission", seat_fee, fee, sales;
  int32_t agents = 1, months = 12, fee_months = 0, commission_bps = 0;
};

absl::Status SetMonth(const std::string& text, common::v1::Date* month) {
  ASSIGN_OR_RETURN(const absl::CivilDay first, kefuctl::MonthNamed(text));
  *month = kefuctl::ToProto(first);
  return absl::OkStatus();
}

absl::Status SetMoney(const std::string& text, const std::string& currency,
                      common::v1::Money* money) {
  ASSIGN_OR_RETURN(const int64_t minor, kefuctl::ParseAmount(text, currency));
  money->set_currency_code(currency);
  money->set_minor_units(minor);
  return absl::OkStatus();
}

absl::Status List(kefuctl::Context& context, const Options& options) {
  st::ListContractsRequest request;
  request.set_base_id(options.base);
  if (!options.on.empty()) {
    RETURN_IF_ERROR(kefuctl::SetDay("--on", options.on, request.mutable_on_date()));
  }
  return PrintAll(context, kList, request, &st::ListContractsResponse::mutable_contracts,
                  &ContractTable);
}

absl::Status Show(kefuctl::Context& context, const Options& options) {
  st::GetContractRequest request;
  request.set_contract_id(options.id);
  return PrintCall(context, kGet, request, &TermTable);
}

absl::Status Check(kefuctl::Context& context, const Options& options) {
  ASSIGN_OR_RETURN(kefuctl::Client* const client, context.gateway_client());
  st::CheckContractRequest request;
  request.set_contract_id(options.id);
  RETURN_IF_ERROR(SetMonth(options.month, request.mutable_month()));
  ASSIGN_OR_RETURN(const auto checked, client->Call(kCheck, request));
  if (PrintedJson(context, checked)) return absl::OkStatus();
  context.Print(LevelTable(checked.levels()));
  for (const st::WeekResult& week : checked.weeks()) {
    context.Say(fmt::format(fmt::runtime(In("{} 起的一周", "The week from {}")),
                            kefuctl::DayText(week.week())));
    context.Print(LevelTable(week.levels()));
  }
  st::ListBreachesResponse breaches;
  *breaches.mutable_breaches() = checked.breaches();
  if (!checked.breaches().empty()) context.Print(BreachTable(breaches));
  if (checked.demand() != st::BREACH_DEMAND_UNSPECIFIED) {
    context.Say(fmt::format(fmt::runtime(In("可要求：{}", "May be asked for: {}")),
                            EnumLabel(st::BreachDemand_descriptor(), checked.demand())));
  }
  return absl::OkStatus();
}

absl::Status Breaches(kefuctl::Context& context, const Options& options) {
  st::ListBreachesRequest request;
  request.set_contract_id(options.id);
  ASSIGN_OR_RETURN(
      const auto state,
      (Named<st::BreachState>("--state", "BREACH_STATE_", options.state, &st::BreachState_Parse)));
  request.set_state(state);
  return PrintAll(context, kBreaches, request, &st::ListBreachesResponse::mutable_breaches,
                  &BreachTable);
}

template <bool kWaive>
absl::Status Decide(kefuctl::Context& context, const Options& options) {
  ASSIGN_OR_RETURN(kefuctl::Client* const client, context.gateway_client());
  st::DecideBreachRequest request;
  request.set_contract_id(options.id);
  request.set_breach_id(options.breach);
  request.set_waive(kWaive);
  request.set_reason(options.reason);
  request.set_request_id(options.request_id);
  ASSIGN_OR_RETURN(const auto decided, client->Call(kDecide, request));
  return kefuctl::PrintOne(context, decided, &st::ListBreachesResponse::add_breaches, &BreachTable);
}

absl::Status Invoice(kefuctl::Context& context, const Options& options) {
  st::ComputeInvoiceRequest request;
  request.set_contract_id(options.id);
  RETURN_IF_ERROR(SetMonth(options.month, request.mutable_month()));
  return PrintCall(context, kInvoice, request, &InvoiceTable);
}

absl::Status Issue(kefuctl::Context& context, const Options& options) {
  st::IssueInvoiceRequest request;
  request.set_contract_id(options.id);
  RETURN_IF_ERROR(SetMonth(options.month, request.mutable_month()));
  RETURN_IF_ERROR(SetMoney(options.total, options.currency, request.mutable_total()));
  request.set_request_id(options.request_id);
  return PrintCall(context, kIssue, request, &InvoiceTable);
}

absl::Status Compare(kefuctl::Context& context, const Options& options) {
  ASSIGN_OR_RETURN(kefuctl::Client* const client, context.gateway_client());
  st::CompareMakeOrBuyRequest request;
  request.set_currency_code(options.currency);
  ASSIGN_OR_RETURN(const auto model, (Named<st::PriceModel>("--model", "PRICE_MODEL_",
                                                            options.model, &st::PriceModel_Parse)));
  st::ContractPrice& price = *request.mutable_price();
  price.set_model(model);
  price.set_fee_months(options.fee_months);
  price.set_commission_bps(options.commission_bps);
  if (!options.seat_fee.empty()) {
    RETURN_IF_ERROR(SetMoney(options.seat_fee, options.currency, price.mutable_seat_fee()));
  }
  if (!options.fee.empty()) {
    RETURN_IF_ERROR(SetMoney(options.fee, options.currency, price.mutable_fee()));
  }
  for (int32_t i = 0; i < options.months; ++i) {
    st::WorkMonth& month = *request.add_months();
    month.set_agents(options.agents);
    RETURN_IF_ERROR(SetMoney(options.sales, options.currency, month.mutable_sales()));
  }
  ASSIGN_OR_RETURN(const auto compared, client->Call(kCompare, request));
  if (PrintedJson(context, compared)) return absl::OkStatus();
  context.Print(ComparisonTable(compared));
  if (compared.has_break_even_sales()) {
    context.Say(fmt::format(
        fmt::runtime(In("每人每月销售额达 {} 起，自建不贵于基地",
                        "Own staff costs no more from {} of an agent's sales a month on")),
        kefuctl::ShownMoney(compared.break_even_sales())));
  }
  return absl::OkStatus();
}

void AddRequestId(CLI::App& command, Options& options) {
  command.add_option("--request-id", options.request_id,
                     In("重试时用同一编号", "Repeat with the same to retry"));
}

void AddId(CLI::App& command, Options& options) {
  command.add_option("ID", options.id, In("合同编号", "The contract's id"))->required();
}

void AddMonth(CLI::App& command, Options& options) {
  command.add_option("--month", options.month, In("月份，YYYY-MM", "The month, YYYY-MM"))
      ->required();
}

void AddBreaches(CLI::App& contract, kefuctl::Context& context) {
  const auto [list, listed] =
      Command<Options>(contract, context, "breaches", In("违约记录", "Its breaches"), &Breaches);
  AddId(*list, *listed);
  list->add_option("--state", listed->state,
                   In("open、charged、waived 或 withdrawn", "open, charged, waived or withdrawn"));
  const auto add = [&, &parent = contract](const char* name, std::string help, auto run,
                                           bool needs_reason) {
    const auto [command, o] = Command<Options>(parent, context, name, std::move(help), run);
    AddId(*command, *o);
    command->add_option("BREACH", o->breach, In("违约编号", "The breach's id"))->required();
    command->add_option("--reason", o->reason, In("理由", "Why"))->required(needs_reason);
    AddRequestId(*command, *o);
  };
  add("charge", In("违约照罚", "Charge a breach"), &Decide<false>, false);
  add("waive", In("免除违约", "Waive a breach"), &Decide<true>, true);
}

void AddInvoices(CLI::App& contract, kefuctl::Context& context) {
  const auto [invoice, drawn] =
      Command<Options>(contract, context, "invoice", In("当月账单", "A month's invoice"), &Invoice);
  AddId(*invoice, *drawn);
  AddMonth(*invoice, *drawn);
  const auto [issue, kept] =
      Command<Options>(contract, context, "issue",
                       In("开出账单，此后不变", "Keep a month's invoice for good"), &Issue);
  AddId(*issue, *kept);
  AddMonth(*issue, *kept);
  issue->add_option("--total", kept->total, In("已核对的合计", "The total that you have checked"))
      ->required();
  issue->add_option("--currency", kept->currency, In("货币", "Its currency"))
      ->capture_default_str();
  AddRequestId(*issue, *kept);
}

void AddCompare(CLI::App& contract, kefuctl::Context& context) {
  const auto [compare, o] =
      Command<Options>(contract, context, "compare",
                       In("自建还是基地", "Own staff or a base: make or buy"), &Compare);
  compare
      ->add_option("--model", o->model,
                   In("计价方式：seats_and_commission、commission、fee、fee_then_commission、"
                      "fee_and_commission",
                      "seats_and_commission, commission, fee, fee_then_commission or "
                      "fee_and_commission"))
      ->capture_default_str();
  compare->add_option("--agents", o->agents, In("人数", "Agents"))->capture_default_str();
  compare->add_option("--sales", o->sales, In("每月销售额合计", "Sales of all of them a month"))
      ->required();
  compare->add_option("--months", o->months, In("月数", "Months"))
      ->check(CLI::Range(1, 120))
      ->capture_default_str();
  compare->add_option("--seat-fee", o->seat_fee, In("席位月费", "A seat and month"));
  compare->add_option("--fee", o->fee, In("月服务费", "A month's fee"));
  compare->add_option("--fee-months", o->fee_months, In("先付服务费的月数", "Months with the fee"));
  compare->add_option("--commission-bps", o->commission_bps,
                      In("提成，万分之几", "Commission in basis points"));
  compare->add_option("--currency", o->currency, In("货币", "The currency"))->capture_default_str();
}

}  // namespace

void AddContractCommands(CLI::App& program, kefuctl::Context& context) {
  CLI::App& contract = *program
                            .add_subcommand("contract", In("与基地和代运营的合同",
                                                           "Contracts with bases and agencies"))
                            ->require_subcommand(1);
  const auto [list, listed] =
      Command<Options>(contract, context, "list", In("列出合同", "List contracts"), &List);
  list->add_option("--base", listed->base, In("基地", "Of this base"))->type_name("ID");
  list->add_option("--on", listed->on, In("当天有效的", "In force on this day, YYYY-MM-DD"));
  const auto [show, shown] =
      Command<Options>(contract, context, "show", In("条款", "What is agreed"), &Show);
  AddId(*show, *shown);
  const auto [check, checked] = Command<Options>(
      contract, context, "check", In("是否履约", "Whether a month keeps it"), &Check);
  AddId(*check, *checked);
  AddMonth(*check, *checked);
  AddBreaches(contract, context);
  AddInvoices(contract, context);
  AddCompare(contract, context);
}

}  // namespace kefu::bases
