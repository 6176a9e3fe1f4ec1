// Plans and entries: what people decide about pay.
#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "absl/strings/numbers.h"
#include "common/convert/fields.h"
#include "common/events/outbox.h"
#include "common/events/write.h"
#include "common/hash/sha256.h"
#include "common/time/civil.h"
#include "kefu/performance/v1/events.pb.h"
#include "services/performance/errors_payroll.h"
#include "services/performance/handlers/payroll/payroll_handlers.h"
#include "services/performance/handlers/payroll/payroll_run.h"
#include "services/performance/handlers/payroll/support.h"

namespace kefu::performance {
namespace {

namespace pay = domain::payroll;

absl::Time StoredNow(const RequestContext& ctx) {
  return absl::FromUnixMicros(absl::ToUnixMicros(ctx.now));
}

absl::CivilDay CurrentMonth(const RequestContext& ctx, const PayScope& scope) {
  return absl::CivilDay(absl::CivilMonth(absl::ToCivilDay(ctx.now, scope.shops.front().zone)));
}

// The month that an entry goes into: the one asked for, else the first open one.
absl::StatusOr<absl::CivilDay> MonthOf(const v1::PayEntry& entry, absl::CivilDay asked,
                                       const RequestContext& ctx, const PayScope& scope,
                                       const std::optional<absl::CivilDay>& closed) {
  if (entry.year() == 0 && entry.month() == 0) {
    if (closed) return LastDayOf(*closed) + 1;
    return CurrentMonth(ctx, scope);
  }
  if (closed && asked <= *closed) {
    return error::PayPeriodClosed(asked, "entries go into an open month");
  }
  return asked;
}

// What would never be paid is refused: an entry of a month before the first with facts, which is
// the first to be closed, and of an agent whom a base pays all month.
absl::Status RequirePayable(db::Transaction& t, const PayScope& scope, const v1::PayEntry& entry,
                            absl::CivilDay month, bool any_closed) {
  FieldViolations violations;
  if (!any_closed) {
    std::optional<absl::CivilMonth> first;
    for (const ShopScope& shop : scope.shops) {
      ASSIGN_OR_RETURN(const auto facts, store::FactDays(t, shop.scope));
      if (facts)
        first = std::min(first.value_or(absl::CivilMonth(facts->first)),
                         absl::CivilMonth(facts->first));
    }
    violations.Check(!first || absl::CivilMonth(month) >= *first, "entry.month",
                     "lies before the first month with facts, which is closed first");
  }
  ASSIGN_OR_RETURN(const auto bases, store::LoadBases(t, scope.scope.org_id));
  const auto of_agent = bases.find(entry.agent_id());
  bool own = of_agent == bases.end();
  for (absl::CivilDay day = month; !own && day <= LastDayOf(month); ++day) {
    own = domain::BaseOn(of_agent->second, day).empty();
  }
  violations.Check(own, "entry.agent_id", "works for a base, which pays its agents");
  return violations.ToStatus();
}

absl::Status CheckEntry(const v1::PayEntry& entry, absl::CivilDay& month) {
  FieldViolations violations, inner;
  kefu::convert::OptionalId(entry.shop_id(), "shop_id", inner);
  CheckAgent(entry.agent_id(), "agent_id", /*required=*/true, inner);
  if (entry.year() != 0 || entry.month() != 0) {
    month = convert::MonthFrom(entry.year(), entry.month(), inner);
  }
  kefu::convert::Text(entry.reason(), kefu::convert::kMaxReason, "reason", inner, /*lines=*/true);
  const int64_t minor = entry.amount().minor_units();
  inner.Check(minor != 0 && minor >= -pay::kMaxMinor && minor <= pay::kMaxMinor,
              "amount.minor_units", "must not be 0, nor beyond ±10^14");
  violations.Merge("entry", inner);
  return violations.ToStatus();
}

absl::StatusOr<v1::ListPayPlansResponse> ShippedPlans() {
  v1::ListPayPlansResponse response;
  for (const pay::PayPlan& plan : pay::ShippedPlans()) {
    *response.add_plans() = convert::ToProto(plan);
  }
  return response;
}

}  // namespace

absl::StatusOr<v1::PayPlan> PayrollHandlers::CreatePayPlan(
    const RequestContext& ctx, const v1::CreatePayPlanRequest& request) const {
  ASSIGN_OR_RETURN(const PayScope scope, RequirePayScope(deps_, ctx, request.plan().shop_id()));
  return events::RunWrite<v1::PayPlan>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::PayPlan> {
        ASSIGN_OR_RETURN(std::set<std::string> grades, store::LoadGrades(t, scope.scope.org_id));
        grades.insert(pay::ShippedGrades().begin(), pay::ShippedGrades().end());
        FieldViolations violations;
        pay::PayPlan plan =
            convert::PlanFrom(request.plan(), scope.currency, grades, "plan", violations);
        RETURN_IF_ERROR(violations.ToStatus());
        RETURN_IF_ERROR(RequireScorecard(t, scope, plan, CurrentMonth(ctx, scope)));
        ASSIGN_OR_RETURN(const auto closed, store::LockPayBook(t, scope.scope));
        if (closed && plan.effective_from && *plan.effective_from <= *closed) {
          return error::PayPeriodClosed(*plan.effective_from, "a plan holds from an open month on");
        }
        ASSIGN_OR_RETURN(plan.version, store::NextPayPlanVersion(t, scope.scope));
        plan.id = deps_.ids.Next();
        v1::PayPlan proto = convert::ToProto(plan);
        *proto.mutable_create_time() = kefu::convert::ToProto(StoredNow(ctx));
        proto.set_created_by(ctx.principal.subject);
        RETURN_IF_ERROR(
            store::InsertPayPlan(t, scope.scope.org_id,
                                 {plan.id, plan.shop_id, plan.version, plan.effective_from,
                                  SerializeDeterministically(proto)}));
        v1::PayPlanCreated event;
        event.set_pay_plan_id(plan.id);
        event.set_shop_id(plan.shop_id);
        t.AfterCommit(deps_.on_events);
        RETURN_IF_ERROR(events::Append(t, scope.scope.org_id, plan.id, event, ctx.now));
        return proto;
      });
}

