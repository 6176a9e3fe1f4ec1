// Scorecards and scores.
#include <algorithm>

#include "common/convert/fields.h"
#include "common/db/page_token.h"
#include "common/events/outbox.h"
#include "common/events/write.h"
#include "common/status/status_macros.h"
#include "kefu/performance/v1/events.pb.h"
#include "services/performance/convert/people.h"
#include "services/performance/convert/scorecards.h"
#include "services/performance/errors.h"
#include "services/performance/errors_judgement.h"
#include "services/performance/handlers/judgement/judgement_handlers.h"
#include "services/performance/handlers/judgement/month.h"
#include "services/performance/handlers/judgement/own_judgement.h"
#include "services/performance/handlers/names.h"
#include "services/performance/handlers/scope.h"
#include "services/performance/store/months.h"
#include "services/performance/store/people.h"
#include "services/performance/store/scorecards.h"

namespace kefu::performance {
namespace {

constexpr size_t kMaxEvidence = 200;

void CheckWord(std::string_view word, std::string_view field, FieldViolations& violations) {
  violations.Check(convert::IsWord(word), field, "must be 1 to 64 of a-z, 0-9 and _");
}

// A score that is asked for.
domain::Span SpanOf(absl::CivilMonth month) {
  return {absl::CivilDay(month), absl::CivilDay(month + 1) - 1};
}

struct Asked {
  absl::CivilMonth month;
  ShopScope shop;
};
template <class Request>
absl::StatusOr<Asked> AskedMonth(const Dependencies& deps, const RequestContext& ctx,
                                 const Request& request, FieldViolations& violations) {
  Asked asked;
  kefu::convert::Id(request.shop_id(), "shop_id", violations);
  asked.month = absl::CivilMonth(
      kefu::convert::RequiredDay(request.has_month(), request.month(), "month", violations));
  if (!request.scorecard_id().empty())
    CheckWord(request.scorecard_id(), "scorecard_id", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  ASSIGN_OR_RETURN(asked.shop,
                   RequireShopScope(deps.database, ctx, request.shop_id(), ctx.deadline));
  return asked;
}

// The item exists, is graded by people, and has the grade in its scale.
absl::Status CheckGrade(const domain::Scorecard& card, const v1::AgentGrade& grade) {
  FieldViolations violations;
  const auto item = std::ranges::find(card.items, grade.item_id(), &domain::ScoreItem::id);
  const auto* rule =
      item == card.items.end() ? nullptr : std::get_if<domain::GradeRule>(&item->rule);
  if (!violations.Check(rule != nullptr, "grade.item_id", "is no graded item of the scorecard"))
    return violations.ToStatus();
  violations.Check(std::ranges::find(rule->scale, grade.grade(), &domain::GradeRule::Grade::id) !=
                       rule->scale.end(),
                   "grade.grade", "is no grade of the item's scale");
  return violations.ToStatus();
}

// Stores a grade and tells it.
absl::StatusOr<v1::AgentGrade> SaveGrade(db::Transaction& t, const RequestContext& ctx,
                                         const ShopScope& shop, absl::CivilMonth month,
                                         v1::AgentGrade grade) {
  ASSIGN_OR_RETURN(
      const int64_t version,
      store::SaveGrade(t, shop.scope,
                       {month, grade.scorecard_id(), grade.agent_id(), grade.item_id(),
                        domain::RecordedGrade{grade.grade(), grade.graded_by(), grade.evidence()}},
                       ctx.now));
  // Pay of the month may hang on it: where that is too old to be corrected, it is told.
  RETURN_IF_ERROR(store::TouchMonth(t, shop.scope, store::kPeopleFacts, month));
  grade.set_version(version);
  *grade.mutable_grade_time() =
      kefu::convert::ToProto(absl::FromUnixMicros(absl::ToUnixMicros(ctx.now)));
  v1::AgentGraded event;
  event.set_shop_id(shop.scope.shop_id);
  *event.mutable_grade() = grade;
  RETURN_IF_ERROR(events::Append(t, shop.scope.org_id, grade.agent_id(), event, ctx.now));
  return grade;
}

}  // namespace

absl::StatusOr<v1::Scorecard> JudgementHandlers::CreateScorecard(
    const RequestContext& ctx, const v1::CreateScorecardRequest& request) const {
  RETURN_IF_ERROR(RequireSightOfFacts(ctx));
  FieldViolations inner, violations;
  kefu::convert::Id(request.shop_id(), "shop_id", violations);
  const domain::Scorecard card = convert::FromProto(request.scorecard(), inner);
  violations.Merge("scorecard", inner);
  violations.Check(card.shop_id.empty() || card.shop_id == request.shop_id(), "scorecard.shop_id",
                   "must be empty or the request's shop_id");
  RETURN_IF_ERROR(violations.ToStatus());
  ASSIGN_OR_RETURN(const ShopScope shop,
                   RequireShopScope(deps_.database, ctx, request.shop_id(), ctx.deadline));
  if (card.shop_id.empty() && !ctx.principal.shops.empty()) return error::NotForShops();
  return events::RunWrite<v1::Scorecard>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::Scorecard> {
        v1::Scorecard proto = convert::ToProto(card);
        ASSIGN_OR_RETURN(const int64_t version,
                         store::AddScorecard(t, shop.scope.org_id,
                                             {card.shop_id, card.id, 0, card.effective_from,
                                              proto.SerializeAsString()}));
        proto.set_version(version);
        v1::ScorecardCreated event;
        event.set_scorecard_id(card.id);
        event.set_shop_id(card.shop_id);
        event.set_version(version);
        *event.mutable_effective_from() = proto.effective_from();
        RETURN_IF_ERROR(events::Append(t, shop.scope.org_id, card.id, event, ctx.now));
        t.AfterCommit(deps_.on_events);
        return proto;
      });
}

absl::StatusOr<v1::Scorecard> JudgementHandlers::GetScorecardVersion(
    const RequestContext& ctx, const v1::GetScorecardVersionRequest& request) const {
  FieldViolations violations;
  kefu::convert::Id(request.shop_id(), "shop_id", violations);
  CheckWord(request.scorecard_id(), "scorecard_id", violations);
  const auto day = kefu::convert::OptionalDay(request.has_day(), request.day(), "day", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  ASSIGN_OR_RETURN(const ShopScope shop,
                   RequireShopScope(deps_.database, ctx, request.shop_id(), ctx.deadline));
  const absl::CivilDay on = day.value_or(absl::ToCivilDay(ctx.now, shop.zone));
  ASSIGN_OR_RETURN(const auto stored,
                   deps_.database.RunInTransaction(ctx.deadline, [&](db::Transaction& t) {
                     return store::ScorecardOn(t, shop.scope, request.scorecard_id(), on);
                   }));
  if (stored) {
    ASSIGN_OR_RETURN(const domain::Scorecard card,
                     convert::ScorecardFromBody(stored->body, stored->version));
    return convert::ToProto(card);
  }
  const domain::Scorecard* shipped = domain::FindShippedScorecard(request.scorecard_id());
  if (shipped == nullptr) return error::ScorecardNotFound(request.scorecard_id());
  return convert::ToProto(*shipped);
}

absl::StatusOr<v1::ListScorecardsResponse> JudgementHandlers::ListScorecards(
    const RequestContext& ctx, const v1::ListScorecardsRequest& request) const {
  ASSIGN_OR_RETURN(const ShopScope shop,
                   RequireShopScope(deps_.database, ctx, request.shop_id(), ctx.deadline));
  ASSIGN_OR_RETURN(const auto versions,
                   deps_.database.RunInTransaction(ctx.deadline, [&](db::Transaction& t) {
                     return store::ListScorecards(t, shop.scope);
                   }));
  std::vector<domain::Scorecard> cards = domain::ShippedScorecards();
  for (const store::ScorecardVersion& version : versions) {
    ASSIGN_OR_RETURN(cards.emplace_back(),
                     convert::ScorecardFromBody(version.body, version.version));
  }
  std::ranges::sort(cards, {}, [](const domain::Scorecard& card) {
    return std::tie(card.id, card.shop_id, card.version);
  });
  v1::ListScorecardsResponse response;
  for (const domain::Scorecard& card : cards) *response.add_scorecards() = convert::ToProto(card);
  return response;
}

absl::StatusOr<v1::AgentGrade> JudgementHandlers::GradeAgent(
    const RequestContext& ctx, const v1::GradeAgentRequest& request) const {
  RETURN_IF_ERROR(RequireSightOfFacts(ctx));
  FieldViolations violations;
  v1::AgentGrade grade = request.grade();
  grade.clear_version();
  grade.clear_grade_time();
  kefu::convert::Id(request.shop_id(), "shop_id", violations);
  convert::CheckAgent(grade.agent_id(), "grade.agent_id", /*required=*/true, violations);
  CheckWord(grade.scorecard_id(), "grade.scorecard_id", violations);
  CheckWord(grade.item_id(), "grade.item_id", violations);
  kefu::convert::OptionalText(grade.evidence(), kMaxEvidence, "grade.evidence", violations);
  const absl::CivilMonth month(
      kefu::convert::RequiredDay(grade.has_month(), grade.month(), "grade.month", violations));
  RETURN_IF_ERROR(violations.ToStatus());
  ASSIGN_OR_RETURN(const ShopScope shop,
                   RequireShopScope(deps_.database, ctx, request.shop_id(), ctx.deadline));
  if (ctx.principal.agent_id == grade.agent_id()) return error::OwnGrade(grade.agent_id());
  *grade.mutable_month() = kefu::convert::ToProto(absl::CivilDay(month));
  grade.set_graded_by(ctx.principal.subject);
  return events::RunWrite<v1::AgentGrade>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::AgentGrade> {
        ASSIGN_OR_RETURN(const domain::Scorecard card,
                         ScorecardFor(t, shop.scope, grade.scorecard_id(), month));
        RETURN_IF_ERROR(CheckGrade(card, grade));
        ASSIGN_OR_RETURN(const v1::AgentGrade saved, SaveGrade(t, ctx, shop, month, grade));
        t.AfterCommit(deps_.on_events);
        return saved;
      });
}

absl::StatusOr<v1::ListGradeVersionsResponse> JudgementHandlers::ListGradeVersions(
    const RequestContext& ctx, const v1::ListGradeVersionsRequest& request) const {
  FieldViolations violations;
  kefu::convert::Id(request.shop_id(), "shop_id", violations);
  convert::CheckAgent(request.agent_id(), "agent_id", /*required=*/true, violations);
  const absl::CivilMonth month(
      kefu::convert::RequiredDay(request.has_month(), request.month(), "month", violations));
  RETURN_IF_ERROR(violations.ToStatus());
  ASSIGN_OR_RETURN(const ShopScope shop,
                   RequireShopScope(deps_.database, ctx, request.shop_id(), ctx.deadline));
  using Versions = std::vector<store::GradeVersion>;
  ASSIGN_OR_RETURN(const Versions versions,
                   deps_.database.RunInTransaction(
                       ctx.deadline, [&](db::Transaction& t) -> absl::StatusOr<Versions> {
                         ASSIGN_OR_RETURN(const auto in_sight,
                                          AgentsInSight(t, ctx, shop, SpanOf(month)));
                         if (in_sight && !in_sight->contains(request.agent_id())) {
                           return error::OnlyOwnAgents();
                         }
                         return store::ListGradeVersions(t, shop.scope, month, request.agent_id());
                       }));
  v1::ListGradeVersionsResponse response;
  for (const store::GradeVersion& version : versions) {
    v1::AgentGrade& grade = *response.add_grades();
    grade.set_agent_id(request.agent_id());
    *grade.mutable_month() = kefu::convert::ToProto(absl::CivilDay(month));
    grade.set_scorecard_id(version.scorecard_id);
    grade.set_item_id(version.item_id);
    grade.set_grade(version.grade.grade);
    grade.set_evidence(version.grade.evidence);
    grade.set_graded_by(version.grade.graded_by);
    grade.set_version(version.version);
    if (version.time > absl::UnixEpoch()) {
      *grade.mutable_grade_time() = kefu::convert::ToProto(version.time);
    }
  }
  return response;
}

absl::StatusOr<v1::AgentScore> JudgementHandlers::GetScorecard(
    const RequestContext& ctx, const v1::GetScorecardRequest& request) const {
  RETURN_IF_ERROR(RequireJudgementOf(ctx, request.agent_id()));
  FieldViolations violations;
  convert::CheckAgent(request.agent_id(), "agent_id", /*required=*/true, violations);
  ASSIGN_OR_RETURN(const Asked asked, AskedMonth(deps_, ctx, request, violations));
  ASSIGN_OR_RETURN(const auto in_sight,
                   deps_.database.RunInTransaction(ctx.deadline, [&](db::Transaction& t) {
                     return AgentsInSight(t, ctx, asked.shop, SpanOf(asked.month));
                   }));
  if (in_sight && !in_sight->contains(request.agent_id())) return error::OnlyOwnAgents();
  ASSIGN_OR_RETURN(const auto scores, ScoreMonth(deps_, asked.shop, request.scorecard_id(),
                                                 asked.month, ctx.deadline));
  const auto mine = scores.find(request.agent_id());
  if (mine == scores.end()) return error::AgentMonthNotFound(request.agent_id());
  v1::AgentScore score =
      convert::ToProto(mine->second, mine->first, asked.month, asked.shop.settings.currency_code);
  v1::AgentScore* const named[] = {&score};
  RETURN_IF_ERROR(NameScores(deps_.database, ctx, asked.shop.scope.org_id, named));
  return score;
}

absl::StatusOr<v1::ListScoresResponse> JudgementHandlers::ListScores(
    const RequestContext& ctx, const v1::ListScoresRequest& request) const {
  FieldViolations violations;
  ASSIGN_OR_RETURN(const int page_size, db::PageSize(request.page_size()));
  ASSIGN_OR_RETURN(const Asked asked, AskedMonth(deps_, ctx, request, violations));
  const uint64_t filter =
      db::FilterHash({ctx.method, asked.shop.scope.org_id, asked.shop.scope.shop_id,
                      request.scorecard_id(), absl::FormatCivilTime(absl::CivilDay(asked.month))});
  ASSIGN_OR_RETURN(const auto after, db::DecodePageToken(request.page_token(), filter, 1));
  ASSIGN_OR_RETURN(const auto in_sight,
                   deps_.database.RunInTransaction(ctx.deadline, [&](db::Transaction& t) {
                     return AgentsInSight(t, ctx, asked.shop, SpanOf(asked.month));
                   }));
  ASSIGN_OR_RETURN(const auto scores, ScoreMonth(deps_, asked.shop, request.scorecard_id(),
                                                 asked.month, ctx.deadline));
  v1::ListScoresResponse response;
  for (auto at = after.empty() ? scores.begin() : scores.upper_bound(after[0]); at != scores.end();
       ++at) {
    if (in_sight && !in_sight->contains(at->first)) continue;
    if (response.scores_size() == page_size) {
      response.set_next_page_token(
          db::EncodePageToken(filter, {response.scores(page_size - 1).agent_id()}));
      break;
    }
    *response.add_scores() =
        convert::ToProto(at->second, at->first, asked.month, asked.shop.settings.currency_code);
  }
  const std::vector<v1::AgentScore*> named(response.mutable_scores()->pointer_begin(),
                                           response.mutable_scores()->pointer_end());
  RETURN_IF_ERROR(NameScores(deps_.database, ctx, asked.shop.scope.org_id, named));
  return response;
}

}  // namespace kefu::performance
