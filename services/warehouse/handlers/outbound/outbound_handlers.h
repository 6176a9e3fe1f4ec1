// What OutboundService does, call by call; as handlers.h says.
#pragma once

#include <utility>

#include "absl/status/statusor.h"
#include "common/context/request_context.h"
#include "kefu/warehouse/v1/outbound_service.pb.h"
#include "services/warehouse/handlers/dependencies.h"

namespace kefu::warehouse {

// Thread-safe. Each method blocks on the database and returns, besides the reasons of
// errors_outbound.h and errors.h: INVALID_ARGUMENT INVALID_FIELDS with every fault of the request,
// and what common/db and events::RunWrite say. Writes are idempotent under a request_id.
class OutboundHandlers {
 public:
  explicit OutboundHandlers(Dependencies dependencies) : deps_(std::move(dependencies)) {}

#define KEFU_OUTBOUND_HANDLER(Method, Request, Response) \
  absl::StatusOr<v1::Response> Method(const RequestContext& ctx, const v1::Request& request) const;

  KEFU_OUTBOUND_HANDLER(CreateShipment, CreateShipmentRequest, Shipment)
  KEFU_OUTBOUND_HANDLER(GetShipment, GetShipmentRequest, Shipment)
  KEFU_OUTBOUND_HANDLER(ListShipments, ListShipmentsRequest, ListShipmentsResponse)
  KEFU_OUTBOUND_HANDLER(CancelShipment, CancelShipmentRequest, Shipment)
  KEFU_OUTBOUND_HANDLER(CreateWave, CreateWaveRequest, Wave)
  KEFU_OUTBOUND_HANDLER(GetWave, GetWaveRequest, Wave)
  KEFU_OUTBOUND_HANDLER(ListWaves, ListWavesRequest, ListWavesResponse)
  KEFU_OUTBOUND_HANDLER(ReleaseWave, ReleaseWaveRequest, Wave)
  KEFU_OUTBOUND_HANDLER(CancelWave, CancelWaveRequest, Wave)
  KEFU_OUTBOUND_HANDLER(ListPickTasks, ListPickTasksRequest, ListPickTasksResponse)
  KEFU_OUTBOUND_HANDLER(GetPickPath, GetPickPathRequest, GetPickPathResponse)
  KEFU_OUTBOUND_HANDLER(RecordPick, RecordPickRequest, RecordPickResponse)
  KEFU_OUTBOUND_HANDLER(RecordPutBack, RecordPutBackRequest, PickTask)
  KEFU_OUTBOUND_HANDLER(PackShipment, PackShipmentRequest, Shipment)
  KEFU_OUTBOUND_HANDLER(UnpackShipment, UnpackShipmentRequest, Shipment)
  KEFU_OUTBOUND_HANDLER(ShipShipment, ShipShipmentRequest, Shipment)
  KEFU_OUTBOUND_HANDLER(HandOver, HandOverRequest, Manifest)
  KEFU_OUTBOUND_HANDLER(GetManifest, GetManifestRequest, Manifest)
  KEFU_OUTBOUND_HANDLER(CreateCount, CreateCountRequest, Count)
  KEFU_OUTBOUND_HANDLER(GetCount, GetCountRequest, Count)
  KEFU_OUTBOUND_HANDLER(ListCounts, ListCountsRequest, ListCountsResponse)
  KEFU_OUTBOUND_HANDLER(SubmitCount, SubmitCountRequest, Count)
  KEFU_OUTBOUND_HANDLER(ApproveCount, ApproveCountRequest, Count)
  KEFU_OUTBOUND_HANDLER(CancelCount, CancelCountRequest, Count)
  KEFU_OUTBOUND_HANDLER(ListExpiringLots, ListExpiringLotsRequest, ListExpiringLotsResponse)
  KEFU_OUTBOUND_HANDLER(RecallLot, RecallLotRequest, LotRecall)
  KEFU_OUTBOUND_HANDLER(GetRecall, GetRecallRequest, LotRecall)
  KEFU_OUTBOUND_HANDLER(LiftRecall, LiftRecallRequest, LotRecall)
  KEFU_OUTBOUND_HANDLER(GetOutboundPolicy, GetOutboundPolicyRequest, OutboundPolicy)
  KEFU_OUTBOUND_HANDLER(SetOutboundPolicy, SetOutboundPolicyRequest, OutboundPolicy)

#undef KEFU_OUTBOUND_HANDLER

 private:
  Dependencies deps_;
};

}  // namespace kefu::warehouse
