#include "services/performance/store/dated_facts.h"

#include "common/db/sql.h"
#include "common/status/status_macros.h"
#include "services/performance/store/handlings.h"
#include "services/performance/store/quality.h"

namespace kefu::performance::store {
namespace {

using db::Param;
using db::Sql;

constexpr Sql kConversations{
    "SELECT conversation_id, body_hash, body FROM conversation WHERE org_id = ? AND shop_id = ? "
    "AND first_day = ?"};
constexpr Sql kOrders{
    "SELECT order_id, body_hash, body FROM sales_order WHERE org_id = ? AND shop_id = ? AND "
    "create_day = ?"};
constexpr Sql kRefunds{
    "SELECT refund_id, body_hash, body FROM refund WHERE org_id = ? AND shop_id = ? AND day = ?"};
constexpr Sql kReviews{
    "SELECT CONCAT(order_id, ' ', review_id), body_hash, body FROM review WHERE org_id = ? AND "
    "shop_id = ? AND day = ?"};

constexpr Sql kVisits{
    "SELECT CAST(day AS CHAR), body_hash, body FROM daily_visits WHERE org_id = ? AND shop_id = ? "
    "AND day = ?"};
constexpr Sql kRatings{
    "SELECT conversation_id, body_hash, body FROM rating WHERE org_id = ? AND shop_id = ? AND "
    "first_day = ?"};
constexpr Sql kInspections{
    "SELECT SUBSTRING(inspection_id, 5), import_hash, body FROM inspection WHERE org_id = ? AND "
    "shop_id = ? AND day = ? AND import_hash IS NOT NULL"};
constexpr Sql kConduct{
    "SELECT conduct_id, body_hash, body FROM conduct_event WHERE org_id = ? AND shop_id = ? AND "
    "day = ?"};
constexpr Sql kAttendance{
    "SELECT record_id, body_hash, body FROM attendance WHERE org_id = ? AND shop_id = ? AND day = "
    "? AND record_id LIKE '% DAY'"};
constexpr Sql kFirstDays{
    "SELECT conversation_id, first_day FROM conversation WHERE org_id = ? AND shop_id = ? AND "
    "conversation_id IN (?*)"};

constexpr Sql kDeleteConversations{
    "DELETE FROM conversation WHERE org_id = ? AND shop_id = ? AND conversation_id IN (?*)"};
constexpr Sql kDeleteSpans{
    "DELETE FROM conversation_span WHERE org_id = ? AND shop_id = ? AND conversation_id IN (?*)"};
constexpr Sql kDeleteOrders{
    "DELETE FROM sales_order WHERE org_id = ? AND shop_id = ? AND order_id IN (?*)"};
constexpr Sql kDeleteRefunds{
    "DELETE FROM refund WHERE org_id = ? AND shop_id = ? AND refund_id IN (?*)"};
constexpr Sql kDeleteReviews{
    "DELETE FROM review WHERE org_id = ? AND shop_id = ? AND (order_id, review_id) IN (?*)"};

constexpr Sql kDeleteVisits{
    "DELETE FROM daily_visits WHERE org_id = ? AND shop_id = ? AND day IN (?*)"};
constexpr Sql kDeleteRatings{
    "DELETE FROM rating WHERE org_id = ? AND shop_id = ? AND conversation_id IN (?*)"};

constexpr Sql kDeleteConduct{
    "DELETE FROM conduct_event WHERE org_id = ? AND shop_id = ? AND conduct_id IN (?*)"};
constexpr Sql kDeleteAttendance{
    "DELETE FROM attendance WHERE org_id = ? AND shop_id = ? AND record_id IN (?*)"};

constexpr size_t kListSize = 500;  // members of one IN list

Sql SelectOf(DatedFact kind) {
  switch (kind) {
    case DatedFact::kConversations:
      return kConversations;
    case DatedFact::kOrders:
      return kOrders;
    case DatedFact::kRefunds:
      return kRefunds;
    case DatedFact::kReviews:
      return kReviews;
    case DatedFact::kVisits:
      return kVisits;
    case DatedFact::kRatings:
      return kRatings;
    case DatedFact::kInspections:
      return kInspections;
    case DatedFact::kConduct:
      return kConduct;
    case DatedFact::kAttendance:
      return kAttendance;
  }
  return kConversations;
}

absl::Status Delete(db::Transaction& t, Sql sql, const Scope& scope, const std::vector<Param>& flat,
                    size_t width = 1) {
  for (size_t begin = 0; begin < flat.size(); begin += kListSize * width) {
    const size_t count = std::min(kListSize * width, flat.size() - begin);
    RETURN_IF_ERROR(t.ExecuteIn(sql, {scope.org_id, scope.shop_id},
                                std::span(flat).subspan(begin, count), width)
                        .status());
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<StoredById> LoadDated(db::Transaction& t, DatedFact kind, const Scope& scope,
                                     absl::CivilDay day) {
  ASSIGN_OR_RETURN(const db::Rows rows,
                   t.Query(SelectOf(kind), {scope.org_id, scope.shop_id, day}));
  StoredById found;
  for (const db::Row row : rows) found[row.Str(0)] = {row.Str(1), row.Str(2)};
  return found;
}

absl::Status DeleteDated(db::Transaction& t, DatedFact kind, const Scope& scope,
                         std::span<const std::string_view> ids) {
  std::vector<Param> flat;
  for (const std::string_view id : ids) {
    if (kind != DatedFact::kReviews) {
      flat.emplace_back(id);
      continue;
    }
    flat.emplace_back(id.substr(0, id.find(' ')));
    flat.emplace_back(id.substr(id.find(' ') + 1));
  }
  switch (kind) {
    case DatedFact::kConversations:
      RETURN_IF_ERROR(Delete(t, kDeleteSpans, scope, flat));
      RETURN_IF_ERROR(DeleteHandlings(t, scope, ids));
      return Delete(t, kDeleteConversations, scope, flat);
    case DatedFact::kOrders:
      return Delete(t, kDeleteOrders, scope, flat);
    case DatedFact::kRefunds:
      return Delete(t, kDeleteRefunds, scope, flat);
    case DatedFact::kReviews:
      return Delete(t, kDeleteReviews, scope, flat, 2);
    case DatedFact::kVisits:
      return Delete(t, kDeleteVisits, scope, flat);
    case DatedFact::kRatings:
      return Delete(t, kDeleteRatings, scope, flat);
    case DatedFact::kInspections:
      return DeleteImportedInspections(t, scope, ids);
    case DatedFact::kConduct:
      return Delete(t, kDeleteConduct, scope, flat);
    case DatedFact::kAttendance:
      return Delete(t, kDeleteAttendance, scope, flat);
  }
  return absl::OkStatus();
}

absl::StatusOr<std::map<std::string, absl::CivilDay, std::less<>>> FirstDaysOf(
    db::Transaction& t, const Scope& scope, std::span<const std::string_view> conversation_ids) {
  const std::vector<Param> ids(conversation_ids.begin(), conversation_ids.end());
  std::map<std::string, absl::CivilDay, std::less<>> days;
  for (size_t begin = 0; begin < ids.size(); begin += kListSize) {
    const size_t count = std::min(kListSize, ids.size() - begin);
    ASSIGN_OR_RETURN(const db::Rows rows, t.QueryIn(kFirstDays, {scope.org_id, scope.shop_id},
                                                    std::span(ids).subspan(begin, count)));
    for (const db::Row row : rows) days[row.Str(0)] = row.Day(1);
  }
  return days;
}

}  // namespace kefu::performance::store
