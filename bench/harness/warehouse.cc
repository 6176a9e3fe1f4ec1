#include "bench/harness/warehouse.h"

#include <algorithm>
#include <chrono>

#include "absl/time/clock.h"
#include "bench/harness/echo.h"
#include "bench/harness/load.h"
#include "common/rpc/client.h"
#include "common/status/status_macros.h"
#include "fmt/format.h"

namespace kefu::bench {
namespace {

namespace v1 = warehouse::v1;

constexpr int kLinesPerReceipt = 500;
constexpr std::chrono::seconds kCallTime{10};
constexpr absl::Duration kCacheTime = absl::Seconds(30);  // until every SKU is answered from memory

}  // namespace

absl::StatusOr<std::unique_ptr<Warehouse>> Warehouse::Start(Environment& environment, int skus,
                                                            int64_t pieces) {
  ASSIGN_OR_RETURN(RunningService service, environment.StartService("warehouse"));
  std::unique_ptr<Warehouse> made(new Warehouse(std::move(service), environment.OwnerToken()));
  RETURN_IF_ERROR(made->FillIn(skus, pieces));
  return made;
}

void Warehouse::Prepare(grpc::ClientContext& context) const {
  context.set_deadline(std::chrono::system_clock::now() + kCallTime);
  context.AddMetadata("authorization", authorization_);
}

absl::Status Warehouse::FillIn(int skus, int64_t pieces) {
  const auto stub = v1::WarehouseService::NewStub(Channels(service_.target, 1).front());
  rpc::CallOptions call;
  call.token = token_;
  v1::CreateNodeRequest node;
  node.mutable_node()->set_display_name("Front warehouse");
  node.mutable_node()->set_kind(v1::NODE_KIND_FRONT_WAREHOUSE);
  ASSIGN_OR_RETURN(const auto made, rpc::Call(*stub, &WarehouseStub::CreateNode, node, call));
  node_id_ = made.node_id();
  v1::ReceiveRequest receipt;
  receipt.set_node_id(node_id_);
  for (int i = 0; i < skus; ++i) {
    v1::CreateSkuRequest sku;
    sku.mutable_sku()->set_code(fmt::format("sku-{}", i));
    sku.mutable_sku()->set_display_name(fmt::format("Article {}", i));
    ASSIGN_OR_RETURN(const auto made_sku, rpc::Call(*stub, &WarehouseStub::CreateSku, sku, call));
    sku_ids_.push_back(made_sku.sku_id());
    v1::ReceiptLine& line = *receipt.add_lines();
    line.set_sku_id(made_sku.sku_id());
    line.set_quantity(pieces);
    if (receipt.lines_size() < kLinesPerReceipt && i + 1 < skus) continue;
    RETURN_IF_ERROR(rpc::Call(*stub, &WarehouseStub::Receive, receipt, call).status());
    receipt.clear_lines();
  }
  return absl::OkStatus();
}

v1::GetAvailabilityRequest Warehouse::QuestionAbout(size_t sku) const {
  v1::GetAvailabilityRequest question;
  question.add_sku_ids(sku_ids_[sku % sku_ids_.size()]);
  question.add_node_ids(node_id_);
  return question;
}

absl::StatusOr<size_t> Warehouse::WarmCache() const {
  const auto stub = v1::WarehouseService::NewStub(Channels(service_.target, 1).front());
  rpc::CallOptions call;
  call.token = token_;
  const absl::Time limit = absl::Now() + kCacheTime;
  size_t bytes = 0;
  for (size_t sku = 0; sku < sku_ids_.size(); ++sku) {
    const v1::GetAvailabilityRequest question = QuestionAbout(sku);
    for (bool cached = false; !cached;) {
      ASSIGN_OR_RETURN(const auto answer,
                       rpc::Call(*stub, &WarehouseStub::GetAvailability, question, call));
      cached = answer.cached();
      bytes = (question.ByteSizeLong() + answer.ByteSizeLong()) / 2;
      if (absl::Now() > limit) return absl::DeadlineExceededError("the cache does not fill");
    }
  }
  return bytes;
}

absl::Status Warehouse::Ask(WarehouseStub& stub, size_t sku) const {
  grpc::ClientContext context;
  Prepare(context);
  v1::GetAvailabilityResponse response;
  const grpc::Status status = stub.GetAvailability(&context, QuestionAbout(sku), &response);
  if (!status.ok()) return rpc::FromGrpc(status);
  if (response.totals_size() != 1) return absl::InternalError("an answer without its total");
  return absl::OkStatus();
}

Run Warehouse::AskAvailability(int callers, absl::Duration time) const {
  auto channels = Channels(service_.target, callers);
  return [this, channels, callers, time] {
    return RunCallers(callers, time, [&](int caller) -> std::function<absl::Status()> {
      std::shared_ptr<WarehouseStub> stub =
          v1::WarehouseService::NewStub(channels[caller / kCallersPerChannel]);
      return [this, stub, number = static_cast<size_t>(caller)]() mutable {
        return Ask(*stub, number++);
      };
    });
  };
}

}  // namespace kefu::bench
