// Publishing definitions, and telling which there are.
#include "services/performance/convert/definitions.h"
#include "common/auth/principal.h"
#include "common/convert/fields.h"
#include "common/events/write.h"
#include "common/status/status_macros.h"
#include "services/performance/domain/definitions.h"
#include "services/performance/errors.h"
#include "services/performance/handlers/facts/fact_handlers.h"
#include "services/performance/handlers/scope.h"
#include "services/performance/recompute/definition_book.h"
#include "services/performance/store/definitions.h"

namespace kefu::performance {
namespace {

// From now on `after` takes the place of the version before it in every shop where that is active.
// What does not change the sums changes nothing that was computed.
absl::Status Supersede(db::Transaction& t, const std::string& org_id,
                       const domain::MetricDefinition& before,
                       const domain::MetricDefinition& after) {
  const std::string key = after.Key();
  const bool alike = domain::ComputesAlike(before, after);
  ASSIGN_OR_RETURN(const auto shops, store::ShopsWithKey(t, org_id, before.Key()));
  for (const std::string& shop_id : shops) {
    const store::Scope scope{org_id, shop_id};
    RETURN_IF_ERROR(store::LoadSettings(t, scope, /*lock=*/true).status());
    RETURN_IF_ERROR(alike ? store::ActivateAlike(t, scope, key, before.Key())
                          : store::Activate(t, scope, key));
    RETURN_IF_ERROR(store::Deactivate(t, scope, before.Key()));
  }
  return absl::OkStatus();
}

// From now on the organization's shops of its platforms are scored by it.
absl::Status ActivateOnPlatforms(db::Transaction& t, const std::string& org_id,
                                 const domain::MetricDefinition& definition) {
  ASSIGN_OR_RETURN(const auto shops, store::SettingsOfOrg(t, org_id));
  for (const domain::Settings& shop : shops) {
    if (!domain::IsOfPlatform(definition, shop.platform)) continue;
    const store::Scope scope{org_id, shop.shop_id};
    RETURN_IF_ERROR(store::LoadSettings(t, scope, /*lock=*/true).status());
    ASSIGN_OR_RETURN(const auto keys, store::ActiveKeys(t, scope));
    if (!keys.contains(definition.Key()) && static_cast<int>(keys.size()) >= kMostActive)
      return error::TooManyDefinitions(shop.shop_id, kMostActive);
    RETURN_IF_ERROR(store::Activate(t, scope, definition.Key()));
  }
  return absl::OkStatus();
}

// Stores the definition as the next version of its id. What says the same as the newest version is
// that version.
absl::StatusOr<domain::MetricDefinition> Publish(db::Transaction& t, const std::string& org_id,
                                                 domain::MetricDefinition definition) {
  const absl::StatusOr<DefinitionPtr> newest = FindDefinition(t, org_id, definition.id);
  if (!newest.ok() && !absl::IsInvalidArgument(newest.status())) return newest.status();
  definition.version = newest.ok() ? (*newest)->version : 1;
  if (newest.ok() && definition.platforms.empty()) definition.platforms = (*newest)->platforms;
  if (newest.ok() && definition == **newest) return definition;
  if (newest.ok()) ++definition.version;
  RETURN_IF_ERROR(store::LockShops(t, org_id));
  v1::MetricDefinition proto = convert::ToProto(definition);
  const absl::Status stored = store::InsertDefinition(t, org_id, definition.id, definition.version,
                                                      proto.SerializeAsString());
  // Another has published meanwhile: once more, with the version after that.
  if (absl::IsAlreadyExists(stored)) return absl::AbortedError("a definition was just published");
  RETURN_IF_ERROR(stored);
  if (newest.ok()) RETURN_IF_ERROR(Supersede(t, org_id, **newest, definition));
  RETURN_IF_ERROR(ActivateOnPlatforms(t, org_id, definition));
  return definition;
}

// Those that ship and the organization's, and by which of them a shop, if any, is scored.
absl::StatusOr<v1::ListMetricDefinitionsResponse> ListAll(db::Transaction& t,
                                                          const std::string& org_id,
                                                          const store::Scope* shop) {
  v1::ListMetricDefinitionsResponse response;
  for (const domain::MetricDefinition& shipped : domain::Definitions())
    *response.add_definitions() = convert::ToProto(shipped);
  ASSIGN_OR_RETURN(const auto bodies, store::LoadDefinitions(t, org_id));
  for (const std::string& body : bodies) {
    ASSIGN_OR_RETURN(const auto published, convert::DefinitionFromBody(body));
    *response.add_definitions() = convert::ToProto(published);
  }
  if (shop == nullptr) return response;
  ASSIGN_OR_RETURN(const auto keys, store::ActiveKeys(t, *shop));
  for (const std::string& key : keys) response.add_active(key);
  return response;
}

}  // namespace

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
          if (each->Key() == definition->Key()) return error::DefinitionNeeded(each->Key());
        }
        RETURN_IF_ERROR(store::Deactivate(t, shop.scope, definition->Key()));
        return ListAll(t, shop.scope.org_id, &shop.scope);
      });
}

}  // namespace kefu::performance
