#include "services/aftersales/domain/compensation.h"

#include <algorithm>

#include "common/status/status_macros.h"
#include "fmt/format.h"
#include "services/aftersales/errors.h"

namespace kefu::aftersales::domain {
namespace {

// 3000 of 100 each is "30", 1250 is "12.5".
std::string Quotient(int64_t value, int64_t unit) {
  std::string text = fmt::format("{}", value / unit);
  if (value % unit == 0) return text;
  std::string decimals = fmt::format("{}", unit + value % unit).substr(1);
  decimals.erase(decimals.find_last_not_of('0') + 1);
  return fmt::format("{}.{}", text, decimals);
}

absl::StatusOr<CompensationQuote> LateShipment(const CompensationPolicy& policy,
                                               const Money& paid) {
  if (paid.minor == 0) return CompensationQuote{paid, "nothing was paid: nothing is compensated"};
  ASSIGN_OR_RETURN(const Money share, MulBps(paid, policy.late_shipment_bps));
  const Money least{paid.currency, policy.late_shipment_min_minor};
  const Money most{paid.currency, policy.late_shipment_max_minor};
  CompensationQuote quote{.amount = share, .explanation = {}};
  quote.amount.minor = std::min(std::max(share.minor, least.minor), most.minor);
  quote.explanation = fmt::format("{}% of {} = {}, at least {}, at most {}",
                                  Quotient(policy.late_shipment_bps, 100), FormatDecimal(paid),
                                  FormatDecimal(share), FormatDecimal(least), FormatDecimal(most));
  return quote;
}

absl::StatusOr<CompensationQuote> Freight(const CompensationPolicy& policy, const Money& freight) {
  CompensationQuote quote;
  ASSIGN_OR_RETURN(quote.amount, MulBps(freight, policy.freight_multiple_bps));
  quote.explanation =
      fmt::format("{} times the freight of {} = {}", Quotient(policy.freight_multiple_bps, 10'000),
                  FormatDecimal(freight), FormatDecimal(quote.amount));
  return quote;
}

absl::StatusOr<CompensationQuote> Advance(const CompensationPolicy& policy, const Money& claimed,
                                          const Money& paid) {
  ASSIGN_OR_RETURN(const Money most, MulBps(paid, policy.advance_max_bps));
  CompensationQuote quote{.amount = claimed, .explanation = {}};
  quote.amount.minor = std::min(claimed.minor, most.minor);
  quote.explanation =
      fmt::format("{} claimed, at most {}% of {} = {}", FormatDecimal(claimed),
                  Quotient(policy.advance_max_bps, 100), FormatDecimal(paid), FormatDecimal(most));
  return quote;
}

absl::StatusOr<CompensationQuote> ComputeKind(const CompensationPolicy& policy,
                                              const CompensationQuestion& question) {
  switch (question.kind) {
    case CompensationKind::kLateShipment:
      return LateShipment(policy, *question.paid);
    case CompensationKind::kFreight:
      return Freight(policy, *question.freight);
    case CompensationKind::kAdvance:
      return Advance(policy, *question.claimed, *question.paid);
    case CompensationKind::kUnspecified:
      break;
  }
  return absl::InternalError("a question without a kind");
}

}  // namespace

std::string PolicyIdOf(const CompensationPolicy& policy) {
  if (!policy.shop_id.empty()) return fmt::format("shop:{}", policy.shop_id);
  return policy.platform.empty() ? "own" : fmt::format("platform:{}", policy.platform);
}

absl::StatusOr<CompensationQuote> Compute(const CompensationPolicy& policy,
                                          const CompensationQuestion& question) {
  // Amounts of one order: said twice in different currencies, one of them is wrong.
  for (const auto& other : {question.freight, question.claimed}) {
    if (!question.paid || !other) continue;
    RETURN_IF_ERROR(Add({question.paid->currency, 0}, {other->currency, 0}));
  }
  ASSIGN_OR_RETURN(CompensationQuote quote, ComputeKind(policy, question));
  if (!policy.cap_at_paid) return quote;
  if (!question.paid) return error::PaidRequired();
  if (quote.amount.minor > question.paid->minor) {
    quote.amount.minor = question.paid->minor;
    quote.explanation +=
        fmt::format("; capped at what was paid = {}", FormatDecimal(*question.paid));
  }
  return quote;
}

}  // namespace kefu::aftersales::domain
