// Publishing definitions, and telling which there are.
#include "services/performance/convert/definitions.h"

#include <map>

#include "common/auth/principal.h"
#include "common/convert/fields.h"
#include "common/db/errors.h"
#include "common/events/write.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/performance/domain/definitions.h"
#include "services/performance/errors.h"
#include "services/performance/handlers/facts/fact_handlers.h"
#include "services/performance/handlers/scope.h"
#include "services/performance/recompute/definition_book.h"
#include "services/performance/store/definitions.h"
#include "services/performance/store/quality.h"

namespace kefu::performance {
namespace {

// From now on the organization's shops of its platforms are scored by it.
absl::Status ActivateOnPlatforms(db::Transaction& t, const std::string& org_id,
                                 const domain::MetricDefinition& definition) {
  for (const std::string& platform : definition.platforms) {
    ASSIGN_OR_RETURN(const auto of_platform, DefinitionsOfPlatform(t, org_id, platform));
    ASSIGN_OR_RETURN(const int most, MostActive(t, org_id));
    if (static_cast<int>(of_platform.size()) > most)
      return error::TooManyDefinitions(platform, most);
  }
  ASSIGN_OR_RETURN(const auto shops, store::SettingsOfOrg(t, org_id));
  for (const domain::Settings& shop : shops) {
    if (!domain::IsOfPlatform(definition, shop.platform)) continue;
    RETURN_IF_ERROR(ActivateWithinLimit(t, {org_id, shop.shop_id}, definition.Key()));
  }
  return absl::OkStatus();
}

// What a definition is as its organization publishes it, after the newest version.
domain::MetricDefinition After(const domain::MetricDefinition& newest,
                               domain::MetricDefinition definition) {
  definition.version = newest.version;
  definition.sums_version = newest.sums_version;
  if (definition.platforms.empty() && !definition.no_platforms) {
    definition.platforms = newest.platforms;
    definition.no_platforms = newest.no_platforms;
  }
  if (definition == newest) return definition;
  ++definition.version;
  definition.sums_version = definition.version;
  if (domain::ComputesAlike(newest, definition))
    definition.sums_version = newest.sums_version == 0 ? newest.version : newest.sums_version;
  return definition;
}

// Stores the definition as the next version of its id. What says the same as the newest version is
// that version.
absl::StatusOr<domain::MetricDefinition> Publish(db::Transaction& t, const std::string& org_id,
                                                 domain::MetricDefinition definition) {
  const absl::StatusOr<DefinitionPtr> newest = FindDefinition(t, org_id, definition.id);
  if (!newest.ok() && !absl::IsInvalidArgument(newest.status())) return newest.status();
  definition.version = definition.sums_version = 1;
  if (newest.ok()) definition = After(**newest, definition);
  if (newest.ok() && definition == **newest) return definition;
  RETURN_IF_ERROR(store::LockShops(t, org_id));
  v1::MetricDefinition proto = convert::ToProto(definition);
  const absl::Status stored = store::InsertDefinition(t, org_id, definition.id, definition.version,
                                                      proto.SerializeAsString());
  // Another has published meanwhile: once more, with the version after that.
  if (absl::IsAlreadyExists(stored))
    return Aborted(db::kConflict, "another version of the definition was published meanwhile");
  RETURN_IF_ERROR(stored);
  if (newest.ok() && (*newest)->Key() != definition.Key()) {
    ASSIGN_OR_RETURN(const auto shops, store::ShopsWithKey(t, org_id, (*newest)->Key()));
    for (const std::string& shop_id : shops)
      RETURN_IF_ERROR(Supersede(t, {org_id, shop_id}, (*newest)->Key(), definition.Key()));
  }
  RETURN_IF_ERROR(ActivateOnPlatforms(t, org_id, definition));
  ASSIGN_OR_RETURN(const auto scored, store::ShopsWithKey(t, org_id, definition.Key()));
  for (const std::string& shop_id : scored) {
    const store::Scope shop{org_id, shop_id};
    ASSIGN_OR_RETURN(const auto settings, store::LoadSettings(t, shop));
    if (settings) RETURN_IF_ERROR(RequireRoom(t, shop, settings->platform));
  }
  return definition;
}

// Those that ship and the organization's, and by which of them a shop, if any, is scored.
absl::StatusOr<v1::ListMetricDefinitionsResponse> ListAll(db::Transaction& t,
                                                          const std::string& org_id,
                                                          const store::Scope* shop) {
  v1::ListMetricDefinitionsResponse response;
  for (const domain::MetricDefinition& shipped : domain::Definitions())
    *response.add_definitions() = convert::ToProto(shipped);
  std::map<std::string, std::string> newest;  // names by what their sums are stored under
  ASSIGN_OR_RETURN(const auto bodies, store::LoadDefinitions(t, org_id));
  for (const std::string& body : bodies) {
    ASSIGN_OR_RETURN(const auto published, convert::DefinitionFromBody(body));
    *response.add_definitions() = convert::ToProto(published);
    newest[published.Key()] = published.Name();
  }
  if (shop == nullptr) return response;
  ASSIGN_OR_RETURN(const auto keys, store::ActiveKeys(t, *shop));
  for (const std::string& key : keys) {
    const auto name = newest.find(key);
    response.add_active(name == newest.end() ? key : name->second);
  }
  return response;
}

constexpr int kLeastMostActive = 2, kMostMostActive = 32;  // "default" and the platform's own
constexpr absl::CivilDay kAlways(1000, 1, 1);

}  // namespace

absl::StatusOr<v1::DefinitionPolicy> FactHandlers::SetDefinitionPolicy(
    const RequestContext& ctx, const v1::SetDefinitionPolicyRequest& request) const {
  RETURN_IF_ERROR(RequireWholeOrganization(ctx));
  FieldViolations violations;
  kefu::convert::Number(request.policy().most_active(), kLeastMostActive, kMostMostActive,
                        "policy.most_active", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  return events::RunWrite<v1::DefinitionPolicy>(
      deps_.database, ctx, request,
      [&](db::Transaction& t) -> absl::StatusOr<v1::DefinitionPolicy> {
        v1::DefinitionPolicy policy = request.policy();
        policy.clear_version();
        ASSIGN_OR_RETURN(const int64_t version,
                         store::AddPolicy(t, {ctx.principal.org_id, ""}, kDefinitionPolicy, "",
                                          kAlways, policy.SerializeAsString()));
        policy.set_version(version);
        return policy;
      });
}

absl::StatusOr<v1::DefinitionPolicy> FactHandlers::GetDefinitionPolicy(
    const RequestContext& ctx, const v1::GetDefinitionPolicyRequest&) const {
  return deps_.database.RunInTransaction(
      ctx.deadline, [&](db::Transaction& t) -> absl::StatusOr<v1::DefinitionPolicy> {
        ASSIGN_OR_RETURN(const auto stored,
                         store::PolicyOn(t, {ctx.principal.org_id, ""}, kDefinitionPolicy, "",
                                         absl::CivilDay()));
        v1::DefinitionPolicy policy;
        ASSIGN_OR_RETURN(const int most, MostActive(t, ctx.principal.org_id));
        policy.set_most_active(most);
        if (stored) policy.set_version(stored->version);
        return policy;
      });
}

absl::StatusOr<v1::MetricDefinition> FactHandlers::PublishMetricDefinition(
    const RequestContext& ctx, const v1::PublishMetricDefinitionRequest& request) const {
  RETURN_IF_ERROR(RequireWholeOrganization(ctx));
  const domain::MetricDefinition definition = convert::DefinitionFrom(request.definition());
  FieldViolations violations;
  domain::Check(definition, violations);
  RETURN_IF_ERROR(violations.ToStatus());
  return events::RunWrite<v1::MetricDefinition>(
      deps_.database, ctx, request,
      [&](db::Transaction& t) -> absl::StatusOr<v1::MetricDefinition> {
        ASSIGN_OR_RETURN(const auto published, Publish(t, ctx.principal.org_id, definition));
        return convert::ToProto(published);
      });
}

absl::StatusOr<v1::ListMetricDefinitionsResponse> FactHandlers::ListMetricDefinitions(
    const RequestContext& ctx, const v1::ListMetricDefinitionsRequest& request) const {
  std::string org_id = ctx.principal.org_id;
  std::optional<ShopScope> shop;
  if (!request.shop_id().empty()) {
    ASSIGN_OR_RETURN(shop, RequireShopScope(deps_.database, ctx, request.shop_id(), ctx.deadline));
    org_id = shop->scope.org_id;
  }
  return deps_.database.RunInTransaction(ctx.deadline, [&](db::Transaction& t) {
    return ListAll(t, org_id, shop ? &shop->scope : nullptr);
  });
}

absl::StatusOr<v1::ListMetricDefinitionsResponse> FactHandlers::DeactivateMetricDefinition(
    const RequestContext& ctx, const v1::DeactivateMetricDefinitionRequest& request) const {
  FieldViolations violations;
  kefu::convert::Id(request.shop_id(), "shop_id", violations);
  violations.Check(!request.definition_id().empty(), "definition_id", "is required");
  RETURN_IF_ERROR(violations.ToStatus());
  ASSIGN_OR_RETURN(const ShopScope shop,
                   RequireShopScope(deps_.database, ctx, request.shop_id(), ctx.deadline));
  return events::RunWrite<v1::ListMetricDefinitionsResponse>(
      deps_.database, ctx, request,
      [&](db::Transaction& t) -> absl::StatusOr<v1::ListMetricDefinitionsResponse> {
        ASSIGN_OR_RETURN(const auto settings, store::LoadSettings(t, shop.scope, /*lock=*/true));
        ASSIGN_OR_RETURN(const auto definition,
                         FindDefinition(t, shop.scope.org_id, request.definition_id()));
        ASSIGN_OR_RETURN(const auto needed,
                         DefinitionsOfPlatform(t, shop.scope.org_id, settings->platform));
        for (const DefinitionPtr& each : needed) {
          if (each->Key() == definition->Key()) return error::DefinitionNeeded(each->Name());
        }
        RETURN_IF_ERROR(TakeBack(t, shop.scope, definition->Key()));
        return ListAll(t, shop.scope.org_id, &shop.scope);
      });
}

}  // namespace kefu::performance
