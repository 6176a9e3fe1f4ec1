#include "services/staffing/announcement_service.h"

#include <memory>

#include "common/rpc/service_methods.h"
#include "kefu/staffing/v1/announcements.grpc.pb.h"

namespace kefu::staffing {
namespace {

class Calls final : public rpc::Service<v1::AnnouncementService> {
 public:
  Calls(rpc::Dispatcher& dispatcher, const AnnouncementHandlers& handlers)
      : Service(dispatcher), handlers_(handlers) {}

#define KEFU_ANNOUNCEMENT_CALL(Method, Request, Response) \
  KEFU_UNARY(Method, v1::Request, v1::Response, handlers_.Method(ctx, request))

  KEFU_ANNOUNCEMENT_CALL(PublishAnnouncement, PublishAnnouncementRequest, Announcement)
  KEFU_ANNOUNCEMENT_CALL(WithdrawAnnouncement, WithdrawAnnouncementRequest, Announcement)
  KEFU_ANNOUNCEMENT_CALL(GetAnnouncement, GetAnnouncementRequest, Announcement)
  KEFU_ANNOUNCEMENT_CALL(ListAnnouncements, ListAnnouncementsRequest, ListAnnouncementsResponse)
  KEFU_ANNOUNCEMENT_CALL(AcknowledgeAnnouncement, AcknowledgeAnnouncementRequest,
                         AnnouncementReader)
  KEFU_ANNOUNCEMENT_CALL(ListAnnouncementReaders, ListAnnouncementReadersRequest,
                         ListAnnouncementReadersResponse)

#undef KEFU_ANNOUNCEMENT_CALL

 private:
  const AnnouncementHandlers& handlers_;
};

}  // namespace

AnnouncementServiceImpl::AnnouncementServiceImpl(rpc::Dispatcher& dispatcher,
                                                 const AnnouncementHandlers& handlers)
    : HiddenService(std::make_unique<Calls>(dispatcher, handlers)) {}

}  // namespace kefu::staffing
