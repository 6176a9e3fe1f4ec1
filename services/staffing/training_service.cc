#include "services/staffing/training_service.h"

#include <memory>

#include "common/rpc/service_methods.h"
#include "kefu/staffing/v1/training.grpc.pb.h"

namespace kefu::staffing {
namespace {

class Calls final : public rpc::Service<v1::TrainingService> {
 public:
  Calls(rpc::Dispatcher& dispatcher, const TrainingHandlers& handlers)
      : Service(dispatcher), handlers_(handlers) {}

#define KEFU_TRAINING_CALL(Method, Request, Response) \
  KEFU_UNARY(Method, v1::Request, v1::Response, handlers_.Method(ctx, request))

  KEFU_TRAINING_CALL(GetTrainingCatalogue, GetTrainingCatalogueRequest, TrainingCatalogue)
  KEFU_TRAINING_CALL(SetTrainingCatalogue, SetTrainingCatalogueRequest, TrainingCatalogue)
  KEFU_TRAINING_CALL(GrantSkill, GrantSkillRequest, AgentSkill)
  KEFU_TRAINING_CALL(EndSkill, EndSkillRequest, AgentSkill)
  KEFU_TRAINING_CALL(ListAgentSkills, ListAgentSkillsRequest, ListAgentSkillsResponse)
  KEFU_TRAINING_CALL(AddTrainingCertificate, AddTrainingCertificateRequest, TrainingCertificate)
  KEFU_TRAINING_CALL(RevokeTrainingCertificate, RevokeTrainingCertificateRequest,
                     TrainingCertificate)
  KEFU_TRAINING_CALL(ListTrainingCertificates, ListTrainingCertificatesRequest,
                     ListTrainingCertificatesResponse)
  KEFU_TRAINING_CALL(RecordAssessment, RecordAssessmentRequest, CompetenceAssessment)
  KEFU_TRAINING_CALL(ListAssessments, ListAssessmentsRequest, ListAssessmentsResponse)
  KEFU_TRAINING_CALL(ListTalentAssessments, ListTalentAssessmentsRequest,
                     ListTalentAssessmentsResponse)
  KEFU_TRAINING_CALL(AssignTraining, AssignTrainingRequest, TrainingAssignment)
  KEFU_TRAINING_CALL(CancelTraining, CancelTrainingRequest, TrainingAssignment)
  KEFU_TRAINING_CALL(ListTrainingAssignments, ListTrainingAssignmentsRequest,
                     ListTrainingAssignmentsResponse)
  KEFU_TRAINING_CALL(ScheduleTrainingSession, ScheduleTrainingSessionRequest, TrainingSession)
  KEFU_TRAINING_CALL(CancelTrainingSession, CancelTrainingSessionRequest, TrainingSession)
  KEFU_TRAINING_CALL(ListTrainingSessions, ListTrainingSessionsRequest,
                     ListTrainingSessionsResponse)
  KEFU_TRAINING_CALL(EnrolAgent, EnrolAgentRequest, TrainingEnrolment)
  KEFU_TRAINING_CALL(WithdrawEnrolment, WithdrawEnrolmentRequest, TrainingEnrolment)
  KEFU_TRAINING_CALL(RecordTrainingAttendance, RecordTrainingAttendanceRequest, TrainingEnrolment)
  KEFU_TRAINING_CALL(RecordTrainingResult, RecordTrainingResultRequest, TrainingEnrolment)
  KEFU_TRAINING_CALL(ListTrainingEnrolments, ListTrainingEnrolmentsRequest,
                     ListTrainingEnrolmentsResponse)
  KEFU_TRAINING_CALL(ListTrainingEffects, ListTrainingEffectsRequest, ListTrainingEffectsResponse)
  KEFU_TRAINING_CALL(GetCourseEffect, GetCourseEffectRequest, CourseEffect)

#undef KEFU_TRAINING_CALL

 private:
  const TrainingHandlers& handlers_;
};

}  // namespace

TrainingServiceImpl::TrainingServiceImpl(rpc::Dispatcher& dispatcher,
                                         const TrainingHandlers& handlers)
    : HiddenService(std::make_unique<Calls>(dispatcher, handlers)) {}

}  // namespace kefu::staffing
