// Cases that are opened at the same time, in one transaction or in several, count each other; rules
// that are set at the same time follow each other.
#include <thread>
#include <vector>

#include "services/aftersales/tests/assignment/fixture.h"

namespace kefu::aftersales {
namespace {

TEST_F(AssignmentTest, CasesOpenedAtOnceCountEachOther) {
  Hire("anna");
  Hire("bela");
  SetRules("max_open_cases: 3");
  std::vector<std::thread> threads;
  for (int i = 0; i < 10; ++i) {
    threads.emplace_back([&] {
      EXPECT_OK(Call(&Stub::OpenCase, R"pb(case {
                                             shop_id: "shop-1"
                                             kind: CASE_KIND_SERVICE_COMPLAINT
                                             channel: CASE_CHANNEL_CHAT
                                             problem: "态度生硬"
                                           })pb"));
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const char* agent : {"anna", "bela"}) {
    EXPECT_EQ(Db().Count(fmt::format(
                  "SELECT COUNT(*) FROM aftersales_case WHERE assignee_agent_id = '{}'", agent)),
              3)
        << "the cap holds, and turns go round: " << agent;
  }
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM case_unassigned"), 4);
}

TEST_F(AssignmentTest, RulesThatManySetAtOnceAreVersionsOneAfterTheOther) {
  std::vector<absl::Status> answers(4);
  {
    std::vector<std::jthread> threads;
    for (absl::Status& answer : answers) {
      threads.emplace_back([&] {
        answer = Do(&AssignmentStub::SetAssignmentPolicy,
                    "policy { automatic: true default_language: 'zh' retry_seconds: 60 }")
                     .status();
      });
    }
  }
  for (const absl::Status& answer : answers) EXPECT_OK(answer);
  EXPECT_EQ(Db().Count("SELECT MAX(version) FROM intake_rules WHERE org_id = 'org-a'"), 4);
}

}  // namespace
}  // namespace kefu::aftersales
