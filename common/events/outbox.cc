#include "common/events/outbox.h"

#include <string>
#include <vector>

#include "common/hash/sha256.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "fmt/format.h"
#include "kefu/common/v1/audit.pb.h"

namespace kefu::events {
namespace {

constexpr std::string_view kInsertOutbox =
    "INSERT INTO outbox (org_id, event_key, type, payload, create_us)";
constexpr size_t kColumns = 5;

}  // namespace

OutboxRow MakeOutboxRow(std::string_view org_id, std::string_view key,
                        const google::protobuf::Message& payload, absl::Time now) {
  return {.org_id = std::string(org_id),
          .key = std::string(key),
          .type = std::string(payload.GetDescriptor()->full_name()),
          .payload = SerializeDeterministically(payload),
          .create_time = now};
}

OutboxRow MakeAuditRow(const RequestContext& context, std::string_view request_id,
                       std::string_view body_sha256) {
  common::v1::WriteRecorded record;
  record.set_actor(context.principal.subject);
  record.set_method(context.method);
  record.set_request_id(std::string(request_id));
  record.set_request_sha256(Hex(body_sha256));
  record.set_trace_id(context.trace_id);
  return MakeOutboxRow(context.org_id(), context.method, record, context.now);
}

absl::Status Append(db::Transaction& transaction, std::string_view org_id, std::string_view key,
                    const google::protobuf::Message& payload, absl::Time now) {
  const OutboxRow row = MakeOutboxRow(org_id, key, payload, now);
  return AppendMany(transaction, {&row, 1});
}

absl::Status AppendMany(db::Transaction& transaction, std::span<const OutboxRow> rows) {
  std::vector<db::Param> flat;
  flat.reserve(rows.size() * kColumns);
  for (const OutboxRow& row : rows) {
    if (row.payload.size() > kMaxPayloadBytes) {
      return Internal(
          fmt::format("event {} of {} bytes is over the limit", row.type, row.payload.size()));
    }
    flat.insert(flat.end(),
                {row.org_id, row.key, row.type, db::Param::Bytes(row.payload), row.create_time});
  }
  return transaction.InsertMany(kInsertOutbox, kColumns, flat).status();
}

}  // namespace kefu::events
