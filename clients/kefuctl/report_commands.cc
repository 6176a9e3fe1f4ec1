// kefuctl metrics, kefuctl report …: figures of a period.
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <span>

#include "clients/kefuctl/context.h"
#include "clients/kefuctl/figures.h"
#include "clients/kefuctl/i18n.h"
#include "clients/kefuctl/names.h"
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

// Whose rows, and of which parts of the period.
constexpr std::string_view kSubjects[] = {"agent", "team", "base"};
constexpr std::string_view kParts[] = {"day", "week", "month", "quarter"};

struct MetricsOptions : PeriodOptions {
  std::vector<std::string> by, metrics;
  std::string definition;
  bool compare = false, all_shops = false;

  bool Has(std::string_view what) const { return std::ranges::find(by, what) != by.end(); }
  // The one of some words that is asked for; empty: none of them.
  std::string_view One(std::span<const std::string_view> words) const {
    const auto found = std::ranges::find_if(words, [&](auto word) { return Has(word); });
    return found == words.end() ? std::string_view() : *found;
  }
  bool IsWholeShop() const {
    return by.empty() && metrics.empty() && definition.empty() && !compare && !all_shops;
  }
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

// The definition by which a view's figures were computed.
absl::StatusOr<pf::MetricDefinition> DefinitionOf(Client& client,
                                                  const gw::GetShopPeriodResponse& view) {
  pf::GetMetricsRequest request;
  request.set_shop_id(view.shop().shop_id());
  if (view.has_period()) *request.mutable_period() = view.period();
  request.add_metric_ids("consulted");
  ASSIGN_OR_RETURN(const auto answer, client.Call(rpcs::kGetMetrics, request));
  return answer.definition();
}

// --- metrics ---

Json HeadOf(const staffing::v1::Shop& shop, bool has_period,
            const kefu::common::v1::DateRange& period) {
  Json head{{"shop", shop.shop_id()}, {"external_id", shop.external_id()}};
  head["from"] = has_period ? Json(FormatDate(period.start_date())) : Json(nullptr);
  head["to"] = has_period ? Json(FormatDate(period.end_date())) : Json(nullptr);
  head["currency"] = shop.currency_code();
  return head;
}

std::string Earlier(const pf::MetricValue& figure, const pf::MetricComparison& comparison) {
  pf::MetricValue then = figure;
  then.clear_value();
  if (comparison.has_value()) {
    then.set_value(comparison.value());
    then.set_numerator(std::llround(comparison.value()));  // of counts and sums of money
  }
  return ShownFigure(then);
}

// A figure a row.
Table FigureTable(const Figures& figures, const Names& names,
                  const pf::MetricDefinition& definition, bool compare) {
  std::vector<Column> columns{{Tr(Text::kMetric)}, {"id"}, {Tr(Text::kValue), true}};
  if (compare) {
    for (const Text title : {Text::kPreviousValue, Text::kAgainstPrevious, Text::kWeekdaysValue,
                             Text::kAgainstWeekdays})
      columns.push_back({Tr(title), true});
  }
  Table table(std::move(columns));
  for (const auto& figure : figures) {
    std::vector<Cell> cells{NameIn(names, figure.metric_id()),
                            Cell(figure.metric_id(), Colour::kDim),
                            Cell(MarkedFigure(figure), GradeColour(figure, definition))};
    if (compare) {
      for (const auto* then : {&figure.previous(), &figure.same_weekdays()}) {
        cells.push_back(Earlier(figure, *then));
        cells.push_back(ShownChange(figure, *then));
      }
    }
    table.Add(std::move(cells));
  }
  return table;
}

void PrintThin(Context& context, const Figures& figures, const Names& names,
               const pf::MetricDefinition& definition) {
  ThinNotes notes;
  for (const auto& figure : figures) notes.Add("", NameIn(names, figure.metric_id()), figure);
  context.Print(notes.Text(definition));
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
  ASSIGN_OR_RETURN(const auto definition, DefinitionOf(*client, view));
  Table table = FigureTable(view.figures(), names, definition, /*compare=*/false);
  if (view.has_late_compensation())
    table.Add({Tr(Text::kLateCompensation), Cell("late_compensation", Colour::kDim),
               ShownMoney(view.late_compensation())});
  context.Print(Title(view.shop().display_name(), view.period()));
  context.Print(table);
  PrintThin(context, view.figures(), names, definition);
  return absl::OkStatus();
}

// With the earlier figures under the same names and "_previous", "_same_weekdays".
void AddCompared(const Figures& figures, Json& object) {
  for (const auto& figure : figures) {
    const auto add = [&](const char* suffix, const pf::MetricComparison& then) {
      object[JsonName(figure) + suffix] = then.has_value() ? Json(then.value()) : Json(nullptr);
    };
    add("_previous", figure.previous());
    add("_same_weekdays", figure.same_weekdays());
  }
}

std::string IdOf(const pf::Subject& subject, std::string_view kind) {
  if (kind == "agent") return subject.agent_id();
  return kind == "team" ? subject.team_id() : subject.base_id();
}

Json RowsJson(const pf::GetMetricsResponse& answer, const MetricsOptions& options) {
  const std::string_view subject = options.One(kSubjects), part = options.One(kParts);
  Json rows = Json::array();
  for (const auto& row : answer.rows()) {
    Json object = Json::object();
    if (part == "day") {
      object["day"] = FormatDate(row.period().start_date());
    } else if (!part.empty()) {
      object["from"] = FormatDate(row.period().start_date());
      object["to"] = FormatDate(row.period().end_date());
    }
    if (!subject.empty()) {
      object[std::string(subject)] = IdOf(row.subject(), subject);
      object["display_name"] = row.subject().display_name();
    }
    if (options.all_shops) object["currency"] = row.currency_code();
    AddFigures(row.values(), object);
    if (options.compare) AddCompared(row.values(), object);
    rows.push_back(std::move(object));
  }
  return rows;
}

// What a row is about.
std::vector<Cell> HeadCells(const pf::MetricRow& row, const MetricsOptions& options) {
  const std::string_view subject = options.One(kSubjects), part = options.One(kParts);
  std::vector<Cell> cells;
  const std::string from = FormatDate(row.period().start_date());
  if (part == "day") cells.push_back(from);
  if (!part.empty() && part != "day")
    cells.push_back(fmt::format("{} – {}", from, FormatDate(row.period().end_date())));
  if (!subject.empty())
    cells.push_back(ShownName(row.subject().display_name(), IdOf(row.subject(), subject)));
  if (options.all_shops) cells.push_back(row.currency_code());
  return cells;
}

Table RowsTable(const pf::GetMetricsResponse& answer, const MetricsOptions& options,
                const Names& names, ThinNotes& notes) {
  const std::string_view subject = options.One(kSubjects), part = options.One(kParts);
  std::vector<Column> columns;
  if (!part.empty()) columns.push_back({Tr(part == "day" ? Text::kDay : Text::kDays)});
  if (!subject.empty())
    columns.push_back({Tr(subject == "agent"  ? Text::kAgent
                          : subject == "team" ? Text::kTeam
                                              : Text::kBase)});
  if (options.all_shops) columns.push_back({Tr(Text::kCurrency)});
  for (const auto& figure : answer.rows(0).values()) {
    columns.push_back({NameIn(names, figure.metric_id()), true});
    if (!options.compare) continue;
    columns.push_back({Tr(Text::kAgainstPrevious), true});
    columns.push_back({Tr(Text::kAgainstWeekdays), true});
  }
  Table table(std::move(columns));
  for (const auto& row : answer.rows()) {
    std::vector<Cell> cells = HeadCells(row, options);
    std::string label;
    for (const Cell& cell : cells) label += (label.empty() ? "" : " ") + cell.text;
    for (const auto& figure : row.values()) {
      cells.push_back({MarkedFigure(figure), GradeColour(figure, answer.definition())});
      notes.Add(label, NameIn(names, figure.metric_id()), figure);
      if (!options.compare) continue;
      cells.push_back(ShownChange(figure, figure.previous()));
      cells.push_back(ShownChange(figure, figure.same_weekdays()));
    }
    table.Add(std::move(cells));
  }
  return table;
}

// At most one of each group of words.
absl::Status CheckBy(const MetricsOptions& options) {
  for (const std::span<const std::string_view> words :
       {std::span<const std::string_view>(kSubjects), std::span<const std::string_view>(kParts)}) {
    if (std::ranges::count_if(words, [&](auto word) { return options.Has(word); }) > 1)
      return absl::InvalidArgumentError(
          Tr(Text::kByOneKind, fmt::format("{}", fmt::join(words, ", "))));
  }
  return absl::OkStatus();
}

absl::StatusOr<pf::GetMetricsRequest> RequestOf(const MetricsOptions& options,
                                                const std::string& shop_id, bool json) {
  pf::GetMetricsRequest request;
  request.set_shop_id(shop_id);
  request.set_all_shops(options.all_shops);
  request.set_by_agent(options.Has("agent"));
  request.set_by_team(options.Has("team"));
  request.set_by_base(options.Has("base"));
  request.set_compare(options.compare);
  request.set_definition_id(options.definition);
  constexpr std::pair<std::string_view, pf::Granularity> kGranularities[] = {
      {"day", pf::GRANULARITY_DAY},
      {"week", pf::GRANULARITY_WEEK},
      {"month", pf::GRANULARITY_MONTH},
      {"quarter", pf::GRANULARITY_QUARTER}};
  for (const auto& [word, granularity] : kGranularities) {
    if (options.Has(word)) request.set_granularity(granularity);
  }
  ASSIGN_OR_RETURN(const auto period, Period(options));
  if (period) *request.mutable_period() = *period;
  for (const auto& metric : options.metrics) request.add_metric_ids(metric);
  if (options.metrics.empty() && !options.by.empty() && !json) {
    for (const std::string_view metric : kTableFigures) request.add_metric_ids(std::string(metric));
  }
  return request;
}

void PrintAnswer(Context& context, const MetricsOptions& options, const std::string& title,
                 const pf::GetMetricsResponse& answer, const Names& names) {
  context.Print(Title(title, answer.period()));
  context.Print(
      Tr(Text::kDefinition, answer.definition().definition_id(), answer.definition().version()) +
      "\n\n");
  ThinNotes notes;
  if (options.by.empty() && answer.rows_size() == 1) {
    context.Print(
        FigureTable(answer.rows(0).values(), names, answer.definition(), options.compare));
    PrintThin(context, answer.rows(0).values(), names, answer.definition());
    return;
  }
  context.Print(RowsTable(answer, options, names, notes));
  context.Print(notes.Text(answer.definition()));
}

absl::Status ShowChosen(Context& context, const MetricsOptions& options) {
  RETURN_IF_ERROR(CheckBy(options));
  RETURN_IF_ERROR(Period(options).status());
  ASSIGN_OR_RETURN(Client* const client, context.gateway_client());
  staffing::v1::Shop shop;
  if (options.all_shops) {
    shop.set_display_name(Tr(Text::kAllShops));
  } else {
    ASSIGN_OR_RETURN(shop, FindShop(*client, options.shop));
  }
  ASSIGN_OR_RETURN(const auto request, RequestOf(options, shop.shop_id(), context.json()));
  ASSIGN_OR_RETURN(const auto answer, client->Call(rpcs::kGetMetrics, request));
  if (context.json()) {
    Json json = HeadOf(shop, answer.has_period(), answer.period());
    if (!options.definition.empty()) {
      json["definition"] = answer.definition().definition_id();
      json["definition_version"] = answer.definition().version();
    }
    if (!options.by.empty() || options.all_shops) {
      json["rows"] = RowsJson(answer, options);
    } else if (answer.rows_size() > 0) {
      AddFigures(answer.rows(0).values(), json);
      if (options.compare) AddCompared(answer.rows(0).values(), json);
    }
    context.PrintJson(json);
    return absl::OkStatus();
  }
  if (answer.rows().empty()) {
    context.Say(Tr(Text::kNoFacts));
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(const Names names, MetricNames(*client));
  PrintAnswer(context, options, shop.display_name(), answer, names);
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
  ASSIGN_OR_RETURN(Client* const client, context.gateway_client());
  ASSIGN_OR_RETURN(const auto definition, DefinitionOf(*client, view));
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
    std::vector<Cell> cells{ShownName(agent.display_name(), agent.agent_id())};
    for (const std::string_view id : {"consulted", "replied", "response_seconds_mean",
                                      "response_seconds_p90", "handle_seconds_mean"}) {
      ASSIGN_OR_RETURN(const auto* figure, Find(agent.values(), id));
      cells.push_back({MarkedFigure(*figure), GradeColour(*figure, definition)});
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
  CLI::Option_group* const scope = command->add_option_group("scope");
  scope->add_option("--shop", options->shop, Tr(Text::kHelpShop))->type_name("ID");
  scope->add_flag("--all-shops", options->all_shops, Tr(Text::kHelpAllShops));
  scope->require_option(1);
  command->add_option("--by", options->by, Tr(Text::kHelpBy))
      ->delimiter(',')
      ->check(CLI::IsMember({"agent", "team", "base", "day", "week", "month", "quarter"}));
  command->add_flag("--compare", options->compare, Tr(Text::kHelpCompare));
  command->add_option("--definition", options->definition, Tr(Text::kHelpDefinition))
      ->type_name("ID");
  command->add_option("--metric", options->metrics, Tr(Text::kHelpMetric))
      ->type_name("ID")
      ->delimiter(',');
  command->callback([&context, options] {
    context.command = [&context, options] {
      return options->IsWholeShop() ? ShowShop(context, *options) : ShowChosen(context, *options);
    };
  });
}

void AddReportCommands(CLI::App& report, Context& context) {
  AddReport(report, context, "call-centre", Text::kHelpReportCallCentre,
            {"call-centre", "1999-02-01", "1999-02-28"}, ReportCallCentre);
  AddReport(report, context, "olist", Text::kHelpReportOlist, {"olist", "", ""}, ReportOlist);
}

}  // namespace kefu::kefuctl
