// Tells other programs at which addresses a process listens.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"

namespace kefu::app {

// A file with one line "name=address" per address; it is removed with this object.
class PortFile {
 public:
  // Writes the whole file at once (by rename), so that a reader sees all or nothing. UNAVAILABLE
  // naming path and cause when it cannot.
  static absl::StatusOr<std::unique_ptr<PortFile>> Write(
      std::string path, const std::vector<std::pair<std::string, std::string>>& addresses);
  ~PortFile();
  PortFile(const PortFile&) = delete;
  PortFile& operator=(const PortFile&) = delete;

 private:
  explicit PortFile(std::string path) : path_(std::move(path)) {}
  const std::string path_;
};

}  // namespace kefu::app
