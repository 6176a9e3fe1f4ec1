// Rules and words, what they find, and what people decide about it.
#include <algorithm>

#include "common/convert/fields.h"
#include "common/db/errors.h"
#include "common/db/page_token.h"
#include "common/events/write.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/performance/convert/facts.h"
#include "services/performance/convert/screening.h"
#include "services/performance/domain/definitions.h"
#include "services/performance/errors.h"
#include "services/performance/handlers/facts/fact_handlers.h"
#include "services/performance/handlers/scope.h"
#include "services/performance/recompute/screener.h"
#include "services/performance/store/screening.h"

namespace kefu::performance {
namespace {

// Where a page of a list by first day begins.
struct PageStart {
  ShopScope shop;
  absl::CivilDay first{1, 1, 1}, last{9999, 12, 31};
  std::vector<std::string> after;  // keys of the last row before; empty on the first page
  absl::CivilDay after_day{1, 1, 1};
  uint64_t filter = 0;
  int page_size = 0;
};

template <class Request>
absl::StatusOr<PageStart> StartOf(const Dependencies& deps, const RequestContext& ctx,
                                  const Request& request, std::string_view extra, size_t keys) {
  RETURN_IF_ERROR(RequireSightOfFacts(ctx));
  FieldViolations violations;
  const auto days =
      kefu::convert::OptionalDays(request.has_period(), request.period(), "period", violations);
  violations.Check(extra.empty() || convert::IsSourceId(extra), "agent_id",
                   "must be 1 to 64 printable ASCII characters");
  RETURN_IF_ERROR(violations.ToStatus());
  PageStart start;
  ASSIGN_OR_RETURN(start.page_size, db::PageSize(request.page_size()));
  ASSIGN_OR_RETURN(start.shop,
                   RequireShopScope(deps.database, ctx, request.shop_id(), ctx.deadline));
  if (days) {
    start.first = days->first;
    start.last = days->last;
  }
  const store::Scope& scope = start.shop.scope;
  start.filter =
      db::FilterHash({ctx.method, scope.org_id, scope.shop_id, absl::FormatCivilTime(start.first),
                      absl::FormatCivilTime(start.last), extra});
  ASSIGN_OR_RETURN(start.after, db::DecodePageToken(request.page_token(), start.filter, keys));
  if (!start.after.empty() && !absl::ParseCivilTime(start.after[0], &start.after_day))
    return InvalidArgument("BAD_PAGE_TOKEN", "page_token", "is damaged");
  return start;
}

v1::ConversationExclusion ToProto(absl::CivilDay day, const store::ExclusionRow& row,
                                  const store::ReviewDecision& review) {
  v1::ConversationExclusion proto;
  proto.set_conversation_id(row.conversation_id);
  *proto.mutable_day() = kefu::convert::ToProto(day);
  proto.set_customer_id(row.customer_id);
  proto.set_exclusion(convert::ToProto(row.exclusion));
  v1::ExclusionSource source = v1::EXCLUSION_SOURCE_UNSPECIFIED;
  v1::ExclusionSource_Parse("EXCLUSION_SOURCE_" + row.source, &source);
  proto.set_source(source);
  proto.set_rule_id(row.rule_id);
  proto.set_evidence(row.evidence);
  proto.set_reviewer(review.reviewer);
  proto.set_reason(review.reason);
  return proto;
}

// Screens the day with the decision in force and answers how the conversation counts now.
absl::StatusOr<v1::ConversationExclusion> Decide(db::Transaction& t, const store::Scope& scope,
                                                 const v1::ReviewExclusionRequest& request,
                                                 const store::ReviewDecision& decision) {
  // Whoever imports the conversation, maybe with another first day, comes before or after.
  RETURN_IF_ERROR(store::LoadSettings(t, scope, /*lock=*/true).status());
  const std::string& id = request.conversation_id();
  ASSIGN_OR_RETURN(const auto day, store::FirstDayOf(t, scope, id));
  if (!day) return error::ConversationNotFound(id);
  RETURN_IF_ERROR(request.decision() == v1::EXCLUSION_DECISION_BY_RULES
                      ? store::DeleteDecision(t, scope, id)
                      : store::SaveDecision(t, scope, id, decision));
  // The mark keeps others from screening the day with the decision of before.
  const store::Mark mark{*day, std::string(store::kScreening)};
  RETURN_IF_ERROR(store::MarkForScreening(t, scope, {*day}));
  RETURN_IF_ERROR(ScreenDay(t, scope, *day).status());
  RETURN_IF_ERROR(store::ClearMark(t, scope, mark));
  ASSIGN_OR_RETURN(const auto rows, store::LoadExclusions(t, scope, *day));
  ASSIGN_OR_RETURN(const auto kept, store::LoadDecision(t, scope, id));
  const auto row = rows.find(id);
  return ToProto(*day, row == rows.end() ? store::ExclusionRow{.conversation_id = id} : row->second,
                 kept.value_or(store::ReviewDecision{}));
}

v1::WordHit ToProto(const store::WordPageRow& row) {
  v1::WordHit proto;
  proto.set_conversation_id(row.hit.conversation_id);
  *proto.mutable_day() = kefu::convert::ToProto(row.day);
  proto.set_message_index(row.hit.message);
  *proto.mutable_send_time() = kefu::convert::ToProto(absl::FromUnixMicros(row.hit.time_us));
  proto.set_agent_id(row.hit.agent_id);
  proto.set_word(row.hit.word);
  proto.set_text(row.hit.text);
  return proto;
}

// Stores a policy as the next version of its platform's and marks what it may change.
absl::StatusOr<domain::ScreeningPolicy> Publish(db::Transaction& t, const std::string& org_id,
                                                domain::ScreeningPolicy policy) {
  // Whoever stores conversations meanwhile would have them screened by the policy of before, on
  // days that are not seen here.
  RETURN_IF_ERROR(store::LockShops(t, org_id));
  ASSIGN_OR_RETURN(const auto body, store::LoadPolicy(t, org_id, policy.platform));
  policy.version = 0;
  if (body) {
    ASSIGN_OR_RETURN(const auto newest, convert::PolicyFromBody(*body));
    policy.version = newest.version;
    if (policy == newest) return policy;
  }
  ++policy.version;
  const absl::Status stored = store::InsertPolicy(t, org_id, policy.platform, policy.version,
                                                  convert::ToProto(policy).SerializeAsString());
  // Another has published meanwhile: once more, with the version after that.
  if (absl::IsAlreadyExists(stored))
    return Aborted(db::kConflict, "another version of the policy was published meanwhile");
  RETURN_IF_ERROR(stored);
  ASSIGN_OR_RETURN(const auto shops, store::ShopsOnPlatform(t, org_id, policy.platform));
  for (const std::string& shop_id : shops)
    RETURN_IF_ERROR(store::MarkAllForScreening(t, {org_id, shop_id}));
  return policy;
}

}  // namespace

absl::StatusOr<v1::ScreeningPolicy> FactHandlers::PublishScreeningPolicy(
    const RequestContext& ctx, const v1::PublishScreeningPolicyRequest& request) const {
  RETURN_IF_ERROR(RequireWholeOrganization(ctx));
  const domain::ScreeningPolicy policy = convert::PolicyFrom(request.policy());
  FieldViolations violations;
  violations.Check(policy.platform.empty() || domain::IsPlatform(policy.platform),
                   "policy.platform", "must be a name as in staffing, for example PLATFORM_JD");
  domain::Check(policy, violations);
  RETURN_IF_ERROR(violations.ToStatus());
  return events::RunWrite<v1::ScreeningPolicy>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::ScreeningPolicy> {
        ASSIGN_OR_RETURN(const auto published, Publish(t, ctx.principal.org_id, policy));
        return convert::ToProto(published);
      });
}

