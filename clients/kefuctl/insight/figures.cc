#include "clients/kefuctl/insight/figures.h"

#include <fmt/format.h>

#include <string>
#include <vector>

#include "absl/time/time.h"
#include "clients/kefuctl/i18n.h"
#include "clients/kefuctl/insight/figures_render.h"
#include "clients/kefuctl/shops.h"
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

#define KEFUCTL_FIGURE(Method)                                         \
  constexpr Rpc<as::Method##Request, as::Method##Response> k##Method { \
    "/kefu.aftersales.v1.CaseFigureService/" #Method                   \
  }
KEFUCTL_FIGURE(GetReasons);
KEFUCTL_FIGURE(GetReasonTrend);
KEFUCTL_FIGURE(ListReasonCases);
KEFUCTL_FIGURE(GetSlaCompliance);
KEFUCTL_FIGURE(ListSlaDeadlines);
KEFUCTL_FIGURE(GetBacklog);
KEFUCTL_FIGURE(ForecastBreaches);
#undef KEFUCTL_FIGURE

struct Options {
  std::string shop, from, to, by, within, group, step, value, clock, outcome;
  std::vector<std::string> kinds;
  int64_t least = 0;
  bool sold = false;
  int horizon = 0, step_hours = 0, history = 0;
};

absl::Status AddKinds(const Options& options, google::protobuf::RepeatedField<int>* kinds) {
  for (const std::string& word : options.kinds) {
    ASSIGN_OR_RETURN(const auto kind, kefuctl::Named<as::CaseKind>("--kind", "CASE_KIND_", word,
                                                                   as::CaseKind_Parse));
    kinds->Add(kind);
  }
  return absl::OkStatus();
}

absl::StatusOr<as::ReasonDimension> DimensionOf(const std::string& option,
                                                const std::string& word) {
  return kefuctl::Named<as::ReasonDimension>(option, "REASON_DIMENSION_", word,
                                             as::ReasonDimension_Parse);
}

// "sku=S-1"; what is behind the first "=" may hold further ones.
absl::Status SetGroup(const std::string& option, const std::string& text, as::ReasonGroup* group) {
  const size_t at = text.find('=');
  if (at == std::string::npos) {
    return absl::InvalidArgumentError(
        fmt::format(fmt::runtime(In("{}：应写作 维度=值，例如 sku=S-1",
                                    "{} must be DIMENSION=VALUE, such as "
                                    "sku=S-1")),
                    option));
  }
  ASSIGN_OR_RETURN(const auto by, DimensionOf(option, text.substr(0, at)));
  group->set_by(by);
  group->set_value(text.substr(at + 1));
  return absl::OkStatus();
}

template <class Request>
absl::StatusOr<absl::TimeZone> SetShop(Context& context, const Options& options, Request& request) {
  ASSIGN_OR_RETURN(Client* const client, context.gateway_client());
  return kefuctl::SetShop(*client, options.shop, request);
}

// Shop, days and kinds of a request.
template <class Request>
absl::StatusOr<absl::TimeZone> SetPeriod(Context& context, const Options& options,
                                         Request& request) {
  RETURN_IF_ERROR(kefuctl::SetDays(options.from, options.to, request.mutable_period()));
  RETURN_IF_ERROR(AddKinds(options, request.mutable_kinds()));
  return SetShop(context, options, request);
}

absl::Status Reasons(Context& context, const Options& options) {
  as::GetReasonsRequest request;
  RETURN_IF_ERROR(SetPeriod(context, options, request).status());
  ASSIGN_OR_RETURN(const auto by, DimensionOf("--by", options.by));
  request.set_by(by);
  if (!options.within.empty()) {
    RETURN_IF_ERROR(SetGroup("--within", options.within, request.mutable_within()));
  }
  request.set_least_cases(options.least);
  request.set_count_sold(options.sold);
  return kefuctl::PrintAll(context, kGetReasons, request, &as::GetReasonsResponse::mutable_rows,
                           [by](const auto& all) { return ReasonTable(all, by); });
}

