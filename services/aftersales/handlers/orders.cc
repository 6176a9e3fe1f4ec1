#include "services/aftersales/handlers/orders.h"

#include <set>
#include <utility>
#include <vector>

#include "common/convert/fields.h"
#include "common/db/page_token.h"
#include "common/events/write.h"
#include "common/status/error.h"
#include "fmt/format.h"
#include "services/aftersales/convert/orders.h"
#include "services/aftersales/errors.h"
#include "services/aftersales/handlers/scope.h"
#include "services/aftersales/store/orders.h"

namespace kefu::aftersales {
namespace {

namespace fields = ::kefu::convert;

// One answer and one transaction: as many as one statement may name.
constexpr int kMaxOrders = 1000;

std::string Words(const absl::Status& status) {
  const auto request = GetDetail<google::rpc::BadRequest>(status);
  if (!request) return std::string(status.message());
  std::string words;
  for (const auto& violation : request->field_violations()) {
    words += fmt::format("{}{}: {}", words.empty() ? "" : "; ", violation.field(),
                         violation.description());
  }
  return words;
}

v1::PutOrderOutcome OutcomeOf(const store::Put& put) {
  if (put.stored) return v1::PUT_ORDER_OUTCOME_STORED;
  return put.different.empty() ? v1::PUT_ORDER_OUTCOME_UNCHANGED : v1::PUT_ORDER_OUTCOME_CONFLICT;
}

struct Asked {
  std::vector<domain::Order> orders;          // those that may be kept
  std::vector<int> at;                        // where each stands in the request
  std::vector<v1::PutOrderResult> results{};  // one an order of the request
};

absl::Status CheckOne(const RequestContext& ctx, const v1::Order& proto, domain::Order& order,
                      std::set<std::pair<std::string, std::string>>& seen) {
  FieldViolations violations;
  order = convert::FromProto(proto, NowOf(ctx), violations);
  violations.Check(seen.emplace(proto.shop_id(), proto.order_id()).second, "order_id",
                   "stands twice in the request");
  RETURN_IF_ERROR(violations.ToStatus());
  ASSIGN_OR_RETURN(order.org_id, OrgOfShop(ctx, order.shop_id));
  return absl::OkStatus();
}

Asked Check(const RequestContext& ctx, const v1::PutOrdersRequest& request) {
  Asked asked;
  std::set<std::pair<std::string, std::string>> seen;
  for (int i = 0; i < request.orders_size(); ++i) {
    domain::Order order;
    v1::PutOrderResult& result = asked.results.emplace_back();
    result.set_order_id(request.orders(i).order_id());
    const absl::Status fault = CheckOne(ctx, request.orders(i), order, seen);
    if (fault.ok()) {
      asked.orders.push_back(std::move(order));
      asked.at.push_back(i);
    } else {
      result.set_outcome(v1::PUT_ORDER_OUTCOME_REFUSED);
      result.set_error_reason(std::string(ReasonOf(fault)));
      result.set_error_description(Words(fault));
    }
  }
  return asked;
}

}  // namespace

absl::StatusOr<v1::PutOrdersResponse> OrderHandlers::PutOrders(
    const RequestContext& ctx, const v1::PutOrdersRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  violations.Check(request.orders_size() >= 1 && request.orders_size() <= kMaxOrders, "orders",
                   fmt::format("must have 1 to {} items", kMaxOrders));
  RETURN_IF_ERROR(violations.ToStatus());
  const Asked asked = Check(ctx, request);
  return events::RunWrite<v1::PutOrdersResponse>(
      deps_.database, ctx, request,
      [&](db::Transaction& t) -> absl::StatusOr<v1::PutOrdersResponse> {
        std::vector<const domain::Order*> orders;
        for (const domain::Order& order : asked.orders) orders.push_back(&order);
        ASSIGN_OR_RETURN(const std::vector<store::Put> put, store::PutOrders(t, orders));
        v1::PutOrdersResponse response;
        for (const v1::PutOrderResult& result : asked.results) *response.add_results() = result;
        for (size_t i = 0; i < put.size(); ++i) {
          v1::PutOrderResult& result = *response.mutable_results(asked.at[i]);
          result.set_outcome(OutcomeOf(put[i]));
          for (const std::string& field : put[i].different) result.add_different_fields(field);
        }
        return response;
      });
}

absl::StatusOr<v1::Order> OrderHandlers::GetOrder(const RequestContext& ctx,
                                                  const v1::GetOrderRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  fields::Id(request.shop_id(), "shop_id", violations);
  fields::Id(request.order_id(), "order_id", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  ASSIGN_OR_RETURN(const std::string org_id, OrgOfShop(ctx, request.shop_id()));
  ASSIGN_OR_RETURN(const std::optional<domain::Order> order,
                   deps_.database.RunInTransaction(ctx.deadline, [&](db::Transaction& t) {
                     return store::FindOrder(t, org_id, request.shop_id(), request.order_id());
                   }));
  if (!order) return error::OrderNotFound(request.order_id());
  return convert::ToProto(*order, ViewOf(ctx));
}

absl::StatusOr<v1::ListOrdersResponse> OrderHandlers::ListOrders(
    const RequestContext& ctx, const v1::ListOrdersRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  fields::Id(request.shop_id(), "shop_id", violations);
  violations.Check(request.customer_id().empty() || ViewOf(ctx) == convert::View::kFull,
                   "customer_id", "must be empty: a base sees buyers masked");
  RETURN_IF_ERROR(violations.ToStatus());
  ASSIGN_OR_RETURN(const std::string org_id, OrgOfShop(ctx, request.shop_id()));
  ASSIGN_OR_RETURN(const int size, db::PageSize(request.page_size()));
  const uint64_t hash =
      db::FilterHash({ctx.method, org_id, request.shop_id(), request.customer_id()});
  ASSIGN_OR_RETURN(const auto keys, db::DecodePageToken(request.page_token(), hash, 1));
  ASSIGN_OR_RETURN(const auto orders,
                   deps_.database.RunInTransaction(ctx.deadline, [&](db::Transaction& t) {
                     return store::ListOrders(t, org_id, request.shop_id(), request.customer_id(),
                                              keys.empty() ? "" : keys[0], size + 1);
                   }));
  v1::ListOrdersResponse response;
  for (size_t i = 0; i < orders.size() && i < static_cast<size_t>(size); ++i) {
    *response.add_orders() = convert::ToProto(orders[i], ViewOf(ctx));
  }
  if (orders.size() > static_cast<size_t>(size)) {
    response.set_next_page_token(db::EncodePageToken(hash, {orders[size - 1].order_id}));
  }
  return response;
}

}  // namespace kefu::aftersales
