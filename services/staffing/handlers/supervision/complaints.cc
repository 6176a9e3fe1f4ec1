// Complaints of the two sides of a contract, their decisions and effects.
#include <algorithm>
#include <map>
#include <set>

#include "common/auth/permissions.h"
#include "services/staffing/domain/schedule.h"
#include "services/staffing/handlers/supervision/supervision_handlers.h"
#include "services/staffing/handlers/supervision/support.h"

namespace kefu::staffing {
namespace {

constexpr std::string_view kStatePrefix = "BASE_COMPLAINT_STATE_";

struct ComplaintList {
  using Record = store::RecordRow;
  static constexpr bool kHasParts = false;
  static const std::string& IdOf(const Record& row) { return row.id; }
};

// A complaint under its contract.
struct Complained {
  Supervised by;
  store::RecordRow row;
  v1::BaseComplaint complaint;
};

absl::StatusOr<Complained> RequireComplaint(db::Transaction& t, const RequestContext& ctx,
                                            std::string_view contract_id, std::string_view id,
                                            Hold hold) {
  Complained found;
  ASSIGN_OR_RETURN(found.by, RequireContract(t, ctx, contract_id, hold));
  ASSIGN_OR_RETURN(found.row, hold == Hold::kLock
                                  ? store::LockRecord(t, store::kComplaints, found.by.org_id, id)
                                  : store::FindRecord(t, store::kComplaints, found.by.org_id, id));
  if (found.row.owner_id != contract_id) return NotFound(store::kComplaints.resource, id);
  ASSIGN_OR_RETURN(found.complaint, ComplaintOf(found.row));
  return found;
}

// Another base instead of this one means that the contract ends: a merchant's people who may not
// end contracts neither ask for it nor agree to it.
absl::Status CheckMayEnd(const RequestContext& ctx, const Supervised& by, v1::BreachDemand demand) {
  if (demand != v1::BREACH_DEMAND_REPLACE_BASE || by.side == supervision::Side::kBase) {
    return absl::OkStatus();
  }
  return auth::PermissionTable::Get().Allows(ctx.principal, auth::Permission::kWriteBilling)
             ? absl::OkStatus()
             : error::ContractEndNotAllowed();
}

absl::StatusOr<v1::BaseComplaint> Keep(const Dependencies& deps, db::Transaction& t,
                                       const RequestContext& ctx, Complained kept) {
  RETURN_IF_ERROR(SaveComplaint(t, kept.by.org_id, kept.row, kept.complaint, ctx.now));
  v1::BaseComplaintChanged event;
  *event.mutable_complaint() = kept.complaint;
  RETURN_IF_ERROR(Tell(deps, t, kept.by.org_id, kept.row.id, event, ctx.now));
  return kept.complaint;
}

absl::Status SaveAssignment(const Dependencies& deps, db::Transaction& t, std::string_view org_id,
                            domain::Assignment& assignment, absl::Time now) {
  const bool is_new = assignment.id.empty();
  if (is_new) assignment.id = deps.ids.Next();
  assignment.info = {assignment.info.version + 1, is_new ? now : assignment.info.create_time, now};
  RETURN_IF_ERROR(is_new ? store::Insert(t, org_id, assignment)
                         : store::Update(t, org_id, assignment));
  v1::AssignmentChanged event;
  *event.mutable_assignment() = convert::ToProto(assignment);
  return Tell(deps, t, org_id, assignment.agent_id, event, now);
}

// Ends the agent's work in the contract's shops on a day, and lets the other one go on with it.
class Replacement {
 public:
  Replacement(const Dependencies& deps, db::Transaction& t, const Supervised& by, absl::Time now)
      : deps_(deps), t_(t), by_(by), now_(now) {}

