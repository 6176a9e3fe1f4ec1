// Inspections, their forms and appeals, and what they add up to.
#include <algorithm>
#include <map>

#include "common/auth/permissions.h"
#include "common/convert/fields.h"
#include "common/db/page_token.h"
#include "common/events/outbox.h"
#include "common/events/write.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "kefu/performance/v1/events.pb.h"
#include "services/performance/convert/people.h"
#include "services/performance/convert/quality.h"
#include "services/performance/errors.h"
#include "services/performance/errors_judgement.h"
#include "services/performance/handlers/judgement/own_judgement.h"
#include "services/performance/handlers/judgement/quality_handlers.h"
#include "services/performance/handlers/judgement/quality_policy.h"
#include "services/performance/handlers/scope.h"
#include "services/performance/recompute/definition_book.h"
#include "services/performance/store/quality.h"
#include "services/performance/store/rollups.h"
#include "services/performance/store/screening.h"

namespace kefu::performance {
namespace {

constexpr std::string_view kForm = "form";  // kind of the policy
constexpr int kMaxReason = 2'000;
constexpr double kAllBps = 10'000;

// The form in force today: the shop's, else the organization's, else the shipped one.
absl::StatusOr<domain::InspectionForm> FormFor(db::Transaction& t, const store::Scope& scope,
                                               const std::string& form_id, absl::CivilDay today) {
  ASSIGN_OR_RETURN(const auto stored, store::PolicyInForce(t, scope, kForm, form_id, today));
  if (stored) return convert::FormFromBody(stored->body, stored->version);
  const domain::InspectionForm* shipped = domain::FindShippedForm(form_id);
  if (shipped == nullptr) return error::FormNotFound(form_id);
  return *shipped;
}

// By what screening says of it, else by its own flag.
absl::StatusOr<bool> IsCounted(db::Transaction& t, const store::Scope& scope,
                               const v1::Conversation& conversation) {
  ASSIGN_OR_RETURN(const auto day, store::FirstDayOf(t, scope, conversation.conversation_id()));
  if (day) {
    ASSIGN_OR_RETURN(const auto verdicts, store::LoadVerdicts(t, scope, *day, *day));
    const auto verdict = verdicts.find(conversation.conversation_id());
    if (verdict != verdicts.end()) return verdict->second == domain::Exclusion::kNone;
  }
  return conversation.exclusion() == v1::EXCLUSION_UNSPECIFIED;
}

// The conversation is there, counts, and the agent wrote in it.
absl::StatusOr<v1::Conversation> RequireConversation(db::Transaction& t, const store::Scope& scope,
                                                     const v1::CreateInspectionRequest& request) {
  const std::string_view id = request.conversation_id();
  ASSIGN_OR_RETURN(const auto found, store::FindConversations(t, scope, std::span(&id, 1)));
  if (found.empty()) return error::ConversationNotFound(id);
  v1::Conversation conversation;
  if (!conversation.ParseFromString(found.begin()->second.body))
    return Internal("a stored fact cannot be read");
  ASSIGN_OR_RETURN(const bool counted, IsCounted(t, scope, conversation));
  if (!counted) return error::ConversationExcluded(id);
  FieldViolations violations;
  violations.Check(std::ranges::any_of(conversation.messages(),
                                       [&](const v1::Message& message) {
                                         return message.agent_id() == request.agent_id();
                                       }),
                   "agent_id", "did not write in the conversation");
  RETURN_IF_ERROR(violations.ToStatus());
  return conversation;
}

// The new inspection, judged.
absl::StatusOr<store::InspectionRow> RowOf(const domain::InspectionForm& form,
                                           const v1::CreateInspectionRequest& request,
                                           const RequestContext& ctx, v1::Inspection& proto) {
  FieldViolations violations;
  const auto results = convert::ResultsFrom(request.results(), form, violations);
  RETURN_IF_ERROR(violations.ToStatus());
  store::InspectionRow row;
  row.judged = domain::Judge(form, results);
  row.id = proto.inspection_id();
  row.agent_id = request.agent_id();
  row.conversation_id = request.conversation_id();
  row.inspector = ctx.principal.subject;
  row.inspect_us = absl::ToUnixMicros(ctx.now);
  row.counts = !proto.second();
  proto.set_conversation_id(row.conversation_id);
  proto.set_agent_id(row.agent_id);
  proto.set_form_id(form.id);
  proto.set_form_version(form.version);
  proto.set_inspector(row.inspector);
  *proto.mutable_results() = request.results();
  proto.set_centipoints(row.judged.centipoints);
  proto.set_accurate(row.judged.accurate);
  proto.set_polite(row.judged.polite);
  proto.set_state(v1::INSPECTION_STATE_RECORDED);
  *proto.mutable_create_time() = kefu::convert::ToProto(ctx.now);
  return row;
}

// Tells what an inspection is now.
absl::Status Tell(db::Transaction& t, const RequestContext& ctx, const store::Scope& scope,
                  const v1::Inspection& inspection) {
  v1::InspectionChanged event;
  event.set_shop_id(scope.shop_id);
  event.set_inspection_id(inspection.inspection_id());
  event.set_conversation_id(inspection.conversation_id());
  event.set_agent_id(inspection.agent_id());
  event.set_state(inspection.state());
  event.set_centipoints(inspection.centipoints());
  event.set_second(inspection.second());
  return events::Append(t, scope.org_id, inspection.inspection_id(), event, ctx.now);
}

// Nobody judges their own conversations.
bool IsAgent(const RequestContext& ctx, const std::string& agent_id) {
  return ctx.principal.agent_id == agent_id;
}

// Judges and keeps a new inspection.
absl::StatusOr<v1::Inspection> Record(db::Transaction& t, const RequestContext& ctx,
                                      const ShopScope& shop,
                                      const v1::CreateInspectionRequest& request,
                                      const std::string& id) {
  // One at a time in a shop, so that of two inspectors one is the second.
  RETURN_IF_ERROR(store::LoadSettings(t, shop.scope, /*lock=*/true).status());
  ASSIGN_OR_RETURN(const v1::Conversation conversation,
                   RequireConversation(t, shop.scope, request));
  ASSIGN_OR_RETURN(const domain::InspectionForm form,
                   FormFor(t, shop.scope, request.form_id(), absl::ToCivilDay(ctx.now, shop.zone)));
  ASSIGN_OR_RETURN(
      const auto before,
      store::LockInspectorsOf(t, shop.scope, request.conversation_id(), request.agent_id()));
  // Overturned ones stand in nobody's way, but for whoever made them.
  const auto standing = std::ranges::count(before, false, &store::Inspector::overturned);
  if (standing > 1) return error::InspectedTwice(request.conversation_id());
  if (std::ranges::find(before, ctx.principal.subject, &store::Inspector::name) != before.end())
    return error::InspectedAlready(request.conversation_id());
  v1::Inspection proto;
  proto.set_inspection_id(id);
  proto.set_second(standing == 1);
  ASSIGN_OR_RETURN(store::InspectionRow row, RowOf(form, request, ctx, proto));
  ASSIGN_OR_RETURN(const auto day, store::FirstDayOf(t, shop.scope, row.conversation_id));
  row.day = *day;
  *proto.mutable_day() = kefu::convert::ToProto(row.day);
  row.body = proto.SerializeAsString();
  RETURN_IF_ERROR(store::InsertInspection(t, shop.scope, row));
  RETURN_IF_ERROR(Tell(t, ctx, shop.scope, proto));
  return proto;
}

// Reads an inspection, lets `move` change it and keeps it, under its lock.
template <class Request, class Move>
absl::StatusOr<v1::Inspection> ChangeInspection(const Dependencies& deps, const RequestContext& ctx,
                                                const Request& request, Move move) {
  RETURN_IF_ERROR(RequireSightOfFacts(ctx));
  FieldViolations violations;
  kefu::convert::Id(request.shop_id(), "shop_id", violations);
  kefu::convert::Id(request.inspection_id(), "inspection_id", violations);
  kefu::convert::Text(request.reason(), kMaxReason, "reason", violations, /*lines=*/true);
  RETURN_IF_ERROR(violations.ToStatus());
  ASSIGN_OR_RETURN(const ShopScope shop,
                   RequireShopScope(deps.database, ctx, request.shop_id(), ctx.deadline));
  return events::RunWrite<v1::Inspection>(
      deps.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::Inspection> {
        // Figures are made of inspections: first the shop, then the row, as Record does.
        RETURN_IF_ERROR(store::LoadSettings(t, shop.scope, /*lock=*/true).status());
        ASSIGN_OR_RETURN(const auto body,
                         store::LockInspection(t, shop.scope, request.inspection_id()));
        if (!body) return error::InspectionNotFound(request.inspection_id());
        v1::Inspection inspection;
        if (!inspection.ParseFromString(*body))
          return Internal("a stored inspection cannot be read");
        RETURN_IF_ERROR(move(inspection));
        RETURN_IF_ERROR(store::UpdateInspection(
            t, shop.scope, inspection.inspection_id(), inspection.SerializeAsString(),
            inspection.state() == v1::INSPECTION_STATE_OVERTURNED));
        RETURN_IF_ERROR(store::CountFirst(t, shop.scope, inspection.conversation_id()));
        RETURN_IF_ERROR(Tell(t, ctx, shop.scope, inspection));
        t.AfterCommit(deps.on_events);
        return inspection;
      });
}

// A page of rows, of which one more tells that there is another. Unlinked ones have no day.
absl::StatusOr<v1::ListInspectionsResponse> PageOf(
    const std::vector<store::InspectionPageRow>& rows, int page_size, uint64_t filter,
    bool unlinked) {
  v1::ListInspectionsResponse response;
  for (int i = 0; i < static_cast<int>(rows.size()); ++i) {
    if (i == page_size) {
      response.set_next_page_token(
          db::EncodePageToken(filter, {absl::FormatCivilTime(rows[i - 1].day), rows[i - 1].id}));
      break;
    }
    v1::Inspection& inspection = *response.add_inspections();
    if (!inspection.ParseFromString(rows[i].body))
      return Internal("a stored inspection cannot be read");
    if (!unlinked) *inspection.mutable_day() = kefu::convert::ToProto(rows[i].day);
    inspection.set_second(rows[i].second);
  }
  return response;
}

// How far the first and the second inspectors agree.
v1::Agreement AgreementOf(const std::vector<store::InspectedTwice>& twice,
                          const domain::QualityPolicy& policy, int confidence_bps) {
  std::vector<domain::Pair> accuracy, attitude, grade;
  for (const auto& [first, second] : twice) {
    accuracy.push_back({first.accurate, second.accurate});
    attitude.push_back({first.polite, second.polite});
    grade.push_back(
        {domain::GradeOf(first.centipoints, policy), domain::GradeOf(second.centipoints, policy)});
  }
  v1::Agreement agreement;
  const double level = confidence_bps / kAllBps;
  for (const auto& [question, pairs] :
       {std::pair("accuracy", &accuracy), std::pair("attitude", &attitude),
        std::pair("grade", &grade)})
    *agreement.add_kappas() = convert::ToProto(question, domain::CohensKappa(*pairs, level));
  *agreement.mutable_policy() = convert::ToProto(policy);
  agreement.set_confidence_bps(confidence_bps);
  return agreement;
}

}  // namespace

absl::StatusOr<v1::InspectionForm> QualityHandlers::CreateInspectionForm(
    const RequestContext& ctx, const v1::CreateInspectionFormRequest& request) const {
  RETURN_IF_ERROR(RequireSightOfFacts(ctx));
  FieldViolations inner, violations;
  const domain::InspectionForm form = convert::FromProto(request.form(), inner);
  violations.Merge("form", inner);
  RETURN_IF_ERROR(violations.ToStatus());
  ASSIGN_OR_RETURN(const PolicyOwner owner,
                   RequirePolicyOwner(deps_.database, ctx, request.shop_id()));
  return events::RunWrite<v1::InspectionForm>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::InspectionForm> {
        v1::InspectionForm proto = convert::ToProto(form);
        ASSIGN_OR_RETURN(const int64_t version,
                         store::AddPolicy(t, owner.scope, kForm, form.id, owner.today,
                                          proto.SerializeAsString()));
        proto.set_version(version);
        v1::InspectionFormCreated event;
        event.set_form_id(form.id);
        event.set_shop_id(owner.scope.shop_id);
        event.set_version(version);
        RETURN_IF_ERROR(events::Append(t, owner.scope.org_id, form.id, event, ctx.now));
        t.AfterCommit(deps_.on_events);
        return proto;
      });
}

