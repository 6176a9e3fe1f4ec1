// Who may be promoted, and promoting.
#include "services/staffing/handlers/careers/career_handlers.h"
#include "services/staffing/handlers/careers/evaluation.h"
#include "services/staffing/handlers/careers/support.h"
#include "services/staffing/handlers/people_time.h"

namespace kefu::staffing {
namespace {

namespace careers = domain::careers;

constexpr int kMaxEvaluated = 200;  // agents a page: each may have years of records

struct BodyResource {
  using Record = std::pair<std::string, std::string>;
  using Proto = v1::Promotion;
  static constexpr bool kHasParts = false;
  static const std::string& IdOf(const Record& record) { return record.first; }
};

absl::StatusOr<v1::Promotion> PromotionFrom(const std::string& body) {
  v1::Promotion promotion;
  if (!promotion.ParseFromString(body)) return Internal("a stored promotion does not parse");
  return promotion;
}

absl::Status Save(const Dependencies& deps, db::Transaction& t, const RequestContext& ctx,
                  v1::Promotion& promotion) {
  *promotion.mutable_update_time() = kefu::convert::ToProto(ctx.now);
  const auto state = static_cast<domain::PromotionState>(promotion.state());
  RETURN_IF_ERROR(
      store::SavePromotion(t, ctx.org_id(),
                           {promotion.promotion_id(), promotion.agent_id(), domain::NameOf(state),
                            promotion.SerializeAsString(), ctx.now, ctx.now}));
  v1::PromotionChanged event;
  *event.mutable_promotion() = promotion;
  return Publish(deps, t, ctx, promotion.agent_id(), event);
}

v1::Promotion NewPromotion(const Dependencies& deps, const RequestContext& ctx,
                           const convert::AskedPromotion& asked, const Step& step,
                           absl::CivilDay day) {
  v1::Promotion promotion;
  promotion.set_promotion_id(deps.ids.Next());
  promotion.set_agent_id(asked.agent_id);
  promotion.set_tier_id(step.target.tier_id);
  promotion.set_grade_id(step.target.grade_id);
  promotion.set_track(static_cast<v1::Track>(step.target.track));
  *promotion.mutable_effective_date() = kefu::convert::ToProto(day);
  promotion.set_reason(asked.reason);
  promotion.set_requested_by(ctx.principal.subject);
  promotion.mutable_evidence()->Assign(asked.evidence.begin(), asked.evidence.end());
  *promotion.mutable_evaluation() = convert::ToProto(step.evaluation);
  *promotion.mutable_create_time() = kefu::convert::ToProto(ctx.now);
  return promotion;
}

// Writes the tier record of a promotion that may be made.
absl::Status Make(const Dependencies& deps, db::Transaction& t, const RequestContext& ctx,
                  const Step& step, v1::Promotion& promotion) {
  domain::TierRecord draft{.agent_id = promotion.agent_id(),
                           .tier_id = promotion.tier_id(),
                           .grade_id = promotion.grade_id(),
                           .track = step.target.track,
                           .effective_date = kefu::convert::FromProto(promotion.effective_date()),
                           .kind = domain::TierChangeKind::kPromotion,
                           .reason = promotion.reason(),
                           .evidence = {"promotion/" + promotion.promotion_id()}};
  draft.evidence.insert(draft.evidence.end(), promotion.evidence().begin(),
                        promotion.evidence().end());
  ASSIGN_OR_RETURN(const v1::TierChange change,
                   WriteTierRecord(deps, t, ctx, step.ladder, step.candidate.agent,
                                   step.candidate.service, std::move(draft)));
  promotion.set_tier_change_id(change.tier_change_id());
  promotion.set_state(v1::PROMOTION_STATE_DONE);
  promotion.set_decided_by(ctx.principal.subject);
  return absl::OkStatus();
}

// Whom EvaluatePromotion asks about; exactly one of the three.
void CheckWhom(const v1::EvaluatePromotionRequest& request, FieldViolations& violations) {
  const int named = (request.agent_id().empty() ? 0 : 1) + (request.team_id().empty() ? 0 : 1) +
                    (request.all_agents() ? 1 : 0);
  violations.Check(named == 1, "agent_id", "must be set, or team_id, or all_agents: one of them");
  convert::OptionalId(request.agent_id(), "agent_id", violations);
  convert::OptionalId(request.team_id(), "team_id", violations);
}

}  // namespace

absl::StatusOr<v1::EvaluatePromotionResponse> CareerHandlers::EvaluatePromotion(
    const RequestContext& ctx, const v1::EvaluatePromotionRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  CheckWhom(request, violations);
  const auto asked = convert::OptionalDay(request.has_date(), request.date(), "date", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  ASSIGN_OR_RETURN(int size, db::PageSize(request.page_size()));
  size = std::min(size, kMaxEvaluated);
  const uint64_t hash =
      db::FilterHash({ctx.method, ctx.org_id(), request.agent_id(), request.team_id(),
                      request.date().SerializeAsString(), request.eligible_only() ? "1" : ""});
  ASSIGN_OR_RETURN(const auto keys, db::DecodePageToken(request.page_token(), hash, 1));
  const std::string after = keys.empty() ? "" : keys[0];
  return deps_.database.RunInTransaction(
      ctx.deadline, [&](db::Transaction& t) -> absl::StatusOr<v1::EvaluatePromotionResponse> {
        absl::CivilDay day;
        ASSIGN_OR_RETURN(day, Today(t, ctx));
        if (asked) day = *asked;
        v1::EvaluatePromotionResponse response;
        ASSIGN_OR_RETURN(const auto looked, Look(t, ctx.org_id(), request.agent_id(),
                                                 request.team_id(), day, {after, size}));
        for (const careers::Evaluation& evaluation : looked.evaluations) {
          if (request.eligible_only() && !evaluation.eligible()) continue;
          *response.add_evaluations() = convert::ToProto(evaluation);
        }
        if (!looked.next.empty()) {
          response.set_next_page_token(db::EncodePageToken(hash, {looked.next}));
        }
        return response;
      });
}

absl::StatusOr<v1::Promotion> CareerHandlers::PromoteAgent(
    const RequestContext& ctx, const v1::PromoteAgentRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  const convert::AskedPromotion asked = convert::FromProto(request, violations);
  RETURN_IF_ERROR(violations.ToStatus());
  RETURN_IF_ERROR(RequireOther(ctx, asked.agent_id));
  return events::RunWrite<v1::Promotion>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::Promotion> {
        RETURN_IF_ERROR(RequireReach(t, ctx, asked.agent_id));
        ASSIGN_OR_RETURN(absl::CivilDay day, Today(t, ctx));
        if (asked.day) day = *asked.day;
        ASSIGN_OR_RETURN(const Step step,
                         PrepareStep(t, ctx, asked.agent_id, asked.tier_id, asked.grade_id, day));
        v1::Promotion promotion = NewPromotion(deps_, ctx, asked, step, day);
        if (step.allowed.ok()) {
          RETURN_IF_ERROR(Make(deps_, t, ctx, step, promotion));
        } else {
          // Sequence and posts hold against any reason.
          const bool waits = !asked.override_reason.empty() &&
                             careers::CheckPromotion(step.ladder, step.evaluation, step.target,
                                                     /*overridden=*/true)
                                 .ok();
          if (!waits) return step.allowed;
          promotion.set_override_reason(asked.override_reason);
          promotion.set_state(v1::PROMOTION_STATE_PENDING);
        }
        RETURN_IF_ERROR(Save(deps_, t, ctx, promotion));
        return promotion;
      });
}

absl::StatusOr<v1::Promotion> CareerHandlers::DecidePromotion(
    const RequestContext& ctx, const v1::DecidePromotionRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  convert::Id(request.promotion_id(), "promotion_id", violations);
  const std::string reason =
      convert::Text(request.reason(), convert::kMaxReason, "reason", violations, /*lines=*/true);
  RETURN_IF_ERROR(violations.ToStatus());
  return events::RunWrite<v1::Promotion>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::Promotion> {
        ASSIGN_OR_RETURN(const std::string body,
                         store::LockPromotion(t, ctx.org_id(), request.promotion_id()));
        ASSIGN_OR_RETURN(v1::Promotion promotion, PromotionFrom(body));
        RETURN_IF_ERROR(RequireOther(ctx, promotion.agent_id()));
        RETURN_IF_ERROR(RequireReach(t, ctx, promotion.agent_id()));
        if (promotion.requested_by() == ctx.principal.subject) {
          return error::SecondPersonRequired("another person than the one who asked decides");
        }
        if (promotion.state() != v1::PROMOTION_STATE_PENDING) {
          const auto state = static_cast<domain::PromotionState>(promotion.state());
          return error::PromotionDecided(promotion.promotion_id(), domain::NameOf(state));
        }
        promotion.set_decision_reason(reason);
        if (request.approve()) {
          ASSIGN_OR_RETURN(
              const Step step,
              PrepareStep(t, ctx, promotion.agent_id(), promotion.tier_id(), promotion.grade_id(),
                          kefu::convert::FromProto(promotion.effective_date())));
          RETURN_IF_ERROR(careers::CheckPromotion(step.ladder, step.evaluation, step.target, true));
          RETURN_IF_ERROR(Make(deps_, t, ctx, step, promotion));
        } else {
          promotion.set_state(v1::PROMOTION_STATE_REFUSED);
          promotion.set_decided_by(ctx.principal.subject);
        }
        RETURN_IF_ERROR(Save(deps_, t, ctx, promotion));
        return promotion;
      });
}

