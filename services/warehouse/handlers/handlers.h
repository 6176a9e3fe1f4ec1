// What WarehouseService does, call by call: contract messages in, contract messages out. Every
// handler acts in the organization of the caller's token, whatever the request names.
#pragma once

#include <functional>
#include <optional>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/context/request_context.h"
#include "common/db/database.h"
#include "common/events/feed.h"
#include "common/ids/id_generator.h"
#include "common/obs/metrics.h"
#include "kefu/warehouse/v1/warehouse_service.pb.h"
#include "services/warehouse/cache/availability_cache.h"

namespace kefu::warehouse {

// What the handlers work with; all of it outlives them.
struct Dependencies {
  db::Database& database;
  IdGenerator& ids;
  events::Feed& feed;
  AvailabilityCache& cache;
  std::function<void()> on_events;  // called after each commit that wrote events; cheap
  absl::Duration default_ttl = absl::Minutes(30);  // of a reservation that names none
  obs::Counter cache_hits = {};
  obs::Counter cache_misses = {};
};

// Thread-safe. Each method blocks on the database, AvailabilityInline excepted, and returns,
// besides the reasons of errors.h: INVALID_ARGUMENT INVALID_FIELDS with every fault of the request,
// and what common/db and events::RunWrite say. Writes are idempotent under a request_id.
class Handlers {
 public:
  explicit Handlers(Dependencies dependencies) : deps_(std::move(dependencies)) {}
#define KEFU_WAREHOUSE_HANDLER(Method, Request, Response) \
  absl::StatusOr<v1::Response> Method(const RequestContext& ctx, const v1::Request& request) const;

  KEFU_WAREHOUSE_HANDLER(CreateNode, CreateNodeRequest, Node)
  KEFU_WAREHOUSE_HANDLER(GetNode, GetNodeRequest, Node)
  KEFU_WAREHOUSE_HANDLER(ListNodes, ListNodesRequest, ListNodesResponse)
  KEFU_WAREHOUSE_HANDLER(UpdateNode, UpdateNodeRequest, Node)
  KEFU_WAREHOUSE_HANDLER(CreateSku, CreateSkuRequest, Sku)
  KEFU_WAREHOUSE_HANDLER(GetSku, GetSkuRequest, Sku)
  KEFU_WAREHOUSE_HANDLER(ListSkus, ListSkusRequest, ListSkusResponse)
  KEFU_WAREHOUSE_HANDLER(UpdateSku, UpdateSkuRequest, Sku)
  KEFU_WAREHOUSE_HANDLER(Receive, ReceiveRequest, ReceiveResponse)
  KEFU_WAREHOUSE_HANDLER(GetAvailability, GetAvailabilityRequest, GetAvailabilityResponse)
  KEFU_WAREHOUSE_HANDLER(ListStockLevels, ListStockLevelsRequest, ListStockLevelsResponse)
  KEFU_WAREHOUSE_HANDLER(Reserve, ReserveRequest, Reservation)
  KEFU_WAREHOUSE_HANDLER(GetReservation, GetReservationRequest, Reservation)
  KEFU_WAREHOUSE_HANDLER(ConfirmReservation, ConfirmReservationRequest, Reservation)
  KEFU_WAREHOUSE_HANDLER(ReleaseReservation, ReleaseReservationRequest, Reservation)
  KEFU_WAREHOUSE_HANDLER(GetLedger, GetLedgerRequest, GetLedgerResponse)

#undef KEFU_WAREHOUSE_HANDLER

  // For the handlers of further topics.
  const Dependencies& dependencies() const { return deps_; }

  // The answer from the cache alone, in microseconds; nothing when GetAvailability has to be asked.
  std::optional<absl::StatusOr<v1::GetAvailabilityResponse>> AvailabilityInline(
      const RequestContext& ctx, const v1::GetAvailabilityRequest& request) const;

 private:
  Dependencies deps_;
};

}  // namespace kefu::warehouse
