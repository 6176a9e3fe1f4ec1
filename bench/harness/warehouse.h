// A kefu-warehouse process with stock in it, and callers who ask and reserve.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "bench/harness/compare.h"
#include "bench/harness/environment.h"
#include "kefu/warehouse/v1/warehouse_service.grpc.pb.h"

namespace kefu::bench {

using WarehouseStub = warehouse::v1::WarehouseService::Stub;

// Thread-safe once it is started.
class Warehouse {
 public:
  // One node with that many SKUs and `pieces` of each.
  static absl::StatusOr<std::unique_ptr<Warehouse>> Start(Environment& environment, int skus,
                                                          int64_t pieces);

  // Every SKU's availability is answered from memory from now on; returns the bytes of a question
  // and of its answer, on average.
  absl::StatusOr<size_t> WarmCache() const;
  Run AskAvailability(int callers, absl::Duration time) const;

  const RunningService& service() const { return service_; }
  const std::string& node_id() const { return node_id_; }
  const std::vector<std::string>& sku_ids() const { return sku_ids_; }
  // For a call: deadline and token.
  void Prepare(grpc::ClientContext& context) const;

 private:
  Warehouse(RunningService service, std::string token)
      : service_(std::move(service)),
        token_(std::move(token)),
        authorization_("Bearer " + token_) {}
  absl::Status FillIn(int skus, int64_t pieces);
  absl::Status Ask(WarehouseStub& stub, size_t sku) const;
  warehouse::v1::GetAvailabilityRequest QuestionAbout(size_t sku) const;

  const RunningService service_;
  const std::string token_, authorization_;
  std::string node_id_;
  std::vector<std::string> sku_ids_;
};

}  // namespace kefu::bench
