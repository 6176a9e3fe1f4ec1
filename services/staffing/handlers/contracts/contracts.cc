// Making, reading and ending contracts.
#include "services/staffing/convert/contracts.h"
#include "services/staffing/errors_contracts.h"
#include "services/staffing/handlers/contracts/contract_handlers.h"
#include "services/staffing/handlers/contracts/support.h"

namespace kefu::staffing {
namespace {

struct ContractList {
  using Record = store::ContractRow;
  static constexpr bool kHasParts = false;
  static const std::string& IdOf(const Record& row) { return row.id; }
};

absl::CivilDay LastOfMonth(absl::CivilDay day) {
  return absl::CivilDay(absl::CivilMonth(day) + 1) - 1;
}

// Of two contracts with one base, or with agencies, that share a shop and a day, neither could be
// told what is its own.
absl::Status CheckOverlaps(db::Transaction& t, const RequestContext& ctx,
                           const v1::Contract& contract, const outsourcing::Terms& terms) {
  for (const std::string& shop_id : contract.shop_ids()) {
    ASSIGN_OR_RETURN(const auto others, store::ContractsOfShop(t, ctx.org_id(), shop_id,
                                                               terms.first_day, terms.last_day));
    for (const store::ContractRow& other : others) {
      const bool agencies = other.kind == outsourcing::ContractKind::kAgency &&
                            contract.kind() == v1::CONTRACT_KIND_AGENCY;
      const bool same_base = !other.base_id.empty() && other.base_id == contract.base_id();
      if (agencies || same_base) return error::ContractOverlaps(other.id, shop_id);
    }
  }
  return absl::OkStatus();
}

absl::Status CheckParties(db::Transaction& t, const RequestContext& ctx,
                          const v1::Contract& contract) {
  // A share of sales is one of amounts in the shop's currency.
  const bool shares = outsourcing::HasCommission(convert::TermsOf(contract).price.model);
  for (const std::string& shop_id : contract.shop_ids()) {
    ASSIGN_OR_RETURN(const auto shop, FindActive<domain::Shop>(t, ctx, "shop", shop_id));
    if (shares && shop.currency_code != contract.currency_code()) {
      return error::CurrencyMismatch(shop.currency_code, contract.currency_code());
    }
  }
  if (contract.base_id().empty()) return absl::OkStatus();
  const auto base = store::Find<domain::Organization>(t, contract.base_id(), contract.base_id());
  if (absl::IsNotFound(base.status())) return error::NotABase(contract.base_id());
  RETURN_IF_ERROR(base.status());
  if (base->kind != domain::OrganizationKind::kBase) return error::NotABase(contract.base_id());
  return absl::OkStatus();
}

// Whether the breaches up to today let the merchant end it at once.
absl::StatusOr<bool> MayReplaceBase(const Dependencies& deps, db::Transaction& t,
                                    const RequestContext& ctx, const v1::Contract& contract,
                                    absl::CivilDay today) {
  for (const absl::CivilMonth month : {absl::CivilMonth(today), absl::CivilMonth(today) - 1}) {
    ASSIGN_OR_RETURN(const auto checked, CheckMonth(deps, t, ctx.org_id(), contract,
                                                    absl::CivilDay(month), today, ctx.now));
    if (checked.demand() == v1::BREACH_DEMAND_REPLACE_BASE) return true;
  }
  return false;
}

}  // namespace

absl::StatusOr<v1::Contract> ContractHandlers::CreateContract(
    const RequestContext& ctx, const v1::CreateContractRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  ASSIGN_OR_RETURN(const auto organization,
                   deps_.database.RunInTransaction(ctx.deadline, [&](db::Transaction& t) {
                     return RegisteredOrganization(t, ctx);
                   }));
  FieldViolations inner, violations;
  const v1::Contract contract =
      convert::Normalised(request.contract(), organization.currency_code, inner);
  violations.Merge("contract", inner);
  RETURN_IF_ERROR(violations.ToStatus());
  const outsourcing::Terms terms = convert::TermsOf(contract);
  return events::RunWrite<v1::Contract>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::Contract> {
        // One at a time in an organization, so that of two that overlap one is refused.
        RETURN_IF_ERROR(store::Lock<domain::Organization>(t, ctx.org_id(), ctx.org_id()).status());
        RETURN_IF_ERROR(CheckParties(t, ctx, contract));
        RETURN_IF_ERROR(CheckOverlaps(t, ctx, contract, terms));
        store::ContractRow row{.kind = static_cast<outsourcing::ContractKind>(contract.kind()),
                               .base_id = contract.base_id(),
                               .first_day = terms.first_day,
                               .last_day = terms.last_day};
        return SaveContract(deps_, t, ctx.org_id(), std::move(row), contract, ctx.now);
      });
}

