#include "services/staffing/store/records.h"

#include "common/status/error.h"
#include "services/staffing/store/rows.h"

namespace kefu::staffing::store {
namespace {

using db::Row;
using db::Sql;

constexpr int kPage = 1000;  // rows in a statement
constexpr Sql kLastPolicy{
    "SELECT body FROM people_policy WHERE org_id = ? AND kind = ? ORDER BY version DESC LIMIT 1"};
constexpr Sql kInsertPolicy{
    "INSERT INTO people_policy (org_id, kind, version, body) VALUES (?,?,?,?)"};

absl::StatusOr<RecordRow> OneRecord(absl::StatusOr<db::Rows> rows, const RecordTable& table,
                                    std::string_view id) {
  if (!rows.ok()) return rows.status();
  if (rows->empty()) return NotFound(table.resource, id);
  return RecordFrom(rows->front());
}

}  // namespace

RecordRow RecordFrom(const Row& row) {
  return {.id = row.Str(0),
          .owner_id = row.Str(1),
          .subject_id = row.Str(2),
          .state = row.Str(3),
          .due_day = row.OptDay(4),
          .body = row.Str(5),
          .info = InfoAt(row, 6)};
}

absl::StatusOr<RecordRow> FindRecord(Reader reader, const RecordTable& table,
                                     std::string_view org_id, std::string_view id) {
  return OneRecord(reader.Query(table.find, {org_id, id}), table, id);
}

absl::StatusOr<RecordRow> LockRecord(db::Transaction& transaction, const RecordTable& table,
                                     std::string_view org_id, std::string_view id) {
  return OneRecord(transaction.Query(table.lock, {org_id, id}), table, id);
}

absl::Status SaveRecord(db::Transaction& transaction, const RecordTable& table,
                        std::string_view org_id, RecordRow& row, absl::Time now) {
  const bool is_new = row.info.version == 0;
  row.info = {row.info.version + 1, is_new ? now : row.info.create_time, now};
  if (is_new) {
    return transaction
        .Execute(table.insert, {org_id, row.id, row.owner_id, row.subject_id, row.state,
                                row.due_day, db::Param::Bytes(row.body), row.info.version,
                                row.info.create_time, row.info.update_time})
        .status();
  }
  return transaction
      .Execute(table.update,
               {row.owner_id, row.subject_id, row.state, row.due_day, db::Param::Bytes(row.body),
                row.info.version, row.info.update_time, org_id, row.id})
      .status();
}

absl::StatusOr<std::vector<RecordRow>> ListRecords(Reader reader, const RecordTable& table,
                                                   std::string_view org_id, Page page,
                                                   const RecordFilter& filter) {
  return Collect(reader.Query(table.list, {org_id, page.after, filter.owner_id, filter.owner_id,
                                           filter.subject_id, filter.subject_id, filter.state,
                                           filter.state, filter.due_by, filter.due_by, page.limit}),
                 RecordFrom);
}

absl::StatusOr<std::vector<RecordRow>> AllRecords(Reader reader, const RecordTable& table,
                                                  std::string_view org_id,
                                                  const RecordFilter& filter) {
  std::vector<RecordRow> all;
  for (bool more = true; more;) {
    const std::string after = all.empty() ? "" : all.back().id;
    ASSIGN_OR_RETURN(auto page, ListRecords(reader, table, org_id, {after, kPage}, filter));
    more = page.size() == static_cast<size_t>(kPage);
    std::move(page.begin(), page.end(), std::back_inserter(all));
  }
  return all;
}

absl::StatusOr<std::vector<RecordRow>> RecordsOf(db::Transaction& transaction,
                                                 const RecordTable& table, std::string_view org_id,
                                                 std::span<const std::string> owner_ids) {
  const std::vector<db::Param> ids(owner_ids.begin(), owner_ids.end());
  return Collect(transaction.QueryIn(table.of_owners, {org_id}, ids), RecordFrom);
}

absl::StatusOr<std::vector<RecordRow>> LockDueRecords(db::Transaction& transaction,
                                                      const RecordTable& table,
                                                      std::string_view org_id, absl::CivilDay day,
                                                      int limit) {
  return Collect(transaction.Query(table.due, {org_id, day, limit}), RecordFrom);
}

absl::StatusOr<std::optional<std::string>> LastPolicy(Reader reader, std::string_view org_id,
                                                      std::string_view kind) {
  ASSIGN_OR_RETURN(const db::Rows rows, reader.Query(kLastPolicy, {org_id, kind}));
  if (rows.empty()) return std::nullopt;
  return rows.front().Str(0);
}

absl::Status InsertPolicy(db::Transaction& transaction, std::string_view org_id,
                          std::string_view kind, int32_t version, std::string_view body) {
  return transaction.Execute(kInsertPolicy, {org_id, kind, version, db::Param::Bytes(body)})
      .status();
}

}  // namespace kefu::staffing::store
