// Announcements: published, taken back, read and acknowledged.
#include "services/staffing/convert/announcements.h"
#include "services/staffing/errors_conduct.h"
#include "services/staffing/handlers/announcements/announcement_handlers.h"
#include "services/staffing/handlers/announcements/support.h"
#include "services/staffing/handlers/people_time.h"
#include "services/staffing/store/announcements.h"

namespace kefu::staffing {
namespace {

using announcements::Announcement;
using announcements::Audience;
using announcements::Target;

struct AnnouncementRow {
  using Record = store::ListedAnnouncement;
  static constexpr bool kHasParts = true;
  static const std::string& IdOf(const Record& record) { return record.announcement.id; }
  static absl::Status Fill(db::Transaction& t, const RequestContext& ctx,
                           std::span<Record> records) {
    for (Record& record : records) {
      RETURN_IF_ERROR(store::FillAudience(t, ctx.org_id(), record.announcement));
    }
    return absl::OkStatus();
  }
};

struct ReaderList {
  using Record = store::ReaderRow;
  static constexpr bool kHasParts = false;
  static const std::string& IdOf(const Record& record) { return record.agent_id; }
};

v1::AnnouncementReader ReaderOf(std::string_view announcement_id, const store::ReaderRow& row) {
  v1::AnnouncementReader reader;
  reader.set_announcement_id(std::string(announcement_id));
  reader.set_agent_id(row.agent_id);
  if (row.acknowledged) {
    *reader.mutable_acknowledge_time() = convert::ToProto(*row.acknowledged);
  }
  return reader;
}

bool ReadsStaff(const RequestContext& ctx) {
  return auth::PermissionTable::Get().Allows(ctx.principal, auth::Permission::kReadStaff);
}

// That what is addressed exists, and that a token confined to shops reaches it.
absl::Status CheckTarget(store::Reader reader, const RequestContext& ctx,
                         const Audience& audience) {
  const bool confined = !ctx.principal.shops.empty();
  switch (audience.target) {
    case Target::kShop:
      RETURN_IF_ERROR(store::Find<domain::Shop>(reader, ctx.org_id(), audience.id));
      return CheckShopAllowed(ctx, audience.id);
    case Target::kTeam:
      return RequireReadableTeam(reader, ctx, audience.id).status();
    case Target::kAgent:
      RETURN_IF_ERROR(store::Find<domain::Agent>(reader, ctx.org_id(), audience.id));
      return RequireReach(reader, ctx, audience.id);
    case Target::kBase: {
      if (confined) return error::ShopNotAllowed("");
      ASSIGN_OR_RETURN(const bool named, store::NamesBase(reader, ctx.org_id(), audience.id));
      return named ? absl::OkStatus() : error::OrganizationNotFound(audience.id);
    }
    default:
      return confined ? error::ShopNotAllowed("") : absl::OkStatus();
  }
}

// Who is addressed today and whether it has acknowledged; nothing: is not addressed.
absl::StatusOr<std::optional<store::ReaderRow>> ReaderToday(store::Reader reader,
                                                            const RequestContext& ctx,
                                                            std::string_view announcement_id,
                                                            std::string_view agent_id) {
  ASSIGN_OR_RETURN(const absl::CivilDay today, Today(reader, ctx));
  ASSIGN_OR_RETURN(auto rows,
                   store::AnnouncementReaders(reader, ctx.org_id(), announcement_id, {"", 1},
                                              {.agent_id = agent_id, .today = today}));
  if (rows.empty()) return std::nullopt;
  return std::move(rows.front());
}

// That the caller reaches everything that an announcement addresses.
absl::Status CheckTargets(store::Reader reader, const RequestContext& ctx,
                          const Announcement& announcement) {
  for (const Audience& audience : announcement.audience) {
    RETURN_IF_ERROR(CheckTarget(reader, ctx, audience));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<v1::Announcement> AnnouncementHandlers::PublishAnnouncement(
    const RequestContext& ctx, const v1::PublishAnnouncementRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations inner, violations;
  const Announcement asked = convert::FromProto(request.announcement(), ctx.now, inner);
  violations.Merge("announcement", inner);
  RETURN_IF_ERROR(violations.ToStatus());
  return events::RunWrite<v1::Announcement>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::Announcement> {
        RETURN_IF_ERROR(RegisteredOrganization(t, ctx));
        RETURN_IF_ERROR(CheckTargets(t, ctx, asked));
        ASSIGN_OR_RETURN(const Announcement published, PublishNews(deps_, t, ctx, asked));
        return convert::ToProto(published);
      });
}

absl::StatusOr<v1::Announcement> AnnouncementHandlers::WithdrawAnnouncement(
    const RequestContext& ctx, const v1::WithdrawAnnouncementRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  convert::Id(request.announcement_id(), "announcement_id", violations);
  convert::Text(request.reason(), convert::kMaxReason, "reason", violations, /*lines=*/true);
  RETURN_IF_ERROR(violations.ToStatus());
  return events::RunWrite<v1::Announcement>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::Announcement> {
        ASSIGN_OR_RETURN(const Announcement announcement,
                         store::LockAnnouncement(t, ctx.org_id(), request.announcement_id()));
        RETURN_IF_ERROR(CheckTargets(t, ctx, announcement));
        ASSIGN_OR_RETURN(const Announcement withdrawn,
                         WithdrawNews(deps_, t, ctx, announcement, request.reason()));
        return convert::ToProto(withdrawn);
      });
}

absl::StatusOr<v1::Announcement> AnnouncementHandlers::GetAnnouncement(
    const RequestContext& ctx, const v1::GetAnnouncementRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  RETURN_IF_ERROR(CheckId(request.announcement_id(), "announcement_id"));
  const store::Reader reader(deps_.database, ctx.deadline);
  ASSIGN_OR_RETURN(const Announcement announcement,
                   store::FindAnnouncement(reader, ctx.org_id(), request.announcement_id()));
  ASSIGN_OR_RETURN(const auto own,
                   ReaderToday(reader, ctx, announcement.id, ctx.principal.agent_id));
  if (!ctx.principal.agent_id.empty() && own) return convert::ToProto(announcement);
  if (!ReadsStaff(ctx)) return error::TimeOfOthers();
  RETURN_IF_ERROR(CheckTargets(reader, ctx, announcement));
  return convert::ToProto(announcement);
}

absl::StatusOr<v1::ListAnnouncementsResponse> AnnouncementHandlers::ListAnnouncements(
    const RequestContext& ctx, const v1::ListAnnouncementsRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  std::string agent_id = convert::OptionalId(request.agent_id(), "agent_id", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  if (agent_id.empty() && (request.unread_only() || !ReadsStaff(ctx))) {
    agent_id = ctx.principal.agent_id;
    violations.Check(!agent_id.empty() || !ReadsStaff(ctx), "agent_id",
                     "must be set, as the token names no agent");
    RETURN_IF_ERROR(violations.ToStatus());
  }
  if (!ReadsStaff(ctx) && (agent_id.empty() || agent_id != ctx.principal.agent_id)) {
    return error::TimeOfOthers();
  }
  const store::Reader reader(deps_.database, ctx.deadline);
  if (agent_id.empty() && !ctx.principal.shops.empty()) return error::ShopNotAllowed("");
  if (!agent_id.empty()) {
    RETURN_IF_ERROR(RequireReach(reader, ctx, agent_id));
  }
  ASSIGN_OR_RETURN(const absl::CivilDay today, Today(reader, ctx));
  const std::string filter = fmt::format("{} {}", agent_id, request.unread_only());
  ASSIGN_OR_RETURN(auto page,
                   FetchPage<AnnouncementRow>(
                       deps_, ctx, request, filter, [&](store::Reader r, store::Page keys) {
                         return store::ListAnnouncements(r, ctx.org_id(), keys,
                                                         {agent_id, request.unread_only(), today});
                       }));
  v1::ListAnnouncementsResponse response;
  for (const store::ListedAnnouncement& row : page.records) {
    v1::ListedAnnouncement* const out = response.add_announcements();
    *out->mutable_announcement() = convert::ToProto(row.announcement);
    if (row.acknowledged) *out->mutable_acknowledge_time() = convert::ToProto(*row.acknowledged);
  }
  response.set_next_page_token(std::move(page.next_page_token));
  return response;
}

absl::StatusOr<v1::AnnouncementReader> AnnouncementHandlers::AcknowledgeAnnouncement(
    const RequestContext& ctx, const v1::AcknowledgeAnnouncementRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  RETURN_IF_ERROR(CheckId(request.announcement_id(), "announcement_id"));
  return events::RunWrite<v1::AnnouncementReader>(
      deps_.database, ctx, request,
      [&](db::Transaction& t) -> absl::StatusOr<v1::AnnouncementReader> {
        // Locked, so that one who acknowledges at the time itself is either in time or named.
        ASSIGN_OR_RETURN(const Announcement announcement,
                         store::LockAnnouncement(t, ctx.org_id(), request.announcement_id()));
        const std::string& agent_id = ctx.principal.agent_id;
        if (agent_id.empty()) return error::AgentRequired();
        if (announcement.state == announcements::State::kWithdrawn) {
          return error::AnnouncementWithdrawn(announcement.id);
        }
        ASSIGN_OR_RETURN(auto own, ReaderToday(t, ctx, announcement.id, agent_id));
        if (!own) return error::NotAddressed(announcement.id, agent_id);
        if (own->acknowledged) return ReaderOf(announcement.id, *own);
        own->acknowledged = ctx.now;
        RETURN_IF_ERROR(
            store::InsertAnnouncementReader(t, ctx.org_id(), announcement.id, agent_id, ctx.now));
        v1::AnnouncementAcknowledged event;
        *event.mutable_reader() = ReaderOf(announcement.id, *own);
        RETURN_IF_ERROR(Publish(deps_, t, ctx, announcement.id, event));
        return event.reader();
      });
}

absl::StatusOr<v1::ListAnnouncementReadersResponse> AnnouncementHandlers::ListAnnouncementReaders(
    const RequestContext& ctx, const v1::ListAnnouncementReadersRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  RETURN_IF_ERROR(CheckId(request.announcement_id(), "announcement_id"));
  const store::Reader reader(deps_.database, ctx.deadline);
  ASSIGN_OR_RETURN(const Announcement announcement,
                   store::FindAnnouncement(reader, ctx.org_id(), request.announcement_id()));
  RETURN_IF_ERROR(CheckTargets(reader, ctx, announcement));
  ASSIGN_OR_RETURN(const absl::CivilDay today, Today(reader, ctx));
  const std::string filter = fmt::format("{} {}", request.announcement_id(), request.unread_only());
  ASSIGN_OR_RETURN(
      auto page,
      FetchPage<ReaderList>(deps_, ctx, request, filter, [&](store::Reader r, store::Page keys) {
        return store::AnnouncementReaders(r, ctx.org_id(), request.announcement_id(), keys,
                                          {.unread_only = request.unread_only(), .today = today});
      }));
  v1::ListAnnouncementReadersResponse response;
  for (const store::ReaderRow& row : page.records) {
    *response.add_readers() = ReaderOf(request.announcement_id(), row);
  }
  response.set_next_page_token(std::move(page.next_page_token));
  return response;
}

}  // namespace kefu::staffing