absl::StatusOr<v1::ScreeningPolicy> FactHandlers::GetScreeningPolicy(
    const RequestContext& ctx, const v1::GetScreeningPolicyRequest& request) const {
  ASSIGN_OR_RETURN(const ShopScope shop,
                   RequireShopScope(deps_.database, ctx, request.shop_id(), ctx.deadline));
  ASSIGN_OR_RETURN(const auto policy,
                   deps_.database.RunInTransaction(ctx.deadline, [&](db::Transaction& t) {
                     return PolicyInForce(t, shop.scope.org_id, shop.settings.platform);
                   }));
  return convert::ToProto(policy);
}

absl::StatusOr<v1::ListExclusionsResponse> FactHandlers::ListExclusions(
    const RequestContext& ctx, const v1::ListExclusionsRequest& request) const {
  ASSIGN_OR_RETURN(const PageStart start,
                   StartOf(deps_, ctx, request, request.reviewed_only() ? "reviewed" : "", 2));
  RETURN_IF_ERROR(deps_.recomputer.Screen(start.shop.scope, start.first, start.last, ctx.deadline));
  ASSIGN_OR_RETURN(
      const auto rows, deps_.database.RunInTransaction(ctx.deadline, [&](db::Transaction& t) {
        return store::PageExclusions(
            t, start.shop.scope, start.first, start.last, request.reviewed_only(), start.after_day,
            start.after.empty() ? "" : start.after[1], start.page_size + 1);
      }));
  v1::ListExclusionsResponse response;
  for (const store::ExclusionPageRow& row : rows) {
    if (response.exclusions_size() == start.page_size) {
      const store::ExclusionPageRow& end = rows[start.page_size - 1];
      response.set_next_page_token(db::EncodePageToken(
          start.filter, {absl::FormatCivilTime(end.day), end.row.conversation_id}));
      break;
    }
    *response.add_exclusions() = ToProto(row.day, row.row, row.review);
  }
  return response;
}