absl::Status Trend(Context& context, const Options& options) {
  as::GetReasonTrendRequest request;
  RETURN_IF_ERROR(SetPeriod(context, options, request).status());
  if (!options.group.empty()) {
    RETURN_IF_ERROR(SetGroup("--group", options.group, request.mutable_within()));
  }
  ASSIGN_OR_RETURN(
      const auto step,
      kefuctl::Named<as::TrendStep>("--step", "TREND_STEP_", options.step, as::TrendStep_Parse));
  request.set_step(step);
  return kefuctl::PrintCall(context, kGetReasonTrend, request, TrendTable);
}

absl::Status ReasonCases(Context& context, const Options& options) {
  as::ListReasonCasesRequest request;
  ASSIGN_OR_RETURN(const absl::TimeZone zone, SetPeriod(context, options, request));
  RETURN_IF_ERROR(SetGroup("group", options.group, request.mutable_group()));
  if (!options.within.empty()) {
    RETURN_IF_ERROR(SetGroup("--within", options.within, request.mutable_within()));
  }
  return kefuctl::PrintAll(context, kListReasonCases, request,
                           &as::ListReasonCasesResponse::mutable_cases,
                           [&](const auto& all) { return FigureCaseTable(all, zone); });
}

template <class Request>
absl::StatusOr<absl::TimeZone> SetSlaBy(Context& context, const Options& options,
                                        Request& request) {
  ASSIGN_OR_RETURN(const auto by,
                   kefuctl::Named<as::SlaDimension>("--by", "SLA_DIMENSION_", options.by,
                                                    as::SlaDimension_Parse));
  request.set_by(by);
  return SetPeriod(context, options, request);
}

absl::Status Sla(Context& context, const Options& options) {
  as::GetSlaComplianceRequest request;
  RETURN_IF_ERROR(SetSlaBy(context, options, request).status());
  return kefuctl::PrintAll(context, kGetSlaCompliance, request,
                           &as::GetSlaComplianceResponse::mutable_rows, SlaTable);
}

absl::Status Deadlines(Context& context, const Options& options) {
  as::ListSlaDeadlinesRequest request;
  ASSIGN_OR_RETURN(const absl::TimeZone zone, SetSlaBy(context, options, request));
  request.set_value(options.value);
  ASSIGN_OR_RETURN(
      const auto clock,
      kefuctl::Named<as::ClockKind>("--clock", "CLOCK_KIND_", options.clock, as::ClockKind_Parse));
  request.set_clock_kind(clock);
  ASSIGN_OR_RETURN(const auto outcome,
                   kefuctl::Named<as::SlaOutcome>("--outcome", "SLA_OUTCOME_", options.outcome,
                                                  as::SlaOutcome_Parse));
  request.set_outcome(outcome);
  return kefuctl::PrintAll(context, kListSlaDeadlines, request,
                           &as::ListSlaDeadlinesResponse::mutable_deadlines,
                           [&](const auto& all) { return DeadlineTable(all, zone); });
}

absl::Status Backlog(Context& context, const Options& options) {
  as::GetBacklogRequest request;
  RETURN_IF_ERROR(SetShop(context, options, request).status());
  return kefuctl::PrintCall(context, kGetBacklog, request, BacklogTable);
}

absl::Status Forecast(Context& context, const Options& options) {
  as::ForecastBreachesRequest request;
  ASSIGN_OR_RETURN(const absl::TimeZone zone, SetShop(context, options, request));
  request.set_horizon_hours(options.horizon);
  request.set_step_hours(options.step_hours);
  request.set_history_days(options.history);
  RETURN_IF_ERROR(AddKinds(options, request.mutable_kinds()));
  ASSIGN_OR_RETURN(Client* const client, context.gateway_client());
  ASSIGN_OR_RETURN(const as::ForecastBreachesResponse answer,
                   client->Call(kForecastBreaches, request));
  if (kefuctl::PrintedJson(context, answer)) return absl::OkStatus();
  context.Print(ForecastTable(answer, zone));
  context.Print("\n" + HistoryText(answer) + "\n");
  return absl::OkStatus();
}

void AddShop(CLI::App& command, Options& options) {
  command.add_option("--shop", options.shop,
                     In("只看该店铺；基地必填", "Only this shop; a base must name one"));
}

void AddKind(CLI::App& command, Options& options) {
  command.add_option(
      "--kind", options.kinds,
      In("只看这些类型：return、exchange 等", "Only these kinds: return, exchange …"));
}

