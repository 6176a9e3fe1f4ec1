// The tables and words of checklists, working rules and supplies.
#include "clients/kefuctl/i18n.h"
#include "clients/kefuctl/workplace/commands.h"
#include "clients/kefuctl/workplace/render.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"

namespace kefu::workplace {
namespace {

namespace st = staffing::v1;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr absl::CivilDay kDue(2026, 1, 20);

template <class Proto>
Proto Parse(const char* text) {
  Proto proto;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &proto)) << text;
  return proto;
}

class WorkplaceTablesTest : public ::testing::Test {
 protected:
  WorkplaceTablesTest() { kefuctl::SetLanguage(kefuctl::Language::kEnglish); }
  const absl::TimeZone zone_ = absl::FixedTimeZone(8 * 3600);
};

TEST_F(WorkplaceTablesTest, ListsTellWhatIsLeftAndLate) {
  const auto lists = Parse<st::ListChecklistsResponse>(R"pb(
    checklists {
      checklist_id: "l1"
      display_name: "离职清单"
      agent_id: "a1"
      day { year: 2026 month: 1 day: 15 }
      due_date { year: 2026 month: 1 day: 20 }
      state: CHECKLIST_STATE_OPEN
      items {
        item_id: "accounts"
        text: "收回账号\x1b[31m"
        due_date { year: 2026 month: 1 day: 20 }
        done_by: "lead"
        done_time { seconds: 1768438800 }
      }
      items {
        item_id: "papers"
        needs_evidence: true
        due_date { year: 2026 month: 1 day: 20 }
      }
    })pb");
  const std::string in_time = ChecklistTable(lists, kDue).Render(true);
  EXPECT_THAT(in_time, AllOf(HasSubstr("离职清单"), HasSubstr("1/2"), HasSubstr("2026-01-20"),
                             HasSubstr("open")));
  EXPECT_NE(ChecklistTable(lists, kDue + 1).Render(true), in_time);
  const std::string items = ItemTable(lists.checklists(0), kDue + 1).Render(true);
  EXPECT_THAT(items, AllOf(HasSubstr("lead"), HasSubstr("needed"), Not(HasSubstr("收回账号\x1b"))));
  // Of what is done nothing is late.
  st::Checklist done = lists.checklists(0);
  done.set_state(st::CHECKLIST_STATE_DONE);
  EXPECT_EQ(ItemTable(done, kDue).Render(true), ItemTable(done, kDue + 1).Render(true));
}

