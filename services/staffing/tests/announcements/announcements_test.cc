// Announcements: whom they address, who has acknowledged them, and who is named for not having.
#include <thread>

#include "services/staffing/tests/announcements/announcement_fixture.h"

namespace kefu::staffing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

TEST_F(AnnouncementTest, AddressesWhoBelongsToItToday) {
  struct Row {
    const char* audience;
    std::vector<std::string> readers;
  };
  for (const Row& row : std::vector<Row>{
           {"everybody: true", {"$AGENT", "$BASED", "$MATE", "$OTHER"}},
           {R"(shop_ids: "$SHOP1")", {"$AGENT"}},
           {R"(shop_ids: "$SHOP2")", {}},
           {R"(team_ids: "$TEAM1")", {"$AGENT", "$MATE"}},
           {R"(base_ids: "base-1")", {"$BASED"}},
           {R"(agent_ids: "$OTHER")", {"$OTHER"}},
           {R"(team_ids: "$TEAM1" team_ids: "$TEAM2" base_ids: "base-1")",
            {"$AGENT", "$BASED", "$MATE", "$OTHER"}},
       }) {
    ASSERT_OK_AND_ASSIGN(const v1::Announcement announcement, Publish(row.audience));
    EXPECT_THAT(Readers(announcement), ::testing::UnorderedElementsAreArray(row.readers))
        << row.audience;
  }
  // Who moves is addressed anew, and who leaves no more.
  ASSERT_OK_AND_ASSIGN(const v1::Announcement to_team, Publish(R"(team_ids: "$TEAM2")"));
  ASSERT_OK(
      Call(&Staffing::TransferAgent, R"pb(agent_id: "$MATE"
                                          team_id: "$TEAM2"
                                          effective_date { year: 2026 month: 1 day: 16 })pb"));
  EXPECT_THAT(Readers(to_team), ElementsAre("$OTHER"));
  clock_.Advance(absl::Hours(24));
  EXPECT_THAT(Readers(to_team), UnorderedElementsAre("$MATE", "$OTHER"));
}

TEST_F(AnnouncementTest, OnlyTheReaderAcknowledgesAndOnce) {
  ASSERT_OK_AND_ASSIGN(const v1::Announcement news, Publish(R"(team_ids: "$TEAM1")"));
  EXPECT_THAT(Acknowledge(news, As("org-a")), HasReason("AGENT_REQUIRED"));
  EXPECT_THAT(Acknowledge(news, Agent("$OTHER")), HasReason("NOT_ADDRESSED"));
  ASSERT_OK_AND_ASSIGN(const v1::AnnouncementReader read, Acknowledge(news, Agent("$AGENT")));
  clock_.Advance(absl::Minutes(5));
  ASSERT_OK_AND_ASSIGN(const v1::AnnouncementReader again, Acknowledge(news, Agent("$AGENT")));
  EXPECT_THAT(again, EqualsProto(read));
  EXPECT_THAT(EventTypes(), ::testing::Contains("AnnouncementAcknowledged").Times(1));
  EXPECT_THAT(Readers(news, /*unread=*/true), ElementsAre("$MATE"));
  EXPECT_THAT(Readers(news), UnorderedElementsAre("$AGENT", "$MATE"));

  // An agent's own list, which is the reader's and not everybody's.
  const auto own = [&](const std::string& name, bool unread) {
    const auto listed =
        Do(&News::ListAnnouncements, fmt::format("unread_only: {}", unread), Agent(name));
    EXPECT_OK(listed);
    return listed->announcements_size();
  };
  EXPECT_EQ(own("$AGENT", false), 1);
  EXPECT_EQ(own("$AGENT", true), 0);
  EXPECT_EQ(own("$MATE", true), 1);
  EXPECT_EQ(own("$OTHER", false), 0);
  EXPECT_THAT(Do(&News::ListAnnouncements, R"(agent_id: "$AGENT")", Agent("$MATE")),
              HasReason("TIME_OF_OTHERS"));
  const std::string name = fmt::format(R"(announcement_id: "{}")", news.announcement_id());
  EXPECT_OK(Do(&News::GetAnnouncement, name, Agent("$MATE")));
  EXPECT_THAT(Do(&News::GetAnnouncement, name, Agent("$OTHER")), HasReason("TIME_OF_OTHERS"));
  EXPECT_THAT(Do(&News::ListAnnouncementReaders, name, Agent("$MATE")),
              HasReason("PERMISSION_DENIED"));
  EXPECT_THAT(Do(&News::ListAnnouncements, "unread_only: true"), HasReason("INVALID_FIELDS"));
  ASSERT_OK_AND_ASSIGN(const auto all, Do(&News::ListAnnouncements, ""));
  ASSERT_EQ(all.announcements_size(), 1);
  EXPECT_EQ(all.announcements(0).announcement().audience().team_ids(0), world_["$TEAM1"]);

  const std::string withdraw = name + R"( reason: "有误")";
  ASSERT_OK(Do(&News::WithdrawAnnouncement, withdraw));
  EXPECT_THAT(Do(&News::WithdrawAnnouncement, withdraw), HasReason("ANNOUNCEMENT_WITHDRAWN"));
  EXPECT_THAT(Acknowledge(news, Agent("$MATE")), HasReason("ANNOUNCEMENT_WITHDRAWN"));
  EXPECT_EQ(own("$MATE", false), 0);
}

TEST_F(AnnouncementTest, WhoHasNotIsNamedOnceBeforeAndOnceAtTheTime) {
  AnnouncementJob job({*database_, ids_, [] {}}, clock_);
  AnnouncementJob twin({*database_, ids_, [] {}}, clock_);
  const auto run = [&] {
    std::thread other([&] { EXPECT_OK(twin.RunOnce()); });
    EXPECT_OK(job.RunOnce());
    other.join();
  };
  ASSERT_OK_AND_ASSIGN(const v1::Announcement news,
                       Publish(R"(team_ids: "$TEAM1")", Within(60) + " remind_minutes_before: 15"));
  ASSERT_OK_AND_ASSIGN(const v1::Announcement withdrawn, Publish("everybody: true", Within(60)));
  ASSERT_OK_AND_ASSIGN(const v1::Announcement all_read,
                       Publish(R"(agent_ids: "$AGENT")", Within(60)));
  ASSERT_OK(Acknowledge(all_read, Agent("$AGENT")));
  ASSERT_OK(Do(&News::WithdrawAnnouncement,
               fmt::format(R"(announcement_id: "{}" reason: "x")", withdrawn.announcement_id())));
  clock_.Advance(absl::Minutes(45) - absl::Microseconds(1));
  run();
  EXPECT_THAT(Reminders(), IsEmpty());
  clock_.Advance(absl::Microseconds(1));
  run();
  run();
  ASSERT_EQ(Reminders().size(), 1u);
  EXPECT_FALSE(Reminders()[0].overdue());
  EXPECT_EQ(Reminders()[0].unread_count(), 2);
  EXPECT_THAT(Reminders()[0].unread_agent_ids(),
              UnorderedElementsAre(world_["$AGENT"], world_["$MATE"]));
  ASSERT_OK(Acknowledge(news, Agent("$MATE")));
  clock_.Advance(absl::Minutes(15));
  run();
  run();
  ASSERT_EQ(Reminders().size(), 2u);
  EXPECT_TRUE(Reminders()[1].overdue());
  EXPECT_EQ(Reminders()[1].title(), "春节值班");
  EXPECT_THAT(Reminders()[1].unread_agent_ids(), ElementsAre(world_["$AGENT"]));
  clock_.Advance(absl::Hours(24));
  run();
  EXPECT_EQ(Reminders().size(), 2u);
  EXPECT_OK(Acknowledge(news, Agent("$AGENT"))) << "late is better than never";
}

TEST_F(AnnouncementTest, FaultsAndForeignTargetsAreNamed) {
  const auto bad = Do(&News::PublishAnnouncement,
                      fmt::format(R"(announcement {{ title: "" text: " " remind_minutes_before: 9
                                     audience {{ everybody: true agent_ids: "$AGENT" }} }})"));
  EXPECT_THAT(bad, HasReason("INVALID_FIELDS"));
  for (const char* field : {"title", "text", "audience", "remind_minutes_before"}) {
    EXPECT_THAT(std::string(bad.status().message()), ::testing::HasSubstr(field));
  }
  EXPECT_THAT(Publish("everybody: true", Within(0)), HasReason("INVALID_FIELDS"));
  for (const char* nobody :
       {R"(shop_ids: "x")", R"(team_ids: "x")", R"(base_ids: "x")", R"(agent_ids: "x")"}) {
    EXPECT_THAT(Publish(nobody), HasReason("NOT_FOUND")) << nobody;
  }
  const rpc::CallOptions confined = As("org-a", {world_["$SHOP1"]});
  EXPECT_OK(Publish(R"(shop_ids: "$SHOP1" team_ids: "$TEAM1" agent_ids: "$MATE")", "", confined));
  for (const char* beyond : {"everybody: true", R"(shop_ids: "$SHOP2")", R"(base_ids: "base-1")",
                             R"(agent_ids: "$BASED")"}) {
    EXPECT_THAT(Publish(beyond, "", confined), HasReason("SHOP_NOT_ALLOWED")) << beyond;
  }
  ASSERT_OK_AND_ASSIGN(const v1::Announcement wide, Publish("everybody: true"));
  const std::string name = fmt::format(R"(announcement_id: "{}")", wide.announcement_id());
  EXPECT_THAT(Do(&News::GetAnnouncement, name, confined), HasReason("SHOP_NOT_ALLOWED"));
  EXPECT_THAT(Do(&News::ListAnnouncementReaders, name, confined), HasReason("SHOP_NOT_ALLOWED"));
  EXPECT_THAT(Do(&News::ListAnnouncements, "", confined), HasReason("SHOP_NOT_ALLOWED"));
}

}  // namespace
}  // namespace kefu::staffing
