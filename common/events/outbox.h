// The transactional outbox: what has happened is written in the same commit as the change itself.
#pragma once

#include <google/protobuf/message.h>

#include <span>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "common/context/request_context.h"
#include "common/db/database.h"

namespace kefu::events {

// One event that waits for its position. `type` is the payload's full message name.
struct OutboxRow {
  std::string org_id;
  std::string key;  // ≤ 160 characters: what the event is about, for example an agent id
  std::string type;
  std::string payload;  // serialized message
  absl::Time create_time;
};

// A response of the feed must stay below gRPC's message limit (4 MiB), so an event is small: it
// names what changed.
inline constexpr size_t kMaxPayloadBytes = 1 << 20;

// Makes a row of a typed payload (deterministic serialization, so that the hash chain can be
// recomputed).
OutboxRow MakeOutboxRow(std::string_view org_id, std::string_view key,
                        const google::protobuf::Message& payload, absl::Time now);

// The audit record (kefu.common.v1.WriteRecorded) of one accepted write; `body_sha256` is 32 raw
// bytes. RunWrite appends it by itself; services that fold many writes into one transaction append
// it with AppendMany.
OutboxRow MakeAuditRow(const RequestContext& context, std::string_view request_id,
                       std::string_view body_sha256);

// Adds an event to the outbox inside the caller's transaction. Call it after the rows that decide
// have been locked: ids are taken at this moment, and events of one key are delivered in the order
// of their ids. INTERNAL when the payload is over the limit; the database's errors.
absl::Status Append(db::Transaction& transaction, std::string_view org_id, std::string_view key,
                    const google::protobuf::Message& payload, absl::Time now);

// The same for many rows by multi-row inserts, in the given order. Empty input does nothing.
absl::Status AppendMany(db::Transaction& transaction, std::span<const OutboxRow> rows);

}  // namespace kefu::events
