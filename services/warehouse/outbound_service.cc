#include "services/warehouse/outbound_service.h"

#include "common/rpc/service_methods.h"
#include "kefu/warehouse/v1/outbound_service.grpc.pb.h"
#include "services/warehouse/handlers/support.h"

namespace kefu::warehouse {
namespace {

class Calls final : public rpc::Service<v1::OutboundService> {
 public:
  Calls(rpc::Dispatcher& dispatcher, const OutboundHandlers& handlers)
      : Service(dispatcher), handlers_(handlers) {}

// What a shop may ask for its own.
#define KEFU_OUTBOUND_CALL_OF_SHOP(Method, Request, Response) \
  KEFU_UNARY(Method, v1::Request, v1::Response, handlers_.Method(ctx, request))
#define KEFU_OUTBOUND_CALL(Method, Request, Response) \
  KEFU_UNARY(Method, v1::Request, v1::Response,       \
             ForAllShops(ctx, [&] { return handlers_.Method(ctx, request); }))

  KEFU_OUTBOUND_CALL_OF_SHOP(CreateShipment, CreateShipmentRequest, Shipment)
  KEFU_OUTBOUND_CALL(GetShipment, GetShipmentRequest, Shipment)
  KEFU_OUTBOUND_CALL(ListShipments, ListShipmentsRequest, ListShipmentsResponse)
  KEFU_OUTBOUND_CALL(CancelShipment, CancelShipmentRequest, Shipment)
  KEFU_OUTBOUND_CALL(CreateWave, CreateWaveRequest, Wave)
  KEFU_OUTBOUND_CALL(GetWave, GetWaveRequest, Wave)
  KEFU_OUTBOUND_CALL(ListWaves, ListWavesRequest, ListWavesResponse)
  KEFU_OUTBOUND_CALL(ReleaseWave, ReleaseWaveRequest, Wave)
  KEFU_OUTBOUND_CALL(CancelWave, CancelWaveRequest, Wave)
  KEFU_OUTBOUND_CALL(ListPickTasks, ListPickTasksRequest, ListPickTasksResponse)
  KEFU_OUTBOUND_CALL(GetPickPath, GetPickPathRequest, GetPickPathResponse)
  KEFU_OUTBOUND_CALL(RecordPick, RecordPickRequest, RecordPickResponse)
  KEFU_OUTBOUND_CALL(RecordPutBack, RecordPutBackRequest, PickTask)
  KEFU_OUTBOUND_CALL(PackShipment, PackShipmentRequest, Shipment)
  KEFU_OUTBOUND_CALL(UnpackShipment, UnpackShipmentRequest, Shipment)
  KEFU_OUTBOUND_CALL(ShipShipment, ShipShipmentRequest, Shipment)
  KEFU_OUTBOUND_CALL(HandOver, HandOverRequest, Manifest)
  KEFU_OUTBOUND_CALL(GetManifest, GetManifestRequest, Manifest)
  KEFU_OUTBOUND_CALL(CreateCount, CreateCountRequest, Count)
  KEFU_OUTBOUND_CALL(GetCount, GetCountRequest, Count)
  KEFU_OUTBOUND_CALL(ListCounts, ListCountsRequest, ListCountsResponse)
  KEFU_OUTBOUND_CALL(SubmitCount, SubmitCountRequest, Count)
  KEFU_OUTBOUND_CALL(ApproveCount, ApproveCountRequest, Count)
  KEFU_OUTBOUND_CALL(CancelCount, CancelCountRequest, Count)
  KEFU_OUTBOUND_CALL(ListExpiringLots, ListExpiringLotsRequest, ListExpiringLotsResponse)
  KEFU_OUTBOUND_CALL(RecallLot, RecallLotRequest, LotRecall)
  KEFU_OUTBOUND_CALL(GetRecall, GetRecallRequest, LotRecall)
  KEFU_OUTBOUND_CALL(LiftRecall, LiftRecallRequest, LotRecall)
  KEFU_OUTBOUND_CALL(GetOutboundPolicy, GetOutboundPolicyRequest, OutboundPolicy)
  KEFU_OUTBOUND_CALL(SetOutboundPolicy, SetOutboundPolicyRequest, OutboundPolicy)

#undef KEFU_OUTBOUND_CALL
#undef KEFU_OUTBOUND_CALL_OF_SHOP

 private:
  const OutboundHandlers& handlers_;
};

}  // namespace

OutboundServiceImpl::OutboundServiceImpl(rpc::Dispatcher& dispatcher,
                                         const OutboundHandlers& handlers)
    : HiddenService(std::make_unique<Calls>(dispatcher, handlers)) {}

}  // namespace kefu::warehouse
