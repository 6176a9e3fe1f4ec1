#include "services/staffing/jobs/announcement_job.h"

#include <utility>

#include "absl/time/clock.h"
#include "common/events/outbox.h"
#include "common/obs/log.h"
#include "common/status/status_macros.h"
#include "kefu/staffing/v1/announcements.pb.h"
#include "services/staffing/convert/enums.h"
#include "services/staffing/store/announcements.h"

namespace kefu::staffing {
namespace {

constexpr absl::Duration kQuery = absl::Seconds(20);
constexpr int kMostNamed = 1000;  // agents in one event, which has a limit; the list has them all

// Tells who has not acknowledged it, if anybody, and sets when that is asked next.
absl::Status Remind(db::Transaction& t, const store::DueAnnouncement& due, absl::Time now) {
  const announcements::Announcement& announcement = due.announcement;
  ASSIGN_OR_RETURN(const absl::TimeZone zone, store::ZoneOf(t, due.org_id));
  const absl::CivilDay today = absl::ToCivilDay(now, zone);
  ASSIGN_OR_RETURN(const int64_t unread, store::CountUnread(t, due.org_id, announcement.id, today));
  RETURN_IF_ERROR(
      store::UpdateAnnouncement(t, due.org_id, announcements::Reminded(announcement, now)));
  if (unread == 0) return absl::OkStatus();
  ASSIGN_OR_RETURN(const auto readers,
                   store::AnnouncementReaders(t, due.org_id, announcement.id, {"", kMostNamed},
                                              {.unread_only = true, .today = today}));
  v1::AnnouncementReminder event;
  event.set_announcement_id(announcement.id);
  event.set_title(announcement.title);
  *event.mutable_acknowledge_by_time() = convert::ToProto(*announcement.acknowledge_by);
  event.set_overdue(announcements::Overdue(announcement, now));
  event.set_unread_count(static_cast<int32_t>(unread));
  for (const store::ReaderRow& reader : readers) event.add_unread_agent_ids(reader.agent_id);
  return events::Append(t, due.org_id, announcement.id, event, now);
}

}  // namespace

AnnouncementJob::AnnouncementJob(Dependencies deps, const Clock& clock,
                                 AnnouncementJobOptions options)
    : deps_(std::move(deps)), clock_(clock), options_(options) {}

void AnnouncementJob::Start() {
  repeater_.Start([this] {
    const absl::StatusOr<int> looked = RunOnce();
    if (!looked.ok()) {
      obs::Warning("reminding of announcements failed; tried again", {{"error", looked.status()}});
    }
    return looked.ok() && *looked == options_.batch;  // a full batch has more behind it
  });
}

absl::StatusOr<int> AnnouncementJob::RunOnce() {
  return deps_.database.RunInTransaction(
      absl::Now() + kQuery, [&](db::Transaction& t) -> absl::StatusOr<int> {
        const absl::Time now = clock_.Now();
        ASSIGN_OR_RETURN(const auto due, store::LockDueAnnouncements(t, now, options_.batch));
        for (const store::DueAnnouncement& each : due) RETURN_IF_ERROR(Remind(t, each, now));
        if (!due.empty()) t.AfterCommit(deps_.on_events);
        return static_cast<int>(due.size());
      });
}

}  // namespace kefu::staffing
