#include "services/staffing/domain/outsourcing/invoice.h"

#include <algorithm>
#include <map>

#include "common/money/money.h"
#include "common/status/status_macros.h"

namespace kefu::staffing::outsourcing {
namespace {

class Writer {
 public:
  Writer(const Terms& terms, absl::CivilDay month)
      : terms_(terms),
        days_(terms.DaysInForce(month)),
        month_days_(static_cast<int32_t>(absl::CivilDay(absl::CivilMonth(month) + 1) - month)),
        // The fee comes first: its months are counted from the contract's first one.
        with_fee_(HasFee(terms.price.model) &&
                  (terms.price.model != PriceModel::kFeeThenCommission ||
                   terms.MonthNumber(month) < terms.price.fee_months)),
        with_commission_(HasCommission(terms.price.model) &&
                         !(terms.price.model == PriceModel::kFeeThenCommission && with_fee_)) {}

  absl::StatusOr<Invoice> Write(std::vector<AgentSales> sales,
                                const std::vector<ChargedBreach>& breaches) {
    if (days_ == 0) return std::move(invoice_);
    const Price& price = terms_.price;
    if (HasSeats(price.model)) {
      RETURN_IF_ERROR(AddByDays(LineKind::kSeats, price.seats, price.seat_minor));
    }
    if (with_fee_) RETURN_IF_ERROR(AddByDays(LineKind::kFee, 1, price.fee_minor));
    if (with_commission_) RETURN_IF_ERROR(AddCommission(std::move(sales)));
    RETURN_IF_ERROR(AddPenalties(breaches));
    return std::move(invoice_);
  }

 private:
  Money Of(int64_t minor) const { return {terms_.currency_code, minor}; }

  absl::Status Charge(InvoiceLine line) {
    ASSIGN_OR_RETURN(const Money sum, Add(Of(invoice_.charges_minor), Of(line.amount_minor)));
    invoice_.charges_minor = sum.minor;
    invoice_.lines.push_back(std::move(line));
    return absl::OkStatus();
  }

  absl::Status AddByDays(LineKind kind, int32_t quantity, int64_t unit_minor) {
    ASSIGN_OR_RETURN(const Money whole, Multiply(Of(unit_minor), quantity));
    ASSIGN_OR_RETURN(const Money amount, MulRatio(whole, days_, month_days_));
    return Charge({.kind = kind,
                   .quantity = quantity,
                   .unit_minor = unit_minor,
                   .days = days_,
                   .month_days = month_days_,
                   .amount_minor = amount.minor});
  }

  absl::Status AddCommission(std::vector<AgentSales> sales) {
    std::map<std::string, std::vector<AgentSales>> by_shop;
    for (AgentSales& row : sales) by_shop[row.shop_id].push_back(std::move(row));
    for (auto& [shop_id, rows] : by_shop) {
      std::ranges::sort(rows, {}, &AgentSales::agent_id);
      InvoiceLine line{.kind = LineKind::kCommission,
                       .shop_id = shop_id,
                       .rate_bps = terms_.price.commission_bps};
      Money basis = Of(0);
      for (const AgentSales& row : rows) {
        ASSIGN_OR_RETURN(basis, Add(basis, Of(row.sales_minor)));
        if (!terms_.price.of_net_sales) continue;
        ASSIGN_OR_RETURN(basis, Sub(basis, Of(row.refunded_minor)));
      }
      line.basis_minor = basis.minor;
      ASSIGN_OR_RETURN(const Money amount, MulBps(basis, line.rate_bps));
      line.amount_minor = amount.minor;
      line.sales = std::move(rows);
      RETURN_IF_ERROR(Charge(std::move(line)));
    }
    return absl::OkStatus();
  }

  absl::Status AddPenalties(const std::vector<ChargedBreach>& breaches) {
    const int64_t basis = std::max<int64_t>(0, invoice_.charges_minor);
    ASSIGN_OR_RETURN(const Money cap, MulBps(Of(basis), terms_.penalty_cap_bps));
    int64_t left = cap.minor;
    for (const ChargedBreach& breach : breaches) {
      ASSIGN_OR_RETURN(const Money share, MulBps(Of(basis), breach.penalty.bps));
      ASSIGN_OR_RETURN(const Money whole, Add(share, Of(breach.penalty.minor)));
      const int64_t charged = breach.in_trial ? 0 : std::min(left, whole.minor);
      left -= charged;
      invoice_.penalties_minor += charged;
      invoice_.lines.push_back({.kind = LineKind::kPenalty,
                                .breach_id = breach.breach_id,
                                .basis_minor = basis,
                                .rate_bps = breach.penalty.bps,
                                .amount_minor = -charged,
                                .not_charged_minor = whole.minor - charged});
    }
    return absl::OkStatus();
  }

  const Terms& terms_;
  const int32_t days_, month_days_;
  const bool with_fee_, with_commission_;
  Invoice invoice_;
};

}  // namespace

absl::StatusOr<Invoice> ComputeInvoice(const Terms& terms, absl::CivilDay month,
                                       std::vector<AgentSales> sales,
                                       const std::vector<ChargedBreach>& breaches) {
  return Writer(terms, month).Write(std::move(sales), breaches);
}

}  // namespace kefu::staffing::outsourcing
