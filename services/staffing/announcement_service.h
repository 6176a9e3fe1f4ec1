// kefu.staffing.v1.AnnouncementService over gRPC.
#pragma once

#include "common/rpc/server.h"
#include "services/staffing/handlers/announcements/announcement_handlers.h"

namespace kefu::staffing {

// Thread-safe. Dispatcher and handlers outlive it.
class AnnouncementServiceImpl final : public rpc::HiddenService {
 public:
  AnnouncementServiceImpl(rpc::Dispatcher& dispatcher, const AnnouncementHandlers& handlers);
};

}  // namespace kefu::staffing
