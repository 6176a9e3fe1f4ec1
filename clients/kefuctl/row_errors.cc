#include "clients/kefuctl/row_errors.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>

#include "clients/kefuctl/i18n.h"
#include "clients/kefuctl/text.h"

namespace kefu::kefuctl {

RowErrors::~RowErrors() {
  if (file_ != nullptr) std::fclose(file_);
}

absl::Status RowErrors::WriteTo(const std::string& path) {
  path_ = path;
  file_ = std::fopen(path.c_str(), "w");
  if (file_ == nullptr)
    return absl::InvalidArgumentError(Tr(Text::kCannotWrite, path, std::strerror(errno)));
  return absl::OkStatus();
}

void RowErrors::Add(std::string_view file, int64_t line, int column, std::string_view reason) {
  const std::string text = Printable(fmt::format("{}:{}:{}: {}", file, line, column, reason));
  if (file_ != nullptr) fmt::print(file_, "{}\n", text);
  if (most_ < 0 || errors_ < most_) print_(text);
  ++errors_;
}

absl::Status RowErrors::Finish() {
  if (most_ >= 0 && errors_ > most_ && file_ == nullptr)
    print_(Tr(Text::kMoreErrors, errors_ - most_));
  if (file_ == nullptr) return absl::OkStatus();
  const bool failed = std::ferror(file_) != 0;
  if (std::fclose(std::exchange(file_, nullptr)) != 0 || failed)
    return absl::InternalError(Tr(Text::kCannotWrite, path_, std::strerror(errno)));
  if (errors_ > 0) print_(Tr(Text::kErrorsWritten, errors_, path_));
  return absl::OkStatus();
}

}  // namespace kefu::kefuctl
