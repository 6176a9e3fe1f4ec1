// What is to be asked about goods before a return of them is decided.
#include "services/aftersales/domain/returns/questions.h"
#include "common/convert/fields.h"
#include "services/aftersales/convert/returns.h"
#include "services/aftersales/domain/returns/evaluate.h"
#include "services/aftersales/handlers/returns/return_policies.h"
#include "services/aftersales/handlers/scope.h"
#include "services/aftersales/store/returns.h"

namespace kefu::aftersales {
namespace {

namespace fields = ::kefu::convert;
namespace returns = domain::returns;

// The words of a value; empty ones of a value that came after the texts.
template <class E>
v1::ReturnText TextOf(const store::ReturnTexts& texts, std::string_view kind, E value) {
  const auto found = texts.find({std::string(kind), std::string(NameOf(value))});
  return found == texts.end() ? v1::ReturnText() : convert::ToProto(found->second);
}

template <class Refs, class Proto>
void AddRules(const Refs& rules, Proto& proto) {
  for (const returns::RuleRef& rule : rules) *proto.add_rules() = convert::ToProto(rule);
}

void AddQuestions(std::span<const returns::Policy> policies, std::string_view category,
                  const store::ReturnTexts& texts, v1::ListReturnQuestionsResponse& response) {
  for (const returns::Reason reason : returns::ReasonsFor(policies, category)) {
    v1::ReturnReasonOption& added = *response.add_reasons();
    added.set_reason(static_cast<v1::ReturnReason>(reason));
    *added.mutable_name() = TextOf(texts, "REASON", reason);
  }
  for (const returns::AskedCondition& asked : returns::ConditionsAsked(policies, category)) {
    v1::ReturnConditionQuestion& added = *response.add_conditions();
    added.set_condition(static_cast<v1::ReturnCondition>(asked.condition));
    *added.mutable_text() = TextOf(texts, "CONDITION", asked.condition);
    AddRules(asked.rules, added);
  }
  for (const returns::AskedEvidence& asked : returns::EvidenceAsked(policies, category)) {
    v1::ReturnEvidenceQuestion& added = *response.add_evidence();
    added.set_evidence(static_cast<v1::ReturnEvidence>(asked.kind));
    *added.mutable_text() = TextOf(texts, "EVIDENCE", asked.kind);
    for (const returns::Reason reason : asked.reasons) {
      added.add_reasons(static_cast<v1::ReturnReason>(reason));
    }
    for (const returns::Reason reason : asked.required) {
      added.add_required_reasons(static_cast<v1::ReturnReason>(reason));
    }
    AddRules(asked.rules, added);
  }
}

}  // namespace

absl::StatusOr<v1::ListReturnQuestionsResponse> ReturnPolicyHandlers::ListReturnQuestions(
    const RequestContext& ctx, const v1::ListReturnQuestionsRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations faults;
  const std::string shop_id = fields::Id(request.shop_id(), "shop_id", faults);
  const absl::Time now = NowOf(ctx);
  const absl::Time at = request.has_ask_time()
                            ? convert::PastInstant(request.ask_time(), now, "ask_time", faults)
                            : now;
  fields::OptionalText(request.category(), convert::kMaxCategory, "category", faults);
  RETURN_IF_ERROR(faults.ToStatus());
  ASSIGN_OR_RETURN(const std::string org_id, OrgOfShop(ctx, shop_id));
  return deps_.database.RunInTransaction(
      ctx.deadline, [&](db::Transaction& t) -> absl::StatusOr<v1::ListReturnQuestionsResponse> {
        ASSIGN_OR_RETURN(const store::Shop shop, store::FindShop(t, org_id, shop_id));
        ASSIGN_OR_RETURN(const auto policies, store::ReturnPoliciesFor(t, shop, at));
        v1::ListReturnQuestionsResponse response;
        for (const returns::Policy& policy : policies) {
          *response.add_policies() = convert::ToProto(policy.ref);
        }
        const auto categories = returns::CategoriesOf(policies);
        for (const auto& [category_id, name] : categories) {
          v1::ReturnCategoryOption& added = *response.add_categories();
          added.set_category_id(category_id);
          *added.mutable_name() = convert::ToProto(name);
        }
        if (request.category().empty()) return response;
        FieldViolations violations;
        returns::CheckCategory(policies, request.category(), violations);
        RETURN_IF_ERROR(violations.ToStatus());
        ASSIGN_OR_RETURN(const auto texts, store::LoadReturnTexts(t));
        AddQuestions(policies, request.category(), texts, response);
        return response;
      });
}

}  // namespace kefu::aftersales
