#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>
#include <xlsxwriter.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <utility>

#include "common/status/error.h"
#include "services/performance/render/files.h"

namespace kefu::performance::render {
namespace {

constexpr size_t kPiece = 64 << 10;
constexpr double kLabelWidth = 28, kColumnWidth = 15;  // in characters

// A file of a name of its own that is gone with this.
class TemporaryFile {
 public:
  TemporaryFile() {
    path_ = (std::filesystem::temp_directory_path() / "kefu-report-XXXXXX").string();
    fd_ = ::mkstemp(path_.data());
  }
  ~TemporaryFile() {
    if (fd_ < 0) return;
    ::close(fd_);
    ::unlink(path_.c_str());
  }
  bool ok() const { return fd_ >= 0; }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
  int fd_ = -1;
};

class Workbook {
 public:
  Workbook(const Document& document, const std::string& path, std::string folder)
      : document_(document) {
    // Constant memory: a row is on disk once the next one begins.
    lxw_workbook_options options = {};
    options.constant_memory = LXW_TRUE;
    options.tmpdir = folder.data();
    book_ = workbook_new_opt(path.c_str(), &options);
    title_ = workbook_add_format(book_);
    format_set_bold(title_);
    format_set_font_size(title_, 14);
    head_ = workbook_add_format(book_);
    format_set_bold(head_);
    format_set_text_wrap(head_);
    format_set_bg_color(head_, 0xE8EEF4);
    format_set_border(head_, LXW_BORDER_THIN);
  }

  // INTERNAL-free: the only thing that can fail is the disk.
  bool Write() {
    lxw_doc_properties properties = {};
    properties.title = const_cast<char*>(document_.title.c_str());
    workbook_set_properties(book_, &properties);
    for (const Section& section : document_.sections) AddSheet(section);
    return workbook_close(book_) == LXW_NO_ERROR;
  }

 private:
  lxw_format* FormatOf(const NumberFormat& format, bool thin) {
    const std::string code =
        CodeOf(format) + (thin ? fmt::format("\"{}\"", kThinMark) : std::string());
    auto [it, fresh] = formats_.try_emplace(code, nullptr);
    if (fresh) {
      it->second = workbook_add_format(book_);
      format_set_num_format(it->second, code.c_str());
    }
    return it->second;
  }

  static std::string CodeOf(const NumberFormat& format) {
    const std::string decimals = format.decimals > 0 ? "." + std::string(format.decimals, '0') : "";
    return format.kind == NumberFormat::kShare ? "0" + decimals + "%" : "#,##0" + decimals;
  }

  void Number(lxw_worksheet* sheet, lxw_row_t row, lxw_col_t column, const Figure& figure,
              const NumberFormat& format) {
    if (figure.number) {
      worksheet_write_number(sheet, row, column, *figure.number, FormatOf(format, figure.thin));
    } else {
      worksheet_write_string(sheet, row, column, figure.text.c_str(), nullptr);
    }
  }

  lxw_row_t AddHead(lxw_worksheet* sheet, const Section& section) {
    worksheet_write_string(sheet, 0, 0, document_.title.c_str(), title_);
    lxw_row_t row = 1;
    for (const std::string& fact : document_.facts)
      worksheet_write_string(sheet, row++, 0, fact.c_str(), nullptr);
    if (!section.note.empty())
      worksheet_write_string(sheet, row++, 0, section.note.c_str(), nullptr);
    return row + 1;
  }

  void AddSheet(const Section& section) {
    lxw_worksheet* sheet = workbook_add_worksheet(book_, section.title.c_str());
    worksheet_set_column(sheet, 0, 0, kLabelWidth, nullptr);
    worksheet_set_column(sheet, 1, 60, kColumnWidth, nullptr);
    worksheet_set_landscape(sheet);
    worksheet_set_paper(sheet, 9);  // A4
    if (section.id == "summary") {
      AddSummary(sheet, section);
    } else {
      AddTable(sheet, section);
    }
  }

  // What the marks mean, under a table whose last row is `row`.
  void AddThinNotes(lxw_worksheet* sheet, const Section& section, lxw_row_t row) {
    bool titled = false;
    for (const Row& line : section.rows) {
      const std::string note = ThinNote(section, line);
      if (note.empty()) continue;
      if (!std::exchange(titled, true))
        worksheet_write_string(sheet, row += 2, 0, document_.thin_title.c_str(), nullptr);
      worksheet_write_string(sheet, ++row, 0, note.c_str(), nullptr);
    }
  }

