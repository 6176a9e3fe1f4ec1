// Inspections of bases, their findings and trainings, and the policy of follow-up.
#include <set>

#include "services/staffing/handlers/supervision/supervision_handlers.h"
#include "services/staffing/handlers/supervision/support.h"

namespace kefu::staffing {
namespace {

constexpr std::string_view kStatePrefix = "BASE_INSPECTION_STATE_";

struct InspectionList {
  using Record = store::RecordRow;
  static constexpr bool kHasParts = false;
  static const std::string& IdOf(const Record& row) { return row.id; }
};

// That what the inspection names belongs together.
absl::Status CheckNames(db::Transaction& t, const RequestContext& ctx,
                        const v1::BaseInspection& inspection) {
  const std::string& base_id = inspection.base_id();
  const auto base = store::Find<domain::Organization>(t, base_id, base_id);
  if (absl::IsNotFound(base.status())) return error::NotABase(base_id);
  RETURN_IF_ERROR(base.status());
  if (base->kind != domain::OrganizationKind::kBase) return error::NotABase(base_id);
  if (!inspection.site_id().empty()) {
    ASSIGN_OR_RETURN(const auto site,
                     store::Find<domain::Site>(t, ctx.org_id(), inspection.site_id()));
    if (site.base_id != base_id) return error::SiteOfAnotherBase(site.id);
  }
  if (!inspection.contract_id().empty()) {
    ASSIGN_OR_RETURN(const auto contract,
                     store::FindContract(t, ctx.org_id(), inspection.contract_id()));
    if (contract.base_id != base_id) return error::ContractOfAnotherBase(contract.id);
  }
  std::set<std::string> agents;
  for (const v1::InspectionFinding& finding : inspection.findings()) {
    if (!finding.agent_id().empty()) agents.insert(finding.agent_id());
  }
  for (const v1::ShortTraining& training : inspection.trainings()) {
    agents.insert(training.agent_ids().begin(), training.agent_ids().end());
  }
  return RequireAgentsOfBase(t, ctx.org_id(), base_id, agents);
}

absl::Status CheckDays(const v1::BaseInspection& inspection, absl::CivilDay today) {
  FieldViolations wrong;
  wrong.Check(kefu::convert::FromProto(inspection.date()) <= today, "inspection.date",
              "must not lie after today");
  for (int i = 0; i < inspection.trainings_size(); ++i) {
    wrong.Check(kefu::convert::FromProto(inspection.trainings(i).date()) <= today,
                fmt::format("inspection.trainings[{}].date", i), "must not lie after today");
  }
  return wrong.ToStatus();
}

void AddStep(const RequestContext& ctx, v1::InspectionFinding& finding, v1::FindingState state,
             const std::string& text) {
  finding.set_state(state);
  v1::FollowUp& step = *finding.add_follow_ups();
  step.set_state(state);
  step.set_text(text);
  step.set_actor(ctx.principal.subject);
  *step.mutable_record_time() = kefu::convert::ToProto(ctx.now);
}

absl::StatusOr<v1::InspectionFinding*> FindingIn(v1::BaseInspection& inspection,
                                                 const std::string& finding_id) {
  const auto found = std::ranges::find(*inspection.mutable_findings(), finding_id,
                                       [](const auto& each) { return each.finding_id(); });
  if (found == inspection.mutable_findings()->end()) return error::FindingNotFound(finding_id);
  return &*found;
}

// Keeps the inspection and tells of it.
absl::StatusOr<v1::BaseInspection> Keep(const Dependencies& deps, db::Transaction& t,
                                        const RequestContext& ctx, Inspected found) {
  RETURN_IF_ERROR(SaveInspection(t, found.org_id, found.row, found.inspection, ctx.now));
  v1::BaseInspectionChanged event;
  *event.mutable_inspection() = found.inspection;
  RETURN_IF_ERROR(Tell(deps, t, found.org_id, found.row.id, event, ctx.now));
  return found.inspection;
}

}  // namespace

absl::StatusOr<v1::BaseInspection> SupervisionHandlers::RecordBaseInspection(
    const RequestContext& ctx, const v1::RecordBaseInspectionRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations inner, violations;
  const v1::BaseInspection asked = convert::Normalised(request.inspection(), inner);
  violations.Merge("inspection", inner);
  RETURN_IF_ERROR(violations.ToStatus());
  return events::RunWrite<v1::BaseInspection>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::BaseInspection> {
        RETURN_IF_ERROR(RegisteredOrganization(t, ctx).status());
        RETURN_IF_ERROR(CheckNames(t, ctx, asked));
        ASSIGN_OR_RETURN(const absl::CivilDay today, Today(t, ctx));
        RETURN_IF_ERROR(CheckDays(asked, today));
        ASSIGN_OR_RETURN(const supervision::Policy policy, SupervisionPolicyOf(t, ctx.org_id()));
        Inspected made{.org_id = std::string(ctx.org_id()),
                       .today = today,
                       .row = {.id = deps_.ids.Next(),
                               .owner_id = asked.base_id(),
                               .subject_id = asked.contract_id()},
                       .inspection = asked};
        made.inspection.set_inspection_id(made.row.id);
        made.inspection.set_inspector(ctx.principal.subject);
        made.inspection.set_policy_version(policy.version);
        *made.inspection.mutable_create_time() = kefu::convert::ToProto(ctx.now);
        const absl::CivilDay day = kefu::convert::FromProto(asked.date());
        for (v1::InspectionFinding& finding : *made.inspection.mutable_findings()) {
          finding.set_finding_id(deps_.ids.Next());
          if (finding.has_due_date()) continue;
          *finding.mutable_due_date() = kefu::convert::ToProto(
              day + policy.DaysFor(static_cast<supervision::Severity>(finding.severity())));
        }
        return Keep(deps_, t, ctx, std::move(made));
      });
}

