// Orders that are left out, and what people decide about them.
#include <algorithm>

#include "common/convert/fields.h"
#include "common/db/page_token.h"
#include "common/events/write.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/performance/convert/facts.h"
#include "services/performance/convert/screening.h"
#include "services/performance/errors.h"
#include "services/performance/handlers/facts/fact_handlers.h"
#include "services/performance/handlers/scope.h"
#include "services/performance/recompute/order_judge.h"
#include "services/performance/store/order_exclusions.h"

namespace kefu::performance {
namespace {

v1::ExclusionSource SourceOf(domain::OrderVerdict::Source source) {
  switch (source) {
    case domain::OrderVerdict::Source::kFlag:
      return v1::EXCLUSION_SOURCE_FLAG;
    case domain::OrderVerdict::Source::kCustomer:
      return v1::EXCLUSION_SOURCE_CUSTOMER;
    case domain::OrderVerdict::Source::kReview:
      return v1::EXCLUSION_SOURCE_REVIEW;
    case domain::OrderVerdict::Source::kNone:
      break;
  }
  return v1::EXCLUSION_SOURCE_UNSPECIFIED;
}

v1::OrderExclusion ToProto(const store::OrderExclusionRow& row,
                           const store::ReviewDecision& review) {
  v1::OrderExclusion proto;
  proto.set_order_id(row.order_id);
  *proto.mutable_day() = kefu::convert::ToProto(row.day);
  proto.set_customer_id(row.customer_id);
  proto.set_exclusion(convert::ToProto(row.verdict.exclusion));
  proto.set_source(SourceOf(row.verdict.source));
  proto.set_conversation_id(row.customer.conversation_id);
  proto.set_rule_id(row.customer.rule_id);
  proto.set_evidence(row.customer.evidence);
  proto.set_reviewer(review.reviewer);
  proto.set_reason(review.reason);
  return proto;
}

// Judges the order with the decision in force and answers how it counts now.
absl::StatusOr<v1::OrderExclusion> Decide(db::Transaction& t, const ShopScope& shop,
                                          const v1::ReviewOrderExclusionRequest& request,
                                          const store::ReviewDecision& decision) {
  const store::Scope& scope = shop.scope;
  RETURN_IF_ERROR(store::LoadSettings(t, scope, /*lock=*/true).status());
  const std::string_view id = request.order_id();
  const bool by_rules = request.decision() == v1::EXCLUSION_DECISION_BY_RULES;
  ASSIGN_OR_RETURN(const auto body, store::LoadOrder(t, scope, id));
  if (!body) return error::OrderNotFound(id);
  RETURN_IF_ERROR(by_rules ? store::DeleteOrderDecision(t, scope, id)
                           : store::SaveOrderDecision(t, scope, id, decision));
  RETURN_IF_ERROR(JudgeAndMarkOrders(t, scope, shop.zone, std::span(&id, 1)).status());
  ASSIGN_OR_RETURN(const auto row, store::LoadOrderExclusion(t, scope, id));
  return ToProto(row.value_or(store::OrderExclusionRow{.order_id = request.order_id()}),
                 by_rules ? store::ReviewDecision{} : decision);
}

}  // namespace

absl::StatusOr<v1::ListOrderExclusionsResponse> FactHandlers::ListOrderExclusions(
    const RequestContext& ctx, const v1::ListOrderExclusionsRequest& request) const {
  RETURN_IF_ERROR(RequireSightOfFacts(ctx));
  FieldViolations violations;
  const auto days =
      kefu::convert::OptionalDays(request.has_period(), request.period(), "period", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  ASSIGN_OR_RETURN(const int page_size, db::PageSize(request.page_size()));
  ASSIGN_OR_RETURN(const ShopScope shop,
                   RequireShopScope(deps_.database, ctx, request.shop_id(), ctx.deadline));
  const absl::CivilDay first = days ? days->first : absl::CivilDay(1, 1, 1);
  const absl::CivilDay last = days ? days->last : absl::CivilDay(9999, 12, 31);
  const uint64_t filter =
      db::FilterHash({ctx.method, shop.scope.org_id, shop.scope.shop_id,
                      absl::FormatCivilTime(first), absl::FormatCivilTime(last)});
  ASSIGN_OR_RETURN(const auto after, db::DecodePageToken(request.page_token(), filter, 2));
  absl::CivilDay after_day(1, 1, 1);
  if (!after.empty() && !absl::ParseCivilTime(after[0], &after_day))
    return InvalidArgument("BAD_PAGE_TOKEN", "page_token", "is damaged");
  RETURN_IF_ERROR(deps_.recomputer.Screen(shop.scope, first, last, ctx.deadline));
  ASSIGN_OR_RETURN(
      const auto rows, deps_.database.RunInTransaction(ctx.deadline, [&](db::Transaction& t) {
        return store::PageOrderExclusions(t, shop.scope, first, last, after_day,
                                          after.empty() ? "" : after[1], page_size + 1);
      }));
  v1::ListOrderExclusionsResponse response;
  for (const store::OrderExclusionPageRow& each : rows) {
    if (response.exclusions_size() == page_size) {
      const store::OrderExclusionRow& end = rows[page_size - 1].row;
      response.set_next_page_token(
          db::EncodePageToken(filter, {absl::FormatCivilTime(end.day), end.order_id}));
      break;
    }
    *response.add_exclusions() = ToProto(each.row, each.review);
  }
  return response;
}

absl::StatusOr<v1::OrderExclusion> FactHandlers::ReviewOrderExclusion(
    const RequestContext& ctx, const v1::ReviewOrderExclusionRequest& request) const {
  RETURN_IF_ERROR(RequireSightOfFacts(ctx));
  FieldViolations violations;
  violations.Check(convert::IsSourceId(request.order_id()), "order_id",
                   "must be 1 to 64 printable ASCII characters");
  kefu::convert::RequiredEnum<v1::ExclusionDecision>(request.decision(), "decision", violations);
  kefu::convert::Text(request.reason(), kefu::convert::kMaxReason, "reason", violations,
                      /*lines=*/true);
  RETURN_IF_ERROR(violations.ToStatus());
  ASSIGN_OR_RETURN(const ShopScope shop,
                   RequireShopScope(deps_.database, ctx, request.shop_id(), ctx.deadline));
  const store::ReviewDecision decision{
      kefu::convert::StoredName(request.decision(), "EXCLUSION_DECISION_"), ctx.principal.subject,
      request.reason()};
  return events::RunWrite<v1::OrderExclusion>(
      deps_.database, ctx, request,
      [&](db::Transaction& t) { return Decide(t, shop, request, decision); });
}

}  // namespace kefu::performance
