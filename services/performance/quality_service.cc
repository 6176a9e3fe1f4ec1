#include "services/performance/quality_service.h"

#include <memory>

#include "common/rpc/service_methods.h"
#include "kefu/performance/v1/quality.grpc.pb.h"

namespace kefu::performance {
namespace {

class Calls final : public rpc::Service<v1::QualityService> {
 public:
  Calls(rpc::Dispatcher& dispatcher, const QualityHandlers& handlers)
      : Service(dispatcher), handlers_(handlers) {}

  KEFU_UNARY(DrawSample, v1::DrawSampleRequest, v1::InspectionSample,
             handlers_.DrawSample(ctx, request))
  KEFU_UNARY(GetSample, v1::GetSampleRequest, v1::InspectionSample,
             handlers_.GetSample(ctx, request))
  KEFU_UNARY(ListSamples, v1::ListSamplesRequest, v1::ListSamplesResponse,
             handlers_.ListSamples(ctx, request))
  KEFU_UNARY(CreateInspectionForm, v1::CreateInspectionFormRequest, v1::InspectionForm,
             handlers_.CreateInspectionForm(ctx, request))
  KEFU_UNARY(ListInspectionForms, v1::ListInspectionFormsRequest, v1::ListInspectionFormsResponse,
             handlers_.ListInspectionForms(ctx, request))
  KEFU_UNARY(ListInspections, v1::ListInspectionsRequest, v1::ListInspectionsResponse,
             handlers_.ListInspections(ctx, request))
  KEFU_UNARY(AppealInspection, v1::AppealInspectionRequest, v1::Inspection,
             handlers_.AppealInspection(ctx, request))
  KEFU_UNARY(DecideAppeal, v1::DecideAppealRequest, v1::Inspection,
             handlers_.DecideAppeal(ctx, request))
  KEFU_UNARY(GetAgreement, v1::GetAgreementRequest, v1::Agreement,
             handlers_.GetAgreement(ctx, request))
  KEFU_UNARY(GetQuality, v1::GetQualityRequest, v1::GetQualityResponse,
             handlers_.GetQuality(ctx, request))
  KEFU_UNARY(SetQualityPolicy, v1::SetQualityPolicyRequest, v1::QualityPolicy,
             handlers_.SetQualityPolicy(ctx, request))
  KEFU_UNARY(GetQualityPolicy, v1::GetQualityPolicyRequest, v1::QualityPolicy,
             handlers_.GetQualityPolicy(ctx, request))

 private:
  const QualityHandlers& handlers_;
};

}  // namespace

QualityServiceImpl::QualityServiceImpl(rpc::Dispatcher& dispatcher, const QualityHandlers& handlers)
    : HiddenService(std::make_unique<Calls>(dispatcher, handlers)) {}

}  // namespace kefu::performance