absl::StatusOr<v1::ListInspectionFormsResponse> QualityHandlers::ListInspectionForms(
    const RequestContext& ctx, const v1::ListInspectionFormsRequest& request) const {
  RETURN_IF_ERROR(RequireSightOfFacts(ctx));
  ASSIGN_OR_RETURN(const ShopScope shop,
                   RequireShopScope(deps_.database, ctx, request.shop_id(), ctx.deadline));
  ASSIGN_OR_RETURN(const auto stored,
                   deps_.database.RunInTransaction(ctx.deadline, [&](db::Transaction& t) {
                     return store::ListPolicies(t, shop.scope, kForm);
                   }));
  ASSIGN_OR_RETURN(const auto of_all,
                   deps_.database.RunInTransaction(ctx.deadline, [&](db::Transaction& t) {
                     return store::ListPolicies(t, {shop.scope.org_id, ""}, kForm);
                   }));
  std::vector<domain::InspectionForm> forms = domain::ShippedForms();
  for (const auto* versions : {&of_all, &stored}) {
    for (const store::PolicyVersion& version : *versions) {
      ASSIGN_OR_RETURN(forms.emplace_back(), convert::FormFromBody(version.body, version.version));
    }
  }
  std::ranges::sort(forms, {}, [](const domain::InspectionForm& form) {
    return std::tie(form.id, form.version);
  });
  v1::ListInspectionFormsResponse response;
  for (const domain::InspectionForm& form : forms) *response.add_forms() = convert::ToProto(form);
  return response;
}

