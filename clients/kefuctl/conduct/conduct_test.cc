// The tables and words of conduct, announcements and problems.
#include "clients/kefuctl/conduct/commands.h"
#include "clients/kefuctl/conduct/render.h"
#include "clients/kefuctl/i18n.h"
#include "clients/kefuctl/tests/checks.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace kefu::conduct {
namespace {

namespace st = staffing::v1;
using kefuctl::Parse;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class ConductTablesTest : public ::testing::Test {
 protected:
  ConductTablesTest() { kefuctl::SetLanguage(kefuctl::Language::kEnglish); }
  const absl::TimeZone zone_ = absl::FixedTimeZone(8 * 3600);
};

TEST_F(ConductTablesTest, TheLedgerTellsWhatWasDecided) {
  const std::string ledger = ConductTable(Parse<st::ListConductResponse>(R"pb(
                               conduct {
                                 conduct_id: "c1"
                                 agent_id: "a1"
                                 kind_id: "red_line"
                                 day { year: 2026 month: 1 day: 14 }
                                 state: CONDUCT_STATE_APPEALED
                                 note: "x\x1b[31m"
                                 terms {
                                   points: -5
                                   days_off: 2
                                   money { currency_code: "CNY" minor_units: -5000 }
                                   sanction: CONDUCT_SANCTION_PUBLIC_NOTICE
                                 }
                               })pb"))
                                 .Render(true);
  EXPECT_THAT(ledger, AllOf(HasSubstr("2026-01-14"), HasSubstr("-5, "), HasSubstr("50.00"),
                            HasSubstr("2 days off"), HasSubstr("public notice"),
                            HasSubstr("appealed"), Not(HasSubstr("x\x1b"))));
  const std::string way = WayTable(Parse<st::ExplainConductResponse>(R"pb(
                                     entries {
                                       sequence: 1
                                       state: CONDUCT_STATE_RECORDED
                                       actor: "lead"
                                       record_time { seconds: 1768438800 }
                                     })pb"),
                                   zone_)
                              .Render(false);
  EXPECT_THAT(way, AllOf(HasSubstr("2026-01-15 09:00"), HasSubstr("recorded"), HasSubstr("lead")));
  const std::string score = ScoreTable(Parse<st::GetConductScoreResponse>(R"pb(
                              tallies { kind_id: "praise" counted: 2 pending: 1 }
                              total {
                                counted: 2
                                pending: 1
                                money { currency_code: "CNY" minor_units: 100 }
                                money { currency_code: "JPY" minor_units: 7 }
                              })pb"))
                                .Render(false);
  EXPECT_THAT(score,
              AllOf(HasSubstr("praise"), HasSubstr("Total"), HasSubstr("1.00"), HasSubstr("JPY")));
  const std::string kinds = KindTable(Parse<st::ConductCatalogue>(R"pb(
                              kinds {
                                kind_id: "daily_work"
                                display_name: "日常"
                                direction: CONDUCT_DIRECTION_REWARD
                                least_points: 3
                                most_points: 5
                              })pb"))
                                .Render(false);
  EXPECT_THAT(kinds, AllOf(HasSubstr("3 – 5"), HasSubstr("reward")));
}

TEST_F(ConductTablesTest, AnnouncementsTellWhoIsLate) {
  const auto news = Parse<st::ListAnnouncementsResponse>(R"pb(
    announcements {
      announcement {
        announcement_id: "n1"
        title: "春节"
        state: ANNOUNCEMENT_STATE_PUBLISHED
        acknowledge_by_time { seconds: 1768438800 }
      }
    })pb");
  const absl::Time due = absl::FromUnixSeconds(1768438800);
  const std::string late = AnnouncementTable(news, due, zone_).Render(true);
  const std::string in_time = AnnouncementTable(news, due - absl::Seconds(1), zone_).Render(true);
  EXPECT_THAT(late, AllOf(HasSubstr("2026-01-15 09:00"), HasSubstr("published")));
  EXPECT_NE(late, in_time);
  const std::string readers = ReaderTable(Parse<st::ListAnnouncementReadersResponse>(R"pb(
                                            readers { agent_id: "a1" }
                                            readers {
                                              agent_id: "a2"
                                              acknowledge_time { seconds: 1768438800 }
                                            })pb"),
                                          zone_)
                                  .Render(false);
  EXPECT_THAT(readers, AllOf(HasSubstr("a1"), HasSubstr("2026-01-15 09:00")));
}

TEST_F(ConductTablesTest, ProblemsTellQuestionAndAnswer) {
  const std::string log = ProblemTable(Parse<st::ListProblemsResponse>(R"pb(
                            problems {
                              problem_id: "p1"
                              question: "会掉色吗"
                              state: PROBLEM_STATE_ANSWERED
                              answer: "不会\n"
                            })pb"))
                              .Render(false);
  EXPECT_THAT(log, AllOf(HasSubstr("会掉色吗"), HasSubstr("不会"), HasSubstr("answered")));
}

TEST_F(ConductTablesTest, StatesHaveNamesInBothLanguages) {
  kefuctl::ExpectNamesInBothLanguages(
      {st::ConductDirection_descriptor(), st::ConductSeverity_descriptor(),
       st::ConductSanction_descriptor(), st::ConductState_descriptor(),
       st::AnnouncementState_descriptor(), st::ProblemState_descriptor()});
}

TEST_F(ConductTablesTest, EachCommandNeedsWhatItsCallNeeds) {
  kefuctl::Context context;
  CLI::App program("test");
  AddConductCommands(program, context);
  kefuctl::ExpectLines(
      program,
      {"conduct record --shop s --kind praise --day 2026-01-14 --agent a --points 3 --money -5.00",
       "conduct decide c1", "conduct void c1 --reason x", "announcement list --unread",
       "announcement publish --title t --text x --team a --team b --by 2026-01-31T18:00:00Z",
       "problem search 掉色 --answered", "problem answer p1 --answer 不会"},
      {"conduct", "conduct record --shop s", "conduct dismiss c1", "announcement publish --title t",
       "problem answer p1"});
}

}  // namespace
}  // namespace kefu::conduct
