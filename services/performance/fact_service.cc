#include "services/performance/fact_service.h"

#include <memory>

#include "common/rpc/service_methods.h"
#include "kefu/performance/v1/facts.grpc.pb.h"

namespace kefu::performance {
namespace {

class Calls final : public rpc::Service<v1::FactService> {
 public:
  Calls(rpc::Dispatcher& dispatcher, const PeopleHandlers& people, const FactHandlers& facts)
      : Service(dispatcher), people_(people), facts_(facts) {}

  KEFU_CLIENT_STREAM(ImportVisits, v1::ImportVisitsRequest, v1::ImportResponse,
                     facts_.ImportVisits(ctx, reader))
  KEFU_CLIENT_STREAM(ImportPayments, v1::ImportPaymentsRequest, v1::ImportResponse,
                     facts_.ImportPayments(ctx, reader))
  KEFU_CLIENT_STREAM(ImportRatings, v1::ImportRatingsRequest, v1::ImportResponse,
                     facts_.ImportRatings(ctx, reader))
  KEFU_CLIENT_STREAM(ImportInspections, v1::ImportInspectionsRequest, v1::ImportResponse,
                     facts_.ImportInspections(ctx, reader))
  KEFU_CLIENT_STREAM(ReplaceDay, v1::ReplaceDayRequest, v1::ReplaceDayResponse,
                     facts_.ReplaceDay(ctx, reader))
  KEFU_UNARY(PublishMetricDefinition, v1::PublishMetricDefinitionRequest, v1::MetricDefinition,
             facts_.PublishMetricDefinition(ctx, request))
  KEFU_UNARY(SetDefinitionPolicy, v1::SetDefinitionPolicyRequest, v1::DefinitionPolicy,
             facts_.SetDefinitionPolicy(ctx, request))
  KEFU_UNARY(GetDefinitionPolicy, v1::GetDefinitionPolicyRequest, v1::DefinitionPolicy,
             facts_.GetDefinitionPolicy(ctx, request))
  KEFU_UNARY(DeactivateMetricDefinition, v1::DeactivateMetricDefinitionRequest,
             v1::ListMetricDefinitionsResponse, facts_.DeactivateMetricDefinition(ctx, request))
  KEFU_UNARY(ListMetricDefinitions, v1::ListMetricDefinitionsRequest,
             v1::ListMetricDefinitionsResponse, facts_.ListMetricDefinitions(ctx, request))
  KEFU_UNARY(PublishScreeningPolicy, v1::PublishScreeningPolicyRequest, v1::ScreeningPolicy,
             facts_.PublishScreeningPolicy(ctx, request))
  KEFU_UNARY(GetScreeningPolicy, v1::GetScreeningPolicyRequest, v1::ScreeningPolicy,
             facts_.GetScreeningPolicy(ctx, request))
  KEFU_UNARY(ListExclusions, v1::ListExclusionsRequest, v1::ListExclusionsResponse,
             facts_.ListExclusions(ctx, request))
  KEFU_UNARY(ReviewExclusion, v1::ReviewExclusionRequest, v1::ConversationExclusion,
             facts_.ReviewExclusion(ctx, request))
  KEFU_UNARY(ListOrderExclusions, v1::ListOrderExclusionsRequest, v1::ListOrderExclusionsResponse,
             facts_.ListOrderExclusions(ctx, request))
  KEFU_UNARY(ReviewOrderExclusion, v1::ReviewOrderExclusionRequest, v1::OrderExclusion,
             facts_.ReviewOrderExclusion(ctx, request))
  KEFU_UNARY(ListWordHits, v1::ListWordHitsRequest, v1::ListWordHitsResponse,
             facts_.ListWordHits(ctx, request))
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
  const FactHandlers& facts_;
};

}  // namespace

FactServiceImpl::FactServiceImpl(rpc::Dispatcher& dispatcher, const PeopleHandlers& people,
                                 const FactHandlers& facts)
    : HiddenService(std::make_unique<Calls>(dispatcher, people, facts)) {}

}  // namespace kefu::performance
