// kefu.gateway.v1.GatewayService over gRPC, and the HTTP entrance, as parts of a kefu process.
#pragma once

#include <memory>

#include "absl/status/statusor.h"
#include "common/app/service_main.h"
#include "common/rpc/service_methods.h"
#include "kefu/gateway/v1/gateway_service.grpc.pb.h"
#include "services/gateway/views/views.h"

namespace kefu::gateway {

// Thread-safe. Dispatcher and views outlive it.
class GatewayServiceImpl final : public rpc::Service<v1::GatewayService> {
 public:
  GatewayServiceImpl(rpc::Dispatcher& dispatcher, const Views& views)
      : Service(dispatcher), views_(views) {}

  KEFU_UNARY(GetShopDay, v1::GetShopDayRequest, v1::GetShopDayResponse,
             views_.GetShopDay(ctx, request))
  KEFU_UNARY(GetShopPeriod, v1::GetShopPeriodRequest, v1::GetShopPeriodResponse,
             views_.GetShopPeriod(ctx, request))

 private:
  const Views& views_;
};

// Declares the gateway's own configuration keys.
void AddKeys(config::Spec& spec);

// The service for app::ServiceMain.
absl::StatusOr<std::unique_ptr<app::Service>> MakeService(const app::Dependencies& deps);

}  // namespace kefu::gateway