  absl::Status Run(const std::string& agent_id, const std::string& other_id, absl::CivilDay day) {
    std::set<std::string> both{agent_id};
    if (!other_id.empty()) both.insert(other_id);
    RETURN_IF_ERROR(RequireAgentsOfBase(t_, by_.org_id, by_.row.base_id, both));
    std::map<std::string, domain::Agent> agents;  // locked in order of id
    for (const std::string& id : both) {
      ASSIGN_OR_RETURN(agents[id], store::Lock<domain::Agent>(t_, by_.org_id, id));
    }
    ASSIGN_OR_RETURN(auto assignments, store::AssignmentsOf(t_, by_.org_id, agent_id));
    for (domain::Assignment& assignment : assignments) {
      const bool here = std::ranges::count(by_.contract.shop_ids(), assignment.shop_id) > 0;
      if (!here || (assignment.period.end && *assignment.period.end <= day)) continue;
      if (assignment.period.start > day) {
        return error::AssignmentBeginsLater(assignment.id, assignment.period.start);
      }
      domain::Assignment next = assignment;
      assignment.period.end = day;
      RETURN_IF_ERROR(SaveAssignment(deps_, t_, by_.org_id, assignment, now_));
      if (other_id.empty()) continue;
      next.id.clear();
      next.info = {};
      next.agent_id = other_id;
      next.period.start = day + 1;
      ASSIGN_OR_RETURN(const auto others, store::AssignmentsOf(t_, by_.org_id, other_id));
      RETURN_IF_ERROR(domain::CheckAssignment(agents[other_id], others, next));
      RETURN_IF_ERROR(SaveAssignment(deps_, t_, by_.org_id, next, now_));
    }
    return absl::OkStatus();
  }

