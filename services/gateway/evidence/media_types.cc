#include "services/gateway/evidence/media_types.h"

#include <fmt/format.h>
#include <magic.h>

#include <memory>

#include "common/status/error.h"

namespace kefu::gateway::evidence {
namespace {

// Plain words often look like something to libmagic: C, mail, JSON. They stay words, unless a
// browser would run them.
bool IsWords(std::string_view sniffed) {
  return (sniffed.starts_with("text/") && sniffed != "text/html" && sniffed != "text/xml") ||
         sniffed == "application/json" || sniffed == "application/x-ndjson" ||
         sniffed == "application/csv" || sniffed == "message/rfc822";
}

struct Close {
  void operator()(magic_set* cookie) const { magic_close(cookie); }
};
using Magic = std::unique_ptr<magic_set, Close>;

Magic OpenMagic() {
  Magic magic(magic_open(MAGIC_MIME_TYPE | MAGIC_ERROR));
  if (magic && magic_load(magic.get(), nullptr) != 0) magic.reset();
  return magic;
}

}  // namespace

std::vector<std::string> MediaTypeNames(bool by_default_only) {
  std::vector<std::string> names;
  for (const kefu::evidence::MediaType& type : kefu::evidence::MediaTypes()) {
    if (type.by_default || !by_default_only) names.emplace_back(type.name);
  }
  return names;
}

absl::StatusOr<std::string> SniffMediaType(std::string_view head) {
  // The database takes milliseconds to load, and a cookie serves one thread at a time.
  thread_local const Magic magic = OpenMagic();
  if (!magic) return Internal("libmagic has no database");
  const char* found = magic_buffer(magic.get(), head.data(), head.size());
  if (found == nullptr) {
    const char* why = magic_error(magic.get());
    return Internal(fmt::format("libmagic: {}", why == nullptr ? "no answer" : why));
  }
  return std::string(found);
}

bool Matches(const kefu::evidence::MediaType& type, std::string_view sniffed) {
  if (type.name == "text/plain") return IsWords(sniffed);
  return kefu::evidence::FindMediaType(sniffed) == &type;
}

}  // namespace kefu::gateway::evidence
