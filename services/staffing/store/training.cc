#include "services/staffing/store/training.h"

#include "services/staffing/store/rows.h"

namespace kefu::staffing::store {
namespace {

using db::Row;
using db::Sql;

constexpr Sql kEnrolmentsOf{"SELECT " KEFU_RECORD_COLUMNS
                            " FROM training_enrolment WHERE org_id = ? AND subject_id IN (?*)"
                            " ORDER BY record_id"};

constexpr Sql kLastLook{"SELECT day FROM training_look WHERE org_id = ?"};
constexpr std::string_view kInsertLook = "INSERT INTO training_look (org_id, day)";
constexpr std::string_view kReplaceLook = " ON DUPLICATE KEY UPDATE day = VALUES(day)";

}  // namespace

absl::StatusOr<std::vector<RecordRow>> EnrolmentsOf(db::Transaction& transaction,
                                                    std::string_view org_id,
                                                    std::span<const std::string> session_ids) {
  const std::vector<db::Param> ids(session_ids.begin(), session_ids.end());
  return Collect(transaction.QueryIn(kEnrolmentsOf, {org_id}, ids), RecordFrom);
}

absl::StatusOr<std::optional<absl::CivilDay>> LastTrainingLook(Reader reader,
                                                               std::string_view org_id) {
  ASSIGN_OR_RETURN(const db::Rows rows, reader.Query(kLastLook, {org_id}));
  if (rows.empty()) return std::nullopt;
  return rows.front().Day(0);
}

absl::Status SaveTrainingLook(db::Transaction& transaction, std::string_view org_id,
                              absl::CivilDay day) {
  return transaction.InsertMany(kInsertLook, 2, std::vector<db::Param>{org_id, day}, kReplaceLook)
      .status();
}

}  // namespace kefu::staffing::store