absl::StatusOr<v1::Inspection> QualityHandlers::CreateInspection(
    const RequestContext& ctx, const v1::CreateInspectionRequest& request) const {
  RETURN_IF_ERROR(RequireSightOfFacts(ctx));
  FieldViolations violations;
  kefu::convert::Id(request.shop_id(), "shop_id", violations);
  violations.Check(convert::IsSourceId(request.conversation_id()), "conversation_id",
                   "must be 1 to 64 printable ASCII characters");
  violations.Check(convert::IsSourceId(request.agent_id()), "agent_id",
                   "must be 1 to 64 printable ASCII characters");
  violations.Check(convert::IsWord(request.form_id()), "form_id",
                   "must be 1 to 64 of a-z, 0-9 and _");
  RETURN_IF_ERROR(violations.ToStatus());
  ASSIGN_OR_RETURN(const ShopScope shop,
                   RequireShopScope(deps_.database, ctx, request.shop_id(), ctx.deadline));
  if (IsAgent(ctx, request.agent_id())) return error::OwnInspection(request.conversation_id());
  const std::string id = deps_.ids.Next();
  return events::RunWrite<v1::Inspection>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::Inspection> {
        ASSIGN_OR_RETURN(v1::Inspection proto, Record(t, ctx, shop, request, id));
        t.AfterCommit(deps_.on_events);
        return proto;
      });
}

