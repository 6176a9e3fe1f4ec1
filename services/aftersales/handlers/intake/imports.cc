// Taking in the platform's e-mails and work orders.
#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "common/convert/fields.h"
#include "common/db/errors.h"
#include "common/events/write.h"
#include "common/status/error.h"
#include "fmt/format.h"
#include "services/aftersales/convert/intake.h"
#include "services/aftersales/handlers/casework/attaching.h"
#include "services/aftersales/handlers/intake/contents.h"
#include "services/aftersales/handlers/intake/intake_handlers.h"
#include "services/aftersales/handlers/move_case.h"
#include "services/aftersales/handlers/opening.h"
#include "services/aftersales/handlers/refusals.h"
#include "services/aftersales/handlers/scope.h"
#include "services/aftersales/handlers/sla/messages.h"
#include "services/aftersales/store/assignment.h"
#include "services/aftersales/store/casework.h"
#include "services/aftersales/store/intake.h"
#include "services/aftersales/store/policies.h"

namespace kefu::aftersales {
namespace {

namespace fields = ::kefu::convert;

constexpr int kMaxRows = 1000;

v1::ImportResult Outcome(v1::ImportOutcome outcome, const std::string& case_id) {
  v1::ImportResult result;
  result.set_outcome(outcome);
  result.set_case_id(case_id);
  return result;
}

// What a row alone can be blamed for; everything else ends the import.
bool IsOfRow(const absl::Status& status) {
  return status.code() == absl::StatusCode::kInvalidArgument ||
         status.code() == absl::StatusCode::kFailedPrecondition ||
         status.code() == absl::StatusCode::kNotFound;
}

class Import {
 public:
  Import(const RequestContext& ctx, const Dependencies& deps, std::string org_id, absl::Time now)
      : ctx_(ctx), deps_(deps), org_id_(std::move(org_id)), now_(now) {}

  absl::StatusOr<v1::ImportCasesResponse> Run(db::Transaction& t,
                                              const v1::ImportCasesRequest& request) {
    v1::ImportCasesResponse response;
    for (const v1::ImportedCase& row : request.rows()) {
      FieldViolations violations;
      convert::Imported imported = convert::FromProto(row, request.shop_id(), now_, violations);
      if (!violations.empty()) {
        *response.add_results() = convert::Refused(violations.ToStatus());
        continue;
      }
      imported.record.org_id = org_id_;
      auto result = Take(t, row.case_(), std::move(imported));
      if (!result.ok() && !IsOfRow(result.status())) return result.status();
      *response.add_results() = result.ok() ? *result : convert::Refused(result.status());
    }
    return response;
  }

 private:
  absl::StatusOr<v1::ImportResult> Take(db::Transaction& t, const v1::Case& row,
                                        convert::Imported imported) {
    domain::Case& record = imported.record;
    ASSIGN_OR_RETURN(std::string known, store::CaseOfExternalId(t, org_id_, record.shop_id,
                                                                record.kind, record.external_id));
    const bool mail = record.kind == domain::CaseKind::kPlatformEmail;
    if (known.empty() && mail) {
      const std::vector<std::string> own = {record.external_id};
      ASSIGN_OR_RETURN(known, store::CaseOfMessages(t, org_id_, record.shop_id, own));
    }
    if (!known.empty()) return Known(t, row, record, known);
    ASSIGN_OR_RETURN(const std::string about,
                     store::CaseOfMessages(t, org_id_, record.shop_id, imported.reply_to));
    if (!about.empty()) {
      ASSIGN_OR_RETURN(auto open, LockMerged(t, about));
      // Who writes about a case that is closed has a new matter, or an old one again: a new case.
      if (open && domain::CheckMove(*open, domain::Verb::kCustomerMessage,
                                    domain::ReviewResult::kUnspecified)
                      .ok()) {
        return Reply(t, *std::move(open), row, record);
      }
    }
    return Open(t, row, imported);
  }

  // Told apart from what was sent under the number before; nothing is changed.
  absl::StatusOr<v1::ImportResult> Known(db::Transaction& t, const v1::Case& row,
                                         const domain::Case& record, const std::string& case_id) {
    v1::ImportResult result = Outcome(v1::IMPORT_OUTCOME_KNOWN, case_id);
    ASSIGN_OR_RETURN(std::optional<std::string> digests, store::DigestsOf(t, record));
    if (!digests) {
      // It did not come by an import, or long ago.
      ASSIGN_OR_RETURN(const auto found, store::FindCase(t, org_id_, case_id));
      const bool own = found && found->external_id == record.external_id;
      if (!own) return result;
      digests = DigestsOf(ContentsOf(convert::ToProto(*found, convert::View::kFull)));
    }
    for (std::string& field : FieldsNotIn(*digests, ContentsOf(row))) {
      result.set_outcome(v1::IMPORT_OUTCOME_CONFLICT);
      result.add_different_fields(std::move(field));
    }
    return result;
  }