void AddPeriod(CLI::App& command, Options& options) {
  AddShop(command, options);
  command.add_option("--from", options.from, In("受理日期从", "Received from"))->required();
  command.add_option("--to", options.to,
                     In("到（含），默认同一天", "To, included; default the same"));
  AddKind(command, options);
}

void AddSlaBy(CLI::App& command, Options& options) {
  AddPeriod(command, options);
  command.add_option("--by", options.by,
                     In("按 shop、base 或 agent 分组", "By shop, base or agent"));
}

void AddReasonCommands(CLI::App& insight, Context& context) {
  const std::string within = In("只看这一组，例如 sku=S-1", "Only this group, such as sku=S-1");
  const auto [reasons, of_reasons] = Command<Options>(
      insight, context, "reasons",
      In("售后原因：按商品、仓库、客服、承运商等统计，附前期与成本",
         "What cases are about: by SKU, node, agent, carrier …, with the days before and cost"),
      Reasons);
  AddPeriod(*reasons, *of_reasons);
  reasons
      ->add_option("--by", of_reasons->by,
                   In("维度：reason、sku、node、lot、category、kind、result、agent、base、carrier、"
                      "shop、sku_and_kind、customer、order",
                      "reason, sku, node, lot, category, kind, result, agent, base, carrier, shop, "
                      "sku_and_kind, customer or order"))
      ->required();
  reasons->add_option("--within", of_reasons->within, within);
  reasons->add_option("--least", of_reasons->least,
                      In("只看至少这么多件的组", "Only groups with so many cases"));
  reasons->add_flag("--sold", of_reasons->sold,
                    In("同时统计售出或发出数量", "Count what was sold or shipped too"));
  const auto [trend, of_trend] = Command<Options>(
      insight, context, "trend",
      In("售后趋势：逐日、逐周或逐月", "How cases came by day, week or month"), Trend);
  AddPeriod(*trend, *of_trend);
  trend->add_option("--group", of_trend->group, within);
  trend->add_option("--step", of_trend->step, In("day、week 或 month", "day, week or month"));
  const auto [cases, of_cases] =
      Command<Options>(insight, context, "reason-cases",
                       In("某一组背后的售后单", "The cases behind a group"), ReasonCases);
  AddPeriod(*cases, *of_cases);
  cases->add_option("group", of_cases->group, In("分组，例如 sku=S-1", "Such as sku=S-1"))
      ->required();
  cases->add_option("--within", of_cases->within, within);
}

}  // namespace

void AddFigureCommands(CLI::App& insight, Context& context) {
  AddReasonCommands(insight, context);
  const auto [sla, of_sla] = Command<Options>(
      insight, context, "sla",
      In("时效达成率：按店铺、基地或客服", "Kept deadlines by shop, base or agent"), Sla);
  AddSlaBy(*sla, *of_sla);
  const auto [deadlines, of_deadlines] =
      Command<Options>(insight, context, "deadlines",
                       In("达成率背后的时限", "The deadlines behind a share"), Deadlines);
  AddSlaBy(*deadlines, *of_deadlines);
  deadlines->add_option("--value", of_deadlines->value,
                        In("店铺、基地或客服编号", "The shop, base or agent"));
  deadlines
      ->add_option("--clock", of_deadlines->clock,
                   In("时限类型：first_answer 等", "first_answer …"))
      ->required();
  deadlines
      ->add_option("--outcome", of_deadlines->outcome,
                   In("met、breached、open 或 cancelled", "met, breached, open or cancelled"))
      ->required();
  const auto [backlog, of_backlog] = Command<Options>(
      insight, context, "backlog",
      In("积压：按状态、时长与到期", "What is open by state, age and due time"), Backlog);
  AddShop(*backlog, *of_backlog);
  const auto [forecast, of_forecast] =
      Command<Options>(insight, context, "forecast",
                       In("预测未来数小时的超时数", "How many deadlines will be broken"), Forecast);
  AddShop(*forecast, *of_forecast);
  AddKind(*forecast, *of_forecast);
  forecast->add_option("--hours", of_forecast->horizon,
                       In("预测多少小时，默认 24", "So many hours ahead, default 24"));
  forecast->add_option("--step", of_forecast->step_hours,
                       In("每步多少小时，默认 4", "Hours of a step, default 4"));
  forecast->add_option("--history", of_forecast->history,
                       In("依据最近多少天，默认 90", "Days of history, default 90"));
}

}  // namespace kefu::insight