absl::StatusOr<v1::ListInspectionsResponse> QualityHandlers::ListInspections(
    const RequestContext& ctx, const v1::ListInspectionsRequest& request) const {
  RETURN_IF_ERROR(RequireSightOfFacts(ctx));
  RETURN_IF_ERROR(RequireJudgementOf(ctx, request.agent_id()));
  FieldViolations violations;
  const auto days =
      kefu::convert::OptionalDays(request.has_period(), request.period(), "period", violations);
  violations.Check(!request.unlinked() || !days, "period", "cannot be set together with unlinked");
  kefu::convert::Id(request.shop_id(), "shop_id", violations);
  violations.Check(request.page_size() >= 0, "page_size", "must not be negative");
  RETURN_IF_ERROR(violations.ToStatus());
  ASSIGN_OR_RETURN(const int page_size, db::PageSize(request.page_size()));
  ASSIGN_OR_RETURN(const ShopScope shop,
                   RequireShopScope(deps_.database, ctx, request.shop_id(), ctx.deadline));
  const absl::CivilDay first = days ? days->first : absl::CivilDay(1, 1, 1);
  const absl::CivilDay last = days ? days->last : absl::CivilDay(9999, 12, 31);
  const uint64_t filter =
      db::FilterHash({ctx.method, shop.scope.org_id, shop.scope.shop_id, request.agent_id(),
                      absl::FormatCivilTime(first), absl::FormatCivilTime(last),
                      request.unlinked() ? "unlinked" : ""});
  ASSIGN_OR_RETURN(const auto after, db::DecodePageToken(request.page_token(), filter, 2));
  absl::CivilDay after_day(1, 1, 1);
  if (!after.empty() && !absl::ParseCivilTime(after[0], &after_day))
    return InvalidArgument("BAD_PAGE_TOKEN", "page_token", "is damaged");
  ASSIGN_OR_RETURN(
      const auto rows, deps_.database.RunInTransaction(ctx.deadline, [&](db::Transaction& t) {
        const std::string after_id = after.empty() ? "" : after[1];
        if (request.unlinked())
          return store::PageUnlinked(t, shop.scope, request.agent_id(), after_id, page_size + 1);
        return store::PageInspections(t, shop.scope, request.agent_id(), first, last, after_day,
                                      after_id, page_size + 1);
      }));
  return PageOf(rows, page_size, filter, request.unlinked());
}