 private:
  const Dependencies& deps_;
  db::Transaction& t_;
  const Supervised& by_;
  const absl::Time now_;
};

// What is wrong with the days of a decision that names them.
absl::Status CheckDays(const v1::DecideBaseComplaintRequest& request, const Complained& found) {
  const bool correction = found.complaint.demand() == v1::BREACH_DEMAND_CORRECTION;
  const bool agent = found.complaint.demand() == v1::BREACH_DEMAND_REPLACE_AGENT;
  FieldViolations wrong;
  wrong.Check(!request.has_due_date() || (request.accept() && correction), "due_date",
              "belongs to an accepted correction only");
  wrong.Check(
      !request.has_due_date() || kefu::convert::FromProto(request.due_date()) >= found.by.today,
      "due_date", "must be today or later");
  wrong.Check(request.has_effect_date() == (request.accept() && !correction), "effect_date",
              "must be set exactly for an accepted replacement");
  if (request.has_effect_date()) {
    const absl::CivilDay day = kefu::convert::FromProto(request.effect_date());
    wrong.Check(
        day >= found.by.today && day >= found.by.row.first_day && day <= found.by.row.last_day,
        "effect_date", "must lie from today on within the contract");
  }
  wrong.Check(request.replacement_agent_id().empty() || (request.accept() && agent),
              "replacement_agent_id", "belongs to an accepted replacement of an agent only");
  wrong.Check(request.replacement_agent_id().empty() ||
                  request.replacement_agent_id() != found.complaint.agent_id(),
              "replacement_agent_id", "is the agent to be replaced");
  return wrong.ToStatus();
}

// Makes what was accepted happen.
absl::Status TakeEffect(const Dependencies& deps, db::Transaction& t, const RequestContext& ctx,
                        const v1::DecideBaseComplaintRequest& request, Complained& found) {
  v1::BaseComplaint& complaint = found.complaint;
  if (complaint.demand() == v1::BREACH_DEMAND_CORRECTION) {
    ASSIGN_OR_RETURN(const supervision::Policy policy, SupervisionPolicyOf(t, found.by.org_id));
    *complaint.mutable_due_date() =
        request.has_due_date() ? request.due_date()
                               : kefu::convert::ToProto(found.by.today + policy.correction_days);
    complaint.set_state(v1::BASE_COMPLAINT_STATE_IN_CORRECTION);
    return absl::OkStatus();
  }
  const absl::CivilDay day = kefu::convert::FromProto(request.effect_date());
  *complaint.mutable_effect_date() = request.effect_date();
  complaint.set_state(v1::BASE_COMPLAINT_STATE_CLOSED);
  if (complaint.demand() == v1::BREACH_DEMAND_REPLACE_AGENT) {
    complaint.set_replacement_agent_id(request.replacement_agent_id());
    return Replacement(deps, t, found.by, ctx.now)
        .Run(complaint.agent_id(), request.replacement_agent_id(), day);
  }
  *found.by.contract.mutable_ended_date() = request.effect_date();
  found.by.contract.set_end_reason(request.decision());
  found.by.row.last_day = day;
  return SaveContract(deps, t, found.by.org_id, found.by.row, found.by.contract, ctx.now).status();
}

}  // namespace

absl::StatusOr<v1::BaseComplaint> SupervisionHandlers::FileBaseComplaint(
    const RequestContext& ctx, const v1::FileBaseComplaintRequest& request) const {
  FieldViolations violations;
  convert::Id(request.contract_id(), "contract_id", violations);
  convert::RequiredEnum<outsourcing::Demand>(request.demand(), "demand", violations);
  convert::OptionalId(request.agent_id(), "agent_id", violations);
  violations.Check(
      request.agent_id().empty() == (request.demand() != v1::BREACH_DEMAND_REPLACE_AGENT),
      "agent_id", "must be set exactly to ask for another agent");
  const std::string text =
      convert::Text(request.text(), convert::kMaxReason, "text", violations, /*lines=*/true);
  RETURN_IF_ERROR(violations.ToStatus());
  return events::RunWrite<v1::BaseComplaint>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::BaseComplaint> {
        Complained made;
        ASSIGN_OR_RETURN(made.by, RequireContract(t, ctx, request.contract_id(), Hold::kLock));
        RETURN_IF_ERROR(CheckMayEnd(ctx, made.by, request.demand()));
        if (made.by.row.last_day < made.by.today) return error::ContractEnded(made.by.row.id);
        if (!request.agent_id().empty()) {
          RETURN_IF_ERROR(RequireAgentsOfBase(t, made.by.org_id, made.by.row.base_id,
                                              std::set<std::string>{request.agent_id()}));
        }
        made.row = {
            .id = deps_.ids.Next(), .owner_id = made.by.row.id, .subject_id = request.agent_id()};
        made.complaint.set_complaint_id(made.row.id);
        made.complaint.set_contract_id(made.by.row.id);
        made.complaint.set_side(static_cast<v1::ContractSide>(made.by.side));
        made.complaint.set_demand(request.demand());
        made.complaint.set_agent_id(request.agent_id());
        made.complaint.set_text(text);
        made.complaint.set_state(v1::BASE_COMPLAINT_STATE_OPEN);
        made.complaint.set_filed_by(ctx.principal.subject);
        ASSIGN_OR_RETURN(const supervision::Policy policy, SupervisionPolicyOf(t, made.by.org_id));
        *made.complaint.mutable_due_date() =
            kefu::convert::ToProto(made.by.today + policy.decision_days);
        *made.complaint.mutable_create_time() = kefu::convert::ToProto(ctx.now);
        return Keep(deps_, t, ctx, std::move(made));
      });
}

