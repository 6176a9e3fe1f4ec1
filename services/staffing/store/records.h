// Rows of records that are kept whole: a few columns to find them by, and a body that is a message
// of the contract, opaque here. As store.h. Each kind is a table of one shape, see migrations 0056,
// 0061, 0062, 0070 and 0090.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/civil_time.h"
#include "services/staffing/store/store.h"

namespace kefu::staffing::store {

// The statements of one table.
struct RecordTable {
  std::string_view resource;  // as NOT_FOUND names it
  db::Sql find, lock, insert, update, list, due, of_owners;
};

#define KEFU_RECORD_COLUMNS \
  "record_id, owner_id, subject_id, state, due_day, body, version, create_us, update_us"
#define KEFU_RECORD_TABLE(resource, table)                                                        \
  ::kefu::staffing::store::RecordTable {                                                          \
    resource,                                                                                     \
        {"SELECT " KEFU_RECORD_COLUMNS " FROM " table " WHERE org_id = ? AND record_id = ?"},     \
        {"SELECT " KEFU_RECORD_COLUMNS " FROM " table                                             \
         " WHERE org_id = ? AND record_id = ? FOR UPDATE"},                                       \
        {"INSERT INTO " table " (org_id, " KEFU_RECORD_COLUMNS ") VALUES (?,?,?,?,?,?,?,?,?,?)"}, \
        {"UPDATE " table                                                                          \
         " SET owner_id = ?, subject_id = ?, state = ?, due_day = ?,"                             \
         " body = ?, version = ?, update_us = ? WHERE org_id = ? AND record_id = ?"},             \
        {"SELECT " KEFU_RECORD_COLUMNS " FROM " table                                             \
         " WHERE org_id = ? AND record_id > ? AND (? = '' OR owner_id = ?)"                       \
         " AND (? = '' OR subject_id = ?) AND (? = '' OR state = ?)"                              \
         " AND (? IS NULL OR due_day <= ?) ORDER BY record_id LIMIT ?"},                          \
        {"SELECT " KEFU_RECORD_COLUMNS " FROM " table                                             \
         " WHERE org_id = ? AND due_day < ? ORDER BY due_day, record_id LIMIT ?"                  \
         " FOR UPDATE SKIP LOCKED"},                                                              \
        {"SELECT " KEFU_RECORD_COLUMNS " FROM " table                                             \
         " WHERE org_id = ? AND owner_id IN (?*)"                                                 \
         " ORDER BY record_id"},                                                                  \
  }
inline constexpr RecordTable kInspections = KEFU_RECORD_TABLE("inspection", "base_inspection");
inline constexpr RecordTable kComplaints = KEFU_RECORD_TABLE("complaint", "base_complaint");
inline constexpr RecordTable kTalks = KEFU_RECORD_TABLE("talk", "career_talk");
inline constexpr RecordTable kExits = KEFU_RECORD_TABLE("exit", "agent_exit");
inline constexpr RecordTable kJobPosts = KEFU_RECORD_TABLE("job post", "job_post");
inline constexpr RecordTable kCandidates = KEFU_RECORD_TABLE("candidate", "candidate");
inline constexpr RecordTable kFiles = KEFU_RECORD_TABLE("file", "personnel_file");
inline constexpr RecordTable kBaseReports = KEFU_RECORD_TABLE("report", "base_report");
inline constexpr RecordTable kSupplies = KEFU_RECORD_TABLE("supply", "supply");
inline constexpr RecordTable kSupplyIssues = KEFU_RECORD_TABLE("supply issue", "supply_issue");
inline constexpr RecordTable kTrials = KEFU_RECORD_TABLE("trial", "contract_trial");

struct RecordRow {
  std::string id;
  std::string owner_id, subject_id;  // what the record is of, as its table says
  std::string state;
  std::optional<absl::CivilDay> due_day;
  std::string body;
  domain::RecordInfo info{.version = 0};  // 0: not stored yet
};
// Of the columns above.
RecordRow RecordFrom(const db::Row& row);

// NOT_FOUND of the table's resource.
absl::StatusOr<RecordRow> FindRecord(Reader reader, const RecordTable& table,
                                     std::string_view org_id, std::string_view id);
absl::StatusOr<RecordRow> LockRecord(db::Transaction& transaction, const RecordTable& table,
                                     std::string_view org_id, std::string_view id);
// A new row with version 1, or the next version of one that is locked; sets row.info.
absl::Status SaveRecord(db::Transaction& transaction, const RecordTable& table,
                        std::string_view org_id, RecordRow& row, absl::Time now);

// What is empty does not filter.
struct RecordFilter {
  std::string_view owner_id, subject_id, state;
  std::optional<absl::CivilDay> due_by;  // due on that day or before
};
// In order of id.
absl::StatusOr<std::vector<RecordRow>> ListRecords(Reader reader, const RecordTable& table,
                                                   std::string_view org_id, Page page,
                                                   const RecordFilter& filter);
// All of them, page by page.
absl::StatusOr<std::vector<RecordRow>> AllRecords(Reader reader, const RecordTable& table,
                                                  std::string_view org_id,
                                                  const RecordFilter& filter);
// Those of the owners, in order of id. At most 1000 owners.
absl::StatusOr<std::vector<RecordRow>> RecordsOf(db::Transaction& transaction,
                                                 const RecordTable& table, std::string_view org_id,
                                                 std::span<const std::string> owner_ids);
// Those due before the day that no other transaction has locked, the earliest first.
absl::StatusOr<std::vector<RecordRow>> LockDueRecords(db::Transaction& transaction,
                                                      const RecordTable& table,
                                                      std::string_view org_id, absl::CivilDay day,
                                                      int limit);

// Policies of an organization that stand in no table of their own, by kind ("SUPERVISION").
// The body of the last version; nothing before the first.
absl::StatusOr<std::optional<std::string>> LastPolicy(Reader reader, std::string_view org_id,
                                                      std::string_view kind);
// Adds one; its version must be the next one, under the lock of the organization's row.
absl::Status InsertPolicy(db::Transaction& transaction, std::string_view org_id,
                          std::string_view kind, int32_t version, std::string_view body);

}  // namespace kefu::staffing::store
