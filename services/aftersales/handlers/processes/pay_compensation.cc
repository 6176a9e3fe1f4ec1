// Compensation beside a case of another kind.
#include "common/convert/fields.h"
#include "common/events/write.h"
#include "services/aftersales/domain/compensation.h"
#include "services/aftersales/errors.h"
#include "services/aftersales/errors_processes.h"
#include "services/aftersales/handlers/authority.h"
#include "services/aftersales/handlers/handlers.h"
#include "services/aftersales/handlers/scope.h"
#include "services/aftersales/processes/compensations.h"
#include "services/aftersales/processes/start.h"
#include "services/aftersales/store/orders.h"

namespace kefu::aftersales {
namespace {

// What the policy in force gives for the case's order.
absl::StatusOr<Money> AmountOf(db::Transaction& t, const domain::Case& record,
                               domain::CompensationKind kind, absl::Time now) {
  ASSIGN_OR_RETURN(const auto order,
                   store::FindOrder(t, record.org_id, record.shop_id, record.order_id));
  if (!order) return error::OrderUnknown(record.order_id);
  ASSIGN_OR_RETURN(const PolicyQuote quoted, QuoteFor(t, *order, kind, now));
  if (quoted.quote.amount.minor == 0) return error::NothingToCompensate(order->order_id);
  return quoted.quote.amount;
}

absl::StatusOr<v1::Process> Pay(db::Transaction& t, const RequestContext& ctx,
                                const std::string& case_id, domain::CompensationKind kind,
                                IdGenerator& ids) {
  ASSIGN_OR_RETURN(const domain::Case record, RequireCase(t, ctx, case_id, Access::kLock));
  if (record.state != domain::CaseState::kDecided && record.state != domain::CaseState::kClosed) {
    return error::CaseNotDecided(NameOf(record.state));
  }
  ASSIGN_OR_RETURN(const Money amount, AmountOf(t, record, kind, NowOf(ctx)));
  RETURN_IF_ERROR(RequireAuthorityToPay(t, ctx, record, amount));
  ASSIGN_OR_RETURN(const store::ProcessRow row,
                   StartCompensation(t, record, kind, amount, NowOf(ctx), ids));
  return ToProto(row);
}

}  // namespace

absl::StatusOr<v1::Process> Handlers::PayCompensation(
    const RequestContext& ctx, const v1::PayCompensationRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  ::kefu::convert::Id(request.case_id(), "case_id", violations);
  const auto kind = static_cast<domain::CompensationKind>(
      ::kefu::convert::RequiredEnum<v1::CompensationKind>(request.kind(), "kind", violations));
  violations.Check(kind != domain::CompensationKind::kAdvance, "kind",
                   "must be late shipment or freight: advances are paid by disputes");
  RETURN_IF_ERROR(violations.ToStatus());
  events::WriteInfo info;
  absl::StatusOr<v1::Process> answer = events::RunWrite<v1::Process>(
      deps_.database, ctx, request,
      [&](db::Transaction& t) { return Pay(t, ctx, request.case_id(), kind, deps_.ids); }, &info);
  if (answer.ok() && info.replayed) {
    RETURN_IF_ERROR(CheckReach(deps_.database, ctx, request.case_id(), answer->shop_id()));
  }
  return answer;
}

}  // namespace kefu::aftersales
