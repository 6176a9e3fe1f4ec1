// Clock files, and the tables of people's time.
#include "clients/kefuctl/i18n.h"
#include "clients/kefuctl/subcommand.h"
#include "clients/kefuctl/tests/test_files.h"
#include "clients/kefuctl/time/clock_file.h"
#include "clients/kefuctl/time/commands.h"
#include "clients/kefuctl/time/render.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"

namespace kefu::people_time {
namespace {

namespace st = staffing::v1;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

template <class Proto>
Proto Parse(const char* text) {
  Proto proto;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &proto)) << text;
  return proto;
}

TEST(ClockFileTest, RowsAreEventsOfTheOrganizationsZone) {
  const kefuctl::TestFolder folder;
  const absl::TimeZone zone = absl::FixedTimeZone(8 * 3600);
  const auto rows = ReadClockFile(folder.Write("c.csv",
                                               "客服,时间,类型,原因\n"
                                               "a1,2026-01-15 09:00:00,上班,\n"
                                               "a1,2026-01-15T10:00:00Z,out,补卡\n"),
                                  zone, "import");
  ASSERT_TRUE(rows.ok()) << rows.status();
  ASSERT_EQ(rows->size(), 2u);
  EXPECT_EQ((*rows)[0].line, 2);
  EXPECT_EQ((*rows)[0].event.agent_id(), "a1");
  EXPECT_EQ((*rows)[0].event.kind(), st::CLOCK_KIND_IN);
  EXPECT_EQ((*rows)[0].event.event_time().seconds(), 1768438800);
  EXPECT_EQ((*rows)[0].event.reason(), "import");
  EXPECT_EQ((*rows)[1].event.kind(), st::CLOCK_KIND_OUT);
  EXPECT_EQ((*rows)[1].event.event_time().seconds(), 1768471200);
  EXPECT_EQ((*rows)[1].event.reason(), "补卡");
  for (const char* bad : {"a1,noon,in", "a1,2026-01-15 09:00:00,came"}) {
    const auto refused = ReadClockFile(
        folder.Write("c.csv", std::string("agent,time,kind\n") + bad + "\n"), zone, "x");
    EXPECT_EQ(refused.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_THAT(folder.Short(std::string(refused.status().message())), HasSubstr("c.csv:2: "));
  }
}

TEST(TimeTablesTest, TellWhatIsOpen) {
  kefuctl::SetLanguage(kefuctl::Language::kEnglish);
  const auto items = Parse<st::ListHandoverItemsResponse>(R"pb(
    items {
      item_id: "i1"
      text: "refund\x1b[31m"
      state: HANDOVER_ITEM_STATE_WAITING
      level: HANDOVER_LEVEL_TEAM_LEAD
      due_time { seconds: 1768438800 }
    }
    items { item_id: "i2" text: "price" state: HANDOVER_ITEM_STATE_DONE resolution: "told" })pb");
  const std::string book =
      ItemTable(items, absl::FromUnixSeconds(1768438800), absl::FixedTimeZone(8 * 3600))
          .Render(true);
  EXPECT_THAT(book, AllOf(HasSubstr("01-15 09:00"), HasSubstr("price → told"),
                          Not(HasSubstr("refund\x1b"))));
  const std::string leaves = LeaveTable(Parse<st::ListLeavesResponse>(R"pb(
                               leaves {
                                 leave_id: "l1"
                                 kind: "maternity"
                                 start_date { year: 2026 month: 1 day: 20 }
                                 state: LEAVE_STATE_APPROVED
                               })pb"))
                                 .Render(false);
  EXPECT_THAT(leaves, AllOf(HasSubstr("2026-01-20"), HasSubstr("…"), HasSubstr("maternity")));
  const std::string days = AttendanceTable(Parse<st::GetAttendanceResponse>(R"pb(
                             days {
                               date { year: 2026 month: 1 day: 15 }
                               day_class: ATTENDANCE_DAY_CLASS_WORKDAY
                             }
                             total {
                               scheduled_minutes: 480
                               overtime_minutes: 150
                               rest_day_overtime_minutes: 60
                               holiday_overtime_minutes: 30
                               late_count: 2
                               late_minutes: 17
                             })pb"))
                               .Render(false);
  EXPECT_THAT(days, AllOf(HasSubstr("2×17"), HasSubstr("60/60/30"), HasSubstr("480")));
}

TEST(TimeTablesTest, WordsNameTheContractsValues) {
  const auto state =
      kefuctl::Named<st::LeaveState>("--state", "LEAVE_STATE_", "approved", &st::LeaveState_Parse);
  ASSERT_TRUE(state.ok());
  EXPECT_EQ(*state, st::LEAVE_STATE_APPROVED);
  EXPECT_FALSE(
      kefuctl::Named<st::LeaveState>("--state", "LEAVE_STATE_", "lost", &st::LeaveState_Parse)
          .ok());
}

}  // namespace
}  // namespace kefu::people_time
