// What holds for every call of CareerService alike.
#include "common/testing/every_call.h"

#include "services/staffing/tests/careers/careers_fixture.h"

namespace kefu::staffing {
namespace {

using ::kefu::testing::CallRow;
using ::kefu::testing::EveryCall;
using ::kefu::testing::Other;

const std::vector<CallRow>& Rows() {
  static const auto& rows = *new std::vector<CallRow>{
      {"SetTierLadder",
       R"(ladder {
            effective_date { year: 2026 month: 1 day: 1 }
            tiers { tier_id: "trainee" name_zh: "见习" name_en: "n~" rank: 1
                    track: TRACK_PROFESSIONAL }
            grades { grade_id: "P1" name_zh: "P1" name_en: "P1" rank: 1 }
          })",
       Other::kUnrelated},
      {"ListTierLadders", "", Other::kUnrelated},
      {"SetHeadcount", R"(headcount { tier_id: "team_lead" posts: 1~})", Other::kUnrelated},
      {"ListHeadcounts", "", Other::kUnrelated},
      {"DecidePromotion", R"(promotion_id: "$PROMOTION" approve: true reason: "n~")",
       Other::kNotFound},
      {"ListPromotions", "", Other::kEmpty},
      {"ListPromotionEvaluations", "", Other::kEmpty},
      {"EndEmployment",
       R"(agent_id: "$AGENT" leave_date { year: 2026 month: 2 day: 1 } reason: "n~")",
       Other::kNotFound},
      {"RecordLeave",
       R"(leave {
            agent_id: "$AGENT"
            kind: "sick"
            start_date { year: 2026 month: 1 day: 2~ }
          })",
       Other::kNotFound},
      {"EndLeave", R"(leave_id: "$LEAVE" end_date { year: 2025 month: 12 day: 1~})",
       Other::kNotFound},
      {"ListEmployments", R"(agent_id: "$AGENT")", Other::kNotFound},
  };
  return rows;
}

class CareerCallsTest : public CareersServiceTest {
 protected:
  using CareersServiceTest::CareersServiceTest;
  void FreshWorld() {
    Db().Clear();
    world_.clear();
    ASSERT_NO_FATAL_FAILURE(MakeWorld());
    ASSERT_OK_AND_ASSIGN(const v1::Promotion promotion,
                         Call(&Staffing::PromoteAgent,
                              R"(agent_id: "$AGENT" tier_id: "regular" reason: "r"
                                 override_reason: "急需"
                                 effective_date { year: 2025 month: 7 day: 1 })",
                              Person("asker")));
    world_["$PROMOTION"] = promotion.promotion_id();
    ASSERT_OK_AND_ASSIGN(const v1::Leave leave, Ask(&Career::RecordLeave, R"(leave {
                                                        agent_id: "$AGENT"
                                                        kind: "sick"
                                                        start_date { year: 2025 month: 12 day: 1 }
                                                        end_date { year: 2025 month: 12 day: 5 }
                                                      })"));
    world_["$LEAVE"] = leave.leave_id();
  }

  const EveryCall calls_{"kefu.staffing.v1.CareerService", host_.channel(),
                         [this](std::string text) { return Fill(std::move(text)); }};
};

TEST_F(CareerCallsTest, TheTableNamesEveryMethod) { calls_.CheckTable(Rows()); }

TEST_F(CareerCallsTest, EachSucceedsAndIsRefusedWhereItMustBe) {
  for (const CallRow& row : Rows()) {
    FreshWorld();
    calls_.CheckCall(row, {As("org-a"), As("org-b"), host_.AsService(),
                           host_.As("org-a", {auth::Role::kAuditor})});
  }
}

TEST_F(CareerCallsTest, AWriteIsToldAndReplayedAndItsIdNotReused) {
  for (const CallRow& row : Rows()) {
    if (!row.is_write()) continue;
    FreshWorld();
    const size_t before = EventTypes().size();
    calls_.CheckWrite(row, "id-1", As("org-a"), Db(), clock_);
    EXPECT_GT(EventTypes().size(), before) << row.method;
    EXPECT_THAT(calls_.Do(row, As("org-new")).status(),
                ::testing::AnyOf(HasReason("ORGANIZATION_NOT_REGISTERED"), HasReason("NOT_FOUND")))
        << row.method;
  }
}

// The only connection is held by the test, so that no call can be answered in time.
class CareerDeadlineTest : public CareerCallsTest {
 protected:
  CareerDeadlineTest() : CareerCallsTest(/*pool_size=*/1) {}
};

TEST_F(CareerDeadlineTest, EveryCallEndsByItsDeadlineAndLeavesNothing) {
  FreshWorld();
  calls_.CheckDeadlines(Rows(), As("org-a"), *database_, Db());
}

}  // namespace
}  // namespace kefu::staffing
