// Checklists: templates, schedules and turns, hiring and leaving, and who has done what.
#include <atomic>
#include <thread>

#include "kefu/staffing/v1/rosters.grpc.pb.h"
#include "services/staffing/jobs/roster_job.h"
#include "services/staffing/tests/workplace/workplace_fixture.h"

namespace kefu::staffing {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

TEST_F(WorkplaceTest, EachItemIsDoneOnceByWhoSeesToItOrLeads) {
  ASSERT_OK_AND_ASSIGN(const v1::Checklist list, Begin("new_team"));
  EXPECT_EQ(list.items_size(), 8);
  EXPECT_EQ(list.day().day(), 15);
  EXPECT_EQ(list.due_date().month(), 2);
  EXPECT_EQ(list.due_date().day(), 12);
  EXPECT_EQ(list.items(3).item_id(), "scripts");
  EXPECT_EQ(list.items(3).due_date().day(), 29);
  EXPECT_THAT(Complete(list, "call_system", AsAgent("org-a", "another")),
              HasReason("TIME_OF_OTHERS"));
  EXPECT_THAT(Complete(list, "scripts", As("org-a")), HasReason("EVIDENCE_REQUIRED"));
  EXPECT_THAT(Complete(list, "no_such", As("org-a")), HasReason("NOT_FOUND"));
  ASSERT_OK_AND_ASSIGN(const v1::Checklist one,
                       Complete(list, "call_system", Self("$AGENT"), R"(note: "电话13912345678")"));
  EXPECT_EQ(one.items(5).note(), "电话139****5678");
  EXPECT_EQ(one.items(5).done_by(), "person-of-" + world_["$AGENT"]);
  EXPECT_THAT(Complete(list, "call_system", As("org-a")), HasReason("CHECKLIST_ITEM_DONE"));
  for (const char* item : {"recruit_and_train", "data_lists", "scripts", "field_design",
                           "performance_plan", "process_map", "scripts_revised"}) {
    ASSERT_OK(Complete(list, item, As("org-a"), R"(evidence: "doc-1")")) << item;
  }
  ASSERT_OK_AND_ASSIGN(const v1::Checklist done, Get(list, As("org-a")));
  EXPECT_EQ(done.state(), v1::CHECKLIST_STATE_DONE);
  EXPECT_EQ(done.items(3).evidence(), "doc-1");
  EXPECT_THAT(Listed("state: CHECKLIST_STATE_OPEN"), SizeIs(0));
  EXPECT_THAT(Listed("state: CHECKLIST_STATE_DONE template_id: 'new_team'"), SizeIs(1));
  EXPECT_THAT(EventTypes(), Contains("ChecklistChanged").Times(9));
}

TEST_F(WorkplaceTest, TwoWhoDoTheSameItemAreOne) {
  ASSERT_OK_AND_ASSIGN(const v1::Checklist list, Begin("shop_manager_daily"));
  std::vector<std::thread> threads;
  std::atomic<int> done = 0;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      const auto result = Complete(list, "stock", As("org-a"));
      if (result.ok()) {
        ++done;
      } else {
        EXPECT_THAT(result, HasReason("CHECKLIST_ITEM_DONE"));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(done, 1);
}

TEST_F(WorkplaceTest, TemplatesAreDataAndListsKeepTheirItems) {
  ASSERT_OK_AND_ASSIGN(const v1::Checklist old, Begin("onboarding"));
  ASSERT_OK(Do(&Lists::SetChecklistTemplate,
               R"(checklist_template { template_id: "onboarding" display_name: "入职"
                             items { item_id: "welcome" text: "欢迎" } })"));
  ASSERT_OK_AND_ASSIGN(const v1::Checklist fresh, Begin("onboarding"));
  EXPECT_EQ(fresh.items_size(), 1);
  EXPECT_EQ(Listed()[0].items_size(), old.items_size());
  ASSERT_OK_AND_ASSIGN(const auto templates, Do(&Lists::ListChecklistTemplates, ""));
  ASSERT_EQ(templates.templates_size(), 5);
  EXPECT_FALSE(templates.templates(3).shipped());
  EXPECT_TRUE(templates.templates(4).shipped());
  ASSERT_OK(Do(&Lists::SetChecklistTemplate,
               R"(checklist_template { template_id: "onboarding" display_name: "入职" archived: true
                             items { item_id: "welcome" text: "欢迎" } })"));
  EXPECT_THAT(Begin("onboarding"), HasReason("CHECKLIST_TEMPLATE_UNKNOWN"));
  EXPECT_THAT(Begin("no_such"), HasReason("CHECKLIST_TEMPLATE_UNKNOWN"));
  EXPECT_THAT(Begin("leaving", R"(shop_id: "no-shop")"), HasReason("NOT_FOUND"));
  const auto bad = Do(&Lists::SetChecklistTemplate,
                      R"(checklist_template { template_id: "A b" due_days: 367
                                    items { item_id: "x" text: "x" }
                                    items { item_id: "x" due_days: 400 } })");
  EXPECT_THAT(bad, HasReason("INVALID_FIELDS"));
  for (const char* field : {"template_id", "display_name", "template.due_days", "items[1].item_id",
                            "items[1].text", "items[1].due_days"}) {
    EXPECT_THAT(std::string(bad.status().message()), HasSubstr(field));
  }
}

TEST_F(WorkplaceTest, EachDayHasOneListInTheShopsZoneWhateverRunsTwice) {
  ChecklistJob job({*database_, ids_, [] {}}, clock_);
  ChecklistJob twin({*database_, ids_, [] {}}, clock_);
  const auto run = [&] {
    std::thread other([&] { EXPECT_OK(twin.RunOnce()); });
    EXPECT_OK(job.RunOnce());
    other.join();
  };
  ASSERT_OK(Schedule("$SHOP1"));
  run();
  EXPECT_THAT(Listed(), SizeIs(0)) << "today has begun";
  AdvanceTo(absl::CivilDay(2026, 1, 16), 9);
  clock_.Advance(-absl::Microseconds(1));
  run();
  EXPECT_THAT(Listed(), SizeIs(0));
  clock_.Advance(absl::Microseconds(1));
  run();
  run();
  ASSERT_THAT(Listed(), SizeIs(1));
  EXPECT_EQ(Listed()[0].day().day(), 16);
  EXPECT_EQ(Listed()[0].items_size(), 6);
  // It is not done, and is told of once; days on which nothing ran have no lists.
  clock_.Advance(absl::Hours(72));
  run();
  run();
  ASSERT_THAT(Listed(), SizeIs(2));
  EXPECT_EQ(Listed()[1].day().day(), 19);
  EXPECT_THAT(EventTypes(), Contains("ChecklistOverdue").Times(1));
  ASSERT_OK(Schedule("$SHOP1", /*paused=*/true));
  clock_.Advance(absl::Hours(48));
  run();
  EXPECT_THAT(Listed(), SizeIs(2));
  EXPECT_THAT(EventTypes(), Contains("ChecklistOverdue").Times(2));
  EXPECT_THAT(Listed(R"(period { start_date { year: 2026 month: 1 day: 16 }
                                 end_date { year: 2026 month: 1 day: 16 } })"),
              SizeIs(1));
}

