// A report as people read it in one language: texts and numbers by section, row and column, for the
// writers of files. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kefu/performance/v1/reports.pb.h"

namespace kefu::performance::render {

enum class Language { kChinese, kEnglish };
// Of "zh", "zh-CN", "en" and so on; English for everything else.
Language LanguageOf(std::string_view tag);

// How the numbers of a column are shown.
struct NumberFormat {
  enum Kind { kCount, kShare, kDecimal, kMoney } kind = kCount;
  int decimals = 0;
};

struct Figure {
  std::optional<double> number;  // money in major units
  std::string exact;  // the same with a point and all decimals, for machines; may be empty
  std::string text;   // for people: "12,345.60", "83.62%", "–"
  bool thin = false;  // over few cases
  // The ends of a thin figure's confidence interval, as `exact` and as `text`; empty where none is
  // known.
  std::string low, high, low_text, high_text;
};

struct Column {
  std::string metric_id;
  std::string name;
  std::string unit;  // "", "s", "CNY"
  NumberFormat format;
};

struct Row {
  std::string id;
  std::string name;            // for people; empty where none is known
  std::string label;           // the name or, without one, the id; of equal names with the id's end
  std::vector<Figure> values;  // one a column
  std::vector<Figure> compared;  // the same, or empty
};

struct Section {
  std::string id;
  std::string title;
  std::string row_title;  // over the labels
  std::string note;       // under the title; may be empty
  std::vector<Column> columns;
  std::vector<Row> rows;
  v1::ReportChart chart = v1::REPORT_CHART_UNSPECIFIED;
  std::vector<size_t> chart_columns;
};

struct Document {
  Language language = Language::kEnglish;
  std::string title;               // "店铺周报 …"
  std::vector<std::string> facts;  // lines under it: period, definition, version
  std::string value_title, compared_title, change_title, metric_title;
  std::string thin_title;  // what kThinMark means: "* thin: fewer than 30 cases; …"
  std::string file_name;   // without an extension, ASCII
  std::vector<Section> sections;
};

Document DocumentOf(const v1::Report& report, Language language);

// Stands behind figures over few cases.
inline constexpr std::string_view kThinMark = " *";
// A figure's text with its mark.
std::string MarkedText(const Figure& figure);
// Between which bounds a row's thin figures lie: "Li: conversion 1.20% – 9.80%; satisfaction –".
// Empty where it has none.
std::string ThinNote(const Section& section, const Row& row);

// A column of a printed table: a section's figure or, where rows have it, the compared one.
struct PrintedColumn {
  size_t index = 0;  // in Section.columns
  bool compared = false;
  std::string title;

  // nullptr: the row has none.
  const Figure* Of(const Row& row) const;
};
std::vector<PrintedColumn> PrintedColumns(const Document& document, const Section& section);
// "sales (CNY)".
std::string Heading(const Column& column);
// Where a chart draws only so many of a section's rows: " · the first 30 of 120"; else empty.
std::string DrawnNote(const Document& document, size_t drawn, const Section& section);

// A number as in tables, for axes: "12,000", "83.62%".
std::string NumberText(double number, const NumberFormat& format);

// The change of a figure against the compared one in percent with a sign, "+12.3%"; shares and
// decimals by their difference. Empty where either has no value.
std::string ChangeText(const Figure& value, const Figure& compared, const NumberFormat& format);

}  // namespace kefu::performance::render
