// Corrections, their policy, repairs and attestations. As store.h says; an adjustment is locked
// before everything else.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/db/reader.h"
#include "services/warehouse/domain/adjustment.h"
#include "services/warehouse/domain/verification.h"

namespace kefu::warehouse::store {

absl::Status Insert(db::Transaction& t, std::string_view org_id,
                    const domain::StockAdjustment& adjustment);
// NOT_FOUND. Lock holds the row until the transaction ends.
absl::StatusOr<domain::StockAdjustment> FindAdjustment(db::Reader reader, std::string_view org_id,
                                                       std::string_view id);
absl::StatusOr<domain::StockAdjustment> LockAdjustment(db::Transaction& t, std::string_view org_id,
                                                       std::string_view id);
// Writes state and decision of a locked one.
absl::Status Update(db::Transaction& t, std::string_view org_id,
                    const domain::StockAdjustment& adjustment);
struct AdjustmentFilter {
  std::string_view node_id;  // empty: all
  std::string_view state;    // empty: all
};
// The latest first, older than `before` unless that is empty.
absl::StatusOr<std::vector<domain::StockAdjustment>> ListAdjustments(db::Reader reader,
                                                                     std::string_view org_id,
                                                                     const AdjustmentFilter& filter,
                                                                     std::string_view before,
                                                                     int limit);

// The policy in force; the shipped one where none was set.
absl::StatusOr<domain::StockPolicy> FindStockPolicy(db::Reader reader, std::string_view org_id);
// Adds it as the next version, which it returns.
absl::StatusOr<int64_t> AddStockPolicy(db::Transaction& t, std::string_view org_id,
                                       const domain::StockPolicy& policy);

// One row that a repair has written.
struct RepairedRow {
  domain::StockKey key;
  bool bin = false;
  domain::Balance before;
  domain::Balance after;
};
struct Repair {
  std::string id;
  std::string node_id;
  std::string reason;
  std::string actor;
  absl::Time now;
};
absl::Status InsertRepair(db::Transaction& t, std::string_view org_id, const Repair& repair,
                          std::span<const RepairedRow> rows);

absl::Status Insert(db::Transaction& t, std::string_view org_id,
                    const domain::Attestation& attestation);
absl::StatusOr<std::vector<domain::Attestation>> Attestations(db::Reader reader,
                                                              std::string_view org_id,
                                                              std::string_view node_id);

}  // namespace kefu::warehouse::store