TEST_F(WorkplaceTest, AListThatIsDueIsMadeWhateverIsSetMeanwhile) {
  ChecklistJob job({*database_, ids_, [] {}}, clock_);
  ASSERT_OK(Schedule("$SHOP1"));
  AdvanceTo(absl::CivilDay(2026, 1, 16), 9);
  ASSERT_OK(Schedule("$SHOP1"));
  ASSERT_OK(job.RunOnce());
  ASSERT_THAT(Listed(), SizeIs(1));
  EXPECT_EQ(Listed()[0].day().day(), 16);
  ASSERT_OK(Schedule("$SHOP1"));
  ASSERT_OK(job.RunOnce());
  EXPECT_THAT(Listed(), SizeIs(1)) << "the 16th's is made";
  // Paused in between it is not due any more.
  AdvanceTo(absl::CivilDay(2026, 1, 17), 9);
  ASSERT_OK(Schedule("$SHOP1", /*paused=*/true));
  ASSERT_OK(Schedule("$SHOP1"));
  ASSERT_OK(job.RunOnce());
  EXPECT_THAT(Listed(), SizeIs(1));
}

TEST_F(WorkplaceTest, ADoneListIsNeverOverdueAndAGoneTemplatePauses) {
  ChecklistJob job({*database_, ids_, [] {}}, clock_);
  ASSERT_OK_AND_ASSIGN(const v1::Checklist list, Begin("shop_manager_daily"));
  for (const auto& item : list.items()) {
    ASSERT_OK(Complete(list, item.item_id(), As("org-a")));
  }
  ASSERT_OK_AND_ASSIGN(const v1::Checklist wrong, Begin("shop_manager_daily"));
  ASSERT_OK(Do(&Lists::CancelChecklist,
               fmt::format(R"(checklist_id: "{}" reason: "重复")", wrong.checklist_id())));
  ASSERT_OK(Schedule("$SHOP1"));
  ASSERT_OK(
      Do(&Lists::SetChecklistTemplate,
         R"(checklist_template { template_id: "shop_manager_daily" display_name: "x" archived: true
                             items { item_id: "x" text: "x" } })"));
  clock_.Advance(absl::Hours(48));
  ASSERT_OK(job.RunOnce());
  EXPECT_THAT(Listed(), SizeIs(2));
  EXPECT_THAT(EventTypes(), Contains("ChecklistOverdue").Times(0));
  EXPECT_THAT(Complete(wrong, "stock", As("org-a")), HasReason("CHECKLIST_STATE"));
  ASSERT_OK_AND_ASSIGN(const auto schedules, Do(&Lists::ListChecklistSchedules, ""));
  ASSERT_EQ(schedules.schedules_size(), 1);
  EXPECT_TRUE(schedules.schedules(0).paused());
}

