#include "common/app/port_file.h"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "common/status/error.h"
#include "fmt/format.h"

namespace kefu::app {

absl::StatusOr<std::unique_ptr<PortFile>> PortFile::Write(
    std::string path, const std::vector<std::pair<std::string, std::string>>& addresses) {
  std::string text;
  for (const auto& [name, address] : addresses) text += fmt::format("{}={}\n", name, address);
  const std::string temporary = fmt::format("{}.{}", path, getpid());
  errno = 0;
  std::FILE* file = std::fopen(temporary.c_str(), "we");
  bool written = file != nullptr && std::fwrite(text.data(), 1, text.size(), file) == text.size();
  // A full disk shows at the latest when the file is closed.
  if (file != nullptr && std::fclose(file) != 0) written = false;
  if (written) written = std::rename(temporary.c_str(), path.c_str()) == 0;
  if (!written) {
    const std::string cause = std::strerror(errno);
    std::remove(temporary.c_str());
    return MakeError(absl::StatusCode::kUnavailable, "PORT_FILE",
                     fmt::format("cannot write {}: {}", path, cause));
  }
  return std::unique_ptr<PortFile>(new PortFile(std::move(path)));
}

PortFile::~PortFile() { std::remove(path_.c_str()); }

}  // namespace kefu::app
