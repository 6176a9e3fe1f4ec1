// Policies of deadlines: written, read, listed.
#include "common/convert/fields.h"
#include "common/db/page_token.h"
#include "common/events/outbox.h"
#include "common/events/write.h"
#include "common/time/civil.h"
#include "fmt/format.h"
#include "services/aftersales/convert/sla.h"
#include "services/aftersales/errors.h"
#include "services/aftersales/handlers/pages.h"
#include "services/aftersales/handlers/scope.h"
#include "services/aftersales/handlers/sla/sla_handlers.h"
#include "services/aftersales/store/sla.h"

namespace kefu::aftersales {
namespace {

namespace fields = ::kefu::convert;

// Numbers the version after the latest of its scope.
absl::Status Complete(db::Transaction& t, const RequestContext& ctx, IdGenerator& ids,
                      domain::SlaPolicy& policy) {
  ASSIGN_OR_RETURN(const auto latest, store::LatestOfScope(t, ctx.org_id(), policy.scope));
  FieldViolations violations;
  if (latest) {
    violations.Check(policy.effective >= latest->effective, "policy.effective_time",
                     fmt::format("must not be before that of version {}", latest->ref.version));
  } else {
    violations.Check(!policy.withdrawn, "policy.withdrawn", "the scope has no policy to withdraw");
  }
  policy.ref = {std::string(ctx.org_id()), latest ? latest->ref.policy_id : ids.Next(),
                latest ? latest->ref.version + 1 : 1};
  policy.actor = ctx.principal.subject;
  policy.create_time = NowOf(ctx);
  return violations.ToStatus();
}

struct Asked {
  std::string shop_id, agent_id;
  absl::Time at;
};

// The most particular one.
absl::StatusOr<domain::SlaPolicy> InForce(db::Transaction& t, std::string_view org_id,
                                          const Asked& asked) {
  store::CaseScope scope{
      .shop = {std::string(org_id), "", "", {}}, .base_id = "", .contract_id = ""};
  if (!asked.shop_id.empty()) {
    ASSIGN_OR_RETURN(scope,
                     store::FindCaseScope(t, org_id, asked.shop_id, asked.agent_id, asked.at));
  }
  ASSIGN_OR_RETURN(domain::SlaPolicies policies, store::ChooseSlaPolicies(t, scope, asked.at));
  return std::move(policies.front());
}

}  // namespace

absl::StatusOr<v1::SlaPolicy> SlaHandlers::SetSlaPolicy(
    const RequestContext& ctx, const v1::SetSlaPolicyRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations inner, violations;
  const domain::SlaPolicy asked = convert::FromProto(request.policy(), NowOf(ctx), inner);
  violations.Merge("policy", inner);
  RETURN_IF_ERROR(violations.ToStatus());
  return events::RunWrite<v1::SlaPolicy>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::SlaPolicy> {
        domain::SlaPolicy policy = asked;
        RETURN_IF_ERROR(Complete(t, ctx, deps_.ids, policy));
        const absl::Status inserted = store::InsertSlaPolicy(t, policy);
        if (absl::IsAlreadyExists(inserted)) return error::SlaPolicyChanged();
        RETURN_IF_ERROR(inserted);
        RETURN_IF_ERROR(store::InsertSlaChange(t, policy));
        v1::SlaPolicyChanged event;
        *event.mutable_policy() = convert::ToProto(policy);
        RETURN_IF_ERROR(
            events::Append(t, policy.ref.org_id, policy.ref.policy_id, event, policy.create_time));
        t.AfterCommit(deps_.on_events);
        return event.policy();
      });
}

absl::StatusOr<v1::SlaPolicy> SlaHandlers::GetSlaPolicy(
    const RequestContext& ctx, const v1::GetSlaPolicyRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  const bool by_id = !request.policy_id().empty();
  // The shipped ones have a slash in theirs.
  violations.Check(request.policy_id().size() <= 64, "policy_id",
                   "must have at most 64 characters");
  const int version = fields::Number(request.version(), 0, INT32_MAX, "version", violations);
  violations.Check(by_id || version == 0, "version", "goes with policy_id");
  Asked asked{fields::OptionalId(request.shop_id(), "shop_id", violations),
              fields::OptionalId(request.agent_id(), "agent_id", violations), NowOf(ctx)};
  violations.Check(
      !by_id || (asked.shop_id.empty() && asked.agent_id.empty() && !request.has_at_time()),
      "policy_id", "goes without a scope and a time");
  violations.Check(asked.agent_id.empty() || !asked.shop_id.empty(), "agent_id",
                   "goes with shop_id");
  if (request.has_at_time()) {
    asked.at = fields::Instant(request.at_time(), "at_time", violations);
  }
  RETURN_IF_ERROR(violations.ToStatus());
  std::string org_id(ctx.org_id());
  if (!asked.shop_id.empty()) {
    ASSIGN_OR_RETURN(org_id, OrgOfShop(ctx, asked.shop_id));
  }
  return deps_.database.RunInTransaction(
      ctx.deadline, [&](db::Transaction& t) -> absl::StatusOr<v1::SlaPolicy> {
        if (!by_id) {
          ASSIGN_OR_RETURN(const domain::SlaPolicy policy, InForce(t, org_id, asked));
          return convert::ToProto(policy);
        }
        ASSIGN_OR_RETURN(const auto found,
                         store::FindSlaPolicy(t, org_id, request.policy_id(), version));
        if (!found) return error::SlaPolicyNotFound(request.policy_id());
        return convert::ToProto(*found);
      });
}

absl::StatusOr<v1::ListSlaPoliciesResponse> SlaHandlers::ListSlaPolicies(
    const RequestContext& ctx, const v1::ListSlaPoliciesRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  violations.Check(request.policy_id().size() <= 64, "policy_id",
                   "must have at most 64 characters");
  RETURN_IF_ERROR(violations.ToStatus());
  ASSIGN_OR_RETURN(const int size, db::PageSize(request.page_size()));
  const uint64_t hash = db::FilterHash({ctx.method, ctx.org_id(), request.policy_id()});
  ASSIGN_OR_RETURN(const auto keys, db::DecodePageToken(request.page_token(), hash, 3));
  std::optional<domain::PolicyRef> after;
  if (!keys.empty()) {
    after = {keys[0], keys[1], static_cast<int32_t>(NumberIn(keys[2]))};
  }
  ASSIGN_OR_RETURN(const std::vector<domain::SlaPolicy> policies,
                   deps_.database.RunInTransaction(ctx.deadline, [&](db::Transaction& t) {
                     return store::ListSlaPolicies(t, ctx.org_id(), request.policy_id(), after,
                                                   size + 1);
                   }));
  v1::ListSlaPoliciesResponse response;
  for (size_t i = 0; i < policies.size() && i < static_cast<size_t>(size); ++i) {
    *response.add_policies() = convert::ToProto(policies[i]);
  }
  if (policies.size() > static_cast<size_t>(size)) {
    const domain::PolicyRef& last = policies[size - 1].ref;
    response.set_next_page_token(
        db::EncodePageToken(hash, {last.org_id, last.policy_id, fmt::format("{}", last.version)}));
  }
  return response;
}

}  // namespace kefu::aftersales
