// Rows of acknowledgements of trades. As network.h.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/db/reader.h"
#include "services/warehouse/domain/network/trades.h"

namespace kefu::warehouse::store {

// One entry of a node's chain; nothing when there is none of that number.
absl::StatusOr<std::optional<domain::LedgerEntry>> FindEntry(db::Reader reader,
                                                             std::string_view org_id,
                                                             std::string_view node_id,
                                                             int64_t entry_number);
// The words on the entries first..last of a node's chain.
absl::StatusOr<domain::AcksByEntry> AcksOf(db::Reader reader, std::string_view org_id,
                                           std::string_view entry_node_id, int64_t first,
                                           int64_t last);
// Adds words; ALREADY_EXISTS DUPLICATE_KEY when one of them was said meanwhile.
absl::Status InsertAcks(db::Transaction& t, std::string_view org_id,
                        std::span<const domain::TradeAck> acks);

// Walks the trades of a node's chain after an entry number, with what is missing of them and what
// contradicts them (domain::AckFaultsOf), until `take` returns false or the chain ends. Each entry
// is judged by the policy of the day on which it was written, in Asia/Shanghai. NOT_FOUND of the
// node; the database's errors.
absl::Status EachAckFault(db::Reader reader, std::string_view org_id, std::string_view node_id,
                          int64_t after, const std::function<bool(const domain::AckFault&)>& take);

// For the verification of a ledger: the same from the start of the chain, of what is wrong at `now`
// (domain::IsDue).
absl::Status EachDueAckFault(db::Reader reader, std::string_view org_id, std::string_view node_id,
                             absl::Time now,
                             const std::function<bool(const domain::AckFault&)>& take);

// Whether any version of the organization's policy asks for acknowledgements.
absl::StatusOr<bool> WasEverShared(db::Reader reader, std::string_view org_id);

}  // namespace kefu::warehouse::store
