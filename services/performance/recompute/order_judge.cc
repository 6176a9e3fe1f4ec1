#include "services/performance/recompute/order_judge.h"

#include <algorithm>

#include "common/status/status_macros.h"
#include "services/performance/convert/bodies.h"
#include "services/performance/domain/rollup.h"
#include "services/performance/recompute/definition_book.h"
#include "services/performance/store/order_exclusions.h"

namespace kefu::performance {
namespace {

// Days of the orders themselves, of their refunds and reviews, and of what their buyers paid later.
absl::StatusOr<std::set<absl::CivilDay>> DaysOf(db::Transaction& t, const store::Scope& scope,
                                                const absl::TimeZone& zone,
                                                const std::vector<std::string>& orders) {
  ASSIGN_OR_RETURN(const auto active, ActiveDefinitions(t, scope));
  const std::vector<std::string_view> ids(orders.begin(), orders.end());
  ASSIGN_OR_RETURN(auto days, store::DaysOfFollowUps(t, scope, ids));
  int repurchase_days = 0;
  for (const DefinitionPtr& definition : active)
    repurchase_days = std::max(repurchase_days, definition->repurchase_days);
  RETURN_IF_ERROR(store::AddLaterPurchases(t, scope, ids, repurchase_days, days));
  ASSIGN_OR_RETURN(const auto stored, store::FindOrders(t, scope, ids));
  for (const auto& [id, order] : stored) {
    ASSIGN_OR_RETURN(const domain::Order fact, convert::OrderFromBody(order.body));
    for (const DefinitionPtr& definition : active) {
      for (const absl::CivilDay day : domain::DaysTouchedBy(fact, *definition, zone))
        days.insert(day);
    }
  }
  return days;
}

}  // namespace

absl::StatusOr<int> FraudDays(db::Transaction& t, const store::Scope& scope) {
  ASSIGN_OR_RETURN(const auto active, ActiveDefinitions(t, scope));
  int widest = 0;
  for (const DefinitionPtr& definition : active)
    widest = std::max(widest, definition->attribution_days);
  return widest;
}

absl::StatusOr<std::vector<std::string>> JudgeOrders(db::Transaction& t, const store::Scope& scope,
                                                     std::span<const std::string_view> order_ids,
                                                     int within_days) {
  ASSIGN_OR_RETURN(const auto cases, store::LoadOrderCases(t, scope, order_ids, within_days));
  std::vector<std::string> changed;
  for (const auto& [id, of_order] : cases) {
    ASSIGN_OR_RETURN(const domain::Order order, convert::OrderFromBody(of_order.body));
    std::optional<domain::Exclusion> review;
    // "COUNT" is the name of no exclusion.
    if (of_order.review) review = store::ExclusionOf(of_order.review->decision);
    const store::OrderExclusionRow row{
        id, of_order.day, of_order.customer_id,
        domain::JudgeOrder(order.exclusion, of_order.customer.has_value(), review),
        of_order.customer.value_or(domain::FraudOfCustomer{})};
    ASSIGN_OR_RETURN(const auto known, store::LoadOrderExclusion(t, scope, id));
    const bool told = row.verdict.source != domain::OrderVerdict::Source::kNone;
    const bool same = (row.verdict.exclusion != domain::Exclusion::kNone) == of_order.excluded;
    if (same && (told ? known == row : !known)) continue;
    RETURN_IF_ERROR(store::SaveOrderExclusion(t, scope, row));
    if ((row.verdict.exclusion != domain::Exclusion::kNone) != of_order.excluded)
      changed.push_back(id);
  }
  return changed;
}

absl::StatusOr<std::set<absl::CivilDay>> JudgeAndMarkOrders(
    db::Transaction& t, const store::Scope& scope, const absl::TimeZone& zone,
    std::span<const std::string_view> order_ids) {
  std::set<absl::CivilDay> days;
  ASSIGN_OR_RETURN(const int within_days, FraudDays(t, scope));
  ASSIGN_OR_RETURN(const auto changed, JudgeOrders(t, scope, order_ids, within_days));
  if (changed.empty()) return days;
  ASSIGN_OR_RETURN(days, DaysOf(t, scope, zone, changed));
  RETURN_IF_ERROR(store::MarkDays(t, scope, days));
  RETURN_IF_ERROR(store::BumpFactsVersion(t, scope));
  return days;
}

}  // namespace kefu::performance
