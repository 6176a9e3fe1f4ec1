#include "services/warehouse/handlers/settling.h"

#include <algorithm>

#include "common/hash/sha256.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/warehouse/convert/billing.h"
#include "services/warehouse/domain/ledger.h"
#include "services/warehouse/errors_billing.h"

namespace kefu::warehouse {
namespace {

constexpr int64_t kEntriesAtOnce = 50'000;  // of one transaction: about a second
constexpr int kAllVersions = 1'000'000;     // nobody agrees that often

// The domain's value of each agreement, by (effective_from, version).
template <class Proto>
auto Parse(const std::vector<store::Agreement>& agreements) -> absl::StatusOr<
    std::vector<decltype(convert::FromProto(Proto(), std::declval<FieldViolations&>()))>> {
  std::vector<decltype(convert::FromProto(Proto(), std::declval<FieldViolations&>()))> parsed;
  for (const store::Agreement& agreement : agreements) {
    Proto proto;
    FieldViolations violations;
    if (!proto.ParseFromString(agreement.body)) return Internal("an agreement does not parse");
    parsed.push_back(convert::FromProto(proto, violations));
    parsed.back().version = agreement.version;
    if (!violations.empty()) return WithCause(Internal("an agreement"), "has become invalid");
  }
  std::ranges::sort(parsed, [](const auto& a, const auto& b) {
    return std::tie(a.effective_from, a.version) < std::tie(b.effective_from, b.version);
  });
  return parsed;
}

struct Owned {
  std::string_view org_id;
  const std::string& owner_id;
  domain::StockOwnerKind kind;
  std::span<const domain::OwnerTerms> terms;
};

// What the entries of the period come to now. SKUs that were settled before keep the size that they
// had then.
absl::StatusOr<std::vector<domain::SettlementLine>> Compute(
    db::Transaction& t, const Owned& owned, const domain::Period& period,
    std::span<const domain::SettlementLine> booked) {
  const domain::Period history{domain::HistoryFrom(period, owned.terms), period.last};
  ASSIGN_OR_RETURN(const std::vector<domain::Flow> flows,
                   store::OwnerFlows(t, owned.org_id, owned.owner_id, history));
  domain::SettlementInput input{
      .kind = owned.kind, .period = period, .terms = owned.terms, .flows = flows};
  ASSIGN_OR_RETURN(input.opening,
                   store::OwnerOpening(t, owned.org_id, owned.owner_id, period.first));
  const bool per_order = std::ranges::any_of(
      owned.terms, [](const domain::OwnerTerms& terms) { return terms.order_rate.has_value(); });
  std::vector<domain::OrderCount> orders;
  if (per_order) {
    ASSIGN_OR_RETURN(orders, store::OwnerOrders(t, owned.org_id, owned.owner_id, period));
  }
  input.orders = orders;
  std::set<std::string> skus;
  for (const domain::Flow& flow : flows) skus.insert(flow.sku_id);
  for (const auto& [sku_id, pieces] : input.opening) skus.insert(sku_id);
  ASSIGN_OR_RETURN(input.skus, store::SkuFacts(t, owned.org_id, skus));
  for (const domain::SettlementLine& line : booked) {
    const auto facts = input.skus.find(line.sku_id);
    if (facts == input.skus.end() || line.kind < domain::SettlementLineKind::kEntry) continue;
    facts->second.size_class = line.size_class;
    if (line.volume_mm3 != 0) facts->second.volume_mm3 = line.volume_mm3;
  }
  return domain::ComputeLines(input);
}

// What has to be booked for entries that were written into closed periods since.
absl::Status AddCorrections(db::Transaction& t, const Owned& owned, Settled& settled) {
  ASSIGN_OR_RETURN(const std::optional<absl::CivilDay> late,
                   store::FirstLateDay(t, owned.org_id, owned.owner_id));
  if (!late) return absl::OkStatus();
  ASSIGN_OR_RETURN(const std::vector<store::ClosedSettlement> closed,
                   store::SettlementsFrom(t, owned.org_id, owned.owner_id, *late));
  for (const store::ClosedSettlement& before : closed) {
    const domain::Period& period = before.settlement.period;
    ASSIGN_OR_RETURN(const std::vector<domain::SettlementLine> booked,
                     store::LinesFor(t, owned.org_id, owned.owner_id, period));
    ASSIGN_OR_RETURN(const std::vector<domain::SettlementLine> computed,
                     Compute(t, owned, period, booked));
    ASSIGN_OR_RETURN(const std::vector<domain::SettlementLine> lines,
                     domain::Corrections(computed, booked));
    settled.lines.insert(settled.lines.end(), lines.begin(), lines.end());
  }
  return absl::OkStatus();
}

std::string HashOf(std::string_view org_id, const Settled& settled) {
  return Sha256(
      {domain::SettlementBytes(settled.previous_hash, org_id, settled.settlement, settled.lines)});
}

// A closed period as it was closed.
absl::StatusOr<Settled> Stored(db::Transaction& t, std::string_view org_id,
                               const store::ClosedSettlement& closed) {
  Settled settled{.settlement = closed.settlement,
                  .lines = {},
                  .currency = closed.currency,
                  .previous_hash = closed.previous_hash};
  ASSIGN_OR_RETURN(settled.lines, store::LinesOf(t, org_id, closed.settlement.id));
  RETURN_IF_ERROR(domain::SumUp(settled.lines, settled.currency, settled.settlement));
  if (HashOf(org_id, settled) != closed.settlement.hash) {
    return error::SettlementAltered(closed.settlement.id);
  }
  return settled;
}

}  // namespace

absl::Status CatchUp(const Dependencies& deps, const RequestContext& ctx) {
  for (bool done = false; !done;) {
    ASSIGN_OR_RETURN(
        done, deps.database.RunInTransaction(
                  ctx.deadline, [&](db::Transaction& t) -> absl::StatusOr<bool> {
                    RETURN_IF_ERROR(store::LockBook(t, ctx.org_id(), store::LockMode::kUpdate));
                    return store::CopyEntries(t, ctx.org_id(), kEntriesAtOnce);
                  }));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<domain::OwnerTerms>> ReadTerms(db::Reader reader,
                                                          std::string_view org_id,
                                                          std::string_view owner_id) {
  ASSIGN_OR_RETURN(
      const auto agreements,
      store::ListAgreements(reader, org_id, store::Subject::kOwner, owner_id, 0, kAllVersions));
  return Parse<v1::OwnerTerms>(agreements);
}

absl::StatusOr<std::vector<domain::WarehouseContract>> ReadContracts(db::Reader reader,
                                                                     std::string_view org_id,
                                                                     std::string_view node_id) {
  ASSIGN_OR_RETURN(
      const auto agreements,
      store::ListAgreements(reader, org_id, store::Subject::kNode, node_id, 0, kAllVersions));
  return Parse<v1::WarehouseContract>(agreements);
}

absl::StatusOr<Settled> Settle(db::Transaction& t, std::string_view org_id,
                               const std::string& owner_id, const domain::Period& period) {
  auto kind = domain::StockOwnerKind::kOwnBoughtIn;
  if (!owner_id.empty()) {
    ASSIGN_OR_RETURN(const domain::StockOwner owner, store::FindOwner(t, org_id, owner_id));
    kind = owner.kind;
  }
  ASSIGN_OR_RETURN(const auto last, store::LastSettlement(t, org_id, owner_id));
  if (last && period.first <= last->settlement.period.last) {
    ASSIGN_OR_RETURN(const std::vector<store::ClosedSettlement> closed,
                     store::SettlementsFrom(t, org_id, owner_id, period.first));
    if (closed.front().settlement.period != period) {
      return error::PeriodClosed(owner_id, last->settlement.period.last);
    }
    return Stored(t, org_id, closed.front());
  }
  ASSIGN_OR_RETURN(const std::vector<domain::OwnerTerms> terms, ReadTerms(t, org_id, owner_id));
  if (terms.empty()) return error::TermsMissing(owner_id);
  const Owned owned{org_id, owner_id, kind, terms};
  Settled settled{.settlement = {.owner_id = owner_id, .period = period},
                  .lines = {},
                  .currency = terms.front().currency,
                  .previous_hash = last ? last->settlement.hash : domain::GenesisHash()};
  ASSIGN_OR_RETURN(settled.lines, Compute(t, owned, period, {}));
  if (last && period.first == last->settlement.period.last + 1) {
    RETURN_IF_ERROR(AddCorrections(t, owned, settled));
  }
  RETURN_IF_ERROR(domain::SumUp(settled.lines, settled.currency, settled.settlement));
  settled.settlement.hash = HashOf(org_id, settled);
  return settled;
}

}  // namespace kefu::warehouse
