#include "clients/kefuctl/reports/commands.h"

#include <fmt/format.h>

#include <cmath>

#include "clients/kefuctl/figures.h"
#include "clients/kefuctl/i18n.h"
#include "clients/kefuctl/names.h"
#include "clients/kefuctl/out_file.h"
#include "clients/kefuctl/progress.h"
#include "clients/kefuctl/shops.h"
#include "clients/kefuctl/subcommand.h"
#include "clients/kefuctl/subject_options.h"
#include "clients/kefuctl/text.h"
#include "common/status/status_macros.h"
#include "common/time/civil.h"
#include "kefu/performance/v1/performance_service.pb.h"
#include "kefu/performance/v1/reports.pb.h"

namespace kefu::reports {
namespace {

namespace pf = performance::v1;
using Json = nlohmann::ordered_json;
using kefuctl::AllPages;
using kefuctl::Chinese;
using kefuctl::In;
using kefuctl::PrintedJson;
using kefuctl::Rpc;
using kefuctl::Table;
using kefuctl::ThinNotes;

constexpr Rpc<pf::GetReportRequest, pf::Report> kGet{
    "/kefu.performance.v1.PerformanceService/GetReport"};
constexpr Rpc<pf::CreateReportRequest, pf::Report> kCreate{
    "/kefu.performance.v1.ReportService/CreateReport"};
constexpr Rpc<pf::ListReportsRequest, pf::ListReportsResponse> kList{
    "/kefu.performance.v1.ReportService/ListReports"};
constexpr Rpc<pf::CompareReportsRequest, pf::CompareReportsResponse> kCompare{
    "/kefu.performance.v1.ReportService/CompareReports"};
constexpr Rpc<pf::ExportReportRequest, pf::ExportReportResponse> kExport{
    "/kefu.performance.v1.ReportService/ExportReport"};

constexpr int kLabelWidth = 72;   // a name and the id, by which a command takes it
constexpr int kTableColumns = 8;  // further figures would not fit a screen

struct Options {
  std::string shop, team, base, agent, day, out, currency, definition;
  bool fresh = false, all_shops = false;
};

struct ListOptions {
  std::string shop, kind, from, to;
  bool all_shops = false;
};

struct StoredOptions {
  std::string report_id, out;
};

std::string PeriodText(const pf::Report& report) {
  return fmt::format("{} – {}", kefuctl::FormatDate(report.period().start_date()),
                     kefuctl::FormatDate(report.period().end_date()));
}

std::string SubjectText(const pf::Subject& subject) {
  const auto named = [&](const std::string& kind, const std::string& id) {
    return fmt::format("{} {}", kind, kefuctl::ShownName(subject.display_name(), id));
  };
  if (!subject.agent_id().empty()) return named(In("客服", "agent"), subject.agent_id());
  if (!subject.team_id().empty()) return named(In("小组", "team"), subject.team_id());
  if (!subject.base_id().empty()) return named(In("基地", "base"), subject.base_id());
  return subject.all_shops() ? In("全部店铺", "all shops") : subject.shop_id();
}

std::string KindText(pf::ReportKind kind) {
  return kefuctl::EnumLabel(pf::ReportKind_descriptor(), kind);
}

// The shop, and whose of it the report is.
std::string Heading(const pf::Report& report) {
  const pf::Subject& subject = report.subject();
  if (subject.all_shops()) return SubjectText(subject);
  const std::string shop = report.shop_name().empty() ? subject.shop_id() : report.shop_name();
  const bool whole =
      subject.agent_id().empty() && subject.team_id().empty() && subject.base_id().empty();
  return whole ? shop : shop + " · " + SubjectText(subject);
}

// "flagship  monthly 2025-06-01 – 2025-06-30  v2  01M8…".
std::string HeadLine(const pf::Report& report) {
  return fmt::format("{}  {} {}  v{}  {}", Heading(report), KindText(report.kind()),
                     PeriodText(report), report.version(), report.report_id());
}

std::string NameOf(const pf::MetricInfo& metric) {
  return Chinese() ? metric.name_zh() : metric.name_en();
}

// As answers of metrics compare: a share of nothing is none.
pf::MetricComparison Against(const pf::MetricValue& value, const pf::MetricValue& before) {
  pf::MetricComparison comparison;
  if (!value.has_value() || !before.has_value()) return comparison;
  const double difference = value.value() - before.value();
  comparison.set_difference(difference);
  if (before.value() != 0) comparison.set_relative_change(difference / std::abs(before.value()));
  return comparison;
}

// A figure a row, beside the one of the period before.
Table SummaryTable(const pf::ReportSection& section, const pf::MetricDefinition& definition,
                   ThinNotes& notes) {
  Table table({{In("指标", "metric")},
               {In("本期", "value"), true},
               {In("上期", "before"), true},
               {In("变化", "change"), true}});
  for (const pf::ReportRow& row : section.rows()) {
    for (int i = 0; i < row.values_size(); ++i) {
      const std::string name = i < section.metrics_size() ? NameOf(section.metrics(i)) : "";
      notes.Add("", name, row.values(i));
      const pf::MetricValue& value = row.values(i);
      const bool compared = i < row.compared_size();
      table.Add({name,
                 {kefuctl::MarkedFigure(value), kefuctl::GradeColour(value, definition)},
                 compared ? kefuctl::ShownFigure(row.compared(i)) : "",
                 compared ? kefuctl::ShownChange(value, Against(value, row.compared(i))) : ""});
    }
  }
  return table;
}

Table RowsTable(const pf::ReportSection& section, const pf::MetricDefinition& definition,
                ThinNotes& notes) {
  std::vector<kefuctl::Column> columns{
      {Chinese() ? section.title_zh() : section.title_en(), false, kLabelWidth}};
  const int shown = std::min(kTableColumns, section.metrics_size());
  for (int i = 0; i < shown; ++i) columns.push_back({NameOf(section.metrics(i)), true});
  Table table(std::move(columns));
  for (const pf::ReportRow& row : section.rows()) {
    const std::string label = kefuctl::ShownName(row.display_name(), row.row_id());
    std::vector<kefuctl::Cell> cells{label};
    for (int i = 0; i < shown; ++i) {
      if (i >= row.values_size()) {
        cells.emplace_back("");
        continue;
      }
      notes.Add(label, NameOf(section.metrics(i)), row.values(i));
      cells.emplace_back(kefuctl::MarkedFigure(row.values(i)),
                         kefuctl::GradeColour(row.values(i), definition));
    }
    table.Add(std::move(cells));
  }
  return table;
}

// How many figures are not in the table: those that a terminal has no room for, and those that the
// section leaves out.
std::string LeftOut(const pf::ReportSection& section) {
  const int metrics = section.metrics_size();
  const int shown = section.section_id() == "summary" ? metrics : std::min(kTableColumns, metrics);
  std::string text;
  if (shown < metrics) {
    text +=
        fmt::format(fmt::runtime(In("显示{}项指标，报告此部分共{}项：用 --out 写入文件可见全部\n",
                                    "{} of the section's {} figures: --out FILE has all\n")),
                    shown, metrics);
  }
  if (metrics < section.metrics_in_all()) {
    text += fmt::format(fmt::runtime(In("此部分列出{}项指标，共有{}项：其余见 kefuctl metrics\n",
                                        "the section has {} of {} figures: kefuctl metrics has the "
                                        "others\n")),
                        metrics, section.metrics_in_all());
  }
  return text;
}

absl::StatusOr<pf::ReportFormat> FormatOf(const std::string& path) {
  if (path.ends_with(".csv")) return pf::REPORT_FORMAT_CSV;
  if (path.ends_with(".xlsx")) return pf::REPORT_FORMAT_XLSX;
  if (path.ends_with(".pdf")) return pf::REPORT_FORMAT_PDF;
  return absl::InvalidArgumentError(
      In("文件名应以 .csv、.xlsx 或 .pdf 结尾", "the file must end in .csv, .xlsx or .pdf"));
}

// Writes the report to a file beside as its bytes arrive, and puts it in place once it is whole:
// what stood there stays until then.
absl::Status Save(kefuctl::Context& context, const std::string& report_id,
                  const std::string& path) {
  pf::ExportReportRequest request;
  request.set_report_id(report_id);
  ASSIGN_OR_RETURN(const pf::ReportFormat format, FormatOf(path));
  request.set_format(format);
  request.set_language(Chinese() ? "zh" : "en");
  ASSIGN_OR_RETURN(kefuctl::Client* const client, context.gateway_client());
  ASSIGN_OR_RETURN(kefuctl::OutFile file, kefuctl::OutFile::Create(path));
  kefuctl::Progress progress(context.err_is_terminal && !context.no_progress);
  int64_t bytes = 0;
  const absl::Status status =
      client->Receive(kExport, request, [&](const pf::ExportReportResponse& part) {
        bytes += static_cast<int64_t>(part.data().size());
        progress.Say(fmt::format("{} {} kB", path, bytes / 1000));
        return file.Write(part.data());
      });
  progress.Clear();
  RETURN_IF_ERROR(status);
  return file.Publish();
}

absl::StatusOr<pf::Report> Read(kefuctl::Context& context, const Options& options,
                                pf::ReportKind kind) {
  const auto day = ParseDay(options.day);
  if (!day.ok()) return absl::InvalidArgumentError(Tr(kefuctl::Text::kBadDay, options.day));
  ASSIGN_OR_RETURN(kefuctl::Client* const client, context.gateway_client());
  pf::GetReportRequest get;
  get.set_kind(kind);
  get.mutable_subject()->set_all_shops(options.all_shops);
  get.set_currency_code(options.currency);
  if (!options.all_shops) {
    ASSIGN_OR_RETURN(const auto shop, kefuctl::FindShop(*client, options.shop));
    get.mutable_subject()->set_shop_id(shop.shop_id());
  }
  get.mutable_subject()->set_team_id(options.team);
  get.mutable_subject()->set_base_id(options.base);
  get.mutable_subject()->set_agent_id(options.agent);
  *get.mutable_day() = kefuctl::ToProto(*day);
  get.set_definition_id(options.definition);
  if (!options.fresh) return client->Call(kGet, get);
  pf::CreateReportRequest create;
  create.set_kind(kind);
  *create.mutable_subject() = get.subject();
  *create.mutable_day() = get.day();
  create.set_currency_code(options.currency);
  create.set_definition_id(options.definition);
  ASSIGN_OR_RETURN(const pf::Report made, client->Call(kCreate, create));
  pf::GetReportRequest by_id;
  by_id.set_report_id(made.report_id());
  return client->Call(kGet, by_id);
}

// Prints a report, or saves it as a file.
absl::Status Print(kefuctl::Context& context, const pf::Report& report, const std::string& out) {
  if (!out.empty()) RETURN_IF_ERROR(Save(context, report.report_id(), out));
  if (PrintedJson(context, report)) return absl::OkStatus();
  context.Print(HeadLine(report) + "\n");
  context.Print(Tr(kefuctl::Text::kDefinition, report.definition().definition_id(),
                   report.definition().version()) +
                "\n\n");
  if (!out.empty()) {
    context.Print(fmt::format("{} {}\n", In("已写入", "written to"), out));
    return absl::OkStatus();
  }
  for (const pf::ReportSection& section : report.sections()) {
    ThinNotes notes;
    context.Print(section.section_id() == "summary"
                      ? SummaryTable(section, report.definition(), notes)
                      : RowsTable(section, report.definition(), notes));
    context.Print(LeftOut(section));
    context.Print(notes.Text(report.definition()) + "\n");
  }
  return absl::OkStatus();
}

absl::Status Show(kefuctl::Context& context, const Options& options, pf::ReportKind kind) {
  if (!options.out.empty()) RETURN_IF_ERROR(FormatOf(options.out).status());
  ASSIGN_OR_RETURN(const pf::Report report, Read(context, options, kind));
  return Print(context, report, options.out);
}

// One that 'report list' names, of whatever version.
absl::Status ShowStored(kefuctl::Context& context, const StoredOptions& options) {
  if (!options.out.empty()) RETURN_IF_ERROR(FormatOf(options.out).status());
  ASSIGN_OR_RETURN(kefuctl::Client* const client, context.gateway_client());
  pf::GetReportRequest get;
  get.set_report_id(options.report_id);
  ASSIGN_OR_RETURN(const pf::Report report, client->Call(kGet, get));
  return Print(context, report, options.out);
}

absl::Status List(kefuctl::Context& context, const ListOptions& options) {
  ASSIGN_OR_RETURN(kefuctl::Client* const client, context.gateway_client());
  pf::ListReportsRequest request;
  if (!options.from.empty())
    RETURN_IF_ERROR(kefuctl::SetDays(options.from, options.to, request.mutable_period()));
  ASSIGN_OR_RETURN(const auto kind,
                   (kefuctl::Named<pf::ReportKind>("--kind", "REPORT_KIND_", options.kind,
                                                   &pf::ReportKind_Parse)));
  request.set_kind(kind);
  if (!options.all_shops) {
    ASSIGN_OR_RETURN(const auto shop, kefuctl::FindShop(*client, options.shop));
    request.set_shop_id(shop.shop_id());
  }
  ASSIGN_OR_RETURN(const auto all,
                   AllPages(*client, kList, request, &pf::ListReportsResponse::mutable_reports));
  if (context.json()) {
    Json rows = Json::array();
    for (const pf::Report& report : all.reports()) rows.push_back(kefuctl::JsonOf(report));
    context.PrintJson(Json{{"reports", rows}});
    return absl::OkStatus();
  }
  Table table({{In("期间", "period")},
               {In("种类", "kind")},
               {In("对象", "subject")},
               {In("口径", "definition")},
               {In("版本", "version"), true},
               {"id"}});
  for (const pf::Report& report : all.reports()) {
    table.Add(
        {PeriodText(report), KindText(report.kind()), Heading(report),
         fmt::format("{}@{}", report.definition().definition_id(), report.definition().version()),
         std::to_string(report.version()), report.report_id()});
  }
  if (table.empty()) {
    context.Say(In("没有报告", "no reports"));
  } else {
    context.Print(table);
  }
  return absl::OkStatus();
}

std::string SectionName(const std::string& section_id) {
  if (section_id == "summary") return In("概要", "summary");
  if (section_id == "days") return In("每日", "days");
  if (section_id == "shops") return In("店铺", "shops");
  if (section_id == "teams") return In("小组", "teams");
  return section_id == "agents" ? In("客服", "agents") : kefuctl::Printable(section_id);
}

// Days of two periods go together by their place.
std::string RowName(const pf::ReportDifference& difference) {
  if (difference.section_id() == "summary") return In("合计", "total");
  if (difference.section_id() == "days")
    return fmt::format(fmt::runtime(In("第 {} 天", "day {}")), difference.row_id());
  return kefuctl::ShownName(difference.display_name(), difference.row_id());
}

absl::Status Compare(kefuctl::Context& context, const std::string& first,
                     const std::string& second) {
  pf::CompareReportsRequest request;
  request.set_report_id(first);
  request.set_other_report_id(second);
  ASSIGN_OR_RETURN(kefuctl::Client* const client, context.gateway_client());
  ASSIGN_OR_RETURN(const auto answer, AllPages(*client, kCompare, request,
                                               &pf::CompareReportsResponse::mutable_differences));
  if (PrintedJson(context, answer)) return absl::OkStatus();
  ASSIGN_OR_RETURN(const kefuctl::Names names, kefuctl::MetricNames(*client));
  context.Print(fmt::format("{}: {}\n{}: {}\n\n", In("第一份", "first"), HeadLine(answer.report()),
                            In("第二份", "second"), HeadLine(answer.other_report())));
  Table table({{In("部分", "section")},
               {In("行", "row")},
               {In("指标", "metric")},
               {In("第一份", "first"), true},
               {In("第二份", "second"), true},
               {In("差额", "difference"), true}});
  for (const pf::ReportDifference& difference : answer.differences()) {
    table.Add({SectionName(difference.section_id()), RowName(difference),
               kefuctl::NameIn(names, difference.value().metric_id()),
               kefuctl::ShownFigure(difference.value()),
               kefuctl::ShownFigure(difference.other_value()),
               difference.has_difference()
                   ? kefuctl::ShownDifference(difference.value(), difference.difference())
                   : ""});
  }
  if (!table.empty()) context.Print(table);
  context.Say(
      fmt::format(fmt::runtime(In("{} 项不同，{} 项相同", "{} figures differ, {} are equal")),
                  answer.differences_size(), answer.equal_figures()));
  return absl::OkStatus();
}

// Of one shop or of all: exactly one of the two.
template <class Chosen>
void AddScope(CLI::App& command, Chosen& options) {
  CLI::Option_group* const scope = command.add_option_group("scope");
  scope->add_option("--shop", options.shop, Tr(kefuctl::Text::kHelpShop))->type_name("ID");
  scope->add_flag("--all-shops", options.all_shops,
                  In("全部店铺合计", "The sums over all shops of the organization"));
  scope->require_option(1);
}

void AddOut(CLI::App& command, std::string& out) {
  command
      .add_option("--out", out,
                  In("写入文件：.csv、.xlsx 或 .pdf", "Write it to a .csv, .xlsx or .pdf file"))
      ->type_name("FILE");
}

void AddShow(CLI::App& report, kefuctl::Context& context, const char* name, pf::ReportKind kind,
             const std::string& help) {
  const auto options = std::make_shared<Options>();
  CLI::App* const command = report.add_subcommand(name, help);
  AddScope(*command, *options);
  command
      ->add_option("--currency", options->currency,
                   In("全部店铺中该货币的店铺", "With --all-shops: the shops of this currency"))
      ->type_name("CODE");
  command->add_option("--day", options->day, In("期间内的任一天", "Any day of the period"))
      ->required()
      ->type_name("DAY");
  kefuctl::AddSubject(*command, *options);
  command->add_option("--definition", options->definition, Tr(kefuctl::Text::kHelpDefinition))
      ->type_name("ID");
  command->add_flag(
      "--fresh", options->fresh,
      In("数据有更正时生成新版本", "Make a new version where late facts changed figures"));
  AddOut(*command, options->out);
  command->callback([&context, options, kind] {
    context.command = [&context, options, kind] { return Show(context, *options, kind); };
  });
}

}  // namespace

void AddStoredReports(CLI::App& report, kefuctl::Context& context) {
  AddShow(report, context, "weekly", pf::REPORT_KIND_WEEKLY,
          In("周报（周一至周日）", "The report of a week, Monday to Sunday"));
  AddShow(report, context, "monthly", pf::REPORT_KIND_MONTHLY, In("月报", "The report of a month"));
  const auto [show, stored] = kefuctl::Command<StoredOptions>(
      report, context, "show",
      In("一份已存的报告，可为旧版本", "A report that is stored, of whatever version"),
      &ShowStored);
  show->add_option("REPORT", stored->report_id, In("报告编号", "The report's id"))->required();
  AddOut(*show, stored->out);
  const auto [list, options] = kefuctl::Command<ListOptions>(
      report, context, "list", In("列出已存的报告", "List the reports that are stored"), &List);
  AddScope(*list, *options);
  list->add_option("--kind", options->kind, In("weekly 周报或 monthly 月报", "weekly or monthly"))
      ->check(CLI::IsMember({"weekly", "monthly"}));
  CLI::Option* const from =
      list->add_option("--from", options->from,
                       In("期间始于这一天或之后", "Of periods that begin on this day or later"))
          ->type_name("DAY");
  list->add_option("--to", options->to,
                   In("期间始于这一天或之前", "Of periods that begin on this day or earlier"))
      ->type_name("DAY")
      ->needs(from);
  const auto ids = std::make_shared<std::vector<std::string>>();
  CLI::App* const compare =
      report.add_subcommand("compare", In("比较两份报告", "Tell what differs between two reports"));
  compare->add_option("ids", *ids, In("两个报告编号", "Two report ids"))
      ->required()
      ->expected(2)
      ->type_name("ID");
  compare->callback([&context, ids] {
    context.command = [&context, ids] { return Compare(context, ids->at(0), ids->at(1)); };
  });
}

}  // namespace kefu::reports
