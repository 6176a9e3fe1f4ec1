// Settlements and the entries behind them.
#include "absl/strings/numbers.h"
#include "common/events/outbox.h"
#include "common/events/write.h"
#include "common/hash/sha256.h"
#include "common/time/civil.h"
#include "fmt/format.h"
#include "services/warehouse/convert/billing.h"
#include "services/warehouse/errors_billing.h"
#include "services/warehouse/handlers/settling.h"
#include "services/warehouse/handlers/support.h"

namespace kefu::warehouse {
namespace {

constexpr int64_t kNoLimit = INT64_MAX;

absl::Status BadToken() {
  return InvalidArgument(db::kBadPageToken, "page_token", "is not a token of this list");
}

absl::StatusOr<int64_t> NumberIn(const std::string& key) {
  int64_t number = 0;
  if (!absl::SimpleAtoi(key, &number)) return BadToken();
  return number;
}

// The period follows the last closed one, or leaves no entry before the first; and it is over where
// the owner lives. All entries are copied.
absl::Status CheckMayClose(db::Transaction& t, const RequestContext& ctx,
                           const std::string& owner_id, const domain::Period& period) {
  std::string zone_name(domain::kDefaultZone);
  if (!owner_id.empty()) {
    ASSIGN_OR_RETURN(const domain::StockOwner owner, store::FindOwner(t, ctx.org_id(), owner_id));
    zone_name = owner.time_zone;
  }
  ASSIGN_OR_RETURN(const auto last, store::LastSettlement(t, ctx.org_id(), owner_id));
  if (last && period.first != last->settlement.period.last + 1) {
    return error::PeriodNotNext(owner_id, last->settlement.period.last + 1);
  }
  if (!last) {
    ASSIGN_OR_RETURN(const auto first, store::FirstEntryDay(t, ctx.org_id(), owner_id));
    if (first && *first < period.first) return error::PeriodNotNext(owner_id, *first);
  }
  ASSIGN_OR_RETURN(const absl::TimeZone zone, LoadZone(zone_name));
  const absl::CivilDay today = DayOf(ctx.now, zone);
  if (period.last >= today) return error::PeriodNotOver(owner_id, period.last, today);
  return absl::OkStatus();
}

struct CloseCommand {
  std::string owner_id;
  domain::Period period;
  std::string expected_hash;
};

absl::StatusOr<CloseCommand> Convert(const v1::CloseSettlementRequest& request) {
  FieldViolations violations;
  CloseCommand command{
      .owner_id = convert::OptionalId(request.owner_id(), "owner_id", violations),
      .period = convert::PeriodFrom(request.has_period(), request.period(), violations),
      .expected_hash = request.expected_hash()};
  violations.Check(command.expected_hash.empty() || command.expected_hash.size() == 64,
                   "expected_hash", "must be a settlement_hash, 64 hexadecimal digits");
  RETURN_IF_ERROR(violations.ToStatus());
  return command;
}

// Stores what was settled, for good.
absl::StatusOr<v1::Settlement> Close(const Dependencies& deps, db::Transaction& t,
                                     const RequestContext& ctx, Settled settled) {
  domain::Settlement& settlement = settled.settlement;
  settlement.id = deps.ids.Next();
  settlement.state = domain::SettlementState::kClosed;
  settlement.close_time = StoredNow(ctx);
  settlement.closed_by = ctx.principal.subject;
  RETURN_IF_ERROR(store::Insert(
      t, ctx.org_id(), {settlement, settled.currency, settled.previous_hash}, settled.lines));
  RETURN_IF_ERROR(store::BookLate(t, ctx.org_id(), settlement.owner_id, settlement.id));
  v1::SettlementClosed event;
  *event.mutable_settlement() = convert::ToProto(settlement);
  t.AfterCommit(deps.on_events);
  RETURN_IF_ERROR(events::Append(t, ctx.org_id(), settlement.id, event, ctx.now));
  return event.settlement();
}

// --- Entries behind a line ---

struct EntriesAsked {
  std::string owner_id;
  std::string sku_id;
  std::string settlement_id;
  store::EntryFilter filter;
};

absl::StatusOr<EntriesAsked> Convert(const v1::ListSettlementEntriesRequest& request) {
  FieldViolations violations;
  EntriesAsked asked;
  const v1::SettlementLine& line = request.line();
  asked.owner_id = convert::OptionalId(request.owner_id(), "owner_id", violations);
  asked.settlement_id = convert::OptionalId(request.settlement_id(), "settlement_id", violations);
  violations.Check(request.has_line(), "line", "must be set");
  if (request.has_line()) {
    asked.filter.kind = static_cast<domain::SettlementLineKind>(
        convert::RequiredEnum<v1::SettlementLineKind>(line.kind(), "line.kind", violations));
    asked.sku_id = convert::OptionalId(line.sku_id(), "line.sku_id", violations);
    asked.filter.days = {
        convert::RequiredDay(line.has_first_date(), line.first_date(), "line.first_date",
                             violations),
        convert::RequiredDay(line.has_last_date(), line.last_date(), "line.last_date", violations)};
  }
  RETURN_IF_ERROR(violations.ToStatus());
  return asked;
}

// Where the page begins.
absl::StatusOr<store::EntryRef> After(const PageAsked& page, const EntriesAsked& asked) {
  store::EntryRef after;
  after.day = asked.filter.days.first;
  if (page.keys.empty()) return after;
  const auto day = ParseDay(page.keys[0]);
  if (!day.ok()) return BadToken();
  after.day = *day;
  after.node_id = page.keys[1];
  ASSIGN_OR_RETURN(after.entry_number, NumberIn(page.keys[2]));
  return after;
}

// What each entry adds to the line's quantity.
absl::StatusOr<std::vector<int64_t>> Counted(db::Transaction& t, std::string_view org_id,
                                             const EntriesAsked& asked,
                                             std::span<const store::EntryRef> entries) {
  using enum domain::SettlementLineKind;
  std::vector<int64_t> counted;
  std::set<int64_t> first_of_orders;
  for (size_t i = 0; i < entries.size(); ++i) {
    const store::EntryRef& entry = entries[i];
    switch (asked.filter.kind) {
      case kSale:
        counted.push_back(entry.to == domain::LedgerAccount::kCustomer ? entry.quantity
                                                                       : -entry.quantity);
        break;
      case kPurchase:
        counted.push_back(entry.from == domain::LedgerAccount::kSupplier ? entry.quantity
                                                                         : -entry.quantity);
        break;
      case kStorage:
        counted.push_back(entry.delta);
        break;
      case kHandlingOrder:
        if (i == 0 || entry.day != entries[i - 1].day || entry.node_id != entries[i - 1].node_id) {
          ASSIGN_OR_RETURN(first_of_orders, store::FirstOfOrders(t, org_id, asked.owner_id,
                                                                 entry.day, entry.node_id));
        }
        counted.push_back(first_of_orders.contains(entry.entry_number) ? 1 : 0);
        break;
      default:
        counted.push_back(entry.quantity);
    }
  }
  return counted;
}

// The entries in full, in their order.
absl::Status AddEntries(db::Transaction& t, std::string_view org_id, const EntriesAsked& asked,
                        std::span<const store::EntryRef> refs,
                        v1::ListSettlementEntriesResponse& response) {
  ASSIGN_OR_RETURN(const std::vector<int64_t> counted, Counted(t, org_id, asked, refs));
  std::vector<std::pair<std::string, int64_t>> keys;
  for (const store::EntryRef& ref : refs) keys.emplace_back(ref.node_id, ref.entry_number);
  ASSIGN_OR_RETURN(const auto entries, store::FindEntries(t, org_id, keys));
  std::map<std::pair<std::string, int64_t>, const domain::LedgerEntry*> by_key;
  for (const domain::LedgerEntry& entry : entries) {
    by_key[{entry.movement.key.total.node_id, entry.entry_number}] = &entry;
  }
  for (size_t i = 0; i < refs.size(); ++i) {
    const auto found = by_key.find(keys[i]);
    if (found == by_key.end()) return Internal("a copied entry is not in the ledger");
    v1::SettlementEntry* out = response.add_entries();
    *out->mutable_entry() = convert::ToProto(*found->second);
    out->set_counted_quantity(counted[i]);
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<v1::ComputeSettlementResponse> BillingHandlers::ComputeSettlement(
    const RequestContext& ctx, const v1::ComputeSettlementRequest& request) const {
  FieldViolations violations;
  const std::string owner_id = convert::OptionalId(request.owner_id(), "owner_id", violations);
  const domain::Period period =
      convert::PeriodFrom(request.has_period(), request.period(), violations);
  RETURN_IF_ERROR(violations.ToStatus());
  RETURN_IF_ERROR(RequireOrganization(ctx));
  RETURN_IF_ERROR(db::PageSize(request.page_size()).status());
  RETURN_IF_ERROR(CatchUp(deps_, ctx));
  ASSIGN_OR_RETURN(const Settled settled,
                   deps_.database.RunInTransaction(
                       ctx.deadline, [&](db::Transaction& t) -> absl::StatusOr<Settled> {
                         RETURN_IF_ERROR(store::LockBook(t, ctx.org_id(), store::LockMode::kShare));
                         return Settle(t, ctx.org_id(), owner_id, period);
                       }));
  // The hash binds a token to the settlement as it was read.
  ASSIGN_OR_RETURN(const PageAsked page, AskedPage(ctx, request, Hex(settled.settlement.hash), 1));
  size_t at = 0;
  if (!page.keys.empty()) {
    ASSIGN_OR_RETURN(const int64_t number, NumberIn(page.keys[0]));
    if (number < 0) return BadToken();
    at = static_cast<size_t>(number);
  }
  v1::ComputeSettlementResponse response;
  *response.mutable_settlement() = convert::ToProto(settled.settlement);
  const size_t end = std::min(settled.lines.size(), at + static_cast<size_t>(page.size));
  for (; at < end; ++at) {
    *response.add_lines() = convert::ToProto(settled.lines[at], static_cast<int32_t>(at + 1));
  }
  if (end < settled.lines.size()) {
    response.set_next_page_token(db::EncodePageToken(page.hash, {fmt::format("{}", end)}));
  }
  return response;
}

absl::StatusOr<v1::Settlement> BillingHandlers::CloseSettlement(
    const RequestContext& ctx, const v1::CloseSettlementRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  ASSIGN_OR_RETURN(const CloseCommand command, Convert(request));
  RETURN_IF_ERROR(CatchUp(deps_, ctx));  // so that little is left for the transaction
  return events::RunWrite<v1::Settlement>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::Settlement> {
        RETURN_IF_ERROR(store::LockBook(t, ctx.org_id(), store::LockMode::kUpdate));
        RETURN_IF_ERROR(store::CopyEntries(t, ctx.org_id(), kNoLimit).status());
        RETURN_IF_ERROR(CheckMayClose(t, ctx, command.owner_id, command.period));
        ASSIGN_OR_RETURN(Settled settled,
                         Settle(t, ctx.org_id(), command.owner_id, command.period));
        if (!command.expected_hash.empty() &&
            command.expected_hash != Hex(settled.settlement.hash)) {
          return error::SettlementChanged(command.owner_id);
        }
        if (settled.settlement.problem_count > 0) {
          return error::SettlementIncomplete(settled.lines);
        }
        return Close(deps_, t, ctx, std::move(settled));
      });
}

absl::StatusOr<v1::Settlement> BillingHandlers::GetSettlement(
    const RequestContext& ctx, const v1::GetSettlementRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  convert::Id(request.settlement_id(), "settlement_id", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  return deps_.database.RunInTransaction(
      ctx.deadline, [&](db::Transaction& t) -> absl::StatusOr<v1::Settlement> {
        ASSIGN_OR_RETURN(const auto closed,
                         store::FindSettlement(t, ctx.org_id(), request.settlement_id()));
        return convert::ToProto(closed.settlement);
      });
}

absl::StatusOr<v1::ListSettlementsResponse> BillingHandlers::ListSettlements(
    const RequestContext& ctx, const v1::ListSettlementsRequest& request) const {
  FieldViolations violations;
  std::optional<std::string> owner_id;
  if (request.has_owner_id()) {
    owner_id = convert::OptionalId(request.owner_id(), "owner_id", violations);
  }
  RETURN_IF_ERROR(violations.ToStatus());
  ASSIGN_OR_RETURN(const PageAsked page,
                   AskedPage(ctx, request, owner_id ? "/" + *owner_id : "", 1));
  ASSIGN_OR_RETURN(auto closed,
                   deps_.database.RunInTransaction(ctx.deadline, [&](db::Transaction& t) {
                     return store::ListSettlements(
                         t, ctx.org_id(), owner_id,
                         {page.keys.empty() ? std::string_view() : page.keys[0], page.size + 1});
                   }));
  v1::ListSettlementsResponse response;
  response.set_next_page_token(CutPage(
      page, closed, [](const store::ClosedSettlement& c) { return std::vector{c.settlement.id}; }));
  for (const auto& one : closed) *response.add_settlements() = convert::ToProto(one.settlement);
  return response;
}

absl::StatusOr<v1::ListSettlementEntriesResponse> BillingHandlers::ListSettlementEntries(
    const RequestContext& ctx, const v1::ListSettlementEntriesRequest& request) const {
  ASSIGN_OR_RETURN(EntriesAsked asked, Convert(request));
  asked.filter.sku_id = asked.sku_id;
  if (request.line().correction()) asked.filter.correction = asked.settlement_id;
  ASSIGN_OR_RETURN(
      const PageAsked page,
      AskedPage(ctx, request,
                fmt::format("{}/{}/{}/{}/{}/{}/{}", asked.owner_id, NameOf(asked.filter.kind),
                            asked.sku_id, FormatDay(asked.filter.days.first),
                            FormatDay(asked.filter.days.last), request.line().correction(),
                            asked.settlement_id),
                3));
  ASSIGN_OR_RETURN(const store::EntryRef after, After(page, asked));
  RETURN_IF_ERROR(CatchUp(deps_, ctx));
  return deps_.database.RunInTransaction(
      ctx.deadline, [&](db::Transaction& t) -> absl::StatusOr<v1::ListSettlementEntriesResponse> {
        RETURN_IF_ERROR(store::LockBook(t, ctx.org_id(), store::LockMode::kShare));
        if (!asked.owner_id.empty()) {
          RETURN_IF_ERROR(store::FindOwner(t, ctx.org_id(), asked.owner_id).status());
        }
        ASSIGN_OR_RETURN(std::vector<store::EntryRef> refs,
                         store::ListEntries(t, ctx.org_id(), asked.owner_id, asked.filter, after,
                                            page.size + 1));
        v1::ListSettlementEntriesResponse response;
        response.set_next_page_token(CutPage(page, refs, [](const store::EntryRef& ref) {
          return std::vector{FormatDay(ref.day), ref.node_id, fmt::format("{}", ref.entry_number)};
        }));
        RETURN_IF_ERROR(AddEntries(t, ctx.org_id(), asked, refs, response));
        if (asked.filter.kind == domain::SettlementLineKind::kStorage) {
          ASSIGN_OR_RETURN(const auto opening, store::OwnerOpening(t, ctx.org_id(), asked.owner_id,
                                                                   asked.filter.days.first));
          const auto found = opening.find(asked.sku_id);
          response.set_opening_pieces(found == opening.end() ? 0 : found->second);
        }
        return response;
      });
}

}  // namespace kefu::warehouse