  absl::StatusOr<v1::ImportResult> Open(db::Transaction& t, const v1::Case& row,
                                        convert::Imported& imported) {
    domain::Case& record = imported.record;
    const absl::Status stored = StoreNewCase(t, ctx_, deps_.ids, record);
    if (absl::IsAlreadyExists(stored)) {
      // Somebody sent it at the same time, and was faster.
      ASSIGN_OR_RETURN(
          const std::string known,
          store::CaseOfExternalId(t, org_id_, record.shop_id, record.kind, record.external_id));
      return Known(t, row, record, known);
    }
    RETURN_IF_ERROR(stored);
    RETURN_IF_ERROR(store::InsertDigests(t, record, DigestsOf(ContentsOf(row))));
    if (record.kind == domain::CaseKind::kPlatformEmail) {
      const absl::Status noted = store::InsertMessage(t, record, record.external_id);
      if (!absl::IsAlreadyExists(noted)) RETURN_IF_ERROR(noted);
    }
    if (record.assignee_agent_id.empty()) {
      // The job gives it out at once: many rows at a time would keep agents' turns locked too long.
      RETURN_IF_ERROR(store::SaveUnassigned(t, record, "", now_, now_));
    }
    return Outcome(v1::IMPORT_OUTCOME_OPENED, record.case_id);
  }

  // The e-mail is what the customer says in a case that is known: it takes up one that waits, and
  // an answer is owed. Its evidence is the case's.
  absl::StatusOr<v1::ImportResult> Reply(db::Transaction& t, domain::Case record,
                                         const v1::Case& row, const domain::Case& mail) {
    // Whoever brings it at the same time waits for the case.
    const std::vector<std::string> own = {mail.external_id};
    ASSIGN_OR_RETURN(const std::string known,
                     store::CaseOfMessages(t, org_id_, record.shop_id, own));
    if (!known.empty()) return Known(t, row, mail, known);
    const domain::Case about = record;
    // An e-mail may have been received before the case was, of which it speaks all the same.
    const absl::Time at = std::max(mail.receive_time, record.receive_time);
    RETURN_IF_ERROR(MoveLockedCase(t, ctx_, deps_, std::move(record),
                                   {.verb = domain::Verb::kCustomerMessage, .at = at},
                                   CustomerSent(mail))
                        .status());
    // Written last: a reply that is refused has left nothing behind, and is not known.
    const absl::Status noted = store::InsertMessage(t, about, mail.external_id);
    if (absl::IsAlreadyExists(noted)) {
      return Aborted("TRANSACTION_CONFLICT", "the e-mail was taken into another case at once");
    }
    RETURN_IF_ERROR(noted);
    RETURN_IF_ERROR(store::InsertDigests(t, mail, DigestsOf(ContentsOf(row))));
    v1::ImportResult result = Outcome(v1::IMPORT_OUTCOME_REPLY, about.case_id);
    const Contents stands = ContentsOf(convert::ToProto(about, convert::View::kFull));
    for (std::string& field : FieldsNotIn(DigestsOf(stands), AboutTheCase(row))) {
      result.add_different_fields(std::move(field));
    }
    return result;
  }

  // What CustomerSaid does, and attaches what the mail brings but for what the case has.
  Prepare CustomerSent(const domain::Case& mail) {
    return [this, &mail, said = CustomerSaid(now_, mail.problem)](
               db::Transaction& t, domain::Case& record,
               domain::Command& command) -> absl::StatusOr<Entry> {
      ASSIGN_OR_RETURN(Entry entry, said(t, record, command));
      if (mail.evidence.empty()) return entry;
      ASSIGN_OR_RETURN(const store::Shop shop, store::FindShop(t, record.org_id, record.shop_id));
      ASSIGN_OR_RETURN(const domain::CasePolicy policy, store::ChooseCasePolicy(t, shop, now_));
      Refusals refusals;
      for (size_t i = 0; i < mail.evidence.size(); ++i) {
        auto change = AttachItem(ctx_, policy, record, mail.evidence[i], 0);
        if (absl::IsAlreadyExists(change.status())) continue;
        RETURN_IF_ERROR(refusals.Add(fmt::format("case.evidence[{}]", i), change.status()));
        if (change.ok()) entry.changes.push_back(*std::move(change));
      }
      RETURN_IF_ERROR(refusals.ToStatus());
      return entry;
    };
  }

