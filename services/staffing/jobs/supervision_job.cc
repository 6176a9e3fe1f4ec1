#include "services/staffing/jobs/supervision_job.h"

#include <utility>

#include "absl/time/clock.h"
#include "common/obs/log.h"
#include "common/status/status_macros.h"
#include "common/time/civil.h"
#include "services/staffing/handlers/supervision/support.h"
#include "services/staffing/store/careers.h"

namespace kefu::staffing {
namespace {

constexpr absl::Duration kQuery = absl::Seconds(20);

absl::Status TellInspection(const Dependencies& deps, db::Transaction& t, const std::string& org_id,
                            store::RecordRow row, absl::CivilDay today, absl::Time now) {
  ASSIGN_OR_RETURN(v1::BaseInspection inspection, InspectionOf(row));
  v1::FindingsEscalated event;
  event.set_inspection_id(row.id);
  event.set_base_id(row.owner_id);
  for (const size_t i : supervision::Overdue(convert::FindingsOf(inspection), today)) {
    v1::InspectionFinding& finding = *inspection.mutable_findings(static_cast<int>(i));
    *finding.mutable_escalate_time() = kefu::convert::ToProto(now);
    *event.add_findings() = finding;
  }
  RETURN_IF_ERROR(SaveInspection(t, org_id, row, inspection, now));
  return Tell(deps, t, org_id, row.id, event, now);
}

absl::Status TellComplaint(const Dependencies& deps, db::Transaction& t, const std::string& org_id,
                           store::RecordRow row, absl::Time now) {
  v1::BaseComplaintEscalated event;
  ASSIGN_OR_RETURN(*event.mutable_complaint(), ComplaintOf(row));
  *event.mutable_complaint()->mutable_escalate_time() = kefu::convert::ToProto(now);
  RETURN_IF_ERROR(SaveComplaint(t, org_id, row, *event.mutable_complaint(), now));
  return Tell(deps, t, org_id, row.id, event, now);
}

}  // namespace

SupervisionJob::SupervisionJob(Dependencies deps, const Clock& clock, SupervisionJobOptions options)
    : deps_(std::move(deps)), clock_(clock), options_(options) {}

void SupervisionJob::Start() {
  repeater_.Start([this] {
    const absl::StatusOr<int> told = RunOnce();
    if (!told.ok()) {
      obs::Warning("looking for overdue findings failed; tried again", {{"error", told.status()}});
    }
    return told.ok() && *told >= options_.batch;  // a full batch may have more behind it
  });
}

absl::StatusOr<int> SupervisionJob::RunOnce() {
  ASSIGN_OR_RETURN(const auto organizations,
                   store::ZonesByOrganization({deps_.database, absl::Now() + kQuery}));
  int told = 0;
  for (const auto& [org_id, zone] : organizations) {
    if (repeater_.stopping()) break;
    const absl::StatusOr<int> here = RunOrganization(org_id, zone);
    if (absl::IsUnavailable(here.status())) return here.status();
    if (!here.ok()) {
      obs::Warning("an organization's bases could not be looked at; tried again",
                   {{"org", org_id}, {"error", here.status()}});
      continue;
    }
    told += *here;
  }
  return told;
}

absl::StatusOr<int> SupervisionJob::RunOrganization(const std::string& org_id,
                                                    const std::string& zone_name) {
  ASSIGN_OR_RETURN(const absl::TimeZone zone, LoadZone(zone_name));
  const absl::Time now = clock_.Now();
  const absl::CivilDay today = absl::ToCivilDay(now, zone);
  ASSIGN_OR_RETURN(int told, TellOverdue(org_id, today, now));
  // Those that ended may lack their last report.
  const absl::CivilDay since(absl::CivilMonth(today) - supervision::kMonthsBack);
  ASSIGN_OR_RETURN(
      const auto contracts,
      store::ContractsWithin({deps_.database, absl::Now() + kQuery}, org_id, since, today));
  for (const store::ContractRow& contract : contracts) {
    if (repeater_.stopping()) break;
    const absl::StatusOr<int> here = LookAtContract(org_id, contract.id, today, now);
    if (absl::IsUnavailable(here.status())) return here.status();
    if (!here.ok()) {
      obs::Warning("a contract could not be looked at; tried again",
                   {{"org", org_id}, {"contract", contract.id}, {"error", here.status()}});
      continue;
    }
    told += *here;
  }
  return told;
}

absl::StatusOr<int> SupervisionJob::TellOverdue(const std::string& org_id, absl::CivilDay today,
                                                absl::Time now) {
  return deps_.database.RunInTransaction(
      absl::Now() + kQuery, [&](db::Transaction& t) -> absl::StatusOr<int> {
        ASSIGN_OR_RETURN(
            const auto inspections,
            store::LockDueRecords(t, store::kInspections, org_id, today, options_.batch));
        for (const store::RecordRow& row : inspections) {
          RETURN_IF_ERROR(TellInspection(deps_, t, org_id, row, today, now));
        }
        ASSIGN_OR_RETURN(const auto complaints, store::LockDueRecords(t, store::kComplaints, org_id,
                                                                      today, options_.batch));
        for (const store::RecordRow& row : complaints) {
          RETURN_IF_ERROR(TellComplaint(deps_, t, org_id, row, now));
        }
        return static_cast<int>(inspections.size() + complaints.size());
      });
}

absl::StatusOr<int> SupervisionJob::LookAtContract(const std::string& org_id,
                                                   const std::string& contract_id,
                                                   absl::CivilDay today, absl::Time now) {
  return deps_.database.RunInTransaction(
      absl::Now() + kQuery, [&](db::Transaction& t) -> absl::StatusOr<int> {
        ASSIGN_OR_RETURN(auto row, store::LockContract(t, org_id, contract_id));
        ASSIGN_OR_RETURN(const Supervised by, ForMerchant(org_id, std::move(row), today));
        ASSIGN_OR_RETURN(const bool missed,
                         OpenMissedMilestones(deps_, t, org_id, by.contract, today, now));
        if (by.row.base_id.empty()) return missed ? 1 : 0;  // agencies are not supervised
        ASSIGN_OR_RETURN(const supervision::Policy policy, SupervisionPolicyOf(t, org_id));
        ASSIGN_OR_RETURN(const bool reminded, RemindOfTrial(deps_, t, by, policy, now));
        ASSIGN_OR_RETURN(const int reports, MakeDueReports(deps_, t, by, policy, now));
        return (missed ? 1 : 0) + (reminded ? 1 : 0) + reports;
      });
}

}  // namespace kefu::staffing