// The desk and cleaning rota of a team, Monday to Friday, from Friday the 16th on.
TEST_F(WorkplaceTest, ATeamsMembersAreOnDutyInTurn) {
  ASSERT_OK(HireInto("$NEW1"));
  ASSERT_OK(HireInto("$NEW2"));
  ASSERT_OK(Do(&Career::RecordLeave, R"(leave { agent_id: "$NEW1" kind: "sick"
                                                start_date { year: 2026 month: 1 day: 19 }
                                                end_date { year: 2026 month: 1 day: 19 } })"));
  const std::string schedule = R"(schedule { template_id: "desk_duty" team_id: "$TEAM1"
                                             weekdays: [1, 2, 3, 4, 5] })";
  ASSERT_OK(Do(&Lists::SetChecklistSchedule, schedule));
  const auto rota = [&](int first, int last, const rpc::CallOptions& as) {
    std::vector<std::string> days;
    const auto answer = Do(&Lists::GetDutyRota,
                           fmt::format(R"(template_id: "desk_duty" team_id: "$TEAM1" period {{
                                          start_date {{ year: 2026 month: 1 day: {} }}
                                          end_date {{ year: 2026 month: 1 day: {} }} }})",
                                       first, last),
                           as);
    EXPECT_OK(answer);
    if (!answer.ok()) return days;
    for (const v1::DutyDay& day : answer->days()) {
      for (const auto& [name, id] : world_) {
        if (id != day.agent_id()) continue;
        days.push_back(fmt::format("{} {}{}", day.day().day(), name,
                                   day.checklist_id().empty() ? "" : " made"));
      }
    }
    return days;
  };
  EXPECT_THAT(rota(15, 21, Self("$NEW2")),
              ElementsAre("16 $AGENT", "19 $NEW2", "20 $AGENT", "21 $NEW1"));
  ChecklistJob job({*database_, ids_, [] {}}, clock_);
  for (int day = 16; day <= 20; ++day) {
    AdvanceTo(absl::CivilDay(2026, 1, day), 8);
    ASSERT_OK(job.RunOnce());
    ASSERT_OK(job.RunOnce());
  }
  EXPECT_THAT(rota(15, 21, Self("$NEW2")),
              ElementsAre("16 $AGENT made", "19 $NEW2 made", "20 $AGENT made", "21 $NEW1"));
  // Setting it again keeps whose turn it is; who leaves is passed over.
  ASSERT_OK(Do(&Lists::SetChecklistSchedule, schedule));
  ASSERT_OK(Leave("$NEW1", 20));
  EXPECT_THAT(rota(21, 22, As("org-a")), ElementsAre("21 $NEW2", "22 $AGENT"));
  const auto turn = Listed("template_id: 'desk_duty'", Self("$NEW2"));
  ASSERT_THAT(turn, SizeIs(1));
  EXPECT_OK(Complete(turn[0], "desks", Self("$NEW2")));
  EXPECT_THAT(Do(&Lists::GetDutyRota, R"(template_id: "desk_duty" team_id: "$TEAM1" period {
                                           start_date { year: 2026 month: 1 day: 21 }
                                           end_date { year: 2027 month: 1 day: 1 } })"),
              HasReason("INVALID_FIELDS"));
  EXPECT_THAT(Do(&Lists::GetDutyRota, R"(template_id: "desk_duty" team_id: "$TEAM1" period {
                                           start_date { year: 2027 month: 1 day: 1 }
                                           end_date { year: 2027 month: 1 day: 2 } })"),
              HasReason("INVALID_FIELDS"));
}

