// Who may put and fetch evidence, and what a file must be. Between the HTTP side, whose threads
// never block, and the store, whose calls do.
#pragma once

#include <atomic>
#include <boost/asio/thread_pool.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/auth/permissions.h"
#include "common/auth/principal.h"
#include "common/auth/verifier.h"
#include "common/evidence/evidence.h"
#include "common/obs/metrics.h"
#include "common/time/clock.h"
#include "services/gateway/evidence/file.h"
#include "services/gateway/evidence/store.h"

namespace kefu::gateway::evidence {

struct Limits {
  int64_t max_bytes = 100 << 20;               // of one file
  std::vector<std::string> types;              // names of media types that are allowed
  absl::Duration max_time = absl::Minutes(5);  // of one transfer, however slow the client is
  int max_transfers = 16;                      // at once
};

// One transfer that the desk has room for; gives the room back at its end.
class Ticket {
 public:
  explicit Ticket(std::atomic<int>& running) : running_(&running) {}
  Ticket(Ticket&& other) noexcept : running_(std::exchange(other.running_, nullptr)) {}
  Ticket& operator=(Ticket&&) = delete;
  ~Ticket() {
    if (running_ != nullptr) --*running_;
  }

 private:
  std::atomic<int>* running_;
};

// What an upload says of itself before its bytes come.
struct Offer {
  std::string token;
  std::string shop_id;
  std::string content_type;
  std::optional<uint64_t> length;  // nothing: it will show
};

struct Receipt {
  Reference reference;
  int64_t size = 0;
};

struct Download {
  Reference reference;
  OpenFile file;
};

class Desk;

// A file on its way in: Append any number of times, then Finish. After an error it is over; a file
// that is not finished leaves nothing behind. Not thread-safe; the calls block.
class Upload {
 public:
  // INVALID_ARGUMENT / EVIDENCE_TOO_LARGE, EVIDENCE_TYPE_MISMATCH as soon as enough has come to
  // tell; EVIDENCE_STORE_UNAVAILABLE.
  absl::Status Append(std::string_view bytes);
  // The same, and INVALID_ARGUMENT / EVIDENCE_EMPTY, CANCELLED.
  absl::StatusOr<Receipt> Finish(const CancelFlag& cancelled);

 private:
  friend class Desk;
  Upload(const Desk& desk, Reference target, SpoolFile file)
      : desk_(desk), target_(std::move(target)), file_(std::move(file)) {}
  absl::Status CheckHead();

  const Desk& desk_;
  Reference target_;  // its hash is not known yet
  SpoolFile file_;
  std::string head_;  // until it is checked
  bool checked_ = false;
};

// Thread-safe. All but the blocking calls are quick.
class Desk {
 public:
  // No store: every transfer is refused. Verifier, clock and metrics (null: none) outlive the desk.
  Desk(Limits limits, std::unique_ptr<Store> store, auth::Verifier& verifier, const Clock& clock,
       obs::Metrics* metrics);
  // Waits for what its threads do.
  ~Desk();

  const Limits& limits() const { return limits_; }
  // Threads for the blocking calls, one a transfer.
  boost::asio::thread_pool& threads() { return threads_; }

  // FAILED_PRECONDITION / EVIDENCE_STORE_NOT_CONFIGURED, RESOURCE_EXHAUSTED / EVIDENCE_BUSY.
  absl::StatusOr<Ticket> Admit();

  // Whoever may open cases of the shop may bring files for it; a base brings them to the merchant
  // whose grant names the shop. Blocks. UNAUTHENTICATED; PERMISSION_DENIED, SHOP_NOT_ALLOWED;
  // INVALID_ARGUMENT / INVALID_FIELDS, EVIDENCE_TYPE_NOT_ALLOWED, EVIDENCE_TOO_LARGE;
  // EVIDENCE_STORE_UNAVAILABLE.
  absl::StatusOr<std::unique_ptr<Upload>> Begin(const Offer& offer);

  // Whoever may read cases of the shop may fetch its files. Blocks. UNAUTHENTICATED;
  // PERMISSION_DENIED; SHOP_NOT_ALLOWED for a shop of the caller's own organization outside its
  // confinement, NOT_FOUND for every other that it does not reach; and as Store::Open.
  absl::StatusOr<Download> Fetch(std::string_view token, std::string_view reference,
                                 const CancelFlag& cancelled);

  // Counts a transfer that has ended, "put" or "get", and the bytes of one that went through; logs
  // why the store failed.
  void Count(std::string_view direction, const absl::Status& status, int64_t bytes) const;

 private:
  friend class Upload;
  absl::StatusOr<auth::Principal> Identify(std::string_view token, auth::Permission permission);

  const Limits limits_;
  const std::unique_ptr<Store> store_;
  auth::Verifier& verifier_;
  const Clock& clock_;
  obs::Family<obs::Counter> transfers_, bytes_;
  std::atomic<int> running_{0};
  boost::asio::thread_pool threads_;
};

}  // namespace kefu::gateway::evidence
