#include "services/staffing/domain/announcements/announcement.h"

#include "services/staffing/errors_conduct.h"

namespace kefu::staffing::announcements {

absl::Time FirstReminder(const Announcement& announcement, absl::Time now) {
  if (!announcement.acknowledge_by) return absl::InfiniteFuture();
  const absl::Time before =
      *announcement.acknowledge_by - absl::Minutes(announcement.remind_minutes);
  return before > now ? before : *announcement.acknowledge_by;
}

bool Overdue(const Announcement& announcement, absl::Time now) {
  return announcement.acknowledge_by && *announcement.acknowledge_by <= now;
}

Announcement Reminded(const Announcement& announcement, absl::Time now) {
  Announcement reminded = announcement;
  reminded.next = Overdue(announcement, now)
                      ? absl::InfiniteFuture()
                      : announcement.acknowledge_by.value_or(absl::InfiniteFuture());
  return reminded;
}

absl::StatusOr<Announcement> Withdraw(const Announcement& announcement, std::string_view reason,
                                      std::string_view actor, absl::Time now) {
  if (announcement.state == State::kWithdrawn) {
    return error::AnnouncementWithdrawn(announcement.id);
  }
  Announcement withdrawn = announcement;
  withdrawn.state = State::kWithdrawn;
  withdrawn.next = absl::InfiniteFuture();
  withdrawn.withdrawn_by = actor;
  withdrawn.withdraw_reason = reason;
  withdrawn.info = {announcement.info.version + 1, announcement.info.create_time, now};
  return withdrawn;
}

}  // namespace kefu::staffing::announcements
