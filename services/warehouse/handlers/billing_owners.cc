// Owners of stock and their terms.
#include <array>

#include "absl/strings/numbers.h"
#include "common/events/outbox.h"
#include "common/events/write.h"
#include "fmt/format.h"
#include "services/warehouse/convert/billing.h"
#include "services/warehouse/errors_billing.h"
#include "services/warehouse/handlers/settling.h"
#include "services/warehouse/handlers/support.h"

namespace kefu::warehouse {
namespace {

constexpr std::array<std::string_view, 3> kMutable = {"display_name", "time_zone", "state"};

// Faults are reported under the request's field "owner".
absl::StatusOr<domain::StockOwner> Convert(const v1::StockOwner& proto) {
  FieldViolations inner, violations;
  domain::StockOwner owner = convert::FromProto(proto, inner);
  violations.Merge("owner", inner);
  RETURN_IF_ERROR(violations.ToStatus());
  return owner;
}

absl::StatusOr<domain::OwnerTerms> Convert(const v1::OwnerTerms& proto) {
  FieldViolations inner, violations;
  domain::OwnerTerms terms = convert::FromProto(proto, inner);
  violations.Merge("terms", inner);
  RETURN_IF_ERROR(violations.ToStatus());
  return terms;
}

absl::Status Publish(const Dependencies& deps, db::Transaction& t, const RequestContext& ctx,
                     const v1::StockOwner& owner) {
  v1::StockOwnerChanged event;
  *event.mutable_owner() = owner;
  t.AfterCommit(deps.on_events);
  return events::Append(t, ctx.org_id(), owner.owner_id(), event, ctx.now);
}

// The owner is there; the empty one always is.
absl::Status RequireOwner(db::Reader reader, const RequestContext& ctx,
                          const std::string& owner_id) {
  if (owner_id.empty()) return absl::OkStatus();
  return store::FindOwner(reader, ctx.org_id(), owner_id).status();
}

// The version that the terms become; they follow what was agreed and settled before.
absl::StatusOr<int64_t> NextVersion(db::Transaction& t, const RequestContext& ctx,
                                    const domain::OwnerTerms& terms) {
  ASSIGN_OR_RETURN(const auto before, ReadTerms(t, ctx.org_id(), terms.owner_id));
  int64_t version = 0;
  for (const domain::OwnerTerms& one : before) {
    version = std::max(version, one.version);
    if (one.currency != terms.currency) {
      return error::TermsCurrency(fmt::format("owner_terms {}", terms.owner_id), one.currency,
                                  terms.currency);
    }
  }
  ASSIGN_OR_RETURN(const auto last, store::LastSettlement(t, ctx.org_id(), terms.owner_id));
  if (last && terms.effective_from <= last->settlement.period.last) {
    return error::TermsClosed(terms.owner_id, terms.effective_from, last->settlement.period.last);
  }
  return version + 1;
}

// Every SKU of the price list is the organization's.
absl::Status RequireSkus(db::Transaction& t, const RequestContext& ctx,
                         const domain::OwnerTerms& terms) {
  std::set<std::string> ids;
  for (const auto& [sku_id, price] : terms.prices) ids.insert(sku_id);
  ASSIGN_OR_RETURN(const domain::SkuFactsById found, store::SkuFacts(t, ctx.org_id(), ids));
  for (const std::string& id : ids) {
    if (!found.contains(id)) return error::SkuNotFound(id);
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<v1::StockOwner> BillingHandlers::CreateStockOwner(
    const RequestContext& ctx, const v1::CreateStockOwnerRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  ASSIGN_OR_RETURN(domain::StockOwner owner, Convert(request.owner()));
  const absl::Time now = StoredNow(ctx);
  if (owner.id.empty()) owner.id = deps_.ids.Next();
  owner.state = domain::RecordState::kActive;
  owner.info = {1, now, now};
  return events::RunWrite<v1::StockOwner>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::StockOwner> {
        RETURN_IF_ERROR(store::Insert(t, ctx.org_id(), owner));
        const v1::StockOwner proto = convert::ToProto(owner);
        RETURN_IF_ERROR(Publish(deps_, t, ctx, proto));
        return proto;
      });
}

absl::StatusOr<v1::StockOwner> BillingHandlers::GetStockOwner(
    const RequestContext& ctx, const v1::GetStockOwnerRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  convert::Id(request.owner_id(), "owner_id", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  ASSIGN_OR_RETURN(
      const domain::StockOwner owner,
      store::FindOwner(db::Reader(deps_.database, ctx.deadline), ctx.org_id(), request.owner_id()));
  return convert::ToProto(owner);
}

absl::StatusOr<v1::ListStockOwnersResponse> BillingHandlers::ListStockOwners(
    const RequestContext& ctx, const v1::ListStockOwnersRequest& request) const {
  ASSIGN_OR_RETURN(const PageAsked page,
                   AskedPage(ctx, request, request.show_archived() ? "archived" : "", 1));
  ASSIGN_OR_RETURN(
      std::vector<domain::StockOwner> owners,
      store::ListOwners(db::Reader(deps_.database, ctx.deadline), ctx.org_id(),
                        {page.keys.empty() ? std::string_view() : page.keys[0], page.size + 1},
                        request.show_archived()));
  v1::ListStockOwnersResponse response;
  response.set_next_page_token(
      CutPage(page, owners, [](const domain::StockOwner& o) { return std::vector{o.id}; }));
  for (const auto& owner : owners) *response.add_owners() = convert::ToProto(owner);
  return response;
}

absl::StatusOr<v1::StockOwner> BillingHandlers::UpdateStockOwner(
    const RequestContext& ctx, const v1::UpdateStockOwnerRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  const v1::StockOwner& sent = request.owner();
  FieldViolations violations;
  convert::Id(sent.owner_id(), "owner.owner_id", violations);
  convert::CheckMask(request.update_mask(), kMutable, violations);
  RETURN_IF_ERROR(violations.ToStatus());
  return events::RunWrite<v1::StockOwner>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::StockOwner> {
        ASSIGN_OR_RETURN(
            const domain::StockOwner before,
            store::LockOwner(t, ctx.org_id(), sent.owner_id(), store::LockMode::kUpdate));
        if (!sent.etag().empty() && sent.etag() != convert::Etag(before.info)) {
          return error::EtagMismatch("stock_owner", before.id);
        }
        ASSIGN_OR_RETURN(domain::StockOwner owner,
                         Convert(Masked(convert::ToProto(before), sent, request.update_mask())));
        owner.info = {before.info.version + 1, before.info.create_time, StoredNow(ctx)};
        RETURN_IF_ERROR(store::Update(t, ctx.org_id(), owner));
        const v1::StockOwner proto = convert::ToProto(owner);
        RETURN_IF_ERROR(Publish(deps_, t, ctx, proto));
        return proto;
      });
}

absl::StatusOr<v1::OwnerTerms> BillingHandlers::SetOwnerTerms(
    const RequestContext& ctx, const v1::SetOwnerTermsRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  ASSIGN_OR_RETURN(const domain::OwnerTerms terms, Convert(request.terms()));
  return events::RunWrite<v1::OwnerTerms>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::OwnerTerms> {
        RETURN_IF_ERROR(RequireOwner(t, ctx, terms.owner_id));
        RETURN_IF_ERROR(RequireSkus(t, ctx, terms));
        RETURN_IF_ERROR(store::LockBook(t, ctx.org_id(), store::LockMode::kUpdate));
        ASSIGN_OR_RETURN(const int64_t version, NextVersion(t, ctx, terms));
        v1::OwnerTerms proto = request.terms();
        proto.set_version(version);
        *proto.mutable_create_time() = convert::ToProto(StoredNow(ctx));
        RETURN_IF_ERROR(store::Insert(t, ctx.org_id(), store::Subject::kOwner, terms.owner_id,
                                      {.version = version,
                                       .effective_from = terms.effective_from,
                                       .body = proto.SerializeAsString(),
                                       .create_time = StoredNow(ctx)}));
        v1::OwnerTermsSet event;
        event.set_owner_id(terms.owner_id);
        event.set_version(version);
        *event.mutable_effective_from() = proto.effective_from();
        t.AfterCommit(deps_.on_events);
        RETURN_IF_ERROR(events::Append(t, ctx.org_id(), terms.owner_id, event, ctx.now));
        return proto;
      });
}

absl::StatusOr<v1::OwnerTerms> BillingHandlers::GetOwnerTerms(
    const RequestContext& ctx, const v1::GetOwnerTermsRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  const std::string owner_id = convert::OptionalId(request.owner_id(), "owner_id", violations);
  const absl::CivilDay day =
      convert::RequiredDay(request.has_date(), request.date(), "date", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  const db::Reader reader(deps_.database, ctx.deadline);
  RETURN_IF_ERROR(RequireOwner(reader, ctx, owner_id));
  ASSIGN_OR_RETURN(const auto versions, ReadTerms(reader, ctx.org_id(), owner_id));
  const domain::OwnerTerms* const terms = domain::TermsOn(versions, day);
  if (terms == nullptr) return error::TermsNotFound(owner_id);
  ASSIGN_OR_RETURN(const auto found,
                   store::ListAgreements(reader, ctx.org_id(), store::Subject::kOwner, owner_id,
                                         terms->version - 1, 1));
  v1::OwnerTerms proto;
  if (found.empty() || !proto.ParseFromString(found.front().body)) {
    return Internal("terms that were read are gone");
  }
  proto.set_version(terms->version);
  return proto;
}

absl::StatusOr<v1::ListOwnerTermsResponse> BillingHandlers::ListOwnerTerms(
    const RequestContext& ctx, const v1::ListOwnerTermsRequest& request) const {
  FieldViolations violations;
  const std::string owner_id = convert::OptionalId(request.owner_id(), "owner_id", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  ASSIGN_OR_RETURN(const PageAsked page, AskedPage(ctx, request, owner_id, 1));
  const db::Reader reader(deps_.database, ctx.deadline);
  RETURN_IF_ERROR(RequireOwner(reader, ctx, owner_id));
  int64_t after = 0;
  if (!page.keys.empty() && !absl::SimpleAtoi(page.keys[0], &after)) {
    return InvalidArgument(db::kBadPageToken, "page_token", "is not a token of this list");
  }
  ASSIGN_OR_RETURN(auto agreements,
                   store::ListAgreements(reader, ctx.org_id(), store::Subject::kOwner, owner_id,
                                         after, page.size + 1));
  v1::ListOwnerTermsResponse response;
  response.set_next_page_token(CutPage(page, agreements, [](const store::Agreement& a) {
    return std::vector{fmt::format("{}", a.version)};
  }));
  for (const auto& agreement : agreements) {
    if (!response.add_terms()->ParseFromString(agreement.body)) {
      return Internal("an agreement does not parse");
    }
  }
  return response;
}

}  // namespace kefu::warehouse
