// kefu.common.v1.EventService as gRPC; a service adds one line to its server to offer its feed.
#pragma once

#include "common/events/event_service.h"
#include "common/rpc/service_methods.h"
#include "kefu/common/v1/event.grpc.pb.h"

namespace kefu::events {

// Thread-safe. The handler and the dispatcher outlive it.
class EventRpc final : public rpc::Service<common::v1::EventService> {
 public:
  EventRpc(rpc::Dispatcher& dispatcher, EventServiceHandler& handler)
      : Service(dispatcher), handler_(handler) {}
  KEFU_WATCH(Watch, common::v1::WatchRequest, common::v1::WatchResponse,
             handler_.Watch(ctx, request, writer))

 private:
  EventServiceHandler& handler_;
};

}  // namespace kefu::events
