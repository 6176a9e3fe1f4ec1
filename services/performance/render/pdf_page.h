// Drawing on the pages of one PDF: text in any script, lines, boxes, page breaks.
#pragma once

#include <cairo-pdf.h>
#include <pango/pangocairo.h>

#include <string>
#include <string_view>

#include "services/performance/render/files.h"

namespace kefu::performance::render {

// The font of all text; it has Latin, Chinese and digits.
inline constexpr char kFontFamily[] = "Noto Sans CJK SC";

// Whether the font is installed.
bool HasFont();

enum class Align { kLeft, kRight, kCentre };

// A4 landscape; lengths in points from the top left. Not thread-safe.
class Pages {
 public:
  static constexpr double kWidth = 842, kHeight = 595;  // A4: 297 mm × 210 mm
  static constexpr double kMargin = 36;
  static constexpr double kRight = kWidth - kMargin, kBottom = kHeight - kMargin;

  Pages(const Sink& sink, const std::string& title);
  ~Pages();
  Pages(const Pages&) = delete;
  Pages& operator=(const Pages&) = delete;

  double y() const { return y_; }
  void MoveTo(double y) { y_ = y; }
  // Begins a new page unless `height` more fits on this one; true when it did begin one.
  bool Need(double height);

  // At most so many lines of text in a box, cut with an ellipsis where it is too long, a single one
  // on the left in its middle; `y` is the top.
  void Text(double x, double y, double width, std::string_view text, double size,
            Align align = Align::kLeft, bool bold = false, double grey = 0, int lines = 1);
  // Text over as many lines as it needs; returns their height, and Height what it would be.
  double Paragraph(double x, double y, double width, std::string_view text, double size,
                   bool bold = false);
  double Height(double width, std::string_view text, double size, bool bold = false);
  void Line(double x1, double y1, double x2, double y2, double width, double grey);
  void Box(double x, double y, double width, double height, double red, double green, double blue);

  // Ends the last page. CANCELLED when the sink refused, INTERNAL on any other failure.
  absl::Status Finish();

 private:
  static cairo_status_t Write(void* self, const unsigned char* data, unsigned int length);
  void NumberPage();
  void SetText(std::string_view text, double size, bool bold);

  const Sink& sink_;
  bool refused_ = false, finished_ = false;
  cairo_surface_t* surface_;
  cairo_t* cairo_;
  PangoLayout* layout_;
  PangoFontDescription* font_;
  double y_ = kMargin;
  int page_ = 1;
};

}  // namespace kefu::performance::render