absl::StatusOr<v1::BaseInspection> SupervisionHandlers::GetBaseInspection(
    const RequestContext& ctx, const v1::GetBaseInspectionRequest& request) const {
  FieldViolations violations;
  convert::Id(request.inspection_id(), "inspection_id", violations);
  convert::OptionalId(request.contract_id(), "contract_id", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  return deps_.database.RunInTransaction(
      ctx.deadline, [&](db::Transaction& t) -> absl::StatusOr<v1::BaseInspection> {
        ASSIGN_OR_RETURN(Inspected found, RequireInspection(t, ctx, request.inspection_id(),
                                                            request.contract_id(), Hold::kRead));
        return std::move(found.inspection);
      });
}

absl::StatusOr<v1::ListBaseInspectionsResponse> SupervisionHandlers::ListBaseInspections(
    const RequestContext& ctx, const v1::ListBaseInspectionsRequest& request) const {
  FieldViolations violations;
  convert::OptionalId(request.base_id(), "base_id", violations);
  convert::OptionalId(request.contract_id(), "contract_id", violations);
  kefu::convert::OptionalEnum<v1::BaseInspectionState>(request.state(), "state", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  const bool of_base = ctx.principal.IsBase();
  std::string org_id(ctx.org_id());
  if (of_base) {
    ASSIGN_OR_RETURN(
        org_id, deps_.database.RunInTransaction(
                    ctx.deadline, [&](db::Transaction& t) -> absl::StatusOr<std::string> {
                      ASSIGN_OR_RETURN(const Supervised by,
                                       RequireContract(t, ctx, request.contract_id(), Hold::kRead));
                      return by.org_id;
                    }));
  }
  const std::string state = request.state() == v1::BASE_INSPECTION_STATE_UNSPECIFIED
                                ? ""
                                : kefu::convert::StoredName(request.state(), kStatePrefix);
  const store::RecordFilter filter{
      .owner_id = of_base ? ctx.principal.base_id : request.base_id(),
      .subject_id = of_base ? std::string_view() : std::string_view(request.contract_id()),
      .state = state};
  ASSIGN_OR_RETURN(auto page,
                   FetchPage<InspectionList>(
                       deps_, ctx, request,
                       fmt::format("{} {} {}", request.base_id(), request.contract_id(), state),
                       [&](store::Reader r, store::Page keys) {
                         return store::ListRecords(r, store::kInspections, org_id, keys, filter);
                       }));
  v1::ListBaseInspectionsResponse response;
  for (const store::RecordRow& row : page.records) {
    ASSIGN_OR_RETURN(*response.add_inspections(), InspectionOf(row));
  }
  response.set_next_page_token(std::move(page.next_page_token));
  return response;
}

absl::StatusOr<v1::BaseInspection> SupervisionHandlers::AnswerFinding(
    const RequestContext& ctx, const v1::AnswerFindingRequest& request) const {
  FieldViolations violations;
  convert::Id(request.inspection_id(), "inspection_id", violations);
  convert::Id(request.finding_id(), "finding_id", violations);
  convert::OptionalId(request.contract_id(), "contract_id", violations);
  const std::string text =
      convert::Text(request.text(), convert::kMaxReason, "text", violations, /*lines=*/true);
  RETURN_IF_ERROR(violations.ToStatus());
  return events::RunWrite<v1::BaseInspection>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::BaseInspection> {
        ASSIGN_OR_RETURN(Inspected found, RequireInspection(t, ctx, request.inspection_id(),
                                                            request.contract_id(), Hold::kLock));
        ASSIGN_OR_RETURN(v1::InspectionFinding * finding,
                         FindingIn(found.inspection, request.finding_id()));
        RETURN_IF_ERROR(supervision::CheckAnswer(
            static_cast<supervision::FindingState>(finding->state()), finding->finding_id()));
        AddStep(ctx, *finding, v1::FINDING_STATE_ANSWERED, text);
        return Keep(deps_, t, ctx, std::move(found));
      });
}

absl::StatusOr<v1::BaseInspection> SupervisionHandlers::DecideFinding(
    const RequestContext& ctx, const v1::DecideFindingRequest& request) const {
  FieldViolations violations;
  convert::Id(request.inspection_id(), "inspection_id", violations);
  convert::Id(request.finding_id(), "finding_id", violations);
  const std::string text =
      convert::Text(request.text(), convert::kMaxReason, "text", violations, /*lines=*/true);
  const auto due =
      convert::OptionalDay(request.has_due_date(), request.due_date(), "due_date", violations);
  violations.Check(due.has_value() == request.send_back(), "due_date",
                   "must be set exactly to send a finding back");
  RETURN_IF_ERROR(violations.ToStatus());
  return events::RunWrite<v1::BaseInspection>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::BaseInspection> {
        ASSIGN_OR_RETURN(Inspected found,
                         RequireInspection(t, ctx, request.inspection_id(), "", Hold::kLock));
        ASSIGN_OR_RETURN(v1::InspectionFinding * finding,
                         FindingIn(found.inspection, request.finding_id()));
        RETURN_IF_ERROR(
            supervision::CheckDecision(static_cast<supervision::FindingState>(finding->state()),
                                       request.send_back(), finding->finding_id()));
        FieldViolations wrong;
        wrong.Check(!due || *due >= found.today, "due_date", "must be today or later");
        RETURN_IF_ERROR(wrong.ToStatus());
        AddStep(ctx, *finding,
                request.send_back() ? v1::FINDING_STATE_OPEN : v1::FINDING_STATE_CLOSED, text);
        if (due) {
          *finding->mutable_due_date() = request.due_date();
          finding->clear_escalate_time();
        }
        return Keep(deps_, t, ctx, std::move(found));
      });
}

