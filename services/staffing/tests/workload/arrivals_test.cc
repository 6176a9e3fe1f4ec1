// Arrivals come in row by row, and are listed.
#include "kefu/performance/v1/events.pb.h"
#include "services/staffing/handlers/performance_events.h"
#include "services/staffing/tests/workload/workload_fixture.h"

namespace kefu::staffing {
namespace {

using ::testing::ElementsAre;

class ArrivalsTest : public WorkloadTest {
 protected:
  void SetUp() override { MakeWorld(); }
};

constexpr char kTwoRows[] = R"pb(
  shop_id: "$SHOP2"
  channel: CONTACT_CHANNEL_TELEPHONE
  rows {
    line: 2
    arrivals {
      start_time { seconds: 1767229200 }
      arrivals: 10
      answered: 8
      abandoned: 1
      handle_seconds: 1600
      wait_seconds: 90
    }
  }
  rows {
    line: 3
    arrivals {
      start_time { seconds: 1767231000 }
      arrivals: 4
    }
  })pb";

TEST_F(ArrivalsTest, SendingAgainChangesNothingAndRowsReplace) {
  ASSERT_OK_AND_ASSIGN(const auto first, Import(kTwoRows));
  EXPECT_EQ(first.row_count(), 2);
  EXPECT_EQ(first.created_count(), 2);
  const size_t events = EventTypes().size();
  ASSERT_OK_AND_ASSIGN(const auto again, Import(kTwoRows));
  EXPECT_EQ(again.unchanged_count(), 2);
  EXPECT_EQ(EventTypes().size(), events) << "nothing to tell";
  ASSERT_OK_AND_ASSIGN(const auto mended, Import(R"pb(
                         shop_id: "$SHOP2"
                         channel: CONTACT_CHANNEL_TELEPHONE
                         rows {
                           arrivals {
                             start_time { seconds: 1767231000 }
                             arrivals: 5
                           }
                         }
                         rows {
                           arrivals {
                             start_time { seconds: 1767231000 }
                             arrivals: 6
                           }
                         })pb"));
  EXPECT_EQ(mended.updated_count(), 2) << "the last row of a half hour counts";
  EXPECT_EQ(EventTypes().back(), "ArrivalsImported");
  ASSERT_OK_AND_ASSIGN(
      const auto listed,
      Ask(&Workload::ListArrivals, R"(shop_id: "$SHOP2" channel: CONTACT_CHANNEL_TELEPHONE)"));
  ASSERT_EQ(listed.arrivals_size(), 2);
  EXPECT_THAT(listed.arrivals(0), EqualsProto(Parse<v1::Arrivals>(R"pb(
                start_time { seconds: 1767229200 }
                arrivals: 10
                answered: 8
                abandoned: 1
                handle_seconds: 1600
                wait_seconds: 90)pb")));
  EXPECT_EQ(listed.arrivals(1).arrivals(), 6);
  // Of another channel nothing is known.
  ASSERT_OK_AND_ASSIGN(const auto chats, Ask(&Workload::ListArrivals,
                                             R"(shop_id: "$SHOP2" channel: CONTACT_CHANNEL_CHAT)"));
  EXPECT_EQ(chats.arrivals_size(), 0);
}

TEST_F(ArrivalsTest, EveryFaultOfEveryRowIsNamedAndTheOthersAreKept) {
  ASSERT_OK_AND_ASSIGN(const auto answer, Import(R"pb(
                         shop_id: "$SHOP2"
                         channel: CONTACT_CHANNEL_TELEPHONE
                         rows {
                           line: 1
                           arrivals {
                             start_time { seconds: 1767229260 }
                             arrivals: 5
                             answered: 4
                             abandoned: 2
                           }
                         }
                         rows {
                           line: 2
                           arrivals { arrivals: -1 handle_seconds: 5 }
                         }
                         rows {
                           line: 3
                           arrivals {
                             start_time { seconds: 1767229200 }
                             arrivals: 7
                           }
                         })pb"));
  std::vector<std::string> told;
  for (const auto& error : answer.errors()) {
    EXPECT_EQ(error.reason(), "INVALID_FIELDS");
    told.push_back(fmt::format("{} {}", error.line(), error.field()));
  }
  EXPECT_THAT(told, ElementsAre("1 start_time", "1 arrivals", "2 arrivals", "2 start_time",
                                "2 arrivals", "2 handle_seconds"));
  EXPECT_EQ(answer.error_count(), 2);
  EXPECT_EQ(answer.created_count(), 1);
}

TEST_F(ArrivalsTest, AnImportNamesItsShopAndChannelAndMayOnlyCheck) {
  EXPECT_THAT(FieldsOf(Import({v1::ImportArrivalsRequest()}, As("org-a")).status()),
              ElementsAre("shop_id", "channel"));
  EXPECT_THAT(FieldsOf(Import({}, As("org-a")).status()), ElementsAre("shop_id", "channel"));
  const auto rows = Parse<v1::ImportArrivalsRequest>(Fill(kTwoRows));
  EXPECT_THAT(Import({rows}, As("org-b")).status(), HasReason("NOT_FOUND"));
  EXPECT_THAT(Import({rows}, As("org-a", {world_["$SHOP1"]})).status(),
              HasReason("SHOP_NOT_ALLOWED"));
  EXPECT_THAT(Import({rows}, host_.As("org-a", {auth::Role::kAuditor})).status(),
              HasReason("PERMISSION_DENIED"));
  EXPECT_THAT(Import({rows}, host_.AsService()).status(),
              StatusIs(absl::StatusCode::kPermissionDenied));
  auto check = rows;
  check.set_validate_only(true);
  ASSERT_OK_AND_ASSIGN(const auto checked, Import({check}, As("org-a")));
  EXPECT_EQ(checked.created_count(), 2);
  EXPECT_EQ(Db().Count(fmt::format("SELECT COUNT(*) FROM arrivals WHERE shop_id = '{}'",
                                   world_["$SHOP2"])),
            0);
  auto many = rows;
  for (int i = 0; i < 10'001; ++i) *many.add_rows() = rows.rows(0);
  EXPECT_THAT(FieldsOf(Import({many}, As("org-a")).status()), ElementsAre("rows"));
}

TEST_F(ArrivalsTest, PagesWalkEveryRowOnceAndDaysAreTheShops) {
  ImportCalls(absl::CivilDay(2026, 1, 1), 3);
  std::vector<int64_t> seen;
  std::string token;
  do {
    ASSERT_OK_AND_ASSIGN(const auto page,
                         Ask(&Workload::ListArrivals,
                             fmt::format(R"(shop_id: "$SHOP2" channel: CONTACT_CHANNEL_TELEPHONE
                                            page_size: 7 page_token: "{}")",
                                         token)));
    for (const auto& row : page.arrivals()) seen.push_back(row.start_time().seconds());
    token = page.next_page_token();
  } while (!token.empty());
  EXPECT_EQ(seen.size(), 54u);
  EXPECT_TRUE(std::ranges::is_sorted(seen));
  ASSERT_OK_AND_ASSIGN(const auto day, Ask(&Workload::ListArrivals,
                                           R"(shop_id: "$SHOP2"
                                              channel: CONTACT_CHANNEL_TELEPHONE
                                              days {
                                                start_date { year: 2026 month: 1 day: 2 }
                                                end_date { year: 2026 month: 1 day: 2 }
                                              })"));
  ASSERT_EQ(day.arrivals_size(), 18);
  EXPECT_EQ(day.arrivals(0).start_time().seconds(), 1767312000) << "9:00 in Tokyo";
}

// What performance tells of the chats of 1 January 2026 in $SHOP2 (Tokyo: the day begins at 15:00
// UTC of the day before).
class CountedTest : public ArrivalsTest {
 protected:
  static constexpr int64_t kDay = 1767193200;

  void Tell(const std::string& half_hours, std::string_view org = "org-a") {
    const auto counted = Parse<performance::v1::ArrivalsCounted>(Fill(fmt::format(
        R"(shop_id: "$SHOP2" day {{ year: 2026 month: 1 day: 1 }} start_time {{ seconds: {} }}
           end_time {{ seconds: {} }} {})",
        kDay, kDay + 86400, half_hours)));
    common::v1::Event event;
    event.set_org_id(std::string(org));
    event.mutable_payload()->PackFrom(counted);
    ASSERT_OK(database_->RunInTransaction(absl::InfiniteFuture(), [&](db::Transaction& t) {
      return ApplyPerformanceEvent({*database_, ids_, [] {}}, t, event);
    }));
  }
  static std::string Chats(int slot, int arrivals, int answered, int seconds = 0) {
    return fmt::format(
        "half_hours {{ channel: CHANNEL_CHAT start_time {{ seconds: {} }} arrivals: {} answered: "
        "{} "
        "handle_seconds: {} }} ",
        kDay + slot * 1800, arrivals, answered, seconds);
  }
  // "20:5/4/600 …": half hour, arrivals, answered, seconds.
  std::string Listed(const std::string& channel = "CHAT") {
    const auto listed =
        Ask(&Workload::ListArrivals,
            fmt::format(R"(shop_id: "$SHOP2" channel: CONTACT_CHANNEL_{})", channel));
    EXPECT_OK(listed.status());
    std::string text;
    if (!listed.ok()) return text;
    for (const v1::Arrivals& row : listed->arrivals()) {
      EXPECT_EQ(row.arrivals(), row.answered() + row.abandoned());
      text += fmt::format("{}:{}/{}/{} ", (row.start_time().seconds() - kDay) / 1800,
                          row.arrivals(), row.answered(), row.handle_seconds());
    }
    return text;
  }
  std::string ImportChat(int slot, int arrivals, bool dry = false) {
    return fmt::format(
        R"(shop_id: "$SHOP2" channel: CONTACT_CHANNEL_CHAT validate_only: {} rows {{ arrivals {{
           start_time {{ seconds: {} }} arrivals: {} answered: {} }} }})",
        dry, kDay + slot * 1800, arrivals, arrivals);
  }
};

