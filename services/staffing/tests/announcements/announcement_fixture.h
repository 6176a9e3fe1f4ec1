// Announcements beside StaffingService.
#pragma once

#include <string>

#include "kefu/staffing/v1/announcements.grpc.pb.h"
#include "services/staffing/jobs/announcement_job.h"
#include "services/staffing/tests/fixture.h"

namespace kefu::staffing {

// It is Thursday, 2026-01-15, noon in Shanghai. $AGENT is in $TEAM1 and assigned to $SHOP1; $MATE
// is in $TEAM1, $OTHER in $TEAM2; $BASED is of base-1 and in no team.
class AnnouncementTest : public StaffingTest {
 protected:
  using News = v1::AnnouncementService::Stub;
  using Staffing = v1::StaffingService::Stub;

  explicit AnnouncementTest(int pool_size = 8)
      : StaffingTest(pool_size), news_(v1::AnnouncementService::NewStub(host_.channel())) {}

  void SetUp() override { ASSERT_NO_FATAL_FAILURE(MakePeople()); }

  void MakePeople() {
    ASSERT_NO_FATAL_FAILURE(MakeWorld());
    for (const auto& [name, where] :
         {std::pair("$MATE", R"(employment: EMPLOYMENT_OWN team_id: "$TEAM1")"),
          {"$OTHER", R"(employment: EMPLOYMENT_OWN team_id: "$TEAM2")"},
          {"$BASED", R"(employment: EMPLOYMENT_BASE base_id: "base-1")"}}) {
      ASSERT_OK_AND_ASSIGN(
          const v1::Agent agent,
          Call(&Staffing::CreateAgent, fmt::format(R"(agent {{ display_name: "小王" {}
                                  hire_date {{ year: 2025 month: 6 day: 1 }} }})",
                                                   where)));
      world_[name] = agent.agent_id();
    }
  }

  template <class Request, class Response>
  absl::StatusOr<Response> Do(grpc::Status (News::*method)(grpc::ClientContext*, const Request&,
                                                           Response*),
                              const std::string& text, const rpc::CallOptions& options) {
    return rpc::Call(*news_, method, Parse<Request>(Fill(text)), options);
  }
  template <class Request, class Response>
  absl::StatusOr<Response> Do(grpc::Status (News::*method)(grpc::ClientContext*, const Request&,
                                                           Response*),
                              const std::string& text) {
    return Do(method, text, As("org-a"));
  }
  rpc::CallOptions Agent(const std::string& name) { return AsAgent("org-a", world_[name]); }

  absl::StatusOr<v1::Announcement> Publish(const std::string& audience,
                                           const std::string& more = "") {
    return Publish(audience, more, As("org-a"));
  }
  absl::StatusOr<v1::Announcement> Publish(const std::string& audience, const std::string& more,
                                           const rpc::CallOptions& as) {
    return Do(
        &News::PublishAnnouncement,
        fmt::format(R"(announcement {{ title: "春节值班" text: "见附表" audience {{ {} }} {} }})",
                    audience, more),
        as);
  }
  // To be acknowledged that many minutes from now.
  std::string Within(int minutes) {
    return fmt::format("acknowledge_by_time {{ seconds: {} }}",
                       absl::ToUnixSeconds(clock_.Now()) + minutes * 60);
  }
  absl::StatusOr<v1::AnnouncementReader> Acknowledge(const v1::Announcement& announcement,
                                                     const rpc::CallOptions& as) {
    return Do(&News::AcknowledgeAnnouncement,
              fmt::format(R"(announcement_id: "{}")", announcement.announcement_id()), as);
  }
  // Names of the world of whom it addresses today.
  std::vector<std::string> Readers(const v1::Announcement& announcement, bool unread = false) {
    const auto listed =
        Do(&News::ListAnnouncementReaders, fmt::format(R"(announcement_id: "{}" unread_only: {})",
                                                       announcement.announcement_id(), unread));
    EXPECT_OK(listed);
    std::vector<std::string> names;
    for (const auto& reader : listed->readers()) {
      for (const auto& [name, id] : world_) {
        if (id == reader.agent_id()) names.push_back(name);
      }
    }
    return names;
  }
  // Reminders in the outbox, oldest first.
  std::vector<v1::AnnouncementReminder> Reminders() {
    static constexpr db::Sql kReminders{
        "SELECT payload FROM outbox WHERE type LIKE '%AnnouncementReminder' ORDER BY outbox_id"};
    const auto rows = Db().db().Read(absl::InfiniteFuture(), kReminders);
    EXPECT_OK(rows);
    std::vector<v1::AnnouncementReminder> reminders;
    for (const db::Row row : *rows) {
      EXPECT_TRUE(reminders.emplace_back().ParseFromString(row.Str(0)));
    }
    return reminders;
  }

  const std::unique_ptr<News> news_;
};

}  // namespace kefu::staffing
