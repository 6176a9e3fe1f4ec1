// Appeals against decisions, and cases taken up again without one.
#include "common/convert/fields.h"
#include "common/time/civil.h"
#include "services/aftersales/convert/casework.h"
#include "services/aftersales/domain/casework/casework.h"
#include "services/aftersales/domain/processes/decisions.h"
#include "services/aftersales/errors_casework.h"
#include "services/aftersales/handlers/authority.h"
#include "services/aftersales/handlers/calendars.h"
#include "services/aftersales/handlers/casework/casework.h"
#include "services/aftersales/handlers/handlers.h"
#include "services/aftersales/handlers/move_case.h"
#include "services/aftersales/handlers/sla/messages.h"
#include "services/aftersales/store/policies.h"

namespace kefu::aftersales {
namespace {

namespace fields = ::kefu::convert;
using domain::AppealOutcome;
using domain::ReviewResult;

// The term is that which held when the decision was given.
absl::StatusOr<domain::PolicyRef> RequireAppealable(db::Transaction& t, const RequestContext& ctx,
                                                    const domain::Case& record) {
  ASSIGN_OR_RETURN(const store::Shop shop, store::FindShop(t, record.org_id, record.shop_id));
  ASSIGN_OR_RETURN(const absl::TimeZone zone, LoadZone(shop.zone.name));
  ASSIGN_OR_RETURN(const domain::CasePolicy policy,
                   store::ChooseCasePolicy(t, shop, *record.work.decide_time));
  RETURN_IF_ERROR(domain::CheckAppeal(policy, record, zone, NowOf(ctx)));
  return policy.ref;
}

// Whether the result is that of the case, or one by which the same follows.
bool LeadsToTheSame(const domain::Case& record, ReviewResult result) {
  if (result == record.result) return true;
  const auto flow = domain::FlowOf(record.kind, result);
  return flow && flow == domain::FlowOf(record.kind, record.result);
}

absl::StatusOr<Entry> JudgeAppeal(db::Transaction& t, const RequestContext& ctx,
                                  domain::Case& record, domain::Command& command,
                                  AppealOutcome outcome, const std::optional<Money>& cost,
                                  const std::string& note) {
  if (!DecidesForMerchant(ctx) && domain::TookPart(record, command.actor)) {
    return error::OwnDecision();
  }
  const bool overturned = outcome == AppealOutcome::kDecisionOverturned;
  if (overturned && LeadsToTheSame(record, command.result)) {
    return error::ResultUnchanged(NameOf(record.result));
  }
  const ReviewResult result = overturned ? command.result : record.result;
  auto authority =
      overturned ? RequireAuthority(t, ctx, record, result, cost) : RequireStanding(t, ctx, record);
  RETURN_IF_ERROR(authority.status());
  domain::Appeal& appeal = record.work.appeals.back();
  appeal.outcome = outcome;
  appeal.new_result = command.result;
  appeal.decider = command.actor.subject;
  appeal.decide_time = NowOf(ctx);
  command.assured = domain::Guard::kAppealJudge;
  return Entry{note, *std::move(authority), result};
}

}  // namespace

absl::StatusOr<v1::Case> Handlers::AppealCase(const RequestContext& ctx,
                                              const v1::AppealCaseRequest& request) const {
  FieldViolations violations;
  fields::Id(request.case_id(), "case_id", violations);
  const auto party = static_cast<domain::AppealParty>(
      fields::RequiredEnum<v1::AppealParty>(request.party(), "party", violations));
  const std::string reason = convert::RequiredNote(request.reason(), "reason", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  return MoveCase(ctx, deps_, request, request.case_id(),
                  {.verb = domain::Verb::kAppeal, .at = NowOf(ctx)},
                  [&](db::Transaction& t, domain::Case& record,
                      domain::Command& command) -> absl::StatusOr<Entry> {
                    ASSIGN_OR_RETURN(auto policy, RequireAppealable(t, ctx, record));
                    RETURN_IF_ERROR(RestartOwed(t, NowOf(ctx), record));
                    if (party == domain::AppealParty::kBuyer) {
                      const Prepare said = CustomerSaid(NowOf(ctx), reason);
                      // A rule that is never due keeps nobody from appealing.
                      const absl::Status asked = said(t, record, command).status();
                      if (!absl::IsNotFound(asked)) {
                        RETURN_IF_ERROR(asked);
                      }
                    }
                    record.work.appeals.push_back({.appeal_id = deps_.ids.Next(),
                                                   .party = party,
                                                   .reason = reason,
                                                   .appellant = command.actor.subject,
                                                   .appeal_time = NowOf(ctx),
                                                   .appealed_result = record.result,
                                                   .policy = std::move(policy)});
                    command.assured = domain::Guard::kAppealable;
                    return Entry{reason, {}, record.result};
                  });
}

absl::StatusOr<v1::Case> CaseWorkHandlers::DecideAppeal(
    const RequestContext& ctx, const v1::DecideAppealRequest& request) const {
  FieldViolations violations;
  fields::Id(request.case_id(), "case_id", violations);
  const auto outcome = static_cast<AppealOutcome>(
      fields::RequiredEnum<v1::AppealOutcome>(request.outcome(), "outcome", violations));
  ReviewResult result = ReviewResult::kUnspecified;
  if (outcome == AppealOutcome::kDecisionOverturned) {
    result = convert::DecidingResult(request.result(), "result", violations);
  } else {
    violations.Check(request.result() == v1::REVIEW_RESULT_UNSPECIFIED, "result",
                     "must not be set of a decision that stands");
    violations.Check(!request.has_cost(), "cost",
                     "must not be set of a decision that stands, since its amount stands; more "
                     "money is a case of its own, linked to this one");
  }
  const std::string note = convert::RequiredNote(request.note(), "note", violations);
  const auto cost = convert::MoneyFromProto(request.has_cost(), request.cost(), "cost", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  return MoveCase(ctx, deps_, request, request.case_id(),
                  {.verb = domain::Verb::kDecideAppeal, .at = NowOf(ctx), .result = result},
                  [&](db::Transaction& t, domain::Case& record, domain::Command& command) {
                    return JudgeAppeal(t, ctx, record, command, outcome, cost, note);
                  });
}

absl::StatusOr<v1::Case> CaseWorkHandlers::ReopenCase(const RequestContext& ctx,
                                                      const v1::ReopenCaseRequest& request) const {
  FieldViolations violations;
  fields::Id(request.case_id(), "case_id", violations);
  const std::string reason = convert::RequiredNote(request.reason(), "reason", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  return MoveCase(ctx, deps_, request, request.case_id(),
                  {.verb = domain::Verb::kReopen, .at = NowOf(ctx)},
                  [&](db::Transaction& t, domain::Case& record,
                      domain::Command& command) -> absl::StatusOr<Entry> {
                    RETURN_IF_ERROR(domain::CheckReopen(record));
                    RETURN_IF_ERROR(RestartOwed(t, NowOf(ctx), record));
                    command.assured = domain::Guard::kNothingFollows;
                    return Entry{reason, {}, record.result};
                  });
}

}  // namespace kefu::aftersales
