// The tables and words of personnel.
#include "clients/kefuctl/i18n.h"
#include "clients/kefuctl/personnel/commands.h"
#include "clients/kefuctl/personnel/render.h"
#include "clients/kefuctl/tests/checks.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace kefu::personnel {
namespace {

namespace st = staffing::v1;
using kefuctl::Parse;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr absl::CivilDay kToday(2026, 2, 20);

class PersonnelTablesTest : public ::testing::Test {
 protected:
  PersonnelTablesTest() { kefuctl::SetLanguage(kefuctl::Language::kEnglish); }
};

TEST_F(PersonnelTablesTest, ARiskTellsWhatItRestsOn) {
  EXPECT_THAT(
      RiskTable(Parse<st::EvaluateRetentionResponse>(R"pb(
        risks {
          agent_id: "a1"
          points: 50
          level: RETENTION_LEVEL_MEDIUM
          reasons {
            reason: RETENTION_REASON_FALLING_FIGURE
            points: 20
            actual: 4
            limit: 3
            metric_id: "conversion"
          }
          reasons {
            reason: RETENTION_REASON_PAY_BELOW_MARKET
            points: 30
            actual: 400000
            limit: 450000
          }
          last_talk_date { year: 2026 month: 1 day: 5 }
        })pb"))
          .Render(false),
      AllOf(HasSubstr("medium"), HasSubstr("falling figure conversion 4/3 +20"),
            HasSubstr("pay below market +30"), HasSubstr("2026-01-05"), Not(HasSubstr("400000"))));
}

TEST_F(PersonnelTablesTest, ATalkTellsItsAnswersAndWhatIsLate) {
  const auto talks = Parse<st::ListCareerTalksResponse>(R"pb(
    talks {
      talk_id: "t1"
      agent_id: "a1"
      date { year: 2026 month: 1 day: 5 }
      why_here: "离家近"
      what_wanted: "当组长"
      what_from_shop: "培训\x1b[31m"
      promises {
        promise_id: "p1"
        text: "三月前培训"
        due_date { year: 2026 month: 2 day: 19 }
        state: PROMISE_STATE_OPEN
      }
    })pb");
  const std::string late = TalkTable(talks, kToday).Render(true);
  EXPECT_THAT(late, AllOf(HasSubstr("离家近"), HasSubstr("当组长"), HasSubstr("promise p1"),
                          HasSubstr("2026-02-19"), Not(HasSubstr("培训\x1b"))));
  EXPECT_NE(late, TalkTable(talks, kToday - 1).Render(true)) << "on its day it is in time";
}

TEST_F(PersonnelTablesTest, TurnoverTellsGroupsSumAndReasons) {
  EXPECT_THAT(TurnoverTable(Parse<st::GetTurnoverResponse>(R"pb(
                rows {
                  group_id: "team1"
                  before: 10
                  joined: 1
                  left: 2
                  after: 9
                  turnover_bps: 2105
                  reasons { reason: EXIT_REASON_PAY count: 1 }
                  reasons { count: 1 }
                }
                total { before: 10 joined: 1 left: 2 after: 9 })pb"))
                  .Render(false),
              AllOf(HasSubstr("21.05%"), HasSubstr("pay 1；not recorded 1"), HasSubstr("Total"),
                    HasSubstr("–")));
}

TEST_F(PersonnelTablesTest, PostsCandidatesAndFiles) {
  EXPECT_THAT(PostTable(Parse<st::ListJobPostsResponse>(
                            R"pb(posts { job_post_id: "j" title: "售前" openings: 3 hired: 1 })pb"))
                  .Render(false),
              AllOf(HasSubstr("售前"), HasSubstr("open")));
  EXPECT_THAT(CandidateTable(Parse<st::ListCandidatesResponse>(R"pb(
                candidates {
                  candidate_id: "c"
                  display_name: "小李"
                  stage: CANDIDATE_STAGE_OFFERED
                  steps { text: "面试" }
                  steps { text: "谈薪" }
                })pb"))
                  .Render(false),
              AllOf(HasSubstr("offered"), HasSubstr("谈薪"), Not(HasSubstr("面试"))));
  const auto files = Parse<st::ListPersonnelFilesResponse>(R"pb(
    files {
      file_id: "f"
      kind: PERSONNEL_FILE_KIND_LABOUR_CONTRACT
      valid_until { year: 2026 month: 2 day: 20 }
      monthly_pay { currency_code: "CNY" minor_units: 450000 }
    })pb");
  const std::string valid = FileTable(files, kToday).Render(true);
  EXPECT_THAT(valid, AllOf(HasSubstr("labour contract"), HasSubstr("CNY 4,500.00")));
  EXPECT_NE(valid, FileTable(files, kToday + 1).Render(true));
}

TEST_F(PersonnelTablesTest, NamesInBothLanguages) {
  kefuctl::ExpectNamesInBothLanguages(
      {st::RetentionReason_descriptor(), st::RetentionLevel_descriptor(),
       st::PromiseState_descriptor(), st::ExitReason_descriptor(),
       st::PersonnelFileKind_descriptor(), st::CandidateStage_descriptor()});
}

TEST_F(PersonnelTablesTest, EachCommandNeedsWhatItsCallNeeds) {
  kefuctl::Context context;
  CLI::App program("test");
  AddPersonnelCommands(program, context);
  kefuctl::ExpectLines(program,
                       {"personnel risk", "personnel risk --team t", "personnel talks --agent a",
                        "personnel settle t p --text x --give-up",
                        "personnel turnover --from 2026-01-01 --to 2026-01-31 --by base",
                        "personnel posts --open", "personnel candidates --post j --stage offered",
                        "personnel move c rejected --text x", "personnel files --until 2026-03-31"},
                       {"personnel", "personnel risk --team t --agent a", "personnel settle t p",
                        "personnel turnover --from 2026-01-01", "personnel move c rejected"});
}

}  // namespace
}  // namespace kefu::personnel