  // The case, or the one that it was merged into.
  absl::StatusOr<std::optional<domain::Case>> LockMerged(db::Transaction& t, std::string case_id) {
    for (;;) {
      ASSIGN_OR_RETURN(auto found, store::LockCase(t, org_id_, case_id));
      if (!found || found->work.merged_into.empty()) return found;
      case_id = found->work.merged_into;
    }
  }

  const RequestContext& ctx_;
  const Dependencies& deps_;
  const std::string org_id_;
  const absl::Time now_;
};

// What an import would answer: the same in a transaction that is never committed.
absl::StatusOr<v1::ImportCasesResponse> OnlyChecked(const Dependencies& deps,
                                                    const RequestContext& ctx, Import& import,
                                                    const v1::ImportCasesRequest& request) {
  v1::ImportCasesResponse checked;
  const absl::Status undone =
      deps.database.RunInTransaction(ctx.deadline, [&](db::Transaction& t) -> absl::Status {
        ASSIGN_OR_RETURN(checked, import.Run(t, request));
        return Cancelled("only checked");
      });
  if (!absl::IsCancelled(undone)) return undone;
  std::set<std::string> never_opened;
  for (const v1::ImportResult& result : checked.results()) {
    if (result.outcome() == v1::IMPORT_OUTCOME_OPENED) never_opened.insert(result.case_id());
  }
  for (v1::ImportResult& result : *checked.mutable_results()) {
    if (never_opened.contains(result.case_id())) result.clear_case_id();
  }
  return checked;
}

// The rows of a stored answer are of one merchant: one of its cases tells whether it is still the
// caller's.
absl::Status CheckReplayed(const Dependencies& deps, const RequestContext& ctx,
                           const v1::ImportCasesResponse& response) {
  const auto with_case = std::ranges::find_if(
      response.results(), [](const v1::ImportResult& result) { return !result.case_id().empty(); });
  if (with_case == response.results().end() || !ctx.principal.IsBase()) return absl::OkStatus();
  return CheckGrant(deps.database, ctx, with_case->case_id(), "");
}

// A base is told what became of its rows, but of cases that it does not reach neither which they
// are nor what they say. It may be a stored answer that is told, of a time when it reached more.
absl::Status HideOthers(const Dependencies& deps, const RequestContext& ctx,
                        std::string_view org_id, v1::ImportCasesResponse& response) {
  if (!ctx.principal.IsBase()) return absl::OkStatus();
  std::vector<std::string> ids;
  for (const v1::ImportResult& result : response.results()) {
    if (!result.case_id().empty()) ids.push_back(result.case_id());
  }
  return deps.database.RunInTransaction(ctx.deadline, [&](db::Transaction& t) -> absl::Status {
    ASSIGN_OR_RETURN(const auto reached, ReachedCases(t, ctx, org_id, ids));
    for (v1::ImportResult& result : *response.mutable_results()) {
      if (reached.contains(result.case_id())) continue;
      result.clear_case_id();
      result.clear_different_fields();
    }
    return absl::OkStatus();
  });
}

}  // namespace

absl::StatusOr<v1::ImportCasesResponse> IntakeHandlers::ImportCases(
    const RequestContext& ctx, const v1::ImportCasesRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  fields::Id(request.shop_id(), "shop_id", violations);
  violations.Check(request.rows_size() >= 1 && request.rows_size() <= kMaxRows, "rows",
                   fmt::format("must have 1 to {} items", kMaxRows));
  RETURN_IF_ERROR(violations.ToStatus());
  ASSIGN_OR_RETURN(const std::string org_id, OrgOfShop(ctx, request.shop_id()));
  Import import(ctx, deps_, org_id, NowOf(ctx));
  v1::ImportCasesResponse answer;
  if (request.validate_only()) {
    ASSIGN_OR_RETURN(answer, OnlyChecked(deps_, ctx, import, request));
  } else {
    events::WriteInfo info;
    ASSIGN_OR_RETURN(answer, events::RunWrite<v1::ImportCasesResponse>(
                                 deps_.database, ctx, request,
                                 [&](db::Transaction& t) {
                                   t.AfterCommit(deps_.on_events);
                                   return import.Run(t, request);
                                 },
                                 &info));
    if (info.replayed) RETURN_IF_ERROR(CheckReplayed(deps_, ctx, answer));
  }
  RETURN_IF_ERROR(HideOthers(deps_, ctx, org_id, answer));
  return answer;
}

}  // namespace kefu::aftersales
