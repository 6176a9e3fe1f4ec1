// The calls that go through the fold: validated on the caller's thread, written by the fold's, and
// answered when they are committed.
#pragma once

#include "absl/functional/any_invocable.h"
#include "absl/status/statusor.h"
#include "common/context/request_context.h"
#include "common/rpc/stream.h"
#include "kefu/warehouse/v1/reservation_batch.pb.h"
#include "services/warehouse/fold/folder.h"
#include "services/warehouse/handlers/dependencies.h"

namespace kefu::warehouse {

// Thread-safe. Each method but ReserveStream returns at once; `done` is called once, on any thread,
// and `ctx` is not used after that. Returns, besides the reasons of errors.h: INVALID_ARGUMENT
// INVALID_FIELDS with every fault, REQUEST_ID_REUSED, RESOURCE_EXHAUSTED QUEUE_FULL, and what
// common/db says. Idempotent under a request_id.
class ReservationHandlers {
 public:
  // Both outlive this.
  ReservationHandlers(const Dependencies& deps, fold::Folder& folder)
      : deps_(deps), folder_(folder) {}

  using Done = absl::AnyInvocable<void(absl::StatusOr<v1::Reservation>)>;
  void Reserve(const RequestContext& ctx, const v1::ReserveRequest& request, Done done) const;
  void ConfirmReservation(const RequestContext& ctx, const v1::ConfirmReservationRequest& request,
                          Done done) const;
  void ReleaseReservation(const RequestContext& ctx, const v1::ReleaseReservationRequest& request,
                          Done done) const;
  void ExtendReservation(const RequestContext& ctx, const v1::ExtendReservationRequest& request,
                         Done done) const;

  using BatchDone = absl::AnyInvocable<void(absl::StatusOr<v1::BatchReserveResponse>)>;
  void BatchReserve(const RequestContext& ctx, const v1::BatchReserveRequest& request,
                    BatchDone done) const;

  // Blocks until the client has closed its side and every result is on its way. A malformed request
  // ends the stream after the results of those before it.
  absl::Status ReserveStream(const RequestContext& ctx,
                             rpc::StreamReader<v1::ReserveStreamRequest>& reader,
                             rpc::StreamWriter<v1::ReserveStreamResponse>& writer) const;

 private:
  template <class Request>
  void Single(const RequestContext& ctx, const Request& request, std::string_view method,
              Done done) const;

  const Dependencies& deps_;
  fold::Folder& folder_;
};

}  // namespace kefu::warehouse
