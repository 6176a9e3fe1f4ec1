// What is added to a case and corrected in it: fields, comments, evidence.
#include "common/convert/fields.h"
#include "common/db/page_token.h"
#include "fmt/format.h"
#include "services/aftersales/convert/cases.h"
#include "services/aftersales/convert/casework.h"
#include "services/aftersales/domain/casework/casework.h"
#include "services/aftersales/errors.h"
#include "services/aftersales/handlers/assignment/giving.h"
#include "services/aftersales/handlers/calendars.h"
#include "services/aftersales/handlers/casework/attaching.h"
#include "services/aftersales/handlers/casework/casework.h"
#include "services/aftersales/handlers/move_case.h"
#include "services/aftersales/handlers/opening.h"
#include "services/aftersales/handlers/others.h"
#include "services/aftersales/handlers/pages.h"
#include "services/aftersales/store/casework.h"
#include "services/aftersales/store/policies.h"

namespace kefu::aftersales {
namespace {

namespace fields = ::kefu::convert;
using domain::CommentVisibility;
using domain::Verb;

// Attaches the item and tells of it.
absl::StatusOr<Entry> Attach(db::Transaction& t, const RequestContext& ctx, domain::Case& record,
                             domain::Command& command, domain::Evidence item, int32_t supersedes,
                             const std::string& note) {
  ASSIGN_OR_RETURN(const store::Shop shop, store::FindShop(t, record.org_id, record.shop_id));
  ASSIGN_OR_RETURN(const domain::CasePolicy policy, store::ChooseCasePolicy(t, shop, NowOf(ctx)));
  ASSIGN_OR_RETURN(const domain::FieldChange change,
                   AttachItem(ctx, policy, record, std::move(item), supersedes));
  command.assured = domain::Guard::kAllowedEvidence;
  return Entry{note, {}, {}, {change}};
}

// The order that a platform's mail or work order did not name. It is said once: what was decided
// and paid by an order does not go over to another one.
absl::Status LearnOrder(db::Transaction& t, const std::string& before, domain::Case& record) {
  if (record.order_id == before) return absl::OkStatus();
  if (!before.empty()) {
    const std::vector<std::string> faults{fmt::format("the case is about {}", before)};
    return error::OrderMismatch(record.order_id, faults);
  }
  // Whoever is asked to approve was asked without it.
  if (record.state == domain::CaseState::kAwaitingApproval) {
    return error::IllegalMove(NameOf(record.kind), NameOf(record.state),
                              domain::VerbName(Verb::kUpdate),
                              "UpdateCase of other fields, or of order_id once the proposal is "
                              "withdrawn (WithdrawProposal)");
  }
  return FitAnew(t, record);
}

}  // namespace

absl::StatusOr<v1::Case> CaseWorkHandlers::UpdateCase(const RequestContext& ctx,
                                                      const v1::UpdateCaseRequest& request) const {
  FieldViolations violations;
  fields::Id(request.case_().case_id(), "case.case_id", violations);
  const convert::CaseUpdate update = convert::UpdateFromProto(request, violations);
  const std::string note = convert::Note(request.note(), "note", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  return MoveCase(
      ctx, deps_, request, request.case_().case_id(), {.verb = Verb::kUpdate, .at = NowOf(ctx)},
      [&](db::Transaction& t, domain::Case& record, domain::Command&) -> absl::StatusOr<Entry> {
        const domain::CasePriority before = record.priority;
        const std::string order_before = record.order_id, language_before = record.language;
        Entry entry{note, {}, {}, update(record)};
        entry.nothing_new = entry.changes.empty();
        RETURN_IF_ERROR(LearnOrder(t, order_before, record));
        if (record.priority != before) {
          RETURN_IF_ERROR(
              SetClocksAnew(t, NowOf(ctx), domain::Replacement::kPriorityChanged, record));
        }
        if (record.language != language_before && record.assignee_agent_id.empty() &&
            domain::NeedsAgent(record.state)) {
          RETURN_IF_ERROR(LookForAgent(t, NowOf(ctx), record));
        }
        return entry;
      });
}

absl::StatusOr<v1::Case> CaseWorkHandlers::AddCaseComment(
    const RequestContext& ctx, const v1::AddCaseCommentRequest& request) const {
  FieldViolations violations;
  fields::Id(request.case_id(), "case_id", violations);
  const auto visibility = static_cast<CommentVisibility>(
      fields::RequiredEnum<v1::CommentVisibility>(request.visibility(), "visibility", violations));
  const bool internal = visibility == CommentVisibility::kInternal;
  violations.Check(!internal || !ctx.principal.IsBase(), "visibility",
                   "must be shared: internal comments are the merchant's");
  const std::string text = convert::RequiredNote(request.text(), "text", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  return MoveCase(
      ctx, deps_, request, request.case_id(), {.verb = Verb::kComment, .at = NowOf(ctx)},
      [&](db::Transaction& t, domain::Case& record,
          domain::Command& command) -> absl::StatusOr<Entry> {
        RETURN_IF_ERROR(store::InsertComment(t, record.org_id,
                                             {deps_.ids.Next(), record.case_id, visibility, text,
                                              command.actor.subject, NowOf(ctx)}));
        Entry entry{text};
        entry.internal = internal;
        return entry;
      });
}

absl::StatusOr<v1::ListCaseCommentsResponse> CaseWorkHandlers::ListCaseComments(
    const RequestContext& ctx, const v1::ListCaseCommentsRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  fields::Id(request.case_id(), "case_id", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  ASSIGN_OR_RETURN(const int size, db::PageSize(request.page_size()));
  const uint64_t hash = db::FilterHash({ctx.method, ctx.org_id(), request.case_id()});
  ASSIGN_OR_RETURN(const auto keys, db::DecodePageToken(request.page_token(), hash, 1));
  const std::string after = keys.empty() ? "" : keys[0];
  ASSIGN_OR_RETURN(
      const auto comments,
      deps_.database.RunInTransaction(
          ctx.deadline, [&](db::Transaction& t) -> absl::StatusOr<std::vector<domain::Comment>> {
            ASSIGN_OR_RETURN(const domain::Case record,
                             RequireCase(t, ctx, request.case_id(), Access::kRead));
            const std::vector<std::string> ids = domain::WithMerged(record);
            return store::ListComments(t, record.org_id, ids, after, SeesInternal(ctx), size + 1);
          }));
  v1::ListCaseCommentsResponse response;
  const size_t shown = FillPage(comments.size(), size, [&](size_t row) -> v1::CaseComment& {
    return *response.add_comments() = convert::ToProto(comments[row]);
  });
  if (shown < comments.size()) {
    response.set_next_page_token(db::EncodePageToken(hash, {comments[shown - 1].comment_id}));
  }
  RETURN_IF_ERROR(HideOthers(deps_.database, ctx, EachOf(*response.mutable_comments())));
  return response;
}

absl::StatusOr<v1::Case> CaseWorkHandlers::AttachEvidence(
    const RequestContext& ctx, const v1::AttachEvidenceRequest& request) const {
  FieldViolations violations;
  fields::Id(request.case_id(), "case_id", violations);
  const domain::Evidence item = convert::FromProto(request.evidence(), "evidence", violations);
  violations.Check(request.supersedes_number() >= 0, "supersedes_number", "must not be negative");
  const std::string note = convert::Note(request.note(), "note", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  return MoveCase(ctx, deps_, request, request.case_id(),
                  {.verb = Verb::kAttachEvidence, .at = NowOf(ctx)},
                  [&](db::Transaction& t, domain::Case& record, domain::Command& command) {
                    return Attach(t, ctx, record, command, item, request.supersedes_number(), note);
                  });
}

absl::StatusOr<v1::ListCaseEvidenceResponse> CaseWorkHandlers::ListCaseEvidence(
    const RequestContext& ctx, const v1::ListCaseEvidenceRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  fields::Id(request.case_id(), "case_id", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  ASSIGN_OR_RETURN(const int size, db::PageSize(request.page_size()));
  const uint64_t hash = db::FilterHash({ctx.method, ctx.org_id(), request.case_id()});
  ASSIGN_OR_RETURN(const auto keys, db::DecodePageToken(request.page_token(), hash, 2));
  ASSIGN_OR_RETURN(
      const auto rows,
      deps_.database.RunInTransaction(
          ctx.deadline, [&](db::Transaction& t) -> absl::StatusOr<std::vector<v1::CaseEvidence>> {
            ASSIGN_OR_RETURN(const domain::Case record,
                             RequireCase(t, ctx, request.case_id(), Access::kRead));
            const std::vector<std::string> ids = domain::WithMerged(record);
            ASSIGN_OR_RETURN(const auto cases, store::FindCases(t, record.org_id, ids));
            return convert::EvidenceAfter(cases, keys);
          }));
  v1::ListCaseEvidenceResponse response;
  const size_t shown = FillPage(rows.size(), size, [&](size_t row) -> v1::CaseEvidence& {
    return *response.add_evidence() = rows[row];
  });
  if (shown < rows.size()) {
    const v1::CaseEvidence& last = rows[shown - 1];
    response.set_next_page_token(
        db::EncodePageToken(hash, {last.case_id(), fmt::format("{}", last.evidence().number())}));
  }
  RETURN_IF_ERROR(HideOthers(deps_.database, ctx, EachOf(*response.mutable_evidence())));
  return response;
}

}  // namespace kefu::aftersales
