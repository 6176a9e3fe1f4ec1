// A report as a file, streamed.
#include <utility>

#include "common/convert/fields.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/performance/handlers/reports/reports.h"
#include "services/performance/render/files.h"

namespace kefu::performance {
namespace {

constexpr size_t kMessageBytes = 64 << 10;  // of one message: small beside every limit

struct FileType {
  std::string_view extension, content_type;
  absl::Status (*write)(const render::Document&, const render::Sink&);
};

const FileType* TypeOf(v1::ReportFormat format) {
  static constexpr FileType kCsv{".csv", "text/csv; charset=utf-8", render::WriteCsv};
  static constexpr FileType kXlsx{
      ".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
      render::WriteXlsx};
  static constexpr FileType kPdf{".pdf", "application/pdf", render::WritePdf};
  switch (format) {
    case v1::REPORT_FORMAT_CSV:
      return &kCsv;
    case v1::REPORT_FORMAT_XLSX:
      return &kXlsx;
    case v1::REPORT_FORMAT_PDF:
      return &kPdf;
    default:
      return nullptr;
  }
}

}  // namespace

absl::Status ReportHandlers::ExportReport(
    const RequestContext& ctx, const v1::ExportReportRequest& request,
    rpc::StreamWriter<v1::ExportReportResponse>& writer) const {
  const FileType* type = TypeOf(request.format());
  FieldViolations violations;
  violations.Check(type != nullptr, "format", "must be CSV, XLSX or PDF");
  violations.Check(
      request.language().empty() || request.language() == "zh" || request.language() == "en",
      "language", "must be zh or en");
  kefu::convert::Id(request.report_id(), "report_id", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  ASSIGN_OR_RETURN(const v1::Report report, Load(ctx, request.report_id()));
  const render::Document document = render::DocumentOf(
      report, render::LanguageOf(request.language().empty() ? ctx.language : request.language()));
  v1::ExportReportResponse message;
  message.set_file_name(document.file_name + std::string(type->extension));
  message.set_content_type(std::string(type->content_type));
  const auto send = [&] { return !ctx.IsCancelled() && writer.Write(std::exchange(message, {})); };
  RETURN_IF_ERROR(type->write(document, [&](std::string_view bytes) {
    while (!bytes.empty()) {
      const std::string_view part = bytes.substr(0, kMessageBytes - message.data().size());
      message.mutable_data()->append(part);
      bytes.remove_prefix(part.size());
      if (message.data().size() == kMessageBytes && !send()) return false;
    }
    return true;
  }));
  return send() ? absl::OkStatus() : Cancelled("the reader has gone");
}

}  // namespace kefu::performance
