#include "services/staffing/problem_service.h"

#include <memory>

#include "common/rpc/service_methods.h"
#include "kefu/staffing/v1/problems.grpc.pb.h"

namespace kefu::staffing {
namespace {

class Calls final : public rpc::Service<v1::ProblemService> {
 public:
  Calls(rpc::Dispatcher& dispatcher, const ProblemHandlers& handlers)
      : Service(dispatcher), handlers_(handlers) {}

#define KEFU_PROBLEM_CALL(Method, Request, Response) \
  KEFU_UNARY(Method, v1::Request, v1::Response, handlers_.Method(ctx, request))

  KEFU_PROBLEM_CALL(RecordProblem, RecordProblemRequest, Problem)
  KEFU_PROBLEM_CALL(AnswerProblem, AnswerProblemRequest, Problem)
  KEFU_PROBLEM_CALL(GetProblem, GetProblemRequest, GetProblemResponse)
  KEFU_PROBLEM_CALL(ListProblems, ListProblemsRequest, ListProblemsResponse)
  KEFU_PROBLEM_CALL(SearchProblems, SearchProblemsRequest, SearchProblemsResponse)

#undef KEFU_PROBLEM_CALL

 private:
  const ProblemHandlers& handlers_;
};

}  // namespace

ProblemServiceImpl::ProblemServiceImpl(rpc::Dispatcher& dispatcher, const ProblemHandlers& handlers)
    : HiddenService(std::make_unique<Calls>(dispatcher, handlers)) {}

}  // namespace kefu::staffing
