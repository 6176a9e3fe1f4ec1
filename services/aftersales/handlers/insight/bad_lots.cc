// Bad lots: the policy, the warnings, what people make of them.
#include "services/aftersales/store/bad_lots.h"
#include "common/convert/fields.h"
#include "common/db/page_token.h"
#include "common/events/outbox.h"
#include "common/events/write.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "common/time/civil.h"
#include "fmt/format.h"
#include "services/aftersales/convert/cases.h"
#include "services/aftersales/convert/insight.h"
#include "services/aftersales/errors_insight.h"
#include "services/aftersales/handlers/insight/insight_handlers.h"
#include "services/aftersales/handlers/scope.h"
#include "services/aftersales/store/policies.h"

namespace kefu::aftersales {
namespace {

namespace fields = ::kefu::convert;
using domain::insight::BadLotPolicy;
using domain::insight::Warning;

// Shops share lots: a token confined to some sees a part of none. A base has lots of its own only.
absl::Status RequireAllShops(const RequestContext& ctx) {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  return ctx.principal.shops.empty() ? absl::OkStatus() : error::NotForSomeShops();
}

absl::StatusOr<Warning> Require(absl::StatusOr<std::optional<Warning>> found,
                                std::string_view warning_id) {
  if (!found.ok()) return found.status();
  if (!*found) return error::WarningNotFound(warning_id);
  return **std::move(found);
}

// What the warning's last look worked with.
absl::Status AddLook(db::Transaction& t, const Warning& warning,
                     v1::ExplainBadLotResponse& response) {
  ASSIGN_OR_RETURN(const auto look, store::FindLook(t, warning.org_id, warning.last_look));
  if (!look) return Internal("the look of a warning is gone");
  ASSIGN_OR_RETURN(const auto policy,
                   store::LoadBadLotPolicy(t, look->policy_org_id, look->policy_version));
  response.set_rule(convert::RuleText(policy));
  response.set_policy_shipped(policy.org_id.empty());
  response.set_policy_version(policy.version);
  response.set_series(look->series);
  response.set_statistic(warning.lot.scan.statistic);
  for (const double share : look->delays.shares()) response.add_delay_shares(share);
  return absl::OkStatus();
}

// Numbers the version after the newest one, which nobody else writes until the transaction ends.
absl::Status Follow(db::Transaction& t, std::string_view etag, BadLotPolicy& policy) {
  ASSIGN_OR_RETURN(const auto newest, store::LockNewestBadLotPolicy(t, policy.org_id));
  if (!etag.empty() && (!newest || etag != convert::Etag(*newest))) {
    return error::BadLotPolicyChanged();
  }
  policy.version = newest ? newest->version + 1 : 1;
  FieldViolations violations;
  violations.Check(!newest || policy.effective >= newest->effective, "policy.effective_time",
                   fmt::format("must not be before that of version {}", policy.version - 1));
  return violations.ToStatus();
}

}  // namespace

absl::StatusOr<v1::BadLotPolicy> InsightHandlers::GetBadLotPolicy(
    const RequestContext& ctx, const v1::GetBadLotPolicyRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  const absl::Time at = request.has_at_time()
                            ? fields::Instant(request.at_time(), "at_time", violations)
                            : NowOf(ctx);
  RETURN_IF_ERROR(violations.ToStatus());
  ASSIGN_OR_RETURN(const auto policy,
                   deps_.database.RunInTransaction(ctx.deadline, [&](db::Transaction& t) {
                     return store::BadLotPolicyAt(t, ctx.org_id(), at);
                   }));
  return convert::ToProto(policy);
}

absl::StatusOr<v1::BadLotPolicy> InsightHandlers::SetBadLotPolicy(
    const RequestContext& ctx, const v1::SetBadLotPolicyRequest& request) const {
  RETURN_IF_ERROR(RequireAllShops(ctx));
  FieldViolations inner, violations;
  BadLotPolicy asked = convert::FromProto(request.policy(), NowOf(ctx), inner);
  violations.Merge("policy", inner);
  RETURN_IF_ERROR(violations.ToStatus());
  asked.org_id = std::string(ctx.org_id());
  asked.actor = ctx.principal.subject;
  asked.create_time = NowOf(ctx);
  return events::RunWrite<v1::BadLotPolicy>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::BadLotPolicy> {
        BadLotPolicy policy = asked;
        RETURN_IF_ERROR(Follow(t, request.policy().etag(), policy));
        RETURN_IF_ERROR(store::AddBadLotPolicy(t, policy));
        return convert::ToProto(policy);
      });
}

