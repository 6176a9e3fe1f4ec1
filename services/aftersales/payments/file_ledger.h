// A payment gateway that is a file: every payment one line, never changed. For merchants who pay by
// a list, for demonstrations and tests; a platform's adapter takes its place.
#pragma once

#include <unistd.h>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "common/time/clock.h"
#include "services/aftersales/payments/gateway.h"

namespace kefu::aftersales {

// One JSON object a line: number, payment, time, the hash of the line before and its own, SHA-256
// over everything else in it. So nothing can be changed, removed or put in between unnoticed, but
// for the end. Processes may share the file: an exclusive flock orders them, and each reads first
// what the others have added. A line is on the disk (fsync) before its payment is answered. Half a
// line at the end is what a process left that died while it wrote: it was never answered, and is
// cut. All ids are kept in memory: about 200 bytes a payment.
class FileLedger final : public PaymentGateway {
 public:
  // Brings a file to the disk: fsync, but for tests that let it fail.
  using Sync = std::function<int(int file)>;

  // Opens or makes the file, and reads it. INTERNAL naming the first line that does not check;
  // UNAVAILABLE LEDGER_UNAVAILABLE.
  static absl::StatusOr<std::unique_ptr<FileLedger>> Open(std::string path, const Clock& clock,
                                                          Sync sync = ::fsync);
  ~FileLedger() override;
  FileLedger(const FileLedger&) = delete;
  FileLedger& operator=(const FileLedger&) = delete;

  absl::StatusOr<PaymentReceipt> Pay(const PaymentOrder& order) override;
  absl::StatusOr<std::optional<PaymentReceipt>> Find(std::string_view payment_id) override;

 private:
  struct Entry {
    std::string order_hash;
    PaymentReceipt receipt;
  };
  FileLedger(std::string path, int file, const Clock& clock, Sync sync)
      : path_(std::move(path)), file_(file), clock_(clock), sync_(std::move(sync)) {}

  absl::Status CatchUp();  // under both locks
  absl::Status Take(std::string_view line);
  absl::Status Append(const std::string& line);

  const std::string path_;
  const int file_;
  const Clock& clock_;
  const Sync sync_;
  std::mutex mutex_;
  // Guarded by mutex_: the file up to read_.
  int64_t read_ = 0;
  int64_t lines_ = 0;
  std::string last_hash_;
  std::map<std::string, Entry, std::less<>> payments_;
};

}  // namespace kefu::aftersales
