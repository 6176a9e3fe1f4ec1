#include "bench/reserve/callers.h"

#include <grpcpp/grpcpp.h>

#include <atomic>
#include <random>

#include "bench/harness/echo.h"
#include "bench/harness/load.h"
#include "common/rpc/grpc_status.h"
#include "common/status/status_macros.h"
#include "fmt/format.h"

namespace kefu::bench {
namespace {

namespace v1 = warehouse::v1;

// One caller's stub and the requests it makes.
class Caller {
 public:
  Caller(const Warehouse& warehouse, const std::shared_ptr<grpc::Channel>& channel,
         ReserveOptions options)
      : warehouse_(warehouse),
        stub_(v1::WarehouseService::NewStub(channel)),
        options_(options),
        random_(std::random_device()()) {}

  v1::ReserveRequest Request() {
    static std::atomic<int64_t> next_id{1};
    const auto& skus = warehouse_.sku_ids();
    v1::ReserveRequest request;
    v1::ReservationLine& line = *request.mutable_reservation()->add_lines();
    line.set_node_id(warehouse_.node_id());
    line.set_sku_id(skus[options_.spread ? random_() % skus.size() : 0]);
    line.set_quantity(1);
    request.mutable_reservation()->set_order_id(fmt::format("order-{:09}", next_id.fetch_add(1)));
    if (options_.request_ids) {
      request.set_request_id(fmt::format("bench-{:016x}{:08x}", random_(), next_id.fetch_add(1)));
    }
    return request;
  }

  absl::StatusOr<v1::Reservation> Reserve(const v1::ReserveRequest& request) {
    return Call(&WarehouseStub::Reserve, request);
  }

  absl::Status Batch() {
    v1::BatchReserveRequest request;
    for (int i = 0; i < options_.commands; ++i) {
      *request.add_commands()->mutable_reserve() = Request();
    }
    ASSIGN_OR_RETURN(const v1::BatchReserveResponse response,
                     Call(&WarehouseStub::BatchReserve, request));
    for (const v1::ReservationResult& result : response.results()) {
      if (!result.has_reservation()) return absl::InternalError(result.ShortDebugString());
    }
    return response.results_size() == options_.commands
               ? absl::OkStatus()
               : absl::InternalError("results are missing");
  }

  // Sends one message and takes its results.
  absl::Status Stream() {
    if (stream_ == nullptr) {
      warehouse_.Prepare(context_);
      stream_ = stub_->ReserveStream(&context_);
    }
    v1::ReserveStreamRequest request;
    for (int i = 0; i < options_.commands; ++i) {
      v1::NumberedCommand& command = *request.add_commands();
      command.set_sequence_number(i);
      *command.mutable_command()->mutable_reserve() = Request();
    }
    if (!stream_->Write(request)) return absl::InternalError("the stream has ended");
    v1::ReserveStreamResponse response;
    for (int taken = 0; taken < options_.commands; taken += response.results_size()) {
      if (!stream_->Read(&response)) return rpc::FromGrpc(stream_->Finish());
      for (const v1::NumberedResult& numbered : response.results()) {
        if (!numbered.result().has_reservation()) {
          return absl::InternalError(numbered.ShortDebugString());
        }
      }
    }
    return absl::OkStatus();
  }

  absl::Status Settle() {
    ASSIGN_OR_RETURN(const v1::Reservation made, Reserve(Request()));
    if (random_() % 2 == 0) {
      v1::ConfirmReservationRequest confirm;
      confirm.set_reservation_id(made.reservation_id());
      return Call(&WarehouseStub::ConfirmReservation, confirm).status();
    }
    v1::ReleaseReservationRequest release;
    release.set_reservation_id(made.reservation_id());
    return Call(&WarehouseStub::ReleaseReservation, release).status();
  }

 private:
  template <class Request, class Response>
  absl::StatusOr<Response> Call(grpc::Status (WarehouseStub::*method)(grpc::ClientContext*,
                                                                      const Request&, Response*),
                                const Request& request) {
    grpc::ClientContext context;
    warehouse_.Prepare(context);
    Response response;
    const grpc::Status status = ((*stub_).*method)(&context, request, &response);
    if (!status.ok()) return rpc::FromGrpc(status);
    return response;
  }

  const Warehouse& warehouse_;
  const std::unique_ptr<WarehouseStub> stub_;
  const ReserveOptions options_;
  std::mt19937_64 random_;
  grpc::ClientContext context_;  // of the stream, which it outlives
  std::unique_ptr<grpc::ClientReaderWriter<v1::ReserveStreamRequest, v1::ReserveStreamResponse>>
      stream_;
};

// op: (Caller&) -> absl::Status, which carries out `weight` commands.
template <class F>
Run Repeat(const Warehouse& warehouse, int callers, absl::Duration time, ReserveOptions options,
           int weight, F op) {
  auto channels = Channels(warehouse.service().target, callers);
  return [&warehouse, channels, callers, time, options, weight, op]() -> absl::StatusOr<Sample> {
    ASSIGN_OR_RETURN(
        Sample sample, RunCallers(callers, time, [&](int number) -> std::function<absl::Status()> {
          auto caller =
              std::make_shared<Caller>(warehouse, channels[number / kCallersPerChannel], options);
          return [caller, op] { return op(*caller); };
        }));
    sample.per_second *= weight;
    return sample;
  };
}

}  // namespace

Run ReserveOneByOne(const Warehouse& warehouse, int callers, absl::Duration time,
                    ReserveOptions options) {
  return Repeat(warehouse, callers, time, options, 1,
                [](Caller& caller) { return caller.Reserve(caller.Request()).status(); });
}

Run ReserveInBatches(const Warehouse& warehouse, int callers, absl::Duration time,
                     ReserveOptions options) {
  return Repeat(warehouse, callers, time, options, options.commands,
                [](Caller& caller) { return caller.Batch(); });
}

Run ReserveByStream(const Warehouse& warehouse, int callers, absl::Duration time,
                    ReserveOptions options) {
  return Repeat(warehouse, callers, time, options, options.commands,
                [](Caller& caller) { return caller.Stream(); });
}

Run ReserveAndSettle(const Warehouse& warehouse, int callers, absl::Duration time,
                     ReserveOptions options) {
  return Repeat(warehouse, callers, time, options, 2,
                [](Caller& caller) { return caller.Settle(); });
}

absl::StatusOr<size_t> ReserveBytes(const Warehouse& warehouse, ReserveOptions options) {
  Caller caller(warehouse, Channels(warehouse.service().target, 1).front(), options);
  const v1::ReserveRequest request = caller.Request();
  ASSIGN_OR_RETURN(const v1::Reservation made, caller.Reserve(request));
  return (request.ByteSizeLong() + made.ByteSizeLong()) / 2;
}

}  // namespace kefu::bench
