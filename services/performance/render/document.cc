#include "services/performance/render/document.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "absl/time/time.h"
#include "common/money/money.h"

namespace kefu::performance::render {
namespace {

// "1234567.8" with commas between thousands.
std::string Grouped(std::string digits) {
  const size_t begin = digits.starts_with('-') ? 1 : 0;
  size_t end = digits.find('.');
  if (end == std::string::npos) end = digits.size();
  for (size_t at = end; at > begin + 3; at -= 3) digits.insert(at - 3, ",");
  return digits;
}

int MoneyDecimals(const std::string& currency) {
  const auto digits = MinorDigits(currency);
  return digits.ok() ? *digits : 2;
}

NumberFormat FormatOf(const v1::MetricInfo& metric, const std::string& currency) {
  switch (metric.unit()) {
    case v1::METRIC_UNIT_RATIO:
      return {NumberFormat::kShare, 2};
    case v1::METRIC_UNIT_MEAN:
    case v1::METRIC_UNIT_SECONDS:
    case v1::METRIC_UNIT_PER_HOUR:
    case v1::METRIC_UNIT_POINTS:
      return {NumberFormat::kDecimal, 2};
    case v1::METRIC_UNIT_MONEY:
      return {NumberFormat::kMoney, MoneyDecimals(currency)};
    default:
      return {NumberFormat::kCount, 0};
  }
}

// An end of an interval, in the unit of a value.
void SetBound(double bound, const NumberFormat& format, const std::string& currency,
              std::string& exact, std::string& text) {
  if (format.kind == NumberFormat::kMoney) {
    exact = FormatDecimal({currency, std::llround(bound)});
    text = Grouped(exact);
    return;
  }
  exact = fmt::format("{:.6f}", bound);
  text = NumberText(bound, format);
}

Figure FigureOf(const v1::MetricValue& value, const NumberFormat& format,
                const std::string& currency) {
  Figure figure;
  if (!value.has_value()) {
    figure.text = "–";
    return figure;
  }
  figure.thin = value.thin();
  if (value.has_interval()) {
    SetBound(value.interval().low(), format, currency, figure.low, figure.low_text);
    SetBound(value.interval().high(), format, currency, figure.high, figure.high_text);
  }
  switch (format.kind) {
    case NumberFormat::kCount:
      figure.exact = std::to_string(value.numerator());
      figure.number = static_cast<double>(value.numerator());
      figure.text = Grouped(figure.exact);
      break;
    case NumberFormat::kShare:
      figure.exact = fmt::format("{:.6f}", value.value());
      figure.number = value.value();
      figure.text = NumberText(*figure.number, format);
      break;
    case NumberFormat::kDecimal:
      figure.exact = fmt::format("{:.6f}", value.value());
      figure.number = value.value();
      figure.text = NumberText(*figure.number, format);
      break;
    case NumberFormat::kMoney: {
      // A mean is rounded to the minor unit already; a sum is exact in the numerator.
      const int64_t minor =
          value.denominator() == 0 ? value.numerator() : std::llround(value.value());
      figure.exact = FormatDecimal({currency, minor});
      figure.number = static_cast<double>(minor) / std::pow(10, format.decimals);
      figure.text = Grouped(figure.exact);
      break;
    }
  }
  return figure;
}

struct Words {
  std::string_view weekly, monthly, base, team, agent, definition, version, made, compared, value,
      change, metric, total, day, shop, organization;
};
constexpr Words kChinese{"周报", "月报", "基地", "小组", "客服", "指标口径", "版本", "生成时间",
                         "上期", "本期", "变化", "指标", "合计", "日期",     "店铺", "全部店铺"};
constexpr Words kEnglish{"Weekly report", "Monthly report", "base",  "team",     "agent",
                         "definition",    "version",        "made",  "compared", "value",
                         "change",        "metric",         "total", "day",      "shop",
                         "All shops"};

const Words& WordsIn(Language language) {
  return language == Language::kChinese ? kChinese : kEnglish;
}

std::string DayText(const kefu::common::v1::Date& date) {
  return fmt::format("{:04}-{:02}-{:02}", date.year(), date.month(), date.day());
}

std::string PeriodText(const kefu::common::v1::DateRange& period) {
  return fmt::format("{} – {}", DayText(period.start_date()), DayText(period.end_date()));
}

std::string SubjectText(const v1::Report& report, const Words& words) {
  if (report.subject().all_shops())
    return fmt::format("{} {}", words.organization, report.currency_code());
  const v1::Subject& subject = report.subject();
  const std::string shop = report.shop_name().empty() ? subject.shop_id() : report.shop_name();
  const auto of = [&](std::string_view kind, const std::string& id) {
    return fmt::format("{} · {} {}", shop, kind,
                       subject.display_name().empty() ? id : subject.display_name());
  };
  if (!subject.team_id().empty()) return of(words.team, subject.team_id());
  if (!subject.agent_id().empty()) return of(words.agent, subject.agent_id());
  if (!subject.base_id().empty()) return of(words.base, subject.base_id());
  return shop;
}

// Names for people instead of ids. Equal names are told apart by the ends of their ids.
void Label(std::vector<Row>& rows) {
  constexpr size_t kTail = 4;
  std::map<std::string_view, int> times;
  for (const Row& row : rows) ++times[row.name];
  for (Row& row : rows) {
    if (row.name.empty()) continue;
    row.label = row.name;
    if (times[row.name] > 1)
      row.label += " " + row.id.substr(row.id.size() - std::min(kTail, row.id.size()));
  }
}

std::string ThinTitle(const v1::MetricDefinition& definition, Language language) {
  const double percent = definition.confidence_bps() / 100.0;
  return language == Language::kChinese
             ? fmt::format("* 样本少：不足{}例。{:g}%置信区间：", definition.thin_below(), percent)
             : fmt::format("* thin: fewer than {} cases. {:g} % confidence intervals:",
                           definition.thin_below(), percent);
}

std::string RowTitle(std::string_view section_id, const Words& words) {
  if (section_id == "days") return std::string(words.day);
  if (section_id == "shops") return std::string(words.shop);
  if (section_id == "teams") return std::string(words.team);
  if (section_id == "agents") return std::string(words.agent);
  return "";
}

std::vector<Figure> FiguresOf(const google::protobuf::RepeatedPtrField<v1::MetricValue>& values,
                              const std::vector<Column>& columns, const std::string& currency) {
  std::vector<Figure> figures;
  if (values.empty()) return figures;
  for (const Column& column : columns) {
    const auto found = std::ranges::find_if(values, [&](const v1::MetricValue& value) {
      return value.metric_id() == column.metric_id;
    });
    figures.push_back(found == values.end() ? Figure{std::nullopt, "", "–"}
                                            : FigureOf(*found, column.format, currency));
  }
  return figures;
}

Section SectionOf(const v1::ReportSection& source, const std::string& currency, Language language) {
  const Words& words = WordsIn(language);
  const bool zh = language == Language::kChinese;
  Section section;
  section.id = source.section_id();
  section.title = zh ? source.title_zh() : source.title_en();
  section.row_title = RowTitle(section.id, words);
  section.chart = source.chart();
  if (source.metrics_size() < source.metrics_in_all()) {
    section.note =
        fmt::format(fmt::runtime(zh ? "列出{}项指标，共有{}项；其余见指标查询"
                                    : "{} of {} figures; a query of metrics has the others"),
                    source.metrics_size(), source.metrics_in_all());
  }
  for (const v1::MetricInfo& metric : source.metrics()) {
    Column column{metric.metric_id(), zh ? metric.name_zh() : metric.name_en(), "",
                  FormatOf(metric, currency)};
    if (metric.unit() == v1::METRIC_UNIT_SECONDS) column.unit = "s";
    if (metric.unit() == v1::METRIC_UNIT_MONEY) column.unit = currency;
    if (std::ranges::find(source.chart_metric_ids(), metric.metric_id()) !=
        source.chart_metric_ids().end())
      section.chart_columns.push_back(section.columns.size());
    section.columns.push_back(std::move(column));
  }
  for (const v1::ReportRow& row : source.rows()) {
    section.rows.push_back({row.row_id(), row.display_name(),
                            section.id == "summary" ? std::string(words.total) : row.row_id(),
                            FiguresOf(row.values(), section.columns, currency),
                            FiguresOf(row.compared(), section.columns, currency)});
  }
  Label(section.rows);
  return section;
}

std::string IdOf(const v1::Subject& subject) {
  if (subject.all_shops()) return "all-shops";
  for (const std::string* id : {&subject.agent_id(), &subject.team_id(), &subject.base_id()}) {
    if (!id->empty()) return *id;
  }
  return subject.shop_id();
}

std::string FileName(const v1::Report& report) {
  std::string name =
      fmt::format("{}-{}-{}-v{}", report.kind() == v1::REPORT_KIND_WEEKLY ? "weekly" : "monthly",
                  IdOf(report.subject()), DayText(report.period().start_date()), report.version());
  for (char& c : name) {
    if (!std::isalnum(static_cast<unsigned char>(c)) && c != '-' && c != '_' && c != '.') c = '_';
  }
  return name;
}

}  // namespace

Language LanguageOf(std::string_view tag) {
  return tag.starts_with("zh") ? Language::kChinese : Language::kEnglish;
}

std::string NumberText(double number, const NumberFormat& format) {
  if (format.kind == NumberFormat::kShare)
    return fmt::format("{:.{}f}%", number * 100, format.decimals);
  return Grouped(fmt::format("{:.{}f}", number, format.decimals));
}

std::string ChangeText(const Figure& value, const Figure& compared, const NumberFormat& format) {
  if (!value.number || !compared.number) return "";
  const double difference = *value.number - *compared.number;
  if (format.kind == NumberFormat::kShare) return fmt::format("{:+.2f} pp", difference * 100);
  if (format.kind == NumberFormat::kDecimal) return fmt::format("{:+.2f}", difference);
  if (*compared.number == 0) return "";
  return fmt::format("{:+.1f}%", difference / std::abs(*compared.number) * 100);
}

std::string MarkedText(const Figure& figure) {
  return figure.thin ? figure.text + std::string(kThinMark) : figure.text;
}

std::string ThinNote(const Section& section, const Row& row) {
  std::string note;
  for (size_t i = 0; i < row.values.size() && i < section.columns.size(); ++i) {
    const Figure& figure = row.values[i];
    if (!figure.thin) continue;
    note += fmt::format(
        "{}{} {}", note.empty() ? "" : "; ", Heading(section.columns[i]),
        figure.low.empty() ? "–" : fmt::format("{} – {}", figure.low_text, figure.high_text));
  }
  return note.empty() || section.id == "summary" ? note : row.label + ": " + note;
}

const Figure* PrintedColumn::Of(const Row& row) const {
  const std::vector<Figure>& figures = compared ? row.compared : row.values;
  return index < figures.size() ? &figures[index] : nullptr;
}

std::vector<PrintedColumn> PrintedColumns(const Document& document, const Section& section) {
  const bool compared =
      std::ranges::any_of(section.rows, [](const Row& row) { return !row.compared.empty(); });
  std::vector<PrintedColumn> columns;
  for (size_t i = 0; i < section.columns.size(); ++i) {
    columns.push_back({i, false, Heading(section.columns[i])});
    if (compared)
      columns.push_back(
          {i, true, fmt::format("{} · {}", section.columns[i].name, document.compared_title)});
  }
  return columns;
}

std::string Heading(const Column& column) {
  return column.unit.empty() ? column.name : fmt::format("{} ({})", column.name, column.unit);
}

std::string DrawnNote(const Document& document, size_t drawn, const Section& section) {
  if (drawn >= section.rows.size()) return "";
  return fmt::format(
      fmt::runtime(document.language == Language::kChinese ? " · 前{}名，共{}名"
                                                           : " · the first {} of {}"),
      drawn, section.rows.size());
}

Document DocumentOf(const v1::Report& report, Language language) {
  const Words& words = WordsIn(language);
  Document document;
  document.language = language;
  document.title =
      fmt::format("{} {} {}", SubjectText(report, words),
                  report.kind() == v1::REPORT_KIND_WEEKLY ? words.weekly : words.monthly,
                  PeriodText(report.period()));
  document.facts = {
      fmt::format("{}: {}", words.compared, PeriodText(report.compared_period())),
      fmt::format("{}: {} v{}", words.definition, report.definition().definition_id(),
                  report.definition().version()),
      fmt::format("{}: {}   {}", words.version, report.version(), report.report_id())};
  if (report.has_create_time()) {
    document.facts.push_back(
        fmt::format("{}: {}", words.made,
                    absl::FormatTime("%Y-%m-%d %H:%M UTC",
                                     absl::FromUnixSeconds(report.create_time().seconds()),
                                     absl::UTCTimeZone())));
  }
  document.value_title = words.value;
  document.compared_title = words.compared;
  document.change_title = words.change;
  document.metric_title = words.metric;
  document.thin_title = ThinTitle(report.definition(), language);
  document.file_name = FileName(report);
  for (const v1::ReportSection& section : report.sections())
    document.sections.push_back(SectionOf(section, report.currency_code(), language));
  return document;
}

}  // namespace kefu::performance::render
