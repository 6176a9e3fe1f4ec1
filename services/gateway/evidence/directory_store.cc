#include "services/gateway/evidence/directory_store.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <filesystem>

#include "common/status/error.h"
#include "common/status/status_macros.h"

namespace kefu::gateway::evidence {
namespace {

namespace fs = std::filesystem;

constexpr auto kLeftOver = std::chrono::hours(24);  // longer than any upload may take
constexpr mode_t kOwnerOnly = 0700;

absl::Status Unusable(const std::string& folder, std::string_view why) {
  return FailedPrecondition("EVIDENCE_FOLDER", folder, why);
}

absl::Status MakeFolder(const std::string& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) return Unusable(folder, error.message());
  if (::access(folder.c_str(), R_OK | W_OK | X_OK) != 0)
    return Unusable(folder, "cannot be read and written");
  return absl::OkStatus();
}

absl::Status SyncFolder(const std::string& folder) {
  const OpenFile open(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC), 0);
  if (open.fd() < 0 || ::fsync(open.fd()) != 0)
    return StoreFailed(fmt::format("sync {}", folder), errno);
  return absl::OkStatus();
}

// The folder and its entry in the one above. A folder that is there may have been made a moment ago
// by another upload, whose sync of it is still to come.
absl::Status MakeDurableFolder(const std::string& parent, const std::string& folder) {
  if (::mkdir(folder.c_str(), kOwnerOnly) != 0 && errno != EEXIST)
    return StoreFailed(fmt::format("make {}", folder), errno);
  return SyncFolder(parent);
}

}  // namespace

absl::Status PrepareSpool(const std::string& folder) {
  RETURN_IF_ERROR(MakeFolder(folder));
  std::error_code error;
  const auto now = fs::file_time_type::clock::now();
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, error)) {
    std::error_code gone;  // another process clears it too
    const auto written = entry.last_write_time(gone);
    if (!gone && now - written > kLeftOver) fs::remove(entry.path(), gone);
  }
  return error ? Unusable(folder, error.message()) : absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<Store>> DirectoryStore::Open(const std::string& folder) {
  auto store = std::unique_ptr<DirectoryStore>(new DirectoryStore(folder));
  RETURN_IF_ERROR(MakeFolder(store->objects_));
  RETURN_IF_ERROR(PrepareSpool(store->spool_));
  return store;
}

absl::Status DirectoryStore::Put(SpoolFile file, const Reference& reference, const CancelFlag&) {
  const std::string org = objects_ + "/" + reference.org_id;
  const std::string shop = org + "/" + reference.shop_id;
  RETURN_IF_ERROR(MakeDurableFolder(objects_, org));
  RETURN_IF_ERROR(MakeDurableFolder(org, shop));
  RETURN_IF_ERROR(file.Publish(objects_ + "/" + reference.Text()));
  return SyncFolder(shop);
}

absl::StatusOr<OpenFile> DirectoryStore::Open(const Reference& reference,
                                              const CancelFlag& cancelled) {
  const std::string path = objects_ + "/" + reference.Text();
  const int fd = ::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0 && errno == ENOENT) return EvidenceNotFound(reference.Text());
  if (fd < 0) return StoreFailed(fmt::format("open {}", path), errno);
  struct stat found = {};
  if (::fstat(fd, &found) != 0 || !S_ISREG(found.st_mode)) {
    ::close(fd);
    return StoreFailed(fmt::format("{} is no file", path));
  }
  OpenFile file(fd, found.st_size);
  ASSIGN_OR_RETURN(const std::string sha256, file.Sha256(cancelled));
  RETURN_IF_ERROR(CheckDigest(sha256, reference));
  return file;
}

}  // namespace kefu::gateway::evidence
