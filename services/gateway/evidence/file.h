// Files of the kernel with owners, and a file that is being received. The calls block.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/evidence/evidence.h"
#include "common/hash/sha256_stream.h"

namespace kefu::gateway::evidence {

using kefu::evidence::Reference;

// Set by whoever does not want the answer any more.
using CancelFlag = std::atomic<bool>;

// NOT_FOUND, of what is not there as of what the caller may not know of.
absl::Status EvidenceNotFound(std::string_view reference);

// What the client hears of errno: UNAVAILABLE / EVIDENCE_STORE_UNAVAILABLE; the path and the cause
// go to the log.
absl::Status StoreFailed(std::string_view what, int error_number);
// The same, of another cause.
absl::Status StoreFailed(std::string_view cause);
absl::Status ClientLeft();  // CANCELLED

// What a store holds against the reference before anybody gets a byte of it: OK when the bytes have
// its SHA-256. DATA_LOSS / EVIDENCE_DAMAGED; which file it is goes to the log.
absl::Status CheckDigest(std::string_view sha256, const Reference& reference);

// An open file, closed with its owner. Not thread-safe.
class OpenFile {
 public:
  OpenFile() = default;
  OpenFile(int fd, int64_t size) : fd_(fd), size_(size) {}
  OpenFile(OpenFile&& other) noexcept { *this = std::move(other); }
  OpenFile& operator=(OpenFile&& other) noexcept {
    std::swap(fd_, other.fd_);
    std::swap(size_, other.size_);
    return *this;
  }
  ~OpenFile();

  int fd() const { return fd_; }
  int64_t size() const { return size_; }  // bytes, when it was opened
  // Up to `size` bytes from `offset` into `buffer`; 0 at the end. EVIDENCE_STORE_UNAVAILABLE.
  absl::StatusOr<size_t> ReadAt(int64_t offset, char* buffer, size_t size) const;
  // 64 hexadecimal digits over all bytes, of which little is held at a time. CANCELLED,
  // EVIDENCE_STORE_UNAVAILABLE.
  absl::StatusOr<std::string> Sha256(const CancelFlag& cancelled) const;

 private:
  int fd_ = -1;
  int64_t size_ = 0;
};

// A file that nobody sees yet: it goes away with its owner, unless Publish was called. Not
// thread-safe.
class SpoolFile {
 public:
  // In a folder that exists. EVIDENCE_STORE_UNAVAILABLE, also of the calls below.
  static absl::StatusOr<SpoolFile> Create(const std::string& folder);
  SpoolFile(SpoolFile&& other) noexcept;
  SpoolFile& operator=(SpoolFile&&) = delete;
  ~SpoolFile();

  absl::Status Append(std::string_view bytes);
  int64_t size() const { return size_; }
  int fd() const { return fd_; }
  // 64 hexadecimal digits over all bytes. Nothing may be appended afterwards.
  const std::string& Sha256();
  // The bytes are on the disk, then under `path` of the same file system, in place of what was
  // there. The folder's own entry is the caller's to bring to the disk.
  absl::Status Publish(const std::string& path);
  // Hands the file over to be read; it has no name any more.
  OpenFile TakeOpen();

 private:
  SpoolFile(int fd, std::string path) : fd_(fd), path_(std::move(path)) {}
  int fd_;
  std::string path_;  // empty: it has no name of its own any more
  int64_t size_ = 0;
  Sha256Stream hash_;
  std::string sha256_;
};

}  // namespace kefu::gateway::evidence
