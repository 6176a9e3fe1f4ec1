// Trials of contracts: where they stand, and what is decided about them.
#include <algorithm>

#include "services/staffing/convert/contracts.h"
#include "services/staffing/handlers/supervision/supervision_handlers.h"
#include "services/staffing/handlers/supervision/support.h"

namespace kefu::staffing {
namespace {

constexpr int kMostMoreDays = 365;  // a trial of more than a year more is none

using Decision = supervision::TrialDecision;

// The decisions so far; nothing was decided where there is no row.
struct Decided {
  store::RecordRow row;
  v1::Trial trial;

  Decision last() const { return static_cast<Decision>(trial.decision()); }
};

absl::StatusOr<Decided> LoadDecided(db::Transaction& t, const Supervised& by) {
  Decided decided;
  auto row = store::FindRecord(t, store::kTrials, by.org_id, by.row.id);
  if (absl::IsNotFound(row.status())) {
    decided.row = {.id = by.row.id, .owner_id = by.row.base_id};
    decided.trial.set_contract_id(by.row.id);
    return decided;
  }
  RETURN_IF_ERROR(row.status());
  decided.row = *std::move(row);
  if (!decided.trial.ParseFromString(decided.row.body)) {
    return Internal("a stored trial does not parse");
  }
  return decided;
}

int OpenFindings(const std::vector<v1::BaseInspection>& inspections) {
  int open = 0;
  for (const v1::BaseInspection& inspection : inspections) {
    open += static_cast<int>(std::ranges::count_if(inspection.findings(), [](const auto& finding) {
      return finding.state() != v1::FINDING_STATE_CLOSED;
    }));
  }
  return open;
}

absl::StatusOr<std::vector<v1::BaseInspection>> InspectionsOf(db::Transaction& t,
                                                              const Supervised& by,
                                                              std::string_view state) {
  ASSIGN_OR_RETURN(const auto rows,
                   store::AllRecords(t, store::kInspections, by.org_id,
                                     {.owner_id = by.row.base_id, .state = state}));
  std::vector<v1::BaseInspection> inspections;
  for (const store::RecordRow& row : rows) {
    ASSIGN_OR_RETURN(inspections.emplace_back(), InspectionOf(row));
  }
  return inspections;
}

absl::StatusOr<std::vector<v1::BaseComplaint>> ComplaintsOf(db::Transaction& t,
                                                            const Supervised& by) {
  ASSIGN_OR_RETURN(const auto rows,
                   store::AllRecords(t, store::kComplaints, by.org_id, {.owner_id = by.row.id}));
  std::vector<v1::BaseComplaint> complaints;
  for (const store::RecordRow& row : rows) {
    ASSIGN_OR_RETURN(complaints.emplace_back(), ComplaintOf(row));
  }
  return complaints;
}

// The trial with what speaks for and against it now.
absl::StatusOr<v1::Trial> Complete(db::Transaction& t, const Supervised& by, v1::Trial trial) {
  const outsourcing::Terms terms = convert::TermsOf(by.contract);
  *trial.mutable_last_date() = kefu::convert::ToProto(supervision::TrialEnd(terms));
  ASSIGN_OR_RETURN(
      const auto rows,
      store::BreachesOf(t, by.org_id, by.row.id, absl::CivilDay(absl::CivilMonth(terms.first_day)),
                        absl::CivilDay(absl::CivilMonth(by.row.last_day))));
  for (const store::BreachRow& row : rows) {
    ASSIGN_OR_RETURN(const v1::Breach breach, BreachOf(row));
    if (breach.in_trial() && Stands(breach)) trial.set_breaches(trial.breaches() + 1);
  }
  ASSIGN_OR_RETURN(const auto inspections, InspectionsOf(t, by, "OPEN"));
  trial.set_open_findings(OpenFindings(inspections));
  ASSIGN_OR_RETURN(const auto complaints, ComplaintsOf(t, by));
  trial.set_complaints(
      static_cast<int32_t>(std::ranges::count_if(complaints, [](const v1::BaseComplaint& each) {
        return each.side() == v1::CONTRACT_SIDE_MERCHANT &&
               each.state() != v1::BASE_COMPLAINT_STATE_REJECTED;
      })));
  return trial;
}

// The contract as the decision leaves it.
absl::Status Apply(const Dependencies& deps, db::Transaction& t, const RequestContext& ctx,
                   const v1::DecideTrialRequest& request, Supervised& by) {
  const outsourcing::Terms terms = convert::TermsOf(by.contract);
  const auto decision = static_cast<Decision>(request.decision());
  const int32_t days = supervision::TrialDays(terms, decision, request.days(), by.today);
  FieldViolations wrong;
  wrong.Check(terms.first_day + (days - 1) <= terms.last_day, "days",
              "must lead to a day within the contract");
  RETURN_IF_ERROR(wrong.ToStatus());
  by.contract.set_trial_days(days);
  if (decision == Decision::kFailed) {
    *by.contract.mutable_ended_date() = kefu::convert::ToProto(by.today);
    by.contract.set_end_reason(request.reason());
    by.row.last_day = by.today;
  }
  ASSIGN_OR_RETURN(by.contract, SaveContract(deps, t, by.org_id, by.row, by.contract, ctx.now));
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<bool> RemindOfTrial(const Dependencies& deps, db::Transaction& t,
                                   const Supervised& by, const supervision::Policy& policy,
                                   absl::Time now) {
  if (by.contract.trial_days() == 0) return false;
  ASSIGN_OR_RETURN(Decided decided, LoadDecided(t, by));
  const outsourcing::Terms terms = convert::TermsOf(by.contract);
  if (decided.trial.has_remind_time() ||
      !supervision::EndsUndecided(terms, decided.last(), policy, by.today)) {
    return false;
  }
  *decided.trial.mutable_remind_time() = kefu::convert::ToProto(now);
  decided.row.state = std::string(NameOf(decided.last()));
  decided.row.body = decided.trial.SerializeAsString();
  RETURN_IF_ERROR(store::SaveRecord(t, store::kTrials, by.org_id, decided.row, now));
  v1::TrialEnding event;
  event.set_base_id(by.row.base_id);
  ASSIGN_OR_RETURN(*event.mutable_trial(), Complete(t, by, std::move(decided.trial)));
  RETURN_IF_ERROR(Tell(deps, t, by.org_id, by.row.id, event, now));
  return true;
}

absl::StatusOr<v1::Trial> SupervisionHandlers::GetTrial(const RequestContext& ctx,
                                                        const v1::GetTrialRequest& request) const {
  RETURN_IF_ERROR(CheckId(request.contract_id(), "contract_id"));
  return deps_.database.RunInTransaction(
      ctx.deadline, [&](db::Transaction& t) -> absl::StatusOr<v1::Trial> {
        ASSIGN_OR_RETURN(const Supervised by,
                         RequireContract(t, ctx, request.contract_id(), Hold::kRead));
        if (by.contract.trial_days() == 0) return error::NoTrial(by.row.id);
        ASSIGN_OR_RETURN(Decided decided, LoadDecided(t, by));
        return Complete(t, by, std::move(decided.trial));
      });
}

absl::StatusOr<v1::Trial> SupervisionHandlers::DecideTrial(
    const RequestContext& ctx, const v1::DecideTrialRequest& request) const {
  FieldViolations violations;
  convert::Id(request.contract_id(), "contract_id", violations);
  const auto decision = convert::RequiredEnum<Decision>(request.decision(), "decision", violations);
  const int least = decision == Decision::kExtended ? 1 : 0;
  convert::Number(request.days(), least, least * kMostMoreDays, "days", violations);
  const std::string reason =
      convert::Text(request.reason(), convert::kMaxReason, "reason", violations, /*lines=*/true);
  RETURN_IF_ERROR(violations.ToStatus());
  return events::RunWrite<v1::Trial>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::Trial> {
        ASSIGN_OR_RETURN(Supervised by,
                         RequireContract(t, ctx, request.contract_id(), Hold::kLock));
        ASSIGN_OR_RETURN(Decided decided, LoadDecided(t, by));
        RETURN_IF_ERROR(supervision::CheckTrial(convert::TermsOf(by.contract), decided.last(),
                                                by.today, by.row.id));
        RETURN_IF_ERROR(Apply(deps_, t, ctx, request, by));
        v1::TrialStep& step = *decided.trial.add_steps();
        step.set_decision(request.decision());
        step.set_days(request.days());
        step.set_reason(reason);
        step.set_actor(ctx.principal.subject);
        *step.mutable_record_time() = kefu::convert::ToProto(ctx.now);
        decided.trial.set_decision(request.decision());
        decided.trial.clear_remind_time();  // of the last date before
        decided.row.state = std::string(NameOf(decision));
        decided.row.body = decided.trial.SerializeAsString();
        RETURN_IF_ERROR(store::SaveRecord(t, store::kTrials, by.org_id, decided.row, ctx.now));
        v1::TrialChanged event;
        ASSIGN_OR_RETURN(*event.mutable_trial(), Complete(t, by, decided.trial));
        RETURN_IF_ERROR(Tell(deps_, t, by.org_id, by.row.id, event, ctx.now));
        return event.trial();
      });
}

}  // namespace kefu::staffing