TEST_F(CountedTest, EachDayIsReplacedByWhatIsToldLast) {
  Tell(Chats(20, 5, 4, 600) + Chats(21, 3, 3));
  EXPECT_EQ(Listed(), "20:5/4/600 21:3/3/0 ");
  EXPECT_EQ(EventTypes().back(), "ArrivalsImported");
  const size_t events = EventTypes().size();
  Tell(Chats(20, 5, 4, 600) + Chats(21, 3, 3));
  EXPECT_EQ(EventTypes().size(), events) << "the same once more changes nothing";
  Tell(Chats(20, 6, 4, 600) + Chats(47, 1, 0));
  EXPECT_EQ(Listed(), "20:6/4/600 47:1/0/0 ");
  Tell("");
  EXPECT_EQ(Listed(), "");
  Tell(Chats(20, 5, 4), "org-b");
  EXPECT_EQ(Listed(), "") << "another organization's shop";
}

TEST_F(CountedTest, WhoImportsTellsOfTheWholeDay) {
  Tell(Chats(20, 5, 4) + Chats(21, 3, 3));
  ASSERT_OK(Import(ImportChat(21, 3, /*dry=*/true)).status());
  EXPECT_EQ(Listed(), "20:5/4/0 21:3/3/0 ");
  ASSERT_OK(Import(ImportChat(21, 3)).status());
  EXPECT_EQ(Listed(), "21:3/3/0 ");
  Tell(Chats(20, 5, 4) + Chats(21, 9, 9));
  EXPECT_EQ(Listed(), "21:3/3/0 ");
  Tell("half_hours { channel: CHANNEL_EMAIL start_time { seconds: 1767193200 } arrivals: 2 }");
  EXPECT_EQ(Listed("EMAIL"), "0:2/0/0 ") << "another channel";
}

