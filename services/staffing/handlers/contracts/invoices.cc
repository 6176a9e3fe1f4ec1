// What contracts cost.
#include <algorithm>
#include <optional>

#include "common/money/money.h"
#include "services/staffing/convert/contracts.h"
#include "services/staffing/errors_contracts.h"
#include "services/staffing/handlers/contracts/contract_handlers.h"
#include "services/staffing/handlers/contracts/support.h"

namespace kefu::staffing {
namespace {

constexpr int kMostMonths = 120, kMostAgents = 10'000;
constexpr std::string_view kYuan = "CNY";

struct Asked {
  store::ContractRow row;
  v1::Contract contract;
  absl::CivilDay month;
};

outsourcing::Penalty PenaltyOf(const v1::Breach& breach) {
  const v1::ContractPenalty& penalty =
      breach.has_milestone() ? breach.milestone().penalty() : breach.level().level().penalty();
  return {penalty.amount().minor_units(), penalty.bps()};
}

// The first shop of which no whole report is here.
std::optional<std::string> Unreported(const ContractFigures& figures) {
  for (const v1::ContractReport& report : figures.reports) {
    if (report.report_id().empty()) return report.shop_id();
  }
  return std::nullopt;
}

// The invoice as the figures are now.
absl::StatusOr<v1::Invoice> Computed(db::Transaction& t, std::string_view org_id,
                                     const Asked& asked) {
  const outsourcing::Terms terms = convert::TermsOf(asked.contract);
  if (terms.DaysInForce(asked.month) == 0) {
    return error::OutsideContract(asked.contract.contract_id(), asked.month);
  }
  ASSIGN_OR_RETURN(ContractFigures figures, LoadMonth(t, org_id, asked.contract, asked.month));
  if (const auto shop_id = Unreported(figures); shop_id && HasCommission(terms.price.model)) {
    return error::MonthNotReported(*shop_id, asked.month);
  }
  ASSIGN_OR_RETURN(const auto rows, store::BreachesOf(t, org_id, asked.contract.contract_id(),
                                                      asked.month, asked.month));
  std::vector<outsourcing::ChargedBreach> charged;
  for (const store::BreachRow& row : rows) {
    ASSIGN_OR_RETURN(const v1::Breach breach, BreachOf(row));
    if (breach.state() != v1::BREACH_STATE_CHARGED) continue;
    charged.push_back({row.id, PenaltyOf(breach), breach.in_trial()});
  }
  ASSIGN_OR_RETURN(
      const outsourcing::Invoice invoice,
      outsourcing::ComputeInvoice(terms, asked.month, std::move(figures.sales), charged));
  v1::Invoice proto = convert::ToProto(invoice, asked.contract.currency_code());
  proto.set_contract_id(asked.contract.contract_id());
  *proto.mutable_month() = kefu::convert::ToProto(asked.month);
  for (v1::ContractReport& report : figures.reports) *proto.add_reports() = std::move(report);
  return proto;
}

absl::Status RequireDecided(db::Transaction& t, std::string_view org_id, const Asked& asked) {
  ASSIGN_OR_RETURN(const auto rows,
                   store::BreachesOf(t, org_id, asked.row.id, asked.month, asked.month));
  for (const store::BreachRow& row : rows) {
    ASSIGN_OR_RETURN(const v1::Breach breach, BreachOf(row));
    if (breach.state() == v1::BREACH_STATE_OPEN) return error::BreachOpen(row.id);
  }
  return absl::OkStatus();
}

// That the figures are here by which the month's levels are judged: once the invoice is issued,
// nothing that comes to light opens a breach.
absl::Status RequireFigures(db::Transaction& t, std::string_view org_id, const Asked& asked) {
  const outsourcing::Terms terms = convert::TermsOf(asked.contract);
  if (!std::ranges::all_of(terms.levels, &outsourcing::ServiceLevel::weekly)) {
    ASSIGN_OR_RETURN(const ContractFigures figures,
                     LoadMonth(t, org_id, asked.contract, asked.month));
    if (const auto shop_id = Unreported(figures)) {
      return error::MonthNotReported(*shop_id, asked.month);
    }
  }
  if (std::ranges::none_of(terms.levels, &outsourcing::ServiceLevel::weekly)) {
    return absl::OkStatus();
  }
  for (const absl::CivilDay monday : outsourcing::WeeksOf(terms, asked.month)) {
    ASSIGN_OR_RETURN(const ContractFigures figures, LoadWeek(t, org_id, asked.contract, monday));
    if (const auto shop_id = Unreported(figures)) return error::WeekNotReported(*shop_id, monday);
  }
  return absl::OkStatus();
}

// Judges the month and keeps what it finds, also where the invoice is refused for it: a breach that
// stands in its way can be read and decided.
absl::Status JudgeFirst(const Dependencies& deps, const RequestContext& ctx,
                        const std::string& contract_id, absl::CivilDay month) {
  return deps.database.RunInTransaction(ctx.deadline, [&](db::Transaction& t) -> absl::Status {
    ASSIGN_OR_RETURN(const absl::CivilDay today, Today(t, ctx));
    ASSIGN_OR_RETURN(const auto row, store::LockContract(t, ctx.org_id(), contract_id));
    ASSIGN_OR_RETURN(const v1::Contract contract, ContractOf(row));
    return CheckMonth(deps, t, ctx.org_id(), contract, month, today, ctx.now).status();
  });
}

outsourcing::Price ComparedPrice(v1::ContractPrice price, const std::string& currency,
                                 FieldViolations& violations) {
  // As CreateContract fills and checks it; the seats are those of the work.
  v1::Contract draft;
  price.set_seats(1);
  *draft.mutable_price() = price;
  draft.set_currency_code(currency);
  draft.set_kind(v1::CONTRACT_KIND_BASE);
  draft.set_base_id("any");
  draft.set_display_name("any");
  draft.add_shop_ids("any");
  *draft.mutable_period()->mutable_start_date() =
      kefu::convert::ToProto(absl::CivilDay(2000, 1, 1));
  *draft.mutable_period()->mutable_end_date() = kefu::convert::ToProto(absl::CivilDay(2000, 1, 31));
  return convert::TermsOf(convert::Normalised(draft, currency, violations)).price;
}

}  // namespace

absl::StatusOr<v1::Invoice> InvoiceOf(db::Transaction& t, std::string_view org_id,
                                      const v1::Contract& contract, absl::CivilDay month) {
  ASSIGN_OR_RETURN(const auto issued, store::FindInvoice(t, org_id, contract.contract_id(), month));
  if (!issued) return Computed(t, org_id, {.contract = contract, .month = month});
  v1::Invoice invoice;
  if (!invoice.ParseFromString(*issued)) return Internal("a stored invoice does not parse");
  return invoice;
}

absl::StatusOr<v1::Invoice> ContractHandlers::ComputeInvoice(
    const RequestContext& ctx, const v1::ComputeInvoiceRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  Asked asked;
  convert::Id(request.contract_id(), "contract_id", violations);
  asked.month = MonthOf(request.has_month(), request.month(), violations);
  RETURN_IF_ERROR(violations.ToStatus());
  return deps_.database.RunInTransaction(
      ctx.deadline, [&](db::Transaction& t) -> absl::StatusOr<v1::Invoice> {
        ASSIGN_OR_RETURN(asked.row, store::FindContract(t, ctx.org_id(), request.contract_id()));
        ASSIGN_OR_RETURN(asked.contract, ContractOf(asked.row));
        return InvoiceOf(t, ctx.org_id(), asked.contract, asked.month);
      });
}

absl::StatusOr<v1::Invoice> ContractHandlers::IssueInvoice(
    const RequestContext& ctx, const v1::IssueInvoiceRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  Asked asked;
  convert::Id(request.contract_id(), "contract_id", violations);
  asked.month = MonthOf(request.has_month(), request.month(), violations);
  violations.Check(request.has_total(), "total", "must be set: what ComputeInvoice answered");
  RETURN_IF_ERROR(violations.ToStatus());
  RETURN_IF_ERROR(JudgeFirst(deps_, ctx, request.contract_id(), asked.month));
  return events::RunWrite<v1::Invoice>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::Invoice> {
        ASSIGN_OR_RETURN(const absl::CivilDay today, Today(t, ctx));
        ASSIGN_OR_RETURN(asked.row, store::LockContract(t, ctx.org_id(), request.contract_id()));
        ASSIGN_OR_RETURN(asked.contract, ContractOf(asked.row));
        ASSIGN_OR_RETURN(const auto issued,
                         store::FindInvoice(t, ctx.org_id(), asked.row.id, asked.month));
        if (issued) return error::InvoiceIssued(asked.month);
        if (absl::CivilDay(absl::CivilMonth(asked.month) + 1) > today) {
          return error::MonthNotOver(asked.month);
        }
        RETURN_IF_ERROR(RequireDecided(t, ctx.org_id(), asked));
        v1::InvoiceIssued event;
        ASSIGN_OR_RETURN(*event.mutable_invoice(), Computed(t, ctx.org_id(), asked));
        RETURN_IF_ERROR(RequireFigures(t, ctx.org_id(), asked));
        v1::Invoice& invoice = *event.mutable_invoice();
        if (invoice.total().SerializeAsString() != request.total().SerializeAsString()) {
          return error::InvoiceChanged(
              Format({invoice.total().currency_code(), invoice.total().minor_units()}));
        }
        invoice.set_issued(true);
        *invoice.mutable_issue_time() = kefu::convert::ToProto(ctx.now);
        RETURN_IF_ERROR(store::InsertInvoice(t, ctx.org_id(), asked.row.id, asked.month,
                                             invoice.SerializeAsString(), ctx.principal.subject,
                                             ctx.now));
        RETURN_IF_ERROR(Publish(deps_, t, ctx, asked.row.id, event));
        return invoice;
      });
}

