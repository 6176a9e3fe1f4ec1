#include "services/staffing/jobs/training_job.h"

#include <algorithm>
#include <span>
#include <utility>

#include "absl/time/clock.h"
#include "common/obs/log.h"
#include "common/status/status_macros.h"
#include "common/time/civil.h"
#include "services/staffing/handlers/training/support.h"
#include "services/staffing/store/careers.h"

namespace kefu::staffing {
namespace {

constexpr absl::Duration kQuery = absl::Seconds(30);
constexpr int kAgentsAtOnce = 200;
constexpr std::string_view kActor = "staffing/training";

absl::Status TellCertificate(const Dependencies& deps, db::Transaction& t, const Acting& by,
                             store::RecordRow row, absl::CivilDay today) {
  ASSIGN_OR_RETURN(auto certificate, MessageOf<v1::TrainingCertificate>(row));
  const bool over = kefu::convert::FromProto(certificate.valid_until()) < today;
  certificate.set_state(over ? v1::CERTIFICATE_STATE_EXPIRED : v1::CERTIFICATE_STATE_EXPIRING);
  return KeepCertificate(deps, t, by, std::move(row), certificate, /*warning_days=*/0);
}

bool IsFor(std::span<const domain::Assignment> assignments, training::Audience audience,
           absl::CivilDay today) {
  if (audience == training::Audience::kEverybody) return true;
  const domain::Duty duty = audience == training::Audience::kPreSales ? domain::Duty::kPreSales
                                                                      : domain::Duty::kAfterSales;
  return std::ranges::any_of(assignments, [&](const domain::Assignment& assignment) {
    return assignment.period.Contains(today) &&
           (assignment.duty == duty || assignment.duty == domain::Duty::kBoth);
  });
}

// What the recurring courses want of an agent.
absl::Status AddWanted(db::Transaction& t, const std::string& org_id, const std::string& agent_id,
                       std::span<const training::Course> recurring, absl::CivilDay today,
                       std::vector<Wanted>& wanted) {
  ASSIGN_OR_RETURN(const auto assignments, store::AssignmentsOf(t, org_id, agent_id));
  for (const training::Course& course : recurring) {
    if (!IsFor(assignments, course.audience, today)) continue;
    Wanted one{.figures_from = training::RecurrenceOf(course.recurrence_months, today)};
    one.assignment.set_agent_id(agent_id);
    one.assignment.set_course_id(course.id);
    *one.assignment.mutable_recurrence_date() = kefu::convert::ToProto(one.figures_from);
    wanted.push_back(std::move(one));
  }
  return absl::OkStatus();
}

std::vector<training::Course> Recurring(const training::Catalogue& catalogue) {
  std::vector<training::Course> recurring;
  for (const training::Course& course : catalogue.courses) {
    if (course.recurrence_months > 0 && !course.retired) recurring.push_back(course);
  }
  return recurring;
}

}  // namespace

TrainingJob::TrainingJob(Dependencies deps, const Clock& clock, TrainingJobOptions options)
    : deps_(std::move(deps)), clock_(clock), options_(options) {}

void TrainingJob::Start() {
  repeater_.Start([this] {
    const absl::StatusOr<int> done = RunOnce();
    if (!done.ok()) {
      obs::Warning("looking after certificates and courses failed; tried again",
                   {{"error", done.status()}});
    }
    return done.ok() && *done >= options_.batch;  // a full batch may have more behind it
  });
}

absl::StatusOr<int> TrainingJob::RunOnce() {
  ASSIGN_OR_RETURN(const auto organizations,
                   store::ZonesByOrganization({deps_.database, absl::Now() + kQuery}));
  int done = 0;
  for (const auto& [org_id, zone] : organizations) {
    if (repeater_.stopping()) break;
    const absl::StatusOr<int> here = RunOrganization(org_id, zone);
    if (absl::IsUnavailable(here.status())) return here.status();
    if (!here.ok()) {
      obs::Warning("an organization's training could not be looked at; tried again",
                   {{"org", org_id}, {"error", here.status()}});
      continue;
    }
    done += *here;
  }
  return done;
}

absl::StatusOr<int> TrainingJob::RunOrganization(const std::string& org_id,
                                                 const std::string& zone_name) {
  ASSIGN_OR_RETURN(const absl::TimeZone zone, LoadZone(zone_name));
  const absl::CivilDay today = absl::ToCivilDay(clock_.Now(), zone);
  ASSIGN_OR_RETURN(const int told, TellCertificates(org_id, today));
  ASSIGN_OR_RETURN(const int assigned, AssignRecurring(org_id, today));
  return told + assigned;
}

absl::StatusOr<int> TrainingJob::TellCertificates(const std::string& org_id, absl::CivilDay today) {
  const Acting by{org_id, std::string(kActor), clock_.Now()};
  return deps_.database.RunInTransaction(
      absl::Now() + kQuery, [&](db::Transaction& t) -> absl::StatusOr<int> {
        // Due today as well.
        ASSIGN_OR_RETURN(const auto rows, store::LockDueRecords(t, store::kCertificates, org_id,
                                                                today + 1, options_.batch));
        for (const store::RecordRow& row : rows) {
          RETURN_IF_ERROR(TellCertificate(deps_, t, by, row, today));
        }
        return static_cast<int>(rows.size());
      });
}

absl::StatusOr<int> TrainingJob::AssignRecurring(const std::string& org_id, absl::CivilDay today) {
  ASSIGN_OR_RETURN(const auto last,
                   store::LastTrainingLook({deps_.database, absl::Now() + kQuery}, org_id));
  if (last && *last >= today) return 0;
  const Acting by{org_id, "", clock_.Now()};
  int assigned = 0;
  std::string after;
  do {
    std::string next;
    ASSIGN_OR_RETURN(
        const int here,
        deps_.database.RunInTransaction(
            absl::Now() + kQuery, [&](db::Transaction& t) -> absl::StatusOr<int> {
              ASSIGN_OR_RETURN(const training::Catalogue catalogue, TrainingCatalogueOf(t, org_id));
              ASSIGN_OR_RETURN(
                  const auto agents,
                  store::ListAgents(t, org_id, {after, kAgentsAtOnce}, {.today = today}));
              next = agents.size() == static_cast<size_t>(kAgentsAtOnce) ? agents.back().id : "";
              const auto recurring = Recurring(catalogue);
              std::vector<Wanted> wanted;
              if (recurring.empty()) return 0;
              for (const domain::Agent& agent : agents) {
                RETURN_IF_ERROR(AddWanted(t, org_id, agent.id, recurring, today, wanted));
              }
              return AssignWanted(deps_, t, by, std::move(wanted), today, catalogue.due_days);
            }));
    assigned += here;
    after = next;
  } while (!after.empty() && !repeater_.stopping());
  if (!after.empty()) return assigned;  // stopped: begun anew
  RETURN_IF_ERROR(deps_.database.RunInTransaction(absl::Now() + kQuery, [&](db::Transaction& t) {
    return store::SaveTrainingLook(t, org_id, today);
  }));
  return assigned;
}

}  // namespace kefu::staffing
