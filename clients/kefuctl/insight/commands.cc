#include "clients/kefuctl/insight/commands.h"

#include <fmt/format.h>

#include "clients/kefuctl/i18n.h"
#include "clients/kefuctl/insight/figures.h"
#include "clients/kefuctl/insight/render.h"
#include "clients/kefuctl/subcommand.h"
#include "clients/kefuctl/text.h"
#include "common/status/status_macros.h"

namespace kefu::insight {
namespace {

namespace as = aftersales::v1;
using kefuctl::Client;
using kefuctl::Command;
using kefuctl::Context;
using kefuctl::In;
using kefuctl::Rpc;

constexpr Rpc<as::ListBadLotWarningsRequest, as::ListBadLotWarningsResponse> kListWarnings{
    "/kefu.aftersales.v1.InsightService/ListBadLotWarnings"};
constexpr Rpc<as::ExplainBadLotRequest, as::ExplainBadLotResponse> kExplain{
    "/kefu.aftersales.v1.InsightService/ExplainBadLot"};
constexpr Rpc<as::JudgeBadLotRequest, as::BadLotWarning> kJudge{
    "/kefu.aftersales.v1.InsightService/JudgeBadLot"};

struct Options {
  std::string state, sku, warning, verdict, note, request_id;
};

absl::Status BadLots(Context& context, const Options& options) {
  as::ListBadLotWarningsRequest request;
  ASSIGN_OR_RETURN(const auto state,
                   kefuctl::Named<as::BadLotState>("--state", "BAD_LOT_STATE_", options.state,
                                                   as::BadLotState_Parse));
  request.set_state(state);
  request.set_sku(options.sku);
  return kefuctl::PrintAll(context, kListWarnings, request,
                           &as::ListBadLotWarningsResponse::mutable_warnings, WarningTable);
}

absl::Status Explain(Context& context, const Options& options) {
  as::ExplainBadLotRequest request;
  request.set_warning_id(options.warning);
  ASSIGN_OR_RETURN(Client* const client, context.gateway_client());
  ASSIGN_OR_RETURN(
      const as::ExplainBadLotResponse answer,
      kefuctl::AllPages(*client, kExplain, request, &as::ExplainBadLotResponse::mutable_cases));
  if (kefuctl::PrintedJson(context, answer)) return absl::OkStatus();
  as::ListBadLotWarningsResponse one;
  *one.add_warnings() = answer.warning();
  PrintNamed(context, WarningTable(one));
  context.Print(fmt::format("\n{} {}{} · {} {}\n{}\n\n", In("规则版本", "Rule version"),
                            answer.policy_version(),
                            answer.policy_shipped() ? In("（默认）", " (shipped)") : "",
                            In("同时检验的批次数", "series looked at together"), answer.series(),
                            kefuctl::Printable(answer.rule())));
  context.Print(DayTable(answer));
  context.Print("\n");
  PrintNamed(context, BadLotCaseTable(answer));
  return absl::OkStatus();
}

absl::Status Judge(Context& context, const Options& options) {
  as::JudgeBadLotRequest request;
  request.set_warning_id(options.warning);
  ASSIGN_OR_RETURN(const auto verdict,
                   kefuctl::Named<as::BadLotState>("verdict", "BAD_LOT_STATE_", options.verdict,
                                                   as::BadLotState_Parse));
  request.set_verdict(verdict);
  request.set_note(options.note);
  request.set_request_id(options.request_id);
  ASSIGN_OR_RETURN(Client* const client, context.gateway_client());
  ASSIGN_OR_RETURN(const as::BadLotWarning judged, client->Call(kJudge, request));
  return kefuctl::PrintOne(context, judged, &as::ListBadLotWarningsResponse::add_warnings,
                           WarningTable);
}

}  // namespace

void AddInsightCommands(CLI::App& program, Context& context) {
  CLI::App* const insight = program.add_subcommand(
      "insight", In("售后洞察：问题批次、原因、时效、积压与预测",
                    "Insight of after-sales: bad lots, reasons, deadlines, backlog, forecast"));
  insight->require_subcommand(1);
  const auto [bad_lots, of_list] =
      Command<Options>(*insight, context, "bad-lots",
                       In("列出问题批次预警：比同款其他货更常被投诉的批次",
                          "List warnings of bad lots: lots that are complained about more often "
                          "than others of the SKU"),
                       BadLots);
  bad_lots->add_option("--state", of_list->state,
                       In("只看这些：open、confirmed、dismissed", "open, confirmed or dismissed"));
  bad_lots->add_option("--sku", of_list->sku, In("只看该商品", "Only this SKU"));
  const auto [explain, of_explain] = Command<Options>(
      *insight, context, "explain-lot",
      In("说明一条预警：规则、逐日发货与投诉、售后单",
         "Explain a warning: the rule, each day's shipments and complaints, the cases"),
      Explain);
  explain->add_option("warning", of_explain->warning, In("预警编号", "The warning"))->required();
  const auto [judge, of_judge] =
      Command<Options>(*insight, context, "judge-lot",
                       In("判定一条预警：confirmed 属实，dismissed 不属实",
                          "Judge a warning: confirmed or dismissed"),
                       Judge);
  judge->add_option("warning", of_judge->warning, In("预警编号", "The warning"))->required();
  judge
      ->add_option("verdict", of_judge->verdict,
                   In("confirmed 或 dismissed", "confirmed or dismissed"))
      ->required();
  judge->add_option("--note", of_judge->note, In("理由", "Why"))->required();
  kefuctl::AddRequestId(*judge, *of_judge);
  AddFigureCommands(*insight, context);
}

}  // namespace kefu::insight
