// The problem log, call by call: contract messages in, contract messages out. As handlers.h.
#pragma once

#include <utility>

#include "absl/status/statusor.h"
#include "common/context/request_context.h"
#include "kefu/staffing/v1/problems.pb.h"
#include "services/staffing/handlers/handlers.h"

namespace kefu::staffing {

// Thread-safe; errors as Handlers, and those of errors_conduct.h.
class ProblemHandlers {
 public:
  explicit ProblemHandlers(Dependencies dependencies) : deps_(std::move(dependencies)) {}

#define KEFU_PROBLEM_HANDLER(Method, Request, Response) \
  absl::StatusOr<v1::Response> Method(const RequestContext& ctx, const v1::Request& request) const;

  KEFU_PROBLEM_HANDLER(RecordProblem, RecordProblemRequest, Problem)
  KEFU_PROBLEM_HANDLER(AnswerProblem, AnswerProblemRequest, Problem)
  KEFU_PROBLEM_HANDLER(GetProblem, GetProblemRequest, GetProblemResponse)
  KEFU_PROBLEM_HANDLER(ListProblems, ListProblemsRequest, ListProblemsResponse)
  KEFU_PROBLEM_HANDLER(SearchProblems, SearchProblemsRequest, SearchProblemsResponse)

#undef KEFU_PROBLEM_HANDLER

 private:
  Dependencies deps_;
};

}  // namespace kefu::staffing
