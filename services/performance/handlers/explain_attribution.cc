// Explanations of who is credited with an order: the same computation as the figures', with what
// was looked at written down.
#include <fmt/format.h>

#include <optional>
#include <string>

#include "common/convert/fields.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/performance/convert/bodies.h"
#include "services/performance/convert/facts.h"
#include "services/performance/convert/figures.h"
#include "services/performance/domain/attribution.h"
#include "services/performance/errors.h"
#include "services/performance/handlers/handlers.h"
#include "services/performance/handlers/scope.h"
#include "services/performance/recompute/day_loader.h"
#include "services/performance/recompute/definition_book.h"
#include "services/performance/store/order_exclusions.h"

namespace kefu::performance {
namespace {

std::string_view VerdictName(domain::AttributionStep::Verdict verdict) {
  using enum domain::AttributionStep::Verdict;
  switch (verdict) {
    case kCredited:
      return "credited";
    case kAssist:
      return "assist";
    case kEarlierAnswer:
      return "earlier answer of the credited agent";
    case kAfterPayment:
      return "after payment";
    case kOutsideWindow:
      return "outside the window";
    case kExcluded:
      return "excluded conversation";
    case kUnnamed:
      return "agent not known";
    case kUnasked:
      return "before the customer wrote";
  }
  return "";
}

void Outcome(v1::CreditOutcome outcome, std::string_view reason,
             v1::ExplainAttributionResponse& answer) {
  answer.set_outcome(outcome);
  answer.set_reason(std::string(reason));
}

// Why an order counts nowhere.
std::string WhyExcluded(const store::OrderExclusionRow& row) {
  std::string why = row.verdict.exclusion == domain::Exclusion::kAdvertisement
                        ? "left out of every figure: advertisement"
                        : "left out of every figure: bought or fraudulent traffic";
  if (row.verdict.source == domain::OrderVerdict::Source::kReview) return why + ", by review";
  if (row.verdict.source == domain::OrderVerdict::Source::kCustomer) {
    why += fmt::format(
        ", by its customer's conversation {} of the days up to payment ({})",
        row.customer.conversation_id,
        row.customer.rule_id.empty() ? "by its flag or a review" : row.customer.rule_id);
  }
  return why;
}

// Why nobody can be credited whatever was answered; nothing for an order that was sold.
bool NothingSold(const domain::Order& order, const std::optional<store::OrderExclusionRow>& verdict,
                 v1::ExplainAttributionResponse& answer) {
  if (verdict && verdict->verdict.exclusion != domain::Exclusion::kNone) {
    Outcome(v1::CREDIT_OUTCOME_EXCLUDED, WhyExcluded(*verdict), answer);
  } else if (!order.pay_us) {
    Outcome(v1::CREDIT_OUTCOME_UNPAID, "no payment was approved", answer);
  } else if (!order.paid_minor) {
    Outcome(v1::CREDIT_OUTCOME_UNPAID, "nothing was paid", answer);
  } else {
    return false;
  }
  return true;
}

// What is credited depends on which conversations count: they are screened as for figures.
absl::Status ScreenAroundPayment(const Dependencies& deps, const RequestContext& ctx,
                                 const ShopScope& shop, std::string_view order_id) {
  ASSIGN_OR_RETURN(const auto body,
                   deps.database.RunInTransaction(ctx.deadline, [&](db::Transaction& t) {
                     return store::LoadOrder(t, shop.scope, order_id);
                   }));
  if (!body) return error::OrderNotFound(order_id);
  ASSIGN_OR_RETURN(const domain::Order order, convert::OrderFromBody(*body));
  if (!order.pay_us) return absl::OkStatus();
  const absl::CivilDay paid = domain::DayOf(*order.pay_us, shop.zone);
  return deps.recomputer.ScreenAround(shop.scope, paid, paid, ctx.deadline);
}

// Who sold the order, what was looked at, and how much is credited.
void Describe(const domain::Attribution& credit, const domain::Order& order, const ShopScope& shop,
              v1::ExplainAttributionResponse& answer) {
  v1::Attribution* attribution = answer.mutable_attribution();
  attribution->set_credited_agent_id(credit.agent_id);
  attribution->set_conversation_id(credit.conversation_id);
  for (const std::string& assist : credit.assists) attribution->add_assist_agent_ids(assist);
  for (const domain::AttributionStep& step : credit.steps) {
    v1::AttributionStep* out = answer.add_steps();
    out->set_conversation_id(step.conversation->id);
    out->set_agent_id(step.agent_id);
    out->set_answer_time(
        absl::FormatTime(absl::RFC3339_full, absl::FromUnixMicros(step.answer_us), shop.zone));
    out->set_verdict(std::string(VerdictName(step.verdict)));
  }
  if (!credit.agent_id.empty()) {
    Outcome(v1::CREDIT_OUTCOME_CREDITED, "the last named agent who answered before payment",
            answer);
  } else if (credit.steps.empty()) {
    Outcome(v1::CREDIT_OUTCOME_SILENT, "nobody answered the buyer around the payment", answer);
  } else {
    Outcome(v1::CREDIT_OUTCOME_SILENT, "none of the answers to the buyer counts; see the steps",
            answer);
  }
  answer.mutable_credited()->set_currency_code(shop.settings.currency_code);
  answer.mutable_credited()->set_minor_units(credit.agent_id.empty() ? 0 : *order.paid_minor);
}

}  // namespace

absl::StatusOr<v1::ExplainAttributionResponse> Handlers::ExplainAttribution(
    const RequestContext& ctx, const v1::ExplainAttributionRequest& request) const {
  RETURN_IF_ERROR(RequireSightOfFacts(ctx));
  FieldViolations violations;
  kefu::convert::Id(request.shop_id(), "shop_id", violations);
  violations.Check(convert::IsSourceId(request.order_id()), "order_id",
                   "must be 1 to 64 printable ASCII characters");
  RETURN_IF_ERROR(violations.ToStatus());
  ASSIGN_OR_RETURN(const ShopScope shop,
                   RequireShopScope(deps_.database, ctx, request.shop_id(), ctx.deadline));
  RETURN_IF_ERROR(ScreenAroundPayment(deps_, ctx, shop, request.order_id()));
  return deps_.database.RunInTransaction(
      ctx.deadline, [&](db::Transaction& t) -> absl::StatusOr<v1::ExplainAttributionResponse> {
        ASSIGN_OR_RETURN(const auto definition,
                         FindDefinition(t, shop.scope.org_id, request.definition_id()));
        v1::ExplainAttributionResponse answer;
        answer.set_rule(domain::AttributionRule(*definition));
        *answer.mutable_definition() = convert::ToProto(*definition);
        answer.mutable_attribution()->set_order_id(request.order_id());
        ASSIGN_OR_RETURN(const auto body, store::LoadOrder(t, shop.scope, request.order_id()));
        if (!body) return error::OrderNotFound(request.order_id());
        ASSIGN_OR_RETURN(const domain::Order order, convert::OrderFromBody(*body));
        ASSIGN_OR_RETURN(const auto verdict,
                         store::LoadOrderExclusion(t, shop.scope, request.order_id()));
        if (NothingSold(order, verdict, answer)) return answer;
        DayLoader loader(shop.scope, {order.customer_id}, DayLoader::For::kReading);
        ASSIGN_OR_RETURN(const LoadedDay day,
                         loader.Load(t, *definition, domain::DayOf(*order.pay_us, shop.zone)));
        const auto credit = domain::Attribute(
            order, domain::IndexByCustomer(day.facts.conversations), *definition, shop.zone);
        Describe(credit, order, shop, answer);
        return answer;
      });
}

}  // namespace kefu::performance
