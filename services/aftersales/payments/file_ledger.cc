#include "services/aftersales/payments/file_ledger.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "common/hash/sha256.h"
#include "common/status/status_macros.h"
#include "common/time/civil.h"
#include "fmt/format.h"
#include "services/aftersales/errors_processes.h"

namespace kefu::aftersales {
namespace {

using nlohmann::json;

absl::Status Failed(std::string_view what) {
  return error::LedgerUnavailable(fmt::format("{}: {}", what, std::strerror(errno)));
}

// Holds the file's lock for a scope.
class FileLock {
 public:
  static absl::StatusOr<FileLock> Take(int file) {
    while (flock(file, LOCK_EX) != 0) {
      if (errno != EINTR) return Failed("flock");
    }
    return FileLock(file);
  }
  FileLock(FileLock&& other) noexcept : file_(std::exchange(other.file_, -1)) {}
  ~FileLock() {
    if (file_ >= 0) flock(file_, LOCK_UN);
  }

 private:
  explicit FileLock(int file) : file_(file) {}
  int file_;
};

json BodyOf(const PaymentOrder& order) {
  return {{"payment_id", order.payment_id},
          {"org_id", order.org_id},
          {"shop_id", order.shop_id},
          {"order_id", order.order_id},
          {"purpose", order.purpose},
          {"party", order.party},
          {"currency_code", order.amount.currency},
          {"minor_units", order.amount.minor},
          {"memo", order.memo}};
}

// Keys in their order, so that equal contents are equal bytes.
std::string Text(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string HashOf(const PaymentOrder& order) { return Hex(Sha256({Text(BodyOf(order))})); }

// A new name is on the disk only when its folder is.
absl::Status SyncFolder(const std::string& path) {
  const std::string folder = std::filesystem::absolute(path).parent_path().string();
  const int handle = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (handle < 0) return Failed("open folder");
  const bool synced = fsync(handle) == 0;
  close(handle);
  return synced ? absl::OkStatus() : Failed("fsync folder");
}

}  // namespace

absl::StatusOr<std::unique_ptr<FileLedger>> FileLedger::Open(std::string path, const Clock& clock,
                                                             Sync sync) {
  const int file = open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (file < 0) return Failed("open");
  std::unique_ptr<FileLedger> ledger(new FileLedger(std::move(path), file, clock, std::move(sync)));
  RETURN_IF_ERROR(SyncFolder(ledger->path_));
  const std::lock_guard lock(ledger->mutex_);
  ASSIGN_OR_RETURN(const FileLock file_lock, FileLock::Take(file));
  RETURN_IF_ERROR(ledger->CatchUp());
  return ledger;
}

FileLedger::~FileLedger() { close(file_); }

absl::Status FileLedger::Take(std::string_view line) {
  json entry = json::parse(line, nullptr, false);
  if (!entry.is_object() || !entry.contains("hash") || !entry["hash"].is_string()) {
    return error::LedgerDamaged(path_, lines_ + 1);
  }
  const std::string hash = entry["hash"];
  entry.erase("hash");
  if (Hex(Sha256({Text(entry)})) != hash || entry.value("previous", "") != last_hash_ ||
      entry.value("number", int64_t{0}) != lines_ + 1) {
    return error::LedgerDamaged(path_, lines_ + 1);
  }
  const json& body = entry["payment"];
  payments_[body.value("payment_id", "")] = {
      .order_hash = Hex(Sha256({Text(body)})),
      .receipt = {entry.value("receipt", ""), FromMicros(entry.value("pay_us", int64_t{0}))}};
  last_hash_ = hash;
  ++lines_;
  return absl::OkStatus();
}

absl::Status FileLedger::CatchUp() {
  std::string text;
  std::array<char, 1 << 16> block;
  for (int64_t at = read_;;) {
    const ssize_t got = pread(file_, block.data(), block.size(), at);
    if (got < 0) return Failed("read");
    if (got == 0) break;
    text.append(block.data(), got);
    at += got;
  }
  size_t from = 0;
  for (size_t end; (end = text.find('\n', from)) != std::string::npos; from = end + 1) {
    RETURN_IF_ERROR(Take(std::string_view(text).substr(from, end - from)));
    read_ += static_cast<int64_t>(end + 1 - from);
  }
  if (from == text.size()) return absl::OkStatus();
  // Whoever wrote this half held the lock and is dead.
  if (ftruncate(file_, read_) != 0 || fsync(file_) != 0) return Failed("cut");
  return absl::OkStatus();
}

absl::Status FileLedger::Append(const std::string& line) {
  size_t done = 0;
  while (done < line.size()) {
    const ssize_t wrote = write(file_, line.data() + done, line.size() - done);
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) return Failed("write");  // the half is cut by whoever comes next
    done += wrote;
  }
  if (sync_(file_) == 0) return absl::OkStatus();
  // The system tells it once: a line that stayed would pass for safe when it is read again.
  const absl::Status failed = Failed("fsync");
  return ftruncate(file_, read_) == 0 ? failed : Failed("cut");
}

absl::StatusOr<PaymentReceipt> FileLedger::Pay(const PaymentOrder& order) {
  const std::lock_guard lock(mutex_);
  ASSIGN_OR_RETURN(const FileLock file_lock, FileLock::Take(file_));
  RETURN_IF_ERROR(CatchUp());
  const std::string order_hash = HashOf(order);
  if (const auto known = payments_.find(order.payment_id); known != payments_.end()) {
    if (known->second.order_hash != order_hash) return error::PaymentIdReused(order.payment_id);
    // It may be another process's line that is not on the disk yet.
    if (sync_(file_) != 0) return Failed("fsync");
    return known->second.receipt;
  }
  json entry{{"number", lines_ + 1},
             {"previous", last_hash_},
             {"pay_us", ToMicros(clock_.Now())},
             {"receipt", fmt::format("L{}", lines_ + 1)},
             {"payment", BodyOf(order)}};
  entry["hash"] = Hex(Sha256({Text(entry)}));
  RETURN_IF_ERROR(Append(Text(entry) + "\n"));
  RETURN_IF_ERROR(CatchUp());
  return payments_.at(order.payment_id).receipt;
}

absl::StatusOr<std::optional<PaymentReceipt>> FileLedger::Find(std::string_view payment_id) {
  const std::lock_guard lock(mutex_);
  ASSIGN_OR_RETURN(const FileLock file_lock, FileLock::Take(file_));
  RETURN_IF_ERROR(CatchUp());
  const auto known = payments_.find(payment_id);
  if (known == payments_.end()) return std::nullopt;
  return known->second.receipt;
}

}  // namespace kefu::aftersales
