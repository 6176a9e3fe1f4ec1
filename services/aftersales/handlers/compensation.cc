// Quotes of compensation, one by one and many at once.
#include <map>

#include "common/convert/fields.h"
#include "common/status/status_macros.h"
#include "services/aftersales/convert/compensation.h"
#include "services/aftersales/errors.h"
#include "services/aftersales/handlers/handlers.h"
#include "services/aftersales/handlers/scope.h"
#include "services/aftersales/store/compensation.h"
#include "services/aftersales/store/orders.h"

namespace kefu::aftersales {
namespace {

constexpr int kMaxQuestions = 1000;  // the contract's

// Answers questions, reading the policy of each shop once.
class Quoter {
 public:
  Quoter(db::Transaction& t, const RequestContext& ctx) : t_(t), ctx_(ctx) {}

  absl::StatusOr<v1::Compensation> Quote(const v1::QuoteCompensationRequest& request) {
    ASSIGN_OR_RETURN(const std::optional<domain::Order> order, OrderOf(request));
    FieldViolations violations;
    const domain::CompensationQuestion question = convert::FromProto(request, order, violations);
    RETURN_IF_ERROR(violations.ToStatus());
    ASSIGN_OR_RETURN(const domain::CompensationPolicy* policy, PolicyOf(request.shop_id()));
    ASSIGN_OR_RETURN(const auto quote, domain::Compute(*policy, question));
    return convert::ToProto(*policy, question.kind, quote);
  }

 private:
  // Read only where the question leaves out what an order tells.
  absl::StatusOr<std::optional<domain::Order>> OrderOf(
      const v1::QuoteCompensationRequest& request) {
    const bool of_freight = request.kind() == v1::COMPENSATION_KIND_FREIGHT;
    const bool lacks = !request.has_paid() || (of_freight && !request.has_freight());
    FieldViolations wrong;  // told with all the others
    ::kefu::convert::Id(request.shop_id(), "shop_id", wrong);
    ::kefu::convert::Id(request.order_id(), "order_id", wrong);
    if (!lacks || !wrong.empty()) return std::nullopt;
    ASSIGN_OR_RETURN(const std::string org_id, OrgOfShop(ctx_, request.shop_id()));
    ASSIGN_OR_RETURN(auto order,
                     store::FindOrder(t_, org_id, request.shop_id(), request.order_id()));
    // Of a freight that is said, what was paid matters to a policy that caps alone.
    const bool needed = of_freight ? !request.has_freight() : !request.has_paid();
    if (!order && needed) return error::OrderUnknown(request.order_id());
    return order;
  }

  absl::StatusOr<const domain::CompensationPolicy*> PolicyOf(const std::string& shop_id) {
    const auto known = policies_.find(shop_id);
    if (known != policies_.end()) return &known->second;
    store::Shop shop{std::string(ctx_.org_id()), "", "", {}};
    if (!shop_id.empty()) {
      ASSIGN_OR_RETURN(const std::string org_id, OrgOfShop(ctx_, shop_id));
      ASSIGN_OR_RETURN(shop, store::FindShop(t_, org_id, shop_id));
    }
    ASSIGN_OR_RETURN(auto policy, store::ChooseCompensationPolicy(t_, shop, NowOf(ctx_)));
    return &policies_.emplace(shop_id, std::move(policy)).first->second;
  }

  db::Transaction& t_;
  const RequestContext& ctx_;
  std::map<std::string, domain::CompensationPolicy> policies_;
};

// The database's own failures are those of the call; everything else is the question's outcome.
bool IsOutcome(const absl::Status& status) {
  return absl::IsInvalidArgument(status) || absl::IsOutOfRange(status) ||
         absl::IsPermissionDenied(status) || absl::IsNotFound(status);
}

}  // namespace

absl::StatusOr<v1::Compensation> Handlers::QuoteCompensation(
    const RequestContext& ctx, const v1::QuoteCompensationRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  return deps_.database.RunInTransaction(
      ctx.deadline, [&](db::Transaction& t) { return Quoter(t, ctx).Quote(request); });
}

absl::StatusOr<v1::BatchQuoteCompensationResponse> Handlers::BatchQuoteCompensation(
    const RequestContext& ctx, const v1::BatchQuoteCompensationRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  violations.Check(request.requests_size() >= 1 && request.requests_size() <= kMaxQuestions,
                   "requests", "must have 1 to 1000 items");
  RETURN_IF_ERROR(violations.ToStatus());
  return deps_.database.RunInTransaction(
      ctx.deadline, [&](db::Transaction& t) -> absl::StatusOr<v1::BatchQuoteCompensationResponse> {
        v1::BatchQuoteCompensationResponse response;
        Quoter quoter(t, ctx);
        for (const v1::QuoteCompensationRequest& question : request.requests()) {
          v1::CompensationQuote& added = *response.add_quotes();
          added.set_order_id(question.order_id());
          auto quote = quoter.Quote(question);
          if (quote.ok()) {
            *added.mutable_compensation() = *std::move(quote);
          } else if (IsOutcome(quote.status())) {
            added.set_error_reason(ReasonOf(quote.status()));
            added.set_error_description(std::string(quote.status().message()));
          } else {
            return quote.status();
          }
        }
        return response;
      });
}

}  // namespace kefu::aftersales
