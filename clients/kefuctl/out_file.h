// A file that is whole or not there.
#pragma once

#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace kefu::kefuctl {

// Grows beside its place and goes away with its owner unless Publish was called. INVALID_ARGUMENT
// in words when it cannot be written. Not thread-safe.
class OutFile {
 public:
  static absl::StatusOr<OutFile> Create(std::string path);
  OutFile(OutFile&& other) noexcept = default;
  OutFile& operator=(OutFile&&) = delete;
  ~OutFile();

  absl::Status Write(std::string_view bytes);
  // In the place of what was there.
  absl::Status Publish();

 private:
  struct Close {
    void operator()(FILE* file) const { std::fclose(file); }
  };
  using File = std::unique_ptr<FILE, Close>;
  OutFile(std::string path, File file) : path_(std::move(path)), file_(std::move(file)) {}
  std::string Beside() const { return path_ + ".part"; }
  absl::Status Refused() const;

  std::string path_;
  File file_;
};

}  // namespace kefu::kefuctl
