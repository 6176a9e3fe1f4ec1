#include "services/warehouse/errors_promise.h"

#include "common/status/error.h"
#include "fmt/format.h"
#include "google/rpc/error_details.pb.h"

namespace kefu::warehouse::error {
namespace {

using domain::PromiseObstacle;

// What an obstacle is called; the promise has one.
struct Name {
  PromiseObstacle obstacle;
  std::string_view reason;
};
constexpr Name kNames[] = {{PromiseObstacle::kNodeArchived, "PROMISE_NODE_ARCHIVED"},
                           {PromiseObstacle::kOutOfStock, "PROMISE_OUT_OF_STOCK"},
                           {PromiseObstacle::kNodeClosed, "PROMISE_NODE_CLOSED"},
                           {PromiseObstacle::kNodeNotServed, "PROMISE_NODE_NOT_SERVED"},
                           {PromiseObstacle::kRegionNotServed, "PROMISE_REGION_NOT_SERVED"},
                           {PromiseObstacle::kCarrierClosed, "PROMISE_CARRIER_CLOSED"}};

std::string_view ReasonFor(PromiseObstacle obstacle) {
  for (const Name& each : kNames) {
    if (each.obstacle == obstacle) return each.reason;
  }
  return kNames[1].reason;
}

}  // namespace

absl::Status NoPromise(std::span<const domain::ParcelPromise> promises) {
  google::rpc::PreconditionFailure failure;
  for (const domain::ParcelPromise& each : promises) {
    auto* violation = failure.add_violations();
    violation->set_type(std::string(ReasonFor(each.obstacle)));
    violation->set_subject(
        each.carrier_id.empty()
            ? fmt::format("node {}", each.node_id)
            : fmt::format("node {} with {}/{}", each.node_id, each.carrier_id, each.service_code));
    violation->set_description(each.description);
  }
  const domain::ParcelPromise& first = promises.front();
  return AddDetail(
      MakeError(absl::StatusCode::kFailedPrecondition, ReasonFor(first.obstacle),
                fmt::format("no node and carrier can promise a day: {}", first.description)),
      failure);
}

}  // namespace kefu::warehouse::error
