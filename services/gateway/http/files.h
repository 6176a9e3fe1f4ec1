// Static files of the console.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace kefu::gateway::http {

struct StaticFile {
  std::string content;
  std::string content_type;
};

// The file under `dir` for a path; "/" is index.html. Nothing for paths that leave the folder, name
// a hidden file, are no regular file or when dir is empty. Reads at most 16 MiB.
std::optional<StaticFile> ReadStaticFile(std::string_view dir, std::string_view path);

}  // namespace kefu::gateway::http
