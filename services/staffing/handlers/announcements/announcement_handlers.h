// Announcements, call by call: contract messages in, contract messages out. As handlers.h.
#pragma once

#include <utility>

#include "absl/status/statusor.h"
#include "common/context/request_context.h"
#include "kefu/staffing/v1/announcements.pb.h"
#include "services/staffing/handlers/handlers.h"

namespace kefu::staffing {

// Thread-safe; errors as Handlers, and those of errors_conduct.h.
class AnnouncementHandlers {
 public:
  explicit AnnouncementHandlers(Dependencies dependencies) : deps_(std::move(dependencies)) {}

#define KEFU_ANNOUNCEMENT_HANDLER(Method, Request, Response) \
  absl::StatusOr<v1::Response> Method(const RequestContext& ctx, const v1::Request& request) const;

  KEFU_ANNOUNCEMENT_HANDLER(PublishAnnouncement, PublishAnnouncementRequest, Announcement)
  KEFU_ANNOUNCEMENT_HANDLER(WithdrawAnnouncement, WithdrawAnnouncementRequest, Announcement)
  KEFU_ANNOUNCEMENT_HANDLER(GetAnnouncement, GetAnnouncementRequest, Announcement)
  KEFU_ANNOUNCEMENT_HANDLER(ListAnnouncements, ListAnnouncementsRequest, ListAnnouncementsResponse)
  KEFU_ANNOUNCEMENT_HANDLER(AcknowledgeAnnouncement, AcknowledgeAnnouncementRequest,
                            AnnouncementReader)
  KEFU_ANNOUNCEMENT_HANDLER(ListAnnouncementReaders, ListAnnouncementReadersRequest,
                            ListAnnouncementReadersResponse)

#undef KEFU_ANNOUNCEMENT_HANDLER

 private:
  Dependencies deps_;
};

}  // namespace kefu::staffing
