#include "services/gateway/evidence/desk.h"

#include <fmt/format.h>

#include <algorithm>

#include "absl/strings/str_join.h"
#include "common/auth/permissions.h"
#include "common/obs/log.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/gateway/evidence/media_types.h"

namespace kefu::gateway::evidence {
namespace {

constexpr absl::Duration kBusyRetry = absl::Seconds(2);  // most files take less than that

absl::Status TooLarge(int64_t max_bytes) {
  return InvalidArgument("EVIDENCE_TOO_LARGE", "body",
                         fmt::format("a file has at most {} bytes", max_bytes));
}

// Contracts run by whole days. The shop's zone is not known here, so the day is that of UTC, as in
// the services.
absl::CivilDay Today(const Clock& clock) {
  return absl::ToCivilDay(clock.Now(), absl::UTCTimeZone());
}

absl::Status Busy(std::string message) {
  return ResourceExhausted("EVIDENCE_BUSY", std::move(message), kBusyRetry);
}

}  // namespace

bool Room::Enter() {
  const std::lock_guard lock(mutex_);
  if (running_ == most_) return false;
  ++running_;
  return true;
}

bool Room::EnterFor(const std::string& org_id) {
  const std::lock_guard lock(mutex_);
  const auto [place, first] = by_org_.try_emplace(org_id, 0);
  if (place->second == most_of_org_) return false;
  ++place->second;
  return true;
}

void Room::Leave(const std::string& org_id) {
  const std::lock_guard lock(mutex_);
  --running_;
  const auto place = by_org_.find(org_id);
  if (place != by_org_.end() && --place->second == 0) by_org_.erase(place);
}

absl::Status Ticket::TakeShareOf(const std::string& org_id) {
  if (!room_->EnterFor(org_id))
    return Busy("as many files as your organization may bring and fetch at once are under way");
  org_id_ = org_id;
  return absl::OkStatus();
}

absl::Status Upload::Append(std::string_view bytes) {
  if (file_.size() + static_cast<int64_t>(bytes.size()) > desk_.limits_.max_bytes)
    return TooLarge(desk_.limits_.max_bytes);
  if (!checked_) {
    head_.append(bytes.substr(0, kSniffBytes - head_.size()));
    if (head_.size() == kSniffBytes) {
      RETURN_IF_ERROR(CheckHead());
    }
  }
  return file_.Append(bytes);
}

absl::Status Upload::CheckHead() {
  ASSIGN_OR_RETURN(const std::string sniffed, SniffMediaType(head_));
  if (!Matches(*target_.type, sniffed)) {
    return InvalidArgument(
        "EVIDENCE_TYPE_MISMATCH", "Content-Type",
        fmt::format("the file is said to be {} but is {}", target_.type->name, sniffed));
  }
  checked_ = true;
  head_ = std::string();
  return absl::OkStatus();
}

absl::StatusOr<Receipt> Upload::Finish(const CancelFlag& cancelled) {
  if (file_.size() == 0) return InvalidArgument("EVIDENCE_EMPTY", "body", "must not be empty");
  if (!checked_) {
    RETURN_IF_ERROR(CheckHead());
  }
  Receipt receipt{target_, file_.size()};
  receipt.reference.sha256 = file_.Sha256();
  RETURN_IF_ERROR(desk_.store_->Put(std::move(file_), receipt.reference, cancelled));
  return receipt;
}

Desk::Desk(Limits limits, std::unique_ptr<Store> store, auth::Verifier& verifier,
           const Clock& clock, obs::Metrics* metrics)
    : limits_(std::move(limits)),
      store_(std::move(store)),
      verifier_(verifier),
      clock_(clock),
      transfers_(obs::CountersOf(metrics, "kefu_evidence_transfers_total",
                                 "Files of evidence put and fetched, and refused.",
                                 {"direction", "result"})),
      bytes_(obs::CountersOf(metrics, "kefu_evidence_bytes_total",
                             "Bytes of the files that were put and fetched.", {"direction"})),
      room_(limits_.max_transfers, limits_.max_org_transfers),
      threads_(static_cast<size_t>(limits_.max_transfers)) {}

Desk::~Desk() { threads_.join(); }

absl::StatusOr<Ticket> Desk::Admit() {
  if (!store_) {
    return FailedPrecondition("EVIDENCE_STORE_NOT_CONFIGURED", "evidence",
                              "this gateway has no store for files of evidence");
  }
  if (!room_.Enter()) return Busy("as many files as the gateway takes at once are under way");
  return Ticket(room_);
}

absl::StatusOr<auth::Principal> Desk::Identify(std::string_view token,
                                               auth::Permission permission) {
  ASSIGN_OR_RETURN(auth::Principal principal, verifier_.Verify(token, clock_.Now()));
  if (!auth::PermissionTable::Get().Allows(principal, permission)) {
    return PermissionDenied("PERMISSION_DENIED",
                            fmt::format("this needs {}", auth::PermissionName(permission)));
  }
  return principal;
}

absl::StatusOr<std::unique_ptr<Upload>> Desk::Begin(Ticket& ticket, const Offer& offer) {
  ASSIGN_OR_RETURN(const auth::Principal principal,
                   Identify(offer.token, auth::Permission::kOpenCases));
  FieldViolations violations;
  violations.Check(kefu::evidence::IsFolderName(offer.shop_id), "shop",
                   "must be the id of the shop whose case the file is for");
  RETURN_IF_ERROR(violations.ToStatus());
  Reference target;
  ASSIGN_OR_RETURN(target.org_id, auth::RequireShop(principal, offer.shop_id, Today(clock_)));
  target.shop_id = offer.shop_id;
  target.type = kefu::evidence::FindMediaType(offer.content_type);
  if (target.type == nullptr || std::ranges::count(limits_.types, target.type->name) == 0) {
    return InvalidArgument("EVIDENCE_TYPE_NOT_ALLOWED", "Content-Type",
                           fmt::format("must be one of {}", absl::StrJoin(limits_.types, ", ")));
  }
  if (offer.length.value_or(0) > static_cast<uint64_t>(limits_.max_bytes))
    return TooLarge(limits_.max_bytes);
  RETURN_IF_ERROR(ticket.TakeShareOf(principal.org_id));
  ASSIGN_OR_RETURN(SpoolFile file, SpoolFile::Create(store_->spool_folder()));
  return std::unique_ptr<Upload>(new Upload(*this, std::move(target), std::move(file)));
}

absl::StatusOr<Download> Desk::Fetch(Ticket& ticket, std::string_view token, std::string_view text,
                                     const CancelFlag& cancelled) {
  ASSIGN_OR_RETURN(const auth::Principal principal, Identify(token, auth::Permission::kReadCases));
  const auto reference = kefu::evidence::ParseReference(text);
  if (!reference) return EvidenceNotFound(text);
  const auto org_id = auth::RequireShop(principal, reference->shop_id, Today(clock_));
  // What a merchant has not granted does not exist for a base.
  const bool own = !principal.IsBase() && principal.org_id == reference->org_id;
  if (own && !org_id.ok()) return org_id.status();
  if (!org_id.ok() || *org_id != reference->org_id) return EvidenceNotFound(text);
  RETURN_IF_ERROR(ticket.TakeShareOf(principal.org_id));
  ASSIGN_OR_RETURN(OpenFile file, store_->Open(*reference, cancelled));
  return Download{*reference, std::move(file)};
}

void Desk::Count(std::string_view direction, const absl::Status& status, int64_t bytes) const {
  if (const std::string cause = CauseOf(status); !cause.empty()) {
    obs::Log(obs::Level::kError, "evidence failed",
             {{"direction", direction}, {"reason", ReasonOf(status)}, {"cause", cause}});
  }
  transfers_.With({direction, status.ok() ? "OK" : ReasonOf(status)}).Add();
  if (status.ok()) bytes_.With({direction}).Add(static_cast<double>(bytes));
}

}  // namespace kefu::gateway::evidence
