// Who may put and fetch evidence, and what a file must be. Between the HTTP side, whose threads
// never block, and the store, whose calls do.
#pragma once

#include <boost/asio/thread_pool.hpp>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
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
  int max_org_transfers = 8;                   // of them by people of one organization
};

// How many transfers are under way, in all and by organization. Thread-safe.
class Room {
 public:
  Room(int most, int most_of_org) : most_(most), most_of_org_(most_of_org) {}
  // Each takes a place, unless none is left.
  bool Enter();
  bool EnterFor(const std::string& org_id);
  // Gives back the place of Enter, and that of EnterFor unless there is no org_id.
  void Leave(const std::string& org_id);

 private:
  const int most_, most_of_org_;
  std::mutex mutex_;
  int running_ = 0;                              // guarded by mutex_
  std::unordered_map<std::string, int> by_org_;  // guarded by mutex_; none is 0
};

// One transfer that the desk has room for; gives the room back at its end. Not thread-safe.
class Ticket {
 public:
  // Of a room that was entered.
  explicit Ticket(Room& room) : room_(&room) {}
  Ticket(Ticket&& other) noexcept
      : room_(std::exchange(other.room_, nullptr)), org_id_(std::move(other.org_id_)) {}
  Ticket& operator=(Ticket&&) = delete;
  ~Ticket() {
    if (room_ != nullptr) room_->Leave(org_id_);
  }

  // Once it is known who transfers, and once only: the organization has a share of the room.
  // RESOURCE_EXHAUSTED / EVIDENCE_BUSY when all of it is in use.
  absl::Status TakeShareOf(const std::string& org_id);

 private:
  Room* room_;
  std::string org_id_;  // empty: nobody's share yet
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
  // whose grant names the shop, out of its own share. Blocks. UNAUTHENTICATED; PERMISSION_DENIED,
  // SHOP_NOT_ALLOWED; INVALID_ARGUMENT / INVALID_FIELDS, EVIDENCE_TYPE_NOT_ALLOWED,
  // EVIDENCE_TOO_LARGE; RESOURCE_EXHAUSTED / EVIDENCE_BUSY; EVIDENCE_STORE_UNAVAILABLE.
  absl::StatusOr<std::unique_ptr<Upload>> Begin(Ticket& ticket, const Offer& offer);

  // Whoever may read cases of the shop may fetch its files. Blocks. UNAUTHENTICATED;
  // PERMISSION_DENIED; SHOP_NOT_ALLOWED for a shop of the caller's own organization outside its
  // confinement, NOT_FOUND for every other that it does not reach; RESOURCE_EXHAUSTED /
  // EVIDENCE_BUSY; and as Store::Open.
  absl::StatusOr<Download> Fetch(Ticket& ticket, std::string_view token, std::string_view reference,
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
  Room room_;
  boost::asio::thread_pool threads_;
};

}  // namespace kefu::gateway::evidence
