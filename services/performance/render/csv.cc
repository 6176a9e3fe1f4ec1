#include <csv.h>

#include <string>

#include "common/status/error.h"
#include "services/performance/render/files.h"

namespace kefu::performance::render {
namespace {

constexpr size_t kPiece = 64 << 10;

std::string Quoted(std::string_view field) {
  std::string out(field.size() * 2 + 2, '\0');
  out.resize(csv_write(out.data(), out.size(), field.data(), field.size()));
  return out;
}

// What begins like a formula is shown as text.
std::string Text(std::string_view text) {
  const bool formula =
      !text.empty() && std::string_view("=+-@\t\r").find(text[0]) != std::string_view::npos;
  return Quoted(formula ? "'" + std::string(text) : text);
}

// Gathers lines into pieces.
class Lines {
 public:
  explicit Lines(const Sink& sink) : sink_(sink) {}

  void Add(std::string_view text) {
    pending_ += text;
    if (pending_.size() >= kPiece) Flush();
  }
  void Flush() {
    ok_ = ok_ && (pending_.empty() || sink_(pending_));
    pending_.clear();
  }
  bool ok() const { return ok_; }

 private:
  const Sink& sink_;
  std::string pending_;
  bool ok_ = true;
};

}  // namespace

absl::Status WriteCsv(const Document& document, const Sink& sink) {
  Lines lines(sink);
  lines.Add("\xEF\xBB\xBFsection,row,metric,name,unit,value,compared,row_name,thin,low,high\r\n");
  for (const Section& section : document.sections) {
    for (const Row& row : section.rows) {
      for (size_t i = 0; i < section.columns.size() && lines.ok(); ++i) {
        const Column& column = section.columns[i];
        std::string line = Text(section.id) + "," + Text(row.id) + "," + Text(column.metric_id) +
                           "," + Text(column.name) + "," + Text(column.unit) + ",";
        line += row.values.empty() ? "" : row.values[i].exact;
        line += ",";
        line += row.compared.empty() ? "" : row.compared[i].exact;
        line += "," + Text(row.name) + ",";
        if (!row.values.empty() && row.values[i].thin)
          line += "1," + row.values[i].low + "," + row.values[i].high;
        else
          line += ",,";
        lines.Add(line + "\r\n");
      }
    }
  }
  lines.Flush();
  return lines.ok() ? absl::OkStatus() : Cancelled("the reader has gone");
}

}  // namespace kefu::performance::render
