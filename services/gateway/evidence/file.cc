#include "services/gateway/evidence/file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <vector>

#include "common/hash/sha256.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"

namespace kefu::gateway::evidence {
namespace {

constexpr absl::Duration kRetryAfter = absl::Seconds(5);  // a full disk or a restart takes longer
constexpr size_t kPieceBytes = 64 << 10;                  // held of a file that is read whole

}  // namespace

absl::Status EvidenceNotFound(std::string_view reference) {
  return NotFound("evidence", reference);
}

absl::Status StoreFailed(std::string_view what, int error_number) {
  return StoreFailed(fmt::format("{}: {}", what, std::strerror(error_number)));
}

absl::Status StoreFailed(std::string_view cause) {
  return WithCause(
      Unavailable("EVIDENCE_STORE_UNAVAILABLE",
                  "the store of evidence does not work; nothing was stored", kRetryAfter),
      cause);
}

absl::Status ClientLeft() { return Cancelled("the client left"); }

absl::Status CheckDigest(std::string_view sha256, const Reference& reference) {
  if (sha256 == reference.sha256) return absl::OkStatus();
  return WithCause(MakeError(absl::StatusCode::kDataLoss, "EVIDENCE_DAMAGED",
                             "the stored file is not the one that was put there"),
                   fmt::format("{} has SHA-256 {}", reference.Text(), sha256));
}

OpenFile::~OpenFile() {
  if (fd_ >= 0) ::close(fd_);
}

absl::StatusOr<size_t> OpenFile::ReadAt(int64_t offset, char* buffer, size_t size) const {
  ssize_t got;
  do {
    got = ::pread(fd_, buffer, size, offset);
  } while (got < 0 && errno == EINTR);
  if (got < 0) return StoreFailed("read", errno);
  return static_cast<size_t>(got);
}

absl::StatusOr<std::string> OpenFile::Sha256(const CancelFlag& cancelled) const {
  Sha256Stream hash;
  std::vector<char> piece(kPieceBytes);
  for (int64_t at = 0; at < size_;) {
    if (cancelled) return ClientLeft();
    ASSIGN_OR_RETURN(const size_t got, ReadAt(at, piece.data(), piece.size()));
    if (got == 0) break;  // cut meanwhile: the digest tells
    hash.Update({piece.data(), got});
    at += static_cast<int64_t>(got);
  }
  return Hex(hash.Finish());
}

absl::StatusOr<SpoolFile> SpoolFile::Create(const std::string& folder) {
  std::string path = folder + "/XXXXXX";
  const int fd = ::mkostemp(path.data(), O_CLOEXEC);
  if (fd < 0) return StoreFailed(fmt::format("create a file in {}", folder), errno);
  return SpoolFile(fd, std::move(path));
}

SpoolFile::SpoolFile(SpoolFile&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)),
      path_(std::exchange(other.path_, "")),
      size_(other.size_),
      hash_(std::move(other.hash_)),
      sha256_(std::move(other.sha256_)) {}

SpoolFile::~SpoolFile() {
  if (!path_.empty()) ::unlink(path_.c_str());
  if (fd_ >= 0) ::close(fd_);
}

absl::Status SpoolFile::Append(std::string_view bytes) {
  hash_.Update(bytes);
  while (!bytes.empty()) {
    const ssize_t put = ::write(fd_, bytes.data(), bytes.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return StoreFailed(fmt::format("write {}", path_), errno);
    bytes.remove_prefix(static_cast<size_t>(put));
    size_ += put;
  }
  return absl::OkStatus();
}

const std::string& SpoolFile::Sha256() {
  if (sha256_.empty()) sha256_ = Hex(hash_.Finish());
  return sha256_;
}

absl::Status SpoolFile::Publish(const std::string& path) {
  if (::fsync(fd_) != 0) return StoreFailed(fmt::format("sync {}", path_), errno);
  if (::rename(path_.c_str(), path.c_str()) != 0)
    return StoreFailed(fmt::format("rename {} to {}", path_, path), errno);
  path_.clear();
  return absl::OkStatus();
}

OpenFile SpoolFile::TakeOpen() {
  if (!path_.empty()) ::unlink(path_.c_str());
  path_.clear();
  return OpenFile(std::exchange(fd_, -1), size_);
}

}  // namespace kefu::gateway::evidence
