// kefuctl metrics, kefuctl report …: figures of a period.
#include <algorithm>
#include <optional>

#include "clients/kefuctl/context.h"
#include "clients/kefuctl/figures.h"
#include "clients/kefuctl/i18n.h"
#include "clients/kefuctl/rpcs.h"
#include "clients/kefuctl/shops.h"
#include "common/time/civil.h"

namespace kefu::kefuctl {
namespace {

namespace pf = performance::v1;
namespace gw = gateway::v1;
using Json = nlohmann::ordered_json;

// What an answer for several subjects shows as a table when no figures were asked for: more would
// not fit a screen.
constexpr std::string_view kTableFigures[] = {"consulted",
                                              "reply_rate",
                                              "conversion",
                                              "response_seconds_mean",
                                              "response_seconds_p90",
                                              "handle_seconds_mean",
                                              "sales",
                                              "average_order_value"};

struct PeriodOptions {
  std::string shop, from, to;
};

struct MetricsOptions : PeriodOptions {
  std::vector<std::string> by, metrics;
  bool Has(std::string_view what) const { return std::ranges::find(by, what) != by.end(); }
};

absl::StatusOr<absl::CivilDay> DayFrom(const std::string& text) {
  const auto day = ParseDay(text);
  if (!day.ok()) return absl::InvalidArgumentError(Tr(Text::kBadDay, text));
  return day;
}

// Nothing: all days with facts.
absl::StatusOr<std::optional<kefu::common::v1::DateRange>> Period(const PeriodOptions& options) {
  if (options.from.empty() && options.to.empty()) return std::nullopt;
  if (options.from.empty() || options.to.empty())
    return absl::InvalidArgumentError(Tr(Text::kOneDay));
  ASSIGN_OR_RETURN(const absl::CivilDay from, DayFrom(options.from));
  ASSIGN_OR_RETURN(const absl::CivilDay to, DayFrom(options.to));
  if (to < from) return absl::InvalidArgumentError(Tr(Text::kDaysOrder, options.from, options.to));
  kefu::common::v1::DateRange range;
  *range.mutable_start_date() = ToProto(from);
  *range.mutable_end_date() = ToProto(to);
  return range;
}

absl::StatusOr<gw::GetShopPeriodResponse> AskPeriod(Context& context,
                                                    const PeriodOptions& options) {
  ASSIGN_OR_RETURN(const auto period, Period(options));
  ASSIGN_OR_RETURN(Client* const client, context.gateway_client());
  ASSIGN_OR_RETURN(const auto shop, FindShop(*client, options.shop));
  gw::GetShopPeriodRequest request;
  request.set_shop_id(shop.shop_id());
  if (period) *request.mutable_period() = *period;
  ASSIGN_OR_RETURN(auto answer, client->Call(rpcs::kGetShopPeriod, request));
  if (!answer.has_shop()) *answer.mutable_shop() = shop;
  return answer;
}

std::string Title(const std::string& shop, const kefu::common::v1::DateRange& period) {
  return Tr(Text::kPeriodTitle, shop, FormatDate(period.start_date()),
            FormatDate(period.end_date())) +
         "\n\n";
}

std::string ShownAgent(const gw::AgentFigures& agent) {
  if (agent.display_name().empty() || agent.display_name() == agent.agent_id())
    return agent.agent_id();
  return fmt::format("{} ({})", agent.display_name(), agent.agent_id());
}

Colour ResponseColour(const pf::MetricValue& figure) {
  // DOMAIN 3.2: up to 30 s is excellent, above 100 s needs a talk.
  if (figure.metric_id() != "response_seconds_mean" || !figure.has_value()) return Colour::kNone;
  return figure.value() <= 30   ? Colour::kGreen
         : figure.value() > 100 ? Colour::kRed
                                : Colour::kNone;
}

// --- metrics ---

using Names = std::map<std::string, std::string>;

absl::StatusOr<Names> MetricNames(Client& client) {
  ASSIGN_OR_RETURN(const auto catalogue, client.Call(rpcs::kListMetrics, pf::ListMetricsRequest()));
  Names names;
  for (const auto& metric : catalogue.metrics()) {
    names[metric.metric_id()] =
        CurrentLanguage() == Language::kChinese ? metric.name_zh() : metric.name_en();
  }
  return names;
}

Json HeadOf(const staffing::v1::Shop& shop, bool has_period,
            const kefu::common::v1::DateRange& period) {
  Json head{{"shop", shop.shop_id()}, {"external_id", shop.external_id()}};
  head["from"] = has_period ? Json(FormatDate(period.start_date())) : Json(nullptr);
  head["to"] = has_period ? Json(FormatDate(period.end_date())) : Json(nullptr);
  head["currency"] = shop.currency_code();
  return head;
}

Table FigureTable(const Figures& figures, const Names& names) {
  Table table({{Tr(Text::kMetric)}, {"id"}, {Tr(Text::kValue), true}});
  for (const auto& figure : figures) {
    const auto name = names.find(figure.metric_id());
    table.Add({name == names.end() ? figure.metric_id() : name->second,
               Cell(figure.metric_id(), Colour::kDim),
               Cell(ShownFigure(figure), ResponseColour(figure))});
  }
  return table;
}

// The whole view of a shop: figures, what late shipments cost, every agent.
absl::Status ShowShop(Context& context, const MetricsOptions& options) {
  ASSIGN_OR_RETURN(const auto view, AskPeriod(context, options));
  for (const auto& part : view.parts()) {
    if (!part.complete())
      context.Say(Tr(Text::kPartMissing, part.part(),
                     fmt::format("{} {}", part.error_reason(), part.error_description())));
    if (part.part() == "figures" && !part.complete())
      return absl::UnavailableError(part.error_description());
  }
  if (context.json()) {
    Json json = HeadOf(view.shop(), view.has_period(), view.period());
    AddFigures(view.figures(), json);
    json["late_compensation_minor"] =
        view.has_late_compensation() ? Json(view.late_compensation().minor_units()) : Json(nullptr);
    json["agents"] = Json::array();
    for (const auto& agent : view.agents()) {
      Json row{{"agent", agent.agent_id()}, {"display_name", agent.display_name()}};
      AddFigures(agent.values(), row);
      json["agents"].push_back(std::move(row));
    }
    context.PrintJson(json);
    return absl::OkStatus();
  }
  if (!view.has_period()) {
    context.Say(Tr(Text::kNoFacts));
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(Client* const client, context.gateway_client());
  ASSIGN_OR_RETURN(const Names names, MetricNames(*client));
  Table table = FigureTable(view.figures(), names);
  if (view.has_late_compensation())
    table.Add({Tr(Text::kLateCompensation), Cell("late_compensation", Colour::kDim),
               ShownMoney(view.late_compensation())});
  context.Print(Title(view.shop().display_name(), view.period()));
  context.Print(table);
  return absl::OkStatus();
}

Json SubjectsJson(const pf::GetMetricsResponse& answer, const MetricsOptions& options) {
  Json rows = Json::array();
  for (const auto& row : answer.rows()) {
    Json object = Json::object();
    if (options.Has("day")) object["day"] = FormatDate(row.period().start_date());
    if (options.Has("agent")) object["agent"] = row.subject().agent_id();
    if (options.Has("team")) object["team"] = row.subject().team_id();
    AddFigures(row.values(), object);
    rows.push_back(std::move(object));
  }
  return rows;
}

Table SubjectsTable(const pf::GetMetricsResponse& answer, const MetricsOptions& options,
                    const Names& names) {
  std::vector<Column> columns;
  if (options.Has("day")) columns.push_back({Tr(Text::kDay)});
  if (options.Has("agent")) columns.push_back({Tr(Text::kAgent)});
  if (options.Has("team")) columns.push_back({Tr(Text::kTeam)});
  if (answer.rows().empty()) return Table(std::move(columns));
  for (const auto& figure : answer.rows(0).values()) {
    const auto name = names.find(figure.metric_id());
    columns.push_back({name == names.end() ? figure.metric_id() : name->second, true});
  }
  Table table(std::move(columns));
  for (const auto& row : answer.rows()) {
    std::vector<Cell> cells;
    if (options.Has("day")) cells.push_back(FormatDate(row.period().start_date()));
    if (options.Has("agent")) cells.push_back(row.subject().agent_id());
    if (options.Has("team")) cells.push_back(row.subject().team_id());
    for (const auto& figure : row.values())
      cells.push_back({ShownFigure(figure), ResponseColour(figure)});
    table.Add(std::move(cells));
  }
  return table;
}

absl::Status ShowChosen(Context& context, const MetricsOptions& options) {
  if (options.Has("agent") && options.Has("team"))
    return absl::InvalidArgumentError(Tr(Text::kByTeamAndAgent));
  ASSIGN_OR_RETURN(const auto period, Period(options));
  ASSIGN_OR_RETURN(Client* const client, context.gateway_client());
  ASSIGN_OR_RETURN(const auto shop, FindShop(*client, options.shop));
  pf::GetMetricsRequest request;
  request.set_shop_id(shop.shop_id());
  request.set_by_agent(options.Has("agent"));
  request.set_by_team(options.Has("team"));
  request.set_by_day(options.Has("day"));
  if (period) *request.mutable_period() = *period;
  for (const auto& metric : options.metrics) request.add_metric_ids(metric);
  if (options.metrics.empty() && !context.json()) {
    for (const std::string_view metric : kTableFigures) request.add_metric_ids(std::string(metric));
  }
  ASSIGN_OR_RETURN(const auto answer, client->Call(rpcs::kGetMetrics, request));
  if (context.json()) {
    Json json = HeadOf(shop, answer.has_period(), answer.period());
    if (!options.by.empty()) {
      json["rows"] = SubjectsJson(answer, options);
    } else if (answer.rows_size() > 0) {
      AddFigures(answer.rows(0).values(), json);
    }
    context.PrintJson(json);
    return absl::OkStatus();
  }
  if (answer.rows().empty()) {
    context.Say(Tr(Text::kNoFacts));
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(const Names names, MetricNames(*client));
  context.Print(Title(shop.display_name(), answer.period()));
  context.Print(options.by.empty() ? FigureTable(answer.rows(0).values(), names)
                                   : SubjectsTable(answer, options, names));
  return absl::OkStatus();
}

// --- reports ---

absl::Status ReportCallCentre(Context& context, const PeriodOptions& options) {
  ASSIGN_OR_RETURN(const auto view, AskPeriod(context, options));
  ASSIGN_OR_RETURN(const Json report, CallCentreReport(view));
  if (context.json()) {
    context.PrintJson(report);
    return absl::OkStatus();
  }
  Table shop({{Tr(Text::kMetric)}, {Tr(Text::kValue), true}});
  const auto row = [&](Text name, std::string_view id) -> absl::Status {
    ASSIGN_OR_RETURN(const auto* figure, Find(view.figures(), id));
    shop.Add({Tr(name), ShownFigure(*figure)});
    return absl::OkStatus();
  };
  RETURN_IF_ERROR(row(Text::kConsulted, "consulted"));
  RETURN_IF_ERROR(row(Text::kReplied, "replied"));
  RETURN_IF_ERROR(row(Text::kReplyRate, "reply_rate"));
  Table agents({{Tr(Text::kAgent)},
                {Tr(Text::kConsulted), true},
                {Tr(Text::kReplied), true},
                {Tr(Text::kResponseMean), true},
                {Tr(Text::kResponseP90), true},
                {Tr(Text::kHandleMean), true}});
  for (const auto& agent : view.agents()) {
    std::vector<Cell> cells{ShownAgent(agent)};
    for (const std::string_view id : {"consulted", "replied", "response_seconds_mean",
                                      "response_seconds_p90", "handle_seconds_mean"}) {
      ASSIGN_OR_RETURN(const auto* figure, Find(agent.values(), id));
      cells.push_back({ShownFigure(*figure), ResponseColour(*figure)});
    }
    agents.Add(std::move(cells));
  }
  context.Print(Title(view.shop().display_name(), view.period()));
  context.Print(shop);
  context.Print("\n");
  context.Print(agents);
  return absl::OkStatus();
}

absl::Status ReportOlist(Context& context, const PeriodOptions& options) {
  ASSIGN_OR_RETURN(const auto view, AskPeriod(context, options));
  ASSIGN_OR_RETURN(const Json report, OlistReport(view));
  if (context.json()) {
    context.PrintJson(report);
    return absl::OkStatus();
  }
  Table table({{Tr(Text::kMetric)}, {Tr(Text::kValue), true}});
  const auto row = [&](Text name, std::string_view id) -> absl::Status {
    ASSIGN_OR_RETURN(const auto* figure, Find(view.figures(), id));
    table.Add({Tr(name), ShownFigure(*figure)});
    return absl::OkStatus();
  };
  RETURN_IF_ERROR(row(Text::kOrders, "orders"));
  RETURN_IF_ERROR(row(Text::kPaidOrders, "paid_orders"));
  RETURN_IF_ERROR(row(Text::kSales, "sales"));
  RETURN_IF_ERROR(row(Text::kLateShipments, "late_shipments"));
  table.Add({Tr(Text::kLateCompensation), ShownMoney(view.late_compensation())});
  RETURN_IF_ERROR(row(Text::kReviews, "reviews"));
  RETURN_IF_ERROR(row(Text::kPositiveRate, "positive_review_rate"));
  context.Print(Title(view.shop().display_name(), view.period()));
  context.Print(table);
  return absl::OkStatus();
}

CLI::App* AddPeriodOptions(CLI::App* command, PeriodOptions& options) {
  command->add_option("--from", options.from, Tr(Text::kHelpFrom))->type_name("DAY");
  command->add_option("--to", options.to, Tr(Text::kHelpTo))->type_name("DAY");
  return command;
}

void AddReport(CLI::App& report, Context& context, const char* name, Text help,
               const PeriodOptions& defaults, absl::Status (*run)(Context&, const PeriodOptions&)) {
  const auto options = std::make_shared<PeriodOptions>(defaults);
  CLI::App* command = AddPeriodOptions(report.add_subcommand(name, Tr(help)), *options);
  command->add_option("--shop", options->shop, Tr(Text::kHelpShop))
      ->type_name("ID")
      ->capture_default_str();
  command->callback([&context, options, run] {
    context.command = [&context, options, run] { return run(context, *options); };
  });
}

}  // namespace

void AddMetricsCommand(CLI::App& program, Context& context) {
  const auto options = std::make_shared<MetricsOptions>();
  CLI::App* command =
      AddPeriodOptions(program.add_subcommand("metrics", Tr(Text::kHelpMetrics)), *options);
  command->add_option("--shop", options->shop, Tr(Text::kHelpShop))->type_name("ID")->required();
  command->add_option("--by", options->by, Tr(Text::kHelpBy))
      ->delimiter(',')
      ->check(CLI::IsMember({"agent", "team", "day"}));
  command->add_option("--metric", options->metrics, Tr(Text::kHelpMetric))
      ->type_name("ID")
      ->delimiter(',');
  command->callback([&context, options] {
    context.command = [&context, options] {
      return options->by.empty() && options->metrics.empty() ? ShowShop(context, *options)
                                                             : ShowChosen(context, *options);
    };
  });
}

void AddReportCommands(CLI::App& report, Context& context) {
  AddReport(report, context, "call-centre", Text::kHelpReportCallCentre,
            {"call-centre", "1999-02-01", "1999-02-28"}, ReportCallCentre);
  AddReport(report, context, "olist", Text::kHelpReportOlist, {"olist", "", ""}, ReportOlist);
}

}  // namespace kefu::kefuctl