absl::StatusOr<v1::Inspection> QualityHandlers::AppealInspection(
    const RequestContext& ctx, const v1::AppealInspectionRequest& request) const {
  return ChangeInspection(deps_, ctx, request, [&](v1::Inspection& inspection) -> absl::Status {
    if (!auth::PermissionTable::Get().AllowsFor(ctx.principal, auth::Permission::kInspect,
                                                inspection.agent_id()))
      return error::InspectionNotFound(inspection.inspection_id());
    if (inspection.state() != v1::INSPECTION_STATE_RECORDED)
      return error::InspectionState(inspection.inspection_id(), "was appealed against before");
    if (inspection.inspector() == ctx.principal.subject)
      return error::OwnInspection(inspection.inspection_id());
    inspection.set_appealed_by(ctx.principal.subject);
    inspection.set_state(v1::INSPECTION_STATE_APPEALED);
    inspection.set_appeal_reason(request.reason());
    return absl::OkStatus();
  });
}

absl::StatusOr<v1::Inspection> QualityHandlers::DecideAppeal(
    const RequestContext& ctx, const v1::DecideAppealRequest& request) const {
  return ChangeInspection(deps_, ctx, request, [&](v1::Inspection& inspection) -> absl::Status {
    if (inspection.state() != v1::INSPECTION_STATE_APPEALED)
      return error::InspectionState(inspection.inspection_id(), "has no open appeal");
    if (inspection.inspector() == ctx.principal.subject ||
        inspection.appealed_by() == ctx.principal.subject || IsAgent(ctx, inspection.agent_id()))
      return error::OwnInspection(inspection.inspection_id());
    inspection.set_state(request.overturn() ? v1::INSPECTION_STATE_OVERTURNED
                                            : v1::INSPECTION_STATE_UPHELD);
    inspection.set_decided_by(ctx.principal.subject);
    inspection.set_decision_reason(request.reason());
    return absl::OkStatus();
  });
}

absl::StatusOr<v1::Agreement> QualityHandlers::GetAgreement(
    const RequestContext& ctx, const v1::GetAgreementRequest& request) const {
  RETURN_IF_ERROR(RequireSightOfFacts(ctx));
  FieldViolations violations;
  const auto days =
      kefu::convert::OptionalDays(request.has_period(), request.period(), "period", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  ASSIGN_OR_RETURN(const ShopScope shop,
                   RequireShopScope(deps_.database, ctx, request.shop_id(), ctx.deadline));
  return deps_.database.RunInTransaction(
      ctx.deadline, [&](db::Transaction& t) -> absl::StatusOr<v1::Agreement> {
        ASSIGN_OR_RETURN(
            const auto twice,
            store::LoadPairs(t, shop.scope, days ? days->first : absl::CivilDay(1, 1, 1),
                             days ? days->last : absl::CivilDay(9999, 12, 31)));
        ASSIGN_OR_RETURN(const domain::QualityPolicy policy,
                         QualityPolicyOn(t, shop.scope,
                                         days ? days->last : absl::ToCivilDay(ctx.now, shop.zone)));
        ASSIGN_OR_RETURN(const auto definition, FindDefinition(t, shop.scope.org_id, ""));
        return AgreementOf(twice, policy, definition->confidence_bps);
      });
}

absl::StatusOr<v1::GetQualityResponse> QualityHandlers::GetQuality(
    const RequestContext& ctx, const v1::GetQualityRequest& request) const {
  FieldViolations violations;
  const auto days =
      kefu::convert::OptionalDays(request.has_period(), request.period(), "period", violations);
  violations.Check(request.has_period(), "period", "is required");
  RETURN_IF_ERROR(violations.ToStatus());
  ASSIGN_OR_RETURN(const ShopScope shop,
                   RequireShopScope(deps_.database, ctx, request.shop_id(), ctx.deadline));
  return deps_.database.RunInTransaction(
      ctx.deadline, [&](db::Transaction& t) -> absl::StatusOr<v1::GetQualityResponse> {
        ASSIGN_OR_RETURN(const Sight sight, SightOf(t, ctx, shop));
        ASSIGN_OR_RETURN(const auto rows,
                         store::QualityByAgentDay(t, shop.scope, days->first, days->last, ""));
        std::map<std::string, domain::QualitySum> sums;
        for (const domain::QualitySum& row : rows) {
          if (!sight.Agent(row.agent_id, row.day)) continue;
          sums[row.agent_id].agent_id = row.agent_id;
          domain::Merge(row, sums[row.agent_id]);
        }
        ASSIGN_OR_RETURN(const auto definition, FindDefinition(t, shop.scope.org_id, ""));
        v1::GetQualityResponse response;
        response.set_confidence_bps(definition->confidence_bps);
        for (const auto& [agent, sum] : sums)
          *response.add_agents() = convert::ToProto(sum, definition->confidence_bps / kAllBps);
        return response;
      });
}

}  // namespace kefu::performance
