// What a decision is to lead to, said before it.
#include "common/convert/fields.h"
#include "common/events/write.h"
#include "common/money/money.h"
#include "fmt/format.h"
#include "services/aftersales/convert/processes.h"
#include "services/aftersales/handlers/authority.h"
#include "services/aftersales/handlers/move_case.h"
#include "services/aftersales/handlers/processes/processes.h"
#include "services/aftersales/handlers/scope.h"
#include "services/aftersales/processes/start.h"

namespace kefu::aftersales {
namespace {

namespace fields = ::kefu::convert;

std::string LinesText(const v1::CasePlan& plan) {
  std::string text;
  for (const v1::ProcessLine& line : plan.sent_lines()) {
    text += fmt::format("{}{} x {}", text.empty() ? "" : ", ", line.quantity(), line.sku());
  }
  return text;
}

std::string DifferenceText(const v1::CasePlan& plan) {
  if (!plan.has_price_difference()) return "";
  return Format({plan.price_difference().currency_code(), plan.price_difference().minor_units()});
}

std::vector<domain::FieldChange> ChangesOf(const v1::CasePlan& before, const v1::CasePlan& after) {
  std::vector<domain::FieldChange> changes;
  const auto add = [&](std::string_view field, std::string old_value, std::string new_value) {
    if (old_value == new_value) return;
    changes.push_back({fmt::format("plan.{}", field), std::move(old_value), std::move(new_value)});
  };
  add("sent_lines", LinesText(before), LinesText(after));
  add("price_difference", DifferenceText(before), DifferenceText(after));
  add("conduct_agent_id", before.conduct_agent_id(), after.conduct_agent_id());
  add("region_code", before.region_code(), after.region_code());
  return changes;
}

// Of an upheld complaint whoever could have upheld it may still name whom it concerns.
absl::Status CheckNaming(db::Transaction& t, const RequestContext& ctx, const domain::Case& record,
                         const v1::CasePlan& plan, domain::Command& command) {
  FieldViolations violations;
  violations.Check(!plan.conduct_agent_id().empty(), "plan.conduct_agent_id", "must be set");
  RETURN_IF_ERROR(CheckNothingBegun(t, record));
  RETURN_IF_ERROR(violations.ToStatus());
  command.assured = domain::Guard::kNothingBegun;
  return RequireAuthority(t, ctx, record, record.result, std::nullopt).status();
}

}  // namespace

absl::StatusOr<v1::CasePlan> ProcessHandlers::SetCasePlan(
    const RequestContext& ctx, const v1::SetCasePlanRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations inner, violations;
  const v1::CasePlan plan = convert::CheckedPlan(request.plan(), inner);
  violations.Merge("plan", inner);
  RETURN_IF_ERROR(violations.ToStatus());
  const auto set = [&](db::Transaction& t, domain::Case& record,
                       domain::Command& command) -> absl::StatusOr<Entry> {
    const bool decided =
        record.state == domain::CaseState::kDecided || record.state == domain::CaseState::kClosed;
    if (decided) RETURN_IF_ERROR(CheckNaming(t, ctx, record, plan, command));
    ASSIGN_OR_RETURN(const v1::CasePlan before, PlanOf(t, record));
    Entry entry{.changes = ChangesOf(before, plan)};
    entry.nothing_new = entry.changes.empty();
    if (entry.nothing_new) return entry;
    RETURN_IF_ERROR(store::SavePlan(t, record.org_id, record.case_id, plan.SerializeAsString()));
    if (decided) {
      RETURN_IF_ERROR(StartFollowing(t, record, std::nullopt, NowOf(ctx), deps_.ids).status());
    }
    return entry;
  };
  events::WriteInfo info;
  auto answer = events::RunWrite<v1::CasePlan>(
      deps_.database, ctx, request,
      [&](db::Transaction& t) -> absl::StatusOr<v1::CasePlan> {
        ASSIGN_OR_RETURN(domain::Case record, RequireCase(t, ctx, plan.case_id(), Access::kLock));
        RETURN_IF_ERROR(MoveLockedCase(t, ctx, deps_, std::move(record),
                                       {.verb = domain::Verb::kPlan, .at = NowOf(ctx)}, set));
        return plan;
      },
      &info);
  if (!answer.ok() || !info.replayed) return answer;
  // The answer does not say whose it is.
  RETURN_IF_ERROR(deps_.database.RunInTransaction(ctx.deadline, [&](db::Transaction& t) {
    return RequireCase(t, ctx, plan.case_id(), Access::kRead).status();
  }));
  return answer;
}

absl::StatusOr<v1::CasePlan> ProcessHandlers::GetCasePlan(
    const RequestContext& ctx, const v1::GetCasePlanRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  fields::Id(request.case_id(), "case_id", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  return deps_.database.RunInTransaction(
      ctx.deadline, [&](db::Transaction& t) -> absl::StatusOr<v1::CasePlan> {
        ASSIGN_OR_RETURN(const domain::Case record,
                         RequireCase(t, ctx, request.case_id(), Access::kRead));
        ASSIGN_OR_RETURN(v1::CasePlan plan, PlanOf(t, record));
        plan.set_case_id(record.case_id);
        return plan;
      });
}

}  // namespace kefu::aftersales
