// Rows of owners, agreements, settlements and leases, and what billing reads of the ledger. Every
// statement names the tenant. The functions keep no state and are thread-safe; all return the
// database's errors besides those named.
//
// Order of locks: nodes, leases, owners, agreements, the billing book, settlements. Of these only
// owners, shared, are held together with stock, and before it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/db/reader.h"
#include "services/warehouse/domain/settlement.h"
#include "services/warehouse/domain/warehouse_report.h"
#include "services/warehouse/store/owners.h"
#include "services/warehouse/store/store.h"

namespace kefu::warehouse::store {

// --- Owners and agreements (billing_owners.cc) ---

// NOT_FOUND.
absl::StatusOr<domain::StockOwner> FindOwner(db::Reader reader, std::string_view org_id,
                                             std::string_view owner_id);
absl::StatusOr<domain::StockOwner> LockOwner(db::Transaction& t, std::string_view org_id,
                                             std::string_view owner_id, LockMode mode);
// ALREADY_EXISTS.
absl::Status Insert(db::Transaction& t, std::string_view org_id, const domain::StockOwner& owner);
absl::Status Update(db::Transaction& t, std::string_view org_id, const domain::StockOwner& owner);
absl::StatusOr<std::vector<domain::StockOwner>> ListOwners(db::Reader reader,
                                                           std::string_view org_id, Page page,
                                                           bool archived);

// A version of what was agreed; the body is for the caller to read.
struct Agreement {
  int64_t version = 0;
  absl::CivilDay effective_from;
  std::string body;
  absl::Time create_time;
};
enum class Subject : uint8_t { kOwner, kNode };
// All versions after one, by version.
absl::StatusOr<std::vector<Agreement>> ListAgreements(db::Reader reader, std::string_view org_id,
                                                      Subject subject, std::string_view subject_id,
                                                      int64_t after, int limit);
absl::Status Insert(db::Transaction& t, std::string_view org_id, Subject subject,
                    std::string_view subject_id, const Agreement& agreement);

// --- What billing reads of the ledger (billing_entries.cc) ---

// Holds the organization's book: shared, nothing is copied or closed meanwhile; for update, by this
// transaction only.
absl::Status LockBook(db::Transaction& t, std::string_view org_id, LockMode mode);
// Copies up to about `budget` ledger entries that are not copied yet; true when none was left. The
// book is locked for update.
absl::StatusOr<bool> CopyEntries(db::Transaction& t, std::string_view org_id, int64_t budget);

// The first day of the owner's copied entries; nothing when there is none.
absl::StatusOr<std::optional<absl::CivilDay>> FirstEntryDay(db::Transaction& t,
                                                            std::string_view org_id,
                                                            std::string_view owner_id);
// Entries of the owner by (day, SKU, accounts, in the house).
absl::StatusOr<std::vector<domain::Flow>> OwnerFlows(db::Transaction& t, std::string_view org_id,
                                                     std::string_view owner_id,
                                                     const domain::Period& days);
// Orders that left the house: distinct (node, reference) a day, an entry without reference by
// itself.
absl::StatusOr<std::vector<domain::OrderCount>> OwnerOrders(db::Transaction& t,
                                                            std::string_view org_id,
                                                            std::string_view owner_id,
                                                            const domain::Period& days);
// Pieces in the house when the day began, by SKU; without those of 0.
absl::StatusOr<std::map<std::string, int64_t, std::less<>>> OwnerOpening(db::Transaction& t,
                                                                         std::string_view org_id,
                                                                         std::string_view owner_id,
                                                                         absl::CivilDay day);
absl::StatusOr<domain::SkuFactsById> SkuFacts(db::Transaction& t, std::string_view org_id,
                                              const std::set<std::string>& ids);

// Pieces that lay at the node when the day began.
absl::StatusOr<int64_t> NodeOpening(db::Transaction& t, std::string_view org_id,
                                    std::string_view node_id, absl::CivilDay day);
absl::StatusOr<std::vector<domain::NodeFlow>> NodeFlows(db::Transaction& t, std::string_view org_id,
                                                        std::string_view node_id,
                                                        const domain::Period& days);
// Fills what the ledger says of part.days: documents, orders, extra pieces, differences, timings.
absl::Status ReadContractDays(db::Transaction& t, std::string_view org_id, std::string_view node_id,
                              domain::ContractDays& part);

// --- Settlements (billing_settlements.cc) ---

// A closed settlement without its lines. Totals and balance are filled by Find and List only.
struct ClosedSettlement {
  domain::Settlement settlement;
  std::string currency;
  std::string previous_hash;  // 32 raw bytes: of the owner's settlement before, zeros at first
};
// NOT_FOUND.
absl::StatusOr<ClosedSettlement> FindSettlement(db::Transaction& t, std::string_view org_id,
                                                std::string_view settlement_id);
// By id; of one owner unless there is none. At most 1000.
absl::StatusOr<std::vector<ClosedSettlement>> ListSettlements(
    db::Transaction& t, std::string_view org_id, const std::optional<std::string>& owner_id,
    Page page);
// The owner's last one; nothing when there is none.
absl::StatusOr<std::optional<ClosedSettlement>> LastSettlement(db::Transaction& t,
                                                               std::string_view org_id,
                                                               std::string_view owner_id);
// The owner's settlements that end on the day or later, by period.
absl::StatusOr<std::vector<ClosedSettlement>> SettlementsFrom(db::Transaction& t,
                                                              std::string_view org_id,
                                                              std::string_view owner_id,
                                                              absl::CivilDay day);
absl::StatusOr<std::vector<domain::SettlementLine>> LinesOf(db::Transaction& t,
                                                            std::string_view org_id,
                                                            std::string_view settlement_id);
// What is booked for days of the period: its own lines and corrections of it.
absl::StatusOr<std::vector<domain::SettlementLine>> LinesFor(db::Transaction& t,
                                                             std::string_view org_id,
                                                             std::string_view owner_id,
                                                             const domain::Period& days);
absl::Status Insert(db::Transaction& t, std::string_view org_id, const ClosedSettlement& closed,
                    std::span<const domain::SettlementLine> lines);
// The first day of entries that were written into closed periods and are not corrected yet.
absl::StatusOr<std::optional<absl::CivilDay>> FirstLateDay(db::Transaction& t,
                                                           std::string_view org_id,
                                                           std::string_view owner_id);
// Those entries are corrected by this settlement.
absl::Status BookLate(db::Transaction& t, std::string_view org_id, std::string_view owner_id,
                      std::string_view settlement_id);

// One entry behind a line.
struct EntryRef {
  absl::CivilDay day;
  std::string node_id;
  int64_t entry_number = 0;
  domain::LedgerAccount from = domain::LedgerAccount::kUnspecified;
  domain::LedgerAccount to = domain::LedgerAccount::kUnspecified;
  int64_t quantity = 0;
  int64_t delta = 0;
  std::string reference;
};
struct EntryFilter {
  domain::SettlementLineKind kind = domain::SettlementLineKind::kUnspecified;
  std::string_view sku_id;  // empty: all
  domain::Period days;
  // Late entries that this settlement corrects ('' for not yet corrected ones); else those that are
  // not late.
  std::optional<std::string_view> correction;
};
// By (day, node, number), after the given one.
absl::StatusOr<std::vector<EntryRef>> ListEntries(db::Transaction& t, std::string_view org_id,
                                                  std::string_view owner_id,
                                                  const EntryFilter& filter, const EntryRef& after,
                                                  int limit);
// The first entry of each order of a day and node that left the house; without a reference every
// entry is one.
absl::StatusOr<std::set<int64_t>> FirstOfOrders(db::Transaction& t, std::string_view org_id,
                                                std::string_view owner_id, absl::CivilDay day,
                                                std::string_view node_id);

// --- Leases (billing_owners.cc) ---

absl::StatusOr<domain::Lease> FindLease(db::Reader reader, std::string_view org_id,
                                        std::string_view lease_id);
absl::StatusOr<domain::Lease> LockLease(db::Transaction& t, std::string_view org_id,
                                        std::string_view lease_id);
absl::Status Insert(db::Transaction& t, std::string_view org_id, const domain::Lease& lease);
absl::Status Update(db::Transaction& t, std::string_view org_id, const domain::Lease& lease);
// By id; an empty filter does not filter.
absl::StatusOr<std::vector<domain::Lease>> ListLeases(db::Reader reader, std::string_view org_id,
                                                      Page page, std::string_view node_id,
                                                      std::string_view tenant_id);

}  // namespace kefu::warehouse::store
