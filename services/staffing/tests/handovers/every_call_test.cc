// What holds for every call of HandoverService alike.
#include "common/testing/every_call.h"
#include "services/staffing/tests/handovers/handover_fixture.h"

namespace kefu::staffing {
namespace {

using ::kefu::testing::CallRow;
using ::kefu::testing::EveryCall;
using ::kefu::testing::Other;

const std::vector<CallRow>& Rows() {
  static const auto& rows = *new std::vector<CallRow>{
      {"StartShift",
       R"(team_id: "$TEAM2" agent_id: "$OTHER" shift_name: "n~"
          scheduled_start_time { seconds: 1768449600 }
          scheduled_end_time { seconds: 1768478400 })",
       Other::kNotFound},
      {"EndShift", "agent_id: \"$MATE\" # ~\n", Other::kNotFound},
      {"ListDutyShifts", R"(team_id: "$TEAM1")", Other::kNotFound},
      {"ResolveHandoverItem", R"(item_id: "$ITEM" agent_id: "$AGENT" resolution: "n~")",
       Other::kNotFound},
      {"GetHandoverItem", R"(item_id: "$ITEM")", Other::kNotFound},
      {"ListHandoverItems", R"(team_id: "$TEAM1")", Other::kNotFound},
      {"SetHandoverPolicy",
       R"(policy { team_lead_minutes: 1~ supervisor_minutes: 200 manager_minutes: 300 })",
       Other::kUnrelated},
      {"GetHandoverPolicy", "", Other::kUnrelated},
  };
  return rows;
}

class HandoverCallsTest : public HandoverTest {
 protected:
  using HandoverTest::HandoverTest;
  // $MATE has written $ITEM and $AGENT has it.
  void SetUp() override { Fresh(); }
  void Fresh() {
    Db().Clear();
    world_.clear();
    ASSERT_NO_FATAL_FAILURE(MakePeople());
    ASSERT_NO_FATAL_FAILURE(MakeHandover());
    ASSERT_OK(Take("$AGENT", "$ITEM"));
  }

  const EveryCall calls_{"kefu.staffing.v1.HandoverService", host_.channel(),
                         [this](std::string text) { return Fill(std::move(text)); }};
};

TEST_F(HandoverCallsTest, TheTableNamesEveryMethod) { calls_.CheckTable(Rows()); }

TEST_F(HandoverCallsTest, EachSucceedsAndIsRefusedWhereItMustBe) {
  for (const CallRow& row : Rows()) {
    calls_.CheckCall(row, {As("org-a"), As("org-b"), host_.AsService(),
                           host_.As("org-a", {auth::Role::kAuditor})});
  }
  EXPECT_THAT(calls_.Do(Rows()[6], As("org-a", {world_["$SHOP1"]})).status(),
              HasReason("SHOP_NOT_ALLOWED"));
}

TEST_F(HandoverCallsTest, AWriteIsToldAndReplayedAndItsIdNotReused) {
  calls_.CheckWrites(
      Rows(), [this] { Fresh(); }, [this] { return As("org-a"); }, Db(), clock_);
}

// The only connection is held by the test, so that no call can be answered in time.
class HandoverDeadlineTest : public HandoverCallsTest {
 protected:
  HandoverDeadlineTest() : HandoverCallsTest(/*pool_size=*/1) {}
};

TEST_F(HandoverDeadlineTest, EveryCallEndsByItsDeadlineAndLeavesNothing) {
  calls_.CheckDeadlines(Rows(), As("org-a"), *database_, Db());
}

}  // namespace
}  // namespace kefu::staffing