  // A figure a row, with the compared one.
  void AddSummary(lxw_worksheet* sheet, const Section& section) {
    lxw_row_t row = AddHead(sheet, section);
    const std::string titles[] = {document_.metric_title, document_.value_title,
                                  document_.compared_title, document_.change_title};
    for (lxw_col_t i = 0; i < 4; ++i)
      worksheet_write_string(sheet, row, i, titles[i].c_str(), head_);
    worksheet_freeze_panes(sheet, row + 1, 1);
    for (const Row& total : section.rows) {
      for (size_t i = 0; i < section.columns.size(); ++i) {
        const Column& column = section.columns[i];
        ++row;
        worksheet_write_string(sheet, row, 0, Heading(column).c_str(), nullptr);
        if (!total.values.empty()) Number(sheet, row, 1, total.values[i], column.format);
        if (total.compared.empty()) continue;
        Number(sheet, row, 2, total.compared[i], column.format);
        const std::string change = ChangeText(total.values[i], total.compared[i], column.format);
        if (!change.empty()) worksheet_write_string(sheet, row, 3, change.c_str(), nullptr);
      }
    }
    AddThinNotes(sheet, section, row);
  }

  void AddTable(lxw_worksheet* sheet, const Section& section) {
    const lxw_row_t head = AddHead(sheet, section);
    worksheet_write_string(sheet, head, 0, section.row_title.c_str(), head_);
    const std::vector<PrintedColumn> columns = PrintedColumns(document_, section);
    for (size_t i = 0; i < columns.size(); ++i)
      worksheet_write_string(sheet, head, i + 1, columns[i].title.c_str(), head_);
    lxw_row_t row = head;
    for (const Row& line : section.rows) {
      ++row;
      worksheet_write_string(sheet, row, 0, line.label.c_str(), nullptr);
      for (size_t i = 0; i < columns.size(); ++i) {
        if (const Figure* figure = columns[i].Of(line))
          Number(sheet, row, i + 1, *figure, section.columns[columns[i].index].format);
      }
    }
    worksheet_freeze_panes(sheet, head + 1, 1);
    if (row == head) return;
    worksheet_autofilter(sheet, head, 0, row, columns.size());
    AddThinNotes(sheet, section, row);
    AddChart(sheet, section, columns, head, row);
  }

  void AddChart(lxw_worksheet* sheet, const Section& section,
                const std::vector<PrintedColumn>& columns, lxw_row_t head, lxw_row_t last) {
    if (section.chart == v1::REPORT_CHART_UNSPECIFIED || section.chart_columns.empty()) return;
    lxw_chart* chart = workbook_add_chart(
        book_, section.chart == v1::REPORT_CHART_LINE ? LXW_CHART_LINE : LXW_CHART_COLUMN);
    for (const size_t index : section.chart_columns) {
      const auto drawn = std::ranges::find_if(columns, [&](const PrintedColumn& printed) {
        return printed.index == index && !printed.compared;
      });
      const auto column = static_cast<lxw_col_t>(drawn - columns.begin() + 1);
      lxw_chart_series* series = chart_add_series(chart, nullptr, nullptr);
      chart_series_set_categories(series, section.title.c_str(), head + 1, 0, last, 0);
      chart_series_set_values(series, section.title.c_str(), head + 1, column, last, column);
      chart_series_set_name(series, Heading(section.columns[index]).c_str());
    }
    chart_title_set_name(chart, section.title.c_str());
    worksheet_insert_chart(sheet, head, static_cast<lxw_col_t>(columns.size() + 2), chart);
  }

  const Document& document_;
  lxw_workbook* book_;
  lxw_format *title_, *head_;
  std::map<std::string, lxw_format*> formats_;
};

}  // namespace

absl::Status WriteXlsx(const Document& document, const Sink& sink) {
  const TemporaryFile file;
  const std::string folder = std::filesystem::temp_directory_path().string();
  if (!file.ok() || !Workbook(document, file.path(), folder).Write())
    return Unavailable("EXPORT_FAILED", "the file cannot be written where the service runs",
                       absl::Seconds(30));
  const int fd = ::open(file.path().c_str(), O_RDONLY | O_CLOEXEC);
  std::string piece(kPiece, '\0');
  bool ok = fd >= 0;
  for (ssize_t got = 1; ok && got > 0;) {
    got = ::read(fd, piece.data(), piece.size());
    if (got > 0) ok = sink(std::string_view(piece.data(), got));
  }
  if (fd >= 0) ::close(fd);
  return ok ? absl::OkStatus() : Cancelled("the reader has gone");
}

}  // namespace kefu::performance::render
