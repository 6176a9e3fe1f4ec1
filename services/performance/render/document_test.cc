#include "services/performance/render/document.h"

#include <gtest/gtest.h>

#include <string>

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

}  // namespace
}  // namespace kefu::performance::render
