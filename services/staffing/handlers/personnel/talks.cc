// Career talks with what was promised, and personnel files.
#include "services/staffing/handlers/personnel/personnel_handlers.h"
#include "services/staffing/handlers/personnel/support.h"

namespace kefu::staffing {
namespace {

constexpr std::string_view kHeld = "HELD", kKept = "KEPT", kRemoved = "REMOVED";

absl::StatusOr<v1::CareerTalk> KeepTalk(const Dependencies& deps, db::Transaction& t,
                                        const RequestContext& ctx, store::RecordRow row,
                                        v1::CareerTalk talk) {
  v1::CareerTalkChanged event;
  event.set_talk_id(row.id);
  event.set_agent_id(row.owner_id);
  row.due_day.reset();
  for (const v1::CareerPromise& promise : talk.promises()) {
    if (promise.state() != v1::PROMISE_STATE_OPEN) continue;
    event.set_open_promises(event.open_promises() + 1);
    const absl::CivilDay due = kefu::convert::FromProto(promise.due_date());
    if (!row.due_day || due < *row.due_day) row.due_day = due;
  }
  row.body = talk.SerializeAsString();
  RETURN_IF_ERROR(store::SaveRecord(t, store::kTalks, ctx.org_id(), row, ctx.now));
  RETURN_IF_ERROR(Publish(deps, t, ctx, row.owner_id, event));
  return talk;
}

absl::StatusOr<v1::PersonnelFile> KeepFile(const Dependencies& deps, db::Transaction& t,
                                           const RequestContext& ctx, store::RecordRow row,
                                           v1::PersonnelFile file) {
  row.state = std::string(file.removed() ? kRemoved : kKept);
  row.body = file.SerializeAsString();
  RETURN_IF_ERROR(store::SaveRecord(t, store::kFiles, ctx.org_id(), row, ctx.now));
  v1::PersonnelFileChanged event;
  event.set_file_id(row.id);
  event.set_agent_id(row.owner_id);
  event.set_removed(file.removed());
  RETURN_IF_ERROR(Publish(deps, t, ctx, row.owner_id, event));
  return file;
}

}  // namespace

absl::StatusOr<v1::CareerTalk> PersonnelHandlers::RecordCareerTalk(
    const RequestContext& ctx, const v1::RecordCareerTalkRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations inner, violations;
  const v1::CareerTalk asked = convert::Normalised(request.talk(), inner);
  violations.Merge("talk", inner);
  RETURN_IF_ERROR(violations.ToStatus());
  return events::RunWrite<v1::CareerTalk>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::CareerTalk> {
        ASSIGN_OR_RETURN(const auto agent,
                         store::Find<domain::Agent>(t, ctx.org_id(), asked.agent_id()));
        const absl::CivilDay day = kefu::convert::FromProto(asked.date());
        ASSIGN_OR_RETURN(const absl::CivilDay today, Today(t, ctx));
        FieldViolations wrong;
        wrong.Check(day <= today, "talk.date", "must not lie after today");
        RETURN_IF_ERROR(wrong.ToStatus());
        if (!agent.employed.Contains(day)) return error::AgentNotEmployed(agent.id, day);
        v1::CareerTalk talk = asked;
        talk.set_talk_id(deps_.ids.Next());
        talk.set_actor(ctx.principal.subject);
        *talk.mutable_create_time() = kefu::convert::ToProto(ctx.now);
        for (v1::CareerPromise& promise : *talk.mutable_promises()) {
          promise.set_promise_id(deps_.ids.Next());
        }
        store::RecordRow row{
            .id = talk.talk_id(), .owner_id = agent.id, .state = std::string(kHeld)};
        return KeepTalk(deps_, t, ctx, std::move(row), std::move(talk));
      });
}

