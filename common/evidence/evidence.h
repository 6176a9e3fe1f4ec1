// Files of evidence (photos, videos, papers) by name: "org-a/shop-1/<SHA-256>.jpg". The gateway
// stores them under such references, after-sales knows by them whose they are; so they stand here
// once. Pure and thread-safe.
#ifndef KEFU_COMMON_EVIDENCE_EVIDENCE_H_
#define KEFU_COMMON_EVIDENCE_EVIDENCE_H_

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace kefu::evidence {

struct MediaType {
  std::string_view name;       // "image/jpeg"
  std::string_view extension;  // "jpg": of the file's name
  bool by_default = true;      // taken unless a configuration says otherwise
};

// All that can be told by a file's bytes; no other is evidence.
std::span<const MediaType> MediaTypes();

// Of a Content-Type, in any case, with any parameters, by any of its usual names; null when it is
// not known. The entry lives as long as the program.
const MediaType* FindMediaType(std::string_view content_type);
const MediaType* FindExtension(std::string_view extension);

struct Reference {
  std::string org_id;
  std::string shop_id;
  std::string sha256;  // 64 hexadecimal digits in lower case
  const MediaType* type = nullptr;

  std::string Text() const;
};

// Ids as everywhere (letters, digits and . _ : -, at most 64), but not "." and "..": they become
// folders.
bool IsFolderName(std::string_view id);

// Nothing for anything that Text() could not have written.
std::optional<Reference> ParseReference(std::string_view text);

}  // namespace kefu::evidence

#endif  // KEFU_COMMON_EVIDENCE_EVIDENCE_H_
