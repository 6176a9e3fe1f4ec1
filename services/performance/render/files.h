// Documents as files. Each writer calls `sink` with pieces of the file in order and ends early,
// with CANCELLED, when it answers false.
#pragma once

#include <functional>
#include <string_view>

#include "absl/status/status.h"
#include "services/performance/render/document.h"

namespace kefu::performance::render {

using Sink = std::function<bool(std::string_view bytes)>;

// RFC 4180 in UTF-8 with a byte order mark, so that spreadsheets read Chinese text: one line a
// figure with section, row, metric, name, unit, value, compared. A text that a spreadsheet would
// take for a formula is written with a leading apostrophe.
absl::Status WriteCsv(const Document& document, const Sink& sink);

// A workbook by libxlsxwriter: a sheet a section, numbers as numbers, charts beside days, teams and
// agents. Rows go to disk as they are written, so that memory does not grow with them. UNAVAILABLE
// when the file cannot be written.
absl::Status WriteXlsx(const Document& document, const Sink& sink);

// A4 landscape pages by cairo and Pango, with charts. FAILED_PRECONDITION FONT_MISSING when no font
// with Chinese glyphs is installed.
absl::Status WritePdf(const Document& document, const Sink& sink);

}  // namespace kefu::performance::render