absl::StatusOr<v1::Contract> ContractHandlers::GetContract(
    const RequestContext& ctx, const v1::GetContractRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  RETURN_IF_ERROR(CheckId(request.contract_id(), "contract_id"));
  ASSIGN_OR_RETURN(const store::ContractRow row,
                   store::FindContract(store::Reader(deps_.database, ctx.deadline), ctx.org_id(),
                                       request.contract_id()));
  return ContractOf(row);
}

absl::StatusOr<v1::ListContractsResponse> ContractHandlers::ListContracts(
    const RequestContext& ctx, const v1::ListContractsRequest& request) const {
  FieldViolations violations;
  convert::OptionalId(request.base_id(), "base_id", violations);
  const auto day =
      convert::OptionalDay(request.has_on_date(), request.on_date(), "on_date", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  const std::string filter =
      fmt::format("{} {}", request.base_id(), day ? absl::FormatCivilTime(*day) : "");
  ASSIGN_OR_RETURN(
      auto page,
      FetchPage<ContractList>(deps_, ctx, request, filter, [&](store::Reader r, store::Page keys) {
        return store::ListContracts(r, ctx.org_id(), keys, request.base_id(), day);
      }));
  v1::ListContractsResponse response;
  for (const store::ContractRow& row : page.records) {
    ASSIGN_OR_RETURN(*response.add_contracts(), ContractOf(row));
  }
  response.set_next_page_token(std::move(page.next_page_token));
  return response;
}

absl::StatusOr<v1::Contract> ContractHandlers::EndContract(
    const RequestContext& ctx, const v1::EndContractRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  convert::Id(request.contract_id(), "contract_id", violations);
  const absl::CivilDay end =
      convert::RequiredDay(request.has_end_date(), request.end_date(), "end_date", violations);
  const std::string reason =
      convert::Text(request.reason(), convert::kMaxReason, "reason", violations, /*lines=*/true);
  RETURN_IF_ERROR(violations.ToStatus());
  return events::RunWrite<v1::Contract>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::Contract> {
        ASSIGN_OR_RETURN(const absl::CivilDay today, Today(t, ctx));
        ASSIGN_OR_RETURN(store::ContractRow row,
                         store::LockContract(t, ctx.org_id(), request.contract_id()));
        ASSIGN_OR_RETURN(v1::Contract contract, ContractOf(row));
        if (!request.etag().empty() && request.etag() != contract.etag()) {
          return error::EtagMismatch("contract", row.id);
        }
        if (row.last_day < today) return error::ContractEnded(row.id);
        const outsourcing::Terms terms = convert::TermsOf(contract);
        FieldViolations wrong;
        wrong.Check(end >= today && end >= row.first_day && end < row.last_day, "end_date",
                    "must lie from today on within the contract");
        wrong.Check(row.kind != outsourcing::ContractKind::kAgency || end == LastOfMonth(end),
                    "end_date", "must be the last day of a month: an agency answers for months");
        RETURN_IF_ERROR(wrong.ToStatus());
        if (end < today + terms.notice_days && !terms.InTrial(end)) {
          ASSIGN_OR_RETURN(const bool at_once, MayReplaceBase(deps_, t, ctx, contract, today));
          if (!at_once) return error::ContractNotice(row.id, today + terms.notice_days);
        }
        *contract.mutable_ended_date() = kefu::convert::ToProto(end);
        contract.set_end_reason(reason);
        row.last_day = end;
        return SaveContract(deps_, t, ctx.org_id(), std::move(row), std::move(contract), ctx.now);
      });
}

absl::StatusOr<v1::Contract> ContractHandlers::CompleteMilestone(
    const RequestContext& ctx, const v1::CompleteMilestoneRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  convert::Id(request.contract_id(), "contract_id", violations);
  convert::Id(request.milestone_id(), "milestone_id", violations);
  const absl::CivilDay done =
      convert::RequiredDay(request.has_done_date(), request.done_date(), "done_date", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  return events::RunWrite<v1::Contract>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::Contract> {
        ASSIGN_OR_RETURN(const absl::CivilDay today, Today(t, ctx));
        ASSIGN_OR_RETURN(store::ContractRow row,
                         store::LockContract(t, ctx.org_id(), request.contract_id()));
        ASSIGN_OR_RETURN(v1::Contract contract, ContractOf(row));
        const auto found =
            std::ranges::find(*contract.mutable_milestones(), request.milestone_id(),
                              [](const v1::Milestone& m) { return m.milestone_id(); });
        if (found == contract.mutable_milestones()->end()) {
          return error::MilestoneNotFound(request.milestone_id());
        }
        if (found->has_done_date()) return error::MilestoneDone(request.milestone_id());
        FieldViolations wrong;
        wrong.Check(done >= row.first_day && done <= today, "done_date",
                    "must lie within the contract and not after today");
        RETURN_IF_ERROR(wrong.ToStatus());
        *found->mutable_done_date() = request.done_date();
        return SaveContract(deps_, t, ctx.org_id(), std::move(row), std::move(contract), ctx.now);
      });
}

}  // namespace kefu::staffing
