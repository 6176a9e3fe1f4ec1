// Giving cases by hand and claiming them.
#include <algorithm>
#include <map>

#include "common/convert/fields.h"
#include "common/events/write.h"
#include "services/aftersales/errors.h"
#include "services/aftersales/errors_intake.h"
#include "services/aftersales/handlers/assignment/assignment_handlers.h"
#include "services/aftersales/handlers/assignment/giving.h"
#include "services/aftersales/handlers/others.h"
#include "services/aftersales/handlers/scope.h"
#include "services/aftersales/store/assignment.h"

namespace kefu::aftersales {
namespace {

namespace fields = ::kefu::convert;

// Unassigned cases of one look, and of one call: an agent whom none of these fits gets none.
constexpr int kLook = 50, kMostLooked = 200;

// Locks the turn of an agent whom only its base may know.
absl::Status KeepTurn(db::Transaction& t, const RequestContext& ctx, std::string_view org_id,
                      std::string_view agent_id) {
  if (!ctx.principal.IsBase()) return absl::OkStatus();
  return store::KeepTurnOf(t, org_id, agent_id, ctx.principal.base_id);
}

domain::AssignmentDecision Chosen(domain::AssignmentCandidate candidate,
                                  domain::Requirements requirements) {
  domain::AssignmentDecision decision{.agent_id = candidate.agent_id,
                                      .base_id = candidate.base_id,
                                      .requirements = std::move(requirements)};
  decision.candidates.push_back({std::move(candidate), {domain::Verdict::kChosen, ""}});
  return decision;
}

absl::Status GiveByHand(db::Transaction& t, IdGenerator& ids, const RequestContext& ctx,
                        domain::Case& record, const std::string& agent_id,
                        const std::string& reason) {
  const absl::Time now = NowOf(ctx);
  ASSIGN_OR_RETURN(const auto policy, AssignmentRules(t, record.org_id, now));
  ASSIGN_OR_RETURN(const auto question, QuestionOf(t, record, policy, now));
  RETURN_IF_ERROR(KeepPerson(t, ctx));
  RETURN_IF_ERROR(KeepTurn(t, ctx, record.org_id, agent_id));
  ASSIGN_OR_RETURN(auto agent, RequireServing(t, BaseOf(ctx), record.org_id, question, agent_id));
  const auto decision = Chosen(std::move(agent), domain::RequirementsOf(policy, question.subject));
  return Give(t, ids, now, record, question, decision,
              {.cause = domain::AssignmentCause::kByHand,
               .actor = ctx.principal.subject,
               .reason = reason});
}

// A look through the unassigned cases for one agent.
class Claim {
 public:
  Claim(const RequestContext& ctx, const Dependencies& deps, absl::Time now)
      : ctx_(ctx), deps_(deps), now_(now) {}

  absl::StatusOr<v1::ClaimNextCaseResponse> Run(db::Transaction& t,
                                                const store::CaseFilter& reach) {
    store::CasePage page{.limit = kLook};
    for (int looked = 0; looked < kMostLooked; looked += kLook) {
      ASSIGN_OR_RETURN(const auto rows, store::ListUnassigned(t, reach, page));
      std::vector<db::Param> ids;
      for (const store::Unassigned& row : rows) {
        ids.insert(ids.end(), {row.org_id, row.case_id});
      }
      ASSIGN_OR_RETURN(std::vector<domain::Case> cases, store::FindCases(t, ids));
      std::ranges::sort(cases, {}, [](const domain::Case& one) {
        return std::pair(domain::CaseDue(one), one.case_id);
      });
      for (const domain::Case& record : cases) {
        ASSIGN_OR_RETURN(const bool taken, Try(t, record));
        if (taken) return response_;
      }
      if (static_cast<int>(rows.size()) < kLook || cases.empty()) break;
      page.after_due = domain::CaseDue(cases.back());
      page.after_id = cases.back().case_id;
    }
    return response_;
  }

 private:
  // The agent as a candidate for cases of that shop, its turn locked.
  absl::StatusOr<const domain::AssignmentCandidate*> Me(db::Transaction& t,
                                                        const domain::Case& seen,
                                                        const AssignmentQuestion& question) {
    const std::string& agent_id = ctx_.principal.agent_id;
    const auto shop = std::pair(seen.org_id, seen.shop_id);
    auto me = as_candidate_.find(shop);
    if (me == as_candidate_.end()) {
      RETURN_IF_ERROR(KeepTurn(t, ctx_, seen.org_id, agent_id));
      ASSIGN_OR_RETURN(auto found,
                       CandidatesFor(t, seen.org_id, question, /*lock=*/true, {agent_id}));
      me = as_candidate_.emplace(shop, std::move(found.front())).first;
    }
    return &me->second;
  }

