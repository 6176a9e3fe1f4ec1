// Ladders and posts.
#include "services/staffing/handlers/careers/career_handlers.h"
#include "services/staffing/handlers/careers/support.h"

namespace kefu::staffing {
namespace {

constexpr int kMaxPosts = 100'000;

v1::Headcount ToProto(const std::string& tier_id, const domain::careers::Posts& posts) {
  v1::Headcount proto;
  proto.set_tier_id(tier_id);
  proto.set_posts(posts.posts);
  proto.set_held(posts.held);
  proto.set_open(posts.open());
  return proto;
}

}  // namespace

absl::StatusOr<v1::TierLadder> CareerHandlers::SetTierLadder(
    const RequestContext& ctx, const v1::SetTierLadderRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations inner, violations;
  domain::TierLadder asked = convert::FromProto(request.ladder(), inner);
  for (size_t i = 0; i < asked.tiers.size(); ++i) {
    inner.Check(asked.tiers[i].probation_months <= domain::kLegalMaximumProbation,
                fmt::format("tiers[{}].probation_months", i),
                fmt::format("must be at most {} by law", domain::kLegalMaximumProbation));
  }
  violations.Merge("ladder", inner);
  RETURN_IF_ERROR(violations.ToStatus());
  asked.id = domain::kOwnLadderId;
  return events::RunWrite<v1::TierLadder>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::TierLadder> {
        RETURN_IF_ERROR(RegisteredOrganization(t, ctx));
        RETURN_IF_ERROR(store::Lock<domain::Organization>(t, ctx.org_id(), ctx.org_id()));
        domain::TierLadder ladder = asked;
        ASSIGN_OR_RETURN(const auto before, store::Ladders(t, ctx.org_id()));
        ladder.version = before.empty() ? 1 : before.back().version + 1;
        v1::TierLadderChanged event;
        *event.mutable_ladder() = convert::ToProto(ladder);
        RETURN_IF_ERROR(store::InsertLadder(
            t, ctx.org_id(),
            {ladder.version, ladder.effective_date, event.ladder().SerializeAsString()},
            ctx.principal.subject, ctx.now));
        RETURN_IF_ERROR(Publish(deps_, t, ctx, ctx.org_id(), event));
        return event.ladder();
      });
}

absl::StatusOr<v1::ListTierLaddersResponse> CareerHandlers::ListTierLadders(
    const RequestContext& ctx, const v1::ListTierLaddersRequest&) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  ASSIGN_OR_RETURN(const auto own,
                   OwnLadders(store::Reader(deps_.database, ctx.deadline), ctx.org_id()));
  v1::ListTierLaddersResponse response;
  for (const domain::TierLadder& ladder : domain::ShippedLadders()) {
    *response.add_ladders() = convert::ToProto(ladder);
  }
  for (const domain::TierLadder& ladder : own) *response.add_ladders() = convert::ToProto(ladder);
  return response;
}

absl::StatusOr<v1::Headcount> CareerHandlers::SetHeadcount(
    const RequestContext& ctx, const v1::SetHeadcountRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  const std::string tier_id =
      convert::Id(request.headcount().tier_id(), "headcount.tier_id", violations);
  const int32_t posts =
      convert::Number(request.headcount().posts(), 0, kMaxPosts, "headcount.posts", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  return events::RunWrite<v1::Headcount>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::Headcount> {
        RETURN_IF_ERROR(RegisteredOrganization(t, ctx));
        ASSIGN_OR_RETURN(const absl::CivilDay today, Today(t, ctx));
        ASSIGN_OR_RETURN(const domain::TierLadder ladder, LadderFor(t, ctx.org_id(), today));
        const domain::Tier* tier = ladder.FindTier(tier_id);
        if (tier == nullptr) return error::TierUnknown(tier_id);
        if (!tier->needs_open_post) {
          return InvalidArgument("INVALID_FIELDS", "headcount.tier_id", "is a tier without posts");
        }
        RETURN_IF_ERROR(store::SavePosts(t, ctx.org_id(), tier_id, posts, ctx.now));
        ASSIGN_OR_RETURN(const auto book, LoadPosts(t, ctx.org_id(), ladder, today));
        v1::HeadcountChanged event;
        *event.mutable_headcount() = ToProto(tier_id, book.at(tier_id));
        RETURN_IF_ERROR(Publish(deps_, t, ctx, tier_id, event));
        return event.headcount();
      });
}

absl::StatusOr<v1::ListHeadcountsResponse> CareerHandlers::ListHeadcounts(
    const RequestContext& ctx, const v1::ListHeadcountsRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  const auto asked = convert::OptionalDay(request.has_date(), request.date(), "date", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  return deps_.database.RunInTransaction(
      ctx.deadline, [&](db::Transaction& t) -> absl::StatusOr<v1::ListHeadcountsResponse> {
        ASSIGN_OR_RETURN(absl::CivilDay day, Today(t, ctx));
        if (asked) day = *asked;
        ASSIGN_OR_RETURN(const domain::TierLadder ladder, LadderFor(t, ctx.org_id(), day));
        ASSIGN_OR_RETURN(const auto book, LoadPosts(t, ctx.org_id(), ladder, day));
        v1::ListHeadcountsResponse response;
        for (const domain::Tier& tier : ladder.tiers) {
          const auto posts = book.find(tier.id);
          if (posts != book.end()) *response.add_headcounts() = ToProto(tier.id, posts->second);
        }
        return response;
      });
}

}  // namespace kefu::staffing
