#include <algorithm>
#include <cmath>
#include <optional>
#include <span>
#include <utility>

#include "services/performance/errors_reports.h"
#include "services/performance/render/files.h"
#include "services/performance/render/pdf_page.h"

namespace kefu::performance::render {
namespace {

constexpr double kTitle = 16, kHeading = 12, kBody = 8, kNote = 7;  // font sizes in points
constexpr double kRowHeight = 14;
constexpr int kHeadLines = 3;                                 // of a column's title at most
constexpr double kHeadHeight = kHeadLines * kBody * 1.5 + 4;  // with so many
constexpr double kNoteHeight = 16;                            // of a line under a heading
constexpr double kLabelWidth = 170;
constexpr size_t kColumnsAcross = 8;  // further columns follow in a table of their own
constexpr double kChartHeight = 170, kAxisWidth = 70;
constexpr size_t kMaxBars = 30;  // more would not be told apart

// A scale from 0 (or below) to a round number at or above the greatest value.
double RoundUp(double value) {
  if (value <= 0) return 1;
  const double power = std::pow(10, std::floor(std::log10(value)));
  for (const double step : {1.0, 2.0, 3.0, 4.0, 6.0, 8.0, 10.0}) {
    if (value <= step * power) return step * power;
  }
  return 10 * power;
}

bool IsDrawn(const Section& section) {
  return section.chart != v1::REPORT_CHART_UNSPECIFIED && !section.chart_columns.empty() &&
         !section.rows.empty();
}

class Writer {
 public:
  Writer(const Document& document, const Sink& sink)
      : document_(document), pages_(sink, document.title) {}

  absl::Status Run() {
    pages_.MoveTo(
        pages_.y() +
        pages_.Paragraph(Pages::kMargin, pages_.y(), kAcross, document_.title, kTitle, true) + 4);
    for (const std::string& fact : document_.facts) {
      pages_.Text(Pages::kMargin, pages_.y(), kAcross, fact, kBody, Align::kLeft, false, 0.35);
      pages_.MoveTo(pages_.y() + 12);
    }
    for (const Section& section : document_.sections) AddSection(section);
    return pages_.Finish();
  }

 private:
  static constexpr double kAcross = Pages::kRight - Pages::kMargin;

  void AddSection(const Section& section) {
    // A heading stands on the page of what follows it.
    pages_.Need(kHeading + 20 + (section.note.empty() ? 0 : kNoteHeight) +
                (IsDrawn(section) ? kChartHeight + 44 : kHeadHeight + 3 * kRowHeight));
    pages_.MoveTo(pages_.y() + 10);
    pages_.Text(Pages::kMargin, pages_.y(), kAcross, section.title, kHeading, Align::kLeft, true);
    pages_.MoveTo(pages_.y() + kHeading + 8);
    if (!section.note.empty()) {
      pages_.Text(Pages::kMargin, pages_.y(), kAcross, section.note, kBody, Align::kLeft, false,
                  0.35);
      pages_.MoveTo(pages_.y() + kNoteHeight);
    }
    if (section.id == "summary") return AddSummary(section);
    AddChart(section);
    const std::vector<PrintedColumn> columns = PrintedColumns(document_, section);
    for (size_t from = 0; from < columns.size(); from += kColumnsAcross) {
      AddTable(section,
               std::span(columns).subspan(from, std::min(kColumnsAcross, columns.size() - from)));
    }
    AddThinNotes(section);
  }

  // Rows of cells under a head that every page repeats, as high as its longest title.
  void Head(const std::vector<std::string>& titles, double label_width, double width) {
    double height = 0;
    for (size_t i = 0; i < titles.size(); ++i) {
      const double cell = (i == 0 ? label_width : width) - 6;
      height = std::max(height, pages_.Height(cell, titles[i], kBody, /*bold=*/true) + 4);
    }
    height = std::min(height, kHeadHeight);
    pages_.Box(Pages::kMargin, pages_.y(), label_width + width * (titles.size() - 1), height, 0.91,
               0.93, 0.96);
    for (size_t i = 0; i < titles.size(); ++i) {
      const double x = i == 0 ? Pages::kMargin : Pages::kMargin + label_width + width * (i - 1);
      pages_.Text(x + 3, pages_.y() + 2, (i == 0 ? label_width : width) - 6, titles[i], kBody,
                  i == 0 ? Align::kLeft : Align::kRight, true, 0, kHeadLines);
    }
    pages_.MoveTo(pages_.y() + height);
  }

  void Line(const std::vector<std::string>& titles, const std::vector<std::string>& cells,
            double label_width, double width) {
    if (pages_.Need(kRowHeight)) Head(titles, label_width, width);
    for (size_t i = 0; i < cells.size(); ++i) {
      const double x = i == 0 ? Pages::kMargin : Pages::kMargin + label_width + width * (i - 1);
      pages_.Text(x + 3, pages_.y() + 2, (i == 0 ? label_width : width) - 6, cells[i], kBody,
                  i == 0 ? Align::kLeft : Align::kRight);
    }
    pages_.MoveTo(pages_.y() + kRowHeight);
    pages_.Line(Pages::kMargin, pages_.y(),
                Pages::kMargin + label_width + width * (titles.size() - 1), pages_.y(), 0.3, 0.8);
  }

