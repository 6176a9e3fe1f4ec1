// The verbs that move a case every day.
#include <algorithm>
#include <tuple>

#include "common/convert/fields.h"
#include "common/time/civil.h"
#include "fmt/format.h"
#include "services/aftersales/clocks/former_agent.h"
#include "services/aftersales/clocks/publish.h"
#include "services/aftersales/errors.h"
#include "services/aftersales/handlers/assignment/giving.h"
#include "services/aftersales/handlers/authority.h"
#include "services/aftersales/handlers/calendars.h"
#include "services/aftersales/handlers/handlers.h"
#include "services/aftersales/handlers/move_case.h"
#include "services/aftersales/handlers/others.h"
#include "services/aftersales/processes/start.h"

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

// All that is stored of a clock.
auto FieldsOf(const domain::SlaClock& clock) {
  const auto& [kind, state, start, base_due, due, warn, warned, met, breach, cancel, breach_owner,
               remaining, pausable, business_hours, warn_before, zone, policy, priority, steps,
               step_offset, step, since] = clock;
  return std::tie(kind, state, start, base_due, due, warn, warned, met, breach, cancel,
                  breach_owner, remaining, pausable, business_hours, warn_before, zone.name,
                  zone.assumed, policy, priority, steps, step_offset, step, since);
}

bool Same(const std::vector<domain::SlaClock>& a, const std::vector<domain::SlaClock>& b) {
  return std::ranges::equal(a, b, {}, FieldsOf, FieldsOf);
}

// Rows, history and events of a case that was moved.
void Save(CaseBatch& batch, const domain::Case& record, bool clocks, const domain::Change& change,
          domain::Activity activity) {
  batch.Update(record, clocks);
  v1::CaseChanged event;
  *event.mutable_case_() = convert::ToProto(record, convert::View::kFull);
  event.set_verb(activity.verb);
  batch.Tell(events::MakeOutboxRow(record.org_id, record.case_id, event, activity.create_time));
  AppendFirings(record, change.firings, activity.create_time, batch.outbox());
  batch.Add(record.org_id, std::move(activity));
}

// In the commit of a decision: nothing that was decided is forgotten.
absl::Status Follow(db::Transaction& t, const domain::Case& record, domain::CaseState from,
                    absl::Time now, IdGenerator& ids, Entry& entry) {
  if (record.state != domain::CaseState::kDecided || from == record.state) return absl::OkStatus();
  const auto cost = entry.authority ? entry.authority->cost : std::nullopt;
  ASSIGN_OR_RETURN(const auto told, StartFollowing(t, record, cost, now, ids));
  entry.changes.insert(entry.changes.end(), told.begin(), told.end());
  return absl::OkStatus();
}

// A verb that only leaves a note.
BatchPrepare Noting(std::string note) {
  return
      [note = std::move(note)](CaseBatch&, domain::Case&, domain::Command&) { return Entry{note}; };
}

}  // namespace

domain::Person ActorOf(const RequestContext& ctx) {
  return {ctx.principal.subject, ctx.principal.agent_id};
}

absl::Status CheckEtag(const domain::Case& record, std::string_view etag) {
  return etag.empty() || etag == convert::Etag(record) ? absl::OkStatus()
                                                       : error::EtagMismatch(record.case_id);
}

