// Versions of inbound policies.
#include "common/status/status_macros.h"
#include "services/warehouse/store/inbound.h"
#include "services/warehouse/store/rows.h"

namespace kefu::warehouse::store {
namespace {

// A node's own version goes before the organization's.
constexpr db::Sql kFind{
    "SELECT node_id, version, effective_us, body FROM inbound_policy WHERE org_id = ?"
    " AND node_id IN (?, '') AND effective_us <= ?"
    " ORDER BY node_id DESC, effective_us DESC, version DESC LIMIT 1"};
constexpr db::Sql kLast{
    "SELECT version FROM inbound_policy WHERE org_id = ? AND node_id = ?"
    " ORDER BY version DESC LIMIT 1 FOR UPDATE"};
constexpr db::Sql kInsert{
    "INSERT INTO inbound_policy (org_id, node_id, version, effective_us, body, create_us, actor)"
    " VALUES (?, ?, ?, ?, ?, ?, ?)"};

}  // namespace

absl::StatusOr<PolicyRow> FindInboundPolicy(db::Reader reader, std::string_view org_id,
                                            std::string_view node_id, absl::Time at) {
  ASSIGN_OR_RETURN(const db::Rows rows, reader.Query(kFind, {org_id, node_id, at}));
  if (rows.empty()) return PolicyRow{};
  const db::Row row = rows.front();
  return PolicyRow{.node_id = row.Str(0),
                   .version = static_cast<int32_t>(row.Int(1)),
                   .effective_time = row.Time(2),
                   .body = row.Str(3)};
}

absl::StatusOr<int32_t> NextPolicyVersion(db::Transaction& t, std::string_view org_id,
                                          std::string_view node_id) {
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(kLast, {org_id, node_id}));
  return rows.empty() ? 1 : static_cast<int32_t>(rows.front().Int(0)) + 1;
}

absl::Status Insert(db::Transaction& t, std::string_view org_id, const PolicyRow& policy,
                    absl::Time now, std::string_view actor) {
  return t
      .Execute(kInsert, {org_id, policy.node_id, policy.version, policy.effective_time,
                         db::Param::Bytes(policy.body), now, actor})
      .status();
}

}  // namespace kefu::warehouse::store
