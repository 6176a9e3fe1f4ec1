// What holds for every call of ConductService alike.
#include "common/testing/every_call.h"
#include "services/staffing/tests/conduct/conduct_fixture.h"

namespace kefu::staffing {
namespace {

using ::kefu::testing::CallRow;
using ::kefu::testing::EveryCall;
using ::kefu::testing::Other;

const std::vector<CallRow>& Rows() {
  static const auto& rows = *new std::vector<CallRow>{
      {"SetConductCatalogue",
       R"(catalogue {
            appeal_days: ~
            record_days: 31
            kinds {
              kind_id: "praise"
              display_name: "表扬"
              direction: CONDUCT_DIRECTION_REWARD
            }
          })",
       Other::kUnrelated},
      {"GetConductCatalogue", "", Other::kUnrelated},
      {"GetConduct", R"(conduct_id: "$FRESH")", Other::kNotFound},
      {"ListConduct", "", Other::kEmpty},
      {"ExplainConduct", R"(conduct_id: "$FRESH")", Other::kNotFound},
      {"DecideConduct", R"(conduct_id: "$FRESH" reason: "n~")", Other::kNotFound},
      {"AppealConduct", R"(conduct_id: "$MADE" agent_id: "$AGENT" reason: "n~")", Other::kNotFound},
      {"DecideConductAppeal", R"(conduct_id: "$OPEN" reason: "n~")", Other::kNotFound},
      {"VoidConduct", R"(conduct_id: "$WRONG" reason: "n~")", Other::kNotFound},
  };
  return rows;
}

class ConductCallsTest : public ConductTest {
 protected:
  using ConductTest::ConductTest;
  void SetUp() override { Fresh(); }

  v1::Conduct Recorded() {
    const auto recorded = Record("price_cut");
    EXPECT_OK(recorded);
    return *recorded;
  }
  // $FRESH is recorded, $MADE decided, $OPEN appealed against, $WRONG recorded.
  void Fresh() {
    Db().Clear();
    world_.clear();
    ASSERT_NO_FATAL_FAILURE(MakePeople());
    world_["$FRESH"] = Recorded().conduct_id();
    world_["$WRONG"] = Recorded().conduct_id();
    ASSERT_OK_AND_ASSIGN(const v1::Conduct made, Decide(Recorded()));
    world_["$MADE"] = made.conduct_id();
    ASSERT_OK_AND_ASSIGN(const v1::Conduct decided, Decide(Recorded()));
    ASSERT_OK_AND_ASSIGN(const v1::Conduct open, Appeal(decided, Agent("$AGENT")));
    world_["$OPEN"] = open.conduct_id();
  }

  const EveryCall calls_{"kefu.staffing.v1.ConductService", host_.channel(),
                         [this](std::string text) { return Fill(std::move(text)); }};
};

TEST_F(ConductCallsTest, TheTableNamesEveryMethod) { calls_.CheckTable(Rows()); }

TEST_F(ConductCallsTest, EachSucceedsAndIsRefusedWhereItMustBe) {
  for (const CallRow& row : Rows()) {
    calls_.CheckCall(row, {As("org-a"), As("org-b"), host_.AsService(),
                           host_.As("org-a", {auth::Role::kAuditor})});
  }
  EXPECT_THAT(calls_.Do(Rows()[0], As("org-a", {world_["$SHOP1"]})).status(),
              HasReason("SHOP_NOT_ALLOWED"));
}

TEST_F(ConductCallsTest, AWriteIsToldAndReplayedAndItsIdNotReused) {
  calls_.CheckWrites(
      Rows(), [this] { Fresh(); }, [this] { return As("org-a"); }, Db(), clock_);
}

// The only connection is held by the test, so that no call can be answered in time.
class ConductDeadlineTest : public ConductCallsTest {
 protected:
  ConductDeadlineTest() : ConductCallsTest(/*pool_size=*/1) {}
};

TEST_F(ConductDeadlineTest, EveryCallEndsByItsDeadlineAndLeavesNothing) {
  calls_.CheckDeadlines(Rows(), As("org-a"), *database_, Db());
}

}  // namespace
}  // namespace kefu::staffing
