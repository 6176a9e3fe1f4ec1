// The catalogue of conduct.
#include "common/time/civil.h"
#include "services/staffing/convert/conduct.h"
#include "services/staffing/errors_conduct.h"
#include "services/staffing/handlers/conduct/conduct_handlers.h"
#include "services/staffing/handlers/conduct/support.h"
#include "services/staffing/store/conduct.h"

namespace kefu::staffing {
namespace {

absl::StatusOr<conduct::Catalogue> FromRow(const store::CatalogueRow& row) {
  if (row.version == 0) return conduct::ShippedCatalogue();
  ASSIGN_OR_RETURN(conduct::Catalogue catalogue, convert::CatalogueFromBody(row.body));
  catalogue.version = row.version;
  catalogue.create_time = row.create_time;
  return catalogue;
}

}  // namespace

absl::StatusOr<conduct::Catalogue> CatalogueInForce(store::Reader reader, std::string_view org_id) {
  ASSIGN_OR_RETURN(const store::CatalogueRow row, store::LastCatalogue(reader, org_id));
  return FromRow(row);
}

absl::StatusOr<RecordedKind> KindOf(store::Reader reader, std::string_view org_id,
                                    const conduct::Event& event) {
  RecordedKind recorded;
  ASSIGN_OR_RETURN(const store::CatalogueRow row,
                   store::CatalogueVersion(reader, org_id, event.catalogue_version));
  ASSIGN_OR_RETURN(recorded.catalogue, FromRow(row));
  const conduct::Kind* const kind = recorded.catalogue.Find(event.kind_id);
  if (kind == nullptr) return Internal("an event's kind is not in its version of the catalogue");
  recorded.kind = *kind;
  return recorded;
}

absl::StatusOr<v1::ConductCatalogue> ConductHandlers::SetConductCatalogue(
    const RequestContext& ctx, const v1::SetConductCatalogueRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations inner, violations;
  const conduct::Catalogue asked = convert::FromProto(request.catalogue(), inner);
  violations.Merge("catalogue", inner);
  RETURN_IF_ERROR(violations.ToStatus());
  return events::RunWrite<v1::ConductCatalogue>(
      deps_.database, ctx, request,
      [&](db::Transaction& t) -> absl::StatusOr<v1::ConductCatalogue> {
        if (!ctx.principal.shops.empty()) return error::ShopNotAllowed("");
        RETURN_IF_ERROR(RegisteredOrganization(t, ctx));
        // The organization's row makes versions follow each other.
        RETURN_IF_ERROR(store::Lock<domain::Organization>(t, ctx.org_id(), ctx.org_id()));
        ASSIGN_OR_RETURN(const store::CatalogueRow last, store::LastCatalogue(t, ctx.org_id()));
        conduct::Catalogue catalogue = asked;
        catalogue.version = last.version + 1;
        catalogue.create_time = FromMicros(ToMicros(ctx.now));
        v1::ConductCatalogueChanged event;
        *event.mutable_catalogue() = convert::ToProto(catalogue);
        RETURN_IF_ERROR(store::InsertCatalogue(
            t, ctx.org_id(),
            {catalogue.version, event.catalogue().SerializeAsString(), catalogue.create_time},
            ctx.principal.subject));
        RETURN_IF_ERROR(Publish(deps_, t, ctx, ctx.org_id(), event));
        return event.catalogue();
      });
}

absl::StatusOr<v1::ConductCatalogue> ConductHandlers::GetConductCatalogue(
    const RequestContext& ctx, const v1::GetConductCatalogueRequest&) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  ASSIGN_OR_RETURN(const conduct::Catalogue catalogue,
                   CatalogueInForce(store::Reader(deps_.database, ctx.deadline), ctx.org_id()));
  return convert::ToProto(catalogue);
}

}  // namespace kefu::staffing