class RosteredTest : public WorkplaceTest {
 protected:
  // Publishes a roster of a week from 2026-01-19 in which both have these shifts.
  void PublishRoster(const std::string& first, const std::string& second,
                     const std::vector<std::pair<std::string, int>>& shifts) {
    std::string need = "0", who, fixed;
    for (int slot = 1; slot < 336; ++slot) need += ",0";  // half hours of a week
    for (const std::string& agent : {first, second}) {
      who += fmt::format(R"(agents {{ agent_id: "{}" skill_ids: "chat" contract_minutes: 2400
                                      cost_minor_units_per_hour: 3000 }} )",
                         agent);
    }
    for (const auto& [agent, day] : shifts) {
      fixed += fmt::format(R"(fixed_shifts {{ agent_id: "{}" shift_template_id: "day"
                                              date {{ year: 2026 month: 1 day: {} }} }} )",
                           agent, day);
    }
    ASSERT_OK_AND_ASSIGN(const v1::Roster roster,
                         Call(&Staffing::PlanRoster, fmt::format(R"(order {{
               display_name: "w" first_date {{ year: 2026 month: 1 day: 19 }} weeks: 1
               skills {{ skill_id: "chat" uncovered_minor_units: 1 agents_needed: [{}] }}
               shift_templates {{ shift_template_id: "day" start_minute: 540 length_minutes: 480 }}
               {} {} max_day_programmes: 1 }})",
                                                                 need, who, fixed)));
    RosterJob job({*database_, ids_, [] {}}, clock_, {.owner = "test"});
    ASSERT_OK_AND_ASSIGN(const bool planned, job.RunOnce());
    ASSERT_TRUE(planned);
    v1::PublishRosterRequest request;
    request.set_roster_id(roster.roster_id());
    const auto rosters = v1::RosterService::NewStub(host_.channel());
    ASSERT_OK(rpc::Call(*rosters, &v1::RosterService::Stub::PublishRoster, request, As("org-a")));
  }
};

// Who has the day off by the roster does not come to clean; a day without a roster is everybody's.
TEST_F(RosteredTest, OnlyThoseWithAShiftAreOnDuty) {
  ASSERT_OK(HireInto("$NEW1"));
  ASSERT_OK(HireInto("$NEW2"));
  ASSERT_NO_FATAL_FAILURE(PublishRoster(
      "$AGENT", "$NEW2", {{"$AGENT", 19}, {"$NEW2", 19}, {"$NEW2", 20}, {"$AGENT", 21}}));
  ASSERT_OK(Do(&Lists::SetChecklistSchedule,
               R"(schedule { template_id: "desk_duty" team_id: "$TEAM1" })"));
  ASSERT_OK_AND_ASSIGN(const auto rota, Do(&Lists::GetDutyRota,
                                           R"(template_id: "desk_duty" team_id: "$TEAM1" period {
                                start_date { year: 2026 month: 1 day: 18 }
                                end_date { year: 2026 month: 1 day: 22 } })"));
  std::vector<std::string> turns;
  for (const v1::DutyDay& day : rota.days()) turns.push_back(day.agent_id());
  // The 16th is $AGENT's, the 17th $NEW1's.
  EXPECT_THAT(turns, ElementsAre(world_["$NEW2"], world_["$AGENT"], world_["$NEW2"],
                                 world_["$AGENT"], world_["$NEW1"]));
}

