#include "bench/scale/calls.h"

#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <string_view>

#include "bench/scale/meter.h"
#include "common/rpc/client.h"
#include "common/status/status_macros.h"
#include "fmt/format.h"
#include "kefu/warehouse/v1/warehouse_service.grpc.pb.h"

namespace kefu::bench {
namespace {

namespace v1 = warehouse::v1;
using Stub = v1::WarehouseService::Stub;

constexpr int kSkusPerCall = 10, kOrdersPerCall = 10, kSkusPerOrder = 2;
constexpr int64_t kStride = 7919;    // a prime: callers walk over all SKUs before they repeat one
constexpr int64_t kApart = 104'729;  // another: callers begin far from each other
constexpr int64_t kDaySeconds = 86'400;  // no reservation expires while others are timed
constexpr absl::Duration kCallTime = absl::Seconds(30);
constexpr auto kVerifyTime = std::chrono::hours(1);

std::shared_ptr<Stub> Connect(const std::string& target) {
  return v1::WarehouseService::NewStub(
      grpc::CreateChannel(target, grpc::InsecureChannelCredentials()));
}

// One of many places in 31 provinces.
void SetPlace(int64_t at, v1::Destination& to) {
  to.set_region_code(RegionCode(at));
  to.mutable_location()->set_latitude_micro_degrees(
      static_cast<int32_t>(22'000'000 + at * kStride % 23'000'000));
  to.mutable_location()->set_longitude_micro_degrees(
      static_cast<int32_t>(100'000'000 + at * kApart % 22'000'000));
}

absl::Status Expect(int64_t expected, int64_t found, std::string_view what) {
  if (found == expected) return absl::OkStatus();
  return absl::InternalError(fmt::format("{} {} where {} belong", found, what, expected));
}

}  // namespace

MakeCaller AvailabilityCaller(const std::string& target, const std::string& token,
                              const StockPlan& plan, Scope scope, bool exact) {
  const auto stub = Connect(target);
  return [=](int caller) -> std::function<absl::Status()> {
    const rpc::CallOptions options{.timeout = kCallTime, .token = token};
    return [=, at = caller * kApart]() mutable -> absl::Status {
      v1::GetAvailabilityRequest request;
      request.set_exact(exact);
      if (scope == Scope::kNetwork) request.set_network_node_id(NodeId(0));
      if (scope == Scope::kRegion) request.set_region_code(RegionCode(0).substr(0, 2));
      int64_t levels = 0;
      for (int i = 0; i < kSkusPerCall; ++i) {
        at += kStride;
        const int64_t sku = at % plan.skus;
        request.add_sku_ids(SkuId(sku));
        for (int64_t batch = 0; batch < plan.nodes_per_sku(); ++batch) {
          const int node = NodeOf(plan, sku, batch);
          levels += scope == Scope::kAll ||
                    (scope == Scope::kRegion ? ProvinceOf(node) == 0 : CentreOf(plan, node) == 0);
        }
      }
      ASSIGN_OR_RETURN(const auto response,
                       rpc::Call(*stub, &Stub::GetAvailability, request, options));
      return Expect(levels, response.levels_size(), "levels");
    };
  };
}

absl::Status AskOnce(const std::string& target, const std::string& token, const StockPlan& plan) {
  const auto stub = Connect(target);
  const rpc::CallOptions options{.timeout = kCallTime, .token = token};
  Meter meter("asking about all SKUs", plan.skus);
  for (int64_t from = 0; from < plan.skus; from += kSkusPerCall) {
    v1::GetAvailabilityRequest request;
    const int64_t end = std::min(from + kSkusPerCall, plan.skus);
    for (int64_t sku = from; sku < end; ++sku) request.add_sku_ids(SkuId(sku));
    RETURN_IF_ERROR(rpc::Call(*stub, &Stub::GetAvailability, request, options).status());
    meter.Add(end - from);
  }
  return absl::OkStatus();
}

MakeCaller AllocationCaller(const std::string& target, const std::string& token,
                            const StockPlan& plan) {
  const auto stub = Connect(target);
  return [=](int caller) -> std::function<absl::Status()> {
    const rpc::CallOptions options{.timeout = kCallTime, .token = token};
    return [=, at = caller * kApart]() mutable -> absl::Status {
      v1::AllocateRequest request;
      request.set_ttl_seconds(kDaySeconds);
      for (int i = 0; i < kOrdersPerCall; ++i) {
        v1::AllocationOrder& order = *request.add_orders();
        order.set_order_id(fmt::format("order-{}", i));
        for (int k = 0; k < kSkusPerOrder; ++k) {
          at += kStride;
          v1::OrderLine& line = *order.add_lines();
          line.set_sku_id(SkuId(at % plan.skus));
          line.set_quantity(1);
        }
        SetPlace(at, *order.mutable_destination());
      }
      ASSIGN_OR_RETURN(const auto response, rpc::Call(*stub, &Stub::Allocate, request, options));
      return Expect(kOrdersPerCall, response.allocated(), "orders allocated");
    };
  };
}

MakeCaller PromiseCaller(const std::string& target, const std::string& token,
                         const StockPlan& plan) {
  const auto stub = Connect(target);
  return [=](int caller) -> std::function<absl::Status()> {
    const rpc::CallOptions options{.timeout = kCallTime, .token = token};
    return [=, at = caller * kApart]() mutable -> absl::Status {
      v1::PromiseDateRequest request;
      at += kStride;
      v1::OrderLine& line = *request.add_lines();
      line.set_sku_id(SkuId(at % plan.skus));
      line.set_quantity(1);
      SetPlace(at, *request.mutable_destination());
      ASSIGN_OR_RETURN(const auto response, rpc::Call(*stub, &Stub::PromiseDate, request, options));
      return Expect(1, response.parcels_size(), "parcels");
    };
  };
}

absl::Status VerifyBooks(const std::string& target, const std::string& token,
                         const std::string& node_id) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + kVerifyTime);
  context.AddMetadata("authorization", "Bearer " + token);
  v1::VerifyLedgerRequest request;
  request.set_node_id(node_id);
  const auto reader = Connect(target)->VerifyLedger(&context, request);
  absl::Status verified = absl::InternalError("no verdict");
  v1::VerifyLedgerResponse part;
  while (reader->Read(&part)) {
    if (!part.has_verdict()) continue;
    const v1::LedgerVerdict& verdict = part.verdict();
    fmt::print(stderr, "  {}: {} entries, {} rows, {} findings\n",
               node_id.empty() ? "all nodes" : node_id, verdict.entries(), verdict.rows(),
               verdict.findings());
    verified = verdict.clean() ? absl::OkStatus() : absl::InternalError("the ledger is not clean");
  }
  const grpc::Status status = reader->Finish();
  return status.ok() ? verified : rpc::FromGrpc(status);
}

}  // namespace kefu::bench
