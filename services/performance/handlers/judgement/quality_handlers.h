// What QualityService does, and PerformanceService.CreateInspection, call by call.
#pragma once

#include <utility>

#include "absl/status/statusor.h"
#include "common/context/request_context.h"
#include "kefu/performance/v1/quality.pb.h"
#include "services/performance/handlers/handlers.h"

namespace kefu::performance {

// Thread-safe; see Handlers. Not for bases: PERMISSION_DENIED ONLY_OWN_AGENTS, except GetQuality,
// which shows them their own agents.
class QualityHandlers {
 public:
  explicit QualityHandlers(Dependencies dependencies) : deps_(std::move(dependencies)) {}

  absl::StatusOr<v1::InspectionSample> DrawSample(const RequestContext& ctx,
                                                  const v1::DrawSampleRequest& request) const;
  absl::StatusOr<v1::InspectionSample> GetSample(const RequestContext& ctx,
                                                 const v1::GetSampleRequest& request) const;
  absl::StatusOr<v1::ListSamplesResponse> ListSamples(const RequestContext& ctx,
                                                      const v1::ListSamplesRequest& request) const;
  absl::StatusOr<v1::InspectionForm> CreateInspectionForm(
      const RequestContext& ctx, const v1::CreateInspectionFormRequest& request) const;
  absl::StatusOr<v1::ListInspectionFormsResponse> ListInspectionForms(
      const RequestContext& ctx, const v1::ListInspectionFormsRequest& request) const;
  absl::StatusOr<v1::Inspection> CreateInspection(const RequestContext& ctx,
                                                  const v1::CreateInspectionRequest& request) const;
  absl::StatusOr<v1::ListInspectionsResponse> ListInspections(
      const RequestContext& ctx, const v1::ListInspectionsRequest& request) const;
  absl::StatusOr<v1::Inspection> AppealInspection(const RequestContext& ctx,
                                                  const v1::AppealInspectionRequest& request) const;
  absl::StatusOr<v1::Inspection> DecideAppeal(const RequestContext& ctx,
                                              const v1::DecideAppealRequest& request) const;
  absl::StatusOr<v1::Agreement> GetAgreement(const RequestContext& ctx,
                                             const v1::GetAgreementRequest& request) const;
  absl::StatusOr<v1::GetQualityResponse> GetQuality(const RequestContext& ctx,
                                                    const v1::GetQualityRequest& request) const;
  absl::StatusOr<v1::QualityPolicy> SetQualityPolicy(
      const RequestContext& ctx, const v1::SetQualityPolicyRequest& request) const;
  absl::StatusOr<v1::QualityPolicy> GetQualityPolicy(
      const RequestContext& ctx, const v1::GetQualityPolicyRequest& request) const;

 private:
  Dependencies deps_;
};

}  // namespace kefu::performance
