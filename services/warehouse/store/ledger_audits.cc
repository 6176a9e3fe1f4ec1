#include "services/warehouse/store/ledger_audits.h"

#include "common/status/status_macros.h"

namespace kefu::warehouse::store {
namespace {

constexpr db::Sql kFind{"SELECT 1 FROM ledger_audit WHERE org_id = ? AND audit_day = ?"};
constexpr db::Sql kInsert{
    "INSERT INTO ledger_audit (org_id, audit_day, clean, node_count, entry_count, finding_count,"
    " start_us, end_us) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"};

}  // namespace

absl::StatusOr<bool> WasAudited(db::Reader reader, std::string_view org_id, absl::CivilDay day) {
  ASSIGN_OR_RETURN(const db::Rows rows, reader.Query(kFind, {org_id, day}));
  return !rows.empty();
}

absl::Status InsertAudit(db::Transaction& t, std::string_view org_id, const LedgerAuditRow& row) {
  return t
      .Execute(kInsert, {org_id, row.day, row.clean, row.nodes, row.entries, row.findings,
                         row.start, row.end})
      .status();
}

}  // namespace kefu::warehouse::store
