// What holds for every call of ProblemService alike.
#include "common/testing/every_call.h"
#include "services/staffing/tests/problems/problem_fixture.h"

namespace kefu::staffing {
namespace {

using ::kefu::testing::CallRow;
using ::kefu::testing::EveryCall;
using ::kefu::testing::Other;

const std::vector<CallRow>& Rows() {
  static const auto& rows = *new std::vector<CallRow>{
      {"RecordProblem", R"(problem { shop_id: "$SHOP1" agent_id: "$AGENT" question: "n~" })",
       Other::kNotFound},
      {"AnswerProblem", R"(problem_id: "$PROBLEM" answer: "n~")", Other::kNotFound},
      {"GetProblem", R"(problem_id: "$PROBLEM")", Other::kNotFound},
      {"ListProblems", "", Other::kEmpty},
      {"SearchProblems", R"(query: "掉色")", Other::kEmpty},
  };
  return rows;
}

class ProblemCallsTest : public ProblemTest {
 protected:
  using ProblemTest::ProblemTest;
  void SetUp() override { Fresh(); }
  void Fresh() {
    Db().Clear();
    world_.clear();
    ASSERT_NO_FATAL_FAILURE(MakeWorld());
    ASSERT_OK_AND_ASSIGN(const v1::Problem problem, Record("会掉色吗"));
    world_["$PROBLEM"] = problem.problem_id();
  }

  const EveryCall calls_{"kefu.staffing.v1.ProblemService", host_.channel(),
                         [this](std::string text) { return Fill(std::move(text)); }};
};

TEST_F(ProblemCallsTest, TheTableNamesEveryMethod) { calls_.CheckTable(Rows()); }

TEST_F(ProblemCallsTest, EachSucceedsAndIsRefusedWhereItMustBe) {
  for (const CallRow& row : Rows()) {
    calls_.CheckCall(row, {As("org-a"), As("org-b"), host_.AsService(),
                           host_.As("org-a", {auth::Role::kAuditor})});
  }
}

TEST_F(ProblemCallsTest, AWriteIsToldAndReplayedAndItsIdNotReused) {
  calls_.CheckWrites(
      Rows(), [this] { Fresh(); }, [this] { return As("org-a"); }, Db(), clock_);
}

// The only connection is held by the test, so that no call can be answered in time.
class ProblemDeadlineTest : public ProblemCallsTest {
 protected:
  ProblemDeadlineTest() : ProblemCallsTest(/*pool_size=*/1) {}
};

TEST_F(ProblemDeadlineTest, EveryCallEndsByItsDeadlineAndLeavesNothing) {
  calls_.CheckDeadlines(Rows(), As("org-a"), *database_, Db());
}

}  // namespace
}  // namespace kefu::staffing
