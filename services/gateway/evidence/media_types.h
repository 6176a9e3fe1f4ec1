// Which files may be brought, and how their bytes show what they are. Thread-safe.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "common/evidence/evidence.h"

namespace kefu::gateway::evidence {

// Names of the media types that are known, for the configuration.
std::vector<std::string> MediaTypeNames(bool by_default_only);

// How many bytes of a file are enough to tell its type.
inline constexpr size_t kSniffBytes = 64 << 10;

// What the first bytes of a file are, by libmagic's database: "image/jpeg", "text/x-c",
// "application/octet-stream" when nobody knows. INTERNAL when the database is not installed.
absl::StatusOr<std::string> SniffMediaType(std::string_view head);

// Whether bytes that were found to be `sniffed` may go under the type.
bool Matches(const kefu::evidence::MediaType& type, std::string_view sniffed);

}  // namespace kefu::gateway::evidence