  // What the marks mean, under a table.
  void AddThinNotes(const Section& section) {
    bool titled = false;
    for (const Row& row : section.rows) {
      const std::string note = ThinNote(section, row);
      if (note.empty()) continue;
      if (!std::exchange(titled, true)) {
        pages_.Need(kRowHeight * 3);
        pages_.Text(Pages::kMargin, pages_.y() + 4, kAcross, document_.thin_title, kNote,
                    Align::kLeft, false, 0.35);
        pages_.MoveTo(pages_.y() + kRowHeight);
      }
      pages_.Need(pages_.Height(kAcross, note, kNote));
      pages_.MoveTo(pages_.y() +
                    pages_.Paragraph(Pages::kMargin, pages_.y(), kAcross, note, kNote) + 1);
    }
    if (titled) pages_.MoveTo(pages_.y() + 6);
  }

  void AddSummary(const Section& section) {
    constexpr double kNames = 300, kWidth = (kAcross - kNames) / 3;
    const std::vector<std::string> titles{document_.metric_title, document_.value_title,
                                          document_.compared_title, document_.change_title};
    Head(titles, kNames, kWidth);
    for (const Row& total : section.rows) {
      for (size_t i = 0; i < total.values.size(); ++i) {
        const Column& column = section.columns[i];
        std::vector<std::string> cells{Heading(column), MarkedText(total.values[i])};
        if (!total.compared.empty()) {
          cells.push_back(total.compared[i].text);
          cells.push_back(ChangeText(total.values[i], total.compared[i], column.format));
        }
        Line(titles, cells, kNames, kWidth);
      }
    }
    AddThinNotes(section);
  }

  void AddTable(const Section& section, std::span<const PrintedColumn> columns) {
    std::vector<std::string> titles{section.row_title};
    for (const PrintedColumn& column : columns) titles.push_back(column.title);
    const double width = (kAcross - kLabelWidth) / kColumnsAcross;
    pages_.Need(kHeadHeight + 2 * kRowHeight);
    Head(titles, kLabelWidth, width);
    for (const Row& row : section.rows) {
      std::vector<std::string> cells{row.label};
      for (const PrintedColumn& column : columns) {
        const Figure* const figure = column.Of(row);
        cells.push_back(figure == nullptr ? "" : MarkedText(*figure));
      }
      Line(titles, cells, kLabelWidth, width);
    }
    pages_.MoveTo(pages_.y() + 12);
  }

  // The first drawn column over the rows.
  void AddChart(const Section& section) {
    if (!IsDrawn(section)) return;
    const size_t column = section.chart_columns.front();
    std::vector<const Row*> rows;
    double greatest = 0;
    for (const Row& row : section.rows) {
      if (rows.size() == kMaxBars && section.chart == v1::REPORT_CHART_BAR) break;
      rows.push_back(&row);
      if (column < row.values.size())
        greatest = std::max(greatest, row.values[column].number.value_or(0));
    }
    if (rows.empty()) return;
    pages_.Need(kChartHeight + 44);
    const double top = pages_.y() + 22, bottom = top + kChartHeight - 30;
    const double left = Pages::kMargin + kAxisWidth, across = Pages::kRight - left;
    const double scale = RoundUp(greatest);
    pages_.Text(Pages::kMargin, pages_.y(), kAcross,
                Heading(section.columns[column]) + DrawnNote(document_, rows.size(), section),
                kBody, Align::kLeft, true);
    DrawAxis(section.columns[column], scale, left, top, bottom);
    const double step = across / static_cast<double>(rows.size());
    std::optional<std::pair<double, double>> last;  // of a line; what has no value interrupts it
    for (size_t i = 0; i < rows.size(); ++i) {
      const auto value = column < rows[i]->values.size() ? rows[i]->values[column].number
                                                         : std::optional<double>();
      const double x = left + step * (static_cast<double>(i) + 0.5);
      const double y = bottom - (bottom - top) * std::max(0.0, value.value_or(0)) / scale;
      if (value && section.chart == v1::REPORT_CHART_BAR) {
        pages_.Box(x - step * 0.35, y, step * 0.7, bottom - y, 0.25, 0.45, 0.7);
      } else if (value) {
        if (last) pages_.Line(last->first, last->second, x, y, 1.4, 0.2);
        pages_.Box(x - 1.5, y - 1.5, 3, 3, 0.25, 0.45, 0.7);
      }
      last = value ? std::optional(std::pair(x, y)) : std::nullopt;
      if (step > 24 || i % static_cast<size_t>(std::ceil(24 / step)) == 0)
        pages_.Text(x - std::max(step, 24.0) / 2, bottom + 3, std::max(step, 24.0),
                    Short(section, *rows[i]), 6, Align::kCentre, false, 0.3, /*lines=*/2);
    }
    pages_.MoveTo(bottom + 30);
  }

  static std::string Short(const Section& section, const Row& row) {
    // Of a day the month and the day.
    return section.id == "days" && row.label.size() == 10 ? row.label.substr(5) : row.label;
  }

  void DrawAxis(const Column& column, double scale, double left, double top, double bottom) {
    constexpr int kTicks = 4;
    for (int tick = 0; tick <= kTicks; ++tick) {
      const double share = static_cast<double>(tick) / kTicks;
      const double y = bottom - (bottom - top) * share;
      pages_.Line(left, y, Pages::kRight, y, 0.3, tick == 0 ? 0.3 : 0.85);
      pages_.Text(Pages::kMargin, y - 5, kAxisWidth - 6, NumberText(scale * share, column.format),
                  6, Align::kRight, false, 0.3);
    }
  }

  const Document& document_;
  Pages pages_;
};

}  // namespace

absl::Status WritePdf(const Document& document, const Sink& sink) {
  if (!HasFont()) return error::FontMissing(kFontFamily);
  return Writer(document, sink).Run();
}

}  // namespace kefu::performance::render
