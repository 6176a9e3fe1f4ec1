#include "clients/kefuctl/out_file.h"

#include <cerrno>
#include <cstring>

#include "clients/kefuctl/i18n.h"

namespace kefu::kefuctl {

absl::StatusOr<OutFile> OutFile::Create(std::string path) {
  OutFile out(std::move(path), nullptr);
  out.file_.reset(std::fopen(out.Beside().c_str(), "wb"));
  if (!out.file_) return out.Refused();
  return out;
}

OutFile::~OutFile() {
  if (file_) std::remove(Beside().c_str());
}

absl::Status OutFile::Write(std::string_view bytes) {
  if (std::fwrite(bytes.data(), 1, bytes.size(), file_.get()) == bytes.size())
    return absl::OkStatus();
  return Refused();
}

absl::Status OutFile::Publish() {
  if (std::fflush(file_.get()) != 0 || std::rename(Beside().c_str(), path_.c_str()) != 0)
    return Refused();
  FILE* const file = file_.release();
  return std::fclose(file) == 0 ? absl::OkStatus() : Refused();
}

absl::Status OutFile::Refused() const {
  return absl::InvalidArgumentError(Tr(Text::kCannotWrite, path_, std::strerror(errno)));
}

}  // namespace kefu::kefuctl
