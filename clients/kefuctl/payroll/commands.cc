#include "clients/kefuctl/payroll/commands.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <memory>

#include "clients/kefuctl/i18n.h"
#include "clients/kefuctl/payroll/render.h"
#include "clients/kefuctl/progress.h"
#include "clients/kefuctl/shops.h"
#include "clients/kefuctl/subcommand.h"
#include "common/hash/sha256.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "common/time/civil.h"
#include "kefu/performance/v1/payroll.pb.h"

namespace kefu::payroll {
namespace {

namespace pay = performance::v1;
using Json = nlohmann::ordered_json;
using kefuctl::AllPages;
using kefuctl::In;
using kefuctl::PrintedJson;
using kefuctl::Rpc;

constexpr Rpc<pay::ComputePayrollRequest, pay::ComputePayrollResponse> kCompute{
    "/kefu.performance.v1.PerformanceService/ComputePayroll"};
constexpr Rpc<pay::SimulatePayrollRequest, pay::SimulatePayrollResponse> kSimulate{
    "/kefu.performance.v1.PerformanceService/SimulatePayroll"};
constexpr Rpc<pay::ClosePeriodRequest, pay::PayPeriod> kClose{
    "/kefu.performance.v1.PerformanceService/ClosePeriod"};
constexpr Rpc<pay::GetStatementRequest, pay::Statement> kStatement{
    "/kefu.performance.v1.PayrollService/GetStatement"};
constexpr Rpc<pay::ExplainStatementLineRequest, pay::ExplainStatementLineResponse> kExplain{
    "/kefu.performance.v1.PayrollService/ExplainStatementLine"};

constexpr Rpc<pay::ListPeriodsRequest, pay::ListPeriodsResponse> kPeriods{
    "/kefu.performance.v1.PayrollService/ListPeriods"};
constexpr Rpc<pay::VerifyPeriodRequest, pay::VerifyPeriodResponse> kVerify{
    "/kefu.performance.v1.PayrollService/VerifyPeriod"};

constexpr Rpc<pay::ListPayPlansRequest, pay::ListPayPlansResponse> kPlans{
    "/kefu.performance.v1.PayrollService/ListPayPlans"};
constexpr Rpc<pay::GetPayPlanRequest, pay::PayPlan> kPlan{
    "/kefu.performance.v1.PayrollService/GetPayPlan"};

constexpr int kPageSize = 1000;

struct Options {
  std::string shop, month, plan, baseline, agent, hash;
  int months = 1, line = 0;
  bool shipped = false;
};

// "2024-11" into the request, with the shop.
template <class Request>
absl::Status SetMonth(const Options& options, Request& request) {
  ASSIGN_OR_RETURN(const absl::CivilDay first, kefuctl::MonthNamed(options.month));
  request.set_shop_id(options.shop);
  request.set_year(static_cast<int32_t>(first.year()));
  request.set_month(first.month());
  return absl::OkStatus();
}

// A refusal with what to do about it.
absl::Status Advised(const absl::Status& status) {
  const std::string reason = ReasonOf(status);
  std::string advice;
  if (reason == "PAY_PLAN_CURRENCY") {
    advice = In("。方案由 PayrollService.CreatePayPlan 创建",
                ". A plan is created by PayrollService.CreatePayPlan");
  } else if (reason == "PAY_FIGURES_NOT_CURRENT") {
    advice = In("。指标正在计算，稍后再试", ". The figures are being computed: try again");
  } else if (reason == "PAY_INCOMPLETE") {
    advice = In("。payroll compute 列出有问题的工资单",
                ". 'payroll compute' lists the statements with problems");
  }
  if (advice.empty()) return status;
  absl::Status advised(status.code(), std::string(status.message()) + advice);
  status.ForEachPayload([&](absl::string_view type, const absl::Cord& payload) {
    advised.SetPayload(type, payload);  // the reason among them
  });
  return advised;
}

// The month with all of its statements.
absl::StatusOr<pay::ComputePayrollResponse> ReadMonth(kefuctl::Context& context,
                                                      kefuctl::Client& client,
                                                      const Options& options) {
  kefuctl::Progress progress(context.err_is_terminal && !context.no_progress);
  pay::ComputePayrollRequest request;
  RETURN_IF_ERROR(SetMonth(options, request));
  request.set_pay_plan_id(options.plan);
  request.set_page_size(kPageSize);
  pay::ComputePayrollResponse whole;
  do {
    ASSIGN_OR_RETURN(const auto page, client.Call(kCompute, request));
    *whole.mutable_period() = page.period();
    whole.mutable_statements()->MergeFrom(page.statements());
    request.set_page_token(page.next_page_token());
    progress.Say(kefuctl::Bar(In("读取工资单", "reading statements"), whole.statements_size(),
                              page.period().statement_count()));
  } while (!request.page_token().empty());
  progress.Clear();
  return whole;
}

absl::Status ShowMonth(kefuctl::Context& context, const Options& options) {
  ASSIGN_OR_RETURN(kefuctl::Client* const client, context.gateway_client());
  ASSIGN_OR_RETURN(const auto month, ReadMonth(context, *client, options));
  if (PrintedJson(context, month)) return absl::OkStatus();
  context.Print(PeriodHead(month.period()) + "\n");
  if (month.period().state() == pay::PAY_STATE_OPEN) {
    context.Print(fmt::format("{} {}\n", In("关账校验值", "hash to close it by"),
                              month.period().statements_hash().substr(0, kShortHash)));
  }
  if (month.statements().empty()) {
    context.Say(Tr(kefuctl::Text::kNoFacts));
    return absl::OkStatus();
  }
  context.Print("\n");
  context.Print(StatementsTable(month.statements(), kefuctl::AgentNames(*client)));
  return absl::OkStatus();
}

// What was shown is what is closed: the hash that 'payroll compute' has printed must still be the
// month's.
absl::Status RequireHash(const pay::PayPeriod& period, const Options& options) {
  if (options.hash.size() >= kShortHash && period.statements_hash().starts_with(options.hash)) {
    return absl::OkStatus();
  }
  return absl::FailedPreconditionError(fmt::format(
      fmt::runtime(options.hash.empty()
                       ? In("{}\n未关账。确认无误后加 --hash {}",
                            "{}\nNot closed. When it is as it should be, add --hash {}")
                       : In("{}\n工资单已变化，未关账。核对后用 --hash {}",
                            "{}\nThe statements are others than those of that hash: not closed. "
                            "Look at them again, then use --hash {}")),
      PeriodHead(period), period.statements_hash().substr(0, kShortHash)));
}

// Of one closing of one month of one shop, and of nothing else.
std::string RequestIdOf(const pay::PayPeriod& period) {
  return "close-" +
         Hex(Sha256({period.shop_id(), "\n", fmt::format("{}-{}\n", period.year(), period.month()),
                     period.statements_hash()}))
             .substr(0, 32);
}

// The month as it was read is what is closed; again with the same answer after a broken connection.
absl::Status CloseMonth(kefuctl::Context& context, const Options& options) {
  ASSIGN_OR_RETURN(kefuctl::Client* const client, context.gateway_client());
  ASSIGN_OR_RETURN(const auto month, ReadMonth(context, *client, options));
  pay::ClosePeriodRequest request;
  RETURN_IF_ERROR(SetMonth(options, request));
  RETURN_IF_ERROR(RequireHash(month.period(), options));
  request.set_expected_hash(month.period().statements_hash());
  request.set_request_id(RequestIdOf(month.period()));
  ASSIGN_OR_RETURN(const pay::PayPeriod closed, client->Call(kClose, request));
  if (PrintedJson(context, closed)) return absl::OkStatus();
  context.Print(PeriodHead(closed) + "\n");
  context.Print(fmt::format("{} {}\n", In("校验值", "hash"), closed.period_hash()));
  return absl::OkStatus();
}

absl::Status ShowPeriods(kefuctl::Context& context, const Options& options) {
  ASSIGN_OR_RETURN(kefuctl::Client* const client, context.gateway_client());
  pay::ListPeriodsRequest request;
  request.set_shop_id(options.shop);
  ASSIGN_OR_RETURN(const auto whole, AllPages(*client, kPeriods, request,
                                              &pay::ListPeriodsResponse::mutable_periods));
  if (PrintedJson(context, whole)) return absl::OkStatus();
  if (whole.periods().empty()) {
    context.Say(In("没有已关账的月份", "no month is closed"));
  } else {
    context.Print(PeriodsTable(whole.periods()));
  }
  return absl::OkStatus();
}

absl::Status ShowPlan(kefuctl::Context& context, kefuctl::Client& client, const Options& options) {
  pay::GetPayPlanRequest request;
  request.set_pay_plan_id(options.plan);
  ASSIGN_OR_RETURN(const pay::PayPlan plan, client.Call(kPlan, request));
  if (PrintedJson(context, plan)) return absl::OkStatus();
  google::protobuf::RepeatedPtrField<pay::PayPlan> one;
  *one.Add() = plan;
  context.Print(PlansTable(one));
  context.Print("\n");
  context.Print(RulesTable(plan));
  return absl::OkStatus();
}

absl::Status ShowPlans(kefuctl::Context& context, const Options& options) {
  ASSIGN_OR_RETURN(kefuctl::Client* const client, context.gateway_client());
  if (!options.plan.empty()) return ShowPlan(context, *client, options);
  pay::ListPayPlansRequest request;
  request.set_shop_id(options.shop);
  request.set_shipped(options.shipped);
  ASSIGN_OR_RETURN(const auto whole,
                   AllPages(*client, kPlans, request, &pay::ListPayPlansResponse::mutable_plans));
  if (PrintedJson(context, whole)) return absl::OkStatus();
  if (whole.plans().empty()) {
    context.Say(In("没有自订方案；--shipped 列出内置方案",
                   "there is no plan of your own; --shipped lists those that come with the suite"));
  } else {
    context.Print(PlansTable(whole.plans()));
  }
  return absl::OkStatus();
}

// Fails when what is stored is not what was closed.
absl::Status VerifyMonth(kefuctl::Context& context, const Options& options) {
  pay::VerifyPeriodRequest request;
  RETURN_IF_ERROR(SetMonth(options, request));
  ASSIGN_OR_RETURN(kefuctl::Client* const client, context.gateway_client());
  ASSIGN_OR_RETURN(const auto answer, client->Call(kVerify, request));
  if (context.json()) {
    context.PrintJson(kefuctl::JsonOf(answer));
  } else if (answer.intact()) {
    context.Print(fmt::format("{} {}\n", In("完好", "intact"), answer.stored_hash()));
  }
  if (answer.intact()) return absl::OkStatus();
  return absl::DataLossError(
      fmt::format("{}\n{}", In("已关账的月份被改动过：", "the closed month was altered:"),
                  fmt::join(answer.findings(), "\n")));
}

absl::Status ShowSources(kefuctl::Context& context, kefuctl::Client& client, const Options& options,
                         const pay::Statement& statement) {
  pay::ExplainStatementLineRequest request;
  RETURN_IF_ERROR(SetMonth(options, request));
  request.set_agent_id(options.agent);
  request.set_line_number(options.line);
  request.set_page_size(kPageSize);
  pay::ExplainStatementLineResponse whole;
  do {
    ASSIGN_OR_RETURN(const auto page, client.Call(kExplain, request));
    *whole.mutable_line() = page.line();
    whole.mutable_sources()->MergeFrom(page.sources());
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  if (PrintedJson(context, whole)) return absl::OkStatus();
  pay::Statement only = statement;
  only.clear_lines();
  *only.add_lines() = whole.line();
  context.Print(StatementHead(statement, kefuctl::AgentNames(client)) + "\n\n");
  context.Print(LinesTable(only));
  context.Print("\n");
  context.Print(SourcesTable(whole.sources()));
  return absl::OkStatus();
}

absl::Status ShowStatement(kefuctl::Context& context, const Options& options) {
  pay::GetStatementRequest request;
  RETURN_IF_ERROR(SetMonth(options, request));
  request.set_agent_id(options.agent);
  ASSIGN_OR_RETURN(kefuctl::Client* const client, context.gateway_client());
  ASSIGN_OR_RETURN(const pay::Statement statement, client->Call(kStatement, request));
  if (options.line != 0) return ShowSources(context, *client, options, statement);
  if (PrintedJson(context, statement)) return absl::OkStatus();
  context.Print(StatementHead(statement, kefuctl::AgentNames(*client)) + "\n\n");
  context.Print(LinesTable(statement));
  if (const kefuctl::Table gates = GatesTable(statement); !gates.empty()) {
    context.Print("\n");
    context.Print(gates);
  }
  return absl::OkStatus();
}

absl::Status Simulate(kefuctl::Context& context, const Options& options) {
  pay::SimulatePayrollRequest request;
  RETURN_IF_ERROR(SetMonth(options, request));
  request.set_month_count(options.months);
  request.set_pay_plan_id(options.plan);
  request.set_baseline_pay_plan_id(options.baseline);
  ASSIGN_OR_RETURN(kefuctl::Client* const client, context.gateway_client());
  ASSIGN_OR_RETURN(const auto simulation, client->Call(kSimulate, request));
  if (PrintedJson(context, simulation)) return absl::OkStatus();
  context.Print(PeopleTable(simulation, kefuctl::AgentNames(*client)));
  context.Print("\n" + SimulationSums(simulation) + "\n");
  return absl::OkStatus();
}

// The shop may be named by its id on the platform, as everywhere.
absl::Status RunOf(kefuctl::Context& context, Options options,
                   absl::Status (*run)(kefuctl::Context&, const Options&)) {
  if (!options.shop.empty()) {
    ASSIGN_OR_RETURN(kefuctl::Client* const client, context.gateway_client());
    ASSIGN_OR_RETURN(const auto shop, kefuctl::FindShop(*client, options.shop));
    options.shop = shop.shop_id();
  }
  return run(context, options);
}

// A command of `payroll` with the options that all have, and with a month where it is about one.
CLI::App* AddCommand(CLI::App& payroll, kefuctl::Context& context, const std::string& name,
                     const std::string& help, const std::shared_ptr<Options>& options,
                     absl::Status (*run)(kefuctl::Context&, const Options&), bool of_month = true) {
  CLI::App* const command = payroll.add_subcommand(name, help);
  command
      ->add_option("--shop", options->shop,
                   In("店铺：编号或平台上的店铺号；省略为全部店铺",
                      "The shop: its id or its id on the platform; without it all shops together"))
      ->type_name("ID");
  if (of_month) {
    command->add_option("--month", options->month, In("月份，YYYY-MM", "The month, YYYY-MM"))
        ->required()
        ->type_name("MONTH");
  }
  command->callback([&context, options, run] {
    context.command = [&context, options, run] { return Advised(RunOf(context, *options, run)); };
  });
  return command;
}

}  // namespace

void AddPayrollCommands(CLI::App& program, kefuctl::Context& context) {
  CLI::App& payroll =
      *program
           .add_subcommand("payroll", In("薪酬：计算、工资单、方案、试算、关账、核对",
                                         "Pay: months, statements, plans, simulations, closing"))
           ->require_subcommand(1);
  auto options = std::make_shared<Options>();
  const std::string plan_help = In("方案编号，例如 shipped:growth",
                                   "A plan's id, for example "
                                   "shipped:growth");
  AddCommand(payroll, context, "compute", In("按月计算工资", "A month's statements"), options,
             ShowMonth)
      ->add_option("--plan", options->plan, plan_help)
      ->type_name("ID");

  options = std::make_shared<Options>();
  CLI::App* const statement =
      AddCommand(payroll, context, "statement",
                 In("一位客服的工资单，逐行可追溯", "An agent's statement, line by line"), options,
                 ShowStatement);
  statement->add_option("--agent", options->agent, In("客服编号", "The agent's id"))
      ->required()
      ->type_name("ID");
  statement
      ->add_option("--line", options->line,
                   In("列出第 N 行背后的订单、退款、记录", "List the rows behind line N"))
      ->type_name("N")
      ->check(CLI::PositiveNumber);

  options = std::make_shared<Options>();
  CLI::App* const simulate =
      AddCommand(payroll, context, "simulate",
                 In("用另一方案试算往月", "What another plan would have paid"), options, Simulate);
  simulate->add_option("--plan", options->plan, plan_help)->required()->type_name("ID");
  simulate
      ->add_option("--against", options->baseline,
                   In("对比的方案；省略为各月执行的方案",
                      "The plan to compare with; without it "
                      "the one in force"))
      ->type_name("ID");
  simulate->add_option("--months", options->months, In("连续几个月", "How many months"))
      ->type_name("N")
      ->check(CLI::Range(1, 24));

  options = std::make_shared<Options>();
  CLI::App* const plans = AddCommand(payroll, context, "plans",
                                     In("列出薪酬方案", "List pay plans, or one with its rules"),
                                     options, ShowPlans, /*of_month=*/false);
  plans->add_flag("--shipped", options->shipped, In("内置方案", "Those that come with the suite"));
  plans->add_option("--plan", options->plan, plan_help)->type_name("ID");

  options = std::make_shared<Options>();
  AddCommand(payroll, context, "periods", In("列出已关账的月份", "List the closed months"), options,
             ShowPeriods, /*of_month=*/false);

  options = std::make_shared<Options>();
  AddCommand(payroll, context, "verify",
             In("核对已关账月份的校验值", "Check that a closed month is as it was closed"), options,
             VerifyMonth);

  options = std::make_shared<Options>();
  AddCommand(payroll, context, "close",
             In("关账：此后不再改动", "Close the month: it never changes again"), options,
             CloseMonth)
      ->add_option("--hash", options->hash,
                   In("payroll compute 显示的校验值；不给则只显示合计",
                      "As 'payroll compute' has printed it; without it only the totals are shown"))
      ->type_name("HASH");
}

}  // namespace kefu::payroll
