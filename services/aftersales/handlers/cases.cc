// Opening and reading cases.
#include <algorithm>
#include <set>

#include "common/convert/fields.h"
#include "common/db/page_token.h"
#include "common/events/write.h"
#include "common/time/civil.h"
#include "fmt/format.h"
#include "fmt/ranges.h"
#include "services/aftersales/clocks/publish.h"
#include "services/aftersales/convert/sla.h"
#include "services/aftersales/domain/casework/casework.h"
#include "services/aftersales/errors.h"
#include "services/aftersales/handlers/assignment/giving.h"
#include "services/aftersales/handlers/calendars.h"
#include "services/aftersales/handlers/handlers.h"
#include "services/aftersales/handlers/opening.h"
#include "services/aftersales/handlers/others.h"
#include "services/aftersales/handlers/pages.h"
#include "services/aftersales/handlers/refusals.h"
#include "services/aftersales/handlers/scope.h"
#include "services/aftersales/store/orders.h"
#include "services/aftersales/store/policies.h"
#include "services/aftersales/store/sla.h"

namespace kefu::aftersales {
namespace {

namespace fields = ::kefu::convert;

absl::Status CheckCaseId(std::string_view case_id) {
  FieldViolations violations;
  fields::Id(case_id, "case_id", violations);
  return violations.ToStatus();
}

absl::StatusOr<store::CaseFilter> FilterOf(const RequestContext& ctx,
                                           const v1::ListCasesRequest& request) {
  FieldViolations violations;
  store::CaseFilter filter;
  fields::OptionalId(request.shop_id(), "shop_id", violations);
  std::set<std::string> states;
  for (int i = 0; i < request.states_size(); ++i) {
    const auto state = fields::RequiredEnum<v1::CaseState>(
        request.states(i), fmt::format("states[{}]", i), violations);
    states.insert(std::string(NameOf(static_cast<domain::CaseState>(state))));
  }
  filter.states = fmt::format("{}", fmt::join(states, ","));
  const auto kind = fields::OptionalEnum<v1::CaseKind>(request.kind(), "kind", violations);
  if (kind != v1::CASE_KIND_UNSPECIFIED) {
    filter.kind = std::string(NameOf(static_cast<domain::CaseKind>(kind)));
  }
  filter.assignee_agent_id =
      fields::OptionalId(request.assignee_agent_id(), "assignee_agent_id", violations);
  if (request.has_due_before_time()) {
    filter.due_before = fields::Instant(request.due_before_time(), "due_before_time", violations);
  }
  RETURN_IF_ERROR(violations.ToStatus());
  RETURN_IF_ERROR(SetReach(ctx, request.shop_id(), filter));
  return filter;
}

// Everything that decides which rows a list shows; times by their stored value.
uint64_t HashOf(const RequestContext& ctx, const store::CaseFilter& filter) {
  const std::string reach = ReachText(filter.whole_org_id, filter.shops);
  const std::string due = filter.due_before ? FormatInstant(*filter.due_before) : "";
  return db::FilterHash(
      {ctx.method, reach, filter.states, filter.kind, filter.assignee_agent_id, due});
}

// A case about an order must fit it, and takes from it what it does not say itself. An order that
// the platform names in a mail or work order need not be known yet.
absl::Status FitToOrder(db::Transaction& t, std::string_view org_id, const store::Shop& shop,
                        domain::Case& record) {
  if (record.order_id.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const std::optional<domain::Order> order,
                   store::FindOrder(t, org_id, record.shop_id, record.order_id));
  if (!order) {
    return domain::NeedsOrder(record.kind) ? error::OrderUnknown(record.order_id)
                                           : absl::OkStatus();
  }
  ASSIGN_OR_RETURN(const absl::TimeZone zone, LoadZone(shop.zone.name));
  return domain::TakeFromOrder(*order, zone, record);
}

absl::Status CheckEvidence(db::Transaction& t, const store::Shop& shop, const domain::Case& record,
                           absl::Time now) {
  if (record.evidence.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const domain::CasePolicy policy, store::ChooseCasePolicy(t, shop, now));
  return domain::CheckOpeningEvidence(policy, record);
}

// What only the data at hand can tell of a case; fits it to its order.
absl::Status Check(CaseBatch& batch, const RequestContext& ctx, const store::Shop& shop,
                   domain::Case& record) {
  const absl::Time now = NowOf(ctx);
  Refusals refusals;
  RETURN_IF_ERROR(
      refusals.Add("case.order_id", FitToOrder(batch.t(), record.org_id, shop, record)));
  RETURN_IF_ERROR(
      refusals.Add("case.assignee_agent_id", CheckAssignee(batch, shop, now, BaseOf(ctx), record)));
  RETURN_IF_ERROR(refusals.Add("case.evidence", CheckEvidence(batch.t(), shop, record, now)));
  return refusals.ToStatus();
}

// By the policies in force at the receipt, and set anew by what has come in force since.
absl::Status BeginClocks(CaseBatch& batch, const store::CaseScope& scope, absl::Time now,
                         domain::Case& record) {
  const absl::Time received = record.receive_time;
  ASSIGN_OR_RETURN(const domain::SlaPolicies policies, batch.Sla(scope, received));
  ASSIGN_OR_RETURN(record.clocks, domain::StartClocks(policies, record.kind, record.priority,
                                                      received, scope.shop.zone));
  ASSIGN_OR_RETURN(const auto changes, batch.SlaChanges(scope, received, now));
  for (const absl::Time at : changes) {
    ASSIGN_OR_RETURN(const domain::SlaPolicies since, batch.Sla(scope, at));
    RETURN_IF_ERROR(
        domain::Recompute(record, since, at, domain::Replacement::kPolicyChanged).status());
  }
  return absl::OkStatus();
}

v1::ClockExplanation Explain(const domain::Case& record, const domain::SlaClock& clock,
                             const RuleInForce& rule, const std::vector<domain::PastClock>& past,
                             absl::Time now) {
  v1::ClockExplanation explanation;
  *explanation.mutable_clock() = convert::ToProto(clock);
  explanation.set_rule(domain::RuleText(rule.rule, clock, rule.calendar));
  *explanation.mutable_sla_rule() = convert::ToProto(rule.rule);
  explanation.set_time_zone(clock.zone.name);
  explanation.set_time_zone_assumed(clock.zone.assumed);
  explanation.set_holidays_unknown(rule.calendar.GuessesHolidays(clock.base_due));
  for (const domain::CountedSegment& segment :
       domain::ExplainClock(clock, rule.calendar, record.pauses, now)) {
    *explanation.add_segments() = convert::ToProto(segment);
  }
  *explanation.mutable_since_time() = fields::ToProto(std::max(clock.since, clock.start));
  for (const domain::PastClock& before : past) {
    if (before.clock.kind == clock.kind) {
      *explanation.add_past_clocks() = convert::ToProto(before);
    }
  }
  return explanation;
}

}  // namespace

absl::Status FitAnew(db::Transaction& t, domain::Case& record) {
  ASSIGN_OR_RETURN(const store::Shop shop, store::FindShop(t, record.org_id, record.shop_id));
  RETURN_IF_ERROR(FitToOrder(t, record.org_id, shop, record));
  return store::SaveLines(t, record);
}

absl::Status StoreNewCase(CaseBatch& batch, const RequestContext& ctx, IdGenerator& ids,
                          domain::Case& record) {
  db::Transaction& t = batch.t();
  const absl::Time now = NowOf(ctx);
  const std::string& org_id = record.org_id;
  ASSIGN_OR_RETURN(const store::Shop shop, batch.Shop(org_id, record.shop_id));
  ASSIGN_OR_RETURN(const store::CaseScope scope,
                   store::FindCaseScope(t, shop, record.assignee_agent_id, record.receive_time));
  RETURN_IF_ERROR(Check(batch, ctx, shop, record));
  RETURN_IF_ERROR(KeepPerson(t, ctx));
  record.case_id = ids.Next();
  // Before its clocks: what has come in force since the receipt asks what is still to be done.
  record.state = domain::CaseState::kOpen;
  RETURN_IF_ERROR(BeginClocks(batch, scope, now, record));
  record.version = 1;
  record.create_time = record.update_time = now;
  batch.Insert(record);
  batch.Add(org_id,
            {ids.Next(), record.case_id, record.version, "OpenCase",
             domain::CaseState::kUnspecified, record.state, "", ctx.principal.subject, now});
  v1::CaseOpened event;
  *event.mutable_case_() = convert::ToProto(record, convert::View::kFull);
  batch.Tell(events::MakeOutboxRow(org_id, record.case_id, event, now));
  return absl::OkStatus();
}

absl::Status StoreNewCase(db::Transaction& t, const RequestContext& ctx, IdGenerator& ids,
                          domain::Case& record) {
  CaseBatch batch(t);
  RETURN_IF_ERROR(StoreNewCase(batch, ctx, ids, record));
  return batch.Flush();
}

absl::StatusOr<v1::Case> Handlers::OpenCase(const RequestContext& ctx,
                                            const v1::OpenCaseRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  const absl::Time now = NowOf(ctx);
  FieldViolations inner, violations;
  const domain::Case asked = convert::FromProto(request.case_(), now, inner);
  violations.Merge("case", inner);
  RETURN_IF_ERROR(violations.ToStatus());
  ASSIGN_OR_RETURN(const std::string org_id, OrgOfShop(ctx, asked.shop_id));
  const auto open = [&](CaseBatch& batch,
                        const std::optional<domain::Case>&) -> absl::StatusOr<v1::Case> {
    domain::Case record = asked;
    record.org_id = org_id;
    RETURN_IF_ERROR(batch.ReadForOpening(org_id, record.shop_id, now));
    RETURN_IF_ERROR(StoreNewCase(batch, ctx, deps_.ids, record));
    RETURN_IF_ERROR(AssignAtOpening(batch, deps_.ids, now, record));
    ASSIGN_OR_RETURN(v1::Case opened, Shown(batch.t(), ctx, record));
    if (asked.assignee_agent_id.empty() && !record.assignee_agent_id.empty()) {
      // Who of others gets it by the merchant's rules is not told to a base.
      ASSIGN_OR_RETURN(const bool own, ReachesCase(batch.t(), ctx, org_id, record.case_id));
      if (!own) opened.clear_assignee_agent_id();
    }
    return opened;
  };
  events::WriteInfo info;
  auto answer = fold_->Run(ctx, request, {.org_id = org_id, .case_id = "", .body = open}, &info);
  if (answer.ok() && info.replayed) {
    RETURN_IF_ERROR(CheckGrant(deps_.database, ctx, answer->case_id(), answer->shop_id()));
  }
  return answer;
}

absl::StatusOr<v1::Case> Handlers::GetCase(const RequestContext& ctx,
                                           const v1::GetCaseRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  RETURN_IF_ERROR(CheckCaseId(request.case_id()));
  return deps_.database.RunInTransaction(
      ctx.deadline, [&](db::Transaction& t) -> absl::StatusOr<v1::Case> {
        ASSIGN_OR_RETURN(const domain::Case record,
                         RequireCase(t, ctx, request.case_id(), Access::kRead));
        return Shown(t, ctx, record);
      });
}

absl::StatusOr<v1::ListCasesResponse> Handlers::ListCases(
    const RequestContext& ctx, const v1::ListCasesRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  ASSIGN_OR_RETURN(const store::CaseFilter filter, FilterOf(ctx, request));
  store::CasePage page;
  ASSIGN_OR_RETURN(page.limit, db::PageSize(request.page_size()));
  const uint64_t hash = HashOf(ctx, filter);
  ASSIGN_OR_RETURN(const auto keys, db::DecodePageToken(request.page_token(), hash, 2));
  if (!keys.empty()) {
    page.after_due = FromMicros(NumberIn(keys[0]));
    page.after_id = keys[1];
  }
  ASSIGN_OR_RETURN(const store::CaseList list,
                   deps_.database.RunInTransaction(ctx.deadline, [&](db::Transaction& t) {
                     return store::ListCases(t, filter, page);
                   }));
  v1::ListCasesResponse response;
  const size_t shown = FillPage(list.cases.size(), page.limit, [&](size_t row) -> const v1::Case& {
    return *response.add_cases() = convert::ToProto(list.cases[row], ViewOf(ctx));
  });
  if (list.more || shown < list.cases.size()) {
    const domain::Case& last = list.cases[shown - 1];
    response.set_next_page_token(db::EncodePageToken(
        hash, {fmt::format("{}", ToMicros(domain::CaseDue(last))), last.case_id}));
  }
  RETURN_IF_ERROR(HideOthers(deps_.database, ctx, EachOf(*response.mutable_cases())));
  return response;
}

absl::StatusOr<v1::ListCaseActivitiesResponse> Handlers::ListCaseActivities(
    const RequestContext& ctx, const v1::ListCaseActivitiesRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  RETURN_IF_ERROR(CheckCaseId(request.case_id()));
  ASSIGN_OR_RETURN(const int size, db::PageSize(request.page_size()));
  const uint64_t hash = db::FilterHash({ctx.method, ctx.org_id(), request.case_id()});
  ASSIGN_OR_RETURN(const auto keys, db::DecodePageToken(request.page_token(), hash, 1));
  const int64_t after = keys.empty() ? 0 : NumberIn(keys[0]);
  ASSIGN_OR_RETURN(
      const auto activities,
      deps_.database.RunInTransaction(
          ctx.deadline, [&](db::Transaction& t) -> absl::StatusOr<std::vector<domain::Activity>> {
            ASSIGN_OR_RETURN(const domain::Case record,
                             RequireCase(t, ctx, request.case_id(), Access::kRead));
            return store::ListActivities(t, record.org_id, record.case_id, after, SeesInternal(ctx),
                                         size + 1);
          }));
  v1::ListCaseActivitiesResponse response;
  const size_t shown = FillPage(activities.size(), size, [&](size_t row) -> v1::CaseActivity& {
    return *response.add_activities() = convert::ToProto(activities[row]);
  });
  if (shown < activities.size()) {
    response.set_next_page_token(
        db::EncodePageToken(hash, {fmt::format("{}", activities[shown - 1].seq)}));
  }
  RETURN_IF_ERROR(HideOthers(deps_.database, ctx, EachOf(*response.mutable_activities())));
  return response;
}

absl::StatusOr<v1::ExplainDeadlineResponse> Handlers::ExplainDeadline(
    const RequestContext& ctx, const v1::ExplainDeadlineRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  RETURN_IF_ERROR(CheckCaseId(request.case_id()));
  return deps_.database.RunInTransaction(
      ctx.deadline, [&](db::Transaction& t) -> absl::StatusOr<v1::ExplainDeadlineResponse> {
        ASSIGN_OR_RETURN(const domain::Case record,
                         RequireCase(t, ctx, request.case_id(), Access::kRead));
        ASSIGN_OR_RETURN(const auto past, store::ListPastClocks(t, record.org_id, record.case_id));
        v1::ExplainDeadlineResponse response;
        for (const domain::SlaClock& clock : record.clocks) {
          ASSIGN_OR_RETURN(const RuleInForce rule, LoadRule(t, record, clock));
          *response.add_clocks() = Explain(record, clock, rule, past, NowOf(ctx));
        }
        RETURN_IF_ERROR(HideOthers(t, ctx, EachOf(*response.mutable_clocks())));
        return response;
      });
}

}  // namespace kefu::aftersales
