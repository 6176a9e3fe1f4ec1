// What OrderService does, call by call.
#pragma once

#include "absl/status/statusor.h"
#include "common/context/request_context.h"
#include "kefu/aftersales/v1/orders.pb.h"
#include "services/aftersales/handlers/handlers.h"

namespace kefu::aftersales {

// Thread-safe; returns what Handlers return.
class OrderHandlers {
 public:
  explicit OrderHandlers(Dependencies dependencies) : deps_(std::move(dependencies)) {}

  absl::StatusOr<v1::PutOrdersResponse> PutOrders(const RequestContext& ctx,
                                                  const v1::PutOrdersRequest& request) const;
  absl::StatusOr<v1::Order> GetOrder(const RequestContext& ctx,
                                     const v1::GetOrderRequest& request) const;
  absl::StatusOr<v1::ListOrdersResponse> ListOrders(const RequestContext& ctx,
                                                    const v1::ListOrdersRequest& request) const;

 private:
  Dependencies deps_;
};

}  // namespace kefu::aftersales
