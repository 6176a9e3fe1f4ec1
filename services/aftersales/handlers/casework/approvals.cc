// Results beyond an agent's authority: proposed by one person, who may withdraw it, approved or
// rejected by another.
#include "common/convert/fields.h"
#include "services/aftersales/convert/casework.h"
#include "services/aftersales/domain/casework/casework.h"
#include "services/aftersales/handlers/authority.h"
#include "services/aftersales/handlers/casework/casework.h"
#include "services/aftersales/handlers/move_case.h"

namespace kefu::aftersales {
namespace {

namespace fields = ::kefu::convert;

void End(domain::Proposal& proposal, domain::ProposalState end, const domain::Command& command,
         absl::Time now) {
  proposal.state = end;
  proposal.decider = command.actor.subject;
  proposal.decide_time = now;
}

// A proposal's end: makes sure that the caller may, and enters it.
absl::StatusOr<Entry> EndProposal(db::Transaction& t, const RequestContext& ctx,
                                  domain::Case& record, domain::Command& command,
                                  std::string_view proposal_id, domain::ProposalState end,
                                  std::string note) {
  ASSIGN_OR_RETURN(domain::Proposal* const proposal,
                   domain::PendingProposal(record, proposal_id, command.actor));
  // What is approved costs what it costs by now; who rejects it asks for nothing.
  absl::StatusOr<domain::ReviewAuthority> authority =
      end == domain::ProposalState::kApproved
          ? RequireAuthority(t, ctx, record, proposal->result, proposal->cost)
          : RequireAuthorityOver(t, ctx, record, proposal->result, proposal->cost);
  RETURN_IF_ERROR(authority.status());
  End(*proposal, end, command, NowOf(ctx));
  command.assured = domain::Guard::kAuthorityOfAnother;
  return Entry{std::move(note), *std::move(authority), proposal->result};
}

}  // namespace

absl::StatusOr<v1::Case> CaseWorkHandlers::ProposeReview(
    const RequestContext& ctx, const v1::ProposeReviewRequest& request) const {
  FieldViolations violations;
  fields::Id(request.case_id(), "case_id", violations);
  const auto result = convert::DecidingResult(request.result(), "result", violations);
  const std::string note = convert::RequiredNote(request.note(), "note", violations);
  const auto cost = convert::MoneyFromProto(request.has_cost(), request.cost(), "cost", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  return MoveCase(ctx, deps_, request, request.case_id(),
                  {.verb = domain::Verb::kPropose, .at = NowOf(ctx), .result = result},
                  [&](db::Transaction& t, domain::Case& record,
                      domain::Command& command) -> absl::StatusOr<Entry> {
                    ASSIGN_OR_RETURN(auto authority,
                                     RequireApprovable(t, ctx, record, result, cost));
                    record.work.proposals.push_back({.proposal_id = deps_.ids.Next(),
                                                     .state = domain::ProposalState::kPending,
                                                     .result = result,
                                                     .cost = authority.cost,
                                                     .note = note,
                                                     .proposer = command.actor,
                                                     .propose_time = NowOf(ctx)});
                    command.assured = domain::Guard::kApprovable;
                    return Entry{note, std::move(authority), result};
                  });
}

absl::StatusOr<v1::Case> CaseWorkHandlers::ApproveReview(
    const RequestContext& ctx, const v1::ApproveReviewRequest& request) const {
  FieldViolations violations;
  fields::Id(request.case_id(), "case_id", violations);
  fields::Id(request.proposal_id(), "proposal_id", violations);
  const std::string note = convert::Note(request.note(), "note", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  return MoveCase(
      ctx, deps_, request, request.case_id(), {.verb = domain::Verb::kApprove, .at = NowOf(ctx)},
      [&](db::Transaction& t, domain::Case& record,
          domain::Command& command) -> absl::StatusOr<Entry> {
        ASSIGN_OR_RETURN(Entry entry, EndProposal(t, ctx, record, command, request.proposal_id(),
                                                  domain::ProposalState::kApproved, note));
        command.result = entry.result;
        return entry;
      });
}

absl::StatusOr<v1::Case> CaseWorkHandlers::RejectProposal(
    const RequestContext& ctx, const v1::RejectProposalRequest& request) const {
  FieldViolations violations;
  fields::Id(request.case_id(), "case_id", violations);
  fields::Id(request.proposal_id(), "proposal_id", violations);
  const std::string note = convert::RequiredNote(request.note(), "note", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  return MoveCase(ctx, deps_, request, request.case_id(),
                  {.verb = domain::Verb::kRejectProposal, .at = NowOf(ctx)},
                  [&](db::Transaction& t, domain::Case& record, domain::Command& command) {
                    return EndProposal(t, ctx, record, command, request.proposal_id(),
                                       domain::ProposalState::kRejected, note);
                  });
}

absl::StatusOr<v1::Case> CaseWorkHandlers::WithdrawProposal(
    const RequestContext& ctx, const v1::WithdrawProposalRequest& request) const {
  FieldViolations violations;
  fields::Id(request.case_id(), "case_id", violations);
  fields::Id(request.proposal_id(), "proposal_id", violations);
  const std::string note = convert::Note(request.note(), "note", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  return MoveCase(ctx, deps_, request, request.case_id(),
                  {.verb = domain::Verb::kWithdrawProposal, .at = NowOf(ctx)},
                  [&](db::Transaction&, domain::Case& record,
                      domain::Command& command) -> absl::StatusOr<Entry> {
                    ASSIGN_OR_RETURN(
                        domain::Proposal* const proposal,
                        domain::OwnPendingProposal(record, request.proposal_id(), command.actor));
                    End(*proposal, domain::ProposalState::kWithdrawn, command, NowOf(ctx));
                    command.assured = domain::Guard::kProposer;
                    return Entry{note, {}, proposal->result};
                  });
}

}  // namespace kefu::aftersales
