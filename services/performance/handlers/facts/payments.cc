// Payments that are told apart from their orders.
#include "services/performance/handlers/facts/fact_handlers.h"
#include "services/performance/handlers/imports/import_stream.h"

namespace kefu::performance {

absl::StatusOr<v1::ImportResponse> FactHandlers::ImportPayments(
    const RequestContext& ctx, rpc::StreamReader<v1::ImportPaymentsRequest>& reader) const {
  return imports::Import<imports::Payments>(deps_, ctx).Run(reader);
}

}  // namespace kefu::performance
