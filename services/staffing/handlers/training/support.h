// What the handlers, the job and the events of training share.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "kefu/staffing/v1/training.pb.h"
#include "services/staffing/convert/training.h"
#include "services/staffing/domain/period.h"
#include "services/staffing/errors_training.h"
#include "services/staffing/handlers/people_time.h"
#include "services/staffing/handlers/personnel/support.h"
#include "services/staffing/store/training.h"

namespace kefu::staffing {

inline constexpr std::string_view kTrainingPolicy = "TRAINING";

// The catalogue in force.
absl::StatusOr<training::Catalogue> TrainingCatalogueOf(store::Reader reader,
                                                        std::string_view org_id);
// A course of it: COURSE_UNKNOWN, COURSE_RETIRED.
absl::StatusOr<training::Course> CourseToGive(const training::Catalogue& catalogue,
                                              std::string_view course_id);

// The agent, locked: NOT_FOUND, OWN_COMPETENCE where that is the caller, SHOP_NOT_ALLOWED.
absl::StatusOr<domain::Agent> LockOther(db::Transaction& t, const RequestContext& ctx,
                                        std::string_view agent_id);
// For a list of an agent, or of everybody where it is empty: INVALID_FIELDS, TIME_OF_OTHERS,
// SHOP_NOT_ALLOWED.
absl::Status RequireListing(store::Reader reader, const RequestContext& ctx,
                            std::string_view agent_id);

// Who acts, when, and in whose organization: a caller, or a job.
struct Acting {
  std::string org_id;
  std::string actor;
  absl::Time now;
};
inline Acting ActingOf(const RequestContext& ctx) {
  return {std::string(ctx.org_id()), ctx.principal.subject, ctx.now};
}

// Each keeps a record that is new or locked, with the columns that follow from it, and tells of it.
absl::Status KeepSkill(const Dependencies& deps, db::Transaction& t, const Acting& by,
                       store::RecordRow row, const v1::AgentSkill& skill);
absl::Status KeepCertificate(const Dependencies& deps, db::Transaction& t, const Acting& by,
                             store::RecordRow row, const v1::TrainingCertificate& certificate,
                             int32_t warning_days);
absl::Status KeepTraining(const Dependencies& deps, db::Transaction& t, const Acting& by,
                          store::RecordRow row, v1::TrainingAssignment& assignment);
absl::Status KeepSession(const Dependencies& deps, db::Transaction& t, const Acting& by,
                         store::RecordRow row, const v1::TrainingSession& session);
absl::Status KeepEnrolment(const Dependencies& deps, db::Transaction& t, const Acting& by,
                           store::RecordRow row, v1::TrainingEnrolment& enrolment);

// The day on which there is next something to tell of a certificate; nothing when all is told.
std::optional<absl::CivilDay> NextTelling(const v1::TrainingCertificate& certificate,
                                          int32_t warning_days);

// The days of a record that has a first one.
domain::Period PeriodOf(const v1::AgentSkill& skill);

// The open assignment of a course to an agent whose row is locked, with its row.
struct OpenTraining {
  store::RecordRow row;
  v1::TrainingAssignment assignment;
};
absl::StatusOr<std::optional<OpenTraining>> FindOpenTraining(db::Transaction& t,
                                                             std::string_view org_id,
                                                             const std::string& agent_id,
                                                             std::string_view course_id);

// Assigns what is wanted to agents who are employed and not on leave, unless the course is open or
// was assigned for the same cause, or was passed since the figures began. Locks the agents in order
// of id. `wanted` needs agent, course and the figure or the recurrence. Returns how many were
// assigned.
struct Wanted {
  v1::TrainingAssignment assignment;
  absl::CivilDay figures_from;
};
absl::StatusOr<int> AssignWanted(const Dependencies& deps, db::Transaction& t, const Acting& by,
                                 std::vector<Wanted> wanted, absl::CivilDay today,
                                 int32_t due_days);

}  // namespace kefu::staffing
