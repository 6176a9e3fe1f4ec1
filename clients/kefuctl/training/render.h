// Tables of training. Pure.
#pragma once

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "clients/kefuctl/table.h"
#include "kefu/staffing/v1/training.pb.h"

namespace kefu::training {

// Courses with their pass marks and what assigns them.
kefuctl::Table CourseTable(const staffing::v1::TrainingCatalogue& catalogue);
// What is open and overdue in red.
kefuctl::Table AssignmentTable(const staffing::v1::ListTrainingAssignmentsResponse& assignments,
                               absl::CivilDay today);
// Times on this machine's clock `zone`.
kefuctl::Table SessionTable(const staffing::v1::ListTrainingSessionsResponse& sessions,
                            absl::TimeZone zone);
kefuctl::Table EnrolmentTable(const staffing::v1::ListTrainingEnrolmentsResponse& enrolments);
// What rose or fell, before and after, and the interval of the difference.
kefuctl::Table EffectTable(const staffing::v1::ListTrainingEffectsResponse& effects);
kefuctl::Table CourseEffectTable(const staffing::v1::CourseEffect& effect);
kefuctl::Table TalentTable(const staffing::v1::ListTalentAssessmentsResponse& talents);

}  // namespace kefu::training
