#include "services/performance/fact_service.h"

#include <memory>

#include "common/rpc/service_methods.h"
#include "kefu/performance/v1/facts.grpc.pb.h"

namespace kefu::performance {
namespace {

class Calls final : public rpc::Service<v1::FactService> {
 public:
  Calls(rpc::Dispatcher& dispatcher, const PeopleHandlers& people)
      : Service(dispatcher), people_(people) {}

  KEFU_CLIENT_STREAM(ImportConduct, v1::ImportConductRequest, v1::ImportResponse,
                     people_.ImportConduct(ctx, reader))
  KEFU_CLIENT_STREAM(ImportAttendance, v1::ImportAttendanceRequest, v1::ImportResponse,
                     people_.ImportAttendance(ctx, reader))
  KEFU_UNARY(ListConduct, v1::ListConductRequest, v1::ListConductResponse,
             people_.ListConduct(ctx, request))
  KEFU_UNARY(ListAttendance, v1::ListAttendanceRequest, v1::ListAttendanceResponse,
             people_.ListAttendance(ctx, request))
  KEFU_UNARY(GetEmployment, v1::GetEmploymentRequest, v1::Employment,
             people_.GetEmployment(ctx, request))

 private:
  const PeopleHandlers& people_;
};

}  // namespace

FactServiceImpl::FactServiceImpl(rpc::Dispatcher& dispatcher, const PeopleHandlers& people)
    : HiddenService(std::make_unique<Calls>(dispatcher, people)) {}

}  // namespace kefu::performance