TEST_F(WorkplaceTablesTest, SchedulesAndRotasTellWhoIsNext) {
  const auto schedules =
      Parse<st::ListChecklistSchedulesResponse>(R"pb(
        schedules {
          template_id: "desk_duty"
          team_id: "t1"
          weekdays: [ 1, 5 ]
          last_agent_id: "a1"
        }
        schedules {
          template_id: "shop_manager_daily"
          shop_id: "s1"
          owner_agent_id: "a2"
          paused: true
        })pb");
  EXPECT_THAT(ScheduleTable(schedules).Render(false),
              AllOf(HasSubstr("Mon Fri"), HasSubstr("every day"), HasSubstr("yes")));
  kefuctl::SetLanguage(kefuctl::Language::kChinese);
  EXPECT_THAT(ScheduleTable(schedules).Render(false),
              AllOf(HasSubstr("周一五"), HasSubstr("每天")));
  kefuctl::SetLanguage(kefuctl::Language::kEnglish);
  const std::string rota = RotaTable(Parse<st::GetDutyRotaResponse>(R"pb(
                             days {
                               day { year: 2026 month: 1 day: 16 }
                               agent_id: "a1"
                               checklist_id: "l1"
                             }
                             days { day { year: 2026 month: 1 day: 19 } })pb"))
                               .Render(false);
  EXPECT_THAT(rota, AllOf(HasSubstr("2026-01-16"), HasSubstr("l1"), HasSubstr("nobody")));
  const std::string templates =
      TemplateTable(Parse<st::ListChecklistTemplatesResponse>(R"pb(
        templates { template_id: "onboarding" start: CHECKLIST_START_HIRE shipped: true }
        templates { template_id: "own" archived: true })pb"))
          .Render(false);
  EXPECT_THAT(templates, AllOf(HasSubstr("hire"), HasSubstr("shipped"), HasSubstr("own")));
}

TEST_F(WorkplaceTablesTest, RulesTellWhatFollows) {
  const std::string rules =
      RuleTable(Parse<st::WorkingRules>(R"pb(
        rules {
          rule_id: "service_complaint"
          title: "投诉"
          text: "视情节处理"
          consequences {
            severity: CONDUCT_SEVERITY_MINOR
            kind_id: "upheld_complaint"
            sanction: CONDUCT_SANCTION_WARNING
          }
          consequences { kind_id: "upheld_complaint" sanction: CONDUCT_SANCTION_DEMERIT }
        })pb"))
          .Render(false);
  EXPECT_THAT(rules, HasSubstr("minor: upheld_complaint, warning; upheld_complaint, demerit"));
}

TEST_F(WorkplaceTablesTest, SuppliesTellWhatThereIsAndWhoHasIt) {
  const auto empty = Parse<st::ListSuppliesResponse>(
      R"pb(supplies { supply_id: "headset" display_name: "耳机" out: 4 })pb");
  auto some = empty;
  some.mutable_supplies(0)->set_stock(1);
  EXPECT_THAT(SupplyTable(some).Render(true), AllOf(HasSubstr("耳机"), Not(HasSubstr("\x1b[33m"))));
  EXPECT_THAT(SupplyTable(empty).Render(true), HasSubstr("\x1b[33m"));
  const std::string issues = IssueTable(Parse<st::ListSupplyIssuesResponse>(R"pb(
                                          issues {
                                            issue_id: "i1"
                                            display_name: "耳机"
                                            agent_id: "a1"
                                            count: 3
                                            returned: 1
                                            out: 2
                                            note: "SN-7"
                                            issue_time { seconds: 1768438800 }
                                          })pb"),
                                        zone_)
                                 .Render(false);
  EXPECT_THAT(issues, AllOf(HasSubstr("SN-7"), HasSubstr("2026-01-15 09:00"), HasSubstr("a1")));
}

TEST_F(WorkplaceTablesTest, StatesHaveNamesInBothLanguages) {
  for (const auto* type : {st::ChecklistState_descriptor(), st::ChecklistStart_descriptor()}) {
    for (int i = 1; i < type->value_count(); ++i) {
      const int number = type->value(i)->number();
      const auto zh = kefuctl::EnumLabelIn(type, number, kefuctl::Language::kChinese);
      const auto en = kefuctl::EnumLabelIn(type, number, kefuctl::Language::kEnglish);
      EXPECT_NE(zh, en) << type->value(i)->name();
      EXPECT_FALSE(zh.empty() || en.empty()) << type->value(i)->name();
    }
  }
}

TEST_F(WorkplaceTablesTest, EachCommandNeedsWhatItsCallNeeds) {
  kefuctl::Context context;
  CLI::App program("test");
  AddWorkplaceCommands(program, context);
  for (const char* line :
       {"checklist list --state all --agent a", "checklist show l1",
        "checklist start --template new_team --owner a", "checklist done l1 scripts --evidence d",
        "checklist assign l1 --owner a", "checklist cancel l1 --reason x", "checklist templates",
        "checklist schedule --template desk_duty --team t --weekday 1 --weekday 5",
        "checklist rota --template desk_duty --team t --from 2026-01-15",
        "rules show --day 2026-02-01", "rules publish --file r.json --from 2026-02-01",
        "rules acknowledge", "rules unread", "supply list", "supply set headset --name 耳机",
        "supply stock headset --change -2 --reason x", "supply hand-out headset --agent a",
        "supply return i1 --lost 1", "supply issues --agent a"}) {
    program.clear();
    EXPECT_NO_THROW(program.parse(std::string(line))) << line;
  }
  for (const char* line :
       {"checklist", "checklist start --owner a", "checklist done l1", "checklist cancel l1",
        "rules", "supply set headset", "supply stock headset --change 1", "supply return"}) {
    program.clear();
    EXPECT_THROW(program.parse(std::string(line)), CLI::ParseError) << line;
  }
}

}  // namespace
}  // namespace kefu::workplace
