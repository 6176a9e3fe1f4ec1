#include "services/staffing/store/scores.h"

#include "services/staffing/store/rows.h"

namespace kefu::staffing::store {
namespace {

using db::Row;
using db::Sql;

constexpr Sql kDelete{"DELETE FROM month_score WHERE org_id = ? AND shop_id = ? AND month = ?"};
constexpr std::string_view kInsert =
    "INSERT INTO month_score (org_id, shop_id, month, agent_id, scorecard_id, scorecard_version,"
    " centipoints, max_centipoints, complete)";
constexpr std::string_view kReplace =
    " ON DUPLICATE KEY UPDATE scorecard_id = VALUES(scorecard_id),"
    " scorecard_version = VALUES(scorecard_version), centipoints = VALUES(centipoints),"
    " max_centipoints = VALUES(max_centipoints), complete = VALUES(complete)";
constexpr Sql kScores{
    "SELECT agent_id, scorecard_id, scorecard_version, centipoints, max_centipoints, complete"
    " FROM month_score WHERE org_id = ? AND shop_id = ? AND month = ? AND complete"};

}  // namespace

absl::Status DeleteScores(db::Transaction& transaction, std::string_view org_id,
                          std::string_view shop_id, absl::CivilMonth month) {
  return transaction.Execute(kDelete, {org_id, shop_id, absl::CivilDay(month)}).status();
}

absl::Status SaveScores(db::Transaction& transaction, std::string_view org_id,
                        std::string_view shop_id, absl::CivilMonth month,
                        std::span<const ScoreRow> rows) {
  std::vector<db::Param> flat;
  for (const ScoreRow& row : rows) {
    flat.insert(flat.end(),
                {org_id, shop_id, absl::CivilDay(month), row.agent_id, row.scorecard_id,
                 row.scorecard_version, row.centipoints, row.max_centipoints, row.complete});
  }
  return transaction.InsertMany(kInsert, 9, flat, kReplace).status();
}

absl::StatusOr<std::vector<ScoreRow>> ScoresOf(Reader reader, std::string_view org_id,
                                               std::string_view shop_id, absl::CivilMonth month) {
  return Collect(
      reader.Query(kScores, {org_id, shop_id, absl::CivilDay(month)}), [](const Row& row) {
        return ScoreRow{row.Str(0), row.Str(1), row.Int(2), row.Int(3), row.Int(4), row.Bool(5)};
      });
}

}  // namespace kefu::staffing::store