absl::StatusOr<v1::Case> MoveLockedCase(CaseBatch& batch, const RequestContext& ctx,
                                        const Dependencies& deps, domain::Case record,
                                        const std::vector<domain::SlaClock>* stored,
                                        domain::Command command, const BatchPrepare& prepare) {
  const absl::Time now = NowOf(ctx);
  // This machine's clock may be behind that of the one which took the case in.
  if (command.at == now) command.at = std::max(now, record.receive_time);
  command.actor = ActorOf(ctx);
  RETURN_IF_ERROR(CheckAgainstCase(record, command));
  RETURN_IF_ERROR(domain::CheckMove(record, command.verb, command.result));
  ASSIGN_OR_RETURN(Entry entry, prepare(batch, record, command));
  if (entry.nothing_new) return Shown(batch.t(), ctx, record);
  RETURN_IF_ERROR(KeepPerson(batch.t(), ctx));
  ASSIGN_OR_RETURN(const domain::Calendars calendars, LoadCalendars(batch.t(), record));
  RETURN_IF_ERROR(NameLateOwners(batch.t(), now, record));
  ASSIGN_OR_RETURN(const domain::Change change, domain::Apply(record, command, now, calendars));
  RETURN_IF_ERROR(Follow(batch.t(), record, change.from, now, deps.ids, entry));
  Save(
      batch, record, stored == nullptr || !Same(record.clocks, *stored), change,
      {deps.ids.Next(), record.case_id, record.version, std::string(domain::VerbName(command.verb)),
       change.from, record.state, std::move(entry.note), command.actor.subject, now,
       std::move(entry.authority), entry.result, std::move(entry.changes), entry.internal});
  if (domain::NeedsAgent(record.state) && !domain::NeedsAgent(change.from)) {
    RETURN_IF_ERROR(LookForAgent(batch.t(), now, record));
  }
  return Shown(batch.t(), ctx, record);
}

absl::StatusOr<v1::Case> MoveLockedCase(db::Transaction& t, const RequestContext& ctx,
                                        const Dependencies& deps, domain::Case record,
                                        domain::Command command, const Prepare& prepare) {
  CaseBatch batch(t);
  ASSIGN_OR_RETURN(
      v1::Case answer,
      MoveLockedCase(batch, ctx, deps, std::move(record), /*stored=*/nullptr, std::move(command),
                     [&](CaseBatch&, domain::Case& moved, domain::Command& completed) {
                       return prepare(t, moved, completed);
                     }));
  if (batch.outbox().empty()) return answer;
  t.AfterCommit(deps.on_events);
  RETURN_IF_ERROR(batch.Flush());
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
  return MoveCaseTogether(ctx, deps_, *fold_, request, command, Noting(request.message()));
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
  return MoveCaseTogether(ctx, deps_, *fold_, request,
                          {.verb = domain::VerbOf(result), .at = NowOf(ctx), .result = result},
                          [&](CaseBatch& batch, domain::Case& record,
                              domain::Command& command) -> absl::StatusOr<Entry> {
                            ASSIGN_OR_RETURN(auto authority,
                                             RequireAuthority(batch, ctx, record, result, cost));
                            command.assured = domain::Guard::kAuthority;
                            return Entry{note, std::move(authority), result};
                          });
}

absl::StatusOr<v1::Case> Handlers::ResumeCase(const RequestContext& ctx,
                                              const v1::ResumeCaseRequest& request) const {
  FieldViolations violations;
  fields::Id(request.case_id(), "case_id", violations);
  const std::string note = convert::Note(request.note(), "note", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  return MoveCaseTogether(ctx, deps_, *fold_, request,
                          {.verb = domain::Verb::kResume, .at = NowOf(ctx)}, Noting(note));
}

absl::StatusOr<v1::Case> Handlers::CloseCase(const RequestContext& ctx,
                                             const v1::CloseCaseRequest& request) const {
  FieldViolations violations;
  fields::Id(request.case_id(), "case_id", violations);
  const std::string note = convert::Note(request.note(), "note", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  return MoveCaseTogether(ctx, deps_, *fold_, request,
                          {.verb = domain::Verb::kClose, .at = NowOf(ctx)},
                          [&](CaseBatch& batch, domain::Case& record,
                              domain::Command& command) -> absl::StatusOr<Entry> {
                            RETURN_IF_ERROR(CheckNothingRuns(batch.t(), record));
                            command.assured = domain::Guard::kNothingRuns;
                            return Entry{note};
                          });
}

}  // namespace kefu::aftersales
