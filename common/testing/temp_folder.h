// A folder of its owner's own, gone with it.
#pragma once

#include <fmt/format.h>
#include <stdlib.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <system_error>

namespace kefu::testing {

// <TMPDIR>/<prefix>-<six characters that mkdtemp(3) chooses>. Ends the program where none can be
// made.
class TempFolder {
 public:
  explicit TempFolder(std::string_view prefix)
      : path_(
            (std::filesystem::temp_directory_path() / fmt::format("{}-XXXXXX", prefix)).string()) {
    if (::mkdtemp(path_.data()) != nullptr) return;
    std::perror(path_.c_str());
    std::abort();
  }
  ~TempFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;

  const std::string& path() const { return path_; }
  std::string File(std::string_view name) const { return fmt::format("{}/{}", path_, name); }
  // Writes a file and returns its path.
  std::string Write(std::string_view name, std::string_view content) const {
    const std::string path = File(name);
    std::ofstream(path, std::ios::binary) << content;
    return path;
  }

 private:
  std::string path_;
};

}  // namespace kefu::testing
