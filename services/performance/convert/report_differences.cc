#include "services/performance/convert/report_differences.h"

#include <map>
#include <string>

namespace kefu::performance::convert {
namespace {

bool Equal(const v1::MetricValue& a, const v1::MetricValue& b) {
  return a.has_value() == b.has_value() && a.value() == b.value() &&
         a.numerator() == b.numerator() && a.denominator() == b.denominator();
}

std::string RowKey(const v1::ReportSection& section, int index) {
  return section.section_id() == "days" ? std::to_string(index + 1) : section.rows(index).row_id();
}

using Values = std::map<std::string_view, const v1::MetricValue*>;
using Rows = std::map<std::string, Values>;

Rows RowsOf(const v1::ReportSection& section) {
  Rows rows;
  for (int i = 0; i < section.rows_size(); ++i) {
    Values& values = rows[RowKey(section, i)];
    for (const v1::MetricValue& value : section.rows(i).values())
      values[value.metric_id()] = &value;
  }
  return rows;
}

// Compares the figures of one row; either side may lack some.
void CompareRow(std::string_view section_id, const std::string& row_id, const Values& mine,
                const Values& theirs, v1::CompareReportsResponse& answer) {
  Values all = mine;
  all.insert(theirs.begin(), theirs.end());
  for (const auto& [metric_id, any] : all) {
    v1::MetricValue none;
    none.set_metric_id(std::string(metric_id));
    none.set_unit(any->unit());
    const auto a = mine.find(metric_id), b = theirs.find(metric_id);
    const v1::MetricValue& value = a == mine.end() ? none : *a->second;
    const v1::MetricValue& other = b == theirs.end() ? none : *b->second;
    if (Equal(value, other)) {
      answer.set_equal_figures(answer.equal_figures() + 1);
      continue;
    }
    v1::ReportDifference* difference = answer.add_differences();
    difference->set_section_id(std::string(section_id));
    difference->set_row_id(row_id);
    *difference->mutable_value() = value;
    *difference->mutable_other_value() = other;
    if (value.has_value() && other.has_value())
      difference->set_difference(other.value() - value.value());
  }
}

const v1::ReportSection& SectionOf(const v1::Report& report, std::string_view id) {
  for (const v1::ReportSection& section : report.sections()) {
    if (section.section_id() == id) return section;
  }
  return v1::ReportSection::default_instance();
}

void CompareSections(const v1::ReportSection& mine, const v1::ReportSection& theirs,
                     v1::CompareReportsResponse& answer) {
  const std::string_view id = mine.section_id().empty() ? theirs.section_id() : mine.section_id();
  const Rows my_rows = RowsOf(mine), their_rows = RowsOf(theirs);
  const auto name = [&](int from, const v1::ReportRow& row) {
    for (int i = from; i < answer.differences_size(); ++i)
      answer.mutable_differences(i)->set_display_name(row.display_name());
  };
  for (int i = 0; i < mine.rows_size(); ++i) {
    const std::string key = RowKey(mine, i);
    const auto found = their_rows.find(key);
    const int from = answer.differences_size();
    CompareRow(id, key, my_rows.at(key), found == their_rows.end() ? Values{} : found->second,
               answer);
    name(from, mine.rows(i));
  }
  for (int i = 0; i < theirs.rows_size(); ++i) {
    const std::string key = RowKey(theirs, i);
    if (my_rows.contains(key)) continue;
    const int from = answer.differences_size();
    CompareRow(id, key, {}, their_rows.at(key), answer);
    name(from, theirs.rows(i));
  }
}

}  // namespace

v1::CompareReportsResponse Differences(v1::Report report, v1::Report other) {
  v1::CompareReportsResponse answer;
  for (const v1::ReportSection& section : report.sections()) {
    CompareSections(section, SectionOf(other, section.section_id()), answer);
  }
  for (const v1::ReportSection& section : other.sections()) {
    if (SectionOf(report, section.section_id()).section_id().empty())
      CompareSections(v1::ReportSection::default_instance(), section, answer);
  }
  report.clear_sections();
  other.clear_sections();
  *answer.mutable_report() = std::move(report);
  *answer.mutable_other_report() = std::move(other);
  return answer;
}

}  // namespace kefu::performance::convert