absl::StatusOr<v1::CompareMakeOrBuyResponse> ContractHandlers::CompareMakeOrBuy(
    const RequestContext& ctx, const v1::CompareMakeOrBuyRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  const std::string currency(request.currency_code().empty() ? kYuan : request.currency_code());
  convert::OptionalCurrency(currency, "currency_code", violations);
  const outsourcing::Price price = ComparedPrice(request.price(), currency, violations);
  const outsourcing::OwnStaff own =
      convert::OwnStaffFrom(request.own(), currency, "own", violations);
  violations.Check(request.months_size() >= 1 && request.months_size() <= kMostMonths, "months",
                   fmt::format("must be 1 to {}", kMostMonths));
  std::vector<outsourcing::Work> work;
  for (int i = 0; i < std::min(request.months_size(), kMostMonths); ++i) {
    const v1::WorkMonth& month = request.months(i);
    const std::string at = fmt::format("months[{}]", i);
    convert::Number(month.agents(), 0, kMostAgents, at + ".agents", violations);
    violations.Check(!month.has_sales() || month.sales().currency_code() == currency,
                     at + ".sales.currency_code", fmt::format("must be {}", currency));
    violations.Check(month.sales().minor_units() >= 0, at + ".sales", "must not be negative");
    work.push_back({month.agents(), month.sales().minor_units()});
  }
  RETURN_IF_ERROR(violations.ToStatus());
  ASSIGN_OR_RETURN(const outsourcing::Comparison comparison,
                   outsourcing::CompareMakeOrBuy(currency, price, own, work));
  return convert::ToProto(comparison, currency);
}

}  // namespace kefu::staffing