absl::StatusOr<v1::PayPlan> PayrollHandlers::GetPayPlan(
    const RequestContext& ctx, const v1::GetPayPlanRequest& request) const {
  FieldViolations violations;
  kefu::convert::Id(request.pay_plan_id(), "pay_plan_id", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  if (const pay::PayPlan* shipped = pay::FindShippedPlan(request.pay_plan_id())) {
    return convert::ToProto(*shipped);
  }
  ASSIGN_OR_RETURN(const auto row,
                   deps_.database.RunInTransaction(ctx.deadline, [&](db::Transaction& t) {
                     return store::FindPayPlan(t, ctx.org_id(), request.pay_plan_id());
                   }));
  if (!row || (!row->shop_id.empty() && !ctx.principal.MayUseShop(row->shop_id))) {
    return error::PayPlanNotFound(request.pay_plan_id());
  }
  v1::PayPlan plan;
  RETURN_IF_ERROR(ReadBody(row->body, plan));
  return plan;
}

absl::StatusOr<v1::ListPayPlansResponse> PayrollHandlers::ListPayPlans(
    const RequestContext& ctx, const v1::ListPayPlansRequest& request) const {
  FieldViolations violations;
  kefu::convert::OptionalId(request.shop_id(), "shop_id", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  ASSIGN_OR_RETURN(const AskedPage page, PageOf(ctx, request, request.shop_id(), 2));
  if (request.shipped()) return ShippedPlans();
  if (request.shop_id().empty() || !ctx.principal.MayUseShop(request.shop_id())) {
    RETURN_IF_ERROR(RequireAllShops(ctx));
  }
  int64_t after = 0;
  if (!page.keys.empty() && !absl::SimpleAtoi(page.keys[1], &after)) {
    return InvalidArgument(db::kBadPageToken, "page_token", "is damaged");
  }
  const store::Scope scope{std::string(ctx.org_id()), request.shop_id()};
  ASSIGN_OR_RETURN(const auto rows,
                   deps_.database.RunInTransaction(ctx.deadline, [&](db::Transaction& t) {
                     return store::ListPayPlans(t, scope, page.keys.empty() ? "" : page.keys[0],
                                                after, page.size + 1);
                   }));
  v1::ListPayPlansResponse response;
  for (const store::PayPlanRow& row : rows) {
    if (response.plans_size() == page.size) {
      const v1::PayPlan& last = response.plans(page.size - 1);
      response.set_next_page_token(
          db::EncodePageToken(page.filter, {last.shop_id(), fmt::format("{}", last.version())}));
      break;
    }
    RETURN_IF_ERROR(ReadBody(row.body, *response.add_plans()));
  }
  return response;
}

absl::StatusOr<v1::PayEntry> PayrollHandlers::AddPayEntry(
    const RequestContext& ctx, const v1::AddPayEntryRequest& request) const {
  absl::CivilDay asked;
  RETURN_IF_ERROR(CheckEntry(request.entry(), asked));
  ASSIGN_OR_RETURN(const PayScope scope, RequirePayScope(deps_, ctx, request.entry().shop_id()));
  FieldViolations violations;
  violations.Check(request.entry().amount().currency_code() == scope.currency,
                   "entry.amount.currency_code", fmt::format("must be {}", scope.currency));
  RETURN_IF_ERROR(violations.ToStatus());
  return events::RunWrite<v1::PayEntry>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::PayEntry> {
        ASSIGN_OR_RETURN(const auto closed, store::LockPayBook(t, scope.scope));
        ASSIGN_OR_RETURN(const absl::CivilDay month,
                         MonthOf(request.entry(), asked, ctx, scope, closed));
        RETURN_IF_ERROR(RequirePayable(t, scope, request.entry(), month, closed.has_value()));
        v1::PayEntry entry = request.entry();
        entry.set_pay_entry_id(deps_.ids.Next());
        entry.set_year(static_cast<int32_t>(month.year()));
        entry.set_month(month.month());
        *entry.mutable_create_time() = kefu::convert::ToProto(StoredNow(ctx));
        entry.set_created_by(ctx.principal.subject);
        RETURN_IF_ERROR(store::InsertPayEntry(
            t, scope.scope,
            {entry.pay_entry_id(), entry.agent_id(), month, SerializeDeterministically(entry)}));
        v1::PayEntryAdded event;
        *event.mutable_entry() = entry;
        t.AfterCommit(deps_.on_events);
        RETURN_IF_ERROR(
            events::Append(t, scope.scope.org_id, entry.pay_entry_id(), event, ctx.now));
        return entry;
      });
}

absl::StatusOr<v1::ListPayEntriesResponse> PayrollHandlers::ListPayEntries(
    const RequestContext& ctx, const v1::ListPayEntriesRequest& request) const {
  FieldViolations violations;
  kefu::convert::OptionalId(request.shop_id(), "shop_id", violations);
  CheckAgent(request.agent_id(), "agent_id", /*required=*/false, violations);
  RETURN_IF_ERROR(violations.ToStatus());
  ASSIGN_OR_RETURN(const PayScope scope, RequirePayScope(deps_, ctx, request.shop_id()));
  ASSIGN_OR_RETURN(const AskedPage page,
                   PageOf(ctx, request, request.shop_id() + "/" + request.agent_id(), 1));
  ASSIGN_OR_RETURN(
      const auto rows, deps_.database.RunInTransaction(ctx.deadline, [&](db::Transaction& t) {
        return store::ListPayEntries(t, scope.scope, request.agent_id(),
                                     page.keys.empty() ? "" : page.keys[0], page.size + 1);
      }));
  v1::ListPayEntriesResponse response;
  for (const store::PayEntryRow& row : rows) {
    if (response.entries_size() == page.size) {
      response.set_next_page_token(
          db::EncodePageToken(page.filter, {response.entries(page.size - 1).pay_entry_id()}));
      break;
    }
    RETURN_IF_ERROR(ReadBody(row.body, *response.add_entries()));
  }
  return response;
}

}  // namespace kefu::performance
