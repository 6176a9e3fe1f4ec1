// Whether contracts are kept.
#include "services/staffing/errors_contracts.h"
#include "services/staffing/handlers/contracts/contract_handlers.h"
#include "services/staffing/handlers/contracts/support.h"

namespace kefu::staffing {
namespace {

constexpr std::string_view kStatePrefix = "BREACH_STATE_";

struct BreachList {
  using Record = store::BreachRow;
  static constexpr bool kHasParts = false;
  static const std::string& IdOf(const Record& row) { return row.id; }
};

}  // namespace

absl::StatusOr<v1::CheckContractResponse> ContractHandlers::CheckContract(
    const RequestContext& ctx, const v1::CheckContractRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  convert::Id(request.contract_id(), "contract_id", violations);
  const absl::CivilDay month = MonthOf(request.has_month(), request.month(), violations);
  RETURN_IF_ERROR(violations.ToStatus());
  return events::RunWrite<v1::CheckContractResponse>(
      deps_.database, ctx, request,
      [&](db::Transaction& t) -> absl::StatusOr<v1::CheckContractResponse> {
        ASSIGN_OR_RETURN(const absl::CivilDay today, Today(t, ctx));
        ASSIGN_OR_RETURN(const store::ContractRow row,
                         store::LockContract(t, ctx.org_id(), request.contract_id()));
        ASSIGN_OR_RETURN(const v1::Contract contract, ContractOf(row));
        if (month > row.last_day || absl::CivilDay(absl::CivilMonth(month) + 1) <= row.first_day) {
          return error::OutsideContract(row.id, month);
        }
        return CheckMonth(deps_, t, ctx.org_id(), contract, month, today, ctx.now);
      });
}

absl::StatusOr<v1::ListBreachesResponse> ContractHandlers::ListBreaches(
    const RequestContext& ctx, const v1::ListBreachesRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  convert::Id(request.contract_id(), "contract_id", violations);
  kefu::convert::OptionalEnum<v1::BreachState>(request.state(), "state", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  RETURN_IF_ERROR(store::FindContract(store::Reader(deps_.database, ctx.deadline), ctx.org_id(),
                                      request.contract_id())
                      .status());
  const std::string state = request.state() == v1::BREACH_STATE_UNSPECIFIED
                                ? ""
                                : kefu::convert::StoredName(request.state(), kStatePrefix);
  ASSIGN_OR_RETURN(
      auto page,
      FetchPage<BreachList>(deps_, ctx, request, fmt::format("{} {}", request.contract_id(), state),
                            [&](store::Reader r, store::Page keys) {
                              return store::ListBreaches(r, ctx.org_id(), request.contract_id(),
                                                         keys, state);
                            }));
  v1::ListBreachesResponse response;
  for (const store::BreachRow& row : page.records) {
    ASSIGN_OR_RETURN(*response.add_breaches(), BreachOf(row));
  }
  response.set_next_page_token(std::move(page.next_page_token));
  return response;
}

absl::StatusOr<v1::Breach> ContractHandlers::DecideBreach(
    const RequestContext& ctx, const v1::DecideBreachRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  convert::Id(request.contract_id(), "contract_id", violations);
  convert::Id(request.breach_id(), "breach_id", violations);
  if (request.waive() || !request.reason().empty()) {
    convert::Text(request.reason(), convert::kMaxReason, "reason", violations, /*lines=*/true);
  }
  RETURN_IF_ERROR(violations.ToStatus());
  return events::RunWrite<v1::Breach>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::Breach> {
        ASSIGN_OR_RETURN(const store::ContractRow contract,
                         store::LockContract(t, ctx.org_id(), request.contract_id()));
        ASSIGN_OR_RETURN(store::BreachRow row,
                         store::LockBreach(t, ctx.org_id(), contract.id, request.breach_id()));
        ASSIGN_OR_RETURN(const auto issued,
                         store::FindInvoice(t, ctx.org_id(), contract.id, row.month));
        if (issued) return error::InvoiceIssued(row.month);
        v1::BreachChanged event;
        ASSIGN_OR_RETURN(*event.mutable_breach(), BreachOf(row));
        v1::Breach& breach = *event.mutable_breach();
        const auto decided = request.waive() ? v1::BREACH_STATE_WAIVED : v1::BREACH_STATE_CHARGED;
        if (breach.state() == decided || breach.state() == v1::BREACH_STATE_WITHDRAWN) {
          return error::BreachDecided(row.id);
        }
        breach.set_state(decided);
        breach.set_decided_by(ctx.principal.subject);
        breach.set_reason(request.reason());
        *breach.mutable_update_time() = kefu::convert::ToProto(ctx.now);
        row.state = kefu::convert::StoredName(breach.state(), kStatePrefix);
        row.body = breach.SerializeAsString();
        row.update_time = ctx.now;
        RETURN_IF_ERROR(store::SaveBreach(t, ctx.org_id(), contract.id, row));
        RETURN_IF_ERROR(Publish(deps_, t, ctx, contract.id, event));
        return breach;
      });
}

}  // namespace kefu::staffing
