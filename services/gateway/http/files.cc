#include "services/gateway/http/files.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <utility>

namespace kefu::gateway::http {
namespace {

constexpr size_t kMaxFileBytes = 16 << 20;
constexpr std::array<std::pair<std::string_view, std::string_view>, 9> kTypes{{
    {".html", "text/html; charset=utf-8"},
    {".js", "text/javascript"},
    {".css", "text/css"},
    {".json", "application/json"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".ico", "image/x-icon"},
    {".woff2", "font/woff2"},
    {".map", "application/json"},
}};

// Letters, digits and ._-/ only, no hidden and no empty parts: nothing that could leave the folder.
// A part after "//" would count as an absolute path.
bool IsSafe(std::string_view path) {
  if (path.empty() || path.front() != '/') return false;
  for (size_t i = 0; i < path.size(); ++i) {
    const char c = path[i];
    const bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '-' || c == '_';
    if (!word && c != '/' && c != '.') return false;
    if (c == '.' && (path[i - 1] == '/' || path[i - 1] == '.')) return false;
    if (c == '/' && i > 0 && path[i - 1] == '/') return false;
  }
  return true;
}

// Symbolic links may lead elsewhere in the folder, not out of it.
bool IsInside(const std::filesystem::path& dir, const std::filesystem::path& file) {
  std::error_code error;
  const auto base = std::filesystem::canonical(dir, error);
  if (error) return false;
  const auto real = std::filesystem::canonical(file, error);
  if (error) return false;
  return std::mismatch(base.begin(), base.end(), real.begin(), real.end()).first == base.end();
}

}  // namespace

std::optional<StaticFile> ReadStaticFile(std::string_view dir, std::string_view path) {
  if (dir.empty() || !IsSafe(path)) return std::nullopt;
  std::filesystem::path file = std::filesystem::path(dir) / std::filesystem::path(path.substr(1));
  if (path.back() == '/') file /= "index.html";
  std::error_code error;
  if (!IsInside(dir, file) || !std::filesystem::is_regular_file(file, error) ||
      std::filesystem::file_size(file, error) > kMaxFileBytes) {
    return std::nullopt;
  }
  std::ifstream in(file, std::ios::binary);
  std::ostringstream content;
  content << in.rdbuf();
  if (!in) return std::nullopt;
  StaticFile result{std::move(content).str(), "application/octet-stream"};
  for (const auto& [ending, type] : kTypes) {
    if (file.extension() == ending) result.content_type = type;
  }
  return result;
}

}  // namespace kefu::gateway::http
