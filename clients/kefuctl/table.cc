#include "clients/kefuctl/table.h"

#include <algorithm>
#include <cassert>
#include <string_view>

#include "clients/kefuctl/text.h"

namespace kefu::kefuctl {
namespace {

constexpr std::string_view kGap = "  ";
constexpr std::string_view kReset = "\x1b[0m", kBold = "\x1b[1m";

std::string_view Escape(Colour colour) {
  switch (colour) {
    case Colour::kRed:
      return "\x1b[31m";
    case Colour::kYellow:
      return "\x1b[33m";
    case Colour::kGreen:
      return "\x1b[32m";
    case Colour::kDim:
      return "\x1b[2m";
    case Colour::kNone:
      break;
  }
  return "";
}

std::string Painted(std::string_view text, std::string_view escape) {
  if (escape.empty() || text.empty()) return std::string(text);
  return std::string(escape) + std::string(text) + std::string(kReset);
}

}  // namespace

void Table::Add(std::vector<Cell> cells) {
  assert(cells.size() == columns_.size());
  for (size_t i = 0; i < cells.size(); ++i)
    cells[i].text = Truncate(Printable(cells[i].text), columns_[i].max_width);
  rows_.push_back(std::move(cells));
}

std::string Table::Render(bool colours) const {
  std::vector<int> widths;
  for (size_t i = 0; i < columns_.size(); ++i) {
    int width = DisplayWidth(columns_[i].title);
    for (const auto& row : rows_) width = std::max(width, DisplayWidth(row[i].text));
    widths.push_back(width);
  }
  std::string out;
  const auto line = [&](auto text_of, auto escape_of) {
    std::string pending;  // spaces that are only written when something follows
    for (size_t i = 0; i < columns_.size(); ++i) {
      const std::string text = text_of(i);
      const std::string space(widths[i] - DisplayWidth(text), ' ');
      if (i > 0) pending += kGap;
      if (columns_[i].right) pending += space;
      if (!text.empty()) {
        out += pending + Painted(text, colours ? escape_of(i) : std::string_view());
        pending.clear();
      }
      if (!columns_[i].right) pending += space;
    }
    out += '\n';
  };
  const auto plain = [](size_t) { return std::string_view(); };
  line([&](size_t i) { return columns_[i].title; }, [](size_t) { return kBold; });
  line(
      [&](size_t i) {
        std::string rule;
        for (int n = 0; n < widths[i]; ++n) rule += "─";
        return rule;
      },
      plain);
  for (const auto& row : rows_) {
    line([&](size_t i) { return row[i].text; }, [&](size_t i) { return Escape(row[i].colour); });
  }
  return out;
}

}  // namespace kefu::kefuctl
