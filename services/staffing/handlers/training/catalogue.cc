// The catalogue of training.
#include "services/staffing/handlers/training/support.h"
#include "services/staffing/handlers/training/training_handlers.h"

namespace kefu::staffing {

absl::StatusOr<v1::TrainingCatalogue> TrainingHandlers::GetTrainingCatalogue(
    const RequestContext& ctx, const v1::GetTrainingCatalogueRequest&) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  ASSIGN_OR_RETURN(const auto body, store::LastPolicy(store::Reader(deps_.database, ctx.deadline),
                                                      ctx.org_id(), kTrainingPolicy));
  if (!body) return convert::ToProto(training::ShippedCatalogue());
  v1::TrainingCatalogue catalogue;
  if (!catalogue.ParseFromString(*body)) return Internal("a stored catalogue does not parse");
  return catalogue;
}

absl::StatusOr<v1::TrainingCatalogue> TrainingHandlers::SetTrainingCatalogue(
    const RequestContext& ctx, const v1::SetTrainingCatalogueRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations inner, violations;
  const training::Catalogue asked = convert::FromProto(request.catalogue(), inner);
  violations.Merge("catalogue", inner);
  RETURN_IF_ERROR(violations.ToStatus());
  if (!ctx.principal.shops.empty()) return error::ShopNotAllowed("");
  return events::RunWrite<v1::TrainingCatalogue>(
      deps_.database, ctx, request,
      [&](db::Transaction& t) -> absl::StatusOr<v1::TrainingCatalogue> {
        RETURN_IF_ERROR(RegisteredOrganization(t, ctx).status());
        // The organization's row makes versions follow each other.
        RETURN_IF_ERROR(store::Lock<domain::Organization>(t, ctx.org_id(), ctx.org_id()).status());
        ASSIGN_OR_RETURN(const training::Catalogue before, TrainingCatalogueOf(t, ctx.org_id()));
        v1::TrainingCatalogueChanged event;
        v1::TrainingCatalogue& catalogue = *event.mutable_catalogue();
        catalogue = convert::ToProto(asked);
        catalogue.set_version(before.version + 1);
        catalogue.set_actor(ctx.principal.subject);
        *catalogue.mutable_create_time() = kefu::convert::ToProto(ctx.now);
        RETURN_IF_ERROR(store::InsertPolicy(t, ctx.org_id(), kTrainingPolicy, catalogue.version(),
                                            catalogue.SerializeAsString()));
        RETURN_IF_ERROR(Publish(deps_, t, ctx, ctx.org_id(), event));
        return catalogue;
      });
}

}  // namespace kefu::staffing
