// The problem log beside StaffingService.
#pragma once

#include <string>

#include "kefu/staffing/v1/problems.grpc.pb.h"
#include "services/staffing/tests/fixture.h"

namespace kefu::staffing {

class ProblemTest : public StaffingTest {
 protected:
  using Log = v1::ProblemService::Stub;

  explicit ProblemTest(int pool_size = 8)
      : StaffingTest(pool_size), log_(v1::ProblemService::NewStub(host_.channel())) {}

  void SetUp() override { ASSERT_NO_FATAL_FAILURE(MakeWorld()); }

  template <class Request, class Response>
  absl::StatusOr<Response> Do(grpc::Status (Log::*method)(grpc::ClientContext*, const Request&,
                                                          Response*),
                              const std::string& text, const rpc::CallOptions& options) {
    return rpc::Call(*log_, method, Parse<Request>(Fill(text)), options);
  }
  template <class Request, class Response>
  absl::StatusOr<Response> Do(grpc::Status (Log::*method)(grpc::ClientContext*, const Request&,
                                                          Response*),
                              const std::string& text) {
    return Do(method, text, As("org-a"));
  }
  rpc::CallOptions Agent() { return AsAgent("org-a", world_["$AGENT"]); }

  // By $AGENT, of $SHOP1 unless told otherwise.
  absl::StatusOr<v1::Problem> Record(const std::string& question, const std::string& more = "",
                                     const std::string& shop = "$SHOP1") {
    return Do(&Log::RecordProblem,
              fmt::format(R"(problem {{ shop_id: "{}" agent_id: "$AGENT" question: "{}" {} }})",
                          shop, question, more));
  }
  absl::StatusOr<v1::Problem> Answer(const v1::Problem& problem, const std::string& answer,
                                     const rpc::CallOptions& as, const std::string& more = "") {
    return Do(
        &Log::AnswerProblem,
        fmt::format(R"(problem_id: "{}" answer: "{}" {})", problem.problem_id(), answer, more), as);
  }
  // The questions found, the best in front.
  std::vector<std::string> Search(const std::string& query, const std::string& more,
                                  const rpc::CallOptions& as) {
    const auto found = Do(&Log::SearchProblems, fmt::format(R"(query: "{}" {})", query, more), as);
    EXPECT_OK(found);
    std::vector<std::string> questions;
    for (const auto& each : found->problems()) questions.push_back(each.problem().question());
    return questions;
  }
  std::vector<std::string> Search(const std::string& query, const std::string& more = "") {
    return Search(query, more, As("org-a"));
  }

  const std::unique_ptr<Log> log_;
};

}  // namespace kefu::staffing
