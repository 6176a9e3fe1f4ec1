#include "bench/scale/calls.h"

#include <grpcpp/grpcpp.h>

#include <memory>

#include "common/rpc/client.h"
#include "common/status/status_macros.h"
#include "fmt/format.h"
#include "kefu/warehouse/v1/warehouse_service.grpc.pb.h"

namespace kefu::bench {
namespace {

namespace v1 = warehouse::v1;
using Stub = v1::WarehouseService::Stub;

constexpr int kSkusPerCall = 10;
constexpr int64_t kStride = 7919;  // a prime: callers walk over all SKUs before they repeat one

std::shared_ptr<Stub> Connect(const std::string& target) {
  return v1::WarehouseService::NewStub(
      grpc::CreateChannel(target, grpc::InsecureChannelCredentials()));
}

}  // namespace

MakeCaller AvailabilityCaller(const std::string& target, const std::string& token,
                              const StockPlan& plan, bool exact) {
  const auto stub = Connect(target);
  return [=](int caller) -> std::function<absl::Status()> {
    const rpc::CallOptions options{.timeout = absl::Seconds(30), .token = token};
    return [=, at = int64_t{caller} * 104'729]() mutable -> absl::Status {
      v1::GetAvailabilityRequest request;
      request.set_exact(exact);
      for (int i = 0; i < kSkusPerCall; ++i) {
        at += kStride;
        request.add_sku_ids(SkuId(at % plan.skus));
      }
      ASSIGN_OR_RETURN(const auto response,
                       rpc::Call(*stub, &Stub::GetAvailability, request, options));
      const int64_t expected = kSkusPerCall * plan.nodes_per_sku();
      if (response.levels_size() == expected) return absl::OkStatus();
      return absl::InternalError(fmt::format("{} of {} levels", response.levels_size(), expected));
    };
  };
}

MakeCaller PromiseCaller(const std::string& target, const std::string& token,
                         const StockPlan& plan) {
  const auto stub = Connect(target);
  return [=](int caller) -> std::function<absl::Status()> {
    const rpc::CallOptions options{.timeout = absl::Seconds(30), .token = token};
    return [=, at = int64_t{caller} * 104'729]() mutable -> absl::Status {
      v1::PromiseDateRequest request;
      at += kStride;
      v1::OrderLine& line = *request.add_lines();
      line.set_sku_id(SkuId(at % plan.skus));
      line.set_quantity(1);
      v1::Destination& to = *request.mutable_destination();
      to.set_region_code(fmt::format("{}", 110101 + at % 31 * 10'000));
      to.mutable_location()->set_latitude_micro_degrees(
          static_cast<int32_t>(22'000'000 + at * 7919 % 23'000'000));
      to.mutable_location()->set_longitude_micro_degrees(
          static_cast<int32_t>(100'000'000 + at * 104'729 % 22'000'000));
      ASSIGN_OR_RETURN(const auto response, rpc::Call(*stub, &Stub::PromiseDate, request, options));
      return response.parcels_size() > 0 ? absl::OkStatus()
                                         : absl::InternalError("a promise without a parcel");
    };
  };
}

}  // namespace kefu::bench