absl::StatusOr<v1::BaseComplaint> SupervisionHandlers::GetBaseComplaint(
    const RequestContext& ctx, const v1::GetBaseComplaintRequest& request) const {
  FieldViolations violations;
  convert::Id(request.contract_id(), "contract_id", violations);
  convert::Id(request.complaint_id(), "complaint_id", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  return deps_.database.RunInTransaction(
      ctx.deadline, [&](db::Transaction& t) -> absl::StatusOr<v1::BaseComplaint> {
        ASSIGN_OR_RETURN(Complained found, RequireComplaint(t, ctx, request.contract_id(),
                                                            request.complaint_id(), Hold::kRead));
        return std::move(found.complaint);
      });
}

absl::StatusOr<v1::ListBaseComplaintsResponse> SupervisionHandlers::ListBaseComplaints(
    const RequestContext& ctx, const v1::ListBaseComplaintsRequest& request) const {
  FieldViolations violations;
  convert::Id(request.contract_id(), "contract_id", violations);
  kefu::convert::OptionalEnum<v1::BaseComplaintState>(request.state(), "state", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  ASSIGN_OR_RETURN(const std::string org_id,
                   deps_.database.RunInTransaction(
                       ctx.deadline, [&](db::Transaction& t) -> absl::StatusOr<std::string> {
                         ASSIGN_OR_RETURN(
                             const Supervised by,
                             RequireContract(t, ctx, request.contract_id(), Hold::kRead));
                         return by.org_id;
                       }));
  const std::string state = request.state() == v1::BASE_COMPLAINT_STATE_UNSPECIFIED
                                ? ""
                                : kefu::convert::StoredName(request.state(), kStatePrefix);
  ASSIGN_OR_RETURN(auto page,
                   FetchPage<ComplaintList>(
                       deps_, ctx, request, fmt::format("{} {}", request.contract_id(), state),
                       [&](store::Reader r, store::Page keys) {
                         return store::ListRecords(
                             r, store::kComplaints, org_id, keys,
                             {.owner_id = request.contract_id(), .state = state});
                       }));
  v1::ListBaseComplaintsResponse response;
  for (const store::RecordRow& row : page.records) {
    ASSIGN_OR_RETURN(*response.add_complaints(), ComplaintOf(row));
  }
  response.set_next_page_token(std::move(page.next_page_token));
  return response;
}

absl::StatusOr<v1::BaseComplaint> SupervisionHandlers::DecideBaseComplaint(
    const RequestContext& ctx, const v1::DecideBaseComplaintRequest& request) const {
  FieldViolations violations;
  convert::Id(request.contract_id(), "contract_id", violations);
  convert::Id(request.complaint_id(), "complaint_id", violations);
  convert::OptionalId(request.replacement_agent_id(), "replacement_agent_id", violations);
  const std::string decision = convert::Text(request.decision(), convert::kMaxReason, "decision",
                                             violations, /*lines=*/true);
  convert::OptionalDay(request.has_due_date(), request.due_date(), "due_date", violations);
  convert::OptionalDay(request.has_effect_date(), request.effect_date(), "effect_date", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  return events::RunWrite<v1::BaseComplaint>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::BaseComplaint> {
        ASSIGN_OR_RETURN(Complained found, RequireComplaint(t, ctx, request.contract_id(),
                                                            request.complaint_id(), Hold::kLock));
        v1::BaseComplaint& complaint = found.complaint;
        RETURN_IF_ERROR(supervision::CheckDecide(
            static_cast<supervision::ComplaintState>(complaint.state()),
            static_cast<supervision::Side>(complaint.side()), found.by.side, found.row.id));
        RETURN_IF_ERROR(CheckMayEnd(ctx, found.by, complaint.demand()));
        if (found.by.row.last_day < found.by.today) return error::ContractEnded(found.by.row.id);
        RETURN_IF_ERROR(CheckDays(request, found));
        complaint.set_decision(decision);
        complaint.set_decided_by(ctx.principal.subject);
        complaint.set_state(v1::BASE_COMPLAINT_STATE_REJECTED);
        complaint.clear_due_date();
        complaint.clear_escalate_time();
        if (request.accept()) {
          RETURN_IF_ERROR(TakeEffect(deps_, t, ctx, request, found));
        }
        return Keep(deps_, t, ctx, std::move(found));
      });
}

absl::StatusOr<v1::BaseComplaint> SupervisionHandlers::CloseBaseComplaint(
    const RequestContext& ctx, const v1::CloseBaseComplaintRequest& request) const {
  FieldViolations violations;
  convert::Id(request.contract_id(), "contract_id", violations);
  convert::Id(request.complaint_id(), "complaint_id", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  return events::RunWrite<v1::BaseComplaint>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::BaseComplaint> {
        ASSIGN_OR_RETURN(Complained found, RequireComplaint(t, ctx, request.contract_id(),
                                                            request.complaint_id(), Hold::kLock));
        RETURN_IF_ERROR(supervision::CheckClose(
            static_cast<supervision::ComplaintState>(found.complaint.state()),
            static_cast<supervision::Side>(found.complaint.side()), found.by.side, found.row.id));
        found.complaint.set_state(v1::BASE_COMPLAINT_STATE_CLOSED);
        return Keep(deps_, t, ctx, std::move(found));
      });
}

}  // namespace kefu::staffing
