// Rows of announcements. As store.h says of the others.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "services/staffing/domain/announcements/announcement.h"
#include "services/staffing/store/store.h"

namespace kefu::staffing::store {

// NOT_FOUND of an announcement. With its audience.
absl::StatusOr<announcements::Announcement> FindAnnouncement(Reader reader, std::string_view org_id,
                                                             std::string_view announcement_id);
absl::StatusOr<announcements::Announcement> LockAnnouncement(db::Transaction& transaction,
                                                             std::string_view org_id,
                                                             std::string_view announcement_id);
absl::Status InsertAnnouncement(db::Transaction& transaction, std::string_view org_id,
                                const announcements::Announcement& announcement);
// State, reminder and version. The row must be locked.
absl::Status UpdateAnnouncement(db::Transaction& transaction, std::string_view org_id,
                                const announcements::Announcement& announcement);

struct ListedAnnouncement {
  announcements::Announcement announcement;
  std::optional<absl::Time> acknowledged;
};
// In order of id. Of an agent: those in force that address it on the day. Without audiences: see
// FillAudiences.
struct AnnouncementFilter {
  std::string_view agent_id;  // empty: all
  bool unread_only = false;
  absl::CivilDay today;
};
absl::StatusOr<std::vector<ListedAnnouncement>> ListAnnouncements(Reader reader,
                                                                  std::string_view org_id,
                                                                  Page page,
                                                                  const AnnouncementFilter& filter);
absl::Status FillAudience(Reader reader, std::string_view org_id,
                          announcements::Announcement& announcement);

// Whom an announcement addresses on a day, in order of the agents' ids.
struct ReaderRow {
  std::string agent_id;
  std::optional<absl::Time> acknowledged;
};
struct ReaderFilter {
  std::string_view agent_id;  // only this one; empty: all
  bool unread_only = false;
  absl::CivilDay today;
};
absl::StatusOr<std::vector<ReaderRow>> AnnouncementReaders(Reader reader, std::string_view org_id,
                                                           std::string_view announcement_id,
                                                           Page page, const ReaderFilter& filter);
absl::StatusOr<int64_t> CountUnread(Reader reader, std::string_view org_id,
                                    std::string_view announcement_id, absl::CivilDay today);
// Whether the agent has ever acknowledged it.
absl::StatusOr<bool> HasAcknowledged(Reader reader, std::string_view org_id,
                                     std::string_view announcement_id, std::string_view agent_id);
absl::Status InsertAnnouncementReader(db::Transaction& transaction, std::string_view org_id,
                                      std::string_view announcement_id, std::string_view agent_id,
                                      absl::Time now);

// --- For the job: rows of any organization ---

struct DueAnnouncement {
  std::string org_id;
  announcements::Announcement announcement;  // without audience
};
// Up to `limit` whose reminder is due, the earliest in front; locked, without those that another
// process has.
absl::StatusOr<std::vector<DueAnnouncement>> LockDueAnnouncements(db::Transaction& transaction,
                                                                  absl::Time now, int limit);

}  // namespace kefu::staffing::store
