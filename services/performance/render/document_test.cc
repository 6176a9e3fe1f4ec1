#include "services/performance/render/document.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "services/performance/render/files.h"

namespace kefu::performance::render {
namespace {

void Add(const std::string& id, v1::MetricUnit unit, double value, double before,
         v1::ReportSection& section) {
  v1::MetricInfo& metric = *section.add_metrics();
  metric.set_metric_id(id);
  metric.set_name_en(id);
  metric.set_unit(unit);
  if (section.rows().empty()) section.add_rows()->set_row_id("total");
  v1::ReportRow& row = *section.mutable_rows(0);
  for (const auto& [values, figure] :
       {std::pair{row.mutable_values(), value}, std::pair{row.mutable_compared(), before}}) {
    v1::MetricValue& out = *values->Add();
    out.set_metric_id(id);
    out.set_unit(unit);
    out.set_value(figure);
    out.set_denominator(500);
  }
}

// A share changes by percentage points, a mean of stars or of chats at once by what it is.
TEST(Document, MeansThatAreNoSharesAreShownAsTheNumbersThatTheyAre) {
  v1::Report report;
  report.set_kind(v1::REPORT_KIND_WEEKLY);
  report.set_currency_code("CNY");
  v1::ReportSection& summary = *report.add_sections();
  summary.set_section_id("summary");
  Add("reply_rate", v1::METRIC_UNIT_RATIO, 0.9, 0.875, summary);
  Add("concurrent_chats", v1::METRIC_UNIT_MEAN, 1.046, 0.896, summary);
  Add("satisfaction", v1::METRIC_UNIT_MEAN, 4.65, 4.7, summary);
  const Document document = DocumentOf(report, Language::kEnglish);
  ASSERT_EQ(document.sections.size(), 1u);
  const Section& section = document.sections[0];
  ASSERT_EQ(section.rows.size(), 1u);
  const Row& row = section.rows[0];
  const auto change = [&](size_t i) {
    return ChangeText(row.values[i], row.compared[i], section.columns[i].format);
  };
  EXPECT_EQ(row.values[0].text, "90.00%");
  EXPECT_EQ(change(0), "+2.50 pp");
  EXPECT_EQ(row.values[1].text, "1.05");
  EXPECT_EQ(change(1), "+0.15");
  EXPECT_EQ(row.values[2].text, "4.65");
  EXPECT_EQ(row.compared[2].text, "4.70");
  EXPECT_EQ(change(2), "-0.05");
  EXPECT_EQ(NumberText(1.5, section.columns[1].format), "1.50");
}

v1::ReportSection& AddAgents(v1::Report& report) {
  report.set_currency_code("CNY");
  report.mutable_definition()->set_thin_below(30);
  report.mutable_definition()->set_confidence_bps(9500);
  v1::ReportSection& section = *report.add_sections();
  section.set_section_id("agents");
  for (const auto& [id, unit] : {std::pair{"average_order_value", v1::METRIC_UNIT_MONEY},
                                 {"conversion", v1::METRIC_UNIT_RATIO}}) {
    auto& metric = *section.add_metrics();
    metric.set_metric_id(id);
    metric.set_name_en(id);
    metric.set_name_zh(id);
    metric.set_unit(unit);
  }
  return section;
}

void AddAgent(const std::string& id, const std::string& name, bool thin,
              v1::ReportSection& section) {
  v1::ReportRow& row = *section.add_rows();
  row.set_row_id(id);
  row.set_display_name(name);
  for (const v1::MetricInfo& metric : section.metrics()) {
    v1::MetricValue& value = *row.add_values();
    const bool money = metric.unit() == v1::METRIC_UNIT_MONEY;
    value.set_metric_id(metric.metric_id());
    value.set_unit(metric.unit());
    value.set_value(money ? 50'000 : 0.1);
    value.set_denominator(10);
    value.set_thin(thin);
    if (!thin) continue;
    value.mutable_interval()->set_low(money ? 40'000 : 0.0179);
    value.mutable_interval()->set_high(money ? 60'000 : 0.4042);
  }
}

// A figure over few cases is marked, and its interval told in the figure's own unit.
TEST(Document, ThinFiguresAreMarkedWithTheirIntervals) {
  v1::Report report;
  v1::ReportSection& section = AddAgents(report);
  AddAgent("01A", "Li", true, section);
  AddAgent("01B", "Wu", false, section);
  const Document document = DocumentOf(report, Language::kEnglish);
  const Section& agents = document.sections[0];
  EXPECT_EQ(MarkedText(agents.rows[0].values[0]), "500.00 *");
  EXPECT_EQ(agents.rows[0].values[0].low, "400.00");
  EXPECT_EQ(ThinNote(agents, agents.rows[0]),
            "Li: average_order_value (CNY) 400.00 – 600.00; conversion 1.79% – 40.42%");
  EXPECT_EQ(MarkedText(agents.rows[1].values[0]), "500.00");
  EXPECT_EQ(ThinNote(agents, agents.rows[1]), "");
  EXPECT_EQ(document.thin_title, "* thin: fewer than 30 cases. 95 % confidence intervals:");
  std::string csv;
  ASSERT_TRUE(WriteCsv(document, [&](std::string_view part) {
                csv += part;
                return true;
              }).ok());
  EXPECT_NE(csv.find("\"agents\",\"01A\",\"conversion\",\"conversion\",\"\",0.100000,,\"Li\",1,"
                     "0.017900,0.404200\r\n"),
            std::string::npos)
      << csv;
  EXPECT_NE(csv.find("0.100000,,\"Wu\",,,\r\n"), std::string::npos) << csv;
}

TEST(Document, EqualNamesAreToldApartByTheirIds) {
  v1::Report report;
  v1::ReportSection& section = AddAgents(report);
  for (const auto& [id, name] : {std::pair{"01M8278AJ4N1", "王芳"},
                                 {"01M8278AJ4N2", "王芳"},
                                 {"01M8278AJ4N3", "李雷"},
                                 {"01M8278AJ4N4", ""}})
    AddAgent(id, name, false, section);
  std::vector<std::string> labels;
  for (const Row& row : DocumentOf(report, Language::kChinese).sections[0].rows)
    labels.push_back(row.label);
  EXPECT_EQ(labels, (std::vector<std::string>{"王芳 J4N1", "王芳 J4N2", "李雷", "01M8278AJ4N4"}));
}

// Tables print what rows are compared with beside each figure, and only where they are.
TEST(Document, ComparedFiguresHaveColumnsOfTheirOwn) {
  v1::Report report;
  v1::ReportSection& section = AddAgents(report);
  AddAgent("01A", "Li", false, section);
  AddAgent("01B", "Wu", false, section);
  Document document = DocumentOf(report, Language::kEnglish);
  EXPECT_EQ(PrintedColumns(document, document.sections[0]).size(), 2u);
  auto& old = *section.mutable_rows(0)->mutable_compared();
  old = section.rows(0).values();
  old.Mutable(1)->set_value(0.25);
  document = DocumentOf(report, Language::kEnglish);
  const Section& agents = document.sections[0];
  const auto columns = PrintedColumns(document, agents);
  ASSERT_EQ(columns.size(), 4u);
  EXPECT_EQ(columns[3].title, "conversion · compared");
  EXPECT_EQ(columns[3].Of(agents.rows[0])->text, "25.00%");
  EXPECT_EQ(columns[3].Of(agents.rows[1]), nullptr);
  EXPECT_EQ(columns[2].Of(agents.rows[1])->text, "10.00%");
}

// The text of the document's pages.
std::string PdfText(const Document& document) {
  const std::string path =
      ::testing::TempDir() + "kefu-document-" + std::to_string(::getpid()) + ".pdf";
  std::ofstream file(path, std::ios::binary);
  const absl::Status written = WritePdf(document, [&](std::string_view part) {
    file << part;
    return true;
  });
  EXPECT_TRUE(written.ok()) << written;
  file.close();
  std::string text;
  FILE* const pipe = ::popen(("pdftotext -layout '" + path + "' -").c_str(), "r");
  for (char piece[4096]; size_t got = std::fread(piece, 1, sizeof piece, pipe);)
    text.append(piece, got);
  EXPECT_EQ(::pclose(pipe), 0);
  std::remove(path.c_str());
  return text;
}

// Everything that is thin has its interval, however many lines that takes.
TEST(Document, IntervalsAreToldWholeOnPaper) {
  v1::Report report;
  report.set_currency_code("CNY");
  v1::ReportSection& section = *report.add_sections();
  section.set_section_id("summary");
  v1::ReportRow& row = *section.add_rows();
  row.set_row_id("total");
  constexpr int kFigures = 45;  // as many as a month's summary has
  for (int i = 0; i < kFigures; ++i) {
    v1::MetricInfo& metric = *section.add_metrics();
    metric.set_metric_id(std::to_string(i));
    metric.set_name_zh(fmt::format("首次响应时间（工作时间）第{}项", i));
    metric.set_unit(v1::METRIC_UNIT_RATIO);
    v1::MetricValue& value = *row.add_values();
    value.set_metric_id(metric.metric_id());
    value.set_unit(metric.unit());
    value.set_value(0.1);
    value.set_denominator(10);
    value.set_thin(true);
    value.mutable_interval()->set_low(0.01);
    value.mutable_interval()->set_high(0.4 + i / 10'000.0);
  }
  const std::string text = PdfText(DocumentOf(report, Language::kChinese));
  for (int i = 0; i < kFigures; ++i) {
    const std::string high = fmt::format("{:.2f}%", 40 + i / 100.0);
    EXPECT_NE(text.find(high), std::string::npos) << high;
  }
  EXPECT_EQ(text.find("…"), std::string::npos) << text;
}

TEST(Document, AChartTellsHowManyItLeavesOut) {
  v1::Report report;
  v1::ReportSection& section = AddAgents(report);
  section.set_chart(v1::REPORT_CHART_BAR);
  section.add_chart_metric_ids("average_order_value");
  for (int i = 0; i < 30; ++i) AddAgent(fmt::format("a{:02}", i), "", false, section);
  EXPECT_EQ(PdfText(DocumentOf(report, Language::kEnglish)).find("the first"), std::string::npos);
  AddAgent("a30", "", false, section);
  EXPECT_NE(PdfText(DocumentOf(report, Language::kEnglish)).find("the first 30 of 31"),
            std::string::npos);
  EXPECT_NE(PdfText(DocumentOf(report, Language::kChinese)).find("前30名，共31名"),
            std::string::npos);
}

TEST(Document, TellsWhenItWasMade) {
  v1::Report report;
  report.mutable_create_time()->set_seconds(1'751'331'600);
  const Document document = DocumentOf(report, Language::kEnglish);
  EXPECT_NE(std::ranges::find(document.facts, "made: 2025-07-01 01:00 UTC"), document.facts.end());
}

TEST(Document, TheTitleNamesTheTeam) {
  v1::Report report;
  report.set_shop_name("旗舰店");
  report.set_kind(v1::REPORT_KIND_WEEKLY);
  report.mutable_subject()->set_shop_id("s");
  report.mutable_subject()->set_team_id("01M8");
  EXPECT_TRUE(DocumentOf(report, Language::kChinese).title.starts_with("旗舰店 · 小组 01M8 周报"));
  report.mutable_subject()->set_display_name("售后组");
  EXPECT_TRUE(
      DocumentOf(report, Language::kChinese).title.starts_with("旗舰店 · 小组 售后组 周报"));
}

}  // namespace
}  // namespace kefu::performance::render