absl::StatusOr<v1::BaseInspection> SupervisionHandlers::AddShortTraining(
    const RequestContext& ctx, const v1::AddShortTrainingRequest& request) const {
  FieldViolations inner, violations;
  convert::Id(request.inspection_id(), "inspection_id", violations);
  const v1::ShortTraining training = convert::Normalised(request.training(), inner);
  violations.Merge("training", inner);
  RETURN_IF_ERROR(violations.ToStatus());
  return events::RunWrite<v1::BaseInspection>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::BaseInspection> {
        ASSIGN_OR_RETURN(Inspected found,
                         RequireInspection(t, ctx, request.inspection_id(), "", Hold::kLock));
        FieldViolations wrong;
        wrong.Check(kefu::convert::FromProto(training.date()) <= found.today, "training.date",
                    "must not lie after today");
        wrong.Check(found.inspection.trainings_size() < convert::kMostTrainings, "training",
                    fmt::format("is one more than {}", convert::kMostTrainings));
        RETURN_IF_ERROR(wrong.ToStatus());
        RETURN_IF_ERROR(
            RequireAgentsOfBase(t, found.org_id, found.row.owner_id, training.agent_ids()));
        *found.inspection.add_trainings() = training;
        return Keep(deps_, t, ctx, std::move(found));
      });
}

absl::StatusOr<v1::SupervisionPolicy> SupervisionHandlers::GetSupervisionPolicy(
    const RequestContext& ctx, const v1::GetSupervisionPolicyRequest&) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  ASSIGN_OR_RETURN(const auto body, store::LastPolicy(store::Reader(deps_.database, ctx.deadline),
                                                      ctx.org_id(), "SUPERVISION"));
  if (!body) return convert::ToProto(supervision::Policy{});
  v1::SupervisionPolicy policy;
  if (!policy.ParseFromString(*body)) return Internal("a stored policy does not parse");
  return policy;
}

absl::StatusOr<v1::SupervisionPolicy> SupervisionHandlers::SetSupervisionPolicy(
    const RequestContext& ctx, const v1::SetSupervisionPolicyRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations inner, violations;
  const supervision::Policy asked = convert::FromProto(request.policy(), inner);
  violations.Merge("policy", inner);
  RETURN_IF_ERROR(violations.ToStatus());
  return events::RunWrite<v1::SupervisionPolicy>(
      deps_.database, ctx, request,
      [&](db::Transaction& t) -> absl::StatusOr<v1::SupervisionPolicy> {
        RETURN_IF_ERROR(RegisteredOrganization(t, ctx).status());
        // The organization's row makes versions follow each other.
        RETURN_IF_ERROR(store::Lock<domain::Organization>(t, ctx.org_id(), ctx.org_id()).status());
        ASSIGN_OR_RETURN(supervision::Policy policy, SupervisionPolicyOf(t, ctx.org_id()));
        const int32_t version = policy.version + 1;
        policy = asked;
        policy.version = version;
        v1::SupervisionPolicyChanged event;
        *event.mutable_policy() = convert::ToProto(policy);
        event.mutable_policy()->set_actor(ctx.principal.subject);
        *event.mutable_policy()->mutable_create_time() = kefu::convert::ToProto(ctx.now);
        RETURN_IF_ERROR(store::InsertPolicy(t, ctx.org_id(), "SUPERVISION", version,
                                            event.policy().SerializeAsString()));
        RETURN_IF_ERROR(Publish(deps_, t, ctx, ctx.org_id(), event));
        return event.policy();
      });
}

}  // namespace kefu::staffing
