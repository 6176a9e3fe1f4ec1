#include "services/staffing/convert/announcements.h"

#include "services/staffing/convert/enums.h"
#include "services/staffing/convert/resources.h"

namespace kefu::staffing::convert {
namespace {

using announcements::Target;

constexpr int kMostText = 10'000;    // characters: some pages
constexpr int kMostTargets = 1'000;  // of one kind: whom more concerns concerns everybody
constexpr int kMostBases = 100;

std::vector<announcements::Audience> AudienceFrom(const v1::AnnouncementAudience& proto,
                                                  FieldViolations& violations) {
  std::vector<announcements::Audience> audience;
  const auto add = [&](Target target, const auto& ids, int most, std::string_view field) {
    for (std::string& id : Ids(ids, most, field, violations)) {
      audience.push_back({target, std::move(id)});
    }
  };
  add(Target::kShop, proto.shop_ids(), kMostTargets, "audience.shop_ids");
  add(Target::kTeam, proto.team_ids(), kMostTargets, "audience.team_ids");
  add(Target::kBase, proto.base_ids(), kMostBases, "audience.base_ids");
  add(Target::kAgent, proto.agent_ids(), kMostTargets, "audience.agent_ids");
  violations.Check(proto.everybody() == audience.empty(), "audience",
                   "must be everybody, or name shops, teams, bases or agents");
  if (proto.everybody()) audience = {{Target::kEverybody, ""}};
  return audience;
}

}  // namespace

announcements::Announcement FromProto(const v1::Announcement& proto, absl::Time now,
                                      FieldViolations& violations) {
  announcements::Announcement announcement{
      .title = Text(proto.title(), kMaxName, "title", violations),
      .text = Text(proto.text(), kMostText, "text", violations, /*lines=*/true),
      .audience = AudienceFrom(proto.audience(), violations),
      .remind_minutes = Number(proto.remind_minutes_before(), 0, announcements::kMostRemindMinutes,
                               "remind_minutes_before", violations)};
  if (proto.has_acknowledge_by_time()) {
    announcement.acknowledge_by =
        Instant(proto.acknowledge_by_time(), "acknowledge_by_time", violations);
    violations.Check(*announcement.acknowledge_by > now, "acknowledge_by_time",
                     "must lie in the future");
  }
  violations.Check(announcement.acknowledge_by || announcement.remind_minutes == 0,
                   "remind_minutes_before", "needs acknowledge_by_time");
  return announcement;
}

v1::Announcement ToProto(const announcements::Announcement& announcement) {
  v1::Announcement proto;
  proto.set_announcement_id(announcement.id);
  proto.set_title(announcement.title);
  proto.set_text(announcement.text);
  v1::AnnouncementAudience& audience = *proto.mutable_audience();
  for (const announcements::Audience& each : announcement.audience) {
    if (each.target == Target::kEverybody) audience.set_everybody(true);
    if (each.target == Target::kShop) audience.add_shop_ids(each.id);
    if (each.target == Target::kTeam) audience.add_team_ids(each.id);
    if (each.target == Target::kBase) audience.add_base_ids(each.id);
    if (each.target == Target::kAgent) audience.add_agent_ids(each.id);
  }
  if (announcement.acknowledge_by) {
    *proto.mutable_acknowledge_by_time() = ToProto(*announcement.acknowledge_by);
  }
  proto.set_remind_minutes_before(announcement.remind_minutes);
  proto.set_state(static_cast<v1::AnnouncementState>(announcement.state));
  proto.set_published_by(announcement.published_by);
  proto.set_withdrawn_by(announcement.withdrawn_by);
  proto.set_withdraw_reason(announcement.withdraw_reason);
  *proto.mutable_create_time() = ToProto(announcement.info.create_time);
  *proto.mutable_update_time() = ToProto(announcement.info.update_time);
  proto.set_etag(Etag(announcement.info));
  return proto;
}

}  // namespace kefu::staffing::convert
