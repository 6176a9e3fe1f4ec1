// Training and competence, call by call.
#pragma once

#include <utility>

#include "absl/status/statusor.h"
#include "common/context/request_context.h"
#include "kefu/staffing/v1/training.pb.h"
#include "services/staffing/handlers/handlers.h"

namespace kefu::staffing {

// Thread-safe. As Handlers.
class TrainingHandlers {
 public:
  explicit TrainingHandlers(Dependencies dependencies) : deps_(std::move(dependencies)) {}

#define KEFU_TRAINING_HANDLER(Method, Request, Response) \
  absl::StatusOr<v1::Response> Method(const RequestContext& ctx, const v1::Request& request) const;

  KEFU_TRAINING_HANDLER(GetTrainingCatalogue, GetTrainingCatalogueRequest, TrainingCatalogue)
  KEFU_TRAINING_HANDLER(SetTrainingCatalogue, SetTrainingCatalogueRequest, TrainingCatalogue)
  KEFU_TRAINING_HANDLER(GrantSkill, GrantSkillRequest, AgentSkill)
  KEFU_TRAINING_HANDLER(EndSkill, EndSkillRequest, AgentSkill)
  KEFU_TRAINING_HANDLER(ListAgentSkills, ListAgentSkillsRequest, ListAgentSkillsResponse)
  KEFU_TRAINING_HANDLER(AddTrainingCertificate, AddTrainingCertificateRequest, TrainingCertificate)
  KEFU_TRAINING_HANDLER(RevokeTrainingCertificate, RevokeTrainingCertificateRequest,
                        TrainingCertificate)
  KEFU_TRAINING_HANDLER(ListTrainingCertificates, ListTrainingCertificatesRequest,
                        ListTrainingCertificatesResponse)
  KEFU_TRAINING_HANDLER(RecordAssessment, RecordAssessmentRequest, CompetenceAssessment)
  KEFU_TRAINING_HANDLER(ListAssessments, ListAssessmentsRequest, ListAssessmentsResponse)
  KEFU_TRAINING_HANDLER(ListTalentAssessments, ListTalentAssessmentsRequest,
                        ListTalentAssessmentsResponse)
  KEFU_TRAINING_HANDLER(AssignTraining, AssignTrainingRequest, TrainingAssignment)
  KEFU_TRAINING_HANDLER(CancelTraining, CancelTrainingRequest, TrainingAssignment)
  KEFU_TRAINING_HANDLER(ListTrainingAssignments, ListTrainingAssignmentsRequest,
                        ListTrainingAssignmentsResponse)
  KEFU_TRAINING_HANDLER(ScheduleTrainingSession, ScheduleTrainingSessionRequest, TrainingSession)
  KEFU_TRAINING_HANDLER(CancelTrainingSession, CancelTrainingSessionRequest, TrainingSession)
  KEFU_TRAINING_HANDLER(ListTrainingSessions, ListTrainingSessionsRequest,
                        ListTrainingSessionsResponse)
  KEFU_TRAINING_HANDLER(EnrolAgent, EnrolAgentRequest, TrainingEnrolment)
  KEFU_TRAINING_HANDLER(WithdrawEnrolment, WithdrawEnrolmentRequest, TrainingEnrolment)
  KEFU_TRAINING_HANDLER(RecordTrainingAttendance, RecordTrainingAttendanceRequest,
                        TrainingEnrolment)
  KEFU_TRAINING_HANDLER(RecordTrainingResult, RecordTrainingResultRequest, TrainingEnrolment)
  KEFU_TRAINING_HANDLER(ListTrainingEnrolments, ListTrainingEnrolmentsRequest,
                        ListTrainingEnrolmentsResponse)
  KEFU_TRAINING_HANDLER(ListTrainingEffects, ListTrainingEffectsRequest,
                        ListTrainingEffectsResponse)
  KEFU_TRAINING_HANDLER(GetCourseEffect, GetCourseEffectRequest, CourseEffect)

#undef KEFU_TRAINING_HANDLER

 private:
  Dependencies deps_;
};

}  // namespace kefu::staffing