TEST_F(CountedTest, ForecastsGoByWhatWasCounted) {
  for (int day = 0; day < 28; ++day) {
    const auto counted = Parse<performance::v1::ArrivalsCounted>(Fill(fmt::format(
        R"(shop_id: "$SHOP2" start_time {{ seconds: {0} }} end_time {{ seconds: {1} }}
           half_hours {{ channel: CHANNEL_CHAT start_time {{ seconds: {2} }} arrivals: 40
                         answered: 40 handle_seconds: 8000 }})",
        kDay + (day - 28) * 86400, kDay + (day - 27) * 86400, kDay + (day - 28) * 86400 + 36000)));
    common::v1::Event event;
    event.set_org_id("org-a");
    event.mutable_payload()->PackFrom(counted);
    ASSERT_OK(database_->RunInTransaction(absl::InfiniteFuture(), [&](db::Transaction& t) {
      return ApplyPerformanceEvent({*database_, ids_, [] {}}, t, event);
    }));
  }
  ASSERT_OK_AND_ASSIGN(const auto forecast, Call(&Staffing::ForecastDemand, R"pb(
                         shop_id: "$SHOP2"
                         channel: CONTACT_CHANNEL_CHAT
                         days {
                           start_date { year: 2026 month: 1 day: 12 }
                           end_date { year: 2026 month: 1 day: 12 }
                         }
                         as_of_date { year: 2025 month: 12 day: 31 }
                       )pb"));
  EXPECT_NEAR(forecast.days(0).arrivals(), 40, 8);
  ASSERT_EQ(forecast.days(0).intervals_size(), 48);
  EXPECT_GT(forecast.days(0).intervals(20).share(), 0.75);
  EXPECT_NEAR(forecast.history().handle_seconds(), 200, 1e-9);
}

}  // namespace
}  // namespace kefu::staffing