absl::StatusOr<v1::ConversationExclusion> FactHandlers::ReviewExclusion(
    const RequestContext& ctx, const v1::ReviewExclusionRequest& request) const {
  RETURN_IF_ERROR(RequireSightOfFacts(ctx));
  FieldViolations violations;
  violations.Check(convert::IsSourceId(request.conversation_id()), "conversation_id",
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
  return events::RunWrite<v1::ConversationExclusion>(
      deps_.database, ctx, request,
      [&](db::Transaction& t) { return Decide(t, shop.scope, request, decision); });
}

absl::StatusOr<v1::ListWordHitsResponse> FactHandlers::ListWordHits(
    const RequestContext& ctx, const v1::ListWordHitsRequest& request) const {
  ASSIGN_OR_RETURN(const PageStart start, StartOf(deps_, ctx, request, request.agent_id(), 4));
  RETURN_IF_ERROR(deps_.recomputer.Screen(start.shop.scope, start.first, start.last, ctx.deadline));
  store::WordKey after{start.after_day};
  if (!start.after.empty())
    after = {start.after_day, start.after[1], std::atoi(start.after[2].c_str()), start.after[3]};
  ASSIGN_OR_RETURN(const auto rows,
                   deps_.database.RunInTransaction(ctx.deadline, [&](db::Transaction& t) {
                     return store::PageWordHits(t, start.shop.scope, start.first, start.last,
                                                request.agent_id(), after, start.page_size + 1);
                   }));
  v1::ListWordHitsResponse response;
  for (const store::WordPageRow& row : rows) {
    if (response.hits_size() == start.page_size) {
      const auto& [day, hit] = rows[start.page_size - 1];
      response.set_next_page_token(
          db::EncodePageToken(start.filter, {absl::FormatCivilTime(day), hit.conversation_id,
                                             std::to_string(hit.message), hit.word}));
      break;
    }
    *response.add_hits() = ToProto(row);
  }
  return response;
}

}  // namespace kefu::performance
