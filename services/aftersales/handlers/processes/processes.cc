#include "services/aftersales/handlers/processes/processes.h"
#include "services/aftersales/handlers/pages.h"
#include "services/aftersales/handlers/scope.h"

#include "common/auth/principal.h"
#include "common/convert/fields.h"
#include "common/db/page_token.h"
#include "common/events/write.h"
#include "fmt/format.h"
#include "services/aftersales/convert/casework.h"
#include "services/aftersales/convert/processes.h"
#include "services/aftersales/errors_processes.h"
#include "services/aftersales/handlers/authority.h"
#include "services/aftersales/handlers/move_case.h"
#include "services/aftersales/handlers/others.h"
#include "services/aftersales/processes/local_actions.h"
#include "services/aftersales/processes/start.h"

namespace kefu::aftersales {
namespace {

namespace fields = ::kefu::convert;

absl::StatusOr<store::ProcessRow> RequireProcess(db::Transaction& t, const RequestContext& ctx,
                                                 const std::string& process_id, Access access) {
  return InReach<store::ProcessRow>(
      t, ctx,
      [&](std::string_view org_id) {
        return access == Access::kLock ? store::LockProcess(t, org_id, process_id)
                                       : store::FindProcess(t, org_id, process_id);
      },
      error::ProcessNotFound(process_id));
}

v1::ProcessEntry EntryToProto(const store::ProcessEntry& entry) {
  v1::ProcessEntry proto;
  proto.set_step(entry.step);
  proto.set_action(entry.action);
  proto.set_outcome(entry.outcome);
  const auto state = ParseName<domain::ProcessState>(entry.state);
  proto.set_state(
      static_cast<v1::ProcessState>(state.value_or(domain::ProcessState::kUnspecified)));
  proto.set_error_reason(entry.error_reason);
  proto.set_error_text(entry.error_text);
  proto.set_actor(entry.actor);
  *proto.mutable_create_time() = fields::ToProto(entry.create_time);
  proto.set_reference(entry.reference);
  return proto;
}

// With its entries, as the caller may see them.
absl::StatusOr<v1::Process> Told(db::Transaction& t, const RequestContext& ctx,
                                 const store::ProcessRow& row) {
  v1::Process proto = ToProto(row);
  ASSIGN_OR_RETURN(const auto entries, store::ListEntries(t, row.org_id, row.process_id));
  for (size_t i = 0; i < entries.size(); ++i) {
    *proto.add_entries() = EntryToProto(entries[i]);
    proto.mutable_entries(static_cast<int>(i))->set_sequence(static_cast<int64_t>(i) + 1);
  }
  RETURN_IF_ERROR(HideOthers(t, ctx, {&proto}));
  return proto;
}

absl::StatusOr<store::ProcessFilter> FilterOf(const RequestContext& ctx,
                                              const v1::ListProcessesRequest& request) {
  FieldViolations violations;
  store::ProcessFilter filter;
  filter.case_id = fields::OptionalId(request.case_id(), "case_id", violations);
  fields::OptionalId(request.shop_id(), "shop_id", violations);
  const auto state = fields::OptionalEnum<v1::ProcessState>(request.state(), "state", violations);
  const auto kind = fields::OptionalEnum<v1::ProcessKind>(request.kind(), "kind", violations);
  if (state != 0) filter.state = NameOf(static_cast<domain::ProcessState>(state));
  if (kind != 0) filter.kind = NameOf(static_cast<domain::ProcessKind>(kind));
  RETURN_IF_ERROR(violations.ToStatus());
  store::CaseFilter reach;
  RETURN_IF_ERROR(SetReach(ctx, request.shop_id(), reach));
  filter.whole_org_id = reach.whole_org_id;
  filter.shops = reach.shops;
  filter.base_id = reach.base_id;
  return filter;
}

constexpr int kMaxEtag = 32, kMaxReference = 100;  // the latter of the column

absl::Status Nothing(db::Transaction&, const store::ProcessRow&, const ProcessMove&) {
  return absl::OkStatus();
}

absl::Status CheckSettling(const store::ProcessRow& row, const v1::SettleStepRequest& request) {
  if (request.etag() != ToProto(row).etag()) return error::ProcessEtagMismatch(row.process_id);
  RETURN_IF_ERROR(domain::CheckSettling(row.process));
  const domain::Action action = domain::HeldAction(row.process);
  const bool of_goods =
      action == domain::Action::kCancelReturn || action == domain::Action::kRelease;
  const bool names_what_it_makes = action == domain::Action::kLocateReturn ||
                                   action == domain::Action::kExpectReturn ||
                                   action == domain::Action::kReserve;
  FieldViolations violations;
  violations.Check(!of_goods || request.settlement() != v1::STEP_SETTLEMENT_WAIVED, "settlement",
                   fmt::format("must be DONE_ELSEWHERE of {}", NameOf(action)));
  violations.Check(
      !names_what_it_makes || request.settlement() != v1::STEP_SETTLEMENT_DONE_ELSEWHERE,
      "settlement", fmt::format("must be WAIVED of {}, which makes what it names", NameOf(action)));
  RETURN_IF_ERROR(violations.ToStatus());
  if (!domain::InDoubt(row.process) || request.outcome_verified()) return absl::OkStatus();
  return error::StepInDoubt(NameOf(action));
}

// What becomes of the step's payment, and what the case's history tells of it.
absl::Status Settle(db::Transaction& t, const RequestContext& ctx, const Dependencies& deps,
                    const store::ProcessRow& row, const v1::SettleStepRequest& request,
                    const ProcessMove& move) {
  RETURN_IF_ERROR(CheckSettling(row, request));
  RETURN_IF_ERROR(SettleByHand(t, row, move.input, move.reference, move.now));
  ASSIGN_OR_RETURN(domain::Case record, RequireCase(t, ctx, row.case_id, Access::kLock));
  std::string settlement =
      fields::StoredName<v1::StepSettlement>(request.settlement(), "STEP_SETTLEMENT_");
  if (!move.reference.empty()) settlement += ": " + move.reference;
  const Entry entry{.note = move.note,
                    .changes = {{fmt::format("process.{}", NameOf(domain::HeldAction(row.process))),
                                 std::string(NameOf(row.process.state)), settlement}}};
  return MoveLockedCase(t, ctx, deps, std::move(record),
                        {.verb = domain::Verb::kSettleStep, .at = move.now},
                        [&](db::Transaction&, domain::Case&, domain::Command&) { return entry; })
      .status();
}

// Whoever undoes what follows a decision could have given it, or did. What tells of conduct is not
// undone by whom it concerns.
absl::Status MayCancel(db::Transaction& t, const RequestContext& ctx,
                       const store::ProcessRow& row) {
  if (DecidesForMerchant(ctx) || domain::Ended(row.process)) return absl::OkStatus();
  ASSIGN_OR_RETURN(const domain::Case record, RequireCase(t, ctx, row.case_id, Access::kRead));
  const v1::ProcessFacts facts = FactsOf(row);
  const std::optional<Money> cost = LimitOf(facts);
  const domain::Person actor = ActorOf(ctx);
  const bool decider = row.moves_case && domain::SamePerson(record.work.decider, actor);
  const domain::ProcessKind kind = row.process.kind;
  if (kind == domain::ProcessKind::kComplaint || kind == domain::ProcessKind::kBreach) {
    const bool supervisor =
        !ctx.principal.IsBase() && ctx.principal.roles.Intersects({auth::Role::kSupervisor});
    const bool concerned = !actor.agent_id.empty() && actor.agent_id == facts.agent_id();
    return (supervisor || decider) && !concerned ? absl::OkStatus()
                                                 : error::CancelNotAllowed(NameOf(kind));
  }
  if (decider) return absl::OkStatus();
  if (row.moves_case) return RequireAuthorityOver(t, ctx, record, record.result, cost).status();
  if (!cost) return error::CancelNotAllowed(NameOf(kind));
  return RequireAuthorityToPay(t, ctx, record, *cost);
}

uint64_t HashOf(const RequestContext& ctx, const store::ProcessFilter& filter) {
  const std::string reach = ReachText(filter.whole_org_id, filter.shops);
  return db::FilterHash({ctx.method, reach, filter.case_id, filter.state, filter.kind});
}

}  // namespace

absl::StatusOr<v1::Process> ProcessHandlers::GetProcess(
    const RequestContext& ctx, const v1::GetProcessRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  fields::Id(request.process_id(), "process_id", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  return deps_.database.RunInTransaction(
      ctx.deadline, [&](db::Transaction& t) -> absl::StatusOr<v1::Process> {
        ASSIGN_OR_RETURN(const store::ProcessRow row,
                         RequireProcess(t, ctx, request.process_id(), Access::kRead));
        return Told(t, ctx, row);
      });
}

absl::StatusOr<v1::ListProcessesResponse> ProcessHandlers::ListProcesses(
    const RequestContext& ctx, const v1::ListProcessesRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  ASSIGN_OR_RETURN(const store::ProcessFilter filter, FilterOf(ctx, request));
  store::ProcessPage page;
  ASSIGN_OR_RETURN(page.limit, db::PageSize(request.page_size()));
  const uint64_t hash = HashOf(ctx, filter);
  ASSIGN_OR_RETURN(const auto keys, db::DecodePageToken(request.page_token(), hash, 1));
  if (!keys.empty()) page.after_id = keys[0];
  ASSIGN_OR_RETURN(const auto rows,
                   deps_.database.RunInTransaction(ctx.deadline, [&](db::Transaction& t) {
                     return store::ListProcesses(t, filter, page);
                   }));
  v1::ListProcessesResponse response;
  for (int i = 0; i < static_cast<int>(rows.size()) && i < page.limit; ++i) {
    *response.add_processes() = ToProto(rows[i]);
  }
  if (static_cast<int>(rows.size()) > page.limit) {
    response.set_next_page_token(db::EncodePageToken(hash, {rows[page.limit - 1].process_id}));
  }
  RETURN_IF_ERROR(HideOthers(deps_.database, ctx, EachOf(*response.mutable_processes())));
  return response;
}

template <class Request, class F>
absl::StatusOr<v1::Process> ProcessHandlers::Move(const RequestContext& ctx, const Request& request,
                                                  const ProcessMove& move, F prepare) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  events::WriteInfo info;
  absl::StatusOr<v1::Process> answer = events::RunWrite<v1::Process>(
      deps_.database, ctx, request,
      [&](db::Transaction& t) -> absl::StatusOr<v1::Process> {
        ASSIGN_OR_RETURN(store::ProcessRow row,
                         RequireProcess(t, ctx, request.process_id(), Access::kLock));
        ASSIGN_OR_RETURN(const domain::FlowPolicy policy,
                         store::FindFlowPolicy(t, row.org_id, row.shop_id, NowOf(ctx)));
        ProcessMove completed = move;
        completed.actor = ctx.principal.subject;
        completed.now = NowOf(ctx);
        RETURN_IF_ERROR(prepare(t, row, completed));
        RETURN_IF_ERROR(MoveProcess(t, deps_, policy, row, completed));
        RETURN_IF_ERROR(KeepPerson(t, ctx));
        t.AfterCommit(deps_.on_events);
        return Told(t, ctx, row);
      },
      &info);
  if (answer.ok() && info.replayed) {
    RETURN_IF_ERROR(CheckReach(deps_.database, ctx, answer->case_id(), answer->shop_id()));
  }
  return answer;
}

absl::StatusOr<v1::Process> ProcessHandlers::ResumeProcess(
    const RequestContext& ctx, const v1::ResumeProcessRequest& request) const {
  FieldViolations violations;
  fields::Id(request.process_id(), "process_id", violations);
  const std::string note = convert::Note(request.note(), "note", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  return Move(ctx, request, {.input = domain::Input::kResume, .note = note}, Nothing);
}

absl::StatusOr<v1::Process> ProcessHandlers::CancelProcess(
    const RequestContext& ctx, const v1::CancelProcessRequest& request) const {
  FieldViolations violations;
  fields::Id(request.process_id(), "process_id", violations);
  const std::string reason =
      fields::Text(request.reason(), convert::kMaxWords, "reason", violations, /*lines=*/true);
  RETURN_IF_ERROR(violations.ToStatus());
  return Move(ctx, request, {.input = domain::Input::kCancel, .note = reason},
              [&](db::Transaction& t, const store::ProcessRow& row, const ProcessMove&) {
                return MayCancel(t, ctx, row);
              });
}

absl::StatusOr<v1::Process> ProcessHandlers::SettleStep(
    const RequestContext& ctx, const v1::SettleStepRequest& request) const {
  FieldViolations violations;
  fields::Id(request.process_id(), "process_id", violations);
  fields::Text(request.etag(), kMaxEtag, "etag", violations);
  const auto settlement =
      fields::RequiredEnum<v1::StepSettlement>(request.settlement(), "settlement", violations);
  const bool waived = settlement == v1::STEP_SETTLEMENT_WAIVED;
  const ProcessMove move{.input = waived ? domain::Input::kWaive : domain::Input::kElsewhere,
                         .note = convert::RequiredNote(request.note(), "note", violations),
                         .reference = fields::OptionalText(request.reference(), kMaxReference,
                                                           "reference", violations)};
  violations.Check(settlement != v1::STEP_SETTLEMENT_DONE_ELSEWHERE || !move.reference.empty(),
                   "reference", "must say by what can be found what was done elsewhere");
  RETURN_IF_ERROR(violations.ToStatus());
  return Move(ctx, request, move,
              [&](db::Transaction& t, const store::ProcessRow& row, const ProcessMove& completed) {
                return Settle(t, ctx, deps_, row, request, completed);
              });
}

namespace {

// Numbers the version after the newest of its scope, which nobody else writes until the transaction
// ends. The etag is that of what it is to replace: where the scope has nothing, of what holds
// there.
absl::Status FollowLatest(db::Transaction& t, std::string_view etag, domain::FlowPolicy& policy) {
  ASSIGN_OR_RETURN(const auto latest,
                   store::LatestFlowPolicy(t, policy.ref.org_id, policy.shop_id));
  domain::FlowPolicy replaced;
  FieldViolations violations;
  if (latest) {
    replaced = *latest;
    policy.ref.version = latest->ref.version + 1;
    violations.Check(policy.effective >= latest->effective, "policy.effective_time",
                     fmt::format("must not be before that of version {}", latest->ref.version));
  } else {
    ASSIGN_OR_RETURN(
        replaced, store::FindFlowPolicy(t, policy.ref.org_id, policy.shop_id, policy.create_time));
  }
  if (!etag.empty() && etag != convert::Etag(replaced)) {
    return error::FlowPolicyEtagMismatch(replaced.ref.policy_id);
  }
  return violations.ToStatus();
}

}  // namespace

absl::StatusOr<v1::FlowPolicy> ProcessHandlers::SetFlowPolicy(
    const RequestContext& ctx, const v1::SetFlowPolicyRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations inner, violations;
  domain::FlowPolicy policy = convert::FromProto(request.policy(), NowOf(ctx), inner);
  violations.Merge("policy", inner);
  RETURN_IF_ERROR(violations.ToStatus());
  std::string org_id(ctx.org_id());
  if (!policy.shop_id.empty()) {
    ASSIGN_OR_RETURN(org_id, OrgOfShop(ctx, policy.shop_id));
  } else if (!ctx.principal.shops.empty()) {
    return error::ShopNotAllowed("");  // every shop's
  }
  policy.ref = {org_id, domain::FlowPolicyIdOf(policy.shop_id), 1};
  policy.actor = ctx.principal.subject;
  policy.create_time = NowOf(ctx);
  return events::RunWrite<v1::FlowPolicy>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::FlowPolicy> {
        domain::FlowPolicy added = policy;
        RETURN_IF_ERROR(FollowLatest(t, request.policy().etag(), added));
        RETURN_IF_ERROR(store::InsertFlowPolicy(t, added));
        return convert::ToProto(added);
      });
}

absl::StatusOr<v1::FlowPolicy> ProcessHandlers::GetFlowPolicy(
    const RequestContext& ctx, const v1::GetFlowPolicyRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  fields::OptionalId(request.shop_id(), "shop_id", violations);
  const absl::Time at =
      request.has_time() ? fields::Instant(request.time(), "time", violations) : NowOf(ctx);
  RETURN_IF_ERROR(violations.ToStatus());
  std::string org_id(ctx.org_id());
  if (!request.shop_id().empty()) {
    ASSIGN_OR_RETURN(org_id, OrgOfShop(ctx, request.shop_id()));
  }
  return deps_.database.RunInTransaction(
      ctx.deadline, [&](db::Transaction& t) -> absl::StatusOr<v1::FlowPolicy> {
        ASSIGN_OR_RETURN(const domain::FlowPolicy policy,
                         store::FindFlowPolicy(t, org_id, request.shop_id(), at));
        return convert::ToProto(policy);
      });
}

}  // namespace kefu::aftersales
