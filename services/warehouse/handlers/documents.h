// What the handlers of notices, returns and transfers share.
#pragma once

#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/context/request_context.h"
#include "common/db/database.h"
#include "common/events/outbox.h"
#include "common/status/status_macros.h"
#include "services/warehouse/domain/inbound.h"
#include "services/warehouse/domain/inbound_types.h"
#include "services/warehouse/handlers/posting.h"
#include "services/warehouse/handlers/support.h"
#include "services/warehouse/store/inbound.h"
#include "services/warehouse/store/store.h"

namespace kefu::warehouse {

// On behalf of the caller, now.
inline Posting PostingOf(const Dependencies& deps, db::Transaction& t, const RequestContext& ctx) {
  return {deps, t, ctx.org_id(), ctx.principal.subject, StoredNow(ctx)};
}

// A node that is kept as it is until the transaction ends, and what day it is there.
struct NodeToday {
  domain::Node node;
  absl::CivilDay day;
};
// NOT_FOUND; FAILED_PRECONDITION RECORD_ARCHIVED.
absl::StatusOr<NodeToday> ActiveNode(const Posting& posting, std::string_view node_id);

// The SKUs, kept as they are until the transaction ends. NOT_FOUND; FAILED_PRECONDITION
// RECORD_ARCHIVED unless archived ones are taken too.
enum class Archived { kRefuse, kTake };
absl::StatusOr<std::map<std::string, domain::Sku>> SkusById(const Posting& posting,
                                                            const std::set<std::string>& ids,
                                                            Archived archived);

// The policy in force for the node; of an empty node the organization's.
absl::StatusOr<domain::InboundPolicy> PolicyFor(db::Reader reader, std::string_view org_id,
                                                std::string_view node_id, absl::Time at);

// Makes or checks the lots of receipts. Errors: RecordLots'.
absl::Status RecordLotsOf(const Posting& posting, std::span<const domain::Receipt> receipts,
                          std::span<const domain::Arrival> arrivals,
                          const std::map<std::string, domain::Sku>& skus, absl::CivilDay today);

// Decides about receipts of a document, moves the stock and saves the receipts that were inspected.
// `node` is the document's. Errors: domain::Inspect's, Post's.
absl::Status InspectAndPost(const Posting& posting, std::string_view node_id,
                            std::string_view document_id, std::string_view reason,
                            std::vector<domain::Receipt>& receipts,
                            std::span<const domain::InspectionLine> lines);

// Locks the movements' totals and posts them; nothing to do for none.
absl::StatusOr<std::vector<domain::LedgerEntry>> LockAndPost(
    const Posting& posting, std::span<const domain::Movement> movements);

// Records a step of a document that has just moved to its state; `from` is empty for the first.
template <class Document>
absl::Status AddStep(const Posting& posting, const Document& document, std::string_view verb,
                     std::string_view from, std::string_view note) {
  return store::InsertStep(posting.t, posting.org_id, document.id,
                           {.number = document.info.version,
                            .verb = std::string(verb),
                            .from_state = std::string(from),
                            .to_state = std::string(NameOf(document.state)),
                            .note = std::string(note),
                            .actor = std::string(posting.actor),
                            .time = posting.now});
}

// Tells of a document.
template <class Event>
absl::Status Tell(const Posting& posting, std::string_view key, const Event& event) {
  posting.t.AfterCommit(posting.deps.on_events);
  return events::Append(posting.t, posting.org_id, key, event, posting.now);
}

// Saves a transfer that has made a step, records the step and tells of it.
absl::Status Moved(const Posting& posting, const domain::StockTransfer& transfer,
                   std::string_view verb, std::string_view from, std::string_view note);

}  // namespace kefu::warehouse
