// What two do at once in training: of the last place, of an assignment, of a result, of the job.
#include <algorithm>
#include <atomic>
#include <thread>

#include "services/staffing/jobs/training_job.h"
#include "services/staffing/tests/training/training_fixture.h"

namespace kefu::staffing {
namespace {

using ::testing::SizeIs;
using Training = v1::TrainingService::Stub;
using CivilDay = absl::CivilDay;

using TrainingRaceTest = TrainingTest;

TEST_F(TrainingRaceTest, OfManyForTheLastPlaceOneGetsIt) {
  constexpr int kMany = 8;
  ASSERT_OK(Schedule("$SESSION", "mindset", "2026-01-20T02:00", /*places=*/1));
  for (int i = 0; i < kMany; ++i) ASSERT_NO_FATAL_FAILURE(Add(fmt::format("$P{}", i)));
  std::atomic<int> got = 0, full = 0;
  {
    std::vector<std::jthread> callers;
    for (int i = 0; i < kMany; ++i) {
      callers.emplace_back([&, i] {
        const auto enrolled = Enrol("$SESSION", fmt::format("$P{}", i));
        got += enrolled.ok() ? 1 : 0;
        full += ReasonOf(enrolled.status()) == "SESSION_FULL" ? 1 : 0;
      });
    }
  }
  EXPECT_EQ(got, 1);
  EXPECT_EQ(full, kMany - 1);
  ASSERT_OK_AND_ASSIGN(const auto sessions, Do(&Training::ListTrainingSessions, ""));
  EXPECT_EQ(sessions.sessions(0).taken(), 1);
}

TEST_F(TrainingRaceTest, OfTwoWhoAssignAtOnceOneDoes) {
  for (int round = 0; round < 5; ++round) {
    const std::string course = training::ShippedCatalogue().courses[round].id;
    std::atomic<int> assigned = 0;
    {
      std::vector<std::jthread> callers;
      for (int i = 0; i < 6; ++i) {
        callers.emplace_back([&] {
          assigned += Do(&Training::AssignTraining,
                         fmt::format(R"(assignment {{ agent_id: "$AGENT" course_id: "{}"
                                        reason: "r" }})",
                                     course))
                          .ok();
        });
      }
    }
    EXPECT_EQ(assigned, 1) << course;
  }
  EXPECT_THAT(Assigned("state: TRAINING_STATE_OPEN"), SizeIs(5));
}

TEST_F(TrainingRaceTest, OfAFigureAndALeadWhoAssignAtOnceOneDoes) {
  for (int round = 0; round < 5; ++round) {
    const size_t before = Assigned().size();
    {
      // Each round another week's figure.
      std::jthread event([&] {
        TellWeek(CivilDay(2026, 1, 5) + 7 * round, {{"$AGENT", {.replies = {6, 30}}}},
                 {.replies = {9, 10}});
      });
      std::jthread lead([&] {
        const auto assigned = Do(&Training::AssignTraining,
                                 R"(assignment { agent_id: "$AGENT" reason: "r"
                                                 course_id: "service_details" })");
        EXPECT_TRUE(assigned.ok() || ReasonOf(assigned.status()) == "TRAINING_ASSIGNED")
            << assigned.status();
      });
    }
    const auto open = Assigned("state: TRAINING_STATE_OPEN");
    ASSERT_THAT(open, SizeIs(1));
    EXPECT_EQ(Assigned().size(), before + 1);
    ASSERT_OK(
        Do(&Training::CancelTraining, fmt::format(R"(training_assignment_id: "{}" reason: "r")",
                                                  open[0].training_assignment_id())));
  }
}

TEST_F(TrainingRaceTest, OfResultsAtOnceOneCounts) {
  ASSERT_NO_FATAL_FAILURE(GiveCertificates());
  ASSERT_OK(Schedule("$SESSION", "service_details", "2026-01-10T02:00"));
  ASSERT_OK(Enrol("$SESSION"));
  ASSERT_OK(Attend("$SESSION"));
  std::atomic<int> counted = 0, settled = 0;
  {
    std::vector<std::jthread> callers;
    for (int i = 0; i < 6; ++i) {
      callers.emplace_back([&, i] {
        const auto result = Score("$SESSION", 60 + i);
        counted += result.ok() ? 1 : 0;
        settled += ReasonOf(result.status()) == "ENROLMENT_SETTLED" ? 1 : 0;
      });
    }
  }
  EXPECT_EQ(counted, 1);
  EXPECT_EQ(settled, 5);
  ASSERT_OK_AND_ASSIGN(const auto certificates,
                       Do(&Training::ListTrainingCertificates, R"(agent_id: "$AGENT")"));
  EXPECT_THAT(certificates.certificates(), SizeIs(1));
}

TEST_F(TrainingRaceTest, OfManyReplicasOneTellsAndAssigns) {
  for (int i = 0; i < 5; ++i) ASSERT_NO_FATAL_FAILURE(Add(fmt::format("$P{}", i)));
  for (int i = 0; i < 5; ++i) {
    ASSERT_OK(Do(&Training::AddTrainingCertificate,
                 fmt::format(R"(certificate {{ agent_id: "$P{}" kind: "k" evidence: "e"
                                  issue_date {{ year: 2025 month: 1 day: 1 }}
                                  valid_until {{ year: 2026 month: 1 day: 31 }} }})",
                             i)));
  }
  {
    std::vector<std::jthread> replicas;
    for (int i = 0; i < 4; ++i) {
      replicas.emplace_back([&] {
        TrainingJob job({*database_, ids_, [] {}}, clock_);
        EXPECT_OK(job.RunOnce());
      });
    }
  }
  EXPECT_EQ(std::ranges::count(EventTypes(), "TrainingCertificateExpiring"), 5);
  EXPECT_THAT(Assigned(), SizeIs(6)) << "hot products, once for each who sells";
}

}  // namespace
}  // namespace kefu::staffing