absl::StatusOr<v1::ListPromotionsResponse> CareerHandlers::ListPromotions(
    const RequestContext& ctx, const v1::ListPromotionsRequest& request) const {
  FieldViolations violations;
  convert::OptionalId(request.agent_id(), "agent_id", violations);
  const auto state =
      convert::OptionalEnum<domain::PromotionState>(request.state(), "state", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  const std::string_view name =
      state == domain::PromotionState::kUnspecified ? "" : domain::NameOf(state);
  ASSIGN_OR_RETURN(auto page,
                   FetchPage<BodyResource>(
                       deps_, ctx, request, fmt::format("{} {}", request.agent_id(), name),
                       [&](store::Reader r, store::Page p) {
                         return store::ListPromotions(r, ctx.org_id(), p, request.agent_id(), name);
                       }));
  v1::ListPromotionsResponse response;
  for (const auto& [id, body] : page.records) {
    ASSIGN_OR_RETURN(*response.add_promotions(), PromotionFrom(body));
  }
  response.set_next_page_token(std::move(page.next_page_token));
  return response;
}

absl::StatusOr<v1::ListPromotionEvaluationsResponse> CareerHandlers::ListPromotionEvaluations(
    const RequestContext& ctx, const v1::ListPromotionEvaluationsRequest& request) const {
  const bool eligible_only = request.eligible_only();
  ASSIGN_OR_RETURN(auto page,
                   FetchPage<BodyResource>(deps_, ctx, request, eligible_only ? "eligible" : "",
                                           [&](store::Reader r, store::Page p) {
                                             return store::ListEvaluations(r, ctx.org_id(), p,
                                                                           eligible_only);
                                           }));
  v1::ListPromotionEvaluationsResponse response;
  for (const auto& [id, body] : page.records) {
    if (!response.add_evaluations()->ParseFromString(body)) {
      return Internal("a stored evaluation does not parse");
    }
  }
  response.set_next_page_token(std::move(page.next_page_token));
  return response;
}

}  // namespace kefu::staffing