absl::StatusOr<v1::ListCareerTalksResponse> PersonnelHandlers::ListCareerTalks(
    const RequestContext& ctx, const v1::ListCareerTalksRequest& request) const {
  FieldViolations violations;
  convert::OptionalId(request.agent_id(), "agent_id", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  return ListMessages(deps_, ctx, request, store::kTalks, {.owner_id = request.agent_id()},
                      &v1::ListCareerTalksResponse::add_talks);
}

absl::StatusOr<v1::CareerTalk> PersonnelHandlers::SettlePromise(
    const RequestContext& ctx, const v1::SettlePromiseRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  convert::Id(request.talk_id(), "talk_id", violations);
  convert::Id(request.promise_id(), "promise_id", violations);
  const std::string text =
      convert::Text(request.text(), convert::kMaxReason, "text", violations, /*lines=*/true);
  RETURN_IF_ERROR(violations.ToStatus());
  return events::RunWrite<v1::CareerTalk>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::CareerTalk> {
        ASSIGN_OR_RETURN(store::RecordRow row,
                         store::LockRecord(t, store::kTalks, ctx.org_id(), request.talk_id()));
        ASSIGN_OR_RETURN(v1::CareerTalk talk, MessageOf<v1::CareerTalk>(row));
        const auto promise =
            std::ranges::find(*talk.mutable_promises(), request.promise_id(),
                              [](const v1::CareerPromise& each) { return each.promise_id(); });
        if (promise == talk.mutable_promises()->end()) {
          return error::PromiseNotFound(request.promise_id());
        }
        if (promise->state() != v1::PROMISE_STATE_OPEN) {
          return error::PromiseSettled(request.promise_id());
        }
        promise->set_state(request.give_up() ? v1::PROMISE_STATE_GIVEN_UP : v1::PROMISE_STATE_KEPT);
        promise->set_settled_text(text);
        *promise->mutable_settle_time() = kefu::convert::ToProto(ctx.now);
        return KeepTalk(deps_, t, ctx, std::move(row), std::move(talk));
      });
}

absl::StatusOr<v1::PersonnelFile> PersonnelHandlers::AddPersonnelFile(
    const RequestContext& ctx, const v1::AddPersonnelFileRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  return events::RunWrite<v1::PersonnelFile>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::PersonnelFile> {
        ASSIGN_OR_RETURN(const auto organization, RegisteredOrganization(t, ctx));
        FieldViolations inner, violations;
        v1::PersonnelFile file =
            convert::Normalised(request.file(), organization.currency_code, inner);
        violations.Merge("file", inner);
        RETURN_IF_ERROR(violations.ToStatus());
        RETURN_IF_ERROR(store::Find<domain::Agent>(t, ctx.org_id(), file.agent_id()).status());
        file.set_file_id(deps_.ids.Next());
        file.set_actor(ctx.principal.subject);
        *file.mutable_create_time() = kefu::convert::ToProto(ctx.now);
        store::RecordRow row{
            .id = file.file_id(),
            .owner_id = file.agent_id(),
            .subject_id = kefu::convert::StoredName(file.kind(), "PERSONNEL_FILE_KIND_")};
        if (file.has_valid_until()) row.due_day = kefu::convert::FromProto(file.valid_until());
        return KeepFile(deps_, t, ctx, std::move(row), std::move(file));
      });
}

absl::StatusOr<v1::PersonnelFile> PersonnelHandlers::RemovePersonnelFile(
    const RequestContext& ctx, const v1::RemovePersonnelFileRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  convert::Id(request.file_id(), "file_id", violations);
  const std::string reason =
      convert::Text(request.reason(), convert::kMaxReason, "reason", violations, /*lines=*/true);
  RETURN_IF_ERROR(violations.ToStatus());
  return events::RunWrite<v1::PersonnelFile>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::PersonnelFile> {
        ASSIGN_OR_RETURN(store::RecordRow row,
                         store::LockRecord(t, store::kFiles, ctx.org_id(), request.file_id()));
        ASSIGN_OR_RETURN(v1::PersonnelFile file, MessageOf<v1::PersonnelFile>(row));
        if (file.removed()) return error::PersonnelFileRemoved(row.id);
        file.set_removed(true);
        file.set_remove_reason(reason);
        return KeepFile(deps_, t, ctx, std::move(row), std::move(file));
      });
}

absl::StatusOr<v1::ListPersonnelFilesResponse> PersonnelHandlers::ListPersonnelFiles(
    const RequestContext& ctx, const v1::ListPersonnelFilesRequest& request) const {
  FieldViolations violations;
  convert::OptionalId(request.agent_id(), "agent_id", violations);
  const auto until = convert::OptionalDay(request.has_valid_until(), request.valid_until(),
                                          "valid_until", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  return ListMessages(deps_, ctx, request, store::kFiles,
                      {.owner_id = request.agent_id(), .state = kKept, .due_by = until},
                      &v1::ListPersonnelFilesResponse::add_files);
}

}  // namespace kefu::staffing
