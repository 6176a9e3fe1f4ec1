// Repairs of what the audit of the ledger found.
#include "services/warehouse/store/repair.h"
#include "common/events/outbox.h"
#include "common/events/write.h"
#include "services/warehouse/convert/stock_control.h"
#include "services/warehouse/domain/verification.h"
#include "services/warehouse/handlers/posting.h"
#include "services/warehouse/handlers/stock_control.h"
#include "services/warehouse/handlers/support.h"
#include "services/warehouse/handlers/verify.h"
#include "services/warehouse/store/stock_control.h"
#include "services/warehouse/store/store.h"

namespace kefu::warehouse {
namespace {

constexpr int kMaxRepaired = 100;  // SKUs or reservations a call
constexpr int kEntries = 2000;     // a read

// What the entries of a node sum up to, of some SKUs or of all.
struct Derived {
  domain::Balances balances;
  int64_t upto = 0;
};

// Adds the entries after `derived.upto`; of the SKUs, or of all when there are none.
absl::Status AddEntries(db::Reader reader, std::string_view org_id, const std::string& node_id,
                        std::span<const std::string> sku_ids, Derived& derived) {
  const int64_t from = derived.upto;
  const auto add = [&](const std::string& sku_id) -> absl::Status {
    for (int64_t after = from;;) {
      ASSIGN_OR_RETURN(const auto entries,
                       store::ListLedger(reader, org_id, node_id, sku_id, after, kEntries));
      for (const domain::LedgerEntry& entry : entries) derived.balances.Add(entry.movement);
      if (entries.empty()) return absl::OkStatus();
      after = entries.back().entry_number;
      derived.upto = std::max(derived.upto, after);
    }
  };
  if (sku_ids.empty()) return add("");
  // One after the other over the same range: what comes meanwhile is read under the locks.
  ASSIGN_OR_RETURN(const int64_t last, store::LastEntry(reader, org_id, node_id));
  for (const std::string& sku_id : sku_ids) {
    for (int64_t after = from; after < last;) {
      ASSIGN_OR_RETURN(const auto entries,
                       store::ListLedger(reader, org_id, node_id, sku_id, after, kEntries));
      if (entries.empty()) break;
      for (const domain::LedgerEntry& entry : entries) {
        if (entry.entry_number <= last) derived.balances.Add(entry.movement);
      }
      after = entries.back().entry_number;
    }
  }
  derived.upto = last;
  return absl::OkStatus();
}

struct Command {
  store::Repair repair;
  std::vector<std::string> sku_ids;
  std::vector<std::string> reservation_ids;
  std::optional<domain::Attestation> attestation;
};

absl::StatusOr<Command> Convert(const RequestContext& ctx, const v1::RepairStockRequest& request) {
  FieldViolations violations;
  Command command;
  command.repair = {
      .id = "",
      .node_id = convert::Id(request.node_id(), "node_id", violations),
      .reason = convert::Text(request.reason(), convert::kMaxNote, "reason", violations),
      .actor = ctx.principal.subject,
      .now = StoredNow(ctx)};
  if (request.has_rebuild()) {
    violations.Check(request.rebuild().sku_ids_size() > 0, "rebuild.sku_ids", "must name one");
    command.sku_ids =
        convert::Ids(request.rebuild().sku_ids(), kMaxRepaired, "rebuild.sku_ids", violations);
  } else if (request.has_settle()) {
    violations.Check(request.settle().reservation_ids_size() > 0, "settle.reservation_ids",
                     "must name one");
    command.reservation_ids = convert::Ids(request.settle().reservation_ids(), kMaxRepaired,
                                           "settle.reservation_ids", violations);
  } else if (request.has_attest()) {
    const v1::AttestEntries& range = request.attest();
    violations.Check(range.from_entry() >= 1, "attest.from_entry", "must be at least 1");
    violations.Check(range.to_entry() >= range.from_entry(), "attest.to_entry",
                     "must not lie before from_entry");
    command.attestation = {.id = "",
                           .node_id = command.repair.node_id,
                           .from_entry = range.from_entry(),
                           .to_entry = range.to_entry(),
                           .reason = command.repair.reason,
                           .actor = command.repair.actor,
                           .record_time = command.repair.now};
  } else {
    violations.Check(false, "repair", "must say how");
  }
  RETURN_IF_ERROR(violations.ToStatus());
  return command;
}

bool Holds(const domain::TotalKey& key, const domain::Balance& balance) {
  return balance.on_hand >= 0 && balance.reserved >= 0 && balance.in_transit >= 0 &&
         balance.reserved <= balance.on_hand &&
         (balance.reserved == 0 || key.condition == domain::StockCondition::kSellable);
}

void AddRows(std::span<const store::RepairedRow> rows, v1::RepairStockResponse& response) {
  for (const store::RepairedRow& row : rows) {
    v1::RepairedRow* const out = response.add_rows();
    *out->mutable_key() = convert::ToProto(row.key);
    out->set_bin(row.bin);
    for (const auto& [from, to] : {std::pair(row.before, out->mutable_before()),
                                   std::pair(row.after, out->mutable_after())}) {
      to->Add(from.on_hand);
      if (row.bin) continue;
      to->Add(from.reserved);
      to->Add(from.in_transit);
    }
  }
}

// The bins that differ, as they have to be written; adds them to the record.
absl::StatusOr<std::map<domain::BinKey, int64_t>> BinsToWrite(
    domain::Balances& derived, std::map<domain::BinKey, store::LockedBin> bins,
    const std::string& node_id, std::vector<store::RepairedRow>& rows) {
  for (const auto& [key, on_hand] : derived.bins) bins.try_emplace(key);
  std::map<domain::BinKey, int64_t> written;
  for (const auto& [key, bin] : bins) {
    const int64_t after = derived.bins[key];
    if (bin.on_hand == after) continue;
    const auto& [total, lot, location] = key;
    if (after < bin.allocated) return error::LedgerInconsistent(node_id, total.sku_id);
    rows.push_back({{total, lot, location}, true, {bin.on_hand}, {after}});
    written[key] = after;
  }
  return written;
}

// Totals and bins of the SKUs become what the entries sum up to.
absl::Status Rebuild(const Posting& posting, const Command& command, Derived derived,
                     v1::RepairStockResponse& response) {
  const std::string& node_id = command.repair.node_id;
  std::set<domain::TotalKey> keys;
  for (const auto& [key, balance] : derived.balances.totals) keys.insert(key);
  ASSIGN_OR_RETURN(const auto there,
                   store::KeysAtNode(posting.t, posting.org_id, node_id, command.sku_ids));
  keys.insert(there.begin(), there.end());
  ASSIGN_OR_RETURN(domain::Totals totals, store::MakeAndLockTotals(posting.t, posting.org_id,
                                                                   std::vector<domain::TotalKey>(
                                                                       keys.begin(), keys.end())));
  ASSIGN_OR_RETURN(auto bins, store::LockBins(posting.t, posting.org_id, node_id, command.sku_ids));
  RETURN_IF_ERROR(AddEntries(posting.t, posting.org_id, node_id, command.sku_ids, derived));
  std::vector<store::RepairedRow> rows;
  domain::Totals changed;
  for (auto& [key, total] : totals) {
    const domain::Balance before{total.on_hand, total.reserved, total.in_transit};
    const domain::Balance after = derived.balances.totals[key];
    if (before == after) continue;
    if (!Holds(key, after)) return error::LedgerInconsistent(node_id, key.sku_id);
    rows.push_back({{key, "", ""}, false, before, after});
    total.on_hand = after.on_hand;
    total.reserved = after.reserved;
    total.in_transit = after.in_transit;
    ++total.version;
    changed.emplace(key, total);
  }
  ASSIGN_OR_RETURN(const auto written,
                   BinsToWrite(derived.balances, std::move(bins), node_id, rows));
  RETURN_IF_ERROR(store::WriteBins(posting.t, posting.org_id, written));
  RETURN_IF_ERROR(Post(posting, {}, changed).status());  // no entries: rows, events and cache
  AddRows(rows, response);
  return store::InsertRepair(posting.t, posting.org_id, command.repair, rows);
}

// What the entries hold for the reservations becomes what is open of them.
absl::StatusOr<std::vector<domain::Movement>> Settlement(
    const Command& command, const std::map<std::string, domain::Reservation>& reservations,
    const domain::Balances& balances, absl::CivilDay today) {
  std::map<std::pair<std::string, domain::TotalKey>, int64_t> wanted;  // open less held
  for (const auto& [id, reservation] : reservations) {
    const bool open = reservation.state == domain::ReservationState::kHeld ||
                      reservation.state == domain::ReservationState::kConfirmed;
    for (const domain::ReservationLine& line : reservation.lines) {
      if (open && line.node_id == command.repair.node_id) wanted[{id, line.key()}] += line.open();
    }
  }
  const std::set<std::string> ids(command.reservation_ids.begin(), command.reservation_ids.end());
  for (const auto& [key, held] : balances.reserved) {
    if (ids.contains(key.first)) wanted[key] -= held;
  }
  std::vector<domain::Movement> movements;
  for (const auto& [key, difference] : wanted) {
    if (difference == 0) continue;
    using enum domain::LedgerAccount;
    movements.push_back({.key = {key.second, "", ""},
                         .from = difference > 0 ? kFree : kReserved,
                         .to = difference > 0 ? kReserved : kFree,
                         .quantity = std::abs(difference),
                         .reason = "Repair",
                         .reference = key.first,
                         .note = command.repair.reason,
                         .business_date = today});
  }
  return movements;
}

absl::Status CheckCovered(std::span<const domain::Movement> movements,
                          const domain::Totals& totals) {
  std::map<domain::TotalKey, std::pair<int64_t, int64_t>> left;  // free, reserved
  for (const auto& [key, total] : totals) left[key] = {total.available(), total.reserved};
  std::vector<error::Shortfall> shortfalls;
  for (size_t i = 0; i < movements.size(); ++i) {
    const domain::Movement& m = movements[i];
    auto& [free, reserved] = left[m.key.total];
    const int64_t sign = m.from == domain::LedgerAccount::kFree ? 1 : -1;
    if (sign < 0 && m.quantity > reserved) {
      return error::LedgerInconsistent(m.key.total.node_id, m.key.total.sku_id);
    }
    if (sign > 0 && m.quantity > free) {
      const domain::TotalKey& key = m.key.total;
      shortfalls.push_back({i, {key.node_id, key.sku_id, key.owner_id, m.quantity}, free});
    }
    free -= sign * m.quantity;
    reserved += sign * m.quantity;
  }
  return shortfalls.empty() ? absl::OkStatus() : error::InsufficientStock(shortfalls);
}

absl::Status Settle(const Posting& posting, const Command& command, Derived derived,
                    absl::CivilDay today, v1::RepairStockResponse& response) {
  std::map<std::string, domain::Reservation> reservations;
  for (const std::string& id : command.reservation_ids) {  // in their order
    auto reservation = store::LockReservation(posting.t, posting.org_id, id);
    if (absl::IsNotFound(reservation.status())) continue;
    RETURN_IF_ERROR(reservation.status());
    reservations.emplace(id, *std::move(reservation));
  }
  // Whatever moves a reservation has locked it before, so its entries are all there now.
  RETURN_IF_ERROR(AddEntries(posting.t, posting.org_id, command.repair.node_id, {}, derived));
  ASSIGN_OR_RETURN(const auto movements,
                   Settlement(command, reservations, derived.balances, today));
  ASSIGN_OR_RETURN(domain::Totals totals,
                   store::LockTotals(posting.t, posting.org_id, domain::KeysOf(movements)));
  RETURN_IF_ERROR(CheckCovered(movements, totals));
  ASSIGN_OR_RETURN(const auto entries, Post(posting, movements, totals));
  for (const auto& entry : entries) *response.add_entries() = convert::ToProto(entry);
  return absl::OkStatus();
}

absl::Status Publish(const Posting& posting, const Command& command,
                     const v1::RepairStockResponse& response) {
  v1::StockRepaired event;
  event.set_node_id(command.repair.node_id);
  event.set_reason(command.repair.reason);
  *event.mutable_repair() = response;
  posting.t.AfterCommit(posting.deps.on_events);
  return events::Append(posting.t, posting.org_id, command.repair.node_id, event, posting.now);
}

}  // namespace

absl::StatusOr<v1::RepairStockResponse> StockControlHandlers::RepairStock(
    const RequestContext& ctx, const v1::RepairStockRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  ASSIGN_OR_RETURN(Command command, Convert(ctx, request));
  command.repair.id = deps_.ids.Next();
  if (command.attestation) command.attestation->id = command.repair.id;
  // The long way is read before anything is locked; the rest under the locks.
  Derived derived;
  if (!command.attestation) {
    RETURN_IF_ERROR(AddEntries(db::Reader(deps_.database, ctx.deadline), ctx.org_id(),
                               command.repair.node_id, command.sku_ids, derived));
  }
  return events::RunWrite<v1::RepairStockResponse>(
      deps_.database, ctx, request,
      [&](db::Transaction& t) -> absl::StatusOr<v1::RepairStockResponse> {
        const Posting posting{deps_, t, ctx.org_id(), command.repair.actor, command.repair.now};
        v1::RepairStockResponse response;
        response.set_repair_id(command.repair.id);
        ASSIGN_OR_RETURN(const domain::Node node,
                         store::FindNode(t, ctx.org_id(), command.repair.node_id));
        if (command.attestation) {
          RETURN_IF_ERROR(store::Insert(t, ctx.org_id(), *command.attestation));
          *response.mutable_attestation() = convert::ToProto(*command.attestation);
        } else if (!command.sku_ids.empty()) {
          RETURN_IF_ERROR(Rebuild(posting, command, derived, response));
        } else {
          ASSIGN_OR_RETURN(const auto days, DaysAt({{node.id, node}}, posting.now));
          RETURN_IF_ERROR(Settle(posting, command, derived, days.at(node.id), response));
        }
        RETURN_IF_ERROR(Publish(posting, command, response));
        return response;
      });
}

absl::Status StockControlHandlers::VerifyLedger(
    const RequestContext& ctx, const v1::VerifyLedgerRequest& request,
    rpc::StreamWriter<v1::VerifyLedgerResponse>& writer) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  convert::OptionalId(request.node_id(), "node_id", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  v1::VerifyLedgerResponse response;
  const VerifySink sink{.on_finding =
                            [&](const domain::LedgerFinding& finding) {
                              *response.mutable_finding() = convert::ToProto(finding);
                              return writer.Write(response);
                            },
                        .on_node =
                            [&](const domain::NodeAudit& audit) {
                              v1::NodeVerified& node = *response.mutable_node();
                              node.set_node_id(audit.node_id());
                              node.set_entries(audit.entries());
                              node.set_rows(audit.rows());
                              node.set_findings(static_cast<int32_t>(audit.findings().size()));
                              return writer.Write(response);
                            }};
  ASSIGN_OR_RETURN(const LedgerVerdict verdict, VerifyOrganization(deps_.database, ctx.org_id(),
                                                                   {.node_id = request.node_id(),
                                                                    .now = ctx.now,
                                                                    .deadline = ctx.deadline,
                                                                    .cancelled = ctx.cancelled},
                                                                   sink));
  *response.mutable_verdict() = convert::VerdictOf(verdict.clean(), verdict.nodes, verdict.entries,
                                                   verdict.rows, verdict.findings);
  writer.Write(response);
  return absl::OkStatus();
}

}  // namespace kefu::warehouse
