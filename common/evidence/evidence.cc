#include "common/evidence/evidence.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "absl/strings/ascii.h"

namespace kefu::evidence {
namespace {

constexpr size_t kDigits = 64;  // of a SHA-256
constexpr size_t kMaxId = 64;

constexpr std::array<MediaType, 14> kTypes{{
    {"image/jpeg", "jpg"},
    {"image/png", "png"},
    {"image/webp", "webp"},
    {"image/heic", "heic"},
    {"image/gif", "gif"},
    {"video/mp4", "mp4"},
    {"video/quicktime", "mov"},
    {"application/pdf", "pdf"},
    {"text/plain", "txt"},
    {"audio/mpeg", "mp3", false},
    {"audio/mp4", "m4a", false},
    {"audio/aac", "aac", false},
    {"audio/wav", "wav", false},
    {"video/webm", "webm", false},
}};

// Other names for the same: of clients, and of libmagic, which tells variants of one container.
constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kAlso{{
    {"image/jpg", "image/jpeg"},
    {"image/heif", "image/heic"},
    {"video/x-m4v", "video/mp4"},
    {"audio/mp3", "audio/mpeg"},
    {"audio/x-m4a", "audio/mp4"},
    {"audio/x-hx-aac-adts", "audio/aac"},
    {"audio/x-wav", "audio/wav"},
    {"audio/vnd.wave", "audio/wav"},
}};

bool IsAlnum(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool IsDigest(std::string_view text) {
  return text.size() == kDigits && std::ranges::all_of(text, [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

const MediaType* Entry(std::string_view wanted, std::string_view MediaType::*by) {
  const auto* const found = std::ranges::find(kTypes, wanted, by);
  return found == kTypes.end() ? nullptr : found;
}

}  // namespace

std::span<const MediaType> MediaTypes() { return kTypes; }

const MediaType* FindMediaType(std::string_view content_type) {
  std::string name(content_type.substr(0, content_type.find(';')));
  absl::StripAsciiWhitespace(&name);
  absl::AsciiStrToLower(&name);
  for (const auto& [also, usual] : kAlso) {
    if (name == also) return Entry(usual, &MediaType::name);
  }
  return Entry(name, &MediaType::name);
}

const MediaType* FindExtension(std::string_view extension) {
  return Entry(extension, &MediaType::extension);
}

std::string Reference::Text() const {
  return fmt::format("{}/{}/{}.{}", org_id, shop_id, sha256, type->extension);
}

bool IsFolderName(std::string_view id) {
  return !id.empty() && id.size() <= kMaxId && id != "." && id != ".." &&
         std::ranges::all_of(
             id, [](char c) { return IsAlnum(c) || c == '.' || c == '_' || c == ':' || c == '-'; });
}

std::optional<Reference> ParseReference(std::string_view text) {
  const size_t org_end = text.find('/');
  const size_t shop_end = org_end == text.npos ? text.npos : text.find('/', org_end + 1);
  if (shop_end == text.npos) return std::nullopt;
  const std::string_view org = text.substr(0, org_end),
                         shop = text.substr(org_end + 1, shop_end - org_end - 1),
                         file = text.substr(shop_end + 1), digest = file.substr(0, kDigits);
  if (!IsFolderName(org) || !IsFolderName(shop) || !IsDigest(digest) || file.size() <= kDigits ||
      file[kDigits] != '.') {
    return std::nullopt;
  }
  const MediaType* const type = FindExtension(file.substr(kDigits + 1));
  if (type == nullptr) return std::nullopt;
  return Reference{std::string(org), std::string(shop), std::string(digest), type};
}

}  // namespace kefu::evidence
