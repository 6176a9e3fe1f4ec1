#include "services/staffing/handlers/announcements/support.h"

#include "services/staffing/convert/announcements.h"
#include "services/staffing/store/announcements.h"

namespace kefu::staffing {
namespace {

absl::Status Tell(const Dependencies& deps, db::Transaction& t, const RequestContext& ctx,
                  const announcements::Announcement& announcement) {
  v1::AnnouncementChanged event;
  *event.mutable_announcement() = convert::ToProto(announcement);
  return Publish(deps, t, ctx, announcement.id, event);
}

}  // namespace

absl::StatusOr<announcements::Announcement> PublishNews(const Dependencies& deps,
                                                        db::Transaction& t,
                                                        const RequestContext& ctx,
                                                        announcements::Announcement asked) {
  asked.id = deps.ids.Next();
  asked.published_by = ctx.principal.subject;
  asked.next = announcements::FirstReminder(asked, ctx.now);
  asked.info = {1, ctx.now, ctx.now};
  RETURN_IF_ERROR(store::InsertAnnouncement(t, ctx.org_id(), asked));
  RETURN_IF_ERROR(Tell(deps, t, ctx, asked));
  return asked;
}

absl::StatusOr<announcements::Announcement> WithdrawNews(
    const Dependencies& deps, db::Transaction& t, const RequestContext& ctx,
    const announcements::Announcement& announcement, std::string_view reason) {
  ASSIGN_OR_RETURN(announcements::Announcement withdrawn,
                   announcements::Withdraw(announcement, reason, ctx.principal.subject, ctx.now));
  RETURN_IF_ERROR(store::UpdateAnnouncement(t, ctx.org_id(), withdrawn));
  RETURN_IF_ERROR(Tell(deps, t, ctx, withdrawn));
  return withdrawn;
}

}  // namespace kefu::staffing
