#include "services/performance/render/pdf_page.h"

#include "common/status/error.h"

namespace kefu::performance::render {
namespace {

constexpr int kMostLines = 1'000;  // of a paragraph: more than a page has

}  // namespace

bool HasFont() {
  PangoFontMap* const map = pango_cairo_font_map_get_default();  // the thread's own
  PangoFontFamily** families = nullptr;
  int count = 0;
  pango_font_map_list_families(map, &families, &count);
  bool found = false;
  for (int i = 0; i < count && !found; ++i)
    found = std::string_view(pango_font_family_get_name(families[i])) == kFontFamily;
  g_free(families);
  return found;
}

Pages::Pages(const Sink& sink, const std::string& title)
    : sink_(sink),
      surface_(cairo_pdf_surface_create_for_stream(&Pages::Write, this, kWidth, kHeight)),
      cairo_(cairo_create(surface_)),
      layout_(pango_cairo_create_layout(cairo_)),
      font_(pango_font_description_from_string(kFontFamily)) {
  cairo_pdf_surface_set_metadata(surface_, CAIRO_PDF_METADATA_TITLE, title.c_str());
  pango_layout_set_wrap(layout_, PANGO_WRAP_WORD_CHAR);  // names may have no place to break
}

Pages::~Pages() {
  pango_font_description_free(font_);
  g_object_unref(layout_);
  cairo_destroy(cairo_);
  cairo_surface_destroy(surface_);
}

cairo_status_t Pages::Write(void* self, const unsigned char* data, unsigned int length) {
  auto& pages = *static_cast<Pages*>(self);
  if (!pages.refused_)
    pages.refused_ = !pages.sink_(std::string_view(reinterpret_cast<const char*>(data), length));
  return pages.refused_ ? CAIRO_STATUS_WRITE_ERROR : CAIRO_STATUS_SUCCESS;
}

bool Pages::Need(double height) {
  if (y_ + height <= kBottom) return false;
  NumberPage();
  cairo_show_page(cairo_);
  ++page_;
  y_ = kMargin;
  return true;
}

void Pages::NumberPage() {
  Text(kMargin, kBottom + 8, kRight - kMargin, std::to_string(page_), 8, Align::kCentre, false,
       0.4);
}

void Pages::SetText(std::string_view text, double size, bool bold) {
  pango_font_description_set_absolute_size(font_, size * PANGO_SCALE);
  pango_font_description_set_weight(font_, bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
  pango_layout_set_font_description(layout_, font_);
  pango_layout_set_text(layout_, text.data(), static_cast<int>(text.size()));
}

void Pages::Text(double x, double y, double width, std::string_view text, double size, Align align,
                 bool bold, double grey, int lines) {
  SetText(text, size, bold);
  pango_layout_set_width(layout_, static_cast<int>(width * PANGO_SCALE));
  pango_layout_set_height(layout_, lines == 1 ? 0 : -lines);  // 0: one line
  // What tells equal names apart stands at their end.
  pango_layout_set_ellipsize(
      layout_, align == Align::kLeft && lines == 1 ? PANGO_ELLIPSIZE_MIDDLE : PANGO_ELLIPSIZE_END);
  pango_layout_set_alignment(layout_, align == Align::kRight    ? PANGO_ALIGN_RIGHT
                                      : align == Align::kCentre ? PANGO_ALIGN_CENTER
                                                                : PANGO_ALIGN_LEFT);
  cairo_set_source_rgb(cairo_, grey, grey, grey);
  cairo_move_to(cairo_, x, y);
  pango_cairo_show_layout(cairo_, layout_);
}

double Pages::Paragraph(double x, double y, double width, std::string_view text, double size,
                        bool bold) {
  const double height = Height(width, text, size, bold);
  cairo_set_source_rgb(cairo_, 0, 0, 0);
  cairo_move_to(cairo_, x, y);
  pango_cairo_show_layout(cairo_, layout_);
  return height;
}

double Pages::Height(double width, std::string_view text, double size, bool bold) {
  SetText(text, size, bold);
  pango_layout_set_width(layout_, static_cast<int>(width * PANGO_SCALE));
  pango_layout_set_height(layout_, -kMostLines);
  pango_layout_set_ellipsize(layout_, PANGO_ELLIPSIZE_END);
  pango_layout_set_alignment(layout_, PANGO_ALIGN_LEFT);
  int height = 0;
  pango_layout_get_size(layout_, nullptr, &height);
  return static_cast<double>(height) / PANGO_SCALE;
}

void Pages::Line(double x1, double y1, double x2, double y2, double width, double grey) {
  cairo_set_source_rgb(cairo_, grey, grey, grey);
  cairo_set_line_width(cairo_, width);
  cairo_move_to(cairo_, x1, y1);
  cairo_line_to(cairo_, x2, y2);
  cairo_stroke(cairo_);
}

void Pages::Box(double x, double y, double width, double height, double red, double green,
                double blue) {
  cairo_set_source_rgb(cairo_, red, green, blue);
  cairo_rectangle(cairo_, x, y, width, height);
  cairo_fill(cairo_);
}

absl::Status Pages::Finish() {
  if (!finished_) NumberPage();
  finished_ = true;
  cairo_surface_finish(surface_);
  if (refused_) return Cancelled("the reader has gone");
  const cairo_status_t status = cairo_surface_status(surface_);
  return status == CAIRO_STATUS_SUCCESS ? absl::OkStatus()
                                        : Internal(cairo_status_to_string(status));
}

}  // namespace kefu::performance::render
