// What holds for every call of ChecklistService, WorkingRuleService and SupplyService alike.
#include "common/testing/every_call.h"
#include "services/staffing/tests/workplace/workplace_fixture.h"

namespace kefu::staffing {
namespace {

using ::kefu::testing::CallRow;
using ::kefu::testing::EveryCall;
using ::kefu::testing::Other;

struct Service {
  std::string name;
  std::vector<CallRow> rows;
};

Service Checklists() {
  return {
      "kefu.staffing.v1.ChecklistService",
      {{"SetChecklistTemplate",
        R"(checklist_template { template_id: "own" display_name: "n~" items { item_id: "x" text: "x" } })",
        Other::kUnrelated},
       {"ListChecklistTemplates", "", Other::kUnrelated},
       {"SetChecklistSchedule",
        R"(schedule { template_id: "leaving" shop_id: "$SHOP1" owner_agent_id: "$AGENT" weekdays: ~ })",
        Other::kNotFound},
       {"ListChecklistSchedules", "", Other::kEmpty},
       {"GetDutyRota",
        R"(template_id: "desk_duty" team_id: "$TEAM1" period {
             start_date { year: 2026 month: 1 day: 15 } end_date { year: 2026 month: 1 day: 20 } })",
        Other::kNotFound},
       {"StartChecklist",
        "template_id: \"leaving\" shop_id: \"$SHOP1\" owner_agent_id: \"$AGENT\" # ~\n",
        Other::kNotFound},
       {"CompleteChecklistItem", R"(checklist_id: "$LIST" item_id: "accounts" note: "n~")",
        Other::kNotFound},
       {"AssignChecklist", "checklist_id: \"$LIST\" owner_agent_id: \"$AGENT\" # ~\n",
        Other::kNotFound},
       {"GetChecklist", R"(checklist_id: "$LIST")", Other::kNotFound},
       {"ListChecklists", "", Other::kEmpty},
       {"CancelChecklist", R"(checklist_id: "$LIST" reason: "n~")", Other::kNotFound}}};
}

Service WorkingRules() {
  return {"kefu.staffing.v1.WorkingRuleService",
          {{"PublishWorkingRules", R"(rules { rule_id: "x" title: "n~" text: "x" })",
            Other::kUnrelated},
           {"GetWorkingRules", "", Other::kUnrelated}}};
}

Service SupplyRoom() {
  return {
      "kefu.staffing.v1.SupplyService",
      {{"SetSupply", R"(supply { supply_id: "own" display_name: "n~" })", Other::kUnrelated},
       {"AdjustSupplyStock", R"(supply_id: "headset" change: 1 reason: "n~")", Other::kNotFound},
       {"ListSupplies", "", Other::kEmpty},
       {"HandOutSupply", R"(supply_id: "headset" agent_id: "$AGENT" count: 1 note: "n~")",
        Other::kNotFound},
       {"ReturnSupply", R"(issue_id: "$ISSUE" returned: ~)", Other::kNotFound},
       {"ListSupplyIssues", "", Other::kEmpty}}};
}

class WorkplaceCallsTest : public WorkplaceTest {
 protected:
  using WorkplaceTest::WorkplaceTest;
  void SetUp() override { Fresh(); }
  void Fresh() {
    Db().Clear();
    world_.clear();
    ASSERT_NO_FATAL_FAILURE(MakeWorld());
    ASSERT_OK_AND_ASSIGN(const v1::Checklist list, Begin("leaving"));
    world_["$LIST"] = list.checklist_id();
    ASSERT_OK(Do(&Lists::SetChecklistSchedule,
                 R"(schedule { template_id: "desk_duty" team_id: "$TEAM1" })"));
    ASSERT_OK(Do(&Supplies::SetSupply, R"(supply { supply_id: "headset" display_name: "耳机" })"));
    ASSERT_OK(Do(&Supplies::AdjustSupplyStock, R"(supply_id: "headset" change: 9 reason: "采购")"));
    ASSERT_OK_AND_ASSIGN(
        const v1::SupplyIssue issue,
        Do(&Supplies::HandOutSupply, R"(supply_id: "headset" agent_id: "$AGENT" count: 5)"));
    world_["$ISSUE"] = issue.issue_id();
  }
  EveryCall Calls(const Service& service) {
    return EveryCall(service.name, host_.channel(),
                     [this](std::string text) { return Fill(std::move(text)); });
  }
  // The only calls that need no field.
  static bool TakesNothing(const CallRow& row) {
    return row.request.empty() || row.method == "PublishWorkingRules";
  }
};

TEST_F(WorkplaceCallsTest, EachSucceedsAndIsRefusedWhereItMustBe) {
  for (const Service& service : {Checklists(), WorkingRules(), SupplyRoom()}) {
    const EveryCall calls = Calls(service);
    calls.CheckTable(service.rows);
    for (const CallRow& row : service.rows) {
      calls.CheckStranger(row, As("org-b"));
      if (!TakesNothing(row)) calls.CheckEmptyRequest(row, As("org-a"));
      calls.CheckRights(row, host_.AsService(), host_.As("org-a", {auth::Role::kAuditor}));
      calls.CheckPages(row, As("org-a"));
      EXPECT_OK(calls.Do(row, As("org-a"))) << row.method;
    }
    EXPECT_THAT(calls.Do(service.rows[0], As("org-a", {world_["$SHOP1"]})).status(),
                HasReason("SHOP_NOT_ALLOWED"));
  }
}

// What each tells besides what it is called for: handing out and giving back change the stock, and
// rules are announced.
TEST_F(WorkplaceCallsTest, AWriteIsToldAndReplayedAndItsIdNotReused) {
  const std::map<std::string, size_t> events{
      {"HandOutSupply", 2}, {"ReturnSupply", 2}, {"PublishWorkingRules", 2}};
  for (const Service& service : {Checklists(), WorkingRules(), SupplyRoom()}) {
    for (const CallRow& row : service.rows) {
      if (!row.is_write()) continue;
      Fresh();
      const size_t before = EventTypes().size();
      Calls(service).CheckWrite(row, "id-1", As("org-a"), Db(), clock_);
      const auto told = events.find(row.method);
      EXPECT_EQ(EventTypes().size(), before + (told == events.end() ? 1 : told->second))
          << row.method;
    }
  }
}

// The only connection is held by the test, so that no call can be answered in time.
class WorkplaceDeadlineTest : public WorkplaceCallsTest {
 protected:
  WorkplaceDeadlineTest() : WorkplaceCallsTest(/*pool_size=*/1) {}
};

TEST_F(WorkplaceDeadlineTest, EveryCallEndsByItsDeadlineAndLeavesNothing) {
  for (const Service& service : {Checklists(), WorkingRules(), SupplyRoom()}) {
    Calls(service).CheckDeadlines(service.rows, As("org-a"), *database_, Db());
  }
}

}  // namespace
}  // namespace kefu::staffing