TEST_F(WorkplaceTest, HiringAndLeavingStartTheirListsInTheSameStep) {
  ASSERT_OK(Call(&Staffing::UpdateTeam, R"(team { team_id: "$TEAM1" lead_agent_id: "$AGENT" }
                                           update_mask { paths: "lead_agent_id" })"));
  ASSERT_OK(HireInto("$NEW", R"(request_id: "hire-1")"));
  ASSERT_OK(HireInto("$NEW", R"(request_id: "hire-1")"));
  const auto lists = Listed(R"(agent_id: "$NEW")");
  ASSERT_THAT(lists, SizeIs(1));
  EXPECT_EQ(lists[0].template_id(), "onboarding");
  EXPECT_EQ(lists[0].owner_agent_id(), world_["$AGENT"]);
  EXPECT_EQ(lists[0].team_id(), world_["$TEAM1"]);
  EXPECT_EQ(lists[0].day().day(), 15);
  // The newcomer sees the own list and does what is the newcomer's.
  EXPECT_THAT(Listed("", Self("$NEW")), SizeIs(1));
  EXPECT_OK(Complete(lists[0], "products", Self("$NEW")));
  EXPECT_THAT(Complete(lists[0], "mentor", Self("$NEW")), HasReason("TIME_OF_OTHERS"));
  EXPECT_OK(Complete(lists[0], "mentor", Self("$AGENT")));
  EXPECT_THAT(Get(lists[0], AsAgent("org-a", "another")), HasReason("TIME_OF_OTHERS"));
  EXPECT_THAT(Listed("", AsAgent("org-a", "another")), SizeIs(0));

  ASSERT_OK(Leave("$NEW", 20));
  EXPECT_THAT(Leave("$NEW", 20), HasReason("AGENT_NOT_EMPLOYED"));
  const auto leaving = Listed(R"(agent_id: "$NEW" template_id: "leaving")");
  ASSERT_THAT(leaving, SizeIs(1));
  EXPECT_EQ(leaving[0].day().day(), 20);
  EXPECT_EQ(leaving[0].items(0).due_date().day(), 20);
  EXPECT_EQ(leaving[0].due_date().day(), 27);
  EXPECT_EQ(leaving[0].owner_agent_id(), world_["$AGENT"]);
  // The lead's own list is nobody's yet; somebody who leads shifts gives it to another.
  ASSERT_OK(Leave("$AGENT", 20));
  const auto of_lead = Listed(R"(agent_id: "$AGENT")");
  ASSERT_THAT(of_lead, SizeIs(1));
  EXPECT_EQ(of_lead[0].owner_agent_id(), "");
  ASSERT_OK_AND_ASSIGN(
      const v1::Checklist given,
      Do(&Lists::AssignChecklist,
         fmt::format(R"(checklist_id: "{}" owner_agent_id: "$NEW")", of_lead[0].checklist_id())));
  EXPECT_EQ(given.owner_agent_id(), world_["$NEW"]);
  AdvanceTo(absl::CivilDay(2026, 1, 21), 8);
  EXPECT_THAT(
      Do(&Lists::AssignChecklist,
         fmt::format(R"(checklist_id: "{}" owner_agent_id: "$NEW")", of_lead[0].checklist_id())),
      HasReason("AGENT_NOT_EMPLOYED"));
  ChecklistJob job({*database_, ids_, [] {}}, clock_);
  ASSERT_OK(job.RunOnce());
  ASSERT_OK(job.RunOnce());
  // Both leaving lists by what was due on the last day, and the newcomer's of the 15th to the 17th.
  EXPECT_THAT(EventTypes(), Contains("ChecklistOverdue").Times(3));

  // Hired again, and switched off.
  ASSERT_OK(Call(&Staffing::HireAgent,
                 R"(rehire_agent_id: "$NEW" agent { hire_date { year: 2026 month: 2 day: 2 } })"));
  const auto again = Listed(R"(agent_id: "$NEW" template_id: "onboarding")");
  ASSERT_THAT(again, SizeIs(2));
  EXPECT_EQ(again[1].day().month(), 2);
  ASSERT_OK(Do(&Lists::SetChecklistTemplate,
               R"(checklist_template { template_id: "onboarding" display_name: "入职"
                             items { item_id: "welcome" text: "欢迎" } })"));
  ASSERT_OK(HireInto("$LATER"));
  EXPECT_THAT(Listed(R"(agent_id: "$LATER")"), SizeIs(0));
}

TEST_F(WorkplaceTest, TokensReachTheListsOfTheirShopsTeamsAndBase) {
  const rpc::CallOptions first = As("org-a", {world_["$SHOP1"]});
  const rpc::CallOptions second = As("org-a", {world_["$SHOP2"]});
  ASSERT_OK_AND_ASSIGN(const v1::Checklist there, Begin("leaving", R"(shop_id: "$SHOP2")"));
  ASSERT_OK(Begin("new_team", ""));
  ASSERT_OK(Begin("leaving"));
  // $TEAM1 serves $SHOP1 only.
  ASSERT_OK(HireInto("$NEW"));
  EXPECT_THAT(Listed("", first), SizeIs(2));
  EXPECT_THAT(Listed("", second), SizeIs(1));
  EXPECT_THAT(Listed(), SizeIs(4));
  const auto onboarding = Listed("template_id: 'onboarding'", first);
  ASSERT_THAT(onboarding, SizeIs(1));
  EXPECT_OK(Complete(onboarding[0], "mentor", first));
  EXPECT_THAT(Get(onboarding[0], second), HasReason("SHOP_NOT_ALLOWED"));
  EXPECT_THAT(Complete(onboarding[0], "accounts", second), HasReason("SHOP_NOT_ALLOWED"));
  EXPECT_THAT(Get(there, first), HasReason("SHOP_NOT_ALLOWED"));
  EXPECT_THAT(Complete(there, "accounts", first), HasReason("SHOP_NOT_ALLOWED"));
  EXPECT_THAT(
      Do(&Lists::StartChecklist, R"(template_id: "leaving" owner_agent_id: "$AGENT")", first),
      HasReason("SHOP_NOT_ALLOWED"));
  EXPECT_OK(Do(&Lists::StartChecklist,
               R"(template_id: "leaving" owner_agent_id: "$AGENT" agent_id: "$NEW")", first));
  EXPECT_THAT(Do(&Lists::StartChecklist,
                 R"(template_id: "leaving" owner_agent_id: "$AGENT" shop_id: "$SHOP2")", second),
              HasReason("SHOP_NOT_ALLOWED"))
      << "the owner is another shop's";
  ASSERT_OK(Schedule("$SHOP2"));
  ASSERT_OK(Do(&Lists::SetChecklistSchedule,
               R"(schedule { template_id: "desk_duty" team_id: "$TEAM1" })", first));
  EXPECT_THAT(Do(&Lists::SetChecklistSchedule,
                 R"(schedule { template_id: "desk_duty" team_id: "$TEAM1" })", second),
              HasReason("SHOP_NOT_ALLOWED"));
  ASSERT_OK_AND_ASSIGN(const auto schedules, Do(&Lists::ListChecklistSchedules, "", first));
  ASSERT_EQ(schedules.schedules_size(), 1);
  EXPECT_EQ(schedules.schedules(0).team_id(), world_["$TEAM1"]);
  // A base's people act in their own organization, whatever a merchant grants them.
  const rpc::CallOptions base{
      .token = host_.tokens().Sign(
          {.subject = "base-boss",
           .org_id = "base-1",
           .base_id = "base-1",
           .roles = {auth::Role::kBaseManager},
           .grants = {{"org-a", world_["$SHOP1"], "contract-1", absl::CivilDay(2026, 1, 1),
                       absl::CivilDay(2026, 12, 31)}}},
          absl::Hours(24))};
  EXPECT_THAT(Listed("", base), SizeIs(0));
  EXPECT_THAT(Get(onboarding[0], base), HasReason("NOT_FOUND"));
  EXPECT_THAT(Complete(onboarding[0], "accounts", base), HasReason("NOT_FOUND"));
}

}  // namespace
}  // namespace kefu::staffing