  absl::StatusOr<bool> Try(db::Transaction& t, const domain::Case& seen) {
    auto rules = rules_.find(seen.org_id);
    if (rules == rules_.end()) {
      ASSIGN_OR_RETURN(auto policy, AssignmentRules(t, seen.org_id, now_));
      rules = rules_.emplace(seen.org_id, std::move(policy)).first;
    }
    ASSIGN_OR_RETURN(const auto question, QuestionOf(t, seen, rules->second, now_));
    ASSIGN_OR_RETURN(const domain::AssignmentCandidate* const me, Me(t, seen, question));
    response_.set_looked_at(response_.looked_at() + 1);
    const domain::Requirements needed = domain::RequirementsOf(question.policy, question.subject);
    const domain::Judged judged = domain::JudgeTaking(question.policy, seen.shop_id, needed, *me);
    if (judged.verdict != domain::Verdict::kUnspecified) {
      if (response_.verdict() == v1::ASSIGNMENT_VERDICT_UNSPECIFIED) {
        response_.set_verdict(static_cast<v1::AssignmentVerdict>(judged.verdict));
        response_.set_detail(judged.detail);
      }
      return false;
    }
    // Whoever holds the case now takes it, or is taking it.
    ASSIGN_OR_RETURN(auto record, store::TryLockCase(t, seen.org_id, seen.case_id));
    if (!record || !record->assignee_agent_id.empty() || !domain::NeedsAgent(record->state)) {
      return false;
    }
    RETURN_IF_ERROR(Give(t, deps_.ids, now_, *record, question, Chosen(*me, needed),
                         {.cause = domain::AssignmentCause::kClaimed,
                          .actor = ctx_.principal.subject,
                          .reason = "claimed"}));
    RETURN_IF_ERROR(KeepPerson(t, ctx_));
    ASSIGN_OR_RETURN(*response_.mutable_case_(), Shown(t, ctx_, *record));
    response_.clear_verdict();
    response_.clear_detail();
    return true;
  }

  const RequestContext& ctx_;
  const Dependencies& deps_;
  const absl::Time now_;
  v1::ClaimNextCaseResponse response_;
  std::map<std::string, domain::AssignmentPolicy> rules_;  // by organization
  std::map<std::pair<std::string, std::string>, domain::AssignmentCandidate> as_candidate_;
};

}  // namespace

absl::StatusOr<v1::Case> AssignmentHandlers::AssignCase(
    const RequestContext& ctx, const v1::AssignCaseRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  fields::Id(request.case_id(), "case_id", violations);
  const std::string agent_id = fields::Id(request.agent_id(), "agent_id", violations);
  const std::string reason =
      fields::Text(request.reason(), fields::kMaxReason, "reason", violations, /*lines=*/true);
  RETURN_IF_ERROR(violations.ToStatus());
  events::WriteInfo info;
  auto answer = events::RunWrite<v1::Case>(
      deps_.database, ctx, request,
      [&](db::Transaction& t) -> absl::StatusOr<v1::Case> {
        ASSIGN_OR_RETURN(auto record, RequireCase(t, ctx, request.case_id(), Access::kLock));
        if (!request.etag().empty() && request.etag() != convert::Etag(record)) {
          return error::EtagMismatch(record.case_id);
        }
        if (!domain::NeedsAgent(record.state)) {
          return error::IllegalMove(NameOf(record.kind), NameOf(record.state), "AssignCase",
                                    "nothing is left to work on");
        }
        if (record.assignee_agent_id != agent_id) {
          RETURN_IF_ERROR(GiveByHand(t, deps_.ids, ctx, record, agent_id, reason));
          t.AfterCommit(deps_.on_events);
        }
        return Shown(t, ctx, record);
      },
      &info);
  if (answer.ok() && info.replayed) {
    RETURN_IF_ERROR(CheckReach(deps_.database, ctx, request.case_id(), answer->shop_id()));
  }
  return answer;
}

absl::StatusOr<v1::ClaimNextCaseResponse> AssignmentHandlers::ClaimNextCase(
    const RequestContext& ctx, const v1::ClaimNextCaseRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  fields::OptionalId(request.shop_id(), "shop_id", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  if (ctx.principal.agent_id.empty()) return error::AgentRequiredToClaim();
  store::CaseFilter reach;
  RETURN_IF_ERROR(SetReach(ctx, request.shop_id(), reach));
  events::WriteInfo info;
  auto answer = events::RunWrite<v1::ClaimNextCaseResponse>(
      deps_.database, ctx, request,
      [&](db::Transaction& t) {
        t.AfterCommit(deps_.on_events);
        return Claim(ctx, deps_, NowOf(ctx)).Run(t, reach);
      },
      &info);
  if (answer.ok() && info.replayed && answer->has_case_()) {
    RETURN_IF_ERROR(
        CheckReach(deps_.database, ctx, answer->case_().case_id(), answer->case_().shop_id()));
  }
  return answer;
}

}  // namespace kefu::aftersales
