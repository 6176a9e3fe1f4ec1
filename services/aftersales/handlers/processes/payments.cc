// Reading payments.
#include "services/aftersales/store/payments.h"
#include "common/convert/fields.h"
#include "common/db/page_token.h"
#include "common/time/civil.h"
#include "fmt/format.h"
#include "services/aftersales/errors_processes.h"
#include "services/aftersales/handlers/pages.h"
#include "services/aftersales/handlers/processes/processes.h"
#include "services/aftersales/handlers/scope.h"
#include "services/aftersales/processes/local_actions.h"

namespace kefu::aftersales {
namespace {

namespace fields = ::kefu::convert;

v1::Payment Shown(const RequestContext& ctx, const store::Payment& payment) {
  v1::Payment proto = ToProto(payment);
  if (ViewOf(ctx) == convert::View::kMasked) proto.set_party(convert::Masked(payment.party));
  return proto;
}

absl::StatusOr<store::PaymentFilter> FilterOf(const RequestContext& ctx,
                                              const v1::ListPaymentsRequest& request) {
  FieldViolations violations;
  store::PaymentFilter filter;
  filter.case_id = fields::OptionalId(request.case_id(), "case_id", violations);
  filter.order_id = fields::OptionalId(request.order_id(), "order_id", violations);
  fields::OptionalId(request.shop_id(), "shop_id", violations);
  violations.Check(request.order_id().empty() || !request.shop_id().empty(), "shop_id",
                   "must be set with order_id, which is unique in a shop only");
  const auto purpose =
      fields::OptionalEnum<v1::PaymentPurpose>(request.purpose(), "purpose", violations);
  const auto state = fields::OptionalEnum<v1::PaymentState>(request.state(), "state", violations);
  if (purpose != 0) filter.purpose = NameOf(static_cast<store::PaymentPurpose>(purpose));
  if (state != 0) filter.state = NameOf(static_cast<store::PaymentState>(state));
  RETURN_IF_ERROR(violations.ToStatus());
  store::CaseFilter reach;
  RETURN_IF_ERROR(SetReach(ctx, request.shop_id(), reach));
  filter.whole_org_id = reach.whole_org_id;
  filter.shops = reach.shops;
  filter.base_id = reach.base_id;
  return filter;
}

uint64_t HashOf(const RequestContext& ctx, const store::PaymentFilter& filter) {
  const std::string reach = ReachText(filter.whole_org_id, filter.shops);
  return db::FilterHash(
      {ctx.method, reach, filter.case_id, filter.order_id, filter.purpose, filter.state});
}

}  // namespace

absl::StatusOr<v1::Payment> ProcessHandlers::GetPayment(
    const RequestContext& ctx, const v1::GetPaymentRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  fields::Id(request.payment_id(), "payment_id", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  return deps_.database.RunInTransaction(
      ctx.deadline, [&](db::Transaction& t) -> absl::StatusOr<v1::Payment> {
        ASSIGN_OR_RETURN(const store::Payment payment,
                         InReach<store::Payment>(
                             t, ctx,
                             [&](std::string_view org_id) {
                               return store::FindPayment(t, org_id, request.payment_id());
                             },
                             error::PaymentNotFound(request.payment_id())));
        return Shown(ctx, payment);
      });
}

absl::StatusOr<v1::ListPaymentsResponse> ProcessHandlers::ListPayments(
    const RequestContext& ctx, const v1::ListPaymentsRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  ASSIGN_OR_RETURN(const store::PaymentFilter filter, FilterOf(ctx, request));
  store::PaymentPage page;
  ASSIGN_OR_RETURN(page.limit, db::PageSize(request.page_size()));
  const uint64_t hash = HashOf(ctx, filter);
  ASSIGN_OR_RETURN(const auto keys, db::DecodePageToken(request.page_token(), hash, 2));
  if (!keys.empty()) {
    page.after_time = FromMicros(NumberIn(keys[0]));
    page.after_id = keys[1];
  }
  ASSIGN_OR_RETURN(const auto rows,
                   deps_.database.RunInTransaction(ctx.deadline, [&](db::Transaction& t) {
                     return store::ListPayments(t, filter, page);
                   }));
  v1::ListPaymentsResponse response;
  for (int i = 0; i < static_cast<int>(rows.size()) && i < page.limit; ++i) {
    *response.add_payments() = Shown(ctx, rows[i]);
  }
  if (static_cast<int>(rows.size()) > page.limit) {
    const store::Payment& last = rows[page.limit - 1];
    response.set_next_page_token(db::EncodePageToken(
        hash, {fmt::format("{}", ToMicros(last.create_time)), last.payment_id}));
  }
  return response;
}

}  // namespace kefu::aftersales
