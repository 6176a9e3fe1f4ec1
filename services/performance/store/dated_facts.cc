#include "services/performance/store/dated_facts.h"

#include "common/db/sql.h"
#include "common/status/status_macros.h"
#include "services/performance/store/handlings.h"
#include "services/performance/store/lists.h"
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
    "day = ? AND conduct_id NOT LIKE 'staffing:%'"};
constexpr Sql kAttendance{
    "SELECT record_id, body_hash, body FROM attendance WHERE org_id = ? AND shop_id = ? AND day = "
    "? AND record_id LIKE '% DAY'"};
// Of some it was not noted: the caller looks at their bodies.
constexpr Sql kPayments{
    "SELECT CONCAT(order_id, ' ', payment_id), body_hash, body FROM payment WHERE org_id = ? AND "
    "shop_id = ? AND (day = ? OR day IS NULL)"};
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
constexpr Sql kUnlinkRatings{
    "UPDATE rating SET first_day = NULL WHERE org_id = ? AND shop_id = ? AND conversation_id IN "
    "(?*)"};
constexpr Sql kDeletePayments{
    "DELETE FROM payment WHERE org_id = ? AND shop_id = ? AND (order_id, payment_id) IN (?*)"};
constexpr Sql kDeleteAttendance{
    "DELETE FROM attendance WHERE org_id = ? AND shop_id = ? AND record_id IN (?*)"};

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
    case DatedFact::kPayments:
      return kPayments;
  }
  return kConversations;
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
    if (kind != DatedFact::kReviews && kind != DatedFact::kPayments) {
      flat.emplace_back(id);
      continue;
    }
    flat.emplace_back(id.substr(0, id.find(' ')));
    flat.emplace_back(id.substr(id.find(' ') + 1));
  }
  switch (kind) {
    case DatedFact::kConversations:
      RETURN_IF_ERROR(ExecuteForEach(t, kDeleteSpans, scope, flat));
      RETURN_IF_ERROR(DeleteHandlings(t, scope, ids));
      RETURN_IF_ERROR(ExecuteForEach(t, kUnlinkRatings, scope, flat));
      return ExecuteForEach(t, kDeleteConversations, scope, flat);
    case DatedFact::kOrders:
      return ExecuteForEach(t, kDeleteOrders, scope, flat);
    case DatedFact::kRefunds:
      return ExecuteForEach(t, kDeleteRefunds, scope, flat);
    case DatedFact::kReviews:
      return ExecuteForEach(t, kDeleteReviews, scope, flat, 2);
    case DatedFact::kVisits:
      return ExecuteForEach(t, kDeleteVisits, scope, flat);
    case DatedFact::kRatings:
      return ExecuteForEach(t, kDeleteRatings, scope, flat);
    case DatedFact::kInspections:
      return DeleteImportedInspections(t, scope, ids);
    case DatedFact::kConduct:
      return ExecuteForEach(t, kDeleteConduct, scope, flat);
    case DatedFact::kAttendance:
      return ExecuteForEach(t, kDeleteAttendance, scope, flat);
    case DatedFact::kPayments:
      return ExecuteForEach(t, kDeletePayments, scope, flat, 2);
  }
  return absl::OkStatus();
}

absl::StatusOr<std::map<std::string, absl::CivilDay, std::less<>>> FirstDaysOf(
    db::Transaction& t, const Scope& scope, std::span<const std::string_view> conversation_ids) {
  std::map<std::string, absl::CivilDay, std::less<>> days;
  RETURN_IF_ERROR(ForEachIn(t, kFirstDays, scope, Flat(conversation_ids), 1,
                            [&](const db::Row& row) { days[row.Str(0)] = row.Day(1); }));
  return days;
}

}  // namespace kefu::performance::store