absl::StatusOr<v1::ListBadLotWarningsResponse> InsightHandlers::ListBadLotWarnings(
    const RequestContext& ctx, const v1::ListBadLotWarningsRequest& request) const {
  RETURN_IF_ERROR(RequireAllShops(ctx));
  FieldViolations violations;
  const auto state = fields::OptionalEnum<v1::BadLotState>(request.state(), "state", violations);
  fields::OptionalText(request.sku(), 64, "sku", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  const std::string name(state == 0 ? ""
                                    : NameOf(static_cast<domain::insight::WarningState>(state)));
  ASSIGN_OR_RETURN(const int size, db::PageSize(request.page_size()));
  const uint64_t hash = db::FilterHash({ctx.method, ctx.org_id(), name, request.sku()});
  ASSIGN_OR_RETURN(const auto keys, db::DecodePageToken(request.page_token(), hash, 1));
  ASSIGN_OR_RETURN(const auto warnings,
                   deps_.database.RunInTransaction(ctx.deadline, [&](db::Transaction& t) {
                     return store::ListWarnings(t, ctx.org_id(), name, request.sku(),
                                                keys.empty() ? "" : keys[0], size + 1);
                   }));
  v1::ListBadLotWarningsResponse response;
  for (size_t i = 0; i < warnings.size() && i < static_cast<size_t>(size); ++i) {
    *response.add_warnings() = convert::ToProto(warnings[i]);
  }
  if (warnings.size() > static_cast<size_t>(size)) {
    response.set_next_page_token(db::EncodePageToken(hash, {warnings[size - 1].warning_id}));
  }
  return response;
}

absl::StatusOr<v1::ExplainBadLotResponse> InsightHandlers::ExplainBadLot(
    const RequestContext& ctx, const v1::ExplainBadLotRequest& request) const {
  RETURN_IF_ERROR(RequireAllShops(ctx));
  FieldViolations violations;
  fields::Id(request.warning_id(), "warning_id", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  ASSIGN_OR_RETURN(const int size, db::PageSize(request.page_size()));
  const uint64_t hash = db::FilterHash({ctx.method, ctx.org_id(), request.warning_id()});
  ASSIGN_OR_RETURN(const auto keys, db::DecodePageToken(request.page_token(), hash, 1));
  const std::string after = keys.empty() ? "" : keys[0];
  return deps_.database.RunInTransaction(
      ctx.deadline, [&](db::Transaction& t) -> absl::StatusOr<v1::ExplainBadLotResponse> {
        ASSIGN_OR_RETURN(const Warning warning,
                         Require(store::FindWarning(t, ctx.org_id(), request.warning_id()),
                                 request.warning_id()));
        ASSIGN_OR_RETURN(auto rows, store::LoadRows(t, warning, after, size + 1));
        v1::ExplainBadLotResponse response;
        RETURN_IF_ERROR(AddLook(t, warning, response));
        if (rows.complaints.size() > static_cast<size_t>(size)) {
          rows.complaints.resize(size);
          response.set_next_page_token(db::EncodePageToken(hash, {rows.complaints.back().case_id}));
        }
        *response.mutable_warning() = convert::ToProto(warning);
        convert::AddRows(rows, response);
        return response;
      });
}

absl::StatusOr<v1::BadLotWarning> InsightHandlers::JudgeBadLot(
    const RequestContext& ctx, const v1::JudgeBadLotRequest& request) const {
  RETURN_IF_ERROR(RequireAllShops(ctx));
  FieldViolations violations;
  fields::Id(request.warning_id(), "warning_id", violations);
  const auto verdict =
      fields::RequiredEnum<v1::BadLotState>(request.verdict(), "verdict", violations);
  violations.Check(verdict != v1::BAD_LOT_STATE_OPEN, "verdict", "must be confirmed or dismissed");
  const std::string note =
      fields::Text(request.note(), convert::kMaxWords, "note", violations, /*lines=*/true);
  RETURN_IF_ERROR(violations.ToStatus());
  ASSIGN_OR_RETURN(const absl::TimeZone zone, LoadZone(store::kDefaultZone));
  return events::RunWrite<v1::BadLotWarning>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::BadLotWarning> {
        ASSIGN_OR_RETURN(Warning warning,
                         Require(store::LockWarning(t, ctx.org_id(), request.warning_id()),
                                 request.warning_id()));
        if (!request.etag().empty() && request.etag() != convert::Etag(warning)) {
          return error::WarningChanged(warning.warning_id);
        }
        RETURN_IF_ERROR(
            domain::insight::Judge(warning, static_cast<domain::insight::WarningState>(verdict),
                                   note, ctx.principal.subject, NowOf(ctx), DayOf(ctx.now, zone)));
        RETURN_IF_ERROR(store::SaveWarning(t, warning));
        v1::BadLotJudged event;
        *event.mutable_warning() = convert::ToProto(warning);
        RETURN_IF_ERROR(events::Append(t, ctx.org_id(), warning.warning_id, event, NowOf(ctx)));
        t.AfterCommit(deps_.on_events);
        return event.warning();
      });
}

}  // namespace kefu::aftersales
