#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <system_error>
#include <utility>
#include <vector>

#include "common/auth/keys.h"
#include "common/status/error.h"
#include "fmt/format.h"
#include "fmt/ranges.h"

namespace kefu::auth {
namespace {

constexpr std::string_view kSuffix = ".pem";

absl::StatusOr<PublicKey> ReadPublicKey(const std::string& path, const struct stat& st) {
  // Anything else, a pipe for one, might block or never end.
  if (!S_ISREG(st.st_mode) || st.st_size > KeySet::kMaxFileBytes) {
    return absl::InvalidArgumentError("not a file of a key's size");
  }
  std::ifstream file(path, std::ios::binary);
  std::string pem(static_cast<size_t>(st.st_size), '\0');
  file.read(pem.data(), st.st_size);
  pem.resize(static_cast<size_t>(file.gcount()));
  return PublicKey::FromPem(pem);
}

// The kids of the folder, or an error when it cannot be read to its end.
absl::StatusOr<std::vector<std::string>> ListKids(const std::string& dir) {
  std::vector<std::string> kids;
  std::error_code error;
  std::filesystem::directory_iterator it(dir, error);
  for (; !error && it != std::filesystem::directory_iterator(); it.increment(error)) {
    const std::string name = it->path().filename().string();
    if (!name.ends_with(kSuffix)) continue;
    std::string kid = name.substr(0, name.size() - kSuffix.size());
    if (IsValidKid(kid)) kids.push_back(std::move(kid));
  }
  if (error) {
    return Unavailable("KEYS_UNREADABLE", fmt::format("key folder {}: {}", dir, error.message()),
                       absl::Seconds(5));
  }
  return kids;
}

}  // namespace

KeySet::KeySet(std::string dir)
    : dir_(std::move(dir)), snapshot_(std::make_shared<const Snapshot>()) {}

std::shared_ptr<const KeySet::Snapshot> KeySet::snapshot() const {
  const std::shared_lock lock(mutex_);
  return snapshot_;
}

bool KeySet::FileState::SameFile(const FileState& other) const {
  return size == other.size && mtime_ns == other.mtime_ns && ctime_ns == other.ctime_ns &&
         inode == other.inode;
}

absl::Status KeySet::Reload() {
  const std::lock_guard reload_lock(reload_mutex_);
  const absl::StatusOr<std::vector<std::string>> kids = ListKids(dir_);
  if (!kids.ok()) return kids.status();

  const std::shared_ptr<const Snapshot> before = snapshot();
  auto after = std::make_shared<Snapshot>();
  std::map<std::string, FileState, std::less<>> files;
  std::vector<std::string> problems;
  bool changed = false;
  for (const std::string& kid : *kids) {
    const std::string path = fmt::format("{}/{}{}", dir_, kid, kSuffix);
    struct stat st {};
    if (::stat(path.c_str(), &st) != 0) continue;  // removed since it was listed
    FileState state;
    state.size = st.st_size;
    state.mtime_ns = st.st_mtim.tv_sec * 1'000'000'000LL + st.st_mtim.tv_nsec;
    state.ctime_ns = st.st_ctim.tv_sec * 1'000'000'000LL + st.st_ctim.tv_nsec;
    state.inode = st.st_ino;
    const auto known = files_.find(kid);
    if (known != files_.end() && known->second.SameFile(state)) {
      state = known->second;
      if (state.good) after->keys.insert(*before->keys.find(kid));
    } else {
      changed = true;
      absl::StatusOr<PublicKey> key = ReadPublicKey(path, st);
      if (key.ok() && after->keys.size() >= kMaxKeys) {
        key = absl::InvalidArgumentError(fmt::format("more than {} keys", kMaxKeys));
      }
      state.good = key.ok();
      if (key.ok()) {
        after->keys.emplace(kid, *std::move(key));
      } else {
        state.problem = fmt::format("{}: {}", path, std::string(key.status().message()));
      }
    }
    if (!state.good) problems.push_back(state.problem);
    files.emplace(kid, std::move(state));
  }
  if (changed || files.size() != files_.size()) {
    after->generation = before->generation + 1;
    const std::unique_lock lock(mutex_);
    snapshot_ = std::move(after);
    generation_.store(snapshot_->generation, std::memory_order_release);
  }
  files_ = std::move(files);
  if (problems.empty()) return absl::OkStatus();
  return MakeError(absl::StatusCode::kInvalidArgument, "KEY_INVALID",
                   fmt::format("{}", fmt::join(problems, "; ")));
}

}  // namespace kefu::auth
