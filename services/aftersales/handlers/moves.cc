// The verbs that move a case.
#include <algorithm>

#include "common/convert/fields.h"
#include "common/events/write.h"
#include "common/time/civil.h"
#include "fmt/format.h"
#include "services/aftersales/clocks/publish.h"
#include "services/aftersales/errors.h"
#include "services/aftersales/handlers/authority.h"
#include "services/aftersales/handlers/calendars.h"
#include "services/aftersales/handlers/handlers.h"
#include "services/aftersales/handlers/scope.h"

namespace kefu::aftersales {
namespace {

namespace fields = ::kefu::convert;

// What only the case itself can tell of a command's shape.
absl::Status CheckAgainstCase(const domain::Case& record, const domain::Command& command) {
  FieldViolations violations;
  violations.Check(command.at >= record.receive_time, "answer_time",
                   "must not be before the case was received");
  violations.Check(
      record.promised_actions.size() + command.promised_actions.size() <= convert::kMaxPromises,
      "promised_actions", fmt::format("a case has at most {} of them", convert::kMaxPromises));
  return violations.ToStatus();
}

// Rows, history and events of a case that was moved.
absl::Status Save(db::Transaction& t, const domain::Case& record, const domain::Change& change,
                  const domain::Activity& activity) {
  RETURN_IF_ERROR(store::UpdateCase(t, record));
  RETURN_IF_ERROR(store::InsertActivity(t, record.org_id, activity));
  v1::CaseChanged event;
  *event.mutable_case_() = convert::ToProto(record, convert::View::kFull);
  event.set_verb(activity.verb);
  RETURN_IF_ERROR(events::Append(t, record.org_id, record.case_id, event, activity.create_time));
  return PublishFirings(t, record, change.firings, activity.create_time);
}

}  // namespace

template <class Request>
absl::StatusOr<v1::Case> Handlers::MoveCase(const RequestContext& ctx, const Request& request,
                                            const domain::Command& asked, std::string_view note,
                                            const Authorize& authorize) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  const absl::Time now = NowOf(ctx);
  events::WriteInfo info;
  absl::StatusOr<v1::Case> answer = events::RunWrite<v1::Case>(
      deps_.database, ctx, request,
      [&](db::Transaction& t) -> absl::StatusOr<v1::Case> {
        ASSIGN_OR_RETURN(domain::Case record,
                         RequireCase(t, ctx, request.case_id(), Access::kLock));
        if (!request.etag().empty() && request.etag() != convert::Etag(record)) {
          return error::EtagMismatch(record.case_id);
        }
        domain::Command command = asked;
        // This machine's clock may be behind that of the one which took the case in.
        if (command.at == now) command.at = std::max(now, record.receive_time);
        RETURN_IF_ERROR(CheckAgainstCase(record, command));
        ASSIGN_OR_RETURN(const auto authority, authorize(t, record));
        ASSIGN_OR_RETURN(const domain::Calendars calendars, LoadCalendars(t, record));
        ASSIGN_OR_RETURN(const domain::Change change,
                         domain::Apply(record, command, now, calendars));
        RETURN_IF_ERROR(
            Save(t, record, change,
                 {deps_.ids.Next(), record.case_id, record.version,
                  std::string(domain::VerbName(command.verb)), change.from, record.state,
                  std::string(note), ctx.principal.subject, now, authority}));
        t.AfterCommit(deps_.on_events);
        return convert::ToProto(record, ViewOf(ctx));
      },
      &info);
  // The answer was stored for whoever called first; this caller may reach less.
  if (answer.ok() && info.replayed) {
    RETURN_IF_ERROR(CheckReach(ctx, request.case_id(), answer->shop_id()));
  }
  return answer;
}

absl::StatusOr<v1::Case> Handlers::RespondToCase(const RequestContext& ctx,
                                                 const v1::RespondToCaseRequest& request) const {
  const absl::Time now = NowOf(ctx);
  FieldViolations violations;
  fields::Id(request.case_id(), "case_id", violations);
  fields::Text(request.message(), convert::kMaxWords, "message", violations, /*lines=*/true);
  domain::Command command{.verb = domain::Verb::kRespond, .at = now};
  command.promised_actions =
      convert::PromisesFromProto(request.promised_actions(), "promised_actions", violations);
  if (request.has_answer_time()) {
    command.at =
        FromMicros(ToMicros(fields::Instant(request.answer_time(), "answer_time", violations)));
    violations.Check(command.at <= now, "answer_time", "must not be in the future");
  }
  RETURN_IF_ERROR(violations.ToStatus());
  return MoveCase(ctx, request, command, request.message());
}

absl::StatusOr<v1::Case> Handlers::ReviewCase(const RequestContext& ctx,
                                              const v1::ReviewCaseRequest& request) const {
  FieldViolations violations;
  fields::Id(request.case_id(), "case_id", violations);
  const auto result = static_cast<domain::ReviewResult>(
      fields::RequiredEnum<v1::ReviewResult>(request.result(), "result", violations));
  const std::string note = convert::Note(request.note(), "note", violations);
  violations.Check(result != domain::ReviewResult::kRejected || !note.empty(), "note",
                   "must say why, for a rejection");
  const auto cost = convert::MoneyFromProto(request.has_cost(), request.cost(), "cost", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  return MoveCase(ctx, request,
                  {.verb = domain::VerbOf(result), .at = NowOf(ctx), .result = result}, note,
                  [&](db::Transaction& t, const domain::Case& record) {
                    return RequireAuthority(t, ctx, record, result, cost);
                  });
}

absl::StatusOr<v1::Case> Handlers::ResumeCase(const RequestContext& ctx,
                                              const v1::ResumeCaseRequest& request) const {
  FieldViolations violations;
  fields::Id(request.case_id(), "case_id", violations);
  const std::string note = convert::Note(request.note(), "note", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  return MoveCase(ctx, request, {.verb = domain::Verb::kResume, .at = NowOf(ctx)}, note);
}

absl::StatusOr<v1::Case> Handlers::CloseCase(const RequestContext& ctx,
                                             const v1::CloseCaseRequest& request) const {
  FieldViolations violations;
  fields::Id(request.case_id(), "case_id", violations);
  const std::string note = convert::Note(request.note(), "note", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  return MoveCase(ctx, request, {.verb = domain::Verb::kClose, .at = NowOf(ctx)}, note);
}

}  // namespace kefu::aftersales
