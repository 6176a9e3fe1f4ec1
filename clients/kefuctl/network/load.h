// A generated network into a warehouse, through the API.
#pragma once

#include <cstdint>
#include <functional>

#include "absl/status/statusor.h"
#include "clients/kefuctl/client.h"
#include "clients/kefuctl/network/generate.h"
#include "kefu/warehouse/v1/network.pb.h"

namespace kefu::network {

inline constexpr kefuctl::Rpc<warehouse::v1::BatchCreateNodesRequest,
                              warehouse::v1::BatchCreateNodesResponse>
    kBatchCreateNodes{"/kefu.warehouse.v1.NetworkService/BatchCreateNodes"};
inline constexpr kefuctl::Rpc<warehouse::v1::BatchCreateSkusRequest,
                              warehouse::v1::BatchCreateSkusResponse>
    kBatchCreateSkus{"/kefu.warehouse.v1.NetworkService/BatchCreateSkus"};

struct LoadSummary {
  int64_t created = 0, unchanged = 0;
};
using OnProgress = std::function<void(int64_t done, int64_t total)>;

// Requests of at most `size` nodes each, parents before children.
std::vector<warehouse::v1::BatchCreateNodesRequest> NodeBatches(const Network& network, int size);
// Made-up SKUs "REF-000001" … in as many categories as a mid-sized shop has.
std::vector<warehouse::v1::BatchCreateSkusRequest> SkuBatches(int skus, int size);

// Idempotent: what is there already is left as it is. Calls are repeated while a server is away.
absl::StatusOr<LoadSummary> Load(kefuctl::Client& client, const Network& network, int skus,
                                 const OnProgress& progress);

}  // namespace kefu::network
