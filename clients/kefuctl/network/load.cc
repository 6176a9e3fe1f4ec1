#include "clients/kefuctl/network/load.h"

#include <fmt/format.h>

#include <algorithm>
#include <thread>

#include "common/status/status_macros.h"

namespace kefu::network {
namespace {

namespace wh = warehouse::v1;
constexpr int kBatch = 250;  // small enough that progress is seen to move

// A batch may be sent twice: it is idempotent. Goes on while a server is away, for half a minute.
template <class Request, class Response>
absl::StatusOr<Response> Persist(kefuctl::Client& client,
                                 const kefuctl::Rpc<Request, Response>& rpc,
                                 const Request& request) {
  constexpr int kAttempts = 9;
  absl::Duration pause = absl::Milliseconds(150);
  for (int i = 1;; ++i) {
    auto response = client.Call(rpc, request);
    const absl::StatusCode code = response.status().code();
    if ((code != absl::StatusCode::kUnavailable && code != absl::StatusCode::kResourceExhausted &&
         code != absl::StatusCode::kAborted) ||
        i == kAttempts) {
      return response;
    }
    std::this_thread::sleep_for(absl::ToChronoMilliseconds(pause));
    pause = std::min(pause * 2, absl::Seconds(8));
  }
}

template <class Response>
void Count(const Response& response, LoadSummary& summary) {
  for (const wh::BatchItem& item : response.items()) {
    ++(item.created() ? summary.created : summary.unchanged);
  }
}

}  // namespace

std::vector<wh::BatchCreateNodesRequest> NodeBatches(const Network& network, int size) {
  std::vector<wh::BatchCreateNodesRequest> batches;
  for (const PlannedNode& planned : network.nodes) {
    if (batches.empty() || batches.back().nodes_size() == size) batches.emplace_back();
    wh::NewNode& item = *batches.back().add_nodes();
    item.set_parent_external_id(planned.parent_external_id);
    wh::Node& node = *item.mutable_node();
    node.set_external_id(planned.external_id);
    node.set_display_name(planned.display_name);
    node.set_kind(planned.kind);
    node.set_region_code(planned.region_code);
    node.mutable_location()->set_latitude_micro_degrees(planned.at.latitude);
    node.mutable_location()->set_longitude_micro_degrees(planned.at.longitude);
  }
  return batches;
}

std::vector<wh::BatchCreateSkusRequest> SkuBatches(int skus, int size) {
  constexpr int kCategories = 350;
  std::vector<wh::BatchCreateSkusRequest> batches;
  for (int i = 1; i <= skus; ++i) {
    if (batches.empty() || batches.back().skus_size() == size) batches.emplace_back();
    wh::Sku& sku = *batches.back().add_skus();
    sku.set_code(fmt::format("REF-{:06}", i));
    sku.set_display_name(fmt::format("参考商品 {:06}", i));
    sku.set_category(fmt::format("category{}", i % kCategories + 1));
    sku.set_size_class(static_cast<wh::SizeClass>(i % 3 + 1));
  }
  return batches;
}

absl::StatusOr<LoadSummary> Load(kefuctl::Client& client, const Network& network, int skus,
                                 const OnProgress& progress) {
  LoadSummary summary;
  const int64_t total = static_cast<int64_t>(network.nodes.size()) + skus;
  progress(0, total);
  for (const auto& batch : NodeBatches(network, kBatch)) {
    ASSIGN_OR_RETURN(const auto response, Persist(client, kBatchCreateNodes, batch));
    Count(response, summary);
    progress(summary.created + summary.unchanged, total);
  }
  for (const auto& batch : SkuBatches(skus, kBatch)) {
    ASSIGN_OR_RETURN(const auto response, Persist(client, kBatchCreateSkus, batch));
    Count(response, summary);
    progress(summary.created + summary.unchanged, total);
  }
  return summary;
}

}  // namespace kefu::network
