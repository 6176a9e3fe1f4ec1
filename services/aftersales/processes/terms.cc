#include "services/aftersales/processes/terms.h"

#include <algorithm>
#include <map>

#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/aftersales/domain/casework/casework.h"
#include "services/aftersales/handlers/returns/evaluation_rows.h"
#include "services/aftersales/store/cases.h"
#include "services/aftersales/store/orders.h"
#include "services/aftersales/store/returns.h"

namespace kefu::aftersales {
namespace {

namespace returns = domain::returns;

// What the evaluation gives on the day of asking; where it needs more, what it would give: whoever
// approved the case was convinced.
returns::Offer OfferOf(const v1::RemedyOutcome& outcome) {
  const auto& periods = outcome.decision() == v1::RETURN_DECISION_ALLOWED
                            ? outcome.periods()
                            : outcome.periods_when_shown();
  returns::Offer offer;
  if (outcome.decision() == v1::RETURN_DECISION_NOT_ALLOWED || periods.empty()) return offer;
  offer.decision = static_cast<returns::Decision>(outcome.decision());
  offer.outbound_freight = static_cast<returns::Payer>(periods[0].outbound_freight());
  offer.return_freight = static_cast<returns::Payer>(periods[0].return_freight());
  return offer;
}

domain::ReturnTerms TermsOf(domain::ProcessKind kind, const v1::ReturnEvaluation& evaluation) {
  std::map<returns::Remedy, returns::Offer> offers;
  for (const v1::RemedyOutcome& outcome : evaluation.outcomes()) {
    offers[static_cast<returns::Remedy>(outcome.remedy())] = OfferOf(outcome);
  }
  return domain::TermsOf(kind, static_cast<returns::Reason>(evaluation.question().reason()),
                         offers);
}

absl::StatusOr<std::optional<v1::ReturnEvaluation>> LatestEvaluation(db::Transaction& t,
                                                                     const domain::Case& record) {
  ASSIGN_OR_RETURN(const auto stored,
                   store::LatestReturnEvaluation(t, record.org_id, domain::WithMerged(record)));
  if (!stored) return std::nullopt;
  return ParseEvaluation(*stored);
}

absl::StatusOr<bool> Upheld(db::Transaction& t, const domain::Case& record) {
  if (record.order_id.empty()) return false;
  // Its own verdict is given in this transaction, and not written yet.
  if (domain::UpheldByPlatform(record, record)) return true;
  ASSIGN_OR_RETURN(const auto ids,
                   store::CaseIdsOfOrder(t, record.org_id, record.shop_id, record.order_id,
                                         "DISPUTE,PLATFORM_WORK_ORDER"));
  if (ids.empty()) return false;
  ASSIGN_OR_RETURN(const auto others, store::FindCases(t, record.org_id, ids));
  return std::ranges::any_of(
      others, [&](const domain::Case& other) { return domain::UpheldByPlatform(other, record); });
}

void Write(const domain::ReturnTerms& terms, v1::ProcessFacts& facts) {
  facts.set_outbound_freight(static_cast<v1::FreightPayer>(terms.outbound_freight));
  facts.set_return_freight(static_cast<v1::FreightPayer>(terms.return_freight));
  facts.clear_merchant_faults();
  for (const domain::MerchantFault fault : terms.faults) {
    facts.add_merchant_faults(static_cast<v1::MerchantFault>(fault));
  }
}

}  // namespace

absl::Status AddTerms(db::Transaction& t, const domain::Case& record, domain::ProcessKind kind,
                      v1::ProcessFacts& facts) {
  const bool gives = kind == domain::ProcessKind::kReturn ||
                     kind == domain::ProcessKind::kExchange || kind == domain::ProcessKind::kRefund;
  if (!gives) return absl::OkStatus();
  ASSIGN_OR_RETURN(const auto evaluation, LatestEvaluation(t, record));
  if (evaluation) {
    facts.set_evaluation_id(evaluation->evaluation_id());
    Write(TermsOf(kind, *evaluation), facts);
  }
  ASSIGN_OR_RETURN(const bool upheld, Upheld(t, record));
  if (upheld) AddFault(kind, domain::MerchantFault::kPlatformVerdict, facts);
  return absl::OkStatus();
}

absl::StatusOr<RulesSay> RulesOn(db::Transaction& t, const domain::Case& record,
                                 domain::ProcessKind kind) {
  const bool of_goods =
      kind == domain::ProcessKind::kReturn || kind == domain::ProcessKind::kExchange;
  if (!of_goods) return RulesSay::kGrant;
  const v1::ReturnRemedy remedy =
      kind == domain::ProcessKind::kReturn ? v1::RETURN_REMEDY_RETURN : v1::RETURN_REMEDY_EXCHANGE;
  ASSIGN_OR_RETURN(const auto evaluation, LatestEvaluation(t, record));
  if (!evaluation) return RulesSay::kUnasked;
  const auto outcome =
      std::ranges::find(evaluation->outcomes(), remedy, &v1::RemedyOutcome::remedy);
  if (outcome == evaluation->outcomes().end()) return RulesSay::kUnasked;
  return outcome->decision() == v1::RETURN_DECISION_NOT_ALLOWED ? RulesSay::kRefuse
                                                                : RulesSay::kGrant;
}

void AddFault(domain::ProcessKind kind, domain::MerchantFault fault, v1::ProcessFacts& facts) {
  domain::ReturnTerms terms{
      .outbound_freight = static_cast<returns::Payer>(facts.outbound_freight()),
      .return_freight = static_cast<returns::Payer>(facts.return_freight())};
  for (const int one : facts.merchant_faults()) {
    terms.faults.push_back(static_cast<domain::MerchantFault>(one));
  }
  domain::AddFault(kind, fault, terms);
  Write(terms, facts);
}

}  // namespace kefu::aftersales
