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
    calls_.CheckStranger(row, As("org-b"));
    if (!row.request.empty()) calls_.CheckEmptyRequest(row, As("org-a"));
    calls_.CheckRights(row, host_.AsService(), host_.As("org-a", {auth::Role::kAuditor}));
    calls_.CheckPages(row, As("org-a"));
    EXPECT_OK(calls_.Do(row, As("org-a"))) << row.method;
  }
}

TEST_F(ProblemCallsTest, AWriteIsToldAndReplayedAndItsIdNotReused) {
  for (const CallRow& row : Rows()) {
    if (!row.is_write()) continue;
    Fresh();
    const size_t before = EventTypes().size();
    calls_.CheckWrite(row, "id-1", As("org-a"), Db(), clock_);
    EXPECT_EQ(EventTypes().size(), before + 1) << row.method;
  }
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
